"""What every worksheet function shares: Chinese help, cell values in and out, inputs by name."""

import inspect
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from xlwings import arg, func

from xl_jixiao.number import NotANumber, from_cell, half_up
from xl_jixiao.rules import RateValue
from xl_jixiao.tables.functions import ARGUMENTS_PREFIX, CATEGORY, FUNCTIONS
from xl_jixiao.tables.rates import PLACES, Rate
from xl_jixiao.words import INVALID

_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
_COM_ERRORS = -2_146_000_000
"""Cells with newer errors (#SPILL!, #CALC!) arrive as integers below this."""


WorksheetFunction = Callable[..., float | str]
"""What a cell's call runs: raw values of cells in, a number or a word out."""


class CellError(Exception):
    """An argument that can't be used; the message is what the cell shows."""


def worksheet_function(function: WorksheetFunction) -> WorksheetFunction:
    """Registers a function with its Chinese help; error cells arrive as their text, so that none passes for a blank one.

    The argument `bare`, where there is one, is filled in by the wrapper: whether the call had no arguments at all.
    """
    help_of = FUNCTIONS[function.__name__]
    function.__annotations__ = {}  # xlwings would convert by them
    function.__doc__ = help_of.help
    for name, text in help_of.arguments:
        function = arg(name, doc=text, err_to_str=True)(function)
    if "bare" in inspect.signature(function).parameters:
        names = ", ".join(name for name, _ in help_of.arguments)
        function = arg("bare", vba=f"JxBare({names})")(function)
    registered: WorksheetFunction = func(category=CATEGORY)(function)
    return registered


def from_catalogue(rate: Rate, arguments: Sequence[object], caller: object, bare: object) -> float | str:
    """The rate of a function's arguments, or of the caller's workbook where it was called without any."""
    try:
        cells = _named_inputs(rate, caller) if bare else [scalar(argument) for argument in arguments]
    except CellError as error:
        return str(error)
    except Exception:  # noqa: BLE001 - a function must never raise: its error text would stand in the cell
        return "无法读取本工作簿的数据项"
    return shown(rate.ratio.of(dict(zip(rate.formula.names, cells, strict=True))))


def _named_inputs(rate: Rate, caller: Any) -> list[object]:
    """The inputs of those names in the workbook the calling cell stands in, whichever workbook is active."""
    names = caller.sheet.book.names
    listed = f"{ARGUMENTS_PREFIX}{rate.code}"
    wanted: Sequence[str] = rate.formula.names
    if listed in names:
        wanted = str(names[listed].refers_to_range.value).split(",")
    found = []
    for name in wanted:
        if name not in names:
            raise CellError(f"本工作簿没有“{name}”")
        found.append(scalar(names[name].refers_to_range.options(err_to_str=True).value))
    return found


def scalar(value: object) -> object:
    """One cell's value; raises CellError for a range of several cells and for error cells."""
    while isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    if isinstance(value, (list, tuple)):
        raise CellError("请引用单个单元格")
    if isinstance(value, int) and not isinstance(value, bool) and value < _COM_ERRORS:
        raise CellError("引用的单元格有错误")
    if isinstance(value, str) and value in _ERRORS:
        raise CellError("引用的单元格有错误")
    return value


def cells(values: Sequence[object], expected: int) -> list[object]:
    """The judged cells of a call, given one by one or as ranges; raises CellError unless there are as many as expected."""
    flat = [cell for value in values for cell in _flat(value)]
    if len(flat) != expected:
        raise CellError(f"应有{expected}个认定情况")
    return [scalar(cell) for cell in flat]


def _flat(value: object) -> list[object]:
    if not isinstance(value, (list, tuple)):
        return [value]
    return [cell for part in value for cell in _flat(part)]


def shown(value: RateValue) -> float | str:
    """A result as the cell takes it: floats, words, empty text for blank."""
    if value is None:
        return ""
    return float(value) if isinstance(value, Decimal) else value


def rate_argument(value: object) -> RateValue:
    """A printed rate or its word from a cell: rounded to what the sheet prints, empty text blank."""
    value = scalar(value)
    if isinstance(value, str) and value and not any(char.isdigit() for char in value):
        return value
    try:
        number = from_cell(value)
    except NotANumber:
        return INVALID
    return None if number is None else half_up(number, PLACES)
