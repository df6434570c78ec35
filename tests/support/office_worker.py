"""Drives one soffice through UNO; started by office.py with the system's python3. One JSON request a line in, one answer out.

    {"op": "open", "path": …, "udf_port": null}  ->  {"ok": 1}        a handle
    {"op": "values", "doc": 1}                   ->  {"ok": {"表": {"A1": 1.0, "B1": "#ERR:532"}}}
    anything that fails                          ->  {"error": "…"}; "dead": true as well once soffice is gone

Standard library and `uno` only: it runs outside the tests' virtual environment.
"""

import json
import os
import subprocess
import sys
import time
import traceback
from itertools import zip_longest

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.lang import DisposedException
from com.sun.star.script import ModuleInfo

FILTERS = {
    "xlsx": "Calc MS Excel 2007 XML",
    "xlsm": "Calc MS Excel 2007 VBA XML",
    "xls": "MS Excel 97",
    "ods": "calc8",
    "csv": "Text - txt - csv (StarCalc)",
    "pdf": "calc_pdf_Export",
}
ALL_CONTENT = 1 | 2 | 4 | 16  # VALUE, DATETIME, STRING, FORMULA
FORMULA_CONTENT = 16
RUN_ALL_MACROS, RUN_NO_MACROS = 4, 0

# The runtime module xlwings.bas needs Windows (a DLL, COM). Only this module is swapped, in memory; the workbook's own
# wrappers call XLPy.CallUDF and Application.Caller / Volatile as before and reach office_shim.py.
MODULE_HEADER = "Rem Attribute VBA_ModuleType=VBA{}\nOption VBASupport 1\n"
RUNTIME = """Public JxVolatile As Boolean
Public JxShown As String
Public JxAnswers As String
Public JxMissing As Boolean
Function XLPy()
    If JxMissing Then Err.Raise 1, "xlwings", "Could not load xlwings64.dll"
    Set XLPy = New JxShim
End Function
Function Application()
    Set Application = New JxApp
End Function
Function RunPython(PythonCommand)
    RunPython = -1
End Function
Function JxMsgBox(text, Optional style, Optional title)
    JxShown = JxShown & Chr(30) & "box " & style & " " & title & Chr(10) & text
    JxMsgBox = 1
    If (style And 15) = 4 Then
        JxMsgBox = CInt(Left(JxAnswers, 1))
        JxAnswers = Mid(JxAnswers, 2)
    End If
End Function
Sub JxPrepare(answers, missing)
    JxAnswers = answers
    JxMissing = missing
    JxShown = ""
End Sub
Function JxReport()
    JxReport = JxShown
End Function
"""
APPLICATION = """Option ClassModule
Public Function Caller()
    Set Caller = ThisWorkbook.Sheets(1).Range("A1")
End Function
Public Sub Volatile(Optional ByVal yes)
    JxVolatile = True
End Sub
Public Property Let StatusBar(ByVal text)
    JxShown = JxShown & Chr(30) & "status " & text
End Property
Public Sub MacroOptions(Optional Macro, Optional Description, Optional Category, Optional ArgumentDescriptions)
    JxShown = JxShown & Chr(30) & "help " & Macro & Chr(10) & Category & Chr(10) & Description
    JxShown = JxShown & Chr(10) & Join(ArgumentDescriptions, Chr(10))
End Sub
"""
SHIM = """Option ClassModule
Public Function CallUDF(m, f, args, Optional wb, Optional caller)
    Dim i, n, kinds(), vals(), script, res, out(), r, c, flag
    n = UBound(args)
    If n < 0 Then
        kinds = Array()
        vals = Array()
    Else
        ReDim kinds(n)
        ReDim vals(n)
    End If
    For i = 0 To n
        vals(i) = ""
        If IsMissing(args(i)) Then
            kinds(i) = "missing"
        ElseIf IsObject(args(i)) Then
            If args(i) Is Nothing Then
                kinds(i) = "nothing"
            Else
                kinds(i) = "range"
                vals(i) = args(i).Worksheet.Name & "!" & args(i).Address
            End If
        ElseIf IsEmpty(args(i)) Or IsNull(args(i)) Then
            kinds(i) = "nothing"
        ElseIf IsError(args(i)) Then
            kinds(i) = "error"
        ElseIf VarType(args(i)) = 11 Then
            kinds(i) = "bool"
            vals(i) = CInt(args(i))
        Else
            kinds(i) = "value"
            vals(i) = args(i)
        End If
    Next i
    flag = JxVolatile
    JxVolatile = False
    Set script = createUnoService("com.sun.star.script.provider.MasterScriptProviderFactory").createScriptProvider("").getScript( _
        "vnd.sun.star.script:office_shim.py$call_udf?language=Python&location=user")
    res = script.invoke(Array(@PORT@, ThisComponent, m, f, kinds, vals, flag), Array(), Array())
    If res(0) = "failed" Then Err.Raise 1000, "xlwings", res(1)
    If res(0) = "value" Then
        CallUDF = res(1)
        Exit Function
    End If
    ReDim out(UBound(res(1)), UBound(res(1)(0)))
    For r = 0 To UBound(res(1))
        For c = 0 To UBound(res(1)(0))
            out(r, c) = res(1)(r)(c)
        Next c
    Next r
    CallUDF = out
End Function
"""


def properties(**values):
    made = []
    for name, value in values.items():
        item = PropertyValue()
        item.Name, item.Value = name, value
        made.append(item)
    return tuple(made)


def letters(column):
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def positions(ranges):
    """Every (row, column) of a collection of cell ranges, counted from 0."""
    for block in ranges.getRangeAddresses():
        for row in range(block.StartRow, block.EndRow + 1):
            for column in range(block.StartColumn, block.EndColumn + 1):
                yield row, column


ALWAYS, NEVER = 0, 1


class Worker:
    def __init__(self, profile):
        self.docs, self.snapshots, self.last = {}, {}, 0
        pipe = f"jx{os.getpid()}"
        self.office = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--invisible",
                "--norestore",
                "--nologo",
                "--nodefault",
                "--nofirststartwizard",
                "-env:UserInstallation=" + uno.systemPathToFileUrl(profile),
                f"--accept=pipe,name={pipe};urp;",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        for _ in range(600):
            try:
                context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except Exception:  # noqa: BLE001  not listening yet
                if self.office.poll() is not None:
                    raise RuntimeError(f"soffice ended with status {self.office.returncode}") from None
                time.sleep(0.1)
        else:
            raise RuntimeError("soffice did not answer within a minute")
        self.desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        provider = context.ServiceManager.createInstanceWithContext("com.sun.star.configuration.ConfigurationProvider", context)
        path = properties(nodepath="/org.openoffice.Office.Calc/Formula/Load")
        self.formula_settings = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationUpdateAccess", path)
        self.recalculated = ALWAYS
        scripts = context.ServiceManager.createInstanceWithContext("com.sun.star.script.provider.MasterScriptProviderFactory", context)
        self.pages = scripts.createScriptProvider("").getScript("vnd.sun.star.script:office_shim.py$pages?language=Python&location=user")

    def close(self):
        try:
            self.desktop.terminate()
        except Exception as error:  # noqa: BLE001  it answers by hanging up
            print(error, file=sys.stderr)
        try:
            self.office.wait(15)
        except subprocess.TimeoutExpired:
            self.office.kill()

    # ---- operations: the names of the requests

    def op_open(self, path, udf_port=None, macros=False, calculate=True):
        mode = RUN_ALL_MACROS if macros or udf_port else RUN_NO_MACROS
        self._recalculate_on_loading(ALWAYS if calculate else NEVER)
        doc = self.desktop.loadComponentFromURL(
            uno.systemPathToFileUrl(path), "_blank", 0, properties(Hidden=True, MacroExecutionMode=mode)
        )
        if doc is None or not doc.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            raise RuntimeError(f"LibreOffice could not open {os.path.basename(path)} as a workbook")
        if udf_port:
            self._swap_runtime(doc, udf_port)
        doc.enableAutomaticCalculation(True)
        if calculate and not udf_port and not path.endswith((".xlsx", ".xlsm")):  # those are on loading; with UDFs the caller says when
            doc.calculateAll()
        self.last += 1
        self.docs[self.last] = doc
        return self.last

    def _recalculate_on_loading(self, when):
        """What LibreOffice asks of a workbook it opens: as it comes, never."""
        if when != self.recalculated:
            self.formula_settings.setPropertyValue("OOXMLRecalcMode", when)
            self.formula_settings.commitChanges()
            self.recalculated = when

    def _swap_runtime(self, doc, port):
        library = doc.BasicLibraries.getByName("VBAProject")
        if not library.hasByName("xlwings"):
            raise RuntimeError("the workbook has no VBA module 'xlwings'")
        library.replaceByName("xlwings", MODULE_HEADER.format("Module") + RUNTIME)
        for name, source in (("JxShim", SHIM.replace("@PORT@", str(port))), ("JxApp", APPLICATION)):
            info = ModuleInfo()
            info.ModuleType = 2  # a class module
            library.insertModuleInfo(name, info)
            library.insertByName(name, MODULE_HEADER.format("ClassModule") + source)
        for name in library.ElementNames:  # dialogs are answered by the test
            source = library.getByName(name)
            if name != "xlwings" and "MsgBox(" in source:
                library.replaceByName(name, source.replace("MsgBox(", "JxMsgBox("))

    def op_run(self, doc, macro, answers="", without_python=False):
        """Run a macro as a button does, its yes/no questions answered 6 (yes) or 7; what it showed, in order."""
        provider = self.docs[doc].getScriptProvider()

        def basic(name, *args):
            script = provider.getScript(f"vnd.sun.star.script:VBAProject.{name}?language=Basic&location=document")
            return script.invoke(args, (), ())[0]

        basic("xlwings.JxPrepare", answers, without_python)
        basic(macro)
        return basic("xlwings.JxReport").split(chr(30))[1:]

    def op_close(self, doc):
        self.snapshots.pop(doc, None)
        self.docs.pop(doc).close(True)

    def op_recalculate(self, doc):
        self.docs[doc].calculateAll()

    def op_seconds(self, doc, sheet="", address="", value=None):
        """How long it takes to write one cell and calculate what depends on it; without one, to calculate everything."""
        started = time.perf_counter()
        if address:
            self._write(doc, sheet, address, value)
            self.docs[doc].calculate()
        else:
            self.docs[doc].calculateAll()
        return time.perf_counter() - started

    def op_values(self, doc):
        """Every cell that holds something, and keep them to compare with after an edit."""
        found = {}
        self.snapshots[doc] = pages = self._pages(self.docs[doc], formulas=True)
        for name, (rows, errors, empty) in pages.items():
            cells = found[name] = {
                f"{letters(c)}{r + 1}": value for r, line in enumerate(rows) for c, value in enumerate(line) if value != ""
            }
            cells.update((f"{letters(c)}{r + 1}", "") for r, c in empty)
            cells.update(errors)
        return found

    def op_put(self, doc, sheet, address, value):
        """Write one cell; what changed isn't asked for."""
        self._write(doc, sheet, address, value)
        self.snapshots.pop(doc, None)

    def _laid_open(self, doc, sheet, change):
        """Changes a sheet as one who took its protection off for the while."""
        page = self.docs[doc].Sheets.getByName(sheet)
        page.unprotect("")
        change(page)
        page.protect("")
        self.snapshots.pop(doc, None)

    def op_move(self, doc, sheet, source, target):
        """Cut cells and paste them elsewhere on their sheet; its protection stays."""

        def move(page):
            to = page.getCellRangeByName(target).getCellByPosition(0, 0).CellAddress
            page.moveRange(to, page.getCellRangeByName(source).RangeAddress)

        self._laid_open(doc, sheet, move)

    def op_insert(self, doc, sheet, row):
        """A row put in above a row, counted from 0."""
        self._laid_open(doc, sheet, lambda page: page.Rows.insertByIndex(row, 1))

    def op_remove(self, doc, sheet, row):
        """A row taken out."""
        self._laid_open(doc, sheet, lambda page: page.Rows.removeByIndex(row, 1))

    def op_set(self, doc, sheet, address, value, touch=()):
        """Write one cell, recalculate the cells in `touch` (what Excel would hold volatile), answer what changed."""
        if doc not in self.snapshots:
            self.snapshots[doc] = self._pages(self.docs[doc])
        self._write(doc, sheet, address, value)
        for where in touch:
            self._touch(doc, *where)
        before, self.snapshots[doc] = self.snapshots[doc], self._pages(self.docs[doc])
        return [[name, at, value] for name in before for at, value in self._differences(doc, before, name)]

    def _write(self, doc, sheet, address, value):
        cell = self._cell(doc, sheet, address)
        if self.docs[doc].Sheets.getByName(sheet).isProtected() and cell.CellProtection.IsLocked:
            raise RuntimeError(f"{sheet}!{address} is locked and its sheet protected")
        if value is None:
            cell.clearContents(ALL_CONTENT)
        elif isinstance(value, bool):
            cell.setFormula("=TRUE()" if value else "=FALSE()")
        elif isinstance(value, (int, float)):
            cell.setValue(value)
        elif value.startswith("="):
            cell.setFormula(value)
        else:
            cell.setString(value)

    def _differences(self, doc, before, name):
        (old, old_errors, _), (new, new_errors, _) = before[name], self.snapshots[doc][name]
        for r, (left, right) in enumerate(zip_longest(old, new, fillvalue=())):
            if left == right:
                continue
            for c, (was, value) in enumerate(zip_longest(left, right, fillvalue="")):
                at = f"{letters(c)}{r + 1}"
                if was != value and at not in new_errors:
                    # An empty cell and a formula that gives "" look the same here.
                    empty = value == "" and self._cell(doc, name, at).getFormula() == ""
                    yield at, None if empty else value
        yield from ((at, error) for at, error in new_errors.items() if old_errors.get(at) != error)

    def _touch(self, doc, sheet, address):
        cell, owner = self._cell(doc, sheet, address), self.docs[doc].Sheets.getByName(sheet)
        protected = owner.isProtected()
        if protected:
            owner.unprotect("")
        cell.setFormula(cell.getFormula())
        if protected:
            owner.protect("")

    def _cell(self, doc, sheet, address):
        if not self.docs[doc].Sheets.hasByName(sheet):
            raise RuntimeError(f"no sheet {sheet!r}")
        return self.docs[doc].Sheets.getByName(sheet).getCellRangeByName(address).getCellByPosition(0, 0)

    def op_formulas(self, doc):
        found = {}
        for sheet in self._sheets(self.docs[doc]):
            rows = self._used(sheet).getFormulaArray()
            places = positions(sheet.queryContentCells(FORMULA_CONTENT))
            found[sheet.Name] = {f"{letters(column)}{row + 1}": rows[row][column] for row, column in places}
        return found

    def op_names(self, doc):
        ranges = self.docs[doc].NamedRanges
        return {name: ranges.getByName(name).Content for name in ranges.ElementNames}

    def op_macros(self, doc):
        """The macro each button or shape starts."""
        found = []
        for sheet in self._sheets(self.docs[doc]):
            forms = sheet.DrawPage.Forms
            for form in (forms.getByIndex(i) for i in range(forms.Count)):
                for place in range(form.Count):
                    control = form.getByIndex(place)
                    for event in form.getScriptEvents(place):
                        found.append({"sheet": sheet.Name, "shape": getattr(control, "Label", control.Name), "macro": event.ScriptCode})
            for shape in (sheet.DrawPage.getByIndex(i) for i in range(sheet.DrawPage.Count)):
                if hasattr(shape, "getEvents") and shape.getEvents().hasByName("OnClick"):
                    event = {p.Name: p.Value for p in shape.getEvents().getByName("OnClick") or ()}
                    if event.get("Script"):
                        found.append({"sheet": sheet.Name, "shape": shape.Name or shape.String, "macro": event["Script"]})
        return found

    def op_modules(self, doc):
        """The VBA modules LibreOffice sees."""
        libraries = self.docs[doc].BasicLibraries
        return sorted(libraries.getByName("VBAProject").ElementNames) if libraries.hasByName("VBAProject") else []

    def op_save(self, doc, path, fmt):
        self.docs[doc].storeToURL(uno.systemPathToFileUrl(path), properties(FilterName=FILTERS[fmt], Overwrite=True))

    # ---- reading

    def _sheets(self, doc):
        return [doc.Sheets.getByIndex(index) for index in range(doc.Sheets.Count)]

    def _used(self, sheet):
        """The block from A1 to the last used cell."""
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.getRangeAddress()
        return sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)

    def _pages(self, doc, formulas=False):
        """Each sheet's rows and errors, read inside soffice: a thousand times fewer messages between the processes."""
        text, _, _ = self.pages.invoke((doc, formulas), (), ())
        return json.loads(text)


def main(profile):
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else prints must not get between the answers

    def answer(**content):
        answers.write(json.dumps(content, ensure_ascii=False) + "\n")
        answers.flush()

    try:
        worker = Worker(profile)
    except Exception as error:  # noqa: BLE001  the tests' process shows it
        answer(error=f"{type(error).__name__}: {error}", dead=True)
        return
    answer(ok="ready")
    try:
        for line in iter(sys.stdin.readline, ""):
            request = json.loads(line)
            operation = getattr(worker, "op_" + request.pop("op"))
            try:
                answer(ok=operation(**request))
            except DisposedException as error:
                answer(error=f"soffice is gone: {error}", dead=True)
                break
            except Exception as error:  # noqa: BLE001  the next request may still work
                traceback.print_exc()
                answer(error=f"{type(error).__name__}: {error}", dead=worker.office.poll() is not None)
    finally:
        worker.close()


if __name__ == "__main__":
    main(sys.argv[1])
