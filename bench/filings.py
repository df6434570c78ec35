"""Returned workbooks to measure with: one table filled again and again, every figure and many words another each time."""

import datetime
import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from xl_jixiao.scoretable.job import TableJob
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.answers import Adjustment, Answers
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.words import UNIT

CASE = "hongjiang-2020-dept"
_JUDGED = ("符合", "不符合")


def varied(answers: Answers, seed: int) -> Answers:
    """Another unit's answers: amounts and counts changed, some items judged otherwise, reasons of its own."""
    chance = random.Random(seed)

    def other(key: str, value: object) -> object:
        if key == UNIT:
            return f"洪江市第{seed}局"
        if isinstance(value, Decimal) and value > 20:
            places = Decimal("0.01") if value != int(value) else Decimal(1)
            return (value * chance.randint(700, 1300) / 1000).quantize(places)
        if value in _JUDGED:
            return chance.choice(_JUDGED)
        if isinstance(value, datetime.date):
            return value - datetime.timedelta(days=chance.randrange(90))
        return value

    values = {key: other(key, value) for key, value in answers.values.items()}
    adjustments = {
        code: Adjustment(one.points, f"第{seed}局：{one.reason}") for code, one in answers.adjustments.items() if chance.random() < 0.8
    }
    return replace(answers, values=MappingProxyType(values), adjustments=MappingProxyType(adjustments))


def filings(folder: Path, count: int, editions: Sequence[Edition] = (Edition.NATIVE,), first: int = 0) -> list[Path]:
    """So many filled workbooks of 洪江 2020 from a number on, their editions in turn; those that are there stay."""
    job = TableJob.load(CASE)
    example = job.answers(examples()[CASE])
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for seed in range(first, first + count):
        edition = editions[seed % len(editions)]
        path = folder / f"{seed:05}{edition.suffix}"
        if not path.exists():
            job.write(varied(example, seed), edition, path)
        paths.append(path)
    return paths
