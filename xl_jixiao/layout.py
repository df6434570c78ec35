"""Rubric -> sheets, cells and defined names. Nobody else knows an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from xl_jixiao.scoretable.table import Indicator, Rubric
from xl_jixiao.tables.inputs import Input
from xl_jixiao.words import COMPUTED_TOTAL, DATA, GRADE, TOTAL, WORKING

LONGEST_REMARK, LONGEST_REASON, LONGEST_EVIDENCE = 200, 300, 300
"""How many characters 备注, 调整理由 and 佐证材料 may have when typed: what their cells can print."""



@dataclass(frozen=True)
class Ref:
    """One cell, rows and columns from zero."""

    sheet: str
    row: int
    column: int

    @property
    def local(self) -> str:
        """The address on its own sheet: C5."""
        return f"{column_letter(self.column)}{self.row + 1}"

    @property
    def absolute(self) -> str:
        """The address for a defined name: '基础数据'!$C$5."""
        return f"'{self.sheet}'!${column_letter(self.column)}${self.row + 1}"


@cache
def column_letter(column: int) -> str:
    """A, B … Z, AA from zero."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_area(sheet: str, column: int, first: int, last: int) -> str:
    """A column's cells for a formula on any sheet: '基础数据'!$G$5:$G$40."""
    letter = column_letter(column)
    return f"'{sheet}'!${letter}${first + 1}:${letter}${last + 1}"


class DataColumns:
    """Columns of 基础数据."""

    NUMBER, NAME, VALUE, UNIT, DEFINITION, SOURCE, STATE, REMARK = range(8)


class WorkColumns:
    """Columns of 评分底稿."""

    NUMBER, NAME, WEIGHT, ITEM, VALUE, STATE, RATE, COMPUTED, ADJUSTED, REASON, FINAL, RESULT, EXPLANATION, CRITERION, EVIDENCE = range(15)


FIRST_DATA_ROW = 4
FIRST_WORK_ROW = 4
FIRST_FORM_ROW = 4


@dataclass(frozen=True)
class WorkBlock:
    """The rows of one indicator on 评分底稿: a rate row where it has a rate or a condition, then one row for each judged item."""

    indicator: Indicator
    row: int
    has_rate_row: bool

    @property
    def rows(self) -> int:
        """How many rows; at least one."""
        return int(self.has_rate_row) + len(self.indicator.item_keys) or 1

    @property
    def item_rows(self) -> range:
        """The rows of the judged items."""
        start = self.row + int(self.has_rate_row)
        return range(start, start + len(self.indicator.item_keys))

    def cell(self, column: int) -> Ref:
        """A cell of the block's first row, where everything but the items stands."""
        return Ref(WORKING, self.row, column)


@dataclass(frozen=True)
class FormBlock:
    """The rows of one indicator on the official form."""

    indicator: Indicator
    row: int

    @property
    def rows(self) -> int:
        """How many printed rows."""
        return max(1, len(self.indicator.lines))


@dataclass(frozen=True)
class DataLayout:
    """Where the answers stand on 基础数据: the same for every kind of table."""

    rubric: Any
    """A Rubric, or another kind of table with `inputs`."""

    @cached_property
    def data_rows(self) -> tuple[tuple[int, Input | str], ...]:
        """The rows of 基础数据: a group's title or an input."""
        rows: list[tuple[int, Input | str]] = []
        group = None
        for item in self.rubric.inputs:
            if item.group != group:
                group = item.group
                rows.append((FIRST_DATA_ROW + len(rows), group))
            rows.append((FIRST_DATA_ROW + len(rows), item))
        return tuple(rows)

    @cached_property
    def inputs(self) -> Mapping[str, Ref]:
        """The answer cell of every input, by key."""
        return {item.key: Ref(DATA, row, DataColumns.VALUE) for row, item in self.data_rows if isinstance(item, Input)}

    @cached_property
    def data_names(self) -> Mapping[str, Ref]:
        """The defined names of 基础数据: every answer, and every remark beside it."""
        return {**self.inputs, **{remark_name(key): Ref(ref.sheet, ref.row, DataColumns.REMARK) for key, ref in self.inputs.items()}}

    @property
    def data_states(self) -> str:
        """The 状态 column of 基础数据, for a formula anywhere."""
        return column_area(DATA, DataColumns.STATE, FIRST_DATA_ROW, self.data_rows[-1][0])

    @property
    def names(self) -> Mapping[str, Ref]:
        """Every defined name of the workbook."""
        return self.data_names


@dataclass(frozen=True)
class Layout(DataLayout):
    """Where everything of a rubric's workbook stands."""

    rubric: Rubric

    @cached_property
    def blocks(self) -> tuple[WorkBlock, ...]:
        """The indicators' rows on 评分底稿."""
        blocks, row = [], FIRST_WORK_ROW
        for indicator in self.rubric.indicators:
            block = WorkBlock(indicator, row, bool(indicator.formula or indicator.measure or indicator.applies))
            blocks.append(block)
            row += block.rows
        return tuple(blocks)

    @property
    def work_total_row(self) -> int:
        """The row of the totals on 评分底稿."""
        return self.blocks[-1].row + self.blocks[-1].rows

    def work_area(self, column: int) -> str:
        """A column of 评分底稿 over all indicators, for a formula anywhere."""
        return column_area(WORKING, column, FIRST_WORK_ROW, self.work_total_row - 1)

    @cached_property
    def items(self) -> Mapping[str, Ref]:
        """The answer cell of every judged item, by key."""
        return {
            key: Ref(WORKING, row, WorkColumns.VALUE)
            for block in self.blocks
            for key, row in zip(block.indicator.item_keys, block.item_rows, strict=True)
        }

    @cached_property
    def form_blocks(self) -> tuple[FormBlock, ...]:
        """The indicators' rows on the official form."""
        blocks, row = [], FIRST_FORM_ROW
        for indicator in self.rubric.indicators:
            blocks.append(FormBlock(indicator, row))
            row += blocks[-1].rows
        return tuple(blocks)

    @property
    def form_total_row(self) -> int:
        """The row of 合计 on the form."""
        return self.form_blocks[-1].row + self.form_blocks[-1].rows

    @property
    def form_sheet(self) -> str:
        """The name of the official form's sheet."""
        return self.rubric.form.sheet

    @property
    def form_total(self) -> Ref:
        """The total on the form."""
        return Ref(self.form_sheet, self.form_total_row, len(self.rubric.form.columns) - 1)

    @cached_property
    def entered(self) -> frozenset[str]:
        """The names of cells a person types into: answers, remarks, judged items, adjustments, reasons, evidence."""
        spoken = {name(block.indicator.code) for block in self.blocks for name in (adjusted_name, reason_name, evidence_name)}
        return frozenset(self.data_names) | frozenset(self.items) | spoken

    @cached_property
    def names(self) -> Mapping[str, Ref]:
        """Every defined name of the workbook but the ones of the hidden rules sheet."""
        names = {**self.data_names, **self.items}
        for block in self.blocks:
            code = block.indicator.code
            if block.indicator.formula:
                names[code] = block.cell(WorkColumns.RATE)
            names[score_name(code)] = block.cell(WorkColumns.FINAL)
            names[adjusted_name(code)] = block.cell(WorkColumns.ADJUSTED)
            names[reason_name(code)] = block.cell(WorkColumns.REASON)
            names[evidence_name(code)] = block.cell(WorkColumns.EVIDENCE)
        names[TOTAL] = self.form_total
        names[COMPUTED_TOTAL] = Ref(WORKING, self.work_total_row, WorkColumns.COMPUTED)
        names[GRADE] = Ref(WORKING, self.work_total_row, WorkColumns.RESULT)
        return names


def score_name(code: str) -> str:
    """The defined name of an indicator's final points."""
    return f"得分_{code}"


def adjusted_name(code: str) -> str:
    """The defined name of an indicator's adjustment."""
    return f"调整_{code}"


def reason_name(code: str) -> str:
    """The defined name of an adjustment's reason."""
    return f"理由_{code}"


def evidence_name(code: str) -> str:
    """The defined name of an indicator's evidence."""
    return f"佐证_{code}"


def remark_name(key: str) -> str:
    """The defined name of an input's remark."""
    return f"备注_{key}"


def rule_name(code: str) -> str:
    """The defined name of an indicator's rule on the hidden sheet."""
    return f"规则_{code}"
