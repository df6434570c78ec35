"""A set of forms and its answers -> the plan of one workbook."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from xl_jixiao.expr import Value, when
from xl_jixiao.sheet import checks
from xl_jixiao.sheet.addin import addin_sheets
from xl_jixiao.sheet.build import SheetBuilder
from xl_jixiao.sheet.edition import Edition, stamped
from xl_jixiao.sheet.plan import Computed, Entry, Plan, SheetPlan, Span, Visibility
from xl_jixiao.sheet.rules import rules_sheet
from xl_jixiao.unit import sheets as own
from xl_jixiao.unit.merged import MergedForm, Stack, Trees, merged, sheet_names, trees_of
from xl_jixiao.unit.parts import BookForm, UnitBook
from xl_jixiao.words import ANALYSIS, CHARTS, CHECKS, GUIDE, LISTS_SHEET, NOT_APPLICABLE

COUNT = "项目张数"
"""Hidden fact of a workbook: for how many projects it has forms."""

_FIRST_CHECK = checks.FIRST_ROW - 2
"""The first row of a form's 校验 that the book's own takes over: how far it is filled, the heads, the checks."""

PlanOf = Callable[[BookForm], Plan]


def compile(book: UnitBook, plan_of: PlanOf, given: Mapping[str, Value], remarks: Mapping[str, str], edition: Edition, digest: str) -> Plan:
    """The book's plan: `plan_of` gives each form's own, filled and for the same edition; `given` are the book's entries."""
    editable = edition is not Edition.FINISHED
    pairs = [(part, plan_of(part)) for part in book.parts]
    names = sheet_names(pairs)
    known: dict[str, Trees] = {}
    for part, plan in pairs:
        if part.form.name not in known:
            known[part.form.name] = trees_of(plan)
    forms = [merged(part, plan, names[part.name], f"F{at}_", known[part.form.name]) for at, (part, plan) in enumerate(pairs, 1)]
    facts = own.facts_sheet(book, given.get, remarks, editable=editable)
    pages = {one.part.name: one.official[0].name for one in forms}
    listed = [own.projects_sheet(book, pages, given.get, editable=editable)] if book.columns else []
    for sheet in listed:
        own.put_row_areas(sheet, book)
    published = own.published_sheet(book, given.get, editable=editable)
    links = own.links_sheet(book, forms, facts)
    check, areas = _stacked(own.checks_sheet(book), [_asked_only(book, one) for one in forms], _FIRST_CHECK)
    printed = own.print_sheet(book, forms)
    working = {one.part.name: sheet.name for one in forms for sheet in _asking(one)[:1]}
    made = [sheet.done() for sheet in (facts, *listed)]
    rules = rules_sheet(book.table.stamp, (*made, published.done()))
    hidden = [_stacked(sheet, forms) for sheet in (rules, _lists(book))]
    body = [sheet for one in forms for sheet in (*one.official, *_beside(one))]
    there = [*(sheet.name for sheet in made), CHECKS, printed.name]
    order: list[SheetPlan] = [*made, *body, published.done(), check, printed.done(), links.done()]
    if editable:
        order = [own.guide_sheet(book, forms, working, there, buttons=edition is Edition.ADDIN).done(), *order]
    else:
        order = [printed.done(), *body, *made, published.done(), check, links.done()]
    order += [sheet for sheet, _ in hidden]
    addin = addin_sheets(()) if edition is Edition.ADDIN else ()
    order += [sheet.done() for sheet in addin]
    spans: dict[str, Span] = {key: span for sheet in (facts, *listed, published, links, *addin) for key, span in sheet.areas.items()}
    there_now = {sheet.name for sheet in order}
    for one in forms:
        spans |= {key: span for key, span in one.areas.items() if span.sheet in there_now and span.sheet not in one.stacked}
    for more in (areas, *(found for _, found in hidden)):
        spans |= more
    return Plan(
        title=book.table.title,
        subject=f"{book.table.region} {book.table.year}年度 {edition.label}",
        edition=edition,
        sheets=tuple(order),
        areas=MappingProxyType(spans),
        stamp=stamped(book.table.id, book.table.revision, edition, digest),
        first_shown=GUIDE if editable else printed.name,
    )


def _beside(one: MergedForm) -> Sequence[SheetPlan]:
    """A form's working sheets; the charts of a project's form are left out: there may be twenty of them."""
    return [sheet for sheet in one.others if not (one.part.number and sheet.name.endswith((ANALYSIS, CHARTS)))]


def _asking(one: MergedForm) -> list[SheetPlan]:
    """The sheets of a form with entries that must be filled."""
    sheets = (*one.others, *one.official)
    return [sheet for sheet in sheets if any(isinstance(cell.content, Entry) and cell.content.required for cell in sheet.cells)]


def _stacked(base: SheetBuilder, forms: Sequence[MergedForm], first: int = 0) -> tuple[SheetPlan, Mapping[str, Span]]:
    """A sheet the book has one of, with every form's own under it, and the areas on it."""
    sheet = base.done()
    stack = Stack(sheet, dict(base.areas))
    for one in forms:
        part = one.stacked.get(sheet.name)
        if part is not None:
            down = stack.add(part, first, one.part.name if sheet.visibility is Visibility.SHOWN else "")
            stack.add_areas(one.areas, down)
    return stack.sheet, stack.areas


def _asked_only(book: UnitBook, one: MergedForm) -> MergedForm:
    """A form whose checks say nothing while its project has no name."""
    named, sheet = book.is_named(one.part), one.stacked.get(CHECKS)
    if named is None or sheet is None:
        return one
    span = one.areas[one.part.keys[checks.RESULTS.key]]
    cells = [
        replace(cell, content=replace(cell.content, expr=when(named, cell.content.expr, NOT_APPLICABLE)))
        if (cell.column == span.left and span.top <= cell.row <= span.bottom and isinstance(cell.content, Computed))
        else cell
        for cell in sheet.cells
    ]
    return replace(one, stacked={**one.stacked, CHECKS: replace(sheet, cells=tuple(cells))})


def _lists(book: UnitBook) -> SheetBuilder:
    """The hidden sheet of lists: how many projects have forms; every form's own lists follow."""
    sheet = SheetBuilder(LISTS_SHEET, "Sheet_Lists")
    sheet.visibility = Visibility.BURIED
    sheet.label(0, 0, COUNT, "hidden")
    sheet.label(1, 0, book.count, "hidden", key=COUNT)
    return sheet
