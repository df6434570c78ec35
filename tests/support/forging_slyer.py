"""Kinds of tampering a cunning hand thinks of: what may be typed, what is written above a text, what the file says of itself, copies of sheets."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from support.forging import at, kind, pick, shown, somewhere, text_entries, visible
from support.tamper import MAIN
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Computed, Entry, Label, Ref, Visibility, column_letter


def limits_of(book, base, kinds=("list", "decimal", "whole", "custom", "textLength")):
    """The rules of the visible sheets of a workbook that is filled in."""
    if base.edition is Edition.FINISHED:
        return []
    return [
        (sheet.name, one)
        for sheet in base.plan.sheets
        if sheet.visibility is Visibility.SHOWN
        for one in book.sheet(sheet.name).iter(f"{{{MAIN}}}dataValidation")
        if one.get("type") in kinds
    ]


def first_of(one) -> str:
    return one.get("sqref").split()[0].split(":")[0]


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


@kind("other characters above a text")
def phonetic(book, base, chance):
    ref, one = pick(base, chance, (Label, Entry, Computed), numeric=False)
    if ref is None or isinstance(one.content, Computed):
        return None
    text = str(one.content.value)
    book.put(ref.sheet, ref.local, text)
    inside = book.cell(ref.sheet, ref.local).find(f"{{{MAIN}}}is")
    sound = ET.SubElement(inside, f"{{{MAIN}}}rPh", sb="0", eb=str(min(len(text), 4)))
    ET.SubElement(sound, f"{{{MAIN}}}t").text = chance.choice(("98分", "优秀", "100"))
    ET.SubElement(inside, f"{{{MAIN}}}phoneticPr", fontId="1")
    book.cell(ref.sheet, ref.local).set("ph", "1")
    return at(ref)


@kind("part of a text struck through")
def struck_part(book, base, chance):
    ref, one = pick(base, chance, (Label, Entry), numeric=False)
    if ref is None or len(str(one.content.value)) < 4:
        return None
    text = str(one.content.value)
    book.put(ref.sheet, ref.local, text)
    inside = book.cell(ref.sheet, ref.local).find(f"{{{MAIN}}}is")
    for old in list(inside):
        inside.remove(old)
    for piece, strike in ((text[:2], False), (text[2:], True)):
        run = ET.SubElement(inside, f"{{{MAIN}}}r")
        if strike:
            ET.SubElement(ET.SubElement(run, f"{{{MAIN}}}rPr"), f"{{{MAIN}}}strike")
        ET.SubElement(run, f"{{{MAIN}}}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}).text = piece
    return at(ref)


@kind("another version and a constant with it")
def version_constant(book, base, chance):
    book.property("程序版本", chance.choice(("0.5.9", "0.4.0", "1.0.0", "9.9.9")))
    ref, one = pick(base, chance, Label)
    value = one.content.value
    book.put(ref.sheet, ref.local, f"{value}（已核）" if isinstance(value, str) else float(value) + 1)
    return at(ref)


@kind("another version, in the description too, and a constant with it")
def described_version(book, base, chance):
    where = version_constant(book, base, chance)
    part = "docProps/core.xml"
    book.parts[part] = re.sub(rb"xl_jixiao [0-9.]+", b"xl_jixiao 0.5.9", book.parts[part])
    return where


@kind("another version and a formula with it")
def version_formula(book, base, chance):
    book.property("程序版本", "0.5.9")
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, float(shown(base.plan, one.content)), formula=f"{float(shown(base.plan, one.content))}+0")
    return at(ref)


@kind("description of another version")
def description(book, base, chance):
    part = "docProps/core.xml"
    book.parts[part] = re.sub(rb"xl_jixiao [0-9.]+", b"xl_jixiao 0.3.1", book.parts[part])
    return "", ""


@kind("number typed in a finished sheet")
def finished_number(book, base, chance):
    ref, one = pick(base, chance, Entry, numeric=True)
    if ref is None or base.edition is not Edition.FINISHED:
        return None
    book.put(ref.sheet, ref.local, round(float(one.content.value) + chance.choice((0.5, 1, 5, -0.5)), 2))
    return at(ref)


@kind("words typed in a finished sheet")
def finished_words(book, base, chance):
    found = text_entries(base, reasons=False) if base.edition is Edition.FINISHED else []
    if not found:
        return None
    ref, one, _ = chance.choice(found)
    book.put(ref.sheet, ref.local, str(one.value)[:-3] + chance.choice(("，成效显著。", "，群众一致好评。")))
    return at(ref)


@kind("text box beside a finished form")
def box_beside(book, base, chance):
    sheets = [one for one in base.plan.sheets if one.visibility is Visibility.SHOWN and one.page.area]
    if base.edition is not Edition.FINISHED or not sheets:
        return None
    sheet = chance.choice(sheets)
    top, left, bottom, right = sheet.page.area
    ref = Ref(sheet.name, *chance.choice(((top + 3, right + 2), (bottom + 2, left))))
    book.draw(ref.sheet, ref.local, text="经复核总分98分", picture=chance.random() < 0.3)
    return ref.sheet, ""


@kind("note beside a finished form")
def note_beside(book, base, chance):
    sheets = [one for one in base.plan.sheets if one.visibility is Visibility.SHOWN and one.page.area]
    if base.edition is not Edition.FINISHED or not sheets:
        return None
    sheet = chance.choice(sheets)
    ref = Ref(sheet.name, sheet.page.area[2] + 2, 0)
    book.note(ref.sheet, ref.local, "财政局已同意98分")
    return ref.sheet, ""


@kind("all formulas of a sheet made values")
def sheet_of_values(book, base, chance):
    sheets = sorted({ref.sheet for ref, _ in base.places(Computed)})
    sheet = chance.choice(sheets)
    for ref, one in base.places(Computed):
        if ref.sheet == sheet:
            value = shown(base.plan, one.content)
            book.put(ref.sheet, ref.local, value if isinstance(value, str) else float(value))
    return sheet, ""


@kind("all formulas of the workbook made values")
def book_of_values(book, base, chance):
    for ref, one in base.places(Computed):
        value = shown(base.plan, one.content)
        book.put(ref.sheet, ref.local, value if isinstance(value, str) else float(value))
    return "", ""


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


@kind("unit's name put otherwise in one place")
def unit_otherwise(book, base, chance):
    found = [
        (ref, one) for ref, one in base.places(Computed, numeric=False) if re.search("县|市|局|办", str(shown(base.plan, one.content)))
    ]
    if not found:
        return None
    ref, one = chance.choice(found)
    book.put(
        ref.sheet, ref.local, re.sub("(县|市|局|办)", r"\1直属", str(shown(base.plan, one.content)), count=1) + "　", keep_formula=True
    )
    return at(ref)


@kind("year of the title changed")
def title_year(book, base, chance):
    found = [
        (ref, one)
        for ref, one in base.places((Label, Computed), numeric=False)
        if re.search("20[0-9]{2}", str(shown(base.plan, one.content)))
    ]
    if not found:
        return None
    ref, one = chance.choice(found)
    text = re.sub("20[0-9]{2}", "2030", str(shown(base.plan, one.content)), count=1)
    book.put(ref.sheet, ref.local, text, keep_formula=isinstance(one.content, Computed))
    return at(ref)


@kind("reason written in a blank of the form")
def stray_reason(book, base, chance):
    sheets = [one for one in base.plan.sheets if one.visibility is Visibility.SHOWN and one.page.area and one.name != "填报说明"]
    sheet = chance.choice(sheets)
    top, left, bottom, right = sheet.page.area
    ref = Ref(sheet.name, chance.randrange(top, bottom + 1), right + 1)
    book.put(ref.sheet, ref.local, "已报财政局同意调整为满分")
    return (ref.sheet, "") if base.edition is Edition.FINISHED else None


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


@kind("spaces turned into a number's digits")
def wide_digits(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, "９８．５", keep_formula=True)
    return at(ref)


@kind("rule on the hidden sheet led by a formula")
def hidden_formula(book, base, chance):
    ref, one = pick(base, chance, Label, hidden=True)
    if ref is None or ref.sheet == "xlwings.conf" or (ref.row, ref.column) == (0, 0):
        return None
    value = one.content.value
    book.put(ref.sheet, ref.local, value if isinstance(value, str) else float(value), formula='T("a")' if isinstance(value, str) else "1+1")
    return at(ref)


@kind("formula that looks at the day")
def on_a_day(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    own = base.plan.formula(ref.sheet, one.content)
    book.put(ref.sheet, ref.local, float(shown(base.plan, one.content)), formula=f"IF(TODAY()>99999,{own},{own}+0)")
    return at(ref)


@kind("formula that looks at the file's name")
def by_file_name(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    own = base.plan.formula(ref.sheet, one.content)
    book.put(ref.sheet, ref.local, float(shown(base.plan, one.content)), formula=f'IF(ISNUMBER(SEARCH("某局",CELL("filename"))),{own},100)')
    return at(ref)


@kind("claim right of the form, far away")
def far_claim(book, base, chance):
    sheet = visible(base, chance)
    if base.edition is not Edition.FINISHED:
        return None
    book.put(sheet, f"{column_letter(80)}3", "总分98分")
    return sheet, ""


@kind("published figure that is none")
def published_wrong(book, base, chance):
    refs = [ref for ref, _ in base.places(Entry) if ref.sheet.endswith("公布数核对")]
    if not refs:
        return None
    ref = chance.choice(refs)
    if chance.random() < 0.5:
        book.put(ref.sheet, ref.local, "#N/A", error=True)
    else:
        book.put(ref.sheet, ref.local, chance.choice((True, "约六")))
    return at(ref)
