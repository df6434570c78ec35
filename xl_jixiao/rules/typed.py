"""What may be typed into a cell: its kind, bounds or choices, said once. The sheet's 状态, its validation and Python's verdict come from here."""

import datetime
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from xl_jixiao.expr import (
    Cell,
    Expr,
    Operand,
    Value,
    all_of,
    any_of,
    call,
    exact,
    first_of,
    is_blank,
    is_error,
    is_number,
    joined,
    one_of,
    when,
)
from xl_jixiao.number import NotANumber, day_number, from_cell, from_text, half_width, plain, shows_error
from xl_jixiao.words import BLANK, FILLED, INVALID, NONE_WORD, OPTIONAL, bare
from xl_jixiao.words import is_blank as nothing

FIRST_YEAR, LAST_YEAR = 2000, 2099
FIRST_DATE, LAST_DATE = day_number(datetime.date(FIRST_YEAR, 1, 1)), day_number(datetime.date(LAST_YEAR, 12, 31))
"""The dates an answer may be, as cells hold them."""

LARGEST, LARGEST_SHARE = Decimal(10**12), Decimal(10)
"""The largest number an answer may be, and the largest percentage (1000%): 89.99 is a percent sign left out."""

YUAN: Mapping[str, int] = MappingProxyType({"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "亿元": 10**8})
"""How many 元 a unit of money is."""

_TIMES: Mapping[str, int] = MappingProxyType({**YUAN, "千": 10**3, "万": 10**4, "百万": 10**6, "亿": 10**8})
_MEASURES = ("人", "名", "个", "项", "次", "起", "件", "份", "家", "户", "辆", "批", "人次", "人数", "分")
"""What clerks write behind a number of things."""

_AROUND = ((",", ""), ("，", ""), ("¥", ""), ("￥", ""), ("　", " "))
_HALF_WIDTH = (*((chr(ord(digit) + 0xFEE0), digit) for digit in "0123456789"), ("．", "."), ("％", "%"))
"""What clerks type around a number, and digits as an input method leaves them."""

YES, NO = frozenset("√✓✔☑是对"), frozenset("×✗✘☒✕Xx否错")
_YES_OPTIONS, _NO_OPTIONS = ("符合", "是", "出现", "有"), ("不符合", "否", "未出现", "无")
"""The choices that a tick, and a cross, stand for."""

_LARGE, _WHOLE = 10**6, "应为整数"
_OWN = Cell("")
_NOTHING = frozenset(("/", "\\", "-", "--", "—", "——", "没有", "暂无", "不适用", "无此项"))
"""What clerks write where there is no figure."""
_DATE = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]|([01]\d)([0-3]\d))", re.ASCII)


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

    @cached_property
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

    def faults(self, cell: Expr) -> Iterator[tuple[Expr, str]]:
        """What is wrong with a number it doesn't take, each test with what it says."""
        if self.kind is Kind.DATE:
            yield any_of([cell < FIRST_DATE, cell > LAST_DATE]), f"应为{FIRST_YEAR}年至{LAST_YEAR}年的日期，如 2021-7-20"
            return
        if self.least is not None:
            yield cell < self.least, self._under
        if self.limit is not None and self.kind is not Kind.PERCENT:
            yield cell > self.limit, self._over(self.limit + 1)
        elif self.limit is not None and self.limit != LARGEST_SHARE:  # beyond that it is asked whether the sign is missing
            yield cell > self.limit, f"不能超过{plain(self.limit * 100)}%"
        if self.kind is Kind.COUNT:
            yield cell.differs(call("INT", cell)), _WHOLE

    @property
    def _under(self) -> str:
        return f"不能小于{plain(self.least)}" if self.least else "不能为负数"

    def state(self, cell: Expr, filled: Operand = FILLED) -> Expr:
        """The 状态 cell beside it: 已填, 空白, 选填, 无, or 数据有误, of an error value too. `filled` is what it says of a number it takes."""
        return when(is_error(cell), INVALID, self._said_of(cell, filled))

    def _said_of(self, cell: Expr, filled: Operand) -> Expr:
        blank = BLANK if self.required else OPTIONAL
        if self.kind is Kind.TEXT:
            return when(is_blank(cell), blank, filled)
        if self.kind is Kind.CHOICE:
            return when(one_of(cell, self.options), FILLED, when(is_blank(cell), blank, INVALID))
        word = when(cell.equals(NONE_WORD), NONE_WORD, INVALID) if self.none else INVALID
        return when(is_number(cell), when(self._within(cell), filled, INVALID), when(is_blank(cell), blank, word))

    @cached_property
    def _own_state(self) -> Expr:
        return self.state(_OWN)

    def state_of(self, value: Value) -> str:
        """What 状态 says of a value."""
        return str(self._own_state.value({"": value}))

    def advice(self, cell: Expr, unit: str = "") -> Expr:
        """What to do about a text in the cell of a number: the number it plainly says, as it is to be typed; else to type one. Digits parted
        by a space are no number."""
        shares = self.kind is Kind.PERCENT
        said: Expr = cell
        own = ((" %", "%"),) if shares else ((unit, ""),)
        for mark, plainly in (*_AROUND, *_HALF_WIDTH, *(one for one in own if one[0])):
            said = call("SUBSTITUTE", said, mark, plainly)
        said = call("TRIM", said)
        rest = said
        for digit in "0123456789":
            rest = call("SUBSTITUTE", rest, digit, "")
        words = ";%;.%;" if shares else ";;.;"
        number = call("SUBSTITUTE", words, joined(";", rest, ";"), "").differs(words)
        none = f"；没有这个数的填“{NONE_WORD}”" if self.none else ""
        cases: list[tuple[Expr, Operand]] = [
            (all_of([number, said.differs("")]), joined("按文本录入，不能计算：按 Delete 清空，再输入 ", said))
        ]
        if self.none:
            cases.append((said.equals(NONE_WORD), f"前后有空格：按 Delete 清空，再输入“{NONE_WORD}”"))
        return first_of(cases, f"是文字，不能计算：按 Delete 清空，再输入数字{none}")

    def meant(self, text: str, unit: str = "") -> Decimal | str | None:
        """What a text plainly means beside a cell of this unit: 86人, 1010.01万元, √ for 符合. None where that isn't plain."""
        said = half_width(bare(text))
        if self.kind is Kind.CHOICE:
            return self._chosen(said.replace(" ", ""))
        return _measured(said.lstrip("¥￥"), unit, share=self.kind is Kind.PERCENT) if self.numeric else None

    def _chosen(self, said: str) -> str | None:
        alike = [option for option in self.options if half_width(option).replace(" ", "") == said]
        ticked = (*(_YES_OPTIONS if said in YES else ()), *(_NO_OPTIONS if said in NO else ()))
        found = alike or [option for option in self.options if option in ticked]
        return found[0] if len(found) == 1 else None

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
            none = f"；没有这个数的填“{NONE_WORD}”" if self.none and half_width(bare(str(answer))) in _NOTHING else ""
            return f"：{error}{none}"
        if number is None or self.state_of(exact(number)) == FILLED:
            return ""
        if self.least is not None and number < self.least:
            return self._under
        if self.limit is not None and number > self.limit:
            return self._over(number)
        return _WHOLE

    def _over(self, number: Decimal) -> str:
        assert self.limit is not None
        if self.kind is Kind.PERCENT:
            over = f"{'超过' if self.limit == LARGEST_SHARE else '不能超过'}{plain(self.limit * 100)}%"
            return f"{over}，是否为{plain(number)}%？" if number <= 100 * self.limit else over
        return f"不能超过{self.limit:,}" if self.limit >= _LARGE else f"不能超过{plain(self.limit)}{self.unit}"


def _measured(said: str, unit: str, *, share: bool) -> Decimal | None:
    """The number of a text with its unit behind it, in the cell's own unit."""
    own = half_width(unit)
    measures: dict[str, Decimal] = dict.fromkeys(() if share else _MEASURES, Decimal(1))
    if own in YUAN:
        measures = {measure: Decimal(times) / YUAN[own] for measure, times in _TIMES.items()}
    if own:
        measures[own] = Decimal(1)
    found = next((measure for measure in sorted(measures, key=len, reverse=True) if said.endswith(measure)), "")
    with suppress(NotANumber):
        number = from_text(said.removesuffix(found)) if said != found else None
        return None if number is None else number * measures.get(found, 1)
    return None


def date_problem(answer: object) -> str:
    """Why an answer is no date a form takes."""
    said = written_date(answer) if isinstance(answer, str) else answer
    if not isinstance(said, datetime.date) or not FIRST_YEAR <= said.year <= LAST_YEAR:
        return f"应为{FIRST_YEAR}年至{LAST_YEAR}年的日期，如2021-7-20"
    return f"：“{answer}”是文字，请按日期重新输入" if isinstance(answer, str) else ""


def written_date(text: str) -> datetime.date | None:
    """The date a text says: 2021-07-20, 2021/7/20, 2021.7.20, 2021年7月20日, 20210720; None for what is none."""
    found = _DATE.fullmatch(half_width(bare(text)))
    if not found:
        return None
    try:
        return datetime.date(*(int(part) for part in found.groups() if part and part not in "-/."))
    except ValueError:  # 2021-2-30
        return None


def cell_value(answer: Decimal | str | datetime.date | None) -> Value:
    """An answer as its cell holds it: a date as its day's number."""
    return day_number(answer) if isinstance(answer, datetime.date) else exact(answer)
