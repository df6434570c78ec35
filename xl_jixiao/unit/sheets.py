"""The sheets a unit's book has of its own: 填报说明, 基础数据, 项目清单, 公布数核对, 校验, 打印清单, and the hidden links between them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from xl_jixiao.expr import (
    Applied,
    Area,
    Cell,
    Cleared,
    Counted,
    Expr,
    Guarded,
    Operand,
    Rounded,
    Value,
    all_of,
    any_of,
    as_text,
    call,
    first_of,
    is_blank,
    is_number,
    joined,
    spaceless,
    total,
    tree,
    when,
)
from xl_jixiao.rules.typed import FIRST_DATE, LAST_DATE, Kind, Typed
from xl_jixiao.sheet import checks
from xl_jixiao.sheet.build import SheetBuilder, titled
from xl_jixiao.sheet.checks import Line, at_home, counted, passes
from xl_jixiao.sheet.data import CONFIRM, LONGEST_REMARK, STATES, data_sheet, free_text, hint_key, remark_key, state, unsaid
from xl_jixiao.sheet.data import part as part_of
from xl_jixiao.sheet.guide import Guide
from xl_jixiao.sheet.looks import INPUT_STYLES, SHOWN_STYLES
from xl_jixiao.sheet.measure import height_for, side_breaks
from xl_jixiao.sheet.plan import Accepts, Computed, Entry, Mark, Page, Visibility, linked, place_of
from xl_jixiao.sheet.progress import Chained, Gap, Progress, Stage, Wrong
from xl_jixiao.tables.slips import IN_YUAN, MANY_TIMES, is_money
from xl_jixiao.unit.merged import MergedForm
from xl_jixiao.unit.parts import BookForm, BookInput, UnitBook, named_key, same_name_key
from xl_jixiao.words import (
    AGREES,
    BLANK,
    CHECKS,
    DATA,
    DIFFERS,
    EXPLAIN,
    FILLED,
    INVALID,
    LAST_DIGIT,
    LINKS_SHEET,
    LOCKED,
    MUST_FIX,
    NO_PROJECT,
    NOT_FILLED,
    OPTIONAL,
    PASSED,
    PRINT_LIST,
    PROJECTS,
    PUBLISHED,
    UNFINISHED,
    UNREADABLE,
)

ValueOf = Callable[[str], Value]

PUBLISHED_STATES = Area("区:公布数核对")
LONGEST_PUBLISHED = 30


# ---- 基础数据


def facts_sheet(book: UnitBook, value_of: ValueOf, remarks: Mapping[str, str], *, editable: bool) -> SheetBuilder:
    """Every fact once, then each form's own questions; what is computed of other facts has its formula."""
    inputs = (*book.shared, *book.own)
    sheet = data_sheet(inputs, book.table.year, value_of, remarks, book.asked_of_facts, editable=editable)
    kinds = {item.key: item.kind for item in book.shared}
    asked = {state(cell).key: test for part in book.parts if (test := book.is_named(part)) is not None for cell in part.bound.values()}
    for at, one in enumerate(sheet.cells):
        content = one.content
        if isinstance(content, Entry) and content.key in book.formulas:
            key = content.key
            sheet.cells[at] = replace(one, content=Computed(key, book.formulas[key]), style=SHOWN_STYLES.get(kinds[key], "cell"))
        elif isinstance(content, Computed) and content.key in asked and content.key.partition(":")[2] not in kinds:
            sheet.cells[at] = replace(one, content=replace(content, expr=when(asked[content.key], content.expr, OPTIONAL)))
    return sheet


# ---- 项目清单

_LIST_HEAD, _LIST_FIRST = 2, 3
_LEFT_HEADS = ("序号", "转到", "得分")
_LEFT_WIDTHS = (5, 14, 7)
_NAME_WIDTH, _TEXT_WIDTH, _DATE_WIDTH, _OTHER_WIDTH, _HINT_WIDTH = 26, 20, 15, 12, 40
_REMARK, _HINT = "备注", "提示"
_LIST_SCALE = 90
"""The scale the list is printed at, its columns on as many pages as they need: 9 points are 8 then."""


def projects_sheet(book: UnitBook, pages: Mapping[str, str], value_of: ValueOf, *, editable: bool) -> SheetBuilder:
    """The list of projects, a row for each; its form is linked from the row. `pages` is the first printed sheet of each form."""
    assert book.table.projects is not None
    heads = [head + (f"（{items[0].unit}）" if items[0].unit else "") for head, items in book.columns]
    widths = (*_LEFT_WIDTHS, *map(_list_width, (items[0] for _, items in book.columns), range(len(heads))), _TEXT_WIDTH)
    remark, hint = len(widths) - 1, len(widths)
    kept = len(_LEFT_HEADS) + 1
    sides = tuple(side_breaks(widths, kept, _LIST_SCALE, landscape=True))
    note = f"一个项目一行，最多{book.rows}个；现有{book.count}个项目的表，再多的用 xl-jixiao import 增加。"
    all_heads = (*_LEFT_HEADS, *heads, _REMARK, _HINT)
    sheet = titled(PROJECTS, "Sheet_Projects", PROJECTS, widths, note if editable else LOCKED, heads=all_heads, head_row=_LIST_HEAD)
    sheet.widths = (*widths, _HINT_WIDTH)
    sheet.height(_LIST_HEAD, height_for(zip(all_heads, sheet.widths, strict=True), 10, 36))
    first_side = sides[0] if sides else len(widths)
    sheet.cells = [replace(one, columns=first_side) if one.row < _LIST_HEAD else one for one in sheet.cells]
    for number in range(1, book.rows + 1):
        row = _LIST_FIRST + number - 1
        sheet.label(row, 0, number, "centre")
        forms = [part for part in book.parts if part.number == number]
        scored = [part.keys[part.job.total_key] for part in forms if part.scored]
        if forms:
            sheet.jump(row, 1, sheet=pages[forms[0].name], text=forms[0].name)
        else:
            sheet.label(row, 1, "—", "centre")
        if scored:
            sheet.computed(row, 2, "", Cell(scored[0]), "points")
        else:
            sheet.label(row, 2, "—", "centre")
        for column, (_, items) in enumerate(book.columns, len(_LEFT_HEADS)):
            item = items[number - 1]
            if item.key in book.formulas:
                sheet.computed(row, column, item.key, book.formulas[item.key], SHOWN_STYLES.get(item.kind, "cell"))
                continue
            if item.key in book.computed:
                sheet.label(row, column, None, "cell", key=item.key)
                continue
            sheet.entry(row, column, item.key, value_of(item.key), INPUT_STYLES[item.kind], required=False, given=item.kind == "text")
        word = row_remark(book, number)
        sheet.entry(row, remark, word, value_of(word), "input", required=False)
        sheet.computed(row, hint, "", _row_hint(book, number), "small")
        texts = [(as_text(value_of(items[number - 1].key)), widths[at]) for at, (_, items) in enumerate(book.columns, len(_LEFT_HEADS))]
        texts.append((as_text(value_of(word)), widths[remark]))
        sheet.height(row, height_for(texts, 10, 32))
    last = _LIST_FIRST + book.rows - 1
    for column, (head, items) in enumerate(book.columns, len(_LEFT_HEADS)):
        if editable and items[0].key not in book.computed:
            sheet.typed_areas.append(((_LIST_FIRST, column, last, column), _accepts(head, items[0])))
    if editable:
        said = free_text(_REMARK, "选填：“提示”问到的，填对了就在这里写明。", LONGEST_REMARK)
        sheet.typed_areas.append(((_LIST_FIRST, remark, last, remark), said))
    sheet.frozen = (_LIST_FIRST, len(_LEFT_HEADS) + 1)
    printed = last if editable else _LIST_FIRST + max(1, book.count) - 1
    page = Page(landscape=True, heads=(_LIST_HEAD, _LIST_HEAD), area=(0, 0, printed, len(widths) - 1))
    sheet.page = replace(page, sides=sides, kept=(0, kept - 1), scale=_LIST_SCALE) if sides else page
    return sheet


def row_remark(book: UnitBook, number: int) -> str:
    """The entry in which a row of the list is explained: the remark of the project's name."""
    return remark_key(book.columns[0][1][number - 1].key)


_ANEW = MappingProxyType({"choice": "再从下拉列表选择", "date": "再输入日期，如 2021-7-20"})
"""What to do about a wrong entry of the list, by its kind."""


def _row_hint(book: UnitBook, number: int) -> Expr:
    """What is asked of, or wrong with, the entries of a row of the list."""
    used = {cell for part in book.parts for cell in part.bound.values()}
    said: list[Operand] = []
    for head, items in book.columns:
        item = items[number - 1]
        if item.key in used and item.key not in book.computed:
            asked = Cell(hint_key(item.key))
            wrong = _ANEW.get(item.kind, "再输入数字")
            said.append(when(state(item.key).equals(INVALID), f"“{head}”{INVALID}：按 Delete 清空，{wrong}。", ""))
            said.append(when(asked.equals(""), "", joined(f"“{head}”", asked, "。")))
    apart = Cell(apart_key(number))
    said.append(when(apart.equals(""), "", joined(apart, APART, "，", CONFIRM, "。")))
    return joined(*said)


APART = f"是同一列其他项目平均数的{MANY_TIMES}倍以上，{IN_YUAN}"
"""What is asked of an amount of the list."""


def apart_key(number: int) -> str:
    """The cell that says which amounts of a row of the list are a thousand times their neighbours, until its remark answers."""
    return f"单位:{number}"


def _list_width(item: BookInput, at: int) -> float:
    """The width of a column of the list: the first is the project's name."""
    if at == 0:
        return _NAME_WIDTH
    return {"text": _TEXT_WIDTH, "date": _DATE_WIDTH}.get(item.kind, _OTHER_WIDTH)


def _accepts(head: str, item: BookInput) -> Accepts:
    typed = item.typed
    if typed.kind is Kind.TEXT:
        return free_text(head, item.definition or head, item.limit)
    error = {Kind.CHOICE: "请从下拉列表中选择。", Kind.DATE: "请填写日期，如 2021-7-20。"}.get(typed.kind, "应为不小于0的数字。")
    if typed.kind is Kind.DATE:
        typed = Typed(Kind.NUMBER, required=False, least=Decimal(FIRST_DATE), limit=Decimal(LAST_DATE))
    elif typed.numeric:
        typed = replace(typed, none=False, required=False)
    return Accepts(typed, head, f"{item.definition or head}{f'（单位：{item.unit}）' if item.unit else ''}", error)


# ---- 取数


def links_sheet(book: UnitBook, forms: Sequence[MergedForm], facts: SheetBuilder) -> SheetBuilder:
    """The hidden sheet: for each form the 状态 of all its inputs, as it counts them, each in the row it has on 基础数据, so that what is looked
    for here is found there; below them those of the list of projects."""
    sheet = SheetBuilder(LINKS_SHEET, "Sheet_Links")
    sheet.visibility = Visibility.BURIED
    listed = {item.key: item for _, items in book.columns for item in items}
    rows_of_list = {item.key: number for _, items in book.columns for number, item in enumerate(items, 1)}
    asked = book.asked_of_list
    used = dict.fromkeys(cell for part in book.parts for cell in part.bound.values() if cell in listed)
    span = facts.areas[STATES.key]
    rows = {one.content.key: one.row for one in facts.cells if isinstance(one.content, Computed) and one.column == span.left}
    for row, cell in enumerate(used, span.bottom + 1):
        rows[state(cell).key] = row
        sheet.label(row, 0, listed[cell].name, "hidden")
        hint, remark = Cell(hint_key(cell)), remark_key(cell)
        row_word = Cell(row_remark(book, rows_of_list[cell]))
        filled = when(hint.equals(""), FILLED, EXPLAIN)
        sheet.computed(row, 1, state(cell).key, listed[cell].typed.state(Cell(cell), filled), "hidden")
        sheet.computed(row, len(forms) + 3, hint.key, _asked_in_row(asked.get(cell, ()), row_word), "hidden")
        if remark != row_word.key:
            sheet.computed(row, len(forms) + 4, remark, when(is_blank(row_word), "", row_word), "hidden")
    names = {item.key: item.name for item in (*book.shared, *book.own)}
    for cell, name in names.items():
        sheet.label(rows[state(cell).key], 0, name, "hidden")
    for at, first in enumerate(book.columns[0][1] if book.columns else (), 1):
        bare, earlier = Cell(f"项目名:{at}"), [Cell(f"项目名:{row}") for row in range(1, at)]
        same = first_of([(one.equals(bare), row) for row, one in enumerate(earlier, 1)], 0)
        sheet.computed(at, 2, named_key(at), when(is_blank(Cell(first.key)), 0, 1), "hidden")
        sheet.computed(at, len(forms) + 5, bare.key, spaceless(Cell(first.key)), "hidden")
        sheet.computed(at, len(forms) + 6, same_name_key(at), when(bare.equals(""), 0, same), "hidden")
        heads = [when(test, f"“{head}”", "") for head, _, test in apart(book, at)]
        sheet.computed(at, len(forms) + 7, apart_key(at), when(unsaid(Cell(row_remark(book, at))), joined(*heads), ""), "hidden")
    last = max(span.bottom + len(used), span.top)
    for column, one in enumerate(forms, 3):
        sheet.label(0, column, one.part.name, "hidden")
        for cell in dict.fromkeys(one.part.bound[item.key] for item in one.part.job.inputs):
            sheet.computed(rows[state(cell).key], column, "", state(cell), "hidden")
        for area, is_state in one.data_areas:
            sheet.area(area, span.top, column if is_state else 0, last)
    return sheet


def _asked_in_row(questions: Sequence[Expr], remark: Cell) -> Expr:
    """What the forms ask of an entry of the list, until the row's remark answers."""
    if not questions:
        return tree("")
    said = first_of([(one.differs(""), joined(one, CONFIRM)) for one in questions], "")
    return Guarded(when(unsaid(remark), said, ""), tree(""))


# ---- 公布数核对

_PUBLISHED_HEADS = ("序号", "表", "表内项目", "基础数据", "填报数", "单位", "该表公布数（选填）", "核对")
_PUBLISHED_WIDTHS = (6, 18, 30, 30, 16, 8, 20, 16)
_PUBLISHED_FIRST = 4


def published_key(use: str) -> str:
    """The entry of a figure a form published otherwise."""
    return f"公布_{use}"


def comparison_key(use: str) -> str:
    """The cell that says whether it agrees."""
    return f"公布核对:{use}"


_FACT, _CLAIM = Cell("数"), Cell("公布数")
_SHOWN = when(is_blank(_FACT), "", _FACT)
_LEAST_GAP = 8
"""Decimals at which a published figure and the book's are told apart."""


def _compared(unit: str) -> Expr:
    """The published figure, a text, against the book's, at the decimals it prints."""
    said: Expr = _CLAIM
    for word in filter(None, (unit, ",", "，", " ", "　")):
        said = call("SUBSTITUTE", said, word, "")
    bare = call("SUBSTITUTE", call("SUBSTITUTE", said, "％", "%"), "%", "")
    percent = call("LEN", said) > call("LEN", bare)
    decimals = call("MAX", 0, call("LEN", bare) - call("FIND", ".", joined(bare, ".")))
    places = decimals + when(percent, 2, 0)
    number = call("VALUE", bare) / when(percent, 100, 1)
    gap = Rounded(number - call("ROUND", _FACT, places), _LEAST_GAP)
    near = Rounded(call("ABS", gap) - call("POWER", 10, 0 - places), _LEAST_GAP) <= 0
    words = Guarded(first_of([(gap.equals(0), AGREES), (near, LAST_DIGIT)], DIFFERS), tree(UNREADABLE))
    return first_of([(is_blank(_CLAIM), ""), (is_number(_FACT), words)], "")


def published_sheet(book: UnitBook, value_of: ValueOf, *, editable: bool) -> SheetBuilder:
    """Every figure that more than one form prints: what a form has published of its own is held against the one fact."""
    note = "各表的数都取自基础数据，自然一致。哪张表已经公布或上报过另外的数，照原样填在“该表公布数”列（如 20.48），核对列会指出。"
    sheet = titled(PUBLISHED, "Sheet_Published", PUBLISHED, _PUBLISHED_WIDTHS, note, heads=_PUBLISHED_HEADS, head_row=_PUBLISHED_FIRST - 1)
    names = {item.key: item for item in book.shared}
    trees: dict[str, Expr] = {}
    for row, use in enumerate(book.uses, _PUBLISHED_FIRST):
        item, fact, claim = names[use.cell], Cell(use.cell), Cell(published_key(use.key))
        sheet.label(row, 0, row - _PUBLISHED_FIRST + 1, "centre")
        for column, text in ((1, use.part), (2, use.item.name), (3, item.name), (5, item.unit)):
            sheet.label(row, column, text, "cell")
        sheet.computed(row, 4, "", Applied(_SHOWN, {_FACT.key: fact.key}), SHOWN_STYLES.get(item.kind, "cell"))
        sheet.entry(row, 6, claim.key, value_of(claim.key), "input_words", required=False)
        compared = trees.setdefault(use.item.unit, _compared(use.item.unit))
        sheet.computed(row, 7, comparison_key(use.key), Applied(compared, {_FACT.key: fact.key, _CLAIM.key: claim.key}), "centre")
    last = _PUBLISHED_FIRST + max(1, len(book.uses)) - 1
    if not book.uses:
        sheet.label(last, 0, "没有几张表共用的数。", "cell", columns=len(_PUBLISHED_HEADS))
    if editable and book.uses:
        sheet.typed_areas.append(((_PUBLISHED_FIRST, 6, last, 6), free_text("该表公布数", "照该表已经公布的样子填写。", LONGEST_PUBLISHED)))
    sheet.area(PUBLISHED_STATES.key, _PUBLISHED_FIRST, 7, last)
    sheet.marks += [
        Mark((_PUBLISHED_FIRST, 7, last, 7), word, colour, background)
        for word, colour, background in (
            (DIFFERS, "#9C0006", "#FFC7CE"),
            (UNREADABLE, "#9C0006", "#FFC7CE"),
            (LAST_DIGIT, "#7F6000", "#FFF2CC"),
            (AGREES, "#006100", "#E2F0D9"),
        )
    ]
    sheet.frozen = (_PUBLISHED_FIRST, 3)
    sheet.page = Page(landscape=True, area=(0, 0, last, len(_PUBLISHED_HEADS) - 1))
    return sheet


# ---- 校验


def without_form(book: UnitBook) -> Expr:
    """How many named projects have no form yet."""
    left = [Cell(named_key(number)) for number in range(book.count + 1, book.rows + 1)]
    return total(left) if left else tree(0)


def check_lines(book: UnitBook) -> Iterator[Line]:
    """The checks over the whole book."""
    first = (*book.shared, *book.own)[0].key if (book.shared or book.own) else ""
    if first:
        yield counted("基础数据已填全", STATES, BLANK, "项空白", BLANK, first)
        yield counted("基础数据有效", STATES, INVALID, "项不能用", MUST_FIX, first)
        yield at_home(first)
    if book.uses:
        yield _published_alike(published_key(book.uses[0].key))
    if book.columns:
        extra = without_form(book)
        detail = joined(extra, f"个项目还没有表（现有{book.count}个项目的表），用 xl-jixiao import 增加")
        name = book.columns[0][1][0].key
        yield passes(extra.equals(0), MUST_FIX, "每个项目都有表", detail, name)
        gaps = total([_gap(row) for row in range(book.rows)]) if has_row_areas(book) else tree(0)
        yield passes(gaps.equals(0), MUST_FIX, "填了内容的项目都有名称", joined(gaps, "行没有项目名称"), name)
        yield from _named_once(book)
        yield from _one_unit(book)


def _published_alike(first: str) -> Line:
    """That what forms published is what the book has. While a fact is asked about or wrong, what is summed up of it can't be compared."""
    line = counted("各表公布的数与基础数据一致", PUBLISHED_STATES, DIFFERS, "项不一致", MUST_FIX, first)
    open_facts = Counted(STATES, EXPLAIN) + Counted(STATES, INVALID)
    settled = any_of([line.result.equals(PASSED), open_facts.equals(0)])
    said = joined(line.detail, when(settled, "", "；先看基础数据里须核对、有误的数"))
    return replace(line, result=when(settled, line.result, UNFINISHED), detail=said)


def _named_once(book: UnitBook) -> Iterator[Line]:
    """That no two projects of the list have one name."""
    rows = [(Cell(same_name_key(row)), row, item.key) for row, item in enumerate(book.columns[0][1], 1)][1:]
    if rows:
        count = total([when(earlier > 0, 1, 0) for earlier, _, _ in rows])
        said = joined(*(when(earlier > 0, joined("第", earlier, f"、{row}行同名；"), "") for earlier, row, _ in rows))
        first = Gap(count > 0, first_of([(earlier > 0, linked(place_of(key), key)) for earlier, _, key in rows], ""))
        detail = when(count > 0, joined(said, "重复的删去一行，不同的项目把名称写得能区分"), "没有同名的项目")
        yield Line("没有重复填报的项目", when(count > 0, EXPLAIN, PASSED), detail, rows[0][2], first=first)


def _one_unit(book: UnitBook) -> Iterator[Line]:
    """That no amount of the list is a thousand times its neighbours, unless its row says why."""
    if any(True for _ in apart(book, 1)):
        rows = [(Cell(apart_key(number)).differs(""), item.key) for number, item in enumerate(book.columns[0][1], 1)]
        count = total([when(test, 1, 0) for test, _ in rows])
        said = joined(*(when(test, f"第{number}行", "") for number, (test, _) in enumerate(rows, 1)))
        first = Gap(count > 0, first_of([(test, linked(place_of(key), key)) for test, key in rows], ""))
        detail = when(count > 0, joined(said, f"有一个数{APART}见该行“{_HINT}”"), "各列的金额大小相近")
        yield Line("项目清单各列的金额单位一致", when(count > 0, EXPLAIN, PASSED), detail, rows[0][1], first=first)


def apart(book: UnitBook, number: int) -> Iterator[tuple[str, BookInput, Expr]]:
    """The typed amounts of a row of the list, each with whether it is a thousand times the mean of the others of its column."""
    for at, (head, items) in enumerate(book.columns):
        item = items[number - 1]
        if is_money(item) and item.key not in book.computed and len(items) > 1:
            area, own = Area(column_area(at)), Cell(item.key)
            others, rest = call("COUNT", area) - 1, Cleared(call("SUM", area) - own, 10)
            yield head, item, when(is_number(own), all_of([rest > 0, own * others >= rest * MANY_TIMES]), False)


def column_area(at: int) -> str:
    """A column of the list."""
    return f"区:项目列:{at + 1}"


def _gap(row: int) -> Expr:
    return when(Cell(named_key(row + 1)).equals(0), when(call("COUNTA", Area(row_area(row))) > 0, 1, 0), 0)


def row_area(row: int) -> str:
    """A row of the list beside its first column."""
    return f"区:项目行:{row + 1}"


def has_row_areas(book: UnitBook) -> bool:
    """Whether anything but the name is typed in a row of the list."""
    return _typed_columns(book) > 1


def _typed_columns(book: UnitBook) -> int:
    return sum(items[0].key not in book.computed for _, items in book.columns)


def put_row_areas(sheet: SheetBuilder, book: UnitBook) -> None:
    """The areas of the list's rows; computed columns are the last, and no part of them."""
    first, last = len(_LEFT_HEADS) + 1, len(_LEFT_HEADS) + _typed_columns(book) - 1
    for row in range(book.rows) if has_row_areas(book) else ():
        sheet.area(row_area(row), _LIST_FIRST + row, first, _LIST_FIRST + row, last)
    for at in range(len(book.columns)):
        column = len(_LEFT_HEADS) + at
        sheet.area(column_area(at), _LIST_FIRST, column, _LIST_FIRST + book.rows - 1, column)


def checks_sheet(book: UnitBook) -> SheetBuilder:
    """校验: the checks over the whole book; each form's own follow."""
    sheet, row = checks.checks_sheet(check_lines(book), progress_of(book))
    return checks.finish(sheet, row)


# ---- 填报说明, 打印清单


def results_of(part: BookForm) -> Area:
    """The results of a form's checks."""
    return Area(part.keys[checks.RESULTS.key])


_STEPS = (
    (
        DATA,
        "填写浅黄色单元格，每个数只填一次，各表自动取数；前面是各表共用的数，后面是各表自己的问题。没有这个数的填“无”，为零的填0，未填的留空。",
    ),
    (PROJECTS, "一个项目一行；每个项目的表自动取数。"),
    (CHECKS, "“必改”的改正，“须说明”的写明理由；点“跳转”到要改的地方。"),
    (PRINT_LIST, "各表都显示“可以打印”后，逐张打印、签字、盖章。"),
)
_LEGEND = (
    (BLANK, "还没有填，用到它的表显示“未完成”"),
    (EXPLAIN, "须写明理由或原因"),
    (INVALID, "不是数字、为负数、应为整数而有小数，或不在可选范围，须改正"),
    (PASSED, "已核对"),
)


def progress_of(book: UnitBook) -> Progress:
    """How far 基础数据 is filled."""
    return Progress([part_of((*book.shared, *book.own))])


def form_stages(book: UnitBook, forms: Sequence[MergedForm]) -> Iterator[Stage]:
    """How far each form is: how many of its own checks have a result, and how many fail."""
    before = ""
    for one in forms:
        area, started = results_of(one.part), Cell(one.part.keys[checks.STARTED.key])
        wanted = len([cell for cell in one.stacked[CHECKS].cells if cell.column == checks.RESULT and isinstance(cell.content, Computed)])
        left: Expr = when(started.equals(NOT_FILLED), wanted, Counted(area, BLANK))
        wrong = Wrong(Counted(area, MUST_FIX), MUST_FIX, "项必改")
        chained = Chained(f"先填:{one.part.name}", before)
        before = chained.key
        touched, there = started.differs(NOT_FILLED), book.is_named(one.part)
        yield Stage(one.official[0].name, wanted - left, wanted, "项校验", touched, (), (wrong,), there=there, chained=chained)


def guide_sheet(
    book: UnitBook, forms: Sequence[MergedForm], working: Mapping[str, str], there: Iterable[str], *, buttons: bool
) -> SheetBuilder:
    """What to do and how far the work is, form by form. `working`: for each form the sheet something is still to be judged or written on."""
    table, sheets = book.table, set(there)
    guide = Guide(table.title, "套表", table.id, table.revision, table.basis)
    guide.progress(Progress([*progress_of(book).parts, *form_stages(book, forms)]))
    if buttons:
        guide.buttons()
    own = [(sheet, f"{name}：填写浅黄色单元格，写明认定情况、原因和说明。") for name, sheet in working.items()]
    steps = [step for step in _STEPS if step[0] in sheets]
    guide.steps([*steps[:-2], *own, *steps[-2:]], _LEGEND)
    notes = [f"{form.name}：{text}" for form in table.forms for text in _notes_of(book, form.name)]
    return guide.done((*table.notes, *notes))


def _notes_of(book: UnitBook, form: str) -> tuple[str, ...]:
    return next((part.job.table.notes for part in book.parts if part.form.name == form), ())


READY_TO_PRINT = "可以打印"
_PRINT_HEADS = ("序号", "表", "工作表", "完整性", "总分", "签字盖章", "已签")
_PRINT_WIDTHS = (6, 20, 34, 22, 12, 44, 8)


def print_sheet(book: UnitBook, forms: Sequence[MergedForm]) -> SheetBuilder:
    """What is printed and who signs it; whether each form is complete says its own check."""
    note = "各表已按 A4 设好打印；点“工作表”转到该表打印。显示“可以打印”的才签字盖章。"
    sheet = titled(PRINT_LIST, "Sheet_Print", PRINT_LIST, _PRINT_WIDTHS, note, heads=_PRINT_HEADS, head_row=2)
    row = 3
    for one in forms:
        part, area = one.part, results_of(one.part)
        left = Counted(area, BLANK) + Counted(area, MUST_FIX)
        key = part.keys[part.job.total_key]
        signs = "、".join(part.form.sign) or "—"
        for made in one.official:
            sheet.label(row, 0, row - 2, "centre")
            sheet.label(row, 1, part.name, "cell")
            sheet.jump(row, 2, sheet=made.name)
            done = when(left.equals(0), READY_TO_PRINT, joined("还有", left, "项未完成"))
            stamp = when(Cell(part.keys[checks.STARTED.key]).equals(NOT_FILLED), NOT_FILLED, done)
            named = book.is_named(part)
            sheet.computed(row, 3, "", stamp if named is None else when(named, stamp, NO_PROJECT), "centre")
            if part.scored:
                sheet.computed(row, 4, "", when(is_number(Cell(key)), Cell(key), UNFINISHED), "points")
            else:
                sheet.label(row, 4, "—", "centre")
            sheet.label(row, 5, signs, "small")
            sheet.label(row, 6, "□", "centre")
            sheet.height(row, height_for([(signs, _PRINT_WIDTHS[5]), (made.name, _PRINT_WIDTHS[2])], 9.5, 24))
            row += 1
    sheet.marks.append(Mark((3, 3, row - 1, 3), READY_TO_PRINT, "#006100", "#E2F0D9"))
    sheet.page = Page(landscape=True, heads=(2, 2), area=(0, 0, max(3, row - 1), len(_PRINT_WIDTHS) - 1))
    return sheet
