"""The checks of what a 自评表 was published with: points, rate, total and grade against those computed."""

from collections.abc import Iterator
from decimal import Decimal

from xl_jixiao.finding import Finding, found
from xl_jixiao.number import plain
from xl_jixiao.selfeval.answers import CLAIMED_RATE, CLAIMED_RATE_POINTS
from xl_jixiao.selfeval.model import (
    EXECUTION_RATE,
)
from xl_jixiao.selfeval.scoring import WEIGHT_TOTAL, SelfCard
from xl_jixiao.selfeval.subject import Subject, row_named
from xl_jixiao.sheet.job import shown_value
from xl_jixiao.sheet.published import ROW_POINTS, figure_key, points_key
from xl_jixiao.tables.published import difference
from xl_jixiao.words import GRADE, TOTAL


def published_row_differs(subject: Subject) -> Iterator[Finding]:
    """JX518: a published score of a row isn't what its texts give, or those of the execution rate not what it gives."""
    for one in subject.card.rows:
        claimed = one.row.claimed
        if claimed is not None and isinstance(one.points, Decimal) and claimed != one.points and not _as_printed(claimed, one.points):
            message = f"{row_named(one)}公布得分{plain(claimed)}，复算{shown_value(one.points)}"
            place, computed = subject.cell(one, ROW_POINTS), shown_value(one.points)
            yield found("JX518", place, message, plain(claimed), computed)
    yield from _execution_differs(subject)


def published_row_rounded(subject: Subject) -> Iterator[Finding]:
    """JX526: a published score of a row is the computed one with fewer decimals: 1.4 beside 1.43."""
    for one in subject.card.rows:
        claimed = one.row.claimed
        if claimed is not None and claimed != one.points and _as_printed(claimed, one.points):
            message = f"{row_named(one)}公布得分{plain(claimed)}，复算{shown_value(one.points)}，属舍入"
            yield found("JX526", subject.cell(one, ROW_POINTS), message, plain(claimed), shown_value(one.points))


def _as_printed(claimed: Decimal, points: Decimal | str | None) -> bool:
    """Whether points were published rounded or cut off at one decimal, or are off by 0.01."""
    if not isinstance(points, Decimal):
        return False
    apart = difference(f"{claimed:f}" if claimed != claimed.to_integral() else f"{plain(claimed)}.0", points)
    return apart is None or apart.rounding


def published_rate_differs(subject: Subject) -> Iterator[Finding]:
    """JX303: the published 预算执行率 isn't what the amounts give."""
    yield from _published_rate(subject, rounding=False)


def published_rate_rounded(subject: Subject) -> Iterator[Finding]:
    """JX304: the published 预算执行率 is cut off, or off by one in its last digit."""
    yield from _published_rate(subject, rounding=True)


def _published_rate(subject: Subject, *, rounding: bool) -> Iterator[Finding]:
    card = subject.card
    number, exactly = card.answers.claimed.get(CLAIMED_RATE), card.exact_rate
    claim = card.answers.published.get(CLAIMED_RATE) or (_percent(number) if number is not None else "")
    apart = difference(claim, exactly) if claim and exactly is not None else None
    if claim and apart and apart.rounding is rounding:
        code, word = ("JX304", "末位之差，属舍入") if rounding else ("JX303", "不一致")
        message = f"“{EXECUTION_RATE}”公布{claim}，复算{apart.computed}，{word}：{card.worked}"
        yield found(code, subject.place(figure_key(EXECUTION_RATE)), message, claim, apart.computed)


def published_grade_differs(subject: Subject) -> Iterator[Finding]:
    """JX527: the published grade isn't that of the published total, or of the computed one."""
    card = subject.card
    claim, total = card.answers.published.get(GRADE), card.answers.claimed.get(TOTAL, card.total)
    if claim and total is not None:
        due = next((one.name for one in subject.table.grades if total >= one.least), "")
        if claim != due:
            yield found("JX527", subject.place(figure_key(GRADE)), f"公布等次{claim}，总分{plain(total)}应为{due}", claim, due)


def published_total_differs(subject: Subject) -> Iterator[Finding]:
    """JX519: a published total isn't the sum of its rows, or of its sources: 总分 99 where the rows give 109."""
    card, claims = subject.card, subject.card.answers.claimed
    missing = card.weight is None or card.weight < subject.table.total  # rows are, which is said
    points = ("复算合计", card.total) if missing else _sum_of_points(card)
    sums = [(WEIGHT_TOTAL, "各行合计", card.weight), (TOTAL, *points)]
    sums += [(amount, "各资金来源合计", card.amount(amount)) for amount in subject.table.amounts]
    for label, word, value in sums:
        claim = claims.get(label)
        if claim is None or value is None or claim == value or (label == TOTAL and claim == card.total):
            continue
        message = f"公布{label}{plain(claim)}，{word}{plain(value)}，相差{plain(value - claim)}"
        yield found("JX519", subject.place(figure_key(label)), message, plain(claim), shown_value(value))


def _sum_of_points(card: SelfCard) -> tuple[str, Decimal | None]:
    """What a published total must be: the sum of the rows' published points, where all of them are; else the computed total."""
    executed = card.answers.claimed.get(CLAIMED_RATE_POINTS, card.execution_points)
    points = [one.row.claimed for one in card.rows]
    given = [one for one in points if one is not None]
    if executed is None or not points or len(given) < len(points):
        return "复算合计", card.total
    summed = sum(given, executed)
    return "各行合计" if summed == card.total else "各行公布得分合计", summed


def _execution_differs(subject: Subject) -> Iterator[Finding]:
    """JX518, too: the published points of the execution rate aren't what it gives."""
    card, claims = subject.card, subject.card.answers.claimed
    points = claims.get(CLAIMED_RATE_POINTS)
    if points is not None and card.execution_points is not None and points != card.execution_points:
        computed = plain(card.execution_points)
        message = f"公布{EXECUTION_RATE}得分{plain(points)}，复算{computed}"
        yield found("JX518", subject.place(points_key(EXECUTION_RATE)), message, plain(points), computed)


def _percent(rate: Decimal) -> str:
    return f"{plain(rate * 100)}%"
