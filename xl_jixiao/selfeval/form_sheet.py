"""自评表: the official form, and beside its print area what a clerk needs while writing the rows."""

from collections.abc import Iterator
from decimal import Decimal

from xl_jixiao.layout import Ref, column_letter
from xl_jixiao.old_text import any_of, quoted
from xl_jixiao.selfeval.answers import Row
from xl_jixiao.selfeval.form_limits import limit
from xl_jixiao.selfeval.layout import EXECUTION_POINTS, PANEL_ROW, RULE_NAME, FormColumns, SelfLayout, WorkColumns
from xl_jixiao.selfeval.model import ACTUAL, AMOUNTS, EXECUTED, EXECUTION_RATE, EXPECTED, HEADER, SelfForm
from xl_jixiao.selfeval.native import LEVELS_1, LEVELS_2, NO_REASON_NAME
from xl_jixiao.selfeval.passages import FormBook, Passage, set_heights, set_row
from xl_jixiao.selfeval.scoring import RATE, RowScore, SelfCard
from xl_jixiao.tables.rates import PLACES
from xl_jixiao.template.book import height_for
from xl_jixiao.template.data_sheet import mark_states
from xl_jixiao.template.formulas import grade as grade_formula
from xl_jixiao.words import BLANK, EXPLAIN, INVALID, MUST_FIX, PASSED, TOTAL, UNFINISHED, WORKING

C = FormColumns
WRITTEN, EMPTY, SPARE = "已填", "空行", "备用行"
"""The words of the filter column: printed rows, empty rows in sight, rows in reserve."""

ROW_HEIGHT = 33
GOALS_HEIGHT = 84
_NOTE_HEIGHT = 2 * ROW_HEIGHT
EMPTY_ROWS = 4
FEWEST_ROWS = 14
SIDE_WIDTHS = (10, 10, 9, 8, 34)
NO_MARK = "—"


def write(book: FormBook, layout: SelfLayout, card: SelfCard, *, addin: bool) -> None:
    """Writes the form with its answers and results."""
    table, form = layout.rubric, layout.rubric.form
    sheet = book.sheet(form.sheet, "Sheet_Form")
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_default_row(ROW_HEIGHT)  # two lines: rows don't grow with what is typed
    for column, width in enumerate((*form.widths, *_side_widths(book, card))):
        sheet.set_column(column, column, width)
    book.write(sheet, 0, 0, form.mark, "mark")
    last = C.PRINTED[-1]
    book.merge(sheet, (layout.title_row,) * 2, (0, last), form.title, "title")
    sheet.set_row(layout.title_row, 30)
    year = card.answers.year(table)
    style = "input_year" if book.editable else "form_year"
    book.merge(sheet, (layout.year.row,) * 2, (0, last), int(year) if year.isdigit() else year, style)
    _write_fields(book, sheet, layout, card)
    _write_funds(book, sheet, layout, card, addin=addin)
    _write_goals(book, sheet, layout, card)
    _write_rows(book, sheet, layout, card, addin=addin)
    _write_total(book, sheet, layout, card)
    for at, text in enumerate(form.signatures, 1):
        book.merge(sheet, (layout.total_row + at,) * 2, (0, last), text, "text")
    _write_note(book, sheet, layout, card)
    if book.editable:
        _write_panel(book, sheet, layout, card)
        limit(sheet, layout)
    if str(layout.spans) and layout.finished:
        sheet.set_column(C.WHOLE, C.WHOLE + last, 9, None, {"hidden": True})
    sheet.repeat_rows(layout.head_row)
    sheet.print_area(0, 0, layout.total_row + len(form.signatures), last)
    book.protect(sheet)


def _write_fields(book: FormBook, sheet, layout: SelfLayout, card: SelfCard) -> None:
    fields, places = layout.rubric.fields, layout.fields
    rows: dict[int, list[tuple[str, Ref]]] = {}
    for one in fields:
        rows.setdefault(places[one.name].row, []).append((one.name, places[one.name]))
    for row, cells in rows.items():
        texts = []
        for name, ref in cells:
            label = (0, C.LEVEL2) if ref.column == C.NAME else (C.TARGET, C.ACTUAL)
            value = (ref.column, C.REASON if len(cells) == 1 or ref.column == C.WEIGHT else C.NAME)
            book.merge(sheet, (row, row), label, name, "form_head")
            book.merge(sheet, (row, row), value, card.answers.fields.get(name), "input_form")
            texts.append(Passage(card.answers.fields.get(name, ""), sum(layout.rubric.form.widths[value[0] : value[1] + 1])))
        set_row(sheet, row, texts, 22)


def _write_funds(book: FormBook, sheet, layout: SelfLayout, card: SelfCard, *, addin: bool) -> None:
    """年度资金总额 is the sum of its sources; only it is scored."""
    table, top = layout.rubric, layout.funds_row
    book.merge(sheet, (top, layout.funds_last_row), (0, 0), table.form.funds_label, "form_centre")
    book.merge(sheet, (top, top), (C.LEVEL1, C.LEVEL2), None, "form_head")
    for column, head in enumerate((*AMOUNTS, "分值", "执行率", "得分"), C.NAME):
        book.write(sheet, top, column, head, "form_head")
    sheet.set_row(top, 20)
    row, sources = top + 1, len(table.sources)
    book.merge(sheet, (row, row), (C.LEVEL1, C.LEVEL2), "年度资金总额", "form_centre")
    for at, amount in enumerate(AMOUNTS):
        letter = column_letter(C.NAME + at)
        area = f"{letter}{row + 2}:{letter}{row + 1 + sources}"
        wrong = f'OR(COUNT({area})<COUNTA({area}),MIN({area})<0)'
        text = f'=IF(COUNTA({area})=0,"",IF({wrong},"{INVALID}",SUM({area})))'
        book.formula(sheet, row, C.NAME + at, text, card.funds[amount], "form_money")
    book.write(sheet, row, C.WEIGHT, table.execution.weight, "form_weight")
    base = table.execution.base
    book.formula(sheet, row, C.POINTS, _rate(EXECUTED, base, addin=addin), card.rate, "form_rate")
    rate = layout.names[EXECUTION_RATE].local
    points = f'=IF(ISNUMBER({rate}),ROUND({column_letter(C.WEIGHT)}{row + 1}*MIN({rate},1),2),"")'
    book.formula(sheet, row, C.REASON, points, card.execution_points, "form_weight")
    for at, source in enumerate(table.sources, 1):
        line = row + at
        book.merge(sheet, (line, line), (C.LEVEL1, C.LEVEL2), source.label or source.name, "form")
        for place, amount in enumerate(AMOUNTS):
            book.write(sheet, line, C.NAME + place, card.answers.funds.get((source.name, amount)), "input_form_money")
        book.write(sheet, line, C.WEIGHT, NO_MARK, "form_centre")
        executed, budget = (f"{column_letter(C.NAME + AMOUNTS.index(name))}{line + 1}" for name in (EXECUTED, base))
        text = f'=IF(COUNT({executed},{budget})<2,"",IF({budget}>0,ROUND({executed}/{budget},{PLACES}),""))'
        book.formula(sheet, line, C.POINTS, text, card.source_rate(source.name), "form_rate")
        book.write(sheet, line, C.REASON, NO_MARK, "form_centre")
        sheet.set_row(line, 26)
    sheet.set_row(row, 22)


def _rate(executed: str, base: str, *, addin: bool) -> str:
    if addin:
        return f"={RATE.udf}({executed},{base})"
    wrong = any_of([f'{name}="{INVALID}"' for name in (executed, base)])
    number = f'IF({base}=0,"{RATE.zero}",ROUND({executed}/{base},{PLACES}))'
    return f'=IF({wrong},"{INVALID}",IF(COUNT({executed},{base})<2,"",{number}))'


def _write_goals(book: FormBook, sheet, layout: SelfLayout, card: SelfCard) -> None:
    form, row, rows, texts = layout.rubric.form, layout.goals_row, layout.goals, goal_texts(card)
    book.merge(sheet, (row, rows[1]), (0, 0), form.goals_label, "form_centre" if rows[0] == rows[1] else "form_centre/top")
    sheet.set_row(row, 20)
    for label, passage, columns, name in zip((form.expected_label, form.actual_label), texts, _GOALS, (EXPECTED, ACTUAL), strict=True):
        book.merge(sheet, (row, row), columns, label, "form_head")
        whole = layout.names[name]
        if whole.column > columns[0]:
            book.write(sheet, whole.row, whole.column, passage.text, "hidden")
            book.passage(sheet, rows, columns, whole.local, passage.text, passage, "input_form")
        else:
            book.tall(sheet, rows, columns, passage.text, "input_form")
    if rows[0] == rows[1]:
        beside = _note_height(book, card) - 20 * (rows[0] - layout.note.row)
        set_row(sheet, rows[0], texts, max(beside, GOALS_HEIGHT if book.editable else 60))
    else:
        set_heights(sheet, rows, texts)


_GOALS = ((C.LEVEL1, C.TARGET), (C.ACTUAL, C.REASON))


def goal_texts(card: SelfCard) -> tuple[Passage, ...]:
    """The goals in their columns."""
    widths = (sum(card.table.form.widths[first : last + 1]) for first, last in _GOALS)
    return tuple(Passage(text, width) for text, width in zip((card.answers.expected, card.answers.actual), widths, strict=True))


def texts(row: Row, form: SelfForm) -> tuple[Passage, ...]:
    """The texts of a row in their columns."""
    cells = (row.name, row.target, row.actual, row.reason, row.level2)
    return tuple(Passage(str(text or ""), form.widths[column]) for column, text in zip((*C.TEXTS, C.LEVEL2), cells, strict=True))


def starting_rows(layout: SelfLayout) -> list[Row]:
    """The rows of a blank form: one for each 二级指标, as the form prints them."""
    return [Row(level1=one, level2=two) for one, two in layout.rubric.pairs][: layout.rows]


def _write_rows(book: FormBook, sheet, layout: SelfLayout, card: SelfCard, *, addin: bool) -> None:
    head, form = layout.head_row, layout.rubric.form
    _write_side_label(book, sheet, layout)
    for column, text in enumerate(HEADER, C.LEVEL1):
        book.write(sheet, head, column, text, "form_head")
    for column, text in ((C.DIRECTION, "计分方向\n（选填）"), (C.DEGREE, "完成程度\n（定性）")):
        book.write(sheet, head, column, text, "head")
    sheet.set_row(head, 30)
    started = [] if card.rows or not book.editable else starting_rows(layout)
    shown = max(FEWEST_ROWS, len(started) + EMPTY_ROWS, len(card.rows) + EMPTY_ROWS)
    for at in range(layout.rows):
        score = card.rows[at] if at < len(card.rows) else None
        row = score.row if score else started[at] if at < len(started) else Row()
        _write_row(book, sheet, layout, at, row, score, addin=addin)
        if book.editable:
            _write_beside(book, sheet, layout, at, score, EMPTY if at < shown else SPARE)
            hidden = score is None and (card.rows or at >= shown)
            if hidden:
                sheet.set_row(layout.form(at, 0).row, None, None, {"hidden": True})
        height = height_for([(one.text, one.width) for one in texts(row, form)], 9.5, ROW_HEIGHT)
        if layout.tall(at):
            set_heights(sheet, layout.form_rows(at), texts(row, form))
        elif height > ROW_HEIGHT:
            sheet.set_row(layout.form(at, 0).row, height)
    if not book.editable:
        _merge_classes(book, sheet, layout, card)
    else:
        for column, text in zip((C.STATE, C.SHOWN, C.HINT), ("状态", "筛选行", "提示"), strict=True):
            book.write(sheet, head, column, text, "head")
        sheet.autofilter(head, C.SHOWN, layout.total_row - 1, C.SHOWN)
        sheet.filter_column_list(C.SHOWN, [WRITTEN] if card.rows else [WRITTEN, EMPTY])
        area = (head + 1, C.STATE, layout.total_row - 1, C.STATE)
        mark_states(book, sheet, area)


def _write_side_label(book: FormBook, sheet, layout: SelfLayout) -> None:
    """绩效指标 beside all rows and their heads; the heads are repeated on every page, so a label at the top starts under them."""
    head, (first, last), text = layout.head_row, layout.form_rows(0, layout.rows - 1), "\n".join(layout.rubric.form.side_label)
    if any(map(layout.tall, range(layout.rows))):
        book.merge(sheet, (head, head), (0, 0), None, "form_centre/first")
        book.merge(sheet, (first, last), (0, 0), text, "form_centre/last")
    else:
        book.merge(sheet, (head, last), (0, 0), text, "form_centre")


def _write_row(book: FormBook, sheet, layout: SelfLayout, at: int, row: Row, score: RowScore | None, *, addin: bool) -> None:
    rows = layout.form_rows(at)
    cells = (
        (C.LEVEL1, row.level1, "input_form_words"), (C.LEVEL2, row.level2, "input_form_words"), (C.NAME, row.name, "input_form"),
        (C.TARGET, row.target, "input_form_words"), (C.ACTUAL, row.actual, "input_form_words"), (C.WEIGHT, row.weight, "input_form_weight"),
        (C.REASON, row.reason, "input_form"), (C.DIRECTION, row.direction, "input_form_words"), (C.DEGREE, row.degree, "input_form_share"),
    )  # fmt: skip
    for column, value, style in cells:
        whole = layout.form(at, column)
        if whole.column > column:
            book.write(sheet, whole.row, whole.column, value, "hidden")
            passage = Passage(str(value or ""), layout.rubric.form.widths[column])
            book.passage(sheet, rows, (column, column), whole.local, value, passage, style)
        elif book.editable or column not in (C.LEVEL1, C.LEVEL2):
            book.tall(sheet, rows, (column, column), value, style)
    points = score.points if score else None
    book.tall_formula(sheet, rows, (C.POINTS, C.POINTS), points_formula(layout, at, addin=addin), points, "form_weight")


def points_formula(layout: SelfLayout, at: int, *, addin: bool) -> str:
    """``=JX_COMPLETION_SCORE(分值,指标值,完成值,方向,…)``, or the points of 评分底稿."""
    if not addin:
        return f"='{WORKING}'!{layout.work(at, WorkColumns.POINTS).local}"
    cells = ",".join(layout.form(at, column).local for column in (C.WEIGHT, C.TARGET, C.ACTUAL, C.DIRECTION, C.DEGREE))
    return f"=JX_COMPLETION_SCORE({cells},{RULE_NAME})"


def _merge_classes(book: FormBook, sheet, layout: SelfLayout, card: SelfCard) -> None:
    """一级 and 二级 merged over neighbouring rows of one class, as the form prints them."""
    labels = {one.name: one.label for one in layout.rubric.classes}
    for column, key in ((C.LEVEL1, lambda row: (row.level1,)), (C.LEVEL2, lambda row: (row.level1, row.level2))):
        start = 0
        for at in range(1, len(card.rows) + 1):
            if at < len(card.rows) and key(card.rows[at].row) == key(card.rows[start].row):
                continue
            name = key(card.rows[start].row)[-1]
            text = labels.get(name, name) if column == C.LEVEL1 else name
            book.merge(sheet, layout.form_rows(start, at - 1), (column, column), text, _label_style(layout, start, at - 1))
            start = at


def _label_style(layout: SelfLayout, first: int, last: int) -> str:
    """A label beside a tall row stands at the top: in the middle, the end of a page could cut it."""
    return "form_centre/top" if any(map(layout.tall, range(first, last + 1))) else "form_centre"


def _write_beside(book: FormBook, sheet, layout: SelfLayout, at: int, score: RowScore | None, empty: str) -> None:
    rows = layout.form_rows(at)
    book.tall_formula(sheet, rows, (C.STATE, C.STATE), _state(layout, at), score.state if score else "", "centre")
    for line in range(rows[0], rows[1] + 1):  # the filter looks at every sheet row
        book.formula(sheet, line, C.SHOWN, f'=IF({_used(layout, at)},"{WRITTEN}","{empty}")', WRITTEN if score else empty, "centre")
    book.tall_formula(sheet, rows, (C.HINT, C.HINT), _hint(layout, at), score.hint if score else "", "small")


def _cell(layout: SelfLayout, at: int, column: int) -> str:
    return layout.form(at, column).local


def _used(layout: SelfLayout, at: int) -> str:
    cells = "&".join(_cell(layout, at, column) for column in (C.NAME, C.TARGET, C.ACTUAL, C.WEIGHT, C.REASON))
    return f"LEN({cells})>0"


def _class_fits(layout: SelfLayout, at: int) -> str:
    one, two = (_cell(layout, at, column) for column in (C.LEVEL1, C.LEVEL2))
    return f"SUMPRODUCT(EXACT({one},{LEVELS_1})*EXACT({two},{LEVELS_2}))>0"


def _missing(layout: SelfLayout, at: int) -> list[tuple[str, str]]:
    columns = (("一级指标", C.LEVEL1), ("二级指标", C.LEVEL2), ("三级指标", C.NAME), ("指标值", C.TARGET), ("完成值", C.ACTUAL))
    cells = [(name, f'{_cell(layout, at, column)}=""') for name, column in columns]
    return [*cells, ("分值", f"NOT(ISNUMBER({_cell(layout, at, C.WEIGHT)}))")]


def _unexplained(layout: SelfLayout, at: int) -> str:
    reason = _cell(layout, at, C.REASON)
    bare = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({reason}," ",""),"\u3000",""),"。","")'
    deviation = f"'{WORKING}'!{layout.work(at, WorkColumns.DEVIATION).local}"
    return f'IF({deviation}="",FALSE,OR({bare}="",SUMPRODUCT(--EXACT({bare},{NO_REASON_NAME}))>0))'


def _state(layout: SelfLayout, at: int) -> str:
    points = _cell(layout, at, C.POINTS)
    blank = any_of([*(test for _, test in _missing(layout, at)), f'{points}=""'])
    wrong = f"OR(NOT({_class_fits(layout, at)}),NOT(ISNUMBER({points})))"
    word = f'IF({wrong},"{MUST_FIX}",IF({_unexplained(layout, at)},"{EXPLAIN}","{PASSED}"))'
    return f'=IF({_used(layout, at)},IF({blank},"{BLANK}",{word}),"")'


def _hint(layout: SelfLayout, at: int) -> str:
    state, points = _cell(layout, at, C.STATE), _cell(layout, at, C.POINTS)
    missing = _missing(layout, at)
    parts = "&".join(f'IF({test},"、{name}","")' for name, test in missing)
    lacking = f'IF(OR({",".join(test for _, test in missing)}),"还缺："&MID({parts},2,99),"还缺：完成值")'
    deviation, explanation = (f"'{WORKING}'!{layout.work(at, column).local}" for column in (WorkColumns.DEVIATION, WorkColumns.EXPLANATION))
    word = f'IF({state}="{EXPLAIN}",{deviation}&"，须写明偏差原因和改进措施，不能只写“无”",{explanation})'
    wrong = f'IF(NOT({_class_fits(layout, at)}),"二级指标不属于这个一级指标",IF(NOT(ISNUMBER({points})),{points},{word}))'
    return f'=IF({state}="","",IF({state}="{BLANK}",{lacking},{wrong}))'


def _write_total(book: FormBook, sheet, layout: SelfLayout, card: SelfCard) -> None:
    table, row = layout.rubric, layout.total_row
    book.merge(sheet, (row, row), (0, C.ACTUAL), table.form.total_label, "form_head")
    ends = {column: [layout.form(at, column).local for at in (0, layout.rows - 1)] for column in (C.WEIGHT, C.POINTS, C.STATE)}
    areas = {column: ":".join(cells) for column, cells in ends.items()}
    execution = layout.funds(0, C.WEIGHT).local
    book.formula(sheet, row, C.WEIGHT, f"=SUM({areas[C.WEIGHT]})+{execution}", card.weight, "form_weight")
    shown = UNFINISHED if card.total is None else card.total
    book.formula(sheet, row, C.POINTS, _total(layout, areas, finished=not book.editable), shown, "form_weight")
    book.formula(sheet, row, C.REASON, grade_formula(TOTAL, table), card.grade, "form_grade")
    sheet.set_row(row, 24)


def _total(layout: SelfLayout, areas: dict[int, str], *, finished: bool) -> str:
    """The total stands when every written row has points and lacks nothing."""
    points = areas[C.POINTS]
    done = f"ROUND(SUM({points})+{EXECUTION_POINTS},2)"
    if finished:
        return f'=IF(AND(COUNT({points})={layout.rows},ISNUMBER({EXECUTION_POINTS})),{done},"{UNFINISHED}")'
    states = areas[C.STATE]
    written = f'SUMPRODUCT(--({states}<>""))'
    tests = [f"{written}>0", f"COUNT({points})={written}", f'COUNTIF({states},"{BLANK}")=0', f"ISNUMBER({EXECUTION_POINTS})"]
    return f'=IF(AND({",".join(tests)}),{done},"{UNFINISHED}")'


def _write_note(book: FormBook, sheet, layout: SelfLayout, card: SelfCard) -> None:
    """The explanation of a low execution rate, for which the form has no cell."""
    columns = (C.DIRECTION, C.DIRECTION + len(_side_widths(book, card)) - 1)
    low, row = f"{layout.rubric.execution.explain_below * 100:.0f}%", layout.note.row
    book.merge(sheet, (row - 1, row - 1), columns, f"执行率低于{low}的说明", "head")
    book.merge(sheet, (row, _note_end(book, layout, card)), columns, card.answers.execution_note, "input_form")


def _side_widths(book: FormBook, card: SelfCard) -> tuple[float, ...]:
    """The columns beside the form: all of them where they are worked in, or where the explanation needs them."""
    narrow = SIDE_WIDTHS[:2]
    return SIDE_WIDTHS if book.editable or height_for([(card.answers.execution_note, sum(narrow))], 9.5) > _NOTE_HEIGHT else narrow


def _note_height(book: FormBook, card: SelfCard) -> float:
    return height_for([(card.answers.execution_note, sum(_side_widths(book, card)))], 9.5)


def _note_end(book: FormBook, layout: SelfLayout, card: SelfCard) -> int:
    """The last row of the explanation: a long one reaches down beside the goals."""
    return layout.goals[1] if _note_height(book, card) > _NOTE_HEIGHT else layout.note.row + 1


def panel(layout: SelfLayout, card: SelfCard) -> Iterator[tuple[str, str, Decimal, Decimal]]:
    """The lines of the weight check: name, formula of the written sum, its value, what it must be."""
    table = layout.rubric
    for one in table.classes:
        formula = f"SUMIF({layout.work_area(WorkColumns.CATEGORY)},{quoted(one.name)},{layout.form_area(C.WEIGHT)})"
        yield one.name, formula, card.weight_of(one), one.weight
    yield EXECUTION_RATE, f"'{layout.form_sheet}'!{layout.funds(0, C.WEIGHT).local}", table.execution.weight, table.execution.weight
    yield "合计", "分值合计", card.weight, table.total


def _write_panel(book: FormBook, sheet, layout: SelfLayout, card: SelfCard) -> None:
    """The weight check in sight of the rows, and the explanation of a low execution rate."""
    first = C.DIRECTION
    for column, text in enumerate(("分值检查", "已填", "应为", "结果"), first):
        book.write(sheet, PANEL_ROW, column, text, "head")
    for row, (name, formula, value, expected) in enumerate(panel(layout, card), PANEL_ROW + 1):
        book.write(sheet, row, first, name, "small")
        book.formula(sheet, row, first + 1, f"={formula}", value, "form_weight")
        book.write(sheet, row, first + 2, expected, "form_weight")
        written, right = (f"{column_letter(first + at)}{row + 1}" for at in (1, 2))
        word = PASSED if value == expected else MUST_FIX
        book.formula(sheet, row, first + 3, f'=IF(ROUND({written}-{right},2)=0,"{PASSED}","{MUST_FIX}")', word, "centre")
    mark_states(book, sheet, (PANEL_ROW + 1, first + 3, layout.panel_last_row, first + 3))
    text = f"增加指标：点“筛选行”右侧按钮，勾选“{EMPTY}”“{SPARE}”（共可填{layout.rows}行）。打印前只勾选“{WRITTEN}”，空行不打印。"
    book.merge(sheet, (layout.goals_row if _note_end(book, layout, card) < layout.goals_row else 0,) * 2, (first, C.HINT), text, "note")
