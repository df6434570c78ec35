"""公布数核对: what a unit has published already, beside what is computed. All of it is optional, and stands at the end of the workbook."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xl_jixiao.expr import (
    Area,
    Cell,
    Counted,
    Expr,
    Guarded,
    Operand,
    Rounded,
    Value,
    all_of,
    any_of,
    call,
    first_of,
    is_blank,
    is_number,
    joined,
    negated,
    tree,
    when,
)
from xl_jixiao.rules.typed import LARGEST, Kind, Typed
from xl_jixiao.sheet.build import SheetBuilder, titled
from xl_jixiao.sheet.checks import Line
from xl_jixiao.sheet.data import free_text
from xl_jixiao.sheet.plan import Accepts, Mark, Page
from xl_jixiao.sheet.progress import first_word
from xl_jixiao.tables.published import SIGNS
from xl_jixiao.words import AGREES, AS_SUMMED, DIFFERS, EXPLAIN, LAST_DIGIT, MUST_FIX, NO_VALUE, PASSED, PUBLISHED, UNREADABLE

WIDTHS = (5, 40, 13, 16, 16, 11, 13, 16)
HEADS = ("序号", "项目", "复算数", "公布数\n（选填）", "核对", "复算得分", "公布得分\n（选填）", "核对")
_NUMBER, _NAME, _FIGURE, _POINTS = 0, 1, 2, 5
NOTE = "没有公布过的不用填。已经公布的，照公布的样子填写（如 95.71%、89.5、良好），与复算数核对。"
_FIRST_ROW = 4
_PREFIX = "公布"
FIGURES, POINTS = Area("区:公布数核对结果"), Area("区:公布得分核对结果")
PUBLISHED_POINTS = Area("区:公布得分")
"""The points that were published, of whatever."""
LONGEST = 30
"""How many characters a published figure may have."""

MARKED = (
    (DIFFERS, "#9C0006", "#FFC7CE"),
    (UNREADABLE, "#9C0006", "#FFC7CE"),
    (LAST_DIGIT, "#7F6000", "#FFF2CC"),
    (NO_VALUE, "#7F6000", "#FFF2CC"),
    (AGREES, "#006100", "#E2F0D9"),
)
"""The words of a comparison, and how they are coloured."""

_LEAST_GAP = 8
"""Decimals at which a published figure and the computed one are told apart; both are printed to fewer."""

_DUST = tree(Decimal("0.000000005"))
"""Half of that."""

_HALF_WIDTH = {chr(ord(digit) + 0xFEE0): digit for digit in "0123456789+-,"}
"""Not every program reads full-width digits as a number."""


def figure_key(name: str) -> str:
    """The cell of a published figure, by the name of what is computed."""
    return f"{_PREFIX}_{name}"


def points_key(name: str) -> str:
    """The cell of published points."""
    return f"{_PREFIX}得分_{name}"


ROW_POINTS = f"{_PREFIX}得分"
"""What the cells of published points are called where they are told by the number of their row."""

_CLAIMS = (figure_key(""), points_key(""), f"{ROW_POINTS}:")


def is_claim(key: str) -> bool:
    """Whether an entry of a form, by the form's own key, is one for what was published."""
    return key.startswith(_CLAIMS)


@dataclass(frozen=True)
class Claim:
    """What may be published of one thing: the cell it is entered in, what is computed, how that looks, and what comparing them says."""

    key: str
    of: Expr
    style: str
    compared: Expr
    numeric: bool = True


@dataclass(frozen=True)
class ClaimLine:
    """One line: a figure, or points, or both."""

    name: str | Expr
    figure: Claim | None = None
    points: Claim | None = None


def number_claim(key: str, of: Expr, style: str = "points", *, rounds: bool = False, parts: Expr | None = None) -> Claim:
    """A published number against the computed one; `rounds` where one of fewer decimals is the same number rounded, or cut off. `parts` is
    what the parts that were published with it add up to, no number where one wasn't."""
    said = Cell(key)
    known = [of] if parts is None else [of, parts]
    words: list[tuple[Expr, Operand]] = [
        (is_blank(said), ""),
        (negated(is_number(said)), UNREADABLE),
        *((_same(said, one), word) for one, word in zip(known, (AGREES, AS_SUMMED), strict=False)),
        (negated(any_of(list(map(is_number, known)))), ""),
    ]
    if rounds:
        gap = Rounded(said - of, 4)
        words.append((any_of([call("ABS", gap) <= Decimal("0.01"), _of_one_decimal(said, of, gap)]), LAST_DIGIT))
    return Claim(key, of, style, first_of(words, DIFFERS))


def _same(said: Expr, of: Expr) -> Expr:
    """Whether a number is another one, where that is a number."""
    return when(is_number(of), Rounded(said - of, 4).equals(0), False)


def _of_one_decimal(said: Expr, of: Expr, gap: Expr) -> Expr:
    """Whether a number of one decimal is the other rounded, or cut off."""
    cut_off = when(gap <= 0, gap > Decimal("-0.1"), False)
    return when(said.equals(Rounded(said, 1)), any_of([said.equals(Rounded(of, 1)), cut_off]), False)


def word_claim(key: str, of: Expr, due: Expr) -> Claim:
    """A published word against the one that is due."""
    said = Cell(key)
    return Claim(
        key, of, "centre", first_of([(is_blank(said), ""), (due.equals(""), ""), (said.equals(due), AGREES)], DIFFERS), numeric=False
    )


def published_sheet(lines: Sequence[ClaimLine], value_of: Callable[[str], Value]) -> SheetBuilder:
    """The sheet; `value_of` gives what stands in a cell."""
    sheet = titled(PUBLISHED, "Sheet_Published", PUBLISHED, WIDTHS, NOTE, heads=HEADS, head_row=_FIRST_ROW - 1)
    sheet.height(_FIRST_ROW - 1, 32)
    for row, line in enumerate(lines, _FIRST_ROW):
        sheet.label(row, _NUMBER, row - _FIRST_ROW + 1, "centre")
        if isinstance(line.name, str):
            sheet.label(row, _NAME, line.name, "cell")
        else:
            sheet.computed(row, _NAME, "", line.name, "cell")
        for column, claim in ((_FIGURE, line.figure), (_POINTS, line.points)):
            _put(sheet, row, column, claim, value_of)
    last = _FIRST_ROW + len(lines) - 1
    for area, column in ((FIGURES, _FIGURE + 2), (POINTS, _POINTS + 2)):
        sheet.area(area.key, _FIRST_ROW, column, last)
        sheet.marks += [Mark((_FIRST_ROW, column, last, column), *one) for one in MARKED]
    sheet.area(PUBLISHED_POINTS.key, _FIRST_ROW, _POINTS + 1, last)
    sheet.frozen = (_FIRST_ROW, _FIGURE)
    sheet.page = Page(landscape=True, heads=(_FIRST_ROW - 1, _FIRST_ROW - 1), area=(0, 0, last, len(WIDTHS) - 1))
    return sheet


def _put(sheet: SheetBuilder, row: int, column: int, claim: Claim | None, value_of: Callable[[str], Value]) -> None:
    if claim is None:
        for at in range(column, column + 3):
            sheet.label(row, at, None, "cell")
        return
    sheet.computed(row, column, "", when(claim.of.equals(""), "", claim.of), claim.style)
    style, accepts = ("input_number", _POINTS_TYPED) if claim.numeric else ("input_words", _FIGURE_TYPED)
    sheet.entry(row, column + 1, claim.key, value_of(claim.key), style, accepts=accepts, required=False, given=True)
    sheet.computed(row, column + 2, f"核对:{claim.key}", claim.compared, "centre")


_FIGURE_TYPED = Accepts(
    free_text("", "", LONGEST).typed, "公布数（选填）", "照公布的样子填写，如 95.71%、良好。", f"不超过{LONGEST}字。", "请检查公布数"
)
_POINTS_TYPED = Accepts(
    Typed(Kind.POINTS, required=False),
    "公布数（选填）",
    "照公布的填写，如 89.5。",
    "应为不小于0的数字。",
    "请检查公布数",
    most=tree(LARGEST),
)


def check_line(lines: Sequence[ClaimLine]) -> Line:
    """That what was published is what is computed: a rate, a total or a grade that isn't must be mended; points need a word, and a number of
    a rate that there is none of."""
    first = next(claim.key for line in lines for claim in (line.figure, line.points) if claim)
    wrong, other = Counted(FIGURES, DIFFERS), Counted(POINTS, DIFFERS)
    unread = Counted(FIGURES, UNREADABLE) + Counted(POINTS, UNREADABLE)
    baseless = Counted(FIGURES, NO_VALUE)
    result = first_of([(wrong + unread > 0, MUST_FIX), (other + baseless > 0, EXPLAIN)], PASSED)
    said = joined(wrong + other, "项不一致，", unread, "项读不出数，", baseless, "项算不出却公布了数，见“", PUBLISHED, "”")
    return Line("公布数与复算数一致（没有公布的不核对）", result, said, first, first=first_word(FIGURES, DIFFERS, first))


def given_of(claimed: Mapping[str, Value], points: Mapping[str, Value]) -> Mapping[str, Value]:
    """What stands in the cells, by name of what is computed."""
    figures = {figure_key(name): value for name, value in claimed.items()}
    return {**figures, **{points_key(name): value for name, value in points.items()}}


def compared(claim: Expr, exact: Expr, unit: str = "") -> Expr:
    """A published figure as it is printed (95.71%, 875.14, 减少29.30%) against the exact one, at the decimals it prints."""
    return Guarded(_compared(claim, exact, unit), tree(UNREADABLE))


def says_number(claim: Expr) -> Expr:
    """Whether a published figure says a number."""
    return Guarded(is_number(_number(call("SUBSTITUTE", _plain(claim), "%", ""))), tree(False))


def _compared(claim: Expr, exact: Expr, unit: str) -> Expr:
    said = _plain(claim)
    said = call("SUBSTITUTE", said, unit, "") if unit else said
    bare = call("SUBSTITUTE", said, "%", "")
    percent = said.differs(bare)
    decimals = call("MAX", 0, call("LEN", bare) - call("FIND", ".", joined(bare, ".")))
    places = decimals + when(percent, 2, 0)
    number = _number(bare) / when(percent, 100, 1)
    gap = Rounded(number - call("ROUND", exact, places), _LEAST_GAP)
    cut = call("ABS", exact) - call("ABS", number)
    cut_off = all_of([number * exact >= 0, cut >= 0 - _DUST, cut < call("POWER", 10, 0 - places) - _DUST])
    near = call("ABS", gap) <= call("POWER", 10, 0 - call("MAX", places, when(percent, 4, 2))) + _DUST
    return first_of([(gap.equals(0), AGREES), (any_of([cut_off, near]), LAST_DIGIT)], DIFFERS)


def _plain(claim: Expr) -> Expr:
    return _without(claim, {"％": "%", "．": ".", " ": "", "　": ""})


def _number(said: Expr) -> Expr:
    """The number a text says, whatever it says its sign with."""
    return call("VALUE", _without(said, {**SIGNS, **_HALF_WIDTH}))


def _without(of: Expr, words: Mapping[str, str]) -> Expr:
    """A text with some words in the place of others."""
    for word, instead in words.items():
        of = call("SUBSTITUTE", of, word, instead)
    return of
