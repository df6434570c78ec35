"""The built .xlsm as a file: its VBA project, xlwings' settings, help texts, names, buttons."""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import olefile
import openpyxl
import pytest
import xlwings
from oletools.olevba import VBA_Parser
from support.opened import opened
from support.scoretable import write
from xlwings.utils import read_config_sheet

from xl_jixiao.desktop import templates
from xl_jixiao.desktop.interpreter import CONF_VALUE
from xl_jixiao.scoretable import table as rubric
from xl_jixiao.scoretable.compile import bare_arguments
from xl_jixiao.sheet.addin import BUTTONS, TEXTS
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables import answers
from xl_jixiao.tables.catalogue import bundled, examples, heading
from xl_jixiao.tables.functions import FUNCTIONS
from xl_jixiao.tables.rates import CATALOGUE
from xl_jixiao.words import GUIDE

ROOT = Path(__file__).parents[1]
ID = "hongjiang-2020-dept"
TABLES = [name for name, path in bundled().items() if heading(path).get("kind", "scoring_table") == "scoring_table"]
MACROS = (ROOT / "udfs" / "jx_macros.bas").read_text(encoding="ascii")


def build(name: str, path: Path, edition: Edition = Edition.ADDIN) -> Path:
    table = rubric.load(name)
    write(table, answers.load(examples()[name], table.asked) if name in examples() else answers.Answers(name, {}), edition, path)
    return path


@pytest.fixture(scope="module", params=TABLES)
def workbook(request, tmp_path_factory) -> Path:
    return build(request.param, tmp_path_factory.mktemp("插件版") / "自评.xlsm")


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Path:
    return build(ID, tmp_path_factory.mktemp("插件版") / "自评.xlsm")


def part(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as package:
        return package.read(name)


def sources(path: Path) -> dict[str, str]:
    """The VBA modules as oletools reads them."""
    parser = VBA_Parser("vbaProject.bin", part(path, "xl/vbaProject.bin"))
    return {name.rpartition(".")[0]: text for _, _, name, text in parser.extract_macros()}


def body(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").rstrip().split("\n")]
    return [line for line in lines if not line.startswith("Attribute VB_")]


# ---- the VBA project


def test_document_modules_are_the_workbook_and_its_sheets_by_code_name(workbook):
    book = part(workbook, "xl/workbook.xml").decode("utf-8")
    with zipfile.ZipFile(workbook) as package:
        sheets = [package.read(name).decode("utf-8") for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
    code_names = [re.search(r'<workbookPr codeName="(\w+)"', book)[1]]
    code_names += [re.search(r'<sheetPr codeName="(\w+)"', text)[1] for text in sheets]
    with olefile.OleFileIO(io.BytesIO(part(workbook, "xl/vbaProject.bin")), raise_defects=olefile.DEFECT_INCORRECT) as ole:
        project = ole.openstream("PROJECT").read().decode("cp1252")
    documents = re.findall(r"^Document=(\w+)/", project, re.MULTILINE)
    assert documents[0] == "ThisWorkbook"
    assert sorted(documents) == sorted(code_names)
    assert len(set(code_names)) == len(code_names)
    assert re.findall(r"^Module=(\w+)", project, re.MULTILINE) == ["xlwings", "xlwings_udfs", "jx_macros"]


def test_runtime_is_xlwings_own_and_of_the_pinned_version(example):
    shipped = (Path(xlwings.__file__).parent / "xlwings.bas").read_text(encoding="utf-8")
    assert body(sources(example)["xlwings"]) == body(shipped)
    with (ROOT / "pyproject.toml").open("rb") as file:
        pinned = next(one for one in tomllib.load(file)["project"]["dependencies"] if one.startswith("xlwings"))
    assert pinned == f"xlwings=={metadata.version('xlwings')}"
    assert f'XLWINGS_VERSION As String = "{metadata.version("xlwings")}"' in shipped


def test_wrappers_and_macros_are_the_checked_in_ones(example):
    found = sources(example)
    for name in ("xlwings_udfs", "jx_macros"):
        assert body(found[name]) == body((ROOT / "udfs" / f"{name}.bas").read_text(encoding="ascii"))
    lines = [line for line in body(found["ThisWorkbook"]) if line]
    assert lines == ["Option Explicit", "Private Sub Workbook_Open()", "    JxRegister", "End Sub"]


def test_all_vba_is_ascii_and_no_module_is_named_as_a_procedure(example):
    found = sources(example)
    assert all(text.isascii() for text in found.values())
    procedures = {name.lower() for text in found.values() for name in re.findall(r"(?:Sub|Function)\s+(\w+)", text)}
    assert not procedures & {name.lower() for name in found}


def test_every_function_of_a_cell_has_a_wrapper_and_every_wrapper_its_helper(workbook):
    wrappers = set(re.findall(r"^Function (JX_\w+)", sources(workbook)["xlwings_udfs"], re.MULTILINE))
    book = read(workbook)
    formulas = [cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert set(re.findall(r"JX_[A-Z_]+", " ".join(formulas))) <= wrappers == set(FUNCTIONS)
    assert "Public Function JxBare(" in MACROS


def test_each_macro_handles_its_own_errors_and_resets_the_status_bar():
    procedure = r"^(?:Public|Private) (?:Sub|Function) (\w+)\(.*?\n(.*?)^End (?:Sub|Function)"
    for name, text in re.findall(procedure, MACROS, re.MULTILINE | re.DOTALL):
        assert name in ("JxBare", "JxBox") or "On Error" in text, name
    assert "RunPython" not in MACROS  # it may return without raising; CallUDF brings Python's answer back
    assert MACROS.count("Application.StatusBar = False") == 2
    assert not re.search(r"\.(Value|Formula\w*|Text)\s*=[^=]", MACROS.replace(".Value = key", ""))  # no macro writes a cell


# ---- settings, help, names


def test_settings_are_read_by_xlwings_and_by_setup(example, excel):
    book = xlwings.Book(impl=xlwings._xlwindows.Book(excel.add(opened(example))))
    expected = {
        "INTERPRETER_WIN": CONF_VALUE,
        "UDF MODULES": "jx_udfs",
        "USE UDF SERVER": "True",
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
        "XLWINGS_VERSION": metadata.version("xlwings"),
    }
    assert read_config_sheet(book) == expected
    assert templates.template_conf(example) == expected
    assert read(example)["xlwings.conf"].sheet_state == "hidden"
    runtime = sources(example)["xlwings"]
    for key in list(expected)[:1] + list(expected)[2:4]:
        assert f'GetConfig("{key}"' in runtime  # the runtime asks by these very names, in capitals


@lru_cache(maxsize=8)
def read(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def named(path: Path, name: str) -> list[list[object]]:
    book = read(path)
    ((sheet, area),) = book.defined_names[name].destinations
    cells = book[sheet][area.replace("$", "")]
    return [[cell.value for cell in row] for row in cells] if isinstance(cells, tuple) else [[cells.value]]


def test_help_and_texts_of_the_macros_lie_on_the_hidden_sheet(example):
    rows = named(example, "JxFunctions")
    assert {row[0]: (row[2], [text for text in row[3:] if text]) for row in rows} == {
        one.name: (one.help, [text for _, text in one.arguments]) for one in FUNCTIONS.values()
    }
    assert dict(named(example, "JxTexts")) == dict(TEXTS)
    keys = set(re.findall(r'Jx(?:Text|Failed)\(?\s*"(\w+)"', MACROS)) - {"busy_"}
    keys |= {f"busy_{action}" for action in re.findall(r'JxPress "(\w+)"', MACROS)}
    assert keys == set(TEXTS)
    assert read(example)["函数"].sheet_state == "veryHidden"


def test_bare_calls_find_the_inputs_bound_to_each_rate(workbook):
    book = read(workbook)
    bound = {name.removeprefix("参数_"): named(workbook, name)[0][0].split(",") for name in book.defined_names if name.startswith("参数_")}
    table = rubric.load(named(workbook, "评分标准编号")[0][0].partition("@")[0])
    assert {code: list(names) for code, names in bare_arguments(table)} == bound
    for code, names in bound.items():
        assert len(names) == len(CATALOGUE[code].arguments)
        assert all(name in book.defined_names for name in names)


def test_bound_inputs_stand_in_the_order_of_the_arguments():
    bound = dict(bare_arguments(rubric.load(ID)))
    assert bound["CONTROL_RATE"] == ("在职人员数", "编制数")
    assert bound["BUDGET_COMPLETION_RATE"] == ("预算完成数", "年初预算数")
    assert "BUILDING_AREA_RATE" not in bound


# ---- buttons, and the file as a whole


def test_buttons_stand_on_the_guide_and_beside_the_print_area_of_the_form(workbook):
    book = read(workbook)
    table = rubric.load(named(workbook, "评分标准编号")[0][0].partition("@")[0])
    with zipfile.ZipFile(workbook) as package:
        drawings = {}
        for number, sheet in enumerate(book.worksheets, 1):
            rels = f"xl/worksheets/_rels/sheet{number}.xml.rels"
            target = rels in package.namelist() and re.search(r'Target="\.\./drawings/(vml\w+\.vml)"', package.read(rels).decode("utf-8"))
            if target:
                drawings[sheet.title] = package.read(f"xl/drawings/{target[1]}").decode("utf-8")
    assert set(drawings) == {GUIDE, table.form.sheet}
    for text in drawings.values():
        assert re.findall(r"<x:FmlaMacro>\[0\]!(\w+)</x:FmlaMacro>", text) == [macro for _, macro in BUTTONS]
        assert [caption for caption, _ in BUTTONS] == re.findall(r'<font face="Calibri"[^>]*>(\S+?)</font>', text)
    first_columns = re.findall(r"<x:Anchor>\s*(\d+),", drawings[table.form.sheet])
    assert min(map(int, first_columns)) >= len(table.form.columns)
    area = openpyxl.utils.range_boundaries(book[table.form.sheet].print_area.rpartition("!")[2].replace("$", ""))
    assert area[2] == len(table.form.columns)


def test_right_values_are_stored_and_opening_does_not_wait_for_python(example, tmp_path):
    assert b"fullCalcOnLoad" not in part(example, "xl/workbook.xml")
    native = build(ID, tmp_path / "免装版.xlsx", Edition.NATIVE)
    assert b"fullCalcOnLoad" in part(native, "xl/workbook.xml")
    with zipfile.ZipFile(native) as package:
        assert "xl/vbaProject.bin" not in package.namelist()
        assert b"JX_" not in b"".join(package.read(name) for name in package.namelist() if "worksheets/sheet" in name)


def test_the_same_data_give_the_same_bytes(example, tmp_path):
    assert build(ID, tmp_path / "again.xlsm").read_bytes() == example.read_bytes()
