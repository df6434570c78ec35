"""Budget against 决算: the pairs of amounts that a table's own control, execution and completion rates compare."""

import re
from collections.abc import Iterator

from xl_jixiao.expr import Cell, Expr, Operation, call, when
from xl_jixiao.formula import Formula
from xl_jixiao.scoretable.model import Rubric
from xl_jixiao.sheet.analysis import BudgetLine

_RATE = re.compile("^(.*?)(?:预算)?(?:支出)?(?:控制率|执行率|完成率)")
_ADDED = re.compile("追加|调整数|变动|次数|天数|面积|人数|编制|概算|时间|进度")
"""What makes a rate none of a budget and what was spent of it."""


def budget_pairs(table: Rubric) -> Iterator[BudgetLine]:
    """The pairs, each once, in the order of the form."""
    amounts = {item.key for item in table.inputs if item.kind == "amount" and item.unit in ("万元", "元")}
    names: set[str] = set()
    for indicator in table.indicators:
        formula, found = indicator.rate_formula, _RATE.match(indicator.name)
        if formula is None or found is None or not set(formula.names) <= amounts:
            continue
        core = formula.core
        if not isinstance(core, Operation) or core.sign != "/" or (len(core.left.names) == 1 and _ADDED.search(core.left.names[0])):
            continue
        name = found[1].strip("“”") or "部门预算"
        if name not in names and any("预算" in one or "安排" in one or "总额" in one for one in core.right.names):
            names.add(name)
            yield BudgetLine(name, _known(Formula(core.right)), _known(Formula(core.left)))


def _known(formula: Formula) -> Expr:
    """The amount while every figure of it is a number, empty else."""
    return when(call("COUNT", *map(Cell, formula.names)).equals(len(formula.names)), formula.cleared, "")
