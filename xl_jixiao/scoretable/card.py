"""A filing's scores as Python speaks of them, read from the values of the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

from xl_jixiao.expr import Held, as_text, decimal
from xl_jixiao.number import half_up
from xl_jixiao.rules import Points, RateValue
from xl_jixiao.scoretable import keys
from xl_jixiao.scoretable.extras import TOUCHED, Extra
from xl_jixiao.scoretable.model import Indicator, Rubric
from xl_jixiao.scoretable.trees import Scored
from xl_jixiao.sheet import data
from xl_jixiao.sheet.plan import run_of
from xl_jixiao.tables.answers import Adjustment, Answers
from xl_jixiao.words import BLANK, COMPUTED_TOTAL, GRADE, INVALID, READY, TOTAL


@dataclass(frozen=True)
class Score:
    """One indicator's result: `computed` by the rule, `points` after a valid adjustment; None while blank. Its sentences are made when they
    are asked for."""

    indicator: Indicator
    state: str
    rate: RateValue
    computed: Points
    points: Points
    adjustment: Adjustment | None
    scored: Scored = field(repr=False)
    values: Mapping[str, Held] = field(repr=False, compare=False)

    @cached_property
    def worked(self) -> str:
        """The worked line."""
        return as_text(run_of(self.scored.worked)(self.values))

    @cached_property
    def reason(self) -> str:
        """Why these points, in a sentence."""
        return self.scored.because(self.computed, self.rate, self.worked, self.values)

    @cached_property
    def question(self) -> str:
        """What is asked about the rate."""
        return as_text(run_of(self.scored.question)(self.values)) if isinstance(self.rate, Decimal) else ""

    @cached_property
    def has_strange_part(self) -> bool:
        """Whether it has points, a part of which is 不适用 or 超预算."""
        strange = self.scored.strange
        return strange is not None and isinstance(self.computed, Decimal) and run_of(strange)(self.values) is True

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
        return self.indicator.shown(self.rate) if isinstance(self.rate, Decimal) else self.rate or ""

    @property
    def settled(self) -> bool:
        """Whether an adjustment stands in for the computed points."""
        return self.adjustment is not None and self.adjustment.points is not None and isinstance(self.points, Decimal)

    @property
    def lost(self) -> Decimal:
        """The points that were lost; none while there are no points."""
        return half_up(self.full - self.points, 2) if isinstance(self.points, Decimal) else Decimal(0)

    @property
    def why(self) -> str:
        """The unit's reason, or the rule's."""
        return self.adjustment.reason if self.adjustment and self.adjustment.reason else self.reason


@dataclass(frozen=True)
class ExtraScore:
    """What 加分, 扣分 or 一票否决 comes to: points (taken off, below zero), or a word; None while a figure is blank or wrong."""

    extra: Extra
    points: Decimal | str | None
    worked: str

    @property
    def change(self) -> Decimal:
        """What it changes the total by."""
        return self.points if isinstance(self.points, Decimal) else Decimal(0)


@dataclass(frozen=True)
class ScoreCard:
    """A filing's scores in the order of the form. No total stands over a `blank` figure, nor any sum over a `wrong` answer."""

    rubric: Rubric
    scores: tuple[Score, ...]
    total: Decimal | None = None
    """The sum of printed points, 不适用 left out and the rest rescaled; None while anything is blank or wrong."""

    computed_total: Decimal | None = None
    """The total the rules alone give, without adjustments."""

    grade: str | None = None
    extras: tuple[ExtraScore, ...] = ()
    blank: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    values: Mapping[str, Held] = field(default_factory=lambda: MappingProxyType({}), repr=False, compare=False)
    """What the cells of the plan show."""

    @cached_property
    def by_code(self) -> Mapping[str, Score]:
        """Scores by indicator code."""
        return {score.code: score for score in self.scores}

    @property
    def void(self) -> tuple[ExtraScore, ...]:
        """The vetoes that are touched."""
        return tuple(one for one in self.extras if one.points == TOUCHED)

    @property
    def unfinished(self) -> tuple[Score, ...]:
        """The scores that keep the total from standing."""
        return tuple(score for score in self.scores if score.points is None or score.points == INVALID)


def card_of(table: Rubric, scored: Sequence[Scored], answers: Answers, values: Mapping[str, Held]) -> ScoreCard:
    """The card of a filing over the values of its plan."""
    figures = [(item.name, values[data.state(item.key).key]) for item in table.inputs]
    judged = [(item.label, values[data.state(key).key]) for item, key in table.items]
    return ScoreCard(
        table,
        tuple(_score(one, answers, values) for one in scored),
        _number(values[TOTAL]),
        _number(values[COMPUTED_TOTAL]),
        _text(values[GRADE]) or None,
        tuple(_extra(one, values) for one in table.extras),
        tuple(name for name, state in figures if state == BLANK),
        tuple(name for name, state in (*figures, *judged) if state == INVALID),
        values,
    )


def _extra(extra: Extra, values: Mapping[str, Held]) -> ExtraScore:
    held = values[extra.key]
    return ExtraScore(extra, _text(held) or _number(held), _text(values[extra.said_key]))


def _score(scored: Scored, answers: Answers, values: Mapping[str, Held]) -> Score:
    indicator = scored.indicator
    computed = scored.points(values)
    adjustment = answers.adjustments.get(indicator.code)
    points = computed
    if adjustment is not None and adjustment.points is not None:
        points = _number(values[keys.score_name(indicator.code)])
    return Score(
        indicator,
        _text(values[data.state(indicator.code).key]) if indicator.has_rate else READY,
        scored.rate_value(values),
        computed,
        points,
        adjustment,
        scored,
        values,
    )


def _number(held: Held) -> Decimal | None:
    return None if isinstance(held, tuple) else decimal(held)


def _text(held: Held) -> str:
    return held if isinstance(held, str) else ""
