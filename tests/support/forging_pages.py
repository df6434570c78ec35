"""Tamperings of how a sheet is printed and viewed."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from support.forging import (
    BEHIND_FOOTER,
    CLAIM,
    TAG,
    at,
    kind,
    part_of,
    print_name,
    visible,
)
from support.tamper import MAIN
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Computed, Entry, Label, Ref, Visibility, column_letter


@kind("head or foot of the page written on")
def page_head(book, base, chance):
    sheet = visible(base, chance)
    found = part_of(book, sheet, "headerFooter", BEHIND_FOOTER)
    for old in list(found):
        if chance.random() < 0.5:
            found.remove(old)
    tag = chance.choice(("oddHeader", "oddFooter", "firstHeader", "evenFooter"))
    for old in found.findall(f"{{{MAIN}}}{tag}"):
        found.remove(old)
    one = ET.Element(f"{{{MAIN}}}{tag}")
    one.text = chance.choice(("&C总分 99.5 分", "&L&9经审核，等次：优秀", "&R&G已盖章", '&C&"宋体,加粗"&12以此表为准'))
    found.insert(0, one)
    return sheet, ""


@kind("print area cut")
def print_area(book, base, chance):
    if base.edition is not Edition.FINISHED:
        return None
    sheet, one = chance.choice(print_name(book, base, "_xlnm.Print_Area"))
    area = base.plan.sheet_by_name[sheet].page.area
    filled = sorted({ref.row for ref, _ in base.places((Computed, Label, Entry)) if ref.sheet == sheet})
    last = chance.choice(filled[1:-1])
    one.text = f"'{sheet}'!$A$1:${column_letter(area[3])}${last}"
    return sheet, ""


@kind("other rows on every page")
def print_titles(book, base, chance):
    if base.edition is not Edition.FINISHED:
        return None
    found = print_name(book, base, "_xlnm.Print_Titles")
    if not found:
        return None
    sheet, one = chance.choice(found)
    one.text = f"'{sheet}'!$20:$22"
    return sheet, ""


@kind("zeros not shown")
def no_zeros(book, base, chance):
    sheet = visible(base, chance)
    next(book.sheet(sheet).iter(f"{{{MAIN}}}sheetView")).set("showZeros", "0")
    return sheet, ""


@kind("formulas shown for values")
def show_formulas(book, base, chance):
    sheet = visible(base, chance)
    next(book.sheet(sheet).iter(f"{{{MAIN}}}sheetView")).set("showFormulas", "1")
    return sheet, ""


@kind("rows out of reach above frozen panes")
def frozen_far(book, base, chance):
    sheet = visible(base, chance)
    view = next(book.sheet(sheet).iter(f"{{{MAIN}}}sheetView"))
    for old in list(view):
        view.remove(old)
    row = chance.randrange(8, 30)
    how = chance.randrange(2)
    if how:
        view.set("topLeftCell", f"A{row}")
        ET.SubElement(view, f"{{{MAIN}}}pane", ySplit="2", topLeftCell=f"A{row + 2}", activePane="bottomLeft", state="frozen")
    else:
        view.set("topLeftCell", "D1")
        ET.SubElement(view, f"{{{MAIN}}}pane", xSplit="1", topLeftCell="E1", activePane="topRight", state="frozen")
    return sheet, ""


@kind("print area made larger with a claim in it")
def print_larger(book, base, chance):
    found = print_name(book, base, "_xlnm.Print_Area")
    found = [(sheet, one) for sheet, one in found if base.plan.sheet_by_name[sheet].visibility is Visibility.SHOWN]
    if not found:
        return None
    sheet, one = chance.choice(found)
    top, left, bottom, right = base.plan.sheet_by_name[sheet].page.area
    one.text = f"'{sheet}'!$A$1:${column_letter(right)}${bottom + 4}"
    place = Ref(sheet, bottom + 2, left)
    if (place.row, place.column) in base.plan.sheet_by_name[sheet].by_place:
        return None
    book.put(sheet, place.local, CLAIM)
    return at(place)


@kind("claim right under the form, print area gone")
def print_gone(book, base, chance):
    if base.edition is not Edition.FINISHED:
        return None
    found = [
        (sheet, one)
        for sheet, one in print_name(book, base, "_xlnm.Print_Area")
        if base.plan.sheet_by_name[sheet].visibility is Visibility.SHOWN
    ]
    sheet, one = chance.choice(found)
    _, left, bottom, _ = base.plan.sheet_by_name[sheet].page.area
    book.book.find(f"{{{MAIN}}}definedNames").remove(one)
    place = Ref(sheet, bottom + 2, left)
    book.put(sheet, place.local, CLAIM)
    return at(place)


@kind("printed too small to read")
def tiny_print(book, base, chance):
    if base.edition is not Edition.FINISHED:
        return None
    sheet = visible(base, chance)
    setup = part_of(book, sheet, "pageSetup", BEHIND_FOOTER)
    for key in ("fitToWidth", "fitToHeight"):
        setup.attrib.pop(key, None)
    setup.set("scale", "10")
    for one in book.sheet(sheet).iter(f"{{{MAIN}}}pageSetUpPr"):
        one.set("fitToPage", "0")
    return sheet, ""


@kind("errors printed as blanks")
def errors_blank(book, base, chance):
    sheet = visible(base, chance)
    part_of(book, sheet, "pageSetup", BEHIND_FOOTER).set("errors", "blank")
    return sheet, ""


@kind("sheet shown too small to read")
def tiny_zoom(book, base, chance):
    sheet = visible(base, chance)
    next(book.sheet(sheet).iter(f"{{{MAIN}}}sheetView")).set("zoomScale", "10")
    return sheet, ""


@kind("mirrored sheet")
def mirrored(book, base, chance):
    sheet = visible(base, chance)
    next(book.sheet(sheet).iter(f"{{{MAIN}}}sheetView")).set("rightToLeft", "1")
    return sheet, ""


@kind("print area of two parts")
def print_area_of_two_parts(book, base, chance):
    if base.edition is not Edition.FINISHED:
        return None
    found = print_name(book, base, "_xlnm.Print_Area")
    sheet, one = chance.choice(found)
    a = base.plan.sheet_by_name[sheet].page.area
    one.text = f"'{sheet}'!$A$1:${column_letter(a[3])}$2,'{sheet}'!$A${a[2]}:${column_letter(a[3])}${a[2] + 1}"
    return (sheet, "")


@kind("claim in row above print area by frozen top")
def claim_in_row_above_print_area(book, base, chance):
    if base.edition is not Edition.FINISHED:
        return None
    sheet = visible(base, chance)
    found = part_of(book, sheet, "headerFooter", BEHIND_FOOTER)
    foot = found.find(TAG + "evenHeader")
    if foot is None:
        foot = ET.SubElement(found, TAG + "evenHeader")
    foot.text = "&C核定98分"
    found.set("differentOddEven", "1")
    return (sheet, "")


@kind("print scaled and title row of claim")
def print_scaled_and_title_row_of(book, base, chance):
    sheet = visible(base, chance)
    found = part_of(book, sheet, "headerFooter", BEHIND_FOOTER)
    for old in list(found):
        found.remove(old)
    foot = ET.SubElement(found, TAG + "firstFooter")
    foot.text = "&L优秀"
    found.set("differentFirst", "1")
    return (sheet, "")
