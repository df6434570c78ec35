"""What a reading got right, what it said it left out, and what it read wrong without a word."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from support.arriving import LAYOUTS, Draft, bent, save_docx, save_xlsx
from xl_jixiao.arrive.arrived import Arrived, Tables, known_tables, of_grids
from xl_jixiao.arrive.blocks import Unread
from xl_jixiao.arrive.grid import grids, number_in
from xl_jixiao.arrive.heads import word
from xl_jixiao.arrive.rows import class_name

_FIELDS = {
    "一级指标": "level1",
    "二级指标": "level2",
    "三级指标": "name",
    "年度指标值": "target",
    "实际完成值": "actual",
    "分值": "weight",
    "得分": "points",
    "偏差原因分析及改进措施": "reason",
}


@dataclass
class Tally:
    """Rows right, said, and wrong in silence with what was wrong."""

    right: int = 0
    said: int = 0
    wrong: list[str] | None = None

    def add(self, other: "Tally") -> None:
        """Both together."""
        self.right += other.right
        self.said += other.said
        self.wrong = [*(self.wrong or []), *(other.wrong or [])]


def same(read: Any, printed: str) -> bool:
    """Whether a value says what was printed."""
    said = "" if read is None else str(read)
    if word(said) == word(printed):
        return True
    one, other = (number_in(word(text)) if "%" not in text else None for text in (said, printed))
    return one is not None and one == other


def _differs(row: Any, expected: dict[str, str]) -> str:
    for name, printed in expected.items():
        value = getattr(row, _FIELDS[name])
        wanted = class_name(printed)[0] if name in ("一级指标", "二级指标") else printed
        if name in ("分值", "得分") and isinstance(value, Decimal) and printed and abs(value - Decimal(printed)) <= Decimal("0.005"):
            continue
        if not same(value, wanted):
            return f"{name}：印的是“{wanted}”，读成“{value}”"
    return ""


def compare(form: Arrived, draft: Draft) -> Tally:
    """The rows read against those drawn, in their order."""
    rows, tally = form.form.rows, Tally(wrong=[])
    if len(rows) != len(draft.expected):
        tally.wrong = [f"印了{len(draft.expected)}行，读出{len(rows)}行"]
        return tally
    for row, expected in zip(rows, draft.expected, strict=True):
        apart = _differs(row, expected)
        if not apart:
            tally.right += 1
        elif row.torn or form.unread:
            tally.said += 1
        else:
            tally.wrong.append(f"“{row.name[:20]}”{apart}")
    return tally


def drawn(case: Any, layout: str, seed: int) -> Draft:
    """A case in a layout, bent by a seed."""
    rng = random.Random(f"{case.id}/{layout}/{seed}")
    return bent(LAYOUTS[layout](case, rng), rng)


def arrived(path: Path, tables: Tables) -> tuple[tuple[Arrived, ...], tuple[Unread, ...]]:
    """The forms of a file, and what in it is no form."""
    return of_grids(path.name, grids(path), tables)


def read_back(drafts: Sequence[Draft], folder: Path, suffix: str, seed: object) -> tuple[Arrived, ...]:
    """The forms read from a file with these drafts."""
    path = folder / f"来表{suffix}"
    (save_docx if suffix == ".docx" else save_xlsx)(list(drafts), path, random.Random(str(seed)))
    return arrived(path, known_tables())[0]
