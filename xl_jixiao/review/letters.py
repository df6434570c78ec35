"""审核意见函: one Word letter for each unit that has something to mend, with every place named."""

from collections.abc import Sequence
from pathlib import Path, PurePath

from xl_jixiao.finding import Level
from xl_jixiao.number import plain
from xl_jixiao.outputs import safe_name
from xl_jixiao.report.official import LEFT, Official, TableCell
from xl_jixiao.review.examine import Examined

_NOT_THEIRS = frozenset({"JX622", "JX627"})
"""What a unit need not be told: other files of the folder, a fault of this program."""

_WIDTHS = (8, 30, 62)
_OPENING = {
    Level.MUST_FIX: "以下问题须改正后重新上报：",
    Level.EXPLAIN: "以下事项请说明理由或补充材料：",
    Level.NOTE: "以下事项供核对，不影响结论：",
}


def write_letters(results: Sequence[Examined], folder: Path, *, overwrite: bool = False) -> list[Path]:
    """A letter for each filing with findings, returned after the folder itself. Raises FileExistsError."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder]
    names: set[str] = set()
    for result in results:
        if all(one.code in _NOT_THEIRS for one in result.findings):
            continue
        name = _unused(safe_name(result.unit) or safe_name(result.file.stem), safe_name(result.file.stem), names)
        written.append(letter(result).save(folder / f"{name}-审核意见.docx", overwrite=overwrite))
    return written


def _unused(unit: str, file: str, names: set[str]) -> str:
    """A name no other letter of this review has, on disks that don't know small letters from capitals too; it is noted in `names`."""
    plain = unit or "未填单位"
    tries = (plain, *([f"{plain}-{file}"] if file else []), *(f"{plain}-{number}" for number in range(2, len(names) + 3)))
    name = next(one for one in tries if one.casefold() not in names)
    names.add(name.casefold())
    return name


def letter(result: Examined) -> Official:
    """The letter of one filing."""
    text = Official("预算绩效自评审核意见")
    text.section()
    text.paragraph("预算绩效自评审核意见", "title")
    text.paragraph(f"{result.unit or PurePath(result.name).stem}：")
    text.paragraph(_lead(result))
    for level, opening in _OPENING.items():
        findings = [finding for finding in result.findings if finding.level is level]
        if findings:
            text.paragraph(opening, "heading1")
            heads = [TableCell(0, column, head, bold=True) for column, head in enumerate(("序号", "位置", "问题"))]
            rows = [
                TableCell(row, column, cell, align=None if column == 0 else LEFT)
                for row, finding in enumerate(findings, 1)
                for column, cell in enumerate((str(row), str(finding.place).removeprefix(f"{result.name} ▸ "), finding.message))
            ]
            text.table(_WIDTHS, [*heads, *rows], heads=1)
    text.paragraph("")
    text.paragraph("　　年　月　日", "sign")
    return text


def _lead(result: Examined) -> str:
    if not result.readable:
        return f"你单位报送的文件“{result.name}”无法审核，请按下列意见处理后重新报送。"
    claimed = "未得出" if result.claimed_total is None else f"{plain(result.claimed_total)}分"
    again = "不能得出总分" if result.total is None else f"总分{plain(result.total)}分，等次“{result.grade}”"
    computed = "" if result.computed_total is None else f"；不作调整、只按评分标准复算为{plain(result.computed_total)}分"
    return f"你单位报送的《{result.title}》（{result.name}）自评总分{claimed}。经按填报数复算，{again}{computed}。"
