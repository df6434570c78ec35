"""The one door to Windows: registry, known folders, running programs.

Everything above this module talks to a `Desktop`; the tests give it a made-up registry and a temporary folder. The functions
below read one fact each (where Excel is, what the macro policy says) and decide nothing.
"""

import ctypes
import importlib
import os
import re
import shutil
import struct
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

HKCU = "HKCU"
HKLM = "HKLM"
OFFICE = r"Software\Microsoft\Office\16.0"  # Excel 2016, 2019, 2021, 2024 and 365 all call themselves 16.0
EXCEL_SECURITY = OFFICE + r"\Excel\Security"
TRUSTED_LOCATIONS = EXCEL_SECURITY + r"\Trusted Locations"
POLICIES = (r"Software\Policies\Microsoft\Office\16.0", r"Software\Policies\Microsoft\Cloud\Office\16.0")
OFFICE_CHILD_PROCESSES = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"  # Defender: block Office applications from starting programs
DEFENDER = r"Microsoft\Windows Defender"
EXPLOIT_GUARD = r"Windows Defender Exploit Guard\ASR\Rules"
PE_BITS = {0x14C: 32, 0x8664: 64, 0xAA64: 64}


@dataclass(frozen=True)
class Interpreter:
    """The Python that is running: its files, version and word length."""

    executable: Path
    prefix: Path
    base_prefix: Path
    site_packages: Path
    version: tuple[int, int, int]
    bits: int

    @property
    def tag(self) -> str:
        """`311` for Python 3.11, as in python311.dll."""
        return f"{self.version[0]}{self.version[1]}"

    @property
    def embedded(self) -> bool:
        """Is it the embeddable package (a plain folder, no venv module, paths in python3xx._pth)?"""
        return (self.prefix / f"python{self.tag}._pth").is_file()

    @property
    def from_store(self) -> bool:
        """Is it the Microsoft Store's Python? What that one writes under AppData is invisible to Excel."""
        return "windowsapps" in {part.lower() for part in (*self.base_prefix.parts, *self.prefix.parts)}


@dataclass(frozen=True)
class Outcome:
    """How a program ended, and what it said."""

    code: int
    output: str

    @property
    def last_line(self) -> str:
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        return lines[-1] if lines else ""


class Desktop(Protocol):
    """What the rest of the package may ask of the PC."""

    is_windows: bool
    interpreter: Interpreter

    def env(self, name: str) -> str: ...

    def value(self, hive: str, key: str, name: str = "") -> str | int | None: ...

    def subkeys(self, hive: str, key: str) -> tuple[str, ...]: ...

    def write_value(self, hive: str, key: str, name: str, value: str | int) -> None: ...

    def delete_key(self, hive: str, key: str) -> None: ...

    def stream(self, path: Path, name: str) -> str | None: ...

    def short_path(self, path: Path) -> Path | None: ...

    def which(self, program: str) -> Path | None: ...

    def run(self, command: Sequence[str | Path], timeout: float = 120) -> Outcome: ...


def running_interpreter() -> Interpreter:
    return Interpreter(
        executable=Path(sys.executable),
        prefix=Path(sys.prefix),
        base_prefix=Path(sys.base_prefix),
        site_packages=Path(sysconfig.get_path("purelib")),
        version=sys.version_info[:3],
        bits=struct.calcsize("P") * 8,
    )


def _winreg() -> ModuleType:
    """Windows' registry module, absent elsewhere; what it gives is of no known type until it is looked at."""
    return importlib.import_module("winreg")


class ThisDesktop:
    """The PC we run on. Off Windows it has no registry and says so by `is_windows`."""

    def __init__(self) -> None:
        self.is_windows = sys.platform == "win32"
        self.interpreter = running_interpreter()

    def env(self, name: str) -> str:
        return os.environ.get(name, "")

    def _views(self, hive: str, key: str) -> Iterator[Any]:
        """The key as 64-bit and as 32-bit programs see it (a 32-bit Office writes into the other half)."""
        winreg = _winreg()

        root = {HKCU: winreg.HKEY_CURRENT_USER, HKLM: winreg.HKEY_LOCAL_MACHINE}[hive]
        for view in (winreg.KEY_WOW64_64KEY, winreg.KEY_WOW64_32KEY):
            try:
                with winreg.OpenKey(root, key, 0, winreg.KEY_READ | view) as handle:
                    yield handle
            except OSError:
                continue

    def value(self, hive: str, key: str, name: str = "") -> str | int | None:
        """A registry value; None where there is none or it may not be read."""
        if not self.is_windows:
            return None
        winreg = _winreg()

        for handle in self._views(hive, key):
            try:
                found = winreg.QueryValueEx(handle, name)[0]
            except OSError:
                continue
            return found if isinstance(found, (str, int)) else str(found)
        return None

    def subkeys(self, hive: str, key: str) -> tuple[str, ...]:
        if not self.is_windows:
            return ()
        winreg = _winreg()

        for handle in self._views(hive, key):
            return tuple(winreg.EnumKey(handle, index) for index in range(winreg.QueryInfoKey(handle)[0]))
        return ()

    def write_value(self, hive: str, key: str, name: str, value: str | int) -> None:
        winreg = _winreg()

        assert hive == HKCU, "only the user's own half of the registry is ever written"
        kind = winreg.REG_DWORD if isinstance(value, int) else winreg.REG_SZ
        with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_WRITE) as handle:
            winreg.SetValueEx(handle, name, 0, kind, value)

    def delete_key(self, hive: str, key: str) -> None:
        winreg = _winreg()

        assert hive == HKCU, "only the user's own half of the registry is ever written"
        try:
            winreg.DeleteKey(winreg.HKEY_CURRENT_USER, key)
        except FileNotFoundError:
            pass

    def stream(self, path: Path, name: str) -> str | None:
        """An alternate data stream of a file (`Zone.Identifier`: where it was downloaded from)."""
        if not self.is_windows:
            return None
        try:
            with open(f"{path}:{name}", encoding="utf-8", errors="replace") as handle:
                return handle.read()
        except OSError:
            return None

    def short_path(self, path: Path) -> Path | None:
        r"""The path in short names (`C:\Users\A1B2~1`); None where the volume keeps none or the file is not there."""
        if not self.is_windows:
            return None
        room = ctypes.create_unicode_buffer(1024)
        length = ctypes.CDLL("kernel32").GetShortPathNameW(str(path), room, len(room))
        return Path(room.value) if 0 < length < len(room) else None

    def which(self, program: str) -> Path | None:
        found = shutil.which(program)
        return Path(found) if found else None

    def run(self, command: Sequence[str | Path], timeout: float = 120) -> Outcome:
        """Run a program without a console window; a program that can't start ends with 127, one too slow with 124."""
        hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        try:
            done = subprocess.run(
                [str(part) for part in command],
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=timeout,
                creationflags=hidden,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Outcome(124, f"超过 {timeout:g} 秒没有结束")
        except OSError as error:
            return Outcome(127, str(error))
        return Outcome(done.returncode, done.stdout + done.stderr)


# Facts: each reads one thing.


def expand(desktop: Desktop, text: str) -> Path:
    r"""A path as Windows writes it (`%USERPROFILE%\Documents`), its variables filled in; unknown ones stay."""
    filled = re.sub(r"%([^%]+)%", lambda match: desktop.env(match[1]) or match[0], text)
    return Path(filled.replace("\\", os.sep))


def same_path(left: str | Path, right: str | Path) -> bool:
    """Do two Windows paths name one place? Case, slashes and a trailing backslash don't count."""

    def plain(path: str | Path) -> str:
        return str(path).replace("\\", "/").rstrip("/").casefold()

    return plain(left) == plain(right)


def documents_folder(desktop: Desktop) -> Path:
    """The user's 文档, wherever it was redirected to (OneDrive, another drive)."""
    raw = desktop.value(HKCU, r"Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders", "Personal")
    return expand(desktop, str(raw)) if raw else expand(desktop, r"%USERPROFILE%\Documents")


def onedrive_roots(desktop: Desktop) -> tuple[Path, ...]:
    names = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
    return tuple({Path(desktop.env(name)): None for name in names if desktop.env(name)})


def in_onedrive(desktop: Desktop, path: Path) -> bool:
    """Does a path lie in a folder OneDrive synchronises (Excel then calls the file by a web address)?"""
    text = str(path).replace("\\", "/").casefold()
    return any(text.startswith(str(root).replace("\\", "/").rstrip("/").casefold() + "/") for root in onedrive_roots(desktop))


def ansi_codepage(desktop: Desktop) -> str:
    """The codec of the system's ANSI code page (`cp936` in China): what the VBA runtime can name files in."""
    number = desktop.value(HKLM, r"SYSTEM\CurrentControlSet\Control\Nls\CodePage", "ACP") or "936"
    return "utf-8" if str(number) == "65001" else f"cp{number}"


def strange_characters(desktop: Desktop, path: Path) -> str:
    """The characters of a path that the system code page lacks; empty when VBA can name it. Raises ValueError for an unknown page."""
    codec = ansi_codepage(desktop)
    try:
        "".encode(codec)
    except LookupError as error:
        raise ValueError(f"不认识系统代码页 {codec}") from error
    return "".join(dict.fromkeys(char for char in str(path) if not _encodable(char, codec)))


def _encodable(char: str, codec: str) -> bool:
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def pe_bits(path: Path) -> int | None:
    """32 or 64 from the header of an .exe or .dll; None when it is not one or can't be read."""
    try:
        with path.open("rb") as stream:
            head = stream.read(64)
            if head[:2] != b"MZ" or len(head) < 64:
                return None
            stream.seek(struct.unpack_from("<I", head, 60)[0])
            signature = stream.read(6)
    except OSError:
        return None
    if signature[:4] != b"PE\0\0" or len(signature) < 6:
        return None
    return PE_BITS.get(struct.unpack_from("<H", signature, 4)[0])


@dataclass(frozen=True)
class Excel:
    """The installed Microsoft Excel; what is not known is empty or None."""

    path: Path | None
    version: str
    bits: int | None
    product: str


def excel_install(desktop: Desktop) -> Excel | None:
    """Microsoft Excel from its own records: the program's header first, then Click-to-Run, then Outlook's Bitness."""
    raw = None
    for hive in (HKCU, HKLM):
        raw = raw or desktop.value(hive, r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe")
    if not raw:
        root = desktop.value(HKLM, OFFICE + r"\Excel\InstallRoot", "Path")
        raw = f"{str(root).rstrip(chr(92))}\\EXCEL.EXE" if root else None
    path = expand(desktop, str(raw).strip('"')) if raw else None
    run = r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
    version = desktop.value(HKLM, run, "VersionToReport")
    if path is None and version is None:
        return None
    bits = pe_bits(path) if path else None
    for word in (desktop.value(HKLM, run, "Platform"), desktop.value(HKLM, OFFICE + r"\Outlook", "Bitness")):
        bits = bits or {"x86": 32, "x64": 64}.get(str(word))
    product = desktop.value(HKLM, run, "ProductReleaseIds")
    return Excel(path, str(version or "16.0"), bits, str(product or ""))


@dataclass(frozen=True)
class MacroPolicy:
    """What Excel's Trust Center is set to, by the user or (then unchangeable) by the organisation."""

    warnings: int  # 1 all macros run, 2 ask (default), 3 only signed ones, 4 none
    warnings_by_policy: bool
    blocks_internet: bool
    locations_disabled: bool
    user_locations_allowed: bool
    network_locations_allowed: bool
    vba_off: bool  # no Office program has VBA, trusted folders included


def _number(value: str | int | None) -> int | None:
    """A registry value as the number it should be; None when it is absent or no number."""
    try:
        return None if value is None else int(value)
    except ValueError:
        return None


def _policy(desktop: Desktop, key: str, name: str) -> int | None:
    for hive in (HKCU, HKLM):
        for root in POLICIES:
            found = _number(desktop.value(hive, rf"{root}\{key}", name))
            if found is not None:
                return found
    return None


_WITH_A_NOTICE = 2
"""Excel's own setting: macros are disabled with a notice."""


def macro_policy(desktop: Desktop) -> MacroPolicy:
    ordered = _policy(desktop, r"Excel\Security", "VBAWarnings")
    chosen = _number(desktop.value(HKCU, EXCEL_SECURITY, "VBAWarnings"))
    usual = _WITH_A_NOTICE if chosen is None else chosen
    locations = r"Excel\Security\Trusted Locations"
    disabled = _policy(desktop, locations, "AllLocationsDisabled")
    network = _policy(desktop, locations, "AllowNetworkLocations")
    return MacroPolicy(
        warnings=usual if ordered is None else ordered,
        warnings_by_policy=ordered is not None,
        blocks_internet=_policy(desktop, r"Excel\Security", "blockcontentexecutionfrominternet") == 1,
        locations_disabled=bool(disabled if disabled is not None else desktop.value(HKCU, TRUSTED_LOCATIONS, "AllLocationsDisabled")),
        user_locations_allowed=_policy(desktop, r"Common\Security\Trusted Locations", "Allow User Locations") != 0,
        network_locations_allowed=bool(network if network is not None else desktop.value(HKCU, TRUSTED_LOCATIONS, "AllowNetworkLocations")),
        vba_off=_policy(desktop, "Common", "VBAOff") == 1,
    )


@dataclass(frozen=True)
class TrustedLocation:
    key: str
    path: str
    subfolders: bool


def trusted_locations(desktop: Desktop) -> tuple[TrustedLocation, ...]:
    """The folders Excel trusts, the organisation's before the user's; a path keeps the variables it was written with."""
    keys = [rf"{root}\Excel\Security\Trusted Locations" for root in POLICIES] + [TRUSTED_LOCATIONS]
    found = []
    for key in keys:
        for name in desktop.subkeys(HKCU, key):
            path = desktop.value(HKCU, rf"{key}\{name}", "Path")
            if path:
                found.append(TrustedLocation(rf"{key}\{name}", str(path), bool(desktop.value(HKCU, rf"{key}\{name}", "AllowSubfolders"))))
    return tuple(found)


def is_trusted(desktop: Desktop, folder: Path) -> bool:
    """Does Excel run macros from this folder without asking?"""
    for location in trusted_locations(desktop):
        root = expand(desktop, location.path)
        if same_path(root, folder) or (location.subfolders and any(same_path(root, parent) for parent in folder.parents)):
            return True
    return False


def excel_server(desktop: Desktop) -> str:
    """The program that answers when something asks Windows for Excel.Application; empty when nothing does."""
    classes = r"Software\Classes"
    pairs = [(hive, rf"{classes}\Excel.Application\CLSID") for hive in (HKCU, HKLM)]
    class_id = next((value for hive, key in pairs if (value := desktop.value(hive, key))), None)
    if not class_id:
        return ""
    places = [(hive, rf"{classes}{node}\CLSID\{class_id}\LocalServer32") for hive in (HKCU, HKLM) for node in ("", r"\WOW6432Node")]
    return str(next((value for hive, key in places if (value := desktop.value(hive, key))), ""))


def is_wps(program: str) -> bool:
    r"""Is a command line WPS's (`…\WPS Office\…\office6\et.exe /Automation`)?"""
    return bool(re.search(r"(?i)kingsoft|wps office|[\\/](et|wps|ksolaunch|wpsoffice)\.exe", program))


def opens_with_wps(desktop: Desktop, suffix: str) -> bool:
    """Does a double click on such a file start WPS? The user's choice decides, then his own classes, then the machine's."""
    explorer = rf"Software\Microsoft\Windows\CurrentVersion\Explorer\FileExts\{suffix}\UserChoice"
    classes = rf"Software\Classes\{suffix}"
    places = ((HKCU, explorer, "ProgId"), (HKCU, classes, ""), (HKLM, classes, ""))
    program = next((value for place in places if (value := desktop.value(*place))), "")
    return str(program).upper().startswith(("KET.", "WPS.", "ET."))


def child_process_rule(desktop: Desktop) -> int | None:
    """Defender's rule against programs started by Office: 0 off, 1 block, 2 audit, 6 warn; None when not set."""
    for key in (rf"SOFTWARE\Policies\{DEFENDER}\{EXPLOIT_GUARD}", rf"SOFTWARE\{DEFENDER}\{EXPLOIT_GUARD}"):
        for name in (OFFICE_CHILD_PROCESSES, OFFICE_CHILD_PROCESSES.upper()):
            found = desktop.value(HKLM, key, name)
            if found is not None and str(found).isdigit():
                return int(found)
    managed = str(desktop.value(HKLM, rf"SOFTWARE\Policies\{DEFENDER}\Policy Manager", "ASRRules") or "")
    match = re.search(OFFICE_CHILD_PROCESSES + r"\}?\s*=\s*(\d)", managed, re.IGNORECASE)
    return int(match[1]) if match else None
