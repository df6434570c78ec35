"""Many native formulas in one workbook, recalculated by LibreOffice: the twin of a Python result."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from support.office import POISON_NUMBER
from xl_jixiao.number import Exact, day_number, from_cell, to_cell

Formula = Callable[[str, Sequence[str]], str]


@dataclass(frozen=True)
class Twin:
    """One formula with the cells it reads, and what Python says it gives; None and "" stay empty cells."""

    name: str
    formula: Formula
    """From the address of the rate and the addresses of the items to an expression."""
    rate: object
    given: Sequence[object]
    expected: Exact | str


def differences(office, folder: Path, twins: Iterable[Twin]) -> list[str]:
    """What LibreOffice computes otherwise, one line each. Every cached value is absurd, so nothing passes uncalculated."""
    twins = list(twins)
    path = folder / "对照.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet("对照")
        for row, twin in enumerate(twins):
            cells = [xl_rowcol_to_cell(row, column) for column in range(1, 2 + len(twin.given))]
            for column, value in enumerate((twin.rate, *twin.given), 1):
                if value not in (None, ""):
                    sheet.write(row, column, _written(value))
            sheet.write_formula(row, 0, "=" + twin.formula(cells[0], cells[1:]), None, float(POISON_NUMBER))
    found = office.recalculate(path)["对照"]
    assert len(twins) == sum(address.startswith("A") and address[1:].isdigit() for address in found)
    return [
        f"{twin.name}：Excel {found[f'A{row}']}，Python {twin.expected}，比率 {twin.rate}，认定 {list(twin.given)}"
        for row, twin in enumerate(twins, 1)
        if not _same(found[f"A{row}"], twin.expected)
    ]


def _written(value: object) -> str | float | int:
    if isinstance(value, datetime.date):
        return day_number(value)
    return value if isinstance(value, str) else to_cell(value)


def _same(found: object, expected: Exact | str) -> bool:
    if isinstance(expected, str) or isinstance(found, str):
        return found == expected
    return from_cell(found) == expected
