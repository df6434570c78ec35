"""What the computed cells of a 自评表 must hold: the values its own answers give, and the formulas its own writers write."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from xlsxwriter.worksheet import Worksheet

from xl_jixiao.layout import Ref
from xl_jixiao.selfeval import form_sheet, working_sheet
from xl_jixiao.selfeval.answers import Row, SelfAnswers, digest
from xl_jixiao.selfeval.layout import EXECUTION_POINTS, WEIGHT_TOTAL, FormColumns, SelfLayout, WorkColumns
from xl_jixiao.selfeval.model import ACTUAL, AMOUNTS, EXECUTION_NOTE, EXECUTION_RATE, EXPECTED
from xl_jixiao.selfeval.passages import FormBook, Passage
from xl_jixiao.selfeval.scoring import RowScore, SelfCard, score
from xl_jixiao.selfeval.target import judge
from xl_jixiao.words import TOTAL

C = FormColumns
POINT, SHARE = Decimal("0.01"), Decimal("0.0001")
"""The last printed place of points and amounts, and of a rate."""


_FEWEST_ROWS = 3


@dataclass(frozen=True)
class Result:
    """A computed cell: what it is called, where it stands, the number the answers give (None: none), its last printed place."""

    what: str
    ref: Ref
    value: Decimal | None
    place: Decimal = POINT


@dataclass(frozen=True)
class RowResult:
    """The points of a row on the form, and on 评分底稿."""

    form: Result
    work: Result


def rows(card: SelfCard) -> Iterator[RowResult]:
    """The points of every row a workbook has room for, written or not."""
    layout = _layout(card)
    for at, one in enumerate(_placed(card, layout.rows)):
        named = f"第{one.number}行“{one.row.name[:20] or one.row.level2}”得分" if one else f"没有填写的第{at + 1}行得分"
        points = _number(one.points) if one else None
        yield RowResult(Result(named, layout.form(at, C.POINTS), points), Result(named, layout.work(at, WorkColumns.POINTS), points))


def execution(card: SelfCard) -> Iterator[Result]:
    """预算执行率: the rates of all funds and of each source, and its weight."""
    layout, table = _layout(card), card.table
    yield Result(EXECUTION_RATE, layout.names[EXECUTION_RATE], _number(card.rate), SHARE)
    for at, source in enumerate(table.sources, 1):
        yield Result(f"“{source.name}”执行率", layout.funds(at, C.POINTS), _number(card.source_rate(source.name)), SHARE)
    yield Result(f"{EXECUTION_RATE}分值", layout.funds(0, C.WEIGHT), table.execution.weight)


def execution_points(card: SelfCard) -> Result:
    """The points of 预算执行率."""
    return Result(f"{EXECUTION_RATE}得分", _layout(card).names[EXECUTION_POINTS], card.execution_points)


def sums(card: SelfCard) -> Iterator[Result]:
    """The sums of the funds and of the weights."""
    names = _layout(card).names
    for amount in AMOUNTS:
        yield Result(f"年度资金总额的{amount}", names[amount], _number(card.funds[amount]))
    yield Result(WEIGHT_TOTAL, names[WEIGHT_TOTAL], card.weight)


def total(card: SelfCard) -> Result:
    """总分."""
    return Result(TOTAL, _layout(card).names[TOTAL], card.total)


def long_texts(answers: SelfAnswers) -> Iterator[tuple[Ref, str]]:
    """What a unit writes in its own words, by cell: goals, what was done, reasons. Names of indicators and targets are often given to it."""
    layout = answers.origin.layout
    for name, text in ((EXPECTED, answers.expected), (ACTUAL, answers.actual), (EXECUTION_NOTE, answers.execution_note)):
        yield layout.names[name], text
    for at, row in zip(answers.origin.rows, answers.rows, strict=True):
        for column, text in ((C.ACTUAL, row.actual), (C.REASON, row.reason)):
            if isinstance(text, str):
                yield layout.form(at, column), text


def content(answers: SelfAnswers) -> str:
    """A fingerprint of funds, goals and rows without the head fields; empty where too little is written to be anyone's own."""
    return digest(replace(answers, fields={})) if len(answers.rows) >= _FEWEST_ROWS else ""


def formulas(card: SelfCard, *, finished: bool) -> Mapping[Ref, frozenset[str]]:
    """The formulas of the form and of 评分底稿, of either edition; none named for the sheet rows a long text is printed over."""
    layout = replace(_layout(card), finished=finished)
    if not finished and not str(layout.spans):
        return _editable(layout)
    unused = RowScore(0, Row(), judge(None, None, None, "", None, card.table.rows), False)
    placed = tuple(one or unused for one in _placed(card, layout.rows))
    return _recorded(layout, SelfCard(card.table, card.answers, placed), editable=not finished)


@lru_cache(maxsize=16)
def _editable(layout: SelfLayout) -> Mapping[Ref, frozenset[str]]:
    """What a form without tall rows holds doesn't depend on the answers."""
    return _recorded(layout, score(layout.rubric, SelfAnswers(layout.rubric.id)), editable=True)


def _recorded(layout: SelfLayout, card: SelfCard, *, editable: bool) -> Mapping[Ref, frozenset[str]]:
    found: dict[Ref, set[str]] = {}
    for addin in (False, True) if editable else (False,):
        book = _Recorder(editable, found)
        form_sheet.write(book, layout, card, addin=addin)
    working_sheet.write(book, layout, card)
    kept = (ref for ref in found if (ref.sheet, ref.column) != (layout.form_sheet, C.SHOWN))  # which rows are in reserve is no claim
    return MappingProxyType({ref: frozenset(found[ref]) for ref in kept})


class _Recorder(FormBook):
    """A book nothing is written into: it notes the formulas the writers of the sheets hand to it."""

    def __init__(self, editable: bool, found: dict[Ref, set[str]]) -> None:
        super().__init__(Path("nowhere.xlsx"), editable=editable, app="")
        self._found = found

    def formula(self, sheet: Worksheet, row: int, column: int, formula: str, value: object, style: str) -> None:
        """Noted."""
        self._found.setdefault(Ref(sheet.get_name(), row, column), set()).add(formula.removeprefix("="))

    def merge_formula(
        self, sheet: Worksheet, rows: tuple[int, int], columns: tuple[int, int], formula: str, value: object, style: str
    ) -> None:
        """Noted at its first cell."""
        self.formula(sheet, rows[0], columns[0], formula, value, style)

    def passage(
        self, sheet: Worksheet, rows: tuple[int, int], columns: tuple[int, int], source: str, value: object, passage: Passage, style: str
    ) -> None:
        """Where a text is parted depends on the text."""
        for row in range(rows[0], rows[1] + 1):
            self._found.setdefault(Ref(sheet.get_name(), row, columns[0]), set())

    def write(self, sheet: Worksheet, row: int, column: int, value: object, style: str) -> None:
        """No formula."""

    def merge(self, sheet: Worksheet, rows: tuple[int, int], columns: tuple[int, int], value: object, style: str) -> None:
        """No formula."""


def _layout(card: SelfCard) -> SelfLayout:
    return card.answers.origin.layout


def _placed(card: SelfCard, count: int) -> list[RowScore | None]:
    """The scored rows at their places in the workbook, None where nothing is written."""
    placed: list[RowScore | None] = [None] * count
    for at, one in zip(card.answers.origin.rows, card.rows, strict=True):
        placed[at] = one
    return placed


def _number(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None
