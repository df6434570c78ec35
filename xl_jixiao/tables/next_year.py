"""Next year's table from this year's: the file as it is, its id, its revision and the years in its words moved on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_KEY = re.compile(r'\s*"?([\w-]+)"?\s*=')
_KEPT = frozenset(("basis", "source", "grades_basis", "rows_basis", "note"))
"""What says where something comes from: a person has to look for next year's document."""

_FIXED = r"《[^》]*\d{4}[^》]*》|(?<!\d)\d{4}年?[-—–－~～至到]+\d{4}(?=年)"
"""Titles of documents with a year, and years of a plan from its first to its last: they stay."""

_DIGITS = "〇一二三四五六七八九"

_MARK = "·"
"""Stands in a revision between the table's own and the year it was moved on to."""


@dataclass(frozen=True)
class NextTable:
    """The new file's text, the lines that changed, and those that still name the old year: to be looked at."""

    id: str
    text: str
    changed: tuple[str, ...]
    unsure: tuple[str, ...]


def moved_on(text: str, data: Mapping[str, Any], year: int, name: str = "", revision: str = "") -> NextTable:
    """The text of a table file for another year; `data` is what it says now, `name` and `revision` the new ones where they are given."""
    old = int(data["year"])
    new_id = name or _new_id(str(data["id"]), old, year)
    years = {str(old + by): str(year + by) for by in (-1, 0, 1)}
    moving = re.compile(rf"({_FIXED})|(?<!\d)({'|'.join(years)})(?=年)")
    still = re.compile(rf"(?<!\d)({'|'.join(map(str, range(old - 2, old + 1)))})(?!\d)|{_in_words(old)}|(?<!\d){old % 100:02}(?=年度|财年)")
    head = {"id": f'id = "{new_id}"', "revision": f'revision = "{revision or f"{year}.1"}"', "year": f"year = {year}"}
    lines, changed, unsure = [f"# 由 {data['id']}（{old}年度）生成；文号、依据、评分标准原文按{year}年度的文件逐条核对。"], [], []
    top = True
    for line in text.splitlines():
        found = _KEY.match(line)
        key = found[1] if found else ""
        top = top and not line.lstrip().startswith("[")
        moved = head[key] if top and key in head else line
        if moved == line and key not in _KEPT and not line.lstrip().startswith("#"):
            moved = moving.sub(lambda said: said[1] or years[said[2]], line)
            left = moving.sub(lambda said: said[1] or "", line)
            doubtful = still.search(left) is not None or re.search(_FIXED, left) is not None
        else:
            doubtful = moved == line and str(old) in line
        if moved != line:
            changed.append(moved.strip())
        if doubtful:
            unsure.append(moved.strip())
        lines.append(moved)
    return NextTable(new_id, "\n".join(lines) + "\n", tuple(changed), tuple(unsure))


def of_year(text: str, data: Mapping[str, Any], year: int) -> str:
    """The text of a table file as a set of another year has it: the same table, its words and its revision of that year."""
    return moved_on(text, data, year, str(data["id"]), f"{data['revision']}{_MARK}{year}").text


def year_of(revision: str) -> int:
    """The year a revision says that its table was moved on to; 0 where it says none."""
    found = re.search(rf"{_MARK}(20\d\d)$", revision)
    return int(found[1]) if found else 0


def _in_words(year: int) -> str:
    """A pattern of the year in characters: 二〇二四, 二零二四."""
    return "".join("[〇零○]" if digit == "0" else _DIGITS[int(digit)] for digit in str(year))


def _new_id(text: str, old: int, year: int) -> str:
    """generic-selfeval -> generic-selfeval-2026, hongjiang-2020-dept -> hongjiang-2026-dept."""
    return text.replace(str(old), str(year)) if str(old) in text else f"{text}-{year}"
