"""The review's own workbook: a line for each unit, every finding with its place, what couldn't be read."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from xl_jixiao import __version__
from xl_jixiao.finding import Level
from xl_jixiao.outputs import replacing
from xl_jixiao.review.examine import Examined
from xl_jixiao.template.book import Book, height_for
from xl_jixiao.template.data_sheet import mark_states

SUMMARY, FINDINGS, STATISTICS = "汇总", "问题清单", "统计"
ABSENT = "未交"
_SUMMARY = (("序号", 6), ("单位", 30), ("文件", 34), ("评分表", 34), ("填报总分", 10), ("复核总分", 10), ("按规则复算", 11), ("等次", 8),
            ("必改", 7), ("须说明", 8), ("提示", 7), ("结论", 10))  # fmt: skip
_FINDINGS = (("序号", 6), ("单位", 26), ("级别", 9), ("编号", 8), ("位置", 36), ("问题", 70), ("填报", 14), ("应为", 14))


def write_report(results: Sequence[Examined], path: Path, *, absent: Sequence[str] = (), overwrite: bool = False) -> None:
    """Writes the report; `absent` are the units that haven't filed. Raises FileExistsError."""
    with replacing(path, overwrite=overwrite) as temporary:
        book = Book(temporary, editable=False, app=f"xl_jixiao {__version__}")
        book.properties("预算绩效自评审核报告", "审核", {})
        _summary(book, results, absent)
        _findings(book, results)
        _statistics(book, results)
        book.close()


def verdict(result: Examined) -> str:
    """The one word for a unit."""
    if not result.readable:
        return "读不出"
    return "必改" if result.count(Level.MUST_FIX) else "须说明" if result.count(Level.EXPLAIN) else "通过"


def _head(book: Book, name: str, title: str, columns: Sequence[tuple[str, float]]):
    heads, widths = zip(*columns, strict=True)
    sheet = book.titled_sheet(name, "", title, widths, heads=heads, head_row=1)
    sheet.freeze_panes(2, 2)
    sheet.repeat_rows(1)
    return sheet


def _summary(book: Book, results: Sequence[Examined], absent: Sequence[str]) -> None:
    sheet = _head(book, SUMMARY, f"预算绩效自评审核汇总（{len(results)}份）", _SUMMARY)
    for row, result in enumerate(results, 2):
        totals = [value if isinstance(value, Decimal) else "—" for value in (result.claimed_total, result.total, result.computed_total)]
        counts = [result.count(level) for level in (Level.MUST_FIX, Level.EXPLAIN, Level.NOTE)]
        cells = [row - 1, result.unit, result.file.name, result.title, *totals, result.grade, *counts, verdict(result)]
        for column, value in enumerate(cells):
            style = "cell" if column in (1, 2, 3) else "points" if column in (4, 5, 6) else "centre"
            book.write(sheet, row, column, value, style)
        sheet.set_row(row, height_for([(result.unit, 30), (result.file.name, 34), (result.title, 34)], 10, 20))
    for row, unit in enumerate(absent, len(results) + 2):
        for column, value in enumerate([row - 1, unit, *[None] * (len(_SUMMARY) - 3), ABSENT]):
            book.write(sheet, row, column, value, "cell" if column == 1 else "centre")
    last = max(2, len(results) + len(absent) + 1)
    mark_states(book, sheet, (2, len(_SUMMARY) - 1, last, len(_SUMMARY) - 1))
    sheet.autofilter(1, 0, last, len(_SUMMARY) - 1)


def _findings(book: Book, results: Sequence[Examined]) -> None:
    order = {Level.MUST_FIX: 0, Level.EXPLAIN: 1, Level.NOTE: 2}
    rows = [(result, finding) for result in results for finding in sorted(result.findings, key=lambda one: order[one.level])]
    sheet = _head(book, FINDINGS, f"问题清单（{len(rows)}项）", _FINDINGS)
    for row, (result, finding) in enumerate(rows, 2):
        cells = [
            row - 1,
            result.unit,
            str(finding.level),
            finding.code,
            str(finding.place),
            finding.message,
            finding.reported,
            finding.expected,
        ]
        for column, value in enumerate(cells):
            book.write(sheet, row, column, value, "centre" if column in (0, 2, 3) else "small")
        sheet.set_row(row, height_for([(finding.message, 70), (str(finding.place), 36)], 9.5, 20))
    mark_states(book, sheet, (2, 2, len(rows) + 1, 2))
    sheet.autofilter(1, 0, max(2, len(rows) + 1), len(_FINDINGS) - 1)


def _statistics(book: Book, results: Sequence[Examined]) -> None:
    from xl_jixiao.review.statistics import CODE_HEADS, TABLE_HEADS, by_code, by_table

    widths = (44, 10, 10, 10, 60, 10, 10, 24)
    sheet = book.titled_sheet(STATISTICS, "", STATISTICS, widths, heads=TABLE_HEADS, head_row=1)
    row = 2
    for cells in by_table(results):
        for column, value in enumerate(cells):
            book.write(sheet, row, column, value, "cell" if column in (0, 7) else "points")
        row += 1
    row += 1
    for column, head in enumerate(CODE_HEADS):
        book.write(sheet, row, column, head, "head")
    for at, cells in enumerate(by_code(results), row + 1):
        for column, value in enumerate(cells):
            book.write(sheet, at, column, value, "centre" if column < 4 else "small")
        sheet.set_row(at, height_for([(str(cells[4]), widths[4])], 9.5, 20))
