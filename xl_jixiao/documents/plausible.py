"""What must hold among a document form's figures besides sums: plausibility checks as data."""

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Literal

from xl_jixiao.formula import Formula, defined_name, parse
from xl_jixiao.tables.formula_checks import formula_problems
from xl_jixiao.tables.tablefile import TablePart


class Plausible(TablePart):
    """What must hold besides sums. Either `left` is at most `right` (numbers, or dates: not later than),
    or where any of `given` is filled `needs` must be: ``项目1名称``, or ``是否属跨年度项目=是`` for a certain word."""

    name: str
    left: str = ""
    right: str = ""
    given: tuple[str, ...] = ()
    needs: str = ""
    blanks_as_zero: bool = False
    """Whether a blank part of `left` and `right` counts nothing; with all of them blank there is nothing to check."""
    level: Literal["必改", "须说明"] = "必改"
    note: str = ""

    @cached_property
    def sides(self) -> tuple[Formula, Formula] | None:
        """The two parsed sides; None for a check of what must be filled."""
        return (parse(self.left), parse(self.right)) if self.left else None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of both sides, each once."""
        left, right = self.sides or (None, None)
        return tuple(dict.fromkeys((*left.names, *right.names))) if left and right else ()

    @cached_property
    def given_keys(self) -> tuple[str, ...]:
        """The defined names of `given`."""
        return tuple(map(defined_name, self.given))

    @property
    def needed(self) -> tuple[str, str]:
        """The defined name that must be filled, and the word it must be, if any."""
        name, _, word = self.needs.partition("=")
        return defined_name(name), word.strip()

    @property
    def needed_text(self) -> str:
        """``“项目1名称”应填写``."""
        name, _, word = self.needs.partition("=")
        return f"“{name.strip()}”应为“{word.strip()}”" if word else f"“{name.strip()}”应填写"

    @property
    def label(self) -> str:
        """What is compared, in one line."""
        return "≤".join(side.sentence() for side in self.sides or ())


def plausible_problems(check: Plausible, known: Collection[str], comparable: Collection[str]) -> Iterator[str]:
    """What is wrong with a check; `comparable` are the names that hold numbers or dates."""
    compares, fills = bool(check.left or check.right), bool(check.given or check.needs)
    if compares == fills or (compares and not (check.left and check.right)) or (fills and not (check.given and check.needs)):
        yield "left：写 left 和 right（前者不大于后者），或写 given 和 needs（填了前者就要填后者），二者取一"
        return
    for side in ("left", "right") if compares else ():
        text = getattr(check, side)
        found = list(formula_problems(text, set(known)))
        yield from (f"{side}：{problem}" for problem in found)
        if not found:
            yield from (f"{side}：“{name}”不是数字或日期，不能比较" for name in parse(text).names if name not in comparable)
            yield from [f"{side}：不能用除法；比率写成 figures 里的计算项"] if parse(text).divisors else []
    for name in check.given_keys:
        if name not in known:
            yield f"given：“{name}”不是数据项或计算项"
    if fills and check.needed[0] not in known:
        yield f"needs：“{check.needed[0]}”不是数据项或计算项"
