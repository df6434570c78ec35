"""几种计分办法二者择其一：填报人选定一种，或按得分高、得分低的一种。"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Literal, TypeVar

from xl_jixiao.expr import Expr, by_word, call, joined
from xl_jixiao.formula import Formula
from xl_jixiao.number import plain
from xl_jixiao.rules.base import Given, Item, Rule, ShortText, repeated_labels
from xl_jixiao.rules.part import Part, moved

One = TypeVar("One")


class Alternative(Part):
    """One way to score, by its label; its weight is what it can earn."""

    label: ShortText


class Either(Rule):
    """One of several ways to score: the one the unit chooses (`by` "choice"), or the one that gives most ("best"), or least ("worst")."""

    kind: Literal["either"]
    alternatives: tuple[Alternative, ...]
    by: Literal["choice", "best", "worst"] = "choice"
    subject: ShortText = "采用的计分办法"

    @property
    def needs_rate(self) -> bool:
        return any(one.needs_rate for one in self.alternatives)

    @property
    def own_absence(self) -> bool:
        return True

    @cached_property
    def figures(self) -> tuple[Formula, ...]:
        return tuple(figure for one in self.alternatives for figure in one.figures)

    def items(self, full: Decimal) -> tuple[Item, ...]:
        chosen = self.by == "choice"
        found = [Item(label=self.subject, kind="choice", options=tuple(one.label for one in self.alternatives))] if chosen else []
        for one in self.alternatives:
            for item in moved(one.items(), len(found)):
                waits = chosen and item.required
                found.append(item.model_copy(update={"required": False, "needed_if": (0, one.label)}) if waits else item)
        return tuple(found)

    def _split(self, given: Sequence[One]) -> Iterator[tuple[Alternative, Sequence[One]]]:
        start = 1 if self.by == "choice" else 0
        for one in self.alternatives:
            count = len(one.items())
            yield one, given[start : start + count]
            start += count

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        points = {one.label: one.tree(rate, cells) for one, cells in self._split(given)}
        if self.by != "choice":
            return call("MAX" if self.by == "best" else "MIN", *points.values())
        *kept, last = points
        return by_word(given[0], {label: points[label] for label in kept}, points[last])

    def strange(self, given: Sequence[Expr]) -> Expr | None:
        tests = {one.label: one.strange for one in self.alternatives if one.strange is not None}
        return by_word(given[0], tests, False) if tests and self.by == "choice" else None

    def said(self) -> Expr:
        return joined(*(one.said() for one in self.alternatives))

    def criterion(self, full: Decimal) -> str:
        how = {"choice": "选择一种计分", "best": "按得分高的一种计分", "worst": "按得分低的一种计分"}[self.by]
        return f"下列办法{how}：" + "".join(f"{one.label}（{plain(one.weight)}分）：{one.criterion()}" for one in self.alternatives)

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        held, points = self.held(given), self.printed(full, rate, given)
        if self.by == "choice":
            found, values = next((one, values) for one, values in self._split(given) if one.label == given[0])
            return f"采用“{found.label}”：{found.explain(rate, values, held)}"
        clauses = [f"{one.label}：{one.explain(rate, values, held)}" for one, values in self._split(given)]
        return f"{'；'.join(clauses)}；取{'高' if self.by == 'best' else '低'}者，计{points}分"

    def choices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(choice for one in self.alternatives for choice in one.choices()))

    def problems(self, full: Decimal) -> tuple[str, ...]:
        own = [f"alternatives[{at}].{text}" for at, one in enumerate(self.alternatives, 1) for text in one.problems()]
        over = [one for one in self.alternatives if one.weight > full]
        own += [f"alternatives：“{one.label}”的{plain(one.weight)}分超出分值{plain(full)}" for one in over]
        if len(self.alternatives) < 2:
            own.append("alternatives：至少写两种办法")
        return (*own, *repeated_labels([one.label for one in self.alternatives], "alternatives"))

    def mismatches(self, full: Decimal) -> tuple[str, ...]:
        return tuple(f"alternatives[{at}].{text}" for at, one in enumerate(self.alternatives, 1) for text in one.mismatches())
