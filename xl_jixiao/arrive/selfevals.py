"""A form of indicators with targets as answers of a 自评表: of a table we know where it is that table, else of the form itself as a table."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from typing import Any

from xl_jixiao.arrive import heads
from xl_jixiao.arrive.blocks import Spot, Unread
from xl_jixiao.arrive.form import INFORMED, ForeignForm, PrintedValue, source_name
from xl_jixiao.arrive.heads import Head
from xl_jixiao.arrive.rows import CLASSES, Row
from xl_jixiao.finding import Place
from xl_jixiao.number import half_up, plain
from xl_jixiao.selfeval import cells, model
from xl_jixiao.selfeval.answers import CLAIMED_RATE, CLAIMED_RATE_POINTS, IndicatorRow, SelfAnswers, amount_key, claimable
from xl_jixiao.selfeval.build import plan_of
from xl_jixiao.selfeval.model import (
    ACTUAL,
    EXECUTED,
    EXECUTION_NOTE,
    EXECUTION_RATE,
    EXPECTED,
    INITIAL,
    LONGEST,
    LONGEST_FIELD,
    YEAR,
    YEAR_FIELD,
    SelfEvaluation,
)
from xl_jixiao.selfeval.scoring import EXECUTION_POINTS, WEIGHT_TOTAL
from xl_jixiao.selfeval.target import MET_WORDS, QUALITATIVE, UNMET_WORDS, clean, read_cell
from xl_jixiao.tables.catalogue import bundled
from xl_jixiao.tables.tablefile import read_toml
from xl_jixiao.words import TOTAL

GENERIC = "generic-selfeval"
ALL_SOURCES = "项目资金"
NO_CLASS = "绩效指标"
"""The one class of a form that prints none."""
_FULL = Decimal(100)
_HEAD_FIELDS = (heads.PROJECT, heads.SUPERIOR, heads.UNIT_FIELD)
_MOST_ROWS = 200
_HEADED = frozenset([Head.LEVEL1, Head.LEVEL2, Head.LEVEL3, Head.TARGET, Head.DONE, Head.WEIGHT, Head.POINTS, Head.REASON])


@dataclass(frozen=True)
class SelfReading:
    """What was made of a form: its table, its answers, where each stands, and what was said about it on the way."""

    table: SelfEvaluation
    answers: SelfAnswers
    form: ForeignForm = field(repr=False, compare=False)
    rows: tuple[Row, ...] = field(repr=False, compare=False)
    sources: Mapping[str, str] = field(repr=False, compare=False)
    """Our names of the form's sources."""
    unread: tuple[Unread, ...]
    own: Mapping[str, Any] | None = None
    """The table's file, where the form is its own table."""
    weighted: bool = True

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Where the arriving file has what our cells would hold, by their keys."""
        return dict(_places(self.form, self.rows, self.sources))


def self_form(form: ForeignForm, tables: Sequence[SelfEvaluation]) -> SelfReading:
    """The answers of a form; `tables` are the ones it may be of, the likeliest first."""
    unread: list[Unread] = []
    funds = _funds(form, unread)
    rows = [_kept(row, unread) for row in form.rows]
    if Head.LEVEL1 not in form.heads:
        rows = [row if row.level1 else replace(row, level1=NO_CLASS) for row in rows]
    facts = _Facts(form, tuple(dict.fromkeys(source for source, _ in funds)), tuple(rows))
    table = next((one for one in tables if facts.fits(one)), None)
    own: Mapping[str, Any] | None = None
    if table is None:
        own = facts.as_table()
        table = _made(json.dumps(own, ensure_ascii=False, default=str))
    named = facts.sources_in(table)
    year = _text_of(form, heads.YEAR_LABEL)
    indicators = _with_degrees(tuple(_indicator(row, table) for row in rows), rows, unread)
    fields = {one.name: text for one in table.fields if (text := _limited(form, one.name, unread))}
    if year and year != str(table.year):
        fields[YEAR_FIELD] = year
    goals = {name: _goal(form, spots, name, unread) for name, spots in ((EXPECTED, form.expected), (ACTUAL, form.actual))}
    answers = SelfAnswers(
        table.id,
        fields,
        {(named[source], amount): value for (source, amount), value in funds.items()},
        form.execution_note[: LONGEST[EXECUTION_NOTE]],
        goals[EXPECTED],
        goals[ACTUAL],
        indicators,
        {name: value for name, value in _claims(form) if name in claimable(table)},
    )
    weighted = any(row.weight is not None for row in rows)
    return SelfReading(table, answers, form, tuple(rows), named, tuple(unread), own, weighted)


# ---- funds


def _funds(form: ForeignForm, unread: list[Unread]) -> dict[tuple[str, str], Decimal]:
    """The amounts by source, what a printed row leaves blank as zero. The printed total decides; sources that don't add up to it are left out,
    and that is said."""
    columns = {Head.INITIAL: INITIAL, Head.YEAR: YEAR, Head.EXECUTED: EXECUTED}
    if Head.YEAR not in form.funds_heads and Head.BUDGET in form.funds_heads:
        columns[Head.BUDGET] = YEAR
        first = next((claim.spot for (_, head), claim in form.funds.items() if head is Head.BUDGET), None)
        if first is not None and Head.INITIAL in form.funds_heads:
            unread.append(Unread(INFORMED, first.place, "预算数", "按全年预算数（调整后）读"))
    printed = {(source, columns[head]): claim for (source, head), claim in form.funds.items() if head in columns}
    totals = {amount: claim for (source, amount), claim in printed.items() if not source}
    natures = {key: claim.value for key, claim in printed.items() if key[0] in heads.BY_NATURE}
    parts = {key: claim.value for key, claim in printed.items() if key[0] and key[0] not in heads.BY_NATURE}
    wrong = [name for name, claim in totals.items() if _sum(parts, name) != claim.value and (claim.value or _sum(parts, name))]
    if not totals or parts and not wrong:
        zeros = {
            (source, amount): Decimal(0) for source, _ in parts for amount in (YEAR, EXECUTED) if any(name == amount for _, name in parts)
        }
        return {**zeros, **parts, **natures}
    for name in wrong if parts else ():
        total, spot = totals[name].value, totals[name].spot
        if spot is not None:
            why = f"{name}总额{plain(total)}，各来源合计{plain(_sum(parts, name))}；按总额读，来源没有读入"
            unread.append(Unread("JX655", spot.place, plain(total), why))
    return {**{(ALL_SOURCES, name): claim.value for name, claim in totals.items()}, **natures}


def _sum(parts: Mapping[tuple[str, str], Decimal], amount: str) -> Decimal:
    return sum((value for (_, name), value in parts.items() if name == amount), Decimal(0))


# ---- the table


@dataclass(frozen=True)
class _Facts:
    """What a form prints that a table must have too."""

    form: ForeignForm
    sources: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def execution(self) -> Decimal:
        """The weight of the execution rate."""
        claim = self.form.execution_weight
        return claim.value if claim is not None else Decimal(0)

    def sums(self) -> dict[str, Decimal]:
        """The weights of the rows by class, in the order of the form."""
        found: dict[str, Decimal] = {}
        for row in self.rows:
            found[row.level1] = found.get(row.level1, Decimal(0)) + (row.weight or 0)
        return found

    def base(self) -> str:
        """What the rate is over."""
        heads_found = self.form.funds_heads
        return INITIAL if Head.INITIAL in heads_found and not {Head.YEAR, Head.BUDGET} & heads_found else YEAR

    def sources_in(self, table: SelfEvaluation) -> dict[str, str]:
        """The table's own name of each source of the form it knows."""
        known = {source_name(one.label or one.name) or one.name: one.name for one in table.sources}
        known |= {one.name: one.name for one in table.sources}
        if len(table.counted) == 1:
            known[ALL_SOURCES] = table.counted[0].name
        return {source: known[source] for source in self.sources if source in known}

    def fits(self, table: SelfEvaluation) -> bool:
        """Whether the form is this table's: its fields, sources, classes, and either its weights or nothing that speaks against them."""
        if table.execution.weight != self.execution or table.execution.base != self.base() or len(self.rows) > table.capacity:
            return False
        if any(field.required and field.name not in self.form.fields for field in table.fields):
            return False
        if not {name for name in _HEAD_FIELDS if _text_of(self.form, name)} <= {field.name for field in table.fields}:
            return False
        if not self.sources or len(self.sources_in(table)) < len(self.sources):
            return False
        return self._in_its_classes(table) and self._in_its_weights(table) and self._in_its_words(table)

    def _in_its_classes(self, table: SelfEvaluation) -> bool:
        known = {one.name for one in table.classes}
        subs = {sub for one in table.classes for sub in one.subclasses}
        if any(row.level1 not in known or row.level2 and row.level2 not in subs for row in self.rows):
            return False
        return Head.LEVEL2 in self.form.heads and any(row.level2 for row in self.rows)

    def _in_its_weights(self, table: SelfEvaluation) -> bool:
        prescribed = {one.name: one.weight for one in table.weighed}
        sums, printed = self.sums(), self.form.class_weights
        if any(prescribed[name] != weight for name, weight in printed.items() if name in prescribed):
            return False
        whole = self.execution + sum(sums.values(), Decimal(0)) == table.total
        return set(printed) >= set(sums) or not whole or all(prescribed.get(name, weight) == weight for name, weight in sums.items())

    def _in_its_words(self, table: SelfEvaluation) -> bool:
        """Whether its heads are those of another place's form: a common one, or one that was given, needs no proof."""
        if table.id not in _shipped() or table.id.startswith("generic"):
            return True
        columns = [one for block in self.form.blocks for one in block.columns if one.head in _HEADED]
        return {heads.word(one.label) for one in columns} <= {heads.word(text) for text in (one.head for one in table.form.printed)}

    def as_table(self) -> dict[str, Any]:
        """The form itself as a table file."""
        data = dict(_generic())
        printed = self.form.class_weights
        names = [name for name in self.sums() if name][: model.MOST_CLASSES]
        fixed = self.execution + sum((printed[name] for name in names if name in printed), Decimal(0))
        total = fixed if names and set(names) <= set(printed) else _FULL
        classes = [self._class(name, printed.get(name) if fixed <= total else None) for name in names]
        year = _text_of(self.form, heads.YEAR_LABEL)
        title = (heads.squeezed(self.form.title) or "项目支出绩效自评表")[:60]
        natures = [{"name": name, "breakdown": "支出性质"} for name in self.sources if name in heads.BY_NATURE]
        sources = [{"name": _key(name)} for name in self.sources if name not in heads.BY_NATURE]
        data |= {
            "title": title,
            "region": "按来表",
            "revision": "1",
            "basis": "按交来的表本身的表式、分值制作",
            "notes": ["一级指标分值按表上标注，没有标注的由单位分配；计分规则按财预〔2020〕10号。"],
            "total": total,
            "capacity": min(_MOST_ROWS, max(40, len(self.rows))),
            "fields": [{"name": name, "required": name in self.form.fields} for name in _HEAD_FIELDS],
            "sources": [*(sources or [{"name": ALL_SOURCES}]), *natures],
            "execution": {**data["execution"], "weight": self.execution, "base": self.base()},
            "classes": classes or [self._class(NO_CLASS, None)],
            "form": {**data["form"], "title": title},
        }
        if year.isdecimal() and 2000 <= int(year) <= 2099:
            data["year"] = int(year)
        shape = json.dumps({**data, "year": "", "title": ""}, ensure_ascii=False, default=str, sort_keys=True)
        data["id"] = f"arrived-{hashlib.sha256(shape.encode()).hexdigest()[:8]}"
        return data

    def _class(self, name: str, weight: Decimal | None) -> dict[str, Any]:
        own = [row.level2 and (row.printed2 or row.level2) or name for row in self.rows if row.level1 == name]
        known = CLASSES.get(name, ()) if any(one in CLASSES.get(name, ()) for one in own) else ()
        others = {sub for subs in CLASSES.values() for sub in subs} - set(known) if known else set()
        subs = list(dict.fromkeys([*known, *(one for one in own if one not in others)]))
        quantitative = [one for one in subs if one in ("数量指标", "成本指标", "服务对象满意度指标")]
        made: dict[str, Any] = {"name": _key(name), "subclasses": subs or [name], "quantitative": quantitative}
        return made if weight is None else {**made, "label": f"{name}\n（{plain(weight)}分）", "weight": weight}


def _key(name: str) -> str:
    """A name of a form as a key of its table: one that the workbook has for something else is told apart."""
    key = "".join(letter for letter in name if letter.isalnum())[:30] or "其他"
    return f"{key}（类）" if key in _reserved() else key


@cache
def _reserved() -> frozenset[str]:
    table = model.load(GENERIC)
    plan = plan_of(table)
    own = {name for one in table.classes for name in (one.name, *one.subclasses)} | {one.name for one in table.sources}
    return frozenset({*plan.placed, *plan.areas} - own)


@cache
def _shipped() -> frozenset[str]:
    return frozenset(bundled())


@lru_cache(maxsize=1)
def _generic() -> Mapping[str, Any]:
    return read_toml(bundled()[GENERIC])


@lru_cache(maxsize=64)
def _made(written: str) -> SelfEvaluation:
    return model.from_data(json.loads(written, parse_float=Decimal), "来表")


# ---- answers


def _indicator(row: Row, table: SelfEvaluation) -> IndicatorRow:
    level1 = _key(row.level1) if row.level1 and row.level1 not in {one.name for one in table.classes} else row.level1
    subs = {sub for one in table.classes if one.name == level1 for sub in one.subclasses}
    level2 = row.printed2 if row.level2 and row.printed2 in subs else row.level2
    if not level2 and any(one.name == level1 and one.subclasses == (row.level1,) for one in table.classes):
        level2 = row.level1
    return IndicatorRow(level1, level2, row.name, row.target, row.actual, row.weight, row.direction, None, row.reason, row.points)


def _with_degrees(indicators: tuple[IndicatorRow, ...], rows: Sequence[Row], unread: list[Unread]) -> tuple[IndicatorRow, ...]:
    """Forms have no 完成程度: of a target in words that is reached in words, the printed points say it. That is said once."""
    found = []
    taken: list[Row] = []
    for one, row in zip(indicators, rows, strict=True):
        share = one.claimed / one.weight if one.claimed is not None and isinstance(one.weight, Decimal) and one.weight > 0 else None
        if share is not None and 0 <= share <= 1 and _in_words(one):
            one = replace(one, degree=half_up(share, 4))
            taken.append(row)
        found.append(one)
    if taken:
        why = f"{len(taken)}行定性指标没有写完成程度，按表上的得分倒推，这些得分没有另行复算"
        unread.append(Unread(INFORMED, taken[0].spot(Head.POINTS).place, "", why))
    return tuple(found)


def _in_words(one: IndicatorRow) -> bool:
    """Whether target and actual value are words that say no degree by themselves."""
    if one.target is None or one.actual is None:
        return False
    target, actual = read_cell(one.target), read_cell(one.actual)
    if target.number is not None or actual.number is not None or target.date != "" != actual.date:
        return False
    return one.direction in ("", QUALITATIVE) and clean(one.actual) not in (*MET_WORDS, *UNMET_WORDS)


def _kept(row: Row, unread: list[Unread]) -> Row:
    """A row whose texts all fit into our cells; what is too long is left out and said."""
    limits = (
        ("level1", Head.LEVEL1, cells.LEVEL1),
        ("level2", Head.LEVEL2, cells.LEVEL2),
        ("name", Head.LEVEL3, cells.NAME),
        ("target", Head.TARGET, cells.TARGET),
        ("actual", Head.DONE, cells.DONE),
        ("reason", Head.REASON, cells.REASON),
    )
    for name, head, limit in limits:
        value = getattr(row, name)
        if isinstance(value, str) and len(value) > LONGEST[limit]:
            unread.append(row.spot(head).unread(f"有{len(value)}字，最多{LONGEST[limit]}字，没有读入"))
            blanked: dict[str, Any] = {name: None if name in ("target", "actual") else ""}
            row = replace(row, **blanked)
    return row


def _text_of(form: ForeignForm, name: str) -> str:
    found = form.fields.get(name)
    return "" if found is None else found.text


def _limited(form: ForeignForm, name: str, unread: list[Unread]) -> str:
    text = _text_of(form, name)
    if len(text) <= LONGEST_FIELD:
        return text
    spot = form.fields[name].spot
    if spot is not None:
        unread.append(spot.unread(f"“{name}”有{len(text)}字，最多{LONGEST_FIELD}字，没有读入"))
    return ""


def _goal(form: ForeignForm, spots: Sequence[Spot], name: str, unread: list[Unread]) -> str:
    text = form.text_of(spots)
    if len(text) <= LONGEST[name]:
        return text
    unread.append(spots[0].unread(f"“{name}”有{len(text)}字，最多{LONGEST[name]}字，没有读入"))
    return ""


def _claims(form: ForeignForm) -> Iterator[tuple[str, Decimal]]:
    claims: tuple[tuple[str, PrintedValue | None], ...] = (
        ("分值合计", form.total_weight),
        ("总分", form.total_points),
        (CLAIMED_RATE, form.execution_rate),
        (CLAIMED_RATE_POINTS, form.execution_points),
    )
    return ((name, claim.value) for name, claim in claims if claim is not None)


# ---- places

_HEAD_OF = {
    cells.LEVEL1: Head.LEVEL1,
    cells.LEVEL2: Head.LEVEL2,
    cells.NAME: Head.LEVEL3,
    cells.TARGET: Head.TARGET,
    cells.DONE: Head.DONE,
    cells.WEIGHT: Head.WEIGHT,
    cells.POINTS: Head.POINTS,
    cells.REASON: Head.REASON,
    cells.DIRECTION: Head.DIRECTION,
    cells.DEGREE: Head.DONE,
}


def _places(form: ForeignForm, rows: Sequence[Row], named: Mapping[str, str]) -> Iterator[tuple[str, Place]]:
    """Where the arriving file has what our cells would hold, by their keys."""
    for name, one in form.fields.items():
        if one.spot is not None:
            yield name, one.spot.place
    columns = {INITIAL: (Head.INITIAL,), YEAR: (Head.YEAR, Head.BUDGET), EXECUTED: (Head.EXECUTED,)}
    for amount, kinds in columns.items():
        for (source, head), claim in form.funds.items():
            if head in kinds and claim.spot is not None:
                yield amount_key(named.get(source or ALL_SOURCES, source), amount), claim.spot.place
                if not source:
                    yield amount, claim.spot.place
    claims: tuple[tuple[str, PrintedValue | None], ...] = (
        (EXECUTION_RATE, form.execution_rate),
        (EXECUTION_POINTS, form.execution_points),
        (cells.at(cells.WEIGHT, 0), form.execution_weight),
        (WEIGHT_TOTAL, form.total_weight),
        (TOTAL, form.total_points),
    )
    for key, said in claims:
        if said is not None and said.spot is not None:
            yield key, said.spot.place
    rate = form.execution_rate or form.execution_points or next(iter(form.funds.values()), None)
    if rate is not None and rate.spot is not None:
        yield EXECUTION_NOTE, rate.spot.place
    for name, spots in ((EXPECTED, form.expected), (ACTUAL, form.actual)):
        if spots:
            yield name, spots[0].place
    for number, row in enumerate(rows, 1):
        for cell, head in _HEAD_OF.items():
            yield cells.at(cell, number), row.spot(head).place
