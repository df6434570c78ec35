"""出现所列情形即扣分：出现超支扣 3 分，有报废扣 2 分。"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from xl_jixiao.expr import Expr, by_word, total
from xl_jixiao.number import plain
from xl_jixiao.rules.base import Given, Item, Quantity, Rule, ShortText, cap_problems, ending, kept, repeated_labels
from xl_jixiao.words import ABSENT, PRESENT


class Condition(BaseModel):
    """One 情形 and what it costs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: ShortText
    deduct: Quantity


class Conditions(Rule):
    """Full points less the deduction of every condition that is present, `most` at most, never below zero."""

    kind: Literal["conditions"]
    conditions: tuple[Condition, ...]
    most: Quantity | None = None

    def items(self, full: Decimal) -> tuple[Item, ...]:
        return tuple(Item(label=one.label, kind="choice", options=(ABSENT, PRESENT)) for one in self.conditions)

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        lost = [by_word(cell, {PRESENT: one.deduct}, 0) for one, cell in zip(self.conditions, given, strict=True)]
        return kept(full, total(lost), Decimal(0), self.most)

    def criterion(self, full: Decimal) -> str:
        listed = [f"{one.label}的，扣{plain(one.deduct)}分，否则不扣分" for one in self.conditions]
        return "；".join([*listed, *(() if self.most is None else (ending(Decimal(0), self.most),))]) + "。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        present = [f"{one.label}，扣{plain(one.deduct)}分" for one, word in zip(self.conditions, given, strict=True) if word == PRESENT]
        points = self.printed(full, rate, given)
        return f"{'；'.join(present)}；计{points}分" if present else f"未出现所列情形，计{points}分"

    def problems(self, full: Decimal) -> tuple[str, ...]:
        if not self.conditions:
            return ("conditions：至少写一种情形",)
        unfit = [one for one in self.conditions if not 0 < one.deduct <= full]
        wrong = [f"conditions：“{one.label}”的扣分应在0到分值{plain(full)}之间" for one in unfit]
        wrong += cap_problems(Decimal(0), self.most, full)
        return (*wrong, *repeated_labels([one.label for one in self.conditions], "conditions"))
