"""自评表 workbooks for the tests: written from their plans, read at them, cells found by key."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from xl_jixiao.selfeval import answers as answer_files
from xl_jixiao.selfeval import cells, model
from xl_jixiao.selfeval.answers import SelfAnswers
from xl_jixiao.selfeval.build import compile, score
from xl_jixiao.selfeval.job import SelfEvaluationJob
from xl_jixiao.selfeval.model import SelfEvaluation
from xl_jixiao.selfeval.scoring import SelfCard
from xl_jixiao.sheet import write as writer
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.fit import fit
from xl_jixiao.sheet.package import read as read_package
from xl_jixiao.sheet.plan import Plan
from xl_jixiao.sheet.returned import edition_of, hidden_facts, raw, stamp_of
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.words import CONCLUSION


def filled(name: str) -> tuple[SelfEvaluation, SelfAnswers]:
    """A bundled table with its example."""
    table = model.load(name)
    return table, answer_files.load(examples()[name], table)


def write(table: SelfEvaluation, filing: SelfAnswers, edition: Edition, path: Path, *, overwrite: bool = False) -> SelfCard:
    """Writes the workbook, one of the bundled examples once in a run; gives its scores."""
    if table is model.load(table.id) and (table, filing) == filled(table.id):
        path.write_bytes(_written(table.id, edition))
    else:
        writer.write(compile(table, filing, edition), path, overwrite=overwrite)
    return score(table, filing)


@cache
def _written(name: str, edition: Edition) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}{edition.suffix}"
        writer.write(compile(*filled(name), edition), path)
        return path.read_bytes()


def read(path: Path, table: SelfEvaluation) -> SelfAnswers:
    """What was entered into a workbook of a table, bundled or not."""
    package = read_package(path)
    job = SelfEvaluationJob(table)
    edition = edition_of(package, stamp_of(package), CONCLUSION)
    plan = fit(job.plan_for(edition, hidden_facts(package)), package).plan
    return job.answers_of(raw(plan, package))


def of_row(plan: Plan, name: str, number: int) -> str:
    """The address of a cell of an indicator row; rows count from one."""
    return plan.ref(cells.at(name, number)).local
