"""Compiled code beside the VBA source of a project: Excel saves both, and one of the same version runs the compiled one.

What runs could be another thing than what is read. It isn't taken apart instruction by instruction: held are the names it uses (the table of
identifiers) and the texts it holds, each of which must stand in the source too. So no call, file, address or command comes in that the source
doesn't have; another order of the source's own names and numbers would pass. Where the project says that its compiled code is of no version,
as ours does, no program runs it.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from itertools import islice

from xl_jixiao.sheet.vba_source import CompiledProject

_NO_VERSION = b"\xff\xff"
_MARK = b"\x10\x00"
"""What stands two bytes behind each name of the table."""

_NAME = re.compile(rb"[A-Za-z_]\w{0,254}")
_BY_OFFICE = frozenset(
    "excel vba win16 win32 win64 mac vba6 vba7 vbaproject stdole office msforms workbook worksheet chart _evaluate thisworkbook".split()
)
_FUNCTION = re.compile("_b_(?:var|str)_")
"""How a built-in function such as Mid and Mid$ is called in the table."""

_TEXT_FOLLOWS = b"\xb9\x00"
_RUN = re.compile(rb"[\x20-\x7e]{8,}")
_SHORTEST_TEXT, _LONGEST_TEXT, _SHORTEST_RUN, _TAIL = 3, 1023, 8, 4
_MOST_NAMES, _MOST_TEXTS = 5_000, 3_000
"""Ours have some hundreds of each."""

_LITERAL = re.compile(r'"((?:[^"\r\n]|"")*)"')
_LETTERS = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"\w+", re.ASCII)


def unknown_in(project: CompiledProject) -> tuple[str, ...]:
    """Names and texts of the compiled code that the source doesn't have, each once. Raises ValueError where its names aren't to be found."""
    if project.identifiers[2:4] == _NO_VERSION:
        return ()
    source = "\n".join(project.sources.values())
    words = {word.lower() for word in _WORD.findall(source)} | {name.lower() for name in (*project.sources, *project.references)}
    names = list(islice(_names(project.identifiers), _MOST_NAMES))
    if not 0 < len(names) < _MOST_NAMES:
        raise ValueError("compiled code without names, or with too many")
    strange = [name for name in names if not _known(name.lower(), words)]
    return tuple(dict.fromkeys([*strange, *_texts(project.compiled, source)]))


def _known(name: str, words: set[str]) -> bool:
    return name in words or name in _BY_OFFICE or _FUNCTION.sub("", name) in words


def _names(table: bytes) -> Iterator[str]:
    """The names of the table: each has its length before it, and where it belongs to the project six more bytes."""
    if table.count(_MARK) > _MOST_NAMES:
        raise ValueError("compiled code with too many names")
    at = table.find(_MARK)
    while at >= 0:
        name = next(
            (table[at - 2 - size : at - 2] for size in range(min(255, at - 10), 0, -1) if _is_name(table, at - 2 - size, size)), b""
        )
        if name:
            yield name.decode("ascii")
        at = table.find(_MARK, at + 1)


def _is_name(table: bytes, start: int, size: int) -> bool:
    return size in (table[start - 2], table[start - 8]) and _NAME.fullmatch(table, start, start + size) is not None


def _texts(compiled: Mapping[str, bytes], source: str) -> Iterator[str]:
    """The texts of the compiled code that the source doesn't have: those an instruction loads, and long ones anywhere."""
    spoken, letters = {text.replace('""', '"') for text in _LITERAL.findall(source)}, _LETTERS.sub("", source.lower())
    loaded = {text for code in compiled.values() for text in _loaded(code)}
    runs = {run for code in compiled.values() for run in _RUN.findall(code)}
    if max(len(loaded), len(runs)) > _MOST_TEXTS:
        raise ValueError("compiled code with too many texts")
    yield from sorted(text for text in loaded if text not in spoken)
    for run in sorted(runs):
        plain = _LETTERS.sub("", run.decode("ascii").lower())
        if len(plain) >= _SHORTEST_RUN + _TAIL and not any(plain[: len(plain) - cut] in letters for cut in range(_TAIL)):
            yield run.decode("ascii").strip()


def _loaded(code: bytes) -> Iterator[str]:
    at = code.find(_TEXT_FOLLOWS)
    while at >= 0:
        if at + 4 <= len(code):
            (size,) = struct.unpack_from("<H", code, at + 2)
            held = code[at + 4 : at + 4 + min(size, _LONGEST_TEXT)]
            if _SHORTEST_TEXT <= size == len(held) <= _LONGEST_TEXT and held.isascii() and held.decode("ascii").isprintable():
                yield held.decode("ascii")
        at = code.find(_TEXT_FOLLOWS, at + 1)
