"""LibreOffice as a second spreadsheet program for the tests: recalculate, edit, render, and run a macro workbook live.

    values = office.recalculate(path)                       {sheet: {address: float | str}}, errors as "#ERR:532"
    steps = office.edit(path, [("基础数据", "B3", 12)])      what each edit changed, {(sheet, address): value}
    live = office.live(path, [udf_folder], edits)           the same with the workbook's UDFs running in this process

Every file is opened as a copy in a temporary folder and never changed. One soffice serves the whole session; it is started
again when it hangs, dies or has opened many files. It runs under the system's python3 with a plain environment: an activated
virtual environment breaks its `uno` module.
"""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from xml.sax.saxutils import escape

PYTHON = "/usr/bin/python3"
PLAIN_PATH = "/usr/bin:/bin"
_HERE = Path(__file__).resolve().parent
_FILES_PER_PROCESS = 400  # its memory grows

Cells = dict[str, dict[str, object]]
Changes = dict[tuple[str, str], object]
Edit = tuple[str, str, object]

POISON_NUMBER = "9.87654321E+99"
POISON_TEXT = "缓存值未重算"


class OfficeError(RuntimeError):
    """LibreOffice could not do it; the text says what."""


@dataclass(frozen=True)
class Live:
    """A live run: all values after opening, what each edit changed, and the UDF calls of each step (the first: on opening)."""

    values: Cells
    steps: tuple[Changes, ...]
    calls: tuple[tuple, ...]


def missing() -> str | None:
    """Why LibreOffice can't be used here, or None."""
    if not shutil.which("soffice", path=PLAIN_PATH):
        return "soffice is not installed"
    if not Path(PYTHON).exists():
        return f"{PYTHON} is not there"
    found = subprocess.run([PYTHON, "-c", "import uno"], env={"PATH": PLAIN_PATH}, capture_output=True, check=False)
    return None if found.returncode == 0 else "the system's python3 has no uno module (python3-uno)"


def poison(path: Path | str, out: Path | str) -> Path:
    """A copy whose formula cells all hold an absurd cached value: only a program that calculates shows anything else."""

    def spoil(match: re.Match[str]) -> str:
        cell = match[0]
        if "<f" not in cell or "<v>" not in cell:
            return cell
        kind = re.search(r'\st="(\w+)"', cell.partition(">")[0])
        if kind and kind[1] == "str":
            return re.sub(r"<v>[^<]*</v>", f"<v>{POISON_TEXT}</v>", cell)
        cell = re.sub(r'^(<c\b[^>]*?)\st="\w+"', r"\1", cell)  # was a boolean or an error
        return re.sub(r"<v>[^<]*</v>", f"<v>{POISON_NUMBER}</v>", cell)

    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                text = content.decode("utf-8")
                content = re.sub(r"<c\b[^>]*?(?<!/)>.*?</c>", spoil, text, flags=re.DOTALL).encode("utf-8")
            target.writestr(item, content)
    return Path(out)


class Document:
    """A workbook open in LibreOffice; a context manager."""

    def __init__(self, office: Office, handle: int, folder: Path):
        self._office, self._handle, self._folder = office, handle, folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc) -> None:
        try:
            self._ask("close")
        except OfficeError:
            pass  # it went down with soffice
        shutil.rmtree(self._folder, ignore_errors=True)

    def _ask(self, op: str, **arguments):
        return self._office.request(op, doc=self._handle, **arguments)

    def values(self) -> Cells:
        """Every used cell: float, text (a boolean is 1.0 or 0.0, a date its serial number), "#ERR:nnn"."""
        return self._ask("values")

    def formulas(self) -> Cells:
        """Every formula in LibreOffice's spelling: `=SUM(A1;$基础数据.B2)`."""
        return self._ask("formulas")

    def names(self) -> dict[str, str]:
        return self._ask("names")

    def macros(self) -> list[dict[str, str]]:
        """The macro each button and shape starts: sheet, shape, macro."""
        return self._ask("macros")

    def modules(self) -> list[str]:
        """The VBA modules."""
        return self._ask("modules")

    def recalculate(self) -> Cells:
        self._ask("recalculate")
        return self.values()

    def set(self, sheet: str, address: str, value: object, touch: Iterable[tuple[str, str]] = ()) -> Changes:
        """Write one cell (None clears it, "=…" is a formula in LibreOffice's spelling) and say what changed, it included."""
        changed = self._ask("set", sheet=sheet, address=address, value=value, touch=[list(cell) for cell in touch])
        return {(name, at): new for name, at, new in changed}

    def seconds(self, sheet: str = "", address: str = "", value: object = None) -> float:
        """How long one edit takes to be calculated; without one, everything."""
        return self._ask("seconds", sheet=sheet, address=address, value=value)

    def put(self, sheet: str, address: str, value: object) -> None:
        """The same without a word on what changed, which takes as long as reading everything."""
        self._ask("put", sheet=sheet, address=address, value=value)

    def move(self, sheet: str, source: str, target: str) -> None:
        """Cells cut and pasted elsewhere on their sheet."""
        self._ask("move", sheet=sheet, source=source, target=target)

    def insert_row(self, sheet: str, row: int) -> None:
        """A row put in above a row, counted from 0."""
        self._ask("insert", sheet=sheet, row=row)

    def remove_row(self, sheet: str, row: int) -> None:
        self._ask("remove", sheet=sheet, row=row)

    def save(self, path: Path | str, fmt: str) -> Path:
        self._ask("save", path=str(Path(path).resolve()), fmt=fmt)
        return Path(path)


@dataclass(frozen=True)
class Buttons:
    """The buttons of an open workbook."""

    document: Document
    _take_calls: Callable[[], tuple]

    def press(self, macro: str, answers: str = "", *, without_python: bool = False) -> tuple[list[str], tuple, Cells, Cells]:
        """The same as `Office.press`."""
        before = self.document.recalculate()
        self._take_calls()
        shown = self.document._ask("run", macro=macro, answers=answers, without_python=without_python)
        return shown, self._take_calls(), before, self.document.values()


class Office:
    """One LibreOffice, started when first needed. Not for several threads."""

    def __init__(self, timeout: float = 120):
        self.timeout = timeout
        self._folder = Path(tempfile.mkdtemp(prefix="jx-office-"))
        self._process: subprocess.Popen | None = None
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._opened = self._starts = 0
        self._udf_server = None

    # ---- what the tests call

    def open(self, path: Path | str, *, udf_port: int | None = None, macros: bool = False, calculate: bool = True) -> Document:
        """Open a copy, recalculated from scratch, or as a person opens it."""
        self._opened += 1
        if self._opened % _FILES_PER_PROCESS == 0:
            self._kill()
        folder = self._folder / f"file{self._opened}"
        folder.mkdir()
        copy = Path(shutil.copy(path, folder / Path(path).name))
        for attempt in (1, 2):  # a second time with a fresh soffice
            try:
                handle = self.request("open", path=str(copy), udf_port=udf_port, macros=macros, calculate=calculate)
                return Document(self, handle, folder)
            except OfficeError:
                if attempt == 2 or self._process is not None:
                    raise
        raise AssertionError

    def recalculate(self, path: Path | str) -> Cells:
        with self.open(path) as doc:
            return doc.values()

    def formulas(self, path: Path | str) -> Cells:
        with self.open(path) as doc:
            return doc.formulas()

    def macros(self, path: Path | str) -> list[dict[str, str]]:
        with self.open(path) as doc:
            return doc.macros()

    def edit(self, path: Path | str, edits: Sequence[Edit]) -> list[Changes]:
        """Make the edits one after the other in one open workbook; the cells each of them changed, with their new values."""
        with self.open(path) as doc:
            return [doc.set(*edit) for edit in edits]

    def to_pdf(self, path: Path | str, out_dir: Path | str) -> Path:
        return self.convert(path, "pdf", Path(out_dir) / (Path(path).stem + ".pdf"))

    def convert(self, path: Path | str, fmt: str, out: Path | str) -> Path:
        """What LibreOffice saves as xlsx, xlsm, xls, ods, csv (first sheet) or pdf."""
        with self.open(path) as doc:
            return doc.save(out, fmt)

    def live(self, path: Path | str, site_dirs: Sequence[Path | str] = (), edits: Sequence[Edit] = ()) -> Live:
        """Open an .xlsm unchanged, its VBA running; the UDF modules are imported here, from `site_dirs` as well.

        Only the VBA module `xlwings` is replaced, in memory. As Excel does, cells whose call ran Application.Volatile are
        calculated again after every edit.
        """
        from support.live import UdfServer

        if self._udf_server is None:
            self._udf_server = UdfServer()
        server = self._udf_server
        added = [str(folder) for folder in site_dirs if str(folder) not in sys.path]
        sys.path[:0] = added
        try:
            server.begin(Path(path).name)
            with self.open(path, udf_port=server.port) as doc:
                server.take_calls()  # calls of the load, before the runtime was in place
                values, calls, steps = doc.recalculate(), [server.take_calls()], []
                volatile = server.volatile_cells(calls[0])
                for edit in edits:
                    steps.append(doc.set(*edit, touch=sorted(volatile)))
                    calls.append(server.take_calls())
                    volatile |= server.volatile_cells(calls[-1])
                return Live(values, tuple(steps), tuple(calls))
        finally:
            for folder in added:
                sys.path.remove(folder)

    def press(
        self, path: Path | str, macro: str, answers: str = "", edits: Sequence[Edit] = (), *, without_python: bool = False
    ) -> tuple[list[str], tuple, Cells, Cells]:
        """Run a macro (`module.Sub`) of an .xlsm as its button does: what it showed, its calls of Python, the cells before and after.

        Each entry shown is `status …`, `box STYLE TITLE⏎TEXT` or `help MACRO⏎…`. Questions are answered from `answers`: 6 yes, 7 no.
        """
        with self.buttons(path) as buttons:
            for edit in edits:
                buttons.document.put(*edit)
            return buttons.press(macro, answers, without_python=without_python)

    @contextmanager
    def buttons(self, path: Path | str) -> Iterator[Buttons]:
        """An .xlsm with its buttons, to press one after another."""
        from support.live import UdfServer

        self._udf_server = self._udf_server or UdfServer()
        self._udf_server.begin(Path(path).name)
        with self.open(path, udf_port=self._udf_server.port) as document:
            yield Buttons(document, self._udf_server.take_calls)

    def close(self) -> None:
        """Stop everything and remove the profile."""
        if self._process is not None:
            self._process.stdin.close()  # the worker then ends soffice and itself
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                pass
        self._kill()
        if self._udf_server is not None:
            self._udf_server.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    # ---- the worker process

    def request(self, op: str, **arguments):
        """One operation of office_worker.py. OfficeError for what fails; a hanging or dead soffice is stopped."""
        if self._process is None:
            self._start()
        return self._exchange({"op": op, **arguments})

    def _exchange(self, message: dict | None):
        try:
            if message is not None:
                self._process.stdin.write(json.dumps(message, ensure_ascii=False) + "\n")
                self._process.stdin.flush()
            line = self._answers.get(timeout=self.timeout)
        except (queue.Empty, OSError):
            self._kill()
            raise OfficeError(f"LibreOffice did not answer within {self.timeout} s") from None
        if line is None:
            self._kill()
            raise OfficeError("the LibreOffice worker ended: " + self._log_tail())
        answer = json.loads(line)
        if "error" in answer:
            if answer.get("dead"):
                self._kill()
            raise OfficeError(answer["error"])
        return answer["ok"]

    def _start(self) -> None:
        self._starts += 1
        profile = self._folder / f"profile{self._starts}"
        scripts = profile / "user" / "Scripts" / "python"
        scripts.mkdir(parents=True)
        shutil.copy(_HERE / "office_shim.py", scripts)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        (profile / "fonts.conf").write_text(_fonts(profile / "fonts"), encoding="utf-8")
        env = {
            "PATH": PLAIN_PATH,
            "HOME": str(profile),
            "LANG": "C.UTF-8",
            "FONTCONFIG_FILE": str(profile / "fonts.conf"),
            "SAL_USE_VCLPLUGIN": "svp",
        }
        with open(self._folder / "worker.log", "ab") as log:
            self._process = subprocess.Popen(
                [PYTHON, str(_HERE / "office_worker.py"), str(profile)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=env,
                cwd=self._folder,
                encoding="utf-8",
                start_new_session=True,  # so that all of it can be stopped together
            )
        self._answers = answers = queue.Queue()
        process = self._process

        def pump() -> None:
            for line in process.stdout:
                answers.put(line)
            answers.put(None)

        threading.Thread(target=pump, daemon=True).start()
        self._exchange(None)

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        try:
            os.killpg(process.pid, signal.SIGKILL)  # worker and soffice share the group
        except ProcessLookupError:
            pass
        process.wait(10)

    def _log_tail(self) -> str:
        log = self._folder / "worker.log"
        return log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else ""


def _setting(path: str, name: str, value: object) -> str:
    return (
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{escape(str(value))}</value></prop></item>'
    )


# 0: always recalculate. LibreOffice otherwise shows the cached values of a file, and a test would pass without computing.
_SETTINGS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    + _setting("Office.Calc/Formula/Load", "OOXMLRecalcMode", 0)
    + _setting("Office.Calc/Formula/Load", "ODFRecalcMode", 0)
    + _setting("Office.Recovery/RecoveryInfo", "Enabled", "false")
    + _setting("Office.Recovery/AutoSave", "Enabled", "false")
    + _setting("Office.Common/Misc", "FirstRun", "false")
    + "</oor:items>\n"
)
_FONTS = {
    "Noto Serif CJK SC": (
        *("宋体", "SimSun", "仿宋", "FangSong", "仿宋_GB2312"),
        *("楷体", "KaiTi", "楷体_GB2312", "方正小标宋简体", "华文中宋"),
    ),
    "Noto Sans CJK SC": ("黑体", "SimHei", "微软雅黑", "Microsoft YaHei", "等线", "DengXian"),
}


def _fonts(cache: Path) -> str:
    """A fontconfig file that lets the fonts of Chinese forms look like themselves, roughly."""
    aliases = "".join(
        f'<alias binding="same"><family>{name}</family><prefer><family>{stand_in}</family></prefer></alias>\n'
        for stand_in, names in _FONTS.items()
        for name in names
    )
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n'
        f"<cachedir>{escape(str(cache))}</cachedir>\n{aliases}</fontconfig>\n"
    )
