"""The reviewer's desk as data: a batch's results by unit, ranked, similar findings folded, what demanded an explanation and what was given."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path, PurePath

from xl_jixiao.finding import Finding, Level
from xl_jixiao.number import NotANumber, from_cell, half_up, plain
from xl_jixiao.review.examine import Examined
from xl_jixiao.review.names import Filed, UnitList, bare_name
from xl_jixiao.sheet.job import PointsLine
from xl_jixiao.tables.reasons import says_nothing

ORDER = (Level.MUST_FIX, Level.EXPLAIN, Level.NOTE)
UNREADABLE, NOT_REVIEWED, PASSED = "读不出", "未审核", "通过"
_FOLDED = 3
"""From so many alike on, findings of one kind in one file stand as one."""

_EACH_BY_ITSELF = frozenset({"JX401"})
"""Findings of which each is judged by itself."""

_THIN = 12


VERDICTS = (UNREADABLE, str(Level.MUST_FIX), str(Level.EXPLAIN), PASSED, NOT_REVIEWED)
"""The words for a file, the gravest first."""


def verdict(result: Examined) -> str:
    """The one word for a file."""
    if not result.readable:
        return UNREADABLE if result.must_fix else NOT_REVIEWED
    if result.count(Level.MUST_FIX):
        return str(Level.MUST_FIX)
    return str(Level.EXPLAIN) if result.count(Level.EXPLAIN) else PASSED


@dataclass(frozen=True)
class UnitFiling:
    """Everything one unit handed in."""

    name: str
    files: tuple[Examined, ...]

    @cached_property
    def main(self) -> Examined:
        """The file whose total is the unit's: of the whole unit before that of a project, one with a total before one without."""
        return min(self.files, key=lambda one: (one.total is None and one.claimed_total is None, bool(one.project), not one.readable))

    def count(self, level: Level) -> int:
        """How many findings of a level, over all files."""
        return sum(one.count(level) for one in self.files)

    @property
    def verdict(self) -> str:
        """The gravest word of its files."""
        return min((verdict(one) for one in self.files), key=VERDICTS.index)


@dataclass(frozen=True, slots=True)
class Folded:
    """One line of the list of findings: a finding, or several of one kind in one file."""

    unit: str
    result: Examined
    first: Finding
    others: tuple[Finding, ...] = ()

    @property
    def key(self) -> str:
        """What it is, whoever finds it again: the same in the next review of the same filing."""
        one, result = self.first, self.result
        return "|".join((bare_name(self.unit) or result.name, result.table, bare_name(result.project), one.code, own_mark(one)))

    @property
    def count(self) -> int:
        """How many findings it stands for."""
        return 1 + len(self.others)

    @property
    def message(self) -> str:
        """The sentence, and where the others are."""
        if not self.others:
            return self.first.message
        places = "、".join(dict.fromkeys(place_in(self.result, one) for one in self.others))
        return f"{self.first.message}（同类共{self.count}处，另见{places[:120]}）"


def mark_of(sheet: str, cell: str, message: str) -> str:
    """What tells a finding from others of its code: its cell, or its words without figures where it has none."""
    return f"{sheet}!{cell}" if cell else re.sub(r"[\d.,]+", "#", message)[:60]


def own_mark(one: Finding) -> str:
    """The mark of a finding."""
    return mark_of(one.place.sheet, one.place.cell, one.message)


def place_in(result: Examined, one: Finding) -> str:
    """Where in its file."""
    return str(one.place).removeprefix(f"{result.name} ▸ ") if one.place.sheet else "全文件"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Something that had to be explained: what, why, what was given, whether that says anything."""

    unit: str
    result: Examined
    what: str
    demand: str
    given: str

    @property
    def judged(self) -> str:
        """未写, 空话, 单薄 or 已说明."""
        if not self.given.strip():
            return "未写"
        if says_nothing(self.given, self.what):
            return "空话"
        has_basis = re.search(r"\d|〔|《|文件|通知|决定|政策|会议|合同|批复|因", self.given)
        return "已说明" if len(self.given) >= _THIN and has_basis else "单薄"

    @property
    def key(self) -> str:
        """What it is, in every review of the same filing."""
        return "|".join((bare_name(self.unit), self.result.table, bare_name(self.result.project), self.what, self.demand[:6]))


@dataclass(frozen=True)
class Desk:
    """A batch as the report shows it."""

    results: tuple[Examined, ...]
    filed: Filed = Filed()
    expected: UnitList = UnitList()
    day: str = ""
    source: str = ""
    folder: Path = Path()
    """Where the report will stand: its links start there."""
    marks: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    """What the reviewer wrote in an earlier report, by sheet and key, then by head."""
    notes: tuple[str, ...] = ()

    @cached_property
    def units(self) -> tuple[UnitFiling, ...]:
        """The units in the order of their first file; a file without a unit by itself."""
        groups: dict[str, list[Examined]] = defaultdict(list)
        for result in self.results:
            groups[bare_name(result.unit) or f"\0{result.file}"].append(result)
        return tuple(UnitFiling(files[0].unit or PurePath(files[0].name).stem, tuple(files)) for files in groups.values())

    @cached_property
    def named_units(self) -> tuple[UnitFiling, ...]:
        """The units that are known by name: not the files nobody could read, or that say no unit."""
        return tuple(unit for unit in self.units if unit.files[0].unit)

    @cached_property
    def ranks(self) -> Mapping[str, int]:
        """The place of each unit with a valid total, the highest first; equal totals share one."""
        totals = sorted((total for unit in self.units if (total := standing(unit.main)) is not None), reverse=True)
        first = {total: at for at, total in reversed(list(enumerate(totals, 1)))}
        return {unit.name: first[total] for unit in self.units if (total := standing(unit.main)) is not None}

    @cached_property
    def findings(self) -> tuple[Folded, ...]:
        """All findings, the most serious first, those of a unit and a kind together, many alike as one."""
        rows = [row for unit in self.units for result in unit.files for row in _folded(unit.name, result)]
        return tuple(sorted(rows, key=lambda row: ORDER.index(row.first.level)))

    @cached_property
    def explanations(self) -> tuple[Explanation, ...]:
        """What had to be explained, file by file."""
        return tuple(one for unit in self.units for result in unit.files for one in _explanations(unit.name, result))

    @property
    def grades(self) -> Mapping[str, int]:
        """How many units have each grade; those whose total does not stand have none."""
        counts: dict[str, int] = {}
        for unit in self.units:
            grade = valid_grade(unit.main)
            if grade:
                counts[grade] = counts.get(grade, 0) + 1
        return counts


def standing(result: Examined) -> Decimal | None:
    """The total as far as it stands: the reviewer's, else the recomputed one where nothing must be corrected."""
    if result.reviewed_total is not None:
        return result.reviewed_total
    return None if result.must_fix else result.total


def valid_grade(result: Examined) -> str:
    """The grade of a total that stands."""
    return "" if standing(result) is None else result.grade


def _folded(unit: str, result: Examined) -> Iterator[Folded]:
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for one in result.findings:
        groups[one.code, _skeleton(one.message)].append(one)
    for alike in groups.values():
        if len(alike) >= _FOLDED and alike[0].code not in _EACH_BY_ITSELF:
            yield Folded(unit, result, alike[0], tuple(alike[1:]))
        else:
            yield from (Folded(unit, result, one) for one in alike)


def _skeleton(message: str) -> str:
    """A sentence without what differs from place to place."""
    return re.sub(r"“[^”]*”|[\d.,%]+", "#", message)[:16]


def _explanations(unit: str, result: Examined) -> Iterator[Explanation]:
    for line in result.lines:
        if line.reason or line.adjusted:
            demand = f"自评{line.shown_points}分，按规则复算{line.shown_computed}分" if line.adjusted else "偏差原因"
            yield Explanation(unit, result, line.name, demand, line.reason)
    explained = {line.name for line in result.lines if line.reason or line.adjusted}
    for one in result.findings:
        if one.code in ("JX203", "JX506", "JX507", "JX515", "JX517", "JX307") and not any(name in one.message for name in explained):
            yield Explanation(unit, result, place_in(result, one), one.message, "")


# ---- the reviewer's own points


@dataclass(frozen=True)
class WrongPoints:
    """A reviewed score that can't be taken: where, and why."""

    where: str
    why: str


def line_key(result: Examined, line: PointsLine) -> str:
    """What a line of points is, in every review of the same filing."""
    return "|".join((bare_name(result.unit) or result.name, result.table, bare_name(result.project), line.code))


def with_reviewed(result: Examined, marks: Mapping[str, Mapping[str, str]]) -> tuple[Examined, list[WrongPoints]]:
    """A result with the reviewer's points in it: the total is changed by what they change, the grade follows. Points that can't be are said."""
    wrong: list[WrongPoints] = []
    lines: list[PointsLine] = []
    given = 0
    for line in result.lines:
        written = marks.get(line_key(result, line), {})
        where = f"{result.unit}“{line.name}”"
        try:
            points = from_cell(written.get("复核得分") or None)
        except NotANumber as error:
            points = None
            wrong.append(WrongPoints(where, f"复核得分{error}"))
        if points is not None and (points < 0 or (line.weight is not None and points > line.weight) or points != half_up(points, 2)):
            wrong.append(WrongPoints(where, f"复核得分{plain(points)}不在0至{plain(line.weight or Decimal(0))}之间，或多于两位小数"))
            points = None
        reason = written.get("复核理由", "")
        if points is None:
            lines.append(line)
            continue
        if not reason.strip():
            wrong.append(WrongPoints(where, f"复核得分{plain(points)}没有写理由"))
        given += 1
        lines.append(replace(line, reviewed=points, review_reason=reason))
    if not given:
        return result, wrong
    total = _reviewed_total(result, lines)
    return replace(result, lines=tuple(lines), reviewed_total=total, grade=grade_of(result, total)), wrong


def _reviewed_total(result: Examined, lines: Sequence[PointsLine]) -> Decimal | None:
    """The total with the reviewer's points; None while an indicator has none. What is not applicable is left out, the rest rescaled."""
    counted = [line for line in lines if not line.left_out or line.reviewed is not None]
    last = [line.points if line.reviewed is None else line.reviewed for line in counted]
    known = [points for points in last if points is not None]
    if len(known) < len(last):
        return None
    own = rescaled(result.lines)
    if own is not None:
        share = sum((line.weight or Decimal(0) for line in counted), Decimal(0))
        return _settled(result, sum(known, Decimal(0)) * own.full / share)
    if result.bounds is not None:
        return _settled(result, sum(known, Decimal(0)))
    change = sum(known, Decimal(0)) - sum((line.points or Decimal(0) for line in result.lines), Decimal(0))
    base = result.total if result.total is not None else sum((line.points or Decimal(0) for line in result.lines), Decimal(0))
    return half_up(base + change, 2)


def _settled(result: Examined, points: Decimal) -> Decimal:
    return half_up(points if result.bounds is None else result.bounds.settled(points), 2)


@dataclass(frozen=True)
class Rescaled:
    """Points of a table of which something is left out: their sum, the weight they are of, the full weight they are rescaled to."""

    points: Decimal
    counted: Decimal
    full: Decimal


def rescaled(lines: Sequence[PointsLine]) -> Rescaled | None:
    """What a file's total is rescaled from; None where nothing is left out."""
    counted = [line for line in lines if not line.left_out]
    if len(counted) == len(lines) or not counted:
        return None
    points, part = (
        sum((value or Decimal(0) for value in values), Decimal(0))
        for values in zip(*((one.points, one.weight) for one in counted), strict=True)
    )
    return Rescaled(points, part, sum((line.weight or Decimal(0) for line in lines), Decimal(0)))


def grade_of(result: Examined, total: Decimal | None) -> str:
    """The grade the table gives a total."""
    if total is None:
        return ""
    if result.bounds is not None and result.bounds.grade:
        return result.bounds.grade
    return next((name for name, least in result.grades if total >= least), "")
