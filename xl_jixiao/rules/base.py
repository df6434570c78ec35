"""What every scoring rule speaks: points, the native Excel formula, the criterion sentence, the explanation."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from xl_jixiao.expr import Cell, Expr, as_number, exact, tree
from xl_jixiao.number import Exact, NotANumber, from_cell, half_up, percent, plain, shows_error
from xl_jixiao.rules.typed import Kind, Typed
from xl_jixiao.words import INVALID, bare
from xl_jixiao.words import is_blank as nothing

ItemValue = Decimal | str
Given = Sequence[ItemValue | None]
"""One judged value for each item of the rule, in their order, each valid; None for an optional one left blank."""


def number(value: ItemValue | None) -> Decimal:
    """A judged value, or a rate, that the rule asked for as a number."""
    assert isinstance(value, Decimal)
    return value


def _quantity(value: object) -> Decimal:
    """A number as a rubric writes it: 3, "0.5", "100%"."""
    try:
        found = from_cell(value)
    except NotANumber as error:
        raise ValueError(f'应为数字或百分数，如 3、"0.5"、"100%"；{error}') from error
    if found is None:
        raise ValueError("不能为空")
    return found


ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""What a cell may hold as a choice: no spaces around it, short enough for a formula (Excel takes 255 characters)."""

LONGEST_JUDGED = Decimal(1000)
"""How many characters a judged text may have."""

MOST_CHOICES = 30
"""Excel nests at most 64 functions; a printed table has a handful."""

Quantity = Annotated[Decimal, BeforeValidator(_quantity)]


class Item(BaseModel):
    """One thing that has to be judged by hand for a score: 符合/不符合, a number of cases, points within limits, a text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    kind: Literal["choice", "count", "points", "percent", "number", "text"]
    options: tuple[str, ...] = ()
    limit: Decimal | None = None
    required: bool = True

    @cached_property
    def typed(self) -> Typed:
        """What may stand in its cell."""
        if self.kind == "text":
            return Typed(Kind.TEXT, self.required, limit=LONGEST_JUDGED)
        return Typed(Kind(self.kind), self.required, self.options, limit=self.limit)

    @property
    def numeric(self) -> bool:
        """Whether the judged value is a number."""
        return self.typed.numeric

    def parse(self, cell: object) -> ItemValue | None:
        """The judged value of a cell; None when blank. Raises ValueError with a Chinese message for what doesn't fit."""
        if not self.numeric:
            cell = None if cell is None else bare(str(cell))
        problem = self.typed.problem(cell)
        if problem:
            raise ValueError(problem.removeprefix("："))
        if nothing(cell):
            return None
        return from_cell(cell) if self.numeric else str(cell)

    def state(self, cell: ItemValue | None) -> str:
        """What the 状态 cell beside the judged value says: 已填, 空白, 选填 or 数据有误."""
        return INVALID if shows_error(cell) else self.typed.state_of(exact(cell))

    def show(self, value: ItemValue) -> str:
        """The value as printed."""
        if isinstance(value, str):
            return value
        return percent(value) if self.kind == "percent" else plain(value)


class Rule(BaseModel):
    """A scoring rule without its weight. Subclasses are data: every number in them comes from the rubric."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    needs_rate: ClassVar[bool] = False

    def items(self, full: Decimal) -> tuple[Item, ...]:
        """What must be judged by hand; empty for rules over a rate alone."""
        return ()

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        """The exact points before rounding, over the cells of the weight, of the rate and of the judged items."""
        raise NotImplementedError

    @cached_property
    def _trees(self) -> dict[Decimal, Expr]:
        return {}

    def points(self, full: Decimal, rate: Decimal | None, given: Given) -> Fraction:
        """The exact points, before rounding; `rate` is a printed rate and never None where the rule needs one."""
        if full not in self._trees:
            self._trees[full] = self.tree(tree(full), Cell(""), [Cell(str(at)) for at in range(len(given))])
        cells = {str(at): exact(value) for at, value in enumerate(given)}
        return Fraction(as_number(self._trees[full].value({**cells, "": exact(rate)})))

    def printed(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        """The points as the sheet prints them, for a sentence."""
        return plain(half_up(self.points(full, rate, given), 2))

    def criterion(self, full: Decimal) -> str:
        """The sentence of the 评分标准 column, made from the parameters."""
        raise NotImplementedError

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        """Why these points: one clause."""
        raise NotImplementedError

    def choices(self) -> tuple[str, ...]:
        """What the printed rule leaves open, with the choice made."""
        return ()

    def problems(self, full: Decimal) -> tuple[str, ...]:
        """What is wrong with the parameters for this weight, in Chinese."""
        return ()


def repeated_labels(labels: Sequence[str], where: str) -> tuple[str, ...]:
    """Judged items that a person couldn't tell apart."""
    return tuple(f"{where}：认定项“{label}”重复，填报人分不清" for label in dict.fromkeys(labels) if labels.count(label) > 1)


def amount(value: Exact, unit: str) -> str:
    """A threshold or a rate in the rule's unit: 100%, 0.1个百分点, 3人."""
    if unit == "%":
        return plain(Fraction(value) * 100) + "%"
    return plain(value) + unit


def circled(at: int) -> str:
    """The number of a requirement as forms print it, from zero: ①, ②."""
    return chr(0x2460 + at)
