"""Calculations written out in a text: what stands left of a sign of equality must come to what stands right of it.

``400000＋252000＋28000=680000元``, ``6962人×780元=543.04万元``, ``（234.56/141.6）×100%=161.65%``, ``共2026400元（1000000+1026400）``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from xl_jixiao.agree.mentions import half_width, scale_of

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?P<rest>\.\d+)?\s*(?P<unit>%|(?:亿|千万|百万|十万|万|千|百)?(?:元|人次|人|名|户|个月|个|家|件|项|次|天"
    r"|月|年|亩|公里|米|平方米|吨|套|台|辆|张|场|份|期|篇|条|座|处|所|村|株|棵|头|只|课时|小时|分)?)(?:/(?:人|户|亩|月|年|天|次|个|件|名|家|套|台|场|村|公里|米|吨|份))*"
    r"|(?P<sign>[-+*/×÷xX()=≈\[\]{}]))"
)
_OPERATOR = re.compile("[-+*/×÷xX]")
_SAME = str.maketrans("×xX÷[]{}≈", "***/()()=")
_SUM_BEFORE = re.compile(
    r"(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?P<rest>\.\d+)?\s*(?P<unit>(?:亿|千万|百万|万|千)?(?:元|人次|人|户|个|家|件|项|次|亩|公里|米))\s*[:(]"
    r"\s*[\u4e00-\u9fff]{0,12}\s*$"
)
_WORDS = re.compile(r"\s*[\u4e00-\u9fff]{1,12}(?=\s*\d)")
"""Words that may stand before a number within a calculation: 中央资金500万元＋省级资金300万元."""

_NO_START = re.compile(r"[-+*/×÷^.)A-Za-z0-9]\s*$")
_MOST_TOKENS = 200


@dataclass(frozen=True, slots=True)
class Equation:
    """A calculation with what it was said to come to and what it does come to, in the measure of what was said."""

    text: str
    start: int
    end: int
    said: Decimal
    unit: str
    comes_to: Fraction
    step: Fraction
    """One unit of the last place of what was said."""

    @property
    def holds(self) -> bool:
        """Whether they agree, as far as the figure said is rounded."""
        return abs(self.comes_to - Fraction(self.said)) * 2 <= self.step

    @property
    def last_digit(self) -> bool:
        """Whether they differ by no more than one unit of the last place."""
        return abs(self.comes_to - Fraction(self.said)) < self.step and self.step < 1


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    value: Fraction
    unit: str
    start: int
    end: int
    decimal: Decimal = Decimal(0)


class _NoCalculation(Exception):
    """The tokens are no calculation."""


def equations(text: str) -> Iterator[Equation]:
    """Every calculation of the text that says what it comes to."""
    plain = half_width(text)
    if not _OPERATOR.search(plain):
        return
    done = 0
    for run in _runs(plain):
        if run[0].start < done:
            continue
        for one in _of_run(plain, run):
            done = max(done, one.end)
            yield one


def _runs(text: str) -> Iterator[list[_Token]]:
    """Stretches of numbers and signs with an operator in them, each from a place where a calculation may start."""

    @cache
    def read(at: int) -> tuple[_Token, int] | None:
        """The token at a place, and where the next one may be; many stretches come by the same places."""
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        token = _token(match)
        words = _WORDS.match(text, match.end()) if token.kind in "+-=" else None
        return token, (words or match).end()

    for start in re.finditer(r"[\d(\[]", text):
        if _NO_START.search(text[max(0, start.start() - 3) : start.start()]):
            continue
        tokens: list[_Token] = []
        at = start.start()
        while len(tokens) < _MOST_TOKENS and (found := read(at)):
            token, at = found
            tokens.append(token)
        if any(token.kind in "+-*/" for token in tokens):
            yield tokens


def _token(match: re.Match[str]) -> _Token:
    if match["sign"]:
        return _Token(match["sign"].translate(_SAME), Fraction(0), "", match.start(), match.end())
    decimal = Decimal(match["number"].replace(",", "") + (match["rest"] or ""))
    return _Token("n", Fraction(decimal), match["unit"], match.start(), match.end(), decimal)


def _of_run(text: str, tokens: list[_Token]) -> Iterator[Equation]:
    """The links of a chain of equalities: each side but the last is a calculation, each later one what the first comes to."""
    sides: list[tuple[int, int]] = []
    at = 0
    while at < len(tokens):
        stop = _side(tokens, at)
        if stop == at:
            break
        sides.append((at, stop))
        if stop >= len(tokens) or tokens[stop].kind != "=":
            break
        at = stop + 1
    if not sides:
        return
    first = tokens[slice(*sides[0])]
    if len(first) < 3 or not any(token.kind in "+-*/" for token in first):
        return
    for start, stop in sides[1:]:
        negative = tokens[start].kind == "-"
        if stop - start == 1 + negative:
            result = tokens[stop - 1]
            said = -result.decimal if negative else result.decimal
            shown = text[first[0].start : result.end].strip()
            yield from _equation(shown, first, said, result.unit, (first[0].start, result.end))
            return
    before = _SUM_BEFORE.search(text[max(0, first[0].start - 30) : first[0].start + (1 if first[0].kind == "(" else 0)])
    plain_sum = all(token.kind in "n+*()" for token in first) and len(sides) == 1
    if before and plain_sum:
        said = Decimal(before["number"].replace(",", "") + (before["rest"] or ""))
        where = max(0, first[0].start - 30) + before.start()
        end = first[-1].end
        yield from _equation(text[where:end].strip(), first, said, before["unit"], (where, end))


def _side(tokens: list[_Token], start: int) -> int:
    """Where the longest calculation that begins here ends."""
    best, depth, wants_number = start, 0, True
    for at in range(start, len(tokens)):
        kind = tokens[at].kind
        if wants_number and kind == "(":
            depth += 1
        elif kind == "-" and at == start > 0:
            continue  # the sign of a result
        elif wants_number and kind == "n":
            wants_number = False
        elif not wants_number and kind in "+-*/":
            wants_number = True
        elif not wants_number and kind == ")" and depth:
            depth -= 1
        else:
            break
        if not wants_number and depth == 0:
            best = at + 1
    return best


def _equation(shown: str, tokens: list[_Token], said: Decimal, unit: str, span: tuple[int, int]) -> Iterator[Equation]:
    """The equation in the reading that holds, or in the nearest one: units may be written beside some of the numbers, all, or the last."""
    exponent = said.as_tuple().exponent
    step = Fraction(1, 10**-exponent) if isinstance(exponent, int) and exponent < 0 else Fraction(1)
    found = [Equation(shown, *span, said, unit, value, step) for value in dict.fromkeys(_readings(tokens, unit))]
    if found:
        yield min(found, key=lambda one: (not one.holds, abs(one.comes_to - Fraction(said))))


def _readings(tokens: list[_Token], unit: str) -> Iterator[Fraction]:
    scale = 1 if unit == "%" else scale_of(unit)
    percent = 100 if unit == "%" else 1
    for scaled in (False, True):
        try:
            value = _Calculation(tokens, scaled=scaled).value()
        except (_NoCalculation, ZeroDivisionError):
            continue
        yield value * percent / (scale if scaled else 1)
        if unit == "" and any(token.unit == "%" for token in tokens):
            yield value * 100


class _Calculation:
    """A calculation being worked out, by precedence."""

    def __init__(self, tokens: list[_Token], *, scaled: bool) -> None:
        self._tokens = tokens
        self._scaled = scaled
        self._at = 0

    def value(self) -> Fraction:
        """What it comes to. Raises ZeroDivisionError and _NoCalculation."""
        found = self._sum()
        if self._at != len(self._tokens):
            raise _NoCalculation
        return found

    def _next(self) -> str:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else ""

    def _sum(self) -> Fraction:
        value = self._product()
        while self._next() in ("+", "-"):
            sign = 1 if self._next() == "+" else -1
            self._at += 1
            value += sign * self._product()
        return value

    def _product(self) -> Fraction:
        value = self._one()
        while self._next() in ("*", "/"):
            divided = self._next() == "/"
            self._at += 1
            other = self._one()
            value = value / other if divided else value * other
        return value

    def _one(self) -> Fraction:
        if self._next() == "(":
            self._at += 1
            value = self._sum()
            if self._next() != ")":
                raise _NoCalculation
            self._at += 1
            return value
        if self._next() != "n":
            raise _NoCalculation
        token = self._tokens[self._at]
        self._at += 1
        if token.unit == "%":
            return token.value / 100
        return token.value * (scale_of(token.unit) if self._scaled else 1)
