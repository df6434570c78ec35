"""Rows that were judged before: what a row by itself shows is found out in the first file that has it, and holds in all others."""

from collections.abc import Mapping

from xl_jixiao.sheet.content import Position, Stored

MetRow = Mapping[Position, Stored]
"""A row that was met in other files too: the same mapping in each of them (`SheetContent.met`)."""

_MOST = 4000


class Judged:
    """The rows for which one thing is known to hold. They are kept themselves, so that no other can be taken for one of them. Bounded."""

    def __init__(self) -> None:
        self._rows: dict[int, MetRow] = {}

    def __contains__(self, row: object) -> bool:
        """Whether it is known of this very row."""
        return id(row) in self._rows

    def add(self, row: MetRow) -> None:
        """Keeps a row."""
        if len(self._rows) >= _MOST:
            self._rows.clear()
        self._rows[id(row)] = row
