"""Document and answers -> a workbook file, in one of three editions."""

from pathlib import Path

from xl_jixiao import __version__
from xl_jixiao.documents import pages, sheets
from xl_jixiao.documents.compute import Filled
from xl_jixiao.documents.layout import DocumentLayout
from xl_jixiao.documents.model import Document
from xl_jixiao.documents.page_flow import visible
from xl_jixiao.outputs import replacing
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.answers import Answers
from xl_jixiao.template import data_sheet
from xl_jixiao.template import old_addin as addin_parts
from xl_jixiao.template.book import Book
from xl_jixiao.template.build import stamp, write_rules
from xl_jixiao.words import GUIDE


def write(form: Document, answers: Answers, edition: Edition, path: Path, *, overwrite: bool = False) -> Filled:
    """Writes the workbook beside its target and moves it into place. Raises FileExistsError unless told to overwrite."""
    filled = Filled(form, answers)
    with replacing(path, overwrite=overwrite) as temporary:
        _write(DocumentLayout(form), filled, edition, temporary)
    return filled


def _write(layout: DocumentLayout, filled: Filled, edition: Edition, path: Path) -> None:
    addin, finished = edition is Edition.ADDIN, edition is Edition.FINISHED
    form = layout.rubric
    book = Book(path, editable=not finished, app=f"xl_jixiao {__version__}")
    book.properties(form.title, f"{form.region} {form.year}年度 {edition.label}", stamp(form, edition, filled.answers))
    if not finished:
        sheets.write_guide(book, layout, filled, addin=addin)
        _write_data(book, layout, filled, addin=addin)
    shown = [visible(page, filled) if finished else page for page in form.pages]
    passages = [one for at, page in enumerate(shown, 1) for one in pages.write(book, page, filled, at)]
    if finished:
        _write_data(book, layout, filled, addin=False)
    sheets.write_checks(book, layout, filled, passages)
    for name, ref in layout.names.items():
        book.define(name, ref)
    write_rules(book, layout)
    if addin:
        addin_parts.complete(book, (layout.form_sheet, 1, layout.form_columns), ())
    if not finished:
        book.workbook.get_worksheet_by_name(GUIDE).activate()
    book.close()


def _write_data(book: Book, layout: DocumentLayout, filled: Filled, *, addin: bool) -> None:
    data_sheet.write(book, layout, filled.answers, layout.rubric.limits)
    if layout.figure_rows:
        sheets.write_figures(book, layout, filled, addin=addin)
