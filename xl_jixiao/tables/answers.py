"""What a unit fills in: answers by Chinese label, adjustments with their reasons; read from TOML or JSON."""

import datetime
import difflib
import hashlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from xl_jixiao.expr import Expr
from xl_jixiao.formula import defined_name
from xl_jixiao.number import NotANumber, from_cell, plain, printable
from xl_jixiao.rules.base import Item
from xl_jixiao.rules.typed import Typed, written_date
from xl_jixiao.tables.catalogue import known
from xl_jixiao.tables.inputs import Answer, Input
from xl_jixiao.tables.slips import Balance, Quotient, questions, told
from xl_jixiao.tables.unreadable import NotText, Repeated, first_of, number_of, text_of, why_unreadable
from xl_jixiao.words import NOT_APPLICABLE, PROJECT, TOTAL, UNIT, bare

_LONGEST_TEXT = 30000
_SECTIONS = {
    "answers": "answers",
    "填报值": "answers",
    "adjustments": "adjustments",
    "调整": "adjustments",
    "evidence": "evidence",
    "佐证材料": "evidence",
    "claimed": "claimed",
    "公布数": "claimed",
    "remarks": "remarks",
    "备注": "remarks",
    "scores": "scores",
    "自评得分": "scores",
}


ACCOUNTS = "accounts"
"""The kind of a data file of 决算公开表."""


Loaded = TypeVar("Loaded")


class AnswersError(ValueError):
    """A data file that can't be used; `problems` are all its mistakes, one line each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = first_of(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Asked:
    """What a table asks for: inputs, judged items with their keys, and the codes of what it scores or compares with published figures."""

    id: str
    stamp: str
    inputs: tuple[Input, ...]
    items: tuple[tuple[Item, str], ...] = ()
    codes: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    """What may be published of the whole: 总分, 等次."""
    balances: tuple[Balance, ...] = ()
    quotients: tuple[Quotient, ...] = ()
    year: int = 0
    unrated: frozenset[str] = frozenset()
    """The codes without a rate that could have been published."""

    @cached_property
    def input_by_key(self) -> Mapping[str, Input]:
        """Inputs by their defined name."""
        return {item.key: item for item in self.inputs}

    @cached_property
    def item_keys(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of the judged items of each code, in their order: 绩效目标合理性_1, _2 …"""
        found: dict[str, tuple[str, ...]] = dict.fromkeys(self.codes, ())
        for _, key in self.items:
            code = key.rpartition("_")[0]
            found[code] += (key,)
        return found

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every key an answer may have: inputs and judged items."""
        return frozenset([*self.input_by_key, *(key for _, key in self.items)])

    @cached_property
    def numeric_keys(self) -> frozenset[str]:
        """The keys whose answers are numbers."""
        return frozenset([item.key for item in self.inputs if item.numeric] + [key for item, key in self.items if item.numeric])

    @cached_property
    def measured(self) -> Mapping[str, tuple[Typed, str]]:
        """What each cell takes, with its unit, by key."""
        return {**{item.key: (item.typed, item.unit) for item in self.inputs}, **{key: (item.typed, "") for item, key in self.items}}

    @cached_property
    def questions(self) -> Mapping[str, Expr]:
        """What is asked of figures that are probably in another unit, by key."""
        return questions(self.inputs, self.balances, self.quotients, self.year)

    @cached_property
    def told(self) -> Mapping[str, Expr]:
        """What is said in the row of a figure that is more than its whole, by key."""
        return told(self.quotients)

    def meant(self, key: str, said: object) -> Answer:
        """What a text plainly means in the cell of a key, where that isn't what it says; None for all else."""
        if not isinstance(said, str) or key not in self.measured:
            return None
        typed, unit = self.measured[key]
        found = typed.meant(said, unit) if typed.numeric or said not in typed.options else None
        return found if found is not None and not typed.problem(found) else None

    @cached_property
    def key_by_label(self) -> Mapping[str, str]:
        """Keys of judged items by the defined name of their label, where it is the label of one alone and of nothing else."""
        pairs = [(defined_name(item.label), key) for item, key in self.items]
        taken = Counter([label for label, _ in pairs] + [*self.keys, *self.codes])
        return {label: key for label, key in pairs if taken[label] == 1}


@dataclass(frozen=True)
class Adjustment:
    """Points a unit claims instead of the computed ones, and why. What isn't a number stays as its text, so that it is found."""

    points: Decimal | str | None
    reason: str


@dataclass(frozen=True)
class Answers:
    """A filing's answers: `values` by the defined name of inputs and judged items, exactly as the cells hold them."""

    rubric_id: str
    values: Mapping[str, Answer]
    adjustments: Mapping[str, Adjustment] = field(default_factory=lambda: MappingProxyType({}))
    evidence: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    claimed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Rates, total and grade as the unit published them, by indicator code and word: compared with the computed ones, never computed with."""
    remarks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the unit wrote beside its figures, by the key of the input."""
    scores: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    """Points as the unit published them, by indicator code, 总分 among them: compared with the computed ones, never computed with."""
    typed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), compare=False)
    """Numbers that stand as text in a workbook, by defined name, as typed: what they are read as is the answer."""
    meant: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), compare=False)
    """What a data file says otherwise than its cell would hold it (86人, √), as written: what it was read as is the answer."""

    @property
    def unit(self) -> str:
        """The unit that filed, as it names itself."""
        return str(self.get(UNIT) or "")

    @property
    def project(self) -> str:
        """The project the table is about, where it is about one."""
        return str(self.get(PROJECT) or "")

    def get(self, key: str) -> Answer:
        """The answer of an input or item; None when blank."""
        return self.values.get(key)


def given(answers: Answers, values: Mapping[str, Answer]) -> Answers:
    """The answers with these in the place of their own; None leaves one blank."""
    together = {**answers.values, **values}
    return replace(answers, values=MappingProxyType({key: value for key, value in together.items() if value is not None}))


def load(path: Path, asked: Asked) -> Answers:
    """The answers of a .toml or .json file. Raises AnswersError with every mistake, OSError for a file that can't be read."""
    return of_file(path, lambda data: from_data(data, asked))


def of_file(path: Path, of_data: Callable[[Mapping[str, Any]], Loaded]) -> Loaded:
    """The answers that the data of a file are; each mistake says the file's name."""
    data = read_data(path)
    try:
        return of_data(data)
    except AnswersError as error:
        raise AnswersError([f"{path.name} {problem}" for problem in error.problems]) from None


def read_data(path: Path) -> dict[str, Any]:
    """The table of a .toml or .json file, numbers exact. Raises AnswersError for what is none, OSError."""
    try:
        text = text_of(path)
        if path.suffix.lower() == ".json":
            data = json.loads(text, parse_float=number_of, object_pairs_hook=_unique)
        else:
            data = tomllib.loads(text, parse_float=number_of)
    except (ValueError, ArithmeticError, RecursionError) as error:  # also numbers of thousands of digits
        kind = "JSON" if path.suffix.lower() == ".json" else "TOML"
        raise AnswersError([f"{path.name}：不是有效的 UTF-8 {kind} 文件：{why_unreadable(error)}{_way_out(error)}"]) from error
    if not isinstance(data, dict):
        raise AnswersError([f"{path.name}：应为“数据项 = 值”的表"])
    return data


def _way_out(error: Exception) -> str:
    """What a person may do whose data file is none."""
    if isinstance(error, NotText):
        return "；填报表直接用 xl-jixiao export、review，要换成数据文件用 xl-jixiao read"
    return '；中文名称要加英文双引号："编制数" = 86' if isinstance(error, tomllib.TOMLDecodeError) else ""


def of_another(data: Mapping[str, Any], *own: str) -> list[str]:
    """What is wrong with data that says it is of another table than its own. Raises AnswersError where that is one of ours: all else that
    doesn't fit only follows from it."""
    said = data.get("rubric", own[0])
    problems = [] if said in own else [f"rubric：数据属于“{said}”，不是“{own[0]}”"]
    if problems and str(said) in known():
        raise AnswersError(problems)
    return problems


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object as a dict; JSON itself would keep the last of two equal keys and say nothing."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Repeated(f"“{key}”重复")
        found[key] = value
    return found


def from_data(data: Mapping[str, Any], asked: Asked) -> Answers:
    """The answers of parsed data, alone or in sections.

    `answers` (填报值), `adjustments` (调整), `evidence` (佐证材料), `claimed` (公布数), `remarks` (备注), `scores` (自评得分).
    """
    problems = of_another(data, asked.id, asked.stamp)
    sections: dict[str, dict[str, Any]] = {name: {} for name in _SECTIONS.values()}
    for key, value in data.items():
        section = _SECTIONS.get(key)
        if section and isinstance(value, Mapping):
            sections[section].update(value)
        elif key != "rubric":
            sections["answers"][key] = value
    values: dict[str, Answer] = {}
    dates = {item.key for item in asked.inputs if item.kind == "date"}
    meant: dict[str, str] = {}
    for label, value in sections["answers"].items():
        try:
            cells = list(_expanded(label, value, asked))
        except ValueError as error:
            problems.append(f"“{label}”：{error}")
            continue
        for key, cell in cells:
            if key in values:
                problems.append(f"“{label}”：重复填报")
            try:
                values[key] = _answer(cell, numeric=key in asked.numeric_keys, date=key in dates)
            except ValueError as error:
                problems.append(f"“{label}”：{error}")
                continue
            plainly = asked.meant(key, values[key])
            if plainly is not None:
                values[key], meant[key] = plainly, str(cell)
    problems += [f"“{key}”：评分标准 {asked.id} 没有这一项{nearest(key, asked.keys)}" for key in values if key not in asked.keys]
    adjustments = dict(_adjustments(sections["adjustments"], asked, problems))
    evidence = _by_indicator(sections["evidence"], "evidence", asked, problems)
    published = list(_published(sections["claimed"], asked, problems))
    claimed = _by_indicator({label: one["比率"] for label, one in published if "比率" in one}, "claimed", asked, problems)
    remarks = dict(_remarks(sections["remarks"], asked, problems))
    points = {label: one["得分"] for label, one in published if "得分" in one}
    scores = {**dict(_scores(points, "claimed", asked, problems)), **dict(_scores(sections["scores"], "scores", asked, problems))}
    if problems:
        raise AnswersError(problems)
    return Answers(
        asked.id,
        MappingProxyType(values),
        MappingProxyType(adjustments),
        MappingProxyType(evidence),
        MappingProxyType(claimed),
        MappingProxyType(remarks),
        MappingProxyType(scores),
        meant=MappingProxyType(meant),
    )


def _by_indicator(data: Mapping[str, Any], section: str, asked: Asked, problems: list[str]) -> dict[str, str]:
    found = {}
    for label, text in data.items():
        code = defined_name(label)
        known = (*asked.codes, *asked.totals) if section == "claimed" else asked.codes
        if code not in known:
            problems.append(f"{section}“{label}”：没有这个指标{nearest(code, known)}")
        if isinstance(text, (list, Mapping)):
            problems.append(f"{section}“{label}”：应为文字")
            continue
        found[code] = _long_text(text, f"{section}“{label}”", problems)
    return found


_PUBLISHED = {"比率": "比率", "rate": "比率", "得分": "得分", "points": "得分"}
"""What may be published of an indicator, by what a data file calls it."""

_NO_RATE = ("—", "－", "-", "/", "无", NOT_APPLICABLE)
"""What a printed table has where an indicator has no rate."""

_HOW_PUBLISHED = '照公布的数填写，如 "95.71%"；公布了得分的写 { "比率" = "95.71%", "得分" = 5 }，或另写一行“指标名称得分”'


def _published(data: Mapping[str, Any], asked: Asked, problems: list[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What was published of each indicator: its rate, its points, or both."""
    for label, value in data.items():
        bare_label = label.strip().removesuffix("得分").rstrip("（(_- ")
        if isinstance(value, Mapping) and value and set(value) <= set(_PUBLISHED):
            kinds: Mapping[str, Any] = {_PUBLISHED[name]: one for name, one in value.items()}
        elif defined_name(label) not in (*asked.codes, *asked.totals) and defined_name(bare_label) in asked.codes:
            label, kinds = bare_label, {"得分": value}
        else:
            kinds = {"比率": value}
        if any(isinstance(one, bool) or not isinstance(one, (str, int, float, Decimal)) for one in kinds.values()):
            problems.append(f"claimed“{label}”：{_HOW_PUBLISHED}")
            continue
        rate = bare(str(kinds.get("比率", "")))
        if rate and defined_name(label) in asked.unrated:
            if rate not in _NO_RATE:
                problems.append(
                    f'claimed“{label}”：这个指标没有比率可以核对；“{rate[:20]}”是公布的得分的，写成 "{label}得分" = …，不是的删去'
                )
            kinds = {name: one for name, one in kinds.items() if name != "比率"}
        yield label, kinds


_MARKED = re.compile(r"(?<=\d)\s*分\s*$")


def _scores(data: Mapping[str, Any], section: str, asked: Asked, problems: list[str]) -> Iterator[tuple[str, Decimal]]:
    for label, value in data.items():
        code = defined_name(label)
        if code not in asked.codes and code != TOTAL:
            problems.append(f"{section}“{label}”：没有这个指标{nearest(code, asked.codes)}")
        try:
            points = from_cell(_MARKED.sub("", value) if isinstance(value, str) else value)
        except NotANumber as error:
            problems.append(f"{section}“{label}”的得分：{error}")
            continue
        if points is not None:
            yield code, points


def _remarks(data: Mapping[str, Any], asked: Asked, problems: list[str]) -> Iterator[tuple[str, str]]:
    for label, value in data.items():
        key, place = defined_name(label), f"remarks“{label}”"
        text = _long_text("" if value is None else value, place, problems)
        if key not in asked.input_by_key:
            problems.append(f"{place}：没有这个数据项{nearest(key, asked.input_by_key)}")
        elif isinstance(value, (bool, list, Mapping)):
            problems.append(f"{place}：应为文字")
        elif text:
            yield key, text


def tidy(text: str) -> str:
    """A text as both a data file and a workbook can hold it: line ends alike, no control characters, no space around."""
    return bare(printable(text.replace("\r\n", "\n").replace("\r", "\n")))


def _long_text(value: Any, place: str, problems: list[str]) -> str:
    text = tidy(str(value))
    if len(text) > _LONGEST_TEXT:
        problems.append(f"{place}：超过{_LONGEST_TEXT}字，Excel 单元格放不下")
    return text


def digest(answers: Answers) -> str:
    """A fingerprint of everything the unit entered: equal answers, equal digest, whatever file they came from."""

    def canonical(value: object) -> str:
        if isinstance(value, Decimal):
            return plain(value)
        return value.isoformat() if isinstance(value, datetime.date) else str(value)

    entered = {
        "answers": {key: canonical(value) for key, value in answers.values.items() if value is not None},
        "adjustments": {code: [canonical(one.points), one.reason] for code, one in answers.adjustments.items()},
        "evidence": dict(answers.evidence),
        **({"remarks": dict(answers.remarks)} if answers.remarks else {}),  # files stamped before remarks were read had none
    }
    text = json.dumps(entered, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _expanded(label: str, value: Any, asked: Asked) -> Iterator[tuple[str, Any]]:
    """A list under an indicator's name is its judged items in their order; a lone value its only item.

    A judged item may also be named by its own label, where no other has the same.
    """
    key = defined_name(label)
    keys = asked.item_keys.get(key)
    if keys is None or key in asked.input_by_key:
        yield asked.key_by_label.get(key, key), value
        return
    cells = _in_one(value) if isinstance(value, list) else [value]
    if len(cells) > len(keys):
        raise ValueError(f"有{len(cells)}个值，只有{len(keys)}个认定项")
    yield from zip(keys, cells, strict=False)


def _in_one(values: list[Any]) -> list[Any]:
    """The values of a list of rows one after another: a row of an indicator may be written as a list of its own, of as many as the others."""
    sizes = {len(row) if isinstance(row, list) else 0 for row in values}
    return [value for row in values for value in row] if len(sizes) == 1 and min(sizes) > 1 else values


def _answer(cell: Any, *, numeric: bool, date: bool) -> Answer:
    """A value as the cell would hold it. Text that is no number stays: it is found and named, not lost."""
    if isinstance(cell, bool) or isinstance(cell, (list, dict)):
        raise ValueError("应为数字、文字或日期")
    if numeric and isinstance(cell, datetime.date | datetime.time):
        raise ValueError(f"“{cell}”是日期，应为数字")
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if cell is None or isinstance(cell, datetime.date):
        return cell
    if not isinstance(cell, str):
        return (written_date(str(cell)) if date else None) or from_cell(cell)
    text = tidy(cell)
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"超过{_LONGEST_TEXT}字，Excel 单元格放不下")
    if numeric:
        with suppress(NotANumber):
            return from_cell(text)
    return (written_date(text) if date else None) or text or None


def _adjustments(data: Mapping[str, Any], asked: Asked, problems: list[str]) -> Iterator[tuple[str, Adjustment]]:
    for label, value in data.items():
        code = defined_name(label)
        if code not in asked.codes:
            problems.append(f"adjustments“{label}”：没有这个指标{nearest(code, asked.codes)}")
            continue
        if not isinstance(value, Mapping) or set(value) - {"points", "reason", "得分", "理由"}:
            problems.append(f'adjustments“{label}”：应为 {{ points = 得分, reason = "理由" }}')
            continue
        try:
            points = from_cell(value.get("points", value.get("得分")))
        except NotANumber as error:
            problems.append(f"adjustments“{label}”：points {error}")
            continue
        yield code, Adjustment(points, _long_text(value.get("reason", value.get("理由", "")), f"adjustments“{label}”", problems))


def nearest(key: str, known: Any) -> str:
    """A clause that asks for the key that was probably meant; empty where none is near."""
    close = difflib.get_close_matches(key, list(known), 1, 0.5)
    return f"，是否为“{close[0]}”？" if close else ""
