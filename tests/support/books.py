"""Workbooks of the bundled tables as the house writes them: each is written once in a run, and every test that asks gets a copy of its own."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from xl_jixiao.jobs import open_job
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.package import read
from xl_jixiao.sheet.plan import column_letter
from xl_jixiao.tables.catalogue import examples


def book(name: str, edition: Edition, path: Path, *, filled: bool = True) -> Path:
    """A table's workbook at `path`: with its example, or blank."""
    path.write_bytes(_written(name, edition, filled=filled))
    return path


@cache
def _written(name: str, edition: Edition, *, filled: bool) -> bytes:
    job = open_job(name)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}{edition.suffix}"
        job.write(job.answers(examples()[name]) if filled else job.blank(), edition, path)
        return path.read_bytes()


def formulas_of(path: Path) -> dict[tuple[str, str], object]:
    """The value stored with every formula, by sheet and address; an empty text and none are one."""
    return {
        (sheet.name, f"{column_letter(column)}{row + 1}"): "" if stored.value is None else stored.value
        for sheet in read(path).sheets.values()
        for (row, column), stored in sheet.cells.items()
        if stored.formula
    }
