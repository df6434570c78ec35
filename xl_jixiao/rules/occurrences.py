"""每发生一例扣若干分，扣完为止。"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from xl_jixiao.expr import Expr, tree
from xl_jixiao.number import plain
from xl_jixiao.rules.base import Given, Item, Quantity, Rule, ShortText, cap_problems, circled, ending, kept, number, stopped


class Occurrences(Rule):
    """The number of cases is judged; each costs `deduct`, `most` at most, down to `floor`."""

    kind: Literal["occurrences"]
    subject: ShortText
    deduct: Quantity
    floor: Quantity = Decimal(0)
    most: Quantity | None = None
    measure: ShortText = "例"
    requirements: tuple[str, ...] = ()

    def items(self, full: Decimal) -> tuple[Item, ...]:
        return (Item(label=f"{self.subject}（{self.measure}数）", kind="count", limit=Decimal(10000)),)

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        return kept(full, tree(self.deduct) * given[0], self.floor, self.most)

    def criterion(self, full: Decimal) -> str:
        listed = "；".join(f"{circled(at)}{text}" for at, text in enumerate(self.requirements))
        if listed:
            listed = f"：{listed}"
        return f"每发生一{self.measure}{self.subject}，扣{plain(self.deduct)}分，{ending(self.floor, self.most)}{listed}。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        points = self.printed(full, rate, given)
        cases = number(given[0])
        if cases == 0:
            return f"未发生{self.subject}，计{points}分"
        capped = stopped(full, self.deduct * cases, self.floor, self.most)
        return f"发生{plain(cases)}{self.measure}{self.subject}，每{self.measure}扣{plain(self.deduct)}分{capped}，计{points}分"

    def problems(self, full: Decimal) -> tuple[str, ...]:
        found = ("deduct：应大于0",) if self.deduct <= 0 else ()
        return (*found, *cap_problems(self.floor, self.most, full))
