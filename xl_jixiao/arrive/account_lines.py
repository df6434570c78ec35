"""Every figure of a 决算公开表 as it stands: its row, its column, its place; and what stands among the figures and is none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xl_jixiao.arrive.account_sums import CODE, HEAD_ROWS, line_columns
from xl_jixiao.arrive.blocks import Spot, Unread
from xl_jixiao.arrive.grid import Grid, GridCell
from xl_jixiao.arrive.heads import squeezed, word
from xl_jixiao.arrive.rows import DASHES
from xl_jixiao.finding import Place

_CODE_HEAD = re.compile("编码|代码|^[类款项]$")
_NO_HEAD = re.compile(r"[:：]|单位|公开|附[表件]|20\d\d年")
_NOTE = re.compile(r"^(?:[(（]?注|说明|备注|填表|制表|审核|负责人|单位|本表)")
_DIGIT = re.compile(r"\d")
_LONGEST_FIGURE = 20


@dataclass(frozen=True)
class AccountLine:
    """One figure: the table (01–09), the code and label of its row, the heads of its column, its amount in 万元, its place."""

    table: str
    code: str
    label: str
    column: str
    value: Decimal
    place: Place


def account_lines(grid: Grid, table: str, rows: Sequence[int], scale: Decimal) -> Iterator[AccountLine | Unread]:
    """The figures of a table, row by row. `rows` are those of heads and figures; numbers are divided by `scale` to be 万元."""
    codes = _code_columns(grid, rows)
    lines = line_columns(grid) - codes
    first = _first_figures(grid, rows, lines | codes)
    heads = _Heads(grid, [row for row in rows if row < first])
    figures: set[int] = set()
    for row in (row for row in rows if row >= first):
        code, label, read = "", "", False
        cells = [cell for cell in grid.rows[row] if not (cell.blank or cell.column in lines and cell.number is not None)]
        for at, cell in enumerate(cells):
            named = bool(label) and not read
            if cell.column in codes and CODE.fullmatch(word(cell.text)) or not codes and not named and _begins_code(cells[at:]):
                code, label, read = ("" if read or label else code) + word(cell.text), "", False
            elif cell.doubt or cell.number is None and (cell.column in figures or read and _DIGIT.search(word(cell.text))):
                if cell.doubt or _should_be_figure(cell):
                    yield Spot(grid, cell).unread(f"{cell.doubt or '不是数字'}，没有读入")
            elif cell.number is None:
                code, label, read = ("" if read else code), squeezed(cell.text), False
            elif cell.row == row:
                read = True
                figures.add(cell.column)
                yield AccountLine(table, code, label, heads.of(cell), cell.number / scale, grid.place(cell))


def _should_be_figure(cell: GridCell) -> bool:
    """Whether a text below figures should be a figure."""
    said = word(cell.text)
    return said not in DASHES and len(said) <= _LONGEST_FIGURE and not _NOTE.match(said)


def _code_columns(grid: Grid, rows: Sequence[int]) -> frozenset[int]:
    heads = (cell for row in rows[:HEAD_ROWS] for cell in grid.owned(row) if _CODE_HEAD.search(word(cell.text)))
    spans = (range(cell.column, cell.right + 1) for cell in heads)
    return frozenset(column for span in spans for column in span if _mostly_codes(grid, rows, column))


def _mostly_codes(grid: Grid, rows: Sequence[int], column: int) -> bool:
    """Whether codes stand below a head of codes: a merged “项目” over code and name has them in its first columns alone."""
    said = [word(cell.text) for row in rows if (cell := grid.at(row, column)).column == cell.right == column and cell.row == row]
    coded = sum(CODE.fullmatch(one) is not None for one in said)
    return coded > 0 and 2 * coded >= sum(one[:1].isdigit() for one in said)


def _begins_code(cells: Sequence[GridCell]) -> bool:
    """Whether the first of the cells is a code, where no head says so: a name comes after it, or more of the code and a name."""
    after = next((one for one in cells if not CODE.fullmatch(word(one.text))), None)
    return after is not None and after is not cells[0] and after.number is None and not after.doubt


def _first_figures(grid: Grid, rows: Sequence[int], apart: frozenset[int]) -> int:
    """The first row of figures."""
    numbers = (row for row in rows if any(cell.number is not None and cell.column not in apart for cell in grid.owned(row)))
    return next(numbers, max(rows, default=0) + 1)


class _Heads:
    """The heads of the columns, from above."""

    def __init__(self, grid: Grid, rows: Sequence[int]) -> None:
        self.grid, self.rows = grid, [row for row in rows if _is_head_row(grid, row)]

    def of(self, cell: GridCell) -> str:
        """The heads above a cell, the widest first."""
        above = (self.grid.at(row, cell.column) for row in self.rows)
        said = [squeezed(one.text) for one in above if not one.blank]
        return "·".join(dict.fromkeys(said))


def _is_head_row(grid: Grid, row: int) -> bool:
    """Whether a row is one of heads: no title, no 单位：万元."""
    texts = [cell.text for cell in grid.rows[row] if not cell.blank]
    return len(texts) > 1 and not any(_NO_HEAD.search(text) and not _CODE_HEAD.search(text) for text in texts)
