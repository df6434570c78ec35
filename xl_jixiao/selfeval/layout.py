"""Where the rows of a 自评表 workbook stand: how many sheet rows each takes, on the form and on 评分底稿 alike."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate

from xl_jixiao.expr import Value
from xl_jixiao.selfeval.model import SelfEvaluation

ROW_COUNT, SPANS = "指标行数", "各行占用行数"
"""Hidden facts of a workbook: how many indicator rows it has, how many sheet rows they take."""


class FormColumns:
    """Columns of 自评表: the printed ones, then the ones beside the print area."""

    SIDE, LEVEL1, LEVEL2, NAME, TARGET, ACTUAL, WEIGHT, POINTS, REASON, DIRECTION, DEGREE, STATE, SHOWN, HINT = range(14)
    LAST = REASON
    """The last printed one."""

    TEXTS = (NAME, TARGET, ACTUAL, REASON)
    """The columns whose texts may need several sheet rows."""

    WHOLE = 14
    """So far to the right of its printed parts a text stands whole."""


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
