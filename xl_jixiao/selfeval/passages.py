"""Texts higher than Excel's highest row: printed in pieces, one to a sheet row, because a page can only break between rows.

A merged cell would be cut through a line of writing where the page ends. So the whole text stands once, beside the print area, and each
sheet row shows its piece of it; the cells between have no line above or below, and look like one tall cell.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from xl_jixiao.expr import Expr, Operand, Value, as_text, call, utf16, when
from xl_jixiao.selfeval.layout import RowSpan
from xl_jixiao.sheet.build import SheetBuilder
from xl_jixiao.sheet.measure import HIGHEST, height_for, lines_needed

_SIZE = 9.5
_MOST_LINES = 12
"""A piece's lines: what a page's end can leave empty."""

_PITCH, _EDGE = 1.46, 5.0
"""Height of a line by font size, in any of the fonts that stand in for 宋体; what a cell needs above and below."""

_ENDS = ("\n", "。！？", "；;", "，、：,")
"""Where a text is best parted, best first."""


@dataclass(frozen=True)
class Piece:
    """A piece of a text, and where it starts as Excel counts: in units of UTF-16."""

    start: int
    text: str


@dataclass(frozen=True)
class LongText:
    """A text in a column of this width (half-width characters)."""

    text: str
    width: float
    size: float = 9

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Its pieces, each of a dozen lines at most; a blank text has one."""
        return tuple(self._split()) or (Piece(1, ""),)

    def _split(self) -> Iterator[Piece]:
        rest, start = self.text, 1
        while rest:
            end = self._end(rest)
            piece, rest = rest[:end], rest[end:]
            yield Piece(start + len(piece) - len(piece.lstrip("\n")), piece.strip("\n"))
            start += utf16(piece)

    def _end(self, text: str) -> int:
        """Where the first piece ends: after a line break, sentence or clause in its last third, else where it is full."""
        most = max(1, bisect_right(range(1, len(text) + 1), _MOST_LINES, key=lambda count: self._lines(text[:count])))
        if most == len(text):
            return most
        found = (max(text.rfind(mark, most * 2 // 3, most) for mark in marks) + 1 for marks in _ENDS)
        return next((end for end in found if end), most)

    def _lines(self, text: str) -> int:
        return lines_needed(text, self.width * 10.5 / self.size)

    def height(self, at: int) -> float:
        """The height in points of a piece; none beyond the last."""
        shown = self.pieces[at].text if at < len(self.pieces) else ""
        return self._lines(shown) * self.size * _PITCH + _EDGE if shown else 0.0


def long_text(value: Value, width: float, size: float = 9) -> LongText:
    """What a cell shows, in its column."""
    return LongText(as_text(value), width, size)


def rows_needed(texts: Sequence[LongText]) -> int:
    """How many sheet rows a row takes: one, unless a text is higher than Excel's highest row."""
    if height_for([(one.text, one.width) for one in texts], _SIZE) < HIGHEST:
        return 1
    return max(len(one.pieces) for one in texts)


def set_heights(sheet: SheetBuilder, rows: RowSpan, texts: Sequence[LongText], least: float) -> None:
    """Makes a row as high as its texts; where it takes several sheet rows, each as high as its pieces."""
    if rows[0] == rows[1]:
        sheet.height(rows[0], height_for([(one.text, one.width) for one in texts], _SIZE, least))
        return
    for at, row in enumerate(range(rows[0], rows[1] + 1)):
        sheet.height(row, max([12, *(one.height(at) for one in texts)]))


def tall_style(style: str, rows: RowSpan) -> str:
    """A style at the top of its cell where the row takes several sheet rows."""
    return style if rows[0] == rows[1] else f"{style}/top"


def put_pieces(sheet: SheetBuilder, rows: RowSpan, column: int, source: Expr, text: LongText, style: str, columns: int = 1) -> None:
    """The pieces of a text over the sheet rows of a tall row; `source` is the whole text."""
    for at, row in enumerate(range(rows[0], rows[1] + 1)):
        variant = f"{style}/{_variant(at, row == rows[1])}"
        if at < len(text.pieces):
            sheet.computed(row, column, "", _shown(source, text, at), variant, columns=columns)
        else:
            sheet.label(row, column, None, variant, columns=columns)


def _variant(at: int, last: bool) -> str:
    if at == 0:
        return "first"
    return "last" if last else "inner"


def _shown(source: Expr, text: LongText, at: int) -> Operand:
    if len(text.pieces) == 1:
        return when(source.equals(""), "", source)
    piece = text.pieces[at]
    return call("MID", source, piece.start, utf16(piece.text))
