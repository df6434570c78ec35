"""Tables as other places print them: data/county_tables.toml changes own-county.toml, with what the hand gives."""

import tomllib
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from support.arrive_check import arrived

from xl_jixiao.arrive.arrived import known_tables
from xl_jixiao.cli import main
from xl_jixiao.jobs import open_job
from xl_jixiao.number import plain
from xl_jixiao.review.agree import facts_of
from xl_jixiao.rules.relation import comparisons
from xl_jixiao.scoretable import table as tables
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.measure import print_scale, room_at
from xl_jixiao.tables.answers import AnswersError
from xl_jixiao.tables.catalogue import bundled, examples
from xl_jixiao.tables.tablefile import RubricError, read_toml

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
        table.write_text(changed(case.get("table", "own-county.toml"), case.get("change", ())), encoding="utf-8")
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


@of("claimed")
def test_published_points_stand_in_the_data_file(case, job_of):
    addition = [["[evidence]", f"[claimed]\n{case['data']}\n\n[evidence]"]]
    if "wrong" in case:
        with pytest.raises(AnswersError) as raised:
            job_of({"data": addition})
        assert [one.partition(" ")[2] for one in raised.value.problems] == [case["wrong"]]
        return
    job, answers = job_of({"data": addition})
    found = [one.message for one in job.evaluate(answers).findings if "公布" in one.message]
    assert len(found) == len(case["says"]) and all(says in message for says, message in zip(case["says"], found, strict=True))


def _with_rule(**changes):
    data = read_toml(DATA / "own-county.toml")
    rows = [{**one, **changes} if one["name"] == "在职人员控制率" else one for one in data["indicators"]]
    for row in rows:
        if row["name"] == "在职人员控制率":
            row.pop("measure", None)
            row.pop("rate", None)
            row["explanation"] = ""
    return tables.from_data({**data, "indicators": rows}, "表.toml").indicator_by_code["在职人员控制率"]


@of("target_in_words")
def test_a_target_that_a_criterion_says_in_words_is_read(case):
    step = case.get("step", "1%")
    rule = {"kind": "steps", "direction": "above", "target": "100%", "step": step, "deduct": "0.5", "partial": "prorata"}
    if "missing" in case:
        with pytest.raises(RubricError, match=f"没有规则参数{case['missing']}"):
            _with_rule(criterion=case["criterion"], rule=rule)
    else:
        assert _with_rule(criterion=case["criterion"], rule=rule).printed_criterion == case["criterion"]


@pytest.mark.parametrize("case", CASES["relations"], ids=[case["text"] for case in CASES["relations"]])
def test_a_name_may_have_the_words_in_it_that_join_comparisons(case):
    found = comparisons(case["text"])
    names = [name for side in found.formulas for name in side.names]
    assert (found.words, names) == (case["words"], case["names"])


@of("unit_of_points")
def test_a_sum_of_points_is_said_in_points(case):
    found = _with_rule(formula=case["formula"], rule=case["rule"], criterion="")
    assert (found.result_unit, found.rule.unit) == (case["unit"], case["unit"])


@of("years")
def test_a_set_says_which_of_its_forms_are_of_another_year(case, tmp_path):
    for name in ("own-county.toml", "own-set.toml"):
        (tmp_path / name).write_text((DATA / name).read_text(encoding="utf-8"), encoding="utf-8")
    table = tmp_path / "own-set.toml"
    table.write_text(table.read_text(encoding="utf-8").replace("year = 2025", f"year = {case['year']}"), encoding="utf-8")
    made = CliRunner().invoke(main, ["build", str(table), "-o", str(tmp_path / "a.xlsx")])
    assert made.exit_code == 0 and ("注意" in made.output) is bool(case["says"])
    assert all(said in made.output for said in case["says"])


def test_two_projects_of_a_set_with_the_same_form_are_asked_about():
    job = open_job(str(DATA / "own-set.toml"))
    form = tomllib.loads(examples()["generic-selfeval"].read_text(encoding="utf-8"))
    other = {**form, "goals": {**form["goals"], "实际完成情况": "完成全部演出，另补办两场。"}}
    del form["rubric"], other["rubric"]

    def told(second):
        listed = [{"名称": "惠民演出"}, {"名称": "送戏下乡"}]
        data = {"基础数据": {"单位名称": "某局"}, "项目": listed, "表": {"项目1自评表": form, "项目2自评表": second}}
        return [(one.place.cell, one.message) for one in job.evaluate(job.answers_from(data)).findings if one.code == "JX682"]

    assert told(other) == []
    assert told(form) == [("D5", "项目2自评表的资金、目标和各行指标与项目1自评表的完全相同，是否照抄")]


@of("texts")
def test_the_printed_text_is_held_against_started_steps_and_ends(case, job_of):
    old = "不超过10%的计8分；超过10%的，每超1个百分点扣1分，不足1个百分点的按1个百分点计，扣完为止。"
    differs = f'\ndiffers = "{case["differs"]}"' if "differs" in case else ""
    changes = [[f'criterion = "{old}"', f'criterion = "{case["criterion"]}"{differs}'], ['partial = "started"', case["rule"]]]
    changes[:0] = [["deduct = 1, partial", f"deduct = {case['deduct']}, partial"]] if "deduct" in case else []
    changes += [['target = "10%"', f'target = "{case["target"]}"']] if "target" in case else []
    job, _ = job_of({"change": changes})
    assert bool(job.cautions) is bool(case["says"]) and all(case["says"] in text for text in job.cautions), job.cautions


@of("mistakes")
def test_a_mistake_is_said_with_what_to_do_and_nothing_that_only_follows(case, job_of):
    with pytest.raises(RubricError) as raised:
        job_of(case)
    problems = raised.value.problems
    assert len(problems) == case.get("lines", len(problems)), problems
    assert all(any(part in problem for problem in problems) for part in case["expected"]), problems


@of("points")
def test_the_points_are_those_of_the_hand(case, job_of):
    job, answers = job_of(case)
    result = job.evaluate(answers)
    card = result.card
    found = next(one for one in card.scores if one.code == case["indicator"])
    assert found.points == Decimal(case["points"])
    assert all(part in f"{found.worked} {found.reason}" for part in case["explain"]), (found.worked, found.reason)
    assert "codes" not in case or [one.code for one in result.findings if one.code == "JX548"] == case["codes"]
    plan = job.plan(answers, Edition.NATIVE)
    written = [text for sheet in plan.sheets for *_, text in plan.written[sheet.name].formulas]
    assert any(case.get("formula", "") in text for text in written)


def heights_by_page(sheet):
    """How high each printed page of a sheet is: its own rows, and the heads it repeats."""
    starts = [0, *sheet.page.breaks, sheet.page.area[2] + 1]
    heads = sheet.heights[sheet.page.heads[0]]
    pages = [range(first, after) for first, after in pairwise(starts)]
    return [sum(sheet.heights.get(row, 15) for row in rows) + (heads if rows.start else 0) for rows in pages]


@pytest.mark.parametrize("words", range(0, 1600, 80))
def test_the_total_stays_with_the_last_indicator_where_the_form_says_no_pages(words, job_of):
    said = "某县自定的比率：按时公开信息条数与应公开信息条数之比。"
    job, answers = job_of(
        {"change": [["page_break = true\n", ""], [f'explanation = "{said}"', f'explanation = "{said}{"说明" * (words // 2)}"']]}
    )
    plan = job.plan(answers, Edition.NATIVE)
    (form,) = [sheet for sheet in plan.sheets if sheet.name == job.rubric.form.sheet]
    last = plan.ref("合计:表内分值").row
    starts = form.page.breaks
    room = room_at(form.page.scale or print_scale(list(form.widths), landscape=True), landscape=True)
    assert not any(row >= last for row in starts) and starts
    assert all(height <= room for height in heights_by_page(form))


@of("cautions")
def test_grades_that_full_marks_do_not_reach_are_told_to_the_tables_author(case, tmp_path):
    text = (DATA / "own-county.toml").read_text(encoding="utf-8")
    if case["total"] != 100:
        head, first, second, *_ = text.split("[[indicators]]")
        text = "[[indicators]]".join((head, first, second)).replace("total = 100", f"total = {case['total']}")
        text = text.replace("weight = 8", f"weight = {case['total'] - 5}", 1)
        text = text.replace("points = 4 }", f"points = {case['total'] - 9} }}", 1)
    table = tmp_path / "own-county.toml"
    table.write_text(text, encoding="utf-8")
    made = CliRunner().invoke(main, ["build", str(table), "-o", str(tmp_path / "a.xlsx")])
    assert made.exit_code == 0, made.output
    assert ("注意" in made.output) is bool(case["says"]) and all(said in made.output for said in case["says"])


@of("degrees")
def test_the_words_for_degrees_end_where_the_form_ends_them(case, tmp_path):
    table = tmp_path / "generic-selfeval.toml"
    text = bundled()["generic-selfeval"].read_text(encoding="utf-8")
    table.write_text(text.replace('least = "0%", most = "60%"', f'least = "{case["least"]}", most = "60%"'), encoding="utf-8")
    if case["opens"]:
        assert f"60%-{case['least']}" in dict(open_job(str(table)).table.choices())["定性指标"]
        return
    with pytest.raises(RubricError, match="degrees：应从100%起首尾相接"):
        open_job(str(table))
