"""Tables and returned workbooks of any kind: which job is whose. What the command line works with."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xl_jixiao.sheet.content import Package, UnreadableWorkbook, shown
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.sheet.fit import Fitted, fit, likeness
from xl_jixiao.sheet.job import Job
from xl_jixiao.sheet.returned import edition_of, hidden_facts, printed_stamp, raw, stamp_of
from xl_jixiao.tables.catalogue import heading, known, locate
from xl_jixiao.tables.next_year import year_of
from xl_jixiao.tables.tablefile import RubricError, read_toml
from xl_jixiao.words import CONCLUSION

KINDS = ("scoring_table", "document", "self_evaluation", "set")


def open_job(reference: str, lengths: Mapping[str, int] = MappingProxyType({}), year: int = 0) -> Job:
    """The job of a table's id or .toml path; a document's lists of these names have at least so many words; with a year as a set of that
    year has it. Raises FileNotFoundError, RubricError."""
    path = locate(reference)
    return _opened(str(path), path.stat().st_mtime_ns, tuple(lengths.items()), year)


@lru_cache(maxsize=32)
def _opened(file: str, _modified: int, lengths: tuple[tuple[str, int], ...], year: int) -> Job:
    path = Path(file)
    try:
        kind = heading(path).get("kind", "scoring_table")
    except (ValueError, RecursionError):
        kind = read_toml(path).get("kind", "scoring_table")  # which says what is wrong
    if kind == "scoring_table":
        from xl_jixiao.scoretable.job import TableJob

        return TableJob.load(str(path), year)
    if kind == "document":
        from xl_jixiao.documents.job import DocumentJob

        return DocumentJob.load(str(path), dict(lengths), year)
    if kind == "set":
        from xl_jixiao.unit.job import UnitJob

        return UnitJob.load(str(path), open_job)
    if kind == "self_evaluation":
        from xl_jixiao.selfeval.job import SelfEvaluationJob

        return SelfEvaluationJob.load(str(path), year)
    raise RubricError([f"{path.name} kind：未知的表类“{str(kind)[:40]}”，可用 {'、'.join(KINDS)}"])


@dataclass(frozen=True)
class Returned:
    """A filled workbook as it came back: read once, its table known, its plan fitted to it."""

    file: Path
    package: Package
    job: Job
    stamp: Mapping[str, str]
    edition: Edition
    fitted: Fitted

    @cached_property
    def answers(self) -> Any:
        """What the unit entered, at the places where the plan has it."""
        try:
            return self.job.answers_of(raw(self.fitted.plan, self.package))
        except UnreadableWorkbook as error:
            raise UnreadableWorkbook(f"{self.file.name}：{error}") from None

    @cached_property
    def digest(self) -> str:
        """The fingerprint of everything the unit entered."""
        return self.job.digest(self.answers)

    @property
    def is_ours(self) -> bool:
        """Whether this version of the program made it: then every formula and text must be the plan's."""
        return self.fitted.ours

    @property
    def revision(self) -> str:
        """The revision of the table it says it was made from."""
        return self.stamp.get(StampName.REVISION, "") or self.job.revision

    @property
    def is_bundled(self) -> bool:
        """Whether its table is the bundled one, of which a version of the program has one revision alone."""
        return self.job.id in known() and open_job(self.job.id, year=year_of(self.job.revision)) is self.job


def read_workbook(
    path: Path, reference: str | None = None, package: Package | None = None, tables: Mapping[str, Path] = MappingProxyType({})
) -> Returned:
    """A filled workbook of any kind. Its stamp says of which table, one of `tables` or a bundled one; `reference` gives the table of a
    workbook, never another than its stamp says. Raises UnreadableWorkbook, RubricError."""
    from xl_jixiao.sheet.package import read

    package = package or read(path)
    stamp = stamp_of(package)
    edition = edition_of(package, stamp, CONCLUSION)
    job = _printed_job(path, package, edition, tables) if reference is None else None
    job = job or _job_of(path, stamp.get(StampName.RUBRIC, ""), reference, tables, year_of(stamp.get(StampName.REVISION, "")))
    fitted = fit(job.plan_for(edition, hidden_facts(package)), package)
    entered = fitted.plan.entry_sheets
    if entered.isdisjoint(package.sheets):
        raise UnreadableWorkbook(f"{path.name}：缺少“{min(entered)}”表，无法读取填报数；请用原来的填报表报送")
    return Returned(path, package, job, stamp, edition, fitted)


def _printed_job(path: Path, package: Package, edition: Edition, tables: Mapping[str, Path]) -> Job | None:
    """The job of the table that the hidden sheet of rules names, where the stamp names another one and the sheets are of the former."""
    said = package.properties.get(StampName.RUBRIC, "")
    printed, revision = printed_stamp(package)
    if not said or not printed or said == printed:
        return None
    alike: dict[str, float] = {}
    for identifier in (said, printed):
        try:
            plan = _job_of(path, identifier, None, tables, year_of(revision)).plan_for(edition, hidden_facts(package))
            alike[identifier] = likeness(plan, package)
        except UnreadableWorkbook:
            continue
    better = alike.get(printed, 0.0) > alike.get(said, 0.0)
    return _job_of(path, printed, None, tables, year_of(revision)) if better else None


def _job_of(path: Path, identifier: str, reference: str | None, tables: Mapping[str, Path], year: int) -> Job:
    if reference is not None:
        job = open_job(reference, year=year)
        if identifier not in ("", job.id):
            raise UnreadableWorkbook(f"{path.name}：是表“{shown(identifier)}”，不是 --rubric 指定的“{job.id}”；请指定它自己的 .toml 文件")
        return job
    if not identifier:
        raise UnreadableWorkbook(f"{path.name}：不是本系统的填报表（没有评分标准编号）")
    if identifier in tables:
        return open_job(str(tables[identifier]), year=year)
    if identifier not in known():
        raise UnreadableWorkbook(
            f"{path.name}：没有评分标准“{shown(identifier)}”；请用 --rubric 指定它的 .toml 文件，审核几种本地的表用 --tables 指定所在的文件夹"
        )
    return open_job(identifier, year=year)
