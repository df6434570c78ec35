"""What a person sees in the terminal."""

from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from xl_jixiao.finding import Level
from xl_jixiao.jobs import TableResult
from xl_jixiao.number import plain

LEVEL_STYLES = {Level.MUST_FIX: "bold red", Level.EXPLAIN: "yellow", Level.NOTE: "cyan"}


def console() -> Console:
    """The terminal; at least 100 columns wide where nobody watches."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=140)


def show_result(result: TableResult, *, reasons: bool = True) -> None:
    """The score table, the headline and the findings."""
    out = console()
    rubric = result.card.rubric
    # No frame: Chinese consoles draw box characters two columns wide.
    table = Table(title=rubric.title, box=None, header_style="bold", pad_edge=False)
    table.add_column("指标", no_wrap=True)
    for head in ("分值", "指标值", "复算", "自评"):
        table.add_column(head, justify="right", no_wrap=True)
    if reasons:
        table.add_column("计分说明")
    for score in result.card.scores:
        differs = score.points != score.computed
        points = Text(_shown(score.points), style="yellow" if differs else "")
        cells = [score.indicator.label, plain(score.full), score.rate_text or "—", _shown(score.computed), points]
        table.add_row(*cells, *([score.reason] if reasons else []))
    out.print(table)
    out.print(Text(result.headline, style="bold"))
    show_findings(result, out)


def show_findings(result: TableResult, out: Console | None = None) -> None:
    """The findings, one line each."""
    out = out or console()
    for finding in result.findings:
        out.print(Text(f"  {finding}", style=LEVEL_STYLES[finding.level]), soft_wrap=True)


def _shown(points: object) -> str:
    return plain(points) if isinstance(points, Decimal) else str(points or "未得出")
