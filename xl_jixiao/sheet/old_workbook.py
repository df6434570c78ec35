"""Workbooks of the old format (.xls, .et) as packages: values, looks, names, merges. Formulas, protection, pages and drawings can't be read there.

Hostile files are refused as the reader of today's format refuses them: only files of bearable size, one clear line for each.
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from xl_jixiao.expr import CellFailure, Value
from xl_jixiao.sheet.content import BLANK, Look, Name, Package, Position, Rectangle, Refused, SheetContent, Stored
from xl_jixiao.sheet.plan import Computed, Plan, PlanValues, Ref, SheetPlan, Span

_LARGEST = 10 * 2**20
_MOST_CELLS = 1_000_000
_STATES = ("visible", "hidden", "veryHidden")
_HORIZONTAL = ("", "left", "center", "right", "fill", "justify", "centerContinuous", "distributed")
_TWIPS = 20


def read_old(file: str, data: bytes) -> Package:
    """The package in the bytes of an .xls or .et. Raises Refused, and whatever the parser raises on hostile bytes."""
    book = _opened(data)
    sheets = [_sheet(sheet) for sheet in book.sheets()]
    names = [_name(book, one) for one in book.name_obj_list if not one.builtin]
    return Package(
        file=file,
        sheets=MappingProxyType({sheet.name: sheet for sheet in sheets}),
        names=MappingProxyType({one.name: one for one in names if not one.sheet}),
        local_names=tuple(one for one in names if one.sheet),
        properties=MappingProxyType({}),
        looks=tuple(_look(book, style) for style in book.xf_list),
        date_1904=bool(book.datemode),
        old=True,
    )


def _opened(data: bytes) -> Any:
    import xlrd

    if len(data) > _LARGEST:
        raise Refused(f"文件超过{_LARGEST // 2**20}MB，不像自评表", "请另存为 .xlsx")
    if data.startswith(b"PK"):
        raise Refused("扩展名与内容不符：其实是新格式的工作簿", "请把扩展名改为 .xlsx 后重新报送")
    if not data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("不是有效的 .xls 文件", "请在 Excel 或 WPS 中打开后另存为 .xlsx")
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused("已设打开密码", "请取消密码，另存为 .xlsx")
    try:
        return xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        protected = "encrypt" in str(error).lower() or "password" in str(error).lower()
        remedy = "请在 Excel 或 WPS 中打开（有密码的取消密码），另存为 .xlsx"
        raise Refused("已设打开密码" if protected else "无法读取，文件可能已损坏", remedy) from None


def _sheet(sheet: Any) -> SheetContent:
    return SheetContent(
        name=sheet.name,
        state=_STATES[min(sheet.visibility, 2)],
        kind="worksheet",
        part="",
        cells=MappingProxyType(dict(_cells(sheet))),
        merges=tuple(Rectangle(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells),
        heights=MappingProxyType({row: facts.height / _TWIPS for row, facts in sheet.rowinfo_map.items() if facts.height}),
        hidden_rows=frozenset(row for row, facts in sheet.rowinfo_map.items() if facts.hidden),
        hidden_columns=frozenset(column for column, facts in sheet.colinfo_map.items() if facts.hidden),
    )


def _cells(sheet: Any) -> Iterator[tuple[Position, Stored]]:
    import xlrd

    read = 0
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            read += 1
            if read > _MOST_CELLS:
                raise Refused(f"有内容的单元格超过{_MOST_CELLS}个，不像自评表", "请删除表格以外的内容后另存")
            yield (row, column), _stored(cell)


def _stored(cell: Any) -> Stored:
    import xlrd

    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return Stored(float(cell.value), style=cell.xf_index)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return Stored(xlrd.error_text_from_code.get(cell.value, "#错误"), error=True, style=cell.xf_index)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return Stored(bool(cell.value), style=cell.xf_index)
    return Stored(str(cell.value), style=cell.xf_index)


def _look(book: Any, style: Any) -> Look:
    font = book.font_list[style.font_index]
    aligned, ground = style.alignment, style.background
    return Look(
        number_format=book.format_map[style.format_key].format_str,
        font=font.name,
        size=font.height / _TWIPS,
        colour=_colour(book, font.colour_index),
        fill=_colour(book, ground.pattern_colour_index) if ground.fill_pattern else "",
        bold=bool(font.bold),
        strike=bool(font.struck_out),
        horizontal=_HORIZONTAL[aligned.hor_align % len(_HORIZONTAL)],
        rotation=aligned.rotation,
        indent=aligned.indent_level,
        shrink=bool(aligned.shrink_to_fit),
        wrap=bool(aligned.text_wrapped),
    )


def _colour(book: Any, index: int) -> str:
    """A colour of the palette; empty where the program chooses."""
    found = book.colour_map.get(index)
    return "" if found is None else "{:02X}{:02X}{:02X}".format(*found)


def _name(book: Any, one: Any) -> Name:
    """A defined name; what isn't one area has no text."""
    sheet = book.sheet_names()[one.scope] if 0 <= one.scope < book.nsheets else ""
    first, past, top, bottom, left, right = _coordinates(one)
    if past - first != 1 or not 0 <= first < book.nsheets:
        return Name(one.name, "", sheet, bool(one.hidden))
    area = Span(book.sheet_names()[first], top, left, bottom - 1, right - 1)
    alone = bottom - top == 1 and right - left == 1
    cell = Ref(area.sheet, top, left)
    return Name(
        one.name,
        cell.absolute if alone else area.absolute,
        sheet,
        bool(one.hidden),
        (cell.sheet, cell.row, cell.column) if alone else None,
    )


def _coordinates(one: Any) -> tuple[int, int, int, int, int, int]:
    """The first sheet, the one past the last, rows and columns likewise; zeros for a name that isn't one area."""
    value = getattr(one.result, "value", None)
    areas = value if isinstance(value, list) else []
    known = len(areas) == 1 and len(getattr(areas[0], "coords", ())) == 6
    return areas[0].coords if known else (0, 0, 0, 0, 0, 0)


def as_planned(package: Package, plan: Plan, values: PlanValues) -> Package:
    """The package with the plan's own formulas and protection, where the file says nothing of them: what its cells show is all that can differ."""
    sheets = {
        name: replace(content, protected=known.protected, cells=MappingProxyType(dict(_filled(content, plan, known, values))))
        for name, content in package.sheets.items()
        if (known := plan.sheet_by_name.get(name)) is not None
    }
    return replace(package, sheets=MappingProxyType({**package.sheets, **sheets}))


def _filled(content: SheetContent, plan: Plan, known: SheetPlan, values: PlanValues) -> Iterator[tuple[Position, Stored]]:
    yield from content.cells.items()
    for place, made, formula in plan.written[known.name].formulas:
        stored = content.cells.get(place, BLANK)
        yield place, stored._replace(value=_claimed(stored, made, values), formula=formula)


def _claimed(stored: Stored, made: Computed, values: PlanValues) -> float | str | bool | None:
    """What a computed cell claims: nothing where a text is due and there is a 0, which LibreOffice writes for texts it doesn't compute."""
    if stored.value is None:
        return ""
    try:
        due: Value = values.in_edition(made)
    except (CellFailure, KeyError):
        due = None
    return None if stored.value == 0 and isinstance(due, str) else stored.value
