"""The bytes of a written workbook, the same on every system."""

import mmap
import struct
from typing import BinaryIO

_END, _ENTRY = b"PK\x05\x06", b"PK\x01\x02"
_UNIX = 3
_PLAIN_FILE = 0o100600 << 16


def same_everywhere(package: bytes) -> bytes:
    """The same package without what its directory says of the system it was written on; the parts stay as they are compressed.

    The parts themselves must already agree: XlsxWriter writes LF line ends and one date on every system only with `in_memory`. The compressed
    bytes are those of zlib; a Python built with another deflate (zlib-ng) gives other bytes, and the same parts.
    """
    made = bytearray(package)
    _say_nothing(made)
    return bytes(made)


def make_same(file: BinaryIO) -> None:
    """Makes the package in a file the same, in its place."""
    file.flush()
    with mmap.mmap(file.fileno(), 0) as made:
        _say_nothing(made)


def _say_nothing(made: bytearray | mmap.mmap) -> None:
    end = made.rfind(_END)
    count, _, at = struct.unpack_from("<HII", made, end + 10)
    for _ in range(count):
        if made[at : at + 4] != _ENTRY:
            raise ValueError("no directory entry where one must be")
        made[at + 5] = _UNIX
        struct.pack_into("<I", made, at + 38, _PLAIN_FILE)
        name, extra, comment = struct.unpack_from("<HHH", made, at + 28)
        at += 46 + name + extra + comment
