"""What a filing of a scoring table can show beyond its figures: judged items, adjustments, words without a reason, published rates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from xl_jixiao.expr import CellFailure, as_number, as_text, tree
from xl_jixiao.finding import Finding, Place, found, titled
from xl_jixiao.number import Exact, half_up, plain, shows_error
from xl_jixiao.rules import Item
from xl_jixiao.rules.itemised import Itemised
from xl_jixiao.rules.rows import DONE, TARGET, WrittenRows
from xl_jixiao.scoretable import keys
from xl_jixiao.scoretable.card import Score, ScoreCard
from xl_jixiao.scoretable.input_checks import Handed, claim_finding
from xl_jixiao.scoretable.limits import points_keys
from xl_jixiao.scoretable.trees import due_grade
from xl_jixiao.selfeval.judging import BOUND_COPIED
from xl_jixiao.selfeval.target import BOUND_SIGNS, BOUND_TAILS, has, read_cell
from xl_jixiao.sheet import data
from xl_jixiao.sheet.job import shown_value
from xl_jixiao.sheet.published import figure_key, points_key
from xl_jixiao.tables.inputs import Answer
from xl_jixiao.tables.published import Disagreement, difference, number_of
from xl_jixiao.tables.reasons import says_nothing
from xl_jixiao.words import BLANK, FILLED, GRADE, INVALID, NOT_APPLICABLE, OVER_BUDGET, TOTAL, WORKING, is_blank


@dataclass(frozen=True)
class HandedScores(Handed):
    """A filing with its scores."""

    card: ScoreCard
    file: str = ""

    def items(self) -> Iterator[tuple[Score, Item, str, Answer]]:
        """Every judged item with its answer."""
        for score in self.card.scores:
            for item, key in zip(score.indicator.scorer.items, score.indicator.item_keys, strict=True):
                yield score, item, key, self.answers.get(key)

    def claimed_at(self, score: Score) -> Place:
        """Where its published rate stands."""
        return self.at(figure_key(score.code) if score.indicator.is_rated else score.code)

    def numbers(self) -> Mapping[str, tuple[str, Answer]]:
        """Figures, judged items and adjustments."""
        numbers = dict(super().numbers())
        for score in self.card.scores:
            label = titled(score.indicator.label)
            for item, key in zip(score.indicator.scorer.items, score.indicator.item_keys, strict=True):
                numbers[key] = f"{label}的“{item.label}”", self.answers.get(key)
            points = score.adjustment.points if score.adjustment else None
            numbers[keys.adjusted_name(score.code)] = f"{label}调整得分", points
        return numbers


def blank_item(filing: HandedScores) -> Iterator[Finding]:
    """JX102: something that has to be judged is blank."""
    for score, item, key, answer in filing.items():
        if not is_blank(answer) or filing.values[data.state(key).key] != BLANK:
            continue
        if score.computed in (None, INVALID) and not score.settled:
            text = f"{titled(score.indicator.label)}的“{item.label}”未认定"
            yield found("JX102", filing.at(key), text)


def invalid_item(filing: HandedScores) -> Iterator[Finding]:
    """JX104: a judged value is outside its choices or limits."""
    for score, item, key, answer in filing.items():
        if filing.values[data.state(key).key] == FILLED and key not in filing.answers.typed:
            continue
        try:
            item.parse(answer)
        except ValueError as error:
            text = f"{titled(score.indicator.label)}的“{item.label}”{error}"
            yield found("JX104", filing.at(key), text, str(answer))


def points_without_content(filing: HandedScores) -> Iterator[Finding]:
    """JX107: points are given for a line whose content nobody wrote."""
    for score in filing.card.scores:
        item_keys = score.indicator.item_keys if isinstance(score.indicator.rule, Itemised) else ()
        for at, (content, points) in enumerate(zip(item_keys[::2], item_keys[1::2], strict=True), 1):
            given = filing.answers.get(points)
            blank = is_blank(filing.answers.get(content)) and (at > 1 or score.settled)  # else JX102 says it
            if blank and isinstance(given, Decimal) and given > 0:
                text = f"{titled(score.indicator.label)}第{at}行计了{plain(given)}分，没有写指标内容"
                yield found("JX107", filing.at(content), text, plain(given))


def row_unscorable(filing: HandedScores) -> Iterator[Finding]:
    """JX186: a row that the unit writes has no points, and the word for why."""
    for score in filing.card.scores:
        for row in score.scored.rows:
            word = filing.values[row.points.key]
            if isinstance(word, str) and word:
                key, target = row.entries[DONE], filing.answers.get(row.entries[TARGET])
                done = filing.answers.get(key)
                said = f"（指标值“{shown_text(target)}”，完成值“{shown_text(done)}”）"
                text = f"{titled(score.indicator.label)}第{row.number}行不能计分：{word}{said}"
                yield found("JX186", filing.at(key), text, shown_text(done))


def row_copies_target(filing: HandedScores) -> Iterator[Finding]:
    """JX508: the actual value of a row that the unit writes has the sign of its target."""
    for score in filing.card.scores:
        for row in score.scored.rows:
            key = row.entries[DONE]
            wanted, done = (read_cell(filing.answers.get(one)) for one in (row.entries[TARGET], key))
            copied = has(done.sign, BOUND_SIGNS) or (has(done.tail, BOUND_TAILS) and done.number == wanted.number)
            if done.number is not None and copied:
                said = shown_text(filing.answers.get(key))
                yield found("JX508", filing.at(key), f"{titled(score.indicator.label)}第{row.number}行的{BOUND_COPIED}：{said}", said)


def shown_text(answer: Answer) -> str:
    """An answer as a message quotes it."""
    return plain(answer) if isinstance(answer, Decimal) else str(answer or "")[:40]


def lines_over_weight(filing: HandedScores) -> Iterator[Finding]:
    """JX140: the lines of an indicator earn, or weigh, more than it does: 6＋6 on a weight of 6."""
    for score in filing.card.scores:
        keys_of = points_keys(score.indicator)
        if not keys_of:
            continue
        given = [filing.answers.get(key) for key in keys_of]
        earned = [one for one in given if isinstance(one, Decimal) and one > 0]
        if sum(earned) > score.full >= max(earned):  # one beyond it alone is JX104
            word = "分值" if isinstance(score.indicator.rule, WrittenRows) else "得分"
            listed = "+".join(map(plain, earned))
            text = f"{titled(score.indicator.label)}各行{word}{listed}={plain(sum(earned))}，超过分值{plain(score.full)}，按{plain(score.full)}分计"
            yield found("JX140", filing.at(keys_of[0]), text, plain(sum(earned)), plain(score.full))


def share_over_whole(filing: HandedScores) -> Iterator[Finding]:
    """JX546: a judged share above the whole, and no reason answers."""
    yield from _doubted(filing, "JX546")


def points_outside_tier(filing: HandedScores) -> Iterator[Finding]:
    """JX548: points that don't belong to the tier they were judged in, and no reason answers."""
    yield from _doubted(filing, "JX548")


def points_as_share(filing: HandedScores) -> Iterator[Finding]:
    """JX564: judged points of next to nothing, as a percentage would be typed, and no reason answers."""
    yield from _doubted(filing, "JX564")


def line_written_twice(filing: HandedScores) -> Iterator[Finding]:
    """JX550: two lines of an indicator say the same, and no reason answers."""
    yield from _doubted(filing, "JX550")


def _doubted(filing: HandedScores, code: str) -> Iterator[Finding]:
    for score in filing.card.scores:
        indicator = score.indicator
        reason = score.adjustment.reason if score.adjustment else ""
        doubts = [one for one in score.scored.doubts if one.code == code]
        for one in () if doubts and reason and not says_nothing(reason, indicator.label) else doubts:
            if one.test.value(filing.values):
                judged = shown_text(filing.answers.get(one.key))
                label = indicator.scorer.items[indicator.item_keys.index(one.key)].label
                text = f"{titled(indicator.label)}的“{label}”填的是{judged[:40]}，{one.text}；填对了的，在“情况说明”写明"
                yield found(code, filing.at(one.key), text, judged[:40], shown_value(score.computed))


def adjustment_without_reason(filing: HandedScores) -> Iterator[Finding]:
    """JX201: points were adjusted and nobody says why."""
    for score, points in _adjusted(filing):
        if score.adjustment and not score.adjustment.reason:
            said = f"调整为{plain(points)}分" if isinstance(points, Decimal) else f"填了调整得分“{points[:20]}”"
            place, text = filing.at(keys.reason_name(score.code)), f"{titled(score.indicator.label)}{said}，未写理由"
            yield found("JX201", place, text, shown_value(points), shown_value(score.computed))


def adjustment_out_of_range(filing: HandedScores) -> Iterator[Finding]:
    """JX202: an adjustment that is no number, above the weight, below zero, or finer than 0.01."""
    for score, points in _adjusted(filing):
        fits = isinstance(points, Decimal) and 0 <= points <= score.full and points == half_up(points, 2)
        if not fits:
            text = f"{titled(score.indicator.label)}{_misfit(points, score.full)}"
            place = filing.at(keys.adjusted_name(score.code))
            yield found("JX202", place, text, shown_value(points), plain(score.full))


def _adjusted(filing: HandedScores) -> Iterator[tuple[Score, Decimal | str]]:
    for score in filing.card.scores:
        points = score.adjustment.points if score.adjustment else None
        if points is not None:
            yield score, points


def _misfit(points: Decimal | str, full: Exact) -> str:
    """A wrong adjustment in a message: 调整为4分，应在0到3分之间, 调整得分“４分”不是数字."""
    if isinstance(points, Decimal):
        return f"调整为{plain(points)}分，应在0到{plain(full)}分之间，最多两位小数"
    return f"调整得分单元格是错误值 {points}" if shows_error(points) else f"调整得分“{points[:20]}”不是数字"


def word_without_reason(filing: HandedScores) -> Iterator[Finding]:
    """JX203: a rate, or a part's rate, that doesn't exist (不适用, 超预算 …) without a word why."""
    for score in filing.card.scores:
        explained = score.adjustment is not None and score.adjustment.reason
        if explained:
            continue
        if score.has_strange_part:
            text = f"{titled(score.indicator.label)}有{NOT_APPLICABLE}或{OVER_BUDGET}的部分，应在“情况说明”写明原因：{score.reason}"
            yield found("JX203", filing.at(keys.reason_name(score.code)), text)
        if isinstance(score.rate, str) and score.rate != INVALID:
            text = f"{titled(score.indicator.label)}{score.rate}，应在“情况说明”写明原因"
            yield found("JX203", filing.at(keys.reason_name(score.code)), text, score.rate)


def thin_reason(filing: HandedScores) -> Iterator[Finding]:
    """JX204: a reason for an adjustment, or for a rate that doesn't exist, that says nothing."""
    for score in filing.card.scores:
        reason = score.adjustment.reason if score.adjustment else ""
        if not reason:
            continue
        needed = (score.adjustment and score.adjustment.points is not None) or isinstance(score.rate, str) or score.has_strange_part
        if needed and says_nothing(reason, score.indicator.label, score.indicator.name, filing.answers.unit):
            text = f"{titled(score.indicator.label)}的理由只写“{reason[:20]}”，等于没有说明"
            yield found("JX204", filing.at(keys.reason_name(score.code)), text, reason[:40])


def implausible_rate(filing: HandedScores) -> Iterator[Finding]:
    """JX110: a rate that is hardly possible, and no word why."""
    for score in filing.card.scores:
        reason = score.adjustment.reason if score.adjustment else ""
        if score.question and (not reason or says_nothing(reason, score.indicator.label, score.indicator.name)):
            text = f"{titled(score.indicator.label)}{score.question}填对了的，在“情况说明”写明：{score.worked}"
            yield found("JX110", filing.at(score.code), text, score.rate_text)


def part_over_whole(filing: HandedScores) -> Iterator[Finding]:
    """JX308: a part is more than its whole: more satisfied answers than valid ones."""
    for score in filing.card.scores:
        quotient = score.indicator.quotient
        if quotient and quotient.share and isinstance(score.rate, Decimal) and score.rate > 1:
            text = f"{titled(score.indicator.label)}超过100%，部分不能大于全部：{score.worked}"
            yield found("JX308", filing.at(quotient.part.names[0]), text, score.rate_text)
    for one in filing.card.rubric.parts:
        if one.too_large.value(filing.values):
            sizes = [shown_text(filing.answers.get(side.names[0])) for side in (one.part, one.whole)]
            names = [titled(filing.card.rubric.input_by_key[side.names[0]].name) for side in (one.part, one.whole)]
            yield found("JX308", filing.at(one.name), f"{names[0]}填的是{sizes[0]}，大于{names[1]}{sizes[1]}，部分不能大于全部", *sizes)


def _claims(filing: HandedScores) -> Iterator[tuple[Score, str, Disagreement]]:
    """Published rates that aren't the computed one at the decimals they print."""
    for score in filing.card.scores:
        claim = filing.answers.claimed.get(score.code)
        asked = any(map(filing.in_doubt, score.indicator.names))
        rate = _exact_rate(score, filing) if claim and isinstance(score.rate, Decimal) and not asked else None
        apart = difference(claim, rate) if claim and rate is not None else None
        if claim and apart:
            yield score, claim, apart


def _exact_rate(score: Score, filing: HandedScores) -> Exact | None:
    """The rate before it is rounded; None where the divisor is zero."""
    assert score.indicator.rate_formula is not None
    try:
        return as_number(score.indicator.rate_formula.core.value(filing.values))
    except CellFailure:
        return None


def _claim_findings(filing: HandedScores, *, rounding: bool) -> Iterator[Finding]:
    for score, claim, apart in _claims(filing):
        if apart.rounding is rounding:
            yield claim_finding(score.indicator.name, claim, apart, score.worked, filing.claimed_at(score))


def claimed_rate_wrong(filing: HandedScores) -> Iterator[Finding]:
    """JX303: a published rate isn't what its own figures give; the total isn't the sum of its points; the grade isn't its total's."""
    yield from _claim_findings(filing, rounding=False)
    total, grade = filing.answers.claimed.get(TOTAL), filing.answers.claimed.get(GRADE)
    computed = filing.card.total
    if computed is None:
        return
    said = number_of(total.strip().removesuffix("分")) if total else None
    if total and said != computed:
        text = f"{titled(TOTAL)}公布{total}，各项得分合计{plain(computed)}，不一致"
        yield found("JX303", filing.at(figure_key(TOTAL)), text, total, plain(computed))
    graded = due_grade(tree(computed if said is None or said < 0 else said), filing.card.rubric)
    due = as_text(graded.value(filing.values))
    if grade and grade != due:
        shown = plain(computed if said is None else said)
        yield found("JX303", filing.at(figure_key(GRADE)), f"{titled(GRADE)}公布{grade}，总分{shown}应为{due}", grade, due)


def claimed_rate_rounded(filing: HandedScores) -> Iterator[Finding]:
    """JX304: a published rate is off by one in its last digit: cut off or rounded the wrong way."""
    return _claim_findings(filing, rounding=True)


def claimed_without_value(filing: HandedScores) -> Iterator[Finding]:
    """JX305: a number was published of a rate that there is none of: 100% beside 不可比."""
    for score in filing.card.scores:
        claim = filing.answers.claimed.get(score.code)
        if claim and isinstance(score.rate, str) and score.rate != INVALID and number_of(claim) is not None:
            text = f"{titled(score.indicator.name)}{score.rate}，却公布了{claim}"
            yield found("JX305", filing.claimed_at(score), text, claim, score.rate)


def adjusted_score(filing: HandedScores) -> Iterator[Finding]:
    """JX401: the claimed points differ from the computed ones."""
    for score in filing.card.scores:
        if score.settled and score.points != score.computed and score.computed != INVALID:  # a wrong figure is said where it stands
            claimed, computed = shown_value(score.points), shown_value(score.computed)
            text = f"{titled(score.indicator.label)}自评{claimed}分，按评分标准复算{computed}分：{score.why}"
            place = filing.at(keys.adjusted_name(score.code))
            yield found("JX401", place, text, claimed, computed)
    yield from _published_scores(filing)


def _published_scores(filing: HandedScores) -> Iterator[Finding]:
    """JX401, too: points a printed form shows differ from the computed ones."""
    claims = filing.answers.scores
    for score in filing.card.scores:
        claimed = claims.get(score.code)
        if claimed is not None and not score.settled and isinstance(score.computed, Decimal) and claimed != score.computed:
            text = f"{titled(score.indicator.label)}公布得分{plain(claimed)}，按评分标准复算{plain(score.computed)}分"
            yield found("JX401", filing.at(points_key(score.code)), text, plain(claimed), plain(score.computed))
    claimed, total = claims.get(TOTAL), filing.card.total
    if claimed is not None and total is not None and claimed != total:
        yield found("JX401", filing.at(figure_key(TOTAL)), f"公布总分{plain(claimed)}，复算{plain(total)}", plain(claimed), plain(total))


def all_full_marks(filing: HandedScores) -> Iterator[Finding]:
    """JX402: every indicator has full marks."""
    if filing.card.scores and all(score.points == score.full for score in filing.card.scores):
        text = "全部指标自评满分，请逐项核对依据"
        yield found("JX402", Place(filing.file, WORKING, ""), text, plain(filing.card.total or 0))
