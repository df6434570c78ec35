"""Files of any program as grids of cells: what stands in each, where, over how many rows and columns. The one door for foreign files.

``grids(path)`` gives one `Grid` for each sheet of an .xlsx, .xlsm, .xls or .et and for each table of a .docx, in the order of the file, blank ones
left out. A grid knows merged cells (`at` gives the same `GridCell` for every place a merged cell covers), shows numbers as their format prints
them (0.95 as ``95%``, 20 as ``20项``), keeps the paragraphs above a Word table (`lead`) and names places as a person would:
``某局.xlsx ▸ Sheet1!F12``, ``某局.docx ▸ 表2 第7行“完成值”``. What a cell shows otherwise than it holds it has a `doubt` about, in words.

Hostile files are refused as our own reader refuses them: only regular files of bearable size, no part larger than it says, no declarations.
Raises UnreadableWorkbook with one Chinese line that says what to do: .doc, .pdf and .wps how to save them.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from xl_jixiao.finding import Place
from xl_jixiao.number import NotANumber, day_of, from_cell, plain, printable
from xl_jixiao.sheet.content import Package, Position, Rectangle, Refused, SheetContent, Stored, UnreadableWorkbook, shown
from xl_jixiao.sheet.plan import column_letter
from xl_jixiao.sheet.zipped import ZippedPart, entries, file_bytes
from xl_jixiao.words import bare

WORKBOOKS, OLD_WORKBOOKS, DOCUMENTS = (".xlsx", ".xlsm"), (".xls", ".et"), (".docx",)
SUFFIXES = (*WORKBOOKS, *OLD_WORKBOOKS, *DOCUMENTS)
"""What can be read."""

SAVE_AS: Mapping[str, str] = MappingProxyType(
    {
        ".doc": "是旧格式的 Word 文件；请在 Word 或 WPS 中打开，另存为 .docx 后重新报送",
        ".wps": "是 WPS 文字文件；请在 WPS 中打开，另存为 .docx 后重新报送",
        ".pdf": "是 PDF，不能可靠地读出表格；请报送原来的 .xlsx 或 .docx 文件（没有的，用 WPS“PDF 转 Word”转成 .docx，核对后报送）",
        ".ods": "是 LibreOffice 表格；请打开后另存为 .xlsx 重新报送",
        ".csv": "是文本文件；请在 Excel 或 WPS 中打开，另存为 .xlsx 后重新报送",
    }
)
"""Kinds of files that forms arrive in and that can't be read, with what to do."""

_MOST_CELLS = 100_000
_MOST_MERGED = 2_000_000
_MOST_COLUMNS = 63  # Word's own limit for a table
_MOST_ROWS = 5_000
_LEAD_LINES = 40


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell, merged ones once: its first place, its span, and its text as it is printed.

    `number` is the number a number cell holds or a text says, a percentage as a share; `day` the day of a date cell. `doubt` says in what way
    the text can't be trusted: a format that hides the number, an error value, a formula nobody computed, a text struck out.
    """

    row: int
    column: int
    rows: int = 1
    columns: int = 1
    text: str = ""
    number: Decimal | None = None
    day: datetime.date | None = None
    doubt: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing is printed in it and nothing is doubtful."""
        return not self.text and not self.doubt

    @property
    def bottom(self) -> int:
        """Its last row."""
        return self.row + self.rows - 1

    @property
    def right(self) -> int:
        """Its last column."""
        return self.column + self.columns - 1


@dataclass(frozen=True)
class Grid:
    """A sheet or a table. `cells` has every place that isn't blank, merged cells at each place they cover."""

    file: str
    name: str
    is_table: bool
    cells: Mapping[Position, GridCell] = field(repr=False)
    lead: tuple[str, ...] = ()
    """The paragraphs between the table before and this one."""
    tail: tuple[str, ...] = ()
    """The paragraphs after the last table."""
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    state: str = "visible"
    widths: tuple[int, ...] = ()
    """How wide the columns of a Word table are."""

    @cached_property
    def edges(self) -> tuple[float, ...]:
        """Where the columns of a table begin, and the last one ends, as shares of its width."""
        columns = max((column for _, column in self.cells), default=0) + 1
        widths = self.widths if len(self.widths) >= columns else (1,) * columns
        return tuple(sum(widths[:at]) / sum(widths) for at in range(len(widths) + 1))

    @cached_property
    def rows(self) -> Mapping[int, tuple[GridCell, ...]]:
        """The cells that begin or go on in each row, from left to right, each once."""
        found: dict[int, dict[int, GridCell]] = {}
        for (row, column), cell in self.cells.items():
            found.setdefault(row, {})[column] = cell
        return {row: tuple(dict.fromkeys(inside[at] for at in sorted(inside))) for row, inside in sorted(found.items())}

    def at(self, row: int, column: int) -> GridCell:
        """The cell at a place; a blank one where nothing stands."""
        return self.cells.get((row, column)) or GridCell(row, column)

    def owned(self, row: int) -> Iterator[GridCell]:
        """The cells that begin in a row."""
        return (cell for cell in self.rows.get(row, ()) if cell.row == row)

    def place(self, cell: GridCell, head: str = "") -> Place:
        """Where a cell stands, in the user's words; `head` names the column of a Word table."""
        return self.place_at(cell.row, cell.column, head)

    def place_at(self, row: int, column: int, head: str = "") -> Place:
        """Where a row and a column meet."""
        if self.is_table and not 0 <= row <= max(self.rows, default=0):
            return Place(self.file, f"{self.name} {'上面' if row < 0 else '下面'}的文字")
        if self.is_table:
            what = head or f"第{column + 1}列"
            return Place(self.file, f"{self.name} 第{row + 1}行{f'“{what}”' if head else what}")
        return Place(self.file, self.name, f"{column_letter(column)}{row + 1}")

    @property
    def whole(self) -> Place:
        """All of it."""
        return Place(self.file, self.name)


def grids(path: Path) -> tuple[Grid, ...]:
    """The grids of a file that are not blank. Raises UnreadableWorkbook."""
    suffix = path.suffix.lower()
    if suffix in (*WORKBOOKS, *OLD_WORKBOOKS):
        return of_package(package_of(path))
    name = shown(path.name)
    if suffix in SAVE_AS:
        raise UnreadableWorkbook(f"{name}：{SAVE_AS[suffix]}")
    if suffix not in SUFFIXES:
        raise UnreadableWorkbook(f"{name}：不是能读的文件；可读的有 {'、'.join(SUFFIXES)}，请另存后重新报送")
    return _parsed(path, lambda file, data: _bounded(_document(file, data)), "Word 或 WPS 中打开后另存为 .docx")


def package_of(path: Path) -> Package:
    """A workbook of today's or of the old format. Raises UnreadableWorkbook."""
    if path.suffix.lower() in OLD_WORKBOOKS:
        from xl_jixiao.sheet.old_workbook import read_old

        return _parsed(path, read_old, "Excel 或 WPS 中打开后另存为 .xlsx")
    from xl_jixiao.sheet.package import read

    return read(path)


Parsed = TypeVar("Parsed")


def _parsed(path: Path, reader: Callable[[str, bytes], Parsed], remedy: str) -> Parsed:
    """What a reader makes of a file. Raises UnreadableWorkbook: whatever a parser raises on hostile bytes means that the file can't be read."""
    name = shown(path.name)
    try:
        return reader(path.name, file_bytes(path))
    except Refused as refused:
        raise UnreadableWorkbook(f"{name}：{shown(str(refused), 400)}") from None
    except Exception as error:
        raise UnreadableWorkbook(f"{name}：无法读取，文件可能已损坏（{type(error).__name__}）；请在 {remedy}") from error


def of_package(package: Package) -> tuple[Grid, ...]:
    """The grids of a workbook that was read."""
    try:
        return _bounded(tuple(_sheet(package, sheet) for sheet in package.sheets.values() if sheet.kind == "worksheet"))
    except Refused as refused:
        raise UnreadableWorkbook(f"{shown(package.file)}：{refused}") from None


def _bounded(found: tuple[Grid, ...]) -> tuple[Grid, ...]:
    if sum(len(one.cells) for one in found) > _MOST_CELLS:
        raise Refused(f"有内容的单元格超过{_MOST_CELLS}个，不像自评表", "请删除表格以外的内容后另存")
    return tuple(one for one in found if any(not cell.blank for cell in one.cells.values()))


def _put(cells: dict[Position, GridCell], cell: GridCell) -> None:
    if cell.blank:
        return
    for row in range(cell.row, cell.row + cell.rows):
        for column in range(cell.column, cell.column + cell.columns):
            cells[row, column] = cell
    if len(cells) > _MOST_CELLS:
        raise Refused(f"有内容的单元格超过{_MOST_CELLS}个，不像自评表", "请删除表格以外的内容后另存")


def _sheet(package: Package, sheet: SheetContent) -> Grid:
    used = {place for place, stored in sheet.cells.items() if not stored.blank}
    return Grid(
        package.file,
        sheet.name,
        False,
        _placed(used, sheet.merges, lambda area: _of_stored(package, sheet.cells[area.top, area.left], area)),
        hidden_rows=sheet.hidden_rows,
        hidden_columns=sheet.hidden_columns,
        state=sheet.state,
    )


def _placed(used: set[Position], merges: Sequence[Rectangle], made: Callable[[Rectangle], GridCell]) -> Mapping[Position, GridCell]:
    """The cells of a sheet by place: what stands in its used places, merged cells no larger than what is used and a line beyond it."""
    last_row = max((row for row, _ in used), default=0)
    last_column = max((column for _, column in used), default=0)
    _refuse_many((min(area.bottom, last_row) - area.top + 1, min(area.right, last_column) - area.left + 1, len(used)) for area in merges)
    spans = {(area.top, area.left): area for area in merges}
    covered = {place for area in merges for place in _covered(area, used, last_row, last_column)}
    cells: dict[Position, GridCell] = {}
    for row, column in sorted(used - covered):
        area = spans.get((row, column), Rectangle(row, column, row, column))
        bottom, right = min(area.bottom, last_row + 1), min(area.right, last_column + 1)
        _put(cells, made(Rectangle(row, column, max(bottom, row), max(right, column))))
    return MappingProxyType(cells)


def _refuse_many(merges: Iterable[tuple[int, int, int]]) -> None:
    """Refuses merged cells that would take long to look through: they may lie over one another by the thousand. Rows, columns, most places."""
    if sum(min(max(rows, 0) * max(columns, 0), most) for rows, columns, most in merges) > _MOST_MERGED:
        raise Refused("合并的单元格太多，不像自评表", "请删除表格以外的内容后另存")


def _covered(area: Rectangle, used: set[Position], last_row: int, last_column: int) -> Iterator[Position]:
    """The places of a merged cell that nobody sees, as far as something stands there."""
    bottom, right = min(area.bottom, last_row), min(area.right, last_column)
    if (bottom - area.top + 1) * (right - area.left + 1) > len(used):
        inside = [(row, column) for row, column in used if area.top <= row <= bottom and area.left <= column <= right]
    else:
        inside = [(row, column) for row in range(area.top, bottom + 1) for column in range(area.left, right + 1)]
    return (place for place in inside if place != (area.top, area.left))


def _span(area: Rectangle) -> tuple[int, int, int, int]:
    """Where a merged cell begins, and how many rows and columns it has."""
    return area.top, area.left, area.bottom - area.top + 1, area.right - area.left + 1


def _of_stored(package: Package, stored: Stored, area: Rectangle) -> GridCell:
    span = _span(area)
    if stored.error:
        return GridCell(*span, str(stored.value), doubt="是错误值")
    if stored.value is None and stored.formula:
        return GridCell(*span, "", doubt="公式没有算出的结果，请在 Excel 或 WPS 中打开保存后重新报送")
    look = package.look(stored.style)
    doubt = "划了删除线，不知是否作废" if look.strike else ""
    if isinstance(stored.value, float):
        text, number, day, unsure = _printed(stored.value, look.number_format, look.is_date, package.date_1904)
        return GridCell(*span, text, number, day, unsure or doubt)
    if isinstance(stored.value, bool):
        return GridCell(*span, "TRUE" if stored.value else "FALSE", doubt="是逻辑值")
    return _of_text(*span, str(stored.value or ""), doubt)


def _of_text(row: int, column: int, rows: int, columns: int, text: str, doubt: str = "") -> GridCell:
    said = bare(printable(text.replace("\r\n", "\n").replace("\r", "\n").replace("\x07", "")))
    return GridCell(row, column, rows, columns, said, number_in(said), None, doubt if said else "")


def number_in(text: str) -> Decimal | None:
    """The number a text says and nothing else; None where it says more or less."""
    try:
        return from_cell(text)
    except NotANumber:
        return None


def _printed(value: float, code: str, is_date: bool, date_1904: bool) -> tuple[str, Decimal | None, datetime.date | None, str]:
    """A number as its format prints it: text, number, day, and what is doubtful about it."""
    number = from_cell(value)
    assert number is not None
    if is_date:
        days = value + 1462 * date_1904
        if not 1 <= days < 2_958_466 or days != int(days):
            return plain(number), number, None, f"是时间（{shown(code, 20)}），看不出写的是什么"
        day = day_of(days)
        return f"{day.year}年{day.month}月{day.day}日", None, day, ""
    text, doubt = as_printed(number, code)
    return text, number, None, doubt


def as_printed(number: Decimal, code: str) -> tuple[str, str]:
    """A number with what its format prints around it, at its full digits; and why that can't be said, where it can't."""
    before, mask, after, doubt = _format(code, (number > 0) - (number < 0))
    if doubt:
        return plain(number), doubt
    percent = "%" in mask
    return f"{before}{plain(number * 100 if percent else number)}{'%' if percent else ''}{after}", ""


_TOKENS = re.compile(r'"([^"]*)"|\\(.)|!(.)|_.|\*.|\[([^\]]*)\]|([0#?.,%/Ee+]+|General)|(.)', re.IGNORECASE | re.DOTALL)
_DECORATION = "￥¥$ -()（）+　"


@lru_cache(maxsize=512)
def _format(code: str, sign: int) -> tuple[str, str, str, str]:
    """A number format for numbers of this sign: literal before, mask of digits, literal after, doubt."""
    if code in ("General", "@", "", "G/通用格式"):
        return "", "General", "", ""
    sections = _sections(code)
    at = {1: 0, -1: 1, 0: 2}[sign]
    section = sections[at] if len(sections) > at else sections[0]
    if re.search(r"\[[<>=]", code):
        return "", "", "", f"数字格式“{shown(code, 30)}”按条件显示，看不出印的是什么"
    before, mask, after = "", "", ""
    for token in _TOKENS.finditer(section):
        literal = next((part for part in (token[1], token[2], token[3], token[6]) if part is not None), "")
        if token[5]:
            if mask and after.strip(_DECORATION):
                return "", "", "", f"数字格式“{shown(code, 30)}”把数拆开显示"
            mask += token[5]
        elif mask:
            after += literal
        else:
            before += literal
    if "/" in mask and "." not in mask and before == after == "":
        mask = "General"
    before, after = before.strip(_DECORATION), after.strip(_DECORATION)
    scaled = re.search(r",(?![0#?])", mask) is not None
    if not re.search("[0#?]|General", mask) or scaled or re.search(r"[\d.]", before + after):
        return "", "", "", f"数字格式“{shown(code, 30)}”显示的不是单元格里的数"
    return before, mask, after, ""


def _sections(code: str) -> list[str]:
    found, quoted, escaped = [""], False, False
    for letter in code:
        if letter == ";" and not quoted and not escaped:
            found.append("")
            continue
        found[-1] += letter
        quoted = quoted is not (letter == '"' and not escaped)
        escaped = letter in "\\!" and not escaped and not quoted
    return found


Element = Any
"""An element of a Word document; lxml has no types."""

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


def _document(file: str, data: bytes) -> tuple[Grid, ...]:
    """The tables of a .docx with the paragraphs above each, and below the last. Inserted text counts, deleted text doesn't."""
    from docx.oxml.parser import parse_xml

    if data.startswith(b"\xd0\xcf\x11\xe0"):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        what = "已设打开密码" if encrypted else "扩展名与内容不符：其实是旧格式的 .doc"
        raise Refused(what, "请在 Word 或 WPS 中打开（有密码的取消密码），另存为 .docx")
    try:
        parts = entries(data)
        main = parts.get(_main_part(parts))
        if main is None:
            raise Refused("不是 Word 文件")
        for part in parts.values():
            part.content()
    except Refused as refused:
        said = str(refused).partition("；")[0].replace(".xlsx 或 .xlsm", ".docx")
        raise Refused(said, "请在 Word 或 WPS 中打开后另存为 .docx") from None
    content = main.content()
    if _STRICT in content:
        content = content.replace(_STRICT, _WORD[1:-1].encode())
    strikes = b"trike" in content  # strike, dstrike; most files have none
    lead: list[str] = []
    found: list[Grid] = []
    for block in _blocks(parse_xml(content)):
        if block.tag == f"{_WORD}p":
            lead += [line for line in map(bare, _text(block).split("\n")) if line]
            continue
        for table in _with_nested(block):
            found.append(_table(file, f"表{len(found) + 1}", table, tuple(lead[-_LEAD_LINES:]), strikes=strikes))
            lead = []
    if not found:
        raise Refused("Word 文件里没有表格", "自评表应是表格；请报送填好的表")
    return (*found[:-1], replace(found[-1], tail=tuple(lead[:_LEAD_LINES])))


def _main_part(parts: Mapping[str, ZippedPart]) -> str:
    relations = parts.get("_rels/.rels")
    if relations is not None:
        text = relations.content().decode("utf-8", errors="replace")
        for one in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", text):
            if re.search(r'Type="[^"]*/officeDocument"', one) and (target := re.search(r'Target="/?([^"]+)"', one)):
                return target[1].lower()
    return "word/document.xml"


def _blocks(root: Element) -> Iterator[Element]:
    """The paragraphs and tables of the body in their order, those inside content controls too."""
    for child in root:
        if child.tag in (f"{_WORD}p", f"{_WORD}tbl"):
            yield child
        elif child.tag in (f"{_WORD}body", f"{_WORD}sdt", f"{_WORD}sdtContent", f"{_WORD}ins", f"{_WORD}customXml"):
            yield from _blocks(child)


def _with_nested(table: Element) -> Iterator[Element]:
    """A table and those inside its cells."""
    yield table
    yield from table.iterdescendants(f"{_WORD}tbl")


_P, _T, _TAB = f"{_WORD}p", f"{_WORD}t", f"{_WORD}tab"
_BREAKS = frozenset([f"{_WORD}br", f"{_WORD}cr"])
_PROPERTIES = f"{_WORD}pPr", f"{_WORD}rPr", f"{_WORD}tcPr"
_LEFT_OUT = frozenset([f"{_WORD}del", f"{_WORD}moveFrom", f"{_COMPATIBLE}Fallback", f"{_WORD}tbl", f"{_WORD}instrText", *_PROPERTIES])


def _text(element: Element) -> str:
    """What is printed in a paragraph or a cell, tables inside it left out."""
    found: list[str] = []
    for child in element:
        tag = child.tag
        if tag in _LEFT_OUT:
            continue
        if tag == _T:
            found.append(child.text or "")
        elif tag in _BREAKS:
            found.append("\n")
        elif tag == _TAB:
            found.append(" ")
        elif tag == _P:
            found.append(_text(child) + "\n")
        else:
            found.append(_text(child))
    return "".join(found)


_AROUND = frozenset([f"{_WORD}sdt", f"{_WORD}sdtContent", f"{_WORD}customXml", f"{_WORD}ins"])


def _inside(element: Element, name: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, those in content controls and tracked changes too, not those of tables inside."""
    wanted = f"{_WORD}{name}"
    for child in element:
        if child.tag == wanted:
            yield child
        elif child.tag in _AROUND:
            yield from _inside(child, name)


_TABLE_CELL, _SPAN, _MERGE = f"{_WORD}tcPr", f"{_WORD}gridSpan", f"{_WORD}vMerge"
_ROW, _BEFORE = f"{_WORD}trPr", f"{_WORD}gridBefore"


def _number_of(properties: Element | None, name: str, otherwise: int = 0) -> int:
    found = None if properties is None else properties.find(name)
    value = "" if found is None else found.get(f"{_WORD}val", "")
    return min(int(value), _MOST_COLUMNS + 1) if value.isdecimal() else otherwise


def _table(file: str, name: str, table: Element, lead: tuple[str, ...], *, strikes: bool) -> Grid:
    cells: dict[Position, GridCell] = {}
    open_merges: dict[int, GridCell] = {}
    at = 0
    for row in _inside(table, "tr"):
        if row.find(f"{_WORD}trPr/{_WORD}del") is not None:
            continue
        if at >= _MOST_ROWS:
            raise Refused(f"表格超过{_MOST_ROWS}行，不像自评表", "请删除表格以外的内容后另存")
        column = _number_of(row.find(_ROW), _BEFORE)
        still: dict[int, GridCell] = {}
        for cell in _inside(row, "tc"):
            properties = cell.find(_TABLE_CELL)
            span = max(1, _number_of(properties, _SPAN, 1))
            if column + span > _MOST_COLUMNS:
                raise Refused(f"表格超过{_MOST_COLUMNS}列，不像自评表", "请删除表格以外的内容后另存")
            merge = None if properties is None else properties.find(_MERGE)
            goes_on = merge is not None and merge.get(f"{_WORD}val", "continue") == "continue"
            above = open_merges.get(column)
            if goes_on and above is not None and above.columns == span:
                made = replace(above, rows=at - above.row + 1)  # what a program left in the covered part is not printed
            else:
                made = _of_text(at, column, 1, span, _text(cell), _struck(cell) if strikes else "")
            if merge is not None:
                still[column] = made
            else:
                _put(cells, made)
            column += span
        for place, cell in open_merges.items():
            if place not in still or still[place].row != cell.row:
                _put(cells, cell)
        open_merges = still
        at += 1
    for cell in open_merges.values():
        _put(cells, cell)
    columns = [one.get(f"{_WORD}w", "") for one in table.iterfind(f"{_WORD}tblGrid/{_WORD}gridCol")]
    widths = tuple(int(one) for one in columns) if columns and all(one.isdecimal() and int(one) for one in columns) else ()
    return Grid(file, name, True, MappingProxyType(cells), lead, widths=widths)


def _struck(cell: Element) -> str:
    """What is doubtful about a cell with text struck out."""
    for run in cell.iterdescendants(f"{_WORD}r"):
        for name in ("strike", "dstrike"):
            mark = run.find(f"{_WORD}rPr/{_WORD}{name}")
            if mark is not None and mark.get(f"{_WORD}val", "1") not in ("0", "false", "off") and bare(_text(run)):
                return "划了删除线，不知是否作废"
    return ""
