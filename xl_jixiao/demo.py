"""The whole job on real published cases: 洪江市人民政府办公室 2020 in full, alone and as one book; where asked, every other form too."""

from dataclasses import dataclass, replace
from pathlib import Path

from xl_jixiao.finding import Finding, Level, Unfinished
from xl_jixiao.jobs import open_job, read_workbook
from xl_jixiao.review.examine import examine
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.job import Result
from xl_jixiao.tables.catalogue import bundled, examples, heading
from xl_jixiao.terminal import console, progress, say, show_result
from xl_jixiao.unit.job import UnitResult

CASE = "hongjiang-2020-dept"
BOOK = "hongjiang-2020-set"
"""The forms of the same case as one book."""

ONE_BOOK = "整套一本"

_WHAT = {
    Edition.NATIVE.label: "免装版填报表：Excel、WPS、LibreOffice 直接打开",
    Edition.ADDIN.label: "插件版填报表：函数 =JX_… 与按钮",
    ".xlsx": "成品：锁定、无宏，含自评结论",
    ".docx": "自评报告：公文格式的 Word 文件",
}


def run(folder: Path, *, every: bool = False, overwrite: bool = False) -> None:
    """Fills both editions of the case's forms, or of every form, exports what can be finished, and says what was found and where it is."""
    out = console()
    others = [name for name in bundled() if name != CASE and name in examples()]
    results: list[tuple[str, Made]] = []
    with progress(out, "正在填写、计算、导出") as shown:
        task = shown.add_task("", total=2 + every * len(others), name=CASE)
        case = make(CASE, folder, overwrite=overwrite)
        shown.update(task, advance=1, name=BOOK)
        book = make(BOOK, folder / ONE_BOOK, overwrite=overwrite)
        for name in others if every else ():
            shown.update(task, advance=1, name=name)
            results.append((name, make(name, folder / "其他表格" / name, overwrite=overwrite)))
    show_result(case.result, case.findings)
    out.print()
    say(out, "文件：", style="bold")
    for path in case.files:
        say(out, f"{path}　{what(path)}", indent=2)
    out.print()
    say(out, f"整套合成一本，在 {folder / ONE_BOOK}：", style="bold")
    say(out, f"{BOOK}　{book.result.title}", indent=2)
    if isinstance(book.result, UnitResult):
        say(out, f"{spared(book.result)}；{book.told}", indent=6)
    out.print()
    if not every:
        say(out, f"其余{len(others)}种表格的样例：xl-jixiao demo --all")
        return
    say(out, f"其余表格（各含免装版、插件版填报表，能出成品的另有成品），在 {folder / '其他表格'}：", style="bold")
    for name, made in results:
        say(out, f"{name}　{heading(bundled()[name])['title']}", indent=2)
        say(out, made.told, indent=6)


def spared(result: UnitResult) -> str:
    """What one book spares: how many entries its forms have alone, and how many the book has."""
    book = result.book
    each = f"；有项目的，每个项目在项目清单里一行{len(book.columns)}格" if book.columns else ""
    return f"逐表要填{book.asked_alone}格，合成一本只填{book.asked_once}格，少填{book.asked_alone - book.asked_once}格{each}"


@dataclass(frozen=True)
class Made:
    """What was made of one form: its files, what it comes to, what a review finds in its workbook, and whether it could be finished."""

    files: tuple[Path, ...]
    result: Result
    findings: tuple[Finding, ...]
    state: str

    @property
    def told(self) -> str:
        """What it comes to, whether it could be finished, and how many findings of each level a review counts."""
        counts = "，".join(f"{level}{count}" for level in Level if (count := sum(one.level is level for one in self.findings)))
        return f"{self.result.headline}；{self.state}{f'；{counts}' if counts else ''}"


def make(name: str, folder: Path, *, overwrite: bool) -> Made:
    """One form's files from its example: both editions filled, and the finished one read back from the native workbook."""
    folder.mkdir(parents=True, exist_ok=True)
    job = open_job(name)
    answers = job.answers(examples()[name])
    native, addin = (folder / f"{name}-{edition.label}{edition.suffix}" for edition in (Edition.NATIVE, Edition.ADDIN))
    job.write(answers, Edition.NATIVE, native, overwrite=overwrite)
    result = job.write(answers, Edition.ADDIN, addin, overwrite=overwrite)
    files = (native, addin)
    found = tuple(replace(one, place=replace(one.place, file="")) for one in examine(native).findings)
    returned = read_workbook(native)
    try:
        finished, _ = returned.job.finish(returned.answers, folder, overwrite=overwrite)
    except Unfinished as error:
        return Made(files, result, found, f"有{len(error.findings)}项未完成，不出成品")
    return Made((*files, *finished), result, found, "已出成品")


def what(path: Path) -> str:
    """What a file is, for the person who opens it."""
    return next(text for mark, text in _WHAT.items() if mark in path.stem or mark == path.suffix)
