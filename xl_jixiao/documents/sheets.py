"""填报说明, 核算底稿 and 校验 of a document's workbook."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from xl_jixiao.documents.figure_trees import FigureTrees, claim_key, comparison_key, text_key, worked_key
from xl_jixiao.documents.model import Document
from xl_jixiao.documents.pages import PrintedText
from xl_jixiao.documents.trees import FormTrees
from xl_jixiao.expr import Area, Counted, Expr, Value, Values, as_text, first_of, joined, total, when
from xl_jixiao.formula import printed_name
from xl_jixiao.sheet.build import SheetBuilder, titled
from xl_jixiao.sheet.checks import Line, agrees, at_home, checks_sheet, counted, finish, passes
from xl_jixiao.sheet.data import STATES, free_text, part, state
from xl_jixiao.sheet.guide import Guide
from xl_jixiao.sheet.looks import INPUT_WORDS
from xl_jixiao.sheet.measure import height_for
from xl_jixiao.sheet.plan import Accepts, Mark, Page, Varies, linked, place_of
from xl_jixiao.sheet.progress import Gap, Progress, Wrong, first_word
from xl_jixiao.words import (
    AGREES,
    BLANK,
    CHECKS,
    DATA,
    DIFFERS,
    EXPLAIN,
    FIGURES,
    INVALID,
    LAST_DIGIT,
    LOCKED,
    MUST_FIX,
    NONE_WORD,
    PASSED,
    ROUNDING,
    UNREADABLE,
)

NUMBER, NAME, FORMULA, STATE, VALUE, UNIT, WORKED, CLAIM, COMPARISON, TEXT = range(10)
WIDTHS = (5, 26, 32, 8, 13, 6, 38, 13, 12, 14)
HEADS = ("序号", "计算项", "公式", "状态", "数值", "单位", "算式", "公布数（选填）", "核对", "行文用")
NOTE = "全部自动计算。已经公布的数照原样填在“公布数”列（如 95.71%、875.14、减少29.30%），按其小数位数与复算数核对。"
FIRST_ROW = 4
COMPARISONS = Area("区:核对")
LONGEST_CLAIM = 30
"""How many characters a published figure may have."""

LEGEND = (
    (BLANK, "还没有填，用到它的数字和文字显示为空或“〔待填〕”"),
    (INVALID, "不是数字、为负数、不是整数或超过上限，须改正"),
    (DIFFERS, "公布的数与基础数据算出的数不一致，须改正"),
    (PASSED, "已核对"),
)
_MARKED = (
    (DIFFERS, "#9C0006", "#FFC7CE"),
    (UNREADABLE, "#9C0006", "#FFC7CE"),
    (LAST_DIGIT, "#7F6000", "#FFF2CC"),
    (AGREES, "#006100", "#E2F0D9"),
)


# ---- 填报说明


def guide_sheet(form: Document, *, addin: bool) -> SheetBuilder:
    """What to do, and how far the work is."""
    guide = Guide(form.title, "文书编号", form.id, form.revision, form.basis)
    guide.progress(progress(form))
    if addin:
        guide.buttons()
    guide.steps(_steps(form), LEGEND)
    return guide.done(form.notes)


def _steps(form: Document) -> Iterator[tuple[str, str]]:
    """What to do, sheet by sheet."""
    yield DATA, f"填写有颜色的单元格（{INPUT_WORDS}）：数字、文字各填一次，其余各表自动取数。没有这个数的填“无”，为零的填0，未填的留空。"
    for name in dict.fromkeys(form.typed_on.values()):
        yield name, f"在有颜色的单元格直接填写（{INPUT_WORDS}），有几个填几个；表上方出现“提示”的，改正，或在基础数据该项的“备注”写明。"
    if form.figures:
        yield FIGURES, "各项合计、占比、增减、完成率自动算出并列出算式。已公布的数填在“公布数”列，按公布的小数位数核对。"
    for page in (one for one in form.pages if not one.typed):
        yield page.sheet, "官方文书，内容全部自动取数，不用填写，可直接打印（A4）。文字改动较多时行高可自行拉动。"
    yield CHECKS, "“必改”的改正；点“跳转”到要改的地方。全部通过后再上报。"


def progress(form: Document) -> Progress:
    """What a person fills: 基础数据; a published figure that differs is something wrong there or in it."""
    figures = part(form.inputs)
    if not form.figures:
        return Progress([figures])
    differs = first_word(COMPARISONS, DIFFERS, claim_key(form.figures[0].key))
    return Progress([replace(figures, faults=(*figures.faults, Wrong(Counted(COMPARISONS, DIFFERS), DIFFERS, "项公布数不一致", differs)))])


# ---- 核算底稿


def figures_sheet(trees: FormTrees, claims: Mapping[str, str], *, editable: bool) -> SheetBuilder:
    """Every figure with its worked line, beside what was published."""
    form = trees.form
    title = f"{FIGURES}（{form.year}年度）"
    sheet = titled(FIGURES, "Sheet_Figures", title, WIDTHS, NOTE if editable else LOCKED, heads=HEADS, head_row=FIRST_ROW - 1)
    message = free_text("公布数（选填）", "照公布的原样填写，如 95.71%、875.14、减少29.30%。", LONGEST_CLAIM).typed
    accepts = Accepts(
        message, "公布数（选填）", "照公布的原样填写，如 95.71%、875.14、减少29.30%。", f"不超过{LONGEST_CLAIM}字。", "请检查公布数"
    )
    for number, one in enumerate(trees.figures.values(), 1):
        _put_figure(sheet, number, one, claims.get(one.figure.key), accepts)
    last = FIRST_ROW + len(form.figures) - 1
    sheet.area(COMPARISONS.key, FIRST_ROW, COMPARISON, last)
    sheet.mark_states(FIRST_ROW, STATE, last)
    sheet.marks += [Mark((FIRST_ROW, COMPARISON, last, COMPARISON), *one) for one in _MARKED]
    sheet.frozen = (FIRST_ROW, FORMULA)
    sheet.page = Page(landscape=True, heads=(FIRST_ROW - 1, FIRST_ROW - 1), area=(0, 0, last, len(WIDTHS) - 1))
    return sheet


def _put_figure(sheet: SheetBuilder, number: int, one: FigureTrees, claim: Value, accepts: Accepts) -> None:
    figure, row = one.figure, FIRST_ROW + number - 1
    sheet.label(row, NUMBER, number, "centre")
    sheet.label(row, NAME, figure.name, "cell")
    sheet.label(row, FORMULA, _formula(one), "small")
    sheet.computed(row, STATE, state(figure.key).key, one.state, "centre")
    sheet.computed(row, VALUE, figure.key, one.value, _style(one), udf=one.udf)
    sheet.label(row, UNIT, "%" if figure.percent else figure.unit, "centre")
    sheet.computed(row, WORKED, worked_key(figure.key), one.worked, "small")
    sheet.entry(row, CLAIM, claim_key(figure.key), claim, "input_words", accepts=accepts, required=False)
    sheet.computed(row, COMPARISON, comparison_key(figure.key), one.comparison, "centre")
    sheet.computed(row, TEXT, text_key(figure.key), one.text, "centre")


def _formula(one: FigureTrees) -> str:
    formula = one.figure.rate_formula
    return formula.as_percentage().sentence() if one.figure.percent else formula.sentence()


def _style(one: FigureTrees) -> str:
    if one.figure.percent:
        return "rate"
    if not one.figure.decimals:
        return "doc_count"
    return "doc_amount" if one.figure.unit in ("", "万元") else "doc_measure"


def set_figure_heights(sheet: SheetBuilder, trees: FormTrees, values: Values) -> None:
    """Rows as high as their worked lines need now."""
    for row, one in enumerate(trees.figures.values(), FIRST_ROW):
        worked = as_text(one.worked.value(values))
        texts = ((one.figure.name, WIDTHS[NAME]), (_formula(one), WIDTHS[FORMULA]), (worked, WIDTHS[WORKED]))
        sheet.height(row, height_for(texts, 9.5, 20))


# ---- 校验


def check_sheet(trees: FormTrees, long_texts: Sequence[PrintedText], values: Values) -> SheetBuilder:
    """The live checks."""
    lines = _lines(trees, tuple(long_texts))
    return finish(*checks_sheet(lines, progress(trees.form), [as_text(line.detail.value(values)) for line in lines]))


@lru_cache(maxsize=128)
def _lines(trees: FormTrees, long_texts: tuple[PrintedText, ...]) -> tuple[Line, ...]:
    """The checks of a form, in the order of the work: made once for all workbooks with as much room for its texts."""
    return tuple(_listed(trees, long_texts))


def _listed(trees: FormTrees, long_texts: tuple[PrintedText, ...]) -> Iterator[Line]:
    form = trees.form
    start = form.inputs[0].key
    yield counted("基础数据已填全", STATES, BLANK, "项空白", BLANK, start)
    yield counted("基础数据有效", STATES, INVALID, "项不是有效数字", MUST_FIX, start)
    yield counted("填报数的单位、大小已核对", STATES, EXPLAIN, "项须核对，见该行“提示”，填对了的写备注", EXPLAIN, start)
    yield at_home(start)
    if form.figures:
        target = claim_key(form.figures[0].key)
        yield counted("公布数与复算数一致", COMPARISONS, DIFFERS, "项不一致", MUST_FIX, target)
        yield counted("公布数读得出", COMPARISONS, UNREADABLE, "项读不出数，无法核对", MUST_FIX, target)
        yield counted("公布数末位无差", COMPARISONS, LAST_DIGIT, "项末位之差，属舍入", ROUNDING, target)
    if long_texts:
        over = total([one.overflow for one in long_texts])
        detail = joined(over, "处文字超出现有行高，请拉高该行，或导出成品（行高按内容调整）")
        yield passes(over.equals(0), EXPLAIN, "长文字打印放得下", detail, long_texts[0].key, varies=Varies.ANYWHERE)
    yield from _sentence_lines(trees)
    yield from (agrees(one, [key for name in one.names for key in form.behind(name)]) for one in form.identities)
    for one in trees.checks:
        yield Line(one.check.name, one.result, one.detail, one.place)


_ONE_FORMULA = 2000
"""So many characters of tests fit into one formula, also where a unit's book puts a name before each."""


def _sentence_lines(trees: FormTrees) -> Iterator[Line]:
    """That no sentence of a page was begun and left open: what keeps the document from being exported."""
    for name, lacking in trees.open_sentences.items():
        groups = list(_that_fit(lacking))
        for number, some in enumerate(groups, 1):
            count = total([when(test, 1, 0) for _, test in some])
            first = Gap(count > 0, first_of([(test, linked(place_of(key), key)) for key, test in some], ""))
            said = (when(test, f"；“{printed_name(key)}”没有填", "") for key, test in some)
            detail = joined(f"写了的句子，每一处都要填，没有的填“{NONE_WORD}”", *said)
            part = f"（{number}）" if len(groups) > 1 else ""
            yield Line(f"“{name}”的句子都写完了{part}", when(count.equals(0), PASSED, MUST_FIX), detail, some[0][0], first=first)


def _that_fit(lacking: Sequence[tuple[str, Expr]]) -> Iterator[list[tuple[str, Expr]]]:
    some: list[tuple[str, Expr]] = []
    length = 0
    for key, test in lacking:
        own = len(test.excel())
        if some and length + own > _ONE_FORMULA:
            yield some
            some, length = [], 0
        some.append((key, test))
        length += own
    yield some
