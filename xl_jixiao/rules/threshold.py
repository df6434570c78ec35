"""达到目标值计满分，否则计另一个分数（通常 0 分）。"""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Literal

from xl_jixiao.expr import Cell, Expr, Operation, exact, tree, when
from xl_jixiao.number import plain
from xl_jixiao.rules.base import Given, Quantity, Rule, amount

_SIGN = {"at_most": ("≤", "<="), "below": ("<", "<"), "at_least": ("≥", ">="), "above": (">", ">"), "equal": ("＝", "=")}


class Threshold(Rule):
    """Full points when the rate meets the target, `otherwise` when it does not."""

    kind: Literal["threshold"]
    test: Literal["at_most", "below", "at_least", "above", "equal"]
    target: Quantity
    otherwise: Quantity = Decimal(0)
    unit: str = "%"

    @property
    def _target(self) -> str:
        return f"{_SIGN[self.test][0]}{amount(self.target, self.unit)}"

    def _met(self, rate: Expr) -> Expr:
        return Operation(_SIGN[self.test][1], rate, tree(self.target))

    @cached_property
    def _own(self) -> Expr:
        """Whether the target is met, over a cell's rate."""
        return self._met(Cell(""))

    @property
    def needs_rate(self) -> bool:
        return True

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        return when(self._met(rate), full, self.otherwise)

    def criterion(self, full: Decimal) -> str:
        return f"目标值{self._target}；达到目标值计{plain(full)}分，否则计{plain(self.otherwise)}分。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        target = f"目标值（{self._target}）"
        if self._own.value({"": exact(rate)}):
            return f"达到{target}，计{plain(full)}分"
        return f"未达到{target}，计{plain(self.otherwise)}分"

    def problems(self, full: Decimal) -> tuple[str, ...]:
        return () if 0 <= self.otherwise <= full else (f"otherwise：{plain(self.otherwise)}应在0到分值{plain(full)}之间",)
