"""Building a sheet's plan: cells are put one by one, the finished plan is frozen."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from xl_jixiao.expr import Operand, Value, exact, tree
from xl_jixiao.sheet.looks import STATE_COLOURS
from xl_jixiao.sheet.plan import (
    Accepts,
    Block,
    Button,
    Chart,
    Computed,
    Content,
    Entry,
    Filter,
    Jump,
    Label,
    Mark,
    Page,
    Placed,
    RowMade,
    SheetPlan,
    Span,
    Udf,
    Visibility,
)

Constant = Value | Decimal


class SheetBuilder:
    """A sheet being put together. Rows and columns count from zero; `rows` and `columns` say over how many a cell is merged."""

    def __init__(self, name: str, code_name: str, widths: Sequence[float] = ()) -> None:
        self.name = name
        self.code_name = code_name
        self.widths = tuple(widths)
        self.cells: list[Placed] = []
        self._blocks: list[tuple[int, Block]] = []
        self.heights: dict[int, float] = {}
        self.marks: list[Mark] = []
        self.charts: list[Chart] = []
        self.buttons: list[Button] = []
        self.areas: dict[str, Span] = {}
        self.typed_areas: list[tuple[tuple[int, int, int, int], Accepts]] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: list[tuple[int, int]] = []
        self.unseen_columns: list[tuple[int, int]] = []
        self.page = Page()
        self.visibility = Visibility.SHOWN
        self.protected = True
        self.frozen: tuple[int, int] | None = None
        self.default_height: float | None = None
        self.filter: Filter | None = None
        self.rows: Callable[[], Iterator[RowMade]] | None = None

    def put(self, row: int, column: int, content: Content, style: str, rows: int = 1, columns: int = 1) -> None:
        """A content at its place."""
        self.cells.append(Placed(row, column, content, style, rows, columns))

    def block(self, block: Block) -> None:
        """Cells that stand at these places in other workbooks too."""
        self._blocks.append((len(self.cells), block))
        self.cells += block.cells

    def label(self, row: int, column: int, value: Constant, style: str, rows: int = 1, columns: int = 1, *, key: str = "") -> None:
        """A constant; `key` where formulas read it."""
        self.put(row, column, Label(exact(value), key), style, rows, columns)

    def entry(
        self,
        row: int,
        column: int,
        key: str,
        value: Value,
        style: str,
        rows: int = 1,
        columns: int = 1,
        *,
        accepts: Accepts | None = None,
        required: bool = True,
        given: bool = False,
    ) -> None:
        """A cell a person types into."""
        self.put(row, column, Entry(key, value, accepts, required, given), style, rows, columns)

    def computed(
        self, row: int, column: int, key: str, of: Operand, style: str, rows: int = 1, columns: int = 1, *, udf: Udf | None = None
    ) -> None:
        """A cell with a formula; an empty key where nothing reads it."""
        self.put(row, column, Computed(key, tree(of), udf), style, rows, columns)

    def jump(
        self,
        row: int,
        column: int,
        key: str = "",
        *,
        sheet: str = "",
        text: str = "",
        style: str = "link",
        file: str = "",
        cell: str = "",
        columns: int = 1,
    ) -> None:
        """A link to a key's cell, to a sheet, or into another file."""
        self.put(row, column, Jump(key, sheet, text, file, cell), style, columns=columns)

    def heads(self, row: int, texts: Iterable[str], style: str = "head", first: int = 0) -> None:
        """The heads of a table, side by side."""
        for column, text in enumerate(texts, first):
            self.label(row, column, text, style)

    def height(self, row: int, points: float) -> None:
        """A row's height."""
        self.heights[row] = points

    def area(self, key: str, top: int, left: int, bottom: int, right: int | None = None) -> None:
        """Names neighbouring cells; one column by default."""
        self.areas[key] = Span(self.name, top, left, bottom, left if right is None else right)

    def mark_states(self, top: int, left: int, bottom: int, right: int | None = None) -> None:
        """Colours the words of a 状态 column."""
        area = (top, left, bottom, left if right is None else right)
        for words, colour, background in STATE_COLOURS:
            self.marks += [Mark(area, word, colour, background) for word in words]

    def done(self) -> SheetPlan:
        """The sheet's plan."""
        made = SheetPlan(
            name=self.name,
            code_name=self.code_name,
            cells=tuple(self.cells),
            widths=self.widths,
            heights=MappingProxyType(dict(self.heights)),
            page=self.page,
            visibility=self.visibility,
            protected=self.protected,
            frozen=self.frozen,
            default_height=self.default_height,
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=tuple(self.hidden_columns),
            unseen_columns=tuple(self.unseen_columns),
            marks=tuple(self.marks),
            charts=tuple(self.charts),
            buttons=tuple(self.buttons),
            filter=self.filter,
            typed_areas=tuple(self.typed_areas),
            rows=self.rows,
        )
        if self._blocks:
            made.__dict__["blocks"] = (*(block for _, block in self._blocks), Block(self.name, tuple(self._alone())))
        return made

    def _alone(self) -> Iterator[Placed]:
        """The cells that are in no block."""
        at = 0
        for first, block in self._blocks:
            yield from self.cells[at:first]
            at = first + len(block.cells)
        yield from self.cells[at:]


def titled(
    name: str,
    code_name: str,
    title: str,
    widths: Sequence[float],
    note: str = "",
    *,
    heads: Sequence[str] = (),
    head_row: int = 0,
) -> SheetBuilder:
    """A landscape sheet, one page wide, with its title, the note under it and the heads of its table."""
    sheet = SheetBuilder(name, code_name, widths)
    sheet.page = Page(landscape=True)
    sheet.label(0, 0, title, "title", columns=len(widths))
    sheet.height(0, 30)
    if note:
        sheet.label(1, 0, note, "note", columns=len(widths))
    sheet.heads(head_row, heads)
    return sheet


def areas(sheets: Iterable[SheetBuilder]) -> Mapping[str, Span]:
    """The areas of several sheets."""
    return MappingProxyType({key: span for sheet in sheets for key, span in sheet.areas.items()})
