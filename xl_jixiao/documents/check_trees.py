"""The trees of one plausibility check: what its result says, in a word and in a sentence."""

from dataclasses import dataclass
from functools import cached_property

from xl_jixiao.documents.figure_trees import as_zero
from xl_jixiao.documents.model import Document
from xl_jixiao.documents.plausible import Plausible
from xl_jixiao.documents.template_text import BlankTest
from xl_jixiao.expr import Cell, Cleared, Expr, Rounded, all_of, any_of, call, first_of, is_text, joined, negated, trimmed, when
from xl_jixiao.formula import Formula
from xl_jixiao.sheet.data import state
from xl_jixiao.words import EXPLAIN, INVALID, NONE_WORD, NOT_FILLED, PASSED, UNFINISHED

PLACES = 4
"""Decimals a difference is looked at: half a yuan where amounts are in 万元."""

_SURE = 10
"""Decimals a difference of figures is cleared to before it is rounded."""


@dataclass(frozen=True)
class CheckTrees:
    """One check of a form."""

    check: Plausible
    form: Document
    blank: BlankTest

    @cached_property
    def result(self) -> Expr:
        """通过, 未填, 未完成 while a figure of it is wrong or asked about, or the check's level."""
        if self.check.sides is None:
            return when(self._wanted, self.check.level, PASSED)
        compared = when(self.gap <= 0, PASSED, self.check.level)
        return when(self._filled_in, when(self._ready, compared, UNFINISHED), NOT_FILLED)

    @cached_property
    def detail(self) -> Expr:
        """What is compared, and by how much it fails; or what must be filled."""
        if self.check.sides is None:
            return when(self._wanted, self.check.needed_text, "")
        label = self.check.label
        over = when(self.gap > 0, joined("，超出", self.gap, self.unit), "")
        return when(self._ready, joined(label, over), label)

    @cached_property
    def sides(self) -> tuple[Formula, Formula]:
        """What is compared, blanks counting nothing where the check says so."""
        left, right = self.check.sides or (Formula(Cell("")), Formula(Cell("")))
        return (as_zero(left), as_zero(right)) if self.check.blanks_as_zero else (left, right)

    @cached_property
    def gap(self) -> Expr:
        """By how much the first side is more than the second."""
        left, right = self.sides
        return Rounded(Cleared(left.core - right.core, _SURE), PLACES)

    @property
    def unit(self) -> str:
        """天 between dates."""
        items = [self.form.input_by_key.get(name) for name in self.check.names]
        return "天" if all(item is not None and item.kind == "date" for item in items) else ""

    @property
    def place(self) -> str:
        """The input to look at: what must be filled, or the first that may be too much."""
        check = self.check
        names = (*check.sides[0].names, *check.names) if check.sides else ()
        return self.form.first_input(names[0] if names else check.needed[0])

    @property
    def _filled_in(self) -> Expr:
        """Whether all of it is filled in; some, where blanks count nothing."""
        cells = list(map(Cell, self.check.names))
        return call("COUNT", *cells) > (0 if self.check.blanks_as_zero else len(cells) - 1)

    @property
    def _ready(self) -> Expr:
        """Whether there is something to compare. A figure that is wrong, or asked about, is said where it stands, and not again here."""
        cells = list(map(Cell, self.check.names))
        sound = [state(name).differs(INVALID) for name in self.check.names]
        asked = dict.fromkeys(key for name in self.check.names for key in self.form.behind(name))
        sound += [state(key).differs(EXPLAIN) for key in asked]
        if not self.check.blanks_as_zero:
            return all_of([self._filled_in, *sound])
        wrong = [all_of([is_text(cell), negated(self.blank(cell.key)), cell.differs(NONE_WORD)]) for cell in cells]
        return all_of([self._filled_in, negated(any_of(wrong)), *sound])

    @property
    def _wanted(self) -> Expr:
        """Whether something is missing that what is filled in asks for. A required answer that is blank, and a wrong one, is said where it stands."""
        name, word = self.check.needed
        item = self.form.input_by_key.get(name)
        said = [self.blank(name)] if item is not None and item.required else []
        met = Cell(name).equals(word) if word else any_of([self._filled(name), state(name).equals(INVALID), *said])
        return all_of([any_of(list(map(self._filled, self.check.given_keys))), negated(met)])

    def _filled(self, name: str) -> Expr:
        cell, item, figure = Cell(name), self.form.input_by_key.get(name), self.form.figure_by_key.get(name)
        if item.numeric if item else figure is not None and not figure.grades:
            return call("N", cell).differs(0)
        return first_of([(self.blank(name), False)], trimmed(cell).differs(NONE_WORD))
