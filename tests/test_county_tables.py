"""Tables as other places print them: data/county_tables.toml changes own-county.toml, with what the hand gives."""

import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from xl_jixiao.arrive.arrived import arrived, known_tables
from xl_jixiao.jobs import open_job
from xl_jixiao.number import plain
from xl_jixiao.review.agree import facts_of
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.catalogue import examples

DATA = Path(__file__).parent / "data"
CASES = tomllib.loads((DATA / "county_tables.toml").read_text(encoding="utf-8"))


def of(part):
    return pytest.mark.parametrize("case", CASES[part], ids=[case["name"] for case in CASES[part]])


def changed(name, changes):
    text = (DATA / name).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


@pytest.fixture
def job_of(tmp_path):
    """The job of a case's table, and its answers."""

    def opened(case):
        table, filing = tmp_path / "own-county.toml", tmp_path / "data.toml"
        table.write_text(changed("own-county.toml", case.get("change", ())), encoding="utf-8")
        filing.write_text(changed("own-county-data.toml", case.get("data", ())), encoding="utf-8")
        job = open_job(str(table))
        return job, job.answers(filing)

    return opened


@of("figures")
def test_a_figure_is_said_in_its_own_unit(case, job_of):
    job, answers = job_of(case)
    plan = job.plan(answers, Edition.NATIVE)
    facts = {one.name: one.shown for one in facts_of(plan, plan.values(job.entries(answers)))}
    assert {name: facts[name] for name in case["shown"]} == case["shown"]


@of("left_out")
def test_a_row_of_a_form_without_points_may_not_have_occurred_this_year(case):
    job = open_job("transfer-selfeval")
    answers = job.answers(examples()["transfer-selfeval"])
    changed_row = replace(answers.rows[2], **case["row"])
    answers = replace(answers, rows=(*answers.rows[:2], changed_row, *answers.rows[3:]))
    result = job.evaluate(answers)
    assert result.card.rows[2].state == case["state"]
    assert result.headline.endswith(f"；{case['headline']}")
    assert [one.code for one in result.findings] == case["codes"]
    assert all(case.get("says", "") in one.message for one in result.findings)


@of("funds")
def test_the_budget_of_an_arriving_form_is_found_or_asked_about(case, tmp_path):
    book = openpyxl.Workbook()
    rows = [
        ["项目名称", "某项目", "主管部门", "某局", "实施单位", "某中心"],
        ["项目资金（万元）", "", *case["heads"]],
        ["", "年度资金总额", *case["amounts"]],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析"],
        ["产出指标", "数量指标", "培训人次", "≥100人次", "120人次", 90, 90, ""],
    ]
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    (form,), _ = arrived(tmp_path / "a.xlsx", known_tables())
    budgets = [plain(value) for (_, amount), value in form.answers.funds.items() if amount == "全年预算数"]
    assert budgets == ([case["budget"]] if "budget" in case else [])
    assert form.result.card.rate == Decimal(case["rate"])
    told = {"JX303", "JX515", "JX516", "JX642", "JX652", "JX653", "JX655"}
    said = {one.code for one in form.findings if one.code in told and "执行率" in one.message + one.place.cell or one.code == "JX642"}
    informed = {one.code for one in form.unread if "预算" in one.why}
    assert said - {"JX515"} | informed == set(case["codes"])
