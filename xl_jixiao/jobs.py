"""A table's whole job, whatever its kind: answers in; scores, workbooks and findings out. What the command line works with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from xl_jixiao.finding import Finding, Level
from xl_jixiao.layout import Layout
from xl_jixiao.number import plain, to_cell
from xl_jixiao.outputs import refuse_existing
from xl_jixiao.scoretable import table as rubrics
from xl_jixiao.scoretable.findings import check_filing
from xl_jixiao.scoretable.scoring import Score, ScoreCard, score
from xl_jixiao.scoretable.table import Rubric, RubricError
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.catalogue import heading, locate
from xl_jixiao.tables.tablefile import read_toml
from xl_jixiao.words import UNFINISHED


class Result(Protocol):
    """What a job found: a headline, rows to show, findings, JSON."""

    findings: tuple[Finding, ...]

    @property
    def title(self) -> str:
        """The table's title."""

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of the rows: a name, numbers, and an explanation last."""

    def rows(self) -> Iterator[tuple[str, ...]]:
        """What was computed, line by line."""

    @property
    def headline(self) -> str:
        """Total and grade in one line."""

    @property
    def must_fix(self) -> bool:
        """Whether a finding keeps the filing from being finished."""

    def as_json(self) -> dict[str, Any]:
        """The stable JSON form."""


class Job(Protocol):
    """What every kind of table can do. Its answers are its own type."""

    @classmethod
    def load(cls, reference: str) -> "Job": ...
    def read(self, path: Path) -> Answers: ...
    def blank(self) -> Answers: ...
    def answers(self, path: Path) -> Answers: ...
    def evaluate(self, answers: Answers, *, file: str = "") -> Result: ...
    def write(self, answers: Answers, edition: Edition, path: Path, *, overwrite: bool = False) -> Result: ...
    def finish(self, answers: Answers, folder: Path, *, file: str = "", overwrite: bool = False) -> tuple[tuple[Path, ...], Result]: ...


@dataclass(frozen=True)
class TableResult:
    """A scoring table's scores with their findings."""

    card: ScoreCard
    findings: tuple[Finding, ...]

    heads = ("指标", "分值", "指标值", "复算", "自评", "计分说明")

    @property
    def title(self) -> str:
        """The table's title."""
        return self.card.rubric.title

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Every indicator: weight, rate, computed and claimed points, why."""
        for one in self.card.scores:
            yield one.indicator.label, plain(one.full), one.rate_text or "—", _shown(one.computed), _shown(one.points), one.reason

    @property
    def headline(self) -> str:
        """``总分 89.5，等次 良好；按规则复算 68.5``."""
        total = UNFINISHED if self.card.total is None else plain(self.card.total)
        computed = UNFINISHED if self.card.computed_total is None else plain(self.card.computed_total)
        grade = f"，等次 {self.card.grade}" if self.card.grade else ""
        return f"总分 {total}{grade}；按规则复算 {computed}"

    @property
    def must_fix(self) -> bool:
        """Whether a finding keeps the filing from being finished."""
        return any(finding.level is Level.MUST_FIX for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Stable English keys; numbers as JSON numbers, blanks null, words as text."""
        card = self.card
        return {
            "rubric": card.rubric.id, "revision": card.rubric.revision, "title": card.rubric.title,
            "total": _json(card.total), "computed_total": _json(card.computed_total), "grade": card.grade, "complete": card.total is not None,
            "indicators": [_indicator(one) for one in card.scores], "findings": [finding.as_json() for finding in self.findings],
        }  # fmt: skip


def _shown(points: object) -> str:
    return plain(points) if isinstance(points, Decimal) else str(points or "未得出")


def _indicator(one: Score) -> dict[str, Any]:
    adjustment = one.adjustment
    return {
        "code": one.code, "name": one.indicator.name, "path": list(one.indicator.path), "weight": _json(one.full),
        "rate": _json(one.rate), "rate_text": one.rate_text, "computed": _json(one.computed), "points": _json(one.points),
        "worked": one.worked, "reason": one.reason,
        "adjustment": {"points": _json(adjustment.points), "reason": adjustment.reason} if adjustment else None,
    }  # fmt: skip


def _json(value: Decimal | str | None) -> float | int | str | None:
    return to_cell(value) if isinstance(value, Decimal) else value


@dataclass(frozen=True)
class TableJob:
    """The job of a scoring table."""

    rubric: Rubric

    @classmethod
    def load(cls, reference: str) -> "TableJob":
        """The job of a rubric file."""
        return cls(rubrics.load(reference))

    def read(self, path: Path) -> Answers:
        """The answers of a filled workbook."""
        from xl_jixiao.reading import read

        return read(path, self.rubric).answers

    def blank(self) -> Answers:
        """No answers at all."""
        return Answers(self.rubric.id, {})

    def answers(self, path: Path) -> Answers:
        """The answers of a data file."""
        return answer_files.load(path, self.rubric.asked)

    def evaluate(self, answers: Answers, *, file: str = "") -> TableResult:
        """Scores and findings."""
        return self._result(answers, score(self.rubric, answers), file)

    def _result(self, answers: Answers, card: ScoreCard, file: str = "") -> TableResult:
        return TableResult(card, check_filing(Layout(self.rubric), answers, card, file))

    def write(self, answers: Answers, edition: Edition, path: Path, *, overwrite: bool = False) -> TableResult:
        """Writes a workbook."""
        from xl_jixiao.template.build import write

        return self._result(answers, write(self.rubric, answers, edition, path, overwrite=overwrite))

    def finish(self, answers: Answers, folder: Path, *, file: str = "", overwrite: bool = False) -> tuple[tuple[Path, ...], TableResult]:
        """Writes the finished workbook and the report; raises Unfinished."""
        from xl_jixiao.scoretable.finished import file_name, finish
        from xl_jixiao.scoretable.report import report_of_card

        report = (folder / file_name(self.rubric, answers)).with_suffix(".docx")
        refuse_existing(report, overwrite=overwrite)
        path, card = finish(self.rubric, answers, folder, file=file, overwrite=overwrite)
        report_of_card(self.rubric, answers, card).save(report, overwrite=overwrite)
        return (path, report), self._result(answers, card, file)


_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "scoring_table": "xl_jixiao.jobs:TableJob",
        "document": "xl_jixiao.documents.job:DocumentJob",
        "self_evaluation": "xl_jixiao.selfeval.job:SelfEvaluationJob",
    }
)
"""Where the job of each kind of table lives; `load` reads a table file, `read` a filled workbook."""


def open_job(reference: str) -> Job:
    """The job of a table's id or .toml path. Raises FileNotFoundError, RubricError."""
    path = locate(reference)
    return _kind(path).load(str(path))


def _kind(path: Path) -> type[Job]:
    try:
        kind = heading(path).get("kind", "scoring_table")
    except (ValueError, RecursionError):
        kind = read_toml(path).get("kind", "scoring_table")  # which says what is wrong
    if not isinstance(kind, str) or kind not in _KINDS:
        raise RubricError([f"{path.name} kind：未知的表类“{str(kind)[:40]}”，可用 {'、'.join(_KINDS)}"])
    module, _, name = _KINDS[kind].partition(":")
    return getattr(import_module(module), name)


def job_of_workbook(path: Path, reference: str | None = None) -> tuple[Job, Any]:
    """The job and the answers of a filled workbook; the table comes from its stamp unless given. Raises UnreadableWorkbook."""
    from xl_jixiao.reading import stamped_table

    job = open_job(reference or stamped_table(path))
    return job, job.read(path)
