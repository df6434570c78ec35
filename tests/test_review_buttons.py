"""The reviewer's workbook: 复核文件夹 and 复核打开的表, through xlwings' own code over a fake Excel."""

from __future__ import annotations

import random
from pathlib import Path

import openpyxl
import pytest
from support.arriving import LAYOUTS, cases, save_xlsx
from support.fake_excel import FakeExcel
from support.opened import opened, snapshot
from support.scoretable import ref, write
from support.tamper import Tampered
from support.udf import call_udf

from xl_jixiao.finding import Level
from xl_jixiao.review.examine import examine
from xl_jixiao.review.workbench import write_workbench
from xl_jixiao.scoretable import table as rubric
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables import answers
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.words import TOTAL

ID = "hongjiang-2020-dept"
TWO_UNITS = ("H04-zhongjiang-shuili-2022", "H02-hb-jinbu-2020")


class _Dialog:
    """Excel's folder picker, answered already."""

    def __init__(self, folder: Path | None) -> None:
        self.Title = ""
        self._folder = folder

    def Show(self) -> int:
        return -1 if self._folder else 0

    def SelectedItems(self, at: int) -> str:
        return str(self._folder)


@pytest.fixture
def desk(excel, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "文档"))
    write_workbench(tmp_path / "审核工作台.xlsm")
    return excel.add(opened(tmp_path / "审核工作台.xlsm"))


@pytest.fixture
def returned(tmp_path) -> Path:
    """A folder with one returned workbook whose total was changed."""
    path = tmp_path / "交回" / "某局.xlsx"
    path.parent.mkdir()
    table = rubric.load(ID)
    write(table, answers.load(examples()[ID], table.asked), Edition.NATIVE, path)
    tampered = Tampered(path)
    place = ref(table, TOTAL)
    tampered.put(place.sheet, place.local, 91.5, keep_formula=True)
    tampered.write(path)
    return path


def press(book, action: str, answer: str = "") -> tuple[str, str, str, str]:
    reply = call_udf("xl_jixiao.excel", "press", action, answer, caller=book._sheets[0].Range("A1"))
    return tuple(reply.split("\n", 3))


def pick(monkeypatch, folder: Path | None) -> None:
    monkeypatch.setattr(FakeExcel, "FileDialog", lambda self, kind: _Dialog(folder), raising=False)


def test_a_folder_is_reviewed_and_its_report_opened(desk, returned, monkeypatch):
    pick(monkeypatch, returned.parent)
    before = returned.read_bytes()
    kind, _, _, text = press(desk, "review")
    assert (kind, text.splitlines()[0]) == ("DONE", "复核完毕：共 1 份，必改 1 份。")
    report = returned.parent.parent / "交回-审核报告.xlsx"
    assert report.is_file() and report.name in {one.Name for one in desk.Application._books}
    assert returned.read_bytes() == before
    assert desk.Application.StatusBar is False


def test_an_earlier_report_is_not_overwritten(desk, returned, monkeypatch):
    pick(monkeypatch, returned.parent)
    press(desk, "review")
    assert press(desk, "review")[0] == "DONE"
    assert sorted(path.name for path in returned.parent.parent.glob("交回-审核报告*")) == ["交回-审核报告-2.xlsx", "交回-审核报告.xlsx"]


def test_no_folder_chosen_nothing_done(desk, monkeypatch, tmp_path):
    pick(monkeypatch, None)
    assert press(desk, "review")[3] == "没有选择文件夹，什么也没有做。"
    assert not list(tmp_path.glob("*审核报告*"))


def test_an_open_returned_workbook_gets_a_sheet_of_opinions_and_nothing_else(desk, returned):
    book = desk.Application.add(opened(returned))
    before = snapshot(book)
    kind, _, _, text = press(desk, "opinion")
    assert kind == "DONE" and "复核意见" in text and "最近一次保存" not in text, text
    after = snapshot(book)
    opinions = after.pop("复核意见")
    assert after == before
    formulas = [cell.text for cell in opinions.values() if hasattr(cell, "text")]
    assert any("#'整体支出评分表'!G36" in formula for formula in formulas)
    shown = [str(cell) for cell in opinions.values()]
    assert any("91.5" in text for text in shown)
    assert not [call for call in desk.Application.calls if call[0] in ("Save", "SaveAs")]


def test_what_was_changed_since_it_was_saved_is_said_not_to_be_in_it(desk, returned):
    desk.Application.add(opened(returned)).Saved = False
    assert "按最近一次保存的内容复核" in press(desk, "opinion")[3]


def test_every_form_of_an_open_file_is_in_the_opinions(desk, tmp_path):
    path = tmp_path / "交回.xlsx"
    save_xlsx([LAYOUTS["national"](case, random.Random(0)) for case in cases() if case.id in TWO_UNITS], path, random.Random(1))
    book = desk.Application.add(opened(path))
    text = press(desk, "opinion")[3]
    findings = [one for form in examine(path).forms for one in form.findings]
    assert len({one.place.sheet for one in findings}) > 1
    assert all(f"{level} {sum(one.level is level for one in findings)} 项" in text for level in Level)
    links = " ".join(cell.text for cell in snapshot(book)["复核意见"].values() if hasattr(cell, "text"))
    assert all(f"#'{one.place.sheet}'!" in links for one in findings)


def test_the_sheet_is_made_anew_only_after_asking(desk, returned):
    desk.Application.add(opened(returned))
    press(desk, "opinion")
    kind, yes, _, _ = press(desk, "opinion")
    assert (kind, yes) == ("ASK", "again")
    assert press(desk, "opinion", yes)[0] == "DONE"


def test_without_a_workbook_to_review_it_says_so(desk):
    kind, _, _, text = press(desk, "opinion")
    assert kind == "STOP" and "请只打开一份要复核的表" in text


def test_the_workbench_is_a_workbook_with_both_macros(tmp_path):
    write_workbench(tmp_path / "a.xlsm")
    book = openpyxl.load_workbook(tmp_path / "a.xlsm", keep_vba=True)
    assert book.sheetnames[0] == "审核"
    drawings = [name for name in book.vba_archive.namelist() if name.endswith(".vml")]
    assert all(macro in book.vba_archive.read(drawings[0]).decode() for macro in ("JxReview", "JxOpinion"))
