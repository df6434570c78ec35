"""What the macro buttons call: the workbook open in Excel in, a Chinese answer out.

The macro shows the answer and asks its questions; an answer is also its only sign that Python ran. 导出 writes no cell, nor does 检查 unless
asked to, so they leave the clerk's undo alone; what can't be undone says so before, and nothing is saved. Beside udfs/ the only module that knows xlwings.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings import Book, Sheet, func

from xl_jixiao.desktop.files import reason
from xl_jixiao.desktop.windows import ThisDesktop, documents_folder
from xl_jixiao.expr import Value
from xl_jixiao.finding import Finding, Level, Place, read_otherwise
from xl_jixiao.number import to_cell
from xl_jixiao.open_filing import NothingDone, OpenFiling
from xl_jixiao.sheet.content import UnreadableWorkbook
from xl_jixiao.sheet.looks import look
from xl_jixiao.sheet.plan import Computed, Label, Ref, SheetPlan
from xl_jixiao.words import LAST_YEAR_SHEET

if TYPE_CHECKING:
    from xl_jixiao.review.examine import Examined

DONE, STOP, ASK = "DONE", "STOP", "ASK"
_SHOWN = 8
LONGEST_MESSAGE = 500
"""Characters a message box surely shows: VBA's limit is about 1,024 bytes, two of them to a Chinese character."""

OPINION_SHEET = "复核意见"
_PICK_FILE, _PICK_FOLDER, _PICKED = 3, 4, -1
"""msoFileDialogFilePicker, msoFileDialogFolderPicker, and what Show answers for OK."""

_REST = "……其余见“校验”"
_GREY = (128, 128, 128)


@dataclass(frozen=True)
class Reply:
    """An answer to the macro. ASK carries what to answer for yes and for no; an empty one means: leave it. `rest` stands for lines that
    don't fit."""

    kind: str
    text: str
    yes: str = ""
    no: str = ""
    rest: str = _REST

    def __str__(self) -> str:
        return "\n".join((self.kind, self.yes, self.no, shortened(self.text, rest=self.rest)))


def shortened(text: str, most: int = LONGEST_MESSAGE, rest: str = _REST) -> str:
    """A message that fits its box: lines are left out before the last one, which says what to do next, and the place of the rest is said."""
    if len(text) <= most:
        return text
    above, _, last = text.rpartition("\n")
    last = last[: most // 2] if above else ""
    room = most - len(rest) - len(last) - 2
    start = (above or text)[:room]
    lines = start.rpartition("\n")[0].rstrip("\n") or start
    return "\n".join(filter(None, (lines, rest, last)))


@func
def press(action, answer):  # type: ignore[no-untyped-def]  # xlwings would convert by annotations
    """What a button does. `answer` is empty at first, then what the last question said for 是 or 否: granted words joined by +."""
    try:
        book = Book.caller()
        filing = OpenFiling(book, folder_of(book)[0])
        return str(_ACTIONS[action](filing, frozenset(str(answer or "").split("+")) - {""}))
    except NothingDone as error:
        return str(Reply(STOP, str(error)))
    except OSError as error:
        where = error.filename2 or error.filename or ""
        advice = "请关闭正在打开的同名文件，检查文件夹权限和磁盘空间后重试。"
        return str(Reply(STOP, f"没有完成：写不进去或打不开 {where}（{reason(error)}）。\n{advice}"))
    except Exception as error:  # noqa: BLE001 - a traceback helps no clerk
        return str(Reply(STOP, f"没有完成：{_reason(error)}。\n请保存本表，重新打开后再试；仍不行时把这段话发给管理员。"))


def check(filing: OpenFiling, granted: frozenset[str]) -> Reply:
    """检查: counts and the first findings; goes to the first open one. Texts that plainly say a number, or a choice, are put as such after asking."""
    texts = filing.read_otherwise()
    if texts and "numbers" in granted:
        return _put_as_read(filing, texts)
    counts = Counter(finding.level for finding in filing.findings)
    summary = "，".join(f"{level} {counts[level]} 项" for level in Level)
    todo = open_findings(filing)
    if not todo:
        return Reply(DONE, f"检查完毕，没有要改的：{summary}。\n{filing.headline}")
    go_to(filing.book, todo[0].place)
    said = f"检查完毕：{summary}；待处理 {len(todo)} 项。\n{filing.headline}\n\n{_listed(todo)}\n已转到第 1 项。"
    if texts:
        return Reply(ASK, f"{said}\n有 {len(texts)} 格是文字，要改成上面读出的数或选项吗？改后不能撤销；选“否”则不改。", "numbers")
    return Reply(STOP, said)


def _put_as_read(filing: OpenFiling, texts: Sequence[tuple[Ref, Value]]) -> Reply:
    """Puts what the texts say into their cells."""
    done, problem = _put(filing.book, [(ref, _as_cell(value)) for ref, value in texts])
    if problem:
        return Reply(
            STOP,
            f"没有改完：已改 {done} 格，还有 {len(texts) - done} 格没有改（{problem}）。\n不要保存：关闭本表并选择“不保存”，可以找回原来的内容。",
        )
    go_to(filing.book, Place("", texts[0][0].sheet, texts[0][0].local))
    return Reply(
        DONE,
        f"已把 {done} 格文字改成数或选项：{'、'.join(str(ref) for ref, _ in texts[:_SHOWN])}{'等' * (done > _SHOWN)}。\n本表还没有保存。可以再点“检查”。",
    )


def _as_cell(value: Value) -> object:
    return to_cell(value) if isinstance(value, (Decimal, Fraction, int)) else value


def open_findings(filing: OpenFiling) -> list[Finding]:
    """What still has to be done: 必改 first, then numbers that stand as text, then 须说明 whose cell is blank."""
    must = [one for one in filing.findings if one.level is Level.MUST_FIX]
    wanting = [one for one in filing.findings if one.level is Level.EXPLAIN and _is_blank(filing.book, one.place)]
    return [*must, *read_otherwise(filing.findings), *wanting]


def _is_blank(book: Book, place: Place) -> bool:
    return bool(place.cell) and book.sheets[place.sheet].range(place.cell).value is None


def go_to(book: Book, place: Place) -> None:
    """Shows and selects a cell. The book is active already, and xlwings' own activate fails where two Excels run."""
    if place.sheet:
        book.sheets[place.sheet].api.Activate()
        book.sheets[place.sheet].range(place.cell or "A1").select()


def export(filing: OpenFiling, granted: frozenset[str]) -> Reply:
    """导出成品: the finished workbook, the report, the PDFs of form and summary; refuses while anything must be fixed."""
    must = [finding for finding in filing.findings if finding.level is Level.MUST_FIX]
    if must:
        go_to(filing.book, must[0].place)
        return Reply(STOP, f"还不能导出成品：必改 {len(must)} 项。没有写任何文件。\n\n{_listed(must)}\n已转到第 1 项。")
    folder, note = folder_of(filing.book)
    overwrite = "overwrite" in granted
    present = [path.name for path in filing.targets(folder) if path.exists()]
    if present and not overwrite:
        return _ask_to_overwrite(folder, present)
    try:
        written = filing.finish(folder, overwrite=overwrite)
    except FileExistsError as error:
        return _ask_to_overwrite(folder, [str(error).partition("：")[0]])
    pdfs: dict[str, Path] = {}
    problem = ""
    for workbook in (path for path in written if path.suffix == ".xlsx"):
        pdfs |= filing.pdfs(workbook)
        problem = problem or print_to_pdf(filing.book, workbook, filing.pdfs(workbook))
    printed = [path.name for path in pdfs.values()] if not problem else []
    lines = [f"成品已导出到 {folder}：", *(path.name for path in written), *printed, filing.headline]
    lines += [f"注意：{one.message}。" for one in read_otherwise(filing.findings)[:_SHOWN]]
    if problem:
        lines.append(f"PDF 没有生成：{problem}。可在 Excel 中打开成品，用“文件→导出→创建 PDF”。")
    return Reply(DONE, "\n".join(filter(None, (*lines, note))))


def _ask_to_overwrite(folder: Path, names: list[str]) -> Reply:
    return Reply(ASK, "\n".join([f"以下文件已存在于 {folder}：", *names, "", "要覆盖吗？选“否”则什么也不写。"]), "overwrite")


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
                (finished.sheets[sheet] if sheet else finished).api.ExportAsFixedFormat(0, str(path))
        finally:
            finished.close()
    except Exception as error:  # noqa: BLE001 - no printer, a PDF held open: the workbook is written all the same
        return _reason(error)
    finally:
        app.screen_updating, app.display_alerts, app.enable_events = before
        with suppress(Exception):  # the files are written; which window is in front is no failure
            caller.api.Activate()
    return ""


def bring_in(filing: OpenFiling, granted: frozenset[str]) -> Reply:
    """导入: asks for a file with 决算公开表 or last year's filing and fills blank cells from it; what is typed stays, and what differs is said,
    in a file beside the workbook where it is too much for a box. Last year's other figures and its texts are put on a sheet of their own, in
    grey; one that is there is replaced only after asking."""
    from xl_jixiao.arrive.importing import import_file
    from xl_jixiao.tables.catalogue import table_files

    book = filing.book
    if "again" not in granted and any(sheet.name == LAST_YEAR_SHEET for sheet in book.sheets):
        what = f"本表已有“{LAST_YEAR_SHEET}”页；选去年的填报表导入，这一页会换成新的，写在上面的字不保留。"
        return Reply(ASK, f"{what}\n要继续吗？", "again")
    source, folder = _chosen_file(book.app.api), folder_of(book)[0]
    if source is None:
        return Reply(DONE, "没有选择文件，什么也没有做。")
    try:
        done = import_file(source, filing.job, filing.answers, table_files(folder))
    except UnreadableWorkbook as error:
        return Reply(STOP, f"没有导入：{error}")
    blank = filing.still_blank(done.answers)
    computed = [ref for ref, _ in blank if book.sheets[ref.sheet].range(ref.local).formula.startswith("=")]
    filled = [(ref, _as_cell(value)) for ref, value in blank if ref not in computed]
    lines = [f"保留：{ref}里是公式，现在为空白，没有改动" for ref in computed] + list(done.lines)
    said = [
        f"已填入 {len(filled)} 个空白单元格，已经填了的没有改动。",
        *sorted(lines, key=lambda line: line.startswith("填入")),  # what was filled can be seen in its cell
        "本表还没有保存。填入后不能撤销；不要这些数的，关闭本表并选择“不保存”。",
    ]
    text, rest = "\n".join(said), ""
    if len(text) > LONGEST_MESSAGE:
        record = next(path for path in _numbered(folder / f"{Path(book.name).stem}-导入记录.txt") if not path.exists())
        record.write_text(text, encoding="utf-8-sig", newline="\r\n")
        rest = f"……全部写在：{record.name}"
    put, problem = _put(book, filled)
    if problem:
        failed = f"没有导入完：已填入 {put} 个，还有 {len(filled) - put} 个没有填入（{problem}）。"
        return Reply(STOP, f"{failed}\n不要保存：关闭本表并选择“不保存”，可以找回导入前的内容。")
    for plan in done.sheets:
        _put_beside(filing, plan)
    if filled:
        go_to(book, Place("", filled[0][0].sheet, filled[0][0].local))
    return Reply(DONE, text, rest=rest)


def _put_beside(filing: OpenFiling, plan: SheetPlan) -> None:
    """A sheet that is no part of the filing, in grey, in the place of an earlier one: its words as they stand, its formulas live."""
    book = filing.book
    for old in [sheet for sheet in book.sheets if sheet.name == plan.name]:
        old.delete()
    sheet = book.sheets.add(plan.name, after=book.sheets[-1])
    rows: list[list[Any]] = [[None] * (1 + max(one.column for one in plan.cells)) for _ in range(1 + max(one.row for one in plan.cells))]
    for one in plan.cells:
        if isinstance(one.content, Label) and one.content.value is not None:
            value = one.content.value
            # A leading apostrophe keeps a text from becoming a formula.
            rows[one.row][one.column] = f"'{value}" if isinstance(value, str) else to_cell(value)
        elif isinstance(one.content, Computed):
            rows[one.row][one.column] = filing.formula(plan.name, one.content)
    sheet.range("A1").value = rows
    for one in plan.cells:
        if isinstance(one.content, Computed):
            sheet.range((one.row + 1, one.column + 1)).number_format = look(one.style, editable=True).get("num_format", "General")
    whole = (len(rows), len(plan.widths))
    sheet.range((1, 1), whole).font.color = _GREY
    top = plan.frozen[0] if plan.frozen else 0
    sheet.range((top + 1, 1), whole).wrap_text = True
    for column, width in enumerate(plan.widths, 1):
        sheet.range((1, column)).column_width = width
    for first, last in plan.unseen_columns:
        sheet.range((1, first + 1), (1, last + 1)).column_width = 0


def _chosen_file(application: Any) -> Path | None:
    """The file picked in Excel's own dialog; nothing where it was closed."""
    dialog = application.FileDialog(_PICK_FILE)
    dialog.Title = "选择决算公开表或去年的填报表"
    return Path(str(dialog.SelectedItems(1))) if dialog.Show() == _PICKED else None


def clear(filing: OpenFiling, granted: frozenset[str]) -> Reply:
    """清空示例: empties every input cell, after asking, and after saving a copy where wanted."""
    filled = filing.filled()
    if not filled:
        return Reply(DONE, "表中没有已填的内容，不用清空。")
    if "sure" not in granted:
        whose = f"“{filing.unit}”的" if filing.unit else ""
        what = f"将清空{whose} {len(filled)} 个已填单元格（数据、认定情况、调整、理由、佐证、备注）。"
        return Reply(ASK, f"{what}\n清空后不能撤销。要继续吗？", "sure")
    if not granted & {"copy", "straight"}:
        return Reply(ASK, "清空前，要把现在的内容另存一份副本吗？\n选“否”则直接清空。", "sure+copy", "sure+straight")
    saved = ""
    if "copy" in granted:
        copy = _free_name(filing.book)
        filing.book.api.SaveCopyAs(str(copy))
        saved = f"\n清空前的副本：{copy}"
    cleared, problem = _put(filing.book, [(ref, None) for ref in filled])
    if problem:
        kept = saved or "\n不要保存：关闭本表并选择“不保存”，可以找回清空前的内容。"
        return Reply(STOP, f"没有清空完：已清空 {cleared} 个，还有 {len(filled) - cleared} 个没有清空（{problem}）。{kept}")
    go_to(filing.book, Place("", filled[0].sheet, filled[0].local))
    return Reply(DONE, f"已清空 {len(filled)} 个单元格，可以开始填报。本表还没有保存。{saved}")


def _put(book: Book, values: Sequence[tuple[Ref, object]]) -> tuple[int, str]:
    """Puts values into cells; how many were put, and why it stopped."""
    calculation, updating = book.app.calculation, book.app.screen_updating
    done = 0
    try:
        book.app.calculation, book.app.screen_updating = "manual", False  # else every cell would call the functions again
        for ref, value in values:
            book.sheets[ref.sheet].range(ref.local).value = value
            done += 1
    except Exception as error:  # noqa: BLE001 - what was put so far has to be said
        return done, _reason(error)
    finally:
        book.app.calculation, book.app.screen_updating = calculation, updating
    return done, ""


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


# ---- the reviewer's workbook


def review(filing: OpenFiling, _granted: frozenset[str]) -> Reply:
    """复核文件夹: asks for the folder of returned files, reviews them with progress in the status bar, opens the report. Nothing that was
    returned is written to; an earlier report is not overwritten."""
    from xl_jixiao.review.run import Wanted, run

    app = filing.book.app
    folder = _chosen_folder(app.api)
    if folder is None:
        return Reply(DONE, "没有选择文件夹，什么也没有做。")
    place = folder.parent if os.access(folder.parent, os.W_OK) else _documents()
    report = next(path for path in _numbered(place / f"{folder.name}-审核报告.xlsx") if not path.exists())
    started = time.monotonic()

    def watch(done: int, every: int, name: str) -> None:
        left = (time.monotonic() - started) / done * (every - done) if done else 0
        app.status_bar = f"正在复核 {done}/{every}，还需约 {left:.0f} 秒：{name[:40]}" if done else f"正在复核 {every} 份……"

    try:
        reviewed = run([folder], Wanted(report, watch=watch))
    finally:
        app.status_bar = False
    bad = sum(one.must_fix for one in reviewed.results)
    app.books.open(str(report))
    return Reply(DONE, f"复核完毕：共 {len(reviewed.results)} 份，必改 {bad} 份。\n报告已打开：{report}")


def _chosen_folder(application: Any) -> Path | None:
    """The folder picked in Excel's own dialog; nothing where it was closed."""
    dialog = application.FileDialog(_PICK_FOLDER)
    dialog.Title = "选择交回文件所在的文件夹"
    return Path(str(dialog.SelectedItems(1))) if dialog.Show() == _PICKED else None


def _numbered(path: Path) -> Iterator[Path]:
    yield path
    yield from (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in range(2, 1000))


def opinion(filing: OpenFiling, granted: frozenset[str]) -> Reply:
    """复核打开的表: examines the returned workbook that is open beside the reviewer's as it was saved, and adds a sheet 复核意见 to it with a
    link to every place. No cell of the unit's own sheets is written to, nothing is saved."""
    from xl_jixiao.review.examine import examine

    others = [book for book in filing.book.app.books if book.name != filing.book.name]
    if len(others) != 1:
        names = "、".join(book.name for book in others) or "没有"
        return Reply(STOP, f"请只打开一份要复核的表（现在打开的：{names}），再按这个按钮。")
    book = others[0]
    path = Path(str(book.fullname))
    if not path.is_file():
        return Reply(STOP, f"“{book.name}”还没有保存成文件，不能复核；请先保存到本机。")
    there = [sheet for sheet in book.sheets if sheet.name == OPINION_SHEET]
    if there and "again" not in granted:
        return Reply(ASK, f"“{book.name}”里已有“{OPINION_SHEET}”页。要换成新的吗？", "again")
    forms = examine(path).forms
    as_saved = book.api.Saved or there  # asked before the sheet is added, which is a change, too
    for old in there:
        old.delete()
    sheet = book.sheets.add(OPINION_SHEET, after=book.sheets[-1])
    _write_opinion(sheet, forms)
    saved = "" if as_saved else "\n（按最近一次保存的内容复核；打开后改过的没有算在内。）"
    counts = "，".join(f"{level} {sum(form.count(level) for form in forms)} 项" for level in Level)
    return Reply(DONE, f"已在“{book.name}”最后加了“{OPINION_SHEET}”页：{counts}。单位填的内容没有动，也没有替您保存。{saved}")


def _write_opinion(sheet: Sheet, forms: Sequence["Examined"]) -> None:
    """The findings of all forms of the file, the most serious first, each with a link to its cell; above them what the first comes to."""
    result, order = forms[0], list(Level)
    ordered = sorted((one for form in forms for one in form.findings), key=lambda one: order.index(one.level))
    total = "未得出" if result.total is None else f"{result.total}"
    head = [[f"复核意见：{result.unit or result.file.name}"], [f"复核总分 {total}，等次 {result.grade or '—'}，问题 {len(ordered)} 项"]]
    sheet.range("A1").value = head
    sheet.range("A3").value = ["序号", "级别", "编号", "位置", "问题", "填报", "应为", "复核人意见"]
    for row, one in enumerate(ordered, 4):
        place = f"{one.place.sheet}!{one.place.cell}" if one.place.cell else one.place.sheet
        # A leading apostrophe keeps a returned file's text from becoming a formula.
        texts = [f"'{text}" if text else "" for text in (one.message, one.reported, one.expected)]
        sheet.range((row, 1)).value = [row - 3, str(one.level), one.code]
        sheet.range((row, 4)).formula = _link(one.place) if place else ""
        sheet.range((row, 5)).value = texts
    for column, width in zip("ABCDEFGH", (6, 8, 8, 26, 70, 14, 14, 30), strict=True):
        sheet.range(f"{column}1").column_width = width
    sheet.range((4, 5), (3 + max(1, len(ordered)), 5)).wrap_text = True


def _link(place: Place) -> str:
    """A formula that leads to a cell of the same workbook."""
    target = f"#'{place.sheet.replace(chr(39), chr(39) * 2)}'!{place.cell or 'A1'}".replace('"', '""')
    shown = f"{place.sheet}!{place.cell}".rstrip("!").replace('"', '""')
    return f'=HYPERLINK("{target}","{shown}")'


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


_ACTIONS: Mapping[str, Callable[[OpenFiling, frozenset[str]], Reply]] = {
    "export": export,
    "check": check,
    "clear": clear,
    "import": bring_in,
    "review": review,
    "opinion": opinion,
}
