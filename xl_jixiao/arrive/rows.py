"""Rows of indicators as they were meant: target with sign and unit, weight, points, reason. What can be read in two ways is left out and said."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

from xl_jixiao.arrive.blocks import NOT_READ, STRAY, TWO_READINGS, Indicators, RawRow, Spot, Unread
from xl_jixiao.arrive.grid import GridCell, number_in
from xl_jixiao.arrive.heads import Head, figure, squeezed, stem, word
from xl_jixiao.number import half_up, plain
from xl_jixiao.selfeval.answers import Written
from xl_jixiao.selfeval.target import read_cell

DASHES = frozenset(["", "/", "\\", "-", "—", "——", "－", "–", "无", "不适用", "*", "--", "/分", "不涉及", "／"])
"""What stands in a cell of numbers that has none."""

EXECUTION_NAMES = frozenset(
    "预算执行率 资金执行率 预算资金执行率 预算执行情况 预算执行 预算执行率指标 项目资金 资金执行情况 预算资金执行情况".split()
)

CLASSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "成本指标": ("经济成本指标", "社会成本指标", "生态环境成本指标"),
        "产出指标": ("数量指标", "质量指标", "时效指标", "成本指标", "经济成本指标"),
        "效益指标": ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"),
        "满意度指标": ("服务对象满意度指标",),
    }
)
"""The classes of the national forms; a name that lacks its 指标 is given it."""

_FULL = {name.removesuffix("指标"): name for known in (CLASSES, *CLASSES.values()) for name in known} | {
    "满意度": "满意度指标",
    "服务对象满意度": "服务对象满意度指标",
}
CLASS_OF = {sub: tuple(name for name, subs in CLASSES.items() if sub in subs) for subs in CLASSES.values() for sub in subs}
_PRINTED_WEIGHT = re.compile(r"[(（\[]\s*(\d+(?:\.\d+)?)\s*(?:分|%)?\s*[)）\]]|(\d+(?:\.\d+)?)\s*分$")
_NAME_WEIGHT = re.compile(r"^(.+?)[(（](\d+(?:\.\d+)?)分[)）]$")
_SIGNS = {
    ">=": "≥",
    "=>": "≥",
    "<=": "≤",
    "=<": "≤",
    "==": "=",
    "大于等于": "≥",
    "小于等于": "≤",
    "等于": "=",
    "大于": ">",
    "小于": "<",
    "≧": "≥",
    "≦": "≤",
}
_PLAIN_SIGNS = frozenset("≥≤=><")
_NO_SIGN = frozenset(["定性", "定量", "正向", "反向", "其他", *DASHES])
_SHARES = ("%", "百分比", "百分数", "％")
_HEAD_UNIT = re.compile(r"[(（](%|万元|元|亿元)[)）]")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?%?")
_DIRECTIONS = {
    "正向": "正向",
    "正向指标": "正向",
    "反向": "反向",
    "反向指标": "反向",
    "负向": "反向",
    "负向指标": "反向",
    "逆向": "反向",
    "逆向指标": "反向",
    "定性": "定性",
    "定性指标": "定性",
}


@dataclass(frozen=True)
class Row:
    """One indicator as the form has it, read from a row of a table."""

    level1: str
    level2: str
    name: str
    target: Written
    actual: Written
    weight: Decimal | None
    points: Decimal | None
    reason: str
    direction: str
    block: Indicators = field(repr=False, compare=False)
    raw: RawRow = field(repr=False, compare=False)
    printed2: str = ""
    """The 二级指标 as it is printed; `level2` has its 指标 where the national forms do."""
    torn: bool = False
    """Whether something in it was left out."""

    def spot(self, head: Head) -> Spot:
        """Its cell under a head."""
        return self.block.spot(self.raw, head)


@dataclass
class RowReader:
    """Reads the rows of one table of indicators."""

    block: Indicators
    unread: list[Unread] = field(default_factory=list)
    class_weights: dict[str, Decimal] = field(default_factory=dict)
    executions: list[Row] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """Its rows; what is printed for classes and for 预算执行率 is kept beside."""
        for raw in self.block.classes:
            self._class(raw)
        for raw in self.block.rows:
            row = self._row(raw)
            if _is_unused(row):
                continue
            if _is_execution(row) and not self.executions:
                self.executions.append(row)
            else:
                yield row

    def total(self, raw: RawRow, head: Head) -> tuple[Decimal | None, Spot]:
        """What a row of totals says under a head."""
        value = self._points(raw, head)
        for kinds, cell in raw.torn:
            if head in kinds:
                self._say(Spot(self.block.grid, cell), f"跨着{_named(kinds)}，看不出是哪一个", TWO_READINGS)
        return value, self.block.spot(raw, head)

    @cached_property
    def _heads(self) -> frozenset[Head | None]:
        return frozenset(one.head for one in self.block.columns)

    @cached_property
    def _beside_levels(self) -> str:
        """The head of a column nobody knows right after the levels; nothing where there is none."""
        columns = self.block.columns
        last = max((at for at, one in enumerate(columns) if one.head in (Head.LEVEL1, Head.LEVEL2)), default=-1)
        beside = columns[last + 1] if 0 <= last < len(columns) - 1 else None
        return squeezed(beside.label) if beside is not None and beside.head is None else ""

    @cached_property
    def _sharers(self) -> Counter[tuple[int, int]]:
        """How many rows a cell that is merged over rows stands in."""
        cells = (cell for row in self.block.rows for listed in row.cells.values() for cell in listed)
        return Counter((cell.row, cell.column) for cell in cells if cell.rows > 1)

    @cached_property
    def _percent(self) -> bool:
        """Whether all weights are written as percentages."""
        weights = [cell.text for row in self.block.rows for cell in row.cells.get(Head.WEIGHT, ())]
        return bool(weights) and all("%" in word(text) for text in weights)

    def _say(self, spot: Spot, why: str, code: str = NOT_READ) -> None:
        made = spot.unread(why, code)
        if made not in self.unread:
            self.unread.append(made)

    def _row(self, raw: RawRow) -> Row:
        if raw.cells.get(Head.REMARK) and not any(one.why == _REMARK for one in self.unread):
            self.unread.append(self.block.spot(raw, Head.REMARK).unread(_REMARK, STRAY))
        before = len(self.unread)
        levels = {head: self._level(raw, head) for head in (Head.LEVEL1, Head.LEVEL2)}
        name = self._text(raw, Head.LEVEL3)
        for kinds, cell in raw.torn:
            if stem(cell.text) in EXECUTION_NAMES and Head.LEVEL1 in kinds:
                levels[Head.LEVEL1] = stem(cell.text)
            elif cell.row == raw.row or Head.LEVEL3 in kinds:
                self._say(Spot(self.block.grid, cell), f"跨着{_named(kinds)}，看不出是哪一栏的", TWO_READINGS)
        weight, points = self._points(raw, Head.WEIGHT), self._points(raw, Head.POINTS)
        if Head.WEIGHT not in self._heads and (printed := _NAME_WEIGHT.match(name)):
            name, weight = printed[1], Decimal(printed[2])
        if Head.LEVEL3 not in self._heads:
            levels, name = self._without_names(raw, levels)
        level1, level2 = self._fitting(raw, levels)
        target = self._target(raw)
        actual = self._in_sentence(raw, target, self._done(raw))
        if _percent_or_not(target, actual):
            why = f"指标值是{_said(target)}，完成值是{_said(actual)}：不知是不是百分数，没有读入"
            self._say(self.block.spot(raw, Head.DONE), why, TWO_READINGS)
            actual = None
        return Row(
            level1,
            level2,
            name,
            target,
            actual,
            weight,
            points,
            self._text(raw, Head.REASON, shared=True),
            self._direction(raw),
            self.block,
            raw,
            class_name(raw.levels.get(Head.LEVEL2, ""), full=False)[0] if level2 else "",
            len(self.unread) > before,
        )

    def _without_names(self, raw: RawRow, levels: Mapping[Head, str]) -> tuple[dict[Head, str], str]:
        """A form without 三级指标: the deepest level is the indicator; not where a column beside it may hold the names."""
        if self._beside_levels:
            why = f"没有认出三级指标（指标名称）一栏，是不是“{self._beside_levels[:20]}”？名称没有读入"
            self._say(self.block.spot(raw, Head.LEVEL2 if Head.LEVEL2 in self._heads else Head.LEVEL1), why, TWO_READINGS)
            return dict(levels), ""
        if levels[Head.LEVEL2]:
            return {Head.LEVEL1: levels[Head.LEVEL1], Head.LEVEL2: ""}, levels[Head.LEVEL2]
        return {Head.LEVEL1: "", Head.LEVEL2: ""}, levels[Head.LEVEL1]

    def _level(self, raw: RawRow, head: Head) -> str:
        text = raw.levels.get(head, "")
        name, weight = class_name(text)
        if head is Head.LEVEL1 and name and weight is not None and name not in EXECUTION_NAMES:
            self.class_weights.setdefault(name, weight)
        beside = raw.cells.get(Head.CLASS_WEIGHT, ())
        column, level = self.block.column(Head.CLASS_WEIGHT), self.block.column(Head.LEVEL2)
        if head is Head.LEVEL1 and name and beside and column and (level is None or column.left < level.left):
            printed = number_in(word(beside[0].text).removesuffix("分"))
            if printed is not None:
                self.class_weights.setdefault(name, printed)
        return name

    def _fitting(self, raw: RawRow, levels: Mapping[Head, str]) -> tuple[str, str]:
        """The levels of a row; one that stands further up counts only where it fits."""
        level1, level2 = levels[Head.LEVEL1], levels[Head.LEVEL2]
        owners = CLASS_OF.get(level2, ())
        if not level1 and Head.LEVEL1 not in self._heads and len(owners) == 1:
            return owners[0], level2
        together = [name for name in CLASSES if name in level1]
        if len(together) > 1:
            fitting = [name for name in together if name in owners]
            if len(fitting) == 1:
                return fitting[0], level2
            self._say(self.block.spot(raw, Head.LEVEL1), f"一格写了{'、'.join(together)}，看不出“{level2}”属于哪一个", TWO_READINGS)
            return "", level2
        if Head.LEVEL1 in raw.carried and owners and level1 in CLASSES and level1 not in owners:
            self._say(self.block.spot(raw, Head.LEVEL2), f"一级指标空白：上面是“{level1}”，“{level2}”却不属于它", TWO_READINGS)
            return "", level2
        return level1, level2

    def _class(self, raw: RawRow) -> None:
        name, _ = class_name(raw.levels.get(Head.LEVEL1, ""))
        weight = self._points(raw, Head.WEIGHT)
        if name and weight is not None and not (Head.LEVEL2 in raw.levels and Head.LEVEL2 not in raw.carried):
            self.class_weights.setdefault(name, weight)

    # ---- single cells

    def _one(self, raw: RawRow, head: Head, *, shared: bool = False) -> GridCell | None:
        """The one cell of a row under a head. Left out, and said: several cells, one that several rows share, a doubtful one."""
        found = raw.cells.get(head, ())
        if not found:
            return None
        cell, spot = found[0], self.block.spot(raw, head)
        if len(found) > 1:
            texts = "、".join(f"“{squeezed(one.text)[:20]}”" for one in found)
            self._say(spot, f"“{head}”一栏有{len(found)}格：{texts}，没有读入", TWO_READINGS)
            return None
        if cell.doubt:
            self._say(spot, f"{cell.doubt}，没有读入")
            return None
        sharers = self._sharers[cell.row, cell.column]
        if sharers > 1 and not shared:
            self._say(spot, f"{sharers}行共用一个“{head}”，看不出各行是多少，没有读入", TWO_READINGS)
            return None
        return cell

    def _text(self, raw: RawRow, head: Head, *, shared: bool = False) -> str:
        cell = self._one(raw, head, shared=shared or head is Head.LEVEL3)
        return squeezed(cell.text) if cell else ""

    def _points(self, raw: RawRow, head: Head) -> Decimal | None:
        cell = self._one(raw, head)
        if cell is None:
            return None
        said = figure(cell.text)
        if said in DASHES:
            return None
        value = number_in(said.removesuffix("分"))
        if value is None:
            self._say(self.block.spot(raw, head), f"不是数字，没有读入“{head}”")
            return None
        if said.endswith("%"):
            if not (self._percent and head is Head.WEIGHT):
                self._say(self.block.spot(raw, head), f"“{head}”写成百分数，不知是多少分，没有读入", TWO_READINGS)
                return None
            return value * 100
        rounded = half_up(value, 2)
        return value if rounded == value else rounded

    def _direction(self, raw: RawRow) -> str:
        said = word(self._text(raw, Head.DIRECTION))
        if said and said not in DASHES and said not in _DIRECTIONS:
            self._say(self.block.spot(raw, Head.DIRECTION), "不是正向、反向或定性，没有读入")
        return _DIRECTIONS.get(said, "")

    def _target(self, raw: RawRow) -> Written:
        pieces = raw.cells.get(Head.TARGET, ())
        sign, unit = self._sign(raw), self._unit(raw, Head.TARGET)
        if len(pieces) > 1:
            split = _split([cell.text for cell in pieces])
            if split is None or any(cell.doubt for cell in pieces):
                self._one(raw, Head.TARGET)
                return None
            sign, number, unit = split[0] or sign, split[1], split[2] or unit
            cell: GridCell | None = next(one for one in pieces if squeezed(one.text) == number)
        else:
            cell = self._one(raw, Head.TARGET)
        return self._quantity(raw, Head.TARGET, cell, sign, unit) if cell else None

    def _done(self, raw: RawRow) -> Written:
        pieces = raw.cells.get(Head.DONE, ())
        unit = self._unit(raw, Head.DONE)
        cell: GridCell | None
        if len(pieces) > 1 and (split := _split([one.text for one in pieces])) is not None and not split[0]:
            unit = split[2] or unit
            cell = next(one for one in pieces if squeezed(one.text) == split[1])
        else:
            cell = self._one(raw, Head.DONE)
        return self._quantity(raw, Head.DONE, cell, "", unit) if cell else None

    def _in_sentence(self, raw: RawRow, target: Written, actual: Written) -> Written:
        """An actual value that a sentence says: its only figure, where that has the target's unit and nothing speaks of another one."""
        if not isinstance(actual, str) or target is None or read_cell(actual).number is not None:
            return actual
        wanted = read_cell(target)
        said = _IN_WORDS.fullmatch(figure(actual))
        if wanted.number is None or not wanted.unit or said is None or _ANOTHER.search(actual):
            return actual
        found = read_cell(said[1])
        if found.number is None or found.unit != wanted.unit:
            return actual
        self._say(self.block.spot(raw, Head.DONE), f"按句中唯一的数“{said[1]}”读", "JX653")
        return said[1]

    def _sign(self, raw: RawRow) -> str:
        said = word(self._text(raw, Head.SIGN, shared=True))
        if said in _NO_SIGN:
            return ""
        sign = _SIGNS.get(said, said)
        if sign not in _PLAIN_SIGNS:
            self._say(self.block.spot(raw, Head.SIGN), "不认识这个符号，没有读入")
            return ""
        return sign

    def _unit(self, raw: RawRow, head: Head) -> str:
        """The unit beside a value, or in the head over it: 实际完成值（%）."""
        beside = Head.DONE_UNIT if head is Head.DONE and Head.DONE_UNIT in self._heads else Head.UNIT
        said = squeezed(unicodedata.normalize("NFKC", self._text(raw, beside, shared=True)))
        column = self.block.column(head)
        above = _HEAD_UNIT.search(word(column.label)) if column else None
        if said in DASHES:
            return above[1] if above else ""
        return said

    def _quantity(self, raw: RawRow, head: Head, cell: GridCell, sign: str, unit: str) -> Written:
        """A target or an actual value with the sign and the unit that stand beside it."""
        text = _TENTHS.sub(_as_percent, squeezed(cell.text))
        number = figure(text)
        signed = _SIGNED.fullmatch(number)
        if signed and unit and not sign:
            sign, number = signed[1], signed[2]
            text = number
        if not _NUMBER.fullmatch(number):
            own_sign = bool(re.match("[≥≤=><]", number))
            return text if not sign or own_sign or not number[:1].isdecimal() else f"{sign}{text}"
        if unit in _SHARES and not number.endswith("%"):
            if cell.number is not None and abs(cell.number) <= 1 and cell.number != 0:
                self._say(
                    self.block.spot(raw, head),
                    f"单位是“%”，值是{number}：不知是{number}%还是{plain(cell.number * 100)}%，没有读入",
                    TWO_READINGS,
                )
                return None
            unit = "%"
        if number.endswith("%") and unit in (*_SHARES, ""):
            unit = ""
        elif number.endswith("%"):
            self._say(self.block.spot(raw, head), f"值是{number}，单位却是“{unit}”，没有读入", TWO_READINGS)
            return None
        if sign or unit or number.endswith("%"):
            return f"{sign}{number}{unit}"
        return number_in(number)


_SIGNED = re.compile(rf"([≥≤=><])({_NUMBER.pattern})")
_TENTHS = re.compile("^(.{0,4}?)([一二三四五六七八九])成([一二三四五六七八九半])?(?=$|以[上下内]|左右)")
_DIGITS = "零一二三四五六七八九"


def _as_percent(tenths: re.Match[str]) -> str:
    """九成 is 90%, 九成五 is 95%."""
    ones = 5 if tenths[3] == "半" else _DIGITS.index(tenths[3] or "零")
    return f"{tenths[1]}{10 * _DIGITS.index(tenths[2]) + ones}%"


_HUNDRED = 100
_FAR = (Fraction(3, 10), Fraction(17, 10))
"""A share whose hundredfold is so many times the other figure may be that figure's per cent."""


_IN_WORDS = re.compile(r"[^\d一二三四五六七八九十百千万亿半零]{1,20}?(\d[\d,]*(?:\.\d+)?[^\d，。；、,;]{1,8})[。；;]?")
_ANOTHER = re.compile("[未不没无仅只欠缺差上去前超减降增较比约近余多应须拟将]|计划|目标|预计|同期|左右|以[上下内]|其中")
"""What makes a sentence say more than one figure, or not how much was done."""


def _percent_or_not(target: Written, actual: Written) -> bool:
    """Whether one of the two says a share and the other a bare figure of which it may be the per cent: ≥95 beside 0.97, 0.95 beside 97."""
    if target is None or actual is None:
        return False
    one, other = read_cell(target), read_cell(actual)
    if not one.number or not other.number or one.unit not in ("", "%") or other.unit not in ("", "%"):
        return False
    shares = [Fraction(read.number or 0) / (_HUNDRED if read.unit else 1) for read in (one, other)]
    if one.unit and other.unit or (shares[0] <= 1) == (shares[1] <= 1):
        return False
    small, large = sorted(shares)
    fraction = other if shares[1] == small else one
    return small > 0 and (fraction.unit == "%" or small < 1) and large <= _HUNDRED and _FAR[0] <= small * _HUNDRED / large <= _FAR[1]


def _said(value: Written) -> str:
    return value if isinstance(value, str) else plain(value or Decimal(0))


def class_name(text: str, *, full: bool = True) -> tuple[str, Decimal | None]:
    """The name of a class and the weight printed with it: 产出指标（50分） is 产出指标 and 50."""
    said = word(text)
    found = _PRINTED_WEIGHT.search(said)
    weight = Decimal(found[1] or found[2]) if found else None
    name = said if found is None else (said[: found.start()] + said[found.end() :]).strip("()（）、:")
    return _FULL.get(name, name) if full else name, weight


def _is_execution(row: Row) -> bool:
    """Whether a row among the indicators is the one of 预算执行率."""
    if word(row.level1) in EXECUTION_NAMES:
        return not row.name or word(row.name) in EXECUTION_NAMES or not row.level2 and word(row.name) == word(row.level1)
    return not row.level1 and not row.level2 and word(row.name) in EXECUTION_NAMES


_REMARK = "“备注”一栏没有对应的数据项，没有读入"
_UNFILLED = re.compile(r"(?:指标\d*[:：]?)?[.。·\s]*")


def _is_unused(row: Row) -> bool:
    """Whether a row is one the form has too many: 指标2：, ……"""
    if row.weight is not None or row.points is not None or row.torn:
        return False
    texts = (row.name, row.target or "", row.actual or "", row.reason)
    return all(isinstance(text, str) and _UNFILLED.fullmatch(unicodedata.normalize("NFKC", text)) for text in texts)


def _split(texts: Sequence[str]) -> tuple[str, str, str] | None:
    """Sign, number and unit that stand in cells of their own; None for anything else."""
    pieces = [squeezed(text) for text in texts]
    sign = ""
    if word(pieces[0]) in _PLAIN_SIGNS or word(pieces[0]) in _SIGNS:
        sign = _SIGNS.get(word(pieces[0]), word(pieces[0]))
        pieces = pieces[1:]
    if not pieces or len(pieces) > 2 or not _NUMBER.fullmatch(figure(pieces[0])):
        return None
    unit = pieces[1] if len(pieces) > 1 else ""
    return None if re.search(r"\d", unit) else (sign, pieces[0], unit)


def _named(kinds: Iterable[Head]) -> str:
    return "、".join(f"“{kind}”" for kind in kinds)
