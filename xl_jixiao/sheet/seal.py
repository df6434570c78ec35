"""What a finished workbook remembers of each entry: a short mark, so that a later look can say which of them were changed.

A mark proves nothing (whoever changes a figure can change its mark); the digest of the stamp says whether anything was changed at all.
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from xl_jixiao.expr import Value
from xl_jixiao.number import plain
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.sheet.plan import Plan
from xl_jixiao.words import bare

_LETTERS = 3
_ENTRIES = 80
"""So many marks are in one document property: Excel keeps 255 characters of each."""


def seal(plan: Plan) -> Mapping[str, str]:
    """The marks of a finished workbook's entries as document properties; none for a workbook that is filled in."""
    if plan.edition is not Edition.FINISHED or StampName.DIGEST not in plan.stamp:
        return MappingProxyType({})
    marks = _marks(plan.own_entries)
    parts = range(0, len(marks), _ENTRIES)
    return MappingProxyType({f"{StampName.MARKS}{at}": "".join(marks[first : first + _ENTRIES]) for at, first in enumerate(parts, 1)})


def changed(entries: Mapping[str, Value], properties: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of the entries whose marks are others now; none where that can't be known."""
    marks = _marks(entries)
    parts = range(1, 2 + len(marks) // _ENTRIES)
    kept = "".join(properties.get(f"{StampName.MARKS}{at}", "") for at in parts)
    if len(kept) != len(marks) * _LETTERS:
        return ()
    return tuple(key for at, (key, mark) in enumerate(zip(entries, marks, strict=True)) if kept[at * _LETTERS :][:_LETTERS] != mark)


def _marks(entries: Mapping[str, Value]) -> list[str]:
    return [hashlib.sha256(f"{key}={_text(value)}".encode(errors="replace")).hexdigest()[:_LETTERS] for key, value in entries.items()]


def _text(value: Value) -> str:
    """A value as every program keeps it."""
    if value is None or isinstance(value, (str, bool)):
        return bare(str(value or "").replace("\r\n", "\n").replace("\r", "\n"))
    return plain(value)
