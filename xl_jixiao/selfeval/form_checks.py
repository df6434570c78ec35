"""The checks of a 自评表 as a whole: its head and goals, its classes and weights, and texts and numbers wherever they stand."""

import re
from collections.abc import Iterator
from decimal import Decimal

from xl_jixiao.expr import Cell
from xl_jixiao.finding import Finding, Place, found
from xl_jixiao.number import percent, plain
from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.answers import LABELS, amount_key
from xl_jixiao.selfeval.model import (
    ACTUAL,
    EXECUTION_NOTE,
    EXPECTED,
    LONGEST,
    LONGEST_FIELD,
    YEAR_FIELD,
)
from xl_jixiao.selfeval.scoring import WEIGHT_TOTAL, RowScore
from xl_jixiao.selfeval.subject import Subject, as_written, figures_wrong, row_named
from xl_jixiao.selfeval.target import MET_WORDS, clean, has, read_cell
from xl_jixiao.tables.reasons import left_open
from xl_jixiao.tables.slips import goal_empty
from xl_jixiao.words import NONE_WORD, is_blank

DOMINANT = Decimal("0.5")
"""The share of all weights above which one indicator outweighs the others."""

_ADDED = re.compile(r"已经?|均|全部|全面|圆满|顺利|按[期时]|如期|基本|完成|达成|了|情况|目标|任务|[\W_]")

FEWEST = 3
"""Fewer rows may well all come out as they were planned."""

_CUSTOMARY = {"产出": 50, "效益": 30, "满意度": 10}
"""The points of the classes after 财预〔2020〕10号, of the 90 that indicators have; what a form that leaves them to the unit is held against."""

_FAR = 2
"""So many times its customary share a class carries before it is said."""


def class_weight_mismatch(subject: Subject) -> Iterator[Finding]:
    """JX501: the weights of a class don't add up to the form's printed sum."""
    for one in subject.table.weighed:
        written = subject.card.weight_of(one)
        rows = [row for row in subject.card.rows if row.row.level1 == one.name]
        if one.weight is not None and written != one.weight and rows and not any(map(figures_wrong, rows)):
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
    if card.weight != full and card.rows and subject.table.scored and not any(map(figures_wrong, card.rows)):
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


def dominant_indicator(subject: Subject) -> Iterator[Finding]:
    """JX514: one indicator carries more than half of all weights."""
    total = subject.card.weight - subject.table.execution.weight
    for one in subject.card.rows:
        if isinstance(one.row.weight, Decimal) and total and one.row.weight > total * DOMINANT:
            message = f"{row_named(one)}的分值{plain(one.row.weight)}，占全部指标分值{plain(total)}的一半以上，请核对分值分配"
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
    if sum(map(_equal, rows)) >= FEWEST and all(_equal(one) or clean(one.row.actual) in MET_WORDS for one in rows):
        place = Place(subject.file, subject.table.form.sheet)
        yield found("JX529", place, f"全部{len(rows)}行的完成值都等于指标值，请逐行核对是不是实际数")


_BY_THEN = re.compile("[之以]?[前内]$|底[前]?$")
"""What a target says behind its date: 12月底前, 2023年6月30日前."""


def _equal(one: RowScore) -> bool:
    wanted, reached = read_cell(one.row.target), read_cell(one.row.actual)
    if wanted.number is None:
        return _BY_THEN.sub("", clean(one.row.target)) == _BY_THEN.sub("", clean(one.row.actual))
    return wanted.number == reached.number and reached.unit in ("", wanted.unit)


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


def placeholder_left(subject: Subject) -> Iterator[Finding]:
    """JX625: a text still has a placeholder or a prompt of its template."""
    answers = subject.card.answers
    texts = [(EXPECTED, answers.expected), (ACTUAL, answers.actual), (EXECUTION_NOTE, answers.execution_note)]
    placed = [(subject.place(name), f"“{name}”", text) for name, text in texts]
    for one in subject.card.rows:
        placed += [
            (subject.cell(one, label), f"{row_named(one)}的{label}", getattr(one.row, name))
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
                yield _invalid(subject.cell(one, column), f"{row_named(one)}的{label}", value)


def _invalid(place: Place, what: str, value: object) -> Finding:
    none = "；没有的填0" if value == NONE_WORD else ""
    return found("JX522", place, f"{what}“{as_written(value)}”应为不小于0的数字{none}", as_written(value))


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
        (subject.cell(one, label), f"{row_named(one)}的{label}", getattr(one.row, name), LONGEST[label])
        for one in subject.card.rows
        for name, label in LABELS.items()
    ]
    for place, what, text, most in texts:
        if isinstance(text, str) and len(text) > most:
            message = f"{what}有{len(text)}字，最多{most}字"
            yield found("JX524", place, message, str(len(text)), str(most))
