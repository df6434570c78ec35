"""Every published case: it loads into its table, scores, explains; what is known to be wrong in it is found, and nothing false is said."""

import json
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from xl_jixiao.agree.arithmetic import faults
from xl_jixiao.jobs import open_job
from xl_jixiao.number import plain
from xl_jixiao.selfeval import model
from xl_jixiao.selfeval.answers import from_data
from xl_jixiao.selfeval.build import score
from xl_jixiao.selfeval.checks import check_selfeval
from xl_jixiao.tables.catalogue import examples

DATA = Path(__file__).parent / "data"
CASES = {one["id"]: one for one in json.loads((DATA / "published_cases.json").read_text(encoding="utf-8"))["cases"]}
EXPECTED = tomllib.loads((DATA / "published_discrepancies.toml").read_text(encoding="utf-8"))["case"]
SIGNS = {">=": "≥", "<=": "≤", "=": "=", None: ""}
AMOUNTS = {"年初预算": "年初预算数", "全年预算": "全年预算数", "全年执行": "全年执行数"}
by_case = pytest.mark.parametrize("expected", EXPECTED, ids=[one["id"] for one in EXPECTED])


def number(value):
    return None if value is None else Decimal(str(value))


def row(one):
    """A row as the page printed it: its sign, figure and unit, or its words."""
    sign, unit = SIGNS.get(one["op"], one["op"]), one["unit"] or ""
    target = one["target_text"] or ("" if one["target"] is None else f"{sign}{plain(number(one['target']))}{unit}")
    actual = one["actual_text"] or ("" if one["actual"] is None else f"{plain(number(one['actual']))}{unit}")
    written = {
        "一级指标": one["level1"],
        "二级指标": one["level2"] or "—",
        "三级指标": one["level3"],
        "年度指标值": target,
        "实际完成值": actual,
        "分值": number(one["weight"]),
        "得分": number(one["claimed_score"]),
        "偏差原因": one["deviation_reason"],
    }
    return {name: value for name, value in written.items() if value is not None}


def filing(case, table):
    """The data file of a case, as far as its page shows it."""
    unit, _, project = case["unit"].partition("：")
    names = [one.name for one in table.fields]
    budget, goals = case["budget"] or {}, case["goals"] or {}
    funds = {AMOUNTS[name]: number(budget[name]) for name in AMOUNTS if budget.get(name) is not None}
    rate, points = case["exec_rate_claimed"], case["exec_score_claimed"]
    claimed = {"预算执行率": None if rate is None else f"{plain(number(rate) * 100)}%", "预算执行率得分": number(points)}
    claimed |= {"总分": number(case["claimed_total"])} | dict(zip(AMOUNTS.values(), budget.get("合计行", ()), strict=False))
    return {
        "answers": {name: {"项目名称": project, "实施单位": unit}.get(name, unit) for name in names},
        "funds": {table.counted[0].name: funds} if funds else {},
        "goals": {"预期目标": goals["预期"], "实际完成情况": goals["实际"]} if goals else {},
        "rows": [row(one) for one in case["indicators"]],
        "claimed": {name: value for name, value in claimed.items() if value is not None},
    }


def table_named(name):
    own = DATA / f"{name}.toml"
    return str(own) if own.exists() else name


def findings_of(case, name):
    """Code and message of everything that is found in a case, and its total's parts."""
    if name.endswith("selfeval"):
        table = model.load(name)
        answers = from_data(filing(case, table), table)
        card = score(table, answers)
        explained = [one.explanation for one in card.rows if isinstance(one.points, Decimal)]
        texts = [text for text in (answers.expected, answers.actual) if text]
        written = [(slip.code, slip.message) for text in texts for slip in faults(text)]
        return [(one.code, one.message) for one in check_selfeval(card)] + written, explained
    job = open_job(table_named(name))
    own = DATA / f"{name}-data.toml"
    result = job.evaluate(job.answers(own if own.exists() else examples()[name]))
    return [(one.code, one.message) for one in result.findings], [one.worked or one.reason for one in result.card.scores]


@by_case
def test_what_is_known_to_be_wrong_is_found_and_nothing_else(expected):
    case = CASES[expected["id"]]
    assert [one["desc"] for one in expected["known"]] == case["known"]
    findings, explained = findings_of(case, expected["table"])
    assert all(explained)
    for one in expected["known"]:
        if "unknowable" not in one:
            assert any(code == one["code"] and one["says"] in message for code, message in findings), (one, findings)
    assert {code for code, _ in findings} == {*expected["also"], *(one["code"] for one in expected["known"] if "code" in one)}


def test_every_published_case_is_here():
    assert {one["id"] for one in EXPECTED} == set(CASES)
