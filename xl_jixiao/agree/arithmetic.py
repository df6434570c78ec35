"""What a text says of itself and arithmetic denies: sums of listed parts, products, shares, changes, calculations written out.

Each check is a small function from a text to its faults. A fault is certain only where the text itself has every number of the calculation.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile

from xl_jixiao.agree.equations import equations
from xl_jixiao.agree.mentions import Measure, Mention, half_width, mentions
from xl_jixiao.number import half_up, plain


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong: the code of its finding, the sentence about it, the passage, both figures, where in the text."""

    code: str
    message: str
    passage: str
    reported: str
    expected: str
    at: int = 0


@dataclass(frozen=True)
class Passage:
    """A text with its figures."""

    text: str
    figures: tuple[Mention, ...]

    def between(self, first: Mention, second: Mention) -> str:
        """The words between two figures."""
        return self.text[first.end : second.start]

    def around(self, start: int, end: int) -> str:
        """The passage from one place to another, with a few words before it."""
        left = max((self.text.rfind(mark, 0, start) for mark in "。；;\n"), default=-1) + 1
        return "".join(self.text[max(left, start - 24) : end + 6].split())


_LEAST_DIGITS = 10
"""Figures from here on are worth a calculation: 3/5 is 60 % of anything."""

_MOST_FIGURES = 600
"""A text with more is no prose: its figures are not held against each other, which would take minutes."""


def faults(text: str) -> tuple[Slip, ...]:
    """Everything in a text that its own numbers deny, in the order of the text, each passage once."""
    figures = mentions(text)
    passage = Passage(half_width(text), figures if len(figures) <= _MOST_FIGURES else ())
    found = [fault for check in CHECKS for fault in check(passage)]
    seen: set[tuple[str, str]] = set()
    kept = []
    for one in sorted(found, key=lambda fault: fault.at):
        mark = (one.reported, one.passage[-18:])
        if mark not in seen:
            seen.add(mark)
            kept.append(one)
    return tuple(kept)


def _code(*, near: bool, sure: bool) -> str:
    """The code of a change or share: a last digit, what the text proves, or what may have another base."""
    if near:
        return "JX661"
    return "JX664" if sure else "JX665"


def written_out(passage: Passage) -> Iterator[Slip]:
    """JX660, JX661: a calculation written out that does not come to what it says."""
    for one in equations(passage.text):
        if one.holds:
            continue
        places = max(0, -int(one.said.as_tuple().exponent))
        right = f"{plain(half_up(one.comes_to, max(places, 2) if one.unit else places))}{one.unit}"
        said = f"{plain(one.said)}{one.unit}"
        code = "JX661" if one.last_digit else "JX660"
        message = f"算式写的是{said}，算出来是{right}：{passage.around(one.start, one.end)}"
        yield Slip(code, message, one.text, said, right, one.start)


# ---- parts of a whole

_LIST = re.compile(r"其中|\((?=(?:[\u4e00-\u9fff]{2,10}\d[\d.]*(?:亿|万)?元?[、，,]){2})|主要用于以下方面|包括|分别(?:为|是)|构成|由")
_NAMED_WHOLE = re.compile(r"[:，]?([\u4e00-\u9fff]{2,10}?)(?:中|里)(?![\u4e00-\u9fff]?(?:央|心|学|小|级))")
_ENDLESS = re.compile(r"^[^。；;\n]{0,6}等")
_NO_PART = re.compile(
    "[较比各]|减|增|同比|占|完成|下降|增长|上升|平均|每|人均|户均|余额|累计|标准(?:为|是)?$|超|达到|进度|结转|上年|去年|年初|年末|截至|截止"
)
_REST = re.compile("其他|其它|其余")
_WHOLE_AND_PLAN = re.compile("预算|计划|目标")
_NESTED = re.compile(r"\([^()]*\)")


def parts_of_a_whole(passage: Passage) -> Iterator[Slip]:
    """JX662: parts listed after 其中 that come to more than the whole, or miss it where nothing says that the list is open."""
    figures = passage.figures
    for mark in _LIST.finditer(passage.text):
        whole, others = _whole_of(passage, mark)
        if whole is None:
            continue
        after = [one for one in figures if one.start >= mark.end() and one.sentence[0] <= mark.start()]
        parts, closed = _parts(passage, whole, after, mark.end(), in_brackets=mark[0] == "(")
        total = sum((one.base for one in parts if one.kind is not Measure.NUMBER), Fraction(0))
        if len(parts) >= 2 and not any(abs(total - one.base) <= one.half for one in others):
            yield from _parts_fault(passage, whole, parts, closed=closed)


def _whole_of(passage: Passage, mark: re.Match[str]) -> tuple[Mention | None, list[Mention]]:
    """The figure a list is about, and those beside it that only compare it with another year."""
    named = _NAMED_WHOLE.match(passage.text, mark.end())
    if named:
        return _whole_named(passage, named[1], mark.start()), []
    if mark[0] == "其中" and _STOP.search(passage.text[max(0, mark.start() - 2) : mark.start()]):
        return _whole_stopped(passage, mark.start()), []
    return _whole_before(passage, mark.start())


def _whole_named(passage: Passage, name: str, at: int) -> Mention | None:
    """The figure a list says itself that it is about: 其中在职人员中……"""
    own = [one for one in passage.figures if one.sentence[0] <= at < one.sentence[1] and one.end <= at]
    return next((one for one in reversed(own) if name in one.before and not one.about), None)


_STOP = re.compile(r"[。；;\n]\s?$")


def _whole_stopped(passage: Passage, at: int) -> Mention | None:
    """The one amount of the sentence or clause before a list that a stop parts from it: 共完成支出99.97万元。其中："""
    before = _STOP.sub("", passage.text[:at])
    start = max(before.rfind(mark) for mark in "。；;\n") + 1
    own = [one for one in passage.figures if start <= one.start and one.end <= at and one.kind is Measure.AMOUNT]
    return own[0] if len(own) == 1 and not own[0].about and not _COMPARING.search(own[0].before) else None


_COMPARING = re.compile("[比较]|增|减|上年|去年|上一年|同期")


def _whole_before(passage: Passage, at: int) -> tuple[Mention | None, list[Mention]]:
    """The figure a list is about: the last one before it, in its own clause or the one before; and those between that only compare it with
    another year: 本年支出1253.4万元，比上年增加63.4万元（上年1190万元），其中."""
    before = [one for one in passage.figures if one.end <= at and one.kind in (Measure.AMOUNT, Measure.COUNT, Measure.POINTS)]
    if not before:
        return None, []
    gap = passage.text[before[-1].end : at]
    if len(gap) > 14 or re.search(r"[。；;\n]", gap) or _LIST.search(gap) or re.search(r"\d", gap):
        return None, []
    own = [one for one in before if one.sentence == before[-1].sentence]
    compared = list(takewhile(lambda one: _COMPARING.search(one.before), reversed(own)))
    left = own[: len(own) - len(compared)]
    last = left[-1] if left and left[-1].same_measure(before[-1]) else before[-1]
    if last.about:
        return None, []
    earlier = [one for one in before if one.sentence == last.sentence and last.start - 30 < one.start < last.start]
    two_measures = any(one.same_measure(last) and _WHOLE_AND_PLAN.search(one.before) for one in earlier)
    changed = re.search("[较比]|增|减", last.before)
    return (None, []) if two_measures or changed else (last, [one for one in compared if one is not last])


def _parts(passage: Passage, whole: Mention, after: Sequence[Mention], start: int, *, in_brackets: bool) -> tuple[list[Mention], bool]:
    """The parts, and whether the list is said to be complete."""
    nested = [(found.start(), found.end()) for found in _NESTED.finditer(passage.text, start, after[-1].end if after else start)]
    parts: list[Mention] = []
    previous, interrupted = start, False
    for at, one in enumerate(after, 1):
        if any(left < one.start < right for left, right in nested):
            continue
        words = passage.text[previous : one.start]
        if parts and (_LIST.search(words) or re.search(r"[。\n]", words)):
            break
        if in_brackets and ")" in words:
            break
        unmarked = one.kind is Measure.NUMBER and (in_brackets or "." in format(one.value, "f"))
        bare = unmarked and whole.kind is Measure.AMOUNT
        if not (one.same_measure(whole) or bare):
            previous = one.end if one.kind is not Measure.YEAR else previous
            continue
        if _no_part(one):
            interrupted = any(other.same_measure(whole) and not _no_part(other) for other in after[at:])
            break
        parts.append(one)
        previous = one.end
    last = parts[-1].end if parts else start
    return parts, not interrupted and not _ENDLESS.search(passage.text[last : last + 12])


def _no_part(one: Mention) -> bool:
    return one.about or bool(_NO_PART.search(one.before) and not _CARRIED.match(one.before))


def _parts_fault(passage: Passage, whole: Mention, parts: Sequence[Mention], *, closed: bool) -> Iterator[Slip]:
    values = [one.base if one.kind is not Measure.NUMBER else Fraction(one.value) * whole.scale for one in parts]
    total = sum(values, Fraction(0))
    room = whole.half + sum((one.half for one in parts if one.step >= whole.step), Fraction(0)) / 10
    off = total - whole.base
    running = Fraction(0)
    for at, value in enumerate(values, 1):
        running += value
        if at >= 2 and abs(running - whole.base) <= room:
            return
    if abs(off) <= room or any(abs(value - whole.base) <= room for value in values):
        return
    near = abs(off) * 10 <= whole.base
    rest = any(_REST.search(one.before) for one in parts)
    money = whole.kind is Measure.AMOUNT
    if off < 0 and (not closed or not (near or rest or (money and len(parts) >= 3))):
        return
    listed = "＋".join(plain(one.value) if one.unit == whole.unit else one.shown for one in parts)
    come = f"{plain(half_up(total / whole.scale, 4))}{whole.unit}"
    rounding = abs(off) <= whole.step * len(parts) / 2 and whole.step < whole.scale
    code = "JX661" if rounding else "JX662"
    message = f"列出的各部分{listed}＝{come}，总数写的是{whole.shown}，相差{plain(half_up(abs(off) / whole.scale, 4))}{whole.unit}：{passage.around(whole.start, parts[-1].end)}"
    yield Slip(code, message, passage.text[whole.start : parts[-1].end], whole.shown, come, whole.start)


_TOTAL_LAST = re.compile(
    r"^(?:以上|全年|本年|年度)?(?:[二三四五六七八九]项)?(?:合计|共计|总计|总得分|总分|合计得分)(?:得分|为|是|达|得|共)*(?P<what>[\u4e00-\u9fff]{0,4})$"
)
_CARRIED = re.compile("^(?:其中)?上年结转(?:结余)?(?:资金)?$")


def total_at_the_end(passage: Passage) -> Iterator[Slip]:
    """JX662: parts that end in 合计 or 总得分."""
    for at, total in enumerate(passage.figures):
        named = _TOTAL_LAST.match(total.before)
        if not named or total.about:
            continue
        parts: list[Mention] = []
        for one in reversed(passage.figures[:at]):
            if one.sentence != total.sentence or not one.same_measure(total) or _no_part(one):
                break
            parts.insert(0, one)
        if len(parts) < (3 if named["what"] else 2) or re.search("其中|包括", passage.text[total.sentence[0] : total.start]):
            continue
        yield from _parts_fault(passage, total, parts, closed=True)


# ---- shares, changes, products

_CHANGE = re.compile(
    r"(?:较|比|与)?(?P<base>上年|去年|上一年|同期|\d{4}年|年初预算|预算|计划)?[^，。；]{0,8}?(?P<way>增加|增长|增|上升|提高|多|减少|减|下降|降低|少|压减|节约|压缩)"
)
UP = re.compile("增|上升|提高|多")
_COMPARED = re.compile("较|比|相比|同比")


def changes(passage: Passage) -> Iterator[Slip]:
    """JX664, JX665: 比上年减少218.09万元，减少37.37%: the change and the figure before the comparison make the percentage."""
    figures = passage.figures
    for at, share in enumerate(figures):
        if share.kind is not Measure.PERCENT or share.about or at < 2:
            continue
        delta = figures[at - 1]
        words = passage.between(delta, share)
        if (
            delta.kind not in (Measure.AMOUNT, Measure.COUNT)
            or delta.about
            or not re.fullmatch(
                r"[，,、(\s]*(?:同比|比上年|较上年|下降|减少|减|增加|增长|增|上升|降幅|增幅|压减|即|率|达|为|约|了|比例|幅度)*\s*", words
            )
        ):
            continue
        start = max(0, delta.start - 34)
        led = passage.text[start : delta.start]
        way = re.search("(增加|增长|上升|提高|减少|下降|降低|减|增|压减|节约|压缩)了?[^，。；\\d]{0,4}$", led)
        if not way or not _COMPARED.search(led):
            continue
        sign = 1 if UP.search(way[0]) else -1
        before = [one for one in figures[: at - 1] if one.same_measure(delta) and not one.about]
        candidates = [one for one in before if one.sentence == delta.sentence]
        if not candidates and re.match(r"\s*(?:与|较|比|同比)", passage.text[delta.sentence[0] :]):
            candidates = [one for one in before[-1:] if one.sentence[1] == delta.sentence[0]]
        yield from _change_fault(passage, share, delta, candidates[-3:], sign)


def _change_fault(passage: Passage, share: Mention, delta: Mention, candidates: Sequence[Mention], sign: int) -> Iterator[Slip]:
    options: list[tuple[Fraction, Mention]] = []
    for now in reversed(candidates):
        bases = (now.base,) if _THAN.search(now.before) else (now.base - sign * delta.base,)
        for before in bases:
            if before <= 0:
                continue
            right = delta.base / before * 100
            loose = (delta.half / before + delta.base * (now.half + delta.half) / before**2) * 100
            if abs(right - share.base) <= share.half + loose:
                return
            options.append((right, now))
    if not options:
        return
    right, now = min(options, key=lambda one: abs(one[0] - share.base))
    printed = f"{plain(half_up(right, 2))}%"
    single = len(candidates) == 1
    near = abs(right - share.base) <= share.step
    code = _code(near=near, sure=single)
    message = f"{now.shown}、变动{delta.shown}，算得{printed}，写的是{share.shown}：{passage.around(now.start, share.end)}"
    yield Slip(code, message, passage.text[now.start : share.end], share.shown, printed, share.start)


def _rounding(before: Mention, now: Mention, right: Fraction) -> tuple[Fraction, Fraction]:
    """How far rounding moves a percentage of change: both figures printed to the finer of their places (1.1 beside 1.21 is 1.10); at most."""
    grown, finer = 1 + abs(right) / 100, min(before.half, now.half)
    return (finer + finer * grown) / before.base * 100, (now.half + before.half * grown) / before.base * 100


_BY_SHARE = re.compile("(?:同比)?(?P<way>增长|增加|上升|提高|增幅|下降|减少|降低|降幅|压减)(?:了|率|幅度|比例)*(?:为|达到?|约)?")
_TO = re.compile("(?P<way>增加|增长|上升|提高|减少|下降|降低|压减|压缩)(?:到|至|为)[^，。；]{0,12}$")


def growth(passage: Passage) -> Iterator[Slip]:
    """JX661, JX664: 由A增加到B，增长p%；B，比上年的A增长p%: two figures make the percentage."""
    figures = [one for one in passage.figures if one.kind is not Measure.YEAR]
    for one, two, share in zip(figures, figures[1:], figures[2:], strict=False):
        kinds = one.kind in (Measure.AMOUNT, Measure.COUNT) and one.same_measure(two) and share.kind is Measure.PERCENT
        if not kinds or one.about or share.about or one.sentence != share.sentence:
            continue
        by = _BY_SHARE.fullmatch(passage.between(two, share).strip("，, "))
        led = passage.text[one.sentence[0] : one.start]
        if by and _TO.search(passage.between(one, two)) and re.search("[由从][^，。；]{0,16}$", led):
            before, now = one, two
        elif by and not two.about and _THAN.search(passage.between(one, two)) and not re.search("[比较增减]", led):
            before, now = two, one
        else:
            continue
        if before.base <= 0:
            continue
        right = (now.base - before.base) / before.base * 100 * (1 if UP.search(by["way"]) else -1)
        off, loose, at_most = abs(right - share.base), *_rounding(before, now, right)
        if off <= share.half + loose:
            continue
        printed = f"{plain(half_up(right, 2))}%"
        near = off <= share.step
        message = f"由{before.shown}到{now.shown}，算得{by['way']}{printed}，写的是{share.shown}：{passage.around(one.start, share.end)}"
        yield Slip(
            _code(near=near, sure=off > share.half + at_most),
            message,
            passage.text[one.start : share.end],
            share.shown,
            printed,
            share.start,
        )


_THAN = re.compile(r"[比较](?:上年|去年|\d{4}年|年初|预算|计划|决算|同期|度|数|的|支出|收入)*(?:为|是|数)?$")
_BY = re.compile(r"^(?:增加|增长|上升|减少|下降|降低|减|增|压减|节约|多|少)(?:支出|收入|了|额|数|为)*$")


def differences(passage: Passage) -> Iterator[Slip]:
    """JX661, JX664: 支出A，比年初预算B增加C: the three make a subtraction."""
    for now, base, delta in zip(passage.figures, passage.figures[1:], passage.figures[2:], strict=False):
        kinds = {one.kind for one in (now, base, delta)}
        if kinds != {Measure.AMOUNT} or now.sentence != delta.sentence or now.about or base.about or delta.about:
            continue
        way = _BY.match(passage.between(base, delta).strip("，, "))
        if not way or not _THAN.search(base.before):
            continue
        right = (now.base - base.base) * (1 if UP.search(way[0]) else -1)
        off = abs(right - delta.base)
        if off <= now.half + base.half + delta.half and off < delta.step:
            continue
        come = f"{plain(half_up(right / delta.scale, 4))}{delta.unit}"
        code = "JX661" if off <= delta.step and delta.step < delta.scale else "JX664"
        message = f"{now.shown}与{base.shown}相差{come}，写的是{delta.shown}：{passage.around(now.start, delta.end)}"
        yield Slip(code, message, passage.text[now.start : delta.end], delta.shown, come, delta.start)


FROM_LAST_YEAR = re.compile(
    r"^(?P<what>[\u4e00-\u9fff]{2,12}?)?[比较](?P<base>(?:上年|去年)度?(?:同期)?[\u4e00-\u9fff]{0,8}?)(?P<way>增加|增长|上升|提高|减少|下降|降低|压减|多|少)了?$"
)
_LAST_YEARS = re.compile("(?:上年|去年)度?(?:同期)?")
_IS_SO_MUCH = re.compile("(?:为|是|共|合计|数|的)+$")


def changes_from_named(passage: Passage) -> Iterator[Slip]:
    """JX661, JX664: 上年结转52万元……年末结转39.38万元，比上年结转增加12.62万元: what is compared with is named and has its figure."""
    for at, delta in enumerate(passage.figures):
        told = FROM_LAST_YEAR.match(delta.before) if not delta.about and at else None
        if told is None or told["what"] or delta.kind not in (Measure.AMOUNT, Measure.COUNT, Measure.PERCENT):
            continue
        now = passage.figures[at - 1]
        if (
            now.sentence != delta.sentence
            or now.about
            or now.kind not in (Measure.AMOUNT, Measure.COUNT)
            or FROM_LAST_YEAR.match(now.before)
        ):
            continue
        if delta.kind is not Measure.PERCENT and not delta.same_measure(now):
            continue
        others = [one for one in passage.figures if one.same_measure(now) and one not in (now, delta) and not one.about]
        named = [one for one in others if _is_of_last_year(one, now, told["base"])]
        if len({one.base for one in named}) == 1 and named[0].base:
            yield from _named_change_fault(passage, now, named[0], delta, told["way"])


def _is_of_last_year(one: Mention, now: Mention, base: str) -> bool:
    """Whether a figure is last year's that another is compared with: 上年结转 where the text says so, else 上年 or 上年 and the same name."""
    said = _IS_SO_MUCH.sub("", one.before)
    if not _LAST_YEARS.fullmatch(base):
        return said == base
    subject = re.sub("^(?:本年度?|今年|当年|全年)", "", _IS_SO_MUCH.sub("", now.before))
    beside = one.sentence == now.sentence and one.start > now.end and bool(_LAST_YEARS.fullmatch(said))
    return beside or bool(subject) and bool(_LAST_YEARS.match(said)) and _LAST_YEARS.sub("", said, count=1) == subject


def _named_change_fault(passage: Passage, now: Mention, base: Mention, delta: Mention, way: str) -> Iterator[Slip]:
    loose, up = now.half + base.half, bool(UP.search(way))
    if delta.kind is Measure.PERCENT:
        loose = (now.half + base.half * now.base / base.base) / base.base * 100
    fault = change_said(now.base, base.base, delta, loose, up=up)
    if fault is not None:
        message = f"{base.shown}到{now.shown}，{fault}，写的是{way}{delta.shown}：{passage.around(now.start, delta.end)}"
        near = abs(_change(now.base, base.base, delta, up=up) - delta.base) <= delta.step and delta.step < delta.scale
        yield Slip(_code(near=near, sure=True), message, passage.text[now.start : delta.end], delta.shown, fault[2:], delta.start)


def _change(now: Fraction, base: Fraction, delta: Mention, *, up: bool) -> Fraction:
    """A change as a mention of it has it: an amount, or a percentage; below zero where it went the other way."""
    moved = now - base if up else base - now
    return moved / base * 100 if delta.kind is Measure.PERCENT else moved


def change_said(now: Fraction, base: Fraction, delta: Mention, loose: Fraction, *, up: bool) -> str | None:
    """What a change is, where a mention of it says otherwise by more than rounding: 算得增加6.6万元; None where it doesn't."""
    right = _change(now, base, delta, up=up)
    if abs(right - delta.base) <= loose + delta.half:
        return None
    words = ("增长", "下降") if delta.kind is Measure.PERCENT else ("增加", "减少")
    places = 2 if delta.kind is Measure.PERCENT else 4
    return f"算得{words[now < base]}{plain(half_up(abs(right) / delta.scale, places))}{delta.unit}"


_CHANGED = re.compile(
    r"^(?:本年度?|今年|当年|全年)?(?P<what>[\u4e00-\u9fff]{2,12}?)[比较](?:上年度?|去年)(?:同期)?(?P<way>增加|增长|上升|减少|下降|降低|压减|多|少)了?$"
)
_BEFORE_IT, _THIS = ("上年", "上年度", "去年"), ("", "本年", "本年度", "今年", "当年", "全年")


def changes_told_first(passage: Passage) -> Iterator[Slip]:
    """JX661, JX664: 本年支出比上年增加C，上年支出B，本年支出A: the change is told before what it is between."""
    for at, delta in enumerate(passage.figures):
        told = _CHANGED.match(delta.before) if delta.kind in (Measure.AMOUNT, Measure.COUNT) and not delta.about else None
        if told is None:
            continue
        later = [one for one in passage.figures[at + 1 :] if one.sentence == delta.sentence and one.same_measure(delta) and not one.about]
        named = {re.sub("(?:为|是|共|合计|数)+$", "", one.before): one for one in reversed(later)}
        base = next((named[key] for time in _BEFORE_IT if (key := f"{time}{told['what']}") in named), None)
        now = next((named[key] for time in _THIS if (key := f"{time}{told['what']}") in named), None)
        if base is None or now is None:
            continue
        right = (now.base - base.base) * (1 if UP.search(told["way"]) else -1)
        off = abs(right - delta.base)
        if off <= now.half + base.half + delta.half and off < delta.step:
            continue
        come = f"{plain(half_up(right / delta.scale, 4))}{delta.unit}"
        code = "JX661" if off <= delta.step and delta.step < delta.scale else "JX664"
        end = max(now.end, base.end)
        message = f"{now.shown}与{base.shown}相差{come}，写的是{delta.shown}：{passage.around(delta.start, end)}"
        yield Slip(code, message, passage.text[delta.start : end], delta.shown, come, delta.start)


_OF_BUDGET = re.compile(
    r"(?:完成|占|为|达到|达)(?:了)?(?:年初|全年|年度|当年|调整后?的?|批复)*预算数?(?:安排数?)?的?$|预算(?:完成|执行)率(?:为|达到?|是)?$|执行率(?:为|达到?|是)?$"
)
_BUDGET = re.compile("预算|计划|安排|下达|批复")
_SPENT = re.compile("决算|支出|执行|实际|完成|使用|支付|发生")


def done_of_budget(passage: Passage) -> Iterator[Slip]:
    """JX661, JX665: 预算为A，决算为B，完成预算的p%."""
    for at, share in enumerate(passage.figures):
        if share.kind is not Measure.PERCENT or share.about or not _OF_BUDGET.search(share.before.rstrip("=")):
            continue
        money = [one for one in passage.figures[:at] if one.kind is Measure.AMOUNT and one.sentence == share.sentence and not one.about][
            -4:
        ]
        budgets = [one for one in money if _BUDGET.search(one.before) and not re.search("决算|比|较", one.before)]
        spent = [one for one in money if one not in budgets and _SPENT.search(one.before) and not re.search("比|较", one.before)]
        if len(budgets) >= 1 and spent and budgets[-1].base:
            pairs = [(part, whole) for part in reversed(spent) for whole in reversed(budgets) if whole.base]
            yield from _share_fault(passage, share, pairs)


_WHOLE_NAMED = re.compile("(?:占|为|达到?|完成)(?:了)?[^，。；]{0,8}(?:计划|预算|任务|目标|总)[^，。；]{0,8}$")


_PART_OF = re.compile("[，,、(]占")


def of_a_named_whole(passage: Passage) -> Iterator[Slip]:
    """JX661, JX665: 完成投资A，占计划B的p%."""
    for part, whole, share in zip(passage.figures, passage.figures[1:], passage.figures[2:], strict=False):
        alike = part.kind in (Measure.AMOUNT, Measure.COUNT) and part.same_measure(whole) and share.kind is Measure.PERCENT
        clear = not (part.about or whole.about or share.about) and part.sentence == share.sentence and whole.base > 0
        if (
            alike
            and clear
            and (_WHOLE_NAMED.search(whole.before) or _PART_OF.match(passage.between(part, whole)))
            and passage.between(whole, share).strip() == "的"
        ):
            yield from _share_fault(passage, share, [(part, whole)])


_SHARE = re.compile(r"占(?:[^，。；]{0,16})?$")


def shares(passage: Passage) -> Iterator[Slip]:
    """JX661, JX665: 1187.42万元，占95.71%: some larger amount of the paragraph must make it."""
    for at, share in enumerate(passage.figures):
        if share.kind is not Measure.PERCENT or share.about or at < 1 or not _SHARE.search(share.before):
            continue
        part = passage.figures[at - 1]
        if part.kind not in (Measure.AMOUNT, Measure.COUNT, Measure.NUMBER) or part.about or part.sentence != share.sentence:
            continue
        if part.kind is Measure.NUMBER and "." not in format(part.value, "f"):
            continue
        larger = [one for one in passage.figures if _may_be_whole(part, one)]
        if any(abs(_base_like(part, one) / one.base * 100 - share.base) <= share.half + _loose(part, one) for one in larger):
            continue
        named = _named_whole(share, [one for one in larger if one.end <= part.start])
        leading = [one for one in larger if one.end <= part.start and one.sentence == share.sentence and _leads(passage, one, part)][:1]
        pairs = [(part, one) for one in (*named[-1:], *leading)]
        yield from _share_fault(passage, share, pairs)


def _loose(part: Mention, whole: Mention) -> Fraction:
    """How far a share may be off for a whole that is only said to be about so much."""
    return _base_like(part, whole) / whole.base**2 * whole.step * 100 if whole.about else Fraction(0)


def _leads(passage: Passage, whole: Mention, part: Mention) -> bool:
    """Whether the sentence says that a figure is the whole of those that follow."""
    return bool(re.search("合计|总|共", whole.before) or re.search("其中|以下方面|构成", passage.between(whole, part)))


def _may_be_whole(part: Mention, one: Mention) -> bool:
    like = one.kind is Measure.AMOUNT if part.kind is Measure.NUMBER else one.same_measure(part)
    return like and one is not part and one.base > 0 and one.base >= _base_like(part, one) and not re.search("[比较]", one.before)


def _named_whole(share: Mention, larger: Sequence[Mention]) -> list[Mention]:
    """Those among larger figures that the words after 占 name."""
    name = re.sub(r"^.*占|的$|为$|比例|比重|总额|总数|合计", "", share.before)
    return [one for one in larger if len(name) >= 2 and name in re.sub("总额|总数|合计", "", one.before)]


def _base_like(part: Mention, whole: Mention) -> Fraction:
    """A part's value, in the unit of the whole where it has none."""
    return Fraction(part.value) * whole.scale if part.kind is Measure.NUMBER else part.base


def _share_fault(passage: Passage, share: Mention, pairs: Sequence[tuple[Mention, Mention]]) -> Iterator[Slip]:
    rights: list[tuple[Fraction, Mention, Mention]] = []
    for part, whole in pairs:
        right = _base_like(part, whole) / whole.base * 100
        if abs(right - share.base) <= share.half:
            return
        rights.append((right, part, whole))
    if not rights:
        return
    right, part, whole = min(rights, key=lambda one: abs(one[0] - share.base))
    near = abs(right - share.base) < share.step
    if not near:
        right, part, whole = rights[0]
    printed = f"{plain(half_up(right, 2))}%"
    code = _code(near=near, sure=False)
    first, last = min(part.start, whole.start), share.end
    start = first if last - first < 120 else part.start
    message = f"{part.shown}÷{whole.shown}＝{printed}，写的是{share.shown}：{passage.around(start, last)}"
    yield Slip(code, message, passage.text[part.start : share.end], share.shown, printed, share.start)


_RATE = re.compile(r"(?P<verb>[\u4e00-\u9fff]{2})(?:完成)?(?:率|比例|占比)(?:为|达到?|是|均达到?|分别为)?$")


def rates_of_counts(passage: Passage) -> Iterator[Slip]:
    """JX661, JX665: 完成填报2051项，发布2020项，发布率89.62%: the counts named by the rate and one before it."""
    for at, rate in enumerate(passage.figures):
        match = _RATE.search(rate.before) if rate.kind is Measure.PERCENT and not rate.about else None
        if not match:
            continue
        done = re.compile(_DONE_SAID.get(match["verb"], f"{match['verb']}|{match['verb'][::-1]}"))
        kinds = (Measure.COUNT, Measure.AMOUNT)
        counts = [one for one in passage.figures[:at] if one.kind in kinds and one.sentence == rate.sentence and not one.about]
        named = [one for one in counts if done.search(one.before) and not _NOT_DONE.search(one.before)]
        if not named:
            continue
        part = named[-1]
        others = [
            one
            for one in counts
            if one.start < part.start and one.same_measure(part) and one.base >= part.base and one.base >= _LEAST_DIGITS
        ]
        planned = [one for one in counts if one is not part and _DUE.search(one.before) and one.same_measure(part) and one.base > 0]
        pairs = [(part, one) for one in (*planned, *reversed(others[-3:]))]
        if pairs:
            yield from _share_fault(passage, rate, pairs)


_DUE = re.compile("应|计划|目标")
_NOT_DONE = re.compile("应|计划|目标|超|未|多|比|较")
_DONE_SAID = {"完成": "完成|实际", "利用": "利用|在用", "使用": "使用|在用", "执行": "执行|支出", "支付": "支付|支出"}
"""How a figure says what a rate is the rate of, where not in its own words."""
_EACH_UNIT = "人|户|亩|月|年|天|次|个|件|名|家|套|台|场|村|公里|米|吨|份|期|班|批|组|辆|车|所|处|镇|乡镇|乡"
_EACH = re.compile(rf"(?:每(?P<unit>{_EACH_UNIT})|(?P<each>人|户|亩|村|校|场|车)均)(?:每[年月天])?[^，。；\d]{{0,10}}$")
_PER = re.compile(r"^/(?P<unit>人|户|亩|次|个|件|名|家|套|台|场|村|公里|米|吨|份)(?!·|/|每)")
_PRICE = re.compile("单价(?:为|是)?$")
_ROUNDED = re.compile("造价|成本|投资|费|支出|均")
"""What each came to, and may be rounded; a standard and a price are not."""
_ALL = re.compile("共|合计|总计|总|计")
_MEAN = re.compile("均")
_OF_ITS_OWN = re.compile("收入|增收|产值|消费|工资|寿命|面积|年龄|上年|去年|[比较增减]|控制|标准|不超")
"""Means that no sum of the text is divided for."""
_COUNTED_AS = {
    "村": ("村", "个村"),
    "镇": ("镇", "个镇"),
    "乡镇": ("乡镇", "个乡镇"),
    "人": ("人", "名", "人次"),
    "名": ("名", "人"),
    "车": ("辆", "台"),
}


def products(passage: Passage) -> Iterator[Slip]:
    """JX665: 每人补助780元，补助6962人，共计…万元; 每期50人，6期，共…人次; 4.1万元，656人次，人均…元: each and count against the total."""
    for each in passage.figures:
        if each.kind not in (Measure.AMOUNT, Measure.COUNT) or each.about or "×" in passage.text[each.start - 12 : each.end + 12]:
            continue
        said = _EACH.search(each.before)
        priced = _PRICE.search(each.before) if each.kind is Measure.AMOUNT else None
        found = _PER.match(passage.text[each.end : each.end + 4]) or said or priced
        is_mean = bool(_MEAN.search(each.before))
        if not found or is_mean and _OF_ITS_OWN.search(each.before):
            continue
        same = [one for one in passage.figures if one.sentence == each.sentence and one is not each and not one.about]
        named = found["unit"] if found is not priced else ""
        mean_of = said["each"] if said else ""
        unit = "" if found is priced else named or mean_of or "人"
        counts = [one for one in same if one.kind is Measure.COUNT and (not unit or one.counter in _COUNTED_AS.get(unit, (unit,)))]
        totals = [one for one in same if _may_be_total(each, one) and _ALL.search(one.before)]
        if not totals and is_mean:
            totals = [one for one in same if one.same_measure(each)]
        counts = [one for one in counts if one not in totals]
        if len(counts) == 1 and len(totals) == 1:
            yield from _product_fault(passage, each, counts[0], totals[0], same, is_mean=is_mean)


def _may_be_total(each: Mention, one: Mention) -> bool:
    alike = one.kind is each.kind and (one.kind is Measure.AMOUNT or one.counter in _COUNTED_AS.get(each.counter, (each.counter,)))
    return alike and not _EACH.search(one.before)


def _product_fault(
    passage: Passage, each: Mention, count: Mention, total: Mention, same: Sequence[Mention], *, is_mean: bool
) -> Iterator[Slip]:
    right = each.base * count.base
    over_time = [one for one in same if one.kind is Measure.COUNT and one.counter in ("个月", "月", "年", "天") and one is not count]
    twice = len(re.findall("每(?:人|户|亩|名|家|年|月|天|日|周|季度|次)", each.before)) > 1  # 每人每月: for how many months, nobody says
    loose = each.step / 2 * count.base if is_mean or _ROUNDED.search(each.before) else Fraction(0)
    said_elsewhere = any(one.same_measure(total) and abs(right - one.base) <= one.half for one in same)
    if over_time or twice or said_elsewhere or abs(right - total.base) <= total.half + loose:
        return
    come = f"{plain(half_up(right / total.scale, 4))}{total.unit}"
    start, end = min(each.start, count.start, total.start), max(each.end, count.end, total.end)
    message = f"{count.shown}×{each.shown}＝{come}，写的是{total.shown}：{passage.around(start, end)}"
    yield Slip("JX665", message, passage.text[start:end], total.shown, come, total.start)


_POINTS_OF = "个百分点"
_ABOVE_OR_BELOW = re.compile("^(?:[，,])?(?:高于|低于|高出|超过|比|较)[^，。；]{0,10}$")


_HIGHER, _LOWER = re.compile("[，,]?(?:高于|高出|超过)"), re.compile("[，,]?低于")


def points_between(passage: Passage) -> Iterator[Slip]:
    """JX661, JX664: 由43.2%提高到43.9%，提高0.7个百分点; 92%，高于90%的目标2个百分点: two shares and what is between them."""
    figures = [one for one in passage.figures if one.kind is not Measure.YEAR]
    for one, two, gap in zip(figures, figures[1:], figures[2:], strict=False):
        shares = one.kind is two.kind is Measure.PERCENT and gap.unit == _POINTS_OF and one.sentence == gap.sentence
        between = passage.between(one, two)
        if not shares or gap.about or not (_TO.search(between) or _ABOVE_OR_BELOW.match(between)):
            continue
        right = abs(two.base - one.base)
        off = abs(right - gap.base)
        wrong_way = one.base < two.base if _HIGHER.match(between) else _LOWER.match(between) is not None and one.base > two.base
        if off <= one.half + two.half and off < gap.step and not wrong_way:
            continue
        come = f"{plain(half_up(right, 4))}{_POINTS_OF}"
        which = "反了，" if wrong_way else ""
        message = f"{one.shown}与{two.shown}相差{come}，{which}写的是{gap.shown}：{passage.around(one.start, gap.end)}"
        yield Slip("JX664", message, passage.text[one.start : gap.end], gap.shown, come, gap.start)


def times_as_much(passage: Passage) -> Iterator[Slip]:
    """JX664: 2300万元，是上年1150万元的2倍."""
    for now, base, times in zip(passage.figures, passage.figures[1:], passage.figures[2:], strict=False):
        alike = now.same_measure(base) and times.unit == "倍" and now.sentence == times.sentence and base.base > 0
        if not alike or now.about or base.about or times.about or passage.between(base, times).strip() != "的":
            continue
        if not re.match("[，,]?(?:是|为|达到)", passage.between(now, base)):
            continue
        right = now.base / base.base
        if abs(right - times.base) <= times.step / 2:
            continue
        come = f"{plain(half_up(right, 2))}倍"
        message = f"{now.shown}÷{base.shown}＝{come}，写的是{times.shown}：{passage.around(now.start, times.end)}"
        yield Slip("JX664", message, passage.text[now.start : times.end], times.shown, come, times.start)


_NEAR_YEAR = 16
_OF_YEAR = re.compile(r"((?:19|20)\d\d)年度?([\u4e00-\u9fff]{0,8})$")
_YEARLY = re.compile("[，,；;]?(?:同比|比上年|较上年|年)*(?P<way>增长|增加|上升|提高|下降|减少|降低)(?:了|率|幅度|为|达)*")


def from_year_to_year(passage: Passage) -> Iterator[Slip]:
    """JX661, JX664: 2024年造林1.1万亩，2025年造林1.21万亩，同比增长10%."""
    figures = [one for one in passage.figures if one.kind is not Measure.YEAR]
    for one, two, share in zip(figures, figures[1:], figures[2:], strict=False):
        alike = one.kind in (Measure.AMOUNT, Measure.COUNT) and one.same_measure(two) and share.kind is Measure.PERCENT
        if not alike or one.sentence != share.sentence or one.about or two.about or share.about or one.base <= 0:
            continue
        years = [_OF_YEAR.search(passage.text[max(0, figure.start - _NEAR_YEAR) : figure.start]) for figure in (one, two)]
        way = _YEARLY.fullmatch(passage.between(two, share))
        first, second = years
        if not way or not first or not second or int(second[1]) - int(first[1]) not in (1, -1) or first[2] != second[2]:
            continue
        before, now = (one, two) if second[1] > first[1] else (two, one)
        if before.base <= 0:
            continue
        right = (now.base - before.base) / before.base * 100 * (1 if UP.search(way["way"]) else -1)
        off, loose, at_most = abs(right - share.base), *_rounding(before, now, right)
        if off <= share.half + loose:
            continue
        printed = f"{plain(half_up(right, 2))}%"
        code = _code(near=off <= share.step, sure=off > share.half + at_most)
        message = f"由{before.shown}到{now.shown}，算得{way['way']}{printed}，写的是{share.shown}：{passage.around(one.start, share.end)}"
        yield Slip(code, message, passage.text[one.start : share.end], share.shown, printed, share.start)


_MORE_IN = re.compile("上年|年初|结转|收回|上缴|其中|追加|调[整增减]")
_LEFT_OVER: tuple[tuple[Measure, re.Pattern[str], re.Pattern[str], re.Pattern[str]], ...] = (
    (
        Measure.AMOUNT,
        re.compile("到位|收入|下达|拨入|安排|预算|拨款"),
        re.compile("支出|支付|使用|执行|发生|拨付|实际|中标|成交"),
        re.compile("^(?:年末|尚)?(?:结余|结转|结转结余|剩余|节余|余额|节约|节省|节支)(?:资金)?(?:为|是|了)?$"),
    ),
    (Measure.COUNT, re.compile("编制(?:数)?$"), re.compile("在编|在职|实有"), re.compile("^(?:空编|缺编|空缺|空余编制|缺员)(?:数)?$")),
    (Measure.POINTS, re.compile(""), re.compile("^(?:自评|实际|实)?得(?:分)?$"), re.compile("^(?:扣|扣减|扣除|扣分|失分|失)$")),
)
"""What came in, what of it went out, what is left; of people: posts, staff, posts left; of points: the weight, what was got, what was lost."""


def left_over(passage: Passage) -> Iterator[Slip]:
    """JX661, JX665: 到位A，支出B，结余C; 编制A，在编B，空编C; A分，得B分，扣C分: the three make a subtraction."""
    for kind, came_in, went_out, is_left in _LEFT_OVER:
        figures = [one for one in passage.figures if one.kind is kind]
        for into, out, rest in zip(figures, figures[1:], figures[2:], strict=False):
            alike = into.sentence == rest.sentence and not (into.about or out.about or rest.about)
            named = came_in.search(into.before) and went_out.search(out.before) and is_left.match(rest.before)
            if not (alike and named) or _MORE_IN.search(passage.text[into.sentence[0] : out.end]):
                continue
            right = into.base - out.base
            off = abs(right - rest.base)
            if off <= into.half + out.half + rest.half and off < rest.step:
                continue
            come = f"{plain(half_up(right / rest.scale, 4))}{rest.unit}"
            code = _code(near=off <= rest.step and rest.step < rest.scale, sure=False)
            message = f"{into.shown}－{out.shown}＝{come}，写的是{rest.shown}：{passage.around(into.start, rest.end)}"
            yield Slip(code, message, passage.text[into.start : rest.end], rest.shown, come, rest.start)


CHECKS = (
    written_out,
    parts_of_a_whole,
    total_at_the_end,
    changes,
    growth,
    differences,
    changes_told_first,
    changes_from_named,
    done_of_budget,
    of_a_named_whole,
    shares,
    rates_of_counts,
    products,
    left_over,
    points_between,
    times_as_much,
    from_year_to_year,
)
