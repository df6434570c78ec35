"""What a table file can get wrong in its formulas and identities: texts that can't be read, names nobody knows, division by zero."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from fractions import Fraction

from xl_jixiao.expr import LONGEST_TEXT
from xl_jixiao.formula import Formula, FormulaError, parse
from xl_jixiao.number import plain
from xl_jixiao.tables.parts import Identity

_MOST_NAMED = 30
_X = re.compile("[XxＸｘ]")
"""What a reader of PDF files makes of ×."""


def formula_problems(text: str, known: set[str]) -> Iterator[str]:
    """A formula that can't be read, divides by nothing, or is over names nobody knows."""
    try:
        formula = parse(text)
    except FormulaError as error:
        yield str(error)
        return
    for divisor in formula.divisors:
        if not divisor.names and _constant(divisor) in (0, None):
            yield f"“{text}”除以零"
    for name in formula.names:
        if name not in known:
            sign = "；是乘号的写 ×" if set(_X.split(name)) - {""} <= known and _X.search(name) else ""
            yield f"“{text}”中的“{name}”不是 inputs 里的数据项{sign}{usable(name, known)}"


def usable(name: str, known: Iterable[str]) -> str:
    """The names that may stand for a wrong one; of many the most like it."""
    names = sorted(known)
    if len(names) > _MOST_NAMED:
        return f"，可用 {'、'.join(get_close_matches(name, names, 10, 0))} 等{len(names)}项"
    return f"，可用 {'、'.join(names)}" if names else ""


def identity_problems(identities: Sequence[Identity], known: set[str]) -> Iterator[str]:
    """Identities over names nobody knows, or over none."""
    for at, identity in enumerate(identities, 1):
        wrong = False
        for side in ("left", "right"):
            for text in formula_problems(getattr(identity, side), known):
                wrong = True
                yield f"identities[{at}].{side}：{text}"
        if not wrong:
            sides = [parse(getattr(identity, side)) for side in ("left", "right")]
            if not any(side.names for side in sides):
                yield f"identities[{at}].left：“{identity.left}”和“{identity.right}”里都没有数据项"
            if sum(len(side.sentence()) for side in sides) > LONGEST_TEXT - 10:
                yield f"identities[{at}].left：两边的公式合计超过{LONGEST_TEXT - 10}字，Excel 公式里放不下"
        if identity.tolerance < 0:
            yield f"identities[{at}].tolerance：不能小于0，现为{plain(identity.tolerance)}"


def _constant(formula: Formula) -> Fraction | None:
    """The value of a formula without data items; None where it divides by zero itself."""
    try:
        return formula.value({})
    except ZeroDivisionError:
        return None
