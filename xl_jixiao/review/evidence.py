"""What a returned workbook claims against what its own answers give, whatever its kind: one small function for each finding code."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from xl_jixiao.finding import Finding, Level, Place
from xl_jixiao.layout import Ref
from xl_jixiao.number import half_up, percent, plain
from xl_jixiao.words import UNFINISHED

_CENT = Decimal("0.01")
_MOST_CELLS = 5
"""So many replaced formulas of a sheet are named each; more are one finding, at the first."""


@dataclass(frozen=True)
class Claim:
    """A number a computed cell shows, and the one the filing's answers give; None: they give none."""

    what: str
    ref: Ref
    claimed: Decimal
    expected: Decimal | None
    place: Decimal = _CENT
    """The last printed place: a rate is printed to 0.0001."""
    adds: bool = True
    """Whether it is one of the points the total adds up."""

    @property
    def differs(self) -> bool:
        """Whether more is between them than what a binary number loses."""
        return self.expected is None or abs(self.claimed - self.expected) * 100 >= self.place

    @property
    def rounded(self) -> bool:
        """Whether they differ by one in the last printed place."""
        return self.differs and self.expected is not None and abs(self.claimed - self.expected) <= self.place

    def shown(self, value: Decimal | None) -> str:
        """One of its numbers as the sheet prints it."""
        return UNFINISHED if value is None else percent(value) if self.place < _CENT else plain(half_up(value, 10))


class Change(StrEnum):
    """What became of a formula, in the user's words."""

    CONSTANT = "公式被改成了固定值"
    OTHER = "公式被改成了别的公式"
    DELETED = "公式被删除"
    LOST = "公式被改成了固定值或被删除"
    NO_SHEET = "工作表被删除，其中的公式无从核对"


@dataclass(frozen=True)
class Replaced:
    """A cell whose formula isn't the template's any more; `value` is the constant in its place."""

    ref: Ref
    change: Change
    value: str = ""


@dataclass(frozen=True)
class Evidence:
    """A returned workbook beside its recomputation. A cell that was never computed claims nothing."""

    file: str
    scores: tuple[Claim, ...] = ()
    sums: tuple[Claim, ...] = ()
    total: Claim | None = None
    grade: tuple[Ref, str, str] | None = None
    """Its cell, what it says, what the recomputed total earns."""
    final: Decimal | None = None
    """The recomputed total."""
    replaced: tuple[Replaced, ...] = ()
    revision: tuple[str, str] = ("", "")
    """Of the table: what the workbook was made from, what stands now."""
    digests: tuple[str, str] = ("", "")
    """Of the answers: what a finished sheet was stamped with, what they give now."""

    def at(self, ref: Ref | None) -> Place:
        """A cell in the user's words."""
        return Place(self.file, *(("", "") if ref is None else (ref.sheet, ref.local)))

    @property
    def claimed_total(self) -> Decimal | None:
        """The total the workbook shows."""
        return self.total.claimed if self.total else None

    @property
    def total_follows(self) -> bool:
        """Whether the total differs by just as much as the points it adds up: nothing new to say."""
        wrong = [one for one in self.scores if one.adds and one.differs]
        if not wrong or self.total is None or self.total.expected is None:
            return bool(wrong)
        gap = sum((one.claimed - (one.expected or 0) for one in wrong), Decimal(0))
        return abs(self.total.claimed - self.total.expected - gap) < _CENT


def score_mismatch(evidence: Evidence) -> Iterator[Finding]:
    """JX601: a cell's points, or its rate, aren't what the filing's own answers give."""
    for one in evidence.scores:
        if one.differs and not one.rounded:
            claimed, expected = one.shown(one.claimed), one.shown(one.expected)
            text = f"{one.what}：表内{claimed}，按填报数复算{expected}"
            yield Finding("JX601", "score-mismatch", Level.MUST_FIX, evidence.at(one.ref), text, claimed, expected)


def score_rounding(evidence: Evidence) -> Iterator[Finding]:
    """JX602: off by one in the last printed place: rounding, not an error."""
    total = [evidence.total] if evidence.total and not evidence.total_follows else []
    for one in (*evidence.scores, *evidence.sums, *total):
        if one.rounded:
            claimed, expected, gap = one.shown(one.claimed), one.shown(one.expected), one.shown(one.place)
            text = f"{one.what}：表内{claimed}，复算{expected}，相差{gap}，属舍入"
            yield Finding("JX602", "score-rounding", Level.NOTE, evidence.at(one.ref), text, claimed, expected)


def total_mismatch(evidence: Evidence) -> Iterator[Finding]:
    """JX603: a printed sum isn't the sum of its parts; the total is not repeated where the points it adds up already differ by as much."""
    total = [evidence.total] if evidence.total and not evidence.total_follows else []
    for one in (*evidence.sums, *total):
        if one.differs and not one.rounded:
            claimed, expected = one.shown(one.claimed), one.shown(one.expected)
            gap = f"，相差{plain(half_up(one.claimed - one.expected, 4))}" if one.expected is not None else ""
            parts = "各项得分之和" if one is evidence.total else "各项之和"
            text = f"{one.what}与{parts}不符：填报{claimed}，复算{expected}{gap}"
            yield Finding("JX603", "total-mismatch", Level.MUST_FIX, evidence.at(one.ref), text, claimed, expected)


def grade_mismatch(evidence: Evidence) -> Iterator[Finding]:
    """JX604: the grade isn't the one the recomputed total earns in the place's words."""
    if evidence.grade and evidence.final is not None:
        ref, claimed, expected = evidence.grade
        if claimed and claimed != expected:
            text = f"等次“{claimed}”与总分{plain(evidence.final)}不符，应为“{expected}”"
            yield Finding("JX604", "grade-mismatch", Level.MUST_FIX, evidence.at(ref), text, claimed, expected)


def formula_replaced(evidence: Evidence) -> Iterator[Finding]:
    """JX605: something else stands where the template has a formula."""
    lost = {Change.CONSTANT: Change.LOST, Change.DELETED: Change.LOST}
    key = lambda one: (one.ref.sheet, lost.get(one.change, one.change))  # noqa: E731
    order = lambda one: (*key(one), one.ref.row, one.ref.column)  # noqa: E731
    for (_, change), group in groupby(sorted(evidence.replaced, key=order), key):
        cells = tuple(group)
        if len(cells) <= _MOST_CELLS:
            yield from (_replaced(evidence, one, str(one.change)) for one in cells)
        else:
            named = "、".join(one.ref.local for one in cells[:_MOST_CELLS])
            yield _replaced(evidence, replace(cells[0], value=""), f"{len(cells)}个单元格的{change}（{named}等）")


def _replaced(evidence: Evidence, one: Replaced, text: str) -> Finding:
    place = Place(evidence.file, one.ref.sheet) if one.change is Change.NO_SHEET else evidence.at(one.ref)
    return Finding("JX605", "formula-replaced", Level.MUST_FIX, place, f"{text}，请恢复公式或重新填写模板", one.value)


def other_revision(evidence: Evidence) -> Iterator[Finding]:
    """JX606: the workbook was made from another revision of the table."""
    made, now = evidence.revision
    if made and made != now:
        text = f"填报表按评分标准修订{made}制作，现行为{now}；按现行标准复算"
        yield Finding("JX606", "other-revision", Level.EXPLAIN, evidence.at(None), text, made, now)


def changed_after_export(evidence: Evidence) -> Iterator[Finding]:
    """JX607: the answers of a finished sheet are no longer the ones it was stamped with."""
    stamped, now = evidence.digests
    if stamped and stamped != now:
        text = "成品导出后填报数被改动（与导出时的摘要不符），请核实"
        yield Finding("JX607", "changed-after-export", Level.EXPLAIN, evidence.at(None), text, stamped[:12], now[:12])


EVIDENCE: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    score_mismatch, score_rounding, total_mismatch, grade_mismatch, formula_replaced, other_revision, changed_after_export,
)  # fmt: skip


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """Every finding of the evidence."""
    return tuple(found for check in EVIDENCE for found in check(evidence))
