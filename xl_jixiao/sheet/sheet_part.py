"""A sheet part: its cells, and everything else that changes what a reader of the sheet sees."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from xml.parsers import expat

from xl_jixiao.sheet.book_parts import Relation
from xl_jixiao.sheet.cells import Cells, Rows, places, texts_general
from xl_jixiao.sheet.content import LAST_COLUMN, LONGEST_TEXT, ConditionalFormat, Limit, Rectangle, Refused, Setting
from xl_jixiao.sheet.fast_cells import Odd, read_fast, texts_fast
from xl_jixiao.sheet.markup import Allowance, fraction, true, walk, whole
from xl_jixiao.sheet.styles import OwnChange, Styles
from xl_jixiao.sheet.zipped import Known

_MOST_MERGES = 100_000
_MOST_RULES = 20_000
_LONGEST_RULE = 300
_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_UTF8 = re.compile(
    rb'(?:\xef\xbb\xbf)?(?:<\?xml version="1\.[0-9]"(?: encoding="[Uu][Tt][Ff]-8")?(?: standalone="(?:yes|no)")? ?\?>)?\s*<[A-Za-z]'
)
_VIEW = rb'(?: [A-Za-z0-9]+="[ -!#-%\'-;=?-~]*")*'
_VIEWS = re.compile(rb"<sheetViews>(?:<sheetView%s ?(?:/>|>(?:<(?:pane|selection)%s ?/>)*</sheetView>))+</sheetViews>" % (_VIEW, _VIEW))
_TELLING = re.compile(
    rb' (?:showZeros|showFormulas|rightToLeft)="| zoomScale="[0-9]{1,2}"|<sheetView [^<>]*topLeftCell="(?!A1")[^<>]*>.*?state="frozen'
)
_GUARDED = {
    **dict.fromkeys(("formatCells", "formatColumns", "formatRows", "insertColumns", "insertRows", "insertHyperlinks"), "1"),
    **dict.fromkeys(("deleteColumns", "deleteRows", "sort", "autoFilter", "pivotTables"), "1"),
    **dict.fromkeys(("selectLockedCells", "selectUnlockedCells", "objects", "scenarios"), "0"),
}
"""What the protection of a sheet forbids or leaves, and what holds where a file doesn't say: "1" is forbidden."""

_PAGE_TEXTS = frozenset(("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"))
_VIEW_NAMES = re.compile(rb' ([A-Za-z0-9]+)="')
_TEXTS = re.compile(rb"<sst(?: [^<>]*)?>")
_USUAL_TEXTS = re.compile(rb'(?: (?:count|uniqueCount)="[0-9]*")*')


@dataclass(frozen=True)
class FormatRule:
    """A conditional format as its sheet has it: `changes` is its number among the workbook's differential formats."""

    area: str
    kind: str
    operator: str
    formulas: tuple[str, ...]
    changes: int | None
    shows_value: bool = True
    own: OwnChange | None = None
    """The look it spells out itself instead."""


@dataclass
class Around:
    """What a sheet part says outside its cells. Made by one walk, then shared and never changed."""

    merges: list[Rectangle] = field(default_factory=list)
    widths: list[tuple[int, int, float]] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    rows_hidden: bool = False
    protected: bool = False
    allowed: frozenset[str] = frozenset()
    macros: list[str] = field(default_factory=list)
    rules: list[FormatRule] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)
    page_texts: list[str] = field(default_factory=list)
    page_picture: bool = False
    zeros: bool = True
    formulas: bool = False
    beyond: tuple[int, int] = (0, 0)
    links: list[tuple[str, str]] = field(default_factory=list)
    """Areas with the marks of the relations they lead to."""
    opened: list[str] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    messages: list[tuple[str, str]] = field(default_factory=list)
    zoom: int = 100
    scale: int = 100
    fitted: bool = False
    errors: bool = True
    mirrored: bool = False
    kind: str = ""
    bodies: int = 0
    _set: tuple[Mapping[str, Relation], Setting] | None = field(default=None, repr=False, compare=False)
    _formats: tuple[Styles, tuple[ConditionalFormat, ...]] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def merged(self) -> tuple[Rectangle, ...]:
        """Its merged cells: the same tuple for each workbook that has them."""
        return tuple(self.merges)

    def setting(self, relations: Mapping[str, Relation]) -> Setting:
        """How the sheet is viewed and printed and what is tied to its cells, but for its charts; kept for workbooks with the same relations."""
        if self._set is None or self._set[0] is not relations:
            targets = [(area, relations.get(mark)) for area, mark in self.links]
            setting = Setting(
                page_texts=tuple(self.page_texts),
                page_picture=self.page_picture,
                zeros=self.zeros,
                formulas=self.formulas,
                beyond=self.beyond,
                links=tuple((area, relation.target) for area, relation in targets if relation is not None and relation.outside),
                opened=tuple(self.opened),
                limits=tuple(self.limits),
                messages=tuple(self.messages),
                zoom=self.zoom,
                scale=self.scale,
                fitted=self.fitted,
                errors=self.errors,
                mirrored=self.mirrored,
                macros=tuple(self.macros),
                allowed=self.allowed,
            )
            self._set = relations, setting
        return self._set[1]

    def formats(self, styles: Styles) -> tuple[ConditionalFormat, ...]:
        """Its conditional formats; those of a workbook of the same styles are kept."""
        if self._formats is None or self._formats[0] is not styles:
            self._formats = styles, tuple(_format(rule, styles) for rule in self.rules)
        return self._formats[1]


def _format(rule: FormatRule, styles: Styles) -> ConditionalFormat:
    known = rule.changes is not None and 0 <= rule.changes < len(styles.changes)
    look = styles.changes[rule.changes] if known and rule.changes is not None else None
    if rule.own is not None:
        look = rule.own.look(styles.colours)
    return ConditionalFormat(rule.area, rule.kind, rule.operator, rule.formulas, look, rule.shows_value)


class _SheetWalk:
    """Fills an Around; what stands inside <sheetData> goes to `cells`."""

    def __init__(self, around: Around, cells: Cells | None) -> None:
        self.around = around
        self._cells = cells
        self._depth = 0
        self._inside = False
        self._rule: Mapping[str, str] = {}
        self._shows_value = True
        self._own: OwnChange | None = None
        self._own_depth = 0
        self._area = ""
        self._late: list[FormatRule] = []
        self._formulas: list[str] = []
        self._take: dict[str, Callable[[Mapping[str, str]], None]] = {
            "mergeCell": self._merge,
            "col": self._column,
            "sheetProtection": self._protection,
            "sheetFormatPr": self._rows,
            "conditionalFormatting": self._formatting,
            "x14:conditionalFormatting": self._formatting,
            "cfRule": self._begin_rule,
            "x14:cfRule": self._begin_rule,
            "dataBar": self._mark,
            "iconSet": self._mark,
            "x14:dataBar": self._mark,
            "x14:iconSet": self._mark,
            "drawing": self._relation,
            "legacyDrawing": self._relation,
            "picture": self._relation,
            "legacyDrawingHF": self._page_picture,
            "sheetView": self._view,
            "pane": self._pane,
            "hyperlink": self._link,
            "pageSetup": self._paper,
            "pageSetUpPr": self._fitted,
            "x14:dxf": self._begin_own,
            "protectedRange": self._opened_range,
            "dataValidation": self._limit,
            "x14:dataValidation": self._limit,
            "controlPr": self._control,
        }
        self._top_left = ""
        self._limited: Mapping[str, str] = {}

    def opened(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag begins."""
        self._depth += 1
        if self._inside:
            if self._cells is None:
                raise Odd
            self._cells.opened(tag, attributes)
        elif self._depth == 1:
            self.around.kind = tag
        elif self._own_depth and self._own is not None:
            self._own.opened(tag, attributes)
        elif tag == "sheetData":
            if self._depth != 2 or self.around.bodies:
                raise Refused("工作表的结构不合规范，拒绝打开")
            self.around.bodies += 1
            self._inside = True
        elif tag in self._take:
            self._take[tag](attributes)

    def closed(self, tag: str, text: str) -> None:
        """A tag ends."""
        self._depth -= 1
        if self._inside and self._depth == 1:
            self._inside = False
        elif self._inside and self._cells is not None:
            self._cells.closed(tag, text)
        elif self._own_depth and self._own is not None:
            self._end_own()
        elif tag in ("cfRule", "x14:cfRule"):
            self._end_rule()
        elif tag in ("dataValidation", "x14:dataValidation"):
            self._end_limit()
        elif tag in ("formula", "formula1", "formula2", "xm:f"):
            self._formulas.append(text)
        elif tag == "xm:sqref":
            self._area = text
        elif tag in _PAGE_TEXTS and text:
            self.around.page_texts.append(text[:LONGEST_TEXT])
        elif tag == "x14:conditionalFormatting":
            self.around.rules.extend(replace(rule, area=self._area) for rule in self._late)
            self._late = []

    def _merge(self, attributes: Mapping[str, str]) -> None:
        self.around.merges.append(area_of(attributes.get("ref", "")))
        if len(self.around.merges) > _MOST_MERGES:
            raise Refused("合并单元格过多，拒绝打开")

    def _column(self, attributes: Mapping[str, str]) -> None:
        first, last = whole(attributes.get("min")) - 1, whole(attributes.get("max")) - 1
        previous = self.around.widths[-1][1] if self.around.widths else -1
        if not previous < first <= last <= LAST_COLUMN:
            raise Refused("工作表的列宽设置不合规范，拒绝打开")
        width = fraction(attributes.get("width"), -1.0)
        self.around.widths.append((first, last, width))
        if true(attributes.get("hidden")) or width == 0:
            self.around.hidden_columns.update(range(first, last + 1))

    def _protection(self, attributes: Mapping[str, str]) -> None:
        self.around.protected = true(attributes.get("sheet"))
        self.around.allowed = frozenset(one for one, otherwise in _GUARDED.items() if not true(attributes.get(one, otherwise)))

    def _rows(self, attributes: Mapping[str, str]) -> None:
        self.around.rows_hidden = true(attributes.get("zeroHeight"))

    def _formatting(self, attributes: Mapping[str, str]) -> None:
        self._area = attributes.get("sqref", "")
        self._late = []

    def _begin_rule(self, attributes: Mapping[str, str]) -> None:
        self._rule = attributes
        self._formulas = []
        self._shows_value = True
        self._own = None

    def _begin_own(self, attributes: Mapping[str, str]) -> None:
        self._own, self._own_depth = OwnChange(), self._depth

    def _end_own(self) -> None:
        if self._depth < self._own_depth:
            self._own_depth = 0
        elif self._own is not None:
            self._own.closed()

    def _mark(self, attributes: Mapping[str, str]) -> None:
        self._shows_value = true(attributes.get("showValue", "1"))

    def _end_rule(self) -> None:
        changes = self._rule.get("dxfId")
        kind, operator = self._rule.get("type", ""), self._rule.get("operator", "")
        number = None if changes is None else whole(changes)
        rule = FormatRule(self._area, kind, operator, tuple(self._formulas), number, self._shows_value, self._own)
        (self.around.rules if self._area else self._late).append(rule)
        if len(self.around.rules) + len(self._late) > _MOST_RULES:
            raise Refused("条件格式过多，拒绝打开")

    def _page_picture(self, attributes: Mapping[str, str]) -> None:
        self.around.page_picture = True

    def _view(self, attributes: Mapping[str, str]) -> None:
        self.around.zeros = self.around.zeros and true(attributes.get("showZeros", "1"))
        self.around.formulas = self.around.formulas or true(attributes.get("showFormulas"))
        self.around.zoom = min(self.around.zoom, whole(attributes.get("zoomScale"), 100) or 100)
        self.around.mirrored = self.around.mirrored or true(attributes.get("rightToLeft"))
        self._top_left = attributes.get("topLeftCell", "")

    def _paper(self, attributes: Mapping[str, str]) -> None:
        self.around.scale = whole(attributes.get("scale"), 100) or 100
        self.around.errors = attributes.get("errors", "displayed") == "displayed"

    def _fitted(self, attributes: Mapping[str, str]) -> None:
        self.around.fitted = true(attributes.get("fitToPage"))

    def _pane(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("state", "").startswith("frozen") and self._top_left:
            row, column = places[self._top_left]
            self.around.beyond = (row if "ySplit" in attributes else 0, column if "xSplit" in attributes else 0)

    def _link(self, attributes: Mapping[str, str]) -> None:
        if "r:id" in attributes:
            self.around.links.append((attributes.get("ref", ""), attributes["r:id"]))
        self._message(attributes.get("ref", ""), attributes.get("tooltip", ""))
        if len(self.around.links) > _MOST_RULES:
            raise Refused("超链接过多，拒绝打开")

    def _opened_range(self, attributes: Mapping[str, str]) -> None:
        self.around.opened.append(attributes.get("sqref", ""))
        if len(self.around.opened) > _MOST_RULES:
            raise Refused("受保护区域过多，拒绝打开")

    def _limit(self, attributes: Mapping[str, str]) -> None:
        self._limited, self._area, self._formulas = attributes, attributes.get("sqref", ""), []
        texts = (("showInputMessage", "promptTitle", "prompt"), ("showErrorMessage", "errorTitle", "error"))
        for text in (attributes.get(one, "") for shown, *names in texts if true(attributes.get(shown)) for one in names):
            self._message(self._area, text)

    def _end_limit(self) -> None:
        about, (first, second) = self._limited, (*self._formulas, "", "")[:2]
        holds = true(about.get("showErrorMessage")) and about.get("errorStyle", "stop") == "stop"
        self.around.limits.append(
            Limit(
                self._area[:LONGEST_TEXT],
                about.get("type", "none"),
                first[:_LONGEST_RULE],
                second[:_LONGEST_RULE],
                holds,
                about.get("operator", "between"),
            )
        )
        if len(self.around.limits) > _MOST_RULES:
            raise Refused("填写的限制过多，拒绝打开")

    def _message(self, area: str, text: str) -> None:
        if text:
            self.around.messages.append((area[:LONGEST_TEXT], text[:LONGEST_TEXT]))
        if len(self.around.messages) > _MOST_RULES:
            raise Refused("输入提示过多，拒绝打开")

    def _control(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("macro"):
            self.around.macros.append(attributes["macro"][:LONGEST_TEXT])
        if len(self.around.macros) > _MOST_RULES:
            raise Refused("控件过多，拒绝打开")

    def _relation(self, attributes: Mapping[str, str]) -> None:
        self.around.relations.append(attributes.get("r:id", ""))


def area_of(text: str) -> Rectangle:
    """An area as files write it (A1:C3, or one cell). Raises Refused."""
    first, _, last = text.partition(":")
    top, left = places[first]
    bottom, right = places[last] if last else (top, left)
    if top > bottom or left > right:
        raise Refused("含有无效的单元格区域，拒绝打开")
    return Rectangle(top, left, bottom, right)


def read_sheet(content: bytes, rows: Rows, known: Known, *, fast: bool = True) -> Around:
    """Reads a sheet part: its cells into `rows`, the rest as what is returned. Raises Refused and the errors of expat."""
    if fast:
        around = _fast(content, rows, known)
        if around is not None:
            return around
        _forget(rows)
    around = Around()
    reader = _SheetWalk(around, Cells(rows))
    walk(content, rows.allowance, reader.opened, reader.closed)
    return around


def _forget(rows: Rows) -> None:
    for found in (rows.cells, rows.heights, rows.hidden, rows.shared, rows.met, rows.unmet):
        found.clear()


def _fast(content: bytes, rows: Rows, known: Known) -> Around | None:
    """What the fast way makes of a part; None where it gives up."""
    begin = content.find(_BEGIN)
    end = content.rfind(_END)
    if not 0 <= begin < end or not _UTF8.match(content):
        return None
    outside = _without_views(content[:begin]) + b"<sheetData/>" + content[end + len(_END) :]
    try:
        around = known.read(outside, around_of, lambda: outside, rows.allowance)
    except (Odd, expat.ExpatError):  # of which the general way says where
        return None
    body = content[begin + len(_BEGIN) : end]
    if b"\r" in body:  # as an XML parser reads it
        body = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    usual = around.bodies == 1 and read_fast(body, rows)
    return around if usual and (b"xmlns:x14ac=" in outside or not rows.prefixed) else None


def _without_views(before: bytes) -> bytes:
    """What stands before the cells, without where the cursor and the window stand: that differs in every file and says nothing."""
    found = _VIEWS.search(before)
    if not found or _TELLING.search(found[0]):
        return before
    for tag in found[0].split(b"<"):
        names = _VIEW_NAMES.findall(tag)
        if len(set(names)) != len(names):
            return before
    return before[: found.start()] + before[found.end() :]


def around_of(outside: bytes, allowance: Allowance) -> Around:
    """What a sheet part without its cells says. Raises Odd where there are cells after all."""
    around = Around()
    reader = _SheetWalk(around, None)
    walk(outside, allowance, reader.opened, reader.closed)
    return around


def _decoded(content: bytes) -> str | None:
    """The text of a part as an XML parser reads it; None where it is not UTF-8."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def read_texts(content: bytes, allowance: Allowance, *, fast: bool = True) -> Sequence[str]:
    """The texts shared by a workbook's cells. Raises Refused and the errors of expat."""
    found = _TEXTS.search(content, 0, 1000) if fast and _UTF8.match(content) else None
    end = content.rfind(b"</sst>")
    if found and end >= found.end() and not content[end + 6 :].strip():
        body = _decoded(content[found.end() : end])
        if body is not None and _usual_start(content, found):
            try:
                return texts_fast(body, allowance)
            except Odd:
                pass
    return texts_general(content, allowance)


def _usual_start(content: bytes, found: re.Match[bytes]) -> bool:
    """Whether nothing but the XML declaration stands before the tag, and the tag is the usual one."""
    before = content[: found.start()]
    rest = found[0][4:-1].replace(b' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"', b"", 1)
    declared = not before.strip() or (before.rstrip().endswith(b"?>") and before.count(b"<") == 1)
    return declared and len(rest) < len(found[0]) - 5 and _USUAL_TEXTS.fullmatch(rest) is not None
