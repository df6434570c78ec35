"""Table files: TOML -> a frozen model, or every mistake in it with file, path, the text and what is allowed."""

import copy
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
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
    except RecursionError as error:
        raise RubricError([f"{file.name}：不是有效的 UTF-8 TOML 文件：嵌套太深"]) from error
    except ValueError as error:  # what isn't TOML, isn't UTF-8, or a number of thousands of digits
        raise RubricError([f"{file.name}：不是有效的 UTF-8 TOML 文件：{_unreadable(error)}"]) from error


def _unreadable(error: ValueError) -> str:
    """What keeps a text from being TOML, in Chinese; Python says it in English."""
    if isinstance(error, UnicodeDecodeError):
        return f"第{error.start + 1}个字节不是 UTF-8 编码，请另存为 UTF-8"
    where = _PLACE.search(str(error))
    place = f"第{where[1]}行第{where[2]}列" if where else "文件末尾" if "end of document" in str(error) else ""
    twice = any(word in str(error) for word in ("overwrite", "declare", "mutate", "redefine"))
    return f"{place}{'同一项写了两次' if twice else '数字太长' if 'digits' in str(error) else '写法不对（文字要加引号，括号、引号要成对）'}"


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

_PLACE = re.compile(r"at line (\d+), column (\d+)")

_MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "缺少此项",
        "extra_forbidden": "未知项",
        "union_tag_not_found": "缺少 kind",
        "string_type": "应为文字（加引号）",
        "string_too_short": "至少{min_length}个字",
        "string_too_long": "最多{max_length}个字",
        "int_type": "应为整数",
        "int_parsing": "应为整数",
        "int_parsing_size": "数字太大",
        "int_from_float": "应为整数",
        "float_type": "应为数字",
        "float_parsing": "应为数字",
        "decimal_type": "应为数字",
        "decimal_parsing": "应为数字",
        "finite_number": "应为有限的数字",
        "greater_than_equal": "不能小于{ge}",
        "greater_than": "应大于{gt}",
        "less_than_equal": "不能大于{le}",
        "less_than": "应小于{lt}",
        "bool_type": "应为 true 或 false",
        "bool_parsing": "应为 true 或 false",
        "tuple_type": "应为数组",
        "list_type": "应为数组",
        "too_short": "至少{min_length}项",
        "too_long": "最多{max_length}项",
        "dict_type": "应为表",
        "mapping_type": "应为表",
        "model_type": "应为表",
        "model_attributes_type": "应为表",
        "literal_error": "应为 {expected}",
        "enum": "应为 {expected}",
        "union_tag_invalid": "未知的 kind，应为 {expected_tags}",
        "value_error": "{error}",
    }
)
"""Every kind of mistake pydantic can find in a table file, in Chinese; a test feeds every field every kind of value."""

_OTHERWISE = "不能用在这里"


def _problem(error: Mapping[str, Any], model: type[BaseModel], tags: Mapping[str, Any]) -> str:
    loc, kind = [part for part in error["loc"] if part not in tags], error["type"]
    allowed = ""
    if kind == "extra_forbidden":
        allowed = _allowed(error["loc"][:-1], model, tags)
    place = _place(loc[:-1] if kind == "extra_forbidden" and len(loc) > 1 else loc)
    if kind == "extra_forbidden":
        return f"{place}：未知项 {loc[-1]}{allowed}"
    context = error.get("ctx", {})
    text = _MESSAGES.get(kind, _OTHERWISE).format_map({name: _listed(value) if "expected" in name else value for name, value in context.items()})
    shown = "" if kind in ("missing", "union_tag_not_found") else f"，现为 {_written(context.get('tag', error['input']))[:40]}"
    return f"{place}：{text}{shown}"


def _listed(value: object) -> str:
    """A list of what is allowed, as Chinese separates it."""
    return str(value).replace(" or ", "、").replace(", ", "、")


def _written(value: object) -> str:
    """A value as a table file writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return f"表 {{ {'、'.join(map(str, value))} }}"
    return f"数组（{len(value)}项）" if isinstance(value, list | tuple) else str(value)


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
