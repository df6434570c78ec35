"""The VBA wrapper module of UDF modules, written by xlwings' own generator, without Excel.

python tests/support/wrappers.py MODULE [MODULE …] > udfs/xlwings_udfs.bas
"""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):  # run as a script
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import winstub


@dataclass(frozen=True)
class Imported:
    """What "Import Functions" would have put into a workbook: the module's text and each function's MacroOptions call."""

    text: str
    options: dict[str, dict[str, object]]


class _Components:
    def __init__(self):
        self.text = ""

    def __call__(self, name):
        return name

    def Remove(self, component):
        pass

    def Import(self, path):
        self.text = Path(path).read_text(encoding="utf-8")


def import_functions(*modules: str, workbook: str = "模板.xlsm") -> Imported:
    """Run xlwings' `import_udfs` for these modules."""
    winstub.install()
    from xlwings.udfs import import_udfs

    from support.fake_excel import FakeBook, FakeExcel

    components, book = _Components(), FakeBook(name=workbook)
    excel = FakeExcel(book, running=False)
    object.__setattr__(book, "VBProject", type("VBProject", (), {"VBComponents": components}))
    with contextlib.redirect_stdout(io.StringIO()):  # it prints a line of thanks where the text should go
        import_udfs(";".join(modules), book)
    options = {call[1].rpartition("!")[2]: call[2] for call in excel.calls if call[0] == "MacroOptions"}
    return Imported(components.text, options)


def generate_wrappers(*modules: str) -> str:
    """The text of the module `xlwings_udfs` for these UDF modules (LF line ends)."""
    return import_functions(*modules).text


if __name__ == "__main__":
    sys.path.insert(0, "")  # UDF modules of the current folder
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.write(generate_wrappers(*sys.argv[1:]))
