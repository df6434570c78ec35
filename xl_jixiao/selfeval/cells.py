"""The cells of an indicator row by the words they are known by: the form's own, and those of 评分底稿. `at` makes them keys of a plan."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from xl_jixiao.expr import Area

HEADER = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
LEVEL1, LEVEL2, NAME, TARGET, DONE, WEIGHT, POINTS, REASON = HEADER
DIRECTION, DEGREE = "计分方向", "完成程度"
ENTERED = (LEVEL1, LEVEL2, NAME, TARGET, DONE, WEIGHT, REASON, DIRECTION, DEGREE)
"""What a unit writes into a row."""

SIGN, FIGURE, UNIT = "指标性质", "指标值", "度量单位"
"""What a target is put together from where a form prints it in three columns."""

PARTED = (SIGN, FIGURE, UNIT)
STATE, SHOWN, HINT = "状态", "筛选行", "提示"
COSTING = "成本类"
"""Whether a row is about cost: the word, or nothing."""
QUESTION = "须核对"
"""What is asked about an actual value that can be scored as it is."""
LESSER, GREATER = "越小越好", "越大越好"
"""Whether by its name a row is one of which less is better as a rule: the word, or nothing."""
CATEGORY, SIDE, WANTED, WANTED_UNIT, REACHED, REACHED_UNIT = "类别", "方向", "指标数值", "指标单位", "完成数值", "完成单位"
RATIO, SCORE, DEVIATION, EXPLANATION = "完成率", "复算得分", "偏差", "计分说明"
SPACED = "空格归一"
"""A text with one ordinary space wherever it has white space."""

STEPS = (
    SPACED,
    "去空格",
    "去句号",
    "变动",
    "变动后",
    "符号",
    "其余",
    "无正负号",
    "数字以外",
    "数字",
    "整数",
    "去“余”",
    "后缀",
    "日期文字",
    "日期月",
    "日期日",
    "日期",
)
"""What is read of a text, step by step."""

REST, FACTOR, BASE = "去倍数", "倍数", "同类单位"
"""A unit without its multiple; how many of its kind's first unit it is, and which that is: 万元 is 10000 元, 公里 1000 米."""

SPAN, SPAN_UNIT, LOW_UNIT, LOW_TEXT, HIGH_TEXT, LOW, HIGH = RANGE = ("区间", "区间单位", "下限单位", "下限文字", "上限文字", "下限", "上限")
"""The steps of reading a range: 95%～100%. Only a target is one."""

SAME_UNIT = "同单位数值"
"""Its number in the unit that both texts of a row share."""

ABSENT = "没有发生"
"""What a text says doesn't happen, as 无上访 for 零上访; nothing where it says no such thing."""

DAY = "日子"
"""The day it says, or holds as a number beside a text that says one."""

PERCENT_ASKED = "百分号"
"""What is asked about a percentage without its sign; nothing where there is none."""

READ = (*STEPS, REST, FACTOR, BASE, SAME_UNIT, ABSENT, DAY)
READ_OF: Mapping[str, tuple[str, ...]] = MappingProxyType({TARGET: (*READ, *RANGE), DONE: READ})
"""All that is read of both texts of a row."""

CHANGES, SIGNS, LESS, TAILS, LESS_TAILS, MET, GOOD, UNMET, NO_REASON, LEVELS_1, LEVELS_2 = map(
    Area,
    ("词_变动", "词_符号", "词_不超过", "词_后缀", "词_以内", "词_完成", "词_良好", "词_未完成", "词_无原因", "词_一级指标", "词_二级指标"),
)
"""The hidden lists of words."""

(
    NONE_SAID,
    NO_CONTENT,
    ALL_SAID,
    WHOLE_UNITS,
    BETTER_LESS,
    BETTER_MORE,
    DONE_RATES,
    WITH_FIGURES,
    UNITS,
    UNIT_BASES,
    UNIT_FACTORS,
    UNIT_NUMBERS,
) = map(
    Area,
    (
        "词_没有",
        "词_空话",
        "词_全部完成",
        "词_整数单位",
        "词_越少越好",
        "词_越多越好",
        "词_完成率",
        "词_数字",
        "词_单位",
        "词_单位同类",
        "词_单位倍数",
        "词_单位序号",
    ),
)
MARKS_COMPARING, MARKS_INCLUSIVE, MARKS_DOWN, MARKS_OF_DATES, MARKS_OF_NUMERALS, MARKS_OF_FIGURES, MARKS_OF_BOUNDS, MARKS_OF_DOING = map(
    Area, ("词_比较", "词_含本数", "词_向下", "词_时点", "词_数词", "词_数码", "词_上下限", "词_办理")
)
MARKS_OF_SHARES, MARKS_OF_CHANGE, MARKS_OF_PARTED = map(Area, ("词_至多全部", "词_变化", "词_隔开的数"))
"""More of them: long ones that several formulas of every row would repeat, and the units that are converted, row by row."""


def step(source: str, name: str) -> str:
    """A step of reading the target or the actual value."""
    return f"{source}.{name}"


ALL = (
    *(
        *ENTERED,
        *PARTED,
        POINTS,
        STATE,
        HINT,
        CATEGORY,
        COSTING,
        LESSER,
        QUESTION,
        PERCENT_ASKED,
        SIDE,
        WANTED,
        WANTED_UNIT,
        REACHED,
        REACHED_UNIT,
        RATIO,
        SCORE,
        DEVIATION,
        EXPLANATION,
    ),
    *(step(source, name) for source, names in READ_OF.items() for name in names),
)


def at(name: str, number: int) -> str:
    """The key of a cell of a row; rows count from one."""
    return f"{name}:{number}"


@cache
def keys_of(number: int) -> Mapping[str, str]:
    """The keys of all cells of a row."""
    return MappingProxyType({name: at(name, number) for name in ALL})


def column(name: str) -> Area:
    """All rows of a column."""
    return Area(f"区:{name}")
