"""The checks of a 自评表 in the order of the form: one function for each finding code, over a card."""

from collections.abc import Callable, Iterator

from xl_jixiao.finding import Finding
from xl_jixiao.selfeval import form_checks, funds_checks, published_checks, row_checks
from xl_jixiao.selfeval.scoring import SelfCard
from xl_jixiao.selfeval.subject import Subject

CHECKS: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    form_checks.blank_field,
    funds_checks.funds_unusable,
    form_checks.invalid_number,
    form_checks.class_weight_mismatch,
    form_checks.class_absent,
    form_checks.weight_total_mismatch,
    row_checks.unfinished_row,
    row_checks.wrong_class,
    row_checks.unscorable_row,
    row_checks.left_out,
    row_checks.actual_without_quantity,
    row_checks.deviation_unexplained,
    row_checks.deviation_empty_word,
    row_checks.thin_reason,
    row_checks.actual_is_target_text,
    row_checks.halves,
    row_checks.bound_reached,
    row_checks.month_unsaid,
    row_checks.written_twice,
    row_checks.falls_in_the_year,
    row_checks.unit_unsaid,
    row_checks.weightless,
    row_checks.over_whole,
    row_checks.year_before,
    row_checks.points_away,
    row_checks.below_nothing,
    row_checks.against_name,
    row_checks.target_says_nothing,
    row_checks.far_below,
    row_checks.nameless,
    row_checks.day_as_number,
    row_checks.direction_unsaid,
    row_checks.actual_is_weight,
    row_checks.qualitative_without_measure,
    row_checks.time_without_time,
    row_checks.money_as_quantity,
    row_checks.several_in_one_row,
    row_checks.degree_outside_word,
    form_checks.dominant_indicator,
    form_checks.class_shares_unusual,
    funds_checks.neither_spent_nor_kept,
    funds_checks.execution_unexplained,
    funds_checks.breakdown_differs,
    funds_checks.execution_over_budget,
    form_checks.text_number,
    form_checks.read_as_meant,
    funds_checks.funds_implausible,
    funds_checks.budget_adjusted,
    funds_checks.cost_over_budget,
    form_checks.goals_say_nothing,
    form_checks.goal_only_done,
    form_checks.goal_far_exceeded,
    form_checks.actuals_are_targets,
    form_checks.placeholder_left,
    form_checks.year_unknown,
    published_checks.published_row_differs,
    published_checks.published_row_rounded,
    published_checks.published_rate_differs,
    published_checks.published_rate_rounded,
    published_checks.published_total_differs,
    published_checks.published_grade_differs,
    form_checks.text_too_long,
    form_checks.all_full_marks,
)


def check_selfeval(card: SelfCard, file: str = "") -> tuple[Finding, ...]:
    """Every finding about a filing, in the order of the form."""
    subject = Subject(card, file)
    return tuple(finding for check in CHECKS for finding in check(subject))
