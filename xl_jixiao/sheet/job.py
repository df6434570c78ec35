"""What the jobs of every kind of table have in common: answers in; results, plans, workbooks and reports out."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Protocol

from xl_jixiao.expr import Value, as_text
from xl_jixiao.finding import Finding, Level, Unfinished
from xl_jixiao.formula import defined_name
from xl_jixiao.number import plain, to_cell
from xl_jixiao.outputs import refuse_existing
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Plan, PlanValues, SheetPlan, is_name
from xl_jixiao.sheet.returned import About
from xl_jixiao.tables.inputs import Answer, Input
from xl_jixiao.tables.narrative import ALONE, FromBook
from xl_jixiao.tables.table import Table
from xl_jixiao.words import COMPUTED_TOTAL, GRADE, NOT_APPLICABLE, PROJECT, TOTAL, UNIT

COMPUTED = "计算项"
"""The head of the names of computed figures among the lines of a result."""


@dataclass(frozen=True, slots=True)
class PointsLine:
    """One indicator's points: by the rule, as the unit has them, and as the reviewer does; with the unit's reason."""

    code: str
    name: str
    group: str
    weight: Decimal | None
    computed: Decimal | None
    points: Decimal | None
    reason: str = ""
    adjusted: bool = False
    reviewed: Decimal | None = None
    review_reason: str = ""
    left_out: bool = False
    """Whether it is not applicable and the others are rescaled to the full weight."""

    @property
    def shown_points(self) -> str:
        """The unit's points as text."""
        if self.left_out:
            return NOT_APPLICABLE
        return "—" if self.points is None else plain(self.points)

    @property
    def shown_computed(self) -> str:
        """The rule's points as text."""
        return "—" if self.computed is None else plain(self.computed)


@dataclass(frozen=True)
class Bounds:
    """What stands beside the indicators' points: points that are added or taken off, the highest total, the grade that a veto leaves."""

    beyond: Decimal
    most: Decimal | None = None
    grade: str = ""

    def settled(self, points: Decimal) -> Decimal:
        """A total of indicators' points with it."""
        total = max(Decimal(0), points + self.beyond)
        return total if self.most is None else min(total, self.most)


class Report(Protocol):
    """A report in words."""

    def save(self, path: Path, *, overwrite: bool = False) -> Path:
        """Writes it."""


@dataclass(frozen=True)
class Told:
    """A report with what it tells of: the form's own job, what it came to and its answers."""

    report: Report
    job: "Job"
    result: "Result"
    answers: Any


@dataclass(frozen=True)
class FormIn:
    """A form of a book: its name, which table it is, the project it is about, and the facts of the book its inputs are."""

    name: str
    table: str
    project: str
    bound: Mapping[str, str]


class Result(ABC):
    """What a job found: a headline, rows to show, findings, JSON."""

    heads: ClassVar[tuple[str, ...]]
    """The heads of the rows: a name, numbers, and an explanation last."""

    findings: tuple[Finding, ...]

    @property
    @abstractmethod
    def table(self) -> Table:
        """The table."""

    @property
    def title(self) -> str:
        """The table's title."""
        return self.table.title

    @abstractmethod
    def rows(self) -> Iterator[tuple[str, ...]]:
        """What was computed, line by line."""

    @property
    @abstractmethod
    def headline(self) -> str:
        """What came of it, in one line."""

    def lines(self) -> Iterator[PointsLine]:
        """The points of every indicator, where there are any."""
        return iter(())

    @property
    def total(self) -> Decimal | None:
        """The total, where there is one."""
        return None

    @property
    def computed_total(self) -> Decimal | None:
        """The total by the rules alone, without adjustments, where there is one."""
        return None

    @property
    def grade(self) -> str | None:
        """The grade of the total."""
        return None

    @property
    def bounds(self) -> Bounds | None:
        """What stands beside the indicators' points, where anything does."""
        return None

    @property
    def must_fix(self) -> bool:
        """Whether a finding keeps the filing from being finished."""
        return any(one.level is Level.MUST_FIX for one in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Stable English keys; numbers as JSON numbers, blanks null, words as text."""
        table = self.table
        head = {"rubric": table.id, "revision": table.revision, "title": table.title}
        return {**head, **self._computed(), "findings": [one.as_json() for one in self.findings]}

    @abstractmethod
    def _computed(self) -> dict[str, Any]:
        """What was computed, as JSON."""


def json_value(value: Decimal | str | None) -> float | int | str | None:
    """A value as JSON has it."""
    return to_cell(value) if isinstance(value, Decimal) else value


def number_of(value: Decimal | str | None) -> Decimal | None:
    """A value where it is a number, not a word in its place."""
    return value if isinstance(value, Decimal) else None


def shown_value(value: Decimal | str | None, blank: str = "未得出") -> str:
    """A value as a line of the result shows it."""
    return plain(value) if isinstance(value, Decimal) else value or blank


class Job(ABC):
    """What every kind of table can do. Its answers are its own type, known to it alone."""

    finished_is_whole: ClassVar[bool] = False
    """Whether a finished workbook has every cell that a filing is scored with."""

    @property
    @abstractmethod
    def table(self) -> Table:
        """The table."""

    @property
    def id(self) -> str:
        """The table's id."""
        return self.table.id

    @property
    def title(self) -> str:
        """The table's title."""
        return self.table.title

    @property
    def revision(self) -> str:
        """The table's revision."""
        return self.table.revision

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table its forms are printed from."""
        return (self.table,)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The figures and texts of its 基础数据; none for a form that is filled in itself."""
        return ()

    def asked_in(self, answers: Any) -> tuple[Input, ...]:
        """Every figure and text of 基础数据 that is typed in a workbook with these answers."""
        return self.inputs

    @property
    def cautions(self) -> tuple[str, ...]:
        """What who makes a blank workbook of it should know."""
        return ()

    @property
    def explained_in(self) -> str:
        """Where a figure is explained that isn't as it was last year."""
        return "“基础数据”的备注"

    @property
    def total_key(self) -> str:
        """The cell of its total."""
        return TOTAL

    @abstractmethod
    def given(self, answers: Any, values: Mapping[str, Answer]) -> Any:
        """The answers with these in the place of their own, by the keys of their entries."""

    @abstractmethod
    def blank(self) -> Any:
        """No answers at all."""

    def blank_for(self, projects: int) -> Any:
        """No answers at all, in a book with forms for so many projects; only sets of forms have any."""
        return self.blank()

    def enlarged(self, answers: Any, projects: int | None = None) -> Any:
        """The answers in a book with forms for so many projects, by default for all it lists; only sets of forms have any."""
        return answers

    @abstractmethod
    def answers(self, path: Path) -> Any:
        """The answers of a data file."""

    @abstractmethod
    def answers_from(self, data: Mapping[str, Any]) -> Any:
        """The answers of parsed data."""

    @abstractmethod
    def answers_of(self, cell: Callable[[str], object]) -> Any:
        """The answers of a workbook; `cell` gives the raw value of a key, None where it is blank."""

    @abstractmethod
    def entries(self, answers: Any) -> Mapping[str, Value]:
        """The answers as the entries of the plan."""

    @abstractmethod
    def about(self, answers: Any) -> About:
        """Whose filing it is, and about what."""

    def forms_in(self, result: Any, answers: Any) -> Iterator[FormIn]:
        """The forms of a book that are used; none of a form by itself."""
        return iter(())

    @abstractmethod
    def digest(self, answers: Any) -> str:
        """The fingerprint of everything the unit entered."""

    @abstractmethod
    def evaluate(self, answers: Any, *, file: str = "", values: PlanValues | None = None) -> Result:
        """What the answers come to, with findings. `values` are those of a plan of this table over the very same entries, where they are
        known already."""

    @abstractmethod
    def plan(self, answers: Any, edition: Edition, result: Any = None) -> Plan:
        """The plan of a workbook with these answers; what they come to is computed unless given."""

    def finished_plan(self, answers: Any, result: Any) -> Plan:
        """The plan a finished workbook with these answers follows, as far as a returned one is held against it: its rows may be of any
        height, its entries blank."""
        return self.plan(answers, Edition.FINISHED, result)

    @abstractmethod
    def plan_for(self, edition: Edition, facts: Mapping[str, Value]) -> Plan:
        """The plan an untouched workbook follows that says these facts of itself; of a finished one, as far as it is the same whatever the
        answers."""

    @abstractmethod
    def file_stem(self, answers: Any) -> str:
        """The name of the finished files before ``-成品``: unit, project, year and form."""

    @abstractmethod
    def report(self, result: Any, answers: Any, book: FromBook = ALONE) -> Report:
        """The report in words; `book` is what the unit's book says beside this form."""

    def told(self, result: Any, answers: Any, book: FromBook = ALONE) -> Iterator[Told]:
        """Every report in words of a filing, as `finish` writes them."""
        yield Told(self.report(result, answers, book), self, result, answers)

    def words(self, result: Any, answers: Any) -> dict[str, Any]:
        """What a Word template may name: whose filing it is, what it came to, every answer by its name, the lines of the result as 行."""
        about = self.about(answers)
        head = {UNIT: about.unit, PROJECT: about.project, "年度": str(about.year or self.table.year), "表名": self.title}
        came_to = ((TOTAL, result.total), (COMPUTED_TOTAL, result.computed_total), (GRADE, result.grade))
        said = {key: as_text(value) for key, value in self.entries(answers).items() if is_name(key)}
        said |= {item.key: item.shown(answers.get(item.key)) for item in self.inputs}
        rows = [dict(zip(result.heads, row, strict=True)) for row in result.rows()]
        computed = {defined_name(row[COMPUTED]): row["数值"] for row in rows if COMPUTED in row}
        return {**said, **computed, **head, **{name: shown_value(value, "") for name, value in came_to}, "行": rows}

    def targets(self, answers: Any, folder: Path) -> tuple[Path, ...]:
        """The files `finish` writes: the workbook and the report."""
        names = [f"{self.file_stem(answers)}-成品{suffix}" for suffix in (".xlsx", ".docx")]
        return tuple(folder / name for name in names)

    def write(self, answers: Any, edition: Edition, path: Path, *, beside: Sequence[SheetPlan] = (), overwrite: bool = False) -> Result:
        """Writes a workbook; `beside` are sheets that are no part of the filing."""
        result = self.evaluate(answers)
        self._write(answers, result, edition, path, beside, overwrite=overwrite)
        return result

    def _write(
        self, answers: Any, result: Result, edition: Edition, path: Path, beside: Sequence[SheetPlan] = (), *, overwrite: bool
    ) -> None:
        from xl_jixiao.sheet.write import write

        plan = self.plan(answers, edition, result)
        write(replace(plan, sheets=(*plan.sheets, *beside)) if beside else plan, path, overwrite=overwrite)

    def finish(self, answers: Any, folder: Path, *, file: str = "", overwrite: bool = False) -> tuple[tuple[Path, ...], Result]:
        """Writes the finished workbook and the report. Raises Unfinished with every finding of level 必改."""
        result = self.evaluate(answers, file=file)
        if result.must_fix:
            raise Unfinished(tuple(one for one in result.findings if one.level is Level.MUST_FIX))
        paths = self.targets(answers, folder)
        for path in paths:
            refuse_existing(path, overwrite=overwrite)
        folder.mkdir(parents=True, exist_ok=True)
        self.write_finished(answers, result, paths, overwrite=overwrite)
        return paths, result

    def write_finished(
        self, answers: Any, result: Any, paths: tuple[Path, ...], *, book: FromBook = ALONE, overwrite: bool = False
    ) -> None:
        """Writes the finished workbook and the report."""
        self._write(answers, result, Edition.FINISHED, paths[0], overwrite=overwrite)
        for report in paths[1:]:
            self.report(result, answers, book).save(report, overwrite=overwrite)

    def printed(self, files: tuple[Path, ...]) -> tuple[Path, ...]:
        """Which of the finished files are printed."""
        return files[:1]
