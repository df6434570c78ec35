"""The harness itself: what the fake Excel and LibreOffice show must be trusted by every other test."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwings as xw
from openpyxl.worksheet.merge import MergedCellRange
from support import merged
from support.fake_excel import FakeBook, FakeExcel, FakeRange, Formula
from support.udf import call_udf, run_python
from support.winstub import MISSING, com_error
from support.wrappers import generate_wrappers, import_functions

from xl_jixiao.sheet.vba import Module, vba_project

DEMO = "support.demo_udfs"
RUNTIME = (Path(xw.__file__).parent / "xlwings.bas").read_text(encoding="utf-8")
SUPPORT = """Public Function JxBare(Optional a, Optional b)
    JxBare = IsMissing(a) And IsMissing(b)
    If JxBare Then Application.Volatile
End Function
Public Sub CheckAll()
    RunPython "from support import demo_udfs; demo_udfs.greet()"
End Sub
"""
NAMES = {"在职人员数": "基础数据!$B$1", "编制数": "基础数据!$B$2"}


# ---- the fake Excel under xlwings' own Book, Sheet and Range


@pytest.fixture
def book(excel):
    cells = {"A1": "在职人员数", "B1": 48, "A2": "编制数", "B2": 50, "B3": Formula("=B1/B2", 0.96), "C1": "#DIV/0!"}
    return excel.add(FakeBook({"基础数据": cells, "评分底稿": {}}, NAMES, name="某局.xlsm"))


def test_xlwings_reads_a_named_cell_and_writes_a_block(book):
    wb = xw.Book("某局.xlsm")
    assert wb.names["在职人员数"].refers_to_range.value == 48.0
    assert [name.name for name in wb.names] == list(NAMES)
    assert "没有" not in wb.names
    with pytest.raises(com_error):
        wb.names["没有"]
    wb.sheets["评分底稿"]["A1"].value = [["指标", "得分"], ["控制率", 4.5]]
    assert wb.sheets["评分底稿"]["A1"].expand().value == [["指标", "得分"], ["控制率", 4.5]]
    assert wb.sheets["评分底稿"].used_range.address == "$A$1:$B$2"
    assert wb.sheets["基础数据"]["B3"].formula == "=B1/B2"
    assert wb.sheets["基础数据"]["B3"].value == 0.96


def test_several_books_are_open_and_told_apart(excel, book):
    excel.add(FakeBook({"基础数据": {"B1": 7}}, NAMES, name="另一局.xlsm"))
    assert [wb.name for wb in xw.books] == ["某局.xlsm", "另一局.xlsm"]
    assert xw.books.active.name == "另一局.xlsm"
    assert xw.Book("某局.xlsm").sheets[0]["B1"].value == 48.0
    assert xw.Book("另一局.xlsm").names["在职人员数"].refers_to_range.value == 7.0
    assert len(xw.apps) == 1


def test_two_running_excels_have_their_own_books(excel, book):
    other = FakeExcel(FakeBook(name="别处.xlsx"))
    assert sorted(wb.name for app in xw.apps for wb in app.books) == ["别处.xlsx", "某局.xlsm"]
    other.Quit()
    assert len(xw.apps) == 1


def test_button_runs_python_in_its_own_workbook_though_another_is_active(excel, book):
    excel.add(FakeBook({"基础数据": {}}, name="另一局.xlsm"))
    run_python("from support import demo_udfs; demo_udfs.greet()", book)
    assert book.range("D1").Value == "某局.xlsm 已核对"
    assert excel.status_history == ["正在计算"]
    assert excel.StatusBar is False


def test_failing_button_code_raises(book):
    with pytest.raises(ModuleNotFoundError):
        run_python("import no_such_module", book)


def test_what_the_fake_lacks_is_an_error_and_not_silence(book):
    with pytest.raises(AttributeError, match="FakeBook.PrecisionAsDisplayed"):
        book.PrecisionAsDisplayed = True
    with pytest.raises(com_error, match="Slicers"):  # through xlwings' retrying wrapper
        _ = xw.Book("某局.xlsm").api.Slicers


def test_full_name_and_save_as_follow_the_folder(excel, tmp_path):
    book = excel.add(FakeBook(name="某局.xlsm", folder=str(tmp_path)))
    wb = xw.Book("某局.xlsm")
    assert Path(wb.fullname) == tmp_path / "某局.xlsm"
    wb.save(tmp_path / "成品" / "某局.xlsx")
    assert (book.Name, book.Path) == ("某局.xlsx", str(tmp_path / "成品"))
    assert FakeBook().FullName == r"C:\绩效\模板.xlsm"


def test_message_boxes_sheets_and_regions(excel, book):
    wb = xw.Book("某局.xlsm")
    assert wb.app.alert("要继续吗？", title="校验", buttons="yes_no", mode="info") == "yes"
    assert excel.calls == [("MessageBox", "要继续吗？", "校验")]
    wb.activate()
    wb.sheets.add("问题清单", after="基础数据")
    assert [sheet.name for sheet in wb.sheets] == ["基础数据", "问题清单", "评分底稿"]
    assert wb.sheets["基础数据"]["A1"].current_region.address == "$A$1:$C$3"
    wb.sheets["问题清单"].delete()
    assert len(wb.sheets) == 2


def test_protected_sheet_refuses_locked_cells_only(book):
    sheet = xw.Book("某局.xlsm").sheets["基础数据"]
    sheet["B1"].api.Locked = False
    sheet.api.Protect()
    sheet["B1"].value = 49
    with pytest.raises(com_error):
        sheet["B2"].value = 51
    assert sheet["B1:B2"].value == [49.0, 50.0]


def test_values_are_stored_as_excel_would_store_them(book):
    sheet = xw.Book("某局.xlsm").sheets["评分底稿"]
    sheet["A1"].value = ["001", "12%", "'007", dt.date(2025, 3, 1), None, 3, True]
    assert sheet["A1:G1"].value == [1.0, 0.12, "007", dt.datetime(2025, 3, 1), None, 3.0, True]
    sheet["A2"].number_format = "@"
    sheet["A2"].value = "001"
    assert sheet["A2"].value == "001"
    sheet["A3"].value = Decimal("1.23456")  # sent as currency: the fifth digit is lost
    assert sheet["A3"].api.Value2 == 1.2345


# ---- UDF arguments, through xlwings' own converters


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (3, "float"),
        ("文字", "str"),
        (True, "bool"),
        (None, "NoneType"),
        ("#DIV/0!", "NoneType"),
        ("#N/A", "NoneType"),
        ("#SPILL!", "int"),  # a newer error, which xlwings does not know: a large negative int, never a float
        (Decimal("12.34"), "Decimal"),  # a cell formatted as currency
        (dt.date(2025, 1, 1), "datetime"),
        (Formula('=""', ""), "NoneType"),
    ],
)
def test_what_a_udf_receives_for_a_cell(cell, kind):
    assert call_udf(DEMO, "DEMO_KINDS", FakeRange.of(cell)) == kind


def test_com_delivers_errors_as_integers():
    assert FakeRange.of([["#DIV/0!", "#N/A", "#VALUE!"]]).Value == ((-2146826281, -2146826246, -2146826273),)


def test_blocks_literals_and_missing_arguments():
    assert call_udf(DEMO, "DEMO_SUM", FakeRange.of([[1, 2], [3, None]]), 4.0, FakeRange.of([[5], ["x"]])) == 15.0
    assert call_udf(DEMO, "DEMO_SUM", 1.0) == 1.0
    assert call_udf(DEMO, "DEMO_RATE", MISSING, 5.0) == ""
    assert call_udf(DEMO, "DEMO_PAIR", 2.0) == (2.0, 4.0)
    with pytest.raises(TypeError, match="too many"):
        call_udf(DEMO, "DEMO_PAIR", 1.0, 2.0)
    with pytest.raises(TypeError, match="needs value"):
        call_udf(DEMO, "DEMO_PAIR")


def test_whole_column_arrives_with_all_its_rows():
    column = FakeBook({"数": {"A1": 1, "A1048576": 2}}).range("数!A:A")
    assert len(column.Value) == 1048576
    assert call_udf(DEMO, "DEMO_SUM", column) == 3.0
    with pytest.raises(com_error):
        _ = FakeBook().range("A:XFD").Value


def test_bare_udf_reads_the_names_of_the_callers_workbook(excel, book):
    excel.add(FakeBook({"基础数据": {"B1": 1, "B2": 1}}, NAMES, name="另一局.xlsm"))
    caller = book.range("评分底稿!C3")
    assert call_udf(DEMO, "DEMO_RATE", caller=caller, vba={"bare": True}) == 0.96
    assert call_udf(DEMO, "DEMO_WHERE", caller=caller) == "某局.xlsm!评分底稿!$C$3"
    assert call_udf(DEMO, "DEMO_RATE", book.range("B1"), book.range("B2"), caller=caller) == 0.96


def test_what_com_can_not_carry_is_refused():
    from support.com_values import from_python

    assert from_python(Fraction(1, 2)) == 0.5
    with pytest.raises(TypeError, match="COM VARIANT"):
        from_python({"a": 1})


# ---- the wrapper module


def test_wrappers_hide_caller_and_vba_arguments():
    text = generate_wrappers(DEMO)
    assert "Function DEMO_RATE(Optional count, Optional posts)\n" in text
    call = f'DEMO_RATE = XLPy.CallUDF("{DEMO}", "DEMO_RATE", Array(count, posts, Nothing, JxBare(count, posts)), ThisWorkbook,'
    assert call in text
    assert "Function DEMO_SUM(first, ParamArray others())\n" in text
    assert text.isascii()
    assert text == generate_wrappers(DEMO)


def test_help_texts_are_registered_for_visible_arguments_only():
    options = import_functions(DEMO).options["DEMO_RATE"]
    assert options["Description"].startswith("在职人员控制率")
    assert options["ArgumentDescriptions"] == ["在职人员数，人", "编制数，人"]
    assert options["Category"] == "绩效"


def test_wrappers_can_be_written_by_a_script():
    script = Path(__file__).parent / "support" / "wrappers.py"
    done = subprocess.run([sys.executable, str(script), DEMO], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == generate_wrappers(DEMO)


# ---- LibreOffice: native formulas


@pytest.fixture
def native(tmp_path):
    path = tmp_path / "原生.xlsx"
    with xlsxwriter.Workbook(path) as wb:
        data, form = wb.add_worksheet("基础数据"), wb.add_worksheet("评分表")
        data.write_column("B1", [48, 50, 7])
        for name, where in NAMES.items():
            wb.define_name(name, f"={where}")
        form.write_formula("A1", "=ROUND(在职人员数/编制数,4)", None, 0.96)
        form.write_formula("A2", '=IF(A1>1,"超编","达标")', None, "达标")
        form.write_formula("A3", "=基础数据!B3*2", None, 14)
        form.write_formula("A4", "=1/(基础数据!B3-7)", None, "#DIV/0!")
        form.write_formula("A5", "=在职人员数>1", None, True)
        form.write("B1", "宋体 中文")
    return path


def test_poisoned_caches_show_that_libreoffice_calculates(office, native, tmp_path):
    from support.office import POISON_NUMBER, POISON_TEXT, poison

    spoiled = poison(native, tmp_path / "毒.xlsx")
    with zipfile.ZipFile(spoiled) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode("utf-8")
    assert re.findall(r"<v>([^<]*)</v></c>", sheet)[:6] == [POISON_NUMBER, "0", POISON_TEXT, *[POISON_NUMBER] * 3]  # "0": a text
    expected = {"A1": 0.96, "A2": "达标", "A3": 14.0, "A4": "#ERR:532", "A5": 1.0, "B1": "宋体 中文"}
    before = spoiled.read_bytes()
    assert office.recalculate(spoiled)["评分表"] == expected
    assert spoiled.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["原生.xlsx", "毒.xlsx"]  # no lock file left


def test_edit_changes_exactly_what_depends_on_the_cell(office, native):
    steps = office.edit(native, [("基础数据", "B1", 60), ("基础数据", "B3", 9), ("基础数据", "B3", None), ("基础数据", "B2", "无")])
    assert steps[0] == {("基础数据", "B1"): 60.0, ("评分表", "A1"): 1.2, ("评分表", "A2"): "超编"}
    assert steps[1] == {("基础数据", "B3"): 9.0, ("评分表", "A3"): 18.0, ("评分表", "A4"): 0.5}
    assert steps[2] == {("基础数据", "B3"): None, ("评分表", "A3"): 0.0, ("评分表", "A4"): pytest.approx(-1 / 7)}
    assert steps[3][("评分表", "A1")] == "#ERR:519"


def test_locked_cell_of_a_protected_sheet_can_not_be_edited(office, tmp_path):
    from support.office import OfficeError

    path = tmp_path / "锁定.xlsx"
    with xlsxwriter.Workbook(path) as wb:
        sheet = wb.add_worksheet("表")
        sheet.write("A1", 1, wb.add_format({"locked": False}))
        sheet.write_formula("B1", "=A1*2", None, 2)
        sheet.protect()
    assert office.edit(path, [("表", "A1", 3)]) == [{("表", "A1"): 3.0, ("表", "B1"): 6.0}]
    with pytest.raises(OfficeError, match="locked"):
        office.edit(path, [("表", "B1", 3)])


def test_formulas_names_conversion_and_pdf(office, native, tmp_path):
    assert office.formulas(native)["评分表"]["A1"] == "=ROUND(在职人员数/编制数;4)"
    with office.open(native) as doc:
        assert sorted(doc.names()) == sorted(NAMES)
    assert office.to_pdf(native, tmp_path).read_bytes().startswith(b"%PDF")
    again = office.convert(native, "xlsx", tmp_path / "另存.xlsx")
    assert office.recalculate(again) == office.recalculate(native)


def test_rendering_replaces_the_fonts_of_chinese_forms(office, tmp_path):
    path = tmp_path / "字体.xlsx"
    with xlsxwriter.Workbook(path) as wb:
        sheet = wb.add_worksheet()
        for row, font in enumerate(["宋体", "仿宋_GB2312", "方正小标宋简体", "黑体"]):
            sheet.write(row, 0, "评分表", wb.add_format({"font_name": font}))
    content = office.to_pdf(path, tmp_path).read_bytes()
    assert b"NotoSerifCJK" in content
    assert b"NotoSansCJK" in content


def test_unreadable_file_is_an_error_and_the_next_one_still_opens(office, native, tmp_path):
    from support.office import OfficeError

    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(OfficeError):
        office.recalculate(broken)
    assert office.recalculate(native)["评分表"]["A1"] == 0.96


def ended(group: int) -> bool:
    """No process of the group is left; the system may need a moment to reap them."""
    for _ in range(50):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_hanging_soffice_is_stopped_and_started_again(office, native):
    from support.office import Office, OfficeError

    own = Office()
    try:
        assert own.recalculate(native)["评分表"]["A3"] == 14.0
        group, own.timeout = own._process.pid, 1
        os.killpg(group, signal.SIGSTOP)
        with pytest.raises(OfficeError, match="did not answer"):
            own.request("open", path=str(native))
        assert ended(group)
        own.timeout = 60
        assert own.recalculate(native)["评分表"]["A3"] == 14.0
        group = own._process.pid
    finally:
        own.close()
    assert ended(group)
    assert not own._folder.exists()


# ---- LibreOffice: a macro workbook live, through xlwings' wrappers and CallUDF


@pytest.fixture
def macro_book(tmp_path):
    project = vba_project(
        [
            Module.workbook(),
            Module.sheet("Sheet1"),
            Module.sheet("Sheet2"),
            Module.standard("xlwings", RUNTIME),
            Module.standard("xlwings_udfs", generate_wrappers(DEMO)),
            Module.standard("jx_support", SUPPORT),
        ]
    )
    path = tmp_path / "某局.xlsm"
    with xlsxwriter.Workbook(path) as wb:
        wb.add_vba_project(io.BytesIO(project), is_stream=True)
        wb.set_vba_name("ThisWorkbook")
        data, form = wb.add_worksheet("基础数据"), wb.add_worksheet("评分表")
        data.set_vba_name("Sheet1")
        form.set_vba_name("Sheet2")
        data.write_column("B1", [48, 50])
        data.write("B3", 1234.5, wb.add_format({"num_format": "¥#,##0.00"}))
        data.write("B4", dt.date(2025, 3, 1), wb.add_format({"num_format": "yyyy-mm-dd"}))
        data.write_formula("B5", "=1/0", None, "#DIV/0!")
        for name, where in NAMES.items():
            wb.define_name(name, f"={where}")
        form.write_formula("A1", "=DEMO_RATE(在职人员数,编制数)", None, 0.96)
        form.write_formula("A2", "=DEMO_RATE()", None, 0.96)
        form.write_formula("A3", "=DEMO_KINDS(基础数据!B1:B6)", None, "")
        form.write_formula("A4", "=DEMO_SUM(1,基础数据!B1:B2,2.5)", None, 0)
        form.write_formula("A5", "=DEMO_WHERE()", None, "")
        form.write_formula("A6", "=IF(A1=A2,A4*2,0)", None, 0)
        form.insert_button("D2", {"macro": "CheckAll", "caption": "校验"})
        form.protect()
    return path


def test_macro_workbook_calculates_live_from_poisoned_caches(office, macro_book, tmp_path):
    from support.office import poison

    (tmp_path / "out").mkdir()
    spoiled = poison(macro_book, tmp_path / "out" / "某局.xlsm")
    live = office.live(spoiled)
    assert live.values["评分表"] == {
        "A1": 0.96,
        "A2": 0.96,
        "A3": "float,float,Decimal,datetime,NoneType,NoneType",
        "A4": 101.5,
        "A5": "某局.xlsm!评分表!$A$5",
        "A6": 203.0,
    }
    called = {(call.function, call.cell): call for call in live.calls[0]}
    assert called["DEMO_RATE", ("评分表", "A2")].volatile
    assert not called["DEMO_RATE", ("评分表", "A1")].volatile
    assert not any(call.failed for call in live.calls[0])


def test_live_edits_recalculate_dependents_and_volatile_cells_only(office, macro_book):
    live = office.live(macro_book, [], [("基础数据", "B1", 40), ("基础数据", "B9", 1)])
    assert live.steps[0] == {
        ("基础数据", "B1"): 40.0,
        ("评分表", "A1"): 0.8,
        ("评分表", "A2"): 0.8,
        ("评分表", "A4"): 93.5,
        ("评分表", "A6"): 187.0,
    }
    assert live.steps[1] == {("基础数据", "B9"): 1.0}
    assert sorted(call.function for call in live.calls[1]) == ["DEMO_KINDS", "DEMO_RATE", "DEMO_RATE", "DEMO_SUM"]
    assert [call.cell for call in live.calls[2]] == [("评分表", "A2")]  # only the call without arguments


def test_udf_module_of_another_folder_and_a_failing_udf(office, tmp_path):
    (tmp_path / "udfs").mkdir()
    (tmp_path / "udfs" / "elsewhere_udfs.py").write_text(
        "import xlwings as xw\n@xw.func\ndef ELSE_HALF(x):\n    return x / 2\n@xw.func\ndef ELSE_WRITE(caller):\n"
        "    caller.offset(1, 0).value = 1\n",
        encoding="utf-8",
    )
    sys.path.insert(0, str(tmp_path / "udfs"))
    try:
        text = generate_wrappers("elsewhere_udfs")
    finally:
        sys.path.remove(str(tmp_path / "udfs"))
    path = tmp_path / "b.xlsm"
    modules = [Module.workbook(), Module.sheet("Sheet1"), Module.standard("xlwings", RUNTIME), Module.standard("xlwings_udfs", text)]
    with xlsxwriter.Workbook(path) as wb:
        wb.add_vba_project(io.BytesIO(vba_project(modules)), is_stream=True)
        wb.set_vba_name("ThisWorkbook")
        sheet = wb.add_worksheet("表")
        sheet.set_vba_name("Sheet1")
        sheet.write_formula("A1", "=ELSE_HALF(5)", None, 0)
        sheet.write_formula("A2", '=ELSE_HALF("x")', None, 0)
        sheet.write_formula("A3", "=ELSE_WRITE()", None, 0)
    live = office.live(path, [tmp_path / "udfs"])
    assert live.values["表"]["A1"] == 2.5
    assert live.values["表"]["A2"].startswith("TypeError")  # xlwings puts an error's text into the cell
    assert "com_error" in live.values["表"]["A3"]  # a UDF can't write
    assert [call.function for call in live.calls[0] if call.failed] == ["ELSE_HALF", "ELSE_WRITE"]


def test_libreoffice_sees_modules_and_the_buttons_macro(office, macro_book):
    with office.open(macro_book) as doc:
        assert {"ThisWorkbook", "Sheet1", "Sheet2", "xlwings", "xlwings_udfs", "jx_support"} <= set(doc.modules())
        assert [(m["sheet"], m["shape"], "jx_support.CheckAll" in m["macro"]) for m in doc.macros()] == [("评分表", "校验", True)]


@pytest.mark.parametrize("template", ["hongjiang-2020-dept-免装版.xlsx", "yunnan-2020-selfeval-免装版.xlsx"])
def test_merged_cells_read_fast_have_the_styles_openpyxl_gives_them(template, monkeypatch):
    path = Path(__file__).parents[1] / "workbook_templates" / template

    def loaded():
        book = openpyxl.load_workbook(path)
        cells = [
            (sheet.title, place, type(cell), list(cell._style or ())) for sheet in book for place, cell in sorted(sheet._cells.items())
        ]
        return cells, list(map(repr, book._borders)), list(map(repr, book._protections))

    fast = loaded()
    monkeypatch.setattr(MergedCellRange, "format", merged.slow)
    monkeypatch.setattr(MergedCellRange, "_get_borders", merged.slow_start)
    assert fast == loaded()
