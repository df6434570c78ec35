"""The catalogue of standard rates: every zero denominator, every odd cell, the published numbers."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_jixiao.formula import defined_name, parse
from xl_jixiao.number import half_up, percent
from xl_jixiao.tables.published import difference
from xl_jixiao.tables.rates import CATALOGUE, Rate, Ratio, Zero, standard_rate
from xl_jixiao.words import INVALID, NOT_APPLICABLE, NOT_COMPARABLE, OVER_BUDGET, UNCOMPUTABLE

each = pytest.mark.parametrize("rate", CATALOGUE.values(), ids=lambda rate: rate.code)
FIGURES = {"在职人员数": Decimal(66), "编制数": Decimal(86)}


def value(rate: Rate, **changed):
    """The rate over round figures, some of them changed by English argument."""
    figures = {name: Decimal(100 + at) for at, name in enumerate(rate.formula.names)}
    figures |= {name: changed[english] for (english, _), name in zip(rate.arguments, rate.formula.names, strict=True) if english in changed}
    return rate.ratio.of(figures)


# ---- what an entry must be


@each
def test_an_entry_is_complete(rate):
    assert rate.meaning and rate.source and "=" not in rate.text
    assert len(rate.arguments) == len(rate.formula.names) >= 2
    assert len({english for english, _ in rate.arguments}) == len(rate.arguments)
    assert all(english.isidentifier() and english.isascii() for english, _ in rate.arguments)
    assert parse(rate.formula.sentence()) == rate.formula


@each
def test_arguments_are_described_in_the_order_of_the_formula(rate):
    for (_, description), name in zip(rate.arguments, rate.formula.names, strict=True):
        assert (
            defined_name(re.split("[：（]", description)[0]).replace("累计", "").removesuffix("预算" if not name.endswith("预算") else "\0")
            == name
        )


@each
def test_its_names_are_not_cells(rate):
    """Neither the function nor a data item may read as an address: LOG10, R1C1, A1 …"""
    assert re.fullmatch(r"JX(_[A-Z]+)+", rate.udf)
    for name in (rate.udf, *rate.formula.names):
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]?\d*|[Cc]\d*", name)
        assert defined_name(name) == name and len(name) <= 255


def test_codes_and_names_are_unique():
    assert len({rate.name for rate in CATALOGUE.values()}) == len(CATALOGUE)
    assert all(code == rate.code for code, rate in CATALOGUE.items())


@each
def test_found_by_code_and_by_name(rate):
    assert standard_rate(rate.code) is rate is standard_rate(rate.name)
    assert standard_rate(rate.name.replace("“", "").replace("”", "")) is rate


def test_an_unknown_rate():
    assert standard_rate("没有的率") is None


# ---- zero denominators


def _with_zero_divisor(rate):
    english = dict(zip(rate.formula.names, (english for english, _ in rate.arguments), strict=True))
    return {english[name]: Decimal(0) for divisor in rate.formula.divisors for name in divisor.names}


@each
def test_a_zero_denominator_is_its_word_and_never_a_number(rate):
    found = value(rate, **_with_zero_divisor(rate))
    assert found == (OVER_BUDGET if rate.zero is Zero.BUDGET else str(rate.zero))


@each
def test_zero_over_zero(rate):
    figures = dict.fromkeys(rate.formula.names, Decimal(0))
    found = rate.ratio.of(figures)
    assert found == (Decimal("0.0000") if rate.zero is Zero.BUDGET else str(rate.zero))


ZEROS = {
    "SANGONG_CHANGE_RATE": NOT_COMPARABLE,
    "CARRYOVER_CHANGE_RATE": NOT_COMPARABLE,
    "YEAR_ON_YEAR_RATE": NOT_COMPARABLE,
    "FINAL_TO_INITIAL_RATE": NOT_COMPARABLE,
    "SHARE_RATE": NOT_COMPARABLE,
    "BUDGET_EXECUTION_RATE": UNCOMPUTABLE,
    "SANGONG_CONTROL_RATE": "预算为零",
    "PUBLIC_FUNDS_CONTROL_RATE": "预算为零",
}


@each
def test_the_policy_of_each(rate):
    assert str(rate.zero) == ZEROS.get(rate.code, NOT_APPLICABLE)


@pytest.mark.parametrize("zero", Zero)
def test_nested_divisors_have_no_way_out(zero):
    """甲÷(乙÷丙) with 丙 zero: the inner division may not break the outer one."""
    figures = {"甲": 1, "乙": 1, "丙": 0}
    assert Ratio(parse("甲/（乙/丙）"), zero).of(figures) == (OVER_BUDGET if zero is Zero.BUDGET else str(zero))
    assert Ratio(parse("甲/0"), zero).of(figures) == (OVER_BUDGET if zero is Zero.BUDGET else str(zero))


# ---- odd cells


@each
@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        ("—", INVALID),
        ("无", NOT_APPLICABLE),
        (" 无 ", NOT_APPLICABLE),
        (-1, INVALID),
        (-0.01, INVALID),
        ("六十六", INVALID),
        (True, INVALID),
        (float("nan"), INVALID),
        ("#DIV/0!", INVALID),
    ],
)
def test_an_odd_cell_in_any_place(rate, cell, found):
    for english, _ in rate.arguments:
        assert value(rate, **{english: cell}) == found


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ((None, "六十六"), INVALID),
        (("六十六", None), INVALID),
        ((None, "无"), NOT_APPLICABLE),
        (("六十六", "无"), NOT_APPLICABLE),
        ((-1, None), INVALID),
        ((None, 0), None),
        ((0, 86), Decimal("0.0000")),
        (("６６", "86.0"), Decimal("0.7674")),
    ],
)
def test_two_odd_cells(cells, found):
    """无 says there is nothing to compute; then wrong comes before blank, blank before a zero denominator."""
    rate = CATALOGUE["CONTROL_RATE"]
    assert rate.ratio.of(dict(zip(rate.formula.names, cells, strict=True))) == found


def test_a_missing_input_is_blank():
    assert Ratio(parse("在职人员数/编制数"), Zero.NOT_APPLICABLE).of({"在职人员数": 66}) is None


# ---- numbers


WORKED = [
    ("CONTROL_RATE", (66, 86), "76.74%"),
    ("CONTROL_RATE", ("72", "71"), "101.41%"),
    ("SANGONG_CHANGE_RATE", (65.58, 75.58), "-13.23%"),
    ("SANGONG_CHANGE_RATE", (90, 90), "0.00%"),
    ("SANGONG_CONTROL_RATE", (20.47, 65.58), "31.21%"),
    ("SANGONG_CONTROL_RATE", (15.35, 90), "17.06%"),
    ("PUBLIC_FUNDS_CONTROL_RATE", (234.56, 141.6), "165.65%"),
    ("BUDGET_COMPLETION_RATE", (1240.71, 1010.01), "122.84%"),
    ("BUDGET_COMPLETION_RATE_CARRYOVER", (84.39, 1521.39, 9.16, 62.29), "96.14%"),
    ("BUDGET_ADJUSTMENT_RATE", (230.70, 1010.01), "22.84%"),
    ("BUDGET_CONTROL_RATE", (9.16, 1521.39), "0.60%"),
    ("CARRYOVER_RATE", (0, 1010.01), "0.00%"),
    ("PROCUREMENT_RATE", (15.01, 15), "100.07%"),
    ("ASSET_USE_RATE", (1462.22, 1462.22), "100.00%"),
    ("FUNDS_ARRIVAL_RATE", (548.5, 548.5), "100.00%"),
    ("FUNDS_TIMELY_RATE", (548.5, 548.5), "100.00%"),
    ("TIMELY_COMPLETION_RATE", (12, 12), "0.00%"),
    ("TIMELY_COMPLETION_RATE", (12, 15), "-25.00%"),
    ("COST_SAVING_RATE", (200, 150), "25.00%"),
    ("FINAL_TO_INITIAL_RATE", (12.96, 49), "26.45%"),
    ("SHARE_RATE", (1187.42, 1240.71), "95.70%"),
    ("YEAR_ON_YEAR_RATE", (1240.71, 1754.82), "-29.30%"),
    ("OUTPUT_COMPLETION_RATE", (2020, 2051), "98.49%"),
    ("QUALITY_RATE", (574, 578), "99.31%"),
    ("SATISFACTION_RATE", (328, 328), "100.00%"),
    ("KEY_SPENDING_RATE", (90, 100), "90.00%"),
    ("PAYMENT_PROGRESS_RATE", (0.5, 0.75), "66.67%"),
    ("BUDGET_EXECUTION_RATE", (548.5, 548.5), "100.00%"),
    ("CARRYOVER_CHANGE_RATE", (62.29, 84.39), "-26.19%"),
    ("BUILDING_AREA_RATE", (1050, 1000), "105.00%"),
    ("BUILDING_COST_RATE", (950, 1000), "95.00%"),
]


@pytest.mark.parametrize(("code", "figures", "printed"), WORKED, ids=[f"{code} {printed}" for code, _, printed in WORKED])
def test_published_and_hand_worked_numbers(code, figures, printed):
    rate = CATALOGUE[code]
    assert percent(rate.ratio.of(dict(zip(rate.formula.names, figures, strict=True)))) == printed


def test_every_rate_has_a_worked_number():
    assert {code for code, *_ in WORKED} == set(CATALOGUE)


def test_less_staff_whose_posts_are_elsewhere():
    formula = parse("（年末在职人员数-网格中心人数-武装部人数）/编制数×100%")
    figures = {"年末在职人员数": 72, "网格中心人数": 14, "武装部人数": 4, "编制数": 71}
    assert percent(Ratio(formula, Zero.NOT_APPLICABLE).of(figures)) == "76.06%"
    assert formula.match(CATALOGUE["CONTROL_RATE"].formula)


figures = st.decimals(0, 10**6, places=2)


@given(st.sampled_from(sorted(CATALOGUE)), st.data())
def test_a_rate_is_the_exact_quotient_rounded_once(code, data):
    rate = CATALOGUE[code]
    given_figures = {name: data.draw(figures) for name in rate.formula.names}
    found = rate.ratio.of(given_figures)
    if any(divisor.value(given_figures) == 0 for divisor in rate.formula.divisors):
        assert isinstance(found, str) or found == 0
        return
    assert found == half_up(rate.formula.value(given_figures), 4)
    assert rate.ratio.of({name: float(number) for name, number in given_figures.items()}) == found
    assert abs(Fraction(found) - rate.formula.value(given_figures)) <= Fraction(1, 20000)


# ---- a rate as it was published


@pytest.mark.parametrize(
    ("name", "claim", "rate", "rounding"),
    [
        ("截尾", "98%", "0.9871", True),
        ("截尾到零的负数", "0%", "-0.0071", True),
        ("截尾的负数", "-5%", "-0.0571", True),
        ("不是截尾", "98%", "0.9912", False),
        ("正负相反", "5%", "-0.0571", False),
    ],
)
def test_a_rate_cut_off_is_told_from_another_one(name, claim, rate, rounding):
    found = difference(claim, Fraction(rate))
    assert found and found.rounding is rounding, name


GROWTH = Ratio(parse("（本年-上年）/上年"), Zero.NOT_COMPARABLE, frozenset({"本年", "上年"}))
LOSSES = [
    ("a loss that doubles has no rate of growth", -10, -20, NOT_COMPARABLE),
    ("a loss that turns into a profit has none", -10, 5, NOT_COMPARABLE),
    ("a profit that turns into a loss falls by 150 %", 10, -5, Decimal("-1.5")),
    ("nothing before is compared with nothing", 0, 5, NOT_COMPARABLE),
]


@pytest.mark.parametrize(("last", "this", "expected"), [case[1:] for case in LOSSES], ids=[case[0] for case in LOSSES])
def test_a_denominator_below_zero_has_no_rate(last, this, expected):
    assert GROWTH.of({"上年": last, "本年": this}) == expected
