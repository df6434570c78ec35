"""Compiled code put beside the source of a macro project, as Excel and as a forger would."""

import struct
from collections.abc import Sequence

from xl_jixiao.sheet import vba_source
from xl_jixiao.sheet.vba import compound_file, compress

VERSION_OF_2016 = b"\xb5\x00"


def with_compiled(project: bytes, module: str, *, names: Sequence[str], texts: Sequence[str] = ()) -> bytes:
    """The project, whose sources stay as they are, with a table of names, and a module's compiled code that loads some texts."""
    container = vba_source._Container(project)
    streams = {name: vba_source._Container(project).content(container.storage("VBA"), name) for name in container.storage("VBA")}
    tops = {name: vba_source._Container(project).content(container._top, name) for name in ("PROJECT", "PROJECTWM")}
    code = b"\x01\x16\x03\x00" + bytes(40) + b"".join(map(_load, texts)) + bytes(16)
    stream = streams[module.upper()]
    streams[module.upper()] = code + stream
    directory = vba_source._inflated(streams["DIR"], 2**19)
    at = directory.index(struct.pack("<HI", 0x31, 4), directory.index(module.encode()))
    streams["DIR"] = compress(directory[: at + 6] + struct.pack("<I", len(code)) + directory[at + 10 :])
    streams["_VBA_PROJECT"] = b"\xcc\x61" + VERSION_OF_2016 + b"\x00\x03\x00\xff" + bytes(60) + b"".join(map(_named, names)) + bytes(40)
    return compound_file({"VBA": streams, **tops})


def _load(text: str) -> bytes:
    held = text.encode("ascii")
    return b"\xb9\x00" + struct.pack("<H", len(held)) + held + bytes(len(held) % 2)


def _named(name: str) -> bytes:
    return bytes([len(name), 0x80, 0, 0, 0xFF, 3, 1, 0]) + name.encode("ascii") + b"\x2b\x7e\x10\x00"
