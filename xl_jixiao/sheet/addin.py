"""What makes a workbook the add-in edition: VBA project, xlwings' settings, help texts, names for calls without arguments, buttons."""

from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from xl_jixiao.desktop.interpreter import CONF_VALUE
from xl_jixiao.desktop.templates import CONF_SHEET, INTERPRETER_KEY, VERSION_KEY
from xl_jixiao.sheet.build import SheetBuilder
from xl_jixiao.sheet.plan import Button, Visibility
from xl_jixiao.sheet.vba import Module, vba_project
from xl_jixiao.tables.functions import ARGUMENTS_PREFIX, CATEGORY, FUNCTIONS
from xl_jixiao.words import HELP_SHEET

WORKBOOK = "ThisWorkbook"
FUNCTIONS_NAME, TEXTS_NAME = "JxFunctions", "JxTexts"

BUTTONS = (("导出成品", "JxExport"), ("检查", "JxCheck"), ("导入", "JxImport"), ("清空示例", "JxClear"), ("恢复填报格", "JxReopen"))
"""Caption and macro of each button of a clerk's workbook."""

REVIEW_BUTTONS = (("复核文件夹", "JxReview"), ("复核打开的表", "JxOpinion"))
"""Those of the reviewer's workbook."""

_AGAIN = "请保存本表，关闭所有 Excel 窗口后重新打开再试；仍不行时运行 xl-jixiao doctor，按提示处理。"
TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "title": "预算绩效自评",
        "busy_export": "正在导出成品，请稍候……",
        "busy_check": "正在检查，请稍候……",
        "busy_import": "正在导入，请稍候……",
        "busy_clear": "正在清空示例，请稍候……",
        "reopened": "填报格都已恢复成可以填写的。贴错了的格子：选中，按 Delete 清空，再重新输入。",
        "not_reopened": "没有完成：填报格没有恢复。\n请点“审阅→撤销工作表保护”，选中该格，在“设置单元格格式→保护”里去掉“锁定”，再重新保护。",
        "busy_review": "正在复核，请稍候……",
        "busy_opinion": "正在复核打开的表，请稍候……",
        "no_python": "没有完成：Python 没有启动。数据都在表中，没有改动。\n"
        "请关闭所有 Excel 窗口，运行离线安装文件夹里的“开始安装.bat”（或命令 xl-jixiao setup），再打开本表重试；"
        "仍不行时运行“检查.bat”（或 xl-jixiao doctor），按提示处理。\n"
        "本机不能安装的，请改用免装版（.xlsx）：把有颜色的单元格里的数抄过去即可，得分由 Excel 或 WPS 自己计算。",
        "broken": f"没有完成：Python 运行中断。\n{_AGAIN}",
        "no_answer": f"没有完成：Python 没有答复，不能确认做了什么。\n{_AGAIN}",
    }
)
"""What the macros say where Python can't; everything else Python says."""


def buttons_at(row: int, column: int, buttons: Sequence[tuple[str, str]] = BUTTONS) -> list[Button]:
    """The buttons side by side, from a cell on."""
    return [Button(row, column, 8 + at * 135, caption, macro) for at, (caption, macro) in enumerate(buttons)]


def settings() -> Mapping[str, str]:
    """xlwings' settings, as text: so its VBA runtime reads them whatever the language of Windows."""
    return {
        INTERPRETER_KEY: CONF_VALUE,
        "UDF MODULES": "jx_udfs",
        "USE UDF SERVER": "True",
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
        VERSION_KEY: metadata.version("xlwings"),
    }


def vba_of(code_names: Sequence[str]) -> bytes:
    """The VBA project of a workbook whose sheets have these code names: a module for the workbook and for each sheet, xlwings' own runtime
    unmodified, its wrappers, our macros."""
    return vba_project(
        (
            Module.workbook(_source("jx_udfs", "ThisWorkbook.cls"), WORKBOOK),
            *map(Module.sheet, code_names),
            Module.standard("xlwings", _source("xlwings", "xlwings.bas")),
            Module.standard("xlwings_udfs", _source("jx_udfs", "xlwings_udfs.bas")),
            Module.standard("jx_macros", _source("jx_udfs", "jx_macros.bas")),
        )
    )


def _source(package: str, name: str) -> str:
    """A file of an installed package, which is not imported for it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"没有安装 {package}，不能生成插件版", name=package)
    return Path(spec.origin).with_name(name).read_text(encoding="utf-8")


def addin_sheets(bound: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[SheetBuilder, SheetBuilder]:
    """The sheets only the add-in edition has: the functions' help with the macros' texts, and xlwings' settings.

    `bound`: the inputs of each standard rate the workbook uses, in the order of the function's arguments.
    """
    return _help(bound), _settings()


def _settings() -> SheetBuilder:
    sheet = SheetBuilder(CONF_SHEET, "Sheet_Conf")
    sheet.visibility, sheet.protected = Visibility.HIDDEN, False
    for row, pair in enumerate(settings().items()):
        sheet.heads(row, pair, "hidden")
    return sheet


def _help(bound: Iterable[tuple[str, tuple[str, ...]]]) -> SheetBuilder:
    sheet = SheetBuilder(HELP_SHEET, "Sheet_Functions")
    sheet.visibility = Visibility.BURIED
    most = max(len(one.arguments) for one in FUNCTIONS.values())
    for row, one in enumerate(FUNCTIONS.values()):
        sheet.heads(row, (one.name, CATEGORY, one.help, *(text for _, text in one.arguments)), "hidden")
    sheet.area(FUNCTIONS_NAME, 0, 0, len(FUNCTIONS) - 1, 2 + most)
    first = len(FUNCTIONS) + 1
    for row, pair in enumerate(TEXTS.items(), first):
        sheet.heads(row, pair, "hidden")
    sheet.area(TEXTS_NAME, first, 0, first + len(TEXTS) - 1, 1)
    for row, (code, names) in enumerate(bound, first + len(TEXTS) + 1):
        sheet.label(row, 0, code, "hidden")
        sheet.label(row, 1, ",".join(names), "hidden", key=ARGUMENTS_PREFIX + code)
    return sheet
