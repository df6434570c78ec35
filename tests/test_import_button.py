"""导入 on an open workbook, through xlwings' own code over a fake Excel: blank cells are filled, typed ones stay."""

import pytest
from support.fake_excel import FakeExcel
from support.opened import opened
from support.udf import call_udf

from xl_jixiao.jobs import open_job
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Plan
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.words import LAST_YEAR_SHEET

ID = "generic-dept"


class _Dialog:
    """Excel's file picker, answered already."""

    def __init__(self, path):
        self.Title, self._path = "", path

    def Show(self):
        return -1 if self._path else 0

    def SelectedItems(self, at):
        return str(self._path)


@pytest.fixture
def book(excel, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "文档"))
    job = open_job(ID)
    job.write(
        job.answers_from({"answers": {"单位名称": "某某局（示例）", "上年度“三公经费”总额": 19}}), Edition.ADDIN, tmp_path / "今年.xlsm"
    )
    return excel.add(opened(tmp_path / "今年.xlsm", folder=str(tmp_path)))


def pressed(book, monkeypatch, path):
    monkeypatch.setattr(FakeExcel, "FileDialog", lambda self, kind: _Dialog(path), raising=False)
    reply = call_udf("xl_jixiao.excel", "press", "import", "", caller=book._sheets[0].Range("A1"))
    return tuple(reply.split("\n", 3))


def value(book, key):
    plan: Plan = open_job(ID).plan_for(Edition.ADDIN, {})
    ref = plan.ref(key)
    return next(one for one in book._sheets if one.Name == ref.sheet).Range(ref.local).Value


def test_last_years_filing_fills_what_is_blank_and_leaves_what_is_typed(book, tmp_path, monkeypatch):
    job, path = open_job(ID), tmp_path / "去年.xlsx"
    job.write(job.answers(examples()[ID]), Edition.NATIVE, path)
    kind, _, _, text = pressed(book, monkeypatch, path)
    assert kind == "DONE" and text.startswith("已填入 1 个空白单元格")
    assert (value(book, "上年度结转结余总额"), value(book, "上年度三公经费总额")) == (36.6, 19)
    assert "保留：上年度“三公经费”总额已填19" in text
    assert LAST_YEAR_SHEET in [sheet.Name for sheet in book._sheets]


def test_no_file_chosen_does_nothing(book, monkeypatch):
    assert pressed(book, monkeypatch, None)[::3] == ("DONE", "没有选择文件，什么也没有做。")


def test_a_file_that_is_no_workbook_is_said(book, tmp_path, monkeypatch):
    (tmp_path / "坏.xlsx").write_bytes(b"no workbook")
    kind, _, _, text = pressed(book, monkeypatch, tmp_path / "坏.xlsx")
    assert kind == "STOP" and text.startswith("没有导入：坏.xlsx")
