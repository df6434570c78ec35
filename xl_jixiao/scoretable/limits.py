"""Judged values that are hardly meant, as trees: outside their tier, above the whole or the weight, a line written twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xl_jixiao.expr import Cell, Expr, all_of, any_of, call, is_blank, is_number, negated, tree, when
from xl_jixiao.number import plain
from xl_jixiao.rules.completion import Completion
from xl_jixiao.rules.itemised import Itemised
from xl_jixiao.rules.judgement import Judgement
from xl_jixiao.rules.rows import WEIGHT, WrittenRows
from xl_jixiao.rules.shared import Shared
from xl_jixiao.rules.tier_ranges import TierRanges
from xl_jixiao.scoretable.keys import rate_key
from xl_jixiao.scoretable.model import Indicator
from xl_jixiao.tables.slips import MOST_RATE, at_most_all

FEWEST_POINTS = 20
"""Points that are judged are nothing, or hardly less than this part of the weight."""


@dataclass(frozen=True)
class Doubt:
    """What is asked about one judged value until a reason answers: its cell, the finding's code, whether, and the words."""

    key: str
    code: str
    test: Expr
    text: str


def doubts(indicator: Indicator) -> tuple[Doubt, ...]:
    """Everything that may be asked about the judged values of an indicator."""
    return (*_of_tier(indicator), *_of_points(indicator), *_of_shares(indicator), *_of_lines(indicator))


def _of_tier(indicator: Indicator) -> Iterator[Doubt]:
    if isinstance(indicator.rule, TierRanges):
        outside = indicator.rule.outside(tree(indicator.weight), Cell(rate_key(indicator)), tuple(map(Cell, indicator.item_keys)))
        yield Doubt(indicator.item_keys[-1], "JX548", outside, "不在认定的档次里，按档次计")


def _of_points(indicator: Indicator) -> Iterator[Doubt]:
    if isinstance(indicator.rule, Judgement):
        cell = Cell(indicator.item_keys[0])
        little = when(is_number(cell), all_of([cell > 0, cell * FEWEST_POINTS < indicator.weight]), False)
        yield Doubt(cell.key, "JX564", little, f"不到分值的{plain(Decimal(100) / FEWEST_POINTS)}%，是否按百分数填了？")


def _of_shares(indicator: Indicator) -> Iterator[Doubt]:
    items = zip(indicator.scorer.items, indicator.item_keys, strict=True)
    shares = [key for item, key in items if item.kind == "percent" and isinstance(indicator.rule, Completion)]
    if shares:
        cell, most = Cell(shares[-1]), 1 if at_most_all(indicator.name) else MOST_RATE
        test = when(is_number(cell), cell > most, False)
        yield Doubt(cell.key, "JX546", test, f"超过{'100' if most == 1 else '300'}%，是否多写、漏写了百分号？")


def _of_lines(indicator: Indicator) -> Iterator[Doubt]:
    rule, keys = indicator.rule, indicator.item_keys
    if isinstance(rule, Itemised | Shared):
        lines: list[tuple[str, ...]] = [(key,) for key in keys[::2]]
    elif isinstance(rule, WrittenRows):
        lines = [(key, keys[at + 1]) for at, key in enumerate(keys) if at % len(rule.fields) == 0]
    else:
        return
    for at, line in enumerate(lines):
        same = [all_of([Cell(one).equals(Cell(other)) for one, other in zip(line, before, strict=True)]) for before in lines[:at]]
        if same:
            yield Doubt(line[0], "JX550", all_of([negated(is_blank(Cell(line[0]))), any_of(same)]), "与前面一项相同，是否重复填写？")


def points_keys(indicator: Indicator) -> Sequence[str]:
    """The cells of the points that the unit gives to the lines of an indicator, or of the weights of its rows."""
    rule, item_keys = indicator.rule, indicator.item_keys
    if isinstance(rule, Itemised):
        return item_keys[1::2]
    if isinstance(rule, WrittenRows) and WEIGHT in rule.fields:
        return item_keys[rule.fields.index(WEIGHT) :: len(rule.fields)]
    return ()


def over_limit(indicator: Indicator) -> Expr | None:
    """Whether the points of the lines are together more than the weight; nothing where that can't be."""
    keys = points_keys(indicator)
    if not keys:
        return None
    cells = tuple(map(Cell, keys))
    return all_of([call("SUM", *cells) > indicator.weight, call("MAX", *cells) <= indicator.weight])
