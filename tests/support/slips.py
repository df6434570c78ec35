"""Slips of the hand over the bundled examples: every entry in 元, without its percent sign, with a unit, a space or a pasted text."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from xl_jixiao.jobs import open_job
from xl_jixiao.rules.typed import YUAN
from xl_jixiao.selfeval.answers import SelfAnswers
from xl_jixiao.sheet.job import Job
from xl_jixiao.tables import raw_answers
from xl_jixiao.tables.catalogue import bundled, examples


@dataclass(frozen=True)
class Slip:
    """One wrong entry of a filing: what kind of slip, where, and whether anything is said of it that isn't said of the right filing."""

    table: str
    kind: str
    where: str
    said: bool


def slips(every: int = 1) -> Iterator[Slip]:
    """Every slip over every example, or every so many of them."""
    for name in bundled():
        if name in examples():
            job = open_job(name)
            answers = job.answers(examples()[name])
            before = said(job, answers)
            made = of_funds_and_rows(answers) if isinstance(answers, SelfAnswers) else of_figures(job, answers)
            for kind, where, changed in islice(made, 0, None, every):
                yield Slip(name, kind, where, bool(said(job, changed) - before))


def said(job: Job, answers) -> set[tuple[str, str]]:
    return {(one.code, one.message) for one in job.evaluate(answers).findings}


def of_figures(job: Job, answers) -> Iterator[tuple[str, str, object]]:
    asked = job.table.asked
    for key, (typed, unit) in asked.measured.items():
        value = answers.get(key)
        for kind, wrong in wrong_values(value, typed.kind.value, unit):
            yield kind, key, dataclasses.replace(answers, values={**answers.values, key: wrong})
        for kind, text in wrong_texts(value, unit):
            cells = {**answers.values, key: text}
            yield kind, key, dataclasses.replace(raw_answers.answers_of(asked, cells.get), adjustments=answers.adjustments)
    money = [item.key for item in asked.inputs if item.unit in YUAN and isinstance(answers.get(item.key), Decimal)]
    if money:
        values = {**answers.values, **{key: answers.get(key) * 10000 for key in money}}
        yield "全部金额填成元", "全部", dataclasses.replace(answers, values=values)


def wrong_values(value, kind: str, unit: str) -> Iterator[tuple[str, Decimal]]:
    if not isinstance(value, Decimal) or not value:
        return
    if unit == "万元":
        yield "填成元", value * 10000
    if kind == "percent":
        yield "漏写百分号", value * 100
        yield "多除了一百", value / 100
    if kind == "count":
        yield "人数多了五个零" if unit in ("人", "名", "个") else "个数多了五个零", value * 100000


def wrong_texts(value, unit: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Decimal):
        yield "前后有空格", f" {value} "
        yield "粘贴了文字", "见附件"
        if unit:
            yield "带着单位", f"{value}{unit}"
        yield "全角数字", "".join(chr(ord(one) + 0xFEE0) for one in str(value))
    elif value == "符合":
        yield "选项有空格", "符合 "
        yield "打了勾", "√"


def of_funds_and_rows(answers: SelfAnswers) -> Iterator[tuple[str, str, object]]:
    for key, value in answers.funds.items():
        if isinstance(value, Decimal) and value:
            yield "填成元", "".join(key), dataclasses.replace(answers, funds={**answers.funds, key: value * 10000})
    funds = {key: value * 10000 if isinstance(value, Decimal) else value for key, value in answers.funds.items()}
    yield "全部金额填成元", "资金", dataclasses.replace(answers, funds=funds)
    for at, row in enumerate(answers.rows):
        actual = str(row.actual or "")
        variants = {}
        figure = re.fullmatch(r"(\d+(?:\.\d+)?)(%|万元)", actual)
        if figure and figure[2] == "%":
            variants |= {"漏写百分号": Decimal(figure[1]), "写成小数": f"{Decimal(figure[1]) / 100:f}"}
        if figure and figure[2] == "万元":
            variants["填成元"] = f"{Decimal(figure[1]) * 10000:f}万元"
        variants["粘贴了文字"] = "见附件"
        variants["抄了分值"] = str(row.weight)
        for kind, wrong in variants.items():
            rows = (*answers.rows[:at], dataclasses.replace(row, actual=wrong), *answers.rows[at + 1 :])
            yield kind, f"第{at + 1}行完成值“{actual}”", dataclasses.replace(answers, rows=rows)
