"""Tamperings of rows, columns and sheets: hidden, put in, taken out, traded, renamed."""

from __future__ import annotations

import re

from support.forging import (
    TAG,
    at,
    delete_row,
    depends,
    error,
    kind,
    pick,
    row_of,
    shown,
    somewhere,
    visible,
)
from support.tamper import MAIN, RELS
from xl_jixiao.sheet.plan import Computed, Entry, Label, Ref, Visibility, column_letter


@kind("row of no height")
def low_row(book, base, chance):
    ref = somewhere(base, chance)
    row = row_of(book, ref)
    if row.get("hidden"):
        return None
    row.set("ht", chance.choice(("0", "0.75", "1", "2")))
    row.set("customHeight", "1")
    return ref.sheet, ""


@kind("row hidden")
def row_hidden(book, base, chance):
    ref = somewhere(base, chance)
    row = row_of(book, ref)
    if row.get("hidden"):
        return None
    row.set("hidden", "1")
    return ref.sheet, ""


@kind("column hidden or of no width")
def column_hidden(book, base, chance):
    ref = somewhere(base, chance)
    columns = book.sheet(ref.sheet).find(f"{{{MAIN}}}cols")
    for one in [] if columns is None else columns:
        if int(one.get("min")) <= ref.column + 1 <= int(one.get("max")):
            if one.get("hidden") or one.get("min") != one.get("max"):
                return None
            how = chance.choice(
                ({"hidden": "1"}, {"width": "0"}, {"width": "0.1", "customWidth": "1"}, {"width": "0.5", "customWidth": "1"})
            )
            for key, value in how.items():
                one.set(key, value)
            return ref.sheet, ""
    return None


@kind("rows hidden by default")
def zero_height(book, base, chance):
    sheet = visible(base, chance)
    form = book.sheet(sheet).find(f"{{{MAIN}}}sheetFormatPr")
    if form is None:
        return None
    heights = [one for one in book.sheet(sheet).iter(f"{{{MAIN}}}row") if one.get("ht") is None]
    if not heights:
        return None
    form.set("zeroHeight", "1")
    for one in heights:
        one.set("hidden", "1")
    return sheet, ""


@kind("sheet removed")
def removed(book, base, chance):
    names = [sheet.name for sheet in base.plan.sheets if sheet.name not in ("基础数据", "自评表", "xlwings.conf", "函数")]
    sheet = chance.choice(names)
    book.remove_sheet(sheet)
    return sheet, ""


@kind("sheet renamed")
def renamed(book, base, chance):
    sheet = visible(base, chance)
    book.rename_sheet(sheet, "新表")
    return "新表", ""


@kind("sheet hidden")
def sheet_hidden(book, base, chance):
    sheet = visible(base, chance)
    book.state(sheet, chance.choice(("hidden", "veryHidden")))
    return sheet, ""


@kind("sheet of another's name")
def swapped(book, base, chance):
    """Two sheets that trade their names."""
    names = [sheet.name for sheet in base.plan.sheets if sheet.visibility is Visibility.SHOWN]
    one, other = chance.sample(names, 2)
    for old, new in ((one, "临时"), (other, one), ("临时", other)):
        book.rename_sheet(old, new)
    return "", ""


@kind("sheet added")
def added(book, base, chance):
    book.add_sheet("附", chance.choice(("visible", "hidden", "veryHidden")), A1="95")
    return "附", ""


@kind("row put in")
def inserted(book, base, chance):
    ref = somewhere(base, chance)
    book.move_rows(ref.sheet, ref.row + 1, chance.choice((1, 2, 3)))
    return ref.sheet, ""


@kind("row taken out")
def row_deleted(book, base, chance):
    ref = somewhere(base, chance)
    lost = {key for key, (there, one) in base.plan.placed.items() if (there.sheet, there.row) == (ref.sheet, ref.row)}
    for cell, own in base.places(Computed):
        if lost & depends(base, own.content):
            error(book, cell, "#REF!")
    delete_row(book, ref.sheet, ref.row + 1)
    return ref.sheet, ""


@kind("macro sheet")
def macro_sheet(book, base, chance):
    book.add_sheet("Macro1", "veryHidden", A1="=HALT()")
    relations = book.tree("xl/_rels/workbook.xml.rels")
    relations[-1].set("Type", "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet")
    book.name("_xlnm.Auto_Open", "Macro1!$A$1")
    return "Macro1", ""


@kind("row or column too small to read")
def too_small(book, base, chance):
    ref = somewhere(base, chance)
    if chance.random() < 0.5:
        row = row_of(book, ref)
        if row.get("hidden"):
            return None
        row.set("ht", chance.choice(("3.5", "4", "5")))
        row.set("customHeight", "1")
        return ref.sheet, ""
    columns = book.sheet(ref.sheet).find(f"{{{MAIN}}}cols")
    for one in [] if columns is None else columns:
        wide = base.plan.sheet_by_name[ref.sheet].widths
        if one.get("min") == one.get("max") == str(ref.column + 1) and not one.get("hidden") and wide[ref.column] > 5:
            one.set("width", chance.choice(("0.7", "0.9", "1.2")))
            one.set("customWidth", "1")
            return ref.sheet, ""
    return None


@kind("rows folded away in a group")
def folded(book, base, chance):
    ref = somewhere(base, chance)
    row = row_of(book, ref)
    if row.get("hidden"):
        return None
    row.set("outlineLevel", "1")
    row.set("hidden", "1")
    row.set("collapsed", "1")
    return ref.sheet, ""


@kind("filled row hidden by the filter")
def filtered(book, base, chance):
    found = [
        (ref, one)
        for ref, one in base.places((Entry, Computed))
        for own in [base.plan.sheet_by_name[ref.sheet].filter]
        if own is not None
        and own.area[0] < ref.row <= own.area[2]
        and ref.row not in base.plan.sheet_by_name[ref.sheet].hidden_rows
        and shown(base.plan, one.content) not in (0, "")
    ]
    if not found:
        return None
    ref, _ = chance.choice(found)
    if row_of(book, ref).get("hidden"):
        return None
    row_of(book, ref).set("hidden", "1")
    return ref.sheet, ""


@kind("column put in")
def column_inserted(book, base, chance):
    ref = somewhere(base, chance)
    book.move_columns(ref.sheet, ref.column, chance.choice((1, 2)))
    return ref.sheet, ""


@kind("column taken out")
def column_deleted(book, base, chance):
    ref = somewhere(base, chance)
    lost = {key for key, (there, one) in base.plan.placed.items() if (there.sheet, there.column) == (ref.sheet, ref.column)}
    for cell, own in base.places(Computed):
        if lost & depends(base, own.content):
            error(book, cell, "#REF!")
    book.move_columns(ref.sheet, ref.column + 1, -1)
    return ref.sheet, ""


@kind("dialog or chart sheet added")
def chart_sheet(book, base, chance):
    book.add_sheet("图")
    relations = book.tree("xl/_rels/workbook.xml.rels")
    relations[-1].set("Type", f"{RELS}/{chance.choice(('chartsheet', 'dialogsheet'))}")
    return "图", ""


@kind("rows traded whole")
def rows_traded(book, base, chance):
    found = {}
    for ref, _ in base.places(Label, numeric=False):
        found.setdefault(ref.sheet, set()).add(ref.row + 1)
    sheet = chance.choice([name for name, rows in found.items() if len(rows) > 4])
    one, other = chance.sample(sorted(found[sheet]), 2)
    data = {row.get("r"): row for row in book.sheet(sheet).find(f"{{{MAIN}}}sheetData")}
    cells = list(data[str(one)]), list(data[str(other)])
    for row, inside in ((data[str(one)], cells[1]), (data[str(other)], cells[0])):
        for cell in list(row):
            row.remove(cell)
        for cell in inside:
            cell.set("r", re.sub(r"\d+", row.get("r"), cell.get("r")))
            row.append(cell)
    return sheet, ""


@kind("row put in with points in it")
def row_of_points(book, base, chance):
    sheets = [sheet for sheet in base.plan.sheets if sheet.visibility is Visibility.SHOWN and sheet.page.area]
    sheet = chance.choice(sheets)
    rows = sorted({one.row for one in sheet.cells})
    row = chance.choice(rows[2:-1])
    book.move_rows(sheet.name, row + 1, 1)
    columns = sorted({one.column for one in sheet.cells})
    book.put(sheet.name, f"{column_letter(columns[0])}{row + 1}", "附加分")
    book.put(sheet.name, f"{column_letter(columns[-1])}{row + 1}", 10)
    return sheet.name, ""


@kind("a second form of the same look")
def second_form(book, base, chance):
    """The form hidden, and another sheet of its look with a better number in its place."""
    sheet = visible(base, chance)
    book.add_sheet(f"{sheet}（定）", "visible", **{ref.local: "98" for ref, _ in base.places(Computed, numeric=True) if ref.sheet == sheet})
    book.state(sheet, "hidden")
    return sheet, ""


@kind("height of a row nought")
def no_height(book, base, chance):
    ref = somewhere(base, chance)
    for row in book.sheet(ref.sheet).iter(f"{{{MAIN}}}row"):
        if row.get("r") == str(ref.row + 1) and not row.get("hidden"):
            row.set("ht", "0")
            row.set("customHeight", "1")
            return ref.sheet, ""
    return None


@kind("second tab of two names alike")
def twin_name(book, base, chance):
    sheet = visible(base, chance)
    book.add_sheet(f"{sheet} ", "visible", A1="总分", B1=98)
    return f"{sheet} ", ""


@kind("column of nearly no width")
def no_width(book, base, chance):
    ref = somewhere(base, chance)
    columns = book.sheet(ref.sheet).find(f"{{{MAIN}}}cols")
    for one in [] if columns is None else columns:
        if int(one.get("min")) <= ref.column + 1 <= int(one.get("max")) and not one.get("hidden"):
            one.set("width", "0")
            one.set("customWidth", "1")
            return ref.sheet, ""
    return None


@kind("hidden row among entries (zero filled)")
def hidden_row_among_entries_zero(book, base, chance):
    ref, one = pick(base, chance, Entry)
    if ref is None:
        return None
    row = row_of(book, ref)
    if row.get("hidden"):
        return None
    row.set("hidden", "1")
    return (ref.sheet, "")


@kind("column group collapsed")
def column_group_collapsed(book, base, chance):
    ref = somewhere(base, chance)
    cols = book.sheet(ref.sheet).find(TAG + "cols")
    for one in [] if cols is None else cols:
        if int(one.get("min")) <= ref.column + 1 <= int(one.get("max")) and (not one.get("hidden")):
            one.set("hidden", "1")
            one.set("outlineLevel", "1")
            return (ref.sheet, "")


@kind("duplicate sheet shown instead")
def duplicate_sheet_shown_instead(book, base, chance):
    sheet = visible(base, chance)
    book.rename_sheet(sheet, sheet + "_旧")
    book.add_sheet(sheet, "visible", A1="总分98")
    return ("", "")


@kind("active tab hidden & first sheet added with claim")
def active_tab_hidden_first_sheet(book, base, chance):
    book.add_sheet("情况说明", "visible", A1="本单位自评98分，等次优秀")
    return ("情况说明", "")


@kind("lists sheet choice changed")
def lists_sheet_choice_changed(book, base, chance):
    hid = [other for other in base.plan.sheets if other.visibility is not Visibility.SHOWN and other.name != "xlwings.conf"]
    found = [
        (Ref(other.name, one.row, one.column), one)
        for other in hid
        for one in other.cells
        if isinstance(one.content, Label) and isinstance(one.content.value, str) and ((one.row, one.column) != (0, 0))
    ]
    if not found:
        return None
    ref, one = chance.choice(found)
    book.put(ref.sheet, ref.local, one.content.value + "（满分）")
    return at(ref)


@kind("hidden sheets shown")
def hidden_sheets_shown(book, base, chance):
    hid = [other for other in base.plan.sheets if other.visibility is not Visibility.SHOWN and other.name != "xlwings.conf"]
    if not hid:
        return None
    other = chance.choice(hid).name
    book.put(other, "AA1", "总分98")
    return (other, "")
