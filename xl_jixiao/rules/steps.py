"""每超（每低）一个单位扣若干分，扣完为止。"""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Literal

from xl_jixiao.expr import Cell, Cleared, Expr, as_number, call, exact, tree
from xl_jixiao.number import half_up, plain
from xl_jixiao.rules.base import Given, Quantity, Rule, amount, cap_problems, ending, kept, number, stopped

_PARTIAL = {"whole": "不足一个单位的不扣分（按整数单位）", "started": "不足一个单位的按一个单位扣分", "prorata": "不足一个单位的按比例扣分"}


class Steps(Rule):
    """Full points at the target; `deduct` for every `step` beyond it, `most` at most, down to `floor`.

    `direction` "above": results above the target lose points; "below": results below it. Whether a started step counts
    is not said by the printed rules: `partial` says it and the choice is printed.
    """

    kind: Literal["steps"]
    direction: Literal["above", "below"]
    target: Quantity
    step: Quantity
    deduct: Quantity
    unit: str = "%"
    partial: Literal["whole", "started", "prorata"]
    floor: Quantity = Decimal(0)
    most: Quantity | None = None
    beyond: Literal["full", "deduct"] = "full"
    """What the other side of the target scores: full, or it loses points just as well."""

    def _excess(self, rate: Expr) -> Expr:
        over = rate - self.target if self.target else rate
        if self.beyond == "deduct":
            return call("ABS", over)
        return call("MAX", 0, over if self.direction == "above" else tree(self.target) - rate)

    def _lost(self, rate: Expr) -> Expr:
        excess = self._excess(rate)
        if self.partial == "prorata":  # multiplied first: half a cent must stay half a cent
            return Cleared(tree(self.deduct) * excess / self.step, 9)
        count = Cleared(excess / self.step, 8)
        return tree(self.deduct) * (call("INT", count) if self.partial == "whole" else call("ROUNDUP", count, 0))

    @property
    def needs_rate(self) -> bool:
        return True

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        return kept(full, self._lost(rate), self.floor, self.most)

    @cached_property
    def _own(self) -> tuple[Expr, Expr]:
        """What lies beyond the target, and what it costs, over a cell's rate."""
        return self._excess(Cell("")), self._lost(Cell(""))

    @property
    def _sign(self) -> str:
        """Where the target is met."""
        if self.beyond == "deduct":
            return "＝"
        return "≤" if self.direction == "above" else "≥"

    @property
    def _one(self) -> str:
        return f"{plain(self.step * 100)}个百分点" if self.unit == "%" else f"{plain(self.step)}{self.unit}"

    def criterion(self, full: Decimal) -> str:
        verb = "高于" if self.direction == "above" else "低于"
        if self.beyond == "deduct":
            verb = "高于或低于"
        return (
            f"目标值{self._sign}{amount(self.target, self.unit)}；达到目标值计{plain(full)}分，"
            f"每{verb}目标值{self._one}扣{plain(self.deduct)}分，{ending(self.floor, self.most)}。"
        )

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        excess, cost = (as_number(one.value({"": exact(rate)})) for one in self._own)
        if excess == 0:
            return f"达到目标值（{self._sign}{amount(self.target, self.unit)}），计{plain(full)}分"
        verb = "高于" if number(rate) > self.target else "低于"
        distance = f"{plain(excess * 100)}个百分点" if self.unit == "%" else f"{plain(excess)}{self.unit}"
        lost = half_up(cost, 2)
        capped = stopped(full, lost, self.floor, self.most)
        return f"{verb}目标值{distance}，应扣{plain(lost)}分{capped}，计{self.printed(full, rate, given)}分"

    def choices(self) -> tuple[str, ...]:
        other = "低于" if self.direction == "above" else "高于"
        partial = (_PARTIAL[self.partial],) if self.unit != "人" else ()
        side = "视为达到目标值，计满分" if self.beyond == "full" else "同样扣分"
        return (*partial, f"{other}目标值的{side}")

    def problems(self, full: Decimal) -> tuple[str, ...]:
        found = [f"{name}：应大于0" for name in ("step", "deduct") if getattr(self, name) <= 0]
        return (*found, *cap_problems(self.floor, self.most, full))
