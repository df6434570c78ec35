"""What a unit filled in as sentences: figures by group, with last year's beside this year's, and parts with their shares of a sum."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from xl_jixiao.expr import Cell, Operation, walk
from xl_jixiao.number import half_up, percent, plain
from xl_jixiao.scoretable.model import Rubric
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.inputs import Input
from xl_jixiao.tables.narrative import is_evaluator
from xl_jixiao.tables.parts import Identity
from xl_jixiao.words import NONE_WORD, PROJECT, UNIT

_ON_TOP = frozenset((UNIT, PROJECT, "填报日期", "预算编码"))
_THIS_YEAR = re.compile("^(?:本年度|本年)")
_LAST_YEAR = re.compile("^(?:上年度|上年)")
_CHECKED_NAME = "收入支出决算"
"""What a report calls the figures a table asks for to check others with."""

_ASIDE = re.compile("[（(][^（()）]*[)）]$")


@dataclass(frozen=True)
class FactLines:
    """The sentences of a filing."""

    table: Rubric
    answers: Answers

    def _number(self, key: str) -> Decimal | None:
        found = self.answers.get(key)
        return found if isinstance(found, Decimal) else None

    @cached_property
    def _earlier(self) -> Mapping[str, Input]:
        """Last year's figure of each of this year's: 上年度三公经费总额 of 本年度三公经费总额."""
        base = {_LAST_YEAR.sub("", item.key): item for item in self.table.inputs if item.numeric and _LAST_YEAR.match(item.key)}
        found = {}
        for item in self.table.inputs:
            other = base.get(_THIS_YEAR.sub("", item.key))
            if item.numeric and other and other is not item and other.unit == item.unit and self._number(other.key) is not None:
                found[item.key] = other
        return found

    @cached_property
    def _parts(self) -> Mapping[str, tuple[Input, ...]]:
        """The parts of each sum that the table's identities have, where they come to it."""
        found: dict[str, tuple[Input, ...]] = {}
        for identity in self.table.identities:
            for whole, parts in _sums(identity):
                inputs = tuple(self.table.input_by_key[name] for name in parts if name in self.table.input_by_key)
                numbers = [self._number(name) for name in parts]
                total = self._number(whole)
                if len(inputs) == len(parts) and total and None not in numbers and whole not in found:
                    if abs(sum(filter(None, numbers), Decimal(0)) - total) <= identity.tolerance:
                        found[whole] = inputs
        return found

    def groups(self) -> Iterator[tuple[str, str]]:
        """Each group's name with its sentence; passages, names and dates apart."""
        told = {item.key for item in self._earlier.values() if self._earlier}
        inside: set[str] = set()
        for whole, parts in self._parts.items():
            if whole not in inside:
                inside |= {item.key for item in parts}
        said: dict[str, list[str]] = {}
        for item in self.table.inputs:
            if item.key not in told | inside | _ON_TOP and not item.long and not is_evaluator(item):
                said.setdefault(item.group, []).extend(self._clauses(item))
        for group, clauses in said.items():
            if clauses:
                name = _ASIDE.sub("", group)
                yield _CHECKED_NAME if "核对" in name else name, _joined(clauses)

    def _clauses(self, item: Input) -> Iterator[str]:
        answer = self.answers.get(item.key)
        if isinstance(answer, Decimal):
            yield f"{self._figure(item)}{self._change(item)}{self._composition(item.key)}"
        elif item.kind in ("text", "choice") and answer is not None and answer != NONE_WORD:
            yield f"{item.name}：{answer}"

    def _figure(self, item: Input) -> str:
        number = self._number(item.key) or Decimal(0)
        return f"{item.name}{percent(number) if item.kind == 'percent' else plain(number)}{item.unit}"

    def _change(self, item: Input) -> str:
        """``（上年20万元，减少2万元，下降10.00%）``."""
        other = self._earlier.get(item.key)
        if other is None or item.kind == "percent":
            return ""
        now, before = self._number(item.key) or Decimal(0), self._number(other.key) or Decimal(0)
        last = f"（上年{plain(before)}{item.unit}，"
        if now == before:
            return f"{last}与上年持平）"
        words = ("增加", "增长") if now > before else ("减少", "下降")
        rate = f"，{words[1]}{percent(half_up(abs(now - before) / before, 4))}" if before else ""
        return f"{last}{words[0]}{plain(abs(now - before))}{item.unit}{rate}）"

    def _composition(self, key: str) -> str:
        """``，其中：基本支出861.4万元，占68.73%；…``."""
        parts, total = self._parts.get(key, ()), self._number(key)
        if not parts or not total:
            return ""
        said = [
            f"{self._figure(item)}{self._change(item)}，占{percent(half_up((self._number(item.key) or Decimal(0)) / total, 4))}"
            for item in parts
        ]
        return f"，其中：{'；'.join(said)}"


def _joined(clauses: Sequence[str]) -> str:
    """Clauses as sentences: one that lists parts ends its own."""
    text = ""
    for clause in clauses:
        text += clause + ("。" if "；" in clause or clause is clauses[-1] else "，")
    return text


def _sums(identity: Identity) -> Iterator[tuple[str, Sequence[str]]]:
    """A single figure that is the sum of others."""
    left, right = identity.sides
    for one, other in ((left, right), (right, left)):
        adds = all(node.sign == "+" for node in walk(other.core) if isinstance(node, Operation))
        if isinstance(one.core, Cell) and len(other.names) > 1 and adds and all(map(_plain, walk(other.core))):
            yield one.names[0], other.names


def _plain(node: object) -> bool:
    return isinstance(node, (Cell, Operation))
