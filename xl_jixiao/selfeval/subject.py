"""A filing of a 自评表 under review, and how its rows are called in findings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from xl_jixiao.expr import as_number, as_text
from xl_jixiao.finding import Place
from xl_jixiao.number import plain
from xl_jixiao.rules.typed import YUAN
from xl_jixiao.selfeval import cells, funds
from xl_jixiao.selfeval.build import plan_of_answers
from xl_jixiao.selfeval.model import (
    SelfEvaluation,
)
from xl_jixiao.selfeval.scoring import RowScore, SelfCard
from xl_jixiao.sheet.plan import Plan

_MONEY = re.compile(r"(?<![\d,.])(\d[\d,]{0,20}(?:\.\d{1,10})?)万元")
_WHOLE_MONEY = re.compile(r"(?:资金|总成本|总投资|总投入|经费|预算|拨款)[^\d]{0,8}(\d[\d,]{0,20}(?:\.\d{1,10})?)(万元|元)")
"""An amount that a text gives a project as a whole: 安排资金9.4万元, 项目总成本≤98000元."""

_CLAUSES, _OF_EACH = re.compile(r"[，。；、\n]"), re.compile("每|均|元[/／]")
"""Where one saying ends, and what says that its money is of one household, one performance."""


@dataclass(frozen=True)
class Subject:
    """One filing under review."""

    card: SelfCard
    file: str = ""

    @property
    def table(self) -> SelfEvaluation:
        """The table."""
        return self.card.table

    def amount(self, key: str) -> Fraction:
        """What a cell of the funds shows."""
        held = self.card.values[key]
        assert not isinstance(held, tuple)
        return Fraction(as_number(held))

    @cached_property
    def plan(self) -> Plan:
        """The workbook the answers come from, or one filled with them."""
        return plan_of_answers(self.card.table, self.card.answers)

    @cached_property
    def asked_of_funds(self) -> str:
        """What is asked of the amounts; what else they give follows from it."""
        return as_text(funds.question(self.table).value(self.card.values))

    @cached_property
    def _sayings(self) -> tuple[str, ...]:
        """What goals and rows say, clause by clause, without what is of each of something."""
        answers = self.card.answers
        clauses = _CLAUSES.split(f"{answers.expected}\n{answers.actual}")
        rows = [f"{row.name}{text or ''}" for row in answers.rows for text in (row.target, row.actual)]
        return tuple(one for one in (*clauses, *rows) if not _OF_EACH.search(one))

    @cached_property
    def money_said(self) -> frozenset[Decimal]:
        """The amounts of 万元 that goals and rows speak of."""
        return frozenset(Decimal(one.replace(",", "")) for text in self._sayings for one in _MONEY.findall(text))

    @cached_property
    def wholes_said(self) -> frozenset[Decimal]:
        """Of them, in 万元, those of the project as a whole."""
        said = [found for text in self._sayings for found in _WHOLE_MONEY.findall(text)]
        return frozenset(Decimal(figure.replace(",", "")) / (1 if unit == "万元" else YUAN["万元"]) for figure, unit in said)

    def place(self, key: str) -> Place:
        """A cell in the user's words."""
        ref = self.plan.ref(key)
        return Place(self.file, ref.sheet, ref.local)

    def cell(self, one: RowScore, name: str) -> Place:
        """A cell of a row of the form; that of its name where the form prints no such column. A target in three columns is its figure's."""
        origin = self.card.answers.origin
        number = origin.numbers[one.number - 1] if origin else one.number
        key = cells.at(cells.FIGURE if name == cells.TARGET and self.table.parted else name, number)
        return self.place(key if key in self.plan.placed else cells.at(cells.NAME, number))

    def scored(self) -> Iterator[RowScore]:
        """The rows with points."""
        return (one for one in self.card.rows if isinstance(one.points, Decimal))


def figures_wrong(one: RowScore) -> bool:
    """JX522 says it: what its weight or degree would give is not said besides."""
    return any(isinstance(value, str) or isinstance(value, Decimal) and value < 0 for value in (one.row.weight, one.row.degree))


def row_named(one: RowScore) -> str:
    """A row in the user's words."""
    return f"第{one.number}行“{one.row.name[:20] or one.row.level2}”"


def as_written(value: object) -> str:
    """What a cell holds, as a finding says it."""
    return plain(value) if isinstance(value, Decimal) else str(value or "")[:40]
