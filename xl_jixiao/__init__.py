"""xl_jixiao: official budget self-evaluation forms as live Excel workbooks (预算绩效自评).

>>> import xl_jixiao
>>> table = xl_jixiao.load("hongjiang-2020-dept")  # a bundled id, or the path of a county's own .toml
>>> result = xl_jixiao.score(table, "answers.toml")  # total, grade, findings, rows(), as_json()
>>> xl_jixiao.fill(table, "answers.toml", "填报表.xlsx")  # .xlsx native formulas, .xlsm registered functions
>>> returned = xl_jixiao.read("交回的填报表.xlsx")  # what came back: its job (the table), its answers
>>> findings = xl_jixiao.review("交回的填报表.xlsx").findings  # recomputed, each mistake with its cell
"""

from pathlib import Path
from typing import TYPE_CHECKING

from xl_jixiao import review as _review  # loaded before the function of that name, whose place it would take later  # noqa: F401

if TYPE_CHECKING:
    from xl_jixiao.jobs import Returned
    from xl_jixiao.review.examine import Examined
    from xl_jixiao.sheet.job import Job, Result

__version__ = "0.6.3"
__all__ = ["fill", "load", "read", "review", "score"]


def load(table: str | Path) -> "Job":
    """A table of any kind by its id or the path of its .toml file. Raises RubricError with every mistake of the file, FileNotFoundError."""
    from xl_jixiao.jobs import open_job

    return open_job(str(table))


def score(table: "Job", data: str | Path) -> "Result":
    """The scores and findings of a .toml or .json data file. Points and rates are exact; blank answers give blank scores, never low ones.

    Raises AnswersError with every mistake of the file, OSError.
    """
    path = Path(data)
    return table.evaluate(table.answers(path), file=path.name)


def fill(table: "Job", data: str | Path, workbook: str | Path, *, overwrite: bool = False) -> "Result":
    """Writes a data file into a workbook, .xlsx with native formulas or .xlsm with registered functions; its scores and findings.

    The file is written whole and moved into place. Raises AnswersError, FileExistsError unless told to overwrite, OSError.
    """
    from xl_jixiao.sheet.edition import Edition

    path = Path(workbook)
    edition = Edition.ADDIN if path.suffix.lower() == ".xlsm" else Edition.NATIVE
    return table.write(table.answers(Path(data)), edition, path, overwrite=overwrite)


def read(workbook: str | Path, table: str | Path | None = None) -> "Returned":
    """A filled workbook as it came back: `answers` are what the unit entered, at the places where the table has them.

    The table comes from the workbook's stamp unless given. Raises UnreadableWorkbook with one clear line.
    """
    from xl_jixiao.jobs import read_workbook

    return read_workbook(Path(workbook), None if table is None else str(table))


def review(workbook: str | Path, table: str | Path | None = None) -> "Examined":
    """One returned workbook recomputed and held against its table: totals, grade, every finding with its cell. Never raises for a bad file:
    what can't be read is a finding too."""
    from xl_jixiao.review.examine import examine

    return examine(Path(workbook), None if table is None else str(table))
