"""A bureau's own Word template: its placeholders filled from the filing, unknown ones named before anything is written."""

import zipfile

import docx
import pytest
from click.testing import CliRunner
from support.books import book as written

from xl_jixiao.cli import main
from xl_jixiao.sheet.edition import Edition


@pytest.fixture
def book(tmp_path):
    return written("generic-dept", Edition.NATIVE, tmp_path / "表.xlsx")


def exported(book, *paragraphs):
    template = docx.Document()
    for text in paragraphs:
        template.add_paragraph(text)
    path = book.with_name("模板.docx")
    template.save(path)
    folder = book.parent / "成品"
    return folder, CliRunner().invoke(main, ["export", str(book), "-o", str(folder), "--template", str(path)])


def test_placeholders_are_filled_with_answers_results_and_lines(book):
    folder, done = exported(
        book,
        "{{ 单位名称 }}{{ 年度 }}年得{{ 总分 }}分，{{ 等次 }}，{{ 实际支付进度 }}",
        "{%p for 项 in 行 %}",
        "{{ 项.指标 }}",
        "{%p endfor %}",
    )
    assert done.exit_code == 0, done.output
    (made,) = folder.glob("*-模板.docx")
    texts = [one.text for one in docx.Document(str(made)).paragraphs]
    assert texts[0] == "某某局（示例）2025年得89.84分，良，88.20%"
    assert texts[1:3] == ["绩效目标合理性", "绩效指标明确性"] and len(list(folder.glob("*.docx"))) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ 编制人数 }}", "没有“编制人数”这一项，是否为“编制数”"),
        ("{{ 单位名称 ", "占位写法不对"),
        ("{{ ''.__class__.__mro__ }}", "占位写法不对"),
        ("{{ 总分 + 1 }}", "占位写法不对"),
        ("{{ 1 / 0 }}", "占位写法不对"),
    ],
    ids=["an unknown name", "an open bracket", "code", "a sum of a text", "a quotient of nothing"],
)
def test_a_template_that_can_not_be_filled_is_said_and_nothing_is_written(text, said, book):
    folder, done = exported(book, text)
    assert done.exit_code == 2 and said in done.output and not folder.exists()


def test_a_report_that_is_there_is_said_before_anything_is_written(book):
    folder, done = exported(book, "{{ 单位名称 }}")
    for path in folder.glob("*-成品.*"):
        path.unlink()
    _, done = exported(book, "{{ 单位名称 }}")
    assert done.exit_code == 2 and "文件已存在" in done.output and len(list(folder.iterdir())) == 1


def test_a_template_called_as_the_finished_report_does_not_take_its_place(book):
    path = book.with_name("成品.docx")
    docx.Document().save(path)
    done = CliRunner().invoke(main, ["export", str(book), "-o", str(book.parent / "出"), "--template", str(path), "--overwrite"])
    assert done.exit_code == 2 and "改个名称" in done.output and not (book.parent / "出").exists()


def test_a_file_that_is_no_word_file_is_said(book):
    done = CliRunner().invoke(main, ["export", str(book), "-o", str(book.parent / "成品"), "--template", str(book)])
    assert done.exit_code == 2 and "不是 Word 文件" in done.output


def test_a_word_file_that_is_cut_off_inside_is_said(book):
    path = book.with_name("坏.docx")
    docx.Document().save(path)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part[:300] if name == "word/document.xml" else part)
    done = CliRunner().invoke(main, ["export", str(book), "-o", str(book.parent / "成品"), "--template", str(path)])
    assert done.exit_code == 2 and "不是 Word 文件" in done.output


def test_a_table_without_its_columns_is_said(book):
    path = book.with_name("表.docx")
    document = docx.Document()
    table = document.add_table(1, 2)
    table._tbl.remove(table._tbl.tblGrid)
    document.save(path)
    done = CliRunner().invoke(main, ["export", str(book), "-o", str(book.parent / "成品"), "--template", str(path)])
    assert done.exit_code == 2 and "请在 Word 或 WPS 中另存为 .docx" in done.output and "NoneType" not in done.output
