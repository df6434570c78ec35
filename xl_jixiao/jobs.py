"""A table's whole job, whatever its kind: answers in; scores, workbooks and findings out. What the command line works with."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from xl_jixiao.finding import Finding
from xl_jixiao.scoretable.job import TableJob, TableResult
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.catalogue import heading, locate
from xl_jixiao.tables.tablefile import RubricError, read_toml


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


_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "scoring_table": "xl_jixiao.scoretable.job:TableJob",
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


__all__ = ["Job", "Result", "TableJob", "TableResult", "job_of_workbook", "open_job"]
