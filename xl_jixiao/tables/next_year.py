"""Next year's table from this year's: the file as it is, its id, its revision and the years in its words moved on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_KEY = re.compile(r'\s*"?([\w-]+)"?\s*=')
_KEPT = frozenset(("basis", "source", "grades_basis", "rows_basis", "note"))
"""What says where something comes from: a person has to look for next year's document."""


@dataclass(frozen=True)
class NextTable:
    """The new file's text, the lines that changed, and those that still name the old year: to be looked at."""

    id: str
    text: str
    changed: tuple[str, ...]
    unsure: tuple[str, ...]


def moved_on(text: str, data: Mapping[str, Any], year: int, name: str = "") -> NextTable:
    """The text of a table file for another year; `data` is what it says now, `name` the new id where it is given."""
    old = int(data["year"])
    new_id = name or _new_id(str(data["id"]), old, year)
    years = {str(old + by): str(year + by) for by in (-1, 0, 1)}
    head = {"id": f'id = "{new_id}"', "revision": f'revision = "{year}.1"', "year": f"year = {year}"}
    lines, changed, unsure = [f"# 由 {data['id']}（{old}年度）生成；文号、依据、评分标准原文按{year}年度的文件逐条核对。"], [], []
    top = True
    for line in text.splitlines():
        found = _KEY.match(line)
        key = found[1] if found else ""
        top = top and not line.lstrip().startswith("[")
        moved = head[key] if top and key in head else line
        if moved == line and key not in _KEPT and not line.lstrip().startswith("#"):
            moved = re.sub(r"(?<!\d)\d{4}(?=年)", lambda said: years.get(said[0], said[0]), line)
        if moved != line:
            changed.append(moved.strip())
        elif str(old) in line:
            unsure.append(line.strip())
        lines.append(moved)
    return NextTable(new_id, "\n".join(lines) + "\n", tuple(changed), tuple(unsure))


def _new_id(text: str, old: int, year: int) -> str:
    """generic-selfeval -> generic-selfeval-2026, hongjiang-2020-dept -> hongjiang-2026-dept."""
    return text.replace(str(old), str(year)) if str(old) in text else f"{text}-{year}"
