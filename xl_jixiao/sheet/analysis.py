"""Points by group: weight, points, loss and share, with a column chart."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from xl_jixiao.expr import Cell, Expr, Rounded, all_of, is_number, when
from xl_jixiao.sheet.build import SheetBuilder
from xl_jixiao.sheet.plan import Chart

WIDTHS = (18, 10, 12, 12, 12)
HEADS = ("指标组", "分值", "得分", "失分", "得分率")
_NAME, _WEIGHT, _POINTS, _LOST, _SHARE = range(5)


@dataclass(frozen=True)
class Group:
    """One line of the table; a weight the unit sets is a tree. `key` names the points where something else asks for them."""

    name: str
    weight: Decimal | Expr
    points: Expr
    key: str = ""


def group_table(sheet: SheetBuilder, row: int, groups: Iterable[Group], style: str = "points") -> int:
    """The table from a row on; returns the row after it."""
    sheet.heads(row, HEADS)
    row += 1
    for group in groups:
        weight, points = Cell(f"{sheet.name}:{row}:{_WEIGHT}"), Cell(group.key or f"{sheet.name}:{row}:{_POINTS}")
        sheet.label(row, _NAME, group.name, "cell")
        share: Expr = Rounded(points / weight, 4)
        if isinstance(group.weight, Expr):
            sheet.computed(row, _WEIGHT, weight.key, group.weight, style)
            share = when(weight > 0, share, "")
        else:
            sheet.label(row, _WEIGHT, group.weight, style, key=weight.key)
        sheet.computed(row, _POINTS, points.key, group.points, style)
        sheet.computed(row, _LOST, "", when(is_number(points), Rounded(weight - points, 2), ""), style)
        sheet.computed(row, _SHARE, "", when(is_number(points), share, ""), "rate")
        row += 1
    return row


@dataclass(frozen=True)
class BudgetLine:
    """A budget and what was spent of it, each a tree that is empty while it isn't known."""

    name: str
    budget: Expr
    spent: Expr


COMPARED_HEADS = ("项目（万元）", "预算", "决算", "相差", "占预算")


def compared_table(sheet: SheetBuilder, row: int, pairs: Iterable[BudgetLine]) -> int:
    """Budgets beside what was spent of them, from a row on; returns the row after it."""
    sheet.heads(row, COMPARED_HEADS)
    for at, pair in enumerate(pairs, row + 1):
        budget, spent = Cell(f"{sheet.name}:{at}:{_WEIGHT}"), Cell(f"{sheet.name}:{at}:{_POINTS}")
        both = all_of([is_number(budget), is_number(spent)])
        sheet.label(at, _NAME, pair.name, "cell")
        sheet.computed(at, _WEIGHT, budget.key, pair.budget, "points")
        sheet.computed(at, _POINTS, spent.key, pair.spent, "points")
        sheet.computed(at, _LOST, "", when(both, Rounded(spent - budget, 2), ""), "points")
        sheet.computed(at, _SHARE, "", when(both, when(budget > 0, Rounded(spent / budget, 4), ""), ""), "rate")
        row = at
    return row + 1


def compared_chart(anchor: tuple[int, int], first: int, last: int) -> Chart:
    """The chart of such a table."""
    return Chart("预算与决算对比（万元）", anchor, first, last, _NAME, (("预算", _WEIGHT), ("决算", _POINTS)))


def group_chart(title: str, anchor: tuple[int, int], first: int, last: int, width: int = 560) -> Chart:
    """The chart of a table whose lines are these rows."""
    return Chart(title, anchor, first, last, _NAME, (("分值", _WEIGHT), ("得分", _POINTS)), width)
