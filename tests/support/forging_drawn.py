"""Tamperings by what is laid over the cells: shapes, pictures, notes, tables, charts, controls."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from support.forging import (
    CLAIM,
    at,
    chart_changed,
    kind,
    part_of,
    pick,
    somewhere,
    visible,
)
from support.tamper import MAIN, RELS
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Computed, Label, Ref, Visibility, column_letter


@kind("text box over a cell")
def text_box(book, base, chance):
    ref = somewhere(base, chance)
    if ref.sheet == "得分分析":
        return None
    book.draw(ref.sheet, ref.local, text=chance.choice(("95", "优秀", "")))
    return at(ref)


@kind("picture over a cell")
def picture(book, base, chance):
    ref = somewhere(base, chance)
    if ref.sheet == "得分分析":
        return None
    book.draw(ref.sheet, ref.local, picture=True)
    return at(ref)


@kind("shape from outside over a cell")
def shape_from_outside(book, base, chance):
    """Its corner stands left of or above the printed area."""
    refs = [ref for ref, _ in base.places((Computed, Label)) if ref.sheet != "得分分析"]
    ref = chance.choice(refs)
    book.draw(ref.sheet, ref.local, text="95")
    part = [name for name in book.parts if name.startswith("xl/drawings/drawing9")][-1]
    text = book.parts[part].decode()
    text = text.replace(
        "<xdr:twoCellAnchor>", '<xdr:absoluteAnchor><xdr:pos x="1000" y="1000"/><xdr:ext cx="9999999" cy="9999999"/>'
    ).replace("</xdr:twoCellAnchor>", "</xdr:absoluteAnchor>")
    text = re.sub(r"<xdr:(from|to)>.*?</xdr:\1>", "", text)
    book.parts[part] = text.encode()
    return ref.sheet, ""


@kind("grouped shapes over a cell")
def grouped(book, base, chance):
    ref = somewhere(base, chance)
    if ref.sheet == "得分分析":
        return None
    book.draw(ref.sheet, ref.local, text="95")
    part = [name for name in book.parts if name.startswith("xl/drawings/drawing9")][-1]
    text = book.parts[part].decode()
    book.parts[part] = (
        text.replace("<xdr:sp ", "<xdr:grpSp><xdr:nvGrpSpPr/><xdr:grpSpPr/><xdr:sp ").replace("</xdr:sp>", "</xdr:sp></xdr:grpSp>").encode()
    )
    return at(ref)


@kind("picture in the page's head")
def page_picture(book, base, chance):
    sheet = visible(base, chance)
    part = f"xl/drawings/vmlDrawing{900 + len(book.parts)}.vml"
    book.parts[part] = (
        b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        b'<v:shape id="CH" type="#_x0000_t75" style="position:absolute;width:400pt;height:300pt"><v:imagedata o:relid="rId1"/></v:shape></xml>'
    )
    book._default("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
    key = book._relate(book.sheet_part(sheet), "vmlDrawing", f"../drawings/{part.rpartition('/')[2]}")
    part_of(book, sheet, "legacyDrawingHF", ("picture", "oleObjects", "controls", "tableParts", "extLst")).set(f"{{{RELS}}}id", key)
    return sheet, ""


@kind("picture behind the sheet")
def background(book, base, chance):
    sheet = visible(base, chance)
    book.parts["xl/media/ground.png"] = b"\x89PNG\r\n\x1a\n" + bytes(40)
    book._default("png", "image/png")
    key = book._relate(book.sheet_part(sheet), "image", "../media/ground.png")
    part_of(book, sheet, "picture", ("oleObjects", "controls", "webPublishItems", "tableParts", "extLst")).set(f"{{{RELS}}}id", key)
    return sheet, ""


@kind("note over a cell")
def note(book, base, chance):
    ref = somewhere(base, chance)
    book.note(ref.sheet, ref.local, "实际为95分")
    return at(ref)


@kind("chart of other cells")
def chart_cells(book, base, chance):
    return chart_changed(book, chance, lambda text: re.sub(r"<c:f>([^<]*!)\$B\$\d+:\$B\$\d+</c:f>", r"<c:f>\1$A$1:$A$3</c:f>", text))


@kind("chart of typed numbers")
def chart_numbers(book, base, chance):
    return chart_changed(
        book,
        chance,
        lambda text: re.sub(
            r"<c:numRef>.*?</c:numRef>",
            '<c:numLit><c:ptCount val="1"/><c:pt idx="0"><c:v>100</c:v></c:pt></c:numLit>',
            text,
            count=1,
            flags=re.S,
        ),
    )


@kind("numbers kept in a chart")
def chart_cache(book, base, chance):
    return chart_changed(book, chance, lambda text: re.sub(r"(<c:numCache>.*?<c:v>)[^<]*", r"\g<1>77", text, count=1, flags=re.S))


@kind("title of a chart")
def chart_title(book, base, chance):
    return chart_changed(book, chance, lambda text: re.sub(r"<a:t>[^<]*</a:t>", "<a:t>各项均为满分</a:t>", text, count=1))


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


@kind("picture in a cell for its value")
def picture_in_cell(book, base, chance):
    ref, _ = pick(base, chance, (Computed, Label))
    book.put(ref.sheet, ref.local, "#VALUE!", error=True)
    book.cell(ref.sheet, ref.local).set("vm", "1")
    book.parts["xl/richData/rdrichvalue.xml"] = b"<rvData/>"
    return at(ref)


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


@kind("button wired to another macro")
def button_wired_to_another_macro(book, base, chance):
    for name in list(book.parts):
        if (
            name.startswith("xl/drawings/")
            and name.endswith((".vml", ".xml"))
            and (b"FmlaMacro" in book.parts[name] or b'macro="[' in book.parts[name] or b"JX" in book.parts[name])
        ):
            text = book.parts[name].decode()
            changed = re.sub("(<x:FmlaMacro>)[^<]*", "\\1[0]!别的宏", text)
            if changed != text:
                book.parts[name] = changed.encode()
                return ("", "")
    return None


@kind("picture covering whole sheet one cell anchor")
def picture_covering_whole_sheet_o(book, base, chance):
    ref = somewhere(base, chance)
    if ref.sheet == "得分分析":
        return None
    book.draw(ref.sheet, ref.local, picture=True)
    part = [name for name in book.parts if name.startswith("xl/drawings/drawing9")][-1]
    text = book.parts[part].decode().replace("twoCellAnchor", "oneCellAnchor")
    text = re.sub("<xdr:to>.*?</xdr:to>", '<xdr:ext cx="5000000" cy="900000"/>', text, flags=re.S)
    book.parts[part] = text.encode()
    return at(ref)


@kind("comment resized over neighbours")
def comment_resized_over_neighbour(book, base, chance):
    ref, one = pick(base, chance, Computed)
    book.note(ref.sheet, ref.local, "98")
    return at(ref)


@kind("slicer/drawing part chartex")
def slicer_drawing_part_chartex(book, base, chance):
    ref = somewhere(base, chance)
    book.draw(ref.sheet, ref.local, text="盖章：同意98分")
    return at(ref)
