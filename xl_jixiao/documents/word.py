"""A filled document form as a Word file in official settings."""

from dataclasses import replace

from xl_jixiao.documents.compute import Filled
from xl_jixiao.documents.model import Cell, Page, placed
from xl_jixiao.documents.template_text import TO_FILL
from xl_jixiao.export.official import BODY_FONT, CENTRE, HEI, LEFT, SONG, Official, TableCell
from xl_jixiao.number import NotANumber, from_cell, half_up, percent, plain

_LEFT = {"text", "sign", "section", "plain", "left"}
_BOLD = {"head"}
_ROW_SCALE = 0.82
"""Rows of the Word file against rows of the sheet: its text area is lower."""

_FONTS = {"text": BODY_FONT, "sign": BODY_FONT, "section": HEI, "group": HEI}


def report_of_document(filled: Filled) -> Official:
    """Every page of the form, tables as tables and paragraphs as paragraphs. An unfilled section shows 〔待填〕; nothing is invented."""
    report = Official(filled.form.title)
    for page in filled.form.pages:
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


def _add_paragraphs(report: Official, page: Page, filled: Filled) -> None:
    for paragraph in page.paragraphs:
        text = filled.paragraph(paragraph)
        if paragraph.page_break:
            report.page_break()
        if text or not (paragraph.when or paragraph.unless):
            report.paragraph(text, paragraph.style)


def _add_table(report: Official, page: Page, filled: Filled) -> None:
    taken: set[tuple[int, int]] = set()
    cells = [
        TableCell(
            at, column, text_of(cell, filled), cell.rows, cell.span, bold=cell.style in _BOLD,
            align=LEFT if cell.style in _LEFT else CENTRE, top=cell.style == "text", font=_FONTS.get(cell.style, SONG),
        )  # fmt: skip
        for at, row in enumerate(page.rows)
        for column, cell in filter(None, placed(row, at, taken, len(page.widths)))
    ]
    heads = 0
    while heads < len(page.rows) and page.rows[heads].head:
        heads += 1
    starts = [0, *(at for at, row in enumerate(page.rows) if row.page_break), len(page.rows)]
    for first, after in zip(starts, starts[1:], strict=False):
        if first:
            report.page_break()
        if first or not (page.mark or page.title):
            report.paragraph("", "note")  # a page that starts with its table: LibreOffice would put it on the page before
        part = [replace(cell, row=cell.row - first) for cell in cells if first <= cell.row < after]
        least = {at: row.least * _ROW_SCALE for at, row in enumerate(page.rows[first:after])}
        report.table(page.widths, part, least=least, heads=0 if first else heads)


def text_of(cell: Cell, filled: Filled) -> str:
    """What a cell of a table prints: numbers as the form's cells do, an unfilled passage as 〔待填〕."""
    value = filled.cell(cell)
    if value in (None, ""):
        return TO_FILL if cell.style == "text" and cell.value else ""
    if not cell.value or not filled.shown[cell.key].number:
        return filled.text(f"{{{cell.value}}}") if cell.value else str(value)
    try:
        number = from_cell(value)
    except NotANumber:
        return str(value)
    shown = filled.shown[cell.key]
    if shown.percent:
        return percent(number)
    return plain(number) if shown.shortest or not shown.decimals or not number else format(half_up(number, shown.decimals), "f")
