"""Tamperings of the workbook as a whole: its settings, macros, links to other files, and what it says of itself."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from support.compiled_macros import with_compiled
from support.forging import (
    TAG,
    at,
    kind,
    pick,
    shown,
    sound,
    visible,
)
from support.tamper import MAIN, RELS, Tampered
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Computed, Label
from xl_jixiao.sheet.vba import Module, vba_project
from xl_jixiao.sheet.vba_source import modules


@kind("manual calculation")
def manual(book, base, chance):
    book.manual_calculation()
    return "", ""


@kind("precision as displayed")
def precision(book, base, chance):
    book.book.find(f"{{{MAIN}}}calcPr").set("fullPrecision", "0")
    return "", ""


@kind("1904 dates")
def dates_1904(book, base, chance):
    book.book.find(f"{{{MAIN}}}workbookPr").set("date1904", "1")
    return "", ""


@kind("iteration")
def iteration(book, base, chance):
    book.book.find(f"{{{MAIN}}}calcPr").set("iterate", "1")
    return "", ""


@kind("external link")
def external(book, base, chance):
    book.external_link()
    return "", ""


@kind("data connection")
def connection(book, base, chance):
    book.parts["xl/connections.xml"] = (
        f'<connections xmlns="{MAIN}"><connection id="1" name="c" type="5" refreshedVersion="6"><dbPr connection="Provider=x"/></connection></connections>'.encode()
    )
    book._type("xl/connections.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml")
    book._relate("xl/workbook.xml", "connections", "connections.xml")
    return "", ""


@kind("embedded object")
def embedded(book, base, chance):
    sheet = visible(base, chance)
    book.parts["xl/embeddings/oleObject1.bin"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    book._default("bin", "application/vnd.openxmlformats-officedocument.oleObject")
    key = book._relate(book.sheet_part(sheet), "oleObject", "../embeddings/oleObject1.bin")
    root = book.sheet(sheet)
    objects = ET.SubElement(root, f"{{{MAIN}}}oleObjects")
    own = ET.SubElement(objects, f"{{{MAIN}}}oleObject", progId="Package", shapeId="1025")
    own.set(f"{{{RELS}}}id", key)
    return "", ""


@kind("custom ribbon")
def ribbon(book, base, chance):
    book.parts["customUI/customUI14.xml"] = b'<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"/>'
    relations = book.tree("_rels/.rels")
    ET.SubElement(
        relations,
        "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship",
        Id="rIdUi",
        Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility",
        Target="customUI/customUI14.xml",
    )
    return "", ""


@kind("macros changed")
def macros_changed(book, base, chance):
    if "xl/vbaProject.bin" in book.parts:
        code = chance.choice(('Sub Auto_Open()\n    Shell "calc"\nEnd Sub', "Function Checked(x)\n    Checked = 100\nEnd Function"))
        own = [Module.sheet(sheet.code_name) for sheet in base.plan.sheets]
        kept = [
            Module.standard(key, text.partition("\r\n")[2])
            for key, text in modules(book.parts["xl/vbaProject.bin"]).items()
            if key.startswith("jx")
        ]
        book.macros(vba_project([Module.workbook(""), *own, *kept, Module.standard("extra", code)]))
    else:
        book.macros(Tampered(sound(base.form, Edition.ADDIN).path).parts["xl/vbaProject.bin"])
    return "", ""


@kind("compiled macros of another hand")
def compiled_macros(book, base, chance):
    if "xl/vbaProject.bin" not in book.parts:
        return None
    names = ["Excel", "VBA", "Win64", "CreateObject", "jx_macros"]
    texts = ["JxFunctions"]
    if chance.random() < 0.5:
        names.append(chance.choice(("URLDownloadToFileA", "Kill_All", "VirtualAlloc")))
    else:
        texts.append(chance.choice(("http://x.cn/a", "cmd.exe /c calc", "calc")))
    book.parts["xl/vbaProject.bin"] = with_compiled(book.parts["xl/vbaProject.bin"], "jx_macros", names=names, texts=texts)
    return "", ""


@kind("stamp of an export removed or changed")
def stamp(book, base, chance):
    if base.edition is not Edition.FINISHED:
        return None
    how = chance.randrange(4)
    if how == 0:
        book.property("填报数据摘要", None)
    elif how == 1:
        book.property("填报数据摘要", "0" * 64)
    elif how == 2:
        book.property("版本", "native")
    else:
        del book.parts["docProps/custom.xml"]
        for part in ("_rels/.rels", "[Content_Types].xml"):
            tree = book.tree(part)
            for one in list(tree):
                if "custom" in (one.get("Target") or one.get("PartName") or ""):
                    tree.remove(one)
    return "", ""


@kind("filled workbook stamped as an export")
def stamped(book, base, chance):
    if base.edition is Edition.FINISHED:
        return None
    book.property("版本", "finished")
    return "", ""


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


@kind("custom property edition")
def custom_property_edition(book, base, chance):
    if base.edition is not Edition.FINISHED:
        return None
    book.property("填报数摘要", "0" * 64) if False else book.property("填报数据摘要", "f" * 64)
    return ("", "")


@kind("core title changed version")
def core_title_changed_version(book, base, chance):
    book.parts["docProps/core.xml"] = re.sub(b"xl_jixiao [0-9.]+", b"xl_jixiao 0.4.0", book.parts["docProps/core.xml"])
    return ("", "")


@kind("vba module attribute autoopen in ThisWorkbook")
def vba_module_attribute_autoopen(book, base, chance):
    if "xl/vbaProject.bin" not in book.parts:
        return None
    own = [Module.sheet(other.code_name) for other in base.plan.sheets]
    kept = [
        Module.standard(key, text.partition("\r\n")[2])
        for key, text in modules(book.parts["xl/vbaProject.bin"]).items()
        if key.startswith("jx")
    ]
    book.macros(vba_project([Module.workbook('Private Sub Workbook_Open()\n  Sheets(1).Range("A1")=1\nEnd Sub'), *own, *kept]))
    return ("", "")


@kind("vba one line changed in own module")
def vba_one_line_changed_in_own_mo(book, base, chance):
    if "xl/vbaProject.bin" not in book.parts:
        return None
    own = [Module.sheet(other.code_name) for other in base.plan.sheets]
    kept = [
        Module.standard(key, text.partition("\r\n")[2] + ("\r\n' x\r\nSub z()\r\nEnd Sub" if key == "jx_macros" else ""))
        for key, text in modules(book.parts["xl/vbaProject.bin"]).items()
        if key.startswith("jx")
    ]
    book.macros(vba_project([Module.workbook(""), *own, *kept]))
    return ("", "")


@kind("calc chain bogus + full calc off")
def calc_chain_bogus_full_calc_off(book, base, chance):
    book.book.find(TAG + "calcPr").set("fullCalcOnLoad", "0")
    book.book.find(TAG + "calcPr").set("calcMode", "manual")
    return ("", "")
