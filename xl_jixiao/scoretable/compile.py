"""A scoring table, answers and an edition -> the plan of a workbook."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from xl_jixiao.expr import Value
from xl_jixiao.scoretable import keys
from xl_jixiao.scoretable.card import ScoreCard, card_of
from xl_jixiao.scoretable.claims import claim_lines
from xl_jixiao.scoretable.conclusion import conclusion_sheet
from xl_jixiao.scoretable.entered import entries
from xl_jixiao.scoretable.form import form_sheet
from xl_jixiao.scoretable.model import Rubric, SameTable
from xl_jixiao.scoretable.overview import analysis_sheet, check_lines, checks_sheet, guide_sheet
from xl_jixiao.scoretable.trees import Scored
from xl_jixiao.scoretable.working import working_sheet
from xl_jixiao.selfeval.judging import WORDS
from xl_jixiao.sheet import data
from xl_jixiao.sheet.addin import addin_sheets
from xl_jixiao.sheet.build import SheetBuilder, areas
from xl_jixiao.sheet.edition import Edition, stamped
from xl_jixiao.sheet.plan import Plan, PlanValues, Visibility
from xl_jixiao.sheet.published import published_sheet
from xl_jixiao.sheet.rules import rules_sheet
from xl_jixiao.tables.answers import Answers, digest
from xl_jixiao.words import GUIDE, LISTS_SHEET

_NOTHING: Mapping[str, Value] = MappingProxyType({})


def compile(table: Rubric, answers: Answers, edition: Edition, card: ScoreCard | None = None) -> Plan:
    """The workbook of a filing; its card is computed unless given."""
    given = entries(answers)
    card = card or _card(table, answers, given)
    if edition is Edition.ADDIN:
        explanations = {one.code: one.reason for one in card.scores}
    else:
        explanations = {one.code: str(card.values[keys.explanation_key(one.code)]) for one in card.scores}
    details = [str(card.values[f"校验说明:{number}"]) for number, _ in enumerate(check_lines(table), 1)]
    plan = _compiled(table, answers, edition, given, explanations, details).sharing(plan_of(table))
    if edition is Edition.FINISHED:
        plan = plan.with_first(conclusion_sheet(card).done())
    plan.shown.update((key, found) for key, found in card.values.items() if key in plan.trees)  # they are not computed again
    return plan


def finished_plan(card: ScoreCard) -> Plan:
    """The plan a finished workbook follows, blank and without regard to the heights of rows: its 自评结论 is the card's, all else the table's."""
    return plan_for(card.rubric, Edition.FINISHED).with_first(conclusion_sheet(card, measured=False).done())


def score(table: Rubric, answers: Answers, values: PlanValues | None = None) -> ScoreCard:
    """Every indicator scored from the answers, over the values of a plan where they are known. Blank answers give blank scores, never low ones."""
    return _card(table, answers, entries(answers)) if values is None else card_of(table, scored_of(table), answers, values)


def _card(table: Rubric, answers: Answers, given: Mapping[str, Value]) -> ScoreCard:
    return card_of(table, scored_of(table), answers, plan_of(table).values(given))


def plan_of(table: Rubric) -> Plan:
    """The plan by which a filing is computed: blank, native, without regard to the heights of rows."""
    return _bare_plan(SameTable(table))


def plan_for(table: Rubric, edition: Edition) -> Plan:
    """The plan an untouched workbook follows; of a finished one all but its 自评结论, which is the answers' own."""
    return _blank_plan(SameTable(table), edition)


def scored_of(table: Rubric) -> tuple[Scored, ...]:
    """The trees of the table's indicators: the same ones for every workbook, so that each is compiled once."""
    return _scored(SameTable(table))


@lru_cache(maxsize=64)
def _scored(same: SameTable) -> tuple[Scored, ...]:
    return tuple(Scored(one, same.table.signed) for one in same.table.indicators)


@lru_cache(maxsize=64)
def _bare_plan(same: SameTable) -> Plan:
    return _compiled(same.table, Answers(same.table.id, {}), Edition.NATIVE, _NOTHING, {}, ())


@lru_cache(maxsize=64)
def _blank_plan(same: SameTable, edition: Edition) -> Plan:
    blank = Answers(same.table.id, {})
    return _compiled(same.table, blank, edition, _NOTHING, {}, ()) if edition is Edition.FINISHED else compile(same.table, blank, edition)


def _compiled(
    table: Rubric,
    answers: Answers,
    edition: Edition,
    given: Mapping[str, Value],
    explanations: Mapping[str, str],
    details: Sequence[str],
) -> Plan:
    finished = edition is Edition.FINISHED
    scored = scored_of(table)
    form = form_sheet(table, given)
    working = working_sheet(table, scored, given, explanations, editable=not finished)
    figures = data.data_sheet(table.inputs, table.year, given.get, answers.remarks, table.asked, editable=not finished)
    first, last = _unanswered(SameTable(table), edition)
    work = [form, working, figures] if finished else [figures, working, form]
    made = [one.done() for one in work]
    rules = rules_sheet(table.stamp, made, _rules(SameTable(table)))
    asked = [] if finished else [published_sheet(claim_lines(table), given.get)]
    sheets = [*first, *work, checks_sheet(table, scored, details, edition), analysis_sheet(table), *asked, rules, *last]
    return Plan(
        title=table.title,
        subject=f"{table.region} {table.year}年度 {edition.label}",
        edition=edition,
        sheets=tuple(map(SheetBuilder.done, sheets)),
        areas=areas(sheets),
        stamp=stamped(table.id, table.revision, edition, digest(answers)),
        first_shown="" if finished else GUIDE,
    )


@lru_cache(maxsize=64)
def _unanswered(same: SameTable, edition: Edition) -> tuple[Sequence[SheetBuilder], Sequence[SheetBuilder]]:
    """The sheets that are the same whatever the answers: those before the sheets to fill, and those after the rules."""
    table, addin = same.table, edition is Edition.ADDIN
    first = [] if edition is Edition.FINISHED else [guide_sheet(table, buttons=addin)]
    last = []
    if any(one.rows for one in scored_of(table)):
        last.append(_lists())
    if addin:
        last += addin_sheets(bare_arguments(table))
    return first, last


@lru_cache(maxsize=64)
def _rules(same: SameTable) -> tuple[tuple[str, str], ...]:
    """The code of each indicator, and its rule as JSON."""
    return tuple((one.code, one.scorer.model_dump_json(exclude_defaults=True)) for one in same.table.indicators)


def _lists() -> SheetBuilder:
    """The hidden words by which the texts of rows are read."""
    sheet = SheetBuilder(LISTS_SHEET, "Sheet_Lists")
    sheet.visibility = Visibility.BURIED
    for column, (name, words) in enumerate(WORDS.items()):
        for row, word in enumerate((name, *words)):
            sheet.label(row, column, word, "hidden")
        sheet.area(name, 1, column, len(words))
    return sheet


def bare_arguments(table: Rubric) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The code of each standard rate this table uses, with the inputs bound to it in the order of the function's arguments."""
    seen = set()
    for indicator in table.indicators:
        if indicator.standard and indicator.bound_names and indicator.standard.code not in seen:
            seen.add(indicator.standard.code)
            yield indicator.standard.code, indicator.bound_names
