"""Target and actual values as clerks write them in a 自评表: ≥95%、20项、1600余条、不超过5万元、按期完成.

A text is read in small steps (`Reading`); the native workbook has one column for each of them, so that both always agree.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

from xl_jixiao.expr import exact
from xl_jixiao.number import NotANumber, day_number, from_cell
from xl_jixiao.rules.base import Quantity as Share
from xl_jixiao.rules.completion import Completion
from xl_jixiao.words import SPACES, UNSEEN, WHITE

POSITIVE, REVERSE, EQUAL, QUALITATIVE = "正向", "反向", "等于", "定性"
DIRECTIONS = {POSITIVE: "positive", REVERSE: "reverse", EQUAL: "equal", QUALITATIVE: "degree"}

LEADS = ("应", "应当", "须", "必须", "确保", "保证", "力争", "争取")
"""An aim's first words: they say no direction, and may stand before a word that does (应不低于) or alone (确保95%以上)."""


def _led(*words: str) -> tuple[str, ...]:
    return tuple(lead + word for lead in ("", *LEADS) for word in words)


def _negated(words: str) -> tuple[str, ...]:
    return tuple(negation + word for negation in ("不", "不得", "不能") for word in words.split())


_MORE = "≥ >= > ≮ 至少 最少 大于 大于等于 大于或等于 高于 多于 超过 超过了 超"
MORE_WORDS = _led(*_MORE.split(), *_negated("低于 少于 小于"), "未低于", "未少于")
_LESS = "≤ <= < ≯ 至多 最多 小于 小于等于 小于或等于 低于 少于 不足 控制在"
LESS_WORDS = _led(*_LESS.split(), *_negated("超过 超 高于 多于 大于"), "未超过", "未超", "未高于")
EQUAL_WORDS = ("=", "等于")

_THAN = ("", "同比", "环比", "较上年", "比上年", "较上年度", "比上年度", "较去年", "比去年", "年均", "平均", "逐年")
_UP = "提高 提升 增长 增加 上升 上浮"
_DOWN = "下降 降低 减少 缩短 压减 压缩 节约 节省 下浮"
_TO = "降至 降到 控制到"
CHANGE_WORDS = tuple(
    dict.fromkeys(
        [than + word + end for than in _THAN for word in f"{_UP} {_DOWN}".split() for end in ("", "了", "到", "至")]
        + [than + word for than in _THAN for word in _TO.split()]
    )
)
"""How a target says a change (提高5%), or the level it leads to (降低到5%以下)."""
DOWNWARD = ("降", "减", "缩", "压", "节", "下", "控制")
"""What is in every change word that goes down, and in no other."""
LEADING_TO = ("到", "至")
"""What is in every change word that says a level, and in no other."""
COST = "成本"
"""In the class of a row: less is better, unless its words say otherwise."""
SAVING = ("节约", "节省", "降低", "下降", "压减", "减少", "效益", "收益")
"""In the name of a row about cost of which more is better."""
DONE_RATES = tuple(
    "执行率 核算率 完成率 保障率 合格率 达标率 到位率 支付率 拨付率 发放率 兑付率 兑现率 落实率 及时率 准确率 合规率 覆盖率 使用率 利用率".split()
)
"""In the name of such a row whose share is of what was to be done, so that more is better unless a word of BETTER_LESS stands beside it."""
BETTER_LESS = tuple(
    "不合规 不达标 不及时 不满意 未完成 未达标 差错 失误 误报 漏报 返工 返修 返贫 事故 投诉 信访量 信访件 信访次数 信访数 信访人 上访 纠纷 案件发生 发案 发病 发生率 死亡率 伤亡 "
    "死亡人 失业率 辍学率 流失率 空置率 闲置率 不合格 违规 违纪 违法 逾期 超期 拖欠 欠薪 超支 超标 排放量 排放浓度 能耗 水耗 电耗 耗水 耗电 "
    "损耗 漏损 损失 工期 时限 办结时间 办理时间 响应时间 等待时间 处理时间 审批时间 处置时间 用时 耗时 办理周期 审批周期 建设周期 "
    "化学需氧量 氨氮浓度 PM2.5 pm2.5 pm10 PM10".split()
)
"""In the name of a row of which less is better as a rule."""
BETTER_MORE = tuple(
    "下降 降低 减少 缩短 节约 压减 减排 削减 挽回 避免 达标 达成率 及时 合格率 合规 完成率 完成比例 办结率 办结比例 处理率 处置率 处理数 查处 查办 整改 "
    "化解 调处 调解 回复 答复 回访 满意 覆盖 排查 检查 演练 培训 宣传 结案 受理 处理量 控制率 治理 巡查 监测 打击 追回 责停 责令 制止 报案 接访 治愈 救助 修复 按时 按期 "
    "受益 降幅 执法".split()
)
"""What makes more of it better all the same: 投诉办结率, 能耗下降率."""
_LEVEL = "达到 达 达到了 已达 已达到 实现 实际 完成 完成了 已完成 共完成 实际完成 累计完成 约 共 共计 总计 合计 累计"
LEVEL_WORDS = (*_led(*_LEVEL.split()), *LEADS)
"""How much, in no direction: 20项 stays 正向 beside them, 0起 stays 反向."""
SIGN_WORDS = (*MORE_WORDS, *LESS_WORDS, *EQUAL_WORDS, *LEVEL_WORDS)
COMPARING = ("≥", "≤", "<", ">", "=", "≮", "≯", "于", "超", "不足", "至", "最", "控制")
"""What is in every sign word that says a direction, and in no other."""
INCLUSIVE = ("≥", "≤", "=", "≮", "≯", "等", "不", "未", "至", "最", "控制")
"""What is in every comparing word that counts the figure itself in."""
DONE = ("完成", "达成", "办结")
LESS_TAILS = tuple(tail + done for tail in ("以下", "及以下", "或以下", "以内", "及以内", "之内", "内") for done in ("", *DONE))
MORE_TAILS = tuple(tail + done for tail in ("以上", "及以上", "或以上") for done in ("", *DONE))
TAILS = (*LESS_TAILS, *MORE_TAILS, "左右", *DONE)
UPWARD = ("以上",)
BOUND_SIGNS, BOUND_TAILS = ("≥", "≤", "<", ">", "≮", "≯", "于等于", "于或等于", "不", "未", "至", "最", "控制"), (*UPWARD, "以下", "内")
"""What is in the signs, and in the tails, that only a target has: an actual value is a number, and 超过 can be said of one."""
WHOLE_UNITS = tuple("人 人次 名 户 家 场 场次 次 起 件 辆 套 台 座 所 篇 份 批 批次 期 宗 例".split())
"""Units of which there are no halves."""
ENDED = ("≥", "≤", "<", ">", "≮", "≯", "于", "超", "不足", "至", "最")
"""What is in the signs that name one end: no range follows them."""
LIMITS = (*UPWARD, "以下", "内")
"""Inside a unit they hide a direction: 5天内答复, 5万元以内/年."""
MET_WORDS = tuple(
    "达成 已达成 全部达成 完成 已完成 全部完成 全面完成 达成预期指标 达成年度指标 达到 达标 合格 及时 按期 按时 如期 按期完成 按时完成 如期完成 "
    "按计划完成 已按期完成 已按时完成 提前完成 是 有".split()
)
GOOD_WORDS = tuple(
    "有效 显著 良好 明显 较好 好 优 优良 优秀 满意 较高 高 增强 提升 改善 稳定 安全 规范 无 零事故 相关 完整 健全 合理 合规 明确 充分 科学 有序".split()
)
"""What a qualitative target may be and be found to be: no copy of it."""
NEGATED = ("不合规", "不达标", "不及时", "不满意", "未完成")
"""Of these less is better, though each ends in a word of BETTER_MORE."""
BETTER = tuple(
    "满意 合格率 优良率 达标率 知晓率 及时率 覆盖率 准确率 公开率 普及率 完成率 到位率 拨付率 发放率 兑付率 兑现率 落实率 合规率 办结率".split()
)
"""In the name of a share of which more is better beyond doubt where no word of which less is stands beside it."""
CHANGING = tuple("增 提高 提升 降 减 节 压 超 变动 变化 涨 幅 差额 结余 盈 利润 净".split())
"""In the name of a figure that may well be nothing, or below, or several times the whole."""
NEVER_MORE = ("满意", "合格率", "优良率", "达标率", "知晓率", "及时率", "准确率", "公开率")
SELDOM_MORE = ("覆盖率",)
"""In the name of a share that is no more than all; that is more only where it was counted on another base."""
DONE_IN_PART = ("完成", "达成", "办结", "落实", "到位", "达标", "合格", "按期", "按时", "如期", "及时", "建成", "竣工")
"""In a qualitative target beside which a bare 85 % is how far it was done; beside 低于上年 or 控制在合理区间 it is a figure of its own."""
ALL_DONE = tuple("全部完成 全面完成 全部达成 已全部完成 均已完成 全部按期完成 全部达标 全部合格 全覆盖".split())
"""What 100% is in words."""
NONE_HAPPENED = tuple("无 零 没有 未发生 没有发生 从未发生 未出现 无发生 零发生 零事故 无事故 未发生事故 零投诉 无投诉".split())
"""What nothing is in words, beside a target of zero."""
NOT_OCCURRED = tuple(
    "无 不适用 不涉及 本年不适用 本年不涉及 未发生 没有发生 本年未发生 本年没有发生 本年度未发生 本年度没有发生 本年无此项 本年没有此项".split()
)
"""What stands for an actual value where there was nothing of the kind this year."""
NONE_LEADS = ("零", "无", "不发生", "未发生", "没有发生", "不出现", "未出现", "没有出现", "没有", "杜绝", "避免")
NO_NONE = tuple("无害 无障碍 无缝 无线 无纸 无偿 无菌 无人机 无形 无接触".split())
"""How a target or an actual value says that something doesn't happen, and words that only begin alike."""
UNMET_WORDS = tuple("未达成 未完成 未达到 未达标 不合格 不及时 未按期完成 未按时完成 未如期完成 未按计划完成 否 没有".split())
DATE_UNITS = ("月", "月份", "日", "号")
DATE_MARKS = ("前", "底", "旬", "月初", "月末", "年初", "年末")
ABOUT = ("余", "多")
SCALES = "百千万亿"
STOPS = "。.;；"
NOT_UNITS = "≥≤≮≯<>=+±-—–~～至"
"""Signs and range marks: a unit has none of them."""
SPAN = "~"
SPANNED = ("～", "—", "–", "-", "至", "到")
"""What stands between the two ends of a range besides ~; a dash alone does so only beside a unit: 12-31 may be a day."""
SPAN_WORDS = ("介于", "之间", "区间")
"""What may stand around a range."""
NUMERALS = "二三四五六七八九十两几半"
"""A figure in characters: 2万五千元 and 1个半月 are more than their digits say. 一 is one too, but also in 进一步."""
NUMBER_WORDS = ("一", *NUMERALS)
TIMES: Mapping[str, int] = MappingProxyType(
    {"万亿": 10**12, "百万": 10**6, "千万": 10**7, "十万": 10**5, "万": 10**4, "亿": 10**8, "千": 10**3}
)
"""Multiples that a unit may start with, longer ones first."""
UNITS: tuple[tuple[str, str, int], ...] = (
    ("元整", "元", 1),
    ("百", "", 100),
    ("百人", "人", 100),
    ("百人次", "人次", 100),
    ("百户", "户", 100),
    ("场次", "场", 1),
    ("批次", "批", 1),
    ("次/周", "次/年", 52),
    ("次/月", "次/年", 12),
    ("次/季 次/季度", "次/年", 4),
    ("次/半年", "次/年", 2),
    ("公里 km", "米", 1000),
    ("m", "米", 1),
    ("吨 t", "克", 10**6),
    ("公斤 kg", "克", 1000),
    ("斤 市斤", "克", 500),
    ("g", "克", 1),
    ("平方公里 平方千米", "平方米", 10**6),
    ("㎡ m² m2 平米", "平方米", 1),
    ("公顷", "亩", 15),
    ("日", "天", 1),
    ("周 星期", "天", 7),
    ("年", "个月", 12),
    ("个季度", "个月", 3),
    ("月", "个月", 1),
    ("小时 个小时", "分钟", 60),
    ("名 位", "人", 1),
)
"""Units that are converted: their words, the first unit of their kind, how many of it they are."""
PARTED_DIGITS = tuple(f"{first} {second}" for first in "0123456789" for second in "0123456789")
"""Two digits with white space between them."""
SHARES = ("%", "百分")
FIGURES = (*SHARES, *"0123456789", *NUMERALS)
INCLUSIONS = ("(含", "(不含")
REPLACED = dict(zip("０１２３４５６７８９％．，＋－\u2212＝＜＞≧≦⩾⩽（）", "0123456789%.,+--=<>≥≤≥≤()", strict=True))
"""Full-width signs, each by its half-width one."""

_TABLE = str.maketrans({**REPLACED, **dict.fromkeys(WHITE, "")})
MOST_DIGITS = 15
LARGEST_RATIO = 1000
"""A 完成率 from here on is not shown: it says nothing, and a spreadsheet could not print its digits."""


class RowRule(BaseModel):
    """What the form leaves open about a row's points, with the choice made: reverse and equal targets, and targets set far too low."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reverse_mode: Literal["ratio", "linear"] = "ratio"
    equal_mode: Literal["ratio", "exact"] = "ratio"
    too_low: Share | None = None
    too_low_deduct: Share = Decimal(0)

    @cached_property
    def _completions(self) -> dict[str, Completion]:
        kept = self.model_dump()
        return {
            side: Completion.model_validate({"kind": "completion", "direction": DIRECTIONS[side], **kept})
            for side in (POSITIVE, REVERSE, EQUAL)
        }

    def completion(self, direction: str) -> Completion:
        """The rule of a row of this direction (正向、反向、等于)."""
        return self._completions[direction]


NATIONAL = RowRule()


@dataclass(frozen=True)
class Reading:
    """A cell's text taken apart: ``≥１,600余条（含）以上`` is sign ≥, figure 1,600, kept 条以上, tail 以上. A number cell has no text."""

    spaced: str
    raw: str
    text: str
    change: str
    after: str
    sign: str
    body: str
    bare: str
    rest: str
    figure: str
    whole: str
    kept: str
    tail: str
    date_text: str
    month_text: str
    day_text: str
    date: int | str
    number: Fraction | int | None
    unit: str
    span: str = ""
    span_unit: str = ""
    low_unit: str = ""
    low_text: str = ""
    high_text: str = ""
    low: Fraction | int | str = ""
    high: Fraction | int | str = ""
    """The ends of a range: 95%～100%; empty text where a text is none."""


def has(text: str, marks: Iterable[str]) -> bool:
    """Whether one of the marks is in a text."""
    return any(mark in text for mark in marks)


def clean(cell: object) -> str:
    """A text without spaces, full-width signs made half-width, small letters, one closing stop dropped."""
    raw = _raw(cell)
    return raw[:-1] if raw and raw[-1] in STOPS else raw


_BREAKS = dict.fromkeys("\t\n\r", " ")
_ONE_SPACE = str.maketrans({**dict.fromkeys(WHITE[:32]), **_BREAKS, **{one: None if one in UNSEEN else " " for one in SPACES}, **REPLACED})


def _spaced(cell: str) -> str:
    """A text with one space wherever it has white space, none around it, full-width signs made half-width."""
    return " ".join(cell.translate(_ONE_SPACE).split())


def _raw(cell: object) -> str:
    return "" if cell is None else str(cell).translate(_TABLE).lower()


def read_cell(cell: object) -> Reading:
    """The reading of a cell's value or text; `number` is None where it is no quantity."""
    number = _number(cell)
    if number is not None:
        return replace(_read_text(""), number=number)
    return _read_text("" if cell is None else str(cell))


def _number(cell: object) -> Fraction | int | None:
    """The number of a number cell."""
    if isinstance(cell, Fraction):
        return cell
    try:
        number = None if isinstance(cell, str) else exact(from_cell(cell))
    except NotANumber:
        return None
    return number if isinstance(number, (Fraction, int)) else None


@lru_cache(maxsize=4096)
def _read_text(cell: str) -> Reading:
    raw, text = _raw(cell), clean(cell)
    change = _longest(word for word in CHANGE_WORDS if text.startswith(word))
    after = text[len(change) :]
    sign = _longest(word for word in SIGN_WORDS if after.startswith(word))
    body = _without_inclusion(after, sign)
    bare = body[1:] if body[:1] in ("+", "-") else body
    rest = bare.translate(_DIGITS)
    figure = bare[: len(bare) - len(rest)]
    whole = figure.partition(".")[0]
    about = 1 if rest and rest[0] in SCALES else 0
    kept = rest[:about] + rest[about + 1 :] if rest[about : about + 1] in ABOUT else rest
    tail = _longest(word for word in TAILS if kept.endswith(word))
    written = _date_text(text)
    unit = kept[: len(kept) - len(tail)]
    reading = Reading(
        _spaced(cell),
        raw,
        text,
        change,
        after,
        sign,
        body,
        bare,
        rest,
        figure,
        whole,
        kept,
        tail,
        written,
        *_month_and_day(written),
        _day_of(written),
        None,
        unit,
    )
    reading = _as_range(reading)
    if figure + rest != bare or not _is_figure(figure, whole) or _is_other(reading) or _is_date(reading) or _is_contradiction(reading):
        return replace(reading, unit="")
    number = exact(Decimal(figure.replace(",", "")))
    assert isinstance(number, (Fraction, int))
    return replace(reading, number=-number if body[:1] == "-" else number)


_DIGITS = str.maketrans(dict.fromkeys("0123456789.,", ""))
_POINTED = str.maketrans(dict.fromkeys("0123456789.", ""))


def _as_range(one: Reading) -> Reading:
    """A reading with the two ends of its range, where it plainly is one: 3-5次, 95%～100%, 80—90分; not 1-2月, 12-31, 2022-2024年."""
    span = one.body
    for word in SPANNED:
        span = span.replace(word, SPAN)
    span = span.replace(SPAN * 2, SPAN)
    for word in SPAN_WORDS:
        span = span.replace(word, "")
    first, _, last = span.partition(SPAN)
    first_unit, unit = first.translate(_POINTED), last.translate(_POINTED)
    low_text, high_text = first[: len(first) - len(first_unit)], last[: len(last) - len(unit)]
    one = replace(one, span=span, span_unit=unit, low_unit=first_unit, low_text=low_text, high_text=high_text)
    ends = low_text + first_unit == first and high_text + unit == last and first_unit in ("", unit)
    if not ends or not all(_is_figure(text, text.partition(".")[0]) for text in (low_text, high_text)):
        return one
    years = low_text[:2] in ("19", "20") and len(low_text) == 4
    timed = unit in DATE_UNITS or has(unit, DATE_MARKS) or years
    more = has(unit, (*NOT_UNITS, *LIMITS)) or has(unit.partition("/")[0], NUMBER_WORDS) or has(one.sign, ENDED)
    if timed or more or (not unit and "-" in one.body):
        return one
    low, high = (exact(Decimal(text)) for text in (low_text, high_text))
    assert isinstance(low, (Fraction, int)) and isinstance(high, (Fraction, int))
    return replace(one, low=low, high=high) if low < high else one


def _longest(words: Iterable[str]) -> str:
    return max(words, key=len, default="")


def _without_inclusion(text: str, sign: str) -> str:
    """What follows the sign, without （含）, （不含） and what they repeat of it: 95%以上（含95%）."""
    body, start, end = text[len(sign) :], text.find("含"), text.find(")")
    repeated = body[: max(0, end - start - 1)] if min(start, end) >= 0 else ""
    for mark in INCLUSIONS:
        body = body.replace(f"{mark}{repeated})", "")
    return body


def _is_figure(figure: str, whole: str) -> bool:
    """Plain digits or thousands grouped by comma, at most one point with digits on both sides, at most 15 digits."""
    digits = figure.replace(",", "").replace(".", "")
    commas = whole.count(",")
    if not digits or len(digits) > MOST_DIGITS or "." in (figure[0], figure[-1]) or figure.count(".") > 1 or figure.count(",") != commas:
        return False
    filled = ("x" * 16 + whole)[-16:]
    return commas == 0 or 4 * commas < len(whole) < 4 * commas + 4 and sum(filled[at] == "," for at in (4, 8, 12)) == commas


def _is_other(one: Reading) -> bool:
    """More than a figure and its unit: 5至十天, 2万五千元, 5天内答复. Beside a slash a numeral belongs to the unit: 1次/半年."""
    return has(one.rest, NOT_UNITS) or has(one.rest.partition("/")[0], NUMBER_WORDS) or has(one.unit, LIMITS)


def _is_date(one: Reading) -> bool:
    """12月, 12月完成, 2020年度, 12月底前: a time, not a quantity."""
    year = one.kept[:1] == "年" and len(one.figure) == 4 and one.figure[:2] in ("19", "20")
    compared = has(one.sign, COMPARING) or has(one.tail, LIMITS)
    return year or has(one.kept, DATE_MARKS) or one.unit in DATE_UNITS and not compared


DATE_PARTS = {"年": "-", "月": "-", ".": "-", "/": "-"}
DATE_WORDS = ("截止", "截至", "确保", "力争", "应", "于", "在", "之前", "以前", "前", "底", "末", "完成", "完工", "日", "号", "份")
"""What may stand around a date."""


def _date_text(text: str) -> str:
    """A date's text without the words around it: 2020-12-31, 2020-12-, 2020-."""
    for part, instead in (*DATE_PARTS.items(), *((word, "") for word in DATE_WORDS)):
        text = text.replace(part, instead)
    return text


def _month_and_day(written: str) -> tuple[str, str]:
    """What stands in a date's text where its month and its day do."""
    padded = f"{written}--"
    at = padded.find("-", len("2020-"))
    return (written[len("2020-") : at], written[at + 1 :]) if at >= 0 else ("", "")


def _day_of(written: str) -> int | str:
    """The day of a date, the last one of its month or year where it says no more; empty text for what is none."""
    year, _, rest = written.partition("-")
    month, _, day = rest.partition("-")
    if not _is_year(year) or len(written) < len("2020-") or not all(_is_part(one) for one in (month, day) if one):
        return ""
    try:
        if day:
            return day_number(datetime.date(int(year), int(month), int(day)))
        ends = int(month or 12)
        following = datetime.date(int(year) + ends // 12, ends % 12 + 1, 1) if 1 <= ends <= 12 else None
        return "" if following is None else day_number(following) - 1
    except ValueError:
        return ""


def _is_part(text: str) -> bool:
    return len(text) <= 2 and text.isascii() and text.isdecimal()


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdecimal() and text[:2] == "20"


def _is_contradiction(one: Reading) -> bool:
    """不低于5天以内, 控制在95%以上, =95%以上; also >0: no ratio to zero says whether it is met."""
    compared, less = has(one.sign, COMPARING), one.sign in LESS_WORDS
    if compared and not less and one.tail in LESS_TAILS or has(one.tail, UPWARD) and (less or one.sign in EQUAL_WORDS):
        return True
    return compared and not has(one.sign, INCLUSIVE) and not one.figure.strip("0.,")
