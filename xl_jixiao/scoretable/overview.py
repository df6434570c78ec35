"""The sheets around the work: 填报说明, 校验 and 得分分析 of a scoring table."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from xl_jixiao.expr import Area, ByRow, Cell, Counted, Rounded, call, is_number, joined, total, tree, when
from xl_jixiao.finding import titled as quoted
from xl_jixiao.number import plain
from xl_jixiao.scoretable import keys, trees
from xl_jixiao.scoretable.budgets import budget_pairs
from xl_jixiao.scoretable.claims import claim_lines
from xl_jixiao.scoretable.limits import over_limit
from xl_jixiao.scoretable.model import Indicator, Rubric, SameTable
from xl_jixiao.scoretable.trees import Scored
from xl_jixiao.sheet import checks, data, published
from xl_jixiao.sheet.analysis import WIDTHS, Group, compared_chart, compared_table, group_chart, group_table
from xl_jixiao.sheet.build import SheetBuilder, titled
from xl_jixiao.sheet.checks import Line
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.guide import Guide
from xl_jixiao.sheet.looks import INPUT_WORDS
from xl_jixiao.sheet.plan import Page
from xl_jixiao.sheet.progress import Progress, Wrong, first_word, of_states
from xl_jixiao.tables.slips import Quotient
from xl_jixiao.words import (
    ANALYSIS,
    BLANK,
    CHECKS,
    COMPUTED_TOTAL,
    DATA,
    EXPLAIN,
    GRADE,
    INVALID,
    MUST_FIX,
    NOT_FILLED,
    PASSED,
    TOTAL,
    UNFINISHED,
    WORKING,
)

# ---- 填报说明

_STEPS = (
    (
        DATA,
        f"填写有颜色的单元格（{INPUT_WORDS}）。数取自部门预算、部门决算等所列来源，单位已注明；没有这个数的填“无”，为零的填0，未填的留空。",
    ),
    (
        WORKING,
        "在“认定情况”列选择或填写各要点的认定情况；计算得分、算式自动得出。与计算得分不同的填“调整得分”并写明理由，不适用的写明原因。",
    ),
    ("", "官方表式，得分自动取自评分底稿，不用填写，可直接打印（A4）。"),
    (CHECKS, "“必改”的改正，“须说明”的写明理由；点“跳转”到要改的地方。全部通过后再上报。"),
)
"""What to do on which sheet; one without a name is the form."""

_LEGEND = (
    (BLANK, "还没有填，相关指标不计分，总分显示“未完成”，不会按0分计算"),
    (EXPLAIN, "不适用、超预算或作了调整，须在评分底稿写明理由"),
    (INVALID, "不是数字、为负数、应为整数而有小数，或不在可选范围，须改正；改正以前总分显示“未完成”"),
    (PASSED, "已得出得分"),
)


def guide_sheet(table: Rubric, *, buttons: bool) -> SheetBuilder:
    """What to do, live counts, and the choices the table leaves open."""
    guide = Guide(table.title, "评分标准", table.id, table.revision, table.basis)
    guide.progress(progress(table))
    guide.grade("自评总分与等次", Cell(TOTAL), Cell(GRADE))
    if buttons:
        guide.buttons()
    guide.steps([(name or table.form.sheet, text) for name, text in _STEPS], _LEGEND)
    open_points = ((one.label, "；".join(one.choices)) for one in table.indicators if one.choices)
    beside = [(one.name, "；".join(one.choices)) for one in table.extras if one.choices]
    if table.highest is not None:
        beside.append(("总分", f"加分以后最高{plain(table.highest)}分"))
    guide.choices("评分标准未明确之处，本表采用的口径", (*open_points, *beside))
    return guide.done(table.notes)


def progress(table: Rubric) -> Progress:
    """What a person fills: 基础数据, and the judged items of 评分底稿."""
    return _progress(SameTable(table))


@lru_cache(maxsize=64)
def _progress(same: SameTable) -> Progress:
    table = same.table
    figures = data.part(table.inputs)
    reason = first_word(keys.WORK_RESULTS, EXPLAIN, keys.reason_name(table.indicators[0].code), keys.WORK_NAMES)
    unsaid = Wrong(Counted(keys.WORK_RESULTS, EXPLAIN), EXPLAIN, "项指标须写明理由", reason)
    if not table.items:
        return Progress([replace(figures, faults=(*figures.faults, unsaid))])
    judged = [one for one in table.indicators if one.item_keys]
    areas = [(Area(keys.item_states_key(one.code)), sum(item.required for item in one.scorer.items)) for one in judged]
    blank, wrong = (first_word(keys.WORK_STATES, word, table.items[0][1], keys.WORK_ITEMS) for word in (BLANK, INVALID))
    bad = Wrong(total([Counted(area, INVALID) for area, _ in areas]), INVALID, "项有误，须改正", wrong)
    return Progress([figures, of_states(WORKING, areas, blank, (bad, unsaid))])


# ---- 校验


def check_lines(table: Rubric) -> tuple[Line, ...]:
    """The checks of a workbook, in the order of the work."""
    return _check_lines(SameTable(table))


@lru_cache(maxsize=64)
def _check_lines(same: SameTable) -> tuple[Line, ...]:
    return tuple(_checks_of(same.table))


def _checks_of(table: Rubric) -> Iterator[Line]:
    first_input, first = table.inputs[0].key, table.indicators[0]
    judged = table.items[0][1] if table.items else data.state(first.code).key
    figures, *work = progress(table).parts
    yield checks.counted("基础数据已填全", data.STATES, BLANK, "项空白", BLANK, first_input, started=figures.touched)
    yield checks.counted("基础数据有效", data.STATES, INVALID, "项不能用", MUST_FIX, first_input, started=figures.touched)
    asked = "项须核对，见该行“提示”，填对了的写备注"
    yield checks.counted("填报数的单位、大小已核对", data.STATES, EXPLAIN, asked, EXPLAIN, first_input)
    yield checks.at_home(first_input)
    for part in (one for one in work if one.sheet == WORKING):
        yield checks.counted("评分底稿已填全", keys.WORK_STATES, BLANK, "项空白", BLANK, judged, started=part.touched)
        wrong = part.faults[0]
        result = when(part.touched, when(wrong.count.equals(0), PASSED, MUST_FIX), NOT_FILLED)
        yield Line("认定情况有效", result, joined(wrong.count, "项不能用"), judged, first=wrong.gap)
    limited = [(one, test) for one in table.indicators if (test := over_limit(one)) is not None]
    if limited:
        count = total([when(test, 1, 0) for _, test in limited])
        within = when(count.equals(0), PASSED, EXPLAIN)
        yield Line("分项得分在分值内", within, joined(count, "项超出分值"), limited[0][0].item_keys[0])
    reason = keys.reason_name(first.code)
    yield checks.counted("不适用、调整和问到的已说明理由", keys.WORK_RESULTS, EXPLAIN, "项须说明", EXPLAIN, reason)
    yield checks.counted("调整得分有效", keys.WORK_RESULTS, MUST_FIX, "项不是0到分值之间的数", MUST_FIX, keys.adjusted_name(first.code))
    weights = call("SUM", keys.WEIGHTS)
    fits = weights.equals(table.total)
    yield checks.passes(fits, MUST_FIX, f"分值合计为{plain(table.total)}", joined("分值合计", weights), keys.FORM_WEIGHT_TOTAL)
    over = ByRow(is_number(keys.FINALS) * (keys.FINALS > keys.WEIGHTS))
    yield checks.passes(over.equals(0), MUST_FIX, "各项得分不超过分值", joined(over, "项超过分值"), keys.score_name(first.code))
    yield _total_line()
    yield from (checks.agrees(one, [name for name in one.names if name in table.asked.questions]) for one in table.identities)
    yield from (_share_line(one) for one in table.indicators if one.quotient and one.quotient.share)
    yield from map(_part_line, table.parts)
    yield published.check_line(claim_lines(table))  # the last: a finished workbook has no place for what was published


def _total_line() -> Line:
    points, computed = Cell(TOTAL), Cell(COMPUTED_TOTAL)
    gap = when(is_number(computed), joined("与复算总分相差", Rounded(points - computed, 2), "分"), "复算总分未完成")
    detail = when(is_number(points), joined("总分", points, "，", gap), UNFINISHED)
    return checks.passes(is_number(points), BLANK, "总分已得出", detail, TOTAL)


def _share_line(indicator: Indicator) -> Line:
    """That a part isn't more than its whole."""
    assert indicator.rate_formula is not None
    rate = Cell(indicator.code)
    result = when(is_number(rate), when(rate > 1, MUST_FIX, PASSED), NOT_FILLED)
    detail = tree(f"{indicator.rate_formula.as_percentage().sentence()}，部分不能大于全部")
    return Line(f"{indicator.label}不超过100%", result, detail, indicator.code)


def _part_line(one: Quotient) -> Line:
    """The same of two figures of which no rate is made."""
    part, whole = (Cell(side.names[0]) for side in (one.part, one.whole))
    both = call("COUNT", part, whole).equals(2)
    result = when(both, when(one.too_large, MUST_FIX, PASSED), NOT_FILLED)
    return Line(f"{quoted(part.key)}不大于{quoted(whole.key)}", result, tree("部分不能大于全部"), part.key)


def checks_sheet(table: Rubric, scored: Sequence[Scored], details: Sequence[str], edition: Edition) -> SheetBuilder:
    """The checks and, in the add-in edition, the native recomputation beside each registered function."""
    lines = check_lines(table)
    sheet, row = checks.checks_sheet(lines[:-1] if edition is Edition.FINISHED else lines, progress(table), details)
    return checks.finish(sheet, _put_recomputation(sheet, row + 1, scored) if edition is Edition.ADDIN else row)


def _put_recomputation(sheet: SheetBuilder, row: int, scored: Sequence[Scored]) -> int:
    """The same scores by native formulas: what a failed or tampered function can't fool."""
    sheet.label(row, 0, "函数得分与原生公式复算对照（不依赖加载项）", "group", columns=len(checks.WIDTHS))
    sheet.heads(row + 1, ("序号", "指标", "结果", "函数得分 / 原生复算", "跳转"))
    for at, one in enumerate(scored, 1):
        here, computed = row + 1 + at, Cell(keys.computed_key(one.indicator.code))
        sheet.label(here, checks.NUMBER, at, "centre")
        sheet.label(here, checks.NAME, one.indicator.label, "cell")
        sheet.computed(here, checks.RESULT, "", when(computed.equals(one.recomputed), PASSED, MUST_FIX), "centre")
        sheet.computed(here, checks.DETAIL, "", joined(computed, " / ", one.recomputed), "small")
        sheet.jump(here, checks.TARGET, computed.key)
    return row + 2 + len(scored)


# ---- 得分分析


def groups(table: Rubric, level: int) -> Iterator[tuple[str, tuple[Indicator, ...]]]:
    """The indicators by group of a level, in the order of the form."""
    found: dict[tuple[str, ...], list[Indicator]] = {}
    for indicator in table.indicators:
        found.setdefault(indicator.path[: level + 1], []).append(indicator)
    for path, indicators in found.items():
        yield path[-1], tuple(indicators)


def put_groups(sheet: SheetBuilder, row: int, table: Rubric, level: int) -> int:
    """The table of the groups of a level; returns the row after it."""
    lines = (
        Group(name, sum((one.weight for one in inside), Decimal(0)), trees.group_points(inside)) for name, inside in groups(table, level)
    )
    return group_table(sheet, row, lines)


def analysis_sheet(table: Rubric) -> SheetBuilder:
    """Both levels, and budget against 决算, with their charts: on one page, upright where there are three."""
    sheet = titled(ANALYSIS, "Sheet_Analysis", ANALYSIS, WIDTHS, "随评分底稿自动更新；有未填项的组显示“未完成”。")
    row, anchor = 2, 2
    for level, title in enumerate(("一级指标得分", "二级指标得分")):
        after = put_groups(sheet, row, table, level)
        sheet.charts.append(group_chart(title, (anchor, 6), row + 1, after - 1))
        row, anchor = after + 1, anchor + 17
    pairs = tuple(budget_pairs(table))
    if pairs:
        after = compared_table(sheet, row, pairs)
        sheet.charts.append(compared_chart((anchor, 6), row + 1, after - 1))
        row, anchor = after + 1, anchor + 17
    sheet.page = Page(landscape=not pairs, area=(0, 0, max(row, anchor + 3), 14))
    return sheet
