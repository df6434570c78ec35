"""Table + answers -> card: 执行率, every row, sums by class, total, grade. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from xl_jixiao.number import half_up, percent, plain
from xl_jixiao.selfeval.answers import Row, SelfAnswers
from xl_jixiao.selfeval.model import AMOUNTS, EXECUTED, Category, SelfEvaluation
from xl_jixiao.selfeval.target import EQUAL, MET_WORDS, POSITIVE, QUALITATIVE, REVERSE, Judgement, clean, judge
from xl_jixiao.tables.rates import CATALOGUE, RateValue, rate_value
from xl_jixiao.words import BLANK, EXPLAIN, INVALID, MUST_FIX, NOT_APPLICABLE, PASSED

RATE = CATALOGUE["BUDGET_EXECUTION_RATE"]
BEYOND = "远超指标值"
SHORT = {POSITIVE: "低于指标值", REVERSE: "超过指标值", EQUAL: "偏离指标值", QUALITATIVE: "没有完全达成"}
"""How a row that loses points deviates, by its direction."""

NO_REASON = ("无", "無", "无！", "（无）", "(无)", "暂无", "没有", "无偏差", "没有偏差", "暂无偏差", "无原因", "没有原因", "暂无原因", "无说明",
             "无异常", "正常", "同上", "不适用", "否", "略", "/", "-", "—", "——", "n/a", "N/A")  # fmt: skip
"""What stands in a 偏差原因 cell without being a reason."""


def no_reason(text: str) -> bool:
    """Whether a reason says nothing: blank, 无, 暂无."""
    bare = bare_reason(text)
    return not bare or bare in NO_REASON


def bare_reason(text: str) -> str:
    """A reason without spaces and stops, as it is compared with the words that say nothing."""
    return text.replace(" ", "").replace("\u3000", "").replace("。", "")


@dataclass(frozen=True)
class RowScore:
    """One row's result."""

    number: int
    row: Row
    judged: Judgement
    class_fits: bool

    @property
    def points(self) -> Decimal | str | None:
        """Points, a word where they can't be, None while blank."""
        return self.judged.points

    @property
    def deviation(self) -> str:
        """低于指标值, 远超指标值 or how else the row deviates, where a reason is due; empty else."""
        if not isinstance(self.points, Decimal):
            return ""
        return BEYOND if self.judged.far_beyond else SHORT[self.judged.side] if self.points < self.row.weight else ""

    @property
    def copies_target(self) -> bool:
        """Whether the actual value repeats a target in words, which says nothing of what was done: 长期, 长期."""
        actual = clean(self.row.actual)
        return self.judged.side == QUALITATIVE and bool(actual) and actual == clean(self.row.target) and actual not in MET_WORDS

    @property
    def unexplained(self) -> bool:
        """Whether a due reason is missing or says nothing."""
        return bool(self.deviation) and no_reason(self.row.reason)

    @property
    def missing(self) -> tuple[str, ...]:
        """What the row still lacks."""
        row = self.row
        cells = (("一级指标", row.level1), ("二级指标", row.level2), ("三级指标", row.name), ("指标值", row.target), ("完成值", row.actual))
        lacking = [name for name, value in cells if value in (None, "")]
        return (*lacking, *(() if isinstance(row.weight, Decimal) else ("分值",)))

    @property
    def state(self) -> str:
        """空白, 必改, 须说明 or 通过: the word beside the row."""
        if self.missing or self.points is None:
            return BLANK
        if not self.class_fits or not isinstance(self.points, Decimal):
            return MUST_FIX
        return EXPLAIN if self.unexplained else PASSED

    @property
    def hint(self) -> str:
        """What to do about it, or how it was scored."""
        if self.state == BLANK:
            return f"还缺：{'、'.join(self.missing)}" if self.missing else "还缺：完成值"
        if not self.class_fits:
            return "二级指标不属于这个一级指标"
        if not isinstance(self.points, Decimal):
            return str(self.points)
        return f"{self.deviation}，须写明偏差原因和改进措施，不能只写“无”" if self.unexplained else self.judged.reason


@dataclass(frozen=True)
class SelfCard:
    """A filing's scores."""

    table: SelfEvaluation
    answers: SelfAnswers
    rows: tuple[RowScore, ...]

    @cached_property
    def funds(self) -> Mapping[str, Decimal | str | None]:
        """年度资金总额 by amount: the sum of the sources, None while none is given, 数据有误 for what is no amount."""
        return {amount: _sum([self.answers.funds.get((one.name, amount)) for one in self.table.sources]) for amount in AMOUNTS}

    def source_rate(self, name: str) -> RateValue:
        """执行率 of one source; None where nothing was budgeted for it."""
        budget, executed = (self.answers.funds.get((name, amount)) for amount in (self.table.execution.base, EXECUTED))
        return _rate(budget, executed) if isinstance(budget, Decimal) and budget > 0 and isinstance(executed, Decimal) else None

    @cached_property
    def rate(self) -> RateValue:
        """预算执行率 over the base of the table."""
        return _rate(self.funds[self.table.execution.base], self.funds[EXECUTED])

    @cached_property
    def execution_points(self) -> Decimal | None:
        """The points of 预算执行率: in proportion, at most the weight; none without a budget."""
        weight = self.table.execution.weight
        return half_up(Fraction(weight) * min(Fraction(self.rate), Fraction(1)), 2) if isinstance(self.rate, Decimal) else None

    @property
    def execution_low(self) -> bool:
        """Whether the rate is so low that it must be explained."""
        return isinstance(self.rate, Decimal) and self.rate < self.table.execution.explain_below

    @property
    def worked(self) -> str:
        """``预算执行率=62÷62×100%=100.00%``."""
        budget, executed = self.funds[self.table.execution.base], self.funds[EXECUTED]
        if not isinstance(self.rate, Decimal):
            return ""
        return f"{RATE.name}={plain(executed)}÷{plain(budget)}×100%={percent(self.rate)}"

    def weight_of(self, category: Category) -> Decimal:
        """The weights written in a class's rows."""
        return sum((one.row.weight for one in self._of(category) if isinstance(one.row.weight, Decimal)), Decimal(0))

    def points_of(self, category: Category) -> Decimal | None:
        """The points of a class; None while a row of it has none."""
        points = [one.points for one in self._of(category)]
        return None if any(not isinstance(value, Decimal) for value in points) else half_up(sum(points, Decimal(0)), 2)

    def _of(self, category: Category) -> list[RowScore]:
        return [one for one in self.rows if one.row.level1 == category.name]

    @cached_property
    def weight(self) -> Decimal:
        """All weights: the rows' and the one of 预算执行率."""
        return sum((one.row.weight for one in self.rows if isinstance(one.row.weight, Decimal)), self.table.execution.weight)

    @cached_property
    def total(self) -> Decimal | None:
        """The sum of printed points; None while a row or the execution rate has none."""
        points = [one.points for one in self.rows]
        finished = points and all(isinstance(value, Decimal) for value in points) and all(one.state != BLANK for one in self.rows)
        return half_up(sum(points, self.execution_points), 2) if finished and self.execution_points is not None else None

    @property
    def grade(self) -> str | None:
        """The grade of the total."""
        return None if self.total is None else self.table.grade(self.total)


def _rate(budget: Decimal | str | None, executed: Decimal | str | None) -> RateValue:
    top, bottom = RATE.formula.names
    rate = rate_value(RATE.formula, RATE.zero, {top: executed, bottom: budget})
    return INVALID if rate == NOT_APPLICABLE else rate


def _sum(cells: list[Decimal | str | None]) -> Decimal | str | None:
    given = [cell for cell in cells if cell is not None]
    if any(not isinstance(cell, Decimal) or cell < 0 for cell in given):
        return INVALID
    return sum(given, Decimal(0)) if given else None


def score(table: SelfEvaluation, answers: SelfAnswers) -> SelfCard:
    """The card of a filing. Blank cells give blank points, never low ones."""
    fits = set(table.pairs)
    rows = []
    for number, row in enumerate(answers.rows, 1):
        judged = judge(row.weight, row.target, row.actual, row.direction, row.degree, table.rows)
        rows.append(RowScore(number, row, judged, (row.level1, row.level2) in fits))
    return SelfCard(table, answers, tuple(rows))
