"""The hidden sheet of rules: which table a workbook was made from, and what its registered functions compute with."""

from collections.abc import Iterable

from xl_jixiao.sheet import home
from xl_jixiao.sheet.build import SheetBuilder
from xl_jixiao.sheet.plan import SheetPlan, Visibility
from xl_jixiao.words import RULES_SHEET, STAMP


def rule_name(code: str) -> str:
    """The defined name of a rule on the hidden sheet."""
    return f"规则_{code}"


def rules_sheet(stamp: str, watched: Iterable[SheetPlan], rules: Iterable[tuple[str, str]] = ()) -> SheetBuilder:
    """The sheet; `rules` are (code, the rule as JSON), `watched` the sheets whose entries must stay where they are."""
    sheet = SheetBuilder(RULES_SHEET, "Sheet_Rules")
    sheet.visibility = Visibility.BURIED
    sheet.label(0, 0, stamp, "hidden", key=STAMP)
    for row, (code, text) in enumerate(rules, 1):
        sheet.label(row, 0, code, "hidden")
        sheet.label(row, 1, text, "hidden", key=rule_name(code))
    sheet.cells += home.cells(watched)
    return sheet
