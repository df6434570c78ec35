"""A scoring table's whole job: answers in; scores, workbooks and findings out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xl_jixiao.expr import Value
from xl_jixiao.finding import Finding
from xl_jixiao.number import plain
from xl_jixiao.outputs import safe_name
from xl_jixiao.scoretable import compile as plans
from xl_jixiao.scoretable import entered
from xl_jixiao.scoretable import table as tables
from xl_jixiao.scoretable.card import Score, ScoreCard
from xl_jixiao.scoretable.findings import check_filing
from xl_jixiao.scoretable.model import Rubric
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.job import Bounds, Job, PointsLine, Result, json_value, number_of, shown_value
from xl_jixiao.sheet.plan import Plan, PlanValues
from xl_jixiao.sheet.returned import About
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables import raw_answers
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.inputs import Answer, Input
from xl_jixiao.tables.narrative import ALONE, FromBook
from xl_jixiao.words import NOT_APPLICABLE, UNFINISHED, dated

if TYPE_CHECKING:
    from xl_jixiao.report.official import Official


@dataclass(frozen=True)
class TableResult(Result):
    """A scoring table's scores with their findings."""

    card: ScoreCard
    findings: tuple[Finding, ...]

    heads = ("指标", "分值", "指标值", "复算", "自评", "计分说明")

    @property
    def table(self) -> Rubric:
        """The table."""
        return self.card.rubric

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Every indicator: weight, rate, computed and claimed points, why."""
        for one in self.card.scores:
            points = shown_value(one.computed), shown_value(one.points)
            yield one.indicator.label, plain(one.full), one.rate_text or "—", *points, one.reason
        for extra in self.card.extras:
            yield extra.extra.name, extra.extra.limit, "—", *[shown_value(extra.points)] * 2, extra.worked

    def lines(self) -> Iterator[PointsLine]:
        """The points of every indicator, with the reason of an adjustment."""
        for one in self.card.scores:
            group = next(iter(one.indicator.path), "")
            points = number_of(one.computed), number_of(one.points)
            reason = one.adjustment.reason if one.adjustment else ""
            left_out = one.points == NOT_APPLICABLE and one.indicator.not_applicable == "exclude"
            yield PointsLine(one.code, one.indicator.name, group, one.full, *points, reason, one.adjustment is not None, left_out=left_out)

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
    def bounds(self) -> Bounds | None:
        """What stands beside the indicators' points."""
        card = self.card
        if not self.table.extras and self.table.highest is None:
            return None
        words = [one.extra.grade for one in card.void]
        beyond = sum((one.change for one in card.extras), Decimal(0))
        return Bounds(beyond, Decimal(0) if "" in words else self.table.highest, next(filter(None, words), ""))

    @property
    def headline(self) -> str:
        """``总分 89.5，等次 良好；按规则复算 68.5``."""
        total, computed = (shown_value(points, UNFINISHED) for points in (self.total, self.computed_total))
        grade = f"，等次 {self.grade}" if self.grade else ""
        return f"总分 {total}{grade}；按规则复算 {computed}"

    def _computed(self) -> dict[str, Any]:
        return {
            "total": json_value(self.total),
            "computed_total": json_value(self.computed_total),
            "grade": self.grade,
            "complete": self.total is not None,
            "indicators": [_indicator(one) for one in self.card.scores],
            "extras": [{"name": one.extra.name, "points": json_value(one.points), "worked": one.worked} for one in self.card.extras],
        }


def _indicator(one: Score) -> dict[str, Any]:
    adjustment = one.adjustment
    return {
        "code": one.code,
        "name": one.indicator.name,
        "path": list(one.indicator.path),
        "weight": json_value(one.full),
        "rate": json_value(one.rate),
        "rate_text": one.rate_text,
        "computed": json_value(one.computed),
        "points": json_value(one.points),
        "worked": one.worked,
        "reason": one.reason,
        "adjustment": {"points": json_value(adjustment.points), "reason": adjustment.reason} if adjustment else None,
    }


@dataclass(frozen=True)
class TableJob(Job):
    """The job of a scoring table."""

    finished_is_whole = True

    rubric: Rubric

    @classmethod
    def load(cls, reference: str, year: int = 0) -> "TableJob":
        """The job of a table file; with a year as a set of that year has it."""
        return cls(tables.load(reference, year))

    @property
    def table(self) -> Rubric:
        """The table."""
        return self.rubric

    @property
    def cautions(self) -> tuple[str, ...]:
        """What the table's author should look at."""
        return self.rubric.cautions

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The figures and texts of its 基础数据."""
        return self.rubric.inputs

    def given(self, answers: Answers, values: Mapping[str, Answer]) -> Answers:
        """The answers with these in the place of their own."""
        return answer_files.given(answers, values)

    def blank(self) -> Answers:
        """No answers at all."""
        return Answers(self.rubric.id, {})

    def answers(self, path: Path) -> Answers:
        """The answers of a data file."""
        return answer_files.load(path, self.rubric.asked)

    def answers_from(self, data: Mapping[str, Any]) -> Answers:
        """The answers of parsed data."""
        return answer_files.from_data(data, self.rubric.asked)

    def answers_of(self, cell: Callable[[str], object]) -> Answers:
        """The answers of a workbook; `cell` gives the raw value of a key, None where it is blank."""
        return raw_answers.answers_of(self.rubric.asked, cell)

    def entries(self, answers: Answers) -> Mapping[str, Value]:
        """The answers as the entries of the plan."""
        return entered.entries(answers)

    def about(self, answers: Answers) -> About:
        """Whose filing it is."""
        return About(answers.unit, answers.project, sheet=self.rubric.form.sheet, year=self.rubric.year)

    def digest(self, answers: Answers) -> str:
        """The fingerprint of everything the unit entered."""
        return answer_files.digest(answers)

    def evaluate(self, answers: Answers, *, file: str = "", values: PlanValues | None = None) -> TableResult:
        """Scores and findings."""
        card = plans.score(self.rubric, answers, values)
        return TableResult(card, check_filing(card, answers, file))

    def plan(self, answers: Answers, edition: Edition, result: TableResult | None = None) -> Plan:
        """The plan of a filing's workbook."""
        return plans.compile(self.rubric, answers, edition, result.card if result else None)

    def finished_plan(self, answers: Answers, result: TableResult) -> Plan:
        """The plan of a finished workbook; all but 自评结论 is made once for the table."""
        return plans.finished_plan(result.card)

    def plan_for(self, edition: Edition, facts: Mapping[str, Value]) -> Plan:
        """The plan an untouched workbook of this table follows; its shape depends on no hidden facts."""
        return plans.plan_for(self.rubric, edition)

    def file_stem(self, answers: Answers) -> str:
        """``洪江市人民政府办公室-2020年度整体支出评分表``, with the project where the table is one project's."""
        unit, project = safe_name(answers.unit) or "未填单位", safe_name(answers.project, 30)
        return "-".join(part for part in (unit, project, safe_name(dated(self.rubric.form.sheet, self.rubric.year))) if part)

    def report(self, result: TableResult, answers: Answers, book: FromBook = ALONE) -> "Official":
        """The self-evaluation report."""
        from xl_jixiao.scoretable.report import report_of_card

        return report_of_card(self.rubric, answers, result.card, book)
