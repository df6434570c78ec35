"""自评表: what its entries accept, and what Excel says beside them."""

from collections.abc import Iterator
from decimal import Decimal

from xl_jixiao.expr import Cell, call, when
from xl_jixiao.number import percent
from xl_jixiao.rules.typed import Kind, Typed
from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.answers import PRINTED_SIGNS
from xl_jixiao.selfeval.layout import FormColumns
from xl_jixiao.selfeval.model import ACTUAL, EXECUTION_NOTE, EXPECTED, LONGEST, LONGEST_FIELD, HeadField, SelfEvaluation
from xl_jixiao.selfeval.target import DIRECTIONS
from xl_jixiao.sheet.plan import Accepts

_MOST_MONEY = Decimal(10**10)
_TEXTS = (
    (cells.NAME, "写清楚考核什么，一行一个指标，不要把几件事写在一格。"),
    (cells.TARGET, "如 ≥95%、20项、不超过5万元、=100%、按期完成。带单位；不超过、≤、以内的按反向指标计分。"),
    (cells.FIGURE, "只写数，如 95、20；定性的写要求，如 按期完成。"),
    (cells.UNIT, "如 %、人、万元；定性的不填。"),
    (cells.DONE, "写实际数，单位与指标值相同，如 96%、21项；不抄指标值、不写“≥”。定性指标写情况，在右边填完成程度。"),
    (cells.REASON, "低于指标值或远超指标值的，写明原因、数量和改进措施，不能只写“无”。"),
)
_ALONE = {
    EXPECTED: "逐条写明预期完成什么，带数量和时间。",
    ACTUAL: "逐条对应预期目标，写实际完成的数量和效果。",
    EXECUTION_NOTE: "执行率低的，写明原因、金额和支付时间。",
}

MONEY = Accepts(
    Typed(Kind.AMOUNT, limit=_MOST_MONEY),
    "资金（万元）",
    "年初预算数；全年预算数为调整后；全年执行数以决算为准。没有的填0。",
    "应为不小于0的数字（万元）。",
    "请检查金额",
)
"""The amounts of the sources; one area of the three columns."""


def _text(title: str, message: str, most: int) -> Accepts:
    return Accepts(Typed(Kind.TEXT, required=False, limit=Decimal(most)), title, message, f"不超过{most}字。")


def of_field(one: HeadField) -> Accepts:
    """What a head field accepts."""
    return _text(one.name, one.definition or one.name, LONGEST_FIELD)


def of_text(name: str) -> Accepts:
    """What the goals and the explanation of the execution rate accept."""
    return _text(name, _ALONE[name], LONGEST[name])


def of_columns(table: SelfEvaluation, columns: FormColumns) -> Iterator[tuple[int, Accepts]]:
    """What the columns of the rows accept."""
    for name, accepts in _by_word(table):
        if name in columns.of:
            yield columns.of[name], accepts
    directions = Typed(Kind.CHOICE, required=False, options=tuple(DIRECTIONS))
    message = "一般留空，按指标值的写法判断；与判断不同时选择。"
    yield columns.direction, Accepts(directions, cells.DIRECTION, message, f"请选择：{'、'.join(DIRECTIONS)}")
    ranges = "；".join(f"{one.name}：{percent(one.most, 0)}-{percent(one.least, 0)}" for one in table.degrees)
    share = Typed(Kind.PERCENT, required=False, limit=Decimal(1))
    yield columns.degree, Accepts(share, cells.DEGREE, f"只有定性指标填写，0到100%。{ranges}", "应为0到100%之间。")


def _by_word(table: SelfEvaluation) -> Iterator[tuple[str, Accepts]]:
    """What the printed columns accept, by what stands in them."""
    classes = Typed(Kind.CHOICE, options=tuple(one.name for one in table.classes))
    yield cells.LEVEL1, Accepts(classes, cells.LEVEL1, "从下拉列表选择。", "请从下拉列表中选择一级指标。")
    chosen = Cell(cells.at(cells.LEVEL1, 1))
    source = call("INDIRECT", when(chosen.equals(""), cells.LEVELS_2.key, chosen))
    wrong = "请从下拉列表中选择属于这个一级指标的二级指标。"
    yield cells.LEVEL2, Accepts(Typed(Kind.CHOICE), cells.LEVEL2, "先选一级指标，再从下拉列表选择。", wrong, source=source)
    for title, message in _TEXTS:
        yield title, _text(title, message, LONGEST.get(title, LONGEST[cells.TARGET]))
    signs = Typed(Kind.CHOICE, required=False, options=PRINTED_SIGNS)
    yield cells.SIGN, Accepts(signs, cells.SIGN, "从下拉列表选择；定性的不填。", f"请选择：{'、'.join(PRINTED_SIGNS)}")
    weight = Typed(Kind.POINTS, limit=table.total)
    yield cells.WEIGHT, Accepts(weight, cells.WEIGHT, "各类合计见右上角“分值检查”。", f"应为0到{table.total}之间的数字。")
