"""抽查: a sample of the units that anybody can draw again, at random, by risk with its parts shown, or by a list."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from xl_jixiao.agree.mentions import Measure
from xl_jixiao.finding import Level
from xl_jixiao.review.desk import NOT_REVIEWED, Desk, UnitFiling
from xl_jixiao.review.names import bare_name


class SampleBy(StrEnum):
    """How a sample is drawn."""

    RANDOM = "random"
    RISK = "risk"
    LIST = "list"


@dataclass(frozen=True)
class Risk:
    """What makes a unit worth a look: the points of each part, and why."""

    unit: UnitFiling
    parts: tuple[tuple[str, int], ...]

    @property
    def points(self) -> int:
        """All parts together."""
        return sum(points for _, points in self.parts)


@dataclass(frozen=True)
class Sample:
    """A sample: how it was drawn, with which seed, and the units with their risks."""

    way: SampleBy
    seed: int
    chosen: tuple[Risk, ...]
    out_of: int


_COPIES = {"JX611": 2, "JX612": 6, "JX613": 4, "JX523": 2, "JX402": 5}
_TAMPERED = frozenset("JX601 JX603 JX604 JX605 JX607 JX608 JX609 JX610 JX620 JX621".split())
_THIN_REASONS = frozenset("JX201 JX203 JX204 JX403 JX506 JX507 JX508 JX510 JX511 JX515 JX521".split())
_FIGURES = frozenset("JX301 JX303 JX306 JX308 JX501 JX502 JX516 JX519 JX660 JX662 JX663 JX664 JX665 JX666 JX667 JX668 JX671 JX691".split())


def risks(desk: Desk) -> tuple[Risk, ...]:
    """Every unit with the parts of its risk, the riskiest first; units alike keep their order. Papers nobody reviews are no unit's."""
    amounts = sorted(filter(None, map(_largest, desk.units)))
    large = amounts[len(amounts) * 9 // 10] if len(amounts) >= 10 else None
    thin = {one.unit: 0 for one in desk.explanations}
    for one in desk.explanations:
        thin[one.unit] += one.judged != "已说明"
    found = [Risk(unit, tuple(_parts(unit, thin.get(unit.name, 0), large))) for unit in desk.units if unit.verdict != NOT_REVIEWED]
    return tuple(sorted(found, key=lambda risk: -risk.points))


def _parts(unit: UnitFiling, thin: int, large: Fraction | None) -> Iterable[tuple[str, int]]:
    codes = [one.code for result in unit.files for one in result.findings]
    must = unit.count(Level.MUST_FIX)
    lines = [line for result in unit.files for line in result.lines if line.points is not None and line.weight]
    parts = [
        ("读不出", 8 * sum(not result.readable and result.must_fix for result in unit.files)),
        ("必改问题", min(12, 4 * must)),
        ("改动了公式、印好的内容或导出后的数", min(12, 6 * sum(code in _TAMPERED for code in codes))),
        ("文字雷同、重复报送或别的单位名称", min(12, sum(_COPIES.get(code, 0) for code in codes if code not in ("JX402", "JX523")))),
        ("数与数、文字与数对不上", min(12, 4 * sum(code in _FIGURES for code in codes))),
        ("理由缺失或单薄", min(9, 2 * sum(code in _THIN_REASONS for code in codes) + thin)),
        ("全部满分", 5 if lines and all(line.points == line.weight for line in lines) else 0),
        ("自评高于按规则复算", min(6, _raised(unit))),
        ("没有佐证、没有数量", min(4, 2 * sum(code in ("JX510", "JX511", "JX107", "JX625") for code in codes))),
        ("资金量大", 2 if large is not None and (_largest(unit) or 0) >= large else 0),
    ]
    return [(name, points) for name, points in parts if points]


def _raised(unit: UnitFiling) -> int:
    """How far the unit set its points above the rule's: one for each five."""
    up = [
        line.points - line.computed
        for result in unit.files
        for line in result.lines
        if line.points is not None and line.computed is not None
    ]
    return int(sum((one for one in up if one > 0), Decimal(0)) // 5)


def _largest(unit: UnitFiling) -> Fraction | None:
    return max((fact.value for result in unit.files for fact in result.facts if fact.kind is Measure.AMOUNT), default=None)


def draw(desk: Desk, way: SampleBy, size: str, seed: int, listed: Sequence[str] = ()) -> Sample:
    """The sample. `size` is a number of units, or a share of them (20%). The same batch, way, size and seed give the same units."""
    every = risks(desk)
    count = how_many(size, len(every))
    if way is SampleBy.LIST:
        wanted = set(map(bare_name, listed))
        chosen = tuple(risk for risk in every if bare_name(risk.unit.name) in wanted)
    elif way is SampleBy.RISK:
        chosen = every[:count]
    else:
        by_name = sorted(every, key=lambda risk: bare_name(risk.unit.name))
        chosen = tuple(random.Random(seed).sample(by_name, count))
    return Sample(way, seed, chosen, len(every))


_HUNDRED = 100


def how_many(size: str, out_of: int) -> int:
    """So many units a size asks for, at least one, at most all. Raises ValueError."""
    text = size.strip().replace("％", "%")
    wanted = -(-Fraction(text[:-1]) * out_of // 100) if text.endswith("%") else Fraction(text)
    too_large = text.endswith("%") and Fraction(text[:-1]) > _HUNDRED
    if wanted <= 0 or wanted.denominator != 1 or too_large:
        raise ValueError(size)
    return max(1, min(out_of, int(wanted)))
