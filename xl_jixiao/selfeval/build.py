"""Table and answers -> a 自评表 workbook, in one of three editions."""

from pathlib import Path

from xl_jixiao import __version__
from xl_jixiao.layout import Ref
from xl_jixiao.outputs import replacing
from xl_jixiao.selfeval import form_sheet, overview_sheets, working_sheet
from xl_jixiao.selfeval.answers import SelfAnswers, digest
from xl_jixiao.selfeval.layout import ROW_COUNT, RULE_NAME, SPANS, SelfLayout, Spans
from xl_jixiao.selfeval.model import EXECUTED, SelfEvaluation
from xl_jixiao.selfeval.native import LESS, LESS_TAILS_NAME, LEVELS_1, LEVELS_2, NO_REASON_NAME, SIGNS, TAILS_NAME
from xl_jixiao.selfeval.passages import FormBook, rows_needed
from xl_jixiao.selfeval.scoring import NO_REASON, RATE, SelfCard, score
from xl_jixiao.selfeval.target import LESS_TAILS, LESS_WORDS, MET_WORDS, SIGN_WORDS, TAILS, UNMET_WORDS
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.tables.answers import Answers
from xl_jixiao.template import old_addin as addin_parts
from xl_jixiao.template.build import stamp, write_rules
from xl_jixiao.words import GUIDE, LISTS_SHEET, MET, UNMET


def write(table: SelfEvaluation, answers: SelfAnswers, edition: Edition, path: Path, *, overwrite: bool = False) -> SelfCard:
    """Writes the workbook beside its target and moves it into place. Raises FileExistsError unless told to overwrite."""
    card = score(table, answers)
    finished = edition is Edition.FINISHED
    rows = max(1, len(card.rows)) if finished else table.capacity
    with replacing(path, overwrite=overwrite) as temporary:
        _write(SelfLayout(table, rows, spans(card), finished), card, edition, temporary)
    return card


def spans(card: SelfCard) -> Spans:
    """How many sheet rows the goals and the rows take, on the form and on 评分底稿 alike."""
    rows = (max(rows_needed(form_sheet.texts(one.row, card.table.form)), rows_needed(working_sheet.texts(one))) for one in card.rows)
    return Spans(rows_needed(form_sheet.goal_texts(card)), tuple(rows))


def _write(layout: SelfLayout, card: SelfCard, edition: Edition, path: Path) -> None:
    addin, finished = edition is Edition.ADDIN, edition is Edition.FINISHED
    table = layout.rubric
    book = FormBook(path, editable=not finished, app=f"xl_jixiao {__version__}")
    facts = {**stamp(table, edition, Answers(table.id, {})), StampName.DIGEST: digest(card.answers)}
    book.properties(table.title, f"{table.region} {card.answers.year(table)}年度 {edition.label}", facts)
    if finished:
        overview_sheets.write_conclusion(book, layout, card)
    else:
        overview_sheets.write_guide(book, layout, card, addin=addin)
    form_sheet.write(book, layout, card, addin=addin)
    working_sheet.write(book, layout, card)
    overview_sheets.write_checks(book, layout, card, addin=addin)
    overview_sheets.write_analysis(book, layout, card)
    for name, ref in layout.names.items():
        book.define(name, ref)
    _write_lists(book, layout)
    write_rules(book, layout)
    if addin:
        addin_parts.complete(book, (layout.form_sheet, 1, layout.beside), [(RATE.code, (EXECUTED, table.execution.base))])
    if not finished:
        book.workbook.get_worksheet_by_name(GUIDE).activate()
    book.close()


def _write_lists(book: FormBook, layout: SelfLayout) -> None:
    """The hidden words the formulas look up, the 二级指标 of each 一级指标, the rule of the rows, how many rows there are."""
    table = layout.rubric
    sheet = book.sheet(LISTS_SHEET, "Sheet_Lists")
    sheet.very_hidden()
    levels = tuple(zip(*table.pairs, strict=True))
    lists = {
        SIGNS: SIGN_WORDS, LESS: LESS_WORDS, TAILS_NAME: TAILS, LESS_TAILS_NAME: LESS_TAILS, MET: MET_WORDS, UNMET: UNMET_WORDS,
        NO_REASON_NAME: NO_REASON, LEVELS_1: levels[0], LEVELS_2: levels[1], **{one.name: one.subclasses for one in table.classes},
    }  # fmt: skip
    for column, (name, words) in enumerate(lists.items()):
        book.write(sheet, 0, column, name, "hidden")
        for row, word in enumerate(words, 1):
            book.write(sheet, row, column, word, "hidden")
        first, last = Ref(LISTS_SHEET, 1, column), Ref(LISTS_SHEET, len(words), column)
        book.workbook.define_name(name, f"={first.absolute}:{last.absolute.partition('!')[2]}")
    column = len(lists)
    facts = {RULE_NAME: table.rows.model_dump_json(exclude_defaults=True), ROW_COUNT: layout.rows, SPANS: str(layout.spans)}
    for at, (name, value) in enumerate((name, value) for name, value in facts.items() if value != ""):
        book.write(sheet, 0, column + at, name, "hidden")
        book.write(sheet, 1, column + at, value, "hidden")
        book.define(name, Ref(LISTS_SHEET, 1, column + at))
    book.protect(sheet)
