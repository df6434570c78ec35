"""达到要求计满分，未达到的在区间内酌情扣分：没达到的扣 1-10 分。"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, Literal

from xl_jixiao.expr import Expr, by_word, call
from xl_jixiao.number import plain
from xl_jixiao.rules.base import Given, Item, Quantity, Rule, ShortText
from xl_jixiao.words import MET, UNMET


class RangeDeduction(Rule):
    """Met scores full; unmet loses judged points between `least` and `most`, never less than `least`."""

    spoils: ClassVar[Mapping[str, tuple[str, ...]]] = {"most": ("least",)}

    kind: Literal["range_deduction"]
    requirement: ShortText
    least: Quantity
    most: Quantity

    def items(self, full: Decimal) -> tuple[Item, ...]:
        return (
            Item(label=self.requirement, kind="choice", options=(MET, UNMET)),
            Item(label=f"扣分（{plain(self.least)}-{plain(self.most)}分）", kind="points", limit=self.most, required=False),
        )

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        judged = call("MAX", self.least, call("MIN", self.most, call("N", given[1])))
        return full - by_word(given[0], {MET: 0}, judged)

    def criterion(self, full: Decimal) -> str:
        return f"{self.requirement}，计{plain(full)}分，否则扣{plain(self.least)}-{plain(self.most)}分。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        points = self.printed(full, rate, given)
        if given[0] == MET:
            return f"{self.requirement}，计{points}分"
        lost = Fraction(full) - self.points(full, rate, given)
        return f"未达到要求，扣{plain(lost)}分，计{points}分"

    def choices(self) -> tuple[str, ...]:
        return (f"未达到要求而未填扣分的，按最低扣{plain(self.least)}分",)

    def problems(self, full: Decimal) -> tuple[str, ...]:
        if 0 < self.least <= self.most <= full:
            return ()
        unsaid = "；原文没有写最少扣几分的（酌情扣分），用 judgement，由人评分" if self.least == 0 else ""
        return (f"least、most：应满足 0＜least≤most≤{plain(full)}，现为{plain(self.least)}、{plain(self.most)}{unsaid}",)
