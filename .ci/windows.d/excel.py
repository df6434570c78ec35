"""Plays Excel on Windows: loads the real xlwings DLL as the VBA runtime does, has it start the installed Python, and calls
functions and buttons of a filled workbook. `excel.py TESTS WORKBOOK`: the tests' folder (for the fake Excel), an .xlsm with answers.

Any difference ends it with status 1.
"""

import ctypes
import os
import re
import sys
import time
from pathlib import Path

sys.path[:0] = [sys.argv[1], os.path.dirname(os.path.abspath(__file__))]

import pythoncom  # noqa: E402
import win32com.client  # noqa: E402
from com import outside  # noqa: E402
from support.fake_excel import FakeBook, FakeExcel  # noqa: E402
from support.fake_range import FakeRange  # noqa: E402
from support.opened import opened  # noqa: E402

from xl_jixiao.tables.functions import FUNCTIONS  # noqa: E402
from xl_jixiao.tables.rates import CATALOGUE, Ratio  # noqa: E402

DLL = "xlwings64-0.37.8.dll"
PYTHONW = os.path.expandvars(r"%LOCALAPPDATA%\xl_jixiao\python\pythonw.exe")
MISSING = -2147352572
STARTED = time.monotonic()
failures = []


def say(text):
    print(f"[{time.monotonic() - STARTED:5.1f}] {text}", flush=True)


def expect(what, found, wanted):
    """Both the same, numbers to a billionth; what is wrong is said with the text that came."""
    same = found == wanted or (isinstance(found, float) and isinstance(wanted, float) and abs(found - wanted) < 1e-9)
    if not same:
        failures.append(what)
        say(f"WRONG {what}: {found!r}, expected {wanted!r}")


class Variant(ctypes.Structure):
    _fields_ = [("vt", ctypes.c_ushort), ("reserved", ctypes.c_ushort * 3), ("value", ctypes.c_void_p), ("record", ctypes.c_void_p)]


def command(workbook):
    """XLPyCommand of xlwings.bas; VBA hands it over in the code page, so a character outside it becomes a question mark."""
    path = f"False;{workbook};{workbook};;;;".replace("\\", "\\\\").replace("'", "\\'").replace("&", "^&")
    code = f"import sys, os;import xlwings.utils;xlwings.utils.prepare_sys_path(\\\"{path}\\\");import xlwings; xlwings.serve('$(CLSID)')"
    return f'cmd.exe  /K ""{PYTHONW}" -B -c "{code}""'.encode("mbcs", "replace")


def server(workbook, mode=1):
    """XLPy: the server the DLL has started, or starts now."""
    library = ctypes.WinDLL(DLL)
    result = Variant()
    if library.XLPyDLLActivateAuto(ctypes.byref(result), command(workbook), mode):
        raise SystemExit(f"the DLL answers: {ctypes.wstring_at(result.value) if result.vt == pythoncom.VT_BSTR else result.vt}")
    if mode == 1:
        return win32com.client.Dispatch(pythoncom.ObjectFromAddress(result.value, pythoncom.IID_IDispatch))
    return None


def call(name, arguments, caller):
    """What the wrapper in the workbook does. References go as they are, but in a ParamArray as their values."""
    book = caller.Worksheet.Parent
    return xlpy.CallUDF("jx_udfs", name, [outside(one) for one in arguments], outside(book), outside(caller))


def rate(name, arguments, caller):
    bare = all(one is MISSING for one in arguments)
    return call(name, [*arguments, None, bare], caller)


def press(book, action, answer=""):
    return xlpy.CallUDF("xl_jixiao.excel", "press", [action, answer], outside(book)).split("\n", 3)


def every_function(book):
    at = book.range("A1")
    numbers = [66.0, 86.0, 12.5, 7.25]
    called = set()
    for one in CATALOGUE.values():
        given = numbers[: len(one.formula.names)]
        wanted = Ratio(one.formula, one.zero).of(dict(zip(one.formula.names, given, strict=True)))
        expect(one.udf, rate(one.udf, given, at), float(wanted))
        called.add(one.udf)
    rule, text = '{"kind":"threshold"}', "66÷86×100%＝76.74%"
    expect("JX_RATE", call("JX_RATE", ["在职人员数/编制数*100", "", 66.0, 86.0], at), 76.7442)
    expect("JX_GRADE", call("JX_GRADE", [89.5, "90优秀;80良好;60合格;0不合格"], at), "良好")
    expect("JX_COMPLETION_SCORE", call("JX_COMPLETION_SCORE", [10.0, "≥95%", "96%", MISSING, MISSING, MISSING], at), 10.0)
    expect("JX_SCORE", call("JX_SCORE", [rule, 0.7], at), "规则单元格无效")
    expect("JX_EXPLAIN", call("JX_EXPLAIN", [rule, 0.7, text], at), "规则单元格无效")
    called |= {"JX_RATE", "JX_GRADE", "JX_COMPLETION_SCORE", "JX_SCORE", "JX_EXPLAIN"}
    expect("functions called", called, set(FUNCTIONS))
    say(f"every function: {len(called)}")


def formulas_of_the_workbook(book):
    """Every cell whose formula is one call of ours, with its own rule cells, rates and ranges, against the value stored in it."""
    replayed = set()
    count = 0
    for sheet in book._sheets:
        for (row, column), cell in list(sheet._cells.items()):
            found = re.fullmatch(r"=(JX_\w+)\(([^()]*)\)", str(getattr(cell, "text", "")))
            if not found:
                continue
            name, given = found[1], [argument(sheet, text) for text in found[2].split(",") if text]
            caller = FakeRange(sheet, row, column)
            if name in ("JX_SCORE", "JX_EXPLAIN", "JX_RATE"):
                fixed = 3 if name == "JX_EXPLAIN" else 2
                answer = call(name, [*given[:fixed], *(one.Value if isinstance(one, FakeRange) else one for one in given[fixed:])], caller)
            elif name in ("JX_GRADE", "JX_COMPLETION_SCORE"):
                answer = call(name, given, caller)
            else:
                answer = rate(name, given or [MISSING, MISSING], caller)
            expect(f"{sheet.Name} {caller.GetAddress()} {cell.text}", answer, "" if cell.value is None else cell.value)
            replayed.add(name)
            count += 1
    expect("JX_SCORE with the workbook's rules replayed", "JX_SCORE" in replayed, True)
    say(f"formulas of the workbook: {count}, {'、'.join(sorted(replayed))}")


def argument(sheet, text):
    text = text.strip()
    if text.startswith('"'):
        return text[1:-1]
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    if "!" in text:
        title, _, address = text.rpartition("!")
        return sheet.Parent.Worksheets(title.strip("'")).Range(address)
    return sheet.Range(text)


def odd_cells(book):
    sheet = FakeBook({"表": {"A1": "#DIV/0!", "A2": 66, "A3": 86, "A4": "六十"}}).Worksheets("表")
    at, cell = sheet.Range("C1"), sheet.Range
    wrong = "引用的单元格有错误"
    expect("error cell", rate("JX_CONTROL_RATE", [cell("A1"), cell("A3")], at), wrong)
    expect("range of several cells", rate("JX_CONTROL_RATE", [cell("A2:A3"), cell("A3")], at), "请引用单个单元格")
    expect("reference", rate("JX_CONTROL_RATE", [cell("A2"), cell("A3")], at), 0.7674)
    expect("blank cell", rate("JX_CONTROL_RATE", [cell("B9"), cell("A3")], at), "")
    expect("words", rate("JX_CONTROL_RATE", [cell("A4"), cell("A3")], at), "数据有误")
    expect("zero", rate("JX_CONTROL_RATE", [66.0, 0.0], at), "不适用")
    expect("no such name", rate("JX_SHARE_RATE", [MISSING, MISSING], at), "本工作簿没有“部分金额”")
    say("error cell, range, reference, blank, words, zero")


def two_workbooks(excel):
    """A bare call reads the workbook its cell stands in, whichever is active."""
    names = {"在职人员数": "数!$A$1", "编制数": "数!$A$2"}
    one, other = (
        excel.add(FakeBook({"数": {"A1": staff, "A2": 86}}, names, name=name)) for staff, name in ((66, "甲.xlsm"), (43, "乙.xlsm"))
    )
    for active in (one, other):
        active.Activate()
        for book, wanted in ((one, 0.7674), (other, 0.5)):
            expect(f"bare call in {book.Name}", rate("JX_CONTROL_RATE", [MISSING, MISSING], book.range("B1")), wanted)
    say("bare calls with two workbooks open")


def buttons(book, folder):
    book.Activate()
    kind, _, _, text = press(book, "check")
    expect("检查", (kind in ("DONE", "STOP"), "检查完毕" in text), (True, True))
    kind, _, _, text = press(book, "export")
    expect("导出成品", (kind, "成品已导出到" in text), ("DONE", True))
    if kind != "DONE":
        say(text)
    # Excel is asked for both; that the finished workbook is then closed with a named argument needs Excel's own type library.
    printed = [one for one in book.Application.calls if one[0] == "ExportAsFixedFormat"]
    expect("PDFs asked of Excel", len(printed), 2)
    written = sorted(path.suffix for path in folder.iterdir() if "成品" in path.name)
    expect("files written", written, [".docx", ".xlsx"])
    kind, overwrite, *_ = press(book, "export")
    expect("导出成品 again asks", (kind, overwrite), ("ASK", "overwrite"))
    kind, yes, _, text = press(book, "clear")
    expect("清空示例 asks", (kind, yes), ("ASK", "sure"))
    kind, _, no, _ = press(book, "clear", yes)
    kind, _, _, text = press(book, "clear", no)
    expect("清空示例", (kind, "已清空" in text), ("DONE", True))
    expect("清空示例 left nothing", press(book, "clear")[3], "表中没有已填的内容，不用清空。")
    xlpy.SetAttr(xlpy.Module("xlwings._xlwindows"), "BOOK_CALLER", outside(book))
    xlpy.Exec("import xlwings; xlwings.Book.caller().app.status_bar = 'RunPython'")
    expect("RunPython", book.Application.StatusBar, "RunPython")
    say("导出成品, 检查, 清空示例, RunPython")


folder = Path(sys.argv[2]).parent
kernel = ctypes.WinDLL("kernel32")
kernel.LoadLibraryA.restype = ctypes.c_void_p
expect("LoadLibraryA by its name in the code page", bool(kernel.LoadLibraryA((os.path.dirname(PYTHONW) + "\\" + DLL).encode("mbcs"))), True)
say("start the server")
xlpy = server(sys.argv[2])
say("the server answers")
excel = FakeExcel()
book = excel.add(opened(Path(sys.argv[2])))
every_function(book)
odd_cells(book)
two_workbooks(excel)
formulas_of_the_workbook(book)
buttons(book, folder)
xlpy = None
server(sys.argv[2], -1)
say(f"{len(failures)} wrong")
sys.stdout.flush()
os._exit(1 if failures else 0)
