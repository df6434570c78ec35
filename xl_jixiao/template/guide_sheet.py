"""填报说明: what to do, traffic lights, the choices the table leaves open. The clerk's real manual."""

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from xl_jixiao.layout import DataLayout
from xl_jixiao.template.book import Book, height_for
from xl_jixiao.template.data_sheet import mark_states
from xl_jixiao.words import GUIDE, PASSED

WIDTHS = (6, 26, 14, 60)

def start(book: Book, layout: DataLayout, what: str) -> Worksheet:
    """The sheet with its title and what the table rests on."""
    table = layout.rubric
    sheet = book.sheet(GUIDE, "Sheet_Guide")
    sheet.fit_to_pages(1, 0)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    book.merge(sheet, (0, 0), (0, 3), table.title, "title")
    sheet.set_row(0, 36)
    book.merge(sheet, (1, 1), (0, 3), f"填报说明　{what}：{table.id}（{table.revision}）　依据：{table.basis}", "note")
    sheet.set_row(1, height_for([(table.basis + table.id, 80)], 9, 26))
    return sheet


def write_steps(book: Book, sheet: Worksheet, row: int, steps: Sequence[tuple[str, str]], legend: Sequence[tuple[str, str]]) -> int:
    """The steps (sheet, what to do) with jump links, and the words of the 状态 columns; returns the row after them."""
    row = _section(book, sheet, row, "填报步骤")
    for at, (target, text) in enumerate(steps, 1):
        book.write(sheet, row, 0, at, "centre")
        sheet.write_url(row, 1, f"internal:'{target}'!A1", book.style("link"), target)
        book.merge(sheet, (row, row), (2, 3), text, "cell")
        sheet.set_row(row, height_for([(text, WIDTHS[2] + WIDTHS[3])], 10, 24))
        row += 1
    row = _section(book, sheet, row, "状态用词")
    for word, text in legend:
        book.merge(sheet, (row, row), (0, 1), word, "centre")
        book.merge(sheet, (row, row), (2, 3), text, "cell")
        row += 1
    mark_states(book, sheet, (2, 0, row, 2))
    return row


def finish(book: Book, sheet: Worksheet, row: int, notes: Sequence[str]) -> None:
    """The notes, the print area and the lock."""
    if notes:
        row = _section(book, sheet, row, "其他说明")
        for text in notes:
            book.merge(sheet, (row, row), (0, 3), text, "small")
            sheet.set_row(row, height_for([(text, sum(WIDTHS))], 9.5, 20))
            row += 1
    sheet.print_area(0, 0, row, 3)
    book.protect(sheet)


def _section(book: Book, sheet, row: int, title: str) -> int:
    book.merge(sheet, (row + 1, row + 1), (0, 3), title, "group")
    return row + 2


def write_lights(book: Book, sheet: Worksheet, lines: Sequence[tuple[str, str, str, int, str]]) -> int:
    """Traffic lights: how often a word stands in an area (name, area, word, count, unit); returns the row after them."""
    row = _section(book, sheet, 1, "填报进度")
    for name, area, word, count, unit in lines:
        counted = f'COUNTIF({area},"{word}")'
        book.merge(sheet, (row, row), (0, 1), name, "cell")
        book.formula(sheet, row, 2, f'=IF({counted}=0,"{PASSED}","{word}")', word if count else PASSED, "centre")
        book.formula(sheet, row, 3, f'={counted}&"{unit}"', f"{count}{unit}", "cell")
        row += 1
    return row
