"""The report of a scoring table as a Word file: who and how much, the goals, indicator by indicator with the worked lines, the result.

Then where points were lost and why, what is to be done, and what differs from the rules. It says what was computed and what the unit wrote,
nothing else.
"""

import datetime
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from xl_jixiao.expr import decimal
from xl_jixiao.number import half_up, numeral, percent, plain
from xl_jixiao.report.official import Official, TableCell
from xl_jixiao.report.sections import (
    GENERAL,
    Picture,
    Prose,
    ReportPart,
    ended,
    numbered,
    put_end,
    put_head,
    put_sections,
    report_title,
    told,
)
from xl_jixiao.rules.base import Item, circled
from xl_jixiao.rules.rows import CONTENT, DONE, TARGET, WEIGHT, WrittenRows
from xl_jixiao.rules.shared import Shared
from xl_jixiao.scoretable.budgets import budget_pairs
from xl_jixiao.scoretable.card import Score, ScoreCard
from xl_jixiao.scoretable.facts import FactLines
from xl_jixiao.scoretable.model import Rubric
from xl_jixiao.sheet.chart_part import ChartData, chart_part
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.narrative import (
    ALONE,
    OF_PROJECT,
    OF_UNIT,
    FromBook,
    Section,
    UnitText,
    evaluators,
    said_once,
    section_of,
    unit_texts,
)
from xl_jixiao.words import MET, NOT_APPLICABLE, PARTLY, PROJECT, UNFINISHED, UNMET, is_blank

_WIDTHS = (14, 34, 10, 14, 14, 14)
_KEPT_ROWS = 3
_HEADS = ("序号", "指标", "分值", "指标值", "复算得分", "自评得分")
_ITSELF = "各项指标得分表"


def report_of_card(rubric: Rubric, answers: Answers, card: ScoreCard, book: FromBook = ALONE) -> Official:
    """The 自评报告 of a filing; a section with nothing to say is left out. `book` is what the unit's book says beside its table."""
    title = report_title(rubric.title, rubric.year)
    report = Official(title)
    put_head(report, title, answers.unit)
    texts = said_once((*unit_texts(rubric.inputs, answers), *book.told))
    of_project = any(item.key == PROJECT for item in rubric.inputs)
    put_sections(report, OF_PROJECT if of_project else OF_UNIT, _sections(rubric, answers, card, texts))
    attached = (_ITSELF, *book.attached)
    put_end(report, attached, evaluators(rubric.inputs, answers) or book.people, answers.unit, _date(answers.get("填报日期")))
    report.page_break()
    report.paragraph("附件1" if len(attached) > 1 else "附件", "mark")
    report.paragraph(GENERAL.sub("", rubric.title), "table_title")
    total_row = len(card.scores) + len(card.extras) + 1
    last_rows = range(max(0, total_row - _KEPT_ROWS), total_row)  # 合计 never stands alone on a page
    report.table(_WIDTHS, list(_scores(card)), heads=1, keep=last_rows)
    return report


def _sections(rubric: Rubric, answers: Answers, card: ScoreCard, texts: Sequence[UnitText]) -> dict[Section, list[ReportPart]]:
    """What stands in each section: the unit's texts, its figures by group, what was computed."""
    found: dict[Section, list[ReportPart]] = {section: told([one for one in texts if one.section is section]) for section in Section}
    money = [*found[Section.MONEY]]
    for section in (Section.ABOUT, Section.MONEY, Section.GOALS):
        found[section] = _with_facts(found[section], [one for one in FactLines(rubric, answers).groups() if _of_facts(one[0]) is section])
    found[Section.MONEY] += _budgets(rubric, card) if found[Section.MONEY] or money else []
    found[Section.SCORES] = [*found[Section.SCORES], *_shares(card), *_indicators(card), *_extras(card)]
    basis = Prose(f"评分依据：{rubric.basis}。")
    found[Section.RESULT] = [Prose(_result(rubric, card)), *_groups(card), *found[Section.RESULT], basis]
    found[Section.PROBLEMS] = _problems(found[Section.PROBLEMS], card)
    adjusted = numbered(_adjusted(card))
    if adjusted:
        found[Section.OTHER] += [Prose("自评得分与评分标准计算得分不同的，说明如下："), *adjusted]
    return found


def _of_facts(group: str) -> Section:
    """The section of a group of figures: who, what was reached, else the money."""
    section = section_of(group)
    return section if section in (Section.ABOUT, Section.GOALS) else Section.MONEY


def _with_facts(own: list[ReportPart], facts: Sequence[tuple[str, str]]) -> list[ReportPart]:
    """The unit's texts, then the figures group by group, under one run of headings."""
    heads = sum(isinstance(one, Prose) and one.style == "heading2" for one in own)
    found = list(own)
    if own and not heads:
        return [*own, *(Prose(f"{group}：{text}") for group, text in facts)]
    for number, (group, text) in enumerate(facts, heads + 1):
        if heads or len(facts) > 1:
            found.append(Prose(f"（{numeral(number)}）{group}", "heading2"))
        found.append(Prose(text))
    return found


def drawing(data: ChartData) -> Picture:
    """A chart as a report takes it."""
    made = chart_part(data)
    return Picture(data.title, made.xml, made.workbook)


def _budgets(rubric: Rubric, card: ScoreCard) -> list[ReportPart]:
    """Budget against 决算, of those that have both."""
    rows = [(one.name, decimal(one.budget.value(card.values)), decimal(one.spent.value(card.values))) for one in budget_pairs(rubric)]
    known = [(name, budget, spent) for name, budget, spent in rows if budget is not None and spent is not None]
    if not known:
        return []
    names, budgets, spent = zip(*known, strict=True)
    return [drawing(ChartData("预算与决算对比", names, (("预算", budgets), ("决算", spent)), unit="万元"))]


def _shares(card: ScoreCard) -> list[ReportPart]:
    """得分率 by group."""
    known = [(name, share) for name, _, _, share in _reached(card) if share is not None]
    if len(known) < 2:
        return []
    names, shares = zip(*known, strict=True)
    return [drawing(ChartData("各部分得分率", names, (("得分率", shares),), percent=True))]


def _reached(card: ScoreCard) -> Iterator[tuple[str, Decimal, Decimal, Decimal | None]]:
    """Each group's name, its points that count, what was reached of them, and the share; none where it isn't known yet."""
    for name, of_group in _by_group(card):
        scores = [one for one in of_group if one.points != NOT_APPLICABLE]
        full = sum((one.full for one in scores), Decimal(0))
        points = [one.points for one in scores if isinstance(one.points, Decimal)]
        got = sum(points, Decimal(0))
        yield name, full, got, half_up(got / full, 4) if full and len(points) == len(scores) else None


def _groups(card: ScoreCard) -> list[ReportPart]:
    """How much of each group's points was reached, of what counts."""
    said = [
        f"{name}{plain(full)}分，得{plain(got)}分，得分率{percent(share)}" for name, full, got, share in _reached(card) if share is not None
    ]
    return [Prose(f"其中：{'；'.join(said)}。")] if said else []


def _by_group(card: ScoreCard) -> list[tuple[str, list[Score]]]:
    found: dict[str, list[Score]] = {}
    for one in card.scores:
        found.setdefault(one.indicator.path[0], []).append(one)
    return list(found.items())


def _indicators(card: ScoreCard) -> Iterator[ReportPart]:
    """Every indicator with its worked line and its points, group by group."""
    for at, (name, scores) in enumerate(_by_group(card), 1):
        yield Prose(f"（{numeral(at)}）{name}", "heading2")
        for number, one in enumerate(scores, 1):
            yield Prose(f"{number}．{one.indicator.label}（{plain(one.full)}分）。{_how(one, card)}{_got(one)}")


def _extras(card: ScoreCard) -> Iterator[ReportPart]:
    """加分, 扣分 and 一票否决, each with its figures."""
    if card.extras:
        yield Prose(f"（{numeral(len(_by_group(card)) + 1)}）加分、扣分和否决", "heading2")
    for number, one in enumerate(card.extras, 1):
        said = f"{one.worked}。" if one.points is not None else f"{UNFINISHED}。"
        yield Prose(f"{number}．{one.extra.name}（{one.extra.limit}）。{said}")


def _how(one: Score, card: ScoreCard) -> str:
    """How the points come about: the rule's sentence, which has the worked line in it, or that line alone."""
    parts = [one.worked if one.worked not in one.reason else "", _failed(one, card)]
    said = "；".join(filter(None, parts))
    return ended(said) if said else ""


def _got(one: Score) -> str:
    """The points; an indicator that doesn't count has none, and how it is treated is said."""
    if one.points == NOT_APPLICABLE:
        return ""
    if not isinstance(one.points, Decimal):
        return f"自评得分{UNFINISHED}。"
    lost = f"，失{plain(one.lost)}分" if one.lost > 0 else ""
    return f"自评得{plain(one.points)}分{lost}。"


def _result(rubric: Rubric, card: ScoreCard) -> str:
    if card.total is None:
        open_points = ((len(card.unfinished), "项指标没有得分"), (len(card.blank), "项基础数据未填"), (len(card.wrong), "项填报有误"))
        return f"自评{UNFINISHED}，还有{'、'.join(f'{count}{text}' for count, text in open_points if count)}。"
    computed = "" if card.computed_total is None else f"；不作调整、只按评分标准复算为{plain(card.computed_total)}分"
    beside = "".join(f"，{one.extra.name}{one.worked}" for one in card.void) + _added(card)
    full = f"满分{plain(rubric.total)}分{beside}"
    return f"按《{GENERAL.sub('', rubric.title)}》自评，总分{plain(card.total)}分（{full}），等次为“{card.grade}”{computed}。"


def _added(card: ScoreCard) -> str:
    """What was added and taken off, in a clause; empty where nothing was."""
    changes = {verb: sum((one.change for one in card.extras if one.extra.verb == verb), Decimal(0)) for verb in "加扣"}
    return "".join(f"，{verb}{plain(abs(points))}分" for verb, points in changes.items() if points)


def _scores(card: ScoreCard) -> Iterator[TableCell]:
    for column, head in enumerate(_HEADS):
        yield TableCell(0, column, head, bold=True)
    for row, one in enumerate(card.scores, 1):
        texts = (str(row), one.indicator.label, plain(one.full), one.rate_text or "—", _shown(one.computed), _shown(one.points))
        for column, text in enumerate(texts):
            yield TableCell(row, column, text)
    for row, extra in enumerate(card.extras, len(card.scores) + 1):
        texts = (str(row), extra.extra.name, extra.extra.limit, "—", _shown(extra.points), _shown(extra.points))
        for column, text in enumerate(texts):
            yield TableCell(row, column, text)
    last = len(card.scores) + len(card.extras) + 1
    yield TableCell(last, 0, "合计", span=2, bold=True)
    totals = (plain(card.rubric.total), "", _shown(card.computed_total), _shown(card.total))
    for column, text in enumerate(totals, 2):
        yield TableCell(last, column, text, bold=True)


def _problems(own: list[ReportPart], card: ScoreCard) -> list[ReportPart]:
    """The unit's own words, then where points were lost, largest first."""
    lost = numbered(_lost(card))
    if not lost:
        return own or ([] if card.total is None else [Prose("各项指标均未失分。")])
    total = sum((one.lost for one in card.scores), Decimal(0))
    return [*own, Prose(f"失分{len(lost)}项，共{plain(total)}分，按失分多少列示如下："), *lost]


def _lost(card: ScoreCard) -> Iterator[str]:
    """Where points were lost, each with the unit's reason or the rule's, and which of its requirements failed."""
    for one in sorted((one for one in card.scores if one.lost > 0), key=lambda one: -one.lost):
        why = by_rule = ended(_failed(one, card, lost=True)) if one.reason else ""
        if one.why != one.reason:
            why = ended(one.why) + (f"按评分标准：{by_rule}" if by_rule else "")
        yield f"{one.indicator.label}（{plain(one.full)}分，得{_shown(one.points)}分，失{plain(one.lost)}分）：{why}"


_NUMBERED = re.compile("第([①-⑳])项")


def _failed(one: Score, card: ScoreCard, *, lost: bool = False) -> str:
    """The rule's sentence with the words of the requirements that failed; of lines the unit wrote itself all, or those that lost points."""
    items = one.indicator.scorer.items
    judged = [card.values[key] for key in one.indicator.item_keys]
    if one.indicator.rule.kind == "itemised":
        lines = [f"{text}，计{plain(points)}分" for text, points in _lines(judged)]
        return f"{'；'.join(lines)}；{one.reason}" if lines else one.reason
    if isinstance(one.indicator.rule, (Shared, WrittenRows)):
        written = _shared(judged) if isinstance(one.indicator.rule, Shared) else _rows(one, one.indicator.rule, judged)
        return "；".join([*(text for text, short in written if short or not lost), one.reason])
    if one.indicator.rule.kind == "checklist":
        labels = {circled(at): item.label for at, item in enumerate(items)}
        return _NUMBERED.sub(lambda found: f"{found[0]}“{labels[found[1]]}”", one.reason)
    short = [text for item, value in zip(items, judged, strict=True) if (text := _falls_short(item, value))]
    return f"{'，'.join(short)}；{one.reason}" if short else one.reason


def _lines(judged: Sequence[object]) -> Iterator[tuple[str, Decimal]]:
    """The lines a unit wrote itself, each with its points."""
    for text, points in zip(judged[::2], judged[1::2], strict=True):
        number = None if isinstance(points, str) else decimal(points)  # type: ignore[arg-type]
        if isinstance(text, str) and text and number is not None:
            yield text.rstrip("。；"), number


def _shared(judged: Sequence[object]) -> Iterator[tuple[str, bool]]:
    """The lines that share the points: what was to be done and how far it is; whether points were lost."""
    for text, degree in zip(judged[::2], judged[1::2], strict=True):
        number = None if isinstance(degree, str) else decimal(degree)  # type: ignore[arg-type]
        if isinstance(text, str) and text and number is not None:
            yield f"{text.rstrip('。；')}，完成程度{percent(number)}", number < 1


def _rows(one: Score, rule: WrittenRows, judged: Sequence[object]) -> Iterator[tuple[str, bool]]:
    """The rows of an indicator: content, target, what was reached, points; whether points were lost."""
    width, keys = len(rule.fields), one.indicator.figure_keys
    rows = [dict(zip(rule.fields, judged[at * width : (at + 1) * width], strict=True)) for at in range(len(rule.numbers))]
    used = [(row, one.values[key]) for row, key in zip(rows, keys, strict=False) if not is_blank(row[CONTENT])]
    for row, held in used:
        points = None if isinstance(held, (str, tuple)) else decimal(held)
        own = row.get(WEIGHT)
        weight = decimal(own) if own is not None and not isinstance(own, str) else one.full / len(used)  # type: ignore[arg-type]
        got = f"，得{plain(points)}分" if points is not None else ""
        of = f"（分值{plain(half_up(weight, 2))}分）" if weight is not None else ""
        short = points is not None and weight is not None and points < half_up(weight, 2)
        yield f"{_said(row[CONTENT])}：指标值{_said(row[TARGET])}，完成{_said(row[DONE])}{got}{of}", short


def _said(written: object) -> str:
    """A text or a number of a row as it was written."""
    number = None if isinstance(written, str) else decimal(written)  # type: ignore[arg-type]
    return plain(number) if number is not None else str(written or "").rstrip("。；")


def _falls_short(item: Item, value: object) -> str:
    """What is to be said of a judged item that isn't met or not fully scored; empty where nothing is."""
    if value in (UNMET, PARTLY) and MET in item.options:
        return f"“{item.label}”{value}"
    points = decimal(value) if item.kind == "points" and not isinstance(value, str) else None  # type: ignore[arg-type]
    if points is not None and item.limit is not None and points < item.limit and item.label != "评分":
        return f"{item.label}{plain(points)}分（满分{plain(item.limit)}分）"
    return ""


def _adjusted(card: ScoreCard) -> Iterator[str]:
    for one in card.scores:
        if one.adjustment and one.adjustment.reason:
            changed = f"复算{_shown(one.computed)}分，自评{_shown(one.points)}分。" if one.points != one.computed else ""
            yield f"{one.indicator.label}：{changed}{ended(one.adjustment.reason)}"


def _shown(points: Decimal | str | None) -> str:
    return plain(points) if isinstance(points, Decimal) else points or UNFINISHED


def _date(answer: object) -> str:
    """A date in Arabic digits without leading zeros; a place to write it where there is none."""
    return f"{answer.year}年{answer.month}月{answer.day}日" if isinstance(answer, datetime.date) else "　　年　月　日"
