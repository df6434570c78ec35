"""Plausibility checks worked out: in Python, and as the native formulas of 校验 that say the same."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from xl_jixiao.documents.compute import Filled, nothing
from xl_jixiao.documents.entries import Plausible
from xl_jixiao.documents.model import Document
from xl_jixiao.documents.template_text import as_number
from xl_jixiao.formula import Formula
from xl_jixiao.number import day_number, half_up, plain
from xl_jixiao.old_text import quoted
from xl_jixiao.words import NONE_WORD, NOT_FILLED, PASSED

_PLACES = 4
"""Decimals a difference is looked at: half a yuan where amounts are in 万元."""



@dataclass(frozen=True)
class Outcome:
    """A check with its result (通过, 未填, or its level), its line on 校验, and by how much it fails."""

    check: Plausible
    result: str
    detail: str
    gap: Decimal | None = None

    @property
    def failed(self) -> bool:
        """Whether there is something to correct or to explain."""
        return self.result == self.check.level


def outcome(check: Plausible, filled: Filled) -> Outcome:
    """One check over a filled form."""
    if check.sides is None:
        wanted = any(_filled(name, filled) for name in check.given_keys) and not _met(check, filled)
        return Outcome(check, check.level, check.needed_text) if wanted else Outcome(check, PASSED, "")
    numbers = _numbers(check, filled.values)
    if numbers is None:
        return Outcome(check, NOT_FILLED, check.label)
    left, right = check.sides
    gap = half_up(left.value(numbers) - right.value(numbers), _PLACES)
    if gap <= 0:
        return Outcome(check, PASSED, check.label)
    return Outcome(check, check.level, f"{check.label}，超出{plain(gap)}{_unit(check, filled.form)}", gap)


def sentence(found: Outcome, filled: Filled) -> str:
    """A failed check with its values: ``项目1…：项目1使用资金合计=12，项目1到位资金合计=10，超出2``."""
    check = found.check
    note = f"；{check.note}" if check.note else ""
    if check.sides is None:
        name, word = check.needed
        now = filled.text(f"{{选填:{name}}}") if word else ""
        return f"{check.name}：{check.needed_text}{f'，现为“{now}”' if now else ''}{note}"
    numbers = _numbers(check, filled.values) or {}
    shown = "，".join(_shown(side, numbers, filled) for side in check.sides)
    return f"{check.name}：{shown}，超出{plain(found.gap or 0)}{_unit(check, filled.form)}{note}"


def result_excel(check: Plausible, form: Document) -> str:
    """The native twin of a result."""
    if check.sides is None:
        return f'=IF({_wanted_excel(check, form)},"{check.level}","{PASSED}")'
    return f'=IF({_ready_excel(check)},IF({_gap_excel(check)}<=0,"{PASSED}","{check.level}"),"{NOT_FILLED}")'


def detail_excel(check: Plausible, form: Document) -> str:
    """The native twin of a detail."""
    if check.sides is None:
        return f'=IF({_wanted_excel(check, form)},{quoted(check.needed_text)},"")'
    gap, label = _gap_excel(check), quoted(check.label)
    over = f'"，超出"&{gap}' + (f"&{quoted(unit)}" if (unit := _unit(check, form)) else "")
    return f'=IF({_ready_excel(check)},{label}&IF({gap}>0,{over},""),{label})'


def _wanted_excel(check: Plausible, form: Document) -> str:
    """Whether something is missing that what is filled in asks for."""
    name, word = check.needed
    met = f"{name}={quoted(word)}" if word else _filled_excel(name, form)
    return f"AND(OR({','.join(_filled_excel(one, form) for one in check.given_keys)}),NOT({met}))"


def _numbers(check: Plausible, values: Mapping[str, object]) -> dict[str, Decimal] | None:
    """The names' numbers; None while one is missing, or with blanks as zero while all are or one is no number."""
    found = {name: _number(values.get(name)) for name in check.names}
    if not check.blanks_as_zero:
        return None if None in found.values() else {name: number for name, number in found.items() if number is not None}
    wrong = any(number is None and not nothing(values.get(name)) for name, number in found.items())
    if wrong or all(number is None for number in found.values()):
        return None
    return {name: number or Decimal(0) for name, number in found.items()}


def _number(value: object) -> Decimal | None:
    return Decimal(day_number(value)) if isinstance(value, datetime.date) else as_number(value)


def _filled(name: str, filled: Filled) -> bool:
    value = filled.values.get(name)
    return bool(as_number(value)) if filled.shown[name].number else not nothing(value)


def _met(check: Plausible, filled: Filled) -> bool:
    name, word = check.needed
    return str(filled.values.get(name) or "").strip() == word if word else _filled(name, filled)


def _unit(check: Plausible, form: Document) -> str:
    items = [form.input_by_key.get(name) for name in check.names]
    return "天" if all(item is not None and item.kind == "date" for item in items) else ""


def _shown(side: Formula, numbers: Mapping[str, Decimal], filled: Filled) -> str:
    if not side.names:
        return side.sentence()
    item = filled.form.input_by_key.get(side.names[0])
    date = item is not None and item.kind == "date"
    value = filled.text(f"{{{side.names[0]}}}") if date else plain(half_up(side.value(numbers), _PLACES))
    return f"{side.sentence()}={value}"


def _filled_excel(name: str, form: Document) -> str:
    item, figure = form.input_by_key.get(name), form.figure_by_key.get(name)
    if item.numeric if item else figure is not None and not figure.grades:
        return f"N({name})<>0"
    bare = f'TRIM(SUBSTITUTE({name},"　",""))'
    return f'AND({bare}<>"",{bare}<>"{NONE_WORD}")'


def _ready_excel(check: Plausible) -> str:
    listed = ",".join(check.names)
    if not check.blanks_as_zero:
        return f"COUNT({listed})={len(check.names)}"
    wrong = ",".join(f'AND(ISTEXT({name}),{name}<>"",{name}<>"{NONE_WORD}")' for name in check.names)
    return f"AND(COUNT({listed})>0,NOT(OR({wrong})))"


def _gap_excel(check: Plausible) -> str:
    assert check.sides is not None
    cells = {name: f"N({name})" for name in check.names} if check.blanks_as_zero else {}
    left, right = (side.renamed(cells).excel() for side in check.sides)
    return f"ROUND({left}-({right}),{_PLACES})"
