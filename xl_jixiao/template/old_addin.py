"""What makes a workbook the add-in edition: VBA project, xlwings' settings, help texts, names for calls without arguments, buttons."""

import io
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from xlsxwriter.worksheet import Worksheet

from xl_jixiao.desktop.interpreter import CONF_VALUE
from xl_jixiao.desktop.templates import CONF_SHEET, INTERPRETER_KEY, VERSION_KEY
from xl_jixiao.layout import column_letter
from xl_jixiao.scoretable.table import Rubric
from xl_jixiao.sheet.vba import Module, vba_project
from xl_jixiao.tables.functions import ARGUMENTS_PREFIX, CATEGORY, FUNCTIONS
from xl_jixiao.template.book import Book
from xl_jixiao.template.formulas import bound_names
from xl_jixiao.words import HELP_SHEET

WORKBOOK = "ThisWorkbook"

BUTTONS = (("导出成品", "JxExport"), ("检查", "JxCheck"), ("清空示例", "JxClear"))
"""Caption and macro of each button."""

NO_MACROS = "单元格显示 #NAME? 时：关闭本表重新打开，点“启用内容”（启用宏）；用 WPS 的，请改用免装版（.xlsx）。"
"""What to do where the functions are not found: macros are off, or the program has none."""

_AGAIN = "请保存本表，关闭所有 Excel 窗口后重新打开再试；仍不行时运行 xl-jixiao doctor，按提示处理。"
TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "title": "预算绩效自评",
        "busy_export": "正在导出成品，请稍候……",
        "busy_check": "正在检查，请稍候……",
        "busy_clear": "正在清空示例，请稍候……",
        "no_python": "没有完成：Python 没有启动。数据都在表中，没有改动。\n"
        "请关闭所有 Excel 窗口，运行离线安装文件夹里的“开始安装.bat”（或命令 xl-jixiao setup），再打开本表重试；"
        "仍不行时运行“检查.bat”（或 xl-jixiao doctor），按提示处理。\n"
        "本机不能安装的，请改用免装版（.xlsx）：把浅黄色单元格的数抄过去即可，得分由 Excel 或 WPS 自己计算。",
        "broken": f"没有完成：Python 运行中断。\n{_AGAIN}",
        "no_answer": f"没有完成：Python 没有答复，不能确认做了什么。\n{_AGAIN}",
    }
)
"""What the macros say where Python can't; everything else Python says."""

_CALC_ENGINE = 191029
"""Excel 2019 and later. Together with no recalculation on load: the right values are stored, and opening need not wait for Python."""


def buttons(sheet: Worksheet, row: int, column: int) -> None:
    """The buttons side by side, from a cell on."""
    for at, (caption, macro) in enumerate(BUTTONS):
        place = {"width": 120, "height": 30, "x_offset": 8 + at * 135, "y_offset": 4}
        sheet.insert_button(row, column, {"macro": macro, "caption": caption, **place})


def button_rows(book: Book, sheet: Worksheet, row: int, columns: tuple[int, int]) -> int:
    """The buttons in a row of their own, and the line under them over these columns; the row after both."""
    buttons(sheet, row, 1)
    sheet.set_row(row, 40)
    book.merge(sheet, (row + 1,) * 2, columns, NO_MACROS, "note")
    return row + 2


def complete(book: Book, beside_form: tuple[str, int, int], bound: Iterable[tuple[str, tuple[str, ...]]]) -> None:
    """Adds everything to a workbook whose other sheets are written.

    `beside_form`: sheet, row and column for the form's buttons, outside its print area. `bound`: the inputs of each standard rate.
    """
    book.workbook.set_calc_mode("auto", _CALC_ENGINE)
    book.workbook.calc_on_load = False
    sheet, row, column = beside_form
    buttons(book.workbook.get_worksheet_by_name(sheet), row, column)
    _write_help(book, bound)
    _write_settings(book)
    book.workbook.set_vba_name(WORKBOOK)
    book.workbook.add_vba_project(io.BytesIO(vba_project(modules(book))), is_stream=True)


def settings() -> Mapping[str, str]:
    """xlwings' settings, as text: so its VBA runtime reads them whatever the language of Windows."""
    return {
        INTERPRETER_KEY: CONF_VALUE,
        "UDF MODULES": "jx_udfs",
        "USE UDF SERVER": "True",
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
        VERSION_KEY: metadata.version("xlwings"),
    }


def bare_arguments(rubric: Rubric) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The code of each standard rate this rubric uses, with the inputs bound to it in the order of the function's arguments."""
    seen = set()
    for indicator in rubric.indicators:
        names = bound_names(indicator)
        if names and indicator.standard.code not in seen:
            seen.add(indicator.standard.code)
            yield indicator.standard.code, names


def modules(book: Book) -> tuple[Module, ...]:
    """The VBA modules: one for the workbook and each sheet, xlwings' own runtime unmodified, its wrappers, our macros."""
    sheets = tuple(Module.sheet(sheet.vba_codename) for sheet in book.workbook.worksheets())
    return (
        Module.workbook(_source("jx_udfs", "ThisWorkbook.cls"), WORKBOOK),
        *sheets,
        Module.standard("xlwings", _source("xlwings", "xlwings.bas")),
        Module.standard("xlwings_udfs", _source("jx_udfs", "xlwings_udfs.bas")),
        Module.standard("jx_macros", _source("jx_udfs", "jx_macros.bas")),
    )


def _source(package: str, name: str) -> str:
    """A file of an installed package, which is not imported for it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"没有安装 {package}，不能生成插件版", name=package)
    return Path(spec.origin).with_name(name).read_text(encoding="utf-8")


def _write_settings(book: Book) -> None:
    sheet = book.sheet(CONF_SHEET, "Sheet_Conf")
    sheet.hide()
    for row, pair in enumerate(settings().items()):
        for column, text in enumerate(pair):
            book.write(sheet, row, column, text, "hidden")


def _write_help(book: Book, bound: Iterable[tuple[str, tuple[str, ...]]]) -> None:
    """The functions' help, the macros' texts and the bound inputs, each with its defined name."""
    sheet = book.sheet(HELP_SHEET, "Sheet_Functions")
    sheet.very_hidden()
    most = max(len(one.arguments) for one in FUNCTIONS.values())
    for row, one in enumerate(FUNCTIONS.values()):
        for column, text in enumerate((one.name, CATEGORY, one.help, *(text for _, text in one.arguments))):
            book.write(sheet, row, column, text, "hidden")
    _define(book, "JxFunctions", (0, 0), (len(FUNCTIONS) - 1, 2 + most))
    first = len(FUNCTIONS) + 1
    for row, pair in enumerate(TEXTS.items(), first):
        for column, text in enumerate(pair):
            book.write(sheet, row, column, text, "hidden")
    _define(book, "JxTexts", (first, 0), (first + len(TEXTS) - 1, 1))
    for row, (code, names) in enumerate(bound, first + len(TEXTS) + 1):
        book.write(sheet, row, 0, code, "hidden")
        book.write(sheet, row, 1, ",".join(names), "hidden")
        _define(book, ARGUMENTS_PREFIX + code, (row, 1), (row, 1))
    book.protect(sheet)


def _define(book: Book, name: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    corners = dict.fromkeys(f"${column_letter(column)}${row + 1}" for row, column in (start, end))
    book.workbook.define_name(name, f"='{HELP_SHEET}'!{':'.join(corners)}")
