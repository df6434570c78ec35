"""The official pages: the printed form's rows, merges, heads and widths, or its paragraphs; every value linked, nothing typed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from types import MappingProxyType

from xl_jixiao.documents.model import Document, FormCell, FormPage, Paragraph, placed
from xl_jixiao.documents.page_rows import tied
from xl_jixiao.documents.trees import FormTrees
from xl_jixiao.expr import Cell, Expr, Operand, Value, Values, as_number, as_text, call, first_of, joined, when
from xl_jixiao.sheet import page_flow
from xl_jixiao.sheet.build import SheetBuilder
from xl_jixiao.sheet.data import accepts_of, has_hint, hint_key, state
from xl_jixiao.sheet.looks import FORM_INPUT_STYLES, STYLES
from xl_jixiao.sheet.measure import lines_needed, page_room, print_scale
from xl_jixiao.sheet.plan import Page
from xl_jixiao.tables.inputs import Input
from xl_jixiao.words import INVALID

TEXT_COLUMNS = 8
TEXT_WIDTH = 88
"""A text page: an A4 page at nearly full size."""

_HEADINGS = ("heading1", "heading2", "heading3", "title")
_HIGHEST = 240.0
"""A higher row is several rows with merged cells: Excel's limit is 409, and pages can only break between rows."""

_LINE, _PADDING = 1.36, 8
_MARK_HEIGHT, _TITLE_HEIGHT = 20.0, 36.0
_LEAST = {"title": 44.0, "cover_title": 60.0, "cover": 34.0, "heading1": 30.0, "heading2": 28.0}
_LEFT_OUT = 3.0
"""The height of a paragraph that says nothing."""


@dataclass(frozen=True)
class PrintedText:
    """Where a text answer is printed: the key of its cell, how many characters there is room for, and what a line break costs."""

    name: str
    key: str
    room: int
    break_cost: int

    @property
    def length(self) -> Expr:
        """The text's length with its line breaks."""
        cell = Cell(self.name)
        length = call("LEN", cell)
        return length + (length - call("LEN", call("SUBSTITUTE", cell, call("CHAR", 10), ""))) * self.break_cost

    @property
    def overflow(self) -> Expr:
        """1 where the text is longer than the room, else 0."""
        return call("N", self.length > self.room)


@dataclass(frozen=True)
class PageSheet:
    """A page's sheet, how many sheet rows each of its rows or paragraphs takes, and the long texts on it."""

    sheet: SheetBuilder
    spans: tuple[int, ...]
    long_texts: tuple[PrintedText, ...] = ()


@dataclass(frozen=True)
class _Rows:
    """Rows of a page on its sheet: `heights` they need, and over how many sheet rows each goes."""

    top: int
    heights: Sequence[float]
    spans: Sequence[int]

    @property
    def starts(self) -> list[int]:
        """The first sheet row of each."""
        return [self.top + before for before in accumulate(self.spans, initial=0)]

    def sheet_rows(self, at: int) -> tuple[page_flow.SheetRow, ...]:
        """The sheet rows of one, with their heights."""
        start, count = self.starts[at], self.spans[at]
        return tuple((start + down, self.heights[at] / count) for down in range(count))


def page_sheet(
    page: FormPage,
    number: int,
    trees: FormTrees,
    values: Values,
    spans: Sequence[int] = (),
    typed: Mapping[str, Value] = MappingProxyType({}),
) -> PageSheet:
    """One page. `spans`, where given, say over how many sheet rows its rows go, whatever stands in them now; `typed` are the entries of the
    inputs that are typed in it."""
    widths = page.widths or (TEXT_WIDTH / TEXT_COLUMNS,) * TEXT_COLUMNS
    sheet = SheetBuilder(page.sheet, f"Sheet_Page{number}", widths)
    top = _put_heading(sheet, page)
    if page.is_table:
        return _table(sheet, page, top, trees, values, spans, typed)
    return _text(sheet, page, top, trees, values, spans)


def needed(text: str, width: float, style: str) -> float:
    """The height in points of a wrapped text in a column this wide."""
    size = _size(style)
    return lines_needed(text, width * 10.5 / size) * size * _LINE + _PADDING if text else 0.0


def style_of(cell: FormCell, form: Document) -> str:
    """The style of a cell's name; values have the format of their kind."""
    if cell.style != "value" or not cell.value:
        return f"doc_{cell.style}"
    figure = form.figure_by_key.get(cell.key)
    if figure is None:
        kind = form.input_by_key[cell.key].kind
        return f"doc_{kind}" if kind in ("amount", "count", "percent", "date") else "doc_value"
    if figure.percent or figure.grades:
        return "doc_percent" if figure.percent else "doc_value"
    return "doc_amount" if figure.decimals else "doc_count"


def _size(style: str) -> float:
    size = STYLES[style].get("font_size", 10)
    assert isinstance(size, (int, float))
    return size


def _spans(heights: Sequence[float], given: Sequence[int]) -> tuple[int, ...]:
    """Over how many sheet rows each row goes."""
    if len(given) == len(heights):
        return tuple(given)
    return tuple(max(1, -int(-height // _HIGHEST)) if height > 1.6 * _HIGHEST else 1 for height in heights)


def _put_heading(sheet: SheetBuilder, page: FormPage) -> int:
    row = 0
    if page.mark or page.typed:
        sheet.label(row, 0, page.mark or None, "mark")
        sheet.height(row, _MARK_HEIGHT)
        row += 1
    if page.title:
        sheet.label(row, 0, page.title, "title", columns=len(sheet.widths))
        sheet.height(row, _TITLE_HEIGHT)
        row += 1
    return row


def _put_rows(
    sheet: SheetBuilder, page: FormPage, rows: _Rows, tied: frozenset[int], forced: frozenset[int], heads: Sequence[int] = ()
) -> None:
    """Heights, page breaks and print set-up."""
    items = []
    for at in range(len(rows.spans)):
        own = rows.sheet_rows(at)
        items.append((own, at in tied, at in forced))
        for row, height in own:
            sheet.height(row, height)
    room = page_room(sheet.widths, landscape=page.landscape)
    used = _MARK_HEIGHT * bool(page.mark or page.typed) + _TITLE_HEIGHT * bool(page.title)
    breaks = page_flow.breaks(page_flow.blocks(items), room, used=used, heads=sum(rows.heights[at] for at in heads))
    sheet.page = Page(
        landscape=page.landscape,
        centred=True,
        heads=(rows.starts[heads[0]], rows.starts[heads[-1] + 1] - 1) if heads else None,
        area=(0, 0, rows.starts[-1] - 1, len(sheet.widths) - 1),
        breaks=tuple(breaks),
        scale=print_scale(sheet.widths, landscape=page.landscape),
    )


# ---- a table


def _table(
    sheet: SheetBuilder,
    page: FormPage,
    top: int,
    trees: FormTrees,
    values: Values,
    spans: Sequence[int],
    typed: Mapping[str, Value],
) -> PageSheet:
    cells = list(_cells(page))
    heights = _heights(page, trees, values, cells)
    rows = _Rows(top, heights, _spans(heights, spans))
    starts, long_texts = rows.starts, []
    for at, column, cell in cells:
        last = at + cell.rows - 1
        key = f"{page.sheet}:{at}:{column}"
        place = starts[at], column, starts[last + 1] - starts[at], cell.span
        item = trees.form.input_by_key.get(cell.key)
        if item is not None and item.key in typed:
            _put_entry(sheet, place, item, typed[item.key])
            continue
        _put_cell(sheet, place, cell, trees, key)
        if cell.style == "text" and item is not None and item.kind == "text":
            size = sum(page.widths[column : column + cell.span]), sum(heights[at : last + 1])
            long_texts.append(_long_text(cell.key, key, *size, values))
    heads = [at for at, row in enumerate(page.rows) if row.head]
    forced = frozenset(at for at, row in enumerate(page.rows) if row.page_break)
    _put_rows(sheet, page, rows, tied(page), forced, heads)
    _raise_cut_labels(sheet)
    if typed:
        _put_hints(sheet, page, trees.form, starts)
    return PageSheet(sheet, tuple(rows.spans), tuple(long_texts))


_HINT = 2
"""The column above a form that is typed in where what is wrong begins; the mark stands before it."""


def _put_entry(sheet: SheetBuilder, place: tuple[int, int, int, int], item: Input, value: Value) -> None:
    row, column, rows, columns = place
    style = FORM_INPUT_STYLES[item.kind]
    sheet.entry(row, column, item.key, value, style, rows, columns, accepts=accepts_of(item), required=item.required)


def _put_hints(sheet: SheetBuilder, page: FormPage, form: Document, starts: Sequence[int]) -> None:
    """What is asked of, or wrong with, the entries of each row, in a hidden column; the first of it stands above the form, with the heads and
    the first column always in sight."""
    column = len(page.widths)
    found: list[tuple[Expr, Operand]] = []
    for row, start in zip(page.rows, starts, strict=False):
        said: list[Operand] = []
        for item in (form.input_by_key[cell.key] for cell in row.cells if cell.key in form.typed_on):
            hint = Cell(hint_key(item.key))
            wrong = when(state(item.key).equals(INVALID), f"“{item.name}”{INVALID}。", "")
            said.append(when(hint.differs(""), joined(f"“{item.name}”", hint, "。"), wrong) if has_hint(item) else wrong)
        if said:
            own = Cell(f"{page.sheet}:{start}:提示")
            sheet.computed(start, column, own.key, joined(*said), "hidden")
            found.append((own.differs(""), joined("提示：", own)))
    sheet.hidden_columns.append((column, column))
    sheet.computed(0, _HINT, "", first_of(found, ""), "note", columns=column - _HINT)
    heads = [at for at, row in enumerate(page.rows) if row.head]
    if heads:
        sheet.frozen = (starts[heads[-1] + 1], 1)


def _raise_cut_labels(sheet: SheetBuilder) -> None:
    """A label beside rows that go on over the page stands at their top: in the middle it would be read on one of the pages only, or be cut."""
    for at, one in enumerate(sheet.cells):
        cut = any(one.row < row < one.row + one.rows for row in sheet.page.breaks)
        if cut and one.style in ("doc_label", "doc_head", "doc_group"):
            sheet.cells[at] = replace(one, style=f"{one.style}/top")


def _cells(page: FormPage) -> Iterator[tuple[int, int, FormCell]]:
    """Every cell with its row and column."""
    taken: set[tuple[int, int]] = set()
    for at, row in enumerate(page.rows):
        for place in placed(row, at, taken, len(page.widths)):
            if place:
                yield at, *place


def _heights(page: FormPage, trees: FormTrees, values: Values, cells: Sequence[tuple[int, int, FormCell]]) -> list[float]:
    """The height every row needs; what a cell over several rows needs beyond them is given to its last row."""
    heights = [row.least for row in page.rows]
    for at, column, cell in sorted(cells, key=lambda one: (one[2].rows, one[0], one[1])):
        text = as_text(trees.text(f"{{选填:{cell.value}}}" if cell.value else cell.text).value(values))
        height = needed(text, sum(page.widths[column : column + cell.span]), style_of(cell, trees.form))
        rows = range(at, at + cell.rows)
        heights[rows[-1]] += max(0.0, height - sum(heights[row] for row in rows))
    return heights


def _put_cell(sheet: SheetBuilder, place: tuple[int, int, int, int], cell: FormCell, trees: FormTrees, key: str) -> None:
    row, column, rows, columns = place
    style = style_of(cell, trees.form)
    if cell.value:
        sheet.computed(row, column, key, trees.linked(cell.key, passage=cell.style == "text"), style, rows, columns)
    elif "{" in cell.text:
        sheet.computed(row, column, key, trees.text(cell.text), style, rows, columns)
    else:
        sheet.label(row, column, cell.text, style, rows, columns)


def _long_text(name: str, key: str, width: float, height: float, values: Values) -> PrintedText:
    """The room of a passage: what its cell can print, and at least what it is printed with now."""
    size = _size("doc_text")
    per_line = int(width * 10.5 / size - 1.5) // 2
    lines = int((height - _PADDING) / (size * _LINE) + 0.01)
    found = PrintedText(name, key, per_line * lines, per_line // 2)
    now = int(as_number(found.length.value(values)))
    return PrintedText(name, key, max(found.room, now), found.break_cost)


# ---- paragraphs


def _text(sheet: SheetBuilder, page: FormPage, top: int, trees: FormTrees, values: Values, spans: Sequence[int]) -> PageSheet:
    heights = [_paragraph_height(one, as_text(trees.printed(one).value(values))) for one in page.paragraphs]
    rows = _Rows(top, heights, _spans(heights, spans))
    for at, (paragraph, start) in enumerate(zip(page.paragraphs, rows.starts, strict=False)):
        place = (start, 0, f"para_{paragraph.style}", rows.spans[at], TEXT_COLUMNS)
        _put_paragraph(sheet, place, paragraph, trees, f"{page.sheet}:{at}")
    tied = frozenset(at for at, one in enumerate(page.paragraphs) if one.style in _HEADINGS)
    forced = frozenset(at for at, one in enumerate(page.paragraphs) if one.page_break)
    _put_rows(sheet, page, rows, tied, forced)
    return PageSheet(sheet, tuple(rows.spans))


def _paragraph_height(paragraph: Paragraph, text: str) -> float:
    style = f"para_{paragraph.style}"
    return max(needed(text, TEXT_WIDTH, style), _LEAST.get(paragraph.style, 22.0) if text else _LEFT_OUT)


def _put_paragraph(sheet: SheetBuilder, place: tuple[int, int, str, int, int], paragraph: Paragraph, trees: FormTrees, key: str) -> None:
    row, column, style, rows, columns = place
    of = trees.printed(paragraph)
    if "{" in paragraph.text or paragraph.when or paragraph.unless:
        sheet.computed(row, column, key, of, style, rows, columns)
    else:
        sheet.label(row, column, as_text(of.value({})), style, rows, columns)
