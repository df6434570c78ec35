"""What a unit may have published of a scoring table: total, grade, rates and points, each beside what is computed."""

from collections.abc import Iterator
from functools import lru_cache

from xl_jixiao.expr import Cell, Expr, Operand, first_of, is_blank, is_number, one_of, when
from xl_jixiao.scoretable import keys
from xl_jixiao.scoretable.model import Indicator, Rubric, SameTable
from xl_jixiao.scoretable.trees import due_grade
from xl_jixiao.sheet.published import Claim, ClaimLine, compared, figure_key, number_claim, points_key, says_number, word_claim
from xl_jixiao.words import GRADE, INVALID, NO_VALUE, TOTAL


def claim_lines(table: Rubric) -> tuple[ClaimLine, ...]:
    """The lines of 公布数核对."""
    return _lines(SameTable(table))


@lru_cache(maxsize=64)
def _lines(same: SameTable) -> tuple[ClaimLine, ...]:
    return tuple(_of(same.table))


def _of(table: Rubric) -> Iterator[ClaimLine]:
    total = Cell(figure_key(TOTAL))
    due = when(is_number(total), due_grade(total, table), Cell(GRADE))
    yield ClaimLine(TOTAL, number_claim(total.key, Cell(TOTAL)))
    yield ClaimLine(GRADE, word_claim(figure_key(GRADE), Cell(GRADE), due))
    for one in table.indicators:
        points = number_claim(points_key(one.code), Cell(keys.computed_key(one.code)))
        yield ClaimLine(one.label, _rate(one) if one.is_rated else None, points)


def _rate(one: Indicator) -> Claim:
    assert one.ratio is not None
    claim, rate = Cell(figure_key(one.code)), Cell(keys.rate_key(one))
    cases: list[tuple[Expr, Operand]] = [
        (is_blank(claim), ""),
        (is_number(rate), compared(claim, one.ratio.formula.cleared)),
        (one_of(rate, ("", INVALID)), ""),
        (says_number(claim), NO_VALUE),
    ]
    return Claim(claim.key, rate, "rate", first_of(cases, ""), numeric=False)
