"""A filing as it is open in Excel, saved or not: what it says, what it scores, what is wrong with it.

Every kind of table is read the same way: the open cells at the places where its plan has them, each sheet in one piece. Knows a book only by
what it can do, not xlwings.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from xl_jixiao.expr import Value, exact
from xl_jixiao.finding import Finding, read_otherwise
from xl_jixiao.jobs import open_job
from xl_jixiao.number import NotANumber, from_cell
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.job import Job, Result
from xl_jixiao.sheet.plan import Computed, Plan, Ref, is_name
from xl_jixiao.tables.catalogue import known
from xl_jixiao.tables.next_year import year_of
from xl_jixiao.tables.tablefile import RubricError
from xl_jixiao.words import CONCLUSION, LISTS_SHEET, STAMP, UNFINISHED, is_blank

_REFERENCE = re.compile(r"=(?:'((?:[^']|'')+)'|([^'!]+))!\$([A-Z]{1,3})\$(\d+)(?::.*)?")
_UNKNOWN_ERROR = -2_146_000_000
"""Cells with errors newer than xlwings knows (#SPILL!) arrive as integers below this."""

WHOLE_BOOK = ""


class NothingDone(Exception):
    """Nothing was done; the message says why and what to do."""


class OpenFiling:
    """A workbook of ours that is open; a county's own table file is looked for in `folder`."""

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
        identifier, _, revision = str(self._one(ref) or "").partition("@") if ref else ("", "", "")
        return identifier, revision

    def _one(self, ref: Ref) -> object:
        return self.book.sheets[ref.sheet].range(ref.local).value

    @cached_property
    def job(self) -> Job:
        """The job of the table the workbook was made from, of the same revision."""
        identifier, revision = self._stamp
        beside = self._folder / f"{identifier}.toml"
        own = identifier not in known()
        if not identifier:
            raise NothingDone("本表不是本系统的填报表（没有评分标准编号）。请把数据填入新的模板。")
        if own and not beside.is_file():
            raise NothingDone(f"没有安装评分标准“{identifier}”。请把它的 {identifier}.toml 放在本表所在的文件夹后重试。")
        try:
            job = open_job(str(beside) if own else identifier, year=year_of(revision))
        except RubricError as error:
            raise NothingDone(f"评分标准“{identifier}”有误：{error}") from error
        if (job.id, job.revision) != (identifier, revision):
            advice = "请运行 xl-jixiao setup 更新后把数据填入新模板。"
            raise NothingDone(f"本表按评分标准修订 {revision} 制作，已安装的是 {job.revision}，不能混用。{advice}")
        return job

    @cached_property
    def _plan(self) -> Plan:
        facts: dict[str, Value] = {}
        for name, ref in self._named.items():
            if ref is not None and ref.sheet == LISTS_SHEET:
                value = self._one(ref)
                facts[name] = exact(value) if isinstance(value, (int, float, str)) else None
        return self.job.plan_for(Edition.ADDIN, facts)

    def _ref(self, key: str) -> Ref | None:
        """Where a cell stands now: where its name points, as long as only its row moved; None where the cell was deleted."""
        planned = self._plan.ref(key)
        named = self._named.get(key, planned)
        if named is not None and (named.sheet, named.column) != (planned.sheet, planned.column):
            return planned
        return named

    def formula(self, sheet: str, content: Computed) -> str | None:
        """The formula of a computed cell put beside the filing's own; None where a cell it reads was deleted."""
        names = content.expr.names
        known = all(self._named.get(key) if is_name(key) else key in self._plan.placed for key in names)
        return f"={self._plan.formula(sheet, content)}" if known else None

    @cached_property
    def _blocks(self) -> Mapping[str, list[list[object]]]:
        """Each sheet's values in one piece: a call for every cell would take seconds."""
        corners: dict[str, tuple[int, int]] = {}
        for ref in filter(None, map(self._ref, (*self._plan.entries, *_told(self._plan, self.job.total_key)))):
            row, column = corners.get(ref.sheet, (0, 0))
            corners[ref.sheet] = max(row, ref.row), max(column, ref.column)
        there = {sheet.name for sheet in self.book.sheets}
        if missing := [sheet for sheet in corners if sheet not in there]:
            raise NothingDone(f"本表缺少“{missing[0]}”表。请把数据填入新的模板。")
        return {
            name: self.book.sheets[name].range((1, 1), (row + 1, column + 1)).options(ndim=2, err_to_str=True).value
            for name, (row, column) in corners.items()
        }

    def cell(self, key: str) -> object:
        """The value of a key's cell, an error as its text; None for a key the plan doesn't know."""
        ref = self._ref(key) if key in self._plan.placed else None
        value = self._blocks[ref.sheet][ref.row][ref.column] if ref else None
        return "#错误" if type(value) is int and value < _UNKNOWN_ERROR else value

    @cached_property
    def answers(self) -> Any:
        """What the unit entered."""
        return self.job.answers_of(self.cell)

    @cached_property
    def _result(self) -> Result:
        return self.job.evaluate(self.answers, file=self.book.name)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings."""
        return self._result.findings

    @property
    def headline(self) -> str:
        """The result in one line, and whether the cells show the same total."""
        text = self._result.headline
        if self.job.total_key not in self._plan.placed:
            return text
        shown = self.cell(self.job.total_key)
        try:
            same = (None if shown == UNFINISHED else from_cell(shown)) == self._result.total
        except NotANumber:
            same = False
        return text if same else f"{text}\n注意：表中总分单元格显示“{shown}”，与复算不同；请按 Ctrl+Alt+F9 重新计算。"

    @property
    def unit(self) -> str:
        """The unit's name."""
        return self.job.about(self.answers).unit

    def targets(self, folder: Path) -> tuple[Path, ...]:
        """The files an export will write."""
        paths = self.job.targets(self.answers, folder)
        return *paths, *(pdf for path in paths if path.suffix == ".xlsx" for pdf in self.pdfs(path).values())

    def finish(self, folder: Path, *, overwrite: bool) -> tuple[Path, ...]:
        """Writes the finished files."""
        paths, _ = self.job.finish(self.answers, folder, file=self.book.name, overwrite=overwrite)
        return paths

    def still_blank(self, answers: Any) -> tuple[tuple[Ref, Value], ...]:
        """The blank cells that these answers have something for, with what it is."""
        said = {key: value for key, value in self.job.entries(answers).items() if key in self._plan.entries and not is_blank(value)}
        places = ((self._ref(key), key, value) for key, value in said.items())
        return tuple((ref, value) for ref, key, value in places if ref and is_blank(self.cell(key)))

    def read_otherwise(self) -> tuple[tuple[Ref, Value], ...]:
        """The cells whose text was read as a number or a choice, with what it was read as."""
        places = {(one.place.sheet, one.place.cell) for one in read_otherwise(self.findings)}
        said = self.job.entries(self.answers) if places else {}
        keys = (key for key, (ref, _) in self._plan.entries.items() if (ref.sheet, ref.local) in places)
        return tuple((ref, said.get(key)) for key in keys if (ref := self._ref(key)))

    def pdfs(self, workbook: Path) -> Mapping[str, Path]:
        """The sheets to print with their files: the form and the summary, or the whole book where it has no summary."""
        form = self.job.about(self.answers).sheet
        plan = self.job.finished_plan(self.answers, self._result)
        if not form or CONCLUSION not in plan.sheet_by_name:
            return {WHOLE_BOOK: workbook.with_suffix(".pdf")}
        return {form: workbook.with_suffix(".pdf"), CONCLUSION: workbook.with_name(f"{workbook.stem}-{CONCLUSION}.pdf")}

    def filled(self) -> list[Ref]:
        """Every cell a person types into that holds something."""
        return [ref for key in self._plan.entries if (ref := self._ref(key)) and not is_blank(self.cell(key))]


def _told(plan: Plan, total: str) -> Iterator[str]:
    """What is read of a workbook besides its entries: its total, and the facts it carries on its hidden sheet of lists."""
    if total in plan.placed:
        yield total
    yield from (key for key, (ref, _) in plan.placed.items() if ref.sheet == LISTS_SHEET)


def _reference(refers_to: str) -> Ref | None:
    found = _REFERENCE.fullmatch(refers_to)
    if not found:
        return None
    column = sum((ord(letter) - 64) * 26**place for place, letter in enumerate(reversed(found[3])))
    return Ref((found[1] or found[2]).replace("''", "'"), int(found[4]) - 1, column - 1)
