"""How much room text takes: lines, row heights, the scale at which columns fit a page. Pure arithmetic, close to what programs show."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

HIGHEST = 409.0
"""Excel's highest row, in points."""

_A4, _A3 = (595.3, 841.9), (841.9, 1190.6)
MARGINS = (0.6, 0.7)
"""Inches left and right, and above and below, on every sheet."""

_LEAST_SCALE, _FULL = 10, 100


@lru_cache(maxsize=8192)
def text_units(text: str) -> int:
    """The width of a text in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def lines_needed(text: str, width: float) -> int:
    """How many lines a wrapped text takes in a column of this width (half-width characters), punctuation at line ends allowed for."""
    room = int(max(2.0, width - 1.5))
    return sum(max(1, -(-text_units(line) // room)) for line in text.split("\n"))


def height_for(texts: Iterable[tuple[str, float]], font_size: float = 10, least: float = 18) -> float:
    """The row height in points that shows every (text, column width) whole; Excel's limit is 409."""
    lines = max((lines_needed(text, width) for text, width in texts if text), default=1)
    return min(HIGHEST, max(least, lines * font_size * 1.36 + 5))


def points_wide(widths: Sequence[float]) -> float:
    """The width in points of columns given in characters."""
    return sum((7 * one + 5) * 0.75 for one in widths)


def page_room(*, landscape: bool, paper: int = 9) -> tuple[float, float]:
    """Width and height in points that a page leaves inside its margins."""
    width, height = _A3 if paper == 8 else _A4
    if landscape:
        width, height = height, width
    return width - 144 * MARGINS[0], height - 144 * MARGINS[1]


def print_scale(widths: Sequence[float], *, landscape: bool, paper: int = 9) -> int:
    """The scale in percent at which these columns are one page wide; never above 100."""
    room = page_room(landscape=landscape, paper=paper)[0]
    return max(_LEAST_SCALE, min(_FULL, int(room / points_wide(widths) * 100)))
