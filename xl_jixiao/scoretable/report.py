"""The report of a scoring table as a Word file: total and grade, scores, worked lines, where points were lost, adjustments."""

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal

from xl_jixiao.number import half_up, numeral, percent, plain
from xl_jixiao.report.official import Official, TableCell
from xl_jixiao.scoretable.card import Score, ScoreCard
from xl_jixiao.scoretable.model import Rubric
from xl_jixiao.tables.answers import Answers
from xl_jixiao.words import NONE_WORD, NOT_APPLICABLE, TO_FILL, UNFINISHED, UNIT

_WORDS = re.compile("(?<=年度)|(?<=）)|(?=整体支出)|(?=项目支出)|(?=部门)|(?=绩效)|(?=自评)")
"""Where a title may be broken."""

_WIDTHS = (14, 34, 10, 14, 14, 14)
_KEPT_ROWS = 3
_HEADS = ("序号", "指标", "分值", "指标值", "复算得分", "自评得分")


_CUT = re.compile("(?:绩效|预算绩效)?(?:评价|自评)*(?:评分|打分|共性指标|指标体系|指标|自评)表?.*$")
"""Where the title of a table stops being that of a report."""


def report_title(title: str, year: int) -> str:
    """A report's title of a table's: 2020年度部门整体支出绩效自评报告."""
    subject = _CUT.sub("", title.partition("（通用")[0]).removesuffix("绩效") or "预算支出"
    dated = subject if str(year) in subject else f"{year}年度{subject}"
    return f"{dated}绩效自评报告"


def report_of_card(rubric: Rubric, answers: Answers, card: ScoreCard) -> Official:
    """The 自评报告 of a filing: who and how much, the result, indicator by indicator with the worked lines, where points were lost and why,
    the scores as a table. It says what was computed and what the unit wrote, nothing else; a section with nothing to say is left out."""
    title = report_title(rubric.title, rubric.year)
    unit = answers.unit or TO_FILL
    report = Official(title)
    report.section()
    report.paragraph(in_lines(title), "title")
    report.paragraph(unit, "subtitle")
    sections = (
        ("基本情况", list(_facts(rubric, answers))),
        ("自评结论", [("body", _result(rubric, card)), *_groups(rubric, card), ("body", f"评分依据：{rubric.basis}。")]),
        ("绩效目标和指标完成情况", list(_indicators(rubric, card))),
        ("存在的主要问题和失分原因", _numbered(_lost(card)) or [("body", "各项指标均未失分。")]),
        ("自评得分与评分标准不同的说明", _numbered(_adjusted(card))),
    )
    for number, (head, paragraphs) in enumerate([one for one in sections if one[1]], 1):
        report.paragraph(f"{numeral(number)}、{head}", "heading1")
        for style, text in paragraphs:
            report.paragraph(text, style)
    report.paragraph("附件：各项指标得分表", "body", keep=True)
    report.paragraph("", keep=True)
    report.paragraph(unit, "sign", keep=True)
    report.paragraph(_date(answers.get("填报日期")), "sign")
    report.page_break()
    report.paragraph("附件", "mark")
    report.paragraph(rubric.title, "table_title")
    total_row = len(card.scores) + 1
    last_rows = range(max(0, total_row - _KEPT_ROWS), total_row)  # 合计 never stands alone on a page
    report.table(_WIDTHS, list(_scores(card)), heads=1, keep=last_rows)
    return report


_Paragraphs = list[tuple[str, str]]


def _numbered(lines: Iterator[str]) -> _Paragraphs:
    return [("body", f"{number}．{line}") for number, line in enumerate(lines, 1)]


def _facts(rubric: Rubric, answers: Answers) -> Iterator[tuple[str, str]]:
    """What the unit filled in, group by group, as sentences; passages of text as they are."""
    groups: dict[str, list[str]] = {}
    for item in rubric.inputs:
        answer = answers.get(item.key)
        if answer is None or item.key in _ON_TOP:
            continue
        if isinstance(answer, Decimal):
            number = percent(answer) if item.kind == "percent" else plain(answer)
            groups.setdefault(item.group, []).append(f"{item.name}{number}{item.unit}")
        elif item.kind == "text" and answer != NONE_WORD:
            groups.setdefault(item.group, []).append(f"{item.name}：{answer}" if not item.long else str(answer))
    for at, (group, said) in enumerate(groups.items(), 1):
        yield "body", f"{at}．{group.removesuffix('（选填）')}。{_ended('，'.join(said))}"


_ON_TOP = (UNIT, "填报日期", "预算编码")


def _groups(rubric: Rubric, card: ScoreCard) -> _Paragraphs:
    """How much of each group's points was reached, of what counts."""
    said = []
    for name, of_group in _by_group(card):
        scores = [one for one in of_group if one.points != NOT_APPLICABLE]
        full = sum((one.full for one in scores), Decimal(0))
        points = [one.points for one in scores if isinstance(one.points, Decimal)]
        if len(points) == len(scores) and full:
            got = sum(points, Decimal(0))
            said.append(f"{name}{plain(full)}分，得{plain(got)}分，得分率{percent(half_up(got / full, 4))}")
    return [("body", f"其中：{'；'.join(said)}。")] if said else []


def _by_group(card: ScoreCard) -> list[tuple[str, list[Score]]]:
    found: dict[str, list[Score]] = {}
    for one in card.scores:
        found.setdefault(one.indicator.path[0], []).append(one)
    return list(found.items())


def _indicators(rubric: Rubric, card: ScoreCard) -> Iterator[tuple[str, str]]:
    """Every indicator with its worked line and its points, group by group."""
    for at, (name, scores) in enumerate(_by_group(card), 1):
        yield "heading2", f"（{numeral(at)}）{name}"
        for number, one in enumerate(scores, 1):
            yield "body", f"{number}．{one.indicator.label}（{plain(one.full)}分）。{_how(one)}{_got(one)}"


def _how(one: Score) -> str:
    """How the points come about: the rule's sentence, which has the worked line in it, or that line alone."""
    parts = [one.worked if one.worked not in one.reason else "", one.reason]
    said = "；".join(filter(None, parts))
    return _ended(said) if said else ""


def _got(one: Score) -> str:
    """The points; an indicator that doesn't count has none, and how it is treated is said."""
    if one.points == NOT_APPLICABLE:
        return ""
    if not isinstance(one.points, Decimal):
        return f"自评得分{UNFINISHED}。"
    lost = f"，失{plain(one.lost)}分" if one.lost > 0 else ""
    return f"自评得{plain(one.points)}分{lost}。"


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


def _lost(card: ScoreCard) -> Iterator[str]:
    """Where points were lost, largest first, each with the unit's reason or the rule's."""
    for one in sorted((one for one in card.scores if one.lost > 0), key=lambda one: -one.lost):
        failed = "" if one.why == one.reason or not one.reason else f"按评分标准：{_ended(one.reason)}"
        yield f"{one.indicator.label}（{plain(one.full)}分，得{_shown(one.points)}分，失{plain(one.lost)}分）：{_ended(one.why)}{failed}"


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
