"""What a returned file itself holds: its stamp, and its cells with formulas as written beside the values a program left there.

For files that `reading` has accepted. Cells are read straight from their sheet: many times quicker than by a library, and a formula stays
distinct from its value.
"""

import posixpath
import re
import zipfile
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from xml.parsers import expat

from xl_jixiao.layout import Ref, column_letter

_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)
_POINTED = re.compile(r"'?((?:[^'!]|'')+)'?!\$?([A-Z]{1,3})\$?(\d{1,7})(?::.*)?", re.ASCII)
_RELATIVE = re.compile(r"(?<![\w.])(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?![\w(.])")
_TEXT = re.compile(r'("(?:[^"]|"")*")')


class Cell(NamedTuple):
    """A cell: its formula without the =, empty where it has none, and the value shown; None where there is none."""

    formula: str = ""
    value: float | str | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing is in it."""
        return not self.formula and self.value is None


BLANK = Cell()


class Package:
    """The parts of a returned workbook, read when asked for. A context manager."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        self._read: dict[str, Mapping[str, Cell]] = {}

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @cached_property
    def properties(self) -> Mapping[str, str]:
        """The custom document properties."""
        found: dict[str, str] = {}
        name = ""

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            nonlocal name
            name = attributes.get("name", "") if tag == "property" else name

        def end(tag: str, text: str) -> None:
            if name and tag not in ("property", "Properties"):
                found[name] = text

        for part in self._related("", "/custom-properties").values():
            _parse(self._zip.read(part), start, end)
        return MappingProxyType(found)

    def _related(self, part: str, kind: str) -> Mapping[str, str]:
        """The parts of a kind another part refers to, by the reference."""
        folder, name = posixpath.split(part)
        targets: dict[str, str] = {}

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "Relationship" and attributes["Type"].endswith(kind):
                targets[attributes["Id"]] = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")

        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations in self._zip.namelist():
            _parse(self._zip.read(relations), start, lambda tag, text: None)
        return {key: target for key, target in targets.items() if target in self._zip.namelist()}

    @cached_property
    def _book(self) -> tuple[Mapping[str, str], Mapping[str, Ref]]:
        """The part of each sheet, and the cell of each defined name."""
        sheets: dict[str, str] = {}
        names: dict[str, Ref] = {}
        defined = ""

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            nonlocal defined
            if tag == "sheet":
                sheets[attributes["name"]] = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            elif tag == "definedName":
                defined = "" if "localSheetId" in attributes else attributes["name"]

        def end(tag: str, text: str) -> None:
            pointed = _POINTED.fullmatch(text) if tag == "definedName" and defined else None
            if pointed:
                names[defined] = Ref(pointed[1].replace("''", "'"), int(pointed[3]) - 1, _column(pointed[2]))

        (book,) = self._related("", "/officeDocument").values()
        _parse(self._zip.read(book), start, end)
        parts = self._related(book, "/worksheet")
        return {name: parts[key] for name, key in sheets.items() if key in parts}, names

    @property
    def sheets(self) -> Mapping[str, str]:
        """The names of the sheets, each with its part."""
        return self._book[0]

    @property
    def names(self) -> Mapping[str, Ref]:
        """The cell each defined name points to now."""
        return self._book[1]

    def cell(self, ref: Ref) -> Cell:
        """A cell; a blank one where its sheet is gone."""
        if ref.sheet not in self._read:
            part = self.sheets.get(ref.sheet)
            self._read[ref.sheet] = self._cells(part) if part else {}
        return self._read[ref.sheet].get(ref.local, BLANK)

    @cached_property
    def _strings(self) -> list[str]:
        texts: list[str] = []
        pieces: list[str] = []

        def end(tag: str, text: str) -> None:
            if tag == "t":
                pieces.append(text)
            elif tag == "si":
                texts.append("".join(pieces))
                pieces.clear()

        part = next((name for name in self._zip.namelist() if name.lower() == "xl/sharedstrings.xml"), None)
        if part:
            _parse(self._zip.read(part), lambda tag, attributes: None, end)
        return texts

    def _cells(self, part: str) -> Mapping[str, Cell]:
        cells: dict[str, Cell] = {}
        shared: dict[str, tuple[str, str]] = {}
        address = kind = formula = value = index = None
        row = column = 0

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            nonlocal address, kind, formula, value, index, row, column
            if tag == "c":
                address = attributes.get("r") or f"{column_letter(column)}{row}"  # a program may leave addresses out
                kind, formula, value, index = attributes.get("t"), "", None, None
                column += 1
            elif tag == "row":
                row, column = int(attributes.get("r", row + 1)), 0
            elif tag == "f" and attributes.get("t") == "shared":
                index = attributes.get("si")

        def end(tag: str, text: str) -> None:
            nonlocal formula, value
            if tag == "v":
                value = text
            elif tag == "f":
                formula = text.strip() or _moved(shared.get(index), address)
                if index is not None and text.strip():
                    shared[index] = address, formula
            elif tag == "t":
                value = f"{value or ''}{text}"  # several runs of an inline text
            elif tag == "c" and (formula or value):
                cells[address] = Cell(formula, self._value(kind, value))

        _parse(self._zip.read(part), start, end)
        return cells

    def _value(self, kind: str | None, text: str | None) -> float | str | None:
        if not text:
            return None
        try:
            return self._strings[int(text)] if kind == "s" else float(text) if kind in (None, "n") else text
        except (ValueError, IndexError):
            return text


def _parse(content: bytes, start, end) -> None:
    """Calls `start` with a tag and its attributes and `end` with the tag and its own text; prefixes of namespaces left out."""
    parser = expat.ParserCreate()
    pieces: list[str] = []

    def opened(tag: str, attributes: Mapping[str, str]) -> None:
        pieces.clear()
        start(tag if ":" not in tag else tag.rpartition(":")[2], attributes)

    def closed(tag: str) -> None:
        end(tag if ":" not in tag else tag.rpartition(":")[2], "".join(pieces))
        pieces.clear()

    def refuse(*_: object) -> None:
        raise ValueError("document type declaration")

    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = opened, closed, pieces.append
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(content, True)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _moved(source: tuple[str, str] | None, address: str) -> str:
    """A shared formula as its other cells have it. One whose source isn't there stays a formula that is like no other."""
    places = [_ADDRESS.fullmatch(one) for one in (address, source[0] if source else "")]
    if source is None or None in places:
        return "?"
    columns, rows = [_column(one[1]) for one in places], [int(one[2]) for one in places]

    def shifted(found: re.Match[str]) -> str:
        column = _column(found[2]) + (0 if found[1] else columns[0] - columns[1])
        row = int(found[4]) + (0 if found[3] else rows[0] - rows[1])
        return f"{found[1]}{column_letter(column)}{found[3]}{row}" if column >= 0 and row > 0 else "#REF!"

    parts = _TEXT.split(source[1])
    return "".join(part if part.startswith('"') else _RELATIVE.sub(shifted, part) for part in parts)


_NAME_MARKS = re.compile(r"_xlfn\.|_xlws\.|_xludf\.|_xll\.|\[\d+\]!|[\s'$]|(?<=TRUE)\(\)|(?<=FALSE)\(\)|^=|^\+|^of:=")


@lru_cache(maxsize=8192)
def compared(formula: str) -> str:
    """A formula as it is compared: without what programs write differently, quotation marks of sheet names, $, spaces, prefixes."""
    parts = _TEXT.split(formula)
    return "".join(part if part.startswith('"') else _NAME_MARKS.sub("", part).upper() for part in parts)
