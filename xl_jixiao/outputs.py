"""Files that are written: their names; beside their target and moved into place; nothing is overwritten unless told."""

import os
import re
import secrets
import signal
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_UNSAFE = re.compile(r'[\\/:*?"<>|]+')
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control, direction and zero-width characters: a name with them shows as another one than it is."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)

_GOES_ON = " ._-、，；：（《“"
"""What a name that was cut doesn't end in."""

_STEM = 40
"""So much of a file's name its temporary file has: a name may be as long as the system allows."""


def safe_name(text: str, most: int = 60) -> str:
    """A text as part of a file name on Windows: nothing unseen, no separators, no reserved device names, at most so many characters; one that
    is cut doesn't end in a mark that goes on."""
    seen = "".join(char for char in text if unicodedata.category(char) not in _UNSEEN)
    name = _UNSAFE.sub("_", seen).strip(" .")
    name = name[:most].rstrip(_GOES_ON) if len(name) > most else name
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def refuse_existing(path: Path, *, overwrite: bool) -> None:
    """Raises FileExistsError for a file that is there and may not be overwritten."""
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path}：文件已存在；换一个文件名，或加 --overwrite 覆盖")


def refuse_unwritable(path: Path, *, overwrite: bool) -> None:
    """Raises OSError before the work where a file could not be written after it: it is there, its folder is missing or can't be written to."""
    refuse_existing(path, overwrite=overwrite)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path.parent}：没有这个文件夹")
    _begun(path).unlink()


def _begun(path: Path) -> Path:
    """A new empty file beside a target. Raises OSError about the target where its folder can't be written to."""
    # Not mkstemp: its file is readable by its owner alone, and keeps that when it is moved into place.
    temporary = path.with_name(f".{path.stem[:_STEM]}-{secrets.token_hex(4)}{path.suffix}")
    try:
        temporary.open("xb").close()
    except FileNotFoundError:
        raise FileNotFoundError(f"{path.parent}：不能在这个文件夹里写文件") from None
    except OSError as error:
        error.filename = str(path)
        raise
    return temporary


@contextmanager
def replacing(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """A temporary file that takes the place of `path` when all went well. Raises FileExistsError unless told to overwrite."""
    refuse_existing(path, overwrite=overwrite)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path.parent}：没有这个文件夹")
    temporary = _begun(path)
    try:
        yield temporary
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def finishing() -> Iterator[list[int]]:
    """What is begun is written whole: a Ctrl-C in between waits, and stands in the list."""
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():  # signals are the main thread's
        yield came
        return
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)
