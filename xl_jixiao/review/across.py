"""What only a look across units shows: the same unit twice, texts copied between units, another unit's name in a text."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xl_jixiao.finding import Finding, Level, Place
from xl_jixiao.review.examine import Examined

_SHORTEST_COPY = 15


def compared(results: Sequence[Examined]) -> tuple[Examined, ...]:
    """The results with the findings of the comparison added to each."""
    added: dict[int, list[Finding]] = defaultdict(list)
    for look in (same_unit_twice, copied_text, other_units_name):
        for at, finding in look(results):
            added[at].append(finding)
    return tuple(replace(result, findings=(*result.findings, *added[at])) for at, result in enumerate(results))


def same_unit_twice(results: Sequence[Examined]) -> Iterator[tuple[int, Finding]]:
    """JX611: two files of one unit for one table."""
    first: dict[tuple[str, str], str] = {}
    for at, result in enumerate(results):
        if not result.unit:
            continue
        other = first.setdefault((result.unit, result.table), result.file.name)
        if other != result.file.name:
            yield at, Finding("JX611", "same-unit-twice", Level.EXPLAIN, Place(result.file.name), f"“{result.unit}”已交过同一张表：{other}")


def copied_text(results: Sequence[Examined]) -> Iterator[tuple[int, Finding]]:
    """JX612: a longer text stands word for word in another unit's filing."""
    first: dict[str, tuple[str, Place]] = {}
    for at, result in enumerate(results):
        for place, text in result.texts:
            plain = "".join(text.split())
            if len(plain) < _SHORTEST_COPY:
                continue
            unit, source = first.setdefault(plain, (result.unit, place))
            if unit != result.unit:
                yield at, Finding("JX612", "copied-text", Level.EXPLAIN, place, f"与“{unit}”的填报文字一字不差（{source}）：{text[:40]}")


def other_units_name(results: Sequence[Examined]) -> Iterator[tuple[int, Finding]]:
    """JX613: another unit's name in a unit's own text."""
    units = {result.unit for result in results if len(result.unit) >= 4}
    for at, result in enumerate(results):
        for place, text in result.texts:
            for unit in units - {result.unit}:
                if unit in text and unit not in result.unit and result.unit not in unit:
                    yield at, Finding("JX613", "other-units-name", Level.EXPLAIN, place, f"文字中出现了别的单位“{unit}”", unit, result.unit)
