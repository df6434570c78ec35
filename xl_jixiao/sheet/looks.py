"""How cells look: the project's styles by name, as XlsxWriter's format properties. ``form/top`` is a variant of ``form``."""

from collections.abc import Mapping
from types import MappingProxyType

from xl_jixiao.words import (
    ALL_FILLED,
    BLANK,
    EXPLAIN,
    FILLED,
    INVALID,
    MUST_FIX,
    NO_BUDGET,
    OVER_BUDGET,
    PASSED,
    READY,
    UNCOMPUTABLE,
    UNFINISHED,
)

CellFormat = Mapping[str, str | int | float | bool]

INPUT_COLOUR, OPTIONAL_COLOUR = "#FFF9D9", "#F3F0FA"
"""What must be filled, and what may."""

INPUT_WORDS = "浅黄色必填、浅紫色选填"
"""Those colours in words."""

HEAD_COLOUR = "#E8EEF5"
SONG, HEI, FANG, KAI = "宋体", "黑体", "仿宋", "楷体"

NORMAL: CellFormat = MappingProxyType({"font_name": SONG, "font_size": 10})
"""The workbook's normal font, which column widths are counted in: one that Windows, UOS and Kylin all have."""

_BASE: CellFormat = MappingProxyType({**NORMAL, "valign": "vcenter", "text_wrap": True})
_BOX: CellFormat = MappingProxyType({**_BASE, "border": 1})
_DOC: CellFormat = MappingProxyType({**_BOX, "font_size": 10.5})
_PARAGRAPH: CellFormat = MappingProxyType({**_BASE, "font_name": FANG, "font_size": 14, "valign": "top"})

STYLES: Mapping[str, CellFormat] = MappingProxyType(
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
        "figure": {**_BOX, "align": "right", "num_format": "0.00"},
        "whole": {**_BOX, "align": "right", "num_format": "0"},
        "share": {**_BOX, "align": "right", "num_format": "0.0%"},
        "link_small": {**_BOX, "font_size": 9, "font_color": "#0563C1", "underline": 1},
        "input_small": {**_BOX, "font_size": 9, "bg_color": INPUT_COLOUR},
        "input_points": {**_BOX, "bg_color": INPUT_COLOUR, "align": "right", "num_format": "General"},
        "small": {**_BOX, "font_size": 9},
        "worked": {**_BOX, "font_size": 9, "bg_color": "#FAFAFA"},
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
        "doc_measure": {**_DOC, "align": "center", "num_format": "0.00;-0.00;0"},
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
        "input_form_date": {**_BOX, "font_size": 9, "bg_color": INPUT_COLOUR, "align": "center", "num_format": 'yyyy"年"m"月"d"日"'},
        "input_form_share": {**_BOX, "font_size": 9, "bg_color": INPUT_COLOUR, "align": "center", "num_format": "0.00%"},
        "hidden": {"font_name": SONG, "font_size": 9},
    }
)

INPUT_STYLES: Mapping[str, str] = MappingProxyType(
    {
        "amount": "input_amount",
        "count": "input_count",
        "percent": "input_percent",
        "date": "input_date",
        "choice": "input_choice",
        "points": "input_number",
        "number": "input_number",
        "text": "input",
    }
)
"""The style of an entry by what it takes."""

FORM_INPUT_STYLES: Mapping[str, str] = MappingProxyType(
    {
        "amount": "input_form_money",
        "count": "input_form_weight",
        "percent": "input_form_share",
        "date": "input_form_date",
        "choice": "input_form_words",
        "points": "input_form_weight",
        "number": "input_form_weight",
        "text": "input_form",
    }
)
"""The style of an entry that stands in a printed form."""

SHOWN_STYLES: Mapping[str, str] = MappingProxyType({"amount": "form_money", "count": "points", "percent": "rate", "date": "doc_date"})
"""The style of a cell that shows, on 基础数据, what is typed or computed elsewhere; of any other kind it is ``cell``."""

_OPEN: Mapping[str, tuple[str, ...]] = MappingProxyType({"top": (), "first": ("bottom",), "inner": ("top", "bottom"), "last": ("top",)})
"""Variants: at the top of its cell; the first, an inner and the last sheet row of one tall cell, without lines between them."""


def look(style: str, *, editable: bool, optional: bool = False) -> CellFormat:
    """The format properties of a style's name. What is no longer entered has no colour of an entry, nor its format as text in a part."""
    base, _, variant = style.partition("/")
    found = dict(STYLES[base])
    if variant:
        found |= {"valign": "top", **dict.fromkeys(_OPEN[variant], 0)}
    if base.startswith("input") and optional:
        found["bg_color"] = OPTIONAL_COLOUR
    if base.startswith("input") and not editable:
        found.pop("bg_color", None)
        if variant and found.get("num_format") == "@":
            found.pop("num_format")
    return found


_SERIES_COLOURS = ("#BFBFBF", "#2F6DB5", "#7FB069")


def series_colour(at: int, count: int) -> str:
    """The colour of a row of numbers of a chart that has so many: grey for what the next is held against."""
    return _SERIES_COLOURS[1] if count == 1 else _SERIES_COLOURS[at % len(_SERIES_COLOURS)]


STATE_COLOURS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    ((BLANK, UNFINISHED), "#7F6000", "#FFF2CC"),
    ((EXPLAIN,), "#843C0C", "#F8CBAD"),
    ((INVALID, MUST_FIX, OVER_BUDGET, UNCOMPUTABLE), "#9C0006", "#FFC7CE"),
    ((PASSED, FILLED, ALL_FILLED, READY, NO_BUDGET), "#006100", "#E2F0D9"),
)
"""The words of a 状态 column with their colours; the words themselves say the same."""
