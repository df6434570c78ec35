"""The cells of a sheet and the texts they share, read by a strict grammar of the way programs write them.

The fast way: a sheet's rows are split at their tags, and every distinct piece is held once against the grammar. Anything it doesn't know
(comments, prefixes, other orders, odd addresses) makes it give up, and the same part is read by the general way, `Cells` fed by an XML walk,
which understands all of XML and refuses what Excel would. Both build cells by the same function.
"""

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from xl_jixiao.sheet.content import LAST_COLUMN, LAST_ROW, LONGEST_TEXT, Kind, Place, Refused, Stored, shown
from xl_jixiao.sheet.formula_text import column_letters, column_number, moved
from xl_jixiao.sheet.markup import MAIN, Allowance, fraction, true, unescaped, walk, whole

_MOST_TEXTS = 2_000_000
_MOST_RICH_TEXTS = 2_000
"""A part with more texts of several runs is quicker read as a whole."""
_KNOWN_LETTERS = 8_000_000
_KNOWN_PLACES = 200_000

_NAME = r"[A-Za-z][A-Za-z0-9]*"
_ATTRIBUTES = rf'(?: {_NAME}="[^"<>&\s\x00-\x1f]*")*'
_TEXT = "[^<>\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*"
_PRESERVED = '(?: xml:space="preserve")?'
_ATTRIBUTE = re.compile(rf' ({_NAME})="([^"]*)"')
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][-+]?[0-9]{1,4})?")
_ROW = re.compile(rf'r="([1-9][0-9]{{0,6}})"((?: (?:x14ac:)?{_NAME}="[^"<>&\s\x00-\x1f]*")*) ?(/?)>')
_CELL = re.compile(
    rf"({_ATTRIBUTES}) ?(?:/>|>(?:<f({_ATTRIBUTES}){_PRESERVED}(?: ?/>|>({_TEXT})</f>))?(?:<v({_PRESERVED})(?: ?/>|>({_TEXT})</v>))?"
    r"(?:<is>(.*)</is>)?</c>)",
    re.DOTALL,
)
_SHARED_TEXT = re.compile(r'(?: s="([0-9]{1,5})")? t="s"><v>([0-9]{1,7})</v></c>')
_PLAIN_TEXT = re.compile(rf'<t( xml:space="preserve")?(?: ?/>|>({_TEXT})</t>)')
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_WHITE = " \t\r\n"
_LONGEST_ERROR = 40
_DEPTHS = {"row": 0, "c": 1, "f": 2, "v": 2, "is": 2}
"""How deep below <sheetData> a tag may stand."""


class Odd(Exception):
    """The strict grammar doesn't know what it found; not a fault of the file."""


def address(place: Place) -> str:
    """A place as Excel writes it."""
    return f"{column_letters(place[1])}{place[0] + 1}"


class _Places(dict[str, Place]):
    """Addresses already read. Bounded."""

    def __missing__(self, text: str) -> Place:
        place = place_of(text)
        if len(self) >= _KNOWN_PLACES:
            self.clear()
        self[text] = place
        return place


def place_of(text: str) -> Place:
    """The place of an address as files write it: capital letters, within the sheet. Raises Refused."""
    found = _ADDRESS.fullmatch(text)
    place = (int(found[2]) - 1, column_number(found[1])) if found else None
    if place is None or place[0] > LAST_ROW or place[1] > LAST_COLUMN:
        raise Refused(f"单元格地址“{shown(text, 20)}”无效，拒绝打开")
    return place


class _Pieces(dict[str, Stored]):
    """Cells already read, by what is written of them. Bounded."""

    letters = 0

    def keep(self, piece: str, stored: Stored) -> None:
        """Remembers what a piece says."""
        self.letters += len(piece) + 50
        if self.letters > _KNOWN_LETTERS:
            self.clear()
            self.letters = len(piece) + 50
        self[piece] = stored


_places = _Places()
_known = _Pieces()


@dataclass
class Rows:
    """The rows of a sheet as they are read. `texts` are those shared by the workbook's cells."""

    texts: Sequence[str]
    allowance: Allowance
    date_1904: bool = False
    cells: dict[Place, Stored] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    shared: dict[str, tuple[Place, str]] = field(default_factory=dict)

    def row(self, number: int, attributes: Mapping[str, str]) -> None:
        """Takes in what is said of a row as a whole."""
        height = attributes.get("ht")
        if height is not None:
            self.heights[number] = fraction(height)
        if true(attributes.get("hidden")) or self.heights.get(number) == 0:
            self.hidden.add(number)

    def stored(
        self,
        place: Place,
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
        kind = Kind.NORMAL
        if formula is not None:
            kind, formula = self._formula(place, formula, about)
        found, error = self._value(place, attributes.get("t", "n"), value, inline)
        return Stored(found, formula or "", error, style, kind)

    def _formula(self, place: Place, text: str, about: Mapping[str, str]) -> tuple[Kind, str]:
        if len(text) > LONGEST_TEXT:
            raise Refused(f"单元格 {address(place)} 的公式过长，拒绝打开")
        match about.get("t", "normal"):
            case "normal":
                return Kind.NORMAL, text
            case "array":
                return Kind.ARRAY, text
            case "dataTable":
                return Kind.TABLE, f"TABLE({shown(about.get('r1', ''), 20)},{shown(about.get('r2', ''), 20)})"
            case "shared":
                return Kind.SHARED, self._shared(place, text, about.get("si", ""))
        raise Refused(f"单元格 {address(place)} 的公式类型无法识别")

    def _shared(self, place: Place, text: str, group: str) -> str:
        if text.strip():
            self.shared.setdefault(group, (place, text))
            return text
        if group not in self.shared:
            raise Refused(f"单元格 {address(place)} 的共享公式缺少来源")
        source, text = self.shared[group]
        self.allowance.write_formula(len(text))
        return moved(text, source, place)

    def _value(self, place: Place, kind: str, value: str | None, inline: str | None) -> tuple[float | str | bool | None, bool]:
        """A cell's value, and whether it is an error's text."""
        if kind == "inlineStr":
            return inline, False
        if value is None or (not value and kind != "str"):
            return None, False
        match kind:
            case "n" if _NUMBER.fullmatch(value) and math.isfinite(number := float(value)):
                return number, False
            case "s" if value.isascii() and value.isdigit() and len(value) < 8 and int(value) < len(self.texts):
                return self.texts[int(value)], False
            case "str":
                return _bounded(unescaped(value)), False
            case "b" if value in ("0", "1", "true", "false"):
                return true(value), False
            case "e" if len(value) <= _LONGEST_ERROR:
                return value, True
            case "d":
                return _serial(place, value, self.date_1904), False
        raise Refused(f"单元格 {address(place)} 的内容无法识别（“{shown(value, 20)}”）")


def _bounded(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Refused(f"一个单元格的文字超过{LONGEST_TEXT}个字符，拒绝打开")
    return text


def _serial(place: Place, text: str, date_1904: bool) -> float:
    """Excel's number of a day written out (2020-03-01T08:00:00)."""
    try:
        moment = datetime.datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        raise Refused(f"单元格 {address(place)} 的日期无法识别（“{shown(text, 20)}”）") from None
    first = datetime.datetime(1904, 1, 1) if date_1904 else datetime.datetime(1899, 12, 30)
    return (moment.replace(tzinfo=None) - first) / datetime.timedelta(days=1)


# ---- the fast way


def read_fast(body: str, rows: Rows) -> bool:
    """Reads what stands between <sheetData> and </sheetData> into `rows`; False, with `rows` unusable, where it isn't written the usual way."""
    before = rows.allowance.cells
    try:
        _read_fast(body, rows)
    except Odd:
        rows.allowance.cells = before
        return False
    return True


def _read_fast(body: str, rows: Rows) -> None:
    first, *pieces = body.split("<row ")
    if first:
        raise Odd
    last = -1
    for piece in pieces:
        head, *cells = piece.split('<c r="')
        closed = piece.endswith("</row>")
        if closed:
            if cells:
                cells[-1] = cells[-1][:-6]
            else:
                head = head[:-6]
        found = _ROW.fullmatch(head)
        if not found or bool(found[3]) == closed:
            raise Odd
        number = int(found[1]) - 1
        if not last < number <= LAST_ROW:
            raise Odd
        last = number
        if found[2] and ("ht=" in found[2] or "hidden=" in found[2]):
            rows.row(number, _attributes(found[2]))
        if cells:
            _read_row(cells, number, rows)


def _read_row(pieces: Sequence[str], row: int, rows: Rows) -> None:
    cells = rows.cells
    before = len(cells)
    rows.allowance.read_cells(len(pieces))
    for piece in pieces:
        at, _, rest = piece.partition('"')
        place = _places[at]
        if place[0] != row:
            raise Odd
        cells[place] = _known.get(rest) or _read_piece(rest, place, rows)
    if len(cells) != before + len(pieces):
        raise Odd


def _read_piece(piece: str, place: Place, rows: Rows) -> Stored:
    """A cell from what is written after its address; remembered where it means the same in every workbook."""
    usual = _SHARED_TEXT.fullmatch(piece)
    if usual and int(usual[2]) < len(rows.texts):
        return Stored(rows.texts[int(usual[2])], "", False, int(usual[1] or 0))
    found = _CELL.fullmatch(piece)
    if not found:
        raise Odd
    attributes = _attributes(found[1])
    about = {} if found[2] is None else _attributes(found[2])
    formula = None if found[2] is None else plain(found[3] or "")
    value = None if found[4] is None else plain(found[5] or "")
    inline = None if found[6] is None else text_of(found[6], rows.allowance)
    stored = rows.stored(place, attributes, formula, about, value, inline)
    if attributes.get("t") not in ("s", "d") and about.get("t") != "shared" and len(piece) < LONGEST_TEXT:
        _known.keep(piece, stored)
    return stored


def _attributes(text: str) -> dict[str, str]:
    pairs = _ATTRIBUTE.findall(text)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Odd
    return found


def plain(text: str) -> str:
    """Character data as a parser gives it: references resolved. Raises Odd for those it doesn't know."""
    if "&" not in text:
        return text
    if text.count("&") != len(_REFERENCE.findall(text)):
        raise Odd
    return _REFERENCE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    if found[1]:
        return _NAMED[found[1]]
    number = int(found[2]) if found[2] else int(found[3], 16)
    if not (number in (9, 10, 13) or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD or 0x10000 <= number <= 0x10FFFF):
        raise Odd
    return chr(number)


def text_of(piece: str, allowance: Allowance) -> str:
    """The text of a string item: `piece` is the XML inside <si> or <is>. Raises Odd."""
    found = _PLAIN_TEXT.fullmatch(piece)
    if found:
        text = plain(found[2] or "")
        return _bounded(unescaped(text if found[1] else text.strip(_WHITE)))
    allowance.rich_texts += 1
    if allowance.rich_texts > _MOST_RICH_TEXTS:
        raise Odd
    item = Text()
    try:
        walk(f'<si xmlns="{MAIN}">{piece}</si>'.encode(), allowance, item.opened, item.closed)
    except (expat.ExpatError, ValueError):
        raise Odd from None
    return item.text


def texts_fast(body: str, allowance: Allowance) -> list[str]:
    """The shared texts, from what stands between <sst …> and </sst>. Raises Odd."""
    first, *pieces = body.split("<si>")
    if first or len(pieces) > _MOST_TEXTS:
        raise Odd
    texts = []
    for piece in pieces:
        if not piece.endswith("</si>"):
            raise Odd
        texts.append(text_of(piece[:-5], allowance))
    return texts


# ---- the general way


class Text:
    """The text of a string item, fed by an XML walk: its runs one after another, phonetic ones left out."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forgets what was read."""
        self._pieces: list[str] = []
        self._phonetic = False
        self._preserved = False

    @property
    def text(self) -> str:
        """What was read."""
        return _bounded("".join(self._pieces))

    def opened(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag begins."""
        if tag == "rPh":
            self._phonetic = True
        elif tag == "t":
            self._preserved = attributes.get("xml:space") == "preserve"

    def closed(self, tag: str, text: str) -> None:
        """A tag ends."""
        if tag == "rPh":
            self._phonetic = False
        elif tag == "t" and not self._phonetic:
            self._pieces.append(unescaped(text if self._preserved else text.strip(_WHITE)))


class Cells:
    """The rows of a sheet, fed by an XML walk of what stands inside <sheetData>."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._depth = 0
        self._row = -1
        self._place: Place = (-1, -1)
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
            number = int(attributes["r"]) - 1 if _ADDRESS.fullmatch(f"A{attributes.get('r', '')}") else self._row + 1
            if not self._row < number <= LAST_ROW or ("r" in attributes and str(number + 1) != attributes["r"]):
                raise Refused(f"行号“{shown(attributes.get('r', ''), 20)}”无效或次序颠倒，拒绝打开")
            self._row, self._place = number, (number, -1)
            self._rows.row(number, attributes)
        elif tag == "f":
            self._about = attributes
        elif tag == "is":
            self._text = Text()

    def _begin(self, attributes: Mapping[str, str]) -> None:
        place = place_of(attributes["r"]) if "r" in attributes else (self._row, self._place[1] + 1)
        if place[0] != self._row or place[1] > LAST_COLUMN:
            raise Refused(f"单元格 {address(place)} 不在它的行里，拒绝打开")
        if place in self._rows.cells:
            raise Refused(f"单元格 {address(place)} 出现两次，拒绝打开")
        self._rows.allowance.read_cells(1)
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
            kind = self._cell.get("t", "n")
            value = self._value if kind == "str" or self._value is None else self._value.strip(_WHITE)
            rows = self._rows
            rows.cells[self._place] = rows.stored(self._place, self._cell, self._formula, self._about, value, self._inline)
            self._cell = None


def texts_general(content: bytes, allowance: Allowance) -> list[str]:
    """The shared texts of a part, whatever way it is written. Raises Refused and expat's errors."""
    texts: list[str] = []
    item = Text()

    def opened(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "si":
            item.begin()
        item.opened(tag, attributes)

    def closed(tag: str, text: str) -> None:
        item.closed(tag, text)
        if tag == "si":
            texts.append(item.text)

    walk(content, allowance, opened, closed)
    if len(texts) > _MOST_TEXTS:
        raise Refused("文字过多，拒绝打开")
    return texts
