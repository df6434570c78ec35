"""The report of a scoring table as a Word file: total and grade, scores, worked lines, where points were lost, adjustments."""

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal

from xl_jixiao.number import plain
from xl_jixiao.report.official import Official, TableCell
from xl_jixiao.scoretable.card import ScoreCard
from xl_jixiao.scoretable.model import Rubric
from xl_jixiao.tables.answers import Answers
from xl_jixiao.words import TO_FILL, UNFINISHED

_WORDS = re.compile("(?<=年度)|(?<=）)|(?=整体支出)|(?=项目支出)|(?=部门)|(?=绩效)|(?=自评)")
"""Where a title may be broken."""

_WIDTHS = (14, 34, 10, 14, 14, 14)
_KEPT_ROWS = 3
_HEADS = ("序号", "指标", "分值", "指标值", "复算得分", "自评得分")


def report_of_card(rubric: Rubric, answers: Answers, card: ScoreCard) -> Official:
    """The 自评报告 of a filing. It says what was computed and what the unit wrote, nothing else."""
    title = f"{rubric.title.removesuffix('评分表').removesuffix('评价')}自评报告"
    unit = answers.unit or TO_FILL
    report = Official(title)
    report.section()
    report.paragraph(in_lines(title), "title")
    report.paragraph(unit, "subtitle")
    report.paragraph("一、得分与等次", "heading1")
    report.paragraph(_result(rubric, card))
    report.paragraph(f"评分依据：{rubric.basis}。")
    report.paragraph("二、各项得分", "heading1")
    report.paragraph(rubric.title, "table_title")
    total_row = len(card.scores) + 1
    last_rows = range(max(0, total_row - _KEPT_ROWS), total_row)  # 合计 never stands alone on a page
    report.table(_WIDTHS, list(_scores(card)), heads=1, keep=last_rows)
    sections = (
        ("三、指标计算", list(_worked(card)), "没有需要计算的指标。"),
        ("四、失分原因", list(_lost(card)), "无失分项。"),
        ("五、调整与说明", list(_adjusted(card)), "无调整。"),
    )
    for title, lines, none in sections:
        report.paragraph(title, "heading1")
        texts = [f"{number}．{line}" for number, line in enumerate(lines, 1)] or [none]
        for at, text in enumerate(texts, 1):
            ends = title == sections[-1][0] and at == len(texts)
            report.paragraph(text, keep=ends)  # the signature follows: it never stands alone either
    report.paragraph("", keep=True)
    report.paragraph(unit, "sign", keep=True)
    report.paragraph(_date(answers.get("填报日期")), "sign")
    return report


def in_lines(title: str, longest: int = 20) -> str:
    """A title that needs two lines, broken between words, as near the middle as may be."""
    places = [found.start() for found in _WORDS.finditer(title) if len(title) - longest <= found.start() <= longest]
    if len(title) <= longest or not places:
        return title
    at = min(places, key=lambda place: abs(place - len(title) / 2))
    return f"{title[:at]}\n{title[at:]}"


def _result(rubric: Rubric, card: ScoreCard) -> str:
    if card.total is None:
        open_points = ((len(card.unfinished), "项指标没有得分"), (len(card.blank), "项基础数据未填"), (len(card.wrong), "项填报有误"))
        return f"自评{UNFINISHED}，还有{'、'.join(f'{count}{text}' for count, text in open_points if count)}。"
    computed = "" if card.computed_total is None else f"；不作调整、只按评分标准复算为{plain(card.computed_total)}分"
    return f"按《{rubric.title}》自评，总分{plain(card.total)}分（满分{plain(rubric.total)}分），等次为“{card.grade}”{computed}。"


def _scores(card: ScoreCard) -> Iterator[TableCell]:
    for column, head in enumerate(_HEADS):
        yield TableCell(0, column, head, bold=True)
    for row, one in enumerate(card.scores, 1):
        texts = (str(row), one.indicator.label, plain(one.full), one.rate_text or "—", _shown(one.computed), _shown(one.points))
        for column, text in enumerate(texts):
            yield TableCell(row, column, text)
    last = len(card.scores) + 1
    yield TableCell(last, 0, "合计", span=2, bold=True)
    totals = (plain(card.rubric.total), "", _shown(card.computed_total), _shown(card.total))
    for column, text in enumerate(totals, 2):
        yield TableCell(last, column, text, bold=True)


def _worked(card: ScoreCard) -> Iterator[str]:
    for one in card.scores:
        if one.worked:
            yield one.worked if isinstance(one.rate, Decimal) else f"{one.worked}，{one.rate_text}"


def _lost(card: ScoreCard) -> Iterator[str]:
    """Where points were lost, largest first, each with the unit's reason or the rule's."""
    for one in sorted((one for one in card.scores if one.lost > 0), key=lambda one: -one.lost):
        yield f"{one.indicator.label}（{plain(one.full)}分，得{_shown(one.points)}分，失{plain(one.lost)}分）：{_ended(one.why)}"


def _adjusted(card: ScoreCard) -> Iterator[str]:
    for one in card.scores:
        if one.adjustment and one.adjustment.reason:
            changed = f"复算{_shown(one.computed)}分，自评{_shown(one.points)}分。" if one.points != one.computed else ""
            yield f"{one.indicator.label}：{changed}{_ended(one.adjustment.reason)}"


def _ended(text: str) -> str:
    return text if text.endswith(("。", "！", "？")) else f"{text}。"


def _shown(points: Decimal | str | None) -> str:
    return plain(points) if isinstance(points, Decimal) else points or UNFINISHED


def _date(answer: object) -> str:
    """A date in Arabic digits without leading zeros; a place to write it where there is none."""
    return f"{answer.year}年{answer.month}月{answer.day}日" if isinstance(answer, datetime.date) else "　　年　月　日"
