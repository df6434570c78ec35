"""The official pages: the printed form's rows, merges, heads and widths, or its paragraphs; every value linked, nothing typed."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from xl_jixiao.documents import formulas, page_flow
from xl_jixiao.documents.compute import Filled
from xl_jixiao.documents.model import Cell, Page, Paragraph, placed
from xl_jixiao.number import day_number
from xl_jixiao.tables.inputs import Input
from xl_jixiao.template.book import STYLES, Book, lines_needed
from xl_jixiao.template.data_sheet import cell_value
from xl_jixiao.template.paper import page_room, print_scale
from xl_jixiao.words import TO_FILL

TEXT_COLUMNS = 8
TEXT_WIDTH = 88
"""A text page: an A4 page at nearly full size."""

INDENT = "　　"
_HEADINGS = ("heading1", "heading2", "heading3")
INDENTED = ("body", *_HEADINGS)
_HIGHEST = 240.0
"""A higher row is several rows with merged cells: Excel's limit is 409, and pages can only break between rows."""

_LINE = 1.36
_MARK_HEIGHT, _TITLE_HEIGHT = 20.0, 36.0
_LEAST = {"title": 44, "cover_title": 60, "cover": 34, "heading1": 30, "heading2": 28}


@dataclass(frozen=True)
class Passage:
    """Where a text answer is printed, and how much of it there is room for: characters, and what a line break costs."""

    key: str
    sheet: str
    room: int
    break_cost: int

    def overflow(self, text: str) -> bool:
        """Whether a text is longer than the room."""
        return self.length(text) > self.room

    def length(self, text: str) -> int:
        """The text's length with its line breaks."""
        return len(text) + text.count("\n") * self.break_cost

    def overflow_excel(self) -> str:
        """The native twin, 1 or 0."""
        key = self.key
        return f'N(LEN({key})+(LEN({key})-LEN(SUBSTITUTE({key},CHAR(10),"")))*{self.break_cost}>{self.room})'


def write(book: Book, page: Page, filled: Filled, number: int) -> tuple[Passage, ...]:
    """Writes one page; returns its passages."""
    sheet = book.sheet(page.sheet, f"Sheet_Page{number}")
    if page.landscape:
        sheet.set_landscape()
    sheet.center_horizontally()
    passages = tuple(_write_table(book, sheet, page, filled) if page.is_table else _write_text(book, sheet, page, filled))
    book.protect(sheet)
    return passages


def needed(text: str, width: float, style: str) -> float:
    """The height in points of a wrapped text in a column this wide."""
    size = STYLES[style].get("font_size", 10)
    return lines_needed(text, width * 10.5 / size) * size * _LINE + 8 if text else 0.0


def _spread(heights: list[float]) -> tuple[list[int], list[int], list[float]]:
    """For each row: its first sheet row (counted from zero) and how many; and the height of every sheet row."""
    starts, counts, all_heights = [], [], []
    for height in heights:
        count = max(1, -int(-height // _HIGHEST)) if height > 1.6 * _HIGHEST else 1
        starts.append(len(all_heights))
        counts.append(count)
        all_heights += [height / count] * count
    return starts, counts, all_heights


def _write_table(book: Book, sheet: Worksheet, page: Page, filled: Filled) -> Iterator[Passage]:
    widths = page.widths
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    top = _write_heading(book, sheet, page, len(widths) - 1)
    cells = list(_cells(page))
    heights = _heights(page, filled, cells)
    starts, counts, all_heights = _spread(heights)
    for at, height in enumerate(all_heights):
        sheet.set_row(top + at, height)
    for row, column, cell in cells:
        last = row + cell.rows - 1
        rows = (top + starts[row], top + starts[last] + counts[last] - 1)
        _write_cell(book, sheet, rows, (column, column + cell.span - 1), cell, filled)
        item = filled.form.input_by_key.get(cell.key)
        if cell.style == "text" and item is not None and item.kind == "text":
            yield _passage(page, filled, cell, sum(widths[column : column + cell.span]), sum(heights[row : last + 1]))
    heads = [at for at, row in enumerate(page.rows) if row.head]
    if heads:
        sheet.repeat_rows(top + starts[heads[0]], top + starts[heads[-1]] + counts[heads[-1]] - 1)
    tied = page_flow.tied(page)
    items = [
        (tuple((top + start + down, height / count) for down in range(count)), at in tied, page.rows[at].page_break)
        for at, (start, count, height) in enumerate(zip(starts, counts, heights, strict=True))
    ]
    room, above = _paged(sheet, widths, page), sum(heights[at] for at in heads)
    sheet.set_h_pagebreaks(list(page_flow.breaks(page_flow.blocks(items), room, used=_heading_height(page), heads=above)))
    sheet.print_area(0, 0, top + len(all_heights) - 1, len(widths) - 1)


def _paged(sheet: Worksheet, widths: Sequence[float], page: Page) -> float:
    """Sets the print scale of a sheet with page breaks; how many points of row height a page takes."""
    sheet.set_print_scale(print_scale(widths, landscape=page.landscape))
    return page_room(widths, landscape=page.landscape)


def _passage(page: Page, filled: Filled, cell: Cell, width: float, height: float) -> Passage:
    size = STYLES["doc_text"]["font_size"]
    per_line = int(width * 10.5 / size - 1.5) // 2
    lines = int((height - 8) / (size * _LINE) + 0.01)
    room = Passage(cell.key, page.sheet, per_line * lines, per_line // 2)
    now = str(filled.values.get(cell.key) or "")
    return Passage(cell.key, page.sheet, max(room.room, room.length(now)), room.break_cost)


def _heading_height(page: Page) -> float:
    return _MARK_HEIGHT * bool(page.mark) + _TITLE_HEIGHT * bool(page.title)


def _write_heading(book: Book, sheet: Worksheet, page: Page, last: int) -> int:
    row = 0
    if page.mark:
        book.write(sheet, row, 0, page.mark, "mark")
        sheet.set_row(row, _MARK_HEIGHT)
        row += 1
    if page.title:
        book.merge(sheet, (row, row), (0, last), page.title, "title")
        sheet.set_row(row, _TITLE_HEIGHT)
        row += 1
    return row


def _cells(page: Page) -> Iterator[tuple[int, int, Cell]]:
    """Every cell with its row and column."""
    taken: set[tuple[int, int]] = set()
    for at, row in enumerate(page.rows):
        for place in placed(row, at, taken, len(page.widths)):
            if place:
                yield at, *place


def _heights(page: Page, filled: Filled, cells: list[tuple[int, int, Cell]]) -> list[float]:
    """The height every row needs; what a cell over several rows needs beyond them is given to its last row."""
    heights = [row.least for row in page.rows]
    for _, row, column, cell in sorted((cell.rows, row, column, cell) for row, column, cell in cells):
        text = _shown_text(filled.cell(cell), filled, cell)
        height = needed(text, sum(page.widths[column : column + cell.span]), style_of(cell, filled))
        rows = range(row, row + cell.rows)
        heights[rows[-1]] += max(0.0, height - sum(heights[at] for at in rows))
    return heights


def _shown_text(value: object, filled: Filled, cell: Cell) -> str:
    return filled.text(f"{{选填:{cell.value}}}") if cell.value else str(value or "")


def style_of(cell: Cell, filled: Filled) -> str:
    """The style of a cell's name; values have the format of their kind."""
    if cell.style != "value" or not cell.value:
        return f"doc_{cell.style}"
    item, figure = filled.form.input_by_key.get(cell.key), filled.form.figure_by_key.get(cell.key)
    if figure is not None:
        return "doc_percent" if figure.percent else "doc_value" if figure.grades else "doc_amount" if figure.decimals else "doc_count"
    return f"doc_{item.kind}" if item.kind in ("amount", "count", "percent", "date") else "doc_value"


def _write_cell(book: Book, sheet: Worksheet, rows: tuple[int, int], columns: tuple[int, int], cell: Cell, filled: Filled) -> None:
    style = style_of(cell, filled)
    if cell.value:
        passage = cell.style == "text"
        shown = _cached(filled, cell)
        formula = formulas.linked(cell.key, passage=passage)
        book.merge_formula(sheet, rows, columns, formula, TO_FILL if passage and shown in (None, "") else shown, style)
    elif "{" in cell.text:
        book.merge_formula(sheet, rows, columns, formulas.template(cell.text, filled.shown), filled.text(cell.text), style)
    else:
        book.merge(sheet, rows, columns, cell.text, style)


def _cached(filled: Filled, cell: Cell) -> object:
    """What the linked cell shows: as the cell of 基础数据 holds it, a date as its serial number."""
    value = filled.values.get(cell.key)
    item = filled.form.input_by_key.get(cell.key)
    if isinstance(value, datetime.date):
        return Decimal(day_number(value))
    return cell_value(item, value) if isinstance(item, Input) else value


def paragraph_text(paragraph: Paragraph, text: str) -> str:
    """A paragraph with its indent of two characters where it has one."""
    return INDENT + text.replace("\n", "\n" + INDENT) if text and paragraph.style in INDENTED else text


def _paragraph_formula(paragraph: Paragraph, filled: Filled) -> str:
    formula = formulas.paragraph(paragraph, filled)
    if paragraph.style not in INDENTED:
        return formula
    inner = formula.removeprefix("=")
    shown = f'"{INDENT}"&SUBSTITUTE({inner},CHAR(10),CHAR(10)&"{INDENT}")'
    return f'=IF({inner}="","",{shown})' if paragraph.when or paragraph.unless else f"={shown}"


def _write_text(book: Book, sheet: Worksheet, page: Page, filled: Filled) -> Iterator[Passage]:
    last = TEXT_COLUMNS - 1
    sheet.set_column(0, last, TEXT_WIDTH / TEXT_COLUMNS)
    row = _write_heading(book, sheet, page, last)
    items = []
    for paragraph in page.paragraphs:
        style = f"para_{paragraph.style}"
        text = paragraph_text(paragraph, filled.paragraph(paragraph))
        height = max(needed(text, TEXT_WIDTH, style), float(_LEAST.get(paragraph.style, 22)) if text else 3.0)
        _, (count,), heights = _spread([height])
        heading = paragraph.style in _HEADINGS or paragraph.style == "title"
        items.append((tuple((row + at, one) for at, one in enumerate(heights)), heading, paragraph.page_break))
        if "{" in paragraph.text or paragraph.when or paragraph.unless:
            book.merge_formula(sheet, (row, row + count - 1), (0, last), _paragraph_formula(paragraph, filled), text, style)
        else:
            book.merge(sheet, (row, row + count - 1), (0, last), text, style)
        for at, one in enumerate(heights):
            sheet.set_row(row + at, one)
        row += count
    room = _paged(sheet, [TEXT_WIDTH / TEXT_COLUMNS] * TEXT_COLUMNS, page)
    sheet.set_h_pagebreaks(list(page_flow.breaks(page_flow.blocks(items), room, used=_heading_height(page))))
    sheet.print_area(0, 0, row - 1, last)
    yield from ()
