"""填报说明, 校验 and 得分分析 of a 自评表 workbook."""

from collections.abc import Iterator

from xl_jixiao.expr import (
    ByHand,
    ByRow,
    Cell,
    Counted,
    Expr,
    Guarded,
    Held,
    Value,
    all_of,
    any_of,
    call,
    first_of,
    is_blank,
    is_number,
    joined,
    negated,
    shown,
    total,
    tree,
    utf16,
    when,
)
from xl_jixiao.number import percent, plain
from xl_jixiao.selfeval import cells, funds
from xl_jixiao.selfeval.answers import amount_key
from xl_jixiao.selfeval.claims import claim_lines
from xl_jixiao.selfeval.form_sheet import EMPTY, GOALS_HEIGHT, ROW_HEIGHT, SPARE, WRITTEN, goal_texts, row_texts
from xl_jixiao.selfeval.layout import SelfLayout, columns_of
from xl_jixiao.selfeval.model import ACTUAL, EXECUTION_NOTE, EXECUTION_RATE, EXPECTED, INITIAL, SelfEvaluation
from xl_jixiao.selfeval.scoring import EXECUTION_POINTS, NOTE_WORDS, SelfCard, copies
from xl_jixiao.selfeval.target import QUALITATIVE
from xl_jixiao.sheet import checks as checks_part
from xl_jixiao.sheet.analysis import WIDTHS, group_chart, group_table
from xl_jixiao.sheet.build import SheetBuilder, titled
from xl_jixiao.sheet.checks import Line, at_home, counted, passes
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.guide import Guide
from xl_jixiao.sheet.looks import INPUT_WORDS
from xl_jixiao.sheet.measure import height_for
from xl_jixiao.sheet.plan import Page, Varies, linked, place_of
from xl_jixiao.sheet.progress import Gap, Progress, Stage, Wrong, first_word
from xl_jixiao.sheet.published import check_line
from xl_jixiao.tables.slips import goal_empty
from xl_jixiao.words import (
    ANALYSIS,
    BLANK,
    CHECKS,
    EXPLAIN,
    FILLED,
    GRADE,
    INVALID,
    MUST_FIX,
    NOT_FILLED,
    PASSED,
    TOTAL,
    UNFINISHED,
    WORKING,
)

_STATES = cells.column(cells.STATE)
LEGEND = (
    (BLANK, "这一行还没有填全，总分显示“未完成”，不会按0分计算；整行不填的不计"),
    (MUST_FIX, "单位不一致、二级指标不属于一级指标、完成值不是数量等，须改正"),
    (EXPLAIN, "低于指标值或远超指标值，而偏差原因空白或只写“无”；完成值照抄了指标值，或没有半个的有小数"),
    (PASSED, "已得出得分"),
)


def _steps(table: SelfEvaluation, rows: int) -> tuple[tuple[str, str], ...]:
    form, scored = table.form.sheet, table.scored
    gained = "得分自动得出。" if scored else "完成率自动得出，见评分底稿。"
    sums = f"各类分值合计必须等于标准分值，总分{plain(table.total)}。" if scored else ""
    return (
        (
            form,
            f"填写有颜色的单元格（{INPUT_WORDS}）：表头、资金（万元）、总体目标，再逐行写指标：一级、二级用下拉列表选，三级指标一行写一件事，"
            f"指标值带单位（≥95%、20项、不超过5万元、按期完成），完成值写同一单位的实际数。{gained}",
        ),
        (
            form,
            f"加行：表右侧“筛选行”列点筛选按钮，勾选“{EMPTY}”“{SPARE}”，共可填{rows}行；工作表已锁定也能筛选。"
            f"打印前只勾选“{WRITTEN}”，没有填的行不会打印。行高不够时拖动行号下边线。",
        ),
        (
            form,
            "看右侧“状态”和“提示”：未达到指标值或远超指标值的，写偏差原因和改进措施；定性指标在“完成程度”填百分数。"
            "方向判断不对的，在“计分方向”选择。",
        ),
        (WORKING, "不用填写。可查看文字被读成了什么方向、数值和单位，得分怎样得出。"),
        (CHECKS, f"“必改”的改正，“须说明”的写明原因；点“跳转”到要改的地方。{sums}"),
    )


def guide_sheet(table: SelfEvaluation, rows: int, edition: Edition) -> SheetBuilder:
    """填报说明 with its live counts and the choices the form leaves open."""
    guide = Guide(table.title, "表式", table.id, table.revision, table.basis)
    guide.progress(progress(table, edition))
    if table.scored:
        guide.grade("总分与等次", Cell(TOTAL), funds.ungraded(table))
    if edition is Edition.ADDIN:
        guide.buttons()
    guide.steps(_steps(table, rows), LEGEND)
    guide.choices("表式未明确之处，本表采用的口径", table.choices())
    grades = (f"等次依据：{table.grades_basis}。",) if table.grades_basis else ()
    return guide.done((f"计分依据：{table.rows_basis}。", *grades, *table.notes))


def _heads(table: SelfEvaluation) -> tuple[str, ...]:
    """The texts that must be filled above the rows; the first lines of 校验 say of each whether it is."""
    return (*(one.name for one in table.fields if one.required), EXPECTED, ACTUAL)


def progress(table: SelfEvaluation, edition: Edition) -> Progress:
    """What a person fills: the head and the goals, the funds, the rows that were begun."""
    sheet, heads = table.form.sheet, _heads(table)
    filled = [checks_part.detail(number).equals(FILLED) for number, _ in enumerate(heads, 1)]
    texts = total([when(one, 1, 0) for one in filled])
    gaps = tuple(Gap(negated(one), linked(joined(place_of(name), f"　{name}"), name)) for one, name in zip(filled, heads, strict=True))
    parts = [Stage(sheet, texts, len(heads), "项", texts > 0, gaps, area="表头和目标"), _funds_part(table)]
    return Progress(parts if edition is Edition.FINISHED else [*parts, _rows_part(sheet)])


def _funds_part(table: SelfEvaluation) -> Stage:
    """The three amounts of each source that was begun; a project has no use for the others. Where none was begun the first is wanted."""
    given = total([call("COUNT", cells.column(amount)) for amount in table.amounts])
    keys = [[amount_key(source.name, amount) for amount in table.amounts] for source in table.sources]
    begun = [any_of([Cell(key).differs("") for key in row]) for row in keys]
    count = total([when(one, 1, 0) for one in begun])
    wanting = [any_of([begun[0], negated(any_of(begun))]), *begun[1:]]
    gaps = tuple(
        Gap(all_of([wanted, negated(is_number(Cell(key)))]), linked(joined(place_of(key), "　资金"), key))
        for row, wanted in zip(keys, wanting, strict=True)
        for key in row
    )
    return Stage(table.form.sheet, given, call("MAX", count, 1) * len(table.amounts), "项", count > 0, gaps, area="资金")


def _rows_part(sheet: str) -> Stage:
    begun = ByRow(_STATES.differs(""))
    name, reason = cells.at(cells.NAME, 1), cells.at(cells.REASON, 1)
    faults = (
        Wrong(Counted(_STATES, MUST_FIX), MUST_FIX, "行须改正", first_word(_STATES, MUST_FIX, name)),
        Wrong(Counted(_STATES, EXPLAIN), EXPLAIN, "行须说明，见该行“提示”", first_word(_STATES, EXPLAIN, reason)),
    )
    gaps = (Gap(begun.equals(0), linked(joined(place_of(name), "　指标"), name)), first_word(_STATES, BLANK, name))
    return Stage(sheet, begun - Counted(_STATES, BLANK), call("MAX", begun, 1), "行", begun > 0, gaps, faults, area="指标")


# ---- 校验

_LACKING = "资金填了的一行，没有的数填0"


def check_lines(card: SelfCard, edition: Edition) -> Iterator[Line]:
    """The checks of a workbook, in the order of the work."""
    table, start, first_weight = card.table, cells.at(cells.NAME, 1), cells.at(cells.WEIGHT, 1)
    for number, name in enumerate(_heads(table), 1):
        filled = when(is_blank(Cell(name)), NOT_FILLED, FILLED)
        yield passes(checks_part.detail(number).equals(FILLED), BLANK, f"{name}已填", filled, name)
    yield _goals_line()
    rate = Cell(EXECUTION_RATE)
    known = joined(EXECUTION_RATE, shown(rate, 2, percent=True))
    said = first_of([(is_number(rate), known), (rate.equals(INVALID), "资金应为不小于0的数字，没有的填0")], f"{UNFINISHED}：{_LACKING}")
    source = amount_key(table.sources[0].name, table.amounts[0])
    lacking = when(rate.equals(INVALID), MUST_FIX, BLANK)
    none_given = total([call("COUNT", cells.column(amount)) for amount in table.amounts]).equals(0)
    is_known: Expr = is_number(Cell(EXECUTION_POINTS) if table.scored else rate)
    if table.scored and not table.execution.weight:  # what scores nothing may be left out, but not in part
        is_known = any_of([is_number(rate), none_given])
    yield Line(f"{EXECUTION_RATE}已得出", when(is_known, PASSED, lacking), said, source)
    low = table.execution.explain_below
    explained = when(is_number(rate), any_of([rate >= low, NOTE_WORDS.differs("")]), True)
    yield passes(explained, EXPLAIN, f"{EXECUTION_RATE}低的已说明", f"低于{percent(low, 0)}的须在表右侧说明", EXECUTION_NOTE)
    yield from _funds_lines(table, source)
    for name, written, expected in funds.weights(table) if table.scored else ():
        detail = joined("已填", written, f"分，应为{plain(expected)}分")
        result = funds.weight_result(written, tree(expected), editable=edition is not Edition.FINISHED)
        yield Line(f"{name}分值为{plain(expected)}", result, detail, first_weight)
    if edition is not Edition.FINISHED:
        rows, reason = _rows_part(table.form.sheet).touched, cells.at(cells.REASON, 1)
        yield counted("指标行已填全", _STATES, BLANK, "行没有填全", BLANK, start, started=rows)
        yield counted("指标行能计分", _STATES, MUST_FIX, "行须改正", MUST_FIX, start, started=rows)
        yield counted("偏差原因已说明，完成值写实际数", _STATES, EXPLAIN, "行须说明或改写，见该行“提示”", EXPLAIN, reason, started=rows)
        over = overflowing(card)
        detail = joined(over, "处文字可能超出行高，打印前请拉高该行，或导出成品（行高按内容调整）")
        yield passes(over.equals(0), EXPLAIN, "文字打印放得下", detail, start, varies=Varies.ANYWHERE)
    yield at_home(start)
    if edition is Edition.FINISHED:
        count = copying()
        yield passes(count.equals(0), EXPLAIN, "完成值不照抄指标值", joined(count, "行的完成值与指标值一字不差，应写实际完成情况"), start)
    else:
        yield check_line(claim_lines(SelfLayout(table, 1)))
    if not table.scored:
        return
    if edition is Edition.ADDIN:
        other = ByRow(cells.column(cells.POINTS).differs(cells.column(cells.SCORE)))
        score = cells.at(cells.SCORE, 1)
        yield passes(other.equals(0), MUST_FIX, "函数得分与原生公式复算一致", joined(other, "行不一致"), score)
    done = is_number(Cell(TOTAL))
    yield passes(done, BLANK, "总分已得出", when(done, joined("总分", Cell(TOTAL), "，等次：", Cell(GRADE)), UNFINISHED), TOTAL)


def _goals_line() -> Line:
    """That goals, and what became of them, say something."""
    wanted, reached = Cell(EXPECTED), Cell(ACTUAL)
    copied = all_of([negated(is_blank(wanted)), call("EXACT", wanted, reached)])
    empty = any_of([goal_empty(wanted), goal_empty(reached), copied])
    detail = "只写“已完成”“无”或照抄预期目标，等于没有写：写做了什么、做到多少"
    return passes(negated(empty), EXPLAIN, "总体目标写明了内容", detail, ACTUAL)


def _funds_lines(table: SelfEvaluation, source: str) -> Iterator[Line]:
    """That amounts are in 万元, no more is spent than there is, and a changed budget is explained; a word beside the form answers all."""
    silent, rate = NOTE_WORDS.equals(""), Cell(EXECUTION_RATE)
    asked = funds.question(table)
    unanswered = funds.open_question(table)
    yield passes(unanswered.equals(""), EXPLAIN, "资金的单位、大小已核对", unanswered, source)
    within = when(is_number(rate), any_of([rate <= 1, negated(silent), asked.differs("")]), True)
    over = f"超过100%的核对预算数口径，在“{EXECUTION_NOTE}”写明"
    yield passes(within, EXPLAIN, f"{EXECUTION_RATE}不超过100%", over, EXECUTION_NOTE)
    if INITIAL not in table.amounts:
        return
    changed = funds.adjusted()
    kept = when(is_number(changed), any_of([changed <= funds.MOST_ADJUSTED, negated(silent), asked.differs("")]), True)
    share = percent(funds.MOST_ADJUSTED, 0)
    yield passes(
        kept, EXPLAIN, f"预算调整不超过{share}", f"全年预算数比年初预算数增减超过{share}的，在“{EXECUTION_NOTE}”写明", EXECUTION_NOTE
    )


def copying() -> Expr:
    """How many rows repeat a target in words as the actual value."""
    side, target, done = (cells.column(name) for name in (cells.SIDE, cells.step(cells.TARGET, "去句号"), cells.step(cells.DONE, "去句号")))
    keys = (side.key, target.key, done.key, cells.MET.key, cells.GOOD.key)
    same = f'({{{side.key}}}="{QUALITATIVE}")*EXACT({{{target.key}}},{{{done.key}}})*({{{done.key}}}<>"")'
    others = [f"(COUNTIF({{{words}}},{{{done.key}}})=0)" for words in (cells.MET.key, cells.GOOD.key)]
    return ByHand(f"SUMPRODUCT({same}*{'*'.join(others)})", keys, _count_copies)


def _count_copies(sides: Held, targets: Held, done: Held, _met: Held, _good: Held) -> Value:
    assert isinstance(sides, tuple) and isinstance(targets, tuple) and isinstance(done, tuple)
    return sum(copies(*row) for row in zip(sides, targets, done, strict=True))


def overflowing(card: SelfCard) -> Expr:
    """How many texts may be higher than their row: longer than any their column was written with, and than an ordinary row shows."""
    form = card.table.form
    rows = [row_texts(row, form) for row in card.answers.rows]
    counts: list[Expr] = []
    columns = columns_of(form)
    shown = (cells.NAME, cells.FIGURE if card.table.parted else cells.TARGET, cells.DONE, cells.REASON)
    for at, (column, name) in enumerate(zip(columns.texts, shown, strict=True)):
        room = max([_room(columns.widths[column], ROW_HEIGHT), *(utf16(row[at].text) for row in rows)])
        counts.append(ByRow(call("LEN", cells.column(name)) > room))
    for text, name in zip(goal_texts(form, card.answers), (EXPECTED, ACTUAL), strict=True):
        line, goal = int(text.width / 2), Cell(name)
        room = max(_room(text.width, GOALS_HEIGHT), utf16(text.text) + text.text.count("\n") * line)
        breaks = call("LEN", goal) - call("LEN", call("SUBSTITUTE", goal, call("CHAR", 10), ""))
        counts.append(call("N", call("LEN", goal) + breaks * line > room))
    return total([Guarded(one, tree(0)) for one in counts])  # a column with an error value counts none: its row says it


def _room(width: float, height: float) -> int:
    """How many characters a cell of this height shows."""
    return next(count for count in range(1, 10_000) if height_for([("国" * (count + 1), width)], 9.5) > height)


def checks_sheet(card: SelfCard, edition: Edition) -> SheetBuilder:
    """校验: the live checks with jump links."""
    sheet, row = checks_part.checks_sheet(check_lines(card, edition), progress(card.table, edition))
    return checks_part.finish(sheet, row)


# ---- 得分分析

GROUPS_TITLE = "各类分值与得分"


def analysis_sheet(table: SelfEvaluation, *, finished: bool) -> SheetBuilder:
    """得分分析: points by class with a chart."""
    note = "随自评表自动更新；有未填全的行的类显示“未完成”。"
    sheet = titled(ANALYSIS, "Sheet_Analysis", ANALYSIS, WIDTHS, note)
    after = group_table(sheet, 2, funds.class_groups(table, finished=finished), "form_weight")
    sheet.charts.append(group_chart(GROUPS_TITLE, (2, 6), 3, after - 1))
    sheet.page = Page(landscape=True, area=(0, 0, max(after, 20), 14))
    return sheet
