"""A place's scoring table as data: TOML -> Rubric, or every finding with file and path."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from xl_jixiao.scoretable.model import Form, Indicator, Line, Rubric
from xl_jixiao.scoretable.model_checks import OWN_NAMES, OWN_PREFIXES, OWN_SHEETS, problems
from xl_jixiao.tables.catalogue import locate
from xl_jixiao.tables.inputs import Input
from xl_jixiao.tables.parts import Column, Grade, Identity
from xl_jixiao.tables.tablefile import RubricError, read_toml, validated


def load(reference: str) -> Rubric:
    """The rubric of an id or of a .toml path. Raises RubricError with every mistake, FileNotFoundError for what isn't there."""
    path = locate(reference)
    return _read(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: str, _modified: int) -> Rubric:
    file = Path(path)
    return from_data(read_toml(file), file.name)


def from_data(data: Mapping[str, Any], name: str) -> Rubric:
    """The rubric of parsed TOML; `name` is the file's name for messages. Raises RubricError."""
    return validated(Rubric, data, name, problems)


__all__ = [
    "OWN_NAMES",
    "OWN_PREFIXES",
    "OWN_SHEETS",
    "Column",
    "Form",
    "Grade",
    "Identity",
    "Indicator",
    "Input",
    "Line",
    "Rubric",
    "RubricError",
    "from_data",
    "load",
]
