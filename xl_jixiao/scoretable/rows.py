"""Rows that a unit writes under an indicator, scored as the rows of a 自评表 are: the cells that read both texts, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from xl_jixiao.expr import Applied, Cell, Expr, Rounded, all_of, is_blank, is_text, joined, negated, total, tree, when
from xl_jixiao.rules import rows as written
from xl_jixiao.rules.rows import WrittenRows
from xl_jixiao.scoretable.model import Indicator
from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.judging import row_trees
from xl_jixiao.selfeval.target import NATIONAL, RowRule

_ENTERED: Mapping[str, str] = {
    cells.NAME: written.CONTENT,
    cells.TARGET: written.TARGET,
    cells.DONE: written.DONE,
    cells.WEIGHT: written.WEIGHT,
    cells.DIRECTION: written.DIRECTION,
    cells.DEGREE: written.DEGREE,
}
"""What a row of a 自评表 calls what is written here."""


def _steps() -> tuple[str, ...]:
    """The cells before a row's points, as a 自评表 has them: what the points are computed from, and what that is."""
    trees, found = row_trees(NATIONAL), dict[str, None]()
    waiting = list(trees[cells.SCORE].names)
    while waiting:
        name = waiting.pop()
        if name in trees and name not in found:
            found[name] = None
            waiting += trees[name].names
    return tuple(name for name in trees if name in found)


STEPS = _steps()


@dataclass(frozen=True, eq=False)
class ScoredRow:
    """One row: its cells beside the sheet, and what the form prints of it."""

    indicator: Indicator
    number: int

    @property
    def _rule(self) -> WrittenRows:
        assert isinstance(self.indicator.rule, WrittenRows)
        return self.indicator.rule

    @cached_property
    def entries(self) -> Mapping[str, str]:
        """The keys of what is written in it, by field."""
        fields = self._rule.fields
        first = (self.number - 1) * len(fields)
        return dict(zip(fields, self.indicator.item_keys[first : first + len(fields)], strict=True))

    def _own(self, name: str) -> str:
        return f"行:{self.indicator.code}:{self.number}:{name}"

    @cached_property
    def _keys(self) -> Mapping[str, str]:
        named = {name: self.entries[field] for name, field in _ENTERED.items() if field in self.entries}
        return {**{name: self._own(name) for name in (*STEPS, *cells.ENTERED)}, **named, cells.SCORE: self.points.key}

    @cached_property
    def points(self) -> Cell:
        """The cell of its points."""
        return Cell(f"{self._rule.computed[self.number - 1]}:{self.indicator.code}")

    @property
    def unscored(self) -> Expr:
        """Whether its points are a word that says why there are none: 单位不一致, 须填完成程度."""
        return all_of([is_text(self.points), self.points.differs("")])

    @cached_property
    def used(self) -> Expr:
        """Whether anything is written in it."""
        return negated(is_blank(Cell(self.entries[written.CONTENT])))

    @cached_property
    def computed(self) -> tuple[tuple[str, Expr], ...]:
        """The cells that are computed for it: the share of the weight where it is split, the steps of reading, the points."""
        rule = self._rule
        kept = {name: getattr(rule, name) for name in ("reverse_mode", "equal_mode", "too_low", "too_low_deduct")}
        trees = row_trees(RowRule.model_validate(kept))
        found = [(self._keys[name], Applied(trees[name], self._keys)) for name in STEPS]
        points = when(is_blank(Cell(cells.NAME)), "", trees[cells.SCORE])
        return (*self._share(), *self._around(), *found, (self.points.key, Applied(points, self._keys)))

    def _around(self) -> tuple[tuple[str, Expr], ...]:
        """What a row of a 自评表 says besides: its classes, which are the indicator's here, and a reason, which has no cell."""
        said = {cells.LEVEL1: self.indicator.path[0], cells.LEVEL2: self.indicator.name, cells.REASON: ""}
        return tuple((self._keys[name], tree(text)) for name, text in said.items())

    def _share(self) -> tuple[tuple[str, Expr], ...]:
        if self._rule.split == "own":
            return ()
        first = len(self._rule.fields)
        contents = self.indicator.item_keys[::first]
        count = total([when(is_blank(Cell(key)), 0, 1) for key in contents])
        return ((self._keys[cells.WEIGHT], when(self.used, Rounded(tree(self.indicator.weight) / count, 2), "")),)

    @cached_property
    def printed(self) -> Expr:
        """The row as the form prints it; nothing where it isn't used."""
        content, target, done = (Cell(self.entries[name]) for name in (written.CONTENT, written.TARGET, written.DONE))
        weight = Cell(self._keys[cells.WEIGHT])
        line = (f"{self.number}.", content, "：指标值", target, "，完成值", done, "，", weight, "分，得", self.points, "分\n")
        return when(self.used, joined(*line), "")


def scored_rows(indicator: Indicator) -> tuple[ScoredRow, ...]:
    """The rows of an indicator that the unit writes row by row; none of another."""
    return tuple(ScoredRow(indicator, number) for number in indicator.rule.numbers) if isinstance(indicator.rule, WrittenRows) else ()
