"""A table file of any kind: what stands at its head, and how it is loaded once."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from xl_jixiao.tables.catalogue import locate
from xl_jixiao.tables.tablefile import TablePart, read_toml


class Table(TablePart):
    """The head of a table file. `basis` is the document it was printed with."""

    id: str
    title: str
    revision: str
    year: int
    region: str
    basis: str
    notes: tuple[str, ...] = ()

    @property
    def stamp(self) -> str:
        """What a workbook carries to say which table it was made from."""
        return f"{self.id}@{self.revision}"


_Kind = TypeVar("_Kind", bound=Table)


def loading(from_data: Callable[[Mapping[str, Any], str], _Kind]) -> Callable[[str], _Kind]:
    """The function that loads a table by its id or .toml path, read again only when the file has changed."""

    @lru_cache(maxsize=64)
    def read(path: str, _modified: int) -> _Kind:
        file = Path(path)
        return from_data(read_toml(file), file.name)

    def load(reference: str) -> _Kind:
        """The table of an id or of a .toml path. Raises RubricError with every mistake, FileNotFoundError for what isn't there."""
        path = locate(reference)
        return read(str(path), path.stat().st_mtime_ns)

    return load
