"""How a form's rows flow over printed pages: what stays together, where a sheet breaks, what a finished file leaves out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xl_jixiao.documents.model import FormPage, placed
from xl_jixiao.expr import Values
from xl_jixiao.formula import defined_name
from xl_jixiao.words import is_blank

SheetRow = tuple[int, float]
"""A row of the sheet, counted from zero, and its height in points."""


@dataclass(frozen=True)
class Block:
    """Sheet rows that stay together."""

    rows: tuple[SheetRow, ...]
    forced: bool = False
    """Whether it starts a page in any case."""

    @property
    def height(self) -> float:
        """Its height."""
        return sum(height for _, height in self.rows)


def visible(page: FormPage, values: Values) -> FormPage:
    """The page without the optional rows nothing was filled in for; the first of them stay where all are blank."""
    names = list(dict.fromkeys(row.optional for row in page.rows if row.optional))
    kept = [name for name in names if not is_blank(values[defined_name(name)])] or names[:1]
    return page.model_copy(update={"rows": tuple(row for row in page.rows if not row.optional or row.optional in kept)})


def tied(page: FormPage) -> frozenset[int]:
    """The rows that stay on one page with the row after them: headings, merged rows, those that say so. Passages of text may be split."""
    found = {at for at, row in enumerate(page.rows) if row.keep or row.is_heading}
    passages: set[int] = set()
    merged: set[int] = set()
    taken: set[tuple[int, int]] = set()
    for at, row in enumerate(page.rows):
        for _, cell in filter(None, placed(row, at, taken, len(page.widths))):
            passages.update(range(at, at + cell.rows) if cell.style == "text" else ())
            merged.update(range(at, at + cell.rows - 1))
    return frozenset((found | merged - passages) - {len(page.rows) - 1})


def blocks(items: Iterable[tuple[tuple[SheetRow, ...], bool, bool]]) -> Iterator[Block]:
    """Blocks of (sheet rows, whether tied to the next, whether a page starts here)."""
    rows: tuple[SheetRow, ...] = ()
    forced = open_end = False
    for own, tied_on, starts_page in items:
        if rows and (starts_page or not open_end):
            yield Block(rows, forced)
            rows = ()
        forced = starts_page if not rows else forced
        rows, open_end = rows + own, tied_on
    if rows:
        yield Block(rows, forced)


def breaks(found: Iterable[Block], room: float, *, used: float = 0.0, heads: float = 0.0) -> Iterator[int]:
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
