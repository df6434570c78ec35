"""What a person sees in the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from xl_jixiao.finding import Level
from xl_jixiao.jobs import Result

LEVEL_STYLES = {Level.MUST_FIX: "bold red", Level.EXPLAIN: "yellow", Level.NOTE: "cyan"}


def console() -> Console:
    """The terminal; at least 100 columns wide where nobody watches."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=140)


def show_result(result: Result) -> None:
    """The rows, the headline and the findings."""
    out = console()
    # No frame: Chinese consoles draw box characters two columns wide.
    table = Table(title=result.title, box=None, header_style="bold", pad_edge=False)
    first, *numbers, last = result.heads
    table.add_column(first, no_wrap=True)
    for head in numbers:
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column(last)
    for cells in result.rows():
        table.add_row(*map(Text, cells))
    out.print(table)
    out.print(Text(result.headline, style="bold"))
    show_findings(result, out)


def show_findings(result: Result, out: Console | None = None) -> None:
    """The findings, one line each."""
    out = out or console()
    for finding in result.findings:
        out.print(Text(f"  {finding}", style=LEVEL_STYLES[finding.level]), soft_wrap=True)
