"""A filing's answers as what stands in the cells of its plan."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from xl_jixiao.expr import Value, exact
from xl_jixiao.rules.typed import cell_value
from xl_jixiao.scoretable import keys
from xl_jixiao.sheet import data, published
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.published import number_of
from xl_jixiao.words import TOTAL


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
    claimed = {name: _printed(text) if name == TOTAL else text for name, text in answers.claimed.items()}
    points = {code: exact(value) for code, value in answers.scores.items() if code != TOTAL}
    yield from published.given_of({**_total(answers), **claimed}, points).items()
    for key, text in answers.remarks.items():
        yield data.remark_key(key), text or None


def _total(answers: Answers) -> Mapping[str, Value]:
    """The total that was published among the points."""
    return {TOTAL: exact(answers.scores[TOTAL])} if TOTAL in answers.scores else {}


def _printed(text: str) -> Value:
    """A published total as its cell holds it."""
    number = number_of(text.strip().removesuffix("分"))
    return text if number is None else exact(number)
