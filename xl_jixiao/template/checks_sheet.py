"""校验: live checks with jump links, and beside each registered function's score its native recomputation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from xl_jixiao.formula import parse
from xl_jixiao.layout import FIRST_DATA_ROW, FIRST_WORK_ROW, DataLayout, Layout, WorkBlock, WorkColumns
from xl_jixiao.number import plain
from xl_jixiao.scoretable.scoring import Score, ScoreCard, identity_gap
from xl_jixiao.scoretable.table import Identity
from xl_jixiao.tables.answers import Answers
from xl_jixiao.template import formulas
from xl_jixiao.template.book import Book, height_for
from xl_jixiao.template.data_sheet import mark_states
from xl_jixiao.template.working_sheet import final_of, result_of
from xl_jixiao.words import BLANK, CHECKS, COMPUTED_TOTAL, DATA, EXPLAIN, INVALID, MUST_FIX, PASSED, ROUNDING, TOTAL, UNFINISHED, WORKING

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


def checks(layout: Layout, answers: Answers, card: ScoreCard) -> Iterator[Check]:
    """The checks of a workbook, in the order of the work."""
    states, inputs = layout.data_states, [item.state(answers.get(item.key)) for item in layout.rubric.inputs]
    yield counted_check("基础数据已填全", states, BLANK, inputs, "项空白", BLANK, f"{DATA}!C{FIRST_DATA_ROW + 2}")
    yield counted_check("基础数据有效", states, INVALID, inputs, "项不能用", MUST_FIX, f"{DATA}!C{FIRST_DATA_ROW + 2}")
    work = layout.work_area(WorkColumns.STATE)
    work_states = [score.state for block, score in zip(layout.blocks, card.scores, strict=True) if block.has_rate_row]
    work_states += [item.state(answers.get(key)) for item, key in layout.rubric.items]
    start = f"{WORKING}!E{FIRST_WORK_ROW + 1}"
    yield counted_check("评分底稿已填全", work, BLANK, work_states, "项空白", BLANK, start)
    yield counted_check("认定情况有效", work, INVALID, work_states, "项不在可选范围", MUST_FIX, start)
    results = layout.work_area(WorkColumns.RESULT)
    yield counted_check(
        "不适用和调整已说明理由",
        results,
        EXPLAIN,
        [result_of(score) for score in card.scores],
        "项须说明",
        EXPLAIN,
        f"{WORKING}!J{FIRST_WORK_ROW + 1}",
    )
    weights = layout.work_area(WorkColumns.WEIGHT)
    finals = layout.work_area(WorkColumns.FINAL)
    full = plain(layout.rubric.total)
    yield Check(
        f"分值合计为{full}", (f'=IF(SUM({weights})={full},"{PASSED}","{MUST_FIX}")', PASSED), (f'="分值合计"&SUM({weights})', f"分值合计{full}"),
        f"{layout.form_sheet}!D{layout.form_total_row + 1}",
    )  # fmt: skip
    over = sum(isinstance(final_of(score), Decimal) and final_of(score) > score.full for score in card.scores)
    exceeding = f"SUMPRODUCT(ISNUMBER({finals})*({finals}>{weights}))"
    yield Check(
        "各项得分不超过分值", (f'=IF({exceeding}=0,"{PASSED}","{MUST_FIX}")', MUST_FIX if over else PASSED),
        (f'={exceeding}&"项超过分值"', f"{over}项超过分值"), f"{WORKING}!K{FIRST_WORK_ROW + 1}",
    )  # fmt: skip
    done = card.total is not None
    difference = (
        f"与复算总分相差{plain(card.total - card.computed_total)}分" if done and card.computed_total is not None else "复算总分未完成"
    )
    yield Check(
        "总分已得出", (f'=IF(ISNUMBER({TOTAL}),"{PASSED}","{BLANK}")', PASSED if done else BLANK),
        (f'=IF(ISNUMBER({TOTAL}),"总分"&{TOTAL}&"，"&IF(ISNUMBER({COMPUTED_TOTAL}),"与复算总分相差"&ROUND({TOTAL}-{COMPUTED_TOTAL},2)&"分","复算总分未完成"),"{UNFINISHED}")',
         f"总分{plain(card.total)}，{difference}" if done else UNFINISHED),
        f"{layout.form_sheet}!{layout.form_total.local}",
    )  # fmt: skip
    for identity in layout.rubric.identities:
        yield identity_check(layout, identity, answers)
    for block, score in zip(layout.blocks, card.scores, strict=True):
        if block.indicator.standard and block.indicator.standard.share:
            yield _share_check(block, score)


def _share_check(block: WorkBlock, score: Score) -> Check:
    """That a part isn't more than its whole."""
    indicator, ref = block.indicator, block.cell(WorkColumns.RATE)
    result = f'=IF(ISNUMBER({indicator.code}),IF({indicator.code}>1,"{MUST_FIX}","{PASSED}"),"未填")'
    word = (MUST_FIX if score.rate > 1 else PASSED) if isinstance(score.rate, Decimal) else "未填"
    line = f"{indicator.rate_formula.as_percentage().sentence()}，部分不能大于全部"
    return Check(f"{indicator.label}不超过100%", (result, word), (f"={formulas.quoted(line)}", line), f"{ref.sheet}!{ref.local}")


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
    difference = identity_gap(identity, answers)
    if difference is None:
        return Check(identity.name, (result, "未填"), (detail, label), target)
    word = PASSED if difference == 0 else ROUNDING if abs(difference) <= identity.tolerance else MUST_FIX
    return Check(identity.name, (result, word), (detail, f"{label}，相差{plain(difference)}"), target)


def write(book: Book, layout: Layout, answers: Answers, card: ScoreCard, *, addin: bool) -> None:
    """Writes the checks and, in the add-in edition, the native recomputation beside each registered function."""
    sheet = start(book)
    row = write_lines(book, sheet, checks(layout, answers, card))
    mark_states(book, sheet, (FIRST_ROW, 2, row + len(layout.blocks) + 3, 2))
    if addin:
        row = _write_recomputation(book, sheet, layout, card, row + 1)
    finish(book, sheet, row)


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


def _write_recomputation(book: Book, sheet, layout: Layout, card: ScoreCard, row: int) -> int:
    """The same scores by native formulas: what a failed or tampered function can't fool."""
    book.merge(sheet, (row, row), (0, len(WIDTHS) - 1), "函数得分与原生公式复算对照（不依赖加载项）", "group")
    for column, head in enumerate(("序号", "指标", "结果", "函数得分 / 原生复算", "跳转")):
        book.write(sheet, row + 1, column, head, "head")
    row += 2
    for number, (block, score) in enumerate(zip(layout.blocks, card.scores, strict=True), 1):
        cell = f"'{WORKING}'!{block.cell(WorkColumns.COMPUTED).local}"
        native = formulas.recomputation(block)
        shown = plain(score.computed) if isinstance(score.computed, Decimal) else score.computed or ""
        book.write(sheet, row, 0, number, "centre")
        book.write(sheet, row, 1, score.indicator.label, "cell")
        book.formula(sheet, row, 2, f'=IF({cell}={native},"{PASSED}","{MUST_FIX}")', PASSED, "centre")
        book.formula(sheet, row, 3, f'={cell}&" / "&{native}', f"{shown} / {shown}", "small")
        sheet.write_url(row, 4, f"internal:{cell}", book.style("link"), f"{WORKING} {block.cell(WorkColumns.COMPUTED).local}")
        row += 1
    return row
