"""Tamperings of what may be typed and where: protection, limits, messages, links."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from support.forging import (
    CLAIM,
    TAG,
    at,
    first_of,
    kind,
    limits_of,
    part_of,
    pick,
    somewhere,
)
from support.tamper import MAIN, RELS
from xl_jixiao.sheet.plan import Computed, Entry, Visibility


@kind("protection off")
def unprotected(book, base, chance):
    sheet = chance.choice([sheet.name for sheet in base.plan.sheets if sheet.protected and sheet.visibility is Visibility.SHOWN])
    book.unprotect(sheet)
    return sheet, ""


@kind("computed cell unlocked")
def unlocked(book, base, chance):
    ref, _ = pick(base, chance, Computed)

    def changed(xf, styles):
        for old in xf.findall(f"{{{MAIN}}}protection"):
            xf.remove(old)
        ET.SubElement(xf, f"{{{MAIN}}}protection", locked="0")
        xf.set("applyProtection", "1")

    book.style(ref.sheet, ref.local, changed)
    return ref.sheet, ""


@kind("link into the net")
def hyperlink(book, base, chance):
    ref = somewhere(base, chance)
    key = book._relate(
        book.sheet_part(ref.sheet), "hyperlink", chance.choice(("http://x.cn/a.exe", "file:///D:/a.xlsx", "\\\\10.0.0.1\\a")), outside=True
    )
    links = part_of(book, ref.sheet, "hyperlinks", ("printOptions", "pageMargins", "pageSetup", "headerFooter", "drawing", "extLst"))
    one = ET.SubElement(links, f"{{{MAIN}}}hyperlink", ref=ref.local)
    one.set(f"{{{RELS}}}id", key)
    return at(ref)


@kind("what may be typed taken away")
def validations(book, base, chance):
    sheets = [sheet for sheet in base.plan.sheets if book.sheet(sheet.name).find(f"{{{MAIN}}}dataValidations") is not None]
    if not sheets:
        return None
    sheet = chance.choice(sheets).name
    book.sheet(sheet).remove(book.sheet(sheet).find(f"{{{MAIN}}}dataValidations"))
    return sheet, ""


@kind("cells opened in the protected sheet")
def protected_ranges(book, base, chance):
    sheets = [sheet.name for sheet in base.plan.sheets if sheet.protected and sheet.visibility is Visibility.SHOWN]
    sheet = chance.choice(sheets)
    computed = [ref.local for ref, _ in base.places(Computed) if ref.sheet == sheet]
    ranges = part_of(
        book,
        sheet,
        "protectedRanges",
        (
            "scenarios",
            "autoFilter",
            "mergeCells",
            "phoneticPr",
            "conditionalFormatting",
            "dataValidations",
            "hyperlinks",
            "printOptions",
            "pageMargins",
        ),
    )
    opened = chance.choice(computed) if computed and chance.random() < 0.5 else "A1:Z99"
    ET.SubElement(ranges, f"{{{MAIN}}}protectedRange", sqref=opened, name="区域1")
    return sheet, ""


@kind("input message that claims")
def input_message(book, base, chance):
    ref, _ = pick(base, chance, (Computed, Entry))
    part = part_of(book, ref.sheet, "dataValidations", ("hyperlinks", "printOptions", "pageMargins", "pageSetup"))
    one = ET.SubElement(part, f"{{{MAIN}}}dataValidation", sqref=ref.local, showInputMessage="1", allowBlank="1")
    one.set("promptTitle", "核定")
    one.set("prompt", CLAIM)
    return at(ref)


@kind("input message rewritten")
def input_message_changed(book, base, chance):
    found = [
        (sheet.name, one)
        for sheet in base.plan.sheets
        if sheet.visibility is Visibility.SHOWN
        for one in book.sheet(sheet.name).iter(f"{{{MAIN}}}dataValidation")
        if one.get("prompt")
    ]
    if not found:
        return None
    sheet, one = chance.choice(found)
    one.set("prompt", CLAIM)
    return sheet, one.get("sqref").split()[0].split(":")[0]


@kind("tip of a link that claims")
def link_tip(book, base, chance):
    ref = somewhere(base, chance)
    links = part_of(book, ref.sheet, "hyperlinks", ("printOptions", "pageMargins", "pageSetup", "headerFooter", "drawing", "extLst"))
    ET.SubElement(links, f"{{{MAIN}}}hyperlink", ref=ref.local, location=f"'{ref.sheet}'!A1", tooltip=CLAIM, display=CLAIM)
    return at(ref)


@kind("list cut to one choice")
def one_choice(book, base, chance):
    found = [(sheet, one) for sheet, one in limits_of(book, base, ("list",)) if "," in one.find(f"{{{MAIN}}}formula1").text]
    if not found:
        return None
    sheet, one = chance.choice(found)
    formula = one.find(f"{{{MAIN}}}formula1")
    formula.text = f'"{formula.text.strip(chr(34)).split(",")[0]}"'
    return sheet, first_of(one)


@kind("one limit taken away")
def one_limit(book, base, chance):
    found = limits_of(book, base)
    if not found:
        return None
    sheet, one = chance.choice(found)
    part = book.sheet(sheet).find(f"{{{MAIN}}}dataValidations")
    if len(part) < 2:
        return None
    part.remove(one)
    return sheet, first_of(one)


@kind("limit that stops nobody")
def weak_limit(book, base, chance):
    found = limits_of(book, base)
    if not found:
        return None
    sheet, one = chance.choice(found)
    if chance.random() < 0.5:
        one.attrib.pop("showErrorMessage", None)
    else:
        one.set("errorStyle", chance.choice(("warning", "information")))
    return sheet, first_of(one)


@kind("limit that asks nothing")
def idle_limit(book, base, chance):
    found = limits_of(book, base, ("list", "decimal", "whole"))
    if not found:
        return None
    sheet, one = chance.choice(found)
    one.set("type", "custom")
    one.find(f"{{{MAIN}}}formula1").text = chance.choice(("TRUE", "1=1", "1"))
    return sheet, first_of(one)


@kind("limit made wider")
def wide_limit(book, base, chance):
    found = [
        (sheet, one)
        for sheet, one in limits_of(book, base, ("decimal", "whole"))
        if all(re.fullmatch(r"-?[0-9.]+", bound.text or "") for bound in one)
    ]
    if not found:
        return None
    sheet, one = chance.choice(found)
    one.find(f"{{{MAIN}}}formula2").text = "99999999999999"
    return sheet, first_of(one)


@kind("words about a wrong value rewritten")
def error_words(book, base, chance):
    found = limits_of(book, base)
    if not found:
        return None
    sheet, one = chance.choice(found)
    one.set("error", "已核定为满分，不得改动")
    return sheet, first_of(one)


@kind("validation: custom formula TRUE")
def validation_custom_formula_true(book, base, chance):
    found = limits_of(book, base, ("decimal", "whole", "list"))
    if not found:
        return None
    sheet, one = chance.choice(found)
    one.set("type", "custom")
    one.find(TAG + "formula1").text = "TRUE"
    return (sheet, first_of(one))


@kind("validation: sqref moved away")
def validation_sqref_moved_away(book, base, chance):
    found = limits_of(book, base, ("decimal", "whole", "list"))
    if not found:
        return None
    sheet, one = chance.choice(found)
    where = first_of(one)
    one.set("sqref", "ZZ900")
    return (sheet, where)


@kind("validation: list choices extended")
def validation_list_choices_extend(book, base, chance):
    found = [(other, one) for other, one in limits_of(book, base, ("list",)) if "," in one.find(TAG + "formula1").text]
    if not found:
        return None
    sheet, one = chance.choice(found)
    formula = one.find(TAG + "formula1")
    formula.text = formula.text[:-1] + ',满分"'
    return (sheet, first_of(one))


@kind("select locked cells off")
def select_locked_cells_off(book, base, chance):
    sheet = chance.choice([other.name for other in base.plan.sheets if other.protected and other.visibility is Visibility.SHOWN])
    part = book.sheet(sheet).find(TAG + "sheetProtection")
    part.set("objects", "0")
    part.set("scenarios", "0")
    return (sheet, "")
