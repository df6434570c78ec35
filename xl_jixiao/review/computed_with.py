"""A filled workbook with one entry that can't be what was computed with: cut and pasted elsewhere, or of another kind than the sheet can use.

What the other cells show tells what stood there. With that value the file is held against its plan, and what only follows from the one entry
isn't said.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from xl_jixiao.expr import CellFailure, Value
from xl_jixiao.review.exported import candidates, following
from xl_jixiao.review.integrity import Difference, Fault, same_value
from xl_jixiao.sheet.content import Package
from xl_jixiao.sheet.formula_text import column_number, compared
from xl_jixiao.sheet.plan import Computed, Plan, PlanValues, Ref
from xl_jixiao.sheet.returned import value_of
from xl_jixiao.words import GUIDE

_MOST_TRIED = 80
_MOST_FORMULAS = 80
_TARGET = r"((?:[^()!\"+*/,&=<>]{1,60}!)?[A-Z]{1,3}[1-9][0-9]{0,6})"


@dataclass(frozen=True, slots=True)
class Carried:
    """An entry whose cell is blank, and the cell its name and formulas lead to now."""

    key: str
    home: Ref
    target: Ref


def carried(plan: Plan, package: Package, faults: Iterable[Difference]) -> tuple[Carried, ...]:
    """The entries that were cut and pasted elsewhere: names and formulas followed them, their cells are blank."""
    found: dict[str, Ref] = {}
    formulas = 0
    for one in faults:
        if one.fault is Fault.NAME and one.key in plan.entries and package.names[one.key].cell is not None:
            sheet, row, column = package.names[one.key].cell or ("", 0, 0)
            found.setdefault(one.key, Ref(sheet, row, column))
        elif one.fault is Fault.OTHER_FORMULA and one.ref is not None and formulas < _MOST_FORMULAS:
            formulas += 1
            for key, target in _led(plan, package, one.ref):
                found.setdefault(key, target)
    return tuple(Carried(key, plan.ref(key), to) for key, to in found.items() if _blank(package, plan.ref(key)) and not _blank(package, to))


def _led(plan: Plan, package: Package, ref: Ref) -> Iterator[tuple[str, Ref]]:
    """The blank entries of a formula in whose place it has another cell."""
    made = plan.sheet_by_name[ref.sheet].by_place[ref.row, ref.column].content
    if not isinstance(made, Computed):
        return
    due, text = compared(plan.formula(ref.sheet, made)), compared(package.cell(ref.sheet, ref.row, ref.column).formula)
    for key in dict.fromkeys(made.expr.names):
        if key not in plan.entries or not _blank(package, plan.ref(key)):
            continue
        parts = _without(due, plan.ref(key))
        match = re.fullmatch(_TARGET.join(map(re.escape, parts)), text) if len(parts) > 1 else None
        if match and len(set(match.groups())) == 1:
            sheet, _, cell = match[1].rpartition("!")
            letters = cell.rstrip("0123456789")
            named = next((name for name in package.sheets if name.upper() == sheet), ref.sheet)
            yield key, Ref(named, int(cell[len(letters) :]) - 1, column_number(letters))


def _without(formula: str, home: Ref) -> list[str]:
    """A formula parted where it names a cell."""
    return re.split(rf"(?<![A-Z0-9_.:])(?:{re.escape(home.sheet.upper())}!)?{home.local}(?![0-9:(\w])", formula)


def _blank(package: Package, ref: Ref) -> bool:
    return package.cell(ref.sheet, ref.row, ref.column).value is None


def _is_guide(one: Difference) -> bool:
    """Whether it is of the sheet that counts what is filled in."""
    return one.ref is not None and one.ref.sheet == GUIDE


_OF_ITS_CELL = (Fault.OPENED, Fault.UNLIMITED, Fault.LIMITED, Fault.MESSAGE)
"""What goes with a cell that is cut."""


def unmoved(plan: Plan, package: Package, faults: Sequence[Difference], moved: Sequence[Carried], total: str) -> Iterator[Difference]:
    """The differences without what only follows from entries that were pasted elsewhere: formulas that went along, limits of the cells, values
    that were computed since; the total stays."""
    followers = following(plan, [one.key for one in moved]) - {total}
    homes = {one.home for one in moved}
    for one in faults:
        went = one.fault is Fault.OTHER_FORMULA and one.ref is not None and any(_followed(plan, package, one.ref, each) for each in moved)
        of_value = one.fault in (Fault.VALUE, Fault.ROUNDING) or went
        if went and one.key == total and not same_value(one.found, one.expected):
            yield replace(one, fault=Fault.VALUE)
        elif not (went or (of_value and (one.key in followers or _is_guide(one))) or (one.fault in _OF_ITS_CELL and one.ref in homes)):
            yield one
    for each in moved:
        if not any(one.fault is Fault.NAME and one.key == each.key for one in faults):
            yield Difference(Fault.CARRIED, each.home, each.key, detail=str(each.target))


def _followed(plan: Plan, package: Package, ref: Ref, moved: Carried) -> bool:
    made = plan.sheet_by_name[ref.sheet].by_place[ref.row, ref.column].content
    if not isinstance(made, Computed):
        return False
    due, text = compared(plan.formula(ref.sheet, made)), compared(package.cell(ref.sheet, ref.row, ref.column).formula)
    return _without(due, moved.home) == _without(text, moved.target)


def computed_with(
    plan: Plan, package: Package, entered: Mapping[str, Value], faults: Sequence[Difference], key: str, moved: Carried | None = None
) -> Value:
    """The value of an entry with which every cell that follows from it shows what it does; None where no value does."""
    followers = following(plan, [key])
    outdated = [one for one in faults if one.fault in (Fault.VALUE, Fault.ROUNDING) and one.ref is not None and one.key in followers]
    there = [] if moved is None else [value_of(package.cell(moved.target.sheet, moved.target.row, moved.target.column))]
    if not outdated:
        return there[0] if there else None
    tried = dict.fromkeys([*there, *candidates(plan, entered, key, outdated), *_beside(plan, entered, outdated)])
    for value in list(tried)[:_MOST_TRIED]:
        values = PlanValues(plan, {**entered, key: value})
        if value is not None and all(_shows(plan, values, one) for one in outdated):
            return value
    return there[0] if there else None


def _beside(plan: Plan, entered: Mapping[str, Value], outdated: Sequence[Difference]) -> Iterator[Value]:
    """The numbers an outdated cell compares the entry with."""
    values = PlanValues(plan, entered)
    for one in outdated:
        for name in plan.trees[one.key].names if one.key in plan.trees else ():
            value = values[name] if name in plan.trees else None
            if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
                yield value


def _shows(plan: Plan, values: PlanValues, one: Difference) -> bool:
    made = plan.sheet_by_name[one.ref.sheet].by_place[one.ref.row, one.ref.column].content if one.ref else None
    if not isinstance(made, Computed):
        return False
    try:
        return same_value(one.found, values.in_edition(made), one.place)
    except (CellFailure, KeyError):
        return False
