"""Document forms: they load, their figures and texts come from the data, their workbooks recalculate and read back."""

import datetime
import json
import re
import tomllib
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.cell.cell import MergedCell
from support.books import book as written
from support.depth import few
from support.office import poison

from xl_jixiao.cli import main
from xl_jixiao.documents import model
from xl_jixiao.documents.filled import Filled
from xl_jixiao.documents.template_text import Shown, TextError, slots, text_tree
from xl_jixiao.expr import as_text, decimal
from xl_jixiao.finding import Unfinished
from xl_jixiao.jobs import open_job, read_workbook
from xl_jixiao.rules.typed import cell_value
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.looks import INPUT_COLOUR, OPTIONAL_COLOUR
from xl_jixiao.sheet.measure import print_scale
from xl_jixiao.tables import catalogue
from xl_jixiao.tables.answers import AnswersError, from_data
from xl_jixiao.tables.tablefile import RubricError

DATA = Path(__file__).parent / "data"
FORMS = {name: path for name, path in catalogue.bundled().items() if catalogue.heading(path)["kind"] == "document"}
TEXTS = tomllib.loads((DATA / "document_texts.toml").read_text(encoding="utf-8"), parse_float=Decimal)["cases"]
SHOWN = {
    "预算": Shown(),
    "差额": Shown(),
    "完成率": Shown(percent=True),
    "原因": Shown(number=False),
    "机构": Shown(number=False),
    "日期": Shown(number=False, date=True),
    "得分": Shown(shortest=True),
}
every_form = pytest.mark.parametrize("name", sorted(FORMS))


def job_and_answers(name):
    job = open_job(name)
    return job, job.answers(catalogue.examples()[name])


def filled(name):
    job, answers = job_and_answers(name)
    return Filled(job.form, answers)


def test_the_forms_of_the_seeds_and_of_the_province_are_there():
    assert set(FORMS) == {
        "baojing-2019-report",
        "generic-project-report",
        "hongjiang-2020-accounts",
        "hongjiang-2020-project-data",
        "hongjiang-2020-report",
        "hunan-2018-base-data",
        "xiangxi-2019-project-report",
        "yanling-2020-report",
    }


@every_form
def test_it_loads_under_its_own_name_with_its_source_and_example(name):
    form = model.load(name)
    assert form.id == name and form.basis and str(form.year) in form.revision
    assert name in catalogue.examples()


@every_form
def test_no_personal_data(name):
    text = FORMS[name].read_text(encoding="utf-8") + catalogue.examples()[name].read_text(encoding="utf-8")
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)|\d{8,}", text)
    _, answers = job_and_answers(name)
    assert not [key for key in answers.values if re.search(r"姓名|电话|联系人|负责人|填报人$", key)]


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case["name"])
def test_a_sentence(case):
    values = {name: cell_value(case["values"].get(name)) for name in SHOWN}
    assert as_text(text_tree(case["text"], SHOWN).value(values)) == case["expected"]


@pytest.mark.parametrize(("text", "message"), [("{预算", "花括号不成对"), ("{涨跌:预算}", "未知的写法“涨跌:”")])
def test_a_sentence_that_cannot_be_read(text, message):
    with pytest.raises(TextError, match=message):
        slots(text)


def test_the_sentences_in_excel_say_the_same(office, tmp_path):
    import xlsxwriter

    path = tmp_path / "sentences.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("S")
    for row, case in enumerate(TEXTS):
        formula = text_tree(case["text"], SHOWN).excel()
        for at, name in enumerate(SHOWN):
            value = case["values"].get(name)
            if isinstance(value, datetime.date):
                value = (value - datetime.date(1899, 12, 30)).days
            if value is not None:
                sheet.write(row, at + 1, float(value) if isinstance(value, Decimal) else value)
            formula = re.sub(rf'(?<![“"\w]){name}(?![\w"])', f"{chr(66 + at)}{row + 1}", formula) if name in formula else formula
        sheet.write_formula(row, 0, f"={formula}", None, "?")
    book.close()
    values = office.recalculate(path)["S"]
    assert [values[f"A{row + 1}"] for row in range(len(TEXTS))] == [case["expected"] for case in TEXTS]


FIGURES = {
    "hongjiang-2020-accounts": {
        "收支总计增减率": "收支总计增减率=(1240.71-1754.82)÷1754.82×100%=-29.30%",
        "功能分类1占比": "功能分类1占比=1187.42÷1240.71×100%=95.70%",
        "支出项目1完成年初预算": "支出项目1完成年初预算=1187.42÷1010.01×100%=117.57%",
        "三公经费决算": "三公经费决算=0+12.96+7.51=20.47",
        "机关运行经费增减率": "机关运行经费增减率=(365.57-583.66)÷583.66×100%=-37.37%",
        "车辆总数": "车辆总数=1+1+1=3",
    },
    "hongjiang-2020-report": {
        "本级三公经费合计": "本级三公经费合计=12.97+7.51+0+0=20.48",
        "本级结余": "本级结余=1240.71-1240.71=0.00",
        "评价等次": "评价等次：89.5分，良好",
    },
    "generic-project-report": {
        "实际到位合计": "实际到位合计=300+120+0+60+0+0=480.00",
        "部分2得分率": "部分2得分率=49.05÷50×100%=98.10%",
        "失分": "失分=100-95.48=4.52",
    },
    "xiangxi-2019-project-report": {
        "计划投资额": "计划投资额=0+0+548.5+0+0+0=548.50",
        "资金到位率": "资金到位率=548.5÷548.5×100%=100.00%",
        "评价等次": "评价等次：96分，优",
    },
    "yanling-2020-report": {"权责清单发布率": "权责清单发布率=2020÷2051×100%=98.49%"},
    "baojing-2019-report": {"在职人员控制率（不扣除）": "在职人员控制率（不扣除）=72÷71×100%=101.41%"},
}


@pytest.mark.parametrize(("name", "figure"), [(name, figure) for name, lines in FIGURES.items() for figure in lines])
def test_worked_lines(name, figure):
    found = {one.figure.name: one.worked for one in filled(name).figures}
    assert found[figure] == FIGURES[name][figure]


PARAGRAPHS = {
    "hongjiang-2020-accounts": [
        "2020年度收、支总计1240.71万元。与上年相比，减少514.11万元，减少29.30%，主要原因是由于机构合并，人员减少，相关经费减少；"
        "根据要求，继续压减一般性支出经费。",
        "2020年度财政拨款支出1240.71万元，主要用于以下方面：一般公共服务（类）支出1187.42万元，占95.70%；"
        "社会保障和就业支出（类）26.95万元，占2.17%；住房保障支出（类）26.34万元，占2.12%。",
        "2．社会保障和就业支出（类）抚恤（款）死亡抚恤（项）。该项支出年初没有编入预算，支出决算为26.95万元，"
        "决算数大于年初预算数的主要原因是：追加了退休人员病故一次性抚恤金经费。",
        "因公出国（境）费支出预算为0万元，支出决算为0万元。",
        "2020年本单位无政府性基金收支。",
    ],
    "xiangxi-2019-project-report": ["评价类型：实施过程评价□　　完成结果评价■"],
}


@pytest.mark.parametrize("name", sorted(PARAGRAPHS))
def test_paragraphs(name):
    document = filled(name)
    said = [document.paragraph(one) for page in document.form.pages for one in page.paragraphs]
    for text in PARAGRAPHS[name]:
        assert text in said
    assert not any("功能分类4" in text for text in said)


def test_the_report_has_the_score_of_the_scoring_table():
    table, answers = job_and_answers("hongjiang-2020-dept")
    card = table.evaluate(answers).card
    report = filled("hongjiang-2020-report")
    assert (decimal(report.values["绩效自评综合得分"]), report.values["评价等次"]) == (card.total, card.grade)


def test_the_tick_follows_the_score():
    document = filled("xiangxi-2019-project-report")
    ticks = [cell for row in document.form.pages[1].rows for cell in row.cells if "√" in cell.text]
    assert [document.cell(cell) for cell in ticks] == ["√", "", "", ""]
    low = Filled(document.form, type(document.answers)(document.form.id, {**document.answers.values, "评价得分": Decimal(75)}))
    assert [low.cell(cell) for cell in ticks] == ["", "", "√", ""]


def test_sub_units_are_checked_against_the_sum_only_when_given():
    job, answers = job_and_answers("hongjiang-2020-report")
    assert not [one for one in job.evaluate(answers).findings if one.code == "JX301"]
    given = {**answers.values, "局机关公共财政拨款": Decimal("1000"), "二级机构1公共财政拨款": Decimal("240.70")}
    split = type(answers)(answers.rubric_id, given)
    found = [one for one in job.evaluate(split).findings if one.message.startswith("各机构收入相加等于本级")]
    assert [(one.code, one.reported, one.expected) for one in found] == [("JX302", "1240.7", "1240.71")]


@every_form
def test_a_blank_form_is_blank_and_not_zero(name):
    job = open_job(name)
    result = job.evaluate(job.blank())
    assert all(one.value is None for one in result.filled.figures)
    assert result.must_fix
    assert not any(finding.code.startswith("JX3") for finding in result.findings)


@every_form
def test_what_is_written_reads_back(name, tmp_path):
    _, answers = job_and_answers(name)
    path = written(name, Edition.NATIVE, tmp_path / "form.xlsx")
    returned = read_workbook(path)
    read = returned.answers
    assert returned.job.id == name
    given = {key: value for key, value in answers.values.items() if value is not None}
    assert read.values == given
    assert read.claimed == answers.claimed


@every_form
def test_the_same_data_give_the_same_bytes(name, tmp_path):
    job, answers = job_and_answers(name)
    job.write(answers, Edition.NATIVE, tmp_path / "1.xlsx")
    assert (tmp_path / "1.xlsx").read_bytes() == written(name, Edition.NATIVE, tmp_path / "2.xlsx").read_bytes()


@every_form
def test_only_input_cells_are_open_and_each_says_what_it_takes(name, tmp_path):
    book = openpyxl.load_workbook(written(name, Edition.NATIVE, tmp_path / "form.xlsx"))
    for sheet in book.worksheets:
        assert sheet.protection.sheet
        validated = {cell for one in sheet.data_validations.dataValidation for area in one.sqref.ranges for cell in area.cells}
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, MergedCell) or cell.protection.locked:
                    continue
                assert f"#{cell.fill.fgColor.rgb[2:]}" in (INPUT_COLOUR, OPTIONAL_COLOUR), f"{sheet.title}!{cell.coordinate}"
                assert (cell.row, cell.column) in validated, f"{sheet.title}!{cell.coordinate}"


@every_form
def test_the_pages_print_on_a4(name, tmp_path):
    job, _ = job_and_answers(name)
    book = openpyxl.load_workbook(written(name, Edition.NATIVE, tmp_path / "form.xlsx"))
    for page in job.form.pages:
        sheet = book[page.sheet]
        assert sheet.page_setup.paperSize == 9 and sheet.page_setup.orientation == ("landscape" if page.landscape else "portrait")
        assert not sheet.sheet_properties.pageSetUpPr.fitToPage  # Excel would ignore the page breaks
        assert (sheet.page_setup.scale or 100) == print_scale(page.widths or [11] * 8, landscape=page.landscape)
        heights = [dimension.height for dimension in sheet.row_dimensions.values() if dimension.height]
        assert max(heights) <= 409
        if any(row.head for row in page.rows):
            assert sheet.print_title_rows == "$4:$5"


COMPUTED = {("hongjiang-2020-accounts", "filled"), ("hongjiang-2020-project-data", "filled"), ("xiangxi-2019-project-report", "blank")}
"""In every run: many figures, many projects, and a form with ticks that nobody has filled."""


@pytest.mark.parametrize(
    ("name", "what"), few([(name, what) for name in sorted(FORMS) for what in ("filled", "blank")], COMPUTED.__contains__)
)
def test_libreoffice_computes_what_the_cells_say(office, name, what, tmp_path):
    path = written(name, Edition.NATIVE, tmp_path / "form.xlsx", filled=what == "filled")
    live = office.recalculate(poison(path, tmp_path / "poisoned.xlsx"))
    cached, formulas = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    checked = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    want, got = cached[sheet.title][cell.coordinate].value, live[sheet.title].get(cell.coordinate)
                    if isinstance(want, datetime.datetime):
                        want = float((want - datetime.datetime(1899, 12, 30)).days)
                    numbers = isinstance(want, (int, float)) and isinstance(got, (int, float))
                    same = abs(want - got) < 1e-9 if numbers else (want or "") == (got or "")
                    assert same, f"{sheet.title}!{cell.coordinate}：{want!r}≠{got!r} {cell.value}"
                    checked += 1
    assert checked > 40


def test_an_edit_reaches_the_sentence(office, tmp_path):
    job, answers = job_and_answers("xiangxi-2019-project-report")
    path = tmp_path / "form.xlsx"
    job.write(answers, Edition.NATIVE, path)
    place = job.plan(answers, Edition.NATIVE).ref("项目资金实际支出")
    (changes,) = office.edit(path, [(place.sheet, place.local, 500)])
    assert any("项目预算执行率91.16%" in str(value) for (sheet, _), value in changes.items() if sheet == "评价报告")


def test_the_addin_edition_calls_the_registered_rates(tmp_path):
    job, answers = job_and_answers("hongjiang-2020-accounts")
    path = tmp_path / "form.xlsm"
    job.write(answers, Edition.ADDIN, path)
    sheet = openpyxl.load_workbook(path, keep_vba=True)["核算底稿"]
    values = [str(sheet.cell(row, 5).value) for row in range(5, sheet.max_row + 1)]
    assert "=JX_SHARE_RATE(基本支出,本年支出合计)" in values
    assert "=JX_YEAR_ON_YEAR_RATE(收支总计,上年收支总计)" in values
    assert "xl/vbaProject.bin" in zipfile.ZipFile(path).namelist()


def test_finish_refuses_figures_that_are_wrong(tmp_path):
    job, answers = job_and_answers("yanling-2020-report")
    with pytest.raises(Unfinished) as caught:
        job.finish(answers, tmp_path)
    assert [finding.code for finding in caught.value.findings] == ["JX303"] * 3
    assert list(tmp_path.iterdir()) == []


def test_finish_writes_the_workbook_and_the_word_file(tmp_path):
    job, answers = job_and_answers("hongjiang-2020-accounts")
    files, result = job.finish(answers, tmp_path)
    assert [file.name for file in files] == [f"洪江市人民政府办公室-2020年度部门决算情况说明-成品{end}" for end in (".xlsx", ".docx")]
    assert result.headline == "计算 70 项；核对公布数 41 项，不一致 0 项；问题 8 个"
    book = openpyxl.load_workbook(files[0])
    assert all(cell.protection.locked for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    with pytest.raises(FileExistsError):
        job.finish(answers, tmp_path)


def test_the_command_line_scores_a_document_as_json():
    ran = CliRunner().invoke(main, ["score", "hongjiang-2020-accounts", str(catalogue.examples()["hongjiang-2020-accounts"]), "--json"])
    found = json.loads(ran.stdout)
    assert ran.exit_code == 0
    assert {"rubric", "revision", "title", "figures", "texts", "findings"} == set(found)
    share = next(one for one in found["figures"] if one["code"] == "功能分类1占比")
    assert share == {
        "name": "功能分类1占比",
        "code": "功能分类1占比",
        "value": 0.957,
        "text": "95.70%",
        "worked": "功能分类1占比=1187.42÷1240.71×100%=95.70%",
        "claimed": "95.71%",
        "comparison": "末位之差（舍入）",
    }


def test_the_command_line_shows_a_document():
    ran = CliRunner().invoke(main, ["score", "yanling-2020-report", str(catalogue.examples()["yanling-2020-report"])])
    assert ran.exit_code == 1
    assert "核对公布数 7 项，不一致 3 项" in ran.stdout and "JX303" in ran.stdout


def accounts(claimed=(), **values):
    job, answers = job_and_answers("hongjiang-2020-accounts")
    return job.evaluate(replace(answers, claimed=dict(claimed), values={**answers.values, **values}))


@pytest.mark.parametrize(
    ("claim", "word", "codes"),
    [
        ("1240.71万元", "一致", set()),
        ("9999.99万元", "不一致", {"JX303"}),
        ("约一千余万元", "无法核对", {"JX303"}),
        ("—", "无法核对", {"JX303"}),
    ],
)
def test_a_published_figure_may_have_its_unit_and_must_say_a_number(claim, word, codes):
    result = accounts({"收支总计": claim})
    assert result.filled.by_key["收支总计"].comparison == word
    assert {one.code for one in result.findings if one.reported == claim} == codes


def test_libreoffice_compares_published_figures_the_same_way(office, tmp_path):
    job, answers = job_and_answers("hongjiang-2020-accounts")
    claims = {"收支总计": "1240.71万元", "支出项目决算合计": "约一千余万元", "车辆总数": "9辆", "收支总计增减额": "减少514.11万元"}
    values = {**answers.values, "上年公务接待费决算": Decimal("12.96"), "上年机关运行经费": Decimal(0), "事业收入": Decimal(3)}
    path = tmp_path / "form.xlsx"
    job.write(replace(answers, claimed=claims, values=values), Edition.NATIVE, path)
    live = office.recalculate(poison(path, tmp_path / "poisoned.xlsx"))
    cached = openpyxl.load_workbook(path, data_only=True)
    for name in ("核算底稿", "决算情况说明", "校验"):
        for cell in (cell for row in cached[name].iter_rows() for cell in row if isinstance(cell.value, str)):
            assert live[name].get(cell.coordinate) == cell.value, (name, cell.coordinate)


@pytest.mark.parametrize("claim", [True, [1], {}])
def test_a_published_figure_of_another_type_is_refused(claim):
    with pytest.raises(AnswersError) as caught:
        from_data({"claimed": {"收支总计": claim}}, model.load("hongjiang-2020-accounts").asked)
    assert len(caught.value.problems) == 1


def test_a_published_grade_is_compared_as_a_word():
    job, answers = job_and_answers("xiangxi-2019-project-report")
    values = {**answers.values, "评价得分": Decimal(85)}
    compared = [job.evaluate(replace(answers, values=values, claimed={"评价等次": word})).filled.by_key["评价等次"] for word in "优良"]
    assert [one.comparison for one in compared] == ["不一致", "一致"]


@pytest.mark.parametrize(("name", "key"), [("xiangxi-2019-project-report", "评价得分"), ("hongjiang-2020-report", "绩效自评综合得分")])
@pytest.mark.parametrize("score", [Decimal("100.01"), Decimal(-1)])
def test_a_score_is_between_0_and_100(name, key, score):
    job, answers = job_and_answers(name)
    result = job.evaluate(replace(answers, values={**answers.values, key: score}))
    assert [one.reported for one in result.findings if one.code == "JX103"] == [str(score)]
    assert result.filled.by_key["评价等次"].value == "数据有误"


SENTENCES = [
    ({"上年收支总计": "1240.71"}, "2020年度收、支总计1240.71万元。与上年相比持平。"),
    (
        {"公务接待费预算": "0"},
        "公务接待费支出预算为0万元，支出决算为12.96万元，决算数大于预算数，与上年相比，减少3.24万元，减少20%，主要原因是",
    ),
    ({"上年公务接待费决算": "12.96"}, "决算数小于预算数，与上年相比持平，主要原因是"),
    ({"上年公务接待费决算": "12.96", "公务接待费预算": "12.96"}, "完成预算的100%，决算数等于预算数，与上年相比持平。"),
    ({"上年机关运行经费": "0"}, "与上年相比增加365.57万元，主要原因是"),
    ({"政府性基金收入": "5"}, "2020年度政府性基金收入5万元，支出0万元。"),
    ({"事业收入": "3"}, "占100%；事业收入3万元，占0.24%。"),
]


@pytest.mark.parametrize(("values", "text"), SENTENCES)
def test_sentences_without_a_change_or_a_base(values, text):
    result = accounts(**{key: Decimal(value) for key, value in values.items()})
    assert any(text in one["text"] for one in result.as_json()["texts"])


def said(name, **values):
    job, answers = job_and_answers(name)
    given = {key: Decimal(value) for key, value in values.items()}
    return "\n".join(one["text"] for one in job.evaluate(replace(answers, values={**answers.values, **given})).as_json()["texts"])


def test_the_summary_speaks_of_projects_where_there_are_some():
    assert "全年项目支出" not in said("hongjiang-2020-report")
    text = said("hongjiang-2020-report", 本级项目支出="30", 本级公共财政拨款="1270.71")
    assert "全年项目支出30万元，占本年支出2.36%。" in text
    assert "基本支出1240.71万元，占本年支出97.64%；项目支出30万元，占本年支出2.36%。" in text


def test_basic_expenditure_is_that_of_all_funds_in_section_three_and_that_of_the_budget_in_section_six():
    text = said("hongjiang-2020-accounts", 本年支出合计="1250.71", 基本支出="1250.71")
    assert "本年支出合计1250.71万元，其中：基本支出1250.71万元，占100%。" in text
    assert "2020年度财政拨款基本支出1240.71万元，其中：人员经费875.14万元，占基本支出的70.54%" in text


def test_income_is_the_sum_of_its_parts():
    assert any(one.code == "JX301" and "收入构成" in one.message for one in accounts(事业收入=Decimal(3)).findings)


@pytest.mark.parametrize(
    "wrong",
    [
        {"figures": 5},
        {"inputs": 5},
        {"pages": {"sheet": "一"}},
        {"pages": "x"},
        {"pages": [1]},
        {"lists": 5},
        {"lists": [1]},
        {"lists": {"类": 5}},
    ],
)
def test_a_part_of_the_wrong_type(wrong):
    data = tomllib.loads(FORMS["hongjiang-2020-accounts"].read_text(encoding="utf-8"), parse_float=Decimal)
    with pytest.raises(RubricError) as caught:
        model.from_data({**data, **wrong}, "示例.toml")
    assert len(caught.value.problems) == 1 and "应为" in caught.value.problems[0]


MISTAKES = [
    ("公式里没有的数据项", '"年初结转和结余 + 本年收入合计"', '"年初结转 + 本年收入合计"', "“年初结转”不是 inputs 里的数据项"),
    ("文字里没有的数据项", "{收支变动原因}", "{收支原因}", "“收支原因”不是数据项或计算项"),
    ("与标准比率结构不同", '"基本支出 / 本年支出合计"', '"基本支出 - 本年支出合计"', "结构不同"),
    ("没有的清单", 'each = "类", name = "功能分类<类>名称"', 'each = "种", name = "功能分类<类>名称"', "没有 lists.种，可用 类、项"),
    ("未知的项", "blanks_as_zero = true }", "blank_as_zero = true }", "未知项 blank_as_zero，可用"),
    ("未知的写法", "{增减:收支总计增减额=万元}", "{涨跌:收支总计增减额=万元}", "未知的写法“涨跌:”"),
]


@pytest.mark.parametrize(("old", "new", "message"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES])
def test_mistakes(old, new, message, tmp_path):
    text = FORMS["hongjiang-2020-accounts"].read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "示例.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RubricError) as caught:
        model.load(str(path))
    assert all(problem.startswith("示例.toml") for problem in caught.value.problems)
    assert message in "\n".join(caught.value.problems)


def test_a_row_that_does_not_fill_its_table(tmp_path):
    text = FORMS["xiangxi-2019-project-report"].read_text(encoding="utf-8")
    path = tmp_path / "示例.toml"
    path.write_text(text.replace('{ value = "联系电话", span = 3 }', '{ value = "联系电话", span = 2 }', 1), encoding="utf-8")
    with pytest.raises(RubricError, match=r"rows\[1\].cells：第9列没有内容"):
        model.load(str(path))
