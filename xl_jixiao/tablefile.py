"""Table files: TOML -> a frozen model, or every mistake in it with file, path, the text and what is allowed."""

import copy
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

_Model = TypeVar("_Model", bound=BaseModel)


class RubricError(ValueError):
    """A table file that can't be used; `problems` are all its mistakes, each with file, path, the text and what is allowed."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Part(BaseModel):
    """A part of a table file: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def read_toml(file: Path) -> dict[str, Any]:
    """The parsed file, numbers exact. Raises RubricError."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RubricError([f"{file.name}：不是有效的 UTF-8 TOML 文件：{error}"]) from error


def validated(
    model: type[_Model], data: Mapping[str, Any], name: str, inconsistencies: Callable[[_Model], Iterator[str]], tags: Mapping[str, Any]
) -> _Model:
    """The model of parsed data; `name` is the file's name for messages, `tags` the models of a union by their kind. Raises RubricError."""
    try:
        found = model.model_validate(data)
    except ValidationError as error:
        problems = [f"{name} {_problem(item, model, tags)}" for item in error.errors()]
        raise RubricError(problems + [f"{name} {text}" for text in _others(model, data, error, inconsistencies, tags)]) from None
    problems = [f"{name} {text}" for text in inconsistencies(found)]
    if problems:
        raise RubricError(problems)
    return found


def _others(
    model: type[_Model],
    data: Mapping[str, Any],
    error: ValidationError,
    inconsistencies: Callable[[_Model], Iterator[str]],
    tags: Mapping[str, Any],
) -> list[str]:
    """What is inconsistent besides values of a wrong kind: looked for with stand-ins for those, so that all mistakes are said at once.

    Sums are left out, for a stand-in is no part of them; nothing is said where a value can't be stood in for.
    """
    mended = copy.deepcopy(dict(data))
    try:
        for item in error.errors():
            _stand_in(mended, [part for part in item["loc"] if part not in tags], item)
        return [text for text in inconsistencies(model.model_validate(mended)) if not _SUM.search(text)]
    except (ValidationError, LookupError, TypeError, ValueError, ArithmeticError):
        return []


def _stand_in(data: Any, loc: Sequence[str | int], error: Mapping[str, Any]) -> None:
    *path, last = loc
    for part in path:
        data = data[part]
    if error["type"] == "extra_forbidden":
        del data[last]
    elif error["type"] in ("literal_error", "enum"):
        data[last] = error["ctx"]["expected"].split("'")[1]
    elif error["type"] in ("value_error", "int_type", "int_parsing"):
        data[last] = 1
    else:
        raise LookupError(error["type"])


_SUM = re.compile(r"合计[\d.]+分?，应等于")

_MESSAGES = {
    "missing": "缺少此项",
    "extra_forbidden": "未知项",
    "union_tag_not_found": "缺少 kind",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "bool_type": "应为 true 或 false",
    "tuple_type": "应为数组",
    "model_type": "应为表",
    "model_attributes_type": "应为表",
}


def _problem(error: Mapping[str, Any], model: type[BaseModel], tags: Mapping[str, Any]) -> str:
    loc, kind = [part for part in error["loc"] if part not in tags], error["type"]
    allowed = ""
    if kind == "extra_forbidden":
        allowed = _allowed(error["loc"][:-1], model, tags)
    place = _place(loc[:-1] if kind == "extra_forbidden" and len(loc) > 1 else loc)
    if kind == "extra_forbidden":
        return f"{place}：未知项 {loc[-1]}{allowed}"
    text = _MESSAGES.get(kind)
    if kind in ("literal_error", "enum"):
        text = f"应为 {error['ctx']['expected'].replace(' or ', '、').replace(', ', '、')}"
    elif kind == "union_tag_invalid":
        text = f"未知的 kind，应为 {error['ctx']['expected_tags'].replace(', ', '、')}"
    elif kind == "value_error":
        text = str(error["ctx"]["error"])
    shown = "" if kind in ("missing", "union_tag_not_found") else f"，现为 {str(error['input'])[:40]}"
    return f"{place}：{text or error['msg']}{shown}"


def _place(loc: Sequence[str | int]) -> str:
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "文件"


def _allowed(loc: Sequence[str | int], model: Any, tags: Mapping[str, Any]) -> str:
    for part in loc:
        if isinstance(part, int):
            continue
        if part in tags:
            model = tags[part]
            continue
        field = model.model_fields.get(part) if model else None
        model = next(_models(field.annotation), None) if field else None
    return f"，可用 {'、'.join(model.model_fields)}" if model else ""


def _models(annotation: Any) -> Iterator[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models(inner)
