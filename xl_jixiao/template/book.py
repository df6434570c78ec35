"""The workbook being written: XlsxWriter with the project's styles, values cached beside formulas, defined names, locks."""

import datetime
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_jixiao.layout import Ref, column_letter
from xl_jixiao.number import printable, to_cell
from xl_jixiao.template.paper import MARGINS

CREATED = datetime.datetime(2026, 1, 1)
"""Fixed, so that the same rubric and data give the same bytes."""

LIST_COLUMN = 10
_LONGEST_LIST = 250
INPUT_COLOUR = "#FFF9D9"
HEAD_COLOUR = "#E8EEF5"
SONG, HEI, FANG, KAI = "宋体", "黑体", "仿宋", "楷体"

NORMAL_FONT: Mapping[str, Any] = MappingProxyType({"font_name": SONG, "font_size": 10})
"""The workbook's normal font, which column widths are counted in: one that Windows, UOS and Kylin all have."""

_BASE: Mapping[str, Any] = MappingProxyType({**NORMAL_FONT, "valign": "vcenter", "text_wrap": True})
_BOX: Mapping[str, Any] = MappingProxyType({**_BASE, "border": 1})
_DOC: Mapping[str, Any] = MappingProxyType({**_BOX, "font_size": 10.5})
_PARAGRAPH: Mapping[str, Any] = MappingProxyType({**_BASE, "font_name": FANG, "font_size": 14, "valign": "top"})

STYLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "text": {**_BASE},
        "title": {**_BASE, "font_name": HEI, "font_size": 16, "align": "center"},
        "mark": {**_BASE, "font_name": HEI, "font_size": 12, "text_wrap": False},
        "note": {**_BASE, "font_size": 9, "font_color": "#555555"},
        "head": {**_BOX, "bold": True, "align": "center", "bg_color": HEAD_COLOUR},
        "group": {**_BOX, "bold": True, "bg_color": "#F3F3F3"},
        "cell": {**_BOX},
        "centre": {**_BOX, "align": "center"},
        "points": {**_BOX, "align": "center", "num_format": "General"},
        "rate": {**_BOX, "align": "center", "num_format": "0.00%"},
        "small": {**_BOX, "font_size": 9},
        "strong": {**_BOX, "bold": True, "align": "center", "num_format": "0.00"},
        "input": {**_BOX, "bg_color": INPUT_COLOUR},
        "input_amount": {**_BOX, "bg_color": INPUT_COLOUR, "num_format": "#,##0.00", "align": "right"},
        "input_count": {**_BOX, "bg_color": INPUT_COLOUR, "num_format": "#,##0", "align": "right"},
        "input_percent": {**_BOX, "bg_color": INPUT_COLOUR, "num_format": "0.00%", "align": "right"},
        "input_words": {**_BOX, "bg_color": INPUT_COLOUR, "num_format": "@", "align": "center"},
        "input_number": {**_BOX, "bg_color": INPUT_COLOUR, "num_format": "General", "align": "center"},
        "input_date": {**_BOX, "bg_color": INPUT_COLOUR, "num_format": 'yyyy"年"m"月"d"日"', "align": "left"},
        "input_choice": {**_BOX, "bg_color": INPUT_COLOUR, "align": "center"},
        "link": {**_BOX, "font_color": "#0563C1", "underline": 1},
        "form": {**_BOX, "font_size": 9},
        "form_centre": {**_BOX, "font_size": 9, "align": "center"},
        "form_head": {**_BOX, "font_size": 9, "align": "center", "bold": True},
        "form_points": {**_BOX, "font_size": 9, "align": "center", "num_format": "General"},
        "doc_label": {**_DOC, "align": "center"},
        "doc_head": {**_DOC, "align": "center", "bold": True},
        "doc_value": {**_DOC, "align": "center"},
        "doc_amount": {**_DOC, "align": "center", "num_format": "0.00;-0.00;0"},
        "doc_count": {**_DOC, "align": "center", "num_format": "0"},
        "doc_percent": {**_DOC, "align": "center", "num_format": "0.00%"},
        "doc_date": {**_DOC, "align": "center", "num_format": 'yyyy"年"m"月"d"日"'},
        "doc_text": {**_DOC, "font_name": FANG, "valign": "top"},
        "doc_sign": {**_DOC, "font_name": FANG, "valign": "bottom"},
        "doc_section": {**_DOC, "font_name": HEI},
        "doc_group": {**_DOC, "font_name": HEI, "align": "center"},
        "doc_left": {**_DOC},
        "doc_plain": {**_DOC, "border": 0},
        "para_title": {**_PARAGRAPH, "font_name": HEI, "font_size": 18, "align": "center", "valign": "vcenter"},
        "para_cover_title": {**_PARAGRAPH, "font_name": HEI, "font_size": 24, "align": "center", "valign": "vcenter"},
        "para_cover": {**_PARAGRAPH, "font_size": 15, "indent": 4, "valign": "vcenter"},
        "para_heading1": {**_PARAGRAPH, "font_name": HEI},
        "para_heading2": {**_PARAGRAPH, "font_name": KAI},
        "para_heading3": {**_PARAGRAPH},
        "para_body": {**_PARAGRAPH},
        "para_note": {**_PARAGRAPH, "font_name": SONG, "font_size": 10.5},
        "para_sign": {**_PARAGRAPH, "align": "right"},
        "para_mark": {**_PARAGRAPH, "font_name": HEI},
        "form_weight": {**_BOX, "font_size": 9, "align": "center"},
        "form_rate": {**_BOX, "font_size": 9, "align": "center", "num_format": "0.00%"},
        "form_money": {**_BOX, "font_size": 9, "align": "center", "num_format": "#,##0.00"},
        "form_grade": {**_BOX, "font_size": 9, "align": "center", "num_format": '0;-0;0;"等次："@'},
        "form_year": {**_BASE, "align": "center", "num_format": '"（"0"年度）"'},
        "input_year": {**_BASE, "align": "center", "num_format": '"（"0"年度）"', "bg_color": INPUT_COLOUR},
        "input_form": {**_BOX, "font_size": 9, "bg_color": INPUT_COLOUR},
        "input_form_words": {**_BOX, "font_size": 9, "bg_color": INPUT_COLOUR, "align": "center", "num_format": "@"},
        "input_form_weight": {**_BOX, "font_size": 9, "bg_color": INPUT_COLOUR, "align": "center"},
        "input_form_money": {**_BOX, "font_size": 9, "bg_color": INPUT_COLOUR, "align": "center", "num_format": "#,##0.00"},
        "input_form_share": {**_BOX, "font_size": 9, "bg_color": INPUT_COLOUR, "align": "center", "num_format": "0.00%"},
        "hidden": {"font_name": SONG, "font_size": 9},
    }
)

CELL_KINDS = {"amount": "input_amount", "count": "input_count", "percent": "input_percent", "date": "input_date", "choice": "input_choice",
              "points": "input_number", "number": "input_number", "text": "input"}  # fmt: skip


class CachedWorksheet(Worksheet):
    """A worksheet whose formulas may have an empty text as their cached value.

    XlsxWriter leaves its type out. To Excel such a cell was never calculated: it calculates on opening whatever the workbook says,
    and Protected View shows 0.
    """

    def _xml_formula_element(self, formula: str, result: object, attributes: Sequence[tuple[str, object]] = ()) -> None:
        """Writes a formula with its value; XlsxWriter's own element, with the type of an empty text added."""
        typed = [*attributes, ("t", "str")] if result == "" else list(attributes)
        super()._xml_formula_element(formula, result, typed)


class Book:
    """One workbook file being written. Everything is locked unless written with `editable` on and an input style."""

    def __init__(self, path: Path, *, editable: bool, app: str) -> None:
        options = {"default_date_format": "yyyy-mm-dd", "strings_to_urls": False, "default_format_properties": dict(NORMAL_FONT)}
        self.workbook = xlsxwriter.Workbook(str(path), options)
        self.workbook.set_calc_mode("auto")
        self.editable = editable
        self._app = app

    @cached_property
    def lists(self) -> list[tuple[str, ...]]:
        """The choices too long for a validation's own text, written on the hidden sheet: one column each."""
        return []

    def dropdown(self, options: tuple[str, ...], sheet: str) -> list[str] | str:
        """The source of a dropdown: the options themselves, or where they don't fit Excel's 255 characters a range of `sheet`."""
        if len(",".join(options)) <= _LONGEST_LIST and not any("," in option for option in options):
            return list(options)
        if options not in self.lists:
            self.lists.append(options)
        column = column_letter(LIST_COLUMN + self.lists.index(options))
        return f"='{sheet}'!${column}$1:${column}${len(options)}"

    @cached_property
    def _formats(self) -> dict[tuple[str, bool], Format]:
        return {}

    def style(self, name: str) -> Format:
        """The cell format of a style's name; input styles are unlocked where the book is editable."""
        unlocked = self.editable and name.startswith("input")
        found = self._formats.get((name, unlocked))
        if found is None:
            properties = dict(STYLES[name])
            if not self.editable:
                properties.pop("bg_color", None) if name.startswith("input") else None
            found = self._formats[name, unlocked] = self.workbook.add_format({**properties, "locked": not unlocked})
        return found

    def write_lists(self, sheet: Worksheet) -> None:
        """Writes the long choices where `dropdown` said they are."""
        for column, options in enumerate(self.lists, LIST_COLUMN):
            for row, option in enumerate(options):
                self.write(sheet, row, column, option, "hidden")

    def properties(self, title: str, subject: str, facts: Mapping[str, str]) -> None:
        """The document properties; `facts` become custom ones (the stamp)."""
        self.workbook.set_properties(
            {"title": title, "subject": subject, "author": "", "company": "", "comments": self._app, "created": CREATED}
        )
        for name, value in facts.items():
            self.workbook.set_custom_property(name, value)

    def sheet(self, name: str, code_name: str = "") -> Worksheet:
        """A new sheet with the print set-up all sheets share."""
        sheet = self.workbook.add_worksheet(name, CachedWorksheet)
        if code_name:
            sheet.set_vba_name(code_name)
        sheet.set_paper(9)
        beside, above = MARGINS
        sheet.set_margins(left=beside, right=beside, top=above, bottom=above)
        sheet.set_footer("&C&9第 &P 页，共 &N 页")
        sheet.hide_gridlines(2)
        return sheet

    def titled_sheet(
        self,
        name: str,
        code_name: str,
        title: str,
        widths: Sequence[float],
        note: str = "",
        *,
        heads: Sequence[str] = (),
        head_row: int = 0,
        title_columns: int = 0,
    ) -> Worksheet:
        """A landscape sheet, one page wide, with its title, the note under it and the heads of its table.

        Title and note stand over the first `title_columns`, or all.
        """
        last = (title_columns or len(widths)) - 1
        sheet = self.sheet(name, code_name)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        self.merge(sheet, (0, 0), (0, last), title, "title")
        sheet.set_row(0, 30)
        if note:
            self.merge(sheet, (1, 1), (0, last), note, "note")
        for column, head in enumerate(heads):
            self.write(sheet, head_row, column, head, "head")
        return sheet

    def define(self, name: str, ref: Ref) -> None:
        """A workbook-wide defined name for a cell."""
        self.workbook.define_name(name, f"={ref.absolute}")

    def write(self, sheet: Worksheet, row: int, column: int, value: object, style: str) -> None:
        """A constant; None writes a blank cell with its format. Text is never taken for a formula."""
        form = self.style(style)
        if value is None or value == "":
            sheet.write_blank(row, column, None, form)
        elif isinstance(value, Decimal):
            sheet.write_number(row, column, to_cell(value), form)
        elif isinstance(value, (int, float)):
            sheet.write_number(row, column, value, form)
        elif isinstance(value, datetime.date) and value.year >= 1900:
            sheet.write_datetime(row, column, datetime.datetime(value.year, value.month, value.day), form)
        else:
            sheet.write_string(row, column, printable(str(value)), form)

    def formula(self, sheet: Worksheet, row: int, column: int, formula: str, value: object, style: str) -> None:
        """A formula with the value Excel would compute, so that Protected View shows the right thing."""
        cached = (
            "" if value is None else to_cell(value) if isinstance(value, Decimal) else printable(value) if isinstance(value, str) else value
        )
        sheet.write_formula(row, column, formula, self.style(style), cached)

    def merge(self, sheet: Worksheet, rows: tuple[int, int], columns: tuple[int, int], value: object, style: str) -> None:
        """A constant over merged cells, or in one cell where there is nothing to merge."""
        if rows[0] == rows[1] and columns[0] == columns[1]:
            self.write(sheet, rows[0], columns[0], value, style)
            return
        sheet.merge_range(rows[0], columns[0], rows[1], columns[1], "", self.style(style))
        self.write(sheet, rows[0], columns[0], value, style)

    def merge_formula(
        self, sheet: Worksheet, rows: tuple[int, int], columns: tuple[int, int], formula: str, value: object, style: str
    ) -> None:
        """A formula over merged cells."""
        if rows[0] != rows[1] or columns[0] != columns[1]:
            sheet.merge_range(rows[0], columns[0], rows[1], columns[1], "", self.style(style))
        self.formula(sheet, rows[0], columns[0], formula, value, style)

    def protect(self, sheet: Worksheet) -> None:
        """Locks the sheet without a password; reading, copying, filtering and resizing stay possible."""
        sheet.protect(
            "",
            {"format_rows": True, "format_columns": True, "autofilter": True, "select_locked_cells": True, "select_unlocked_cells": True},
        )

    def close(self) -> None:
        """Writes the file."""
        self.workbook.close()
        self._path.write_bytes(same_everywhere(self._written.getvalue()))


@lru_cache(maxsize=8192)
def text_units(text: str) -> int:
    """The width of a text in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def lines_needed(text: str, width: float) -> int:
    """How many lines a wrapped text takes in a column of this width (half-width characters), punctuation at line ends allowed for."""
    room = max(2.0, width - 1.5)
    return sum(max(1, -(-text_units(line) // int(room))) for line in str(text).split("\n"))


def height_for(texts: list[tuple[str, float]], font_size: float = 10, least: float = 18) -> float:
    """The row height in points that shows every (text, column width) whole; Excel's limit is 409."""
    lines = max((lines_needed(text, width) for text, width in texts if text), default=1)
    return min(409.0, max(least, lines * font_size * 1.36 + 5))
