"""A fake Excel: COM objects with the names and habits xlwings' Windows engine relies on.

    excel = FakeExcel()
    book = excel.add(FakeBook({"基础数据": {"B3": 10, "B4": "#N/A"}}, names={"在职人员数": "基础数据!$B$3"}, name="某局.xlsm"))
    xlwings.Book("某局.xlsm").names["在职人员数"].refers_to_range.value  ->  10.0

Values are delivered as COM delivers them: every number is a float, an error an int, a currency cell a Decimal of four places,
a date a TimeType in UTC, an empty cell None; a block is a tuple of row tuples and one cell a bare value. It calculates
nothing: a formula cell is `Formula(text, value)`.
"""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from support.com_values import LAST_COLUMN, LAST_ROW, Formula, as_typed, parse_address, to_com
from support.fake_range import FakeRange, plain
from support.winstub import Dispatch, excel_error, windows

__all__ = ["FakeBook", "FakeExcel", "FakeName", "FakeRange", "FakeSheet", "Formula"]

_handles = itertools.count(100)


class _Collection(Dispatch):
    def __init__(self, parent, items: list):
        self._parent, self._items = parent, items

    Parent = property(lambda self: self._parent)
    Application = property(lambda self: self._parent.Application)
    Count = property(lambda self: len(self._items))

    def __iter__(self):
        return iter(list(self._items))

    def __len__(self):
        return len(self._items)

    def __call__(self, key):
        if isinstance(key, str):
            found = [item for item in self._items if item.Name.lower() == key.lower()]
        else:
            found = self._items[int(key) - 1 : int(key)] if key >= 1 else []
        if not found:
            raise excel_error("下标越界", -2147352565)
        return found[0]

    Item = __call__


class _Names(_Collection):
    def Add(self, Name, RefersTo):
        self._items.append(FakeName(self._parent, Name, RefersTo))
        return self._items[-1]


class _Sheets(_Collection):
    def Add(self, Before=None, After=None):
        sheet = FakeSheet(self._parent, f"Sheet{len(self._items) + 1}", {})
        place = plain(Before or After or self._parent.ActiveSheet)
        self._items.insert(self._items.index(place) + (After is not None), sheet)
        self._parent._active_sheet = sheet
        self._parent.Saved = False
        return sheet


class FakeName(Dispatch):
    Name = RefersTo = ""
    Visible = True

    def __init__(self, book: FakeBook, name: str, refers_to: str):
        self._book, self.Name = book, name
        self.RefersTo = refers_to if refers_to.startswith("=") else "=" + refers_to

    @property
    def RefersToRange(self) -> FakeRange:
        sheet, _, address = self.RefersTo[1:].rpartition("!")
        sheet = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
        if not sheet or not re.fullmatch(r"[$A-Za-z0-9:]+", address):
            raise excel_error(f"“{self.Name}”不是单元格区域")
        return self._book.Worksheets(sheet).Range(address)

    def Delete(self):
        self._book._names.remove(self)


class _Books(_Collection):
    def Open(self, Filename, UpdateLinks=None, ReadOnly=None, *_args, **_kwargs):
        """Opens a workbook file by its sheets' names; its cells are not read."""
        path = Path(Filename)
        if not path.is_file():
            raise excel_error(f"找不到 {Filename}。")
        with zipfile.ZipFile(path) as archive:
            sheets = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode("utf-8"))
        self._parent.calls.append(("Open", path.name, bool(ReadOnly)))
        return self._parent.add(FakeBook({name: {} for name in sheets}, name=path.name, folder=str(path.parent)))

    def Add(self, *_args):
        return self._parent.add(FakeBook({"Sheet1": {}}, name=f"工作簿{self.Count + 1}", folder=""))


class FakeExcel(Dispatch):
    """One running Excel. xlwings finds it (`xw.apps`, `xw.Book("某局.xlsm")`) until `Quit`."""

    ScreenUpdating = DisplayAlerts = EnableEvents = Interactive = Visible = True
    Calculation = -4105
    CutCopyMode = False
    Name, Version, Path = "Microsoft Excel", "16.0", r"C:\Program Files\Microsoft Office\root\Office16"

    def __init__(self, *books: FakeBook, running: bool = True):
        self._handle = next(_handles)
        self._books: list[FakeBook] = []
        self._active = None
        self._status = [False]
        self._calls: list[tuple] = []
        if running:  # else no window: an Excel for workbooks nobody opened
            windows[self._handle] = self
        for book in books:
            self.add(book)

    def add(self, book: FakeBook) -> FakeBook:
        """Open a workbook and make it the active one."""
        book._excel = self
        self._books.append(book)
        self._active = book
        return book

    #: Every text the status bar has shown, and every Run, Calculate, Save, ExportAsFixedFormat …, in order.
    status_history = property(lambda self: [text for text in self._status if text is not False])
    calls = property(lambda self: self._calls)
    Application = property(lambda self: self)
    Hwnd = property(lambda self: self._handle)
    Workbooks = property(lambda self: _Books(self, self._books))
    ActiveWorkbook = property(lambda self: self._active)
    ActiveSheet = property(lambda self: self._active and self._active.ActiveSheet)
    StatusBar = property(lambda self: self._status[-1], lambda self, text: self._status.append(text))

    @property
    def Selection(self):
        return self.ActiveSheet.Range("A1")

    def message(self, prompt: str, title: str, style: int) -> int:
        """A message box (`app.alert`): kept in `calls` and answered 确定 or 是."""
        self._calls.append(("MessageBox", prompt, title))
        return 6 if style & 0xF in (3, 4) else 1

    def Run(self, macro, *args):
        self._calls.append(("Run", macro, *args))

    def MacroOptions(self, Macro, **options):
        self._calls.append(("MacroOptions", Macro, options))

    def Calculate(self):
        self._calls.append(("Calculate",))

    def Quit(self):
        windows.pop(self._handle, None)


class FakeBook(Dispatch):
    """A workbook: `sheets` maps names to {address: value}, `names` maps defined names to `Sheet!$A$1` or any formula."""

    Saved, FileFormat, ProtectStructure = True, 52, False

    def __init__(
        self,
        sheets: Mapping[str, Mapping[str, object]] | None = None,
        names: Mapping[str, str] | None = None,
        *,
        name: str = "模板.xlsm",
        folder: str = r"C:\绩效",
    ):
        self._name, self._folder, self._excel = name, folder, None
        self._sheets = [FakeSheet(self, title, cells) for title, cells in (sheets or {"Sheet1": {}}).items()]
        self._active_sheet = self._sheets[0]
        self._names = [FakeName(self, key, refers_to) for key, refers_to in (names or {}).items()]

    Name = property(lambda self: self._name)
    Path = property(lambda self: self._folder)
    FullName = property(lambda self: self._folder + self._separator + self._name if self._folder else self._name)
    _separator = property(lambda self: "/" if "/" in self._folder else "\\")
    Worksheets = property(lambda self: _Sheets(self, self._sheets))
    Sheets = Worksheets
    Names = property(lambda self: _Names(self, self._names))
    ActiveSheet = property(lambda self: self._active_sheet)

    @property
    def Application(self):
        if self._excel is None:
            FakeExcel(self, running=False)
        return self._excel

    def range(self, address: str) -> FakeRange:
        """`基础数据!B3:B5`, or an address on the first sheet."""
        sheet, _, cells = address.rpartition("!")
        return (self.Worksheets(sheet) if sheet else self._sheets[0]).Range(cells)

    def _log(self, *call):
        self.Application.calls.append((call[0], self.Name, *call[1:]))

    def Activate(self):
        self.Application._active = self

    def Save(self):
        self._log("Save")

    def SaveAs(self, Filename, FileFormat=None, Password=None, **_options):
        self._folder, self._name = re.fullmatch(r"(?:(.*)[\\/])?([^\\/]+)", str(Filename)).groups(default="")
        self._log("SaveAs", Filename)

    def SaveCopyAs(self, Filename):
        self._log("SaveCopyAs", Filename)

    def Close(self, SaveChanges=None):
        self._log("Close", SaveChanges)
        self._excel._books.remove(self)
        if self._excel._active is self:
            self._excel._active = self._excel._books[-1] if self._excel._books else None

    def ExportAsFixedFormat(self, *args, **options):
        self._log("ExportAsFixedFormat", *args, options)


class FakeSheet(Dispatch):
    """A worksheet. Once protected, cells not unlocked (`Range.Locked = False`) refuse writes as Excel does."""

    Visible = -1
    ProtectContents = False

    def __init__(self, book: FakeBook, name: str, cells: Mapping[str, object]):
        self._book, self._name = book, name
        self._cells: dict[tuple[int, int], object] = {}
        self._styles: dict[tuple[int, int], dict[str, object]] = {}
        for address, value in cells.items():
            self._cells[parse_address(address)[:2]] = value

    Name = property(lambda self: self._name, lambda self, name: setattr(self, "_name", name))
    Parent = property(lambda self: self._book)
    Application = property(lambda self: self._book.Application)
    Index = property(lambda self: self._book._sheets.index(self) + 1)
    Cells = property(lambda self: FakeRange(self, 1, 1, LAST_ROW, LAST_COLUMN))

    @property
    def Names(self):
        mine = (f"{self._name}!", f"'{self._name}'!")
        return _Names(self._book, [name for name in self._book._names if name.Name.startswith(mine)])

    @property
    def UsedRange(self):
        rows = [row for row, _ in self._cells] or [1]
        columns = [column for _, column in self._cells] or [1]
        return FakeRange(self, min(rows), min(columns), max(rows) - min(rows) + 1, max(columns) - min(columns) + 1)

    def Range(self, first, last=None):
        first, last = plain(first), plain(last)
        if isinstance(first, str) and last is None:
            if first.lower() in (name.Name.lower() for name in self._book._names):
                return self._book.Names(first).RefersToRange
            return FakeRange(self, *parse_address(first))
        corners = [FakeRange(self, *parse_address(end)) if isinstance(end, str) else end for end in (first, last or first)]
        top, left = min(end.Row for end in corners), min(end.Column for end in corners)
        bottom = max(end.Row + end.Rows.Count for end in corners)
        right = max(end.Column + end.Columns.Count for end in corners)
        return FakeRange(self, top, left, bottom - top, right - left)

    def Activate(self):
        self._book._active_sheet = self

    Select = Activate

    def Move(self, Before=None, After=None):
        sheets, place = self._book._sheets, plain(Before or After)
        sheets.remove(self)
        sheets.insert(sheets.index(place) + (After is not None), self)

    def Delete(self):
        self._book._sheets.remove(self)
        self._book._active_sheet = self._book._sheets[0]

    def Protect(self, Password=None, **_options):
        self.ProtectContents = True

    def Unprotect(self, Password=None):
        self.ProtectContents = False

    def ExportAsFixedFormat(self, *args, **options):
        self._book._log("ExportAsFixedFormat", self.Name, *args, options)

    # What a range reads and writes through; a sheet whose cells live elsewhere replaces these two.

    def _block(self, row: int, column: int, rows: int, columns: int) -> list[tuple]:
        empty = (None,) * columns
        block = [empty] * rows
        touched = {r for r, c in self._cells if row <= r < row + rows and column <= c < column + columns}
        for r in touched:
            block[r - row] = tuple(to_com(self._cells.get((r, c))) for c in range(column, column + columns))
        return block

    def _write(self, row: int, column: int, value) -> None:
        style = self._styles.get((row, column), {})
        if self.ProtectContents and style.get("Locked", True):
            raise excel_error("您试图更改的单元格或图表位于受保护的工作表中。")
        value = as_typed(value, style.get("NumberFormat", "General"))
        if value is None:
            self._cells.pop((row, column), None)
        else:
            self._cells[row, column] = value
