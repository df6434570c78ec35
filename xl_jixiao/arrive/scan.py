"""Down a grid once: titles, head fields, funds, goals, tables of indicators, totals, recognised by words alone, whatever the layout.

Every cell a block takes is marked; what nobody takes was not understood and is said, cell by cell.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xl_jixiao.arrive import heads
from xl_jixiao.arrive.blocks import (
    STRAY,
    TWO_READINGS,
    FieldValue,
    FormPart,
    Funds,
    FundsRow,
    Goals,
    GradeSaid,
    Indicators,
    MoneyUnit,
    OwnWords,
    RawRow,
    Spot,
    TableColumn,
    Title,
    Total,
    Unread,
)
from xl_jixiao.arrive.columns import (
    ESSENTIAL,
    begins_under,
    head_of,
    is_wide_side,
    last_column,
    level_of,
    parted_levels,
    resolved,
    results,
    stacked,
    two_figures,
)
from xl_jixiao.arrive.grid import Grid, GridCell, number_in
from xl_jixiao.arrive.heads import AMOUNTS, LEVELS, Head, funds_head, indicator_head, named, squeezed, stem, word
from xl_jixiao.arrive.labels import SEAL, UNITS, field_of, is_label, pairs, unit_line
from xl_jixiao.arrive.rows import CLASS_OF, CLASSES, class_name

_MOST_HEAD_ROWS = 4
_FUNDS_LABEL = re.compile(
    "资金|拨款|财政|收入|支出|补助|经费|中央|省级|市级|州级|县级|市县|区级|结转|合计|总额|自筹|其中|债券|基金|预算|总计"
)
_SECTION = re.compile("^(?:产出|效益|满意度|成本|管理|效果|过程|投入|决策|履职|部门)[^:]{0,12}$")
_PROSE = 60
_WIDE_TITLE = 3
_GOAL = re.compile(r"(?:年度)?(?:总体)?(?:绩效)?目标\d{1,2}")
"""The head of one of several goals that have tables of their own."""
_MARK = re.compile(r"附[件表]\S{0,6}|(?:公开|附)?\S{0,2}\d{1,2}-?\d?表|表\d{1,2}(?:-\d)?")
_YEAR_LINE = re.compile(r"[(（]?(20\d\d)年度?[)）]?")


@dataclass
class Scanner:
    """Goes down a grid once."""

    grid: Grid
    goes_on: tuple[TableColumn, ...] = ()
    """The columns of the table on the page before, where this one may go on with it."""
    unread: list[Unread] = field(default_factory=list)
    taken: set[tuple[int, int]] = field(default_factory=set)

    def blocks(self) -> Iterator[FormPart]:
        """The blocks of the grid in their order."""
        for line in self.grid.lead:
            yield from self._paragraph(line, -1)
        rows = [row for row in self.grid.rows if any(not cell.blank for cell in self.grid.owned(row))]
        at = 0
        if self.goes_on and rows and not self._begins_anew(rows[0]):
            other_half, end = self._rows_under(self.goes_on, -1)
            if _has_figures(other_half):
                yield other_half
                at = sum(row <= end for row in rows)
            else:
                self.taken.clear()
                self.unread.clear()
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
        for line in self.grid.tail:
            yield from self._paragraph(line, max(self.grid.rows, default=0) + 1)

    def has_indicators(self) -> bool:
        """Whether a table of indicators begins anywhere."""
        return any(self._band(row) is not None for row in self.grid.rows)

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
        if (across := self._funds_across(row)) is not None:
            return across
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
            spans = [cell.bottom for cell, kind in zip(owned, kinds, strict=True) if kind in ESSENTIAL and cell.rows <= _MOST_HEAD_ROWS]
            reach = max([reach, row, *spans])
            bottom, row = row, row + 1
        if bottom < top or len(results(seen)) < 2 or not (seen & set(LEVELS) or any(map(is_wide_side, self._owned(top)))):
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
            found.append(TableColumn(stacked(stack, bottom), at, at, label, stack[-1].row))
        self._take(*cells)
        return resolved(self.grid, parted_levels(self.grid, found, bottom), self.unread)

    def _begins_anew(self, row: int) -> bool:
        """Whether a row begins something of its own."""
        owned = self._owned(row)
        return self._ends(row, owned, self.goes_on) or any(heads.TITLE.search(word(cell.text)) for cell in owned)

    def _indicators(self, top: int, bottom: int) -> tuple[Indicators, int]:
        return self._rows_under(self._columns(top, bottom), bottom)

    def _rows_under(self, columns: tuple[TableColumn, ...], bottom: int) -> tuple[Indicators, int]:
        """The rows of indicators below a row, as far as they go."""
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
            if self._is_note_between(row, owned, columns):
                self._take(*owned)
                continue
            if self._ends(row, owned, columns):
                break
            end = row
            first = owned[0]
            label = next((cell for cell in owned if named(cell.text, heads.TOTALS)), None)
            if label is not None and not any(begins_under(cell, columns, head) for cell in owned for head in (Head.TARGET, Head.DONE)):
                totals.append(self._row(row, columns, {}, frozenset(), skip=label))
                continue
            if len(owned) == 1 and _SECTION.match(stem(first.text)) and first.columns > 2 and first.right >= last_column(columns, LEVELS):
                levels = {Head.LEVEL1: first.text}
                self._take(first)
                continue
            if _is_subtotal(first.text) and not begins_under(first, columns, Head.LEVEL3):
                self._take(*owned)
                continue
            if (of_class := self._class_alone(row, columns)) is not None:
                levels = {head: text for head, text in levels.items() if head is Head.LEVEL1 and Head.LEVEL1 not in of_class} | of_class
                made = self._row(row, columns, levels, frozenset())
                classes += [made] if Head.LEVEL1 in of_class else []
                continue
            levels, carried = self._levels(row, columns, levels)
            made = self._row(row, columns, levels, carried)
            if any(made.cells.get(head) for head in (Head.LEVEL3, Head.TARGET, Head.DONE)) or made.torn:
                rows.append(made)
            elif any(made.cells.get(head) for head in (Head.WEIGHT, Head.POINTS)):
                (classes if any(cell.row == row and level_of(cell, columns) for cell in owned) else rows).append(made)
        return Indicators(self.grid, columns, tuple(rows), tuple(totals), tuple(classes)), end

    def _is_note_between(self, row: int, owned: Sequence[GridCell], columns: Sequence[TableColumn]) -> bool:
        """Whether a row is a note after which the table goes on."""
        if len(owned) > 1 or not heads.NOTE_STARTS.match(word(owned[0].text)):
            return False
        following = next((one for one in self.grid.rows if one > row and self._owned(one)), None)
        below = self._owned(following) if following is not None else []
        named_there = any(begins_under(cell, columns, Head.LEVEL3) and cell.number is None for cell in below)
        scored = any(begins_under(cell, columns, head) and _number_like(cell) for cell in below for head in _FIGURES)
        return named_there and scored and following is not None and not self._ends(following, below, columns)

    def _ends(self, row: int, owned: Sequence[GridCell], columns: Sequence[TableColumn]) -> bool:
        """Whether a row belongs to what comes below the table."""
        first = owned[0]
        said = word(first.text)
        if named(first.text, heads.TOTALS) and any(named(cell.text, heads.GRADES) for cell in owned):
            return True
        if self._band(row) is not None or self._funds_heads(row) or self._goal_heads(row) is not None:
            return True
        if len(owned) == 1 and (heads.TITLE.search(said) or len(said) > _PROSE and first.columns > 2):
            return True
        if begins_under(first, columns, Head.LEVEL3) and first.columns <= 2:
            return False
        if _GOAL.fullmatch(stem(first.text)):
            return True
        if heads.NOTE_STARTS.match(said) or any(pairs(first.text)):
            return True
        return is_label(first.text) or named(first.text, heads.PASSAGES) or named(first.text, heads.GRADES)

    def _class_alone(self, row: int, columns: Sequence[TableColumn]) -> dict[Head, str] | None:
        """The class a row names where all names stand in one column, as a tree: 一、产出指标 or （一）数量指标 without a target."""
        kinds = {one.head for one in columns}
        if Head.LEVEL1 in kinds or Head.LEVEL2 in kinds:
            return None
        inside = {
            head: cell for cell in self._owned(row) for head in (Head.LEVEL3, Head.TARGET, Head.DONE) if begins_under(cell, columns, head)
        }
        name = class_name(inside[Head.LEVEL3].text)[0] if set(inside) == {Head.LEVEL3} else ""
        if name in CLASSES:
            return {Head.LEVEL1: inside[Head.LEVEL3].text}
        return {Head.LEVEL2: inside[Head.LEVEL3].text} if name in CLASS_OF else None

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
            elif cell is not None and level_of(cell, columns) is head:
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
            if pair := two_figures(met, cell):
                for head_of_figure, figure in pair:
                    found.setdefault(head_of_figure, []).append(figure)
                continue
            head = head_of(kinds, cell)
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
        if (
            found.keys() & {Head.INITIAL, Head.YEAR, Head.REVISED}
            and Head.BUDGET in found
            and found[Head.BUDGET].left == self._owned(row)[0].column
        ):
            del found[Head.BUDGET]  # 预算资金（万元） beside the block is its label
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
        heads_of = {columns[head].left for head in AMOUNTS if head in columns}
        end = max([top, *(cell.bottom for cell in listed if cell.column in heads_of)])
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

    def _funds_across(self, top: int) -> tuple[Funds, int] | None:
        """A block of funds with its sources side by side and its amounts below each other; None where none begins at a row."""
        listed = self._owned(top)
        beyond = [cell for cell in listed if funds_head(cell.text) in (Head.WEIGHT, Head.RATE, Head.POINTS)]
        before = [cell for cell in listed if cell not in beyond]
        others = [at for at, cell in enumerate(before) if not heads.is_source(cell.text)]
        sources = before[others[-1] + 1 if others else 0 :]
        if len(sources) > 1 and all(stem(cell.text) in heads.ALL_FUNDS for cell in sources[:2]):
            sources = sources[1:]  # the first names the block
        if len(sources) < 2:
            return None
        cells: dict[GridCell, dict[Head, Spot]] = {source: {} for source in sources}
        taken, end = list(listed), top
        for row in self.grid.rows:
            owned = self._owned(row) if row > top else []
            label = next((cell for cell in reversed(owned) if cell.right < sources[0].column), None)
            if label is None or (kind := funds_head(label.text)) is None or kind is Head.OTHER:
                if row > top and owned:
                    break
                continue
            for cell in owned:
                source = next((one for one in sources if one.column <= cell.column <= one.right), None)
                own = next((one for one in beyond if one.column <= cell.column <= one.right), None)
                if source is not None:
                    cells[source][kind] = Spot(self.grid, cell, squeezed(label.text))
                elif own is not None and (of_own := funds_head(own.text)) is not None:
                    cells[sources[0]].setdefault(of_own, Spot(self.grid, cell, squeezed(own.text)))
            taken += owned
            end = row
        found = {head for inside in cells.values() for head in inside}
        if Head.EXECUTED not in found or len(found & set(AMOUNTS)) < 2:
            return None
        self._take(*taken)
        rows = tuple(FundsRow(source.text, inside, self.grid.place(source)) for source, inside in cells.items())
        beside = next((cell.text for cell in self.grid.rows[top] if not cell.blank), "")
        unit = heads.money_unit(" ".join([beside, *(cell.text for cell in taken if cell.number is None)]))
        return Funds(rows, frozenset(found), unit, "", self.grid.place(sources[0])), end

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
        if label and (is_label(label) or any(pairs(label))) and stem(label) not in heads.ALL_FUNDS:
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
                budget = Head.YEAR not in columns and "预算" in label_of and "执行" not in label_of
                why = f"不认识“{label_of[:20]}”这一栏，没有读入" + ("，执行率没有按它核对" if budget else "")
                self.unread.append(Spot(self.grid, cell, label_of).unread(why, TWO_READINGS if budget else STRAY))
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
            if self._band(row) is not None or self._funds_heads(row) or is_label(inside[0].text):
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
        value = rest[0] if rest and not is_label(rest[0].text) else None
        labelled = bool(rest) and named(cell.text, heads.PASSAGES)
        if any(pairs(cell.text)) or heads.NOTE_STARTS.match(said) and not labelled:
            self._take(cell)
            return list(self._line(cell.text, spot)), 1
        wide = at == 0 and cell.columns >= _WIDE_TITLE and (heads.TITLE.search(said) or _YEAR_LINE.fullmatch(said))
        if (len(owned) == 1 or wide) and (found := self._alone(cell, said, spot)) is not None:
            return found, 1
        if value is not None and "单位" in said and word(value.text) in UNITS:
            self._take(cell, value)
            return [MoneyUnit(word(value.text))] if heads.money_unit(f"单位{value.text}") else [], 2
        if (name := field_of(cell.text)) is not None:
            self._take(cell, *([value] if value else []))
            text = SEAL.sub("", squeezed(value.text)) if value else ""
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
            is_goal = named(cell.text, heads.EXPECTED) or _GOAL.fullmatch(stem(cell.text)) is not None
            if is_goal or named(cell.text, heads.ACTUAL):
                self._take(cell, value)
                return [Goals((beside,), ()) if is_goal else Goals((), (beside,))], 2
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
        elif _GOAL.fullmatch(stem(cell.text)):
            found = [OwnWords(said, spot)]
        elif _MARK.fullmatch(said):
            found = []
        elif unit := unit_line(cell.text):
            found = [MoneyUnit(unit)]
        elif year := _YEAR_LINE.fullmatch(said):
            found = [FieldValue(heads.YEAR_LABEL, 0, year[1], spot)]
        if found is not None:
            self._take(cell)
        return found

    def _paragraph(self, line: str, row: int) -> Iterator[FormPart]:
        """A line of text above or below a Word table."""
        yield from self._line(line, None)
        spot = Spot(self.grid, GridCell(row, 0, text=line))
        for label, value in pairs(line):
            if named(label, heads.GRADES):
                yield GradeSaid(spot, value)
            elif named(label, heads.TOTALS) or named(label, heads.POINT_LABELS):
                yield from _of_pair(label, _said_in(spot, value))

    def _line(self, line: str, spot: Spot | None) -> Iterator[FormPart]:
        """A line of text: a title, label and value in one, the unit of money, a note."""
        said = word(line)
        found = list(pairs(line))
        for label, value in found:
            if "单位" in label and word(value) in UNITS:
                if heads.money_unit(f"单位{value}"):
                    yield MoneyUnit(word(value))
            elif (name := field_of(f"{label}：")) is not None and value:
                yield FieldValue(*name, SEAL.sub("", value), spot)
            elif spot is not None and named(label, heads.GRADES):
                yield GradeSaid(spot, value)
            elif spot is not None and value:
                yield from _of_pair(label, _said_in(spot, value))
        if found:
            return
        if heads.TITLE.search(said) and len(said) <= _PROSE:
            yield Title(squeezed(line), spot)
        elif unit := unit_line(line):
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


def _has_figures(block: Indicators) -> bool:
    """Whether the first row of a table without heads has a number where the table above has weights or points."""
    return any(_number_like(cell) for raw in (*block.rows, *block.totals)[:1] for head in _FIGURES for cell in raw.cells.get(head, ()))


_FIGURES = (Head.WEIGHT, Head.POINTS)


def _is_subtotal(text: str) -> bool:
    """Whether a row's first cell says that it sums up a class."""
    return bool(heads.SUBTOTAL.match(stem(text)))


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
