"""What of a 自评表 is compared between units: what each wrote in its own words, and a fingerprint of everything but who filed."""

from collections.abc import Iterator
from dataclasses import replace

from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.answers import SelfAnswers, digest
from xl_jixiao.selfeval.model import ACTUAL, EXECUTION_NOTE, EXPECTED

_FEWEST_ROWS = 3


def long_texts(answers: SelfAnswers) -> Iterator[tuple[str, str]]:
    """Goals, what was done, reasons, each with its key. Names of indicators and targets are often given to a unit."""
    yield EXPECTED, answers.expected
    yield ACTUAL, answers.actual
    yield EXECUTION_NOTE, answers.execution_note
    numbers = answers.origin.numbers if answers.origin else range(1, len(answers.rows) + 1)
    for number, row in zip(numbers, answers.rows, strict=True):
        for name, text in ((cells.DONE, row.actual), (cells.REASON, row.reason)):
            if isinstance(text, str):
                yield cells.at(name, number), text


def content(answers: SelfAnswers) -> str:
    """A fingerprint of funds, goals and rows without the head fields; empty where too little is written to be anyone's own."""
    return digest(replace(answers, fields={})) if len(answers.rows) >= _FEWEST_ROWS else ""
