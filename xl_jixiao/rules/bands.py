"""按结果所在区间计分；区间两端含与不含由评分标准写明。"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from xl_jixiao.expr import Cell, Expr, all_of, exact, first_of
from xl_jixiao.number import from_cell, plain
from xl_jixiao.rules.base import RANKS, Given, Quantity, Rule, amount, number

COUNTED = frozenset("名位人个次件例项份家户起篇期条场天日月年")
"""Units of what is counted whole: between 5名 and 6名 there is nothing."""

_RANGE = re.compile(r"([\[(])\s*([^,\s]*)\s*,\s*([^,\s]*)\s*([\])])")


class Ends(NamedTuple):
    """Where an interval begins and ends, None where it is open, and whether the ends belong to it."""

    low: Decimal | None
    high: Decimal | None
    from_low: bool
    to_high: bool

    @property
    def empty(self) -> bool:
        """Whether nothing lies between the ends."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.from_low and self.to_high))


def _ends(text: str) -> Ends:
    found = _RANGE.fullmatch(text.strip())
    if not found:
        raise ValueError(f"“{text}”不是区间，应写作 [80%,90%)、[90%,) 或 (,60%)")
    return Ends(from_cell(found[2]), from_cell(found[3]), found[1] == "[", found[4] == "]")


class Band(BaseModel):
    """One interval and its points: ``range = "[80%,90%)"``; an open end is left empty: ``"[90%,)"``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spoils: ClassVar[Mapping[str, tuple[str, ...]]] = {"range": ("",)}

    range: str = Field(examples=["(,)"])
    points: Quantity

    @field_validator("range")
    @classmethod
    def _readable(cls, text: str) -> str:
        if _ends(text).empty:
            raise ValueError(f"区间“{text}”是空的")
        return text.strip()

    @cached_property
    def ends(self) -> Ends:
        """Where it begins and ends."""
        return _ends(self.range)

    def holds(self, rate: Decimal) -> bool:
        """Whether a rate lies in it."""
        return bool(self._own.value({"": exact(rate)}))

    @cached_property
    def _own(self) -> Expr:
        return self.tree(Cell(""))

    def tree(self, rate: Expr) -> Expr:
        """Whether a rate lies in it, over the rate's cell."""
        low, high, from_low, to_high = self.ends
        if low is not None and low == high:
            return rate.equals(low)
        tests: list[Expr] = []
        if low is not None:
            tests.append(rate >= low if from_low else rate > low)
        if high is not None:
            tests.append(rate <= high if to_high else rate < high)
        return all_of(tests)

    def words(self, unit: str) -> str:
        """The interval as printed: 80%（含）-90%, 前5名."""
        low, high, from_low, to_high = self.ends
        if unit in RANKS:
            return _ranks(self.ends, unit)
        if low is None:
            side = "不高于" if to_high else "低于"
            return "其他情形" if high is None else f"{side}{amount(high, unit)}"
        if high is None:
            return f"{amount(low, unit)}（含）以上" if from_low else f"高于{amount(low, unit)}"
        if low == high:
            return f"等于{amount(low, unit)}"
        to = "至" if low < 0 else "-"
        return f"{amount(low, unit)}{'（含）' if from_low else ''}{to}{amount(high, unit)}{'（含）' if to_high else ''}"


def _ranks(ends: Ends, unit: str) -> str:
    """Ranks as printed: 前5名, 第6-10名, 第10名以后."""
    low, high, from_low, to_high = ends
    if high is None:
        if low is None:
            return "其他情形"
        return f"第{plain(low - 1 if from_low else low)}{unit}以后"
    last = high if to_high else high - 1
    if low is None or low == (1 if from_low else 0):
        return f"前{plain(last)}{unit}"
    first = low if from_low else low + 1
    return f"第{plain(first)}{unit}" if first == last else f"第{plain(first)}-{plain(last)}{unit}"


class Otherwise(BaseModel):
    """What a result outside all bands scores: the printed rule says nothing, so the rubric says it and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    points: Quantity
    note: str


class Bands(Rule):
    """Points by interval. Intervals must not overlap; what they leave out needs `otherwise`."""

    kind: Literal["bands"]
    bands: tuple[Band, ...]
    otherwise: Otherwise | None = None
    unit: str = "%"

    def _band(self, rate: Decimal) -> Band | None:
        return next((band for band in self.bands if band.holds(rate)), None)

    def covers(self, rate: Decimal) -> bool:
        """Whether the rule says anything about this rate."""
        return self.otherwise is not None or self._band(rate) is not None

    @property
    def needs_rate(self) -> bool:
        return True

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        kept = self.bands if self.otherwise else self.bands[:-1]
        last = self.otherwise or self.bands[-1]
        return first_of([(band.tree(rate), band.points) for band in kept], last.points)

    def criterion(self, full: Decimal) -> str:
        return "；".join(f"{band.words(self.unit)}，计{plain(band.points)}分" for band in self.bands) + "。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        band = self._band(number(rate))
        if band:
            return f"在“{band.words(self.unit)}”档，计{plain(band.points)}分"
        assert self.otherwise
        return f"不在评分标准所列各档内（{self.otherwise.note}），计{plain(self.otherwise.points)}分"

    def choices(self) -> tuple[str, ...]:
        return (f"{self.otherwise.note}：计{plain(self.otherwise.points)}分",) if self.otherwise else ()

    def problems(self, full: Decimal) -> tuple[str, ...]:
        found = [f"bands：{band.range}的{plain(band.points)}分超出分值{plain(full)}" for band in self.bands if not 0 <= band.points <= full]
        for probe in self._probes():
            holding = [band.range for band in self.bands if band.holds(probe)]
            if len(holding) > 1:
                found.append(f"bands：{amount(probe, self.unit)}同时落在{'、'.join(holding)}")
            if not holding and not self.otherwise and probe >= 0:
                found.append(f"bands：{amount(probe, self.unit)}不在任何一档，应补一档或写明 otherwise（points 与 note）")
        if self.otherwise and not 0 <= self.otherwise.points <= full:
            found.append(f"otherwise：{plain(self.otherwise.points)}应在0到分值{plain(full)}之间")
        return tuple(dict.fromkeys(found))

    def _adjacent(self, low: Decimal, high: Decimal) -> bool:
        """Whether nothing that is counted lies between: the 5th and the 6th."""
        return self.unit in COUNTED and high - low == 1 and low == int(low)

    def _probes(self) -> list[Decimal]:
        """A rate at each end of an interval, between any two, and beyond the last on either side."""
        edges = sorted({edge for band in self.bands for edge in (band.ends.low, band.ends.high) if edge is not None})
        if not edges:
            return [Decimal(0)]
        between = [(low + high) / 2 for low, high in pairwise(edges) if not self._adjacent(low, high)]
        found = sorted([edges[0] - 1, *edges, *between, edges[-1] + 1])
        return [one for one in found if one >= 1] if self.unit in RANKS else found
