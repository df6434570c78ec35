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


def book_of(path, sheets):
    """A workbook of rows; `None` is a blank cell, (text, columns, rows) a merged one."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                column = 0
                for cell in cells:
                    text, columns, down = cell if isinstance(cell, tuple) else (cell, 1, 1)
                    if columns > 1 or down > 1:
                        sheet.merge_range(row, column, row + down - 1, column + columns - 1, text)
                    elif text is not None:
                        sheet.write(row, column, text)
                    column += columns
    return path


def said_by(path):
    return {name: one.value for name, one in figures(grids(path)).items()}


def test_the_column_of_the_outcome_is_read_where_the_budget_stands_before_it(tmp_path):
    sheets = {
        "财决01": [
            [("收入支出决算总表", 10, 1)],
            ["编制单位：某局", None, None, None, None, None, None, None, None, "金额单位：人民币元"],
            ["项目", "行次", "年初预算数", "全年预算数", "决算数", "项目", "行次", "年初预算数", "全年预算数", "决算数"],
            ["栏次", None, 1, 2, 3, "栏次", None, 4, 5, 6],
            ["五、事业收入", 5, "1,000.00", "1,100.00", "—", "五、教育支出", 35, None, None, None],
            ["本年收入合计", 27, "11,000,000.00", "12,000,000.00", "12,407,100.00", "本年支出合计", 57, 11e6, 12e6, 12407100],
            ["年初结转和结余", 28, None, None, "0.00", "年末结转和结余", 59, None, None, "—"],
        ]
    }
    assert said_by(book_of(tmp_path / "决算.xlsx", sheets)) == {
        "本年收入合计": Decimal("1240.71"),
        "本年支出合计": Decimal("1240.71"),
        "年初结转和结余": 0,
    }


def test_codes_beside_blank_amounts_are_no_amounts(tmp_path):
    rows = [
        ["一般公共预算财政拨款基本支出决算表"],
        ["部门：某局", None, None, None, None, "单位：万元"],
        [("人员经费", 3, 1), ("公用经费", 3, 1)],
        ["科目编码", "科目名称", "金额", "科目编码", "科目名称", "金额"],
        [301, "工资福利支出", None, 302, "商品和服务支出", 50],
        [30101, "基本工资", None, 30201, "办公费", 50],
        [303, "对个人和家庭的补助", "—", 310, "资本性支出", None],
        [("人员经费合计", 2, 1), None, ("公用经费合计", 2, 1), 50],
    ]
    assert said_by(book_of(tmp_path / "06.xlsx", {"Sheet6": rows})) == {"商品和服务支出": 50, "公用经费": 50}


def test_a_basic_expenditure_table_with_both_kinds_as_columns(tmp_path):
    rows = [
        ["一般公共预算财政拨款基本支出决算表", None, None, None, "单位：万元"],
        ["科目编码", "科目名称", "合计", "人员经费", "公用经费"],
        [("合计", 2, 1), 150, 100, 50],
        [301, "工资福利支出", 100, 100, None],
    ]
    read = said_by(book_of(tmp_path / "06.xlsx", {"g06": rows}))
    assert read == {"工资福利支出": 100, "人员经费": 100, "公用经费": 50}


def test_last_years_column_and_changes_are_not_this_year(tmp_path):
    rows = [
        ["一般公共预算财政拨款“三公”经费支出决算表"],
        ["部门：某局", None, None, None, None, "单位：元"],
        ["项目", "2019年决算数", "2020年年初预算数", "2020年全年预算数", "2020年决算数", "比上年增减%"],
        ["“三公”经费合计", 90000, 80000, 70000, 60000, -0.33],
        ["1．因公出国（境）费", None, None, None, None, None],
        ["2．公务用车购置及运行维护费", 50000, 45000, 40000, 35000, -0.3],
        ["其中：（1）公务用车购置费", None, None, None, None, None],
        ["（2）公务用车运行维护费", 50000, 45000, 40000, 35000, -0.3],
        ["3．公务接待费", 40000, 35000, 30000, 25000, -0.38],
    ]
    read = said_by(book_of(tmp_path / "07.xlsx", {"三公": rows}))
    assert (read["三公经费决算"], read["三公经费预算"], read["公务接待费决算"], read["公务接待费预算"]) == (6, 7, Decimal("2.5"), 3)
    assert (read["公务用车运行维护费决算"], read["公务用车购置及运行维护费预算"]) == (
        Decimal("3.5"),
        4,
    ) and "因公出国（境）费决算" not in read


def test_heads_that_are_not_merged_stand_over_the_columns_up_to_the_next(tmp_path):
    names = ["合计", "因公出国（境）费", "公务用车购置费", "公务用车运行维护费", "公务接待费"]
    rows = [
        ["“三公”经费支出决算表", None, "单位：万元"],
        ["预算数", None, None, None, None, "决算数"],
        [*names, *names],
        [18, 0, 0, 12, 6, 12.6, 0, 0, 8.5, 4.1],
    ]
    read = said_by(book_of(tmp_path / "07.xlsx", {"07": rows}))
    assert (read["公务接待费预算"], read["公务接待费决算"], read["三公经费决算"]) == (6, Decimal("4.1"), Decimal("12.6"))


def test_a_table_of_income_and_expenditure_by_funds_is_not_the_table_of_expenditure(tmp_path):
    groups = [("年初结转和结余", 3, 1), ("本年收入", 3, 1), ("本年支出", 3, 1)]
    three = ["合计", "基本支出", "项目支出"]
    rows = [
        ["一般公共预算财政拨款收入支出决算表", None, None, "单位：万元"],
        ["科目编码", "科目名称", *groups],
        [None, None, *three, *three, *three],
        [("合计", 2, 1), 1, 2, 3, 4, 5, 6, 7, 8.5, 9],
    ]
    outlays = [
        ["一般公共预算财政拨款支出决算表", None, None, "单位：万元"],
        ["科目编码", "科目名称", *groups[::2]],
        [None, None, *three, *three],
        [("合计", 2, 1), 1, 2.5, 3, 17, 8, 9],
    ]
    assert said_by(book_of(tmp_path / "财决07.xlsx", {"a": rows})) == {}
    assert said_by(book_of(tmp_path / "05.xlsx", {"b": outlays})) == {
        "财政拨款支出": 17,
        "财政拨款基本支出": 8,
        "财政拨款项目支出": 9,
    }


def test_the_same_label_further_down_is_not_the_income_that_is_blank(tmp_path):
    rows = [
        ["财政拨款收入支出决算总表", None, None, "单位：万元"],
        ["项目", "行次", "金额", "项目", "行次", "合计", "一般公共预算财政拨款"],
        ["一、一般公共预算财政拨款", 1, 100, "一、一般公共服务支出", 30, 100, 100],
        ["二、政府性基金预算财政拨款", 2, None, "二、外交支出", 31, None, None],
        ["本年收入合计", 9, 100, "本年支出合计", 58, 100, 100],
        ["年初财政拨款结转和结余", 10, 7, "年末财政拨款结转和结余", 59, 7, 7],
        ["政府性基金预算财政拨款", 11, 7, None, 60, None, None],
    ]
    read = said_by(book_of(tmp_path / "04.xlsx", {"Z04": rows}))
    assert "政府性基金财政拨款收入" not in read and read["财政拨款年末结转和结余"] == 7


def test_what_a_unit_keeps_count_of_is_not_money(tmp_path):
    rows = [
        ["机构运行信息表"],
        ["编制单位：某局", None, None, None, "金额单位：元"],
        ["项目", "行次", "年初预算数", "全年预算数", "全年支出数"],
        ["一、“三公”经费支出", 1, "—", "—", "—"],
        ["（一）支出合计", 2, 500000, 490000, 204700],
        ["3．公务接待费", 7, 300000, 300000, 129600],
        ["5．国内公务接待批次（个）", 17, "—", "—", 210],
        ["6．国内公务接待人次（人）", 18, "—", "—", 1520],
        ["二、机关运行经费", 20, "—", "—", 2150000],
        ["1．政府采购货物支出", 40, "—", "—", 49200],
    ]
    read = said_by(book_of(tmp_path / "附03.xlsx", {"F03": rows}))
    assert (read["国内公务接待批次"], read["国内公务接待人次"], read["机关运行经费"]) == (210, 1520, 215)
    assert (read["三公经费预算"], read["三公经费决算"], read["公务接待费决算"]) == (49, Decimal("20.47"), Decimal("12.96"))
    assert read["政府采购货物支出"] == Decimal("4.92")


def test_income_of_funds_whose_head_goes_over_two_rows_is_read(tmp_path):
    heads = [("项目", 2, 1), ("年初结转和结余", 1, 2), ("本年收入", 1, 2), ("本年支出", 3, 1), ("年末结转和结余", 1, 2)]
    below = ["功能分类科目编码", "科目名称", None, None, "小计", "基本支出", "项目支出"]
    rows = [["政府性基金预算财政拨款收入支出决算表"], ["单位：万元"], heads, below, [("合计", 2, 1), None, 120.5, 99.9, 0, 99.9, 20.6]]
    said = said_by(book_of(tmp_path / "决算.xlsx", {"08": rows}))
    assert (said["政府性基金收入"], said["政府性基金支出"]) == (Decimal("120.5"), Decimal("99.9"))


RUNNING = [
    ["机构运行信息表"],
    ["单位：万元"],
    ["项目", "行次", "统计数", "项目", "行次", "统计数"],
    ["一、“三公”经费支出", 1, "—", "二、机关运行经费", 24, 229.5],
    ["（一）支出合计", 2, 20.47, "三、国有资产占用情况", 25, "—"],
    ["1．因公出国（境）费", 3, "—", "（一）车辆数合计（辆）", 26, 3],
    ["（1）公务用车购置费", 5, "—", "（一）政府采购支出合计", 37, 12.37],
    ["3．公务接待费", 7, 12.96, "2．政府采购工程支出", 39, 0],
]


@pytest.mark.parametrize("name", ["机构运行信息表", "z10"])
def test_a_figure_belongs_to_the_label_of_its_own_half_of_the_table(name, tmp_path):
    said = said_by(book_of(tmp_path / "决算.xlsx", {name: RUNNING if name == "z10" else RUNNING[1:]}))
    three = {key: value for key, value in said.items() if key.endswith("决算")}
    assert three == {"三公经费决算": Decimal("20.47"), "公务接待费决算": Decimal("12.96")}
    assert said["机关运行经费"] == Decimal("229.5") and said["政府采购工程支出"] == 0


def spending(year, amount, unit="单位：万元", of="某局"):
    return [
        [f"{year}收入支出决算总表"],
        [f"部门：{of}", None, unit],
        ["项目", "决算数", "项目", "决算数"],
        ["本年收入合计", amount, "本年支出合计", amount],
    ]


def lines_of(path, **answers):
    job = open_job("hongjiang-2020-set")
    after, lines = import_accounts(path, job, job.answers_from({"answers": answers}))
    return after.facts.values, lines


@pytest.mark.parametrize(("unit", "filled", "note"), [("乙局", [85], "只用了“乙局”的"), ("丙局", [], "没有本单位的")])
def test_of_several_units_in_one_file_the_tables_of_the_filing_are_used(unit, filled, note, tmp_path):
    sheets = {"甲": spending("2020年度", 70, of="甲局"), "乙": spending("2020年度", 85, of="乙局")}
    values, lines = lines_of(book_of(tmp_path / "决算.xlsx", sheets), 单位名称=unit)
    assert any(note in line for line in lines), lines
    assert [value for key, value in values.items() if key == "本年支出合计" and value] == filled


def test_of_several_years_the_tables_of_the_filings_year_are_used(tmp_path):
    path = book_of(tmp_path / "两年.xlsx", {"去年": spending("2019年度", 10), "今年": spending("2020年度", 20)})
    values, lines = lines_of(path)
    assert values["本年支出合计"] == 20 and "注意：文件里有2019、2020年度的决算表，只用了2020年度的" in lines


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ({"a": spending("2019年度", 10)}, "注意：决算表是2019年度的，本表是2020年度的"),
        ({"a": spending("", 10, of="另一个局")}, "注意：决算表是“另一个局”的，本表是“某局”的"),
        ({"a": spending("", 10, unit="制表：某人")}, "注意：“a”没有写明单位，按万元读的"),
        ({"a": spending("", 10), "b": spending("", 30)}, "没有填入：本年支出合计在决算表里不止一个数：10（"),
    ],
    ids=["another year", "another unit", "no unit of money", "two tables of one kind"],
)
def test_what_makes_figures_doubtful_is_said(sheets, said, tmp_path):
    _, lines = lines_of(book_of(tmp_path / "决算.xlsx", sheets), 单位名称="某局")
    assert any(line.startswith(said) for line in lines), lines


def test_tables_below_each_other_on_one_sheet_are_read_each_by_itself(tmp_path):
    outlays = [
        ["支出决算表"],
        [None, None, None, "单位：元"],
        ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"],
        [("合计", 2, 1), 200000, 150000, 50000],
    ]
    path = book_of(tmp_path / "决算.xlsx", {"决算公开表": [*spending("2020年度", 20), [], *outlays]})
    read = said_by(path)
    assert (read["本年支出合计"], read["支出表合计"], read["基本支出"], read["项目支出"]) == (20, 20, 15, 5)


def test_figures_too_small_for_a_unit_ask_about_the_unit_of_money(tmp_path):
    _, lines = lines_of(book_of(tmp_path / "决算.xlsx", {"a": spending("2020年度", 1240.71, unit="单位：元")}))
    assert any("单位是否写错" in line for line in lines)


def test_a_clean_file_makes_nothing_doubtful(tmp_path):
    _, lines = lines_of(book_of(tmp_path / "决算.xlsx", {"a": spending("2020年度", 10)}), 单位名称="某局")
    assert not [line for line in lines if line.startswith(("注意", "没有填入"))]


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
