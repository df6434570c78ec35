"""A unit's book: one workbook of all its forms in; results, finished forms and reports out."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from os.path import isfile
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xl_jixiao.expr import Value
from xl_jixiao.finding import Finding, Level, Place
from xl_jixiao.number import plain
from xl_jixiao.outputs import safe_name
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.job import FormIn, Job, Report, Result, Told
from xl_jixiao.sheet.plan import Plan, PlanValues
from xl_jixiao.sheet.returned import About
from xl_jixiao.tables import answers as fact_files
from xl_jixiao.tables.answers import Answers, AnswersError
from xl_jixiao.tables.catalogue import known, locate
from xl_jixiao.tables.inputs import Answer, Input
from xl_jixiao.tables.narrative import ALONE, FromBook, evaluators, unit_texts
from xl_jixiao.tables.table import Table
from xl_jixiao.unit import answers as answer_files
from xl_jixiao.unit import compile as plans
from xl_jixiao.unit import model
from xl_jixiao.unit.answers import UnitAnswers
from xl_jixiao.unit.checks import own_findings, places_in
from xl_jixiao.unit.merged import sheet_names
from xl_jixiao.unit.model import SetTable
from xl_jixiao.unit.parts import BookForm, OpenForm, UnitBook, book_of
from xl_jixiao.unit.sheets import published_key
from xl_jixiao.unit.signing import SIGN_LIST, Signed, sign_list
from xl_jixiao.words import PRINT_LIST, is_blank

FEWEST_PROJECTS = 1
"""For so many projects a blank book has forms, unless more are wanted."""


_OF_THE_ENTRY = frozenset(("JX101", "JX102", "JX103", "JX104", "JX106", "JX109"))
"""Findings about what stands in the cell itself: one is enough, whatever the forms call it."""


@dataclass(frozen=True)
class UnitResult(Result):
    """What every form of a book came to, with the findings over all of them."""

    book: UnitBook
    parts: Mapping[str, Result]
    """By the name of each form that is used: one for a project without any content is not."""
    findings: tuple[Finding, ...]
    every: Mapping[str, Result]
    """The same for all forms there are."""

    heads = ("表", "总分", "等次", "结果")

    @property
    def table(self) -> SetTable:
        """The set."""
        return self.book.table

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Every form: total, grade, what came of it."""
        for name, one in self.parts.items():
            yield name, "—" if one.total is None else plain(one.total), one.grade or "—", one.headline

    @property
    def main(self) -> Result | None:
        """The first form that has a total of its own: the unit's score."""
        own = [self.parts[part.name] for part in self.book.parts if not part.number]
        return next((one for one in own if one.total is not None), None)

    @property
    def total(self) -> Decimal | None:
        """The unit's score."""
        return self.main.total if self.main else None

    @property
    def computed_total(self) -> Decimal | None:
        """The unit's score by the rules alone."""
        return self.main.computed_total if self.main else None

    @property
    def grade(self) -> str | None:
        """The grade of the unit's score."""
        return self.main.grade if self.main else None

    @property
    def headline(self) -> str:
        """``5张表，共228项数据；总分 89.5，等次 良好；必改 2 个``."""
        scored = "" if self.main is None else f"；{self.main.headline}"
        must = sum(one.level is Level.MUST_FIX for one in self.findings)
        return f"{len(self.parts)}张表，{self.book.asked_once}项数据{scored}；必改{must}个"

    def _computed(self) -> dict[str, Any]:
        return {
            "total": None if self.total is None else float(self.total),
            "grade": self.grade,
            "entries": self.book.asked_once,
            "forms": {name: one.as_json() for name, one in self.parts.items()},
        }


@dataclass(frozen=True)
class UnitJob(Job):
    """The job of a set of forms."""

    form: SetTable
    open_form: OpenForm

    @classmethod
    def load(cls, reference: str, open_form: OpenForm) -> "UnitJob":
        """The job of a set's file; every form it names is opened: a bundled one by its id, one beside it by its id or its file's name. Raises RubricError."""
        folder = locate(reference).parent

        def open_beside(table: str, lengths: Mapping[str, int], year: int) -> Job:
            beside = next((path for path in (folder / table, folder / f"{table}.toml") if path.suffix == ".toml" and isfile(path)), None)
            return open_form(table if beside is None or table in known() else str(beside), lengths, year)

        job = cls(model.load(reference), open_beside)
        job.book(FEWEST_PROJECTS)
        return job

    @property
    def table(self) -> SetTable:
        """The set."""
        return self.form

    @property
    def cautions(self) -> tuple[str, ...]:
        """Forms whose table is of another year than the set: moved on, and to be looked at."""
        return tuple(dict.fromkeys(self._of_another_year()))

    def _of_another_year(self) -> Iterator[str]:
        for one in self.form.forms:
            own = self.open_form(one.table, {}, 0).table.year
            if own != self.form.year:
                yield (
                    f"“{one.name}”的表（{one.table}）是{own}年度的，与套表的{self.form.year}年度不同，名称、文字里的年度已按{self.form.year}年度印；"
                    f"依据、评分标准按{self.form.year}年度的文件核对：xl-jixiao next {one.table} --year {self.form.year} 逐条列出要核对的行"
                )

    @property
    def tables(self) -> tuple[Table, ...]:
        """Those of the forms, each once."""
        parts = {part.job.id: part.job.table for part in self.book(FEWEST_PROJECTS).parts}
        return (self.form, *parts.values())

    @cached_property
    def _books(self) -> dict[int, UnitBook]:
        return {}

    def book(self, count: int) -> UnitBook:
        """The book with forms for so many projects."""
        count = min(max(count, 0), self.form.projects.most) if self.form.projects else 0
        if count not in self._books:
            self._books[count] = book_of(self.form, self.open_form, count)
        return self._books[count]

    @property
    def total_key(self) -> str:
        """The total of the first form that scores the unit."""
        return next(
            (part.keys[part.job.total_key] for part in self.book(0).parts if not part.number and part.scored),
            "",
        )

    # ---- answers

    def blank(self) -> UnitAnswers:
        """No answers at all, with forms for one project."""
        return self.blank_for(FEWEST_PROJECTS)

    def blank_for(self, projects: int) -> UnitAnswers:
        """No answers at all, with forms for so many projects."""
        book = self.book(projects)
        facts = Answers(self.id, {})
        return UnitAnswers(facts, book.count, {part.name: part.job.blank() for part in book.parts})

    def given(self, answers: UnitAnswers, values: Mapping[str, Answer]) -> UnitAnswers:
        """The answers with these facts in the place of their own, in every form that prints them."""
        book = self.book(answers.count)
        typed = {item.key for item in book.typed}
        facts = fact_files.given(answers.facts, {key: value for key, value in values.items() if key in typed})
        parts = dict(answers.parts)
        for part in book.parts:
            own = {key: values[cell] for key, cell in part.bound.items() if cell in values and cell not in typed}
            parts[part.name] = part.job.given(parts[part.name], own) if own else parts[part.name]
        return self._completed(book, replace(answers, facts=facts, parts=MappingProxyType(parts)))

    def asked_in(self, answers: UnitAnswers) -> tuple[Input, ...]:
        """Every figure and text of 基础数据 that is typed."""
        book = self.book(answers.count)
        return (*(item for item in book.shared if item.key not in book.formulas), *book.own)

    def answers(self, path: Path) -> UnitAnswers:
        """The answers of a data file: as many projects as it lists."""
        try:
            return self.answers_from(answer_files.read(path))
        except AnswersError as error:
            raise AnswersError([f"{path.name} {problem}" for problem in error.problems]) from None

    def answers_from(self, data: Mapping[str, Any]) -> UnitAnswers:
        """The answers of parsed data: as many projects as it lists."""
        book = self.book(answer_files.projects_in(data))
        return self._completed(book, answer_files.from_data(book, data, _loaded))

    def answers_of(self, cell: Callable[[str], object]) -> UnitAnswers:
        """The answers of a workbook; `cell` gives the raw value of a key."""
        book = self.book(_count(cell(plans.COUNT)))
        return self._completed(book, answer_files.answers_of(book, cell))

    def _completed(self, book: UnitBook, answers: UnitAnswers) -> UnitAnswers:
        return answer_files.completed(book, answers, lambda given: self._bare(book).values(given))

    def enlarged(self, answers: UnitAnswers, projects: int | None = None) -> UnitAnswers:
        """The answers in a book with forms for so many projects, by default for all it lists; no form with content is lost."""
        before = self.book(answers.count)
        listed = [
            at for at in range(1, before.rows + 1) for _, items in before.columns[:1] if not is_blank(answers.facts.get(items[at - 1].key))
        ]
        book = self.book(max(projects or 0, answers.count, *listed, 0))
        parts = {part.name: answers.parts.get(part.name, part.job.blank()) for part in book.parts}
        return self._completed(book, replace(answers, count=book.count, parts=parts))

    def entries(self, answers: UnitAnswers) -> Mapping[str, Value]:
        """The answers as the entries of the plan."""
        return answer_files.entries(self.book(answers.count), answers)

    def about(self, answers: UnitAnswers) -> About:
        """Whose book it is."""
        return About(answers.unit, sheet=PRINT_LIST, year=self.form.year)

    def forms_in(self, result: UnitResult, answers: UnitAnswers) -> Iterator[FormIn]:
        """Every form that is used."""
        for part in result.book.parts:
            if part.name in result.parts:
                yield FormIn(part.keys.form, part.job.id, part.job.about(answers.parts[part.name]).project, part.bound)

    def digest(self, answers: UnitAnswers) -> str:
        """A fingerprint of everything the unit entered."""
        return answer_files.digest(self.book(answers.count), answers)

    # ---- results

    def evaluate(self, answers: UnitAnswers, *, file: str = "", values: PlanValues | None = None) -> UnitResult:
        """Every form's result, and the findings over all of them, each once: what a form asks of an entry by another name is the same."""
        book = self.book(answers.count)
        parts = {part.name: part.job.evaluate(answers.parts[part.name], file=file) for part in book.parts}
        plan, names = self._bare(book), self._sheet_names(book)
        findings: dict[tuple[str, Place, str], Finding] = {}
        used = [part for part in book.parts if answer_files.is_used(book, part, answers)]
        for part in used:
            placed = places_in(part, plan, names[part.name])
            for one in map(placed, parts[part.name].findings):
                said = "" if one.code in _OF_THE_ENTRY and one.place.cell else one.message
                findings.setdefault((one.code, one.place, said), one)
        for one in own_findings(book, plan, answers, values or plan.values(self.entries(answers)), file):
            findings.setdefault((one.code, one.place, one.message), one)
        shown = {part.name: parts[part.name] for part in used}
        told = tuple(_without_consequences(findings.values(), book, plan))
        return UnitResult(book, MappingProxyType(shown), told, MappingProxyType(parts))

    # ---- plans

    def plan(self, answers: UnitAnswers, edition: Edition, result: UnitResult | None = None) -> Plan:
        """The plan of the book filled with the answers."""
        book, result = self.book(answers.count), result or self.evaluate(answers)
        known = result.every

        def plan_of(part: BookForm) -> Plan:
            return part.job.plan(answers.parts[part.name], edition, known[part.name])

        return self._compiled(book, answers, edition, plan_of)

    def finished_plan(self, answers: UnitAnswers, result: UnitResult) -> Plan:
        """The plan a finished book follows."""

        def plan_of(part: BookForm) -> Plan:
            return part.job.finished_plan(answers.parts[part.name], result.every[part.name])

        return self._compiled(self.book(answers.count), answers, Edition.FINISHED, plan_of)

    def _compiled(self, book: UnitBook, answers: UnitAnswers, edition: Edition, plan_of: Callable[[BookForm], Plan]) -> Plan:
        given = answer_files.entries(book, answers)
        return plans.compile(book, plan_of, given, answer_files.remarks(book, answers), edition, self.digest(answers))

    def plan_for(self, edition: Edition, facts: Mapping[str, Value]) -> Plan:
        """The plan an untouched book follows that says this of itself: how many projects, and what its forms say of their rows."""
        book = self.book(_count(facts.get(plans.COUNT)))
        if not facts or set(facts) == {plans.COUNT}:
            return self._blank_plan(book, edition)
        return self._plan_for(book, edition, facts)

    @cached_property
    def _plans(self) -> dict[tuple[int, Edition], Plan]:
        return {}

    def _blank_plan(self, book: UnitBook, edition: Edition) -> Plan:
        key = (book.count, edition)
        if key not in self._plans:
            self._plans[key] = self._plan_for(book, edition, MappingProxyType({}))
        return self._plans[key]

    def _plan_for(self, book: UnitBook, edition: Edition, facts: Mapping[str, Value]) -> Plan:
        def plan_of(part: BookForm) -> Plan:
            before = f"{part.keys.form}_"
            own = {key.removeprefix(before): value for key, value in facts.items() if key.startswith(before)}
            return part.job.plan_for(edition, own)

        return plans.compile(book, plan_of, {}, {}, edition, self.digest(self.blank_for(book.count)))

    def _bare(self, book: UnitBook) -> Plan:
        """The plan its values are read from."""
        return self._blank_plan(book, Edition.NATIVE)

    def _sheet_names(self, book: UnitBook) -> Mapping[str, Mapping[str, str]]:
        """What each form's sheets are called in the book."""
        return sheet_names((part, part.blank_plan) for part in book.parts)

    # ---- files

    def file_stem(self, answers: UnitAnswers) -> str:
        """``洪江市人民政府办公室-2020年度绩效自评套表``."""
        return f"{safe_name(answers.unit) or '未填单位'}-{self.form.year}年度绩效自评套表"

    def targets(self, answers: UnitAnswers, folder: Path) -> tuple[Path, ...]:
        """The files `finish` writes: the whole book, each form's own files by their number, the list of what is signed."""
        stem = self.file_stem(answers)
        return folder / f"00-{stem}-成品.xlsx", *(path for _, paths in self._files(answers, folder) for path in paths), folder / SIGN_LIST

    def printed(self, files: tuple[Path, ...]) -> tuple[Path, ...]:
        """The forms and reports."""
        return tuple(path for path in files if not path.name.startswith("00-") and path.name != SIGN_LIST)

    def _files(self, answers: UnitAnswers, folder: Path) -> Iterator[tuple[BookForm, tuple[Path, ...]]]:
        book = self.book(answers.count)
        used = [part for part in book.parts if answer_files.is_used(book, part, answers)]
        for at, part in enumerate(used, 1):
            own = part.job.targets(answers.parts[part.name], folder)
            yield part, tuple(folder / f"{at:02}-{path.name}" for path in own)

    def report(self, result: UnitResult, answers: UnitAnswers, book: FromBook = ALONE) -> Report:
        """The report of the first form."""
        return next(self.told(result, answers)).report

    def told(self, result: UnitResult, answers: UnitAnswers, book: FromBook = ALONE) -> Iterator[Told]:
        """The reports of all forms that are used."""
        for part in result.book.parts:
            if part.name in result.parts:
                around = _from_book(part, result, answers)
                yield from part.job.told(result.parts[part.name], answers.parts[part.name], around)

    def words(self, result: UnitResult, answers: UnitAnswers) -> dict[str, Any]:
        """What a Word template may name: the facts by their names, and each form's words under the form's name."""
        facts = {item.key: item.shown(answers.facts.get(item.key)) for item in result.book.typed}
        forms = {
            part.keys.form: part.job.words(result.parts[part.name], answers.parts[part.name])
            for part in result.book.parts
            if part.name in result.parts
        }
        main = next((forms[part.keys.form] for part in result.book.parts if result.parts.get(part.name) is result.main), {})
        of_projects = [forms[part.keys.form] for part in result.book.parts if part.number and part.keys.form in forms]
        return {**main, **facts, **forms, "各项目": of_projects}

    def write_finished(
        self, answers: UnitAnswers, result: UnitResult, paths: tuple[Path, ...], *, book: FromBook = ALONE, overwrite: bool = False
    ) -> None:
        """Writes the whole book, every form and report, and the list of what is signed."""
        self._write(answers, result, Edition.FINISHED, paths[0], overwrite=overwrite)
        signed = []
        for part, files in self._files(answers, paths[0].parent):
            around = _from_book(part, result, answers)
            part.job.write_finished(answers.parts[part.name], result.every[part.name], files, book=around, overwrite=overwrite)
            signed.append(Signed(part.name, tuple(path.name for path in files), part.form.sign))
        sign_list(self.form.title, answers.unit, signed).save(paths[-1], overwrite=overwrite)


def _from_book(part: BookForm, result: UnitResult, answers: UnitAnswers) -> FromBook:
    """What the report of a form takes from the unit's other forms, of a project's form from those of the same project: texts, who evaluated,
    the list of what is handed in with it."""
    others = [one for one in result.book.parts if one.name in result.parts and one is not part and part.number in (0, one.number)]
    alike = [one for one in others if one.number == part.number and isinstance(answers.parts[one.name], Answers)]
    own = [(one.job.inputs, answers.parts[one.name]) for one in alike]
    told = [text for inputs, given in own for text in unit_texts(inputs, given)]
    people = next((found for inputs, given in own if (found := evaluators(inputs, given))), ())
    return FromBook(tuple(told), people, tuple(_attached(one, answers) for one in others))


def _attached(part: BookForm, answers: UnitAnswers) -> str:
    """A form as the list of attachments has it, with its project where it is about one."""
    project = part.job.about(answers.parts[part.name]).project
    return f"{part.job.title}（{project}）" if part.number and project else part.job.title


def _loaded(part: BookForm, data: Mapping[str, Any]) -> Any:
    return part.job.answers_from(data) if data else part.job.blank()


def _count(held: object) -> int:
    return int(held) if isinstance(held, (int, float)) or hasattr(held, "numerator") else 0  # type: ignore[call-overload]


_OF_COMPUTED = frozenset(("JX101", "JX109", "JX701", "JX702"))
"""Findings about a fact the book computes that may follow from an entry."""


def _without_consequences(told: Collection[Finding], book: UnitBook, plan: Plan) -> Iterator[Finding]:
    """The findings without those about a fact the book computes, where an entry is blank, wrong or asked about: they follow from that one."""
    typed = {(ref.sheet, ref.local) for ref, _ in plan.entries.values()}
    computed = {(ref.sheet, ref.local) for ref in map(plan.ref, book.formulas)}
    computed |= {(ref.sheet, ref.local) for ref in (plan.ref(published_key(use.key)) for use in book.uses if use.cell in book.formulas)}
    at_entry = any(one.code in _OF_THE_ENTRY and (one.place.sheet, one.place.cell) in typed - computed for one in told)
    for one in told:
        if one.code not in _OF_COMPUTED or not at_entry or (one.place.sheet, one.place.cell) not in computed:
            yield one
