"""Every recomputation of the published cases (data/cases_seed.json), done again with our formulas and rounding."""

import json
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from xl_jixiao.formula import parse
from xl_jixiao.number import half_up, percent

CASES = json.loads((Path(__file__).parent / "data" / "cases_seed.json").read_text(encoding="utf-8"), parse_float=Decimal)["cases"]
CHECKS = [(case, check) for case in CASES for check in case["checks"]]
CENT = Decimal("0.01")


def of_kind(kind):
    found = [(case, check) for case, check in CHECKS if check["kind"] == kind]
    return pytest.mark.parametrize("check", [check for _, check in found], ids=[f"{case['id']} {check['desc']}" for case, check in found])


@of_kind("percent")
def test_a_published_percentage(check):
    value = parse(check["expr"]).value({}) * 100
    claimed = Decimal(check["claimed"])
    places = -claimed.as_tuple().exponent
    printed = percent(value / 100, places).removesuffix("%")
    last_digit = abs(Decimal(printed) - claimed) == Decimal(1).scaleb(-places)
    assert half_up(value, 4) == check["recomputed"]
    assert printed == check["rounded"]
    assert (printed == check["claimed"]) == check["ok"]
    assert check["status"] == ("ok" if check["ok"] else "truncated_or_last_digit" if last_digit else "wrong")
    assert check["severity"] == (None if check["ok"] else "rounding" if last_digit else "error")


@of_kind("sum")
def test_a_published_sum(check):
    value = parse(check["expr"]).value({})
    difference = value - Fraction(check["claimed"])
    assert value == check["recomputed"]
    assert difference == check["diff"]
    assert (difference == 0) == check["ok"]
    assert check["severity"] == (None if check["ok"] else "rounding" if abs(difference) <= CENT else "error")


@of_kind("logic")
def test_a_reading_of_the_text(check):
    """Not arithmetic, so not recomputed: each names the words it rests on, and how bad it is where it fails."""
    assert check["quote"] and not check.get("expr")
    assert (check["severity"] is None) == check["ok"]


def test_nothing_is_skipped():
    assert Counter(check["kind"] for _, check in CHECKS) == {"percent": 33, "sum": 25, "logic": 47}
    assert Counter(check["kind"] for _, check in CHECKS if not check["ok"]) == {"percent": 7, "sum": 3, "logic": 34}
    assert Counter(case["id"] for case, check in CHECKS if check["kind"] == "logic") == {
        "xiangxi-2019": 6,
        "baojing-2019": 13,
        "yanling-2020": 8,
        "hongjiang-2020": 20,
    }
    assert all(check.get("expr") for _, check in CHECKS if check["kind"] != "logic")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_discrepancies_are_the_failed_checks(case):
    failed = [check["desc"] for check in case["checks"] if not check["ok"]]
    assert [row["desc"] for row in case["discrepancies"]] == failed
    assert (case["n_checks"], case["n_fail"]) == (len(case["checks"]), len(failed))
