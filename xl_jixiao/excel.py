"""What the macro buttons call: the workbook open in Excel in, a Chinese answer out.

The macro shows the answer and asks its questions; an answer is also its only sign that Python ran. 导出 and 检查 write no cell, so
they leave the clerk's undo alone. Beside udfs/ the only module that knows xlwings.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from xlwings import Book, func

from xl_jixiao import rubric as rubrics
from xl_jixiao.answers import Answers
from xl_jixiao.catalogue import bundled
from xl_jixiao.checks import check_filing
from xl_jixiao.desktop.windows import ThisDesktop, documents_folder
from xl_jixiao.export.finished import file_name, finish
from xl_jixiao.finding import Finding, Level, Place
from xl_jixiao.layout import CONCLUSION, DATA, STAMP, TOTAL, DataColumns, Layout, Ref, adjusted_name, evidence_name, reason_name
from xl_jixiao.number import NotANumber, from_cell, plain
from xl_jixiao.reading import answers_of
from xl_jixiao.rubric import Rubric, RubricError
from xl_jixiao.scoring import UNFINISHED, ScoreCard, score

DONE, STOP, ASK = "DONE", "STOP", "ASK"
_SHOWN = 8
_REFERENCE = re.compile(r"=(?:'((?:[^']|'')+)'|([^'!]+))!\$([A-Z]{1,3})\$(\d+)(?::.*)?")
_UNKNOWN_ERROR = -2_146_000_000
"""Cells with errors newer than xlwings knows (#SPILL!) arrive as integers below this."""


class Refused(Exception):
    """Nothing was done; the message says why and what to do."""


@dataclass(frozen=True)
class Reply:
    """An answer to the macro. ASK carries what to answer for yes and for no; an empty one means: leave it."""

    kind: str
    text: str
    yes: str = ""
    no: str = ""

    def __str__(self) -> str:
        return "\n".join((self.kind, self.yes, self.no, self.text))


@func
def press(action, answer):
    """What a button does. `answer` is empty at first, then what the last question said for 是 or 否: granted words joined by +."""
    try:
        filing = OpenFiling(Book.caller())
        return str(_ACTIONS[action](filing, frozenset(str(answer or "").split("+")) - {""}))
    except Refused as error:
        return str(Reply(STOP, str(error)))
    except OSError as error:
        where = error.filename2 or error.filename or ""
        advice = "请关闭正在打开的同名文件，检查文件夹权限和磁盘空间后重试。"
        return str(Reply(STOP, f"没有完成：写不进去或打不开 {where}（{error.strerror or error}）。\n{advice}"))
    except Exception as error:  # noqa: BLE001 - a traceback helps no clerk
        return str(Reply(STOP, f"没有完成：{_reason(error)}。\n请保存本表，重新打开后再试；仍不行时把这段话发给管理员。"))


class OpenFiling:
    """A filing open in Excel, saved or not: its rubric, answers, scores and findings as the cells are now."""

    def __init__(self, book: Book) -> None:
        self.book = book

    @cached_property
    def _named(self) -> Mapping[str, Ref | None]:
        """Every defined name's first cell; None for one whose cell was deleted."""
        return {name.name: _ref(name.refers_to) for name in self.book.names}

    @cached_property
    def rubric(self) -> Rubric:
        """The rubric the workbook was made from, of the same revision."""
        ref = self._named.get(STAMP)
        identifier, _, revision = str(self.book.sheets[ref.sheet].range(ref.local).value or "").partition("@") if ref else ("", "", "")
        if not identifier:
            raise Refused("本表不是本系统的填报表（没有评分标准编号），或隐藏的“规则”表被删除。请把数据填入新的模板。")
        beside = folder_of(self.book)[0] / f"{identifier}.toml"
        if identifier not in bundled() and not beside.is_file():
            raise Refused(f"没有安装评分标准“{identifier}”。请把它的 {beside.name} 放在本表所在的文件夹后重试。")
        try:
            rubric = rubrics.load(identifier if identifier in bundled() else str(beside))
        except RubricError as error:
            raise Refused(f"评分标准“{identifier}”有误：{error}") from error
        if rubric.stamp != f"{identifier}@{revision}":
            advice = "请运行 xl-jixiao setup 更新后把数据填入新模板。"
            raise Refused(f"本表按评分标准修订 {revision} 制作，已安装的是 {rubric.revision}，不能混用。{advice}")
        return rubric

    @cached_property
    def layout(self) -> Layout:
        """Where things stand in the template."""
        return Layout(self.rubric)

    def ref(self, name: str) -> Ref | None:
        """The cell of a name; the template's own address where a program dropped the name, None where the cell was deleted."""
        return self._named[name] if name in self._named else self.layout.names.get(name)

    @cached_property
    def _blocks(self) -> Mapping[str, list[list[object]]]:
        """Each sheet's values in one piece: a call for every cell would take seconds."""
        corners: dict[str, tuple[int, int]] = {}
        for ref in filter(None, map(self.ref, self.layout.names)):
            row, column = corners.get(ref.sheet, (0, 0))
            corners[ref.sheet] = max(row, ref.row), max(column, ref.column)
        there = {sheet.name for sheet in self.book.sheets}
        if missing := [sheet for sheet in corners if sheet not in there]:
            raise Refused(f"本表缺少“{missing[0]}”表。请把数据填入新的模板。")
        return {
            name: self.book.sheets[name].range((1, 1), (row + 1, column + 1)).options(ndim=2, err_to_str=True).value
            for name, (row, column) in corners.items()
        }

    def cell(self, name: str) -> object:
        """The value of a name's cell, an error as its text."""
        ref = self.ref(name)
        value = self._blocks[ref.sheet][ref.row][ref.column] if ref else None
        return "#错误" if type(value) is int and value < _UNKNOWN_ERROR else value

    @cached_property
    def answers(self) -> Answers:
        """What the unit entered."""
        return answers_of(self.rubric, self.cell)

    @cached_property
    def card(self) -> ScoreCard:
        """The scores of the answers."""
        return score(self.rubric, self.answers)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings."""
        return check_filing(self.layout, self.answers, self.card, self.book.name)

    def open_findings(self) -> list[Finding]:
        """What still has to be done: 必改 first, then 须说明 whose cell is blank."""
        wanting = [one for one in self.findings if one.level is Level.EXPLAIN and self._is_blank(one.place)]
        return [one for one in self.findings if one.level is Level.MUST_FIX] + wanting

    def _is_blank(self, place: Place) -> bool:
        return bool(place.cell) and self.book.sheets[place.sheet].range(place.cell).value is None

    def go_to(self, sheet: str, cell: str) -> None:
        """Shows and selects a cell. The book is active already, and xlwings' own activate fails where two Excels run."""
        self.book.sheets[sheet].api.Activate()
        self.book.sheets[sheet].range(cell or "A1").select()

    @property
    def headline(self) -> str:
        """The total and grade, and whether the cells show the same."""
        total = self.card.total
        text = f"自评总分：{UNFINISHED}" if total is None else f"自评总分：{plain(total)}分，等次：{self.card.grade}"
        shown = self.cell(TOTAL)
        try:
            same = (None if shown == UNFINISHED else from_cell(shown)) == total
        except NotANumber:
            same = False
        return text if same else f"{text}\n注意：表中总分单元格显示“{shown}”，与复算不同；请按 Ctrl+Alt+F9 重新计算。"


def _ref(refers_to: str) -> Ref | None:
    found = _REFERENCE.fullmatch(refers_to)
    if not found:
        return None
    column = sum((ord(letter) - 64) * 26**place for place, letter in enumerate(reversed(found[3])))
    return Ref((found[1] or found[2]).replace("''", "'"), int(found[4]) - 1, column - 1)


def check(filing: OpenFiling, _granted: frozenset[str]) -> Reply:
    """检查: counts and the first findings; goes to the first open one."""
    counts = Counter(finding.level for finding in filing.findings)
    summary = "，".join(f"{level} {counts[level]} 项" for level in Level)
    todo = filing.open_findings()
    if not todo:
        return Reply(DONE, f"检查完毕，没有要改的：{summary}。\n{filing.headline}")
    filing.go_to(todo[0].place.sheet, todo[0].place.cell)
    return Reply(STOP, f"检查完毕：{summary}；待处理 {len(todo)} 项。\n{filing.headline}\n\n{_listed(todo)}\n已转到第 1 项。")


def export(filing: OpenFiling, granted: frozenset[str]) -> Reply:
    """导出成品: the finished workbook and the PDFs of form and summary; refuses while anything must be fixed."""
    must = [finding for finding in filing.findings if finding.level is Level.MUST_FIX]
    if must:
        filing.go_to(must[0].place.sheet, must[0].place.cell)
        return Reply(STOP, f"还不能导出成品：必改 {len(must)} 项。没有写任何文件。\n\n{_listed(must)}\n已转到第 1 项。")
    folder, note = folder_of(filing.book)
    workbook = folder / file_name(filing.rubric, filing.answers)
    pdfs = {filing.layout.form_sheet: workbook.with_suffix(".pdf"), CONCLUSION: workbook.with_name(f"{workbook.stem}-{CONCLUSION}.pdf")}
    present = [path.name for path in (workbook, *pdfs.values()) if path.exists()]
    if present and "overwrite" not in granted:
        names = "\n".join(present)
        return Reply(ASK, f"以下文件已存在于 {folder}：\n{names}\n\n要覆盖吗？选“否”则什么也不写。", "overwrite")
    finish(filing.rubric, filing.answers, folder, file=filing.book.name, overwrite="overwrite" in granted)
    problem = print_to_pdf(filing.book, workbook, pdfs)
    printed = [path.name for path in pdfs.values()] if not problem else []
    lines = [f"成品已导出到 {folder}：", workbook.name, *printed, filing.headline]
    if problem:
        lines.append(f"PDF 没有生成：{problem}。可在 Excel 中打开成品，用“文件→导出→创建 PDF”。")
    return Reply(DONE, "\n".join(filter(None, (*lines, note))))


def print_to_pdf(caller: Book, workbook: Path, pdfs: Mapping[str, Path]) -> str:
    """Prints sheets of a finished workbook through the Excel that has the caller open; empty, or why it failed.

    The sheet's own ExportAsFixedFormat: xlwings' to_pdf hides the other sheets.
    """
    app = caller.app
    before = app.screen_updating, app.display_alerts, app.enable_events
    try:
        app.status_bar = "正在生成 PDF，请稍候……"
        app.screen_updating = app.display_alerts = app.enable_events = False
        finished = app.books.open(str(workbook), update_links=False, read_only=True, add_to_mru=False)
        try:
            for sheet, path in pdfs.items():
                finished.sheets[sheet].api.ExportAsFixedFormat(0, str(path))
        finally:
            finished.close()
    except Exception as error:  # noqa: BLE001 - no printer, a PDF held open: the workbook is written all the same
        return _reason(error)
    finally:
        app.screen_updating, app.display_alerts, app.enable_events = before
        caller.api.Activate()
    return ""


def clear(filing: OpenFiling, granted: frozenset[str]) -> Reply:
    """清空示例: empties every input cell, after asking, and after saving a copy where wanted."""
    filled = list(_filled(filing))
    if not filled:
        return Reply(DONE, "表中没有已填的内容，不用清空。")
    unit = filing.cell("单位名称") if "单位名称" in filing.layout.inputs else None
    if "sure" not in granted:
        whose = f"“{unit}”的" if unit else ""
        what = f"将清空{whose} {len(filled)} 个已填单元格（基础数据、认定情况、调整、理由、佐证、备注）。"
        return Reply(ASK, f"{what}\n清空后不能撤销。要继续吗？", "sure")
    if not granted & {"copy", "straight"}:
        return Reply(ASK, "清空前，要把现在的内容另存一份副本吗？\n选“否”则直接清空。", "sure+copy", "sure+straight")
    saved = ""
    if "copy" in granted:
        copy = _free_name(filing.book)
        filing.book.api.SaveCopyAs(str(copy))
        saved = f"\n清空前的副本：{copy}"
    _empty(filing.book, filled)
    first = next(iter(filing.layout.inputs))
    filing.go_to(filing.ref(first).sheet, filing.ref(first).local)
    return Reply(DONE, f"已清空 {len(filled)} 个单元格，可以开始填报。本表还没有保存。{saved}")


def _filled(filing: OpenFiling) -> Iterable[Ref]:
    layout = filing.layout
    per_indicator = (adjusted_name, reason_name, evidence_name)
    names = [*layout.inputs, *layout.items, *(name(one.code) for one in layout.rubric.indicators for name in per_indicator)]
    for name in names:
        ref = filing.ref(name)
        if ref and filing.cell(name) not in (None, ""):
            yield ref
    for name in layout.inputs:
        ref = filing.ref(name)
        remark = Ref(DATA, ref.row, DataColumns.REMARK) if ref and ref.sheet == DATA else None
        if remark and filing.book.sheets[DATA].range(remark.local).value is not None:
            yield remark


def _empty(book: Book, refs: Iterable[Ref]) -> None:
    calculation, updating = book.app.calculation, book.app.screen_updating
    try:
        book.app.calculation, book.app.screen_updating = "manual", False  # else every cell would call the functions again
        for ref in refs:
            book.sheets[ref.sheet].range(ref.local).value = None
    finally:
        book.app.calculation, book.app.screen_updating = calculation, updating


def _free_name(book: Book) -> Path:
    folder, _ = folder_of(book)
    name = Path(book.name)
    suffix = name.suffix or ".xlsm"
    tries = (folder / f"{name.stem}-清空前{number or ''}{suffix}" for number in range(1000))
    return next(path for path in tries if not path.exists())


def folder_of(book: Book) -> tuple[Path, str]:
    """Where files of an open workbook belong: beside it, else in 文档, with a sentence why.

    A workbook synchronised by OneDrive calls itself by a web address, one never saved has no folder.
    """
    path = book.api.Path
    if path and "://" in path:
        try:
            path = str(Path(book.fullname).parent)
        except Exception:  # noqa: BLE001 - xlwings raises several kinds where it finds no local copy
            return _documents(), "本表在云端（OneDrive 等），文件放在“文档”里。"
    if not path:
        return _documents(), "本表还没有保存过，文件放在“文档”里。"
    if not os.access(path, os.W_OK):
        return _documents(), "本表所在的文件夹不能写入，文件放在“文档”里。"
    return Path(path), ""


def _documents() -> Path:
    desktop = ThisDesktop()
    folder = (documents_folder(desktop) if desktop.is_windows else Path.home() / "Documents") / "预算绩效自评"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _listed(findings: list[Finding]) -> str:
    lines = []
    for at, one in enumerate(findings[:_SHOWN], 1):
        lines.append(f"{at}. {one.place.sheet}{'!' if one.place.cell else ''}{one.place.cell}：{one.message}")
    more = [f"……共 {len(findings)} 项"] if len(findings) > _SHOWN else []
    return "\n".join([*lines, *more])


def _reason(error: Exception) -> str:
    """What Excel itself said, where it was Excel that refused."""
    details = error.args[2] if len(error.args) > 2 and isinstance(error.args[2], tuple) else ()
    said = details[2] if len(details) > 2 and details[2] else str(error)
    return f"{said.strip() or type(error).__name__}".rstrip("。.")[:200]


_ACTIONS: Mapping[str, Callable[[OpenFiling, frozenset[str]], Reply]] = {"export": export, "check": check, "clear": clear}
