"""Figures that were probably typed in another unit: 元 for 万元, 95 for 95%. Asked as a question, never mended.

The bands are generous: a county's whole budget of several 亿元 in 万元 passes, and so does a unit whose 三公 is a few hundred 元.
"""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from xl_jixiao.expr import (
    Cell,
    Expr,
    MadeOf,
    Operand,
    Rounded,
    all_of,
    any_of,
    call,
    first_of,
    is_blank,
    is_number,
    joined,
    negated,
    renamed,
    when,
)
from xl_jixiao.number import day_number, plain
from xl_jixiao.rules.typed import YUAN
from xl_jixiao.tables.inputs import Input
from xl_jixiao.words import PROJECT

MOST_YUAN = 10**10
"""100万万元: more is no unit's figure."""

MOST_YUAN_A_HEAD = 2 * 10**8
"""Money beside the heads of a unit: a bureau that pays out a county's budget has some ten million 元 for each."""

MANY_TIMES = 1000
"""A figure so many times its partner (预算 beside 实际, 上年 beside 本年), or the largest of its neighbours, is in another unit."""

FEW, LARGE_YUAN = (2, 3), 10**9
"""Beside so few other amounts, those of one piece of work, ten 亿元 are not a thousand times another; several may be in 元 together."""

MOST_HEADS, MANY_HEADS, SEVERAL = 100_000, 7, 20
"""The most heads of a unit; how many times the other heads it names, where there are several."""

MOST_RATE, LEAST_RATE = Decimal(3), Decimal("0.01")
"""A percentage above the first is a percent sign left out; at or below the second it stands in a cell that adds one by itself."""

WHOLE, OF_A_BUDGET, REVISED = Decimal(1), ("BUDGET_COMPLETION_RATE",), "调整后"
"""Of a revised budget no more can be done than all; of the first one much more may be."""

FIRST = "年初"
_WITHIN_WHOLE = re.compile("执行率|支出率|结转结余率|结余率")


def within_whole(rate: str) -> bool:
    """Whether by its name a place's own rate is hardly more than all, the first budget aside: 执行率, 结余率."""
    return bool(_WITHIN_WHOLE.search(rate))


def at_most_all(name: str) -> bool:
    """Whether by its name a share is hardly ever above the whole: 满意率, 合格率."""
    return bool(_AT_MOST_ALL.search(name))


LEAST_OF_RATE: Mapping[str, Decimal] = MappingProxyType(
    {
        code: Decimal(least)
        for least, codes in {
            "0.2": "CONTROL_RATE SATISFACTION_RATE",
            "0.1": "BUDGET_COMPLETION_RATE PAYMENT_PROGRESS_RATE ASSET_USE_RATE FUNDS_ARRIVAL_RATE FUNDS_TIMELY_RATE OUTPUT_COMPLETION_RATE "
            "QUALITY_RATE",
            "0.02": "PROCUREMENT_RATE BUDGET_EXECUTION_RATE",
        }.items()
        for code in codes.split()
    }
)
"""Rates that are near 100% where anything was done at all, and what each is hardly ever below."""

NEVER_NOTHING = ("CONTROL_RATE", "ASSET_USE_RATE")
"""Of these there is always something: people, assets in use."""

TIMES_WHOLE = 10
"""No part of a unit's year is so many times its whole income, spending or budget."""

LATEST, FILLED_BY, FILLED_FROM = 3, 1, 10
"""So many years after its own a year's work hardly ends, and a form is hardly filled in; the month of its own year before which no
report is written."""

LONGEST = 10
"""So many years before, or after, its table's own a piece of work hardly begins, or is to end."""

_LEAST_SHARE = 10
"""A figure that is less than a tenth of its unit when taken for 元 tells nothing: without it the sides agree as well."""

IN_YUAN = "是否填成了元？"

_OCCASION = re.compile(
    "[本上]年度?|年[初末]|[全当]年|预算|决算|实际|批[复准]|计划|调整后|执行|完成|支出|安排|总额?|金额|合计|[数额（）()“”]"
)
_FREE = re.compile("结转|结余|追加|调整[^后]|调整$|增加|减少|节约")
"""Figures that may be next to nothing one year and large the next."""

_EVERYDAY = re.compile("三公|接待|用车|公车|出国|会议|培训|差旅|办公|水费|电费")
_LARGE = re.compile("收入|支出|预算|拨款|资金|经费")
TIMES_ALL, TIMES_A_YEAR, ENOUGH, SOME = 2, 100, 4, 8
"""What a unit runs on day by day is not so many times the largest amount of its form, nor so many times last year's, where the form has at
least so many other amounts."""

_LAST, _YEAR_TOTAL, TIMES_TOTAL = re.compile("上年|年初"), re.compile("(收入|支出|收支)(合计|总计)$"), 8
"""One total of a year is not so many times another of the same year."""

_UP_TO = tuple(
    re.compile(text)
    for text in (
        "1[-—至]3月|截至3月|3月[底末]|一季度[末底]|截至第?一季度",
        "上?半年|1[-—至]6月|截至6月|6月[底末]|二季度[末底]|截至第?二季度",
        "前三季度|1[-—至]9月|截至9月|9月[底末]|三季度[末底]|截至第?三季度",
        "全年度?|1[-—至]12月|截至12月|12月[底末]|四季度[末底]|截至第?四季度",
    )
)
"""What a figure that adds up over the year has reached, in the order of the year."""

_ADDS_UP = re.compile("进度|支付|支出|拨付|执行|完成|累计")
"""Shares of a year's whole, by name."""

_HEADS = re.compile("编制|在职|人员|实有")
_HEAD_UNITS = ("人", "名", "个")

_GUESTS, _VISITS, _HOSTING, LEAST_A_GUEST = re.compile("接待(人数|人次)"), re.compile("接待批"), re.compile("接待费(?!.*预算)"), 12
"""Guests, their visits, what they cost, and the 元 for each guest that is hardly ever less."""


@dataclass(frozen=True)
class ForEach:
    """What money by its name comes to for each of what it is spent on, counted by another figure: hardly more 元, nor less. So few of
    what is counted may each cost anything."""

    money: re.Pattern[str]
    counted: re.Pattern[str]
    each: str
    most: int
    least: int = 0
    few: int = 1


BANDS = (
    ForEach(re.compile("^(本[年级]|上年|年初预算)?(人员(经费|支出)|工资福利支出)"), _HEADS, "人数", 600_000, 3_000, few=5),
    ForEach(re.compile("^(本[年级]|上年|年初预算)?基本支出"), _HEADS, "人数", 800_000, 3_000, few=5),
    ForEach(re.compile("公用(经费|支出)"), _HEADS, "人数", 200_000, few=5),
    ForEach(re.compile("三公|公务接待|公车|用车|因公出国"), _HEADS, "人数", 60_000, few=5),
    ForEach(re.compile("(用车|公车|车辆).*(运行|运维)"), re.compile("(用车|公车|车辆).*(保有|数)"), "车辆数", 150_000),
    ForEach(re.compile("接待费"), _GUESTS, "接待人次", 800),
)
"""A unit's pay, running costs and 三公经费 for one person, car or guest."""

_WHOLES = re.compile("^(本年)?(收入|支出|收支)(合计|总计)$|^年初预算(数|总额)?$|^调整后预算数$|^预算完成数$")
_FIRST_BUDGET, _REVISED_BUDGET, _ADJUSTED = (re.compile(f"^(本年)?{name}(数|额|总额)?$") for name in ("年初预算", "调整后预算", "预算调整"))
LEAST_ADJUSTED, TIMES_ADJUSTED = Decimal("0.02"), 20
"""By so much figures that were rounded may be apart; a budget that is so many times the other is in doubt itself."""

_LARGER = re.compile("资产|负债|贷款|投资|产值|收益|税|资金")
"""Money that may be more than a year's spending."""

_FILLED_ON = re.compile("^(填[报表]|编[报制]|报告|评价|自评)(日期|时间)$")

_REPORTED_ON = re.compile("^报告")
_OF_THE_WORK = re.compile("开工|动工|完工|竣工|完成|验收|办结|交付|到位|支付|拨付|下达|报送|提交|上报|公开|批准|批复|计划|合同|签订")
_AHEAD = re.compile("计划|应|约定|合同|预计|批准|要求")
"""Dates of what a year's money is spent on; and those among them that may lie ahead."""

NO_ANSWER = ("见附件", "详见附件", "附件", "同上", "略", "待填", "待补充", "/")
"""What stands where something is to be written, and says nothing."""

_ONLY_DONE = "本年度初全我局单位项目各所有任务工作指标预总体绩效算情况按时期如及圆满顺利较很良好基面部已经均都地的了完成达到实现落，、。；：！,.;: \u3000\n"
_AS_WAS_DUE = ("要求", "计划", "规定", "进度", "100%")
"""What a goal is said to be reached with, naming nothing of it: 本年度各项工作任务已按要求圆满完成100%."""

LEFT_IN = ("××", "XX", "待填", "待补充", "字以内", "字左右", "请填写", "请输入")
"""What a template puts where something is to be written, as the sheet finds it."""

LEAST_TEXT = 4
"""A passage of fewer characters says nothing."""

NONE_OF_IT = ("无", "暂无", "没有", "不适用", "不涉及")
_ALWAYS_THERE = re.compile(
    "^(单位|项目)名称$|职责|职能|机构设置|概况|概述|主要(工作|内容)|绩效目标|完成情况|产出情况|效益情况|成绩|组织(管理|实施)"
)
"""What there always is, by name: there 无 is no answer either."""

_OF_WORK = re.compile("绩效目标|(完成|产出|效益)情况|主要工作|成绩")
"""Texts of what was to be done or was done: that it was done says nothing there."""

_AT_MOST_ALL = re.compile("满意|知晓|合格|达标|优良|覆盖|利用|支出率|支付率|支付进度|支出进度|执行率|及时率|公开率")
"""Percentages by name that are hardly ever above the whole."""


@dataclass(frozen=True)
class Balance:
    """Two sides that must agree: by how much they are apart, once all their figures are there."""

    name: str
    names: tuple[str, ...]
    complete: Expr
    gap: Expr
    tolerance: Decimal

    def renamed(self, keys: Mapping[str, str]) -> "Balance":
        """The same over other cells."""
        names = tuple(keys[name] for name in self.names)
        return Balance(self.name, names, renamed(self.complete, keys), renamed(self.gap, keys), self.tolerance)


_PARTS = tuple(
    (re.compile(part), re.compile(whole))
    for part, whole in (
        ("满意", "调查|有效|问卷|回收|发放|样本|测评|受访|评价|份数|人数|总"),
        ("合格|优良|达标", "验收|检验|检测|抽检|抽查|监测|参评|总"),
        ("公开", "应公开"),
        ("及时|按时|按期|到期完成", "完成|办结|项目数|总数|应"),
        ("覆盖", "总额|总数|应覆盖"),
    )
)
"""How figures are called of which the first are a part of the second."""


def is_part(part: str, whole: str) -> bool:
    """Whether by their names one figure counts a part of what another counts: 满意人数 of 调查人数."""
    return any(one.search(part) and other.search(whole) for one, other in _PARTS)


@dataclass(frozen=True)
class Quotient:
    """A rate of some figures over others. `share`: the first are a part of the second; over `most`, or not above zero and below `least`, a
    figure is probably in another unit. `reason` is the cell in which the rate is explained."""

    name: str
    part: Expr
    whole: Expr
    most: Decimal
    least: Decimal
    reason: str
    share: bool = False
    nothing: bool = True
    """Whether it may be nothing at all."""

    def renamed(self, keys: Mapping[str, str]) -> "Quotient":
        """The same over other cells."""
        part, whole = renamed(self.part, keys), renamed(self.whole, keys)
        return Quotient(self.name, part, whole, self.most, self.least, keys[self.reason], self.share, self.nothing)

    def _where_known(self, test: Expr) -> Expr:
        """A test where all figures are numbers and there is something to be a part of."""
        names = tuple(dict.fromkeys((*self.part.names, *self.whole.names)))
        return when(call("COUNT", *map(Cell, names)).equals(len(names)), all_of([self.whole > 0, test]), False)

    @property
    def too_large(self) -> Expr:
        """Whether it is above its most; a share above the whole."""
        return self._where_known(self.part > self.whole if self.share else call("ABS", self.part) > self.whole * self.most)

    @property
    def too_small(self) -> Expr:
        """Whether it is next to nothing."""
        low = self.part < self.whole * self.least
        return self._where_known(all_of([self.part > 0, low]) if self.nothing else low)


def part_of(part: str, whole: str) -> Quotient:
    """A figure that is a part of another, by their keys, where no rate is made of them."""
    return Quotient(part, Cell(part), Cell(whole), WHOLE, Decimal(0), part, share=True)


def questions(
    inputs: Sequence[Input], balances: Sequence[Balance] = (), quotients: Sequence[Quotient] = (), year: int = 0
) -> Mapping[str, Expr]:
    """What is asked of a figure, by its key: a text, empty where nothing is. Only figures of which something may be asked. `year` is the
    one the form is about."""
    around = _Around(inputs)
    found = {one.key: list(_cases(one, around, balances)) for one in inputs if one.numeric}
    for quotient in quotients:
        for key, test, text in _of_quotient(quotient):
            if key in found:
                found[key].append((test, text))
    if year:
        found |= {one.key: list(_of_date(one, year)) for one in inputs if one.kind == "date"}
    asked = {key: when(is_number(Cell(key)), first_of(cases, ""), "") for key, cases in found.items() if cases}
    texts = {one.key: list(_of_text(one)) for one in inputs if one.kind == "text"}
    return MappingProxyType(asked | {key: first_of(cases, "") for key, cases in texts.items() if cases})


def told(quotients: Sequence[Quotient]) -> Mapping[str, Expr]:
    """What is said in the row of a figure that is more than its whole, by its key."""
    shares = [one for one in quotients if one.share and isinstance(one.whole, Cell)]
    found: dict[str, list[tuple[Expr, Operand]]] = {}
    for one in shares:
        text = f"大于“{_bare(one.whole.key)}”，部分不能大于全部，请改正" if isinstance(one.whole, Cell) else ""
        found.setdefault(one.part.names[0], []).append((one.too_large, text))
    return MappingProxyType({key: first_of(cases, "") for key, cases in found.items()})


def _of_quotient(one: Quotient) -> Iterator[tuple[str, Expr, str]]:
    silent = is_blank(Cell(one.reason))
    if not one.share and one.part.names:
        text = f"“{one.name}”超过{plain(one.most * 100)}%，请核对：是否有数填错了单位？"
        yield one.part.names[0], when(silent, one.too_large, False), text
    if one.least and one.whole.names:
        text = f"“{one.name}”不到{plain(one.least * 100)}%，请核对：是否有数填错了？"
        yield one.whole.names[0], when(silent, one.too_small, False), text


def _of_date(one: Input, year: int) -> Iterator[tuple[Expr, Operand]]:
    """A form is filled in after its year began; what is done in a year began, or ends, a few years from it."""
    cell = Cell(one.key)
    if _FILLED_ON.match(one.name):
        month = FILLED_FROM if _REPORTED_ON.match(one.name) else 1
        before = f"早于{year}年{month}月" if month > 1 else f"早于{year}年"
        yield cell < day_number(datetime.date(year, month, 1)), f"{before}，请核对年份："
        latest = year + FILLED_BY
    elif _OF_THE_WORK.search(one.name):
        earliest, latest = year - LONGEST, year + (LONGEST if _AHEAD.search(one.name) else LATEST)
        yield cell < day_number(datetime.date(earliest, 1, 1)), f"早于{earliest}年，请核对年份："
    else:
        return
    yield cell > day_number(datetime.date(latest, 12, 31)), f"晚于{latest}年，请核对年份："


def _is_word(of: Expr, words: Sequence[str]) -> Expr:
    listed = f"；{'；'.join(words)}；"
    return call("SUBSTITUTE", listed, joined("；", of, "；"), "").differs(listed)


def goal_empty(goal: Expr) -> Expr:
    """Whether a goal, or what became of it, says nothing: 无, 见附件, 已按要求完成."""
    return any_of([_is_word(call("SUBSTITUTE", goal, " ", ""), NO_ANSWER + NONE_OF_IT), only_done(goal)])


def only_done(of: Expr) -> Expr:
    """Whether a text says that something was done and nothing of what: 已完成, 各项任务按要求完成."""
    rest = of
    for word in _AS_WAS_DUE:
        rest = call("SUBSTITUTE", rest, word, "")
    return all_of([call("LEN", of) > 0, MadeOf(rest, _ONLY_DONE)])


def _of_text(one: Input) -> Iterator[tuple[Expr, Operand]]:
    """A text that only points elsewhere, or that there is none where there always is."""
    cell = Cell(one.key)
    said = call("SUBSTITUTE", cell, " ", "")
    empty = _is_word(said, NO_ANSWER + (NONE_OF_IT if _ALWAYS_THERE.search(one.name) else ()))
    if one.long:
        short = all_of([call("LEN", said) > 0, call("LEN", said) < LEAST_TEXT])
        empty = any_of([empty, all_of([short, negated(_is_word(said, NONE_OF_IT))])])
    if one.long or _OF_WORK.search(one.name):
        empty = any_of([empty, only_done(cell)])
    yield empty, joined("只写了“", said, "”，等于没有写：请写明内容；")
    rest: Expr = cell
    for mark in LEFT_IN:
        rest = call("SUBSTITUTE", rest, mark, "")
    yield call("LEN", rest) < call("LEN", cell), "里还有没填的“××”或表里的提示：请补全；"


class _Around:
    """The figures a figure is compared with, as they stand in a table."""

    def __init__(self, inputs: Sequence[Input]) -> None:
        self.heads = [one for one in inputs if _is_heads(one)]
        self.one_work = any(one.key == PROJECT for one in inputs)
        """Whether they are those of one project, of which ten 亿元 are too much."""
        self.wholes = [one for one in inputs if is_money(one) and _WHOLES.search(one.name)]
        self._money: dict[tuple[str, str], list[Input]] = {}
        self._alike: dict[tuple[str, str, str], list[Input]] = {}
        for one in inputs:
            if is_money(one):
                self._money.setdefault((one.group, one.unit), []).append(one)
            if one.numeric and not _FREE.search(one.name):
                self._alike.setdefault((one.kind, one.unit, _OCCASION.sub("", one.name)), []).append(one)

        self.inputs = inputs
        self.amounts = [one for one in inputs if is_money(one)]
        self.counts = [one for one in inputs if one.kind == "count"]

    def partners(self, one: Input) -> list[Input]:
        """One thing on other occasions: 预算 beside 实际, 上年 beside 本年."""
        return _others(one, self._alike.get((one.kind, one.unit, _OCCASION.sub("", one.name)), []))

    def beside(self, one: Input) -> list[Input]:
        """The other money of its block."""
        return _others(one, self._money.get((one.group, one.unit), []))


def _others(one: Input, found: Sequence[Input]) -> list[Input]:
    return [other for other in found if other is not one] if one in found else []


def _cases(one: Input, around: _Around, balances: Sequence[Balance]) -> Iterator[tuple[Expr, Operand]]:
    cell = Cell(one.key)
    if is_money(one) and _times(one) > 1:
        yield from (_of_balance(one, balance) for balance in balances if one.key in balance.names)
    times = TIMES_A_YEAR if is_money(one) and _EVERYDAY.search(one.name) else MANY_TIMES
    for other in around.partners(one):
        least = call("N", Cell(other.key))
        yield all_of([least > 0, cell >= times * least]), f"是“{_bare(other.name)}”的{times}倍以上，{_wrong_unit(one)}"
    beside = [Cell(other.key) for other in around.beside(one)]
    if len(beside) > 1:
        largest = call("MAX", *beside)
        yield all_of([largest > 0, cell >= MANY_TIMES * largest]), f"是同一部分其他数的{MANY_TIMES}倍以上，{_wrong_unit(one)}"
    if len(beside) in FEW and is_money(one) and not around.wholes:
        for other in around.beside(one):
            least = call("N", Cell(other.key))
            apart = all_of([least > 0, cell >= Decimal(LARGE_YUAN) / _times(one), cell >= MANY_TIMES * least])
            yield apart, f"是“{_bare(other.name)}”的{MANY_TIMES}倍以上，{_wrong_unit(one)}"
    yield from _of_the_year(one, around)
    yield from _of_adjusted(one, around, balances)
    if is_money(one):
        yield from _of_all(one, around)
        yield from _of_bands(one, around)
    elif one.kind == "count":
        yield from _of_hosting(one, around)
    if is_money(one) and one not in around.wholes and not _LARGER.search(one.name):
        yield from _of_whole(one, [other for other in around.wholes if other.unit == one.unit])
    if one.kind == "percent":
        yield from _share(one, cell, Decimal(1))
    elif one.unit in ("%", "％"):
        yield from _share(one, cell, Decimal(100))
    elif is_money(one):
        yield from _money(one, cell, around)
    elif _is_heads(one):
        yield from _heads(cell, [Cell(other.key) for other in _others(one, around.heads)])


def _of_all(one: Input, around: _Around) -> Iterator[tuple[Expr, Operand]]:
    """Whether a daily expense is many times everything else, a total many times another of the year."""
    cell = Cell(one.key)
    others = [other for other in around.amounts if other is not one and other.unit == one.unit]
    large = [other for other in others if _LARGE.search(other.name) and not _EVERYDAY.search(other.name)][:SOME]
    if _EVERYDAY.search(one.name) and len(large) >= ENOUGH:
        most = call("MAX", *(Cell(other.key) for other in large))
        yield all_of([most > 0, cell >= TIMES_ALL * most]), f"是“{_bare(large[0].name)}”等的{TIMES_ALL}倍以上，{_wrong_unit(one)}"
    totals = [other for other in others if _YEAR_TOTAL.search(other.name) and not _LAST.search(other.name)]
    if totals and (_WHOLES.search(one.name) or _YEAR_TOTAL.search(one.name)):
        most = call("MAX", *(Cell(other.key) for other in totals))
        yield all_of([most > 0, cell >= TIMES_TOTAL * most]), f"是“{_bare(totals[0].name)}”的{TIMES_TOTAL}倍以上，请核对单位（万元）："


def _of_bands(one: Input, around: _Around) -> Iterator[tuple[Expr, Operand]]:
    """Whether what is spent on each person, car or guest is far from what it costs."""
    cell, unit = Cell(one.key), f"请核对单位是不是{one.unit or '万元'}："
    for band in BANDS:
        counted = around.heads if band.counted is _HEADS else [other for other in around.counts if band.counted.search(other.name)]
        if not (counted and band.money.search(one.name)):
            continue
        most, least = (call(name, *(Cell(other.key) for other in counted)) for name in ("MAX", "MIN"))
        share = cell * _times(one)
        yield all_of([most >= band.few, share > most * band.most]), f"按{band.each}平均超过{_yuan(band.most)}，{unit}"
        if band.least:
            low = all_of([least >= band.few, share > 0, share < least * band.least])
            yield low, f"按{band.each}平均不到{_yuan(band.least)}，{unit}"


def _yuan(amount: int) -> str:
    return f"{amount // 10**4}万元" if amount % 10**4 == 0 else f"{amount}元"


def _of_adjusted(one: Input, around: _Around, balances: Sequence[Balance]) -> Iterator[tuple[Expr, Operand]]:
    """Whether less was adjusted than a budget changed by. More may have been: there and back again."""
    first, last = (next((other for other in around.amounts if named.match(other.name)), None) for named in (_FIRST_BUDGET, _REVISED_BUDGET))
    if not (first and last and _ADJUSTED.match(one.name)) or any(one.key in balance.names for balance in balances):
        return
    before, after = (call("N", Cell(other.key)) for other in (first, last))
    alike = all_of([before > 0, after > 0, before < TIMES_ADJUSTED * after, after < TIMES_ADJUSTED * before])
    less = all_of([alike, call("ABS", Cell(one.key)) + LEAST_ADJUSTED < call("ABS", after - before)])
    yield less, f"小于“{_bare(first.name)}”与“{_bare(last.name)}”之差，请核对："


def _of_the_year(one: Input, around: _Around) -> Iterator[tuple[Expr, Operand]]:
    """Whether a figure up to some month is more than the same up to a later one."""
    own = up_to(one.name, share=one.kind == "percent")
    if own is None or not one.numeric:
        return
    for other in around.inputs:
        later = up_to(other.name, share=one.kind == "percent")
        if later and later[1] == own[1] and later[0] > own[0] and (other.kind, other.unit) == (one.kind, one.unit):
            more = call("N", Cell(other.key))
            yield all_of([more > 0, Cell(one.key) > more]), f"大于“{_bare(other.name)}”，累计数只增不减，请核对："


def up_to(name: str, *, share: bool) -> tuple[int, str] | None:
    """Which part of the year a figure adds up to, and what it is of; nothing where it adds up to none, as a share of what was passed does."""
    if share and not _ADDS_UP.search(name):
        return None
    found = ((at, period.search(name)) for at, period in enumerate(_UP_TO))
    return next(((at, name.replace(match[0], "")) for at, match in found if match), None)


def _of_hosting(one: Input, around: _Around) -> Iterator[tuple[Expr, Operand]]:
    """Whether there were more visits than guests, or more guests than what they cost feeds."""
    cell = Cell(one.key)
    guests = [other for other in around.counts if _GUESTS.search(other.name)]
    if _VISITS.search(one.name) and guests:
        most = call("MAX", *(Cell(other.key) for other in guests))
        yield all_of([most > 0, cell > most]), f"多于“{_bare(guests[0].name)}”，请核对："
    costs = [other for other in around.amounts if _HOSTING.search(other.name) and not _LAST.search(other.name)]
    if one in guests and costs:
        most = call("MAX", *(Cell(other.key) for other in costs))
        fed = cell > Decimal(_times(costs[0])) / LEAST_A_GUEST * most
        yield all_of([most > 0, fed]), f"接待费按人数平均不到{LEAST_A_GUEST}元，请核对："


def _of_balance(one: Input, balance: Balance) -> tuple[Expr, Operand]:
    """Whether two sides agree as soon as one figure is in 元."""
    cell, times = Cell(one.key), _times(one)
    apart = call("ABS", balance.gap)
    exactly = call("ABS", apart - (cell - cell / times)) <= balance.tolerance
    found = when(balance.complete, all_of([apart > balance.tolerance, cell >= times // _LEAST_SHARE, exactly]), False)
    return found, f"除以{times}后“{_bare(balance.name)}”正好相符，{IN_YUAN}"


def _of_whole(one: Input, wholes: Sequence[Input]) -> Iterator[tuple[Expr, Operand]]:
    """Whether a part of the year is many times the whole of it."""
    if wholes:
        most = call("MAX", *(Cell(other.key) for other in wholes))
        names = f"“{_bare(wholes[0].name)}”{'等' if len(wholes) > 1 else ''}"
        yield all_of([most > 0, Cell(one.key) >= TIMES_WHOLE * most]), f"是{names}的{TIMES_WHOLE}倍以上，{_wrong_unit(one)}"


def _share(one: Input, cell: Cell, whole: Decimal) -> Iterator[tuple[Expr, Operand]]:
    """A percentage, of which `whole` is 100%."""
    times = 100 / whole
    yield cell > MOST_RATE * whole, joined("超过300%，是否为", cell if whole == 1 else Rounded(cell / 100, 4), "%？")
    low = all_of([cell > 0, cell <= LEAST_RATE * whole])
    yield low, joined("只有", Rounded(cell * times, 4), "%，是否为", Rounded(cell * times * 100, 4), "%？")
    if at_most_all(one.name):
        yield cell > whole, "超过100%，请核对："


def _money(one: Input, cell: Cell, around: _Around) -> Iterator[tuple[Expr, Operand]]:
    yuan = _times(one)
    most_of_all, said = (LARGE_YUAN, "10亿元") if around.one_work else (MOST_YUAN, "100亿元")
    yield cell > Decimal(most_of_all) / yuan, f"超过{said}，{_wrong_unit(one)}"
    heads = [Cell(other.key) for other in around.heads]
    if heads:
        most = call("MAX", *heads)
        yield all_of([most > 0, cell > Decimal(MOST_YUAN_A_HEAD) / yuan * most]), f"按人数平均超过2亿元，{_wrong_unit(one)}"


def _heads(cell: Cell, others: Sequence[Cell]) -> Iterator[tuple[Expr, Operand]]:
    yield cell > MOST_HEADS, "超过10万人，请核对人数："
    if others:
        most = call("MAX", *others)
        whole = most.equals(call("INT", most))
        yield all_of([most > 0, whole, cell >= SEVERAL, cell >= MANY_HEADS * most]), f"是其他人数的{MANY_HEADS}倍以上，请核对人数："


def _wrong_unit(one: Input) -> str:
    if not is_money(one):
        return "请核对单位"
    return IN_YUAN if _times(one) > 1 else "请核对"


def _times(one: Input) -> int:
    """How many 元 its unit is."""
    return YUAN.get(one.unit, YUAN["万元"])


def is_money(one: Input) -> bool:
    """Whether it is an amount of money."""
    return one.kind == "amount" and (not one.unit or one.unit in YUAN)


def _is_heads(one: Input) -> bool:
    return one.kind == "count" and one.unit in _HEAD_UNITS and bool(_HEADS.search(one.name))


def _bare(name: str) -> str:
    return name.replace("“", "").replace("”", "")
