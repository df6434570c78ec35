"""The scoring-rule kinds, one file each, and the scorer that puts a rule to a cell's rate and judged items.

A new kind is one file here, its name in `AnyRule`, and one file of cases in tests/rules.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from xl_jixiao.expr import Cell, Expr, Rounded, tree
from xl_jixiao.number import half_up, plain
from xl_jixiao.rules.bands import Bands
from xl_jixiao.rules.base import Item, ItemValue, Quantity, Rule
from xl_jixiao.rules.checklist import Checklist
from xl_jixiao.rules.completion import Completion
from xl_jixiao.rules.composite import Composite
from xl_jixiao.rules.conditions import Conditions
from xl_jixiao.rules.itemised import Itemised
from xl_jixiao.rules.judgement import Judgement
from xl_jixiao.rules.occurrences import Occurrences
from xl_jixiao.rules.range_deduction import RangeDeduction
from xl_jixiao.rules.steps import Steps
from xl_jixiao.rules.threshold import Threshold
from xl_jixiao.rules.tier_ranges import TierRanges
from xl_jixiao.rules.tiers import Tiers
from xl_jixiao.words import INVALID, NOT_APPLICABLE, NOT_COMPARABLE, OVER_BUDGET

AnyRule = Annotated[
    Bands
    | Checklist
    | Completion
    | Composite
    | Conditions
    | Itemised
    | Judgement
    | Occurrences
    | RangeDeduction
    | Steps
    | Threshold
    | TierRanges
    | Tiers,
    Field(discriminator="kind"),
]

RULES: dict[str, type[Rule]] = {
    "bands": Bands,
    "checklist": Checklist,
    "completion": Completion,
    "composite": Composite,
    "conditions": Conditions,
    "itemised": Itemised,
    "judgement": Judgement,
    "occurrences": Occurrences,
    "range_deduction": RangeDeduction,
    "steps": Steps,
    "threshold": Threshold,
    "tier_ranges": TierRanges,
    "tiers": Tiers,
}

NotApplicable = Literal["full", "none", "exclude"]
_NOT_APPLICABLE_WORDS = {"full": "计满分", "none": "不计分", "exclude": "不计入，其余指标按比例折算"}

RateValue = Decimal | str | None
"""A printed rate, a word (不适用, 不可比, 超预算, 无法计算, 数据有误), or None while an input is blank."""

Points = Decimal | str | None
"""Printed points, 不适用 (left out of the total), 数据有误, or None while something is blank."""


class Scorer(BaseModel):
    """A rule with its weight and its answer to 不适用: all that a cell needs to compute a score."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    full: Quantity
    rule: AnyRule
    not_applicable: NotApplicable = "none"

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What must be judged by hand."""
        return self.rule.items(self.full)

    def points(self, rate: RateValue, given: Sequence[object] = ()) -> Points:
        """The printed points for a printed rate (or its word) and the cells of the judged items."""
        early, judged = self._decided(rate, given)
        return self._by_rule(rate, judged) if early is _UNDECIDED else early

    def explain(self, rate: RateValue, given: Sequence[object] = (), worked: str = "") -> str:
        """Why these points, with the worked line where there is one; empty while something is blank."""
        return self._because(rate, *self._decided(rate, given), worked)

    def evaluate(self, rate: RateValue, given: Sequence[object] = (), worked: str = "") -> tuple[Points, str]:
        """Points and their explanation at once."""
        early, judged = self._decided(rate, given)
        points = self._by_rule(rate, judged) if early is _UNDECIDED else early
        return points, self._because(rate, early, judged, worked)

    def _decided(self, rate: RateValue, given: Sequence[object]) -> tuple[Points | object, tuple[ItemValue | None, ...]]:
        """What stands without asking the rule, or _UNDECIDED and the judged values the rule is asked with."""
        early = self._without_rule(rate)
        if early is not _UNDECIDED:
            return early, ()
        judged = self._judged(given)
        return (_UNDECIDED, judged) if isinstance(judged, tuple) else (judged, ())

    def _by_rule(self, rate: Decimal | None, judged: tuple[ItemValue | None, ...]) -> Points:
        return half_up(self.rule.points(self.full, rate, judged), 2)

    def _because(self, rate: RateValue, early: Points | object, judged: tuple[ItemValue | None, ...], worked: str) -> str:
        lead = f"{worked}，" if worked else ""
        if early is _UNDECIDED:
            return f"{lead}{self.rule.explain(self.full, rate, judged)}"
        if early is None:
            return ""
        if early == INVALID:
            return f"{INVALID}，请检查{'基础数据' if isinstance(rate, str) else '认定情况'}"
        return f"{lead}{rate}，{self._policy(rate)}"

    def _without_rule(self, rate: RateValue) -> Points | object:
        if rate in (NOT_APPLICABLE, NOT_COMPARABLE):
            return {"full": half_up(self.full, 2), "none": half_up(0, 2), "exclude": NOT_APPLICABLE}[self.not_applicable]
        if rate == OVER_BUDGET:
            return half_up(0, 2)
        if isinstance(rate, str):
            return INVALID
        return None if rate is None and self.rule.needs_rate else _UNDECIDED

    def _policy(self, word: str) -> str:
        return "计0分" if word == OVER_BUDGET else _NOT_APPLICABLE_WORDS[self.not_applicable]

    def _judged(self, given: Sequence[object]) -> tuple[ItemValue | None, ...] | str | None:
        values = []
        blank = False
        for at, item in enumerate(self.items):
            try:
                value = item.parse(given[at] if at < len(given) else None)
            except ValueError:
                return INVALID
            blank = blank or (value is None and item.required)
            values.append(value)
        return None if blank else tuple(values)

    def tree(self, rate: Expr, given: Sequence[Expr]) -> Expr:
        """The printed points, over the cells of a numeric rate and of complete items."""
        return Rounded(self.rule.tree(tree(self.full), rate, given), 2)

    def excel(self, rate: str, given: Sequence[str] = ()) -> str:
        """The native expression of the points, for a numeric rate and complete items."""
        return self.tree(Cell(rate), [Cell(one) for one in given]).excel()

    def excel_not_applicable(self) -> str:
        """The native value of the score where the rate is 不适用."""
        return {"full": plain(half_up(self.full, 2)), "none": "0", "exclude": f'"{NOT_APPLICABLE}"'}[self.not_applicable]

    def criterion(self) -> str:
        """The sentence of the 评分标准 column, made from the parameters."""
        return self.rule.criterion(self.full)

    def choices(self) -> tuple[str, ...]:
        """What the printed rule leaves open, with the choice made, 不适用 included."""
        policy = (f"{NOT_APPLICABLE}的，{_NOT_APPLICABLE_WORDS[self.not_applicable]}",)
        return (*self.rule.choices(), *(policy if self.rule.needs_rate else ()))


_UNDECIDED = object()

__all__ = ["RULES", "AnyRule", "Item", "NotApplicable", "Points", "Rule", "Scorer"]
