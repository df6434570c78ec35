"""自评表: dropdowns, limits and input messages of its input cells."""

from xl_jixiao.selfeval.layout import FormColumns, SelfLayout
from xl_jixiao.selfeval.model import ACTUAL, AMOUNTS, EXECUTION_NOTE, EXPECTED, LONGEST, LONGEST_FIELD
from xl_jixiao.selfeval.native import LEVELS_2
from xl_jixiao.selfeval.target import DIRECTIONS

C = FormColumns


def limit(sheet, layout: SelfLayout) -> None:
    """Dropdowns, limits and input messages."""
    first, last = layout.head_row + 1, layout.total_row - 1

    def area(column: int, title: str, message: str, **rule: object) -> None:
        sheet.data_validation(first, column, last, column, {
            "input_title": title, "input_message": message, "error_title": f"请检查{title}", "ignore_blank": True, **rule})  # fmt: skip

    one = layout.form(0, C.LEVEL1).local
    area(C.LEVEL1, "一级指标", "从下拉列表选择。", validate="list", source=[item.name for item in layout.rubric.classes],
         error_message="请从下拉列表中选择一级指标。")  # fmt: skip
    area(C.LEVEL2, "二级指标", "先选一级指标，再从下拉列表选择。", validate="list", source=f'=INDIRECT(IF(${one}="","{LEVELS_2}",${one}))',
         error_message="请从下拉列表中选择属于这个一级指标的二级指标。")  # fmt: skip
    texts = (
        (C.NAME, "三级指标", "写清楚考核什么，一行一个指标，不要把几件事写在一格。"),
        (C.TARGET, "年度指标值", "如 ≥95%、20项、不超过5万元、=100%、按期完成。带单位；不超过、≤、以内的按反向指标计分。"),
        (C.ACTUAL, "实际完成值", "写实际数，单位与指标值相同，如 96%、21项；不抄指标值、不写“≥”。定性指标写情况，在右边填完成程度。"),
        (C.REASON, "偏差原因分析及改进措施", "低于指标值或远超指标值的，写明原因、数量和改进措施，不能只写“无”。"),
    )
    for column, title, message in texts:
        area(column, title[:31], message, **_at_most(LONGEST[title]))
    area(C.WEIGHT, "分值", "各类合计见右上角“分值检查”。", validate="decimal", criteria="between", minimum=0,
         maximum=float(layout.rubric.total), error_message=f"应为0到{layout.rubric.total}之间的数字。")  # fmt: skip
    area(C.DIRECTION, "计分方向", "一般留空，按指标值的写法判断；与判断不同时选择。", validate="list", source=list(DIRECTIONS),
         error_message=f"请选择：{'、'.join(DIRECTIONS)}")  # fmt: skip
    ranges = "；".join(f"{one.name}：{one.most * 100:.0f}%-{one.least * 100:.0f}%" for one in layout.rubric.degrees)
    area(C.DEGREE, "完成程度", f"只有定性指标填写，0到100%。{ranges}", validate="decimal", criteria="between", minimum=0, maximum=1,
         error_message="应为0到100%之间。")  # fmt: skip
    sheet.data_validation(layout.funds(1, 0).row, C.NAME, layout.funds_last_row, C.NAME + len(AMOUNTS) - 1, {
        "validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1e10, "input_title": "资金（万元）", "ignore_blank": True,
        "input_message": "年初预算数；全年预算数为调整后；全年执行数以决算为准。没有的填0。", "error_title": "请检查金额",
        "error_message": "应为不小于0的数字（万元）。"})  # fmt: skip
    cells = [(one.name, one.definition or one.name, LONGEST_FIELD) for one in layout.rubric.fields]
    cells += [(name, message, LONGEST[name]) for name, message in _ALONE.items()]
    for name, message, most in cells:
        ref = layout.names[name]
        sheet.data_validation(ref.row, ref.column, ref.row, ref.column, {
            "input_title": name, "input_message": message, "error_title": f"请检查{name}", **_at_most(most)})  # fmt: skip


_ALONE = {
    EXPECTED: "逐条写明预期完成什么，带数量和时间。",
    ACTUAL: "逐条对应预期目标，写实际完成的数量和效果。",
    EXECUTION_NOTE: "执行率低的，写明原因、金额和支付时间。",
}


def _at_most(most: int) -> dict[str, object]:
    return {"validate": "length", "criteria": "<=", "value": most, "error_message": f"不超过{most}字。"}
