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


ROWS = [
    ("两个名称用斜线连在一格", {"三级指标": "一个存储备份器/WIFI布点全覆盖", "年度指标值": "25TB"}, "JX512"),
    ("斜线是单位的一部分", {"三级指标": "每平方米造价（元/平方米）", "年度指标值": "≤300元/平方米"}, None),
    ("一格写两个数", {"三级指标": "签约率和体检率", "年度指标值": "签约率提高1%，体检率提高2%"}, "JX512"),
    ("上下限是一个指标值", {"三级指标": "合格率", "年度指标值": "不低于90%，不高于95%"}, None),
    ("数量指标写金额", {"三级指标": "补助经费", "年度指标值": "=72890元"}, "JX183"),
    ("数量指标写数量", {"三级指标": "补助人数", "年度指标值": "=728人"}, None),
    ("时效指标没有时间", {"二级指标": "时效指标", "三级指标": "项目持续期", "年度指标值": "基本建立"}, "JX182"),
    ("时效指标写及时", {"二级指标": "时效指标", "三级指标": "拨付", "年度指标值": "及时"}, None),
    ("时效指标写日期", {"二级指标": "时效指标", "三级指标": "完工", "年度指标值": "12月底前"}, None),
]


@pytest.mark.parametrize(("row", "code"), [one[1:] for one in ROWS], ids=[one[0] for one in ROWS])
def test_a_row_shows_the_slip_or_none(row, code):
    table = model.load("generic-selfeval")
    whole = {"一级指标": "产出指标", "二级指标": "数量指标", "实际完成值": "按实际", "分值": 10} | row
    codes = {one.code for one in check_selfeval(score(table, from_data({"rows": [whole]}, table)))} & {"JX512", "JX182", "JX183"}
    assert codes == ({code} if code else set())


@pytest.mark.parametrize(
    ("carried", "executed", "note", "said"),
    [("0%", 76, "", True), ("24%", 76, "", False), ("0%", 97, "", False), ("0%", 76, "结余21万元已由财政收回", False)],
)
def test_what_was_neither_spent_nor_kept_needs_a_word(carried, executed, note, said):
    table = model.load("hubei-selfeval")
    row = {"一级指标": "产出指标", "二级指标": "数量指标", "三级指标": "结转结余率", "年度指标值": "≤5%", "实际完成值": carried, "分值": 80}
    funds = {"财政资金": {"全年预算数": 100, "全年执行数": executed}, "执行率说明": note}
    card = score(table, from_data({"rows": [row], "funds": funds}, table))
    assert any(one.code == "JX181" for one in check_selfeval(card)) is said


@pytest.mark.parametrize(
    ("budget", "executed", "goal", "asked"),
    [
        (100, 100, "投入10万元购置设备", ""),
        (1000, 980, "总投资100万元，执行98万元", "“当年财政拨款”年初预算数1000，文字里写的是100万元，是否填成了千元？"),
        (90000, 90000, "投入9万元购置设备", "“当年财政拨款”年初预算数90000，文字里写的是9万元，是否填成了元？"),
        (10000, 9800, "总投资100万元，执行98万元", "“当年财政拨款”年初预算数10000，文字里写的是100万元，是否填成了百元？"),
        (93600, 91200, "安排资金9.4万元，演出66场", "年度资金总额年初预算数93600，文字里的资金、成本最多9.4万元，是否填成了元？"),
        (93600, 91200, "项目总成本不超过94000元", "年度资金总额年初预算数93600，文字里的资金、成本最多9.4万元，是否填成了元？"),
        (5000, 4900, "每户补助资金0.5万元，培训经费2万元", ""),
        (93600, 91200, "户均增收资金9.4万元；补助资金9万元/村", ""),
    ],
    ids=[
        *("预算是其中一笔的十倍", "两个不同的数都填成了千元", "填成了元", "两个不同的数都填成了百元"),
        *("填成了元，文字里是约数", "填成了元，文字里也是元", "文字里只有一户、一笔的钱", "文字里是每户、每村的钱"),
    ],
)
def test_a_budget_is_asked_about_where_the_texts_say_it_in_another_unit(budget, executed, goal, asked):
    table = model.load("generic-selfeval")
    funds = {"当年财政拨款": {"年初预算数": budget, "全年预算数": budget, "全年执行数": executed}}
    card = score(table, from_data({"funds": funds, "goals": {"预期目标": goal}}, table))
    assert [one.message for one in check_selfeval(card) if one.code == "JX531"] == ([asked] if asked else [])
