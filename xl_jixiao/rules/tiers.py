"""按认定的档次计分：健全 5 分，基本健全 3 分，没有 0 分。"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from xl_jixiao.expr import Expr, by_word
from xl_jixiao.number import plain
from xl_jixiao.rules.base import Given, Item, Quantity, Rule, ShortText


class Tier(BaseModel):
    """One 档次 and its points."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: ShortText
    points: Quantity


class Tiers(Rule):
    """One of several described tiers is chosen."""

    kind: Literal["tiers"]
    tiers: tuple[Tier, ...]
    subject: ShortText = "认定档次"

    def items(self, full: Decimal) -> tuple[Item, ...]:
        return (Item(label=self.subject, kind="choice", options=tuple(tier.label for tier in self.tiers)),)

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        *kept, last = self.tiers
        return by_word(given[0], {tier.label: tier.points for tier in kept}, last.points)

    def criterion(self, full: Decimal) -> str:
        return "；".join(f"{tier.label}，计{plain(tier.points)}分" for tier in self.tiers) + "。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        return f"认定为“{given[0]}”，计{self.printed(full, rate, given)}分"

    def problems(self, full: Decimal) -> tuple[str, ...]:
        wrong = [tier for tier in self.tiers if not 0 <= tier.points <= full]
        found = [f"tiers：“{tier.label}”的{plain(tier.points)}分应在0到分值{plain(full)}之间" for tier in wrong]
        if not self.tiers:
            found.append("tiers：至少写一个档次")
        if len({tier.label for tier in self.tiers}) < len(self.tiers):
            found.append("tiers：档次名称重复")
        return tuple(found)
