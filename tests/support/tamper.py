"""Workbooks tampered with part by part, as a program or a hand would leave them: everything else in the file stays as it is."""

import copy
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

from xl_jixiao.sheet.plan import column_letter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
for _prefix, _uri in (("", MAIN), ("r", RELS)):
    ET.register_namespace(_prefix, _uri)


def _tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


class Tampered:
    """A workbook's parts, to be changed and written to another file."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as package:
            self.parts = {name: package.read(name) for name in package.namelist()}
        self._trees: dict[str, ET.Element] = {}

    def tree(self, part: str) -> ET.Element:
        """A part, parsed; what is changed in it is written."""
        if part not in self._trees:
            self._trees[part] = ET.fromstring(self.parts[part])
        return self._trees[part]

    @property
    def book(self) -> ET.Element:
        return self.tree("xl/workbook.xml")

    def sheet_part(self, name: str) -> str:
        key = next(one.get(f"{{{RELS}}}id") for one in self.book.iter(_tag("sheet")) if one.get("name") == name)
        relations = self.tree("xl/_rels/workbook.xml.rels")
        target = next(one.get("Target") for one in relations if one.get("Id") == key)
        return "xl/" + target.lstrip("/").removeprefix("xl/")

    def sheet(self, name: str) -> ET.Element:
        return self.tree(self.sheet_part(name))

    def cell(self, sheet: str, address: str) -> ET.Element:
        """A cell, made where the file mentions none."""
        data = self.sheet(sheet).find(_tag("sheetData"))
        number = int(re.sub("[^0-9]", "", address))
        row = next((one for one in data if int(one.get("r")) == number), None)
        if row is None:
            row = ET.Element(_tag("row"), r=str(number))
            before = [at for at, one in enumerate(data) if int(one.get("r")) < number]
            data.insert(before[-1] + 1 if before else 0, row)
        found = next((one for one in row if one.get("r") == address), None)
        if found is None:
            found = ET.Element(_tag("c"), r=address)
            before = [at for at, one in enumerate(row) if _order(one.get("r")) < _order(address)]
            row.insert(before[-1] + 1 if before else 0, found)
        return found

    def put(
        self, sheet: str, address: str, value: object = None, formula: str | None = None, *, keep_formula: bool = False, error: bool = False
    ) -> None:
        """Another value, or formula, in a cell; with `keep_formula` only the value a program left there, with `error` an error of that name."""
        cell = self.cell(sheet, address)
        old = cell.find(_tag("f"))
        for child in list(cell):
            if not (keep_formula and child is old):
                cell.remove(child)
        cell.attrib.pop("t", None)
        if formula is not None:
            ET.SubElement(cell, _tag("f")).text = formula
        if value is None:
            return
        if error or isinstance(value, bool):
            cell.set("t", "e" if error else "b")
            ET.SubElement(cell, _tag("v")).text = str(value) if error else str(int(value))
        elif isinstance(value, str):
            if keep_formula or formula is not None:
                cell.set("t", "str")
                ET.SubElement(cell, _tag("v")).text = value
            else:
                cell.set("t", "inlineStr")
                ET.SubElement(ET.SubElement(cell, _tag("is")), _tag("t")).text = value
        else:
            ET.SubElement(cell, _tag("v")).text = str(value)

    def value(self, sheet: str, address: str) -> str:
        found = self.cell(sheet, address).find(_tag("v"))
        return "" if found is None else found.text or ""

    def style(self, sheet: str, address: str, change: Callable[[ET.Element, ET.Element], None]) -> None:
        """A cell's own style: a copy of the one it has, changed; `change` gets the xf and the style sheet."""
        styles = self.tree("xl/styles.xml")
        xfs = styles.find(_tag("cellXfs"))
        cell = self.cell(sheet, address)
        own = copy.deepcopy(xfs[int(cell.get("s", "0"))])
        xfs.append(own)
        xfs.set("count", str(len(xfs)))
        cell.set("s", str(len(xfs) - 1))
        change(own, styles)

    def number_format(self, sheet: str, address: str, code: str) -> None:
        def change(xf: ET.Element, styles: ET.Element) -> None:
            formats = styles.find(_tag("numFmts"))
            if formats is None:
                formats = ET.Element(_tag("numFmts"), count="0")
                styles.insert(0, formats)
            number = str(300 + len(formats))
            ET.SubElement(formats, _tag("numFmt"), numFmtId=number, formatCode=code)
            formats.set("count", str(len(formats)))
            xf.set("numFmtId", number)
            xf.set("applyNumberFormat", "1")

        self.style(sheet, address, change)

    def font_colour(self, sheet: str, address: str, colour: str) -> None:
        def change(xf: ET.Element, styles: ET.Element) -> None:
            fonts = styles.find(_tag("fonts"))
            font = copy.deepcopy(fonts[int(xf.get("fontId", "0"))])
            for one in font.findall(_tag("color")):
                font.remove(one)
            ET.SubElement(font, _tag("color"), rgb=f"FF{colour}")
            fonts.append(font)
            fonts.set("count", str(len(fonts)))
            xf.set("fontId", str(len(fonts) - 1))
            xf.set("applyFont", "1")

        self.style(sheet, address, change)

    def conditional_format(self, sheet: str, area: str, formula: str, *, number_format: str = "", colour: str = "") -> None:
        styles = self.tree("xl/styles.xml")
        formats = styles.find(_tag("dxfs"))
        look = ET.SubElement(formats, _tag("dxf"))
        if colour:
            ET.SubElement(ET.SubElement(look, _tag("font")), _tag("color"), rgb=f"FF{colour}")
        if number_format:
            ET.SubElement(look, _tag("numFmt"), numFmtId="399", formatCode=number_format)
        formats.set("count", str(len(formats)))
        rule = ET.Element(_tag("conditionalFormatting"), sqref=area)
        inner = ET.SubElement(rule, _tag("cfRule"), type="expression", dxfId=str(len(formats) - 1), priority="1")
        ET.SubElement(inner, _tag("formula")).text = formula
        self._after(
            sheet,
            rule,
            (
                "sheetData",
                "sheetCalcPr",
                "sheetProtection",
                "protectedRanges",
                "scenarios",
                "autoFilter",
                "sortState",
                "dataConsolidate",
                "customSheetViews",
                "mergeCells",
                "phoneticPr",
            ),
        )

    def _after(self, sheet: str, element: ET.Element, names: tuple[str, ...]) -> None:
        root = self.sheet(sheet)
        places = [at for at, one in enumerate(root) if one.tag in {_tag(name) for name in names}]
        root.insert(places[-1] + 1, element)

    def merge(self, sheet: str, area: str) -> None:
        merges = self.sheet(sheet).find(_tag("mergeCells"))
        if merges is None:
            merges = ET.Element(_tag("mergeCells"))
            self._after(sheet, merges, ("sheetData", "sheetProtection", "autoFilter"))
        ET.SubElement(merges, _tag("mergeCell"), ref=area)
        merges.set("count", str(len(merges)))

    def name(self, name: str, text: str | None, *, sheet: str = "") -> None:
        """Leads a defined name elsewhere, removes it (None), or defines it for one sheet alone."""
        names = self.book.find(_tag("definedNames"))
        local = [one.get("name") for one in self.book.iter(_tag("sheet"))].index(sheet) if sheet else None
        for one in list(names):
            if one.get("name") == name and one.get("localSheetId") == (None if local is None else str(local)):
                names.remove(one)
        if text is not None:
            own = ET.SubElement(names, _tag("definedName"), name=name)
            own.text = text
            if local is not None:
                own.set("localSheetId", str(local))

    def rename_sheet(self, old: str, new: str) -> None:
        """As a program renames a sheet: names, formulas and charts follow."""
        for one in self.book.iter(_tag("sheet")):
            if one.get("name") == old:
                one.set("name", new)
        for part in [name for name in self.parts if name.startswith("xl/worksheets/sheet")]:
            for formula in self.tree(part).iter(_tag("f")):
                formula.text = _outside_texts(
                    formula.text or "", lambda text: text.replace(f"'{old}'!", f"'{new}'!").replace(f"{old}!", f"'{new}'!")
                )
        charts = [self.tree(name) for name in self.parts if name.startswith("xl/charts/chart")]
        for area in (one for chart in charts for one in chart.iter() if one.tag.endswith("}f")):
            area.text = (area.text or "").replace(f"'{old}'!", f"'{new}'!").replace(f"{old}!", f"'{new}'!")
        for name in self.book.iter(_tag("definedName")):
            name.text = (name.text or "").replace(f"'{old}'!", f"'{new}'!").replace(f"{old}!", f"'{new}'!")

    def remove_sheet(self, name: str) -> None:
        """As a program deletes a sheet: what pointed there shows #REF!."""
        part = self.sheet_part(name)
        sheets = self.book.find(_tag("sheets"))
        own = next(one for one in sheets if one.get("name") == name)
        key = own.get(f"{{{RELS}}}id")
        sheets.remove(own)
        relations = self.tree("xl/_rels/workbook.xml.rels")
        relations.remove(next(one for one in relations if one.get("Id") == key))
        types = self.tree("[Content_Types].xml")
        types.remove(next(one for one in types if one.get("PartName") == f"/{part}"))
        del self.parts[part]
        self._trees.pop(part, None)
        self.parts.pop(part.replace("worksheets/", "worksheets/_rels/") + ".rels", None)
        lost = re.compile(rf"'?{re.escape(name)}'?!\$?[A-Z]+\$?\d+(:\$?[A-Z]+\$?\d+)?")
        gone = set()
        for one in list(self.book.find(_tag("definedNames"))):
            if lost.search(one.text or ""):
                gone.add(one.get("name"))
                one.text = "#REF!"
        for other in [name for name in self.parts if name.startswith("xl/worksheets/sheet")]:
            for formula in self.tree(other).iter(_tag("f")):
                formula.text = lost.sub("#REF!", formula.text or "")

    def chart_number(self, value: float) -> None:
        """Another number for the first point of the first chart, which keeps what it drew last."""
        part = next(name for name in sorted(self.parts) if name.startswith("xl/charts/chart"))
        text = self.parts[part].decode("utf-8")
        self.parts[part] = re.sub(r"(<c:numCache>.*?<c:v>)[^<]*", rf"\g<1>{value}", text, count=1, flags=re.DOTALL).encode()

    def state(self, sheet: str, state: str) -> None:
        next(one for one in self.book.iter(_tag("sheet")) if one.get("name") == sheet).set("state", state)

    def unprotect(self, sheet: str) -> None:
        root = self.sheet(sheet)
        root.remove(root.find(_tag("sheetProtection")))

    def hide_row(self, sheet: str, row: int) -> None:
        data = self.sheet(sheet).find(_tag("sheetData"))
        next(one for one in data if one.get("r") == str(row)).set("hidden", "1")

    def show_rows(self, sheet: str) -> None:
        """Every row in sight, as someone leaves a filter who looks for spare rows."""
        for row in self.sheet(sheet).iter(_tag("row")):
            row.attrib.pop("hidden", None)

    def widen(self, sheet: str, factor: float) -> None:
        """Columns wider and rows higher."""
        for one in self.sheet(sheet).iter(_tag("col")):
            one.set("width", str(float(one.get("width", "9")) * factor))
            one.set("customWidth", "1")
        for row in self.sheet(sheet).iter(_tag("row")):
            row.set("ht", str(float(row.get("ht", "15")) * factor))
            row.set("customHeight", "1")

    def zoom(self, sheet: str, percent: int) -> None:
        for one in self.sheet(sheet).iter(_tag("sheetView")):
            one.set("zoomScale", str(percent))

    def last_sheet_first(self) -> None:
        """The tabs sorted otherwise; names of single sheets follow."""
        sheets = self.book.find(_tag("sheets"))
        count = len(sheets)
        last = sheets[-1]
        sheets.remove(last)
        sheets.insert(0, last)
        for one in self.book.iter(_tag("definedName")):
            if one.get("localSheetId") is not None:
                one.set("localSheetId", str((int(one.get("localSheetId")) + 1) % count))

    def bold(self, sheet: str, address: str) -> None:
        def change(xf: ET.Element, styles: ET.Element) -> None:
            fonts = styles.find(_tag("fonts"))
            font = copy.deepcopy(fonts[int(xf.get("fontId", "0"))])
            font.insert(0, ET.Element(_tag("b")))
            fonts.append(font)
            fonts.set("count", str(len(fonts)))
            xf.set("fontId", str(len(fonts) - 1))

        self.style(sheet, address, change)

    def hide_columns(self, sheet: str, first: int, last: int) -> None:
        columns = self.sheet(sheet).find(_tag("cols"))
        for one in columns:
            if first <= int(one.get("min")) and int(one.get("max")) <= last:
                one.set("hidden", "1")

    def manual_calculation(self) -> None:
        self.book.find(_tag("calcPr")).set("calcMode", "manual")

    def move_rows(self, sheet: str, first: int, count: int) -> None:
        """Whole rows put in above row `first`, as a program does it: addresses, names and merges follow."""
        part = self.sheet_part(sheet)

        def row_of(match: re.Match[str]) -> str:
            number = int(match[3])
            return f"{match[1]}{match[2]}{number + count if number >= first else number}"

        own = re.compile(r"(\$?[A-Z]{1,3})(\$?)(\d+)")
        root = self.tree(part)
        for row in root.iter(_tag("row")):
            number = int(row.get("r"))
            if number >= first:
                row.set("r", str(number + count))
            for cell in row:
                cell.set("r", own.sub(row_of, cell.get("r")))
        for one in root.iter(_tag("mergeCell")):
            one.set("ref", own.sub(row_of, one.get("ref")))
        foreign = re.compile(rf"('?{re.escape(sheet)}'?!)((?:\$?[A-Z]{{1,3}}\$?\d+:?)+)")
        for other in [name for name in self.parts if name.startswith("xl/worksheets/sheet")]:
            for formula in self.tree(other).iter(_tag("f")):
                text = _outside_texts(
                    formula.text or "", lambda part: foreign.sub(lambda match: match[1] + own.sub(row_of, match[2]), part)
                )
                formula.text = _own_rows(text, own, row_of) if other == part else text
        for name in self.book.iter(_tag("definedName")):
            name.text = foreign.sub(lambda match: match[1] + own.sub(row_of, match[2]), name.text or "")

    def move_columns(self, sheet: str, first: int, count: int) -> None:
        """Whole columns put in before column `first` (from zero), or as many taken out before it: addresses, names and merges follow."""
        part = self.sheet_part(sheet)
        root = self.tree(part)
        gone = range(first + count, first)

        def column_of(match: re.Match[str]) -> str:
            number = _number(match[2])
            return f"{match[1]}{column_letter(number + count if number >= first else number)}{match[3]}{match[4]}"

        own = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)")
        for row in root.iter(_tag("row")):
            for cell in list(row):
                if _number(re.sub("[^A-Z]", "", cell.get("r"))) in gone:
                    row.remove(cell)
                else:
                    cell.set("r", own.sub(column_of, cell.get("r")))
        merges = root.find(_tag("mergeCells"))
        for one in [] if merges is None else list(merges):
            ends = [_number(re.sub("[^A-Z]", "", end)) for end in one.get("ref").split(":")]
            if set(ends) & set(gone):
                merges.remove(one)
            one.set("ref", own.sub(column_of, one.get("ref")))
        columns = root.find(_tag("cols"))
        for one in [] if columns is None else list(columns):
            wide = range(int(one.get("min")) - 1, int(one.get("max")))
            there = [column + count if column >= first else column for column in wide if column not in gone]
            if there:
                one.set("min", str(there[0] + 1))
                one.set("max", str(there[-1] + 1))
            else:
                columns.remove(one)
        foreign = re.compile(rf"('?{re.escape(sheet)}'?!)((?:\$?[A-Z]{{1,3}}\$?\d+:?)+)")
        for other in [name for name in self.parts if name.startswith("xl/worksheets/sheet")]:
            for formula in self.tree(other).iter(_tag("f")):
                text = _outside_texts(
                    formula.text or "", lambda part: foreign.sub(lambda match: match[1] + own.sub(column_of, match[2]), part)
                )
                formula.text = _own_rows(text, own, column_of) if other == part else text
        for name in self.book.iter(_tag("definedName")):
            name.text = foreign.sub(lambda match: match[1] + own.sub(column_of, match[2]), name.text or "")

    def carry(self, sheet: str, old: str, new: str) -> None:
        """A cell cut and pasted elsewhere on its sheet: names and formulas follow it, the old cell is blank."""
        source, target = self.cell(sheet, old), self.cell(sheet, new)
        for child in list(target):
            target.remove(child)
        target.extend(list(source))
        for attribute in ("t", "s"):
            target.attrib.pop(attribute, None)
            if attribute in source.attrib:
                target.set(attribute, source.get(attribute))
        for child in list(source):
            source.remove(child)
        source.attrib.pop("t", None)
        there, here = _absolute(old), _absolute(new)
        for name in self.book.iter(_tag("definedName")):
            if name.text in (f"{sheet}!{there}", f"'{sheet}'!{there}"):
                name.text = f"'{sheet}'!{here}"
        letters, row = re.fullmatch("([A-Z]+)([0-9]+)", old).groups()
        alone = rf"\$?{letters}\$?{row}(?![\d:(\w])"
        foreign, own = re.compile(rf"('?{re.escape(sheet)}'?!){alone}"), re.compile(rf"(?<![\w.:!$]){alone}")
        for part in [part for part in self.parts if part.startswith("xl/worksheets/sheet")]:
            for formula in self.tree(part).iter(_tag("f")):
                pieces = re.split('("(?:[^"]|"")*")', formula.text or "")  # what stands in quotation marks stays
                for at in range(0, len(pieces), 2):
                    text = foreign.sub(rf"\g<1>{new}", pieces[at])
                    pieces[at] = own.sub(new, text) if part == self.sheet_part(sheet) else text
                formula.text = "".join(pieces)

    def draw(self, sheet: str, address: str, *, text: str = "", picture: bool = False) -> None:
        """A text box, or a picture, over a cell."""
        column, row = _order(address)[1], int(re.sub("[^0-9]", "", address)) - 1
        number = sum((ord(letter) - 64) * 26**at for at, letter in enumerate(reversed(column))) - 1
        drawing = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
        shape = "http://schemas.openxmlformats.org/drawingml/2006/main"
        ends = "".join(
            f"<xdr:{end}><xdr:col>{number + at}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row + at}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{end}>"
            for at, end in enumerate(("from", "to"))
        )
        box = (
            '<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="文本框 1"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
            '<xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr>'
            f"<xdr:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
        )
        image = (
            '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="图片 1"/><xdr:cNvPicPr/></xdr:nvPicPr>'
            '<xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>'
        )
        part = f"xl/drawings/drawing{900 + len(self.parts)}.xml"
        self.parts[part] = (
            f'<xdr:wsDr xmlns:xdr="{drawing}" xmlns:a="{shape}" xmlns:r="{RELS}"><xdr:twoCellAnchor>{ends}{image if picture else box}'
            "<xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"
        ).encode()
        self._type(part, "application/vnd.openxmlformats-officedocument.drawing+xml")
        if picture:
            media = f"xl/media/seal{len(self.parts)}.png"
            self.parts[media] = b"\x89PNG\r\n\x1a\n" + bytes(40)
            self._default("png", "image/png")
            self._relate(part, "image", f"../media/{media.rpartition('/')[2]}")
        key = self._relate(self.sheet_part(sheet), "drawing", f"../drawings/{part.rpartition('/')[2]}")
        old = self.sheet(sheet).find(_tag("drawing"))
        if old is not None:
            self.sheet(sheet).remove(old)
        element = ET.Element(_tag("drawing"))
        element.set(f"{{{RELS}}}id", key)
        before = {
            _tag(one)
            for one in ("legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst")
        }
        root = self.sheet(sheet)
        root.insert(next((at for at, one in enumerate(root) if one.tag in before), len(root)), element)

    def note(self, sheet: str, address: str, text: str) -> None:
        """A comment at a cell."""
        part = f"xl/comments{900 + len(self.parts)}.xml"
        self.parts[part] = (
            f'<comments xmlns="{MAIN}"><authors><author>填报人</author></authors><commentList><comment ref="{address}" authorId="0">'
            f"<text><t>{text}</t></text></comment></commentList></comments>"
        ).encode()
        self._type(part, "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml")
        self._relate(self.sheet_part(sheet), "comments", f"../{part.rpartition('/')[2]}")

    def add_sheet(self, name: str, state: str = "visible", **cells: object) -> None:
        """Another sheet behind the others."""
        part = f"xl/worksheets/sheet{900 + len(self.parts)}.xml"
        self.parts[part] = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode()
        self._type(part, "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml")
        key = self._relate("xl/workbook.xml", "worksheet", part.removeprefix("xl/"))
        sheets = self.book.find(_tag("sheets"))
        own = ET.SubElement(sheets, _tag("sheet"), name=name, sheetId=str(900 + len(sheets)))
        own.set(f"{{{RELS}}}id", key)
        if state != "visible":
            own.set("state", state)
        for address, value in cells.items():
            self.put(name, address, value)

    def external_link(self, target: str = "file:///D:/别的表.xlsx") -> None:
        """A link to another workbook."""
        part = "xl/externalLinks/externalLink1.xml"
        self.parts[part] = f'<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{RELS}" r:id="rId1"/></externalLink>'.encode()
        self._type(part, "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml")
        self._relate(part, "externalLinkPath", target, outside=True)
        key = self._relate("xl/workbook.xml", "externalLink", "externalLinks/externalLink1.xml")
        links = ET.Element(_tag("externalReferences"))
        ET.SubElement(links, _tag("externalReference")).set(f"{{{RELS}}}id", key)
        at = next(at for at, one in enumerate(self.book) if one.tag == _tag("sheets"))
        self.book.insert(at + 1, links)

    def macros(self, project: bytes) -> None:
        """Another macro project, or one where there was none."""
        known = "xl/vbaProject.bin" in self.parts
        self.parts["xl/vbaProject.bin"] = project
        if not known:
            self._default("bin", "application/vnd.ms-office.vbaProject")
            relations = self._relations("xl/workbook.xml")
            kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
            ET.SubElement(relations, f"{{{PACKAGE_RELS}}}Relationship", Id="rIdVba", Type=kind, Target="vbaProject.bin")

    def property(self, name: str, value: str | None) -> None:
        """A custom property of the document given another value, or taken away (None)."""
        tree = self.tree("docProps/custom.xml")
        for one in list(tree):
            if one.get("name") == name:
                if value is None:
                    tree.remove(one)
                else:
                    one[0].text = value

    def _relations(self, part: str) -> ET.Element:
        folder, _, name = part.rpartition("/")
        rels = f"{folder}/_rels/{name}.rels"
        if rels not in self.parts:
            self.parts[rels] = f'<Relationships xmlns="{PACKAGE_RELS}"/>'.encode()
        return self.tree(rels)

    def _relate(self, part: str, kind: str, target: str, *, outside: bool = False) -> str:
        relations = self._relations(part)
        key = f"rId{900 + len(relations)}" if len(relations) else "rId1"
        own = ET.SubElement(relations, f"{{{PACKAGE_RELS}}}Relationship", Id=key, Type=f"{RELS}/{kind}", Target=target)
        if outside:
            own.set("TargetMode", "External")
        return key

    def _type(self, part: str, kind: str) -> None:
        ET.SubElement(self.tree("[Content_Types].xml"), f"{{{TYPES}}}Override", PartName=f"/{part}", ContentType=kind)

    def _default(self, extension: str, kind: str) -> None:
        types = self.tree("[Content_Types].xml")
        if not any(one.get("Extension") == extension for one in types):
            types.insert(0, ET.Element(f"{{{TYPES}}}Default", Extension=extension, ContentType=kind))

    def write(self, path: Path) -> Path:
        """The changed file."""
        for part, root in self._trees.items():
            if part in self.parts:
                self.parts[part] = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for name, data in self.parts.items():
                package.writestr(name, data)
        return path


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _absolute(address: str) -> str:
    return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", address)


def _order(address: str) -> tuple[int, str]:
    letters = re.sub("[0-9]", "", address)
    return len(letters), letters


def _outside_texts(formula: str, change: Callable[[str], str]) -> str:
    """A formula changed outside of its texts: a text stays as it is, whatever it names."""
    return "".join(part if at % 2 else change(part) for at, part in enumerate(re.split(r"(\"(?:[^\"]|\"\")*\")", formula)))


def _own_rows(text: str, own: re.Pattern[str], row_of: Callable[[re.Match[str]], str]) -> str:
    """The addresses of a sheet's own formula, texts and other sheets' addresses left alone."""
    parts = re.split(r"(\"(?:[^\"]|\"\")*\"|'[^']+'![$A-Z0-9:]+|[\w]+\()", text)
    return "".join(part if at % 2 else re.sub(rf"(?<![\w.!]){own.pattern}(?![\w(])", row_of, part) for at, part in enumerate(parts))
