"""The figures and texts a unit enters once: what each is, what may stand in its cell, and what its 状态 says."""

import datetime
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Literal

from pydantic import Field

from xl_jixiao.formula import defined_name
from xl_jixiao.number import percent, plain
from xl_jixiao.rules.base import Quantity
from xl_jixiao.rules.typed import LARGEST, LARGEST_SHARE, Kind, Typed, cell_value
from xl_jixiao.tables.tablefile import TablePart

_CELL_LIKE = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr]([0-9]*[Cc][0-9]*)?|[Cc][0-9]*|TRUE|FALSE", re.IGNORECASE)
LONGEST_NAME = 100

_RANKS = ("名次", "排名", "位次")
"""In the name of a figure that begins at one."""

Answer = Decimal | str | datetime.date | None


class Input(TablePart):
    """One figure or text the unit enters once: its label, 口径, unit and where it is found."""

    name: str
    kind: Literal["amount", "count", "percent", "text", "date", "choice"] = "amount"
    unit: str = ""
    definition: str = ""
    source: str = ""
    options: tuple[str, ...] = ()
    group: str = "基础数据"
    required: bool = True
    signed: bool = False
    """Whether it may be below zero: 追减, a change."""
    limit: int = Field(default=500, ge=1, le=8000)
    """How many characters a text may have."""

    most: Quantity | None = None
    """The highest number it may be: 100 for a score, 100% for a share done."""

    at_most: str = ""
    """The figure it is a part of, by its name: 合格数 of 验收数."""

    @property
    def long(self) -> bool:
        """Whether the answer is a passage of text, which needs a wide cell."""
        return self.kind == "text" and self.limit > 500

    @cached_property
    def key(self) -> str:
        """The name in formulas, data and the workbook."""
        return defined_name(self.name)

    @property
    def whole_key(self) -> str:
        """The key of the figure it is a part of; empty where it is of none."""
        return defined_name(self.at_most) if self.at_most else ""

    @property
    def numeric(self) -> bool:
        """Whether the answer is a number."""
        return self.kind in ("amount", "count", "percent")

    @cached_property
    def typed(self) -> Typed:
        """What may stand in its cell."""
        if self.kind == "text":
            return Typed(Kind.TEXT, self.required, limit=Decimal(self.limit))
        if not self.numeric:
            return Typed(Kind(self.kind), self.required, self.options)
        kind = Kind(self.kind)
        first = Decimal(1) if any(word in self.name for word in _RANKS) else Decimal(0)
        least = None if self.signed else first
        largest = LARGEST_SHARE if self.kind == "percent" else LARGEST
        limit = largest if self.most is None else self.most
        return Typed(kind, self.required, least=least, limit=limit, none=True, unit=self.unit)

    def shown(self, answer: Answer) -> str:
        """An answer as running text prints it: 76.74%, 2026年4月20日; empty for a blank one."""
        if isinstance(answer, datetime.date):
            return f"{answer.year}年{answer.month}月{answer.day}日"
        if isinstance(answer, Decimal):
            return percent(answer) if self.kind == "percent" else plain(answer)
        return answer or ""

    def problem(self, answer: object) -> str:
        """Why an answer can't be used, in Chinese; empty for a blank one and for one that can."""
        return self.typed.problem(answer)

    def state(self, answer: Answer) -> str:
        """What the 状态 cell beside the answer says: 已填, 空白, 选填, 无, or 数据有误."""
        return self.typed.state_of(cell_value(answer))


def fits_excel(key: str) -> bool:
    """Whether Excel takes a key as a name: not empty, nothing like a cell's address, not too long."""
    return bool(key) and not _CELL_LIKE.fullmatch(key) and len(key) <= LONGEST_NAME


def input_problems(inputs: Sequence[Input]) -> Iterator[str]:
    """Inputs whose name can't be an Excel name or stands twice, choices without options, parts of what isn't there."""
    yield from repeated([item.key for item in inputs], "inputs", "数据项")
    measures = {item.key: (item.kind, item.unit) for item in inputs if item.numeric}
    for at, item in enumerate(inputs, 1):
        if not fits_excel(item.key):
            yield f"inputs[{at}].name：“{item.name}”不能作为 Excel 名称"
        if item.kind == "choice" and not item.options:
            yield f"inputs[{at}].options：choice 应列出可选值"
        if item.at_most and (item.whole_key == item.key or measures.get(item.whole_key) != measures.get(item.key, ())):
            yield f"inputs[{at}].at_most：“{item.at_most}”应是另一个类型、单位相同的数据项"


def repeated(keys: Sequence[str], where: str, what: str) -> Iterator[str]:
    """Keys that stand more than once."""
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f"{where}：{what}“{key}”重复"
