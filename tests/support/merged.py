"""openpyxl's merged cells, formatted as it does and several times as fast: a border joined to another gives the same one wherever both meet.

Reading a workbook of ours with openpyxl is mostly this, and tests do it all day.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from weakref import WeakKeyDictionary

from openpyxl.cell.cell import MergedCell
from openpyxl.styles.borders import Border
from openpyxl.styles.cell_style import StyleArray
from openpyxl.workbook import Workbook
from openpyxl.worksheet.merge import MergedCellRange

_SIDES = ("top", "left", "right", "bottom")

slow, slow_start = MergedCellRange.format, MergedCellRange._get_borders
"""openpyxl's own way."""

_known: WeakKeyDictionary[Workbook, dict[tuple, int]] = WeakKeyDictionary()
"""By what a cell had and what it gets: the number of the style it has then, in its workbook."""


def install() -> None:
    """From now on openpyxl formats merged cells this way."""
    MergedCellRange.format, MergedCellRange._get_borders = fast, fast_start


def fast(merged: MergedCellRange) -> None:
    """What `MergedCellRange.format` does."""
    known = _known.setdefault(merged.ws.parent, {})
    first = merged.start_cell
    for name in _SIDES:
        side = getattr(first.border, name)
        if side and side.style is None:
            continue
        for place in getattr(merged, name):
            cell = _cell(merged, place)
            _set(known, cell, "borderId", (name, _number(first, "borderId")), lambda: _join(cell, Border(**{name: side})))  # noqa: B023
    if first.protection is not None:
        of = ("protection", _number(first, "protectionId"))
        for place in merged.cells:
            cell = _cell(merged, place)
            _set(known, cell, "protectionId", of, lambda: setattr(cell, "protection", copy.copy(first.protection)))  # noqa: B023


def fast_start(merged: MergedCellRange) -> None:
    """What `MergedCellRange._get_borders` does."""
    cells = merged.ws._cells
    first = merged.start_cell = merged.ws.cell(merged.min_row, merged.min_col)
    last = cells.get((merged.max_row, merged.max_col))
    if last is not None:
        of = ("corner", _number(last, "borderId"))
        known = _known.setdefault(merged.ws.parent, {})
        _set(known, first, "borderId", of, lambda: _join(first, Border(right=last.border.right, bottom=last.border.bottom)))


def _cell(merged: MergedCellRange, place: tuple[int, int]) -> MergedCell:
    cells = merged.ws._cells
    if place not in cells:
        cells[place] = MergedCell(merged.ws, *place)
    return cells[place]


def _number(cell: MergedCell, kind: str) -> int:
    return getattr(cell._style, kind) if cell._style else 0


def _join(cell: MergedCell, border: Border) -> None:
    cell.border += border


def _set(known: dict[tuple, int], cell: MergedCell, kind: str, of: tuple, change: Callable[[], None]) -> None:
    """Changes one style of a cell, or gives it the number it got when it was changed so before."""
    key = (*of, _number(cell, kind))
    if key not in known:
        change()
        known[key] = _number(cell, kind)
        return
    if not cell._style:
        cell._style = StyleArray()
    setattr(cell._style, kind, known[key])
