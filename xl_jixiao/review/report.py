"""The review's own workbook: what matters first, a line for each unit, every finding with its place, what the reviewer adds kept by its key."""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from xl_jixiao import __version__
from xl_jixiao.expr import ByHand, exact
from xl_jixiao.finding import REGISTER, Level
from xl_jixiao.number import NotANumber, from_cell, plain
from xl_jixiao.review.desk import (
    NOT_REVIEWED,
    ORDER,
    PASSED,
    UNREADABLE,
    Desk,
    Explanation,
    Folded,
    Rescaled,
    UnitFiling,
    grade_of,
    line_key,
    place_in,
    rescaled,
    standing,
    valid_grade,
    verdict,
)
from xl_jixiao.review.examine import Examined
from xl_jixiao.rules.typed import Kind, Typed
from xl_jixiao.sheet.build import Constant, SheetBuilder, areas, titled
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.sheet.job import Bounds, PointsLine
from xl_jixiao.sheet.measure import height_for, print_scale
from xl_jixiao.sheet.plan import Accepts, Chart, Filter, Mark, Page, Plan, RowMade, SheetPlan, Visibility, column_letter
from xl_jixiao.sheet.write import write
from xl_jixiao.words import NOT_APPLICABLE

OVERVIEW, SUMMARY, DETAIL, GROUPS, FINDINGS = "总览", "汇总", "明细", "各组得分", "问题清单"
POINTS, EXPLAINED, ABSENT_SHEET, STRANGERS, STATISTICS, RECORD = "复核得分", "说明审核", "未交", "不在名单", "统计", "记录"
ABSENT = "未交"
KEY = "键"
REPLY, HANDLED, OPINION = "单位回复", "处理意见", "复核意见"
REVIEWED, REASON = "复核得分", "复核理由"
JUDGED, COMMENT = "审核结论", "审核意见"
_HANDLINGS = ("退回修改", "要求说明", "已改正", "认可", "不予采纳")
_VERDICTS = ("认可", "不认可", "补充材料")
_MOST_LINES = 20_000
"""So many lines of points are listed each; of more, those that the unit set itself."""

_MOST_LINKS = 60_000
_CHUNK = 30_000
_SIZE, _SMALL = 10, 9
"""The size of characters in a list, and of its small ones, in points."""

_OPEN = "打开"
_COLOURS = (
    ((str(Level.MUST_FIX), UNREADABLE, "空话", "未写"), "#9C0006", "#FFC7CE"),
    ((str(Level.EXPLAIN), "单薄", "仍在"), "#7F4F00", "#FFE699"),
    ((str(Level.NOTE), "新增", "未再比"), "#1F4E79", "#DDEBF7"),
    ((PASSED, "已说明", "已改"), "#006100", "#E2F0D9"),
)
"""The words of states with their colours: each kind its own, and the word beside it."""


@dataclass(frozen=True)
class Link:
    """A cell that leads into a file."""

    text: str
    file: str
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Typable:
    """A cell the reviewer writes in."""

    head: str
    text: str = ""

    @property
    def value(self) -> Constant:
        """What stands in it: points as the number the review reads in them, so that formulas count with the same."""
        if self.head != REVIEWED:
            return self.text or None
        try:
            return from_cell(self.text or None)
        except NotANumber:
            return self.text


@dataclass(frozen=True)
class Live:
    """A cell that follows what the reviewer types: its formula, and what it shows now. `{head}` in the formula is the cell of the same row
    under that head."""

    formula: str
    value: Constant


ListCell = Constant | Link | Typable | Live


@dataclass(frozen=True)
class ListColumn:
    """A column of a list: its head, width and style."""

    head: str
    width: float
    style: str = "cell"

    @property
    def room(self) -> float:
        """How wide it is for what stands in it: of small characters more have room."""
        return self.width * _SIZE / _SMALL if self.style == "small" else self.width


Of = TypeVar("Of")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Each(Generic[Of, Made]):
    """What is made of each of a sequence, and of its number there, when it is asked for: the rows of a review of thousands of files are never
    there all at once."""

    of: Sequence[Of]
    make: Callable[[int, Of], Made]

    def __len__(self) -> int:
        return len(self.of)

    def __iter__(self) -> Iterator[Made]:
        return (self.make(at, one) for at, one in enumerate(self.of))


ListRow = Sequence[ListCell]


@dataclass(frozen=True)
class Listing:
    """A sheet that lists something. `keys` are what its rows are, where the reviewer writes beside them."""

    name: str
    code_name: str
    title: str
    columns: tuple[ListColumn, ...]
    rows: Each[Any, ListRow] | Sequence[ListRow]
    keys: Each[Any, str] | None = None
    choices: Mapping[str, tuple[str, ...]] | None = None
    named: Mapping[str, str] = field(default_factory=dict)
    """Heads by the defined names their columns have for formulas."""
    unseen: int = 0
    """How many of its last columns are for formulas alone."""


NOTHING: Mapping[str, Any] = MappingProxyType({})


def write_report(
    desk: Desk, path: Path, *, overwrite: bool = False, more: Sequence[Listing] = (), basis: Mapping[str, Any] = NOTHING
) -> None:
    """Writes the report; `more` are lists beyond the usual ones, `basis` is what the review went by, kept for one that continues it.
    Raises FileExistsError."""
    make = _links(desk)
    live = LivePoints(desk)
    listings = [_summary(desk, make, live), _detail(desk, make, live), _groups(desk, live), _findings(desk, make)]
    listings += [_points(desk, live), _explained(desk), *more]
    if desk.expected.names:
        listings += [_absent(desk), _strangers(desk)]
    builders = [_overview(desk, [one.name for one in listings]), *map(_sheet, listings), _statistics(desk)]
    sheets = (*(one.done() for one in builders), _record(desk, basis))
    stamp = {StampName.REVIEW: __version__}
    write(Plan("预算绩效自评审核报告", "审核", Edition.NATIVE, sheets, areas(builders), stamp=stamp), path, overwrite=overwrite)


_NO_LINK = re.compile("#|%[0-9A-Fa-f]{2}")
"""What Excel takes for a place inside a file, or for another character, wherever it stands in a link."""


def _links(desk: Desk) -> Callable[[str], str]:
    """The way from the report to a file: relative where both are on one disk. Empty where a link can't lead there."""
    known: dict[str, str] = {}

    def link(file: str) -> str:
        if file not in known:
            try:
                known[file] = os.path.relpath(file, desk.folder)
            except ValueError:  # another disk
                known[file] = str(Path(file).absolute())
            if _NO_LINK.search(known[file]) or len(known[file]) > 240 or not known[file].isprintable():
                known[file] = ""
        return known[file]

    return link


# ---- the reviewer's points, at work on the sheet

_STANDING, _CHANGE, _ADVICE, _FILE, _GROUP, _NO_GROUP = "计名次", "改动", "核对", "份", "组", "合计"
_NO_NUMBER, _OUT_OF_RANGE, _NO_REASON = "不是数字，不采用", "不在0至分值之间，或多于两位小数，不采用", "没有写理由"
_VALID = "AND({复核得分}>=0,{复核得分}<=IF(ISNUMBER({分值}),{分值},{复核得分}),ROUND({复核得分},2)={复核得分})"
_CHANGE_FORMULA = f'IF(ISNUMBER({{复核得分}}),IF({_VALID},ROUND({{复核得分}}-N({{自评得分}}),2),""),"")'
_ADVICE_FORMULA = (
    f'IF({{复核得分}}="","",IF(NOT(ISNUMBER({{复核得分}})),"{_NO_NUMBER}",'
    f'IF({{{_CHANGE}}}="","{_OUT_OF_RANGE}",IF({{复核理由}}="","{_NO_REASON}",""))))'
)
_ANY = '">=-100000"'


def _with_bounds(points: str, bounds: Bounds | None) -> str:
    """The formula of a sum with what stands beside the indicators' points."""
    if bounds is None:
        return points
    total = f"MAX(0,{points}+{plain(bounds.beyond)})"
    return f"ROUND({total if bounds.most is None else f'MIN({plain(bounds.most)},{total})'},2)"


class LivePoints:
    """The formulas by which totals, grades and ranks follow the points the reviewer types. Files are known by their number in 明细."""

    def __init__(self, desk: Desk) -> None:
        whole = self.whole = sum(len(result.lines) for result in desk.results) <= _MOST_LINES
        listed = ((at, line) for at, result in enumerate(desk.results) for line in result.lines)
        self.lines = [(at, line) for at, line in listed if whole or line.adjusted or line.reviewed is not None]
        self.groups = tuple((at, group) for at, result in enumerate(desk.results) for group in _groups_of(result))
        self._first_group = {at: number for number, (at, _) in reversed(list(enumerate(self.groups, 1)))}
        changeable = {at for at, _ in self.lines}
        self._number = {id(result): at + 1 for at, result in enumerate(desk.results) if at in changeable}

    def changed(self, area: str, number: int, base: Decimal | None) -> str:
        """A sum with what the reviewer changed in the rows of this number."""
        text = f"ROUND({plain(base or Decimal(0))}+SUMIF({area},{number},复核得分_改动),2)"
        return text if base is not None else f'IF(COUNTIFS({area},{number},复核得分_改动,{_ANY})=0,"—",{text})'

    def group(self, at: int, line: PointsLine) -> int:
        """The number of a line's group among those of all files."""
        return self.groups.index((at, line.group or _NO_GROUP), self._first_group[at] - 1) + 1

    def _reviewed(self, number: int) -> str:
        return f"COUNTIFS(复核得分_份,{number},复核得分_改动,{_ANY})"

    def total(self, result: Examined) -> ListCell:
        """复核总分 of a file: as recomputed, with the reviewer's changes where there are any and no indicator is left without points."""
        number = self._number.get(id(result))
        now = _number(result.last_total)
        if number is None:
            return now
        apart = result.total is None or result.bounds is not None
        base = _sum(line.points for line in result.lines) if apart else result.total
        own = rescaled(result.lines)
        text = self.changed("复核得分_份", number, base or Decimal(0)) if own is None else self._rescaled(number, own)
        text = _with_bounds(text, result.bounds)
        missing = sum(line.points is None and not line.left_out for line in result.lines)
        if missing:
            text = f'IF(COUNTIFS(复核得分_份,{number},复核得分_自评,"—",复核得分_改动,{_ANY})<{missing},"—",{text})'
        before = '"—"' if result.total is None else plain(result.total)
        return Live(f"IF({self._reviewed(number)}=0,{before},{text})", now)

    def _rescaled(self, number: int, own: Rescaled) -> str:
        """A total of which something is left out; points for what was left out bring its weight back."""
        back = f'SUMIFS(复核得分_分值,复核得分_份,{number},复核得分_自评,"{NOT_APPLICABLE}",复核得分_改动,{_ANY})'
        points = f"({plain(own.points)}+SUMIF(复核得分_份,{number},复核得分_改动))"
        return f"ROUND({points}*{plain(own.full)}/({plain(own.counted)}+{back}),2)"

    def grade(self, result: Examined) -> ListCell:
        """等次 of a file, by its own table's bounds."""
        number = self._number.get(id(result))
        now = valid_grade(result) or "—"
        if number is None or not result.grades:
            return now
        if result.bounds is not None and result.bounds.grade:
            return now
        grades = '"—"'
        for name, least in reversed(result.grades):
            grades = f'IF({{复核总分}}>={plain(least)},"{name}",{grades})'
        before = grade_of(result, None if result.must_fix else result.total) or "—"
        return Live(f'IF({self._reviewed(number)}=0,"{before}",IF(ISNUMBER({{复核总分}}),{grades},"—"))', now)

    def standing(self, result: Examined) -> ListCell:
        """The total by which a unit is ranked."""
        number = self._number.get(id(result))
        now = _number(standing(result))
        if number is None:
            return now
        before = '"—"' if result.must_fix or result.total is None else plain(result.total)
        return Live(f"IF({self._reviewed(number)}=0,{before},{{复核总分}})", now)

    def in_detail(self, result: Examined, head: str, now: Constant) -> ListCell:
        """What 明细 shows of a file under a head."""
        number = self._number.get(id(result))
        return now if number is None else Live(f"INDEX(明细_{head},MATCH({number},明细_序号,0))", now)


def _groups_of(result: Examined) -> Iterable[str]:
    return dict.fromkeys(line.group or _NO_GROUP for line in result.lines)


# ---- lists


def _sheet(listing: Listing) -> SheetBuilder:
    columns = listing.columns if listing.keys is None else (*listing.columns, ListColumn(KEY, 9, "hidden"))
    widths = tuple(column.width for column in columns)
    sheet = titled(listing.name, listing.code_name, listing.title, widths, heads=tuple(one.head for one in columns), head_row=1)
    sheet.protected = False
    sheet.frozen = (2, _frozen(columns))
    last = max(2, len(listing.rows) + 1)
    shown = len(listing.columns) - listing.unseen
    sheet.page = Page(landscape=True, heads=(1, 1), area=(0, 0, last, shown - 1))
    sheet.filter = Filter((1, 0, last, shown - 1), 0, ())
    if shown < len(columns):
        sheet.unseen_columns.append((shown, len(columns) - 1))
    heads = [column.head for column in columns]
    for name, head in listing.named.items():
        sheet.area(name, 2, heads.index(head), last)
    sheet.rows = lambda: _rows(listing)
    _mark(sheet, last, len(listing.columns) - 1)
    for column, one in enumerate(listing.columns):
        choices = (listing.choices or {}).get(one.head)
        if choices and listing.rows:
            typed = Typed(Kind.CHOICE, required=False, options=choices)
            accepts = Accepts(typed, one.head, "请从下拉列表选择", f"请选择：{'、'.join(choices)}")
            sheet.typed_areas.append(((2, column, last, column), accepts))
    return sheet


def _rows(listing: Listing) -> Iterator[RowMade]:
    keys = iter(listing.keys or ())
    for row, cells in enumerate(listing.rows, 2):
        sheet = SheetBuilder(listing.name, listing.code_name)
        _put(sheet, row, cells, listing.columns)
        if listing.keys is not None:
            sheet.label(row, len(listing.columns), next(keys), "hidden")
        texts = [(_text(cell), column.room) for cell, column in zip(cells, listing.columns, strict=True)]
        yield height_for(texts, 10, 20), sheet.cells


def _frozen(columns: Sequence[ListColumn]) -> int:
    """How many columns stay in sight: those up to the unit's name."""
    heads = [one.head for one in columns]
    return heads.index("单位") + 1 if "单位" in heads[:4] else 0


def _put(sheet: SheetBuilder, row: int, cells: Iterable[ListCell], columns: Sequence[ListColumn]) -> None:
    places = {one.head: f"{column_letter(at)}{row + 1}" for at, one in enumerate(columns)}
    for at, (cell, column) in enumerate(zip(cells, columns, strict=True)):
        if isinstance(cell, Link):
            if cell.file and row <= _MOST_LINKS:
                sheet.jump(row, at, text=cell.text, style="link_small", file=cell.file, sheet=cell.sheet, cell=cell.cell)
            else:
                sheet.label(row, at, cell.text, "small")
        elif isinstance(cell, Typable):
            sheet.entry(row, at, "", exact(cell.value), column.style, required=False)
        elif isinstance(cell, Live):
            sheet.computed(row, at, "", _shows(cell.formula.format(**places), cell.value), column.style)
        else:
            sheet.label(row, at, cell, column.style)


def _shows(formula: str, value: Constant) -> ByHand:
    """A formula over the report's own cells, with what it shows now."""
    now = exact(value)
    return ByHand(formula, (), now if isinstance(now, str) else lambda: now)


def _text(cell: ListCell) -> str:
    if isinstance(cell, (Link, Typable)):
        return cell.text
    return cell if isinstance(cell, str) else ""


def _mark(sheet: SheetBuilder, last: int, right: int) -> None:
    """Colours the words of states."""
    for words, colour, background in _COLOURS:
        sheet.marks += [Mark((2, 0, last, right), word, colour, background) for word in words]


def _number(value: Decimal | None) -> Constant:
    return "—" if value is None else value


# ---- 总览


def _overview(desk: Desk, names: Sequence[str]) -> SheetBuilder:
    widths = (22, 12, 12, 12, 30, 14, 10)
    sheet = titled(OVERVIEW, "Sheet_Overview", "预算绩效自评审核总览", widths)
    sheet.protected = False
    units, results = desk.units, desk.results
    row = 1
    facts: list[tuple[str, Constant]] = [
        ("审核日期", desk.day),
        ("材料", desk.source),
        ("单位", f"{len(desk.named_units)}个，材料{len(results)}份"),
        ("有必改的单位", sum(unit.count(Level.MUST_FIX) > 0 for unit in desk.named_units)),
        ("只有须说明的单位", sum(unit.verdict == Level.EXPLAIN for unit in desk.named_units)),
        ("没有写单位的材料", sum(one.readable and not one.unit for one in results)),
        ("读不出的材料", _named_files(desk, UNREADABLE)),
        ("没有审核的其他文件", _named_files(desk, NOT_REVIEWED)),
    ]
    facts += [(f"{level}问题", sum(unit.count(level) for unit in units)) for level in ORDER]
    if desk.expected.names:
        facts += [
            ("名单上的单位", len(desk.expected.names)),
            ("未交的单位", len(desk.filed.absent)),
            ("不在名单的单位", len(desk.filed.strangers)),
        ]
    for name, value in facts:
        sheet.label(row, 0, name, "head")
        sheet.label(row, 1, str(value), "cell", columns=3)
        sheet.height(row, height_for([(str(value), sum(widths[1:4]))], 10, 18))
        row += 1
    sheet.label(row, 0, "各页", "head")
    for at, name in enumerate((*names, STATISTICS)):
        sheet.jump(row + at // 3, 1 + at % 3, sheet=name, text=name)
    row += (len(names) + 3) // 3 + 1
    for note in desk.notes:
        sheet.label(row, 0, note, "note", columns=7)
        sheet.height(row, height_for([(note, sum(widths))], 9, 16))
        row += 1
    row = _most_important(desk, sheet, row + 1)
    _charts(desk, sheet, row)
    sheet.page = replace(sheet.page, scale=print_scale(widths, landscape=False) * 7 // 8)  # room for programs with wider columns
    return sheet


_MOST_NAMED = 5


def _named_files(desk: Desk, word: str) -> str:
    """How many files have a verdict, and which of them no unit is known for."""
    files = [one for one in desk.results if verdict(one) == word]
    nobodys = [one.name for one in files if not one.unit]
    if not nobodys:
        return str(len(files))
    more = f"等{len(nobodys)}份" if len(nobodys) > _MOST_NAMED else ""
    return f"{len(files)}，其中看不出单位的：{'、'.join(nobodys[:_MOST_NAMED])}{more}"


def _most_important(desk: Desk, sheet: SheetBuilder, row: int) -> int:
    """The units with the most to correct, beside the findings most units have."""
    sheet.heads(row, ("必改最多的单位", "必改", "须说明", "复核总分"))
    worst = sorted((unit for unit in desk.named_units if unit.count(Level.MUST_FIX)), key=lambda unit: -unit.count(Level.MUST_FIX))[:8]
    for at, unit in enumerate(worst, row + 1):
        cells: tuple[Constant, ...] = (unit.name, unit.count(Level.MUST_FIX), unit.count(Level.EXPLAIN))
        for column, (cell, style) in enumerate(zip(cells, ("cell", "whole", "whole"), strict=True)):
            sheet.label(at, column, cell, style)
        total = f"INDEX(汇总_复核总分,MATCH(A{at + 1},汇总_单位,0))"
        sheet.computed(at, 3, "", _shows(total, _number(unit.main.last_total)), "figure")
        sheet.height(at, height_for([(unit.name, 22)], 10, 20))
    common: dict[tuple[str, Level], set[str]] = {}
    for line in desk.findings:
        common.setdefault((line.first.code, line.first.level), set()).add(line.unit)
    sheet.heads(row, ("最常见的问题", "编号", "单位数"), first=4)
    ranked = sorted(common.items(), key=lambda item: (ORDER.index(item[0][1]), -len(item[1])))[:8]
    for at, ((code, level), units) in enumerate(ranked, row + 1):
        text = f"【{level}】{REGISTER[code].meaning}"
        sheet.label(at, 4, text, "small")
        sheet.label(at, 5, code, "centre")
        sheet.label(at, 6, len(units), "whole")
        sheet.height(at, max(sheet.heights.get(at, 0), height_for([(text, 30)], 9, 20)))
    if not worst:
        sheet.label(row + 1, 0, "没有", "cell", columns=4)
    return row + max(len(worst), len(ranked), 1) + 2


def _charts(desk: Desk, sheet: SheetBuilder, row: int) -> None:
    """Grade distribution and histogram of the totals that stand, each with its numbers."""
    order = dict.fromkeys(name for unit in desk.units for name, _ in unit.main.grades)
    order |= dict.fromkeys(desk.grades)
    grades = [(name, desk.grades.get(name, 0)) for name in order] or [("—", 0)]
    totals = [total for unit in desk.units if (total := standing(unit.main)) is not None]
    bands = [(0, 60), (60, 70), (70, 80), (80, 85), (85, 90), (90, 95), (95, 101)]
    counts = [(low, high, sum(low <= total < high for total in totals)) for low, high in bands]
    sheet.heads(row, ("等次", "单位数"))
    sheet.heads(row, ("总分", "单位数"), first=2)
    for at, (grade, count) in enumerate(grades, row + 1):
        sheet.label(at, 0, grade, "centre")
        sheet.computed(at, 1, "", _shows(f"COUNTIF(汇总_等次,A{at + 1})" if order else "0", count), "whole")
    for at, (low, high, count) in enumerate(counts, row + 1):
        sheet.label(at, 2, f"{low}～{min(high, 100)}", "centre")
        sheet.computed(at, 3, "", _shows(f'COUNTIFS(汇总_计名次,">={low}",汇总_计名次,"<{high}")', count), "whole")
    below = row + max(len(grades), len(counts)) + 2
    one, two = (("单位数", 1),), (("单位数", 3),)
    sheet.charts.append(Chart("等次分布", (below, 0), row + 1, row + len(grades), 0, one, 400))
    sheet.charts.append(Chart("总分分布", (below, 4), row + 1, row + len(counts), 2, two, 400))
    sheet.page = Page(landscape=False, area=(0, 0, below + 16, 6), breaks=(row,))


# ---- the lists


def _summary(desk: Desk, link: Callable[[str], str], live: LivePoints) -> Listing:
    columns = (
        ListColumn("名次", 6, "centre"),
        ListColumn("单位", 28),
        ListColumn("份数", 6, "whole"),
        ListColumn("主要材料", 34, "small"),
        ListColumn("文件", 7, "centre"),
        ListColumn("填报总分", 10, "figure"),
        ListColumn("复核总分", 10, "figure"),
        ListColumn("相差", 9, "figure"),
        ListColumn("按规则复算", 11, "figure"),
        ListColumn("等次", 8, "centre"),
        ListColumn("必改", 7, "whole"),
        ListColumn("须说明", 8, "whole"),
        ListColumn("提示", 7, "whole"),
        ListColumn("结论", 10, "centre"),
        ListColumn(_STANDING, 9, "hidden"),
    )
    ranked = sorted(desk.units, key=lambda unit: desk.ranks.get(unit.name, len(desk.units) + 1))

    def row(_: int, unit: UnitFiling | str) -> ListRow:
        if isinstance(unit, str):
            return "", unit, 0, _suspected(desk, unit), "", *(("—",) * 5), 0, 0, 0, ABSENT, "—"
        return _summary_row(desk, unit, link, live)

    listed: tuple[UnitFiling | str, ...] = (*ranked, *desk.filed.absent)
    rows = Each(listed, row)
    title = f"预算绩效自评审核汇总（{len(desk.named_units)}个单位，{len(desk.results)}份材料）"
    return Listing(SUMMARY, "Sheet_Summary", title, columns, rows, named=_SUMMARY_NAMES, unseen=1)


_SUMMARY_NAMES = {"汇总_单位": "单位", "汇总_复核总分": "复核总分", "汇总_等次": "等次", "汇总_计名次": _STANDING}


def _summary_row(desk: Desk, unit: UnitFiling, link: Callable[[str], str], live: LivePoints) -> Sequence[ListCell]:
    main = unit.main
    total = main.last_total
    off = None if total is None or main.claimed_total is None else total - main.claimed_total
    file = Link(_OPEN, link(str(main.file)))
    counts = [unit.count(level) for level in ORDER]
    named: Sequence[ListCell] = (unit.name, len(unit.files), main.title or main.name, file, _number(main.claimed_total))
    rank = Live(f'IF(ISNUMBER({{{_STANDING}}}),RANK({{{_STANDING}}},汇总_计名次),"—")', desk.ranks.get(unit.name, "—"))
    last = live.in_detail(main, "复核总分", _number(total))
    changed = Live('IF(AND(ISNUMBER({填报总分}),ISNUMBER({复核总分})),ROUND({复核总分}-{填报总分},2),"—")', _number(off))
    grade = live.in_detail(main, "等次", valid_grade(main) or "—")
    return rank, *named, last, changed, _number(main.computed_total), grade, *counts, unit.verdict, live.standing(main)


def _suspected(desk: Desk, name: str) -> str:
    other = desk.filed.maybe.get(name, "")
    return f"“{other}”交的可能就是它，请核实" if other else ""


def _detail(desk: Desk, link: Callable[[str], str], live: LivePoints) -> Listing:
    columns = (
        ListColumn("序号", 6, "centre"),
        ListColumn("单位", 26),
        ListColumn("文件", 40, "small"),
        ListColumn("打开", 7, "centre"),
        ListColumn("表", 30, "small"),
        ListColumn("项目", 20, "small"),
        ListColumn("填报总分", 10, "figure"),
        ListColumn("复核总分", 10, "figure"),
        ListColumn("按规则复算", 11, "figure"),
        ListColumn("等次", 8, "centre"),
        ListColumn("必改", 7, "whole"),
        ListColumn("须说明", 8, "whole"),
        ListColumn("提示", 7, "whole"),
        ListColumn("结论", 10, "centre"),
    )

    def row(at: int, one: Examined) -> ListRow:
        totals = (_number(one.claimed_total), live.total(one), _number(one.computed_total))
        counts = [one.count(level) for level in ORDER]
        file = Link(_OPEN, link(str(one.file)))
        return at + 1, one.unit, one.name, file, one.title, one.project, *totals, live.grade(one), *counts, verdict(one)

    rows = Each(desk.results, row)
    named = {"明细_序号": "序号", "明细_复核总分": "复核总分", "明细_等次": "等次"}
    return Listing(DETAIL, "Sheet_Detail", f"审核明细（{len(rows)}份）", columns, rows, named=named)


def _groups(desk: Desk, live: LivePoints) -> Listing:
    columns = (
        ListColumn("单位", 28),
        ListColumn("表", 34, "small"),
        ListColumn("项目", 20, "small"),
        ListColumn("分组", 16),
        ListColumn("分值", 9, "figure"),
        ListColumn("自评得分", 10, "figure"),
        ListColumn("按规则复算", 11, "figure"),
        ListColumn("复核得分", 10, "figure"),
        ListColumn("得分率", 9, "share"),
    )

    def row(number: int, listed: tuple[int, str]) -> ListRow:
        at, group = listed
        result = desk.results[at]
        lines = [line for line in result.lines if (line.group or _NO_GROUP) == group]
        weight, points, computed = (_sum(column) for column in zip(*((one.weight, one.points, one.computed) for one in lines), strict=True))
        last = _sum(line.points if line.reviewed is None else line.reviewed for line in lines)
        rate: Constant = "—" if not weight or last is None else last / weight
        now = Live(live.changed("复核得分_组", number + 1, points), _number(last))
        share = Live('IF(AND(ISNUMBER({复核得分}),N({分值})>0),{复核得分}/{分值},"—")', rate)
        return result.unit, result.title, result.project, group, *map(_number, (weight, points, computed)), now, share

    return Listing(GROUPS, "Sheet_Groups", "各组得分", columns, Each(live.groups, row))


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _findings(desk: Desk, link: Callable[[str], str]) -> Listing:
    columns = (
        ListColumn("序号", 6, "centre"),
        ListColumn("级别", 8, "centre"),
        ListColumn("编号", 8, "centre"),
        ListColumn("单位", 22, "small"),
        ListColumn("文件", 30, "small"),
        ListColumn("位置", 22),
        ListColumn("问题", 56, "small"),
        ListColumn("填报", 13, "small"),
        ListColumn("应为", 13, "small"),
        ListColumn(REPLY, 20, "input_small"),
        ListColumn(HANDLED, 11, "input_small"),
        ListColumn(OPINION, 20, "input_small"),
    )
    rows = Each(desk.findings, lambda at, line: _finding_row(desk, at + 1, line, link))
    title = f"问题清单（{sum(line.count for line in desk.findings)}项，合并同类后{len(rows)}行）"
    keys = Each(desk.findings, lambda _, line: line.key)
    return Listing(FINDINGS, "Sheet_Findings", title, columns, rows, keys, {HANDLED: _HANDLINGS})


def _finding_row(desk: Desk, at: int, line: Folded, link: Callable[[str], str]) -> Sequence[ListCell]:
    one = line.first
    written = desk.marks.get((FINDINGS, line.key), {})
    known = one.place.file == line.result.name and line.result.file.suffix.lower() != ".docx"
    sheet = one.place.sheet if known else ""
    shown = place_in(line.result, one) if one.place.file == line.result.name else str(one.place)
    where = Link(shown, link(str(line.result.file)), sheet, one.place.cell if known else "")
    typed = (Typable(head, written.get(head, "")) for head in (REPLY, HANDLED, OPINION))
    return at, str(one.level), one.code, line.unit, line.result.name, where, line.message, one.reported, one.expected, *typed


def _points(desk: Desk, live: LivePoints) -> Listing:
    columns = (
        ListColumn("单位", 24, "small"),
        ListColumn("表", 34, "small"),
        ListColumn("项目", 20, "small"),
        ListColumn("指标", 26, "small"),
        ListColumn("分值", 8, "figure"),
        ListColumn("按规则复算", 11, "figure"),
        ListColumn("自评得分", 10, "figure"),
        ListColumn("单位的理由", 40, "small"),
        ListColumn(REVIEWED, 10, "input_points"),
        ListColumn(REASON, 34, "input_small"),
        ListColumn(_CHANGE, 9, "figure"),
        ListColumn(_ADVICE, 16, "small"),
        ListColumn(_FILE, 9, "hidden"),
        ListColumn(_GROUP, 9, "hidden"),
    )

    def row(_: int, listed: tuple[int, PointsLine]) -> ListRow:
        at, line = listed
        result = desk.results[at]
        key = line_key(result, line)
        written = desk.marks.get((POINTS, key), {})
        values: list[Constant] = [_number(value) for value in (line.weight, line.computed, line.points)]
        if line.left_out:
            values[1:] = [NOT_APPLICABLE, NOT_APPLICABLE]
        points, reason = Typable(REVIEWED, written.get(REVIEWED, "")), Typable(REASON, written.get(REASON, ""))
        change: Constant = "" if line.reviewed is None else line.reviewed - (line.points or 0)
        advice = Live(_ADVICE_FORMULA, _advice(line, points))
        numbers = (at + 1, live.group(at, line))
        named = result.unit, result.title, result.project, line.name
        return *named, *values, line.reason, points, reason, Live(_CHANGE_FORMULA, change), advice, *numbers

    rows = Each(live.lines, row)
    keys = Each(live.lines, lambda _, listed: line_key(desk.results[listed[0]], listed[1]))
    note = "" if live.whole else "；指标很多，只列单位调整过的"
    title = f"复核得分（填“{REVIEWED}”和“{REASON}”：总分、等次、名次随时改变；用 review --continue 重新生成报告和意见函{note}）"
    named = {"复核得分_份": _FILE, "复核得分_组": _GROUP, "复核得分_改动": _CHANGE, "复核得分_自评": "自评得分", "复核得分_分值": "分值"}
    return Listing(POINTS, "Sheet_Points", title, columns, rows, keys, named=named, unseen=2)


def _advice(line: PointsLine, typed: Typable) -> str:
    if typed.value is None:
        return ""
    if line.reviewed is None:
        return _OUT_OF_RANGE if isinstance(typed.value, Decimal) else _NO_NUMBER
    return "" if line.review_reason.strip() else _NO_REASON


def _explained(desk: Desk) -> Listing:
    columns = (
        ListColumn("单位", 24, "small"),
        ListColumn("表", 24, "small"),
        ListColumn("事项", 26, "small"),
        ListColumn("为什么要说明", 34, "small"),
        ListColumn("单位的说明", 50, "small"),
        ListColumn("判断", 9, "centre"),
        ListColumn(JUDGED, 11, "input_small"),
        ListColumn(COMMENT, 24, "input_small"),
    )

    def row(_: int, one: Explanation) -> ListRow:
        written = desk.marks.get((EXPLAINED, one.key), {})
        typed = (Typable(JUDGED, written.get(JUDGED, "")), Typable(COMMENT, written.get(COMMENT, "")))
        return one.unit, one.result.title, one.what, one.demand, one.given, one.judged, *typed

    rows = Each(desk.explanations, row)
    keys = Each(desk.explanations, lambda _, one: one.key)
    title = f"说明审核（{len(rows)}项；未写、空话、单薄的要补）"
    return Listing(EXPLAINED, "Sheet_Explained", title, columns, rows, keys, {JUDGED: _VERDICTS})


def _absent(desk: Desk) -> Listing:
    columns = (
        ListColumn("单位", 34),
        ListColumn("情况", 14, "centre"),
        ListColumn("没有交的表", 44, "small"),
        ListColumn("请核实", 50, "small"),
    )
    rows: list[Sequence[ListCell]] = [(name, "全部未交", "—", _suspected(desk, name)) for name in desk.filed.absent]
    rows += [(name, "缺表", form, "") for form, name in desk.filed.by_form]
    return Listing(
        ABSENT_SHEET, "Sheet_Absent", f"未交（{len(desk.filed.absent)}个单位全部未交，缺表{len(desk.filed.by_form)}项）", columns, rows
    )


def _strangers(desk: Desk) -> Listing:
    columns = (ListColumn("单位（文件里的名称）", 40), ListColumn("名单里最近的", 40), ListColumn("怎么办", 60, "small"))
    rows: list[Sequence[ListCell]] = []
    for name, near in desk.filed.strangers:
        advice = f"是不是“{near}”？是的，请单位改正名称，或在名单里加上这个写法" if near else "名单里没有相近的；请核对是不是该交的单位"
        rows.append((name or "（没有写单位名称）", near or "—", advice))
    return Listing(STRANGERS, "Sheet_Strangers", f"不在名单的单位（{len(rows)}个）", columns, rows)


def _statistics(desk: Desk) -> SheetBuilder:
    from xl_jixiao.review.statistics import CODE_HEADS, TABLE_HEADS, by_code, by_table

    widths = (44, 10, 10, 10, 60, 10, 10, 24)
    sheet = titled(STATISTICS, "Sheet_Statistics", STATISTICS, widths, heads=TABLE_HEADS, head_row=1)
    sheet.protected = False
    row = 2
    for cells in by_table(desk.results):
        styles = ("cell", *("whole",) * 3, *("figure",) * 3, "cell")
        for column, (cell, style) in enumerate(zip(cells, styles, strict=True)):
            sheet.label(row, column, cell, style)
        sheet.height(row, height_for([(str(cells[0]), widths[0]), (str(cells[7]), widths[7])], 10, 20))
        row += 1
    row += 1
    sheet.heads(row, CODE_HEADS)
    for at, found in enumerate(by_code(desk.results), row + 1):
        for column, (cell, style) in enumerate(zip(found, ("centre", "centre", "whole", "whole", "small"), strict=True)):
            sheet.label(at, column, cell, style)
        sheet.height(at, height_for([(str(found[4]), widths[4])], 9.5, 20))
    return sheet


BASIS = "basis"


def _record(desk: Desk, basis: Mapping[str, Any]) -> SheetPlan:
    """What the next review reads: each file's result and what the review went by, as JSON in cells no longer than Excel allows."""
    sheet = SheetBuilder(RECORD, "Sheet_Record", (20,))
    sheet.visibility = Visibility.HIDDEN

    def rows() -> Iterator[RowMade]:
        own = [{BASIS: dict(basis)}] if basis else []
        for row, one in enumerate(chain(map(Examined.as_json, desk.results), own)):
            text = json.dumps(one, ensure_ascii=False)
            made = SheetBuilder(RECORD, sheet.code_name)
            for column, start in enumerate(range(0, len(text), _CHUNK)):
                made.label(row, column, text[start : start + _CHUNK], "hidden")
            yield None, made.cells

    sheet.rows = rows
    return sheet.done()
