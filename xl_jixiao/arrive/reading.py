"""`xl-jixiao read`: a file of any program as data files, one for each form in it, and what was not understood."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xl_jixiao.arrive.account_lines import AccountLine
from xl_jixiao.arrive.accounts import Accounts
from xl_jixiao.arrive.arrived import Arrived, Tables, accounts_beside, known_tables, of_grids
from xl_jixiao.arrive.blocks import Unread
from xl_jixiao.arrive.datafile import as_data, as_json, as_toml, of_accounts
from xl_jixiao.arrive.form import UNKNOWN_FORM
from xl_jixiao.arrive.grid import WORKBOOKS, grids
from xl_jixiao.finding import Place
from xl_jixiao.jobs import read_workbook
from xl_jixiao.outputs import refuse_existing, replacing
from xl_jixiao.selfeval.answers import SelfAnswers
from xl_jixiao.sheet.content import UnreadableWorkbook, shown
from xl_jixiao.sheet.edition import StampName
from xl_jixiao.sheet.package import read
from xl_jixiao.sheet.returned import stamp_of
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.catalogue import table_files

_TAKEN_AS = "JX653"


@dataclass(frozen=True)
class OwnBook:
    """A workbook of ours, read where its plan has the entries."""

    title: str
    taken_as: str
    place: Place
    answers: SelfAnswers | Answers
    sure: int = 100
    own_table: None = None
    unread: tuple[Unread, ...] = ()

    @property
    def data(self) -> Mapping[str, Any]:
        """Its data file."""
        return as_data(self.answers)


@dataclass(frozen=True)
class AccountTables:
    """The 决算公开表 of a file; no form has answers in them, `import` and `fill` take their figures."""

    accounts: Accounts
    sure: int = 100
    answers: None = None
    own_table: None = None

    @property
    def title(self) -> str:
        """What they are."""
        return "决算公开表"

    @property
    def place(self) -> Place:
        """Where the first is."""
        return self.accounts.grids[0].whole

    @property
    def taken_as(self) -> str:
        """In words: which tables, and how many figures."""
        lines = [one for one in self.accounts.lines() if isinstance(one, AccountLine)]
        return f"决算公开表（{'、'.join(self.accounts.titles)}表），{len(lines)}个数，其中填报表要用的{len(self.accounts.figures)}个"

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What among their figures is none."""
        return self.accounts.unread

    @property
    def data(self) -> Mapping[str, Any]:
        """Their data file."""
        return of_accounts(self.accounts)


Read = Arrived | OwnBook | AccountTables
"""What a file has in it."""


@dataclass(frozen=True)
class WrittenForm:
    """A form with the files it was written to; none for one that has no table."""

    form: Read
    data: Path | None
    table: Path | None


@dataclass(frozen=True)
class ReadFile:
    """What came of a file."""

    file: Path
    forms: tuple[WrittenForm, ...]
    unread: tuple[Unread, ...]

    @property
    def understood(self) -> bool:
        """Whether all of it was; what was merely taken as usual counts as understood."""
        return not any(one.code != _TAKEN_AS for one in self.unread) and all(one.data is not None for one in self.forms)

    def lines(self) -> Iterator[str]:
        """What is told, line by line."""
        for one in self.forms:
            yield f"认作：{one.form.taken_as}"
            if one.table is not None:
                yield f"  表式：{one.table}"
            if isinstance(one.form, AccountTables):
                yield f"  数据：{one.data}　（xl-jixiao import {one.data} --into 填报表.xlsx -o 新填报表.xlsx）"
                yield from (f"  注意：{wrong.place}：{wrong.said}" for wrong in one.form.accounts.wrong)
            elif one.data is not None and one.form.answers is not None:
                reference = one.table or one.form.answers.rubric_id
                yield f"  数据：{one.data}　（xl-jixiao score {reference} {one.data}）"

    def problems(self) -> Iterator[str]:
        """What was not understood: place, text, why."""
        for one in self.unread:
            text = f"“{shown(one.text, 60)}”" if one.text else ""
            yield shown(f"{one.place}：{text}{'：' if text else ''}{one.why}", 400)

    def as_json(self) -> dict[str, Any]:
        """Stable English keys."""
        return {
            "file": self.file.name,
            "understood": self.understood,
            "forms": [
                {
                    "title": one.form.title,
                    "place": str(one.form.place),
                    "taken_as": one.form.taken_as,
                    "sure": one.form.sure,
                    "rubric": one.form.answers.rubric_id if one.form.answers else None,
                    "output": str(one.data) if one.data else None,
                    "table": str(one.table) if one.table else None,
                    "data": as_json(one.form.data) if one.form.data else None,
                }
                for one in self.forms
            ],
            "not_understood": [{"code": one.code, "place": str(one.place), "text": one.text, "why": one.why} for one in self.unread],
        }


def read_file(path: Path, output: Path, tables: Path | None = None, *, overwrite: bool = False) -> ReadFile:
    """Reads a file and writes the data of each form: to `output` that of the first, beside it with a number those of the others.

    A form of no table we know comes with its own: ``数据-表式.toml``. Raises UnreadableWorkbook for a file without a form, FileExistsError.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path}：找不到文件")
    known = known_tables(tables)
    own = _own(path, tables)
    forms: Sequence[Read] = (own,) if own else ()
    outside: tuple[Unread, ...] = ()
    if own is None:
        forms, outside = _foreign(path, known)
    if not forms:
        what = "；".join(one.why for one in outside[:1] if one.why != UNKNOWN_FORM)
        raise UnreadableWorkbook(f"{shown(path.name)}：没有认出自评表、评分表或决算公开表{f'（{what}）' if what else ''}")
    planned = [(form, *_targets(form, output, number, len(forms))) for number, form in enumerate(forms, 1)]
    for _, data, table in planned:
        for target in (data, table):
            if target is not None:
                refuse_existing(target, overwrite=overwrite)
    written = [_written(form, data, table, path, overwrite=overwrite) for form, data, table in planned]
    unread = (*(one for form in forms for one in form.unread), *outside)
    return ReadFile(path, tuple(written), unread)


def _foreign(path: Path, known: Tables) -> tuple[tuple[Read, ...], tuple[Unread, ...]]:
    """The forms and the 决算公开表 of a file, and what in it is neither. Raises UnreadableWorkbook."""
    found = grids(path)
    forms, outside = of_grids(path.name, found, known)
    accounts = accounts_beside(found, forms)
    if accounts is None:
        return forms, outside
    read = {grid.whole for grid in accounts.grids}
    return (*forms, AccountTables(accounts)), tuple(one for one in outside if one.place not in read)


def _own(path: Path, tables: Path | None) -> OwnBook | None:
    """A workbook that carries our stamp. Raises UnreadableWorkbook, RubricError."""
    if path.suffix.lower() not in WORKBOOKS:
        return None
    package = read(path)
    if not stamp_of(package).get(StampName.RUBRIC):
        return None
    returned = read_workbook(path, None, package, table_files(tables) if tables is not None else {})
    answers = returned.answers
    if not isinstance(answers, (SelfAnswers, Answers)):
        raise UnreadableWorkbook(f"{shown(path.name)}：是本系统的套表，各表的数据已经合在一起；请直接用 review 审核，或用 export 导出")
    job = returned.job
    return OwnBook(job.title, f"“{job.title}”，本系统的填报表（{job.id}）", Place(path.name), answers)


def _targets(form: Read, output: Path, number: int, many: int) -> tuple[Path | None, Path | None]:
    if form.data is None:
        return None, None
    data = output if number == 1 else output.with_name(f"{output.stem}-{number}{output.suffix}")
    return data, data.with_name(f"{data.stem}-表式.toml") if form.own_table is not None else None


def _written(form: Read, data: Path | None, table: Path | None, source: Path, *, overwrite: bool) -> WrittenForm:
    if table is not None and form.own_table is not None:
        with replacing(table, overwrite=overwrite) as temporary:
            temporary.write_text(as_toml(form.own_table, f"{shown(source.name)}的表式，照来表制作。"), encoding="utf-8")
    if data is not None and form.data is not None:
        said = "金额都换算成万元。" if isinstance(form, AccountTables) else "得分、总分是表上印的，只用来与复算核对。"
        comment = f"读自{shown(source.name)}：{form.taken_as}\n{said}"
        with replacing(data, overwrite=overwrite) as temporary:
            temporary.write_text(as_toml(form.data, comment), encoding="utf-8")
    return WrittenForm(form, data, table)
