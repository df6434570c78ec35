"""What the cells of 评分底稿 compute: one tree each, and the registered functions' voices of them in the add-in edition."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from xl_jixiao.expr import (
    Area,
    ByRow,
    Cell,
    Cleared,
    Counted,
    Expr,
    Held,
    Kept,
    Rounded,
    Value,
    all_of,
    any_of,
    as_text,
    by_word,
    call,
    decimal,
    first_of,
    is_blank,
    is_error,
    is_number,
    is_text,
    joined,
    negated,
    one_of,
    renamed,
    shown,
    tree,
    when,
)
from xl_jixiao.formula import Formula, defined_name
from xl_jixiao.number import plain
from xl_jixiao.rules import Points, RateValue
from xl_jixiao.rules.base import RANKS
from xl_jixiao.scoretable import extras, keys
from xl_jixiao.scoretable.limits import Doubt, doubts
from xl_jixiao.scoretable.model import Indicator, Rubric
from xl_jixiao.scoretable.rows import ScoredRow, scored_rows
from xl_jixiao.sheet import data
from xl_jixiao.sheet.plan import Udf
from xl_jixiao.sheet.rules import rule_name
from xl_jixiao.tables.functions import SIGNED
from xl_jixiao.tables.parts import grade_of
from xl_jixiao.tables.rates import PLACES, Ratio, Zero, state_of_figures, usable_figures
from xl_jixiao.words import (
    BLANK,
    EXPLAIN,
    INVALID,
    MUST_FIX,
    NO_BUDGET,
    NONE_WORD,
    NOT_APPLICABLE,
    NOTHING_SPENT,
    PASSED,
    READY,
    UNFINISHED,
)

WRONG = Counted(data.STATES, INVALID) + Counted(keys.WORK_STATES, INVALID)
"""How many answers are wrong: figures and judged items."""


@dataclass(frozen=True, eq=False)
class Scored:
    """The trees of one indicator's cells. `signed` are the figures of its table that may be below zero."""

    indicator: Indicator
    signed: frozenset[str] = frozenset()

    @cached_property
    def _state(self) -> Cell:
        return data.state(self.indicator.code)

    @cached_property
    def _rate(self) -> Cell:
        return Cell(keys.rate_key(self.indicator))

    @cached_property
    def _items(self) -> tuple[Cell, ...]:
        return tuple(map(Cell, self.indicator.item_keys))

    # ---- the rate

    @cached_property
    def state(self) -> Expr:
        """The 状态 cell of the rate: 可算, or the reason why not."""
        computable = self._computable()
        if not self.indicator.applies:
            return computable
        key = defined_name(self.indicator.applies)
        subject, said = Cell(key), data.state(key)
        return first_of(
            [
                (said.equals(NONE_WORD), NOT_APPLICABLE),
                (negated(is_number(subject)), when(said.equals(INVALID), INVALID, BLANK)),
                (subject < 0, INVALID),
                (subject.equals(0), NOT_APPLICABLE),
            ],
            computable,
        )

    @cached_property
    def _ratio(self) -> Ratio | None:
        ratio = self.indicator.ratio
        return replace(ratio, signed=self.signed.intersection(ratio.formula.names)) if ratio else None

    def _computable(self) -> Expr:
        """Whether what is computed from figures can be."""
        indicator = self.indicator
        gap = indicator.rule.gap
        own = indicator.rule.own_absence or gap is not None
        figures = indicator.rule_figures
        strict = [*([indicator.measured] if indicator.measured and indicator.measure else []), *(() if own else figures)]
        if self._ratio:
            found = self._ratio.state_with(strict, data.state)
        else:
            found = state_of_figures(strict, data.state, self.signed) if strict else tree(READY)
        if not own or not figures:
            return found
        usable = usable_figures(figures, data.state, self.signed)
        if gap is not None:
            usable = when(usable.equals(READY), when(renamed(gap, self._figures), NOT_APPLICABLE, READY), usable)
        return usable if found == tree(READY) else when(usable.equals(READY), found, usable)

    @cached_property
    def rows(self) -> tuple[ScoredRow, ...]:
        """The rows of a rule that the unit writes row by row."""
        return scored_rows(self.indicator)

    @cached_property
    def rate(self) -> Expr:
        """The rate where it can be computed, or the word for it, or nothing."""
        if self._ratio is None:
            return when(one_of(self._state, (READY, BLANK)), "", self._state)
        return self._ratio.beside(self._state)

    @cached_property
    def question(self) -> Expr:
        """What is asked about the rate: whether a figure of it is in another unit. Nothing where that is asked in the figure's own row, or
        answered there; a part that is more than its whole is said as that."""
        indicator = self.indicator
        if indicator.ratio is None or not indicator.is_percentage:
            return tree("")
        figures, quotient = indicator.ratio.formula.names, indicator.quotient
        said: list[Expr] = [Cell(data.hint_key(name)).differs("") for name in figures]
        if quotient:
            remarks = [Cell(data.remark_key(side.names[0])) for side in (quotient.part, quotient.whole)]
            said += [when(is_error(remark), True, negated(data.unsaid(remark))) for remark in remarks]
        cases: list[tuple[Expr, str]] = (
            [] if quotient and quotient.share else [(self._rate > indicator.most, f"超过{plain(indicator.most * 100)}%")]
        )
        if indicator.least:
            cases.append((all_of([self._rate > 0, self._rate < indicator.least]), f"不到{plain(indicator.least * 100)}%"))
        asked = first_of([(test, f"{word}，请核对：是否有数填错了单位？") for test, word in cases], "")
        return Kept(when(is_number(self._rate), when(any_of(said), "", asked), "")) if cases else tree("")

    @cached_property
    def rate_udf(self) -> Udf | None:
        """``JX_CONTROL_RATE(在职人员数,编制数)``; a county's own rate goes through JX_RATE."""
        indicator, ratio = self.indicator, self._ratio
        if ratio is None:
            return None
        if indicator.standard and indicator.bound_names and not ratio.signed:
            quotient = call(indicator.standard.udf, *map(Cell, indicator.bound_names))
        else:
            text = ratio.formula.excel(lambda name: f"{SIGNED}{name}" if name in ratio.signed else name)
            quotient = call("JX_RATE", text, str(ratio.zero), *map(Cell, ratio.formula.names))
        alone = set(indicator.names) == set(ratio.formula.names) and not indicator.applies
        return Udf(quotient if alone else ratio.beside(self._state, quotient))

    @cached_property
    def measured(self) -> Expr:
        """What the rule compares: the rate, or the measure (在职人员数-编制数)."""
        if self.indicator.measure and self.indicator.measured:
            return Rounded(self.indicator.measured.cleared, PLACES)
        return self._rate if self.indicator.has_rate else tree("")

    @cached_property
    def _argument(self) -> Expr:
        """What a registered function gets as the rate: the cell, its word, or the measure."""
        if not self.indicator.measure:
            return self._rate if self.indicator.has_rate else tree("")
        return first_of([(self._state.equals(INVALID), self._state), (is_number(self._rate), self.measured)], self._rate)

    # ---- the points

    @cached_property
    def computed(self) -> Expr:
        """The points the rule gives."""
        return self._points(self.measured)

    @cached_property
    def recomputed(self) -> Expr:
        """The same from the inputs alone; no registered function takes part."""
        ratio = self._ratio
        if self.indicator.measure or ratio is None:
            return self._points(self.measured)
        return self._points(when(self._state.equals(NO_BUDGET), 0, ratio.quotient) if ratio.zero is Zero.BUDGET else ratio.quotient)

    def _points(self, rate: Expr) -> Expr:
        indicator, scorer = self.indicator, self.indicator.scorer
        points = scorer.over(rate, self._items, wrong=self._items_are(INVALID), blank=self._items_are(BLANK))
        if indicator.rule.names:
            points = renamed(points, self._figures)
        if not indicator.has_rate:
            return points
        ready = [READY]
        if indicator.ratio and indicator.ratio.zero is Zero.BUDGET:
            ready.append(NO_BUDGET)
        if not indicator.rule.needs_rate and not indicator.applies and not indicator.rule.figures:
            ready.append(BLANK)
        return when(one_of(self._state, ready), points, scorer.unrated(self._state))

    def _items_are(self, word: str) -> Expr | None:
        """Whether one of the judged items has this state, or a row that can't be scored."""
        if self.rows and word == INVALID:
            return any_of([Counted(Area(keys.item_states_key(self.indicator.code)), word) > 0, *(one.unscored for one in self.rows)])
        if len(self._items) > 1:
            return Counted(Area(keys.item_states_key(self.indicator.code)), word) > 0
        return data.state(self._items[0].key).equals(word) if self._items else None

    @cached_property
    def computed_udf(self) -> Udf:
        """``JX_SCORE(规则_重点支出安排率,重点支出安排率)``."""
        return Udf(self._unless_blank(call("JX_SCORE", Cell(rule_name(self.indicator.code)), self._argument, *self._given)))

    @cached_property
    def _figures(self) -> Mapping[str, str]:
        """The cells of the figures the rule compares, and of what is computed for it, by its own names."""
        return dict(zip(self.indicator.rule.names, self.indicator.figure_keys, strict=True))

    @cached_property
    def _given(self) -> tuple[Cell, ...]:
        """What a registered function gets besides the rate: the judged items, then the figures the rule compares."""
        return (*self._items, *map(Cell, self.indicator.figure_keys))

    def _unless_blank(self, called: Expr) -> Expr:
        return when(self._state.equals(BLANK), "", called) if self.indicator.applies else called

    @cached_property
    def final(self) -> Expr:
        """The points that count: the computed ones, or an adjustment with a reason and within the weight."""
        code = self.indicator.code
        adjusted, why = Cell(keys.adjusted_name(code)), Cell(keys.reason_name(code))
        fits = all_of([adjusted >= 0, adjusted <= Cell(keys.weight_key(code)), adjusted.equals(Rounded(adjusted, 2))])
        settled = when(fits, when(is_blank(why), EXPLAIN, adjusted), INVALID)
        return when(is_number(adjusted), settled, when(is_blank(adjusted), Cell(keys.computed_key(code)), INVALID))

    @cached_property
    def strange(self) -> Expr | None:
        """Whether a part of the rule is 不适用 or 超预算."""
        found = self.indicator.rule.strange(self._items)
        return None if found is None else renamed(found, self._figures)

    @cached_property
    def result(self) -> Expr:
        """空白, 须说明, 通过; 数据有误 where a figure is wrong, 必改 where the adjustment is."""
        code = self.indicator.code
        wrong = when(Cell(keys.computed_key(code)).equals(INVALID), INVALID, MUST_FIX)
        points, why = Cell(keys.score_name(code)), Cell(keys.reason_name(code))
        passed: Expr = when(all_of([is_number(Cell(keys.adjusted_name(code))), data.unsaid(why)]), EXPLAIN, PASSED)
        strange = [one.test for one in self.doubts]
        if self.indicator.has_rate:
            strange += [all_of([is_text(self._rate), self._rate.differs("")]), self.question.differs("")]
        if strange:
            passed = when(all_of([any_of(strange), data.unsaid(why)]), EXPLAIN, passed)
        return by_word(points, {"": BLANK, EXPLAIN: EXPLAIN, INVALID: wrong}, passed)

    # ---- why

    @cached_property
    def worked(self) -> Expr:
        """``在职人员控制率=66÷86×100%=76.74%``; empty while a figure is blank or wrong."""
        ratio, indicator = self._ratio, self.indicator
        if ratio is None:
            return tree("")
        names = ratio.formula.names
        formula = ratio.formula.as_percentage() if indicator.is_percentage else Formula(ratio.formula.core)
        done = formula.worked_tree(signed=ratio.signed)
        if ratio.formula.divisors and indicator.is_percentage:  # what is divided by nothing is no percentage
            bare = Formula(ratio.formula.core).worked_tree(signed=ratio.signed)
            done = when(self._state.equals(READY), done, joined(bare, when(self._state.equals(NO_BUDGET), f"（{NOTHING_SPENT}）", "")))
        result = when(self._state.equals(READY), joined("=", self.shown(self._rate)), "")
        line = joined(f"{indicator.name}=", done, result)
        if isinstance(formula.tree, Cell):
            line = joined(f"{indicator.name}=", self.shown(self._rate))
        known = all_of([call("COUNT", *map(Cell, names)).equals(len(names)), negated(one_of(self._state, (INVALID, BLANK)))])
        return Kept(when(known, line, ""))

    def shown(self, rate: Expr) -> Expr:
        """A result as printed: 76.74%, 25天, 第7名."""
        if self.indicator.is_percentage:
            return shown(rate, PLACES - 2, percent=True)
        unit = self.indicator.result_unit
        return joined("第" if unit in RANKS else "", rate, unit)

    @cached_property
    def explanation(self) -> Expr:
        """The worked line, the word of a rate that doesn't exist, the points."""
        points = Cell(keys.computed_key(self.indicator.code))
        parts: list[Expr] = []
        if self._ratio:
            parts += [self.worked, when(self.worked.equals(""), "", "，")]
        if self.indicator.has_rate:
            parts.append(when(is_text(self._rate), when(one_of(self._rate, ("", INVALID)), "", joined(self._rate, "，")), ""))
        if self.indicator.rule.names:
            said = renamed(self.indicator.rule.said(), self._figures)
            parts.append(when(is_number(points), said, ""))
        parts += [when(one.unscored, joined(f"第{one.number}行", one.points, "，"), "") for one in self.rows]
        earned = first_of([(is_number(points), joined("计", points, "分")), (points.equals(INVALID), self._wrong)], points)
        return when(points.equals(""), "", joined(*parts, earned, self.asked))

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """What may be asked about the judged values."""
        return doubts(self.indicator)

    def doubted(self, key: str) -> Expr | None:
        """Whether a judged value is asked about and no reason answers; None where nothing may be asked."""
        why = Cell(keys.reason_name(self.indicator.code))
        return next((all_of([one.test, data.unsaid(why)]) for one in self.doubts if one.key == key), None)

    @cached_property
    def asked(self) -> Expr:
        """What is asked about the judged values, behind the points."""
        labels = dict(zip(self.indicator.item_keys, (item.label for item in self.indicator.scorer.items), strict=True))
        why = Cell(keys.reason_name(self.indicator.code))
        said = [when(one.test, f"；“{labels[one.key]}”{one.text}，请改正，或在“情况说明”写明", "") for one in self.doubts]
        return when(data.unsaid(why), joined(*said), "") if said else tree("")

    @cached_property
    def _wrong(self) -> Expr:
        """What to do where the points can't be computed: which judged item is wrong, or that a figure is."""
        items = zip(self.indicator.scorer.items, self._items, strict=True)
        advice = [when(data.state(cell.key).equals(INVALID), item.advice, "") for item, cell in items]
        said = joined(f"{INVALID}，请检查认定情况", *advice)
        return when(self._rate.equals(INVALID), f"{INVALID}，请检查基础数据", said) if self.indicator.has_rate else said

    @cached_property
    def explanation_udf(self) -> Udf:
        """JX_EXPLAIN, whose sentence Python writes."""
        arguments = (Cell(rule_name(self.indicator.code)), self._argument, self.worked, *self._given)
        called = call("JX_EXPLAIN", *arguments)
        return Udf(self._unless_blank(joined(called, self.asked) if self.doubts else called), self.reason)

    def reason(self, values: Mapping[str, Held]) -> str:
        """Why these points, in a sentence."""
        said = self.because(self.points(values), self.rate_value(values), as_text(self.worked.value(values)), values)
        return said + as_text(self.asked.value(values))

    def because(self, points: Points, rate: RateValue, worked: str, values: Mapping[str, Held]) -> str:
        """The same where points, rate and worked line are known."""
        if self.indicator.measure and not isinstance(rate, str) and rate is not None:
            rate = decimal(self.measured.value(values))
        given = [_judged(_value(values, key)) for key in (*self.indicator.item_keys, *self.indicator.figure_keys)]
        if rate is not None:
            return self.indicator.scorer.because(points, rate, given, worked)
        alike = (points, worked, *given)  # what is judged by words is judged alike in many filings
        known = self._said
        if alike not in known:
            if len(known) >= _MOST_SAID:
                known.clear()
            known[alike] = self.indicator.scorer.because(points, rate, given, worked)
        return known[alike]

    @cached_property
    def _said(self) -> dict[tuple[Points, ...], str]:
        return {}

    def rate_value(self, values: Mapping[str, Held]) -> RateValue:
        """The printed rate, or its word; None while it is blank and where there is none."""
        return _printed(_value(values, self._rate.key)) if self.indicator.has_rate else None

    def points(self, values: Mapping[str, Held]) -> Points:
        """The points the rule gives; None while something is blank."""
        return _printed(_value(values, keys.computed_key(self.indicator.code)))


_MOST_SAID = 64


def _value(values: Mapping[str, Held], key: str) -> Value:
    found = values[key]
    assert not isinstance(found, tuple)
    return found


def _printed(value: Value) -> Points:
    return (value or None) if isinstance(value, str) else decimal(value)


def _judged(value: Value) -> Points:
    return value if isinstance(value, str) else decimal(value)


def total(points: Area, weights: Area, table: Rubric) -> Expr:
    """A total that never hides an unfinished or failed cell: every line has points, and no answer is blank or wrong.

    不适用 is left out and the rest rescaled.
    """
    count, counted = len(table.indicators), call("COUNT", points)
    sound = (Counted(data.STATES, BLANK) + WRONG).equals(0)
    earned = Rounded(call("SUM", points), 2)
    if all(indicator.not_applicable != "exclude" for indicator in table.indicators):
        return when(all_of([counted.equals(count), sound]), _settled(earned, table), UNFINISHED)
    left_out = Counted(points, NOT_APPLICABLE)
    kept = ByRow(is_number(points) * weights)
    scaled = Rounded(Cleared(call("SUM", points) * table.total, 9) / kept, 2)
    done = all_of([counted > 0, (counted + left_out).equals(count), sound])
    return when(done, _settled(when(left_out.equals(0), earned, scaled), table), UNFINISHED)


def _settled(points: Expr, table: Rubric) -> Expr:
    return extras.settled(points, table.extras, table.highest)


def group_points(indicators: tuple[Indicator, ...]) -> Expr:
    """The points of a group; 未完成 while any of its scores is missing or any answer is wrong. 不适用 counts nothing."""
    cells = [Cell(keys.score_name(one.code)) for one in indicators]
    counted: Expr = call("COUNT", *cells)
    for one, cell in zip(indicators, cells, strict=True):
        if one.not_applicable == "exclude":
            counted = counted + cell.equals(NOT_APPLICABLE)
    return when(all_of([counted.equals(len(cells)), WRONG.equals(0)]), Rounded(call("SUM", *cells), 2), UNFINISHED)


def grade(points: Cell, table: Rubric) -> Expr:
    """The grade's word for a total; nothing while there is none."""
    return when(is_number(points), due_grade(points, table), "")


def due_grade(points: Expr, table: Rubric) -> Expr:
    """The grade of a total that there is; of one that was published, too."""
    return extras.graded(grade_of(points, table.grades), table.extras)


def grade_udf(points: Cell, table: Rubric) -> Udf:
    """``JX_GRADE(K55,"90优秀;80良好;60合格;0不合格")``."""
    called = call("JX_GRADE", points, ";".join(f"{one.least}{one.name}" for one in table.grades))
    return Udf(extras.graded(called, table.extras))


def whose(names: tuple[str, ...]) -> Expr:
    """Whose table it is: ``单位名称：…　　项目名称：…``."""
    return joined(*(part for at, name in enumerate(names) for part in (f"{'　　' if at else ''}{name}：", Cell(name))))
