"""The checks of a filing: one small function for each finding code, over answers and their score card."""

from collections.abc import Callable, Iterator

from xl_jixiao.finding import Finding
from xl_jixiao.layout import Layout
from xl_jixiao.scoretable import filing_checks as filing
from xl_jixiao.scoretable.scoring import ScoreCard
from xl_jixiao.tables.answers import Answers

Check = Callable[[filing.Filing], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    filing.blank_input,
    filing.blank_item,
    filing.invalid_input,
    filing.invalid_item,
    filing.text_number,
    filing.points_without_content,
    filing.adjustment_without_reason,
    filing.adjustment_out_of_range,
    filing.word_without_reason,
    filing.identity_broken,
    filing.identity_rounded,
    filing.part_over_whole,
    filing.claimed_rate_wrong,
    filing.claimed_rate_rounded,
    filing.adjusted_score,
    filing.all_full_marks,
)


def check_filing(layout: Layout, answers: Answers, card: ScoreCard, file: str = "") -> tuple[Finding, ...]:
    """Every finding about a filing, in the order of the checks."""
    subject = filing.Filing(layout, answers, card, file)
    return tuple(finding for check in CHECKS for finding in check(subject))


__all__ = ["CHECKS", "Check", "check_filing"]
