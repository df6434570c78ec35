"""按认定的档次在分数区间内评分：优良 4-5 分，合格 3-4 分，不合格 0 分；档次也可以由比率决定：完成80%以上 41-59 分。"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, field_validator

from xl_jixiao.expr import Expr, all_of, by_word, call, first_of, is_number, one_of, tree, when
from xl_jixiao.number import plain
from xl_jixiao.rules.bands import Band, Bands, Ends
from xl_jixiao.rules.base import Given, Item, Quantity, Rule, ShortText, number


class TierRange(BaseModel):
    """One 档次 and the points it may get, both ends included; `deducted` where the form prints what is taken off (扣1-15分).

    With a `range` the rate says whether it is this tier: ``"[80%,100%)"``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    spoils: ClassVar[Mapping[str, tuple[str, ...]]] = {"lowest": ("",), "highest": ("",), "range": ("",)}

    label: ShortText
    lowest: Quantity
    highest: Quantity
    deducted: bool = False
    range: str | None = None

    @field_validator("range")
    @classmethod
    def _readable(cls, text: str | None) -> str | None:
        return None if text is None else Band(range=text, points=Decimal(0)).range

    @cached_property
    def band(self) -> Band | None:
        """The interval of rates it is the tier of."""
        return Band(range=self.range, points=self.highest) if self.range is not None else None

    @property
    def ends(self) -> Ends | None:
        """Where that begins and ends."""
        return self.band.ends if self.band else None

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
    """A tier is chosen, or the rate's, and points judged within it; points outside the tier are taken as its nearest end."""

    kind: Literal["tier_ranges"]
    tiers: tuple[TierRange, ...]
    subject: ShortText = "认定档次"
    unit: str = "%"

    @property
    def needs_rate(self) -> bool:
        return bool(self._bands)

    @cached_property
    def _bands(self) -> tuple[Band, ...]:
        """The intervals of the tiers, where the rate says which it is."""
        return tuple(tier.band for tier in self.tiers if tier.band)

    def items(self, full: Decimal) -> tuple[Item, ...]:
        judged = Item(label="档内评分", kind="points", limit=full)
        if self._bands:
            return (judged,)
        return (Item(label=self.subject, kind="choice", options=tuple(tier.label for tier in self.tiers)), judged)

    def _tier(self, rate: Decimal | None, given: Given) -> TierRange:
        if self._bands:
            return next((tier for tier, band in zip(self.tiers, self._bands, strict=True) if band.holds(number(rate))), self.tiers[-1])
        return next(tier for tier in self.tiers if tier.label == given[0])

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        *kept, last = self.tiers
        judged = given[-1]
        if self._bands:
            tests = [band.tree(rate) for band in self._bands]
            return first_of([(test, tier.within(full, judged)) for test, tier in zip(tests, kept, strict=False)], last.within(full, judged))
        return by_word(given[0], {tier.label: tier.within(full, judged) for tier in kept}, last.within(full, judged))

    def outside(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        """Whether the judged points don't belong to the tier."""
        kept = when(is_number(given[-1]), self.tree(full, rate, given).differs(given[-1]), False)
        known = is_number(rate) if self._bands else one_of(given[0], tuple(tier.label for tier in self.tiers))
        return when(known, kept, False) if self._bands else all_of([known, kept])

    def criterion(self, full: Decimal) -> str:
        return "；".join(f"{tier.label}{self._when(tier)}，{tier.words}" for tier in self.tiers) + "。"

    def _when(self, tier: TierRange) -> str:
        return f"（{tier.band.words(self.unit)}）" if tier.band else ""

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        tier, judged = self._tier(rate, given), number(given[-1])
        moved = "" if self.points(full, rate, given) == judged else f"，评{plain(judged)}分超出档次"
        how = "在" if tier.band else "认定为"
        return f"{how}“{tier.label}”{'档' if tier.band else ''}（{tier.words}）{moved}，计{self.printed(full, rate, given)}分"

    def problems(self, full: Decimal) -> tuple[str, ...]:
        wrong = [tier for tier in self.tiers if not 0 <= tier.lowest <= tier.highest <= full]
        found = [f"tiers：“{tier.label}”的区间应满足 0≤lowest≤highest≤{plain(full)}" for tier in wrong]
        if not self.tiers:
            found.append("tiers：至少写一个档次")
        if len({tier.label for tier in self.tiers}) < len(self.tiers):
            found.append("tiers：档次名称重复")
        if self._bands and len(self._bands) < len(self.tiers):
            found.append("tiers：range 各档都写，由公式定档；都不写，由人认定档次")
        elif self._bands and not wrong:
            intervals = Bands(kind="bands", bands=self._bands, unit=self.unit).problems(full)
            found += [
                text.replace("bands：", "tiers：").replace("或写明 otherwise（points 与 note）", "，range 要首尾相接") for text in intervals
            ]
        return tuple(found)
