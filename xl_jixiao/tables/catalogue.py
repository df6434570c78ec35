"""The data files shipped with the package: tables by id, and their worked examples. Reads headings only, so that listing is quick."""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from os.path import isfile
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xl_jixiao.tables.unreadable import text_of

_FOLDER = Path(__file__).parent
_RUBRICS, _SETS, _EXAMPLES = _FOLDER / "rubrics", _FOLDER / "sets", _FOLDER / "examples"


def bundled() -> Mapping[str, Path]:
    """The table files shipped with the package, by id."""
    return _shipped(_RUBRICS)


def sets() -> Mapping[str, Path]:
    """The sets of forms shipped with the package, by id."""
    return _shipped(_SETS)


def known() -> Mapping[str, Path]:
    """Every table file shipped with the package, sets included, by id."""
    return {**bundled(), **sets()}


def examples() -> Mapping[str, Path]:
    """The worked examples shipped with the package, by the id of their table."""
    return _shipped(_EXAMPLES)


def _shipped(folder: Path) -> Mapping[str, Path]:
    return _listed(folder, folder.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _listed(folder: Path, _modified: int) -> Mapping[str, Path]:
    """What is in a folder, looked up again only where something was put in or taken out."""
    return MappingProxyType({path.stem: path for path in sorted(folder.glob("*.toml"))})


def locate(reference: str) -> Path:
    """The table file of an id or a path. Raises FileNotFoundError with the nearest ids."""
    files = known()
    path = files.get(reference) or Path(reference)
    if not isfile(path):  # which is false for a name that is too long, too
        near = get_close_matches(reference.lower()[:60], files, 3, 0.3) or [name for name in files if name.startswith("generic")][:3]
        raise FileNotFoundError(
            f"没有评分标准“{reference}”：应为编号或 .toml 文件的路径，相近的编号：{'、'.join(near)}；全部编号见 xl-jixiao rubrics"
        )
    return path


def table_files(folder: Path) -> Mapping[str, Path]:
    """A county's own table files in a folder, by id; the data files beside them are none. Raises FileNotFoundError for no folder,
    RubricError for a file that is no TOML."""
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}：没有这个文件夹")
    files = sorted(folder.glob("*.toml"))
    return _by_id(tuple((path, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=4)
def _by_id(files: tuple[tuple[Path, int], ...]) -> Mapping[str, Path]:
    found: dict[str, Path] = {}
    for path, _ in files:
        try:
            top = heading(path)
        except (ValueError, RecursionError):
            from xl_jixiao.tables.tablefile import RubricError

            raise RubricError([f"{path.name}：不是有效的 TOML 文件"]) from None
        if "kind" in top:
            found[str(top.get("id", path.stem))] = path
    return MappingProxyType(found)


FACTS = ("id", "title", "year", "region", "kind", "revision")


def heading(path: Path) -> Mapping[str, Any]:
    """The facts at the top of a table file: id, title, year, region, kind, revision. The rest is not read."""
    lines, wanted = [], set(FACTS)
    text = text_of(path)
    for line in text.splitlines(keepends=True):
        if line.startswith("[") or not wanted:
            break
        wanted.discard(line.partition("=")[0].strip())
        lines.append(line)
    try:
        return tomllib.loads("".join(lines))
    except tomllib.TOMLDecodeError:  # a text or an array over several lines, with a line that looks like the next table
        return tomllib.loads(text)
