"""A package written on Windows and one written elsewhere become the same bytes."""

import io
import zipfile

from xl_jixiao.sheet.same_bytes import same_everywhere


def package(system, year, attributes):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in ("b.xml", "a.bin"):
            entry = zipfile.ZipInfo(name, (year, 2, 3, 4, 5, 6))
            entry.create_system, entry.external_attr = system, attributes
            archive.writestr(entry, name * 99)
    return made.getvalue()


def test_system_and_attributes_leave_no_trace():
    assert same_everywhere(package(0, 2026, 0)) == same_everywhere(package(3, 2026, 0o100664 << 16))


def test_parts_keep_their_order_names_and_content():
    with zipfile.ZipFile(io.BytesIO(same_everywhere(package(0, 2026, 0)))) as archive:
        assert archive.namelist() == ["b.xml", "a.bin"]
        assert archive.read("a.bin") == b"a.bin" * 99
