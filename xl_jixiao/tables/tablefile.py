"""Table files: TOML -> a frozen model, or every mistake in it with file, path, the text and what is allowed."""

import math
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from xl_jixiao.number import printable
from xl_jixiao.tables.standins import PlaceInFile, located, mended, place_text, unsaid
from xl_jixiao.tables.unreadable import first_of, number_of, text_of, why_unreadable

_Model = TypeVar("_Model", bound=BaseModel)

_RUN = re.compile(r"([^，。；、：“”（）]{60})[^，。；、：“”（）]{40,}")


def _one_line(text: str) -> str:
    """A mistake in one line: whatever the file wrote, without line breaks and endless runs."""
    return _RUN.sub(r"\1…", " ".join(part.strip() for part in re.split(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", text)))


class RubricError(ValueError):
    """A table file that can't be used; `problems` are all its mistakes, each with file, path, the text and what is allowed."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(_one_line(problem) for problem in first_of(problems))
        super().__init__("\n".join(self.problems))


class TablePart(BaseModel):
    """A part of a table file: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spoils: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    """By field, the fields of the part of which nothing is said while that one is wrong; "" is the list the part stands in."""


def read_toml(file: Path) -> dict[str, Any]:
    """The parsed file, numbers exact. Raises RubricError."""
    try:
        return parsed(text_of(file), file.name)
    except ValueError as error:  # what isn't UTF-8
        raise error if isinstance(error, RubricError) else _unreadable(file.name, error) from error


def parsed(text: str, name: str) -> dict[str, Any]:
    """The parsed text of a table file, numbers exact. Raises RubricError."""
    try:
        return tomllib.loads(text, parse_float=number_of)
    except (ValueError, ArithmeticError, RecursionError) as error:  # what isn't TOML, or a number of thousands of digits
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: Exception) -> RubricError:
    return RubricError([f"{name}：不是有效的 UTF-8 TOML 文件：{why_unreadable(error)}"])


def validated(model: type[_Model], data: Mapping[str, Any], name: str, inconsistencies: Callable[[_Model], Iterator[str]]) -> _Model:
    """The model of parsed data; `name` is the file's name for messages. Raises RubricError."""
    unfit = dict(_unfit(data, ""))

    def said(table: _Model) -> list[str]:
        return [*_head_problems(table), *inconsistencies(table)]

    try:
        found = model.model_validate(data)
    except ValidationError as error:
        places = [located(item["loc"], model) for item in error.errors()]
        problems = [_problem(item, place) for item, place in zip(error.errors(), places, strict=True)]
        problems += _others(model, data, error, places, said)
    else:
        problems = said(found)
    problems += [text for place, text in unfit.items() if not any(problem.startswith(f"{place}：") for problem in problems)]
    if problems:
        raise RubricError([f"{name} {text}" for text in dict.fromkeys(problems)])
    return found


def _others(
    model: type[_Model], data: Mapping[str, Any], error: ValidationError, places: Sequence[PlaceInFile], said: Callable[[_Model], list[str]]
) -> list[str]:
    """What is inconsistent besides values of a wrong kind, so that all mistakes are said at once.

    Looked for twice, with different stand-ins for those values: what is said only once, or about them, comes from the stand-ins.
    """
    wrong = [(place, item["type"] == "extra_forbidden") for place, item in zip(places, error.errors(), strict=True)]
    try:
        first = said(model.model_validate(mended(data, wrong, 1)))
        second = said(model.model_validate(mended(data, wrong, 2))) if first else []
    except (ValidationError, LookupError, TypeError, ValueError, ArithmeticError):
        return []
    return [text for text in first if text in second and not unsaid(text, [place for place, extra in wrong if not extra])]


_ID = re.compile(r"[\w-]{1,100}")
FIRST_YEAR, LAST_YEAR = 2000, 2099
_LONGEST, _LONGEST_PROPERTY, _LONGEST_REGION = 4000, 255, 200
"""Characters of any text, and of what becomes a property of the workbook, as Excel counts them."""


def _head_problems(table: BaseModel) -> Iterator[str]:
    """What is wrong at the top of a table of any kind: what names its file and stands in the properties of its workbooks."""
    facts = {name: getattr(table, name) for name in ("id", "title", "revision", "region") if hasattr(table, name)}
    for name, text in facts.items():
        most = _LONGEST_REGION if name == "region" else _LONGEST_PROPERTY
        if not text.strip() and name != "id":
            yield f"{name}：不能为空"
        elif name != "id" and excel_length(text) > most:
            yield f"{name}：最多{most}个字（写在工作簿的属性里），现为{excel_length(text)}个字"
    if "id" in facts and not _ID.fullmatch(facts["id"]):
        yield f"id：“{facts['id']}”不能作为文件名，只能用字母、数字、汉字、- 和 _，1到100个字"
    year = getattr(table, "year", FIRST_YEAR)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        yield f"year：应在{FIRST_YEAR}到{LAST_YEAR}之间，现为{year}"


def excel_length(text: str) -> int:
    """How many characters a text has as Excel counts them: rare ones count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _unfit(data: Any, place: str) -> Iterator[tuple[str, str]]:
    """Texts and numbers no cell should hold, by place."""
    if isinstance(data, str):
        if excel_length(data) > _LONGEST:
            yield place, f"{place}：最多{_LONGEST}个字，现为{excel_length(data)}个字"
        elif printable(data) != data:
            yield place, f"{place}：含有看不见的控制字符，应删去"
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _unfit(value, f"{place}.{key}" if place else key)
    elif isinstance(data, list):
        for at, value in enumerate(data, 1):
            yield from _unfit(value, f"{place}[{at}]")
    elif isinstance(data, float | Decimal) and not math.isfinite(data):
        yield place, f"{place}：应为有限的数字，现为 {data}"


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


def _problem(error: Mapping[str, Any], place: PlaceInFile) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        allowed = f"，可用 {'、'.join(place.holder.model_fields)}" if place.holder else ""
        return f"{place_text(place.path[:-1] or place.path)}：未知项 {place.path[-1]}{allowed}"
    context = error.get("ctx", {})
    facts = {name: _listed(value) if "expected" in name else value for name, value in context.items()}
    text = _MESSAGES.get(kind, _OTHERWISE).format_map(facts)
    if kind == "union_tag_not_found":
        text += f"，应为 {'、'.join(place.choices)}"
    shown = "" if kind in ("missing", "union_tag_not_found") else f"，现为 {_written(context.get('tag', error['input']))[:40]}"
    return f"{place_text(place.path)}：{text}{shown}"


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
