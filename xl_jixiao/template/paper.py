"""A4 as the sheets print on it: how wide columns come out, which scale makes them one page wide, how much stands on a page then.

A sheet with manual page breaks prints at a scale said in the file: where it is fitted to the page instead, Excel ignores the breaks.
"""

import math
from collections.abc import Sequence

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


def printable(*, landscape: bool) -> tuple[float, float]:
    """Width and height in points of what a page has within its margins."""
    width, height = reversed(_A4) if landscape else _A4
    return width - 2 * 72 * MARGINS[0], height - 2 * 72 * MARGINS[1]


def column_points(width: float) -> float:
    """The width in points of a column this many characters of the normal font wide, as Excel rounds it (ECMA-376, 18.3.1.13)."""
    return (math.floor(width * _DIGIT + 0.5) + _PADDING) * _PIXEL


def print_scale(widths: Sequence[float], *, landscape: bool) -> int:
    """The scale in per cent at which columns of these widths are surely one page wide: at most 100, at least Excel's 10."""
    room, _ = printable(landscape=landscape)
    fitting = room * _SAFE_WIDTH / sum(map(column_points, widths))
    return max(10, min(100, math.floor(fitting * 100)))


def page_room(widths: Sequence[float], *, landscape: bool) -> float:
    """How many points of row height surely stand on a page printed at that scale."""
    _, height = printable(landscape=landscape)
    return height / print_scale(widths, landscape=landscape) * 100 * _SAFE_HEIGHT


def parts_scale(widths: Sequence[float], parts: Sequence[float], *, landscape: bool) -> int:
    """The scale at which parts of these heights (points, repeated heads included) are one page each, where it is still readable.

    Where it is not, a part may take several pages: the scale is that of the widths.
    """
    scale = print_scale(widths, landscape=landscape)
    fitting = math.floor(printable(landscape=landscape)[1] * _SAFE_HEIGHT / max(parts) * 100)
    return min(scale, fitting) if fitting >= _READABLE else scale
