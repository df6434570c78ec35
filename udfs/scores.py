"""Scores, explanations and grades as worksheet functions, over the rules the workbook carries."""

from functools import lru_cache, wraps

from xlwings import arg, func, ret

from jx_udfs.support import CATEGORY, CellError, rate_argument, scalar, shown
from xl_jixiao.formula import FormulaError, parse
from xl_jixiao.number import NotANumber, from_cell
from xl_jixiao.rates import PLACES, Zero, rate_value
from xl_jixiao.rules import Scorer
from xl_jixiao.target import completion_points


def _never_raises(function):
    """Any error becomes a short Chinese text: xlwings would put Python's own into the cell."""

    @wraps(function)
    def safe(*arguments):
        try:
            return function(*arguments)
        except CellError as error:
            return str(error)
        except FormulaError:
            return "公式有误"
        except NotANumber:
            return "数据有误"
        except Exception:  # noqa: BLE001
            return "计算失败"

    return safe


@lru_cache(maxsize=512)
def _scorer(text: str) -> Scorer:
    return Scorer.model_validate_json(text)


def _rule(cell: object) -> Scorer:
    text = scalar(cell)
    if not isinstance(text, str) or not text.startswith("{"):
        raise CellError("规则单元格无效")
    try:
        return _scorer(text)
    except ValueError:
        raise CellError("规则单元格无效") from None


def _text(cell: object) -> str:
    value = scalar(cell)
    return "" if value is None else str(value)


@func(category=CATEGORY)
@arg("rule", doc="规则：本工作簿中“规则_指标名”单元格")
@arg("rate", doc="指标值：比率单元格或其用词（不适用、超预算）；没有比率的填空文本", err_to_str=True)
@arg("items", doc="认定情况：按要点顺序的单元格，可有多个", err_to_str=True)
@ret(doc="得分")
@_never_raises
def JX_SCORE(rule, rate, *items):
    """按评分标准计算指标得分，保留两位小数；有空白时返回空，不适用的按规则处理。"""
    return shown(_rule(rule).points(rate_argument(rate), [scalar(item) for item in items]))


@func(category=CATEGORY)
@arg("rule", doc="规则：本工作簿中“规则_指标名”单元格")
@arg("rate", doc="指标值：比率单元格或其用词；没有比率的填空文本", err_to_str=True)
@arg("worked", doc="算式文字：代入数字的公式", err_to_str=True)
@arg("items", doc="认定情况：按要点顺序的单元格，可有多个", err_to_str=True)
@ret(doc="计分说明")
@_never_raises
def JX_EXPLAIN(rule, rate, worked, *items):
    """说明指标为何得这个分：代入数字的算式、所在档次、扣分依据。"""
    return _rule(rule).explain(rate_argument(rate), [scalar(item) for item in items], _text(worked))


@func(category=CATEGORY)
@arg("formula", doc="公式文字，如 重点项目支出/项目总支出")
@arg("zero", doc="分母为零时：不适用、不可比、无法计算、预算为零")
@arg("inputs", doc="数据项：按公式中名称首次出现的顺序，可有多个", err_to_str=True)
@ret(doc="比率")
@_never_raises
def JX_RATE(formula, zero, *inputs):
    """按公式文字计算比率，四舍五入到0.01%；用于本地自定的比率。"""
    parsed = parse(_text(formula))
    word = _text(zero) or str(Zero.NOT_APPLICABLE)
    if word not in set(Zero):
        return "分母为零的处理填写有误"
    if len(inputs) != len(parsed.names):
        return f"应有{len(parsed.names)}个数据项"
    return shown(rate_value(parsed, Zero(word), dict(zip(parsed.names, map(scalar, inputs), strict=True)), PLACES))


@func(category=CATEGORY)
@arg("total", doc="总分", err_to_str=True)
@arg("grades", doc="等次标准，从高到低：90优秀;80良好;60合格;0不合格")
@ret(doc="等次")
@_never_raises
def JX_GRADE(total, grades):
    """按总分判定等次；总分未完成时返回空。"""
    try:
        points = from_cell(scalar(total))
    except NotANumber:
        return ""
    if points is None:
        return ""
    for part in _text(grades).replace("；", ";").split(";"):
        digits = "".join(char for char in part if char.isdigit() or char == ".")
        if digits and points >= from_cell(digits):
            return part.replace(digits, "", 1).strip()
    return "低于最低等次"


@func(category=CATEGORY)
@arg("weight", doc="分值", err_to_str=True)
@arg("target", doc="年度指标值，如 ≥95%、20项、按期完成", err_to_str=True)
@arg("actual", doc="实际完成值，与指标值同一单位", err_to_str=True)
@arg("direction", doc="计分方向：正向、反向、等于、定性；省略时按指标值的符号判断", err_to_str=True)
@ret(doc="得分")
@_never_raises
def JX_COMPLETION_SCORE(weight, target, actual, direction=None):
    """自评表一行的得分：达到指标值得满分，未达到按比例；定性指标按完成程度。有空白时返回空。"""
    full = from_cell(scalar(weight))
    if full is None:
        return ""
    if full < 0:
        return "分值不能为负数"
    return shown(completion_points(full, scalar(target), scalar(actual), _text(direction)))
