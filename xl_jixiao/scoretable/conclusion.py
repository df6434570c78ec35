"""自评结论: the summary of a finished sheet — total, grade, points by group, where points were lost, adjustments, worked lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from xl_jixiao.expr import Cell, Rounded, call, exact, when
from xl_jixiao.number import plain
from xl_jixiao.scoretable import keys
from xl_jixiao.scoretable.card import Score, ScoreCard
from xl_jixiao.scoretable.extras import Extra
from xl_jixiao.scoretable.form import put_filer
from xl_jixiao.scoretable.model import SameTable
from xl_jixiao.scoretable.overview import put_groups
from xl_jixiao.scoretable.trees import Scored
from xl_jixiao.sheet.analysis import group_chart
from xl_jixiao.sheet.build import SheetBuilder, titled
from xl_jixiao.sheet.measure import height_for
from xl_jixiao.sheet.plan import Block, Computed, Label, Page, Placed, SheetPlan
from xl_jixiao.words import COMPUTED_TOTAL, CONCLUSION, GRADE, TOTAL

WIDTHS = (24, 10, 12, 12, 12, 60)
_NAME, _WEIGHT, _FIRST, _SECOND, _THIRD, _TEXT = range(6)


@dataclass(frozen=True)
class _ConclusionLines:
    """The sheet being put together; heights of rows only where it is to be written."""

    sheet: SheetBuilder
    measured: bool

    def height(self, row: int, texts: Sequence[tuple[str, float]]) -> None:
        if self.measured:
            self.sheet.height(row, height_for(texts, 9.5, 20))

    def section(self, row: int, title: str, heads: tuple[str, ...]) -> int:
        self.sheet.block(_section(row, title, heads))
        return row + 2

    def none(self, row: int, text: str) -> int:
        self.sheet.label(row, 0, text, "cell", columns=len(WIDTHS))
        return row + 1

    def lost(self, row: int, scores: Sequence[Score]) -> int:
        """Where points were lost, largest first; the order is fixed when the sheet is finished, the figures stay live."""
        row = self.section(row, "失分项", ("指标", "分值", "得分", "失分", "指标值", "原因"))
        lost = [score for score in scores if score.lost > 0]
        for score in sorted(lost, key=lambda one: -one.lost):
            self.sheet.block(_lost_cells(row, score.scored))
            self.sheet.label(row, _THIRD, score.rate_text or "—", "centre")
            self.sheet.label(row, _TEXT, score.why, "small")
            self.height(row, [(score.why, WIDTHS[_TEXT]), (score.indicator.label, WIDTHS[_NAME])])
            row += 1
        return (row if lost else self.none(row, "无失分项。")) + 1

    def adjusted(self, row: int, scores: Sequence[Score]) -> int:
        """Adjustments and explanations with their reasons."""
        row = self.section(row, "调整与说明", ("指标", "分值", "复算得分", "最终得分", "相差", "理由"))
        adjusted = [(score, score.adjustment.reason) for score in scores if score.adjustment and score.adjustment.reason]
        for score, reason in adjusted:
            self.sheet.block(_adjusted_cells(row, score.scored))
            self.height(row, [(reason, WIDTHS[_TEXT]), (score.indicator.label, WIDTHS[_NAME])])
            row += 1
        return (row if adjusted else self.none(row, "无调整。")) + 1

    def extras(self, row: int, extras: Sequence[Extra]) -> int:
        """加分, 扣分 and 一票否决, each with its figures."""
        if extras:
            row = self.section(row + 1, "加分、扣分和否决", ("项目", "限度", "结果", "", "", "算式与说明"))
        for one in extras:
            for column, text in ((_NAME, one.name), (_WEIGHT, one.limit), (_SECOND, None), (_THIRD, None)):
                self.sheet.label(row, column, text, "cell")
            self.sheet.computed(row, _FIRST, "", Cell(one.key), "points")
            self.sheet.computed(row, _TEXT, "", Cell(one.said_key), "small")
            self.height(row, [(one.made * 2, WIDTHS[_TEXT]), (one.limit, WIDTHS[_WEIGHT]), (one.name, WIDTHS[_NAME])])
            row += 1
        return row

    def worked(self, row: int, scores: Sequence[Score]) -> int:
        """Every indicator's points with its worked line."""
        row = self.section(row, "各项得分与算式", ("指标", "分值", "最终得分", "复算得分", "指标值", "算式与计分说明"))
        for score in scores:
            self.sheet.block(_worked_cells(row, score.scored))
            text = score.reason or f"{plain(score.full)}分"
            self.sheet.label(row, _TEXT, text, "small")
            self.height(row, [(text, WIDTHS[_TEXT]), (score.indicator.label, WIDTHS[_NAME])])
            row += 1
        return row


def conclusion_sheet(card: ScoreCard, *, measured: bool = True) -> SheetBuilder:
    """The summary; its figures are links into the other sheets. Its rows have heights unless they aren't `measured`."""
    above, head, row = _head(SameTable(card.rubric))
    sheet = SheetBuilder(above.name, above.code_name, above.widths)
    sheet.block(head)
    sheet.heights.update(above.heights)
    sheet.charts += above.charts
    summary = _ConclusionLines(sheet, measured)
    row = summary.lost(row, card.scores)
    row = summary.adjusted(row, card.scores)
    row = summary.worked(row, card.scores)
    row = summary.extras(row, card.rubric.extras)
    sheet.page = Page(landscape=True, area=(0, 0, row, len(WIDTHS) - 1))
    return sheet


@lru_cache(maxsize=64)
def _head(same: SameTable) -> tuple[SheetPlan, Block, int]:
    """What stands above the lines of the filing, the same in every summary of the table; and the row below it."""
    table = same.table
    sheet = titled(CONCLUSION, "Sheet_Conclusion", f"{table.title.removesuffix('评分表')}自评结论", WIDTHS)
    put_filer(sheet, 1, table)
    source = f"评分标准：{table.id}，修订 {table.revision}；依据：{table.basis}"
    sheet.label(2, 0, source, "note", columns=len(WIDTHS))
    sheet.height(2, height_for([(source, sum(WIDTHS))], 9, 15))
    facts = (("自评总分", TOTAL), ("等次", GRADE), ("按规则复算总分", COMPUTED_TOTAL))
    for row, (label, name) in enumerate(facts, 3):
        sheet.label(row, _NAME, label, "head")
        sheet.computed(row, _WEIGHT, "", Cell(name), "strong", columns=2)
    row = put_groups(sheet, 7, table, 1)
    sheet.charts.append(group_chart("各组分值与得分", (3, 5), 8, row - 1, width=415))
    made = sheet.done()
    return made, Block(CONCLUSION, made.cells), max(row, 20) + 1


# ---- the cells of a line that are the same in every summary that has the line in this row


def _named(row: int, scored: Scored, key: str = "") -> list[Placed]:
    """An indicator's name and weight."""
    indicator = scored.indicator
    return [
        Placed(row, _NAME, Label(indicator.label), "cell"),
        Placed(row, _WEIGHT, Label(exact(indicator.weight), key), "points"),
    ]


@lru_cache(maxsize=1024)
def _section(row: int, title: str, heads: tuple[str, ...]) -> Block:
    """The title of a section and the heads of its table."""
    cells = [Placed(row, 0, Label(title), "group", columns=len(WIDTHS))]
    return Block(CONCLUSION, (*cells, *(Placed(row + 1, column, Label(head), "head") for column, head in enumerate(heads))))


@lru_cache(maxsize=8192)
def _lost_cells(row: int, scored: Scored) -> Block:
    code = scored.indicator.code
    weight, points = f"失分:{code}:分值", f"失分:{code}:得分"
    cells = (
        *_named(row, scored, weight),
        Placed(row, _FIRST, _link(keys.score_name(code), points), "points"),
        Placed(row, _SECOND, _gap(weight, points), "points"),
    )
    return Block(CONCLUSION, cells)


@lru_cache(maxsize=8192)
def _adjusted_cells(row: int, scored: Scored) -> Block:
    code = scored.indicator.code
    computed, final = f"调整:{code}:复算", f"调整:{code}:最终"
    cells = (
        *_named(row, scored),
        Placed(row, _FIRST, _link(keys.computed_key(code), computed), "points"),
        Placed(row, _SECOND, _link(keys.score_name(code), final), "points"),
        Placed(row, _THIRD, _known_gap(final, computed), "points"),
        Placed(row, _TEXT, _link(keys.reason_name(code)), "small"),
    )
    return Block(CONCLUSION, cells)


@lru_cache(maxsize=8192)
def _worked_cells(row: int, scored: Scored) -> Block:
    indicator = scored.indicator
    rate = (_link(keys.rate_key(indicator)), "rate") if indicator.has_rate else (Label("—"), "centre")
    cells = (
        *_named(row, scored),
        Placed(row, _FIRST, _link(keys.score_name(indicator.code)), "points"),
        Placed(row, _SECOND, _link(keys.computed_key(indicator.code)), "points"),
        Placed(row, _THIRD, *rate),
    )
    return Block(CONCLUSION, cells)


@lru_cache(maxsize=4096)
def _link(name: str, key: str = "") -> Computed:
    """What another cell shows."""
    return Computed(key, Cell(name))


@lru_cache(maxsize=4096)
def _gap(more: str, less: str) -> Computed:
    """What one cell has more than another."""
    return Computed("", Rounded(Cell(more) - Cell(less), 2))


@lru_cache(maxsize=4096)
def _known_gap(more: str, less: str) -> Computed:
    """The same where both have a number."""
    both = call("COUNT", Cell(less), Cell(more)).equals(2)
    return Computed("", when(both, _gap(more, less).expr, ""))
