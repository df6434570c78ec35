"""What a filing alone can show: blanks, wrong values, missing reasons, figures that don't agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xl_jixiao.finding import Finding, Level, Place, titled
from xl_jixiao.formula import parse
from xl_jixiao.layout import Layout, Ref, WorkColumns, adjusted_name
from xl_jixiao.number import from_cell, half_up, plain, shows_error
from xl_jixiao.rules import Item
from xl_jixiao.rules.itemised import Itemised
from xl_jixiao.scoretable.scoring import Score, ScoreCard, exact_rate, identity_gap, is_valid
from xl_jixiao.scoretable.table import Identity
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.inputs import Input
from xl_jixiao.tables.published import Difference, difference
from xl_jixiao.words import INVALID, NONE_WORD, WORKING


@dataclass(frozen=True)
class Filing:
    """One filing under review: where things stand, what was answered, what it scores."""

    layout: Layout
    answers: Answers
    card: ScoreCard
    file: str = ""

    def place(self, ref: Ref) -> Place:
        """A cell in the user's words."""
        return Place(self.file, ref.sheet, ref.local)

    def cell(self, code: str, column: int) -> Place:
        """An indicator's cell on 评分底稿."""
        block = next(block for block in self.layout.blocks if block.indicator.code == code)
        return self.place(block.cell(column))

    def inputs(self) -> Iterator[tuple[Input, object]]:
        """Every input with its answer."""
        for item in self.layout.rubric.inputs:
            yield item, self.answers.get(item.key)

    def items(self) -> Iterator[tuple[Score, Item, str, object]]:
        """Every judged item with its answer."""
        for score in self.card.scores:
            for item, key in zip(score.indicator.scorer.items, score.indicator.item_keys, strict=True):
                yield score, item, key, self.answers.get(key)


def _settled(score: Score) -> bool:
    """Whether an adjustment stands in for the computed points."""
    return score.adjustment is not None and is_valid(score.adjustment, score.indicator)


def blank_input(filing: Filing) -> Iterator[Finding]:
    """JX101: a required figure is blank."""
    for item, answer in filing.inputs():
        if item.required and answer in (None, ""):
            place = filing.place(filing.layout.inputs[item.key])
            yield Finding("JX101", "blank-input", Level.MUST_FIX, place, f"{titled(item.name)}未填；没有这个数的填“{NONE_WORD}”，为零的填0")


def blank_item(filing: Filing) -> Iterator[Finding]:
    """JX102: something that has to be judged is blank."""
    for score, item, key, answer in filing.items():
        needed = score.computed in (None, INVALID) and not _settled(score)
        if item.required and answer in (None, "") and needed:
            place = filing.place(filing.layout.items[key])
            yield Finding("JX102", "blank-item", Level.MUST_FIX, place, f"{titled(score.indicator.label)}的“{item.label}”未认定")


def invalid_input(filing: Filing) -> Iterator[Finding]:
    """JX103: a figure isn't a number, is negative, or has decimals where it counts things."""
    for item, answer in filing.inputs():
        problem = item.problem(answer)
        if problem:
            yield Finding(
                "JX103",
                "invalid-input",
                Level.MUST_FIX,
                filing.place(filing.layout.inputs[item.key]),
                f"{titled(item.name)}{problem}",
                str(answer),
            )


def invalid_item(filing: Filing) -> Iterator[Finding]:
    """JX104: a judged value is outside its choices or limits."""
    for score, item, key, answer in filing.items():
        try:
            item.parse(answer)
        except ValueError as error:
            place = filing.place(filing.layout.items[key])
            yield Finding(
                "JX104", "invalid-item", Level.MUST_FIX, place, f"{titled(score.indicator.label)}的“{item.label}”{error}", str(answer)
            )


def text_number(filing: Filing) -> Iterator[Finding]:
    """JX106: a number stands as text in a workbook; it is read as what it says, while the sheet can't compute with it."""
    for name, (label, value) in _numbers(filing).items():
        text = filing.answers.typed.get(name)
        if text is None:
            continue
        if value is None:
            meant, read = "按空白处理；请清空单元格，或重新输入数字", ""
        elif isinstance(value, str):
            meant, read = f"按“{value}”处理；请在单元格里重新输入“{value}”", value
        else:
            meant, read = f"按{plain(value)}计算；请在单元格里重新输入数字", plain(value)
        place = filing.place(filing.layout.names[name])
        yield Finding("JX106", "text-number", Level.EXPLAIN, place, f"{label}是文字“{text[:20]}”，{meant}", text, read)


def _numbers(filing: Filing) -> dict[str, tuple[str, Any]]:
    """The cells of a workbook that hold numbers, by defined name: what each is called, and what it was read as."""
    rubric, answers = filing.layout.rubric, filing.answers
    found = {item.key: (titled(item.name), answers.get(item.key)) for item in rubric.inputs if item.numeric}
    for indicator in rubric.indicators:
        for item, key in zip(indicator.scorer.items, indicator.item_keys, strict=True):
            found[key] = f"{titled(indicator.label)}的“{item.label}”", answers.get(key)
        adjustment = answers.adjustments.get(indicator.code)
        found[adjusted_name(indicator.code)] = f"{titled(indicator.label)}调整得分", adjustment.points if adjustment else None
    return found


def points_without_content(filing: Filing) -> Iterator[Finding]:
    """JX107: points are given for a line whose content nobody wrote."""
    for score in filing.card.scores:
        keys = score.indicator.item_keys if isinstance(score.indicator.rule, Itemised) else ()
        for at, (content, points) in enumerate(zip(keys[::2], keys[1::2], strict=True), 1):
            given = filing.answers.get(points)
            blank = filing.answers.get(content) in (None, "") and (at > 1 or _settled(score))  # else JX102 says it
            if blank and isinstance(given, Decimal) and given > 0:
                yield Finding(
                    "JX107", "points-without-content", Level.EXPLAIN, filing.place(filing.layout.items[content]),
                    f"{titled(score.indicator.label)}第{at}行计了{plain(given)}分，没有写指标内容", plain(given),
                )  # fmt: skip


def adjustment_without_reason(filing: Filing) -> Iterator[Finding]:
    """JX201: points were adjusted and nobody says why."""
    for score in filing.card.scores:
        points = score.adjustment.points if score.adjustment else None
        if points is not None and not score.adjustment.reason:
            said = f"调整为{plain(points)}分" if isinstance(points, Decimal) else f"填了调整得分“{points[:20]}”"
            yield Finding(
                "JX201", "adjustment-without-reason", Level.MUST_FIX, filing.cell(score.code, WorkColumns.REASON),
                f"{titled(score.indicator.label)}{said}，未写理由", _shown(points), _shown(score.computed),
            )  # fmt: skip


def adjustment_out_of_range(filing: Filing) -> Iterator[Finding]:
    """JX202: an adjustment that is no number, above the weight, below zero, or finer than 0.01."""
    for score in filing.card.scores:
        points = score.adjustment.points if score.adjustment else None
        wrong = isinstance(points, str)
        if wrong or points is not None and not (0 <= points <= score.full and points == half_up(points, 2)):
            problem = "" if wrong else f"，应在0到{plain(score.full)}分之间，最多两位小数"
            yield Finding(
                "JX202", "adjustment-out-of-range", Level.MUST_FIX, filing.cell(score.code, WorkColumns.ADJUSTED),
                f"{titled(score.indicator.label)}{_adjusted(points)}{problem}", _shown(points), plain(score.full),
            )  # fmt: skip


def _adjusted(points: Decimal | str) -> str:
    """An adjustment in a message: 调整为4分, 调整得分“４分”不是数字."""
    if isinstance(points, Decimal):
        return f"调整为{plain(points)}分"
    return f"调整得分单元格是错误值 {points}" if shows_error(points) else f"调整得分“{points[:20]}”不是数字"


def word_without_reason(filing: Filing) -> Iterator[Finding]:
    """JX203: a rate that doesn't exist (不适用, 超预算 …) without a word why."""
    for score in filing.card.scores:
        explained = score.adjustment is not None and score.adjustment.reason
        if isinstance(score.rate, str) and score.rate != INVALID and not explained:
            yield Finding(
                "JX203", "unexplained-word", Level.EXPLAIN, filing.cell(score.code, WorkColumns.REASON),
                f"{titled(score.indicator.label)}{score.rate}，应在“情况说明”写明原因", score.rate,
            )  # fmt: skip


def _gaps(filing: Filing) -> Iterator[tuple[Identity, Decimal, Place]]:
    for identity in filing.layout.rubric.identities:
        gap = identity_gap(identity, filing.answers)
        if gap:
            yield identity, gap, filing.place(filing.layout.names[parse(identity.left).names[0]])


def _identity_line(identity: Identity, answers: Answers) -> tuple[str, str, str]:
    left, right = parse(identity.left), parse(identity.right)
    values = {name: from_cell(answers.get(name)) for name in (*left.names, *right.names)}
    shown = [plain(half_up(side.value(values), 2)) for side in (left, right)]
    return f"{left.sentence()}={shown[0]}，{right.sentence()}={shown[1]}", *shown


def identity_broken(filing: Filing) -> Iterator[Finding]:
    """JX301: two sides that must agree don't."""
    for identity, gap, place in _gaps(filing):
        if abs(gap) > identity.tolerance:
            line, left, right = _identity_line(identity, filing.answers)
            yield Finding("JX301", "figures-disagree", Level.MUST_FIX, place, f"{identity.name}：{line}，相差{plain(gap)}", left, right)


def identity_rounded(filing: Filing) -> Iterator[Finding]:
    """JX302: two sides differ by rounding."""
    for identity, gap, place in _gaps(filing):
        if abs(gap) <= identity.tolerance:
            line, left, right = _identity_line(identity, filing.answers)
            yield Finding("JX302", "rounding", Level.NOTE, place, f"{identity.name}：{line}，相差{plain(gap)}，属舍入", left, right)


def part_over_whole(filing: Filing) -> Iterator[Finding]:
    """JX308: a part is more than its whole: more satisfied answers than valid ones."""
    for score in filing.card.scores:
        standard = score.indicator.standard
        if standard and standard.share and isinstance(score.rate, Decimal) and score.rate > 1:
            yield Finding(
                "JX308", "part-over-whole", Level.MUST_FIX, filing.cell(score.code, WorkColumns.RATE),
                f"{titled(score.indicator.label)}超过100%，部分不能大于全部：{score.worked}", score.rate_text,
            )  # fmt: skip


def _claims(filing: Filing) -> Iterator[tuple[Score, str, Difference]]:
    """Published rates that aren't the computed one at the decimals they print."""
    for score in filing.card.scores:
        claim = filing.answers.claimed.get(score.code)
        rate = exact_rate(score.indicator, filing.answers.values) if claim and isinstance(score.rate, Decimal) else None
        found = difference(claim, rate) if rate is not None else None
        if found:
            yield score, claim, found


def claim_finding(name: str, claim: str, found: Difference, worked: str, place: Place) -> Finding:
    """The finding of a published figure that isn't the computed one."""
    message = f"{titled(name)}公布{claim}，复算{found.computed}，{'末位之差，属舍入' if found.rounding else '不一致'}：{worked}"
    if found.rounding:
        return Finding("JX304", "claimed-rate-rounded", Level.NOTE, place, message, claim, found.computed)
    return Finding("JX303", "claimed-rate-wrong", Level.MUST_FIX, place, message, claim, found.computed)


def _claim_findings(filing: Filing, *, rounding: bool) -> Iterator[Finding]:
    for score, claim, found in _claims(filing):
        if found.rounding is rounding:
            yield claim_finding(score.indicator.name, claim, found, score.worked, filing.cell(score.code, WorkColumns.RATE))


def claimed_rate_wrong(filing: Filing) -> Iterator[Finding]:
    """JX303: a published rate isn't what its own figures give."""
    return _claim_findings(filing, rounding=False)


def claimed_rate_rounded(filing: Filing) -> Iterator[Finding]:
    """JX304: a published rate is off by one in its last digit: cut off or rounded the wrong way."""
    return _claim_findings(filing, rounding=True)


def adjusted_score(filing: Filing) -> Iterator[Finding]:
    """JX401: the claimed points differ from the computed ones."""
    for score in filing.card.scores:
        if _settled(score) and score.points != score.computed:
            yield Finding(
                "JX401", "adjusted-score", Level.EXPLAIN, filing.cell(score.code, WorkColumns.ADJUSTED),
                f"{titled(score.indicator.label)}自评{plain(score.adjustment.points)}分，按评分标准复算{_shown(score.computed)}分：{score.adjustment.reason}",
                plain(score.adjustment.points), _shown(score.computed),
            )  # fmt: skip


def all_full_marks(filing: Filing) -> Iterator[Finding]:
    """JX402: every indicator has full marks."""
    if filing.card.scores and all(score.points == score.full for score in filing.card.scores):
        place = Place(filing.file, WORKING, "")
        yield Finding("JX402", "all-full-marks", Level.NOTE, place, "全部指标自评满分，请逐项核对依据", plain(filing.card.total or 0))


def _shown(points: object) -> str:
    return plain(points) if isinstance(points, Decimal) else str(points or "未得出")
