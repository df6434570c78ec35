"""The sure second reader: the same package as `package` makes, by openpyxl, from a file whose bounds were all checked.

It loads the workbook twice, once for values and once for formulas. Some things openpyxl doesn't keep: which cells share a formula (each has it
written out), the escapes of control characters, what stands under merged cells,
conditional formats of Excel 2010, drawings other than charts and pictures, and whether it is all to be calculated on opening.
"""

import io
import warnings
from types import MappingProxyType
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.colors import Color
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel  # type: ignore[attr-defined,unused-ignore]
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from xl_jixiao.sheet.book_parts import pointed
from xl_jixiao.sheet.content import (
    ConditionalFormat,
    Drawn,
    FormulaKind,
    Look,
    Name,
    Package,
    Position,
    Rectangle,
    Refused,
    SheetContent,
    Stored,
)
from xl_jixiao.sheet.markup import Allowance
from xl_jixiao.sheet.styles import NO_COLOUR, OFFICE_THEME, Colour, read_theme, resolved


def read_slowly(file: str, data: bytes) -> Package:
    """The package in the bytes of a file. Raises Refused where openpyxl doesn't understand it either."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values, formulas = _loaded(data, values=True), _loaded(data, values=False)
            return _package(file, values, formulas)
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise Refused("无法读取：文件已损坏，或不是 Excel、WPS 通常的写法") from error


def _loaded(data: bytes, *, values: bool) -> Any:
    """A workbook whose dates stay the numbers they are in the file."""
    reader: Any = ExcelReader(io.BytesIO(data), data_only=values, keep_links=False)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    reader.read_custom()
    reader.read_theme()
    apply_stylesheet(reader.archive, reader.wb)
    reader.wb._date_formats = set()
    reader.wb._timedelta_formats = set()
    reader.read_worksheets()
    reader.parser.assign_names()
    return reader.wb


class _Looks:
    """The looks of a workbook's cells, each once."""

    def __init__(self, theme: tuple[str, ...]) -> None:
        self.theme = theme
        self.found: list[Look] = []
        self._styles: dict[tuple[int, ...], int] = {}

    def style(self, cell: Any) -> int:
        """The number of a cell's look."""
        key = tuple(cell._style)
        if key not in self._styles:
            self._styles[key] = len(self.found)
            self.found.append(self._look(cell))
        return self._styles[key]

    def _look(self, cell: Any) -> Look:
        font, aligned, guarded = cell.font, cell.alignment, cell.protection
        horizontal = aligned.horizontal or ""
        return Look(
            number_format=cell.number_format,
            font=font.name or "",
            size=float(font.sz or 0),
            colour=resolved(_colour(font.color), self.theme),
            fill=self.fill(cell.fill),
            bold=bool(font.b),
            strike=bool(font.strike),
            horizontal="" if horizontal == "general" else horizontal,
            rotation=int(aligned.textRotation or 0),
            indent=int(aligned.indent or 0),
            shrink=bool(aligned.shrinkToFit),
            wrap=bool(aligned.wrapText),
            locked=bool(guarded.locked),
            hidden=bool(guarded.hidden),
        )

    def fill(self, fill: Any) -> str:
        """The colour of a fill."""
        if fill.tagname == "gradientFill":
            return resolved(_colour(fill.stop[0].color), self.theme) if fill.stop else ""
        return "" if fill.patternType in (None, "none") else resolved(_colour(fill.fgColor), self.theme)


def _colour(colour: Color | None) -> Colour:
    if colour is None:
        return NO_COLOUR
    tint = float(colour.tint or 0)
    match colour.type:
        case "rgb":
            return Colour(str(colour.rgb)[-6:].upper(), tint=tint)
        case "theme":
            return Colour(theme=int(colour.theme), tint=tint)
        case "indexed":
            return Colour(indexed=int(colour.indexed), tint=tint)
    return NO_COLOUR


def _package(file: str, values: Any, formulas: Any) -> Package:
    theme = formulas.loaded_theme
    looks = _Looks(read_theme(theme, Allowance()) if theme else OFFICE_THEME)
    sheets = {}
    for sheet in formulas._sheets:
        if isinstance(sheet, Worksheet):
            sheets[sheet.title] = _sheet(values[sheet.title], sheet, looks)
        else:
            sheets[sheet.title] = SheetContent(sheet.title, sheet.sheet_state, "chartsheet", "")
    calculation = formulas.calculation
    return Package(
        file=file,
        sheets=MappingProxyType(sheets),
        names=MappingProxyType({key: _name(key, item) for key, item in formulas.defined_names.items()}),
        local_names=tuple(_name(key, item, sheet.title) for sheet in formulas._sheets for key, item in sheet.defined_names.items()),
        properties=MappingProxyType({item.name: _text(item.value) for item in formulas.custom_doc_props.props}),
        looks=tuple(looks.found),
        calculation=(calculation and calculation.calcMode) or "auto",
        full_calculation=bool(calculation and calculation.fullCalcOnLoad),
        date_1904=formulas.epoch == CALENDAR_MAC_1904,
        exact=calculation is None or calculation.fullPrecision is not False,
        iterates=bool(calculation and calculation.iterate),
        windowless=bool(formulas.views)
        and not any(one.visibility == "visible" and one.showSheetTabs is not False for one in formulas.views),
        protected=bool(formulas.security and formulas.security.lockStructure),
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _name(name: str, item: DefinedName, sheet: str = "") -> Name:
    text = item.attr_text or ""
    return Name(name, text, sheet, bool(item.hidden), pointed(text))


def _sheet(values: Any, formulas: Any, looks: _Looks) -> SheetContent:
    cells: dict[Position, Stored] = {}
    for (row, column), cell in formulas._cells.items():
        if isinstance(cell, Cell):
            cells[row - 1, column - 1] = _stored(values._cells[row, column], cell, looks)
    rows = {number - 1: size for number, size in formulas.row_dimensions.items()}
    columns = [(int(size.min) - 1, int(size.max) - 1, size) for size in formulas.column_dimensions.values()]
    hidden = {at for first, last, size in columns if size.hidden or size.width == 0 for at in range(first, last + 1)}
    return SheetContent(
        name=formulas.title,
        state=formulas.sheet_state,
        kind="worksheet",
        part="",
        cells=MappingProxyType(cells),
        merges=tuple(_area(str(merged)) for merged in formulas.merged_cells.ranges),
        heights=MappingProxyType({row: float(size.height) for row, size in rows.items() if size.height is not None}),
        widths=tuple((first, last, float(size.width)) for first, last, size in sorted(columns, key=lambda column: column[0])),
        hidden_rows=frozenset(row for row, size in rows.items() if size.hidden or size.height == 0),
        hidden_columns=frozenset(hidden),
        rows_hidden_by_default=bool(formulas.sheet_format.zeroHeight),
        protected=bool(formulas.protection.sheet),
        conditional_formats=tuple(
            ConditionalFormat(
                str(area.sqref), rule.type or "", rule.operator or "", tuple(rule.formula), _change(rule.dxf, looks), _shows_value(rule)
            )
            for area in formulas.conditional_formatting
            for rule in area.rules
        ),
        drawn=(*(Drawn("chart", None) for _ in formulas._charts), *(Drawn("picture", None) for _ in formulas._images)),
    )


def _area(text: str) -> Rectangle:
    left, top, right, bottom = range_boundaries(text)
    if left is None or top is None or right is None or bottom is None:
        raise ValueError("merged cells without corners")
    return Rectangle(top - 1, left - 1, bottom - 1, right - 1)


def _stored(value: Any, cell: Any, looks: _Looks) -> Stored:
    kind, formula = FormulaKind.NORMAL, ""
    if isinstance(cell.value, ArrayFormula):
        kind, formula = FormulaKind.ARRAY, (cell.value.text or "").removeprefix("=")
    elif isinstance(cell.value, DataTableFormula):
        kind, formula = FormulaKind.TABLE, f"TABLE({cell.value.r1 or ''},{cell.value.r2 or ''})"
    elif cell.data_type == "f":
        formula = str(cell.value).removeprefix("=")
    return Stored(_value(value), formula, value.data_type == "e", looks.style(cell), kind)


def _value(cell: Any) -> float | str | bool | None:
    found = cell.value
    if found is None:
        return "" if cell.data_type == "str" else None  # openpyxl leaves this mark where a formula's text is empty
    if isinstance(found, bool | str):
        return found
    if isinstance(found, int | float):
        return float(found)
    return _number(found)


def _number(day: Any) -> float:
    """The number of a day written out as such."""
    return float(to_excel(day))  # type: ignore[no-untyped-call,unused-ignore]


def _change(changes: DifferentialStyle | None, looks: _Looks) -> Look | None:
    if changes is None:
        return None
    font, fill, guarded = changes.font, changes.fill, changes.protection
    return Look(
        number_format=changes.numFmt.formatCode if changes.numFmt else "",
        font=(font and font.name) or "",
        size=float((font and font.sz) or 0),
        colour=resolved(_colour(font.color), looks.theme) if font else "",
        fill=_changed_fill(fill, looks),
        bold=(font and font.b) or None,
        strike=(font and font.strike) or None,
        locked=guarded.locked if guarded else None,
        hidden=guarded.hidden if guarded else None,
    )


def _shows_value(rule: Any) -> bool:
    mark = rule.dataBar or rule.iconSet
    return mark is None or mark.showValue is not False


def _changed_fill(fill: Any, looks: _Looks) -> str:
    if fill is None:
        return ""
    if fill.tagname == "patternFill" and fill.patternType in (None, "solid") and fill.bgColor is not None:
        return resolved(_colour(fill.bgColor), looks.theme)
    return looks.fill(fill)
