"""The words of forms: what a head, a label or a total may be called. One table for all layouts; a new spelling is one word here."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from xl_jixiao.words import WHITE


class Head(StrEnum):
    """What a column of a form holds."""

    LEVEL1, LEVEL2, LEVEL3 = "一级指标", "二级指标", "三级指标"
    SIGN, TARGET, UNIT, DONE = "指标性质", "年度指标值", "度量单位", "实际完成值"
    DONE_UNIT = "完成值的单位"
    WEIGHT, POINTS, REASON, DIRECTION = "分值", "得分", "偏差原因", "计分方向"
    POINTS_OF_WEIGHT, WEIGHT_AND_POINTS = "得分/分值", "分值/得分"
    CLASS_WEIGHT = "一级、二级指标的分值"
    REMARK, OTHER = "备注", "其他栏"
    INITIAL, YEAR, BUDGET, EXECUTED, RATE = "年初预算数", "全年预算数", "预算数", "全年执行数", "执行率"
    REVISED = "调整预算数"


LEVELS = (Head.LEVEL1, Head.LEVEL2, Head.LEVEL3)
BOTH = {Head.POINTS_OF_WEIGHT: (Head.POINTS, Head.WEIGHT), Head.WEIGHT_AND_POINTS: (Head.WEIGHT, Head.POINTS)}
"""Heads of one column that holds two figures (9.5/10), with what each is."""
AMOUNTS = (Head.INITIAL, Head.YEAR, Head.REVISED, Head.BUDGET, Head.EXECUTED)


def _table(words: Mapping[Head, str]) -> Mapping[str, Head]:
    return MappingProxyType({word: head for head, listed in words.items() for word in listed.split()})


_RESULTS = {
    Head.WEIGHT: "分值 权重 指标分值 分值权重 权重分值 标准分 标准分值 满分 满分值 设定分值 指标权重 权重分 分数 总分值 赋分 赋分值 基准分 "
    "分值/权重 权重/分值 参考分值 应得分",
    Head.POINTS: "得分 自评得分 自评分 自评分数 自评分值 指标得分 实际得分 单位自评得分 单位自评分 自评 评分 自评打分 单位得分 评价得分 得分情况 "
    "自评情况得分 部门自评得分 部门自评分 项目自评得分 本次得分 实得分",
    Head.REMARK: "备注 备注说明 情况说明",
    Head.OTHER: "复核得分 复核分 复核 复核分值 复评得分 复评分 复评 主管部门评分 主管部门审核得分 主管部门复核得分 财政评分 财政审核得分 财政复核得分 财政部门评分 "
    "审核得分 核定得分 抽查得分 第三方评分 专家评分 评价组评分",
}

INDICATOR_HEADS: Mapping[str, Head] = _table(
    {
        Head.LEVEL1: "一级指标 一级 一级指标名称 一级指标内容 一级绩效指标",
        Head.LEVEL2: "二级指标 二级 二级指标名称 二级指标内容 二级绩效指标",
        Head.LEVEL3: "四级指标 三级指标 三级 三级指标名称 三级指标内容 三级绩效指标 指标名称 具体指标 指标内容 绩效指标名称 评价指标 考核指标 指标",
        Head.SIGN: "指标性质 性质 运算符号 计算符号 符号 指标符号 比较符号 关系符号 运算符 计算符 指标值符号",
        Head.TARGET: "年度指标值 指标值 目标值 年度目标值 年初指标值 年初目标值 年初设定目标值 年初设定指标值 预期指标值 预期目标值 预期值 计划指标值 "
        "计划值 计划目标值 年度计划值 年度绩效指标值 绩效目标值 绩效指标值 全年目标值 全年指标值 全年预期值 设定目标值 设定指标值 年初计划值 年度指标 预期指标 "
        "调整后指标值 调整后目标值 调整指标值 调整后的指标值 调整后年度指标值 指标目标值 本年指标值 当年指标值 年度预期值 年度预期指标值 年初预期值 目标指标值 年初绩效指标值 "
        "年初目标 年初计划 计划数 目标数 计划 目标 指标目标 年度目标 年初指标 全年目标 全年指标 年度计划",
        Head.UNIT: "度量单位 计量单位 单位 指标单位 指标值单位",
        Head.DONE: "实际完成值 完成值 全年实际值 实际值 实际完成指标值 实际指标值 全年完成值 全年实际完成值 年度完成值 年度实际值 年度实际完成值 "
        "全年实际完成情况 指标完成值 完成指标值 实际完成 实际完成数 完成数 实际完成结果 完成情况 指标完成情况 实际完成情况 指标实际完成值 全年完成情况 "
        "年度实际完成情况 年度完成情况 实现值 实际实现值 全年实现值 实际完成指标 全年实际完成指标值 年末完成值 年末实际值 实际完成值情况 "
        "全年完成 实际情况 实际数 实际 完成 实际完成情况值 全年实际 年度实际 实际完成数值 完成数值",
        Head.DIRECTION: "指标方向 计分方向",
        Head.POINTS_OF_WEIGHT: "得分/分值 自评得分/分值 得分/权重 得分/满分 得分/标准分 自评得分/标准分 得分/指标分值 得分(分值) 自评得分(分值) 得分/总分值",
        Head.WEIGHT_AND_POINTS: "分值/得分 分值/自评得分 权重/得分 满分/得分 标准分/得分 标准分/自评得分 指标分值/得分 分值(得分) 分值(自评得分) 权重(得分) 分值及得分",
        **_RESULTS,
        Head.OTHER: _RESULTS[Head.OTHER]
        + " 序号 编号 指标编码 指标代码 指标解释 指标说明 指标解释/绩效目标内容 评分标准 评价标准 评分细则 评分依据 评分办法 计分标准 计分办法 "
        "计分方法 评分规则 评价要点 评分要点 指标含义 数据来源 资料来源 信息来源 佐证材料 证明材料 完成率 完成比例 完成程度 得分系数 得分率 偏差率 偏离度 偏差度 "
        "目标完成率 指标完成率 绩效指标 绩效指标完成情况 绩效目标 项目绩效指标 年度绩效指标 指标类型 指标类别 指标属性 是否完成 自评报告原文 完成进度 评价内容 "
        "评价指标说明 评分说明 加分 扣分 扣分值 权重占比 指标设定依据 是否核心指标 核心指标",
    }
)
FUNDS_HEADS: Mapping[str, Head] = _table(
    {
        Head.INITIAL: "年初预算数 年初预算 年初预算金额 年初预算安排数 年初预算安排 年初批复数 年初批复预算数 年初预算批复数 年初部门预算数 年初安排数 年初数 "
        "年初下达数 年初预算资金",
        Head.YEAR: "全年预算数 全年预算 全年预算金额 调整后预算数 调整后预算 调整后全年预算数 全年预算安排数 年度预算数 年度预算 年度预算金额 全年预算资金 "
        "调整后预算金额 全年预算资金数 年中调整后预算数 年中调整后预算 调整后预算数额 调整后的预算数 调整后年度预算数",
        Head.REVISED: "调整预算数 调整预算 调整预算金额 年中调整预算数 年中调整预算 年中预算数 全年调整预算数 年度调整预算数 预算调整后",
        Head.BUDGET: "预算数 预算金额 预算安排数 预算安排 预算资金 批复预算数",
        Head.EXECUTED: "全年执行数 全年执行 执行数 全年执行金额 实际执行数 预算执行数 全年实际执行数 全年支出数 实际支出数 支出数 实际支出 全年实际支出数 "
        "全年实际支出 执行金额 资金执行数 全年预算执行数 实际支出金额 实际执行金额 预算执行金额 全年执行资金数 年度执行数",
        Head.RATE: "执行率 预算执行率 资金执行率 全年执行率 支出率 全年预算执行率 预算资金执行率",
        **_RESULTS,
        Head.OTHER: _RESULTS[Head.OTHER]
        + " 到位数 到位资金 到位率 资金到位数 资金到位率 年末结余 结余数 结转结余 资金来源 资金性质 项目 预算调整数 资金结余 序号",
    }
)
_REASON = re.compile("^原因$|偏差|偏离|改进措施|原因分析|原因说明|未完成.*原因|扣分原因|减分原因|差异原因|失分原因|未达标原因")
OTHER_YEARS = re.compile("上年|去年|往年|历史|下年|次年|上一年|前年")

EXPECTED = frozenset(
    "预期目标 年度预期目标 年初预期目标 预期总体目标 年度总体目标 年初设定目标 绩效目标 年初目标 全年目标 总体目标 年度目标 年度绩效目标 预期绩效目标 "
    "年初设定绩效目标 年初设定的绩效目标 年度总体绩效目标 预期目标内容 年度预期绩效目标 年初绩效目标 设定目标 目标内容".split()
)
ACTUAL = frozenset(
    "实际完成情况 目标实际完成情况 年度总体目标完成情况 完成情况 全年实际完成情况 实际完成目标 年度目标完成情况 目标完成情况 年度实际完成情况 总体目标完成情况 "
    "年度目标实际完成情况 实际完成 全年完成情况 绩效目标完成情况 年度总体目标实际完成情况 实际完成目标情况 年度完成情况 目标实现情况 实际实现情况".split()
)

PROJECT, SUPERIOR, UNIT_FIELD, YEAR_LABEL = "项目名称", "主管部门", "实施单位", "年度"
FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        PROJECT: tuple(
            "项目名称 项目 专项名称 专项资金名称 转移支付名称 资金名称 项目支出名称 政策名称 项目名称及代码 项目政策名称 专项(项目)名称 转移支付(项目)名称".split()
        ),
        SUPERIOR: tuple(
            "主管部门 项目主管部门 主管部门名称 主管预算部门 预算主管部门 预算部门 业务主管部门 主管单位 地方主管部门 主管部门及代码 省级主管部门 一级预算单位".split()
        ),
        UNIT_FIELD: tuple(
            "实施单位 项目实施单位 具体实施单位 实施单位名称 项目单位 资金使用单位 项目承担单位 预算单位 单位名称 部门名称 部门(单位)名称 部门单位名称 "
            "预算单位名称 自评单位 填报单位 填报部门 编报单位 申报单位 填表单位 被评价单位 填报单位名称 公开部门 公开单位 编制单位 编制部门 "
            "部门(单位) 单位(部门)名称 单位 部门".split()
        ),
        YEAR_LABEL: tuple("年度 预算年度 评价年度 自评年度 绩效年度 填报年度 所属年度 项目年度 年份".split()),
    }
)
"""The head fields of our tables with their other names, the surest first."""

GRADES = frozenset(
    "评价等级 自评等级 等级 等次 评价等次 自评等次 绩效等级 综合等级 评定等级 绩效评价等级 自评结果 评价结果 自评等级结果 绩效自评等级".split()
)
TOTALS = frozenset(
    "总分 合计 总计 总得分 得分合计 合计得分 自评总分 总分值 分值合计 自评总得分 综合得分 合计总分 总分合计 总评分 自评得分合计 总体得分".split()
)
POINT_LABELS = frozenset("自评得分 自评总分 总得分 综合得分 自评分 评价得分 自评总得分 绩效自评得分 得分 总评分".split())
OUR_OWN = frozenset(["复算得分", "按规则复算"])
"""Heads of the tables in our own reports, which are no forms."""
SUBTOTAL = re.compile("小计$|.+(?:指标)?合计$")
ACCOUNT_TITLES = re.compile("(?:收入|支出|财政拨款|三公|决算|基金|国有资本).{0,20}(?:决算|总)表")

KNOWN = frozenset(
    "项目负责人 负责人 联系人 联系电话 电话 填报人 填表人 填报日期 填表日期 日期 填报时间 项目编码 项目代码 预算编码 单位编码 项目类别 项目类型 项目属性 项目分类 资金性质 起止时间 "
    "项目起止时间 实施期限 项目期限 审核人 单位负责人 部门负责人 分管领导 制表人 经办人 复核人 邮政编码 地址 单位地址 职务 职称 评价组长 金额单位 货币单位 项目负责人及电话 负责人及电话 "
    "联系人及电话 项目负责人及联系电话 财务负责人 主要负责人 签字 盖章 单位盖章 手机 传真 电子邮箱 科目编码 功能科目 评价时间 自评时间 评价形式 评价方法 项目实施期 是否为转移支付项目 "
    "项目级次 支出功能分类 中央主管部门 区域名称 所属领域 项目周期 附件 附表 单位代码 预算级次 审核日期 年月日 实施期 评价类型 评价单位盖章 部门盖章 预算代码".split()
)
"""Labels whose values are understood and have no place in our data: codes, people, dates."""

PASSAGES = frozenset(
    "说明 备注 自评结论 评价结论 自评总体结论 存在问题 存在的问题 存在主要问题 主要问题 改进措施 下一步改进措施 下一步工作措施 下一步工作计划 有关建议 意见建议 问题及建议 主要经验 主要经验及做法 "
    "年度主要任务 年度主要任务完成情况 年度部门整体支出绩效目标 整改措施 经验做法 自评工作开展情况 其他需要说明的问题 其他需说明的问题 其他需要说明的情况 年度总体任务 项目概况 项目简介 项目基本概况 "
    "情况说明 存在问题和改进措施 分配科学性 下达及时性 拨付合规性 使用规范性 执行准确性 预算绩效管理情况 支出责任履行情况 组织实施情况 分析总结 "
    "绩效目标完成情况分析 自评结果应用 结果应用 资金管理情况 资金使用情况 项目管理情况 主管部门意见 财政部门意见 审核意见 单位意见 评价意见 偏差原因分析 下一步改进意见".split()
)
"""Labels of passages: text in the unit's own words."""

NOTE_STARTS = re.compile(
    r"^(?:注\d*|说明|备注|填表说明|填报说明|备注说明|\*|※|注释)(?:[:、.]|\d|$)|^\d+[.、].{12,}|^(?:填表人|填报人|制表人|审核人|单位负责人|联系人|联系电话|填报日期|填报时间|项目负责人|负责人)"
)
TITLE = re.compile("(?:自评表|评分表|评价表|自评报告表|自评情况表|指标表|自评报告|目标完成情况表|指标体系|共性指标)(?:[(（].*[)）])?$")
_YEAR_IN_TEXT = re.compile(r"(20\d\d|二[〇○零Ｏ][〇○零Ｏ一二三四五六七八九]{2})\s*年")
_DIGITS = str.maketrans("〇○零Ｏ一二三四五六七八九", "0000123456789")
MONEY = "百万元|万元|亿元|千元|元"
UNIT_OF_MONEY = re.compile(rf"(?:单位|金额|资金|预算|执行|安排|支出|数|额|情况|[(（]).{{0,6}}?({MONEY})")

SOURCE_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "当年财政拨款": tuple("当年财政拨款 财政拨款 本年财政拨款 其中财政拨款 当年财政拨款资金 财政资金 财政拨款资金".split()),
        "上年结转资金": tuple("上年结转资金 上年结转 结转资金 上年结转结余资金 上年结余结转资金 上年结转结余".split()),
        "其他资金": tuple("其他资金 其他 其它资金 其它".split()),
    }
)
"""Sources of funds by the names our tables give them."""

ALL_FUNDS = frozenset(
    "年度资金总额 资金总额 合计 总计 项目资金总额 年度总金额 总额 预算资金总额 年度财政资金总额 项目资金 年度预算总额 资金合计 年度资金合计 总金额 项目总金额 预算执行情况 "
    "部门整体支出 整体支出 年度部门整体支出 部门预算总额 年度预算申请 支出合计 收入合计 项目预算资金 年度资金 全年资金总额 全年预算资金总额 部门预算资金总额".split()
)
_SOURCES = frozenset(word for words in SOURCE_WORDS.values() for word in words) | ALL_FUNDS


def is_source(text: str) -> bool:
    """Whether a text names a source of funds, or all of them."""
    return re.sub("^其中[:：]?", "", stem(text)) in _SOURCES


BY_NATURE = frozenset(
    "基本支出 项目支出 人员经费 公用经费 人员支出 公用支出 按支出性质 按支出性质分 按收入性质 按收入性质分 按支出类型分 按资金来源 按资金来源分".split()
)

DITTO = frozenset(["同上", "〃", "″", '"', "''", "”"])
ASIDE = re.compile("说明|须知|目录|封面|样表|示例|填报要求|字典|代码|下拉")
"""Sheets that are no forms by their names."""

_ENDS = WHITE + ":：*★▲●·.。、,，"
_BRACKETS = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
_NUMBERED = re.compile(r"^(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）][、.]?|[一二三四五六七八九十\d]{1,2}[、.])(?=\D)")
_SYMBOLS = str.maketrans({**dict.fromkeys(WHITE), "﹪": "%", "\u00ad": None})


@lru_cache(maxsize=8192)
def word(text: str) -> str:
    """A head as it is compared: half-width, without white space, numbering and closing signs."""
    said = unicodedata.normalize("NFKC", text).translate(_SYMBOLS).strip(_ENDS)
    return _NUMBERED.sub("", said).strip(_ENDS)


@lru_cache(maxsize=8192)
def stem(text: str) -> str:
    """The same without what stands in brackets: 分值（10分） is 分值."""
    said = word(text)
    while (shorter := _BRACKETS.sub("", said)) != said:
        said = shorter
    return said.strip(_ENDS)


def named(text: str, words: Iterable[str]) -> bool:
    """Whether a text is one of these words, with or without its brackets."""
    return word(text) in words or stem(text) in words


@lru_cache(maxsize=8192)
def indicator_head(text: str) -> Head | None:
    """The head of a column of indicators; None for words nobody knows."""
    return _head(text, INDICATOR_HEADS)


@lru_cache(maxsize=8192)
def funds_head(text: str) -> Head | None:
    """The head of a column of funds."""
    return _head(text, FUNDS_HEADS)


_LONGEST_HEAD = 60
_OF_YEAR = re.compile(r"^20\d\d年度?")
_LETTERS = re.compile(r"[A-Ca-c①②③]$")


def _head(text: str, table: Mapping[str, Head]) -> Head | None:
    said = word(text)
    if not said or len(said) > _LONGEST_HEAD:
        return None
    short = stem(text)
    if OTHER_YEARS.search(short) and not _REASON.search(short):
        return Head.OTHER
    found = table.get(said) or table.get(short) or table.get(_LETTERS.sub("", short)) or table.get(_OF_YEAR.sub("", short))
    if found is None and "、" in short:
        parts = {table.get(part) for part in short.split("、")}
        if Head.TARGET in parts and parts <= {Head.SIGN, Head.TARGET, Head.UNIT}:
            return Head.TARGET  # 指标性质、指标值、度量单位 in one column
    if found is None and _REASON.search(said):
        return Head.REASON
    if found is None and table is INDICATOR_HEADS and _NAMES_AND_MORE.match(said):
        return Head.LEVEL3
    return found


_NAMES_AND_MORE = re.compile(r"[三四]级(?:绩效)?指标(?:名称)?(?:及|和|与|、|\(含|/)")
"""A head of the names of indicators with what else is written beside them: 三级指标及目标值."""


def figure(text: str) -> str:
    """A text that may be a number, half-width, without spaces before signs and units; digits parted by white space stay parted."""
    return re.sub(r"(?<=\D)\s+|\s+(?=\D)", "", unicodedata.normalize("NFKC", text).strip(WHITE)).replace("﹪", "%")


def money_unit(text: str) -> str:
    """The unit of money a label says: 万元, 元, 亿元; empty where it says none."""
    found = UNIT_OF_MONEY.search(unicodedata.normalize("NFKC", text).translate(_SYMBOLS))
    return found[1] if found else ""


_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’"
_GAP = re.compile(rf"(?<=[{_WIDE}])\s+|\s+(?=[{_WIDE}])")


def squeezed(text: str) -> str:
    """A short text without line breaks and the spaces between Chinese characters: 补贴渔\\n船数 is 补贴渔船数."""
    return _GAP.sub("", " ".join(text.split()))


def year_in(text: str) -> int | None:
    """The first year a text says, 2025年 or 二〇二五年; None where it says none."""
    found = _YEAR_IN_TEXT.search(text)
    return int(found[1].translate(_DIGITS)) if found else None
