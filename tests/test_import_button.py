"""导入 on an open workbook, through xlwings' own code over a fake Excel: blank cells are filled, typed ones stay."""

import pytest
from support.books import book as written
from support.com_values import Formula
from support.fake_excel import FakeExcel
from support.opened import at, opened, put, snapshot
from support.udf import call_udf

from xl_jixiao.jobs import open_job
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Plan
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


@pytest.fixture
def last_year(tmp_path):
    return written(ID, Edition.NATIVE, tmp_path / "去年.xlsx")


def pressed(book, monkeypatch, path, answer=""):
    monkeypatch.setattr(FakeExcel, "FileDialog", lambda self, kind: _Dialog(path), raising=False)
    reply = call_udf("xl_jixiao.excel", "press", "import", answer, caller=book._sheets[0].Range("A1"))
    return tuple(reply.split("\n", 3))


def value(book, key):
    plan: Plan = open_job(ID).plan_for(Edition.ADDIN, {})
    ref = plan.ref(key)
    return next(one for one in book._sheets if one.Name == ref.sheet).Range(ref.local).Value


def test_last_years_filing_fills_what_is_blank_and_leaves_what_is_typed(book, last_year, monkeypatch):
    kind, _, _, text = pressed(book, monkeypatch, last_year)
    assert kind == "DONE" and text.startswith("已填入 1 个空白单元格")
    assert (value(book, "上年度结转结余总额"), value(book, "上年度三公经费总额")) == (36.6, 19)
    assert "保留：上年度“三公经费”总额已填19" in text
    beside = book.Worksheets(LAST_YEAR_SHEET)
    assert "编制数（人）" in beside._cells.values()
    assert beside.Range("C4").Font.Color == 128 * 0x010101
    row = next(row for (row, _), said in beside._cells.items() if said == "编制数（人）")
    assert beside.Range(f"D{row}").Formula == '=IF(ISNUMBER(编制数),编制数,"")' and "30%" in beside.Range(f"F{row}").Formula
    assert beside.Range(f"E{row}").NumberFormat == "0.00%"
    assert "不能撤销" in text.splitlines()[-1]


def test_a_sheet_of_last_year_that_is_there_is_replaced_only_after_asking(book, last_year, monkeypatch):
    pressed(book, monkeypatch, last_year)
    book.Worksheets(LAST_YEAR_SHEET).Range("H5").Value = "已问过会计"
    before = snapshot(book)
    kind, yes, no, _ = pressed(book, monkeypatch, last_year)
    assert (kind, yes, no) == ("ASK", "again", "") and snapshot(book) == before
    assert pressed(book, monkeypatch, last_year, yes)[0] == "DONE"
    assert [sheet.Name for sheet in book._sheets].count(LAST_YEAR_SHEET) == 1
    assert book.Worksheets(LAST_YEAR_SHEET).Range("H5").Value is None


def test_a_formula_that_shows_nothing_is_kept_and_said(book, last_year, monkeypatch):
    formula = Formula('=IF(1,"","")', "")
    put(book, "上年度结转结余总额", formula)
    text = pressed(book, monkeypatch, last_year)[3]
    sheet, position = at(book, "上年度结转结余总额")
    assert sheet._cells[position] is formula
    assert text.startswith("已填入 0 个空白单元格") and "里是公式，现在为空白，没有改动" in text


def test_what_is_too_much_for_the_box_lies_beside_the_workbook_whole(book, last_year, tmp_path, monkeypatch):
    for name in ("在职人员数", "编制数", "年初预算数", "调整后预算数", "预算完成数", "结转结余总额", "上年度结转结余总额"):
        put(book, name, 123456.0)
    text = pressed(book, monkeypatch, last_year)[3]
    said = (tmp_path / "今年-导入记录.txt").read_text(encoding="utf-8-sig")
    assert len(text) <= 500 and "……全部写在：今年-导入记录.txt" in text and "校验" not in text
    assert text.splitlines()[-1] == said.splitlines()[-1] and said.count("请核对：") >= 6
    pressed(book, monkeypatch, last_year, "again")
    assert (tmp_path / "今年-导入记录-2.txt").is_file()


def test_an_import_that_stops_half_way_says_how_far_it_came(book, last_year, monkeypatch):
    sheet, position = at(book, "上年度结转结余总额")
    sheet._styles[position]["Locked"] = True
    kind, _, _, text = pressed(book, monkeypatch, last_year)
    assert kind == "STOP" and text.startswith("没有导入完：已填入 0 个，还有 1 个没有填入") and "不要保存" in text


def test_no_file_chosen_does_nothing(book, monkeypatch):
    assert pressed(book, monkeypatch, None)[::3] == ("DONE", "没有选择文件，什么也没有做。")


def test_a_file_that_is_no_workbook_is_said(book, tmp_path, monkeypatch):
    (tmp_path / "坏.xlsx").write_bytes(b"no workbook")
    kind, _, _, text = pressed(book, monkeypatch, tmp_path / "坏.xlsx")
    assert kind == "STOP" and text.startswith("没有导入：坏.xlsx")
