"""自评表 workbooks for the tests: written from their plans, cells found by key."""

from pathlib import Path

from xl_jixiao.selfeval import answers as answer_files
from xl_jixiao.selfeval import cells, model
from xl_jixiao.selfeval.answers import SelfAnswers
from xl_jixiao.selfeval.build import compile, score
from xl_jixiao.selfeval.model import SelfEvaluation
from xl_jixiao.selfeval.scoring import SelfCard
from xl_jixiao.sheet import write as writer
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Plan
from xl_jixiao.tables.catalogue import examples


def filled(name: str) -> tuple[SelfEvaluation, SelfAnswers]:
    """A bundled table with its example."""
    table = model.load(name)
    return table, answer_files.load(examples()[name], table)


def write(table: SelfEvaluation, filing: SelfAnswers, edition: Edition, path: Path, *, overwrite: bool = False) -> SelfCard:
    """Writes the workbook; gives its scores."""
    writer.write(compile(table, filing, edition), path, overwrite=overwrite)
    return score(table, filing)


def of_row(plan: Plan, name: str, number: int) -> str:
    """The address of a cell of an indicator row; rows count from one."""
    return plan.ref(cells.at(name, number)).local
