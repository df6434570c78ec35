"""The catalogue of standard rates: one definition for the rubric, the cell and the named UDF.

Sources: 财预〔2013〕53号《预算绩效评价共性指标体系框架》 unless an entry names another; variants that places print are entries of
their own. What a zero denominator means is part of the definition.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from xl_jixiao.expr import Cell, Expr, Held, Operand, Rounded, Value, any_of, as_number, call, exact, first_of, when
from xl_jixiao.formula import Formula, defined_name, parse
from xl_jixiao.number import NotANumber, from_cell, half_up, says_none
from xl_jixiao.rules import RateValue
from xl_jixiao.rules.base import RATE_PLACES
from xl_jixiao.words import (
    BLANK,
    FILLED,
    INVALID,
    NO_BUDGET,
    NONE_WORD,
    NOT_APPLICABLE,
    NOT_COMPARABLE,
    OVER_BUDGET,
    READY,
    UNCOMPUTABLE,
)

FRAMEWORK = "财预〔2013〕53号 共性指标体系框架"
SELF_EVALUATION = "财预〔2020〕10号"

PLACES = RATE_PLACES
"""Decimals of a rate before it is compared or shown: 0.01 of a percent."""


class Zero(StrEnum):
    """What a zero denominator means; the value is the word the cell shows."""

    NOT_APPLICABLE = NOT_APPLICABLE
    NOT_COMPARABLE = NOT_COMPARABLE
    UNCOMPUTABLE = UNCOMPUTABLE
    BUDGET = "预算为零"
    """Nothing budgeted: nothing spent is 0 % (met), anything spent is over budget."""


@dataclass(frozen=True)
class Ratio:
    """A rate over cells: its formula and what a zero denominator means. `signed` are the names that may be negative: figures that are
    differences themselves. With a denominator below zero a rate says the contrary of what it seems to (a loss that doubles has grown by 100 %):
    it is 不可比."""

    formula: Formula
    zero: Zero
    signed: frozenset[str] = frozenset()
    places: int = PLACES

    @property
    def quotient(self) -> Expr:
        """The printed rate of figures that have one."""
        return Rounded(self.formula.cleared, self.places)

    def state(self, state_of: Callable[[str], Expr]) -> Expr:
        """Whether the rate can be computed: 可算, 零预算, 空白, or the word it shows instead. `state_of` gives the 状态 of a figure.

        无 makes it 不适用, whatever else is missing; what isn't a number is 数据有误 before it is blank; so is a negative one.
        """
        return self.state_with((), state_of)

    def state_with(self, others: Sequence[Formula], state_of: Callable[[str], Expr]) -> Expr:
        """The same where other formulas are computed besides: a measure, what a rule compares itself."""
        own = [(divisor.cleared.equals(0), self._divided_by_nothing) for divisor in self.formula.divisors]
        own += [(one.cleared < 0, NOT_COMPARABLE) for one in self.formula.divisors if not self.signed.isdisjoint(one.names)]
        rest = _undivided(others, without=self.formula.divisors)
        return first_of([*_figure_cases((self.formula, *others), state_of, self.signed), *own, *rest], READY)

    @property
    def _divided_by_nothing(self) -> Operand:
        if self.zero is not Zero.BUDGET:
            return str(self.zero)
        return when(call("MAX", *map(Cell, self.formula.names)).equals(0), NO_BUDGET, OVER_BUDGET)

    def beside(self, state: Expr, quotient: Expr | None = None) -> Expr:
        """The rate's cell beside its state: the rate, a word, or nothing. `quotient` may compute it another way."""
        rest = when(state.equals(BLANK), "", state)
        if self.zero is Zero.BUDGET:
            rest = when(state.equals(NO_BUDGET), 0, rest)
        return when(state.equals(READY), self.quotient if quotient is None else quotient, rest)

    @cached_property
    def _own(self) -> tuple[Expr, Expr]:
        return self.state(lambda name: Cell(f":{name}")), self.beside(Cell(""))

    def of(self, inputs: Mapping[str, object]) -> RateValue:
        """The printed rate over cells as they are read; a missing one is blank."""
        values: dict[str, Held] = {}
        for name in self.formula.names:
            values[name], values[f":{name}"] = _figure(inputs.get(name), signed=name in self.signed)
        state, beside = self._own
        values[""] = state.value(values)
        found = beside.value(values)
        if isinstance(found, str):
            return found or None
        return half_up(as_number(found), self.places)


def state_of_figures(formulas: Sequence[Formula], state_of: Callable[[str], Expr], signed: Collection[str]) -> Expr:
    """Whether formulas without a rate can be computed: 可算, or the word why not."""
    return first_of([*_figure_cases(formulas, state_of, signed), *_undivided(formulas)], READY)


def usable_figures(formulas: Sequence[Formula], state_of: Callable[[str], Expr], signed: Collection[str]) -> Expr:
    """Whether figures may be used by a rule that says itself what 无 and a zero divisor score: 可算, 空白 or 数据有误."""
    names = dict.fromkeys(name for one in formulas for name in one.names)
    states = [state_of(name) for name in names]
    cases = [(any_of([state.equals(word) for state in states]), word) for word in (INVALID, BLANK)]
    return first_of([*cases, *_negative(names, signed)], READY)


def _figure_cases(formulas: Sequence[Formula], state_of: Callable[[str], Expr], signed: Collection[str]) -> Iterator[tuple[Expr, Operand]]:
    """Why figures have no result: 无, blank, wrong, below zero where they can't be."""
    names = dict.fromkeys(name for one in formulas for name in one.names)
    figures, states = [Cell(name) for name in names], [state_of(name) for name in names]
    yield any_of([state.equals(NONE_WORD) for state in states]), NOT_APPLICABLE
    yield call("COUNT", *figures) < len(figures), when(any_of([state.equals(INVALID) for state in states]), INVALID, BLANK)
    yield from _negative(names, signed)


def _negative(names: Iterable[str], signed: Collection[str]) -> Iterator[tuple[Expr, Operand]]:
    unsigned = [Cell(name) for name in names if name not in signed]
    if unsigned:
        yield call("MIN", *unsigned) < 0, INVALID


def _undivided(formulas: Sequence[Formula], without: Collection[Formula] = ()) -> Iterator[tuple[Expr, Operand]]:
    divisors = dict.fromkeys(divisor for one in formulas for divisor in one.divisors if divisor not in without)
    return ((divisor.cleared.equals(0), NOT_APPLICABLE) for divisor in divisors)


def _figure(cell: object, *, signed: bool) -> tuple[Value, str]:
    """A figure's exact value and its 状态."""
    if says_none(cell):
        return NONE_WORD, NONE_WORD
    try:
        number = from_cell(cell)
    except NotANumber:
        return "", INVALID
    if number is None:
        return None, BLANK
    return exact(number), FILLED if signed or number >= 0 else INVALID


@dataclass(frozen=True)
class Rate:
    """One standard rate. `arguments` are (English name, label, 口径) in the order of the formula's names."""

    code: str
    name: str
    text: str
    arguments: tuple[tuple[str, str], ...]
    zero: Zero
    meaning: str
    source: str = FRAMEWORK
    most: Decimal = Decimal(3)
    """The rate above which it is asked whether a figure is in another unit."""
    share: bool = False
    """Whether the first figure is a part of the second: over 100 % one of them is wrong."""

    @cached_property
    def formula(self) -> Formula:
        """The parsed formula; its names are the labels the UDF looks up when it is called without arguments."""
        return parse(self.text)

    @cached_property
    def ratio(self) -> Ratio:
        """The rate over cells."""
        return Ratio(self.formula, self.zero)

    @property
    def udf(self) -> str:
        """The function's name in the workbook."""
        return f"JX_{self.code}"


def _rate(
    code: str,
    name: str,
    text: str,
    arguments: dict[str, str],
    zero: Zero,
    meaning: str,
    source: str = FRAMEWORK,
    *,
    share: bool = False,
    most: int = 3,
) -> Rate:
    return Rate(code, name, text, tuple(arguments.items()), zero, meaning, source, Decimal(most), share)


_ALL = (
    _rate(
        "CONTROL_RATE",
        "在职人员控制率",
        "在职人员数/编制数",
        {
            "staff": "在职人员数：部门决算编制口径的实际在职人数，不含离退休人员；编制不在本单位的另行扣除",
            "posts": "编制数：机构编制部门核定批复的人员编制数",
        },
        Zero.NOT_APPLICABLE,
        "实际在职人员数与编制数的比率",
    ),
    _rate(
        "SANGONG_CHANGE_RATE",
        "“三公经费”变动率",
        "（本年度三公经费预算数-上年度三公经费预算数）/上年度三公经费预算数",
        {"this_year": "本年度“三公经费”预算数（万元）", "last_year": "上年度“三公经费”预算数（万元）"},
        Zero.NOT_COMPARABLE,
        "本年度“三公经费”预算数比上年度的变动比率；上年为零时不可比",
    ),
    _rate(
        "SANGONG_CONTROL_RATE",
        "“三公经费”控制率",
        "三公经费实际支出数/三公经费预算安排数",
        {"spent": "“三公经费”实际支出数（万元）", "budget": "“三公经费”预算安排数（万元）"},
        Zero.BUDGET,
        "“三公经费”实际支出数与预算安排数的比率；无预算而有支出为超预算",
    ),
    _rate(
        "PUBLIC_FUNDS_CONTROL_RATE",
        "公用经费控制率",
        "公用经费实际支出数/公用经费预算安排数",
        {"spent": "公用经费实际支出数（万元）", "budget": "公用经费预算安排数（万元）"},
        Zero.BUDGET,
        "公用经费实际支出数与预算安排数的比率",
    ),
    _rate(
        "BUDGET_COMPLETION_RATE",
        "预算完成率",
        "预算完成数/预算数",
        {"completed": "预算完成数（万元）", "budget": "预算数（万元）：年初或调整后，以评分标准注明的口径为准"},
        Zero.NOT_APPLICABLE,
        "本年度预算完成数与预算数的比率",
    ),
    _rate(
        "BUDGET_COMPLETION_RATE_CARRYOVER",
        "预算完成率（结转口径）",
        "（上年结转+年初预算+本年追加-年末结转结余）/（上年结转+年初预算+本年追加）",
        {
            "carried_in": "上年结转（万元）",
            "initial": "年初预算（万元）",
            "added": "本年追加（万元）",
            "carried_out": "年末结转结余（万元）",
        },
        Zero.NOT_APPLICABLE,
        "可用预算中当年完成部分的比率",
    ),
    _rate(
        "BUDGET_ADJUSTMENT_RATE",
        "预算调整率",
        "预算调整数/预算数",
        {"adjusted": "预算调整数（万元）：追加、追减、结构调整的绝对值之和，政策、不可抗力和交办事项除外", "budget": "预算数（万元）"},
        Zero.NOT_APPLICABLE,
        "本年度预算调整数与预算数的比率",
    ),
    _rate(
        "BUDGET_CONTROL_RATE",
        "预算控制率",
        "本年追加/年初预算",
        {"added": "本年追加预算（万元）", "initial": "年初预算（万元）"},
        Zero.NOT_APPLICABLE,
        "本年追加预算与年初预算的比率",
    ),
    _rate(
        "PAYMENT_PROGRESS_RATE",
        "支付进度率",
        "实际支付进度/序时支付进度",
        {"actual": "实际支付进度", "scheduled": "序时支付进度"},
        Zero.NOT_APPLICABLE,
        "实际支付进度与序时支付进度的比率",
    ),
    _rate(
        "CARRYOVER_RATE",
        "结转结余率",
        "结转结余总额/支出预算数",
        {"carryover": "结转结余总额（万元）：结转与结余资金之和，以决算数为准", "budget": "支出预算数（万元）"},
        Zero.NOT_APPLICABLE,
        "结转结余总额与支出预算数的比率",
    ),
    _rate(
        "CARRYOVER_CHANGE_RATE",
        "结转结余变动率",
        "（本年度结转结余总额-上年度结转结余总额）/上年度结转结余总额",
        {"this_year": "本年度累计结转结余总额（万元）", "last_year": "上年度累计结转结余总额（万元）"},
        Zero.NOT_COMPARABLE,
        "本年度结转结余总额比上年度的变动比率",
    ),
    _rate(
        "KEY_SPENDING_RATE",
        "重点支出安排率",
        "重点项目支出/项目总支出",
        {"key": "重点项目支出（万元）", "projects": "项目总支出（万元）"},
        Zero.NOT_APPLICABLE,
        "重点项目支出与部门项目总支出的比率；没有项目时不适用",
        share=True,
    ),
    _rate(
        "PROCUREMENT_RATE",
        "政府采购执行率",
        "实际政府采购金额/政府采购预算数",
        {"actual": "实际政府采购金额（万元）", "budget": "政府采购预算数（万元）"},
        Zero.NOT_APPLICABLE,
        "实际政府采购金额与政府采购预算数的比率",
    ),
    _rate(
        "ASSET_USE_RATE",
        "固定资产利用率",
        "实际在用固定资产总额/所有固定资产总额",
        {"in_use": "实际在用固定资产总额（万元）", "all_assets": "所有固定资产总额（万元）"},
        Zero.NOT_APPLICABLE,
        "实际在用固定资产总额与所有固定资产总额的比率",
        share=True,
    ),
    _rate(
        "BUILDING_AREA_RATE",
        "新建楼堂馆所面积控制率",
        "实际建设面积/批准建设面积",
        {"built": "实际建设面积（平方米）", "approved": "批准建设面积（平方米）"},
        Zero.NOT_APPLICABLE,
        "楼堂馆所实际建设面积与批准建设面积的比率；没有新建时不适用",
    ),
    _rate(
        "BUILDING_COST_RATE",
        "新建楼堂馆所投资概算控制率",
        "实际投资金额/批准投资金额",
        {"spent": "实际投资金额（万元）", "approved": "批准投资金额（万元）"},
        Zero.NOT_APPLICABLE,
        "楼堂馆所实际投资金额与批准投资金额的比率；没有新建时不适用",
    ),
    _rate(
        "FUNDS_ARRIVAL_RATE",
        "资金到位率",
        "实际到位资金/计划投入资金",
        {"arrived": "实际到位资金（万元）", "planned": "计划投入资金（万元）"},
        Zero.NOT_APPLICABLE,
        "实际到位资金与计划投入资金的比率",
    ),
    _rate(
        "FUNDS_TIMELY_RATE",
        "到位及时率",
        "及时到位资金/应到位资金",
        {"timely": "及时到位资金（万元）", "due": "应到位资金（万元）"},
        Zero.NOT_APPLICABLE,
        "及时到位资金与应到位资金的比率",
    ),
    _rate(
        "OUTPUT_COMPLETION_RATE",
        "实际完成率",
        "实际产出数/计划产出数",
        {"actual": "实际产出数", "planned": "计划产出数"},
        Zero.NOT_APPLICABLE,
        "实际产出数与计划产出数的比率",
    ),
    _rate(
        "QUALITY_RATE",
        "质量达标率",
        "质量达标产出数/实际产出数",
        {"qualified": "质量达标产出数", "actual": "实际产出数"},
        Zero.NOT_APPLICABLE,
        "质量达标产出数与实际产出数的比率",
        share=True,
    ),
    _rate(
        "TIMELY_COMPLETION_RATE",
        "完成及时率",
        "（计划完成时间-实际完成时间）/计划完成时间",
        {"planned": "计划完成时间（天或月）", "actual": "实际完成时间（同一单位）"},
        Zero.NOT_APPLICABLE,
        "提前完成时间与计划完成时间的比率；如期完成为0%",
    ),
    _rate(
        "COST_SAVING_RATE",
        "成本节约率",
        "（计划成本-实际成本）/计划成本",
        {"planned": "计划成本（万元）", "actual": "实际成本（万元）"},
        Zero.NOT_APPLICABLE,
        "节约成本与计划成本的比率",
    ),
    _rate(
        "BUDGET_EXECUTION_RATE",
        "预算执行率",
        "全年执行数/全年预算数",
        {"executed": "全年执行数（万元）", "budget": "全年预算数（万元）：调整后"},
        Zero.UNCOMPUTABLE,
        "全年执行数与全年预算数的比率；没有预算不得计分",
        SELF_EVALUATION,
        most=1,
    ),
    _rate(
        "SATISFACTION_RATE",
        "满意度",
        "满意问卷数/有效问卷数",
        {"satisfied": "满意问卷数（份）", "valid": "有效问卷数（份）"},
        Zero.NOT_APPLICABLE,
        "满意问卷与有效问卷的比率；未开展调查不得计满分",
        SELF_EVALUATION,
        share=True,
    ),
    _rate(
        "FINAL_TO_INITIAL_RATE",
        "完成年初预算",
        "支出决算数/年初预算数",
        {"final": "支出决算数（万元）", "initial": "年初预算数（万元）"},
        Zero.NOT_COMPARABLE,
        "支出决算数占年初预算数的比率；年初未编入预算时不可比",
        "部门决算公开",
    ),
    _rate(
        "SHARE_RATE",
        "占比",
        "部分金额/合计金额",
        {"part": "部分金额（万元）", "whole": "合计金额（万元）"},
        Zero.NOT_COMPARABLE,
        "部分占合计的比率",
        "部门决算公开",
        share=True,
    ),
    _rate(
        "YEAR_ON_YEAR_RATE",
        "同比",
        "（本年数-上年数）/上年数",
        {"this_year": "本年数（万元）", "last_year": "上年数（万元）"},
        Zero.NOT_COMPARABLE,
        "本年数比上年数的增减比率；上年为零时不可比",
        "部门决算公开",
    ),
)

CATALOGUE: Mapping[str, Rate] = MappingProxyType({rate.code: rate for rate in _ALL})


def standard_rate(name: str) -> Rate | None:
    """The catalogue entry of a code (``CONTROL_RATE``) or a Chinese name (在职人员控制率)."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    return next((rate for rate in _ALL if defined_name(rate.name) == defined_name(name)), None)
