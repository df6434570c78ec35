"""一个指标由几部分组成，各按自己的规则计分后相加。"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Literal, TypeVar

from xl_jixiao.expr import Expr, any_of, call, joined, total
from xl_jixiao.formula import Formula
from xl_jixiao.number import plain
from xl_jixiao.rules.base import Given, Item, Rule, repeated_labels
from xl_jixiao.rules.part import Part, moved

One = TypeVar("One")


class LabelledPart(Part):
    """A part of the sum; its `label` stands before what is said of it: 公务接待费：10.6÷10…"""

    label: str = ""


def _lead(at: int, part: LabelledPart) -> str:
    return f"{at}、{part.label}：" if part.label else f"{at}、"


class Composite(Rule):
    """The sum of parts: judged ones, and ones over rates of their own; never more than the weight, which the parts of some forms exceed."""

    kind: Literal["composite"]
    parts: tuple[LabelledPart, ...]

    @property
    def needs_rate(self) -> bool:
        return any(part.needs_rate for part in self.parts)

    @property
    def own_absence(self) -> bool:
        return True

    @cached_property
    def figures(self) -> tuple[Formula, ...]:
        return tuple(one for part in self.parts for one in part.figures)

    def items(self, full: Decimal) -> tuple[Item, ...]:
        found: list[Item] = []
        for part in self.parts:
            found += moved(part.items(), len(found))
        return tuple(found)

    def _split(self, given: Sequence[One]) -> Iterator[tuple[LabelledPart, Sequence[One]]]:
        start = 0
        for part in self.parts:
            count = len(part.items())
            yield part, given[start : start + count]
            start += count

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        return call("MIN", full, total([part.tree(rate, cells) for part, cells in self._split(given)]))

    def strange(self, given: Sequence[Expr]) -> Expr | None:
        tests = [part.strange for part in self.parts if part.strange is not None]
        return any_of(tests) if tests else None

    def said(self) -> Expr:
        return joined(*(one.said() for one in self.parts))

    def criterion(self, full: Decimal) -> str:
        return "".join(f"{_lead(at, part)}{part.criterion()}" for at, part in enumerate(self.parts, 1))

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        held = self.held(given)
        clauses = [f"{_lead(at, part)}{part.explain(rate, values, held)}" for at, (part, values) in enumerate(self._split(given), 1)]
        capped = f"以分值{plain(full)}分为限，" if self._together > full else ""
        return f"{'；'.join(clauses)}；{capped}共计{self.printed(full, rate, given)}分"

    def choices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(choice for part in self.parts for choice in part.choices()))

    def problems(self, full: Decimal) -> tuple[str, ...]:
        own = [f"parts[{at}].{text}" for at, part in enumerate(self.parts, 1) for text in part.problems()]
        own += [text for text in repeated_labels(self._choosing(), "parts") if not any(text.partition("：")[2] in one for one in own)]
        return tuple(own) if self.parts else ("parts：至少写一个部分",)

    def mismatches(self, full: Decimal) -> tuple[str, ...]:
        own = [f"parts[{at}].{text}" for at, part in enumerate(self.parts, 1) for text in part.mismatches()]
        fits = self._together == full or not self.parts
        return (*own, *(() if fits else (f"parts：各部分合计{plain(self._together)}分，应等于分值{plain(full)}",)))

    @cached_property
    def _together(self) -> Decimal:
        return sum((part.weight for part in self.parts), Decimal(0))

    def _choosing(self) -> list[str]:
        """The labels that must differ: points follow what they are for."""
        items = [part.items() for part in self.parts]
        return [item.label for part in items for item in part if item is part[0] or item.kind != "points"]
