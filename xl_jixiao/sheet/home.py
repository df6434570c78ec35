"""Whether every entry still stands where the plan has it, as the live sheet tells.

Cut and pasted elsewhere, a cell takes its name, and every formula that reads it, along. Each entry is held against a blank cell far to the
right in its row, which moves with the whole row alone, and one far below in its column.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from functools import lru_cache

from xl_jixiao.expr import ByHand, Cell, Expr, joined, tree
from xl_jixiao.sheet.plan import FACTS_OF_PLACE, Computed, Entry, Placed, SheetPlan, Varies

AWAY = Cell("移走:全部")
"""Where each entry stood that stands elsewhere now, each behind a 、; blank while all are at home."""

_KEY = "移走:"
_COLUMN = 4
"""Where the cells of this stand on the hidden sheet."""

_AT_ONCE = 20
"""So many entries fit into one formula."""


def cells(sheets: Iterable[SheetPlan]) -> tuple[Placed, ...]:
    """The cells of the hidden sheet that watch over the entries of some sheets."""
    keys = [one.content.key for sheet in sheets for one in sheet.cells if isinstance(one.content, Entry)]
    groups = [tuple(keys[at : at + _AT_ONCE]) for at in range(0, len(keys), _AT_ONCE)]
    parts = [Computed(f"{_KEY}{number}", watching(some), varies=Varies.NUMBERS) for number, some in enumerate(groups, 1)]
    whole = Computed(AWAY.key, joined("", *(Cell(part.key) for part in parts)), varies=Varies.NUMBERS)
    return tuple(Placed(row, _COLUMN, content, "hidden") for row, content in enumerate((whole, *parts)))


@lru_cache(maxsize=4096)
def watching(keys: Sequence[str]) -> Expr:
    """Where each of some entries stood that is gone from there."""
    if not keys:
        return tree("")
    read = tuple(part for key in keys for part in (key, *_facts(key)))
    return ByHand("&".join(map(_gone, keys)), read, "")


def only(sheet: SheetPlan, entries: Set[str]) -> SheetPlan:
    """The hidden sheet watching over no others than these entries."""
    return replace(sheet, cells=tuple(_only(one, entries) for one in sheet.cells))


def _only(one: Placed, entries: Set[str]) -> Placed:
    content = one.content
    if not (isinstance(content, Computed) and isinstance(content.expr, ByHand) and content.key.startswith(_KEY)):
        return one
    return replace(one, content=replace(content, expr=watching(tuple(key for key in content.expr.keys if key in entries))))


def _facts(key: str) -> tuple[str, str, str]:
    """The blank cells of its row and of its column; its sheet and column in the user's words."""
    beside, below, place = (f"{FACTS_OF_PLACE}{what}/{key}" for what in ("beside", "below", "column place"))
    return beside, below, place


def _gone(key: str) -> str:
    beside, below, place = _facts(key)
    away = f"OR(ROW({{{key}}})<>ROW({{{beside}}}),COLUMN({{{key}}})<>COLUMN({{{below}}}))"
    return f'IF({away},"、"&{{{place}}}&ROW({{{beside}}}),"")'
