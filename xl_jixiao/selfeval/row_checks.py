"""The checks of a 自评表, row by row: what is written in a row of its indicators, and what that comes to."""

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from xl_jixiao.finding import Finding, found
from xl_jixiao.number import percent, plain
from xl_jixiao.rules.typed import YUAN
from xl_jixiao.selfeval import cells, judging
from xl_jixiao.selfeval.model import (
    EXECUTION_NOTE,
    EXECUTION_RATE,
)
from xl_jixiao.selfeval.scoring import RowScore
from xl_jixiao.selfeval.subject import Subject, as_written, figures_wrong, row_named
from xl_jixiao.selfeval.target import MET_WORDS, QUALITATIVE, clean, has, read_cell
from xl_jixiao.sheet.job import shown_value
from xl_jixiao.tables.reasons import LEAST, says_nothing
from xl_jixiao.tables.slips import NO_ANSWER, NONE_OF_IT, up_to
from xl_jixiao.words import NOT_APPLICABLE

_CHINESE_FIGURES = "一二三四五六七八九十两几半百千"

_RANGE = re.compile(r"\d[^\d]{0,3}[-—–~～至]\d")

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


def unfinished_row(subject: Subject) -> Iterator[Finding]:
    """JX504: a written row lacks something, or there is none at all."""
    for one in subject.card.rows:
        if one.missing and not (one.missing == ("分值",) and figures_wrong(one)):
            place = subject.cell(one, _LACKING.get(one.missing[0], one.missing[0]))
            yield found("JX504", place, f"{row_named(one)}还缺：{'、'.join(one.missing)}")
    if not subject.card.rows:
        yield found("JX504", subject.place(cells.at(cells.NAME, 1)), "没有填写任何指标")


def unscorable_row(subject: Subject) -> Iterator[Finding]:
    """JX505: a row whose texts give no points: other units, no quantity, no degree."""
    for one in subject.card.rows:
        if one.hint == judging.AS_ERROR:
            yield found("JX505", subject.cell(one, cells.DONE), f"{row_named(one)}{judging.AS_ERROR.removeprefix('本行')}")
        elif isinstance(one.points, str) and not one.left_out and not _met_by_word(one) and not figures_wrong(one):
            texts = f"指标值“{as_written(one.row.target)}”，完成值“{as_written(one.row.actual)}”"
            cannot, way_out = ("计分", "") if subject.table.scored else ("比较", f"；{judging.WAY_OUT}")
            advice = _advice(one)
            message = f"{row_named(one)}不能{cannot}：{one.points}（{texts}）{advice}{way_out}"
            of_target = advice.startswith("；指标值")
            column, text = (cells.TARGET, one.row.target) if of_target else (cells.DONE, one.row.actual)
            yield found("JX505", subject.cell(one, column), message, as_written(text))


def left_out(subject: Subject) -> Iterator[Finding]:
    """JX554: there was nothing of the kind this year, and the row says why."""
    for one in subject.card.rows:
        if one.left_out and not one.unexplained:
            message = f"{row_named(one)}本年没有发生，按不适用列出，原因：{str(one.row.reason)[:60]}"
            yield found("JX554", subject.cell(one, cells.DONE), message, as_written(one.row.actual))


def _advice(one: RowScore) -> str:
    """How to write what could not be read."""
    target, actual = clean(one.row.target), clean(one.row.actual)
    if one.points in (judging.TOO_LATE, judging.OUTSIDE):
        return "；按完成的情况填完成程度，并写偏差原因"
    if one.side == QUALITATIVE and has(target, "年月日") and has(target, "0123456789"):
        return "；时间写成完整的日期（如2025年12月31日），按期的写“按期完成”，没有按期的填完成程度"
    in_words = one.side == QUALITATIVE and one.points != judging.ACTUAL_WITHOUT_QUANTITY
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
    quantity = one.side != QUALITATIVE or one.points == judging.ACTUAL_WITHOUT_QUANTITY
    return quantity and not one.missing and clean(one.row.actual) in MET_WORDS


def deviation_unexplained(subject: Subject) -> Iterator[Finding]:
    """JX506: below the target, or far beyond it, without a reason."""
    for one in subject.card.rows:
        if one.unexplained and not one.bare_reason and one.asked != judging.LESS_MEANT:
            yield _deviation(subject, one, "JX506", "未写偏差原因和改进措施")


def deviation_empty_word(subject: Subject) -> Iterator[Finding]:
    """JX507: the reason for a deviation is 无 or 暂无."""
    for one in subject.card.rows:
        if one.unexplained and one.bare_reason and one.asked != judging.LESS_MEANT:
            yield _deviation(subject, one, "JX507", f"偏差原因只写“{one.row.reason}”，等于没有说明")


def thin_reason(subject: Subject) -> Iterator[Finding]:
    """JX204: a reason for a deviation, or for a low execution rate, that says nothing: 同上, 见附件, the indicator's own name."""
    for one in subject.card.rows:
        reason = str(one.row.reason or "")
        due = one.deviation and not one.unexplained or _claims_less(one)
        if due and says_nothing(reason, str(one.row.name or ""), str(one.row.level2 or "")):
            text = f"{row_named(one)}{one.deviation or '自评得分少于分值'}，偏差原因只写“{reason[:20]}”，等于没有说明"
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
    how = f"得{shown_value(one.points)}分，少于分值{as_written(one.row.weight)}" if subject.table.scored else one.explanation
    if one.deviation == judging.BEYOND and rule.too_low is not None:
        how = f"达到指标值的{percent(rule.too_low, 0)}及以上"
    if one.deviation in (judging.DOUBTFUL, NOT_APPLICABLE):
        how = f"指标值“{as_written(one.row.target)}”，完成值“{as_written(one.row.actual)}”"
    message = f"{row_named(one)}{one.deviation}（{how}），{clause}"
    return found(code, subject.cell(one, cells.REASON), message, one.row.reason)


def actual_is_target_text(subject: Subject) -> Iterator[Finding]:
    """JX508: the actual value is the target's text: its ≥ copied, or the same words."""
    for one in subject.card.rows:
        if not one.missing and one.asked in (judging.BOUND_COPIED, judging.WORDS_COPIED):
            yield found("JX508", subject.cell(one, cells.DONE), f"{row_named(one)}的{one.asked}", as_written(one.row.actual))


def halves(subject: Subject) -> Iterator[Finding]:
    """JX171: decimals of what there are no halves of: 66.5人."""
    for one in subject.card.rows:
        if not (one.missing or one.unexplained) and one.asked == judging.HALVED:  # JX506 says it of one without its reason
            shown = as_written(one.row.actual)
            yield found("JX171", subject.cell(one, cells.DONE), f"{row_named(one)}的{one.asked}：{shown}", shown)


def bound_reached(subject: Subject) -> Iterator[Finding]:
    """JX533: the actual value is the figure that the target leaves out: 5天 beside <5天."""
    for one, message in _asked(subject, judging.BOUND_REACHED):
        yield found("JX533", subject.cell(one, cells.DONE), message, as_written(one.row.actual))


def written_twice(subject: Subject) -> Iterator[Finding]:
    """JX550: a row says the same as one before it."""
    before: dict[tuple[str, ...], RowScore] = {}
    for one in subject.card.rows:
        said = tuple(clean(text) for text in (one.row.level2, one.row.name, one.row.target, one.row.actual))
        first = before.setdefault(said, one)
        if first is not one and not one.missing:
            message = f"{row_named(one)}与第{first.number}行的名称、指标值、完成值都相同，是否重复填写？"
            yield found("JX550", subject.cell(one, cells.NAME), message, one.row.name)


def falls_in_the_year(subject: Subject) -> Iterator[Finding]:
    """JX565: what adds up over the year is less at a later time: 60 % spent by the first quarter's end, 55 % by the second's."""
    reached: dict[tuple[str, str], tuple[int, Fraction | int, RowScore]] = {}  # the last row of each figure so far
    for one in subject.scored():
        cell = read_cell(one.row.actual)
        period = up_to(one.row.name, share=cell.unit == "%")
        if period is None or cell.number is None:
            continue
        what = (period[1], cell.unit)
        then, figure, before = reached.get(what, (period[0], cell.number, one))
        if then < period[0] and cell.number < figure and len(one.bare_reason) < LEAST:
            message = (
                f"{row_named(one)}的完成值{as_written(one.row.actual)}小于{row_named(before)}的{as_written(before.row.actual)}，"
                "累计数只增不减，请核对；填对了的在偏差原因里写明"
            )
            yield found("JX565", subject.cell(one, cells.DONE), message, as_written(one.row.actual))
        reached[what] = (period[0], cell.number, one)


def month_unsaid(subject: Subject) -> Iterator[Finding]:
    """JX534: done in the very month before which it was to be done: 10月15日 beside 10月前."""
    for one, message in _asked(subject, judging.MONTH_UNSAID):
        yield found("JX534", subject.cell(one, cells.DONE), message, as_written(one.row.actual))


def over_whole(subject: Subject) -> Iterator[Finding]:
    """JX546: a share of all, such as 满意度, is more than all."""
    for one, message in _asked(subject, judging.OVER_WHOLE):
        if one.unexplained:  # JX506 says it
            continue
        yield found("JX546", subject.cell(one, cells.DONE), message, as_written(one.row.actual))


def year_before(subject: Subject) -> Iterator[Finding]:
    """JX547: the day when it was done is nearly a year, or more, before the one it is held against."""
    for one, message in _asked(subject, judging.YEAR_BEFORE):
        yield found("JX547", subject.cell(one, cells.DONE), message, as_written(one.row.actual))


def points_away(subject: Subject) -> Iterator[Finding]:
    """JX551: a target, an actual value, a head field only points elsewhere: 见附件, 同上."""
    for one, message in _asked(subject, judging.POINTS_AWAY):
        if isinstance(one.points, Decimal) and not one.unexplained:
            written = ((cells.NAME, one.row.name), (cells.TARGET, one.row.target), (cells.DONE, one.row.actual))
            column = next((key for key, text in written if clean(text) in NO_ANSWER), cells.DONE)
            yield found("JX551", subject.cell(one, column), message, as_written(one.row.actual))
    for field in subject.table.fields:
        text = subject.card.answers.fields.get(field.name) or ""
        if text in NO_ANSWER or (field.required and text in NONE_OF_IT):
            yield found("JX551", subject.place(field.name), f"“{field.name}”只写“{text}”，请写全称", text)


def below_nothing(subject: Subject) -> Iterator[Finding]:
    """JX552: an actual value is below zero, its target above."""
    yield from _doubtful(subject, cells.DONE, judging.BELOW_NOTHING, "JX552")


def against_name(subject: Subject) -> Iterator[Finding]:
    """JX560: a share counts the other way than its name says: 满意度 ≤95%."""
    yield from _doubtful(subject, cells.TARGET, judging.AGAINST_NAME, "JX560")


def target_says_nothing(subject: Subject) -> Iterator[Finding]:
    """JX561: a target that anything reaches, that is several times the whole, or that is the row's own name."""
    for question in (judging.MET_BY_NOTHING, judging.SHARE_TOO_LARGE, judging.TARGET_IS_NAME):
        yield from _doubtful(subject, cells.TARGET, question, "JX561")


def far_below(subject: Subject) -> Iterator[Finding]:
    """JX562: a share that is to be near the whole is next to nothing: 0.97% beside ≤100%."""
    yield from _doubtful(subject, cells.DONE, judging.FAR_BELOW, "JX562")


def unit_unsaid(subject: Subject) -> Iterator[Finding]:
    """JX566: a number alone is read in a smaller unit than its target's: 14200 beside 1.5万元."""
    yield from _doubtful(subject, cells.DONE, judging.UNIT_UNSAID, "JX566")


def weightless(subject: Subject) -> Iterator[Finding]:
    """JX567: a row of a form that scores its rows has no points to lose: 分值 0."""
    for one in subject.card.rows if subject.table.scored else ():
        if one.row.weight == 0 and not one.missing and len(one.bare_reason) < LEAST:
            message = f"{row_named(one)}的分值是0，做没做到都不影响得分，请核对；填对了的在偏差原因里写明"
            yield found("JX567", subject.cell(one, cells.WEIGHT), message, "0")


def nameless(subject: Subject) -> Iterator[Finding]:
    """JX563: the name of a row has no word: 5, ≥95%."""
    yield from _doubtful(subject, cells.NAME, judging.NAMELESS, "JX563")


def _doubtful(subject: Subject, column: str, question: str, code: str) -> Iterator[Finding]:
    """A finding for each row of which this is asked, and nothing else is."""
    for one, message in _asked(subject, question):
        if isinstance(one.points, Decimal) and not one.unexplained:
            yield found(code, subject.cell(one, column), message, as_written(one.row.target if column == cells.TARGET else one.row.actual))


def day_as_number(subject: Subject) -> Iterator[Finding]:
    """JX553: one of target and actual value is a number cell that looks like a pasted day."""
    yield from _doubtful(subject, cells.DONE, judging.ONE_DAY, "JX553")


def _asked(subject: Subject, question: str) -> Iterator[tuple[RowScore, str]]:
    """The rows of which this is asked, each with the question beside what it is to come to and came to."""
    for one in subject.card.rows:
        if not one.missing and one.asked == question:
            yield (
                one,
                f"{row_named(one)}的指标值“{as_written(one.row.target)}”，完成值“{as_written(one.row.actual)}”：{question}{judging.ANSWER if question.endswith(judging.CHECK) else ''}",
            )


def direction_unsaid(subject: Subject) -> Iterator[Finding]:
    """JX185: less is probably better, and nothing says which way the row counts."""
    for one in subject.card.rows:
        if not one.missing and one.asked == judging.LESS_MEANT:
            message = (
                f"{row_named(one)}的指标值“{as_written(one.row.target)}”没有方向，完成值“{as_written(one.row.actual)}”{judging.LESS_MEANT}"
            )
            yield found("JX185", subject.cell(one, cells.TARGET), message, as_written(one.row.target))


def actual_is_weight(subject: Subject) -> Iterator[Finding]:
    """JX509: the actual value, or the target, is the row's weight, not what was done or wanted."""
    for one in subject.scored():
        wanted, reached = read_cell(one.row.target), read_cell(one.row.actual)
        if reached.number is None or wanted.number is None:
            continue
        if wanted.number == one.row.weight and not (wanted.unit or reached.unit or wanted.sign or wanted.tail):
            message = f"{row_named(one)}的指标值“{as_written(one.row.target)}”与分值相同，没有单位，疑为误填分值"
            yield found("JX509", subject.cell(one, cells.TARGET), message, as_written(one.row.target))
        elif wanted.number == reached.number:
            continue
        elif reached.number == one.row.weight and not reached.unit:
            message = (
                f"{row_named(one)}的完成值{plain(reached.number)}与分值相同，与指标值“{as_written(one.row.target)}”对不上，疑为误填分值"
            )
            yield found("JX509", subject.cell(one, cells.DONE), message, plain(reached.number))


def actual_without_quantity(subject: Subject) -> Iterator[Finding]:
    """JX510: 完成 as the actual value of a quantitative target."""
    for one in subject.card.rows:
        if isinstance(one.points, str) and _met_by_word(one):
            asked = "，是否为100%？" if clean(one.row.target).endswith("100%") else ""
            message = f"{row_named(one)}的指标值是“{as_written(one.row.target)}”，完成值只写“{one.row.actual}”，应写实际数{asked}"
            yield found("JX510", subject.cell(one, cells.DONE), message, as_written(one.row.actual))


def qualitative_without_measure(subject: Subject) -> Iterator[Finding]:
    """JX511: words where the class calls for a figure. Of a row without points something is said already."""
    quantitative = {name for one in subject.table.classes for name in one.quantitative}
    for one in subject.card.rows:
        unmeasured = one.side == QUALITATIVE and not _is_measured(one.row.target)
        if not one.missing and unmeasured and one.row.level2 in quantitative and not isinstance(one.points, str):
            message = f"{row_named(one)}属“{one.row.level2}”，指标值“{as_written(one.row.target)}”不可衡量，应写数量和单位"
            place = subject.cell(one, cells.TARGET)
            yield found("JX511", place, message, as_written(one.row.target))


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
            yield found("JX512", subject.cell(one, cells.NAME), f"{row_named(one)}把“{text}”写在一格，共用一个得分，应分行写")
            continue
        if len(targets) > 1:
            text = "”“".join(part.strip()[:20] for part in targets[:4])
            message = f"{row_named(one)}的指标值写了{len(targets)}个数：“{text}”，共用一个得分，应分行写"
            yield found("JX512", subject.cell(one, cells.TARGET), message, as_written(one.row.target))
            continue
        quantities = _QUANTITIES.findall(one.row.name)
        if len(quantities) > 1 and read_cell(one.row.target).unit == "%":
            message = (
                f"{row_named(one)}把{'、'.join(quantities[:4])}等写在一格，指标值却是“{as_written(one.row.target)}”，应分行写各自的数量"
            )
            yield found("JX512", subject.cell(one, cells.NAME), message)


def wrong_class(subject: Subject) -> Iterator[Finding]:
    """JX513: a 二级指标 under a 一级指标 it doesn't belong to."""
    for one in subject.card.rows:
        if one.row.level1 and one.row.level2 and not one.class_fits:
            own = next((known for known in subject.table.classes if known.name == one.row.level1), None)
            allowed = own.subclasses if own else tuple(known.name for known in subject.table.classes)
            wrong, column = (one.row.level2, cells.LEVEL2) if own else (one.row.level1, cells.LEVEL1)
            message = f"{row_named(one)}的“{wrong}”不在可选范围：{'、'.join(allowed)}"
            yield found("JX513", subject.cell(one, column), message, wrong)


def time_without_time(subject: Subject) -> Iterator[Finding]:
    """JX182: the target of a 时效指标 says no time: 基本建立."""
    for one in subject.card.rows:
        target = clean(one.row.target)
        if "时效" in one.row.level2 and target and not _TIMED.search(target):
            message = f"{row_named(one)}属“{one.row.level2}”，指标值“{as_written(one.row.target)}”没有说时间，应写完成的时间、期限或及时率"
            yield found("JX182", subject.cell(one, cells.TARGET), message, as_written(one.row.target))


def money_as_quantity(subject: Subject) -> Iterator[Finding]:
    """JX183: a 数量指标 whose quantity is an amount of money: it says what was spent, not what was done."""
    for one in subject.card.rows:
        if "数量" in one.row.level2 and read_cell(one.row.target).unit in YUAN:
            message = f"{row_named(one)}属“{one.row.level2}”，指标值“{as_written(one.row.target)}”是金额，应写做了多少事；金额写在成本指标"
            yield found("JX183", subject.cell(one, cells.TARGET), message, as_written(one.row.target))


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
                message = f"{row_named(one)}写“{word}”，完成程度{shown}，应在{percent(degree.least, 0)}到{percent(degree.most, 0)}之间"
                yield found("JX520", place, message, shown)
