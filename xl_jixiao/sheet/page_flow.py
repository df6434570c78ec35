"""How a sheet's rows flow over printed pages: what stays together, where a page starts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SheetRow = tuple[int, float]
"""A row of the sheet, counted from zero, and its height in points."""


@dataclass(frozen=True)
class Unbroken:
    """Sheet rows that stay together."""

    rows: tuple[SheetRow, ...]
    forced: bool = False
    """Whether it starts a page in any case."""

    @property
    def height(self) -> float:
        """Its height."""
        return sum(height for _, height in self.rows)


def blocks(items: Iterable[tuple[tuple[SheetRow, ...], bool, bool]]) -> Iterator[Unbroken]:
    """Blocks of (sheet rows, whether tied to the next, whether a page starts here)."""
    rows: tuple[SheetRow, ...] = ()
    forced = open_end = False
    for own, tied_on, starts_page in items:
        if rows and (starts_page or not open_end):
            yield Unbroken(rows, forced)
            rows = ()
        forced = starts_page if not rows else forced
        rows, open_end = rows + own, tied_on
    if rows:
        yield Unbroken(rows, forced)


def breaks(found: Iterable[Unbroken], room: float, *, used: float = 0.0, heads: float = 0.0) -> Iterator[int]:
    """The sheet rows that start a page. `used` stands above the first block, `heads` are repeated on each page after the first."""
    top = used
    for block in found:
        if block.forced and used > top:
            yield block.rows[0][0]
            used = top = heads
        # What doesn't fit on any page may be parted, but not right after its first row: that is its heading.
        parts = [block.rows] if block.height <= room - heads else [block.rows[:2], *((row,) for row in block.rows[2:])]
        for part in parts:
            height = sum(own for _, own in part)
            if used > top and used + height > room >= height + heads:
                yield part[0][0]
                used = top = heads
            used += height
            while used > room:
                used += heads - room
