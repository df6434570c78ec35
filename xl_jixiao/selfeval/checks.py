"""The checks of a 自评表: one function for each finding code, JX501 to JX524, over a card."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from xl_jixiao.expr import Cell, as_number, as_text, decimal
from xl_jixiao.finding import Finding, Place, found
from xl_jixiao.number import percent, plain
from xl_jixiao.rules.typed import YUAN
from xl_jixiao.selfeval import cells, funds
from xl_jixiao.selfeval.answers import CLAIMED_RATE, CLAIMED_RATE_POINTS, LABELS, amount_key
from xl_jixiao.selfeval.build import plan_of_answers
from xl_jixiao.selfeval.funds import breakdown_gap
from xl_jixiao.selfeval.judging import (
    ACTUAL_WITHOUT_QUANTITY,
    AGAINST_NAME,
    ANSWER,
    AS_ERROR,
    BELOW_NOTHING,
    BEYOND,
    BOUND_COPIED,
    BOUND_REACHED,
    CHECK,
    DOUBTFUL,
    FAR_BELOW,
    HALVED,
    LESS_MEANT,
    MET_BY_NOTHING,
    MONTH_UNSAID,
    NAMELESS,
    ONE_DAY,
    OUTSIDE,
    OVER_WHOLE,
    POINTS_AWAY,
    SHARE_TOO_LARGE,
    TARGET_IS_NAME,
    TOO_LATE,
    WAY_OUT,
    WORDS_COPIED,
    YEAR_BEFORE,
)
from xl_jixiao.selfeval.model import (
    ACTUAL,
    EXECUTION_NOTE,
    EXECUTION_RATE,
    EXPECTED,
    INITIAL,
    LONGEST,
    LONGEST_FIELD,
    YEAR,
    YEAR_FIELD,
    SelfEvaluation,
)
from xl_jixiao.selfeval.scoring import WEIGHT_TOTAL, RowScore, SelfCard
from xl_jixiao.selfeval.target import COST, MET_WORDS, QUALITATIVE, clean, has, read_cell
from xl_jixiao.sheet.job import shown_value
from xl_jixiao.sheet.plan import Plan
from xl_jixiao.sheet.published import ROW_POINTS, figure_key, points_key
from xl_jixiao.tables.published import difference
from xl_jixiao.tables.reasons import left_open, says_nothing
from xl_jixiao.tables.slips import NO_ANSWER, NONE_OF_IT, goal_empty
from xl_jixiao.words import GRADE, NONE_WORD, NOT_APPLICABLE, TOTAL, is_blank

DOMINANT = Decimal("0.5")
"""The share of all weights above which one indicator outweighs the others."""

_CHINESE_FIGURES = "一二三四五六七八九十两几半百千"
_RANGE = re.compile(r"\d[^\d]{0,3}[-—–~～至]\d")
_ADDED = re.compile(r"已经?|均|全部|全面|圆满|顺利|按[期时]|如期|基本|完成|达成|了|情况|目标|任务|[\W_]")
FEWEST = 3
"""Fewer rows may well all come out as they were planned."""

_SMALLER = ((10000, "元", 1), (10, "千元", 2))
"""How many times a number is in a smaller unit than 万元, and how many different amounts the texts must say so: a budget is ten times
something it is spent on often enough."""

_SAID = re.compile(r"(?<![\d,.])(\d[\d,]{0,20}(?:\.\d{1,10})?)万元")

_CUSTOMARY = {"产出": 50, "效益": 30, "满意度": 10}
"""The points of the classes after 财预〔2020〕10号, of the 90 that indicators have; what a form that leaves them to the unit is held against."""

_FAR = 2
"""So many times its customary share a class carries before it is said."""

_IDLE = Decimal("0.05")
"""Of the budget: what is neither executed nor carried over, and more than this, needs a word."""

_TIMED = re.compile(r"\d|[%时期月年日天季周旬快速即早晚前后底末]|完[工成]|进度|节点|同步|[一二三四五六七八九十百]")
"""What a 时效指标 says its time with."""

_APART = re.compile(r"[/／;；\n]")
_ASIDE = re.compile(r"[（(][^（）()]*[）)]")
_CLAUSES = re.compile(r"[;；、，\n]|,(?!\d)")
_OWN_FIGURE = re.compile(r"[\u4e00-\u9fff]{2,}[^\d]{0,4}\d[\d,.]*\s*(?:%|[\u4e00-\u9fff])")
_BOUNDING = re.compile("不[低少高多]于|不超过|[大小低高多少]于|至少|达到|控制在|全年|年均|平均|每[年月季日人]度?|其中")
"""What says no subject of a figure's own: 不低于90%、不高于95% is one target."""

_LONG_PART = 4
"""Words of so many characters on both sides of a slash are two indicators; fewer are one word more: 元/平方米, 制定/修订."""

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

    def amount(self, key: str) -> Fraction:
        """What a cell of the funds shows."""
        held = self.card.values[key]
        assert not isinstance(held, tuple)
        return Fraction(as_number(held))

    @cached_property
    def plan(self) -> Plan:
        """The workbook the answers come from, or one filled with them."""
        return plan_of_answers(self.card.table, self.card.answers)

    @cached_property
    def asked_of_funds(self) -> str:
        """What is asked of the amounts; what else they give follows from it."""
        return as_text(funds.question(self.table).value(self.card.values))

    @cached_property
    def money_said(self) -> frozenset[Decimal]:
        """The amounts of 万元 that goals and rows speak of."""
        answers = self.card.answers
        rows = [str(text or "") for one in answers.rows for text in (one.name, one.target, one.actual)]
        said = _SAID.findall("\n".join((answers.expected, answers.actual, *rows)))
        return frozenset(Decimal(one.replace(",", "")) for one in said)

    def place(self, key: str) -> Place:
        """A cell in the user's words."""
        ref = self.plan.ref(key)
        return Place(self.file, ref.sheet, ref.local)

    def cell(self, one: RowScore, name: str) -> Place:
        """A cell of a row of the form; that of its name where the form prints no such column. A target in three columns is its figure's."""
        origin = self.card.answers.origin
        number = origin.numbers[one.number - 1] if origin else one.number
        key = cells.at(cells.FIGURE if name == cells.TARGET and self.table.parted else name, number)
        return self.place(key if key in self.plan.placed else cells.at(cells.NAME, number))

    def scored(self) -> Iterator[RowScore]:
        """The rows with points."""
        return (one for one in self.card.rows if isinstance(one.points, Decimal))


def _figures_wrong(one: RowScore) -> bool:
    """JX522 says it: what its weight or degree would give is not said besides."""
    return any(isinstance(value, str) or isinstance(value, Decimal) and value < 0 for value in (one.row.weight, one.row.degree))


def _named(one: RowScore) -> str:
    return f"第{one.number}行“{one.row.name[:20] or one.row.level2}”"


def class_weight_mismatch(subject: Subject) -> Iterator[Finding]:
    """JX501: the weights of a class don't add up to the form's printed sum."""
    for one in subject.table.weighed:
        written = subject.card.weight_of(one)
        rows = [row for row in subject.card.rows if row.row.level1 == one.name]
        if one.weight is not None and written != one.weight and rows and not any(map(_figures_wrong, rows)):
            place = subject.cell(rows[0], cells.WEIGHT)
            message = f"“{one.name}”分值合计{plain(written)}，表式标注{plain(one.weight)}，相差{plain(written - one.weight)}"
            yield found("JX501", place, message, plain(written), plain(one.weight))


def class_absent(subject: Subject) -> Iterator[Finding]:
    """JX525: a class of the form has no row at all."""
    written = {one.row.level1 for one in subject.card.rows}
    for one in subject.table.classes:
        if subject.card.rows and one.name not in written and one.weight is not None and one.weight:
            place, weight = Place(subject.file, subject.table.form.sheet), plain(one.weight)
            yield found("JX525", place, f"没有一行“{one.name}”，表式标注{weight}分", "0", weight)


def weight_total_mismatch(subject: Subject) -> Iterator[Finding]:
    """JX502: all weights, the one of 预算执行率 included, don't add up to the total."""
    card, full = subject.card, subject.table.total
    if card.weight != full and card.rows and subject.table.scored and not any(map(_figures_wrong, card.rows)):
        own = subject.table.execution.weight
        rate = f"（含预算执行率{plain(own)}）" if own else ""
        message = f"分值合计{plain(card.weight)}{rate}，应为{plain(full)}"
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
        if one.missing and not (one.missing == ("分值",) and _figures_wrong(one)):
            place = subject.cell(one, _LACKING.get(one.missing[0], one.missing[0]))
            yield found("JX504", place, f"{_named(one)}还缺：{'、'.join(one.missing)}")
    if not subject.card.rows:
        yield found("JX504", subject.place(cells.at(cells.NAME, 1)), "没有填写任何指标")


def unscorable_row(subject: Subject) -> Iterator[Finding]:
    """JX505: a row whose texts give no points: other units, no quantity, no degree."""
    for one in subject.card.rows:
        if one.hint == AS_ERROR:
            yield found("JX505", subject.cell(one, cells.DONE), f"{_named(one)}{AS_ERROR.removeprefix('本行')}")
        elif isinstance(one.points, str) and not one.left_out and not _met_by_word(one) and not _figures_wrong(one):
            texts = f"指标值“{_shown(one.row.target)}”，完成值“{_shown(one.row.actual)}”"
            cannot, way_out = ("计分", "") if subject.table.scored else ("比较", f"；{WAY_OUT}")
            message = f"{_named(one)}不能{cannot}：{one.points}（{texts}）{_advice(one)}{way_out}"
            yield found("JX505", subject.cell(one, cells.DONE), message, _shown(one.row.actual))


def left_out(subject: Subject) -> Iterator[Finding]:
    """JX554: there was nothing of the kind this year, and the row says why."""
    for one in subject.card.rows:
        if one.left_out and not one.unexplained:
            message = f"{_named(one)}本年没有发生，按不适用列出，原因：{str(one.row.reason)[:60]}"
            yield found("JX554", subject.cell(one, cells.DONE), message, _shown(one.row.actual))


def _advice(one: RowScore) -> str:
    """How to write what could not be read."""
    target, actual = clean(one.row.target), clean(one.row.actual)
    if one.points in (TOO_LATE, OUTSIDE):
        return "；按完成的情况填完成程度，并写偏差原因"
    if one.side == QUALITATIVE and has(target, "年月日") and has(target, "0123456789"):
        return "；时间写成完整的日期（如2025年12月31日），按期的写“按期完成”，没有按期的填完成程度"
    in_words = one.side == QUALITATIVE and one.points != ACTUAL_WITHOUT_QUANTITY
    if in_words and read_cell(one.row.target).low == "" and re.search(_RANGE, target):
        return "；指标值是一个范围，请写一个数，如“≥3座”，或写成“3-5座”"
    if in_words:
        return (
            "；指标值里的数没有读出，请只写符号、阿拉伯数字和单位，如“≥95%”“20项”"
            if has(target, (*_CHINESE_FIGURES, *"0123456789"))
            else ""
        )
    if re.search(_RANGE, actual):
        return "；完成值是一个范围，请写一个实际数"
    return "；请用阿拉伯数字加单位写" if has(actual, _CHINESE_FIGURES) else ""


def _met_by_word(one: RowScore) -> bool:
    """Whether a quantity was asked for and the actual value only says 完成."""
    quantity = one.side != QUALITATIVE or one.points == ACTUAL_WITHOUT_QUANTITY
    return quantity and not one.missing and clean(one.row.actual) in MET_WORDS


def deviation_unexplained(subject: Subject) -> Iterator[Finding]:
    """JX506: below the target, or far beyond it, without a reason."""
    for one in subject.card.rows:
        if one.unexplained and not one.bare_reason and one.asked != LESS_MEANT:
            yield _deviation(subject, one, "JX506", "未写偏差原因和改进措施")


def deviation_empty_word(subject: Subject) -> Iterator[Finding]:
    """JX507: the reason for a deviation is 无 or 暂无."""
    for one in subject.card.rows:
        if one.unexplained and one.bare_reason and one.asked != LESS_MEANT:
            yield _deviation(subject, one, "JX507", f"偏差原因只写“{one.row.reason}”，等于没有说明")


def thin_reason(subject: Subject) -> Iterator[Finding]:
    """JX204: a reason for a deviation, or for a low execution rate, that says nothing: 同上, 见附件, the indicator's own name."""
    for one in subject.card.rows:
        reason = str(one.row.reason or "")
        due = one.deviation and not one.unexplained or _claims_less(one)
        if due and says_nothing(reason, str(one.row.name or ""), str(one.row.level2 or "")):
            text = f"{_named(one)}{one.deviation or '自评得分少于分值'}，偏差原因只写“{reason[:20]}”，等于没有说明"
            yield found("JX204", subject.cell(one, cells.REASON), text, reason[:40])
    card, note = subject.card, str(subject.card.answers.execution_note or "")
    if card.execution_low and card.execution_explained and says_nothing(note, EXECUTION_RATE):
        yield found("JX204", subject.place(EXECUTION_NOTE), f"预算执行率的说明只写“{note[:20]}”，等于没有说明", note[:40])


def _claims_less(one: RowScore) -> bool:
    """Whether a row that can't be scored was published with less than its weight."""
    claimed, weight = one.row.claimed, one.row.weight
    return isinstance(one.points, str) and isinstance(claimed, Decimal) and isinstance(weight, Decimal) and claimed < weight


def _deviation(subject: Subject, one: RowScore, code: str, clause: str) -> Finding:
    rule = subject.table.rows
    how = f"得{shown_value(one.points)}分，少于分值{_shown(one.row.weight)}" if subject.table.scored else one.explanation
    if one.deviation == BEYOND and rule.too_low is not None:
        how = f"达到指标值的{percent(rule.too_low, 0)}及以上"
    if one.deviation in (DOUBTFUL, NOT_APPLICABLE):
        how = f"指标值“{_shown(one.row.target)}”，完成值“{_shown(one.row.actual)}”"
    message = f"{_named(one)}{one.deviation}（{how}），{clause}"
    return found(code, subject.cell(one, cells.REASON), message, one.row.reason)


def actual_is_target_text(subject: Subject) -> Iterator[Finding]:
    """JX508: the actual value is the target's text: its ≥ copied, or the same words."""
    for one in subject.card.rows:
        if not one.missing and one.asked in (BOUND_COPIED, WORDS_COPIED):
            yield found("JX508", subject.cell(one, cells.DONE), f"{_named(one)}的{one.asked}", _shown(one.row.actual))


def halves(subject: Subject) -> Iterator[Finding]:
    """JX171: decimals of what there are no halves of: 66.5人."""
    for one in subject.card.rows:
        if not one.missing and one.asked == HALVED:
            shown = _shown(one.row.actual)
            yield found("JX171", subject.cell(one, cells.DONE), f"{_named(one)}的{one.asked}：{shown}", shown)


def bound_reached(subject: Subject) -> Iterator[Finding]:
    """JX533: the actual value is the figure that the target leaves out: 5天 beside <5天."""
    for one, message in _asked(subject, BOUND_REACHED):
        yield found("JX533", subject.cell(one, cells.DONE), message, _shown(one.row.actual))


def month_unsaid(subject: Subject) -> Iterator[Finding]:
    """JX534: done in the very month before which it was to be done: 10月15日 beside 10月前."""
    for one, message in _asked(subject, MONTH_UNSAID):
        yield found("JX534", subject.cell(one, cells.DONE), message, _shown(one.row.actual))


def over_whole(subject: Subject) -> Iterator[Finding]:
    """JX546: a share of all, such as 满意度, is more than all."""
    for one, message in _asked(subject, OVER_WHOLE):
        if one.unexplained:  # JX506 says it
            continue
        yield found("JX546", subject.cell(one, cells.DONE), message, _shown(one.row.actual))


def year_before(subject: Subject) -> Iterator[Finding]:
    """JX547: the day when it was done is nearly a year, or more, before the one it is held against."""
    for one, message in _asked(subject, YEAR_BEFORE):
        yield found("JX547", subject.cell(one, cells.DONE), message, _shown(one.row.actual))


def points_away(subject: Subject) -> Iterator[Finding]:
    """JX551: a target, an actual value, a head field only points elsewhere: 见附件, 同上."""
    for one, message in _asked(subject, POINTS_AWAY):
        if isinstance(one.points, Decimal) and not one.unexplained:
            written = ((cells.NAME, one.row.name), (cells.TARGET, one.row.target), (cells.DONE, one.row.actual))
            column = next((key for key, text in written if clean(text) in NO_ANSWER), cells.DONE)
            yield found("JX551", subject.cell(one, column), message, _shown(one.row.actual))
    for field in subject.table.fields:
        text = subject.card.answers.fields.get(field.name) or ""
        if text in NO_ANSWER or (field.required and text in NONE_OF_IT):
            yield found("JX551", subject.place(field.name), f"“{field.name}”只写“{text}”，请写全称", text)


def below_nothing(subject: Subject) -> Iterator[Finding]:
    """JX552: an actual value is below zero, its target above."""
    yield from _doubtful(subject, cells.DONE, BELOW_NOTHING, "JX552")


def against_name(subject: Subject) -> Iterator[Finding]:
    """JX560: a share counts the other way than its name says: 满意度 ≤95%."""
    yield from _doubtful(subject, cells.TARGET, AGAINST_NAME, "JX560")


def target_says_nothing(subject: Subject) -> Iterator[Finding]:
    """JX561: a target that anything reaches, that is several times the whole, or that is the row's own name."""
    for question in (MET_BY_NOTHING, SHARE_TOO_LARGE, TARGET_IS_NAME):
        yield from _doubtful(subject, cells.TARGET, question, "JX561")


def far_below(subject: Subject) -> Iterator[Finding]:
    """JX562: a share that is to be near the whole is next to nothing: 0.97% beside ≤100%."""
    yield from _doubtful(subject, cells.DONE, FAR_BELOW, "JX562")


def nameless(subject: Subject) -> Iterator[Finding]:
    """JX563: the name of a row has no word: 5, ≥95%."""
    yield from _doubtful(subject, cells.NAME, NAMELESS, "JX563")


def _doubtful(subject: Subject, column: str, question: str, code: str) -> Iterator[Finding]:
    """A finding for each row of which this is asked, and nothing else is."""
    for one, message in _asked(subject, question):
        if isinstance(one.points, Decimal) and not one.unexplained:
            yield found(code, subject.cell(one, column), message, _shown(one.row.target if column == cells.TARGET else one.row.actual))


def day_as_number(subject: Subject) -> Iterator[Finding]:
    """JX553: one of target and actual value is a number cell that looks like a pasted day."""
    yield from _doubtful(subject, cells.DONE, ONE_DAY, "JX553")


def _asked(subject: Subject, question: str) -> Iterator[tuple[RowScore, str]]:
    """The rows of which this is asked, each with the question beside what it is to come to and came to."""
    for one in subject.card.rows:
        if not one.missing and one.asked == question:
            yield (
                one,
                f"{_named(one)}的指标值“{_shown(one.row.target)}”，完成值“{_shown(one.row.actual)}”：{question}{ANSWER if question.endswith(CHECK) else ''}",
            )


def direction_unsaid(subject: Subject) -> Iterator[Finding]:
    """JX185: less is probably better, and nothing says which way the row counts."""
    for one in subject.card.rows:
        if not one.missing and one.asked == LESS_MEANT:
            message = f"{_named(one)}的指标值“{_shown(one.row.target)}”没有方向，完成值“{_shown(one.row.actual)}”{LESS_MEANT}"
            yield found("JX185", subject.cell(one, cells.TARGET), message, _shown(one.row.target))


def actual_is_weight(subject: Subject) -> Iterator[Finding]:
    """JX509: the actual value, or the target, is the row's weight, not what was done or wanted."""
    for one in subject.scored():
        wanted, reached = read_cell(one.row.target), read_cell(one.row.actual)
        if reached.number is None or wanted.number is None:
            continue
        if wanted.number == one.row.weight and not (wanted.unit or reached.unit or wanted.sign or wanted.tail):
            message = f"{_named(one)}的指标值“{_shown(one.row.target)}”与分值相同，没有单位，疑为误填分值"
            yield found("JX509", subject.cell(one, cells.TARGET), message, _shown(one.row.target))
        elif wanted.number == reached.number:
            continue
        elif reached.number == one.row.weight and not reached.unit:
            message = f"{_named(one)}的完成值{plain(reached.number)}与分值相同，与指标值“{_shown(one.row.target)}”对不上，疑为误填分值"
            yield found("JX509", subject.cell(one, cells.DONE), message, plain(reached.number))


def actual_without_quantity(subject: Subject) -> Iterator[Finding]:
    """JX510: 完成 as the actual value of a quantitative target."""
    for one in subject.card.rows:
        if isinstance(one.points, str) and _met_by_word(one):
            asked = "，是否为100%？" if clean(one.row.target).endswith("100%") else ""
            message = f"{_named(one)}的指标值是“{_shown(one.row.target)}”，完成值只写“{one.row.actual}”，应写实际数{asked}"
            yield found("JX510", subject.cell(one, cells.DONE), message, _shown(one.row.actual))


def qualitative_without_measure(subject: Subject) -> Iterator[Finding]:
    """JX511: words where the class calls for a figure. Of a row without points something is said already."""
    quantitative = {name for one in subject.table.classes for name in one.quantitative}
    for one in subject.card.rows:
        unmeasured = one.side == QUALITATIVE and not _is_measured(one.row.target)
        if not one.missing and unmeasured and one.row.level2 in quantitative and not isinstance(one.points, str):
            message = f"{_named(one)}属“{one.row.level2}”，指标值“{_shown(one.row.target)}”不可衡量，应写数量和单位"
            place = subject.cell(one, cells.TARGET)
            yield found("JX511", place, message, _shown(one.row.target))


def _is_measured(target: object) -> bool:
    """Whether a target without one quantity has figures all the same: a range, so much every so often (每月2次, 每周一次)."""
    return read_cell(target).low != "" or bool(_EVERY.search(clean(target)))


_EVERY = re.compile(rf"每.{{0,6}}[\d一{_CHINESE_FIGURES}]")


def several_in_one_row(subject: Subject) -> Iterator[Finding]:
    """JX512: several indicators in one row with one score: quantities measured by a single 100 %, two names, two targets."""
    for one in subject.card.rows:
        parts = [part for part in _APART.split(_ASIDE.sub("", one.row.name)) if len(clean(part)) >= _LONG_PART]
        targets = [part for part in _CLAUSES.split(str(one.row.target or "")) if _OWN_FIGURE.search(_BOUNDING.sub("", part))]
        if len(parts) > 1:
            text = "”“".join(part.strip()[:20] for part in parts[:4])
            yield found("JX512", subject.cell(one, cells.NAME), f"{_named(one)}把“{text}”写在一格，共用一个得分，应分行写")
            continue
        if len(targets) > 1:
            text = "”“".join(part.strip()[:20] for part in targets[:4])
            message = f"{_named(one)}的指标值写了{len(targets)}个数：“{text}”，共用一个得分，应分行写"
            yield found("JX512", subject.cell(one, cells.TARGET), message, _shown(one.row.target))
            continue
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


def class_shares_unusual(subject: Subject) -> Iterator[Finding]:
    """JX180: a class whose points the unit sets itself carries far more than is customary, or has no row at all."""
    card = subject.card
    rows = card.weight - subject.table.execution.weight
    for one in subject.table.classes:
        usual = next((points for word, points in _CUSTOMARY.items() if word in one.name), 0)
        if one.weight is not None or not usual or rows <= 0:
            continue
        own = [row.row for row in card.rows if row.row.level1 == one.name]
        written = sum((row.weight for row in own if isinstance(row.weight, Decimal)), Decimal(0))
        due = f"按财预〔2020〕10号一般占{sum(_CUSTOMARY.values())}分中的{usual}分"
        place = Place(subject.file, subject.table.form.sheet)
        if not own:
            yield found("JX180", place, f"没有一行“{one.name}”，{due}", "0", str(usual))
        elif written * sum(_CUSTOMARY.values()) > _FAR * usual * rows:
            message = (
                f"“{one.name}”分值合计{plain(written)}，占全部指标分值{plain(rows)}的{percent(written / rows, 0)}，{due}，请核对分值分配"
            )
            yield found("JX180", place, message, plain(written), str(usual))


def neither_spent_nor_kept(subject: Subject) -> Iterator[Finding]:
    """JX181: what wasn't executed must be carried over or taken back: a 结转结余率 of 0 % beside 76 % executed needs a word."""
    card = subject.card
    executed = card.rate if isinstance(card.rate, Decimal) else card.answers.claimed.get(CLAIMED_RATE)
    if executed is None or card.execution_explained:
        return
    for one in card.rows:
        reached = read_cell(one.row.actual)
        if not has(one.row.name, _CARRIED) or "变动" in one.row.name or reached.number is None or one.bare_reason:
            continue
        carried = Decimal(plain(reached.number)) / (1 if reached.unit == "" else 100)
        if reached.unit in ("", "%") and 1 - executed - carried > _IDLE:
            message = (
                f"{_named(one)}的完成值{_shown(one.row.actual)}，{EXECUTION_RATE}{percent(executed)}："
                f"还有{percent(1 - executed - carried)}的预算既没有执行，也没有结转结余，请说明（如已由财政收回）"
            )
            yield found("JX181", subject.cell(one, cells.REASON), message, _shown(one.row.actual))


_CARRIED = ("结转结余率", "结余结转率", "结转率", "结余率")


def time_without_time(subject: Subject) -> Iterator[Finding]:
    """JX182: the target of a 时效指标 says no time: 基本建立."""
    for one in subject.card.rows:
        target = clean(one.row.target)
        if "时效" in one.row.level2 and target and not _TIMED.search(target):
            message = f"{_named(one)}属“{one.row.level2}”，指标值“{_shown(one.row.target)}”没有说时间，应写完成的时间、期限或及时率"
            yield found("JX182", subject.cell(one, cells.TARGET), message, _shown(one.row.target))


def money_as_quantity(subject: Subject) -> Iterator[Finding]:
    """JX183: a 数量指标 whose quantity is an amount of money: it says what was spent, not what was done."""
    for one in subject.card.rows:
        if "数量" in one.row.level2 and read_cell(one.row.target).unit in YUAN:
            message = f"{_named(one)}属“{one.row.level2}”，指标值“{_shown(one.row.target)}”是金额，应写做了多少事；金额写在成本指标"
            yield found("JX183", subject.cell(one, cells.TARGET), message, _shown(one.row.target))


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
    unknown = card.execution_points is None if table.scored else not isinstance(card.rate, Decimal)
    wrong = any(isinstance(value, str) or value is not None and value < 0 for value in card.answers.funds.values())  # JX522 says it
    if unknown and not wrong:
        place = subject.place(amount_key(table.sources[0].name, table.amounts[0]))
        reason = card.rate or f"{table.execution.base}或全年执行数未填"
        yield found("JX516", place, f"{EXECUTION_RATE}不能计算：{reason}", str(card.rate or ""))


def breakdown_differs(subject: Subject) -> Iterator[Finding]:
    """JX320: another breakdown of the funds (支出性质) doesn't add up to their total."""
    table, card = subject.table, subject.card
    for name, parts in table.breakdowns.items():
        for amount in table.amounts:
            gap = decimal(breakdown_gap(table, name, amount).value(card.values))
            if gap:
                whole = subject.amount(amount)
                own, total = plain(whole + Fraction(gap)), plain(whole)
                message = f"按{name}分的{amount}合计{own}，{table.form.funds_total_label}{total}，相差{plain(gap)}"
                yield found("JX320", subject.place(amount_key(parts[0].name, amount)), message, own, total)


def execution_over_budget(subject: Subject) -> Iterator[Finding]:
    """JX517: more was spent than budgeted."""
    card = subject.card
    if isinstance(card.rate, Decimal) and card.rate > 1 and not subject.asked_of_funds:
        place, weight = subject.place(EXECUTION_RATE), subject.table.execution.weight
        counted = f"按{plain(weight)}分计，" if weight else ""
        message = f"{card.worked}，超过100%，{counted}请核对预算数的口径"
        yield found("JX517", place, message, percent(card.rate))
    claimed = card.answers.claimed.get(CLAIMED_RATE)
    if card.rate is None and claimed is not None and claimed > 1 and not card.execution_explained:
        message = f"公布的{EXECUTION_RATE}{percent(claimed)}，超过100%，没有说明，请核对预算数的口径"
        yield found("JX517", subject.place(EXECUTION_RATE), message, percent(claimed))


def published_row_differs(subject: Subject) -> Iterator[Finding]:
    """JX518: a published score of a row isn't what its texts give, or those of the execution rate not what it gives."""
    for one in subject.card.rows:
        claimed = one.row.claimed
        if claimed is not None and isinstance(one.points, Decimal) and claimed != one.points and not _as_printed(claimed, one.points):
            message = f"{_named(one)}公布得分{plain(claimed)}，复算{shown_value(one.points)}"
            place, computed = subject.cell(one, ROW_POINTS), shown_value(one.points)
            yield found("JX518", place, message, plain(claimed), computed)
    yield from _execution_differs(subject)


def published_row_rounded(subject: Subject) -> Iterator[Finding]:
    """JX526: a published score of a row is the computed one with fewer decimals: 1.4 beside 1.43."""
    for one in subject.card.rows:
        claimed = one.row.claimed
        if claimed is not None and claimed != one.points and _as_printed(claimed, one.points):
            message = f"{_named(one)}公布得分{plain(claimed)}，复算{shown_value(one.points)}，属舍入"
            yield found("JX526", subject.cell(one, ROW_POINTS), message, plain(claimed), shown_value(one.points))


def _as_printed(claimed: Decimal, points: Decimal | str | None) -> bool:
    """Whether points were published rounded or cut off at one decimal, or are off by 0.01."""
    if not isinstance(points, Decimal):
        return False
    apart = difference(f"{claimed:f}" if claimed != claimed.to_integral() else f"{plain(claimed)}.0", points)
    return apart is None or apart.rounding


def published_rate_differs(subject: Subject) -> Iterator[Finding]:
    """JX303: the published 预算执行率 isn't what the amounts give."""
    yield from _published_rate(subject, rounding=False)


def published_rate_rounded(subject: Subject) -> Iterator[Finding]:
    """JX304: the published 预算执行率 is cut off, or off by one in its last digit."""
    yield from _published_rate(subject, rounding=True)


def _published_rate(subject: Subject, *, rounding: bool) -> Iterator[Finding]:
    card = subject.card
    number, exactly = card.answers.claimed.get(CLAIMED_RATE), card.exact_rate
    claim = card.answers.published.get(CLAIMED_RATE) or (_percent(number) if number is not None else "")
    apart = difference(claim, exactly) if claim and exactly is not None else None
    if claim and apart and apart.rounding is rounding:
        code, word = ("JX304", "末位之差，属舍入") if rounding else ("JX303", "不一致")
        message = f"“{EXECUTION_RATE}”公布{claim}，复算{apart.computed}，{word}：{card.worked}"
        yield found(code, subject.place(figure_key(EXECUTION_RATE)), message, claim, apart.computed)


def published_grade_differs(subject: Subject) -> Iterator[Finding]:
    """JX527: the published grade isn't that of the published total, or of the computed one."""
    card = subject.card
    claim, total = card.answers.published.get(GRADE), card.answers.claimed.get(TOTAL, card.total)
    if claim and total is not None:
        due = next((one.name for one in subject.table.grades if total >= one.least), "")
        if claim != due:
            yield found("JX527", subject.place(figure_key(GRADE)), f"公布等次{claim}，总分{plain(total)}应为{due}", claim, due)


def published_total_differs(subject: Subject) -> Iterator[Finding]:
    """JX519: a published total isn't the sum of its rows, or of its sources: 总分 99 where the rows give 109."""
    card, claims = subject.card, subject.card.answers.claimed
    missing = card.weight is None or card.weight < subject.table.total  # rows are, which is said
    points = ("复算合计", card.total) if missing else _sum_of_points(card)
    sums = [(WEIGHT_TOTAL, "各行合计", card.weight), (TOTAL, *points)]
    sums += [(amount, "各资金来源合计", card.amount(amount)) for amount in subject.table.amounts]
    for label, word, value in sums:
        claim = claims.get(label)
        if claim is None or value is None or claim == value or (label == TOTAL and claim == card.total):
            continue
        message = f"公布{label}{plain(claim)}，{word}{plain(value)}，相差{plain(value - claim)}"
        yield found("JX519", subject.place(figure_key(label)), message, plain(claim), shown_value(value))


def _sum_of_points(card: SelfCard) -> tuple[str, Decimal | None]:
    """What a published total must be: the sum of the rows' published points, where all of them are; else the computed total."""
    executed = card.answers.claimed.get(CLAIMED_RATE_POINTS, card.execution_points)
    points = [one.row.claimed for one in card.rows]
    given = [one for one in points if one is not None]
    if executed is None or not points or len(given) < len(points):
        return "复算合计", card.total
    summed = sum(given, executed)
    return "各行合计" if summed == card.total else "各行公布得分合计", summed


def _execution_differs(subject: Subject) -> Iterator[Finding]:
    """JX518, too: the published points of the execution rate aren't what it gives."""
    card, claims = subject.card, subject.card.answers.claimed
    points = claims.get(CLAIMED_RATE_POINTS)
    if points is not None and card.execution_points is not None and points != card.execution_points:
        computed = plain(card.execution_points)
        message = f"公布{EXECUTION_RATE}得分{plain(points)}，复算{computed}"
        yield found("JX518", subject.place(points_key(EXECUTION_RATE)), message, plain(points), computed)


def _percent(rate: Decimal) -> str:
    return f"{plain(rate * 100)}%"


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


def goal_only_done(subject: Subject) -> Iterator[Finding]:
    """JX528: what was reached is the goal with 完成 added."""
    answers = subject.card.answers
    expected, actual = clean(answers.expected), clean(answers.actual)
    named = _ADDED.sub("", expected)
    if named and expected != actual and named == _ADDED.sub("", actual):
        yield found(
            "JX528", subject.place(ACTUAL), "年度总体目标的实际完成情况只在预期目标上加了“完成”等字，应写实际完成的数量、质量、时间"
        )


def goal_far_exceeded(subject: Subject) -> Iterator[Finding]:
    """JX184: a figure of the goals was exceeded by far, and the text doesn't say why: 业务收入达到55万元, 业务收入77.57万元."""
    answers, most = subject.card.answers, subject.table.rows.too_low
    if most is None or has(answers.actual, _CAUSES):
        return
    wanted, reached = (_said_figures(text) for text in (answers.expected, answers.actual))
    for (name, unit), figure in wanted.items():
        done = reached.get((name, unit))
        if done is not None and figure and done >= figure * most:
            share = percent(done / figure)
            message = f"“{name}”预期{plain(figure)}{unit}，实际{plain(done)}{unit}，是预期的{share}，没有说明原因"
            yield found("JX184", subject.place(ACTUAL), message, f"{plain(done)}{unit}", f"{plain(figure)}{unit}")


_CAUSES = ("原因", "由于", "因为", "因", "系", "偏低", "新增", "追加")
_GOAL_FIGURE = re.compile(
    r"([\u4e00-\u9fff]{2,12}?)(?:[≥>=：:约共]|达到?|完成|实现|不低于|不少于|为)*(\d[\d,]*(?:\.\d+)?)([\u4e00-\u9fff]{1,2}(?![\u4e00-\u9fff])|万元|亿元|%)"
)


def _said_figures(text: str) -> dict[tuple[str, str], Decimal]:
    """The figures a text names, each by its name and unit; a name said twice says nothing sure."""
    said = [((name, unit), figure) for name, figure, unit in _GOAL_FIGURE.findall(clean(text))]
    return {key: Decimal(figure.replace(",", "")) for key, figure in said if [one for one, _ in said].count(key) == 1}


def actuals_are_targets(subject: Subject) -> Iterator[Finding]:
    """JX529: every actual value of the table equals its target."""
    rows = [one for one in subject.card.rows if not one.missing]
    if len(rows) >= FEWEST and all(map(_equal, rows)):
        place = Place(subject.file, subject.table.form.sheet)
        yield found("JX529", place, f"全部{len(rows)}行的完成值都等于指标值，请逐行核对是不是实际数")


def _equal(one: RowScore) -> bool:
    wanted, reached = read_cell(one.row.target), read_cell(one.row.actual)
    if wanted.number is None:
        return clean(one.row.target) == clean(one.row.actual)
    return wanted.number == reached.number and reached.unit in ("", wanted.unit)


def budget_adjusted(subject: Subject) -> Iterator[Finding]:
    """JX530: the budget was changed by more than 30 % in the year, and nobody says why."""
    card = subject.card
    share = decimal(funds.adjusted().value(card.values)) if INITIAL in subject.table.amounts else None
    if share is not None and share > funds.MOST_ADJUSTED and not card.execution_explained and not subject.asked_of_funds:
        first, last = (shown_value(card.amount(name)) for name in (INITIAL, YEAR))
        message = f"预算由年初{first}万元调整为{last}万元，增减{percent(share)}，超过{percent(funds.MOST_ADJUSTED, 0)}，没有说明原因"
        yield found("JX530", subject.place(EXECUTION_NOTE), message, percent(share))


def text_number(subject: Subject) -> Iterator[Finding]:
    """JX106: a number stands as text in a workbook; read as what it says, while the sheet can't compute with it."""
    for key, text in subject.card.answers.typed.items():
        message = f"{_cell_named(key)}是文字“{text[:20]}”，按它写明的数读；请在单元格里重新输入数字"
        yield found("JX106", subject.place(key), message, text)


def read_as_meant(subject: Subject) -> Iterator[Finding]:
    """JX108: a data file says a number with its unit: read as what is meant."""
    for key, text in subject.card.answers.meant.items():
        yield found("JX108", subject.place(key), f"{_cell_named(key)}写的是“{text[:20]}”，按它的意思读", text)


def _cell_named(key: str) -> str:
    name, _, row = key.partition(":")
    return f"第{row}行{name}" if row else f"“{name}”"


def funds_implausible(subject: Subject) -> Iterator[Finding]:
    """JX531: amounts that are probably in 元, and nothing says that they are right."""
    card, table = subject.card, subject.table
    if card.execution_explained:
        return
    asked = funds.first_asked(table, card.values)
    if asked is not None:
        key, question = asked
        yield found("JX531", subject.place(key), f"{question}填对了的，在“{EXECUTION_NOTE}”写明")
        return
    keys = {f"“{one.name}”{amount}": amount_key(one.name, amount) for one in table.sources for amount in table.amounts}
    keys |= {f"{table.form.funds_total_label}{amount}": amount for amount in table.amounts}
    amounts = {what: value for what, key in keys.items() if (value := card.amount(key))}
    for times, unit, fewest in _SMALLER:
        said = {what: value for what, value in amounts.items() if any(value == times * one for one in subject.money_said)}
        if len(set(said.values())) >= fewest:
            what, value = next(iter(said.items()))
            shown = plain(value / times)
            message = f"{what}{plain(value)}，文字里写的是{shown}万元，是否填成了{unit}？"
            yield found("JX531", subject.place(keys[what]), message, plain(value), shown)
            return


def cost_over_budget(subject: Subject) -> Iterator[Finding]:
    """JX532: a target of cost is more than the whole budget, as it was first or as it became, which isn't in doubt itself."""
    if subject.asked_of_funds or isinstance(subject.card.rate, Decimal) and subject.card.rate > 1:
        return
    budgets = [amount for name in (INITIAL, YEAR) if (amount := subject.card.amount(name)) is not None]
    budget = max(budgets, default=None)
    for one in subject.card.rows:
        wanted = read_cell(one.row.target)
        yuan = wanted.number * YUAN[wanted.unit] if wanted.number is not None and wanted.unit in YUAN else None
        cost = COST in str(one.row.level1) + str(one.row.level2)
        if cost and budget and yuan is not None and yuan > budget * 10000:
            message = f"{_named(one)}的指标值“{_shown(one.row.target)}”比预算数{plain(budget)}万元还多"
            yield found("JX532", subject.cell(one, cells.TARGET), message, _shown(one.row.target), plain(budget))


def placeholder_left(subject: Subject) -> Iterator[Finding]:
    """JX625: a text still has a placeholder or a prompt of its template."""
    answers = subject.card.answers
    texts = [(EXPECTED, answers.expected), (ACTUAL, answers.actual), (EXECUTION_NOTE, answers.execution_note)]
    placed = [(subject.place(name), f"“{name}”", text) for name, text in texts]
    for one in subject.card.rows:
        placed += [
            (subject.cell(one, label), f"{_named(one)}的{label}", getattr(one.row, name))
            for label, name in ((cells.NAME, "name"), (cells.TARGET, "target"), (cells.DONE, "actual"), (cells.REASON, "reason"))
        ]
    for place, what, text in placed:
        left = left_open(text) if isinstance(text, str) else None
        if left:
            yield found("JX625", place, f"{what}里留着没有填的“{left.mark}”：{left.around}", left.mark)


def goals_say_nothing(subject: Subject) -> Iterator[Finding]:
    """JX521: 年度总体目标 is blank or says nothing, or expected and actual are the same word for word."""
    answers, place = subject.card.answers, subject.place(EXPECTED)
    goals = ((EXPECTED, answers.expected), (ACTUAL, answers.actual))
    lacking = [name for name, text in goals if is_blank(text)]
    if lacking:
        yield found("JX521", place, f"年度总体目标的{'、'.join(lacking)}未填")
        return
    empty = {name: "".join(text.split())[:40] for name, text in goals if goal_empty(Cell(name)).value({name: text})}
    for name, said in empty.items():
        yield found("JX521", subject.place(name), f"年度总体目标的{name}只写“{said}”，等于没有写", said)
    if not empty and clean(answers.expected) == clean(answers.actual):
        yield found("JX521", place, "年度总体目标的实际完成情况与预期目标一字不差")


_YEAR_OF_FORM = re.compile("20[0-9]{2}")


def year_unknown(subject: Subject) -> Iterator[Finding]:
    """JX626: what stands for the year in the head is none."""
    said = subject.card.answers.year(subject.table)
    if not _YEAR_OF_FORM.fullmatch(said):
        yield found("JX626", subject.place(YEAR_FIELD), f"表头的年度写的是“{said[:40]}”，读不出是哪一年；请填四位数字，如2025", said[:40])


def invalid_number(subject: Subject) -> Iterator[Finding]:
    """JX522: an amount or a weight that is no number, or negative."""
    card, table = subject.card, subject.table
    for source in table.sources:
        for amount in subject.table.amounts:
            value = card.answers.funds.get((source.name, amount))
            if value is not None and (not isinstance(value, Decimal) or value < 0):
                yield _invalid(subject.place(amount_key(source.name, amount)), f"“{source.name}”{amount}", value)
    for one in card.rows:
        for column, label, value in ((cells.WEIGHT, "分值", one.row.weight), (cells.DEGREE, "完成程度", one.row.degree)):
            if isinstance(value, str) or isinstance(value, Decimal) and value < 0:
                yield _invalid(subject.cell(one, column), f"{_named(one)}的{label}", value)


def _invalid(place: Place, what: str, value: object) -> Finding:
    none = "；没有的填0" if value == NONE_WORD else ""
    return found("JX522", place, f"{what}“{_shown(value)}”应为不小于0的数字{none}", _shown(value))


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
    class_absent,
    weight_total_mismatch,
    unfinished_row,
    wrong_class,
    unscorable_row,
    left_out,
    actual_without_quantity,
    deviation_unexplained,
    deviation_empty_word,
    thin_reason,
    actual_is_target_text,
    halves,
    bound_reached,
    month_unsaid,
    over_whole,
    year_before,
    points_away,
    below_nothing,
    against_name,
    target_says_nothing,
    far_below,
    nameless,
    day_as_number,
    direction_unsaid,
    actual_is_weight,
    qualitative_without_measure,
    time_without_time,
    money_as_quantity,
    several_in_one_row,
    degree_outside_word,
    dominant_indicator,
    class_shares_unusual,
    neither_spent_nor_kept,
    execution_unexplained,
    breakdown_differs,
    execution_over_budget,
    text_number,
    read_as_meant,
    funds_implausible,
    budget_adjusted,
    cost_over_budget,
    goals_say_nothing,
    goal_only_done,
    goal_far_exceeded,
    actuals_are_targets,
    placeholder_left,
    year_unknown,
    published_row_differs,
    published_row_rounded,
    published_rate_differs,
    published_rate_rounded,
    published_total_differs,
    published_grade_differs,
    text_too_long,
    all_full_marks,
)


def check_selfeval(card: SelfCard, file: str = "") -> tuple[Finding, ...]:
    """Every finding about a filing, in the order of the form."""
    subject = Subject(card, file)
    return tuple(finding for check in CHECKS for finding in check(subject))
