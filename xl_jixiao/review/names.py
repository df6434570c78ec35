"""Unit names: those of the list beside those that filed. Only white space is overlooked; what is merely near is asked about, never joined."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

_REGION = re.compile(r"^(?:[\u4e00-\u9fff]{2,8}?(?:自治[区州县旗]|省|市|州|县|区|旗|盟))+(?=[\u4e00-\u9fff]{2})")
_SHORT = (
    ("人民政府办公室", "政府办"),
    ("人民政府", "政府"),
    ("委员会", "委"),
    ("办公室", "办"),
    ("管理局", "局"),
    ("监督管理", "监管"),
    ("事务中心", "中心"),
    ("服务中心", "中心"),
    ("和", ""),
    ("与", ""),
)
_NUMERALS = frozenset("0123456789〇一二三四五六七八九十百甲乙丙丁东南西北中上下新老")
_NEAR = 80
_LEAST = 3


@dataclass(frozen=True)
class UnitList:
    """The units that should file, each with the other names the list gives it."""

    names: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _known(self) -> Mapping[str, str]:
        return {bare_name(other): name for other, name in {**self.aliases, **{name: name for name in self.names}}.items()}

    def named(self, filed: str) -> str:
        """The unit of the list that a filing's name is; empty where it is none."""
        return self._known.get(bare_name(filed), "")

    def nearest(self, filed: str) -> str:
        """The unit of the list a filing's name may mean: the same but for 简称, prefix or a slip; empty where none is near."""
        from rapidfuzz import fuzz, process

        choices = {name: shortened_name(name) for name in self.names}
        own = shortened_name(filed)
        found = process.extract(own, choices, scorer=fuzz.ratio, limit=5)
        near = [name for _, score, name in found if score >= _NEAR and _may_be(own, choices[name])]
        near = near or [name for name, short in choices.items() if _abbreviates(own, short) or _abbreviates(short, own)]
        return near[0] if near else ""


@dataclass(frozen=True)
class Filed:
    """Who of the list has filed, who not, and who filed without being on it: each with the unit of the list that may be meant."""

    absent: tuple[str, ...] = ()
    strangers: tuple[tuple[str, str], ...] = ()
    by_form: tuple[tuple[str, str], ...] = ()
    """Form and unit, for each unit of the list that filed, but not that form."""

    @property
    def maybe(self) -> Mapping[str, str]:
        """Units of the list that may have filed under another name."""
        return {near: stranger for stranger, near in self.strangers if near}


def filed(expected: UnitList, filings: Iterable[tuple[str, str]]) -> Filed:
    """Who has filed; `filings` are unit and form, the form empty where one a unit needs not file is meant (a project's)."""
    if not expected.names:
        return Filed()
    by_unit: dict[str, set[str]] = {}
    strangers: dict[str, str] = {}
    forms: dict[str, None] = {}
    for unit, form in filings:
        if form:
            forms[form] = None
        name = expected.named(unit)
        if name:
            by_unit.setdefault(name, set()).add(form)
        elif unit not in strangers:
            strangers[unit] = expected.nearest(unit)
    absent = tuple(name for name in expected.names if name not in by_unit)
    wanting = tuple((form, name) for form in forms for name in expected.names if name in by_unit and form not in by_unit[name])
    return Filed(absent, tuple(strangers.items()), wanting)


def read_list(path: Path | None) -> UnitList:
    """The list of a text file (a unit a line; other names after a tab, comma or 、) or of a workbook (name, other names)."""
    if path is None:
        return UnitList()
    rows = _rows_of_book(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _rows_of_text(path)
    names: dict[str, None] = {}
    aliases: dict[str, str] = {}
    for name, *others in rows:
        if name and name not in ("单位", "单位名称"):
            names[name] = None
            aliases.update((other, name) for other in others if other)
    return UnitList(tuple(names), aliases)


def _rows_of_text(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="gb18030", errors="replace")  # what 记事本 of older Windows saves
    return [[part.strip() for part in re.split("[\t,，、;；]", line)] for line in text.splitlines() if line.strip()]


def _rows_of_book(path: Path) -> list[list[str]]:
    from xl_jixiao.sheet.package import read

    sheet = next(iter(read(path).sheets.values()))
    rows: dict[int, dict[int, str]] = {}
    for (row, column), stored in sheet.cells.items():
        if isinstance(stored.value, str) and stored.value.strip():
            rows.setdefault(row, {})[column] = stored.value.strip()
    return [[one for _, one in sorted(cells.items())] for _, cells in sorted(rows.items())]


def bare_name(name: str) -> str:
    """A name without white space, in one width."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def shortened_name(name: str) -> str:
    """A name without its place and in its short form: 炎陵县人民政府办公室 is 政府办."""
    short = re.sub(r"\W", "", bare_name(name))
    short = _REGION.sub("", short)
    for long, brief in _SHORT:
        short = short.replace(long, brief)
    return short


def _may_be(one: str, other: str) -> bool:
    """Whether two near names may mean the same unit: not where they differ in a number or a direction."""
    only_one, only_other = _beyond(one, other), _beyond(other, one)
    return not (only_one and only_other and set(only_one + only_other) <= _NUMERALS)


def _beyond(one: str, other: str) -> str:
    rest = list(other)
    left = []
    for char in one:
        if char in rest:
            rest.remove(char)
        else:
            left.append(char)
    return "".join(left)


def _abbreviates(short: str, long: str) -> bool:
    """Whether a name is a 简称 of another: its characters in their order, the same last one. 教体局 is 教育体育局."""
    if not _LEAST <= len(short) < len(long) or short[-1] != long[-1] or short[0] != long[0]:
        return False
    letters: Sequence[str] = long
    at = 0
    for char in short:
        try:
            at = letters.index(char, at) + 1
        except ValueError:
            return False
    return True
