"""A document form with its answers: every figure and text, read from the values of its plan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from xl_jixiao.documents.compile import entries_of, plan_of
from xl_jixiao.documents.figure_trees import claim_key, comparison_key, text_key, worked_key
from xl_jixiao.documents.model import Document, Figure, FormCell, Paragraph
from xl_jixiao.documents.trees import FormTrees, trees_of
from xl_jixiao.expr import Expr, Value, as_number, as_text, decimal
from xl_jixiao.number import Exact
from xl_jixiao.sheet.data import state
from xl_jixiao.sheet.plan import Plan, PlanValues
from xl_jixiao.tables.answers import Answers
from xl_jixiao.words import READY


@dataclass(frozen=True)
class FilledFigure:
    """One figure as its row of 核算底稿 shows it."""

    figure: Figure
    filled: "Filled"

    def _shown(self, key: str) -> str:
        return as_text(self.filled.value(key))

    @property
    def state(self) -> str:
        """可算, 空白, or the word it shows."""
        return self._shown(state(self.figure.key).key)

    @property
    def value(self) -> Decimal | str | None:
        """The printed figure, a word, or None while something is blank."""
        found = self.filled.value(self.figure.key)
        return found or None if isinstance(found, str) else decimal(found)

    @property
    def exact(self) -> Exact | None:
        """The figure before it was rounded; None where it can't be computed."""
        if self.state != READY:
            return None
        return as_number(self.filled.of(self.filled.trees.figures[self.figure.key].exact))

    @property
    def worked(self) -> str:
        """The worked line."""
        return self._shown(worked_key(self.figure.key))

    @property
    def text(self) -> str:
        """As running text prints it."""
        return self._shown(text_key(self.figure.key))

    @property
    def claim(self) -> str:
        """What was published."""
        return self._shown(claim_key(self.figure.key))

    @property
    def comparison(self) -> str:
        """一致, 末位之差, 不一致, 无法核对; nothing where nothing was published or computed."""
        return self._shown(comparison_key(self.figure.key))


@dataclass(frozen=True)
class Filled:
    """A document form with its answers."""

    form: Document
    answers: Answers
    known: PlanValues | None = field(default=None, repr=False, compare=False)
    """The values of a plan over these answers, where they are known already."""

    @property
    def trees(self) -> FormTrees:
        """The form's trees."""
        return trees_of(self.form)

    @property
    def plan(self) -> Plan:
        """The plan its values are read from."""
        return plan_of(self.form)

    @cached_property
    def values(self) -> PlanValues:
        """Everything that has a key: answers, figures, checks."""
        return self.plan.values(entries_of(self.form, self.answers)) if self.known is None else self.known

    @cached_property
    def figures(self) -> tuple[FilledFigure, ...]:
        """Every figure, in the order of the file."""
        return tuple(FilledFigure(figure, self) for figure in self.form.figures)

    @cached_property
    def by_key(self) -> Mapping[str, FilledFigure]:
        """Figures by their key."""
        return {one.figure.key: one for one in self.figures}

    def value(self, key: str) -> Value:
        """What a cell shows."""
        found = self.values[key]
        assert not isinstance(found, tuple)
        return found

    def of(self, tree: Expr) -> Value:
        """The value of a tree over the form's names."""
        return tree.value(self.values)

    def text(self, template: str) -> str:
        """A text with its placeholders filled."""
        return as_text(self.of(self.trees.text(template)))

    def paragraph(self, paragraph: Paragraph) -> str:
        """A paragraph's text; empty where it is left out."""
        return as_text(self.of(self.trees.paragraph(paragraph)))

    def cell(self, cell: FormCell) -> Value:
        """What a cell of a table page shows: a text, a number, or None."""
        if cell.value:
            return self.value(cell.key)
        return self.text(cell.text) if cell.text else None


def texts_of(filled: Filled) -> Iterator[tuple[str, str]]:
    """Every paragraph of the text pages with its style, ready to copy."""
    for page in filled.form.pages:
        for paragraph in page.paragraphs:
            text = filled.paragraph(paragraph)
            if text:
                yield paragraph.style, text
