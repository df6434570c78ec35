"""A document form's whole job: answers in; figures, texts, workbook, Word file and findings out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xl_jixiao.documents import model
from xl_jixiao.documents.compute import Computed, Filled, texts_of
from xl_jixiao.documents.findings import findings_of
from xl_jixiao.documents.layout import DocumentLayout, claim_name
from xl_jixiao.documents.model import Document
from xl_jixiao.finding import Finding, Level, Unfinished
from xl_jixiao.number import to_cell
from xl_jixiao.outputs import refuse_existing
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.answers import Answers
from xl_jixiao.words import DIFFERS


@dataclass(frozen=True)
class DocumentResult:
    """A document form's figures with their findings."""

    filled: Filled
    findings: tuple[Finding, ...]

    heads = ("计算项", "数值", "公布数", "核对", "算式")

    @property
    def title(self) -> str:
        """The form's title."""
        return self.filled.form.title

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

    @property
    def must_fix(self) -> bool:
        """Whether a finding keeps the document from being finished."""
        return any(finding.level is Level.MUST_FIX for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Stable English keys; numbers as JSON numbers, blanks null, words as text."""
        form = self.filled.form
        return {
            "rubric": form.id, "revision": form.revision, "title": form.title,
            "figures": [_figure(one) for one in self.filled.figures],
            "texts": [{"style": style, "text": text} for style, text in texts_of(self.filled)],
            "findings": [finding.as_json() for finding in self.findings],
        }  # fmt: skip


def _figure(one: Computed) -> dict[str, Any]:
    return {
        "name": one.figure.name, "code": one.figure.key, "value": to_cell(one.value) if isinstance(one.value, Decimal) else one.value,
        "text": one.text, "worked": one.worked, "claimed": one.claim or None, "comparison": one.comparison or None,
    }  # fmt: skip


@dataclass(frozen=True)
class DocumentJob:
    """The job of a document form."""

    form: Document

    @classmethod
    def load(cls, reference: str) -> "DocumentJob":
        """The job of a form's file."""
        return cls(model.load(reference))

    def read(self, path: Path) -> Answers:
        """The answers and published figures of a filled workbook."""
        from xl_jixiao.reading import answers_of, named_values

        with named_values(path, DocumentLayout(self.form)) as cell:
            found = answers_of(self.form, cell)
            claims = {figure.key: _claim(cell(claim_name(figure.key)), figure) for figure in self.form.figures}
        return replace(found, claimed=MappingProxyType({key: text for key, text in claims.items() if text}))

    def blank(self) -> Answers:
        """No answers at all."""
        return Answers(self.form.id, {})

    def answers(self, path: Path) -> Answers:
        """The answers of a data file."""
        return answer_files.load(path, self.form.asked)

    def evaluate(self, answers: Answers, *, file: str = "") -> DocumentResult:
        """Figures and findings."""
        return self._result(Filled(self.form, answers), file)

    def _result(self, filled: Filled, file: str = "") -> DocumentResult:
        return DocumentResult(filled, tuple(findings_of(filled, file)))

    def write(self, answers: Answers, edition: Edition, path: Path, *, overwrite: bool = False) -> DocumentResult:
        """Writes a workbook."""
        from xl_jixiao.documents.build import write

        return self._result(write(self.form, answers, edition, path, overwrite=overwrite))

    def finish(self, answers: Answers, folder: Path, *, file: str = "", overwrite: bool = False) -> tuple[tuple[Path, ...], DocumentResult]:
        """Writes the finished workbook and the Word file; raises Unfinished with every finding of level 必改."""
        from xl_jixiao.documents.build import write
        from xl_jixiao.documents.word import report_of_document

        result = self.evaluate(answers, file=file)
        if result.must_fix:
            raise Unfinished(tuple(finding for finding in result.findings if finding.level is Level.MUST_FIX))
        folder.mkdir(parents=True, exist_ok=True)
        workbook = folder / file_name(self.form, answers)
        report = workbook.with_suffix(".docx")
        refuse_existing(report, overwrite=overwrite)
        filled = write(self.form, answers, Edition.FINISHED, workbook, overwrite=overwrite)
        report_of_document(filled).save(report, overwrite=overwrite)
        return (workbook, report), result


def file_name(form: Document, answers: Answers) -> str:
    """``洪江市人民政府办公室-2020年度部门决算情况说明-成品.xlsx``."""
    from xl_jixiao.scoretable.finished import safe_name

    unit = safe_name(answers.unit) or "未填单位"
    name = form.title if str(form.year) in form.title else f"{form.year}年度{form.title}"
    return f"{unit}-{safe_name(name)}-成品.xlsx"


def _claim(cell: object, figure: model.Figure) -> str:
    """A published figure as text; one that a program turned into a number is printed back."""
    if cell is None or isinstance(cell, str):
        return (cell or "").strip()
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        number = Decimal(format(cell, ".15g"))
        return f"{format((number * 100).normalize(), 'f')}%" if figure.percent else format(number, "f")
    return str(cell)
