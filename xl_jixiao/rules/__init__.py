"""The scoring-rule kinds, one file each, and the scorer that puts a rule to a cell's rate and judged items.

A new kind is one file here, its name in `part.Leaf`, and one file of cases in tests/rules.
"""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from xl_jixiao.expr import Cell, Expr, Held, Operand, Rounded, as_number, exact, first_of, one_of, tree, when
from xl_jixiao.number import NotANumber, day_number, from_cell, half_up, says_none
from xl_jixiao.rules.base import Item, ItemValue, Quantity, Rule
from xl_jixiao.rules.composite import Composite
from xl_jixiao.rules.either import Either
from xl_jixiao.rules.part import Leaf
from xl_jixiao.rules.rows import WrittenRows
from xl_jixiao.rules.weighted import Weighted
from xl_jixiao.words import BLANK, INVALID, NONE_WORD, NOT_APPLICABLE, NOT_COMPARABLE, OVER_BUDGET, READY

AnyRule = Leaf | Composite | Either | WrittenRows | Weighted

RULES: dict[str, type[Rule]] = {get_args(one.model_fields["kind"].annotation)[0]: one for one in get_args(AnyRule)}
"""The kinds by name."""

NotApplicable = Literal["full", "none", "exclude"]
_NOT_APPLICABLE_WORDS = {"full": "计满分", "none": "不计分", "exclude": "不计入，其余指标按比例折算"}

_MOST_SAID = 200

RateValue = Decimal | str | None
"""A printed rate, a word (不适用, 不可比, 超预算, 无法计算, 数据有误), or None while an input is blank."""

Points = Decimal | str | None
"""Printed points, 不适用 (left out of the total), 数据有误, or None while something is blank."""


class Scorer(BaseModel):
    """A rule with its weight and its answer to 不适用: all that a cell needs to compute a score.

    What is given to it are the cells of the judged items, then those of the figures its rule compares.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    full: Quantity
    rule: AnyRule = Field(discriminator="kind")
    not_applicable: NotApplicable = "none"

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What must be judged by hand."""
        return self.rule.items(self.full)

    def over(self, rate: Expr, given: Sequence[Expr], *, wrong: Expr | None = None, blank: Expr | None = None) -> Expr:
        """The printed points over the cells of a numeric rate and of the judged items; `wrong` and `blank` say whether an item is."""
        points = Rounded(self.rule.tree(tree(self.full), rate, given), 2)
        cases = ((wrong, INVALID), (blank, ""))
        return first_of([(test, word) for test, word in cases if test is not None], points)

    def unrated(self, state: Expr) -> Expr:
        """The points where there is no rate to compare, by the word in its place."""
        absent = one_of(state, (NOT_APPLICABLE, NOT_COMPARABLE))
        return first_of([(absent, self._absent), (state.equals(OVER_BUDGET), 0), (state.equals(BLANK), "")], INVALID)

    @property
    def _absent(self) -> Operand:
        if self.not_applicable == "exclude":
            return NOT_APPLICABLE
        return half_up(self.full, 2) if self.not_applicable == "full" else 0

    @cached_property
    def count(self) -> int:
        """How many cells are given to it besides the rate."""
        return len(self.items) + len(self.rule.names)

    @cached_property
    def _own(self) -> Expr:
        """The points over the word of the rate, the rate, the items by number, and whether one of them is wrong or blank."""
        state = Cell(_STATE)
        ready = (READY,) if self.rule.needs_rate else (READY, BLANK)
        tests = {"wrong": Cell(_WRONG), "blank": Cell(_BLANK)} if self.count else {}
        points = self.over(Cell(""), [Cell(str(at)) for at in range(len(self.items))], **tests)
        return when(one_of(state, ready), points, self.unrated(state))

    def points(self, rate: RateValue, given: Sequence[object] = ()) -> Points:
        """The printed points for a printed rate (or its word) and the cells of the judged items."""
        return self.evaluate(rate, given, explained=False)[0]

    def explain(self, rate: RateValue, given: Sequence[object] = (), worked: str = "") -> str:
        """Why these points, with the worked line where there is one; empty while something is blank."""
        judged, wrong = self._judged(given)
        rate = self._worded(rate, judged)
        usable = not wrong and not self._incomplete(judged)
        if usable and not isinstance(rate, str) and (rate is not None or not self.rule.needs_rate):
            return self._by_rule(rate, judged, worked)
        return self.evaluate(rate, given, worked)[1]

    def evaluate(self, rate: RateValue, given: Sequence[object] = (), worked: str = "", *, explained: bool = True) -> tuple[Points, str]:
        """Points and their explanation at once."""
        judged, wrong = self._judged(given)
        rate = self._worded(rate, judged)
        cells: dict[str, Held] = {str(at): exact(value) for at, value in enumerate(judged[: len(self.items)])}
        cells |= {**self.rule.held(judged), _WRONG: wrong, _BLANK: self._incomplete(judged)}
        if isinstance(rate, str):
            cells |= {_STATE: rate, "": None}
        else:
            cells |= {_STATE: BLANK if rate is None else READY, "": exact(rate)}
        found = self._own.value(cells)
        points = (found or None) if isinstance(found, str) else half_up(as_number(found), 2)
        return points, self.because(points, rate, judged, worked) if explained else ""

    def because(self, points: Points, rate: RateValue, judged: Sequence[ItemValue | None], worked: str = "") -> str:
        """The sentence of points that were computed."""
        lead = f"{worked}，" if worked else ""
        if points is None:
            return ""
        if points == INVALID:
            wrong = [item.advice for item, value in zip(self.items, judged, strict=False) if item.state(value) == INVALID]
            return f"{INVALID}，请检查{'基础数据' if isinstance(rate, str) else '认定情况' + ''.join(wrong)}"
        if isinstance(rate, str):
            return f"{lead}{rate}，{'计0分' if rate == OVER_BUDGET else _NOT_APPLICABLE_WORDS[self.not_applicable]}"
        return self._by_rule(rate, judged, worked)

    def _by_rule(self, rate: Decimal | None, judged: Sequence[ItemValue | None], worked: str) -> str:
        key = (rate, *judged)
        said = self._said.get(key)
        if said is None:
            if len(self._said) >= _MOST_SAID:
                self._said.clear()
            said = self._said[key] = self.rule.explain(self.full, rate, judged)
        return f"{worked}，{said}" if worked else said

    @cached_property
    def _said(self) -> dict[tuple[ItemValue | None, ...], str]:
        """What the rule said before: many filings have the same items met. Bounded."""
        return {}

    def _incomplete(self, judged: Sequence[ItemValue | None]) -> bool:
        """Whether an item that must be judged, or a figure, is blank."""
        items = zip(judged, self.items, strict=False)
        return (
            any(item.lacks(value, judged) for value, item in items)
            or None in judged[len(self.items) : self.count - len(self.rule.computed)]
        )

    def _worded(self, rate: RateValue, judged: Sequence[ItemValue | None]) -> RateValue:
        """The rate, or 不适用 where a figure of the rule doesn't exist or divides by zero."""
        figures = judged[len(self.items) :]
        if isinstance(rate, str) or self.rule.own_absence or not figures or None in figures:
            return rate
        held = self.rule.held(judged)
        if self.rule.gap is not None:
            return NOT_APPLICABLE if self.rule.gap.value(held) else rate
        divisors = (divisor for one in self.rule.figures for divisor in one.divisors)
        absent = NONE_WORD in figures or any(divisor.cleared.value(held) == 0 for divisor in divisors)
        return NOT_APPLICABLE if absent else rate

    def _judged(self, given: Sequence[object]) -> tuple[list[ItemValue | None], bool]:
        """The judged values and the figures, and whether one of them can't be used."""
        judged: list[ItemValue | None] = []
        wrong = False
        for at, item in enumerate(self.items):
            value = None
            try:
                value = item.parse(given[at] if at < len(given) else None)
            except ValueError:
                wrong = True
            judged.append(value)
        for at in range(len(self.items), self.count):
            figure, unfit = _figure(given[at] if at < len(given) else None)
            judged.append(figure)
            wrong |= unfit
        return judged, wrong

    def criterion(self) -> str:
        """The sentence of the 评分标准 column, made from the parameters."""
        return self.rule.criterion(self.full)

    def choices(self) -> tuple[str, ...]:
        """What the printed rule leaves open, with the choice made, 不适用 included."""
        policy = (f"{NOT_APPLICABLE}的，{_NOT_APPLICABLE_WORDS[self.not_applicable]}",)
        absence = self.rule.needs_rate or (self.rule.figures and not self.rule.own_absence)
        return (*self.rule.choices(), *(policy if absence else ()))


def _figure(cell: object) -> tuple[ItemValue | None, bool]:
    """A figure as rules compare it: a number, the number of a day, or 无; and whether it is none of them."""
    if says_none(cell):
        return NONE_WORD, False
    if isinstance(cell, datetime.date):
        day = cell.date() if isinstance(cell, datetime.datetime) else cell
        return Decimal(day_number(day)), False
    try:
        return from_cell(cell), False
    except NotANumber:
        return None, True


_STATE, _WRONG, _BLANK = ":状态", ":有误", ":空白"
"""Cells of a score that no figure can be called like."""

__all__ = ["RULES", "AnyRule", "Item", "NotApplicable", "Points", "RateValue", "Rule", "Scorer"]
