"""Formulas as text: the form in which they are compared, and a shared formula written out for its other cells."""

import re
from functools import lru_cache

from xl_jixiao.sheet.content import LAST_COLUMN, LAST_ROW, Position

_LONG = 4_000
"""Longer formulas are not remembered: hostile ones would fill the memory."""

_QUOTED = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*')""")
_MARKS = re.compile(r"_xlfn\.|_xlws\.|_xludf\.|_xll\.|\[[0-9]+\]!|[\s$]|(?<=TRUE)\(\)|(?<=FALSE)\(\)", re.IGNORECASE)
_IN_FRONT = re.compile(r"(?:\s|of:=|=|\+)+", re.IGNORECASE)
_FIXED = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*'|\[[^\]]*\])""")
_ADDRESS = re.compile(r"(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)([1-9][0-9]{0,6})(?![\w(.!])")
_COLUMNS = re.compile(r"(?<![\w.$:])(\$?)([A-Z]{1,3}):(\$?)([A-Z]{1,3})(?![\w(.!:])")
_ROWS = re.compile(r"(?<![\w.$:])(\$?)([1-9][0-9]{0,6}):(\$?)([1-9][0-9]{0,6})(?![\w(.!:])")


def compared(formula: str) -> str:
    """A formula as it is compared: without what programs write differently.

    Dropped: = + or of:= in front, prefixes of newer functions (_xlfn.), $, spaces, the quotation marks of sheet names, () after TRUE and FALSE,
    the number of the file an add-in's function is taken from. Letters outside texts are capital. Texts, and spaces inside a quoted sheet
    name, stay: two sheets whose names differ by a space are two sheets.
    """
    return _compared(formula) if len(formula) <= _LONG else _normal(formula)


def _normal(formula: str) -> str:
    return "".join(map(_plain, _QUOTED.split(_IN_FRONT.sub("", formula, count=1) if _IN_FRONT.match(formula) else formula)))


def _plain(piece: str) -> str:
    if piece.startswith('"'):
        return piece
    if piece.startswith("'"):
        return piece[1:-1].replace("''", "'").upper()
    return _MARKS.sub("", piece).upper()


_compared = lru_cache(maxsize=4096)(_normal)


def column_number(letters: str) -> int:
    """The column of its letters, from zero."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """The letters of a column."""
    letters = ""
    while number >= 0:
        number, letter = divmod(number, 26)
        letters = chr(65 + letter) + letters
        number -= 1
    return letters


def moved(formula: str, source: Position, target: Position) -> str:
    """The formula of `source` as the cell `target` shares it: relative addresses moved by as much, #REF! beyond the sheet's edge."""
    down, right = target[0] - source[0], target[1] - source[1]

    def row(fixed: str, digits: str) -> str:
        number = int(digits) + (0 if fixed else down)
        return f"{fixed}{number}" if 1 <= number <= LAST_ROW + 1 else ""

    def column(fixed: str, letters: str) -> str:
        number = column_number(letters) + (0 if fixed else right)
        return f"{fixed}{column_letters(number)}" if 0 <= number <= LAST_COLUMN else ""

    def cell(found: re.Match[str]) -> str:
        if column_number(found[2]) > LAST_COLUMN or int(found[4]) > LAST_ROW + 1:
            return found[0]  # a name such as XFE1
        first, second = column(found[1], found[2]), row(found[3], found[4])
        return first + second if first and second else "#REF!"

    def columns(found: re.Match[str]) -> str:
        first, second = column(found[1], found[2]), column(found[3], found[4])
        return f"{first}:{second}" if first and second else "#REF!"

    def rows(found: re.Match[str]) -> str:
        first, second = row(found[1], found[2]), row(found[3], found[4])
        return f"{first}:{second}" if first and second else "#REF!"

    def piece(text: str) -> str:
        if text[:1] in ('"', "'", "["):
            return text
        return _ROWS.sub(rows, _COLUMNS.sub(columns, _ADDRESS.sub(cell, text)))

    return "".join(map(piece, _FIXED.split(formula)))
