"""按数据之间的比较分档计分：没有结余计满分，有结余但不超过上年结转的计一部分，其余不计。"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from xl_jixiao.expr import Expr, first_of, negated
from xl_jixiao.formula import Formula
from xl_jixiao.number import plain
from xl_jixiao.rules.base import Given, Quantity, Rule, ShortText
from xl_jixiao.rules.relation import Comparisons, comparisons


class Compared(BaseModel):
    """One 情形: what must hold between figures (`when`), its points, and its words where the form prints others (`label`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spoils: ClassVar[Mapping[str, tuple[str, ...]]] = {"when": ("",)}

    when: str = Field(examples=["某{}=0"])
    points: Quantity
    label: str = ""

    @field_validator("when")
    @classmethod
    def _readable(cls, text: str) -> str:
        comparisons(text)
        return text.strip()

    @cached_property
    def relation(self) -> Comparisons:
        """What must hold."""
        return comparisons(self.when)

    @property
    def words(self) -> str:
        """The case as printed."""
        return self.label or self.relation.words


class Compare(Rule):
    """The points of the first case that holds, `otherwise` where none does. A figure that doesn't exist matters only to the cases that ask for it
    before one holds."""

    kind: Literal["compare"]
    cases: tuple[Compared, ...]
    otherwise: Quantity = Decimal(0)
    otherwise_label: ShortText = "其他情形"

    @cached_property
    def figures(self) -> tuple[Formula, ...]:
        return tuple(side for one in self.cases for side in one.relation.formulas)

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        return first_of([(one.relation.holds, one.points) for one in self.cases], self.otherwise)

    @cached_property
    def gap(self) -> Expr:
        """Whether the first case that isn't certain to fail isn't certain to hold either: what comes after it doesn't count."""
        tests = [(test, said) for one in self.cases for test, said in ((one.relation.holds, False), (negated(one.relation.fails), True))]
        return first_of(tests, False)

    def criterion(self, full: Decimal) -> str:
        listed = [f"{one.words}，计{plain(one.points)}分" for one in self.cases]
        return "；".join([*listed, f"{self.otherwise_label}，计{plain(self.otherwise)}分"]) + "。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        held = self.held(given)
        found = next((one for one in self.cases if one.relation.holds.value(held)), None)
        return f"属“{found.words if found else self.otherwise_label}”，计{self.printed(full, rate, given)}分"

    def choices(self) -> tuple[str, ...]:
        said = tuple(f"“{one.label}”按“{one.relation.words}”判断" for one in self.cases if one.label)
        return (*said, "从上到下取第一个符合的情形")

    def problems(self, full: Decimal) -> tuple[str, ...]:
        if not self.cases:
            return ("cases：至少写一个情形",)
        unfit = [one for one in self.cases if not 0 <= one.points <= full]
        wrong = [f"cases：“{one.when}”的{plain(one.points)}分应在0到分值{plain(full)}之间" for one in unfit]
        if not 0 <= self.otherwise <= full:
            wrong.append(f"otherwise：{plain(self.otherwise)}应在0到分值{plain(full)}之间")
        return tuple(wrong)
