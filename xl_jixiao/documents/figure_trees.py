"""The trees of one figure of 核算底稿: its state, value, worked line, running text, and the comparison with what was published."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from xl_jixiao.documents.model import FULL_MARKS, Figure
from xl_jixiao.documents.template_text import BlankTest, Shown, text_tree
from xl_jixiao.expr import (
    Call,
    Cell,
    Expr,
    Operand,
    Rounded,
    all_of,
    any_of,
    call,
    first_of,
    is_blank,
    is_text,
    joined,
    negated,
    renamed,
    shown,
    trimmed,
    when,
)
from xl_jixiao.formula import Formula
from xl_jixiao.sheet.data import state
from xl_jixiao.sheet.plan import Udf
from xl_jixiao.sheet.published import compared, figure_key
from xl_jixiao.tables.parts import grade_of
from xl_jixiao.words import AGREES, BLANK, DIFFERS, EXPLAIN, INVALID, NONE_WORD, NOT_APPLICABLE, READY


def claim_key(key: str) -> str:
    """The defined name of a published figure."""
    return figure_key(key)


def worked_key(key: str) -> str:
    """The key of a figure's worked line."""
    return f"算式:{key}"


def comparison_key(key: str) -> str:
    """The key of the cell that says whether the published figure agrees."""
    return f"核对:{key}"


def text_key(key: str) -> str:
    """The key of a figure as running text prints it."""
    return f"行文:{key}"


def shown_of(figure: Figure) -> Shown:
    """How a figure is printed."""
    return Shown(percent=figure.percent, decimals=figure.decimals, number=not figure.grades)


def as_zero(formula: Formula) -> Formula:
    """The formula with blanks and 无 counting nothing."""
    return Formula(renamed(formula.tree, {name: call("N", Cell(name)) for name in formula.names}))


@dataclass(frozen=True)
class FigureTrees:
    """One figure's trees. `computed` are the names that are figures themselves, which may be below zero."""

    figure: Figure
    computed: Collection[str]
    blank: BlankTest
    asked: Collection[str] = ()
    """The inputs it comes from of which something may be asked: while it is, nothing is held against the figure."""

    @property
    def _ready(self) -> Expr:
        return state(self.figure.key).equals(READY)

    @cached_property
    def _operands(self) -> Formula:
        formula = self.figure.rate_formula
        return as_zero(formula) if self.figure.blanks_as_zero else formula

    @cached_property
    def exact(self) -> Expr:
        """The figure before it is rounded, where it can be computed."""
        return self._operands.cleared

    @cached_property
    def state(self) -> Expr:
        """可算, 空白, or why not."""
        figure, names = self.figure, self.figure.rate_formula.names
        found = self._divisible
        if not names:
            return found
        cells = [Cell(name) for name in names]
        count, wrong = call("COUNT", *cells), list(map(self._wrong, names))
        if figure.blanks_as_zero:
            return first_of([(any_of(wrong), INVALID), (count.equals(0), BLANK)], found)
        none = any_of([cell.equals(NONE_WORD) for cell in cells])
        return first_of([(none, NOT_APPLICABLE), (any_of(wrong), INVALID), (count < len(names), BLANK)], found)

    @property
    def _divisible(self) -> Expr:
        """可算, unless something divides by zero, or a score is beyond its marks."""
        found: Operand = READY
        if self.figure.grades:
            found = when(any_of([self.exact < 0, self.exact > FULL_MARKS]), INVALID, READY)
        return first_of([(one.cleared.equals(0), str(self.figure.zero)) for one in self._operands.divisors], found)

    def _wrong(self, name: str) -> Expr:
        """Whether an entry is wrong by its 状态, a figure a word; 无 is none where it counts nothing, elsewhere it was asked before."""
        if name not in self.computed:
            return state(name).equals(INVALID)
        cell = Cell(name)
        word = [is_text(cell), negated(self.blank(name))]
        return all_of([*word, cell.differs(NONE_WORD)] if self.figure.blanks_as_zero else word)

    @cached_property
    def value(self) -> Expr:
        """The printed figure, or the word of its state."""
        figure, own = self.figure, state(self.figure.key)
        printed: Expr = Rounded(self.exact, figure.places)
        if figure.grades:
            printed = grade_of(printed, figure.grades)
        return first_of([(self._ready, printed), (own.equals(BLANK), "")], own)

    @cached_property
    def udf(self) -> Udf | None:
        """The registered function of its standard rate, every input an argument; another zero or shape goes through JX_RATE."""
        figure = self.figure
        if not figure.standard or figure.blanks_as_zero:
            return None
        formula, standard = figure.rate_formula, figure.standard
        bound = formula.match(standard.formula) or {}
        parts = [bound[name].core for name in standard.formula.names]
        if figure.zero is standard.zero and all(isinstance(part, Cell) for part in parts):
            return Udf(Call(standard.udf, tuple(parts)))
        return Udf(call("JX_RATE", formula.excel(), str(figure.zero), *map(Cell, formula.names)))

    @cached_property
    def worked(self) -> Expr:
        """The worked line: ``资金到位率=548.5÷548.5×100%=100.00%``."""
        figure, value = self.figure, Cell(self.figure.key)
        if figure.grades:
            line = joined(f"{figure.name}：", Rounded(self.exact, figure.places), "分，", value)
        else:
            formula = figure.rate_formula.as_percentage() if figure.percent else figure.rate_formula
            numbers = formula.worked_tree(signed=self.computed)
            if figure.blanks_as_zero:
                numbers = renamed(numbers, {name: call("N", Cell(name)) for name in formula.names})
            places = 2 if figure.percent else figure.places
            line = joined(f"{figure.name}=", numbers, "=", shown(value, places, percent=figure.percent))
        return when(self._ready, line, "")

    @cached_property
    def text(self) -> Expr:
        """As running text prints it: ready to copy."""
        return text_tree(f"{{选填:{self.figure.name}}}", {self.figure.key: shown_of(self.figure)}, self.blank)

    @cached_property
    def comparison(self) -> Expr:
        """The published figure against the computed one, at the decimals it prints."""
        claim = Cell(claim_key(self.figure.key))
        if self.figure.grades:
            words: Expr = when(trimmed(claim).equals(Cell(self.figure.key)), AGREES, DIFFERS)
        else:
            words = compared(claim, self.exact, self.figure.unit)
        open_questions = [(state(key).equals(EXPLAIN), "") for key in self.asked]
        return first_of([(is_blank(claim), ""), *open_questions, (self._ready, words)], "")
