"""The VBA source in a macro project (`xl/vbaProject.bin`) as Excel, WPS or LibreOffice saves it, and whether it is still ours.

The project is a compound file (MS-CFB) of compressed streams (MS-OVBA); `vba` writes the same formats. Nothing in it is run, and nothing is taken on
trust: what is put together otherwise than those programs do it, or would take much time or memory, is a ValueError.

What is compiled beside the source is handed over as it is (`compiled`); `vba_compiled` holds its names and texts against the source.
"""

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["CompiledProject", "compiled", "modules", "same_macros"]

MOST_BYTES, MOST_SOURCE, MOST_MODULES = 4 * 2**20, 2**19, 1000
"""What a project may hold, in bytes and modules. Ours are 36 KB, several times that with compiled code, and have 75 KB of source."""


def modules(project: bytes) -> Mapping[str, str]:
    """The source of every module by its name, attribute lines included. Raises ValueError for what isn't understood."""
    try:
        return MappingProxyType({one.name: one.source for one in _modules(_Container(project))})
    except struct.error as error:
        raise ValueError("the project ends in the middle of something") from error


@dataclass(frozen=True)
class CompiledProject:
    """A project with what is compiled beside its source: by module, and the stream that has the names; the libraries it refers to."""

    sources: Mapping[str, str]
    compiled: Mapping[str, bytes]
    identifiers: bytes
    references: tuple[str, ...]


def compiled(project: bytes) -> CompiledProject:
    """A project with its compiled code. Raises ValueError for what isn't understood."""
    container = _Container(project)
    try:
        found = list(_modules(container))
        streams = container.storage("VBA")
        directory = _inflated(_Container(project).content(streams, "dir"), MOST_SOURCE)
        identifiers = container.content(streams, "_VBA_PROJECT")
    except struct.error as error:
        raise ValueError("the project ends in the middle of something") from error
    references = tuple(held.decode("latin-1") for kind, held in _records(directory) if kind == _REFERENCE)
    sources = {one.name: one.source for one in found}
    return CompiledProject(sources, {one.name: one.compiled for one in found}, identifiers, references)


def same_macros(project: bytes, own: bytes) -> tuple[str, ...]:
    """The names of the modules that were changed, added or removed, other than by the VBA editor's own hand; empty where the macros are the same.

    Modules without code (those of sheets and workbook mostly) count as equal however many there are. Raises ValueError for what isn't understood.
    """
    if project == own:
        return ()
    theirs, ours = _codes(project), _own_codes(own)
    return tuple((theirs.get(key) or ours[key]).name for key in sorted({*theirs, *ours}) if theirs.get(key) != ours.get(key))


# ---- the project


_PAGES = {65001: "utf-8", **{page: f"cp{page}" for page in (874, 932, 936, 949, 950, *range(1250, 1259))}}
"""Code pages in which an ASCII letter is that letter and nothing else."""

_REFERENCE = 0x16
_CODE_PAGE, _VERSION, _COUNT, _END_OF_DIRECTORY = 0x03, 0x09, 0x0F, 0x10
_NAME, _WIDE_NAME, _STREAM_NAME, _WIDE_STREAM_NAME, _OFFSET, _END_OF_MODULE = 0x19, 0x47, 0x1A, 0x32, 0x31, 0x2B
_OF_PROJECT = {
    0x01,
    0x4A,
    0x02,
    0x14,
    _CODE_PAGE,
    0x04,
    0x05,
    0x40,
    0x06,
    0x3D,
    0x07,
    0x08,
    _VERSION,
    0x0C,
    0x3C,
    _COUNT,
    0x13,
    _END_OF_DIRECTORY,
}
_OF_REFERENCES = {0x16, 0x3E, 0x2F, 0x30, 0x33, 0x0D, 0x0E}
_OF_MODULES = {_NAME, _WIDE_NAME, _STREAM_NAME, _WIDE_STREAM_NAME, 0x1C, 0x48, _OFFSET, 0x1E, 0x2C, 0x21, 0x22, 0x25, 0x28, _END_OF_MODULE}

DirectoryRecord = Mapping[int, bytes]
"""What the directory says of one module, by the kind of statement."""


class _StoredModule(NamedTuple):
    """A module as its stream has it: its source, and what is compiled before that."""

    name: str
    source: str
    compiled: bytes


def _modules(container: "_Container") -> Iterator[_StoredModule]:
    streams = container.storage("VBA")
    directory = _inflated(container.content(streams, "dir"), MOST_SOURCE)
    page, listed = _listed(directory)
    left = MOST_SOURCE
    seen: set[str] = set()
    for one in listed:
        name = _text(one, _NAME, _WIDE_NAME, page)
        if _lower(name) in seen:
            raise ValueError("two modules of one name")
        seen.add(_lower(name))
        stream = container.content(streams, _text(one, _STREAM_NAME, _WIDE_STREAM_NAME, page))
        (offset,) = struct.unpack("<I", one.get(_OFFSET, b""))
        source = _inflated(stream[offset:], left)
        left -= len(source)
        yield _StoredModule(name, source.decode(page, "replace"), stream[:offset])


def _listed(directory: bytes) -> tuple[str, list[DirectoryRecord]]:
    """The code page, and what the directory says of each module."""
    page, count = "", -1
    found: list[dict[int, bytes]] = []
    within: dict[int, bytes] | None = None
    for kind, held in _records(directory):
        if kind == _CODE_PAGE:
            page = _PAGES.get(int.from_bytes(held, "little"), "")
        elif kind == _COUNT:
            count = int.from_bytes(held, "little")
        elif kind == _NAME:
            within = {}
            found.append(within)
        if kind not in _OF_MODULES:
            continue
        if within is None or kind in within:
            raise ValueError("a module is described twice, or before it is named")
        within[kind] = held
        if kind == _END_OF_MODULE:
            within = None
    if not page or count != len(found) or count > MOST_MODULES:
        raise ValueError("an unknown code page, or other modules than were counted")
    return page, list(found)


def _records(directory: bytes) -> Iterator[tuple[int, bytes]]:
    at, kind = 0, -1
    while at < len(directory) and kind != _END_OF_DIRECTORY:
        kind, size = struct.unpack_from("<HI", directory, at)
        if kind not in _OF_PROJECT | _OF_REFERENCES | _OF_MODULES:
            raise ValueError(f"an unknown record {kind} in the project's directory")
        if kind == _VERSION:  # the one whose size doesn't count all of it
            size = 6
        at += 6
        if at + size > len(directory):
            raise ValueError("the project's directory is cut off")
        yield kind, directory[at : at + size]
        at += size
    if kind != _END_OF_DIRECTORY or at != len(directory):
        raise ValueError("the project's directory has no proper end")


def _text(one: DirectoryRecord, kind: int, wide: int, page: str) -> str:
    """A name, written in the code page and mostly once more in UTF-16: both must say the same."""
    text = one.get(kind, b"").decode(page)
    if not text or (wide in one and one[wide].decode("utf-16-le") != text):
        raise ValueError("a module without a name, or of two names")
    return text


# ---- MS-OVBA 2.4.1: decompression

_CHUNK = 4096


def _inflated(packed: bytes, most: int) -> bytes:
    """What a compressed container holds; ValueError where that is more than `most` bytes."""
    if packed[:1] != b"\x01":
        raise ValueError("a stream is not compressed as it should be")
    out = bytearray()
    at = 1
    while at < len(packed):
        (header,) = struct.unpack_from("<H", packed, at)
        end = at + 3 + (header & 0x0FFF)
        if header & 0x7000 != 0x3000 or end > len(packed):
            raise ValueError("a compressed stream is damaged")
        held = packed[at + 2 : end]
        out += _chunk(held) if header & 0x8000 else held
        if len(out) > most:
            raise ValueError("the project holds too much")
        at = end
    return bytes(out)


def _chunk(packed: bytes) -> bytes:
    out = bytearray()
    at = 0
    while at < len(packed):
        flags = packed[at]
        at += 1
        if not flags:
            out += packed[at : at + 8]
            at += 8
            continue
        for bit in range(8):
            if at >= len(packed):
                break
            if flags >> bit & 1:
                (token,) = struct.unpack_from("<H", packed, at)
                _copy(out, token)
                at += 2
            else:
                out.append(packed[at])
                at += 1
        if len(out) > _CHUNK:
            raise ValueError("a compressed chunk holds too much")
    return bytes(out)


def _copy(out: bytearray, token: int) -> None:
    """Appends what a copy token stands for: something earlier in the chunk, which may run on into itself."""
    offset_bits = max((len(out) - 1).bit_length(), 4)
    offset = (token >> (16 - offset_bits)) + 1
    length = (token & (0xFFFF >> offset_bits)) + 3
    if offset > len(out) or len(out) > _CHUNK:
        raise ValueError("a compressed chunk is damaged")
    start = len(out) - offset
    piece = out[start : start + length]
    if len(piece) < length:
        piece = (piece * (length // offset + 1))[:length]
    out += piece


# ---- MS-CFB: the container

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_SECTOR, _MINI_SECTOR, _MINI_LIMIT = 512, 64, 4096
_SHAPE = (3, 0xFFFE, 9, 6)
"""Version, byte order, and sizes of sectors as powers of two."""


class _ReadEntry(NamedTuple):
    """An entry of the container's directory."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class _Container:
    """A compound file. Each of its sectors may be read once in all, so that reading it never takes longer than its size allows."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_BYTES or not data.startswith(_MAGIC):
            raise ValueError("no compound file, or one too large")
        self._data = data
        self._left = len(data)
        directory, _, limit, mini_table, _, more = struct.unpack_from("<IIIIII", data, 48)
        if struct.unpack_from("<HHHH", data, 26) != _SHAPE or limit != _MINI_LIMIT or more not in (_END, _FREE):
            raise ValueError("an unknown kind of compound file")  # a chain of tables is for files beyond 7 MB
        self._table = self._numbers([at for at in struct.unpack_from("<109I", data, 76) if at != _FREE])
        self._entries = list(map(_entry, _pieces(self._sectors(_chain(self._table, directory)), 128)))
        if not self._entries or self._entries[0].kind != _ROOT:
            raise ValueError("a compound file without a root")
        root = self._entries[0]
        self._mini_table = self._numbers(_chain(self._table, mini_table))
        self._mini = self._sectors(_chain(self._table, root.start)) if root.size else b""
        self._top = self._named(root)

    def storage(self, name: str) -> Mapping[str, _ReadEntry]:
        """What a storage at the top holds, by names in upper case."""
        found = self._top.get(name.upper())
        if found is None or found.kind != _STORAGE:
            raise ValueError(f"no storage {name}")
        return self._named(found)

    def content(self, entries: Mapping[str, _ReadEntry], name: str) -> bytes:
        """The bytes of a stream of a storage."""
        found = entries.get(name.upper())
        if found is None or found.kind != _STREAM:
            raise ValueError("a stream is missing")
        self._left -= found.size
        if self._left < 0:
            raise ValueError("streams that share their bytes")
        if found.size < _MINI_LIMIT:
            count = -(-found.size // _MINI_SECTOR)
            held = b"".join(self._mini[at * _MINI_SECTOR : (at + 1) * _MINI_SECTOR] for at in _chain(self._mini_table, found.start, count))
        else:
            held = self._sectors(_chain(self._table, found.start, -(-found.size // _SECTOR)))
        if len(held) < found.size:
            raise ValueError("a stream is cut off")
        return held[: found.size]

    def _sectors(self, numbers: Sequence[int]) -> bytes:
        return b"".join(self._data[(at + 1) * _SECTOR : (at + 2) * _SECTOR] for at in numbers)

    def _numbers(self, sectors: Sequence[int]) -> Sequence[int]:
        """Sectors that hold numbers of sectors."""
        held = self._sectors(sectors)
        return struct.unpack(f"<{len(held) // 4}I", held[: len(held) // 4 * 4])

    def _named(self, storage: _ReadEntry) -> Mapping[str, _ReadEntry]:
        found: dict[str, _ReadEntry] = {}
        waiting, seen = [storage.child], {_FREE}
        while waiting:
            at = waiting.pop()
            if at == _FREE:
                continue
            if at >= len(self._entries) or at in seen:
                raise ValueError("a storage's entries run in a circle")
            seen.add(at)
            entry = self._entries[at]
            if entry.name.upper() in found:
                raise ValueError("two entries of one name")
            found[entry.name.upper()] = entry
            waiting += [entry.left, entry.right]
        return found


def _entry(packed: bytes) -> _ReadEntry:
    length, kind, _, left, right, child = struct.unpack_from("<HBBIII", packed, 64)
    start, size = struct.unpack_from("<II", packed, 116)
    if length > 64:
        raise ValueError("an entry's name is too long")
    return _ReadEntry(packed[: max(length - 2, 0)].decode("utf-16-le"), kind, left, right, child, start, size)


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def _chain(table: Sequence[int], start: int, count: int | None = None) -> list[int]:
    """The sectors of a chain, all or the first `count`. ValueError for a chain that leads nowhere or in a circle."""
    found: list[int] = []
    seen: set[int] = set()
    at = start
    while len(found) != count and not (count is None and at == _END):
        if at >= len(table) or at in seen:
            raise ValueError("a chain of sectors is damaged")
        found.append(at)
        seen.add(at)
        at = table[at]
    return found


# ---- what the VBA editor changes by itself

_LINE = re.compile("\r\n|\r|\n")
_ATTRIBUTE = re.compile(
    r'\s*Attribute\s+(?:\w+\.)?VB_\w+(?:\.VB_\w+)?\s*=\s*(?:"(?:""|[^"])*"(?:\s*,\s*"(?:""|[^"])*")?|-?\d+|True|False)\s*', re.IGNORECASE
)
_BY_LIBREOFFICE = re.compile(r"\s*(?:Rem Attribute VBA_ModuleType=\w+|Option VBASupport 1)\s*", re.IGNORECASE)
_OPTION = re.compile("option (?:explicit|base [01]|compare (?:binary|text)|private module)")
_TOKEN = re.compile(r"""(?P<verbatim>"(?:""|[^"])*"?|'.*)|(?<=[\w)\]"])(?P<apart>[ \t]+[.!])|\w+|[^\w\s]""", re.ASCII)
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


@dataclass(frozen=True)
class _Code:
    """The code of a module; equal where the lines are."""

    name: str = field(compare=False)
    lines: tuple[str, ...]


def _codes(project: bytes) -> Mapping[str, _Code]:
    """Every module that has code, by its name in lower case."""
    found = {_lower(name): _Code(name, _lines(source)) for name, source in modules(project).items()}
    return {key: code for key, code in found.items() if not all(map(_OPTION.fullmatch, code.lines))}


_own_codes = lru_cache(maxsize=32)(_codes)


def _lines(source: str) -> tuple[str, ...]:
    """The lines of a module, each as it stands whatever its spaces and its letters' case; strings and comments are kept as they are."""
    found: list[str] = []
    for line in _LINE.split(source):
        if _ATTRIBUTE.fullmatch(line) or _BY_LIBREOFFICE.fullmatch(line):
            continue
        said = " ".join(_tokens(line.strip()))
        if said or (found and found[-1].endswith("_")):  # a blank line ends a statement that was to be continued
            found.append(said)
    return tuple(found)


def _tokens(line: str) -> Iterator[str]:
    for found in _TOKEN.finditer(line):
        if found["verbatim"]:
            yield found["verbatim"] if line[found.start()] == '"' else " ".join(found["verbatim"].split())
        elif found["apart"]:
            yield f" {found['apart'][-1]}"
        else:
            yield found[0].translate(_LOWER)


def _lower(text: str) -> str:
    return text.translate(_LOWER)
