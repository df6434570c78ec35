"""The checks of the funds of a 自评表: amounts, their execution, and what is said of both."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from xl_jixiao.expr import decimal
from xl_jixiao.finding import Finding, found
from xl_jixiao.number import percent, plain
from xl_jixiao.rules.typed import YUAN
from xl_jixiao.selfeval import cells, funds
from xl_jixiao.selfeval.answers import CLAIMED_RATE, amount_key
from xl_jixiao.selfeval.funds import breakdown_gap
from xl_jixiao.selfeval.model import (
    EXECUTION_NOTE,
    EXECUTION_RATE,
    INITIAL,
    YEAR,
)
from xl_jixiao.selfeval.subject import Subject, as_written, row_named
from xl_jixiao.selfeval.target import COST, has, read_cell
from xl_jixiao.sheet.job import shown_value

_SMALLER = ((10000, "元", 1), (100, "百元", 2), (10, "千元", 2))
"""How many times a number is in a smaller unit than 万元, and how many different amounts the texts must say so: a budget is ten times
something it is spent on often enough."""

_ABOUT_YUAN = (5_000, 20_000)
"""All amounts of the funds are between so many times the largest amount of 万元 that the texts give the whole of the project: they are in
元, and what the texts say is rounded, or a part of it."""

_IDLE = Decimal("0.05")
"""Of the budget: what is neither executed nor carried over, and more than this, needs a word."""

_CARRIED = ("结转结余率", "结余结转率", "结转率", "结余率")


def neither_spent_nor_kept(subject: Subject) -> Iterator[Finding]:
    """JX181: what wasn't executed must be carried over or taken back: a 结转结余率 of 0 % beside 76 % executed needs a word."""
    card = subject.card
    executed = card.rate if isinstance(card.rate, Decimal) else card.answers.claimed.get(CLAIMED_RATE)
    if executed is None or card.execution_explained:
        return
    for one in card.rows:
        reached = read_cell(one.row.actual)
        if not has(one.row.name, _CARRIED) or "变动" in one.row.name or reached.number is None or one.bare_reason:
            continue
        carried = Decimal(plain(reached.number)) / (1 if reached.unit == "" else 100)
        if reached.unit in ("", "%") and 1 - executed - carried > _IDLE:
            message = (
                f"{row_named(one)}的完成值{as_written(one.row.actual)}，{EXECUTION_RATE}{percent(executed)}："
                f"还有{percent(1 - executed - carried)}的预算既没有执行，也没有结转结余，请说明（如已由财政收回）"
            )
            yield found("JX181", subject.cell(one, cells.REASON), message, as_written(one.row.actual))


def execution_unexplained(subject: Subject) -> Iterator[Finding]:
    """JX515: a low execution rate without a word."""
    card, table = subject.card, subject.table
    if card.execution_low and not card.execution_explained:
        low = percent(table.execution.explain_below, 0)
        message = f"{card.worked}，低于{low}，未说明原因"
        place = subject.place(EXECUTION_NOTE)
        yield found("JX515", place, message, card.rate_text, low)


def funds_unusable(subject: Subject) -> Iterator[Finding]:
    """JX516: amounts that give no execution rate: blank, negative, no number, no budget."""
    card, table = subject.card, subject.table
    unknown = not isinstance(card.rate, Decimal)
    if table.scored:  # where the rate scores nothing, amounts may be left out together
        unknown = card.execution_points is None or unknown and not table.execution.weight and bool(card.answers.funds)
    wrong = any(isinstance(value, str) or value is not None and value < 0 for value in card.answers.funds.values())  # JX522 says it
    if unknown and not wrong:
        blank = funds.first_blank(table, card.values)
        place = subject.place(blank or amount_key(table.sources[0].name, table.amounts[0]))
        lacking = f"“{blank.replace('_', '”', 1)}未填，没有的填0" if blank else f"{table.execution.base}或全年执行数未填"
        yield found("JX516", place, f"{EXECUTION_RATE}不能计算：{card.rate or lacking}", str(card.rate or ""))


def breakdown_differs(subject: Subject) -> Iterator[Finding]:
    """JX320: another breakdown of the funds (支出性质) doesn't add up to their total."""
    table, card = subject.table, subject.card
    for name, parts in table.breakdowns.items():
        for amount in table.amounts:
            gap = decimal(breakdown_gap(table, name, amount).value(card.values))
            if gap:
                whole = subject.amount(amount)
                own, total = plain(whole + Fraction(gap)), plain(whole)
                message = f"按{name}分的{amount}合计{own}，{table.form.funds_total_label}{total}，相差{plain(gap)}"
                yield found("JX320", subject.place(amount_key(parts[0].name, amount)), message, own, total)


def execution_over_budget(subject: Subject) -> Iterator[Finding]:
    """JX517: more was spent than budgeted."""
    card = subject.card
    if isinstance(card.rate, Decimal) and card.rate > 1 and not subject.asked_of_funds:
        place, weight = subject.place(EXECUTION_RATE), subject.table.execution.weight
        counted = f"按{plain(weight)}分计，" if weight else ""
        message = f"{card.worked}，超过100%，{counted}请核对预算数的口径"
        yield found("JX517", place, message, percent(card.rate))
    claimed = card.answers.claimed.get(CLAIMED_RATE)
    if card.rate is None and claimed is not None and claimed > 1 and not card.execution_explained:
        message = f"公布的{EXECUTION_RATE}{percent(claimed)}，超过100%，没有说明，请核对预算数的口径"
        yield found("JX517", subject.place(EXECUTION_RATE), message, percent(claimed))


def budget_adjusted(subject: Subject) -> Iterator[Finding]:
    """JX530: the budget was changed by more than 30 % in the year, and nobody says why."""
    card = subject.card
    share = decimal(funds.adjusted().value(card.values)) if INITIAL in subject.table.amounts else None
    if share is not None and share > funds.MOST_ADJUSTED and not card.execution_explained and not subject.asked_of_funds:
        first, last = (shown_value(card.amount(name)) for name in (INITIAL, YEAR))
        message = f"预算由年初{first}万元调整为{last}万元，增减{percent(share)}，超过{percent(funds.MOST_ADJUSTED, 0)}，没有说明原因"
        yield found("JX530", subject.place(EXECUTION_NOTE), message, percent(share))


def funds_implausible(subject: Subject) -> Iterator[Finding]:
    """JX531: amounts that are probably in 元, and nothing says that they are right."""
    card, table = subject.card, subject.table
    asked = funds.first_asked(table, card.values)
    if asked is not None:
        key, question = asked
        yield found("JX531", subject.place(key), f"{question}填对了的，在“{EXECUTION_NOTE}”写明单位已核对")
    if asked is not None or funds.UNIT_SAID.value(card.values):
        return
    keys = {f"“{one.name}”{amount}": amount_key(one.name, amount) for one in table.sources for amount in table.amounts}
    keys |= {f"{table.form.funds_total_label}{amount}": amount for amount in table.amounts}
    amounts = {what: value for what, key in keys.items() if (value := card.amount(key))}
    for times, unit, fewest in _SMALLER:
        said = {what: value for what, value in amounts.items() if any(value == times * one for one in subject.money_said)}
        if len(set(said.values())) >= fewest:
            what, value = next(iter(said.items()))
            shown = plain(value / times)
            message = f"{what}{plain(value)}，文字里写的是{shown}万元，是否填成了{unit}？"
            yield found("JX531", subject.place(keys[what]), message, plain(value), shown)
            return
    whole, (least, most) = max(subject.wholes_said, default=Decimal(0)), _ABOUT_YUAN
    totals = {amount: value for amount in table.amounts if (value := amounts.get(f"{table.form.funds_total_label}{amount}"))}
    if whole and totals and all(least * whole <= value <= most * whole for value in totals.values()):
        amount, value = next(iter(totals.items()))
        message = f"{table.form.funds_total_label}{amount}{plain(value)}，文字里的资金、成本最多{plain(whole)}万元，是否填成了元？"
        yield found("JX531", subject.place(amount), message, plain(value), plain(whole))


def cost_over_budget(subject: Subject) -> Iterator[Finding]:
    """JX532: a target of cost is more than the whole budget, as it was first or as it became, which isn't in doubt itself."""
    if subject.asked_of_funds or isinstance(subject.card.rate, Decimal) and subject.card.rate > 1:
        return
    budgets = [amount for name in (INITIAL, YEAR) if (amount := subject.card.amount(name)) is not None]
    budget = max(budgets, default=None)
    for one in subject.card.rows:
        wanted = read_cell(one.row.target)
        yuan = wanted.number * YUAN[wanted.unit] if wanted.number is not None and wanted.unit in YUAN else None
        cost = COST in str(one.row.level1) + str(one.row.level2)
        if cost and budget and yuan is not None and yuan > budget * 10000:
            message = f"{row_named(one)}的指标值“{as_written(one.row.target)}”比预算数{plain(budget)}万元还多"
            yield found("JX532", subject.cell(one, cells.TARGET), message, as_written(one.row.target), plain(budget))
