"""审核工作台: the reviewer's own workbook of the add-in edition. Two buttons, and what they do."""

from pathlib import Path

from xl_jixiao.sheet.addin import REVIEW_BUTTONS, addin_sheets, buttons_at
from xl_jixiao.sheet.build import areas, titled
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.measure import height_for
from xl_jixiao.sheet.plan import Plan
from xl_jixiao.sheet.write import write

NAME = "审核工作台-插件版.xlsm"
_SHEET = "审核"
_WIDTHS = (18, 90)
_STEPS = (
    (
        "复核文件夹",
        "选择交回文件所在的文件夹（可有下级文件夹），逐份复算、互相比对；进度在窗口左下角。完成后打开审核报告，报告在该文件夹旁边，不覆盖以前的。",
    ),
    (
        "复核打开的表",
        "在 Excel 里打开一份交回的表，再按这个按钮：表的最后加一页“复核意见”，每条带跳转到单元格的链接。单位填的内容不动，也不自动保存。",
    ),
    (
        "复核得分",
        "在审核报告的“复核得分”页填复核得分和理由，“问题清单”页填处理意见，然后用命令 xl-jixiao review --continue 报告.xlsx 重新汇总并写意见函。",
    ),
    ("交回的文件", "只读，不改动。读不出的（加密、损坏、旧格式）单独列出，不影响其他文件。"),
)


def workbench() -> Plan:
    """The plan of the workbook."""
    sheet = titled(_SHEET, "Sheet_Review", "预算绩效自评审核工作台", _WIDTHS)
    sheet.height(1, 40)
    sheet.buttons += buttons_at(1, 0, REVIEW_BUTTONS)
    for row, (name, text) in enumerate(_STEPS, 3):
        sheet.label(row, 0, name, "head")
        sheet.label(row, 1, text, "cell")
        sheet.height(row, height_for([(text, _WIDTHS[1])], 10, 24))
    sheets = (sheet, *addin_sheets(()))
    return Plan("预算绩效自评审核工作台", "审核", Edition.ADDIN, tuple(one.done() for one in sheets), areas(sheets), first_shown=_SHEET)


def write_workbench(path: Path, *, overwrite: bool = False) -> None:
    """Writes it. Raises FileExistsError."""
    write(workbench(), path, overwrite=overwrite)
