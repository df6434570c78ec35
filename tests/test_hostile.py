"""Files that would harm are refused with one clear line: bombs, document types, outside paths, wrong formats, broken parts."""

import io
import time
import zipfile

import pytest
from support.scoretable import write
from xl_jixiao.reading import UnreadableWorkbook, read

from xl_jixiao.scoretable import table as rubrics
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.catalogue import examples

CASE = "hongjiang-2020-dept"


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    rubric = rubrics.load(CASE)
    path = tmp_path_factory.mktemp("good") / "good.xlsx"
    write(rubric, answer_files.load(examples()[CASE], rubric.asked), Edition.NATIVE, path)
    return path.read_bytes()


def changed(good, change):
    """The good workbook with `change(name, data)` -> data (or None to leave a part out), plus added parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = change(part.filename, old.read(part))
            if data is not None:
                new.writestr(part.filename, data)
    return out.getvalue()


def with_part(good, name, data):
    out = io.BytesIO(good)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, data)
    return out.getvalue()


def entity(name, data):
    if name != "xl/workbook.xml":
        return data
    return data.replace(b"<workbook", b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><workbook', 1)


def entity_utf16(name, data):
    return entity(name, data).decode("utf-8").replace("UTF-8", "UTF-16").encode("utf-16") if name == "xl/workbook.xml" else data


def far_cell(name, data):
    return data.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>') if name.endswith("sheet2.xml") else data


CASES = {
    "压缩炸弹：一个部件解压后上百兆": (lambda good: with_part(good, "xl/media/a.bin", b"\0" * (65 * 2**20)), "拒绝打开"),
    "成千上万个部件": (lambda good: _many(good), "拒绝打开"),
    "一个远在天边的单元格": (lambda good: changed(good, far_cell), "范围过大"),
    "外部实体": (lambda good: changed(good, entity), "文档类型声明"),
    "UTF-16 写的外部实体": (lambda good: changed(good, entity_utf16), "文档类型声明"),
    "越界路径": (lambda good: with_part(good, "../../evil.xml", b"<a/>"), "越界路径"),
    "旧格式或加密文件": (lambda good: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "加密或旧格式"),
    "不是压缩包": (lambda good: b"PK\x03\x04 nothing", "不是有效的"),
    "空文件": (lambda good: b"", "不是有效的"),
    "截断的文件": (lambda good: good[: len(good) // 2], "不是有效的"),
    "工作表损坏": (lambda good: changed(good, lambda name, data: data[:200] if name.endswith("sheet2.xml") else data), "无法读取"),
    "缺少工作簿部件": (lambda good: changed(good, lambda name, data: None if name == "xl/workbook.xml" else data), "无法读取"),
    "别的工作簿": (lambda good: _other(), "不是本系统的填报表"),
}


def _many(good):
    out = io.BytesIO(good)
    with zipfile.ZipFile(out, "a") as package:
        for at in range(3001):
            package.writestr(f"xl/x{at}.bin", b"")
    return out.getvalue()


def _other():
    import openpyxl

    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


@pytest.mark.parametrize(("make", "words"), CASES.values(), ids=CASES)
def test_a_harmful_file_is_refused_with_one_clear_line(make, words, good, tmp_path):
    path = tmp_path / "某局.xlsx"
    path.write_bytes(make(good))
    started = time.perf_counter()
    with pytest.raises(UnreadableWorkbook) as refused:
        read(path)
    message = str(refused.value)
    assert words in message and message.startswith("某局.xlsx") and "\n" not in message
    assert time.perf_counter() - started < 20


def test_a_lost_stamp_is_found_on_the_hidden_sheet(good, tmp_path):
    path = tmp_path / "某局.xlsx"
    path.write_bytes(changed(good, lambda name, data: data.replace(b"fmtid", b"fmtid") if name != "docProps/custom.xml" else _no_properties()))
    assert read(path).rubric.id == CASE


def _no_properties():
    return (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"></Properties>'
    )


def test_dropped_names_fall_back_to_the_templates_own_cells(good, tmp_path):
    import re

    path = tmp_path / "某局.xlsx"
    drop = lambda name, data: re.sub(rb"<definedNames>.*</definedNames>", b"", data, flags=re.S) if name == "xl/workbook.xml" else data  # noqa: E731
    path.write_bytes(changed(good, drop))
    original = tmp_path / "good.xlsx"
    original.write_bytes(good)
    assert read(path).digest == read(original).digest
