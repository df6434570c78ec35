"""按要点逐项计分：符合的计该项分值，部分符合是否计分由参数写明。"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from xl_jixiao.expr import Expr, by_word, call, total, tree
from xl_jixiao.number import plain
from xl_jixiao.rules.base import Given, Item, Quantity, Rule, ShortText, circled, repeated_labels
from xl_jixiao.words import MET, PARTLY, UNMET


class Requirement(BaseModel):
    """One 要点 with its points."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: ShortText
    points: Quantity


class Checklist(Rule):
    """Each met requirement scores its points. `partial` says what 部分符合 scores: "none" (no such choice) or "half"."""

    kind: Literal["checklist"]
    requirements: tuple[Requirement, ...]
    partial: Literal["none", "half"]

    def items(self, full: Decimal) -> tuple[Item, ...]:
        options = (MET, UNMET) if self.partial == "none" else (MET, PARTLY, UNMET)
        return tuple(Item(label=one.label, kind="choice", options=options) for one in self.requirements)

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        def earned(points: Decimal, cell: Expr) -> Expr:
            half = {PARTLY: points / 2} if self.partial == "half" else {}
            return by_word(cell, {MET: points, **half}, 0)

        points = total([earned(one.points, cell) for one, cell in zip(self.requirements, given, strict=True)])
        together = sum((one.points for one in self.requirements), Decimal(0))
        return points if full == tree(together) else call("MIN", full, points)

    def criterion(self, full: Decimal) -> str:
        return "；".join(f"{circled(at)}{one.label}，计{plain(one.points)}分" for at, one in enumerate(self.requirements)) + "。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        lost = [f"第{circled(at)}项{word}" for at, word in enumerate(given) if word != MET]
        points = self.printed(full, rate, given)
        return f"{'，'.join(lost)}，计{points}分" if lost else f"{len(given)}项要点均符合，计{points}分"

    def choices(self) -> tuple[str, ...]:
        return ("要点部分符合的，计该项一半分值",) if self.partial == "half" else ("要点须完全符合才计分，部分符合不计分",)

    def problems(self, full: Decimal) -> tuple[str, ...]:
        wrong = tuple(f"requirements：“{one.label}”的{plain(one.points)}分应大于0" for one in self.requirements if one.points <= 0)
        wrong += repeated_labels([one.label for one in self.requirements], "requirements")
        return wrong

    def mismatches(self, full: Decimal) -> tuple[str, ...]:
        together = sum((one.points for one in self.requirements), Decimal(0))
        return () if together == full else (f"requirements：各要点合计{plain(together)}分，应等于分值{plain(full)}",)
