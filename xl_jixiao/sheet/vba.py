"""The VBA project of a workbook (`xl/vbaProject.bin`), written from VBA source with the standard library only.

Two formats are stacked: the project's streams (MS-OVBA) lie in a compound file (MS-CFB). Only source is stored, no compiled
code: version FFFF in `_VBA_PROJECT` makes Excel compile it on opening. The same modules always give the same bytes.
What it does not do: user forms, passwords, signatures, projects of more than about 7 MB.
"""

from __future__ import annotations

import functools
import re
import struct
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

__all__ = ["Module", "Reference", "compound_file", "compress", "vba_project"]

MAX_NAME = 31  # the VBA editor's own limit
_CODEPAGE = 1252  # any single-byte page would do: sources are pure ASCII
_PROCEDURE = re.compile(
    r"^[ \t]*(?:(?:Public|Private|Friend|Static)[ \t]+)*"
    r"(?:Declare[ \t]+(?:PtrSafe[ \t]+)?)?(?:Sub|Function|Property[ \t]+(?:Get|Let|Set))[ \t]+(\w+)",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER_LINE = re.compile(r"(?:VERSION |Attribute VB_)", re.IGNORECASE)
_DOCUMENT_HEADER = (
    'Attribute VB_Base = "0{{{clsid}-0000-0000-C000-000000000046}}"\n'
    "Attribute VB_GlobalNameSpace = False\n"
    "Attribute VB_Creatable = False\n"
    "Attribute VB_PredeclaredId = True\n"
    "Attribute VB_Exposed = True\n"
    "Attribute VB_TemplateDerived = False\n"
    "Attribute VB_Customizable = True\n"
)


@dataclass(frozen=True)
class Reference:
    """A type library the project refers to."""

    name: str
    libid: str


STDOLE = Reference("stdole", r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation")


@dataclass(frozen=True)
class Module:
    """One module: a name, its full source (CRLF, attribute lines included) and whether it belongs to the workbook or a sheet."""

    name: str
    source: str
    document: bool = False

    @classmethod
    def standard(cls, name: str, code: str) -> Module:
        """An ordinary module; the header lines of an exported .bas are replaced."""
        return cls(name, _source(name, "", code))

    @classmethod
    def workbook(cls, code: str = "", name: str = "ThisWorkbook") -> Module:
        """The workbook's own module. Its name must be the workbook's codeName."""
        return cls(name, _source(name, _DOCUMENT_HEADER.format(clsid="00020819"), code), document=True)

    @classmethod
    def sheet(cls, name: str, code: str = "") -> Module:
        """A worksheet's own module. Its name must be that sheet's codeName; each sheet of the workbook needs one."""
        return cls(name, _source(name, _DOCUMENT_HEADER.format(clsid="00020820"), code), document=True)

    @property
    def procedures(self) -> frozenset[str]:
        """The procedures it declares, in lower case: VBA does not tell case apart."""
        return frozenset(found.lower() for found in _PROCEDURE.findall(self.source))


def vba_project(
    modules: Sequence[Module],
    *,
    name: str = "VBAProject",
    workbook: str = "ThisWorkbook",
    references: Sequence[Reference] = (STDOLE,),
) -> bytes:
    """The bytes of vbaProject.bin.

    `workbook` names the workbook's own module, which must be among the modules. ValueError, naming the module, for what Excel
    would refuse or silently repair: a missing or doubled module, a bad or too long name, a module named as a procedure, a
    source that is not ASCII.
    """
    modules = tuple(modules)
    _check(modules, name, workbook)
    # Excel wants a GUID; one made from the content keeps the build reproducible.
    content = "\0".join([name, *(f"{m.name}\0{m.source}" for m in modules)])
    guid = "{" + str(uuid.uuid5(uuid.NAMESPACE_OID, content)).upper() + "}"
    streams: dict[str, bytes] = {
        "_VBA_PROJECT": b"\xcc\x61\xff\xff\x00\x00\x00",
        "dir": compress(_directory(name, modules, references)),
    }
    streams |= {m.name: compress(_encode(m.source)) for m in modules}
    return compound_file({"VBA": streams, "PROJECT": _project(name, modules, guid), "PROJECTwm": _names(modules)})


def _source(name: str, header: str, code: str) -> str:
    lines = code.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and lines[0].startswith("VERSION "):  # the block on top of an exported .cls
        end = next((i for i, line in enumerate(lines) if line.strip().upper() == "END"), 0)
        lines = lines[end + 1 :]
    while lines and (_HEADER_LINE.match(lines[0]) or not lines[0].strip()):
        lines = lines[1:]
    body = "\n".join([f'Attribute VB_Name = "{name}"', *header.splitlines(), *lines])
    return body.rstrip().replace("\n", "\r\n") + "\r\n"


def _check(modules: Sequence[Module], project: str, workbook: str) -> None:
    seen: set[str] = set()
    for module in modules:
        name = module.name
        if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII):
            raise ValueError(f"VBA module name {name!r} must be ASCII letters, digits and _, starting with a letter")
        if len(name) > MAX_NAME:
            raise ValueError(f"VBA module name {name!r} has {len(name)} characters, at most {MAX_NAME} are allowed")
        if name.lower() in seen:
            raise ValueError(f"VBA module name {name!r} is used twice (case does not count)")
        if name.lower() in ("dir", "_vba_project") or name.lower() == project.lower():
            raise ValueError(f"VBA module name {name!r} is taken by the project itself")
        seen.add(name.lower())
        for number, line in enumerate(module.source.split("\r\n"), start=1):
            if not line.isascii():
                raise ValueError(f"VBA module {name}, line {number} is not ASCII: {line.strip()[:60]!r}")
    if workbook.lower() not in seen:
        raise ValueError(f"The VBA project has no module {workbook!r} for the workbook itself")
    for module in modules:
        for taken in module.procedures & seen:
            raise ValueError(f"VBA module {taken!r} has the name of a procedure in module {module.name!r}")


def _encode(text: str) -> bytes:
    return text.encode(f"cp{_CODEPAGE}")


# ---- MS-OVBA: the streams ------------------------------------------------------------------------------------------------


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HI", kind, len(data)) + data


def _text_record(kind: int, unicode_kind: int, text: str) -> bytes:
    return _record(kind, _encode(text)) + _record(unicode_kind, text.encode("utf-16-le"))


def _directory(name: str, modules: Sequence[Module], references: Sequence[Reference]) -> bytes:
    """The `dir` stream (2.3.4.2) before compression: project information, references, modules."""
    number = struct.Struct("<I").pack
    out = [
        _record(0x01, number(3)),  # 64-bit Windows
        _record(0x02, number(0x409)) + _record(0x14, number(0x409)) + _record(0x03, struct.pack("<H", _CODEPAGE)),
        _record(0x04, _encode(name)) + _text_record(0x05, 0x40, "") + _record(0x06) + _record(0x3D),
        _record(0x07, number(0)) + _record(0x08, number(0)),
        struct.pack("<HIIH", 0x09, 4, 1361024421, 6) + _text_record(0x0C, 0x3C, ""),  # an arbitrary, fixed version
    ]
    for reference in references:
        libid = _encode(reference.libid)
        out.append(_text_record(0x16, 0x3E, reference.name))
        out.append(_record(0x0D, number(len(libid)) + libid + bytes(6)))
    out.append(_record(0x0F, struct.pack("<H", len(modules))) + _record(0x13, b"\xff\xff"))
    for module in modules:
        out.append(_text_record(0x19, 0x47, module.name) + _text_record(0x1A, 0x32, module.name) + _text_record(0x1C, 0x48, ""))
        out.append(_record(0x31, number(0)))  # source starts at 0: no compiled code in front of it
        out.append(_record(0x1E, number(0)) + _record(0x2C, b"\xff\xff"))
        out.append(_record(0x22 if module.document else 0x21) + _record(0x2B))
    return b"".join(out) + _record(0x10)


def _project(name: str, modules: Sequence[Module], guid: str) -> bytes:
    """The `PROJECT` stream (2.3.1): an INI-like text."""
    lines = [f'ID="{guid}"']
    lines += [f"Document={m.name}/&H00000000" if m.document else f"Module={m.name}" for m in modules]
    lines += [f'Name="{name}"', 'HelpContextID="0"', 'VersionCompatible32="393222000"']
    lines += [f'CMG="{_obfuscate(bytes(4), guid, 0x07)}"', f'DPB="{_obfuscate(bytes(1), guid, 0x0E)}"']  # not locked, no password
    lines += [f'GC="{_obfuscate(bytes([0xFF]), guid, 0x15)}"', ""]  # visible
    lines += ["[Host Extender Info]", "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000", ""]
    lines += ["[Workspace]", *(f"{m.name}=0, 0, 0, 0, C" for m in modules), ""]
    return _encode("\r\n".join(lines))


def _obfuscate(data: bytes, guid: str, seed: int) -> str:
    """Data "encryption" (2.4.3.2), required even where there is nothing to hide. Any seed is right; a fixed one is reproducible."""
    key = sum(_encode(guid)) & 0xFF
    out = [seed, seed ^ 2, seed ^ key]
    plain = key
    for byte in bytes([seed]) * ((seed & 6) // 2) + struct.pack("<I", len(data)) + data:
        out.append(byte ^ ((out[-2] + plain) & 0xFF))
        plain = byte
    return bytes(out).hex().upper()


def _names(modules: Sequence[Module]) -> bytes:
    """The `PROJECTwm` stream (2.3.3): each module name in both encodings, never compressed."""
    pairs = (_encode(m.name) + b"\0" + m.name.encode("utf-16-le") + b"\0\0" for m in modules)
    return b"".join(pairs) + b"\0\0"


# ---- MS-OVBA 2.4.1: compression ------------------------------------------------------------------------------------------

_CHUNK = 4096
_TRIES = 48  # older matches looked at for each position; more gains next to nothing on source text


@functools.lru_cache(maxsize=64)
def compress(data: bytes) -> bytes:
    """The compressed container of `data`; most modules are the same in every workbook.

    The format pads a chunk that does not shrink to 4096 bytes, which would lengthen the data if it is the last one: ValueError
    then (never met with source text).
    """
    out = bytearray(b"\x01")
    for start in range(0, len(data), _CHUNK):
        chunk = data[start : start + _CHUNK]
        packed = _compress_chunk(chunk)
        if len(packed) < _CHUNK:
            out += struct.pack("<H", 0xB000 | (len(packed) - 1)) + packed
        elif len(chunk) == _CHUNK:
            out += struct.pack("<H", 0x3FFF) + chunk
        else:
            raise ValueError("the last 4096 bytes do not shrink and cannot be stored without padding")
    return bytes(out)


def _compress_chunk(chunk: bytes) -> bytes:
    out = bytearray()
    tokens = _tokens(chunk)
    for first in tokens:
        group = [first, *islice(tokens, 7)]
        out.append(sum(1 << bit for bit, token in enumerate(group) if len(token) == 2))
        out += b"".join(group)
    return bytes(out)


def _tokens(chunk: bytes) -> Iterator[bytes]:
    """Literals (one byte) and copies of something earlier (two bytes), longest match first."""
    seen: dict[bytes, list[int]] = {}
    size, position = len(chunk), 0
    while position < size:
        offset_bits = max((position - 1).bit_length(), 4) if position else 4
        longest = min((0xFFFF >> offset_bits) + 3, size - position)
        best, source = 0, 0
        for candidate in reversed(seen.get(chunk[position : position + 3], ())[-_TRIES:]):
            if best and chunk[candidate + best] != chunk[position + best]:
                continue
            length = 3
            while length < longest and chunk[candidate + length] == chunk[position + length]:
                length += 1
            if length > best:
                best, source = length, candidate
                if best == longest:
                    break
        if best:
            yield struct.pack("<H", (position - source - 1) << (16 - offset_bits) | (best - 3))
        else:
            best = 1
            yield chunk[position : position + 1]
        for passed in range(position, min(position + best, size - 2)):
            seen.setdefault(chunk[passed : passed + 3], []).append(passed)
        position += best


# ---- MS-CFB version 3: the container -------------------------------------------------------------------------------------

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_NONE = 0xFFFFFFFF
_SECTOR, _MINI_SECTOR, _MINI_LIMIT = 512, 64, 4096
_PER_SECTOR = _SECTOR // 4
_HEADER_FATS = 109  # FAT sectors the header has room for; more would need DIFAT sectors
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1


@dataclass
class _DirectoryEntry:
    """A directory entry; links and colour are set while the tree is built, the start when the stream is placed."""

    name: str
    kind: int
    data: bytes = b""
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    colour: int = _BLACK
    start: int = 0
    size: int = 0

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0" if self.name else b""
        links = (self.left, self.right, self.child)
        fields = (len(name), self.kind, self.colour, *links, bytes(16), 0, 0, 0, self.start, self.size)
        return name.ljust(64, b"\0") + struct.pack("<HBBIII16sIQQIQ", *fields)


Tree = Mapping[str, "bytes | Tree"]


def compound_file(tree: Tree) -> bytes:
    """A compound file of streams (bytes) and storages (mappings), without dates, so equal trees give equal bytes."""
    entries = [_DirectoryEntry("Root Entry", _ROOT)]
    entries[0].child = _add_children(entries, tree)
    sectors: list[bytes] = []
    fat: list[int] = []

    def place(data: bytes, filler: bytes = b"\0") -> int:
        if not data:
            return _END
        first, count = len(sectors), -(-len(data) // _SECTOR)
        sectors.extend(data[i * _SECTOR : (i + 1) * _SECTOR].ljust(_SECTOR, filler) for i in range(count))
        fat.extend([*range(first + 1, first + count), _END])
        return first

    mini, mini_fat = bytearray(), list[int]()
    for entry in entries:
        if entry.kind != _STREAM:
            continue
        entry.size = len(entry.data)
        if entry.size >= _MINI_LIMIT or not entry.data:
            entry.start = place(entry.data)
        else:
            entry.start, count = len(mini_fat), -(-entry.size // _MINI_SECTOR)
            mini += entry.data.ljust(count * _MINI_SECTOR, b"\0")
            mini_fat += [*range(entry.start + 1, entry.start + count), _END]
    entries[0].start, entries[0].size = place(bytes(mini)), len(mini)
    mini_fat_start = place(struct.pack(f"<{len(mini_fat)}I", *mini_fat), b"\xff")
    mini_fat_sectors = -(-len(mini_fat) // _PER_SECTOR)
    entries += [_DirectoryEntry("", 0, colour=0)] * (-len(entries) % 4)  # unused: all zero but the links (MS-CFB 2.6.3)
    directory_start = place(b"".join(entry.packed() for entry in entries))

    fat_start, fat_sectors = len(fat), 1
    while fat_sectors * _PER_SECTOR < fat_start + fat_sectors:
        fat_sectors += 1
    if fat_sectors > _HEADER_FATS:
        raise ValueError(f"the compound file would have {fat_start} sectors: more than this writer stores (about 7 MB)")
    fat += [_FAT] * fat_sectors
    fat += [_FREE] * (fat_sectors * _PER_SECTOR - len(fat))
    fat_places = [*range(fat_start, fat_start + fat_sectors)] + [_FREE] * (_HEADER_FATS - fat_sectors)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6s", 0x3E, 3, 0xFFFE, 9, 6, bytes(6))  # version 3, little endian, 512 and 64 byte sectors
    header += struct.pack("<IIIII", 0, fat_sectors, directory_start, 0, _MINI_LIMIT)
    header += struct.pack("<IIII", mini_fat_start, mini_fat_sectors, _END, 0)
    header += struct.pack(f"<{_HEADER_FATS}I", *fat_places)
    return header + b"".join(sectors) + struct.pack(f"<{len(fat)}I", *fat)


def _add_children(entries: list[_DirectoryEntry], tree: Tree) -> int:
    """Append the entries of a storage and link them to a balanced search tree; the index of its top."""
    indexes = []
    for name, content in tree.items():
        if len(name) > 31:
            raise ValueError(f"{name!r} is too long for a stream name")
        indexes.append(len(entries))
        if isinstance(content, bytes):
            entries.append(_DirectoryEntry(name, _STREAM, content))
        else:
            storage = _DirectoryEntry(name, _STORAGE)
            entries.append(storage)
            storage.child = _add_children(entries, content)
    # The order of MS-CFB 2.6.4: shorter names first, then upper case. Readers search by it and miss what is out of place.
    indexes.sort(key=lambda index: (len(entries[index].name), entries[index].name.upper()))
    black_levels = (len(indexes) + 1).bit_length() - 1

    def link(low: int, high: int, depth: int) -> int:
        if low >= high:
            return _NONE
        middle = (low + high) // 2
        entry = entries[indexes[middle]]
        entry.left, entry.right = link(low, middle, depth + 1), link(middle + 1, high, depth + 1)
        entry.colour = _BLACK if depth < black_levels else _RED  # only the incomplete last level is red
        return indexes[middle]

    return link(0, len(indexes), 0)
