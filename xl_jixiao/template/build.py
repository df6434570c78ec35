"""Rubric and answers -> a workbook file, in one of three editions."""

from collections.abc import Mapping
from pathlib import Path

from xl_jixiao import __version__
from xl_jixiao.layout import Layout, rule_name
from xl_jixiao.outputs import replacing
from xl_jixiao.scoretable.scoring import ScoreCard, score
from xl_jixiao.scoretable.table import Rubric
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.tables.answers import Answers, digest
from xl_jixiao.template import analysis_sheet, checks_sheet, conclusion_sheet, data_sheet, form_sheet, guide_sheet, working_sheet
from xl_jixiao.template import old_addin as addin_parts
from xl_jixiao.template.book import Book
from xl_jixiao.words import GUIDE, RULES_SHEET, STAMP


def stamp(rubric: Rubric, edition: Edition, answers: Answers) -> Mapping[str, str]:
    """The custom document properties of a workbook."""
    return {
        StampName.RUBRIC: rubric.id,
        StampName.REVISION: rubric.revision,
        StampName.EDITION: edition.value,
        StampName.DIGEST: digest(answers),
        StampName.VERSION: __version__,
    }


def write(rubric: Rubric, answers: Answers, edition: Edition, path: Path, *, overwrite: bool = False) -> ScoreCard:
    """Writes the workbook beside its target and moves it into place. Raises FileExistsError unless told to overwrite."""
    with replacing(path, overwrite=overwrite) as temporary:
        card = score(rubric, answers)
        _write(Layout(rubric), answers, card, edition, temporary)
    return card


def _write(layout: Layout, answers: Answers, card: ScoreCard, edition: Edition, path: Path) -> None:
    addin, finished = edition is Edition.ADDIN, edition is Edition.FINISHED
    book = Book(path, editable=not finished, app=f"xl_jixiao {__version__}")
    rubric = layout.rubric
    book.properties(rubric.title, f"{rubric.region} {rubric.year}年度 {edition.label}", stamp(rubric, edition, answers))
    if finished:
        conclusion_sheet.write(book, layout, answers, card)
        form_sheet.write(book, layout, answers, card)
        working_sheet.write(book, layout, answers, card, addin=False)
        data_sheet.write(book, layout, answers)
    else:
        guide_sheet.write(book, layout, answers, card, addin=addin)
        data_sheet.write(book, layout, answers)
        working_sheet.write(book, layout, answers, card, addin=addin)
        form_sheet.write(book, layout, answers, card)
    checks_sheet.write(book, layout, answers, card, addin=addin)
    analysis_sheet.write(book, layout, card)
    for name, ref in layout.names.items():
        book.define(name, ref)
    write_rules(book, layout)
    if addin:
        addin_parts.complete(book, (layout.form_sheet, 1, len(rubric.form.columns)), addin_parts.bare_arguments(rubric))
    if not finished:
        book.workbook.get_worksheet_by_name(GUIDE).activate()
    book.close()


def write_rules(book: Book, layout: Layout) -> None:
    """The hidden sheet of rules: what JX_SCORE computes with, so that a workbook needs no rubric file beside it."""
    sheet = book.sheet(RULES_SHEET, "Sheet_Rules")
    sheet.very_hidden()
    book.write(sheet, 0, 0, layout.rubric.stamp, "hidden")
    for row, indicator in enumerate(layout.rubric.indicators, 1):
        book.write(sheet, row, 0, indicator.code, "hidden")
        book.write(sheet, row, 1, indicator.scorer.model_dump_json(exclude_defaults=True), "hidden")
        book.workbook.define_name(rule_name(indicator.code), f"='{RULES_SHEET}'!$B${row + 1}")
    book.workbook.define_name(STAMP, f"='{RULES_SHEET}'!$A$1")
    book.write_lists(sheet)
    book.protect(sheet)
