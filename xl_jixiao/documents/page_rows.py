"""Which rows of a form's page stay together, what a finished file leaves out, and what keeps a sentence from being finished."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from xl_jixiao.documents.model import FormCell, FormPage, FormRow, Paragraph, placed
from xl_jixiao.documents.template_text import Slot, slots
from xl_jixiao.documents.trees import FormTrees
from xl_jixiao.expr import Values, as_text
from xl_jixiao.formula import defined_name
from xl_jixiao.number import numeral
from xl_jixiao.words import TO_FILL, is_blank

_LEVELS = {"heading1": 1, "heading2": 2, "heading3": 3}
_COUNTED = re.compile("^[一二三四五六七八九十]+(?=、)")
_BLOCK = re.compile(r"\{(?:变|有|填|空):[^{}]*\}(?:\{或:[^{}]*\})*.*?\{完\}", re.DOTALL)
_MARKED = ("勾", "√")


@dataclass(frozen=True)
class Sentence:
    """A passage of a page as it is filled: what it says, and which answers it shows 〔待填〕 for."""

    page: FormPage
    shown: str
    lacking: Mapping[str, str]
    """What is blank, by the key of the input: it, or the sum nothing of which is filled in."""
    optional: bool
    """Whether all it has is blank and may be: then it is left out whole."""


def sentence(page: FormPage, text: str, shown: str, trees: FormTrees, values: Values) -> Sentence:
    """A text with placeholders as `values` fill it."""
    if TO_FILL not in shown:
        return Sentence(page, shown, {}, optional=False)
    form, blank = trees.form, [one for one in _slots(text, trees, values) if _is_open(one, trees, values)]
    lacking = {part.key: part.said for one in blank for part in trees.lacking(one.name) if part.test.value(values)}
    anything = any(
        not is_blank(values[one.name]) for one in slots(text) if isinstance(one, Slot) and one.name and one.filter not in _MARKED
    )
    required = any(form.input_by_key[key].required for key in lacking)
    return Sentence(page, shown, lacking, optional=not anything and not required)


def open_sentences(trees: FormTrees, values: Values) -> Iterator[Sentence]:
    """Every text of the pages that may lack an optional answer, in their order."""
    for page in trees.form.pages:
        for paragraph in page.paragraphs:
            if _lacks(trees, (paragraph.text, paragraph.otherwise), values):
                yield _of_paragraph(page, paragraph, trees, values)
        for cell in (cell for row in page.rows for cell in row.cells if not cell.value):
            if _lacks(trees, (cell.text,), values):
                yield _of_cell(page, cell, trees, values)


def _lacks(trees: FormTrees, texts: Sequence[str], values: Values) -> bool:
    """Whether an optional answer that one of the texts shows is blank."""
    return any(is_blank(values[key]) for text in texts for key in trees.optional_of(text))


def _of_paragraph(page: FormPage, paragraph: Paragraph, trees: FormTrees, values: Values) -> Sentence:
    shown = as_text(trees.paragraph(paragraph).value(values))
    text = paragraph.text if shown == as_text(trees.text(paragraph.text).value(values)) else paragraph.otherwise
    return sentence(page, text, shown, trees, values)


def _of_cell(page: FormPage, cell: FormCell, trees: FormTrees, values: Values) -> Sentence:
    return sentence(page, cell.text, as_text(trees.text(cell.text).value(values)), trees, values)


def _slots(text: str, trees: FormTrees, values: Values) -> Iterator[Slot]:
    """The placeholders that are said: those between a condition and its {完} only where that shows 〔待填〕."""
    silent = [one.span() for one in _BLOCK.finditer(text) if TO_FILL not in as_text(trees.text(one[0]).value(values))]
    for start, end in reversed(silent):
        text = text[:start] + text[end:]
    yield from (one for one in slots(text) if isinstance(one, Slot) and one.filter in ("", "增减", "高低"))


def _is_open(slot: Slot, trees: FormTrees, values: Values) -> bool:
    return as_text(trees.text(f"{{{slot.name}}}").value(values)) == TO_FILL


def visible(page: FormPage, trees: FormTrees, values: Values) -> FormPage:
    """The page without what is optional and blank: rows, of which the first stay where all are blank; passages; headings nothing is left
    under, those after them counting on. A blank form shows all it asks for."""
    if all(is_blank(values[item.key]) for item in trees.form.inputs):
        return page.model_copy(update={"rows": _rows(page, values)})
    if page.is_table:
        rows = (
            row.model_copy(update={"cells": tuple(_emptied(page, cell, trees, values) for cell in row.cells)})
            for row in _rows(page, values)
        )
        return page.model_copy(update={"rows": tuple(rows)})
    read = [_of_paragraph(page, one, trees, values) for one in page.paragraphs]
    kept = [(one, done.shown) for one, done in zip(page.paragraphs, read, strict=True) if not done.optional]
    if len(kept) == len(read):
        return page
    left = [one for at, (one, _) in enumerate(kept) if not _stands_alone(kept, at)]
    return page.model_copy(update={"paragraphs": tuple(_counted(left))})


def _rows(page: FormPage, values: Values) -> tuple[FormRow, ...]:
    names = list(dict.fromkeys(row.optional for row in page.rows if row.optional))
    kept: Collection[str] = [name for name in names if not is_blank(values[defined_name(name)])] or names[:1]
    return tuple(row for row in page.rows if not row.optional or row.optional in kept)


def _emptied(page: FormPage, cell: FormCell, trees: FormTrees, values: Values) -> FormCell:
    """The cell, empty where its passage is optional and blank."""
    item = trees.form.input_by_key.get(cell.key) if cell.value else None
    passage = cell.style == "text" and item is not None and not item.required and is_blank(values[cell.key])
    if passage or ("{" in cell.text and not cell.value and _of_cell(page, cell, trees, values).optional):
        return cell.model_copy(update={"value": "", "text": ""})
    return cell


def _stands_alone(texts: Sequence[tuple[Paragraph, str]], at: int) -> bool:
    """Whether a heading has nothing under it."""
    level = _LEVELS.get(texts[at][0].style)
    if level is None:
        return False
    for paragraph, text in texts[at + 1 :]:
        below = _LEVELS.get(paragraph.style)
        if below is not None and below <= level:
            return True
        if below is None and text:
            return False
    return True


def _counted(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """First headings numbered one after the other."""
    number = 0
    for one in paragraphs:
        if one.style == "heading1" and _COUNTED.match(one.text):
            number += 1
            yield one.model_copy(update={"text": _COUNTED.sub(numeral(number), one.text)})
        else:
            yield one


def tied(page: FormPage) -> frozenset[int]:
    """The rows that stay on one page with the row after them: headings, merged rows, those that say so. Passages of text may be split."""
    found = {at for at, row in enumerate(page.rows) if row.keep or row.is_heading}
    passages: set[int] = set()
    merged: set[int] = set()
    taken: set[tuple[int, int]] = set()
    for at, row in enumerate(page.rows):
        for _, cell in filter(None, placed(row, at, taken, len(page.widths))):
            passages.update(range(at, at + cell.rows) if cell.style == "text" else ())
            merged.update(range(at, at + cell.rows - 1))
    return frozenset((found | merged - passages) - {len(page.rows) - 1})
