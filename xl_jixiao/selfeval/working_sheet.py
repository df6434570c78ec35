"""评分底稿: how each row's texts were understood, and its points by native formulas. Nothing is typed here."""

from xl_jixiao.selfeval.layout import FIRST_WORK_ROW, SAME_UNIT_STEP, STEP_NAMES, FormColumns, SelfLayout, WorkColumns
from xl_jixiao.selfeval.native import RowFormulas, number, same_unit, steps, unit, work_values
from xl_jixiao.selfeval.passages import FormBook, Passage, set_heights, set_row
from xl_jixiao.selfeval.scoring import RowScore, SelfCard
from xl_jixiao.selfeval.target import QUALITATIVE
from xl_jixiao.template.data_sheet import mark_states
from xl_jixiao.words import MET, WORKING

C = WorkColumns
WIDTHS = (5, 11, 26, 7, 16, 16, 8, 11, 11, 11, 11, 10, 10, 12, 34)
HEADS = ("序号", "一级指标", "三级指标", "分值", "年度指标值", "实际完成值", "计分方向", "指标数值", "单位", "完成数值", "单位",
         "完成率\n/程度", "得分", "偏差", "计分说明")  # fmt: skip
_LINKED = ((C.NAME, FormColumns.NAME), (C.WEIGHT, FormColumns.WEIGHT), (C.TARGET, FormColumns.TARGET), (C.ACTUAL, FormColumns.ACTUAL))
STEP_HEADS = ("去空格", "去句号", "符号", "其余", "无正负号", "数字以外", "数字", "整数", "去“余”", "后缀", "同单位数值")


def write(book: FormBook, layout: SelfLayout, card: SelfCard) -> None:
    """Writes one row for each row of the form; the steps of reading stand in hidden columns."""
    note = "本表全部为公式，不用填写：把自评表里的文字读成方向、数值和单位，再按计分办法得出得分。右侧隐藏列是逐步读取的过程。"
    title = f"{WORKING}：指标值和完成值的读法与得分"
    sheet = book.titled_sheet(WORKING, "Sheet_Working", title, WIDTHS, note, heads=HEADS, head_row=FIRST_WORK_ROW - 1)
    last_step = C.STEPS + 2 * (SAME_UNIT_STEP + 1) - 1
    sheet.set_column(C.STEPS, last_step, 9, None, {"level": 1, "hidden": True})
    sheet.set_column(last_step + 1, last_step + 1, None, None, {"collapsed": True})
    for start, side in ((C.STEPS, "指标值"), (C.STEPS + SAME_UNIT_STEP + 1, "完成值")):
        for at, head in enumerate(STEP_HEADS):
            book.write(sheet, FIRST_WORK_ROW - 1, start + at, f"{side}\n{head}", "head")
    sheet.set_row(FIRST_WORK_ROW - 1, 32)
    for at in range(layout.rows):
        _write_row(book, sheet, layout, card, at)
    last = layout.work_rows(layout.rows - 1)[1]
    mark_states(book, sheet, (FIRST_WORK_ROW, C.POINTS, last, C.POINTS))
    sheet.freeze_panes(FIRST_WORK_ROW, C.WEIGHT)
    sheet.repeat_rows(FIRST_WORK_ROW - 1)
    sheet.print_area(0, 0, max(last, FIRST_WORK_ROW), len(WIDTHS) - 1)
    book.protect(sheet)


def _write_row(book: FormBook, sheet, layout: SelfLayout, card: SelfCard, at: int) -> None:
    score = card.rows[at] if at < len(card.rows) else None
    rows, values = layout.work_rows(at), work_values(score, _category(book, layout, card, at))
    row, tall = RowFormulas(layout, at, layout.rubric.rows), layout.tall(at)
    book.tall(sheet, rows, (C.NUMBER,) * 2, at + 1, "centre")
    if book.editable:
        cell = row.form(FormColumns.LEVEL1)
        book.tall_formula(sheet, rows, (C.CATEGORY,) * 2, f'=IF({cell}="","",{cell})', values[C.CATEGORY], "small")
    else:
        book.tall(sheet, rows, (C.CATEGORY,) * 2, values[C.CATEGORY], "small")  # merged on the form, under its printed label
    for column, source in _LINKED:
        cell, style = row.form(source), "small" if column == C.NAME else "form_centre"
        if tall and layout.finished and column != C.WEIGHT:
            passage = Passage(str(values[column]), WIDTHS[column])
            book.passage(sheet, rows, (column,) * 2, cell, values[column], passage, style)
        else:
            book.tall_formula(sheet, rows, (column,) * 2, f'=IF({cell}="","",{cell})', values[column], style)
    formulas = {
        C.SIDE: row.direction, C.WANTED: number(layout, at, False), C.WANTED_UNIT: unit(layout, at, False),
        C.REACHED: number(layout, at, True), C.REACHED_UNIT: unit(layout, at, True), C.RATIO: row.completion, C.POINTS: row.score,
        C.DEVIATION: row.deviation, C.EXPLANATION: row.explanation,
    }  # fmt: skip
    for column, formula in formulas.items():
        style = {C.RATIO: "form_rate", C.EXPLANATION: "small"}.get(column, "form_centre")
        book.tall_formula(sheet, rows, (column,) * 2, formula, values[column], style)
    for actual in (False, True):
        start = layout.step(at, actual, 0).column
        for step, formula in enumerate((*steps(layout, at, actual), same_unit(layout, at, actual))):
            book.formula(sheet, rows[0], start + step, formula, values[start + step], "hidden")
    if tall:
        set_heights(sheet, rows, texts(score))
    else:
        set_row(sheet, rows[0], texts(score) if score else (), 18)


def texts(score: RowScore) -> tuple[Passage, ...]:
    """The texts of a row in their columns."""
    row = score.row
    cells = {C.NAME: row.name, C.TARGET: row.target, C.ACTUAL: row.actual, C.EXPLANATION: score.judged.reason}
    return tuple(Passage(str(text or ""), WIDTHS[column]) for column, text in cells.items())


def _category(book: FormBook, layout: SelfLayout, card: SelfCard, at: int) -> str:
    """The class of a row nothing is written in yet: a blank form starts with one row for each 二级指标."""
    started = layout.rubric.pairs if book.editable and not card.rows else ()
    return started[at][0] if at < len(started) else ""


def differing(layout: SelfLayout) -> str:
    """How many rows of the form show other points than the native formulas give."""
    return f"SUMPRODUCT(--({layout.form_area(FormColumns.POINTS)}<>{layout.work_area(C.POINTS)}))"


def copying(layout: SelfLayout) -> str:
    """How many rows repeat a target in words as the actual value."""
    target, actual = (layout.work_area(C.STEPS + (SAME_UNIT_STEP + 1) * side + STEP_NAMES.index("text")) for side in (0, 1))
    return f'SUMPRODUCT(({layout.work_area(C.SIDE)}="{QUALITATIVE}")*EXACT({target},{actual})*({actual}<>"")*(COUNTIF({MET},{actual})=0))'
