"""只有评价要点、没有计分规则的指标：由评价人在分值以内评分。"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from xl_jixiao.expr import Expr
from xl_jixiao.number import plain
from xl_jixiao.rules.base import Given, Item, Rule, circled


class Judgement(Rule):
    """Points judged between zero and the weight; the printed text lists what to look at (`aspects`)."""

    kind: Literal["judgement"]
    aspects: tuple[str, ...] = ()

    def items(self, full: Decimal) -> tuple[Item, ...]:
        return (Item(label="评分", kind="points", limit=full),)

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        return given[0]

    def criterion(self, full: Decimal) -> str:
        listed = "；".join(f"{circled(at)}{text}" for at, text in enumerate(self.aspects))
        if listed:
            listed = f"评价要点：{listed}。"
        return f"{listed}在{plain(full)}分以内评分。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        return f"由评价人评{self.printed(full, rate, given)}分（满分{plain(full)}分）"

    def choices(self) -> tuple[str, ...]:
        return ("评分标准只列评价要点、未列计分办法，由评价人在分值以内评分",)
