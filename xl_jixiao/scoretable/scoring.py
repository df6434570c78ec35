"""Rubric + answers -> score card. Pure: no files, no Excel, no clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from xl_jixiao.formula import Formula, defined_name, parse
from xl_jixiao.number import NotANumber, from_cell, half_up, percent, says_none
from xl_jixiao.rules import Points
from xl_jixiao.scoretable.table import Identity, Indicator, Rubric
from xl_jixiao.tables.answers import Adjustment, Answers
from xl_jixiao.tables.rates import PLACES, RateValue, rate_value
from xl_jixiao.words import BLANK, INVALID, NO_BUDGET, NOT_APPLICABLE, READY


@dataclass(frozen=True)
class Score:
    """One indicator's result: `computed` by the rule, `points` after a valid adjustment; None while blank."""

    indicator: Indicator
    state: str
    rate: RateValue
    computed: Points
    points: Points
    worked: str
    reason: str
    adjustment: Adjustment | None = None

    @property
    def code(self) -> str:
        """The indicator's code."""
        return self.indicator.code

    @property
    def full(self) -> Decimal:
        """The indicator's weight."""
        return self.indicator.weight

    @property
    def rate_text(self) -> str:
        """The rate as printed: 76.74%, or its word, or nothing."""
        return percent(self.rate) if isinstance(self.rate, Decimal) else self.rate or ""


@dataclass(frozen=True)
class ScoreCard:
    """A filing's scores in the order of the form. No total stands over a `blank` figure, nor any sum over a `wrong` answer."""

    rubric: Rubric
    scores: tuple[Score, ...]
    blank: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @cached_property
    def by_code(self) -> Mapping[str, Score]:
        """Scores by indicator code."""
        return {score.code: score for score in self.scores}

    @cached_property
    def total(self) -> Decimal | None:
        """The sum of printed points, 不适用 left out and the rest rescaled; None while anything is blank or wrong."""
        return self._total([(score.full, score.points) for score in self.scores])

    @cached_property
    def computed_total(self) -> Decimal | None:
        """The total the rules alone give, without adjustments."""
        return self._total([(score.full, score.computed) for score in self.scores])

    @property
    def grade(self) -> str | None:
        """The grade of the total."""
        return None if self.total is None else self.rubric.grade(self.total)

    @property
    def unfinished(self) -> tuple[Score, ...]:
        """The scores that keep the total from standing."""
        return tuple(score for score in self.scores if score.points is None or score.points == INVALID)

    def _total(self, points: list[tuple[Decimal, Points]]) -> Decimal | None:
        kept = [(full, value) for full, value in points if value != NOT_APPLICABLE]
        if self.blank or self.wrong or not kept or any(not isinstance(value, Decimal) for _, value in kept):
            return None
        earned = sum((value for _, value in kept), Decimal(0))
        if len(kept) == len(points):
            return half_up(earned, 2)
        return half_up(Fraction(earned) * Fraction(self.rubric.total) / Fraction(sum(full for full, _ in kept)), 2)


def score(rubric: Rubric, answers: Answers) -> ScoreCard:
    """Every indicator scored from the answers. Blank answers give blank scores, never low ones."""
    scores = tuple(_score(indicator, answers) for indicator in rubric.indicators)
    figures = [(item.name, item.state(answers.get(item.key))) for item in rubric.inputs]
    blank = tuple(name for name, state in figures if state == BLANK)
    wrong = [name for name, state in figures if state == INVALID]
    return ScoreCard(rubric, scores, blank, (*wrong, *_wrong_items(scores, answers)))


def _wrong_items(scores: tuple[Score, ...], answers: Answers) -> Iterator[str]:
    """The judged items that can't be used; where the rule gave points from its items, it found none."""
    for score in scores:
        if score.computed != INVALID and score.state == READY:
            continue
        for item, key in zip(score.indicator.scorer.items, score.indicator.item_keys, strict=True):
            if item.state(answers.get(key)) == INVALID:
                yield item.label


def _score(indicator: Indicator, answers: Answers) -> Score:
    state, rate = state_and_rate(indicator, answers.values)
    measured = measured_value(indicator, answers.values) if indicator.measure and isinstance(rate, Decimal) else rate
    given = [answers.get(key) for key in indicator.item_keys]
    worked = worked_line(indicator, rate, answers.values)
    blank = state == BLANK and (indicator.rule.needs_rate or indicator.applies)
    computed, reason = (None, "") if blank else indicator.scorer.evaluate(measured, given, worked)
    adjustment = answers.adjustments.get(indicator.code)
    points = computed
    if adjustment is not None and adjustment.points is not None:
        points = half_up(adjustment.points, 2) if is_valid(adjustment, indicator) else None
    return Score(indicator, state, rate, computed, points, worked, reason, adjustment)


def is_valid(adjustment: Adjustment, indicator: Indicator) -> bool:
    """Whether an adjustment counts: points within the weight, two decimals at most, and a reason."""
    points = adjustment.points
    return bool(adjustment.reason) and isinstance(points, Decimal) and 0 <= points <= indicator.weight and points == half_up(points, 2)


def state_and_rate(indicator: Indicator, values: Mapping[str, object]) -> tuple[str, RateValue]:
    """Whether the indicator's rate can be computed (可算, 空白, 零预算, or the word the rate shows instead), and the rate.

    The rate is None while blank and where the indicator has none.
    """
    if indicator.applies:
        subject = _number(values.get(defined_name(indicator.applies)))
        if not isinstance(subject, Decimal):
            return subject or BLANK, subject
        if subject == 0:
            return NOT_APPLICABLE, NOT_APPLICABLE
    formula = indicator.rate_formula
    if formula is None:
        return READY, None
    rate = rate_value(formula, indicator.zero_denominator, values)
    if not isinstance(rate, Decimal):
        return rate or BLANK, rate
    no_budget = rate == 0 and any(divisor.value(_numbers(formula, values)) == 0 for divisor in formula.divisors)
    return NO_BUDGET if no_budget else READY, rate


def measured_value(indicator: Indicator, values: Mapping[str, object]) -> Decimal:
    """What the rule compares where that is not the rate itself: 在职人员数-编制数."""
    return half_up(indicator.measured.value(_numbers(indicator.measured, values)), PLACES)


def exact_rate(indicator: Indicator, values: Mapping[str, object]) -> Fraction | None:
    """The rate before it is rounded; None where the divisor is zero. Only for a rate that can be computed."""
    try:
        return indicator.rate_formula.value(_numbers(indicator.rate_formula, values))
    except ZeroDivisionError:
        return None


def _numbers(formula: Formula, values: Mapping[str, object]) -> dict[str, Decimal]:
    return {name: from_cell(values[name]) for name in formula.names}


def worked_line(indicator: Indicator, rate: RateValue, values: Mapping[str, object]) -> str:
    """``在职人员控制率=66÷86×100%=76.74%``; empty while an input is blank or wrong."""
    formula = indicator.rate_formula
    if formula is None or rate is None or rate == INVALID:
        return ""
    numbers = {name: _number(values.get(name)) for name in formula.names}
    if any(not isinstance(number, Decimal) for number in numbers.values()):
        return ""
    if isinstance(rate, str):
        return f"{indicator.name}={formula.as_percentage().substituted(numbers)}"
    return f"{indicator.name}={formula.worked(numbers, percent(rate))}"


def _number(cell: object) -> Decimal | str | None:
    """A number, 不适用 for 无, 数据有误 for what isn't one, None for blank."""
    if says_none(cell):
        return NOT_APPLICABLE
    try:
        number = from_cell(cell)
    except NotANumber:
        return INVALID
    return INVALID if number is not None and number < 0 else number


def identity_gap(identity: Identity, answers: Answers) -> Decimal | None:
    """Left less right, to 0.01; None while a figure is missing."""
    left, right = parse(identity.left), parse(identity.right)
    try:
        values = {name: from_cell(answers.get(name)) for name in (*left.names, *right.names)}
    except NotANumber:
        return None
    return None if None in values.values() else half_up(left.value(values) - right.value(values), 2)
