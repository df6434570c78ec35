"""A document form and its answers -> the plan of its workbook."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from xl_jixiao.documents.charts import charts_sheet, drawn
from xl_jixiao.documents.figure_trees import claim_key
from xl_jixiao.documents.model import Document, DocumentChart, FormPage
from xl_jixiao.documents.page_rows import visible
from xl_jixiao.documents.pages import PageSheet, PrintedText, page_sheet
from xl_jixiao.documents.sheets import check_sheet, figures_sheet, guide_sheet, set_figure_heights
from xl_jixiao.documents.trees import FormTrees, trees_of
from xl_jixiao.expr import Value, Values
from xl_jixiao.rules.typed import cell_value
from xl_jixiao.sheet.addin import addin_sheets, buttons_at
from xl_jixiao.sheet.build import SheetBuilder, areas
from xl_jixiao.sheet.data import NOWHERE, data_sheet, remark_key
from xl_jixiao.sheet.edition import Edition, stamped
from xl_jixiao.sheet.plan import Label, Plan, Visibility
from xl_jixiao.sheet.rules import rules_sheet
from xl_jixiao.tables.answers import Answers, digest
from xl_jixiao.words import GUIDE, LISTS_SHEET

SPANS, ROOMS = "各行占用行数", "长文字容量"
"""Hidden facts of a workbook: over how many sheet rows each row of its pages goes, and how many characters each long text has room for."""

NO_FACTS: Mapping[str, Value] = MappingProxyType({})
_MOST_PLANS = 32


@dataclass(frozen=True)
class _Visible:
    """What a workbook shows of its form: in a finished one without what is optional and blank."""

    pages: tuple[FormPage, ...]
    charts: tuple[DocumentChart, ...]


def compile(
    form: Document,
    answers: Answers,
    edition: Edition,
    facts: Mapping[str, Value] = NO_FACTS,
    shown: _Visible | None = None,
) -> Plan:
    """The workbook's plan. `facts` of an existing workbook take the place of what the answers' lengths would give; `shown` is what it shows,
    where that is known not to be what the answers give."""
    trees, editable = trees_of(form), edition is not Edition.FINISHED
    entries = entries_of(form, answers)
    typed = form.typed_on if editable else NOWHERE
    data = [data_sheet(form.inputs, form.year, entries.__getitem__, answers.remarks, form.asked, editable=editable)]
    figures = figures_sheet(trees, answers.claimed, editable=editable)
    data += [figures] if form.figures else []
    rules = rules_sheet(form.stamp, [one.done() for one in data])
    values = _values(form, [*data, rules], entries)
    set_figure_heights(figures, trees, values)
    if typed:
        data[0] = data_sheet(form.inputs, form.year, entries.__getitem__, answers.remarks, form.asked, editable=editable, elsewhere=typed)
    shown = shown or _shown(trees, values, editable=editable)
    pages = _pages(trees, shown.pages, values, facts, {key: entries[key] for key in typed})
    long_texts = _with_rooms([one for page in pages for one in page.long_texts], facts)
    if edition is Edition.ADDIN:
        pages[0].sheet.buttons += buttons_at(1, len(form.pages[0].widths) or 1)
    form_sheets = [page.sheet for page in pages if page.sheet.name not in typed.values()]
    data[1:1] = [page.sheet for page in pages if page.sheet.name in typed.values()]
    guide = guide_sheet(form, addin=edition is Edition.ADDIN)
    sheets = [guide, *data, *form_sheets] if editable else [*form_sheets, *data]
    sheets += [charts_sheet(shown.charts)] if shown.charts else []
    sheets += [check_sheet(trees, long_texts, values), rules, _facts_sheet(pages, long_texts)]
    sheets += addin_sheets(()) if edition is Edition.ADDIN else ()
    return Plan(
        form.title,
        f"{form.region} {form.year}年度 {edition.label}",
        edition,
        tuple(one.done() for one in sheets),
        areas(sheets),
        stamped(form.id, form.revision, edition, digest(answers)),
        GUIDE if editable else "",
    )


def plan_for(form: Document, edition: Edition, facts: Mapping[str, Value] = NO_FACTS) -> Plan:
    """The plan an untouched, editable workbook of this form follows; kept with the form."""
    plans: dict[tuple[Value, ...], Plan] = form.__dict__.setdefault("_plans", {})
    key = (edition.value, facts.get(SPANS), facts.get(ROOMS))
    if key not in plans:
        if len(plans) >= _MOST_PLANS:
            plans.clear()
        plans[key] = compile(form, Answers(form.id, {}), edition, facts)
    return plans[key]


def finished_plan(form: Document, answers: Answers, values: Values) -> Plan:
    """The plan a finished workbook follows, as far as a returned one is held against it: rows of any height, entries blank. Made once for all
    filings that show the same passages in as many rows; `values` are the filing's."""
    trees = trees_of(form)
    shown = _shown(trees, values, editable=False)
    pages = _pages(trees, shown.pages, values, NO_FACTS)
    facts = _facts(pages, [one for page in pages for one in page.long_texts])
    plans: dict[Hashable, Plan] = form.__dict__.setdefault("_finished_plans", {})
    key = (shown, *facts.values())
    if key not in plans:
        if len(plans) >= _MOST_PLANS:
            plans.clear()
        plans[key] = compile(form, Answers(form.id, {}), Edition.FINISHED, facts, shown)
    plan = plans[key]
    taken = {name: one.content.value for name in facts if isinstance((one := plan.placed[name][1]).content, Label)}
    return plan if taken == facts else compile(form, answers, Edition.FINISHED)


def plan_of(form: Document) -> Plan:
    """The plan whose values are a form's figures, checks and texts."""
    return plan_for(form, Edition.NATIVE)


def entries_of(form: Document, answers: Answers) -> Mapping[str, Value]:
    """The answers as the entries of the plan."""
    entries = {item.key: cell_value(answers.get(item.key)) for item in form.inputs}
    entries |= {remark_key(item.key): answers.remarks.get(item.key) for item in form.inputs}
    return entries | {claim_key(figure.key): answers.claimed.get(figure.key) for figure in form.figures}


def _values(form: Document, sheets: Sequence[SheetBuilder], entries: Mapping[str, Value]) -> Values:
    """What the pages show and are measured by: they read 基础数据 and 核算底稿 alone."""
    return Plan(form.title, "", Edition.NATIVE, tuple(one.done() for one in sheets), areas(sheets)).values(entries)


def _shown(trees: FormTrees, values: Values, *, editable: bool) -> _Visible:
    form = trees.form
    if editable:
        return _Visible(form.pages, form.charts)
    return _Visible(tuple(visible(page, trees, values) for page in form.pages), tuple(drawn(form, values)))


def _pages(
    trees: FormTrees, shown: Sequence[FormPage], values: Values, facts: Mapping[str, Value], typed: Mapping[str, Value] = NO_FACTS
) -> list[PageSheet]:
    """The pages; `typed` are the entries that stand in them."""
    spans = _numbers(facts.get(SPANS))
    given = spans if len(spans) == len(shown) else [[]] * len(shown)
    return [
        page_sheet(page, at, trees, values, own, typed if page.typed else NO_FACTS)
        for at, (page, own) in enumerate(zip(shown, given, strict=True), 1)
    ]


def _with_rooms(found: Sequence[PrintedText], facts: Mapping[str, Value]) -> list[PrintedText]:
    """The long texts, with the rooms an existing workbook has for them."""
    rooms = [room for page in _numbers(facts.get(ROOMS)) for room in page]
    if len(rooms) != len(found):
        return list(found)
    return [PrintedText(one.name, one.key, room, one.break_cost) for one, room in zip(found, rooms, strict=True)]


def _facts_sheet(pages: Sequence[PageSheet], long_texts: Sequence[PrintedText]) -> SheetBuilder:
    """The hidden sheet of what a reader has to know about the pages."""
    sheet = SheetBuilder(LISTS_SHEET, "Sheet_Lists")
    sheet.visibility = Visibility.BURIED
    for column, (name, text) in enumerate(_facts(pages, long_texts).items()):
        sheet.label(0, column, name, "hidden")
        sheet.label(1, column, text, "hidden", key=name)
    return sheet


def _facts(pages: Sequence[PageSheet], long_texts: Sequence[PrintedText]) -> Mapping[str, str]:
    return {
        SPANS: ";".join(",".join(map(str, page.spans)) for page in pages),
        ROOMS: ",".join(str(one.room) for one in long_texts),
    }


def _numbers(fact: Value) -> list[list[int]]:
    """``1,1,3;2`` as numbers; nothing where it is anything else."""
    parts = [part.split(",") for part in fact.split(";")] if isinstance(fact, str) else []
    whole = all(number.isascii() and number.isdigit() and 0 < len(number) < 6 for part in parts for number in part)
    return [[int(number) for number in part] for part in parts] if whole else []
