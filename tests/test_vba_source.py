"""The reader of macro projects: what Excel, LibreOffice and our own writer make is read alike, changed code is named, hostile bytes are refused."""

import io
import random
import struct
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import olefile
import pytest
import xlwings
from oletools import olevba
from support.compiled_macros import with_compiled
from support.depth import many, spread
from support.spending import within

from xl_jixiao.sheet.addin import vba_of
from xl_jixiao.sheet.package import read
from xl_jixiao.sheet.vba import Module, compound_file, compress, vba_project
from xl_jixiao.sheet.vba_compiled import unknown_in
from xl_jixiao.sheet.vba_source import MOST_BYTES, modules, same_macros
from xl_jixiao.sheet.vba_source import compiled as with_code_of

TEMPLATES = sorted((Path(__file__).resolve().parent.parent / "workbook_templates").glob("*.xlsm"))
CODE = """Option Explicit

' Checks: all of them.
Public Sub CheckAll(Optional ByVal Quietly As Boolean = False)
    Dim Answer As String, Count As Long
    Answer = RunPython("import jx; jx.Check()")
    If Answer <> "" And Not Quietly Then MsgBox Answer & "!", vbOKOnly, "Check"
    With Application
        .StatusBar = False: Count = .Version + 1 _
            - 2
    End With
End Sub
"""
OWN = (
    Module.workbook("Private Sub Workbook_Open()\n    CheckAll True\nEnd Sub"),
    Module.sheet("Sheet1"),
    Module.standard("jx_macros", CODE),
)


@pytest.fixture(scope="module")
def own():
    return vba_project(OWN)


def with_code(code, *others):
    """Our project with other code in jx_macros, and more modules."""
    return vba_project((*OWN[:2], Module.standard("jx_macros", code), *others))


def streams(project):
    """The streams of the storage VBA, and those at the top."""
    with olefile.OleFileIO(io.BytesIO(project)) as ole:
        found = {tuple(path): ole.openstream(path).read() for path in ole.listdir()}
    return {path[1]: data for path, data in found.items() if path[0] == "VBA"}, {
        path[0]: data for path, data in found.items() if len(path) == 1
    }


def rebuilt(project, *, directory=lambda data: data, vba=lambda found: found):
    """The project with its `dir` stream (inflated) and its streams changed."""
    within, above = streams(project)
    within["dir"] = compress(directory(bytes(olevba.decompress_stream(bytearray(within["dir"])))))
    return compound_file({"VBA": vba(within), **above})


def compiled(project, page=936, code=b"\x16\x01\x00compiled code" * 300):
    """The project as Excel saves it: compiled code before the source of each module, another code page."""
    named = [name for name in streams(project)[0] if name not in ("dir", "_VBA_PROJECT")]

    def directory(data):
        data = data.replace(struct.pack("<HIH", 0x03, 2, 1252), struct.pack("<HIH", 0x03, 2, page))
        return data.replace(struct.pack("<HII", 0x31, 4, 0), struct.pack("<HII", 0x31, 4, len(code)))

    return rebuilt(project, directory=directory, vba=lambda found: {**found, **{name: code + found[name] for name in named}})


# ---- read


@pytest.mark.parametrize("path", spread(TEMPLATES, 8), ids=lambda path: path.stem)
def test_olevba_reads_the_same_source_in_a_template(path):
    project = read(path).project
    parser = olevba.VBA_Parser(path.name, data=path.read_bytes())
    theirs = {name.rpartition(".")[0]: code.replace("\r\n", "\n").rstrip() for _, _, name, code in parser.extract_macros()}
    assert {name: source.replace("\r\n", "\n").rstrip() for name, source in modules(project).items()} == theirs
    assert same_macros(compiled(project), project) == ()


def test_a_workbook_without_macros_has_no_project():
    assert read(TEMPLATES[0].with_name("hongjiang-2020-dept-免装版.xlsx")).project is None


def test_source_is_what_was_written(own):
    assert dict(modules(own)) == {one.name: one.source for one in OWN}


@pytest.mark.parametrize("page", [936, 1252, 65001])
def test_source_stands_behind_compiled_code(own, page):
    assert modules(compiled(own, page)) == modules(own)


def test_chinese_source_is_read_in_its_code_page(own):
    source = 'Attribute VB_Name = "jx_macros"\r\nMsgBox "绩效"\r\n'
    changed = rebuilt(own, vba=lambda found: {**found, "jx_macros": compress(source.encode("gbk"))})
    assert modules(compiled(changed, code=b""))["jx_macros"] == source


def test_libreoffice_saves_the_same_macros(office, tmp_path):
    path = office.convert(TEMPLATES[0], "xlsm", tmp_path / "saved.xlsm")
    with zipfile.ZipFile(path) as package:
        if "xl/vbaProject.bin" not in package.namelist():
            pytest.skip("LibreOffice: saved without macros")
    project = read(TEMPLATES[0]).project
    assert read(path).project != project
    assert same_macros(read(path).project, project) == ()


# ---- the same


SAME = {
    "换行": CODE.replace("\n", "\r"),
    "行末的空格": CODE.replace("\n", "  \n"),
    "缩进": CODE.replace("    ", "\t"),
    "大小写": CODE.replace("Answer", "answer").replace("Dim", "dim").replace("vbOKOnly", "VBOKONLY"),
    "运算符两边的空格": CODE.replace(' & "!"', '&"!"').replace("<>", "  <>  ").replace("= RunPython(", "=RunPython ("),
    "末尾的空行": CODE + "\n\n\n",
    "多出的空行": CODE.replace("    With", "\n\n    With"),
    "过程的说明": CODE.replace(
        "    Dim", 'Attribute CheckAll.VB_Description = "Checks ""all"""\nAttribute CheckAll.VB_ProcData.VB_Invoke_Func = " \\n14"\n    Dim'
    ),
}


@pytest.mark.parametrize("code", SAME.values(), ids=SAME)
def test_what_the_editor_changes_by_itself_counts_as_the_same(own, code):
    assert code != CODE
    assert same_macros(compiled(with_code(code)), own) == ()


def test_sheets_without_code_count_as_the_same_however_many(own):
    more = vba_project((*OWN, Module.sheet("Sheet2"), Module.sheet("Sheet3", "Option Explicit")))
    fewer = vba_project((OWN[0], OWN[2]))
    assert same_macros(more, own) == same_macros(fewer, own) == same_macros(own, own) == ()


# ---- changed


CHANGED = {
    "一个数": CODE.replace("- 2", "- 3"),
    "文字里的大小写": CODE.replace("jx.Check()", "jx.check()"),
    "文字里的空格": CODE.replace("jx; jx", "jx;  jx"),
    "多一句": CODE.replace("End Sub", 'Shell "calc"\nEnd Sub'),
    "少一句": CODE.replace("        .StatusBar = False: Count", "        Count"),
    "注释变成代码": CODE.replace("' Checks: all of them.", "Public Prompt"),
    "代码变成注释": CODE.replace("    Answer = Run", "    'Answer = Run"),
    "点前的空格": CODE.replace("jx_", "").replace("= .Version", "= Me .Version"),
    "名称拆开": CODE.replace("MsgBox Answer", "Msg BoxAnswer"),
    "续行断开": CODE.replace("+ 1 _\n", "+ 1 _\n\n"),
    "像属性的代码": CODE.replace("    Dim", '    Attribute VB_X = "a": Shell "calc"\n    Dim'),
    "藏在换页符后": CODE.replace("' Checks", "'\x0cShell 1\x0b' Checks"),
    "选项": CODE.replace("Option Explicit", "Option Explicit\nOption Compare Text"),
    "代码全没了": "Option Explicit\n",
}


@pytest.mark.parametrize("code", CHANGED.values(), ids=CHANGED)
def test_changed_code_is_named(own, code):
    assert code != CODE
    assert same_macros(compiled(with_code(code)), own) == ("jx_macros",)
    assert same_macros(own, with_code(code)) == ("jx_macros",)


def test_added_and_removed_modules_are_named_as_they_are_written(own):
    more = with_code(CODE, Module.standard("Module1", "Sub Auto_Open()\nEnd Sub"), Module.sheet("Sheet2", "Sub Run()\nEnd Sub"))
    assert same_macros(more, own) == ("Module1", "Sheet2")
    assert same_macros(vba_project(OWN[:2]), own) == ("jx_macros",)


def test_code_moved_into_a_sheet_is_named(own):
    moved = vba_project((OWN[0], Module.sheet("Sheet1", CODE), Module.standard("jx_macros", CODE.replace("CheckAll", "CheckOne"))))
    assert same_macros(moved, own) == ("jx_macros", "Sheet1")


# ---- refused


def put(data, at, value):
    return data[:at] + struct.pack("<I", value) + data[at + 4 :]


def table(data):
    """Where the table of sectors begins."""
    return (struct.unpack_from("<I", data, 76)[0] + 1) * 512


def entry(data, name):
    """Where the entry of a stream begins."""
    return data.index((name.encode("utf-16-le") + b"\0\0").ljust(64, b"\0"))


def renamed(directory, old, new):
    """A `dir` stream with another name in both of its encodings."""
    return directory.replace(old.encode(), new.encode()).replace(old.encode("utf-16-le"), new.encode("utf-16-le"))


def bomb(size):
    """A compressed stream of a few bytes for each 4096 it holds."""
    return b"\x01" + (struct.pack("<H", 0xB003) + b"\x02a" + struct.pack("<H", 0x0FFC)) * (size // 4096)


HOSTILE = {
    "空文件": lambda data: b"",
    "只有开头": lambda data: data[:8],
    "没有开头": lambda data: data[8:],
    "断在目录里": lambda data: data[:1500],
    "太大": lambda data: data + bytes(MOST_BYTES),
    "扇区大小不对": lambda data: data[:30] + b"\x1f" + data[31:],
    "扇区链成环": lambda data: put(data, table(data), 0),
    "目录链成环": lambda data: put(data, table(data) + 4 * struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 48)[0]),
    "目录树成环": lambda data: put(data, entry(data, "dir") + 68, struct.unpack_from("<I", data, entry(data, "VBA") + 76)[0]),
    "流比文件大": lambda data: put(data, entry(data, "dir") + 120, 0xFFFFFFF0),
    "流的起点在文件外": lambda data: put(data, entry(data, "dir") + 116, 0x00FFFFFF),
    "小流的起点在文件外": lambda data: put(data, entry(data, "Root Entry") + 116, 0x00FFFFFF),
    "名称太长": lambda data: data[: entry(data, "dir") + 64] + b"\xff\xff" + data[entry(data, "dir") + 66 :],
    "没有VBA": lambda data: data.replace("VBA".encode("utf-16-le"), "VBB".encode("utf-16-le")),
    "没有dir": lambda data: data.replace("dir".encode("utf-16-le"), "dur".encode("utf-16-le")),
    "两个同名的流": lambda data: rebuilt(data, vba=lambda found: {**found, "Dir": b""}),
    "没有模块的流": lambda data: rebuilt(data, vba=lambda found: {name: held for name, held in found.items() if name != "jx_macros"}),
    "没有压缩": lambda data: rebuilt(data, vba=lambda found: {**found, "jx_macros": b"Sub A()"}),
    "压缩炸弹": lambda data: rebuilt(data, vba=lambda found: {**found, "jx_macros": bomb(64 * 2**20)}),
    "目录的压缩炸弹": lambda data: rebuilt(data, vba=lambda found: {**found, "dir": bomb(64 * 2**20)}),
    "源码的起点在流外": lambda data: rebuilt(
        data, directory=lambda held: held.replace(struct.pack("<HII", 0x31, 4, 0), struct.pack("<HII", 0x31, 4, 2**31))
    ),
    "未知的代码页": lambda data: compiled(data, page=65000),
    "EBCDIC代码页": lambda data: compiled(data, page=37),
    "模块少数了一个": lambda data: rebuilt(
        data, directory=lambda held: held.replace(struct.pack("<HIH", 0x0F, 2, 3), struct.pack("<HIH", 0x0F, 2, 2))
    ),
    "两个名称": lambda data: rebuilt(
        data, directory=lambda held: held.replace("jx_macros".encode("utf-16-le"), "jx_makros".encode("utf-16-le"))
    ),
    "目录断了": lambda data: rebuilt(data, directory=lambda held: held[:-20]),
    "目录后面还有": lambda data: rebuilt(data, directory=lambda held: held + held),
    "未知的记录": lambda data: rebuilt(data, directory=lambda held: struct.pack("<HI", 0x99, 0) + held),
    "两个同名的模块": lambda data: rebuilt(
        with_code(CODE, Module.standard("jx_makros", "Sub A()\nEnd Sub")), directory=lambda held: renamed(held, "jx_makros", "JX_MACROS")
    ),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_hostile_bytes_are_refused_in_bounded_time_and_memory(own, change):
    data = change(own)
    tracemalloc.start()
    with within(5), pytest.raises(ValueError):
        modules(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 64 * 2**20


def test_streams_that_share_their_bytes_are_refused(own):
    """Each is sound and small, together they are more than the file."""
    dice = random.Random(0)
    long = "' " + "".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=3500))
    many = vba_project((*OWN, Module.standard("long", long), *(Module.standard(f"m{at}", f"' {at}") for at in range(200))))
    place = many[entry(many, "long") + 116 :][:12]
    for at in range(200):
        where = entry(many, f"m{at}") + 116
        many = many[:where] + place + many[where + 12 :]
    with pytest.raises(ValueError, match="share"):
        modules(many)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_projects_are_read_or_refused(own, seed):
    """Bytes changed, pieces cut out, doubled or moved: a ValueError or some source, soon."""
    dice = random.Random(seed)
    small = compiled(own, code=b"code" * 20)
    outcomes = set()
    for _ in range(many(200, 2000)):
        data = bytearray(dice.choice((own, small)))
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(data))
            match dice.randrange(4):
                case 0:
                    data[at] = dice.randrange(256)
                case 1:
                    data[at : at + 4] = dice.choice((b"\xff\xff\xff\xff", b"\xfe\xff\xff\xff", b"\0\0\0\0", b"\1\0\0\0"))
                case 2:
                    del data[at : at + dice.randint(1, 600)]
                case 3:
                    data[at:at] = data[dice.randrange(len(data)) :][: dice.randint(1, 600)]
            if not data:
                data = bytearray(own)
        with within(2):
            try:
                same_macros(bytes(data), own)
                outcomes.add("read")
            except ValueError:
                outcomes.add("refused")
    assert outcomes == {"read", "refused"}


NAMES_OF_EXCEL = ("Excel", "VBA", "Win64", "VBAProject", "stdole", "_Evaluate", "_B_var_Mid", "ThisWorkbook", "jx_macros", "CreateObject")


@pytest.mark.parametrize(
    ("names", "texts", "told"),
    [
        (NAMES_OF_EXCEL, ("JxFunctions",), ()),
        ((*NAMES_OF_EXCEL, "URLDownloadToFileA"), (), ("URLDownloadToFileA",)),
        (NAMES_OF_EXCEL, ("calc.exe",), ("calc.exe",)),
        ((*NAMES_OF_EXCEL, "Kill_All"), ("http://x.cn/a",), ("Kill_All", "http://x.cn/a")),
    ],
    ids=["只有源代码里的名称和文字", "多一个接口", "多一段文字", "名称文字都多"],
)
def test_compiled_code_is_held_against_its_source(names, texts, told):
    project = with_compiled(vba_of(["Sheet1"]), "jx_macros", names=names, texts=texts)
    assert same_macros(project, vba_of(["Sheet1"])) == ()
    assert unknown_in(with_code_of(project)) == told


def test_what_excel_itself_compiled_has_no_other_texts():
    """Real projects saved by Excel: their compiled code holds what their source says, and names of code that was there once."""
    left_over = ("SampleRemoteCall", "RunRemotePython", "apiKey", "SampleServerCall", "HelloWorld")
    known = _project_of("quickstart.xlsm").identifiers
    assert unknown_in(_project_of("quickstart.xlsm")) == left_over
    for name in ("addin/xlwings.xlam", "quickstart_standalone.xlsm"):  # their compiled code is of no version: taken for one that runs
        assert unknown_in(_project_of(name)) == ()
        told = unknown_in(replace(_project_of(name), identifiers=known))
        assert set(told) <= {*left_over, "mymodule", "SampleCall", "InStrRev", "vbTextCompare", "Module1", "Sheet2", "RunPython"}


def _project_of(name):
    with zipfile.ZipFile(Path(xlwings.__file__).parent / name) as package:
        return with_code_of(package.read("xl/vbaProject.bin"))


def test_compiled_code_nobody_can_take_apart_is_refused_in_seconds():
    project = with_code_of(vba_of(["Sheet1"]))
    for identifiers in (b"\xcc\x61\xb5\x00" + b"\x01\x00A\0\0\x10\x00" * 400_000, b"\xcc\x61\xb5\x00" + bytes(900)):
        with within(3), pytest.raises(ValueError):
            unknown_in(replace(project, identifiers=identifiers, compiled={"x": b"\xb9\x00\xff\x03" * 500_000}))
