"""Published figures against computed ones, at the decimals they print: 95.71%, 875.14, 减少29.30%."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from xl_jixiao.number import Exact, NotANumber, from_cell, half_up, percent, plain

SIGNS = {"减少": "-", "下降": "-", "增加": "", "增长": "", "上升": ""}
"""How a published change says its sign."""


@dataclass(frozen=True)
class Disagreement:
    """A published figure that isn't the computed one: what was computed as the claim prints it, by how much they differ."""

    computed: str
    gap: Decimal | None
    """None for a claim that says no number: nothing to compare."""
    rounding: bool = False
    """Whether only the last printed digit differs: cut off, or by no more than 0.01 of what is printed."""


def number_of(claim: str) -> Decimal | None:
    """The number a published figure says; None for what isn't one."""
    text = claim.strip()
    for word, sign in SIGNS.items():
        if text.startswith(word):
            text = sign + text.removeprefix(word)
            break
    try:
        return from_cell(text)
    except NotANumber:
        return None


def decimals_of(claim: str) -> tuple[int, bool]:
    """How many decimals it prints, and whether it is a percentage."""
    text = claim.strip().replace("．", ".")
    return len(text.rstrip("%％ ").partition(".")[2]), text.endswith(("%", "％"))


def difference(claim: str, value: Exact, unit: str = "") -> Disagreement | None:
    """The difference of a published figure, with or without its unit, from the exact value; None where they agree."""
    claim = claim.strip().removesuffix(unit)
    number = number_of(claim)
    if number is None:
        return Disagreement(plain(half_up(value, 4)) if unit else percent(value), None)
    decimals, is_percent = decimals_of(claim)
    places = decimals + 2 * is_percent
    gap = number - half_up(value, places)
    if not gap:
        return None
    shown = percent(value, decimals) if is_percent else format(half_up(value, decimals), "f")
    return Disagreement(shown, gap, _cut_off(number, value, places) or abs(gap) <= Decimal(1).scaleb(-max(places, 2 + 2 * is_percent)))


def _cut_off(number: Decimal, value: Exact, places: int) -> bool:
    """Whether a number is the value without its further digits: 98% for 98.71%, 0% for -0.71%, never 98% for 99.12%."""
    said, exactly = Fraction(number), Fraction(value)
    return said * exactly >= 0 and 0 <= abs(exactly) - abs(said) < Fraction(1, 10**places)
