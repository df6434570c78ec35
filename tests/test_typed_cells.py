"""What a returned workbook's cells hold besides right figures: remarks, numbers and dates as text, error values."""

import datetime
import re
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from click.testing import CliRunner
from support.books import book as written
from support.scoretable import Sent

from xl_jixiao.cli import main
from xl_jixiao.jobs import open_job, read_workbook
from xl_jixiao.review.examine import examine
from xl_jixiao.scoretable import table as rubrics
from xl_jixiao.scoretable import working
from xl_jixiao.scoretable.compile import plan_of
from xl_jixiao.scoretable.working import LONGEST_EVIDENCE, LONGEST_REASON
from xl_jixiao.sheet import data
from xl_jixiao.sheet.data import LONGEST_REMARK, remark_key
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.measure import height_for
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.answers import Adjustment, Answers, digest
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.words import DATA, WORKING

CASE, FORM = "hongjiang-2020-dept", "hongjiang-2020-accounts"
TABLE = rubrics.load(CASE)
PLAN = plan_of(TABLE)
EXAMPLE = answer_files.load(examples()[CASE], TABLE.asked)


def filled(path, name=CASE, **cells):
    """An example's workbook in which cells were typed over, by defined name."""
    book = openpyxl.load_workbook(written(name, Edition.NATIVE, path))
    for key, value in cells.items():
        ((sheet, area),) = book.defined_names[key].destinations
        book[sheet][area.replace("$", "")] = value
    book.save(path)
    return path


def run(*arguments):
    return CliRunner().invoke(main, [str(part) for part in arguments])


# ---- remarks


@pytest.mark.parametrize("name", [CASE, FORM])
def test_a_remark_is_in_the_finished_file_and_read_back_from_it(name, office, tmp_path):
    """As a clerk does it: typed in the column 备注, saved by another program, exported."""
    key = "编制数" if name == CASE else open_job(FORM).form.inputs[2].key
    path = filled(tmp_path / "填.xlsx", name, **{remark_key(key): "编办2020年5号文"})
    saved = office.convert(path, "xlsx", tmp_path / "存.xlsx")
    exported = run("export", saved, "-o", tmp_path / "成品")
    assert exported.exit_code == 0, exported.output
    (finished,) = (tmp_path / "成品").glob("*.xlsx")
    ref = open_job(name).plan_for(Edition.NATIVE, {}).ref(remark_key(key))
    cell = openpyxl.load_workbook(finished)[DATA][ref.local]
    assert cell.value == "编办2020年5号文" and cell.protection.locked and ref.local.startswith("H")
    for source in (saved, finished):
        assert dict(read_workbook(source).answers.remarks) == {key: "编办2020年5号文"}


@pytest.mark.parametrize("edition", list(Edition))
def test_remarks_of_a_data_file_make_the_round_trip(edition, tmp_path):
    given = replace(EXAMPLE, remarks={"编制数": "编办2020年5号文", "单位名称": "第一行\n第二行"})
    path = tmp_path / f"书{edition.suffix}"
    open_job(CASE).write(given, edition, path)
    found = Sent(path)
    assert dict(found.answers.remarks) == dict(given.remarks)
    assert found.digest == found.stamped_digest == digest(given)


def test_a_long_remark_makes_its_row_high_enough_and_other_rows_stay(tmp_path):
    heights = []
    for name, remarks in (("无", {}), ("有", {"编制数": "说明" * 100})):
        open_job(CASE).write(replace(EXAMPLE, remarks=remarks), Edition.FINISHED, tmp_path / f"{name}.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / f"{name}.xlsx")[DATA]
        heights.append({row: sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)})
    row = PLAN.ref("编制数").row + 1
    assert heights[1][row] > 200 > heights[0][row] and heights[1].pop(row) and heights[0].pop(row)
    assert heights[0] == heights[1]


def test_a_remark_is_an_entered_cell_and_no_formula_that_was_replaced(tmp_path):
    path = filled(tmp_path / "填.xlsx", 备注_编制数="编办2020年5号文")
    assert {finding.code for finding in examine(path).findings if finding.code in ("JX605", "JX607")} == set()
    assert {remark_key(key) for key in TABLE.input_by_key} <= set(PLAN.entries)
    assert not {"总分", "得分_在职人员控制率", "在职人员控制率"} & set(PLAN.entries)


def test_a_remark_that_is_a_number_or_a_date_is_its_text(tmp_path):
    path = filled(tmp_path / "填.xlsx", 备注_编制数=2020, 备注_在职人员数=datetime.date(2020, 5, 1))
    assert dict(Sent(path).answers.remarks) == {"编制数": "2020", "在职人员数": "2020-05-01"}


def test_a_workbook_made_before_remarks_had_names_is_read_by_their_place(tmp_path):
    path = filled(tmp_path / "填.xlsx", 备注_编制数="文号")
    book = openpyxl.load_workbook(path)
    for name in [name for name in book.defined_names if name.startswith("备注_")]:
        del book.defined_names[name]
    book.save(path)
    assert dict(Sent(path).answers.remarks) == {"编制数": "文号"}


@pytest.mark.parametrize(
    ("sheet", "column", "most"),
    [(DATA, "H", LONGEST_REMARK), (WORKING, "M", LONGEST_REASON), (WORKING, "H", LONGEST_EVIDENCE)],
    ids=["备注", "调整理由", "佐证材料"],
)
def test_free_text_cells_have_a_limit_and_say_what_to_write(sheet, column, most, tmp_path):
    path = filled(tmp_path / "填.xlsx")
    rules = openpyxl.load_workbook(path)[sheet].data_validations.dataValidation
    (rule,) = [rule for rule in rules if str(rule.sqref).startswith(column)]
    assert (rule.type, rule.operator, rule.formula1) == ("textLength", "lessThanOrEqual", str(most))
    assert rule.prompt and f"不超过{most}字" in rule.prompt and rule.error == f"不超过{most}字。"
    assert {"备注": data.REMARK, "调整理由 / 情况说明": working.REASON, "佐证材料": working.EVIDENCE}[rule.promptTitle] == ord(column) - 65


def test_what_may_be_typed_is_printed_whole_even_in_one_row():
    """Excel's highest row is 409 points."""
    widths = (
        (data.WIDTHS[data.REMARK], LONGEST_REMARK),
        (working.WIDTHS[working.REASON], LONGEST_REASON),
        (working.WIDTHS[working.EVIDENCE], LONGEST_EVIDENCE),
    )
    assert all(height_for([("字" * most, width)], 10) < 409 for width, most in widths)


def test_a_long_material_makes_its_block_high_enough(tmp_path):
    top, rows = PLAN.ref("得分_绩效目标合理性").row, working.rows_of(TABLE.indicator_by_code["绩效目标合理性"])
    given = replace(EXAMPLE, evidence={"绩效目标合理性": "材料" * 100})
    open_job(CASE).write(given, Edition.FINISHED, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")[WORKING]
    assert sum(sheet.row_dimensions[row + 1].height for row in range(top, top + rows)) > 300


# ---- numbers, dates and error values


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("编制数", "８６", 86),
        ("编制数", " 86 ", 86),
        ("所有固定资产总额", "50%", Decimal("0.5")),
        ("实际完成率_2", "6", 6),
        ("年初预算数", "1,010.01", Decimal("1010.01")),
    ],
    ids=["全角", "带空格", "百分号", "认定的数", "千分位"],
)
def test_a_number_standing_as_text_is_read_and_said(name, text, value, tmp_path):
    found = examine(filled(tmp_path / "某局.xlsx", **{name: text}))
    (finding,) = [one for one in found.findings if one.code == "JX106"]
    assert (str(finding.level), finding.reported, Decimal(finding.expected)) == ("须说明", text, value)
    assert f"是文字“{text}”，按{value}计算；请在单元格里重新输入数字" in finding.message
    assert finding.place.cell == PLAN.ref(name).local
    assert Sent(tmp_path / "某局.xlsx").answers.get(name) == value


def test_the_export_says_it_and_the_finished_file_holds_the_number(tmp_path):
    path = filled(tmp_path / "填.xlsx", 编制数="８６", 调整_重点支出安排率="4")
    ran = run("export", path, "-o", tmp_path / "成品")
    assert ran.exit_code == 0 and "总分 89.5" in ran.output
    assert "基础数据!C10：“编制数”是文字“８６”，按86计算" in ran.output and "“重点支出安排率”调整得分是文字“4”，按4计算" in ran.output
    (finished,) = (tmp_path / "成品").glob("*.xlsx")
    sheet = openpyxl.load_workbook(finished)[DATA]
    assert sheet[PLAN.ref("编制数").local].value == 86
    again = Sent(finished)
    assert again.digest == again.stamped_digest and not again.answers.typed
    assert not {"JX106", "JX607"} & {one.code for one in examine(finished).findings}


def test_answers_are_equal_however_the_number_stands(tmp_path):
    typed, plain = (Sent(filled(tmp_path / f"{at}.xlsx", 编制数=value)).answers for at, value in enumerate(("８６", 86)))
    assert typed == plain and digest(typed) == digest(plain) and typed.typed and not plain.typed


def test_a_text_number_of_a_document_form_is_said_too(tmp_path):
    job = open_job(FORM)
    key = next(item.key for item in job.form.inputs if item.numeric and job.answers(examples()[FORM]).get(item.key))
    found = examine(filled(tmp_path / "a.xlsx", FORM, **{key: "１２"}))
    assert [one.reported for one in found.findings if one.code == "JX106"] == ["１２"]


def test_text_that_reads_as_blank_or_as_none_is_said(tmp_path):
    found = examine(filled(tmp_path / "a.xlsx", 本年收入合计="　", 满意问卷数=" 无 "))
    assert [(one.reported, one.expected) for one in found.findings if one.code == "JX106"] == [(" 无 ", "无"), ("　", "")]


def test_an_adjustment_in_words_is_kept_as_written(tmp_path):
    path = filled(tmp_path / "a.xlsx", 调整_重点支出安排率="４分")
    assert Sent(path).answers.adjustments["重点支出安排率"] == Adjustment("４分", EXAMPLE.adjustments["重点支出安排率"].reason)
    ran = run("export", path, "-o", tmp_path / "成品")
    assert ran.exit_code == 1 and "“重点支出安排率”调整得分“４分”不是数字" in ran.output and "-1" not in ran.output


@pytest.mark.parametrize("text", ["2021-7-20", "2021年7月20日"])
def test_a_date_typed_as_text_has_to_be_typed_again(text, tmp_path):
    """The sheet says 数据有误."""
    found = examine(filled(tmp_path / "a.xlsx", 填报日期=text))
    (finding,) = [one for one in found.findings if one.code == "JX103"]
    assert finding.message == f"“填报日期”：“{text}”是文字，请按日期重新输入" and found.total is None


def test_a_number_in_the_place_of_a_date_is_not_called_a_text(tmp_path):
    found = examine(filled(tmp_path / "a.xlsx", 填报日期=20210720))
    (finding,) = [one for one in found.findings if one.code == "JX103"]
    assert finding.message == "“填报日期”应为2000年至2099年的日期，如2021-7-20"


@pytest.mark.parametrize("value", ["#DIV/0!", "#REF!", "#N/A", "#NAME?"])
def test_an_error_value_is_named_and_not_called_blank(value, tmp_path):
    path = filled(tmp_path / "a.xlsx", 编制数=value, 绩效目标合理性_1=value, 调整_重点支出安排率=value, 单位名称=value, 备注_编制数=value)
    messages = [one.message for one in examine(path).findings if str(one.level) == "必改" and one.code < "JX600"]
    assert len(messages) == 4 and all(f"单元格是错误值 {value}" in message for message in messages), messages
    assert not Sent(path).answers.remarks


def test_a_missing_workbook_is_said_to_be_missing(tmp_path):
    ran = run("export", tmp_path / "没有.xlsx", "-o", tmp_path / "成品")
    assert ran.exit_code == 2 and ran.output == "没有.xlsx：找不到文件；请核对文件名和文件夹\n"


# ---- limits


def test_what_the_cell_refuses_is_wrong_in_python_and_on_the_sheet(office, tmp_path):
    cells = {"编制数": 10**12 + 1, "所有固定资产总额": 10**12}
    fresh = office.recalculate(filled(tmp_path / "a.xlsx", **cells))
    for key, word, shown in (("编制数", "数据有误", "数据有误"), ("所有固定资产总额", "已填", "须说明")):
        ref = PLAN.ref(key)
        assert TABLE.input_by_key[key].state(Decimal(cells[key])) == word and fresh[DATA][f"G{ref.row + 1}"] == shown
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        assert re.search(rb"&lt;=1000000000000[,)]", package.read("xl/worksheets/sheet2.xml"))


@pytest.mark.parametrize(("typed", "word"), [(89.99, "数据有误"), (10.01, "数据有误"), (10, "须说明"), (0.8999, "已填")])
def test_a_percentage_with_its_sign_left_out_is_wrong_in_python_and_on_the_sheet(office, tmp_path, typed, word):
    table = rubrics.load("generic-dept")
    item = next(item for item in table.inputs if item.kind == "percent")
    values = {**answer_files.load(examples()["generic-dept"], table.asked).values, item.key: Decimal(str(typed))}
    open_job("generic-dept").write(Answers(table.id, values), Edition.NATIVE, tmp_path / "a.xlsx")
    shown = office.recalculate(tmp_path / "a.xlsx")[DATA][f"G{plan_of(table).ref(item.key).row + 1}"]
    assert shown == word and item.state(values[item.key]) == ("已填" if word == "须说明" else word)
    assert (f"是否为{typed}%" in item.problem(values[item.key])) == (word == "数据有误")
