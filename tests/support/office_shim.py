"""Runs inside LibreOffice: reads whole sheets for office_worker.py, and hands the UDF calls of cells to the tests' process
(live.py), reading cells for it meanwhile.

As on Windows, Excel (here LibreOffice) and Python are two processes, and Python asks back for values while the cell waits.
"""

import json
import re
import socket

import uno
from com.sun.star.beans import PropertyValue

FORMULA, ERROR_RESULT, STRING_RESULT = 16, 4, 2
DATE, TIME, CURRENCY = 2, 4, 8
CURRENCY_SIGN, LOCALE = re.compile("[¥￥$€£]"), re.compile(r"\[\$-[^]]*\]")
TYPED_CELLS = 4000  # larger blocks are read at once, without looking at each cell's format
ERRORS = {502: "#VALUE!", 503: "#NUM!", 519: "#VALUE!", 521: "#NULL!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A"}
_links = {}  # port: lines not in use


def call_udf(port, document, module, func, kinds, values, volatile):
    """("value", scalar), ("rows", tuple of row tuples) or ("failed", text).

    Reading a cell that is still to be calculated may call the next function in the midst of this call: each takes a line of its own.
    """
    free = _links.setdefault(port, [])
    try:
        link = free.pop() if free else socket.create_connection(("127.0.0.1", int(port))).makefile("rw", encoding="utf-8", newline="\n")
        args = [[kind, value] for kind, value in zip(kinds, values, strict=True)]
        _send(link, {"call": [module, func, args, bool(volatile)]})
        for line in link:
            message = json.loads(line)
            if "result" in message:
                free.append(link)
                result = message["result"]
                if isinstance(result, list):
                    rows = result if isinstance(result[0], list) else [result]
                    return "rows", tuple(tuple("" if v is None else v for v in row) for row in rows)
                return "value", "" if result is None else result
            if "failed" in message:
                free.append(link)
                return "failed", message["failed"]
            question, arguments = message["ask"]
            try:
                _send(link, {"answer": QUESTIONS[question](document, *arguments)})
            except Exception as error:  # noqa: BLE001  the asker gets to know
                _send(link, {"problem": f"{type(error).__name__}: {error}"})
        raise ConnectionError("the tests' process hung up")
    except Exception as error:  # noqa: BLE001  LibreOffice would swallow it
        return "failed", f"{type(error).__name__}: {error}"


def _send(link, message):
    link.write(json.dumps(message, ensure_ascii=False) + "\n")
    link.flush()


def pages(document, formulas=False):
    """JSON: each sheet's values from A1 to the last used cell (null for an error), its errors by address, and where formulas give "".

    The last only where it is asked for.
    """
    found = {}
    for index in range(document.Sheets.Count):
        sheet = document.Sheets.getByIndex(index)
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.getRangeAddress()
        errors = {}
        for block in sheet.queryFormulaCells(ERROR_RESULT).getRangeAddresses():
            for row in range(block.StartRow, block.EndRow + 1):
                for column in range(block.StartColumn, block.EndColumn + 1):
                    cell = sheet.getCellByPosition(column, row)
                    errors[f"{_letters(column)}{row + 1}"] = f"#ERR:{cell.getError()}"
        block = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
        values = block.getDataArray()
        written = block.getFormulaArray() if formulas else ()
        empty = [
            (row, column) for row, line in enumerate(written) for column, text in enumerate(line) if text and values[row][column] == ""
        ]
        found[sheet.Name] = values, errors, empty
    return json.dumps(found, ensure_ascii=False)


def _letters(column):
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def sheets(document):
    return list(document.Sheets.ElementNames)


def names(document):
    """Each defined name: sheet, row, column, rows, columns; or its text where it is not a block of cells."""
    found = {}
    for name in document.NamedRanges.ElementNames:
        named = document.NamedRanges.getByName(name)
        cells = named.getReferredCells()
        if cells is None:
            found[name] = named.Content
        else:
            at = cells.getRangeAddress()
            size = (at.EndRow - at.StartRow + 1, at.EndColumn - at.StartColumn + 1)
            found[name] = [cells.Spreadsheet.Name, at.StartRow + 1, at.StartColumn + 1, *size]
    return found


def callers(document, func):
    """The formula cells that mention a function: sheet, row, column, formula."""
    found = []
    for index in range(document.Sheets.Count):
        sheet = document.Sheets.getByIndex(index)
        for block in sheet.queryContentCells(FORMULA).getRangeAddresses():
            for row in range(block.StartRow, block.EndRow + 1):
                for column in range(block.StartColumn, block.EndColumn + 1):
                    formula = sheet.getCellByPosition(column, row).getFormula()
                    if func.upper() + "(" in formula.upper():
                        found.append([sheet.Name, row + 1, column + 1, formula])
    return found


def block(document, sheet, row, column, rows, columns):
    """The rows of a block down to the last used cell, each value as a cell of Excel holds it."""
    page = document.Sheets.getByName(sheet)
    cursor = page.createCursor()
    cursor.gotoEndOfUsedArea(False)
    used = cursor.getRangeAddress()
    rows, columns = min(rows, used.EndRow - row + 2), min(columns, used.EndColumn - column + 2)
    if rows <= 0 or columns <= 0:
        return []
    cells = page.getCellRangeByPosition(column - 1, row - 1, column + columns - 2, row + rows - 2)
    if rows * columns > TYPED_CELLS:
        return [[None if v == "" else v for v in line] for line in cells.getDataArray()]
    formats = document.getNumberFormats()
    return [[_value(cells.getCellByPosition(c, r), formats) for c in range(columns)] for r in range(rows)]


def _value(cell, formats):
    kind = cell.Type.value
    if kind == "EMPTY":
        return None
    if kind == "TEXT":
        return cell.String
    if kind == "FORMULA":
        if cell.getError():
            return {"error": ERRORS.get(cell.getError(), "#VALUE!")}
        if cell.FormulaResultType2 == STRING_RESULT:
            return cell.String
    number_format = formats.getByKey(cell.NumberFormat)
    shape = number_format.Type
    if shape & CURRENCY or CURRENCY_SIGN.search(LOCALE.sub("", number_format.FormatString)):
        return {"currency": repr(cell.Value)}
    if shape & DATE:
        return {"date": cell.Value}
    return cell.Value


def save_copy(document, path):
    """The document as it is now, saved beside what it was opened from."""
    filter_name = PropertyValue()
    filter_name.Name, filter_name.Value = "FilterName", "Calc MS Excel 2007 XML"
    document.storeToURL(uno.systemPathToFileUrl(path), (filter_name,))


QUESTIONS = {"sheets": sheets, "names": names, "callers": callers, "block": block, "save_copy": save_copy}
