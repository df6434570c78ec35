"""The figures and texts a unit enters once: what each is, what may stand in its cell, and what its 状态 says."""

import datetime
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

from pydantic import Field

from xl_jixiao.formula import defined_name
from xl_jixiao.number import NotANumber, day_number, from_cell, says_none, shows_error
from xl_jixiao.tables.tablefile import Part
from xl_jixiao.words import BLANK, FILLED, INVALID, NONE_WORD, OPTIONAL

_CELL_LIKE = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr]([0-9]*[Cc][0-9]*)?|[Cc][0-9]*|TRUE|FALSE", re.IGNORECASE)
LONGEST_NAME = 100
FIRST_YEAR, LAST_YEAR = 2000, 2099
FIRST_DATE, LAST_DATE = day_number(datetime.date(FIRST_YEAR, 1, 1)), day_number(datetime.date(LAST_YEAR, 12, 31))
"""The dates an answer may be, as cells hold them."""

LARGEST, LARGEST_SHARE = 10**12, 10
"""The largest number an answer may be, and the largest percentage (1000%): 89.99 is a percent sign left out. A document's form may set a
lower one."""

_DATE = re.compile(r"(\d{4})(?:([-/])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日)")


class Input(Part):
    """One figure or text the unit enters once: its label, 口径, unit and where it is found."""

    name: str
    kind: Literal["amount", "count", "percent", "text", "date", "choice"] = "amount"
    unit: str = ""
    definition: str = ""
    source: str = ""
    options: tuple[str, ...] = ()
    group: str = "基础数据"
    required: bool = True
    limit: int = Field(default=500, ge=1, le=8000)
    """How many characters a text may have."""

    @property
    def long(self) -> bool:
        """Whether the answer is a passage of text, which needs a wide cell."""
        return self.kind == "text" and self.limit > 500

    @property
    def key(self) -> str:
        """The name in formulas, data and the workbook."""
        return defined_name(self.name)

    @property
    def numeric(self) -> bool:
        """Whether the answer is a number."""
        return self.kind in ("amount", "count", "percent")

    @property
    def largest(self) -> int:
        """The largest number the answer may be."""
        return LARGEST_SHARE if self.kind == "percent" else LARGEST

    def problem(self, answer: object) -> str:
        """Why an answer can't be used, in Chinese; empty for a blank one and for one that can."""
        if self.numeric and isinstance(answer, Decimal):
            return self._number_problem(answer)
        if shows_error(answer):
            return f"单元格是错误值 {answer}"
        if answer is None or answer == "" or self.kind == "text":
            return ""
        if self.kind == "choice":
            return "" if answer in self.options else f"“{answer}”不在可选范围：{'、'.join(self.options)}"
        if self.kind == "date":
            said = written_date(answer) if isinstance(answer, str) else answer
            if not isinstance(said, datetime.date) or not FIRST_YEAR <= said.year <= LAST_YEAR:
                return f"应为{FIRST_YEAR}年至{LAST_YEAR}年的日期，如2021-7-20"
            return f"：“{answer}”是文字，请按日期重新输入" if isinstance(answer, str) else ""
        return "" if says_none(answer) else self._number_problem(answer)

    def _number_problem(self, answer: object) -> str:
        try:
            number = from_cell(answer)
        except NotANumber as error:
            return f"：{error}"
        if number is None:
            return ""
        if number < 0:
            return "不能为负数"
        if number > self.largest:
            return f"超过{self.largest * 100}%，是否漏写了百分号？" if self.kind == "percent" else f"不能超过{LARGEST:,}"
        return "应为整数" if self.kind == "count" and number != int(number) else ""

    def state(self, answer: object) -> str:
        """What the 状态 cell beside the answer says: 已填, 空白, 选填, 无, or 数据有误."""
        if self.problem(answer):
            return INVALID
        if isinstance(answer, Decimal):
            return FILLED
        if self.numeric and says_none(answer):
            return NONE_WORD
        blank = answer in (None, "") or self.numeric and from_cell(answer) is None
        return FILLED if not blank else BLANK if self.required else OPTIONAL


def written_date(text: str) -> datetime.date | None:
    """The date a text says: 2021-07-20, 2021/7/20, 2021年7月20日; None for what is none."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    try:
        return datetime.date(*(int(part) for part in found.groups() if part and part not in "-/"))
    except ValueError:  # 2021-2-30
        return None


def fits_excel(key: str) -> bool:
    """Whether Excel takes a key as a name: not empty, nothing like a cell's address, not too long."""
    return bool(key) and not _CELL_LIKE.fullmatch(key) and len(key) <= LONGEST_NAME


def input_problems(inputs: Sequence[Input]) -> Iterator[str]:
    """Inputs whose name can't be an Excel name or stands twice, choices without options."""
    yield from repeated([item.key for item in inputs], "inputs", "数据项")
    for at, item in enumerate(inputs, 1):
        if not fits_excel(item.key):
            yield f"inputs[{at}].name：“{item.name}”不能作为 Excel 名称"
        if item.kind == "choice" and not item.options:
            yield f"inputs[{at}].options：choice 应列出可选值"


def repeated(keys: Sequence[str], where: str, what: str) -> Iterator[str]:
    """Keys that stand more than once."""
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f"{where}：{what}“{key}”重复"
