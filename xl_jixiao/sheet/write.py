"""The one writer: a Plan -> a workbook file, by XlsxWriter. Cached values are the trees' own values; the same plan gives the same bytes."""

import datetime
import io
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from pathlib import Path
from sys import intern
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_jixiao import __version__
from xl_jixiao.expr import LONGEST_TEXT, Value, as_text
from xl_jixiao.number import printable, to_cell
from xl_jixiao.outputs import replacing
from xl_jixiao.sheet.addin import vba_of
from xl_jixiao.sheet.edition import Edition, StampName, made_by
from xl_jixiao.sheet.looks import NORMAL, look, series_colour
from xl_jixiao.sheet.measure import MARGINS, print_scale, text_units
from xl_jixiao.sheet.plan import (
    ALLOWED,
    Accepts,
    Chart,
    Computed,
    Content,
    Entry,
    Jump,
    Label,
    Placed,
    Plan,
    Ref,
    SheetPlan,
    Visibility,
)
from xl_jixiao.sheet.same_bytes import make_same
from xl_jixiao.sheet.seal import seal
from xl_jixiao.sheet.validation import LIST_COLUMN, asked, long_lists
from xl_jixiao.words import RULES_SHEET

CREATED = datetime.datetime(2026, 1, 1)
"""Fixed, so that the same table and data give the same bytes."""

OPEN_AREA = "填报区"
"""The name of the areas that stay open on a protected sheet, whatever is pasted into them: a pasted cell brings its own lock along, and could
not be corrected without them. Excel and WPS call them 允许编辑区域."""

_CALC_ENGINE = 191029
"""Excel 2019 and later. Together with no recalculation on load: the right values are stored, and opening need not wait for Python."""


def write(plan: Plan, path: Path, *, overwrite: bool = False) -> None:
    """Writes the workbook beside its target and moves it into place. Raises FileExistsError unless told to overwrite, OSError."""
    with replacing(path, overwrite=overwrite) as temporary, temporary.open("w+b") as file, _parts_beside(plan, path) as folder:
        _Writer(plan, file, folder).write()
        make_same(file)


def _parts_beside(plan: Plan, path: Path) -> AbstractContextManager[str | None]:
    """The folder in which the parts of a workbook that lists much are put together; those of others are in memory."""
    if all(sheet.rows is None for sheet in plan.sheets):
        return nullcontext()
    return TemporaryDirectory(prefix=".", dir=path.parent, ignore_cleanup_errors=True)


class _Lead(NamedTuple):
    """A link into another file, from a row that is written and let go."""

    row: int
    column: int
    file: str
    anchor: str


class CachedWorksheet(Worksheet):  # type: ignore[misc]
    """A worksheet whose formulas may have an empty text as their cached value, and are written as they are.

    XlsxWriter leaves the type of an empty text out. To Excel such a cell was never calculated: it calculates on opening whatever the
    workbook says, and Protected View shows 0. It also looks in each formula for each function that is younger than Excel 2007, to put
    their prefix there: ours has none (older Excel and WPS lack them), and the looking was half the time of a workbook.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """The formula without its leading sign."""
        return formula.removeprefix("=")

    def _xml_formula_element(self, formula: str, result: object, attributes: Sequence[tuple[str, object]] = ()) -> None:
        """Writes a formula with its value; XlsxWriter's own element, with the type of an empty text added."""
        typed = [*attributes, ("t", "str")] if result == "" else list(attributes)
        super()._xml_formula_element(formula, result, typed)

    def write_way(self, row: int, column: int, url: str, style: Format, text: str) -> None:
        """Writes a link into another file. Of what XlsxWriter keeps of a link no more than what it is written from is kept."""
        self.write_url(row, column, url, style, text)
        made = self.hyperlinks.pop(row)[column]
        self._ways.append(_Lead(row, column, intern(made._target()), intern(made._anchor)))

    @cached_property
    def _ways(self) -> list[_Lead]:
        return []

    def _write_hyperlinks(self) -> None:
        """Writes the links: all the same ones again, one after another."""
        if not self._ways:
            super()._write_hyperlinks()
            return
        self._xml_start_tag("hyperlinks")
        for number, way in enumerate(self._ways, self.rel_count + 1):
            place = [("ref", Ref("", way.row, way.column).local), ("r:id", f"rId{number}")]
            self._xml_empty_tag("hyperlink", [*place, *([("location", way.anchor)] if way.anchor else [])])
        leads = {way.file: ("/hyperlink", way.file, "External") for way in self._ways}
        self.external_hyper_links += [leads[way.file] for way in self._ways]
        self.rel_count += len(self._ways)
        self._ways.clear()
        self._xml_end_tag("hyperlinks")

    def _write_single_row(self, current_row_num: int = 0) -> None:
        """Writes the row that is done, of a sheet of which no more than one row is held, and forgets how high it is."""
        done = self.previous_row
        super()._write_single_row(current_row_num)
        self.row_info.pop(done, None)
        self.row_sizes.pop(done, None)


class _Writer:
    """One file being written."""

    def __init__(self, plan: Plan, file: BinaryIO, folder: str | None) -> None:
        self._plan = plan
        self._editable = plan.edition is not Edition.FINISHED
        options = {
            "default_date_format": "yyyy-mm-dd",
            "strings_to_urls": False,
            "in_memory": folder is None,
            "tmpdir": folder,
            "default_format_properties": dict(NORMAL),
        }
        self._book = xlsxwriter.Workbook(file, options)
        self._formats: dict[tuple[str, bool, bool], Format] = {}
        self._marks: dict[tuple[str, str], Format] = {}

    def write(self) -> None:
        """Writes every sheet, the names, the properties, and the add-in's parts. Raises OSError."""
        plan, book = self._plan, self._book
        book.set_calc_mode("auto", _CALC_ENGINE) if plan.edition is Edition.ADDIN else book.set_calc_mode("auto")
        book.set_properties(
            {
                "title": plan.title,
                "subject": plan.subject,
                "author": "",
                "company": "",
                "comments": made_by(plan.stamp.get(StampName.VERSION, __version__)),
                "created": CREATED,
            }
        )
        for name, value in {**plan.stamp, **seal(plan)}.items():
            book.set_custom_property(name, value)
        sheets = {sheet.name: self._add(sheet) for sheet in plan.sheets}
        self._share_labels()
        for sheet in plan.sheets:
            self._write_sheet(sheet, sheets[sheet.name])
        if RULES_SHEET in sheets:
            self._write_lists(sheets[RULES_SHEET])
        for name, place in plan.names.items():
            book.define_name(name, f"={place.absolute}")
        if plan.edition is Edition.ADDIN:
            book.calc_on_load = False
            book.set_vba_name("ThisWorkbook")
            book.add_vba_project(io.BytesIO(vba_of([sheet.code_name for sheet in plan.sheets])), is_stream=True)
        if plan.first_shown:
            sheets[plan.first_shown].activate()
        try:
            book.close()
        except FileCreateError as error:
            raise error.args[0] from None
        for sheet in sheets.values():  # they hold the book, which holds them: tens of thousands of cells would stay
            sheet.workbook_add_format = None

    def _share_labels(self) -> None:
        """Gives the printed texts of the table the first numbers among the texts that cells share: rows without a word of the unit's are then
        the same bytes in all files, and are read and judged once for all of them."""
        texts = self._book.str_table
        for sheet in (self._plan.base or self._plan).sheets:
            for one in sheet.cells if sheet.rows is None else ():
                value = one.content.value if isinstance(one.content, Label) else None
                if isinstance(value, str) and value:
                    texts._get_shared_string_index(printable(value))
        texts.count = 0

    def _add(self, plan: SheetPlan) -> Worksheet:
        self._book.constant_memory = plan.rows is not None
        sheet = self._book.add_worksheet(plan.name, CachedWorksheet)
        self._book.constant_memory = False
        sheet.set_vba_name(plan.code_name)
        return sheet

    # ---- a sheet

    def _write_sheet(self, plan: SheetPlan, sheet: Worksheet) -> None:
        self._set_up_page(plan, sheet)
        self._set_sizes(plan, sheet)
        for one in plan.cells:
            self._write_cell(plan, sheet, one)
        self._write_rows(plan, sheet)
        if self._editable:
            for area, accepts in plan.typed_areas:
                sheet.data_validation(*area, self._validation(plan.name, accepts, None))
        for mark in plan.marks:
            rule = {"type": "cell", "criteria": "==", "value": f'"{mark.word}"', "format": self._mark(mark.colour, mark.background)}
            sheet.conditional_format(*mark.area, rule)
        for chart in plan.charts:
            self._insert_chart(plan, sheet, chart)
        for button in plan.buttons if self._plan.edition is Edition.ADDIN else ():
            place = {"width": 120, "height": 30, "x_offset": button.offset, "y_offset": 4}
            sheet.insert_button(button.row, button.column, {"macro": button.macro, "caption": button.caption, **place})
        if plan.filter:
            sheet.autofilter(*plan.filter.area)
            if plan.filter.shown:
                sheet.filter_column_list(plan.filter.column, list(plan.filter.shown))
        if plan.frozen:
            sheet.freeze_panes(*plan.frozen)
        if plan.protected and self._editable:
            for number, stays_open in enumerate(entry_areas(plan), 1):
                sheet.unprotect_range(stays_open, f"{OPEN_AREA}{number}")
        if plan.protected:
            sheet.protect("", dict.fromkeys(ALLOWED.values(), True))
        if plan.visibility is Visibility.HIDDEN:
            sheet.hide()
        elif plan.visibility is Visibility.BURIED:
            sheet.very_hidden()

    def _set_sizes(self, plan: SheetPlan, sheet: Worksheet) -> None:
        for column, width in enumerate(plan.widths):
            sheet.set_column(column, column, width)
        for first, last in plan.hidden_columns:
            self._fold(sheet, first, last)
        for first, last in plan.unseen_columns:
            sheet.set_column(first, last, 9, None, {"hidden": True})
        if plan.default_height:
            sheet.set_default_row(plan.default_height)
        for row in sorted({*plan.heights, *plan.hidden_rows}):
            options = {"hidden": True} if row in plan.hidden_rows else {}
            sheet.set_row(row, plan.heights.get(row), None, options)

    @staticmethod
    def _fold(sheet: Worksheet, first: int, last: int) -> None:
        sheet.set_column(first, last, 9, None, {"level": 1, "hidden": True})
        sheet.set_column(last + 1, last + 1, None, None, {"collapsed": True})

    @staticmethod
    def _set_up_page(plan: SheetPlan, sheet: Worksheet) -> None:
        page = plan.page
        sheet.set_paper(9)
        sheet.set_margins(left=MARGINS[0], right=MARGINS[0], top=MARGINS[1], bottom=MARGINS[1])
        sheet.set_footer("&C&9第 &P 页，共 &N 页")
        sheet.hide_gridlines(2)
        if page.landscape:
            sheet.set_landscape()
        if page.centred:
            sheet.center_horizontally()
        if page.breaks or page.sides or page.scale:
            sheet.set_print_scale(page.scale or print_scale(printed_widths(plan), landscape=page.landscape))
            if page.breaks:
                sheet.set_h_pagebreaks(list(page.breaks))
            if page.sides:
                sheet.set_v_pagebreaks(list(page.sides))
        else:
            sheet.fit_to_pages(1, 0)
        if page.heads:
            sheet.repeat_rows(*page.heads)
        if page.kept:
            sheet.repeat_columns(*page.kept)
        if page.area:
            sheet.print_area(*page.area)

    # ---- a cell

    def _write_rows(self, plan: SheetPlan, sheet: Worksheet) -> None:
        first = max((one.row + one.rows for one in plan.cells), default=0)
        for row, (height, cells) in enumerate(plan.rows() if plan.rows else (), first):
            if height is not None:
                sheet.set_row(row, height)
            for one in cells:
                self._write_cell(plan, sheet, one)

    def _write_cell(self, plan: SheetPlan, sheet: Worksheet, one: Placed) -> None:
        content = one.content
        style = self._style(one.style, content)
        if one.rows > 1 or one.columns > 1:
            sheet.merge_range(one.row, one.column, one.row + one.rows - 1, one.column + one.columns - 1, "", style)
        if isinstance(content, Computed):
            formula = "=" + self._plan.formula(plan.name, content)
            sheet.write_formula(one.row, one.column, formula, style, _cached(self._plan.shown_udf(content)))
        elif isinstance(content, Jump):
            self._write_jump(sheet, one, content, style)
        else:
            _write_constant(sheet, one.row, one.column, content.value, style)
            if self._editable and isinstance(content, Entry) and content.accepts:
                where = Ref(plan.name, one.row, one.column)
                sheet.data_validation(*(one.row, one.column) * 2, self._validation(plan.name, content.accepts, where))

    def _write_jump(self, sheet: Worksheet, one: Placed, content: Jump, style: Format) -> None:
        if content.file:
            inside = content.sheet.replace("'", "''")
            anchor = f"#'{inside}'!{content.cell or 'A1'}" if content.sheet else ""
            write_link = sheet.write_way if sheet.constant_memory else sheet.write_url
            write_link(one.row, one.column, f"external:{content.file}{anchor}", style, printable(content.text))
            return
        ref = self._plan.ref(content.key) if content.key else Ref(content.sheet, 0, 0)
        text = content.text or (f"{ref.sheet} {ref.local}" if content.key else ref.sheet)
        sheet.write_url(one.row, one.column, f"internal:'{ref.sheet}'!{ref.local}", style, text)

    def _style(self, name: str, content: Content | None = None) -> Format:
        unlocked = self._editable and isinstance(content, Entry)
        optional = isinstance(content, Entry) and not content.required
        found = self._formats.get((name, unlocked, optional))
        if found is None:
            found = self._book.add_format({**look(name, editable=self._editable, optional=optional), "locked": not unlocked})
            self._formats[name, unlocked, optional] = found
        return found

    def _mark(self, colour: str, background: str) -> Format:
        if (colour, background) not in self._marks:
            self._marks[colour, background] = self._book.add_format({"font_color": colour, "bg_color": background})
        return self._marks[colour, background]

    # ---- what may be typed

    def _validation(self, sheet: str, accepts: Accepts, own: Ref | None) -> dict[str, object]:
        common: dict[str, object] = {
            "input_title": accepts.title[:31],
            "input_message": accepts.message[:LONGEST_TEXT],
            "error_title": accepts.title_of_error[:31],
            "error_message": accepts.error[:LONGEST_TEXT],
            "error_type": "stop",
            "ignore_blank": True,
        }
        limit = asked(self._plan, sheet, accepts, own)
        if limit.kind == "list":
            return {**common, "validate": "list", "source": list(limit.options) or f"={limit.first}"}
        if limit.kind == "textLength":
            return {**common, "validate": "length", "criteria": "<=", "value": limit.first}
        if limit.kind == "custom":
            return {**common, "validate": "custom", "value": f"={limit.first}"}
        most = f"={limit.second}" if isinstance(limit.second, str) else limit.second
        return {**common, "validate": limit.kind, "criteria": "between", "minimum": limit.first, "maximum": most}

    def _write_lists(self, sheet: Worksheet) -> None:
        style = self._style("hidden")
        for column, options in enumerate(long_lists(self._plan), LIST_COLUMN):
            for row, option in enumerate(options):
                sheet.write_string(row, column, option, style)

    # ---- charts

    def _insert_chart(self, on: SheetPlan, sheet: Worksheet, plan: Chart) -> None:
        name, lying = on.name, not _names_fit(on, plan)
        chart = self._book.add_chart({"type": "bar" if lying else "column"})
        for at, (label, column) in enumerate(plan.series):
            chart.add_series(
                {
                    "name": label,
                    "categories": [name, plan.first, plan.names, plan.last, plan.names],
                    "values": [name, plan.first, column, plan.last, column],
                    "fill": {"color": series_colour(at, len(plan.series))},
                    "gap": 60,
                    # One label to a group: two beside each other run together. The weights stand in the table.
                    "data_labels": {"value": at == len(plan.series) - 1, "font": {"size": 8}},
                }
            )
        chart.set_title({"name": plan.title, "name_font": {"size": 11}})
        chart.set_legend({"position": "bottom"})
        values = {"min": 0, "major_gridlines": {"visible": True, "line": {"color": "#E0E0E0"}}}
        if lying:
            chart.set_x_axis(values)
            chart.set_y_axis({"reverse": True, "crossing": "max", "major_gridlines": {"visible": False}})
        else:
            chart.set_y_axis(values)
        chart.set_size({"width": plan.width, "height": 300})
        sheet.insert_chart(*plan.anchor, chart)


_BESIDE_AXIS, _HALF_WIDTH, _BETWEEN = 60, 6.7, 12
"""Pixels of a chart that its names don't have, of a half-width character of a name, and between two names."""


def _names_fit(on: SheetPlan, chart: Chart) -> bool:
    """Whether the names of a chart stand beside each other below its columns; else its bars lie, each beside its name."""
    rows = range(chart.first, chart.last + 1)
    names = [one.content.value for one in on.cells if one.column == chart.names and one.row in rows and isinstance(one.content, Label)]
    longest = max((text_units(as_text(name)) for name in names), default=0)
    return longest * _HALF_WIDTH + _BETWEEN <= (chart.width - _BESIDE_AXIS) / len(rows)


def printed_widths(plan: SheetPlan) -> Sequence[float]:
    """The widths of the columns that are printed."""
    area = plan.page.area
    return plan.widths[area[1] : area[3] + 1] if area else plan.widths


def entry_areas(plan: SheetPlan) -> Iterator[str]:
    """The entries of a sheet as areas: those of the same columns that stand under each other together."""
    open_ones: dict[tuple[int, int], tuple[int, int]] = {}
    for one in sorted((one for one in plan.cells if isinstance(one.content, Entry)), key=lambda one: (one.row, one.column)):
        columns = one.column, one.column + one.columns - 1
        top, after = open_ones.get(columns, (one.row, one.row))
        if after != one.row:
            yield _area(top, columns, after)
            top = one.row
        open_ones[columns] = top, one.row + one.rows
    for columns, (top, after) in open_ones.items():
        yield _area(top, columns, after)


def _area(top: int, columns: tuple[int, int], after: int) -> str:
    first, last = Ref("", top, columns[0]).local, Ref("", after - 1, columns[1]).local
    return first if first == last else f"{first}:{last}"


def _cached(value: Value) -> float | int | str | bool:
    """A value as XlsxWriter stores it."""
    if value is None:
        return ""
    if isinstance(value, (bool, str)):
        return printable(value) if isinstance(value, str) else value
    return to_cell(value)


def _write_constant(sheet: Worksheet, row: int, column: int, value: Value, style: Format) -> None:
    """A constant; None writes a blank cell with its format. Text is never taken for a formula."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, printable(value), style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    else:
        sheet.write_number(row, column, to_cell(value), style)
