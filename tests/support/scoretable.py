"""Scoring tables as the tests take them: written in one call, cells found by key."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from support.books import book
from xl_jixiao.expr import Cell, renamed
from xl_jixiao.jobs import read_workbook
from xl_jixiao.rules import Scorer
from xl_jixiao.scoretable.card import ScoreCard
from xl_jixiao.scoretable.compile import plan_of
from xl_jixiao.scoretable.job import TableJob
from xl_jixiao.scoretable.model import Rubric
from xl_jixiao.scoretable.table import load
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.sheet.plan import Ref
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.answers import Answers, digest
from xl_jixiao.tables.catalogue import examples


def write(table: Rubric, answers: Answers, edition: Edition, path: Path) -> ScoreCard:
    """Writes a workbook, one of the bundled examples once in a run; its scores."""
    job = TableJob(table)
    if table.id in examples() and table is load(table.id) and answers == example(table.id):
        book(table.id, edition, path)
        return job.evaluate(answers).card
    return job.write(answers, edition, path).card


@cache
def example(name: str) -> Answers:
    """The answers of a bundled table's example."""
    return answer_files.load(examples()[name], load(name).asked)


def ref(table: Rubric, key: str) -> Ref:
    """Where a cell stands in every edition."""
    return plan_of(table).ref(key)


def native(scorer: Scorer):
    """The points as a formula, from the addresses of the rate, of the items and of the figures."""

    def formula(rate: str, given: Sequence[str]) -> str:
        count = len(scorer.items)
        points = scorer.over(Cell(rate), [Cell(one) for one in given[:count]])
        return renamed(points, dict(zip(scorer.rule.names, given[count:], strict=True))).excel()

    return formula


class Sent:
    """A returned workbook of a scoring table: what was entered, and what its computed cells show."""

    def __init__(self, path: Path, reference: str | None = None) -> None:
        self.returned = read_workbook(path, reference)
        self.answers: Answers = self.returned.answers
        self.edition = self.returned.edition
        self.revision = self.returned.stamp[StampName.REVISION]
        self.digest = digest(self.answers)
        self.stamped_digest = self.returned.stamp[StampName.DIGEST]

    def shown(self, key: str) -> object:
        """What a cell shows."""
        place = self.returned.fitted.plan.ref(key)
        return self.returned.package.cell(place.sheet, place.row, place.column).value
