"""The commands `setup`, `doctor` and `bundle`. Heavy imports wait until a command runs."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.table import Table

STEP_WORDS = {"done": "已完成", "kept": "未改动", "skipped": "跳过", "failed": "没做成"}
COLOURS = {"已完成": "green", "正常": "green", "注意": "yellow", "跳过": "yellow", "没做成": "red bold", "有问题": "red bold"}


def _show(table: "Table") -> None:
    from rich.console import Console

    Console(highlight=False).print(table)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> "Table":
    # Without frame lines: Chinese consoles draw them two columns wide and the table falls apart.
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for number, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", no_wrap=number == 0)
    for state, *rest in rows:
        table.add_row(Text(state, style=COLOURS.get(state, "")), *map(Text, rest))
    return table


@click.command(short_help="在本机安装插件（不需要管理员），--remove 撤销")
@click.option("--remove", is_flag=True, help="撤销安装：只删安装时放的东西，您改过的文件保留")
def setup(remove: bool) -> None:
    """在本机为当前用户安装插件：放置 Python、复制模板、写设置、把模板文件夹设为受信任位置。"""
    from xl_jixiao.desktop import install, record
    from xl_jixiao.desktop.windows import ThisDesktop

    desktop = ThisDesktop()
    steps = install.setup(desktop, remove=remove)
    if not desktop.is_windows:
        click.echo(f"{steps[0].what}：{steps[0].detail}", err=True)
        sys.exit(2)
    _show(_table(("结果", "步骤", "说明"), [(STEP_WORDS[s.state], s.what, s.detail) for s in steps]))
    failed = sum(step.state == record.FAILED for step in steps)
    if failed:
        click.echo(f"\n有 {failed} 步没做成，请按说明处理后再运行一次。")
    elif not remove:
        click.echo(f"\n安装完成。请打开 {install.templates_folder(desktop)} 里的模板开始填报。")
    sys.exit(1 if failed else 0)


@click.command(short_help="检查 Excel、Python、宏设置等是否就绪")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def doctor(as_json: bool) -> None:
    """检查本机的 Excel、Python、xlwings、宏设置、WPS、杀毒软件等，并说明怎么处理。不改动任何东西。"""
    from dataclasses import asdict

    from xl_jixiao.desktop.doctor import PROBLEM, diagnose
    from xl_jixiao.desktop.windows import ThisDesktop

    checks = diagnose(ThisDesktop())
    problems = sum(check.status == PROBLEM for check in checks)
    if as_json:
        import json

        click.echo(json.dumps({"checks": [asdict(check) for check in checks], "problems": problems}, ensure_ascii=False, indent=1))
    else:
        rows = [(check.status, check.name, check.found + (f"\n→ {check.action}" if check.action else "")) for check in checks]
        _show(_table(("状态", "项目", "情况"), rows))
        click.echo("\n没有发现问题。" if not problems else f"\n有 {problems} 个问题，请按 → 后的说明处理。")
    sys.exit(1 if problems else 0)


@click.command(short_help="制作离线安装文件夹（U 盘用）")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default="预算绩效自评-离线安装",
    show_default=True,
    help="新文件夹，必须不存在或是空的",
)
@click.option("--python-embed", type=click.Path(path_type=Path), help="python.org 的 embeddable package（zip 或解压后的文件夹）")
@click.option("--wheel", type=click.Path(path_type=Path), help="本工具的 .whl；一般不用写，由已安装的程序自己打包")
@click.option("--python-version", default="3.11", show_default=True, help="目标电脑的 Python 版本")
@click.option("--platform", default="win_amd64", show_default=True, help="目标平台")
def bundle(output: Path, python_embed: Path | None, wheel: Path | None, python_version: str, platform: str) -> None:
    """在能上网的电脑上制作离线安装文件夹，拷到不能上网、没有管理员权限的 Windows 电脑上双击“开始安装.bat”。"""
    from xl_jixiao.desktop import bundle as offline

    try:
        files = offline.bundle(output, python_embed, wheel, platform, python_version, progress=click.echo)
    except offline.BundleError as error:
        click.echo(f"没有做成：{error}", err=True)
        sys.exit(2)
    size = sum(path.stat().st_size for path in files) / 1e6
    click.echo(f"已做好：{output}，{len(files)} 个文件，{size:.0f} MB。拷到目标电脑后双击“开始安装.bat”。")
    if python_embed is None:
        click.echo(
            f"注意：里面没有 Python，目标电脑上要先装好 64 位 Python {python_version}，否则装不上插件版（免装版不受影响）。\n"
            f"要一起带上：从 python.org 下载 Windows embeddable package（64-bit，{python_version}），加 --python-embed 文件名 重做一次。"
        )
