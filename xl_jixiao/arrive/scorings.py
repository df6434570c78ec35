"""A printed 评分表 against the tables we know: its indicators by name, its points as the unit's claims. A near name is only asked about."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xl_jixiao.arrive import heads
from xl_jixiao.arrive.blocks import Unread
from xl_jixiao.arrive.form import ForeignForm
from xl_jixiao.arrive.heads import Head
from xl_jixiao.arrive.rows import Row
from xl_jixiao.finding import Finding, Place, found, titled
from xl_jixiao.number import plain
from xl_jixiao.scoretable.model import Indicator, Rubric
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.inputs import Answer
from xl_jixiao.words import PROJECT, TOTAL, UNIT

_LIKELY = Decimal("0.6")
_NEAR = 0.6
_QUOTES = str.maketrans(dict.fromkeys("“”\"‘’'《》（）()、，,的与和及"))


@dataclass(frozen=True)
class ScoreReading:
    """What was made of a printed 评分表: its table, the answers, its rows by indicator, and what was said on the way."""

    table: Rubric
    answers: Answers
    rows: Mapping[str, Row]
    unknown: tuple[Row, ...]
    unread: tuple[Unread, ...]


def likeliest(form: ForeignForm, tables: Sequence[Rubric]) -> Rubric | None:
    """The table most of a form's indicators are of, if the form has half of the table's or its weights; of two alike, the one whose weights
    are the form's, then the first."""
    best: tuple[int, int] = (0, 0)
    chosen: Rubric | None = None
    for table in tables:
        matched, _ = _matched(form.rows, table)
        same = sum(row.weight == table.indicator_by_code[code].weight for code, row in matched.items())
        enough = len(matched) >= _LIKELY * max(len(form.rows) - len(table.extras), 1)  # 加分 and the like are no indicators
        whole = 2 * len(matched) >= len(table.indicators) or same >= _LIKELY * len(matched)
        if enough and whole and (len(matched), same) > best:
            best, chosen = (len(matched), same), table
    return chosen


def score_form(form: ForeignForm, table: Rubric) -> ScoreReading:
    """The answers of a form that is this table's."""
    matched, unknown = _matched(form.rows, table)
    values: dict[str, Answer] = {}
    unit, project = form.fields.get(heads.UNIT_FIELD), form.fields.get(heads.PROJECT)
    if unit is not None and unit.text and UNIT in table.input_by_key:
        values[UNIT] = unit.text
    if project is not None and project.text and PROJECT in table.input_by_key:
        values[PROJECT] = project.text
    scores = {code: row.points for code, row in matched.items() if row.points is not None}
    if form.total_points is not None:
        scores[TOTAL] = form.total_points.value
    answers = Answers(table.id, values, scores=scores)
    return ScoreReading(table, answers, matched, unknown, tuple(_unmatched(unknown, table)))


def _plain_name(text: str) -> str:
    return heads.stem(text).translate(_QUOTES)


def _matched(rows: Sequence[Row], table: Rubric) -> tuple[dict[str, Row], tuple[Row, ...]]:
    """The rows by the code of their indicator: names alike but for quotation marks and brackets, of several the one with the same levels."""
    found: dict[str, Row] = {}
    unknown: list[Row] = []
    for row in rows:
        likely = [one for one in table.indicators if _plain_name(row.name) in (_plain_name(one.name), _plain_name(one.label))]
        if len(likely) > 1:
            levels = {_plain_name(row.level1), _plain_name(row.level2)} - {""}
            likely = [one for one in likely if levels & {_plain_name(part) for part in one.path[1:] or one.path}] or likely
        free = [one for one in likely if one.code not in found]
        if len(free) == 1:
            found[free[0].code] = row
        else:
            unknown.append(row)
    return found, tuple(unknown)


def _unmatched(unknown: Sequence[Row], table: Rubric) -> Iterator[Unread]:
    names = [one.name for one in table.indicators]
    for row in unknown:
        near = difflib.get_close_matches(row.name, names, 1, _NEAR)
        asked = f"，是不是“{near[0]}”？" if near else ""
        yield Unread("JX651", row.spot(Head.LEVEL3).place, row.name[:40], f"评分标准里没有同名的指标{asked}，得分没有读入")


def score_findings(form: ForeignForm, made: ScoreReading, file: str) -> Iterator[Finding]:
    """JX645 to JX651: what a printed 评分表 shows by itself."""
    table, whole = made.table, form.place
    yield found("JX645", Place(file, whole.sheet), "只有自评得分，没有基础数据，没有按评分标准复算")
    for one in table.indicators:
        row = made.rows.get(one.code)
        if row is None:
            yield found("JX650", whole, f"没有{titled(one.label)}这一项（{plain(one.weight)}分）", expected=plain(one.weight))
        else:
            yield from _of_row(one, row)
    points = [row.points for row in form.rows if row.points is not None]
    if form.total_points is not None and points and not any(row.torn for row in form.rows):
        summed = max(Decimal(0), sum(points, Decimal(0)))
        summed = summed if table.highest is None else min(summed, table.highest)
        claimed = form.total_points.value
        if summed != claimed and not (claimed == 0 and any(one.veto for one in table.extras)):
            place = form.total_points.spot.place if form.total_points.spot else whole
            text = f"合计{plain(claimed)}分，各项得分之和{plain(summed)}，相差{plain(claimed - summed)}"
            yield found("JX648", place, text, plain(claimed), plain(summed))


def _of_row(one: Indicator, row: Row) -> Iterator[Finding]:
    if row.weight is not None and row.weight != one.weight:
        text = f"{titled(one.label)}分值{plain(row.weight)}，评分标准为{plain(one.weight)}"
        yield found("JX646", row.spot(Head.WEIGHT).place, text, plain(row.weight), plain(one.weight))
    if row.points is not None and not 0 <= row.points <= one.weight:
        text = f"{titled(one.label)}得{plain(row.points)}分，应在0到{plain(one.weight)}分之间"
        yield found("JX647", row.spot(Head.POINTS).place, text, plain(row.points), plain(one.weight))
