"""What only a look across units shows: the same filing twice, texts copied between units, another unit's name in a text."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xl_jixiao.finding import Finding, Level, Place, titled
from xl_jixiao.review.examine import Examined

_SHORTEST_COPY = 15
_SHORTEST_NAME = 4


def compared(results: Sequence[Examined]) -> tuple[Examined, ...]:
    """The results with the findings of the comparison added to each."""
    added: dict[int, list[Finding]] = defaultdict(list)
    for look in (same_unit_twice, copied_text, other_units_name):
        for at, finding in look(results):
            added[at].append(finding)
    return tuple(replace(result, findings=(*result.findings, *added[at])) for at, result in enumerate(results))


def same_unit_twice(results: Sequence[Examined]) -> Iterator[tuple[int, Finding]]:
    """JX611: two files of one unit for one table and, where the table is about a project, for one project."""
    first: dict[tuple[str, str, str], int] = {}
    for at, result in enumerate(results):
        if not result.unit:
            continue
        other = first.setdefault((_bare(result.unit), result.table, _bare(result.project)), at)
        if other != at:
            project = f"的{titled(result.project)}" if result.project else ""
            message = f"{titled(result.unit)}{project}已交过同一张表：{results[other].file.name}"
            yield at, Finding("JX611", "same-unit-twice", Level.EXPLAIN, Place(result.file.name), message)


def copied_text(results: Sequence[Examined]) -> Iterator[tuple[int, Finding]]:
    """JX612: a whole form, or a longer text, stands word for word in another unit's filing."""
    forms: dict[tuple[str, str], int] = {}
    texts: dict[str, tuple[int, Place]] = {}
    for at, result in enumerate(results):
        copied = forms.setdefault((result.table, result.content), at) if result.content else at
        if _bare(results[copied].unit) != _bare(result.unit):
            other = results[copied]
            message = f"资金、目标和各行指标与{_whose(other)}的填报完全相同（{other.file.name}）"
            yield at, Finding("JX612", "copied-text", Level.EXPLAIN, Place(result.file.name, result.sheet), message)
            continue  # every text of it is copied
        for place, text in result.texts:
            plain = _bare(text)
            if len(plain) < _SHORTEST_COPY:
                continue
            source, where = texts.setdefault(plain, (at, place))
            if _bare(results[source].unit) != _bare(result.unit):
                message = f"与{_whose(results[source])}的填报文字一字不差（{where}）：{text[:40]}"
                yield at, Finding("JX612", "copied-text", Level.EXPLAIN, place, message)


def other_units_name(results: Sequence[Examined]) -> Iterator[tuple[int, Finding]]:
    """JX613: another unit's name in a unit's own text; its superior's may be there."""
    units = {result.unit for result in results if len(result.unit) >= _SHORTEST_NAME}
    for at, result in enumerate(results):
        others = [unit for unit in units - {result.unit, result.superior} if unit not in result.unit and result.unit not in unit]
        for place, text in result.texts:
            for unit in sorted(unit for unit in others if unit in text):
                yield at, Finding("JX613", "other-units-name", Level.EXPLAIN, place, f"文字中出现了别的单位“{unit}”", unit, result.unit)


def _bare(text: str) -> str:
    return "".join(text.split())


def _whose(result: Examined) -> str:
    return titled(result.unit) if result.unit else f"文件{titled(result.file.name)}"
