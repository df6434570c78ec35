"""Texts higher than Excel's highest row: printed in parts, one to a sheet row, because a page can only break between rows.

A merged cell would be cut through a line of writing where the page ends. So the whole text stands once, beside the print area, and each
sheet row shows its part of it; the cells between have no line above or below, and look like one tall cell.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_jixiao.template.book import STYLES, Book, height_for, lines_needed

_HIGHEST = 409.0
_SIZE = 9.5
_MOST_LINES = 12
"""A part's lines: what a page's end can leave empty."""

_PITCH, _EDGE = 1.46, 5.0
"""Height of a line by font size, in any of the fonts that stand in for 宋体; what a cell needs above and below."""

_ENDS = ("\n", "。！？", "；;", "，、：,")
"""Where a text is best parted, best first."""


@dataclass(frozen=True)
class Part:
    """A piece of a text, and where it starts as Excel counts: in units of UTF-16."""

    start: int
    text: str


@dataclass(frozen=True)
class Passage:
    """A text in a column of this width (half-width characters)."""

    text: str
    width: float
    size: float = 9

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Its pieces, each of a dozen lines at most; a blank text has one."""
        return tuple(self._split()) or (Part(1, ""),)

    def _split(self) -> Iterator[Part]:
        rest, start = self.text, 1
        while rest:
            piece, rest = rest[: self._end(rest)], rest[self._end(rest) :]
            shown = piece.strip("\n")
            yield Part(start + len(piece) - len(piece.lstrip("\n")), shown)
            start += units(piece)

    def _end(self, text: str) -> int:
        """Where the first part ends: after a line break, sentence or clause in its last third, else where it is full."""
        most = max(1, bisect_right(range(1, len(text) + 1), _MOST_LINES, key=lambda count: self._lines(text[:count])))
        if most == len(text):
            return most
        found = (max(text.rfind(mark, most * 2 // 3, most) for mark in marks) + 1 for marks in _ENDS)
        return next((end for end in found if end), most)

    def _lines(self, text: str) -> int:
        return lines_needed(text, self.width * 10.5 / self.size)

    def height(self, at: int) -> float:
        """The height in points of a part; none beyond the last."""
        shown = self.parts[at].text if at < len(self.parts) else ""
        return self._lines(shown) * self.size * _PITCH + _EDGE if shown else 0.0


def units(text: str) -> int:
    """The length of a text as Excel counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def rows_needed(passages: Sequence[Passage]) -> int:
    """How many sheet rows a row takes: one, unless a text is higher than Excel's highest row."""
    if height_for([(one.text, one.width) for one in passages], _SIZE) < _HIGHEST:
        return 1
    return max(len(one.parts) for one in passages)


def set_heights(sheet: Worksheet, rows: tuple[int, int], passages: Sequence[Passage], least: float = 12) -> None:
    """Makes every sheet row of a tall row as high as its parts."""
    for at, row in enumerate(range(rows[0], rows[1] + 1)):
        sheet.set_row(row, max(least, *(one.height(at) for one in passages)))


def set_row(sheet: Worksheet, row: int, passages: Sequence[Passage], least: float) -> None:
    """Makes a row as high as its texts, where one sheet row is enough."""
    sheet.set_row(row, height_for([(one.text, one.width) for one in passages], _SIZE, least))


class FormBook(Book):
    """A book whose styles have variants: ``form/top`` stands at the top of its cell, ``form/first``, ``form/inner`` and ``form/last``
    are the sheet rows of one tall cell."""

    _OPEN = {"top": (), "first": ("bottom",), "inner": ("top", "bottom"), "last": ("top",)}

    @cached_property
    def _variants(self) -> dict[tuple[str, bool], Format]:
        return {}

    def style(self, name: str) -> Format:
        """The cell format of a style's name, or of its variant."""
        base, _, variant = name.partition("/")
        if not variant:
            return super().style(base)
        unlocked = self.editable and base.startswith("input")
        if (name, unlocked) not in self._variants:
            properties = {**STYLES[base], "valign": "top", **dict.fromkeys(self._OPEN[variant], 0), "locked": not unlocked}
            if not self.editable:
                properties.pop("bg_color", None) if base.startswith("input") else None
                properties.pop("num_format", None) if properties.get("num_format") == "@" else None  # a formula's format is not text
            self._variants[name, unlocked] = self.workbook.add_format(properties)
        return self._variants[name, unlocked]

    def tall(self, sheet: Worksheet, rows: tuple[int, int], columns: tuple[int, int], value: object, style: str) -> None:
        """A constant over the sheet rows of a row, at the top where they are several."""
        self.merge(sheet, rows, columns, value, f"{style}/top" if rows[0] != rows[1] else style)

    def tall_formula(
        self, sheet: Worksheet, rows: tuple[int, int], columns: tuple[int, int], formula: str, value: object, style: str
    ) -> None:
        """A formula over the sheet rows of a row, at the top where they are several."""
        self.merge_formula(sheet, rows, columns, formula, value, f"{style}/top" if rows[0] != rows[1] else style)

    def passage(
        self, sheet: Worksheet, rows: tuple[int, int], columns: tuple[int, int], source: str, value: object, passage: Passage, style: str
    ) -> None:
        """The parts of a text over the sheet rows of a tall row; `source` is where it stands whole."""
        for at, row in enumerate(range(rows[0], rows[1] + 1)):
            variant = f"{style}/{'first' if at == 0 else 'last' if row == rows[1] else 'inner'}"
            if len(passage.parts) == 1 and at == 0:
                self.merge_formula(sheet, (row, row), columns, f'=IF({source}="","",{source})', value, variant)
            elif at < len(passage.parts):
                part = passage.parts[at]
                formula = f"=MID({source},{part.start},{units(part.text)})"
                self.merge_formula(sheet, (row, row), columns, formula, part.text, variant)
            else:
                self.merge(sheet, (row, row), columns, None, variant)
