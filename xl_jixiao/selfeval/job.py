"""A 自评表's whole job: answers in; points, workbooks and findings out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from xl_jixiao.expr import Value
from xl_jixiao.finding import Finding, Level, Unfinished
from xl_jixiao.number import plain, to_cell
from xl_jixiao.selfeval import answers as answer_files
from xl_jixiao.selfeval import build, model
from xl_jixiao.selfeval.answers import SelfAnswers
from xl_jixiao.selfeval.checks import check_selfeval
from xl_jixiao.selfeval.comparable import content
from xl_jixiao.selfeval.model import EXECUTION_RATE, SelfEvaluation
from xl_jixiao.selfeval.scoring import RowScore, SelfCard
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Plan
from xl_jixiao.sheet.returned import About
from xl_jixiao.words import PROJECT, SUPERIOR, UNFINISHED


@dataclass(frozen=True)
class SelfResult:
    """A 自评表's points with its findings."""

    card: SelfCard
    findings: tuple[Finding, ...]

    heads = ("三级指标", "分值", "指标值", "完成值", "得分", "计分说明")

    @property
    def title(self) -> str:
        """The form's title."""
        return self.card.table.title

    def rows(self) -> Iterator[tuple[str, ...]]:
        """预算执行率, then every row: weight, target, actual, points, why."""
        card = self.card
        rate = card.worked.rpartition("=")[2] or "—"
        yield EXECUTION_RATE, plain(card.table.execution.weight), "—", rate, _shown(card.execution_points), card.worked
        for one in card.rows:
            row = one.row
            yield row.name[:24], _shown(row.weight), _text(row.target), _text(row.actual)[:16], _shown(one.points), one.hint

    @property
    def headline(self) -> str:
        """``总分 96.44，等次 优；分值合计 100``; a published total beside it."""
        card = self.card
        total = UNFINISHED if card.total is None else plain(card.total)
        grade = f"，等次 {card.grade}" if card.grade else ""
        claims = "".join(f"；公布{name} {plain(value)}" for name, value in card.answers.claimed.items())
        return f"总分 {total}{grade}；分值合计 {plain(card.weight)}{claims}"

    @property
    def total(self) -> Decimal | None:
        """The total."""
        return self.card.total

    @property
    def computed_total(self) -> None:
        """None: nothing is adjusted here."""
        return None

    @property
    def grade(self) -> str | None:
        """The grade of the total."""
        return self.card.grade

    @property
    def must_fix(self) -> bool:
        """Whether a finding keeps the form from being finished."""
        return any(finding.level is Level.MUST_FIX for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Stable English keys; numbers as JSON numbers, blanks null, words as text."""
        card, table = self.card, self.card.table
        execution = {
            "code": EXECUTION_RATE,
            "name": EXECUTION_RATE,
            "path": [EXECUTION_RATE],
            "weight": to_cell(table.execution.weight),
            "rate": _json(card.rate),
            "points": _json(card.execution_points),
            "worked": card.worked,
            "reason": card.worked,
        }
        return {
            "rubric": table.id,
            "revision": table.revision,
            "title": table.title,
            "total": _json(card.total),
            "grade": card.grade,
            "complete": card.total is not None,
            "weight_total": _json(card.weight),
            "classes": [
                {"name": one.name, "weight": _json(one.weight), "written": _json(card.weight_of(one)), "points": _json(card.points_of(one))}
                for one in table.classes
            ],
            "claimed": {name: _json(value) for name, value in card.answers.claimed.items()},
            "indicators": [execution, *map(_indicator, card.rows)],
            "findings": [finding.as_json() for finding in self.findings],
        }


def _indicator(one: RowScore) -> dict[str, Any]:
    row = one.row
    return {
        "code": f"row{one.number}",
        "name": row.name,
        "path": [row.level1, row.level2],
        "weight": _json(row.weight),
        "target": _json(row.target),
        "actual": _json(row.actual),
        "direction": one.side,
        "rate": _json(one.ratio),
        "points": _json(one.points),
        "claimed": _json(row.claimed),
        "reason": one.explanation,
        "deviation": row.reason,
    }


def _json(value: Decimal | str | None) -> float | int | str | None:
    return to_cell(value) if isinstance(value, Decimal) else value


def _shown(points: object) -> str:
    return plain(points) if isinstance(points, Decimal) else str(points or "未得出")


def _text(value: object) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value or "—")


_YEAR_DIGITS = 4


@dataclass(frozen=True)
class SelfEvaluationJob:
    """The job of a 自评表."""

    table: SelfEvaluation

    @classmethod
    def load(cls, reference: str) -> "SelfEvaluationJob":
        """The job of a table file."""
        return cls(model.load(reference))

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

    def blank(self) -> SelfAnswers:
        """No answers at all."""
        return SelfAnswers(self.table.id)

    def answers(self, path: Path) -> SelfAnswers:
        """The answers of a data file."""
        return answer_files.load(path, self.table)

    def answers_of(self, cell: Callable[[str], object]) -> SelfAnswers:
        """The answers of a workbook; `cell` gives the raw value of a key. Raises UnreadableWorkbook for moved rows."""
        from xl_jixiao.selfeval.reading import answers_of

        return answers_of(self.table, cell)

    def entries(self, answers: SelfAnswers) -> Mapping[str, Value]:
        """The answers as the entries of a plan."""
        return answer_files.entries(self.table, answers)

    def plan(self, answers: SelfAnswers, edition: Edition) -> Plan:
        """The plan of a workbook filled with the answers."""
        return build.compile(self.table, answers, edition)

    def plan_for(self, edition: Edition, facts: Mapping[str, Value]) -> Plan:
        """The plan an untouched workbook follows that says this of its rows (指标行数, 各行占用行数)."""
        return build.plan_for(self.table, edition, facts)

    def about(self, answers: SelfAnswers) -> About:
        """Whose filing it is, and about which project."""
        fields, year = answers.fields, answers.year(self.table)
        return About(
            answers.unit,
            fields.get(PROJECT, ""),
            fields.get(SUPERIOR, ""),
            content(answers),
            self.table.form.sheet,
            int(year) if year.isdecimal() and len(year) == _YEAR_DIGITS else self.table.year,
        )

    def digest(self, answers: SelfAnswers) -> str:
        """A fingerprint of everything the unit entered."""
        return answer_files.digest(answers)

    def targets(self, answers: SelfAnswers, folder: Path) -> tuple[Path, ...]:
        """The files `finish` writes."""
        return (folder / file_name(self.table, answers),)

    def evaluate(self, answers: SelfAnswers, *, file: str = "") -> SelfResult:
        """Points and findings."""
        card = build.score(self.table, answers)
        return SelfResult(card, check_selfeval(card, file))

    def write(self, answers: SelfAnswers, edition: Edition, path: Path, *, overwrite: bool = False) -> SelfResult:
        """Writes a workbook."""
        from xl_jixiao.sheet.write import write

        write(self.plan(answers, edition), path, overwrite=overwrite)
        return self.evaluate(answers)

    def finish(self, answers: SelfAnswers, folder: Path, *, file: str = "", overwrite: bool = False) -> tuple[tuple[Path, ...], SelfResult]:
        """Writes the finished workbook; raises Unfinished with every finding of level 必改."""
        from xl_jixiao.sheet.write import write

        result = self.evaluate(answers, file=file)
        if result.must_fix:
            raise Unfinished(tuple(finding for finding in result.findings if finding.level is Level.MUST_FIX))
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / file_name(self.table, answers)
        write(self.plan(answers, Edition.FINISHED), path, overwrite=overwrite)
        return (path,), result


def file_name(table: SelfEvaluation, answers: SelfAnswers) -> str:
    """``某中心-政务中心工作经费-2020年度项目支出绩效自评表-成品.xlsx``: one project, one form."""
    from xl_jixiao.scoretable.finished import safe_name

    unit = safe_name(answers.unit) or "未填单位"
    project = safe_name(answers.fields.get("项目名称", ""))[:30]
    form = f"{safe_name(answers.year(table))}年度{safe_name(table.title)}"
    return "-".join(part for part in (unit[:40], project, form, "成品.xlsx") if part)
