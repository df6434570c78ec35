"""A Word file in the settings of GB/T 9704-2012 党政机关公文格式: page, grid, fonts, headings, tables, page numbers.

The fonts it names are those of Chinese offices; the font table names what stands in for one that is missing.
"""

import datetime
import io
import re
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.simpletypes import ST_Merge
from docx.shared import Length, Mm, Pt

from xl_jixiao.outputs import replacing

TITLE_FONT, BODY_FONT, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
FALL_BACKS: Mapping[str, str] = MappingProxyType({TITLE_FONT: "华文中宋", BODY_FONT: "仿宋", KAI: "楷体", HEI: "SimHei", SONG: "SimSun"})
"""What Word uses where a font is missing: the font table's altName."""

LINES, CHARACTERS = 22, 28
MARGINS = (37, 35, 28, 26)
"""Top, bottom, left, right, in millimetres."""

TEXT_WIDTH = 210 - MARGINS[2] - MARGINS[3]
TEXT_HEIGHT = 297 - MARGINS[0] - MARGINS[1]
_TWIPS_PER_MM = 1440 / 25.4
_CONDENSED = -5
"""Twentieths of a point: 28 characters of 15.75 points fill the 156 mm, 29 don't fit."""

_CELL_MARGIN = 57
"""Left and right margin of a table cell, in twips: 1 mm."""

_MANY_COLUMNS = 13
"""A table with more columns is set smaller (9 points), with narrower margins: its figures would not fit their cells."""

_MINUS = re.compile(r"(?<![0-9A-Za-z)）])-(?=\d)")
"""A hyphen that is a minus sign: before a number, and not within a date or a range."""

_CREATED = datetime.datetime(2026, 1, 1)

_EMU_PER_MM = 36000
_CHART_HEIGHT = 80
"""In millimetres."""

_EXTERNAL = '<c:externalData r:id="{}"><c:autoUpdate val="0"/></c:externalData>'
_INLINE = (
    "<w:drawing {}><wp:inline distT='0' distB='0' distL='0' distR='0'><wp:extent cx='{}' cy='{}'/><wp:docPr id='{}' name='{}' descr='{}'/>"
    "<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri='http://schemas.openxmlformats.org/drawingml/2006/chart'>"
    "<c:chart r:id='{}'/></a:graphicData></a:graphic></wp:inline></w:drawing>"
)

LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


@dataclass(frozen=True)
class Style:
    """A paragraph style: font, size in points, alignment, first-line indent in characters, outline level."""

    name: str
    font: str
    size: float
    align: Any = None
    indent: int = 0
    outline: int | None = None
    single: bool = False
    """Single line spacing instead of the body's line pitch."""

    condensed: bool = False
    """Whether its characters are set a little closer, so that a line holds 28."""

    left: int = 0
    """Left indent in characters."""


STYLES: Mapping[str, Style] = MappingProxyType(
    {
        "title": Style("公文标题", TITLE_FONT, 22, CENTRE),
        "cover_title": Style("公文封面标题", TITLE_FONT, 26, CENTRE, single=True),
        "cover": Style("公文封面", BODY_FONT, 16, LEFT, single=True, left=4),
        "subtitle": Style("公文副标题", KAI, 16, CENTRE, condensed=True),
        "mark": Style("公文附件标志", HEI, 16, LEFT, condensed=True),
        "heading1": Style("公文一级标题", HEI, 16, indent=2, outline=0, condensed=True),
        "heading2": Style("公文二级标题", KAI, 16, indent=2, outline=1, condensed=True),
        "heading3": Style("公文三级标题", BODY_FONT, 16, indent=2, outline=2, condensed=True),
        "body": Style("公文正文", BODY_FONT, 16, indent=2, condensed=True),
        "addressee": Style("公文主送", BODY_FONT, 16, LEFT, condensed=True),
        "sign": Style("公文落款", BODY_FONT, 16, RIGHT, condensed=True),
        "note": Style("公文表注", SONG, 10.5, LEFT, single=True),
        "table_title": Style("公文表题", SONG, 12, CENTRE, single=True),
        "cell": Style("公文表格", SONG, 10.5, CENTRE, single=True),
        "cell_small": Style("公文密表", SONG, 9, CENTRE, single=True),
        "picture": Style("公文图", SONG, 10.5, CENTRE, single=True),
        "gap": Style("公文表间", SONG, 1, LEFT, single=True),
        "page": Style("公文页码", SONG, 14, single=True),
    }
)


@dataclass(frozen=True)
class TableCell:
    """One cell of a table: its text, where it starts, how far it reaches, how it looks."""

    row: int
    column: int
    text: str
    rows: int = 1
    span: int = 1
    bold: bool = False
    align: Any = CENTRE
    top: bool = False
    font: str = SONG


_BLANK = "\u3000"
_FAR_RIGHT = _BLANK * 8
"""What begins so is moved to the right of a cell of a sheet, as there is no other way there."""


class Official:
    """A Word file being written."""

    def __init__(self, title: str, *, line_pitch: float = 28) -> None:
        self._document = Document()
        self._pitch = line_pitch
        self._sections = 0
        self._charts = 0
        self._break = False
        core = self._document.core_properties
        core.title, core.author, core.last_modified_by, core.comments, core.keywords = title, "", "", "", ""
        core.created = core.modified = _CREATED
        core.revision = 1
        self._document.settings.odd_and_even_pages_header_footer = True
        self._drop_effects()
        self._set_normal()
        self._style_ids = {name: self._add_style(style) for name, style in STYLES.items()}
        self._name_fall_backs()
        self._page(self._document.sections[0], landscape=False)

    @staticmethod
    def cell_size(widths: Sequence[float]) -> float:
        """The type size of a table's cells, in points."""
        return STYLES[_cell_style(widths)].size

    @staticmethod
    def room(*, landscape: bool) -> tuple[float, float]:
        """Width and height of the text of a page, in points."""
        width, height = (TEXT_WIDTH, TEXT_HEIGHT) if not landscape else (TEXT_HEIGHT, TEXT_WIDTH)
        return width * 72 / 25.4, height * 72 / 25.4

    def section(self, *, landscape: bool = False, numbered: bool = True) -> None:
        """Starts a new page with its own orientation; a cover carries no page number."""
        self._sections += 1
        if self._sections == 1:
            section = self._document.sections[0]
        else:
            section = self._document.add_section(WD_SECTION.NEW_PAGE)
        self._page(section, landscape=landscape)
        section.different_first_page_header_footer = not numbered

    def page_break(self) -> None:
        """The next paragraph starts a page."""
        self._break = True

    def paragraph(self, text: str, style: str = "body", *, keep: bool = False) -> None:
        """A paragraph; line breaks in the text become paragraphs of the same style; with `keep` on one page with what follows."""
        for line in text.split("\n"):
            paragraph = self._document.add_paragraph()
            paragraph._p.style = self._style_ids[style]
            _write(paragraph, line.strip("　 ") if STYLES[style].indent else line)
            if keep:
                paragraph.paragraph_format.keep_with_next = True
            if self._break:
                paragraph.paragraph_format.page_break_before = True
                self._break = False

    def chart(self, title: str, xml: bytes, workbook: bytes) -> None:
        """A native chart over the width of the text, with the workbook of its figures: Word and WPS draw it, and open it for editing."""
        self._charts += 1
        parts = self._document.part.package
        name = "/word/charts/chart{}.xml", "/word/embeddings/Microsoft_Excel_Sheet{}.xlsx"
        uri, inside = (PackURI(one.format(self._charts)) for one in name)
        part = Part(uri, CONTENT_TYPE.DML_CHART, b"", parts)
        held = part.relate_to(Part(inside, CONTENT_TYPE.SML_SHEET, workbook, parts), RELATIONSHIP_TYPE.PACKAGE)
        before, mark, after = xml.decode("utf-8").partition("<c:printSettings>")
        part._blob = f"{before}{_EXTERNAL.format(held)}{mark}{after}".encode()
        chart = self._document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
        size = TEXT_WIDTH * _EMU_PER_MM, _CHART_HEIGHT * _EMU_PER_MM
        paragraph = self._document.add_paragraph(style=STYLES["picture"].name)
        said = escape(title, {"'": "&apos;"})
        inline = _INLINE.format(nsdecls("w", "wp", "a", "c", "r"), *size, self._charts, f"图{self._charts}", said, chart)
        paragraph.add_run()._r.append(parse_xml(inline))

    def table(
        self,
        widths: Sequence[float],
        cells: Sequence[TableCell],
        *,
        least: Mapping[int, float] = MappingProxyType({}),
        heads: int = 0,
        keep: Collection[int] = (),
        frame: bool = True,
    ) -> None:
        """A table over the whole text width.

        `least` are the lowest row heights in points, `heads` rows are repeated on every page, rows of `keep` stay on one page
        with the row after them.
        """
        count = max(cell.row + cell.rows for cell in cells)
        table = self._document.add_table(rows=count, cols=len(widths), style="Table Grid" if frame else None)
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        style = _cell_style(widths)
        margins = OxmlElement("w:tblCellMar")
        for side in ("left", "right"):
            margin = OxmlElement(f"w:{side}")
            margin.set(qn("w:w"), str(_CELL_MARGIN if style == "cell" else _CELL_MARGIN // 2))
            margin.set(qn("w:type"), "dxa")
            margins.append(margin)
        table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription", "w:tblPrChange")
        section: Any = self._document.sections[-1]
        room = section.page_width - section.left_margin - section.right_margin
        columns = [int(room * width / sum(widths)) for width in widths]
        grid = [table.rows[row].cells for row in range(count)]
        for column, width in zip(table.columns, columns, strict=True):
            column.width = width
        for cell in cells:
            place = grid[cell.row][cell.column]
            _join(grid, cell)
            place.width = sum(columns[cell.column : cell.column + cell.span])
            self._fill(place, cell, style)
        for row, height in least.items():
            table.rows[row].height, table.rows[row].height_rule = Pt(height), WD_ROW_HEIGHT_RULE.AT_LEAST
        self._tie_rows(table, cells, keep)
        for row in range(heads):
            table.rows[row]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))

    def _tie_rows(self, table: Any, cells: Sequence[TableCell], keep: Collection[int]) -> None:
        """Pages break between rows, not inside one; only rows with passages of text may be split."""
        passages = {row for cell in cells if cell.top for row in range(cell.row, cell.row + cell.rows)}
        for row in set(range(len(table.rows))) - passages:
            table.rows[row]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for row in keep:
            for cell in table.rows[row]._tr.tc_lst:  # the covered cells of a merge too: LibreOffice asks the first cell of a row
                for paragraph in cell.p_lst:
                    paragraph.get_or_add_pPr().get_or_add_keepNext()

    def save(self, path: Path, *, overwrite: bool = False) -> Path:
        """Writes the file; equal content, equal bytes. Raises FileExistsError unless told to overwrite."""
        stream = io.BytesIO()
        self._document.save(stream)
        return put_package(stream, path, overwrite=overwrite)

    def _fill(self, place: Any, cell: TableCell, style: str) -> None:
        place.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP if cell.top else WD_CELL_VERTICAL_ALIGNMENT.CENTER
        lines = cell.text.split("\n")
        for extra in place.paragraphs[1:]:
            extra._p.getparent().remove(extra._p)
        for at, line in enumerate(lines):
            paragraph = place.paragraphs[0] if at == 0 else place.add_paragraph()
            paragraph._p.style = self._style_ids[style]  # asked for by its name, each is looked for among all
            far = line.startswith(_FAR_RIGHT)  # a date at the end of a cell: never parted, however wide the cell is
            paragraph.alignment = RIGHT if far else cell.align
            run = _write(paragraph, line.lstrip(_BLANK) if far else line)
            run.bold = cell.bold or None
            if cell.font != SONG:
                _set_fonts(run._r.get_or_add_rPr(), cell.font)

    def _page(self, section: Any, *, landscape: bool) -> None:
        top, bottom, left, right = MARGINS
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        width, height = (297, 210) if landscape else (210, 297)
        section.page_width, section.page_height = Mm(width), Mm(height)
        # A landscape page is the portrait one turned: its binding edge is at the top.
        edges = (left, right, bottom, top) if landscape else (top, bottom, left, right)
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = map(Mm, edges)
        section.header_distance, section.footer_distance = Mm(15), Mm(24 if not landscape else 15)
        for old in section._sectPr.findall(qn("w:docGrid")):
            section._sectPr.remove(old)
        grid = OxmlElement("w:docGrid")
        grid.set(qn("w:type"), "linesAndChars")
        grid.set(qn("w:linePitch"), str(round(TEXT_HEIGHT * _TWIPS_PER_MM / LINES)))
        grid.set(qn("w:charSpace"), str(round((TEXT_WIDTH * 72 / 25.4 / CHARACTERS - 16) * 4096)))
        section._sectPr.append(grid)
        if self._sections <= 1:
            for footer, align in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
                footer.is_linked_to_previous = False
                self._number(footer.paragraphs[0], align)
            section.first_page_footer.is_linked_to_previous = False

    def _number(self, paragraph: Any, align: Any) -> None:
        """``— 1 —``, one character away from the edge of the text."""
        paragraph.style = STYLES["page"].name
        paragraph.alignment = align
        for run in list(paragraph.runs):
            paragraph._p.remove(run._r)
        for kind, text in (("text", "— "), ("begin", ""), ("code", "PAGE"), ("separate", ""), ("text", "1"), ("end", ""), ("text", " —")):
            run = paragraph.add_run(text if kind == "text" else "")
            if kind == "code":
                code = OxmlElement("w:instrText")
                code.set(qn("xml:space"), "preserve")
                code.text = f" {text} "
                run._r.append(code)
            elif kind != "text":
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
                run._r.append(mark)
        indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:rightChars" if align == RIGHT else "w:leftChars"), "100")

    def _drop_effects(self) -> None:
        """Drops the template's second copy of its styles, kept for Word 2007: it would contradict ours, and Word may repair the file."""
        part = self._document.part
        for key in [key for key, relation in part.rels.items() if relation.reltype.endswith("/stylesWithEffects")]:
            part.drop_rel(key)

    def _set_normal(self) -> None:
        normal = self._document.styles["Normal"]
        normal.font.size = Pt(16)
        _set_fonts(normal.element.get_or_add_rPr(), BODY_FONT)

    def _add_style(self, spec: Style) -> str:
        """Its id."""
        style = self._document.styles.add_style(spec.name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = self._document.styles["Normal"]
        style.font.size, style.font.bold = Pt(spec.size), False
        _set_fonts(style.element.get_or_add_rPr(), spec.font)
        form = style.paragraph_format
        form.space_before = form.space_after = Pt(0)
        if spec.align is not None:
            form.alignment = spec.align
        _off_grid(style.element.get_or_add_pPr())
        if spec.condensed:
            spacing = OxmlElement("w:spacing")
            spacing.set(qn("w:val"), str(_CONDENSED))
            style.element.get_or_add_rPr().insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")
        if spec.single:
            form.line_spacing_rule = WD_LINE_SPACING.SINGLE
        else:
            form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(max(self._pitch, spec.size * 1.4))
        properties = style.element.get_or_add_pPr()
        if spec.indent or spec.left:
            indent = properties.get_or_add_ind()
            for attribute, characters in (("firstLine", spec.indent), ("left", spec.left)):
                if characters:
                    indent.set(qn(f"w:{attribute}Chars"), str(characters * 100))
                    indent.set(qn(f"w:{attribute}"), str(round(characters * spec.size * 20)))
        if spec.outline is not None:
            form.keep_with_next = True
            level = OxmlElement("w:outlineLvl")
            level.set(qn("w:val"), str(spec.outline))
            properties.append(level)
        return str(style.style_id)

    def _name_fall_backs(self) -> None:
        """The font table's altName: what Word takes where the font is missing."""
        part = next(part for part in self._document.part.package.iter_parts() if str(part.partname).endswith("/fontTable.xml"))
        fonts = "".join(
            f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
            for name, other in FALL_BACKS.items()
        )
        namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        part._blob = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts xmlns:w="{namespace}">{fonts}</w:fonts>'.encode()


def put_package(stream: io.BytesIO, path: Path, *, overwrite: bool = False) -> Path:
    """Writes a package with the same dates on every part. Raises FileExistsError unless told to overwrite."""
    with replacing(path, overwrite=overwrite) as temporary:
        with zipfile.ZipFile(stream) as source, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                target.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), source.read(name), zipfile.ZIP_DEFLATED)
    return path


def _write(paragraph: Any, text: str) -> Any:
    """A run with the text; a minus sign stays with its number where a line ends."""
    first, *rest = _MINUS.split(text)
    run = paragraph.add_run(first)
    for part in rest:
        run._r.append(OxmlElement("w:noBreakHyphen"))
        run.add_text(part)
    return run


def _join(grid: Sequence[Sequence[Any]], cell: TableCell) -> None:
    """The places of a cell as one. python-docx's own way asks the whole table about every cell of it, and takes ten times as long."""
    for row in range(cell.row, cell.row + cell.rows):
        first, *covered = (place._tc for place in grid[row][cell.column : cell.column + cell.span])
        for one in covered:
            first.width = Length(first.width + one.width)
            one.getparent().remove(one)
        first.grid_span = cell.span
        if cell.rows > 1:
            first.vMerge = ST_Merge.RESTART if row == cell.row else ST_Merge.CONTINUE


def _cell_style(widths: Sequence[float]) -> str:
    return "cell_small" if len(widths) > _MANY_COLUMNS else "cell"


def _off_grid(properties: Any) -> None:
    """The page declares its grid, the styles say themselves what it means: so WPS and LibreOffice set the same lines as Word."""
    for old in properties.findall(qn("w:snapToGrid")):
        properties.remove(old)
    mark = OxmlElement("w:snapToGrid")
    mark.set(qn("w:val"), "0")
    properties.insert_element_before(mark, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")


def _set_fonts(properties: Any, name: str) -> None:
    """One font for every script; without eastAsia Word would show Chinese in the theme's font."""
    fonts = properties.get_or_add_rFonts()
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)
