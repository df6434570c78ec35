"""The table's own texts and numbers in a workbook that another version of the program laid out: each is looked for by its words, in its own row.

What such a workbook prints besides may be otherwise; what the table says must not.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from xl_jixiao.expr import Value
from xl_jixiao.review.integrity import Difference, Fault
from xl_jixiao.sheet.content import Package, SheetContent
from xl_jixiao.sheet.plan import Label, Plan, Ref, SheetPlan, Visibility
from xl_jixiao.sheet.returned import value_of
from xl_jixiao.tables.table import Table
from xl_jixiao.words import bare

_MOST_APART = 60
"""So far a row is looked for above and below its place."""


def reprinted(plan: Plan, package: Package, tables: Iterable[Table]) -> Iterator[Difference]:
    """Every text and number of the tables that stands otherwise in its own row of the file."""
    texts = frozenset(bare(text) for table in tables for text in _texts(table.model_dump()))
    for sheet in plan.sheets:
        content = package.sheets.get(sheet.name)
        if content is not None and sheet.visibility is Visibility.SHOWN:
            yield from _otherwise(sheet, content, texts)


def _texts(data: Any) -> Iterator[str]:
    """Every text of a table."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for one in data.values():
            yield from _texts(one)
    elif isinstance(data, (list, tuple)):
        for one in data:
            yield from _texts(one)


def _otherwise(sheet: SheetPlan, content: SheetContent, texts: frozenset[str]) -> Iterator[Difference]:
    rows: dict[int, list[tuple[int, Label]]] = {}
    for one in sheet.cells:
        if isinstance(one.content, Label) and one.content.value is not None and _of_table(one.content.value, texts):
            rows.setdefault(one.row, []).append((one.column, one.content))
    now = _rows_now(rows, content)
    same: dict[int, int] = {}
    changed: dict[int, list[Difference]] = {}
    for row, labels in rows.items():
        for column, label in labels if row in now else ():
            stored = content.cell(now[row], column)
            if _says(stored.value, label.value):
                same[column] = same.get(column, 0) + 1
            elif isinstance(label.value, str) is isinstance(stored.value, str) or stored.blank:
                ref = Ref(sheet.name, now[row], column)
                changed.setdefault(column, []).append(Difference(Fault.REPRINTED, ref, found=value_of(stored), expected=label.value))
    for column, found in changed.items():
        if len(found) <= same.get(column, 0):  # else the column was another one's then
            yield from found


def _of_table(value: Value, texts: frozenset[str]) -> bool:
    return not isinstance(value, str) or (bool(bare(value)) and bare(value) in texts)


def _says(found: object, expected: object) -> bool:
    if isinstance(expected, str):
        return isinstance(found, str) and bare(found) == bare(expected)
    return isinstance(found, float) and isinstance(expected, (int, float)) and abs(found - float(expected)) < 1e-9


def _rows_now(rows: Mapping[int, list[tuple[int, Label]]], content: SheetContent) -> Mapping[int, int]:
    """Where each row stands: where one of its texts does, the nearest place; a row without any between two that went the same way."""
    places: dict[tuple[int, str], list[int]] = {}
    for (row, column), stored in content.cells.items():
        if isinstance(stored.value, str):
            places.setdefault((column, bare(stored.value)), []).append(row)
    found: dict[int, int] = {}
    for row, labels in rows.items():
        hits: dict[int, int] = {}
        for column, label in labels:
            for at in places.get((column, bare(label.value)), ()) if isinstance(label.value, str) else ():
                hits[at] = hits.get(at, 0) + 1
        near = [at for at in hits if abs(at - row) < _MOST_APART]
        if near:
            found[row] = max(near, key=lambda at: (hits[at], -abs(at - row)))
    for row in rows.keys() - found.keys():
        before = max((one for one in found if one < row), default=None)
        after = min((one for one in found if one > row), default=None)
        ways = {found[one] - one for one in (before, after) if one is not None}
        if len(ways) == 1:
            found[row] = row + ways.pop()
    return found
