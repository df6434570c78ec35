"""How values travel between Python and Excel's cells, and how addresses are read: the bottom of the fake Excel."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from support.winstub import TimeType, excel_error

ERRORS = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
    "#GETTING_DATA": 2043,
    "#SPILL!": 2045,
    "#BLOCKED!": 2047,
    "#FIELD!": 2049,
    "#CALC!": 2050,
}
_ERROR_BASE = -2146828288  # CVErr(2042) arrives as -2146826246
LAST_ROW, LAST_COLUMN = 1048576, 16384
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})?\$?([0-9]+)?")
_CENTS = Decimal("0.0001")


@dataclass(frozen=True)
class Formula:
    """A formula cell: its text and the value Excel has calculated."""

    text: str
    value: object = None


def column_letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def parse_address(address: str) -> tuple[int, int, int, int]:
    """`$A$1:B2`, `A:A` or `3:3` -> first row, first column, rows, columns."""
    corners = []
    for part in address.split(":"):
        match = _ADDRESS.fullmatch(part.strip())
        if not match or not part.strip():
            raise excel_error(f"方法“Range”作用于对象“_Worksheet”时失败: {address}")
        column = sum((ord(c) - 64) * 26**i for i, c in enumerate(reversed((match[1] or "").upper()))) or None
        corners.append((int(match[2]) if match[2] else None, column))
    (top, left), (bottom, right) = corners[0], corners[-1]
    top, bottom, left, right = top or 1, bottom or LAST_ROW, left or 1, right or LAST_COLUMN
    top, bottom, left, right = min(top, bottom), max(top, bottom), min(left, right), max(left, right)
    return top, left, bottom - top + 1, right - left + 1


def to_com(value):
    """A cell's value as `Range.Value` gives it to Python."""
    if isinstance(value, Formula):
        value = value.value
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, Decimal):
        return value.quantize(_CENTS)
    if isinstance(value, dt.date):
        return TimeType.of(value)
    if isinstance(value, str) and value in ERRORS:
        return _ERROR_BASE + ERRORS[value]
    return value


def from_python(value):
    """What pywin32 makes of a Python value on its way to Excel. TypeError for what it can't send."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Decimal):  # VT_CY: digits after the fourth are cut off, not rounded
        return Decimal(int(value * 10000)) / 10000
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dt.date):
        raise TypeError("must be a pywintypes time object (got date)")
    if isinstance(value, list | tuple):
        return tuple(from_python(part) for part in value)
    if hasattr(value, "__float__"):
        return float(value)
    raise TypeError(f"Objects of type '{type(value).__name__}' can not be converted to a COM VARIANT")


def as_typed(value, number_format: str):
    """What Excel stores when a value is written: it reads a text as if a user had typed it."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str):
        return value
    if value == "":
        return None
    if value.startswith("="):
        return Formula(value)
    if value.startswith("'"):
        return value[1:]
    if number_format == "@":
        return value
    number = re.fullmatch(r"\s*([+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(%?)\s*", value)
    if not number:
        return value
    return float(number[1].replace(",", "")) / (100 if number[2] else 1)
