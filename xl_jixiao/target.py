"""Target and actual values as clerks write them in a 自评表: ≥95%、20项、1600余条、不超过5万元、按期完成.

A text is read in small steps (`Reading`); the native workbook has one column for each of them, so that both always agree.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from xl_jixiao.number import NotANumber, from_cell, half_up, percent, plain
from xl_jixiao.rates import INVALID
from xl_jixiao.rules.base import Quantity as Share
from xl_jixiao.rules.completion import Completion

POSITIVE, REVERSE, EQUAL, QUALITATIVE = "正向", "反向", "等于", "定性"
DIRECTIONS = {POSITIVE: "positive", REVERSE: "reverse", EQUAL: "equal", QUALITATIVE: "degree"}

UNIT_MISMATCH = "单位不一致"
NEEDS_DEGREE = "须填完成程度"
DEGREE_RANGE = "完成程度应在0到100%之间"
TARGET_WITHOUT_QUANTITY = "指标值不是数量"
ACTUAL_WITHOUT_QUANTITY = "完成值不是数量"
WRONG_WEIGHT = "分值不能为负数"
WRONG_DIRECTION = f"计分方向应为{'、'.join(DIRECTIONS)}"

MORE_WORDS = ("≥", ">=", ">", "不低于", "不少于", "不小于", "至少", "达到", "达", "大于", "大于等于", "大于或等于", "高于", "超过", "多于",
              "完成", "已完成", "约", "近", "共")  # fmt: skip
LESS_WORDS = ("≤", "<=", "<", "不超过", "不超", "不高于", "不多于", "不大于", "控制在", "小于", "小于等于", "小于或等于", "低于", "少于")
EQUAL_WORDS = ("=", "等于")
SIGN_WORDS = (*MORE_WORDS, *LESS_WORDS, *EQUAL_WORDS)
LESS_TAILS = ("以下", "及以下", "以内", "之内", "内", "以下(含)", "以内(含)", "(含)以下", "(含)以内", "以下(不含)", "(不含)以下")
TAILS = (*LESS_TAILS, "以上", "及以上", "以上(含)", "(含)以上", "以上(不含)", "(不含)以上", "(含)", "左右", "完成", "达成")
MET_WORDS = ("达成", "已达成", "全部达成", "完成", "已完成", "全部完成", "全面完成", "达成预期指标", "达成年度指标", "达到", "达标",
             "合格", "及时", "按期", "按时", "如期", "按期完成", "按时完成", "如期完成", "按计划完成", "已按期完成", "已按时完成",
             "提前完成", "是", "有")  # fmt: skip
UNMET_WORDS = ("未达成", "未完成", "未达到", "未达标", "不合格", "不及时", "未按期完成", "未按时完成", "未如期完成", "未按计划完成",
               "否", "没有")  # fmt: skip
DATE_UNITS = ("月", "月份", "日", "号")
DATE_MARKS = ("前", "底")
ABOUT = ("余", "多")
STOPS = "。.;；"
SIGN_CHARACTERS = "≥≤<>="
DROPPED = (" ", "\u3000", "\u00a0", "\t", "\n", "\r")
REPLACED = {**{chr(0xFF10 + digit): str(digit) for digit in range(10)}, "％": "%", "．": ".", "，": ",", "＋": "+", "－": "-",
            "\u2212": "-", "＝": "=", "＜": "<", "＞": ">", "≧": "≥", "≦": "≤", "⩾": "≥", "⩽": "≤", "（": "(", "）": ")"}  # fmt: skip
_TABLE = str.maketrans({**REPLACED, **dict.fromkeys(DROPPED, "")})
MOST_DIGITS = 15
LARGEST_RATIO = 1000
"""A 完成率 from here on is not shown: it says nothing, and a spreadsheet could not print its digits."""


class RowRule(BaseModel):
    """What the form leaves open about a row's points, with the choice made: reverse targets, and targets set far too low."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reverse_mode: Literal["ratio", "linear"] = "ratio"
    too_low: Share | None = None
    too_low_deduct: Share = Decimal(0)

    @cached_property
    def _completions(self) -> dict[str, Completion]:
        kept = {"reverse_mode": self.reverse_mode, "too_low": self.too_low, "too_low_deduct": self.too_low_deduct}
        return {side: Completion(kind="completion", direction=DIRECTIONS[side], **kept) for side in (POSITIVE, REVERSE, EQUAL)}

    def completion(self, direction: str) -> Completion:
        """The rule of a row of this direction (正向、反向、等于)."""
        return self._completions[direction]


NATIONAL = RowRule()


@dataclass(frozen=True)
class Reading:
    """A cell's text taken apart: ``≥１,600余条以上`` is sign ≥, figure 1,600, kept 条以上, tail 以上. A number cell has no text."""

    raw: str
    text: str
    sign: str
    body: str
    bare: str
    rest: str
    figure: str
    whole: str
    kept: str
    tail: str
    number: Decimal | None
    unit: str

    @property
    def side(self) -> str:
        """Which direction the target's own words say: 反向 for 不超过, 以内 or a bare zero (安全事故0起), 等于 for =, else 正向."""
        if self.sign in LESS_WORDS or self.tail in LESS_TAILS or (self.number == 0 and not self.sign and not self.tail):
            return REVERSE
        return EQUAL if self.sign in EQUAL_WORDS else POSITIVE


def clean(cell: object) -> str:
    """A text without spaces, full-width signs made half-width, small letters, one closing stop dropped."""
    raw = _raw(cell)
    return raw[:-1] if raw and raw[-1] in STOPS else raw


def _raw(cell: object) -> str:
    return "" if cell is None else str(cell).translate(_TABLE).lower()


def read_cell(cell: object) -> Reading:
    """The reading of a cell's value or text; `number` is None where it is no quantity."""
    try:
        number = None if isinstance(cell, str) else from_cell(cell)
    except NotANumber:
        number = None
    if number is not None:
        return Reading(*[""] * 10, number, "")
    return _read_text("" if cell is None else str(cell))


@lru_cache(maxsize=4096)
def _read_text(cell: str) -> Reading:
    number, raw, text = None, _raw(cell), clean(cell)
    sign = _longest(word for word in SIGN_WORDS if text.startswith(word))
    body = text[len(sign):]
    bare = body[1:] if body[:1] in ("+", "-") else body
    rest = bare.translate(_DIGITS)
    figure = bare[: len(bare) - len(rest)]
    whole = figure.partition(".")[0]
    kept = rest[1:] if rest[:1] in ABOUT else rest
    tail = _longest(word for word in TAILS if kept.endswith(word))
    quantity = figure + rest == bare and _is_figure(figure, whole) and not set(rest) & set(SIGN_CHARACTERS)
    if quantity and not _is_date(sign, figure, kept):
        number = Decimal(figure.replace(",", "")) * (-1 if body[:1] == "-" else 1)
    unit = kept[: len(kept) - len(tail)] if number is not None else ""
    return Reading(raw, text, sign, body, bare, rest, figure, whole, kept, tail, number, unit)


_DIGITS = str.maketrans(dict.fromkeys("0123456789.,", ""))


def _longest(words) -> str:
    return max(words, key=len, default="")


def _is_figure(figure: str, whole: str) -> bool:
    """Plain digits or thousands grouped by comma, at most one point with digits on both sides, at most 15 digits."""
    digits = figure.replace(",", "").replace(".", "")
    commas = whole.count(",")
    if not digits or len(digits) > MOST_DIGITS or "." in (figure[0], figure[-1]) or figure.count(".") > 1 or figure.count(",") != commas:
        return False
    filled = ("x" * 16 + whole)[-16:]
    return commas == 0 or 4 * commas < len(whole) < 4 * commas + 4 and sum(filled[at] == "," for at in (4, 8, 12)) == commas


def _is_date(sign: str, figure: str, kept: str) -> bool:
    """12月, 2020年, 12月底前: a time, not a quantity."""
    if any(mark in kept for mark in DATE_MARKS):
        return True
    return kept == "年" and len(figure) == 4 and figure[:2] in ("19", "20") or kept in DATE_UNITS and not sign


@dataclass(frozen=True)
class Judgement:
    """How a row was scored: its points (None while blank, a word where it can't be), direction, and the degree of completion."""

    points: Decimal | str | None
    side: str = ""
    ratio: Decimal | None = None
    pair: tuple[Decimal, Decimal] | None = None
    far_beyond: bool = False

    @property
    def reason(self) -> str:
        """``正向，完成率96.00%，计9.6分``; the word itself where there are no points; empty while blank."""
        if not isinstance(self.points, Decimal):
            return self.points or ""
        label = "完成程度" if self.side == QUALITATIVE else "完成率"
        done = "" if self.ratio is None else f"，{label}{percent(self.ratio)}"
        return f"{self.side}{done}，计{plain(self.points)}分"


def completion_points(
    full: Decimal, target: object, actual: object, direction: str = "", degree: object = None, rule: RowRule = NATIONAL
) -> Decimal | str | None:
    """The points of one 自评表 row, two decimals; None while blank, a Chinese word where it can't be scored. See `judge`."""
    return judge(full, target, actual, direction, degree, rule).points


def judge(full: object, target: object, actual: object, direction: str = "", degree: object = None, rule: RowRule = NATIONAL) -> Judgement:
    """One 自评表 row judged after 财预〔2020〕10号.

    `direction` 正向、反向、等于、定性; empty: from the target's own words (≤ is reverse, = is equal, text is qualitative).
    `degree`: the judged degree of a qualitative target, 0 to 1; without it the actual value says it (90%, 完成, 未完成).
    """
    if _blank(target):
        return Judgement(None)
    wanted, reached = read_cell(target), read_cell(actual)
    if direction and direction not in DIRECTIONS:
        return Judgement(None if _unscored(full, actual) else INVALID if isinstance(full, str) else WRONG_DIRECTION, WRONG_DIRECTION)
    side = direction or (QUALITATIVE if wanted.number is None else wanted.side)
    pair = None if side == QUALITATIVE else _same_unit(wanted, reached)
    ratio = _degree(reached, degree) if side == QUALITATIVE else None
    if pair and pair[0] > 0 and pair[1] < pair[0] * LARGEST_RATIO:
        ratio = half_up(Fraction(pair[1]) / Fraction(pair[0]), 4)
    if _unscored(full, actual):
        return Judgement(None, side, ratio, pair)
    if isinstance(full, str):
        return Judgement(INVALID, side, ratio, pair)
    if full < 0:
        return Judgement(WRONG_WEIGHT, side, ratio, pair)
    if side == QUALITATIVE:
        return Judgement(_qualitative(full, clean(target), clean(actual), ratio), side, ratio)
    if wanted.number is None or reached.number is None:
        return Judgement(TARGET_WITHOUT_QUANTITY if wanted.number is None else ACTUAL_WITHOUT_QUANTITY, side)
    if pair is None:
        return Judgement(UNIT_MISMATCH, side)
    if min(pair) < 0:
        return Judgement(INVALID, side, ratio, pair)
    far = bool(side == POSITIVE and rule.too_low and pair[0] > 0 and pair[1] >= pair[0] * rule.too_low)
    return Judgement(half_up(rule.completion(side).points(full, None, pair), 2), side, ratio, pair, far)


def _unscored(full: object, actual: object) -> bool:
    return _blank(full) or _blank(actual)


def _same_unit(wanted: Reading, reached: Reading) -> tuple[Decimal, Decimal] | None:
    """Both numbers in one unit; a missing unit is the other's. A number cell beside a % is a share: 0.95 is 95%."""
    if wanted.number is None or reached.number is None or wanted.unit and reached.unit and wanted.unit != reached.unit:
        return None
    return (wanted.number * (100 if reached.unit == "%" and not wanted.text else 1),
            reached.number * (100 if wanted.unit == "%" and not reached.text else 1))  # fmt: skip


def _degree(reached: Reading, degree: object) -> Decimal | None:
    """The judged degree, or the one the actual value says: 85%, or a number cell in percent format; -1 for what is none."""
    if not _blank(degree):
        try:
            return from_cell(degree)
        except NotANumber:
            return Decimal(-1)
    if reached.number is None or reached.unit != "%" and reached.text:
        return None
    return reached.number / 100 if reached.unit == "%" else reached.number


def _qualitative(full: Decimal, target: str, actual: str, degree: Decimal | None) -> Decimal | str:
    if degree is not None:
        return half_up(full * degree, 2) if 0 <= degree <= 1 else DEGREE_RANGE
    if actual in UNMET_WORDS:
        return half_up(0, 2)
    return half_up(full, 2) if actual in MET_WORDS or actual == target else NEEDS_DEGREE


def _blank(cell: object) -> bool:
    return cell is None or isinstance(cell, str) and not _raw(cell)
