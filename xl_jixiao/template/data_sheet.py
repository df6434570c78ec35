"""基础数据: every figure once, with its 口径, unit and source table."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from xl_jixiao.layout import FIRST_DATA_ROW, LONGEST_REMARK, DataColumns, DataLayout
from xl_jixiao.number import NotANumber, from_cell, plain, says_none
from xl_jixiao.rules.typed import FIRST_DATE, LAST_DATE
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.inputs import Input
from xl_jixiao.template.book import CELL_KINDS, Book, height_for
from xl_jixiao.template.formulas import input_state
from xl_jixiao.words import DATA, INVALID, NONE_WORD, RULES_SHEET

WIDTHS = (6, 30, 18, 8, 46, 28, 10, 24)
HEADS = ("序号", "数据项", "填报数", "单位", "口径说明", "数据来源", "状态", "备注")
LOCKED = "本表为成品，数据已锁定。"


def write(book: Book, layout: DataLayout, answers: Answers, limits: Mapping[str, Decimal] = MappingProxyType({})) -> None:
    """Writes the sheet with the answers and their states; `limits` are the highest numbers of the inputs that have one."""
    note = "只填浅黄色单元格；每个数只填一次，其余各表自动取数。没有这个数的填“无”，为零的填0，未填的留空。"
    title = f"{DATA}（{layout.rubric.year}年度）"
    sheet = book.titled_sheet(
        DATA, "Sheet_Data", title, WIDTHS, note if book.editable else LOCKED, heads=HEADS, head_row=FIRST_DATA_ROW - 1
    )
    number = 0
    for row, item in layout.data_rows:
        if isinstance(item, str):
            book.merge(sheet, (row, row), (0, len(WIDTHS) - 1), item, "group")
            sheet.set_row(row, 20)
            continue
        number += 1
        _write_input(book, sheet, row, number, item, answers, limits.get(item.key))
    last = layout.data_rows[-1][0]
    if book.editable:
        remark = length_validation("备注", "选填：文件名称、文号、与上年不同的原因等，随成品一起导出。", LONGEST_REMARK)
        sheet.data_validation(FIRST_DATA_ROW, DataColumns.REMARK, last, DataColumns.REMARK, remark)
    states = (FIRST_DATA_ROW, DataColumns.STATE, last, DataColumns.STATE)
    mark_states(book, sheet, states)
    sheet.freeze_panes(FIRST_DATA_ROW, DataColumns.VALUE)
    sheet.repeat_rows(FIRST_DATA_ROW - 1)
    sheet.print_area(0, 0, last, len(WIDTHS) - 1)
    book.protect(sheet)


def length_validation(title: str, message: str, most: int) -> dict[str, object]:
    """The input message and the limit of a cell for free text."""
    return {
        "validate": "length", "criteria": "<=", "value": most, "ignore_blank": True, "input_title": title,
        "input_message": f"{message}不超过{most}字。", "error_title": f"请检查{title}", "error_message": f"不超过{most}字。",
    }  # fmt: skip


def _write_input(book: Book, sheet, row: int, number: int, item: Input, answers: Answers, most: Decimal | None) -> None:
    answer, remark = answers.get(item.key), answers.remarks.get(item.key, "")
    book.write(sheet, row, DataColumns.NUMBER, number, "centre")
    book.write(sheet, row, DataColumns.NAME, item.name, "cell")
    heights = [(item.name, WIDTHS[DataColumns.NAME]), (remark, WIDTHS[DataColumns.REMARK])]
    if item.long:
        book.merge(sheet, (row, row), (DataColumns.VALUE, DataColumns.SOURCE), answer, CELL_KINDS[item.kind])
        heights.append((str(answer or ""), sum(WIDTHS[DataColumns.VALUE : DataColumns.STATE])))
    else:
        book.write(sheet, row, DataColumns.VALUE, cell_value(item, answer), CELL_KINDS[item.kind])
        book.write(sheet, row, DataColumns.UNIT, item.unit, "centre")
        book.write(sheet, row, DataColumns.DEFINITION, item.definition, "small")
        book.write(sheet, row, DataColumns.SOURCE, item.source, "small")
        heights.append((str(answer or "") if item.kind == "text" else "", WIDTHS[DataColumns.VALUE]))
        heights += [(item.definition, WIDTHS[DataColumns.DEFINITION]), (item.source, WIDTHS[DataColumns.SOURCE])]
    cell = f"C{row + 1}"
    book.formula(sheet, row, DataColumns.STATE, _within(input_state(item, cell), cell, most), item.state(answer), "centre")
    book.write(sheet, row, DataColumns.REMARK, remark, "input")
    sheet.set_row(row, height_for(heights, 9.5, 60 if item.long else 22))
    if book.editable:
        sheet.data_validation(row, DataColumns.VALUE, row, DataColumns.VALUE, _validation(book, item, cell, most))


def _within(formula: str, cell: str, most: Decimal | None) -> str:
    """The 状态 formula of a number with an upper limit."""
    return formula if most is None else f'=IF(N({cell})>{plain(most)},"{INVALID}",{formula.removeprefix("=")})'


def cell_value(item: Input, answer: object) -> object:
    """The answer as the cell holds it: a number where it reads as one."""
    if not item.numeric or says_none(answer):
        return answer
    try:
        return from_cell(answer)
    except NotANumber:
        return answer


def _validation(book: Book, item: Input, cell: str, most: Decimal | None) -> dict[str, object]:
    message = f"{item.definition or item.name}{f'（单位：{item.unit}）' if item.unit else ''}"[:250]
    common = {
        "input_title": item.name[:31],
        "input_message": message,
        "error_title": "请检查填报数",
        "error_type": "stop",
        "ignore_blank": True,
    }
    if item.kind == "choice":
        return {**common, "validate": "list", "source": book.dropdown(item.options, RULES_SHEET), "error_message": "请从下拉列表中选择。"}
    if item.kind == "date":
        return {
            **common,
            "validate": "custom",
            "value": f"=AND(ISNUMBER({cell}),{cell}>={FIRST_DATE},{cell}<={LAST_DATE})",
            "error_message": "请填写日期，如 2021-7-20。",
        }
    if item.kind == "text":
        return {**common, "validate": "length", "criteria": "<=", "value": item.limit, "error_message": f"不超过{item.limit}字。"}
    whole = f",{cell}=INT({cell})" if item.kind == "count" else ""
    above = "" if most is None else f"、不大于{f'{plain(most * 100)}%' if item.kind == 'percent' else plain(most)}"
    error = f"应为不小于0{above}的{'整数' if item.kind == 'count' else '数字'}；没有这个数的填“无”。"
    return {
        **common,
        "validate": "custom",
        "value": f'=OR({cell}="{NONE_WORD}",IF(ISNUMBER({cell}),AND({cell}>=0,{cell}<={item.typed.limit if most is None else plain(most)}{whole}),FALSE))',
        "error_message": error,
    }


def mark_states(book: Book, sheet, area: tuple[int, int, int, int]) -> None:
    """Colours the words of a 状态 column; the words themselves say the same."""
    for words, colour, background in (
        (("空白", "未完成"), "#7F6000", "#FFF2CC"),
        (("须说明", "数据有误", "必改", "超预算", "无法计算"), "#9C0006", "#FFC7CE"),
        (("通过", "已填", "可算", "零预算"), "#006100", "#E2F0D9"),
    ):
        form = book.workbook.add_format({"font_color": colour, "bg_color": background})
        for word in words:
            sheet.conditional_format(*area, {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": form})
