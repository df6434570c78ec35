"""What a unit's own words show by themselves: placeholders nobody replaced, a template's prompts, another year."""

import re
from collections.abc import Iterable, Iterator

from xl_jixiao.finding import Finding, Place, found
from xl_jixiao.tables.reasons import left_open

OwnText = tuple[Place, str]

_YEAR = re.compile(r"(?<![\d〔\[（(【-])((?:19|20)\d\d)(?=\s{0,3}年)(?!\s{0,3}年?\s{0,3}[-—－~～至到])")
_ELSEWHERE = re.compile(r"《[^《》]*》|〔[^〔〕]*〕|(?:19|20)\d\d\s{0,3}年?\s{0,3}[-—－~～至到]{1,3}\s{0,3}(?:19|20)\d\d\s{0,3}年?")
_PAST = re.compile(
    "印发|文件|办法|规定|条例|通知|意见》|批复|批准|成立|组建|建成|始建|投入使用|购置|购买|购入|以来|规划|年起|年度起|开始|启动|立项|开工|竣工|签订|普查|结转|遗留"
)
"""What a sentence that rightly names an earlier or later year speaks of."""

_SENTENCE = re.compile(r"[。；;！!？?\n]")
_SHORTEST = 8


def own_words(texts: Iterable[OwnText], year: int) -> Iterator[Finding]:
    """JX625, JX626: what is wrong with single texts of a unit."""
    for place, text in texts:
        left = left_open(text)
        if left:
            yield found("JX625", place, f"文字里留着没有填的“{left.mark}”：{left.around}", left.mark)
        other = _other_year(text, year)
        if other:
            yield found("JX626", place, f"文字里写的是{other}年，本表是{year}年度：{_named(text, other)}", f"{other}年", f"{year}年")


def _other_year(text: str, year: int) -> str:
    """A year in running text that is neither the table's nor beside it, in a sentence about what was done; empty where there is none."""
    if len(text) < _SHORTEST or not year:
        return ""
    for sentence in _SENTENCE.split(text):
        if _PAST.search(sentence):
            continue
        named = _YEAR.findall(_ELSEWHERE.sub("", sentence))
        if len(set(named)) > 2 and str(year) in named:
            continue  # 2023年、2024年、2025年分别: years side by side
        for found_year in named:
            if abs(int(found_year) - year) > 1:
                return str(found_year)
    return ""


def _named(text: str, year: str) -> str:
    at = text.find(year)
    return "".join(text[max(0, at - 8) : at + 24].split())
