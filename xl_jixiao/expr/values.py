"""What a cell holds, exactly, and how Excel reads it: as a number, as a text, beside another."""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from xl_jixiao.number import NotANumber, from_text, plain
from xl_jixiao.number import decimal as finite

Value = Fraction | int | str | bool | None
"""What a cell holds: a number, a text, a truth, or None where it is blank."""

Held = Value | tuple[Value, ...]
"""What a name stands for: a cell's value, or those of an area."""

Values = Mapping[str, Held]

NUMBERS = (Fraction, int)
"""The classes of numbers; a truth is of its own."""

_KINDS: Mapping[type, int] = {Fraction: 0, int: 0, str: 1, bool: 2}
"""In what order Excel sorts cells."""


class CellFailure(ArithmeticError):
    """A formula that shows an error value in Excel; the message is that value: #VALUE!, #DIV/0!."""


def as_number(value: Value) -> Fraction | int:
    """A cell's number as arithmetic takes it: a blank cell is zero, a text that reads as a number is one. Raises CellFailure."""
    if value.__class__ is Fraction or value.__class__ is int:
        return value
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(value)
    if not isinstance(value, str):
        raise CellFailure("#VALUE!")  # an area
    try:
        number = from_text(value)
    except NotANumber:
        number = None
    if number is None:
        raise CellFailure("#VALUE!")
    return Fraction(number)


def as_text(value: Value) -> str:
    """A cell's text as Excel joins it: numbers in their shortest form, a blank cell empty."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if value.__class__ is tuple:  # type: ignore[comparison-overlap]
        raise CellFailure("#VALUE!")
    return str(value).upper() if isinstance(value, bool) else plain(value)


def exact(value: Decimal | Fraction | float | int | str | bool | datetime.date | None) -> Value:
    """A plain value as trees take it. A date must have become its day's number before."""
    if isinstance(value, float):
        return _exact_float(value)
    if isinstance(value, Decimal):
        return _exact_decimal(value)
    if isinstance(value, datetime.date):
        raise TypeError("a date is no cell value; see number.day_number")
    return value


@lru_cache(maxsize=4096)
def _exact_float(value: float) -> Fraction | int:
    return _exact_decimal(Decimal(format(value, ".15g")))


@lru_cache(maxsize=4096)
def _exact_decimal(value: Decimal) -> Fraction | int:
    top, bottom = value.as_integer_ratio()
    return top if bottom == 1 else Fraction(top, bottom)


def decimal(value: Value) -> Decimal | None:
    """A printed number as Decimal; None for what is no number. Exact for numbers of finitely many decimals, else to ten."""
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        return None
    return finite(value)


def rounded(number: Fraction | int, places: int) -> Fraction | int:
    """Rounded half away from zero."""
    if isinstance(number, int):
        return number
    top, bottom = number.as_integer_ratio()
    scale = 10**places
    if scale % bottom == 0:
        return number if bottom > 1 else top
    units = (abs(top) * scale * 2 + bottom) // (2 * bottom)
    if top < 0:
        units = -units
    return Fraction(units, scale) if units % scale else units // scale


def utf16(text: str) -> int:
    """The length of a text as Excel counts it."""
    return len(text) + sum(char > "\uffff" for char in text)


def is_numeric(value: Value) -> bool:
    """Whether a cell holds a number."""
    return value.__class__ in NUMBERS


def order(left: Value, right: Value) -> int:
    """-1, 0, 1 as Excel orders cells: numbers before texts before truths, texts whatever their case, blank as what it is beside."""
    if left is None:
        left = "" if isinstance(right, str) else 0
    if right is None:
        right = "" if isinstance(left, str) else 0
    first, second = _KINDS.get(left.__class__), _KINDS.get(right.__class__)
    if first is None or second is None:
        raise CellFailure("#VALUE!")  # an area
    if first != second:
        return -1 if first < second else 1
    if isinstance(left, str) and isinstance(right, str):
        left, right = left.casefold(), right.casefold()
    return (left > right) - (left < right)  # type: ignore[operator]


def equal(left: Value, right: Value) -> bool:
    """Whether Excel calls two cells equal."""
    if left.__class__ is str and right.__class__ is str:
        return left == right or left.casefold() == right.casefold()
    if left.__class__ in NUMBERS and right.__class__ in NUMBERS:
        return left == right
    return order(left, right) == 0


def compared(by: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    """A comparison of two cells, in Excel's order."""

    def does(left: Value, right: Value) -> bool:
        if left.__class__ is int and right.__class__ is int:
            return by(left, right)
        if left.__class__ in NUMBERS and right.__class__ in NUMBERS:
            top, bottom = left.as_integer_ratio()
            other_top, other_bottom = right.as_integer_ratio()
            return by(top * other_bottom, other_top * bottom)
        return by(order(left, right), 0)

    return does
