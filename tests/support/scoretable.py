"""Scoring tables as the tests take them: written in one call, cells found by key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xl_jixiao.expr import Cell
from xl_jixiao.rules import Scorer
from xl_jixiao.scoretable.card import ScoreCard
from xl_jixiao.scoretable.compile import plan_of
from xl_jixiao.scoretable.job import TableJob
from xl_jixiao.scoretable.model import Rubric
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Plan, Ref
from xl_jixiao.tables.answers import Answers


def write(table: Rubric, answers: Answers, edition: Edition, path: Path) -> ScoreCard:
    """Writes a workbook; its scores."""
    return TableJob(table).write(answers, edition, path).card


def ref(table: Rubric, key: str) -> Ref:
    """Where a cell stands in every edition."""
    return plan_of(table).ref(key)


def beside(plan: Plan, key: str, column: int) -> Ref:
    """The cell of another column in the row of a key."""
    place = plan.ref(key)
    return Ref(place.sheet, place.row, column)


def native(scorer: Scorer):
    """The points as a formula, from the addresses of the rate and of the items."""

    def formula(rate: str, given: Sequence[str]) -> str:
        return scorer.over(Cell(rate), [Cell(one) for one in given]).excel()

    return formula
