"""The cells of a sheet and the texts they share, by a strict grammar of the way programs write them.

A sheet's rows are split at their tags, and every distinct piece is held once against the grammar, whichever file it comes from. Anything the
grammar doesn't know (comments, prefixes, other orders, odd addresses) makes this way give up: the part is then read by the general way, `cells`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar
from xml.parsers import expat

from xl_jixiao.sheet.cells import MOST_TEXTS, WHITE, Rows, Text, bounded, places, row_look
from xl_jixiao.sheet.content import LAST_ROW, FaintText, FormulaKind, Position, Stored
from xl_jixiao.sheet.markup import MAIN, Allowance, unescaped, walk

_MOST_RICH_TEXTS = 2_000
"""A part with more texts of several runs is quicker read as a whole."""
_CELL_COST, _NEW_CELL_COST, _NEW_ROW_COST = 3, 4, 1
"""What a cell costs, and what it and a row cost besides where they were not met before, in the units of an Allowance."""
_KNOWN_LETTERS = 8_000_000
_LONGEST_KNOWN = 20_000
_MOST_MET = 100_000
_MOST_TEXTS_OF_A_ROW = 8
"""With so many sets of texts a row is kept."""

_NAME = r"[A-Za-z][A-Za-z0-9]*"
_VALUE = r'"[^"<>&\s\x00-\x1f]*"'
_ATTRIBUTES = rf"(?: {_NAME}={_VALUE})*"
_ROW_ATTRIBUTES = rf"(?: (?:x14ac:)?{_NAME}={_VALUE})*"
_TEXT = "[^<>\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*"
_PRESERVED = '(?: xml:space="preserve")?'
_ATTRIBUTE = re.compile(rf' ((?:x14ac:)?{_NAME})="([^"]*)"')
_ROW_NUMBER = re.compile("[1-9][0-9]{0,6}")
_ROW = re.compile(rf"({_ROW_ATTRIBUTES})(?: ?/>|></row>)")
_CELL = re.compile(
    rf"({_ATTRIBUTES}) ?(?:/>|>(?:<f({_ATTRIBUTES}){_PRESERVED}(?: ?/>|>({_TEXT})</f>))?(?:<v({_PRESERVED})(?: ?/>|>({_TEXT})</v>))?"
    r"(?:<is>(.*)</is>)?</c>)",
    re.DOTALL,
)
_PLAIN_TEXT = re.compile(rf'<t( xml:space="preserve")?(?: ?/>|>({_TEXT})</t>)')
_VALUE_TEXT = re.compile(_TEXT)
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_USUAL_NUMBER = re.compile(rb"-?[0-9]{1,15}(?:\.[0-9]{1,17})?")
"""Most values of cells: finite, and the same to every reader."""
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}

Read = TypeVar("Read")


class Odd(Exception):
    """The strict grammar doesn't know what it found; not a fault of the file."""


Piece = TypeVar("Piece", str, bytes)


class _Known(dict[Piece, Read], Generic[Piece, Read]):
    """What was read of a piece of XML that means the same in every workbook. Bounded."""

    letters = 0

    def keep(self, piece: Piece, read: Read) -> None:
        """Remembers a piece, unless it is long."""
        if len(piece) > _LONGEST_KNOWN:
            return
        self.letters += len(piece) + 50
        if self.letters > _KNOWN_LETTERS:
            self.clear()
            self.letters = len(piece) + 50
        self[piece] = read


class _About(NamedTuple):
    """A cell without its value: the kind of value its XML announces, and the rest."""

    kind: str
    style: int
    formula: str
    formula_kind: FormulaKind


class _Head(NamedTuple):
    """What a row's own tag says. `prefixed` is whether it has attributes of another namespace."""

    number: int
    height: float | None
    hidden: bool
    prefixed: bool


@dataclass(slots=True)
class _MetRow:
    """A row met before that means the same in every workbook, but for the texts its cells take from the workbook's."""

    head: _Head
    count: int
    texts: Callable[[Sequence[str]], object]
    """What takes its texts out of the workbook's."""
    cells: dict[object, Mapping[Position, Stored]]
    """Its cells, by those texts."""


_met: set[int] = set()
"""Hashes of the rows met once: only what comes again is kept."""
_whole_rows: _Known[bytes, _MetRow] = _Known()
_cells: _Known[bytes, Stored] = _Known()
_written: _Known[bytes, _About] = _Known()
_shared_texts: _Known[bytes, tuple[int, int]] = _Known()
_heads: _Known[bytes, _Head] = _Known()
_rows: _Known[str, tuple[float | None, bool]] = _Known()
_texts: _Known[str, str] = _Known()


class _PlacesInBytes(dict[bytes, Position]):
    """Addresses already read, as bytes. Bounded."""

    def __missing__(self, at: bytes) -> Position:
        if len(self) >= _MOST_MET:
            self.clear()
        place = self[at] = places[at.decode()]
        return place


_places = _PlacesInBytes()


def read_fast(body: bytes, rows: Rows) -> bool:
    """Reads what stands between <sheetData> and </sheetData> into `rows`; False, with `rows` unusable, where it isn't written the usual way."""
    try:
        _read_fast(body, rows)
    except (Odd, UnicodeDecodeError):
        return False
    return True


def _read_fast(body: bytes, rows: Rows) -> None:
    first, *pieces = body.split(b"<row ")
    if first:
        raise Odd
    last = -1
    for piece in pieces:
        known = _whole_rows.get(piece)
        if known is None or known.head.number <= last or not _take_row(known, rows):
            number = _read_written_row(piece, rows)
            if number <= last:
                raise Odd
            last = number
        else:
            last = known.head.number


def _read_written_row(piece: bytes, rows: Rows) -> int:
    """Reads a row from its XML without its first mark; its number. What was met before is known by its bytes, and only what is new becomes a text."""
    head, *cells = piece.split(b'<c r="')
    if cells:
        if not piece.endswith(b"</row>"):
            raise Odd
        head += b"</row>"
        cells[-1] = cells[-1][:-6]
    said = _heads.get(head) or _read_head(head, rows)
    _take_head(said, rows)
    if cells:
        _read_row(cells, said.number, rows)
        if rows.allowance.faint:
            pass  # what reads alike elsewhere is another text
        elif hash(piece) in _met:
            _keep_row(piece, cells, said, rows)
        else:
            _meet(piece)
    return said.number


def _take_head(head: _Head, rows: Rows) -> None:
    if head.height is not None:
        rows.heights[head.number] = head.height
    if head.hidden:
        rows.hidden.add(head.number)
    if head.prefixed:
        rows.prefixed = True


def _take_row(known: _MetRow, rows: Rows) -> bool:
    """Takes in a row met before; False where its texts are others than before, or may only read alike."""
    if rows.allowance.faint:
        return False
    try:
        cells = known.cells.get(known.texts(rows.texts))
    except IndexError:
        return False
    if cells is None:
        return False
    rows.allowance.spend(_CELL_COST * known.count)
    rows.cells.update(cells)
    rows.met[known.head.number] = cells
    _take_head(known.head, rows)
    return True


def _meet(piece: bytes) -> None:
    if len(_met) >= _MOST_MET:
        _met.clear()
    _met.add(hash(piece))


def _no_texts(texts: Sequence[str]) -> None:
    """What a row without texts takes out of the workbook's."""


def _keep_row(piece: bytes, cells: Sequence[bytes], head: _Head, rows: Rows) -> None:
    """Remembers a row that was met before, where each of its cells means the same in every workbook or is one of the workbook's texts; not
    one that had other texts in every workbook so far."""
    known = _whole_rows.get(piece)
    if known is not None and len(known.cells) >= _MOST_TEXTS_OF_A_ROW:
        return
    read: dict[Position, Stored] = {}
    texts: list[int] = []
    for cell in cells:
        at, _, rest = cell.partition(b'"')
        place, text = _places[at], _shared_texts.get(rest)
        if text is not None:
            texts.append(text[1])
        elif rest not in _cells and rest.partition(b"<v>")[0] not in _written:
            return
        read[place] = rows.cells[place]
    if known is None:
        known = _MetRow(head, len(cells), itemgetter(*texts) if texts else _no_texts, {})
        _whole_rows.keep(piece, known)
    known.cells[known.texts(rows.texts)] = read


def _read_head(head: bytes, rows: Rows) -> _Head:
    """What a row's tag says, from its XML without its cells and its first mark."""
    rows.allowance.spend(_NEW_ROW_COST)
    text = head.decode()
    begin, number, rest = text[:3], *text[3:].partition('"')[::2]
    if begin != 'r="' or not _ROW_NUMBER.fullmatch(number) or int(number) > LAST_ROW + 1:
        raise Odd
    look = _rows.get(rest)
    if look is None:
        found = _ROW.fullmatch(rest)
        if not found:
            raise Odd
        look = row_look(_attributes(found[1]))
        _rows.keep(rest, look)
    read = _Head(int(number) - 1, *look, "x14ac:" in rest)
    _heads.keep(head, read)
    return read


def _read_row(pieces: Sequence[bytes], row: int, rows: Rows) -> None:
    texts, known, text = rows.texts, _cells.get, _shared_texts.get
    cells: dict[Position, Stored] = {}
    rows.allowance.spend(_CELL_COST * len(pieces))
    for piece in pieces:
        at, _, rest = piece.partition(b'"')
        place = _places[at]
        if place[0] != row:
            raise Odd
        stored = known(rest)
        if stored is None:
            usual = text(rest)
            if usual is not None and usual[1] < len(texts):
                stored = _stored(texts[usual[1]], "", False, usual[0], FormulaKind.NORMAL)
            else:
                stored = _read_piece(rest, place, rows)
        cells[place] = stored
    if len(cells) != len(pieces):
        raise Odd
    rows.unmet[row] = cells
    rows.cells.update(cells)


def _stored(*fields: object) -> Stored:
    """A cell of all its fields, made as the tuple it is: there are hundreds in each file."""
    return tuple.__new__(Stored, fields)


def _read_piece(piece: bytes, place: Position, rows: Rows) -> Stored:
    """A cell from what is written after its address; remembered where it means the same in every workbook."""
    written, mark, value = piece.partition(b"<v>")
    about = _written.get(written) if mark else None
    if about and value.endswith(b"</v></c>"):
        return _with_value(about, value[:-8], place, rows)
    return _read_whole(piece, place, rows)


def _with_value(about: _About, written: bytes, place: Position, rows: Rows) -> Stored:
    """A cell of which all but the value was met before."""
    kind, style, formula, formula_kind = about
    if kind == "n" and _USUAL_NUMBER.fullmatch(written):
        return _stored(float(written), formula, False, style, formula_kind)
    text = written.decode()
    if not _VALUE_TEXT.fullmatch(text):
        raise Odd
    value, error = rows.value(place, kind, plain(text), None)
    return _stored(value, formula, error, style, formula_kind)


def _read_whole(piece: bytes, place: Position, rows: Rows) -> Stored:
    """A cell of which nothing was met before; remembered, and without its value too, where it means the same in every workbook."""
    rows.allowance.spend(_NEW_CELL_COST)
    found = _CELL.fullmatch(piece.decode())
    if not found:
        raise Odd
    attributes = _attributes(found[1])
    about = {} if found[2] is None else _attributes(found[2])
    formula = None if found[2] is None else plain(found[3] or "")
    value = None if found[4] is None else plain(found[5] or "")
    inline = None if found[6] is None else text_of(found[6], rows.allowance)
    stored = rows.stored(place, attributes, formula, about, value, inline)
    kind = attributes.get("t", "n")
    if kind == "s" and formula is None and value is not None and stored.value is not None and inline is None:
        _shared_texts.keep(piece, (stored.style, int(value)))
    elif kind not in ("s", "d") and about.get("t") != "shared" and not isinstance(inline, FaintText):
        _cells.keep(piece, stored)
        if value is not None and inline is None:
            _written.keep(piece.partition(b"<v>")[0], _About(kind, stored.style, stored.formula, stored.kind))
    return stored


def _attributes(text: str) -> dict[str, str]:
    pairs = _ATTRIBUTE.findall(text)
    found = dict(pairs)
    if len(found) != len(pairs) or "r" in found:  # the address was taken off before
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
        return bounded(unescaped(text if found[1] else text.strip(WHITE)))
    allowance.rich_texts += 1
    if allowance.rich_texts > _MOST_RICH_TEXTS:
        raise Odd
    item = Text(allowance)
    try:
        walk(f'<si xmlns="{MAIN}">{piece}</si>'.encode(), allowance, item.opened, item.closed)
    except (expat.ExpatError, ValueError):
        raise Odd from None
    return item.text


def texts_fast(body: str, allowance: Allowance) -> list[str]:
    """The shared texts, from what stands between <sst …> and </sst>. Raises Odd."""
    first, *pieces = body.split("<si>")
    if first or len(pieces) > MOST_TEXTS:
        raise Odd
    texts = []
    for piece in pieces:
        text = _texts.get(piece)
        if text is None:
            if not piece.endswith("</si>"):
                raise Odd
            text = text_of(piece[:-5], allowance)
            if not isinstance(text, FaintText):  # which has to be met again in the next workbook
                _texts.keep(piece, text)
        texts.append(text)
    return texts
