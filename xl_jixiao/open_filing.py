"""A filing as it is open in Excel, saved or not: what it says, what it scores, what is wrong with it.

A scoring table is read cell by cell where it stands. A workbook of another kind is read from a copy that Excel saves, by the code
that reads returned workbooks. Knows a book only by what it can do, not xlwings.
"""

import re
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from xl_jixiao.finding import Finding
from xl_jixiao.jobs import Job, Result, TableJob, TableResult, job_of_workbook
from xl_jixiao.layout import Layout, Ref
from xl_jixiao.number import NotANumber, from_cell
from xl_jixiao.reading import UnreadableWorkbook, answers_of, filled_cells
from xl_jixiao.scoretable import table as rubrics
from xl_jixiao.scoretable.finished import file_name
from xl_jixiao.scoretable.table import Rubric, RubricError
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.catalogue import bundled, heading
from xl_jixiao.words import CONCLUSION, STAMP, TOTAL, UNFINISHED

_REFERENCE = re.compile(r"=(?:'((?:[^']|'')+)'|([^'!]+))!\$([A-Z]{1,3})\$(\d+)(?::.*)?")
_UNKNOWN_ERROR = -2_146_000_000
"""Cells with errors newer than xlwings knows (#SPILL!) arrive as integers below this."""

_SCORING_TABLE = "scoring_table"
WHOLE_BOOK = ""


class Refused(Exception):
    """Nothing was done; the message says why and what to do."""


class Filing(Protocol):
    """What a button needs of a filing. `pdfs` are the sheets to print (WHOLE_BOOK: all) with their files."""

    book: Any
    findings: tuple[Finding, ...]
    headline: str
    unit: object

    def targets(self, folder: Path) -> tuple[Path, ...]: ...
    def finish(self, folder: Path, *, overwrite: bool) -> tuple[Path, ...]: ...
    def pdfs(self, workbook: Path) -> Mapping[str, Path]: ...
    def filled(self) -> list[Ref]: ...


def open_filing(book: Any, folder: Path) -> Filing:
    """The filing in an open workbook; a county's own table file is looked for in `folder`."""
    filing = TableFiling(book, folder)
    return filing if filing.is_table else CopiedFiling(book, filing.own_table)


class TableFiling:
    """A scoring table, read from the open cells by their defined names."""

    def __init__(self, book: Any, folder: Path) -> None:
        self.book = book
        self._folder = folder

    @cached_property
    def _named(self) -> Mapping[str, Ref | None]:
        """Every defined name's first cell; None for one whose cell was deleted."""
        return {name.name: _reference(name.refers_to) for name in self.book.names}

    @cached_property
    def _stamp(self) -> tuple[str, str]:
        ref = self._named.get(STAMP)
        identifier, _, revision = str(self.book.sheets[ref.sheet].range(ref.local).value or "").partition("@") if ref else ("", "", "")
        return identifier, revision

    @property
    def own_table(self) -> Path | None:
        """A county's own table file beside the workbook, where its table isn't bundled."""
        identifier, _ = self._stamp
        beside = self._folder / f"{identifier}.toml"
        return beside if identifier and identifier not in bundled() and beside.is_file() else None

    @property
    def is_table(self) -> bool:
        """Whether the open cells can be read by name; an unknown or broken stamp counts as a table, whose message is the better one."""
        identifier, _ = self._stamp
        path = bundled().get(identifier) or self.own_table
        try:
            return bool(identifier) and (path is None or heading(path).get("kind", _SCORING_TABLE) == _SCORING_TABLE)
        except ValueError:  # not TOML: the rubric's own loading says what is wrong
            return True

    @cached_property
    def rubric(self) -> Rubric:
        """The rubric the workbook was made from, of the same revision."""
        identifier, revision = self._stamp
        if identifier not in bundled() and not self.own_table:
            raise Refused(f"没有安装评分标准“{identifier}”。请把它的 {identifier}.toml 放在本表所在的文件夹后重试。")
        try:
            rubric = rubrics.load(str(self.own_table or identifier))
        except RubricError as error:
            raise Refused(f"评分标准“{identifier}”有误：{error}") from error
        if rubric.stamp != f"{identifier}@{revision}":
            advice = "请运行 xl-jixiao setup 更新后把数据填入新模板。"
            raise Refused(f"本表按评分标准修订 {revision} 制作，已安装的是 {rubric.revision}，不能混用。{advice}")
        return rubric

    @cached_property
    def layout(self) -> Layout:
        """Where things stand in the template."""
        return Layout(self.rubric)

    def ref(self, name: str) -> Ref | None:
        """The cell of a name; the template's own address where a program dropped the name, None where the cell was deleted."""
        return self._named[name] if name in self._named else self.layout.names.get(name)

    @cached_property
    def _blocks(self) -> Mapping[str, list[list[object]]]:
        """Each sheet's values in one piece: a call for every cell would take seconds."""
        corners: dict[str, tuple[int, int]] = {}
        for ref in filter(None, map(self.ref, self.layout.names)):
            row, column = corners.get(ref.sheet, (0, 0))
            corners[ref.sheet] = max(row, ref.row), max(column, ref.column)
        there = {sheet.name for sheet in self.book.sheets}
        if missing := [sheet for sheet in corners if sheet not in there]:
            raise Refused(f"本表缺少“{missing[0]}”表。请把数据填入新的模板。")
        return {
            name: self.book.sheets[name].range((1, 1), (row + 1, column + 1)).options(ndim=2, err_to_str=True).value
            for name, (row, column) in corners.items()
        }

    def _value(self, ref: Ref | None) -> object:
        value = self._blocks[ref.sheet][ref.row][ref.column] if ref else None
        return "#错误" if type(value) is int and value < _UNKNOWN_ERROR else value

    def cell(self, name: str) -> object:
        """The value of a name's cell, an error as its text."""
        return self._value(self.ref(name))

    @cached_property
    def answers(self) -> Answers:
        """What the unit entered."""
        return answers_of(self.rubric, self.cell)

    @cached_property
    def _result(self) -> TableResult:
        return TableJob(self.rubric).evaluate(self.answers, file=self.book.name)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings."""
        return self._result.findings

    @property
    def headline(self) -> str:
        """The total and grade, and whether the cells show the same."""
        total = self._result.card.total
        text = self._result.headline
        shown = self.cell(TOTAL)
        try:
            same = (None if shown == UNFINISHED else from_cell(shown)) == total
        except NotANumber:
            same = False
        return text if same else f"{text}\n注意：表中总分单元格显示“{shown}”，与复算不同；请按 Ctrl+Alt+F9 重新计算。"

    @property
    def unit(self) -> object:
        """The unit's name."""
        return self.answers.get("单位名称")

    def targets(self, folder: Path) -> tuple[Path, ...]:
        """The files an export will write."""
        workbook = folder / file_name(self.rubric, self.answers)
        return workbook, workbook.with_suffix(".docx"), *self.pdfs(workbook).values()

    def finish(self, folder: Path, *, overwrite: bool) -> tuple[Path, ...]:
        """Writes the finished workbook and the report."""
        paths, _ = TableJob(self.rubric).finish(self.answers, folder, file=self.book.name, overwrite=overwrite)
        return paths

    def pdfs(self, workbook: Path) -> Mapping[str, Path]:
        """The form and the summary."""
        summary = workbook.with_name(f"{workbook.stem}-{CONCLUSION}.pdf")
        return {self.layout.form_sheet: workbook.with_suffix(".pdf"), CONCLUSION: summary}

    def filled(self) -> list[Ref]:
        """Every cell a person types into that holds something."""
        refs = [self.ref(name) for name in self.layout.names if name in self.layout.entered]
        return [ref for ref in refs if self._value(ref) not in (None, "")]


class CopiedFiling:
    """A filing of another kind, read from a copy that Excel saves in a temporary folder; `table` is a county's own table file."""

    def __init__(self, book: Any, table: Path | None = None) -> None:
        self.book = book
        self._table = table

    @cached_property
    def _read(self) -> tuple[Job, Any, list[Ref]]:
        with tempfile.TemporaryDirectory(prefix="xl-jixiao-") as folder:
            copy = Path(folder, self.book.name)
            self.book.api.SaveCopyAs(str(copy))
            try:
                job, answers = job_of_workbook(copy, str(self._table) if self._table else None)
            except UnreadableWorkbook as error:
                raise Refused(f"{error}。请把数据填入新的模板。") from error
            except RubricError as error:
                raise Refused(f"表的文件有误：{error}") from error
            return job, answers, list(filled_cells(copy))

    @cached_property
    def _result(self) -> Result:
        job, answers, _ = self._read
        return job.evaluate(answers, file=self.book.name)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings."""
        return self._result.findings

    @property
    def headline(self) -> str:
        """The result in one line."""
        return self._result.headline

    unit = None

    def targets(self, folder: Path) -> tuple[Path, ...]:
        """The files an export will write: made once in a temporary folder, whose names tell."""
        job, answers, _ = self._read
        with tempfile.TemporaryDirectory(prefix="xl-jixiao-") as trial:
            made, _ = job.finish(answers, Path(trial), file=self.book.name)
        paths = tuple(folder / path.name for path in made)
        return *paths, *(pdf for path in paths if path.suffix == ".xlsx" for pdf in self.pdfs(path).values())

    def finish(self, folder: Path, *, overwrite: bool) -> tuple[Path, ...]:
        """Writes the finished files."""
        job, answers, _ = self._read
        paths, _ = job.finish(answers, folder, file=self.book.name, overwrite=overwrite)
        return paths

    def pdfs(self, workbook: Path) -> Mapping[str, Path]:
        """The whole workbook."""
        return {WHOLE_BOOK: workbook.with_suffix(".pdf")}

    def filled(self) -> list[Ref]:
        """Every unlocked cell that holds something."""
        return self._read[2]


def _reference(refers_to: str) -> Ref | None:
    found = _REFERENCE.fullmatch(refers_to)
    if not found:
        return None
    column = sum((ord(letter) - 64) * 26**place for place, letter in enumerate(reversed(found[3])))
    return Ref((found[1] or found[2]).replace("''", "'"), int(found[4]) - 1, column - 1)
