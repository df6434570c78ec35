"""A made-up Windows PC: a registry in a dictionary, a profile in a temporary folder, programs that only note that they were called."""

import struct
from collections.abc import Sequence
from pathlib import Path

from xl_jixiao.desktop.windows import HKCU, HKLM, Interpreter, Outcome

XLWINGS = "0.37.8"


def pe_file(path: Path, bits: int) -> Path:
    """A file whose header says it is a program of this word length."""
    path.parent.mkdir(parents=True, exist_ok=True)
    machine = {32: 0x14C, 64: 0x8664}[bits]
    path.write_bytes(b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<H", machine) + bytes(32))
    return path


def workbook(path: Path, conf: dict[str, str] | None = None) -> Path:
    """A workbook with the hidden xlwings.conf sheet, as the builder makes it (only the sheet matters here)."""
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "填报说明"
    if conf is not None:
        sheet = book.create_sheet("xlwings.conf")
        for row in conf.items():
            sheet.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


class FakeDesktop:
    """A PC with 64-bit Python 3.11 installed in the usual way and a 64-bit Excel 365; tests change what they need."""

    def __init__(self, root: Path, user: str = "会计"):
        self.is_windows = True
        self.profile = root / "Users" / user
        self.profile.mkdir(parents=True)
        self.variables = {"USERPROFILE": str(self.profile), "LOCALAPPDATA": str(self.profile / "AppData" / "Local")}
        self.registry: dict[tuple[str, str], dict[str, str | int]] = {}
        self.streams: dict[tuple[str, str], str] = {}
        self.programs: dict[str, Path] = {}
        self.short_paths: dict[Path, Path] = {}
        self.commands: list[list[str]] = []
        self.venv_fails = False
        self.python_says = f"xlwings {XLWINGS}"
        prefix = root / "Python311"
        for name in ("python.exe", "pythonw.exe"):
            pe_file(prefix / name, 64)
        for bits in (32, 64):
            pe_file(prefix / f"xlwings{bits}-{XLWINGS}.dll", bits)
        self.interpreter = Interpreter(prefix / "python.exe", prefix, prefix, prefix / "Lib" / "site-packages", (3, 11, 9), 64)
        excel = pe_file(root / "Office16" / "EXCEL.EXE", 64)
        self.put(HKLM, r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", "", str(excel))
        configuration = r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
        self.put(HKLM, configuration, "VersionToReport", "16.0.17928.20114")
        self.put(HKLM, configuration, "Platform", "x64")
        folders = r"Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
        self.put(HKCU, folders, "Personal", r"%USERPROFILE%\Documents")

    def put(self, hive: str, key: str, name: str, value: str | int) -> None:
        self.registry.setdefault((hive, key.casefold()), {})[name.casefold()] = value

    # The Desktop protocol.

    def env(self, name: str) -> str:
        return self.variables.get(name, "")

    def value(self, hive: str, key: str, name: str = "") -> str | int | None:
        return self.registry.get((hive, key.casefold()), {}).get(name.casefold())

    def subkeys(self, hive: str, key: str) -> tuple[str, ...]:
        start = key.casefold() + "\\"
        return tuple(sorted({k[len(start) :].split("\\")[0] for h, k in self.registry if h == hive and k.startswith(start)}))

    def write_value(self, hive: str, key: str, name: str, value: str | int) -> None:
        assert hive == HKCU, "setup writes only the user's own half of the registry"
        self.put(hive, key, name, value)

    def delete_key(self, hive: str, key: str) -> None:
        assert hive == HKCU
        self.registry.pop((hive, key.casefold()), None)

    def stream(self, path: Path, name: str) -> str | None:
        return self.streams.get((str(path), name))

    def short_path(self, path: Path) -> Path | None:
        return self.short_paths.get(path)

    def which(self, program: str) -> Path | None:
        return self.programs.get(program)

    def run(self, command: Sequence[str | Path], timeout: float = 120) -> Outcome:
        words = [str(word) for word in command]
        self.commands.append(words)
        if "venv" in words:
            if self.venv_fails:
                return Outcome(1, "Error: Unable to copy venvlauncher.exe\n")
            self.make_venv(Path(words[-1]))
            return Outcome(0, "")
        return Outcome(0, self.python_says + "\n") if Path(words[0]).is_file() else Outcome(127, "no such file")

    def make_venv(self, root: Path) -> None:
        for name in ("python.exe", "pythonw.exe"):
            pe_file(root / "Scripts" / name, 64)
        (root / "Lib" / "site-packages").mkdir(parents=True, exist_ok=True)
        (root / "Include").mkdir(exist_ok=True)
        (root / "pyvenv.cfg").write_text("home = C:\\Python311\nversion = 3.11.9\n", encoding="utf-8")


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file below a folder and its content, and every folder."""
    return {p.relative_to(root).as_posix(): p.read_bytes() if p.is_file() else b"<folder>" for p in sorted(root.rglob("*"))}
