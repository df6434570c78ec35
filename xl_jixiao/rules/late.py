"""按两个日期推迟的天数或月数扣分：每超出 10 天扣 1 分，每推迟一个月扣 2 分。"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal

from xl_jixiao.expr import Cell, Expr, as_number, call, joined, tree, when
from xl_jixiao.formula import Formula, defined_name
from xl_jixiao.number import half_up, plain
from xl_jixiao.rules.base import Given, Quantity, Rule, ShortText, cap_problems, ending, kept

_PARTIAL = {"whole": "不足一个计扣单位的不扣分", "started": "不足一个计扣单位的按一个扣分", "prorata": "不足一个计扣单位的按比例扣分"}


class Late(Rule):
    """`deduct` for every `step` days or months that the date `actual` is after the date `planned`; both are inputs of kind date.

    A month is over on the same day of the next one. `most` is the most that is lost, `floor` the least that is left.
    """

    kind: Literal["late"]
    planned: ShortText
    actual: ShortText
    unit: Literal["天", "月"] = "天"
    step: Quantity = Decimal(1)
    deduct: Quantity
    partial: Literal["whole", "started", "prorata"]
    most: Quantity | None = None
    floor: Quantity = Decimal(0)

    @cached_property
    def figures(self) -> tuple[Formula, ...]:
        return (Formula(Cell(defined_name(self.actual)) - Cell(defined_name(self.planned))),)

    @property
    def own_absence(self) -> bool:
        return True  # a date is there or not yet

    def _late(self) -> Expr:
        """How many days or months late; never below zero."""
        actual, planned = Cell(defined_name(self.actual)), Cell(defined_name(self.planned))
        if self.unit == "天":
            return call("MAX", 0, actual - planned)
        months = (call("YEAR", actual) - call("YEAR", planned)) * 12 + call("MONTH", actual) - call("MONTH", planned)
        days = call("DAY", actual) - call("DAY", planned)
        more = when(days > 0, 1, 0) if self.partial == "started" else when(days < 0, -1, 0)
        return call("MAX", 0, months + more)

    def _lost(self) -> Expr:
        if self.partial == "prorata":
            return tree(self.deduct) * self._late() / self.step
        count = self._late() / self.step
        return tree(self.deduct) * (call("INT", count) if self.partial == "whole" else call("ROUNDUP", count, 0))

    @cached_property
    def _own(self) -> tuple[Expr, Expr]:
        return self._late(), self._lost()

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        return kept(full, self._lost(), self.floor, self.most)

    def said(self) -> Expr:
        return joined("推迟", self._late(), f"{self._measure}，")

    @property
    def _measure(self) -> str:
        return "个月" if self.unit == "月" else "天"

    def criterion(self, full: Decimal) -> str:
        one = f"{plain(self.step)}{self._measure}"
        return f"按期完成计{plain(full)}分；每推迟{one}扣{plain(self.deduct)}分，{ending(self.floor, self.most)}。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        late, lost = (as_number(one.value(self.held(given))) for one in self._own)
        points = self.printed(full, rate, given)
        if not late:
            return f"按期完成，计{points}分"
        capped = f"，{ending(self.floor, self.most)}" if self.points(full, rate, given) != Fraction(full) - lost else ""
        return f"推迟{plain(late)}{self._measure}，应扣{plain(half_up(lost, 2))}分{capped}，计{points}分"

    def choices(self) -> tuple[str, ...]:
        month = ("到下月同一天为满一个月",) if self.unit == "月" else ()
        return (f"“{self.actual}”晚于“{self.planned}”为推迟", *month, _PARTIAL[self.partial])

    def problems(self, full: Decimal) -> tuple[str, ...]:
        found = [f"{name}：应大于0" for name in ("step", "deduct") if getattr(self, name) <= 0]
        if self.unit == "月" and self.partial == "prorata":
            found.append("partial：按月计的用 whole 或 started")
        return (*found, *cap_problems(self.floor, self.most, full))
