"""The container of a workbook, opened within bounds: only regular files, no header believed, nothing inflated beyond its limit.

Everything is checked on what is really there: the central directory against each local header, the bytes inflated against the size and the
checksum declared. What was read once from the same compressed bytes isn't read again (`Known`).
"""

import hashlib
import os
import re
import stat
import struct
import zlib
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar, cast

from xl_jixiao.sheet.content import Refused, shown
from xl_jixiao.sheet.markup import Allowance

_MIB = 2**20
_LARGEST_FILE = 50 * _MIB
_LARGEST_TOTAL = 256 * _MIB
_LARGEST_SHEET = 64 * _MIB
_LARGEST_MACROS = 8 * _MIB
_LARGEST_PART = 4 * _MIB
_MOST_PARTS = 3000
_LONGEST_NAME = 255
_KNOWN_BYTES = 16 * _MIB
_LARGEST_KNOWN = _MIB

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_PASSWORD, _SIZES_FOLLOW, _UTF8 = 0x1, 0x8, 0x800
_SHEET_PART = re.compile(r"(?:xl/)?(?:worksheets/[^/]+\.xml|sharedstrings\.xml)|.*/sharedstrings\.xml|.*/worksheets/[^/]+\.xml")
_MEDIA = re.compile(r".*/(?:media|embeddings)/[^/]+")
_DECLARED = ("<!DOCTYPE", "<!ENTITY")
_DECLARATION = re.compile(b"<!(?:DOCTYPE|ENTITY)")
_IN_EACH = b"Y"
"""The letter both have and most sheets don't: to look for one letter takes next to nothing."""

_WIDE_DECLARATIONS = tuple(word.encode(encoding) for encoding in ("utf-16-le", "utf-16-be") for word in _DECLARED)
_NO_WORKBOOK = "不是有效的 .xlsx 或 .xlsm 文件"
_OTHER = {
    "xl/workbook.bin": ".xlsb 格式",
    "mimetype": "WPS/LibreOffice 的 .ods 等格式",
    "word/document.xml": "Word 文件",
    "ppt/presentation.xml": "演示文稿",
}

Read = TypeVar("Read")


def file_bytes(path: Path) -> bytes:
    """The bytes of a regular file of bearable size. Raises Refused."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        raise Refused("找不到文件", "请核对文件名和文件夹") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise Refused(f"打不开（{reason}）", "请关闭正在使用它的程序后重试") from None
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise Refused("是文件夹" if stat.S_ISDIR(facts.st_mode) else "不是普通文件", "请给出 .xlsx 或 .xlsm 文件")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(facts.st_size + 1) if facts.st_size <= _LARGEST_FILE else b""
    finally:
        os.close(descriptor)
    if facts.st_size > _LARGEST_FILE or len(data) > _LARGEST_FILE:
        raise Refused(f"文件超过{_LARGEST_FILE // _MIB}MB，不像填报表", "请删除图片等表格以外的内容后另存为 .xlsx")
    return data


@dataclass(frozen=True)
class ZippedPart:
    """A part as the container holds it."""

    name: str
    method: int
    checksum: int
    size: int
    packed: memoryview

    @cached_property
    def key(self) -> tuple[bytes, int, int, int]:
        """What tells its content from every other: the digest of the bytes packed and how they are to be read."""
        return hashlib.sha256(self.packed).digest(), self.method, self.checksum, self.size

    def content(self) -> bytes:
        """The part's bytes, inflated no further than the size declared, which was held against the limits. Raises Refused."""
        if self.method == _STORED:
            content = bytes(self.packed)
        else:
            inflating = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                content = inflating.decompress(self.packed, self.size + 1)
            except zlib.error:
                raise Refused(f"“{shown(self.name)}”已损坏，无法解压") from None
            if len(content) <= self.size and (not inflating.eof or inflating.unused_data):
                raise Refused(f"“{shown(self.name)}”已损坏，无法解压")
        if len(content) != self.size:
            raise Refused(f"“{shown(self.name)}”解压后的大小与文件头所写不符，拒绝打开")
        if zlib.crc32(content) != self.checksum:
            raise Refused(f"“{shown(self.name)}”已损坏（校验值不符）")
        if _declares(content):
            self._refuse_declarations()
        return content

    def _refuse_declarations(self) -> None:
        if not self.name.lower().endswith(".bin") and not _MEDIA.fullmatch(self.name.lower()):
            raise Refused(f"“{shown(self.name)}”含有文档类型声明，拒绝打开")


def _declares(content: bytes) -> bool:
    """Whether a document type is declared. A part without a zero byte isn't UTF-16: it is looked through once, not five times."""
    if _IN_EACH in content and _DECLARATION.search(content):
        return True
    return b"\0" in content and any(word in content for word in _WIDE_DECLARATIONS)


def limit(name: str) -> int:
    """How many bytes a part may have, by its name."""
    lower = name.lower()
    if _SHEET_PART.fullmatch(lower):
        return _LARGEST_SHEET
    if lower.endswith("vbaproject.bin"):
        return _LARGEST_MACROS
    return _LARGEST_FILE if _MEDIA.fullmatch(lower) else _LARGEST_PART


def entries(data: bytes) -> Mapping[str, ZippedPart]:
    """The parts of a package by their names in lower case. Raises Refused for what is no sound zip file."""
    _refuse_other_formats(data)
    at = data.rfind(b"PK\5\6", max(0, len(data) - _END.size - 0xFFFF))
    if at < 0 or at + _END.size > len(data):
        raise Refused(_NO_WORKBOOK)
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(data, at)
    if 0xFFFF in (here, count) or 0xFFFFFFFF in (size, start):
        raise Refused("压缩格式（zip64）不受支持")
    if disk or first_disk or here != count or start + size != at or at + _END.size + comment != len(data):
        raise Refused(_NO_WORKBOOK)
    if count > _MOST_PARTS:
        raise Refused(f"部件超过{_MOST_PARTS}个，拒绝打开")
    found: dict[str, ZippedPart] = {}
    spans: list[tuple[int, int]] = []
    total = 0
    for entry, span in _directory(data, start, at, count):
        spans.append(span)
        total += entry.size
        if entry.name.lower() in found:
            raise Refused(f"部件“{shown(entry.name)}”重复，拒绝打开")
        if not entry.name.endswith("/"):
            found[entry.name.lower()] = entry
    if total > _LARGEST_TOTAL:
        raise Refused("解压后过大，拒绝打开", "请删除表格以外的内容后另存为 .xlsx")
    spans.sort()
    if any(end > begin for (_, end), (begin, _) in zip(spans, [*spans[1:], (start, start)], strict=True)):
        raise Refused("部件互相重叠，拒绝打开")
    return MappingProxyType(found)


def _refuse_other_formats(data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused("是加密或旧格式（.xls）的文件：已设打开密码", "请取消密码，另存为 .xlsx")
        raise Refused("是加密或旧格式（.xls）的文件", "请在 Excel 或 WPS 中打开（有密码的取消密码），另存为 .xlsx")
    if not data.startswith(b"PK"):
        raise Refused(_NO_WORKBOOK)


def _directory(data: bytes, start: int, end: int, count: int) -> Iterator[tuple[ZippedPart, tuple[int, int]]]:
    """Each entry of the central directory, with the span of the file it takes."""
    view = memoryview(data)
    at = start
    for _ in range(count):
        if at + _ENTRY.size > end:
            raise Refused(_NO_WORKBOOK)
        mark, _, _, flags, method, _, _, checksum, packed, size, name_size, extra, comment, _, _, _, local = _ENTRY.unpack_from(data, at)
        raw = data[at + _ENTRY.size : at + _ENTRY.size + name_size]
        at += _ENTRY.size + name_size + extra + comment
        if mark != b"PK\1\2" or at > end or 0xFFFFFFFF in (packed, size, local):
            raise Refused(_NO_WORKBOOK)
        name = _part_name(raw, flags)
        if flags & _PASSWORD:
            raise Refused("压缩包设有密码", "请取消密码，另存为 .xlsx")
        if method not in (_STORED, _DEFLATED):
            raise Refused(f"“{shown(name)}”的压缩方法不受支持")
        if size > limit(name):
            raise Refused(f"“{shown(name)}”解压后超过{limit(name) // _MIB}MB，拒绝打开", "请删除表格以外的内容后另存为 .xlsx")
        begin = _content_start(data, local, end, raw, (flags, method, checksum, packed, size))
        if begin + packed > start:
            raise Refused(_NO_WORKBOOK)
        yield ZippedPart(name, method, checksum, size, view[begin : begin + packed]), (local, begin + packed)
    if at != end:
        raise Refused(_NO_WORKBOOK)


def _content_start(data: bytes, local: int, end: int, raw: bytes, listed: tuple[int, int, int, int, int]) -> int:
    """Where an entry's bytes begin; its local header has to say what the directory says."""
    if local + _LOCAL.size > end:
        raise Refused(_NO_WORKBOOK)
    mark, _, flags, method, _, _, checksum, packed, size, name_size, extra = _LOCAL.unpack_from(data, local)
    if mark != b"PK\3\4":
        raise Refused(_NO_WORKBOOK)
    begin = local + _LOCAL.size
    same = data[begin : begin + name_size] == raw and method == listed[1] and (flags ^ listed[0]) & (_PASSWORD | _SIZES_FOLLOW) == 0
    if flags & _SIZES_FOLLOW:
        same = same and all(here in (0, 0xFFFFFFFF, there) for here, there in zip((checksum, packed, size), listed[2:], strict=True))
    else:
        same = same and (checksum, packed, size) == listed[2:]
    if not same:
        raise Refused(f"“{shown(_part_name(raw, listed[0]))}”的文件头与目录不一致，拒绝打开")
    return int(begin + name_size + extra)


def _part_name(raw: bytes, flags: int) -> str:
    try:
        name = raw.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        raise Refused(_NO_WORKBOOK) from None
    name = name.replace("\\", "/")
    if not name or len(name) > _LONGEST_NAME or "\0" in name:
        raise Refused(_NO_WORKBOOK)
    if name.startswith("/") or ":" in name or ".." in name.split("/"):
        raise Refused(f"含有越界路径“{shown(name)}”，拒绝打开")
    return name


def other_format(parts: Mapping[str, ZippedPart]) -> str:
    """What a zip file without a workbook is, as far as its parts tell."""
    return next((what for name, what in _OTHER.items() if name in parts), "")


class Known:
    """What was read from a part's bytes, kept for the next file with the same bytes. Bounded; what it holds must never be changed."""

    def __init__(self) -> None:
        self._found: dict[Hashable, object] = {}
        self._bytes = 0

    def read(self, key: Hashable, reader: Callable[[bytes, Allowance], Read], content: Callable[[], bytes], allowance: Allowance) -> Read:
        """What `reader`, a function of the bytes alone, makes of the content that `key` tells from every other."""
        known = (reader, key)
        if known in self._found:
            return cast(Read, self._found[known])
        held = content()
        made = reader(held, allowance)
        self._keep(known, made, len(held))
        return made

    def check(self, entry: ZippedPart) -> None:
        """Inflates a part nobody reads, to see that it is no larger than it says. Raises Refused."""
        key = entry.key
        if key not in self._found:
            entry.content()
            self._keep(key, None, 0)

    def _keep(self, key: Hashable, made: object, size: int) -> None:
        if size > _LARGEST_KNOWN:
            return
        self._bytes += size + 500
        if self._bytes > _KNOWN_BYTES:
            self._found.clear()
            self._bytes = size + 500
        self._found[key] = made
