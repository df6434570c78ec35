"""What was judged before: what a row by itself shows is found out in the first file that has it, and holds in all others."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from xl_jixiao.sheet.content import Position, Stored

MetRow = Mapping[Position, Stored]
"""A row that was met in other files too: the same mapping in each of them (`SheetContent.met`)."""

_MOST = 4000
_MOST_FINDINGS = 64

Found = TypeVar("Found")


class Judged:
    """The rows for which one thing is known to hold. They are kept themselves, so that no other can be taken for one of them. Bounded."""

    def __init__(self) -> None:
        self._rows: dict[int, MetRow] = {}

    def others(self, rows: Mapping[int, MetRow]) -> dict[int, MetRow]:
        """The rows of which it isn't known."""
        known = self._rows
        return {number: row for number, row in rows.items() if id(row) not in known}

    def add(self, row: MetRow) -> None:
        """Keeps a row."""
        if len(self._rows) >= _MOST:
            self._rows.clear()
        self._rows[id(row)] = row


class Same:
    """A key that equals one of the very same object alone, which it keeps."""

    __slots__ = ("_of",)

    def __init__(self, of: object) -> None:
        self._of = of

    def __hash__(self) -> int:
        return id(self._of)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self._of is other._of


def found_once(owner: Any, of: Hashable, judge: Callable[[], Found]) -> Found:
    """What `judge` finds of a plan or one of its sheets and of `of`, and of nothing else: found once, however many files have the same. `of`
    begins with a word for what is found. Bounded."""
    known: dict[Hashable, Found] = owner.__dict__.setdefault("_found_once", {})
    if of not in known:
        if len(known) >= _MOST_FINDINGS:
            known.clear()
        known[of] = judge()
    return known[of]
