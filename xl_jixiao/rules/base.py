"""What every scoring rule speaks: points, the native Excel formula, the criterion sentence, the explanation."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from xl_jixiao.expr import Cell, Expr, Value, all_of, as_number, call, exact, is_blank, is_error, joined, negated, tree, when
from xl_jixiao.formula import Formula, printed_name
from xl_jixiao.number import Exact, NotANumber, from_cell, half_up, percent, plain
from xl_jixiao.rules.typed import Kind, Typed, cell_value
from xl_jixiao.words import BLANK, INVALID, bare
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
    needed_if: tuple[int, str] | None = None
    """The item, by its number, and its word (anything where empty) that make this one needed; without that it may stay blank."""

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

    @property
    def advice(self) -> str:
        """What to do about a value it doesn't take."""
        return f"；“{self.label}”按 Delete 清空，再{'从下拉列表选择' if self.kind == 'choice' else '输入数字'}"

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
        """What the 状态 cell beside the judged value says by itself: 已填, 空白, 选填 or 数据有误."""
        return self.typed.state_of(exact(cell))

    def state_beside(self, cell: Expr, items: Sequence[Expr]) -> Expr:
        """The 状态 cell beside it; another item may make it needed."""
        own = self.typed.state(cell)
        if self.needed_if is None:
            return own
        missing = all_of([_needs(items[self.needed_if[0]], self.needed_if[1]), is_blank(cell)])
        return when(is_error(cell), INVALID, when(missing, BLANK, own))

    def lacks(self, value: ItemValue | None, judged: "Given") -> bool:
        """Whether it is blank and needed."""
        if value is not None or self.needed_if is None:
            return value is None and self.required
        other, word = judged[self.needed_if[0]], self.needed_if[1]
        return other == word if word else other is not None

    def show(self, value: ItemValue) -> str:
        """The value as printed."""
        if isinstance(value, str):
            return value
        return percent(value) if self.kind == "percent" else plain(value)


def _needs(other: Expr, word: str) -> Expr:
    return when(is_error(other), False, other.equals(word) if word else negated(is_blank(other)))


class Rule(BaseModel):
    """A scoring rule without its weight. Subclasses are data: every number in them comes from the rubric."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def needs_rate(self) -> bool:
        """Whether it compares the indicator's rate."""
        return False

    @property
    def own_absence(self) -> bool:
        """Whether it says itself what a figure scores that doesn't exist (无), or a divisor of zero; else the whole is 不适用."""
        return False

    @property
    def figures(self) -> tuple[Formula, ...]:
        """The formulas over the unit's figures that it compares itself."""
        return ()

    @property
    def gap(self) -> Expr | None:
        """Whether what is missing among its figures (无, a divisor of zero) keeps it from being judged; None where anything missing does."""
        return None

    def strange(self, given: Sequence[Expr]) -> Expr | None:
        """Whether a part of it is 不适用 or 超预算, so that a word why is due; None where no part can be."""
        return None

    @property
    def computed(self) -> tuple[str, ...]:
        """What is computed for it from its items: the points of rows, blank where a row isn't used."""
        return ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The figures of those formulas, each once, and what is computed for it; their values follow those of the items."""
        return (*dict.fromkeys(name for one in self.figures for name in one.names), *self.computed)

    def items(self, full: Decimal) -> tuple[Item, ...]:
        """What must be judged by hand; empty for rules over a rate alone."""
        return ()

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        """The exact points before rounding, over the cells of the weight, of the rate and of the judged items; figures by their names."""
        raise NotImplementedError

    @cached_property
    def _trees(self) -> dict[Decimal, Expr]:
        return {}

    def points(self, full: Decimal, rate: Decimal | None, given: Given) -> Fraction:
        """The exact points, before rounding; `rate` is a printed rate and never None where the rule needs one."""
        count = len(self.items(full))
        if full not in self._trees:
            self._trees[full] = self.tree(tree(full), Cell(""), [Cell(str(at)) for at in range(count)])
        cells = {str(at): exact(value) for at, value in enumerate(given[:count])}
        return Fraction(as_number(self._trees[full].value({**cells, **self.held(given), "": exact(rate)})))

    def held(self, given: Given) -> dict[str, Value]:
        """The figures by their names: the last of what was given."""
        return {name: cell_value(value) for name, value in zip(self.names, given[len(given) - len(self.names) :], strict=True)}

    def printed(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        """The points as the sheet prints them, for a sentence."""
        return plain(half_up(self.points(full, rate, given), 2))

    def criterion(self, full: Decimal) -> str:
        """The sentence of the 评分标准 column, made from the parameters."""
        raise NotImplementedError

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        """Why these points: one clause."""
        raise NotImplementedError

    def said(self) -> Expr:
        """What it compared, for the sheet's own explanation: ``年末结转结余=20.5，上年结转=30，``."""
        return figures_said([name for one in self.figures for name in one.names])

    def choices(self) -> tuple[str, ...]:
        """What the printed rule leaves open, with the choice made."""
        return ()

    def problems(self, full: Decimal) -> tuple[str, ...]:
        """What is wrong with the parameters for this weight, in Chinese."""
        return ()

    def mismatches(self, full: Decimal) -> tuple[str, ...]:
        """Sums that should hold and that a printed table may get wrong itself: a mistake unless the table says so."""
        return ()


RATE_PLACES = 4
"""Decimals of a rate before it is compared or shown: 0.01 of a percent."""


def kept(full: Expr, lost: Expr, floor: Decimal, most: Decimal | None) -> Expr:
    """The points less what is lost: `most` is the most that is lost, `floor` the least that is left."""
    return call("MAX", floor, full - (lost if most is None else call("MIN", most, lost)))


def ending(floor: Decimal, most: Decimal | None) -> str:
    """How far points are taken off: 扣完为止, 最低2分, 最多扣6分."""
    if most is not None:
        return f"最多扣{plain(most)}分" + (f"，最低{plain(floor)}分" if floor else "")
    return f"最低{plain(floor)}分" if floor else "扣完为止"


def stopped(full: Decimal, lost: Decimal, floor: Decimal, most: Decimal | None) -> str:
    """In an explanation, how far points are taken off, where more would be lost: ，扣完为止; else nothing."""
    least = max(floor, full - most) if most is not None else floor
    return f"，{ending(floor, most)}" if full - lost < least else ""


def beyond(rate: Expr, below: Decimal | None, above: Decimal | None) -> Iterator[Expr]:
    """The tests whether a rate lies beyond an end past which nothing is earned."""
    if below is not None:
        yield rate < below
    if above is not None:
        yield rate > above


def beyond_words(below: Decimal | None, above: Decimal | None, unit: str) -> str:
    """The same in a criterion: ；低于60%的不计分."""
    low = f"；低于{amount(below, unit)}的不计分" if below is not None else ""
    high = f"；高于{amount(above, unit)}的不计分" if above is not None else ""
    return low + high


def cap_problems(floor: Decimal, most: Decimal | None, full: Decimal) -> tuple[str, ...]:
    """Ends that leave no points to take off, or take off more than there are."""
    found = () if 0 <= floor <= full else (f"floor：应在0到分值{plain(full)}之间",)
    return (*found, *(() if most is None or 0 < most <= full else (f"most：应大于0、不超过分值{plain(full)}，现为{plain(most)}",)))


def too_low_problems(too_low: Decimal | None, deduct: Decimal) -> tuple[str, ...]:
    """A multiple of the target, from which on it was set too low, that is none; a share of the weight that can't be lost."""
    wrong = too_low is not None and (too_low <= 1 or not 0 <= deduct <= 1)
    return ("too_low：应大于100%，too_low_deduct应在0到100%之间",) if wrong else ()


def figures_said(names: Sequence[str]) -> Expr:
    """Figures with their values, each once; empty where there are none."""
    return joined(*(part for name in dict.fromkeys(names) for part in (f"{printed_name(name)}=", Cell(name), "，")))


def repeated_labels(labels: Sequence[str], where: str) -> tuple[str, ...]:
    """Judged items that a person couldn't tell apart."""
    return tuple(f"{where}：认定项“{label}”重复，填报人分不清" for label in dict.fromkeys(labels) if labels.count(label) > 1)


RANKS = ("名", "位")
"""The units of a rank: 第7名."""


def amount(value: Exact, unit: str) -> str:
    """A threshold or a rate in the rule's unit: 100%, 3人, 第7名."""
    if unit == "%":
        return plain(Fraction(value) * 100) + "%"
    if unit in RANKS:
        return f"第{plain(value)}{unit}"
    return plain(value) + unit


def circled(at: int) -> str:
    """The number of a requirement as forms print it, from zero: ①, ②."""
    return chr(0x2460 + at)
