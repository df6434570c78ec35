"""A finished workbook some of whose figures were changed after the export, as it was before: what it still shows of them, proved by their marks."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from xl_jixiao.expr import CellFailure, Value
from xl_jixiao.review.integrity import Difference, Fault
from xl_jixiao.sheet.content import BLANK, Package
from xl_jixiao.sheet.plan import Computed, Plan, PlanValues
from xl_jixiao.sheet.seal import changed

_PLACES = (0, 1, 2, 3, 4)
"""So many decimals a figure has at most that is told by what was computed from it."""

_MOST_TRIED = 60
_STEPS = 4
_FIGURE = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")


def before(
    plan: Plan, entered: Mapping[str, Value], keys: Sequence[str], stamp: Mapping[str, str], faults: Iterable[Difference]
) -> Mapping[str, Value] | None:
    """The values these entries had at the export; None where the file doesn't tell each of them."""
    outdated = [one for one in faults if one.fault in (Fault.VALUE, Fault.ROUNDING) and one.ref is not None]
    known: dict[str, Value] = {}
    for key in keys:
        tried = dict.fromkeys(candidates(plan, entered, key, outdated))
        for value in list(tried)[:_MOST_TRIED]:
            if key not in changed({**entered, key: value}, stamp):
                known[key] = value
                break
        else:
            return None
    return known


def candidates(plan: Plan, entered: Mapping[str, Value], key: str, outdated: Sequence[Difference]) -> Iterator[Value]:
    """What the entry may have been: what its outdated cells show, or what they would have been computed from."""
    yield None
    now = entered[key]
    shown = [one.found for one in outdated]
    yield from (value for value in shown if isinstance(value, str) is isinstance(now, str))
    if isinstance(now, (str, bool)) or now is None:
        yield from (value for value in shown if isinstance(value, str) is not isinstance(now, str))
        yield from (figure for one in outdated for figure in _figures(one.found))
        yield from _worked_back(plan, entered, key, outdated, Fraction(1))
        return
    for one in outdated:
        then, there = _figures(one.found), _figures(one.expected)
        yield from then
        if len(then) == len(there):
            yield from (Fraction(now) + way * (old - new) for old, new in zip(then, there, strict=True) if old != new for way in (1, -1))
    yield from _worked_back(plan, entered, key, outdated, Fraction(now))


def _worked_back(plan: Plan, entered: Mapping[str, Value], key: str, outdated: Sequence[Difference], start: Fraction) -> Iterator[Fraction]:
    """What the numbers of the outdated cells would have been computed from."""
    for one in outdated:
        if isinstance(one.found, (int, Fraction)) and not isinstance(one.found, bool):
            told = _computed_from(plan, entered, key, one, Fraction(one.found), start)
            yield from dict.fromkeys(_rounded(told, places) for places in _PLACES) if told is not None else ()


def _figures(text: Value) -> tuple[Fraction, ...]:
    """The figures in a sentence."""
    return tuple(map(Fraction, _FIGURE.findall(text))) if isinstance(text, str) else ()


def _rounded(value: Fraction, places: int) -> Fraction:
    return Fraction(round(value * 10**places), 10**places)


def _computed_from(plan: Plan, entered: Mapping[str, Value], key: str, one: Difference, wanted: Fraction, now: Fraction) -> Fraction | None:
    """The value of the entry with which the cell shows what it does: the secant method, of which one step does for sums."""
    cell = plan.sheet_by_name[one.ref.sheet].by_place[one.ref.row, one.ref.column].content if one.ref else None
    if not isinstance(cell, Computed):
        return None

    def shown(value: Fraction) -> Fraction | None:
        try:
            found = PlanValues(plan, {**entered, key: value}).in_edition(cell)
        except (CellFailure, KeyError, ArithmeticError):
            return None
        return Fraction(found) if isinstance(found, (int, Fraction)) and not isinstance(found, bool) else None

    last, then = now, shown(now)
    guess = now + max(abs(now) / 10, Fraction(1))
    for _ in range(_STEPS):
        there = shown(guess)
        if then is None or there is None or there == then:
            return None
        if there == wanted:
            return guess
        step = guess + (wanted - there) * (guess - last) / (there - then)
        last, then, guess = guess, there, _rounded(step, 8)
    return guess


def following(plan: Plan, keys: Iterable[str]) -> frozenset[str]:
    """Every cell that is computed from these entries."""
    found = more = frozenset(keys)
    while more:
        places = [plan.ref(key) for key in more]
        areas = {key for key, span in plan.areas.items() if any(ref in span for ref in places)}
        reached = more | areas
        more = frozenset(key for key, tree in plan.trees.items() if key not in found and not reached.isdisjoint(tree.names))
        found |= more
    return found


def restored(package: Package, plan: Plan, values: Mapping[str, Value]) -> Package:
    """The package with these entries as they were."""
    sheets = dict(package.sheets)
    for key, value in values.items():
        ref = plan.ref(key)
        content = sheets[ref.sheet]
        place = ref.row, ref.column
        stored = content.cells.get(place, BLANK)._replace(value=_stored(value), formula="")
        cells = MappingProxyType({**content.cells, place: stored})
        sheets[ref.sheet] = replace(content, cells=cells, met=MappingProxyType({}), unmet=MappingProxyType({}))
    return replace(package, sheets=MappingProxyType(sheets))


def _stored(value: Value) -> float | str | bool | None:
    return float(value) if isinstance(value, (int, Fraction)) and not isinstance(value, bool) else value
