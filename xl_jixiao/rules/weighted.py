"""两级加权：先按自己的满分评单项得分，再乘权重占比（单项得分×权重占比）。"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from pydantic import Field

from xl_jixiao.expr import Expr, Rounded, tree
from xl_jixiao.formula import Formula
from xl_jixiao.number import half_up, plain
from xl_jixiao.rules.base import Given, Item, Quantity, Rule
from xl_jixiao.rules.composite import Composite
from xl_jixiao.rules.either import Either
from xl_jixiao.rules.part import Leaf


class Weighted(Rule):
    """Another rule scores out of `out_of` points, to two decimals; the indicator earns that share of its weight."""

    kind: Literal["weighted"]
    out_of: Quantity = Decimal(100)
    rule: Leaf | Composite | Either = Field(discriminator="kind")

    @property
    def needs_rate(self) -> bool:
        return self.rule.needs_rate

    @property
    def own_absence(self) -> bool:
        return self.rule.own_absence

    @property
    def gap(self) -> Expr | None:
        return self.rule.gap

    def strange(self, given: Sequence[Expr]) -> Expr | None:
        return self.rule.strange(given)

    @property
    def figures(self) -> tuple[Formula, ...]:
        return self.rule.figures

    def items(self, full: Decimal) -> tuple[Item, ...]:
        return self.rule.items(self.out_of)

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        return Rounded(self.rule.tree(tree(self.out_of), rate, given), 2) * full / self.out_of

    def said(self) -> Expr:
        return self.rule.said()

    def criterion(self, full: Decimal) -> str:
        return f"单项满分{plain(self.out_of)}分：{self.rule.criterion(self.out_of)}得分＝单项得分÷{plain(self.out_of)}×{plain(full)}。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        own = plain(half_up(self.rule.points(self.out_of, rate, given), 2))
        inner = self.rule.explain(self.out_of, rate, given)
        return f"单项：{inner}；{own}÷{plain(self.out_of)}×{plain(full)}，计{self.printed(full, rate, given)}分"

    def choices(self) -> tuple[str, ...]:
        return self.rule.choices()

    def problems(self, full: Decimal) -> tuple[str, ...]:
        if self.out_of <= 0:
            return ("out_of：应大于0",)
        return tuple(f"rule.{text}" for text in self.rule.problems(self.out_of))

    def mismatches(self, full: Decimal) -> tuple[str, ...]:
        return tuple(f"rule.{text}" for text in self.rule.mismatches(self.out_of)) if self.out_of > 0 else ()
