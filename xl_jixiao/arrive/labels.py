"""Labels of forms: which head field one names, and labels that stand with their values in one text."""

import re
from collections.abc import Iterator

from xl_jixiao.arrive import heads
from xl_jixiao.arrive.heads import named, squeezed, stem, word
from xl_jixiao.words import bare


def is_label(text: str) -> bool:
    """Whether a cell is a label of a head field or of something else that has its value beside it."""
    return field_of(text) is not None or named(text, heads.KNOWN)


SEAL = re.compile(r"[(（](?:盖章|公章|章|签章)[)）]$")
UNITS = frozenset("万元 元 亿元 千元 百万元 分 % 人 个".split())
_WEAK_LABELS = frozenset(["项目", "单位", "部门"])
"""Labels only with a colon: without one they are heads of tables."""


def field_of(text: str) -> tuple[str, int] | None:
    """The head field a label names, and how surely."""
    if word(text) in _WEAK_LABELS and not re.search(r"[:：]\s*$", text):
        return None
    for form in (word(text), stem(text)):
        for name, words in heads.FIELDS.items():
            if form in words:
                return name, words.index(form)
    return None


_ALL_LABELS = frozenset(
    [*heads.KNOWN, *heads.GRADES, *heads.POINT_LABELS, *heads.TOTALS, *heads.EXPECTED, *heads.ACTUAL]
    + [*(one for words in heads.FIELDS.values() for one in words)]
)
_COLON = re.compile("[:：]")


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """Labels with their values in one text: 填报单位：某局　金额单位：万元. Nothing where the text doesn't begin with a label."""
    if not _COLON.search(text) or len(text) > 300:
        return
    parts = [bare(part) for part in _COLON.split(text)]
    label = parts[0]
    if word(label) not in _ALL_LABELS and stem(label) not in _ALL_LABELS or not any(parts[1:]):
        return
    for part in parts[1:-1]:
        value, following = _parted(part)
        yield from _value(label, value)
        label = following
    yield from _value(label, parts[-1])


_YEAR_BESIDE = re.compile(r"\s+[(（]?(20\d\d)\s*年度?[)）]?$")


def _value(label: str, said: str) -> Iterator[tuple[str, str]]:
    """A label's value; a year that stands beside it is a value of its own."""
    year = _YEAR_BESIDE.search(said)
    yield label, squeezed(said[: year.start()] if year else said)
    if year:
        yield heads.YEAR_LABEL, year[1]


def _parted(part: str) -> tuple[str, str]:
    """A value and the label after it."""
    pieces = part.split()
    for at in range(1, len(pieces) + 1):
        tail = " ".join(pieces[-at:])
        if word(tail) in _ALL_LABELS or stem(tail) in _ALL_LABELS:
            return " ".join(pieces[:-at]), tail
    return part, ""


def unit_line(text: str) -> str:
    """The unit of money a line says and nothing else."""
    found = re.fullmatch(rf"[(（]?(?:金额|货币)?单位[:：]?({heads.MONEY})[)）]?", word(text))
    return found[1] if found else ""
