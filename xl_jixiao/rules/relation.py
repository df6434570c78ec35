"""A relation between a unit's figures, as a table file writes it: 年末结转结余<=上年结转 且 年末结转结余>0."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import chain, pairwise

from xl_jixiao.expr import Cell, Expr, Operation, Rounded, all_of, any_of, call, decimal, negated, tree, when
from xl_jixiao.formula import Formula, FormulaError, parse
from xl_jixiao.rules.base import RATE_PLACES

ALLOWED = "应写作 甲<=乙、甲>0 且 甲<=乙×10%，几个条件用“且”“或”相连，比较用 <= >= < > = <>（≤ ≥ ≠ 也可）"
_SAME = str.maketrans("＜＞＝≦≧", "<>=≤≥")
_SIGNS = {"≤": "<=", "≥": ">=", "≠": "<>"}
_COMPARED = re.compile(r"(<=|>=|<>|<|>|=)")
_PRINTED = {"<=": "≤", ">=": "≥", "<>": "≠", "<": "＜", ">": "＞", "=": "＝"}


@dataclass(frozen=True)
class Comparison:
    """Sides with the signs between them: 0<甲<=乙."""

    sides: tuple[Formula, ...]
    signs: tuple[str, ...]

    @property
    def tree(self) -> Expr:
        """Whether it holds, over the figures' cells."""
        pairs = zip(pairwise(self.sides), self.signs, strict=True)
        return all_of([Operation(sign, _compared(left), _compared(right)) for (left, right), sign in pairs])

    @property
    def _usable(self) -> Expr:
        """Whether every figure is a number and nothing is divided by zero."""
        names = tuple(dict.fromkeys(name for side in self.sides for name in side.names))
        divisors = dict.fromkeys(divisor for side in self.sides for divisor in side.divisors)
        there = call("COUNT", *map(Cell, names)).equals(len(names))
        return when(there, all_of([one.cleared.differs(0) for one in divisors]), False) if divisors else there

    @property
    def holds(self) -> Expr:
        """Whether it can be judged, and holds."""
        return when(self._usable, self.tree, False)

    @property
    def fails(self) -> Expr:
        """Whether it can be judged, and doesn't hold."""
        return when(self._usable, negated(self.tree), False)

    @property
    def words(self) -> str:
        """As printed: 年末结转结余≤上年结转."""
        first, *rest = self.sides
        return first.sentence() + "".join(_PRINTED[sign] + side.sentence() for sign, side in zip(self.signs, rest, strict=True))


@dataclass(frozen=True)
class Comparisons:
    """Alternatives (或) of comparisons that must hold together (且)."""

    alternatives: tuple[tuple[Comparison, ...], ...]

    @cached_property
    def holds(self) -> Expr:
        """Whether it holds for certain: one alternative whose figures are all there."""
        return any_of([all_of([one.holds for one in together]) for together in self.alternatives])

    @cached_property
    def fails(self) -> Expr:
        """Whether it fails for certain: each alternative by figures that are there."""
        return all_of([any_of([one.fails for one in together]) for together in self.alternatives])

    @cached_property
    def formulas(self) -> tuple[Formula, ...]:
        """Every side of every comparison."""
        return tuple(side for together in self.alternatives for one in together for side in one.sides)

    @property
    def beside_quotients(self) -> Iterator[Decimal]:
        """The numbers that quotients are compared with."""
        for one in chain.from_iterable(self.alternatives):
            for left, right in pairwise(one.sides):
                for side, other in ((left, right), (right, left)):
                    number = None if side.names or not other.divisors else decimal(side.cleared.value({}))
                    if number is not None:
                        yield number

    @property
    def words(self) -> str:
        """As printed."""
        return "或".join("且".join(one.words for one in together) for together in self.alternatives)


def _compared(side: Formula) -> Expr:
    """A quotient is compared as a rate is: what is printed decides."""
    return Rounded(side.cleared, RATE_PLACES) if side.divisors else tree(side.cleared)


@lru_cache(maxsize=1024)
def comparisons(text: str) -> Comparisons:
    """The relation of a table file's text. Raises FormulaError."""
    plain = text.translate(_SAME)
    for printed, sign in _SIGNS.items():
        plain = plain.replace(printed, sign)
    found = Comparisons(tuple(tuple(map(_comparison, _split(part, "且"))) for part in _split(plain, "或")))
    if not any(side.names for side in found.formulas):
        raise FormulaError(f"“{text}”里没有数据项；{ALLOWED}")
    return found


def _split(text: str, word: str) -> list[str]:
    """The parts between a word; a part without a comparison belongs to a name that has the word in it (或有负债), and after nothing at all one
    that begins with it (甲=0 且 且末县拨款>0)."""
    parts: list[str] = []
    begun = ""
    for said in text.split(word):
        part, begun = begun + said, ""
        if parts and not part.strip():
            begun = word
        elif parts and not (_COMPARED.search(part) and _COMPARED.search(parts[-1])):
            parts[-1] += word + part
        else:
            parts.append(part)
    if begun:
        parts[-1] += begun
    return parts


def _comparison(text: str) -> Comparison:
    first, *rest = _COMPARED.split(text)
    if not rest:
        raise FormulaError(f"“{text.strip()}”没有比较；{ALLOWED}")
    return Comparison(tuple(map(parse, (first, *rest[1::2]))), tuple(rest[::2]))
