"""Where a mistake stands in a table file, and what stands in for a wrong value so that the rest of the file can be looked at."""

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class PlaceInFile:
    """A place as the file writes it, with what the model knows of it."""

    path: tuple[str | int, ...]
    holder: type[BaseModel] | None
    """The model of the table it stands in."""
    kind: Any
    """The annotation of its value."""
    field: FieldInfo | None
    """The field, where the place is a field's own."""
    choices: tuple[str, ...]
    """The kinds a table here may be of."""
    spoiled: tuple[tuple[str | int, ...], ...]
    """Places of which nothing can be said while this one is wrong."""


def located(loc: Sequence[str | int], model: type[BaseModel]) -> PlaceInFile:
    """The place of a validation error. Its location names, after a field with several models, the kind it chose: no part of the file."""
    here: type[BaseModel] | None = model
    holder, field, kind = None, None, None
    tags: Mapping[str, type[BaseModel]] = {}
    path: list[str | int] = []
    spoiled: list[tuple[str | int, ...]] = []
    for part in loc:
        if isinstance(part, str) and part in tags:
            here, tags = tags[part], {}
            continue
        if isinstance(part, int) or here is None:
            kind, field = next(iter(_inner(kind)[-1:]), None), None
        else:
            holder, field = here, here.model_fields.get(part)
            kind = field.annotation if field else None
            for name in getattr(here, "spoils", {}).get(part, ()):
                spoiled.append((*path, name) if name else tuple(path[:-1]))
            models = list(_models(kind))
            tags = _tags(models, field.discriminator) if field and isinstance(field.discriminator, str) else {}
            here = models[0] if models and not tags else None
        path.append(part)
    if path and isinstance(path[-1], int):
        spoiled.append(tuple(path[:-1]))
    return PlaceInFile(tuple(path), holder, kind, field, tuple(tags), tuple(spoiled))


def place_text(path: Sequence[str | int]) -> str:
    """A path as messages write it: indicators[4].rule.bands[1].range."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "文件"


def mended(data: Mapping[str, Any], wrong: Iterable[tuple[PlaceInFile, bool]], variant: int) -> dict[str, Any]:
    """The data with unknown keys left out (`True`) and a stand-in for every other wrong value. Raises LookupError where there is none."""
    found = dict(data)
    for place, unknown in wrong:
        *way, last = place.path
        table: Any = found
        for part in way:
            table[part] = copy.copy(table[part])
            table = table[part]
        if unknown:
            del table[last]
        else:
            table[last] = _of_field(place.field, variant) if place.field else _stand_in(place.kind, variant)
    return found


def _of_field(field: FieldInfo, variant: int) -> Any:
    if field.examples:
        example = field.examples[0]
        return example.format(variant) if isinstance(example, str) else example
    least = max((getattr(one, "ge", 0) for one in field.metadata), default=0)
    return _stand_in(field.annotation, int(least) + variant)


def _stand_in(kind: Any, variant: int) -> Any:
    """A value of this kind; the other variants have other texts and numbers."""
    origin, inner = get_origin(kind), _inner(kind)
    models = list(_models(kind)) if origin not in (tuple, list) else []
    if models:
        model = min(models, key=lambda one: sum(field.is_required() for field in one.model_fields.values()))
        return {name: _of_field(field, variant) for name, field in model.model_fields.items() if field.is_required()}
    if origin is Literal:
        return get_args(kind)[0]
    if origin in (tuple, list):
        return [_stand_in(one, variant) for one in inner]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind)).value
    if isinstance(kind, type) and issubclass(kind, bool):
        return False
    if isinstance(kind, type) and issubclass(kind, int | float | Decimal):
        return variant
    if kind is str:
        return f"某{variant}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {}
    if inner:
        return _stand_in(inner[0], variant)
    raise LookupError(str(kind))


def _inner(kind: Any) -> list[Any]:
    """The kinds a generic kind is made of."""
    arguments = get_args(kind)
    if get_origin(kind) is Annotated:
        return [arguments[0]]
    return [one for one in arguments if one is not Ellipsis and one is not NoneType]


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    elif get_origin(kind) is not Literal:
        for one in _inner(kind):
            yield from _models(one)


def _tags(models: Iterable[type[BaseModel]], key: str) -> dict[str, type[BaseModel]]:
    return {word: model for model in models for word in get_args(model.model_fields[key].annotation)}


_SENTENCE = re.compile(r"([a-z_]+(?:\[\d+\])?)(?:（.*?）)?((?:\.[a-z_]+(?:\[\d+\])?)*)(?:、[a-z_]+)*：")
_UNKNOWN = re.compile("不是.*(数据项|计算项)")


def unsaid(text: str, wrong: Sequence[PlaceInFile]) -> bool:
    """Whether a sentence may come from a stand-in: it is about its place, about what it spoils, or about a name it may have replaced."""
    found = _SENTENCE.match(text)
    about = f"{found[1]}{found[2]}" if found else ""
    silent = [place_text(path) for place in wrong for path in (place.path, *place.spoiled)]
    if any(about == one or about.startswith((f"{one}.", f"{one}[")) for one in silent):
        return True
    return any(map(_may_rename, wrong)) and bool(_UNKNOWN.search(text))


def _may_rename(place: PlaceInFile) -> bool:
    """Whether a stand-in here may have another name than what it stands for."""
    whole = len(place.path) == 1 and any(_models(place.kind))
    return whole or place.path[-1] == "name" or isinstance(place.path[-1], int)
