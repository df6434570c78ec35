"""审核意见函: one Word letter for each unit that has something to mend, whatever its files; only what concerns it, nothing of other units."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from xl_jixiao.finding import Finding, Level
from xl_jixiao.number import plain
from xl_jixiao.outputs import safe_name
from xl_jixiao.report.official import LEFT, Official, TableCell
from xl_jixiao.review.desk import Desk, UnitFiling, place_in
from xl_jixiao.review.examine import Examined

_WIDTHS = (9, 19, 36, 12, 12, 12)
_HEADS = ("编号", "位置", "问题", "填报数", "应为", "单位回复")
_POINT_WIDTHS = (34, 10, 10, 10, 36)
_POINT_HEADS = ("指标", "分值", "自评得分", "复核得分", "理由")
_OPENING = {
    Level.MUST_FIX: "一、须改正后重新报送的问题",
    Level.EXPLAIN: "二、须说明理由或补充材料的事项",
}
_FOR_THE_BUREAU = frozenset({"JX627", "JX692"})
"""What only the bureau can answer."""

_ORDINALS = "一二三四"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True)
class LetterHead:
    """What a bureau's letters say besides the findings."""

    bureau: str = ""
    number: str = ""
    deadline: str = ""
    contact: str = ""
    day: str = ""


def write_letters(desk: Desk, folder: Path, head: LetterHead, *, overwrite: bool = False) -> list[Path]:
    """A letter for each unit with something to mend or explain, returned after the folder itself. Raises FileExistsError."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder]
    names: set[str] = set()
    for unit in desk.units:
        if not _concerned(unit):
            continue
        name = _unused(safe_name(unit.name), names)
        written.append(letter(unit, head, len(written)).save(folder / f"{name}-审核意见.docx", overwrite=overwrite))
    return written


def left_from_before(written: Sequence[Path]) -> list[Path]:
    """Letters of an earlier review in the folder, which this one did not write: of units that have nothing to mend any more."""
    now = {path.name for path in written[1:]}
    return sorted(path for path in written[0].glob("*-审核意见.docx") if path.name not in now and not path.name.startswith("~$"))


def _concerned(unit: UnitFiling) -> bool:
    """Whether a unit gets a letter: mere hints are none, nor are files nobody reviewed; points the reviewer changed are."""
    return any(_rows(unit, level) for level in _OPENING) or any(result.reviewed_total is not None for result in unit.files)


def _unused(unit: str, names: set[str]) -> str:
    """A name no other letter of this review has, on disks that don't know small letters from capitals too; it is noted in `names`."""
    plain_name = unit or "未填单位"
    tries = (plain_name, *(f"{plain_name}-{number}" for number in range(2, len(names) + 3)))
    name = next(one for one in tries if one.casefold() not in names)
    names.add(name.casefold())
    return name


def letter(unit: UnitFiling, head: LetterHead, number: int = 1) -> Official:
    """The letter of one unit; `number` is its place among the letters of the review, for 文号 that leave it open (“〔2021〕{n}号”)."""
    text = Official("预算绩效自评审核意见")
    text.section()
    text.paragraph("预算绩效自评审核意见", "title")
    if head.number:
        text.paragraph(head.number.replace("{n}", str(number)), "subtitle")
    text.paragraph("")
    text.paragraph(f"{unit.name}：", "addressee")
    for line in _lead(unit):
        text.paragraph(line)
    parts = [(level, _rows(unit, level)) for level in _OPENING]
    parts = [(level, rows) for level, rows in parts if rows]
    reviewed = [(result, line) for result in unit.files for line in result.lines if line.reviewed is not None]
    for at, (level, rows) in enumerate(parts):
        text.paragraph(f"{_ORDINALS[at]}、{_OPENING[level].partition('、')[2]}（{len(rows)}项）", "heading1")
        _table(text, _WIDTHS, _HEADS, rows, left=(1, 2))
    if reviewed:
        text.paragraph(f"{_ORDINALS[len(parts)]}、复核得分与自评得分不同的指标", "heading1")
        points = [(line.name, _points(line.weight), line.shown_points, _points(line.reviewed), line.review_reason) for _, line in reviewed]
        _table(text, _POINT_WIDTHS, _POINT_HEADS, points, left=(0, 4))
    text.paragraph(_closing(unit, head), keep=True)
    text.paragraph("", keep=True)
    if head.bureau:
        text.paragraph(f"{head.bureau}　　", "sign", keep=True)
    text.paragraph(f"{_day_in_words(head.day)}　　" if head.day else "年　月　日　　", "sign")
    return text


def _table(text: Official, widths: Sequence[float], heads: Sequence[str], rows: Sequence[Sequence[str]], *, left: tuple[int, ...]) -> None:
    cells = [TableCell(0, column, head, bold=True) for column, head in enumerate(heads)]
    cells += [
        TableCell(row, column, cell, align=LEFT if column in left else None)
        for row, values in enumerate(rows, 1)
        for column, cell in enumerate(values)
    ]
    # The last rows stay with what follows, so that no page carries the date alone.
    text.table(widths, cells, heads=1, keep={0, *range(max(1, len(rows) - 1), len(rows) + 1)})


def _rows(unit: UnitFiling, level: Level) -> list[tuple[str, ...]]:
    several = len(unit.files) > 1
    rows: list[tuple[str, ...]] = []
    for at, result in enumerate(unit.files):
        mark = _mark(at) if several else ""
        for one in result.findings:
            if one.level is level and one.code not in _FOR_THE_BUREAU:
                rows.append((one.code, f"{mark}{place_in(result, one)}", _discreet(one), one.reported, one.expected, ""))
    return rows


def _mark(at: int) -> str:
    return _CIRCLED[at] if at < len(_CIRCLED) else f"（{at + 1}）"


def _discreet(one: Finding) -> str:
    """The sentence without the name and the file of another unit whose filing it was compared with."""
    if one.code not in ("JX612", "JX681"):
        return one.message
    return re.sub(r"与.{1,200}?的(填报文字相同|填报完全相同)（.*?(?:）|$)", r"与另一个单位的\1", one.message, count=1, flags=re.S)


def _points(value: Decimal | None) -> str:
    return "—" if value is None else plain(value)


def _lead(unit: UnitFiling) -> list[str]:
    several = len(unit.files) > 1
    lines = [
        f"你单位报送的预算绩效自评材料{len(unit.files)}份已审核，意见如下。"
        if several
        else "你单位报送的预算绩效自评材料已审核，意见如下。"
    ]
    lines += [f"{_mark(at) if several else ''}{_about(result)}" for at, result in enumerate(unit.files)]
    return lines


def _about(result: Examined) -> str:
    """What a file is and comes to; a total that does not stand has no grade."""
    if not result.readable:
        return f"文件“{result.name}”无法审核，请按下列意见处理后重新报送。"
    if result.claimed_total is None and result.total is None:
        return f"《{result.title}》（{result.name}）。"
    claimed = "未得出" if result.claimed_total is None else f"{plain(result.claimed_total)}分"
    said = f"《{result.title}》（{result.name}）自评总分{claimed}"
    if result.reviewed_total is not None:
        return f"{said}，复核总分{plain(result.reviewed_total)}分，等次“{result.grade}”。"
    computed = "" if result.computed_total in (None, result.total) else f"，不作调整、只按评分标准复算为{_points(result.computed_total)}分"
    if result.must_fix:
        again = "不能得出总分" if result.total is None else f"按填报数复算为{plain(result.total)}分"
        return f"{said}，{again}{computed}；有须改正的问题，改正后再定总分和等次。"
    again = "不能得出总分" if result.total is None else f"按填报数复算为{plain(result.total)}分，等次“{result.grade}”"
    return f"{said}，{again}{computed}。"


def _closing(unit: UnitFiling, head: LetterHead) -> str:
    by = f"于{_day_in_words(head.deadline)}前" if head.deadline else "尽快"
    do = "改正后重新报送，并" if unit.count(Level.MUST_FIX) else ""
    contact = f"联系人及电话：{head.contact}。" if head.contact else ""
    return f"请{by}{do}在“单位回复”栏逐项填写处理情况，连同补充材料一并报回。{contact}"


_DAY = re.compile(r"(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})")


def _day_in_words(day: str) -> str:
    """A day as a letter has it, in Arabic digits without leading zeros: 2026-06-30 is 2026年6月30日; other words stay."""
    found = _DAY.fullmatch(day.strip())
    return f"{found[1]}年{int(found[2])}月{int(found[3])}日" if found else day.strip().removesuffix("前")
