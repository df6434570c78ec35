"""The forms of a unit's book: what each is called there, and which cell of the book each of its inputs is."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from xl_jixiao.expr import Cell, Expr, call, renamed, total, when
from xl_jixiao.formula import Formula, defined_name, parse
from xl_jixiao.sheet.data import hint_key, remark_key, state
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.job import Job
from xl_jixiao.sheet.plan import FACTS_OF_PLACE, Plan, is_name
from xl_jixiao.tables.answers import Asked
from xl_jixiao.tables.inputs import Input
from xl_jixiao.tables.tablefile import RubricError
from xl_jixiao.unit.model import SetFact, SetForm, SetTable
from xl_jixiao.words import NONE_WORD

OpenForm = Callable[[str, Mapping[str, int], int], Job]
"""Opens a form by its id or path, as of a year; lists of words of these names are at least so long."""


class BookInput(Input):
    """An input of 基础数据 whose cell has a name of the book's own."""

    cell: str

    @property
    def key(self) -> str:
        """The name of its cell."""
        return self.cell


class Keys(dict[str, str]):
    """What the book calls each cell of a form: inputs by the fact they are, everything else by the form's name before its own."""

    def __init__(self, form: str, bound: Mapping[str, str]) -> None:
        super().__init__()
        for own, cell in bound.items():
            self[own] = cell
            self[state(own).key] = state(cell).key
            self[remark_key(own)] = remark_key(cell)
            self[hint_key(own)] = hint_key(cell)
        self.form = form
        self.sheets: dict[str, str] = {}

    def __missing__(self, own: str) -> str:
        if own.startswith(FACTS_OF_PLACE):
            what, slash, of = own.partition("/")
            found = f"{what}{slash}{self.sheets.get(of) or self[of]}"
        else:
            found = f"{self.form}{'_' if is_name(own) else ':'}{own}"
        self[own] = found
        return found

    def get(self, own: str, default: object = None) -> str:
        """The key in the book."""
        return self[own]


@dataclass(frozen=True)
class BookForm:
    """One form of the book; `number` is that of its project, 0 for a form of the unit. `bound`: the cell of the book each of its inputs is."""

    name: str
    form: SetForm
    job: Job
    number: int
    bound: Mapping[str, str]

    @cached_property
    def keys(self) -> Keys:
        """What the book calls its cells."""
        return Keys(defined_name(self.name), self.bound)

    @property
    def scored(self) -> bool:
        """Whether it comes to a total."""
        return self.job.total_key in self.blank_plan.placed

    @property
    def blank_plan(self) -> Plan:
        """The form's own plan, of a workbook by itself."""
        return self.job.plan_for(Edition.NATIVE, MappingProxyType({}))

    def requires(self, own: str) -> bool:
        """Whether the form itself requires one of its inputs."""
        return any(item.key == own and item.required for item in self.job.inputs)

    def has(self, name: str) -> bool:
        """Whether a name of the book is that of a cell of this form's own."""
        own = name.removeprefix(f"{self.keys.form}_")
        return own != name and self.bound.get(own, name) == name and own in self.blank_plan.placed


@dataclass(frozen=True)
class Use:
    """An input of a form that is a fact of the book: what the form may have published otherwise."""

    part: str
    own: str
    item: Input
    cell: str

    @property
    def key(self) -> str:
        """What published figures are named by."""
        return f"{defined_name(self.part)}_{self.own}"


@dataclass(frozen=True)
class UnitBook:
    """A set of forms with so many projects: its forms, the facts they share, their own questions, the rows of the list of projects."""

    table: SetTable
    count: int
    parts: tuple[BookForm, ...]
    shared: tuple[BookInput, ...]
    own: tuple[BookInput, ...]
    columns: tuple[tuple[str, tuple[BookInput, ...]], ...]
    """The columns of the list: head, and the input of every row."""
    formulas: Mapping[str, Expr]
    """The tree of each computed fact, by key."""
    uses: tuple[Use, ...]
    computed: frozenset[str] = frozenset()
    """The cells of the list's computed columns, of the rows without a form too."""

    @cached_property
    def typed(self) -> tuple[BookInput, ...]:
        """What the book itself asks for: shared facts that are typed, and the list of projects."""
        listed = [item for _, items in self.columns for item in items if item.key not in self.computed]
        return (*(item for item in self.shared if item.key not in self.formulas), *listed)

    @cached_property
    def asked_of_facts(self) -> Asked:
        """What is asked of the facts of 基础数据, and of each form's own questions: by themselves, and as each form asks of its figures."""
        asked = [(getattr(part.job.table, "asked", None), part.keys) for part in self.parts]
        forms = [(form, keys) for form, keys in asked if isinstance(form, Asked)]
        balances = [one.renamed(keys) for form, keys in forms for one in form.balances]
        quotients = [one.renamed(keys) for form, keys in forms for one in form.quotients]
        inputs, table = (*self.shared, *self.own), self.table
        return Asked(table.id, table.stamp, inputs, balances=tuple(balances), quotients=tuple(quotients), year=table.year)

    @cached_property
    def asked_of_list(self) -> Mapping[str, tuple[Expr, ...]]:
        """What the forms ask of the entries of the list of projects, by the cell."""
        found: dict[str, dict[str, Expr]] = {}
        listed = {item.key for _, items in self.columns for item in items}
        for part in self.parts:
            form = getattr(part.job.table, "asked", None)
            for own, tree in form.questions.items() if isinstance(form, Asked) else ():
                if part.keys[own] in listed:
                    one = renamed(tree, {name: part.keys[name] for name in tree.names})
                    found.setdefault(part.keys[own], {})[one.excel()] = one
        return {cell: tuple(trees.values()) for cell, trees in found.items()}

    @cached_property
    def asked(self) -> Asked:
        """The same as a table asks."""
        return Asked(self.table.id, self.table.stamp, self.typed)

    def row_of(self, part: BookForm) -> tuple[BookInput, ...]:
        """The row of the list of projects a form is about; nothing for a form of the unit."""
        return tuple(items[part.number - 1] for _, items in self.columns) if part.number else ()

    def is_named(self, part: BookForm) -> Expr | None:
        """Whether the project a form is about has a name; None for a form of the unit, which is always asked for."""
        return Cell(named_key(part.number)).equals(1) if part.number else None

    @property
    def rows(self) -> int:
        """How many rows the list of projects has."""
        return len(self.columns[0][1]) if self.columns else 0

    @property
    def asked_once(self) -> int:
        """How many figures and texts it asks for: facts, the forms' own questions, and the columns of each project there is a form for."""
        columns = [items for _, items in self.columns if items[0].key not in self.computed]
        return len([item for item in self.shared if item.key not in self.formulas]) + len(self.own) + len(columns) * self.count

    @property
    def asked_alone(self) -> int:
        """How many figures and texts its forms ask for when each is a workbook of its own."""
        return sum(len(part.job.inputs) for part in self.parts)


def named_key(number: int) -> str:
    """The cell that says whether a row of the list of projects has a name: 1 or 0."""
    return f"有名称:{number}"


def same_name_key(number: int) -> str:
    """The cell that says which earlier row of the list of projects has the name of this one; 0 for none."""
    return f"同名:{number}"


def book_of(table: SetTable, open_form: OpenForm, count: int) -> UnitBook:
    """The book of a set with forms for so many projects. Raises RubricError for a set that names what its forms don't have."""
    return _Builder(table, open_form, count).done()


def part_name(form: SetForm, listed: str, number: int) -> str:
    """What a form is called in the book: 项目3评分表 for the third project's 项目评分表."""
    if not number:
        return form.name
    return form.name.replace(listed, f"{listed}{number}", 1) if form.name.startswith(listed) else f"{form.name}{number}"


class _Builder:
    """A book being put together."""

    def __init__(self, table: SetTable, open_form: OpenForm, count: int) -> None:
        self.table = table
        self.projects = table.projects
        self.count = min(count, self.projects.most) if self.projects else 0
        lengths = {self.projects.list: self.count} if self.projects else {}
        self.jobs = {form.name: open_form(form.table, lengths, table.year) for form in table.forms}
        self.inputs: dict[str, Mapping[str, Input]] = {name: {item.key: item for item in job.inputs} for name, job in self.jobs.items()}
        self.bound: dict[tuple[str, int], dict[str, str]] = {}
        self.uses: list[Use] = []
        self.of_rows: dict[str, Expr] = {}
        self.computed: set[str] = set()
        self.problems: list[str] = []

    def done(self) -> UnitBook:
        table, count = self.table, self.count
        shared = [self._shared(fact) for fact in table.facts]
        columns = tuple(self._columns()) if self.projects else ()
        if self.projects and not columns:
            self.problems.append("projects：项目清单没有一栏；写上 columns，或在 rows_of 里写有“项目1名称”等数据项的表")
        own: list[BookInput] = []
        parts: list[BookForm] = []
        for form in table.forms:
            for number in range(1, count + 1) if form.each else (0,):
                parts.append(self._part(form, number, own))
        self.problems += self._unknown_names({item.key for item in shared}, parts)
        self.problems += self._unknown_in_rows({item.key for item in shared}, columns, parts)
        if self.problems:
            raise RubricError([f"{table.id}.toml {text}" for text in self.problems])
        formulas = {fact.key: formula_tree(fact) for fact in table.facts if fact.formula} | self.of_rows
        times = Counter(use.cell for use in self.uses)
        cells = {item.key for item in shared}
        uses = tuple(use for use in self.uses if use.cell in cells and (times[use.cell] > 1 or use.cell in formulas))
        return UnitBook(table, count, tuple(parts), tuple(shared), tuple(own), columns, formulas, uses, frozenset(self.computed))

    def _unknown_in_rows(self, facts: set[str], columns: Sequence[tuple[str, Sequence[Input]]], parts: Sequence[BookForm]) -> Iterator[str]:
        """Formulas of the list over names that are no column, no fact and none of a project's forms."""
        cells = facts | {item.key for _, items in columns for item in items[:1]}
        for head, items in columns:
            for name in self.of_rows[items[0].key].names if items[0].key in self.of_rows else ():
                if name not in cells and not any(part.has(name) for part in parts if part.number == 1):
                    yield f"projects.columns（{head}）.formula：没有“{name}”；写别的栏、facts 里的名称，或“项目的表_总分”"

    def _unknown_names(self, facts: set[str], parts: Sequence[BookForm]) -> Iterator[str]:
        """Formulas over names of forms that the forms don't have, or have under the name of a fact."""
        for fact in self.table.facts:
            for name in parse(fact.formula).names if fact.formula else ():
                if name not in facts and not any(part.has(name) for part in parts if not part.number):
                    yield f"facts（{fact.label}）.formula：没有“{name}”；几张表共用的数写它在 facts 里的名称"

    def _part(self, form: SetForm, number: int, own: list[BookInput]) -> BookForm:
        listed = self.projects.list if self.projects else ""
        name = part_name(form, listed, number)
        bound = self.bound.setdefault((form.name, number), {})
        for key, item in self.inputs[form.name].items():
            if key not in bound:
                bound[key] = cell = f"{defined_name(name)}_{key}"
                own.append(_book_input(item, cell, group=f"{name}：{item.group}"))
        return BookForm(name, form, self.jobs[form.name], number, bound)

    def _shared(self, fact: SetFact) -> BookInput:
        for form, own in fact.places():
            for number in range(1, self.count + 1) if self.table.form_by_name[form].each else (0,):
                self._bind(form, number, own, fact.key)
        return self._input(fact, fact.label, fact.key)

    def _bind(self, form: str, number: int, own: str, cell: str) -> None:
        known = self.inputs[form]
        if known and own not in known:
            self.problems.append(f"facts：“{form}”（{self.jobs[form].id}）没有数据项“{own}”")
            return
        self.bound.setdefault((form, number), {})[own] = cell
        if known and not number and known[own].numeric:
            self.uses.append(Use(form, own, known[own], cell))

    def _input(self, fact: SetFact, label: str, cell: str, group: str = "") -> BookInput:
        """The fact as an input: what it doesn't say is what the first input it is says."""
        inputs = [self.inputs[form][own] for form, own in fact.places() if own in self.inputs[form]]
        said: dict[str, Any] = {
            name: getattr(fact, name) for name in ("kind", "unit", "definition", "source", "group") if getattr(fact, name)
        }
        if fact.required is not None:
            said["required"] = fact.required
        elif inputs:
            said["required"] = any(item.required for item in inputs)
        else:
            said["limit"] = fact.limit
        if group:
            said["group"] = group
        base = inputs[0] if inputs else Input(name=label)
        return _book_input(base.model_copy(update={"name": label}), cell, **said)

    def _columns(self) -> Iterator[tuple[str, tuple[BookInput, ...]]]:
        projects = self.projects
        assert projects is not None
        facts: dict[str, SetFact] = {}
        if projects.rows_of:
            first = re.compile(re.escape(projects.list) + r"1(?=\D)(.+)")
            for item in self.inputs[projects.rows_of].values():
                if named := first.fullmatch(item.name):
                    head = named[1]
                    facts[head] = SetFact(name=head, used=(f"{projects.rows_of}.{projects.list}<{projects.list}>{head}",))
        for column in projects.columns:
            before = facts.get(column.label)
            facts[column.label] = column.model_copy(update={"used": (*before.used, *column.used)}) if before else column
        cells = {defined_name(head): head for head in facts}
        for head, fact in sorted(facts.items(), key=lambda pair: bool(pair[1].formula)):
            for number in range(1, projects.most + 1) if fact.formula else ():
                self._compute(fact, head, number, cells)
            yield head, tuple(self._row(head, fact, number) for number in range(1, projects.most + 1))

    def _compute(self, fact: SetFact, head: str, number: int, heads: Mapping[str, str]) -> None:
        """A computed column in one row: its formula over the row's other columns, the book's facts, and the project's own forms."""
        listed = self.projects.list if self.projects else ""
        cell = defined_name(f"{listed}{number}{head}")
        self.computed.add(cell)
        if number > self.count:
            return
        forms = {f"{defined_name(form.name)}_": defined_name(part_name(form, listed, number)) for form in self.table.forms if form.each}

        def in_row(name: str) -> str:
            if name in heads:
                return defined_name(f"{listed}{number}{heads[name]}")
            before = next((start for start in forms if name.startswith(start)), "")
            return f"{forms[before]}_{name.removeprefix(before)}" if before else name

        self.of_rows[cell] = formula_tree(fact, in_row)

    def _row(self, head: str, fact: SetFact, number: int) -> BookInput:
        projects = self.projects
        assert projects is not None
        cell = defined_name(f"{projects.list}{number}{head}")
        mark = f"<{projects.list}>"
        used = []
        for text in fact.used:
            form, _, own = text.partition(".")
            own = (own or head).replace(mark, str(number))
            if self.table.form_by_name[form].each:
                if number <= self.count:
                    self._bind(form, number, defined_name(own), cell)
            elif defined_name(own) in self.inputs[form]:
                self._bind(form, 0, defined_name(own), cell)
            used.append(f"{form}.{text.partition('.')[2].replace(mark, '1') or head}")
        item = self._input(fact.model_copy(update={"used": tuple(used)}), f"{projects.list}{number}{head}", cell, group=projects.list)
        return item.model_copy(update={"required": False})


def _book_input(item: Input, cell: str, **said: Any) -> BookInput:
    return BookInput(**{**{name: getattr(item, name) for name in Input.model_fields}, **said, "cell": cell})


def formula_tree(fact: SetFact, cell_of: Callable[[str], str] = str) -> Expr:
    """A computed fact: blank while a part of it is blank; 无 counts nothing beside numbers. `cell_of` gives the cell of a name."""
    formula = parse(fact.formula)
    cells = [Cell(cell_of(name)) for name in formula.names]
    numbers = Formula(renamed(formula.tree, {name: call("N", Cell(cell_of(name))) for name in formula.names})).cleared
    count = call("COUNT", *cells)
    if fact.blanks_as_zero:
        return when(count > 0, numbers, "")
    said = total([count, *(when(cell.equals(NONE_WORD), 1, 0) for cell in cells)])
    return when(said.equals(len(cells)), when(count.equals(0), NONE_WORD, numbers), "")
