"""What a unit fills into its book: facts once, the list of projects, each form's own answers; read from TOML or JSON, or from the workbook."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from os.path import isfile
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xl_jixiao.expr import Value, decimal
from xl_jixiao.formula import defined_name
from xl_jixiao.number import from_cell, plain
from xl_jixiao.rules.typed import cell_value
from xl_jixiao.sheet.data import remark_key
from xl_jixiao.sheet.plan import PlanValues
from xl_jixiao.sheet.published import is_claim
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables import raw_answers
from xl_jixiao.tables.answers import Answers, AnswersError, nearest, of_another, read_data, tidy
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.tables.inputs import Answer
from xl_jixiao.unit.parts import BookForm, UnitBook
from xl_jixiao.unit.sheets import published_key
from xl_jixiao.words import is_blank

_EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class UnitAnswers:
    """A unit's answers. `facts` are what the book itself asks for, `parts` each form's whole answers by the form's name, `published` what a
    form has published of its own where it prints a fact of the book."""

    facts: Answers
    count: int
    parts: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)
    published: Mapping[str, str] = field(default_factory=lambda: _EMPTY)

    @property
    def unit(self) -> str:
        """The unit that filed, as a fact of the book or the first form that has one names it."""
        return self.facts.unit or next((one.unit for one in self.parts.values() if one.unit), "")


def completed(book: UnitBook, answers: UnitAnswers, values_of: Callable[[Mapping[str, Value]], PlanValues]) -> UnitAnswers:
    """The answers with every fact in every form that prints it; what is computed comes from the values of the book."""
    typed = {item.key for item in book.typed}
    parts = {
        part.name: part.job.given(
            answers.parts[part.name], {own: answers.facts.get(cell) for own, cell in part.bound.items() if cell in typed}
        )
        for part in book.parts
    }
    found = replace(answers, parts=MappingProxyType(parts))
    if not book.formulas:
        return found
    values = values_of(entries(book, found))
    for part in book.parts:
        computed = {own: _answer(values[cell]) for own, cell in part.bound.items() if cell in book.formulas}
        if computed:
            parts[part.name] = part.job.given(parts[part.name], computed)
    return replace(answers, parts=MappingProxyType(parts))


def _answer(held: object) -> Answer:
    if isinstance(held, str):
        return None if is_blank(held) else held
    return decimal(held)  # type: ignore[arg-type]


def entries(book: UnitBook, answers: UnitAnswers) -> Mapping[str, Value]:
    """The answers as the entries of the book's plan."""
    return {**{key: value for _, key, value in _of_forms(book, answers)}, **_of_book(book, answers)}


def _of_forms(book: UnitBook, answers: UnitAnswers) -> Iterator[tuple[str, str, Value]]:
    """What the forms ask for: the form's own key, the book's, and the value."""
    for part in book.parts:
        for own, value in part.job.entries(answers.parts[part.name]).items():
            if part.keys[own] not in book.formulas:
                yield own, part.keys[own], value


def _of_book(book: UnitBook, answers: UnitAnswers) -> Mapping[str, Value]:
    """What the book itself asks for."""
    found: dict[str, Value] = {}
    listed = {item.key for _, items in book.columns[1:] for item in items}
    for item in book.typed:
        found[item.key] = cell_value(answers.facts.get(item.key))
        if item.key not in listed:
            found[remark_key(item.key)] = answers.facts.remarks.get(item.key)
    return found | {published_key(key): text for key, text in answers.published.items()}


def is_used(book: UnitBook, part: BookForm, answers: UnitAnswers) -> bool:
    """Whether a form is asked for: the unit's own always, a project's where its row of the list or the form itself says anything."""
    if not part.number or any(not is_blank(answers.facts.get(item.key)) for item in book.row_of(part)):
        return True
    return says_anything(part, answers)


def says_anything(part: BookForm, answers: UnitAnswers) -> bool:
    """Whether a form has content of its own, shared facts apart."""
    blank = part.job.entries(part.job.blank())
    own = part.job.entries(answers.parts[part.name])
    named = (f"{part.keys.form}_", f"{part.keys.form}:")
    return any(not is_blank(value) and value != blank.get(key) for key, value in own.items() if part.keys[key].startswith(named))


def remarks(book: UnitBook, answers: UnitAnswers) -> Mapping[str, str]:
    """What stands beside the figures of 基础数据."""
    found = dict(answers.facts.remarks)
    for part in book.parts:
        own: Mapping[str, str] = getattr(answers.parts[part.name], "remarks", _EMPTY)
        found |= {part.bound[key]: text for key, text in own.items() if key in part.bound and part.bound[key] not in found}
    return found


def digest(book: UnitBook, answers: UnitAnswers) -> str:
    """A fingerprint of everything the unit entered; what its forms published of themselves is no part of it."""

    def canonical(value: Value) -> str:
        if isinstance(value, (str, bool)) or value is None:
            return str(value)
        return plain(value)

    given = {**{key: value for own, key, value in _of_forms(book, answers) if not is_claim(own)}, **_of_book(book, answers)}
    entered = {key: canonical(value) for key, value in given.items() if not is_blank(value)}
    return hashlib.sha256(json.dumps(entered, ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()


# ---- from a workbook


def answers_of(book: UnitBook, cell: Callable[[str], object]) -> UnitAnswers:
    """The answers of a workbook, before they are completed; `cell` gives the raw value of a key of the book."""
    facts = raw_answers.answers_of(book.asked, cell)
    parts = {part.name: part.job.answers_of(_reader(book, part, cell)) for part in book.parts}
    published = {use.key: tidy(_text(cell(published_key(use.key)))) for use in book.uses}
    return UnitAnswers(facts, book.count, MappingProxyType(parts), MappingProxyType({key: text for key, text in published.items() if text}))


def _reader(book: UnitBook, part: BookForm, cell: Callable[[str], object]) -> Callable[[str], object]:
    def read(own: str) -> object:
        key = part.keys[own]
        return None if key in book.formulas else cell(key)

    return read


def _text(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        number = from_cell(raw)
        return "" if number is None else plain(number)
    return str(raw)


# ---- from a data file

_FACTS, _PROJECTS, _FORMS, _REMARKS = "基础数据", "项目", "表", "备注"
_SECTIONS = {
    "answers": _FACTS,
    "填报值": _FACTS,
    _FACTS: _FACTS,
    "projects": _PROJECTS,
    _PROJECTS: _PROJECTS,
    "forms": _FORMS,
    _FORMS: _FORMS,
}
"""The sections of a data file by each of their names."""


def _in_sections(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with its sections under their Chinese names."""
    return {_SECTIONS.get(key, key): value for key, value in data.items()}


def projects_in(data: Mapping[str, Any]) -> int:
    """How many projects a data file lists."""
    listed = _in_sections(data).get(_PROJECTS, [])
    return len(listed) if isinstance(listed, list) else 0


def read(path: Path) -> dict[str, Any]:
    """The parsed data file, with the data files it names for its forms (an example's id, or a path beside it) in their place."""
    data = _in_sections(read_data(path))
    forms = data.get(_FORMS)
    if isinstance(forms, dict):
        for name, one in forms.items():
            if isinstance(one, str):
                beside = examples().get(one, path.parent / one)
                if not isfile(beside):  # which is false for a name that is too long, too
                    raise AnswersError([f"{path.name} {_FORMS}“{name}”：没有数据文件“{one}”"])
                forms[name] = read_data(beside)
    return data


def from_data(book: UnitBook, data: Mapping[str, Any], load: Callable[[BookForm, Mapping[str, Any]], Any]) -> UnitAnswers:
    """The answers of parsed data, before they are completed. What no section 基础数据 says comes from the first form that says it; what
    another form says otherwise is what that form published."""
    data = _in_sections(data)
    problems = of_another(data, book.table.id, book.table.stamp)
    problems += [
        f"“{key}”：未知项，可用 rubric、{_FACTS}、{_PROJECTS}、{_FORMS}" for key in data if key not in ("rubric", _FACTS, _PROJECTS, _FORMS)
    ]
    said, forms = data.get(_FACTS, {}), data.get(_FORMS, {})
    if not isinstance(said, Mapping) or not isinstance(forms, Mapping):
        raise AnswersError([*problems, f"{_FACTS}、{_FORMS}：应为“名称 = 值”的表"])
    by_name = {part.name: part for part in book.parts}
    problems += [
        f"{_FORMS}“{name}”：没有这张表{nearest(name, by_name)}，可用 {'、'.join(by_name)}" for name in forms if name not in by_name
    ]
    parts: dict[str, Any] = {}
    for name, part in by_name.items():
        given = forms.get(name, {})
        if not isinstance(given, Mapping):
            problems.append(f"{_FORMS}“{name}”：应为“名称 = 值”的表，或数据文件的名称")
            continue
        try:
            parts[name] = load(part, given)
        except AnswersError as error:
            problems += [f"{_FORMS}“{name}”{problem}" for problem in error.problems]
    try:
        listed = dict(_listed(book, data, problems))
        facts = answer_files.from_data({"answers": {**said, **listed}, _REMARKS: dict(_remarks(book, data))}, book.asked)
    except AnswersError as error:
        raise AnswersError([*problems, *error.problems]) from None
    if problems:
        raise AnswersError(problems)
    return _shared_out(book, facts, parts)


def _listed(book: UnitBook, data: Mapping[str, Any], problems: list[str]) -> Iterator[tuple[str, Any]]:
    """The rows of the list of projects as facts: 项目1名称 …"""
    rows = data.get(_PROJECTS, [])
    projects = book.table.projects
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        problems.append(f"{_PROJECTS}：应为 [[{_PROJECTS}]] 的列表")
        return
    if rows and projects is None:
        problems.append(f"{_PROJECTS}：本套表没有项目清单")
        return
    if len(rows) > book.rows:
        problems.append(f"{_PROJECTS}：有{len(rows)}个，最多{book.rows}个")
        return
    heads = {defined_name(head): head for head, _ in book.columns}
    for number, row in enumerate(rows, 1):
        for label, value in row.items():
            head = heads.get(defined_name(label))
            if label == _REMARKS:
                continue
            if head is None:
                problems.append(f"{_PROJECTS}[{number}]“{label}”：没有这一栏{nearest(label, heads)}，可用 {'、'.join(heads.values())}")
            else:
                assert projects is not None
                yield f"{projects.list}{number}{head}", value


def _remarks(book: UnitBook, data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What stands beside the rows of the list of projects: each explains its row, and is the remark of the project's name."""
    rows = data.get(_PROJECTS, [])
    for item, row in zip(book.columns[0][1] if book.columns else (), rows if isinstance(rows, list) else (), strict=False):
        if isinstance(row, Mapping) and row.get(_REMARKS):
            yield item.key, row[_REMARKS]


def _shared_out(book: UnitBook, facts: Answers, parts: Mapping[str, Any]) -> UnitAnswers:
    """Each fact once: the file's own, or the first form's; other forms' other figures as published ones."""
    values, notes = dict(facts.values), dict(facts.remarks)
    typed = {item.key for item in book.typed}
    for part in book.parts:
        own = parts[part.name]
        for key, cell in part.bound.items():
            value = own.values.get(key) if isinstance(own, Answers) else _answer(part.job.entries(own).get(key))
            if cell in typed and values.get(cell) is None and not is_blank(value):
                values[cell] = value
            remark = own.remarks.get(key) if isinstance(own, Answers) else None
            if cell in typed and remark:
                notes.setdefault(cell, remark)
    published: dict[str, str] = {}
    for use in book.uses:
        own = parts[use.part]
        value = own.values.get(use.own) if isinstance(own, Answers) else None
        if value is not None and (use.cell not in typed or values.get(use.cell) != value):
            published[use.key] = printed(value, percent=use.item.kind == "percent")
    kept = replace(facts, values=MappingProxyType(values), remarks=MappingProxyType(notes))
    return UnitAnswers(kept, book.count, MappingProxyType(dict(parts)), MappingProxyType(published))


def printed(value: Answer, *, percent: bool) -> str:
    """A figure as a form prints it."""
    if isinstance(value, Decimal):
        return f"{plain(value * 100)}%" if percent else plain(value)
    return str(value or "")
