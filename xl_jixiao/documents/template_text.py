"""Sentences with placeholders: every number in a sentence comes from the data. Read two ways: the text, and its native Excel formula.

    {支出决算数}              the figure as print has it: 1240.71, 49, 29.30%, 2021年7月20日; 〔待填〕 while blank
    {增减:支出增减额}          增加230.70, 减少514.11, 持平
    {增减:支出增减额=万元}      增加230.70万元, 持平
    {变:支出增减额}…{完}       what is between, where the figure is a number other than zero
    {变:甲}{或:乙}…{完}         the same for either of two
    {有:支出增减率}…{完}       what is between, unless the figure is a word: 不可比
    {填:原因}…{完}            what is between, where there is an answer
    {高低:决算数-预算数}        not a formula: the sign of a figure in words, 大于, 小于, 等于
    {选填:原因}               the text, or nothing
    {勾:评价类型=完成结果评价}    ■ or □
    {√:评价等次=优}           √ or nothing
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from xl_jixiao.formula import defined_name
from xl_jixiao.number import NotANumber, from_cell, half_up, plain
from xl_jixiao.old_text import quoted
from xl_jixiao.words import TO_FILL

IF_CHANGED, OR_CHANGED, UNLESS_WORD, IF_FILLED, END = "变", "或", "有", "填", "完"
FILTERS = ("增减", "高低", "选填", "勾", "√", IF_CHANGED, OR_CHANGED, UNLESS_WORD, IF_FILLED)
_CONDITIONS = (IF_CHANGED, UNLESS_WORD, IF_FILLED)
_MARKED = {"勾": ("■", "□"), "√": ("√", "")}
_PART = re.compile(r"\{([^{}]*)\}")
_LONGEST_LITERAL = 250


class TextError(ValueError):
    """A text whose placeholders can't be read."""


@dataclass(frozen=True)
class Slot:
    """One placeholder: the defined name it shows, how, and the word it is compared with."""

    name: str
    filter: str = ""
    word: str = ""


@dataclass(frozen=True)
class Shown:
    """How a name's value is printed: kind of the input, or percent and decimals of the figure."""

    percent: bool = False
    decimals: int = 2
    number: bool = True
    date: bool = False
    shortest: bool = False
    """Whether it is printed without closing zeros, as points are: 89.5."""


@lru_cache(maxsize=4096)
def slots(text: str) -> tuple[str | Slot, ...]:
    """The text's parts: words and placeholders. Raises TextError."""
    parts: list[str | Slot] = []
    inside = False
    for at, part in enumerate(_PART.split(text)):
        if at % 2 == 0:
            if set(part) & set("{}"):
                raise TextError(f"花括号不成对：“{text[:40]}”")
            parts += [part] if part else []
            continue
        head, colon, rest = part.partition(":")
        if part == END or head in _CONDITIONS:
            if inside is not (part == END):
                raise TextError(f"{{{part}}}：{{变:…}}、{{有:…}}、{{填:…}}与{{完}}不成对")
            inside = not inside
        if head == OR_CHANGED and not (parts and isinstance(parts[-1], Slot) and parts[-1].filter == IF_CHANGED):
            raise TextError(f"{{{part}}}：紧接在{{变:…}}之后写")
        if part == END:
            parts.append(Slot("", END))
            continue
        if colon and head not in FILTERS:
            raise TextError(f"未知的写法“{head}:”，可用 {'、'.join(FILTERS)}")
        name, _, word = (rest if colon else part).partition("=")
        parts.append(Slot(defined_name(name), head if colon else "", word.strip()))
    if inside:
        raise TextError("缺少{完}")
    return tuple(parts)


def number_text(value: Decimal, shown: Shown) -> str:
    """The number as running text prints it: whole ones without decimals (49, 100%), others with all of theirs (39.80, 29.30%)."""
    scaled = value * 100 if shown.percent else value
    places = 2 if shown.percent else shown.decimals
    rounded = half_up(scaled, places)
    if shown.shortest:
        return plain(rounded)
    text = format(rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded, "f")
    return f"{text}%" if shown.percent else text


def rendered(text: str, values: Mapping[str, object], shown: Mapping[str, Shown], to_fill: str = TO_FILL) -> str:
    """The text with its values."""
    said, parts = True, []
    for part in slots(text):
        if isinstance(part, Slot) and part.filter == OR_CHANGED:
            said = said or _holds(part, values.get(part.name))
        elif isinstance(part, Slot) and part.filter in (END, *_CONDITIONS):
            said = part.filter == END or _holds(part, values.get(part.name))
        elif said:
            parts.append(part if isinstance(part, str) else _slot_text(part, values.get(part.name), shown[part.name], to_fill))
    return "".join(parts)


def _holds(slot: Slot, value: object) -> bool:
    blank = value in (None, "")
    if slot.filter == IF_FILLED:
        return not blank
    number = as_number(value)
    return bool(number) if slot.filter != UNLESS_WORD else number is not None or blank


def _slot_text(slot: Slot, value: object, shown: Shown, to_fill: str) -> str:
    if slot.filter in _MARKED:
        yes, no = _MARKED[slot.filter]
        return yes if str(value or "") == slot.word else no
    if slot.filter == "选填":
        return "" if value in (None, "") else _value_text(value, shown)
    if value in (None, ""):
        return to_fill
    number = as_number(value) if shown.number else None
    if number is None or not slot.filter:
        return _value_text(value, shown)
    if slot.filter == "高低":
        return "大于" if number > 0 else "小于" if number < 0 else "等于"
    return f"{'增加' if number > 0 else '减少'}{number_text(abs(number), shown)}{slot.word}" if number else "持平"


def as_number(value: object) -> Decimal | None:
    """The number of a cell, or None."""
    try:
        return from_cell(value)
    except NotANumber:
        return None


def _value_text(value: object, shown: Shown) -> str:
    if isinstance(value, datetime.date):
        return f"{value.year}年{value.month}月{value.day}日"
    number = as_number(value) if shown.number else None
    return str(value) if number is None else number_text(number, shown)


def excel(text: str, shown: Mapping[str, Shown]) -> str:
    """The text as a native Excel expression over defined names."""
    outside: list[str] = []
    parts, test = outside, ""
    for part in slots(text):
        if isinstance(part, str):
            parts.append(_literal(part))
        elif part.filter in _CONDITIONS:
            parts, test = [], _holds_excel(part)
        elif part.filter == OR_CHANGED:
            test = f"OR({test},{_holds_excel(part)})"
        elif part.filter == END:
            outside.append(f'IF({test},{"&".join(parts) or quoted("")},"")')
            parts = outside
        else:
            parts.append(_slot_excel(part, shown[part.name]))
    return "&".join(outside) or '""'


def _holds_excel(slot: Slot) -> str:
    name = slot.name
    if slot.filter == IF_FILLED:
        return f'{name}<>""'
    return f"AND(ISNUMBER({name}),{name}<>0)" if slot.filter != UNLESS_WORD else f'OR(ISNUMBER({name}),{name}="")'


def _literal(text: str) -> str:
    """A text in a formula, where one literal may have 255 characters."""
    pieces = [text[at : at + _LONGEST_LITERAL] for at in range(0, len(text), _LONGEST_LITERAL)]
    return "&".join("&CHAR(10)&".join(quoted(line) for line in piece.split("\n")) for piece in pieces)


def _slot_excel(slot: Slot, shown: Shown) -> str:
    name = slot.name
    if slot.filter in _MARKED:
        yes, no = _MARKED[slot.filter]
        return f'IF({name}={quoted(slot.word)},"{yes}","{no}")'
    if slot.filter == "选填":
        return f'IF({name}="","",{_value_excel(name, shown)})'
    text = _value_excel(name, shown)
    if shown.number and slot.filter == "高低":
        text = f'IF(ISNUMBER({name}),IF({name}>0,"大于",IF({name}<0,"小于","等于")),{name})'
    elif shown.number and slot.filter == "增减":
        changed = f'IF({name}>0,"增加","减少")&{_number_excel(f"ABS({name})", shown)}' + (f"&{quoted(slot.word)}" if slot.word else "")
        text = f'IF(ISNUMBER({name}),IF({name}=0,"持平",{changed}),{name})'
    return f'IF({name}="","{TO_FILL}",{text})'


def _value_excel(name: str, shown: Shown) -> str:
    if shown.date:
        return f'IF(ISNUMBER({name}),YEAR({name})&"年"&MONTH({name})&"月"&DAY({name})&"日",{name})'
    return f"IF(ISNUMBER({name}),{_number_excel(name, shown)},{name})" if shown.number else name


def _number_excel(value: str, shown: Shown) -> str:
    if shown.shortest:
        return f'ROUND({value},{shown.decimals})&""'
    decimals = 2 if shown.percent else shown.decimals
    sign = "%" if shown.percent else ""
    if not decimals:
        return f'TEXT({value},"0{sign}")'
    scaled = f"ROUND({value}*100,{decimals})" if shown.percent else f"ROUND({value},{decimals})"
    return f'TEXT({value},IF({scaled}=INT({scaled}),"0{sign}","0.{"0" * decimals}{sign}"))'
