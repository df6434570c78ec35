"""得分分析: points by group, with charts."""


from xl_jixiao.template.book import Book

WIDTHS = (18, 10, 12, 12, 12)
HEADS = ("指标组", "分值", "得分", "失分", "得分率")
FIRST_ROW = 3


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
