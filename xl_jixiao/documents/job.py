"""A document form's whole job: answers in; figures, texts, workbook, Word file and findings out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xl_jixiao.documents import model
from xl_jixiao.documents.compile import compile, entries_of, finished_plan, plan_for
from xl_jixiao.documents.figure_trees import claim_key
from xl_jixiao.documents.filled import Filled, FilledFigure, texts_of
from xl_jixiao.documents.findings import findings_of
from xl_jixiao.documents.model import Document, Figure
from xl_jixiao.expr import Value
from xl_jixiao.finding import Finding
from xl_jixiao.number import NotANumber, from_cell, plain
from xl_jixiao.outputs import safe_name
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.job import COMPUTED, Job, Result, json_value
from xl_jixiao.sheet.plan import Plan, PlanValues
from xl_jixiao.sheet.returned import About
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.answers import Answers, tidy
from xl_jixiao.tables.catalogue import locate
from xl_jixiao.tables.inputs import Answer, Input
from xl_jixiao.tables.narrative import ALONE, FromBook
from xl_jixiao.tables.raw_answers import raw_answers, remarks_of
from xl_jixiao.tables.table import read_for
from xl_jixiao.words import DIFFERS, dated

if TYPE_CHECKING:
    from xl_jixiao.report.official import Official


@dataclass(frozen=True)
class DocumentResult(Result):
    """A document form's figures with their findings."""

    filled: Filled
    findings: tuple[Finding, ...]

    heads = (COMPUTED, "数值", "公布数", "核对", "算式")

    @property
    def table(self) -> Document:
        """The form."""
        return self.filled.form

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Every figure: value, what was published, whether they agree, the worked line."""
        for one in self.filled.figures:
            yield one.figure.name, one.text or "—", one.claim or "—", one.comparison or "—", one.worked

    @property
    def headline(self) -> str:
        """``计算 31 项；核对公布数 27 项，不一致 0 项；问题 5 个``."""
        compared = [one for one in self.filled.figures if one.comparison]
        wrong = sum(one.comparison == DIFFERS for one in compared)
        return f"计算 {len(self.filled.figures)} 项；核对公布数 {len(compared)} 项，不一致 {wrong} 项；问题 {len(self.findings)} 个"

    def _computed(self) -> dict[str, Any]:
        return {
            "figures": [_figure(one) for one in self.filled.figures],
            "texts": [{"style": style, "text": text} for style, text in texts_of(self.filled)],
        }


def _figure(one: FilledFigure) -> dict[str, Any]:
    return {
        "name": one.figure.name,
        "code": one.figure.key,
        "value": json_value(one.value),
        "text": one.text,
        "worked": one.worked,
        "claimed": one.claim or None,
        "comparison": one.comparison or None,
    }


NO_LENGTHS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True)
class DocumentJob(Job):
    """The job of a document form."""

    form: Document

    @classmethod
    def load(cls, reference: str, lengths: Mapping[str, int] = NO_LENGTHS, year: int = 0) -> "DocumentJob":
        """The job of a form's file; its lists of these names have at least so many words, and a set of a year has it as of that year."""
        if not lengths:
            return cls(model.load(reference, year))
        path = locate(reference)
        return cls(model.from_data(model.lengthened(read_for(path, year), lengths), path.name))

    @property
    def table(self) -> Document:
        """The form."""
        return self.form

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The figures and texts of its 基础数据."""
        return self.form.inputs

    def given(self, answers: Answers, values: Mapping[str, Answer]) -> Answers:
        """The answers with these in the place of their own."""
        return answer_files.given(answers, values)

    def blank(self) -> Answers:
        """No answers at all."""
        return Answers(self.form.id, {})

    def answers(self, path: Path) -> Answers:
        """The answers of a data file."""
        return answer_files.load(path, self.form.asked)

    def answers_from(self, data: Mapping[str, Any]) -> Answers:
        """The answers of parsed data."""
        return answer_files.from_data(data, self.form.asked)

    def answers_of(self, cell: Callable[[str], object]) -> Answers:
        """The answers and published figures of a filled workbook, by the values of its keys."""
        found = raw_answers(self.form.asked, cell)
        claims = {figure.key: _claim(cell(claim_key(figure.key)), figure) for figure in self.form.figures}
        remarks = remarks_of(self.form.asked, cell)
        return Answers(self.form.id, found.values, claimed=_kept(claims), remarks=remarks, typed=found.typed)

    def entries(self, answers: Answers) -> Mapping[str, Value]:
        """The answers as the entries of the plan."""
        return entries_of(self.form, answers)

    def about(self, answers: Answers) -> About:
        """Whose document it is."""
        return About(unit=answers.unit, project=answers.project, sheet=self.form.pages[0].sheet, year=self.form.year)

    def digest(self, answers: Answers) -> str:
        """A fingerprint of everything the unit entered."""
        return answer_files.digest(answers)

    def evaluate(self, answers: Answers, *, file: str = "", values: PlanValues | None = None) -> DocumentResult:
        """Figures and findings."""
        filled = Filled(self.form, answers, values)
        return DocumentResult(filled, tuple(findings_of(filled, file)))

    def plan(self, answers: Answers, edition: Edition, result: DocumentResult | None = None) -> Plan:
        """The plan of a workbook with these answers."""
        return compile(self.form, answers, edition)

    def finished_plan(self, answers: Answers, result: DocumentResult) -> Plan:
        """The plan of a finished workbook, made once for all filings that show the same passages."""
        return finished_plan(self.form, answers, result.filled.values)

    def plan_for(self, edition: Edition, facts: Mapping[str, Value]) -> Plan:
        """The plan an untouched workbook of this form follows."""
        return plan_for(self.form, edition, facts)

    def file_stem(self, answers: Answers) -> str:
        """``洪江市人民政府办公室-2020年度部门决算情况说明``, with the project between where it is about one."""
        form = self.form
        name = dated(form.title, form.year)
        parts = (safe_name(answers.unit) or "未填单位", safe_name(answers.project, 30), safe_name(name))
        return "-".join(filter(None, parts))

    def report(self, result: DocumentResult, answers: Answers, book: FromBook = ALONE) -> "Official":
        """The document as a Word file."""
        from xl_jixiao.documents.word import report_of_document

        return report_of_document(result.filled)


def _claim(raw: object, figure: Figure) -> str:
    """A published figure as text; one that a program turned into a number is printed back."""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        try:
            number = from_cell(raw)
        except NotANumber:
            return str(raw)
        assert number is not None
        return f"{plain(number * 100)}%" if figure.percent else plain(number)
    return "" if raw is None else tidy(str(raw))


def _kept(texts: Mapping[str, str]) -> Mapping[str, str]:
    """What is not blank."""
    return MappingProxyType({key: text for key, text in texts.items() if text})
