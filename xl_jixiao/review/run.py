"""The whole review: files in; report, JSON and letters out, with progress on the way."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from xl_jixiao.finding import Level
from xl_jixiao.outputs import replacing
from xl_jixiao.review.across import compared
from xl_jixiao.review.examine import Examined, examine_all, workbooks
from xl_jixiao.review.report import verdict, write_report
from xl_jixiao.terminal import LEVEL_STYLES, console


def run(
    paths: Sequence[Path], output: Path, *, json_file: Path | None = None, letters: Path | None = None,
    jobs: int | None = None, rubric: str | None = None, units: Path | None = None, overwrite: bool = False,
) -> tuple[Examined, ...]:  # fmt: skip
    """Reviews every workbook and writes what was asked for. Raises FileNotFoundError where there is nothing to review."""
    missing = [path for path in (*paths, *([units] if units else [])) if not path.exists()]
    if missing:
        raise FileNotFoundError(f"{missing[0]}：找不到文件或文件夹")
    for target in (output, json_file):
        if target is not None and target.exists() and not overwrite:
            raise FileExistsError(f"{target}：文件已存在；换一个文件名，或加 --overwrite 覆盖")
    files = tuple(file for file in workbooks(paths) if file.resolve() != output.resolve())
    if not files:
        raise FileNotFoundError(f"{'、'.join(map(str, paths))}：没有 .xlsx 或 .xlsm 文件")
    out = console()
    columns = (TextColumn("正在审核"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.fields[file]}"))
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task("审核", total=len(files), file="")
        step = lambda result: progress.update(task, advance=1, file=result.file.name)  # noqa: E731
        results = compared(list(examine_all(files, rubric, jobs or os.cpu_count() or 1, step)))
    filed = {result.unit for result in results}
    absent = [unit for unit in _listed(units) if unit not in filed]
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
    return results


def _listed(units: Path | None) -> list[str]:
    """The units that should file: one name a line."""
    if units is None:
        return []
    try:
        lines = units.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        lines = units.read_text(encoding="gb18030", errors="replace").splitlines()  # what 记事本 of older Windows saves
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def _show(results: Sequence[Examined], absent: Sequence[str], written: Sequence[Path], out) -> None:
    for result in results:
        counts = "　".join(f"{level}{result.count(level)}" for level in Level if result.count(level))
        style = LEVEL_STYLES[Level.MUST_FIX] if result.must_fix else ""
        out.print(f"{verdict(result)}　{result.unit or '—'}　{result.file.name}　{counts}", style=style, soft_wrap=True)
    bad = sum(result.must_fix for result in results)
    out.print(f"共{len(results)}份：必改{bad}份，其余{len(results) - bad}份", style="bold")
    if absent:
        out.print(f"未交{len(absent)}个：{'、'.join(absent)}", style="bold", soft_wrap=True)
    for path in written:
        out.print(f"已生成：{path}", soft_wrap=True)
