"""校验: live checks with jump links, and beside each registered function's score its native recomputation."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from xl_jixiao.formula import parse
from xl_jixiao.layout import DataLayout
from xl_jixiao.number import NotANumber, from_cell, half_up, plain
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.parts import Identity
from xl_jixiao.template.book import Book, height_for
from xl_jixiao.words import CHECKS, MUST_FIX, PASSED, ROUNDING

WIDTHS = (6, 34, 14, 56, 22)
HEADS = ("序号", "检查项", "结果", "说明", "跳转")
FIRST_ROW = 4


@dataclass(frozen=True)
class Check:
    """One line: its formulas with their values, and where to jump."""

    name: str
    result: tuple[str, str]
    detail: tuple[str, str]
    target: str


def counted_check(name: str, area: str, word: str, values: list[str], unit: str, bad: str, target: str) -> Check:
    """That a word doesn't stand in an area."""
    count = values.count(word)
    counted = f'COUNTIF({area},"{word}")'
    return Check(
        name, (f'=IF({counted}=0,"{PASSED}","{bad}")', bad if count else PASSED), (f'={counted}&"{unit}"', f"{count}{unit}"), target
    )


def identity_check(layout: DataLayout, identity: Identity, answers: Answers) -> Check:
    """That two sides agree."""
    left, right = parse(identity.left), parse(identity.right)
    names = tuple(dict.fromkeys((*left.names, *right.names)))
    ref = layout.names[names[0]]
    target = f"{ref.sheet}!{ref.local}"
    full = f"COUNT({','.join(names)})={len(names)}"
    gap = f"ROUND({left.excel()}-({right.excel()}),2)"
    tolerance = plain(identity.tolerance)
    label = f"{left.sentence()}={right.sentence()}"
    result = f'=IF({full},IF({gap}=0,"{PASSED}",IF(ABS({gap})<={tolerance},"{ROUNDING}","{MUST_FIX}")),"未填")'
    detail = f'=IF({full},"{label}，相差"&{gap},"{label}")'
    difference = _gap(identity, answers)
    if difference is None:
        return Check(identity.name, (result, "未填"), (detail, label), target)
    word = PASSED if difference == 0 else ROUNDING if abs(difference) <= identity.tolerance else MUST_FIX
    return Check(identity.name, (result, word), (detail, f"{label}，相差{plain(difference)}"), target)


def _gap(identity: Identity, answers: Answers) -> Decimal | None:
    """Left less right, to 0.01; None while a figure is missing."""
    left, right = identity.sides
    try:
        values = {name: from_cell(answers.get(name)) for name in identity.names}
    except NotANumber:
        return None
    return None if None in values.values() else half_up(left.value(values) - right.value(values), 2)


def start(book: Book) -> Worksheet:
    """The sheet with its heads."""
    note = "“必改”的改正后才能上报；“须说明”的写明理由；点“跳转”到要改的地方。"
    return book.titled_sheet(CHECKS, "Sheet_Checks", CHECKS, WIDTHS, note, heads=HEADS, head_row=FIRST_ROW - 1)


def write_lines(book: Book, sheet: Worksheet, lines: Iterable[Check]) -> int:
    """The checks, one row each; returns the row after them."""
    row = FIRST_ROW
    for number, check in enumerate(lines, 1):
        book.write(sheet, row, 0, number, "centre")
        book.write(sheet, row, 1, check.name, "cell")
        book.formula(sheet, row, 2, *check.result, "centre")
        book.formula(sheet, row, 3, *check.detail, "small")
        name, _, cell = check.target.partition("!")
        sheet.write_url(row, 4, f"internal:'{name}'!{cell}", book.style("link"), f"{name} {cell}")
        sheet.set_row(row, height_for([(check.detail[1], WIDTHS[3])], 9, 20))
        row += 1
    return row


def finish(book: Book, sheet: Worksheet, row: int) -> None:
    """Frozen heads, the print area and the lock."""
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.print_area(0, 0, row, len(WIDTHS) - 1)
    book.protect(sheet)
