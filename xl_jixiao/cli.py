"""The command line. Light commands import nothing heavy; every error is one clear line and exit status 2."""

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xl_jixiao import __version__
from xl_jixiao.desktop.console import Commands
from xl_jixiao.desktop.files import reason
from xl_jixiao.terminal import in_one_line, unknown_command

if TYPE_CHECKING:
    from xl_jixiao.sheet.edition import Edition

DONE, FINDINGS, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


class _Lazy(Commands):
    """A group whose desktop commands are imported when they are called; what it can't understand it says in one line."""

    _DESKTOP = ("bundle", "doctor", "setup")

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *self._DESKTOP])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._DESKTOP:
            from xl_jixiao.desktop import commands

            command: click.Command = getattr(commands, cmd_name)
            return command
        return super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise unknown_command(args[0], self.list_commands(ctx), ctx)
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with in_one_line():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with in_one_line():
            return super().invoke(ctx)


def _clean(function: Callable[..., int | None]) -> Callable[..., None]:
    """Turns what can go wrong with input into one line each on standard error and exit status 2."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        from xl_jixiao.finding import own_fault
        from xl_jixiao.sheet.content import UnreadableWorkbook
        from xl_jixiao.tables.answers import AnswersError
        from xl_jixiao.tables.tablefile import RubricError

        try:
            code = function(*args, **kwargs) or DONE
        except (RubricError, AnswersError) as error:
            for line in error.problems:
                click.echo(line, err=True)
            code = UNUSABLE
        except (UnreadableWorkbook, FileExistsError, FileNotFoundError) as error:
            click.echo(_line(error), err=True)
            code = UNUSABLE
        except OSError as error:
            click.echo(f"{error.filename or ''}：{reason(error)}；请检查路径、权限和磁盘空间", err=True)
            code = UNUSABLE
        except KeyboardInterrupt:
            click.echo("已中断", err=True)
            code = INTERRUPTED
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:  # noqa: BLE001 - whatever nobody foresaw is one line too
            click.echo(own_fault(error), err=True)
            code = UNUSABLE
        sys.exit(code)

    return run


def _line(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return f"{error.filename}：{'找不到文件' if isinstance(error, FileNotFoundError) else reason(error)}"
    return str(error)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="xl-jixiao")
def main() -> None:
    """预算绩效自评：生成填报表、计算得分、导出成品。"""


@main.command()
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def rubrics(as_json: bool) -> None:
    """列出内置的评分标准。"""
    from xl_jixiao.tables.catalogue import FACTS, bundled, heading

    rows = [{key: heading(path).get(key) for key in FACTS} for path in bundled().values()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['id']:<24} {row['year']}  {row['region']}  {row['title']}")


_EDITION = click.option("--edition", type=click.Choice(["addin", "native"]), help="addin 插件版 .xlsm，native 免装版 .xlsx；默认按文件后缀")
_OVERWRITE = click.option("--overwrite", is_flag=True, help="覆盖已有文件")
_FILE = click.Path(path_type=Path, dir_okay=False)


@main.command()
@click.argument("rubric")
@_EDITION
@click.option("-o", "--output", type=_FILE, required=True, help="写入的文件（.xlsm 或 .xlsx）")
@_OVERWRITE
@_clean
def build(rubric: str, edition: str | None, output: Path, overwrite: bool) -> int:
    """生成空白填报表。RUBRIC 为评分标准编号或 .toml 文件。"""
    from xl_jixiao.jobs import open_job

    job = open_job(rubric)
    job.write(job.blank(), _edition(edition, output), output, overwrite=overwrite)
    click.echo(f"已生成：{output}")
    return DONE


@main.command()
@click.argument("rubric")
@click.argument("data", type=_FILE)
@_EDITION
@click.option("-o", "--output", type=_FILE, required=True, help="写入的文件（.xlsm 或 .xlsx）")
@_OVERWRITE
@_clean
def fill(rubric: str, data: Path, edition: str | None, output: Path, overwrite: bool) -> int:
    """把数据填入填报表，并写入计算结果。DATA 为 .toml 或 .json。"""
    from xl_jixiao.jobs import open_job

    job = open_job(rubric)
    result = job.write(job.answers(data), _edition(edition, output), output, overwrite=overwrite)
    click.echo(f"已生成：{output}　{result.headline}")
    return DONE


def _edition(edition: str | None, output: Path) -> "Edition":
    from xl_jixiao.sheet.edition import Edition

    suffix = output.suffix.lower()
    if edition is None:
        edition = "addin" if suffix == ".xlsm" else "native"
    chosen = Edition(edition)
    if suffix != chosen.suffix:
        raise click.UsageError(f"{chosen.label}的文件名应以 {chosen.suffix} 结尾：{output.name}")
    return chosen


@main.command()
@click.argument("rubric")
@click.argument("data", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
@_clean
def score(rubric: str, data: Path, as_json: bool) -> int:
    """按评分标准计算得分、等次和算式，不生成工作簿。有必改问题时退出码为 1。"""
    from xl_jixiao.jobs import open_job

    job = open_job(rubric)
    result = job.evaluate(job.answers(data), file=data.name)
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
    else:
        from xl_jixiao.terminal import show_result

        show_result(result)
    return FINDINGS if result.must_fix else DONE


@main.command()
@click.argument("workbook", type=_FILE)
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="成品写入的文件夹")
@click.option("--pdf", is_flag=True, help="另存 PDF（需要 LibreOffice）")
@click.option("--rubric", help="评分标准编号或 .toml 文件；默认按工作簿内的编号")
@_OVERWRITE
@_clean
def export(workbook: Path, output: Path, pdf: bool, rubric: str | None, overwrite: bool) -> int:
    """从已填的工作簿导出成品：锁定、盖章、无宏的 .xlsx，含自评结论。"""
    from xl_jixiao.finding import Unfinished, read_otherwise
    from xl_jixiao.jobs import read_workbook

    returned = read_workbook(workbook, rubric)
    job, answers = returned.job, returned.answers
    try:
        files, result = job.finish(answers, output, file=workbook.name, overwrite=overwrite)
    except Unfinished as error:
        click.echo(f"{workbook.name}：还有{len(error.findings)}项未完成，不能导出成品：", err=True)
        for finding in error.findings:
            click.echo(f"  {finding}", err=True)
        return FINDINGS
    if pdf:
        from xl_jixiao.report.pdf import to_pdf

        made = to_pdf(files[0], overwrite=overwrite)
        files = (*files, *([made] if made else []))
        if made is None:
            click.echo("没有找到 LibreOffice，未生成 PDF；可在 Excel 中打开成品另存为 PDF", err=True)
    for file in files:
        click.echo(f"已导出：{file}")
    click.echo(result.headline)
    for finding in read_otherwise(result.findings):
        click.echo(f"注意：{finding}", err=True)
    return DONE


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=_FILE, required=True, help="审核报告（.xlsx）")
@click.option("--json", "json_file", type=_FILE, help="另存 JSON")
@click.option("--letters", type=click.Path(path_type=Path, file_okay=False), help="审核意见函（每单位一份 .docx）写入的文件夹")
@click.option("--units", type=_FILE, help="应交单位名单（文本文件，一行一个），列出未交的")
@click.option("--jobs", type=click.IntRange(1, 64), help="同时审核的进程数；默认按处理器数")
@click.option("--rubric", help="评分标准编号或 .toml 文件；默认按工作簿内的编号")
@_OVERWRITE
@_clean
def review(
    paths: tuple[Path, ...],
    output: Path,
    json_file: Path | None,
    letters: Path | None,
    jobs: int | None,
    rubric: str | None,
    units: Path | None,
    overwrite: bool,
) -> int:
    """审核交回的填报表：逐份复算，列出问题所在的单元格。PATHS 为文件或文件夹。有必改问题时退出码为 1。"""
    from xl_jixiao.review.run import run

    reviewed = run(paths, output, json_file=json_file, letters=letters, jobs=jobs, rubric=rubric, units=units, overwrite=overwrite)
    if reviewed.interrupted:
        return INTERRUPTED
    return FINDINGS if any(result.must_fix for result in reviewed.results) else DONE


@main.command()
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), default=Path("jixiao-demo"), help="写入的文件夹")
@click.option("--overwrite", is_flag=True, default=False, help="覆盖已有文件")
@_clean
def demo(output: Path, overwrite: bool) -> int:
    """用公开的真实案例（洪江市 2020 年度）走完全程：填报表、得分、成品。"""
    from xl_jixiao.demo import run

    run(output, overwrite=overwrite)
    return DONE


@main.command()
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="写入的文件夹")
@_OVERWRITE
@_clean
def templates(output: Path, overwrite: bool) -> int:
    """生成全部内置评分标准的空白填报表，两种版本。"""
    from xl_jixiao.jobs import open_job
    from xl_jixiao.sheet.edition import Edition
    from xl_jixiao.tables.catalogue import bundled

    output.mkdir(parents=True, exist_ok=True)
    for reference in bundled():
        job = open_job(reference)
        for edition in (Edition.ADDIN, Edition.NATIVE):
            path = output / f"{reference}-{edition.label}{edition.suffix}"
            job.write(job.blank(), edition, path, overwrite=overwrite)
            click.echo(f"已生成：{path}")
    return DONE
