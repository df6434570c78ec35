"""What every worksheet function shares: Chinese help from the catalogue, cell values in and out, inputs by name."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from xlwings import arg

from xl_jixiao.number import NotANumber, from_cell
from xl_jixiao.rates import CATALOGUE, INVALID, PLACES, Rate, RateValue, rate_value

CATEGORY = "绩效自评"
ARGUMENTS_PREFIX = "参数_"
"""``参数_CONTROL_RATE`` names the cell that lists the inputs a rate is bound to in this workbook."""

_HELP_LIMIT = 255
_COM_ERRORS = -2_146_000_000
"""Cells with newer errors (#SPILL!, #CALC!) arrive as integers below this."""


class CellError(Exception):
    """An argument that can't be used; the message is what the cell shows."""


def described(function: Callable) -> Callable:
    """Gives a rate's function the help of its catalogue entry, and the hidden argument that tells a bare call."""
    rate = CATALOGUE[function.__name__.removeprefix("JX_")]
    function.__doc__ = help_text(rate)
    names = [name for name, _ in rate.arguments]
    for name, text in rate.arguments:
        function = arg(name, doc=f"{text}（可省略）"[:_HELP_LIMIT], err_to_str=True)(function)
    return arg("bare", vba=f"JxBare({', '.join(names)})")(function)


def help_text(rate: Rate) -> str:
    """The wizard's help: meaning, formula, zero denominator, what a bare call does."""
    return (
        f"{rate.name}：{rate.meaning}。公式：{rate.formula.as_percentage().sentence()}。"
        f"分母为零：{rate.zero}。不填参数时取本工作簿中同名数据项。"
    )[:_HELP_LIMIT]


def from_catalogue(code: str, arguments: Sequence[object], caller: object, bare: object) -> float | str:
    """The rate of a function's arguments, or of the caller's workbook where it was called without any."""
    rate = CATALOGUE[code]
    try:
        if bare is None:
            bare = all(argument is None for argument in arguments) and caller is not None
        cells = _named_inputs(rate, caller) if bare else [scalar(argument) for argument in arguments]
    except CellError as error:
        return str(error)
    except Exception:  # noqa: BLE001 - a function must never raise: its error text would stand in the cell
        return "无法读取本工作簿的数据项"
    return shown(rate_value(rate.formula, rate.zero, dict(zip(rate.formula.names, cells, strict=True)), PLACES))


def _named_inputs(rate: Rate, caller: object) -> list[object]:
    names = caller.sheet.book.names
    known = {name.name for name in names}
    listed = f"{ARGUMENTS_PREFIX}{rate.code}"
    wanted = rate.formula.names
    if listed in known:
        wanted = str(names[listed].refers_to_range.value).split(",")
    missing = [name for name in wanted if name not in known]
    if missing:
        raise CellError(f"本工作簿没有“{missing[0]}”")
    return [scalar(names[name].refers_to_range.options(err_to_str=True).value) for name in wanted]


def scalar(value: object) -> object:
    """One cell's value; raises CellError for a range of several cells and for error cells."""
    while isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    if isinstance(value, (list, tuple)):
        raise CellError("请引用单个单元格")
    if isinstance(value, int) and not isinstance(value, bool) and value < _COM_ERRORS:
        raise CellError("引用的单元格有错误")
    if isinstance(value, str) and value.startswith("#"):
        raise CellError("引用的单元格有错误")
    return value


def shown(value: RateValue) -> float | str:
    """A result as the cell takes it: floats, words, empty text for blank."""
    if value is None:
        return ""
    return float(value) if isinstance(value, Decimal) else value


def rate_argument(value: object) -> RateValue:
    """A rate or its word from a cell: numbers exact, empty text blank."""
    value = scalar(value)
    if isinstance(value, str) and value and not any(char.isdigit() for char in value):
        return value
    try:
        return from_cell(value)
    except NotANumber:
        return INVALID
