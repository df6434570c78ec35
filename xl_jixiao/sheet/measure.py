"""How much room text takes, and what a page of A4 holds: lines, row heights, column widths, the scale at which columns fit a page.

A sheet with manual page breaks prints at a scale said in the file: where it is fitted to the page instead, Excel ignores the breaks.
"""

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

HIGHEST = 409.0
"""Excel's highest row, in points."""

MARGINS = (0.6, 0.7)
"""Left and right, top and bottom of every sheet, in inches."""

_A4 = (595.3, 841.9)
_DIGIT, _PADDING = 7, 5
"""Pixels of the widest digit of the workbook's normal font (宋体 10: half of 13, rounded up) and what a column has beside it."""

_PIXEL = 0.75
_SAFE_WIDTH, _SAFE_HEIGHT = 0.93, 0.96
"""How much of a page is counted on. Another font in the place of 宋体 has wider digits (Noto Serif CJK by 6 %); printers and programs
differ a little in the heights of rows."""

_READABLE = 75
"""The smallest scale at which a table set in 9 points is still read without effort."""


@lru_cache(maxsize=2048)
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


def page_size(*, landscape: bool) -> tuple[float, float]:
    """Width and height in points of what a page has within its margins."""
    width, height = reversed(_A4) if landscape else _A4
    return width - 2 * 72 * MARGINS[0], height - 2 * 72 * MARGINS[1]


def column_points(width: float) -> float:
    """The width in points of a column this many characters of the normal font wide, as Excel rounds it (ECMA-376, 18.3.1.13)."""
    return column_pixels(width) * _PIXEL


def column_pixels(width: float) -> int:
    """The same in pixels."""
    return math.floor(width * _DIGIT + 0.5) + _PADDING


def print_scale(widths: Sequence[float], *, landscape: bool) -> int:
    """The scale in per cent at which columns of these widths are surely one page wide: at most 100, at least Excel's 10."""
    room, _ = page_size(landscape=landscape)
    fitting = room * _SAFE_WIDTH / sum(map(column_points, widths))
    return max(10, min(100, math.floor(fitting * 100)))


def side_breaks(widths: Sequence[float], kept: int, scale: int, *, landscape: bool) -> Iterator[int]:
    """The columns that start a page at a scale in per cent, where the first so many are repeated on each."""
    room = page_size(landscape=landscape)[0] * _SAFE_WIDTH / scale * 100
    again = sum(map(column_points, widths[:kept]))
    used = again
    for column, width in enumerate(map(column_points, widths[kept:]), kept):
        if used > again and used + width > room:
            yield column
            used = again
        used += width


def page_room(widths: Sequence[float], *, landscape: bool) -> float:
    """How many points of row height surely stand on a page printed at the scale of these widths."""
    return room_at(print_scale(widths, landscape=landscape), landscape=landscape)


def room_at(scale: int, *, landscape: bool) -> float:
    """How many points of row height surely stand on a page printed at a scale in per cent."""
    _, height = page_size(landscape=landscape)
    return height / scale * 100 * _SAFE_HEIGHT


_FEW_LINES = 0.2
"""What stands on less than this part of the last page is drawn onto the one before."""


def whole_pages_scale(widths: Sequence[float], height: float, heads: float, *, landscape: bool) -> int | None:
    """The scale at which a sheet of this height has no last page with a few lines alone, where it is readable; None where it needs none.
    `heads` are repeated on each page after the first."""
    room = page_room(widths, landscape=landscape)
    pages = math.ceil((height - room) / (room - heads)) + 1 if height > room else 1
    over = height - room - (pages - 2) * (room - heads)
    if pages == 1 or over > room * _FEW_LINES:
        return None
    scale = parts_scale(widths, [(height - heads) / (pages - 1) + heads], landscape=landscape)
    return scale if scale < print_scale(widths, landscape=landscape) else None


def parts_scale(widths: Sequence[float], parts: Sequence[float], *, landscape: bool) -> int:
    """The scale at which parts of these heights (points, repeated heads included) are one page each, where it is still readable.

    Where it is not, a part may take several pages: the scale is that of the widths.
    """
    scale = print_scale(widths, landscape=landscape)
    fitting = math.floor(page_size(landscape=landscape)[1] * _SAFE_HEIGHT / max(parts) * 100)
    return min(scale, fitting) if fitting >= _READABLE else scale
