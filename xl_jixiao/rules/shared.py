"""分值由单位自己列的各项平分：15 分÷个数，各项按完成程度得分，每项按印出的位数四舍五入。"""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Literal

from xl_jixiao.expr import Cell, Expr, Rounded, as_number, call, exact, total, when
from xl_jixiao.number import half_up, percent, plain
from xl_jixiao.rules.base import Given, Item, Rule, ShortText

MOST_ROWS = 30


class Shared(Rule):
    """The points are split equally over the lines that are written; each earns its share times its judged degree of completion.

    A share is rounded to `places`. `remainder` says what all lines done score: "full" the weight, "sum" what the shares add up to.
    Lines that aren't used stay blank, the first is required.
    """

    kind: Literal["shared"]
    subject: ShortText
    rows: int = 6
    places: int = 2
    remainder: Literal["full", "sum"] = "full"

    def items(self, full: Decimal) -> tuple[Item, ...]:
        lines: list[Item] = []
        for at in range(1, min(self.rows, MOST_ROWS) + 1):
            written = None if at == 1 else (len(lines), "")
            lines.append(Item(label=f"{self.subject}{at} 内容与完成情况", kind="text", required=at == 1))
            label = f"{self.subject}{at} 完成程度"
            lines.append(Item(label=label, kind="percent", limit=Decimal(1), required=at == 1, needed_if=written))
        return tuple(lines)

    def _share(self, full: Expr, degrees: Sequence[Expr]) -> Expr:
        return Rounded(full / call("COUNT", *degrees), self.places)

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        degrees = given[1::2]
        share = self._share(full, degrees)
        earned = call("MIN", full, total([Rounded(share * call("N", one), self.places) for one in degrees]))
        if self.remainder == "sum":
            return earned
        return when(call("MIN", *degrees).equals(1), full, earned)

    @cached_property
    def _one(self) -> Expr:
        return self._share(Cell("分值"), [Cell(str(at)) for at in range(MOST_ROWS)])

    def criterion(self, full: Decimal) -> str:
        return f"每项{self.subject}的分值＝{plain(full)}分÷个数，按完成程度计分。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        degrees = [one for one in given[1::2] if isinstance(one, Decimal)]
        cells = dict.fromkeys(map(str, range(MOST_ROWS))) | {str(at): exact(one) for at, one in enumerate(degrees)}
        share = half_up(as_number(self._one.value({**cells, "分值": exact(full)})), self.places)
        listed = "、".join(percent(one, 0) if one * 100 == int(one * 100) else percent(one) for one in degrees)
        return f"{len(degrees)}项{self.subject}，每项{plain(share)}分，完成程度{listed}，计{self.printed(full, rate, given)}分"

    def choices(self) -> tuple[str, ...]:
        done = "全部完成的计满分" if self.remainder == "full" else "全部完成的也按各项之和计"
        places = "取整数" if not self.places else f"保留{self.places}位小数"
        return (f"每项分值{places}（四舍五入），得分为各项之和，{done}",)

    def problems(self, full: Decimal) -> tuple[str, ...]:
        found = () if 1 <= self.rows <= MOST_ROWS else (f"rows：应在1到{MOST_ROWS}之间，现为{self.rows}",)
        return (*found, *(() if 0 <= self.places <= 2 else (f"places：应在0到2之间，现为{self.places}",)))
