"""Packages held against each other, and workbooks taken apart and put together again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from xl_jixiao.sheet.content import BLANK, ConditionalFormat, FormulaKind, Look, Package, SheetContent, Stored
from xl_jixiao.sheet.package import compared


def differences(package: Package, sure: Package) -> list[str]:
    """What openpyxl's package says otherwise; what openpyxl can't know (see slow_package) is left out."""
    found = list(_book(package, sure))
    for name in package.sheets.keys() & sure.sheets.keys():
        found += (f"{name} {line}" for line in _sheet(package, package.sheets[name], sure, sure.sheets[name]))
    return found


def drawn(sheet: SheetContent, kind: str) -> int:
    """How many drawn things of a kind lie over the cells."""
    return sum(item.kind == kind for item in sheet.drawn)


def _book(package: Package, sure: Package) -> Iterator[str]:
    if list(package.sheets) != list(sure.sheets):
        yield f"sheets: {list(package.sheets)} {list(sure.sheets)}"
    for what in ("properties", "calculation", "date_1904", "protected", "names"):
        ours, theirs = getattr(package, what), getattr(sure, what)
        if ours != theirs:
            yield f"{what}: {ours!r} {theirs!r}"
    ours, theirs = ({(name.sheet, name.name, name.text.replace("$", "")) for name in one.local_names} for one in (package, sure))
    kept_elsewhere = ("_xlnm.Print_Area", "_xlnm.Print_Titles", "_xlnm._FilterDatabase")  # openpyxl makes settings of them
    if {name for name in ours if name[1] not in kept_elsewhere} != theirs:
        yield f"local names: {ours ^ theirs}"


def _sheet(package: Package, sheet: SheetContent, sure: Package, other: SheetContent) -> Iterator[str]:
    for what in ("name", "state", "kind", "protected", "rows_hidden_by_default", "hidden_rows", "hidden_columns"):
        ours, theirs = getattr(sheet, what), getattr(other, what)
        if ours != theirs:
            yield f"{what}: {ours!r} {theirs!r}"
    if sorted(sheet.merges) != sorted(other.merges):
        yield f"merges: {set(sheet.merges) ^ set(other.merges)}"
    if [(rule.area, rule.kind, rule.formulas) for rule in sheet.conditional_formats if rule.kind] != [
        (rule.area, rule.kind, rule.formulas) for rule in other.conditional_formats
    ]:
        yield f"conditional formats: {sheet.conditional_formats} {other.conditional_formats}"
    if [_changes(rule) for rule in sheet.conditional_formats if rule.kind] != [_changes(rule) for rule in other.conditional_formats]:
        yield f"looks of conditional formats: {sheet.conditional_formats} {other.conditional_formats}"
    if any(drawn(sheet, kind) != drawn(other, kind) for kind in ("chart", "picture")):
        yield f"drawn: {sheet.drawn} {other.drawn}"
    covered = {
        (row, column)
        for area in sheet.merges
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
        if (row, column) != (area.top, area.left)
    }
    for place in sheet.cells.keys() | other.cells.keys():
        if place in covered:
            continue  # openpyxl drops what stands under merged cells
        ours, theirs = sheet.cells.get(place, BLANK), other.cells.get(place, BLANK)
        if _plain(ours) != _plain(theirs) or type(ours.value) is not type(theirs.value):
            yield f"{place}: {ours} {theirs}"
        elif place in sheet.cells and place in other.cells and package.look(ours.style) != sure.look(theirs.style):
            yield f"{place}: {package.look(ours.style)} {sure.look(theirs.style)}"


def _changes(rule: ConditionalFormat) -> Look | None:
    """The look of a rule; openpyxl can't tell a font that is to be thin from one that is left as it is."""
    look = rule.look
    return look and replace(look, bold=look.bold or None, strike=look.strike or None, horizontal="", rotation=0, wrap=False, shrink=False)


def _plain(cell: Stored) -> tuple[object, ...]:
    kind = FormulaKind.NORMAL if cell.kind is FormulaKind.SHARED else cell.kind
    return cell.value, compared(cell.formula), cell.error, kind


def parts(path: Path) -> dict[str, bytes]:
    """The parts of a workbook."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(content: dict[str, bytes]) -> bytes:
    """A workbook of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in content.items():
            package.writestr(name, data)
    return out.getvalue()


def changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one part changed."""
    content = parts(path)
    content[part] = change(content[part])
    return packed(content)
