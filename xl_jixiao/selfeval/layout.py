"""Where the rows of a 自评表 workbook stand: how many sheet rows each takes, on the form and on 评分底稿 alike."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import accumulate, combinations, pairwise

from xl_jixiao.expr import Value
from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.model import SelfEvaluation, SelfForm

RowSpan = tuple[int, int]
"""The first and the last of several rows, or columns."""

ROW_COUNT, SPANS = "指标行数", "各行占用行数"
"""Hidden facts of a workbook: how many indicator rows it has, how many sheet rows they take."""


AMOUNT, SHORT, RATE = 10, 6, 8
"""What the columns of the funds need: amounts; weight, points; the rate."""


class FormColumns:
    """Columns of a table's 自评表: the printed ones from one on, the label beside the rows before them, then the ones beside the print area."""

    def __init__(self, form: SelfForm) -> None:
        self.of = {word: at for at, word in enumerate(form.words, 1)}
        self.widths = form.all_widths
        self.last = len(form.words)
        """The last printed one."""
        self.direction, self.degree, self.state, self.shown, self.hint, self.whole = range(self.last + 1, self.last + 7)
        """Beside the print area; so far to the right of its printed parts (`whole`) a text stands whole."""
        self.name, self.actual, self.reason = (self.of[word] for word in (cells.NAME, cells.DONE, cells.REASON))
        self.weight, self.points = (self.of.get(word, self.last) for word in (cells.WEIGHT, cells.POINTS))
        """The last one, where the form has none."""
        amounts = (AMOUNT,) * len(form.amounts)
        self.needed = (*amounts, SHORT, RATE, SHORT) if cells.WEIGHT in self.of else (*amounts, RATE)
        self.target = self.of.get(cells.TARGET) or self.of[cells.FIGURE]
        self.texts = (self.name, self.target, self.actual, self.reason)
        """The columns whose texts may need several sheet rows."""

    @property
    def lead(self) -> int:
        """The last column of the labels that stand left of funds and head fields."""
        levels = [at for word, at in self.of.items() if word in (cells.LEVEL1, cells.LEVEL2)]
        return max(levels, default=self.name)

    @property
    def results(self) -> int:
        """The first of weight and points."""
        return min(self.weight, self.points)

    def width(self, columns: RowSpan) -> float:
        """The width from one column to another."""
        return sum(self.widths[columns[0] : columns[1] + 1])

    @cached_property
    def funds(self) -> tuple[RowSpan, ...]:
        """The first and the last column of each column of the funds: printed columns are joined so that the tightest has most room."""
        first, end = self.lead + 1, self.last + 1
        parted = (list(pairwise((first, *cuts, end))) for cuts in combinations(range(first + 1, end), len(self.needed) - 1))
        spans = [[(start, stop - 1) for start, stop in one] for one in parted]
        return tuple(max(spans, key=lambda one: min(self.width(span) / need for span, need in zip(one, self.needed, strict=True))))

    @cached_property
    def goals(self) -> tuple[RowSpan, RowSpan]:
        """The columns of what was expected, and of what was reached."""
        return (1, self.actual - 1), (self.actual, self.last)


@lru_cache(maxsize=64)
def columns_of(form: SelfForm) -> FormColumns:
    """The columns of a form."""
    return FormColumns(form)


FIRST_WORK_ROW = 4
TITLE_ROW, YEAR_ROW, FIRST_FIELD_ROW = 1, 2, 3
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
    """The rows of a workbook; `rows` is how many indicator rows it has. Rows of sheets count from zero, indicator rows from one."""

    table: SelfEvaluation
    rows: int
    spans: Spans = Spans()

    @classmethod
    def of(cls, table: SelfEvaluation, facts: Mapping[str, Value]) -> "SelfLayout":
        """What a workbook says of itself."""
        count = facts.get(ROW_COUNT)
        rows = int(count) if isinstance(count, (int, float, Fraction)) and 1 <= count <= table.capacity else table.capacity
        return cls(table, rows, Spans.of(facts.get(SPANS), rows))

    @cached_property
    def columns(self) -> FormColumns:
        """The columns of the form."""
        return columns_of(self.table.form)

    @property
    def numbers(self) -> range:
        """The numbers of the indicator rows."""
        return range(1, self.rows + 1)

    @property
    def funds_row(self) -> int:
        """The row of the heads of the funds block; 年度资金总额 follows, then the sources."""
        return FIRST_FIELD_ROW + 1 + len(self.table.fields) // 2

    @property
    def funds_last_row(self) -> int:
        """The last row of the funds block."""
        return self.funds_row + 1 + len(self.table.sources)

    @property
    def panel_last_row(self) -> int:
        """The last row of the weight check beside the form: classes, execution rate, total."""
        return PANEL_ROW + len(self.table.weighed) + 2

    @property
    def note_row(self) -> int:
        """The row of the explanation of a low execution rate, beside the form."""
        return self.panel_last_row + 2

    @property
    def goals_row(self) -> int:
        """The row of the heads of 年度总体目标; what stands beside the form must end above the heads of the indicators."""
        return max(self.funds_last_row + 1, self.note_row)

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

    def tall(self, number: int) -> bool:
        """Whether an indicator row takes several sheet rows."""
        return self._starts[number] - self._starts[number - 1] > 1

    def form_rows(self, first: int, last: int | None = None) -> tuple[int, int]:
        """The first and the last sheet row of an indicator row, or of several, on the form."""
        end = first if last is None else last
        return self.head_row + 1 + self._starts[first - 1], self.head_row + self._starts[end]

    def work_rows(self, number: int) -> tuple[int, int]:
        """The same on 评分底稿."""
        return FIRST_WORK_ROW + self._starts[number - 1], FIRST_WORK_ROW + self._starts[number] - 1

    @property
    def total_row(self) -> int:
        """The row of 总分."""
        return self.head_row + 1 + self._starts[-1]
