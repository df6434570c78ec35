"""决算公开表 or last year's filing -> the answers of a workbook: what goes where, what was not found; a typed figure is never overwritten."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from xl_jixiao.arrive.account_sums import WrongSum
from xl_jixiao.arrive.accounts import Accounts, Imported, accounts_in, disagreements, known_inputs
from xl_jixiao.arrive.datafile import figures_in
from xl_jixiao.arrive.grid import grids
from xl_jixiao.arrive.heads import squeezed
from xl_jixiao.arrive.last_year import import_last_year
from xl_jixiao.expr import decimal
from xl_jixiao.finding import titled
from xl_jixiao.formula import defined_name
from xl_jixiao.jobs import Returned, read_workbook
from xl_jixiao.number import plain
from xl_jixiao.sheet.content import Package, UnreadableWorkbook, shown
from xl_jixiao.sheet.edition import StampName
from xl_jixiao.sheet.job import Job
from xl_jixiao.sheet.last_year import kept_sheet
from xl_jixiao.sheet.package import read
from xl_jixiao.sheet.plan import SheetPlan
from xl_jixiao.sheet.returned import stamp_of
from xl_jixiao.tables.answers import ACCOUNTS, read_data
from xl_jixiao.words import LAST_YEAR_SHEET, is_blank


@dataclass(frozen=True)
class ImportDone:
    """What came of an import: the answers, what was done line by line, sheets to put beside the filing's own."""

    answers: Any
    lines: tuple[str, ...]
    sheets: tuple[SheetPlan, ...] = ()


def beside_of(book: Returned, answers: Any) -> tuple[SheetPlan, ...]:
    """The sheet 上年对照 of an earlier import, for a workbook with these answers."""
    there = book.package.sheets.get(LAST_YEAR_SHEET)
    kept = kept_sheet(there, book.job.asked_in(answers), book.job.explained_in) if there else None
    return (kept,) if kept else ()


def import_file(source: Path, job: Job, answers: Any, tables: Mapping[str, Path]) -> ImportDone:
    """The import of a file: a workbook of ours is last year's filing, any other holds 决算公开表, as does a data file of `read`.

    Raises UnreadableWorkbook, AnswersError.
    """
    if source.suffix.lower() in DATA:
        return ImportDone(*_imported(_of_data(_accounts_data(source), source.name), job, answers))
    stamped = _stamped(source)
    if not stamped:
        return ImportDone(*import_accounts(source, job, answers))
    done = import_last_year(read_workbook(source, package=stamped, tables=tables), job, answers)
    return ImportDone(done.answers, done.lines, (done.sheet,))


_SMALLEST_WHOLE = Decimal(2)
"""A unit's whole accounts come to more, in 万元."""

DATA = (".toml", ".json")
"""Data files, as `read` writes them."""


def _accounts_data(source: Path) -> Mapping[str, Any]:
    data = read_data(source)
    if data.get("kind") != ACCOUNTS:
        raise UnreadableWorkbook(f"{shown(source.name)}：不是 read 从决算公开表读出的数据文件；填报数据的文件用 fill")
    return data


def answers_of_accounts(source: Path, job: Job) -> Any:
    """Answers with nothing but the figures of a data file of 决算公开表. Raises AnswersError."""
    return _imported(_of_data(read_data(source), source.name), job, job.blank())[0]


def _stamped(source: Path) -> Package | None:
    """The package of a workbook of ours."""
    if source.suffix.lower() not in (".xlsx", ".xlsm"):
        return None
    package = read(source)
    return package if StampName.RUBRIC in stamp_of(package) and stamp_of(package)[StampName.RUBRIC] else None


def import_accounts(source: Path, job: Job, answers: Any) -> tuple[Any, tuple[str, ...]]:
    """The answers with the figures of the tables where nothing was typed, and what was done, line by line. Raises UnreadableWorkbook."""
    about = job.about(answers)
    accounts = accounts_in([one for one in grids(source) if one.state == "visible"], about.year or job.table.year, about.unit)
    if accounts is None:
        return answers, ("没有认出决算公开表；表名应有“收入支出决算总表”“支出决算表”等字样",)
    notes = tuple(_notes(accounts))
    return _imported(_Figures(accounts.unit, accounts.year, accounts.figures, accounts.wrong, accounts.twice, notes), job, answers)


@dataclass(frozen=True)
class _Figures:
    """What is imported: whose, of which year, the figures by name, sums that are wrong, figures there are several of, what else is said."""

    unit: str
    year: int
    known: Mapping[str, Imported]
    wrong: tuple[WrongSum, ...]
    twice: Mapping[str, tuple[Imported, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def _of_data(data: Mapping[str, Any], file: str) -> _Figures:
    known, year = figures_in(data, file), data.get("year")
    return _Figures(str(data.get("unit", "")), year if isinstance(year, int) else 0, known, tuple(disagreements(known)))


def _imported(found: _Figures, job: Job, answers: Any) -> tuple[Any, tuple[str, ...]]:
    about = job.about(answers)
    held, given, kept = job.entries(answers), {}, []
    lines = [*_warnings(found, about.unit, about.year or job.table.year), *found.notes]
    used: set[str] = set()
    asked = [item for item in job.asked_in(answers) if item.numeric and "决算" in item.source and "上年度" not in item.source]
    for item in asked:
        one = next((one for one in found.known.values() if defined_name(item.name) in one.inputs), None)
        if one is None:
            continue
        used.add(item.key)
        value, unit = held.get(item.key), item.unit or "万元"
        several = found.twice.get(one.name, ())
        if is_blank(value) and several:
            said = "、".join(f"{plain(other.value)}（{other.place}）" for other in several)
            kept.append(f"没有填入：{item.name}在决算表里不止一个数：{said}，请核对后填写")
        elif is_blank(value):
            given[item.key] = one.value
            lines.append(f"填入：{item.name} = {plain(one.value)}{unit}　← {one.place}")
        elif not isinstance(value, (str, bool)) and decimal(value) != one.value:
            kept.append(f"保留：{item.name}已填{_shown(decimal(value))}，决算表为{plain(one.value)}{unit}（{one.place}），没有改动，请核对")
    known = known_inputs()
    missing = [item.name for item in asked if item.key not in used and defined_name(item.name) in known and is_blank(held.get(item.key))]
    lines += kept
    lines += [f"没有找到：{'、'.join(missing)}"] if missing else []
    lines += [f"注意：{one.said}" for one in found.wrong]
    return (job.given(answers, given) if given else answers), tuple(lines)


def _warnings(found: _Figures, unit: str, year: int) -> Iterator[str]:
    """What makes all the figures doubtful: another year, another unit."""
    if found.year and found.year != year:
        yield f"注意：决算表是{found.year}年度的，本表是{year}年度的；不是同一年度的，请不要用导入的数"
    if unit and found.unit and squeezed(unit) != squeezed(found.unit):
        yield f"注意：决算表是{titled(found.unit)}的，本表是{titled(unit)}的，请核对"


def _notes(accounts: Accounts) -> Iterator[str]:
    """What was chosen in reading: the year, the unit of money."""
    if len(accounts.years) > 1:
        yield f"注意：文件里有{'、'.join(map(str, accounts.years))}年度的决算表，只用了{accounts.year}年度的"
    if len(accounts.units) > 1:
        used = f"只用了{titled(accounts.unit)}的" if accounts.of_one else "没有本单位的，各表数不一样的没有填入"
        yield f"注意：文件里有{'、'.join(map(titled, accounts.units))}的决算表，{used}"
    largest = max((abs(one.value) for one in accounts.figures.values()), default=Decimal(0))
    if Decimal(0) < largest < _SMALLEST_WHOLE:
        yield f"注意：换算成万元后最大的数只有{plain(largest)}万元，原表的单位是否写错（元、万元）？请核对后再用"
    if accounts.guessed:
        yield f"注意：“{'”“'.join(accounts.guessed)}”没有写明单位，按万元读的，请核对"


def _shown(value: Decimal | None) -> str:
    return "空白" if value is None else plain(value)
