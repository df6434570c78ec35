"""A filled 自评表 workbook -> its answers."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from xl_jixiao.layout import Ref
from xl_jixiao.number import NotANumber, from_cell, plain
from xl_jixiao.reading import UnreadableWorkbook, named_values
from xl_jixiao.selfeval.answers import Cell, Origin, Row, SelfAnswers, cell_answer, one_line, tidy
from xl_jixiao.selfeval.layout import ROW_COUNT, SPANS, FormColumns, SelfLayout, Spans
from xl_jixiao.selfeval.model import ACTUAL, AMOUNTS, EXECUTION_NOTE, EXPECTED, HEADER, YEAR_FIELD, SelfEvaluation
from xl_jixiao.words import CONCLUSION

_COLUMNS: Mapping[str, int] = {
    "level1": FormColumns.LEVEL1, "level2": FormColumns.LEVEL2, "name": FormColumns.NAME, "target": FormColumns.TARGET,
    "actual": FormColumns.ACTUAL, "weight": FormColumns.WEIGHT, "direction": FormColumns.DIRECTION, "degree": FormColumns.DEGREE,
    "reason": FormColumns.REASON,
}  # fmt: skip


_HEAD, _TOTAL, _FINISHED = "#head", "#total", "#finished"
"""The first head of the indicators and the label of 总分; the title of 自评结论, a sheet that only finished workbooks have."""


class ReadLayout(SelfLayout):
    """The layout with a name for every cell of the rows: the template's own addresses, which the workbook does not name."""

    @cached_property
    def names(self) -> Mapping[str, Ref]:
        """Defined names, and ``三级指标``-like keys of the rows: ("name", 3) as name_3."""
        cells = {_key(field, at): self.form(at, column) for at in range(self.rows) for field, column in _COLUMNS.items()}
        ends = {_HEAD: Ref(self.form_sheet, self.head_row, FormColumns.LEVEL1), _TOTAL: Ref(self.form_sheet, self.total_row, 0)}
        return {**super().names, **cells, **ends, _FINISHED: Ref(CONCLUSION, 0, 0)}


def _key(field: str, at: int) -> str:
    return f"#{field}_{at}"


def read(path: Path, table: SelfEvaluation) -> SelfAnswers:
    """The answers of a workbook of any edition, as Excel, WPS or LibreOffice saved it. Raises UnreadableWorkbook."""
    blank = ReadLayout(table, table.capacity)
    with named_values(path, blank) as cell:
        rows = _count(cell(ROW_COUNT), table)
        layout = ReadLayout(table, rows, Spans.of(cell(SPANS), rows), cell(_FINISHED) is not None)
        if (layout.rows, layout.spans) == (blank.rows, blank.spans):
            return _read(layout, cell, path)
    with named_values(path, layout) as cell:
        return _read(layout, cell, path)


def _read(layout: ReadLayout, cell: Callable[[str], object], path: Path) -> SelfAnswers:
    """The answers, unless rows were put in or taken out: then every row would be read from another's cells."""
    if (_text(cell(_HEAD)), _text(cell(_TOTAL))) != (HEADER[0], layout.rubric.form.total_label):
        sheet = layout.form_sheet
        raise UnreadableWorkbook(f"{path.name}：“{sheet}”的行被增加或删除过，读不准；请用原表填报，不增删行，空着的行不用删")
    return answers_of(layout, cell)


def answers_of(layout: ReadLayout, cell: Callable[[str], object]) -> SelfAnswers:
    """The answers behind `cell`, which gives the value of a name."""
    table = layout.rubric
    fields = {one.name: one_line(_text(cell(one.name))) for one in table.fields}
    year = one_line(_text(cell(YEAR_FIELD)))
    if year and year != str(table.year):
        fields[YEAR_FIELD] = year
    funds = {(one.name, amount): _number(cell(f"{one.name}_{amount}")) for one in table.sources for amount in AMOUNTS}
    rows = dict(_rows(layout, cell))
    return SelfAnswers(
        table.id, {name: text for name, text in fields.items() if text}, {key: value for key, value in funds.items() if value is not None},
        _text(cell(EXECUTION_NOTE)), _text(cell(EXPECTED)), _text(cell(ACTUAL)), tuple(rows.values()),
        origin=Origin(SelfLayout(table, layout.rows, layout.spans), tuple(rows)),
    )  # fmt: skip


def _rows(layout: ReadLayout, cell: Callable[[str], object]) -> Iterator[tuple[int, Row]]:
    """The rows something is written in, each with its place from zero. On a finished form the classes are merged and printed with their sums."""
    printed = {one.label: one.name for one in layout.rubric.classes}
    above = Row()
    for at in range(layout.rows):
        got = {field: cell(_key(field, at)) for field in _COLUMNS}
        level1, level2 = _text(got["level1"]), _text(got["level2"])
        if layout.finished:
            level1, level2 = printed.get(level1, level1) or above.level1, level2 or above.level2
        above = Row(
            level1, level2, _text(got["name"]), cell_answer(_dated(got["target"])), cell_answer(_dated(got["actual"])),
            _number(got["weight"]), _text(got["direction"]), _number(got["degree"]), _text(got["reason"]),
        )  # fmt: skip
        if above.used:
            yield at, above


def _count(cell: object, table: SelfEvaluation) -> int:
    return int(cell) if isinstance(cell, (int, float)) and 1 <= cell <= table.capacity else table.capacity


def _number(cell: object) -> Cell:
    """An amount, weight or degree; what isn't a number keeps its text, so that it is found."""
    try:
        return from_cell(cell)
    except NotANumber:
        return _text(_dated(cell)) or None


def _dated(cell: object) -> object:
    return cell.strftime("%Y-%m-%d") if isinstance(cell, (datetime.date, datetime.datetime)) else cell


def _text(cell: object) -> str:
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        try:
            return plain(from_cell(cell))
        except NotANumber:
            return str(cell)
    return "" if cell is None else tidy(str(_dated(cell)))
