"""The funds of a 自评表 and what they score, as trees: sums of the sources, execution rates, points; weights by class, totals, grade."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import chain

from xl_jixiao.expr import (
    ByRow,
    Call,
    Cell,
    Cleared,
    Counted,
    Expr,
    Held,
    Rounded,
    Summed,
    all_of,
    any_of,
    call,
    first_of,
    is_blank,
    is_number,
    joined,
    negated,
    tree,
    when,
)
from xl_jixiao.number import plain
from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.answers import amount_key
from xl_jixiao.selfeval.model import EXECUTED, EXECUTION_NOTE, EXECUTION_RATE, INITIAL, YEAR, SelfEvaluation
from xl_jixiao.selfeval.native import has
from xl_jixiao.selfeval.scoring import EXECUTION_POINTS, RATE, WEIGHT_TOTAL, earned_key
from xl_jixiao.sheet.analysis import Group
from xl_jixiao.sheet.plan import Udf
from xl_jixiao.tables.parts import grade_of
from xl_jixiao.tables.rates import PLACES
from xl_jixiao.tables.slips import IN_YUAN, MANY_TIMES, MOST_RATE
from xl_jixiao.words import BLANK, GRADE, INVALID, MUST_FIX, NOT_FILLED, PASSED, TOTAL, UNFINISHED

EXECUTION_WEIGHT = Cell(cells.at(cells.WEIGHT, 0))
"""The weight of 预算执行率: printed above the rows."""


MOST_MONEY = 100_000
"""万元. A project of a county has seldom more."""

MOST_ADJUSTED = Decimal("0.3")
"""Of the first budget: what is changed by more needs a word."""


UNIT_SAID = has(EXECUTION_NOTE, ("单位", "亿", "核对", "核实", "属实", "无误"))
"""Whether the explanation beside the form speaks of how large the amounts are."""


def amount_of_all(table: SelfEvaluation, amount: str) -> Expr:
    """年度资金总额: the sum of the sources; 数据有误 where one is no amount, empty while none is given, or while one that the execution rate
    is made of lacks in a row that was begun: blank is never zero."""
    sources = [Cell(amount_key(one.name, amount)) for one in table.counted]
    area = cells.column(amount)
    words = joined(*(when(is_number(one), "", one) for one in sources))
    wrong = any_of([negated(is_blank(words)), call("MIN", area) < 0])
    unknown: list[Expr] = [call("COUNT", area).equals(0)]
    if amount in (table.execution.base, EXECUTED) and len(table.counted) > 1:
        unknown += [test for _, test in _left_blank(table, amount)]
    return first_of([(wrong, INVALID), (any_of(unknown), "")], Cleared(call("SUM", area), 10))


def execution_rate(table: SelfEvaluation) -> Expr:
    """预算执行率 over the base of the table."""
    executed, base = Cell(EXECUTED), Cell(table.execution.base)
    wrong = any_of([one.equals(INVALID) for one in (executed, base)])
    rate = when(base.equals(0), str(RATE.zero), Rounded(executed / base, PLACES))
    return first_of([(wrong, INVALID), (call("COUNT", executed, base) < 2, "")], rate)


def _left_blank(table: SelfEvaluation, amount: str) -> Iterator[tuple[str, Expr]]:
    """By its key, whether an amount of a source is lacking in a row that was begun."""
    for source in table.counted:
        row = [Cell(amount_key(source.name, one)) for one in table.amounts]
        own = amount_key(source.name, amount)
        yield own, all_of([negated(is_number(Cell(own))), call("COUNT", *row) > 0])


def first_blank(table: SelfEvaluation, values: Mapping[str, Held]) -> str | None:
    """The first amount, by its key, that a source lacks and the rate is made of; None where none does."""
    tests = chain.from_iterable(_left_blank(table, amount) for amount in (table.execution.base, EXECUTED))
    return next((key for key, test in tests if test.value(values)), None)


def question(table: SelfEvaluation, end: str = "", otherwise: str = "") -> Expr:
    """What is asked of the amounts, and how the question ends: whether one, or all, are in 元. `otherwise` where nothing is."""
    return _question(_names(table), table.amounts, end, otherwise)


def open_question(table: SelfEvaluation, end: str = "", otherwise: str = "") -> Expr:
    """The same while no word beside the form answers it: a reason for a low rate says nothing of the unit."""
    return _open_question(_names(table), table.amounts, end, otherwise)


def first_asked(table: SelfEvaluation, values: Mapping[str, Held]) -> tuple[str, str] | None:
    """The amount that is asked about and not answered, by its key, and what is asked; nothing where nothing is."""
    if UNIT_SAID.value(values):
        return None
    return next(((key, text) for key, test, text in _unexplained(_names(table), table.amounts) if test.value(values)), None)


def _names(table: SelfEvaluation) -> tuple[str, ...]:
    return tuple(one.name for one in table.sources)


@lru_cache(maxsize=64)
def _question(sources: tuple[str, ...], asked: tuple[str, ...], end: str, otherwise: str) -> Expr:
    return first_of([(test, text + end) for _, test, text in _cases(sources, asked)], otherwise)


@lru_cache(maxsize=64)
def _open_question(sources: tuple[str, ...], asked: tuple[str, ...], end: str, otherwise: str) -> Expr:
    unexplained = first_of([(test, text + end) for _, test, text in _unexplained(sources, asked)], otherwise)
    return when(UNIT_SAID, otherwise, unexplained)


@lru_cache(maxsize=64)
def _unexplained(sources: tuple[str, ...], asked: tuple[str, ...]) -> tuple[tuple[str, Expr, str], ...]:
    """The cases; of them a rate that is too high is answered by any word, a unit by what speaks of it."""
    *units, (key, over, text) = _cases(sources, asked)
    silent = call("TRIM", Cell(EXECUTION_NOTE)).equals(
        ""
    )  # of all that is blank no more: this stands below as many levels as there are amounts
    return (*units, (key, all_of([over, silent]), text))


@lru_cache(maxsize=64)
def _cases(sources: tuple[str, ...], asked: tuple[str, ...]) -> tuple[tuple[str, Expr, str], ...]:
    """What may be asked of each amount: its key, the test, the text."""
    found: list[tuple[str, Expr, str]] = []
    rows = [(name, {amount: amount_key(name, amount) for amount in asked}) for name in sources]
    for name, keys in [*rows, ("年度资金总额", {amount: amount for amount in asked})]:
        for amount, key in keys.items():
            many = any_of([_many(Cell(key), Cell(other)) for other in keys.values() if other != key])
            found.append((key, many, f"“{name}”{amount}是同一行其他数的1000倍以上，{IN_YUAN}"))
    amounts = [(f"“{name}”{amount}", key) for name, keys in rows for amount, key in keys.items()]
    found += [(key, call("N", Cell(key)) > MOST_MONEY, f"{what}超过10亿元，{IN_YUAN}") for what, key in amounts]
    rate = Cell(EXECUTION_RATE)
    over = when(is_number(rate), rate > MOST_RATE, False)
    return (*found, (EXECUTED, over, f"{EXECUTION_RATE}超过300%，{IN_YUAN}"))


def _many(one: Cell, other: Cell) -> Expr:
    """Whether an amount is so many times another."""
    return all_of([is_number(one), call("N", other) > 0, one >= MANY_TIMES * call("N", other)])


@lru_cache(maxsize=1)
def adjusted() -> Expr:
    """By how much of it the first budget was changed; nothing where there was none."""
    first, last = Cell(INITIAL), Cell(YEAR)
    change = Rounded(call("ABS", last - first) / first, PLACES)
    return when(call("COUNT", first, last) < 2, "", when(first > 0, change, ""))


def execution_udf(table: SelfEvaluation) -> Udf:
    """The same by the registered function."""
    return Udf(Call(RATE.udf, (Cell(EXECUTED), Cell(table.execution.base))))


def execution_points(table: SelfEvaluation) -> Expr:
    """In proportion to the rate, at most the weight; none without a budget. A form that doesn't score it has zero."""
    if not table.execution.weight:
        return tree(0)
    rate = Cell(EXECUTION_RATE)
    return when(is_number(rate), Rounded(EXECUTION_WEIGHT * call("MIN", rate, 1), 2), "")


def source_rate(table: SelfEvaluation, source: str) -> Expr:
    """执行率 of one source; empty where nothing was budgeted for it."""
    executed, budget = (Cell(amount_key(source, amount)) for amount in (EXECUTED, table.execution.base))
    rate = when(budget > 0, Rounded(executed / budget, PLACES), "")
    return when(call("COUNT", executed, budget) < 2, "", rate)


def weights(table: SelfEvaluation) -> Iterator[tuple[str, Expr, Decimal]]:
    """The weight check: what is written for each class, for the execution rate and in all, and what it must be."""
    for one in table.weighed:
        yield one.name, written_weight(one.name), one.weight or Decimal(0)
    yield EXECUTION_RATE, EXECUTION_WEIGHT, table.execution.weight
    yield "合计", Cell(WEIGHT_TOTAL), table.total


def breakdown_gap(table: SelfEvaluation, name: str, amount: str) -> Expr:
    """What another breakdown of the total adds up to less the total, to 0.01; nothing while it or the total is blank."""
    parts = [Cell(amount_key(one.name, amount)) for one in table.breakdowns[name]]
    gap = Rounded(Cleared(call("SUM", *parts) - Cell(amount), 10), 2)
    return when(all_of([call("COUNT", *parts) > 0, is_number(Cell(amount))]), gap, "")


def written_weight(name: str) -> Expr:
    """The weights written in the rows of a class."""
    return Cleared(Summed(cells.column(cells.CATEGORY), name, cells.column(cells.WEIGHT)), 10)


def all_weights() -> Expr:
    """The rows' weights and the one of 预算执行率."""
    return Cleared(call("SUM", cells.column(cells.WEIGHT)) + EXECUTION_WEIGHT, 10)


def class_points(name: str, *, finished: bool) -> Expr:
    """The points of a class; 未完成 while a written row of it has none. A finished form has no row that isn't written."""
    category, points = cells.column(cells.CATEGORY), cells.column(cells.POINTS)
    inside = category.equals(name)
    written = Counted(category, name) if finished else ByRow(inside * cells.column(cells.STATE).differs(""))
    scored = ByRow(inside * is_number(points))
    return when(scored.equals(written), Rounded(Summed(category, name, points), 2), UNFINISHED)


def class_groups(table: SelfEvaluation, *, finished: bool) -> Iterator[Group]:
    """预算执行率 and each class with its weight and points."""
    yield Group(EXECUTION_RATE, EXECUTION_WEIGHT, Cell(EXECUTION_POINTS), earned_key(EXECUTION_RATE))
    for one in table.classes:
        yield Group(one.name, written_weight(one.name), class_points(one.name, finished=finished), earned_key(one.name))


def total(rows: int, *, finished: bool) -> Expr:
    """总分: it stands when every written row has points and lacks nothing."""
    points, states = cells.column(cells.POINTS), cells.column(cells.STATE)
    executed = Cell(EXECUTION_POINTS)
    scored = call("COUNT", points)
    if finished:
        tests = [scored.equals(rows)]
    else:
        written = ByRow(states.differs(""))
        tests = [written > 0, scored.equals(written), Counted(states, BLANK).equals(0)]
    done = Rounded(call("SUM", points) + executed, 2)
    return when(all_of([*tests, is_number(executed)]), done, UNFINISHED)


def grade(table: SelfEvaluation) -> Expr:
    """等次 of the total; none while the weights don't come to the form's, as a total of 109 has no grade."""
    graded = all_of([is_number(Cell(TOTAL)), Cell(WEIGHT_TOTAL).equals(table.total)])
    return when(graded, grade_of(Cell(TOTAL), table.grades), "")


def ungraded(table: SelfEvaluation) -> Expr:
    """The grade, or why a total has none."""
    why = joined("分值合计", Cell(WEIGHT_TOTAL), f"，应为{plain(table.total)}，改正后才有等次")
    return when(all_of([is_number(Cell(TOTAL)), Cell(GRADE).equals("")]), why, Cell(GRADE))


def weight_result(written: Expr, expected: Expr, *, editable: bool) -> Expr:
    """Whether a sum of weights is the form's. While none is written, or rows are still wanting, one that falls short is no mistake yet; a
    weight that is wrong by itself is said in its row."""
    fits = Rounded(written - expected, 2).equals(0)
    if not editable:
        return when(fits, PASSED, MUST_FIX)
    none = call("COUNT", cells.column(cells.WEIGHT)).equals(0)
    wanting = all_of([written < expected, Counted(cells.column(cells.STATE), BLANK) > 0])
    wrong = call("MIN", cells.column(cells.WEIGHT)) < 0
    return first_of([(none, NOT_FILLED), (fits, PASSED), (wrong, UNFINISHED), (wanting, BLANK)], MUST_FIX)
