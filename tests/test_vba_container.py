"""The VBA project container: what Excel, olefile and oletools demand of vbaProject.bin."""

from __future__ import annotations

import io
import random
import re
import struct
import time
from pathlib import Path

import olefile
import pytest
import xlsxwriter
import xlwings
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oletools import olevba
from support.depth import many

from xl_jixiao.sheet.vba import Module, compound_file, compress, vba_project

RUNTIME = (Path(xlwings.__file__).parent / "xlwings.bas").read_text(encoding="utf-8")
BUTTONS = "Option Explicit\nPublic Sub CheckAll()\n    MsgBox ChrW(26657) & ChrW(39564)\nEnd Sub\n"
MODULES = (
    Module.workbook("Private Sub Workbook_Open()\nEnd Sub"),
    Module.sheet("Sheet1"),
    Module.sheet("Sheet2", "Private Sub Worksheet_Activate()\nEnd Sub"),
    Module.standard("xlwings", RUNTIME),
    Module.standard("jx_buttons", BUTTONS),
)
STDOLE_RECORD = 0x16


def opened(data: bytes) -> olefile.OleFileIO:
    return olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT)


def stream(data: bytes, *path: str) -> bytes:
    with opened(data) as ole:
        return ole.openstream(list(path)).read()


def inflated(packed: bytes) -> bytes:
    return bytes(olevba.decompress_stream(bytearray(packed)))


def records(directory: bytes) -> list[tuple[int, bytes]]:
    """The records of a `dir` stream; PROJECTVERSION (0x09) is the one whose size field does not cover its data."""
    found, at = [], 0
    while at < len(directory):
        kind, size = struct.unpack_from("<HI", directory, at)
        size = 6 if kind == 0x09 else size
        found.append((kind, directory[at + 6 : at + 6 + size]))
        at += 6 + size
    assert at == len(directory)
    return found


@pytest.fixture(scope="module")
def project() -> bytes:
    return vba_project(MODULES)


# ---- what Excel needs


def test_version_stream_asks_excel_to_compile_from_source(project):
    assert stream(project, "VBA", "_VBA_PROJECT") == b"\xcc\x61\xff\xff\x00\x00\x00"


def test_source_starts_at_the_beginning_of_every_module(project):
    offsets = [data for kind, data in records(inflated(stream(project, "VBA", "dir"))) if kind == 0x31]
    assert offsets == [bytes(4)] * len(MODULES)


def test_module_names_stream_is_plain_and_equal_to_the_names(project):
    pairs = stream(project, "PROJECTwm")
    expected = b"".join(m.name.encode("cp1252") + b"\0" + m.name.encode("utf-16-le") + b"\0\0" for m in MODULES) + b"\0\0"
    assert pairs == expected


def test_record_sizes_count_encoded_bytes(project):
    found = records(inflated(stream(project, "VBA", "dir")))
    names = [data.decode("cp1252") for kind, data in found if kind == 0x19]
    wide = [data.decode("utf-16-le") for kind, data in found if kind == 0x47]
    assert names == wide == [m.name for m in MODULES]
    assert [kind for kind, _ in found if kind in (0x21, 0x22)] == [0x22, 0x22, 0x22, 0x21, 0x21]
    assert found[-1] == (0x10, b"")


def test_directory_is_a_search_tree_in_the_order_of_ms_cfb():
    names = [f"m{'x' * (i % 5)}{i}" for i in range(23)]
    with opened(compound_file({name: b"a" * 100 for name in names})) as ole:

        def walk(index: int) -> list[str]:
            if index == 0xFFFFFFFF:
                return []
            entry = ole.direntries[index]
            return [*walk(entry.sid_left), entry.name, *walk(entry.sid_right)]

        def black_heights(index: int, parent_red: bool = False) -> set[int]:
            if index == 0xFFFFFFFF:
                return {0}
            entry = ole.direntries[index]
            red = entry.color == 0
            assert not (red and parent_red), "a red entry under a red one"
            below = black_heights(entry.sid_left, red) | black_heights(entry.sid_right, red)
            return {height + (not red) for height in below}

        top = ole.root.sid_child
        assert walk(top) == sorted(names, key=lambda name: (len(name), name.upper()))
        assert len(black_heights(top)) == 1


def test_lines_end_with_cr_lf_and_source_is_ascii(project):
    for module in MODULES:
        source = inflated(stream(project, "VBA", module.name))
        assert source == module.source.encode("ascii")
        assert source.endswith(b"\r\n")
        assert not re.search(rb"\r(?!\n)|(?<!\r)\n", source)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_ends_give_the_same_module(newline):
    assert Module.standard("a", BUTTONS.replace("\n", newline)) == Module.standard("a", BUTTONS)


def test_document_modules_are_listed_as_documents(project):
    text = stream(project, "PROJECT").decode("cp1252")
    assert "Document=ThisWorkbook/&H00000000\r\nDocument=Sheet1/&H00000000" in text
    assert "Module=xlwings\r\nModule=jx_buttons\r\n" in text
    assert text.startswith('ID="{')
    assert text.endswith("\r\n")


def test_project_is_neither_locked_nor_hidden(project):
    text = stream(project, "PROJECT").decode("cp1252")
    guid = re.search(r'ID="(.+?)"', text)[1]

    def plain(field: str) -> bytes:
        """Undo the obfuscation of MS-OVBA 2.4.3.3."""
        data = bytes.fromhex(re.search(rf'{field}="(\w+)"', text)[1])
        seed, version, key = data[0], data[0] ^ data[1], data[0] ^ data[2]
        assert (version, key) == (2, sum(guid.encode()) & 0xFF)
        out, previous = bytearray(), key
        for index in range(3, len(data)):
            previous = data[index] ^ ((data[index - 2] + previous) & 0xFF)
            out.append(previous)
        out = out[(seed & 6) // 2 :]
        assert struct.unpack_from("<I", out)[0] == len(out) - 4
        return bytes(out[4:])

    assert (plain("CMG"), plain("DPB"), plain("GC")) == (bytes(4), b"\0", b"\xff")


def test_there_is_no_signature_and_nothing_else(project):
    with opened(project) as ole:
        assert sorted("/".join(path) for path in ole.listdir()) == sorted(
            ["PROJECT", "PROJECTwm", "VBA/_VBA_PROJECT", "VBA/dir", *(f"VBA/{m.name}" for m in MODULES)]
        )


def test_workbook_has_the_project_but_no_signature_part(project):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_vba_project(io.BytesIO(project), is_stream=True)
        book.set_vba_name("ThisWorkbook")
        for name in ("Sheet1", "Sheet2"):
            book.add_worksheet().set_vba_name(name)
    parser = olevba.VBA_Parser("a.xlsm", data=out.getvalue())
    assert parser.detect_vba_macros()
    read = {name.removesuffix(".bas").removesuffix(".cls"): code for _, _, name, code in parser.extract_macros()}
    assert {name: code.replace("\r\n", "\n") for name, code in read.items()} == {m.name: m.source.replace("\r\n", "\n") for m in MODULES}
    assert b"vbaProjectSignature" not in out.getvalue()


# ---- made the same way every time


def test_same_modules_give_the_same_bytes(project, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert vba_project(list(MODULES)) == project


def test_another_source_gives_another_project_id(project):
    other = vba_project([*MODULES[:-1], Module.standard("jx_buttons", BUTTONS + "'")])
    ids = {re.search(rb'ID="(.+?)"', stream(data, "PROJECT"))[1] for data in (project, other)}
    assert len(ids) == 2


# ---- what is refused


@pytest.mark.parametrize(
    ("modules", "says"),
    [
        ([Module.workbook(), Module.standard("a" * 32, "")], "32 characters, at most 31"),
        ([Module.workbook(), Module.standard("jx", 'Sub A()\nMsgBox "校验"\nEnd Sub')], "jx, line 3 is not ASCII"),
        (
            [Module.workbook(), Module.standard("jx_check", "Sub B()\nEnd Sub\nPublic Static Function Jx_Check()\nEnd Function")],
            "'jx_check' has the name of a procedure in module 'jx_check'",
        ),
        (
            [Module.workbook(), Module.standard("beep", ""), Module.standard("b", 'Private Declare PtrSafe Sub Beep Lib "k" ()')],
            "'beep' has the name of a procedure in module 'b'",
        ),
        ([Module.workbook(), Module.standard("jx", ""), Module.standard("JX", "")], "'JX' is used twice"),
        ([Module.workbook(), Module.standard("校验", "")], "must be ASCII letters"),
        ([Module.workbook(), Module.standard("1st", "")], "must be ASCII letters"),
        ([Module.workbook(), Module.standard("dir", "")], "taken by the project itself"),
        ([Module.workbook(), Module.standard("vbaproject", "")], "taken by the project itself"),
        ([Module.sheet("Sheet1"), Module.standard("a", "")], "no module 'ThisWorkbook'"),
        ([], "no module 'ThisWorkbook'"),
    ],
)
def test_refuses_what_excel_would_refuse(modules, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        vba_project(modules)


def test_longest_name_and_another_workbook_name_are_accepted():
    name = "a" * 31
    data = vba_project([Module.workbook(name="Book"), Module.standard(name, "Sub X()\nEnd Sub")], workbook="Book")
    assert inflated(stream(data, "VBA", name)).startswith(b'Attribute VB_Name = "' + name.encode())


def test_a_call_or_comment_is_not_a_declaration():
    code = "Sub A()\n    Exit Sub\n    ' Sub jx\nEnd Sub\n"
    assert Module.standard("jx", code).procedures == {"a"}


def test_header_of_an_exported_file_is_replaced_and_procedure_attributes_stay():
    code = (
        'VERSION 1.0 CLASS\nBEGIN\n  MultiUse = -1\nEND\nAttribute VB_Name = "Old"\nAttribute VB_Exposed = False\n'
        'Option Explicit\nSub A()\nAttribute A.VB_Description = "x"\nEnd Sub\n'
    )
    source = Module.workbook(code).source
    assert source.count("VB_Name") == source.count("VB_Exposed") == 1
    assert "VERSION" not in source
    assert source.endswith('Option Explicit\r\nSub A()\r\nAttribute A.VB_Description = "x"\r\nEnd Sub\r\n')


# ---- compression and container


TEXT = st.text(alphabet=st.sampled_from("abAB ().=\r\n\"'012"), max_size=9000)


@settings(deadline=None, max_examples=many(80, 1000))
@given(TEXT)
@example("")
@example("a" * 4096)
@example("a" * 4097)
@example("End Function\r\n" * 700)
def test_compression_round_trip(text):
    assert inflated(compress(text.encode("ascii"))) == text.encode("ascii")


def test_chunk_that_does_not_shrink_is_stored_as_it_is():
    noise = random.Random(1).randbytes(4096)
    assert inflated(compress(noise + b"End Sub")) == noise + b"End Sub"
    with pytest.raises(ValueError, match="do not shrink"):
        compress(noise + random.Random(2).randbytes(4000))


def test_runtime_module_compresses_quickly_and_well():
    start = time.perf_counter()
    packed = compress(RUNTIME.encode("ascii"))
    assert time.perf_counter() - start < 0.5
    assert len(packed) < 0.45 * len(RUNTIME)


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 511, 512, 4095, 4096, 4097, 8192])
def test_streams_around_the_limits_of_the_container(size):
    content = bytes(i % 251 for i in range(size))
    data = compound_file({"A": content, "B": {"C": content[::-1], "D": b"x"}})
    assert stream(data, "A") == content
    assert stream(data, "B", "C") == content[::-1]


def test_large_project_fills_many_fat_sectors_and_a_larger_one_is_refused():
    big = random.Random(3).randbytes(6_900_000)
    data = compound_file({"A": big})
    assert struct.unpack_from("<I", data, 44)[0] > 105
    assert stream(data, "A") == big
    with pytest.raises(ValueError, match="more than this writer stores"):
        compound_file({"A": bytes(7_200_000)})


def test_unused_directory_entries_are_zero_but_for_their_links(project):
    start = (struct.unpack_from("<I", project, 48)[0] + 1) * 512
    fat = {at: struct.unpack_from("<I", project, 76 + 4 * at)[0] for at in range(1)}
    table = struct.unpack_from("<128I", project, (fat[0] + 1) * 512)
    sectors, at = [], start // 512 - 1
    while at < 0xFFFFFFFA:
        sectors.append(project[(at + 1) * 512 : (at + 2) * 512])
        at = table[at] if at < 128 else 0xFFFFFFFE
    directory = b"".join(sectors)
    unused = [directory[at : at + 128] for at in range(0, len(directory), 128) if not directory[at + 66]]
    assert unused and set(unused) == {bytes(68) + b"\xff" * 12 + bytes(48)}
