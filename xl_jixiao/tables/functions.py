"""The worksheet functions by name: their Chinese help for the function wizard, and the names that tie them to a workbook.

The functions themselves are in udfs/; the workbook carries these texts, because Excel forgets registered help when it closes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from xl_jixiao.tables.rates import CATALOGUE, Rate

CATEGORY = "绩效自评"
"""The functions' category in the wizard."""

ARGUMENTS_PREFIX = "参数_"
"""``参数_CONTROL_RATE`` names the cell that lists the inputs a rate is bound to in this workbook, for calls without arguments."""

SIGNED = "±"
"""Before a name in the formula text of JX_RATE: the figure may be below zero."""


@dataclass(frozen=True)
class Function:
    """One worksheet function: `arguments` are (English name, help) in the order of the call."""

    name: str
    help: str
    arguments: tuple[tuple[str, str], ...]


def _of_rate(rate: Rate) -> Function:
    """The help of a rate: meaning, formula, zero denominator, what a call without arguments does."""
    text = (
        f"{rate.name}：{rate.meaning}。公式：{rate.formula.as_percentage().sentence()}。"
        f"分母为零：{rate.zero}。不填参数时取本工作簿中同名数据项。"
    )
    return Function(rate.udf, text, tuple((name, f"{meaning}（可省略）") for name, meaning in rate.arguments))


_OTHERS = (
    Function(
        "JX_SCORE",
        "按评分标准计算指标得分，保留两位小数；有空白时返回空，不适用的按规则处理。",
        (
            ("rule", "规则：本工作簿中“规则_指标名”单元格"),
            ("rate", "指标值：比率单元格或其用词（不适用、超预算），按0.01%四舍五入；没有比率的填空文本"),
            ("items", "认定情况：按要点顺序的单元格或区域，可有多个；规则还比较数据项的，接在后面"),
        ),
    ),
    Function(
        "JX_EXPLAIN",
        "说明指标为何得这个分：代入数字的算式、所在档次、扣分依据。",
        (
            ("rule", "规则：本工作簿中“规则_指标名”单元格"),
            ("rate", "指标值：比率单元格或其用词，按0.01%四舍五入；没有比率的填空文本"),
            ("worked", "算式文字：代入数字的公式"),
            ("items", "认定情况：按要点顺序的单元格或区域，可有多个；规则还比较数据项的，接在后面"),
        ),
    ),
    Function(
        "JX_RATE",
        "按公式文字计算比率，四舍五入到0.01%；用于本地自定的比率。",
        (
            ("formula", "公式文字，如 重点项目支出/项目总支出；可为负数的数据项前写±"),
            ("zero", "分母为零时：不适用、不可比、无法计算、预算为零；留空为不适用"),
            ("inputs", "数据项：按公式中名称首次出现的顺序，可有多个"),
        ),
    ),
    Function(
        "JX_GRADE",
        "按总分判定等次；总分未完成时返回空。",
        (("total", "总分"), ("grades", "等次标准，从高到低：90优秀;80良好;60合格;0不合格")),
    ),
    Function(
        "JX_COMPLETION_SCORE",
        "自评表一行的得分：达到指标值得满分，未达到按比例；定性指标按完成程度。有空白时返回空。",
        (
            ("weight", "分值"),
            ("target", "年度指标值，如 ≥95%、20项、按期完成"),
            ("actual", "实际完成值，与指标值同一单位"),
            ("direction", "计分方向：正向、反向、等于、定性；省略时按指标值的符号判断"),
            ("degree", "完成程度：定性指标的0到100%；省略时按完成值的文字判断（可省略）"),
            ("rule", "规则：本工作簿中“规则_自评表”单元格；省略时按财预〔2020〕10号（可省略）"),
        ),
    ),
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType({one.name: one for one in (*map(_of_rate, CATALOGUE.values()), *_OTHERS)})
"""Every worksheet function by its name."""
