"""The columns of a table of indicators: what each holds by the heads over it, and what a cell under several of them is."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from xl_jixiao.arrive import heads
from xl_jixiao.arrive.blocks import TWO_READINGS, TableColumn, Unread
from xl_jixiao.arrive.grid import Grid, GridCell, number_in
from xl_jixiao.arrive.heads import BOTH, LEVELS, Head, figure, indicator_head, squeezed, word

_SIDE = frozenset("绩效指标 项目绩效指标 年度绩效指标 绩效目标 年度绩效目标".split())
_NAMES = (frozenset(["四级指标"]), frozenset(["三级指标", "三级", "三级指标名称", "三级绩效指标"]), frozenset(["指标名称", "绩效指标名称"]))
"""Heads of the column of names, the surest first; there are others."""
_TAKEN_OFF = frozenset(["扣分", "扣分值"])
"""Heads of points taken off: said, where the form has no other points."""
ESSENTIAL = frozenset([*LEVELS, Head.SIGN, Head.TARGET, Head.UNIT, Head.DONE, Head.WEIGHT, Head.POINTS, Head.REASON, Head.DIRECTION])
RESULT = frozenset([Head.TARGET, Head.DONE, Head.WEIGHT, Head.POINTS])


def results(seen: Iterable[Head]) -> set[Head]:
    """Which columns of results there are, those of two figures each as both."""
    return {part for head in seen for part in BOTH.get(head, (head,))} & RESULT


def resolved(grid: Grid, found: Sequence[TableColumn], unread: list[Unread]) -> tuple[TableColumn, ...]:
    """Weights of classes told from those of rows; heads that stand twice given up, and said."""
    found = _adjusted(grid, _own_units(_of_this_year(_surest_names(_parted_figures(found)))), unread)
    kinds = [one.head for one in found]
    if kinds.count(Head.LEVEL3) > 1:
        place = grid.place_at(found[0].row, found[0].left)
        unread.append(Unread(TWO_READINGS, place, squeezed(found[0].label)[:60], "几张表并排在一起，看不出哪一栏是哪张表的，都没有读入"))
        return tuple(_as(one, Head.OTHER) for one in found)
    if Head.LEVEL3 not in kinds:
        deepest = next((at for at, one in enumerate(found) if one.head is Head.OTHER and word(one.label) in _SIDE), None)
        if deepest is not None:
            found[deepest] = _as(found[deepest], Head.LEVEL3)
    if Head.POINTS not in kinds:
        found = [replace(one, head=None) if word(one.label) in _TAKEN_OFF else one for one in found]
    weights = [at for at, one in enumerate(found) if one.head is Head.WEIGHT]
    last_level = max((at for at, one in enumerate(found) if one.head in LEVELS), default=-1)
    if len(weights) > 1:
        for at in weights:
            if at < last_level:
                found[at] = _as(found[at], Head.CLASS_WEIGHT)
    remarks = [at for at, one in enumerate(found) if one.head is Head.REMARK]
    if Head.REASON not in kinds and {Head.TARGET, Head.DONE} & set(kinds) and len(remarks) == 1 and _is_used(grid, found[remarks[0]]):
        place = grid.place_at(found[remarks[0]].row, found[remarks[0]].left)
        unread.append(Unread("JX653", place, squeezed(found[remarks[0]].label)[:60], "没有“偏差原因”一栏，当作偏差原因读"))
        found[remarks[0]] = _as(found[remarks[0]], Head.REASON)
    for head in ESSENTIAL:
        same = [at for at, one in enumerate(found) if one.head is head]
        if len(same) > 1:
            for at in same:
                place = grid.place_at(found[at].row, found[at].left)
                unread.append(Unread(TWO_READINGS, place, squeezed(found[at].label)[:60], f"有{len(same)}栏都是“{head}”，都没有读入"))
                found[at] = _as(found[at], Head.OTHER)
    return tuple(found)


def is_wide_side(cell: GridCell) -> bool:
    """Whether a head such as 绩效指标 stands over several columns by itself."""
    return cell.columns > 1 and word(cell.text) in _SIDE


def _parted_figures(found: Sequence[TableColumn]) -> list[TableColumn]:
    """A column of two figures as two columns that stand in one place."""
    return [
        replace(one, head=head) for one in found for head in (BOTH[one.head] if one.head is not None and one.head in BOTH else (one.head,))
    ]


_TWO_FIGURES = re.compile(r"(-?\d+(?:\.\d+)?)分?[/(](-?\d+(?:\.\d+)?)分?\)?")


def two_figures(columns: Sequence[TableColumn], cell: GridCell) -> tuple[tuple[Head, GridCell], ...]:
    """A cell such as 9.5/10 as the two it is, where both its columns stand in one place; nothing where it is no such cell."""
    met = [one for one in columns if one.meets(cell)]
    said = _TWO_FIGURES.fullmatch(figure(cell.text))
    if said is None or len(met) != 2 or (met[0].left, met[0].right) != (met[1].left, met[1].right) or cell.doubt:
        return ()
    return tuple(
        (one.head, replace(cell, text=text, number=number_in(text)))
        for one, text in zip(met, said.groups(), strict=True)
        if one.head is not None
    )


_BY_PARTS = {2: (Head.LEVEL1, Head.LEVEL3), 3: LEVELS}


def parted_levels(grid: Grid, found: Sequence[TableColumn], bottom: int) -> list[TableColumn]:
    """One head over the classes and the names of indicators, parted as the rows below it are."""
    wide = [one for one in found if one.right > one.left and (one.head is Head.LEVEL3 or word(one.label) in _SIDE)]
    if len(wide) != 1 or any(one.head in LEVELS and one is not wide[0] for one in found):
        return list(found)
    rows = [row for row in grid.rows if row > bottom]
    filled = [row for row in rows if any(begins_under(cell, found, Head.DONE) for cell in grid.owned(row))]
    starts = sorted({cell.column for row in filled for cell in grid.owned(row) if wide[0].left <= cell.column <= wide[0].right})
    kinds = _BY_PARTS.get(len(starts), ())
    ends = [*(start - 1 for start in starts[1:]), wide[0].right]
    parts = [replace(wide[0], head=head, left=left, right=right) for head, left, right in zip(kinds, starts, ends, strict=False)]
    return [part for one in found for part in (parts or [one] if one is wide[0] else [one])]


def _is_used(grid: Grid, column: TableColumn) -> bool:
    """Whether anything stands below a head."""
    return any(column.meets(cell) and row > column.row and not cell.blank for row in grid.rows for cell in grid.owned(row))


def _surest_names(found: Sequence[TableColumn]) -> list[TableColumn]:
    """Of several columns that may hold the names the one whose head says so most surely; the others are not known then."""
    named_so = [one for one in found if one.head is Head.LEVEL3]
    for words in _NAMES:
        sure = [one for one in named_so if word(one.label) in words]
        if len(sure) == 1:
            return [replace(one, head=None) if one in named_so and one is not sure[0] else one for one in found]
        if sure:
            break
    return list(found)


_HEAD_YEAR = re.compile(r"20\d\d(?=年)")


def _of_this_year(found: Sequence[TableColumn]) -> list[TableColumn]:
    """Columns of results with years in their heads: those of the last year are the form's, the others are last year's figures."""
    years = {one: year[0] for one in found if one.head in RESULT and (year := _HEAD_YEAR.search(word(one.label)))}
    last = max(years.values(), default="")
    return [_as(one, Head.OTHER) if years.get(one, last) != last else one for one in found]


def _own_units(found: Sequence[TableColumn]) -> list[TableColumn]:
    """Of two columns of units the one beside the actual values is theirs."""
    units = [at for at, one in enumerate(found) if one.head is Head.UNIT]
    before = [found[at - 1].head for at in units if at]
    made = list(found)
    if before == [Head.TARGET, Head.DONE]:
        made[units[1]] = _as(found[units[1]], Head.DONE_UNIT)
    return made


def _adjusted(grid: Grid, found: Sequence[TableColumn], unread: list[Unread]) -> list[TableColumn]:
    """Of the targets set first and those adjusted the adjusted ones, where every row has both: said."""
    targets = [one for one in found if one.head is Head.TARGET]
    later = [one for one in targets if "调整" in word(one.label)]
    if len(targets) != 2 or len(later) != 1 or len({_filled(grid, one) for one in targets}) > 1:
        return list(found)
    first = next(one for one in targets if one is not later[0])
    place = grid.place_at(first.row, first.left)
    unread.append(Unread("JX653", place, squeezed(first.label)[:60], "指标值有年初、调整后两栏，按调整后的读"))
    return [_as(one, Head.OTHER) if one is first else one for one in found]


def _filled(grid: Grid, column: TableColumn) -> frozenset[int]:
    """The rows below a head in which something stands."""
    return frozenset(
        row
        for row in grid.rows
        for cell in grid.owned(row)
        if row > column.row and column.left <= cell.column and cell.right <= column.right
    )


def _as(column: TableColumn, head: Head) -> TableColumn:
    return replace(column, head=head)


def stacked(stack: Sequence[GridCell], bottom: int) -> Head | None:
    """What a column holds by the heads over it, the deepest first."""
    if stack[-1].bottom > bottom and word(stack[-1].text) in _SIDE:
        return Head.OTHER
    kinds = [indicator_head(cell.text) for cell in stack]
    if Head.OTHER in kinds and any(heads.OTHER_YEARS.search(word(cell.text)) for cell in stack):
        return Head.OTHER
    return kinds[-1] or indicator_head("".join(cell.text for cell in stack)) or kinds[0]


def head_of(kinds: tuple[Head, ...], cell: GridCell) -> Head | None:
    """The head a cell belongs to that stands under several; None where that can't be said."""
    if len(kinds) == 1:
        return kinds[0]
    kept = tuple(kind for kind in kinds if kind not in (Head.UNIT, Head.DONE_UNIT, Head.SIGN, Head.CLASS_WEIGHT, Head.REMARK))
    if len(kept) == 1:
        return kept[0]
    if set(kept) <= {Head.LEVEL1, Head.LEVEL2}:
        return Head.LEVEL1
    return Head.LEVEL3 if set(kept) == {Head.LEVEL2, Head.LEVEL3} else None


def level_of(cell: GridCell, columns: Sequence[TableColumn]) -> Head | None:
    """Which of the first two levels a cell is, alone or stretched over both."""
    kinds = tuple(one.head for one in columns if one.meets(cell) and one.head in (*LEVELS, *RESULT))
    return kinds[0] if kinds and Head.LEVEL3 not in kinds and kinds[0] in (Head.LEVEL1, Head.LEVEL2) and set(kinds) <= set(LEVELS) else None


def begins_under(cell: GridCell, columns: Sequence[TableColumn], head: Head) -> bool:
    """Whether a cell stands under a head and begins there."""
    return any(one.head is head and one.left <= cell.column <= one.right for one in columns)


def last_column(columns: Sequence[TableColumn], kinds: Sequence[Head | None]) -> int:
    """The last column of the sheet under one of these heads."""
    return max((one.right for one in columns if one.head in kinds), default=0)


_SAME = 0.02
"""So much of a table's width two edges may be apart and be the same column's."""


def carried_over(columns: Sequence[TableColumn], before: Grid, grid: Grid) -> tuple[TableColumn, ...]:
    """The columns of a Word table where the next one has them, by their edges; empty where it hasn't."""

    def at(edge: float) -> int | None:
        near = min(range(len(grid.edges)), key=lambda one: abs(grid.edges[one] - edge))
        return near if abs(grid.edges[near] - edge) <= _SAME else None

    found = []
    for one in columns:
        left, right = at(before.edges[one.left]), at(before.edges[one.right + 1])
        if left is None or right is None or right <= left:
            return ()
        found.append(replace(one, left=left, right=right - 1, row=0))
    return tuple(found)
