"""The one reader: a workbook file -> Package, opened once, each part read once, nothing taken on trust.

Three readers make the same package. The fast one knows how programs usually write sheets (`cells`); a part it doesn't know goes to the general
one, an XML walk; a package whose workbook is found in no way known here goes to openpyxl (`slow_package`), after every bound was checked.
Parts that are the same in many files (styles, theme, macros, hidden sheets' surroundings) are read once for all of them.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar
from xml.parsers import expat

from xl_jixiao.finding import own_fault
from xl_jixiao.sheet.book_parts import (
    Book,
    Relation,
    Sheet,
    part_named,
    read_book,
    read_chart,
    read_description,
    read_drawing,
    read_notes,
    read_old_drawing,
    read_properties,
    read_relations,
    read_table,
    relations_part,
)
from xl_jixiao.sheet.cells import Rows, places
from xl_jixiao.sheet.content import (
    Drawn,
    DrawnChart,
    NotUnderstood,
    OwnFault,
    Package,
    Refused,
    Setting,
    SheetContent,
    UnreadableWorkbook,
    shown,
)
from xl_jixiao.sheet.formula_text import compared
from xl_jixiao.sheet.markup import Allowance
from xl_jixiao.sheet.sheet_part import Around, read_sheet, read_texts
from xl_jixiao.sheet.styles import OFFICE_THEME, Styles, read_styles, read_theme
from xl_jixiao.sheet.zipped import Known, ZippedPart, entries, file_bytes, other_format

__all__ = ["Package", "UnreadableWorkbook", "Way", "compared", "read"]

_LARGEST_FOR_OPENPYXL = 8 * 2**20
_RICH_VALUES = "xl/richdata/"
_RICH_CELL = re.compile(rb"<c [^<>]{0,200}\bvm=[^<>]{0,200}>")
_ADDRESS = re.compile(rb"""\br=["']([A-Za-z]{1,3}[0-9]{1,7})["']""")
_SHEET_KINDS = {"worksheet": "worksheet", "chartsheet": "chartsheet", "dialogsheet": "dialogsheet"}

_NO_RELATIONS: Mapping[str, Relation] = MappingProxyType({})
_known = Known()
Read = TypeVar("Read")


class Way(IntEnum):
    """The first reader to try. All make the same package; the later ones only take longer."""

    FAST = 0
    GENERAL = 1
    OPENPYXL = 2


def read(path: Path, way: Way = Way.FAST) -> Package:
    """The workbook in a file. Raises UnreadableWorkbook: one clear Chinese line, with the file's name and what to do; OwnFault where the mistake
    is ours."""
    try:
        return _read(path, file_bytes(path), way)
    except Refused as refused:
        raise UnreadableWorkbook(f"{shown(path.name)}：{shown(str(refused), 400)}") from None
    except Exception as error:
        raise OwnFault(f"{shown(path.name)}：{own_fault(error)}") from error


def _read(path: Path, data: bytes, way: Way) -> Package:
    opened = _Opened(path.name, entries(data), way)
    if way is not Way.OPENPYXL:
        try:
            return opened.package()
        except NotUnderstood:
            if sum(part.size for part in opened.parts.values()) > _LARGEST_FOR_OPENPYXL:
                raise
    opened.check_all()
    from xl_jixiao.sheet.slow_package import read_slowly

    return replace(read_slowly(path.name, data), parts=tuple(opened.parts), description=opened.description())


@dataclass
class _Opened:
    """A package whose container was checked, with what its reading may still cost."""

    file: str
    parts: Mapping[str, ZippedPart]
    way: Way
    allowance: Allowance = field(default_factory=Allowance)
    seen: set[str] = field(default_factory=set)

    def package(self) -> Package:
        """All of it. Raises Refused, NotUnderstood and the errors of parsers."""
        name, root = self._book_part()
        book = self._known(name, read_book)
        if book.kind != "workbook" or not book.sheets:
            raise Refused("无法读取：不是 Excel 工作簿，或没有工作表")
        relations = self._relations(name)
        styles = self._styles(relations, name)
        texts = self._texts(relations, name)
        sheets = {sheet.name: self._sheet(sheet, name, relations, book, styles, texts) for sheet in book.sheets}
        macros = self._first(relations, name, "vbaProject")
        package = Package(
            file=self.file,
            sheets=MappingProxyType(sheets),
            names=book.all_names,
            local_names=tuple(book.local),
            properties=MappingProxyType(self._properties(root)),
            description=self.description(),
            looks=styles.looks,
            calculation=book.calculation,
            full_calculation=book.full_calculation,
            date_1904=book.date_1904,
            exact=book.exact,
            iterates=book.iterates,
            windowless=bool(book.windows) and not any(book.windows),
            protected=book.protected,
            parts=tuple(self.parts),
            faint=self.allowance.faint,
            macros=self._known(macros, _digest) if macros else None,
            project=self._known(macros, _as_it_is) if macros else None,
        )
        self.check_all()
        return package

    def check_all(self) -> None:
        """Inflates what nobody asked for too, so that no part is larger than it says. Raises Refused."""
        for name, part in self.parts.items():
            if name not in self.seen:
                _known.check(part)

    def _content(self, part: str) -> bytes:
        self.seen.add(part)
        return self.parts[part].content()

    def _known(self, part: str, reader: Callable[[bytes, Allowance], Read]) -> Read:
        """A part that is the same in many files, read once for all of them."""
        self.seen.add(part)
        entry = self.parts[part]
        try:
            return _known.read(entry.key, reader, entry.content, self.allowance)
        except expat.ExpatError as error:
            raise _broken(entry.name, error) from error

    def _relations(self, part: str) -> Mapping[str, Relation]:
        name = relations_part(part)
        return self._known(name, read_relations) if name in self.parts else _NO_RELATIONS

    def _of_kind(self, relations: Mapping[str, Relation], source: str, kind: str) -> list[str]:
        found = (part_named(item.target, source) for item in relations.values() if item.kind == kind and not item.outside)
        return [name for name in found if name in self.parts]

    def _first(self, relations: Mapping[str, Relation], source: str, kind: str) -> str:
        return next(iter(self._of_kind(relations, source, kind)), "")

    def _book_part(self) -> tuple[str, Mapping[str, Relation]]:
        """The part the workbook stands in, and the relations of the package."""
        if other := other_format(self.parts):
            raise Refused(f"是{other}，不是 .xlsx 工作簿", "请用 Excel 或 WPS 另存为 .xlsx")
        if "[content_types].xml" not in self.parts:
            raise Refused("不是有效的 .xlsx 或 .xlsm 文件")
        root = self._relations("")
        found = self._of_kind(root, "", "officeDocument")
        if len(found) != 1:
            raise NotUnderstood("缺少工作簿部件，无法读取")
        return found[0], root

    def _styles(self, relations: Mapping[str, Relation], book: str) -> Styles:
        part, theme = self._first(relations, book, "styles"), self._first(relations, book, "theme")
        colours = self._known(theme, read_theme) if theme else OFFICE_THEME
        return self._known(part, read_styles(colours)) if part else Styles()

    def _texts(self, relations: Mapping[str, Relation], book: str) -> tuple[str, ...]:
        part = self._first(relations, book, "sharedStrings")
        if not part:
            return ()
        try:
            return tuple(read_texts(self._content(part), self.allowance, fast=self.way is Way.FAST))
        except expat.ExpatError as error:
            raise _broken(self.parts[part].name, error) from error

    def _properties(self, root: Mapping[str, Relation]) -> Mapping[str, str]:
        part = self._first(root, "", "custom-properties") or self._first(root, "", "customProperties")
        return self._known(part, read_properties) if part else {}

    def description(self) -> str:
        """What the document says of itself."""
        part = self._first(self._relations(""), "", "core-properties")
        return self._known(part, read_description) if part else ""

    def _sheet(
        self, sheet: Sheet, book_part: str, relations: Mapping[str, Relation], book: Book, styles: Styles, texts: tuple[str, ...]
    ) -> SheetContent:
        relation = relations.get(sheet.relation)
        part = "" if relation is None or relation.outside else part_named(relation.target, book_part)
        if relation is None or part not in self.parts:
            raise Refused(f"无法读取：缺少工作表“{shown(sheet.name)}”的内容")
        if part in self.seen:
            raise Refused(f"工作表“{shown(sheet.name)}”与别的工作表共用内容，拒绝打开")
        kind = _SHEET_KINDS.get(relation.kind, "macrosheet")
        if kind != "worksheet":
            self.seen.add(part)
            return SheetContent(sheet.name, sheet.state, kind, self.parts[part].name)
        rows = Rows(texts, self.allowance, book.date_1904)
        content = self._content(part)
        try:
            around = read_sheet(content, rows, _known, fast=self.way is Way.FAST)
        except expat.ExpatError as error:
            raise _broken(self.parts[part].name, error) from error
        if around.kind != "worksheet" or around.bodies != 1:
            raise Refused(f"无法读取：工作表“{shown(sheet.name)}”的内容无法识别")
        return SheetContent(
            name=sheet.name,
            state=sheet.state,
            kind=kind,
            part=self.parts[part].name,
            cells=rows.cells,
            met=rows.met,
            unmet=rows.unmet,
            merges=around.merged,
            heights=MappingProxyType(rows.heights),
            widths=tuple(around.widths),
            hidden_rows=frozenset(rows.hidden),
            hidden_columns=frozenset(around.hidden_columns),
            rows_hidden_by_default=around.rows_hidden,
            protected=around.protected,
            conditional_formats=around.formats(styles),
            drawn=(*self._drawn(around, part), *self._pictured(content)),
            setting=self._setting(around, part),
        )

    def _setting(self, around: Around, sheet: str) -> Setting:
        relations = self._relations(sheet)
        drawings = [name for name in self._of_kind(relations, sheet, "drawing") if around.relations]
        charts = [name for drawing in drawings for name in self._of_kind(self._relations(drawing), drawing, "chart")]
        known = around.setting(relations)
        return replace(known, charts=tuple(map(self._chart, charts))) if charts else known

    def _pictured(self, content: bytes) -> Iterator[Drawn]:
        """The cells that show a picture in place of what they hold."""
        if any(name.startswith(_RICH_VALUES) for name in self.parts):
            for tag in _RICH_CELL.findall(content):
                address = _ADDRESS.search(tag)
                yield Drawn("picture", places[address[1].decode()] if address else None)

    def _covered(self, chart: str) -> bool:
        return any(one.kind == "chartUserShapes" for one in self._relations(chart).values())

    def _chart(self, part: str) -> DrawnChart:
        try:
            return read_chart(self._content(part), self.allowance, _known, covered=self._covered(part))
        except expat.ExpatError as error:
            raise _broken(self.parts[part].name, error) from error

    def _drawn(self, around: Around, sheet: str) -> tuple[Drawn, ...]:
        relations = self._relations(sheet)
        if not relations:
            return ()
        parts = [name for kind in ("comments", "threadedComment") for name in self._of_kind(relations, sheet, kind)]
        notes = {note: None for name in parts for note in self._known(name, read_notes)}
        tables = [name for kind in ("table", "pivotTable") for name in self._of_kind(relations, sheet, kind)]
        found: list[Drawn] = [*notes, *(one for name in tables for one in self._known(name, read_table))]
        for mark in around.relations:
            relation = relations.get(mark)
            part = "" if relation is None or relation.outside else part_named(relation.target, sheet)
            if relation is None or part not in self.parts:
                continue
            if relation.kind == "drawing":
                found.extend(self._known(part, read_drawing))
            elif relation.kind == "vmlDrawing":
                found.extend(one for one in self._known(part, read_old_drawing) if not (one.kind == "note" and notes))
            elif relation.kind == "image":
                found.append(Drawn("picture", None))
        return tuple(found)


def _broken(part: str, error: expat.ExpatError) -> Refused:
    return Refused(f"无法读取“{shown(part)}”，文件可能已损坏（第{error.lineno}行）")


def _digest(content: bytes, allowance: Allowance) -> str:
    return hashlib.sha256(content).hexdigest()


def _as_it_is(content: bytes, allowance: Allowance) -> bytes:
    return content
