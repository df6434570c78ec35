"""The Python side of a workbook that LibreOffice has open: its UDF calls arrive here and run through xlwings' CallUDF.

The workbook a function sees (`caller.sheet.book`) is a fake one whose cells are read from the open document at the moment they
are asked for. Writing to it is refused, as Excel refuses it while a cell is being calculated.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import socketserver
import threading
from dataclasses import dataclass, field
from decimal import Decimal

from support import winstub
from support.com_values import column_letters, from_python, to_com
from support.fake_excel import FakeBook, FakeExcel, FakeSheet
from support.winstub import MISSING, excel_error

_EPOCH = dt.datetime(1899, 12, 30)


@dataclass(frozen=True)
class UdfCall:
    """One call from a cell. `cell` is (sheet, address); where several cells hold the same kind of call it is the first of them."""

    function: str
    cell: tuple[str, str]
    bare: bool  # called without arguments
    volatile: bool  # Application.Volatile was called while its arguments were evaluated
    failed: str = ""


class LiveSheet(FakeSheet):
    """A sheet whose cells are in the document."""

    def _block(self, row, column, rows, columns):
        found = self._book._link.ask("block", self._name, row, column, rows, columns)
        block = [tuple(to_com(_stored(v)) for v in line) + (None,) * (columns - len(line)) for line in found]
        return block + [(None,) * columns] * (rows - len(block))

    def _write(self, row, column, value):
        raise excel_error("单元格正在计算，不能写入。")


class LiveBook(FakeBook):
    """The open document as a workbook."""

    def __init__(self, link: _Link, name: str):
        self._link = link
        names = {key: where if isinstance(where, str) else _reference(*where) for key, where in link.ask("names").items()}
        super().__init__({"-": {}}, names, name=name, folder="")
        self._sheets = [LiveSheet(self, title, {}) for title in link.ask("sheets")]
        self._active_sheet = self._sheets[0]
        self._callers: dict[str, list] = {}
        FakeExcel(self, running=False)

    def SaveCopyAs(self, Filename):
        self._link.ask("save_copy", str(Filename))

    def caller_of(self, function: str, bare: bool) -> list[tuple[str, str]]:
        """The cells that call a function, without arguments or with some. LibreOffice does not tell which of them is calling."""
        empty = re.compile(re.escape(function) + r"\(\s*\)", re.IGNORECASE)
        for again in (False, True):  # an edit may have added a cell
            if again or function not in self._callers:
                self._callers[function] = self._link.ask("callers", function)
            found = self._callers[function]
            cells = [(s, f"${column_letters(c)}${r}") for s, r, c, text in found if bool(empty.search(text)) == bare]
            if cells:
                return cells
        return [(self._sheets[0].Name, "$A$1")]


def _reference(sheet: str, row: int, column: int, rows: int, columns: int) -> str:
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!${column_letters(column)}${row}:${column_letters(column + columns - 1)}${row + rows - 1}"


def _stored(value):
    if isinstance(value, dict):
        if "currency" in value:
            return Decimal(value["currency"])
        if "date" in value:
            return _EPOCH + dt.timedelta(days=value["date"])
        return value["error"]
    return value


class _Link:
    """The conversation with office_shim.py during one call."""

    def __init__(self, stream):
        self._stream = stream

    def send(self, **message):
        self._stream.write(json.dumps(message, ensure_ascii=False) + "\n")
        self._stream.flush()

    def ask(self, question: str, *args):
        self.send(ask=[question, args])
        reply = json.loads(self._stream.readline())
        if "problem" in reply:
            raise excel_error(reply["problem"])
        return reply["answer"]


@dataclass
class _Run:
    """One opened workbook."""

    name: str
    book: LiveBook | None = None
    calls: list[UdfCall] = field(default_factory=list)


class UdfServer:
    """Answers the UDF calls of one workbook at a time."""

    def __init__(self):
        winstub.install()
        self._run = _Run("")
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                link = _Link(_Text(self.rfile, self.wfile))
                for line in self.rfile:
                    outer._answer(link, *json.loads(line)["call"])

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def begin(self, name: str) -> None:
        """Forget the last workbook; the next calls come from one of this name."""
        self._run = _Run(name)

    def take_calls(self) -> tuple[UdfCall, ...]:
        """The calls since this was last asked."""
        calls, self._run.calls = tuple(self._run.calls), []
        return calls

    def volatile_cells(self, calls) -> set[tuple[str, str]]:
        """Every cell these calls made volatile, or could have."""
        book = self._run.book
        return {cell for call in calls if call.volatile for cell in book.caller_of(call.function, call.bare)}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, link: _Link, module: str, function: str, args: list, volatile: bool) -> None:
        from xlwings.com_server import XLPython

        run, failed, result, cell, outside = self._run, "", None, ("", ""), link
        bare = all(kind in ("missing", "nothing") for kind, _ in args[: self._visible(module, function)])
        try:
            if run.book is None:
                run.book = LiveBook(link, run.name)
            outside, run.book._link = run.book._link, link  # a call may come in the midst of another
            cell = run.book.caller_of(function, bare)[0]
            given = tuple(self._argument(run.book, kind, value) for kind, value in args)
            caller = run.book.Worksheets(cell[0]).Range(cell[1])
            result = _sendable(from_python(XLPython().CallUDF(module, function, given, run.book, caller)))
        except Exception as error:  # noqa: BLE001  whatever a function raises belongs into its cell
            failed = f"{type(error).__name__}: {error}"  # in Excel the whole traceback would stand in the cell
        finally:
            if run.book is not None:
                run.book._link = outside
        run.calls.append(UdfCall(function, (cell[0], cell[1].replace("$", "")), bare, volatile, failed))
        link.send(**({"failed": failed} if failed else {"result": result}))

    @staticmethod
    def _visible(module: str, function: str) -> int:
        """How many arguments a user can give; the hidden ones come after them."""
        from xlwings.udfs import get_udf_module

        infos = getattr(get_udf_module(module, None), function).__xlfunc__["args"]
        hidden = [info["name"] == "caller" or bool(info["vba"]) for info in infos]
        return 255 if any(info["vararg"] for info in infos) else hidden.index(True) if True in hidden else len(hidden)

    @staticmethod
    def _argument(book: LiveBook, kind: str, value):
        if kind == "range":
            sheet, _, address = value.rpartition("!")
            return book.Worksheets(sheet).Range(address)
        if kind == "missing":
            return MISSING
        if kind == "nothing":
            return None
        if kind == "error":
            return to_com("#VALUE!")
        if kind == "bool":
            return bool(value)
        return float(value) if isinstance(value, int) else value  # a number in a formula is a Double


class _Text:
    """Two binary streams of a socket as one text stream."""

    def __init__(self, incoming, outgoing):
        self._in, self._out = incoming, outgoing

    def readline(self) -> str:
        return self._in.readline().decode("utf-8")

    def write(self, text: str) -> None:
        self._out.write(text.encode("utf-8"))

    def flush(self) -> None:
        self._out.flush()


def _sendable(value):
    if isinstance(value, tuple):
        return [_sendable(part) for part in value]
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.datetime):
        return (value - _EPOCH) / dt.timedelta(days=1)
    return value


__all__ = ["LiveBook", "LiveSheet", "UdfCall", "UdfServer"]
