"""What was taken out of a report that came back edited, put into it, or put otherwise: paragraph by paragraph, row by row.

Sentences are counted over the whole document: what was moved, parted or joined with another paragraph is none of it; nor are marks, list
numbers, figures (they are compared as figures) and what is filled into a blank.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from xl_jixiao.agree.edited import paired, tight
from xl_jixiao.agree.mentions import half_width
from xl_jixiao.words import TO_FILL

_LIST_NUMBER = re.compile(r"^[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[①-⑳])[)）.、,，]+(?!\d)")
_SENTENCES = re.compile(r"[^。；;！!？?|]*[。；;！!？?|]?")
_WORDS = re.compile(r"[^\W_]")
_FIGURES = re.compile(r"[\d.,%()\W]*(?:万|亿)?元?|约|近|左右")
_BLANK = re.compile(r"[\s_＿\-—|年月日:：]*|" + re.escape(half_width(TO_FILL)))
_FILLED_IN = re.compile(r"[\u4e00-\u9fff·]{0,12}(?:[\d\-]{7,15}|(?:(?:19|20)?\d\d年?)?\d{0,2}月?\d{0,2}日?)?")
"""What is written into a blank: a name, 同意, a number to call, a day."""

_SENTENCE_ENDS = "。；;！!？?|"
_ALONE = 1
"""Words with so many equal characters between them were changed together."""


@dataclass(frozen=True, slots=True)
class Rewording:
    """What was taken out and put in of one text, by its number in the document; of a `whole` one that is gone, after which."""

    at: int
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    whole: int = 0
    """So many paragraphs or rows that are gone (or new) as a whole."""

    @property
    def adds(self) -> bool:
        """Whether whole sentences, or a text, were put in, and nothing else."""
        return not self.lost and (self.whole > 0 or all(text[-1] in _SENTENCE_ENDS for text in self.gained))


def rewordings(texts: Sequence[str], own: Sequence[str], names: Collection[str]) -> Iterator[Rewording]:
    """In the order of the document. `own` are its texts as they were written."""
    edited, written = [_plain(text) for text in texts], [_plain(text) for text in own]
    settled = _joined(edited, written)
    now = [() if (1, at) in settled else _sentences(text) for at, text in enumerate(edited)]
    was = [() if (0, at) in settled else _sentences(text) for at, text in enumerate(written)]
    gained, lost = _counted(now), _counted(was)
    gained, lost = gained - lost, lost - gained
    pairs = paired(edited, written, names)
    found: list[Rewording] = []
    for at, sentences in enumerate(now):
        new = _taken(sentences, gained)
        old = _taken(was[pairs[at]], lost) if at in pairs else []
        if at in pairs and old:
            found += _pieces(at, "".join(old), "".join(new))
        elif new:
            found.append(Rewording(at, gained=tuple(new), whole=int(at not in pairs)))
    found += _gone(was, pairs, lost)
    yield from sorted(found, key=lambda one: one.at)


def _plain(text: str) -> str:
    return _LIST_NUMBER.sub("", half_width(tight(text)))


def _sentences(text: str) -> tuple[str, ...]:
    return tuple(one for one in _SENTENCES.findall(text) if _WORDS.search(one))


def _counted(texts: Sequence[Sequence[str]]) -> Counter[str]:
    return Counter(_bones(one) for sentences in texts for one in sentences)


def _bones(sentence: str) -> str:
    """A sentence without its marks."""
    return re.sub(r"[\W_]", "", sentence)


def _taken(sentences: Sequence[str], left: Counter[str]) -> list[str]:
    """Those of the sentences of which some are left, each of them then one less."""
    found = []
    for one in sentences:
        if left[_bones(one)] > 0:
            left[_bones(one)] -= 1
            found.append(one)
    return found


def _joined(edited: Sequence[str], written: Sequence[str]) -> set[tuple[int, int]]:
    """The texts of both sides (1: edited, 0: written) that are the same but for where a paragraph ends."""
    settled: set[tuple[int, int]] = set()
    for what, first, last, start, end in SequenceMatcher(None, written, edited, autojunk=False).get_opcodes():
        same = what == "replace" and "".join(written[first:last]) == "".join(edited[start:end])
        if what == "equal" or same:
            settled |= {(0, at) for at in range(first, last)} | {(1, at) for at in range(start, end)}
    return settled


def _pieces(at: int, before: str, text: str) -> Iterator[Rewording]:
    """What was changed inside of the sentences of one text."""
    lost, gained = [], []
    for first, last, start, end in _changed(before, text):
        old, new = before[first:last], text[start:end]
        if _only_figures(before, first, last, new) or (
            _BLANK.fullmatch(old) and _is_blank(before, first, last) and _FILLED_IN.fullmatch(new.strip("|"))
        ):
            continue
        if old.strip("|") and not _BLANK.fullmatch(old):
            lost.append(old)
        if new.strip("|") and _WORDS.search(new):
            gained.append(new)
    if lost or gained:
        yield Rewording(at, tuple(lost), tuple(gained))


def _changed(before: str, text: str) -> list[tuple[int, int, int, int]]:
    """The changed stretches of a text, those that hardly anything parts as one."""
    found: list[tuple[int, int, int, int]] = []
    for what, first, last, start, end in SequenceMatcher(None, before, text, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        if found and first - found[-1][1] <= _ALONE:
            found[-1] = found[-1][0], last, found[-1][2], end
        else:
            found.append((first, last, start, end))
    return found


def _only_figures(before: str, first: int, last: int, new: str) -> bool:
    """Whether figures or marks stand in the place of others: they are compared as what they are. A whole figure with nothing in its place
    was taken out; of a date it is a blank again."""
    old = before[first:last]
    if not _WORDS.search(old + new):
        return True
    ahead, behind = before[:first][-1:], before[last:][:1]
    inside = bool(re.match(r"[\d.,]", ahead) or re.match(r"[\d.,%]", behind))
    figures = all(_FIGURES.fullmatch(side.replace("约", "").replace("左右", "")) for side in (old, new))
    was, now = bool(re.search(r"\d", old)), bool(re.search(r"\d", new))
    return figures and (inside and (was or now) or was and (now or behind in tuple("年月日")))


def _is_blank(before: str, first: int, last: int) -> bool:
    """Whether a place of a text is there to be filled in: after a colon at its end, an empty cell, before 年, 月 or 日."""
    ahead, behind = before[:first].rstrip("|")[-1:], before[last:][:1]
    empty_cell = before[:first][-1:] in ("", "|") and behind in ("", "|")
    return (
        TO_FILL in before[first:last] or behind in tuple("年月日") or (ahead in (":", "：", "") and behind in ("", "|", "年")) or empty_cell
    )


def _gone(was: Sequence[Sequence[str]], pairs: dict[int, int], lost: Counter[str]) -> Iterator[Rewording]:
    """The texts of which nothing is there any more, those beside each other as one."""
    now = {before: at for at, before in pairs.items()}
    last, run = -1, list[str]()
    count = 0
    for before, sentences in enumerate(was):
        if before in now:
            if count:
                yield Rewording(last, tuple(run), whole=count)
            last, run, count = now[before], [], 0
            continue
        old = _taken(sentences, lost)
        if old:
            run.append("".join(old))
            count += 1
    if count:
        yield Rewording(last, tuple(run), whole=count)
