"""The cells of a sheet and the texts they share, fed by an XML walk: understands all of XML and refuses what Excel would.

Both ways of reading a sheet (this one and `fast_cells`) build their cells by `Rows.stored`.
"""

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xl_jixiao.sheet.content import LAST_COLUMN, LAST_ROW, LONGEST_TEXT, FaintText, FormulaKind, Position, Refused, Stored, shown
from xl_jixiao.sheet.formula_text import column_letters, column_number, moved
from xl_jixiao.sheet.markup import Allowance, fraction, true, unescaped, walk, whole

MOST_TEXTS = 2_000_000
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW_NUMBER = re.compile(r"[1-9][0-9]{0,6}")
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][-+]?[0-9]{1,4})?")
WHITE = " \t\r\n"
_LONGEST_ERROR = 40
_KNOWN_PLACES = 200_000
_RGB = re.compile("[0-9A-Fa-f]{6}")
_SMALLEST = 5.0
_WHITISH = 3 * 235
_CELL = 2
"""What a cell costs beside its XML, in the units of an Allowance."""
_DEPTHS = {"row": 0, "c": 1, "f": 2, "v": 2, "is": 2}
"""How deep below <sheetData> a tag may stand."""


def address(place: Position) -> str:
    """A place as Excel writes it."""
    return f"{column_letters(place[1])}{place[0] + 1}"


def place_of(text: str) -> Position:
    """The place of an address as files write it: capital letters, within the sheet. Raises Refused."""
    found = _ADDRESS.fullmatch(text)
    place = (int(found[2]) - 1, column_number(found[1])) if found else None
    if place is None or place[0] > LAST_ROW or place[1] > LAST_COLUMN:
        raise Refused(f"单元格地址“{shown(text, 20)}”无效，拒绝打开")
    return place


class _Places(dict[str, Position]):
    """Addresses already read. Bounded."""

    def __missing__(self, text: str) -> Position:
        place = place_of(text)
        if len(self) >= _KNOWN_PLACES:
            self.clear()
        self[text] = place
        return place


places = _Places()


def row_look(attributes: Mapping[str, str]) -> tuple[float | None, bool]:
    """A row's height, where it is said, and whether the row can't be seen."""
    height = fraction(attributes["ht"]) if "ht" in attributes else None
    return height, true(attributes.get("hidden")) or height == 0


@dataclass
class Rows:
    """The rows of a sheet as they are read. `texts` are those shared by the workbook's cells."""

    texts: Sequence[str]
    allowance: Allowance
    date_1904: bool = False
    cells: dict[Position, Stored] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    prefixed: bool = False
    """Whether a row has an attribute of a namespace that the sheet must declare."""
    met: dict[int, Mapping[Position, Stored]] = field(default_factory=dict)
    """The rows met in other files too, by their number: each the same mapping in all of them."""
    unmet: dict[int, Mapping[Position, Stored]] = field(default_factory=dict)
    """The other rows, where they were read one by one."""
    shared: dict[str, tuple[Position, str]] = field(default_factory=dict)

    def row(self, number: int, attributes: Mapping[str, str]) -> None:
        """Takes in what is said of a row as a whole."""
        height, hidden = row_look(attributes)
        if height is not None:
            self.heights[number] = height
        if hidden:
            self.hidden.add(number)

    def stored(
        self,
        place: Position,
        attributes: Mapping[str, str],
        formula: str | None,
        about: Mapping[str, str],
        value: str | None,
        inline: str | None,
    ) -> Stored:
        """A cell from the pieces of its XML: its attributes, its formula with its attributes, its value, its own text."""
        style = whole(attributes.get("s"), largest=99_999)
        if style < 0:
            raise Refused(f"单元格 {address(place)} 的样式无效")
        kind = FormulaKind.NORMAL
        if formula is not None:
            kind, formula = self._formula(place, formula, about)
        found, error = self.value(place, attributes.get("t", "n"), value, inline)
        return Stored(found, formula or "", error, style, kind)

    def _formula(self, place: Position, text: str, about: Mapping[str, str]) -> tuple[FormulaKind, str]:
        if len(text) > LONGEST_TEXT:
            raise Refused(f"单元格 {address(place)} 的公式过长，拒绝打开")
        match about.get("t", "normal"):
            case "normal":
                return FormulaKind.NORMAL, text
            case "array":
                return FormulaKind.ARRAY, text
            case "dataTable":
                return FormulaKind.TABLE, f"TABLE({shown(about.get('r1', ''), 20)},{shown(about.get('r2', ''), 20)})"
            case "shared":
                return FormulaKind.SHARED, self._shared(place, text, about.get("si", ""))
        raise Refused(f"单元格 {address(place)} 的公式类型无法识别")

    def _shared(self, place: Position, text: str, group: str) -> str:
        if text.strip():
            self.shared.setdefault(group, (place, text))
            return text
        if group not in self.shared:
            raise Refused(f"单元格 {address(place)} 的共享公式缺少来源")
        source, text = self.shared[group]
        self.allowance.write_formula(len(text))
        return moved(text, source, place)

    def value(self, place: Position, kind: str, value: str | None, inline: str | None) -> tuple[float | str | bool | None, bool]:
        """A cell's value, and whether it is an error's text."""
        if kind == "inlineStr":
            return inline, False
        if value is not None and kind != "str":
            value = value.strip(WHITE) or None
        if value is None:
            return None, False
        match kind:
            case "n" if _NUMBER.fullmatch(value) and math.isfinite(number := float(value)):
                return number, False
            case "s" if value.isascii() and value.isdigit() and len(value) < 8 and int(value) < len(self.texts):
                return self.texts[int(value)], False
            case "str":
                return bounded(unescaped(value)), False
            case "b" if value in ("0", "1", "true", "false"):
                return true(value), False
            case "e" if len(value) <= _LONGEST_ERROR:
                return value, True
            case "d":
                return _serial(place, value, self.date_1904), False
        raise Refused(f"单元格 {address(place)} 的内容无法识别（“{shown(value, 20)}”）")


def bounded(text: str) -> str:
    """A cell's text, of no more than a cell can hold. Raises Refused."""
    if len(text) > LONGEST_TEXT:
        raise Refused(f"一个单元格的文字超过{LONGEST_TEXT}个字符，拒绝打开")
    return text


def _serial(place: Position, text: str, date_1904: bool) -> float:
    """Excel's number of a day written out (2020-03-01T08:00:00)."""
    try:
        moment = datetime.datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        raise Refused(f"单元格 {address(place)} 的日期无法识别（“{shown(text, 20)}”）") from None
    first = datetime.datetime(1904, 1, 1) if date_1904 else datetime.datetime(1899, 12, 30)
    return (moment.replace(tzinfo=None) - first) / datetime.timedelta(days=1)


_NO_SOUND = re.compile("[0-9０-９%％\u4e00-\u9fffA-Z]")
"""What doesn't stand above a text to say how it is read."""


class Text:
    """The text of a string item, fed by an XML walk: its runs one after another, phonetic ones left out. It is faint where one of them is, is
    struck through, or has other characters above it than those of its sound."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self.begin()

    def begin(self) -> None:
        """Forgets what was read."""
        self._pieces: list[str] = []
        self._phonetic = False
        self._preserved = False
        self._faint_run = self._faint = False

    @property
    def text(self) -> str:
        """What was read."""
        found = bounded("".join(self._pieces))
        if not self._faint:
            return found
        self._allowance.faint = True
        return FaintText(found)

    def opened(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag begins."""
        if tag == "rPh":
            self._phonetic = True
        elif tag == "t":
            self._preserved = attributes.get("xml:space") == "preserve"
        elif tag == "r":
            self._faint_run = False
        elif tag in ("color", "sz", "strike"):
            self._faint_run = self._faint_run or _faint(tag, attributes)

    def closed(self, tag: str, text: str) -> None:
        """A tag ends."""
        if tag == "rPh":
            self._phonetic = False
        elif tag == "t" and self._phonetic:
            self._faint = self._faint or _NO_SOUND.search(text) is not None
        elif tag == "t":
            piece = unescaped(text if self._preserved else text.strip(WHITE))
            self._pieces.append(piece)
            self._faint = self._faint or (self._faint_run and bool(piece.strip()))


def _faint(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether a run of this colour or size can't be seen on any ground of ours, which are all light."""
    if tag == "strike":
        return true(attributes.get("val", "1"))
    if tag == "sz":
        return fraction(attributes.get("val"), 10.0) < _SMALLEST
    rgb = attributes.get("rgb", "")[-6:]
    light = _RGB.fullmatch(rgb) is not None and sum(bytes.fromhex(rgb)) >= _WHITISH
    return light or attributes.get("theme") == "0" or attributes.get("indexed") in ("1", "9")


class Cells:
    """The rows of a sheet, fed by an XML walk of what stands inside <sheetData>."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._depth = 0
        self._row = -1
        self._place: Position = (-1, -1)
        self._cell: Mapping[str, str] | None = None
        self._about: Mapping[str, str] = {}
        self._formula: str | None = None
        self._value: str | None = None
        self._text: Text | None = None
        self._inline: str | None = None

    def opened(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag begins."""
        if _DEPTHS.get(tag, self._depth) != self._depth and self._text is None:
            raise Refused("工作表的结构不合规范，拒绝打开")
        self._depth += 1
        if self._text is not None:
            self._text.opened(tag, attributes)
        elif tag == "c":
            self._begin(attributes)
        elif tag == "row":
            number = int(attributes["r"]) - 1 if _ROW_NUMBER.fullmatch(attributes.get("r", "")) else self._row + 1
            if not self._row < number <= LAST_ROW or ("r" in attributes and str(number + 1) != attributes["r"]):
                raise Refused(f"行号“{shown(attributes.get('r', ''), 20)}”无效或次序颠倒，拒绝打开")
            self._row, self._place = number, (number, -1)
            self._rows.row(number, attributes)
        elif tag == "f":
            self._about = attributes
        elif tag == "is":
            self._text = Text(self._rows.allowance)

    def _begin(self, attributes: Mapping[str, str]) -> None:
        place = places[attributes["r"]] if "r" in attributes else (self._row, self._place[1] + 1)
        if place[0] != self._row or place[1] > LAST_COLUMN:
            raise Refused(f"单元格 {address(place)} 不在它的行里，拒绝打开")
        if place in self._rows.cells:
            raise Refused(f"单元格 {address(place)} 出现两次，拒绝打开")
        self._rows.allowance.spend(_CELL)
        self._place, self._cell = place, attributes
        self._about, self._formula, self._value, self._inline = {}, None, None, None

    def closed(self, tag: str, text: str) -> None:
        """A tag ends."""
        self._depth -= 1
        if tag == "is" and self._text is not None:
            self._inline, self._text = self._text.text, None
        elif self._text is not None:
            self._text.closed(tag, text)
        elif tag == "f":
            self._formula = text
        elif tag == "v":
            self._value = text
        elif tag == "c" and self._cell is not None:
            rows = self._rows
            rows.cells[self._place] = rows.stored(self._place, self._cell, self._formula, self._about, self._value, self._inline)
            self._cell = None


def texts_general(content: bytes, allowance: Allowance) -> list[str]:
    """The shared texts of a part, whatever way it is written. Raises Refused and expat's errors."""
    texts: list[str] = []
    item = Text(allowance)

    def opened(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "si":
            item.begin()
        item.opened(tag, attributes)

    def closed(tag: str, text: str) -> None:
        item.closed(tag, text)
        if tag == "si":
            texts.append(item.text)

    walk(content, allowance, opened, closed)
    if len(texts) > MOST_TEXTS:
        raise Refused("文字过多，拒绝打开")
    return texts
