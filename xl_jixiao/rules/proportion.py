"""按比例计分：得分=分值×比率（执行率×分值）；反向的按目标值与比率之比，或按 1 减比率。"""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Literal

from xl_jixiao.expr import Cell, Expr, any_of, call, exact, first_of, tree, when
from xl_jixiao.rules.base import Given, Quantity, Rule, amount, beyond, beyond_words, number

_BELOW = "；目标值是负数的，公式反过来写：变动率（本年－上年）÷上年 写成 （上年－本年）÷上年，目标值写正数"
"""What to do about a target of −30%."""


class Proportion(Rule):
    """Points in proportion to the rate, between zero and the weight.

    `direction` "positive": weight × rate ÷ target; "reverse": weight × target ÷ rate, full up to the target; "complement": weight ×
    (1 − rate ÷ target), for what should not happen at all (差错率). `zero_below` (of a reverse one `zero_above`): beyond it nothing is earned.
    """

    kind: Literal["proportion"]
    direction: Literal["positive", "reverse", "complement"] = "positive"
    target: Quantity = Decimal(1)
    zero_below: Quantity | None = None
    zero_above: Quantity | None = None
    unit: str = "%"

    @property
    def needs_rate(self) -> bool:
        return True

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        return first_of([(test, 0) for test in beyond(rate, self.zero_below, self.zero_above)], self._share(full, rate))

    def _share(self, full: Expr, rate: Expr) -> Expr:
        target = tree(self.target)
        if self.direction == "complement":
            share = call("MAX", 0, rate)
            return full * call("MAX", 0, 1 - (share if self.target == 1 else share / target))
        if self.direction == "reverse":
            return when(rate <= target, full, full * target / rate)
        earned = full * rate if self.target == 1 else full * rate / target
        return first_of([(rate >= target, full), (rate <= 0, 0)], earned)

    @cached_property
    def _lost(self) -> Expr:
        """Whether nothing is earned because the rate lies beyond an end, over a cell's rate."""
        return any_of(list(beyond(Cell(""), self.zero_below, self.zero_above)))

    @property
    def _how(self) -> str:
        target = amount(self.target, self.unit)
        if self.direction == "complement":
            return "得分＝分值×（1－比率）" if self.target == 1 else f"得分＝分值×（1－比率÷{target}）"
        if self.direction == "reverse":
            return f"不高于{target}的计满分，高于的，得分＝分值×{target}÷比率"
        return "得分＝分值×比率" if self.target == 1 and self.unit == "%" else f"得分＝分值×比率÷{target}"

    @property
    def _ends(self) -> str:
        return beyond_words(self.zero_below, self.zero_above, self.unit)

    def criterion(self, full: Decimal) -> str:
        return f"按比例计分，{self._how}{self._ends}。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        points = self.printed(full, rate, given)
        if self._lost.value({"": exact(rate)}):
            return f"超出计分范围（{self._ends.strip('；')}），计{points}分"
        at = number(rate)
        if (self.direction == "positive" and at >= self.target) or (self.direction == "reverse" and at <= self.target):
            return f"达到{amount(self.target, self.unit)}，计{points}分"
        return f"按比例计分（{self._how}），计{points}分"

    def choices(self) -> tuple[str, ...]:
        return ("比率为负数的按零计算",) if self.direction == "complement" else (f"比率好于{amount(self.target, self.unit)}的，以分值为限",)

    def problems(self, full: Decimal) -> tuple[str, ...]:
        below = _BELOW if self.target < 0 else ""
        wrong = [] if self.target > 0 else [f"target：应大于0{below}"]
        if self.zero_below is not None and self.direction == "positive" and self.zero_below > self.target:
            wrong.append("zero_below：不能高于 target")
        if self.zero_above is not None and self.direction == "reverse" and self.zero_above < self.target:
            wrong.append("zero_above：不能低于 target")
        return tuple(wrong)
