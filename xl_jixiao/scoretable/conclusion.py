"""自评结论: the summary of a finished sheet — total, grade, points by group, where points were lost, adjustments, worked lines."""

from collections.abc import Sequence

from xl_jixiao.expr import Cell, Rounded, call, when
from xl_jixiao.number import plain
from xl_jixiao.scoretable import keys
from xl_jixiao.scoretable.card import Score, ScoreCard
from xl_jixiao.scoretable.form import put_filer
from xl_jixiao.scoretable.model import Rubric
from xl_jixiao.scoretable.overview import put_groups
from xl_jixiao.sheet.analysis import group_chart
from xl_jixiao.sheet.build import SheetBuilder, titled
from xl_jixiao.sheet.measure import height_for
from xl_jixiao.sheet.plan import Page
from xl_jixiao.words import COMPUTED_TOTAL, CONCLUSION, GRADE, TOTAL

WIDTHS = (24, 10, 12, 12, 12, 60)
_NAME, _WEIGHT, _FIRST, _SECOND, _THIRD, _TEXT = range(6)


def conclusion_sheet(table: Rubric, card: ScoreCard) -> SheetBuilder:
    """The summary; its figures are links into the other sheets."""
    sheet = titled(CONCLUSION, "Sheet_Conclusion", f"{table.title.removesuffix('评分表')}自评结论", WIDTHS)
    put_filer(sheet, 1, table)
    sheet.label(2, 0, f"评分标准：{table.id}，修订 {table.revision}；依据：{table.basis}", "note", columns=len(WIDTHS))
    facts = (("自评总分", TOTAL), ("等次", GRADE), ("按规则复算总分", COMPUTED_TOTAL))
    for row, (label, name) in enumerate(facts, 3):
        sheet.label(row, _NAME, label, "head")
        sheet.computed(row, _WEIGHT, "", Cell(name), "strong", columns=2)
    row = put_groups(sheet, 7, table, 1)
    sheet.charts.append(group_chart("各组分值与得分", (3, 5), 8, row - 1, width=415))
    row = max(row, 20) + 1
    row = _put_lost(sheet, row, card.scores)
    row = _put_adjusted(sheet, row, card.scores)
    row = _put_worked(sheet, row, card.scores)
    sheet.page = Page(landscape=True, area=(0, 0, row, len(WIDTHS) - 1))
    return sheet


def _section(sheet: SheetBuilder, row: int, title: str, heads: Sequence[str]) -> int:
    sheet.label(row, 0, title, "group", columns=len(WIDTHS))
    sheet.heads(row + 1, heads)
    return row + 2


def _put_name(sheet: SheetBuilder, row: int, score: Score, key: str = "") -> None:
    sheet.label(row, _NAME, score.indicator.label, "cell")
    sheet.label(row, _WEIGHT, score.full, "points", key=key)


def _put_none(sheet: SheetBuilder, row: int, text: str) -> int:
    sheet.label(row, 0, text, "cell", columns=len(WIDTHS))
    return row + 1


def _put_lost(sheet: SheetBuilder, row: int, scores: Sequence[Score]) -> int:
    """Where points were lost, largest first; the order is fixed when the sheet is finished, the figures stay live."""
    row = _section(sheet, row, "失分项", ("指标", "分值", "得分", "失分", "指标值", "原因"))
    lost = [score for score in scores if score.lost > 0]
    for score in sorted(lost, key=lambda one: -one.lost):
        weight, points = Cell(f"失分:{score.code}:分值"), Cell(f"失分:{score.code}:得分")
        _put_name(sheet, row, score, weight.key)
        sheet.computed(row, _FIRST, points.key, Cell(keys.score_name(score.code)), "points")
        sheet.computed(row, _SECOND, "", Rounded(weight - points, 2), "points")
        sheet.label(row, _THIRD, score.rate_text or "—", "centre")
        sheet.label(row, _TEXT, score.why, "small")
        sheet.height(row, height_for([(score.why, WIDTHS[_TEXT]), (score.indicator.label, WIDTHS[_NAME])], 9.5, 20))
        row += 1
    return (row if lost else _put_none(sheet, row, "无失分项。")) + 1


def _put_adjusted(sheet: SheetBuilder, row: int, scores: Sequence[Score]) -> int:
    """Adjustments and explanations with their reasons."""
    row = _section(sheet, row, "调整与说明", ("指标", "分值", "复算得分", "最终得分", "相差", "理由"))
    adjusted = [(score, score.adjustment.reason) for score in scores if score.adjustment and score.adjustment.reason]
    for score, reason in adjusted:
        computed, final = Cell(f"调整:{score.code}:复算"), Cell(f"调整:{score.code}:最终")
        _put_name(sheet, row, score)
        sheet.computed(row, _FIRST, computed.key, Cell(keys.computed_key(score.code)), "points")
        sheet.computed(row, _SECOND, final.key, Cell(keys.score_name(score.code)), "points")
        both = call("COUNT", computed, final).equals(2)
        sheet.computed(row, _THIRD, "", when(both, Rounded(final - computed, 2), ""), "points")
        sheet.computed(row, _TEXT, "", Cell(keys.reason_name(score.code)), "small")
        sheet.height(row, height_for([(reason, WIDTHS[_TEXT])], 9.5, 20))
        row += 1
    return (row if adjusted else _put_none(sheet, row, "无调整。")) + 1


def _put_worked(sheet: SheetBuilder, row: int, scores: Sequence[Score]) -> int:
    """Every indicator's points with its worked line."""
    row = _section(sheet, row, "各项得分与算式", ("指标", "分值", "最终得分", "复算得分", "指标值", "算式与计分说明"))
    for score in scores:
        _put_name(sheet, row, score)
        sheet.computed(row, _FIRST, "", Cell(keys.score_name(score.code)), "points")
        sheet.computed(row, _SECOND, "", Cell(keys.computed_key(score.code)), "points")
        if score.indicator.has_rate:
            sheet.computed(row, _THIRD, "", Cell(keys.rate_key(score.indicator)), "rate")
        else:
            sheet.label(row, _THIRD, "—", "centre")
        text = score.reason or f"{plain(score.full)}分"
        sheet.label(row, _TEXT, text, "small")
        sheet.height(row, height_for([(text, WIDTHS[_TEXT])], 9.5, 20))
        row += 1
    return row
