"""Rubric and answers -> a workbook file, in one of three editions."""

from collections.abc import Mapping

from xl_jixiao import __version__
from xl_jixiao.layout import Layout, rule_name
from xl_jixiao.scoretable.table import Rubric
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.tables.answers import Answers, digest
from xl_jixiao.template.book import Book
from xl_jixiao.words import RULES_SHEET, STAMP


def stamp(rubric: Rubric, edition: Edition, answers: Answers) -> Mapping[str, str]:
    """The custom document properties of a workbook."""
    return {
        StampName.RUBRIC: rubric.id,
        StampName.REVISION: rubric.revision,
        StampName.EDITION: edition.value,
        StampName.DIGEST: digest(answers),
        StampName.VERSION: __version__,
    }


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
