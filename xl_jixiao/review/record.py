"""An earlier review read back: its results, what the reviewer wrote in its workbook, and what came of them since."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from xl_jixiao.agree.facts import label
from xl_jixiao.finding import Finding, Place, found, titled
from xl_jixiao.number import percent, plain
from xl_jixiao.outputs import safe_name
from xl_jixiao.review.desk import Folded, mark_of, own_mark
from xl_jixiao.review.examine import Examined
from xl_jixiao.review.names import bare_name
from xl_jixiao.review.report import BASIS, FINDINGS, KEY, RECORD, REPLY
from xl_jixiao.sheet.content import Package, UnreadableWorkbook
from xl_jixiao.sheet.edition import StampName
from xl_jixiao.sheet.last_year import said_name

OPEN, NEW, CLOSED, UNSEEN = "仍在", "新增", "已改", "未再比"
STATES = (OPEN, NEW, CLOSED, UNSEEN)
_ACROSS = frozenset(("JX611", "JX612", "JX613", "JX623", "JX671", "JX681"))
"""What is found between files: gone where not all of them came again, it was not looked for."""
_OF_THE_LIST = "JX692"
"""What depends on the list of units alone, which is given anew each time."""


@dataclass(frozen=True)
class Earlier:
    """An earlier review: each file's result as its JSON has it, and the reviewer's entries by sheet and key, then by head."""

    results: tuple[Mapping[str, Any], ...]
    marks: Mapping[tuple[str, str], Mapping[str, str]]
    basis: Mapping[str, Any] = field(default_factory=dict)
    """What it went by: the units that should file, the sample that was drawn."""

    def files(self) -> list[Path]:
        """The files that were reviewed, where they stood."""
        return [Path(one["path"]) for one in self.results if one.get("path")]


def read_earlier(path: Path) -> Earlier:
    """The earlier review of a report workbook or of its JSON. Raises FileNotFoundError, UnreadableWorkbook."""
    if not path.exists():
        raise FileNotFoundError(f"{path}：找不到文件")
    if path.suffix.lower() == ".json":
        return Earlier(_of_json(path), {})
    from xl_jixiao.sheet.package import read

    package = read(path)
    if StampName.REVIEW not in package.properties or RECORD not in package.sheets:
        raise UnreadableWorkbook(f"{path.name}：不是审核报告，或它的“{RECORD}”页被删除")
    records = _records(path, package)
    basis: Mapping[str, Any] = next((one[BASIS] for one in records if isinstance(one.get(BASIS), dict)), {})
    return Earlier(tuple(one for one in records if BASIS not in one), dict(_marks(package)), basis)


def _of_json(path: Path) -> tuple[Mapping[str, Any], ...]:
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        raise UnreadableWorkbook(f"{path.name}：不是审核结果的 JSON") from None
    if not isinstance(data, list) or not all(isinstance(one, dict) and isinstance(one.get("findings"), list) for one in data):
        raise UnreadableWorkbook(f"{path.name}：不是审核结果的 JSON")
    return tuple(data)


def _records(path: Path, package: Package) -> tuple[Mapping[str, Any], ...]:
    rows: dict[int, dict[int, str]] = {}
    for (row, column), stored in package.sheets[RECORD].cells.items():
        rows.setdefault(row, {})[column] = str(stored.value or "")
    try:
        return tuple(json.loads("".join(text for _, text in sorted(cells.items()))) for _, cells in sorted(rows.items()))
    except (ValueError, RecursionError):
        raise UnreadableWorkbook(f"{path.name}：“{RECORD}”页被改动，读不出以前的结果") from None


def _marks(package: Package) -> Iterator[tuple[tuple[str, str], Mapping[str, str]]]:
    """What stands beside each key, wherever rows were sorted to."""
    for name, sheet in package.sheets.items():
        keys = [place for place, stored in sheet.cells.items() if stored.value == KEY]
        if not keys:
            continue
        top, last = keys[0]
        heads = {column: str(stored.value) for (row, column), stored in sheet.cells.items() if row == top and stored.value}
        by_row: dict[int, dict[str, str]] = {}
        for (row, column), stored in sheet.cells.items():
            if row > top and column in heads and stored.value not in (None, ""):
                value = stored.value
                shown = plain(Decimal(str(value))) if isinstance(value, float) else str(value)
                by_row.setdefault(row, {})[heads[column]] = shown
        for written in by_row.values():
            if KEY in written:
                yield (name, written[KEY]), written


# ---- what came of it


@dataclass(frozen=True)
class Followed:
    """A finding of the earlier review, or a new one, with what came of it."""

    unit: str
    state: str
    code: str
    level: str
    place: str
    message: str
    reply: str = ""


def _who(unit: str, table: str, project: str, file: str = "") -> tuple[str, str, str]:
    return bare_name(unit) or file, table, bare_name(project)


def _of_result(result: Examined) -> tuple[str, str, str]:
    return _who(result.unit, result.table, result.project, result.name)


def _of_record(one: Mapping[str, Any]) -> tuple[str, str, str]:
    return _who(str(one.get("unit") or ""), str(one.get("rubric") or ""), str(one.get("project") or ""), str(one.get("file") or ""))


def followed(results: Sequence[Examined], earlier: Earlier) -> list[Followed]:
    """Each finding of the same filings then and now: closed, open or new. Filings that are new or gone are left out; one that lies in several
    files is one."""
    now: dict[tuple[str, str, str], list[Examined]] = defaultdict(list)
    for result in results:
        now[_of_result(result)].append(result)
    then: dict[tuple[str, str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for record in earlier.results:
        then[_of_record(record)].append(record)
    rows: list[Followed] = []
    for who, records in then.items():
        years = {record.get("year") for record in records} | {0}
        filed = [result for result in now.get(who, ()) if result.year in years]
        if filed:
            before = {_mark_of_json(one): one for record in records for one in record["findings"]}
            after = {(one.code, own_mark(one)): (result, one) for result in reversed(filed) for one in result.findings}
            rows += _between(filed[0].unit, before, after, earlier, whole=then.keys() <= now.keys())
    return sorted((row for row in rows if row.code != _OF_THE_LIST), key=lambda row: (STATES.index(row.state), row.unit))


_OfMark = tuple[str, str]


def _between(
    unit: str,
    before: Mapping[_OfMark, Mapping[str, Any]],
    after: Mapping[_OfMark, tuple[Examined, Finding]],
    earlier: Earlier,
    *,
    whole: bool,
) -> Iterator[Followed]:
    """The findings of one filing then, by what tells them apart, with what came of them; and those it has only now. `whole`: whether all
    filings of then came again."""
    for mark, one in before.items():
        place = str(one.get("place", "")).partition(" ▸ ")[2]
        gone = CLOSED if whole or one["code"] not in _ACROSS else UNSEEN
        state = OPEN if mark in after else gone
        reply = _reply(earlier, *after[mark]) if mark in after else ""
        yield Followed(unit, state, one["code"], one["level"], place, one["message"], reply)
    for mark, (_, current) in after.items():
        if mark not in before:
            place = str(current.place).partition(" ▸ ")[2]
            yield Followed(unit, NEW, current.code, str(current.level), place, current.message)


def followed_all(results: Sequence[Examined], earlier: Sequence[Earlier]) -> list[Followed]:
    """The same beside several earlier reviews: a finding is said once, new only where none of them had it."""
    if len(earlier) == 1:
        return followed(results, earlier[0])
    order = (OPEN, CLOSED, UNSEEN, NEW)
    found: dict[tuple[str, str, str, str], Followed] = {}
    for row in (row for one in earlier for row in followed(results, one)):
        key = (row.unit, row.code, row.place, mark_of("", "", row.message))
        known = found.get(key)
        if known is None or (order.index(row.state), not row.reply) < (order.index(known.state), not known.reply):
            found[key] = row
    return sorted(found.values(), key=lambda row: (STATES.index(row.state), row.unit))


def _reply(earlier: Earlier, result: Examined, one: Finding) -> str:
    written = earlier.marks.get((FINDINGS, Folded(result.unit, result, one).key), {})
    return written.get(REPLY, "")


def _mark_of_json(one: Mapping[str, Any]) -> tuple[str, str]:
    """What tells an earlier finding from others, as `mark_of` has it for one of now."""
    inside = str(one.get("place", "")).partition(" ▸ ")[2]
    sheet, _, cell = inside.partition("!")
    return str(one.get("code", "")), mark_of(sheet, cell, str(one.get("message", "")))


@dataclass(frozen=True)
class MovedFigure:
    """A figure of a filing that changed since the earlier review."""

    unit: str
    title: str
    name: str
    before: str
    after: str


def moved(results: Sequence[Examined], earlier: Earlier) -> list[MovedFigure]:
    """Which figures were changed between the two filings of the same year."""
    then = {_of_record(one): one for one in earlier.results}
    in_file = {(_of_record(one), one.get("file")): one for one in earlier.results}
    rows: dict[MovedFigure, None] = {}
    for result in results:
        record = in_file.get((_of_result(result), result.name)) or then.get(_of_result(result))
        if record is None or record.get("year") != result.year:
            continue
        figures = {name: values for name, values in (record.get("figures") or {}).items() if len(values) == 3}
        now = {fact.name: fact for fact in result.facts}
        for name in dict.fromkeys((*figures, *now)):
            before = figures[name][2] if name in figures else "（没有）"
            after = now[name].shown if name in now else "（没有）"
            if before != after:
                rows[MovedFigure(result.unit, result.title, name, before, after)] = None
    return list(rows)


# ---- last year's filing


_OPENINGS = (("上年结转", "年末结转"), ("上年结转", "结转结余总额"), ("年初结转和结余", "年末结转和结余"), ("年初结转结余", "年末结转结余"))


def beside_last_year(
    results: Sequence[Examined], earlier: Earlier, threshold: Fraction = Fraction(30, 100)
) -> Iterator[tuple[int, Finding]]:
    """JX690: a figure that moved by more than the threshold since last year's filing. JX691: what this year's filing says of last year is
    not what last year's said."""
    then: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    for one in earlier.results:
        unit, _, project = _of_record(one)
        then[unit, str(one.get("title") or "")[-8:], project] = one
        then.setdefault((unit, "", project), one)
    for at, result in enumerate(results):
        unit, _, project = _of_result(result)
        record = then.get((unit, result.title[-8:], project)) or then.get((unit, "", project))
        if record is None or not result.year or record.get("year") != result.year - 1:
            continue
        before = {label(name): (name, values) for name, values in (record.get("figures") or {}).items() if len(values) == 3}
        for fact in result.facts:
            place = _place(result, fact.place)
            opening = _last_years(fact.name, before)
            if opening is not None:
                name, kind, value, shown = opening
                if kind == fact.kind and value != fact.value and abs(value - fact.value) > abs(value) / 10_000:
                    message = (
                        f"{titled(said_name(fact.name))}是{fact.shown}，上年填报的{titled(said_name(name))}是{shown}，应当一致；请核对"
                    )
                    yield at, found("JX691", place, message, fact.shown, shown)
                continue
            same = before.get(label(fact.name))
            if same is None or same[1][0] != fact.kind or fact.kind == "percent" or "上年" in fact.name:
                continue
            last = Fraction(same[1][1])
            if last and abs(fact.value - last) > abs(last) * threshold:
                share = percent((fact.value - last) / last, 1)
                message = f"{titled(said_name(fact.name))}比上年填报的{same[1][2]}变动{share}，请说明原因"
                yield at, found("JX690", place, message, fact.shown, same[1][2])


def _last_years(name: str, before: Mapping[str, tuple[str, Sequence[str]]]) -> tuple[str, str, Fraction, str] | None:
    """Last year's figure that this year's filing repeats: 上年度三公经费预算数 was 本年度三公经费预算数."""
    wanted = [label(closing) for opening, closing in _OPENINGS if label(opening) == label(name)]
    if name.startswith(("上年度", "上年")):
        rest = name.removeprefix("上年度").removeprefix("上年")
        wanted += [label(rest), label(f"本年度{rest}")]
    for key in wanted:
        if key in before and len(key) >= 2:
            original, values = before[key]
            return original, values[0], Fraction(values[1]), values[2]
    return None


def _place(result: Examined, where: str) -> Place:
    sheet, _, cell = where.partition("!")
    return Place(result.name, sheet, cell)


def followed_name(path: Path) -> Path:
    """The file a continued review is written to unless told: 报告-复核.xlsx."""
    return path.with_name(f"{safe_name(path.stem)}-复核.xlsx")
