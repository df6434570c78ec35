"""The whole review: files in; report, JSON and letters out, with progress on the way."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from xl_jixiao.finding import Level
from xl_jixiao.outputs import refuse_unwritable, replacing
from xl_jixiao.review.across import compared
from xl_jixiao.review.examine import Examined, examine_all, files_of, not_examined
from xl_jixiao.review.report import verdict, write_report
from xl_jixiao.sheet.content import shown as seen
from xl_jixiao.terminal import LEVEL_STYLES, console


@dataclass(frozen=True)
class Reviewed:
    """What a review came to; `interrupted` where someone stopped it before every file was looked at."""

    results: tuple[Examined, ...]
    interrupted: bool = False


def run(
    paths: Sequence[Path],
    output: Path,
    *,
    json_file: Path | None = None,
    letters: Path | None = None,
    jobs: int | None = None,
    rubric: str | None = None,
    units: Path | None = None,
    overwrite: bool = False,
) -> Reviewed:
    """Reviews every workbook and writes what was asked for; what is done is kept where it is interrupted.

    Raises FileNotFoundError where there is nothing to review, FileExistsError and OSError before the work where the report can't be written.
    """
    missing = [path for path in (*paths, *([units] if units else [])) if not path.exists() and not path.is_symlink()]
    if missing:
        raise FileNotFoundError(f"{missing[0]}：找不到文件或文件夹")
    for target in (output, json_file):
        if target is not None:
            refuse_unwritable(target, overwrite=overwrite)
    if letters is not None:
        letters.mkdir(parents=True, exist_ok=True)
        refuse_unwritable(letters / "审核意见.docx", overwrite=True)
    books, others = files_of(paths)
    files = tuple(file for file in books if not _same_file(file, output))
    if not files and not others:
        raise FileNotFoundError(f"{'、'.join(map(str, paths))}：没有 .xlsx 或 .xlsm 文件")
    out = console()
    done, interrupted = _examined_all(files, rubric, jobs or os.cpu_count() or 1, out)
    skipped = [not_examined(file) for file in others if file not in (output, json_file)]
    results = compared([*done, *skipped])
    filed = {result.unit for result in results}
    absent = [] if interrupted else [unit for unit in _listed(units) if unit not in filed]
    write_report(results, output, absent=absent, overwrite=overwrite)
    if json_file is not None:
        with replacing(json_file, overwrite=overwrite) as temporary:
            text = json.dumps([result.as_json() for result in results], ensure_ascii=False, indent=2)
            temporary.write_text(text, encoding="utf-8")
    written = [output, *([json_file] if json_file else [])]
    if letters is not None:
        from xl_jixiao.review.letters import write_letters

        written += write_letters(results, letters, overwrite=overwrite)[:1]
    _show(results, absent, written, out)
    if interrupted:
        out.print(f"审核被中断：已审{len(done)}份，还有{len(files) - len(done)}份没有审；已审的结果都在报告里", style="bold")
    return Reviewed(tuple(results), interrupted)


def _same_file(file: Path, output: Path) -> bool:
    return file == output or (file.parent.absolute() == output.parent.absolute() and file.name == output.name)


def _examined_all(files: Sequence[Path], rubric: str | None, jobs: int, out: Console) -> tuple[list[Examined], bool]:
    """The results in the order of the files, and whether the work was interrupted."""
    columns = (TextColumn("正在审核"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.fields[file]}"))
    results: dict[int, Examined] = {}
    interrupted = False
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task("审核", total=len(files), file="")
        try:
            for at, result in examine_all(files, rubric, jobs):
                results[at] = result
                progress.update(task, advance=1, file=seen(result.name))
        except KeyboardInterrupt:
            interrupted = True
    return [results[at] for at in sorted(results)], interrupted


def _listed(units: Path | None) -> list[str]:
    """The units that should file: one name a line."""
    if units is None:
        return []
    try:
        lines = units.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        lines = units.read_text(encoding="gb18030", errors="replace").splitlines()  # what 记事本 of older Windows saves
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def _show(results: Sequence[Examined], absent: Sequence[str], written: Sequence[Path], out: Console) -> None:
    for result in results:
        counts = "　".join(f"{level}{result.count(level)}" for level in Level if result.count(level))
        style = LEVEL_STYLES[Level.MUST_FIX] if result.must_fix else ""
        line = f"{verdict(result)}　{seen(result.unit) or '—'}　{seen(result.name)}　{counts}"
        out.print(Text(line, style=style), soft_wrap=True)
    bad = sum(result.must_fix for result in results)
    out.print(Text(f"共{len(results)}份：必改{bad}份，其余{len(results) - bad}份", style="bold"))
    if absent:
        out.print(Text(f"未交{len(absent)}个：{'、'.join(map(seen, absent))}", style="bold"), soft_wrap=True)
    for path in written:
        out.print(Text(f"已生成：{seen(str(path), 400)}"), soft_wrap=True)
