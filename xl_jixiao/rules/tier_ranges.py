"""按认定的档次在分数区间内评分：优良 4-5 分，合格 3-4 分，不合格 0 分。"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from xl_jixiao.number import plain
from xl_jixiao.rules.base import Given, Item, Quantity, Rule, clamp, literal, quoted


class TierRange(BaseModel):
    """One 档次 and the points it may get, both ends included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    lowest: Quantity
    highest: Quantity


class TierRanges(Rule):
    """A tier is chosen and points judged within it; points outside the tier are taken as its nearest end."""

    kind: Literal["tier_ranges"]
    tiers: tuple[TierRange, ...]
    subject: str = "认定档次"

    def items(self, full: Decimal) -> tuple[Item, ...]:
        choice = Item(label=self.subject, kind="choice", options=tuple(tier.label for tier in self.tiers))
        return (choice, Item(label="档内评分", kind="points", limit=full))

    def _tier(self, given: Given) -> TierRange:
        return next(tier for tier in self.tiers if tier.label == given[0])

    def points(self, full: Decimal, rate: Decimal | None, given: Given) -> Decimal:
        tier = self._tier(given)
        return clamp(given[1], tier.lowest, tier.highest)

    def excel(self, full: Decimal, rate: str, given: Sequence[str]) -> str:
        kept = [f"MEDIAN({literal(tier.lowest)},{given[1]},{literal(tier.highest)})" for tier in self.tiers]
        text = kept[-1]
        for tier, points in zip(reversed(self.tiers[:-1]), reversed(kept[:-1]), strict=True):
            text = f"IF({given[0]}={quoted(tier.label)},{points},{text})"
        return text

    def criterion(self, full: Decimal) -> str:
        def span(tier: TierRange) -> str:
            return plain(tier.lowest) if tier.lowest == tier.highest else f"{plain(tier.lowest)}-{plain(tier.highest)}"

        return "；".join(f"{tier.label}，计{span(tier)}分" for tier in self.tiers) + "。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        tier, points = self._tier(given), self.points(full, rate, given)
        span = f"（{plain(tier.lowest)}-{plain(tier.highest)}分）"
        moved = "" if points == given[1] else f"，评{plain(given[1])}分超出档次"
        return f"认定为“{tier.label}”{span}{moved}，计{plain(points)}分"

    def problems(self, full: Decimal) -> tuple[str, ...]:
        wrong = [tier for tier in self.tiers if not 0 <= tier.lowest <= tier.highest <= full]
        return tuple(f"tiers：“{tier.label}”的区间应满足 0≤lowest≤highest≤{plain(full)}" for tier in wrong)
