"""What answers alone can show, whatever their table: blanks, wrong values, numbers that stand as text, figures that don't agree."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from xl_jixiao.expr import Expr, Held, as_number, as_text, decimal
from xl_jixiao.finding import Finding, Place, found, titled
from xl_jixiao.number import half_up, percent, plain
from xl_jixiao.rules.typed import cell_value
from xl_jixiao.sheet.data import hint_key, state
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.inputs import Answer, Input
from xl_jixiao.tables.parts import Identity
from xl_jixiao.tables.published import Disagreement
from xl_jixiao.tables.reasons import LeftOpen, left_open, says_nothing
from xl_jixiao.words import EXPLAIN, FILLED, INVALID, NONE_WORD, PROJECT, SUPERIOR, UNIT, is_blank


@dataclass(frozen=True)
class Handed:
    """What a unit handed in: the figures asked for, the answers, what the cells of its plan show, and where they stand."""

    inputs: Sequence[Input]
    identities: Sequence[Identity]
    answers: Answers
    values: Mapping[str, Held]
    at: Callable[[str], Place]
    """The place of a cell by its key."""
    asked: Mapping[str, Expr]
    """What is asked of figures that are probably in another unit, by key."""
    behind: Callable[[str], Sequence[str]]
    """The figures a name comes from of which something may be asked."""

    def figures(self) -> Iterator[tuple[Input, Answer]]:
        """Every input with its answer."""
        for item in self.inputs:
            yield item, self.answers.get(item.key)

    def numbers(self) -> Mapping[str, tuple[str, Answer]]:
        """The cells that hold numbers: what each is called, and what it was read as."""
        asked = ((item, answer) for item, answer in self.figures() if item.numeric or item.kind == "choice")
        return {item.key: (titled(item.name), answer) for item, answer in asked}

    def in_doubt(self, name: str) -> bool:
        """Whether something is asked of a figure, or of one it comes from, and nothing beside it answers."""
        return any(self.values[state(key).key] == EXPLAIN for key in self.behind(name))

    @cached_property
    def gaps(self) -> Sequence[tuple[Identity, Decimal]]:
        """By how much the sides of identities are apart that must agree. What a figure that is wrong, or asked about, brings along is left out."""
        complete = [one for one in self.identities if one.complete.value(self.values)]
        sound = [one for one in complete if all(self.values[state(name).key] != INVALID and not self.in_doubt(name) for name in one.names)]
        gaps = [(one, decimal(one.gap.value(self.values))) for one in sound]
        return [(one, gap) for one, gap in gaps if gap]


def blank_input(handed: Handed) -> Iterator[Finding]:
    """JX101: a required figure is blank."""
    for item, answer in handed.figures():
        if item.required and is_blank(answer):
            advice = f"；没有这个数的填“{NONE_WORD}”，为零的填0" if item.numeric else ""
            yield found("JX101", handed.at(item.key), f"{titled(item.name)}未填{advice}")


def invalid_input(handed: Handed) -> Iterator[Finding]:
    """JX103: a figure isn't a number, is negative, or has decimals where it counts things."""
    for item, answer in handed.figures():
        if item.numeric and handed.values[state(item.key).key] == FILLED and item.key not in handed.answers.typed:
            continue
        problem = item.problem(answer)
        if problem:
            text = f"{titled(item.name)}{problem}"
            yield found("JX103", handed.at(item.key), text, str(answer))


def text_number(handed: Handed) -> Iterator[Finding]:
    """JX106: a number stands as text in a workbook, a choice is worded otherwise; read as what it says, while the sheet can't compute with it."""
    required = {item.key for item in handed.inputs if item.required}
    for key, (label, value) in handed.numbers().items() if handed.answers.typed else ():
        text = handed.answers.typed.get(key)
        if text is None or (value is None and key in required):
            continue  # white space alone where a figure is required is said as blank
        if value is None:
            meant, read = "按空白处理；请清空单元格，或重新输入数字", ""
        elif isinstance(value, Decimal):
            meant, read = f"按{plain(value)}计算；请在单元格里重新输入数字", plain(value)
        else:
            meant, read = f"按“{value}”处理；请在单元格里重新输入“{value}”", str(value)
        message = f"{label}是文字“{text[:20]}”，{meant}"
        yield found("JX106", handed.at(key), message, text, read)


def read_as_meant(handed: Handed) -> Iterator[Finding]:
    """JX108: a data file says a figure with its unit, or a choice by a tick: read as what is meant."""
    for key, (label, value) in handed.numbers().items() if handed.answers.meant else ():
        text = handed.answers.meant.get(key)
        if text is not None:
            read = plain(value) if isinstance(value, Decimal) else str(value)
            yield found("JX108", handed.at(key), f"{label}写的是“{text[:20]}”，按“{read}”读", text, read)


def implausible_input(handed: Handed) -> Iterator[Finding]:
    """JX109: a figure that is probably in another unit, a text that says nothing, and nothing beside it says that it is right."""
    for item, answer in handed.figures():
        remark = handed.answers.remarks.get(item.key, "")
        open_question = item.key in handed.asked and (not remark or says_nothing(remark, item.name))
        if not open_question or not _answers(item, answer) or not (remark or handed.values[hint_key(item.key)]):
            continue  # where nothing is remarked, its 提示 asks
        if item.problem(answer) or _left_in(item, answer):
            continue
        question = as_text(handed.asked[item.key].value(handed.values))
        if question:
            shown = _as_entered(answer, item)
            said = "" if item.kind == "text" else f"填的是{shown}，"
            text = f"{titled(item.name)}{said}{question}填对了的，在备注写明"
            yield found("JX109", handed.at(item.key), text, plain(answer) if isinstance(answer, Decimal) else shown[:40])


def _answers(item: Input, answer: Answer) -> bool:
    """Whether there is something to ask about: a number, a date, a text."""
    return isinstance(cell_value(answer), int | Fraction) or (item.kind == "text" and not is_blank(answer))


def _as_entered(answer: Answer, item: Input) -> str:
    """1010.01万元, 95.00%, 2012-07-20."""
    if not isinstance(answer, Decimal):
        return str(answer)
    return percent(answer) if item.kind == "percent" else f"{plain(answer)}{item.unit}"


def placeholder_left(handed: Handed) -> Iterator[Finding]:
    """JX625: a text still has a placeholder or a prompt of its template."""
    for item, answer in handed.figures():
        left = _left_in(item, answer)
        if left:
            text = f"{titled(item.name)}里留着没有填的“{left.mark}”：{left.around}"
            yield found("JX625", handed.at(item.key), text, left.mark)


def _left_in(item: Input, answer: Answer) -> LeftOpen | None:
    """What a text still has of its template; names of units and projects may have ×× in print."""
    written = item.kind == "text" and item.key not in (UNIT, PROJECT, SUPERIOR)
    return left_open(answer) if written and isinstance(answer, str) else None


def identity_broken(handed: Handed) -> Iterator[Finding]:
    """JX301: two sides that must agree don't."""
    for identity, gap in handed.gaps:
        if abs(gap) > identity.tolerance:
            line, left, right = _sides(identity, handed.values)
            message = f"{identity.name}：{line}，相差{plain(gap)}"
            yield found("JX301", handed.at(identity.names[0]), message, left, right)


def identity_rounded(handed: Handed) -> Iterator[Finding]:
    """JX302: two sides differ by rounding."""
    for identity, gap in handed.gaps:
        if abs(gap) <= identity.tolerance:
            line, left, right = _sides(identity, handed.values)
            message = f"{identity.name}：{line}，相差{plain(gap)}，属舍入"
            yield found("JX302", handed.at(identity.names[0]), message, left, right)


def _sides(identity: Identity, values: Mapping[str, Held]) -> tuple[str, str, str]:
    """Both sides with their sums, and the sums."""

    def sum_of(side: Expr) -> str:
        return plain(half_up(as_number(side.value(values)), 2))

    left, right = identity.sides
    shown = sum_of(left.core), sum_of(right.core)
    return f"{left.sentence()}={shown[0]}，{right.sentence()}={shown[1]}", *shown


def claim_finding(name: str, claim: str, apart: Disagreement, worked: str, place: Place) -> Finding:
    """The finding of a published figure that isn't the computed one."""
    code, word = ("JX304", "末位之差，属舍入") if apart.rounding else ("JX303", "不一致")
    return found(code, place, f"{titled(name)}公布{claim}，复算{apart.computed}，{word}：{worked}", claim, apart.computed)
