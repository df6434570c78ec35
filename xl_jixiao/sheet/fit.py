"""A plan fitted to a file as it came back: sheets that were renamed, rows that moved together. What moved is said; reading goes on there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from xl_jixiao import __version__
from xl_jixiao.sheet.content import Package, SheetContent, UnreadableWorkbook
from xl_jixiao.sheet.edition import StampName
from xl_jixiao.sheet.plan import Entry, Label, Placed, Plan, Ref, SheetPlan, Span
from xl_jixiao.words import bare

_ALIKE = 0.6
"""So much of a sheet's constants must stand in another for it to be the same one, renamed."""

_MOST_ROWS_APART = 60
"""So far a row is looked for above and below its place."""

_ENOUGH = 0.98


@dataclass(frozen=True)
class Fitted:
    """A plan at the places where a file has it. `missing` sheets have no place at all; `renamed` and `moved` are by the plan's names."""

    plan: Plan
    missing: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """For each sheet with moved rows: where each of the plan's rows stands now."""


def fit(plan: Plan, package: Package, known: Fitted | None = None) -> Fitted:
    """The plan with renamed sheets and moved rows followed; sheets `known` to stand as another plan has them are not looked through again.

    Raises UnreadableWorkbook where rows were put in or taken out among rows that no constant tells apart: each would be read from another's
    cells.
    """
    if package.properties.get(StampName.VERSION, __version__) != __version__:
        return _by_names(plan, package)
    missing = [sheet for sheet in plan.sheets if sheet.name not in package.sheets]
    renamed = dict(_renamed(plan, missing, package))
    moved: dict[str, Mapping[int, int]] = {}
    still = {id(sheet) for sheet in known.plan.sheets} if known and not (known.renamed or known.moved) else ()
    for sheet in plan.sheets:
        if id(sheet) in still:
            continue
        content = package.sheets.get(renamed.get(sheet.name, sheet.name))
        rows = _moved_rows(sheet, content) if content else None
        if rows and _unsure(sheet, rows):
            what = f"“{sheet.name}”的行被增加或删除过，读不准；请用原表填报，不增删行，空着的行不用删"
            raise UnreadableWorkbook(f"{package.file}：{what}")
        if rows:
            moved[sheet.name] = rows
    gone = tuple(sheet.name for sheet in missing if sheet.name not in renamed)
    if not renamed and not moved:
        return Fitted(plan, gone)
    sheets = tuple(_placed_anew(sheet, renamed.get(sheet.name, sheet.name), moved.get(sheet.name)) for sheet in plan.sheets)
    areas = {key: _span_anew(span, renamed.get(span.sheet, span.sheet), moved.get(span.sheet)) for key, span in plan.areas.items()}
    return Fitted(
        replace(plan, sheets=sheets, areas=MappingProxyType(areas), base=None), gone, MappingProxyType(renamed), MappingProxyType(moved)
    )


def _by_names(plan: Plan, package: Package) -> Fitted:
    """The plan where a workbook of another version has it: rows and columns may have been others then."""
    places = {key: Ref(*name.cell) for key, name in package.names.items() if name.cell is not None}
    other = {ref.sheet for key, (ref, _) in plan.placed.items() if places.get(key, ref) != ref}
    other |= {sheet.name for sheet in plan.sheets if sheet.name in package.sheets and not _says_the_same(sheet, package.sheets[sheet.name])}
    missing = tuple(sheet.name for sheet in plan.sheets if sheet.name not in package.sheets)
    return Fitted(plan.laid_out_otherwise(other, places) if other else plan, missing)


def _says_the_same(sheet: SheetPlan, content: SheetContent) -> bool:
    """Whether every printed word of a sheet stands where the plan has it."""
    return all(bare(str(content.cell(one.row, one.column).value)) == text for one, text in _labels(sheet))


def _renamed(plan: Plan, missing: list[SheetPlan], package: Package) -> Iterator[tuple[str, str]]:
    """The sheets that stand in the file under another name, told by their constants."""
    known = {sheet.name for sheet in plan.sheets}
    strangers = [content for name, content in package.sheets.items() if name not in known]
    for sheet in missing:
        found = max(strangers, key=lambda content: _alike(sheet, content), default=None)
        if found is not None and _alike(sheet, found) >= _ALIKE:
            strangers.remove(found)
            yield sheet.name, found.name


def _labels(sheet: SheetPlan) -> Iterator[tuple[Placed, str]]:
    for one in sheet.cells:
        if isinstance(one.content, Label) and isinstance(one.content.value, str) and bare(one.content.value):
            yield one, bare(one.content.value)


def _alike(sheet: SheetPlan, content: SheetContent) -> float:
    labels = [text for _, text in _labels(sheet)]
    texts = {bare(cell.value) for cell in content.cells.values() if isinstance(cell.value, str)}
    return sum(text in texts for text in labels) / len(labels) if labels else 0.0


def _signatures(sheet: SheetPlan) -> Mapping[int, tuple[tuple[int, str], ...]]:
    """The constants of each row, by which a row is told from others."""
    found: dict[int, list[tuple[int, str]]] = {}
    for one, text in _labels(sheet):
        found.setdefault(one.row, []).append((one.column, text))
    return {row: tuple(cells) for row, cells in found.items()}


def _stands(cells: tuple[tuple[int, str], ...], content: SheetContent, row: int) -> bool:
    hits = 0
    for column, text in cells:
        value = content.cell(row, column).value
        hits += value == text or (isinstance(value, str) and bare(value) == text)
    return hits * 2 > len(cells)


def _moved_rows(sheet: SheetPlan, content: SheetContent) -> Mapping[int, int] | None:
    """Where each row stands now; None while (nearly) all are at their place."""
    signatures = sheet.__dict__.get("_signatures")
    if signatures is None:
        signatures = sheet.__dict__["_signatures"] = _signatures(sheet)
    at_home = sum(_stands(cells, content, row) for row, cells in signatures.items())
    if at_home >= _ENOUGH * len(signatures):
        return None
    anchors = _anchors(signatures, content)
    if all(row == now for row, now in anchors.items()) or len(anchors) < len(signatures) / 2:
        return None
    rows = sorted({one.row + at for one in sheet.cells for at in range(one.rows)} | set(sheet.heights))
    found: dict[int, int] = {}
    offset = 0
    for row in rows:
        if row in anchors:
            offset = anchors[row] - row
        found[row] = row + offset
    return MappingProxyType(found)


def _unsure(sheet: SheetPlan, rows: Mapping[int, int]) -> bool:
    """Whether an entry stands in a row without constants, between rows that went different ways: nobody can say which way it went."""
    told = sheet.__dict__["_signatures"]
    entered = {one.row for one in sheet.cells if isinstance(one.content, Entry)}
    doubtful, offset = False, 0
    for row in sorted(rows):
        if row in told:
            if doubtful and rows[row] - row != offset:
                return True
            doubtful, offset = False, rows[row] - row
        else:
            doubtful = doubtful or row in entered
    return False


def _anchors(signatures: Mapping[int, tuple[tuple[int, str], ...]], content: SheetContent) -> Mapping[int, int]:
    """The rows that are found, from top to bottom, each below the one before, as near to where its neighbour went as may be."""
    found: dict[int, int] = {}
    offset, last = 0, -1
    for row in sorted(signatures):
        tries = (row + offset + step * side for step in range(_MOST_ROWS_APART) for side in ((1, -1) if step else (1,)))
        now = next((one for one in tries if one > last and _stands(signatures[row], content, one)), None)
        if now is not None:
            found[row] = now
            offset, last = now - row, now
    return found


def _placed_anew(sheet: SheetPlan, name: str, rows: Mapping[int, int] | None) -> SheetPlan:
    if rows is None:
        return sheet if name == sheet.name else replace(sheet, name=name)
    cells = []
    for one in sheet.cells:
        top, bottom = rows.get(one.row, one.row), rows.get(one.row + one.rows - 1, one.row + one.rows - 1)
        cells.append(replace(one, row=top, rows=max(1, bottom - top + 1)))
    hidden = frozenset(rows.get(row, row) for row in sheet.hidden_rows)
    return replace(sheet, name=name, cells=tuple(cells), hidden_rows=hidden)


def _span_anew(span: Span, name: str, rows: Mapping[int, int] | None) -> Span:
    if rows is None:
        return replace(span, sheet=name)
    top, bottom = rows.get(span.top, span.top), rows.get(span.bottom, span.bottom)
    return Span(name, top, span.left, max(top, bottom), span.right)
