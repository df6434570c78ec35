"""Sentences with placeholders: every number in a sentence comes from the data. One tree gives both the text and its Excel formula.

{支出决算数}              the figure as print has it: 1240.71, 49, 29.30%, 2021年7月20日; 〔待填〕 while blank
{增减:支出增减额}          增加230.70, 减少514.11, 持平
{增减:支出增减额=万元}      增加230.70万元, 持平
{变:支出增减额}…{完}       what is between, where the figure is a number other than zero
{变:甲}{或:乙}…{完}         the same for either of two
{有:支出增减率}…{完}       what is between, unless the figure is a word: 不可比
{填:原因}…{完}            what is between, where there is an answer
{空:简称}…{完}            what is between, where there is none
{高低:决算数-预算数}        not a formula: the sign of a figure in words, 大于, 小于, 等于
{选填:原因}               the text, or nothing
{勾:评价类型=完成结果评价}    ■ or □
{√:评价等次=优}           √ or nothing
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from xl_jixiao.expr import (
    Cell,
    Expr,
    Joined,
    Literal,
    Rounded,
    all_of,
    any_of,
    call,
    first_of,
    is_blank,
    is_number,
    joined,
    negated,
    tree,
    when,
)
from xl_jixiao.formula import defined_name
from xl_jixiao.words import TO_FILL

IF_CHANGED, OR_CHANGED, UNLESS_WORD, IF_FILLED, IF_BLANK, END = "变", "或", "有", "填", "空", "完"
FILTERS = ("增减", "高低", "选填", "勾", "√", IF_CHANGED, OR_CHANGED, UNLESS_WORD, IF_FILLED, IF_BLANK)
_CONDITIONS = (IF_CHANGED, UNLESS_WORD, IF_FILLED, IF_BLANK)
_SAID = ("", "增减", "高低")
_MARKED = {"勾": ("■", "□"), "√": ("√", "")}
_PART = re.compile(r"\{([^{}]*)\}")

BlankTest = Callable[[str], Expr]
"""How a tree asks whether a name is blank."""


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
                raise TextError(f"{{{part}}}：{{变:…}}、{{有:…}}、{{填:…}}、{{空:…}}与{{完}}不成对")
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


def own_blank(name: str) -> Expr:
    """Whether a name's own cell is blank; where a 状态 cell says so already, that is shorter to ask."""
    return is_blank(Cell(name))


def text_tree(text: str, shown: Mapping[str, Shown], blank: BlankTest = own_blank) -> Expr:
    """The text with its values, as a tree over the cells it names."""
    outside: list[Expr] = []
    parts, test = outside, tree(True)
    for part in slots(text):
        if isinstance(part, str):
            parts.append(Literal(part))
        elif part.filter in _CONDITIONS:
            parts, test = [], _holds(part, blank)
        elif part.filter == OR_CHANGED:
            test = any_of([test, _holds(part, blank)])
        elif part.filter == END:
            outside.append(when(test, joined(*parts), ""))
            parts = outside
        else:
            parts.append(_slot(part, shown[part.name], blank(part.name)))
    return joined(*outside)


def said_slots(text: str, blank: BlankTest = own_blank) -> Iterator[tuple[str, tuple[Expr, ...]]]:
    """The names a text says 〔待填〕 for while they are blank, each with the condition it stands under."""
    holds: tuple[Expr, ...] = ()
    for part in slots(text):
        if isinstance(part, str):
            continue
        if part.filter in _CONDITIONS:
            holds = (_holds(part, blank),)
        elif part.filter == OR_CHANGED:
            holds = (any_of([*holds, _holds(part, blank)]),)
        elif part.filter == END:
            holds = ()
        elif part.filter in _SAID:
            yield part.name, holds


def shown_names(text: str) -> tuple[str, ...]:
    """The names a text asks for, but those it only marks a choice by."""
    return tuple(dict.fromkeys(one.name for one in slots(text) if isinstance(one, Slot) and one.name and one.filter not in _MARKED))


def always_says_something(text: str) -> bool:
    """Whether a text has words of its own outside its conditions: then it is never empty."""
    inside = False
    for part in slots(text):
        if isinstance(part, Slot):
            inside = part.filter != END if part.filter in (END, *_CONDITIONS) else inside
        elif not inside:
            return True
    return False


def number_tree(number: Expr, shown: Shown) -> Expr:
    """A number as running text prints it: whole ones without decimals (49, 100%), others with all of theirs (39.80, 29.30%)."""
    if shown.shortest:
        return Joined((Rounded(number, shown.decimals), Literal("")))
    sign, places = ("%", 2) if shown.percent else ("", shown.decimals)
    printed = Rounded(number, places + 2) if shown.percent else Rounded(number, places)
    if not places:
        return call("TEXT", printed, f"0{sign}")
    scaled = Rounded(number * 100, places) if shown.percent else printed
    return call("TEXT", printed, when(scaled.equals(call("INT", scaled)), f"0{sign}", f"0.{'0' * places}{sign}"))


def value_tree(name: str, shown: Shown) -> Expr:
    """A value as running text prints it; a word as it is."""
    cell = Cell(name)
    if shown.date:
        said: Expr = joined(call("YEAR", cell), "年", call("MONTH", cell), "月", call("DAY", cell), "日")
    elif shown.number:
        said = number_tree(cell, shown)
    else:
        return cell
    return when(is_number(cell), said, cell)


def _holds(slot: Slot, blank: BlankTest) -> Expr:
    """Whether what stands between a condition and its {完} is said."""
    cell = Cell(slot.name)
    if slot.filter in (IF_FILLED, IF_BLANK):
        return blank(slot.name) if slot.filter == IF_BLANK else negated(blank(slot.name))
    if slot.filter == UNLESS_WORD:
        return any_of([is_number(cell), blank(slot.name)])
    return all_of([is_number(cell), cell.differs(0)])


def _slot(slot: Slot, shown: Shown, blank: Expr) -> Expr:
    cell = Cell(slot.name)
    if slot.filter in _MARKED:
        yes, no = _MARKED[slot.filter]
        return when(cell.equals(slot.word), yes, no)
    if slot.filter == "选填":
        return when(blank, "", value_tree(slot.name, shown))
    said = value_tree(slot.name, shown)
    if shown.number and slot.filter == "高低":
        said = when(is_number(cell), first_of([(cell > 0, "大于"), (cell < 0, "小于")], "等于"), cell)
    elif shown.number and slot.filter == "增减":
        changed = joined(when(cell > 0, "增加", "减少"), number_tree(call("ABS", cell), shown), slot.word)
        said = when(is_number(cell), when(cell.equals(0), "持平", changed), cell)
    return when(blank, TO_FILL, said)
