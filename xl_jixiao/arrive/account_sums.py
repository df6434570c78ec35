"""Sums inside a 决算公开表: totals of rows and of columns, classes of functions and of economic purposes, each held against its parts."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xl_jixiao.arrive.grid import Grid, GridCell
from xl_jixiao.arrive.rows import DASHES
from xl_jixiao.finding import Place
from xl_jixiao.number import plain

_HALF = Decimal("0.005")
HEAD_ROWS = 12
"""So many rows a table has heads in at most."""

CODE = re.compile(r"\d{2,7}")
_NUMBERED = re.compile("^[一二三四五六七八九十]+、")
_LINE_HEAD = re.compile("^(?:行次|栏次|序号)$|(?:编码|代码)$")
_WHOLE = ("合计", "小计", "本年收入合计", "本年支出合计")
_COLUMN_PARTS: Mapping[str, tuple[str, ...]] = {
    "02": ("财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入"),
    "03": ("基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"),
    "05": ("基本支出", "项目支出"),
    "08": ("基本支出", "项目支出"),
    "09": ("基本支出", "项目支出"),
}
"""What the columns of a table add up to its 合计."""

_FUNDS_COLUMNS = ("一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")
_BESIDE_TOTAL = re.compile("^(?:使用(?:非财政拨款|专用)结余.*|用事业基金弥补收支差额|结余分配|[年][初末](?:财政拨款)?结转和结余)$")
"""What 01 and 04 add to 本年合计 for the 总计."""


@dataclass(frozen=True)
class WrongSum:
    """A sum that is not what its parts come to: where, in words, printed and due."""

    place: Place
    said: str
    printed: str
    due: str
    parts: tuple[Place, ...] = ()
    """Where its parts stand."""


def each_once(wrong: Iterable[WrongSum]) -> Iterator[WrongSum]:
    """The wrong sums without those that only follow: whose whole, or one of whose parts, is a wrong sum already."""
    said: set[Place] = set()
    for one in wrong:
        if not said & {one.place, *one.parts}:
            said.add(one.place)
            yield one


@dataclass(frozen=True)
class _Line:
    """A row: the code and name it begins with, its numbers by column."""

    code: str
    name: str
    numbers: Mapping[int, GridCell]
    sure: bool


def wrong_sums(grid: Grid, kind: str, rows: Sequence[int]) -> Iterator[WrongSum]:
    """Every sum of one table that is wrong by more than the rounding of its parts. `rows` are those of heads and figures."""
    if kind in _COLUMN_PARTS:
        lines = [_line(grid, row) for row in rows]
        yield from _by_code(grid, lines)
        yield from _across(grid, lines, _columns(grid, rows, lines, kind))
    elif kind in ("01", "04"):
        yield from _balance(grid, rows)
    elif kind == "06":
        yield from _by_purpose(grid, rows)


def line_columns(grid: Grid) -> frozenset[int]:
    """The columns that number the lines, or hold their codes: 行次, 科目编码."""
    heads = (cell for row in list(grid.rows)[:HEAD_ROWS] for cell in grid.owned(row) if _LINE_HEAD.search(_bare(cell.text)))
    return frozenset(column for cell in heads for column in range(cell.column, cell.right + 1))


def _bare(text: str) -> str:
    return re.sub(r"[\s“”\"'‘’（）()]|^其中[:：]", "", text)


def _line(grid: Grid, row: int) -> _Line:
    code, name, sure = "", "", True
    numbers: dict[int, GridCell] = {}
    for cell in grid.owned(row):
        said = _bare(cell.text)
        if not name and not numbers and CODE.fullmatch(said):
            code += said
        elif cell.number is not None:
            numbers[cell.column] = cell
        elif not name and said:
            name = said
        elif numbers and said not in DASHES:
            sure = False
        sure = sure and not cell.doubt
    return _Line(code, name, numbers, sure)


def _checked(grid: Grid, name: str, whole: GridCell | None, parts: Iterable[GridCell | None], what: str) -> Iterator[WrongSum]:
    """A whole against its parts; a blank part is nothing, a blank whole is not said."""
    if whole is None or whole.number is None:
        return
    given = [one for one in parts if one is not None and one.number is not None]
    numbers = [one.number for one in given if one.number is not None]
    due = sum(numbers, Decimal(0))
    if numbers and abs(whole.number - due) > _HALF * (len(numbers) + 1):
        said = f"{name}是{plain(whole.number)}，{what}合计{plain(due)}，相差{plain(abs(whole.number - due))}；请核对原表"
        yield WrongSum(grid.place(whole), said, plain(whole.number), plain(due), tuple(map(grid.place, given)))


def _by_code(grid: Grid, lines: Sequence[_Line]) -> Iterator[WrongSum]:
    """款 against 项, 类 against 款, and 合计 against the highest codes listed."""
    coded = [line for line in lines if line.code and line.numbers]
    if not coded or not all(line.sure for line in coded) or len({line.code for line in coded}) < len(coded):
        return
    codes = {line.code for line in coded}
    below: dict[str, list[_Line]] = {}
    for line in coded:
        above = next((line.code[:at] for at in range(len(line.code) - 1, 0, -1) if line.code[:at] in codes), "")
        below.setdefault(above, []).append(line)
    total = next((line for line in lines if not line.code and line.name == "合计" and line.numbers), None)
    deepest_first = sorted(coded, key=lambda line: -len(line.code))
    wholes = [(line, line.code) for line in deepest_first] + ([(total, "")] if total else [])
    for whole, code in wholes:
        parts = below.get(code, [])
        name = "合计" if not code else f"“{code} {whole.name}”"
        for column, cell in whole.numbers.items() if parts else ():
            yield from _checked(grid, name, cell, (line.numbers.get(column) for line in parts), "下级科目" if code else "各科目")


def _columns(grid: Grid, rows: Sequence[int], lines: Sequence[_Line], kind: str) -> tuple[int, tuple[int, ...]] | None:
    """The column of a whole with those of its parts; None where the heads don't say what every column of figures is."""
    first = next((row for row, line in zip(rows, lines, strict=True) if line.numbers), None)
    if first is None:
        return None
    used = sorted({column for line in lines for column in line.numbers})
    heads = {at: [_bare(grid.at(row, at).text) for row in rows if row < first] for at in used}
    spending = [at for at in used if any(said.startswith("本年支出") for said in heads[at])]
    pool = spending if kind in ("08", "09") or len(spending) > 1 else used
    whole = next((at for at in pool if any(said in _WHOLE for said in heads[at])), None)
    parts = {name: at for name in _COLUMN_PARTS[kind] for at in reversed(pool) if name in heads[at]}
    known = [at for at in pool if at == whole or any(name in heads[at] for name in _COLUMN_PARTS[kind])]
    if whole is None or len(parts) < 2 or whole in parts.values() or known != pool:
        return None
    return whole, tuple(parts.values())


def _across(grid: Grid, lines: Sequence[_Line], columns: tuple[int, tuple[int, ...]] | None) -> Iterator[WrongSum]:
    if columns is None:
        return
    whole, parts = columns
    for line in lines:
        if line.sure and (line.code or line.name == "合计"):
            name = f"“{line.name}”一行的合计" if line.code else "合计行的合计"
            yield from _checked(grid, name, line.numbers.get(whole), (line.numbers.get(part) for part in parts), "这一行各栏")


# ---- 01 and 04: income on the left, spending on the right


def _balance(grid: Grid, rows: Sequence[int]) -> Iterator[WrongSum]:
    """本年合计 of the numbered lines above it, 总计 with what is carried over, income and spending alike; the columns of 04 by funds."""
    sides: dict[int, list[tuple[GridCell, GridCell]]] = {}
    lines_at = line_columns(grid)
    for row in rows:
        label: GridCell | None = None
        for cell in grid.owned(row):
            if cell.number is None and cell.text and not CODE.fullmatch(cell.text):
                label = cell
            elif cell.number is not None and label and cell.column not in lines_at:
                sides.setdefault(cell.column, []).append((label, cell))
    totals: dict[int, GridCell] = {}
    for _, lines in sorted(sides.items()):
        by_name = {re.sub(_NUMBERED, "", _bare(label.text)): (label, cell) for label, cell in lines}
        of_year = next((one for name, one in by_name.items() if name in ("本年收入合计", "本年支出合计")), None)
        label, total = by_name.get("总计", (None, None))
        if of_year is not None:
            above = [cell for said, cell in lines if _NUMBERED.match(_bare(said.text)) and cell.row < of_year[1].row]
            yield from _checked(grid, of_year[0].text, of_year[1], above, "上面各项")
            beside = [cell for name, (_, cell) in by_name.items() if _BESIDE_TOTAL.match(name)]
            if label and beside:
                yield from _checked(grid, label.text, total, [of_year[1], *beside], "本年合计与结转结余")
        if label and total:
            totals.setdefault(label.column, total)
    if len(totals) >= 2:
        income, spending, *_ = totals.values()
        yield from _checked(grid, "收入总计", income, [spending], "支出总计")
    yield from _across_funds(grid, rows)


def _label_of(grid: Grid, cell: GridCell) -> str:
    return next((one.text for one in reversed(list(grid.owned(cell.row))) if one.column < cell.column and one.number is None), "合计")


def _across_funds(grid: Grid, rows: Sequence[int]) -> Iterator[WrongSum]:
    """04: 合计 of a line of spending against its three kinds of funds."""
    head = next((row for row in rows if sum(_bare(cell.text) in _FUNDS_COLUMNS for cell in grid.owned(row)) >= 2), None)
    if head is None:
        return
    parts = [cell.column for cell in grid.owned(head) if _bare(cell.text) in _FUNDS_COLUMNS]
    whole = next((cell.column for cell in grid.rows[head] if _bare(cell.text) in _WHOLE and cell.column < parts[0]), None)
    if whole is None:
        return
    for row in rows:
        if row > head:
            numbers = {cell.column: cell for cell in grid.owned(row) if cell.number is not None}
            if whole in numbers:
                name = f"“{_label_of(grid, numbers[whole])}”一行的合计"
                yield from _checked(grid, name, numbers[whole], (numbers.get(part) for part in parts), "各类财政拨款")


# ---- 06: by economic purpose


def _by_purpose(grid: Grid, rows: Sequence[int]) -> Iterator[WrongSum]:
    """Classes of 06 against their lines, 人员经费 and 公用经费 against the classes."""
    coded: dict[str, tuple[str, GridCell]] = {}
    sums: dict[str, GridCell] = {}
    for row in rows:
        code, name = "", ""
        for cell in grid.owned(row):
            said = _bare(cell.text)
            if re.fullmatch(r"3\d{2}(?:\d{2})?", said) and not name:
                code = said
            elif cell.number is not None and name:
                if code:
                    coded.setdefault(code, (name, cell))
                elif name in ("人员经费合计", "公用经费合计"):
                    sums.setdefault(name, cell)
                code, name = "", ""
            elif cell.number is None and said:
                name = said
    for code, (name, cell) in coded.items():
        parts = [one for other, (_, one) in coded.items() if len(code) == 3 and len(other) == 5 and other.startswith(code)]
        yield from _checked(grid, f"“{code} {name}”", cell, parts, "明细科目")
    for name, cell in sums.items():
        personal = name == "人员经费合计"
        parts = [one for code, (_, one) in coded.items() if len(code) == 3 and (code in ("301", "303")) is personal]
        yield from _checked(grid, name, cell, parts, "各类")
