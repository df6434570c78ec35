"""Calls made the way the workbook makes them: a cell calling a UDF, a button running Python."""

from __future__ import annotations

import importlib

from support.com_values import from_python
from support.fake_excel import FakeBook, FakeRange
from support.winstub import MISSING, install

_UNSET = object()


def call_udf(module: str, func: str, *args, caller: FakeRange | None = None, vba: dict[str, object] | None = None):
    """What the cell `=func(args…)` shows, through xlwings' own CallUDF and converters.

    Arguments are what VBA passes: FakeRange for a reference, plain values for literals, MISSING for one left out; trailing
    optional ones may be left away. `caller` is the calling cell (default: A1 of an empty workbook); `vba` gives the values of
    arguments declared with `@xw.arg(name, vba="…")`, which the wrapper computes and no user sees. Errors of the function
    are raised; in Excel their text would stand in the cell.
    """
    install()
    from xlwings.com_server import XLPython

    infos = getattr(importlib.import_module(module), func).__xlfunc__["args"]
    caller = caller if caller is not None else FakeBook().range("A1")
    given, array, rest = iter(args), [], []
    for info in infos:
        if info["name"] == "caller":
            array.append(None)  # the wrapper passes Nothing; call_udf puts the range there
        elif info["vba"]:
            array.append((vba or {}).get(info["name"]))
        elif info["vararg"]:
            # The wrapper copies them into an array without Set: a reference becomes its values.
            rest = [to_com_argument(one) for one in given]
        else:
            value = next(given, _UNSET)
            if value is _UNSET and "optional" not in info:
                raise TypeError(f"{func} needs {info['name']}: Excel would not accept the formula")
            array.append(MISSING if value is _UNSET else value)
    if next(given, _UNSET) is not _UNSET:
        raise TypeError(f"{func} got too many arguments: Excel would not accept the formula")
    result = XLPython().CallUDF(module, func, tuple(array + rest), caller.Worksheet.Parent, caller)
    return from_python(result)


def to_com_argument(value):
    """A reference's values, as `array(i) = reference` gives them; anything else as it is."""
    return value.Value if isinstance(value, FakeRange) else value


def run_python(command: str, book: FakeBook) -> None:
    """What `RunPython command` in this workbook does with `USE UDF SERVER = TRUE` (Public Function RunPython in xlwings.bas)."""
    install()
    from xlwings.com_server import XLPython

    server = XLPython()
    server.SetAttr(server.Module("xlwings._xlwindows"), "BOOK_CALLER", book)
    server.Exec(command)
