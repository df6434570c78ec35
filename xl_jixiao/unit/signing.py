"""The list of what a unit signs and stamps, beside the files it is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from xl_jixiao.report.official import CENTRE, LEFT, Official, TableCell
from xl_jixiao.words import TO_FILL

SIGN_LIST = "签字盖章清单.docx"
_HEADS = ("序号", "表", "文件", "签字、盖章", "已签")
_WIDTHS = (8, 18, 40, 30, 8)


@dataclass(frozen=True)
class Signed:
    """A form with its files and who signs it."""

    form: str
    files: tuple[str, ...]
    sign: tuple[str, ...]


def sign_list(title: str, unit: str, forms: Sequence[Signed]) -> Official:
    """The list as a Word file."""
    report = Official(f"{title}签字盖章清单")
    report.section()
    report.paragraph(f"{title}\n签字盖章清单", "title")
    report.paragraph(unit or TO_FILL, "subtitle")
    cells = [TableCell(0, column, head, bold=True) for column, head in enumerate(_HEADS)]
    for row, one in enumerate(forms, 1):
        texts = (str(row), one.form, "\n".join(one.files), "、".join(one.sign) or "—", "□")
        cells += [TableCell(row, column, text, align=LEFT if column == 2 else CENTRE) for column, text in enumerate(texts)]
    report.table(_WIDTHS, cells, heads=1)
    return report
