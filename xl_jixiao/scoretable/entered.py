"""A filing's answers and the cells they are entered in: one way and back."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType

from xl_jixiao.expr import Value, exact
from xl_jixiao.number import shows_error
from xl_jixiao.rules.typed import cell_value
from xl_jixiao.scoretable import keys
from xl_jixiao.sheet import data
from xl_jixiao.tables.answers import Adjustment, Answers, Asked
from xl_jixiao.tables.raw_answers import number_answer, raw_answers, stands_as_text, text_answer

RawCell = Callable[[str], object]
"""The raw value of a cell by its key; None where it is blank, an error as its text."""


def entries(answers: Answers) -> Mapping[str, Value]:
    """The answers as the entries of the plan."""
    return MappingProxyType(dict(_entries(answers)))


def _entries(answers: Answers) -> Iterator[tuple[str, Value]]:
    for key, answer in answers.values.items():
        yield key, cell_value(answer)
    for code, adjustment in answers.adjustments.items():
        yield keys.adjusted_name(code), exact(adjustment.points)
        yield keys.reason_name(code), adjustment.reason or None
    for code, text in answers.evidence.items():
        yield keys.evidence_name(code), text or None
    for key, text in answers.remarks.items():
        yield data.remark_key(key), text or None


def answers_of(asked: Asked, cell: RawCell) -> Answers:
    """The answers of a workbook, closed or open in Excel."""
    found = raw_answers(asked, cell)
    typed = dict(found.typed)
    adjustments: dict[str, Adjustment] = {}
    for code in asked.codes:
        key, reason = keys.adjusted_name(code), _said(cell(keys.reason_name(code)))
        raw = cell(key)
        points = number_answer(raw)
        if stands_as_text(raw, points):
            typed[key] = str(raw)
        if points is not None or reason:
            adjustments[code] = Adjustment(points if isinstance(points, Decimal) or points is None else str(points), reason)
    return Answers(
        asked.id,
        found.values,
        MappingProxyType(adjustments),
        _texts(asked.codes, keys.evidence_name, cell),
        remarks=_texts(tuple(asked.input_by_key), data.remark_key, cell),
        typed=MappingProxyType(typed),
    )


def _texts(codes: tuple[str, ...], key: Callable[[str], str], cell: RawCell) -> Mapping[str, str]:
    """What was written in the cells of some keys, where something was."""
    found = {code: _said(cell(key(code))) for code in codes}
    return MappingProxyType({code: text for code, text in found.items() if text})


def _said(raw: object) -> str:
    """A reason, a material, a remark; an error value says nothing."""
    return "" if shows_error(raw) else text_answer(raw) or ""
