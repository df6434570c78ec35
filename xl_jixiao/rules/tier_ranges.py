"""按认定的档次在分数区间内评分：优良 4-5 分，合格 3-4 分，不合格 0 分。"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from xl_jixiao.expr import Expr, all_of, by_word, call, is_number, one_of, tree, when
from xl_jixiao.number import plain
from xl_jixiao.rules.base import Given, Item, Quantity, Rule, ShortText, number


class TierRange(BaseModel):
    """One 档次 and the points it may get, both ends included; `deducted` where the form prints what is taken off (扣1-15分)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spoils: ClassVar[Mapping[str, tuple[str, ...]]] = {"lowest": ("",), "highest": ("",)}

    label: ShortText
    lowest: Quantity
    highest: Quantity
    deducted: bool = False

    def within(self, full: Expr, judged: Expr) -> Expr:
        """The judged points, or the nearest end of the tier."""
        low, high = tree(self.lowest), tree(self.highest)
        if self.deducted:
            low, high = full - high, full - low
        return call("MEDIAN", low, judged, high)

    @property
    def words(self) -> str:
        """The tier as printed: 计4-5分, 扣1-15分."""
        span = plain(self.lowest) if self.lowest == self.highest else f"{plain(self.lowest)}-{plain(self.highest)}"
        return f"{'扣' if self.deducted else '计'}{span}分"


class TierRanges(Rule):
    """A tier is chosen and points judged within it; points outside the tier are taken as its nearest end."""

    kind: Literal["tier_ranges"]
    tiers: tuple[TierRange, ...]
    subject: ShortText = "认定档次"

    def items(self, full: Decimal) -> tuple[Item, ...]:
        choice = Item(label=self.subject, kind="choice", options=tuple(tier.label for tier in self.tiers))
        return (choice, Item(label="档内评分", kind="points", limit=full))

    def _tier(self, given: Given) -> TierRange:
        return next(tier for tier in self.tiers if tier.label == given[0])

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        *kept, last = self.tiers
        return by_word(given[0], {tier.label: tier.within(full, given[1]) for tier in kept}, last.within(full, given[1]))

    def outside(self, full: Expr, given: Sequence[Expr]) -> Expr:
        """Whether the judged points don't belong to the tier."""
        kept = when(is_number(given[1]), self.tree(full, tree(0), given).differs(given[1]), False)
        return all_of([one_of(given[0], tuple(tier.label for tier in self.tiers)), kept])

    def criterion(self, full: Decimal) -> str:
        return "；".join(f"{tier.label}，{tier.words}" for tier in self.tiers) + "。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        tier, judged = self._tier(given), number(given[1])
        moved = "" if self.points(full, rate, given) == judged else f"，评{plain(judged)}分超出档次"
        return f"认定为“{tier.label}”（{tier.words}）{moved}，计{self.printed(full, rate, given)}分"

    def problems(self, full: Decimal) -> tuple[str, ...]:
        wrong = [tier for tier in self.tiers if not 0 <= tier.lowest <= tier.highest <= full]
        found = [f"tiers：“{tier.label}”的区间应满足 0≤lowest≤highest≤{plain(full)}" for tier in wrong]
        if not self.tiers:
            found.append("tiers：至少写一个档次")
        if len({tier.label for tier in self.tiers}) < len(self.tiers):
            found.append("tiers：档次名称重复")
        return tuple(found)
