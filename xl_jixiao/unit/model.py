"""A place's set of forms as data: which forms, which of their inputs are one fact, the columns of the list of projects. TOML -> SetTable."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal

from pydantic import Field

from xl_jixiao.formula import defined_name, parse
from xl_jixiao.tables.formula_checks import formula_problems
from xl_jixiao.tables.inputs import fits_excel, repeated
from xl_jixiao.tables.table import Table, loading
from xl_jixiao.tables.tablefile import TablePart, validated

LONGEST_FORM = 12
"""How many characters the short name of a form may have: it stands before the names of its sheets."""

MOST_PROJECTS = 30


class SetForm(TablePart):
    """A form of the set: its short name, the table it is, and who signs it. One with `each` is made for every project."""

    name: str = Field(min_length=1, max_length=LONGEST_FORM)
    table: str
    each: bool = False
    sign: tuple[str, ...] = ("填报人签字", "单位负责人签字", "加盖单位公章")


class SetFact(TablePart):
    """One fact: typed once, or computed by a formula over other facts and names of the forms, and used by inputs of forms.

    `used` names them: ``整体评分表.在职人员数``, or the form alone where its input has the fact's own name. What isn't said here (kind,
    unit, 口径, source) is what the first of them says.
    """

    name: str = ""
    used: tuple[str, ...] = Field(min_length=1)
    formula: str = ""
    blanks_as_zero: bool = False
    """Whether a blank part of the formula counts nothing; a sum of blanks only stays blank."""
    kind: Literal["", "amount", "count", "percent", "text", "date", "choice"] = ""
    unit: str = ""
    definition: str = ""
    source: str = ""
    group: str = ""
    required: bool | None = None
    limit: int = Field(default=500, ge=1, le=8000)

    @property
    def label(self) -> str:
        """Its name, or that of the first input it is."""
        return self.name or self.used[0].partition(".")[2]

    @property
    def key(self) -> str:
        """The defined name of its cell."""
        return defined_name(self.label)

    def places(self) -> Iterator[tuple[str, str]]:
        """Each form's name with the key of its input."""
        for text in self.used:
            form, _, own = text.partition(".")
            yield form, defined_name(own or self.label)


class Projects(TablePart):
    """The list of projects: a row for each, up to `most`; a list of words of a document form with the same name is as long."""

    list: str = "项目"
    most: int = Field(default=20, ge=1, le=MOST_PROJECTS)
    rows_of: str = ""
    """A form that has the inputs 项目1名称, 项目1主管部门 …: each is a column."""
    columns: tuple[SetFact, ...] = ()


class SetTable(Table):
    """A place's set of forms for one year."""

    kind: Literal["set"]
    forms: tuple[SetForm, ...] = Field(min_length=1)
    facts: tuple[SetFact, ...] = ()
    projects: Projects | None = None

    @cached_property
    def form_by_name(self) -> Mapping[str, SetForm]:
        """Forms by their short name."""
        return {form.name: form for form in self.forms}


def from_data(data: Mapping[str, Any], name: str) -> SetTable:
    """The set of parsed TOML; `name` is the file's name for messages. Raises RubricError."""
    return validated(SetTable, data, name, _inconsistencies)


load = loading(from_data)


def _inconsistencies(table: SetTable) -> Iterator[str]:
    """What a valid file can still get wrong by itself; whether its forms have the inputs it names, they say when they are opened."""
    yield from repeated([form.name for form in table.forms], "forms", "表名")
    for at, form in enumerate(table.forms, 1):
        if not fits_excel(defined_name(form.name)) or set(form.name) & set("[]:*?/\\'·.-"):
            yield f"forms[{at}].name：“{form.name}”不能用在工作表名和 Excel 名称里"
        if form.each and table.projects is None:
            yield f"forms[{at}].each：没有 [projects]，不能按项目各做一张"
    yield from repeated([fact.key for fact in table.facts], "facts", "数据项")
    known = {fact.key for fact in table.facts}
    for at, fact in enumerate(table.facts, 1):
        if fact.formula:
            others = {name for name in _names_of(fact.formula) if _form_of(name, table)}
            yield from (
                f"facts[{at}]（{fact.label}）.formula：{text}" for text in formula_problems(fact.formula, known - {fact.key} | others)
            )
    try:
        TopologicalSorter({fact.key: {*_names_of(fact.formula)} - {fact.key} for fact in table.facts}).prepare()
    except CycleError as error:
        yield f"facts：{'、'.join(error.args[1][:-1])}的 formula 绕成了圈"
    columns = table.projects.columns if table.projects else ()
    yield from _computed_columns(columns)
    if table.projects and table.projects.rows_of and table.projects.rows_of not in table.form_by_name:
        yield f"projects.rows_of：没有表“{table.projects.rows_of}”，可用 {'、'.join(table.form_by_name)}"
    groups = (("facts", table.facts), ("projects.columns", columns))
    taken: dict[tuple[str, str], str] = {}
    for where, facts in groups:
        for at, fact in enumerate(facts, 1):
            if not fits_excel(fact.key):
                yield f"{where}[{at}].name：“{fact.label}”不能作为 Excel 名称"
            for place in fact.places():
                if place[0] not in table.form_by_name:
                    yield f"{where}[{at}].used：没有表“{place[0]}”，可用 {'、'.join(table.form_by_name)}"
                elif place in taken:
                    yield f"{where}[{at}].used：“{'.'.join(place)}”已经是“{taken[place]}”"
                taken[place] = fact.label


def _computed_columns(columns: Sequence[SetFact]) -> Iterator[str]:
    """Formulas of columns that can't be read, or lead in a circle; the names in them are known once the forms are opened."""
    for at, column in enumerate(columns, 1):
        names = {*_names_of(column.formula)} - {column.key}
        texts = formula_problems(column.formula, names) if column.formula else ()
        yield from (f"projects.columns[{at}]（{column.label}）.formula：{text}" for text in texts)
    try:
        TopologicalSorter({one.key: {*_names_of(one.formula)} - {one.key} for one in columns if one.formula}).prepare()
    except CycleError as error:
        yield f"projects.columns：{'、'.join(error.args[1][:-1])}的 formula 绕成了圈"


def _names_of(formula: str) -> tuple[str, ...]:
    try:
        return parse(formula).names
    except ValueError:
        return ()


def _form_of(name: str, table: SetTable) -> bool:
    """Whether a name is one of a form: 整体评分表_总分."""
    return any(name.startswith(f"{defined_name(form.name)}_") for form in table.forms if not form.each)
