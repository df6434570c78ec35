"""自评结论, only in finished workbooks: total, grade, points by class, where points were lost and why, every row with how it was scored."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from xl_jixiao.expr import Cell, Expr, Operand, Rounded, exact, joined, when
from xl_jixiao.selfeval import cells, funds
from xl_jixiao.selfeval.funds import class_groups
from xl_jixiao.selfeval.model import EXECUTION_NOTE, EXECUTION_RATE
from xl_jixiao.selfeval.overview_sheets import GROUPS_TITLE
from xl_jixiao.selfeval.passages import LongText, long_text, put_pieces, rows_needed, set_heights, tall_style
from xl_jixiao.selfeval.scoring import EXECUTION_POINTS, RowScore, SelfCard, worked_tree
from xl_jixiao.sheet.analysis import group_chart, group_table
from xl_jixiao.sheet.build import SheetBuilder
from xl_jixiao.sheet.measure import height_for, page_room
from xl_jixiao.sheet.page_flow import blocks, breaks
from xl_jixiao.sheet.plan import Page
from xl_jixiao.words import CONCLUSION, GRADE, TOTAL

TITLE_KEY = "标题:自评结论"
RATE_KEY = "结论:预算执行率"
_WIDTHS = (24, 10, 12, 12, 12, 60)
_PLAIN = 15.0
"""The height of a row nobody set, in points."""


def conclusion_sheet(card: SelfCard) -> SheetBuilder:
    """The sheet; the order of the lost points is fixed when the form is finished."""
    return _Conclusion(card).sheet


class _Conclusion:
    """The sheet being put together from top to bottom."""

    def __init__(self, card: SelfCard) -> None:
        self.card, self.table = card, card.table
        self.sheet = SheetBuilder(CONCLUSION, "Sheet_Conclusion", _WIDTHS)
        self.row = 0
        self._tied: set[int] = set()
        self._head()
        self._note()
        if self.table.scored:
            self._points()
        self._deviations()
        self._scores()
        self.sheet.page = Page(landscape=True, area=(0, 0, self.row, 5), breaks=tuple(self._breaks()))

    def _breaks(self) -> Iterator[int]:
        """Where pages start: headings stay with what follows them, a chart in one piece."""
        rows = [((at, self.sheet.heights.get(at, _PLAIN)), at in self._tied) for at in range(self.row)]
        return breaks(blocks(((row,), tied, False) for row, tied in rows), page_room(_WIDTHS, landscape=True))

    def _head(self) -> None:
        sheet, table, fields = self.sheet, self.table, self.card.answers.fields
        sheet.label(0, 0, f"{table.title.removesuffix('自评表')}自评结论", "title", columns=6, key=TITLE_KEY)
        sheet.height(0, 30)
        heads: list[Operand] = []
        for at, one in enumerate(table.fields):
            heads += [f"{'　' if at else ''}{one.name}：", Cell(one.name)]
        text = "　".join(f"{one.name}：{fields.get(one.name, '')}" for one in table.fields)
        sheet.computed(1, 0, "", joined(*heads), "text", columns=6)
        sheet.height(1, height_for([(text, sum(_WIDTHS))], 10, 20))
        source = f"表式：{table.id}，修订 {table.revision}；依据：{table.basis}"
        sheet.label(2, 0, source, "note", columns=6)
        sheet.height(2, height_for([(source, sum(_WIDTHS))], 9, 18))
        results = (("自评总分", TOTAL), ("等次", GRADE)) if table.scored else ()
        for row, (label, key) in enumerate((*results, (EXECUTION_RATE, EXECUTION_RATE)), 3):
            sheet.label(row, 0, label, "head")
            of_rate = key == EXECUTION_RATE
            sheet.computed(row, 1, RATE_KEY if of_rate else "", Cell(key), "rate" if of_rate else "strong", columns=2)
        self.row = 6

    def _note(self) -> None:
        """The explanation of a low execution rate."""
        note = self.card.answers.execution_note
        if note:
            source = joined(f"{EXECUTION_NOTE}：", Cell(EXECUTION_NOTE))
            text = LongText(f"{EXECUTION_NOTE}：{note}", sum(_WIDTHS), 10)
            rows = (self.row, self.row + rows_needed([text]) - 1)
            if rows[0] == rows[1]:
                self.sheet.computed(self.row, 0, "", source, "text", columns=6)
                self.sheet.height(self.row, height_for([(note, sum(_WIDTHS) - 12)], 10, 20))
            else:
                put_pieces(self.sheet, rows, 0, source, text, "text", 6)
                set_heights(self.sheet, rows, [text], 12)
            self.row = rows[1]
        self.row += 2

    def _points(self) -> None:
        groups = (replace(one, key="") for one in class_groups(self.table, finished=True))
        after = group_table(self.sheet, self.row, groups, "form_weight")
        self.sheet.charts.append(group_chart(GROUPS_TITLE, (self.row - 1, 5), self.row + 1, after - 1, 420))
        self._tied.update(range(self.row - 1, max(after, self.row + 16)))
        self.row = max(after, self.row + 16) + 1

    def _section(self, title: str, heads: Sequence[str]) -> None:
        self.sheet.label(self.row, 0, title, "group", columns=6)
        self.sheet.heads(self.row + 1, heads)
        self._tied.update((self.row, self.row + 1))
        self.row += 2

    def _deviations(self) -> None:
        """Rows below or far beyond their target, largest loss first."""
        lost = ("分值", "得分", "失分") if self.table.scored else ("指标值", "完成值", "完成率")
        self._section("失分与偏差" if self.table.scored else "偏差", ("三级指标", *lost, "偏差", "偏差原因分析及改进措施"))
        found = sorted((one for one in self.card.rows if one.deviation), key=_gained)
        for one in found:
            weight, points = (Cell(cells.at(name, one.number)) for name in (cells.WEIGHT, cells.POINTS))
            row = one.row
            self._line(
                (
                    (self._of(one, cells.NAME), "cell", long_text(row.name, _WIDTHS[0], 10)),
                    *(
                        ((weight, "form_weight", None), (points, "form_weight", None), (Rounded(weight - points, 2), "form_weight", None))
                        if self.table.scored
                        else self._done(one)
                    ),
                    (self._of(one, cells.DEVIATION), "centre", None),
                    (self._of(one, cells.REASON), "small", long_text(row.reason, _WIDTHS[5])),
                )
            )
        if not found:
            self.sheet.label(self.row, 0, "各项均达到指标值，没有须说明的偏差。", "cell", columns=6)
            self.row += 1
        self.row += 1

    def _scores(self) -> None:
        if not self.table.scored:
            self._completed()
            return
        self._section("各项得分与计分说明", ("三级指标", "分值", "得分", "指标值", "完成值", "计分说明"))
        sheet, row = self.sheet, self.row
        sheet.label(row, 0, EXECUTION_RATE, "cell")
        sheet.computed(row, 1, "", funds.EXECUTION_WEIGHT, "form_weight")
        sheet.computed(row, 2, "", Cell(EXECUTION_POINTS), "form_weight")
        sheet.label(row, 3, "—", "centre")
        sheet.computed(row, 4, "", Cell(EXECUTION_RATE), "rate")
        sheet.computed(row, 5, "", worked_tree(self.table), "small")
        self.row += 1
        for one in self.card.rows:
            given = one.row
            self._line(
                (
                    (self._of(one, cells.NAME), "cell", long_text(given.name, _WIDTHS[0], 10)),
                    (_shown(self._of(one, cells.WEIGHT)), "form_centre", None),
                    (self._of(one, cells.POINTS), "form_centre", None),
                    (_shown(self._of(one, cells.TARGET)), "form_centre", long_text(exact(given.target), _WIDTHS[3])),
                    (_shown(self._of(one, cells.DONE)), "form_centre", long_text(exact(given.actual), _WIDTHS[4])),
                    (self._of(one, cells.EXPLANATION), "small", long_text(one.explanation, _WIDTHS[5])),
                )
            )

    def _completed(self) -> None:
        """Every row of a form that scores nothing."""
        self._section("各项完成情况", ("三级指标", "指标值", "完成值", "完成率", "偏差", "说明"))
        for one in self.card.rows:
            self._line(
                (
                    (self._of(one, cells.NAME), "cell", long_text(one.row.name, _WIDTHS[0], 10)),
                    *self._done(one),
                    (self._of(one, cells.DEVIATION), "centre", None),
                    (self._of(one, cells.EXPLANATION), "small", long_text(one.explanation, _WIDTHS[5])),
                )
            )

    def _done(self, one: RowScore) -> tuple[tuple[Expr, str, LongText | None], ...]:
        target, actual = (long_text(exact(text), _WIDTHS[at]) for at, text in ((1, one.row.target), (2, one.row.actual)))
        return (
            (_shown(self._of(one, cells.TARGET)), "form_centre", target),
            (_shown(self._of(one, cells.DONE)), "form_centre", actual),
            (_shown(self._of(one, cells.RATIO)), "rate", None),
        )

    @staticmethod
    def _of(one: RowScore, name: str) -> Cell:
        return Cell(cells.at(name, one.number))

    def _line(self, found: Sequence[tuple[Expr, str, LongText | None]]) -> None:
        """A row of linked cells: tree, style, and the text where it may be long."""
        texts = [text for _, _, text in found if text]
        rows = (self.row, self.row + rows_needed(texts) - 1)
        for column, (of, style, text) in enumerate(found):
            if text and rows[0] != rows[1]:
                put_pieces(self.sheet, rows, column, of, text, style)
            else:
                self.sheet.computed(rows[0], column, "", of, tall_style(style, rows), rows=rows[1] - rows[0] + 1)
        set_heights(self.sheet, rows, texts, 20)
        self.row = rows[1] + 1


def _shown(source: Cell) -> Expr:
    """What stands in a cell; nothing, and no zero, where it is blank."""
    return when(source.equals(""), "", source)


def _gained(one: RowScore) -> Decimal:
    """How much was gained of what could be, below zero; a row that isn't weighed could gain one."""
    weight = Decimal(1) if one.row.weight is None else one.row.weight
    if one.left_out:
        return Decimal(0)
    assert one.points is not None and not isinstance(one.points, str) and not isinstance(weight, str)
    return one.points - weight
