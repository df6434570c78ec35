"""The row-type forms of other places: each loads, scores its published case as it stands, names what is wrong in it, and comes back whole."""

import datetime
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from click.testing import CliRunner
from support.books import book as written
from support.depth import DEEP, few, spread
from support.office import poison

from xl_jixiao.cli import main
from xl_jixiao.jobs import open_job, read_workbook
from xl_jixiao.review.examine import examine
from xl_jixiao.selfeval import answers as filled
from xl_jixiao.selfeval import cells, model
from xl_jixiao.selfeval.answers import digest, from_data
from xl_jixiao.selfeval.build import compile as compiled
from xl_jixiao.selfeval.build import score
from xl_jixiao.selfeval.checks import check_selfeval as check
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Label
from xl_jixiao.tables import catalogue
from xl_jixiao.tables.answers import AnswersError
from xl_jixiao.tables.tablefile import RubricError, read_toml
from xl_jixiao.words import TOTAL

# total, weights, and what must be found: code and a part of the message
FORMS = {
    "generic-selfeval-cost": ("98.55", "100", ()),
    "hubei-selfeval": ("100", "100", [("JX508", "退捕渔民抽样调查满意度"), ("JX180", "满意度指标")]),
    "hunan-2021-dept-selfeval": (
        "75.66",
        "78",
        [
            ("JX303", "公布100%，复算80%"),
            ("JX518", "公布预算执行率得分10，复算8.05"),
            ("JX515", "3824.26÷4753.66×100%=80.45%"),
            ("JX518", "木材销售收入”公布得分5，复算5.96"),
            ("JX518", "林产品收入”公布得分5，复算5.65"),
        ],
    ),
    "jiangxi-2021-dept-selfeval": (
        None,
        "90",
        [("JX505", "结余率"), ("JX510", "健康档案管理率"), ("JX184", "业务收入"), ("JX517", "103.21%"), ("JX525", "满意度指标")],
    ),
    "yunnan-2020-selfeval": ("100", "100", [("JX518", "公布得分9，复算10"), ("JX518", "公布得分27，复算30")]),
    "sichuan-2023-selfeval": (None, "100", [("JX504", "发放（缴纳）覆盖率"), ("JX514", "分值60"), ("JX625", "100字以内")]),
    "sichuan-2022-transfer-selfeval": (
        "110",
        "110",
        [("JX501", "合计70，表式标注50"), ("JX519", "公布总分100，各行合计110"), ("JX508", "水标尺")],
    ),
    "chongqing-dept-selfeval": (
        None,
        "65",
        [("JX518", "政府采购执行率”公布得分2，复算1.45"), ("JX506", "政府采购执行率"), ("JX181", "结转结余率")],
    ),
    "transfer-selfeval": (None, "0", ()),
    "chongqing-selfeval": (None, "10", [("JX504", "辅警人员"), ("JX182", "项目持续期")]),
}
forms = pytest.mark.parametrize("name", FORMS)


def _filing(name):
    table = model.load(name)
    return table, filled.load(catalogue.examples()[name], table)


@forms
def test_the_published_case_scores_as_it_stands(name):
    table, answers = _filing(name)
    total, weights, expected = FORMS[name]
    card = score(table, answers)
    assert card.total == (None if total is None else Decimal(total))
    assert card.weight == Decimal(weights)
    findings = [(one.code, one.message) for one in check(card)]
    for code, part in expected:
        assert any(code == found and part in message for found, message in findings), (code, part)
    if not expected:
        assert findings == []


@pytest.mark.parametrize(
    ("name", "edition"),
    spread([(name, one) for name in FORMS for one in (Edition.NATIVE, Edition.FINISHED)], 7),
)
def test_a_workbook_comes_back_whole(name, edition, tmp_path):
    table, answers = _filing(name)
    path = tmp_path / "自评表.xlsx"
    open_job(name).write(answers, edition, path)
    back = read_workbook(path, name)
    assert digest(back.answers) == digest(answers)


def test_libreoffice_gives_the_same_total(tmp_path, office):
    for name in few(("generic-selfeval-cost", "hunan-2021-dept-selfeval"), lambda name: name.startswith("hunan")):
        table, answers = _filing(name)
        path = tmp_path / f"{name}.xlsx"
        open_job(name).write(answers, Edition.NATIVE, path)
        fresh = office.recalculate(poison(path, tmp_path / f"{name}-p.xlsx"))
        place = compiled(table, answers, Edition.NATIVE).ref(TOTAL)
        assert fresh[place.sheet][place.local] == pytest.approx(float(FORMS[name][0]), abs=1e-9)


def test_a_blank_workbook_is_built(tmp_path):
    for name in few(FORMS, lambda name: name == "chongqing-selfeval"):
        result = CliRunner().invoke(main, ["build", name, "-o", str(tmp_path / f"{name}.xlsx")])
        assert result.exit_code == 0, result.output


@pytest.mark.parametrize("name", FORMS if DEEP else ["chongqing-dept-selfeval"])
def test_a_finished_form_is_reviewed_whatever_columns_it_prints(name, tmp_path):
    path = written(name, Edition.FINISHED, tmp_path / "成品.xlsx")
    assert not [one for one in examine(path).findings if one.code in ("JX600", "JX627")]


def test_another_breakdown_of_the_funds_must_add_up():
    table, answers = _filing("hunan-2021-dept-selfeval")
    assert not any(one.code == "JX320" for one in check(score(table, answers)))
    broken = dict(answers.funds) | {("项目支出", "全年预算数"): Decimal(2985)}
    wrong = filled.SelfAnswers(table.id, answers.fields, broken, rows=answers.rows)
    (found,) = [one for one in check(score(table, wrong)) if one.code == "JX320"]
    assert "按支出性质分的全年预算数合计4753.16，年度资金总额4753.66，相差-0.5" in found.message


def test_a_sign_and_a_unit_in_columns_of_their_own_are_part_of_the_target():
    table = model.load("yunnan-2020-selfeval")
    row = {
        "一级指标": "产出指标",
        "二级指标": "数量指标",
        "三级指标": "培训人次",
        "指标性质": "≥",
        "指标值": 95,
        "度量单位": "人次",
        "完成值": "90",
    }
    answers = from_data({"rows": [{**row, "权重": 10, "自评得分": 9}]}, table)
    (found,) = answers.rows
    assert (found.target, found.actual, found.weight, found.claimed) == ("≥95人次", "90人次", 10, 9)
    worded = from_data({"rows": [{**row, "指标值": "基本建立", "完成值": "已建立"}]}, table).rows[0]
    assert (worded.target, worded.actual) == ("基本建立", "已建立")


@pytest.mark.parametrize(
    ("wanted", "done", "read"),
    [
        (90, Decimal("0.95"), Decimal("0.95")),
        (90, "0.95", "0.95"),
        (90, 95, "95%"),
        (Decimal("0.5"), Decimal("0.4"), "0.4%"),
    ],
)
def test_a_share_beside_a_column_of_percent_signs_is_no_hundredth_of_it(wanted, done, read):
    row = {"三级指标": "满意度", "指标性质": "≥", "指标值": wanted, "度量单位": "%", "完成值": done}
    (found,) = from_data({"rows": [row]}, model.load("yunnan-2020-selfeval")).rows
    assert found.actual == read


@pytest.mark.parametrize(("sign", "printed"), [("＝", "="), ("<=", "≤"), ("≥", "≥")])
def test_a_sign_written_otherwise_stands_in_its_own_column(sign, printed):
    row = {"三级指标": "验收", "指标性质": sign, "指标值": 100, "度量单位": "%", "完成值": 100}
    (found,) = from_data({"rows": [row]}, model.load("yunnan-2020-selfeval")).rows
    assert filled.parted(found.target) == (printed, 100, "%")


@pytest.mark.parametrize("printed", [True, False])
def test_several_classes_may_all_have_no_second_level(printed):
    data = read_toml(catalogue.bundled()["generic-selfeval"])
    widths = (("一级指标", 12), ("二级指标", 10), ("三级指标", 20), ("年度指标值", 12), ("实际完成值", 12), ("分值", 8), ("得分", 8))
    columns = [{"of": of, "width": width} for of, width in (*widths, ("偏差原因分析及改进措施", 24)) if printed or of != "二级指标"]
    form = {key: value for key, value in data["form"].items() if key not in ("headings", "widths")}
    classes = [{**one, "subclasses": ["—"], "quantitative": []} for one in data["classes"]]
    table = model.from_data({**data, "classes": classes, "form": {**form, "columns": columns}}, "表.toml")
    rows = [
        {"一级指标": one["name"], "二级指标": "—", "三级指标": f"事项{at}", "年度指标值": "≥2项", "实际完成值": "2项", "分值": 30}
        for at, one in enumerate(classes)
    ]
    assert all(one.points == 30 and one.class_fits for one in score(table, from_data({"rows": rows}, table)).rows)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sources": [{"name": "基本支出", "breakdown": "支出性质"}]}, "sources：至少应有一个资金来源"),
        (
            {"sources": [{"name": "基本支出", "breakdown": "支出性质"}, {"name": "财政资金"}]},
            "sources：写了 breakdown 的应排在其他资金来源后面",
        ),
        ({"total": 99}, "各一级指标与预算执行率的分值合计100，应等于 total（99）；原文就是这样的，把 total 写成这个数"),
    ],
)
def test_mistakes_name_the_way_out(change, said):
    data = read_toml(catalogue.bundled()["hunan-2021-dept-selfeval"])
    with pytest.raises(RubricError, match=said):
        model.from_data({**data, **change}, "表.toml")


def test_headings_and_amounts_are_counted():
    data = read_toml(catalogue.bundled()["hunan-2021-dept-selfeval"])
    with pytest.raises(RubricError, match=r"form.headings：应有8个，现有1个(.|\n)*form.amounts：应有2个，现有1个"):
        model.from_data({**data, "form": {**data["form"], "headings": ["一级"], "amounts": ["甲"]}}, "表.toml")


def test_a_sign_and_a_unit_that_stand_beside_the_figure_too_are_said_once():
    plan = open_job("yunnan-2020-selfeval").plan_for(Edition.NATIVE, {})
    for parts, whole in (
        (("≥", "95%", "%"), "≥95%"),
        (("≥", "≥40", "人"), "≥40人"),
        (("≥", "40人", "人"), "≥40人"),
        ((None, "≥40", None), "≥40"),
    ):
        assert filled.together(*parts) == whole
        typed = {cells.at(name, 1): part for name, part in zip(cells.PARTED, parts, strict=True)}
        assert plan.values(typed)[cells.at(cells.TARGET, 1)] == whole


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        ("≥95%", ("≥", 95, "%")),
        ("=72890元", ("=", 72890, "元")),
        ("20项", (None, 20, "项")),
        ("基本建立", (None, "基本建立", None)),
        ("≥1,200人次", (None, "≥1,200人次", None)),
        ("≥95.0%", (None, "≥95.0%", None)),
        (Decimal(95), (None, 95, None)),
        (None, (None, None, None)),
    ],
)
def test_a_target_in_three_columns_comes_together_as_it_was(target, parts):
    assert filled.parted(target) == parts
    assert filled.together(*parts) == target


def test_the_columns_of_a_form_are_its_own():
    sheet = compiled(*_filing("yunnan-2020-selfeval"), Edition.FINISHED).sheets[1]
    heads = {one.content.value for one in sheet.cells if isinstance(one.content, Label)}
    assert {"指标性质", "指标值", "度量单位"} <= heads and "年度指标值" not in heads
    plan = compiled(*_filing("chongqing-dept-selfeval"), Edition.NATIVE)
    assert plan.values(filled.entries(*_filing("chongqing-dept-selfeval")))["一级指标:1"] == "绩效指标"
    assert "一级指标:1" not in plan.entries


def test_what_is_said_of_a_target_in_three_columns_is_said_at_its_figure():
    table, answers = _filing("yunnan-2020-selfeval")
    rows = (replace(answers.rows[0], level2="时效指标", target="基本建立"), *answers.rows[1:])
    found = [one.place for one in check(score(table, replace(answers, rows=rows))) if one.code == "JX182"]
    ref = compiled(table, answers, Edition.NATIVE).ref("指标值:1")
    assert [(one.sheet, one.cell) for one in found] == [(table.form.sheet, ref.local)]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            ["三级指标", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"],
            "指标值应为“年度指标值”一列，或指标性质、指标值、度量单位三列",
        ),
        (["三级指标", "年度指标值", "实际完成值", "分值", "偏差原因分析及改进措施", "得分"], "最后一列应为“偏差原因分析及改进措施”"),
        (["三级指标", "年度指标值", "实际完成值", "分值", "得分", "备注", "偏差原因分析及改进措施"], "未知列“备注”"),
        (["三级指标", "年度指标值", "实际完成值", "得分", "偏差原因分析及改进措施"], "分值、得分两列应都有"),
        (["三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"], "没有“一级指标”一列的，classes 只能有一个"),
    ],
)
def test_columns_no_form_has_are_refused(columns, said):
    data = read_toml(catalogue.bundled()["hunan-2021-dept-selfeval"])
    own = [{"of": name, "width": 10} for name in columns]
    with pytest.raises(RubricError, match=said):
        model.from_data({**data, "form": {**data["form"], "columns": own}}, "表.toml")


def test_a_form_without_weights_checks_execution_and_completion():
    table, answers = _filing("transfer-selfeval")
    plan = compiled(table, answers, Edition.NATIVE)
    assert TOTAL not in plan.placed and "分值:1" not in plan.entries
    rows = [replace(answers.rows[1], reason=""), replace(answers.rows[0], actual=None)]
    funds = {("中央财政资金", "全年预算数"): Decimal(320), ("中央财政资金", "全年执行数"): Decimal(200)}
    found = {one.code: one.message for one in check(score(table, replace(answers, rows=tuple(rows), funds=funds)))}
    assert found["JX506"].startswith("第1行“安全防护工程里程”低于指标值（正向，完成率93.33%）")
    assert {"JX504", "JX515"} <= set(found) and not {"JX501", "JX502", "JX516", "JX523"} & set(found)


def test_a_form_without_weights_gives_the_reviewer_no_points_to_change():
    job = open_job("transfer-selfeval")
    result = job.evaluate(job.answers(catalogue.examples()["transfer-selfeval"]))
    said = result.as_json()
    assert list(result.lines()) == [] and result.total is result.grade is said["weight_total"] is None
    assert {one["points"] for one in said["indicators"]} == {one["weight"] for one in said["indicators"]} == {None}


def test_an_amount_that_a_form_has_no_column_for_is_not_lost_in_silence():
    table = model.load("transfer-selfeval")
    with pytest.raises(AnswersError, match="funds“中央财政资金”年初预算数：这张表没有这一栏，可用 全年预算数、全年执行数"):
        from_data({"funds": {"中央财政资金": {"年初预算数": 300, "全年预算数": 320}}}, table)
    assert from_data({"funds": {"中央财政资金": {"年初预算数": "", "全年预算数": 320}}}, table).funds


def test_a_form_without_weights_takes_none():
    table = model.load("transfer-selfeval")
    with pytest.raises(AnswersError, match="rows\\[1\\]“分值”：这张表不计分，没有这一列"):
        from_data({"rows": [{"三级指标": "里程", "分值": 10}]}, table)
    with pytest.raises(AnswersError, match="claimed“分值合计”：没有这一项，可用 预算执行率、全年预算数、全年执行数"):
        from_data({"claimed": {"分值合计": 100}}, table)
    assert check(score(table, from_data({"claimed": {"预算执行率": "98%", "全年预算数": 400}}, table)))


def test_a_day_that_is_shown_as_one_is_no_disguise(tmp_path):
    """A pasted date brings its format along; in a cell of text it is read as the day it shows."""
    job = open_job("generic-selfeval")
    written("generic-selfeval", Edition.NATIVE, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for row, (value, code) in enumerate([(datetime.date(2024, 12, 25), []), (datetime.date(1901, 3, 1), ["JX610"])], 1):
        ref = job.plan_for(Edition.NATIVE, {}).ref(cells.at(cells.DONE, row))
        place = book[ref.sheet][ref.local]
        place.value, place.number_format = value, "yyyy-mm-dd"
        book.save(tmp_path / "b.xlsx")
        found = [one.code for one in examine(tmp_path / "b.xlsx").findings if one.place.cell == ref.local and one.code == "JX610"]
        assert found == code


def test_a_percentage_pasted_with_its_format_is_no_disguise_but_one_on_an_amount_is(tmp_path):
    job = open_job("generic-selfeval")
    written("generic-selfeval", Edition.NATIVE, tmp_path / "a.xlsx")
    plan = job.plan_for(Edition.NATIVE, {})
    amount = next(key for key, value in plan.own_entries.items() if key.endswith("_全年执行数") and not isinstance(value, str))
    done, amount = plan.ref(cells.at(cells.DONE, 1)), plan.ref(amount)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for ref in (done, amount):
        book[ref.sheet][ref.local].number_format = "0.0%"
        book[ref.sheet][ref.local].value = 0.935
    book.save(tmp_path / "b.xlsx")
    found = {(one.place.sheet, one.place.cell) for one in examine(tmp_path / "b.xlsx").findings if one.code == "JX610"}
    assert found == {(amount.sheet, amount.local)}


@pytest.mark.parametrize("name", ["transfer-selfeval", "generic-selfeval"])
def test_amounts_in_another_unit_are_asked_about_beside_them_and_more_rows_are_explained(name):
    job = open_job(name)
    entries = dict(job.entries(job.answers(catalogue.examples()[name])))
    plan = job.plan_for(Edition.NATIVE, {})
    amounts = [key for key in entries if key.endswith(("_年初预算数", "_全年预算数", "_全年执行数")) and entries[key]]
    asked = plan.values({**entries, **{key: entries[key] * 10_000 for key in amounts}, "执行率说明": ""})["提示:资金"]
    assert amounts and "元" in str(asked) and "写明" in str(asked)
    form = plan.sheet_by_name[job.table.form.sheet]
    assert [one for one in form.cells if isinstance(one.content, Label) and str(one.content.value).startswith("增加指标：点“筛选行”")]
    assert "元" not in str(plan.values(entries)["提示:资金"]).replace("万元", "")
