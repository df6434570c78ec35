"""What a scoring table is made of: inputs, indicators, grades, identities and the look of the form."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from xl_jixiao.expr import Cell, Expr, Operation
from xl_jixiao.finding import titled
from xl_jixiao.formula import Formula, bound_to, defined_name, parse
from xl_jixiao.number import in_digits, percent, plain
from xl_jixiao.rules import AnyRule, NotApplicable, Scorer
from xl_jixiao.rules.base import Item, Quantity, amount
from xl_jixiao.rules.printed_ends import end_problems
from xl_jixiao.scoretable.extras import Extra
from xl_jixiao.scoretable.keys import reason_name
from xl_jixiao.tables import slips
from xl_jixiao.tables.answers import Asked
from xl_jixiao.tables.inputs import Input
from xl_jixiao.tables.parts import Column, Grade, Identity
from xl_jixiao.tables.rates import Rate, Ratio, Zero, standard_rate
from xl_jixiao.tables.table import Table
from xl_jixiao.tables.tablefile import TablePart
from xl_jixiao.words import GRADE, TOTAL


class PrintedLine(TablePart):
    """One printed row of an indicator that has several: its 三级指标 and its content."""

    name: str = ""
    content: str = ""


class Indicator(TablePart):
    """One scored line of the table. `formula`, `criterion` and `explanation` are the form's own words."""

    spoils: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "weight": ("criterion",),
        "rule": ("criterion",),
        "bind": ("formula", "measure"),
        "differs": ("criterion",),
    }

    name: str
    key: str = ""
    path: tuple[str, ...]
    weight: Quantity
    explanation: str = ""
    criterion: str = ""
    differs: str = ""
    """Where the printed text says something else than the rule's parameters: what, and why. The text stays as it is printed."""
    formula: str = ""
    bind: Mapping[str, str] = Field(default_factory=dict)
    """Which input a name of the printed formula stands for here: the choice of base (年初 or 调整后), printed as such."""
    rate: str = ""
    measure: str = ""
    unit: str | None = None
    """The unit of a result that is no rate (天, 名); a table file may leave it out where the figures or the rule say it."""
    applies: str = ""
    zero: Zero | None = None
    not_applicable: NotApplicable = "none"
    rule: AnyRule = Field(discriminator="kind")
    basis: str = ""
    note: str = ""
    lines: tuple[PrintedLine, ...] = ()
    criterion_span: int = 1
    """How many indicators from this one on share its 评分标准 cell on the form; the others' stays unprinted."""
    page_break: bool = False
    inferred: bool = False

    @field_validator("path", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @cached_property
    def code(self) -> str:
        """The indicator's key: unique in its rubric, a valid defined name."""
        return defined_name(self.key or self.name)

    @property
    def label(self) -> str:
        """The name by which a reader tells it from its namesakes: 预算管理制度健全性."""
        return self.key or self.name

    @cached_property
    def _bound(self) -> Mapping[str, str | Expr]:
        """What stands for a name of the printed formula: an input's name, or a formula over several."""
        return {defined_name(name): bound_to(target) for name, target in self.bind.items()}

    @cached_property
    def rate_formula(self) -> Formula | None:
        """The parsed formula of the printed rate, over the inputs it is bound to."""
        return parse(self.formula).renamed(self._bound) if self.formula else None

    @cached_property
    def standard(self) -> Rate | None:
        """The catalogue rate this indicator's formula is an instance of."""
        return standard_rate(self.rate) if self.rate else None

    @property
    def has_rate(self) -> bool:
        """Whether 评分底稿 has a row for its rate, its measure, the figures its rule compares or its condition."""
        return bool(self.formula or self.measure or self.applies or self.rule.figures)

    @cached_property
    def figure_keys(self) -> tuple[str, ...]:
        """The inputs that the rule compares itself, in the order of its names, then the cells that are computed for it."""
        figures = self.rule.names[: len(self.rule.names) - len(self.rule.computed)]
        bound = ((name, self._bound.get(name, name)) for name in figures)
        return (*(key if isinstance(key, str) else name for name, key in bound), *(f"{name}:{self.code}" for name in self.rule.computed))

    @cached_property
    def rule_figures(self) -> tuple[Formula, ...]:
        """What the rule compares itself."""
        return tuple(one.renamed(self._bound) for one in self.rule.figures)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The figures that it is computed from: its rate's, its measure's, the ones its rule compares."""
        formulas = (self.rate_formula, self.measured, *self.rule_figures)
        return tuple(dict.fromkeys(name for one in formulas if one for name in one.names))

    @property
    def is_percentage(self) -> bool:
        """Whether its result is a rate, printed as a percentage."""
        own = None if self.measure else getattr(self.rule, "unit", None)
        return self.unit in (None, "%") and own in (None, "%")

    @property
    def is_rated(self) -> bool:
        """Whether there is a rate of it that may be published."""
        return self.ratio is not None and self.is_percentage

    @property
    def result_unit(self) -> str:
        """The unit of a result that is no rate."""
        return self.unit if self.unit is not None else getattr(self.rule, "unit", "")

    def shown(self, result: Decimal) -> str:
        """Its result as printed: 76.74%, 25天, 第7名."""
        return percent(result) if self.is_percentage else amount(result, self.result_unit)

    @cached_property
    def ratio(self) -> Ratio | None:
        """The printed rate over cells."""
        return Ratio(self.rate_formula, self.zero_denominator) if self.rate_formula else None

    @property
    def most(self) -> Decimal:
        """The rate above which a figure is probably in another unit; of a revised budget no more can be done than all."""
        figures = self.rate_formula.names if self.rate_formula else ()
        if self.standard and self.standard.code in slips.OF_A_BUDGET and any(slips.REVISED in name for name in figures):
            return slips.WHOLE
        if not self.standard and slips.within_whole(self.name) and not any(slips.FIRST in name for name in figures):
            return slips.WHOLE
        return self.standard.most if self.standard else slips.MOST_RATE

    @property
    def least(self) -> Decimal:
        """What the rate is hardly ever below; zero where it may be anything."""
        return slips.LEAST_OF_RATE.get(self.standard.code, Decimal(0)) if self.standard else Decimal(0)

    @cached_property
    def quotient(self) -> slips.Quotient | None:
        """The rate as one side over the other, where it is one of figures that can't be below zero."""
        core = self.rate_formula.core if self.rate_formula and self.is_percentage else None
        if not isinstance(core, Operation) or core.sign != "/" or not core.left.names or not core.right.names:
            return None
        named = isinstance(core.left, Cell) and isinstance(core.right, Cell) and slips.is_part(core.left.key, core.right.key)
        share = named if self.standard is None else self.standard.share
        nothing = not self.standard or self.standard.code not in slips.NEVER_NOTHING
        return slips.Quotient(self.name, core.left, core.right, self.most, self.least, reason_name(self.code), share, nothing)

    @cached_property
    def bound_names(self) -> tuple[str, ...]:
        """The inputs of its standard rate in the order of the registered function's arguments.

        Empty where the rate is a county's own, differs in its zero denominator, or puts an expression where the standard has one figure.
        """
        standard = self.standard
        if not standard or not self.rate_formula or self.zero_denominator is not standard.zero:
            return ()
        bound = self.rate_formula.match(standard.formula)
        parts = [bound[name].tree for name in standard.formula.names] if bound else []
        return tuple(part.key for part in parts if isinstance(part, Cell)) if all(isinstance(part, Cell) for part in parts) else ()

    @property
    def zero_denominator(self) -> Zero:
        """What a zero denominator means here."""
        return self.zero or (self.standard.zero if self.standard else Zero.NOT_APPLICABLE)

    @cached_property
    def measured(self) -> Formula | None:
        """What the rule compares: the `measure` (每超出1人) or, without one, the rate."""
        return parse(self.measure).renamed(self._bound) if self.measure else self.rate_formula

    @cached_property
    def scorer(self) -> Scorer:
        """The rule with its weight and its answer to 不适用."""
        return Scorer(full=self.weight, rule=self.rule, not_applicable=self.not_applicable)

    @cached_property
    def item_keys(self) -> tuple[str, ...]:
        """The names of the judged items: 绩效目标合理性_1, _2 …"""
        return tuple(f"{self.code}_{at}" for at in range(1, len(self.scorer.items) + 1))

    @property
    def choices(self) -> tuple[str, ...]:
        """What the printed table leaves open for this indicator, with the choice made."""
        bound = tuple(f"公式中的{titled(name)}取{titled(target)}" for name, target in self.bind.items())
        printed = (f"原文与计分参数不同之处：{self.differs}",) if self.differs else ()
        return (*bound, *printed, *self.scorer.choices())

    @property
    def printed_criterion(self) -> str:
        """The form's own 评分标准, or the sentence made from the parameters where the form prints none."""
        return self.criterion or self.scorer.criterion()


class Form(TablePart):
    """How the printed form looks: everything that is not an indicator."""

    title: str
    mark: str = ""
    sheet: str = "整体支出评分表"
    landscape: bool = False
    columns: tuple[Column, ...]
    labels: Mapping[str, str] = Field(default_factory=dict)
    total_label: str = "合计"
    signatures: tuple[str, ...] = ()


class Rubric(Table):
    """One place's table for one year: inputs, indicators, grades and the look of the form."""

    kind: Literal["scoring_table"]
    total: Quantity = Decimal(100)
    inputs: tuple[Input, ...]
    indicators: tuple[Indicator, ...]
    extras: tuple[Extra, ...] = ()
    """加分, 扣分 and 一票否决, which no weight counts."""
    highest: Quantity | None = None
    """The highest total, where points are added; without it the extras' own limits are all."""
    grades: tuple[Grade, ...]
    grades_basis: str = ""
    identities: tuple[Identity, ...] = ()
    form: Form

    @cached_property
    def input_by_key(self) -> Mapping[str, Input]:
        """Inputs by their defined name."""
        return {item.key: item for item in self.inputs}

    @cached_property
    def indicator_by_code(self) -> Mapping[str, Indicator]:
        """Indicators by their code."""
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def signed(self) -> frozenset[str]:
        """The inputs that may be below zero."""
        return frozenset(item.key for item in self.inputs if item.signed)

    @cached_property
    def items(self) -> tuple[tuple[Item, str], ...]:
        """What must be judged by hand, with its key, in the order of the form."""
        return tuple(pair for indicator in self.indicators for pair in zip(indicator.scorer.items, indicator.item_keys, strict=True))

    @cached_property
    def parts(self) -> tuple[slips.Quotient, ...]:
        """The figures of which the table says that they are a part of another, as no rate of it says already."""
        rates = {(one.quotient.part, one.quotient.whole) for one in self.indicators if one.quotient and one.quotient.share}
        parts = (slips.part_of(item.key, item.whole_key) for item in self.inputs if item.at_most)
        return tuple(one for one in parts if (one.part, one.whole) not in rates)

    @cached_property
    def asked(self) -> Asked:
        """What a unit is asked for."""
        quotients = (*(one.quotient for one in self.indicators if one.quotient), *self.parts)
        balances = tuple(one.balance for one in self.identities)
        codes = tuple(self.indicator_by_code)
        unrated = frozenset(one.code for one in self.indicators if not one.is_rated)
        return Asked(self.id, self.stamp, self.inputs, self.items, codes, (TOTAL, GRADE), balances, quotients, self.year, unrated)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What its author should look at: printed texts that say other ends than the rules, grades that full marks don't reach."""
        return (*self._other_ends(), *self._grades_beyond())

    def _other_ends(self) -> Iterator[str]:
        """Where a 评分标准 says another thing of started steps, or of how far points are taken off, than the rule does."""
        for at, one in enumerate(self.indicators, 1):
            if one.criterion and not one.differs:
                texts = end_problems(one.rule, one.weight, in_digits(one.criterion))
                yield from (f"indicators[{at}]（{one.name}）.{text}；原文就是这样的，在 differs 里写明" for text in texts)

    def _grades_beyond(self) -> tuple[str, ...]:
        added = any(one.add for one in self.extras)
        beyond = [] if added else [one for one in self.grades if one.least > self.total]
        if not beyond:
            return ()
        due = "、".join(f"{one.name} {plain(one.least * self.total / 100)}" for one in self.grades)
        said = f"grades：“{beyond[0].name}”的 least（{plain(beyond[0].least)}）大于 total（{plain(self.total)}），满分也评不上"
        return (f"{said}；等次按得分率定的，least 折算成分数：{due}",)


class SameTable:
    """A table by its identity: tables hold mappings and have no hash."""

    def __init__(self, table: Rubric) -> None:
        self.table = table

    def __hash__(self) -> int:
        return id(self.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameTable) and self.table is other.table
