"""A plan fitted to a file as it came back: sheets that were renamed, rows and columns that moved together. What moved is said; reading goes on there."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import islice
from types import MappingProxyType
from typing import Any

from xl_jixiao import __version__
from xl_jixiao.sheet.content import Package, SheetContent, UnreadableWorkbook
from xl_jixiao.sheet.edition import StampName, made_by
from xl_jixiao.sheet.formula_text import compared
from xl_jixiao.sheet.met import Judged
from xl_jixiao.sheet.plan import Computed, Entry, Label, Placed, Plan, Ref, SheetPlan, Span, column_letter
from xl_jixiao.words import bare

_ALIKE = 0.6
"""So much of a sheet's constants must stand in another for it to be the same one, renamed."""

_ANOTHER = 0.5
"""Where less than so much of the constants stands anywhere on the sheets, the file is of another form than its stamp says."""

_AS_MADE = 0.985
"""So many of its cells must be as this version of the program makes them for a file to be taken for one of its own."""

_TRADED = 0.3
"""So much more of a sheet's constants must stand at their places in another sheet than in the one of its name for the two names to be traded."""

_FIRST = 8
"""One of so many first constants at its place tells a sheet."""

_MOST_APART = 60
"""So far a row is looked for above and below its place, a column left and right of it."""

_TURN = 1.5
"""What a change of direction costs, in rows found: one row out of place is a row changed, not all others moved."""

_TURN_OF_COLUMNS = 0.4
"""The same of columns, of which most cells must be found elsewhere, and the last alone may have moved."""

BEYOND = 1_000_000
"""A row or column that was taken out is placed so far beyond its place, where nothing is."""

Lines = Mapping[int, int]
"""Where each row, or column, of the plan stands now; one that was taken out, `BEYOND` all others."""

_STILL: Lines = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the rows and columns of a sheet stand now; empty where none moved."""

    rows: Lines = field(default_factory=lambda: _STILL)
    columns: Lines = field(default_factory=lambda: _STILL)

    def place(self, row: int, column: int) -> tuple[int, int]:
        """Where a cell stands now."""
        return self.rows.get(row, row), self.columns.get(column, column)


def is_gone(row: int, column: int) -> bool:
    """Whether a place is that of a cell which was taken out with its row or column."""
    return row >= BEYOND or column >= BEYOND


@dataclass(frozen=True)
class Fitted:
    """A plan at the places where a file has it. `missing` sheets have no place at all; `renamed` and `moved` are by the plan's names."""

    plan: Plan
    missing: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, Moved] = field(default_factory=dict)
    ours: bool = True
    """Whether every formula and text must be the plan's: another version of the program may have had others."""
    origin: Plan | None = field(default=None, repr=False)
    """The plan before it was fitted, where that is another."""

    @property
    def moved_now(self) -> Iterable[str]:
        """The sheets with moved rows or columns, as they are called in the file."""
        return (self.renamed.get(name, name) for name in self.moved)

    @cached_property
    def lost(self) -> frozenset[str]:
        """The keys of cells that are gone with their row, column or sheet, and of all that was computed from them and shows #REF! now."""
        if not (self.missing or self.moved):
            return frozenset()
        plan = self.origin or self.plan
        lost = {key for key, (ref, _) in plan.placed.items() if ref.sheet in self.missing or self._gone(ref)}
        lost |= {key for key, span in plan.areas.items() if span.sheet in self.missing}
        more = lost
        while more:
            places = [ref for key, (ref, _) in plan.placed.items() if key in more]
            areas = {key for key, span in plan.areas.items() if any(ref in span for ref in places)}
            more = ({key for key, expr in plan.trees.items() if not lost.isdisjoint(expr.names)} | areas) - lost
            lost |= more
        return frozenset(lost)

    def _gone(self, ref: Ref) -> bool:
        return ref.sheet in self.moved and is_gone(*self.moved[ref.sheet].place(ref.row, ref.column))


def fit(plan: Plan, package: Package, known: Fitted | None = None) -> Fitted:
    """The plan with renamed sheets, moved rows and moved columns followed; sheets `known` to stand as another plan has them are not looked through
    again.

    Raises UnreadableWorkbook for another form's file, and where rows or columns were put in or taken out among some that no constant tells apart:
    each would be read from another's cells.
    """
    if not (known.ours if known else is_ours(plan, package)):
        return _by_names(plan, package)
    missing = [sheet for sheet in plan.sheets if sheet.name not in package.sheets]
    still = {id(sheet) for sheet in known.plan.sheets} if known and not (known.renamed or known.moved) else ()
    there = [sheet for sheet in plan.sheets if sheet.name in package.sheets and id(sheet) not in still]
    apart = [sheet for sheet in there if not (known and _as_written(plan, sheet, package.sheets[sheet.name]))]
    stirred = [sheet for sheet in apart if not _all_stand(plan, sheet, package.sheets[sheet.name], old=package.old)]
    renamed = dict(_renamed(plan, [*missing, *_strange(stirred, package)], package)) if missing or stirred else {}
    moved: dict[str, Moved] = {}
    astray: list[float] = []
    for sheet in [*stirred, *(sheet for sheet in missing if sheet.name in renamed)]:
        content = package.sheets.get(renamed.get(sheet.name, sheet.name))
        if content is None or (sheet.name in renamed and _all_stand(plan, sheet, content, old=package.old)):
            continue
        astray.append(_alike(sheet, content))
        columns = _moved_columns(plan, sheet, content, package)
        as_wide = _placed_anew(sheet, sheet.name, Moved(columns=columns), content) if columns else sheet
        alone = stirred == [sheet] and not missing  # what its formulas take stands where it stood
        rows, told = _moved_rows(plan, as_wide, content, frozenset(_led(plan, sheet, package)), columns, alone=alone)
        if rows and _unsure(_entered(as_wide, "row"), rows, told.keys()):
            raise UnreadableWorkbook(f"{package.file}：“{sheet.name}”的行被增加或删除过，读不准；请用原表填报，不增删行，空着的行不用删")
        if rows or columns:
            moved[sheet.name] = Moved(rows, columns)
    if astray and sum(astray) / len(astray) < _ANOTHER and len(astray) * 2 > len(plan.sheets) - len(missing) + len(renamed):
        raise UnreadableWorkbook(f"{package.file}：盖的章是“{plan.title}”的，表上印的却不是这张表；请用原来的填报表报送")
    gone = tuple(sheet.name for sheet in missing if sheet.name not in renamed)
    if not renamed and not moved:
        return Fitted(plan, gone)
    names = {sheet.name: renamed.get(sheet.name, sheet.name) for sheet in plan.sheets}
    sheets = tuple(
        _placed_anew(sheet, names[sheet.name], moved.get(sheet.name), package.sheets.get(names[sheet.name])) for sheet in plan.sheets
    )
    areas = {key: _span_anew(span, renamed.get(span.sheet, span.sheet), moved.get(span.sheet, Moved())) for key, span in plan.areas.items()}
    fitted = replace(plan, sheets=sheets, areas=MappingProxyType(areas), base=None, as_made=plan)
    fitted.__dict__["runs"] = plan.runs  # what an area is made of doesn't change where it moves
    return Fitted(fitted, gone, MappingProxyType(renamed), MappingProxyType(moved), origin=plan)


def is_ours(plan: Plan, package: Package) -> bool:
    """Whether this version of the program made the file: its stamp or its description says so, or all but a few cells are as this one makes
    them, whatever the file says."""
    said = package.properties.get(StampName.VERSION, __version__)
    return said == __version__ or package.description == made_by(__version__) or _as_made(plan, package)


def _as_made(plan: Plan, package: Package) -> bool:
    """Whether almost every formula and constant stands at its place."""
    there = asked = 0
    for sheet in plan.sheets:
        written, content = plan.written[sheet.name], package.sheets.get(sheet.name)
        asked += len(written.labels) + len(written.formulas)
        if content is not None:
            there += sum((content.cell(*place).value or "") == (one.value or "") for place, one in written.labels)
            there += sum(compared(content.cell(*place).formula) == compared(formula) for place, _, formula in written.formulas)
    return there >= asked * _AS_MADE


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
    return Fitted(plan.laid_out_otherwise(other, places) if other else plan, missing, ours=False)


def _says_the_same(sheet: SheetPlan, content: SheetContent) -> bool:
    """Whether the printed words of a sheet stand where the plan has them. One that stands nowhere was reworded; one that stands elsewhere was
    laid out otherwise."""
    planned = {(one.row, one.column): text for one, text in _labels(sheet)}
    astray = {text for place, text in planned.items() if _said(content, *place) != text}
    if not astray:
        return True
    others = {bare(stored.value) for place, stored in content.cells.items() if isinstance(stored.value, str) and place not in planned}
    moved = {_said(content, *place) for place, text in planned.items() if _said(content, *place) != text}
    return astray.isdisjoint(others | moved) and _in_place(sheet, content) > _ANOTHER


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


Sign = tuple[int, str | float]
"""A column with a constant, or with what a formula there takes from other sheets."""

Signatures = Mapping[int, tuple[Sign, ...]]
"""By what each row is told from others."""


def _signatures(sheet: SheetPlan) -> Signatures:
    """The constants of each row, by which a row is told from others: its words, those alone that no other row has where there are such; else the
    number it has."""
    found: dict[int, list[Sign]] = {}
    for one, text in _labels(sheet):
        if not is_gone(one.row, one.column):
            found.setdefault(one.row, []).append((one.column, text))
    often = Counter(sign for signs in found.values() for sign in signs)
    for row, number in _numbers(sheet):
        if all(often[sign] > 1 for sign in found.get(row, ())):
            found[row] = [number]
    return {row: tuple([sign for sign in cells if often[sign] == 1] or cells) for row, cells in found.items()}


def _numbers(sheet: SheetPlan) -> Iterator[tuple[int, Sign]]:
    """The numbers that stand once alone in their column, by row."""
    numbers = [(one.row, one.column, one.content.value) for one in sheet.cells if isinstance(one.content, Label)]
    signs = [(row, (column, float(value))) for row, column, value in numbers if isinstance(value, (int, float, Fraction))]
    often = Counter(sign for _, sign in signs)
    return ((row, sign) for row, sign in signs if often[sign] == 1 and row < BEYOND)


def _stands(cells: tuple[Sign, ...], content: SheetContent, row: int) -> bool:
    hits = 0
    for column, text in cells:
        stored = content.cell(row, column)
        if isinstance(text, str) and text.startswith("=") and stored.formula:
            hits += _taken_from(stored.formula) == text
        else:
            hits += stored.value == text or (isinstance(stored.value, str) and bare(stored.value) == text)
    return hits * 2 > len(cells)


def _as_written(plan: Plan, sheet: SheetPlan, content: SheetContent) -> bool:
    """Whether every constant and every formula is at its place to the letter: then all stand, and a sheet made for one file need not be looked
    through for what tells its rows."""
    written, cells = plan.written[sheet.name], content.cells
    return all(place in cells and cells[place].value == one.value for place, one in written.labels) and all(
        place in cells and cells[place].formula == formula for place, _, formula in written.formulas
    )


def _all_stand(plan: Plan, sheet: SheetPlan, content: SheetContent, *, old: bool) -> bool:
    """Whether every constant that tells rows and columns is at its place, and the last of the rows told by their formulas alone, where those can be
    read."""
    row, column, taken = _last_told(plan, sheet)
    if taken and not old and _taken_from(content.cell(row, column).formula) != taken:
        return False
    known: Judged = sheet.__dict__.setdefault("_standing", Judged())
    told, met, fresh = _signatures_of(sheet), content.met, known.others(content.met)
    for row in [row for row in told if row in fresh or row not in met]:
        if any(content.cell(row, column).value != text != _said(content, row, column) for column, text in told[row]):
            return False
        if row in fresh:
            known.add(fresh[row])
    return True


def _last_told(plan: Plan, sheet: SheetPlan) -> tuple[int, int, str | float]:
    """The last row below all constants that only its formulas tell: where one of them stands, and what it takes from other sheets; empty where
    there is none."""
    known: tuple[int, int, str | float] | None = sheet.__dict__.get("_last_told")
    if known is None:
        row, cells = max(_by_formulas(plan, sheet, _STILL, entered_alone=False).items(), default=(0, ()))
        below = bool(cells) and row > max(_signatures_of(sheet), default=-1)
        known = sheet.__dict__["_last_told"] = (row, *cells[0]) if below else (0, 0, "")
    return known


def _led(plan: Plan, sheet: SheetPlan, package: Package) -> Iterator[tuple[int, int]]:
    """The rows of a sheet with the rows that names of theirs lead to."""
    for key, place in plan.names.items():
        found = package.names.get(key)
        if isinstance(place, Ref) and place.sheet == sheet.name and found is not None and found.cell is not None:
            yield place.row, found.cell[1]


def _said(content: SheetContent, row: int, column: int) -> str:
    value = content.cell(row, column).value
    return bare(value) if isinstance(value, str) else ""


def _moved_columns(plan: Plan, sheet: SheetPlan, content: SheetContent, package: Package) -> Lines:
    """Where each column stands now, one that was taken out beyond all others; empty where none moved. Raises UnreadableWorkbook where nobody can
    say."""
    known = _column_hits(plan, sheet, content, package)
    steps = _steps(((column, known[column].offsets) for column in sorted(known)), frozenset(), _TURN_OF_COLUMNS)
    if not steps:
        return _STILL
    columns = sorted({one.column + at for one in sheet.cells for at in range(one.columns)})
    found = _followed(columns, steps, known.keys(), {one.column for one in sheet.cells})
    there = {one.column for one in sheet.cells if not content.cell(one.row, found[one.column]).blank}
    told = {column for column, _ in steps}
    found |= {column: BEYOND + column for column, one in known.items() if one.cells > 1 and column not in told | there}
    if all(column == now for column, now in found.items()):
        return _STILL
    if _unsure(_entered(sheet, "column"), found, known.keys()):
        first = next(column for column, now in found.items() if column != now)
        what = f"“{sheet.name}”的列被增加或删除过（{column_letter(first)}列起），读不准；请用原表填报，不增删列"
        raise UnreadableWorkbook(f"{package.file}：{what}")
    return MappingProxyType(found)


@dataclass(frozen=True, slots=True)
class _Hits:
    """By how many cells a column can be told, and how far away most of them stand, near ones first."""

    cells: int
    offsets: list[int]


Evidence = Sequence[tuple[int, Iterable[int]]]
"""Cells by their column, each with the columns where it may stand now."""


def _column_hits(plan: Plan, sheet: SheetPlan, content: SheetContent, package: Package) -> Mapping[int, _Hits]:
    """How each column can be told: by its constants, else by the names of its cells, else by where its formulas stand."""
    in_row: dict[tuple[int, str], list[int]] = {}
    anywhere: dict[str, set[int]] = {}
    for (row, column), stored in content.cells.items():
        if isinstance(stored.value, str) and bare(stored.value):
            in_row.setdefault((row, bare(stored.value)), []).append(column)
            anywhere.setdefault(bare(stored.value), set()).add(column)
    labels: Evidence = [(one.column, in_row.get((one.row, text)) or anywhere.get(text) or ()) for one, text in _labels(sheet)]
    names: Evidence = [
        (place.column, (found.cell[2],))
        for key, place in plan.names.items()
        if isinstance(place, Ref) and place.sheet == sheet.name and (found := package.names.get(key)) is not None and found.cell is not None
    ]
    formulas = [
        (
            one.column,
            [column for column in range(one.column - _MOST_APART, one.column + _MOST_APART) if content.cell(one.row, column).formula],
        )
        for one in sheet.cells
        if isinstance(one.content, Computed)
    ]
    told: dict[int, _Hits] = {}
    for evidence in (labels, names, formulas):
        told |= {column: hits for column, hits in _told_by(evidence).items() if column not in told}
    return told


def _told_by(evidence: Evidence) -> Mapping[int, _Hits]:
    """For each column with such cells: how many they are, and where more than half of them stand."""
    cells: Counter[int] = Counter()
    stand: dict[int, Counter[int]] = {}
    for column, now in evidence:
        cells[column] += 1
        stand.setdefault(column, Counter()).update(at - column for at in now if abs(at - column) < _MOST_APART)
    return {
        column: _Hits(count, sorted((by for by, hits in stand[column].items() if hits * 2 > count), key=abs))
        for column, count in cells.items()
    }


def _moved_rows(
    plan: Plan, sheet: SheetPlan, content: SheetContent, led: frozenset[tuple[int, int]], columns: Lines, *, alone: bool
) -> tuple[Lines, Signatures]:
    """Where each row stands now, one that was taken out beyond all others (empty where no other place is known of any), and by what it is told."""
    labels = _signatures_of(sheet)
    signatures = {**_by_formulas(plan, sheet, columns, entered_alone=not alone), **labels}
    led |= _emptied(signatures, content)
    steps = _row_steps(signatures, content, led)
    if len(signatures) > len(labels) and not alone and not _as_labels_go(steps, labels):
        signatures, steps = dict(labels), _row_steps(labels, content, led)
    if not steps or len(steps) < len(signatures) / 2:
        return _STILL, signatures
    rows = sorted({one.row + at for one in sheet.cells for at in range(one.rows)} | set(sheet.heights))
    found = _followed(rows, steps, signatures.keys(), {one.row for one in sheet.cells})
    empty = (signatures.keys() & found.keys()) - {row for row, _ in steps} - {row for row, _ in _filled(sheet, content, found)}
    found |= {row: BEYOND + row for row in empty}
    return (MappingProxyType(found) if any(row != now for row, now in found.items()) else _STILL), signatures


def _emptied(signatures: Signatures, content: SheetContent) -> frozenset[tuple[int, int]]:
    """The rows of which nothing is left at their places, each with the row above that may be they now: a row that was changed leaves another text."""
    bare_rows = {row for row, cells in signatures.items() if all(content.cell(row, column).blank for column, _ in cells)}
    return frozenset((row, row - by) for row in bare_rows for by in range(1, 4))


def _followed(lines: Sequence[int], steps: Sequence[tuple[int, int]], told: Set[int], used: Set[int]) -> dict[int, int]:
    """Where each line stands now, those between two that are found where the one before went; where they came nearer to each other, as many were
    taken out: first those that can be told, then those without cells."""
    found: dict[int, int] = {}
    there = dict(steps)
    last, offset = -1, 0
    for line, now in [*steps, (lines[-1] + 1, steps[-1][1])]:
        between = range(last + 1, line)
        order = sorted((one for one in between if one not in there), key=lambda one: (one not in told, one in used))
        lost = set(order[: max(offset - now, 0)])
        for one in between:
            offset -= one in lost
            found[one] = BEYOND + one if one in lost else one + offset
        last, offset = line, now
        found[line] = line + now
    return {line: found[line] for line in lines}


_TEXT = re.compile(r'"(?:[^"]|"")*"')
_TAKEN = re.compile(r"[\w（）.]+![A-Z]{1,3}[1-9][0-9]{0,6}(?::[A-Z]{1,3}[1-9][0-9]{0,6})?")


def _by_formulas(plan: Plan, sheet: SheetPlan, columns: Lines, *, entered_alone: bool) -> Signatures:
    """The rows of a sheet, or those with entries alone, that only its formulas tell apart, by what the plainest of them takes from other sheets."""
    labelled = _signatures_of(sheet)
    entered = {one.row for one in sheet.cells if isinstance(one.content, Entry) or not entered_alone}
    found: dict[int, tuple[tuple[int, str], ...]] = {}
    for (row, column), _, formula in plan.written[sheet.name].formulas:
        taken = _taken_from(formula) if row in entered and row not in labelled else ""
        if taken and (row not in found or len(taken) < len(found[row][0][1])):
            found[row] = ((columns.get(column, column), taken),)
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


def _signatures_of(sheet: SheetPlan) -> Signatures:
    found: Signatures | None = sheet.__dict__.get("_signatures")
    if found is None:
        found = sheet.__dict__["_signatures"] = _signatures(sheet)
    return found


def _entered(sheet: SheetPlan, line: str) -> Set[int]:
    """The rows, or columns, in which something is entered."""
    return {getattr(one, line) for one in sheet.cells if isinstance(one.content, Entry)}


def _unsure(entered: Set[int], lines: Lines, told: Set[int]) -> bool:
    """Whether an entry stands in a line nobody can tell, between lines that went different ways: nobody can say which way it went."""
    doubtful, offset, lost = False, 0, 0
    for line in sorted(lines):
        if lines[line] >= BEYOND:
            doubtful, lost = doubtful or (line not in told and line in entered), lost + 1
        elif line in told:
            if doubtful and lines[line] - line != offset - lost:
                return True
            doubtful, offset, lost = False, lines[line] - line, 0
        else:
            doubtful = doubtful or line in entered
    return False


@dataclass(frozen=True, slots=True)
class _Way:
    """One way in which the rows so far may have moved: how many are found, less what each change of direction costs; and the rows found."""

    worth: float
    last: int
    found: tuple[Any, int, int] | None
    """The way before, a row, and how far it moved."""


def _row_steps(signatures: Signatures, content: SheetContent, led: frozenset[tuple[int, int]]) -> list[tuple[int, int]]:
    return _steps(_candidates(signatures, content), led, _TURN)


def _steps(candidates: Iterable[tuple[int, list[int]]], led: frozenset[tuple[int, int]], cost_of_turn: float) -> list[tuple[int, int]]:
    """The rows, or columns, that are found, in their order and each beyond the one before, with how far each moved: as many as may be, with as few
    changes of direction as may be. A row that its names went along with counts twice."""
    ways: dict[int, _Way] = {0: _Way(0.0, -1, None)}
    for row, now in candidates:
        so_far = tuple(ways.values())
        for offset in now:
            beyond = [way for way in so_far if way.last < row + offset]
            stay, turn = ways.get(offset), max(beyond, key=lambda way: way.worth, default=None)
            for before, cost in ((stay, 0.0), (turn, cost_of_turn)):
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
    rows: dict[Sign, list[int]] = {}
    for (row, column), stored in content.cells.items():
        if isinstance(stored.value, str):
            rows.setdefault((column, bare(stored.value)), []).append(row)
        elif isinstance(stored.value, float) and not stored.formula:
            rows.setdefault((column, stored.value), []).append(row)
        taken = _taken_from(stored.formula) if stored.formula else ""
        if taken:
            rows.setdefault((column, taken), []).append(row)
    for row in sorted(signatures):
        cells = signatures[row]
        tries = {at for cell in cells for at in rows.get(cell, ()) if abs(at - row) < _MOST_APART}
        yield row, [at - row for at in sorted(tries, key=lambda at: abs(at - row)) if _stands(cells, content, at)]


def _placed_anew(sheet: SheetPlan, name: str, moved: Moved | None, content: SheetContent | None) -> SheetPlan:
    """A sheet with its cells where they are now."""
    if moved is None or content is None:
        return sheet if name == sheet.name else replace(sheet, name=name)
    area = sheet.page.area
    return replace(
        sheet,
        name=name,
        cells=tuple(_cell_anew(one, moved, content) for one in sheet.cells),
        widths=_widths_anew(sheet.widths, moved.columns),
        page=replace(sheet.page, area=area and _area_anew(area, moved)),
        hidden_rows=frozenset(moved.rows.get(row, row) for row in sheet.hidden_rows),
        hidden_columns=tuple(_ends(moved.columns, *ends) for ends in sheet.hidden_columns),
        unseen_columns=tuple(_ends(moved.columns, *ends) for ends in sheet.unseen_columns),
    )


def _cell_anew(one: Placed, moved: Moved, content: SheetContent) -> Placed:
    """A cell where it is now. What a merged one said is gone with its first row or column in some programs, in others it stays."""
    first = moved.place(one.row, one.column)
    row, bottom = _ends(moved.rows, one.row, one.row + one.rows - 1)
    column, right = _ends(moved.columns, one.column, one.column + one.columns - 1)
    if is_gone(*first) and content.cell(row, column).blank:
        (row, column) = (bottom, right) = first
    return replace(one, row=row, column=column, rows=bottom - row + 1, columns=right - column + 1)


def _ends(lines: Lines, first: int, last: int) -> tuple[int, int]:
    """The first and last of neighbouring lines where they are now, of those that are left."""
    there = [lines.get(line, line) for line in range(first, last + 1)]
    kept = [line for line in there if line < BEYOND] or there
    return kept[0], kept[-1]


def _area_anew(area: tuple[int, int, int, int], moved: Moved) -> tuple[int, int, int, int]:
    left, right = _ends(moved.columns, area[1], area[3])
    return area[0], left, area[2], right


def _widths_anew(widths: tuple[float, ...], columns: Lines) -> tuple[float, ...]:
    """The widths of columns where they are now; one that was put in has none."""
    found = {columns.get(at, at): width for at, width in enumerate(widths)}
    return tuple(found.get(at, 0.0) for at in range(1 + max((at for at in found if at < BEYOND), default=-1)))


def _span_anew(span: Span, name: str, moved: Moved) -> Span:
    top, bottom = _ends(moved.rows, span.top, span.bottom)
    left, right = _ends(moved.columns, span.left, span.right)
    if is_gone(top, left):
        return replace(span, sheet=name)
    return Span(name, top, left, bottom, right)
