"""The answers of a workbook, closed or open in Excel: what its cells hold, made exact and valid once."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from xl_jixiao.number import NotANumber, day_of, from_cell, plain, shows_error
from xl_jixiao.rules.typed import FIRST_DATE, LAST_DATE, Kind
from xl_jixiao.tables.answers import Adjustment, Answers, Asked, tidy
from xl_jixiao.tables.inputs import Answer
from xl_jixiao.words import NONE_WORD, bare, is_blank

_LARGEST_CLAIM = 3
"""A larger number in the cell of a rate has lost its percent sign."""

RawCell = Callable[[str], object]
"""The raw value of a cell by key: number, text, truth, date or None; an error as its text."""


@dataclass(frozen=True)
class RawAnswers:
    """Answers by key, blank ones left out. `typed` are numbers that stand as text, as they stand."""

    values: Mapping[str, Answer]
    typed: Mapping[str, str]


def raw_answers(asked: Asked, cell: RawCell) -> RawAnswers:
    """The answers of inputs and judged items."""
    values: dict[str, Answer] = {}
    typed: dict[str, str] = {}
    judged = {key for item, key in asked.items if item.kind == "text"}
    for key, (takes, _) in asked.measured.items():
        raw = cell(key)
        if raw is None:
            continue
        if raw in takes.options:
            values[key] = raw
            continue
        if takes.numeric or (key in judged and isinstance(raw, int | float) and not isinstance(raw, bool)):
            value = number_answer(raw)
        else:
            value = date_answer(raw) if takes.kind is Kind.DATE else text_answer(raw)
        plainly = asked.meant(key, value)
        value = value if plainly is None else plainly
        if value is not None:
            values[key] = value
        chosen = takes.kind is Kind.CHOICE and isinstance(raw, str) and raw != value and value in takes.options
        if chosen or (takes.numeric and stands_as_text(raw, value)):
            typed[key] = str(raw)
    return RawAnswers(values, typed)


def answers_of(asked: Asked, cell: RawCell) -> Answers:
    """All that a unit enters in the workbook of a scoring table."""
    found = raw_answers(asked, cell)
    typed = dict(found.typed)
    adjustments: dict[str, Adjustment] = {}
    for code in asked.codes:
        key = f"调整_{code}"
        raw, reason = cell(key), written(cell(f"理由_{code}"))
        points = number_answer(raw)
        if stands_as_text(raw, points):
            typed[key] = str(raw)
        if points is not None or reason:
            adjustments[code] = Adjustment(points if isinstance(points, Decimal) or points is None else str(points), reason)
    evidence = {code: written(cell(f"佐证_{code}")) for code in asked.codes}
    claims = {code: claimed_rate(cell(f"公布_{code}")) for code in asked.codes} | {
        one: written(cell(f"公布_{one}")) for one in asked.totals
    }
    scores = {code: number_answer(cell(f"公布得分_{code}")) for code in asked.codes}
    return Answers(
        asked.id,
        MappingProxyType(found.values),
        MappingProxyType(adjustments),
        MappingProxyType({code: text for code, text in evidence.items() if text}),
        MappingProxyType({name: text for name, text in claims.items() if text}),
        scores=MappingProxyType({code: value for code, value in scores.items() if isinstance(value, Decimal)}),
        remarks=remarks_of(asked, cell),
        typed=MappingProxyType(typed),
    )


def claimed_rate(raw: object) -> str:
    """A published rate as text; one that a program turned into a number is printed back."""
    number = number_answer(raw) if isinstance(raw, (int, float)) and not isinstance(raw, bool) else None
    return f"{plain(number * 100)}%" if isinstance(number, Decimal) and abs(number) <= _LARGEST_CLAIM else written(raw)


def remarks_of(asked: Asked, cell: RawCell) -> Mapping[str, str]:
    """What is written beside the figures, by their keys."""
    remarks = {item.key: written(cell(f"备注_{item.key}")) for item in asked.inputs}
    return MappingProxyType({key: text for key, text in remarks.items() if text})


def written(raw: object) -> str:
    """A reason, a material, a remark; an error value says nothing."""
    return "" if raw is None or shows_error(raw) else text_answer(raw) or ""


def stands_as_text(raw: object, value: Answer) -> bool:
    """Whether a number, or the word for none, was read out of a text that says it otherwise."""
    return isinstance(raw, str) and raw not in ("", value) and (value == NONE_WORD or not isinstance(value, str))


def number_answer(raw: object) -> Answer:
    """A number, exact; what is none stays as its text, so that it is found; None where it is blank."""
    if is_blank(raw):
        return None
    try:
        return from_cell(raw)
    except NotANumber:
        return _said(raw) or None


def date_answer(raw: object) -> Answer:
    """A date, also where its cell holds the number of its day."""
    if isinstance(raw, datetime.datetime):
        return raw.date()
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return day_of(raw) if FIRST_DATE <= raw <= LAST_DATE else number_answer(raw)
    return raw if isinstance(raw, datetime.date) else text_answer(raw)


def text_answer(raw: object) -> str | None:
    """A text without the space around it; a number in its shortest form; None where it is blank."""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        try:
            number = from_cell(raw)
        except NotANumber:
            return str(raw)
        return None if number is None else plain(number)
    return _said(raw) or None


def _said(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, datetime.datetime):
        return raw.strftime("%Y-%m-%d")
    if isinstance(raw, datetime.date):
        return raw.isoformat()
    return str(raw).upper() if isinstance(raw, bool) else bare(tidy(str(raw)))
