"""评分底稿: rate, judged items, computed points, adjustment with its reason, final points, worked line."""

from xlsxwriter.worksheet import Worksheet

from xl_jixiao.layout import FIRST_WORK_ROW, LONGEST_EVIDENCE, LONGEST_REASON, Layout, WorkBlock, WorkColumns, column_letter
from xl_jixiao.number import NotANumber, from_cell
from xl_jixiao.rules import Item
from xl_jixiao.rules.typed import LARGEST
from xl_jixiao.scoretable.scoring import Score, ScoreCard, is_valid
from xl_jixiao.tables.answers import Answers
from xl_jixiao.template import formulas
from xl_jixiao.template.book import CELL_KINDS, Book, height_for
from xl_jixiao.template.data_sheet import LOCKED, length_validation, mark_states
from xl_jixiao.template.paper import print_scale
from xl_jixiao.words import BLANK, EXPLAIN, INVALID, PASSED, RULES_SHEET, UNFINISHED, WORKING

WIDTHS = (5, 20, 6, 34, 16, 9, 10, 9, 9, 26, 9, 9, 40, 40, 24)
HEADS = (
    "序号",
    "指标",
    "分值",
    "公式 / 认定项目",
    "认定情况",
    "状态",
    "指标值",
    "计算得分",
    "调整得分",
    "调整理由 / 情况说明",
    "最终得分",
    "结果",
    "计分说明",
    "评分标准（按参数）与口径",
    "佐证材料",
)
C = WorkColumns
SECOND_PAGE = C.FINAL
"""The column a second page starts with: on one page of A4 the sheet could not be read."""


def _print_on_two_pages(sheet: Worksheet) -> None:
    """Left half and right half beside each other, number and indicator on both."""
    repeated = WIDTHS[: C.WEIGHT]
    halves = WIDTHS[:SECOND_PAGE], (*repeated, *WIDTHS[SECOND_PAGE:])
    sheet.repeat_columns(0, C.WEIGHT - 1)
    sheet.set_v_pagebreaks([SECOND_PAGE])
    sheet.print_across()
    sheet.set_print_scale(min(print_scale(half, landscape=True) for half in halves))


def write(book: Book, layout: Layout, answers: Answers, card: ScoreCard, *, addin: bool) -> None:
    """Writes the sheet: one block of rows for each indicator, totals below."""
    note = "在“认定情况”列按事实选择或填写；与计算得分不同的，在“调整得分”填写并必须写明理由；不适用的在“情况说明”写明原因。"
    title = f"{WORKING}（{layout.rubric.year}年度）"
    shown = note if book.editable else LOCKED
    sheet = book.titled_sheet(
        WORKING, "Sheet_Working", title, WIDTHS, shown, heads=HEADS, head_row=FIRST_WORK_ROW - 1, title_columns=SECOND_PAGE
    )
    _print_on_two_pages(sheet)
    sheet.set_row(FIRST_WORK_ROW - 1, 32)
    for number, block in enumerate(layout.blocks, 1):
        _write_block(book, sheet, number, block, answers, card.by_code[block.indicator.code], addin=addin)
    _write_totals(book, sheet, layout, card, addin=addin)
    last = layout.work_total_row
    if book.editable:
        reason = length_validation("调整理由 / 情况说明", "调整了得分的，或不适用的，写明事实、金额、文件。", LONGEST_REASON)
        sheet.data_validation(FIRST_WORK_ROW, C.REASON, last - 1, C.REASON, reason)
        evidence = length_validation("佐证材料", "选填：写材料名称、文号，方便查找。", LONGEST_EVIDENCE)
        sheet.data_validation(FIRST_WORK_ROW, C.EVIDENCE, last - 1, C.EVIDENCE, evidence)
    mark_states(book, sheet, (FIRST_WORK_ROW, C.STATE, last, C.STATE))
    mark_states(book, sheet, (FIRST_WORK_ROW, C.RESULT, last - 1, C.RESULT))
    mark_states(book, sheet, (FIRST_WORK_ROW, C.FINAL, last, C.FINAL))
    sheet.freeze_panes(FIRST_WORK_ROW, C.WEIGHT)
    sheet.repeat_rows(FIRST_WORK_ROW - 1)
    sheet.print_area(0, 0, last, len(WIDTHS) - 1)
    book.protect(sheet)


def _write_block(book: Book, sheet, number: int, block: WorkBlock, answers: Answers, score: Score, *, addin: bool) -> None:
    indicator, rows = block.indicator, (block.row, block.row + block.rows - 1)

    def merged(column: int, value: object, style: str) -> None:
        book.merge(sheet, rows, (column, column), value, style)

    def merged_formula(column: int, formula: str, value: object, style: str) -> None:
        book.merge_formula(sheet, rows, (column, column), formula, value, style)

    merged(C.NUMBER, number, "centre")
    merged(C.NAME, f"{indicator.path[-1]}：{indicator.name}", "cell")
    merged(C.WEIGHT, indicator.weight, "points")
    if block.has_rate_row:
        book.merge(sheet, (block.row, block.row), (C.ITEM, C.VALUE), _rate_sentence(block), "small")
        book.formula(sheet, block.row, C.STATE, formulas.rate_state(indicator), score.state, "centre")
    for item, key, row in zip(indicator.scorer.items, indicator.item_keys, block.item_rows, strict=True):
        _write_item(book, sheet, row, item, answers.get(key))
    if block.has_rate_row:
        merged_formula(C.RATE, formulas.rate(block, addin), score.rate, "rate")
    else:
        merged(C.RATE, "—", "centre")
    merged_formula(C.COMPUTED, formulas.computed(block, addin), score.computed, "points")
    adjustment = score.adjustment
    merged(C.ADJUSTED, adjustment.points if adjustment else None, "input_number")
    merged(C.REASON, adjustment.reason if adjustment else None, "input")
    merged_formula(C.FINAL, formulas.final(block), final_of(score), "points")
    merged_formula(C.RESULT, formulas.result(block), result_of(score), "centre")
    explanation = score.reason if addin else formulas.native_explanation(score)
    merged_formula(C.EXPLANATION, formulas.explanation(block, addin), explanation, "small")
    criterion = "\n".join([indicator.scorer.criterion(), *(f"口径：{choice}" for choice in indicator.choices)])
    merged(C.CRITERION, criterion, "small")
    merged(C.EVIDENCE, answers.evidence.get(indicator.code), "input")
    _set_heights(sheet, block, explanation, criterion, adjustment.reason if adjustment else "", answers)
    if book.editable:
        weight = f"${column_letter(C.WEIGHT)}${block.row + 1}"
        sheet.data_validation(
            block.row, C.ADJUSTED, block.row, C.ADJUSTED,
            {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": f"={weight}", "ignore_blank": True,
             "input_title": "调整得分", "input_message": "一般留空。与计算得分不同时填写，不超过分值，并在右侧写明理由。",
             "error_title": "请检查调整得分", "error_message": "应为0到本指标分值之间的数字。"},
        )  # fmt: skip


def _rate_sentence(block: WorkBlock) -> str:
    indicator = block.indicator
    parts = [f"仅在“{indicator.applies}”大于0时适用"] if indicator.applies else []
    if indicator.formula:
        parts.append(f"{indicator.name}={indicator.rate_formula.as_percentage().sentence()}")
    if indicator.measure:
        parts.append(f"计分依据：{indicator.measured.sentence()}")
    return "；".join(parts)


def _write_item(book: Book, sheet, row: int, item: Item, answer: object) -> None:
    book.write(sheet, row, C.ITEM, item.label, "small")
    book.write(sheet, row, C.VALUE, item_value(item, answer), CELL_KINDS[item.kind])
    cell = f"{column_letter(C.VALUE)}{row + 1}"
    book.formula(sheet, row, C.STATE, formulas.item_state(item, cell), item.state(answer), "centre")
    if book.editable:
        sheet.data_validation(row, C.VALUE, row, C.VALUE, _item_validation(book, item, cell))


def item_value(item: Item, answer: object) -> object:
    """The judged value as the cell holds it."""
    if item.kind in ("choice", "text"):
        return answer
    try:
        return from_cell(answer)
    except NotANumber:
        return answer


def _item_validation(book: Book, item: Item, cell: str) -> dict[str, object]:
    common = {"input_title": "认定情况", "input_message": item.label[:250], "error_title": "请检查认定情况", "ignore_blank": True}
    if item.kind == "choice":
        return {
            **common,
            "validate": "list",
            "source": book.dropdown(item.options, RULES_SHEET),
            "error_message": f"请选择：{'、'.join(item.options)}"[:250],
        }
    if item.kind == "text":
        return {**common, "validate": "length", "criteria": "<=", "value": 1000, "error_message": "不超过1000字。"}
    highest = float(item.limit) if item.limit is not None else LARGEST
    kind = "integer" if item.kind == "count" else "decimal"
    error = (
        f"应为0到{item.show(item.limit)}之间的{'整数' if kind == 'integer' else '数字'}。"
        if item.limit is not None
        else "应为不小于0的数字。"
    )
    return {**common, "validate": kind, "criteria": "between", "minimum": 0, "maximum": highest, "error_message": error}


def final_of(score: Score) -> object:
    """The Python twin of the 最终得分 formula."""
    adjustment = score.adjustment
    if adjustment is None or adjustment.points is None:
        return score.computed
    if is_valid(adjustment, score.indicator):
        return score.points
    return EXPLAIN if not adjustment.reason and is_valid(type(adjustment)(adjustment.points, EXPLAIN), score.indicator) else INVALID


def result_of(score: Score) -> str:
    """The Python twin of the 结果 formula."""
    final = final_of(score)
    if final is None or final == "":
        return BLANK
    if final in (EXPLAIN, INVALID):
        return EXPLAIN
    explained = score.adjustment is not None and score.adjustment.reason
    return EXPLAIN if isinstance(score.rate, str) and not explained else PASSED


def _set_heights(sheet, block: WorkBlock, explanation: str, criterion: str, reason: str, answers: Answers) -> None:
    """Each row as high as its item needs; what the merged cells need beyond that is spread over the rows."""
    indicator = block.indicator
    heights = [height_for([(_rate_sentence(block), WIDTHS[C.ITEM] + WIDTHS[C.VALUE])], 9)] if block.has_rate_row else []
    for item, key in zip(indicator.scorer.items, indicator.item_keys, strict=True):
        shown = answers.get(key)
        heights.append(height_for([(item.label, WIDTHS[C.ITEM]), (shown if isinstance(shown, str) else "", WIDTHS[C.VALUE])], 9.5))
    wide = [
        (explanation, WIDTHS[C.EXPLANATION]),
        (criterion, WIDTHS[C.CRITERION]),
        (reason, WIDTHS[C.REASON]),
        (answers.evidence.get(indicator.code, ""), WIDTHS[C.EVIDENCE]),
        (indicator.name, WIDTHS[C.NAME]),
    ]
    short = max(0.0, height_for(wide, 9.5) - sum(heights)) / block.rows
    for at in range(block.rows):
        sheet.set_row(block.row + at, min(409.0, (heights[at] if heights else 0) + short))


def _write_totals(book: Book, sheet, layout: Layout, card: ScoreCard, *, addin: bool) -> None:
    row, rubric = layout.work_total_row, layout.rubric
    first, last = FIRST_WORK_ROW + 1, row

    def area(column: int) -> str:
        return f"{column_letter(column)}{first}:{column_letter(column)}{last}"

    for column in range(len(WIDTHS)):
        book.write(sheet, row, column, None, "cell")
    book.write(sheet, row, C.NAME, "合计", "strong")
    book.formula(sheet, row, C.WEIGHT, f"=SUM({area(C.WEIGHT)})", rubric.total, "points")
    weights = area(C.WEIGHT)
    for column, value in ((C.COMPUTED, card.computed_total), (C.FINAL, card.total)):
        shown = UNFINISHED if value is None else value
        book.formula(sheet, row, column, formulas.total(area(column), weights, layout), shown, "strong")
    cell = f"{column_letter(C.FINAL)}{row + 1}"
    grades = "；".join(f"{one.least}及以上{one.name}" for one in rubric.grades)
    grade = f"=JX_GRADE({cell},{formulas.quoted(grades_text(layout))})" if addin else formulas.grade(cell, rubric)
    book.formula(sheet, row, C.RESULT, grade, card.grade or "", "strong")
    book.write(sheet, row, C.ITEM, f"等次：{grades}", "small")
    book.write(sheet, row, C.EXPLANATION, "“计算得分”合计为只按规则、不作调整的复算总分。", "small")
    sheet.set_row(row, 30)


def grades_text(layout: Layout) -> str:
    """The grades as JX_GRADE takes them: 90优秀;80良好;60合格;0不合格."""
    return ";".join(f"{one.least}{one.name}" for one in layout.rubric.grades)
