"""One returned workbook, or hundreds of them in parallel, each examined by itself."""

import gc
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from xl_jixiao import __version__
from xl_jixiao.agree.facts import Fact, Figures
from xl_jixiao.expr import CellFailure, Value, decimal
from xl_jixiao.finding import Finding, Level, Place, found, own_fault, titled
from xl_jixiao.number import to_cell
from xl_jixiao.review import agree
from xl_jixiao.review.computed_with import Carried, carried, computed_with, unmoved
from xl_jixiao.review.constants import reprinted
from xl_jixiao.review.evidence import OF_WORDS, findings, is_of_words
from xl_jixiao.review.exported import before, following, restored
from xl_jixiao.review.integrity import Difference, Fault, differences, said, structure
from xl_jixiao.review.pool import spread
from xl_jixiao.review.texts import own_words
from xl_jixiao.rules.typed import LARGEST, Kind
from xl_jixiao.sheet.content import Package
from xl_jixiao.sheet.content import shown as seen
from xl_jixiao.sheet.data import hint_key
from xl_jixiao.sheet.edition import Edition, StampName, made_by
from xl_jixiao.sheet.fit import BEYOND, Fitted, Moved, fit, is_gone
from xl_jixiao.sheet.formula_text import column_number
from xl_jixiao.sheet.job import Bounds, Job, PointsLine
from xl_jixiao.sheet.plan import Computed, Plan, PlanValues, column_letter, is_name
from xl_jixiao.sheet.returned import entries, stamp_of, value_of
from xl_jixiao.sheet.seal import changed
from xl_jixiao.words import CONCLUSION, PROJECT, PUBLISHED, SUPERIOR, UNIT, UNREADABLE, bare, is_blank

if TYPE_CHECKING:
    from xl_jixiao.arrive.accounts import Imported
    from xl_jixiao.jobs import Returned

SUFFIXES = (".xlsx", ".xlsm")
OLD_SUFFIXES = (".xls", ".et")
"""Workbooks of which less can be read."""
REPORT_SUFFIX = ".docx"
_GONE = "—"
"""The place of what is about a row or column that was taken out."""

_CELL = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")

_MOST_CHANGED = 5
"""So many figures changed after an export are named each."""


@dataclass(frozen=True, slots=True)
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
    texts: Collection[tuple[Place, str]] = field(default=())
    digest: str = ""
    """A fingerprint of everything that was filled in."""
    content: str = ""
    """A fingerprint of everything but who filed; empty where there is too little to compare."""
    sheet: str = ""
    """The sheet of the form."""
    readable: bool = True
    facts: Collection[Fact] = field(default=(), repr=False)
    """The figures of its tables by name, held against the unit's texts and its other files."""
    parts: tuple[tuple[str, str, tuple[Fact, ...]], ...] = field(default=(), repr=False)
    """Of a set each form, the project it is about, and its figures by its own names."""
    rows: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)
    """Its own indicators, each with what it is to come to and came to."""
    year: int = 0
    """The year it is about."""
    lines: tuple[PointsLine, ...] = field(default=(), repr=False)
    grades: tuple[tuple[str, Decimal], ...] = field(default=(), repr=False)
    """The table's grades with their least totals, the highest first."""
    bounds: Bounds | None = None
    """What stands beside the indicators' points: 加分, 扣分, 一票否决."""
    reviewed_total: Decimal | None = None
    """The total with the reviewer's points."""
    accounts: tuple["Imported", ...] = field(default=(), repr=False)
    """The figures of 决算公开表, which the unit's other files are held against."""
    more: tuple["Examined", ...] = field(default=(), repr=False)
    """The other forms of the same file."""

    @property
    def forms(self) -> tuple["Examined", ...]:
        """Every form of the file, each by itself."""
        return (replace(self, more=()), *self.more)

    @property
    def name(self) -> str:
        """The file's name as it may be shown."""
        return seen(self.file.name, 120)

    @property
    def last_total(self) -> Decimal | None:
        """The total of the review: the reviewer's, else the recomputed one."""
        return self.total if self.reviewed_total is None else self.reviewed_total

    @property
    def must_fix(self) -> bool:
        """Whether anything must be corrected."""
        return self.count(Level.MUST_FIX) > 0

    def as_json(self) -> dict[str, object]:
        """Stable English keys."""
        totals = {"claimed_total": self.claimed_total, "total": self.total, "computed_total": self.computed_total}
        return {
            "file": self.name,
            "unit": self.unit,
            "rubric": self.table,
            "title": self.title,
            "readable": self.readable,
            **{name: None if value is None else to_cell(value) for name, value in totals.items()},
            "reviewed_total": None if self.reviewed_total is None else to_cell(self.reviewed_total),
            "grade": self.grade or None,
            "project": self.project,
            "year": self.year,
            "path": str(self.file.absolute()),
            "digest": self.digest,
            "figures": {fact.name: [str(fact.kind), str(fact.value), fact.shown] for fact in self.facts},
            "findings": [finding.as_json() for finding in self.findings],
        }

    def count(self, level: Level) -> int:
        """How many findings of a level."""
        return sum(finding.level is level for finding in self.findings)


def files_of(paths: Iterable[Path]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The workbooks and Word reports named and those in named folders, and the other files there, each once, in the order of their paths.

    Office's lock files and hidden ones are left out. Nothing but regular files is opened: no link that leads in circles, no pipe.
    """
    books: dict[Path, None] = {}
    others: dict[Path, None] = {}
    for path in paths:
        inside = sorted(_inside(path)) if path.is_dir() else [path]
        for file in inside:
            if file.name.startswith(("~$", ".")):
                continue
            wanted = file.suffix.lower() in (*SUFFIXES, *OLD_SUFFIXES, REPORT_SUFFIX)
            (books if wanted else others)[file] = None
    return tuple(books), tuple(others)


def _inside(folder: Path) -> Iterator[Path]:
    """The files below a folder, whatever they are; links to folders are not followed."""
    for parent, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in names)


def examine_all(files: Sequence[Path], rubric: str | None, jobs: int, tables: Path | None = None) -> Iterator[tuple[int, Examined]]:
    """Every file examined, with its number in the order given, as each is done."""
    yield from spread(partial(examine, rubric=rubric, tables=tables), files, jobs, _lost)


_SAVED_AS = {
    ".docx": "Word 文件，里面没有交了填报表的单位的名称",
    ".zip": "压缩包，请解压后审核",
    ".rar": "压缩包，请解压后审核",
    ".7z": "压缩包，请解压后审核",
}


def not_examined(file: Path, what: str = "") -> Examined:
    """A file of another kind: named, not looked into."""
    from xl_jixiao.arrive.grid import SAVE_AS

    suffix = file.suffix.lower()
    said = what or SAVE_AS.get(suffix) or _SAVED_AS.get(suffix) or ("不是工作簿" if file.is_file() else "不是普通文件")
    return Examined(file, findings=(found("JX622", Place(file.name), f"没有审核：{said}"),), readable=False)


def _lost(file: Path, why: str) -> Examined:
    text = f"{why}；请在 Excel 或 WPS 中打开后另存为 .xlsx 重新报送，仍不行的请人工审核"
    return Examined(file, findings=(found("JX600", Place(file.name), text),), readable=False)


def examine(file: Path, rubric: str | None = None, tables: Path | None = None) -> Examined:
    """One file: read, recomputed, compared. What can't be read is a finding too, never an exception."""
    from xl_jixiao.sheet.content import OwnFault, UnreadableWorkbook
    from xl_jixiao.tables.tablefile import RubricError

    try:
        with _no_collecting():
            return _of_any(file, rubric, tables)
    except OwnFault as error:
        return _own_fault(file, str(error).partition("：")[2])
    except UnreadableWorkbook as error:
        text = str(error).removeprefix(f"{seen(file.name)}：")
    except RubricError as error:
        text = f"它的评分标准文件有误：{error}"
    except Exception as error:  # noqa: BLE001 - one broken file must not end the review of the other hundreds
        return _own_fault(file, own_fault(error))
    return Examined(file, findings=(found("JX600", Place(file.name), text),), readable=False)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """While one file is looked at nobody searches for objects that hold each other: all it takes is let go by itself when it is done, and the
    search would go through all of it again and again. What is left, which is kept for the next files, counts as old: freezing and thawing it
    does that, and spares the search that would come at once."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def _own_fault(file: Path, said: str) -> Examined:
    return Examined(file, findings=(found("JX627", Place(file.name), f"没有审核：{said}；这一份请先人工审核"),), readable=False)


def _of_any(file: Path, rubric: str | None, tables: Path | None) -> Examined:
    """A workbook of ours, a report of ours, or a file of another program. Raises UnreadableWorkbook, RubricError."""
    from xl_jixiao.arrive.grid import package_of
    from xl_jixiao.jobs import read_workbook
    from xl_jixiao.sheet.content import UnreadableWorkbook

    suffix = file.suffix.lower()
    if suffix == REPORT_SUFFIX:
        return _report(file, rubric, tables)
    if suffix not in (*SUFFIXES, *OLD_SUFFIXES):
        return _foreign(file, tables) or _no_form(file)
    package = package_of(file)
    if StampName.REVIEW in package.properties:
        return not_examined(file, "是以前的审核报告")
    if stamp_of(package).get(StampName.RUBRIC):
        return _examined(read_workbook(file, None, package, own_tables(rubric, tables)))
    if rubric is not None:
        try:
            return _examined(read_workbook(file, rubric, package))
        except UnreadableWorkbook:
            return _foreign(file, tables, package) or _no_form(file)
    return _foreign(file, tables, package) or _no_form(file)


def own_tables(rubric: str | None, tables: Path | None) -> Mapping[str, Path]:
    """The tables a stamp may name besides the bundled ones: those of the folder, and the one given by itself. A folder of returned files
    holds several kinds of form, and none is held against another's table."""
    from xl_jixiao.jobs import open_job
    from xl_jixiao.tables.catalogue import locate, table_files

    one = {} if rubric is None else {open_job(rubric).id: locate(rubric)}
    return {**(table_files(tables) if tables is not None else {}), **one}


def _foreign(file: Path, tables: Path | None, package: Package | None = None) -> Examined | None:
    from xl_jixiao.review.foreign import examined

    return examined(file, tables, package)


def _no_form(file: Path) -> Examined:
    text = "不是本系统的填报表（没有评分标准编号），也没有认出自评表、评分表；请核对是不是交错了文件，或人工审核"
    return Examined(file, findings=(found("JX600", Place(file.name), text),), readable=False)


def _report(file: Path, rubric: str | None, tables: Path | None) -> Examined:
    """A Word file: a report beside the workbook it was exported with, a form of another program, or texts for the unit that is found in them."""
    try:
        texts = agree.word_texts(file)
    except agree.UnreadableReport as error:
        return not_examined(file, f"Word 文件{error}；需要核对的，请在 Word 或 WPS 中打开后另存为 .docx")
    known = own_tables(rubric, tables)
    returned = _exported_with(agree.beside(file), known)
    if returned is None:
        placed = tuple((Place(file.name, place), text) for place, text in texts)
        return _form_in_word(file, tables, placed) or Examined(file, texts=placed)
    return _as_report(file, texts, returned, known)


def _as_report(file: Path, texts: Sequence[tuple[str, str]], returned: "Returned", known: Mapping[str, Path]) -> Examined:
    """A Word file as the report of a workbook."""
    about, book = returned.job.about(returned.answers), returned.file
    title = f"{returned.job.title}（Word 报告）"
    told = agree.report_findings(
        file, texts, _as_exported(returned), reviewed=True, whole=lambda: _exported_with(agree.whole_set(book), known)
    )
    return Examined(
        file, unit=about.unit, title=title, project=about.project, superior=about.superior, findings=tuple(told), year=about.year
    )


def report_of(file: Path, book: Path, tables: Mapping[str, Path] = MappingProxyType({})) -> Examined | None:
    """A Word file under another name than its workbook's as that one's report; None where most of what it says isn't the workbook's."""
    try:
        texts = agree.word_texts(file)
    except agree.UnreadableReport:
        return None
    returned = _exported_with(book, tables)
    if returned is None or not agree.is_report_of(_as_exported(returned), [text for _, text in texts]):
        return None
    return _as_report(file, texts, returned, tables)


def _exported_with(book: Path | None, tables: Mapping[str, Path]) -> "Returned | None":
    """The workbook of ours a Word report was exported with; None where none stands beside it that can be read: what is wrong with that is said
    of itself."""
    from xl_jixiao.jobs import read_workbook
    from xl_jixiao.sheet.content import UnreadableWorkbook
    from xl_jixiao.tables.tablefile import RubricError

    if book is None:
        return None
    try:
        return read_workbook(book, None, None, tables)
    except (UnreadableWorkbook, RubricError):
        return None


def _form_in_word(file: Path, tables: Path | None, texts: tuple[tuple[Place, str], ...]) -> Examined | None:
    """The forms of a Word file, the first with what stands outside of tables; None where it has none."""
    from xl_jixiao.sheet.content import UnreadableWorkbook

    try:
        form = _foreign(file, tables)
    except UnreadableWorkbook:
        return None
    if form is None:
        return None
    outside = tuple((place, text) for place, text in texts if place.sheet.startswith("第"))
    figures = Figures(form.facts, form.rows)
    in_words = (*own_words(outside, form.year), *agree.agreement(outside, figures, form.unit, form.year))
    return replace(form, texts=(*form.texts, *outside), findings=(*form.findings, *in_words))


def _examined(returned: "Returned", *, as_it_was: bool = False, moved: Sequence[Carried] = ()) -> Examined:
    """A filing; one that is looked at as it was before its figures were changed, or entries `moved`, isn't asked about that again."""
    job, package, answers, file = returned.job, returned.package, returned.answers, returned.file
    fitted = returned.fitted
    entered = entries(fitted.plan, package)
    values = fitted.plan.values(entered)
    finished = returned.edition is Edition.FINISHED
    unread = bool(fitted.moved) and any(ref.column >= BEYOND for ref, _ in fitted.plan.entries.values())
    cut = unread or (finished and not fitted.lost.isdisjoint(fitted.plan.entries))
    shared = (not finished or job.finished_is_whole) and _alike(entered, job.entries(answers))
    result = job.evaluate(answers, file=file.name, values=values if shared else None)
    if finished and not cut:
        fitted = fit(job.finished_plan(answers, result), package, known=fitted)
        if fitted.plan.base is returned.fitted.plan:
            values = values.on(fitted.plan)
        else:
            entered = entries(fitted.plan, package)
            values = fitted.plan.values(entered)
    # rows of entries were taken out of a finished workbook, or whole columns: what it should look like without them nobody can say, that they are
    # gone says it all
    faults = list(_cut(fitted, package) if cut else _differences(returned, fitted, values))
    moved = moved or (() if cut else carried(fitted.plan, package, faults))
    if moved:
        faults = list(unmoved(fitted.plan, package, faults, moved, job.total_key))
    stamped = () if cut else tuple(_stamped(returned, fitted.plan, entered))
    outdated = CONCLUSION if any(one.code == "JX607" for one in stamped) else ""
    about = job.about(answers)
    texts = tuple(_texts(fitted.plan, entered, file.name))
    facts = agree.facts_of(fitted.plan, values, result.total)
    of_answers = () if unread else tuple(_placed(_of_rows_there(result.findings, fitted, finished=cut), fitted))
    of_answers = (*of_answers, *(() if cut else _unreadable(fitted.plan, values, entered, file.name, of_answers)))
    said_before = {(one.code, one.place) for one in of_answers}
    own = (one for one in own_words(texts, about.year) if (one.code, one.place) not in said_before)
    in_words = () if unread else (*own, *agree.agreement(texts, Figures(facts, about.rows, result.grade or ""), about.unit, about.year))
    faults = list(_without_hints(fitted.plan, faults, (*of_answers, *in_words))) if faults else []
    from_plan = findings(fitted.plan, faults, file.name, outdated=outdated)
    return Examined(
        file,
        unit=seen(about.unit),
        table=job.id,
        title=job.title,
        project=seen(about.project),
        superior=seen(about.superior),
        claimed_total=_claimed(fitted.plan, package, job.total_key),
        total=result.total,
        computed_total=result.computed_total,
        grade=result.grade or "",
        findings=(() if as_it_was else _as_before(returned, fitted.plan, entered, faults, (*of_answers, *in_words), moved))
        or (*of_answers, *from_plan, *stamped, *in_words),
        texts=texts,
        digest=returned.digest,
        content=about.content,
        sheet=about.sheet,
        facts=facts,
        parts=tuple(agree.facts_by_form(job.forms_in(result, answers), facts)),
        rows=about.rows,
        lines=tuple(result.lines()),
        grades=tuple((one.name, one.least) for one in getattr(job.table, "grades", ())),
        bounds=result.bounds,
        year=about.year,
    )


_OF_ALL_ROWS = frozenset(("JX501", "JX502", "JX518", "JX519", "JX525", "JX529", "JX514", "JX320"))
"""What is said of the rows of a form together: of one that lost a row it only follows from that."""


def _of_rows_there(found_before: Iterable[Finding], fitted: Fitted, *, finished: bool) -> Iterator[Finding]:
    """The findings without those that only follow from rows that were taken out; of a finished sheet, where what a merged cell said for several rows
    may be gone with its first, nothing is asked any more."""
    entries = (fitted.origin or fitted.plan).entries
    lost = {entries[key][0].sheet for key in fitted.lost if key in entries}
    return (one for one in found_before if not (lost and (one.code in _OF_ALL_ROWS or (finished and one.place.sheet in lost))))


def _unreadable(plan: Plan, values: PlanValues, entered: Mapping[str, Value], file: str, told: Iterable[Finding]) -> Iterator[Finding]:
    """JX303: a published figure that is none, at its own cell, where nothing is said of it."""
    said_there = {(one.place.sheet, one.place.cell) for one in told}
    for sheet in plan.sheets:
        if not sheet.name.endswith(PUBLISHED):
            continue
        for one in sheet.cells:
            if not isinstance(one.content, Computed):
                continue
            none = _value(values, one.content) == UNREADABLE
            for key in one.content.expr.names:
                ref = plan.ref(key) if key in plan.entries and not is_blank(entered[key]) else None
                if ref is None or not (none or _is_too_large(entered[key])):
                    continue
                if ref.sheet == sheet.name and (ref.sheet, ref.local) not in said_there:
                    text = f"公布的数“{said(entered[key])[:40]}”读不出是多少，请改正"
                    yield found("JX303", Place(file, ref.sheet, ref.local), text, said(entered[key])[:40])


def _is_too_large(value: Value) -> bool:
    return isinstance(value, (int, float, Fraction)) and abs(Fraction(value)) > Fraction(LARGEST)


def _value(values: PlanValues, made: Computed) -> Value:
    try:
        return values.in_edition(made)
    except (CellFailure, KeyError):
        return None


_MOST_UNUSABLE = 12


def _as_before(
    returned: "Returned",
    plan: Plan,
    entered: Mapping[str, Value],
    faults: Sequence[Difference],
    told: Sequence[Finding],
    moved: Sequence[Carried],
) -> tuple[Finding, ...]:
    """What there is to say of a workbook held against what it was computed with; empty where nobody can say what that was."""
    if returned.edition is Edition.FINISHED:
        return _since_export(returned, plan, entered, faults, told)
    if not moved and not any(one.fault in (Fault.VALUE, Fault.ROUNDING) for one in faults):
        return ()  # everything shows what follows from the entries as they are
    unusable = {(one.place.sheet, one.place.cell) for one in told if one.level is Level.MUST_FIX}
    typed = (key for key, (ref, _) in plan.entries.items() if (ref.sheet, ref.local) in unusable and not is_blank(entered[key]))
    keys = [one.key for one in moved] or list(typed)
    for key in keys[:_MOST_UNUSABLE]:
        here = next((one for one in moved if one.key == key), None)
        was = computed_with(plan, returned.package, entered, faults, key, here)
        if was is None:
            continue
        before_that = restored(returned.package, plan, {key: was})
        then = _examined(replace(returned, package=before_that), as_it_was=True, moved=moved).findings
        ref = plan.ref(key)
        now = [one for one in told if (one.place.sheet, one.place.cell) == (ref.sheet, ref.local) and one not in then and here is None]
        total = [one for one in faults if one.fault is Fault.VALUE and one.key and one.key == returned.job.total_key]
        return (*then, *now, *findings(plan, total, returned.file.name))
    return _without_words(plan, faults, told, keys)


def _without_words(plan: Plan, faults: Sequence[Difference], told: Sequence[Finding], keys: Sequence[str]) -> tuple[Finding, ...]:
    """What there is to say where nobody knows what stood in entries that can't be used: words that only follow from them were shown before.
    Empty where anything else was."""
    outdated = [one for one in faults if one.fault in (Fault.VALUE, Fault.ROUNDING)]
    followers = following(plan, keys)
    if not all(one.key in followers and is_of_words(plan, one) for one in outdated):
        return ()
    places = {(one.ref.sheet, one.ref.local) for one in outdated if one.ref}
    return tuple(one for one in told if one.code != OF_WORDS or (one.place.sheet, one.place.cell) not in places)


def _since_export(
    returned: "Returned", plan: Plan, entered: Mapping[str, Value], faults: Sequence[Difference], told: Sequence[Finding]
) -> tuple[Finding, ...]:
    """What there is to say of a finished workbook some of whose figures were changed after the export, what follows from them left out: what
    there was to say before, what is wrong with each figure now, that the total didn't follow, and each figure. Empty where nobody can say which
    they are."""
    stamp, place = returned.stamp, Place(returned.file.name)
    if returned.edition is not Edition.FINISHED or stamp.get(StampName.DIGEST, returned.digest) == returned.digest:
        return ()
    keys = _changed_since(plan, entered, stamp)
    if not 0 < len(keys) <= _MOST_CHANGED:
        return ()
    total = [one for one in faults if one.fault is Fault.VALUE and one.key and one.key == returned.job.total_key]
    changed_now = {(ref.sheet, ref.local) for ref in map(plan.ref, keys)}
    was = before(plan, entered, keys, stamp, faults)
    if was is not None:
        then = _examined(replace(returned, package=restored(returned.package, plan, was)), as_it_was=True).findings
        if not any(one.code == "JX607" for one in then):
            now = [one for one in told if (one.place.sheet, one.place.cell) in changed_now and one not in then]
            return (*then, *now, *findings(plan, total, place.file), *_changed(plan, entered, stamp, place, "", was))
    blank = restored(returned.package, plan, dict.fromkeys(keys))
    without = _examined(replace(returned, package=blank), as_it_was=True).findings
    followed = following(plan, keys)
    own = [one for one in faults if not (one.fault in (Fault.VALUE, Fault.ROUNDING) and one.key in followed) or one in total]
    outside, due = _parted(told, frozenset(without))
    return (*outside, *due[:1], *findings(plan, own, place.file, outdated=CONCLUSION), *_changed(plan, entered, stamp, place, ""))


def _without_hints(plan: Plan, faults: Iterable[Difference], told: Iterable[Finding]) -> Iterator[Difference]:
    """The differences without the hints of entries about which something is said: in a file that wasn't computed since they are the old ones."""
    said = {(one.place.sheet, one.place.cell) for one in told}
    hints = {hint_key(key) for key, (ref, _) in plan.entries.items() if (ref.sheet, ref.local) in said}
    return (one for one in faults if not (one.fault is Fault.VALUE and one.key in hints))


def _parted(told: Sequence[Finding], without: Set[Finding]) -> tuple[list[Finding], list[Finding]]:
    """The findings that stay without the changed figures, and those of level 必改 that don't."""
    return [one for one in told if one in without], [one for one in told if one not in without and one.level is Level.MUST_FIX]


def _differences(returned: "Returned", fitted: Fitted, values: PlanValues) -> Iterator[Difference]:
    """What a file has otherwise than its plan. The revision it names is its own; in a table of a county's own that was revised since, so may be
    what it prints."""
    job, made = returned.job, returned.revision
    faults = differences(fitted, returned.package, values, whole=returned.is_ours)
    if not returned.is_ours:
        return chain(faults, reprinted(fitted.plan, returned.package, job.tables))
    if made == job.revision:
        return faults if _says_ours(returned) else map(_reprinted, faults)
    as_made = (one for one in faults if not _names_revision(one, job, made))
    if returned.is_bundled:
        return as_made
    return map(_reprinted, as_made)


def _says_ours(returned: "Returned") -> bool:
    return __version__ in (returned.stamp.get(StampName.VERSION, __version__), returned.package.description.removeprefix(made_by("")))


def _reprinted(one: Difference) -> Difference:
    """What may have been so in the table or template the file says it was made from."""
    now = {Fault.TEXT: Fault.REPRINTED, Fault.OTHER_FORMULA: Fault.REWRITTEN}
    return replace(one, fault=now.get(one.fault, one.fault))


def _names_revision(one: Difference, job: Job, made: str) -> bool:
    """Whether a text differs only in the revision it names beside the table."""
    if one.fault is not Fault.TEXT or not isinstance(one.expected, str) or not isinstance(one.found, str):
        return False
    before, named, after = one.expected.partition(job.id)
    return bool(named) and bare(one.found) == bare(f"{before}{named}{after.replace(job.revision, made, 1)}")


def _cut(fitted: Fitted, package: Package) -> Iterator[Difference]:
    return (one for one in structure(fitted, package) if one.fault not in (Fault.ROWS_MOVED, Fault.COLUMNS_MOVED))


def _alike(entered: Mapping[str, Value], answers: Mapping[str, Value]) -> bool:
    """Whether the cells hold the answers as they were understood: no number as text, no white space."""
    typed = {key: value for key, value in entered.items() if value is not None}
    return typed == {key: value for key, value in answers.items() if value is not None}


def _claimed(plan: Plan, package: Package, total: str) -> Decimal | None:
    """The total the file shows."""
    if total not in plan.placed:
        return None
    ref = plan.ref(total)
    return decimal(value_of(package.cell(ref.sheet, ref.row, ref.column)))


def _placed(found_before: Iterable[Finding], fitted: Fitted) -> Iterator[Finding]:
    """Findings at the places where the file itself has what they are about."""
    for one in found_before:
        sheet = fitted.renamed.get(one.place.sheet, one.place.sheet)
        cell = _moved_cell(one.place.cell, fitted.moved.get(one.place.sheet))
        if cell.endswith(_GONE):
            continue  # it is about a row or column that was taken out, which is said
        yield one if (sheet, cell) == (one.place.sheet, one.place.cell) else replace(one, place=replace(one.place, sheet=sheet, cell=cell))


def _moved_cell(cell: str, moved: Moved | None) -> str:
    found = _CELL.fullmatch(cell)
    if moved is None or found is None:
        return cell
    now = moved.place(int(found[2]) - 1, column_number(found[1]))
    return _GONE if is_gone(*now) else f"{column_letter(now[1])}{now[0] + 1}"


def _texts(plan: Plan, entered: Mapping[str, Value], file: str) -> Iterator[tuple[Place, str]]:
    """What the unit wrote in its own words, by cell: texts that are no choice and no name."""
    for key, value in entered.items():
        if not isinstance(value, str) or not bare(value):
            continue
        ref, entry = plan.entries[key]
        typed = entry.accepts.typed if entry.accepts else None
        if not (key in (UNIT, PROJECT, SUPERIOR) or entry.given or (typed and typed.kind is not Kind.TEXT)):
            yield Place(file, ref.sheet, ref.local), value


def _stamped(returned: "Returned", plan: Plan, entered: Mapping[str, Value]) -> Iterator[Finding]:
    """JX606, JX607, JX621, JX624: what the stamp says of program, table and answers; JX634: what can't say it."""
    stamp, place = returned.stamp, Place(returned.file.name)
    if returned.package.old:
        message = "是另存成旧格式（.xls）的填报表：公式、盖章信息、保护和打印设置读不到，只复算了数、核对了文字和格式；请用原来的文件报送"
        yield found("JX634", place, message)
    yield from _versioned(returned, place)
    made, now = returned.revision, returned.job.revision
    if made != now:
        told = f"填报表写明按评分标准修订{seen(made, 20)}制作，没有这个修订的评分标准（现有的是{now}）；按现有的逐格核对、复算"
        yield found("JX606", place, f"{told}，请用现行模板重填，或核实修订是从哪里来的", seen(made, 20), now)
    if stamp.get(StampName.RUBRIC, "") not in ("", returned.job.id):
        said = f"盖章信息里的评分标准被改成了“{seen(stamp[StampName.RUBRIC], 40)}”，表是“{returned.job.title}”（{returned.job.id}）"
        yield found("JX621", place, f"{said}，按表审核；请用原文件报送，或重新导出", seen(stamp[StampName.RUBRIC], 40), returned.job.id)
    if returned.edition is not Edition.FINISHED:
        if stamp.get(StampName.EDITION) == Edition.FINISHED:
            yield found("JX621", place, "盖着成品的章，却是填报表；请用原文件报送，或重新导出成品")
        return
    digest = returned.digest
    if returned.package.old:
        return
    if stamp.get(StampName.EDITION) != Edition.FINISHED or not stamp.get(StampName.DIGEST):
        yield found("JX621", place, "像是成品，但没有导出时的盖章信息；请用原文件报送，或重新导出成品")
    elif stamp[StampName.DIGEST] != digest and not (changed(entered, stamp) and not _changed_since(plan, entered, stamp)):
        yield from _changed(plan, entered, stamp, place, digest)


def _versioned(returned: "Returned", place: Place) -> Iterator[Finding]:
    """JX621, JX624: what the file says of the program's version."""
    version, described = returned.stamp.get(StampName.VERSION, __version__), returned.package.description
    told = described.startswith(made_by("")) and described != made_by(version)
    if told and __version__ in (version, described.removeprefix(made_by(""))):
        message = f"盖章信息里的程序版本是“{seen(version, 20)}”，文件属性里却是“{seen(described, 30)}”，有一个被改动；按本版本逐格核对；请用原文件报送"
        yield found("JX621", place, message, seen(version, 20), seen(described, 30))
    elif version != __version__ and returned.is_ours:
        message = f"写明由本程序的另一个版本（{seen(version, 20)}）制作，却几乎处处与现行模板相同，按现行模板逐格核对；请用现行模板重新填报，或核实"
        yield found("JX624", place, message, seen(version, 20), __version__)
    elif version != __version__:
        message = f"由本程序的另一个版本（{seen(version, 20)}）制作，公式没有逐格核对，只复算了得分、对照了评分标准的原文；请用现行模板重新填报，或人工核对"
        yield found("JX624", place, message, seen(version, 20), __version__)


def _as_exported(returned: "Returned") -> "Returned":
    """A finished workbook as it was when its report was written with it, where it still tells what its changed figures were."""
    stamp, plan = returned.stamp, returned.fitted.plan
    if returned.edition is not Edition.FINISHED or stamp.get(StampName.DIGEST, returned.digest) == returned.digest:
        return returned
    entered = entries(plan, returned.package)
    keys = _changed_since(plan, entered, stamp)
    faults = differences(returned.fitted, returned.package, plan.values(entered)) if 0 < len(keys) <= _MOST_CHANGED else ()
    was = before(plan, entered, keys, stamp, faults) if keys else None
    return returned if not was else replace(returned, package=restored(returned.package, plan, was))


def _changed_since(plan: Plan, entered: Mapping[str, Value], stamp: Mapping[str, str]) -> tuple[str, ...]:
    """The entries that were changed after the export; of those that are gone with their row or column that is said."""
    entries = plan.entries
    return tuple(key for key in changed(entered, stamp) if not is_gone(entries[key][0].row, entries[key][0].column))


def _changed(
    plan: Plan,
    entered: Mapping[str, Value],
    stamp: Mapping[str, str],
    place: Place,
    digest: str,
    was: Mapping[str, Value] = MappingProxyType({}),
) -> Iterator[Finding]:
    """JX607 at each figure that was changed after the export, where that can be known, with what it `was` where that can be."""
    keys = _changed_since(plan, entered, stamp)
    if not 0 < len(keys) <= _MOST_CHANGED:
        more = f"，共{len(keys)}格，如{'、'.join(str(plan.ref(key)) for key in keys[:_MOST_CHANGED])}" if keys else ""
        text = f"成品导出后填报数被改动（与导出时的摘要不符）{more}，请核实"
        yield found("JX607", place, text, stamp[StampName.DIGEST][:12], digest[:12])
        return
    for key in keys:
        ref = plan.ref(key)
        what = titled(key) if is_name(key) else "这一格"
        shown = "已清空" if is_blank(entered[key]) else f"现为{said(entered[key])[:40]}"
        then = f"导出时为{said(was[key])[:40]}，表内的结果按它得出，" if key in was else ""
        yield found("JX607", Place(place.file, ref.sheet, ref.local), f"{what}在成品导出后被改动，{then}{shown}，请核实")
