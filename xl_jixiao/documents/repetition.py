"""Repeated entries of a form's file: ``each = "单位"`` beside ``<单位>`` makes one entry for every word of the list `lists.单位`.

Entries that belong together repeat together: ``{ each = "项目", inputs = [ … ] }``. ``sum = "单位"`` beside a formula with ``<单位>`` adds it
up over the words of the list.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def expanded(table: Mapping[str, Any], keys: Iterable[str], lists: Mapping[str, Any]) -> dict[str, Any]:
    """The table's arrays with their repeated entries; what is no array stays for the model to refuse."""
    return {key: [one for item in table[key] for one in _each(item, lists, key)] for key in keys if isinstance(table.get(key), list)}


def _each(item: Any, lists: Mapping[str, Any], where: str) -> Iterator[Any]:
    """The item once for each word of its list, the word in the place of ``<list>``."""
    if isinstance(item, Mapping) and "sum" in item and isinstance(item.get("formula"), str):
        named = _list(item["sum"], lists, f"{where}.sum")
        terms = _replaced_each(item["formula"], named, lists)
        yield {**{key: value for key, value in item.items() if key != "sum"}, "formula": " + ".join(terms)}
        return
    if not isinstance(item, Mapping) or not item.get("each"):
        yield item
        return
    named = _list(item["each"], lists, f"{where}.each")
    rest = {key: value for key, value in item.items() if key != "each"}
    for number, word in enumerate(lists[named], 1):
        block = rest[where] if set(rest) == {where} and isinstance(rest[where], list) else [rest]
        yield from _replaced(block, {f"<{named}>": str(word), f"<{named}序号>": str(number)})


def _list(named: Any, lists: Mapping[str, Any], where: str) -> str:
    if not isinstance(named, str) or named not in lists:
        raise KeyError(f"{where}：没有 lists.{named}，可用 {'、'.join(lists)}")
    return named


def _replaced_each(text: str, named: str, lists: Mapping[str, Any]) -> Iterator[str]:
    return (text.replace(f"<{named}>", str(word)) for word in lists[named])


def _replaced(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for mark, word in words.items():
            value = value.replace(mark, word)
        return value
    if isinstance(value, Mapping):
        return {key: _replaced(one, words) for key, one in value.items()}
    return [_replaced(one, words) for one in value] if isinstance(value, list) else value
