"""决算公开表 01–09 as finance systems print them, imported into a workbook: by labels, in 万元, never over a typed figure."""

import json
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
import xlwt
from click.testing import CliRunner

from xl_jixiao.arrive.accounts import disagreements, figures
from xl_jixiao.arrive.grid import grids
from xl_jixiao.arrive.importing import answers_of_accounts, import_accounts, import_file
from xl_jixiao.cli import main
from xl_jixiao.jobs import open_job

THREE = (65.58, 0, 16.58, 0, 16.58, 49, 20.47, 0, 7.51, 0, 7.51, 12.96)


def tables(path, *, unit="万元", scale=1, spending=1240.71):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("01")
        for place, text in (((0, 0), "收入支出决算总表"), ((1, 0), "部门：某局"), ((1, 5), f"金额单位：{unit}")):
            sheet.write(*place, text)
        sheet.write_row(2, 0, ["项目", "行次", "决算数", "项目", "行次", "决算数"])
        sheet.write_row(3, 0, ["本年收入合计", 27, 1240.71 * scale, "本年支出合计", 57, 1240.71 * scale])
        sheet.write_row(4, 0, ["年初结转和结余", 28, 0, "年末结转和结余", 59, 0])
        sheet = book.add_worksheet("03")
        sheet.write(0, 0, "支出决算表")
        sheet.write(1, 4, f"单位：{unit}")
        sheet.write_row(2, 0, ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"])
        sheet.write_row(3, 0, ["", "栏次", 1, 2, 3])
        sheet.write_row(4, 0, ["", "合计", spending * scale, spending * scale, 0])
        sheet = book.add_worksheet("07")
        sheet.write(0, 0, "一般公共预算财政拨款“三公”经费支出决算表")
        sheet.write(1, 11, f"单位：{unit}")
        for first, head in ((0, "预算数"), (6, "决算数")):
            sheet.merge_range(2, first, 2, first + 5, head)
            sheet.merge_range(3, first, 4, first, "合计")
            sheet.merge_range(3, first + 1, 4, first + 1, "因公出国（境）费")
            sheet.merge_range(3, first + 2, 3, first + 4, "公务用车购置及运行费")
            sheet.write_row(4, first + 2, ["小计", "公务用车购置费", "公务用车运行费"])
            sheet.merge_range(3, first + 5, 4, first + 5, "公务接待费")
        sheet.write_row(5, 0, list(range(1, 13)))
        sheet.write_row(6, 0, [value * scale for value in THREE])
    return path


@pytest.mark.parametrize(("unit", "scale"), [("万元", 1), ("元", 10000)])
def test_figures_are_found_by_their_labels_in_the_unit_of_the_head(unit, scale, tmp_path):
    found = figures(grids(tables(tmp_path / "决算.xlsx", unit=unit, scale=scale)))
    said = {name: one.value for name, one in found.items()}
    assert said["本年支出合计"] == Decimal("1240.71") and said["基本支出"] == Decimal("1240.71")
    assert said["公务接待费决算"] == Decimal("12.96") and said["公务用车运行维护费预算"] == Decimal("16.58")
    assert list(disagreements(found)) == []


def test_tables_that_disagree_are_named_with_both_figures(tmp_path):
    (said,) = disagreements(figures(grids(tables(tmp_path / "决算.xlsx", spending=1240.81))))
    assert "1240.71" in said.said and "1240.81" in said.said


def test_blank_figures_are_filled_and_typed_ones_kept(tmp_path):
    job = open_job("hongjiang-2020-set")
    before = job.answers_from({"answers": {"公务接待费决算": 13}})
    after, lines = import_accounts(tables(tmp_path / "决算.xlsx"), job, before)
    assert after.facts.values["公务接待费决算"] == 13
    assert any(line.startswith("保留：公务接待费决算") and "12.96" in line for line in lines)
    assert after.parts["整体评分表"].values["预算完成数"] == Decimal("1240.71")
    assert any(line.startswith("没有找到：") and "人员经费" in line for line in lines)


def test_an_old_workbook_says_the_same(tmp_path):
    """The .xls a finance system prints: the same figures as its .xlsx."""
    new = tables(tmp_path / "决算.xlsx")
    old = xlwt.Workbook()
    for name, cells in openpyxl_sheets(new):
        sheet = old.add_sheet(name)
        for row, column, last_row, last_column, value in cells:
            if (row, column) == (last_row, last_column):
                sheet.write(row, column, value)
            else:
                sheet.write_merge(row, last_row, column, last_column, value)
    old.save(str(tmp_path / "决算.xls"))
    read = [{name: one.value for name, one in figures(grids(path)).items()} for path in (new, tmp_path / "决算.xls")]
    assert read[0] == read[1] and read[0]["公务用车购置及运行维护费决算"] == Decimal("7.51")


def openpyxl_sheets(path):
    """Each sheet's cells with the areas they take."""
    for sheet in openpyxl.load_workbook(path).worksheets:
        spans = {(one.min_row, one.min_col): (one.max_row, one.max_col) for one in sheet.merged_cells.ranges}
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        ends = [spans.get((cell.row, cell.column), (cell.row, cell.column)) for cell in cells]
        yield sheet.title, [(one.row - 1, one.column - 1, *(at - 1 for at in end), one.value) for one, end in zip(cells, ends, strict=True)]


def test_a_single_table_is_filled_too(tmp_path):
    job = open_job("generic-dept")
    after, _ = import_accounts(tables(tmp_path / "决算.xlsx"), job, job.blank())
    assert after.values["三公经费实际支出数"] == Decimal("20.47") and after.values["预算完成数"] == Decimal("1240.71")


def ran(*arguments):
    return CliRunner().invoke(main, [str(one) for one in arguments])


def test_accounts_are_read_as_data_that_import_and_fill_take(tmp_path):
    """`read` gives every figure with label, column and place; from its file import and fill take the same as from the tables."""
    source, data = tables(tmp_path / "决算.xlsx", unit="元", scale=10000), tmp_path / "决算.toml"
    done = ran("read", source, "-o", data, "--json")
    assert done.exit_code == 0
    (form,) = json.loads(done.stdout)["forms"]
    said = {(one["table"], one.get("label"), one.get("column")): (one["value"], one["place"]) for one in form["data"]["lines"]}
    assert said["03", "合计", "基本支出"] == (1240.71, "03!D5")
    assert said["07", None, "决算数·公务用车购置及运行费·公务用车运行费"] == (7.51, "07!K7")
    job = open_job("generic-dept")
    from_tables, from_data = (import_file(one, job, job.blank(), {}).answers for one in (source, data))
    assert from_data == from_tables == answers_of_accounts(data, job)
    assert ran("fill", "generic-dept", data, "-o", tmp_path / "填报表.xlsx").exit_code == 0


def test_what_is_no_figure_among_those_of_accounts_is_said(tmp_path):
    """A figure that can't be read is named, and the sums it is part of are not held against it."""
    source = tables(tmp_path / "决算.xlsx")
    book = openpyxl.load_workbook(source)
    book["03"]["E5"] = "约5O"
    book["03"]["C5"] = 1300
    book.save(source)
    done = ran("read", source, "-o", tmp_path / "决算.toml")
    assert done.exit_code == 1 and "03!E5：“约5O”：不是数字" in done.stderr
    assert "这一行各栏" not in done.stdout
    assert ran("import", "决算.toml", "--into", source, "-o", tmp_path / "新.xlsx").exit_code == 2
