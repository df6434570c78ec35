"""What the signs and functions of a formula mean: each has one exact meaning here, and Excel 2016, WPS and LibreOffice 7 all have it."""

import datetime
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from statistics import median
from typing import Any

from xl_jixiao.expr.values import (
    NUMBERS,
    CellFailure,
    Value,
    as_number,
    as_text,
    compared,
    equal,
    is_numeric,
    rounded,
    utf16,
)
from xl_jixiao.number import day_of, half_up, shows_error


def _divided(left: Value, right: Value) -> Value:
    divisor = as_number(right)
    if not divisor:
        raise CellFailure("#DIV/0!")
    number = as_number(left)
    return (Fraction(number) if isinstance(number, int) else number) / divisor


SIGNS: Mapping[str, Callable[[Value, Value], Value]] = {
    "+": lambda a, b: as_number(a) + as_number(b),
    "-": lambda a, b: as_number(a) - as_number(b),
    "*": lambda a, b: as_number(a) * as_number(b),
    "/": _divided,
    "=": equal,
    "<>": lambda a, b: not equal(a, b),
    "<": compared(operator.lt),
    ">": compared(operator.gt),
    "<=": compared(operator.le),
    ">=": compared(operator.ge),
}


def _numbers(cells: Sequence[Value]) -> list[Fraction | int]:
    return [one for one in cells if one.__class__ in NUMBERS]


def add_up(cells: Sequence[Value]) -> Fraction | int:
    """The sum of the numbers, shortened once at its end."""
    top, bottom = 0, 1
    for number in _numbers(cells):
        own_top, own_bottom = number.as_integer_ratio()
        if own_bottom != bottom:
            shared = math.lcm(bottom, own_bottom)
            top, own_top, bottom = top * (shared // bottom), own_top * (shared // own_bottom), shared
        top += own_top
    return top if bottom == 1 else Fraction(top, bottom)


def _outermost(beyond: Callable[[Any, Any], bool]) -> Callable[[Sequence[Value]], Value]:
    """The largest or smallest of the numbers, zero without any."""

    def does(cells: Sequence[Value]) -> Value:
        found: Value = 0
        top, bottom = 0, 0
        for number in _numbers(cells):
            own_top, own_bottom = number.as_integer_ratio()
            if not bottom or beyond(own_top * bottom, top * own_bottom):
                found, top, bottom = number, own_top, own_bottom
        return found

    return does


def _text_of(number: Value, form: str) -> str:
    """TEXT with the forms 0, 0.00, 0%, 0.00%; a text stays as it is."""
    if isinstance(number, str):
        return number
    percent = form.endswith("%")
    places = len(form.rstrip("%").partition(".")[2])
    scaled = as_number(number) * (100 if percent else 1)
    return format(half_up(scaled, places), "f") + ("%" if percent else "")


def _substituted(cells: Sequence[Value]) -> Value:
    text, old, new = map(as_text, cells)
    return text.replace(old, new) if old else text


def _numeric(cells: Sequence[Value]) -> Value:
    (cell,) = cells
    if isinstance(cell, bool):
        return int(cell)
    return cell if is_numeric(cell) else 0


def _day(cells: Sequence[Value]) -> datetime.date:
    return day_of(int(as_number(cells[0])))


def _size(cells: Sequence[Value]) -> Value:
    number = as_number(cells[0])
    return -number if number < 0 else number


def _found(cells: Sequence[Value]) -> Value:
    at = as_text(cells[1]).find(as_text(cells[0]))
    if at < 0:
        raise CellFailure("#VALUE!")
    return at + 1


def _matched(cells: Sequence[Value]) -> Value:
    """MATCH of a text, exactly, in the cells of an area."""
    wanted, *among, exactly = cells
    assert exactly == 0
    if wanted not in among:
        raise CellFailure("#N/A")
    return among.index(wanted) + 1


def _read(cells: Sequence[Value]) -> Value:
    return as_number(cells[0] if cells[0] is not None else "x")


def _cut(cells: Sequence[Value]) -> Value:
    """MID, in units of UTF-16."""
    start, count = int(as_number(cells[1])) - 1, int(as_number(cells[2]))
    raw = as_text(cells[0]).encode("utf-16-le", "surrogatepass")
    return raw[2 * start : 2 * (start + count)].decode("utf-16-le", "surrogatepass")


FUNCTIONS: Mapping[str, Callable[[Sequence[Value]], Value]] = {
    "ABS": _size,
    "AND": all,
    "CHAR": lambda c: chr(int(as_number(c[0]))),
    "CLEAN": lambda c: "".join(char for char in as_text(c[0]) if char >= " "),
    "COUNT": lambda c: len(_numbers(c)),
    "COUNTA": lambda c: sum(one is not None for one in c),
    "DAY": lambda c: _day(c).day,
    "EXACT": lambda c: as_text(c[0]) == as_text(c[1]),
    "FIND": _found,
    "HYPERLINK": lambda c: as_text(c[1]),
    "INDEX": lambda c: c[int(as_number(c[-1])) - 1],
    "INT": lambda c: math.floor(as_number(c[0])),
    "ISERROR": lambda c: shows_error(c[0]),
    "ISNUMBER": lambda c: is_numeric(c[0]),
    "ISTEXT": lambda c: isinstance(c[0], str),
    "LEN": lambda c: utf16(as_text(c[0])),
    "MATCH": _matched,
    "MAX": _outermost(operator.gt),
    "MEDIAN": lambda c: median(map(Fraction, _numbers(c))),
    "MID": _cut,
    "MIN": _outermost(operator.lt),
    "MONTH": lambda c: _day(c).month,
    "N": _numeric,
    "NOT": lambda c: not c[0],
    "OR": any,
    "POWER": lambda c: Fraction(as_number(c[0])) ** int(as_number(c[1])),
    "ROUND": lambda c: rounded(as_number(c[0]), int(as_number(c[1]))),
    "ROUNDUP": lambda c: math.ceil(as_number(c[0])) if as_number(c[0]) > 0 else math.floor(as_number(c[0])),
    "SUBSTITUTE": _substituted,
    "SUM": add_up,
    "TEXT": lambda c: _text_of(c[0], as_text(c[1])),
    "TRIM": lambda c: " ".join(one for one in as_text(c[0]).split(" ") if one),
    "VALUE": _read,
    "YEAR": lambda c: _day(c).year,
}
