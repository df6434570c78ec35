"""The fake Excel's Range."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from support.com_values import LAST_COLUMN, LAST_ROW, Formula, column_letters, from_python, parse_address
from support.winstub import RANGE_IID, Dispatch, com_error

if TYPE_CHECKING:
    from support.fake_excel import FakeSheet

_MAX_CELLS = 20_000_000
_DOWN, _UP, _LEFT, _RIGHT = -4121, -4162, -4159, -4161
_EPOCH = dt.datetime(1899, 12, 30)


def plain(value):
    """The object itself, where xlwings hands back one of its retrying wrappers."""
    return getattr(value, "_inner", value)


class _Style(Dispatch):
    """Interior, Font …: what is set is kept per cell and read back from the first one."""

    def __init__(self, cells: FakeRange, prefix: str):
        object.__setattr__(self, "_of", (cells, prefix))

    def __getattr__(self, name):
        cells, prefix = self._of
        return cells._style(f"{prefix}.{name}", -4142 if name == "ColorIndex" else None)

    def __setattr__(self, name, value):
        cells, prefix = self._of
        cells._set_style(f"{prefix}.{name}", value)


class FakeRange(Dispatch):
    """A block of cells of a sheet; `FakeRange.of(rows)` makes one with a workbook of its own."""

    _oleobj_ = Dispatch._Identity(RANGE_IID)

    def __init__(self, sheet: FakeSheet, row: int, column: int, rows: int = 1, columns: int = 1, *, by: str = "cells"):
        self._sheet, self._at, self._size, self._by = sheet, (row, column), (rows, columns), by

    @classmethod
    def of(cls, rows, address: str = "A1") -> FakeRange:
        """A range holding these rows (a bare value: one cell), its first cell at `address` of a new workbook."""
        rows = rows if isinstance(rows, list | tuple) else [[rows]]
        top, left = parse_address(address)[:2]
        from support.fake_excel import FakeBook

        sheet = FakeBook()._sheets[0]
        for (r, row), c in ((pair, c) for pair in enumerate(rows) for c in range(len(pair[1]))):
            if row[c] is not None:
                sheet._cells[top + r, left + c] = row[c]
        return cls(sheet, top, left, len(rows), len(rows[0]))

    Worksheet = property(lambda self: self._sheet)
    Parent = Worksheet
    Application = property(lambda self: self._sheet.Application)
    Row = property(lambda self: self._at[0])
    Column = property(lambda self: self._at[1])
    Rows = property(lambda self: FakeRange(self._sheet, *self._at, *self._size, by="rows"))
    Columns = property(lambda self: FakeRange(self._sheet, *self._at, *self._size, by="columns"))
    Cells = property(lambda self: FakeRange(self._sheet, *self._at, *self._size))
    Areas = property(lambda self: (self,))
    MergeArea = property(lambda self: self)
    MergeCells = HasArray = False
    Interior = property(lambda self: _Style(self, "Interior"))
    Font = property(lambda self: _Style(self, "Font"))
    NumberFormat = property(lambda self: self._style("NumberFormat", "General"), lambda self, v: self._set_style("NumberFormat", v))
    ColumnWidth = property(lambda self: self._style("ColumnWidth", 8.43), lambda self, v: self._set_style("ColumnWidth", v))
    WrapText = property(lambda self: self._style("WrapText", False), lambda self, v: self._set_style("WrapText", bool(v)))
    Locked = property(lambda self: self._style("Locked", True), lambda self, v: self._set_style("Locked", bool(v)))
    Address = property(lambda self: self.GetAddress())

    @property
    def Count(self):
        return {"rows": self._size[0], "columns": self._size[1]}.get(self._by, self._size[0] * self._size[1])

    def _positions(self):
        (row, column), (rows, columns) = self._at, self._size
        return ((r, c) for r in range(row, row + rows) for c in range(column, column + columns))

    def _style(self, name, default):
        return self._sheet._styles.get(self._at, {}).get(name, default)

    def _set_style(self, name, value):
        for position in self._positions():
            self._sheet._styles.setdefault(position, {})[name] = value

    @property
    def Value(self):
        if self._size[0] * self._size[1] > _MAX_CELLS:
            raise com_error(-2147024882, "内存资源不足，无法完成此操作。")
        block = self._sheet._block(*self._at, *self._size)
        return block[0][0] if self._size == (1, 1) else tuple(block)

    @Value.setter
    def Value(self, value):
        value = from_python(value)
        if isinstance(value, tuple) and not (value and isinstance(value[0], tuple)):
            value = (value,)
        for row, column in self._positions():
            part = value
            if isinstance(value, tuple):
                r, c = row - self._at[0], column - self._at[1]
                part = value[r][c] if r < len(value) and c < len(value[r]) else "#N/A"
            self._sheet._write(row, column, part)

    @property
    def Value2(self):
        def bare(value):
            if isinstance(value, tuple):
                return tuple(map(bare, value))
            if isinstance(value, dt.datetime):
                return (value.replace(tzinfo=None) - _EPOCH) / dt.timedelta(days=1)
            return float(value) if isinstance(value, Decimal) else value

        return bare(self.Value)

    Value2 = Value2.setter(Value.fset)

    @property
    def Formula(self):
        def text(position):
            cell = self._sheet._cells.get(position)
            if isinstance(cell, Formula):
                return cell.text
            return "" if cell is None else f"{cell:.15g}" if isinstance(cell, float) else str(cell)

        if self._size == (1, 1):
            return text(self._at)
        (row, column), (rows, columns) = self._at, self._size
        return tuple(tuple(text((r, c)) for c in range(column, column + columns)) for r in range(row, row + rows))

    Formula = Formula.setter(Value.fset)
    Formula2 = Formula
    HasFormula = property(lambda self: all(isinstance(self._sheet._cells.get(p), Formula) for p in self._positions()))

    def ClearContents(self):
        for position in [p for p in self._positions() if p in self._sheet._cells]:
            self._sheet._write(*position, None)

    def __call__(self, row, column=None):
        if self._by == "rows" and column is None:
            return FakeRange(self._sheet, self.Row + row - 1, self.Column, 1, self._size[1])
        if self._by == "columns" and column is None:
            return FakeRange(self._sheet, self.Row, self.Column + row - 1, self._size[0], 1)
        if column is None:
            row, column = divmod(row - 1, self._size[1])
            row, column = row + 1, column + 1
        return FakeRange(self._sheet, self.Row + int(row) - 1, self.Column + int(column) - 1)

    Item = __call__

    def __iter__(self):
        return (FakeRange(self._sheet, *position) for position in self._positions())

    def GetAddress(self, RowAbsolute=True, ColumnAbsolute=True, ReferenceStyle=1, External=False):
        r, c = "$" * bool(RowAbsolute), "$" * bool(ColumnAbsolute)
        (row, column), (rows, columns) = self._at, self._size
        text = f"{c}{column_letters(column)}{r}{row}"
        if (rows, columns) != (1, 1):
            text += f":{c}{column_letters(column + columns - 1)}{r}{row + rows - 1}"
        return f"[{self._sheet.Parent.Name}]{self._sheet.Name}!{text}" if External else text

    def GetOffset(self, RowOffset=0, ColumnOffset=0):
        return FakeRange(self._sheet, self.Row + RowOffset, self.Column + ColumnOffset, *self._size)

    def GetResize(self, RowSize=None, ColumnSize=None):
        return FakeRange(self._sheet, *self._at, RowSize or self._size[0], ColumnSize or self._size[1])

    def End(self, Direction):
        step = {_DOWN: (1, 0), _UP: (-1, 0), _LEFT: (0, -1), _RIGHT: (0, 1)}[Direction]

        def inside(row, column):
            return 1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN

        filled = self._sheet._cells.__contains__
        row, column = self._at
        ahead = (row + step[0], column + step[1])
        stop_at_gap = filled((row, column)) and filled(ahead)
        while inside(*ahead):
            if stop_at_gap and not filled(ahead):
                break
            row, column = ahead
            ahead = (row + step[0], column + step[1])
            if not stop_at_gap and filled((row, column)):
                break
        return FakeRange(self._sheet, row, column)

    @property
    def CurrentRegion(self):
        cells = self._sheet._cells
        top, left, bottom, right = self.Row, self.Column, self.Row, self.Column
        while True:
            near = [(r, c) for r, c in cells if top - 1 <= r <= bottom + 1 and left - 1 <= c <= right + 1]
            edges = [(min(r, top), min(c, left), max(r, bottom), max(c, right)) for r, c in near]
            if not edges:
                break
            grown = (min(e[0] for e in edges), min(e[1] for e in edges), max(e[2] for e in edges), max(e[3] for e in edges))
            if grown == (top, left, bottom, right):
                break
            top, left, bottom, right = grown
        return FakeRange(self._sheet, top, left, bottom - top + 1, right - left + 1)

    def Select(self):
        if self._sheet.Parent.ActiveSheet is not self._sheet:
            raise com_error(-2147352567, "发生意外。", (0, "Microsoft Excel", "类 Range 的 Select 方法无效", None, 0, -2146827284))
        self._sheet.Parent._log("Select", self._sheet.Name, self.GetAddress(False, False))

    Activate = Select
