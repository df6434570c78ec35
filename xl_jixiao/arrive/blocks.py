"""What stands where on a grid: titles, head fields, funds, goals, tables of indicators, totals. Recognised by words alone, whatever the layout.

Every cell a block takes is marked; what nobody takes was not understood and is said, cell by cell.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from xl_jixiao.arrive import heads
from xl_jixiao.arrive.grid import Grid, GridCell, number_in
from xl_jixiao.arrive.heads import AMOUNTS, LEVELS, Head, funds_head, indicator_head, named, squeezed, stem, word
from xl_jixiao.finding import Place
from xl_jixiao.words import bare

NOT_READ, TWO_READINGS, STRAY = "JX641", "JX642", "JX652"


@dataclass(frozen=True)
class Unread:
    """Something on a form that was not understood, or can be read in two ways and was left out."""

    code: str
    place: Place
    text: str
    why: str


@dataclass(frozen=True)
class Spot:
    """A cell on its grid; `head` names its column."""

    grid: Grid
    cell: GridCell
    head: str = ""

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.grid.place(self.cell, self.head)

    def unread(self, why: str, code: str = NOT_READ) -> Unread:
        """This cell as something that was not understood."""
        return Unread(code, self.place, squeezed(self.cell.text)[:60], why)


@dataclass(frozen=True)
class Title:
    """The title of a form."""

    text: str
    spot: Spot | None


@dataclass(frozen=True)
class FieldValue:
    """A head field with its value; `rank` is lower for surer labels."""

    name: str
    rank: int
    text: str
    spot: Spot | None


@dataclass(frozen=True)
class MoneyUnit:
    """单位：万元."""

    unit: str


@dataclass(frozen=True)
class FundsRow:
    """A row of the funds: its label and its cells by column."""

    label: str
    cells: Mapping[Head, Spot]
    place: Place


@dataclass(frozen=True)
class Funds:
    """The block of funds. `points` is what the form prints as the weight of the execution rate in a head, empty where it doesn't."""

    rows: tuple[FundsRow, ...]
    heads: frozenset[Head]
    unit: str
    points: str
    place: Place


@dataclass(frozen=True)
class Goals:
    """年度总体目标: the texts expected and reached."""

    expected: tuple[Spot, ...]
    actual: tuple[Spot, ...]


@dataclass(frozen=True)
class TableColumn:
    """A column of a table of indicators: what it holds, from where to where, its own words."""

    head: Head | None
    left: int
    right: int
    label: str
    row: int = 0
    """The row of its head."""

    def meets(self, cell: GridCell) -> bool:
        """Whether a cell stands in it, at least in part."""
        return self.left <= cell.right and cell.column <= self.right


@dataclass(frozen=True)
class RawRow:
    """A row of indicators: its cells by column, those that stand under several heads at once, and its levels."""

    row: int
    cells: Mapping[Head, tuple[GridCell, ...]]
    torn: tuple[tuple[tuple[Head, ...], GridCell], ...] = ()
    levels: Mapping[Head, str] = field(default_factory=dict)
    carried: frozenset[Head] = frozenset()
    """Levels that stand in a row further up, in a cell that isn't merged with this one."""


@dataclass(frozen=True)
class Indicators:
    """A table of indicators. `totals` are its rows of totals, `classes` what it prints for whole classes."""

    grid: Grid
    columns: tuple[TableColumn, ...]
    rows: tuple[RawRow, ...]
    totals: tuple[RawRow, ...]
    classes: tuple[RawRow, ...]

    def column(self, head: Head) -> TableColumn | None:
        """The column of a head."""
        return self._by_head.get(head)

    @cached_property
    def _by_head(self) -> Mapping[Head, TableColumn]:
        return {one.head: one for one in reversed(self.columns) if one.head is not None}

    def spot(self, row: RawRow, head: Head) -> Spot:
        """The cell of a row under a head; a blank one where nothing stands."""
        found = row.cells.get(head)
        column = self.column(head)
        if found and column is not None:
            return Spot(self.grid, found[0], squeezed(column.label))
        shown = column or self.column(Head.LEVEL3) or self.columns[0]
        return Spot(self.grid, GridCell(row.row, shown.left), squeezed(shown.label))


@dataclass(frozen=True)
class Total:
    """A total that stands outside of a table: its label and the cells beside it."""

    label: Spot
    cells: tuple[Spot, ...]


@dataclass(frozen=True)
class GradeSaid:
    """评价等级."""

    spot: Spot
    text: str


@dataclass(frozen=True)
class OwnWords:
    """A text in the unit's own words."""

    label: str
    spot: Spot


FormPart = Title | FieldValue | MoneyUnit | Funds | Goals | Indicators | Total | GradeSaid | OwnWords

_MOST_HEAD_ROWS = 4
_SIDE = frozenset("绩效指标 项目绩效指标 年度绩效指标 绩效目标 年度绩效目标".split())
_NAMES = (frozenset(["三级指标", "三级", "三级指标名称", "三级绩效指标"]), frozenset(["指标名称", "绩效指标名称"]))
"""Heads of the column of names, the surest first; there are others."""
_ESSENTIAL = frozenset([*LEVELS, Head.SIGN, Head.TARGET, Head.UNIT, Head.DONE, Head.WEIGHT, Head.POINTS, Head.REASON, Head.DIRECTION])
_RESULT = frozenset([Head.TARGET, Head.DONE, Head.WEIGHT, Head.POINTS])
_FUNDS_LABEL = re.compile(
    "资金|拨款|财政|收入|支出|补助|经费|中央|省级|市级|州级|县级|市县|区级|结转|合计|总额|自筹|其中|债券|基金|预算|总计"
)
_SECTION = re.compile("^(?:产出|效益|满意度|成本|管理|效果|过程|投入|决策|履职|部门)[^:]{0,12}$")
_PROSE = 60
_WIDE_TITLE = 3
_MARK = re.compile(r"附[件表]\S{0,6}|(?:公开|附)?\S{0,2}\d{1,2}-?\d?表|表\d{1,2}(?:-\d)?")
_YEAR_LINE = re.compile(r"[(（]?(20\d\d)年度?[)）]?")


@dataclass
class Scanner:
    """Goes down a grid once."""

    grid: Grid
    unread: list[Unread] = field(default_factory=list)
    taken: set[tuple[int, int]] = field(default_factory=set)

    def blocks(self) -> Iterator[FormPart]:
        """The blocks of the grid in their order."""
        for line in self.grid.lead:
            yield from self._line(line, None)
        rows = [row for row in self.grid.rows if any(not cell.blank for cell in self.grid.owned(row))]
        at = 0
        while at < len(rows):
            row = rows[at]
            found, end = self._table(row)
            if found is None:
                yield from self._labels(row)
                end = row
            else:
                yield found
            at += 1
            while at < len(rows) and rows[at] <= end:
                at += 1

    def leftovers(self) -> Iterator[Unread]:
        """What nobody took."""
        for row in self.grid.rows:
            for cell in self.grid.owned(row):
                if not cell.blank and (cell.row, cell.column) not in self.taken:
                    yield Spot(self.grid, cell).unread(cell.doubt or "不认识，没有读入", STRAY)

    def _take(self, *cells: GridCell) -> None:
        self.taken.update((cell.row, cell.column) for cell in cells)

    def _owned(self, row: int) -> list[GridCell]:
        return [cell for cell in self.grid.owned(row) if not cell.blank]

    def _table(self, row: int) -> tuple[FormPart | None, int]:
        """The table that begins at a row, and its last row."""
        bottom = self._band(row)
        if bottom is not None:
            return self._indicators(row, bottom)
        if self._funds_heads(row):
            return self._funds(row)
        if (pair := self._goal_heads(row)) is not None:
            return self._goals(row, *pair)
        return None, row

    # ---- tables of indicators

    def _band(self, top: int) -> int | None:
        """The last row of the heads of a table of indicators that begins at a row; None where none does."""
        seen: set[Head] = set()
        bottom, row = top - 1, top
        reach = top - 1
        while row < top + _MOST_HEAD_ROWS:
            owned = self._owned(row)
            kinds = [indicator_head(cell.text) for cell in owned]
            known = [kind for kind in kinds if kind is not None]
            if any(word(cell.text) in heads.OUR_OWN for cell in owned):
                return None
            below = row <= reach and row > top
            likely = len(known) >= 2 and 2 * len(known) >= len(owned) and not any(len(word(cell.text)) > _PROSE for cell in owned)
            if not likely and not below:
                break
            if below and not likely and any(_number_like(cell) for cell in owned):
                break
            seen.update(known)
            spans = [cell.bottom for cell, kind in zip(owned, kinds, strict=True) if kind in _ESSENTIAL and cell.rows <= _MOST_HEAD_ROWS]
            reach = max([reach, row, *spans])
            bottom, row = row, row + 1
        if bottom < top or not seen & set(LEVELS) or len(seen & _RESULT) < 2:
            return None
        return max(bottom, reach)

    def _columns(self, top: int, bottom: int) -> tuple[TableColumn, ...]:
        cells = {cell for row in range(top, bottom + 1) for cell in self.grid.rows.get(row, ()) if not cell.blank}
        first, last = min(cell.column for cell in cells), max(cell.right for cell in cells)
        found: list[TableColumn] = []
        deepest_before: GridCell | None = None
        for at in range(first, last + 1):
            stack = list(dict.fromkeys(cell for row in range(top, bottom + 1) if not (cell := self.grid.at(row, at)).blank))
            if not stack:
                deepest_before = None
                continue
            if stack[-1] is deepest_before:
                found[-1] = replace(found[-1], right=at)
                continue
            deepest_before = stack[-1]
            label = "".join(cell.text for cell in stack if cell.rows <= _MOST_HEAD_ROWS)
            found.append(TableColumn(_stacked(stack, bottom), at, at, label, stack[-1].row))
        self._take(*cells)
        return self._resolved(found)

    def _resolved(self, found: list[TableColumn]) -> tuple[TableColumn, ...]:
        """Weights of classes told from those of rows; heads that stand twice given up, and said."""
        found = _surest_names(found)
        kinds = [one.head for one in found]
        if kinds.count(Head.LEVEL3) > 1:
            place = self.grid.place_at(found[0].row, found[0].left)
            self.unread.append(
                Unread(TWO_READINGS, place, squeezed(found[0].label)[:60], "几张表并排在一起，看不出哪一栏是哪张表的，都没有读入")
            )
            return tuple(_as(one, Head.OTHER) for one in found)
        if Head.LEVEL3 not in kinds:
            deepest = next((at for at, one in enumerate(found) if one.head is Head.OTHER and word(one.label) in _SIDE), None)
            if deepest is not None:
                found[deepest] = _as(found[deepest], Head.LEVEL3)
        weights = [at for at, one in enumerate(found) if one.head is Head.WEIGHT]
        last_level = max((at for at, one in enumerate(found) if one.head in LEVELS), default=-1)
        if len(weights) > 1:
            for at in weights:
                if at < last_level:
                    found[at] = _as(found[at], Head.CLASS_WEIGHT)
        for head in _ESSENTIAL:
            same = [at for at, one in enumerate(found) if one.head is head]
            if len(same) > 1:
                for at in same:
                    place = self.grid.place_at(found[at].row, found[at].left)
                    self.unread.append(
                        Unread(TWO_READINGS, place, squeezed(found[at].label)[:60], f"有{len(same)}栏都是“{head}”，都没有读入")
                    )
                    found[at] = _as(found[at], Head.OTHER)
        return tuple(found)

    def _indicators(self, top: int, bottom: int) -> tuple[Indicators, int]:
        columns = self._columns(top, bottom)
        rows: list[RawRow] = []
        totals: list[RawRow] = []
        classes: list[RawRow] = []
        levels: dict[Head, str] = {}
        end = bottom
        for row in self.grid.rows:
            if row <= bottom:
                continue
            owned = self._owned(row)
            if not owned:
                end = row if any(cell.row > bottom for cell in self.grid.rows[row]) else end
                continue
            if self._ends(row, owned, columns):
                break
            end = row
            first = owned[0]
            label = next((cell for cell in owned if named(cell.text, heads.TOTALS)), None)
            if label is not None and not any(_in(cell, columns, head) for cell in owned for head in (Head.TARGET, Head.DONE)):
                totals.append(self._row(row, columns, {}, frozenset(), skip=label))
                continue
            if len(owned) == 1 and _SECTION.match(stem(first.text)) and first.columns > 2 and first.right >= _right(columns, LEVELS):
                levels = {Head.LEVEL1: first.text}
                self._take(first)
                continue
            if _is_subtotal(first.text) and not _in(first, columns, Head.LEVEL3):
                self._take(*owned)
                continue
            levels, carried = self._levels(row, columns, levels)
            made = self._row(row, columns, levels, carried)
            if any(made.cells.get(head) for head in (Head.LEVEL3, Head.TARGET, Head.DONE)) or made.torn:
                rows.append(made)
            elif any(made.cells.get(head) for head in (Head.WEIGHT, Head.POINTS)):
                (classes if any(cell.row == row and _level_of(cell, columns) for cell in owned) else rows).append(made)
        return Indicators(self.grid, columns, tuple(rows), tuple(totals), tuple(classes)), end

    def _ends(self, row: int, owned: Sequence[GridCell], columns: Sequence[TableColumn]) -> bool:
        """Whether a row belongs to what comes below the table."""
        first = owned[0]
        said = word(first.text)
        if self._band(row) is not None or self._funds_heads(row) or self._goal_heads(row) is not None:
            return True
        if len(owned) == 1 and (heads.TITLE.search(said) or len(said) > _PROSE and first.columns > 2):
            return True
        if _in(first, columns, Head.LEVEL3) and first.columns <= 2:
            return False
        if heads.NOTE_STARTS.match(said) or any(True for _ in _pairs(first.text)):
            return True
        return _is_label(first.text) or named(first.text, heads.PASSAGES) or named(first.text, heads.GRADES)

    def _levels(self, row: int, columns: Sequence[TableColumn], before: Mapping[Head, str]) -> tuple[dict[Head, str], frozenset[Head]]:
        """The 一级 and 二级指标 of a row: in its own cells, in merged ones, or further up."""
        found: dict[Head, str] = {}
        carried: set[Head] = set()
        fresh = False
        for head in (Head.LEVEL1, Head.LEVEL2):
            column = next((one for one in columns if one.head is head), None)
            if column is None:
                if head in before:
                    found[head] = before[head]
                continue
            cell = next((one for at in range(column.left, column.right + 1) if not (one := self.grid.at(row, at)).blank), None)
            if cell is not None and word(cell.text) in heads.DITTO and head in before:
                found[head] = before[head]
                self._take(cell)
            elif cell is not None and _level_of(cell, columns) is head:
                found[head] = cell.text
                fresh = fresh or cell.row == row
            elif cell is None and not fresh and head in before:
                found[head] = before[head]
                carried.add(head)
        return found, frozenset(carried)

    def _row(
        self, row: int, columns: Sequence[TableColumn], levels: Mapping[Head, str], carried: frozenset[Head], skip: GridCell | None = None
    ) -> RawRow:
        found: dict[Head, list[GridCell]] = {}
        torn: list[tuple[tuple[Head, ...], GridCell]] = []
        for cell in self.grid.rows[row]:
            if cell.blank or cell is skip:
                if cell is skip:
                    self._take(cell)
                continue
            met = [one for one in columns if one.meets(cell)]
            if not met:
                continue
            self._take(cell)
            kinds = tuple(dict.fromkeys(one.head for one in met if one.head is not None and one.head is not Head.OTHER))
            if not kinds:
                if cell.row == row and any(one.head is None for one in met):
                    self._unknown_column(met[0], cell)
                continue
            head = _one_of(kinds, cell)
            if head is None:
                torn.append((kinds, cell))
            else:
                found.setdefault(head, []).append(cell)
        return RawRow(row, {head: tuple(cells) for head, cells in found.items()}, tuple(torn), dict(levels), carried)

    def _unknown_column(self, column: TableColumn, cell: GridCell) -> None:
        """Says once that a column is not understood, at the first cell in it."""
        label = squeezed(column.label)
        why = f"不认识“{label[:20]}”这一栏，没有读入"
        if not any(one.why == why for one in self.unread):
            self.unread.append(Spot(self.grid, cell, label).unread(why, STRAY))

    # ---- funds

    def _funds_heads(self, row: int) -> Mapping[Head, TableColumn]:
        """The columns of a block of funds whose heads stand in a row; empty where none do."""
        found: dict[Head, TableColumn] = {}
        for cell in self._owned(row):
            kind = funds_head(cell.text)
            if kind is not None and kind is not Head.OTHER:
                found.setdefault(kind, TableColumn(kind, cell.column, cell.right, cell.text))
        if any(_amount_like(cell) for cell in self._owned(row)):
            return {}
        amounts = [head for head in AMOUNTS if head in found]
        if len(amounts) + (Head.RATE in found) < 2 or not {Head.EXECUTED, Head.RATE} & set(found) or not amounts:
            return {}
        return found

    def _funds(self, top: int) -> tuple[Funds, int]:
        columns = self._funds_heads(top)
        listed = self._owned(top)
        kinds = [funds_head(cell.text) for cell in listed]
        for head in columns:
            same = [cell for cell, kind in zip(listed, kinds, strict=True) if kind is head]
            if len(same) > 1:
                self.unread.append(Spot(self.grid, same[1]).unread(f"有{len(same)}栏都是“{head}”，只读了第一栏", TWO_READINGS))
        first = min(column.left for head, column in columns.items() if head in AMOUNTS)
        labels = [cell for cell in self.grid.rows[top] if cell.right < first and not cell.blank]
        self._take(*listed, *labels)
        unknown = [
            TableColumn(None, cell.column, cell.right, cell.text)
            for cell, kind in zip(listed, kinds, strict=True)
            if kind is None and cell.column > first
        ]
        said = " ".join(cell.text for cell in (*labels, *listed))
        rows: list[FundsRow] = []
        end = max([top, *(cell.bottom for cell, kind in zip(listed, kinds, strict=True) if kind in AMOUNTS)])
        for row in self.grid.rows:
            if row <= end:
                continue
            owned = self._owned(row)
            if not owned:
                continue
            if all(not stem(cell.text) for cell in owned):
                self._take(*owned)
                end = row
                continue
            made = self._funds_row(row, owned, columns, first, bool(rows), unknown)
            if made is None:
                break
            rows.append(made)
            end = row
        points = re.search(
            r"(\d+(?:\.\d+)?)\s*分",
            " ".join(cell.text for cell in (*labels, *(c for c in listed if funds_head(c.text) in (Head.POINTS, Head.WEIGHT, Head.RATE)))),
        )
        unit = heads.money_unit(said)
        return Funds(tuple(rows), frozenset(columns), unit, points[1] if points else "", self.grid.place_at(top, first)), end

    def _funds_row(
        self,
        row: int,
        owned: Sequence[GridCell],
        columns: Mapping[Head, TableColumn],
        first: int,
        later: bool,
        unknown: Sequence[TableColumn],
    ) -> FundsRow | None:
        labels = [cell for cell in owned if cell.column < first]
        label = labels[-1].text if labels else ""
        if self._band(row) is not None or self._goal_heads(row) is not None or self._funds_heads(row):
            return None
        if label and (not _FUNDS_LABEL.search(word(label)) or named(label, heads.PASSAGES)):
            return None
        if not label and later:
            return None
        if label and (_is_label(label) or any(True for _ in _pairs(label))) and stem(label) not in heads.ALL_FUNDS:
            return None
        self._take(*labels)
        cells: dict[Head, Spot] = {}
        for cell in owned:
            if cell.column < first:
                continue
            met = [head for head, column in columns.items() if column.meets(cell)]
            if len(met) == 1 and met[0] not in cells:
                cells[met[0]] = Spot(self.grid, cell, squeezed(columns[met[0]].label))
                self._take(cell)
            elif met:
                self._take(cell)
                self.unread.append(Spot(self.grid, cell).unread(f"跨着{'、'.join(met)}，看不出是哪一栏的", TWO_READINGS))
            elif any(column.meets(cell) for column in unknown):
                self._take(cell)
                label_of = next(squeezed(column.label) for column in unknown if column.meets(cell))
                self.unread.append(Spot(self.grid, cell, label_of).unread(f"不认识“{label_of[:20]}”这一栏，没有读入", STRAY))
        return FundsRow(label, cells, self.grid.place_at(row, labels[-1].column if labels else first))

    # ---- goals

    def _goal_heads(self, row: int) -> tuple[GridCell, GridCell] | None:
        owned = self._owned(row)
        expected = [cell for cell in owned if named(cell.text, heads.EXPECTED)]
        actual = [cell for cell in owned if named(cell.text, heads.ACTUAL)]
        if not expected:
            return None
        after = [cell for cell in actual if cell.column > expected[-1].right]
        return (expected[-1], after[0]) if len(after) == 1 else None

    def _goals(self, top: int, expected: GridCell, actual: GridCell) -> tuple[Goals, int]:
        owned = self._owned(top)
        between = [cell for cell in owned if expected.right < cell.column < actual.column]
        labels = [cell for cell in self.grid.rows[top] if cell.right < expected.column and not cell.blank]
        self._take(expected, actual, *labels)
        after = [cell for cell in owned if cell.column > actual.right]
        if between:
            self._take(*between, *after)
            return Goals(tuple(self._spots(between, expected)), tuple(self._spots(after, actual))), top
        texts: dict[str, list[GridCell]] = {"expected": [], "actual": []}
        last = max((cell.bottom for cell in labels if cell.rows > 1), default=None)
        end = top
        for row in self.grid.rows:
            if row <= top:
                continue
            inside = self._owned(row)
            if last is not None and row > last or last is None and texts["expected"] and row > end + 1:
                break
            if not inside:
                continue
            if self._band(row) is not None or self._funds_heads(row) or _is_label(inside[0].text):
                break
            sides = [_side(cell, expected, actual) for cell in inside]
            if last is None and not all(sides):
                break
            for cell, side in zip(inside, sides, strict=True):
                if side in texts:
                    texts[side].append(cell)
                    self._take(cell)
            end = row
        if last is not None:
            end = max(end, last)
        return Goals(tuple(self._spots(texts["expected"], expected)), tuple(self._spots(texts["actual"], actual))), end

    def _spots(self, cells: Iterable[GridCell], head: GridCell) -> Iterator[Spot]:
        return (Spot(self.grid, cell, squeezed(head.text)) for cell in cells)

    # ---- labels and lines

    def _labels(self, row: int) -> Iterator[FormPart]:
        """A row that is no table: labels with their values, titles, notes."""
        owned = self._owned(row)
        at = 0
        while at < len(owned):
            found, used = self._cell(owned, at)
            yield from found
            at += used

    def _cell(self, owned: Sequence[GridCell], at: int) -> tuple[Sequence[FormPart], int]:
        """What one cell says with those to its right, and how many cells that are."""
        cell, rest = owned[at], owned[at + 1 :]
        said, spot = word(cell.text), Spot(self.grid, cell)
        value = rest[0] if rest and not _is_label(rest[0].text) else None
        labelled = bool(rest) and named(cell.text, heads.PASSAGES)
        if any(True for _ in _pairs(cell.text)) or heads.NOTE_STARTS.match(said) and not labelled:
            self._take(cell)
            return list(self._line(cell.text, spot)), 1
        wide = at == 0 and cell.columns >= _WIDE_TITLE and (heads.TITLE.search(said) or _YEAR_LINE.fullmatch(said))
        if (len(owned) == 1 or wide) and (found := self._alone(cell, said, spot)) is not None:
            return found, 1
        if value is not None and "单位" in said and word(value.text) in _UNITS:
            self._take(cell, value)
            return [MoneyUnit(word(value.text))] if heads.money_unit(f"单位{value.text}") else [], 2
        if (name := _field(cell.text)) is not None:
            self._take(cell, *([value] if value else []))
            text = _SEAL.sub("", squeezed(value.text)) if value else ""
            return [FieldValue(*name, text, Spot(self.grid, value, name[0]) if value else spot)], 2 if value else 1
        if named(cell.text, heads.KNOWN):
            self._take(cell, *([value] if value else []))
            unit = heads.money_unit(f"单位:{value.text}") if value and "单位" in said else ""
            return [MoneyUnit(unit)] if unit else [], 2 if value else 1
        if value is not None:
            beside = Spot(self.grid, value, said)
            if (kind := funds_head(cell.text)) in (*AMOUNTS, Head.RATE) and kind is not None and _amount_like(value):
                self._take(cell, value)
                row = FundsRow("", {kind: beside}, beside.place)
                return [Funds((row,), frozenset([kind]), heads.money_unit(cell.text), "", beside.place)], 2
            if named(cell.text, heads.GRADES):
                self._take(cell, value)
                return [GradeSaid(beside, squeezed(value.text))], 2
            if named(cell.text, heads.EXPECTED) or named(cell.text, heads.ACTUAL):
                self._take(cell, value)
                return [Goals((beside,), ()) if named(cell.text, heads.EXPECTED) else Goals((), (beside,))], 2
        return self._total_or_passage(cell, rest, said, spot)

    def _total_or_passage(self, cell: GridCell, rest: Sequence[GridCell], said: str, spot: Spot) -> tuple[Sequence[FormPart], int]:
        if named(cell.text, heads.TOTALS) or named(cell.text, heads.POINT_LABELS):
            numbers = [one for one in rest if _number_like(one)]
            self._take(cell, *numbers)
            return [Total(spot, tuple(Spot(self.grid, one, said) for one in numbers))], 1
        if named(cell.text, heads.PASSAGES):
            self._take(cell, *rest)
            return [OwnWords(said, Spot(self.grid, one, said)) for one in rest], 1 + len(rest)
        return [], 1

    def _alone(self, cell: GridCell, said: str, spot: Spot) -> Sequence[FormPart] | None:
        """A cell that is alone in its row: a title, prose, the unit of money, the year; None where it is none of these."""
        found: Sequence[FormPart] | None = None
        if heads.TITLE.search(said) and len(said) <= _PROSE:
            found = [Title(squeezed(cell.text), spot)]
        elif len(said) > _PROSE:
            found = [OwnWords("", spot)]
        elif re.fullmatch(r"(?:年度)?(?:总体)?(?:绩效)?目标\d{1,2}", stem(cell.text)):
            found = [OwnWords(said, spot)]
        elif _MARK.fullmatch(said):
            found = []
        elif unit := _unit_line(cell.text):
            found = [MoneyUnit(unit)]
        elif year := _YEAR_LINE.fullmatch(said):
            found = [FieldValue(heads.YEAR_LABEL, 0, year[1], spot)]
        if found is not None:
            self._take(cell)
        return found

    def _line(self, line: str, spot: Spot | None) -> Iterator[FormPart]:
        """A line of text: a title, label and value in one, the unit of money, a note."""
        said = word(line)
        found = list(_pairs(line))
        for label, value in found:
            if "单位" in label and word(value) in _UNITS:
                if heads.money_unit(f"单位{value}"):
                    yield MoneyUnit(word(value))
            elif (name := _field(f"{label}：")) is not None and value:
                yield FieldValue(*name, _SEAL.sub("", value), spot)
            elif spot is not None and named(label, heads.GRADES):
                yield GradeSaid(spot, value)
            elif spot is not None and value:
                yield from _of_pair(label, _said_in(spot, value))
        if found:
            return
        if heads.TITLE.search(said) and len(said) <= _PROSE:
            yield Title(squeezed(line), spot)
        elif unit := _unit_line(line):
            yield MoneyUnit(unit)
        elif year := _YEAR_LINE.fullmatch(said):
            yield FieldValue(heads.YEAR_LABEL, 0, year[1], spot)


def _said_in(spot: Spot, value: str) -> Spot:
    """A cell that says a label and a value, as the value's."""
    return replace(spot, cell=replace(spot.cell, text=value, number=number_in(value)))


def _of_pair(label: str, spot: Spot) -> Iterator[FormPart]:
    """Goals and totals that stand in one cell with their label."""
    if named(label, heads.EXPECTED):
        yield Goals((spot,), ())
    elif named(label, heads.ACTUAL):
        yield Goals((), (spot,))
    elif (named(label, heads.TOTALS) or named(label, heads.POINT_LABELS)) and _number_like(spot.cell):
        yield Total(_said_in(spot, label), (spot,))


def _is_subtotal(text: str) -> bool:
    """Whether a row's first cell says that it sums up a class."""
    return bool(heads.SUBTOTAL.match(stem(text)))


def _as(column: TableColumn, head: Head) -> TableColumn:
    return replace(column, head=head)


def _stacked(stack: Sequence[GridCell], bottom: int) -> Head | None:
    """What a column holds by the heads over it, the deepest first."""
    if stack[-1].bottom > bottom and word(stack[-1].text) in _SIDE:
        return Head.OTHER
    kinds = [indicator_head(cell.text) for cell in stack]
    if Head.OTHER in kinds and any(heads._OTHER_YEARS.search(word(cell.text)) for cell in stack):
        return Head.OTHER
    return kinds[-1] or indicator_head("".join(cell.text for cell in stack)) or kinds[0]


def _one_of(kinds: tuple[Head, ...], cell: GridCell) -> Head | None:
    """The head a cell belongs to that stands under several; None where that can't be said."""
    if len(kinds) == 1:
        return kinds[0]
    kept = tuple(kind for kind in kinds if kind not in (Head.UNIT, Head.SIGN, Head.CLASS_WEIGHT, Head.REMARK))
    if len(kept) == 1:
        return kept[0]
    if set(kept) <= {Head.LEVEL1, Head.LEVEL2}:
        return Head.LEVEL1
    return Head.LEVEL3 if set(kept) == {Head.LEVEL2, Head.LEVEL3} else None


def _level_of(cell: GridCell, columns: Sequence[TableColumn]) -> Head | None:
    """Which of the first two levels a cell is, alone or stretched over both."""
    kinds = tuple(one.head for one in columns if one.meets(cell) and one.head in (*LEVELS, *_RESULT))
    return kinds[0] if kinds and Head.LEVEL3 not in kinds and kinds[0] in (Head.LEVEL1, Head.LEVEL2) and set(kinds) <= set(LEVELS) else None


def _in(cell: GridCell, columns: Sequence[TableColumn], head: Head) -> bool:
    """Whether a cell stands under a head and begins there."""
    return any(one.head is head and one.left <= cell.column <= one.right for one in columns)


def _right(columns: Sequence[TableColumn], kinds: Sequence[Head | None]) -> int:
    return max((one.right for one in columns if one.head in kinds), default=0)


def _number_like(cell: GridCell) -> bool:
    return cell.number is not None or re.fullmatch(r"\d+(?:\.\d+)?分?", word(cell.text)) is not None


def _amount_like(cell: GridCell) -> bool:
    return cell.number is not None or re.fullmatch(r"\d[\d,]*(?:\.\d+)?(?:万元|亿元|元|%)?", heads.figure(cell.text)) is not None


def _side(cell: GridCell, expected: GridCell, actual: GridCell) -> str:
    """Under which of the two heads a cell of the goals stands."""
    if cell.column >= actual.column:
        return "actual"
    if cell.right < actual.column and cell.right >= expected.column:
        return "expected"
    return ""


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


def _is_label(text: str) -> bool:
    """Whether a cell is a label of a head field or of something else that has its value beside it."""
    return _field(text) is not None or named(text, heads.KNOWN)


_SEAL = re.compile(r"[(（](?:盖章|公章|章|签章)[)）]$")
_UNITS = frozenset("万元 元 亿元 千元 分 % 人 个".split())
_WEAK_LABELS = frozenset(["项目", "单位", "部门"])
"""Labels only with a colon: without one they are heads of tables."""


def _field(text: str) -> tuple[str, int] | None:
    """The head field a label names, and how surely."""
    if word(text) in _WEAK_LABELS and not re.search(r"[:：]\s*$", text):
        return None
    for form in (word(text), stem(text)):
        for name, words in heads.FIELDS.items():
            if form in words:
                return name, words.index(form)
    return None


_ALL_LABELS = frozenset(
    [*heads.KNOWN, *heads.GRADES, *heads.POINT_LABELS, *heads.TOTALS, *heads.EXPECTED, *heads.ACTUAL]
    + [*(one for words in heads.FIELDS.values() for one in words)]
)
_COLON = re.compile("[:：]")


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Labels with their values in one text: 填报单位：某局　金额单位：万元. None where the text doesn't begin with a label."""
    if not _COLON.search(text) or len(text) > 300:
        return
    parts = [bare(part) for part in _COLON.split(text)]
    label = parts[0]
    if word(label) not in _ALL_LABELS and stem(label) not in _ALL_LABELS or not any(parts[1:]):
        return
    for part in parts[1:-1]:
        value, following = _parted(part)
        yield label, squeezed(value)
        label = following
    yield label, squeezed(parts[-1])


def _parted(part: str) -> tuple[str, str]:
    """A value and the label after it."""
    pieces = part.split()
    for at in range(1, len(pieces) + 1):
        tail = " ".join(pieces[-at:])
        if word(tail) in _ALL_LABELS or stem(tail) in _ALL_LABELS:
            return " ".join(pieces[:-at]), tail
    return part, ""


def _unit_line(text: str) -> str:
    """The unit of money a line says and nothing else."""
    found = re.fullmatch(r"[(（]?(?:金额|货币)?单位[:：]?(万元|元|亿元)[)）]?", word(text))
    return found[1] if found else ""
