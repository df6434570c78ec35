"""The keys of a scoring table's cells. Without a colon a key is a defined name of the workbook; with one the plan alone knows it."""

from typing import TYPE_CHECKING

from xl_jixiao.expr import Area

if TYPE_CHECKING:
    from xl_jixiao.scoretable.model import Indicator

WORK_STATES, WORK_RESULTS = Area("区:底稿状态"), Area("区:底稿结果")
WORK_NAMES, WORK_ITEMS = Area("区:底稿指标"), Area("区:底稿要点")
WEIGHTS, COMPUTED, FINALS = Area("区:分值"), Area("区:计算得分"), Area("区:最终得分")
"""The columns of 评分底稿 over all indicators."""

FORM_WEIGHTS, FORM_POINTS = Area("区:表内分值"), Area("区:表内得分")
"""The columns of the official form."""

WORK_TOTAL, FORM_WEIGHT_TOTAL = "合计:最终得分", "合计:表内分值"


def rate_key(indicator: "Indicator") -> str:
    """The cell of an indicator's rate: named where the table prints a formula."""
    return indicator.code if indicator.formula else f"指标值:{indicator.code}"


def weight_key(code: str) -> str:
    """The cell of an indicator's weight."""
    return f"分值:{code}"


def computed_key(code: str) -> str:
    """The cell of the points the rule gives."""
    return f"计算得分:{code}"


def result_key(code: str) -> str:
    """The cell that says 空白, 须说明 or 通过."""
    return f"结果:{code}"


def explanation_key(code: str) -> str:
    """The cell that says why these points."""
    return f"计分说明:{code}"


def item_states_key(code: str) -> str:
    """The area of the 状态 cells of an indicator's judged items."""
    return f"区:状态:{code}"


def extra_key(name: str) -> str:
    """The cell of what a row beside the indicators comes to: points, or whether a veto is touched."""
    return f"加减分:{name}"


def extra_said_key(name: str) -> str:
    """The cell that says why."""
    return f"加减分说明:{name}"


def score_name(code: str) -> str:
    """The defined name of an indicator's final points."""
    return f"得分_{code}"


def adjusted_name(code: str) -> str:
    """The defined name of an indicator's adjustment."""
    return f"调整_{code}"


def reason_name(code: str) -> str:
    """The defined name of an adjustment's reason."""
    return f"理由_{code}"


def evidence_name(code: str) -> str:
    """The defined name of an indicator's evidence."""
    return f"佐证_{code}"
