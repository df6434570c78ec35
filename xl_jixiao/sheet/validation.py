"""What Excel is told about what may be typed into a cell: one fact for the writer and for whoever looks at a returned workbook."""

from collections.abc import Sequence
from typing import NamedTuple

from xl_jixiao.expr import Cell, Literal, exact, tree
from xl_jixiao.number import to_cell
from xl_jixiao.rules.typed import Kind
from xl_jixiao.sheet.content import Position
from xl_jixiao.sheet.formula_text import moved
from xl_jixiao.sheet.met import found_once
from xl_jixiao.sheet.plan import Accepts, Entry, Plan, Ref, SheetPlan, column_letter
from xl_jixiao.words import RULES_SHEET

LIST_COLUMN = 10
"""The first column of the hidden rules sheet for choices too long for a validation's own text."""

_LONGEST_LIST = 250

Bound = float | int | str
"""A number, or a formula without the sign of equality."""


class TypedLimit(NamedTuple):
    """A limit as Excel knows it: its kind (list, textLength, custom, whole, decimal) with one bound or two; `options` are those of a list that
    are said in its own text."""

    kind: str
    first: Bound
    second: Bound = ""
    options: tuple[str, ...] = ()

    @property
    def operator(self) -> str:
        """The word between kind and bounds."""
        return "lessThanOrEqual" if self.kind == "textLength" else "between"

    def at(self, first: Position, place: Position) -> "TypedLimit":
        """The same for a cell of an area, the addresses in it counted from the area's first cell."""
        return self._replace(first=_moved(self.first, first, place), second=_moved(self.second, first, place))


def _moved(bound: Bound, first: Position, place: Position) -> Bound:
    return moved(bound, first, place) if isinstance(bound, str) else bound


def asked(plan: Plan, sheet: str, accepts: Accepts, own: Ref | None) -> TypedLimit:
    """What may be typed into a cell `own` of a sheet, or into an area of it."""
    typed = accepts.typed
    if typed.kind is Kind.CHOICE:
        if accepts.source:
            return TypedLimit("list", accepts.source.excel(plan.voice(sheet)))
        options = typed.options
        return (
            TypedLimit("list", list_area(plan, options))
            if _too_long(options)
            else TypedLimit("list", f'"{",".join(options)}"', options=options)
        )
    if typed.kind is Kind.TEXT:
        return TypedLimit("textLength", _bound(exact(typed.limit)))
    if own and (typed.none or typed.kind is Kind.DATE):
        return TypedLimit("custom", typed.valid(Cell(own.local)).excel())
    limit = tree(typed.limit) if accepts.most is None else accepts.most
    most = _bound(limit.of) if isinstance(limit, Literal) else limit.excel(plan.voice(sheet))
    return TypedLimit("whole" if typed.kind is Kind.COUNT else "decimal", _bound(exact(typed.least)), most)


def _bound(value: object) -> Bound:
    return to_cell(value)  # type: ignore[arg-type]


def _too_long(options: Sequence[str]) -> bool:
    return len(",".join(options)) > _LONGEST_LIST or any("," in option for option in options)


def long_lists(plan: Plan) -> Sequence[tuple[str, ...]]:
    """The choices that don't fit Excel's 255 characters, each once: the columns of the hidden rules sheet from `LIST_COLUMN` on."""
    return found_once(plan, "long lists", lambda: tuple(dict.fromkeys(one for sheet in plan.sheets for one in _long_ones(sheet))))


def _long_ones(sheet: SheetPlan) -> list[tuple[str, ...]]:
    accepted = [one.content.accepts for one in sheet.cells if isinstance(one.content, Entry) and one.content.accepts]
    accepted += [accepts for _, accepts in sheet.typed_areas]
    chosen = [one.typed.options for one in accepted if one.typed.kind is Kind.CHOICE and not one.source]
    return [options for options in chosen if _too_long(options)]


def list_area(plan: Plan, options: tuple[str, ...]) -> str:
    """Where choices stand on the hidden rules sheet."""
    column = column_letter(LIST_COLUMN + long_lists(plan).index(options))
    return f"'{RULES_SHEET}'!${column}$1:${column}${len(options)}"
