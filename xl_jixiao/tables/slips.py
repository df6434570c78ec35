"""Figures that were probably typed in another unit: 元 for 万元, 95 for 95%. Asked as a question, never mended.

The bands are generous: a county's whole budget of several 亿元 in 万元 passes, and so does a unit whose 三公 is a few hundred 元.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from xl_jixiao.expr import Cell, Expr, Operand, Rounded, all_of, call, first_of, is_number, joined, when
from xl_jixiao.rules.typed import YUAN
from xl_jixiao.tables.inputs import Input

MOST_YUAN = 10**10
"""100万万元: more is no unit's figure."""

MOST_YUAN_A_HEAD = 2 * 10**8
"""Money beside the heads of a unit: a bureau that pays out a county's budget has some ten million 元 for each."""

MANY_TIMES = 1000
"""A figure so many times its partner (预算 beside 实际, 上年 beside 本年), or the largest of its neighbours, is in another unit."""

MOST_HEADS, MANY_HEADS = 100_000, 100
"""The most heads of a unit, and how many times the other heads it names."""

MOST_RATE, LEAST_RATE = Decimal(3), Decimal("0.01")
"""A percentage above the first is a percent sign left out; at or below the second it stands in a cell that adds one by itself."""

WHOLE, OF_A_BUDGET, REVISED = Decimal(1), ("BUDGET_COMPLETION_RATE",), "调整后"
"""Of a revised budget no more can be done than all; of the first one much more may be."""

NEAR_WHOLE, LEAST_WHOLE = (
    frozenset(
        "CONTROL_RATE BUDGET_COMPLETION_RATE PAYMENT_PROGRESS_RATE PROCUREMENT_RATE ASSET_USE_RATE FUNDS_ARRIVAL_RATE FUNDS_TIMELY_RATE "
        "OUTPUT_COMPLETION_RATE QUALITY_RATE BUDGET_EXECUTION_RATE SATISFACTION_RATE".split()
    ),
    Decimal("0.001"),
)
"""Rates that are near 100% where anything was done at all, and what such a rate is hardly ever below."""

IN_YUAN = "是否填成了元？"

_OCCASION = re.compile(
    "[本上]年度?|年[初末]|[全当]年|预算|决算|实际|批[复准]|计划|调整后|执行|完成|支出|安排|总额?|金额|合计|[数额（）()“”]"
)
_FREE = re.compile("结转|结余|追加|调整[^后]|调整$|增加|减少|节约")
"""Figures that may be next to nothing one year and large the next."""

_HEADS = re.compile("编制|在职|人员")
_HEAD_UNITS = ("人", "名", "个")


def questions(inputs: Sequence[Input]) -> Mapping[str, Expr]:
    """What is asked of a figure, by its key: a text, empty where nothing is. Only figures of which something may be asked."""
    around = _Around(inputs)
    found = {one.key: list(_cases(one, around)) for one in inputs if one.numeric}
    return MappingProxyType({key: when(is_number(Cell(key)), first_of(cases, ""), "") for key, cases in found.items() if cases})


class _Around:
    """The figures a figure is compared with, as they stand in a table."""

    def __init__(self, inputs: Sequence[Input]) -> None:
        self.heads = [one for one in inputs if _is_heads(one)]
        self._money: dict[tuple[str, str], list[Input]] = {}
        self._alike: dict[tuple[str, str, str], list[Input]] = {}
        for one in inputs:
            if _is_money(one):
                self._money.setdefault((one.group, one.unit), []).append(one)
            if one.numeric and not _FREE.search(one.name):
                self._alike.setdefault((one.kind, one.unit, _OCCASION.sub("", one.name)), []).append(one)

    def partners(self, one: Input) -> list[Input]:
        """One thing on other occasions: 预算 beside 实际, 上年 beside 本年."""
        return _others(one, self._alike.get((one.kind, one.unit, _OCCASION.sub("", one.name)), []))

    def beside(self, one: Input) -> list[Input]:
        """The other money of its block."""
        return _others(one, self._money.get((one.group, one.unit), []))


def _others(one: Input, found: Sequence[Input]) -> list[Input]:
    return [other for other in found if other is not one] if one in found else []


def _cases(one: Input, around: _Around) -> Iterator[tuple[Expr, Operand]]:
    cell = Cell(one.key)
    for other in around.partners(one):
        least = call("N", Cell(other.key))
        yield all_of([least > 0, cell >= MANY_TIMES * least]), f"是“{_bare(other.name)}”的{MANY_TIMES}倍以上，{_wrong_unit(one)}"
    beside = [Cell(other.key) for other in around.beside(one)]
    if len(beside) > 1:
        largest = call("MAX", *beside)
        yield all_of([largest > 0, cell >= MANY_TIMES * largest]), f"是同一部分其他数的{MANY_TIMES}倍以上，{_wrong_unit(one)}"
    if one.kind == "percent":
        yield from _share(cell, Decimal(1))
    elif one.unit in ("%", "％"):
        yield from _share(cell, Decimal(100))
    elif _is_money(one):
        yield from _money(one, cell, around)
    elif _is_heads(one):
        yield from _heads(cell, [Cell(other.key) for other in _others(one, around.heads)])


def _share(cell: Cell, whole: Decimal) -> Iterator[tuple[Expr, Operand]]:
    """A percentage, of which `whole` is 100%."""
    times = 100 / whole
    yield cell > MOST_RATE * whole, joined("超过300%，是否为", cell if whole == 1 else Rounded(cell / 100, 4), "%？")
    low = all_of([cell > 0, cell <= LEAST_RATE * whole])
    yield low, joined("只有", Rounded(cell * times, 4), "%，是否为", Rounded(cell * times * 100, 4), "%？")


def _money(one: Input, cell: Cell, around: _Around) -> Iterator[tuple[Expr, Operand]]:
    yuan = YUAN.get(one.unit, YUAN["万元"])
    yield cell > Decimal(MOST_YUAN) / yuan, f"超过100亿元，{_wrong_unit(one)}"
    heads = [Cell(other.key) for other in around.heads]
    if heads:
        most = call("MAX", *heads)
        yield all_of([most > 0, cell > Decimal(MOST_YUAN_A_HEAD) / yuan * most]), f"按人数平均超过2亿元，{_wrong_unit(one)}"


def _heads(cell: Cell, others: Sequence[Cell]) -> Iterator[tuple[Expr, Operand]]:
    yield cell > MOST_HEADS, "超过10万人，请核对人数"
    if others:
        most = call("MAX", *others)
        yield all_of([most > 0, cell >= MANY_HEADS * most]), f"是其他人数的{MANY_HEADS}倍以上，请核对人数"


def _wrong_unit(one: Input) -> str:
    if not _is_money(one):
        return "请核对单位"
    return IN_YUAN if YUAN.get(one.unit, YUAN["万元"]) > 1 else "请核对"


def _is_money(one: Input) -> bool:
    return one.kind == "amount" and (not one.unit or one.unit in YUAN)


def _is_heads(one: Input) -> bool:
    return one.kind == "count" and one.unit in _HEAD_UNITS and bool(_HEADS.search(one.name))


def _bare(name: str) -> str:
    return name.replace("“", "").replace("”", "")
