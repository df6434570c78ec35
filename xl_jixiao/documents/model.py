"""A document form as data: inputs, computed figures, identities, pages of tables and text. TOML -> Document, or all its mistakes.

``each = "单位"`` beside a name with ``<单位>`` in it makes one entry for every word of the list `lists.单位`: sub-units, projects.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from xl_jixiao.documents.plausible import Plausible, plausible_problems
from xl_jixiao.documents.repetition import expanded
from xl_jixiao.documents.template_text import END, Slot, TextError, slots
from xl_jixiao.formula import Formula, defined_name, parse
from xl_jixiao.tables.answers import Asked
from xl_jixiao.tables.formula_checks import formula_problems, identity_problems
from xl_jixiao.tables.inputs import Input, fits_excel, input_problems, repeated
from xl_jixiao.tables.parts import Grade, Identity, grade_problems
from xl_jixiao.tables.rates import CATALOGUE, PLACES, Rate, Zero, standard_rate
from xl_jixiao.tables.table import Table, loading
from xl_jixiao.tables.tablefile import RubricError, TablePart, validated

_REPEATED = ("inputs", "figures", "identities", "checks")

NARROW = 3
"""A form that is typed in has more columns than this: what is wrong is said above it."""

FULL_MARKS = 100
"""What a score that earns a grade is at most."""


class Figure(TablePart):
    """A computed figure: a sum, a difference, a rate printed in percent, or the grade of a score. Its formula is the form's own."""

    name: str
    formula: str
    percent: bool = False
    decimals: int = Field(default=2, ge=0, le=4)
    unit: str = ""
    rate: str = ""
    zero: Zero = Zero.NOT_COMPARABLE
    blanks_as_zero: bool = False
    """Whether a blank part of a sum counts nothing; a sum of blanks only stays blank."""
    grades: tuple[Grade, ...] = ()
    source: str = ""

    @property
    def key(self) -> str:
        """The name in formulas, texts and the workbook."""
        return defined_name(self.name)

    @property
    def places(self) -> int:
        """Decimals of the value; a percentage has the catalogue's, so that cells and functions agree."""
        return PLACES if self.percent else self.decimals

    @cached_property
    def rate_formula(self) -> Formula:
        """The parsed formula."""
        return parse(self.formula)

    @cached_property
    def standard(self) -> Rate | None:
        """The catalogue rate this figure is an instance of."""
        return standard_rate(self.rate) if self.rate else None


_HEADINGS = ("label", "head", "section", "group")
CellStyle = Literal["label", "head", "value", "text", "sign", "title", "section", "plain", "group", "left"]


class FormCell(TablePart):
    """One cell of a table page: a text with placeholders, or the value of one input or figure."""

    text: str = ""
    value: str = ""
    span: int = Field(default=1, ge=1)
    rows: int = Field(default=1, ge=1)
    style: CellStyle = "value"

    @property
    def key(self) -> str:
        """The defined name of the shown value."""
        return defined_name(self.value)


class FormRow(TablePart):
    """One row of a table page. `least` is its lowest height in points; `head` rows are repeated on each printed page."""

    cells: tuple[FormCell, ...]
    least: float = 22
    head: bool = False
    page_break: bool = False
    keep: bool = False
    """Whether it stays on one page with the row after it, as headings do by themselves."""
    optional: str = ""
    """A name: in finished files the row is left out while that is blank; the first such rows of a page always stay."""
    each: str = ""

    @property
    def is_heading(self) -> bool:
        """Whether it only names what stands below."""
        return all(cell.style in _HEADINGS and not cell.value and "{" not in cell.text for cell in self.cells)


class Paragraph(TablePart):
    """One paragraph of a text page. It is `otherwise`, or nothing, unless `when` is more than zero and `unless` isn't."""

    text: str
    style: Literal["title", "heading1", "heading2", "heading3", "body", "cover_title", "cover", "mark", "note", "sign"] = "body"
    when: str = ""
    unless: str = ""
    otherwise: str = ""
    page_break: bool = False
    each: str = ""


class FormPage(TablePart):
    """One page (one sheet, one section of the Word file): a table of rows, or paragraphs."""

    sheet: str
    title: str = ""
    mark: str = ""
    landscape: bool = False
    typed: bool = False
    """Whether the inputs it shows as values are typed in it, in a workbook to fill; in a finished one they stand in 基础数据."""
    widths: tuple[float, ...] = ()
    rows: tuple[FormRow, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()

    @property
    def is_table(self) -> bool:
        """Whether the page is a table."""
        return bool(self.widths)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text with placeholders, each with its place in the file."""
        for at, row in enumerate(self.rows, 1):
            for number, cell in enumerate(row.cells, 1):
                yield f"rows[{at}].cells[{number}].text", cell.text
        for at, paragraph in enumerate(self.paragraphs, 1):
            yield f"paragraphs[{at}].text", paragraph.text
            yield f"paragraphs[{at}].otherwise", paragraph.otherwise


class ChartRow(TablePart):
    """What stands side by side in a chart under one name: names of inputs or figures, one for each series."""

    name: str
    values: tuple[str, ...] = Field(min_length=1)


class DocumentChart(TablePart):
    """A chart of the Word file, at the end of the section whose heading has the words `section` in it. Rows with nothing but blanks and zeros
    are left out, and a chart without rows."""

    title: str
    section: str
    series: tuple[str, ...] = Field(min_length=1)
    rows: tuple[ChartRow, ...] = Field(min_length=1)
    unit: str = "万元"


class Document(Table):
    """One place's document form for one year."""

    kind: Literal["document"]
    lists: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    inputs: tuple[Input, ...]
    figures: tuple[Figure, ...] = ()
    identities: tuple[Identity, ...] = ()
    checks: tuple[Plausible, ...] = ()
    distinct: tuple[tuple[str, str], ...] = ()
    """Pairs of texts that must not be the same word for word: 预期目标 and 实际完成."""
    pages: tuple[FormPage, ...]
    charts: tuple[DocumentChart, ...] = ()

    @cached_property
    def input_by_key(self) -> Mapping[str, Input]:
        """Inputs by their defined name."""
        return {item.key: item for item in self.inputs}

    @cached_property
    def figure_by_key(self) -> Mapping[str, Figure]:
        """Figures by their defined name."""
        return {figure.key: figure for figure in self.figures}

    def first_input(self, name: str) -> str:
        """The input a name comes from: itself, or the first one a figure is computed from."""
        while name in self.figure_by_key and self.figure_by_key[name].rate_formula.names:
            name = self.figure_by_key[name].rate_formula.names[0]
        return name

    def behind(self, name: str) -> tuple[str, ...]:
        """The inputs a name comes from of which something may be asked: itself, or those a figure is computed from."""
        known = self._behind
        if name not in known:
            names = self.figure_by_key[name].rate_formula.names if name in self.figure_by_key else ()
            known[name] = tuple(dict.fromkeys(key for one in names for key in self.behind(one)))
        return known[name]

    @cached_property
    def _behind(self) -> dict[str, tuple[str, ...]]:
        return {item.key: (item.key,) if item.key in self.asked.questions else () for item in self.inputs}

    @cached_property
    def typed_on(self) -> Mapping[str, str]:
        """The keys of the inputs that are typed in a page, with the page's sheet."""
        cells = ((page.sheet, cell) for page in self.pages if page.typed for row in page.rows for cell in row.cells if cell.value)
        return {cell.key: sheet for sheet, cell in cells if cell.key in self.input_by_key}

    @cached_property
    def sections(self) -> frozenset[str]:
        """The keys of the text sections: passages the pages show, 〔待填〕 while blank."""
        cells = {cell.key for page in self.pages for row in page.rows for cell in row.cells if cell.value and cell.style == "text"}
        texts = (slot for page in self.pages for _, text in page.texts() for slot in slots(text) if isinstance(slot, Slot))
        return frozenset(cells | {slot.name for slot in texts if not slot.filter})

    @cached_property
    def asked(self) -> Asked:
        """What a unit is asked for: figures published by the unit are named by the figures' keys."""
        balances = tuple(one.balance for one in self.identities if not self.figure_by_key.keys() & set(one.names))
        return Asked(self.id, self.stamp, self.inputs, codes=tuple(self.figure_by_key), balances=balances, year=self.year)


def from_data(data: Mapping[str, Any], name: str) -> Document:
    """The document form of parsed TOML; `name` is the file's name for messages. Raises RubricError."""
    lists = data.get("lists", {})
    if not isinstance(lists, Mapping) or not all(isinstance(words, list) for words in lists.values()):
        raise RubricError([f'{name} lists：应为 {{ 名称 = ["词", …] }}，现为 {str(lists)[:40]}'])
    try:
        whole = {**data, **expanded(data, _REPEATED, lists)}
        if isinstance(data.get("pages"), list):
            whole["pages"] = [_page(page, lists) for page in data["pages"]]
    except KeyError as error:
        raise RubricError([f"{name} {error.args[0]}"]) from None
    return validated(Document, whole, name, _inconsistencies)


load = loading(from_data)


def lengthened(data: Mapping[str, Any], lengths: Mapping[str, int]) -> Mapping[str, Any]:
    """Parsed TOML whose lists of these names have at least so many words: 项目 1 to 20 in the place of 1 to 6."""
    lists = data.get("lists", {})
    if not isinstance(lists, Mapping):
        return data
    longer = {name: [*words, *map(str, range(len(words) + 1, lengths.get(name, 0) + 1))] for name, words in lists.items()}
    return {**data, "lists": longer}


def _page(page: Any, lists: Mapping[str, Any]) -> Any:
    return {**page, **expanded(page, ("rows", "paragraphs"), lists)} if isinstance(page, Mapping) else page


def _inconsistencies(form: Document) -> Iterator[str]:
    """What a valid file can still get wrong: names, formulas, placeholders, rows that don't fill their table."""
    yield from input_problems(form.inputs)
    yield from repeated([*form.input_by_key, *(figure.key for figure in form.figures)], "figures", "数据项或计算项")
    if not form.pages:
        yield "pages：至少应有一页"
    known = set(form.input_by_key)
    for at, figure in enumerate(form.figures, 1):
        if not fits_excel(figure.key):
            yield f"figures[{at}].name：“{figure.name}”不能作为 Excel 名称"
        for text in _figure_problems(figure, known):
            yield f"figures[{at}]（{figure.name}）.{text}"
        known.add(figure.key)
    yield from identity_problems(form.identities, known)
    yield from _limit_problems(form)
    comparable = {item.key for item in form.inputs if item.numeric or item.kind == "date"}
    comparable |= {figure.key for figure in form.figures if not figure.grades}
    for at, check in enumerate(form.checks, 1):
        yield from (f"checks[{at}]（{check.name}）.{text}" for text in plausible_problems(check, known, comparable))
    for at, page in enumerate(form.pages, 1):
        for text in _page_problems(page, known):
            yield f"pages[{at}]（{page.sheet}）.{text}"
    yield from repeated([page.sheet for page in form.pages], "pages", "表名")
    yield from _typed_problems(form)
    yield from _chart_problems(form, comparable)
    for at, pair in enumerate(form.distinct, 1):
        yield from (f"distinct[{at}]：“{name}”不是数据项" for name in pair if defined_name(name) not in form.input_by_key)


def _typed_problems(form: Document) -> Iterator[str]:
    shown = [(page, cell) for page in form.pages if page.typed for row in page.rows for cell in row.cells if cell.key in form.input_by_key]
    narrow = [page.sheet for page in form.pages if page.typed and len(page.widths) <= NARROW]
    yield from (f"pages（{name}）.typed：能填数的是多于{NARROW}列的表格" for name in narrow)
    yield from (f"pages.rows.cells.value：{text}" for text in repeated([cell.key for _, cell in shown], "typed 的页", "数据项"))
    if form.inputs and form.inputs[0].key in form.typed_on:
        yield f"pages.typed：第一个数据项“{form.inputs[0].name}”应填在基础数据里，表中用 text 取它"


def _chart_problems(form: Document, comparable: set[str]) -> Iterator[str]:
    headings = [one.text for page in form.pages for one in page.paragraphs if one.style == "heading1"]
    for at, chart in enumerate(form.charts, 1):
        if headings and not any(chart.section in text for text in headings):
            yield f"charts[{at}].section：没有带“{chart.section}”的标题"
        for row in chart.rows:
            if len(row.values) != len(chart.series):
                yield f"charts[{at}]（{row.name}）.values：应有{len(chart.series)}个，与 series 一样多"
            yield from (
                f"charts[{at}]（{row.name}）.values：“{name}”不是数字的数据项或计算项"
                for name in row.values
                if defined_name(name) not in comparable
            )


def _limit_problems(form: Document) -> Iterator[str]:
    known = {*form.input_by_key, *form.figure_by_key}
    graded = [figure for figure in form.figures if figure.grades and not list(formula_problems(figure.formula, known))]
    scores = {name for figure in graded for name in figure.rate_formula.names}
    for at, item in enumerate(form.inputs, 1):
        if item.most is not None and not item.numeric:
            yield f"inputs[{at}].most：“{item.name}”不是数字，没有最大值"
        elif item.key in scores and item.most != FULL_MARKS:
            yield f"inputs[{at}].most：“{item.name}”是评等次的得分，应写 most = {FULL_MARKS}"


def _figure_problems(figure: Figure, known: set[str]) -> Iterator[str]:
    wrong = list(formula_problems(figure.formula, known))
    yield from (f"formula：{text}" for text in wrong)
    if figure.rate and not figure.standard:
        yield f"rate：没有标准比率“{figure.rate}”，可用 {'、'.join(CATALOGUE)}"
    elif figure.standard and not wrong and figure.rate_formula.match(figure.standard.formula) is None:
        yield f"formula：“{figure.formula}”与标准比率{figure.rate}的公式“{figure.standard.text}”结构不同"
    if figure.rate and not figure.percent:
        yield "percent：标准比率以百分数列示，应为 true"
    if figure.zero is Zero.BUDGET:
        yield "zero：文书的数字不设“预算为零”，可用 不适用、不可比、无法计算"
    yield from grade_problems(figure.grades) if figure.grades else ()


def _page_problems(page: FormPage, known: set[str]) -> Iterator[str]:
    if not page.sheet.strip() or len(page.sheet) > 31 or set(page.sheet) & set("[]:*?/\\"):
        yield f"sheet：“{page.sheet}”不能作为工作表名"
    if bool(page.rows) == bool(page.paragraphs) or bool(page.rows) != page.is_table:
        yield "rows：表格页写 widths 和 rows，文字页写 paragraphs"
        return
    for place, text in page.texts():
        try:
            names = [slot.name for slot in slots(text) if isinstance(slot, Slot) and slot.filter != END]
        except TextError as error:
            yield f"{place}：{error}"
            continue
        yield from (f"{place}：“{name}”不是数据项或计算项" for name in names if name not in known)
    for cell in (cell for row in page.rows for cell in row.cells):
        if cell.value and cell.key not in known:
            yield f"rows.cells.value：“{cell.value}”不是数据项或计算项"
    for name in dict.fromkeys(row.optional for row in page.rows if row.optional):
        if defined_name(name) not in known:
            yield f"rows.optional：“{name}”不是数据项或计算项"
    for paragraph in page.paragraphs:
        for name in filter(None, (paragraph.when, paragraph.unless)):
            if defined_name(name) not in known:
                yield f"paragraphs.when：“{name}”不是数据项或计算项"
    yield from _grid_problems(page)


def _grid_problems(page: FormPage) -> Iterator[str]:
    taken: set[tuple[int, int]] = set()
    for at, row in enumerate(page.rows):
        for place in placed(row, at, taken, len(page.widths)):
            if place is None:
                yield f"rows[{at + 1}].cells：单元格超出{len(page.widths)}列"
        short = [column for column in range(len(page.widths)) if (at, column) not in taken]
        if short:
            yield f"rows[{at + 1}].cells：第{short[0] + 1}列没有内容，请补足或加大 span"


def placed(row: FormRow, at: int, taken: set[tuple[int, int]], width: int) -> Iterator[tuple[int, FormCell] | None]:
    """The row's cells with their columns, as an HTML table places them; marks what they take; None for one that doesn't fit."""
    column = 0
    for cell in row.cells:
        while (at, column) in taken:
            column += 1
        if column + cell.span > width:
            yield None
            return
        taken.update((at + down, column + right) for down in range(cell.rows) for right in range(cell.span))
        yield column, cell
