"""A filing's scores as Python reads them: each from the plan's own cell. Nothing is computed here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from xl_jixiao.expr import Applied, Cell, Expr, Held, Value, as_text, decimal, is_number, joined, renamed, shown, when
from xl_jixiao.number import percent
from xl_jixiao.rules import RateValue
from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.answers import IndicatorRow, SelfAnswers
from xl_jixiao.selfeval.judging import ASKED, BARE_REASON, FITS, MISSING, UNEXPLAINED, points_of
from xl_jixiao.selfeval.model import EXECUTED, EXECUTION_NOTE, EXECUTION_RATE, Category, SelfEvaluation
from xl_jixiao.selfeval.target import GOOD_WORDS, MET_WORDS, QUALITATIVE
from xl_jixiao.tables.rates import CATALOGUE
from xl_jixiao.words import GRADE, NOT_APPLICABLE, TOTAL

RATE = CATALOGUE["BUDGET_EXECUTION_RATE"]
WEIGHT_TOTAL, EXECUTION_POINTS = "分值合计", "得分_预算执行率"


def written_key(name: str) -> str:
    """The key of the weights written for a class, beside the form."""
    return f"已填分值:{name}"


def earned_key(name: str) -> str:
    """The key of a class's points on 得分分析."""
    return f"类得分:{name}"


def worked_tree(table: SelfEvaluation) -> Expr:
    """``预算执行率=62÷62×100%=100.00%``, empty where there is no rate."""
    rate = Cell(EXECUTION_RATE)
    line = joined(f"{RATE.name}=", Cell(EXECUTED), "÷", Cell(table.execution.base), "×100%=", shown(rate, 2, percent=True))
    return when(is_number(rate), line, "")


def copies(side: Value, target: Value, done: Value) -> bool:
    """Whether an actual value repeats a target in words, which says nothing of what was done: 长期, 长期."""
    return side == QUALITATIVE and bool(done) and done == target and done not in (*MET_WORDS, *GOOD_WORDS)


@dataclass(frozen=True)
class RowScore:
    """One row's result; `number` counts the written rows from one."""

    number: int
    row: IndicatorRow
    values: Mapping[str, Held] = field(repr=False, compare=False)

    def _of(self, name: str) -> Value:
        found = self.values[cells.at(name, self.number)]
        assert not isinstance(found, tuple)
        return found

    def _tree(self, tree: Expr) -> Value:
        return Applied(tree, cells.keys_of(self.number)).value(self.values)

    @cached_property
    def points(self) -> Decimal | str | None:
        """Points, a word where they can't be, None while blank."""
        return points_of(self._of(cells.SCORE))

    @property
    def left_out(self) -> bool:
        """Whether there was nothing of the kind this year, so that there is nothing to compare."""
        return self.points == NOT_APPLICABLE

    @property
    def side(self) -> str:
        """正向, 反向, 等于 or 定性."""
        return as_text(self._of(cells.SIDE))

    @property
    def ratio(self) -> Decimal | None:
        """完成率, or 完成程度 of a qualitative target."""
        return decimal(self._of(cells.RATIO))

    @property
    def deviation(self) -> str:
        """低于指标值, 远超指标值 or how else the row deviates, where a reason is due; empty else."""
        return as_text(self._of(cells.DEVIATION))

    @property
    def explanation(self) -> str:
        """``正向，完成率96.00%，计9.6分``; the word itself where there are no points; empty while blank."""
        return as_text(self._of(cells.EXPLANATION))

    @property
    def state(self) -> str:
        """空白, 必改, 须说明 or 通过: the word beside the row."""
        return as_text(self._of(cells.STATE))

    @property
    def hint(self) -> str:
        """What to do about it, or how it was scored."""
        return as_text(self._of(cells.HINT))

    @property
    def class_fits(self) -> bool:
        """Whether the 二级指标 belongs to the 一级指标."""
        return bool(self._tree(FITS))

    @property
    def unexplained(self) -> bool:
        """Whether a due reason is missing or says nothing."""
        return bool(self._tree(UNEXPLAINED))

    @property
    def bare_reason(self) -> str:
        """The reason without white space and full stops."""
        return as_text(self._tree(BARE_REASON))

    @property
    def asked(self) -> str:
        """What is asked about an actual value that can be scored as it is: a copied target, halves of people."""
        return as_text(self._tree(ASKED))

    @property
    def missing(self) -> tuple[str, ...]:
        """What the row still lacks."""
        return tuple(name for name, test in MISSING.items() if self._tree(test))


@dataclass(frozen=True)
class SelfCard:
    """A filing's scores; `values` are those of the plan's cells."""

    table: SelfEvaluation
    answers: SelfAnswers
    values: Mapping[str, Held] = field(repr=False, compare=False)

    @cached_property
    def rows(self) -> tuple[RowScore, ...]:
        """The written rows."""
        return tuple(RowScore(number, row, self.values) for number, row in enumerate(self.answers.rows, 1))

    def _of(self, key: str) -> Value:
        found = self.values[key]
        assert not isinstance(found, tuple)
        return found

    def _number(self, key: str) -> Decimal | None:
        return decimal(self._of(key))

    def _said(self, key: str) -> RateValue:
        found = self._of(key)
        return decimal(found) if decimal(found) is not None else as_text(found) or None

    @cached_property
    def rate(self) -> RateValue:
        """预算执行率 over the base of the table."""
        return self._said(EXECUTION_RATE)

    def amount(self, name: str) -> Decimal | None:
        """An amount of the funds by its key, where the form has it and it is a number: 年度资金总额's, or that of a source."""
        return self._number(name) if name.rpartition("_")[2] in self.table.amounts else None

    @property
    def exact_rate(self) -> Fraction | None:
        """预算执行率 before it is rounded; None where there is none."""
        executed, base = self._number(EXECUTED), self._number(self.table.execution.base)
        return Fraction(executed) / Fraction(base) if executed is not None and base else None

    @property
    def rate_text(self) -> str:
        """The rate as printed, the word in its place, or empty text."""
        return percent(self.rate) if isinstance(self.rate, Decimal) else self.rate or ""

    @cached_property
    def execution_points(self) -> Decimal | None:
        """The points of 预算执行率: in proportion, at most the weight; none without a budget."""
        return self._number(EXECUTION_POINTS) if self.table.scored else None

    @property
    def execution_low(self) -> bool:
        """Whether the rate is so low that it must be explained."""
        return isinstance(self.rate, Decimal) and self.rate < self.table.execution.explain_below

    @property
    def execution_explained(self) -> bool:
        """Whether something is said about the rate."""
        return bool(NOTE_WORDS.value(self.values))

    @property
    def worked(self) -> str:
        """``预算执行率=62÷62×100%=100.00%``."""
        return as_text(worked_tree(self.table).value(self.values))

    def weight_of(self, category: Category) -> Decimal:
        """The weights written in a class's rows."""
        return self._number(written_key(category.name)) or Decimal(0)

    def points_of(self, category: Category) -> Decimal | None:
        """The points of a class; None while a row of it has none."""
        return self._number(earned_key(category.name))

    @cached_property
    def weight(self) -> Decimal:
        """All weights: the rows' and the one of 预算执行率."""
        return self._number(WEIGHT_TOTAL) or Decimal(0) if self.table.scored else Decimal(0)

    @cached_property
    def total(self) -> Decimal | None:
        """The sum of printed points; None while a row or the execution rate has none."""
        return self._number(TOTAL) if self.table.scored else None

    @property
    def grade(self) -> str | None:
        """The grade of the total."""
        return as_text(self._of(GRADE)) or None if self.table.scored else None


NOTE_WORDS = renamed(BARE_REASON, {cells.REASON: EXECUTION_NOTE})
"""What is said about a low execution rate, without white space and full stops."""
