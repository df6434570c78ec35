"""填报说明, 核算底稿 and 校验 of a document's workbook."""

from collections.abc import Iterator, Sequence

from xl_jixiao.documents import formulas
from xl_jixiao.documents.compute import Computed, Filled
from xl_jixiao.documents.layout import FIRST_FIGURE_ROW, DocumentLayout, FigureColumns
from xl_jixiao.documents.pages import Passage
from xl_jixiao.documents.plausibility import detail_excel, outcome, result_excel
from xl_jixiao.layout import FIRST_DATA_ROW, column_area
from xl_jixiao.template import checks_sheet, guide_sheet
from xl_jixiao.template import old_addin as addin_parts
from xl_jixiao.template.book import Book, height_for
from xl_jixiao.template.checks_sheet import Check
from xl_jixiao.template.data_sheet import LOCKED, mark_states
from xl_jixiao.words import BLANK, CHECKS, DATA, DIFFERS, EXPLAIN, FIGURES, INVALID, LAST_DIGIT, MUST_FIX, PASSED, UNREADABLE

C = FigureColumns
WIDTHS = (6, 34, 44, 10, 14, 8, 52, 14, 16, 16)
HEADS = ("序号", "计算项", "公式", "状态", "数值", "单位", "算式", "公布数（选填）", "核对", "行文用")
LEGEND = (
    (BLANK, "还没有填，用到它的数字和文字显示为空或“〔待填〕”"),
    (INVALID, "不是数字、为负数、不是整数或超过上限，须改正"),
    (DIFFERS, "公布的数与基础数据算出的数不一致，须改正"),
    (PASSED, "已核对"),
)
_MARKED = ((DIFFERS, "#9C0006", "#FFC7CE"), (UNREADABLE, "#9C0006", "#FFC7CE"), (LAST_DIGIT, "#7F6000", "#FFF2CC"), ("一致", "#006100", "#E2F0D9"))


def steps(layout: DocumentLayout) -> Iterator[tuple[str, str]]:
    """What to do, sheet by sheet."""
    yield DATA, "填写浅黄色单元格：数字、文字各填一次，其余各表自动取数。没有这个数的填“无”，为零的填0，未填的留空。"
    if layout.figure_rows:
        yield FIGURES, "各项合计、占比、增减、完成率自动算出并列出算式。已公布的数填在“公布数”列，按公布的小数位数核对。"
    for page in layout.rubric.pages:
        yield page.sheet, "官方文书，内容全部自动取数，不用填写，可直接打印（A4）。文字改动较多时行高可自行拉动。"
    yield CHECKS, "“必改”的改正；点“跳转”到要改的地方。全部通过后再上报。"


def write_guide(book: Book, layout: DocumentLayout, filled: Filled, *, addin: bool) -> None:
    """Writes 填报说明."""
    sheet = guide_sheet.start(book, layout, "文书编号")
    row = guide_sheet.write_lights(book, sheet, list(_lights(layout, filled)))
    if addin:
        row = addin_parts.button_rows(book, sheet, row, (0, 3))
    row = guide_sheet.write_steps(book, sheet, row, list(steps(layout)), LEGEND)
    guide_sheet.finish(book, sheet, row, layout.rubric.notes)


def _data_states(layout: DocumentLayout, filled: Filled) -> tuple[str, list[str]]:
    return layout.data_states, [item.state(filled.answers.get(item.key)) for item in layout.rubric.inputs]


def _comparisons(layout: DocumentLayout, filled: Filled) -> tuple[str, list[str]]:
    return column_area(FIGURES, C.COMPARISON, FIRST_FIGURE_ROW, layout.last_figure_row), [one.comparison for one in filled.figures]


def _lights(layout: DocumentLayout, filled: Filled) -> Iterator[tuple[str, str, str, int, str]]:
    area, states = _data_states(layout, filled)
    yield DATA, area, BLANK, states.count(BLANK), "项空白"
    yield DATA, area, INVALID, states.count(INVALID), "项不是有效数字"
    if layout.figure_rows:
        area, words = _comparisons(layout, filled)
        yield FIGURES, area, DIFFERS, words.count(DIFFERS), "项公布数不一致"


def write_figures(book: Book, layout: DocumentLayout, filled: Filled, *, addin: bool) -> None:
    """Writes 核算底稿: every figure with its worked line, beside what was published."""
    note = "全部自动计算。已经公布的数照原样填在“公布数”列（如 95.71%、875.14、减少29.30%），按其小数位数与复算数核对。"
    title = f"{FIGURES}（{layout.rubric.year}年度）"
    shown = note if book.editable else LOCKED
    sheet = book.titled_sheet(FIGURES, "Sheet_Figures", title, WIDTHS, shown, heads=HEADS, head_row=FIRST_FIGURE_ROW - 1)
    for number, one in enumerate(filled.figures, 1):
        _write_figure(book, sheet, layout, number, one, addin=addin)
    last = layout.last_figure_row
    mark_states(book, sheet, (FIRST_FIGURE_ROW, C.STATE, last, C.STATE))
    for word, colour, background in _MARKED:
        form = book.workbook.add_format({"font_color": colour, "bg_color": background})
        area = (FIRST_FIGURE_ROW, C.COMPARISON, last, C.COMPARISON)
        sheet.conditional_format(*area, {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": form})
    sheet.freeze_panes(FIRST_FIGURE_ROW, C.FORMULA)
    sheet.repeat_rows(FIRST_FIGURE_ROW - 1)
    sheet.print_area(0, 0, last, len(WIDTHS) - 1)
    book.protect(sheet)


def _write_figure(book: Book, sheet, layout: DocumentLayout, number: int, one: Computed, *, addin: bool) -> None:
    figure, row = one.figure, layout.figure_rows[one.figure.key]
    computed = layout.rubric.figure_by_key
    formula = figure.rate_formula.as_percentage() if figure.percent else figure.rate_formula
    style = "rate" if figure.percent else "doc_count" if not figure.decimals else "doc_amount"
    book.write(sheet, row, C.NUMBER, number, "centre")
    book.write(sheet, row, C.NAME, figure.name, "cell")
    book.write(sheet, row, C.FORMULA, formula.sentence(), "small")
    book.formula(sheet, row, C.STATE, formulas.state(figure, computed), one.state, "centre")
    book.formula(sheet, row, C.VALUE, formulas.value(figure, row, addin=addin), one.value, style)
    book.write(sheet, row, C.UNIT, "%" if figure.percent else figure.unit, "centre")
    book.formula(sheet, row, C.WORKED, formulas.worked(figure, row, computed), one.worked, "small")
    book.write(sheet, row, C.CLAIM, one.claim or None, "input_words")
    book.formula(sheet, row, C.COMPARISON, formulas.comparison(figure, row), one.comparison, "centre")
    book.formula(sheet, row, C.TEXT, formulas.text(figure), one.text, "centre")
    texts = ((C.NAME, figure.name), (C.FORMULA, formula.sentence()), (C.WORKED, one.worked))
    sheet.set_row(row, height_for([(text, WIDTHS[column]) for column, text in texts], 9.5, 20))
    if book.editable:
        sheet.data_validation(
            row, C.CLAIM, row, C.CLAIM,
            {"validate": "length", "criteria": "<=", "value": 30, "ignore_blank": True, "input_title": "公布数（选填）",
             "input_message": "照公布的原样填写，如 95.71%、875.14、减少29.30%。",
             "error_title": "请检查公布数", "error_message": "不超过30字。"},
        )  # fmt: skip


def write_checks(book: Book, layout: DocumentLayout, filled: Filled, passages: Sequence[Passage]) -> None:
    """Writes 校验."""
    sheet = checks_sheet.start(book)
    row = checks_sheet.write_lines(book, sheet, checks(layout, filled, passages))
    mark_states(book, sheet, (checks_sheet.FIRST_ROW, 2, row, 2))
    checks_sheet.finish(book, sheet, row)


def checks(layout: DocumentLayout, filled: Filled, passages: Sequence[Passage]) -> Iterator[Check]:
    """The checks, in the order of the work."""
    area, states = _data_states(layout, filled)
    start = f"{DATA}!C{FIRST_DATA_ROW + 2}"
    yield checks_sheet.counted_check("基础数据已填全", area, BLANK, states, "项空白", BLANK, start)
    yield checks_sheet.counted_check("基础数据有效", area, INVALID, states, "项不是有效数字", MUST_FIX, start)
    if layout.figure_rows:
        area, words = _comparisons(layout, filled)
        first = layout.figure(layout.rubric.figures[0].key, C.CLAIM)
        target = f"{FIGURES}!{first.local}"
        yield checks_sheet.counted_check("公布数与复算数一致", area, DIFFERS, words, "项不一致", MUST_FIX, target)
        yield checks_sheet.counted_check("公布数读得出", area, UNREADABLE, words, "项读不出数，无法核对", MUST_FIX, target)
        yield checks_sheet.counted_check("公布数末位无差", area, LAST_DIGIT, words, "项末位之差，属舍入", checks_sheet.ROUNDING, target)
    if passages:
        over = [one.key for one in passages if one.overflow(str(filled.answers.get(one.key) or ""))]
        counted = "+".join(one.overflow_excel() for one in passages)
        yield Check(
            "长文字打印放得下", (f'=IF({counted}=0,"{PASSED}","{EXPLAIN}")', EXPLAIN if over else PASSED),
            (f'={counted}&"处文字超出现有行高，请拉高该行，或导出成品（行高按内容调整）"',
             f"{len(over)}处文字超出现有行高，请拉高该行，或导出成品（行高按内容调整）"), f"{passages[0].sheet}!A1",
        )  # fmt: skip
    for identity in layout.rubric.identities:
        yield checks_sheet.identity_check(layout, identity, filled.merged)
    for check in layout.rubric.checks:
        found, ref = outcome(check, filled), layout.checked(check)
        result, detail = result_excel(check, layout.rubric), detail_excel(check, layout.rubric)
        yield Check(check.name, (result, found.result), (detail, found.detail), f"{ref.sheet}!{ref.local}")
