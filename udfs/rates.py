"""The standard rates as worksheet functions: one for each entry of the catalogue, ``JX_CONTROL_RATE(staff, posts)``.

With arguments a function computes from them; without any it takes the inputs of those names from the workbook it stands in.
Blank in, blank out; what can't be computed answers with a short Chinese word, never with an error.
"""

from inspect import Parameter, Signature

from xl_jixiao.tables.rates import CATALOGUE, Rate

from .support import WorksheetFunction, from_catalogue, worksheet_function

_OWN = ("caller", "bare")
"""What the wrapper adds to a call: the calling cell, and whether the call had no arguments at all."""


def _function_of(rate: Rate) -> WorksheetFunction:
    """The function of a rate; its arguments are named as the catalogue names them."""

    def function(*given: object) -> float | str:
        *arguments, caller, bare = given
        return from_catalogue(rate, arguments, caller, bare)

    names = (*(name for name, _ in rate.arguments), *_OWN)
    parameters = [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=None) for name in names]
    function.__name__ = function.__qualname__ = rate.udf
    function.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return worksheet_function(function)


RATE_FUNCTIONS = {rate.udf: _function_of(rate) for rate in CATALOGUE.values()}
