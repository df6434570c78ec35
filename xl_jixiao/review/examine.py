"""One returned workbook, or hundreds of them in parallel, each examined by itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xl_jixiao.finding import Finding, Level, Place
from xl_jixiao.number import to_cell
from xl_jixiao.review.evidence import findings
from xl_jixiao.review.package import Package
from xl_jixiao.words import PROJECT, SUPERIOR

SUFFIXES = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class Examined:
    """What one file came to. `texts` are what the unit wrote in its own words by cell, compared between units afterwards."""

    file: Path
    unit: str = ""
    table: str = ""
    title: str = ""
    project: str = ""
    superior: str = ""
    claimed_total: Decimal | None = None
    total: Decimal | None = None
    computed_total: Decimal | None = None
    grade: str = ""
    findings: tuple[Finding, ...] = ()
    texts: tuple[tuple[Place, str], ...] = field(default=())
    content: str = ""
    """A fingerprint of everything but who filed; empty where there is too little to compare."""
    sheet: str = ""
    """The sheet of the form."""
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
    from xl_jixiao.jobs import open_job
    from xl_jixiao.reading import UnreadableWorkbook, stamped_table

    try:
        job = open_job(rubric or stamped_table(file))
        return _KINDS[type(job).__name__](file, job)
    except UnreadableWorkbook as error:
        text = str(error).removeprefix(f"{file.name}：")
    except Exception as error:  # noqa: BLE001 - one broken file must not end the review of the other hundreds
        text = f"审核失败：{type(error).__name__}"
    return Examined(file, findings=(Finding("JX600", "unreadable", Level.MUST_FIX, Place(file.name), text),), readable=False)


def _table(file: Path, job: Any) -> Examined:
    from xl_jixiao.layout import Layout, reason_name
    from xl_jixiao.reading import read
    from xl_jixiao.review.claims import of_table
    from xl_jixiao.scoretable.findings import check_filing
    from xl_jixiao.scoretable.scoring import score

    submission = read(file, job.rubric)
    answers, layout = submission.answers, Layout(job.rubric)
    card = score(job.rubric, answers)
    with Package(file) as package:
        evidence = of_table(package, submission, layout, card)
    given = {option for item, _ in job.rubric.items for option in item.options} | {option for one in job.rubric.inputs for option in one.options}
    texts = [(layout.names[reason_name(code)], one.reason) for code, one in answers.adjustments.items() if one.reason]
    texts += [(ref, value) for key, ref in layout.items.items() if isinstance(value := answers.get(key), str) and value not in given]
    return Examined(
        file, unit=answers.unit, table=job.rubric.id, title=job.rubric.title, project=str(answers.get(PROJECT) or ""),
        claimed_total=evidence.claimed_total, total=card.total, computed_total=card.computed_total, grade=card.grade or "",
        findings=(*check_filing(layout, answers, card, file.name), *findings(evidence)),
        texts=tuple((evidence.at(ref), text) for ref, text in texts),
    )  # fmt: skip


def _selfeval(file: Path, job: Any) -> Examined:
    from xl_jixiao.review.claims import of_selfeval
    from xl_jixiao.selfeval.claimed import content, long_texts

    answers = job.read(file)
    result = job.evaluate(answers, file=file.name)
    card = result.card
    with Package(file) as package:
        evidence = of_selfeval(package, card, file.name)
    return Examined(
        file, unit=answers.unit, table=card.table.id, title=card.table.title, project=answers.fields.get(PROJECT, ""),
        superior=answers.fields.get(SUPERIOR, ""), claimed_total=evidence.claimed_total, total=card.total, grade=card.grade or "",
        findings=(*result.findings, *findings(evidence)),
        texts=tuple((evidence.at(ref), text) for ref, text in long_texts(answers) if text), content=content(answers),
        sheet=card.table.form.sheet,
    )  # fmt: skip


def _document(file: Path, job: Any) -> Examined:
    from xl_jixiao.review.claims import of_document

    answers = job.read(file)
    result = job.evaluate(answers, file=file.name)
    with Package(file) as package:
        evidence = of_document(package, job.form, answers, file.name)
    return Examined(
        file, unit=answers.unit, table=job.form.id, title=result.title, project=str(answers.get(PROJECT) or ""),
        findings=(*result.findings, *findings(evidence)),
    )  # fmt: skip


_KINDS: Mapping[str, Callable[[Path, Any], Examined]] = MappingProxyType(
    {"TableJob": _table, "SelfEvaluationJob": _selfeval, "DocumentJob": _document}
)
