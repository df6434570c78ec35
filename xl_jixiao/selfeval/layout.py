"""Table and rows -> sheets, cells and defined names of a 自评表 workbook. Nobody else of this kind knows an address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from xl_jixiao.layout import Ref, column_letter
from xl_jixiao.selfeval.model import ACTUAL, AMOUNTS, EXECUTION_NOTE, EXPECTED, YEAR_FIELD, SelfEvaluation
from xl_jixiao.words import GRADE, TOTAL, WORKING

WEIGHT_TOTAL, EXECUTION_POINTS = "分值合计", "得分_预算执行率"
RULE_NAME, ROW_COUNT, SPANS = "规则_自评表", "指标行数", "各行占用行数"


class FormColumns:
    """Columns of 自评表: the printed ones, then the ones beside the print area."""

    SIDE, LEVEL1, LEVEL2, NAME, TARGET, ACTUAL, WEIGHT, POINTS, REASON, DIRECTION, DEGREE, STATE, SHOWN, HINT = range(14)
    PRINTED = range(9)
    TEXTS = (NAME, TARGET, ACTUAL, REASON)
    """The columns whose texts may need several sheet rows."""

    WHOLE = 14
    """So far to the right of its printed parts a text stands whole."""


class WorkColumns:
    """Columns of 评分底稿: how each row was understood and scored; the steps of reading both texts follow."""

    NUMBER, CATEGORY, NAME, WEIGHT, TARGET, ACTUAL, SIDE, WANTED, WANTED_UNIT = range(9)
    REACHED, REACHED_UNIT, RATIO, POINTS, DEVIATION, EXPLANATION = range(9, 15)
    STEPS = 15


STEP_NAMES = ("raw", "text", "sign", "body", "bare", "rest", "figure", "whole", "kept", "tail")
SAME_UNIT_STEP = len(STEP_NAMES)
"""After the steps of each text: its number in the unit both share."""

FIRST_WORK_ROW = 4
_TITLE, _YEAR, _FIRST_FIELD = 1, 2, 3
PANEL_ROW = 1
"""The row of the heads of the weight check beside the form."""


@dataclass(frozen=True)
class Spans:
    """How many sheet rows the goals and the indicator rows take: one each, or more where a text is higher than Excel's highest row."""

    goals: int = 1
    rows: tuple[int, ...] = ()
    """From the first row on; what isn't said is one."""

    def __str__(self) -> str:
        """As the workbook carries it: ``4;1,1,3``; empty where every row is one."""
        return f"{self.goals};{','.join(map(str, self.rows))}" if (self.goals, *self.rows) != (1,) * (len(self.rows) + 1) else ""

    @classmethod
    def of(cls, cell: object, rows: int) -> "Spans":
        """What a workbook carries."""
        found = _SPANS.fullmatch(str(cell))
        spans = tuple(map(int, found[2].split(","))) if found else ()
        return cls(int(found[1]), spans) if found and len(spans) <= rows else cls()


_SPANS = re.compile(r"([1-9]\d{0,3});([1-9]\d{0,3}(?:,[1-9]\d{0,3})*)", re.ASCII)


@dataclass(frozen=True)
class SelfLayout:
    """Where everything of a workbook stands; `rows` is how many indicator rows it has."""

    rubric: SelfEvaluation
    rows: int
    spans: Spans = Spans()
    finished: bool = False
    """Whether it is the finished form, on which a text over several sheet rows is printed in parts and stands whole beside it."""

    @property
    def form_sheet(self) -> str:
        """The name of the official form's sheet."""
        return self.rubric.form.sheet

    @property
    def beside(self) -> int:
        """The first free column beside the form and its working columns."""
        return FormColumns.HINT + 2

    @cached_property
    def fields(self) -> Mapping[str, Ref]:
        """The cell of every head field: the first alone in its row, the others two to a row."""
        cells = {}
        for at, one in enumerate(self.rubric.fields):
            second = at > 0 and at % 2 == 0
            row = _FIRST_FIELD + (at + 1) // 2
            cells[one.name] = Ref(self.form_sheet, row, FormColumns.WEIGHT if second else FormColumns.NAME)
        return cells

    @property
    def title_row(self) -> int:
        """The row of the title."""
        return _TITLE

    @property
    def year(self) -> Ref:
        """The cell of the year under the title."""
        return Ref(self.form_sheet, _YEAR, 0)

    @property
    def funds_row(self) -> int:
        """The row of the heads of the funds block."""
        return _FIRST_FIELD + 1 + len(self.rubric.fields) // 2

    def funds(self, at: int, column: int) -> Ref:
        """A cell of the funds block: row 0 is 年度资金总额, the sources follow."""
        return Ref(self.form_sheet, self.funds_row + 1 + at, column)

    @property
    def funds_last_row(self) -> int:
        """The last row of the funds block."""
        return self.funds_row + 1 + len(self.rubric.sources)

    @property
    def note(self) -> Ref:
        """The explanation of a low execution rate, beside the form."""
        return Ref(self.form_sheet, self.panel_last_row + 2, FormColumns.DIRECTION)

    @property
    def panel_last_row(self) -> int:
        """The last row of the weight check beside the form: classes, execution rate, total."""
        return PANEL_ROW + len(self.rubric.classes) + 2

    @property
    def goals_row(self) -> int:
        """The row of the heads of 年度总体目标; what stands beside the form must end above the heads of the indicators."""
        return max(self.funds_last_row + 1, self.note.row)

    @property
    def goals(self) -> tuple[int, int]:
        """The first and the last sheet row of the goals' texts."""
        return self.goals_row + 1, self.goals_row + self.spans.goals

    @property
    def head_row(self) -> int:
        """The row of the heads of the indicators."""
        return self.goals[1] + 1

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """How many sheet rows stand above each indicator row; the last: above what follows them."""
        return tuple(accumulate((*self.spans.rows, *(1,) * (self.rows - len(self.spans.rows))), initial=0))

    def tall(self, at: int) -> bool:
        """Whether an indicator row takes several sheet rows."""
        return self._starts[at + 1] - self._starts[at] > 1

    def form(self, at: int, column: int) -> Ref:
        """A cell of the indicator row `at`, from zero: where its answer stands."""
        whole = FormColumns.WHOLE if self.finished and column in FormColumns.TEXTS and self.tall(at) else 0
        return Ref(self.form_sheet, self.head_row + 1 + self._starts[at], column + whole)

    def form_rows(self, first: int, last: int | None = None) -> tuple[int, int]:
        """The first and the last sheet row of an indicator row, or of several, on the form."""
        end = first if last is None else last
        return self.head_row + 1 + self._starts[first], self.head_row + self._starts[end + 1]

    @property
    def total_row(self) -> int:
        """The row of 总分."""
        return self.head_row + 1 + self._starts[-1]

    def work(self, at: int, column: int) -> Ref:
        """A cell of the same row on 评分底稿."""
        return Ref(WORKING, FIRST_WORK_ROW + self._starts[at], column)

    def work_rows(self, at: int) -> tuple[int, int]:
        """The first and the last sheet row of an indicator row on 评分底稿."""
        return FIRST_WORK_ROW + self._starts[at], FIRST_WORK_ROW + self._starts[at + 1] - 1

    def step(self, at: int, actual: bool, step: int) -> Ref:
        """A step of reading the target or the actual value."""
        return self.work(at, WorkColumns.STEPS + (SAME_UNIT_STEP + 1) * actual + step)

    def form_area(self, column: int) -> str:
        """All indicator rows of a column of the form, for formulas on any sheet."""
        letter = column_letter(column)
        return f"'{self.form_sheet}'!${letter}${self.head_row + 2}:${letter}${self.total_row}"

    def work_area(self, column: int) -> str:
        """All rows of a column of 评分底稿, for formulas on any sheet."""
        letter = column_letter(column)
        return f"'{WORKING}'!${letter}${FIRST_WORK_ROW + 1}:${letter}${FIRST_WORK_ROW + self._starts[-1]}"

    @cached_property
    def names(self) -> Mapping[str, Ref]:
        """The workbook's defined names of single cells."""
        names = {**self.fields, YEAR_FIELD: self.year, EXECUTION_NOTE: self.note}
        for at, amount in enumerate(AMOUNTS):
            names[amount] = self.funds(0, FormColumns.NAME + at)
            for number, source in enumerate(self.rubric.sources, 1):
                names[f"{source.name}_{amount}"] = self.funds(number, FormColumns.NAME + at)
        whole = FormColumns.WHOLE if self.finished and self.spans.goals > 1 else 0
        names[EXPECTED] = Ref(self.form_sheet, self.goals[0], FormColumns.LEVEL1 + whole)
        names[ACTUAL] = Ref(self.form_sheet, self.goals[0], FormColumns.ACTUAL + whole)
        names["预算执行率"] = self.funds(0, FormColumns.POINTS)
        names[EXECUTION_POINTS] = self.funds(0, FormColumns.REASON)
        names[WEIGHT_TOTAL] = Ref(self.form_sheet, self.total_row, FormColumns.WEIGHT)
        names[TOTAL] = Ref(self.form_sheet, self.total_row, FormColumns.POINTS)
        names[GRADE] = Ref(self.form_sheet, self.total_row, FormColumns.REASON)
        return names

    @property
    def inputs(self) -> Mapping[str, Ref]:
        """The head fields: what a workbook of this kind can't do without."""
        return self.fields
