"""What only a look across units shows: the same filing twice, texts copied between units, another unit's name in a text."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from xl_jixiao.finding import Finding, Place, found, titled
from xl_jixiao.review.agree import against_accounts, compared_files
from xl_jixiao.review.examine import Examined

_SHORTEST_COPY = 15
_SHORTEST_NAME = 4
_MOST_COPIES, _MOST_NAMED = 3, 20
_LONGEST_HEADING = 40
_STOCK = re.compile("不适用|不涉及|无此项|未发生|未安排|未开展|没有.{0,12}项目|无.{0,12}(项目|支出|采购|资产)|同意|情况属实")
"""What any unit may write: there is no such thing here."""

_ABOVE = re.compile("财政[局厅部]|人民政府$|党委$")
"""Whom everybody names in passing."""


_BEFORE = re.compile("(?:^|[，。；、,;\\s])(?:经|报|报经|报请|由|向|会同|按|按照|根据|依据|接受)$")
_AFTER = re.compile("(?:批准|批复|同意|审批|审核|审定|验收|下达|拨付|拨入|印发|检查|审计|牵头|组织的?(?:检查|验收|考核))")
"""How a text names a unit that had its part in something."""


def compared(results: Sequence[Examined]) -> tuple[Examined, ...]:
    """The results with the findings of the comparison added to each."""
    added: dict[int, list[Finding]] = defaultdict(list)
    for look in (same_unit_twice, named_after_another, projects_alike, copied_text, other_units_name, compared_files, against_accounts):
        for at, finding in look(results):
            added[at].append(finding)
    whole = [replace(result, findings=(*result.findings, *added[at])) for at, result in enumerate(results)]
    return tuple(_said_once(result, whole) for result in whole)


_AS_ONE = "JX623"


def _said_once(result: Examined, results: Sequence[Examined]) -> Examined:
    """A file that says the same as another of its unit, without the findings the other has at the same place."""
    if not any(one.code == _AS_ONE for one in result.findings):
        return result
    first = next(
        one for one in results if one.digest == result.digest and _bare(one.unit) == _bare(result.unit) and one.table == result.table
    )
    said = {_in_any_file(one, first) for one in first.findings}
    kept = tuple(one for one in result.findings if one.code == _AS_ONE or _in_any_file(one, result) not in said)
    return replace(result, findings=kept)


def _in_any_file(one: Finding, result: Examined) -> tuple[str, ...]:
    return one.code, one.place.sheet, one.place.cell, one.message.replace(result.name, "")


def same_unit_twice(results: Sequence[Examined]) -> Iterator[tuple[int, Finding]]:
    """JX611: two files of one unit for one table and, where the table is about a project, for one project. JX623: both say the same."""
    first: dict[tuple[str, str, str], int] = {}
    for at, result in enumerate(results):
        if not result.unit or not result.table:
            continue
        other = first.setdefault((_bare(result.unit), result.table, _bare(result.project)), at)
        if other == at:
            continue
        place, name = Place(result.name), results[other].name
        if result.digest and result.digest == results[other].digest:
            yield at, found("JX623", place, f"与{titled(name)}填报内容相同，按一份看")
            continue
        project = f"的{titled(result.project)}" if result.project else ""
        yield at, found("JX611", place, f"{titled(result.unit)}{project}已交过同一张表：{name}")


def named_after_another(results: Sequence[Examined]) -> Iterator[tuple[int, Finding]]:
    """JX679: a file that has the name of another unit, or of another project of its unit, and not its own: laid in the wrong place."""
    units = {result.unit for result in results if result.table and len(result.unit) >= _SHORTEST_NAME and not _ABOVE.search(result.unit)}
    projects: dict[str, set[str]] = defaultdict(set)
    for result in results:
        if result.table and len(result.project) >= _SHORTEST_NAME:
            projects[_bare(result.unit)].add(result.project)
    for at, result in enumerate(results):
        if not result.table or not result.unit:
            continue
        for what, own, others in (("单位", result.unit, units - {result.superior}), ("项目", result.project, projects[_bare(result.unit)])):
            name = _bare(result.file.stem)
            if not own or _bare(own) in name:
                continue
            called = max((one for one in others if _bare(one) in name and one not in own and own not in one), key=len, default="")
            if called:
                text = f"文件名写的{what}是“{called}”，里面填的是“{own}”；请核对是不是放错、改错了文件"
                yield at, found("JX679", Place(result.name), text, called, own)


def projects_alike(results: Sequence[Examined]) -> Iterator[tuple[int, Finding]]:
    """JX682: the forms of two projects of one unit are the same but for the project's name."""
    first: dict[tuple[str, str, str], int] = {}
    for at, result in enumerate(results):
        if not result.unit or not result.content:
            continue
        other = results[first.setdefault((_bare(result.unit), result.table, result.content), at)]
        if _bare(other.project) != _bare(result.project):
            message = f"资金、目标和各行指标与本单位另一个项目{titled(other.project)}的完全相同（{other.name}），是否照抄"
            yield at, found("JX682", Place(result.name, result.sheet), message)


def copied_text(results: Sequence[Examined]) -> Iterator[tuple[int, Finding]]:
    """JX612: a whole form, or a longer text, stands word for word in another unit's filing; JX681: the same at the other, once. Sentences
    anyone writes are none."""
    told: set[tuple[int, Place]] = set()
    forms: dict[tuple[str, str], int] = {}
    texts: dict[str, tuple[int, Place]] = {}
    copies: dict[tuple[int, int], list[_Copy]] = {}
    for at, result in enumerate(results):
        copied = forms.setdefault((result.table, result.content), at) if result.content else at
        if _bare(results[copied].unit) != _bare(result.unit):
            other = results[copied]
            message = f"资金、目标和各行指标与{_whose(other)}的填报完全相同（{other.name}）"
            yield at, found("JX612", Place(result.name, result.sheet), message)
            whole = Place(other.name, other.sheet)
            if (copied, whole) not in told:
                told.add((copied, whole))
                text = f"资金、目标和各行指标与{_whose(result)}的填报完全相同（{result.name}）"
                yield copied, found("JX681", whole, text)
            continue  # every text of it is copied
        for place, text in result.texts:
            own, plain = _own_words(_bare(text)), _unsigned(text, result.unit)
            if min(len(own), len(plain)) < _SHORTEST_COPY or (_is_paragraph(place) and not _is_sentence(text)):
                continue  # a long name alone is no text
            source, where = texts.setdefault(plain, (at, place))
            if _bare(results[source].unit) != _bare(result.unit):
                copies.setdefault((at, source), []).append(_Copy(place, where, text))
    for (at, source), same in copies.items():
        yield from ((at, one) for one in _copied("JX612", results[source], [(one.place, one.where, one.text) for one in same]))
        untold = [one for one in same if (source, one.where) not in told]
        told.update((source, one.where) for one in untold)
        yield from ((source, one) for one in _copied("JX681", results[at], [(one.where, one.place, one.text) for one in untold]))


class _Copy(NamedTuple):
    """A text that stands in two filings: where it is a copy, and where it was first."""

    place: Place
    where: Place
    text: str


def _copied(code: str, other: Examined, same: Sequence[tuple[Place, Place, str]]) -> Iterator[Finding]:
    """Each text that is the other's, too; many of them are one finding, at the first."""
    if len(same) > _MOST_COPIES:
        place, there, text = same[0]
        named = "、".join(one.cell or one.sheet for one, _, _ in same[:_MOST_NAMED])
        yield found(
            code,
            place,
            f"{named}{'等' if len(same) > _MOST_NAMED else ''}共{len(same)}段，与{_whose(other)}的填报文字相同（{there}）：{text[:40]}",
        )
        return
    yield from (found(code, place, f"与{_whose(other)}的填报文字相同（{there}）：{text[:40]}") for place, there, text in same)


def other_units_name(results: Sequence[Examined]) -> Iterator[tuple[int, Finding]]:
    """JX613: another unit's name in a unit's own text; its superior's and the finance bureau's may be there."""
    units = {result.unit for result in results if len(result.unit) >= _SHORTEST_NAME and not _ABOVE.search(result.unit)}
    for at, result in enumerate(results):
        own = {result.unit, result.superior} - {""}
        others = sorted(unit for unit in units - own if unit not in result.unit and unit not in result.superior)
        for place, text in result.texts:
            rest = text
            for name in sorted(own, key=len, reverse=True):
                rest = rest.replace(name, "")
            for unit in others:
                if unit in rest and not _only_in_passing(rest, unit):
                    yield at, found("JX613", place, f"文字中出现了别的单位“{unit}”", unit, result.unit)


def _own_words(text: str) -> str:
    """A text without the clauses anyone writes."""
    return "".join(clause for clause in re.split("[，。；,;]", text) if not _STOCK.search(clause))


def _is_paragraph(place: Place) -> bool:
    """Whether a text is a paragraph of a Word file, which may be a title, a heading or a label."""
    return not place.cell and place.sheet.startswith("第")


def _is_sentence(text: str) -> bool:
    """Whether a paragraph says something: titles, headings and lines to fill in, which all units' papers share, have no such marks."""
    return bool(re.search("[。，；！]", text.rstrip("。；")[:-1])) or len(text) > _LONGEST_HEADING


def _unsigned(text: str, unit: str) -> str:
    """A text without its unit's name and without marks: copied is copied, whoever's name was put in."""
    return re.sub(r"[\W_]+", "", text.replace(unit, "") if unit else text)


def _only_in_passing(text: str, unit: str) -> bool:
    """Whether a text names another unit only as one that approved, paid or inspected."""
    parts = text.split(unit)
    return all(_BEFORE.search(before) or _AFTER.match(after) for before, after in pairwise(parts))


def _bare(text: str) -> str:
    return "".join(text.split())


def _whose(result: Examined) -> str:
    return titled(result.unit) if result.unit else f"文件{titled(result.name)}"
