"""Cell values and exact numbers: the one door between Excel's binary floats and Decimal.

Excel keeps every number as a binary float and shows at most 15 significant digits. A cell is read as the decimal it shows,
computed with exactly, and rounded half away from zero (四舍五入) to what the sheet prints.
"""

import datetime
import re
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache

from xl_jixiao.words import NONE_WORD, bare

Exact = Decimal | Fraction | int

_HALF_WIDTH = str.maketrans({"−": "-", **{chr(0xFEE0 + code): chr(code) for code in range(0x21, 0x7F)}})
_HALF_DIGITS = str.maketrans("０１２３４５６７８９％．", "0123456789%.")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_EXACT = Context(prec=1000)
_ERROR = re.compile(r"#(?:[A-Z][A-Z0-9/_]*[!?]|N/A|GETTING_DATA|错误)|Err:\d{3}", re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LARGEST_EXPONENT = 15
_LONGEST_NUMBER = 40
_MOST_DECIMALS = 15
_DAY_ZERO = datetime.date(1899, 12, 30)


class NotANumber(ValueError):
    """The text of a cell can't be read as a number; the message says so in Chinese."""


def from_cell(value: object) -> Decimal | None:
    """The exact number a cell shows; None for a blank cell.

    Accepts floats, ints, Decimal (cells in currency format) and number texts: full-width digits, thousands separators, a
    trailing % (``"７６.７４％"`` is 0.7674). Raises NotANumber for anything else: other text, dates, booleans, nan, inf,
    numbers beyond 10^15.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        raise NotANumber("是逻辑值，不是数字")
    if isinstance(value, int):
        number = Decimal(value)
    elif isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise NotANumber("不是有效数字")
        number = Decimal(format(value, ".15g"))
    elif isinstance(value, Decimal):
        if not value.is_finite():
            raise NotANumber("不是有效数字")
        number = value
    elif isinstance(value, str):
        parsed = from_text(value)
        if parsed is None:
            return None
        number = parsed
    else:
        raise NotANumber("是日期或其他内容，不是数字")
    if number and not -_LARGEST_EXPONENT <= number.adjusted() <= _LARGEST_EXPONENT:
        raise NotANumber("数值过大或过小")
    return number


def day_number(day: datetime.date) -> int:
    """The number a cell holds for a date."""
    return (day - _DAY_ZERO).days


def day_of(number: float) -> datetime.date:
    """The date of a cell's number."""
    return _DAY_ZERO + datetime.timedelta(days=int(number))


def says_none(cell: object) -> bool:
    """Whether a cell says 无: there is no such figure."""
    return isinstance(cell, str) and bare(cell) == NONE_WORD


def shows_error(cell: object) -> bool:
    """Whether a cell shows an error value: #DIV/0!, #REF!, #NAME?."""
    return isinstance(cell, str) and bool(_ERROR.fullmatch(cell.strip()))


def half_width(text: str) -> str:
    """A text with its full-width digits, letters and signs made half-width."""
    return text.translate(_HALF_WIDTH)


def from_text(text: str) -> Decimal | None:
    """The exact number a text says; None for a blank one. Digits parted by white space are no number."""
    said = half_width(bare(text))
    if not said:
        return None
    body, percent = (bare(said[:-1]), True) if said.endswith("%") else (said, False)
    if len(body) > _LONGEST_NUMBER:
        raise NotANumber(f"“{printable(bare(text))[:20]}”不是数字")
    if _THOUSANDS.fullmatch(body):
        body = body.replace(",", "")
    if not _PLAIN.fullmatch(body):
        raise NotANumber(f"“{printable(bare(text))[:20]}”不是数字")
    return Decimal(body) / 100 if percent else Decimal(body)


def to_cell(number: Exact) -> float | int:
    """The number as Excel stores it; whole numbers as int, so that files say 66 and not 66.0."""
    return int(number) if number == int(number) else float(number)


def half_up(number: Exact, places: int) -> Decimal:
    """Rounded half away from zero to `places` decimals, exactly, as Excel's ROUND does on paper: 0.125 -> 0.13, -0.125 -> -0.13."""
    top, bottom = (number, 1) if isinstance(number, int) else number.as_integer_ratio()
    units = (abs(top) * 10**places * 2 + bottom) // (2 * bottom)
    return Decimal(-units if top < 0 else units).scaleb(-places, _EXACT)


def plain(number: Exact) -> str:
    """The shortest way to write it: 66, 84.39, 1240.7; never an exponent. What has no end, to ten decimals."""
    if isinstance(number, int):
        return str(number)
    text = format(decimal(number) if isinstance(number, Fraction) else number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def decimal(number: Fraction | int) -> Decimal:
    """The same number with as few decimals as it has; what has no end, to ten."""
    if isinstance(number, int):
        return Decimal(number)
    top, bottom = number.as_integer_ratio()
    places = _decimals(bottom)
    if places is None:
        return decimal(Fraction(half_up(number, 10)))
    return Decimal(top * (10**places // bottom)).scaleb(-places, _EXACT)


@lru_cache(maxsize=1024)
def _decimals(bottom: int) -> int | None:
    """How many decimals a number with this denominator has; None where they have no end, or too many."""
    return next((places for places in range(_MOST_DECIMALS + 1) if 10**places % bottom == 0), None)


def percent(rate: Exact, places: int = 2) -> str:
    """A rate as the sheet prints it: 0.7674 -> ``76.74%``."""
    return format(half_up(Fraction(rate) * 100, places), "f") + "%"


def printable(text: str) -> str:
    """A text without the control characters no spreadsheet file can hold; line breaks and tabs stay."""
    return _CONTROL.sub("", text)


_TENS = "一二三四五六七八九"
_SHARE_WORDS = re.compile("百分之([一二三四五六七八九十百]+)")
_COUNT_WORDS = re.compile("([一二两三四五六七八九十]+)(?=个?(?:分(?![之数])|百分点|个|人|天|日|月(?!份)|次|例|项|名|位|起|条|倍|年(?!度)))")


def in_digits(text: str) -> str:
    """A sentence with its numbers in half-width digits: 百分之九十 -> 90%, 扣二分 -> 扣2分. 三公 and 一级 are no numbers."""
    found = _SHARE_WORDS.sub(lambda said: f"{_of_words(said[1])}%", text.translate(_HALF_DIGITS))
    return _COUNT_WORDS.sub(lambda said: str(_of_words(said[1])), found)


def _of_words(words: str) -> int:
    """A number up to a hundred in Chinese characters: 九十五, 十, 百."""
    if "百" in words:
        return 100
    tens, ten, ones = words.replace("两", "二").rpartition("十")
    return 10 * (_one_of_ten(tens) or 1) * bool(ten) + _one_of_ten(ones)


def numeral(number: int) -> str:
    """The number of a heading in Chinese characters: 九, 十, 十九, 九十五; from a hundred on in digits."""
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    leading = _TENS[tens - 1] if tens > 1 else ""
    ten = "十" if tens else ""
    return leading + ten + (_TENS[ones - 1] if ones else "")


def _one_of_ten(word: str) -> int:
    return _TENS.index(word) + 1 if word else 0
