"""The one reader: three ways give the same package; hostile files are refused with one clear line, in bounded time and memory."""

import io
import os
import struct
import subprocess
import sys
import tomllib
import zipfile
import zlib
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from support.depth import few, forms, many
from support.packages import changed, differences, drawn, packed, parts
from support.spending import within

from xl_jixiao.sheet.book_parts import read_chart, read_old_drawing
from xl_jixiao.sheet.content import DrawnChart, FaintText, FormulaKind, UnreadableWorkbook
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.formula_text import compared, moved
from xl_jixiao.sheet.markup import Allowance
from xl_jixiao.sheet.package import Way, read
from xl_jixiao.sheet.zipped import Known
from xl_jixiao.tables.catalogue import bundled, examples

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = [
    ROOT / "workbook_templates" / f"{name}-{edition.label}{edition.suffix}"
    for name, edition in few(
        [(name, edition) for name in forms(bundled()) for edition in (Edition.ADDIN, Edition.NATIVE)],
        lambda one: (one[1] is Edition.ADDIN) == (one[0] == "hongjiang-2020-dept"),
    )
]
"""In every run one of the add-in's."""

EXAMPLES = [examples()[name] for name in forms(examples())]
SHEET = "xl/worksheets/sheet2.xml"


@pytest.fixture(scope="module")
def good():
    return ROOT / "workbook_templates" / "hongjiang-2020-dept-免装版.xlsx"


# ---- three ways to one package


def assert_same_three_ways(path):
    fast = read(path)
    assert fast == read(path, Way.GENERAL)
    assert differences(fast, read(path, Way.OPENPYXL)) == []
    return fast


def all_fast(path, monkeypatch):
    """That no part of a workbook needs the general way: it would only be slow."""
    from xl_jixiao.sheet import cells

    def general(*_):
        raise AssertionError(f"{path.name} is read the general way")

    with monkeypatch.context() as patched:
        patched.setattr(cells.Cells, "opened", general)
        read(path)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_as_built_and_as_openpyxl_saves_it(path, tmp_path, monkeypatch):
    package = assert_same_three_ways(path)
    assert (package.macros is None) == (path.suffix == ".xlsx")
    again = tmp_path / path.name
    openpyxl.load_workbook(path, keep_vba=path.suffix == ".xlsm").save(again)
    assert_same_three_ways(again)
    for one in (path, again):
        all_fast(one, monkeypatch)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """An example filled in, and finished where it can be: made once, when first asked for."""
    from click.testing import CliRunner

    from xl_jixiao.cli import main

    @cache
    def made(example):
        folder = tmp_path_factory.mktemp(example.stem)
        path = folder / f"{example.stem}.xlsx"
        assert CliRunner().invoke(main, ["fill", example.stem, str(example), "-o", str(path)]).exit_code == 0
        CliRunner().invoke(main, ["export", str(path), "-o", str(folder / "成品")])
        return [path, *(folder / "成品").glob("*.xlsx")]

    return made


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_a_filled_and_a_finished_workbook(example, filled, tmp_path, monkeypatch):
    paths = filled(example)
    for path in paths:
        all_fast(path, monkeypatch)
    for path in paths[:: many(2, 1)]:
        assert_same_three_ways(path)
    for path in paths[many(-1, 0) :]:
        again = tmp_path / f"again-{path.name}"
        openpyxl.load_workbook(path).save(again)
        assert_same_three_ways(again)


def test_workbooks_saved_again_by_libreoffice(filled, office, tmp_path, monkeypatch):
    paths = {path.name: path for example in EXAMPLES for path in filled(example)}
    saved = [office.convert(paths[name], "xlsx", tmp_path / name) for name in list(paths)[:: many(2, 1)]]
    assert len(saved) >= len(EXAMPLES)
    for path in saved:
        assert read(path) == read(path, Way.GENERAL)
        all_fast(path, monkeypatch)
        if "成品" not in path.name:
            assert_same_three_ways(path)


# ---- what a cell says


def workbook(tmp_path, cells, texts="", **other):
    """A small workbook of one sheet, its rows given as XML."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "http://schemas.openxmlformats.org/package/2006/relationships"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    content = {
        "[Content_Types].xml": f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{types}.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="{types}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{listed}"><Relationship Id="a" Type="{relation}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relation}"><workbookPr/><sheets><sheet name="表" sheetId="1" r:id="a"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{listed}"><Relationship Id="a" Type="{relation}/worksheet" '
        f'Target="worksheets/sheet1.xml"/><Relationship Id="b" Type="{relation}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0" encoding="UTF-8"?>\r\n<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{texts}</sst>',
    }
    content.update(other)
    path = tmp_path / "表.xlsx"
    path.write_bytes(packed({name: data.encode() if isinstance(data, str) else data for name, data in content.items()}))
    return path


CELLS = {
    "数": ("<c{}><v>-1.5E-3</v></c>", -0.0015),
    "日期只是数": ('<c{} s="0"><v>44000</v></c>', 44000.0),
    "逻辑值": ('<c{} t="b"><v>1</v></c>', True),
    "写成 ISO 的日期": ('<c{} t="d"><v>2020-06-18</v></c>', 44000.0),
    "没有值": ('<c{} t="str"></c>', None),
    "算出空文本": ('<c{} t="str"><f>""</f><v></v></c>', ""),
    "内联文字": ('<c{} t="inlineStr"><is><t>甲乙</t></is></c>', "甲乙"),
    "内联文字分段": ('<c{} t="inlineStr"><is><r><rPr><b/></rPr><t>甲</t></r><r><t>乙</t></r></is></c>', "甲乙"),
    "共享文字": ('<c{} t="s"><v>0</v></c>', "普通"),
    "共享文字去掉不保留的空格": ('<c{} t="s"><v>1</v></c>', "空格"),
    "共享文字保留空格": ('<c{} t="s"><v>2</v></c>', " 空格 "),
    "注音不算文字": ('<c{} t="s"><v>3</v></c>', "漢字"),
    "转义的换行": ('<c{} t="s"><v>4</v></c>', "上\r\n下_x000D_"),
    "字符引用": ('<c{} t="s"><v>5</v></c>', "<甲&乙>\"\r'A"),
    "换行归一": ('<c{} t="str"><v>上\r\n下\r尾</v></c>', "上\n下\n尾"),
    "两半拼成一个字": ('<c{} t="s"><v>6</v></c>', "😀�"),
    "注释里的标签不算": ('<c{} t="str"><!-- <v>假</v> --><v>真</v></c>', "真"),
    "共享文字的号码只是空白": ('<c{} t="s"><v> \n</v></c>', None),
    "CDATA": ('<c{} t="str"><v><![CDATA[<甲>]]></v></c>', "<甲>"),
}
TEXTS = (
    "<si><t>普通</t></si><si><t> 空格\n</t></si><si><t xml:space='preserve'> 空格 </t></si>"
    '<si><r><t>漢</t></r><r><t>字</t></r><rPh sb="0" eb="2"><t>かんじ</t></rPh><phoneticPr fontId="1"/></si>'
    "<si><t>上_x000D_\n下_x005F_x000D_</t></si><si><t>&lt;甲&amp;乙&gt;&quot;&#13;&apos;&#x41;</t></si><si><t>_xD83D__xDE00__xD83D_</t></si>"
)


@pytest.mark.parametrize("way", [Way.FAST, Way.GENERAL])
@pytest.mark.parametrize(("written", "value"), CELLS.values(), ids=CELLS)
def test_what_a_cell_holds(written, value, way, tmp_path):
    cell = written.format(' r="B3"')
    path = workbook(tmp_path, f'<row r="3">{cell}</row>', TEXTS)
    cell = read(path, way).cell("表", 2, 1)
    assert cell.value == value and type(cell.value) is type(value)


def test_an_error_is_marked(tmp_path):
    cell = read(workbook(tmp_path, '<row r="1"><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>')).cell("表", 0, 0)
    assert (cell.value, cell.error, cell.formula) == ("#DIV/0!", True, "1/0")


def test_cells_without_addresses_stand_one_after_another(tmp_path):
    package = read(workbook(tmp_path, "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"))
    assert {place: cell.value for place, cell in package.sheets["表"].cells.items()} == {(0, 0): 1, (0, 1): 2, (1, 0): 3}


@pytest.mark.parametrize("way", list(Way))
def test_formulas_shared_in_arrays_and_in_tables(way, tmp_path):
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1+$C$1+SUM(D:D)+"A1"&amp;\'A1\'!A1</f><v>1</v></c>'
        '<c r="B1"><f t="array" ref="B1:B2">SUM(C1:C2*D1:D2)</f><v>2</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>3</v></c><c r="B2"><f t="dataTable" ref="B2:B3" dt2D="0" r1="C1"/><v>4</v></c></row>'
    )
    sheet = read(workbook(tmp_path, rows), way).sheets["表"]
    assert sheet.cell(1, 0).formula == "B2+$C$1+SUM(D:D)+\"A1\"&'A1'!A2"
    assert (sheet.cell(0, 1).kind, sheet.cell(0, 1).formula) == (FormulaKind.ARRAY, "SUM(C1:C2*D1:D2)")
    assert (sheet.cell(1, 1).kind, sheet.cell(1, 1).formula) == (FormulaKind.TABLE, "TABLE(C1,)")


MOVED = {
    "A1": "B3",
    "$A1+A$1+$A$1": "$A3+B$1+$A$1",
    "LOG10(A1)": "LOG10(B3)",
    "预算A1+A1": "预算A1+B3",
    "A:B+1:2+$A:$A": "B:C+3:4+$A:$A",
    '"A1"&A1': '"A1"&B3',
    "XFE1+XFD1": "XFE1+#REF!",
    "表[A1]": "表[A1]",
    "A1:B2": "B3:C4",
}


@pytest.mark.parametrize(("formula", "expected"), MOVED.items())
def test_a_formula_moved_one_right_and_two_down(formula, expected):
    assert moved(formula, (0, 0), (2, 1)) == expected


COMPARED = {
    "LibreOffice 的写法": ("of:=SUM($A$1;b2)", "SUM(A1;B2)"),
    "前面的加号": ("=+A1", "A1"),
    "新函数的前缀": ("_xlfn.CONCAT(_xlfn._xlws.FILTER(A1,b1))", "CONCAT(FILTER(A1,B1))"),
    "引号里的文字不动": ('IF(A1="a $b"," ","_xlfn.")', 'IF(A1="a $b"," ","_xlfn.")'),
    "文字之间的等号不丢": ('"a"="b"', '"a"="b"'),
    "表名的引号": ("'基础数据'!$C$1+TRUE()", "基础数据!C1+TRUE"),
    "插件所在的文件": ("[1]!JX_RATE(A1)", "JX_RATE(A1)"),
}


@pytest.mark.parametrize(("formula", "expected"), COMPARED.values(), ids=COMPARED)
def test_formulas_as_they_are_compared(formula, expected):
    assert compared(formula) == expected


def test_a_sheet_whose_name_has_a_space_more_is_another_sheet():
    assert compared("'基础 数据'!A1") != compared("基础数据!A1")


def test_strict_ooxml_is_read_too(tmp_path):
    path = workbook(tmp_path, '<row r="1"><c r="A1" t="s"><v>0</v></c></row>', TEXTS)
    strict = {
        name: data.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for name, data in parts(path).items()
    }
    path.write_bytes(packed(strict))
    assert read(path).cell("表", 0, 0).value == "普通"


def test_a_package_that_hangs_together_otherwise_goes_to_openpyxl(tmp_path):
    path = workbook(tmp_path, '<row r="1"><c r="A1"><v>7</v></c></row>', **{"_rels/.rels": '<Relationships xmlns="x"/>'})
    assert read(path).cell("表", 0, 0).value == 7


def test_what_an_extension_of_excel_2010_formats(tmp_path):
    """Its area comes after its rules."""
    rule = (
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}">'
        '<x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        '<x14:cfRule type="expression" priority="1" id="{0}"><xm:f>基础数据!A1&gt;0</xm:f></x14:cfRule><xm:sqref>B2:B9 D2</xm:sqref>'
        "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
    )
    path = workbook(tmp_path, "")
    path.write_bytes(changed(path, "xl/worksheets/sheet1.xml", lambda data: data.replace(b"</worksheet>", rule.encode() + b"</worksheet>")))
    (found,) = read(path).sheets["表"].conditional_formats
    assert (found.area, found.kind, found.formulas) == ("B2:B9 D2", "expression", ("基础数据!A1>0",))


def test_what_stands_around_the_cells(good):
    package = read(good)
    data = package.sheets["基础数据"]
    assert list(package.sheets)[:3] == ["填报说明", "基础数据", "评分底稿"]
    assert package.names["预算编码"].cell == ("基础数据", 6, 2) and package.sheets["规则"].state == "veryHidden"
    assert data.protected and data.conditional_formats[0].look.fill and data.widths
    assert drawn(package.sheets["得分分析"], "chart") == 3 and package.properties["评分标准"] == "hongjiang-2020-dept"
    assert not package.look(data.cell(6, 2).style).locked and package.look(data.cell(0, 0).style).locked
    buttons = read(good.with_name("hongjiang-2020-dept-插件版.xlsm"))
    assert drawn(buttons.sheets["填报说明"], "control") > 0 and len(buttons.macros) == 64


# ---- hostile files


def refusal(path, seconds=2.0):
    """The line that refuses a file, or "" where it is read; either way within the time all are allowed."""
    with within(seconds * 1.5):  # a busy machine
        try:
            read(path)
            line = ""
        except UnreadableWorkbook as refused:
            line = str(refused)
    assert line.isprintable() and len(line) < 600
    assert not line or (line.startswith(path.name) and "；" in line)
    return line


PARTS = tomllib.loads((ROOT / "tests" / "data" / "hostile_packages.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", PARTS, ids=lambda case: case["name"])
def test_a_hostile_part(case, good, tmp_path):
    put = "".join(case["put"].replace("{at}", str(at)) for at in range(case.get("times", 1)))
    new = (case.get("before", "") + put + case.get("after", "")).encode()
    old = case["find"].encode()
    source = parts(good)
    part = case.get("part") or next(name for name, data in source.items() if "worksheets/sheet" in name and old in data and name >= SHEET)
    path = tmp_path / "某局.xlsx"

    def change(data):
        assert old in data
        return data.replace(old, new, 1)

    path.write_bytes(changed(good, part, change))
    line = refusal(path)
    assert case.get("says", "") in line and bool(line) == ("says" in case), line


def test_the_same_in_utf_16(good, tmp_path):
    path = tmp_path / "某局.xlsx"
    evil = "<!DOCTYPE w [<!ENTITY x 'y'>]>"

    def change(data, declaration=""):
        return data.decode().replace("UTF-8", "UTF-16").replace("<worksheet", f"{declaration}<worksheet", 1).encode("utf-16")

    path.write_bytes(changed(good, SHEET, change))
    assert read(path).sheets["基础数据"].cells == read(good).sheets["基础数据"].cells
    path.write_bytes(changed(good, SHEET, lambda data: change(data, evil)))
    assert "文档类型声明" in refusal(path)


@pytest.mark.parametrize("encoding", ["utf-9", "gbk", "utf-7", "rot13", "iso-8859-15"])
def test_an_encoding_no_office_program_writes(encoding, good, tmp_path):
    path = tmp_path / "某局.xlsx"
    path.write_bytes(changed(good, SHEET, lambda data: data.replace(b'encoding="UTF-8"', f'encoding="{encoding}"'.encode(), 1)))
    assert f"编码“{encoding}”" in refusal(path)


def header(data, name, *, central=None, local=None):
    """A package with fields of an entry's headers changed: {offset: bytes} in each."""
    found = bytearray(data)
    raw = name.encode()
    at = data.index(raw) - 30
    directory = data.rindex(b"PK\1\2", 0, data.rindex(raw)) if central else 0
    for start, changes in ((at, local or {}), (directory, central or {})):
        for offset, value in changes.items():
            found[start + offset : start + offset + len(value)] = value
    return bytes(found)


def size(number):
    return struct.pack("<L", number)


def bomb(good):
    """A part of a gigabyte that says it has a thousand bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    megabyte = packer.compress(b"\0" * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    squeezed = megabyte * 1024 + packer.flush()
    out = io.BytesIO(good)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as package:
        package.writestr("docProps/bomb.xml", squeezed)
    content = out.getvalue()
    changes = {"method": struct.pack("<H", 8), "size": size(1000)}
    return header(
        content,
        "docProps/bomb.xml",
        local={8: changes["method"], 22: changes["size"]},
        central={10: changes["method"], 24: changes["size"]},
    )


def with_parts(good, added, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO(good)
    with zipfile.ZipFile(out, "a", method) as package:
        for name, data in added:
            package.writestr(name, data)
    return out.getvalue()


def quoted(good):
    """Two entries of the directory that share the same bytes."""
    directory = good.index(b"PK\1\2")
    end = good.rindex(b"PK\5\6")
    first = good[directory : good.index(b"PK\1\2", directory + 4)]
    raw = struct.unpack_from("<H", first, 28)[0]
    other = first[:46] + b"x" * raw + first[46 + raw :]
    count = struct.unpack_from("<H", good, end + 10)[0] + 1
    closing = bytearray(good[end:])
    struct.pack_into("<HHL", closing, 8, count, count, end - directory + len(other))
    return good[:end] + other + bytes(closing)


def without(good, name):
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
    return content.getvalue()


CONTAINERS = {
    "声称一千字节、实为一个 GB 的部件": (bomb, "大小与文件头所写不符"),
    "解压后上百兆的部件": (lambda good: with_parts(good, [("xl/media.bin", b"\0" * (65 * 2**20))]), "拒绝打开"),
    "五兆的样式": (lambda good: with_parts(good, [("xl/styles2.xml", b" " * (5 * 2**20))]), "超过4MB"),
    "加起来过大的许多部件": (lambda good: with_parts(good, [(f"xl/{at}.bin", b"\0" * (4 * 2**20)) for at in range(65)]), "解压后过大"),
    "成千上万个部件": (lambda good: with_parts(good, [(f"xl/x{at}.bin", b"") for at in range(3001)]), "部件超过3000个"),
    "重复的部件": (lambda good: with_parts(good, [("xl/workbook.xml", b"<a/>")]), "重复，拒绝打开"),
    "只差大小写的部件": (lambda good: with_parts(good, [("xl/Workbook.xml", b"<a/>")]), "重复，拒绝打开"),
    "只差斜线的部件": (lambda good: with_parts(good, [("xl\\workbook.xml", b"<a/>")]), "重复，拒绝打开"),
    "上级目录": (lambda good: with_parts(good, [("../../evil.xml", b"<a/>")]), "越界路径"),
    "绝对路径": (lambda good: with_parts(good, [("/etc/passwd", b"<a/>")]), "越界路径"),
    "盘符路径": (lambda good: with_parts(good, [("C:/evil.xml", b"<a/>")]), "越界路径"),
    "名字里有控制字符的路径": (lambda good: with_parts(good, [("../\x1b[31mevil\u202e.xml", b"<a/>")]), "越界路径"),
    "重叠的部件": (quoted, "不一致"),
    "本地文件头写着别的名字": (lambda good: header(good, "xl/styles.xml", local={30: b"xl/stylez.xml"}), "文件头与目录不一致"),
    "本地文件头写着别的大小": (lambda good: header(good, "xl/styles.xml", local={22: size(7)}), "文件头与目录不一致"),
    "校验值不符": (lambda good: header(good, "xl/styles.xml", local={14: size(7)}, central={16: size(7)}), "校验值不符"),
    "zip64 的大小": (lambda good: header(good, "xl/styles.xml", central={24: size(0xFFFFFFFF)}), "不是有效的"),
    "部件设有密码": (lambda good: header(good, "xl/styles.xml", local={6: b"\1"}, central={8: b"\1"}), "密码"),
    "没见过的压缩方法": (lambda good: header(good, "xl/styles.xml", local={8: b"\x0e"}, central={10: b"\x0e"}), "压缩方法不受支持"),
    "压缩数据损坏": (lambda good: header(good, "xl/styles.xml", local={45: b"\xff" * 40}), "已损坏"),
    "加密的文件": (lambda good: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "取消密码"),
    "旧格式的文件": (lambda good: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "（.xls）"),
    "不是压缩包": (lambda good: b"PK\3\4 nothing", "不是有效的"),
    "网页改了扩展名": (lambda good: b"<html></html>", "不是有效的"),
    "空文件": (lambda good: b"", "不是有效的"),
    "截断的文件": (lambda good: good[: len(good) // 2], "不是有效的"),
    "后面接了别的东西": (lambda good: good + b"x", "不是有效的"),
    "前面接了别的东西": (lambda good: b"PKxx" + good, "不是有效的"),
    "缺少工作簿部件": (lambda good: without(good, "xl/workbook.xml"), "无法读取"),
    "缺少一张工作表": (lambda good: without(good, SHEET), "无法读取"),
    "缺少内容类型": (lambda good: without(good, "[Content_Types].xml"), "不是有效的"),
    "Word 文件改了扩展名": (lambda good: packed({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}), "Word 文件"),
    "二进制工作簿": (lambda good: packed({"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b""}), ".xlsb"),
}


@pytest.mark.parametrize(("make", "words"), CONTAINERS.values(), ids=CONTAINERS)
def test_a_hostile_container(make, words, good, tmp_path):
    path = tmp_path / "某局.xlsx"
    path.write_bytes(make(good.read_bytes()))
    assert words in refusal(path)


def test_only_regular_files_are_opened(tmp_path):
    loop, pipe, zero = (tmp_path / name for name in ("环.xlsx", "管道.xlsx", "零.xlsx"))
    loop.symlink_to(loop)
    os.mkfifo(pipe)
    zero.symlink_to("/dev/zero")
    assert "打不开" in refusal(loop)
    assert "不是普通文件" in refusal(pipe) and "不是普通文件" in refusal(zero)
    assert "文件夹" in refusal(tmp_path) and "找不到" in refusal(tmp_path / "无.xlsx")


def test_a_file_name_never_appears_raw(tmp_path):
    path = tmp_path / "\x1b[31m\udcff某局.xlsx"
    path.write_bytes(b"")
    with pytest.raises(UnreadableWorkbook) as refused:
        read(path)
    assert str(refused.value).isprintable() and "某局.xlsx：" in str(refused.value)


MANY = many(300_000, 1_000_000)


def test_a_million_values_stay_below_a_gigabyte(good, tmp_path):
    """In a process of its own, measured by its own high water in KB: that of getrusage begins with what the parent had."""
    columns = "ABCDEFGHIJ"
    cells = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{column}{row}"><v>{row}.{ord(column)}</v></c>' for column in columns) + "</row>"
        for row in range(1, MANY // 10 + 1)
    )
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'
    path = tmp_path / "大.xlsx"
    path.write_bytes(packed({**parts(good), "xl/worksheets/sheet7.xml": sheet.encode()}))
    program = """if True:
        import sys
        from pathlib import Path
        from xl_jixiao.sheet.package import read
        try:
            print(len(read(Path(sys.argv[1])).sheets))
        except ValueError as refused:
            print(refused)
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        print(status.split("VmHWM:")[1].split()[0])
    """
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True, cwd=ROOT)
    assert int(done.stdout.split()[-1]) < MANY * 1.05, done.stdout


def test_mutations_end_in_a_package_or_one_line_and_the_two_ways_agree(good):
    """A few; tests/fuzz_package.py takes as many as wanted."""
    from fuzz_package import run

    counts = run(many(120, 3000), seed=1, sources=[good])
    assert counts["failed"] == counts["differed"] == counts["slow"] == 0, counts
    assert counts["read"] > 20 and counts["refused"] > 20, counts


def test_a_vml_shape_that_says_nothing_of_itself_lies_somewhere():
    box = b'<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shapetype id="t"/><v:shape id="s"><v:textbox>98</v:textbox></v:shape></xml>'
    assert [(one.kind, one.place) for one in read_old_drawing(box, Allowance())] == [("shape", None)]
    assert list(read_old_drawing(b"<xml/>", Allowance())) == []


CHART = """<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">
<c:chart><c:title><a:t>得分</a:t></c:title><c:cat><c:strRef><c:f>表!$A$1:$A$2</c:f><c:strCache><c:pt idx="0"><c:v>2020</c:v></c:pt></c:strCache></c:strRef></c:cat>
<c:val><c:numRef><c:f>表!$B$1:$B$3</c:f><c:numCache><c:pt idx="0"><c:v>{0}</c:v></c:pt><c:pt idx="2"><c:v>{1}</c:v></c:pt></c:numCache></c:numRef></c:val>
</c:chart></c:chartSpace>"""


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        (("11.5", "31"), ((0, 11.5), (2, 31.0))),
        (("-1e2", "0"), ((0, -100.0), (2, 0.0))),
        (("7", "<!---->8"), ((0, 7.0), (2, 8.0))),
        (("#1", "9"), ((2, 9.0),)),
        (("&#49;", "9"), ((0, 1.0), (2, 9.0))),
        (("12", "未完成"), ((0, 12.0),)),
    ],
)
def test_charts_that_differ_in_numbers_alone_are_walked_once_and_keep_their_own_numbers(shown, kept):
    known = Known()
    read_chart(CHART.format("1", "2").encode(), Allowance(), known)
    found = read_chart(CHART.format(*shown).encode(), Allowance(), known)
    assert found == DrawnChart("得分", ("表!$A$1:$A$2", "表!$B$1:$B$3"), (("表!$B$1:$B$3", kept),))


@pytest.mark.parametrize(
    ("axis", "stretched"),
    [
        ('<c:orientation val="minMax"/><c:min val="0"/>', False),
        ('<c:orientation val="minMax"/><c:max val="0.5"/><c:min val="0"/>', True),
        ('<c:orientation val="minMax"/><c:min val="80"/>', True),
        ('<c:orientation val="maxMin"/><c:min val="0"/>', True),
        ('<c:logBase val="10"/><c:orientation val="minMax"/>', True),
    ],
)
def test_an_axis_of_values_that_makes_bars_longer_or_shorter_than_their_numbers_is_told(axis, stretched):
    names = '<c:catAx><c:scaling><c:orientation val="maxMin"/></c:scaling></c:catAx>'
    plain, own = "</c:chart>", f"{names}<c:valAx><c:scaling>{axis}</c:scaling></c:valAx></c:chart>"
    assert read_chart(CHART.format("1", "2").replace(plain, own).encode(), Allowance(), Known()).scaled is stretched


@pytest.mark.parametrize(
    ("setting", "windowless"),
    [
        ({}, False),
        ({"visibility": "hidden"}, True),
        ({"visibility": "veryHidden"}, True),
        ({"showSheetTabs": False}, True),
        ({"firstSheet": 1}, False),
    ],
)
def test_a_workbook_that_opens_to_no_window_or_to_one_without_tabs_is_told(setting, windowless, tmp_path):
    book = openpyxl.Workbook()
    book.create_sheet("二")
    for name, value in setting.items():
        setattr(book.views[0], name, value)
    book.save(tmp_path / "a.xlsx")
    assert [read(tmp_path / "a.xlsx", way).windowless for way in Way] == [windowless] * len(Way)


def test_a_struck_text_is_told_from_the_same_words_elsewhere(tmp_path):
    """In the file itself, and in the next one that has them plain."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    for name, struck in (("一.xlsx", False), ("二.xlsx", False), ("三.xlsx", True), ("四.xlsx", False)):
        book = openpyxl.Workbook()
        book.active["A1"] = "万元"
        book.active["A2"] = CellRichText(TextBlock(InlineFont(strike=True), "万元")) if struck else "万元"
        book.save(tmp_path / name)
        read_now = read(tmp_path / name)
        cells = read_now.sheets["Sheet"].cells
        assert (read_now.faint, [isinstance(cells[at, 0].value, FaintText) for at in (0, 1)]) == (struck, [False, struck]), name
