"""按要点逐项计分：符合的计该项分值，部分符合是否计分由参数写明。"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from xl_jixiao.number import plain
from xl_jixiao.rules.base import MET, PARTLY, UNMET, Given, Item, Label, Quantity, Rule, literal, quoted, repeated_labels


class Requirement(BaseModel):
    """One 要点 with its points."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: Label
    points: Quantity


class Checklist(Rule):
    """Each met requirement scores its points. `partial` says what 部分符合 scores: "none" (no such choice) or "half"."""

    kind: Literal["checklist"]
    requirements: tuple[Requirement, ...]
    partial: Literal["none", "half"]

    def items(self, full: Decimal) -> tuple[Item, ...]:
        options = (MET, UNMET) if self.partial == "none" else (MET, PARTLY, UNMET)
        return tuple(Item(label=one.label, kind="choice", options=options) for one in self.requirements)

    def points(self, full: Decimal, rate: Decimal | None, given: Given) -> Decimal:
        share = {MET: Decimal(1), PARTLY: Decimal("0.5"), UNMET: Decimal(0)}
        return sum((share[word] * one.points for one, word in zip(self.requirements, given, strict=True)), Decimal(0))

    def excel(self, full: Decimal, rate: str, given: Sequence[str]) -> str:
        met = [f"{literal(one.points)}*({ref}={quoted(MET)})" for one, ref in zip(self.requirements, given, strict=True)]
        partly = [f"{literal(one.points / 2)}*({ref}={quoted(PARTLY)})" for one, ref in zip(self.requirements, given, strict=True)]
        return "+".join(met + (partly if self.partial == "half" else []))

    def criterion(self, full: Decimal) -> str:
        return "；".join(f"{chr(0x2460 + at)}{one.label}，计{plain(one.points)}分" for at, one in enumerate(self.requirements)) + "。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        lost = [f"第{chr(0x2460 + at)}项{word}" for at, word in enumerate(given) if word != MET]
        points = self.printed(full, rate, given)
        return f"{'，'.join(lost)}，计{points}分" if lost else f"{len(given)}项要点均符合，计{points}分"

    def choices(self) -> tuple[str, ...]:
        return ("要点部分符合的，计该项一半分值",) if self.partial == "half" else ("要点须完全符合才计分，部分符合不计分",)

    def problems(self, full: Decimal) -> tuple[str, ...]:
        total = sum((one.points for one in self.requirements), Decimal(0))
        wrong = tuple(f"requirements：“{one.label}”的{plain(one.points)}分应大于0" for one in self.requirements if one.points <= 0)
        wrong += repeated_labels([one.label for one in self.requirements], "requirements")
        return (*wrong, *(() if total == full else (f"requirements：各要点合计{plain(total)}分，应等于分值{plain(full)}",)))
