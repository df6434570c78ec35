"""由单位按行填写的指标：每行有指标内容、指标值、完成值、分值，各行按自评表的办法计分后相加。"""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Literal

from xl_jixiao.expr import Cell, Expr, Rounded, call, is_number, joined, when
from xl_jixiao.number import percent, plain
from xl_jixiao.rules.base import Given, Item, Quantity, Rule, ShortText, too_low_problems

MOST_ROWS = 30
CONTENT, TARGET, DONE, WEIGHT, DIRECTION, DEGREE = "指标内容", "指标值", "完成值", "分值", "计分方向", "完成程度"
SIDES = ("正向", "反向", "等于", "定性")


class WrittenRows(Rule):
    """Rows that the unit writes; each is scored as a row of a 自评表 is: target met full, else in proportion, words by their degree.

    `split` says whose the points of a row are: "own" the unit writes them, "equal" the weight is split over the written rows, and full rows
    together have all of it, whatever their rounded shares add up to. The sum never exceeds the weight. How a row scores is the dialect's, which
    reads both texts: its points come after the items.
    """

    kind: Literal["rows"]
    subject: ShortText
    rows: int = 5
    split: Literal["own", "equal"] = "own"
    reverse_mode: Literal["ratio", "linear"] = "ratio"
    equal_mode: Literal["ratio", "exact"] = "ratio"
    too_low: Quantity | None = None
    too_low_deduct: Quantity = Decimal(0)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """What is written in a row."""
        own = (WEIGHT,) if self.split == "own" else ()
        return (CONTENT, TARGET, DONE, *own, DIRECTION, DEGREE)

    @cached_property
    def numbers(self) -> range:
        """The numbers of the rows."""
        return range(1, min(self.rows, MOST_ROWS) + 1)

    @cached_property
    def computed(self) -> tuple[str, ...]:
        return tuple(f"行得分:{number}" for number in self.numbers)

    def items(self, full: Decimal) -> tuple[Item, ...]:
        found: list[Item] = []
        for number in self.numbers:
            first = len(found)
            for field in self.fields:
                needed = field not in (DIRECTION, DEGREE)
                waits = None if number == 1 or not needed or field == CONTENT else (first, "")
                found.append(self._item(number, field, full, required=number == 1 and needed, needed_if=waits))
        return tuple(found)

    def _item(self, number: int, field: str, full: Decimal, *, required: bool, needed_if: tuple[int, str] | None) -> Item:
        label = f"{self.subject}{number} {field}"
        if field == WEIGHT:
            return Item(label=label, kind="points", limit=full, required=required, needed_if=needed_if)
        if field == DEGREE:
            return Item(label=f"{label}（定性的填）", kind="percent", limit=Decimal(1), required=False)
        if field == DIRECTION:
            return Item(label=f"{label}（选填）", kind="choice", options=SIDES, required=False)
        return Item(label=label, kind="text", required=required, needed_if=needed_if)

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        cells = [Cell(name) for name in self.computed]
        earned = call("MIN", full, call("SUM", *cells))
        if self.split == "own":
            return earned
        count = call("COUNT", *cells)
        shares = Rounded(count * Rounded(full / call("MAX", count, 1), 2), 2)
        return when(Rounded(call("SUM", *cells), 2).equals(shares), full, earned)

    def said(self) -> Expr:
        first, *others = (
            when(is_number(Cell(name)), joined("" if at == 0 else "+", Cell(name)), "") for at, name in enumerate(self.computed)
        )
        return joined("各行得分", first, *others, "，")

    def criterion(self, full: Decimal) -> str:
        whose = "各行分值由单位分配" if self.split == "own" else f"每行分值＝{plain(full)}分÷行数"
        return f"按行填写{self.subject}，{whose}；达到指标值的计该行分值，未达到的按完成比例计分，定性的按完成程度计分。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        points = [one for one in given[len(given) - len(self.computed) :] if isinstance(one, Decimal)]
        capped = f"，以分值{plain(full)}分为限" if sum(points) > full else ""
        return f"{len(points)}行得分{'+'.join(map(plain, points)) or 0}{capped}，计{self.printed(full, rate, given)}分"

    def choices(self) -> tuple[str, ...]:
        linear = "按超出的比例扣分，超出一倍计0分" if self.reverse_mode == "linear" else "按指标值与完成值之比计分"
        low = (
            ()
            if self.too_low is None
            else (f"完成值达到指标值{percent(self.too_low, 0)}及以上的，扣分值的{percent(self.too_low_deduct, 0)}",)
        )
        whole = () if self.split == "own" else ("各行都得满分的，计满分",)
        return (f"反向指标高于指标值的，{linear}", *low, *whole)

    def problems(self, full: Decimal) -> tuple[str, ...]:
        found = () if 1 <= self.rows <= MOST_ROWS else (f"rows：应在1到{MOST_ROWS}之间，现为{self.rows}",)
        return (*found, *too_low_problems(self.too_low, self.too_low_deduct))
