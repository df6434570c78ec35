"""What stands on a form: titles, head fields, funds, goals, tables of indicators, totals, each with its cells on the grid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from xl_jixiao.arrive.grid import Grid, GridCell
from xl_jixiao.arrive.heads import Head, squeezed
from xl_jixiao.finding import Place

NOT_READ, TWO_READINGS, STRAY = "JX641", "JX642", "JX652"


@dataclass(frozen=True)
class Unread:
    """Something on a form that was not understood, or can be read in two ways and was left out."""

    code: str
    place: Place
    text: str
    why: str


@dataclass(frozen=True)
class Spot:
    """A cell on its grid; `head` names its column."""

    grid: Grid
    cell: GridCell
    head: str = ""

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.grid.place(self.cell, self.head)

    def unread(self, why: str, code: str = NOT_READ) -> Unread:
        """This cell as something that was not understood."""
        return Unread(code, self.place, squeezed(self.cell.text)[:60], why)


@dataclass(frozen=True)
class Title:
    """The title of a form."""

    text: str
    spot: Spot | None


@dataclass(frozen=True)
class FieldValue:
    """A head field with its value; `rank` is lower for surer labels."""

    name: str
    rank: int
    text: str
    spot: Spot | None


@dataclass(frozen=True)
class MoneyUnit:
    """单位：万元."""

    unit: str


@dataclass(frozen=True)
class FundsRow:
    """A row of the funds: its label and its cells by column."""

    label: str
    cells: Mapping[Head, Spot]
    place: Place


@dataclass(frozen=True)
class Funds:
    """The block of funds. `points` is what the form prints as the weight of the execution rate in a head, empty where it doesn't."""

    rows: tuple[FundsRow, ...]
    heads: frozenset[Head]
    unit: str
    points: str
    place: Place


@dataclass(frozen=True)
class Goals:
    """年度总体目标: the texts expected and reached."""

    expected: tuple[Spot, ...]
    actual: tuple[Spot, ...]


@dataclass(frozen=True)
class TableColumn:
    """A column of a table of indicators: what it holds, from where to where, its own words."""

    head: Head | None
    left: int
    right: int
    label: str
    row: int = 0
    """The row of its head."""

    def meets(self, cell: GridCell) -> bool:
        """Whether a cell stands in it, at least in part."""
        return self.left <= cell.right and cell.column <= self.right


@dataclass(frozen=True)
class RawRow:
    """A row of indicators: its cells by column, those that stand under several heads at once, and its levels."""

    row: int
    cells: Mapping[Head, tuple[GridCell, ...]]
    torn: tuple[tuple[tuple[Head, ...], GridCell], ...] = ()
    levels: Mapping[Head, str] = field(default_factory=dict)
    carried: frozenset[Head] = frozenset()
    """Levels that stand in a row further up, in a cell that isn't merged with this one."""


@dataclass(frozen=True)
class Indicators:
    """A table of indicators. `totals` are its rows of totals, `classes` what it prints for whole classes."""

    grid: Grid
    columns: tuple[TableColumn, ...]
    rows: tuple[RawRow, ...]
    totals: tuple[RawRow, ...]
    classes: tuple[RawRow, ...]

    def column(self, head: Head) -> TableColumn | None:
        """The column of a head."""
        return self._by_head.get(head)

    @cached_property
    def _by_head(self) -> Mapping[Head, TableColumn]:
        return {one.head: one for one in reversed(self.columns) if one.head is not None}

    def spot(self, row: RawRow, head: Head) -> Spot:
        """The cell of a row under a head; a blank one where nothing stands."""
        found = row.cells.get(head)
        column = self.column(head)
        if found and column is not None:
            return Spot(self.grid, found[0], squeezed(column.label))
        shown = column or self.column(Head.LEVEL3) or self.columns[0]
        return Spot(self.grid, GridCell(row.row, shown.left), squeezed(shown.label))


@dataclass(frozen=True)
class Total:
    """A total that stands outside of a table: its label and the cells beside it."""

    label: Spot
    cells: tuple[Spot, ...]


@dataclass(frozen=True)
class GradeSaid:
    """评价等级."""

    spot: Spot
    text: str


@dataclass(frozen=True)
class OwnWords:
    """A text in the unit's own words."""

    label: str
    spot: Spot


FormPart = Title | FieldValue | MoneyUnit | Funds | Goals | Indicators | Total | GradeSaid | OwnWords
