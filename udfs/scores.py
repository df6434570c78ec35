"""Scores, explanations and grades as worksheet functions, over the rules the workbook carries."""

import re
from decimal import Decimal
from functools import lru_cache, wraps
from itertools import pairwise

from xl_jixiao.expr import Cell, Expr, exact
from xl_jixiao.formula import FormulaError, defined_name, parse
from xl_jixiao.number import NotANumber, from_cell
from xl_jixiao.rules import Scorer
from xl_jixiao.selfeval.judging import completion_points
from xl_jixiao.selfeval.target import NATIONAL, RowRule
from xl_jixiao.tables.functions import SIGNED
from xl_jixiao.tables.parts import Grade, grade_of
from xl_jixiao.tables.rates import Ratio, Zero
from xl_jixiao.words import INVALID

from .support import CellError, WorksheetFunction, cells, rate_argument, scalar, shown, worksheet_function

_SIGNED = re.compile(rf"{SIGNED}(\w+)")
_GRADE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([^\d\s].*?)\s*")


def _never_raises(function: WorksheetFunction) -> WorksheetFunction:
    """Any error becomes a short Chinese text: xlwings would put Python's own into the cell."""

    @wraps(function)
    def safe(*arguments: object) -> float | str:
        try:
            return function(*arguments)
        except CellError as error:
            return str(error)
        except FormulaError:
            return "公式有误"
        except NotANumber:
            return INVALID
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


@lru_cache(maxsize=64)
def _grade_tree(text: str) -> Expr:
    """The grade of the total, over grades from the highest: 90优秀;80良好. Raises CellError for anything else."""
    parts = [_GRADE.fullmatch(part) for part in re.split("[;；]", text.strip().rstrip(";；"))]
    listed = [(Decimal(part[1]), part[2]) for part in parts if part]
    if len(listed) < len(parts):
        raise CellError("等次标准有误")
    if any(one[0] <= following[0] for one, following in pairwise(listed)):
        raise CellError("等次标准应从高到低")
    grades = [Grade(name=name, least=least) for least, name in listed]
    return grade_of(Cell(""), [*grades, Grade(name="低于最低等次", least=Decimal(0))])


@lru_cache(maxsize=512)
def _rate(formula: str, zero: str) -> Ratio:
    """The rate of a formula's text. Raises CellError, FormulaError."""
    signed = frozenset(map(defined_name, _SIGNED.findall(formula)))
    parsed = parse(formula.replace(SIGNED, ""))
    if zero not in set(Zero):
        raise CellError("分母为零的处理填写有误")
    return Ratio(parsed, Zero(zero), signed)


@lru_cache(maxsize=64)
def _parsed_row_rule(text: str) -> RowRule:
    return RowRule.model_validate_json(text)


def _row_rule(cell: object) -> RowRule:
    """The rule of a 自评表's rows; without one, what 财预〔2020〕10号 says."""
    text = scalar(cell)
    if text in (None, ""):
        return NATIONAL
    try:
        return _parsed_row_rule(str(text))
    except ValueError:
        raise CellError("规则单元格无效") from None


def _text(cell: object) -> str:
    value = scalar(cell)
    return "" if value is None else str(value).strip()


@worksheet_function
@_never_raises
def JX_SCORE(rule: object, rate: object, *items: object) -> float | str:
    scorer = _rule(rule)
    return shown(scorer.points(rate_argument(rate), cells(items, scorer.count)))


@worksheet_function
@_never_raises
def JX_EXPLAIN(rule: object, rate: object, worked: object, *items: object) -> float | str:
    scorer = _rule(rule)
    return scorer.explain(rate_argument(rate), cells(items, scorer.count), _text(worked))


@worksheet_function
@_never_raises
def JX_RATE(formula: object, zero: object, *inputs: object) -> float | str:
    rate = _rate(_text(formula), _text(zero) or str(Zero.NOT_APPLICABLE))
    names = rate.formula.names
    if len(inputs) != len(names):
        return f"应有{len(names)}个数据项"
    return shown(rate.of(dict(zip(names, map(scalar, inputs), strict=True))))


@worksheet_function
@_never_raises
def JX_GRADE(total: object, grades: object) -> float | str:
    grade = _grade_tree(_text(grades))
    try:
        points = from_cell(scalar(total))
    except NotANumber:  # 未完成
        return ""
    return "" if points is None else str(grade.value({"": exact(points)}))


@worksheet_function
@_never_raises
def JX_COMPLETION_SCORE(
    weight: object, target: object, actual: object, direction: object = None, degree: object = None, rule: object = None
) -> float | str:
    full = from_cell(scalar(weight))
    if full is None:
        return ""
    return shown(completion_points(full, scalar(target), scalar(actual), _text(direction), scalar(degree), _row_rule(rule)))
