"""A file of any program read as what our own workbooks give: for each form in it a job, answers, claims, and findings at the file's own places."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from xl_jixiao.arrive import heads
from xl_jixiao.arrive.accounts import Accounts, accounts_in
from xl_jixiao.arrive.blocks import NOT_READ, STRAY, TWO_READINGS, GradeSaid, Unread
from xl_jixiao.arrive.datafile import as_data
from xl_jixiao.arrive.form import ForeignForm, forms_of
from xl_jixiao.arrive.grid import Grid
from xl_jixiao.arrive.heads import Head
from xl_jixiao.arrive.scorings import ScoreReading, likeliest, score_findings, score_form
from xl_jixiao.arrive.selfevals import SelfReading, self_form
from xl_jixiao.finding import Finding, Place, found
from xl_jixiao.jobs import open_job
from xl_jixiao.number import plain
from xl_jixiao.scoretable.job import TableJob
from xl_jixiao.scoretable.model import Rubric
from xl_jixiao.selfeval.build import plan_of
from xl_jixiao.selfeval.claims import about
from xl_jixiao.selfeval.job import SelfEvaluationJob, SelfResult
from xl_jixiao.selfeval.model import SelfEvaluation
from xl_jixiao.sheet.job import Job
from xl_jixiao.sheet.plan import Plan
from xl_jixiao.sheet.returned import About
from xl_jixiao.tables.catalogue import bundled, heading, table_files
from xl_jixiao.tables.parts import Grade
from xl_jixiao.words import bare


@dataclass(frozen=True)
class Tables:
    """The tables a form may be of, a county's own before the bundled ones."""

    self_evaluations: tuple[SelfEvaluation, ...]
    scoring: tuple[Rubric, ...]


def known_tables(folder: Path | None = None) -> Tables:
    """The bundled tables and those of a folder. Raises RubricError for a wrong one, FileNotFoundError for no folder."""
    own = table_files(folder).values() if folder is not None else ()
    return _loaded(tuple((str(path), path.stat().st_mtime_ns) for path in own))


@lru_cache(maxsize=4)
def _loaded(own: tuple[tuple[str, int], ...]) -> Tables:
    shipped = sorted(bundled(), key=lambda name: (not name.startswith("generic"), len(name), name))
    references = [*(path for path, _ in own), *shipped]
    jobs = [open_job(one) for one in references if _kind(one) in ("scoring_table", "self_evaluation")]
    return Tables(
        tuple(job.form for job in jobs if isinstance(job, SelfEvaluationJob)),
        tuple(job.rubric for job in jobs if isinstance(job, TableJob)),
    )


def _kind(reference: str) -> str:
    return str(heading(bundled().get(reference) or Path(reference)).get("kind", "scoring_table"))


@dataclass(frozen=True)
class Arrived:
    """One form of a file. `made` is None for a 评分表 whose table nobody knows: it has claims, and no answers."""

    file: str
    form: ForeignForm = field(repr=False)
    made: SelfReading | ScoreReading | None = field(repr=False)

    @cached_property
    def job(self) -> Job | None:
        """The job of its table."""
        if isinstance(self.made, SelfReading):
            return SelfEvaluationJob(self.made.table)
        return TableJob(self.made.table) if self.made else None

    @property
    def answers(self) -> Any:
        """Its answers, in the type of its job."""
        return self.made.answers if self.made else None

    @property
    def data(self) -> Mapping[str, Any] | None:
        """Its data file; None where it has no answers."""
        return as_data(self.answers) if self.answers is not None else None

    @property
    def own_table(self) -> Mapping[str, Any] | None:
        """The table's file, where the form is its own table."""
        return self.made.own if isinstance(self.made, SelfReading) else None

    @property
    def title(self) -> str:
        """What the form calls itself, or its table's title."""
        job = self.job
        return heads.squeezed(self.form.title) or (job.title if job else "评分表")

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.form.place

    @property
    def about(self) -> About:
        """Whose it is, and about what."""
        job = self.job
        if job is None:
            return About(self._said(heads.UNIT_FIELD), self._said(heads.PROJECT), self._said(heads.SUPERIOR))
        return replace(job.about(self.answers), sheet=self.form.place.sheet)

    def _said(self, name: str) -> str:
        one = self.form.fields.get(name)
        return one.text if one else ""

    @property
    def claimed_total(self) -> Decimal | None:
        """The total it prints."""
        claim = self.form.total_points
        return None if claim is None else claim.value

    @cached_property
    def unread(self) -> tuple[Unread, ...]:
        """What was not understood, or left out, each once; a cell that is no part of the form is said once whatever stands in it."""
        own = self.made.unread if self.made else ()
        every = dict.fromkeys((*self.form.unread, *own, *self._grade_unread()))
        strays = {one.place: one for one in reversed(every) if one.code == STRAY}
        beside = self._beside_the_weights
        return tuple(one for one in every if (one.code != STRAY or strays[one.place] is one) and one.place not in beside)

    @cached_property
    def _beside_the_weights(self) -> frozenset[Place]:
        """The cells of a scoring table's rows of 加分, 扣分 and 一票否决: they aren't indicators, and nothing of them is unclear."""
        extras = self.made.table.extras if isinstance(self.made, ScoreReading) else ()
        names = {heads.squeezed(one.name) for one in extras}
        rows = [(grid, row, cells) for grid in self.form.grids for row, cells in grid.rows.items()] if names else []
        known = [(grid, row) for grid, row, cells in rows if cells and heads.squeezed(cells[0].text) in names]
        return frozenset(grid.place_at(row, at) for grid, row in known for at in range(max(column for _, column in grid.cells) + 1))

    def _grade_unread(self) -> Iterator[Unread]:
        grade = self.form.grade
        if grade is not None and grade.text and _rank(_ticked(grade)) is None and not self._is_our_grade(_ticked(grade)):
            yield grade.spot.unread("看不出是哪一等，没有读入")

    @property
    def sure(self) -> int:
        """How much of what the form says was understood, in percent of its cells."""
        cells = sum(len({(cell.row, cell.column) for cell in grid.cells.values()}) for grid in self.form.grids)
        missed = sum(one.code in (NOT_READ, TWO_READINGS, STRAY, "JX651") for one in self.unread)
        return max(0, round(100 - 100 * missed / max(cells, 1)))

    @property
    def taken_as(self) -> str:
        """In words: what it was taken for, and what was read."""
        if self.made is None:
            return f"“{self.title}”，是评分表，没有对应的评分标准（可用 --tables 给出）"
        table = "表式按来表本身" if self.own_table is not None else f"套用 {self.made.table.id}"
        return f"“{self.title}”，{table}，{len(self.form.rows)}行指标，读懂{self.sure}%的单元格"

    @cached_property
    def result(self) -> SelfResult | None:
        """What the answers come to; None where there is nothing to compute from."""
        if not isinstance(self.made, SelfReading):
            return None
        job = self.job
        assert isinstance(job, SelfEvaluationJob)
        return job.evaluate(self.made.answers, file=self.file)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, at the file's own places."""
        return tuple(dict.fromkeys(self._findings()))

    def _findings(self) -> Iterator[Finding]:
        yield found("JX640", replace(self.form.place, file=self.file), f"不是本系统的填报表，认作{self.taken_as}")
        for one in self.unread:
            yield finding_of(one)
        if isinstance(self.made, SelfReading):
            yield from self._without_columns(self.made)
            yield from self._recomputed(self.made)
        elif self.made is not None:
            yield from score_findings(self.form, self.made, self.file)
        else:
            yield found("JX643", self.form.place, "没有对应的评分标准，没有复算；用 --tables 给出本地评分标准（.toml）所在的文件夹")
        yield from self._grade()

    @property
    def plan(self) -> Plan:
        """The plan of the workbook it would be."""
        assert isinstance(self.made, SelfReading)
        return plan_of(self.made.table)

    def place_of(self, address: str) -> Place:
        """Where the file has what stands at an address of the workbook it would be: 自评表!G14."""
        assert isinstance(self.made, SelfReading)
        sheet, _, cell = address.partition("!")
        return self.made.places.get(_keys(self.made.table).get((sheet, cell), ""), self.form.place)

    def _without_columns(self, made: SelfReading) -> Iterator[Finding]:
        """JX656: a form without the targets, or without what was done."""
        rows = len(self.form.rows)
        for name in ("指标值", "完成值") if rows else ():
            if name in _absent(self.form, made):
                rates = [heads.squeezed(one.label) for block in self.form.blocks for one in block.columns if _COMPLETION.match(one.label)]
                beside = f"；“{rates[0][:20]}”只是比率，没有读入" if rates and name == "完成值" else ""
                yield found("JX656", self.form.place, f"没有“{name}”这一栏，{rows}行都不能复算{beside}", expected=name)

    def _recomputed(self, made: SelfReading) -> Iterator[Finding]:
        result = self.result
        assert result is not None
        keys = _keys(made.table)
        silent = _silenced(self.form, made)
        torn = {number for number, row in enumerate(self.form.rows, 1) if row.torn}
        for one in result.findings:
            key = about(keys.get((one.place.sheet, one.place.cell), ""))
            number = int(key.rpartition(":")[2]) if re.search(r":\d+$", key) else 0
            if one.code == "JX504" and number > len(made.answers.rows):
                continue
            lacking = set(result.card.rows[number - 1].missing) if one.code == "JX504" and number else set()
            absent = _absent(self.form, made)
            if one.code in silent or number in torn and one.code in ("JX504", "JX505") or lacking and lacking <= absent:
                continue
            message = one.message
            if lacking & absent:
                due = [name for name in result.card.rows[number - 1].missing if name not in absent]
                message = f"{message.partition('还缺：')[0]}还缺：{'、'.join(due)}"
            yield replace(one, message=message, place=made.places.get(key, self.form.place))

    def _grade(self) -> Iterator[Finding]:
        """JX649: the grade a form prints against the total it prints."""
        grade, total = self.form.grade, self.claimed_total
        if grade is None or total is None or not _ticked(grade):
            return
        said = _ticked(grade)
        grades = self._grades()
        if grades:
            due = next((one.name for one in grades if total >= one.least), "")
            wrong = said != due and (said in {one.name for one in grades} or _rank(said) is not None)
        else:
            due = next(name for name, least in _RANKS if total >= least)
            wrong = _rank(said) is not None and _rank(said) != _rank(due)
        if wrong:
            yield found("JX649", grade.spot.place, f"等级写“{said}”，总分{plain(total)}应为“{due}”", said, due)

    def _grades(self) -> tuple[Grade, ...]:
        return self.made.table.grades if self.made is not None and self.own_table is None else ()

    def _is_our_grade(self, said: str) -> bool:
        return said in {one.name for one in self._grades()}

    @property
    def texts(self) -> tuple[tuple[Place, str], ...]:
        """What the unit wrote in its own words, by place."""
        spots = [*self.form.expected, *self.form.actual, *(one.spot for one in self.form.passages)]
        found_texts = [(spot.place, bare(spot.cell.text)) for spot in spots]
        found_texts += [(row.spot(Head.REASON).place, row.reason) for row in self.form.rows if row.reason]
        return tuple((place, text) for place, text in found_texts if text)


def of_grids(file: str, found_grids: Sequence[Grid], tables: Tables) -> tuple[tuple[Arrived, ...], tuple[Unread, ...]]:
    """The forms in the grids of a file, and what in it is no form."""
    forms, outside = forms_of(found_grids)
    return tuple(Arrived(file, form, _made(form, tables)) for form in forms), outside


def accounts_beside(found_grids: Sequence[Grid], forms: Sequence[Arrived]) -> Accounts | None:
    """The 决算公开表 of a file, in the grids that no form of it takes."""
    taken = {grid.whole for form in forms for grid in form.form.grids}
    return accounts_in(grid for grid in found_grids if grid.whole not in taken)


def _made(form: ForeignForm, tables: Tables) -> SelfReading | ScoreReading | None:
    table = likeliest(form, tables.scoring) if Head.TARGET not in form.heads else None
    if table is not None:
        return score_form(form, table)
    return None if form.is_scored_by_rules else self_form(form, tables.self_evaluations)


def finding_of(one: Unread) -> Finding:
    """What was not understood as a finding."""
    said = f"“{one.text}”：{one.why}" if one.text else one.why
    return found(one.code, one.place, said, one.text)


@lru_cache(maxsize=64)
def _keys(table: SelfEvaluation) -> Mapping[tuple[str, str], str]:
    """The key of each place of the workbook a form of ours would be."""
    return {(ref.sheet, ref.local): key for key, (ref, _) in plan_of(table).placed.items()}


_ABOUT_WEIGHTS = frozenset(["JX501", "JX502", "JX514", "JX519", "JX523"])


def _silenced(form: ForeignForm, made: SelfReading) -> frozenset[str]:
    """What can't be said of a form because it has no place for it, or because it was not read."""
    silent: set[str] = set()
    if not made.weighted or any(row.torn for row in form.rows):
        silent |= _ABOUT_WEIGHTS
    if not form.funds_heads:
        silent |= {"JX515", "JX516", "JX517"}
    if not form.has_goals:
        silent.add("JX521")
    return frozenset(silent)


def _absent(form: ForeignForm, made: SelfReading) -> frozenset[str]:
    """What a row may lack because the form has no column for it."""
    columns = {"分值": made.weighted, "二级指标": Head.LEVEL2 in form.heads, "一级指标": Head.LEVEL1 in form.heads}
    columns |= {"指标值": Head.TARGET in form.heads, "完成值": Head.DONE in form.heads}
    return frozenset(name for name, there in columns.items() if not there)


_COMPLETION = re.compile(r"\s*(?:指标|目标|绩效)?完成(?:率|比例|程度|进度)")

_RANKS = (("优", Decimal(90)), ("良", Decimal(80)), ("中", Decimal(60)), ("差", Decimal(0)))
_WORDS = {
    "优": 0,
    "优秀": 0,
    "良": 1,
    "良好": 1,
    "中": 2,
    "合格": 2,
    "及格": 2,
    "一般": 2,
    "中等": 2,
    "差": 3,
    "不合格": 3,
    "较差": 3,
    "不及格": 3,
}


_TICK = "[☑√✓■✔☒]"
_BOX = "[☑√✓■✔☒□☐○]"


def _rank(said: str) -> int | None:
    return _WORDS.get(said)


def _ticked(grade: GradeSaid) -> str:
    """The grade a cell says: alone, or the one that is ticked."""
    text = heads.word(grade.text)
    boxes_first = re.match(_BOX, text) is not None
    pattern = f"{_TICK}([一-龥]{{1,3}})" if boxes_first else f"([一-龥]{{1,3}})[(（]?{_TICK}[)）]?"
    ticked = set(re.findall(pattern, text))
    if len(ticked) == 1:
        return str(ticked.pop())
    return heads.stem(text)
