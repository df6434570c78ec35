"""每超（每低）一个单位扣若干分，扣完为止。"""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Literal

from xl_jixiao.expr import Cell, Cleared, Expr, any_of, as_number, call, exact, first_of, tree
from xl_jixiao.number import half_up, plain
from xl_jixiao.rules.base import Given, Quantity, Rule, amount, beyond, beyond_words, cap_problems, ending, kept, number, stopped

_PARTIAL = {"whole": "不足一个单位的不扣分（按整数单位）", "started": "不足一个单位的按一个单位扣分", "prorata": "不足一个单位的按比例扣分"}


class Steps(Rule):
    """Full points at the target; `deduct` for every `step` beyond it, `most` at most, down to `floor`.

    `direction` "above": results above the target lose points; "below": results below it. Whether a started step counts
    is not said by the printed rules: `partial` says it and the choice is printed. Beyond `zero_above`, or `zero_below`, nothing is earned.
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
    zero_above: Quantity | None = None
    zero_below: Quantity | None = None

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
        left = kept(full, self._lost(rate), self.floor, self.most)
        return first_of([(test, 0) for test in beyond(rate, self.zero_below, self.zero_above)], left)

    @cached_property
    def _none(self) -> Expr:
        """Whether nothing is earned because the rate lies beyond an end, over a cell's rate."""
        return any_of(list(beyond(Cell(""), self.zero_below, self.zero_above)))

    @property
    def _ends(self) -> str:
        return beyond_words(self.zero_below, self.zero_above, self.unit)

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

    @property
    def _adds_up(self) -> bool:
        """Whether what it compares is itself what is taken off: several deductions as one sum."""
        plainly = self.target == 0 and self.direction == "above" and self.beyond == "full"
        return self.unit == "分" and self.step == self.deduct and self.partial == "prorata" and plainly

    def criterion(self, full: Decimal) -> str:
        if self._adds_up:
            return f"满分{plain(full)}分，减各项扣分合计，{ending(self.floor, self.most)}{self._ends}。"
        verb = "高于" if self.direction == "above" else "低于"
        if self.beyond == "deduct":
            verb = "高于或低于"
        return (
            f"目标值{self._sign}{amount(self.target, self.unit)}；达到目标值计{plain(full)}分，"
            f"每{verb}目标值{self._one}扣{plain(self.deduct)}分，{ending(self.floor, self.most)}{self._ends}。"
        )

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        excess, cost = (as_number(one.value({"": exact(rate)})) for one in self._own)
        if self._none.value({"": exact(rate)}):
            return f"超出计分范围（{self._ends.strip('；')}），计{self.printed(full, rate, given)}分"
        if self._adds_up:
            lost = half_up(cost, 2)
            return f"合计扣{plain(lost)}分{stopped(full, lost, self.floor, self.most)}，计{self.printed(full, rate, given)}分"
        if excess == 0:
            return f"达到目标值（{self._sign}{amount(self.target, self.unit)}），计{plain(full)}分"
        verb = "高于" if number(rate) > self.target else "低于"
        distance = f"{plain(excess * 100)}个百分点" if self.unit == "%" else f"{plain(excess)}{self.unit}"
        lost = half_up(cost, 2)
        capped = stopped(full, lost, self.floor, self.most)
        return f"{verb}目标值{distance}，应扣{plain(lost)}分{capped}，计{self.printed(full, rate, given)}分"

    def choices(self) -> tuple[str, ...]:
        if self._adds_up:
            return ()
        other = "低于" if self.direction == "above" else "高于"
        partial = (_PARTIAL[self.partial],) if self.unit != "人" else ()
        side = "视为达到目标值，计满分" if self.beyond == "full" else "同样扣分"
        return (*partial, f"{other}目标值的{side}")

    def problems(self, full: Decimal) -> tuple[str, ...]:
        found = [f"{name}：应大于0" for name in ("step", "deduct") if getattr(self, name) <= 0]
        if self.zero_above is not None and self.zero_above < self.target:
            found.append("zero_above：不能低于 target")
        if self.zero_below is not None and self.zero_below > self.target:
            found.append("zero_below：不能高于 target")
        return (*found, *cap_problems(self.floor, self.most, full))
