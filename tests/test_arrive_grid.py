"""Foreign files as grids: what is printed, where it stands, what is doubtful about it, and what is refused."""

import zipfile
from copy import deepcopy
from decimal import Decimal

import docx
import openpyxl
import pytest
import xlwt
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from support.spending import within

from xl_jixiao.arrive.grid import SAVE_AS, as_printed, grids
from xl_jixiao.sheet.content import UnreadableWorkbook


@pytest.mark.parametrize(
    ("format", "number", "text"),
    [
        ("General", "0.95", "0.95"),
        ("0.00%", "0.95", "95%"),
        ("0%", "0.96666", "96.666%"),
        ('0"项"', "20", "20项"),
        ('"≥"0%', "0.9", "≥90%"),
        ("#,##0.00", "1240.7", "1240.7"),
        ('_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', "62", "62"),
        ("0.00_);(0.00)", "3", "3"),
        ("[$¥-804]#,##0.00", "5", "5"),
        ("@", "7", "7"),
        ('0.0"分";[Red]-0.0"分"', "9.5", "9.5分"),
    ],
)
def test_a_number_reads_as_its_format_prints_it(format, number, text):
    assert as_printed(Decimal(number), format) == (text, "")


@pytest.mark.parametrize("format", [";;;", '0!.0,"万"', "[>=100]0;0.0", '"完成"', "0,", '"1"0'])
def test_a_format_that_shows_another_number_is_doubtful(format):
    assert as_printed(Decimal(12345), format)[1]


def workbook(path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "自评"
    sheet["B2"], sheet["B4"], sheet["D4"] = "绩 效\n指标", 0.9, "100%"
    sheet["B4"].number_format = "0%"
    sheet.merge_cells("B2:C3")
    sheet["E5"] = "=1/0"
    book.create_sheet("空表")
    book.save(path)


def old_workbook(path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("自评")
    sheet.write_merge(1, 2, 1, 2, "绩 效\n指标")
    sheet.write(3, 1, 0.9, xlwt.easyxf(num_format_str="0%"))
    sheet.write(3, 3, "100%")
    book.save(str(path))


def document(path):
    made = docx.Document()
    made.add_paragraph("单位：某局")
    table = made.add_table(4, 4)
    table.cell(1, 1).merge(table.cell(2, 2)).text = "绩 效\n指标"
    table.cell(3, 1).text = "90%"
    table.cell(3, 3).text = "100%"
    made.save(path)


@pytest.mark.parametrize(("suffix", "maker"), [(".xlsx", workbook), (".xls", old_workbook), (".et", old_workbook), (".docx", document)])
def test_the_same_table_reads_alike_from_every_kind_of_file(tmp_path, suffix, maker):
    path = tmp_path / f"某局{suffix}"
    maker(path)
    (grid,) = grids(path)
    merged = grid.at(2, 2)
    assert (merged.row, merged.column, merged.rows, merged.columns, merged.text) == (1, 1, 2, 2, "绩 效\n指标")
    assert (grid.at(3, 1).text, grid.at(3, 1).number) == ("90%", Decimal("0.9"))
    assert grid.at(3, 3).text == "100%" and grid.at(0, 0).blank
    assert str(grid.place(grid.at(3, 3), "完成值")) == ("某局.docx ▸ 表1 第4行“完成值”" if suffix == ".docx" else f"某局{suffix} ▸ 自评!D4")


def test_a_formula_without_a_result_is_doubtful(tmp_path):
    workbook(tmp_path / "a.xlsx")
    (grid,) = grids(tmp_path / "a.xlsx")
    assert "没有算出" in grid.at(4, 4).doubt


def test_text_that_was_deleted_under_tracked_changes_is_not_read(tmp_path):
    made = docx.Document()
    table = made.add_table(1, 1)
    paragraph = table.cell(0, 0).paragraphs[0]
    for tag, kind, text in (("w:del", "w:delText", "80"), ("w:ins", "w:t", "90")):
        change, run, content = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(kind)
        content.text = text
        run.append(content)
        change.append(run)
        paragraph._p.append(change)
    made.save(tmp_path / "a.docx")
    assert grids(tmp_path / "a.docx")[0].at(0, 0).text == "90"


def test_text_that_is_struck_out_is_doubtful(tmp_path):
    made = docx.Document()
    table = made.add_table(1, 2)
    table.cell(0, 0).paragraphs[0].add_run("80").font.strike = True
    table.cell(0, 1).text = "90"
    made.save(tmp_path / "a.docx")
    (grid,) = grids(tmp_path / "a.docx")
    assert grid.at(0, 0).doubt and not grid.at(0, 1).doubt


def test_the_paragraphs_above_a_table_come_with_it(tmp_path):
    document(tmp_path / "a.docx")
    assert grids(tmp_path / "a.docx")[0].lead == ("单位：某局",)


@pytest.mark.parametrize("suffix", SAVE_AS)
def test_what_can_not_be_read_says_how_to_save_it(tmp_path, suffix):
    path = tmp_path / f"某局{suffix}"
    path.write_bytes(b"%PDF-1.4")
    with pytest.raises(UnreadableWorkbook, match=r"某局.*(另存为|报送).*\.(xlsx|docx)"):
        grids(path)


def hostile(path, kind):
    if kind == "declaration":
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    elif kind == "bomb":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("word/document.xml", b" " * 30_000_000)
    elif kind == "wide":
        made = docx.Document()
        table = made.add_table(1, 1)
        span = OxmlElement("w:gridSpan")
        span.set(qn("w:val"), "99999999")
        table.cell(0, 0)._tc.get_or_add_tcPr().append(span)
        made.save(path)
    elif kind == "encrypted":
        path.write_bytes(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"))
    else:
        path.write_bytes({"empty": b"", "noise": bytes(range(256)) * 50}[kind])


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".et", ".docx"])
@pytest.mark.parametrize("kind", ["declaration", "bomb", "wide", "encrypted", "empty", "noise"])
def test_hostile_files_get_one_line_each(tmp_path, suffix, kind):
    path = tmp_path / f"x{suffix}"
    hostile(path, kind)
    with pytest.raises(UnreadableWorkbook) as refused:
        grids(path)
    assert "\n" not in str(refused.value) and "；" in str(refused.value)


def test_merges_by_the_thousand_are_bounded(tmp_path):
    """Cells merged over 5,000 rows of a document, and areas of a sheet that lie over one another, take no long time."""
    made = docx.Document()
    table = made.add_table(1, 1)
    row = table.rows[0]._tr
    for at in range(4000):
        copy = row if at == 0 else deepcopy(row)
        merge = copy.find(f".//{qn('w:tcPr')}/{qn('w:vMerge')}")
        if merge is None:
            merge = OxmlElement("w:vMerge")
            copy.find(f".//{qn('w:tc')}").get_or_add_tcPr().append(merge)
        if at:
            row.getparent().append(copy)
        else:
            merge.set(qn("w:val"), "restart")
            copy.find(f".//{qn('w:p')}").append(parse_xml(f"<w:r {nsdecls('w')}><w:t>甲</w:t></w:r>"))
    for later in list(row.getparent())[3:]:
        merge = later.find(f".//{qn('w:vMerge')}")
        if merge is not None and qn("w:val") in merge.attrib:
            del merge.attrib[qn("w:val")]
    made.save(tmp_path / "a.docx")
    with within(5):
        (grid,) = grids(tmp_path / "a.docx")
        assert grid.at(3999, 0).row == 0


def test_a_merged_cell_over_a_whole_old_sheet_is_no_larger_than_what_is_used(tmp_path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("自评")
    sheet.write(0, 0, "甲")
    sheet.write(3, 2, "乙")
    sheet.merge(0, 65535, 0, 1)
    book.save(str(tmp_path / "a.xls"))
    with within(5):
        (grid,) = grids(tmp_path / "a.xls")
    assert (grid.at(3, 1).text, grid.at(3, 2).text) == ("甲", "乙") and len(grid.cells) < 20
