"""评分底稿: criterion, judged items and evidence side by side, the worked line beneath them; points, and last what is rarely filled."""

from collections.abc import Mapping, Sequence

from xl_jixiao.expr import Cell, Value, all_of, call, tree, when
from xl_jixiao.formula import Formula, printed_name
from xl_jixiao.rules import Item
from xl_jixiao.rules.rows import DONE
from xl_jixiao.rules.typed import LARGEST, Kind, Typed
from xl_jixiao.scoretable import keys, trees
from xl_jixiao.scoretable.extras import Extra
from xl_jixiao.scoretable.model import Indicator, Rubric
from xl_jixiao.scoretable.trees import Scored
from xl_jixiao.sheet import data
from xl_jixiao.sheet.build import SheetBuilder, titled
from xl_jixiao.sheet.looks import INPUT_STYLES
from xl_jixiao.sheet.measure import HIGHEST, height_for, page_room, print_scale
from xl_jixiao.sheet.page_flow import Unbroken, breaks
from xl_jixiao.sheet.plan import Accepts, Page
from xl_jixiao.words import COMPUTED_TOTAL, EXPLAIN, FILLED, GRADE, INVALID, LOCKED, WORKING

NUMBER, NAME, WEIGHT, CRITERION, ITEM, VALUE, STATE, EVIDENCE, COMPUTED, FINAL, RESULT, ADJUSTED, REASON = range(13)
WIDTHS = (4, 13, 5, 32, 27, 13, 8, 17, 8, 8, 8, 7, 19)
"""All of it is seen at once on a screen 1366 pixels wide."""

HEADS = (
    *("序号", "指标", "分值", "评分标准（按参数）与口径", "认定项目 / 公式", "认定情况\n/ 指标值", "状态", "佐证材料\n（选填）"),
    *("计算得分", "最终得分", "结果", "调整\n（选填）", "调整理由 / 情况说明\n（调整、不适用时填）"),
)
NOTE = (
    "对照评分标准，在“认定情况”列选择或填写；算式在各指标下面一行。“调整”一般留空，与计算得分不同时才填，并写明理由；"
    "不适用的在最右列写明原因。"
)
FIRST_STEP = len(HEADS) + 1
"""The first hidden column: how rows are read stands beside them."""

FIRST_ROW = 4
_TITLE, _NOTE, _GAP, _HEADS, _TOTAL = 30, 20, 15, 44, 30
"""Heights of what stands above and below the indicators."""

LONGEST_REASON = LONGEST_EVIDENCE = 200
"""How many characters 调整理由 and 佐证材料 may have when typed: what their cells can print."""

_EXPLANATION_WIDTH = sum(WIDTHS[CRITERION : EVIDENCE + 1])


def judged_rows(indicator: Indicator) -> int:
    """A row for the rate where it has a rate or a condition, then one for each judged item; at least one."""
    return indicator.has_rate + len(indicator.item_keys) or 1


def rows_of(indicator: Indicator) -> int:
    """Its judged rows, and the worked line beneath them."""
    return judged_rows(indicator) + 1


def working_sheet(
    table: Rubric, scored: Sequence[Scored], given: Mapping[str, Value], explanations: Mapping[str, str], *, editable: bool
) -> SheetBuilder:
    """The sheet: one block of rows for each indicator, totals below. `explanations` are the 计分说明 as they read now, for the heights."""
    note = NOTE if editable else LOCKED
    sheet = titled(WORKING, "Sheet_Working", f"{WORKING}（{table.year}年度）", WIDTHS, note, heads=HEADS, head_row=FIRST_ROW - 1)
    sheet.height(1, _NOTE)
    sheet.height(2, _GAP)
    sheet.height(FIRST_ROW - 1, _HEADS)
    row = FIRST_ROW
    for number, one in enumerate(scored, 1):
        _put_block(sheet, row, number, one, given, explanations.get(one.indicator.code, ""))
        row += rows_of(one.indicator)
    last = row - 1
    columns = {
        keys.WEIGHTS: WEIGHT,
        keys.WORK_STATES: STATE,
        keys.WORK_NAMES: NAME,
        keys.WORK_ITEMS: ITEM,
        keys.COMPUTED: COMPUTED,
        keys.FINALS: FINAL,
        keys.WORK_RESULTS: RESULT,
    }
    for area, column in columns.items():
        sheet.area(area.key, FIRST_ROW, column, last)
    for number, extra in enumerate(table.extras, len(scored) + 1):
        _put_extra(sheet, row, number, extra)
        row += 1
    _put_totals(sheet, row, table)
    most = max((len(line.computed) for one in scored for line in one.rows), default=0)
    if most:
        sheet.hidden_columns.append((FIRST_STEP, FIRST_STEP + most - 1))
    if editable:
        reason = data.free_text("调整理由 / 情况说明", "调整了得分的，或不适用的，写明事实、金额、文件。", LONGEST_REASON)
        evidence = data.free_text("佐证材料", "选填：写材料名称、文号，方便查找。", LONGEST_EVIDENCE)
        sheet.typed_areas += [((FIRST_ROW, column, last, column), one) for column, one in ((REASON, reason), (EVIDENCE, evidence))]
    sheet.mark_states(FIRST_ROW, STATE, row)
    sheet.mark_states(FIRST_ROW, RESULT, last)
    sheet.mark_states(FIRST_ROW, FINAL, row)
    sheet.frozen = (FIRST_ROW, WEIGHT)
    sheet.page = _page(sheet, [*(rows_of(one.indicator) for one in scored), *(1 for _ in table.extras)])
    return sheet


def _page(sheet: SheetBuilder, counts: Sequence[int]) -> Page:
    """One page wide; the rows of an indicator stay together."""
    blocks, row = [], FIRST_ROW
    for count in (*counts, 1):
        blocks.append(Unbroken(tuple((at, sheet.heights[at]) for at in range(row, row + count))))
        row += count
    used = _TITLE + _NOTE + _GAP + _HEADS
    parts = breaks(blocks, page_room(WIDTHS, landscape=True), used=used, heads=_HEADS)
    scale = print_scale(WIDTHS, landscape=True)
    area = (0, 0, row - 1, len(WIDTHS) - 1)
    return Page(landscape=True, heads=(FIRST_ROW - 1, FIRST_ROW - 1), area=area, breaks=tuple(parts), scale=scale)


def _put_block(sheet: SheetBuilder, top: int, number: int, scored: Scored, given: Mapping[str, Value], explanation: str) -> None:
    indicator, code = scored.indicator, scored.indicator.code
    judged, rows = judged_rows(indicator), rows_of(indicator)
    adjusted, reason, evidence = keys.adjusted_name(code), keys.reason_name(code), keys.evidence_name(code)
    criterion = criterion_text(indicator)
    sheet.label(top, NUMBER, number, "centre", rows)
    sheet.label(top, NAME, f"{indicator.path[-1]}：{indicator.name}", "cell", rows)
    sheet.label(top, WEIGHT, indicator.weight, "points", rows, key=keys.weight_key(code))
    sheet.label(top, CRITERION, criterion, "small", judged)
    if indicator.has_rate:
        sheet.label(top, ITEM, rate_sentence(indicator), "small")
        style = "rate" if indicator.is_percentage else "points"
        sheet.computed(top, VALUE, keys.rate_key(indicator), scored.rate, style, udf=scored.rate_udf)
        sheet.computed(top, STATE, data.state(code).key, scored.state, "centre")
    _put_items(sheet, top + indicator.has_rate, scored, given)
    _put_rows(sheet, top + indicator.has_rate, scored)
    sheet.entry(top, EVIDENCE, evidence, given.get(evidence), "input", judged, required=False)
    worked = top + judged
    columns = EVIDENCE - CRITERION + 1
    sheet.computed(worked, CRITERION, keys.explanation_key(code), scored.explanation, "worked", columns=columns, udf=scored.explanation_udf)
    sheet.computed(top, COMPUTED, keys.computed_key(code), scored.computed, "points", rows, udf=scored.computed_udf)
    sheet.computed(top, FINAL, keys.score_name(code), scored.final, "points", rows)
    sheet.computed(top, RESULT, keys.result_key(code), scored.result, "centre", rows)
    accepts = _adjustment(Cell(keys.weight_key(code)))
    sheet.entry(top, ADJUSTED, adjusted, given.get(adjusted), "input_number", rows, accepts=accepts, required=False)
    sheet.entry(top, REASON, reason, given.get(reason), "input", rows, required=False)
    beneath = height_for([(explanation, _EXPLANATION_WIDTH)], 9.5, 18)
    beside = height_for([(criterion, WIDTHS[CRITERION]), (str(given.get(evidence) or ""), WIDTHS[EVIDENCE])], 9.5)
    around = [(str(given.get(reason) or ""), WIDTHS[REASON]), (f"{indicator.path[-1]}：{indicator.name}", WIDTHS[NAME])]
    _set_heights(sheet, top, _own_heights(indicator, given), max(beside, height_for(around, 10) - beneath))
    sheet.height(worked, beneath)


def _put_extra(sheet: SheetBuilder, row: int, number: int, extra: Extra) -> None:
    """加分, 扣分 or 一票否决: a row that follows from the unit's figures alone."""
    criterion = "\n".join([extra.printed, *(f"口径：{choice}" for choice in extra.choices)])
    sheet.label(row, NUMBER, number, "centre")
    sheet.label(row, NAME, extra.name, "cell")
    sheet.label(row, WEIGHT, extra.limit, "small")
    sheet.label(row, CRITERION, criterion, "small")
    sheet.computed(row, ITEM, extra.said_key, extra.worked, "worked", columns=EVIDENCE - ITEM + 1)
    sheet.computed(row, COMPUTED, extra.key, extra.result, "points")
    sheet.computed(row, FINAL, "", Cell(extra.key), "points")
    for column in (RESULT, ADJUSTED, REASON):
        sheet.label(row, column, None, "cell")
    beside = [(criterion, WIDTHS[CRITERION]), (extra.made * 2, sum(WIDTHS[ITEM : EVIDENCE + 1])), (extra.limit, WIDTHS[WEIGHT])]
    sheet.height(row, height_for([*beside, (extra.name, WIDTHS[NAME])], 9.5, _TOTAL))


def rate_sentence(indicator: Indicator) -> str:
    """What stands in the rate's row: its condition, its formula, its measure."""
    parts = [f"仅在“{indicator.applies}”大于0时适用"] if indicator.applies else []
    if indicator.rate_formula:
        formula = indicator.rate_formula.as_percentage() if indicator.is_percentage else Formula(indicator.rate_formula.core)
        parts.append(f"{indicator.name}={formula.sentence()}")
    if indicator.measure and indicator.measured:
        parts.append(f"计分依据：{indicator.measured.sentence()}")
    if indicator.rule_figures:
        parts.append(f"比较的数：{'、'.join(map(printed_name, indicator.figure_keys))}")
    return "；".join(parts)


def criterion_text(indicator: Indicator) -> str:
    """The rule in a sentence, made from its parameters, and what was chosen where the printed table leaves it open."""
    return "\n".join([indicator.scorer.criterion(), *(f"口径：{choice}" for choice in indicator.choices)])


def _put_items(sheet: SheetBuilder, top: int, scored: Scored, given: Mapping[str, Value]) -> None:
    indicator = scored.indicator
    cells = list(map(Cell, indicator.item_keys))
    unscored = {row.entries[DONE]: row.unscored for row in scored.rows}
    for row, (item, key) in enumerate(zip(indicator.scorer.items, indicator.item_keys, strict=True), top):
        sheet.label(row, ITEM, item.label, "small")
        sheet.entry(row, VALUE, key, given.get(key), INPUT_STYLES[item.kind], accepts=_accepts(item), required=item.required)
        state = item.state_beside(Cell(key), cells)
        if key in unscored:
            state = when(unscored[key], INVALID, state)
        doubted = scored.doubted(key)
        if doubted is not None:
            state = when(all_of([state.equals(FILLED), doubted]), EXPLAIN, state)
        sheet.computed(row, STATE, data.state(key).key, state, "centre")
    if indicator.item_keys:
        sheet.area(keys.item_states_key(indicator.code), top, STATE, top + len(indicator.item_keys) - 1)


def _put_rows(sheet: SheetBuilder, top: int, scored: Scored) -> None:
    """How the texts of rows are read, step by step, in hidden columns beside them."""
    for row in scored.rows:
        first = top + (row.number - 1) * len(row.entries)
        for column, (key, of) in enumerate(row.computed, FIRST_STEP):
            sheet.computed(first, column, key, of, "hidden")


def _accepts(item: Item) -> Accepts:
    message, title = item.label, "认定情况"
    if item.kind == "choice":
        return Accepts(item.typed, title, message, f"请选择：{'、'.join(item.options)}")
    if item.kind == "text":
        return Accepts(item.typed, title, message, f"不超过{item.typed.limit}字。")
    if item.limit is None:
        return Accepts(item.typed, title, message, "应为不小于0的数字。", most=tree(LARGEST))
    whole = "整数" if item.kind == "count" else "数字"
    return Accepts(item.typed, title, message, f"应为0到{item.show(item.limit)}之间的{whole}。")


def _adjustment(weight: Cell) -> Accepts:
    message = "一般留空。与计算得分不同时填写，不超过分值，并在右侧写明理由。"
    return Accepts(Typed(Kind.POINTS, required=False), "调整得分", message, "应为0到本指标分值之间的数字。", most=weight)


def _own_heights(indicator: Indicator, given: Mapping[str, Value]) -> list[float]:
    """What each row of a block needs for itself."""
    heights = [height_for([(rate_sentence(indicator), WIDTHS[ITEM])], 9)] if indicator.has_rate else []
    for item, key in zip(indicator.scorer.items, indicator.item_keys, strict=True):
        answer = given.get(key)
        shown = answer if isinstance(answer, str) else ""
        heights.append(height_for([(item.label, WIDTHS[ITEM]), (shown, WIDTHS[VALUE])], 9.5))
    return heights or [0]


def _set_heights(sheet: SheetBuilder, top: int, heights: Sequence[float], least: float) -> None:
    """What the merged cells need beyond the rows' own heights is spread over them."""
    short = max(0.0, least - sum(heights)) / len(heights)
    for row, height in enumerate(heights, top):
        sheet.height(row, min(HIGHEST, height + short))


def _put_totals(sheet: SheetBuilder, row: int, table: Rubric) -> None:
    final = Cell(keys.WORK_TOTAL)
    grades = "；".join(f"{one.least}及以上{one.name}" for one in table.grades)
    for column in (NUMBER, ADJUSTED, REASON):
        sheet.label(row, column, None, "cell")
    sheet.label(row, NAME, "合计", "strong")
    sheet.label(row, CRITERION, f"等次：{grades}", "small")
    sheet.label(row, ITEM, "“计算得分”合计为只按规则、不作调整的复算总分。", "small", columns=EVIDENCE - ITEM + 1)
    sheet.computed(row, WEIGHT, "", call("SUM", keys.WEIGHTS), "points")
    sheet.computed(row, COMPUTED, COMPUTED_TOTAL, trees.total(keys.COMPUTED, keys.WEIGHTS, table), "strong")
    sheet.computed(row, FINAL, final.key, trees.total(keys.FINALS, keys.WEIGHTS, table), "strong")
    sheet.computed(row, RESULT, GRADE, trees.grade(final, table), "strong", udf=trees.grade_udf(final, table))
    sheet.height(row, _TOTAL)
