"""基础数据: every figure once, with its 口径, unit and source; its 状态 beside it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from xl_jixiao.expr import (
    Area,
    Cell,
    Counted,
    Expr,
    Guarded,
    Operand,
    Value,
    call,
    first_of,
    is_blank,
    is_error,
    is_number,
    is_text,
    joined,
    spaceless,
    tree,
    when,
)
from xl_jixiao.number import plain
from xl_jixiao.rules.typed import Kind, Typed
from xl_jixiao.sheet.build import SheetBuilder, titled
from xl_jixiao.sheet.looks import INPUT_STYLES, INPUT_WORDS, SHOWN_STYLES
from xl_jixiao.sheet.measure import height_for
from xl_jixiao.sheet.plan import Accepts, Page
from xl_jixiao.sheet.progress import Stage, Wrong, first_word, of_states
from xl_jixiao.tables.answers import Asked
from xl_jixiao.tables.inputs import Input
from xl_jixiao.tables.reasons import LEAST
from xl_jixiao.words import BLANK, DATA, EXPLAIN, FILLED, INVALID, LOCKED, NONE_WORD

NUMBER, NAME, VALUE, UNIT_COLUMN, DEFINITION, SOURCE, STATE, REMARK, HINT = range(9)
WIDTHS = (5, 26, 16, 7, 36, 20, 9, 20, 32)
HEADS = ("序号", "数据项", "填报数", "单位", "口径说明", "数据来源", "状态", "备注", "提示")
NOTE = f"只填有颜色的单元格（{INPUT_WORDS}）；每个数只填一次，其余各表自动取数。没有这个数的填“无”，为零的填0，未填的留空。"
FIRST_ROW = 4
LONGEST_REMARK = 200
"""How many characters a remark may have when typed: what its cell can print."""

NOWHERE: Mapping[str, str] = MappingProxyType({})

CONFIRM = "填对了的，在“备注”写明"
"""What answers a question."""

AS_ERROR = "是错误值，不能计算：按 Delete 清空，再重新输入"
DATE_AS_TEXT = "是文字，不是日期：按 Delete 清空，再输入日期，如 2021-7-20"

STATES, NAMES = Area("区:数据状态"), Area("区:数据名称")
"""The 状态 column, and the names beside it."""


@lru_cache(maxsize=4096)
def state(key: str) -> Cell:
    """The 状态 cell of an input."""
    return Cell(f"状态:{key}")


def hint_key(key: str) -> str:
    """The cell that asks about an input: whether it is in another unit, what to do about a text."""
    return f"提示:{key}"


def unsaid(remark: Expr) -> Expr:
    """Whether a remark or reason is blank, or shorter than any that says something: 无, 同上, 见附件."""
    return call("LEN", spaceless(remark)) < LEAST


def has_hint(item: Input) -> bool:
    """Whether an input has such a cell."""
    return item.kind != "choice"


def part(inputs: Sequence[Input]) -> Stage:
    """How far the sheet is filled."""
    first = inputs[0].key
    wrong = Wrong(Counted(STATES, INVALID), INVALID, "项有误，须改正", first_word(STATES, INVALID, first, NAMES))
    asked = Wrong(Counted(STATES, EXPLAIN), EXPLAIN, "项须核对，见该行“提示”", first_word(STATES, EXPLAIN, first, NAMES))
    return of_states(DATA, [(STATES, sum(one.required for one in inputs))], first_word(STATES, BLANK, first, NAMES), (wrong, asked))


def remark_key(key: str) -> str:
    """The defined name of an input's remark."""
    return f"备注_{key}"


def free_text(title: str, message: str, most: int) -> Accepts:
    """The input message and the limit of a cell for free text."""
    typed = Typed(Kind.TEXT, required=False, limit=Decimal(most))
    return Accepts(typed, title, f"{message}不超过{most}字。", f"不超过{most}字。")


def data_sheet(
    inputs: Sequence[Input],
    year: int,
    value_of: Callable[[str], Value],
    remarks: Mapping[str, str],
    asked: Asked,
    *,
    editable: bool,
    elsewhere: Mapping[str, str] = NOWHERE,
) -> SheetBuilder:
    """The sheet with its answers; `value_of` gives an input's cell value, `asked` has what is asked, and said, of figures. What is typed
    `elsewhere`, by key the name of that sheet, is shown here with its 状态."""
    sheet = titled(
        DATA,
        "Sheet_Data",
        f"{DATA}（{year}年度）",
        WIDTHS[:HINT],
        NOTE if editable else LOCKED,
        heads=HEADS,
        head_row=FIRST_ROW - 1,
    )
    sheet.widths = WIDTHS
    row, number, group = FIRST_ROW, 0, None
    for item in inputs:
        if item.group != group:
            group = item.group
            sheet.label(row, NUMBER, group, "group", columns=HINT)
            sheet.height(row, 20)
            row += 1
        number += 1
        _put(
            sheet,
            row,
            number,
            item,
            value_of(item.key),
            remarks.get(item.key, ""),
            _beside(item, asked),
            elsewhere.get(item.key, ""),
        )
        row += 1
    last = row - 1
    if editable:
        remark = free_text("备注", "选填：文件名称、文号、与上年不同的原因等，随成品一起导出。", LONGEST_REMARK)
        sheet.typed_areas.append(((FIRST_ROW, REMARK, last, REMARK), remark))
    sheet.area(STATES.key, FIRST_ROW, STATE, last)
    sheet.area(NAMES.key, FIRST_ROW, NAME, last)
    sheet.mark_states(FIRST_ROW, STATE, last)
    sheet.frozen = (FIRST_ROW, VALUE)
    sheet.page = Page(landscape=True, heads=(FIRST_ROW - 1, FIRST_ROW - 1), area=(0, 0, last, REMARK))
    return sheet


def _put(sheet: SheetBuilder, row: int, number: int, item: Input, value: Value, remark: str, beside: "_InRow", typed_on: str) -> None:
    style, accepts, own = INPUT_STYLES[item.kind], beside.accepts, Cell(item.key)
    sheet.label(row, NUMBER, number, "centre")
    sheet.label(row, NAME, item.name, "cell")
    shown = value if isinstance(value, str) else ""
    heights = [(item.name, WIDTHS[NAME]), (remark, WIDTHS[REMARK])]
    if typed_on:
        sheet.computed(row, VALUE, "", when(is_blank(own), "", own), SHOWN_STYLES.get(item.kind, "cell"))
        for column, text in ((UNIT_COLUMN, item.unit), (DEFINITION, item.definition)):
            sheet.label(row, column, text, "small")
        sheet.jump(row, SOURCE, item.key, text=f"填在“{typed_on}”", style="link_small")
        heights += [(shown, WIDTHS[VALUE]), (item.definition, WIDTHS[DEFINITION])]
    elif item.long:
        sheet.entry(row, VALUE, item.key, value, style, columns=STATE - VALUE, accepts=accepts, required=item.required)
        heights.append((shown, sum(WIDTHS[VALUE:STATE])))
    else:
        sheet.entry(row, VALUE, item.key, value, style, accepts=accepts, required=item.required)
        for column, text, look in (
            (UNIT_COLUMN, item.unit, "centre"),
            (DEFINITION, item.definition, "small"),
            (SOURCE, item.source, "small"),
        ):
            sheet.label(row, column, text, look)
        heights += [(shown, WIDTHS[VALUE]), (item.definition, WIDTHS[DEFINITION]), (item.source, WIDTHS[SOURCE])]
    sheet.computed(row, STATE, state(item.key).key, beside.state, "centre")
    if beside.hint:
        sheet.computed(row, HINT, hint_key(item.key), beside.hint, "small")
    sheet.entry(row, REMARK, remark_key(item.key), remark or None, "input", required=False)
    sheet.height(row, height_for(heights, 9.5, 60 if item.long else 22))


@dataclass(frozen=True)
class _InRow:
    """What stands beside an input: what its cell takes, 状态, and 提示 where it has one."""

    accepts: Accepts
    state: Expr
    hint: Expr | None


def _beside(item: Input, asked: Asked) -> _InRow:
    """Made once for a table, so that its trees are compiled and written out once for all of its workbooks."""
    known: dict[str, _InRow] = asked.__dict__.setdefault("_beside", {})
    found = known.get(item.key)
    if found is None:
        question, told = asked.questions.get(item.key), asked.told.get(item.key)
        hint = Cell(hint_key(item.key))
        asks = hint.differs("" if told else call("SUBSTITUTE", hint, CONFIRM, ""))
        filled = when(asks, EXPLAIN, FILLED) if question or told else FILLED
        said = _hint(item, question, told) if has_hint(item) and (question or item.kind != "text") else None
        found = known[item.key] = _InRow(accepts_of(item), item.typed.state(Cell(item.key), filled), said)
    return found


def _hint(item: Input, asked: Expr | None, told: Expr | None) -> Expr:
    """What is asked until the remark answers it; what is wrong with a number, and told of it besides; what to do about a text that should be
    one, or an error value. Nothing where another cell it reads shows an error: that is said there."""
    own = Cell(item.key)
    said: list[tuple[Expr, Operand]] = [(test, text) for test, text in item.typed.faults(own)]
    if told:
        said.append((told.differs(""), told))
    question = when(unsaid(Cell(remark_key(item.key))), when(asked.equals(""), "", joined(asked, CONFIRM)), "") if asked else ""
    if item.kind == "text":
        return Guarded(tree(question), tree(""))
    text = when(is_blank(own), "", when(own.equals(NONE_WORD), "", item.typed.advice(own, item.unit) if item.numeric else DATE_AS_TEXT))
    said_of = when(is_text(own), text, when(is_number(own), first_of(said, question), ""))
    return Guarded(when(is_error(own), AS_ERROR, said_of), tree(""))


def accepts_of(item: Input) -> Accepts:
    """What may stand in the cell of an input, and what is said of it."""
    typed = item.typed
    message = f"{item.definition or item.name}{f'（单位：{item.unit}）' if item.unit else ''}"
    return Accepts(typed, item.name, message, "".join(_error(item, typed)), "请检查填报数")


def _error(item: Input, typed: Typed) -> Iterator[str]:
    if typed.kind is Kind.CHOICE:
        yield "请从下拉列表中选择。"
    elif typed.kind is Kind.DATE:
        yield "请填写日期，如 2021-7-20。"
    elif typed.kind is Kind.TEXT:
        yield f"不超过{item.limit}字。"
    else:
        bounds = ["不小于0"] if typed.least is not None else []
        bounds += [] if item.most is None else [f"不大于{_limit(item.most, typed)}"]
        yield f"应为{'、'.join(bounds)}{'的' if bounds else ''}{'整数' if typed.kind is Kind.COUNT else '数字'}；没有这个数的填“{NONE_WORD}”。"


def _limit(most: Decimal, typed: Typed) -> str:
    return plain(most * 100) + "%" if typed.kind is Kind.PERCENT else plain(most)
