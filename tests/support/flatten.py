"""Many filings in one sheet: the very formulas of a template, one filing to a row, so that LibreOffice judges thousands at once.

Every cell of the template's working columns gets a column of its own, sheet by sheet and column by column, so that a range of
the template (COUNTIF(F9:F11,…)) stays a range. Formulas are taken from the built file, not from the code that made them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import get_column_letter, range_boundaries

from xl_jixiao.number import to_cell
from xl_jixiao.scoretable.entered import entries
from xl_jixiao.scoretable.working import REASON, WEIGHT
from xl_jixiao.sheet.plan import Plan, Ref
from xl_jixiao.tables.answers import Answers
from xl_jixiao.words import DATA, TOTAL, WORKING

Cell = tuple[str, int, int]
_POISON = 987654321


class Flattened:
    """The template's formulas over flat columns."""

    def __init__(self, template: Path, plan: Plan) -> None:
        self._plan = plan
        total = plan.ref(TOTAL)
        widths = {WORKING: range(WEIGHT, REASON + 1), DATA: (2, 6, 7, 8), total.sheet: (total.column - 3, total.column)}
        last = {sheet.name: max(one.row for one in sheet.cells) for sheet in plan.sheets}
        cells: list[Cell] = [(sheet, row, column) for sheet in widths for column in widths[sheet] for row in range(last[sheet] + 1)]
        self.columns = {cell: at for at, cell in enumerate(cells)}
        book = openpyxl.load_workbook(template)
        self._names = {name: self._destination(defined) for name, defined in book.defined_names.items()}
        self.constants: dict[int, object] = {}
        self.formulas: dict[int, Callable[[int], str]] = {}
        for cell, at in self.columns.items():
            value = book[cell[0]].cell(cell[1] + 1, cell[2] + 1).value
            if isinstance(value, str) and value.startswith("="):
                self.formulas[at] = self._compile(value, cell[0])
            elif isinstance(value, (int, float)):
                self.constants[at] = value

    @staticmethod
    def _destination(defined) -> Cell:
        ((sheet, area),) = list(defined.destinations)
        left, top, _, _ = range_boundaries(area)
        return sheet, top - 1, left - 1

    def _compile(self, formula: str, sheet: str) -> Callable[[int], str]:
        parts = []
        for token in Tokenizer(formula).items:
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                parts.append(self._flat(token.value, sheet))
            else:
                parts.append(token.value.replace("{", "{{").replace("}", "}}"))
        text = "=" + "".join(parts)
        return lambda row: text.format(row=row + 1)

    def _flat(self, reference: str, sheet: str) -> str:
        if reference in self._names:
            return f"{self._letter(self._names[reference])}{{row}}"
        own, _, area = reference.rpartition("!")
        sheet = own.strip("'") or sheet
        left, top, right, bottom = range_boundaries(area)
        assert left == right, reference
        ends = [self._letter((sheet, row - 1, left - 1)) for row in (top, bottom)]
        return f"{ends[0]}{{row}}" if top == bottom else f"{ends[0]}{{row}}:{ends[1]}{{row}}"

    def _letter(self, cell: Cell) -> str:
        return get_column_letter(self.columns[cell] + 1)

    def at(self, ref: Ref) -> str:
        """The flat column of a template cell."""
        return self._letter((ref.sheet, ref.row, ref.column))

    def write(self, path: Path, filings: list[Answers]) -> None:
        """One filing to a row; every cached value is poison."""
        with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
            sheet = book.add_worksheet("全部")
            for row, answers in enumerate(filings):
                given = dict(self._given(answers))
                for at in sorted({*self.constants, *self.formulas, *given}):
                    if at in given:
                        sheet.write(row, at, given[at])
                    elif at in self.formulas:
                        sheet.write_formula(row, at, self.formulas[at](row), None, _POISON)
                    else:
                        sheet.write(row, at, self.constants[at])

    def _given(self, answers: Answers) -> Iterator[tuple[int, object]]:
        for key, value in entries(answers).items():
            ref = self._plan.ref(key)
            at = self.columns.get((ref.sheet, ref.row, ref.column))
            if at is not None and value is not None:
                yield at, value if isinstance(value, str) else to_cell(value)
