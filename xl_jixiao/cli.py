"""The command line. Light commands import nothing heavy; every error is one clear line and exit status 2."""

import gc
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
from xl_jixiao.terminal import HelpContext, in_one_line, listed, unknown_command

if TYPE_CHECKING:
    from xl_jixiao.sheet.edition import Edition
    from xl_jixiao.sheet.job import Job

DONE, FINDINGS, UNUSABLE, INTERRUPTED = 0, 1, 2, 130

COLLECTED = (10_000, 5, 5)
"""How seldom garbage is looked for: a workbook is a hundred thousand small things that stay, and looking through them took half of the time.
More seldom than this, what waits to be found grows to gigabytes."""

_ALONE = frozenset({"build", "fill", "score", "export"})
"""The commands about one workbook: they are done before anything waits that is worth looking for."""


class _Lazy(Commands):
    """A group whose desktop commands are imported when they are called; what it can't understand it says in one line."""

    _DESKTOP = ("bundle", "doctor", "setup")

    context_class = HelpContext

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *self._DESKTOP])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        if cmd_name in self._DESKTOP:
            from xl_jixiao.desktop import commands

            found = getattr(commands, cmd_name)
        if found is not None:
            found.context_class = HelpContext
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every command with the first sentence of its help."""
        found = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        with formatter.section("Commands"):
            formatter.write_dl([(name, (one.help or "").partition("。")[0]) for name, one in found.items() if one is not None])

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
@click.pass_context
def main(ctx: click.Context) -> None:
    """预算绩效自评：生成填报表、计算得分、导出成品。"""
    gc.set_threshold(*((0,) if ctx.invoked_subcommand in _ALONE else COLLECTED))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def rubrics(as_json: bool) -> None:
    """列出内置的评分标准和套表。"""
    from xl_jixiao.tables.catalogue import FACTS, heading, known

    rows = [{key: heading(path).get(key) for key in FACTS} for path in known().values()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for line in listed([(str(row["id"]), f"{row['year']}  {row['region']}  {row['title']}") for row in rows]):
        click.echo(line)


_EDITION = click.option("--edition", type=click.Choice(["addin", "native"]), help="addin 插件版 .xlsm，native 免装版 .xlsx；默认按文件后缀")
_OVERWRITE = click.option("--overwrite", is_flag=True, help="覆盖已有文件")
_FILE = click.Path(path_type=Path, dir_okay=False)


@main.command("next")
@click.argument("rubric")
@click.option("--year", type=click.IntRange(2000, 2099), help="新表的年度；默认原表的下一年")
@click.option("-o", "--output", type=_FILE, help="新表文件，文件名就是新表的 id；默认写在当前目录")
@_OVERWRITE
@_clean
def next_table(rubric: str, year: int | None, output: Path | None, overwrite: bool) -> None:
    """由今年的表生成下一年的表：RUBRIC 是内置表的 id 或 .toml 文件。

    名称、标题、数据项和原文里的年度顺延；依据、出处、文号不动，逐条列出，由人核对。
    """
    from xl_jixiao.jobs import open_job
    from xl_jixiao.outputs import replacing
    from xl_jixiao.tables.catalogue import locate
    from xl_jixiao.tables.next_year import moved_on
    from xl_jixiao.tables.tablefile import read_toml

    source = locate(rubric)
    data = read_toml(source)
    open_job(str(source))
    made = moved_on(source.read_text(encoding="utf-8-sig"), data, year or int(data["year"]) + 1, output.stem if output else "")
    target = output or Path(f"{made.id}.toml")
    with replacing(target, overwrite=overwrite) as temporary:
        temporary.write_text(made.text, encoding="utf-8", newline="\n")
    open_job(str(target))
    click.echo(f"已生成：{target}（{made.id}），改了{len(made.changed)}行：")
    for line in made.changed:
        click.echo(f"  {line}")
    if made.unsure:
        click.echo(f"仍写着原年度、由人核对的{len(made.unsure)}行：")
        for line in made.unsure:
            click.echo(f"  {line}")


@main.command()
@click.argument("rubric")
@_EDITION
@click.option("-o", "--output", type=_FILE, required=True, help="写入的文件（.xlsm 或 .xlsx）")
@click.option("--projects", type=click.IntRange(0, 30), help="套表里做几个项目的表；默认1个，以后可用 import 增加")
@_OVERWRITE
@_clean
def build(rubric: str, edition: str | None, output: Path, projects: int | None, overwrite: bool) -> int:
    """生成空白填报表。RUBRIC 为评分标准、套表的编号或 .toml 文件。"""
    from xl_jixiao.jobs import open_job

    job = open_job(rubric)
    _for_a_set(job, projects)
    job.write(job.blank() if projects is None else job.blank_for(projects), _edition(edition, output), output, overwrite=overwrite)
    click.echo(f"已生成：{output}")
    for caution in job.cautions:
        click.echo(f"注意：{caution}")
    return DONE


def _for_a_set(job: "Job", projects: int | None) -> None:
    """Refuses a number of projects for a form that has none."""
    from xl_jixiao.unit.job import UnitJob

    if projects is not None and not isinstance(job, UnitJob):
        raise click.UsageError(f"选项 --projects 只用于套表，“{job.id}”是一张表")


@main.command()
@click.argument("rubric")
@click.argument("data", type=_FILE)
@_EDITION
@click.option("-o", "--output", type=_FILE, required=True, help="写入的文件（.xlsm 或 .xlsx）")
@_OVERWRITE
@_clean
def fill(rubric: str, data: Path, edition: str | None, output: Path, overwrite: bool) -> int:
    """把数据填入填报表，并写入计算结果。DATA 为 .toml 或 .json，也可以是 read 从决算公开表读出的。"""
    from xl_jixiao.jobs import open_job

    job = open_job(rubric)
    result = job.write(_answers(job, data), _edition(edition, output), output, overwrite=overwrite)
    click.echo(f"已生成：{output}　{result.headline}")
    return DONE


def _answers(job: "Job", data: Path) -> Any:
    """The answers of a data file: of a filing, or a blank one with the figures of 决算公开表 that `read` wrote."""
    from xl_jixiao.tables.answers import ACCOUNTS, read_data

    if read_data(data).get("kind") != ACCOUNTS:
        return job.answers(data)
    from xl_jixiao.arrive.importing import answers_of_accounts

    return answers_of_accounts(data, job)


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
    result = job.evaluate(_answers(job, data), file=data.name)
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
    else:
        from xl_jixiao.terminal import show_result

        show_result(result)
    return FINDINGS if result.must_fix else DONE


@main.command()
@click.argument("workbook", type=_FILE)
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="成品写入的文件夹")
@click.option("--check", "report", type=_FILE, help="不导出，只核对改过的 Word 报告（.docx）：列出与工作簿不再一致的数、年份、名称")
@click.option("--template", type=_FILE, help="另按本地的 Word 模板（.docx，占位写成 {{ 单位名称 }}）出一份报告")
@click.option("--pdf", is_flag=True, help="另存 PDF（需要 LibreOffice）")
@click.option("--rubric", help="评分标准编号或 .toml 文件；默认按工作簿内的编号")
@_OVERWRITE
@_clean
def export(
    workbook: Path, output: Path | None, report: Path | None, template: Path | None, pdf: bool, rubric: str | None, overwrite: bool
) -> int:
    """从已填的工作簿导出成品：锁定、盖章、无宏的 .xlsx，含自评结论。用 --check 核对改过的报告，有不一致的退出码为 1。"""
    from xl_jixiao.finding import Unfinished, read_otherwise
    from xl_jixiao.jobs import read_workbook

    if report is not None:
        return _check_report(report, workbook, rubric)
    if output is None:
        raise click.UsageError("缺少选项 --output（成品文件夹）")
    returned = read_workbook(workbook, rubric)
    job, answers = returned.job, returned.answers
    worded, made = None, output
    if template is not None:
        from xl_jixiao.outputs import refuse_existing
        from xl_jixiao.report.template import TemplateFault, filled_template

        made = output / f"{job.file_stem(answers)}-{template.stem}.docx"
        if made in job.targets(answers, output):
            click.echo(f"{template.name}：按它出的报告会与成品的报告同名（{made.name}）；请把模板改个名称", err=True)
            return UNUSABLE
        refuse_existing(made, overwrite=overwrite)
        try:
            worded = filled_template(template, job.words(job.evaluate(answers), answers))
        except TemplateFault as error:
            click.echo(str(error), err=True)
            return UNUSABLE
    try:
        files, result = job.finish(answers, output, file=workbook.name, overwrite=overwrite)
    except Unfinished as error:
        click.echo(f"{workbook.name}：还有{len(error.findings)}项未完成，不能导出成品：", err=True)
        for finding in error.findings:
            click.echo(f"  {finding}", err=True)
        return FINDINGS
    if worded is not None:
        from xl_jixiao.report.official import put_package

        files = (*files, put_package(worded, made, overwrite=overwrite))
    if pdf:
        from xl_jixiao.report.pdf import to_pdf

        printed = [to_pdf(file, overwrite=overwrite) for file in job.printed(files)]
        files = (*files, *filter(None, printed))
        if None in printed:
            click.echo("没有找到 LibreOffice，未生成 PDF；可在 Excel 中打开成品另存为 PDF", err=True)
    for file in files:
        click.echo(f"已导出：{file}")
    click.echo(result.headline)
    for finding in read_otherwise(result.findings):
        click.echo(f"注意：{finding}", err=True)
    return DONE


def _check_report(report: Path, workbook: Path, rubric: str | None) -> int:
    from xl_jixiao.review.agree import UnreadableReport, check_report, unsettled

    if not report.exists():
        raise FileNotFoundError(f"{report}：找不到文件")
    try:
        found = check_report(report, workbook, rubric)
    except UnreadableReport as error:
        click.echo(f"{report.name}：{error}；请在 Word 或 WPS 中打开后另存为 .docx", err=True)
        return UNUSABLE
    for one in found:
        click.echo(f"{one.place.sheet}：{one.message}")
    if left := unsettled(report):
        click.echo(f"{report.name}里还有没处理的{'、'.join(left)}：按接受修订以后的文字核对；定稿前请逐处处理")
    click.echo(f"{report.name}与{workbook.name}有{len(found)}处不一致" if found else f"{report.name}与{workbook.name}一致")
    return FINDINGS if found else DONE


@main.command("import")
@click.argument("source", type=_FILE, required=False)
@click.option("--into", "book", type=_FILE, required=True, help="要导入的填报表（不改动它，另写新表）")
@click.option("-o", "--output", type=_FILE, required=True, help="写入的新填报表（.xlsm 或 .xlsx）")
@click.option("--projects", type=click.IntRange(1, 30), help="套表里做几个项目的表；默认与项目清单一致")
@click.option("--rubric", help="评分标准、套表的编号或 .toml 文件；默认按工作簿内的编号")
@click.option(
    "--tables", type=click.Path(path_type=Path, file_okay=False), help="本地评分标准（.toml）所在的文件夹：上年填报表用的是本地的表时给出"
)
@_OVERWRITE
@_clean
def import_(
    source: Path | None, book: Path, output: Path, projects: int | None, rubric: str | None, tables: Path | None, overwrite: bool
) -> int:
    """把决算公开表（01–09，.xlsx、.xls）或去年的填报表导入填报表；在套表里增加项目的表。SOURCE 为决算公开表（或 read 读出的数据文件 .toml）、去年的填报表、成品。

    决算公开表按表名、栏目名找数，万元或元按表头。去年的填报表：年末数填到年初、上年的格里，别的数和文字列在“上年对照”表，变动超过30%的要核对。
    已经填了的数不改，不同的列出来。不给 SOURCE 时只按项目清单增加项目的表。
    """
    from xl_jixiao.arrive.importing import beside_of, import_file
    from xl_jixiao.jobs import read_workbook
    from xl_jixiao.outputs import refuse_unwritable
    from xl_jixiao.tables.catalogue import table_files

    edition = _edition(None, output)
    refuse_unwritable(output, overwrite=overwrite)
    own = table_files(tables) if tables is not None else {}
    returned = read_workbook(book, rubric, tables=own)
    _for_a_set(returned.job, projects)
    job, answers = returned.job, returned.job.enlarged(returned.answers, projects)
    beside = beside_of(returned, answers)
    if source is not None:
        done = import_file(source, job, answers, own)
        answers, beside = done.answers, done.sheets or beside
        for line in done.lines:
            click.echo(line)
    result = job.write(answers, edition, output, beside=beside, overwrite=overwrite)
    click.echo(f"已生成：{output}　{result.headline}")
    return DONE


@main.command()
@click.argument("file", type=_FILE)
@click.option("-o", "--output", type=_FILE, required=True, help="写入的数据文件（.toml）；一个文件有几张表的，其余的加序号")
@click.option("--json", "as_json", is_flag=True, help="另以 JSON 输出读到的内容")
@click.option("--tables", type=click.Path(path_type=Path, file_okay=False), help="本地评分标准（.toml）所在的文件夹")
@_OVERWRITE
@_clean
def read(file: Path, output: Path, as_json: bool, tables: Path | None, overwrite: bool) -> int:
    """读入别的程序做的自评表、评分表、决算公开表，写成数据文件。FILE 为 .xlsx、.xls、.et 或 .docx。有没读懂的，退出码为 1。"""
    from xl_jixiao.arrive.reading import read_file

    if output.suffix.lower() != ".toml":
        raise click.UsageError(f"数据文件的文件名应以 .toml 结尾：{output.name}")
    done = read_file(file, output, tables, overwrite=overwrite)
    if as_json:
        click.echo(json.dumps(done.as_json(), ensure_ascii=False, indent=2))
    else:
        for line in done.lines():
            click.echo(line)
    for problem in done.problems():
        click.echo(problem, err=True)
    return DONE if done.understood else FINDINGS


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=_FILE, help="审核报告（.xlsx）；用 --continue 时默认写在原报告旁")
@click.option("--json", "json_file", type=_FILE, help="另存 JSON")
@click.option("--csv", "csv_file", type=_FILE, help="另存 CSV（一个问题一行）")
@click.option("--letters", type=click.Path(path_type=Path, file_okay=False), help="审核意见函（每单位一份 .docx）写入的文件夹")
@click.option("--bureau", default="", help="意见函的落款单位")
@click.option("--letter-number", default="", help="意见函的文号；其中的 {n} 换成顺序号")
@click.option("--letter-date", default="", help="意见函的日期；默认为今天")
@click.option("--deadline", default="", help="意见函要求报回的日期")
@click.option("--contact", default="", help="意见函上的联系人和电话")
@click.option("--units", type=_FILE, help="应交单位名单（文本或 .xlsx，一行一个，可跟简称），列出未交的和不在名单的")
@click.option("--previous", type=_FILE, multiple=True, help="上次审核的报告或 JSON：看问题改了没有、哪些数变了；上一年度的则逐数对比")
@click.option("--threshold", type=click.IntRange(1, 1000), default=30, show_default=True, help="比上年变动超过百分之几的要问")
@click.option("--continue", "continued", type=_FILE, help="接着一份审核报告：采用里面的复核得分、理由和处理意见")
@click.option("--sample", "size", help="抽查多少个单位（如 20 或 20%）")
@click.option(
    "--sample-by", type=click.Choice(["risk", "random", "list"]), default="risk", show_default=True, help="抽查办法：按风险、随机、按名单"
)
@click.option("--sample-list", type=_FILE, help="按名单抽查时的名单")
@click.option("--seed", type=click.IntRange(0), help="随机抽查的种子；同一种子抽到同样的单位")
@click.option("--jobs", type=click.IntRange(1, 64), help="同时审核的进程数；默认按处理器数")
@click.option("--rubric", help="评分标准编号或 .toml 文件；默认按工作簿内的编号")
@click.option(
    "--tables", type=click.Path(path_type=Path, file_okay=False), help="本地评分标准（.toml）所在的文件夹：本地的表、别的程序做的表按它们审"
)
@_OVERWRITE
@_clean
def review(paths: tuple[Path, ...], output: Path | None, continued: Path | None, **options: Any) -> int:
    """审核交回的填报表：逐份复算，列出问题所在的单元格。PATHS 为文件或文件夹。有必改问题时退出码为 1。"""
    from fractions import Fraction

    from xl_jixiao.review.letters import LetterHead
    from xl_jixiao.review.run import Drawing, Wanted, output_of, run
    from xl_jixiao.review.sample import SampleBy, how_many

    where = output_of(continued, output)
    if where is None:
        raise click.UsageError("缺少选项 --output（审核报告）")
    if where.suffix.lower() != ".xlsx":
        raise click.UsageError(f"审核报告的文件名应以 .xlsx 结尾：{where.name}")
    if not paths and continued is None:
        raise click.UsageError("缺少参数 PATHS（文件或文件夹）")
    size, listed, way = options.pop("size"), options.pop("sample_list"), SampleBy(options.pop("sample_by"))
    seed, threshold = options.pop("seed"), Fraction(options.pop("threshold"), 100)
    if way is SampleBy.LIST and listed is None:
        raise click.UsageError("按名单抽查要用 --sample-list 给出名单")
    if size is not None:
        try:
            how_many(size, 1)
        except (ValueError, ZeroDivisionError):
            raise click.UsageError(f"选项 --sample 不对：应为个数或百分数（如 20 或 20%），不是 {size}") from None
    sample = Drawing(size or "100%", way, seed, listed) if size is not None or way is SampleBy.LIST else None
    head = LetterHead(*(options.pop(name) for name in ("bureau", "letter_number", "deadline", "contact", "letter_date")))
    wanted = Wanted(where, head=head, continued=continued, sample=sample, threshold=threshold, **options)
    reviewed = run(paths, wanted)
    if reviewed.interrupted:
        return INTERRUPTED
    return FINDINGS if any(result.must_fix for result in reviewed.results) else DONE


@main.command()
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), default=Path("jixiao-demo"), help="写入的文件夹")
@click.option("--all", "every", is_flag=True, default=False, help="其余内置表格的样例也做")
@click.option("--overwrite", is_flag=True, default=False, help="覆盖已有文件")
@_clean
def demo(output: Path, every: bool, overwrite: bool) -> int:
    """用公开的真实案例（洪江市 2020 年度）走完全程：填报表、得分、成品，和整套合成的一本。"""
    from xl_jixiao.demo import run

    run(output, every=every, overwrite=overwrite)
    return DONE


@main.command()
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="写入的文件夹")
@_OVERWRITE
@_clean
def templates(output: Path, overwrite: bool) -> int:
    """生成全部内置评分标准的空白填报表，两种版本，和审核人员用的审核工作台。"""
    from xl_jixiao.jobs import open_job
    from xl_jixiao.review.workbench import NAME, write_workbench
    from xl_jixiao.sheet.edition import Edition
    from xl_jixiao.tables.catalogue import bundled

    output.mkdir(parents=True, exist_ok=True)
    for reference in bundled():
        job = open_job(reference)
        for edition in (Edition.ADDIN, Edition.NATIVE):
            path = output / f"{reference}-{edition.label}{edition.suffix}"
            job.write(job.blank(), edition, path, overwrite=overwrite)
            click.echo(f"已生成：{path}")
    write_workbench(output / NAME, overwrite=overwrite)
    click.echo(f"已生成：{output / NAME}")
    return DONE
