"""A scoring table's whole job: answers in; scores, workbooks and findings out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from xl_jixiao.expr import Value
from xl_jixiao.finding import Finding, Level, Unfinished
from xl_jixiao.number import plain, to_cell
from xl_jixiao.outputs import refuse_existing
from xl_jixiao.scoretable import compile as plans
from xl_jixiao.scoretable import entered
from xl_jixiao.scoretable import table as tables
from xl_jixiao.scoretable.card import Score, ScoreCard
from xl_jixiao.scoretable.findings import check_filing
from xl_jixiao.scoretable.finished import file_name
from xl_jixiao.scoretable.model import Rubric
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Plan
from xl_jixiao.sheet.returned import About
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.answers import Answers
from xl_jixiao.words import UNFINISHED


@dataclass(frozen=True)
class TableResult:
    """A scoring table's scores with their findings."""

    card: ScoreCard
    findings: tuple[Finding, ...]

    heads = ("指标", "分值", "指标值", "复算", "自评", "计分说明")

    @property
    def title(self) -> str:
        """The table's title."""
        return self.card.rubric.title

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Every indicator: weight, rate, computed and claimed points, why."""
        for one in self.card.scores:
            yield one.indicator.label, plain(one.full), one.rate_text or "—", _shown(one.computed), _shown(one.points), one.reason

    @property
    def total(self) -> Decimal | None:
        """The total."""
        return self.card.total

    @property
    def computed_total(self) -> Decimal | None:
        """The total the rules alone give."""
        return self.card.computed_total

    @property
    def grade(self) -> str | None:
        """The grade of the total."""
        return self.card.grade

    @property
    def headline(self) -> str:
        """``总分 89.5，等次 良好；按规则复算 68.5``."""
        total, computed = (UNFINISHED if points is None else plain(points) for points in (self.total, self.computed_total))
        grade = f"，等次 {self.grade}" if self.grade else ""
        return f"总分 {total}{grade}；按规则复算 {computed}"

    @property
    def must_fix(self) -> bool:
        """Whether a finding keeps the filing from being finished."""
        return any(finding.level is Level.MUST_FIX for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Stable English keys; numbers as JSON numbers, blanks null, words as text."""
        table = self.card.rubric
        return {
            "rubric": table.id,
            "revision": table.revision,
            "title": table.title,
            "total": _json(self.total),
            "computed_total": _json(self.computed_total),
            "grade": self.grade,
            "complete": self.total is not None,
            "indicators": [_indicator(one) for one in self.card.scores],
            "findings": [finding.as_json() for finding in self.findings],
        }


def _shown(points: Decimal | str | None) -> str:
    return plain(points) if isinstance(points, Decimal) else points or "未得出"


def _indicator(one: Score) -> dict[str, Any]:
    adjustment = one.adjustment
    return {
        "code": one.code,
        "name": one.indicator.name,
        "path": list(one.indicator.path),
        "weight": _json(one.full),
        "rate": _json(one.rate),
        "rate_text": one.rate_text,
        "computed": _json(one.computed),
        "points": _json(one.points),
        "worked": one.worked,
        "reason": one.reason,
        "adjustment": {"points": _json(adjustment.points), "reason": adjustment.reason} if adjustment else None,
    }


def _json(value: Decimal | str | None) -> float | int | str | None:
    return to_cell(value) if isinstance(value, Decimal) else value


@dataclass(frozen=True)
class TableJob:
    """The job of a scoring table."""

    rubric: Rubric

    @classmethod
    def load(cls, reference: str) -> "TableJob":
        """The job of a table file."""
        return cls(tables.load(reference))

    @property
    def id(self) -> str:
        """The table's id."""
        return self.rubric.id

    @property
    def title(self) -> str:
        """The table's title."""
        return self.rubric.title

    @property
    def revision(self) -> str:
        """The table's revision."""
        return self.rubric.revision

    @property
    def year(self) -> int:
        """The table's year."""
        return self.rubric.year

    @property
    def region(self) -> str:
        """The table's place."""
        return self.rubric.region

    @property
    def stamp(self) -> str:
        """What a workbook carries to say which table it was made from."""
        return self.rubric.stamp

    def blank(self) -> Answers:
        """No answers at all."""
        return Answers(self.rubric.id, {})

    def answers(self, path: Path) -> Answers:
        """The answers of a data file."""
        return answer_files.load(path, self.rubric.asked)

    def answers_of(self, cell: Callable[[str], object]) -> Answers:
        """The answers of a workbook; `cell` gives the raw value of a key, None where it is blank."""
        return answer_files.answers_of(self.rubric.asked, cell)

    def entries(self, answers: Answers) -> Mapping[str, Value]:
        """The answers as the entries of the plan."""
        return entered.entries(answers)

    def about(self, answers: Answers) -> About:
        """Whose filing it is."""
        return About(answers.unit, answers.project, sheet=self.rubric.form.sheet, year=self.rubric.year)

    def digest(self, answers: Answers) -> str:
        """The fingerprint of everything the unit entered."""
        return answer_files.digest(answers)

    def evaluate(self, answers: Answers, *, file: str = "") -> TableResult:
        """Scores and findings."""
        card = plans.score(self.rubric, answers)
        return TableResult(card, check_filing(card, answers, file))

    def plan(self, answers: Answers, edition: Edition) -> Plan:
        """The plan of a filing's workbook."""
        return plans.compile(self.rubric, answers, edition)

    def plan_for(self, edition: Edition, facts: Mapping[str, Value]) -> Plan:
        """The plan an untouched workbook of this table follows; its shape depends on no hidden facts."""
        return plans.plan_for(self.rubric, edition)

    def targets(self, answers: Answers, folder: Path) -> tuple[Path, ...]:
        """The files an export will write."""
        workbook = folder / file_name(self.rubric, answers)
        return workbook, workbook.with_suffix(".docx")

    def write(self, answers: Answers, edition: Edition, path: Path, *, overwrite: bool = False) -> TableResult:
        """Writes a workbook."""
        result = self.evaluate(answers)
        self._write(answers, result.card, edition, path, overwrite=overwrite)
        return result

    def _write(self, answers: Answers, card: ScoreCard, edition: Edition, path: Path, *, overwrite: bool) -> None:
        from xl_jixiao.sheet.write import write

        write(plans.compile(self.rubric, answers, edition, card), path, overwrite=overwrite)

    def finish(self, answers: Answers, folder: Path, *, file: str = "", overwrite: bool = False) -> tuple[tuple[Path, ...], TableResult]:
        """Writes the finished workbook and the report; raises Unfinished with every finding of level 必改."""
        from xl_jixiao.scoretable.report import report_of_card

        workbook, report = self.targets(answers, folder)
        refuse_existing(report, overwrite=overwrite)
        result = self.evaluate(answers, file=file)
        if result.must_fix:
            raise Unfinished(tuple(finding for finding in result.findings if finding.level is Level.MUST_FIX))
        folder.mkdir(parents=True, exist_ok=True)
        self._write(answers, result.card, Edition.FINISHED, workbook, overwrite=overwrite)
        report_of_card(self.rubric, answers, result.card).save(report, overwrite=overwrite)
        return (workbook, report), result
