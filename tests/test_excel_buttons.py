"""The buttons 导出成品, 检查 and 清空示例: what Python does and answers, through xlwings' own code over a fake Excel."""

from __future__ import annotations

import shutil
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from support.books import book as written
from support.fake_excel import FakeBook, Formula
from support.opened import at, opened, put, snapshot
from support.scoretable import Sent, write
from support.udf import call_udf, run_python
from support.winstub import excel_error

from xl_jixiao import excel
from xl_jixiao.excel import shortened
from xl_jixiao.jobs import open_job, read_workbook
from xl_jixiao.scoretable import table as rubric
from xl_jixiao.scoretable.job import TableJob
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables import answers
from xl_jixiao.tables.answers import digest
from xl_jixiao.tables.catalogue import bundled, examples

ID = "hongjiang-2020-dept"
FINISHED = "洪江市人民政府办公室-2020年度整体支出评分表-成品"


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("模板") / "自评.xlsm"
    table = rubric.load(ID)
    write(table, answers.load(examples()[ID], table.asked), Edition.ADDIN, path)
    return path


@pytest.fixture
def book(excel_with_documents, template, tmp_path) -> FakeBook:
    return excel_with_documents.add(opened(template, folder=str(tmp_path)))


@pytest.fixture
def excel_with_documents(excel, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "文档"))
    return excel


def press(book: FakeBook, action: str, answer: str = "") -> tuple[str, str, str, str]:
    """What the macro gets: kind, answer for yes, answer for no, text."""
    reply = call_udf("xl_jixiao.excel", "press", action, answer, caller=book._sheets[0].Range("A1"))
    return tuple(reply.split("\n", 3))


def calls(book: FakeBook, *kinds: str) -> list[tuple]:
    return [call for call in book.Application.calls if call[0] in kinds]


# ---- 导出成品


def test_export_writes_finished_workbook_report_and_both_pdfs_and_says_where(book, tmp_path):
    kind, _, _, text = press(book, "export")
    assert kind == "DONE"
    assert text.splitlines() == [
        f"成品已导出到 {tmp_path}：",
        f"{FINISHED}.xlsx",
        f"{FINISHED}.docx",
        f"{FINISHED}.pdf",
        f"{FINISHED}-自评结论.pdf",
        "总分 89.5，等次 良好；按规则复算 68.5",
    ]
    found = Sent(tmp_path / f"{FINISHED}.xlsx")
    assert found.edition is Edition.FINISHED
    assert found.shown("总分") == 89.5
    printed = [(call[2], Path(call[4]).name) for call in calls(book, "ExportAsFixedFormat")]
    assert printed == [("整体支出评分表", f"{FINISHED}.pdf"), ("自评结论", f"{FINISHED}-自评结论.pdf")]


def test_export_leaves_excel_as_it_was(book):
    application, before = book.Application, snapshot(book)
    press(book, "export")
    assert snapshot(book) == before
    assert not calls(book, "Save", "SaveAs", "SaveCopyAs")
    assert calls(book, "Open", "Close") == [("Open", f"{FINISHED}.xlsx", True), ("Close", f"{FINISHED}.xlsx", False)]
    assert [one.Name for one in application._books] == ["自评.xlsm"]
    assert application.ActiveWorkbook is book
    assert (application.ScreenUpdating, application.DisplayAlerts, application.EnableEvents) == (True, True, True)


def test_export_takes_unsaved_changes_of_the_open_workbook(book, template, tmp_path):
    put(book, "在职人员数", 90.0)
    assert press(book, "export")[0] == "DONE"
    found = Sent(tmp_path / f"{FINISHED}.xlsx").answers
    assert found.values["在职人员数"] == 90
    assert Sent(template).answers.values["在职人员数"] == 66


def test_open_workbook_and_closed_file_read_alike(book, template, monkeypatch):
    seen = {}
    monkeypatch.setitem(excel._ACTIONS, "check", lambda filing, _: seen.update(open=filing.answers) or excel.Reply("DONE", ""))
    press(book, "check")
    assert digest(seen["open"]) == digest(Sent(template).answers)


def test_export_refuses_while_something_must_be_fixed_and_goes_there(book, tmp_path):
    put(book, "在职人员数", None)
    put(book, "编制数", "八十六")
    kind, _, _, text = press(book, "export")
    assert kind == "STOP"
    assert text.startswith("还不能导出成品：必改 2 项。没有写任何文件。")
    assert "“在职人员数”未填" in text
    assert "“八十六”不是数字" in text
    assert calls(book, "Select") == [("Select", "自评.xlsm", "基础数据", "C11")]
    assert book.ActiveSheet.Name == "基础数据"
    assert not list(tmp_path.glob("*.xlsx"))


def test_nothing_is_overwritten_without_asking(book, tmp_path):
    press(book, "export")
    before = (tmp_path / f"{FINISHED}.xlsx").stat().st_mtime_ns
    kind, yes, no, text = press(book, "export")
    assert (kind, yes, no) == ("ASK", "overwrite", "")
    assert f"{FINISHED}.xlsx" in text
    assert (tmp_path / f"{FINISHED}.xlsx").stat().st_mtime_ns == before
    put(book, "在职人员数", 70.0)
    assert press(book, "export", yes)[0] == "DONE"
    assert Sent(tmp_path / f"{FINISHED}.xlsx").answers.values["在职人员数"] == 70


@pytest.mark.parametrize("suffix", [".pdf", "-自评结论.pdf", ".docx"])
def test_one_of_the_other_files_alone_is_not_overwritten_either(book, tmp_path, suffix):
    (tmp_path / f"{FINISHED}{suffix}").write_bytes(b"signed")
    assert press(book, "export")[0] == "ASK"
    assert (tmp_path / f"{FINISHED}{suffix}").read_bytes() == b"signed"
    assert not (tmp_path / f"{FINISHED}.xlsx").exists()


def test_failing_pdf_is_told_and_the_workbook_is_there(book, tmp_path, monkeypatch):
    def refuse(*_args, **_options):
        raise excel_error("未安装打印机")

    monkeypatch.setattr("support.fake_excel.FakeSheet.ExportAsFixedFormat", refuse)
    kind, _, _, text = press(book, "export")
    assert kind == "DONE"
    assert "PDF 没有生成：未安装打印机。可在 Excel 中打开成品" in text
    assert f"{FINISHED}.pdf" not in text
    assert (tmp_path / f"{FINISHED}.xlsx").exists()
    assert book.Application.ScreenUpdating is True
    assert [one.Name for one in book.Application._books] == ["自评.xlsm"]


@pytest.mark.parametrize(
    ("folder", "note"),
    [("", "还没有保存过"), ("https://d.docs.live.net/1234/表", "在云端"), ("/proc/绩效", "不能写入")],
    ids=["尚未保存的工作簿", "OneDrive 网址", "只读文件夹"],
)
def test_without_a_folder_beside_the_workbook_files_go_to_documents(excel_with_documents, template, tmp_path, folder, note):
    book = excel_with_documents.add(opened(template, folder=folder))
    kind, _, _, text = press(book, "export")
    assert kind == "DONE"
    assert note in text
    assert (tmp_path / "文档" / "Documents" / "预算绩效自评" / f"{FINISHED}.xlsx").exists()


def test_synchronised_workbook_gets_its_files_beside_its_local_copy(excel_with_documents, template, tmp_path, monkeypatch):
    local = tmp_path / "OneDrive" / "绩效"
    local.mkdir(parents=True)
    shutil.copy(template, local / "同步.xlsm")
    monkeypatch.setenv("OneDriveConsumer", str(tmp_path / "OneDrive"))
    book = excel_with_documents.add(opened(template, name="同步.xlsm", folder="https://d.docs.live.net/1234/绩效"))
    assert press(book, "export")[0] == "DONE"
    assert (local / f"{FINISHED}.xlsx").exists()


def test_a_file_that_can_not_be_written_is_said_with_what_to_do(book, monkeypatch):
    def locked(*_args, **_options):
        raise PermissionError(13, "拒绝访问", f"{FINISHED}.xlsx")

    monkeypatch.setattr(TableJob, "finish", locked)
    kind, _, _, text = press(book, "export")
    assert kind == "STOP"
    assert f"{FINISHED}.xlsx（拒绝访问）" in text
    assert "请关闭正在打开的同名文件" in text


def test_two_open_workbooks_each_export_their_own(excel_with_documents, template, tmp_path):
    books = []
    for unit in ("甲局", "乙局"):
        (tmp_path / unit).mkdir()
        books.append(excel_with_documents.add(opened(template, name=f"{unit}.xlsm", folder=str(tmp_path / unit))))
        put(books[-1], "单位名称", unit)
    for one, unit in zip(books, ("甲局", "乙局"), strict=True):  # 乙局 is the active one throughout
        assert press(one, "export")[0] == "DONE"
        (made,) = (tmp_path / unit).glob("*.xlsx")
        assert Sent(made).answers.values["单位名称"] == unit


# ---- 检查


def test_check_counts_and_says_there_is_nothing_to_do(book):
    before = snapshot(book)
    kind, _, _, text = press(book, "check")
    assert kind == "DONE"
    assert text == "检查完毕，没有要改的：必改 0 项，须说明 6 项，提示 0 项。\n总分 89.5，等次 良好；按规则复算 68.5"
    assert not calls(book, "Select")
    assert snapshot(book) == before


def test_check_goes_to_the_first_thing_to_fix_then_to_the_missing_reason(book):
    put(book, "理由_重点支出安排率", None)
    put(book, "调整_重点支出安排率", None)
    put(book, "编制数", None)
    kind, _, _, text = press(book, "check")
    assert kind == "STOP"
    assert "待处理 2 项" in text
    assert calls(book, "Select")[-1][2:] == ("基础数据", "C10")
    put(book, "编制数", 86.0)
    assert "待处理 1 项" in press(book, "check")[3]
    assert calls(book, "Select")[-1][2] == "评分底稿"


def test_check_says_when_the_cells_show_something_else(book):
    put(book, "总分", Formula("=…", "未完成"))
    assert "表中总分单元格显示“未完成”，与复算不同" in press(book, "check")[3]


def test_error_currency_and_text_cells_of_the_open_workbook_are_read_as_a_file_would_be(book):
    put(book, "在职人员数", "６６")
    put(book, "年初预算数", Decimal("1010.0100"))
    assert "必改 0 项" in press(book, "check")[3]
    put(book, "编制数", "#DIV/0!")
    assert "必改 1 项" in press(book, "check")[3]
    put(book, "编制数", "#SPILL!")
    assert "必改 1 项" in press(book, "check")[3]


def test_a_number_standing_as_text_is_said_by_check_and_by_export(book, tmp_path):
    put(book, "编制数", "８６")
    kind, _, _, text = press(book, "check")
    assert kind == "ASK" and "必改 0 项" in text and "待处理 1 项" in text
    assert "“编制数”是文字“８６”，按86计算；请在单元格里重新输入数字" in text
    assert calls(book, "Select")[-1][2:] == ("基础数据", "C10")
    kind, _, _, text = press(book, "export")
    assert kind == "DONE" and "注意：“编制数”是文字“８６”，按86计算" in text
    assert Sent(tmp_path / f"{FINISHED}.xlsx").answers.get("编制数") == 86


def test_check_puts_the_numbers_and_choices_that_texts_plainly_say_after_asking(book):
    put(book, "编制数", "８６人")
    put(book, "年初预算数", " 1,010.01")
    put(book, "绩效目标合理性_1", "√")
    before = snapshot(book)
    kind, yes, no, text = press(book, "check")
    assert (kind, yes, no) == ("ASK", "numbers", "") and "有 3 格是文字，要改成上面读出的数或选项吗？改后不能撤销" in text
    assert snapshot(book) == before, "nothing is written before it is granted"
    kind, _, _, text = press(book, "check", yes)
    assert kind == "DONE" and "已把 3 格文字改成数或选项" in text and "本表还没有保存" in text
    cells = [at(book, name) for name in ("编制数", "年初预算数", "绩效目标合理性_1")]
    assert [sheet._cells[position] for sheet, position in cells] == [86, 1010.01, "符合"]
    assert press(book, "check")[0] == "DONE"


def test_remarks_of_the_open_workbook_are_exported(book, tmp_path):
    put(book, "备注_编制数", "编办2020年5号文")
    put(book, "备注_在职人员数", 2020.0)
    assert press(book, "export")[0] == "DONE"
    assert dict(Sent(tmp_path / f"{FINISHED}.xlsx").answers.remarks) == {"编制数": "编办2020年5号文", "在职人员数": "2020"}


def test_a_deleted_input_cell_is_blank_and_never_its_neighbour(book):
    book.Names("在职人员数").RefersTo = "=#REF!"
    assert "“在职人员数”未填" in press(book, "check")[3]


# ---- 清空示例


def test_clear_asks_twice_and_offers_a_copy(book):
    before = snapshot(book)
    kind, yes, no, text = press(book, "clear")
    assert (kind, no) == ("ASK", "")
    assert "“洪江市人民政府办公室”的" in text
    assert "不能撤销" in text
    kind, copy, straight, text = press(book, "clear", yes)
    assert kind == "ASK"
    assert "另存一份副本" in text
    assert snapshot(book) == before
    assert copy and straight and copy != straight


def test_clear_with_a_copy_empties_every_input_cell_and_nothing_else(book, tmp_path):
    before = snapshot(book)
    kind, _, _, text = press(book, "clear", "sure+copy")
    assert kind == "DONE"
    assert calls(book, "SaveCopyAs") == [("SaveCopyAs", "自评.xlsm", str(tmp_path / "自评-清空前.xlsm"))]
    assert str(tmp_path / "自评-清空前.xlsm") in text
    after = snapshot(book)
    gone = {(sheet, at) for sheet in before for at in before[sheet] if at not in after[sheet]}
    assert all(book.Worksheets(sheet)._styles[at]["Locked"] is False for sheet, at in gone)
    assert f"已清空 {len(gone)} 个单元格" in text
    assert all(before[sheet][at] == value for sheet in after for at, value in after[sheet].items())
    left = [at for sheet in book._sheets for at, style in sheet._styles.items() if style.get("Locked") is False and at in sheet._cells]
    assert left == []
    assert book.Application.Calculation == -4105
    assert press(book, "clear")[0:4:3] == ("DONE", "表中没有已填的内容，不用清空。")


def test_clear_empties_remarks_too(book):
    put(book, "备注_编制数", "编办2020年5号文")
    assert press(book, "clear", "sure+straight")[0] == "DONE"
    sheet, position = at(book, "备注_编制数")
    assert position not in sheet._cells


def test_clear_straight_makes_no_copy(book):
    assert press(book, "clear", "sure+straight")[0] == "DONE"
    assert not calls(book, "SaveCopyAs", "Save")


# ---- what is not a filing, and the way through RunPython


def test_a_workbook_of_another_program_is_refused_in_words(excel):
    book = excel.add(FakeBook())
    assert "不是本系统的填报表" in press(book, "check")[3]


@pytest.fixture
def form(excel_with_documents, tmp_path) -> FakeBook:
    """A 自评表, open."""
    return excel_with_documents.add(opened(written("generic-selfeval", Edition.ADDIN, tmp_path / "自评表.xlsm")))


def test_the_buttons_serve_every_kind_of_table(form, tmp_path):
    put(form, "项目名称", None)
    kind, _, _, text = press(form, "export")
    assert kind == "STOP" and "项目名称" in text
    put(form, "项目名称", "送戏下乡")
    kind, _, _, text = press(form, "export")
    (made,) = (path for path in tmp_path.glob("*.xlsx"))
    assert kind == "DONE" and "送戏下乡" in made.name
    assert text.splitlines()[1:5] == [made.name, f"{made.stem}.docx", f"{made.stem}.pdf", f"{made.stem}-自评结论.pdf"]
    assert read_workbook(made).answers.fields["项目名称"] == "送戏下乡"
    assert press(form, "export")[0] == "ASK"
    assert press(form, "export", "overwrite")[0] == "DONE"
    assert press(form, "clear", "sure+straight")[0] == "DONE"
    assert press(form, "clear")[3] == "表中没有已填的内容，不用清空。"
    assert not calls(form, "Save", "SaveAs", "SaveCopyAs")


def test_a_pdf_alone_of_another_kind_is_not_overwritten_without_asking(form, tmp_path):
    press(form, "export")
    (made,) = tmp_path.glob("*.xlsx")
    made.unlink()
    signed = made.with_suffix(".pdf")
    signed.write_bytes(b"SIGNED")
    kind, yes, _, text = press(form, "export")
    assert (kind, yes) == ("ASK", "overwrite") and signed.name in text
    assert signed.read_bytes() == b"SIGNED" and not list(tmp_path.glob("*.xlsx"))


def test_a_countys_own_table_of_another_kind_is_used_too(excel_with_documents, tmp_path):
    text = bundled()["generic-selfeval"].read_text(encoding="utf-8").replace('id = "generic-selfeval"', 'id = "own-selfeval"', 1)
    (tmp_path / "own-selfeval.toml").write_text(text, encoding="utf-8")
    job = open_job(str(tmp_path / "own-selfeval.toml"))
    job.write(job.blank(), Edition.ADDIN, tmp_path / "own.xlsm")
    kind, _, _, text = press(excel_with_documents.add(opened(tmp_path / "own.xlsm")), "check")
    assert kind == "STOP" and "待处理" in text and "有误" not in text


def test_clearing_that_fails_midway_says_how_far_it_came_and_how_to_get_it_back(book, monkeypatch):
    from xlwings import Range

    written = []
    original = Range.value.fset

    def refuse(self, value):
        written.append(self.address)
        if len(written) == 6:
            raise RuntimeError("受保护")
        original(self, value)

    monkeypatch.setattr(Range, "value", Range.value.setter(refuse))
    kind, _, _, text = press(book, "clear", "sure+straight")
    assert kind == "STOP" and "已清空 5 个" in text and "不要保存" in text and "受保护" in text


def test_another_revision_or_an_unknown_table_is_refused_in_words(book, tmp_path):
    sheet = book.Worksheets("规则")
    sheet._cells[1, 1] = f"{ID}@1999-01-01"
    assert "不能混用" in press(book, "check")[3]
    sheet._cells[1, 1] = "某县-2025@1"
    assert "请把它的 某县-2025.toml 放在本表所在的文件夹" in press(book, "check")[3]


def test_a_countys_own_table_beside_the_workbook_is_used(excel_with_documents, tmp_path):
    text = bundled()[ID].read_text(encoding="utf-8").replace(f'id = "{ID}"', 'id = "own-2020"', 1)
    (tmp_path / "own-2020.toml").write_text(text, encoding="utf-8")
    table = rubric.load(str(tmp_path / "own-2020.toml"))
    write(table, answers.Answers(table.id, {}), Edition.ADDIN, tmp_path / "own.xlsm")
    book = excel_with_documents.add(opened(tmp_path / "own.xlsm"))
    kind, _, _, text = press(book, "check")
    assert kind == "STOP"
    assert "总分 未完成" in text


def test_an_unexpected_error_is_one_chinese_line(book, monkeypatch):
    def broken(*_args):
        raise RuntimeError("boom")

    monkeypatch.setattr(TableJob, "answers_of", broken)
    kind, _, _, text = press(book, "check")
    assert kind == "STOP"
    assert text.startswith("没有完成：boom。")
    assert "Traceback" not in text


def test_the_buttons_code_also_runs_through_run_python(book, tmp_path):
    run_python("from xl_jixiao import excel; excel.press('export', '')", book)
    assert zipfile.is_zipfile(tmp_path / f"{FINISHED}.xlsx")


MESSAGES = [
    ("短的照原样", "检查完毕\n1. 甲\n已转到第 1 项。", 30, "检查完毕\n1. 甲\n已转到第 1 项。"),
    (
        "长的去掉中间的行，留最后一行",
        "检查完毕\n1. 甲甲甲甲甲甲\n2. 乙乙乙乙乙乙\n3. 丙丙丙丙丙丙\n已转到第 1 项。",
        40,
        "检查完毕\n1. 甲甲甲甲甲甲\n……其余见“校验”\n已转到第 1 项。",
    ),
    (
        "问话不会丢",
        "以下文件已存在：\n" + "某局.xlsx\n" * 9 + "要覆盖吗？",
        45,
        "以下文件已存在：\n某局.xlsx\n某局.xlsx\n……其余见“校验”\n要覆盖吗？",
    ),
    ("一整行太长的截断", "长" * 100, 30, "长" * 19 + "\n……其余见“校验”"),
]


@pytest.mark.parametrize(("text", "most", "shown"), [case[1:] for case in MESSAGES], ids=[case[0] for case in MESSAGES])
def test_a_message_fits_its_box(text, most, shown):
    assert shortened(text, most) == shown
    assert len(shown) <= most
