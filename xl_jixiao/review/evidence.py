"""What a returned scoring table claims against what its own inputs give: one small function for each finding code."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from xl_jixiao.finding import Finding, Level, Place, titled
from xl_jixiao.layout import GRADE, TOTAL, Layout, Ref, score_name
from xl_jixiao.number import NotANumber, from_cell, half_up, plain
from xl_jixiao.reading import Submission
from xl_jixiao.scoring import UNFINISHED, ScoreCard

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Evidence:
    """A returned workbook beside its recomputation; `typed_over` are cells where a constant stands in a formula's place."""

    submission: Submission
    layout: Layout
    card: ScoreCard
    typed_over: tuple[Ref, ...]

    def place(self, ref: Ref | None) -> Place:
        """A cell in the user's words."""
        return Place(self.submission.file.name, *(("", "") if ref is None else (ref.sheet, ref.local)))


def _number(cell: object) -> Decimal | None:
    try:
        return from_cell(cell)
    except NotANumber:
        return None


def _differing_scores(evidence: Evidence) -> Iterator[tuple[str, Ref, Decimal | None, Decimal | None]]:
    for score in evidence.card.scores:
        claimed = _number(evidence.submission.claimed.get(score.code))
        expected = score.points if isinstance(score.points, Decimal) else None
        if claimed != expected:
            yield score.indicator.label, evidence.layout.names[score_name(score.code)], claimed, expected


def score_mismatch(evidence: Evidence) -> Iterator[Finding]:
    """JX601: a cell's points aren't what the filing's own answers give."""
    for label, ref, claimed, expected in _differing_scores(evidence):
        if claimed is None or expected is None or abs(claimed - expected) > _CENT:
            text = f"{titled(label)}表内得分{_shown(claimed)}，按填报数复算{_shown(expected)}"
            yield Finding("JX601", "score-mismatch", Level.MUST_FIX, evidence.place(ref), text, _shown(claimed), _shown(expected))


def score_rounding(evidence: Evidence) -> Iterator[Finding]:
    """JX602: a cell's points are off by 0.01 at a tie: rounding, not an error."""
    for label, ref, claimed, expected in _differing_scores(evidence):
        if claimed is not None and expected is not None and abs(claimed - expected) <= _CENT:
            text = f"{titled(label)}表内得分{plain(claimed)}，复算{plain(expected)}，相差0.01，属舍入"
            yield Finding("JX602", "score-rounding", Level.NOTE, evidence.place(ref), text, plain(claimed), plain(expected))


def total_mismatch(evidence: Evidence) -> Iterator[Finding]:
    """JX603: the printed total isn't the sum of the recomputed points; not repeated where single scores already differ."""
    claimed, expected = _number(evidence.submission.claimed_total), evidence.card.total
    if claimed is None and expected is None or any(True for _ in _differing_scores(evidence)):
        return
    if claimed is None or expected is None or abs(claimed - expected) > _CENT:
        gap = f"，相差{plain(half_up(claimed - expected, 2))}" if claimed is not None and expected is not None else ""
        text = f"合计与各项得分之和不符：填报{_shown(claimed)}，复算{_shown(expected)}{gap}"
        yield Finding(
            "JX603", "total-mismatch", Level.MUST_FIX, evidence.place(evidence.layout.names[TOTAL]), text, _shown(claimed), _shown(expected)
        )


def grade_mismatch(evidence: Evidence) -> Iterator[Finding]:
    """JX604: the grade isn't the one the recomputed total earns in the place's words."""
    claimed, expected = str(evidence.submission.claimed_grade or "").strip(), evidence.card.grade or ""
    if claimed != expected and expected:
        text = f"等次“{claimed or '空白'}”与总分{plain(evidence.card.total)}不符，应为“{expected}”"
        yield Finding("JX604", "grade-mismatch", Level.MUST_FIX, evidence.place(evidence.layout.names[GRADE]), text, claimed, expected)


def formula_replaced(evidence: Evidence) -> Iterator[Finding]:
    """JX605: a constant stands where the template has a formula."""
    for ref in evidence.typed_over:
        yield Finding("JX605", "formula-replaced", Level.MUST_FIX, evidence.place(ref), "公式被改成了固定值，请恢复公式或重新填写模板")


def other_revision(evidence: Evidence) -> Iterator[Finding]:
    """JX606: the workbook was made from another revision of the table."""
    submission = evidence.submission
    if submission.revision and submission.revision != submission.rubric.revision:
        text = f"填报表按评分标准修订{submission.revision}制作，现行为{submission.rubric.revision}；按现行标准复算"
        yield Finding("JX606", "other-revision", Level.EXPLAIN, evidence.place(None), text, submission.revision, submission.rubric.revision)


def changed_after_export(evidence: Evidence) -> Iterator[Finding]:
    """JX607: the answers of a finished sheet are no longer the ones it was stamped with."""
    submission = evidence.submission
    if submission.edition == "finished" and submission.stamped_digest and submission.stamped_digest != submission.digest:
        text = "成品导出后填报数被改动（与导出时的摘要不符），请核实"
        yield Finding(
            "JX607",
            "changed-after-export",
            Level.EXPLAIN,
            evidence.place(None),
            text,
            submission.stamped_digest[:12],
            submission.digest[:12],
        )


EVIDENCE: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    score_mismatch, score_rounding, total_mismatch, grade_mismatch, formula_replaced, other_revision, changed_after_export,
)  # fmt: skip


def _shown(points: Decimal | None) -> str:
    return UNFINISHED if points is None else plain(points)
