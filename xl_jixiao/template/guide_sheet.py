"""填报说明: what to do, traffic lights, the choices the table leaves open. The clerk's real manual."""

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from xl_jixiao.layout import DataLayout, Layout, WorkColumns
from xl_jixiao.scoretable.scoring import ScoreCard
from xl_jixiao.tables.answers import Answers
from xl_jixiao.template import old_addin as addin_parts
from xl_jixiao.template.book import Book, height_for
from xl_jixiao.template.data_sheet import mark_states
from xl_jixiao.template.working_sheet import result_of
from xl_jixiao.words import BLANK, CHECKS, DATA, EXPLAIN, GRADE, GUIDE, INVALID, PASSED, TOTAL, UNFINISHED, WORKING

WIDTHS = (6, 26, 14, 60)

STEPS = (
    (DATA, "填写浅黄色单元格。数取自部门预算、部门决算等所列来源，单位已注明；没有这个数的填“无”，为零的填0，未填的留空。"),
    (
        WORKING,
        "在“认定情况”列选择或填写各要点的认定情况；计算得分、算式自动得出。与计算得分不同的填“调整得分”并写明理由，不适用的写明原因。",
    ),
    ("{form}", "官方表式，得分自动取自评分底稿，不用填写，可直接打印（A4）。"),
    (CHECKS, "“必改”的改正，“须说明”的写明理由；点“跳转”到要改的地方。全部通过后再上报。"),
)
LEGEND = (
    (BLANK, "还没有填，相关指标不计分，总分显示“未完成”，不会按0分计算"),
    (EXPLAIN, "不适用、超预算或作了调整，须在评分底稿写明理由"),
    (INVALID, "不是数字、为负数、应为整数而有小数，或不在可选范围，须改正；改正以前总分显示“未完成”"),
    (PASSED, "已得出得分"),
)


def write(book: Book, layout: Layout, answers: Answers, card: ScoreCard, *, addin: bool) -> None:
    """Writes the guide with its live counts."""
    rubric = layout.rubric
    sheet = start(book, layout, "评分标准")
    row = _lights(book, sheet, layout, answers, card)
    if addin:
        row = addin_parts.button_rows(book, sheet, row, (0, 3))
    row = write_steps(book, sheet, row, [(name.format(form=layout.form_sheet), text) for name, text in STEPS], LEGEND)
    row = _section(book, sheet, row, "评分标准未明确之处，本表采用的口径")
    for indicator in rubric.indicators:
        if indicator.choices:
            text = "；".join(indicator.choices)
            book.merge(sheet, (row, row), (0, 1), indicator.label, "cell")
            book.merge(sheet, (row, row), (2, 3), text, "small")
            sheet.set_row(row, height_for([(text, WIDTHS[2] + WIDTHS[3]), (indicator.label, WIDTHS[0] + WIDTHS[1])], 9.5, 20))
            row += 1
    finish(book, sheet, row, rubric.notes)


def start(book: Book, layout: DataLayout, what: str) -> Worksheet:
    """The sheet with its title and what the table rests on."""
    table = layout.rubric
    sheet = book.sheet(GUIDE, "Sheet_Guide")
    sheet.fit_to_pages(1, 0)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    book.merge(sheet, (0, 0), (0, 3), table.title, "title")
    sheet.set_row(0, 36)
    book.merge(sheet, (1, 1), (0, 3), f"填报说明　{what}：{table.id}（{table.revision}）　依据：{table.basis}", "note")
    sheet.set_row(1, height_for([(table.basis + table.id, 80)], 9, 26))
    return sheet


def write_steps(book: Book, sheet: Worksheet, row: int, steps: Sequence[tuple[str, str]], legend: Sequence[tuple[str, str]]) -> int:
    """The steps (sheet, what to do) with jump links, and the words of the 状态 columns; returns the row after them."""
    row = _section(book, sheet, row, "填报步骤")
    for at, (target, text) in enumerate(steps, 1):
        book.write(sheet, row, 0, at, "centre")
        sheet.write_url(row, 1, f"internal:'{target}'!A1", book.style("link"), target)
        book.merge(sheet, (row, row), (2, 3), text, "cell")
        sheet.set_row(row, height_for([(text, WIDTHS[2] + WIDTHS[3])], 10, 24))
        row += 1
    row = _section(book, sheet, row, "状态用词")
    for word, text in legend:
        book.merge(sheet, (row, row), (0, 1), word, "centre")
        book.merge(sheet, (row, row), (2, 3), text, "cell")
        row += 1
    mark_states(book, sheet, (2, 0, row, 2))
    return row


def finish(book: Book, sheet: Worksheet, row: int, notes: Sequence[str]) -> None:
    """The notes, the print area and the lock."""
    if notes:
        row = _section(book, sheet, row, "其他说明")
        for text in notes:
            book.merge(sheet, (row, row), (0, 3), text, "small")
            sheet.set_row(row, height_for([(text, sum(WIDTHS))], 9.5, 20))
            row += 1
    sheet.print_area(0, 0, row, 3)
    book.protect(sheet)


def _section(book: Book, sheet, row: int, title: str) -> int:
    book.merge(sheet, (row + 1, row + 1), (0, 3), title, "group")
    return row + 2


def _lights(book: Book, sheet, layout: Layout, answers: Answers, card: ScoreCard) -> int:
    """The live counts: what is still blank, what needs a word, total and grade."""
    states = [item.state(answers.get(item.key)) for item in layout.rubric.inputs]
    results = [result_of(score) for score in card.scores]
    results_area = layout.work_area(WorkColumns.RESULT)
    lines = (
        (DATA, layout.data_states, BLANK, states.count(BLANK), "项空白"),
        (DATA, layout.data_states, INVALID, states.count(INVALID), "项有误"),
        (WORKING, results_area, BLANK, results.count(BLANK), "项指标未得分"),
        (WORKING, results_area, EXPLAIN, results.count(EXPLAIN), "项指标须说明或改正"),
    )
    row = write_lights(book, sheet, lines)
    book.merge(sheet, (row, row), (0, 1), "自评总分与等次", "cell")
    shown = UNFINISHED if card.total is None else card.total
    book.formula(sheet, row, 2, f"={TOTAL}", shown, "strong")
    book.formula(sheet, row, 3, f"={GRADE}", card.grade or "", "cell")
    return row + 1


def write_lights(book: Book, sheet: Worksheet, lines: Sequence[tuple[str, str, str, int, str]]) -> int:
    """Traffic lights: how often a word stands in an area (name, area, word, count, unit); returns the row after them."""
    row = _section(book, sheet, 1, "填报进度")
    for name, area, word, count, unit in lines:
        counted = f'COUNTIF({area},"{word}")'
        book.merge(sheet, (row, row), (0, 1), name, "cell")
        book.formula(sheet, row, 2, f'=IF({counted}=0,"{PASSED}","{word}")', word if count else PASSED, "centre")
        book.formula(sheet, row, 3, f'={counted}&"{unit}"', f"{count}{unit}", "cell")
        row += 1
    return row
