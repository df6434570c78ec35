"""A plan fitted to a file as it came back: sheets that were renamed, rows that moved together. What moved is said; reading goes on there."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import islice
from types import MappingProxyType
from typing import Any

from xl_jixiao import __version__
from xl_jixiao.sheet.content import Package, SheetContent, UnreadableWorkbook
from xl_jixiao.sheet.edition import StampName
from xl_jixiao.sheet.formula_text import compared
from xl_jixiao.sheet.met import Judged
from xl_jixiao.sheet.plan import Entry, Label, Placed, Plan, Ref, SheetPlan, Span, column_letter
from xl_jixiao.words import bare

_ALIKE = 0.6
"""So much of a sheet's constants must stand in another for it to be the same one, renamed."""

_ANOTHER = 0.5
"""Where less than so much of the constants stands anywhere on the sheets, the file is of another form than its stamp says."""

_TRADED = 0.3
"""So much more of a sheet's constants must stand at their places in another sheet than in the one of its name for the two names to be traded."""

_FIRST = 8
"""One of so many first constants at its place tells a sheet."""

_MOST_ROWS_APART = 60
"""So far a row is looked for above and below its place."""

_TURN = 1.5
"""What a change of direction costs, in rows found: one row out of place is a row changed, not all others moved."""

BEYOND = 1_000_000
"""A row that was taken out is placed so far below its place, where nothing is."""


@dataclass(frozen=True)
class Fitted:
    """A plan at the places where a file has it. `missing` sheets have no place at all; `renamed` and `moved` are by the plan's names."""

    plan: Plan
    missing: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """For each sheet with moved rows: where each of the plan's rows stands now; one that was taken out, `BEYOND` all others."""
    origin: Plan | None = field(default=None, repr=False)
    """The plan before it was fitted, where that is another."""

    @property
    def moved_now(self) -> Iterable[str]:
        """The sheets with moved rows, as they are called in the file."""
        return (self.renamed.get(name, name) for name in self.moved)

    @cached_property
    def lost(self) -> frozenset[str]:
        """The keys of cells that are gone with their row or sheet, and of all that was computed from them and shows #REF! now."""
        if not (self.missing or self.moved):
            return frozenset()
        plan = self.origin or self.plan
        gone = {sheet: {row for row, now in rows.items() if now >= BEYOND} for sheet, rows in self.moved.items()}
        lost = {key for key, (ref, _) in plan.placed.items() if ref.sheet in self.missing or ref.row in gone.get(ref.sheet, ())}
        lost |= {key for key, span in plan.areas.items() if span.sheet in self.missing}
        more = lost
        while more:
            places = [ref for key, (ref, _) in plan.placed.items() if key in more]
            areas = {key for key, span in plan.areas.items() if any(ref in span for ref in places)}
            more = ({key for key, expr in plan.trees.items() if not lost.isdisjoint(expr.names)} | areas) - lost
            lost |= more
        return frozenset(lost)


def fit(plan: Plan, package: Package, known: Fitted | None = None) -> Fitted:
    """The plan with renamed sheets and moved rows followed; sheets `known` to stand as another plan has them are not looked through again.

    Raises UnreadableWorkbook for another form's file, and where columns were put in or taken out, or rows among rows that no constant tells apart: each would be read from
    another's cells.
    """
    if package.properties.get(StampName.VERSION, __version__) != __version__:
        return _by_names(plan, package)
    missing = [sheet for sheet in plan.sheets if sheet.name not in package.sheets]
    still = {id(sheet) for sheet in known.plan.sheets} if known and not (known.renamed or known.moved) else ()
    there = [sheet for sheet in plan.sheets if sheet.name in package.sheets and id(sheet) not in still]
    stirred = [sheet for sheet in there if not _all_stand(sheet, package.sheets[sheet.name])]
    renamed = dict(_renamed(plan, [*missing, *_strange(stirred, package)], package)) if missing or stirred else {}
    moved: dict[str, Mapping[int, int]] = {}
    astray: list[float] = []
    for sheet in [*stirred, *(sheet for sheet in missing if sheet.name in renamed)]:
        content = package.sheets.get(renamed.get(sheet.name, sheet.name))
        if content is None or (sheet.name in renamed and _all_stand(sheet, content)):
            continue
        across = _columns_moved(sheet, content)
        if across:
            what = f"“{sheet.name}”的列被增加或删除过（{across}），读不准；请用原表填报，不增删列"
            raise UnreadableWorkbook(f"{package.file}：{what}")
        astray.append(_alike(sheet, content))
        rows, told = _moved_rows(plan, sheet, content, frozenset(_led(plan, sheet, package)))
        if rows and _unsure(sheet, rows, told):
            what = f"“{sheet.name}”的行被增加或删除过，读不准；请用原表填报，不增删行，空着的行不用删"
            raise UnreadableWorkbook(f"{package.file}：{what}")
        if rows:
            moved[sheet.name] = rows
    if astray and sum(astray) / len(astray) < _ANOTHER and len(astray) * 2 > len(plan.sheets) - len(missing) + len(renamed):
        raise UnreadableWorkbook(f"{package.file}：盖的章是“{plan.title}”的，表上印的却不是这张表；请用原来的填报表报送")
    gone = tuple(sheet.name for sheet in missing if sheet.name not in renamed)
    if not renamed and not moved:
        return Fitted(plan, gone)
    names = {sheet.name: renamed.get(sheet.name, sheet.name) for sheet in plan.sheets}
    sheets = tuple(
        _placed_anew(sheet, names[sheet.name], moved.get(sheet.name), package.sheets.get(names[sheet.name])) for sheet in plan.sheets
    )
    areas = {key: _span_anew(span, renamed.get(span.sheet, span.sheet), moved.get(span.sheet)) for key, span in plan.areas.items()}
    fitted = replace(plan, sheets=sheets, areas=MappingProxyType(areas), base=None)
    fitted.__dict__["runs"] = plan.runs  # what an area is made of doesn't change where it moves
    return Fitted(fitted, gone, MappingProxyType(renamed), MappingProxyType(moved), plan)


def likeness(plan: Plan, package: Package) -> float:
    """How much of what a plan prints stands on the sheets of a file, wherever: from 0 to 1."""
    found = [_alike(sheet, package.sheets[sheet.name]) if sheet.name in package.sheets else 0.0 for sheet in plan.sheets]
    return sum(found) / len(found)


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
    known = {sheet.name for sheet in plan.sheets} - {sheet.name for sheet in missing}
    strangers = [content for name, content in package.sheets.items() if name not in known]
    for sheet in missing:
        found = max(strangers, key=lambda content: (_alike(sheet, content), _in_place(sheet, content)), default=None)
        if found is not None and _alike(sheet, found) >= _ALIKE:
            strangers.remove(found)
            if found.name != sheet.name:
                yield sheet.name, found.name


def _strange(stirred: Sequence[SheetPlan], package: Package) -> Iterator[SheetPlan]:
    """The sheets that don't have their own constants under their own name: names can be traded, but only among sheets that are not as they were."""
    contents = [package.sheets[sheet.name] for sheet in stirred]
    for sheet in stirred:
        own = package.sheets[sheet.name]
        best = max((_in_place(sheet, content) for content in contents if content is not own), default=0.0)
        if not _is(sheet, own) or best >= max(_ALIKE, _in_place(sheet, own) + _TRADED):
            yield sheet


def _is(sheet: SheetPlan, content: SheetContent) -> bool:
    """Whether a sheet of this name has some of this sheet's first constants, or most of all."""
    first = [(one.row, one.column, text) for one, text in islice(_labels(sheet), _FIRST)]
    if not first or any(bare(str(content.cell(row, column).value or "")) == text for row, column, text in first):
        return True
    return _alike(sheet, content) >= _ALIKE


def _in_place(sheet: SheetPlan, content: SheetContent) -> float:
    """How much of what a sheet prints stands at its place."""
    found = [_said(content, one.row, one.column) == text for one, text in _labels(sheet)]
    return sum(found) / len(found) if found else 0.0


def _labels(sheet: SheetPlan) -> Iterator[tuple[Placed, str]]:
    for one in sheet.cells:
        if isinstance(one.content, Label) and isinstance(one.content.value, str) and bare(one.content.value):
            yield one, bare(one.content.value)


def _alike(sheet: SheetPlan, content: SheetContent) -> float:
    labels = [text for _, text in _labels(sheet)]
    texts = {bare(cell.value) for cell in content.cells.values() if isinstance(cell.value, str)}
    return sum(text in texts for text in labels) / len(labels) if labels else 0.0


Signatures = Mapping[int, tuple[tuple[int, str], ...]]
"""By what each row is told from others: columns, each with its constant, or with what its formula takes from other sheets."""


def _signatures(sheet: SheetPlan) -> Signatures:
    """The constants of each row, by which a row is told from others."""
    found: dict[int, list[tuple[int, str]]] = {}
    for one, text in _labels(sheet):
        found.setdefault(one.row, []).append((one.column, text))
    return {row: tuple(cells) for row, cells in found.items()}


def _stands(cells: tuple[tuple[int, str], ...], content: SheetContent, row: int) -> bool:
    hits = 0
    for column, text in cells:
        stored = content.cell(row, column)
        if text.startswith("=") and stored.formula:
            hits += _taken_from(stored.formula) == text
        else:
            hits += stored.value == text or (isinstance(stored.value, str) and bare(stored.value) == text)
    return hits * 2 > len(cells)


def _all_stand(sheet: SheetPlan, content: SheetContent) -> bool:
    """Whether every row that can be told is at its place."""
    known: Judged = sheet.__dict__.setdefault("_standing", Judged())
    met = content.met
    for row, cells in _signatures_of(sheet).items():
        there = met.get(row)
        if there is not None and there in known:
            continue
        if not _stands(cells, content, row):
            return False
        if there is not None:
            known.add(there)
    return True


def _led(plan: Plan, sheet: SheetPlan, package: Package) -> Iterator[tuple[int, int]]:
    """The rows of a sheet with the rows that names of theirs lead to."""
    for key, place in plan.names.items():
        found = package.names.get(key)
        if isinstance(place, Ref) and place.sheet == sheet.name and found is not None and found.cell is not None:
            yield place.row, found.cell[1]


_SIDEWAYS = (1, -1, 2, -2, 3, -3)
_LEAST_SHIFTED = 3


def _columns_moved(sheet: SheetPlan, content: SheetContent) -> str:
    """From where on the columns were moved, and how, where most of the constants that are not at their place stand in their row, all as many
    columns away."""
    gone = [(one, text) for one, text in _labels(sheet) if _said(content, one.row, one.column) != text]
    for by in _SIDEWAYS:
        there = [one.column for one, text in gone if _said(content, one.row, one.column + by) == text]
        if len(there) >= _LEAST_SHIFTED and len(there) * 2 > len(gone):
            first = min(there)
            if by > 0:
                return f"{column_letter(first)}列或它左边增加了{by}列"
            return f"{column_letter(first + by)}列起或它左边删除了{-by}列"
    return ""


def _said(content: SheetContent, row: int, column: int) -> str:
    value = content.cell(row, column).value
    return bare(value) if isinstance(value, str) else ""


def _moved_rows(
    plan: Plan, sheet: SheetPlan, content: SheetContent, led: frozenset[tuple[int, int]]
) -> tuple[Mapping[int, int] | None, Signatures]:
    """Where each row stands now, one that was taken out beyond all others (None where no other place is known of any), and by what it is told."""
    labels = _signatures_of(sheet)
    signatures = {**_by_formulas(plan, sheet), **labels}
    steps = _steps(signatures, content, led)
    if len(signatures) > len(labels) and not _as_labels_go(steps, labels):
        signatures, steps = dict(labels), _steps(labels, content, led)
    if len(steps) < len(signatures) / 2:
        return None, signatures
    rows = sorted({one.row + at for one in sheet.cells for at in range(one.rows)} | set(sheet.heights))
    found: dict[int, int] = {}
    last, offset = -1, 0
    for row, now in [*steps, (rows[-1] + 1, steps[-1][1])]:
        between = range(last + 1, row)
        lost = _lost(sheet, signatures, between, offset - now, dict(steps)) if now < offset else set()
        for one in between:
            offset -= one in lost
            found[one] = BEYOND + one if one in lost else one + offset
        last, offset = row, now
        found[row] = row + now
    empty = (signatures.keys() & found.keys()) - {row for row, _ in steps} - {row for row, _ in _filled(sheet, content, found)}
    found |= {row: BEYOND + row for row in empty}
    kept = {row: found[row] for row in rows}
    return MappingProxyType(kept) if any(row != now for row, now in kept.items()) else None, signatures


_TEXT = re.compile(r'"(?:[^"]|"")*"')
_TAKEN = re.compile(r"[\w（）.]+![A-Z]{1,3}[1-9][0-9]{0,6}(?::[A-Z]{1,3}[1-9][0-9]{0,6})?")


def _by_formulas(plan: Plan, sheet: SheetPlan) -> Signatures:
    """The rows of a sheet that only its formulas tell apart, by what the plainest of them takes from other sheets."""
    labelled = _signatures_of(sheet)
    entered = {one.row for one in sheet.cells if isinstance(one.content, Entry)}
    found: dict[int, tuple[tuple[int, str], ...]] = {}
    for (row, column), _, formula in plan.written[sheet.name].formulas:
        taken = _taken_from(formula) if row in entered and row not in labelled else ""
        if taken and (row not in found or len(taken) < len(found[row][0][1])):
            found[row] = ((column, taken),)
    return found


@lru_cache(maxsize=4096)
def _taken_from(formula: str) -> str:
    """The cells of other sheets that a formula takes something from; empty where it takes nothing."""
    taken = _TAKEN.findall(_TEXT.sub("", compared(formula))) if "!" in formula else ()
    return f"={','.join(taken)}" if taken else ""


def _as_labels_go(steps: Sequence[tuple[int, int]], labels: Signatures) -> bool:
    """Whether the rows told by their formulas went as the next labelled one below them: where rows were put into the sheet they take from, their
    formulas change without their moving."""
    following = None
    for row, offset in reversed(steps):
        if row in labels:
            following = offset
        elif following is None or offset != following:
            return following is not None and any(at < row and at in labels and by == offset for at, by in steps)
        else:
            following = offset
    return True


def _filled(sheet: SheetPlan, content: SheetContent, found: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The places of the plan where the file has anything."""
    return ((one.row, one.column) for one in sheet.cells if one.row in found and not content.cell(found[one.row], one.column).blank)


def _lost(sheet: SheetPlan, signatures: Signatures, between: Sequence[int], count: int, told: Mapping[int, int]) -> set[int]:
    """The rows that were taken out among rows nobody finds: first those that can be told, then those without cells."""
    used = {one.row for one in sheet.cells}
    order = sorted((row for row in between if row not in told), key=lambda row: (row not in signatures, row in used))
    return set(order[:count])


def _signatures_of(sheet: SheetPlan) -> Signatures:
    found: Signatures | None = sheet.__dict__.get("_signatures")
    if found is None:
        found = sheet.__dict__["_signatures"] = _signatures(sheet)
    return found


def _unsure(sheet: SheetPlan, rows: Mapping[int, int], told: Signatures) -> bool:
    """Whether an entry stands in a row nobody can tell, between rows that went different ways: nobody can say which way it went."""
    entered = {one.row for one in sheet.cells if isinstance(one.content, Entry)}
    doubtful, offset, lost = False, 0, 0
    for row in sorted(rows):
        if rows[row] >= BEYOND:
            doubtful, lost = doubtful or (row not in told and row in entered), lost + 1
        elif row in told:
            if doubtful and rows[row] - row != offset - lost:
                return True
            doubtful, offset, lost = False, rows[row] - row, 0
        else:
            doubtful = doubtful or row in entered
    return False


@dataclass(frozen=True, slots=True)
class _Way:
    """One way in which the rows so far may have moved: how many are found, less what each change of direction costs; and the rows found."""

    worth: float
    last: int
    found: tuple[Any, int, int] | None
    """The way before, a row, and how far it moved."""


def _steps(signatures: Signatures, content: SheetContent, led: frozenset[tuple[int, int]]) -> list[tuple[int, int]]:
    """The rows that are found, from top to bottom and each below the one before, with how far each moved: as many as may be, with as few
    changes of direction as may be. A row that its names went along with counts twice."""
    ways: dict[int, _Way] = {0: _Way(0.0, -1, None)}
    for row, now in _candidates(signatures, content):
        best = max(ways.values(), key=lambda way: way.worth)
        for offset in now:
            stay, turn = ways.get(offset), best
            for before, cost in ((stay, 0.0), (turn, _TURN)):
                if before is None or before.last >= row + offset:
                    continue
                made = _Way(before.worth + 1 + ((row, row + offset) in led) - cost, row + offset, (before.found, row, offset))
                if offset not in ways or ways[offset].worth < made.worth:
                    ways[offset] = made
    found: list[tuple[int, int]] = []
    step = max(ways.values(), key=lambda way: way.worth).found
    while step is not None:
        found.append(step[1:])
        step = step[0]
    return found[::-1]


def _candidates(signatures: Signatures, content: SheetContent) -> Iterator[tuple[int, list[int]]]:
    """For each row that can be told: how far away it may stand, near ones first."""
    rows: dict[tuple[int, str], list[int]] = {}
    for (row, column), stored in content.cells.items():
        if isinstance(stored.value, str):
            rows.setdefault((column, bare(stored.value)), []).append(row)
        taken = _taken_from(stored.formula) if stored.formula else ""
        if taken:
            rows.setdefault((column, taken), []).append(row)
    for row in sorted(signatures):
        cells = signatures[row]
        tries = {at for cell in cells for at in rows.get(cell, ()) if abs(at - row) < _MOST_ROWS_APART}
        yield row, [at - row for at in sorted(tries, key=lambda at: abs(at - row)) if _stands(cells, content, at)]


def _placed_anew(sheet: SheetPlan, name: str, rows: Mapping[int, int] | None, content: SheetContent | None) -> SheetPlan:
    """A sheet with its cells where they are now. What a merged cell said is gone with its first row in some programs, in others it stays."""
    if rows is None or content is None:
        return sheet if name == sheet.name else replace(sheet, name=name)
    cells = []
    for one in sheet.cells:
        there = [rows.get(row, row) for row in range(one.row, one.row + one.rows)]
        kept = [row for row in there if row < BEYOND] or there
        if there[0] != kept[0] and content.cell(kept[0], one.column).blank:
            kept = there[:1]
        cells.append(replace(one, row=kept[0], rows=kept[-1] - kept[0] + 1))
    hidden = frozenset(rows.get(row, row) for row in sheet.hidden_rows)
    return replace(sheet, name=name, cells=tuple(cells), hidden_rows=hidden)


def _span_anew(span: Span, name: str, rows: Mapping[int, int] | None) -> Span:
    if rows is None:
        return replace(span, sheet=name)
    there = [now for now in (rows.get(row, row) for row in range(span.top, span.bottom + 1)) if now < BEYOND] or [span.top]
    return Span(name, there[0], span.left, there[-1], span.right)
