"""What setup did on this PC: its steps, and the record by which it is undone."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, cast

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


class Record(TypedDict):
    """What setup.json holds: everything setup put on this PC, by what it was when setup left it."""

    format: int
    files: dict[str, str]  # path to digest
    folders: list[str]
    interpreter: list[str]
    conf: dict[str, str]
    conf_added: str
    conf_created: bool
    trusted: dict[str, str]  # registry key to folder


PARTS = {"files": "模板", "folders": "文件夹", "interpreter": "Python", "trusted": "受信任位置", "format": "格式"}


def empty_record() -> Record:
    return Record(format=1, files={}, folders=[], interpreter=[], conf={}, conf_added="", conf_created=False, trusted={})


def read_record(desktop: Desktop) -> tuple[Record, list[Step]]:
    """What earlier setups did here, and a step naming what of it can't be read and is taken as empty."""
    empty = empty_record()
    try:
        found = json.loads(manifest_file(desktop).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return empty, []
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        return empty, [_unreadable(desktop, empty)]
    broken = [key for key, blank in empty.items() if key in found and not _same_kind(found[key], blank)]
    sound = {key: value for key, value in found.items() if key not in broken}
    return cast(Record, {**empty, **sound}), [_unreadable(desktop, broken)] if broken else []


def _same_kind(value: object, blank: object) -> bool:
    """Is it of the blank's type, and does it hold only texts if it holds anything?"""
    held: Iterable[object] = ()
    if isinstance(value, dict):
        held = value.values()
    elif isinstance(value, list):
        held = value
    return type(value) is type(blank) and all(isinstance(text, str) for text in held)


def _unreadable(desktop: Desktop, keys: Iterable[str]) -> Step:
    parts = "、".join(dict.fromkeys(PARTS.get(key, "xlwings 用户设置") for key in keys))
    detail = f"{manifest_file(desktop)} 里读不懂的部分当作没有：{parts}。卸载时不会撤销这部分，需要时请手工删除"
    return Step("读安装记录", SKIPPED, detail)


def save_record(desktop: Desktop, record: Record) -> None:
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
