"""The review's own workbook: a line for each unit, every finding with its place, what couldn't be read."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from xl_jixiao import __version__
from xl_jixiao.finding import Level
from xl_jixiao.review.examine import Examined
from xl_jixiao.sheet.build import Constant, SheetBuilder, titled
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.sheet.measure import height_for
from xl_jixiao.sheet.plan import Filter, Page, Plan
from xl_jixiao.sheet.write import write

SUMMARY, FINDINGS, STATISTICS = "汇总", "问题清单", "统计"
ABSENT = "未交"
_SUMMARY = {
    "序号": 6,
    "单位": 30,
    "文件": 34,
    "评分表": 34,
    "填报总分": 10,
    "复核总分": 10,
    "按规则复算": 11,
    "等次": 8,
    "必改": 7,
    "须说明": 8,
    "提示": 7,
    "结论": 10,
}
_FINDINGS = {"序号": 6, "单位": 26, "级别": 9, "编号": 8, "位置": 36, "问题": 70, "填报": 14, "应为": 14}
_STATISTICS_WIDTHS = (44, 10, 10, 10, 60, 10, 10, 24)
_ORDER = (Level.MUST_FIX, Level.EXPLAIN, Level.NOTE)


def write_report(results: Sequence[Examined], path: Path, *, absent: Sequence[str] = (), overwrite: bool = False) -> None:
    """Writes the report; `absent` are the units that haven't filed. Raises FileExistsError."""
    sheets = (_summary(results, absent), _findings(results), _statistics(results))
    plan = Plan(
        "预算绩效自评审核报告", "审核", Edition.FINISHED, tuple(sheet.done() for sheet in sheets), stamp={StampName.REVIEW: __version__}
    )
    write(plan, path, overwrite=overwrite)


def verdict(result: Examined) -> str:
    """The one word for a unit."""
    if not result.readable:
        return "读不出" if result.must_fix else "未审核"
    if result.count(Level.MUST_FIX):
        return "必改"
    return "须说明" if result.count(Level.EXPLAIN) else "通过"


def _listing(name: str, code_name: str, title: str, columns: dict[str, int], rows: int) -> SheetBuilder:
    """A sheet that lists something: heads that stay in sight, a filter over them."""
    sheet = titled(name, code_name, title, tuple(columns.values()), heads=tuple(columns), head_row=1)
    sheet.protected = False
    sheet.frozen = (2, 2)
    sheet.page = Page(landscape=True, heads=(1, 1))
    sheet.filter = Filter((1, 0, max(2, rows + 1), len(columns) - 1), 0, ())
    return sheet


def _put(sheet: SheetBuilder, row: int, cells: Iterable[Constant], styles: Sequence[str]) -> None:
    for column, (value, style) in enumerate(zip(cells, styles, strict=True)):
        sheet.label(row, column, value, style)


def _summary(results: Sequence[Examined], absent: Sequence[str]) -> SheetBuilder:
    title = f"预算绩效自评审核汇总（{len(results)}份）"
    sheet = _listing(SUMMARY, "Sheet_Summary", title, _SUMMARY, len(results) + len(absent))
    styles = ("centre", "cell", "cell", "cell", "points", "points", "points", *("centre",) * 5)
    for row, result in enumerate(results, 2):
        totals = [value if isinstance(value, Decimal) else "—" for value in (result.claimed_total, result.total, result.computed_total)]
        counts = [result.count(level) for level in _ORDER]
        _put(sheet, row, (row - 1, result.unit, result.name, result.title, *totals, result.grade, *counts, verdict(result)), styles)
        sheet.height(row, height_for([(result.unit, 30), (result.name, 34), (result.title, 34)], 10, 20))
    for row, unit in enumerate(absent, len(results) + 2):
        cells = (row - 1, unit, *(None,) * (len(_SUMMARY) - 3), ABSENT)
        _put(sheet, row, cells, ("centre", "cell", *("centre",) * (len(_SUMMARY) - 2)))
    last = max(2, len(results) + len(absent) + 1)
    sheet.mark_states(2, len(_SUMMARY) - 1, last)
    return sheet


def _findings(results: Sequence[Examined]) -> SheetBuilder:
    rows = [(result, one) for result in results for one in sorted(result.findings, key=lambda one: _ORDER.index(one.level))]
    sheet = _listing(FINDINGS, "Sheet_Findings", f"问题清单（{len(rows)}项）", _FINDINGS, len(rows))
    styles = ("centre", "small", "centre", "centre", *("small",) * 4)
    for row, (result, one) in enumerate(rows, 2):
        place = str(one.place)
        _put(sheet, row, (row - 1, result.unit, str(one.level), one.code, place, one.message, one.reported, one.expected), styles)
        sheet.height(row, height_for([(one.message, 70), (place, 36)], 9.5, 20))
    sheet.mark_states(2, 2, len(rows) + 1)
    return sheet


def _statistics(results: Sequence[Examined]) -> SheetBuilder:
    from xl_jixiao.review.statistics import CODE_HEADS, TABLE_HEADS, by_code, by_table

    sheet = titled(STATISTICS, "Sheet_Statistics", STATISTICS, _STATISTICS_WIDTHS, heads=TABLE_HEADS, head_row=1)
    sheet.protected = False
    row = 2
    for cells in by_table(results):
        _put(sheet, row, cells, ("cell", *("points",) * 6, "cell"))
        row += 1
    row += 1
    sheet.heads(row, CODE_HEADS)
    for at, cells in enumerate(by_code(results), row + 1):
        _put(sheet, at, cells, (*("centre",) * 4, "small"))
        sheet.height(at, height_for([(str(cells[4]), _STATISTICS_WIDTHS[4])], 9.5, 20))
    return sheet
