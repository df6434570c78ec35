"""上年对照: last year's figures and texts in grey beside this year's, with what is asked about a figure that moved far. No part of the filing."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xl_jixiao.expr import Cell, Rounded, all_of, call, exact, is_number, when
from xl_jixiao.number import NotANumber, from_cell, from_text, percent
from xl_jixiao.sheet.build import titled
from xl_jixiao.sheet.content import SheetContent
from xl_jixiao.sheet.measure import height_for
from xl_jixiao.sheet.plan import Page, SheetPlan
from xl_jixiao.tables.inputs import Input
from xl_jixiao.words import LAST_YEAR_SHEET

_HEADS = ("序号", "数据项", "上年", "今年", "变动", "提示")
_WIDTHS = (6, 30, 40, 16, 12, 40)
_NUMBER, _NAME, _BEFORE, _NOW, _CHANGE, _HINT, _KEY = range(7)
"""The last is not shown: what a row is about, for the sheet to be read again."""

_FIRST = 3
MOST_CHANGE = Decimal("0.3")
"""How far a figure may move from one year to the next before it is asked about."""

_YEAR = re.compile(r"\d{4}")
_NOTE = "灰色的是上年填报的内容，供填写时参考，不是今年的数；本页不随成品上报。今年与上年相差超过30%的，核对后在{}写明原因。"


@dataclass(frozen=True)
class SaidBefore:
    """What last year's filing said of a figure or text that is asked for again."""

    item: Input
    value: Decimal | str


def said_name(name: str) -> str:
    """A figure's name as a sentence prints it: 当年财政拨款·全年执行数."""
    return name.replace("_", "·")


def last_year_sheet(rows: Sequence[SaidBefore], year: int, explained_in: str) -> SheetPlan:
    """The sheet; this year's figures are live. `year` is 0 where the filing doesn't say of which year it is; `explained_in` is where a figure
    that moved far is explained."""
    title = f"{LAST_YEAR_SHEET}（{year}年度）" if year else LAST_YEAR_SHEET
    sheet = titled(LAST_YEAR_SHEET, "Sheet_LastYear", title, _WIDTHS, _NOTE.format(explained_in), heads=_HEADS, head_row=_FIRST - 1)
    for row, one in enumerate(rows, _FIRST):
        item = one.item
        sheet.label(row, _NUMBER, row - _FIRST + 1, "centre")
        sheet.label(row, _KEY, item.key, "hidden")
        sheet.label(row, _NAME, f"{said_name(item.name)}{f'（{item.unit}）' if item.unit else ''}", "cell")
        if isinstance(one.value, str):
            sheet.label(row, _BEFORE, one.value, "note")
            for column in (_NOW, _CHANGE, _HINT):
                sheet.label(row, column, None, "cell")
            sheet.height(row, height_for([(one.value, _WIDTHS[_BEFORE]), (item.name, _WIDTHS[_NAME])], 9.5, 20))
            continue
        now = Cell(item.key)
        sheet.label(row, _BEFORE, percent(one.value) if item.kind == "percent" else exact(one.value), "note")
        sheet.computed(row, _NOW, "", when(is_number(now), now, ""), "rate" if item.kind == "percent" else "doc_amount")
        if not one.value:
            sheet.label(row, _CHANGE, "—", "centre")
            sheet.label(row, _HINT, None, "cell")
            continue
        moved = Rounded((now - exact(one.value)) / exact(abs(one.value)), 4)
        sheet.computed(row, _CHANGE, "", when(is_number(now), moved, ""), "rate")
        asked = all_of([is_number(now), call("ABS", moved) > exact(MOST_CHANGE)])
        sheet.computed(row, _HINT, "", when(asked, f"比上年变动超过30%，请核对；填对了的在{explained_in}写明原因", ""), "small")
    sheet.unseen_columns.append((_KEY, _KEY))
    sheet.frozen = (_FIRST, _BEFORE)
    sheet.page = Page(landscape=True, heads=(_FIRST - 1, _FIRST - 1), area=(0, 0, max(_FIRST, _FIRST + len(rows) - 1), _HINT))
    return sheet.done()


def kept_sheet(there: SheetContent, asked: Iterable[Input], explained_in: str) -> SheetPlan | None:
    """The sheet of an earlier import once more, from what it says, for a workbook that is written anew; None where it says nothing of what is
    asked now."""
    rows = tuple(_said(there, {item.key: item for item in asked}))
    if not rows:
        return None
    year = _YEAR.search(str(there.cell(0, 0).value))
    return last_year_sheet(rows, int(year[0]) if year else 0, explained_in)


def _said(there: SheetContent, asked: Mapping[str, Input]) -> Iterator[SaidBefore]:
    for row, column in sorted(there.cells):
        value = there.cell(row, _BEFORE).value
        if column != _BEFORE or row < _FIRST or value is None:
            continue
        # An indicator of last year has nothing it is asked for again.
        item = asked.get(str(there.cell(row, _KEY).value)) or Input(name=str(there.cell(row, _NAME).value), kind="text")
        said = _number(value) if item.numeric else str(value)
        if said is not None:
            yield SaidBefore(item, said)


def _number(value: object) -> Decimal | None:
    """The number a cell of the sheet says; None where somebody wrote something else."""
    try:
        return from_text(value) if isinstance(value, str) else from_cell(value)
    except NotANumber:
        return None
