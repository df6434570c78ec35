"""A filled document form as a Word file in official settings."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from xl_jixiao.documents.charts import drawn, number_of
from xl_jixiao.documents.filled import Filled
from xl_jixiao.documents.model import DocumentChart, FormCell, FormPage, placed
from xl_jixiao.documents.page_rows import tied, visible
from xl_jixiao.expr import as_text
from xl_jixiao.number import half_up, percent, plain
from xl_jixiao.report.official import BODY_FONT, CENTRE, HEI, LEFT, SONG, Official, TableCell
from xl_jixiao.sheet.chart_part import ChartData, chart_part
from xl_jixiao.sheet.measure import lines_needed
from xl_jixiao.words import TO_FILL, is_blank

_LEFT = {"text", "sign", "section", "plain", "left"}
_BOLD = {"head"}
_ROW_SCALE = 0.82
"""Rows of the Word file against rows of the sheet: its text area is lower."""

_LINE, _MOST_KEPT = 1.3, 0.75
"""The height of a line of a table against its type size; how much of a page rows that stay together may take."""

_FONTS = {"text": BODY_FONT, "sign": BODY_FONT, "section": HEI, "group": HEI}


def report_of_document(filled: Filled) -> Official:
    """Every page of the form, tables as tables and paragraphs as paragraphs; what is optional and blank is left out. Nothing is invented."""
    report = Official(filled.form.title)
    for page in (visible(page, filled.trees, filled.values) for page in filled.form.pages):
        cover = any(paragraph.style == "cover_title" for paragraph in page.paragraphs)
        report.section(landscape=page.landscape, numbered=not cover)
        if page.mark:
            report.paragraph(page.mark, "mark")
        if page.title:
            report.paragraph(page.title, "title")
        if page.is_table:
            _add_table(report, page, filled)
        else:
            _add_paragraphs(report, page, filled)
    return report


def _add_paragraphs(report: Official, page: FormPage, filled: Filled) -> None:
    waiting: Sequence[DocumentChart] = ()
    for paragraph in page.paragraphs:
        text = filled.paragraph(paragraph)
        if paragraph.style == "heading1":
            _draw(report, filled, waiting)
            waiting = [chart for chart in drawn(filled.form, filled.values) if chart.section in paragraph.text]
        if paragraph.page_break:
            report.page_break()
        if not is_blank(text) or "{" not in paragraph.text and not (paragraph.when or paragraph.unless):
            report.paragraph(text, paragraph.style)
    _draw(report, filled, waiting)


def _draw(report: Official, filled: Filled, charts: Sequence[DocumentChart]) -> None:
    for chart in charts:
        names = tuple(row.name for row in chart.rows)
        rows = [[number_of(name, filled.values) or Decimal(0) for name in row.values] for row in chart.rows]
        made = chart_part(ChartData(chart.title, names, tuple(zip(chart.series, zip(*rows, strict=True), strict=True)), chart.unit))
        report.chart(chart.title, made.xml, made.workbook)


def _add_table(report: Official, page: FormPage, filled: Filled) -> None:
    """The table, in parts where a page starts; lines without a frame above its heads (填报单位, 日期) stand over it."""
    above = next((at for at, row in enumerate(page.rows) if not all(cell.style == "plain" for cell in row.cells)), 0)
    starts = [above, *(at for at, row in enumerate(page.rows) if row.page_break and at > above), len(page.rows)]
    if above:
        _add_rows(report, page, filled, range(above), frame=False)
    for first, after in zip(starts, starts[1:], strict=False):
        if first > above:
            report.page_break()
        if above or first or not (page.mark or page.title):
            # What parts two tables; and a page that starts with its table LibreOffice would put on the page before.
            report.paragraph("", "gap" if above and first == above else "note")
        _add_rows(report, page, filled, range(first, after))


def _add_rows(report: Official, page: FormPage, filled: Filled, rows: range, *, frame: bool = True) -> None:
    cells = list(_cells(page, filled, rows))
    heads = 0
    while heads < len(rows) and page.rows[rows[heads]].head:
        heads += 1
    least = {at: page.rows[row].least * _ROW_SCALE for at, row in enumerate(rows)}
    keep = {row - rows.start for row in tied(page) if row in rows}
    heads_on = {row - rows.start for row in rows if page.rows[row].is_heading}
    report.table(page.widths, cells, least=least, heads=heads, keep=_fitting(page, cells, least, keep) | heads_on, frame=frame)


def _fitting(page: FormPage, cells: Sequence[TableCell], least: Mapping[int, float], keep: Collection[int]) -> set[int]:
    """Which rows stay with the next: of a chain that would nearly fill a page only its end, or the page before it stays empty."""
    heights, found, chain = _heights(page, cells, least), set(), 0.0
    most = Official.room(landscape=page.landscape)[1] * _MOST_KEPT
    for row in sorted(heights, reverse=True):
        chain = heights[row] + (chain if row in keep else 0.0)
        if row in keep and chain <= most:
            found.add(row)
        elif row in keep:
            chain = heights[row]
    return found


def _heights(page: FormPage, cells: Sequence[TableCell], least: Mapping[int, float]) -> dict[int, float]:
    """About how high the rows come out, in points."""
    size, width = Official.cell_size(page.widths), Official.room(landscape=page.landscape)[0]
    heights = dict(least)
    for cell in sorted(cells, key=lambda cell: cell.rows):
        share = sum(page.widths[cell.column : cell.column + cell.span]) / sum(page.widths)
        rows = range(cell.row, cell.row + cell.rows)
        needed = lines_needed(cell.text, width * share / size * 2) * size * _LINE
        heights[rows[-1]] += max(0.0, needed - sum(heights[row] for row in rows))
    return heights


def _cells(page: FormPage, filled: Filled, rows: range) -> Iterator[TableCell]:
    taken: set[tuple[int, int]] = set()
    for at, row in enumerate(page.rows):
        for column, cell in filter(None, placed(row, at, taken, len(page.widths))):
            if at in rows:
                yield _table_cell(cell, at - rows.start, column, text_of(cell, filled))


def _table_cell(cell: FormCell, row: int, column: int, text: str) -> TableCell:
    style = cell.style
    return TableCell(
        row,
        column,
        text,
        cell.rows,
        cell.span,
        bold=style in _BOLD,
        align=LEFT if style in _LEFT else CENTRE,
        top=style == "text",
        font=_FONTS.get(style, SONG),
    )


def text_of(cell: FormCell, filled: Filled) -> str:
    """What a cell of a table prints: numbers as the form's cells do, an unfilled passage as 〔待填〕."""
    value = filled.cell(cell)
    if is_blank(value):
        return TO_FILL if cell.style == "text" and cell.value else ""
    if not cell.value:
        return as_text(value)
    shown = filled.trees.shown[cell.key]
    if not shown.number:
        return filled.text(f"{{{cell.value}}}")
    if value is None or isinstance(value, (str, bool)):
        return as_text(value)
    if shown.percent:
        return percent(value)
    return plain(value) if shown.shortest or not shown.decimals or not value else format(half_up(value, shown.decimals), "f")
