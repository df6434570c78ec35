"""This project's wheel: built from the checkout the code lies in, or put together again from the installed files."""

import base64
import hashlib
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution, version
from pathlib import Path

PROJECT = "xl-jixiao"
_LEFT_OUT = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
"""What pip wrote beside the installed files: not the wheel's own."""

_WHEEL = "Wheel-Version: 1.0\nGenerator: xl_jixiao\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_MOMENT = (2026, 1, 1, 0, 0, 0)

Pip = Callable[..., None]


class NoWheel(Exception):
    """There is nothing a wheel could be made of; one Chinese line."""


def own_wheel(wheel: Path | None, scratch: Path, pip: Pip) -> Path:
    """The given wheel; else the checkout's, or that of the installed files. Raises NoWheel."""
    if wheel is not None:
        if not wheel.is_file() or not re.match(r"xl_jixiao-[^-]+-.*\.whl$", wheel.name):
            raise NoWheel(f"{wheel} 不是本工具的 wheel 文件（xl_jixiao-….whl）")
        return wheel
    root = Path(__file__).resolve().parents[2]
    if (root / "pyproject.toml").is_file():
        return _built(root, scratch, pip)
    try:
        return repacked(distribution(PROJECT), scratch)
    except PackageNotFoundError:
        raise NoWheel("这里既不是源码目录，也没有用 pip 安装过，请用 --wheel 给出本工具的 xl_jixiao-….whl") from None


def _built(root: Path, scratch: Path, pip: Pip) -> Path:
    source = scratch / "source"  # a copy: building leaves build/ and .egg-info behind
    skipped = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__", "tests", "bench")
    shutil.copytree(root, source, ignore=skipped)
    isolation = [] if not _has_setuptools() else ["--no-build-isolation"]
    pip("wheel", "--no-deps", *isolation, "--wheel-dir", scratch / "own", source)
    return next((scratch / "own").glob("*.whl"))


def _has_setuptools() -> bool:
    try:
        return int(version("setuptools").partition(".")[0]) >= 77
    except (PackageNotFoundError, ValueError):
        return False


def repacked(installed: Distribution, folder: Path) -> Path:
    """A wheel of the files pip installed. Raises NoWheel where some of them are gone."""
    stem = f"{PROJECT.replace('-', '_')}-{installed.version}"
    path = folder / f"{stem}-py3-none-any.whl"
    contents = {**dict(_contents(installed)), f"{stem}.dist-info/WHEEL": _WHEEL.encode()}
    record = "".join(f"{name},sha256={_digest(content)},{len(content)}\n" for name, content in contents.items())
    contents[f"{stem}.dist-info/RECORD"] = f"{record}{stem}.dist-info/RECORD,,\n".encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)
    return path


def _contents(installed: Distribution) -> Iterable[tuple[str, bytes]]:
    for file in installed.files or ():
        inside = file.parts[0] != ".." and "__pycache__" not in file.parts
        if not inside or (file.parent.name.endswith(".dist-info") and file.name in (*_LEFT_OUT, "WHEEL")):
            continue
        place = Path(str(file.locate()))
        if not place.is_file():
            raise NoWheel(f"安装得不完整，缺少 {file}，请重新安装本工具，或用 --wheel 给出 xl_jixiao-….whl")
        yield file.as_posix(), place.read_bytes()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
