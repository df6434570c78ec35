"""The report of a 自评表 as a Word file: the project and its funds, the goals, every indicator with target, result and points, the whole.

Then where points were lost and why. It says what was computed and what the unit wrote, nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from xl_jixiao.number import half_up, numeral, percent, plain
from xl_jixiao.report.official import CENTRE, LEFT, Official, TableCell
from xl_jixiao.report.sections import Picture, Prose, ReportPart, ended, numbered, put_end, put_head, put_sections, report_title
from xl_jixiao.selfeval.answers import SelfAnswers
from xl_jixiao.selfeval.model import AMOUNTS, EXECUTED, EXECUTION_RATE, Category
from xl_jixiao.selfeval.scoring import RowScore, SelfCard
from xl_jixiao.sheet.chart_part import ChartData, chart_part
from xl_jixiao.tables.narrative import ALONE, OF_PROJECT, OF_UNIT, FromBook, Section, UnitText
from xl_jixiao.words import PROJECT, UNFINISHED, is_blank

_WIDTHS = (9, 11, 19, 12, 15, 8, 10, 26)
_HEADS = ("一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分", "偏差原因分析及改进措施")
_ITSELF = "绩效指标完成情况表"
_REASONS = "存在的问题、偏差原因和改进措施"
_NO_DATE = "　　年　月　日"


def report_of_selfeval(card: SelfCard, book: FromBook = ALONE) -> Official:
    """The report of a filing; a section with nothing to say is left out."""
    table, answers = card.table, card.answers
    title = report_title(table.title, answers.year(table))
    report = Official(title)
    put_head(report, title, answers.fields.get(PROJECT, "") or answers.unit)
    heads = OF_PROJECT if any(one.name == PROJECT for one in table.fields) else OF_UNIT
    heads = {**heads, Section.PROBLEMS: _REASONS}
    put_sections(report, heads, _with_texts(_sections(card), book.told, heads))
    put_end(report, (_ITSELF, *book.attached), book.people, answers.unit, _NO_DATE)
    report.page_break()
    report.paragraph("附件1" if book.attached else "附件", "mark")
    report.paragraph(_ITSELF, "table_title")
    cells = list(_table(card))
    report.table(_WIDTHS, cells, heads=1, keep=[max(cell.row for cell in cells) - 1])
    return report


def _with_texts(
    sections: Mapping[Section, list[ReportPart]], texts: Sequence[UnitText], heads: Mapping[Section, str]
) -> dict[Section, list[ReportPart]]:
    """The sections with the unit's own texts behind what the form says: each under its name, unless the section's head says it; none that
    the form says already, word for word."""
    found = {section: list(sections.get(section, ())) for section in Section}
    for one in texts:
        own, text = found[one.section], ended(one.text)
        if not any(isinstance(part, Prose) and part.text.endswith(f"：{text}") for part in own):
            own.append(Prose(text if one.name in heads[one.section] else f"{one.name}：{text}"))
    return found


def _sections(card: SelfCard) -> dict[Section, list[ReportPart]]:
    answers = card.answers
    goals = (("预期目标", answers.expected), ("实际完成情况", answers.actual))
    lost = numbered(_lost(card))
    return {
        Section.ABOUT: [Prose(f"{'，'.join(f'{name}：{text}' for name, text in answers.fields.items() if text)}。")],
        Section.MONEY: list(_money(card)),
        Section.GOALS: [Prose(f"{name}：{ended(text)}") for name, text in goals if text],
        Section.SCORES: [*_shares(card), *_indicators(card)],
        Section.RESULT: list(_result(card)),
        Section.PROBLEMS: lost or [Prose("各项指标均未失分。")] if card.total is not None and card.table.scored else lost,
    }


def _amounts(answers: SelfAnswers, source: str) -> dict[str, Decimal]:
    found = {amount: answers.funds.get((source, amount)) for amount in AMOUNTS}
    return {amount: value for amount, value in found.items() if isinstance(value, Decimal)}


def _money(card: SelfCard) -> Iterator[ReportPart]:
    """The funds in sentences: the total, each source, the rate with its worked line."""
    answers, table = card.answers, card.table
    whole = {amount: value for amount in AMOUNTS if (value := card.amount(amount)) is not None}
    if whole:
        yield Prose(f"{table.form.funds_total_label}：{_listed(whole)}。")
    by_source = [(one.name, _amounts(answers, one.name)) for one in table.counted]
    said = [f"{name}：{_listed(amounts)}" for name, amounts in by_source if any(amounts.values())]
    if said:
        yield Prose(f"其中，{'；'.join(said)}。")
    if card.worked:
        points = f"，分值{plain(table.execution.weight)}分，得{_shown(card.execution_points)}分" if table.execution.weight else ""
        yield Prose(f"{card.worked}{points}。")
    if answers.execution_note:
        yield Prose(ended(answers.execution_note))
    base = table.execution.base
    rows = [(name, amounts[base], amounts[EXECUTED]) for name, amounts in by_source if base in amounts and EXECUTED in amounts]
    if base in whole and EXECUTED in whole:
        rows.append(("合计", whole[base], whole[EXECUTED]))
    rows = [row for row in rows if row[1] or row[2]]
    if rows:
        names, budgets, spent = zip(*rows, strict=True)
        yield _drawing(ChartData("预算与执行对比", names, ((base, budgets), (EXECUTED, spent)), "万元"))


def _listed(amounts: dict[str, Decimal]) -> str:
    return "，".join(f"{name}{plain(value)}万元" for name, value in amounts.items())


def _drawing(data: ChartData) -> Picture:
    made = chart_part(data)
    return Picture(data.title, made.xml, made.workbook)


def _reached(card: SelfCard) -> Iterator[tuple[str, Decimal, Decimal]]:
    """预算执行率 and each class: weight and points, of those that have both; nothing in a form without weights."""
    if not card.table.scored:
        return
    weight = card.table.execution.weight
    if weight and card.execution_points is not None:
        yield EXECUTION_RATE, weight, card.execution_points
    for one in card.table.classes:
        full, got = _weight_of(card, one), card.points_of(one)
        if full and got is not None:
            yield one.name, full, got


def _weight_of(card: SelfCard, category: Category) -> Decimal:
    """The weights written in a class's rows."""
    return sum((row.weight for one in _of_class(card, category) if isinstance((row := one.row).weight, Decimal)), Decimal(0))


def _shares(card: SelfCard) -> list[ReportPart]:
    known = list(_reached(card))
    if len(known) < 2:
        return []
    shares = tuple(half_up(got / full, 4) for _, full, got in known)
    return [_drawing(ChartData("各部分得分率", tuple(name for name, _, _ in known), (("得分率", shares),), percent=True))]


def _indicators(card: SelfCard) -> Iterator[ReportPart]:
    used = [one for one in card.table.classes if _of_class(card, one)]
    for at, category in enumerate(used, 1):
        yield Prose(f"（{numeral(at)}）{category.name}", "heading2")
        yield from numbered(_indicator(one, scored=card.table.scored) for one in _of_class(card, category))


def _of_class(card: SelfCard, category: Category) -> list[RowScore]:
    return [one for one in card.rows if one.row.level1 == category.name]


def _indicator(one: RowScore, *, scored: bool) -> str:
    """``接待群众（10分）。指标值≥100人次，实际完成96人次，正向，完成率96.00%，计9.6分。``"""
    row = one.row
    said = [f"指标值{_text(row.target)}", f"实际完成{_text(row.actual)}", *filter(None, [one.explanation])]
    place = f"{row.level2}：" if row.level2.strip("—-/ ") else ""
    weight = f"（{_text(row.weight)}分）" if scored else ""
    return f"{place}{row.name}{weight}。{'，'.join(said)}。"


def _result(card: SelfCard) -> Iterator[ReportPart]:
    if not card.table.scored:
        explained = sum(not is_blank(one.row.reason) for one in card.rows)
        yield Prose(f"本表不计分。共{len(card.rows)}项指标，其中{explained}项说明了偏差原因和改进措施。自评依据：{card.table.basis}。")
        return
    if card.total is None:
        yield Prose(f"自评{UNFINISHED}。")
        return
    grade = f"，等次为“{card.grade}”" if card.grade else ""
    yield Prose(f"自评总分{plain(card.total)}分（满分{plain(card.table.total)}分）{grade}。")
    said = [f"{name}{plain(full)}分，得{plain(got)}分，得分率{percent(half_up(got / full, 4))}" for name, full, got in _reached(card)]
    if said:
        yield Prose(f"其中：{'；'.join(said)}。")
    yield Prose(f"评分依据：{card.table.basis}。")


def _lost(card: SelfCard) -> Iterator[str]:
    """Where points were lost, largest first, and every other row that has a reason."""
    weight, points = card.table.execution.weight, card.execution_points
    if weight and points is not None and points < weight:
        note = ended(card.answers.execution_note) if card.answers.execution_note else ""
        yield f"{EXECUTION_RATE}（{plain(weight)}分，得{plain(points)}分，失{plain(weight - points)}分）：{card.worked}。{note}"
    rows = [(one, _missing(one)) for one in card.rows]
    for one, lost in sorted(rows, key=lambda pair: -pair[1]):
        row = one.row
        if lost > 0:
            why = ended(row.reason) if row.reason else ""
            yield (
                f"{row.name}（{_text(row.weight)}分，得{_shown(one.points)}分，失{plain(lost)}分）："
                f"指标值{_text(row.target)}，实际完成{_text(row.actual)}，{one.explanation}。{why}"
            )
        elif not is_blank(row.reason):
            yield f"{row.name}：指标值{_text(row.target)}，实际完成{_text(row.actual)}。{ended(row.reason)}"


def _missing(one: RowScore) -> Decimal:
    known = isinstance(one.row.weight, Decimal) and isinstance(one.points, Decimal)
    return one.row.weight - one.points if known else Decimal(0)  # type: ignore[operator]


def _table(card: SelfCard) -> Iterator[TableCell]:
    for column, head in enumerate(_HEADS):
        yield TableCell(0, column, head, bold=True)
    for at, one in enumerate(card.rows, 1):
        row = one.row
        points = _shown(one.points) if card.table.scored else "—"
        texts = (row.level1, row.level2, row.name, _text(row.target), _text(row.actual), _text(row.weight), points, row.reason)
        for column, text in enumerate(texts):
            yield TableCell(at, column, text, align=LEFT if column == len(_HEADS) - 1 else CENTRE)
    last = len(card.rows) + 1
    if not card.table.scored:
        yield TableCell(last, 0, EXECUTION_RATE, span=5)
        yield TableCell(last, 5, card.rate_text, span=3)
        return
    yield TableCell(last, 0, EXECUTION_RATE, span=5)
    weight = card.table.execution.weight
    yield TableCell(last, 5, plain(weight) if weight else "—")
    yield TableCell(last, 6, _shown(card.execution_points) if weight else "—")
    yield TableCell(last, 7, card.rate_text)
    yield TableCell(last + 1, 0, card.table.form.total_label, span=5, bold=True)
    yield TableCell(last + 1, 5, plain(card.weight), bold=True)
    yield TableCell(last + 1, 6, _shown(card.total), bold=True)
    yield TableCell(last + 1, 7, card.grade or "", bold=True)


def _text(value: Decimal | str | None) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value or "—")


def _shown(points: Decimal | str | None) -> str:
    return plain(points) if isinstance(points, Decimal) else points or UNFINISHED
