"""The command line as people and scripts meet it: output, JSON, exit status, one clear line for bad input."""

import errno
import json
import os
import re
import subprocess
import sys
from importlib import import_module
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from rich.cells import cell_len
from rich.console import Console
from support.depth import DEEP, forms

from xl_jixiao.cli import main
from xl_jixiao.jobs import open_job
from xl_jixiao.outputs import safe_name
from xl_jixiao.sheet.measure import text_units
from xl_jixiao.tables.catalogue import bundled, examples, heading, known
from xl_jixiao.terminal import progress, wrapped

CASE = "hongjiang-2020-dept"
DATA = str(examples()[CASE])
WORKBOOK = str(Path(__file__).resolve().parents[1] / "workbook_templates" / f"{CASE}-免装版.xlsx")


def run(*arguments):
    return CliRunner().invoke(main, [str(part) for part in arguments])


def test_rubrics_lists_every_bundled_table():
    listed = json.loads(run("rubrics", "--json").output)
    assert {row["id"] for row in listed} == set(known()) and all(row["title"] and row["kind"] for row in listed)
    shown = run("rubrics").output
    assert all(name in shown for name in bundled())


def test_score_as_json_has_the_published_total_and_the_computed_one_beside_it():
    result = run("score", CASE, DATA, "--json")
    card = json.loads(result.output)
    assert result.exit_code == 0
    assert (card["total"], card["computed_total"], card["grade"]) == (89.5, 68.5, "良好")
    first = next(one for one in card["indicators"] if one["code"] == "在职人员控制率")
    assert (first["weight"], first["rate"], first["points"]) == (2, 0.7674, 2)
    assert first["worked"] == "在职人员控制率=66÷86×100%=76.74%"
    assert {finding["code"] for finding in card["findings"]} == {"JX401"}
    assert set(card["findings"][0]) == {"code", "name", "level", "place", "message", "reported", "expected"}


def test_an_unfinished_filing_scores_nothing_and_exits_with_1(tmp_path):
    data = tmp_path / "data.json"
    data.write_text(json.dumps({"在职人员数": 66}, ensure_ascii=False), encoding="utf-8")
    result = run("score", CASE, data, "--json")
    card = json.loads(result.output)
    assert result.exit_code == 1 and card["total"] is None and card["grade"] is None
    assert any(finding["code"] == "JX101" and "编制数" in finding["message"] for finding in card["findings"])


@pytest.mark.parametrize("name", forms(examples()))
@pytest.mark.parametrize("suffix", [".xlsx", ".xlsm"])
def test_every_example_is_filled_and_read_back_by_score(name, suffix, tmp_path):
    book = tmp_path / f"book{suffix}"
    assert run("fill", name, examples()[name], "-o", book).exit_code == 0
    assert book.stat().st_size > 5000
    exported = run("export", book, "-o", tmp_path / "out")
    assert exported.exit_code in (0, 1), exported.output
    assert bool(list((tmp_path / "out").glob("*.xlsx")) if (tmp_path / "out").exists() else False) == (exported.exit_code == 0)


def test_export_writes_the_finished_sheet_and_names_it(tmp_path):
    run("fill", CASE, DATA, "-o", tmp_path / "book.xlsx")
    result = run("export", tmp_path / "book.xlsx", "-o", tmp_path / "out")
    assert result.exit_code == 0 and "总分 89.5，等次 良好" in result.output
    assert (tmp_path / "out" / "洪江市人民政府办公室-2020年度整体支出评分表-成品.xlsx").is_file()


def test_export_of_an_unfinished_workbook_lists_what_is_missing_with_its_cell(tmp_path):
    run("build", CASE, "-o", tmp_path / "blank.xlsx")
    result = run("export", tmp_path / "blank.xlsx", "-o", tmp_path / "out")
    assert result.exit_code == 1 and not (tmp_path / "out").exists()
    assert "blank.xlsx ▸ 基础数据!C10" in result.output and "编制数" in result.output


def test_nothing_is_overwritten_unless_told(tmp_path):
    book = tmp_path / "book.xlsx"
    assert run("build", CASE, "-o", book).exit_code == 0
    before = book.read_bytes()
    again = run("fill", CASE, DATA, "-o", book)
    assert again.exit_code == 2 and "已存在" in again.output and book.read_bytes() == before
    assert run("fill", CASE, DATA, "-o", book, "--overwrite").exit_code == 0 and book.read_bytes() != before
    assert [path.name for path in tmp_path.iterdir()] == ["book.xlsx"], "no temporary file stays"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """What the demo said, and its folder."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    return run("demo", *(["--all"] if DEEP else []), "-o", folder), folder


def test_demo_does_the_whole_job(demo):
    result, folder = demo
    assert result.exit_code == 0, result.output
    assert "89.5" in result.output and "68.5" in result.output and "JX401" in result.output
    for path in folder.glob("*.*"):
        assert path.name in result.output


def test_the_demo_counts_of_the_book_what_a_review_counts(demo, tmp_path):
    result, folder = demo
    book = folder / "整套一本" / "hongjiang-2020-set-免装版.xlsx"
    review = run("review", book, "-o", tmp_path / "report.xlsx", "--jobs", "1")
    said = (result.output.partition("整套合成一本，在")[2], review.output)
    of_book, of_review = (re.findall(r"(须说明|提示)(\d+)", "".join(text.split()))[:2] for text in said)
    assert of_book == of_review and len(of_book) == 2


@pytest.fixture
def screen(monkeypatch):
    """What a terminal 80 columns wide shows."""
    shown = Console(file=StringIO(), force_terminal=True, color_system=None, highlight=False, width=80)
    for home in ("terminal", "demo", "review.run"):
        monkeypatch.setattr(import_module(f"xl_jixiao.{home}"), "console", lambda: shown)
    return shown


@pytest.mark.parametrize("name", [CASE, "generic-selfeval"])
def test_a_score_fits_80_columns_with_every_figure_whole(name, screen):
    assert run("score", name, examples()[name]).exit_code == 0
    lines = screen.file.getvalue().splitlines()
    assert not [line for line in lines if cell_len(line.rstrip()) > 80]
    result = open_job(name).evaluate(open_job(name).answers(examples()[name]))
    figures = {one for cells in result.rows() for one in re.findall(r"[-−]?\d+(?:\.\d+)?%?", cells[-1])}
    shown = {one for line in lines for one in re.findall(r"[-−]?\d+(?:\.\d+)?%?", line)}
    assert figures <= shown
    assert not [line for line in lines if line.strip()[:1] in tuple("，。；：）”")]


def test_what_a_long_name_takes_is_no_room_of_the_progress(screen):
    with progress(screen, "正在审核") as bar:
        bar.add_task("", total=9, completed=4, name="某某县某某局-2020年度整体支出评分表-成品" * 3)
    assert "正在审核" in screen.file.getvalue() and "4/9" in screen.file.getvalue() and "某某县" in screen.file.getvalue()
    assert all(cell_len(line) <= 80 for line in re.split(r"[\r\n]|\x1b\[[^A-Za-z]*[A-Za-z]", screen.file.getvalue()))


BAD = {
    "未知的评分标准": (["score", "nowhere-2020", DATA], "没有评分标准“nowhere-2020”"),
    "没有数据文件": (["score", CASE, "nothing.toml"], "nothing.toml"),
    "后缀与版本不符": (["build", CASE, "--edition", "addin", "-o", "book.xlsx"], ".xlsm"),
    "不是工作簿": (["export", DATA, "-o", "out"], "不是有效的 .xlsx"),
    "缺少参数": (["score"], "缺少参数 RUBRIC。用法见 "),
    "缺少选项": (["fill", CASE, DATA], "缺少选项 --output。用法见 "),
    "没有这个选项": (["score", "--jsn", CASE, DATA], "没有选项 --jsn（是否为 --json？）"),
    "没有这个命令": (["fil"], "没有命令 fil（是否为 fill？）"),
    "不在可选范围": (["build", CASE, "--edition", "wps", "-o", "book.xlsx"], "选项 --edition 不对：可用 addin、native"),
    "进程数太多": (["review", "a.xlsx", "-o", "r.xlsx", "--jobs", "99"], "应为1到64的整数"),
    "多余的参数": (["score", CASE, DATA, "extra"], "多余的参数：extra"),
    "多余的参数是中文": (["score", CASE, DATA, "附件（一）.xlsx"], "多余的参数：附件（一）.xlsx。用法见"),
    "选项没有值": (["build", CASE, "-o"], "选项 -o 的用法不对"),
    "文件夹当作文件": (["score", CASE, "."], "应为文件，不是文件夹"),
    "工作簿当作数据": (
        ["score", CASE, WORKBOOK],
        "是工作簿或 Word 文件；填报表直接用 xl-jixiao export、review，要换成数据文件用 xl-jixiao read",
    ),
    "别的表的数据": (["score", "generic-selfeval", DATA], f"数据属于“{CASE}”，不是“generic-selfeval”"),
    "一张表没有项目": (["build", CASE, "--projects", "2", "-o", "book.xlsx"], f"选项 --projects 只用于套表，“{CASE}”是一张表"),
    "导入以前先看写到哪里": (["import", WORKBOOK, "--into", WORKBOOK, "-o", WORKBOOK], "文件已存在"),
    "导入的后缀不对": (["import", WORKBOOK, "--into", WORKBOOK, "-o", "book.pdf"], "免装版的文件名应以 .xlsx 结尾：book.pdf"),
    "没有要核对的报告": (["export", WORKBOOK, "--check", "nothing.docx"], "nothing.docx：找不到文件"),
    "写入不存在的文件夹": (["build", CASE, "-o", "no/such/folder/book.xlsx"], "no/such/folder"),
}


@pytest.mark.parametrize(("arguments", "words"), BAD.values(), ids=BAD)
def test_bad_input_is_one_clear_line_and_exit_2(arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2 and words in result.output and "Traceback" not in result.output
    assert len(result.output.strip().splitlines()) == 1 and "Usage" not in result.output
    assert list(tmp_path.iterdir()) == []


REASONS = [
    (errno.EACCES, "没有权限，或文件正被别的程序打开"),
    (errno.EROFS, "磁盘或文件夹是只读的"),
    (errno.ENOSPC, "磁盘满了"),
]


@pytest.mark.parametrize(("number", "said"), REASONS)
def test_what_the_system_says_in_english_is_said_in_chinese(number, said, tmp_path, monkeypatch):
    def refused(*_arguments, **_options):
        raise OSError(number, os.strerror(number), "book.xlsx")

    monkeypatch.setattr("xl_jixiao.outputs.os.replace", refused)
    result = run("build", "generic-selfeval", "-o", tmp_path / "book.xlsx")
    assert result.exit_code == 2 and result.output == f"book.xlsx：{said}；请检查路径、权限和磁盘空间\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [["score", CASE], ["export", "-o", "out"], ["review", "-o", "report.xlsx"]], ids=lambda one: one[0])
def test_a_file_that_may_not_be_read_is_no_folder(command, tmp_path, monkeypatch):
    closed = tmp_path / "closed.xlsx"
    closed.write_bytes(b"")
    monkeypatch.setattr("click.types.os.access", lambda *_arguments: False)
    result = run(*command, closed)
    assert result.exit_code == 2 and "没有读取的权限" in result.output and "文件夹" not in result.output


def test_a_workbook_that_is_no_form_is_said_so_once(tmp_path):
    other = openpyxl.Workbook()
    other.active["A1"] = "通讯录"
    other.save(tmp_path / "通讯录.xlsx")
    result = run("read", tmp_path / "通讯录.xlsx", "-o", tmp_path / "data.toml")
    assert result.exit_code == 2 and result.output == "通讯录.xlsx：没有认出自评表、评分表或决算公开表\n"


def test_a_broken_rubric_names_file_path_text_and_what_is_allowed(tmp_path):
    text = bundled()[CASE].read_text(encoding="utf-8").replace("otherwise = { points = 0,", "flor = 1\notherwise = { points = 0,")
    (tmp_path / "chenzhou.toml").write_text(text, encoding="utf-8")
    result = run("score", tmp_path / "chenzhou.toml", DATA)
    assert result.exit_code == 2
    assert "chenzhou.toml indicators[6].rule：未知项 flor，可用 kind、bands、otherwise、unit" in result.output


def test_a_county_table_outside_the_package_works_by_path(tmp_path):
    path = tmp_path / "my-county.toml"
    path.write_text(bundled()[CASE].read_text(encoding="utf-8").replace(f'id = "{CASE}"', 'id = "my-county"'), encoding="utf-8")
    data = tmp_path / "data.toml"
    data.write_text(Path(DATA).read_text(encoding="utf-8").replace(f'rubric = "{CASE}"', 'rubric = "my-county"'), encoding="utf-8")
    assert run("fill", path, data, "-o", tmp_path / "book.xlsx").exit_code == 0
    refused = run("export", tmp_path / "book.xlsx", "-o", tmp_path / "out")
    assert refused.exit_code == 2 and "my-county" in refused.output and "--rubric" in refused.output
    assert run("export", tmp_path / "book.xlsx", "-o", tmp_path / "out", "--rubric", path).exit_code == 0


def test_a_folder_with_two_tables_of_a_county_is_reviewed_each_after_its_own(tmp_path):
    """A table given is never put over a workbook of another table: that makes dozens of findings about a clean file."""
    tables, returned = tmp_path / "tables", tmp_path / "returned"
    tables.mkdir()
    returned.mkdir()
    for old, new in ((CASE, "my-dept"), ("generic-selfeval", "my-project")):
        for files, suffix in ((bundled(), ""), (examples(), "-data")):
            text = files[old].read_text(encoding="utf-8").replace(f'"{old}"', f'"{new}"', 1)
            (tables / f"{new}{suffix}.toml").write_text(text, encoding="utf-8")
        assert run("fill", tables / f"{new}.toml", tables / f"{new}-data.toml", "-o", returned / f"{new}.xlsx").exit_code == 0
    listed = tmp_path / "found.json"
    expected = {
        "--tables": (tables, {}),
        "--rubric": (tables / "my-dept.toml", {"my-project.xlsx": ["JX600"]}),
    }
    for option, (value, wrong) in expected.items():
        run("review", returned, option, value, "-o", tmp_path / "report.xlsx", "--json", listed, "--overwrite", "--jobs", "1")
        files = json.loads(listed.read_text(encoding="utf-8"))
        codes = {one["file"]: [f["code"] for f in one["findings"] if f["code"].startswith("JX6")] for one in files}
        assert {file: found for file, found in codes.items() if found} == wrong, option
    refused = run("export", returned / "my-project.xlsx", "-o", tmp_path / "out", "--rubric", tables / "my-dept.toml")
    assert refused.exit_code == 2 and "my-project" in refused.output and "my-dept" in refused.output
    missing = run("review", returned, "--tables", tmp_path / "nowhere", "-o", tmp_path / "none.xlsx")
    assert missing.exit_code == 2 and "nowhere：没有这个文件夹" in missing.output


def test_output_is_utf8_in_a_pipe_whatever_the_console(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "xl_jixiao", "rubrics"],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PATH": ""},
        check=True,
    )
    assert heading(bundled()[CASE])["title"] in done.stdout.decode("utf-8")


COMMANDS = ["", "bundle", "demo", "doctor", "export", "fill", "import", "next", "read", "review", "rubrics", "score", "setup", "templates"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_80_columns_with_every_word_of_it(command):
    result = CliRunner().invoke(main, [*command.split(), "--help"], env={"COLUMNS": "80"}, terminal_width=80)
    assert result.exit_code == 0
    said = result.output.partition("\n")[2]
    assert not [line for line in said.splitlines() if text_units(line) > 80]
    assert "..." not in said and "…" not in said
    found = main.get_command(main.make_context("xl-jixiao", ["--version"], resilient_parsing=True), command) if command else None
    if found is not None and found.help:
        assert "".join(found.help.split()) in "".join(said.split())


WRAPPED = [
    ("汉字占两列", "一二三四五六", 6, ["一二三", "四五六"]),
    ("标点不在行首", "一二三，四五", 6, ["一二", "三，四", "五"]),
    ("英文词不拆开", "用 export 导出", 8, ["用", "export", "导出"]),
    ("放得下的是一行", "一二 abc", 8, ["一二 abc"]),
    ("负号不离开数", "变动率-13.23%，", 10, ["变动率", "-13.23%，"]),
    ("左括号不在行尾", "一二（三四）", 6, ["一二", "（三", "四）"]),
    ("全角空格照旧", "须说明　某局", 20, ["须说明　某局"]),
]


NAMES = [
    ("照旧", "某某局（示例）", 30, "某某局（示例）"),
    ("剪短的不停在顿号上", "政府办专项经费、挂职工作经费", 8, "政府办专项经费"),
    ("剪短的不停在左括号上", "某某项目（二期）", 5, "某某项目"),
    ("没有剪短的保留末尾", "甲、", 2, "甲、"),
    ("不能作文件名的字", 'a/b:c*"<>|', 30, "a_b_c_"),
]


@pytest.mark.parametrize(("text", "most", "name"), [case[1:] for case in NAMES], ids=[case[0] for case in NAMES])
def test_a_name_of_a_file_that_is_cut_ends_in_a_word(text, most, name):
    assert safe_name(text, most) == name


@pytest.mark.parametrize(("text", "width", "lines"), [case[1:] for case in WRAPPED], ids=[case[0] for case in WRAPPED])
def test_lines_of_a_terminal_are_counted_in_columns(text, width, lines):
    assert wrapped(text, width) == lines
