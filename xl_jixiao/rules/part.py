"""A part of an indicator with a rule of its own, over a rate of its own where it has a formula."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from xl_jixiao.expr import Cell, Expr, Rounded, Value, any_of, as_number, call, decimal, is_number, joined, negated, renamed, tree, when
from xl_jixiao.formula import Formula, bound_to, defined_name, parse
from xl_jixiao.number import half_up, percent, plain
from xl_jixiao.rules.bands import Bands
from xl_jixiao.rules.base import RATE_PLACES, Given, Item, Quantity, figures_said
from xl_jixiao.rules.checklist import Checklist
from xl_jixiao.rules.compare import Compare
from xl_jixiao.rules.completion import Completion
from xl_jixiao.rules.conditions import Conditions
from xl_jixiao.rules.itemised import Itemised
from xl_jixiao.rules.judgement import Judgement
from xl_jixiao.rules.late import Late
from xl_jixiao.rules.occurrences import Occurrences
from xl_jixiao.rules.proportion import Proportion
from xl_jixiao.rules.range_deduction import RangeDeduction
from xl_jixiao.rules.shared import Shared
from xl_jixiao.rules.steps import Steps
from xl_jixiao.rules.threshold import Threshold
from xl_jixiao.rules.tier_ranges import TierRanges
from xl_jixiao.rules.tiers import Tiers
from xl_jixiao.words import NOT_APPLICABLE, NOTHING_SPENT, OVER_BUDGET

Leaf = (
    Bands
    | Checklist
    | Compare
    | Completion
    | Conditions
    | Itemised
    | Judgement
    | Late
    | Occurrences
    | Proportion
    | RangeDeduction
    | Shared
    | Steps
    | Threshold
    | TierRanges
    | Tiers
)
"""The rules that aren't made of others."""


class Part(BaseModel):
    """A rule with the points it can earn.

    Without a `formula` a rule over a rate compares the indicator's own. `bind` says which input a name of the formula stands for.
    Where a figure doesn't exist (无) or a divisor is zero the part scores what `not_applicable` says; with `zero = "预算为零"` nothing
    budgeted and nothing spent is 0 %, and anything spent scores nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    spoils: ClassVar[Mapping[str, tuple[str, ...]]] = {"bind": ("formula",)}

    weight: Quantity
    rule: Leaf = Field(discriminator="kind")
    formula: str = Field(default="", examples=[""])
    bind: Mapping[str, str] = Field(default_factory=dict)
    zero: Literal["不适用", "预算为零"] = "不适用"
    not_applicable: Literal["full", "none"] = "none"

    @field_validator("formula")
    @classmethod
    def _readable(cls, text: str) -> str:
        if text:
            parse(text)
        return text

    @cached_property
    def _bound(self) -> Mapping[str, str | Expr]:
        return {defined_name(name): bound_to(target) for name, target in self.bind.items()}

    @cached_property
    def rate(self) -> Formula | None:
        """Its own rate."""
        return parse(self.formula).renamed(self._bound) if self.formula else None

    @cached_property
    def figures(self) -> tuple[Formula, ...]:
        """The formulas it compares: its rate and what its rule compares."""
        own = (self.rate,) if self.rate else ()
        return (*own, *(one.renamed(self._bound) for one in self.rule.figures))

    @property
    def needs_rate(self) -> bool:
        """Whether it compares the indicator's rate."""
        return self.rule.needs_rate and not self.formula

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for one in self.figures for name in one.names))

    @cached_property
    def _needed(self) -> tuple[Formula, ...]:
        """The formulas of which every figure must be there."""
        if self.rule.gap is None:
            return self.figures
        return (self.rate,) if self.rate else ()

    @cached_property
    def _absent(self) -> Expr:
        """Whether a figure doesn't exist."""
        names = dict.fromkeys(name for one in self._needed for name in one.names)
        missing = [negated(is_number(Cell(name))) for name in names]
        return any_of(missing if self.rule.gap is None else [*missing, renamed(self.rule.gap, self._bound)])

    @cached_property
    def _zero(self) -> Expr | None:
        """Whether something is divided by nothing."""
        divisors = dict.fromkeys(divisor for one in self._needed for divisor in one.divisors)
        return any_of([divisor.cleared.equals(0) for divisor in divisors]) if divisors else None

    def tree(self, rate: Expr, given: Sequence[Expr]) -> Expr:
        """Its points."""
        full = tree(self.weight)
        own = Rounded(self.rate.cleared, RATE_PLACES) if self.rate else rate
        points = renamed(self.rule.tree(full, own, given), self._bound) if self.rule.names else self.rule.tree(full, own, given)
        if not self._names:
            return points
        without: Expr = full if self.not_applicable == "full" else tree(0)
        if self._zero is not None:
            points = when(self._zero, self._by_zero(without, given), points)
        return when(self._absent, without, points)

    def _by_zero(self, without: Expr, given: Sequence[Expr]) -> Expr:
        if not self._by_budget:
            return without
        return when(self._nothing, self.rule.tree(tree(self.weight), tree(0), given), 0)

    @property
    def _by_budget(self) -> bool:
        """Whether nothing budgeted and nothing spent is 0 %."""
        return self.zero == "预算为零" and self.rate is not None

    @property
    def _nothing(self) -> Expr:
        return call("MAX", *map(Cell, self._names)).equals(0)

    @property
    def strange(self) -> Expr | None:
        """Whether it is 不适用 or 超预算; None where it never is."""
        if not self._names:
            return None
        if self._zero is None:
            return self._absent
        over = negated(self._nothing) if self._by_budget else True
        return when(self._absent, True, when(self._zero, over, False))

    def said(self) -> Expr:
        """What it compared, for the sheet's own explanation; empty where it compares no figures."""
        own = figures_said(self.rate.names) if self.rate else tree("")
        return joined(own, renamed(self.rule.said(), self._bound) if self.rule.figures else "")

    def explain(self, rate: Decimal | None, given: Given, held: Mapping[str, Value]) -> str:
        """Why these points; `held` are the figures by name."""
        shown = ""
        if self._names:
            if self._absent.value(held):
                return self._unrated(NOT_APPLICABLE)
            if self._zero is not None and self._zero.value(held):
                if not self._by_budget or not self._nothing.value(held):
                    return f"{self._divided(held)}，{self._unrated(OVER_BUDGET)}" if self._by_budget else self._unrated(NOT_APPLICABLE)
                rate, shown = Decimal(0), f"{self._divided(held)}（{NOTHING_SPENT}），"
            elif self.rate:
                rate = half_up(as_number(self.rate.core.value(held)), RATE_PLACES)
                shown = f"{self._line(held, rate)}，"
        figures = [decimal(renamed(Cell(name), self._bound).value(held)) for name in self.rule.names]
        return shown + self.rule.explain(self.weight, rate, [*given, *figures])

    def _line(self, held: Mapping[str, Value], rate: Decimal) -> str:
        assert self.rate
        values = {name: Fraction(as_number(held[name])) for name in self.rate.names}
        unit = getattr(self.rule, "unit", "%")
        result = percent(rate) if unit == "%" else plain(rate) + unit
        if isinstance(self.rate.core, Cell):  # a figure by itself: 7=7天 tells nothing
            return f"{self.rate.sentence()}={result}"
        return self.rate.worked(values, result)

    def _divided(self, held: Mapping[str, Value]) -> str:
        assert self.rate
        return Formula(self.rate.core).substituted({name: Fraction(as_number(held[name])) for name in self.rate.names})

    def _unrated(self, word: str) -> str:
        full = word == NOT_APPLICABLE and self.not_applicable == "full"
        return f"{word}，计{plain(self.weight) if full else 0}分"

    def items(self) -> tuple[Item, ...]:
        """What must be judged by hand."""
        return self.rule.items(self.weight)

    def criterion(self) -> str:
        """Its sentence."""
        return self.rule.criterion(self.weight)

    def choices(self) -> tuple[str, ...]:
        """What the printed rule leaves open, with the choice made."""
        bound = tuple(f"公式中的“{name}”取“{target}”" for name, target in self.bind.items())
        compared = (f"比较“{self.rate.sentence()}”",) if self.rate else ()
        scored = "计满分" if self.not_applicable == "full" else "不计分"
        absent = (f"{NOT_APPLICABLE}的，{scored}",) if self._names else ()
        return (*compared, *bound, *self.rule.choices(), *absent)

    def problems(self) -> tuple[str, ...]:
        """What is wrong with it."""
        if self.weight <= 0:
            return (f"weight：应大于0，现为{plain(self.weight)}",)
        return self.rule.problems(self.weight)

    def mismatches(self) -> tuple[str, ...]:
        """Sums in it that should hold."""
        return self.rule.mismatches(self.weight) if self.weight > 0 else ()


def moved(items: Sequence[Item], by: int) -> tuple[Item, ...]:
    """Items that stand further down in a longer list."""
    return tuple(
        item if item.needed_if is None else item.model_copy(update={"needed_if": (item.needed_if[0] + by, item.needed_if[1])})
        for item in items
    )
