"""The figures a Chinese text mentions: amounts, percentages, counts, years, each with its unit and the words before it.

A pure function from a text to its mentions. What only looks like a figure is none: document numbers, dates, ordinals, the numbers of a list.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, lru_cache


class Measure(StrEnum):
    """What a mention is: money, a share, so many of something, points of a score, a year, or a number that says nothing of itself."""

    AMOUNT = "amount"
    PERCENT = "percent"
    COUNT = "count"
    POINTS = "points"
    YEAR = "year"
    NUMBER = "number"


@dataclass(frozen=True)
class Mention:
    """One figure of a text. `value` and `unit` are as printed, `before` the words between the last mark and it."""

    kind: Measure
    value: Decimal
    unit: str
    before: str
    start: int
    end: int
    sentence: tuple[int, int]
    about: bool = False
    """Whether it is said to be so many or so: 余, 约, 以上, one end of a range."""

    @cached_property
    def scale(self) -> int:
        """How many 元, or things, one of its unit is."""
        return scale_of(self.unit)

    @cached_property
    def base(self) -> Fraction:
        """Its value in 元, in things, in per cent."""
        return Fraction(self.value) * self.scale

    @cached_property
    def half(self) -> Fraction:
        """Half a unit of its last printed place, in the same measure; things counted one by one are not rounded."""
        return Fraction(0) if self.kind is Measure.COUNT and self.step == 1 else self.step / 2

    @cached_property
    def step(self) -> Fraction:
        """One unit of its last printed place, in the same measure."""
        exponent = self.value.as_tuple().exponent
        places = -exponent if isinstance(exponent, int) else 0
        return Fraction(self.scale, 10**places) if places >= 0 else Fraction(self.scale * 10**-places)

    @property
    def shown(self) -> str:
        """As it is printed."""
        return f"{format(self.value, 'f')}{self.unit}"

    def same_measure(self, other: "Mention") -> bool:
        """Whether the two can be compared or added: both money, or both so many of the same thing."""
        return self.kind is other.kind and self.counter == other.counter

    @property
    def counter(self) -> str:
        """What is counted: 万人次 and 人次 are both 人次."""
        return self.unit.lstrip("十百千万亿")


_SCALES = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 1000, "百": 100}
_HALF_WIDTH = str.maketrans(
    {
        **{chr(ord("０") + digit): str(digit) for digit in range(10)},
        "．": ".",
        "％": "%",
        "﹪": "%",
        "＋": "+",
        "－": "-",
        **dict.fromkeys("−‐‑‒–﹣", "-"),
        "—": "-",
    }
    | {"＝": "=", "（": "(", "）": ")", "［": "[", "］": "]", "／": "/", "＊": "*", "：": ":", "✕": "×", "╳": "×", "∶": ":"}
)

_COUNTERS = (
    "人次|人数|批次|户次|场次|车次|班次|件次|例次|个月|个村|个乡镇|个镇|个单位|平方公里|平方千米|平方米|立方米|万千瓦时|千瓦时|公里|千米|公斤|千克|公顷"
    "|课时|学时|小时|分钟|个百分点|人|名|户|个|家|件|项|次|篇|条|期|份|套|台|辆|张|场|所|座|处|栋|间|亩|米|吨|斤|天|日|月|年|级|类|种|部|本|册|只|头"
    "|株|棵|村|乡镇|镇|县|批|组|岗|例|宗|起|笔|首|幅|块|盏|眼|口|支|门|节|趟|艘|卷|盒|袋|片|对|位|度|倍|分|字|号"
)
_UNIT = rf"(?P<more>余|多|来)?(?P<scale>亿|千万|百万|十万|万|千|百)?(?P<more2>余|多)?(?P<unit>元|美元|{_COUNTERS})?"
_FIGURE = re.compile(
    r"(?P<percent>百分之(?P<spoken>[〇零一二三四五六七八九十百点两]+))"
    r"|(?P<number>(?<![\d.A-Za-z])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)(?!\.?\d)\s*(?:(?P<sign>%|‰)|" + _UNIT + ")"
    rf"|(?P<words>(?<![第十百千万亿一二三四五六七八九两零〇])[一二三四五六七八九两十百千]{{1,7}})(?P<wscale>亿|万)?(?P<wunit>元|{_COUNTERS})"
)
_ELSEWHERE = re.compile(
    r"〔[^〕\n]{0,12}〕\s*\d*\s*号?|\[\d{4}\]\s*\d*\s*号|《[^》\n]*》|“\d+”|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|(?<!\d)\d+\s*号(?:文|令)|第\s*\d+"
)
"""Where digits are no figure: 文号, titles, a quoted hotline, a date, 第3次."""

_ABOUT_BEFORE = re.compile(
    r"(?:(?<![节签合契])约|近|超过?|逾|突破|不少于|不低于|至少|不到|以上|[≥≤>＞<＜≧≦]|大于等于|小于等于|不超过|不高于|大于|小于|高于|低于|左右)\s*$"
)
_ABOUT_AFTER = re.compile(r"^\s*(?:以上|以下|以内|以外|左右|上下|多|余|[-~～至到]\s*\d)")
_RANGE_BEFORE = re.compile(r"\d\s*[%万]?\s*[-~～至到]\s*$")
_MARKS = re.compile(r"[，。；、,;:!?！？\n()“”\[\]…]")
_ENDS = re.compile(r"[。!！?？\n]|；(?=\s*(?:\n|$))")
_LONGEST_SENTENCE = 800
"""What is written without a full stop is held together so far: reading takes no longer than its length."""
_DIGITS = dict(zip("〇零一二三四五六七八九两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True))
_NO_UNIT_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE_UNITS = ("日", "月", "号")


_WIDE_THOUSANDS = re.compile("(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")


@lru_cache(maxsize=512)
def half_width(text: str) -> str:
    """The text with the digits and signs of calculations in half width, each in its old place."""
    return _WIDE_THOUSANDS.sub(",", text).translate(_HALF_WIDTH)


def scale_of(unit: str) -> int:
    """How many 元, or things, one of this unit is: 10000 for 万元, 1 for 人."""
    return next((scale for word, scale in _SCALES.items() if unit.startswith(word) and unit != "千米" and unit != "百分点"), 1)


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence starts and ends."""
    found: list[tuple[int, int]] = []
    start = 0
    for end in (*(mark.end() for mark in _ENDS.finditer(text)), len(text)):
        while end - start > _LONGEST_SENTENCE:
            clause = max(text.rfind(mark, start, start + _LONGEST_SENTENCE) for mark in "，、 ")
            found.append((start, clause + 1 if clause >= start else start + _LONGEST_SENTENCE))
            start = found[-1][1]
        if start < end:
            found.append((start, end))
            start = end
    return found


@lru_cache(maxsize=512)
def mentions(text: str) -> tuple[Mention, ...]:
    """Every figure of the text, in order."""
    plain = half_width(text)
    hidden = [match.span() for match in _ELSEWHERE.finditer(plain)]
    found: list[Mention] = []
    for sentence in sentences(plain):
        last = sentence[0]
        for match in _FIGURE.finditer(plain, *sentence):
            if any(start <= match.start() < end for start, end in hidden):
                continue
            for one in _mention(plain, match, last, sentence):
                found.append(one)
                last = one.end
    return tuple(found)


def _mention(text: str, match: re.Match[str], last: int, sentence: tuple[int, int]) -> Iterator[Mention]:
    """The mention of a match, unless it is a date or the number of a list."""
    value = _value(match)
    if value is None:
        return
    start, end = match.span()
    before = _words_before(text[max(last, start - 60) : start])
    about = bool(_ABOUT_BEFORE.search(text[max(0, start - 6) : start]) or _RANGE_BEFORE.search(text[max(0, start - 6) : start]))
    about = about or bool(match["more"] or match["more2"] or _ABOUT_AFTER.match(text[end : end + 5]))
    unit = "%" if match["percent"] else _unit(match)
    kind = _kind(text, match, unit, value)
    if kind is not None:
        yield Mention(kind, value, unit, before, start, end, sentence, about)


def _value(match: re.Match[str]) -> Decimal | None:
    if match["number"]:
        return Decimal(match["number"].replace(",", ""))
    said = match["spoken"] or match["words"]
    return chinese_number(said)


def _unit(match: re.Match[str]) -> str:
    if match["sign"]:
        return str(match["sign"])
    return (match["scale"] or match["wscale"] or "") + (match["unit"] or match["wunit"] or "")


def _kind(text: str, match: re.Match[str], unit: str, value: Decimal) -> Measure | None:
    """What a figure is; None for a date, a day, and the number of a list."""
    if unit in ("%", "‰"):
        return Measure.PERCENT
    if unit.endswith("元"):
        return Measure.AMOUNT
    after = text[match.end() : match.end() + 2]
    if unit in ("年", "") and match["number"] and _NO_UNIT_YEAR.fullmatch(match["number"]):
        return Measure.YEAR if unit == "年" or after.startswith("年") else Measure.NUMBER
    if unit in _DATE_UNITS and value <= 31 and "." not in match[0]:
        return None
    if unit == "分":
        return Measure.POINTS
    if unit in ("万", "亿", "千万", "百万") and re.search(
        "资金|经费|支出|收入|预算|投资|费用|金额|拨款|执行|结转|结余", text[max(0, match.start() - 20) : match.start()]
    ):
        return Measure.AMOUNT
    if unit:
        return Measure.COUNT
    return None if after.startswith(("、", ".")) or after.startswith(")") and text[: match.start()].endswith("(") else Measure.NUMBER


def _words_before(text: str) -> str:
    """The words of the same clause."""
    tail = text.rstrip()
    closed = re.sub(
        r"\([^()]{0,30}\)|[“”\"'‘’]", lambda one: "" if len(one[0]) == 1 else one[0].replace("(", "（").replace(")", "）"), tail
    )
    pieces = [piece for piece in _MARKS.split(closed.replace("、", "，")) if piece.strip()]
    if not pieces or (tail and tail[-1] in "，。；;!?！？\n"):
        return ""
    return pieces[-1].strip()


def chinese_number(text: str) -> Decimal | None:
    """The number Chinese digits say: 十二 is 12, 九十五点三 is 95.3; None for what is none, as 三五 or a year."""
    whole, _, rest = text.partition("点")
    total, section, digit = 0, 0, 0
    for char in whole:
        if char in _DIGITS:
            if digit:
                return None  # 三五: one or the other
            digit = _DIGITS[char]
        elif char in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        else:
            return None
    total += section + digit
    if not whole or any(char not in _DIGITS for char in rest):
        return None
    return Decimal(f"{total}.{''.join(str(_DIGITS[char]) for char in rest)}") if rest else Decimal(total)
