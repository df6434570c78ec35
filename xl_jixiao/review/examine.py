"""One returned workbook, or hundreds of them in parallel, each examined by itself."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from xl_jixiao.finding import Finding, Level, Place
from xl_jixiao.number import to_cell

SUFFIXES = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class Examined:
    """What one file came to. `texts` are its reasons by cell, compared between units afterwards."""

    file: Path
    unit: str = ""
    table: str = ""
    title: str = ""
    claimed_total: Decimal | None = None
    total: Decimal | None = None
    computed_total: Decimal | None = None
    grade: str = ""
    findings: tuple[Finding, ...] = ()
    texts: tuple[tuple[Place, str], ...] = field(default=())
    readable: bool = True

    @property
    def must_fix(self) -> bool:
        """Whether anything must be corrected."""
        return self.count(Level.MUST_FIX) > 0

    def as_json(self) -> dict[str, object]:
        """Stable English keys."""
        totals = {"claimed_total": self.claimed_total, "total": self.total, "computed_total": self.computed_total}
        return {
            "file": self.file.name, "unit": self.unit, "rubric": self.table, "title": self.title, "readable": self.readable,
            **{name: None if value is None else to_cell(value) for name, value in totals.items()},
            "grade": self.grade or None, "findings": [finding.as_json() for finding in self.findings],
        }  # fmt: skip

    def count(self, level: Level) -> int:
        """How many findings of a level."""
        return sum(finding.level is level for finding in self.findings)


def workbooks(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The workbooks named and those in named folders, each once, in the order of their paths; Office's lock files left out."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if file.suffix.lower() in SUFFIXES and not file.name.startswith(("~$", ".")):
                found[file] = None
    return tuple(found)


def examine_all(files: Sequence[Path], rubric: str | None, jobs: int, done: Callable[[Examined], None]) -> Iterator[Examined]:
    """Every file examined, in the order given; `done` is called as each one is."""
    if jobs <= 1 or len(files) < 4:
        results: Iterable[Examined] = (examine(file, rubric) for file in files)
        yield from _counted(results, done)
        return
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        yield from _counted(pool.map(examine, files, [rubric] * len(files), chunksize=4), done)


def _counted(results: Iterable[Examined], done: Callable[[Examined], None]) -> Iterator[Examined]:
    for result in results:
        done(result)
        yield result


def examine(file: Path, rubric: str | None = None) -> Examined:
    """One file: read, recomputed, compared. What can't be read is a finding too, never an exception."""
    from xl_jixiao.jobs import TableJob, open_job
    from xl_jixiao.reading import UnreadableWorkbook, stamped_table

    try:
        job = open_job(rubric or stamped_table(file))
        return _table(file, job) if isinstance(job, TableJob) else _other(file, job)
    except UnreadableWorkbook as error:
        text = str(error).removeprefix(f"{file.name}：")
    except Exception as error:  # noqa: BLE001 - one broken file must not end the review of the other hundreds
        text = f"审核失败：{type(error).__name__}"
    return Examined(file, findings=(Finding("JX600", "unreadable", Level.MUST_FIX, Place(file.name), text),), readable=False)


def _table(file: Path, job) -> Examined:
    from xl_jixiao.checks import check_filing
    from xl_jixiao.layout import Layout, reason_name
    from xl_jixiao.reading import read, typed_over
    from xl_jixiao.review.evidence import EVIDENCE, Evidence, _number
    from xl_jixiao.scoring import score

    submission = read(file, job.rubric)
    layout = Layout(job.rubric)
    card = score(job.rubric, submission.answers)
    evidence = Evidence(submission, layout, card, typed_over(file, layout))
    findings = (*check_filing(layout, submission.answers, card, file.name), *(found for check in EVIDENCE for found in check(evidence)))
    texts = tuple(
        (evidence.place(layout.names[reason_name(code)]), one.reason) for code, one in submission.answers.adjustments.items() if one.reason
    )
    long_answers = tuple(
        (evidence.place(ref), value)
        for key, ref in layout.items.items()
        if isinstance(value := submission.answers.get(key), str) and len(value) > 12
    )
    return Examined(
        file, unit=submission.answers.unit, table=job.rubric.id, title=job.rubric.title,
        claimed_total=_number(submission.claimed_total), total=card.total, computed_total=card.computed_total, grade=card.grade or "",
        findings=findings, texts=texts + long_answers,
    )  # fmt: skip


def _other(file: Path, job) -> Examined:
    """A table of another kind: read back and checked by its own rules."""
    answers = job.read(file)
    result = job.evaluate(answers, file=file.name)
    shown = result.as_json()
    total = shown.get("total")
    return Examined(
        file, unit=answers.unit, table=str(shown.get("rubric") or ""), title=result.title,
        total=Decimal(str(total)) if isinstance(total, (int, float)) else None, grade=str(shown.get("grade") or ""), findings=tuple(result.findings),
    )  # fmt: skip
