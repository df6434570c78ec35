"""What may be typed into a cell: its kind, bounds or choices, said once. The sheet's 状态, its validation and Python's verdict come from here."""

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from xl_jixiao.expr import Cell, Expr, Value, all_of, call, exact, is_blank, is_number, one_of, when
from xl_jixiao.number import NotANumber, day_number, from_cell, plain, shows_error
from xl_jixiao.words import BLANK, FILLED, INVALID, NONE_WORD, OPTIONAL
from xl_jixiao.words import is_blank as nothing

FIRST_YEAR, LAST_YEAR = 2000, 2099
FIRST_DATE, LAST_DATE = day_number(datetime.date(FIRST_YEAR, 1, 1)), day_number(datetime.date(LAST_YEAR, 12, 31))
"""The dates an answer may be, as cells hold them."""

LARGEST, LARGEST_SHARE = Decimal(10**12), Decimal(10)
"""The largest number an answer may be, and the largest percentage (1000%): 89.99 is a percent sign left out."""

_LARGE = 10**6
_OWN = Cell("")
_DATE = re.compile(r"(\d{4})(?:([-/])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日)", re.ASCII)


class Kind(StrEnum):
    """What a cell takes."""

    TEXT = "text"
    AMOUNT = "amount"
    COUNT = "count"
    PERCENT = "percent"
    POINTS = "points"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"


_UNNUMBERED = (Kind.TEXT, Kind.DATE, Kind.CHOICE)


@dataclass(frozen=True)
class Typed:
    """What one cell takes. `limit` is the largest number, or the longest text; `none` allows 无 beside numbers."""

    kind: Kind
    required: bool = True
    options: tuple[str, ...] = ()
    least: Decimal | None = Decimal(0)
    limit: Decimal | None = None
    none: bool = False
    unit: str = ""

    @property
    def numeric(self) -> bool:
        """Whether it takes a number."""
        return self.kind not in _UNNUMBERED

    def _within(self, cell: Expr) -> Expr:
        """Whether a number is one it takes."""
        if self.kind is Kind.DATE:
            return all_of([cell >= FIRST_DATE, cell <= LAST_DATE])
        tests: list[Expr] = []
        if self.least is not None:
            tests.append(cell >= self.least)
        if self.limit is not None:
            tests.append(cell <= self.limit)
        if self.kind is Kind.COUNT:
            tests.append(cell.equals(call("INT", cell)))
        return all_of(tests)

    def state(self, cell: Expr) -> Expr:
        """The 状态 cell beside it: 已填, 空白, 选填, 无, or 数据有误."""
        blank = BLANK if self.required else OPTIONAL
        if self.kind is Kind.TEXT:
            return when(is_blank(cell), blank, FILLED)
        if self.kind is Kind.CHOICE:
            return when(one_of(cell, self.options), FILLED, when(is_blank(cell), blank, INVALID))
        word = when(cell.equals(NONE_WORD), NONE_WORD, INVALID) if self.none else INVALID
        return when(is_number(cell), when(self._within(cell), FILLED, INVALID), when(is_blank(cell), blank, word))

    @cached_property
    def _own_state(self) -> Expr:
        return self.state(_OWN)

    def state_of(self, value: Value) -> str:
        """What 状态 says of a value."""
        return str(self._own_state.value({"": value}))

    def valid(self, cell: Expr) -> Expr:
        """The test Excel makes while one types."""
        number = when(is_number(cell), self._within(cell), False)
        return call("OR", cell.equals(NONE_WORD), number) if self.none else number

    def problem(self, answer: object) -> str:
        """Why an answer can't be used, in Chinese; empty for a blank one and for one that can."""
        if shows_error(answer):
            return f"单元格是错误值 {answer}"
        if nothing(answer) or self.kind is Kind.TEXT:
            return ""
        if self.kind is Kind.CHOICE:
            return "" if answer in self.options else f"“{str(answer)[:20]}”不在可选范围：{'、'.join(self.options)}"
        if self.kind is Kind.DATE:
            return date_problem(answer)
        if self.none and answer == NONE_WORD:
            return ""
        return self._number_problem(answer)

    def _number_problem(self, answer: object) -> str:
        try:
            number = answer if isinstance(answer, Decimal) else from_cell(answer)
        except NotANumber as error:
            return f"：{error}"
        if number is None or self.state_of(exact(number)) == FILLED:
            return ""
        if self.least is not None and number < self.least:
            return "不能为负数" if not self.least else f"不能小于{plain(self.least)}"
        if self.limit is not None and number > self.limit:
            return self._over()
        return "应为整数"

    def _over(self) -> str:
        assert self.limit is not None
        if self.kind is Kind.PERCENT:
            forgotten = "，是否漏写了百分号？" if self.limit == LARGEST_SHARE else ""
            return f"{'超过' if forgotten else '不能超过'}{plain(self.limit * 100)}%{forgotten}"
        return f"不能超过{self.limit:,}" if self.limit >= _LARGE else f"不能超过{plain(self.limit)}{self.unit}"


def date_problem(answer: object) -> str:
    """Why an answer is no date a form takes."""
    said = written_date(answer) if isinstance(answer, str) else answer
    if not isinstance(said, datetime.date) or not FIRST_YEAR <= said.year <= LAST_YEAR:
        return f"应为{FIRST_YEAR}年至{LAST_YEAR}年的日期，如2021-7-20"
    return f"：“{answer}”是文字，请按日期重新输入" if isinstance(answer, str) else ""


def written_date(text: str) -> datetime.date | None:
    """The date a text says: 2021-07-20, 2021/7/20, 2021年7月20日; None for what is none."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    try:
        return datetime.date(*(int(part) for part in found.groups() if part and part not in "-/"))
    except ValueError:  # 2021-2-30
        return None


def cell_value(answer: Decimal | str | datetime.date | None) -> Value:
    """An answer as its cell holds it: a date as its day's number."""
    return day_number(answer) if isinstance(answer, datetime.date) else exact(answer)
