"""填报说明, 校验, 得分分析 and 自评结论 of a 自评表 workbook."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from xl_jixiao.number import half_up, percent, plain
from xl_jixiao.old_text import quoted
from xl_jixiao.selfeval.form_sheet import EMPTY, GOALS_HEIGHT, ROW_HEIGHT, SPARE, WRITTEN, goal_texts, panel, texts
from xl_jixiao.selfeval.layout import EXECUTION_POINTS, FormColumns, SelfLayout, WorkColumns
from xl_jixiao.selfeval.model import ACTUAL, EXECUTION_NOTE, EXECUTION_RATE, EXPECTED
from xl_jixiao.selfeval.passages import FormBook, Passage, rows_needed, set_heights, set_row
from xl_jixiao.selfeval.scoring import SelfCard
from xl_jixiao.selfeval.working_sheet import copying, differing
from xl_jixiao.template import analysis_sheet, checks_sheet, guide_sheet
from xl_jixiao.template import old_addin as addin_parts
from xl_jixiao.template.book import Book, height_for
from xl_jixiao.template.checks_sheet import Check, counted_check
from xl_jixiao.template.data_sheet import mark_states
from xl_jixiao.words import ANALYSIS, BLANK, CHECKS, CONCLUSION, EXPLAIN, GRADE, MUST_FIX, PASSED, TOTAL, UNFINISHED, WORKING

C = FormColumns


def _steps(layout: SelfLayout) -> tuple[tuple[str, str], ...]:
    return (
        (layout.form_sheet, "填写浅黄色单元格：表头、资金（万元）、总体目标，再逐行写指标：一级、二级用下拉列表选，三级指标一行写一件事，"
                            "指标值带单位（≥95%、20项、不超过5万元、按期完成），完成值写同一单位的实际数。得分自动得出。"),
        (layout.form_sheet, f"加行：表右侧“筛选行”列点筛选按钮，勾选“{EMPTY}”“{SPARE}”，共可填{layout.rows}行；工作表已锁定也能筛选。"
                            f"打印前只勾选“{WRITTEN}”，没有填的行不会打印。行高不够时拖动行号下边线。"),
        (layout.form_sheet, "看右侧“状态”和“提示”：未达到指标值或远超指标值的，写偏差原因和改进措施；定性指标在“完成程度”填百分数。"
                            "方向判断不对的，在“计分方向”选择。"),
        (WORKING, "不用填写。可查看文字被读成了什么方向、数值和单位，得分怎样得出。"),
        (CHECKS, "“必改”的改正，“须说明”的写明原因；点“跳转”到要改的地方。各类分值合计必须等于标准分值，总分100。"),
    )  # fmt: skip


LEGEND = (
    (BLANK, "这一行还没有填全，总分显示“未完成”，不会按0分计算；整行不填的不计"),
    (MUST_FIX, "单位不一致、二级指标不属于一级指标、完成值不是数量等，须改正"),
    (EXPLAIN, "低于指标值或远超指标值，而偏差原因空白或只写“无”"),
    (PASSED, "已得出得分"),
)


def write_guide(book: Book, layout: SelfLayout, card: SelfCard, *, addin: bool) -> None:
    """填报说明 with its live counts and the choices the form leaves open."""
    table = layout.rubric
    sheet = guide_sheet.start(book, layout, "表式")
    states = [one.state for one in card.rows]
    area, counts = layout.form_area(C.STATE), ((BLANK, "行没有填全"), (MUST_FIX, "行须改正"), (EXPLAIN, "行须说明偏差原因"))
    row = guide_sheet.write_lights(book, sheet, [(layout.form_sheet, area, word, states.count(word), unit) for word, unit in counts])
    book.merge(sheet, (row, row), (0, 1), "总分与等次", "cell")
    book.formula(sheet, row, 2, f"={TOTAL}", _shown(card.total), "strong")
    book.formula(sheet, row, 3, f"={GRADE}", card.grade or "", "cell")
    row += 1
    if addin:
        row = addin_parts.button_rows(book, sheet, row, (0, 3))
    row = guide_sheet.write_steps(book, sheet, row, _steps(layout), LEGEND)
    book.merge(sheet, (row + 1, row + 1), (0, 3), "表式未明确之处，本表采用的口径", "group")
    row += 2
    for name, text in table.choices():
        book.merge(sheet, (row, row), (0, 1), name, "cell")
        book.merge(sheet, (row, row), (2, 3), text, "small")
        sheet.set_row(row, height_for([(text, guide_sheet.WIDTHS[2] + guide_sheet.WIDTHS[3])], 9.5, 20))
        row += 1
    guide_sheet.finish(book, sheet, row, (f"计分依据：{table.rows_basis}。", f"等次依据：{table.grades_basis}。", *table.notes))


def _shown(total: Decimal | None) -> object:
    return UNFINISHED if total is None else total


def checks(layout: SelfLayout, card: SelfCard, *, addin: bool, editable: bool) -> Iterator[Check]:
    """The checks of a workbook, in the order of the work."""
    table, form = layout.rubric, layout.form_sheet
    for one in table.fields:
        if one.required:
            ref, given = layout.fields[one.name], bool(card.answers.fields.get(one.name))
            detail = f'=IF({one.name}="","未填","已填")', "已填" if given else "未填"
            yield _simple(f"{one.name}已填", f'{one.name}<>""', given, BLANK, detail, f"{form}!{ref.local}")
    done = card.execution_points is not None
    text = f'=IF(ISNUMBER({EXECUTION_RATE}),"{EXECUTION_RATE}"&TEXT({EXECUTION_RATE},"0.00%"),"{UNFINISHED}")'
    shown = f"{EXECUTION_RATE}{card.worked.rpartition('=')[2]}" if done else UNFINISHED
    target = f"{form}!{layout.funds(1, C.NAME).local}"
    yield _simple(f"{EXECUTION_RATE}已得出", f"ISNUMBER({EXECUTION_POINTS})", done, BLANK, (text, shown), target)
    low = plain(table.execution.explain_below)
    explained = not card.execution_low or bool(card.answers.execution_note)
    test = f'IF(ISNUMBER({EXECUTION_RATE}),OR({EXECUTION_RATE}>={low},{EXECUTION_NOTE}<>""),TRUE)'
    text = f"低于{percent(table.execution.explain_below, 0)}的须在表右侧说明"
    yield _simple(f"{EXECUTION_RATE}低的已说明", test, explained, EXPLAIN, (f'="{text}"', text), f"{form}!{layout.note.local}")
    for name, formula, value, expected in panel(layout, card):
        target = f"{form}!{layout.form(0, C.WEIGHT).local}"
        right = value == expected
        detail = (f'="已填"&{formula}&"分，应为{plain(expected)}分"', f"已填{plain(value)}分，应为{plain(expected)}分")
        yield _simple(f"{name}分值为{plain(expected)}", f"ROUND({formula}-{plain(expected)},2)=0", right, MUST_FIX, detail, target)
    states = [one.state for one in card.rows]
    start = f"{form}!{layout.form(0, C.LEVEL1).local}"
    if editable:
        lines = (("指标行已填全", BLANK, "行没有填全"), ("指标行能计分", MUST_FIX, "行须改正"), ("偏差原因已说明", EXPLAIN, "行须说明"))
        for name, word, unit in lines:
            yield counted_check(name, layout.form_area(C.STATE), word, states, unit, word, start)
    if editable:
        over = _overflowing(layout, card)
        text = "处文字可能超出行高，打印前请拉高该行，或导出成品（行高按内容调整）"
        yield _simple("文字打印放得下", f"{over}=0", True, EXPLAIN, (f'={over}&"{text}"', f"0{text}"), start)
    copies, count = copying(layout), sum(one.copies_target for one in card.rows)
    detail = (f'={copies}&"行的完成值与指标值一字不差，应写实际完成情况"', f"{count}行的完成值与指标值一字不差，应写实际完成情况")
    yield _simple("完成值不照抄指标值", f"{copies}=0", not count, EXPLAIN, detail, start)
    if addin:
        same = differing(layout)
        yield _simple("函数得分与原生公式复算一致", f"{same}=0", True, MUST_FIX, (f'={same}&"行不一致"', "0行不一致"), f"{WORKING}!M5")
    total = f'=IF(ISNUMBER({TOTAL}),"总分"&{TOTAL}&"，等次："&{GRADE},"{UNFINISHED}")'
    value = UNFINISHED if card.total is None else f"总分{plain(card.total)}，等次：{card.grade}"
    yield _simple("总分已得出", f"ISNUMBER({TOTAL})", card.total is not None, BLANK, (total, value), f"{form}!{layout.names[TOTAL].local}")


def _overflowing(layout: SelfLayout, card: SelfCard) -> str:
    """How many texts may be higher than their row: longer than any their column was written with, and than an ordinary row shows."""
    rows = [texts(one.row, layout.rubric.form) for one in card.rows]
    counts = []
    for at, column in enumerate(C.TEXTS):
        room = max([_room(layout.rubric.form.widths[column], ROW_HEIGHT), *(len(row[at].text) for row in rows)])
        counts.append(f"SUMPRODUCT(--(LEN({layout.form_area(column)})>{room}))")
    for passage, name in zip(goal_texts(card), (EXPECTED, ACTUAL), strict=True):
        line = int(passage.width / 2)
        room = max(_room(passage.width, GOALS_HEIGHT), len(passage.text) + passage.text.count("\n") * line)
        counts.append(f'N(LEN({name})+(LEN({name})-LEN(SUBSTITUTE({name},CHAR(10),"")))*{line}>{room})')
    return "+".join(counts)


def _room(width: float, height: float) -> int:
    """How many characters a cell of this height shows."""
    return next(count for count in range(1, 10_000) if height_for([("国" * (count + 1), width)], 9.5) > height)


def _simple(name: str, test: str, passed: bool, bad: str, detail: tuple[str, str], target: str) -> Check:
    return Check(name, (f'=IF({test},"{PASSED}","{bad}")', PASSED if passed else bad), detail, target)


def write_checks(book: Book, layout: SelfLayout, card: SelfCard, *, addin: bool) -> None:
    """校验: the live checks with jump links."""
    sheet = checks_sheet.start(book)
    row = checks_sheet.write_lines(book, sheet, checks(layout, card, addin=addin, editable=book.editable))
    mark_states(book, sheet, (checks_sheet.FIRST_ROW, 2, row, 2))
    checks_sheet.finish(book, sheet, row)


def write_table(book: Book, sheet, row: int, layout: SelfLayout, card: SelfCard) -> int:
    """Weight and points by class; returns the row after it."""
    for column, head in enumerate(analysis_sheet.HEADS):
        book.write(sheet, row, column, head, "head")
    points = layout.form_area(C.POINTS)
    lines = [(EXECUTION_RATE, f"{layout.rubric.execution.weight}", layout.rubric.execution.weight, EXECUTION_POINTS, card.execution_points)]
    for one in layout.rubric.classes:
        inside = f"({layout.work_area(WorkColumns.CATEGORY)}={quoted(one.name)})"
        weight = f"SUMPRODUCT({inside}*ISNUMBER({layout.form_area(C.WEIGHT)}),{layout.form_area(C.WEIGHT)})"
        used = f"SUMPRODUCT({inside}*(LEN({layout.form_area(C.NAME)}&{layout.form_area(C.WEIGHT)})>0))"
        scored = f"{inside}*ISNUMBER({points})"
        earned = f'IF(SUMPRODUCT({scored})={used},ROUND(SUMPRODUCT({scored},{points}),2),"{UNFINISHED}")'
        lines.append((one.name, weight, card.weight_of(one), earned, card.points_of(one)))
    for at, (name, weight, weight_value, earned, earned_value) in enumerate(lines, row + 1):
        book.write(sheet, at, 0, name, "cell")
        book.formula(sheet, at, 1, f"={weight}", weight_value, "form_weight")
        numeric = isinstance(earned_value, Decimal)
        shown = earned_value if numeric else UNFINISHED if at > row + 1 else ""
        book.formula(sheet, at, 2, f"={earned}", shown, "form_weight")
        lost = half_up(weight_value - earned_value, 2) if numeric else ""
        book.formula(sheet, at, 3, f'=IF(ISNUMBER(C{at + 1}),ROUND(B{at + 1}-C{at + 1},2),"")', lost, "form_weight")
        rate = half_up(Fraction(earned_value) / Fraction(weight_value), 4) if numeric and weight_value else ""
        book.formula(sheet, at, 4, f'=IF(ISNUMBER(C{at + 1}),IF(B{at + 1}>0,ROUND(C{at + 1}/B{at + 1},4),""),"")', rate, "rate")
    return row + 1 + len(lines)


def write_analysis(book: Book, layout: SelfLayout, card: SelfCard) -> None:
    """得分分析: points by class with a chart."""
    note = "随自评表自动更新；有未填全的行的类显示“未完成”。"
    sheet = book.titled_sheet(ANALYSIS, "Sheet_Analysis", ANALYSIS, analysis_sheet.WIDTHS, note)
    after = write_table(book, sheet, 2, layout, card)
    analysis_sheet.add_chart(book, sheet, 3, after - 1, "各类分值与得分", "G3")
    sheet.print_area(0, 0, max(after, 20), 14)
    book.protect(sheet)


_WIDTHS = (24, 10, 12, 12, 12, 60)


def write_conclusion(book: FormBook, layout: SelfLayout, card: SelfCard) -> None:
    """自评结论: total, grade, points by class, where points were lost and why, every row with how it was scored."""
    table = layout.rubric
    sheet = book.titled_sheet(CONCLUSION, "Sheet_Conclusion", f"{table.title.removesuffix('自评表')}自评结论", _WIDTHS)
    names = [one.name for one in table.fields]
    text = "　".join(f"{name}：{card.answers.fields.get(name, '')}" for name in names)
    formula = '&"　"&'.join(f'"{name}："&{name}' for name in names)
    book.merge_formula(sheet, (1, 1), (0, 5), f"={formula}", text, "text")
    sheet.set_row(1, height_for([(text, sum(_WIDTHS))], 10, 20))
    book.merge(sheet, (2, 2), (0, 5), f"表式：{table.id}，修订 {table.revision}；依据：{table.basis}", "note")
    lines = (("自评总分", TOTAL, _shown(card.total)), ("等次", GRADE, card.grade or ""), (EXECUTION_RATE, EXECUTION_RATE, card.rate))
    for at, (label, name, value) in enumerate(lines, 3):
        book.write(sheet, at, 0, label, "head")
        book.merge_formula(sheet, (at, at), (1, 2), f"={name}", value, "rate" if label == EXECUTION_RATE else "strong")
    row = _write_note(book, sheet, 6, card.answers.execution_note) + 1
    after = write_table(book, sheet, row, layout, card)
    analysis_sheet.add_chart(book, sheet, row + 1, after - 1, "各类分值与得分", f"F{row}", 420)
    row = _explained(book, sheet, max(after, row + 16) + 1, layout, card)
    row = _scored(book, sheet, row, layout, card)
    sheet.print_area(0, 0, row, 5)
    book.protect(sheet)


def _write_note(book: FormBook, sheet, row: int, note: str) -> int:
    """The explanation of a low execution rate; returns the row after it."""
    if not note:
        return row + 1
    text, source = f"{EXECUTION_NOTE}：{note}", f'"{EXECUTION_NOTE}："&{EXECUTION_NOTE}'
    passage = Passage(text, sum(_WIDTHS), 10)
    rows = (row, row + rows_needed([passage]) - 1)
    if rows[0] == rows[1]:
        book.merge_formula(sheet, rows, (0, 5), f"={source}", text, "text")
        sheet.set_row(row, height_for([(note, sum(_WIDTHS) - 12)], 10, 20))
    else:
        book.passage(sheet, rows, (0, 5), source, text, passage, "text")
        set_heights(sheet, rows, [passage])
    return rows[1] + 1


def _section(book: Book, sheet, row: int, title: str, heads: tuple[str, ...]) -> int:
    book.merge(sheet, (row, row), (0, 5), title, "group")
    for column, head in enumerate(heads):
        book.write(sheet, row + 1, column, head, "head")
    return row + 2


def _explained(book: FormBook, sheet, row: int, layout: SelfLayout, card: SelfCard) -> int:
    """Rows below or far beyond their target, largest loss first; the order is fixed when the sheet is finished."""
    row = _section(book, sheet, row, "失分与偏差", ("三级指标", "分值", "得分", "失分", "偏差", "偏差原因分析及改进措施"))
    found = [one for one in card.rows if one.deviation]
    for one in sorted(found, key=lambda one: one.points - one.row.weight):
        at, lost = one.number - 1, half_up(one.row.weight - one.points, 2)
        row = _line(book, sheet, row, (
            (_link(layout, at, C.NAME), one.row.name, "cell", 10), (_link(layout, at, C.WEIGHT), one.row.weight, "form_weight", 0),
            (_link(layout, at, C.POINTS), one.points, "form_weight", 0), (f"ROUND(B{row + 1}-C{row + 1},2)", lost, "form_weight", 0),
            (f"'{WORKING}'!{layout.work(at, WorkColumns.DEVIATION).local}", one.deviation, "centre", 0),
            (_link(layout, at, C.REASON), one.row.reason, "small", 9),
        ))  # fmt: skip
    if not found:
        book.merge(sheet, (row, row), (0, 5), "各项均达到指标值，没有须说明的偏差。", "cell")
        row += 1
    return row + 1


def _scored(book: FormBook, sheet, row: int, layout: SelfLayout, card: SelfCard) -> int:
    row = _section(book, sheet, row, "各项得分与计分说明", ("三级指标", "分值", "得分", "指标值", "完成值", "计分说明"))
    weight, execution = layout.funds(0, C.WEIGHT), card.execution_points
    book.write(sheet, row, 0, EXECUTION_RATE, "cell")
    book.formula(sheet, row, 1, f"='{layout.form_sheet}'!{weight.local}", layout.rubric.execution.weight, "form_weight")
    book.formula(sheet, row, 2, f"={EXECUTION_POINTS}", execution, "form_weight")
    book.write(sheet, row, 3, "—", "centre")
    book.formula(sheet, row, 4, f"={EXECUTION_RATE}", card.rate, "rate")
    book.write(sheet, row, 5, card.worked, "small")
    row += 1
    for one in card.rows:
        at = one.number - 1
        row = _line(book, sheet, row, (
            (_link(layout, at, C.NAME), one.row.name, "cell", 10), (_link(layout, at, C.WEIGHT), one.row.weight, "form_centre", 0),
            (_link(layout, at, C.POINTS), one.points, "form_centre", 0), (_link(layout, at, C.TARGET), one.row.target, "form_centre", 9),
            (_link(layout, at, C.ACTUAL), one.row.actual, "form_centre", 9),
            (f"'{WORKING}'!{layout.work(at, WorkColumns.EXPLANATION).local}", one.judged.reason, "small", 9),
        ))  # fmt: skip
    return row


def _link(layout: SelfLayout, at: int, column: int) -> str:
    return f"'{layout.form_sheet}'!{layout.form(at, column).local}"


def _line(book: FormBook, sheet, row: int, cells: tuple[tuple[str, object, str, int], ...]) -> int:
    """A row of linked cells: formula, value, style and a text's font size; returns the row after it."""
    texts = {column: Passage(str(value), _WIDTHS[column], size) for column, (_, value, _, size) in enumerate(cells) if size}
    rows = (row, row + rows_needed(tuple(texts.values())) - 1)
    for column, (formula, value, style, _) in enumerate(cells):
        if column in texts and rows[0] != rows[1]:
            book.passage(sheet, rows, (column, column), formula, value, texts[column], style)
        else:
            book.tall_formula(sheet, rows, (column, column), f"={formula}", value, style)
    if rows[0] == rows[1]:
        set_row(sheet, row, tuple(texts.values()), 20)
    else:
        set_heights(sheet, rows, tuple(texts.values()))
    return rows[1] + 1
