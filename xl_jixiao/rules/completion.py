"""自评表的一行：按年度指标值与实际完成值计分（财预〔2020〕10号）。"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import model_validator

from xl_jixiao.expr import Cleared, Expr, all_of, call, first_of, tree, when
from xl_jixiao.number import plain
from xl_jixiao.rules.base import Given, Item, Quantity, Rule, amount, number, too_low_problems
from xl_jixiao.rules.typed import LARGEST_SHARE

One = TypeVar("One")


class Completion(Rule):
    """Target met scores full; not met in proportion.

    `direction`: "positive" (more is better), "reverse" (less is better), "equal" (exactly the target), "degree"
    (qualitative: the judged degree of completion, 0 to 100 %). `reverse_mode`: "ratio" scores weight × target/actual,
    "linear" falls to zero at twice the target. `equal_mode`: "ratio" scores weight × the smaller of both / the larger, "exact" all or
    nothing. Figures may be negative: of two on one side of zero the ratio counts, of two on either side nothing. `too_low`: an actual value at or beyond this multiple of the target says
    the target was set too low and loses `too_low_deduct` of the weight.

    `actual` says what the actual value is: "judged" the unit writes it beside its target, "rate" it is the rate of the formula, with
    the `target` the table prints or, where it prints none, the unit's own.
    """

    spoils: ClassVar[Mapping[str, tuple[str, ...]]] = {"too_low_deduct": ("too_low",)}

    kind: Literal["completion"]
    direction: Literal["positive", "reverse", "equal", "degree"]
    reverse_mode: Literal["ratio", "linear"] = "ratio"
    equal_mode: Literal["ratio", "exact"] = "ratio"
    too_low: Quantity | None = None
    too_low_deduct: Quantity = Decimal(0)
    actual: Literal["judged", "rate"] = "judged"
    target: Quantity | None = None
    unit: str = "%"

    @model_validator(mode="before")
    @classmethod
    def _percentage(cls, data: Any) -> Any:
        """A target that is written as a percentage has that unit."""
        if isinstance(data, Mapping) and "unit" not in data and str(data.get("target", "")).strip().endswith(("%", "％")):
            return {**data, "unit": "%"}
        return data

    @property
    def _judged_share(self) -> bool:
        """Whether the judged actual value is a percentage: the table says so, its default is the rate's."""
        return self.unit == "%" and "unit" in self.model_fields_set

    @property
    def needs_rate(self) -> bool:
        return self.actual == "rate"

    def items(self, full: Decimal) -> tuple[Item, ...]:
        if self.direction == "degree":
            return () if self.needs_rate else (Item(label="完成程度", kind="percent", limit=Decimal(1)),)
        if self._judged_share and not self.needs_rate:
            kept = {"kind": "percent", "limit": LARGEST_SHARE}
        else:
            kept = {"kind": "number"}
        wanted = () if self.target is not None else (Item.model_validate({"label": "年度指标值", **kept}),)
        return wanted if self.needs_rate else (*wanted, Item.model_validate({"label": "实际完成值", **kept}))

    def _pair(self, rate: One, given: Sequence[One], own: Callable[[Decimal], One]) -> tuple[One, One]:
        """The target and the actual value."""
        cells = list(given)
        target = cells.pop(0) if self.target is None else own(self.target)
        return target, rate if self.needs_rate else cells.pop(0)

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        if self.direction == "degree":
            return full * (call("MEDIAN", 0, rate, 1) if self.needs_rate else given[0])
        target, actual = self._pair(rate, given, tree)
        if self.direction == "equal":
            return when(actual.equals(target), full, self._nearly(full, target, actual) if self.equal_mode == "ratio" else 0)
        if self.direction == "positive":
            return self._positive(full, target, actual)
        more = full * target / actual if self.reverse_mode == "ratio" else full * call("MAX", 0, 2 - actual / target)
        missed = first_of([(target > 0, more), (target.equals(0), 0)], full * call("MAX", 0, actual / target))
        return when(actual <= target, full, missed)

    @staticmethod
    def _nearly(full: Expr, target: Expr, actual: Expr) -> Expr:
        sizes = call("ABS", target), call("ABS", actual)
        return when(target * actual > 0, full * call("MIN", *sizes) / call("MAX", *sizes), 0)

    def _positive(self, full: Expr, target: Expr, actual: Expr) -> Expr:
        missed = first_of([(target > 0, full * call("MAX", 0, actual / target)), (target.equals(0), 0)], full * target / actual)
        met = when(actual >= target, full, missed)
        if self.too_low is None or not self.too_low_deduct:
            return met
        far = all_of([target > 0, actual >= Cleared(tree(self.too_low) * target, 10)])
        return when(far, full * (1 - self.too_low_deduct), met)

    def criterion(self, full: Decimal) -> str:
        if self.direction == "degree":
            return "达成预期指标的计分值的100%-80%（含），部分达成的计80%-60%（含），未达成的计60%-0%。"
        goal = "年度指标值" if self.target is None else f"目标值{amount(self.target, self.unit)}"
        if self.direction == "equal":
            otherwise = "不同的，按两数之比（小数比大数）计分" if self.equal_mode == "ratio" else "否则不计分"
            return f"等于{goal}计{plain(full)}分，{otherwise}。"
        far = ""
        if self.too_low is not None:
            far = f"；达到指标值{plain(self.too_low * 100)}%以上、属指标值设定偏低的，扣分值的{plain(self.too_low_deduct * 100)}%"
        if self.direction == "positive":
            return f"达到{goal}计{plain(full)}分；未达到的，按完成比例计分{far}。"
        how = "按指标值与完成值之比计分" if self.reverse_mode == "ratio" else "按超出比例扣分，超出一倍计0分"
        return f"不高于{goal}计{plain(full)}分；高于的，{how}。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        points = self.printed(full, rate, given)
        if self.direction == "degree":
            degree = number(rate if self.needs_rate else given[0])
            return f"完成程度{plain(degree * 100)}%，计{points}分"
        target, actual = map(number, self._pair(rate, list(given), lambda own: own))
        if self.needs_rate or self._judged_share:
            return f"指标值{amount(target, self.unit)}，完成值{amount(actual, self.unit)}，计{points}分"
        return f"指标值{plain(target)}，完成值{plain(actual)}，计{points}分"

    def choices(self) -> tuple[str, ...]:
        return ("实际完成值取公式算出的结果",) if self.needs_rate else ()

    def problems(self, full: Decimal) -> tuple[str, ...]:
        return too_low_problems(self.too_low, self.too_low_deduct)
