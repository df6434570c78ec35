"""The checks of a filing: one small function for each finding code, over answers and their score card."""

from collections.abc import Callable, Iterator

from xl_jixiao.finding import Finding, Place
from xl_jixiao.scoretable import filing_checks, input_checks
from xl_jixiao.scoretable.card import ScoreCard
from xl_jixiao.scoretable.compile import plan_of
from xl_jixiao.scoretable.filing_checks import HandedScores
from xl_jixiao.tables.answers import Answers

FilingCheck = Callable[[HandedScores], Iterator[Finding]]

CHECKS: tuple[FilingCheck, ...] = (
    input_checks.blank_input,
    filing_checks.blank_item,
    input_checks.invalid_input,
    filing_checks.invalid_item,
    input_checks.text_number,
    input_checks.read_as_meant,
    input_checks.implausible_input,
    input_checks.placeholder_left,
    filing_checks.implausible_rate,
    filing_checks.points_without_content,
    filing_checks.row_unscorable,
    filing_checks.row_copies_target,
    filing_checks.lines_over_weight,
    filing_checks.share_over_whole,
    filing_checks.points_outside_tier,
    filing_checks.points_as_share,
    filing_checks.line_written_twice,
    filing_checks.adjustment_without_reason,
    filing_checks.adjustment_out_of_range,
    filing_checks.word_without_reason,
    filing_checks.thin_reason,
    input_checks.identity_broken,
    input_checks.identity_rounded,
    filing_checks.part_over_whole,
    filing_checks.claimed_rate_wrong,
    filing_checks.claimed_rate_rounded,
    filing_checks.claimed_without_value,
    filing_checks.adjusted_score,
    filing_checks.all_full_marks,
)


def check_filing(card: ScoreCard, answers: Answers, file: str = "") -> tuple[Finding, ...]:
    """Every finding about a filing, in the order of the checks."""
    table, plan = card.rubric, plan_of(card.rubric)

    def at(key: str) -> Place:
        ref = plan.ref(key)
        return Place(file, ref.sheet, ref.local)

    asked = table.asked.questions

    def behind(name: str) -> tuple[str, ...]:
        return (name,) if name in asked else ()

    filing = HandedScores(table.inputs, table.identities, answers, card.values, at, asked, behind, card, file)
    return tuple(finding for check in CHECKS for finding in check(filing))
