"""What tables of every kind are made of: grades, identities, columns."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from xl_jixiao.expr import Cell, Expr, Rounded, call, first_of, tree
from xl_jixiao.formula import Formula, parse
from xl_jixiao.rules.base import Label, Quantity
from xl_jixiao.tables.tablefile import Part


class Grade(Part):
    """A grade's word and the lowest total that earns it."""

    spoils: ClassVar[Mapping[str, tuple[str, ...]]] = {"least": ("",)}

    name: Label
    least: Quantity


def grade_of(total: Expr, grades: Sequence[Grade]) -> Expr:
    """The grade's word for a total, from the highest."""
    *kept, last = grades
    return first_of([(total >= one.least, one.name) for one in kept], tree(last.name))


class Identity(Part):
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


class Column(Part):
    """A column of the printed form: its heading and its width in characters."""

    heading: str
    width: float
