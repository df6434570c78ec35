"""一个指标由几部分组成，各按自己的规则计分后相加。"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from xl_jixiao.expr import Expr, total, tree
from xl_jixiao.number import plain
from xl_jixiao.rules.base import Given, Item, Quantity, Rule, repeated_labels
from xl_jixiao.rules.checklist import Checklist
from xl_jixiao.rules.conditions import Conditions
from xl_jixiao.rules.judgement import Judgement
from xl_jixiao.rules.occurrences import Occurrences
from xl_jixiao.rules.range_deduction import RangeDeduction
from xl_jixiao.rules.tier_ranges import TierRanges
from xl_jixiao.rules.tiers import Tiers

One = TypeVar("One")
PartRule = Annotated[Checklist | Conditions | Judgement | Occurrences | RangeDeduction | TierRanges | Tiers, Field(discriminator="kind")]


class Part(BaseModel):
    """One part with the points it can earn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weight: Quantity
    rule: PartRule


class Composite(Rule):
    """The sum of judged parts."""

    kind: Literal["composite"]
    parts: tuple[Part, ...]

    def items(self, full: Decimal) -> tuple[Item, ...]:
        return tuple(item for part in self.parts for item in part.rule.items(part.weight))

    def _split(self, given: Sequence[One]) -> Iterator[tuple[Part, Sequence[One]]]:
        start = 0
        for part in self.parts:
            count = len(part.rule.items(part.weight))
            yield part, given[start : start + count]
            start += count

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        return total([part.rule.tree(tree(part.weight), rate, cells) for part, cells in self._split(given)])

    def criterion(self, full: Decimal) -> str:
        return "".join(f"{at}、{part.rule.criterion(part.weight)}" for at, part in enumerate(self.parts, 1))

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        clauses = [f"{at}、{part.rule.explain(part.weight, rate, values)}" for at, (part, values) in enumerate(self._split(given), 1)]
        return f"{'；'.join(clauses)}；共计{self.printed(full, rate, given)}分"

    def choices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(choice for part in self.parts for choice in part.rule.choices()))

    def problems(self, full: Decimal) -> tuple[str, ...]:
        own: list[str] = []
        weightless: list[str] = []
        for at, part in enumerate(self.parts, 1):
            if part.weight > 0:
                own += [f"parts[{at}].{text}" for text in part.rule.problems(part.weight)]
            else:
                weightless.append(f"parts[{at}].weight：应大于0，现为{plain(part.weight)}")
        own += weightless
        own += [text for text in repeated_labels(self._choosing(), "parts") if not any(text.partition("：")[2] in one for one in own)]
        together = sum((part.weight for part in self.parts), Decimal(0))
        return (*own, *(() if together == full else (f"parts：各部分合计{plain(together)}分，应等于分值{plain(full)}",)))

    def _choosing(self) -> list[str]:
        """The labels that must differ: points follow what they are for."""
        items = [part.rule.items(part.weight) for part in self.parts]
        return [item.label for part in items for item in part if item is part[0] or item.kind != "points"]
