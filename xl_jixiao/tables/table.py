"""A table file of any kind: what stands at its head, and how it is loaded once."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from xl_jixiao.tables.catalogue import locate
from xl_jixiao.tables.next_year import of_year
from xl_jixiao.tables.tablefile import TablePart, parsed, read_toml
from xl_jixiao.tables.unreadable import text_of


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
_Loaded = TypeVar("_Loaded", bound=Table, covariant=True)


class Load(Protocol[_Loaded]):
    """Loads a table by its id or .toml path; with a year as a set of that year has it."""

    def __call__(self, reference: str, year: int = 0) -> _Loaded:
        """The table. Raises RubricError with every mistake, FileNotFoundError for what isn't there."""


def loading(from_data: Callable[[Mapping[str, Any], str], _Kind]) -> Load[_Kind]:
    """The function that loads a table by its id or .toml path, read again only when the file has changed."""

    @lru_cache(maxsize=64)
    def read(path: str, _modified: int, year: int) -> _Kind:
        file = Path(path)
        return from_data(read_for(file, year), file.name)

    def load(reference: str, year: int = 0) -> _Kind:
        path = locate(reference)
        return read(str(path), path.stat().st_mtime_ns, year)

    return load


def read_for(file: Path, year: int) -> dict[str, Any]:
    """The parsed table file, moved on where it is of another year than the one wanted (0: its own). Raises RubricError."""
    data = read_toml(file)
    own = data.get("year")
    if year in (0, own) or not isinstance(own, int) or not {"id", "revision"} <= data.keys():
        return data
    return parsed(of_year(text_of(file), data, year), file.name)
