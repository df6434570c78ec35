"""得分分析: points by group, with charts."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from xl_jixiao.layout import Layout, score_name
from xl_jixiao.number import half_up
from xl_jixiao.scoretable.scoring import ScoreCard
from xl_jixiao.scoretable.table import Indicator
from xl_jixiao.template import formulas
from xl_jixiao.template.book import Book
from xl_jixiao.words import ANALYSIS, NOT_APPLICABLE, UNFINISHED

WIDTHS = (18, 10, 12, 12, 12)
HEADS = ("指标组", "分值", "得分", "失分", "得分率")
FIRST_ROW = 3


def groups(layout: Layout, level: int) -> Iterator[tuple[str, list[Indicator]]]:
    """The indicators by group of a level, in the order of the form."""
    found: dict[tuple[str, ...], list[Indicator]] = {}
    for indicator in layout.rubric.indicators:
        found.setdefault(indicator.path[: level + 1], []).append(indicator)
    for path, indicators in found.items():
        yield path[-1], indicators


def group_points(indicators: list[Indicator], card: ScoreCard) -> Decimal | None:
    """The group's points; None while any of its scores is missing or any answer is wrong. 不适用 counts nothing."""
    points = [card.by_code[indicator.code].points for indicator in indicators]
    if card.wrong or any(not isinstance(value, Decimal) and value != NOT_APPLICABLE for value in points):
        return None
    return half_up(sum((value for value in points if isinstance(value, Decimal)), Decimal(0)), 2)


def write_table(book: Book, sheet, row: int, layout: Layout, level: int, card: ScoreCard) -> int:
    """A table of groups; returns the row after it."""
    for column, head in enumerate(HEADS):
        book.write(sheet, row, column, head, "head")
    row += 1
    for name, indicators in groups(layout, level):
        weight = sum((indicator.weight for indicator in indicators), Decimal(0))
        names = ",".join(score_name(indicator.code) for indicator in indicators)
        earned = group_points(indicators, card)
        left_out = "+".join(f'({score_name(one.code)}="{NOT_APPLICABLE}")' for one in indicators if one.not_applicable == "exclude")
        counted = f"COUNT({names}){f'+{left_out}' if left_out else ''}"
        shown = UNFINISHED if earned is None else earned
        book.write(sheet, row, 0, name, "cell")
        book.write(sheet, row, 1, weight, "points")
        book.formula(sheet, row, 2, f'=IF(AND({counted}={len(indicators)},{formulas.wrong(layout)}=0),ROUND(SUM({names}),2),"{UNFINISHED}")', shown, "points")
        lost = "" if earned is None else half_up(weight - earned, 2)
        book.formula(sheet, row, 3, f'=IF(ISNUMBER(C{row + 1}),ROUND(B{row + 1}-C{row + 1},2),"")', lost, "points")
        ratio = "" if earned is None else half_up(Fraction(earned) / Fraction(weight), 4)
        book.formula(sheet, row, 4, f'=IF(ISNUMBER(C{row + 1}),ROUND(C{row + 1}/B{row + 1},4),"")', ratio, "rate")
        row += 1
    return row


def add_chart(book: Book, sheet, first: int, last: int, title: str, cell: str, width: int = 560) -> None:
    """A column chart of weight and points beside the table."""
    chart = book.workbook.add_chart({"type": "column"})
    name = sheet.get_name()
    for column, label in ((1, "分值"), (2, "得分")):
        chart.add_series(
            {"name": label, "categories": [name, first, 0, last, 0], "values": [name, first, column, last, column],
             "fill": {"color": "#BFBFBF" if column == 1 else "#2F6DB5"}, "gap": 60,
             "data_labels": {"value": True, "font": {"size": 8}}}
        )  # fmt: skip
    chart.set_title({"name": title, "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom"})
    chart.set_y_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": "#E0E0E0"}}})
    chart.set_size({"width": width, "height": 300})
    sheet.insert_chart(cell, chart)


def write(book: Book, layout: Layout, card: ScoreCard) -> None:
    """Writes both tables and their charts."""
    sheet = book.titled_sheet(ANALYSIS, "Sheet_Analysis", ANALYSIS, WIDTHS, "随评分底稿自动更新；有未填项的组显示“未完成”。")
    row, anchor = FIRST_ROW - 1, 3
    for level, title in ((0, "一级指标得分"), (1, "二级指标得分")):
        after = write_table(book, sheet, row, layout, level, card)
        add_chart(book, sheet, row + 1, after - 1, title, f"G{anchor}")
        row, anchor = after + 1, anchor + 17
    sheet.print_area(0, 0, max(row, anchor + 2), 14)
    book.protect(sheet)
