"""多项指标内容分项计分：每项写明内容和得分，合计不超过分值。"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from xl_jixiao.expr import Expr, as_number, call, tree
from xl_jixiao.number import plain
from xl_jixiao.rules.base import Given, Item, Rule, ShortText, number

MOST_ROWS = 30


class Itemised(Rule):
    """Lines of 指标内容 share the points; the unit judges what each line earned, an unmet one earns nothing.

    Lines that aren't used stay blank, the first is required. The sum never exceeds the weight.
    """

    kind: Literal["itemised"]
    subject: ShortText
    rows: int = 3

    def items(self, full: Decimal) -> tuple[Item, ...]:
        lines = []
        for at in range(1, min(self.rows, MOST_ROWS) + 1):
            lines.append(Item(label=f"{self.subject}{at} 内容与完成情况", kind="text", required=at == 1))
            lines.append(Item(label=f"{self.subject}{at} 得分", kind="points", limit=full, required=at == 1))
        return tuple(lines)

    def _earned(self, given: Sequence[Expr]) -> Expr:
        return call("SUM", *given[1::2])

    def tree(self, full: Expr, rate: Expr, given: Sequence[Expr]) -> Expr:
        return call("MIN", full, self._earned(given))

    def criterion(self, full: Decimal) -> str:
        return f"完成年初设定的{self.subject}的，计{plain(full)}分；设定多个{self.subject}的，按每项的完成情况分项计分；未完成的不计分。"

    def explain(self, full: Decimal, rate: Decimal | None, given: Given) -> str:
        earned = [plain(number(value)) for value in given[1::2] if value is not None]
        together = as_number(self._earned([tree(value) for value in given]).value({}))
        capped = f"，以分值{plain(full)}分为限" if together > full else ""
        return f"分项计分{'+'.join(earned)}{capped}，计{self.printed(full, rate, given)}分"

    def problems(self, full: Decimal) -> tuple[str, ...]:
        return () if 1 <= self.rows <= MOST_ROWS else (f"rows：应在1到{MOST_ROWS}之间，现为{self.rows}",)
