"""Plausibility checks of document forms: found at their cell, the same on 校验, in `score` and in `review`; none without cause."""

import datetime
import json
import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from support.depth import few, spread
from support.office import poison

from xl_jixiao.cli import main
from xl_jixiao.documents import model
from xl_jixiao.documents.compile import plan_of
from xl_jixiao.documents.trees import trees_of
from xl_jixiao.finding import Unfinished
from xl_jixiao.jobs import open_job
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Computed, Label
from xl_jixiao.tables import catalogue
from xl_jixiao.tables.answers import from_data
from xl_jixiao.tables.tablefile import RubricError

DATA = tomllib.loads((Path(__file__).parent / "data" / "document_checks.toml").read_text(encoding="utf-8"), parse_float=Decimal)
PROJECTS = "hongjiang-2020-project-data"
FORMS = [name for name, path in catalogue.bundled().items() if catalogue.heading(path)["kind"] == "document"]
CHECKS = [(name, check) for name in FORMS for check in model.load(name).checks]
WATCHED = {"JX103", "JX301", "JX306", "JX307"}
every_case = pytest.mark.parametrize("case", DATA["cases"], ids=lambda case: case["name"])


def filing(case):
    """The job of a case and its answers: those of the example, or of the made-up projects, with the changes."""
    job = open_job(PROJECTS if case["form"] == "projects" else case["form"])
    data = DATA["projects"] if case["form"] == "projects" else {}
    answers = from_data({"answers": data}, job.form.asked) if data else replace(job.answers(catalogue.examples()[case["form"]]), claimed={})
    changed = from_data({"answers": case.get("change", {})}, job.form.asked)
    kept = {**answers.values, **changed.values}
    return job, replace(answers, values={key: value for key, value in kept.items() if value not in ("", None)})


def watched(job, answers):
    """Its findings of these kinds that its own example hasn't."""
    usual = {str(one) for one in job.evaluate(replace(job.answers(catalogue.examples()[job.form.id]), claimed={})).findings}
    return [one for one in job.evaluate(answers).findings if one.code in WATCHED and str(one) not in usual]


@every_case
def test_a_mistake_is_found_at_its_cell_and_nothing_else(case):
    job, answers = filing(case)
    plan = plan_of(job.form)
    found = {(one.code, one.place.sheet, one.place.cell): one for one in watched(job, answers)}
    expected = {(code, plan.ref(name).sheet, plan.ref(name).local): text for code, name, text in case.get("findings", [])}
    assert set(found) == set(expected)
    for place, text in expected.items():
        assert text in found[place].message


FIRST = {case["form"]: case["name"] for case in reversed(DATA["cases"])}


@pytest.mark.parametrize("case", few(DATA["cases"], lambda case: case["name"] in FIRST.values()), ids=lambda case: case["name"])
def test_libreoffice_computes_what_the_sheet_says(case, office, tmp_path):
    job, answers = filing(case)
    path = tmp_path / "form.xlsx"
    job.write(answers, Edition.NATIVE, path)
    live = office.recalculate(poison(path, tmp_path / "poisoned.xlsx"))
    cached = openpyxl.load_workbook(path, data_only=True)
    for name in ("校验", "核算底稿", "基础数据"):
        for cell in (cell for row in cached[name].iter_rows() for cell in row if isinstance(cell.value, str)):
            assert live[name].get(cell.coordinate) == cell.value, (name, cell.coordinate)


SHOWN = few(DATA["cases"], lambda case: case["name"] in FIRST.values() or case in spread(DATA["cases"], 8))


@pytest.mark.parametrize("case", SHOWN, ids=lambda case: case["name"])
def test_the_sheet_says_the_same(case):
    job, answers = filing(case)
    plan = job.plan(answers, Edition.NATIVE)
    lines = [one for one in plan.sheet_by_name["校验"].cells if one.column == 1 and isinstance(one.content, Label)]
    results = {one.content.value: plan.sheet_by_name["校验"].by_place.get((one.row, 2)) for one in lines if one.row >= 4}
    shown = {name: plan.shown_udf(one.content) for name, one in results.items() if one and isinstance(one.content, Computed)}
    assert len(shown) >= len(job.form.checks)
    bad = {name: word for name, word in shown.items() if word in ("必改", "须说明")}
    levels = [str(one.level) for one in watched(job, answers) if one.code in ("JX306", "JX307")]
    assert sorted(word for name, word in bad.items() if name in {check.name for check in job.form.checks}) == sorted(levels)
    assert bool([name for name in bad if name == "基础数据有效"]) == any(one.code == "JX103" for one in watched(job, answers))


@pytest.mark.parametrize("name", FORMS)
def test_the_published_examples_pass_every_check(name):
    job = open_job(name)
    findings = job.evaluate(job.answers(catalogue.examples()[name])).findings
    assert job.form.checks and not [one for one in findings if one.code in ("JX103", "JX306", "JX307")]


def leaves(form, name):
    """The inputs a name is computed from."""
    figure = form.figure_by_key.get(name)
    return [name] if figure is None else [leaf for part in figure.rate_formula.names for leaf in leaves(form, part)]


def broken(form, check):
    """Answers that break one check."""
    samples = {
        "amount": Decimal(10),
        "count": Decimal(10),
        "percent": Decimal("0.1"),
        "text": "一段文字",
        "date": datetime.date(2020, 5, 1),
    }

    def sample(name):
        item = form.input_by_key[name]
        return item.options[0] if item.kind == "choice" else samples[item.kind]

    if check.sides is None:
        name, word = check.needed
        other = next(option for option in form.input_by_key[name].options if option != word) if word else None
        return {leaf: sample(leaf) for given in check.given_keys[:1] for leaf in leaves(form, given)} | {name: other}
    left, right = ([leaf for name in side.names for leaf in leaves(form, name)] for side in check.sides)
    low = datetime.date(2020, 4, 1) if isinstance(sample(left[0]), datetime.date) else Decimal(0)
    return {**{leaf: low for leaf in right}, **{leaf: sample(leaf) for leaf in left}}


@pytest.mark.parametrize(("name", "check"), CHECKS, ids=[f"{name} {check.name}" for name, check in CHECKS])
def test_every_check_finds_its_mistake(name, check):
    job = open_job(name)
    values = {key: value for key, value in broken(job.form, check).items() if value is not None}
    found = job.evaluate(replace(job.blank(), values=values)).findings
    (place,) = [one.place for one in trees_of(job.form).checks if one.check is check]
    ref = plan_of(job.form).ref(place)
    code = "JX306" if check.level == "必改" else "JX307"
    mine = [one for one in found if one.message.startswith(f"{check.name}：")]
    if check.sides is None and not check.needed[1] and job.form.input_by_key[check.needed[0]].required:
        mine = [one for one in found if one.code == "JX101" and one.place.cell == ref.local]  # what is required is said as blank, once
        code = "JX101"
    assert [(one.code, one.place.sheet, one.place.cell) for one in mine] == [(code, ref.sheet, ref.local)]


def test_what_must_be_mended_keeps_the_form_from_being_finished(tmp_path):
    cases = {case["name"]: case for case in DATA["cases"]}
    job, answers = filing(cases["没有写明是否属跨年度项目"])
    with pytest.raises(Unfinished, match="JX306"):
        job.finish(answers, tmp_path)
    job, answers = filing(cases["使用资金多于到位资金，须说明"])
    assert job.finish(answers, tmp_path)


def test_review_finds_it_in_a_returned_workbook(tmp_path):
    cases = {case["name"]: case for case in DATA["cases"]}
    job, answers = filing(cases["整体计划结束早于开始"])
    job.write(answers, Edition.NATIVE, tmp_path / "交回.xlsx")
    report = tmp_path / "审核.json"
    ran = CliRunner().invoke(main, ["review", str(tmp_path / "交回.xlsx"), "-o", str(tmp_path / "审核.xlsx"), "--json", str(report)])
    assert ran.exit_code == 1
    text = report.read_text(encoding="utf-8")
    assert json.loads(text) and "JX306" in text and "超出2天" in text


MISTAKES = [
    ("两种写法混用", {"left": "金额", "right": "预算", "given": ["金额"]}, "二者取一"),
    ("只写了一边", {"left": "金额"}, "二者取一"),
    ("填了什么没有写", {"needs": "名称"}, "二者取一"),
    ("没有的数据项", {"left": "金额", "right": "预算数"}, "right：“预算数”中的“预算数”不是"),
    ("比较文字", {"left": "名称", "right": "预算"}, "left：“名称”不是数字或日期，不能比较"),
    ("用了除法", {"left": "金额/预算", "right": "100%"}, "left：不能用除法"),
    ("给出的数据项没有", {"given": ["数额"], "needs": "名称"}, "given：“数额”不是数据项"),
    ("要填的数据项没有", {"given": ["金额"], "needs": "全称=甲"}, "needs：“全称”不是数据项"),
    ("级别写错", {"left": "金额", "right": "预算", "level": "提示"}, "level：应为 '必改'、'须说明'，现为 提示"),
]


def small(**parts):
    return {
        "id": "small",
        "title": "小表",
        "revision": "2020.1",
        "year": 2020,
        "region": "某地",
        "kind": "document",
        "basis": "某文",
        "inputs": [{"name": "金额"}, {"name": "预算"}, {"name": "名称", "kind": "text"}],
        "pages": [{"sheet": "一", "paragraphs": [{"text": "{金额}"}]}],
        **parts,
    }


@pytest.mark.parametrize(("check", "message"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES])
def test_a_check_that_cannot_be_used(check, message):
    with pytest.raises(RubricError) as caught:
        model.from_data(small(checks=[{"name": "查", **check}]), "小表.toml")
    (problem,) = caught.value.problems
    assert problem.startswith("小表.toml checks[1]") and message in problem


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"name": "名称2", "kind": "text", "most": 5}, "“名称2”不是数字，没有最大值"),
        ({"name": "得分"}, "“得分”是评等次的得分，应写 most = 100"),
    ],
    ids=["文字的最大值", "得分没有写满分"],
)
def test_a_limit_that_cannot_be_used(item, message):
    data = small(figures=[{"name": "等次", "formula": "得分", "grades": [{"name": "优", "least": 90}, {"name": "差", "least": 0}]}])
    data["inputs"] = [*data["inputs"], item, *([] if item["name"] == "得分" else [{"name": "得分", "most": 100}])]
    with pytest.raises(RubricError, match=message):
        model.from_data(data, "小表.toml")
