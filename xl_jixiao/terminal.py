"""What a person sees in the terminal: results and findings, and one Chinese line for a command line that can't be understood."""

import difflib
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import click

from xl_jixiao.finding import Finding, Level
from xl_jixiao.sheet.measure import text_units

if TYPE_CHECKING:  # rich takes longer to load than a light command to run
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.measure import Measurement
    from rich.progress import Progress, ProgressColumn

    from xl_jixiao.sheet.job import Result

LEVEL_STYLES = {Level.MUST_FIX: "bold red", Level.EXPLAIN: "yellow", Level.NOTE: "cyan"}


def console() -> "Console":
    """The terminal; 140 columns wide where nobody watches."""
    from rich.console import Console

    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=140)


def show_result(result: "Result", findings: Sequence[Finding] | None = None) -> None:
    """The rows, the headline and the findings: its own, or those of a review."""
    from rich.table import Table

    out = console()
    # No frame: Chinese consoles draw box characters two columns wide.
    table = Table(title=result.title, box=None, header_style="bold", pad_edge=False)
    rows = list(result.rows())
    for at, head in enumerate(result.heads):
        short = all(text_units(cells[at]) <= _SHORT for cells in rows)
        table.add_column(head, justify="right" if 0 < at < len(result.heads) - 1 else "left", no_wrap=short)
    for cells in rows:
        table.add_row(*map(Wrapped, cells))
    out.print(table)
    say(out, result.headline, style="bold")
    for finding in result.findings if findings is None else findings:
        say(out, str(finding), style=LEVEL_STYLES[finding.level], indent=2)


def say(out: "Console", text: str, *, style: str = "", indent: int = 0) -> None:
    """A line; in a terminal in lines that fit it, those after the first set in."""
    from rich.text import Text

    lines = wrapped(text, out.width - indent - _SET_IN) if out.is_terminal and out.width > _LEAST_ROOM else [text]
    for at, line in enumerate(lines):
        out.print(Text(f"{' ' * (indent + _SET_IN * (at > 0))}{line}", style=style), soft_wrap=True)


def progress(out: "Console", verb: str, *more: "ProgressColumn") -> "Progress":
    """How many of how many are done, and the name of the last, in one line of the terminal: a long name is cut, nothing else; nothing is
    shown where nobody watches."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.table import Column

    name = TextColumn("{task.fields[name]}", table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"))
    columns = (TextColumn(verb), BarColumn(_BAR), MofNCompleteColumn(), *more, name)
    return Progress(*columns, console=out, transient=True, expand=True, disable=not out.is_terminal)


# ---- lines of Chinese, whose characters are two columns wide


_WORD = re.compile(r"[（“《≤≥＜＞÷×]*(?:[-−]?[!-~]+|\S)[，。；：、！？）”》…]*|\s")
"""What stays on one line: a word, or a character, with the marks that open and close it."""

_LEAST_ROOM = 20
"""Columns beside names; in fewer nothing is wrapped."""

_SHORT = 12
"""Columns of a cell that is never wrapped."""

_SET_IN = 4
_BAR = 20


class Wrapped:
    """A text in a column of a table: numbers and words of it stay whole."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __rich_measure__(self, _console: "Console", options: "ConsoleOptions") -> "Measurement":
        from rich.measure import Measurement

        most = min(text_units(self.text), options.max_width)
        return Measurement(min(_SHORT, most), most)

    def __rich_console__(self, _console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.text import Text

        yield Text("\n".join(wrapped(self.text, options.max_width)), overflow="fold")


def wrapped(text: str, width: int) -> list[str]:
    """The text as lines of at most so many columns."""
    lines = [""]
    for word in _WORD.findall(re.sub("[ \t\r\n]+", " ", text.strip())):
        if lines[-1] and text_units(lines[-1] + word.rstrip()) > width:
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    return [line.rstrip() for line in lines]


def listed(pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Names with what they mean beside them; in a terminal in lines that fit it, else one line each."""
    left = max(text_units(name) for name, _ in pairs) + 2
    room = shutil.get_terminal_size().columns - left if sys.stdout.isatty() else 0
    for name, meaning in pairs:
        first, *others = wrapped(meaning, room) if room > _LEAST_ROOM else [meaning]
        yield f"{name}{' ' * (left - text_units(name))}{first}"
        yield from (" " * left + line for line in others)


class Help(click.HelpFormatter):
    """Help in lines that fit the terminal."""

    def write_text(self, text: str) -> None:
        """Writes paragraphs, each indented."""
        indent = " " * self.current_indent
        paragraphs = [wrapped(one, self.width - self.current_indent) for one in re.split(r"\n\s*\n", text)]
        self.write("\n\n".join("\n".join(indent + line for line in lines) for lines in paragraphs) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Writes names with what they mean beside them."""
        pairs = list(rows)
        left = min(max(text_units(name) for name, _ in pairs), col_max) + col_spacing
        for name, meaning in pairs:
            indent = " " * self.current_indent
            lines = wrapped(meaning, self.width - left - self.current_indent)
            if text_units(name) + col_spacing > left:
                lines = ["", *lines]
            heads = [name, *[""] * len(lines)]
            for head, line in zip(heads, lines, strict=False):
                self.write(f"{indent}{head}{' ' * (left - text_units(head))}{line}".rstrip() + "\n")


class HelpContext(click.Context):
    """A context whose help is written so."""

    formatter_class = Help


# ---- a command line that can't be understood


_CHINESE = re.compile("[\u4e00-\u9fff]")
_EXTRA = re.compile(r"unexpected extra arguments? \((.*)\)")


class Misused(click.ClickException):
    """A usage error in one line; exit status 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Writes the line to standard error."""
        click.echo(self.format_message(), err=True)


@contextmanager
def in_one_line() -> Iterator[None]:
    """Turns click's usage errors, which are several English lines, into `Misused`."""
    try:
        yield
    except click.UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            raise
        path = error.ctx.command_path if error.ctx else "xl-jixiao"
        raise Misused(f"{_problem(error)}。用法见 {path} --help") from None


def unknown_command(name: str, known: list[str], context: click.Context) -> click.UsageError:
    """The error of a command that doesn't exist, with the one that was probably meant."""
    return click.UsageError(f"没有命令 {name}{_meant(name, known)}，可用 {'、'.join(known)}", context)


def _problem(error: click.UsageError) -> str:
    if isinstance(error, click.MissingParameter):
        return f"缺少{_named(error)}"
    if isinstance(error, click.NoSuchOption):
        known = [text for one in error.ctx.command.get_params(error.ctx) for text in one.opts] if error.ctx else []
        return f"没有选项 {error.option_name}{_meant(error.option_name, known)}"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 的用法不对：要么缺少它的值，要么它不带值"
    if isinstance(error, click.BadParameter):
        return f"{_named(error)} 不对：{_allowed(error)}"
    extra = _EXTRA.search(error.message)
    if extra:
        return f"多余的参数：{extra[1]}"
    return error.message if _CHINESE.match(error.message) else f"参数不对：{error.message}"


def _named(error: click.BadParameter) -> str:
    if error.param is None:
        return "参数"
    return f"选项 {error.param.opts[-1]}" if isinstance(error.param, click.Option) else f"参数 {error.param.human_readable_name.upper()}"


def _allowed(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return f"可用 {'、'.join(map(str, kind.choices))}"
    if isinstance(kind, click.IntRange):
        return f"应为{kind.min}到{kind.max}的整数"
    if isinstance(kind, click.Path) and error.message.endswith("readable."):
        return "没有读取的权限"
    if isinstance(kind, click.Path):
        return "应为文件，不是文件夹" if kind.file_okay and not kind.dir_okay else "应为文件夹，不是文件"
    return error.message


def _meant(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, 1, 0.6)
    return f"（是否为 {close[0]}？）" if close else ""
