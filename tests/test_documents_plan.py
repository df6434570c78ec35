"""Documents as plans: published figures read as printed, white space is blank, a workbook says what its pages look like."""

from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from support.books import book
from support.depth import few, spread
from support.office import poison
from support.tamper import Tampered

from xl_jixiao.documents.compile import ROOMS, SPANS, plan_for
from xl_jixiao.documents.filled import Filled
from xl_jixiao.documents.findings import findings_of
from xl_jixiao.documents.model import from_data
from xl_jixiao.jobs import open_job, read_workbook
from xl_jixiao.review.examine import examine
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Entry
from xl_jixiao.tables import catalogue
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.tablefile import RubricError, read_toml
from xl_jixiao.words import AGREES, CHARTS, DIFFERS, LAST_DIGIT, UNREADABLE

ACCOUNTS, REPORT = "hongjiang-2020-accounts", "hongjiang-2020-report"
FORMS = sorted(name for name, path in catalogue.bundled().items() if catalogue.heading(path)["kind"] == "document")
EDITABLE = (Edition.NATIVE, Edition.ADDIN)
WHITE = " \u00a0　\t\n"

CLAIMS = [
    ("照原数", "收支总计", "1240.71", AGREES),
    ("带单位、有空格", "收支总计增减额", " -514.11 万元　", AGREES),
    ("说减少，不写负号", "财政拨款收支总计增减额", "减少514.11", AGREES),
    ("说增加", "财政拨款支出比年初预算增加额", "增加230.70万元", AGREES),
    ("千分位", "收入构成合计", "1,240.71", AGREES),
    ("全角数字", "功能分类支出合计", "１２４０．７１", AGREES),
    ("一位小数", "支出项目决算合计", "1240.7", AGREES),
    ("整数", "公用经费（按经济分类）", "366万元", AGREES),
    ("末位差一", "人员经费（按经济分类）", "875.14", LAST_DIGIT),
    ("截尾", "公务用车费预算", "16.5", LAST_DIGIT),
    ("末位差二", "公务用车费决算", "7.53", DIFFERS),
    ("三位小数", "三公经费预算", "65.581", LAST_DIGIT),
    ("方向说反", "三公经费比预算减少额", "减少45.11", DIFFERS),
    ("百分数", "收支总计增减率", "-29.30%", AGREES),
    ("全角百分号", "财政拨款收支总计增减率", "－２９．３０％", AGREES),
    ("下降", "机关运行经费增减率", "下降37.37%", AGREES),
    ("百分数的末位差一", "功能分类1占比", "95.71%", LAST_DIGIT),
    ("漏写百分号", "基本支出占比", "100", DIFFERS),
    ("不是数", "政府采购支出总额", "约十二万元", UNREADABLE),
    ("只有单位", "三公经费决算", "万元", UNREADABLE),
    ("只有横线", "车辆总数", "—", UNREADABLE),
    ("空白", "公务接待费差额", "　", ""),
]


def job_and_answers(name):
    job = open_job(name)
    return job, job.answers(catalogue.examples()[name])


def recomputed(office, plan_or_job, answers, tmp_path):
    """What LibreOffice computes and what the file's cells say, by sheet and address, formulas alone."""
    path = tmp_path / "form.xlsx"
    plan_or_job.write(answers, Edition.NATIVE, path)
    live = office.recalculate(poison(path, tmp_path / "poisoned.xlsx"))
    cached, formulas = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    for sheet in formulas.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            want = cached[sheet.title][cell.coordinate].value
            if want is None or isinstance(want, str):
                yield f"{sheet.title}!{cell.coordinate}", live[sheet.title].get(cell.coordinate) or "", want or ""


@pytest.fixture(scope="module")
def claimed():
    job, answers = job_and_answers(ACCOUNTS)
    keys = {figure.name: figure.key for figure in job.form.figures}
    return job, replace(answers, claimed={keys[name]: claim for _, name, claim, _ in CLAIMS}), keys


@pytest.mark.parametrize(("name", "claim", "word"), [case[1:] for case in CLAIMS], ids=[case[0] for case in CLAIMS])
def test_a_published_figure_beside_the_computed_one(claimed, name, claim, word):
    job, answers, keys = claimed
    filled = Filled(job.form, answers)
    assert filled.by_key[keys[name]].comparison == word
    codes = [one.code for one in findings_of(filled) if one.reported == claim]
    assert codes == {AGREES: [], LAST_DIGIT: ["JX304"], DIFFERS: ["JX303"], UNREADABLE: ["JX303"], "": []}[word]


def test_the_sheet_reads_published_figures_the_same_way(claimed, office, tmp_path):
    job, answers, _ = claimed
    found = list(recomputed(office, job, answers, tmp_path))
    assert len(found) > 300 and [one for one in found if one[1] != one[2]] == []


@pytest.mark.parametrize("name", FORMS)
def test_white_space_of_any_kind_is_blank(name):
    job = open_job(name)
    white = Answers(job.id, dict.fromkeys(job.form.input_by_key, WHITE), claimed=dict.fromkeys(job.form.figure_by_key, WHITE))
    result, blank = job.evaluate(white), job.evaluate(job.blank())
    assert list(map(str, result.findings)) == list(map(str, blank.findings))
    assert result.as_json()["texts"] == blank.as_json()["texts"]
    assert [one.value for one in result.filled.figures] == [one.value for one in blank.filled.figures]


@pytest.mark.parametrize("name", few(FORMS, (ACCOUNTS, "xiangxi-2019-project-report").__contains__))
def test_the_sheet_takes_white_space_for_blank_too(name, office, tmp_path):
    """Beside it 无, texts in the place of numbers and negative ones: every third answer is white space."""
    job, answers = job_and_answers(name)
    wrong = {7: "无", 11: "abc", 13: Decimal(-3)}
    values = dict(answers.values)
    for at, item in enumerate(job.form.inputs):
        changed = [WHITE] if at % 3 == 0 else [value for every, value in wrong.items() if item.numeric and at % every == 0]
        values.update(dict.fromkeys([item.key], changed[0]) if changed else {})
    found = list(recomputed(office, job, replace(answers, values=values), tmp_path))
    assert found and [one for one in found if one[1] != one[2]] == []


@pytest.mark.parametrize(("name", "edition"), spread([(name, edition) for name in FORMS for edition in EDITABLE], 9))
def test_a_workbook_says_where_its_pages_have_their_cells(name, edition, tmp_path):
    """Long answers make rows higher than Excel allows: a reader finds every formula of such a workbook without knowing the answers."""
    job, answers = job_and_answers(name)
    texts = {item.key: "一段很长的文字。" * 150 for item in job.form.inputs if item.long}
    plan = job.plan(replace(answers, values={**answers.values, **texts}), edition)
    facts = {key: plan.own_entries.get(key, plan.shown[key]) for key in (SPANS, ROOMS)}
    again = plan_for(job.form, edition, facts)

    def formulas(of):
        return {
            (sheet.name, one.row, one.column, one.rows, one.columns): of.formula(sheet.name, one.content)
            for sheet in of.sheets
            for one in sheet.cells
            if type(one.content).__name__ == "Computed"
        }

    assert formulas(again) == formulas(plan)
    assert {key: str(ref) for key, (ref, _) in again.placed.items()} == {key: str(ref) for key, (ref, _) in plan.placed.items()}
    assert plan_for(job.form, edition, facts) is again


@pytest.mark.parametrize(
    "facts", [{SPANS: "x"}, {SPANS: "1,2;;"}, {SPANS: "0,1"}, {SPANS: "１"}, {SPANS: 3, ROOMS: None}, {ROOMS: "1,999999999"}]
)
def test_facts_nobody_wrote_change_nothing(facts):
    form = open_job(REPORT).form
    own = plan_for(form, Edition.NATIVE)
    assert plan_for(form, Edition.NATIVE, facts).placed.keys() == own.placed.keys()
    assert [sheet.cells for sheet in plan_for(form, Edition.NATIVE, facts).sheets] == [sheet.cells for sheet in own.sheets]


def test_a_workbook_with_high_rows_reads_back(tmp_path):
    job, answers = job_and_answers(REPORT)
    texts = {item.key: "一段很长的文字。" * 150 for item in job.form.inputs if item.long}
    given = replace(answers, values={**answers.values, **texts})
    job.write(given, Edition.NATIVE, tmp_path / "form.xlsx")
    assert read_workbook(tmp_path / "form.xlsx").answers.values == {key: value for key, value in given.values.items() if value is not None}


def as_held(sheet):
    """The cells of a sheet as far as a returned one is held against them: whatever was entered, wherever its pages end."""
    for one in sheet.cells:
        content = replace(one.content, value=None) if isinstance(one.content, Entry) else one.content
        yield replace(one, content=content, style=one.style.removesuffix("/top"))


def changed_texts(answers, change):
    values = answers.values
    if change == "nine times as long":
        values = {key: value * 9 if isinstance(value, str) and len(value) > 20 else value for key, value in values.items()}
    elif change == "every other answer":
        values = dict(list(values.items())[::2])
    return replace(answers, values=values)


CHANGES = ("as it is", "nine times as long", "every other answer", "blank")
SHARED = [(form, change) for form in FORMS if form in catalogue.examples() for change in CHANGES]


@pytest.mark.parametrize(("form", "change"), few(SHARED, lambda one: one[0] == REPORT or one[1] == CHANGES[len(one[0]) % 4]))
def test_the_plan_shared_by_filings_that_show_the_same_is_the_one_a_filing_has_by_itself(form, change):
    job = open_job(form)
    answers = job.blank() if change == "blank" else changed_texts(job.answers(catalogue.examples()[form]), change)
    result = job.evaluate(answers)
    alone, shared = job.plan(answers, Edition.FINISHED, result), job.finished_plan(answers, result)
    assert [sheet.name for sheet in alone.sheets] == [sheet.name for sheet in shared.sheets]
    assert dict(alone.areas) == dict(shared.areas) and dict(alone.names) == dict(shared.names)
    for one, other in zip(alone.sheets, shared.sheets, strict=True):
        assert list(as_held(one)) == list(as_held(other)), one.name
        assert replace(one.page, breaks=(), scale=None) == replace(other.page, breaks=(), scale=None) and one.widths == other.widths, (
            one.name
        )
        assert [text for *_, text in alone.written[one.name].formulas] == [text for *_, text in shared.written[one.name].formulas]


TYPED = "hongjiang-2020-project-data"
PROJECT = {
    "单位名称": "某局",
    "项目1名称": "公路提质",
    "项目1是否属跨年度项目": "否",
    "项目1本年进度": Decimal("0.5"),
    "项目1到位金额1": Decimal(300),
}


@pytest.mark.parametrize("edition", Edition)
def test_a_form_of_rows_is_typed_in_itself_and_read_from_there(edition, tmp_path):
    job = open_job(TYPED)
    answers = Answers(TYPED, PROJECT)
    path = tmp_path / f"form{edition.suffix}"
    job.write(answers, edition, path)
    found = {key: ref.sheet for key, (ref, _) in job.plan(answers, edition).entries.items() if key in PROJECT}
    typed = "基础数据" if edition is Edition.FINISHED else "项目基础数据表"
    assert found == {"单位名称": "基础数据"} | dict.fromkeys(PROJECT.keys() - {"单位名称"}, typed)
    assert read_workbook(path).answers.values == PROJECT


HINTS = [
    ("进度超过100%", {"项目1本年进度": Decimal(50)}, "“项目1本年进度”不能超过100%。"),
    ("金额填成元，问一句", {"项目1到位金额1": Decimal(3000000)}, "“项目1到位金额1”"),
    ("没有错的不说", {}, ""),
]


@pytest.mark.parametrize(("change", "said"), [case[1:] for case in HINTS], ids=[case[0] for case in HINTS])
def test_what_is_wrong_in_a_form_of_rows_is_said_above_its_heads(change, said, tmp_path):
    job = open_job(TYPED)
    job.write(Answers(TYPED, PROJECT | change), Edition.NATIVE, tmp_path / "form.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "form.xlsx", data_only=True)["项目基础数据表"]
    shown = sheet["C1"].value or ""
    assert shown.startswith(f"提示：{said}") if said else not shown


def test_the_first_input_is_never_typed_in_a_page():
    data = dict(read_toml(catalogue.bundled()[TYPED]))
    data["inputs"] = data["inputs"][2:]
    data["pages"][0]["rows"] = data["pages"][0]["rows"][1:]
    with pytest.raises(RubricError, match="第一个数据项“项目1名称”应填在基础数据里"):
        from_data(data, "t.toml")


def chart_sheet(job, answers, edition):
    return {sheet.name: sheet for sheet in job.plan(answers, edition).sheets}.get(CHARTS)


@pytest.mark.parametrize(("name", "titles"), [("hongjiang-2020-accounts", 2), ("generic-project-report", 1), ("yanling-2020-report", 0)])
def test_the_charts_of_the_word_file_are_native_charts_of_the_workbook_too(name, titles, tmp_path):
    job, answers = job_and_answers(name)
    for edition in Edition:
        sheet = chart_sheet(job, answers, edition)
        assert len(sheet.charts if sheet else ()) == titles
        path = book(name, edition, tmp_path / f"{edition}{edition.suffix}")
        assert not [one for one in examine(path).findings if one.code.startswith("JX6")]


def test_a_finished_chart_has_the_rows_of_the_word_file_and_a_form_without_figures_none():
    job, answers = job_and_answers("hongjiang-2020-accounts")
    chart = chart_sheet(job, answers, Edition.FINISHED).charts[-1]
    spent = {key: 0 if key.startswith("公务用车购置费") else value for key, value in answers.values.items()}
    fewer = chart_sheet(job, replace(answers, values=spent), Edition.FINISHED).charts[-1]
    asked = chart_sheet(job, answers, Edition.NATIVE).charts[-1]
    assert fewer.last - fewer.first <= chart.last - chart.first < asked.last - asked.first + 1
    assert chart_sheet(job, job.blank(), Edition.FINISHED) is None
    assert chart_sheet(job, job.blank(), Edition.NATIVE) is not None


def test_a_chart_of_a_document_that_shows_another_number_is_found(tmp_path):
    job, answers = job_and_answers("hongjiang-2020-accounts")
    path = book("hongjiang-2020-accounts", Edition.FINISHED, tmp_path / "成品.xlsx")
    tampered = Tampered(path)
    tampered.chart_number(987654)
    tampered.write(path)
    assert [one for one in examine(path).findings if one.place.sheet == CHARTS and "图表" in one.message]
