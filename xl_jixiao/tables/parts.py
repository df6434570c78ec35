"""What tables of every kind are made of: grades, identities, columns."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from xl_jixiao.expr import Cell, Expr, Rounded, call, first_of, tree
from xl_jixiao.formula import Formula, parse
from xl_jixiao.rules.base import Quantity, ShortText
from xl_jixiao.tables.inputs import repeated
from xl_jixiao.tables.slips import Balance
from xl_jixiao.tables.tablefile import TablePart

MOST_GRADES = 20
"""Excel nests at most 64 functions."""


class Grade(TablePart):
    """A grade's word and the lowest total that earns it."""

    spoils: ClassVar[Mapping[str, tuple[str, ...]]] = {"least": ("",)}

    name: ShortText
    least: Quantity


def grade_of(total: Expr, grades: Sequence[Grade]) -> Expr:
    """The grade's word for a total, from the highest."""
    *kept, last = grades
    return first_of([(total >= one.least, one.name) for one in kept], tree(last.name))


def grade_problems(grades: Sequence[Grade]) -> Iterator[str]:
    """Grades out of order, with one word twice, too many, or not down to zero."""
    yield from repeated([grade.name for grade in grades], "grades", "等次")
    if len(grades) > MOST_GRADES:
        yield f"grades：最多{MOST_GRADES}档，现为{len(grades)}档"
    if sum(len(grade.name) for grade in grades) > MOST_GRADES * 10:
        yield f"grades：等次用词合计最多{MOST_GRADES * 10}字，Excel 公式里放不下"
    if [grade.least for grade in grades] != sorted({grade.least for grade in grades}, reverse=True):
        yield "grades：least 应从高到低，且不重复"
    if not grades or grades[-1].least != 0:
        yield "grades：最后一档的 least 应为 0"


class Identity(TablePart):
    """Two sides that must agree: 收入合计 = 支出合计 + 结余. `tolerance` up to which a difference is rounding."""

    name: str
    left: str
    right: str
    tolerance: Quantity = Decimal("0.01")
    note: str = ""

    @cached_property
    def sides(self) -> tuple[Formula, Formula]:
        """Both sides, parsed."""
        return parse(self.left), parse(self.right)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The data items of both sides, each once."""
        left, right = self.sides
        return tuple(dict.fromkeys((*left.names, *right.names)))

    @cached_property
    def complete(self) -> Expr:
        """Whether every data item is a number."""
        return call("COUNT", *map(Cell, self.names)).equals(len(self.names))

    @cached_property
    def gap(self) -> Expr:
        """Left less right, to 0.01; only where every data item is a number."""
        left, right = self.sides
        return Rounded(Formula(left.core - right.core).cleared, 2)

    @cached_property
    def balance(self) -> Balance:
        """What a figure in another unit is recognised by."""
        return Balance(self.name, self.names, self.complete, self.gap, self.tolerance)


class Column(TablePart):
    """A column of the printed form: its heading and its width in characters."""

    heading: str
    width: float
