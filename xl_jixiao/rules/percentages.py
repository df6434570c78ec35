"""Percentages of a rule that were written without their sign: ``target = 100`` is 10000%."""

from collections.abc import Iterator
from decimal import Decimal

from pydantic import BaseModel

from xl_jixiao.number import percent, plain
from xl_jixiao.rules.bands import Ends
from xl_jixiao.rules.compare import Compare

MOST, MOST_STEP = Decimal(3), Decimal(1)
"""The largest bound of a rate that is a percentage, and the largest step between points; beyond them a percent sign was left out."""


def percent_problems(rule: BaseModel, path: str = "rule", unit: str = "") -> Iterator[str]:
    """Bounds and steps of percentages that are hundreds of times too large, in a rule and in its parts."""
    unit = getattr(rule, "unit", unit)
    if unit == "%":
        yield from (f"{path}.{name}：{_asked(value)}" for name, value in _bounds(rule))
    for name in type(rule).model_fields:
        value = getattr(rule, name)
        for at, part in enumerate(value if isinstance(value, tuple) else (value,), 1):
            if isinstance(part, BaseModel):
                yield from percent_problems(part, f"{path}.{name}[{at}]" if isinstance(value, tuple) else f"{path}.{name}", unit)


def _bounds(rule: BaseModel) -> Iterator[tuple[str, Decimal]]:
    for name, most in (("target", MOST), ("zero_below", MOST), ("zero_above", MOST), ("step", MOST_STEP - Decimal("0.0001"))):
        value = getattr(rule, name, None)
        if isinstance(value, Decimal) and abs(value) > most:
            yield name, value
    interval = getattr(rule, "ends", None)
    if isinstance(interval, Ends):
        ends = [end for end in (interval.low, interval.high) if end is not None and abs(end) > MOST]
        yield from (("range", end) for end in ends)


def compared_problems(rule: BaseModel, printed: str, path: str = "rule") -> Iterator[str]:
    """Figures beside a quotient (结转/支出<=5) that the printed text has with a percent sign."""
    if isinstance(rule, Compare):
        for at, one in enumerate(rule.cases, 1):
            bare = dict.fromkeys(value for value in one.relation.beside_quotients if value > MOST and f"{plain(value)}%" in printed)
            yield from (f"{path}.cases[{at}].when：{_asked(value)}" for value in bare)
    for at, part in enumerate(getattr(rule, "parts", ()), 1):
        yield from compared_problems(part, printed, f"{path}.parts[{at}]")


def _asked(value: Decimal) -> str:
    return f'{plain(value)}就是{percent(value, 0)}，是否为{plain(value)}%？百分数写作 "{plain(value)}%"'
