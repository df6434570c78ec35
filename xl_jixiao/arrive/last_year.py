"""Last year's filing -> this year's: openings and figures of last year where nothing was typed, everything else beside this year's own."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xl_jixiao.expr import Value, decimal
from xl_jixiao.finding import titled
from xl_jixiao.formula import defined_name
from xl_jixiao.jobs import Returned
from xl_jixiao.number import half_up, percent, plain
from xl_jixiao.selfeval.answers import SelfAnswers
from xl_jixiao.sheet.job import Job
from xl_jixiao.sheet.last_year import MOST_CHANGE, SaidBefore, last_year_sheet, said_name
from xl_jixiao.sheet.plan import SheetPlan
from xl_jixiao.tables.inputs import Input
from xl_jixiao.words import is_blank

_BEFORE = re.compile("^(?:上年度|上年末|上年)(.+)$")
_OPENING = re.compile("^年初(.+)$")
_CARRIED = re.compile("^(?:年末)?结转(?:和)?(?:结余)?(?:资金)?(?:总额)?$")
"""What is left over at the end of a year, however a form calls it."""

_MOST_TEXT = 20


@dataclass(frozen=True)
class LastYear:
    """What came of it: this year's answers, what was done line by line, the sheet with last year's figures and texts."""

    answers: Any
    lines: tuple[str, ...]
    sheet: SheetPlan


def import_last_year(source: Returned, job: Job, answers: Any) -> LastYear:
    """The answers with the figures of last year's filing where nothing was typed; a typed one is never overwritten."""
    own_year, year = (
        about.year or one.table.year for about, one in ((job.about(answers), job), (source.job.about(source.answers), source.job))
    )
    wrong_year = own_year - year not in (0, 1)
    before = _held(source.job, source.answers, year, own_year)
    held, asked = job.entries(answers), job.asked_in(answers)
    given: dict[str, Decimal] = {}
    lines: list[str] = []
    kept: list[str] = []
    beside: list[SaidBefore] = []
    units = source.job.about(source.answers).unit, job.about(answers).unit
    if all(units) and units[0] != units[1]:
        kept.append(f"请核对：上年的填报表是{titled(units[0])}的，这份是{titled(units[1])}的")
    if wrong_year:
        kept.append(f"没有填入数：导入的是{year}年度的表，本表是{own_year}年度的，应导入{own_year - 1}年度的")
    elif year == own_year:
        kept.append(f"请核对：两份都是{year}年度的表式；导入的若不是上一年度的填报，请不要用填入的数")
    for item in asked:
        found = _closing(item, before) if item.numeric else None
        if found is not None:
            name, value = found
            now = held.get(item.key)
            if is_blank(now) and not wrong_year:
                given[item.key] = value
                lines.append(f"填入：{item.name} = {_shown(item, value)}{item.unit}　← 上年{titled(name)}")
            elif not is_blank(now) and not wrong_year and (isinstance(now, str) or decimal(now) != value):
                kept.append(f"保留：{item.name}已填{_said(item, now)}，上年{titled(name)}为{_shown(item, value)}，没有改动，请核对")
            continue
        same = before.get(item.key)
        if same is None or item.kind == "date":
            continue
        beside.append(SaidBefore(item, same[1]))
        changed = _change(item, same[1], held.get(item.key), job.explained_in)
        if changed and not wrong_year:
            kept.append(changed)
    beside += _rows_of(source.answers)
    hints = sum(isinstance(one.value, str) for one in beside)
    if beside:
        lines.append(f"对照：上年的{len(beside) - hints}个数、{hints}段文字列在“上年对照”表，供参考，没有填入")
    if not given and not beside:
        lines.append("上年填报表里没有今年能用的数；请核对是不是同一种表")
    done = job.given(answers, given) if given else answers
    return LastYear(done, (*lines, *kept), last_year_sheet(beside, year if year != own_year else 0, job.explained_in))


def _held(job: Job, answers: Any, year: int, now: int) -> Mapping[str, tuple[str, Decimal | str]]:
    """Last year's figures and texts by the name this year's table has for them, with their own names."""
    held = job.entries(answers)
    found: dict[str, tuple[str, Decimal | str]] = {}
    for item in job.asked_in(answers):
        value = held.get(item.key)
        number = None if isinstance(value, str) else decimal(value)
        if number is None and not (isinstance(value, str) and not is_blank(value) and not item.numeric):
            continue
        said: Decimal | str = number if number is not None else str(value)
        found[item.key.replace(str(year), str(now)).replace(str(year - 1), str(now - 1))] = item.name, said
    return found


def _rows_of(answers: Any, of: str = "") -> Iterator[SaidBefore]:
    """The indicators of a 自评表 of last year, and of those in a unit's book, with what was to be reached and was."""
    for name, part in getattr(answers, "parts", {}).items():
        yield from _rows_of(part, f"{name}：")
    if isinstance(answers, SelfAnswers):
        for one in answers.rows:
            said = (
                f"指标值{one.target}；完成值{one.actual}；分值{plain(one.weight) if isinstance(one.weight, Decimal) else one.weight or '—'}"
            )
            yield SaidBefore(Input(name=f"{of}{one.level2 or one.level1}·{one.name}", kind="text"), said)


def _closing(item: Input, before: Mapping[str, tuple[str, Decimal | str]]) -> tuple[str, Decimal] | None:
    """The figure of last year's filing that this one says again: 上年结转 of 年末结转和结余, 上年三公经费预算 of 三公经费预算."""
    for name in _names(item.key, before):
        if name in before and isinstance(before[name][1], Decimal):
            return before[name]  # type: ignore[return-value]
    return None


def _names(key: str, before: Mapping[str, object]) -> Iterator[str]:
    if found := _BEFORE.match(key):
        base = defined_name(found[1])
        yield from (base, f"本年度{base}", f"本年{base}", f"年末{base}")
    elif found := _OPENING.match(key):
        base = defined_name(found[1])
        yield f"年末{base}"
    else:
        return
    if _CARRIED.match(base):
        yield from (name for name in before if _CARRIED.match(name))


def _change(item: Input, last: Decimal | str, held: Value, explained_in: str) -> str:
    """What is asked about a figure that moved by more than 30 % since last year; empty where nothing is."""
    now = None if isinstance(held, str) else decimal(held)
    if not isinstance(last, Decimal) or not last or now is None or abs(now - last) <= abs(last) * MOST_CHANGE:
        return ""
    share = percent(half_up(abs(now - last) / abs(last), 4))
    moved = "增加" if now > last else "减少"
    return f"请核对：{said_name(item.name)}今年{_shown(item, now)}，上年{_shown(item, last)}，{moved}{share}，超过30%；填对了的在{explained_in}写明原因"


def _shown(item: Input, value: Decimal) -> str:
    return percent(value) if item.kind == "percent" else plain(value)


def _said(item: Input, held: Value) -> str:
    number = None if isinstance(held, str) else decimal(held)
    return _shown(item, number) if number is not None else str(held)[:_MOST_TEXT]
