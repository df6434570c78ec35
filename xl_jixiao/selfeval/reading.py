"""A filled 自评表 workbook -> its answers."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from xl_jixiao.number import NotANumber, from_cell, plain
from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.answers import (
    AMOUNT,
    CLAIMED_RATE,
    CLAIMED_RATE_POINTS,
    CLAIMED_TOTAL,
    CLAIMED_WEIGHT,
    FIELDS,
    TAKES,
    IndicatorRow,
    Origin,
    SelfAnswers,
    Written,
    amount_key,
    cell_answer,
    one_line,
    plainly,
    row_key,
    together,
    year_meant,
)
from xl_jixiao.selfeval.conclusion_sheet import RATE_KEY, TITLE_KEY
from xl_jixiao.selfeval.form_sheet import HEAD_KEY, TOTAL_KEY
from xl_jixiao.selfeval.layout import ROW_COUNT, SPANS, SelfLayout
from xl_jixiao.selfeval.model import ACTUAL, EXECUTION_NOTE, EXPECTED, YEAR_FIELD, SelfEvaluation
from xl_jixiao.sheet.content import UnreadableWorkbook
from xl_jixiao.sheet.published import figure_key, points_key
from xl_jixiao.tables.answers import tidy
from xl_jixiao.tables.published import number_of
from xl_jixiao.tables.raw_answers import claimed_rate
from xl_jixiao.words import GRADE

CellOf = Callable[[str], object]
"""The raw value of a key's cell; None where it is blank."""


def answers_of(table: SelfEvaluation, cell: CellOf) -> SelfAnswers:
    """The answers of a workbook. Raises UnreadableWorkbook where rows were put in or taken out: every row would be read from another's
    cells."""
    if (_text(cell(HEAD_KEY)), _text(cell(TOTAL_KEY))) != (_text(table.form.printed[0].head), _text(table.form.total_label)):
        raise UnreadableWorkbook(f"“{table.form.sheet}”的行被增加或删除过，读不准；请用原表填报，不增删行，空着的行不用删")
    layout = SelfLayout.of(table, {ROW_COUNT: _count(cell(ROW_COUNT)), SPANS: str(cell(SPANS) or "")})
    finished = _is_finished(cell)
    fields = {one.name: one_line(_text(cell(one.name))) for one in table.fields}
    year = year_meant(one_line(_text(cell(YEAR_FIELD))))
    if year and year != str(table.year):
        fields[YEAR_FIELD] = year
    funds = {(one.name, amount): _number(cell(amount_key(one.name, amount)), AMOUNT) for one in table.sources for amount in table.amounts}
    rows = dict(_rows(layout, cell, finished=finished))
    claimed, published = ({}, {}) if finished else (_claimed(table, cell), _published(cell))
    numbers = [(amount_key(*key), value) for key, value in funds.items()]
    numbers += [
        (cells.at(name, at), value) for at, row in rows.items() for name, value in ((cells.WEIGHT, row.weight), (cells.DEGREE, row.degree))
    ]
    typed = {key: str(raw) for key, value in numbers if isinstance(value, Decimal) and isinstance(raw := cell(key), str)}
    return SelfAnswers(
        table.id,
        {name: text for name, text in fields.items() if text},
        {key: value for key, value in funds.items() if value is not None},
        _text(cell(EXECUTION_NOTE)),
        _text(cell(EXPECTED)),
        _text(cell(ACTUAL)),
        tuple(rows.values()),
        claimed,
        published,
        typed=typed,
        origin=Origin(layout, finished, tuple(rows)),
    )


def _is_finished(cell: CellOf) -> bool:
    """Whether the workbook has 自评结论, a sheet that only finished ones have, be it without its first row or column."""
    try:
        return cell(TITLE_KEY) is not None or cell(RATE_KEY) is not None
    except KeyError:
        return False


def _rows(layout: SelfLayout, cell: CellOf, *, finished: bool) -> Iterator[tuple[int, IndicatorRow]]:
    """The rows something is written in, each with its number. On a finished form the classes are merged and printed with their sums; a
    label that names none of them was changed, and the row is of the class that 评分底稿 has it in."""
    printed = {_text(one.label or one.name): one.name for one in layout.table.classes}
    classes = {one.name for one in layout.table.classes}
    above = IndicatorRow()
    for number in layout.numbers:
        got = {field: cell(cells.at(name, number)) for name, field in FIELDS.items()}
        if layout.table.parted:
            parts = (_dated(cell(cells.at(name, number))) for name in cells.PARTED)
            got["target"] = together(*parts)
        if not layout.table.scored:
            got["weight"] = None
        got |= {FIELDS[name]: class_name for name, class_name in layout.table.unprinted.items()}
        level1, level2 = _text(got["level1"]), _text(got["level2"])
        if finished:
            level1, level2 = printed.get(level1, level1), level2 or above.level2
            if level1 and level1 not in classes:
                filed = _text(cell(cells.keys_of(number)[cells.CATEGORY]))
                level1 = filed if filed in classes else level1
            level1 = level1 or above.level1
        above = IndicatorRow(
            level1,
            level2,
            _text(got["name"]),
            cell_answer(_dated(got["target"])),
            cell_answer(_dated(got["actual"])),
            _number(got["weight"], TAKES["weight"]),
            _text(got["direction"]),
            _number(got["degree"]),
            _text(got["reason"]),
            None if finished else _points(cell(row_key(number))),
        )
        if above.used:
            yield number, above


def _claimed(table: SelfEvaluation, cell: CellOf) -> Mapping[str, Decimal]:
    """The numbers that were published of the whole."""
    raw = {
        CLAIMED_WEIGHT: cell(figure_key(CLAIMED_WEIGHT)),
        CLAIMED_TOTAL: cell(figure_key(CLAIMED_TOTAL)),
        CLAIMED_RATE_POINTS: cell(points_key(CLAIMED_RATE)),
        CLAIMED_RATE: number_of(claimed_rate(cell(figure_key(CLAIMED_RATE)))),
        **{amount: cell(figure_key(amount)) for amount in table.amounts},
    }
    found = {name: _points(value) for name, value in raw.items()}
    return {name: value for name, value in found.items() if value is not None}


def _published(cell: CellOf) -> Mapping[str, str]:
    """The execution rate and the grade as they were published."""
    found = {CLAIMED_RATE: claimed_rate(cell(figure_key(CLAIMED_RATE))), GRADE: _text(cell(figure_key(GRADE)))}
    return {name: text for name, text in found.items() if text}


def _points(cell: object) -> Decimal | None:
    found = _number(cell, TAKES["claimed"])
    return found if isinstance(found, Decimal) else None


def _count(cell: object) -> int | None:
    return int(cell) if isinstance(cell, (int, float)) else None


def _number(cell: object, unit: str = "") -> Written:
    """An amount, weight or degree, also with its unit behind it; what isn't a number keeps its text, so that it is found."""
    try:
        return from_cell(cell)
    except NotANumber:
        found = plainly(cell, unit)
        return found if found is not None else _text(_dated(cell)) or None


def _dated(cell: object) -> object:
    return cell.strftime("%Y-%m-%d") if isinstance(cell, (datetime.date, datetime.datetime)) else cell


def _text(cell: object) -> str:
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        try:
            return plain(from_cell(cell) or 0)
        except NotANumber:
            return str(cell)
    return "" if cell is None else tidy(str(_dated(cell)))
