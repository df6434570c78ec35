"""What was read as data: the dictionary `score`, `fill` and `import` take, and its TOML."""

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from xl_jixiao.arrive.account_lines import AccountLine
from xl_jixiao.arrive.accounts import Accounts, Imported
from xl_jixiao.finding import Place
from xl_jixiao.number import plain, to_cell
from xl_jixiao.selfeval.answers import FIELDS, SelfAnswers
from xl_jixiao.selfeval.cells import POINTS
from xl_jixiao.selfeval.model import ACTUAL, EXECUTION_NOTE, EXPECTED
from xl_jixiao.tables.answers import ACCOUNTS, Adjustment, Answers


def as_data(answers: SelfAnswers | Answers) -> dict[str, Any]:
    """The answers as a data file has them; blank ones left out."""
    if isinstance(answers, Answers):
        found: dict[str, Any] = {
            "answers": {key: value for key, value in answers.values.items() if value is not None},
            "adjustments": {code: _adjusted(one) for code, one in answers.adjustments.items()},
            "evidence": dict(answers.evidence),
            "claimed": dict(answers.claimed),
            "remarks": dict(answers.remarks),
            "scores": dict(answers.scores),
        }
    else:
        funds: dict[str, Any] = {}
        for (source, amount), value in answers.funds.items():
            funds.setdefault(source, {})[amount] = value
        if answers.execution_note:
            funds[EXECUTION_NOTE] = answers.execution_note
        found = {
            "answers": dict(answers.fields),
            "funds": funds,
            "goals": {name: text for name, text in ((EXPECTED, answers.expected), (ACTUAL, answers.actual)) if text},
            "claimed": dict(answers.claimed),
            "rows": [_row(one) for one in answers.rows],
        }
    return {"rubric": answers.rubric_id, **{name: section for name, section in found.items() if section}}


def of_accounts(accounts: Accounts) -> dict[str, Any]:
    """决算公开表 as a data file has them: the figures that forms ask for by name, and every figure as it stands; amounts in 万元."""
    figures = {
        one.name: {"value": one.value, "place": _where(one.place)} for one in accounts.figures.values() if one.name not in accounts.twice
    }
    lines = [_line(one) for one in accounts.lines() if isinstance(one, AccountLine)]
    about = {"unit": accounts.unit, "year": accounts.year or None, "tables": list(accounts.titles)}
    known = {name: value for name, value in about.items() if value}
    return {"kind": ACCOUNTS, **known, "figures": figures, "lines": lines}


def _line(one: AccountLine) -> dict[str, Any]:
    said = {"table": one.table, "code": one.code, "label": one.label, "column": one.column, "value": one.value, "place": _where(one.place)}
    return {name: value for name, value in said.items() if value != ""}


def _where(place: Place) -> str:
    return f"{place.sheet}!{place.cell}" if place.cell else place.sheet


def figures_in(data: Mapping[str, Any], file: str) -> dict[str, Imported]:
    """The figures of a data file of 决算公开表, by name; what is no number is left out."""
    found: dict[str, Imported] = {}
    for name, one in data.get("figures", {}).items():
        value = one.get("value") if isinstance(one, Mapping) else None
        if isinstance(value, (Decimal, int)) and not isinstance(value, bool):
            sheet, _, cell = str(one.get("place", "")).partition("!")
            found[name] = Imported(name, Decimal(value), Place(file, sheet, cell))
    return found


def _adjusted(one: Adjustment) -> dict[str, Any]:
    return {name: value for name, value in (("points", one.points), ("reason", one.reason)) if value not in (None, "")}


def _row(row: Any) -> dict[str, Any]:
    said = {label: getattr(row, name) for label, name in FIELDS.items()}
    said[POINTS] = row.claimed
    return {label: value for label, value in said.items() if value not in (None, "")}


def as_toml(data: Mapping[str, Any], comment: str = "") -> str:
    """A dictionary as TOML: simple values first, tables after them, lists of tables last."""
    lines = [f"# {line}" for line in comment.splitlines()]
    lines += list(_lines(data, ""))
    return "\n".join(lines) + "\n"


def _lines(data: Mapping[str, Any], path: str) -> Iterator[str]:
    tables = {key: value for key, value in data.items() if isinstance(value, Mapping) and not _inline(value, path)}
    listed = {key: value for key, value in data.items() if _is_list_of_tables(value)}
    for key, value in data.items():
        if key not in tables and key not in listed:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in tables.items():
        yield f"\n[{path}{_key(key)}]"
        yield from _lines(value, f"{path}{_key(key)}.")
    for key, value in listed.items():
        for one in value:
            yield f"\n[[{path}{_key(key)}]]"
            yield from _lines(one, f"{path}{_key(key)}.")


def _inline(value: Mapping[str, Any], path: str) -> bool:
    return bool(path) and not any(isinstance(one, (Mapping, list)) for one in value.values())


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and len(value) > 0 and all(isinstance(one, Mapping) for one in value)


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (Decimal, int)):
        return plain(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_value, value)) + "]"
    return _text(str(value))


def as_json(data: Any) -> Any:
    """The same with numbers as JSON has them."""
    if isinstance(data, Mapping):
        return {key: as_json(value) for key, value in data.items()}
    if isinstance(data, list):
        return [as_json(one) for one in data]
    if isinstance(data, Decimal):
        return to_cell(data)
    return data.isoformat() if isinstance(data, datetime.date) else data
