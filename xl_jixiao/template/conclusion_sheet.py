"""自评结论: the summary of a finished sheet — total, grade, points by group, where points were lost, adjustments, worked lines."""

from decimal import Decimal

from xl_jixiao.layout import Layout, WorkColumns, score_name
from xl_jixiao.number import half_up, plain
from xl_jixiao.scoretable.scoring import ScoreCard
from xl_jixiao.tables.answers import Answers
from xl_jixiao.template.analysis_sheet import add_chart, write_table
from xl_jixiao.template.book import Book, height_for
from xl_jixiao.template.form_sheet import write_filer
from xl_jixiao.words import COMPUTED_TOTAL, CONCLUSION, GRADE, TOTAL, UNFINISHED, WORKING

WIDTHS = (24, 10, 12, 12, 12, 60)


def write(book: Book, layout: Layout, answers: Answers, card: ScoreCard) -> None:
    """Writes the summary; its figures are links into the other sheets."""
    rubric = layout.rubric
    sheet = book.titled_sheet(CONCLUSION, "Sheet_Conclusion", f"{rubric.title.removesuffix('评分表')}自评结论", WIDTHS)
    write_filer(book, sheet, 1, 5, layout, answers)
    book.merge(sheet, (2, 2), (0, 5), f"评分标准：{rubric.id}，修订 {rubric.revision}；依据：{rubric.basis}", "note")
    rows = (
        ("自评总分", f"={TOTAL}", _shown(card.total)),
        ("等次", f"={GRADE}", card.grade or ""),
        ("按规则复算总分", f"={COMPUTED_TOTAL}", _shown(card.computed_total)),
    )
    for at, (label, formula, value) in enumerate(rows, 3):
        book.write(sheet, at, 0, label, "head")
        book.merge_formula(sheet, (at, at), (1, 2), formula, value, "strong")
    row = write_table(book, sheet, 7, layout, 1, card)
    add_chart(book, sheet, 8, row - 1, "各组分值与得分", "F4", width=415)
    row = max(row, 20) + 1
    row = _lost(book, sheet, row, layout, card)
    row = _adjusted(book, sheet, row, layout, card)
    row = _worked(book, sheet, row, layout, card)
    sheet.print_area(0, 0, row, 5)
    book.protect(sheet)


def _shown(total: Decimal | None) -> object:
    return UNFINISHED if total is None else total


def _title(book: Book, sheet, row: int, title: str, heads: tuple[str, ...]) -> int:
    book.merge(sheet, (row, row), (0, 5), title, "group")
    for column, head in enumerate(heads):
        book.write(sheet, row + 1, column, head, "head")
    return row + 2


def _explained(book: Book, sheet, row: int, text_formula: str, text: str) -> None:
    book.formula(sheet, row, 5, text_formula, text, "small")
    sheet.set_row(row, height_for([(text, WIDTHS[5])], 9.5, 20))


def _lost(book: Book, sheet, row: int, layout: Layout, card: ScoreCard) -> int:
    """Where points were lost, largest first; the order is fixed when the sheet is finished, the figures stay live."""
    row = _title(book, sheet, row, "失分项", ("指标", "分值", "得分", "失分", "指标值", "原因"))
    lost = [(score, score.full - score.points) for score in card.scores if isinstance(score.points, Decimal) and score.points < score.full]
    blocks = {block.indicator.code: block for block in layout.blocks}
    for score, points in sorted(lost, key=lambda pair: -pair[1]):
        book.write(sheet, row, 0, score.indicator.label, "cell")
        book.write(sheet, row, 1, score.full, "points")
        book.formula(sheet, row, 2, f"={score_name(score.code)}", score.points, "points")
        book.formula(sheet, row, 3, f"=ROUND(B{row + 1}-C{row + 1},2)", half_up(points, 2), "points")
        book.write(sheet, row, 4, score.rate_text or "—", "centre")
        text = score.adjustment.reason if score.adjustment and score.adjustment.reason else score.reason
        book.write(sheet, row, 5, text, "small")
        sheet.set_row(row, height_for([(text, WIDTHS[5]), (blocks[score.code].indicator.label, WIDTHS[0])], 9.5, 20))
        row += 1
    if not lost:
        book.merge(sheet, (row, row), (0, 5), "无失分项。", "cell")
        row += 1
    return row + 1


def _adjusted(book: Book, sheet, row: int, layout: Layout, card: ScoreCard) -> int:
    """Adjustments and explanations with their reasons."""
    row = _title(book, sheet, row, "调整与说明", ("指标", "分值", "复算得分", "最终得分", "相差", "理由"))
    blocks = {block.indicator.code: block for block in layout.blocks}
    adjusted = [score for score in card.scores if score.adjustment and score.adjustment.reason]
    for score in adjusted:
        block = blocks[score.code]
        book.write(sheet, row, 0, score.indicator.label, "cell")
        book.write(sheet, row, 1, score.full, "points")
        book.formula(sheet, row, 2, f"='{WORKING}'!{block.cell(WorkColumns.COMPUTED).local}", score.computed, "points")
        book.formula(sheet, row, 3, f"={score_name(score.code)}", score.points, "points")
        numeric = isinstance(score.points, Decimal) and isinstance(score.computed, Decimal)
        gap = half_up(score.points - score.computed, 2) if numeric else ""
        book.formula(sheet, row, 4, f'=IF(COUNT(C{row + 1},D{row + 1})=2,ROUND(D{row + 1}-C{row + 1},2),"")', gap, "points")
        _explained(book, sheet, row, f"='{WORKING}'!{block.cell(WorkColumns.REASON).local}", score.adjustment.reason)
        row += 1
    if not adjusted:
        book.merge(sheet, (row, row), (0, 5), "无调整。", "cell")
        row += 1
    return row + 1


def _worked(book: Book, sheet, row: int, layout: Layout, card: ScoreCard) -> int:
    """Every indicator's points with its worked line."""
    row = _title(book, sheet, row, "各项得分与算式", ("指标", "分值", "最终得分", "复算得分", "指标值", "算式与计分说明"))
    for block, score in zip(layout.blocks, card.scores, strict=True):
        book.write(sheet, row, 0, score.indicator.label, "cell")
        book.write(sheet, row, 1, score.full, "points")
        book.formula(sheet, row, 2, f"={score_name(score.code)}", score.points, "points")
        book.formula(sheet, row, 3, f"='{WORKING}'!{block.cell(WorkColumns.COMPUTED).local}", score.computed, "points")
        if block.has_rate_row:
            book.formula(sheet, row, 4, f"='{WORKING}'!{block.cell(WorkColumns.RATE).local}", score.rate, "rate")
        else:
            book.write(sheet, row, 4, "—", "centre")
        text = score.reason or f"{plain(score.full)}分"
        book.write(sheet, row, 5, text, "small")
        sheet.set_row(row, height_for([(text, WIDTHS[5])], 9.5, 20))
        row += 1
    return row
