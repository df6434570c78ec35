"""The checks of a 自评表: one function for each finding code, JX501 to JX524, over a card."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from xl_jixiao.finding import Finding, Place, found
from xl_jixiao.number import percent, plain
from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.answers import LABELS, amount_key
from xl_jixiao.selfeval.build import plan_of_answers
from xl_jixiao.selfeval.judging import BEYOND
from xl_jixiao.selfeval.model import (
    ACTUAL,
    AMOUNTS,
    EXECUTION_NOTE,
    EXECUTION_RATE,
    EXPECTED,
    INITIAL,
    LONGEST,
    LONGEST_FIELD,
    SelfEvaluation,
)
from xl_jixiao.selfeval.scoring import WEIGHT_TOTAL, RowScore, SelfCard
from xl_jixiao.selfeval.target import LESS_WORDS, MET_WORDS, MORE_WORDS, QUALITATIVE, clean, read_cell
from xl_jixiao.sheet.job import shown_value
from xl_jixiao.sheet.plan import Plan
from xl_jixiao.tables.reasons import says_nothing
from xl_jixiao.words import TOTAL, is_blank

DOMINANT = Decimal("0.5")
"""The share of all weights above which one indicator outweighs the others."""

_BOUNDS = frozenset((*MORE_WORDS, *LESS_WORDS)) - {"超过", "超过了", "超", "高于", "多于", "大于", "低于", "少于", "小于"}
"""Words a target is bounded with; that something was exceeded can be said of what was done, too."""

_QUANTITIES = re.compile(r"(?<![\d,.])\d[\d,.]{0,20}\s{0,3}(?:余|多)?(?:个|项|条|次|场|人|户|家|篇|件|份|套|台|公里|亩|万)")


_LACKING = {"指标值": cells.TARGET, "完成值": cells.DONE}
"""The cell of what a row lacks, where it is called otherwise."""


@dataclass(frozen=True)
class Subject:
    """One filing under review."""

    card: SelfCard
    file: str = ""

    @property
    def table(self) -> SelfEvaluation:
        """The table."""
        return self.card.table

    @cached_property
    def plan(self) -> Plan:
        """The workbook the answers come from, or one filled with them."""
        return plan_of_answers(self.card.table, self.card.answers)

    def place(self, key: str) -> Place:
        """A cell in the user's words."""
        ref = self.plan.ref(key)
        return Place(self.file, ref.sheet, ref.local)

    def cell(self, one: RowScore, name: str) -> Place:
        """A cell of a row of the form."""
        origin = self.card.answers.origin
        return self.place(cells.at(name, origin.numbers[one.number - 1] if origin else one.number))

    def scored(self) -> Iterator[RowScore]:
        """The rows with points."""
        return (one for one in self.card.rows if isinstance(one.points, Decimal))


def _named(one: RowScore) -> str:
    return f"第{one.number}行“{one.row.name[:20] or one.row.level2}”"


def class_weight_mismatch(subject: Subject) -> Iterator[Finding]:
    """JX501: the weights of a class don't add up to the form's printed sum."""
    for one in subject.table.classes:
        written = subject.card.weight_of(one)
        if written != one.weight and subject.card.rows:
            rows = [row for row in subject.card.rows if row.row.level1 == one.name]
            place = subject.cell(rows[0], cells.WEIGHT) if rows else Place(subject.file, subject.table.form.sheet)
            message = f"“{one.name}”分值合计{plain(written)}，表式标注{plain(one.weight)}，相差{plain(written - one.weight)}"
            yield found("JX501", place, message, plain(written), plain(one.weight))


def weight_total_mismatch(subject: Subject) -> Iterator[Finding]:
    """JX502: all weights, the one of 预算执行率 included, don't add up to the total."""
    card, full = subject.card, subject.table.total
    if card.weight != full and card.rows:
        message = f"分值合计{plain(card.weight)}（含预算执行率{plain(subject.table.execution.weight)}），应为{plain(full)}"
        place = subject.place(WEIGHT_TOTAL)
        yield found("JX502", place, message, plain(card.weight), plain(full))


def blank_field(subject: Subject) -> Iterator[Finding]:
    """JX503: a head field is blank."""
    for one in subject.table.fields:
        if one.required and is_blank(subject.card.answers.fields.get(one.name)):
            place = subject.place(one.name)
            yield found("JX503", place, f"“{one.name}”未填")


def unfinished_row(subject: Subject) -> Iterator[Finding]:
    """JX504: a written row lacks something, or there is none at all."""
    for one in subject.card.rows:
        if one.missing:
            place = subject.cell(one, _LACKING.get(one.missing[0], one.missing[0]))
            yield found("JX504", place, f"{_named(one)}还缺：{'、'.join(one.missing)}")
    if not subject.card.rows:
        yield found("JX504", subject.place(cells.at(cells.NAME, 1)), "没有填写任何指标")


def unscorable_row(subject: Subject) -> Iterator[Finding]:
    """JX505: a row whose texts give no points: other units, no quantity, no degree."""
    for one in subject.card.rows:
        if isinstance(one.points, str) and not _met_by_word(one):
            texts = f"指标值“{_shown(one.row.target)}”，完成值“{_shown(one.row.actual)}”"
            message = f"{_named(one)}不能计分：{one.points}（{texts}）"
            yield found("JX505", subject.cell(one, cells.DONE), message, _shown(one.row.actual))


def _met_by_word(one: RowScore) -> bool:
    """Whether a quantity was asked for and the actual value only says 完成."""
    return one.side != QUALITATIVE and not one.missing and clean(one.row.actual) in MET_WORDS


def deviation_unexplained(subject: Subject) -> Iterator[Finding]:
    """JX506: below the target, or far beyond it, without a reason."""
    for one in subject.card.rows:
        if one.unexplained and not one.bare_reason:
            yield _deviation(subject, one, "JX506", "未写偏差原因和改进措施")


def deviation_empty_word(subject: Subject) -> Iterator[Finding]:
    """JX507: the reason for a deviation is 无 or 暂无."""
    for one in subject.card.rows:
        if one.unexplained and one.bare_reason:
            yield _deviation(subject, one, "JX507", f"偏差原因只写“{one.row.reason}”，等于没有说明")


def thin_reason(subject: Subject) -> Iterator[Finding]:
    """JX204: a reason for a deviation, or for a low execution rate, that says nothing: 同上, 见附件, the indicator's own name."""
    for one in subject.card.rows:
        reason = str(one.row.reason or "")
        if one.deviation and not one.unexplained and says_nothing(reason, str(one.row.name or ""), str(one.row.level2 or "")):
            text = f"{_named(one)}{one.deviation}，偏差原因只写“{reason[:20]}”，等于没有说明"
            yield found("JX204", subject.cell(one, cells.REASON), text, reason[:40])
    card, note = subject.card, str(subject.card.answers.execution_note or "")
    if card.execution_low and card.execution_explained and says_nothing(note, EXECUTION_RATE):
        yield found("JX204", subject.place(EXECUTION_NOTE), f"预算执行率的说明只写“{note[:20]}”，等于没有说明", note[:40])


def _deviation(subject: Subject, one: RowScore, code: str, clause: str) -> Finding:
    rule = subject.table.rows
    how = f"得{shown_value(one.points)}分，少于分值{_shown(one.row.weight)}"
    if one.deviation == BEYOND and rule.too_low is not None:
        how = f"达到指标值的{percent(rule.too_low, 0)}及以上"
    message = f"{_named(one)}{one.deviation}（{how}），{clause}"
    return found(code, subject.cell(one, cells.REASON), message, one.row.reason)


def actual_is_target_text(subject: Subject) -> Iterator[Finding]:
    """JX508: the actual value is the target's text: its ≥ copied, or the same words."""
    for one in subject.card.rows:
        if one.missing:
            continue
        reading = read_cell(one.row.actual)
        copied = reading.number is not None and reading.sign in _BOUNDS
        if copied or one.copies_target:
            why = "带着“≥、不低于”等字样，应写实际数" if copied else "与指标值一字不差，应写实际完成情况"
            place, message = subject.cell(one, cells.DONE), f"{_named(one)}的完成值{why}"
            yield found("JX508", place, message, _shown(one.row.actual))


def actual_is_weight(subject: Subject) -> Iterator[Finding]:
    """JX509: the actual value is the row's weight, not what was done."""
    for one in subject.scored():
        wanted, reached = read_cell(one.row.target), read_cell(one.row.actual)
        if reached.number is None or wanted.number in (None, reached.number):
            continue
        if reached.number == one.row.weight and not reached.unit:
            message = f"{_named(one)}的完成值{plain(reached.number)}与分值相同，与指标值“{_shown(one.row.target)}”对不上，疑为误填分值"
            yield found("JX509", subject.cell(one, cells.DONE), message, plain(reached.number))


def actual_without_quantity(subject: Subject) -> Iterator[Finding]:
    """JX510: 完成 as the actual value of a quantitative target."""
    for one in subject.card.rows:
        if isinstance(one.points, str) and _met_by_word(one):
            message = f"{_named(one)}的指标值是“{_shown(one.row.target)}”，完成值只写“{one.row.actual}”，应写实际数"
            yield found("JX510", subject.cell(one, cells.DONE), message, _shown(one.row.actual))


def qualitative_without_measure(subject: Subject) -> Iterator[Finding]:
    """JX511: words where the class calls for a figure."""
    quantitative = {name for one in subject.table.classes for name in one.quantitative}
    for one in subject.card.rows:
        if not one.missing and one.side == QUALITATIVE and one.row.level2 in quantitative:
            message = f"{_named(one)}属“{one.row.level2}”，指标值“{_shown(one.row.target)}”不可衡量，应写数量和单位"
            place = subject.cell(one, cells.TARGET)
            yield found("JX511", place, message, _shown(one.row.target))


def several_in_one_row(subject: Subject) -> Iterator[Finding]:
    """JX512: several quantities crammed into one row, measured by a single 100 %."""
    for one in subject.card.rows:
        quantities = _QUANTITIES.findall(one.row.name)
        if len(quantities) > 1 and read_cell(one.row.target).unit == "%":
            message = f"{_named(one)}把{'、'.join(quantities[:4])}等写在一格，指标值却是“{_shown(one.row.target)}”，应分行写各自的数量"
            yield found("JX512", subject.cell(one, cells.NAME), message)


def wrong_class(subject: Subject) -> Iterator[Finding]:
    """JX513: a 二级指标 under a 一级指标 it doesn't belong to."""
    for one in subject.card.rows:
        if one.row.level1 and one.row.level2 and not one.class_fits:
            own = next((known for known in subject.table.classes if known.name == one.row.level1), None)
            allowed = own.subclasses if own else tuple(known.name for known in subject.table.classes)
            wrong, column = (one.row.level2, cells.LEVEL2) if own else (one.row.level1, cells.LEVEL1)
            message = f"{_named(one)}的“{wrong}”不在可选范围：{'、'.join(allowed)}"
            yield found("JX513", subject.cell(one, column), message, wrong)


def dominant_indicator(subject: Subject) -> Iterator[Finding]:
    """JX514: one indicator carries more than half of all weights."""
    total = subject.card.weight - subject.table.execution.weight
    for one in subject.card.rows:
        if isinstance(one.row.weight, Decimal) and total and one.row.weight > total * DOMINANT:
            message = f"{_named(one)}的分值{plain(one.row.weight)}，占全部指标分值{plain(total)}的一半以上，请核对分值分配"
            yield found("JX514", subject.cell(one, cells.WEIGHT), message, plain(one.row.weight))


def execution_unexplained(subject: Subject) -> Iterator[Finding]:
    """JX515: a low execution rate without a word."""
    card, table = subject.card, subject.table
    if card.execution_low and not card.execution_explained:
        low = percent(table.execution.explain_below, 0)
        message = f"{card.worked}，低于{low}，未说明原因"
        place = subject.place(EXECUTION_NOTE)
        yield found("JX515", place, message, card.rate_text, low)


def funds_unusable(subject: Subject) -> Iterator[Finding]:
    """JX516: amounts that give no execution rate: blank, negative, no number, no budget."""
    card, table = subject.card, subject.table
    if card.execution_points is None:
        place = subject.place(amount_key(subject.table.sources[0].name, INITIAL))
        reason = card.rate or f"{table.execution.base}或全年执行数未填"
        yield found("JX516", place, f"{EXECUTION_RATE}不能计算：{reason}", str(card.rate or ""))


def execution_over_budget(subject: Subject) -> Iterator[Finding]:
    """JX517: more was spent than budgeted."""
    card = subject.card
    if isinstance(card.rate, Decimal) and card.rate > 1:
        place, weight = subject.place(EXECUTION_RATE), plain(subject.table.execution.weight)
        message = f"{card.worked}，超过100%，按{weight}分计，请核对预算数的口径"
        yield found("JX517", place, message, percent(card.rate))


def published_row_differs(subject: Subject) -> Iterator[Finding]:
    """JX518: a published score of a row isn't what its texts give."""
    for one in subject.card.rows:
        claimed = one.row.claimed
        if claimed is not None and claimed != one.points:
            message = f"{_named(one)}公布得分{plain(claimed)}，复算{shown_value(one.points)}"
            place, computed = subject.cell(one, cells.POINTS), shown_value(one.points)
            yield found("JX518", place, message, plain(claimed), computed)


def published_total_differs(subject: Subject) -> Iterator[Finding]:
    """JX519: a published total isn't the sum of its rows: 总分 99 where the rows give 109."""
    card, claims = subject.card, subject.card.answers.claimed
    for label, name, value in (("分值合计", WEIGHT_TOTAL, card.weight), ("总分", TOTAL, card.total)):
        if label in claims and claims[label] != value:
            gap = f"，相差{plain(value - claims[label])}" if value is not None else ""
            message = f"公布{label}{plain(claims[label])}，各行合计{shown_value(value)}{gap}"
            place = subject.place(name)
            yield found("JX519", place, message, plain(claims[label]), shown_value(value))


def degree_outside_word(subject: Subject) -> Iterator[Finding]:
    """JX520: the degree isn't in the range of the word the actual value uses: 部分达成 with 95 %."""
    for one in subject.scored():
        if one.side != QUALITATIVE or one.ratio is None:
            continue
        text = clean(one.row.actual)
        for degree in subject.table.degrees:
            word = next((word for word in degree.words if text.startswith(word)), None)
            if word and not degree.least <= one.ratio <= degree.most:
                shown, place = percent(one.ratio), subject.cell(one, cells.DEGREE)
                message = f"{_named(one)}写“{word}”，完成程度{shown}，应在{percent(degree.least, 0)}到{percent(degree.most, 0)}之间"
                yield found("JX520", place, message, shown)


def goals_say_nothing(subject: Subject) -> Iterator[Finding]:
    """JX521: 年度总体目标 is blank, or expected and actual are the same word for word."""
    answers, place = subject.card.answers, subject.place(EXPECTED)
    lacking = [name for name, text in ((EXPECTED, answers.expected), (ACTUAL, answers.actual)) if is_blank(text)]
    if lacking:
        yield found("JX521", place, f"年度总体目标的{'、'.join(lacking)}未填")
    elif clean(answers.expected) == clean(answers.actual):
        yield found("JX521", place, "年度总体目标的实际完成情况与预期目标一字不差")


def invalid_number(subject: Subject) -> Iterator[Finding]:
    """JX522: an amount or a weight that is no number, or negative."""
    card, table = subject.card, subject.table
    for source in table.sources:
        for amount in AMOUNTS:
            value = card.answers.funds.get((source.name, amount))
            if value is not None and (not isinstance(value, Decimal) or value < 0):
                yield _invalid(subject.place(amount_key(source.name, amount)), f"“{source.name}”{amount}", value)
    for one in card.rows:
        for column, label, value in ((cells.WEIGHT, "分值", one.row.weight), (cells.DEGREE, "完成程度", one.row.degree)):
            if isinstance(value, str) or isinstance(value, Decimal) and value < 0:
                yield _invalid(subject.cell(one, column), f"{_named(one)}的{label}", value)


def _invalid(place: Place, what: str, value: object) -> Finding:
    return found("JX522", place, f"{what}“{_shown(value)}”应为不小于0的数字", _shown(value))


def all_full_marks(subject: Subject) -> Iterator[Finding]:
    """JX523: every row has full marks."""
    card = subject.card
    if card.rows and card.total is not None and card.total == card.weight:
        place = Place(subject.file, subject.table.form.sheet)
        message = "全部指标自评满分，请逐项核对依据"
        yield found("JX523", place, message, plain(card.total))


def text_too_long(subject: Subject) -> Iterator[Finding]:
    """JX524: a text longer than its cell accepts; pasting isn't stopped by the cell's limit."""
    answers = subject.card.answers
    goals = {EXPECTED: answers.expected, ACTUAL: answers.actual, EXECUTION_NOTE: answers.execution_note}
    texts = [(subject.place(name), f"“{name}”", text, LONGEST_FIELD) for name, text in answers.fields.items()]
    texts += [(subject.place(name), f"“{name}”", text, LONGEST[name]) for name, text in goals.items()]
    texts += [
        (subject.cell(one, label), f"{_named(one)}的{label}", getattr(one.row, name), LONGEST[label])
        for one in subject.card.rows
        for name, label in LABELS.items()
    ]
    for place, what, text, most in texts:
        if isinstance(text, str) and len(text) > most:
            message = f"{what}有{len(text)}字，最多{most}字"
            yield found("JX524", place, message, str(len(text)), str(most))


def _shown(value: object) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value or "")[:40]


CHECKS: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    blank_field,
    funds_unusable,
    invalid_number,
    class_weight_mismatch,
    weight_total_mismatch,
    unfinished_row,
    wrong_class,
    unscorable_row,
    actual_without_quantity,
    deviation_unexplained,
    deviation_empty_word,
    thin_reason,
    actual_is_target_text,
    actual_is_weight,
    qualitative_without_measure,
    several_in_one_row,
    degree_outside_word,
    dominant_indicator,
    execution_unexplained,
    execution_over_budget,
    goals_say_nothing,
    published_row_differs,
    published_total_differs,
    text_too_long,
    all_full_marks,
)


def check_selfeval(card: SelfCard, file: str = "") -> tuple[Finding, ...]:
    """Every finding about a filing, in the order of the form."""
    subject = Subject(card, file)
    return tuple(finding for check in CHECKS for finding in check(subject))
