"""What a unit may have published of a 自评表: weights, total, grade, the execution rate, the points of each row, beside what is computed."""

from collections.abc import Iterator
from functools import lru_cache

from xl_jixiao.expr import ByRow, Cell, Expr, Rounded, all_of, any_of, call, first_of, is_blank, is_number, joined, when
from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.answers import row_key
from xl_jixiao.selfeval.layout import SelfLayout
from xl_jixiao.selfeval.model import AMOUNTS, EXECUTED, EXECUTION_RATE
from xl_jixiao.selfeval.scoring import EXECUTION_POINTS, WEIGHT_TOTAL
from xl_jixiao.sheet.published import (
    PUBLISHED_POINTS,
    ROW_POINTS,
    Claim,
    ClaimLine,
    compared,
    figure_key,
    number_claim,
    points_key,
    word_claim,
)
from xl_jixiao.tables.parts import grade_of
from xl_jixiao.words import GRADE, TOTAL

_COMPUTED = {
    figure_key(EXECUTION_RATE): EXECUTION_RATE,
    points_key(EXECUTION_RATE): EXECUTION_POINTS,
    figure_key(WEIGHT_TOTAL): WEIGHT_TOTAL,
    figure_key(TOTAL): TOTAL,
    figure_key(GRADE): GRADE,
    **{figure_key(one): one for one in AMOUNTS},
}


_OF_A_ROW = {ROW_POINTS: cells.POINTS, cells.FIGURE: cells.TARGET}


def about(key: str) -> str:
    """What a cell is about: of a published figure the key of what is computed, of a part of a target the whole; every other key as it is."""
    name, _, number = key.partition(":")
    return cells.at(_OF_A_ROW[name], int(number)) if name in _OF_A_ROW else _COMPUTED.get(key, key)


_ROOM = 15
"""Characters of an indicator's name that its line has beside the number."""


@lru_cache(maxsize=64)
def claim_lines(layout: SelfLayout) -> tuple[ClaimLine, ...]:
    """The lines of 公布数核对; those of the funds stand last, where workbooks of earlier versions have nothing."""
    funds = (ClaimLine(f"年度资金总额：{one}", number_claim(figure_key(one), Cell(one))) for one in layout.table.amounts)
    return (*_of(layout), *funds)


def _of(layout: SelfLayout) -> Iterator[ClaimLine]:
    table, total = layout.table, Cell(figure_key(TOTAL))
    claim, rate = Cell(figure_key(EXECUTION_RATE)), Cell(EXECUTION_RATE)
    words = compared(claim, Cell(EXECUTED) / Cell(table.execution.base))
    figure = Claim(claim.key, rate, "rate", first_of([(is_blank(claim), ""), (is_number(rate), words)], ""), numeric=False)
    if not table.scored:
        yield ClaimLine(EXECUTION_RATE, figure)
        return
    if table.grades:
        due = when(is_number(total), grade_of(total, table.grades), Cell(GRADE))
        yield ClaimLine(TOTAL, number_claim(total.key, Cell(TOTAL), parts=_sum_of_points()))
        yield ClaimLine(GRADE, word_claim(figure_key(GRADE), Cell(GRADE), due))
    yield ClaimLine(WEIGHT_TOTAL, number_claim(figure_key(WEIGHT_TOTAL), Cell(WEIGHT_TOTAL)))
    yield ClaimLine(EXECUTION_RATE, figure, number_claim(points_key(EXECUTION_RATE), Cell(EXECUTION_POINTS)))
    for number in layout.numbers:
        name = Cell(cells.at(cells.NAME, number))
        short = first_of([(name.equals(""), ""), (call("LEN", name) > _ROOM, joined(call("MID", name, 1, _ROOM - 1), "…"))], name)
        said = joined(f"第{number}行 ", short)
        points = number_claim(row_key(number), Cell(cells.at(cells.POINTS, number)), "form_weight", rounds=True)
        yield ClaimLine(said, None, points)


def _sum_of_points() -> Expr:
    """The sum of the rows' published points, where all of them are; with those of the execution rate, computed where none were published."""
    own, computed, written = Cell(points_key(EXECUTION_RATE)), Cell(EXECUTION_POINTS), ByRow(cells.column(cells.STATE).differs(""))
    whole = all_of(
        [written > 0, (call("COUNT", PUBLISHED_POINTS) - call("COUNT", own)).equals(written), any_of([is_number(own), is_number(computed)])]
    )
    return when(whole, Rounded(call("SUM", PUBLISHED_POINTS) + when(is_number(own), 0, computed), 2), "")
