"""What setup did on this PC: its steps, and the record by which it is undone."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from xl_jixiao.desktop import interpreter
from xl_jixiao.desktop.files import write_whole
from xl_jixiao.desktop.windows import HKCU, Desktop, expand, same_path

DONE, KEPT, SKIPPED, FAILED = "done", "kept", "skipped", "failed"


@dataclass(frozen=True)
class Step:
    """One thing setup did: `what` in Chinese, `state` done|kept|skipped|failed, and the detail or what to do."""

    what: str
    state: str
    detail: str = ""


def manifest_file(desktop: Desktop) -> Path:
    return interpreter.home(desktop) / "setup.json"


def user_conf_file(desktop: Desktop) -> Path:
    return expand(desktop, r"%USERPROFILE%\.xlwings\xlwings.conf")


def empty_record() -> dict:
    return {"format": 1, "files": {}, "folders": [], "interpreter": [], "conf": {}, "conf_created": False, "trusted": {}}


def read_record(desktop: Desktop) -> dict:
    """What earlier setups did here; empty when none did or the record can't be read."""
    try:
        found = json.loads(manifest_file(desktop).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return empty_record()
    return {**empty_record(), **found} if isinstance(found, dict) else empty_record()


def save_record(desktop: Desktop, record: dict) -> None:
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    write_whole(manifest_file(desktop), text.encode("utf-8"))


def conf_line(key: str, value: str) -> str:
    """A line of xlwings.conf as VBA's Write # and xlwings itself write it."""
    return f'"{key}","{value}"'


def conf_keys(content: bytes) -> dict[str, str]:
    """Key (capitals) to value of a user's xlwings.conf; the file is in the ANSI code page, only its ASCII matters here."""
    pairs = re.findall(r'^\s*"([^"]*)"\s*,\s*"?([^"\r\n]*)"?', content.decode("latin-1"), re.MULTILINE)
    return {key.upper(): value for key, value in pairs}


def trusted_as_recorded(desktop: Desktop, key: str, folder: str) -> bool:
    """Is this registry entry still the one setup wrote?"""
    present = desktop.value(HKCU, key, "Path")
    return present is not None and same_path(str(present), folder)
