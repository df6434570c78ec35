"""Judged points that are more than there are to give, as trees: outside their tier, or of all lines together."""

from collections.abc import Sequence

from xl_jixiao.expr import Cell, Expr, all_of, call, tree
from xl_jixiao.rules.itemised import Itemised
from xl_jixiao.rules.rows import WEIGHT, WrittenRows
from xl_jixiao.rules.tier_ranges import TierRanges
from xl_jixiao.scoretable.model import Indicator


def points_keys(indicator: Indicator) -> Sequence[str]:
    """The cells of the points that the unit gives to the lines of an indicator, or of the weights of its rows."""
    rule, item_keys = indicator.rule, indicator.item_keys
    if isinstance(rule, Itemised):
        return item_keys[1::2]
    if isinstance(rule, WrittenRows) and WEIGHT in rule.fields:
        return item_keys[rule.fields.index(WEIGHT) :: len(rule.fields)]
    return ()


def outside_tier(indicator: Indicator) -> Expr | None:
    """Whether the judged points don't belong to the tier; nothing where points are judged otherwise."""
    if not isinstance(indicator.rule, TierRanges):
        return None
    return indicator.rule.outside(tree(indicator.weight), tuple(map(Cell, indicator.item_keys)))


def over_limit(indicator: Indicator) -> Expr | None:
    """Whether points lie outside their tier, or those of the lines are together more than the weight; nothing where neither can be."""
    keys = points_keys(indicator)
    if not keys:
        return outside_tier(indicator)
    cells = tuple(map(Cell, keys))
    return all_of([call("SUM", *cells) > indicator.weight, call("MAX", *cells) <= indicator.weight])
