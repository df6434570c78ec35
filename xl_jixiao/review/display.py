"""Whether a cell shows what it holds: number formats, colours, conditional formats, merges, pictures over it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from xl_jixiao.rules.typed import FIRST_DATE, LAST_DATE
from xl_jixiao.sheet.content import ConditionalFormat, FaintText, Look, Package, Position, Rectangle, SheetContent, Stored
from xl_jixiao.sheet.looks import look as own_look
from xl_jixiao.sheet.met import Same, found_once
from xl_jixiao.sheet.plan import Entry, Label, Placed, SheetPlan

_BRACKETS = re.compile(r"\[[^\]]*\]")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|[_*].')
_PLAIN_FORMATS = ("General", "@", "G/通用格式")
_WHITE_INK = re.compile(r"\[(?:white|白色?|color ?2|颜色 ?2)\]", re.IGNORECASE)
_MOST_DECIMALS = 4
"""So many decimals of a cell without a format of its own are what it says; more are dust."""

_INHERITED = "#,##0.00"
"""What a formula cell without a format of its own has, where LibreOffice saved it, from the amounts it reads."""

_UNSEEN = "hidden"
"""The style of cells in folded columns: no number is shown there, and LibreOffice gives them the formats of what they read."""


CONDITIONAL = "条件格式"
_LEAST_CONTRAST = 60
_SMALLEST = 5.0
_MOST_INDENT = 20
_SYMBOLS = re.compile("wingdings|webdings|symbol$|marlett", re.IGNORECASE)
"""Fonts in which letters and figures are other signs."""

_SCALES = re.compile("[万亿千百十萬億仟佰拾%％‰]")
"""What makes another number of one it stands behind."""

_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_STUFFED = re.compile(r"\*[^\s]")
_DATE_MARKS = re.compile("[ymdhs年月日]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Trick:
    """A cell that shows something else than it holds, and how."""

    sheet: str
    row: int
    column: int
    how: str


@lru_cache(maxsize=1024)
def _section(text: str) -> tuple[str, str]:
    """The placeholders of a section of a number format, and what it prints literally."""
    literal = "".join(one[1] or one[2] or "" for one in _QUOTED.finditer(text))
    return _QUOTED.sub("", text).replace(" ", ""), literal


@lru_cache(maxsize=1024)
def _shape(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(map(_section, _BRACKETS.sub("", _CURRENCY.sub(r'"\1"', text)).split(";")))


def _decimals(section: str) -> int:
    return len(re.sub("[^0#?]", "", section.partition(".")[2]))


_AS_DATE, _AS_SHARE = "数字格式把数显示成日期", "数字格式改变了百分号"
_ANY = ("@", "General")
"""The formats of cells in which a date, or a percentage, may stand as well: it is read as what is shown."""

_PLAIN_SHARE = re.compile(r"0(\.0+)?%")


@lru_cache(maxsize=2048)
def format_trick(found: str, expected: str) -> str:
    """How a number format shows another number than the cell's; empty where it doesn't."""
    if found == expected or found in _PLAIN_FORMATS:
        return ""
    if _WHITE_INK.search(found):
        return "数字格式使数字看不见"
    shapes, expected_shapes = _shape(found), _shape(expected)
    own = {literal for _, literal in expected_shapes}
    if any(char.isdigit() for _, literal in shapes for char in literal if literal not in own):
        return "数字格式里写了数字"
    if any(_SCALES.search(literal) for _, literal in shapes if literal not in own):
        return "数字格式里写了“万”“亿”“%”一类的字，看起来是另一个数"
    if _STUFFED.search(_plainly(found)) and not _STUFFED.search(_plainly(expected)):
        return "数字格式用别的字填满了单元格"
    number = shapes[0][0]
    if not re.search("[0#?@]|General|[ymdhs]", number, re.IGNORECASE) or (
        len(shapes) > 2 and not any(shapes[2]) and any(expected_shapes[0])
    ):
        return "数字格式使数字不显示"
    wanted = expected_shapes[0][0]
    if ("%" in number) != ("%" in wanted):
        return _AS_SHARE
    if re.search("[?#0]/", number) and "/" not in wanted:
        return "数字格式把数显示成分数"
    if number.rstrip("%").endswith(",") or "E" in number.upper().replace("GENERAL", ""):
        return "数字格式把数缩小显示"
    if bool(_DATE_MARKS.search(number.replace("General", ""))) != bool(_DATE_MARKS.search(wanted.replace("General", ""))):
        return _AS_DATE
    if _adds_signs(number, wanted):
        return "数字格式添了零或负号"
    return "数字格式隐去了负号" if _hides_minus(shapes) else ""


def chart_format_trick(found: str) -> str:
    """How the number format of a chart's labels or axis shows another number than the cell's; percent signs are the chart's own choice."""
    return format_trick(found, "0%" if "%" in _plainly(found) else "General")


def _plainly(text: str) -> str:
    """A number format without what it prints literally."""
    return re.sub(r'"[^"]*"|\\.|_.', "", text)


def _adds_signs(number: str, wanted: str) -> bool:
    """Whether a number shows zeros in front, or a minus, that it doesn't have."""
    if _DATE_MARKS.search(number.replace("General", "")):
        return False
    return _leading_zeros(number) > max(1, _leading_zeros(wanted)) or ("-" in number and "-" not in wanted)


def _leading_zeros(section: str) -> int:
    """How many digits a section shows at least before the point."""
    return section.partition(".")[0].count("0")


def loses_decimals(found: str, expected: str) -> bool:
    """Whether a number format may round away decimals of a number that its cell shows."""
    if found == expected or found in _PLAIN_FORMATS:
        return False
    number = _shape(found)[0][0]
    return not ("General" in number or _DATE_MARKS.search(number))


def decimals_lost(value: float, found: str, expected: str) -> bool:
    """Whether a number format rounds away decimals of a number that its cell shows."""
    if not loses_decimals(found, expected):
        return False
    number, wanted = _shape(found)[0][0], _shape(expected)[0][0]
    shown = value * 100 if "%" in number else value
    most = _MOST_DECIMALS if "General" in wanted else _decimals(wanted)
    return _decimals(number) < most and round(shown, _decimals(number)) != round(shown, most)


@lru_cache(maxsize=1024)
def text_trick(found: str, expected: str) -> str:
    """How a number format shows another text than the cell's; empty where it doesn't."""
    if found == expected or found in _PLAIN_FORMATS:
        return ""
    if _WHITE_INK.search(found):
        return "数字格式使文字看不见"
    shapes = _shape(found)
    section = shapes[3] if len(shapes) > 3 else next((one for one in shapes if "@" in one[0]), None)
    if section is None:
        return ""
    if "@" not in section[0] and "General" not in section[0]:
        return "数字格式使文字不显示" if not section[1].strip() else "数字格式里写了文字"
    own = {literal for _, literal in _shape(expected)}
    if section[0].count("@") > 1 or _STUFFED.search(_plainly(found)):
        return "数字格式把文字重复显示，或填满了别的字"
    return "数字格式里写了文字" if section[1].strip() and section[1] not in own else ""


def _hides_minus(shapes: tuple[tuple[str, str], ...]) -> bool:
    if len(shapes) < 2 or not re.search("[0#?]", shapes[1][0]):
        return False
    return not set("-(−") & set(shapes[1][0] + shapes[1][1])


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[0:2], 16), int(colour[2:4], 16), int(colour[4:6], 16)


@lru_cache(maxsize=2048)
def unreadable(colour: str, fill: str) -> bool:
    """Whether a text of this colour can't be seen on this ground."""
    try:
        text, ground = _rgb(colour or "000000"), _rgb(fill or "FFFFFF")
    except ValueError:
        return False
    return sum(abs(one - other) for one, other in zip(text, ground, strict=True)) < _LEAST_CONTRAST


def _look_trick(look: Look, expected_format: str, *, numeric: bool) -> str:
    if unreadable(look.colour, look.fill):
        return "字的颜色与底色相同，看不见"
    if look.strike:
        return "字上画了删除线"
    if look.crossed:
        return "单元格上画了斜线，像是作废"
    if 0 < look.size < _SMALLEST:
        return "字小得看不见"
    if _SYMBOLS.match(look.font):
        return f"用的是符号字体（{look.font}），显示的不是这些字"
    if look.horizontal == "fill" or look.indent > _MOST_INDENT:
        return "对齐方式使它看不见或重复显示"
    return (format_trick if numeric else text_trick)(look.number_format, expected_format)


def sheet_tricks(sheet: SheetPlan, content: SheetContent) -> Sequence[Trick]:
    """Every cell of a sheet that shows something else than it holds because of what lies over it or its neighbours."""
    formats, merges = content.conditional_formats, content.merges

    def tricks() -> Sequence[Trick]:
        return (*_conditional_tricks(sheet, formats), *_merge_tricks(sheet, merges))

    return found_once(sheet, ("tricks", Same(formats), Same(merges)), tricks)


@lru_cache(maxsize=512)
def _expected_format(style: str) -> str:
    return str(own_look(style, editable=True).get("num_format", "General"))


class _Shown(NamedTuple):
    """What a look does to a cell: the trick of the look alone, and whether no value of its kind is shown otherwise."""

    how: str
    exactly: bool


_Shows = dict[tuple[int, str, bool], _Shown]
"""By the number of a cell's look, the style the plan has for it, and whether it holds a number."""

_MOST_LOOKS, _MOST_SHOWN = 8, 4000
_shows: dict[Same, _Shows] = {}


def _shows_of(looks: tuple[Look, ...]) -> _Shows:
    """What the looks of a workbook do; many workbooks have the very same."""
    key = Same(looks)
    if key not in _shows:
        if len(_shows) >= _MOST_LOOKS:
            _shows.clear()
        _shows[key] = {}
    return _shows[key]


def _shown(look: Look, style: str, *, numeric: bool) -> _Shown:
    expected = _expected_format(style)
    how = _look_trick(look, expected, numeric=numeric)
    return _Shown(how, not how and not (numeric and loses_decimals(look.number_format, expected)))


def cell_tricks(sheet: str, styles: Iterable[tuple[Position, str]], content: SheetContent, package: Package) -> Iterator[Trick]:
    """Every one of these cells, given with the style the plan has for it, that by its own look shows something else than it holds."""
    shows, cell = _shows_of(package.looks), content.cells.get
    for place, style in styles:
        stored = cell(place)
        if stored is None:
            continue
        value, formula, _, number, _ = stored
        kind = value.__class__
        if value is None and not formula:
            continue
        key = (number, style, kind is float)
        shown = shows.get(key)
        if shown is None:
            if len(shows) >= _MOST_SHOWN:
                shows.clear()
            shown = shows[key] = _shown(package.look(number), style, numeric=key[2])
        if shown.exactly and kind is not FaintText:
            continue
        how = _cell_trick(shown.how, stored, package, style)
        if how:
            yield Trick(sheet, *place, how)


def _cell_trick(how: str, stored: Stored, package: Package, style: str) -> str:
    """How a cell shows something else than it holds, where its look, by itself `how`, doesn't tell."""
    value, look, expected = stored.value, package.look(stored.style), _expected_format(style)
    if style == _UNSEEN and isinstance(value, float):
        return ""
    if how == _AS_DATE and isinstance(value, float) and expected in _ANY and FIRST_DATE <= value <= LAST_DATE:
        return ""
    if how == _AS_SHARE and _PLAIN_SHARE.fullmatch(look.number_format):
        own = expected == "General" and _typed_so(stored, package) if stored.formula else expected == "@"
        return "" if own else how
    if not how and isinstance(value, FaintText) and not stored.formula:
        return "文字的一部分看不见（白色、极小）、划了删除线，或上方注了别的字"
    if not how and isinstance(value, float) and not value.is_integer():
        inherited = bool(stored.formula) and look.number_format == _INHERITED and expected == "General"
        return "数字格式少显示了小数位" if not inherited and decimals_lost(value, look.number_format, expected) else ""
    return how


def _typed_so(shown: Stored, package: Package) -> bool:
    """Whether a cell a person types into holds the same number in the same format: what reads it takes both on, where LibreOffice saved it."""
    own = package.look(shown.style).number_format
    cells = (one for sheet in package.sheets.values() for one in sheet.cells.values())
    return any(one.value == shown.value and not one.formula and package.look(one.style).number_format == own for one in cells)


def _conditional_tricks(sheet: SheetPlan, formats: Iterable[ConditionalFormat]) -> Iterator[Trick]:
    for rule in formats:
        how = _conditional_trick(rule)
        if how:
            row, column = _first_cell(rule.area)
            yield Trick(sheet.name, row, column, how)


def _conditional_trick(rule: ConditionalFormat) -> str:
    look = rule.look
    if not rule.shows_value:
        return f"{CONDITIONAL}用图形代替了数字"
    if rule.kind == "colorScale":
        return f"{CONDITIONAL}给单元格涂了色阶，字可能看不清"
    if look is None:
        return ""
    if look.number_format not in ("", "General"):
        return f"{CONDITIONAL}改变了数字的显示"
    if look.strike:
        return f"{CONDITIONAL}在字上画了删除线"
    if (look.colour or look.fill) and unreadable(look.colour, look.fill):
        return f"{CONDITIONAL}使字看不见"
    return ""


_FIRST = re.compile(r"\$?([A-Z]+)\$?(\d+)", re.ASCII)


def _first_cell(area: str) -> tuple[int, int]:
    found = _FIRST.match(area)
    if not found:
        return 0, 0
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _merge_tricks(sheet: SheetPlan, merges: Iterable[Rectangle]) -> Iterator[Trick]:
    """Cells hidden under a merged one."""
    for area in merges:
        if area in sheet.rectangles:
            continue
        for place in _covered(area):
            one = sheet.by_place.get(place)
            if one is not None and _says_something(one):
                yield Trick(sheet.name, *place, "被合并的单元格盖住")


def _covered(area: Rectangle) -> Iterator[tuple[int, int]]:
    for row in range(area.top, min(area.bottom, area.top + 2000) + 1):
        for column in range(area.left, min(area.right, area.left + 100) + 1):
            if (row, column) != (area.top, area.left):
                yield row, column


def _says_something(one: Placed) -> bool:
    return not (isinstance(one.content, Label) and one.content.value in (None, "")) or isinstance(one.content, Entry)
