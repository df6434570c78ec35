"""More kinds of tampering: what is set, laid over, tied to a cell or carried along."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from support.forging import (
    BEHIND_FOOTER,
    at,
    blacked,
    chart_changed,
    ground,
    kind,
    part_of,
    pick,
    print_name,
    shown,
    somewhere,
    visible,
)
from support.tamper import MAIN, RELS
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Computed, Entry, Label, Ref, Visibility, column_letter

X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"
CLAIM = "经核实总分为98分"


@kind("threaded comment")
def threaded(book, base, chance):
    ref = somewhere(base, chance)
    part = "xl/threadedComments/threadedComment1.xml"
    book.parts[part] = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        f'<threadedComment ref="{ref.local}" dT="2021-03-01T00:00:00.00" personId="{{0}}" id="{{1}}"><text>{CLAIM}</text></threadedComment>'
        "</ThreadedComments>"
    ).encode()
    book._type(part, "application/vnd.ms-excel.threadedcomments+xml")
    book._relate(book.sheet_part(ref.sheet), "threadedComment", "../threadedComments/threadedComment1.xml")
    return at(ref)


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


@kind("picture of another cell over a cell")
def camera(book, base, chance):
    ref = somewhere(base, chance)
    book.draw(ref.sheet, ref.local, text="")
    part = [name for name in book.parts if name.startswith("xl/drawings/drawing9")][-1]
    book.parts[part] = book.parts[part].replace(b'textlink=""', b'textlink="$Z$99"')
    return at(ref)


@kind("connector over a cell")
def connector(book, base, chance):
    ref = somewhere(base, chance)
    book.draw(ref.sheet, ref.local, text="")
    part = [name for name in book.parts if name.startswith("xl/drawings/drawing9")][-1]
    text = book.parts[part].decode()
    line = '<xdr:cxnSp macro=""><xdr:nvCxnSpPr><xdr:cNvPr id="2" name="线"/><xdr:cNvCxnSpPr/></xdr:nvCxnSpPr><xdr:spPr/></xdr:cxnSp>'
    book.parts[part] = re.sub("<xdr:sp .*</xdr:sp>", line, text, flags=re.DOTALL).encode()
    return at(ref)


@kind("shape behind a compatibility wrapper")
def wrapped_shape(book, base, chance):
    ref = somewhere(base, chance)
    book.draw(ref.sheet, ref.local, text="95")
    part = [name for name in book.parts if name.startswith("xl/drawings/drawing9")][-1]
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    text = book.parts[part].decode().replace("<xdr:sp ", f'<mc:AlternateContent {mc}><mc:Choice Requires="a14"><xdr:sp ')
    book.parts[part] = text.replace("</xdr:sp>", "</xdr:sp></mc:Choice><mc:Fallback/></mc:AlternateContent>").encode()
    return at(ref)


@kind("shape of another prefix")
def other_prefix(book, base, chance):
    ref = somewhere(base, chance)
    book.draw(ref.sheet, ref.local, text="95")
    part = [name for name in book.parts if name.startswith("xl/drawings/drawing9")][-1]
    book.parts[part] = book.parts[part].replace(b"xdr:", b"d:").replace(b"xmlns:xdr", b"xmlns:d").replace(b"a:t>", b"q:t>")
    book.parts[part] = book.parts[part].replace(b"xmlns:a=", b"xmlns:q=").replace(b"<a:", b"<q:").replace(b"</a:", b"</q:")
    return at(ref)


@kind("text box of the old kind")
def vml_box(book, base, chance):
    ref = somewhere(base, chance)
    if book.sheet(ref.sheet).find(f"{{{MAIN}}}legacyDrawing") is not None:
        return None
    part = f"xl/drawings/vmlDrawing{900 + len(book.parts)}.vml"
    book.parts[part] = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        '<v:shape id="_x0000_s1025" style="position:absolute;margin-left:80pt;margin-top:60pt;width:90pt;height:30pt" fillcolor="white">'
        f"<v:textbox><div>98</div></v:textbox>"
        f"{chance.choice(('', f'<x:ClientData ObjectType={chr(34)}Shape{chr(34)}><x:Anchor>{ref.column}, 0, {ref.row}, 0, {ref.column + 1}, 0, {ref.row + 1}, 0</x:Anchor></x:ClientData>'))}"
        "</v:shape></xml>"
    ).encode()
    book._default("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
    key = book._relate(book.sheet_part(ref.sheet), "vmlDrawing", f"../drawings/{part.rpartition('/')[2]}")
    part_of(book, ref.sheet, "legacyDrawing", ("legacyDrawingHF", "picture", "oleObjects", "controls", "tableParts", "extLst")).set(
        f"{{{RELS}}}id", key
    )
    return ref.sheet, ""


@kind("table laid over the cells")
def table_over(book, base, chance):
    ref = somewhere(base, chance)
    number = 900 + len(book.parts)
    part = f"xl/tables/table{number}.xml"
    area = f"{ref.local}:{column_letter(ref.column + 1)}{ref.row + 2}"
    book.parts[part] = (
        f'<table xmlns="{MAIN}" id="{number}" name="表{number}" displayName="表{number}" ref="{area}" headerRowCount="0" totalsRowShown="0">'
        '<tableColumns count="2"><tableColumn id="1" name="a"/><tableColumn id="2" name="b"/></tableColumns>'
        '<tableStyleInfo name="白" showRowStripes="1"/></table>'
    ).encode()
    book._type(part, "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml")
    key = book._relate(book.sheet_part(ref.sheet), "table", f"../tables/table{number}.xml")
    parts = part_of(book, ref.sheet, "tableParts", ("extLst",))
    ET.SubElement(parts, f"{{{MAIN}}}tablePart").set(f"{{{RELS}}}id", key)
    return at(ref)


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


@kind("error typed in an entry")
def entry_error(book, base, chance):
    ref, _ = pick(base, chance, Entry, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, chance.choice(("#N/A", "#REF!", "#VALUE!")), error=True)
    return at(ref)


@kind("true typed in an entry")
def entry_true(book, base, chance):
    ref, _ = pick(base, chance, Entry, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, True)
    return at(ref)


@kind("words for a number in an entry")
def entry_words(book, base, chance):
    ref, one = pick(base, chance, Entry, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, chance.choice(("约六十", "见附表", "66左右", "60-66", "大于66")))
    return at(ref)


@kind("area of a formula shortened")
def area_shortened(book, base, chance):
    found = []
    for ref, one in base.places(Computed, numeric=True):
        own = base.plan.formula(ref.sheet, one.content)
        match = re.search(r"(\$?[A-Z]+\$?)(\d+):(\$?[A-Z]+\$?)(\d+)", own)
        if match and int(match[4]) > int(match[2]) + 1:
            found.append((ref, one, own, match))
    if not found:
        return None
    ref, one, own, match = chance.choice(found)
    text = own[: match.start()] + f"{match[1]}{match[2]}:{match[3]}{int(match[4]) - 1}" + own[match.end() :]
    book.put(ref.sheet, ref.local, float(shown(base.plan, one.content)), formula=text)
    return at(ref)


@kind("shared formula of another cell")
def shared_formula(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    below = Ref(ref.sheet, 0, 60)
    book.put(below.sheet, below.local, 1.0, formula="1+98")
    master = book.cell(below.sheet, below.local).find(f"{{{MAIN}}}f")
    master.set("t", "shared")
    master.set("si", "77")
    master.set("ref", f"A1:{below.local}")
    book.put(ref.sheet, ref.local, float(shown(base.plan, one.content)), formula="")
    own = book.cell(ref.sheet, ref.local).find(f"{{{MAIN}}}f")
    own.set("t", "shared")
    own.set("si", "77")
    return at(ref)


@kind("what-if table over a computed cell")
def data_table(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, float(shown(base.plan, one.content)), formula="")
    own = book.cell(ref.sheet, ref.local).find(f"{{{MAIN}}}f")
    for key, value in {"t": "dataTable", "ref": ref.local, "dt2D": "0", "dtr": "0", "r1": "A1"}.items():
        own.set(key, value)
    return at(ref)


@kind("picture in a cell for its value")
def picture_in_cell(book, base, chance):
    ref, _ = pick(base, chance, (Computed, Label))
    book.put(ref.sheet, ref.local, "#VALUE!", error=True)
    book.cell(ref.sheet, ref.local).set("vm", "1")
    book.parts["xl/richData/rdrichvalue.xml"] = b"<rvData/>"
    return at(ref)


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


@kind("dialog or chart sheet added")
def chart_sheet(book, base, chance):
    book.add_sheet("图")
    relations = book.tree("xl/_rels/workbook.xml.rels")
    relations[-1].set("Type", f"{RELS}/{chance.choice(('chartsheet', 'dialogsheet'))}")
    return "图", ""


@kind("name that runs something")
def name_runs(book, base, chance):
    book.name(
        chance.choice(("取数", "_xlnm.Auto_Open", "Auto_Open", "_xlnm.Auto_Activate")),
        chance.choice(
            ('EVALUATE("1+1")', 'CALL("kernel32","x","J")', "cmd|'/c calc'!A0", 'EXEC("calc")', '_xlfn.WEBSERVICE("http://x.cn")')
        ),
    )
    return "", ""


@kind("opens by itself a macro elsewhere")
def auto_open(book, base, chance):
    book.name(chance.choice(("Auto_Open", "_xlnm.Auto_Open")), f"'{visible(base, chance)}'!$A$1")
    return "", ""


@kind("pivot table over the cells")
def pivot(book, base, chance):
    ref = somewhere(base, chance)
    part = "xl/pivotTables/pivotTable1.xml"
    book.parts[part] = (
        f'<pivotTableDefinition xmlns="{MAIN}" name="透视" cacheId="1"><location ref="{ref.local}" firstHeaderRow="1"/></pivotTableDefinition>'.encode()
    )
    book._type(part, "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotTable+xml")
    book._relate(book.sheet_part(ref.sheet), "pivotTable", "../pivotTables/pivotTable1.xml")
    return ref.sheet, ""


@kind("typed label in a chart")
def chart_label(book, base, chance):
    label = (
        '<c:dLbls><c:dLbl><c:idx val="0"/><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>100</a:t></a:r></a:p></c:rich></c:tx></c:dLbl></c:dLbls>'
    )
    return chart_changed(book, chance, lambda text: text.replace("<c:cat>", f"{label}<c:cat>", 1))


@kind("typed number as the format of a chart's labels")
def chart_format(book, base, chance):
    labels = '<c:dLbls><c:numFmt formatCode="&quot;100%&quot;" sourceLinked="0"/><c:showVal val="1"/></c:dLbls>'
    return chart_changed(book, chance, lambda text: text.replace("<c:cat>", f"{labels}<c:cat>", 1))


@kind("bar without a colour")
def chart_bar(book, base, chance):
    bar = '<c:dPt><c:idx val="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr></c:dPt>'
    return chart_changed(book, chance, lambda text: text.replace("<c:cat>", f"{bar}<c:cat>", 1))


@kind("axis in another unit")
def chart_unit(book, base, chance):
    unit = '<c:dispUnits><c:builtInUnit val="hundreds"/></c:dispUnits>'
    return chart_changed(book, chance, lambda text: text.replace("</c:valAx>", f"{unit}</c:valAx>", 1))


@kind("text box in a chart")
def chart_box(book, base, chance):
    charts = [name for name in book.parts if name.startswith("xl/charts/chart")]
    if not charts:
        return None
    book.parts["xl/drawings/drawing88.xml"] = b'<c:userShapes xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/>'
    book._relate(chance.choice(charts), "chartUserShapes", "../drawings/drawing88.xml")
    return "", ""


@kind("chart over the form")
def chart_over(book, base, chance):
    refs = [ref for ref, _ in base.places((Computed, Label)) if not base.plan.sheet_by_name[ref.sheet].charts]
    ref = chance.choice(refs)
    book.draw(ref.sheet, ref.local, text="")
    part = [name for name in book.parts if name.startswith("xl/drawings/drawing9")][-1]
    frame = '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="图"/></xdr:nvGraphicFramePr></xdr:graphicFrame>'
    book.parts[part] = re.sub("<xdr:sp .*</xdr:sp>", frame, book.parts[part].decode(), flags=re.DOTALL).encode()
    return at(ref)


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


@kind("table of the stamp changed")
def stamp_table(book, base, chance):
    other = "generic-dept" if base.form != "generic-dept" else "hongjiang-2020-dept"
    book.property("评分标准", other)
    return "", ""


@kind("version of the stamp changed and a figure with it")
def stamp_version(book, base, chance):
    book.property("程序版本", "0.0.1")
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, float(shown(base.plan, one.content)) + 3, keep_formula=True)
    return at(ref)


@kind("embedded control")
def active_x(book, base, chance):
    book.parts["xl/activeX/activeX1.xml"] = b'<ax:ocx xmlns:ax="http://schemas.microsoft.com/office/2006/activeX"/>'
    book._relate(book.sheet_part(visible(base, chance)), "control", "../activeX/activeX1.xml")
    return "", ""


@kind("form control over a cell")
def form_control(book, base, chance):
    ref = somewhere(base, chance)
    if book.sheet(ref.sheet).find(f"{{{MAIN}}}legacyDrawing") is not None:
        return None
    part = f"xl/drawings/vmlDrawing{900 + len(book.parts)}.vml"
    book.parts[part] = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="s1">'
        f'<x:ClientData ObjectType="Label"><x:Anchor>{ref.column}, 0, {ref.row}, 0, {ref.column + 1}, 0, {ref.row + 1}, 0</x:Anchor>'
        "</x:ClientData></v:shape></xml>"
    ).encode()
    book._default("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
    key = book._relate(book.sheet_part(ref.sheet), "vmlDrawing", f"../drawings/{part.rpartition('/')[2]}")
    part_of(book, ref.sheet, "legacyDrawing", ("legacyDrawingHF", "picture", "oleObjects", "controls", "tableParts", "extLst")).set(
        f"{{{RELS}}}id", key
    )
    return at(ref)


@kind("links to another workbook without a part for it")
def link_only(book, base, chance):
    ref, one = pick(base, chance, Entry, numeric=True)
    if ref is None:
        return None
    book.put("" or ref.sheet, f"{column_letter(ref.column + 15)}{ref.row + 1}", 1, formula="'D:\\[别的.xlsx]表'!A1")
    return "", ""


@kind("mirrored sheet")
def mirrored(book, base, chance):
    sheet = visible(base, chance)
    next(book.sheet(sheet).iter(f"{{{MAIN}}}sheetView")).set("rightToLeft", "1")
    return sheet, ""
