"""Workbooks of the bundled tables as the house writes them: each is written once in a run, by whichever worker needs it first, and every test
that asks gets a copy of its own."""

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from xl_jixiao.jobs import open_job
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.package import read
from xl_jixiao.sheet.plan import column_letter
from xl_jixiao.tables.catalogue import examples

SHARED = "JX_TEST_BOOKS"
"""The folder that the workers of a run have in common (conftest.py)."""


def book(name: str, edition: Edition, path: Path, *, filled: bool = True) -> Path:
    """A table's workbook at `path`: with its example, or blank."""
    path.write_bytes(_written(name, edition, filled=filled))
    return path


@cache
def _written(name: str, edition: Edition, *, filled: bool) -> bytes:
    """Two that need it in the same moment write the same bytes, and either may stay."""
    with TemporaryDirectory() as own:
        folder = Path(os.environ.get(SHARED, own))
        known = folder / f"{name}-{edition}-{'filled' if filled else 'blank'}"
        if not known.exists():
            job, path = open_job(name), Path(own) / f"{name}{edition.suffix}"
            job.write(job.answers(examples()[name]) if filled else job.blank(), edition, path)
            started = folder / f"{known.name}.{os.getpid()}"
            started.write_bytes(path.read_bytes())
            started.replace(known)
        return known.read_bytes()


def formulas_of(path: Path) -> dict[tuple[str, str], object]:
    """The value stored with every formula, by sheet and address; an empty text and none are one."""
    return {
        (sheet.name, f"{column_letter(column)}{row + 1}"): "" if stored.value is None else stored.value
        for sheet in read(path).sheets.values()
        for (row, column), stored in sheet.cells.items()
        if stored.formula
    }
