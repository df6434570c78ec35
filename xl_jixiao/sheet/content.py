"""What a workbook file holds, as frozen data: stored cells, looks, names, sheets and the package of them.

Rows and columns count from zero. A claim is kept as it stands in the file: nothing here says whether it is true.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from xl_jixiao.words import one_line

Position = tuple[int, int]
"""A row and a column, from zero."""

LAST_ROW = 2**20 - 1
LAST_COLUMN = 2**14 - 1
LONGEST_TEXT = 32_767
"""What a cell can hold in Excel, in characters."""


class UnreadableWorkbook(ValueError):
    """A file that is not a workbook we can read; the message is one clear Chinese line with the file's name."""


class OwnFault(UnreadableWorkbook):
    """A mistake of ours met while reading: the file is not to blame."""


class Refused(Exception):
    """Why a file isn't read and what to do about it, without the file's name."""

    def __init__(self, what: str, remedy: str = "请在 Excel 或 WPS 中打开后另存为 .xlsx") -> None:
        super().__init__(f"{what}；{remedy}")


class NotUnderstood(Refused):
    """A package that may be sound but is put together as this reader doesn't know; a slower reader may."""


def shown(text: str, longest: int = 80) -> str:
    """A text from a file as a message may carry it."""
    return one_line(text, longest)


class FaintText(str):
    """A text of a cell of which a part can't be seen (white, tiny), is struck through, or has other characters above it."""


class FormulaKind(StrEnum):
    """How a formula is written. An array formula stands in the first cell of its area; a data table is Excel's what-if table."""

    NORMAL = "normal"
    SHARED = "shared"
    ARRAY = "array"
    TABLE = "data table"


class Stored(NamedTuple):
    """A cell as the file has it: the value a program left there, and the formula without its =.

    A date is a number; the look of its style says that it is one. `error` marks a value that is an error's text (#DIV/0!). A formula that was
    never computed has the value None, one whose result is the empty text has "". Formulas shared by several cells are written out for each.
    """

    value: float | str | bool | None = None
    formula: str = ""
    error: bool = False
    style: int = 0
    kind: FormulaKind = FormulaKind.NORMAL

    @property
    def blank(self) -> bool:
        """Whether nothing is in it, whatever its style."""
        return not self.formula and self.value in (None, "")


BLANK = Stored()


class Rectangle(NamedTuple):
    """A rectangle of cells, its last row and column included."""

    top: int
    left: int
    bottom: int
    right: int

    def __contains__(self, place: object) -> bool:
        """Whether a place lies in it."""
        match place:
            case (int() as row, int() as column):
                return self.top <= row <= self.bottom and self.left <= column <= self.right
        return False


_NO_DATE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|General', re.IGNORECASE)


@dataclass(frozen=True)
class Look:
    """How a cell shows what it holds. Colours are RRGGBB, empty where the program chooses (black on white).

    `fill` is empty without one. `locked` and `hidden` are the marks that count once the sheet is protected. In the look of a conditional
    format, what it leaves alone is empty, zero or None.
    """

    number_format: str = "General"
    font: str = ""
    size: float = 0.0
    colour: str = ""
    fill: str = ""
    bold: bool | None = False
    strike: bool | None = False
    horizontal: str = ""
    rotation: int = 0
    indent: int = 0
    shrink: bool = False
    wrap: bool = False
    locked: bool | None = True
    hidden: bool | None = False
    crossed: bool = False
    """Whether a line is drawn through the cell from corner to corner."""

    @cached_property
    def is_date(self) -> bool:
        """Whether the number format shows a number as a day or a time."""
        return bool(re.search("[ymdhs]", _NO_DATE.sub("", self.number_format.partition(";")[0]), re.IGNORECASE))


PLAIN = Look()


@dataclass(frozen=True)
class ConditionalFormat:
    """A rule that changes how the cells of `area` (as written, several areas parted by spaces) look; `look` is None for bars, scales and icons,
    which may stand in place of the number."""

    area: str
    kind: str
    operator: str
    formulas: tuple[str, ...]
    look: Look | None
    shows_value: bool = True


@dataclass(frozen=True)
class Drawn:
    """Something that lies over the cells: "picture", "shape" (text boxes too), "chart", "control" (a button), "note", "table" (pivot
    tables too) or "other"; `place` is its upper left cell, `macro` what a click on it runs, as written."""

    kind: str
    place: Position | None
    text: str = ""
    macro: str = ""


@dataclass(frozen=True)
class DrawnChart:
    """A chart of a sheet: its texts as one, the areas it is drawn of, and for each of numbers those it keeps by their place in the area."""

    text: str
    areas: tuple[str, ...]
    kept: tuple[tuple[str, tuple[tuple[int, float], ...]], ...] = ()
    formats: tuple[str, ...] = ()
    """The number formats of its labels and axes."""
    unseen: bool = False
    """Whether a bar of it, or all of a row of them, has no colour."""
    scaled: bool = False
    """Whether an axis shows its numbers in another unit, or from or to another number than it does by itself, or the other way."""
    covered: bool = False
    """Whether shapes of its own lie over it."""


class Limit(NamedTuple):
    """What may be typed in an area (as written): a list, numbers between two … as Excel calls the kind and the operator, with its formulas; `holds`
    is whether another value is refused."""

    area: str
    kind: str
    first: str
    second: str
    holds: bool
    operator: str = "between"


@dataclass(frozen=True)
class Setting:
    """How a sheet is viewed and printed, and what is tied to its cells. The slowest reader leaves this as it is by default.

    `page_texts` are the heads and feet of its pages as written; `beyond` how many rows and columns the frozen panes leave out of reach; `links`
    (area, target) lead out of the workbook; `opened` are areas that are open although it is protected; `limits` what may be typed.
    `messages` (area, text) come up beside a cell: what is to be typed there, where its link leads. `zoom` and `scale` are in percent, `fitted` is a
    page that takes no scale; `errors` is whether error values are printed as they are, `mirrored` a sheet that runs from right to left. `macros` are
    what its controls run besides what is drawn, `allowed` is what its protection leaves to everyone, in Excel's words.
    """

    page_texts: tuple[str, ...] = ()
    page_picture: bool = False
    zeros: bool = True
    formulas: bool = False
    beyond: Position = (0, 0)
    links: tuple[tuple[str, str], ...] = ()
    opened: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    charts: tuple[DrawnChart, ...] = ()
    messages: tuple[tuple[str, str], ...] = ()
    zoom: int = 100
    scale: int = 100
    fitted: bool = False
    errors: bool = True
    mirrored: bool = False
    macros: tuple[str, ...] = ()
    allowed: frozenset[str] = frozenset(("selectLockedCells", "selectUnlockedCells"))


@dataclass(frozen=True)
class SheetContent:
    """A sheet. `state` is visible, hidden or veryHidden; `kind` worksheet, chartsheet, dialogsheet or macrosheet (only worksheets have cells).

    `cells` are all the cells the file mentions, those with a style alone too. Rows and columns of no height or width count as hidden.
    """

    name: str
    state: str
    kind: str
    part: str
    cells: Mapping[Position, Stored] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    met: Mapping[int, Mapping[Position, Stored]] = field(default_factory=lambda: MappingProxyType({}), repr=False, compare=False)
    """The rows that were met in other files too, by number: the same mapping in each of them, so that what is found out about it holds again."""
    unmet: Mapping[int, Mapping[Position, Stored]] = field(default_factory=lambda: MappingProxyType({}), repr=False, compare=False)
    """The other rows. Neither is known of a sheet that was read as a whole."""
    merges: tuple[Rectangle, ...] = ()
    heights: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    widths: tuple[tuple[int, int, float], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    rows_hidden_by_default: bool = False
    protected: bool = False
    conditional_formats: tuple[ConditionalFormat, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    setting: Setting = field(default=Setting(), compare=False)

    def cell(self, row: int, column: int) -> Stored:
        """The cell at a place; a blank one where the file mentions none."""
        return self.cells.get((row, column), BLANK)


@dataclass(frozen=True)
class Name:
    """A defined name. `sheet` is the sheet it is local to, "" for the whole workbook; `cell` the one cell (sheet, row, column) it points at."""

    name: str
    text: str
    sheet: str = ""
    hidden: bool = False
    cell: tuple[str, int, int] | None = None


@dataclass(frozen=True)
class Package:
    """A workbook file read once and whole. `sheets` are in the order of their tabs; `names` those of the workbook, `local_names` those of one sheet.

    `parts` are the names of all it is put together of, in lower case; `faint` is whether it has texts of which a part can't be seen. `exact` is whether it
    computes with what cells hold, not with what they show; `iterates` whether with formulas that lead in circles. `windowless` is whether it opens to
    no window, or to one without the tabs of its sheets.

    `macros` is the SHA-256 of the macro project, `project` its bytes (read by `vba_source`), both None without one.
    """

    file: str
    sheets: Mapping[str, SheetContent]
    names: Mapping[str, Name]
    local_names: tuple[Name, ...]
    properties: Mapping[str, str]
    looks: tuple[Look, ...] = field(repr=False)
    calculation: str = "auto"
    full_calculation: bool = False
    date_1904: bool = False
    exact: bool = True
    iterates: bool = False
    windowless: bool = False
    protected: bool = False
    parts: tuple[str, ...] = field(default=(), repr=False)
    faint: bool = False
    description: str = ""
    """What the document says of itself."""
    macros: str | None = None
    project: bytes | None = field(default=None, repr=False)
    old: bool = False
    """Whether it is of the old format, of which formulas, stamp, protection, pages and drawings can't be read."""

    def look(self, style: int) -> Look:
        """How a style shows its cell; the plain look for a style the workbook doesn't have."""
        return self.looks[style] if style < len(self.looks) else PLAIN

    def cell(self, sheet: str, row: int, column: int) -> Stored:
        """The cell at a place; a blank one where the sheet is gone."""
        found = self.sheets.get(sheet)
        return BLANK if found is None else found.cell(row, column)
