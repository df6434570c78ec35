"""Document + answers -> every figure with its worked line, and the texts. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

from xl_jixiao.documents.model import FULL_MARKS, Cell, Document, Figure, Paragraph
from xl_jixiao.documents.template_text import Shown, as_number, number_text, rendered
from xl_jixiao.formula import defined_name
from xl_jixiao.number import half_up, percent, plain
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.published import Difference, difference
from xl_jixiao.tables.rates import RateValue, rate_value
from xl_jixiao.words import AGREES, BLANK, DIFFERS, INVALID, LAST_DIGIT, NONE_WORD, READY, UNREADABLE


@dataclass(frozen=True)
class Computed:
    """One figure: its state (可算, 空白, or the word it shows), its value, its worked line, and what was published."""

    figure: Figure
    value: RateValue
    worked: str = ""
    exact: Fraction | None = None
    claim: str = ""

    @property
    def state(self) -> str:
        """Whether it can be computed."""
        return BLANK if self.value is None else READY if self.exact is not None else str(self.value)

    @cached_property
    def difference(self) -> Difference | None:
        """How the published figure differs from the computed one."""
        if not self.claim or self.exact is None:
            return None
        if self.figure.grades:
            return None if self.claim == self.value else Difference(str(self.value), Decimal(0))
        return difference(self.claim, self.exact, self.figure.unit)

    @property
    def comparison(self) -> str:
        """一致, 末位之差, 不一致, 无法核对; nothing where nothing was published or computed."""
        if not self.claim or self.exact is None:
            return ""
        if self.difference is None:
            return AGREES
        return UNREADABLE if self.difference.gap is None else LAST_DIGIT if self.difference.rounding else DIFFERS

    @property
    def text(self) -> str:
        """As running text prints it."""
        return number_text(self.value, shown_of(self.figure)) if isinstance(self.value, Decimal) else self.value or ""


def shown_of(figure: Figure) -> Shown:
    """How a figure is printed."""
    return Shown(percent=figure.percent, decimals=figure.decimals, number=not figure.grades)


@dataclass(frozen=True)
class Filled:
    """A document form with its answers."""

    form: Document
    answers: Answers

    @cached_property
    def figures(self) -> tuple[Computed, ...]:
        """Every figure, in the order of the file."""
        values = dict(self.answers.values)
        found = []
        for figure in self.form.figures:
            computed = _computed(figure, values, self.form.figure_by_key)
            values[figure.key] = computed.value
            found.append(replace(computed, claim=self.answers.claimed.get(figure.key, "")))
        return tuple(found)

    @cached_property
    def by_key(self) -> Mapping[str, Computed]:
        """Figures by their key."""
        return {one.figure.key: one for one in self.figures}

    @cached_property
    def values(self) -> Mapping[str, object]:
        """Everything that has a name: answers and figures."""
        return MappingProxyType({**self.answers.values, **{one.figure.key: one.value for one in self.figures}})

    @cached_property
    def merged(self) -> Answers:
        """The answers with the figures among them: what identities are checked over."""
        return replace(self.answers, values=self.values)

    @cached_property
    def shown(self) -> Mapping[str, Shown]:
        """How every name is printed."""
        inputs = {}
        for item in self.form.inputs:
            decimals = 0 if item.kind == "count" else 2
            inputs[item.key] = Shown(item.kind == "percent", decimals, item.numeric, item.kind == "date", item.unit == "分")
        return {**inputs, **{figure.key: shown_of(figure) for figure in self.form.figures}}

    def text(self, template: str, **options: str) -> str:
        """A text with its placeholders filled."""
        return rendered(template, self.values, self.shown, **options)

    def holds(self, name: str) -> bool:
        """Whether a figure is more than zero."""
        number = as_number(self.values.get(defined_name(name)))
        return number is not None and number > 0

    def paragraph(self, paragraph: Paragraph) -> str:
        """A paragraph's text; empty where it is left out."""
        said = (not paragraph.when or self.holds(paragraph.when)) and not (paragraph.unless and self.holds(paragraph.unless))
        return self.text(paragraph.text if said else paragraph.otherwise)

    def cell(self, cell: Cell) -> object:
        """What a cell of a table page shows: a text, a number, a date, or None."""
        return self.values.get(cell.key) if cell.value else self.text(cell.text) if cell.text else None


def operands(figure: Figure, values: Mapping[str, object]) -> dict[str, object]:
    """The cells a figure is computed from; blank ones zero where the figure says so and not all are."""
    cells = {name: values.get(name) for name in figure.rate_formula.names}
    if not figure.blanks_as_zero or all(nothing(cell) for cell in cells.values()):
        return cells
    return {name: Decimal(0) if nothing(cell) else cell for name, cell in cells.items()}


def nothing(cell: object) -> bool:
    """Whether a cell says there is no figure: blank, or 无."""
    return cell is None or (isinstance(cell, str) and cell.strip() in ("", NONE_WORD))


def _computed(figure: Figure, values: Mapping[str, object], signed: Mapping[str, Figure]) -> Computed:
    cells = operands(figure, values)
    if figure.blanks_as_zero and all(nothing(cell) for cell in cells.values()):
        return Computed(figure, None)
    value = rate_value(figure.rate_formula, figure.zero, cells, figure.places, signed=signed)
    if not isinstance(value, Decimal):
        return Computed(figure, value)
    numbers = {name: as_number(cell) for name, cell in cells.items()}
    exact = figure.rate_formula.value(numbers)
    if figure.grades:
        if not 0 <= exact <= FULL_MARKS:
            return Computed(figure, INVALID)
        word = next((grade.name for grade in figure.grades if exact >= grade.least), figure.grades[-1].name)
        return Computed(figure, word, f"{figure.name}：{plain(value)}分，{word}", exact)
    printed = percent(value) if figure.percent else format(half_up(value, figure.places), "f")
    return Computed(figure, value, f"{figure.name}={figure.rate_formula.worked(numbers, printed)}", exact)


def texts_of(filled: Filled) -> Iterator[tuple[str, str]]:
    """Every paragraph of the text pages with its style, ready to copy."""
    for page in filled.form.pages:
        for paragraph in page.paragraphs:
            text = filled.paragraph(paragraph)
            if text:
                yield paragraph.style, text
