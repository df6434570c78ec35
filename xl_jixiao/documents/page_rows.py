"""Which rows of a form's page stay together, and what a finished file leaves out."""

from xl_jixiao.documents.model import FormPage, placed
from xl_jixiao.expr import Values
from xl_jixiao.formula import defined_name
from xl_jixiao.words import is_blank


def visible(page: FormPage, values: Values) -> FormPage:
    """The page without the optional rows nothing was filled in for; the first of them stay where all are blank."""
    names = list(dict.fromkeys(row.optional for row in page.rows if row.optional))
    kept = [name for name in names if not is_blank(values[defined_name(name)])] or names[:1]
    return page.model_copy(update={"rows": tuple(row for row in page.rows if not row.optional or row.optional in kept)})


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
