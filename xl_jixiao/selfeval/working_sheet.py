"""评分底稿: how each row's texts were understood, and its points by native formulas. Nothing is typed here."""

from collections.abc import Mapping, Sequence

from xl_jixiao.expr import Applied, Cell, Expr, Held, as_text, call, exact, joined, when
from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.answers import IndicatorRow, SelfAnswers, row_entries
from xl_jixiao.selfeval.cells import READ_OF, TARGET, step
from xl_jixiao.selfeval.judging import BY_NAME, USED, WORDS, row_trees
from xl_jixiao.selfeval.layout import FIRST_WORK_ROW, RowSpan, SelfLayout
from xl_jixiao.selfeval.model import SelfEvaluation
from xl_jixiao.selfeval.passages import LongText, long_text, put_pieces, set_heights, tall_style
from xl_jixiao.sheet.build import SheetBuilder, titled
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Page
from xl_jixiao.words import WORKING

NUMBER, CATEGORY, NAME, WEIGHT, WANTED_TEXT, DONE_TEXT, SIDE, WANTED, WANTED_UNIT = range(9)
REACHED, REACHED_UNIT, RATIO, SCORE, DEVIATION, EXPLANATION = range(9, 15)
FIRST_STEP = 15
WIDTHS = (4, 9, 22, 6, 14, 14, 7, 9, 8, 9, 8, 9, 8, 10, 32)
HEADS = (
    *("序号", "一级指标", "三级指标", "分值", "年度指标值", "实际完成值", "计分方向", "指标数值", "单位", "完成数值", "单位"),
    *("完成率\n/程度", "得分", "偏差", "计分说明"),
)
NOTE = "本表全部为公式，不用填写：把自评表里的文字读成方向、数值和单位，再按计分办法得出得分。右侧隐藏列是逐步读取的过程。"
_LINKED = ((NAME, cells.NAME), (WEIGHT, cells.WEIGHT), (WANTED_TEXT, cells.TARGET), (DONE_TEXT, cells.DONE))
_JUDGED = (
    (SIDE, cells.SIDE),
    (WANTED, cells.WANTED),
    (WANTED_UNIT, cells.WANTED_UNIT),
    (REACHED, cells.REACHED),
    (REACHED_UNIT, cells.REACHED_UNIT),
    (RATIO, cells.RATIO),
    (SCORE, cells.SCORE),
    (DEVIATION, cells.DEVIATION),
    (EXPLANATION, cells.EXPLANATION),
)
_STYLES = {RATIO: "form_rate", EXPLANATION: "small"}
_STEPS = (*(step(source, name) for source, names in READ_OF.items() for name in names), cells.PERCENT_ASKED, cells.QUESTION)
_BY_NAME_COLUMN = FIRST_STEP + len(_STEPS)
_BESIDE_COLUMN = _BY_NAME_COLUMN + len(BY_NAME)
_AREAS = {SIDE: cells.SIDE, SCORE: cells.SCORE, CATEGORY: cells.CATEGORY}
_COMPARED = tuple(step(source, "去句号") for source in READ_OF)


def working_sheet(layout: SelfLayout, answers: SelfAnswers, explanations: Sequence[str], edition: Edition) -> SheetBuilder:
    """One row for each row of the form; the steps of reading stand in hidden columns. `explanations` are those of the written rows."""
    sheet = titled(
        WORKING, "Sheet_Working", f"{WORKING}：指标值和完成值的读法与得分", WIDTHS, NOTE, heads=HEADS, head_row=FIRST_WORK_ROW - 1
    )
    beside = _beside(layout.table, editable=edition is not Edition.FINISHED)
    sheet.hidden_columns.append((FIRST_STEP, _BESIDE_COLUMN + len(beside) - 1))
    heads = [f"{side}\n{name}" for side, names in zip(("指标值", "完成值"), READ_OF.values(), strict=True) for name in names]
    sheet.heads(FIRST_WORK_ROW - 1, [*heads, *BY_NAME, *beside], first=FIRST_STEP)
    sheet.height(FIRST_WORK_ROW - 1, 32)
    finished = edition is Edition.FINISHED
    written = dict(enumerate(zip(answers.rows, explanations, strict=True), 1))
    for number in layout.numbers:
        row, explanation = written.get(number, (IndicatorRow(), ""))
        texts = row_texts(row, explanation)
        _put(sheet, layout, number, row, texts, finished=finished)
        set_heights(sheet, layout.work_rows(number), texts if number in written else (), 24)
    last = layout.work_rows(layout.rows)[1]
    placed = [(column, name) for column, name in enumerate(beside, _BESIDE_COLUMN) if name == TARGET]
    for column, name in (*_AREAS.items(), *placed, *((FIRST_STEP + _STEPS.index(name), name) for name in _COMPARED)):
        sheet.area(cells.column(name).key, FIRST_WORK_ROW, column, last)
    sheet.mark_states(FIRST_WORK_ROW, SCORE, last)
    sheet.frozen = (FIRST_WORK_ROW, WEIGHT)
    heads_row = FIRST_WORK_ROW - 1
    sheet.page = Page(landscape=True, heads=(heads_row, heads_row), area=(0, 0, max(last, FIRST_WORK_ROW), len(WIDTHS) - 1))
    return sheet


def _beside(table: SelfEvaluation, *, editable: bool) -> Mapping[str, Expr]:
    """What the form doesn't print in one cell: a target in three columns put together, the classes that have no column."""
    found: dict[str, Expr] = {}
    if table.parted:
        sign, figure, unit = map(Cell, cells.PARTED)
        leads = call("MID", figure, 1, call("LEN", sign)).equals(sign)
        ends = call("MID", figure, call("MAX", 1, call("LEN", figure) - call("LEN", unit) + 1), call("LEN", unit)).equals(unit)
        whole = joined(when(leads, "", sign), figure, when(ends, "", unit))
        found[TARGET] = when(joined(sign, unit).equals(""), when(figure.equals(""), "", figure), whole)
    if not table.scored:
        found |= {word: row_trees(table.rows, scored=False)[word] for word in (cells.WEIGHT, cells.POINTS)}
    if editable:
        found |= {word: when(USED, name, "") for word, name in table.unprinted.items()}
    return found


def row_texts(row: IndicatorRow, explanation: str) -> tuple[LongText, ...]:
    """The texts of a row in their columns."""
    found = {NAME: row.name, WANTED_TEXT: row.target, DONE_TEXT: row.actual, EXPLANATION: explanation}
    return tuple(long_text(exact(text), WIDTHS[column]) for column, text in found.items())


def _put(sheet: SheetBuilder, layout: SelfLayout, number: int, row: IndicatorRow, texts: Sequence[LongText], *, finished: bool) -> None:
    rows, keys, trees = layout.work_rows(number), cells.keys_of(number), row_trees(layout.table.rows, scored=layout.table.scored)

    def computed(column: int, key: str, of: Expr, style: str) -> None:
        sheet.computed(rows[0], column, key, of, tall_style(style, rows), rows=rows[1] - rows[0] + 1)

    sheet.label(rows[0], NUMBER, number, tall_style("centre", rows), rows=rows[1] - rows[0] + 1)
    if finished:  # merged on the form, under its printed label
        style = tall_style("small", rows)
        sheet.label(rows[0], CATEGORY, row.level1 or None, style, rows=rows[1] - rows[0] + 1, key=keys[cells.CATEGORY])
        entered: Mapping[str, Held] = {**WORDS, **dict(row_entries(row))}
        for column, (name, of) in enumerate(BY_NAME.items(), _BY_NAME_COLUMN):
            sheet.label(rows[0], column, as_text(of.value(entered)) or None, "hidden", key=keys[name])
    else:
        computed(CATEGORY, keys[cells.CATEGORY], Applied(trees[cells.CATEGORY], keys), "small")
        for column, (name, of) in enumerate(BY_NAME.items(), _BY_NAME_COLUMN):
            sheet.computed(rows[0], column, keys[name], Applied(of, keys), "hidden")
    linked = dict(zip((NAME, WANTED_TEXT, DONE_TEXT), texts, strict=False))
    for column, name in _LINKED:
        _link(sheet, rows, column, Cell(keys[name]), linked.get(column) if finished else None)
    for column, name in _JUDGED:
        computed(column, keys[name], Applied(trees[name], keys), _STYLES.get(column, "form_centre"))
    for column, name in enumerate(_STEPS, FIRST_STEP):
        sheet.computed(rows[0], column, keys[name], Applied(trees[name], keys), "hidden")
    for column, (name, of) in enumerate(_beside(layout.table, editable=not finished).items(), _BESIDE_COLUMN):
        sheet.computed(rows[0], column, keys[name], Applied(of, keys), "hidden")


def _link(sheet: SheetBuilder, rows: RowSpan, column: int, source: Cell, pieces: LongText | None) -> None:
    """What stands on the form; a long text in pieces."""
    style = "small" if column == NAME else "form_centre"
    if pieces and rows[0] != rows[1]:
        put_pieces(sheet, rows, column, source, pieces, style)
    else:
        of = when(source.equals(""), "", source)
        sheet.computed(rows[0], column, "", of, tall_style(style, rows), rows=rows[1] - rows[0] + 1)
