"""A chart for a Word file: a native one, drawn by Word and WPS with their own fonts and open to editing, with its figures in a workbook inside."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter

from xl_jixiao.number import to_cell
from xl_jixiao.sheet.looks import series_colour
from xl_jixiao.sheet.same_bytes import same_everywhere
from xl_jixiao.sheet.write import CREATED

_SHEET = "数据"
_CHART = "xl/charts/chart1.xml"
_NO_TICKS = {"major_tick_mark": "none", "minor_tick_mark": "none"}
_SHOWN = '<c:showVal val="1"/>'
_NOT_SHOWN = ("CatName", "SerName", "Percent", "BubbleSize")
_FONT = {"name": "宋体", "size": 9}


@dataclass(frozen=True)
class ChartData:
    """What a chart shows: columns of one or several rows of numbers over names; `unit` of the numbers."""

    title: str
    names: tuple[str, ...]
    series: tuple[tuple[str, tuple[Decimal, ...]], ...]
    unit: str = ""
    percent: bool = False
    """Whether the numbers are shares, up to 100 %."""


@dataclass(frozen=True)
class ChartPart:
    """The chart as a part of a package, without the reference to its workbook, and the workbook."""

    xml: bytes
    workbook: bytes


def chart_part(data: ChartData) -> ChartPart:
    """The chart's XML by XlsxWriter, which writes the same kind of chart into a workbook."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": CREATED})
    sheet = book.add_worksheet(_SHEET)
    form = book.add_format({"num_format": "0.00%" if data.percent else "0.00"})
    last = len(data.names)
    sheet.write_column(1, 0, data.names)
    for at, (name, numbers) in enumerate(data.series, 1):
        sheet.write_string(0, at, name)
        sheet.write_column(1, at, [to_cell(one) for one in numbers], form)
    chart = book.add_chart({"type": "column"})
    for at, (name, _) in enumerate(data.series, 1):
        chart.add_series(
            {
                "name": name,
                "categories": [_SHEET, 1, 0, last, 0],
                "values": [_SHEET, 1, at, last, at],
                "fill": {"color": series_colour(at - 1, len(data.series))},
                "gap": 60,
                "data_labels": {"value": True, "num_format": "0.00%" if data.percent else "General", "font": {**_FONT, "size": 8}},
            }
        )
    title = f"{data.title}（{data.unit}）" if data.unit else data.title
    chart.set_title({"name": title, "name_font": {**_FONT, "size": 11, "bold": True}})
    chart.set_legend(_legend(data.series))
    chart.set_x_axis({"num_font": _FONT, **_NO_TICKS})
    limits = {"max": 1, "num_format": "0%"} if data.percent else {"num_format": "General"}
    chart.set_y_axis(
        {"min": 0, "num_font": _FONT, **_NO_TICKS, "major_gridlines": {"visible": True, "line": {"color": "#E0E0E0"}}, **limits}
    )
    sheet.insert_chart(1, len(data.series) + 2, chart)
    book.close()
    package = same_everywhere(stream.getvalue())
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        return ChartPart(_labels_said(parts.read(_CHART).decode("utf-8")).encode(), package)


def _labels_said(xml: str) -> str:
    """The labels with everything they don't show said: what XlsxWriter leaves out Excel takes for no, LibreOffice in a Word file for yes."""
    hidden = "".join(f'<c:show{one} val="0"/>' for one in _NOT_SHOWN)
    return xml.replace(_SHOWN, f'<c:showLegendKey val="0"/>{_SHOWN}{hidden}')


def _legend(series: Sequence[object]) -> dict[str, object]:
    return {"position": "bottom", "font": _FONT} if len(series) > 1 else {"none": True}
