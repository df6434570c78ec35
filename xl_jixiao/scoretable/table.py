"""A place's scoring table as data: TOML -> Rubric, or every mistake in it with file and path."""

from collections.abc import Mapping
from typing import Any

from xl_jixiao.scoretable.model import Rubric
from xl_jixiao.scoretable.model_checks import problems
from xl_jixiao.scoretable.units import completed
from xl_jixiao.tables.table import loading
from xl_jixiao.tables.tablefile import validated


def from_data(data: Mapping[str, Any], name: str) -> Rubric:
    """The rubric of parsed TOML; `name` is the file's name for messages. Raises RubricError."""
    return validated(Rubric, completed(data), name, problems)


load = loading(from_data)
