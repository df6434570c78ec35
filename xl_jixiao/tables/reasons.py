"""Whether a text says anything: 无, 同上, 见附件, the indicator's own name are no reason; XX and （100字以内） are a template's."""

import re
from dataclasses import dataclass
from functools import lru_cache

LEAST = 4
"""A reason of fewer characters says nothing."""

_MARKS = re.compile(r"[\W_]+")
_OPENING = re.compile("^(?:主要|具体|偏差|调整|扣分|未完成)?(?:原因|理由|说明|情况说明)(?:是|为|如下)?")
_CLOSING = re.compile("(?:的)?(?:原因|理由|说明|情况|调整|得分|自评|问题)+$")

_NUMBERED = re.compile("第?[0-9０-９一二三四五六七八九十]+[条款项页号]?$")
"""The number of an attachment: 详见附件3."""

_WORDS = frozenset(
    _MARKS.split(
        "无 無 暂无 没有 无原因 没有原因 无偏差 无说明 同上 同前 同上同上 如上 如上所述 同上行 同上一行 同上说明 略 从略 如题 详见附件 见附件 附件 "
        "见附表 详见附表 附后 详见后附 见佐证 见佐证材料 见佐证资料 详见佐证材料 见资料 见说明 见备注 见报告 详见报告 见自评报告 详见自评报告 "
        "见文字说明 详见说明 另附说明 另有说明 另行说明 已说明 单位意见 单位自评 单位自行评价 单位自评打分 自评 领导意见 领导同意 经领导同意 本单位意见 "
        "主管部门意见 情况属实 属实 内容属实 以上属实 以上情况属实 按实际 按实际情况 根据实际情况 实际情况 按事实 符合实际 按规定 按照规定 按要求 "
        "按要求完成 按实际完成 按标准 按文件 按文件要求 正常 合理 情况正常 正常调整 合理调整 特殊情况 特殊原因 其他原因 客观原因 历史原因 主观原因 工作需要 "
        "工作原因 业务需要 实际需要 不可抗力 待定 待填 待补充 不清楚 不详 未知 不知道 不适用 不涉及 已完成 完成 全部完成 符合 达标 合格 良好 优秀 "
        "经研究 经研究决定 经集体研究 经集体研究决定 集体研究决定 经会议研究 会议决定 按上级要求 根据上级要求 上级要求 按上级规定 按上级安排 上级安排 "
        "按上级文件 领导安排 按领导要求 根据领导要求 按领导安排 政策要求 按政策 按政策执行 根据政策 根据工作需要 根据工作安排 按工作安排 "
        "调整 已调整 同意 同意调整 酌情 酌情给分 酌情加分 酌情扣分 适当调整 应得满分 应得分 满分 继续努力 加强管理 进一步加强 下一步改进 已整改 今后改进 "
        "因故 未完成 没完成 没有完成 未能完成 未全部完成 未达到 没达到 没有达到 未能达到 未达标 种种原因 各种原因 多种原因 诸多原因 正在推进 推进中 "
        "正在推进中 正在进行 进行中 正在办理 正在实施 预算偏差 存在偏差 按实际发生 据实列支 按实际列支 按实际支出"
    )
)
"""Words that stand where a reason should, and give none."""

_LINKS = (
    "根据 按照 依据 结合 经过 由于 因为 进行 予以 给予 作出 有关 相关 主管部门 上级部门 上级主管部门 上级 部门 领导班子 局领导 领导 局党组 党组 局党委 党委 局长办公会 办公会 局长 班子 集体 会议 研究 "
    "决定 讨论 同意 审定 批准 安排 要求 精神 文件 规定 政策 部署 指示 通知 我局 我单位 本单位 我办 单位 实际 情况 需要 工作 据实 自评 得分 分数 打分 评分 计分 "
    "调整 处理 确定 执行 本项 该项 此项 指标 按 经 会 因 已 由 作 了 的 和 及 并 后 "
    "目标 目标值 指标值 预期 预期值 年初 全年 今年 本年 本年度 下年 下年度 明年 来年 今后 以后 下一步 将 继续 不断 进一步 加强 加大 提高 改进 努力 争取 尽快 尽早 "
    "管理 管理水平 沟通 协调 沟通协调 衔接 力度 效率 工作效率 统筹 谋划 落实 完善 偏差 特殊 影响"
)
_GENERAL = re.compile("|".join(sorted({*_WORDS, *_LINKS.split()} - {""}, key=lambda word: (-len(word), word))))
"""What such words are linked with: 经局党组研究决定，按上级有关要求予以调整 names no fact either."""


_PLACEHOLDERS = re.compile(
    r"(?<![A-Za-zＡ-Ｚａ-ｚ0-9])[XxＸｘ]{2,}(?![A-Za-zＡ-Ｚａ-ｚ0-9])|[×✕]{2,}|○{2,}|〇{2,}|[*＊]{2,}|\?{3,}|？{3,}|某某"
    r"|(?<![0-9A-Za-z×)）])[×xX](?=[年月日元人个项万])|待填|待补充|〔\s*〕|【\s*】|\[\s*\]|_{3,}|＿{2,}"
)
"""What a template or a draft puts where a word or a figure is to be."""

_IN_PLACEHOLDERS = re.compile(r"[XxＸｘ×✕○〇*＊?？某待〔【\[_＿]")
_IN_PROMPTS = re.compile("[字请此击填]")
"""Of these signs each of them has one: a text without any needn't be looked through sign by sign."""

_PROMPTS = re.compile(
    r"(?<!\d)\d{1,5}\s{0,3}字(?:以内|以下|左右|以上)|(?:不超过|不少于|限)\s{0,3}\d{1,5}\s{0,3}字|请(?:在此|在这里|在本格|按|据实|根据实际)?(?:填写|输入|填入|填报|简要说明|概述)"
    r"|此处(?:填写|输入|说明)|(?:点击|单击)此处|填写说明[:：]"
)
"""What a template says to the person who fills it in."""


@dataclass(frozen=True)
class LeftOpen:
    """What a text still has of a template: the mark, and the words around it."""

    mark: str
    around: str


def left_open(text: str) -> LeftOpen | None:
    """The first placeholder or prompt nobody replaced; None where there is none."""
    found = _PLACEHOLDERS.search(text) if _IN_PLACEHOLDERS.search(text) else None
    found = found or (_PROMPTS.search(text) if _IN_PROMPTS.search(text) else None)
    if found is None:
        return None
    return LeftOpen(found[0].strip(), "".join(text[max(0, found.start() - 12) : found.end() + 12].split()))


def says_nothing(text: str, *names: str) -> bool:
    """Whether a reason that is written gives none; `names` are what it is about: saying them again is no reason."""
    said = _fact_in(text)
    if not said:
        return bool(text)
    own = set(map(_unmarked, names)) - {""}
    return said in own or _CLOSING.sub("", said) in own | {""}


@lru_cache(maxsize=512)
def _fact_in(text: str) -> str:
    """What of a reason may be one, without marks; empty where it is general words alone. Several checks ask it of the same reason."""
    plain = _unmarked(text)
    said = _OPENING.sub("", plain) or plain
    if len(said) < LEAST or len(set(said)) <= LEAST // 2 or said.isdigit() or plain in _WORDS or said in _WORDS:
        return ""
    return "" if _NUMBERED.sub("", plain) in _WORDS or not _GENERAL.sub("", said) else said


@lru_cache(maxsize=2048)
def _unmarked(text: str) -> str:
    return _MARKS.sub("", text)
