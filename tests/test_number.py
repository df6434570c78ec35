"""Cell values and rounding: what a cell shows is the number, and halves go away from zero."""

import datetime
import string
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xl_jixiao.number import NotANumber, from_cell, half_up, in_digits, numeral, percent, plain, to_cell

READ = {
    "一个浮点数显示的是它的15位": (0.1 + 0.2, "0.3"),
    "浮点数的尾巴不算数": (1240.7099999999998, "1240.71"),
    "1010.01在二进制里除不尽": (1010.01, "1010.01"),
    "整数": (66, "66"),
    "整数值的浮点数": (66.0, "66"),
    "货币格式的单元格到 Python 是 Decimal": (Decimal("1521.3900"), "1521.39"),
    "负零就是零": (-0.0, "0"),
    "最大": (9.99e15, "9990000000000000"),
    "最小": (1e-15, "1E-15"),
    "文本数字": ("84.39", "84.39"),
    "前后空格": ("  84.39\n", "84.39"),
    "千分位": ("1,521.39", "1521.39"),
    "两处千分位": ("1,234,567", "1234567"),
    "全角数字": ("１５２１．３９", "1521.39"),
    "全角千分位": ("１，５２１．３９", "1521.39"),
    "百分数": ("76.74%", "0.7674"),
    "全角百分数": ("７６．７４％", "0.7674"),
    "超过100%": ("１２２.84%", "1.2284"),
    "半角负号": ("-3", "-3"),
    "全角负号": ("－3", "-3"),
    "减号（数学符号）": ("−3", "-3"),
    "正号": ("+3", "3"),
    "没有整数部分": (".5", "0.5"),
    "没有小数部分": ("5.", "5"),
    "全角空格": ("　66　", "66"),
    "不间断空格": ("\u00a066", "66"),
    "很多小数位": ("0.123456789012345678", "0.123456789012345678"),
}

BLANK = {"空": None, "空文本": "", "空格": "  ", "全角空格": "　", "不间断空格": "\u00a0", "零宽空格": "\u200b", "换行和制表": "\r\n\t"}

REFUSED = {
    "横线": "-",
    "破折号": "—",
    "双破折号": "——",
    "全角横线": "－",
    "里面有空格": "1 521.39",
    "里面有换行": "12\n34",
    "无": "无",
    "文字": "六十六",
    "带单位": "66人",
    "注入的公式": "=1+1",
    "注入的命令": "=cmd|' /C calc'!A0",
    "at 开头": "@SUM(A1)",
    "算式": "72-14-4",
    "科学记数法": "1e5",
    "十六进制": "0x10",
    "下划线": "1_000",
    "千分位放错": "15,21.39",
    "千分位不足三位": "1,23",
    "两个小数点": "1.2.3",
    "两个百分号": "5%%",
    "只有百分号": "%",
    "只有负号": "--",
    "负号在后面": "3-",
    "上标不是数字（10²不是102）": "10²",
    "带圈数字": "①",
    "阿拉伯文数字": "٣٤",
    "罗马数字": "Ⅳ",
    "分数": "½",
    "NaN 的字样": "nan",
    "无穷的字样": "inf",
    "错误值": "#DIV/0!",
    "很长的数字": "1" * 41,
    "里面有 NUL": "8\x006",
    "是": True,
    "否": False,
    "日期": datetime.date(2021, 7, 20),
    "时刻": datetime.datetime(2021, 7, 20, 8),
    "nan": float("nan"),
    "inf": float("inf"),
    "负无穷": float("-inf"),
    "Decimal 的 NaN": Decimal("NaN"),
    "Decimal 的 sNaN": Decimal("sNaN"),
    "Decimal 的无穷": Decimal("Infinity"),
    "过大的浮点数": 1e300,
    "过大的整数": 10**400,
    "过大的 Decimal": Decimal("1E+999999"),
    "过大的文本": "1" * 17,
    "过小": 1e-16,
    "最小的浮点数": 5e-324,
    "列表": [1],
    "字节": b"1",
}


@pytest.mark.parametrize("name", READ)
def test_reads(name):
    cell, shown = READ[name]
    assert from_cell(cell) == Decimal(shown)


@pytest.mark.parametrize("name", BLANK)
def test_blank(name):
    assert from_cell(BLANK[name]) is None


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name):
    with pytest.raises(NotANumber) as caught:
        from_cell(REFUSED[name])
    assert any(word in str(caught.value) for word in ("不是", "过大或过小"))
    assert len(str(caught.value)) < 40


def test_a_refusal_quotes_the_text():
    with pytest.raises(NotANumber, match="“六十六”不是数字"):
        from_cell(" 六十六 ")


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_survives_its_cell(number):
    """Fifteen digits come back from a binary float exactly."""
    assert from_cell(to_cell(number)) == number
    assert from_cell(plain(number)) == number
    assert from_cell(f"{number:,f}") == number


@given(
    st.one_of(
        st.text(max_size=20), st.text(f"{string.digits}０１２.,，+-－%％ 　eE=²", max_size=12), st.floats(), st.decimals(), st.integers()
    )
)
def test_any_cell_is_a_number_blank_or_refused(cell):
    try:
        number = from_cell(cell)
    except NotANumber:
        return
    assert number is None or number.is_finite()


exact = st.one_of(st.fractions(), st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15), st.integers())
ties = st.builds(lambda units, places: Fraction(2 * units + 1, 2 * 10**places), st.integers(-(10**6), 10**6), st.integers(0, 4))


@given(st.one_of(exact, ties), st.integers(0, 6))
@example(Fraction(-1, 8), 2)
@example(Fraction(10**30 + 1, 3), 4)
@example(10**40 + 1, 2)
def test_half_up_is_the_nearest_and_halves_go_away_from_zero(number, places):
    rounded = half_up(number, places)
    wanted, unit = Fraction(number), Fraction(1, 10**places)
    assert (Fraction(rounded) / unit).denominator == 1
    assert rounded.as_tuple().exponent == -places
    gap = Fraction(rounded) - wanted
    assert abs(gap) < unit / 2 or (abs(gap) == unit / 2 and abs(Fraction(rounded)) > abs(wanted))


@pytest.mark.parametrize(
    ("number", "places", "rounded"),
    [
        (Decimal("0.125"), 2, "0.13"),
        (Decimal("-0.125"), 2, "-0.13"),
        (Decimal("0.1249999"), 2, "0.12"),
        (Decimal("2.675"), 2, "2.68"),
        (Decimal("-0.004"), 2, "0.00"),
        (5, 2, "5.00"),
        (Fraction(2, 3), 4, "0.6667"),
        (Fraction(-1, 2), 0, "-1"),
        (Decimal("1E+5"), 1, "100000.0"),
    ],
)
def test_half_up_by_hand(number, places, rounded):
    assert str(half_up(number, places)) == rounded


def test_dividing_first_would_have_been_wrong():
    """11÷6×3% = 0.055 is a tie; Decimal divided to 28 digits and multiplied again falls just short of it."""
    assert half_up(Fraction(11, 6) * Fraction("0.03"), 2) == Decimal("0.06") != half_up(Decimal(11) / 6 * Decimal("0.03"), 2)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (66, "66"),
        (Decimal("84.390"), "84.39"),
        (Decimal("1240.70"), "1240.7"),
        (Decimal("1E+3"), "1000"),
        (Decimal(100), "100"),
        (Decimal("-0.0"), "0"),
        (Decimal("0.0001"), "0.0001"),
        (Decimal("1E-15"), "0.000000000000001"),
        (Fraction(1, 3), "0.3333333333"),
        (Fraction(-1, 4), "-0.25"),
        (Fraction(0), "0"),
        (Decimal("-3.50"), "-3.5"),
    ],
)
def test_plain(number, text):
    assert plain(number) == text


@given(exact)
def test_plain_never_has_an_exponent_or_a_loose_zero(number):
    text = plain(number)
    assert "E" not in text.upper() and text != "-0"
    assert "." not in text or not text.endswith(("0", "."))


@pytest.mark.parametrize(
    ("rate", "places", "text"),
    [
        (Decimal("0.7674"), 2, "76.74%"),
        (Fraction(66, 86), 2, "76.74%"),
        (0, 2, "0.00%"),
        (1, 2, "100.00%"),
        (Decimal("-0.1323"), 2, "-13.23%"),
        (Decimal("1.2284"), 0, "123%"),
        (Decimal("-0.00001"), 2, "0.00%"),
        (Fraction(1, 3), 4, "33.3333%"),
        (Decimal("0.00005"), 2, "0.01%"),
    ],
)
def test_percent(rate, places, text):
    assert percent(rate, places) == text


@pytest.mark.parametrize(
    ("number", "cell"), [(Decimal("66.00"), 66), (Decimal("84.39"), 84.39), (Fraction(1, 4), 0.25), (0, 0), (Decimal("-0"), 0)]
)
def test_to_cell(number, cell):
    assert to_cell(number) == cell and type(to_cell(number)) is type(cell)


def test_headings_are_numbered_in_characters():
    assert [numeral(number) for number in (1, 9, 10, 11, 20, 95, 100)] == ["一", "九", "十", "十一", "二十", "九十五", "100"]
    assert all(in_digits(f"{numeral(number)}个") == f"{number}个" for number in range(1, 100))
