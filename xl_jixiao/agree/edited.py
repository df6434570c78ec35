"""A report that came back edited, held against the report as its workbook has it now: figures, years and names that are no longer the same.

Passages are paired by their words with figures and names left out; inside a pair the figure that stands in the place of another is a slip.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from xl_jixiao.agree.arithmetic import UP, Slip
from xl_jixiao.agree.mentions import chinese_number, half_width, scale_of

_SPOKEN = "一二三四五六七八九两十百"
_NUMBER = (
    r"(?<![\d.])-?\d+(?:[.,]\d+)*(?:%|万元|亿元|元|万(?!分)|亿)?|[①-⑳]"
    rf"|(?<![第{_SPOKEN}])[{_SPOKEN}]+(?=个|家|名|人|项|次|场|处|所|期|批|辆|户|台|套|件)"
    rf"|(?<=第)[{_SPOKEN}]+(?=季度|批|期|届|名|次|位|轮)"
)
_SENTENCE_END = "。；;！!？?\n"
_NOT_IN_A_NAME = re.compile(r"[。；;！!？?，,：:\d]")
_ALIKE = 0.6
"""So much of two passages is the same where one is the other edited."""

_REWRITTEN = 24
"""A changed piece with more words than this is another sentence, not an edited one."""

_DATE = re.compile(r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日")
_LESS = re.compile(r"(?:减|减少|下降|降低|调低|负)[了为约计:]?$")
_ABOUT = re.compile(r"(?:约|近)[占为达]?$")
_ABOUT_AFTER = ("左右", "多", "余")
_NEAR = 20
"""A figure that is said to be about another is no further from it than a twentieth."""

_FEWEST_WORDS = 2
_LONGEST = 120


@dataclass(frozen=True)
class Change:
    """One slip of the edited report and the number of the text it stands in."""

    at: int
    slip: Slip


@dataclass(frozen=True, slots=True)
class _Piece:
    """A figure, a name or a single character of a text."""

    text: str
    start: int
    kind: str = ""


class _Names:
    """The names a workbook has, and how a text is cut by them."""

    def __init__(self, names: Collection[str]) -> None:
        listed = "|".join(re.escape(half_width(tight(name))) for name in sorted(names, key=len, reverse=True))
        self._parts = re.compile(f"(?P<name>{listed})|(?P<number>{_NUMBER})|." if listed else f"(?P<number>{_NUMBER})|.", re.DOTALL)

    def tokens(self, text: str) -> list[_Piece]:
        """The text in parts."""
        return [_Piece(one[0], one.start(), one.lastgroup or "") for one in self._parts.finditer(text)]

    def skeleton(self, text: str) -> str:
        """The text without its figures and names."""
        return "".join({"name": "@", "number": "#"}.get(one.kind, one.text) for one in self.tokens(text))


def tight(text: str) -> str:
    """A text without white space."""
    return "".join(text.split())


def changes(texts: Sequence[str], own: Sequence[str], names: Collection[str] = ()) -> Iterator[Change]:
    """JX666, JX672: figures, years and names of an edited report's texts that are others in the workbook's own report, in the order of the
    texts."""
    cut = _Names(names)
    now, was = [half_width(tight(one)) for one in texts], [half_width(tight(one)) for one in own]
    numbers, due = [_ordinal(one) for one in now], [_ordinal(one) for one in was]
    edited = [one[number.end :] if number else one for one, number in zip(now, numbers, strict=True)]
    written = [one[number.end :] if number else one for one, number in zip(was, due, strict=True)]
    out_of_order = _out_of_order(numbers)
    for at, before in sorted(_pairs(edited, written, cut).items()):
        number, other = numbers[at], due[before]
        if number and other and number.kind == other.kind and number.value != other.value and at in out_of_order:
            yield Change(at, _slip("JX666", "序号", now[at], (number.text, other.text), 0))
        if edited[at] != written[before]:
            for slip in _slips(edited[at], written[before], cut):
                yield Change(at, slip)


def paired(edited: Sequence[str], own: Sequence[str], names: Collection[str]) -> dict[int, int]:
    """Which own text each edited one was, where it was one; both without white space, in half-width figures."""
    return _pairs(edited, own, _Names(names))


@dataclass(frozen=True, slots=True)
class _Ordinal:
    """The number a passage of a list, or a row of a table, begins with."""

    text: str
    value: int
    kind: str
    end: int


_ORDINAL = re.compile(
    rf"(?P<open>附件:|\(|第)?(?P<value>[{_SPOKEN}]{{1,3}}|\d{{1,3}})(?P<close>\)|、|\.(?=(?:19|20)\d\d年|\D)|部分|章|\|(?=[^\d|]))(?=.)"
)


def _ordinal(text: str) -> _Ordinal | None:
    found = _ORDINAL.match(text)
    if not found:
        return None
    said = found["value"]
    value = int(said) if said.isdecimal() else int(chinese_number(said) or 0)
    return _Ordinal(said, value, f"{'' if found['open'] == '附件:' else found['open']}{said.isdecimal()}{found['close']}", found.end())


_DEEPER = ("False、", "(False)", "True.", "(True)")
"""The kinds of numbers of a text, each below the one before: 一、 （一） 1． （1）."""


def _out_of_order(numbers: Sequence[_Ordinal | None]) -> set[int]:
    """Which numbers of lists neither begin one nor follow the one before: what was put in or taken out lets those after it move on. A list
    may stand inside another of its kind, as （一） … （十五） below （三）."""
    open_lists: dict[str, list[int]] = defaultdict(list)
    found = set()
    for at, one in enumerate(numbers):
        if not one:
            continue
        lists = open_lists[one.kind]
        within = next((level for level in reversed(range(len(lists))) if lists[level] + 1 == one.value), len(lists))
        if within == len(lists) and one.value != 1:
            found.add(at)
        lists[within:] = [one.value]
        for below in _DEEPER[_DEEPER.index(one.kind) + 1 :] if one.kind in _DEEPER else ():
            open_lists[below].clear()
    return found


def _pairs(edited: Sequence[str], own: Sequence[str], cut: _Names) -> dict[int, int]:
    """Which own text each edited one was: the same; the same but for figures and names; much alike; or alone between two that are known."""
    pairs: dict[int, int] = {}
    left = dict.fromkeys(range(len(own)))

    def take(at: int, before: int) -> None:
        pairs[at] = before
        del left[before]

    for block in SequenceMatcher(None, own, edited, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            take(block.b + step, block.a + step)
    for key in (str, cut.skeleton):
        by_key: dict[str, list[int]] = defaultdict(list)
        for before in left:
            by_key[key(own[before])].append(before)
        for at, text in enumerate(edited):
            if at not in pairs and (found := by_key.get(key(text))):
                take(at, found.pop(0))
    bones = {before: cut.skeleton(own[before]) for before in left}
    for at, text in enumerate(edited):
        if at in pairs or not left:
            continue
        matcher = SequenceMatcher(None, "", cut.skeleton(text), autojunk=False)
        best = max(left, key=lambda before: _likeness(matcher, bones[before]))
        matcher.set_seq1(bones[best])
        if matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE:
            take(at, best)
    for at in range(len(edited)):
        before = pairs.get(at - 1, -1 if at == 0 else len(own)) + 1
        after = pairs.get(at + 1, len(own) if at == len(edited) - 1 else -1)
        if at not in pairs and before in left and after == before + 1:
            take(at, before)
    return pairs


def _likeness(matcher: "SequenceMatcher[str]", bones: str) -> float:
    matcher.set_seq1(bones)
    return matcher.quick_ratio() if matcher.real_quick_ratio() >= _ALIKE else 0.0


def _slips(text: str, before: str, cut: _Names) -> Iterator[Slip]:
    """What stands in an edited text in the place of another figure or name."""
    if _DATE.fullmatch(text) and _DATE.fullmatch(before):
        yield _dated_otherwise(text, before)
        return
    yield from _ticked_otherwise(text, before)
    yield from _said_otherwise(text, before)
    now, was = cut.tokens(text), cut.tokens(before)
    if _words_of(now) == _words_of(was):
        yield from _by_place(text, now, was)
        return
    matcher = SequenceMatcher(None, [one.text for one in was], [one.text for one in now], autojunk=False)
    for what, first, last, start, end in matcher.get_opcodes():
        if what == "equal":
            yield from _other_way(text, before, was[first:last], now[start:end])
        if what != "replace":
            continue
        yield from _graded_otherwise(text, before, was[first:last], now[start:end])
        yield from _turned_word(text, before, was[first:last], now[start:end])
        old, new = _parted(was[first:last]), _parted(now[start:end])
        if sum(one.kind == "" for one in (*was[first:last], *now[start:end])) > 2 * _REWRITTEN:
            continue
        if len(old) == len(new) and not _moved(old, new):
            still = Counter(one.text for one in now if one.kind == "number")
            still.subtract(one.text for one in was if one.kind == "number")
            for one in _in_place(text, before, old, new):
                if one.code != "JX666" or still[one.expected] < 0 < still[one.reported] or _same_words(text, before, one.at, old):
                    yield one
        else:
            yield from _by_words(text, before, was[first:last], now[start:end])


def _dated_otherwise(text: str, before: str) -> Slip:
    """A paragraph that is a date, and another than the workbook has."""
    if text[:4] != before[:4]:
        return _slip("JX666", "年份", text, (text[:4], before[:4]), 0)
    return _slip("JX666", "日期", text, (text, before), 0)


_UNIT = re.compile(r"(?:单位:|\()((?:[亿万千]|百万|千万)?元)(?=[)|]|$)")
_TITLE = re.compile("《([^《》]+)》")


def _said_otherwise(text: str, before: str) -> Iterator[Slip]:
    """The unit of a table's figures, and what a sentence cites in 《》, where it has as many of them as before."""
    for pattern, code, what in ((_UNIT, "JX666", "计量单位"), (_TITLE, "JX672", "名称")):
        now, was = list(pattern.finditer(text)), [one[1] for one in pattern.finditer(before)]
        if len(now) == len(was):
            for one, due in zip(now, was, strict=True):
                if one[1] != due and one[1] not in was and due not in text:
                    yield _slip(code, what, text, (one[1], due), one.start(1))


def _words_of(tokens: Sequence[_Piece]) -> list[str]:
    return ["#" if one.kind == "number" else one.text for one in tokens]


def _by_place(text: str, now: Sequence[_Piece], was: Sequence[_Piece]) -> Iterator[Slip]:
    """The figures of a text of which nothing else was changed, each beside the one that stood in its place: two that were exchanged, too."""
    for one, before in zip(now, was, strict=True):
        if one.kind == "number":
            yield from _figure_slip(text, one.text, before.text, one.start)


_WAY = re.compile("(?:增加|增长|上升|提高|多|减少|下降|降低|压减|少)(?:了|额|幅|率|数)*(?:为|约|到|至)?$")


def _other_way(text: str, before: str, was: Sequence[_Piece], now: Sequence[_Piece]) -> Iterator[Slip]:
    """A figure that stayed after a word of the other direction: 增加6.6万元 for 减少6.6万元."""
    for old, new in zip(was, now, strict=True):
        due = _WAY.search(before[: old.start]) if old.kind == "number" else None
        said = _WAY.search(text[: new.start]) if due else None
        if due and said and bool(UP.search(due[0])) is not bool(UP.search(said[0])):
            yield _slip("JX666", "增减方向", text, (f"{said[0]}{new.text}", f"{due[0]}{old.text}"), said.start())


_GRADE_WORDS = frozenset("优 良 中 差 优秀 良好 中等 较差 一般 合格 不合格 好 较好".split())
_RATED_BEFORE = re.compile(r"(?:等[次级]|结论|评[为定]|认定为)[^。；|]{0,6}$|\|[“\"]?$")


def _graded_otherwise(text: str, before: str, was: Sequence[_Piece], now: Sequence[_Piece]) -> Iterator[Slip]:
    """A grade in the place of another, where the sentence or the cell is about the grade."""
    start, first = now[0].start, was[0].start
    said = next((word for word in _longest(text, start) if word in _GRADE_WORDS), "")
    due = next((word for word in _longest(before, first) if word in _GRADE_WORDS), "")
    if said and due and said != due and _RATED_BEFORE.search(text[:start]) and _RATED_BEFORE.search(before[:first]):
        yield _slip("JX666", "等次", text, (said, due), start)


_OPPOSITE = frozenset(("大小", "小大", "高低", "低高", "多少", "少多"))
_PLACES = frozenset("省市州盟县区旗乡镇村")
_PLACE_NAME = re.compile("[\u4e00-\u9fff]{0,3}$")


def _turned_word(text: str, before: str, was: Sequence[_Piece], now: Sequence[_Piece]) -> Iterator[Slip]:
    """One character that says the contrary (小于 for 大于), or makes another place of a name (洪江区 for 洪江市)."""
    if len(was) != 1 or len(now) != 1:
        return
    (old,), (new,) = was, now
    if old.text + new.text in _OPPOSITE and before[old.start + 1 : old.start + 2] == text[new.start + 1 : new.start + 2] == "于":
        yield _slip("JX666", "比较", text, (f"{new.text}于", f"{old.text}于"), new.start)
    cited = text.rfind("《", 0, new.start) > text.rfind("》", 0, new.start)
    if not cited and old.text in _PLACES and new.text in _PLACES and (lead := _PLACE_NAME.search(text[: new.start])):
        yield _slip("JX672", "名称", text, (lead[0] + new.text, lead[0] + old.text), new.start)


def _longest(text: str, at: int) -> Iterator[str]:
    return (text[at : at + size] for size in (3, 2, 1))


_TICKED = re.compile(r"([\u4e00-\u9fff]+)\|*[√■☑]")


def _ticked_otherwise(text: str, before: str) -> Iterator[Slip]:
    """Another box that is ticked: 优 | √ | 良."""
    said, due = _TICKED.findall(text), _TICKED.findall(before)
    if said and due and set(said) != set(due):
        yield _slip("JX666", "勾选", text, ("、".join(said), "、".join(due)), 0)


def _same_words(text: str, before: str, at: int, old: Sequence[Sequence[_Piece]]) -> bool:
    """Whether one of the old figures had the words before it that one has now."""
    words = _words_before(text, at)
    return len(words) >= _FEWEST_WORDS and any(_words_before(before, part[0].start) == words for part in old[1::2])


def _moved(old: Sequence[Sequence[_Piece]], new: Sequence[Sequence[_Piece]]) -> bool:
    """Whether a figure of the changed piece stands in it at another place now."""
    was, now = [part[0].text for part in old[1::2]], [part[0].text for part in new[1::2]]
    return any(at != other and same_figure(one, before) for at, one in enumerate(now) for other, before in enumerate(was))


def _in_place(text: str, whole: str, old: Sequence[Sequence[_Piece]], new: Sequence[Sequence[_Piece]]) -> Iterator[Slip]:
    """The figures and names of a changed piece, in their order; a name that stands as often elsewhere in the whole text was moved."""
    for at, (before, after) in enumerate(zip(old, new, strict=True)):
        if not before or not after:
            continue
        shown, place = "".join(one.text for one in after), after[0].start
        expected = "".join(one.text for one in before)
        if at % 2:
            yield from _figure_slip(text, shown, expected, place)
        elif any(one.kind == "name" for one in before) and expected not in shown and not _NOT_IN_A_NAME.search(shown):
            elsewhere = whole.replace(expected, "")
            if shown not in elsewhere or text.count(shown) > elsewhere.count(shown):
                yield _slip("JX672", "名称", text, (shown, expected), place)


def _by_words(text: str, before: str, was: Sequence[_Piece], now: Sequence[_Piece]) -> Iterator[Slip]:
    """The figures of a piece that was put otherwise, each beside the one that had the same words before it."""
    old = {_words_before(before, one.start): one.text for one in was if one.kind == "number"}
    for one in now:
        words = _words_before(text, one.start) if one.kind == "number" else ""
        if len(words) >= _FEWEST_WORDS and words in old:
            yield from _figure_slip(text, one.text, old[words], one.start)


def _words_before(text: str, at: int) -> str:
    """The words of the clause that lead to a figure."""
    found = re.search(r"[^\W\d_]*$", text[max(0, at - _LONGEST) : at])
    return found[0] if found else ""


def _figure_slip(text: str, shown: str, expected: str, place: int) -> Iterator[Slip]:
    """A figure that is another; money is none in the place of a share."""
    if same_figure(shown, expected) or _measure(shown) not in (_measure(expected), ""):
        return
    if not (_turned(text, shown, expected, place) or _shortened(text, shown, expected, place)):
        year = text[place + len(shown) :].startswith("年") and len(shown) == len("2020")
        yield _slip("JX666", "年份" if year else "数", text, (shown, expected), place)


def _turned(text: str, shown: str, expected: str, place: int) -> bool:
    """Whether a figure below zero is said without its sign after a word that means it: 追减60.5万元."""
    unsigned = expected.startswith("-") and shown[0].isdecimal()
    return unsigned and same_figure(f"-{shown}", expected) and bool(_LESS.search(text[:place]))


def _shortened(text: str, shown: str, expected: str, place: int) -> bool:
    """Whether a share or an amount is rightly rounded: to fewer decimals, or, where the text says 约, to any place."""
    if not _measure(shown):
        return False
    (said, unit), (due, other) = _read(shown), _read(expected)
    if unit != other:
        said, due = said * scale_of(unit), due * scale_of(other)
    about = bool(_ABOUT.search(text[:place])) or text[place + len(shown) :].startswith(_ABOUT_AFTER)
    if about:
        return abs(said - due) * _NEAR <= abs(due)
    step = Decimal(1).scaleb(-len(shown.partition(".")[2].rstrip("%万亿元")))
    return unit == other and step < 1 and abs(said - due) * 2 <= step


def _measure(figure: str) -> str:
    """What a figure measures, where it says so itself."""
    return {"%": "share", "元": "money"}.get(figure[-1], "")


def _parted(tokens: Sequence[_Piece]) -> list[list[_Piece]]:
    """Words, figure, words, figure, …, words."""
    parts: list[list[_Piece]] = [[]]
    for one in tokens:
        if one.kind == "number":
            parts += [[one], []]
        else:
            parts[-1].append(one)
    return parts


def _slip(code: str, what: str, text: str, figures: tuple[str, str], at: int) -> Slip:
    shown, expected = figures
    sentence = sentence_at(text, at)
    return Slip(code, f"报告里的{what}是{shown}，按工作簿应为{expected}：{sentence}", sentence, shown, expected, at)


def sentence_at(text: str, at: int) -> str:
    """The sentence a place stands in, cut to what can be read in one line."""
    start = max(text.rfind(mark, 0, at) for mark in _SENTENCE_END) + 1
    end = min((found + 1 for mark in _SENTENCE_END if (found := text.find(mark, at)) >= 0), default=len(text))
    start = max(start, at - _LONGEST)
    return text[start : min(end, at + _LONGEST)]


def same_figure(one: str, other: str) -> bool:
    """Whether two figures are the same amount, however they are written: 1,240.71万元, 12407100元; 4.2万, 42000."""
    if one == other:
        return True
    if "①" <= one <= "⑳" or "①" <= other <= "⑳":
        return False
    first, second = _read(one), _read(other)
    if first[1] == second[1]:
        return first[0] == second[0]
    return _measure(one) == _measure(other) != "share" and first[0] * scale_of(first[1]) == second[0] * scale_of(second[1])


def _read(figure: str) -> tuple[Decimal, str]:
    if figure[0] in _SPOKEN:
        return chinese_number(figure) or Decimal(0), ""
    digits = figure.rstrip("%万亿元")
    plain = digits.replace(",", "")
    return Decimal(plain if plain.count(".") <= 1 else plain.replace(".", "")), figure[len(digits) :]
