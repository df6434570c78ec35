"""Document -> sheets, cells and defined names."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from xl_jixiao.documents.entries import Plausible
from xl_jixiao.documents.model import Document
from xl_jixiao.layout import DataLayout, Ref
from xl_jixiao.words import FIGURES

FIRST_FIGURE_ROW = 4


class FigureColumns:
    """Columns of 核算底稿."""

    NUMBER, NAME, FORMULA, STATE, VALUE, UNIT, WORKED, CLAIM, COMPARISON, TEXT = range(10)


@dataclass(frozen=True)
class DocumentLayout(DataLayout):
    """Where everything of a document's workbook stands."""

    rubric: Document

    @cached_property
    def figure_rows(self) -> Mapping[str, int]:
        """The row of every figure on 核算底稿, by key."""
        return {figure.key: FIRST_FIGURE_ROW + at for at, figure in enumerate(self.rubric.figures)}

    @property
    def last_figure_row(self) -> int:
        """The last row of 核算底稿."""
        return FIRST_FIGURE_ROW + len(self.rubric.figures) - 1

    def figure(self, key: str, column: int = FigureColumns.VALUE) -> Ref:
        """A cell of a figure's row."""
        return Ref(FIGURES, self.figure_rows[key], column)

    def checked(self, check: Plausible) -> Ref:
        """The cell to look at for a plausibility check: what must be filled, or the first input that may be too much."""
        name = check.sides[0].names[0] if check.sides and check.sides[0].names else check.names[0] if check.names else check.needed[0]
        return self.names[self.rubric.first_input(name)]

    @property
    def form_sheet(self) -> str:
        """The name of the first page's sheet."""
        return self.rubric.pages[0].sheet

    @property
    def form_columns(self) -> int:
        """How many columns the first page has."""
        return len(self.rubric.pages[0].widths) or 1

    @cached_property
    def names(self) -> Mapping[str, Ref]:
        """Every defined name of the workbook."""
        names = dict(self.data_names)
        for key in self.figure_rows:
            names[key] = self.figure(key)
            names[claim_name(key)] = self.figure(key, FigureColumns.CLAIM)
        return names


def claim_name(key: str) -> str:
    """The defined name of a published figure."""
    return f"公布_{key}"
