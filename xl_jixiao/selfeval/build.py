"""Table and answers -> the plan of a 自评表 workbook, in one of three editions; and a filing's scores, read from a plan."""

from collections.abc import Mapping
from functools import lru_cache, reduce

from xl_jixiao.expr import Value
from xl_jixiao.selfeval import cells, working_sheet
from xl_jixiao.selfeval.answers import IndicatorRow, SelfAnswers, digest, entries
from xl_jixiao.selfeval.claims import claim_lines
from xl_jixiao.selfeval.conclusion_sheet import conclusion_sheet
from xl_jixiao.selfeval.form_sheet import RULE_NAME, form_sheet, goal_texts, is_long_note, row_texts
from xl_jixiao.selfeval.judging import WORDS
from xl_jixiao.selfeval.layout import ROW_COUNT, SPANS, SelfLayout, Spans
from xl_jixiao.selfeval.model import EXECUTED, SelfEvaluation
from xl_jixiao.selfeval.overview_sheets import analysis_sheet, checks_sheet, guide_sheet
from xl_jixiao.selfeval.passages import rows_needed
from xl_jixiao.selfeval.scoring import RATE, SelfCard
from xl_jixiao.selfeval.target import BETTER, BETTER_LESS, BETTER_MORE, DONE_RATES, NEGATED, SAVING
from xl_jixiao.sheet.addin import addin_sheets
from xl_jixiao.sheet.build import SheetBuilder, areas
from xl_jixiao.sheet.edition import Edition, stamped
from xl_jixiao.sheet.plan import Plan, PlanValues, Visibility
from xl_jixiao.sheet.published import published_sheet
from xl_jixiao.sheet.rules import rules_sheet
from xl_jixiao.words import GUIDE, LISTS_SHEET


def compile(table: SelfEvaluation, answers: SelfAnswers, edition: Edition, card: SelfCard | None = None) -> Plan:
    """The plan of a workbook filled with the answers; its card is computed unless given."""
    card = card or score(table, answers)
    rows = max(1, len(answers.rows)) if edition is Edition.FINISHED else table.capacity
    return _plan(SelfLayout(table, rows, spans(card)), card, edition)


def plan_for(table: SelfEvaluation, edition: Edition, facts: Mapping[str, Value]) -> Plan:
    """The plan an untouched workbook follows that says this of its rows; its answers are blank."""
    layout = SelfLayout.of(table, facts)
    return _untouched(layout, edition)


@lru_cache(maxsize=32)
def _untouched(layout: SelfLayout, edition: Edition) -> Plan:
    return _plan(layout, SelfCard(layout.table, SelfAnswers(layout.table.id), {}), edition)


def finished_plan(card: SelfCard) -> Plan:
    """The plan a finished workbook follows, as far as a returned one is held against it: rows of any height, entries blank. All but 自评结论 is
    made once for all filings whose rows are of the same classes, unless a text is so long that it is printed in pieces."""
    table, answers = card.table, card.answers
    layout = SelfLayout(table, max(1, len(answers.rows)), spans(card))
    if str(layout.spans) or is_long_note(answers.execution_note):
        return _plan(layout, card, Edition.FINISHED)
    return _of_classes(layout, tuple(map(_class_of, answers.rows))).with_first(conclusion_sheet(card).done())


def _class_of(row: IndicatorRow) -> IndicatorRow:
    """What of a row the shape of a finished form depends on."""
    bare = reduce(lambda name, word: name.replace(word, ""), NEGATED, row.name)
    sought = ((SAVING, row.name), (DONE_RATES, row.name), (BETTER_LESS, row.name), (BETTER, bare), (BETTER_MORE, bare))
    told = (next((word for word in words if word in name), "") for words, name in sought)
    return IndicatorRow(row.level1, row.level2, name="、".join(filter(None, told)))


@lru_cache(maxsize=32)
def _of_classes(layout: SelfLayout, rows: tuple[IndicatorRow, ...]) -> Plan:
    card = SelfCard(layout.table, SelfAnswers(layout.table.id, rows=rows), {})
    return _plan(layout, card, Edition.FINISHED, concluded=False)


def plan_of_answers(table: SelfEvaluation, answers: SelfAnswers) -> Plan:
    """The plan that says where answers stand: in the workbook they come from, or in one filled with them."""
    origin = answers.origin
    if origin is None:
        return plan_of(table)
    return _untouched(origin.layout, Edition.FINISHED if origin.finished else Edition.NATIVE)


def plan_of(table: SelfEvaluation) -> Plan:
    """The plan a filing is scored with."""
    return plan_for(table, Edition.NATIVE, {})


def score(table: SelfEvaluation, answers: SelfAnswers, values: PlanValues | None = None) -> SelfCard:
    """The scores of a filing, over the values of a plan where they are known. Blank cells give blank points, never low ones."""
    return SelfCard(table, answers, plan_of(table).values(entries(table, answers)) if values is None else values)


def spans(card: SelfCard) -> Spans:
    """How many sheet rows the goals and the rows take, on the form and on 评分底稿 alike."""
    form = card.table.form
    rows = (max(rows_needed(row_texts(one.row, form)), rows_needed(working_sheet.row_texts(one.row, one.explanation))) for one in card.rows)
    return Spans(rows_needed(goal_texts(form, card.answers)), tuple(rows))


def _plan(layout: SelfLayout, card: SelfCard, edition: Edition, *, concluded: bool = True) -> Plan:
    table, answers, finished = card.table, card.answers, edition is Edition.FINISHED
    form = form_sheet(layout, answers, edition)
    explanations = [one.explanation if concluded else "" for one in card.rows]
    working = working_sheet.working_sheet(layout, answers, explanations, edition)
    first = [] if finished else [guide_sheet(table, layout.rows, edition)]
    if finished and concluded:
        first.append(conclusion_sheet(card))
    sheets = [
        *first,
        form,
        working,
        checks_sheet(card, edition),
        *([analysis_sheet(table, finished=finished)] if table.scored else []),
        *([] if finished else [published_sheet(claim_lines(layout), entries(table, answers).get)]),
        _lists(layout),
        rules_sheet(table.stamp, (form.done(), working.done())),
    ]
    if edition is Edition.ADDIN:
        sheets += addin_sheets([(RATE.code, (EXECUTED, table.execution.base))])
    return Plan(
        title=table.title,
        subject=f"{table.region} {answers.year(table)}年度 {edition.label}",
        edition=edition,
        sheets=tuple(sheet.done() for sheet in sheets),
        areas=areas(sheets),
        stamp=stamped(table.id, table.revision, edition, digest(answers)),
        first_shown="" if finished else GUIDE,
    )


def _lists(layout: SelfLayout) -> SheetBuilder:
    """The hidden words the formulas look up, the 二级指标 of each 一级指标, the rule of the rows, how many rows there are."""
    table = layout.table
    sheet = SheetBuilder(LISTS_SHEET, "Sheet_Lists")
    sheet.visibility = Visibility.BURIED
    levels = tuple(zip(*table.pairs, strict=True))
    own = {cells.LEVELS_1.key: levels[0], cells.LEVELS_2.key: levels[1], **{one.name: one.subclasses for one in table.classes}}
    lists = {**WORDS, **own}
    for column, (name, words) in enumerate(lists.items()):
        sheet.label(0, column, name, "hidden")
        for row, word in enumerate(words, 1):
            sheet.label(row, column, word, "hidden")
        sheet.area(name, 1, column, len(words))
    facts: dict[str, Value] = {
        RULE_NAME: table.rows.model_dump_json(exclude_defaults=True),
        ROW_COUNT: layout.rows,
        SPANS: str(layout.spans),
    }
    for column, (name, value) in enumerate(((name, value) for name, value in facts.items() if value != ""), len(lists)):
        sheet.label(0, column, name, "hidden")
        sheet.label(1, column, value, "hidden", key=name)
    return sheet
