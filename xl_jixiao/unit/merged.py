"""A form's plan as sheets of the book: keys, names and sheets qualified by its own name, inputs led to the one cell of each fact."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from xl_jixiao.expr import Applied, Call, Cell, Expr, Held, Literal, Renamed, Value, is_blank, joined, when
from xl_jixiao.formula import defined_name
from xl_jixiao.sheet import home
from xl_jixiao.sheet.data import STATE
from xl_jixiao.sheet.plan import (
    Accepts,
    Computed,
    Content,
    Entry,
    Jump,
    Label,
    Mark,
    Page,
    Placed,
    Plan,
    SheetPlan,
    Span,
    Udf,
    Visibility,
)
from xl_jixiao.unit.parts import BookForm, Keys
from xl_jixiao.words import (
    ANALYSIS,
    CHARTS,
    CHECKS,
    CONCLUSION,
    DATA,
    FIGURES,
    GUIDE,
    HELP_SHEET,
    LISTS_SHEET,
    PUBLISHED,
    RULES_SHEET,
    WORKING,
)

_ONE = (GUIDE, DATA, CHECKS, RULES_SHEET, LISTS_SHEET)
"""The sheets a book has one of."""

_OWN = (WORKING, FIGURES, ANALYSIS, CHARTS, PUBLISHED, CONCLUSION)
"""The sheets each form has one of, under the same name."""

_LINKED: Mapping[str, str] = MappingProxyType(
    {
        "input": "cell",
        "input_amount": "form_money",
        "input_year": "form_year",
        "input_form": "form",
        "input_form_words": "form_centre",
        "input_form_weight": "form_weight",
        "input_form_money": "form_money",
        "input_form_share": "form_rate",
        "input_form_date": "doc_date",
    }
)
"""How a cell looks that was an entry and shows a fact now."""


@dataclass(frozen=True)
class MergedForm:
    """A form's sheets in the book. `stacked` are those the book has one of, by name, and where its areas are on them."""

    part: BookForm
    official: tuple[SheetPlan, ...]
    others: tuple[SheetPlan, ...]
    stacked: Mapping[str, SheetPlan]
    areas: Mapping[str, Span]
    data_areas: tuple[tuple[str, bool], ...]
    """The areas on its own 基础数据, and whether each was the 状态 column, else that of the names."""


def is_official(sheet: SheetPlan) -> bool:
    """Whether a sheet of a form's plan is one that is handed in."""
    return sheet.visibility is Visibility.SHOWN and sheet.name not in (*_ONE, *_OWN)


def sheet_names(parts: Iterable[tuple[BookForm, Plan]]) -> Mapping[str, Mapping[str, str]]:
    """What each form's sheets are called in the book, by the form's name: an official form as it is, unless two forms have one of that name."""
    pairs = list(parts)
    taken = [sheet.name for part, plan in pairs for sheet in plan.sheets if is_official(sheet) and not part.number]
    found: dict[str, Mapping[str, str]] = {}
    for part, plan in pairs:
        names: dict[str, str] = {}
        official = [sheet.name for sheet in plan.sheets if is_official(sheet)]
        for sheet in plan.sheets:
            if sheet.name in _ONE or sheet.name == HELP_SHEET:
                names[sheet.name] = sheet.name
            elif sheet.name not in official:
                names[sheet.name] = f"{part.name}-{sheet.name}"[:31]
            elif part.number:
                names[sheet.name] = part.name if len(official) == 1 else f"{part.name}-{sheet.name}"[:31]
            else:
                names[sheet.name] = sheet.name if taken.count(sheet.name) == 1 else f"{part.name}-{sheet.name}"[:31]
        found[part.name] = names
    return found


Trees = Mapping[tuple[str, int, int], Expr]
"""The trees of a plan's computed cells by their place."""


def trees_of(plan: Plan) -> Trees:
    """Those of a form's plan, which the next forms of the same table share."""
    return {
        (sheet.name, cell.row, cell.column): cell.content.expr
        for sheet in plan.sheets
        for cell in sheet.cells
        if isinstance(cell.content, Computed)
    }


def merged(part: BookForm, plan: Plan, names: Mapping[str, str], code: str, like: Trees) -> MergedForm:
    """The form's plan as sheets of the book; `code` stands before the code names of its sheets. `like`: the trees of another project's form,
    taken where they are the same, so that each is compiled and written out once."""
    part.keys.sheets.update(names)
    one = _Qualifier(part, names, code, like)
    official: list[SheetPlan] = []
    others: list[SheetPlan] = []
    stacked: dict[str, SheetPlan] = {}
    kept = [sheet for sheet in plan.sheets if _is_kept(sheet)]
    contents = [cell.content for sheet in kept for cell in sheet.cells]
    entries = {content.key for content in contents if isinstance(content, Entry)} - part.bound.keys()
    for sheet in kept:
        made = one.sheet(home.only(sheet, entries) if sheet.name == RULES_SHEET else sheet)
        if sheet.name in _ONE:
            stacked[sheet.name] = made
        elif is_official(sheet):
            official.append(made)
        else:
            others.append(made)
    there = {sheet.name for sheet in kept}
    areas = {one.keys[key]: replace(span, sheet=names[span.sheet]) for key, span in plan.areas.items() if span.sheet in there}
    states = tuple((one.keys[key], span.left == STATE) for key, span in plan.areas.items() if span.sheet == DATA)
    return MergedForm(part, tuple(official), tuple(others), stacked, areas, states)


def _is_kept(sheet: SheetPlan) -> bool:
    """Whether the book has this sheet of the form: not its guide and 基础数据, which the book has its own of, nor what only the add-in reads."""
    return sheet.name not in (GUIDE, DATA) and (sheet.name in (*_ONE, *_OWN) or sheet.visibility is Visibility.SHOWN)


class _Qualifier:
    """One form's contents as the book's."""

    def __init__(self, part: BookForm, names: Mapping[str, str], code: str, like: Trees) -> None:
        self.part = part
        self._like = like
        self.keys = part.keys
        self._names = names
        self._code = code

    def sheet(self, sheet: SheetPlan) -> SheetPlan:
        typed = tuple((area, self._accepts(accepts)) for area, accepts in sheet.typed_areas)
        return replace(
            sheet,
            name=self._names[sheet.name],
            code_name=f"{self._code}{sheet.code_name}"[:31],
            cells=tuple([self._placed(sheet.name, cell) for cell in sheet.cells]),
            typed_areas=typed,
            buttons=(),
        )

    def _placed(self, sheet: str, one: Placed) -> Placed:
        content = one.content
        if isinstance(content, Entry) and content.key in self.part.bound:
            fact = Cell(self.keys[content.key])
            style, _, variant = one.style.partition("/")
            looks = _LINKED.get(style, style.removeprefix("input_"))
            return replace(one, content=Computed("", when(is_blank(fact), "", fact)), style=f"{looks}/{variant}" if variant else looks)
        if isinstance(content, Computed):
            known = self._like.get((sheet, one.row, one.column))
            return replace(one, content=self._computed(content, known if known == content.expr else None))
        made = self._content(content)
        return one if made is content else replace(one, content=made)

    def _computed(self, content: Computed, known: Expr | None) -> Computed:
        udf = content.udf and self._udf(content.udf)
        return Computed(self.keys[content.key] if content.key else "", Applied(known or content.expr, self.keys), udf, content.varies)

    def _content(self, content: Label | Entry | Jump) -> Content:
        if isinstance(content, Label):
            return replace(content, key=self.keys[content.key]) if content.key else content
        if isinstance(content, Entry):
            accepts = content.accepts and self._accepts(content.accepts)
            return replace(content, key=self.keys[content.key], accepts=accepts)
        key = self.keys[content.key] if content.key else ""
        return replace(content, key=key, sheet=self._names.get(content.sheet, content.sheet))

    def _udf(self, udf: Udf) -> Udf:
        return Udf(Applied(udf.expr, self.keys), udf.of and _over(udf.of, self.keys))

    def _accepts(self, accepts: Accepts) -> Accepts:
        if accepts.most is None and accepts.source is None:
            return accepts
        most = accepts.most if accepts.most is None or isinstance(accepts.most, Literal) else Applied(accepts.most, self.keys)
        return replace(accepts, most=most, source=accepts.source and self._source(accepts.source))

    def _source(self, source: Expr) -> Expr:
        """The choices another cell names: that list is the form's own one."""
        if isinstance(source, Call) and source.name == "INDIRECT":
            return Call("INDIRECT", (joined(f"{defined_name(self.part.name)}_", *(Applied(one, self.keys) for one in source.of)),))
        return Applied(source, self.keys)


def _over(of: Callable[[Mapping[str, Held]], Value], keys: Keys) -> Callable[[Mapping[str, Held]], Value]:
    return lambda values: of(Renamed(values, keys))


# ---- one sheet of several


@dataclass
class Stack:
    """A sheet with the rows of others under its own."""

    sheet: SheetPlan
    areas: dict[str, Span] = field(default_factory=dict)

    @property
    def _end(self) -> int:
        """The row after the last."""
        return max((one.row + one.rows for one in self.sheet.cells), default=0)

    def add(self, other: SheetPlan, first: int = 0, heading: str = "") -> int:
        """Puts the other's rows from `first` on under the sheet's, below a heading; returns by how much they moved."""
        start = self._end + bool(self._end and heading)
        if heading:
            head = Placed(start, 0, Label(heading), "group", columns=max(1, len(self.sheet.widths)))
            self.sheet = replace(self.sheet, cells=(*self.sheet.cells, head))
            start += 1
        down = start - first
        sheet, page = self.sheet, self.sheet.page
        cells = [replace(one, row=one.row + down) for one in other.cells if one.row >= first]
        heights = {row + down: height for row, height in other.heights.items() if row >= first}
        bottom = max((one.row + one.rows - 1 for one in cells), default=start)
        self.sheet = replace(
            sheet,
            cells=(*sheet.cells, *cells),
            heights=MappingProxyType({**sheet.heights, **heights}),
            marks=(*sheet.marks, *(_moved_mark(mark, first, down) for mark in other.marks if mark.area[2] >= first)),
            page=page if page.area is None else _longer(page, bottom),
        )
        return down

    def add_areas(self, areas: Mapping[str, Span], down: int) -> None:
        """The areas of what was put under the sheet."""
        moved = {key: replace(span, top=span.top + down, bottom=span.bottom + down) for key, span in areas.items()}
        self.areas |= {key: span for key, span in moved.items() if span.sheet == self.sheet.name}


def _longer(page: Page, bottom: int) -> Page:
    """The page of a sheet that goes on: a scale at which its own rows filled whole pages, and where those start, are those of another height."""
    assert page.area is not None
    top, left, _, right = page.area
    return replace(page, area=(top, left, bottom, right), scale=None, breaks=page.breaks if page.scale is None else ())


def _moved_mark(mark: Mark, first: int, down: int) -> Mark:
    top, left, bottom, right = mark.area
    return replace(mark, area=(max(top, first) + down, left, bottom + down, right))
