"""The cells of a sheet and the texts they share, by a strict grammar of the way programs write them.

A sheet's rows are split at their tags, and every distinct piece is held once against the grammar, whichever file it comes from. Anything the
grammar doesn't know (comments, prefixes, other orders, odd addresses) makes this way give up: the part is then read by the general way, `cells`.
"""

import re
from collections.abc import Sequence
from typing import Generic, TypeVar
from xml.parsers import expat

from xl_jixiao.sheet.cells import MOST_TEXTS, WHITE, Rows, Text, bounded, place_of, row_look
from xl_jixiao.sheet.content import LAST_ROW, Place, Stored
from xl_jixiao.sheet.markup import MAIN, Allowance, unescaped, walk

_MOST_RICH_TEXTS = 2_000
"""A part with more texts of several runs is quicker read as a whole."""
_KNOWN_LETTERS = 8_000_000
_LONGEST_KNOWN = 20_000
_KNOWN_PLACES = 200_000

_NAME = r"[A-Za-z][A-Za-z0-9]*"
_VALUE = r'"[^"<>&\s\x00-\x1f]*"'
_ATTRIBUTES = rf"(?: {_NAME}={_VALUE})*"
_ROW_ATTRIBUTES = rf"(?: (?:x14ac:)?{_NAME}={_VALUE})*"
_TEXT = "[^<>\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*"
_PRESERVED = '(?: xml:space="preserve")?'
_ATTRIBUTE = re.compile(rf' ((?:x14ac:)?{_NAME})="([^"]*)"')
_ROW = re.compile(rf'r="([1-9][0-9]{{0,6}})"({_ROW_ATTRIBUTES})>')
_EMPTY_ROW = re.compile(rf'r="([1-9][0-9]{{0,6}})"({_ROW_ATTRIBUTES})(?: ?/>|></row>)')
_CELL = re.compile(
    rf"({_ATTRIBUTES}) ?(?:/>|>(?:<f({_ATTRIBUTES}){_PRESERVED}(?: ?/>|>({_TEXT})</f>))?(?:<v({_PRESERVED})(?: ?/>|>({_TEXT})</v>))?"
    r"(?:<is>(.*)</is>)?</c>)",
    re.DOTALL,
)
_PLAIN_TEXT = re.compile(rf'<t( xml:space="preserve")?(?: ?/>|>({_TEXT})</t>)')
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}

Read = TypeVar("Read")


class Odd(Exception):
    """The strict grammar doesn't know what it found; not a fault of the file."""


class _Known(dict[str, Read], Generic[Read]):
    """What was read of a piece of XML that means the same in every workbook. Bounded."""

    letters = 0

    def keep(self, piece: str, read: Read) -> None:
        """Remembers a piece, unless it is long."""
        if len(piece) > _LONGEST_KNOWN:
            return
        self.letters += len(piece) + 50
        if self.letters > _KNOWN_LETTERS:
            self.clear()
            self.letters = len(piece) + 50
        self[piece] = read


class _Places(dict[str, Place]):
    """Addresses already read. Bounded."""

    def __missing__(self, text: str) -> Place:
        place = place_of(text)
        if len(self) >= _KNOWN_PLACES:
            self.clear()
        self[text] = place
        return place


_places = _Places()
_cells: _Known[Stored] = _Known()
_shared_texts: _Known[tuple[int, int]] = _Known()
_heads: _Known[tuple[int, float | None, bool]] = _Known()
_texts: _Known[str] = _Known()


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
        if not cells:
            number, height, hidden = _heads.get(head) or _read_head(head, _EMPTY_ROW)
        elif piece.endswith("</row>"):
            number, height, hidden = _heads.get(head) or _read_head(head, _ROW)
            cells[-1] = cells[-1][:-6]
        else:
            raise Odd
        if number <= last:
            raise Odd
        last = number
        if height is not None:
            rows.heights[number] = height
        if hidden:
            rows.hidden.add(number)
        if cells:
            _read_row(cells, number, rows)


def _read_head(head: str, grammar: re.Pattern[str]) -> tuple[int, float | None, bool]:
    """A row's number, height and whether it is hidden, from what is written before its cells."""
    found = grammar.fullmatch(head)
    if not found or int(found[1]) > LAST_ROW + 1:
        raise Odd
    read = (int(found[1]) - 1, *row_look(_attributes(found[2])))
    _heads.keep(head, read)
    return read


def _read_row(pieces: Sequence[str], row: int, rows: Rows) -> None:
    cells = rows.cells
    before = len(cells)
    rows.allowance.read_cells(len(pieces))
    for piece in pieces:
        at, _, rest = piece.partition('"')
        place = _places[at]
        if place[0] != row:
            raise Odd
        cells[place] = _cells.get(rest) or _read_piece(rest, place, rows)
    if len(cells) != before + len(pieces):
        raise Odd


def _read_piece(piece: str, place: Place, rows: Rows) -> Stored:
    """A cell from what is written after its address; remembered where it means the same in every workbook."""
    usual = _shared_texts.get(piece)
    if usual and usual[1] < len(rows.texts):
        return Stored(rows.texts[usual[1]], "", False, usual[0])
    found = _CELL.fullmatch(piece)
    if not found:
        raise Odd
    attributes = _attributes(found[1])
    about = {} if found[2] is None else _attributes(found[2])
    formula = None if found[2] is None else plain(found[3] or "")
    value = None if found[4] is None else plain(found[5] or "")
    inline = None if found[6] is None else text_of(found[6], rows.allowance)
    stored = rows.stored(place, attributes, formula, about, value, inline)
    kind = attributes.get("t")
    if kind == "s" and formula is None and value and inline is None:
        _shared_texts.keep(piece, (stored.style, int(value)))
    elif kind not in ("s", "d") and about.get("t") != "shared":
        _cells.keep(piece, stored)
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
        return bounded(unescaped(text if found[1] else text.strip(WHITE)))
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
    if first or len(pieces) > MOST_TEXTS:
        raise Odd
    texts = []
    for piece in pieces:
        text = _texts.get(piece)
        if text is None:
            if not piece.endswith("</si>"):
                raise Odd
            text = text_of(piece[:-5], allowance)
            _texts.keep(piece, text)
        texts.append(text)
    return texts
