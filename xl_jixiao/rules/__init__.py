"""The scoring-rule kinds, one file each, and the scorer that puts a rule to a cell's rate and judged items.

A new kind is one file here, its name in `AnyRule`, and one file of cases in tests/rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from xl_jixiao.expr import Cell, Expr, Rounded, tree
from xl_jixiao.number import half_up
from xl_jixiao.rules.bands import Bands
from xl_jixiao.rules.base import Given, Item, ItemValue, Quantity, Rule
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


@dataclass(frozen=True)
class _Settled:
    """Points that stand without asking the rule, and why."""

    points: Points
    because: str = ""


@dataclass(frozen=True)
class _Asked:
    """What the rule is asked with."""

    rate: Decimal | None
    judged: Given


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
        return self._points(self._decided(rate, given))

    def explain(self, rate: RateValue, given: Sequence[object] = (), worked: str = "") -> str:
        """Why these points, with the worked line where there is one; empty while something is blank."""
        return self._because(self._decided(rate, given), worked)

    def evaluate(self, rate: RateValue, given: Sequence[object] = (), worked: str = "") -> tuple[Points, str]:
        """Points and their explanation at once."""
        decided = self._decided(rate, given)
        return self._points(decided), self._because(decided, worked)

    def _points(self, decided: _Settled | _Asked) -> Points:
        if isinstance(decided, _Settled):
            return decided.points
        return half_up(self.rule.points(self.full, decided.rate, decided.judged), 2)

    def _because(self, decided: _Settled | _Asked, worked: str) -> str:
        if isinstance(decided, _Asked):
            why = self.rule.explain(self.full, decided.rate, decided.judged)
        elif decided.points in (None, INVALID):
            return decided.because
        else:
            why = decided.because
        return f"{worked}，{why}" if worked else why

    def _decided(self, rate: RateValue, given: Sequence[object]) -> _Settled | _Asked:
        if isinstance(rate, str):
            return self._by_word(rate)
        if rate is None and self.rule.needs_rate:
            return _Settled(None)
        return self._judged(rate, given)

    def _by_word(self, word: str) -> _Settled:
        """The points of a rate that is no number."""
        if word in (NOT_APPLICABLE, NOT_COMPARABLE):
            return _Settled(self._where_absent, f"{word}，{_NOT_APPLICABLE_WORDS[self.not_applicable]}")
        if word == OVER_BUDGET:
            return _Settled(half_up(0, 2), f"{word}，计0分")
        return _Settled(INVALID, f"{INVALID}，请检查基础数据")

    @property
    def _where_absent(self) -> Decimal | str:
        """The points where the rate is 不适用."""
        if self.not_applicable == "exclude":
            return NOT_APPLICABLE
        return half_up(self.full if self.not_applicable == "full" else 0, 2)

    def _judged(self, rate: Decimal | None, given: Sequence[object]) -> _Settled | _Asked:
        """The rule's question, unless an item is wrong or a required one blank."""
        values: list[ItemValue | None] = []
        for at, item in enumerate(self.items):
            try:
                values.append(item.parse(given[at] if at < len(given) else None))
            except ValueError:
                return _Settled(INVALID, f"{INVALID}，请检查认定情况")
        if any(value is None and item.required for item, value in zip(self.items, values, strict=True)):
            return _Settled(None)
        return _Asked(rate, tuple(values))

    def tree(self, rate: Expr, given: Sequence[Expr]) -> Expr:
        """The printed points, over the cells of a numeric rate and of complete items."""
        return Rounded(self.rule.tree(tree(self.full), rate, given), 2)

    def excel(self, rate: str, given: Sequence[str] = ()) -> str:
        """The native expression of the points, for a numeric rate and complete items."""
        return self.tree(Cell(rate), [Cell(one) for one in given]).excel()

    def excel_not_applicable(self) -> str:
        """The native value of the score where the rate is 不适用."""
        return tree(self._where_absent).excel()

    def criterion(self) -> str:
        """The sentence of the 评分标准 column, made from the parameters."""
        return self.rule.criterion(self.full)

    def choices(self) -> tuple[str, ...]:
        """What the printed rule leaves open, with the choice made, 不适用 included."""
        policy = (f"{NOT_APPLICABLE}的，{_NOT_APPLICABLE_WORDS[self.not_applicable]}",)
        return (*self.rule.choices(), *(policy if self.rule.needs_rate else ()))


__all__ = ["RULES", "AnyRule", "Item", "NotApplicable", "Points", "Rule", "Scorer"]
