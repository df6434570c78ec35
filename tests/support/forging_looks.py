"""Tamperings of how cells look: number formats, fonts, fills, conditional formats, merges, parts of texts."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from support.forging import (
    KINDS,
    TAG,
    at,
    blacked,
    drawn_over,
    element,
    font,
    ground,
    kind,
    pick,
    shown,
    somewhere,
    visible,
)
from support.tamper import MAIN
from xl_jixiao.sheet.plan import Computed, Entry, Label, Ref, Visibility, column_letter


def _formats() -> None:
    numbers = (
        '"95.00"',
        ";;;",
        '0.00"5"',
        "0.00,",
        "[White]0.00",
        r"\9\5",
        '[=0]"";"99.00"',
        '[>1]"优";General',
        '"";"";""',
        "yyyy",
        '"已完成"',
        '0"0"',
        "# ##0,,",
        '0.00;"5";"5"',
        '"1"0.00',
        "??/100%",
        "[白色]General",
        "[Color 2]0.0",
        "[Color2]0",
        "00000000000000000000",
        "*9",
        '""',
        "@* ",
        "[$100]0",
        '[$-804]"9"0',
        "[$9-804]0",
        "!9!5",
        "上午/下午h",
        "[h]",
        '"△"',
        '0.00"分"_9;;',
        ".00;;",
        "-0.00",
    )
    texts = (
        '"优秀"',
        ";;;",
        '@"（已核）"',
        '0;0;0;"通过"',
        '"优";"优";"优";"优"',
        ';;;""',
        "[White]@",
        ";;;\\优",
        "@@",
        '"不"@',
        ";;; ",
        "*优@",
        ";;;[$优]",
    )
    for name, codes, numeric in (("number format of a number", numbers, True), ("number format of a text", texts, False)):

        def deed(book, base, chance, codes=codes, numeric=numeric):
            seen = [ref for ref, one in base.places((Computed, Label, Entry), numeric=numeric) if not (numeric and one.style == "hidden")]
            if not seen:
                return None
            ref, code = chance.choice(seen), chance.choice(codes)
            book.number_format(ref.sheet, ref.local, code)
            book.said = code
            return at(ref)

        KINDS[name] = deed


_formats()


@kind("decimals not shown")
def fewer_decimals(book, base, chance):
    refs = [(ref, one) for ref, one in base.places((Computed, Entry), numeric=True) if float(shown(base.plan, one.content)) * 10 % 10]
    refs = [
        (ref, one)
        for ref, one in refs
        if not base.plan.sheet_by_name[ref.sheet].by_place[ref.row, ref.column].style.endswith("rate")
        and abs(float(shown(base.plan, one.content))) > 1
    ]
    if not refs:
        return None
    ref, _ = chance.choice(refs)
    book.number_format(ref.sheet, ref.local, chance.choice(("0", "#,##0", "0_ ")))
    return at(ref)


@kind("font of the ground's colour")
def white(book, base, chance):
    ref = somewhere(base, chance)
    colour = ground(base, ref)
    near = "".join(f"{max(0, int(colour[n : n + 2], 16) - chance.choice((0, 2, 8))):02X}" for n in (0, 2, 4))
    font(book, ref, lambda own: element(own, "color", rgb=f"FF{near}"))
    return at(ref)


@kind("white font by theme")
def white_theme(book, base, chance):
    ref = somewhere(base, chance)
    if ground(base, ref) not in ("FFFFFF", "FFF9D9", "F3F3F3"):
        return None
    font(
        book,
        ref,
        lambda own: element(
            own, "color", **chance.choice(({"theme": "0"}, {"indexed": "9"}, {"indexed": "1"}, {"theme": "0", "tint": "-0.05"}))
        ),
    )
    return at(ref)


@kind("tiny font")
def tiny(book, base, chance):
    ref = somewhere(base, chance)
    font(book, ref, lambda own: element(own, "sz", val=chance.choice(("1", "2", "3", "4"))))
    return at(ref)


@kind("font of symbols")
def symbols(book, base, chance):
    ref = somewhere(base, chance)
    font(book, ref, lambda own: element(own, "name", val=chance.choice(("Wingdings", "Webdings", "Symbol", "Wingdings 2", "Wingdings 3"))))
    return at(ref)


@kind("fill of the font's colour")
def dark_fill(book, base, chance):
    ref = somewhere(base, chance)

    def solid(fill):
        pattern = ET.SubElement(fill, f"{{{MAIN}}}patternFill", patternType="solid")
        ET.SubElement(pattern, f"{{{MAIN}}}fgColor", rgb="FF000000")

    blacked(book, ref, solid)
    return at(ref)


@kind("shown elsewhere in its cell")
def alignment(book, base, chance):
    ref = somewhere(base, chance)

    def changed(xf, styles):
        for old in xf.findall(f"{{{MAIN}}}alignment"):
            xf.remove(old)
        xf.insert(
            0,
            ET.Element(
                f"{{{MAIN}}}alignment",
                **chance.choice(({"horizontal": "fill"}, {"horizontal": "left", "indent": "200"}, {"horizontal": "left", "indent": "250"})),
            ),
        )
        xf.set("applyAlignment", "1")

    book.style(ref.sheet, ref.local, changed)
    return at(ref)


@kind("conditional format")
def conditional(book, base, chance):
    ref, one = pick(base, chance, (Computed, Label, Entry), numeric=True)
    if ref is None:
        return None
    if chance.random() < 0.5:
        book.conditional_format(ref.sheet, ref.local, "TRUE", number_format=chance.choice(('"95"', ";;;", '0"0"')))
    else:
        book.conditional_format(ref.sheet, ref.local, chance.choice(("TRUE", "1=1")), colour=ground(base, ref))
    return at(ref)


@kind("conditional fill of the font's colour")
def conditional_fill(book, base, chance):
    ref = somewhere(base, chance)
    book.conditional_format(ref.sheet, ref.local, "TRUE", colour="FF0000")
    look = book.tree("xl/styles.xml").find(f"{{{MAIN}}}dxfs")[-1]
    pattern = ET.SubElement(ET.SubElement(look, f"{{{MAIN}}}fill"), f"{{{MAIN}}}patternFill")
    ET.SubElement(pattern, f"{{{MAIN}}}bgColor", rgb="FFFF0000")
    return at(ref)


@kind("data bar or icons instead of the number")
def data_bar(book, base, chance):
    ref, _ = pick(base, chance, (Computed, Entry), numeric=True)
    if ref is None:
        return None
    bar = drawn_over(book, ref, "dataBar")
    bar.set("showValue", "0")
    ET.SubElement(bar, f"{{{MAIN}}}cfvo", type="min")
    ET.SubElement(bar, f"{{{MAIN}}}cfvo", type="max")
    ET.SubElement(bar, f"{{{MAIN}}}color", rgb="FF638EC6")
    return at(ref)


@kind("merged over")
def merged(book, base, chance):
    refs = [(ref, one) for ref, one in base.places((Computed, Label, Entry)) if ref.column > 0 and one.rows == one.columns == 1]
    taken = {
        (sheet.name, row, column)
        for sheet in base.plan.sheets
        for top, left, bottom, right in sheet.rectangles
        if (top, left) != (bottom, right)
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }
    refs = [(ref, one) for ref, one in refs if (ref.sheet, ref.row, ref.column - 1) not in taken]
    if not refs:
        return None
    ref, _ = chance.choice(refs)
    book.merge(ref.sheet, f"{column_letter(ref.column - 1)}{ref.row + 1}:{ref.local}")
    return at(ref)


@kind("part of a text white")
def rich_text(book, base, chance):
    ref, one = pick(base, chance, Label, numeric=False)
    cell = book.cell(ref.sheet, ref.local)
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    text = one.content.value
    inside = ET.SubElement(cell, f"{{{MAIN}}}is")
    half = len(text) // 2
    for piece, white_ in ((text[:half], False), (text[half:], True)):
        run = ET.SubElement(inside, f"{{{MAIN}}}r")
        marks = ET.SubElement(run, f"{{{MAIN}}}rPr")
        if white_:
            ET.SubElement(marks, f"{{{MAIN}}}sz", val="11")
            ET.SubElement(marks, f"{{{MAIN}}}color", rgb="FFFFFFFF")
        ET.SubElement(run, f"{{{MAIN}}}t").text = piece
    return at(ref)


@kind("dark ink made white in the theme")
def theme(book, base, chance):
    ref = somewhere(base, chance)
    if ground(base, ref) not in ("FFFFFF", "FFF9D9", "F3F3F3"):
        return None
    font(book, ref, lambda own: element(own, "color", theme="1"))
    text = book.parts["xl/theme/theme1.xml"].decode()
    book.parts["xl/theme/theme1.xml"] = re.sub(r"<a:dk1>.*?</a:dk1>", '<a:dk1><a:srgbClr val="FFFFFF"/></a:dk1>', text).encode()
    return ref.sheet, ""


@kind("ink made white in the palette")
def palette(book, base, chance):
    ref = somewhere(base, chance)
    if ground(base, ref) not in ("FFFFFF", "FFF9D9", "F3F3F3"):
        return None
    font(book, ref, lambda own: element(own, "color", indexed="10"))
    styles = book.tree("xl/styles.xml")
    colours = styles.find(f"{{{MAIN}}}colors")
    if colours is None:
        colours = ET.Element(f"{{{MAIN}}}colors")
        styles.append(colours)
    indexed = ET.Element(f"{{{MAIN}}}indexedColors")
    colours.insert(0, indexed)
    for number in range(64):
        ET.SubElement(indexed, f"{{{MAIN}}}rgbColor", rgb="00FFFFFF" if number == 10 else "00000000")
    return at(ref)


@kind("struck through")
def struck(book, base, chance):
    ref = somewhere(base, chance)
    font(book, ref, lambda own: own.insert(0, ET.Element(f"{{{MAIN}}}strike")))
    return at(ref)


@kind("colours of a scale over black ink")
def colour_scale(book, base, chance):
    ref, _ = pick(base, chance, (Computed, Entry), numeric=True)
    if ref is None:
        return None
    scale = drawn_over(book, ref, "colorScale")
    for what in ("min", "max"):
        ET.SubElement(scale, f"{{{MAIN}}}cfvo", type=what)
    for _ in range(2):
        ET.SubElement(scale, f"{{{MAIN}}}color", rgb="FF000000")
    return at(ref)


X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"


XM = "http://schemas.microsoft.com/office/excel/2006/main"


@kind("conditional format of the new kind")
def conditional_new(book, base, chance):
    ref = somewhere(base, chance)
    white = ground(base, ref)
    root = book.sheet(ref.sheet)
    ext = root.find(f"{{{MAIN}}}extLst")
    if ext is None:
        ext = ET.SubElement(root, f"{{{MAIN}}}extLst")
    ET.register_namespace("x14", X14)
    ET.register_namespace("xm", XM)
    own = ET.SubElement(ext, f"{{{MAIN}}}ext", uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}")
    one = ET.SubElement(ET.SubElement(own, f"{{{X14}}}conditionalFormattings"), f"{{{X14}}}conditionalFormatting")
    rule = ET.SubElement(one, f"{{{X14}}}cfRule", type="expression", priority="1", id="{1}")
    ET.SubElement(rule, f"{{{XM}}}f").text = "TRUE"
    look = ET.SubElement(rule, f"{{{X14}}}dxf")
    if chance.random() < 0.5:
        ET.SubElement(ET.SubElement(look, f"{{{MAIN}}}font"), f"{{{MAIN}}}color", rgb=f"FF{white}")
    else:
        ET.SubElement(look, f"{{{MAIN}}}numFmt", numFmtId="399", formatCode='"98"')
    ET.SubElement(one, f"{{{XM}}}sqref").text = ref.local
    return at(ref)


@kind("icons of the new kind for the number")
def icons_new(book, base, chance):
    ref, _ = pick(base, chance, (Computed, Entry), numeric=True)
    if ref is None:
        return None
    root = book.sheet(ref.sheet)
    ext = root.find(f"{{{MAIN}}}extLst")
    if ext is None:
        ext = ET.SubElement(root, f"{{{MAIN}}}extLst")
    ET.register_namespace("x14", X14)
    ET.register_namespace("xm", XM)
    own = ET.SubElement(ext, f"{{{MAIN}}}ext", uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}")
    one = ET.SubElement(ET.SubElement(own, f"{{{X14}}}conditionalFormattings"), f"{{{X14}}}conditionalFormatting")
    rule = ET.SubElement(one, f"{{{X14}}}cfRule", type="iconSet", priority="1", id="{1}")
    ET.SubElement(rule, f"{{{X14}}}iconSet", iconSet="3Stars", showValue="0")
    ET.SubElement(one, f"{{{XM}}}sqref").text = ref.local
    return at(ref)


@kind("own conditional format turned white")
def own_conditional(book, base, chance):
    sheets = [
        sheet.name
        for sheet in base.plan.sheets
        if sheet.visibility is Visibility.SHOWN and list(book.sheet(sheet.name).iter(f"{{{MAIN}}}cfRule"))
    ]
    if not sheets:
        return None
    sheet = chance.choice(sheets)
    area = chance.choice(list(book.sheet(sheet).iter(f"{{{MAIN}}}conditionalFormatting")))
    rule = next(one for one in area if one.tag.endswith("}cfRule"))
    if rule.get("dxfId") is None:
        return None
    look = book.tree("xl/styles.xml").find(f"{{{MAIN}}}dxfs")[int(rule.get("dxfId"))]
    for child in list(look):
        look.remove(child)
    ET.SubElement(look, f"{{{MAIN}}}numFmt", numFmtId="398", formatCode=";;;")
    return "", ""


@kind("gradient of the ink's colour")
def gradient(book, base, chance):
    ref = somewhere(base, chance)

    def shades(fill):
        inside = ET.SubElement(fill, f"{{{MAIN}}}gradientFill", degree="90")
        for position in ("0", "1"):
            ET.SubElement(ET.SubElement(inside, f"{{{MAIN}}}stop", position=position), f"{{{MAIN}}}color", rgb="FF000000")

    blacked(book, ref, shades)
    return at(ref)


@kind("pattern of the ink's colour")
def pattern(book, base, chance):
    ref = somewhere(base, chance)

    def dots(fill):
        inside = ET.SubElement(fill, f"{{{MAIN}}}patternFill", patternType="darkGray")
        ET.SubElement(inside, f"{{{MAIN}}}fgColor", rgb="FF000000")
        ET.SubElement(inside, f"{{{MAIN}}}bgColor", rgb="FF000000")

    blacked(book, ref, dots)
    return at(ref)


@kind("crossed out by its borders")
def diagonal(book, base, chance):
    ref = somewhere(base, chance)

    def changed(xf, styles):
        borders = styles.find(f"{{{MAIN}}}borders")
        border = ET.SubElement(borders, f"{{{MAIN}}}border", diagonalUp="1", diagonalDown="1")
        for side in ("left", "right", "top", "bottom"):
            ET.SubElement(border, f"{{{MAIN}}}{side}")
        ET.SubElement(border, f"{{{MAIN}}}diagonal", style="thick")
        borders.set("count", str(len(borders)))
        xf.set("borderId", str(len(borders) - 1))
        xf.set("applyBorder", "1")

    book.style(ref.sheet, ref.local, changed)
    return at(ref)


@kind("merge made larger")
def merge_larger(book, base, chance):
    sheets = [sheet for sheet in base.plan.sheets if sheet.visibility is Visibility.SHOWN]
    found = []
    for sheet in sheets:
        merges = book.sheet(sheet.name).find(f"{{{MAIN}}}mergeCells")
        for one in [] if merges is None else merges:
            first, _, last = one.get("ref").partition(":")
            row = int(re.sub("[^0-9]", "", last))
            below = [
                c
                for c in sheet.cells
                if c.row == row and column_letter(c.column) == re.sub("[0-9]", "", first) and c.rows == c.columns == 1
            ]
            if below and not isinstance(below[0].content, Entry) and shown(base.plan, below[0].content) not in (None, ""):
                found.append((sheet, one, first, last, row, below[0]))
    if not found:
        return None
    sheet, one, first, last, row, cell = chance.choice(found)
    if re.sub("[0-9]", "", first) != re.sub("[0-9]", "", last):
        return None
    one.set("ref", f"{first}:{re.sub('[0-9]', '', last)}{row + 1}")
    return sheet.name, Ref(sheet.name, cell.row, cell.column).local


@kind("formulas hidden from the reader")
def formula_hidden(book, base, chance):
    ref, _ = pick(base, chance, Computed)

    def changed(xf, styles):
        for old in xf.findall(f"{{{MAIN}}}protection"):
            xf.remove(old)
        ET.SubElement(xf, f"{{{MAIN}}}protection", hidden="1")
        xf.set("applyProtection", "1")

    book.style(ref.sheet, ref.local, changed)
    return ref.sheet, ""


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


@kind("shrink to fit long")
def shrink_to_fit_long(book, base, chance):
    ref, one = pick(base, chance, Label, numeric=False)
    book.put(ref.sheet, ref.local, str(one.content.value) + " " * 200 + "优")
    return at(ref)


@kind("whole column style white for blanks")
def whole_column_style_white_for_b(book, base, chance):
    ref = somewhere(base, chance)
    font(book, ref, lambda own: element(own, "color", auto="1", tint="1"))
    font(book, ref, lambda own: element(own, "color", theme="0"))
    return at(ref) if ground(base, ref) in ("FFFFFF",) else None


@kind("superscript digits")
def superscript_digits(book, base, chance):
    ref, one = pick(base, chance, Label, numeric=False)
    text = str(one.content.value)
    if len(text) < 3:
        return None
    book.put(ref.sheet, ref.local, text)
    inside = book.cell(ref.sheet, ref.local).find(TAG + "is")
    for other in list(inside):
        inside.remove(other)
    run = ET.SubElement(inside, TAG + "r")
    ET.SubElement(run, TAG + "t").text = text[:1]
    run = ET.SubElement(inside, TAG + "r")
    part = ET.SubElement(run, TAG + "rPr")
    ET.SubElement(part, TAG + "sz", val="1")
    ET.SubElement(run, TAG + "t").text = text[1:]
    return at(ref)


@kind("rich run appended to shared string")
def rich_run_appended_to_shared_st(book, base, chance):
    ref, one = pick(base, chance, Label, numeric=False)
    text = str(one.content.value)
    book.put(ref.sheet, ref.local, text)
    inside = book.cell(ref.sheet, ref.local).find(TAG + "is")
    for other in list(inside):
        inside.remove(other)
    for formula in (text, "（满分）"):
        run = ET.SubElement(inside, TAG + "r")
        ET.SubElement(run, TAG + "t").text = formula
    return at(ref)


@kind("conditional fills the cell with ink of red font")
def conditional_fills_the_cell_wit(book, base, chance):
    ref = somewhere(base, chance)
    book.conditional_format(ref.sheet, ref.local, "LEN($A$1)>=0", colour=ground(base, ref))
    return at(ref)


@kind("conditional with stop if true over whole sheet")
def conditional_with_stop_if_true(book, base, chance):
    sheet = visible(base, chance)
    book.conditional_format(sheet, "A1:Z99", "TRUE", number_format=";;;")
    return (sheet, "")


@kind("number with text format in entry")
def number_with_text_format_in_ent(book, base, chance):
    ref, one = pick(base, chance, Entry, numeric=True)
    if ref is None:
        return None
    book.number_format(ref.sheet, ref.local, '0.00"万"')
    return at(ref)


@kind("date format on money")
def date_format_on_money(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.number_format(ref.sheet, ref.local, "yyyy-mm-dd")
    return at(ref)


@kind("fraction format")
def fraction_format(book, base, chance):
    found = [ref for ref, one in base.places(Computed, numeric=True) if one.style != "hidden"]
    if not found:
        return None
    ref = chance.choice(found)
    book.number_format(ref.sheet, ref.local, "# ?/1")
    return at(ref)


@kind("two cells merged over a formula below")
def two_cells_merged_over_a_formul(book, base, chance):
    found = [(ref, one) for ref, one in base.places(Computed) if one.rows == one.columns == 1 and ref.row > 2]
    ref, one = chance.choice(found)
    book.merge(ref.sheet, f"{column_letter(ref.column)}{ref.row}:{ref.local}")
    return (ref.sheet, "")
