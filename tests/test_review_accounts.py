"""决算公开表 under review: read, their own sums held, the unit's filings and texts held against them."""

import docx
import pytest
import xlsxwriter
from support.spending import within

from xl_jixiao.jobs import open_job
from xl_jixiao.review.across import compared
from xl_jixiao.review.agree import reports_of_units
from xl_jixiao.review.examine import examine
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.catalogue import examples

INCOME = (("一、一般公共预算财政拨款收入", 1200.50), ("二、政府性基金预算财政拨款收入", 30), ("五、事业收入", 10.21))
SPENDING = (("一、一般公共服务支出", 170.71), ("十二、农林水支出", 1070))
CODES = (
    ("201", "一般公共服务支出", 170.71, 170.71, ""),
    ("20103", "政府办公厅", 170.71, 170.71, ""),
    ("213", "农林水支出", 1070, 530, 540),
    ("21303", "水利", 1070, 530, 540),
    ("2130301", "行政运行", 530, 530, ""),
    ("2130305", "水利工程建设", 540, "", 540),
)
PURPOSES = (
    (("301", "工资福利支出", 560.51), ("302", "商品和服务支出", 95)),
    (("30101", "基本工资", 300.50), ("30201", "办公费", 50)),
    (("30102", "津贴补贴", 260.01), ("30211", "差旅费", 45)),
)
PLACES = {"01": ("01", 6, 5), "02": ("02", 4, 5), "03": ("03", 8, 4), "06": ("06", 5, 2), "07": ("07", 6, 6)}


def accounts(path, unit="", **put):
    """The tables 01, 02, 03, 06 and 07; `put` overwrites cells: ``{"03!F8": 541}`` as Z03_F8."""
    with xlsxwriter.Workbook(path) as book:
        one = book.add_worksheet("Z01")
        one.write_row(0, 0, ["收入支出决算总表"])
        one.write_row(1, 0, [f"公开部门：{unit}", "", "2020年度", "", "", "金额单位：万元"])
        one.write_row(2, 0, ["项目", "行次", "决算数", "项目", "行次", "决算数"])
        for at, (name, value) in enumerate(INCOME, 3):
            one.write_row(at, 0, [name, at, value])
        for at, (name, value) in enumerate(SPENDING, 3):
            one.write_row(at, 3, [name, at, value])
        one.write_row(6, 0, ["本年收入合计", 27, 1240.71, "本年支出合计", 57, 1240.71])
        one.write_row(7, 0, ["年初结转和结余", 29, 84.39, "年末结转和结余", 59, 84.39])
        one.write_row(8, 0, ["总计", 30, 1325.10, "总计", 60, 1325.10])
        two = book.add_worksheet("Z03")
        two.write_row(0, 0, ["支出决算表"])
        two.write_row(1, 0, [f"公开部门：{unit}", "", "", "", "金额单位：万元"])
        two.write_row(2, 0, ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出", "经营支出"])
        two.write_row(3, 0, ["", "栏次", 1, 2, 3, 4])
        two.write_row(4, 0, ["", "合计", 1240.71, 700.71, 540])
        for at, row in enumerate(CODES, 5):
            two.write_row(at, 0, row)
        six = book.add_worksheet("Z06")
        six.write_row(0, 0, ["一般公共预算财政拨款基本支出决算表"])
        six.write_row(1, 0, ["科目编码", "科目名称", "决算数"] * 2)
        for at, (left, right) in enumerate(PURPOSES, 2):
            six.write_row(at, 0, [*left, *right])
        six.write_row(5, 0, ["人员经费合计", "", 560.51, "公用经费合计", "", 95])
        seven = book.add_worksheet("Z07")
        seven.write_row(0, 0, ["一般公共预算财政拨款“三公”经费支出决算表"])
        seven.write_row(1, 0, ["项目", "预算数", "决算数"])
        for at, row in enumerate((("合计", 65.58, 20.47), ("公务用车运行维护费", 16.58, 7.51), ("公务接待费", 49, 12.96)), 2):
            seven.write_row(at, 0, row)
        for place, value in put.items():
            sheet, _, cell = place.partition("_")
            book.get_worksheet_by_name(sheet).write(cell, value)
    return path


def said(result, *codes):
    return [(one.code, one.place.cell, one.reported, one.expected) for one in result.findings if one.code in codes]


def test_good_accounts_are_read_and_have_no_fault(tmp_path):
    result = examine(accounts(tmp_path / "决算.xlsx", "某县水利局"))
    assert result.readable and (result.unit, result.year) == ("某县水利局", 2020)
    assert [one.code for one in result.findings] == ["JX640"]
    assert {one.name for one in result.accounts} >= {"本年支出合计", "工资福利支出", "公务接待费决算"}


@pytest.mark.parametrize(
    ("put", "cell", "printed", "due"),
    [
        ({"Z01_C7": 1241.71, "Z01_C9": 1326.10, "Z01_F9": 1326.10}, "C7", "1241.71", "1240.71"),
        ({"Z01_C9": 1326.10}, "C9", "1326.1", "1325.1"),
        ({"Z01_F9": 1325.20}, "F9", "1325.2", "1325.1"),
        ({"Z03_E9": 541}, "E9", "541", "540"),
        ({"Z03_D11": 20}, "D9", "530", "550"),
        ({"Z03_C5": 1250.71}, "C5", "1250.71", "1240.71"),
        ({"Z06_F3": 97}, "F3", "97", "95"),
        ({"Z06_C6": 570}, "C6", "570", "560.51"),
    ],
    ids=["本年收入合计", "收入总计", "支出总计", "款与项", "项目里漏一项", "合计与类", "302与明细", "人员经费合计"],
)
def test_a_wrong_sum_is_said_once_at_its_cell(put, cell, printed, due, tmp_path):
    result = examine(accounts(tmp_path / "决算.xlsx", "某县水利局", **put))
    assert ("JX680", cell, printed, due) in said(result, "JX680") and len(said(result, "JX680")) <= 2


def test_last_digits_are_rounding(tmp_path):
    assert said(examine(accounts(tmp_path / "决算.xlsx", Z03_C5=1240.72)), "JX680") == []


@pytest.fixture
def filing(tmp_path):
    job = open_job("hongjiang-2020-dept")
    answers = job.answers(examples()["hongjiang-2020-dept"])
    path = tmp_path / "自评.xlsx"
    job.write(answers, Edition.NATIVE, path)
    return path, job.about(answers).unit


def reviewed(*paths):
    return compared(reports_of_units([form for path in paths for form in examine(path).forms]))


def test_a_filing_that_has_a_figure_otherwise_is_asked_about_at_its_own_cell(filing, tmp_path):
    path, unit = filing
    table, book = reviewed(accounts(tmp_path / "决算.xlsx", unit, Z07_C3=20.48), path)
    three = [one for one in book.findings if "决算公开表" in one.message and "三公经费实际支出数" in one.message]
    assert [(one.code, one.reported, one.expected) for one in three] == [("JX661", "20.47万元", "20.48万元")]
    assert three[0].place.cell and not said(table, "JX661", "JX671")
    other = [one for one in book.findings if one.code == "JX671"]
    assert any("结转结余总额" in one.message for one in other), "84.39 there, another figure in the filing"


def test_another_units_filing_is_left_alone(filing, tmp_path):
    path, _ = filing
    _, book = reviewed(accounts(tmp_path / "决算.xlsx", "别的局"), path)
    assert not [one for one in book.findings if "决算公开表" in one.message]


def test_the_files_name_says_whose_accounts_they_are(filing, tmp_path):
    path, unit = filing
    table, _ = reviewed(accounts(tmp_path / f"{unit}2020年决算.xlsx"), path)
    assert table.unit == unit


def test_a_word_report_is_held_against_the_accounts(filing, tmp_path):
    path, unit = filing
    report = docx.Document()
    report.add_paragraph(f"{unit}2020年度部门整体支出绩效自评报告")
    report.add_paragraph("2020年，公务接待费决算15.96万元，公务用车运行维护费7.51万元。")
    report.save(tmp_path / "报告.docx")
    *_, word = reviewed(accounts(tmp_path / "决算.xlsx", unit), path, tmp_path / "报告.docx")
    assert any("15.96" in one.message and "12.96" in one.message for one in word.findings)
    assert not any("7.51" in one.reported for one in word.findings)


@pytest.mark.parametrize("name", ["决算", "a" * 130], ids=["短", "长"])
def test_tables_of_a_unit_in_two_files_are_held_against_each_other_whatever_the_files_are_called(name, tmp_path):
    one = accounts(tmp_path / f"{name}1.xlsx", "某县水利局", Z03_A1="附表")
    other = accounts(tmp_path / f"{name}3.xlsx", "某县水利局", Z01_A1="附表", Z03_B2="2020年度", Z03_C5=1300)
    first, second = reviewed(one, other)
    assert said(first, "JX680") == [("JX680", "F7", "1240.71", "1300")]
    assert said(second, "JX680")[0][1:] == ("C5", "1300", "1240.71")


def test_income_and_spending_are_told_apart_by_their_labels_where_the_first_line_of_income_is_blank(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "决算.xlsx") as book:
        sheet = book.add_worksheet()
        rows = (
            ("财政拨款收入支出决算总表",),
            ("项目", "金额", "项目", "合计", "一般公共预算财政拨款", "政府性基金预算财政拨款"),
            ("一、一般公共预算财政拨款", "", "一、一般公共服务支出", 20, 20, ""),
            ("二、政府性基金预算财政拨款", 30, "二、城乡社区支出", 30, "", 30),
            ("本年收入合计", 30, "本年支出合计", 50, 20, 30),
            ("年初财政拨款结转和结余", 20, "年末财政拨款结转和结余", 0, 0, 0),
            ("总计", 50, "总计", 50, 20, 30),
        )
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    assert said(examine(tmp_path / "决算.xlsx"), "JX680") == []


LONG = (
    ("财政拨款收入支出决算总表", ("项目", "金额", "项目", "合计"), ("某收入", 10.5, "某支出", 3.5), ("本年收入合计", 9, "本年支出合计", 5)),
    ("一般公共预算财政拨款“三公”经费支出决算表", ("项目", "预算数", "决算数"), ("公务接待费", 1.5, 1.5), ("合计", 5, 5)),
)


@pytest.mark.parametrize(("title", "heads", "line", "last"), LONG, ids=["04", "07"])
def test_a_table_of_many_rows_takes_no_long_time(title, heads, line, last, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "决算.xlsx") as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(((title,), heads, *(line,) * 4000, last)):
            sheet.write_row(at, 0, row)
    with within(5):
        assert examine(tmp_path / "决算.xlsx").accounts
