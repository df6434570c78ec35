"""A workbook file as the fake Excel has it open: values, formulas' cached values, names, locks and protection."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import openpyxl

from support.com_values import Formula, parse_address
from support.fake_excel import FakeBook


def opened(path: Path, *, name: str = "", folder: str | None = None) -> FakeBook:
    """The workbook, in its own folder unless another is given."""
    sheets, names, unlocked, protected = _parsed(path)
    book = FakeBook(sheets, names, name=name or path.name, folder=str(path.parent) if folder is None else folder)
    for sheet in book._sheets:
        sheet._styles = {position: {"Locked": False} for position in unlocked[sheet.Name]}
        sheet.ProtectContents = sheet.Name in protected
    return book


@lru_cache(maxsize=8)
def _parsed(path: Path):
    values, formulas = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    sheets = {sheet.title: dict(_cells(sheet, formulas[sheet.title])) for sheet in values.worksheets}
    names = {key: found.attr_text for key, found in values.defined_names.items()}
    unlocked = {
        sheet.title: [(cell.row, cell.column) for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
        for sheet in values.worksheets
    }
    return sheets, names, unlocked, {sheet.title for sheet in values.worksheets if sheet.protection.sheet}


def _cells(values, formulas):
    for row in formulas.iter_rows():
        for cell in row:
            if cell.value is not None:
                shown = values[cell.coordinate].value
                yield cell.coordinate, Formula(cell.value, shown) if cell.data_type == "f" else shown


def snapshot(book: FakeBook) -> dict:
    """Everything that stands in its cells."""
    return {sheet.Name: dict(sheet._cells) for sheet in book._sheets}


def at(book: FakeBook, name: str) -> tuple:
    """Sheet and position of a defined name, to put a value where the fake's own protection doesn't matter."""
    sheet, _, address = book.Names(name).RefersTo[1:].rpartition("!")
    return book.Worksheets(sheet.strip("'")), parse_address(address)[:2]


def put(book: FakeBook, name: str, value: object) -> None:
    """Types a value into a named cell."""
    sheet, position = at(book, name)
    if value is None:
        sheet._cells.pop(position, None)
    else:
        sheet._cells[position] = value
