"""Last year's filing brought into this year's: openings and figures of last year filled, everything else beside, nothing overwritten."""

import pytest
import xlsxwriter
from click.testing import CliRunner
from support.books import book as written

from xl_jixiao.cli import main
from xl_jixiao.jobs import open_job, read_workbook
from xl_jixiao.review.examine import examine
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.package import read
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.words import LAST_YEAR_SHEET


@pytest.fixture(scope="module")
def last_year(tmp_path_factory):
    return written("generic-dept", Edition.NATIVE, tmp_path_factory.mktemp("上年") / "去年.xlsx")


def imported(last_year, tmp_path, **typed):
    job = open_job("generic-dept")
    book, made = tmp_path / "今年.xlsx", tmp_path / "新.xlsx"
    job.write(job.answers_from({"answers": typed}), Edition.NATIVE, book)
    done = CliRunner().invoke(main, ["import", str(last_year), "--into", str(book), "-o", str(made)])
    assert done.exit_code == 0, done.output
    return made, done.output


def test_what_was_left_at_the_end_of_last_year_is_where_this_year_begins(last_year, tmp_path):
    made, said = imported(last_year, tmp_path)
    held = read_workbook(made).answers
    assert held.get("上年度结转结余总额") == open_job("generic-dept").answers(examples()["generic-dept"]).get("结转结余总额")
    assert "填入：上年度结转结余总额 = 36.6万元" in said and held.get("编制数") is None


def test_a_figure_of_this_year_becomes_next_years_figure_of_last_year(last_year, tmp_path):
    made, said = imported(last_year, tmp_path)
    assert read_workbook(made).answers.get("上年度三公经费总额") == 18
    assert "上年“本年度‘三公经费’总额”" in said


def test_a_typed_figure_stays_and_the_difference_is_said(last_year, tmp_path):
    made, said = imported(last_year, tmp_path, **{"上年度结转结余总额": 40})
    assert read_workbook(made).answers.get("上年度结转结余总额") == 40
    assert "保留：上年度结转结余总额已填40，上年“结转结余总额”为36.6，没有改动，请核对" in said


def test_a_change_over_30_percent_is_asked_about_and_a_smaller_one_is_not(last_year, tmp_path):
    _, said = imported(last_year, tmp_path, **{"在职人员数": 70, "编制数": 60})
    assert "请核对：在职人员数今年70，上年47，增加48.94%，超过30%" in said and "编制数今年" not in said


def test_texts_and_other_figures_stand_in_grey_beside_this_years_and_the_review_minds_nothing(last_year, tmp_path):
    made, said = imported(last_year, tmp_path)
    sheet = read(made).sheets[LAST_YEAR_SHEET]
    texts = {str(cell.value) for cell in sheet.cells.values()}
    assert any(text.startswith("示例：贯彻执行上级部门") for text in texts) and "编制数（人）" in texts
    assert "段文字列在“上年对照”表" in said
    assert read_workbook(made).answers.get("主要职能") is None
    assert not [one for form in examine(made).forms for one in form.findings if LAST_YEAR_SHEET in one.message]


def test_a_filing_of_another_unit_is_asked_about(last_year, tmp_path):
    _, said = imported(last_year, tmp_path, 单位名称="另一个局")
    assert "请核对：上年的填报表是“某某局（示例）”的，这份是“另一个局”的" in said


def test_a_later_import_of_the_accounts_keeps_the_sheet_of_last_year(last_year, tmp_path):
    made, _ = imported(last_year, tmp_path, 在职人员数=70, 编制数=60)
    again = tmp_path / "再导.xlsx"
    accounts = tmp_path / "决算.xlsx"
    with xlsxwriter.Workbook(accounts) as book:
        sheet = book.add_worksheet("收入支出决算总表")
        sheet.write_row(0, 0, ["收入支出决算总表", "金额单位：万元"])
        sheet.write_row(1, 0, ["项目", "决算数", "项目", "决算数"])
        sheet.write_row(2, 0, ["本年收入合计", 100, "本年支出合计", 90])
    done = CliRunner().invoke(main, ["import", str(accounts), "--into", str(made), "-o", str(again)])
    assert done.exit_code == 0, done.output
    before, after = read(made).sheets[LAST_YEAR_SHEET], read(again).sheets[LAST_YEAR_SHEET]

    def said(sheet):
        return {place: (cell.formula, cell.value if not cell.formula else None) for place, cell in sheet.cells.items()}

    assert said(before) == said(after) and any(cell.formula for cell in after.cells.values())


def test_a_filing_of_another_year_than_the_last_fills_nothing(tmp_path):
    """The table of five years ago has the same names; its figures are not those of last year."""
    source, book = tmp_path / "2020年.xlsx", tmp_path / "今年.xlsx"
    old, job = open_job("hongjiang-2020-dept"), open_job("generic-dept")
    old.write(old.answers(examples()["hongjiang-2020-dept"]), Edition.NATIVE, source)
    job.write(job.blank(), Edition.NATIVE, book)
    made = tmp_path / "新.xlsx"
    done = CliRunner().invoke(main, ["import", str(source), "--into", str(book), "-o", str(made)])
    assert "没有填入数：导入的是2020年度的表，本表是2025年度的，应导入2024年度的" in done.output and "填入：" not in done.output
    assert read_workbook(made).answers.values == job.blank().values or not any(read_workbook(made).answers.values.values())


def test_two_filings_of_one_table_are_asked_about(last_year, tmp_path):
    assert "请核对：两份都是2025年度的表式" in imported(last_year, tmp_path)[1]


def test_the_indicators_of_last_years_selfevaluation_stand_beside(tmp_path):
    job, source, book, made = open_job("generic-selfeval"), tmp_path / "去年.xlsx", tmp_path / "今年.xlsx", tmp_path / "新.xlsx"
    written("generic-selfeval", Edition.NATIVE, source)
    job.write(job.blank(), Edition.NATIVE, book)
    done = CliRunner().invoke(main, ["import", str(source), "--into", str(book), "-o", str(made)])
    assert "没有今年能用的数" not in done.output
    texts = [str(cell.value) for cell in read(made).sheets[LAST_YEAR_SHEET].cells.values()]
    assert "质量指标·演出设备验收合格率" in texts and "指标值100%；完成值100%；分值8" in texts


def test_the_funds_of_last_years_selfevaluation_stand_beside_this_years(tmp_path):
    job, source, book, made = open_job("generic-selfeval"), tmp_path / "去年.xlsx", tmp_path / "今年.xlsx", tmp_path / "新.xlsx"
    job.write(job.answers(examples()["generic-selfeval"]), Edition.NATIVE, source)
    job.write(job.answers_from({"funds": {"当年财政拨款": {"全年执行数": 20}}}), Edition.NATIVE, book)
    done = CliRunner().invoke(main, ["import", str(source), "--into", str(book), "-o", str(made)])
    assert "超过30%；填对了的在“执行率说明”写明原因" in done.output and "当年财政拨款·全年执行数今年20" in done.output
    texts = [str(cell.value) for cell in read(made).sheets[LAST_YEAR_SHEET].cells.values()]
    assert "当年财政拨款·全年执行数（万元）" in texts and not any("基础数据" in text for text in texts)
    assert read_workbook(made).answers.funds == {("当年财政拨款", "全年执行数"): 20}
