"""A unit's book: a set of forms in one workbook, each fact typed once."""

import re
from dataclasses import replace
from decimal import Decimal

import docx
import pytest
from support.books import book as written
from support.depth import few
from support.excel_limits import problems
from support.office import poison
from support.tamper import Tampered

from xl_jixiao.jobs import open_job, read_workbook
from xl_jixiao.review.across import compared
from xl_jixiao.review.examine import examine
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.looks import look
from xl_jixiao.sheet.measure import column_points, page_size
from xl_jixiao.sheet.package import read
from xl_jixiao.sheet.plan import Label, column_letter
from xl_jixiao.tables.catalogue import examples, sets
from xl_jixiao.tables.tablefile import RubricError
from xl_jixiao.unit.answers import AnswersError
from xl_jixiao.unit.job import UnitJob
from xl_jixiao.unit.model import from_data
from xl_jixiao.unit.parts import book_of
from xl_jixiao.unit.sheets import check_lines
from xl_jixiao.words import CHECKS, EXPLAIN, GUIDE, PASSED, PROJECTS, UNFINISHED, dated

CASE = "hongjiang-2020-set"


@pytest.fixture(scope="module")
def job():
    return open_job(CASE)


@pytest.fixture(scope="module")
def published(job):
    return job.answers(examples()[CASE])


def projects(count):
    rows = [{"名称": f"第{number}个项目", "主管部门": "洪江市财政局", "是否属跨年度项目": "否"} for number in range(1, count + 1)]
    return {"forms": {"整体评分表": {"answers": {"单位名称": "洪江市审计局", "编制数": 12}}}, "projects": rows}


def test_what_four_forms_ask_412_times_the_book_asks_fewer_than_250_times(job):
    alone = sum(len(open_job(f"hongjiang-2020-{name}").inputs) for name in ("dept", "report", "accounts", "project-data"))
    assert alone == 412
    assert job.book(1).asked_once < 250
    assert job.book(0).asked_once < job.book(1).asked_once < job.book(2).asked_once


@pytest.mark.parametrize("edition", few([Edition.NATIVE, Edition.FINISHED], lambda edition: edition is Edition.FINISHED))
def test_an_edit_recalculates_what_depends_on_it_nothing_in_the_book_is_volatile(edition, job, published):
    plan = job.plan(published, edition)
    formulas = [text for sheet in plan.sheets for *_, text in plan.written[sheet.name].formulas]
    assert len(formulas) > 1000
    volatile = re.compile(r"\b(?:NOW|TODAY|RAND|RANDBETWEEN|RANDARRAY|OFFSET|INDIRECT|INFO|CELL)\(")
    assert not [text for text in formulas if volatile.search(text)]


def test_a_fact_stands_once_and_every_form_prints_it(job):
    answers = job.answers_from(projects(1))
    assert answers.facts.values["编制数"] == 12
    assert answers.parts["自评报告"].values["人员编制"] == 12
    assert answers.parts["项目1评分表"].values["单位名称"] == "洪江市审计局"
    plan = job.plan(answers, Edition.NATIVE)
    typed = [key for key, entry in plan.own_entries.items() if entry == 12]
    assert typed == ["编制数"]


def test_what_follows_from_other_facts_is_not_asked(job, published):
    assert "三公经费预算" in job.book(0).formulas
    assert str(published.parts["整体评分表"].values["本年度三公经费总额"]) == "65.58"
    assert str(published.parts["自评报告"].values["绩效自评综合得分"]) == "89.5"


def test_a_form_scores_in_the_book_as_it_does_alone(job, published):
    alone = open_job("hongjiang-2020-dept")
    scored = alone.evaluate(alone.answers(examples()["hongjiang-2020-dept"]))
    result = job.evaluate(published)
    assert (result.total, result.computed_total, result.grade) == (scored.total, scored.computed_total, scored.grade)
    assert not result.must_fix


def test_a_form_that_published_another_figure_is_found_with_both(job, published):
    codes = {one.code for one in job.evaluate(published).findings if one.code.startswith("JX7")}
    assert codes == {"JX702"}
    other = replace(published, published={**published.published, "自评报告_实有人数": "80"})
    (found,) = [one for one in job.evaluate(other).findings if one.code == "JX701"]
    assert "80" in found.message and "66" in found.message and found.place.sheet == "公布数核对"


@pytest.mark.parametrize(("key", "cell"), [("在职人员数", "C11"), ("公务用车购置费预算", "C33")])
def test_a_wrong_fact_is_said_once_whatever_forms_call_it_and_what_follows_from_it_is_not(job, published, key, cell):
    """Two forms ask for the first by different names; the book computes three figures from the second."""
    entered = job.entries(published)
    before = {(one.code, one.place) for one in job.evaluate(job.given(published, entered)).findings}
    wrong = job.given(published, {**entered, key: "六十多人"})
    new = [one for one in job.evaluate(wrong).findings if (one.code, one.place) not in before and one.code.startswith("JX10")]
    assert [(one.code, one.place.cell) for one in new if one.place.sheet == "基础数据"] == [("JX103", cell)]


def test_a_published_percentage_is_held_against_one():
    use = {"used": ["评分表.实际支付进度", "另表.实际支付进度"]}
    forms = [FORM, {**FORM, "name": "另表"}]
    job = UnitJob(from_data({**HEAD, "forms": forms, "facts": [use]}, "s.toml"), open_job)
    said = {"评分表": {"answers": {"实际支付进度": "92.5%"}}, "另表": {"answers": {"实际支付进度": "90%"}}}
    (found,) = [one for one in job.evaluate(job.answers_from({"forms": said})).findings if one.code == "JX701"]
    assert (found.reported, found.expected) == ("90%", "92.5%") and "为92.5%；" in found.message


def test_the_row_of_a_project_is_no_content_of_a_form_of_the_same_name():
    columns = [{"name": name, "used": ["项目"]} for name in ("编制数", "在职人员数")]
    table = from_data({**HEAD, "forms": [{**FORM, "name": "项目", "each": True}], "projects": {"columns": columns}}, "s.toml")
    job = UnitJob(table, open_job)
    answers = job.answers_from({"projects": [{"在职人员数": 3}]})
    assert [one.message for one in job.evaluate(answers).findings if one.code == "JX704"] == [
        "第1行填了“项目1在职人员数”，没有填“项目1编制数”"
    ]


def test_an_amount_of_the_list_in_yuan_is_asked_about_beside_its_column():
    job, (wrong, right) = open_job("generic-set"), ([86000, 12, 9, 25], [86, 12, 9, 25])
    for amounts, said in (([860000, 12, 9, 25], True), (right, False), ([5000, 12, 9, 25], False), (wrong, True)):
        rows = [{"名称": f"第{at}个项目", "财政拨款年初预算": amount} for at, amount in enumerate(amounts, 1)]
        answers = job.answers_from({"rubric": "generic-set", "基础数据": {"单位名称": "某局"}, "项目": rows})
        result = job.evaluate(answers)
        found = [one for one in result.findings if one.code == "JX549"]
        assert bool(found) is said and all("第1行的“财政拨款年初预算”" in one.message and one.place.sheet == "项目清单" for one in found)
        plan = job.plan(answers, Edition.NATIVE, result)
        lines = {ref.row: plan.shown[key] for key, (ref, _) in plan.placed.items() if key.startswith("校验:")}
        (row,) = [one.row for one in plan.sheet_by_name[CHECKS].cells if getattr(one.content, "value", "") == "项目清单各列的金额单位一致"]
        assert lines[row] == (EXPLAIN if said else PASSED)


def test_a_row_of_the_list_says_what_is_asked_of_it_until_its_remark_answers():
    job = open_job("generic-set")
    rows = [{"名称": f"第{at}个项目", "财政拨款年初预算": amount} for at, amount in enumerate((860000, 12, 9, 25), 1)]
    for word, asked in (("", True), ("无", True), ("县财政统筹的专项，批复8.6亿元", False)):
        rows[0]["备注"] = word
        answers = job.answers_from({"rubric": "generic-set", "基础数据": {"单位名称": "某局"}, "项目": rows})
        plan = job.plan(answers, Edition.NATIVE)
        shown = dict(plan.entries)
        assert plan.placed["备注_项目1名称"][0].sheet == "项目清单" and "备注_项目1名称" in shown
        values = plan.values(job.entries(answers))
        assert bool(values["单位:1"]) is asked and not values["单位:2"]
        assert bool([one for one in job.evaluate(answers).findings if one.code == "JX549"]) is asked
        back = job.answers_of(job.entries(answers).get)
        assert back.facts.remarks.get("项目1名称", "") == word


def test_an_entry_that_several_forms_ask_about_is_asked_about_once():
    job = open_job("hongjiang-2020-set")
    answers = job.answers(examples()[job.id])
    known = {(one.code, one.message) for one in job.evaluate(answers).findings}
    for key, amount in (("国内公务接待人次", 13370), ("编制数", 860), ("年初预算数", 10100100), ("在用固定资产", 14622200)):
        wrong = job.given(answers, {**answers.facts.values, key: Decimal(amount)})
        found = [one.code for one in job.evaluate(wrong).findings if (one.code, one.message) not in known]
        assert found == ["JX109"], key


def test_published_sums_that_follow_from_a_figure_asked_about_are_no_fault_of_their_own_in_the_sheet():
    job = open_job("hongjiang-2020-set")
    answers = job.answers(examples()[job.id])
    plan = job.plan(job.given(answers, {**answers.facts.values, "年初预算数": Decimal(10100100)}), Edition.NATIVE)
    lines = plan.sheet_by_name[CHECKS].by_place
    row = next(row for (row, column), one in lines.items() if column == 1 and one.content == Label("各表公布的数与基础数据一致"))
    result, detail = (plan.shown[lines[row, column].content.key] for column in (2, 3))
    assert (result, detail) == (UNFINISHED, "1项不一致；先看基础数据里须核对、有误的数")


def test_twenty_projects_have_twenty_forms_that_read_their_row(job):
    answers = job.answers_from(projects(20))
    assert len([name for name in answers.parts if name.startswith("项目") and name.endswith("评分表")]) == 20
    assert answers.parts["项目20评分表"].project == "第20个项目"
    assert answers.parts["项目数据表"].values["项目20名称"] == "第20个项目"


def test_a_project_without_a_name_or_without_a_form_is_found(job):
    answers = job.answers_from(projects(1))
    listed = {**answers.facts.values, "项目2主管部门": "财政局", "项目3名称": "另一个项目"}
    found = job.evaluate(job.given(answers, listed)).findings
    assert {one.code for one in found if one.code.startswith("JX7")} == {"JX703", "JX704"}


def test_two_projects_of_one_name_are_asked_about(job):
    rows = [{**row, "名称": name} for row, name in zip(projects(3)["projects"], ("河道整治", " 河道 整治", "路灯"), strict=True)]
    found = job.evaluate(job.answers_from({**projects(3), "projects": rows})).findings
    assert [one.message for one in found if one.code == "JX191"] == ["第1、2行的项目都是“河道整治”，是否重复填报"]
    assert not [one for one in job.evaluate(job.answers_from(projects(3))).findings if one.code == "JX191"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("项目支出绩效自评表", "2025年度项目支出绩效自评表"),
        ("2025年度项目支出绩效自评表", "2025年度项目支出绩效自评表"),
        ("2024年度项目支出绩效自评表", "2025年度项目支出绩效自评表"),
        ("临水县2025年决算说明", "临水县2025年决算说明"),
    ],
)
def test_the_name_of_a_file_says_its_year_once(title, name):
    assert dated(title, 2025) == name


@pytest.mark.parametrize(("second", "said"), [("河道 整治", "第1、2行同名"), ("路灯", "没有同名"), ("　", "没有同名")])
def test_two_projects_of_one_name_have_a_line_in_the_checks(job, second, said):
    rows = [{**row, "名称": name} for row, name in zip(projects(2)["projects"], ("河道整治", second), strict=True)]
    plan = job.plan(job.answers_from({**projects(2), "projects": rows}), Edition.NATIVE)
    values = plan.values(plan.own_entries)
    lines = {one.name: one for one in check_lines(job.book(2))}
    line = lines["没有重复填报的项目"]
    assert said in line.detail.value(values)
    assert line.result.value(values) == (EXPLAIN if "第" in said else PASSED)


def test_the_list_of_projects_prints_at_a_readable_size_with_the_names_on_every_page(job):
    for edition in few((Edition.NATIVE, Edition.FINISHED), lambda edition: edition is Edition.FINISHED):
        sheet = next(one for one in job.plan(job.answers_from(projects(20)), edition).sheets if one.name == PROJECTS)
        page, first = sheet.page, 0
        smallest = min(look(one.style, editable=False).get("font_size", 10) for one in sheet.cells if one.row > 1)
        assert smallest * page.scale / 100 >= 8 and page.kept == (0, 3)
        room = page_size(landscape=True)[0]
        for side in (*page.sides, page.area[3] + 1):
            shown = sheet.widths[first:side] if first == 0 else (*sheet.widths[:4], *sheet.widths[first:side])
            assert sum(map(column_points, shown)) * page.scale / 100 <= room
            first = side


def test_forms_of_unnamed_projects_ask_nothing(job):
    answers = job.enlarged(job.answers(examples()[CASE]), 2)
    result = job.evaluate(answers)
    assert not result.must_fix and "项目1评分表" not in result.parts


def test_the_stamp_is_over_what_was_entered_not_over_what_the_forms_published(job, published):
    account = published.parts["决算说明"]
    silent = replace(published, parts={**published.parts, "决算说明": replace(account, claimed={})})
    assert account.claimed and job.digest(silent) == job.digest(published)
    other = replace(published.facts, values={**published.facts.values, "国内公务接待批次": published.facts.get("国内公务接待批次") + 1})
    assert job.digest(replace(published, facts=other)) != job.digest(published)


@pytest.mark.parametrize("edition", few(Edition, lambda edition: edition is Edition.ADDIN))
def test_a_written_book_reads_back_and_reviews_clean(job, published, edition, tmp_path):
    path = tmp_path / f"套表{edition.suffix}"
    answers = published
    if edition is Edition.ADDIN:
        answers = job.answers_from(projects(2))
        job.write(answers, edition, path)
    else:
        written(CASE, edition, path)
    assert [str(one) for one in problems(path)] == []
    returned = read_workbook(path)
    assert returned.answers == answers
    before = {(one.code, one.message) for one in job.evaluate(answers).findings}
    seen = examine(path)
    assert seen.readable and [str(one) for one in seen.findings if (one.code, one.message) not in before] == []


def test_the_next_thing_to_do_is_found_among_any_number_of_forms_by_one_short_formula(job):
    """Excel takes 64 levels of functions; a book of 20 projects may have more forms."""
    read = []
    for count in (1, 4):
        sheet = job.plan(job.answers_from(projects(count)), Edition.NATIVE).sheet_by_name[GUIDE]
        (row,) = [cell.row for cell in sheet.cells if getattr(cell.content, "value", "") == "下一处（点右边跳转）"]
        read += [len(cell.content.expr.names) for cell in sheet.cells if (cell.row, cell.column) == (row, 2)]
    assert read[0] == read[1]


def test_the_next_thing_to_do_is_never_the_form_of_a_project_without_a_name(job):
    """The forms of the first project are whole, the second has no name: nothing is said of it, in 填报说明 either."""
    plan = job.plan(job.enlarged(job.answers(examples()[CASE]), 2), Edition.NATIVE)
    values = plan.values(plan.own_entries)
    chain = [values[key] for key in plan.placed if key.startswith("先填:")]
    assert len(chain) == len(job.book(2).parts) and not any("项目1" in text or "项目2" in text for text in chain)


def test_a_unit_is_named_by_the_first_form_that_names_it_whatever_it_is_called_there():
    fact = {"used": ["自评表.实施单位"]}
    table = from_data({**HEAD, "forms": [{"name": "自评表", "table": "generic-selfeval"}], "facts": [fact]}, "s.toml")
    job = UnitJob(table, open_job)
    assert job.file_stem(job.answers_from({"基础数据": {"实施单位": "临水县水利局"}})).startswith("临水县水利局-")


def test_the_year_of_a_set_is_that_of_its_forms_in_names_titles_texts_and_when_they_come_back(tmp_path):
    """Forms of 2020 and 2025 in a set of 2024."""
    forms = [{"name": "评分表", "table": "hongjiang-2020-dept"}, {"name": "自评表", "table": "generic-selfeval"}]
    job = UnitJob(from_data({**HEAD, "forms": forms}, "s.toml"), open_job)
    plan = job.plan(job.blank(), Edition.NATIVE)
    said = [cell.content.value for sheet in plan.sheets for cell in sheet.cells if isinstance(cell.content, Label)]
    assert not [text for text in said if isinstance(text, str) and re.search("(?:2019|2020|2025)年", text)]
    assert {part.job.table.year for part in job.book(0).parts} == {2024}
    alone = open_job("generic-selfeval", year=2024)
    files, _ = alone.finish(alone.answers(examples()["generic-selfeval"]), tmp_path)
    assert all("2024年度" in path.name and "2025" not in path.name for path in files)
    returned = read_workbook(files[0])
    assert (returned.job.table.year, returned.is_bundled) == (2024, True)
    assert {one.code for one in examine(files[0]).findings} == {"JX626"}  # the example's own texts name 2026


def test_a_typed_over_formula_of_a_form_is_found_in_its_place(job, published, tmp_path):
    path = written(CASE, Edition.NATIVE, tmp_path / "套表.xlsx")
    plan = job.plan(published, Edition.NATIVE)
    ref = plan.ref("整体评分表_得分_在职人员控制率")
    book = Tampered(path)
    book.put(ref.sheet, ref.local, 3)
    book.write(path)
    assert any(one.place.sheet == ref.sheet and one.place.cell == ref.local for one in examine(path).findings)


@pytest.mark.parametrize("edition", few([Edition.NATIVE, Edition.FINISHED], lambda edition: edition is Edition.NATIVE))
def test_libreoffice_computes_the_book_as_python_does(edition, office, tmp_path):
    path = written(CASE, edition, tmp_path / "套表.xlsx")
    got = office.recalculate(poison(path, tmp_path / "另存.xlsx"))
    wrong = []
    for name, sheet in read(path).sheets.items():
        for (row, column), stored in sheet.cells.items():
            cell = f"{column_letter(column)}{row + 1}"
            shown = got[name].get(cell)
            same = abs(stored.value - shown) < 1e-9 if isinstance(stored.value, float) and isinstance(shown, float) else None
            if stored.formula and not (same or (stored.value or "") == (shown or "")):
                wrong.append(f"{name}!{cell}: {stored.value!r} {shown!r}")
    assert wrong == []


def test_an_export_writes_every_form_and_what_is_signed_and_overwrites_nothing(job, published, tmp_path):
    files, _ = job.finish(published, tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert {path.name for path in files} == names and "签字盖章清单.docx" in names
    assert len([name for name in names if name.endswith(".xlsx")]) == 5
    with pytest.raises(FileExistsError):
        job.finish(published, tmp_path)


@pytest.mark.parametrize("name", few(sorted(sets()), lambda name: name == "generic-set"))
def test_every_bundled_set_opens_and_its_blank_book_is_sound(name, tmp_path):
    job = open_job(name)
    path = tmp_path / "空.xlsx"
    job.write(job.blank(), Edition.NATIVE, path)
    assert [str(one) for one in problems(path)] == []
    answers = read_workbook(path).answers
    assert answers == job.blank() or answers.unit == ""


HEAD = {"id": "s", "title": "套表", "revision": "1", "year": 2024, "region": "某县", "kind": "set", "basis": "通知"}
FORM = {"name": "评分表", "table": "generic-dept"}
CIRCLE = [
    {"name": "甲", "formula": "乙+1", "used": ["评分表.编制数"]},
    {"name": "乙", "formula": "甲-1", "used": ["评分表.在职人员数"]},
]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"forms": [FORM, FORM]}, "重复"),
        ({"forms": [FORM], "facts": [{"used": ["别的表.单位名称"]}]}, "没有表“别的表”"),
        ({"forms": [FORM], "facts": [{"used": ["评分表.编制数"]}, {"name": "编制", "used": ["评分表.编制数"]}]}, "已经是"),
        ({"forms": [FORM], "facts": [{"name": "甲", "formula": "乙+1", "used": ["评分表.编制数"]}]}, "乙"),
        ({"forms": [{**FORM, "each": True}]}, "projects"),
        ({"forms": [FORM], "projects": {"rows_of": "别的表"}}, "rows_of：没有表“别的表”"),
        ({"forms": [FORM], "facts": CIRCLE}, "绕成了圈"),
    ],
)
def test_a_set_that_contradicts_itself_is_refused(what, said):
    with pytest.raises(RubricError) as error:
        from_data({**HEAD, **what}, "s.toml")
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"projects": {"list": "项目"}}, "没有一栏"),
        ({"facts": [{"name": "甲", "formula": "评分表_没有", "used": ["评分表.编制数"]}]}, "没有“评分表_没有”"),
        ({"facts": [{"name": "甲", "formula": "评分表_编制数", "used": ["评分表.编制数"]}]}, "没有“评分表_编制数”"),
    ],
)
def test_a_set_that_asks_of_its_forms_what_they_have_not_is_refused(what, said):
    with pytest.raises(RubricError) as error:
        book_of(from_data({**HEAD, "forms": [FORM], **what}, "s.toml"), open_job, 1)
    assert said in str(error.value)


OF_PROJECT = {
    "id": "s",
    "title": "套表",
    "revision": "1",
    "year": 2025,
    "region": "某县",
    "basis": "某县财政局通知",
    "kind": "set",
    "forms": [
        {"name": "项目自评表", "table": "generic-selfeval", "each": True},
        {"name": "项目报告", "table": "generic-project-report", "each": True},
        {"name": "项目转移支付", "table": "transfer-selfeval", "each": True},
    ],
    "facts": [{"used": ["项目报告.单位名称", "项目自评表.实施单位", "项目转移支付.实施单位"]}],
    "projects": {
        "columns": [
            {"name": "名称", "used": ["项目报告.项目名称", "项目自评表.项目名称", "项目转移支付.项目名称"]},
            {"name": "自评总分", "formula": "项目自评表_总分", "used": ["项目报告.评价得分"]},
            {"name": "拨款", "kind": "amount", "unit": "万元", "used": ["项目自评表.当年财政拨款_全年预算数"]},
            {"name": "全年预算", "formula": "拨款 + 结转", "unit": "万元", "used": ["项目报告.项目资金预算"]},
            {"name": "结转", "kind": "amount", "unit": "万元", "used": ["项目自评表.上年结转资金_全年预算数"]},
        ]
    },
}


def test_a_projects_report_takes_its_score_and_its_sums_from_its_own_forms():
    """A column of the list is computed of the row's other columns and of the project's forms, each project's of its own."""
    job = UnitJob(from_data(OF_PROJECT, "s.toml"), open_job)
    rows = [{"名称": f"第{at}个项目", "拨款": 10 * at, "结转": at} for at in (1, 2)]
    form = {"rows": [{"一级指标": "产出指标", "三级指标": "场次", "年度指标值": "≥60场", "实际完成值": "30场", "分值": 100}]}
    said = {"项目1自评表": form, "项目2报告": {"answers": {"项目组织管理情况": "成立了专班。"}}}
    answers = job.answers_from({"projects": rows, "forms": said, "answers": {"单位名称": "某局"}})
    assert [answers.parts[f"项目{at}报告"].values["项目资金预算"] for at in (1, 2)] == [11, 22]
    assert answers.parts["项目1报告"].values.get("评价得分") == job.evaluate(answers).every["项目1自评表"].total


def test_a_projects_own_texts_stand_in_the_report_of_its_form_and_in_no_other(tmp_path):
    job = UnitJob(from_data(OF_PROJECT, "s.toml"), open_job)
    said = {"项目2报告": {"answers": {"项目组织管理情况": "成立了专班。"}}}
    answers = job.answers_from({"projects": [{"名称": "甲项目"}, {"名称": "乙项目"}], "forms": said})
    reports = [one.report for one in job.told(job.evaluate(answers), answers)]
    words = [any("成立了专班" in text for text in report_words(one, tmp_path)) for one in reports]
    assert words == [False, True, False, True, False, True]


def test_a_text_is_not_said_under_a_head_of_its_own_name_again_nor_twice(tmp_path):
    job = UnitJob(from_data(OF_PROJECT, "s.toml"), open_job)
    told = {"改进措施和建议": "提前办理手续。", "项目绩效目标": "新建管网42公里。", "项目财务管理情况": "专账核算。"}
    said = {"项目1自评表": {"goals": {"预期目标": "新建管网42公里。"}}, "项目1报告": {"answers": told}}
    answers = job.answers_from({"projects": [{"名称": "甲项目"}], "forms": said})
    words = report_words(next(job.told(job.evaluate(answers), answers)).report, tmp_path)
    assert "提前办理手续。" in words and "项目财务管理情况：专账核算。" in words
    assert [text for text in words if "新建管网42公里" in text] == ["预期目标：新建管网42公里。"]


def report_words(report, folder):
    path = report.save(folder / "报告.docx", overwrite=True)
    return [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ({"name": "甲", "formula": "项目自评表_没有"}, "没有“项目1自评表_没有”"),
        ({"name": "甲", "formula": "乙 + 1"}, "没有“乙”"),
        ({"name": "甲", "formula": "甲 + 1"}, "甲"),
        ({"name": "甲", "formula": "名称 +"}, "projects.columns[2]"),
    ],
)
def test_a_computed_column_over_what_there_is_not_is_refused(column, said):
    columns = [OF_PROJECT["projects"]["columns"][0], {**column, "used": ["项目报告.评价得分"]}]
    with pytest.raises(RubricError) as error:
        UnitJob(from_data({**OF_PROJECT, "projects": {"columns": columns}}, "s.toml"), open_job).book(1)
    assert said in str(error.value)


def test_a_formula_may_be_over_a_forms_own_questions_and_results():
    fact = {"name": "甲", "formula": "评分表_在职人员数 + 评分表_总分", "used": ["评分表.编制数"]}
    assert "甲" in book_of(from_data({**HEAD, "forms": [FORM], "facts": [fact]}, "s.toml"), open_job, 1).formulas


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"forms": {"评分表": {}}}, "没有这张表"),
        ({"projects": [{"不存在": 1}]}, "没有这一栏"),
        ({"forms": {"整体评分表": {"answers": {"不存在": 1}}}}, "不存在"),
        ({"forms": {"整体评分表": 5}}, "“整体评分表”：应为"),
        ({"别的": 1}, "未知项"),
    ],
)
def test_data_the_set_does_not_know_is_refused(job, data, said):
    with pytest.raises(AnswersError) as error:
        job.answers_from(data)
    assert said in str(error.value)


def test_a_form_that_says_otherwise_than_the_set_it_came_from_is_found_at_its_cell(tmp_path):
    job = open_job("generic-set")
    money = {"财政拨款年初预算": 100, "财政拨款全年预算": 100, "财政拨款全年执行": Decimal("98.5")}
    projects = [{"名称": name, **money} for name in ("甲项目", "乙项目")]
    answers = job.answers_from({"answers": {"单位名称": "某县某局"}, "projects": projects})
    job.write(answers, Edition.NATIVE, tmp_path / "套表.xlsx")
    part = next(one for one in job.book(2).parts if one.name == "项目2自评表")
    for spent, said in (("98.5", set()), ("95.5", {"F7", "F8", "H7"})):
        own = part.job.given(answers.parts[part.name], {"当年财政拨款_全年执行数": Decimal(spent)})
        part.job.write(own, Edition.NATIVE, tmp_path / "自评表.xlsx", overwrite=True)
        _, form = compared([examine(tmp_path / name) for name in ("套表.xlsx", "自评表.xlsx")])
        assert {one.place.cell for one in form.findings if one.code == "JX671"} == said
