"""The small parts of a workbook: relations, sheets and names, document properties, drawings."""

import html
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType

from xl_jixiao.sheet.cells import places
from xl_jixiao.sheet.content import LAST_COLUMN, LAST_ROW, LONGEST_TEXT, Drawn, DrawnChart, Name, Refused, shown
from xl_jixiao.sheet.formula_text import column_number
from xl_jixiao.sheet.markup import Allowance, true, walk, whole
from xl_jixiao.sheet.zipped import Known

_MOST_SHEETS = 200
_MOST_NAMES = 20_000
_MOST_PROPERTIES = 1_000
_MOST_RELATIONS = 20_000
_MOST_DRAWN = 20_000
_LONGEST_SHEET_NAME = 255
"""Excel allows 31 characters; others more."""
_BUILT_IN = "_xlnm."
"""What the names of Excel's own settings begin with: print areas, titles, filters."""

_POINTED = re.compile(r"(?:'((?:[^']|'')+)'|([^'!:(\[]+))!\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?")
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?")
_KEPT_NUMBER = re.compile(rb"<c:v>(%s)</c:v>" % _PLAIN_NUMBER.pattern.encode())
_OBJECT = re.compile(rb"""<[A-Za-z]+:ClientData\b[^<>]{0,1000}?\bObjectType\s*=\s*["']([A-Za-z]{1,20})["']""")
_OLD_SHAPE = re.compile(rb"<[A-Za-z]+:(?:shape|rect|roundrect|oval|line|polyline|image)\b")
_ANCHOR = re.compile(rb"<[A-Za-z]+:Anchor>\s*([0-9]{1,5})\s*,\s*[0-9]{1,9}\s*,\s*([0-9]{1,7})\s*,")
_MACRO = re.compile(rb"<[A-Za-z]+:FmlaMacro>([^<]{0,400})")
_OLD_TEXT = re.compile(rb"<[A-Za-z]+:textbox\b[^<>]{0,1000}>(.{0,2000}?)</[A-Za-z]+:textbox>", re.DOTALL)
_TAG = re.compile(rb"<[^<>]*>")
_LONGEST_ABOUT = 4000
_OLD_KINDS = {"Note": "note", "Pict": "picture", "Shape": "shape", "Rect": "shape", "Button": "control"}
_DRAWN = {"xdr:pic": "picture", "xdr:sp": "shape", "xdr:cxnSp": "shape", "xdr:graphicFrame": "chart", "xdr:contentPart": "other"}


@dataclass(frozen=True)
class Relation:
    """What a part refers to: the last word of the kind (worksheet, drawing …) and the part's name, or an address outside."""

    kind: str
    target: str
    outside: bool


def read_relations(content: bytes, allowance: Allowance) -> Mapping[str, Relation]:
    """The relations of a part by their marks, targets as written. Raises Refused and the errors of expat."""
    found: dict[str, Relation] = {}

    def opened(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship":
            mark = attributes.get("Id", "")
            if mark in found or len(found) >= _MOST_RELATIONS:
                raise Refused("部件关系重复或过多，拒绝打开")
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[mark] = Relation(kind, attributes.get("Target", ""), attributes.get("TargetMode") == "External")

    walk(content, allowance, opened, lambda tag, text: None)
    return found


@lru_cache(maxsize=1024)
def part_named(target: str, source: str) -> str:
    """The name, in lower case, of the part a relation of `source` leads to."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target.replace("\\", "/"))).lstrip("/").lower()


@lru_cache(maxsize=1024)
def relations_part(part: str) -> str:
    """Where the relations of a part stand."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


@dataclass(frozen=True)
class Sheet:
    """A sheet as the workbook lists it."""

    name: str
    state: str
    relation: str


@dataclass
class Book:
    """What the workbook part says. Made by one walk, then shared and never changed."""

    sheets: list[Sheet] = field(default_factory=list)
    names: dict[str, Name] = field(default_factory=dict)
    local: list[Name] = field(default_factory=list)
    calculation: str = "auto"
    full_calculation: bool = False
    date_1904: bool = False
    exact: bool = True
    iterates: bool = False
    protected: bool = False
    windows: list[bool] = field(default_factory=list)
    """Whether each of its windows is seen, with the tabs of its sheets."""
    kind: str = ""

    @cached_property
    def all_names(self) -> Mapping[str, Name]:
        """The names of the workbook: the same mapping for every workbook with this part."""
        return MappingProxyType(self.names)


@dataclass
class _BookWalk:
    book: Book = field(default_factory=Book)
    depth: int = 0
    named: Mapping[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def opened(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag begins."""
        self.depth += 1
        book = self.book
        if self.depth == 1:
            book.kind = tag
        elif tag == "sheet" and self.depth == 3:
            self._sheet(attributes)
        elif tag == "definedName":
            self.named = attributes
        elif tag == "calcPr":
            book.calculation = attributes.get("calcMode", "auto")
            book.full_calculation = true(attributes.get("fullCalcOnLoad"))
            book.exact = true(attributes.get("fullPrecision", "1"))
            book.iterates = true(attributes.get("iterate"))
        elif tag == "workbookView":
            book.windows.append(attributes.get("visibility", "visible") == "visible" and true(attributes.get("showSheetTabs", "1")))
        elif tag == "workbookPr":
            book.date_1904 = true(attributes.get("date1904"))
        elif tag == "workbookProtection":
            book.protected = true(attributes.get("lockStructure"))

    def _sheet(self, attributes: Mapping[str, str]) -> None:
        name = attributes.get("name", "")
        if not name or len(name) > _LONGEST_SHEET_NAME or any(name.lower() == sheet.name.lower() for sheet in self.book.sheets):
            raise Refused(f"工作表名“{shown(name)}”为空、过长或重复，拒绝打开")
        self.book.sheets.append(Sheet(name, attributes.get("state", "visible"), attributes.get("r:id", "")))
        if len(self.book.sheets) > _MOST_SHEETS:
            raise Refused(f"工作表超过{_MOST_SHEETS}张，拒绝打开", "请删除多余的工作表后另存为 .xlsx")

    def closed(self, tag: str, text: str) -> None:
        """A tag ends."""
        self.depth -= 1
        if tag == "definedName":
            self._name(self.named.get("name", ""), text)

    def _name(self, name: str, text: str) -> None:
        local = self.named.get("localSheetId")
        number = whole(local, -1)
        if local is not None and not 0 <= number < len(self.book.sheets):
            raise Refused(f"名称“{shown(name)}”所属的工作表不存在")
        sheet = self.book.sheets[number].name if local is not None else ""
        key = f"{sheet}\n{name.lower()}"
        if key in self.taken and sheet and name.startswith(_BUILT_IN):
            return  # LibreOffice says print titles of rows and columns twice, in either order
        if key in self.taken:
            raise Refused(f"名称“{shown(name)}”重复，拒绝打开")
        if len(text) > LONGEST_TEXT or len(self.taken) >= _MOST_NAMES:
            raise Refused("定义的名称过多或过长，拒绝打开", "请在“公式—名称管理器”中删除多余的名称后另存为 .xlsx")
        self.taken.add(key)
        found = Name(name, text, sheet, true(self.named.get("hidden")), pointed(text))
        if sheet:
            self.book.local.append(found)
        else:
            self.book.names[name] = found


def read_book(content: bytes, allowance: Allowance) -> Book:
    """The workbook part. Raises Refused and the errors of expat."""
    reader = _BookWalk()
    walk(content, allowance, reader.opened, reader.closed)
    return reader.book


def pointed(text: str) -> tuple[str, int, int] | None:
    """The one cell a name's text points at; None for areas, formulas, constants, other files and what is broken."""
    found = _POINTED.fullmatch(text.strip().removeprefix("="))
    if not found or (found[1] and "[" in found[1]):
        return None
    row, column = int(found[4]) - 1, column_number(found[3])
    one = found[5] is None or (found[5], found[6]) == (found[3], found[4])
    if not one or row > LAST_ROW or column > LAST_COLUMN:
        return None
    return (found[2] or found[1].replace("''", "'")), row, column


def read_properties(content: bytes, allowance: Allowance) -> Mapping[str, str]:
    """The custom document properties as texts. Raises Refused and the errors of expat."""
    found: dict[str, str] = {}
    name = ""

    def opened(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal name
        if tag == "property":
            name = attributes.get("name", "")

    def closed(tag: str, text: str) -> None:
        if tag.startswith("vt:") and name:
            found.setdefault(name, text)
        if len(found) > _MOST_PROPERTIES or len(text) > LONGEST_TEXT:
            raise Refused("文档属性过多或过长，拒绝打开")

    walk(content, allowance, opened, closed)
    return found


def read_description(content: bytes, allowance: Allowance) -> str:
    """What the document says of itself. Raises Refused and the errors of expat."""
    found: list[str] = []

    def closed(tag: str, text: str) -> None:
        if tag.endswith("description"):
            found.append(text[:LONGEST_TEXT])

    walk(content, allowance, lambda tag, attributes: None, closed)
    return next(iter(found), "")


def read_drawing(content: bytes, allowance: Allowance) -> Sequence[Drawn]:
    """What a drawing part lays over the cells. Raises Refused and the errors of expat."""
    found: list[Drawn] = []
    kind = macro = ""
    texts: list[str] = []
    start = {"xdr:row": -1, "xdr:col": -1}
    inside = False

    def opened(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal kind, macro, inside
        if tag in _DRAWN:
            macro = macro or attributes.get("macro", "")[:LONGEST_TEXT]
        if tag in ("xdr:twoCellAnchor", "xdr:oneCellAnchor", "xdr:absoluteAnchor"):
            kind = macro = ""
            texts.clear()
            start.update({"xdr:row": -1, "xdr:col": -1})
        elif tag == "xdr:from":
            inside = True
        elif tag in _DRAWN and not kind:
            kind = _DRAWN[tag]

    def closed(tag: str, text: str) -> None:
        nonlocal inside
        if inside and tag in start:
            start[tag] = whole(text)
        elif tag == "xdr:from":
            inside = False
        elif tag == "a:t":
            texts.append(text)
        elif tag in ("xdr:twoCellAnchor", "xdr:oneCellAnchor", "xdr:absoluteAnchor"):
            row, column = start["xdr:row"], start["xdr:col"]
            place = (row, column) if row >= 0 and column >= 0 else None
            found.append(Drawn(kind or "other", place, "".join(texts)[:LONGEST_TEXT], macro))
            if len(found) > _MOST_DRAWN:
                raise Refused("图形过多，拒绝打开", "请删除表格以外的图形后另存为 .xlsx")

    walk(content, allowance, opened, closed)
    return found


def read_notes(content: bytes, allowance: Allowance) -> Sequence[Drawn]:
    """The notes of a sheet. Raises Refused and the errors of expat."""
    found: list[Drawn] = []

    def opened(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "comment" or tag.endswith(":threadedComment"):
            found.append(Drawn("note", places[attributes.get("ref", "")]))
        if len(found) > _MOST_DRAWN:
            raise Refused("批注过多，拒绝打开")

    walk(content, allowance, opened, lambda tag, text: None)
    return found


def read_table(content: bytes, allowance: Allowance) -> Sequence[Drawn]:
    """The table, or pivot table, that lies over the cells. Raises Refused and the errors of expat."""
    found: list[Drawn] = []

    def opened(tag: str, attributes: Mapping[str, str]) -> None:
        if tag in ("table", "location") and not found:
            found.append(
                Drawn("table", places[attributes.get("ref", "").partition(":")[0]], "数据透视表" if tag == "location" else "表格样式")
            )

    walk(content, allowance, opened, lambda tag, text: None)
    return found


@dataclass(frozen=True)
class _ChartShape:
    """A chart whose kept numbers may be marks (#3): what many files have alike."""

    text: str
    areas: tuple[str, ...]
    kept: tuple[tuple[str, tuple[tuple[int, str], ...]], ...]
    formats: tuple[str, ...]
    unseen: bool
    scaled: bool


def read_chart(content: bytes, allowance: Allowance, known: Known, *, covered: bool = False) -> DrawnChart:
    """What a chart is drawn of, and whether it is `covered`; charts that differ in numbers alone are walked through once. Raises Refused and
    the errors of expat."""
    numbers: list[float] = []

    def marked(found: re.Match[bytes]) -> bytes:
        numbers.append(float(found[1]))
        return b"<c:v>#%d</c:v>" % (len(numbers) - 1)

    shape = content if b"#" in content else _KEPT_NUMBER.sub(marked, content)
    found = known.read(shape, _chart_shape, lambda: shape, allowance)
    kept = tuple([(area, tuple(_points(points, numbers))) for area, points in found.kept])
    return DrawnChart(found.text, found.areas, kept, found.formats, found.unseen, found.scaled, covered)


def _points(points: Iterable[tuple[int, str]], numbers: Sequence[float]) -> Iterator[tuple[int, float]]:
    for at, text in points:
        if not text.startswith("#"):
            yield at, float(text)
        elif numbers:  # else it is a text of the file's own
            yield at, numbers[int(text[1:])]


def _stretches(tag: str, value: str) -> bool:
    """Whether a setting of an axis of values makes bars longer or shorter than their numbers: it ends early, starts late, runs the other way."""
    upright = {"c:min": "0", "c:orientation": "minMax"}
    return tag in ("c:max", "c:logBase") or value != upright.get(tag, value)


def _chart_shape(content: bytes, allowance: Allowance) -> _ChartShape:
    texts: list[str] = []
    areas: list[str] = []
    kept: list[tuple[str, tuple[tuple[int, str], ...]]] = []
    numbers: list[tuple[int, str]] = []
    formats: dict[str, None] = {}
    area, point = "", 0
    within = dict.fromkeys(("c:ser", "c:dLbls", "c:spPr", "a:ln", "c:valAx"), 0)
    unseen = scaled = False

    def opened(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal point, unseen, scaled
        if tag in within:
            within[tag] += 1
        elif tag == "a:noFill":
            of_bars = within["c:ser"] and within["c:spPr"] and not (within["c:dLbls"] or within["a:ln"])
            unseen = unseen or bool(of_bars)
        elif tag == "c:dispUnits" or (within["c:valAx"] and _stretches(tag, attributes.get("val", ""))):
            scaled = True
        elif tag == "c:numCache":
            numbers.clear()
        elif tag == "c:numFmt":
            formats.setdefault(attributes.get("formatCode", "")[:LONGEST_TEXT])
        elif tag == "c:pt":
            point = whole(attributes.get("idx"))

    def closed(tag: str, text: str) -> None:
        nonlocal area
        if tag in within:
            within[tag] -= 1
        elif tag == "a:t":
            texts.append(text)
        elif tag == "c:f":
            area = text
            areas.append(text)
        elif tag == "c:v" and (_PLAIN_NUMBER.fullmatch(text) or text.startswith("#")):
            numbers.append((point, text))
        elif tag == "c:numRef":
            kept.append((area, tuple(numbers)))
            numbers.clear()

    walk(content, allowance, opened, closed)
    return _ChartShape("".join(texts)[:LONGEST_TEXT], tuple(areas), tuple(kept), tuple(formats), unseen, scaled)


def read_old_drawing(content: bytes, allowance: Allowance) -> Sequence[Drawn]:
    """The buttons, boxes and notes of a VML part, which need not be sound XML; a shape that says nothing of itself has no place. Raises
    Refused."""
    allowance.walk(content)
    starts = list(_OBJECT.finditer(content))
    unsaid = len(_OLD_SHAPE.findall(content)) - len(starts)
    found = [Drawn("shape", None)] if unsaid > 0 else []
    ends = [*(item.start() for item in starts[1:]), len(content)]
    for match, before, following in zip(starts, [0, *(item.end() for item in starts)], ends, strict=False):
        about = content[match.end() : min(following, match.end() + _LONGEST_ABOUT)]
        anchor, macro = _ANCHOR.search(about), _MACRO.search(about)
        place = (int(anchor[2]), int(anchor[1])) if anchor else None
        kind = _OLD_KINDS.get(match[1].decode("ascii"), "other")
        caption = _OLD_TEXT.search(content, before, match.start()) if kind == "control" else None
        found.append(Drawn(kind, place, _plain_text(caption), _plain_text(macro)))
        if len(found) > _MOST_DRAWN:
            raise Refused("图形过多，拒绝打开", "请删除表格以外的图形后另存为 .xlsx")
    return found


def _plain_text(found: re.Match[bytes] | None) -> str:
    """A text of a VML part without its tags."""
    return "" if found is None else html.unescape(_TAG.sub(b"", found[1]).decode("utf-8", "replace")).strip()[:LONGEST_TEXT]
