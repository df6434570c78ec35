"""The charts of a document form: which of them have anything to show, and the sheet that draws them natively beside their figures."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from xl_jixiao.documents.model import Document, DocumentChart
from xl_jixiao.expr import Cell, Values, decimal, is_number, when
from xl_jixiao.formula import defined_name
from xl_jixiao.sheet.build import SheetBuilder, titled
from xl_jixiao.sheet.measure import column_pixels, height_for
from xl_jixiao.sheet.plan import Chart, Page
from xl_jixiao.words import CHARTS

_WIDTHS = (28, 16, 16, 16, 16, 16, 16)
_CHART_ROWS = 17
_NOTE = "随基础数据自动更新，不用填写；Word 文件里的图与此相同。"


def number_of(name: str, values: Values) -> Decimal | None:
    """The number a name has; None for a blank or a word."""
    held = values[defined_name(name)]
    return None if isinstance(held, (str, tuple)) else decimal(held)


def drawn(form: Document, values: Values) -> Iterator[DocumentChart]:
    """The charts without their rows of blanks and zeros, and only those with a row left."""
    for chart in form.charts:
        rows = tuple(row for row in chart.rows if any(number_of(name, values) for name in row.values))
        if rows:
            yield chart if len(rows) == len(chart.rows) else chart.model_copy(update={"rows": rows})


def charts_sheet(charts: Sequence[DocumentChart]) -> SheetBuilder:
    """Each chart under the table of its figures, every figure linked."""
    columns = 1 + max(len(chart.series) for chart in charts)
    sheet = titled(CHARTS, "Sheet_Charts", CHARTS, _WIDTHS[: max(columns, 5)], _NOTE)
    width = round(sum(map(column_pixels, sheet.widths)))
    row = 3
    for chart in charts:
        title = f"{chart.title}（{chart.unit}）" if chart.unit else chart.title
        sheet.heads(row, (title, *chart.series))
        sheet.height(row, height_for(zip((title, *chart.series), sheet.widths, strict=False), 10))
        first = row + 1
        for row, line in enumerate(chart.rows, first):
            sheet.label(row, 0, line.name, "cell")
            for column, name in enumerate(line.values, 1):
                cell = Cell(defined_name(name))
                sheet.computed(row, column, "", when(is_number(cell), cell, ""), "points")
        series = tuple((name, column) for column, name in enumerate(chart.series, 1))
        sheet.charts.append(Chart(title, (row + 2, 0), first, row, 0, series, width))
        row += 2 + _CHART_ROWS
    sheet.page = Page(area=(0, 0, row, len(sheet.widths) - 1))
    return sheet
