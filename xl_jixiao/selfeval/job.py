"""A 自评表's whole job: answers in; points, workbooks and findings out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xl_jixiao.expr import Value
from xl_jixiao.finding import Finding
from xl_jixiao.number import plain
from xl_jixiao.outputs import safe_name
from xl_jixiao.selfeval import answers as answer_files
from xl_jixiao.selfeval import build, model
from xl_jixiao.selfeval.answers import CLAIMED_TOTAL, CLAIMED_WEIGHT, IndicatorRow, SelfAnswers, content
from xl_jixiao.selfeval.checks import check_selfeval
from xl_jixiao.selfeval.model import EXECUTION_NOTE, EXECUTION_RATE, SelfEvaluation
from xl_jixiao.selfeval.scoring import RowScore, SelfCard
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.job import Job, PointsLine, Result, json_value, number_of, shown_value
from xl_jixiao.sheet.plan import Plan, PlanValues
from xl_jixiao.sheet.returned import About
from xl_jixiao.tables.inputs import Answer, Input
from xl_jixiao.tables.narrative import ALONE, FromBook
from xl_jixiao.words import NOT_APPLICABLE, PROJECT, SUPERIOR, UNFINISHED, dated

if TYPE_CHECKING:
    from xl_jixiao.report.official import Official


@dataclass(frozen=True)
class SelfResult(Result):
    """A 自评表's points with its findings."""

    card: SelfCard
    findings: tuple[Finding, ...]

    heads = ("三级指标", "分值", "指标值", "完成值", "得分", "计分说明")

    @property
    def table(self) -> SelfEvaluation:
        """The form."""
        return self.card.table

    def rows(self) -> Iterator[tuple[str, ...]]:
        """预算执行率, then every row: weight, target, actual, points, why."""
        card = self.card
        rate = card.worked.rpartition("=")[2] or "—"
        scored = card.table.scored
        weight, gained = (plain(card.table.execution.weight), shown_value(card.execution_points)) if scored else ("—", "—")
        yield EXECUTION_RATE, weight, "—", rate, gained, card.worked
        for one in card.rows:
            row = one.row
            yield (
                row.name[:24],
                shown_value(row.weight) if scored else "—",
                shown_value(row.target, "—"),
                shown_value(row.actual, "—")[:16],
                shown_value(one.points) if scored else "—",
                one.hint,
            )

    @property
    def headline(self) -> str:
        """``总分 96.44，等次 优；分值合计 100``; a published total beside it."""
        card = self.card
        if not self.table.scored:
            left = sum(one.left_out for one in card.rows)
            unread = sum(not isinstance(one.points, Decimal) for one in card.rows) - left
            short = sum(bool(one.deviation) for one in card.rows) - left
            others = "".join(f"，{word}的{count}行" for word, count in ((NOT_APPLICABLE, left), ("没有比较", unread)) if count)
            return f"不计分：{EXECUTION_RATE}{card.rate_text or '未得出'}；指标{len(card.rows)}行，有偏差的{short}行{others}"
        total = UNFINISHED if card.total is None else plain(card.total)
        grade = f"，等次 {card.grade}" if card.grade else ""
        published = card.answers.claimed
        claims = "".join(f"；公布{name} {plain(published[name])}" for name in (CLAIMED_WEIGHT, CLAIMED_TOTAL) if name in published)
        return f"总分 {total}{grade}；分值合计 {plain(card.weight)}{claims}"

    def lines(self) -> Iterator[PointsLine]:
        """The points of 预算执行率 and of every row; none where nothing is scored."""
        card = self.card
        if not card.table.scored:
            return
        weight, points = number_of(card.table.execution.weight), number_of(card.execution_points)
        yield PointsLine(EXECUTION_RATE, EXECUTION_RATE, EXECUTION_RATE, weight, points, points)
        for one in card.rows:
            row, points = one.row, number_of(one.points)
            yield PointsLine(f"row{one.number}", row.name, row.level1, number_of(row.weight), points, points, row.reason)

    @property
    def total(self) -> Decimal | None:
        """The total."""
        return self.card.total

    @property
    def grade(self) -> str | None:
        """The grade of the total."""
        return self.card.grade

    def _computed(self) -> dict[str, Any]:
        card, table = self.card, self.card.table
        execution = {
            "code": EXECUTION_RATE,
            "name": EXECUTION_RATE,
            "path": [EXECUTION_RATE],
            "weight": json_value(table.execution.weight) if table.scored else None,
            "rate": json_value(card.rate),
            "points": json_value(card.execution_points),
            "worked": card.worked,
            "reason": card.worked,
        }
        return {
            "total": json_value(card.total),
            "grade": card.grade,
            "complete": card.total is not None if table.scored else not any(one.missing for one in card.rows),
            "weight_total": json_value(card.weight) if table.scored else None,
            "classes": [
                {
                    "name": one.name,
                    "weight": json_value(one.weight),
                    "written": json_value(card.weight_of(one)) if one.weight is not None else None,
                    "points": json_value(card.points_of(one)) if table.scored else None,
                }
                for one in table.classes
            ],
            "claimed": {name: json_value(value) for name, value in card.answers.claimed.items()},
            "indicators": [execution, *(_indicator(one, scored=table.scored) for one in card.rows)],
        }


def _indicator(one: RowScore, *, scored: bool) -> dict[str, Any]:
    row = one.row
    return {
        "code": f"row{one.number}",
        "name": row.name,
        "path": [row.level1, row.level2],
        "weight": json_value(row.weight),
        "target": json_value(row.target),
        "actual": json_value(row.actual),
        "direction": one.side,
        "rate": json_value(one.ratio),
        "points": json_value(one.points) if scored else None,
        "claimed": json_value(row.claimed),
        "reason": one.explanation,
        "deviation": row.reason,
    }


_YEAR_DIGITS = 4


@dataclass(frozen=True)
class SelfEvaluationJob(Job):
    """The job of a 自评表."""

    form: SelfEvaluation

    @classmethod
    def load(cls, reference: str, year: int = 0) -> "SelfEvaluationJob":
        """The job of a table file; with a year as a set of that year has it."""
        return cls(model.load(reference, year))

    @property
    def table(self) -> SelfEvaluation:
        """The table."""
        return self.form

    def given(self, answers: SelfAnswers, values: Mapping[str, Answer]) -> SelfAnswers:
        """The answers with these head fields and amounts in the place of their own."""
        return answer_files.given(self.form, answers, values)

    def asked_in(self, answers: SelfAnswers) -> tuple[Input, ...]:
        """The amounts of its funds."""
        keys = (answer_files.amount_key(one.name, amount) for one in self.form.sources for amount in self.form.amounts)
        return tuple(Input(name=key, kind="amount", unit=answer_files.AMOUNT) for key in keys)

    @property
    def explained_in(self) -> str:
        """Beside the funds."""
        return f"“{EXECUTION_NOTE}”"

    def blank(self) -> SelfAnswers:
        """No answers at all."""
        return SelfAnswers(self.form.id)

    def answers(self, path: Path) -> SelfAnswers:
        """The answers of a data file."""
        return answer_files.load(path, self.form)

    def answers_from(self, data: Mapping[str, Any]) -> SelfAnswers:
        """The answers of parsed data."""
        return answer_files.from_data(data, self.form)

    def answers_of(self, cell: Callable[[str], object]) -> SelfAnswers:
        """The answers of a workbook; `cell` gives the raw value of a key. Raises UnreadableWorkbook for moved rows."""
        from xl_jixiao.selfeval.reading import answers_of

        return answers_of(self.form, cell)

    def entries(self, answers: SelfAnswers) -> Mapping[str, Value]:
        """The answers as the entries of a plan."""
        return answer_files.entries(self.form, answers)

    def plan(self, answers: SelfAnswers, edition: Edition, result: SelfResult | None = None) -> Plan:
        """The plan of a workbook filled with the answers."""
        return build.compile(self.form, answers, edition, result.card if result else None)

    def finished_plan(self, answers: SelfAnswers, result: SelfResult) -> Plan:
        """The plan of a finished workbook; all but 自评结论 is made once for rows of the same classes."""
        return build.finished_plan(result.card)

    def plan_for(self, edition: Edition, facts: Mapping[str, Value]) -> Plan:
        """The plan an untouched workbook follows that says this of its rows (指标行数, 各行占用行数)."""
        return build.plan_for(self.form, edition, facts)

    def about(self, answers: SelfAnswers) -> About:
        """Whose filing it is, and about which project."""
        fields, year = answers.fields, answers.year(self.form)
        return About(
            answers.unit,
            fields.get(PROJECT, ""),
            fields.get(SUPERIOR, ""),
            content(answers),
            self.form.form.sheet,
            int(year) if year.isdecimal() and len(year) == _YEAR_DIGITS else self.form.year,
            tuple(_row(row) for row in answers.rows if row.name),
        )

    def digest(self, answers: SelfAnswers) -> str:
        """A fingerprint of everything the unit entered."""
        return answer_files.digest(answers)

    def evaluate(self, answers: SelfAnswers, *, file: str = "", values: PlanValues | None = None) -> SelfResult:
        """Points and findings."""
        card = build.score(self.form, answers, values)
        return SelfResult(card, check_selfeval(card, file))

    def report(self, result: SelfResult, answers: SelfAnswers, book: FromBook = ALONE) -> "Official":
        """The report of the filing."""
        from xl_jixiao.selfeval.report import report_of_selfeval

        return report_of_selfeval(result.card, book)

    def file_stem(self, answers: SelfAnswers) -> str:
        """``某中心-政务中心工作经费-2020年度项目支出绩效自评表``: one project, one form."""
        unit = safe_name(answers.unit) or "未填单位"
        project = safe_name(answers.fields.get(PROJECT, ""), 30)
        form = safe_name(dated(self.form.title, answers.year(self.form)))
        return "-".join(part for part in (unit[:40], project, form) if part)


def _row(row: IndicatorRow) -> tuple[str, str, str]:
    """An indicator's name, target and actual value; one of satisfaction by its class, whatever it is called."""
    name = row.level2 if "满意" in row.level2 else row.name
    return name, str(row.target or ""), str(row.actual or "")
