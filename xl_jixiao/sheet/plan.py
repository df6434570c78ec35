"""The sheet as data: what every cell of a workbook is. A dialect compiles table and answers to a `Plan`; nobody else knows an address.

A key names a cell. A key without a colon is a defined name of the workbook (在职人员数, 得分_预算完成率); one with a colon (状态:在职人员数)
is known to the plan alone, and formulas write its address. An area is a key for neighbouring cells of one sheet.
"""

import re
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from functools import cache, cached_property
from itertools import chain
from operator import is_, itemgetter
from types import MappingProxyType
from typing import Any

from xl_jixiao.expr import (
    Area,
    ByHand,
    Cell,
    CellFailure,
    Expr,
    Held,
    Lasting,
    Literal,
    Operand,
    Run,
    Value,
    Values,
    Voice,
    call,
    joined,
    walk,
)
from xl_jixiao.rules.typed import Typed
from xl_jixiao.sheet.edition import Edition

_EMPTY: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Ref:
    """One cell, rows and columns from zero."""

    sheet: str
    row: int
    column: int

    @property
    def local(self) -> str:
        """The address on its own sheet: C5."""
        return f"{column_letter(self.column)}{self.row + 1}"

    @property
    def absolute(self) -> str:
        """The address for a defined name: '基础数据'!$C$5."""
        return f"'{self.sheet}'!${column_letter(self.column)}${self.row + 1}"

    def __str__(self) -> str:
        """The address in the user's words: 基础数据!C5."""
        return f"{self.sheet}!{self.local}"


@cache
def column_letter(column: int) -> str:
    """A, B … Z, AA from zero."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring cells of one sheet, both corners included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    def __contains__(self, ref: Ref) -> bool:
        return self.sheet == ref.sheet and self.top <= ref.row <= self.bottom and self.left <= ref.column <= self.right

    @property
    def local(self) -> str:
        """The area on its own sheet: G5:G40."""
        return f"{column_letter(self.left)}{self.top + 1}:{column_letter(self.right)}{self.bottom + 1}"

    @property
    def absolute(self) -> str:
        """The area for a formula on another sheet: '基础数据'!$G$5:$G$40."""
        first = f"${column_letter(self.left)}${self.top + 1}"
        return f"'{self.sheet}'!{first}:${column_letter(self.right)}${self.bottom + 1}"


# ---- what may stand in a cell


@dataclass(frozen=True, slots=True)
class Label:
    """A constant the table prints: text or number. `key` only where a formula reads it."""

    value: Value
    key: str = ""


@dataclass(frozen=True, slots=True)
class Accepts:
    """What Excel lets a person type into an entry, and what it says beside the cell and about a wrong value. `most` is a tree for the
    largest number where another cell says it, `source` one for the choices."""

    typed: Typed
    title: str
    message: str
    error: str
    error_title: str = ""
    most: Expr | None = None
    source: Expr | None = None

    @property
    def title_of_error(self) -> str:
        """What stands over the words about a wrong value."""
        return self.error_title or f"请检查{self.title}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell a person types into, with what stands in it now. Unlocked in an editable workbook."""

    key: str
    value: Value = None
    accepts: Accepts | None = None
    required: bool = True
    given: bool = False
    """Whether its text is often given to the unit, and so the same in many files: the name of an indicator, a target."""


@dataclass(frozen=True, slots=True)
class Udf:
    """The add-in's voice of a computed cell: a registered function, or an expression around one. `of` is its value over all others where
    that isn't the tree's own (a sentence Python writes)."""

    expr: Expr
    of: Callable[[Mapping[str, Held]], Value] | None = None


class Varies(IntEnum):
    """In what a formula depends on how the workbook was written (how high a row is, where a cell stands): there a returned file may have
    another one."""

    NOWHERE = 0
    NUMBERS = 1
    ANYWHERE = 2


@dataclass(frozen=True, slots=True)
class Computed:
    """A cell with a formula: its tree, and the add-in edition's own voice of it."""

    key: str
    expr: Expr
    udf: Udf | None = None
    varies: Varies = Varies.NOWHERE


@dataclass(frozen=True, slots=True)
class Jump:
    """A link to a cell, or to a sheet's first; `text` is what it shows, by default the place. `key` names where to: the plan finds it.
    With a `file` (a path from where this workbook stands) the link leads into that one, to its sheet and cell where they are named."""

    key: str = ""
    sheet: str = ""
    text: str = ""
    file: str = ""
    cell: str = ""


Content = Label | Entry | Computed | Jump


@dataclass(frozen=True, slots=True)
class Placed:
    """A content at its place, over `rows` × `columns` merged cells, in a style of `styles`."""

    row: int
    column: int
    content: Content
    style: str
    rows: int = 1
    columns: int = 1


# ---- a sheet


ALLOWED: Mapping[str, str] = MappingProxyType(
    {
        "formatRows": "format_rows",
        "formatColumns": "format_columns",
        "autoFilter": "autofilter",
        "selectLockedCells": "select_locked_cells",
        "selectUnlockedCells": "select_unlocked_cells",
    }
)
"""What everyone may do on a protected sheet: as files say it, and as XlsxWriter does."""


class Visibility(StrEnum):
    """Whether a sheet is seen, can be shown by the user, or only by a program."""

    SHOWN = "visible"
    HIDDEN = "hidden"
    BURIED = "veryHidden"


@dataclass(frozen=True, slots=True)
class Page:
    """Print set-up: A4. A sheet without breaks is fitted one page wide. With breaks it has a scale, that of its columns' widths unless
    another is given, because Excel ignores manual breaks of a sheet that is fitted to pages."""

    landscape: bool = False
    centred: bool = False
    heads: tuple[int, int] | None = None
    """Rows repeated on every page."""
    area: tuple[int, int, int, int] | None = None
    """First row, first column, last row, last column that are printed."""
    breaks: tuple[int, ...] = ()
    """Rows that start a page."""
    sides: tuple[int, ...] = ()
    """Columns that start a page, of a sheet wider than one."""
    kept: tuple[int, int] | None = None
    """Columns repeated on every page."""
    scale: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A word that is coloured wherever it stands in an area: first row, first column, last row, last column. The word itself says the same."""

    area: tuple[int, int, int, int]
    word: str
    colour: str
    background: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A column chart of rows of numbers over names: cells of rows `first` to `last`."""

    title: str
    anchor: tuple[int, int]
    first: int
    last: int
    names: int
    series: tuple[tuple[str, int], ...]
    width: int = 560


@dataclass(frozen=True, slots=True)
class Button:
    """A macro button of the add-in edition: place, offset in pixels, caption, macro."""

    row: int
    column: int
    offset: int
    caption: str
    macro: str


@dataclass(frozen=True, slots=True)
class Filter:
    """An autofilter over a column that shows rows with certain words only."""

    area: tuple[int, int, int, int]
    column: int
    shown: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Block:
    """Cells of a sheet that stand together, at these places, in many workbooks. Their formulas read what stands among them and on other sheets
    alone: what is worked out of them is worked out once."""

    sheet: str
    cells: tuple[Placed, ...]

    @cached_property
    def by_place(self) -> Sequence[tuple[tuple[int, int], Placed]]:
        """The cells, each after its row and column."""
        return [((one.row, one.column), one) for one in self.cells]

    @cached_property
    def placed(self) -> Sequence[tuple[str, tuple[Ref, Placed]]]:
        """The cells that have a key, each after it, with their places."""
        keyed = [(one.content, one) for one in self.cells if not isinstance(one.content, Jump)]
        return [(content.key, (Ref(self.sheet, one.row, one.column), one)) for content, one in keyed if content.key]

    @cached_property
    def labels(self) -> Sequence[tuple[tuple[int, int], Label]]:
        """The constants."""
        return [(place, one.content) for place, one in self.by_place if isinstance(one.content, Label)]

    @cached_property
    def entries(self) -> Sequence[tuple[tuple[int, int], Entry]]:
        """What is typed into."""
        return [(place, one.content) for place, one in self.by_place if isinstance(one.content, Entry)]

    @cached_property
    def computed(self) -> Sequence[tuple[tuple[int, int], Computed]]:
        """What is computed."""
        return [(place, one.content) for place, one in self.by_place if isinstance(one.content, Computed)]

    @cached_property
    def styles(self) -> Sequence[tuple[tuple[int, int], str]]:
        """The style of each cell."""
        return [(place, one.style) for place, one in self.by_place]

    def formulas(self, plan: "Plan") -> Sequence[tuple[tuple[int, int], Computed, str]]:
        """The computed cells with their formulas in a plan; kept for all plans with the same sheets behind this one."""
        known: tuple[Plan, Sequence[tuple[tuple[int, int], Computed, str]]] | None = self.__dict__.get("_formulas")
        if known is None or known[0] is not plan.base:
            found = [(place, content, plan.formula(self.sheet, content)) for place, content in self.computed if not content.varies]
            if plan.base is None:
                return found
            known = self.__dict__["_formulas"] = plan.base, found
        return known[1]


RowMade = tuple[float | None, Sequence[Placed]]
"""A row's height and its cells."""


@dataclass(frozen=True)
class SheetPlan:
    """One sheet: its cells, widths and heights, print set-up, and what else it carries."""

    name: str
    code_name: str
    cells: tuple[Placed, ...]
    widths: tuple[float, ...] = ()
    heights: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    page: Page = Page()
    visibility: Visibility = Visibility.SHOWN
    protected: bool = True
    frozen: tuple[int, int] | None = None
    default_height: float | None = None
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    """First and last of columns that are folded away."""
    unseen_columns: tuple[tuple[int, int], ...] = ()
    """First and last of columns that hold what is printed elsewhere, and can't be folded out."""
    marks: tuple[Mark, ...] = ()
    charts: tuple[Chart, ...] = ()
    buttons: tuple[Button, ...] = ()
    filter: Filter | None = None
    typed_areas: tuple[tuple[tuple[int, int, int, int], Accepts], ...] = ()
    """Areas whose cells all accept the same; the entries in them say nothing of their own."""
    rows: Callable[[], Iterator[RowMade]] | None = field(default=None, compare=False)
    """Where it lists much: what makes the rows below its cells, from the first row without any. Each is let go as soon as it is written."""

    @cached_property
    def by_place(self) -> Mapping[tuple[int, int], Placed]:
        """Its cells by row and column."""
        return dict(chain.from_iterable(one.by_place for one in self.blocks))

    @cached_property
    def blocks(self) -> Sequence[Block]:
        """Its cells in blocks: one, unless it was put together of some that other workbooks have too."""
        return (Block(self.name, self.cells),)

    def sharing(self, known: "SheetPlan") -> "SheetPlan":
        """The same sheet with the computed cells of another one that are equal to its own."""
        if self is known:
            return known
        others, cells = known.by_place, []
        for one in self.cells:
            other = others.get((one.row, one.column)) if isinstance(one.content, Computed) else None
            cells.append(other if other is not None and other == one else one)
        return replace(self, cells=tuple(cells))

    @cached_property
    def varying(self) -> Mapping[tuple[int, int], Computed]:
        """The cells whose formulas need not be the plan's to the letter."""
        return {place: content for block in self.blocks for place, content in block.computed if content.varies}

    @cached_property
    def rectangles(self) -> frozenset[tuple[int, int, int, int]]:
        """First row, first column, last row, last column of each of its cells."""
        return frozenset((one.row, one.column, one.row + one.rows - 1, one.column + one.columns - 1) for one in self.cells)

    @cached_property
    def styles(self) -> tuple[tuple[tuple[int, int], str], ...]:
        """The place of each of its cells, with its style."""
        return tuple(chain.from_iterable(one.styles for one in self.blocks))


@dataclass(frozen=True)
class WrittenSheet:
    """A sheet's cells by what they are, each with its place, formulas written out: what a returned file is held against. Formulas that `vary`
    stand apart; those that may be anything are left out."""

    plan: SheetPlan
    labels: Sequence[tuple[tuple[int, int], Label]]
    entries: Sequence[tuple[tuple[int, int], Entry]]
    formulas: Sequence[tuple[tuple[int, int], Computed, str]]
    styles: Sequence[tuple[tuple[int, int], str]]
    vary: Sequence[tuple[tuple[int, int], Computed, str]] = ()

    @cached_property
    def by_row(self) -> Mapping[int, tuple[Sequence[Any], ...]]:
        """Its labels, entries, formulas and styles, by the row they stand in."""
        found: dict[int, tuple[list[Any], ...]] = {}
        kinds: tuple[Sequence[tuple[Any, ...]], ...] = (self.labels, self.entries, self.formulas, self.styles)
        for kind, cells in enumerate(kinds):
            for one in cells:
                found.setdefault(one[0][0], ([], [], [], []))[kind].append(one)
        return found

    def within(self, rows: Iterable[int]) -> "WrittenSheet":
        """The same with the cells of some rows alone, row by row."""
        parts = [self.by_row[row] for row in sorted(rows) if row in self.by_row]
        labels, entries, formulas, styles = ([*chain.from_iterable(part[kind] for part in parts)] for kind in range(4))
        return WrittenSheet(self.plan, labels, entries, formulas, styles)


# ---- the workbook


class CircularPlan(ValueError):
    """A plan in which a cell depends on itself: a mistake of ours."""


@dataclass(frozen=True)
class Plan:
    """A whole workbook. `areas` are spans by key; `constants` are names for areas only (word lists). `stamp` become document properties."""

    title: str
    subject: str
    edition: Edition
    sheets: tuple[SheetPlan, ...]
    areas: Mapping[str, Span] = field(default_factory=lambda: MappingProxyType({}))
    stamp: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    first_shown: str = ""
    base: "Plan | None" = field(default=None, repr=False, compare=False)
    """The plan this one puts a sheet before."""
    as_made: "Plan | None" = field(default=None, repr=False, compare=False)
    """The plan a workbook was made by, where its rows, columns or sheets' names are others now: a place that is a text in a formula stays as it was."""

    @cached_property
    def sheet_by_name(self) -> Mapping[str, SheetPlan]:
        """Sheets by their name."""
        return {sheet.name: sheet for sheet in self.sheets}

    @cached_property
    def placed(self) -> Mapping[str, tuple[Ref, Placed]]:
        """Every cell that has a key, with its place."""
        found: dict[str, tuple[Ref, Placed]] = {}
        for sheet in self.sheets:
            for key, placed in chain.from_iterable(one.placed for one in sheet.blocks):
                if key in found:
                    raise CircularPlan(f"two cells have the key {key}")
                found[key] = placed
        return found

    def ref(self, key: str) -> Ref:
        """Where a cell stands. Raises KeyError."""
        return self.placed[key][0]

    @cached_property
    def names(self) -> Mapping[str, Ref | Span]:
        """The defined names of the workbook, in the order of their cells, areas last."""
        cells: dict[str, Ref | Span] = {key: ref for key, (ref, _) in self.placed.items() if is_name(key)}
        return {**cells, **{key: span for key, span in self.areas.items() if is_name(key)}}

    @cached_property
    def entries(self) -> Mapping[str, tuple[Ref, Entry]]:
        """Every cell a person types into, by key."""
        return {key: (ref, one.content) for key, (ref, one) in self.placed.items() if isinstance(one.content, Entry)}

    @cached_property
    def entry_places(self) -> Mapping[str, tuple[str, tuple[int, int]]]:
        """The sheet of each entry and its place there, by key."""
        return {key: (ref.sheet, (ref.row, ref.column)) for key, (ref, _) in self.entries.items()}

    def voice(self, sheet: str) -> Voice:
        """How a formula on a sheet writes cells and areas: names where there are names, addresses elsewhere."""
        known = self._voices.setdefault(sheet, {})
        base = self.base
        before = base.voice(sheet) if base else None

        def text(key: str) -> str:
            found = known.get(key)
            if found is None:
                found = known[key] = before(key) if before and base and base.knows(key) else self._written(key, sheet)
            return found

        return text

    def knows(self, key: str) -> bool:
        """Whether it has a cell or an area with this key."""
        return key in self.placed or key in self.areas

    def _written(self, key: str, sheet: str) -> str:
        if key.startswith(_BESIDE):
            return _elsewhere(replace(self.ref(key.removeprefix(_BESIDE)), column=_FAR_RIGHT))
        if key.startswith(_BELOW):
            return _elsewhere(replace(self.ref(key.removeprefix(_BELOW)), row=_FAR_BELOW))
        if key.startswith(FACTS_OF_PLACE):
            return Literal(self.fact(key)).excel()
        return key if is_name(key) else self._address(key, sheet)

    def fact(self, key: str) -> Value:
        """A fact of place, by its key: see `linked`. Raises KeyError."""
        found = self._facts.get(key)
        if found is None:
            found = self._facts[key] = self._fact(key)
        return found

    @cached_property
    def _facts(self) -> dict[str, Value]:
        return {}

    def _fact(self, key: str) -> Value:
        if not key.startswith(FACTS_OF_PLACE):
            raise KeyError(key)
        if self.as_made is not None:
            return self.as_made.fact(key)
        what, _, of = key.removeprefix(FACTS_OF_PLACE).partition("/")
        if what == "above":
            return self.areas[of].top
        ref = self.ref(of) if of in self.placed else Ref(of, 0, 0)
        column = column_letter(ref.column)
        known: dict[str, Value] = {
            "link": f"#'{ref.sheet}'!{ref.local}",
            "place": f"{ref.sheet} {ref.local}",
            "column link": f"#'{ref.sheet}'!{column}",
            "column place": f"{ref.sheet} {column}",
            "beside": None,
            "below": None,
        }
        return known[what]

    def _address(self, key: str, sheet: str) -> str:
        place: Ref | Span = self.areas[key] if key in self.areas else self.placed[key][0]
        return place.local if place.sheet == sheet else _elsewhere(place)

    @cached_property
    def _voices(self) -> dict[str, dict[str, str]]:
        return {}

    def formula(self, sheet: str, content: Computed) -> str:
        """The formula of a computed cell in this edition, without the sign of equality."""
        expr = content.udf.expr if content.udf and self.edition is Edition.ADDIN else content.expr
        text: str | None = expr.__dict__.get("_in_names")
        if text is not None:  # the same wherever it stands
            return text
        voice = self.voice(sheet)
        spoken = tuple(map(voice, expr.names))
        known: tuple[tuple[str, ...], str] | None = expr.__dict__.get("_spoken")
        if known is None or known[0] != spoken:  # the same wherever all it reads is written the same
            known = expr.__dict__["_spoken"] = (spoken, expr.excel(voice))
        if spoken == expr.names:
            expr.__dict__["_in_names"] = known[1]
        return known[1]

    @cached_property
    def written(self) -> Mapping[str, "WrittenSheet"]:
        """The sheets with their formulas, by name."""
        return {sheet.name: self._write_out(sheet) for sheet in self.sheets}

    def _write_out(self, sheet: SheetPlan) -> "WrittenSheet":
        blocks = sheet.blocks
        labels, entries = ([*chain.from_iterable(parts)] for parts in zip(*((one.labels, one.entries) for one in blocks), strict=True))
        formulas = tuple(chain.from_iterable(one.formulas(self) for one in blocks))
        if len(blocks) > 1:
            labels.sort(key=itemgetter(0))
        told = [(place, content) for place, content in sheet.varying.items() if content.varies is not Varies.ANYWHERE]
        vary = tuple((place, content, self.formula(sheet.name, content)) for place, content in told)
        return WrittenSheet(sheet, tuple(labels), tuple(entries), formulas, sheet.styles, vary)

    def laid_out_otherwise(self, other: Set[str], places: Mapping[str, Ref]) -> "Plan":
        """The plan of a workbook that another version of the program laid out: on the sheets that were others then, only named cells are
        known, and stand where that workbook's names say; an entry that it has no name for stands nowhere."""
        nowhere = {key: Ref(ref.sheet, _NOWHERE, 0) for key, (ref, _) in self.entries.items() if ref.sheet in other}
        known = {**nowhere, **{key: places[key] for key, (ref, _) in self.placed.items() if ref.sheet in other and key in places}}
        plan = replace(self, base=None)
        plan.__dict__["placed"] = {key: (known.get(key, ref), one) for key, (ref, one) in self.placed.items()}
        plan.__dict__["written"] = {name: plan._write_known(one, known) if name in other else one for name, one in self.written.items()}
        return plan

    def _write_known(self, written: "WrittenSheet", known: Mapping[str, Ref]) -> "WrittenSheet":
        sheet = written.plan.name
        contents = {key: self.placed[key][1].content for key, ref in known.items() if ref.sheet == sheet}
        entries = tuple(((known[key].row, known[key].column), one) for key, one in contents.items() if isinstance(one, Entry))
        computed = [(key, one) for key, one in contents.items() if isinstance(one, Computed) and not one.varies]
        formulas = tuple(((known[key].row, known[key].column), one, self.formula(sheet, one)) for key, one in computed)
        return WrittenSheet(written.plan, (), entries, formulas, ())

    def sharing(self, known: "Plan") -> "Plan":
        """The same plan with another one's cells where they compute alike: their trees are compiled and written out once for both."""
        others = known.sheet_by_name
        plan = replace(self, sheets=tuple(one.sharing(others[one.name]) if one.name in others else one for one in self.sheets))
        if plan.areas == known.areas and plan._refs == known._refs:
            plan.__dict__["_voices"] = known._voices
        return plan

    @cached_property
    def _refs(self) -> Mapping[str, Ref]:
        """Where each cell that has a key stands: what formulas write of a cell follows from that."""
        return {key: ref for key, (ref, _) in self.placed.items()}

    def with_first(self, sheet: SheetPlan) -> "Plan":
        """The plan with a sheet before its own that none of them reads. What was worked out of its own sheets is not worked out again."""
        plan = replace(self, sheets=(sheet, *self.sheets), base=self)
        alone = replace(self, sheets=(sheet,), areas=MappingProxyType({}))
        for known in ("placed", "names", "entries", "entry_places", "constants", "trees", "runs"):
            plan.__dict__[known] = {**getattr(alone, known), **getattr(self, known)}
        plan.__dict__["_facts"] = dict(self._facts)
        plan.__dict__["from_start"] = {**self.from_start, **alone.constants}
        plan.__dict__["written"] = {sheet.name: plan._write_out(sheet), **self.written}
        return plan

    @cached_property
    def entry_sheets(self) -> frozenset[str]:
        """The sheets a person types into."""
        return frozenset(ref.sheet for ref, _ in self.entries.values())

    @cached_property
    def own_entries(self) -> Mapping[str, Value]:
        """What the plan itself has in its entries."""
        return {key: entry.value for key, (_, entry) in self.entries.items()}

    @cached_property
    def constants(self) -> Mapping[str, Value]:
        """What needs no computing, by key: constants, and entries as blanks."""
        contents = {key: one.content for key, (_, one) in self.placed.items()}
        known = {key: one.value if isinstance(one, Label) else None for key, one in contents.items() if not isinstance(one, Computed)}
        return {**known, _NOTHING: None}

    @cached_property
    def from_start(self) -> dict[str, Value]:
        """What needs no computing: constants, and the facts of place that were asked for before."""
        return dict(self.constants)

    @cached_property
    def trees(self) -> Mapping[str, Expr]:
        """The tree of every computed cell that has a key."""
        return {key: one.content.expr for key, (_, one) in self.placed.items() if isinstance(one.content, Computed)}

    @cached_property
    def runs(self) -> Mapping[str, Callable[[Values], Held]]:
        """What gives the value of every computed cell that has a key, and the values of every area."""
        cells = {key: run_of(tree) for key, tree in self.trees.items()}
        return {**cells, **{key: self._run_over(span) for key, span in self.areas.items()}}

    def _run_over(self, span: Span) -> Callable[[Values], tuple[Value, ...]]:
        """The values of an area, row by row."""
        by_place = self.sheet_by_name[span.sheet].by_place
        places = [(row, column) for row in range(span.top, span.bottom + 1) for column in range(span.left, span.right + 1)]
        members = [self._member(by_place.get(place)) for place in places]
        keys = [one for one in members if isinstance(one, str)]
        if len(keys) == len(members) > 1:
            return itemgetter(*keys)
        if all(one == _NOTHING or isinstance(one, Literal) for one in members):
            fixed = tuple([None if isinstance(one, str) else _shown_by(one.compiled, {}) for one in members])
            return lambda values: fixed
        return lambda values: tuple([values[one] if isinstance(one, str) else _shown_by(one.compiled, values) for one in members])  # type: ignore[misc]

    def _member(self, one: Placed | None) -> str | Expr:
        """How the values of an area find one of its cells: by its key, or by its tree."""
        if one is None or isinstance(one.content, Jump) or one.content == _BLANK:
            return _NOTHING
        content = one.content
        if content.key or not isinstance(content, Computed):
            return content.key or Literal(content.value)  # type: ignore[union-attr]
        shown = content.expr
        return shown.key if isinstance(shown, Cell) and shown.key in self.trees else shown

    def values(self, entries: Mapping[str, Value] = _EMPTY) -> "PlanValues":
        """What every cell shows, computed from these entries when asked for; an entry not given is blank."""
        return PlanValues(self, entries)

    @cached_property
    def shown(self) -> "PlanValues":
        """What every cell shows with the plan's own entries. It doesn't hold the plan, which holds it: both are let go of at once."""
        values = self.values(self.own_entries)
        values.of_plan(weakref.proxy(self))
        return values

    def shown_udf(self, content: Computed) -> Value:
        """What a computed cell shows in this edition with the plan's own entries: its cached value."""
        return self.shown.in_edition(content)


_BLANK = Label(None)
"""A cell that is there for its border alone."""


class PlanValues(Lasting):
    """The values of a plan's cells and areas by key, each computed once, when it is first asked for by ``values[key]``. Entries and
    constants are there from the start."""

    def __init__(self, plan: Plan, entries: Mapping[str, Value]) -> None:
        super().__init__(plan.from_start)
        known = plan.entries
        self.update(entries if entries.keys() <= known.keys() else {key: value for key, value in entries.items() if key in known})
        self._plan = plan
        self._runs = plan.runs

    def __missing__(self, key: str) -> Held:
        run = self._runs.get(key)
        if run is None:
            fact = self[key] = self._plan.from_start[key] = self._plan.fact(key)
            return fact
        try:
            found = self[key] = run(self)
        except RecursionError:
            raise CircularPlan(f"{key} depends on itself") from None
        return found

    def of_plan(self, plan: Plan) -> None:
        """Looks up facts of place in this plan from now on."""
        self._plan = plan

    def on(self, plan: Plan) -> "PlanValues":
        """The same entries' values on a plan that puts a sheet before those of this one: what is known is not computed again."""
        assert plan.base is self._plan
        values = PlanValues(plan, {})
        values.update(self)
        values.worked_out.update(self.worked_out)
        return values

    def of(self, content: Computed) -> Value:
        """A computed cell's value."""
        return self[content.key] if content.key else run_of(content.expr)(self)  # type: ignore[return-value]

    def in_edition(self, content: Computed) -> Value:
        """What the cell shows in the plan's edition: the registered function's own value where it has one."""
        key, udf = content.key, content.udf
        if udf is not None and udf.of is not None and self._plan.edition is Edition.ADDIN:
            return udf.of(self)
        return self[key] if key else run_of(content.expr)(self)  # type: ignore[return-value]


_MOST_KEPT = 50
_MOST_ANEW = 60
"""So often, one time after the other, other cells were met: what a tree shows is not looked for any more."""

_KEPT = frozenset({int, str, type(None)})
"""What may be kept by: a truth is the same key as a number, an area a long one, and a figure with decimals is seldom met again and slow to look
up."""


def run_of(tree: Expr) -> Run:
    """What a cell with this tree shows. What it showed before for the same cells is kept, and not computed again: many filings have the same
    words in them. Bounded, and made once for each tree."""
    found: Run | None = tree.__dict__.get("_shown")
    if found is None:
        found = tree.__dict__["_shown"] = _keeping_later(tree)
    return found


def _keeping_later(tree: Expr) -> Run:
    """What is asked for once, as when a workbook is written, is not worth keeping. The tree keeps this, and is not held by it."""
    of = weakref.ref(tree)
    asked = False
    keeping: Run | None = None

    def run(values: Values) -> Value:
        nonlocal asked, keeping
        if keeping is None:
            whole = of()
            assert whole is not None, "whoever computes a cell has its tree"
            if not asked:
                asked = True
                return _shown_by(whole.compiled, values)
            keeping = _keeping(whole)
        return keeping(values)

    return run


def _keeping(tree: Expr) -> Run:
    names, compiled = tree.names, tree.compiled
    fixed = isinstance(tree, ByHand) and isinstance(tree.of, str)
    if not names or fixed or isinstance(tree, Cell) or any(isinstance(one, Area) for one in walk(tree)):
        return lambda values: _shown_by(compiled, values)
    read = itemgetter(names[0], *names)  # a tuple, of a single name too
    known: dict[tuple[Held, ...], Value] = {}
    last: tuple[tuple[Held, ...], Value] = ((object(),) * (len(names) + 1), None)  # type: ignore[assignment]
    anew = 0

    def run(values: Values) -> Value:
        nonlocal last, anew
        if anew > _MOST_ANEW:
            return _shown_by(compiled, values)
        cells = read(values)
        if all(map(is_, cells, last[0])):  # the same filing again: nothing need be compared
            return last[1]
        keeps = _KEPT.issuperset(map(type, cells))
        found = known.get(cells) if keeps else None
        if found is None:
            anew += 1
            found = _shown_by(compiled, values)
            if len(known) >= _MOST_KEPT:
                known.clear()
            if keeps:
                known[cells] = found
        else:
            anew = 0
        last = cells, found
        return found

    return run


def _shown_by(compiled: Run, values: Values) -> Value:
    """What a cell with this tree shows: never a blank, but zero in its place, and an error as its text."""
    try:
        found = compiled(values)
    except CellFailure as error:
        return str(error)
    if found.__class__ is tuple:  # type: ignore[comparison-overlap]
        return "#VALUE!"
    return 0 if found is None else found


_NOWHERE = 1_048_575
"""The last row a sheet can have: nothing stands there."""

_NOTHING = "#:nothing"
"""The key of a place where nothing stands."""

FACTS_OF_PLACE = "#:"
"""What the key of a fact of place begins with: formulas write the fact itself."""

_BESIDE = f"{FACTS_OF_PLACE}beside/"
_BELOW = f"{FACTS_OF_PLACE}below/"
_FAR_RIGHT, _FAR_BELOW = 255, 9_999
"""The column of blank cells that formulas tell a row by, and the row of those they tell a column by."""


def linked(text: Operand, key: str) -> Expr:
    """A link to a cell by its key, or to a sheet's first by its name."""
    return call("HYPERLINK", Cell(f"{FACTS_OF_PLACE}link/{key}"), text)


def place_of(key: str) -> Expr:
    """Where a cell stands, in the user's words: 基础数据 C5."""
    return Cell(f"{FACTS_OF_PLACE}place/{key}")


def row_of(area: Area, word: str) -> Expr:
    """The sheet row, as the user counts, of the first cell of an area that says a word."""
    return call("MATCH", word, area, 0) + Cell(f"{FACTS_OF_PLACE}above/{area.key}")


def linked_beside(area: Area, word: str, key: str, names: Area | None = None) -> Expr:
    """A link into the column of a cell, beside the first cell of an area that says a word; it shows the place, and its name where the rows
    have `names`."""
    row = row_of(area, word)
    name: list[Operand] = [] if names is None else ["　", call("INDEX", names, call("MATCH", word, area, 0))]
    return call(
        "HYPERLINK",
        joined(Cell(f"{FACTS_OF_PLACE}column link/{key}"), row),
        joined(Cell(f"{FACTS_OF_PLACE}column place/{key}"), row, *name),
    )


_NO_NAME = re.compile(r"[:!]")


@cache
def is_name(key: str) -> bool:
    """Whether a key is a defined name of the workbook."""
    return bool(key) and not _NO_NAME.search(key)


def _elsewhere(place: Ref | Span) -> str:
    return f"'{place.sheet}'!{place.local}" if isinstance(place, Ref) else place.absolute
