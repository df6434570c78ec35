"""Small file deeds: a file is written whole or not at all, and known by its digest."""

import errno
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType


def write_whole(path: Path, content: bytes) -> None:
    """Write through a temporary file beside the target; a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".jx-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


_NO_RIGHT = "没有权限，或文件正被别的程序打开"
_REASONS: Mapping[int, str] = MappingProxyType(
    {
        errno.EACCES: _NO_RIGHT,
        errno.EPERM: _NO_RIGHT,
        errno.EROFS: "磁盘或文件夹是只读的",
        errno.ENOSPC: "磁盘满了",
        errno.ENOENT: "找不到文件或文件夹",
        errno.EISDIR: "是文件夹，不是文件",
        errno.ENOTDIR: "路径里有一段是文件，不是文件夹",
        errno.ENAMETOOLONG: "文件名太长",
    }
)
_CHINESE = re.compile("[\u4e00-\u9fff]")


def reason(error: OSError) -> str:
    """Why it failed: in Windows' own words where they are Chinese, without their full stop; else in ours."""
    said = without_stop(error.strerror or str(error))
    return said if _CHINESE.search(said) else _REASONS.get(error.errno or 0, said)


def without_stop(text: str) -> str:
    """A sentence to go on from."""
    return text.strip().rstrip("。.")


def make_writable(path: Path) -> None:
    """Take the read-only mark off a file of ours; Windows neither deletes nor replaces one that has it."""
    path.chmod(path.stat().st_mode | stat.S_IWRITE)


def delete(path: Path) -> None:
    """Delete a file or a folder of ours, read-only or not."""
    if not path.is_dir():
        make_writable(path)
        path.unlink()
        return
    for inside in path.rglob("*"):
        if inside.is_file() and not inside.is_symlink():
            make_writable(inside)
    shutil.rmtree(path)


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def free_name(path: Path, label: str) -> Path:
    """`表（新版）.xlsx`, or `表（新版2）.xlsx` … : a name beside `path` that is not taken."""
    for number in range(1, 1000):
        candidate = path.with_name(f"{path.stem}（{label}{'' if number == 1 else number}）{path.suffix}")
        if not candidate.exists():
            return candidate
    raise FileExistsError(path)


def parents_to_make(folder: Path) -> list[Path]:
    """The folders that would have to be made for `folder` to exist, outermost first."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    return missing[::-1]
