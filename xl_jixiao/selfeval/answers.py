"""What a unit fills into a 自评表: head fields, funds, goals, its own indicator rows; read from TOML or JSON."""

import dataclasses
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xl_jixiao.expr import Value, exact
from xl_jixiao.number import NotANumber, from_cell, plain, printable
from xl_jixiao.rules.typed import Kind, Typed
from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.layout import SelfLayout
from xl_jixiao.selfeval.model import ACTUAL, AMOUNTS, EXECUTION_NOTE, EXPECTED, LONGEST, LONGEST_FIELD, YEAR_FIELD, SelfEvaluation
from xl_jixiao.sheet.published import ROW_POINTS, figure_key, points_key
from xl_jixiao.tables.answers import AnswersError, nearest, of_another, of_file, tidy
from xl_jixiao.tables.inputs import Answer
from xl_jixiao.words import GRADE, bare, is_blank

_YEAR_DIGITS = 4

Written = Decimal | str | None
_EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator row as the unit wrote it. `claimed`: the points it published, compared and never computed with."""

    level1: str = ""
    level2: str = ""
    name: str = ""
    target: Written = None
    actual: Written = None
    weight: Written = None
    direction: str = ""
    degree: Written = None
    reason: str = ""
    claimed: Decimal | None = None

    @property
    def used(self) -> bool:
        """Whether anything but its classes is written in it."""
        return not all(map(is_blank, (self.name, self.target, self.actual, self.weight, self.reason)))


FIELDS: Mapping[str, str] = MappingProxyType(
    {
        cells.LEVEL1: "level1",
        cells.LEVEL2: "level2",
        cells.NAME: "name",
        cells.TARGET: "target",
        cells.DONE: "actual",
        cells.WEIGHT: "weight",
        cells.DIRECTION: "direction",
        cells.DEGREE: "degree",
        cells.REASON: "reason",
    }
)
"""The field of each cell of a row."""

ROW_KEYS: Mapping[str, str] = MappingProxyType(
    {
        **FIELDS,
        **dict.fromkeys(("指标值", "目标值"), "target"),
        **dict.fromkeys(("完成值", "全年实际值"), "actual"),
        "权重": "weight",
        "方向": "direction",
        **dict.fromkeys(("偏差原因", "未完成原因"), "reason"),
        **dict.fromkeys((cells.POINTS, "自评得分"), "claimed"),
    }
)
"""The words a data file may use for the fields of a row: the forms' own."""

SIGN, UNIT_OF = cells.SIGN, cells.UNIT
"""What some forms print in columns of their own: ≥, and 人; read as part of the target, and the unit of the actual value."""

PRINTED_SIGNS = ("≥", "≤", "=", ">", "<")
"""What stands in a column of signs."""

_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "＝": "=",
        "＞": ">",
        "＜": "<",
        "≧": "≥",
        "≦": "≤",
        **dict.fromkeys((">=", "＞＝", "大于等于"), "≥"),
        **dict.fromkeys(("<=", "＜＝", "小于等于"), "≤"),
    }
)
"""How else they are written."""

_POINTS = tuple(key for key, name in ROW_KEYS.items() if name in ("weight", "claimed"))
_NUMBERS = ("weight", "degree", "claimed")
_CELLS = ("target", "actual")
LABELS: Mapping[str, str] = MappingProxyType({name: label for label, name in FIELDS.items() if label in LONGEST})
"""The form's own word for each text of a row."""


@dataclass(frozen=True)
class Origin:
    """The workbook answers were read from: its rows, whether it is a finished one, and which of its rows each answered row is, from one."""

    layout: SelfLayout
    finished: bool
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class SelfAnswers:
    """A filing's answers. `funds` are (source, amount's name) -> amount; `claimed` the published 分值合计, 总分, 预算执行率 and its points, and the
    totals of the funds."""

    rubric_id: str
    fields: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    funds: Mapping[tuple[str, str], Written] = field(default_factory=dict)
    execution_note: str = ""
    expected: str = ""
    actual: str = ""
    rows: tuple[IndicatorRow, ...] = ()
    claimed: Mapping[str, Decimal] = field(default_factory=lambda: _EMPTY)
    published: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    """预算执行率 and 等次 as they were published."""
    typed: Mapping[str, str] = field(default_factory=lambda: _EMPTY, compare=False)
    """Numbers that stand as text in a workbook, by the key of their cell, as typed: what they are read as is the answer."""
    meant: Mapping[str, str] = field(default_factory=lambda: _EMPTY, compare=False)
    """Numbers a data file says with their unit (62万元), by the key of their cell, as written."""
    origin: Origin | None = field(default=None, compare=False, repr=False)
    """Where they stand, for findings to name the cell; None for a data file."""

    @property
    def unit(self) -> str:
        """The unit that filed, as it names itself."""
        return str(self.fields.get("实施单位") or "")

    def year(self, table: SelfEvaluation) -> str:
        """The year of the filing: the unit's own, or the table's."""
        return self.fields.get(YEAR_FIELD) or str(table.year)


_A_YEAR = re.compile(r"[（(]?(20[0-9]{2})年?度?[）)]?")


def year_meant(text: str) -> str:
    """A year as it is meant: 2025年度, （2025年） and ２０２５ are 2025; what is none stays."""
    found = _A_YEAR.fullmatch(unicodedata.normalize("NFKC", bare(text)))
    return found[1] if found else bare(text)


def load(path: Path, table: SelfEvaluation) -> SelfAnswers:
    """The answers of a .toml or .json file. Raises AnswersError with every mistake, OSError for a file that can't be read."""
    return of_file(path, lambda data: from_data(data, table))


_SECTIONS = ("rubric", "answers", "funds", "goals", "rows", "claimed")
CLAIMED_WEIGHT, CLAIMED_TOTAL, CLAIMED_RATE, CLAIMED_RATE_POINTS = "分值合计", "总分", "预算执行率", "预算执行率得分"
_CLAIMS = (CLAIMED_WEIGHT, CLAIMED_TOTAL, CLAIMED_RATE, CLAIMED_RATE_POINTS, *AMOUNTS)
_PRINTED = (CLAIMED_RATE, GRADE)
"""What is kept as it is printed, too: 98.60%, 优."""


def from_data(data: Mapping[str, Any], table: SelfEvaluation) -> SelfAnswers:
    """The answers of parsed data: `answers` (head fields), `funds`, `goals`, `rows`, `claimed`."""
    problems = of_another(data, table.id, table.stamp)
    problems += [f"“{key}”：未知项，可用 {'、'.join(_SECTIONS)}" for key in data if key not in _SECTIONS]
    known = (*(one.name for one in table.fields), YEAR_FIELD)
    head = _section(data, "answers", known, problems)
    given = {key: one_line(_checked(value, f"answers“{key}”", LONGEST_FIELD, problems)) for key, value in head}
    fields = {key: text for key, text in given.items() if text}
    if YEAR_FIELD in fields:
        fields[YEAR_FIELD] = year_meant(fields[YEAR_FIELD])
        if fields[YEAR_FIELD] == str(table.year):
            del fields[YEAR_FIELD]
    meant: dict[str, str] = {}
    funds, note = _funds(data, table, problems, meant)
    said = _section(data, "goals", (EXPECTED, ACTUAL), problems)
    goals = {key: _checked(value, f"goals“{key}”", LONGEST[key], problems) for key, value in said}
    said_of_it = dict(_section(data, "claimed", claimable(table), problems))
    published = {key: _checked(value, f"claimed“{key}”", LONGEST_FIELD, problems) for key, value in said_of_it.items() if key in _PRINTED}
    numbers = {key: _number(value, f"claimed“{key}”", problems) for key, value in said_of_it.items() if key in _CLAIMS}
    claimed = {key: value for key, value in numbers.items() if value is not None}
    listed = data.get("rows", [])
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        problems.append("rows：应为 [[rows]] 的列表")
        listed = []
    if len(listed) > table.capacity:
        problems.append(f"rows：有{len(listed)}行，最多{table.capacity}行")
    if not table.scored:
        problems += [f"rows[{at}]“{key}”：这张表不计分，没有这一列" for at, one in enumerate(listed, 1) for key in one if key in _POINTS]
    rows = tuple(_row({**table.unprinted, **one}, at, problems, meant) for at, one in enumerate(listed, 1))
    if problems:
        raise AnswersError(problems)
    kept = tuple(row for row in rows if row.used)
    return SelfAnswers(table.id, fields, funds, note, goals.get(EXPECTED, ""), goals.get(ACTUAL, ""), kept, claimed, published, meant=meant)


def claimable(table: SelfEvaluation) -> tuple[str, ...]:
    """What a unit may have published of the whole; of a form without points the execution rate and the amounts alone."""
    return (*_CLAIMS, GRADE) if table.scored else (CLAIMED_RATE, *table.amounts)


def _section(data: Mapping[str, Any], name: str, known: tuple[str, ...], problems: list[str]) -> Iterator[tuple[str, Any]]:
    section = data.get(name, {})
    if not isinstance(section, Mapping):
        problems.append(f"{name}：应为“数据项 = 值”的表")
        return
    for key, value in section.items():
        if key in known:
            yield key, value
        else:
            problems.append(f"{name}“{key}”：没有这一项{nearest(key, known)}，可用 {'、'.join(known)}")


def _funds(
    data: Mapping[str, Any], table: SelfEvaluation, problems: list[str], meant: dict[str, str]
) -> tuple[dict[tuple[str, str], Written], str]:
    names = tuple(one.name for one in table.sources)
    found: dict[tuple[str, str], Written] = {}
    note = ""
    for key, value in _section(data, "funds", (*names, EXECUTION_NOTE), problems):
        if key == EXECUTION_NOTE:
            note = _checked(value, f"funds“{key}”", LONGEST[key], problems)
            continue
        for amount, cell in _section({key: value}, key, AMOUNTS, problems):
            number = _number(cell, f"funds“{key}”{amount}", problems, meant, amount_key(key, amount), AMOUNT)
            if number is not None and amount in table.amounts:
                found[key, amount] = number
            elif number is not None:
                problems.append(f"funds“{key}”{amount}：这张表没有这一栏，可用 {'、'.join(table.amounts)}")
    return found, note


def _row(data: Mapping[str, Any], at: int, problems: list[str], meant: dict[str, str]) -> IndicatorRow:
    values: dict[str, Any] = {}
    for key, value in _joined(data).items():
        name = ROW_KEYS.get(key)
        if name is None:
            problems.append(f"rows[{at}]“{key}”：未知项{nearest(key, ROW_KEYS)}，可用 {'、'.join(ROW_KEYS)}")
        elif isinstance(value, (bool, list, Mapping)):
            problems.append(f"rows[{at}]“{key}”：应为数字或文字")
        elif name in _NUMBERS:
            where = f"rows[{at}]“{key}”"
            values[name] = _number(value, where, problems, meant, cells.at(_CELL_OF.get(name, key), at), TAKES.get(name, ""))
        else:
            text = _checked(value, f"rows[{at}]“{key}”", LONGEST[LABELS[name]], problems)
            values[name] = cell_answer(value) if name in _CELLS else text
    return IndicatorRow(**values)


def _joined(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row whose sign and unit stand in columns of their own, as the other forms write it: ≥, 95, % -> ≥95%."""
    sign, unit = (str(data.get(key) or "").strip() for key in (SIGN, UNIT_OF))
    sign = _SIGNS.get(sign, sign)
    found = {key: value for key, value in data.items() if key not in (SIGN, UNIT_OF)}
    wanted = next((value for key, value in data.items() if ROW_KEYS.get(key) == "target"), None)
    for key, value in found.items():
        name = ROW_KEYS.get(key)
        if name == "actual" and unit == "%" and _may_be_share(value, wanted):
            continue
        if name in _CELLS and _is_number(value):
            own = sign if name == "target" else ""
            found[key] = f"{own}{_text(value)}{unit}" if own or unit else value
    return found


def _may_be_share(value: Any, wanted: Any) -> bool:
    """Whether 0.95 beside 90 % may be 95 %: a number cell says that, a text is asked."""
    if not (_is_number(value) and _is_number(wanted)):
        return False
    number, other = from_cell(value), from_cell(wanted)
    return number is not None and other is not None and 0 < number <= 1 < other


def _is_number(value: Any) -> bool:
    """Whether a cell holds a number without a sign or a unit of its own."""
    if isinstance(value, bool) or (isinstance(value, str) and "%" in value):
        return False
    try:
        return from_cell(value) is not None
    except NotANumber:
        return False


def _checked(value: Any, where: str, most: int, problems: list[str]) -> str:
    """A text as a cell may hold it: printable, and no longer than the form has room for."""
    text = _text(value)
    if isinstance(value, (bool, list, Mapping)):
        problems.append(f"{where}：应为数字或文字")
    elif isinstance(value, str) and printable(value) != value:
        problems.append(f"{where}：含有不能显示的控制字符，请删除")
    if len(text) > most:
        problems.append(f"{where}：有{len(text)}字，最多{most}字")
    return text


def cell_answer(value: object) -> Written:
    """A target or actual value as its cell holds it: numbers exact, texts without the space around them, None when blank."""
    if isinstance(value, (bool, str)) or value is None:
        return tidy(str(value)) or None if value is not None else None
    try:
        return from_cell(value)
    except NotANumber:
        return str(value)


def _number(
    value: Any, where: str, problems: list[str], meant: dict[str, str] | None = None, key: str = "", unit: str = ""
) -> Decimal | None:
    """A number, also one with its unit behind it; that is remembered, to be said."""
    try:
        return from_cell(value)
    except NotANumber as error:
        found = plainly(value, unit)
        if found is None:
            problems.append(f"{where}：{error}")
        elif meant is not None:
            meant[key] = str(value)
        return found


AMOUNT = "万元"
"""The unit of the funds."""

TAKES: Mapping[str, str] = MappingProxyType({"weight": "分", "claimed": "分"})
"""The units of a row's numbers."""

_CELL_OF: Mapping[str, str] = MappingProxyType({"weight": cells.WEIGHT, "degree": cells.DEGREE, "claimed": cells.POINTS})
_TYPED = Typed(Kind.AMOUNT)


def plainly(value: object, unit: str) -> Decimal | None:
    """The number a text plainly says with its unit: 62万元, 10分. None where that isn't plain."""
    found = _TYPED.meant(value, unit) if unit and isinstance(value, str) else None
    return found if isinstance(found, Decimal) else None


def _text(value: Any) -> str:
    if value is None:
        return ""
    return plain(value) if isinstance(value, (Decimal, int)) else tidy(str(value))


def entries(table: SelfEvaluation, answers: SelfAnswers) -> Mapping[str, Value]:
    """The answers as the entries of a plan, by key; the rows from the first on."""
    year = answers.year(table)
    found: dict[str, Value] = {
        **{one.name: answers.fields.get(one.name) for one in table.fields},
        YEAR_FIELD: int(year) if year.isdecimal() and len(year) == _YEAR_DIGITS else year,
        **{amount_key(*key): exact(value) for key, value in answers.funds.items()},
        EXECUTION_NOTE: answers.execution_note or None,
        EXPECTED: answers.expected or None,
        ACTUAL: answers.actual or None,
    }
    for number, row in enumerate(answers.rows, 1):
        found |= {cells.at(name, number): value for name, value in row_entries(row).items()}
        found[row_key(number)] = exact(row.claimed)
    return {**found, **_published(answers)}


def _published(answers: SelfAnswers) -> Mapping[str, Value]:
    """What was published of the whole, as the entries of a plan."""
    said = {name: exact(value) for name, value in answers.claimed.items()}
    return {
        figure_key(CLAIMED_WEIGHT): said.get(CLAIMED_WEIGHT),
        figure_key(CLAIMED_TOTAL): said.get(CLAIMED_TOTAL),
        figure_key(CLAIMED_RATE): answers.published.get(CLAIMED_RATE) or said.get(CLAIMED_RATE),
        points_key(CLAIMED_RATE): said.get(CLAIMED_RATE_POINTS),
        figure_key(GRADE): answers.published.get(GRADE),
        **{figure_key(one): said.get(one) for one in AMOUNTS},
    }


def row_key(number: int) -> str:
    """The cell of the points a unit has published for a row."""
    return cells.at(ROW_POINTS, number)


def given(table: SelfEvaluation, answers: SelfAnswers, values: Mapping[str, Answer]) -> SelfAnswers:
    """The answers with these head fields and amounts in the place of their own; None leaves one blank."""
    said = {one.name: one_line(_text(values[one.name])) for one in table.fields if one.name in values}
    fields = {name: text for name, text in {**answers.fields, **said}.items() if text}
    keys = {(one.name, amount): amount_key(one.name, amount) for one in table.sources for amount in table.amounts}
    amounts = {place: cell_answer(values[key]) for place, key in keys.items() if key in values}
    funds = {place: value for place, value in {**answers.funds, **amounts}.items() if value is not None}
    return dataclasses.replace(answers, fields=fields, funds=funds)


def row_entries(row: IndicatorRow) -> Mapping[str, Value]:
    """What stands in the cells of a row, by word; the target whole, and in its three parts."""
    found = {name: exact(getattr(row, field)) for name, field in FIELDS.items()} | dict(zip(cells.PARTED, parted(row.target), strict=True))
    return {name: None if value == "" else value for name, value in found.items()}


def parted(target: Written) -> tuple[Value, Value, Value]:
    """A target as three columns print it: ≥, 95, %; what can't be put together again from them stands whole in the second."""
    text = target if isinstance(target, str) else ""
    sign = text[:1] if text.startswith(PRINTED_SIGNS) else ""
    rest = text.removeprefix(sign)
    unit = rest.lstrip("0123456789.,")
    figure = rest.removesuffix(unit)
    whole = together(sign, from_cell(figure), unit) == text if _is_number(figure) else False
    return (sign or None, exact(from_cell(figure)), unit or None) if whole else (None, exact(target), None)


def together(sign: object, figure: object, unit: object) -> Written:
    """The target that stands in three columns; a sign, or a unit, that stands beside its figure too is said once."""
    sign, unit, text = _text(sign), _text(unit), _text(figure)
    if not sign and not unit:
        return cell_answer(figure)
    return f"{'' if text.startswith(sign) else sign}{text}{'' if text.endswith(unit) else unit}"


def amount_key(source: str, amount: str) -> str:
    """The defined name of a source's amount."""
    return f"{source}_{amount}"


def one_line(text: str) -> str:
    """A head field: the form has one line for it."""
    return " ".join(part.strip() for part in text.splitlines())


def digest(answers: SelfAnswers) -> str:
    """A fingerprint of everything the unit entered; published claims are no part of it."""

    def canonical(value: object) -> object:
        return plain(value) if isinstance(value, Decimal) else value

    rows = [{key: canonical(value) for key, value in dataclasses.asdict(row).items() if key != "claimed"} for row in answers.rows]
    entered = {
        "fields": dict(answers.fields),
        "funds": {"/".join(key): canonical(value) for key, value in answers.funds.items()},
        "note": answers.execution_note,
        "goals": [answers.expected, answers.actual],
        "rows": rows,
    }
    return hashlib.sha256(json.dumps(entered, ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()


_FEWEST_ROWS = 3


def content(answers: SelfAnswers) -> str:
    """A fingerprint of funds, goals and rows without the head fields; empty where too little is written to be anyone's own."""
    return digest(dataclasses.replace(answers, fields={})) if len(answers.rows) >= _FEWEST_ROWS else ""
