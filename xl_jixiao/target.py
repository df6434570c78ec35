"""Target and actual values as clerks write them in a 自评表: ≥95%、20项、不超过5万元、按期完成."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from xl_jixiao.number import NotANumber, from_cell, half_up
from xl_jixiao.rules.completion import Completion

POSITIVE, REVERSE, EQUAL, QUALITATIVE = "正向", "反向", "等于", "定性"
DIRECTIONS = {POSITIVE: "positive", REVERSE: "reverse", EQUAL: "equal", QUALITATIVE: "degree"}

UNIT_MISMATCH = "单位不一致"
NEEDS_DEGREE = "须填完成程度"

_QUANTITY = re.compile(
    r"(?P<sign>≥|>=|>|＞|≤|<=|<|=|不低于|不少于|至少|达到|大于|不超过|不高于|不多于|控制在|小于|低于|等于)?"
    r"(?P<number>[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d+(?:\.\d+)?)(?P<unit>[^\d≥≤<>=]*?)(?P<tail>以上|及以上|以下|以内|之内|及以下)?"
)
_REVERSE = {"≤", "<=", "<", "不超过", "不高于", "不多于", "控制在", "小于", "低于"}
_REVERSE_TAIL = {"以下", "以内", "之内", "及以下"}
_MET = {"达成", "已达成", "全部达成", "完成", "已完成", "全部完成", "达成预期指标", "达到", "按期", "按期完成", "按时完成", "如期完成", "是", "有"}
_UNMET = {"未达成", "未完成", "未达到", "未按期完成", "未按时完成", "否", "没有"}


@dataclass(frozen=True)
class Quantity:
    """A quantity with its unit; `sign` says which side is good: "reverse" for 不超过, "equal" for =, "positive" else."""

    number: Decimal
    unit: str
    sign: str


def quantity(cell: object) -> Quantity | None:
    """The quantity of a cell's value or text; None where it is qualitative. Percent is a unit: 95% is 95 of unit %."""
    if isinstance(cell, str):
        text = "".join(unicodedata.normalize("NFKC", cell).split())
        found = _QUANTITY.fullmatch(text)
        if not found:
            return None
        sign, tail = found["sign"] or "", found["tail"] or ""
        side = "reverse" if sign in _REVERSE or tail in _REVERSE_TAIL else "equal" if sign in ("=", "等于") else "positive"
        return Quantity(Decimal(found["number"].replace(",", "")), found["unit"], side)
    try:
        number = from_cell(cell)
    except NotANumber:
        return None
    return None if number is None else Quantity(number, "", "positive")


def completion_points(full: Decimal, target: object, actual: object, direction: str = "") -> Decimal | str | None:
    """The points of one 自评表 row, two decimals; None while blank, a Chinese word where it can't be scored.

    `direction` 正向、反向、等于、定性; empty: from the target's own sign (≤ is reverse, = is equal, text is qualitative).
    """
    if _blank(target) or _blank(actual):
        return None
    if direction and direction not in DIRECTIONS:
        return f"计分方向应为{'、'.join(DIRECTIONS)}"
    wanted, reached = quantity(target), quantity(actual)
    if direction == QUALITATIVE or wanted is None:
        if direction in (POSITIVE, REVERSE, EQUAL):
            return "指标值不是数量"
        return _qualitative(full, target, actual, reached)
    if reached is None:
        return half_up(full, 2) if _words(actual) == _words(target) else "完成值不是数量"
    values = _same_unit(wanted, reached)
    if values is None:
        return UNIT_MISMATCH
    if min(values) < 0:
        return "数据有误"
    rule = Completion(kind="completion", direction=DIRECTIONS[direction] if direction else wanted.sign)
    return half_up(rule.points(full, None, values), 2)


def _same_unit(wanted: Quantity, reached: Quantity) -> tuple[Decimal, Decimal] | None:
    """Both numbers in one unit. A cell formatted as percent holds 0.95 without a unit: beside a % it is 95."""
    if wanted.unit == reached.unit or not reached.unit and wanted.unit != "%":
        return wanted.number, reached.number
    if wanted.unit == "%" and not reached.unit:
        return wanted.number, reached.number * 100
    if reached.unit == "%" and not wanted.unit:
        return wanted.number * 100, reached.number
    return None


def _qualitative(full: Decimal, target: object, actual: object, reached: Quantity | None) -> Decimal | str:
    if reached is not None and reached.unit in ("%", ""):
        degree = reached.number / 100 if reached.unit == "%" else reached.number
        return half_up(full * degree, 2) if 0 <= degree <= 1 else "完成程度应在0到100%之间"
    word = _words(actual)
    if word in _UNMET:
        return half_up(0, 2)
    return half_up(full, 2) if word in _MET or word == _words(target) else NEEDS_DEGREE


def _words(cell: object) -> str:
    return "".join(unicodedata.normalize("NFKC", str(cell)).split()).rstrip("。.;；")


def _blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
