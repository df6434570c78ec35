"""What a unit's own words show by themselves: placeholders nobody replaced, a template's prompts, another year."""

import re
from collections.abc import Iterable, Iterator

from xl_jixiao.finding import Finding, Place, found

OwnText = tuple[Place, str]

_PLACEHOLDERS = re.compile(
    r"(?<![A-Za-zＡ-Ｚａ-ｚ0-9])[XxＸｘ]{2,}(?![A-Za-zＡ-Ｚａ-ｚ0-9])|[×✕]{2,}|○{2,}|〇{2,}|[*＊]{2,}|\?{3,}|？{3,}|某某"
    r"|(?<![0-9A-Za-z×)）])[×xX](?=[年月日元人个项万])|待填|待补充|〔\s*〕|【\s*】|\[\s*\]|_{3,}|＿{2,}"
)
"""What a template or a draft puts where a word or a figure is to be."""

_PROMPTS = re.compile(
    r"(?<!\d)\d{1,5}\s{0,3}字(?:以内|以下|左右|以上)|(?:不超过|不少于|限)\s{0,3}\d{1,5}\s{0,3}字|请(?:在此|在这里|在本格|按|据实|根据实际)?(?:填写|输入|填入|填报|简要说明|概述)"
    r"|此处(?:填写|输入|说明)|(?:点击|单击)此处|填写说明[:：]"
)
"""What a template says to the person who fills it in."""

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
        left = _PLACEHOLDERS.search(text) or _PROMPTS.search(text)
        if left:
            yield found("JX625", place, f"文字里留着没有填的“{left[0].strip()}”：{_around(text, left)}", left[0].strip())
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
        for found_year in _YEAR.findall(_ELSEWHERE.sub("", sentence)):
            if abs(int(found_year) - year) > 1:
                return str(found_year)
    return ""


def _around(text: str, match: re.Match[str]) -> str:
    return "".join(text[max(0, match.start() - 12) : match.end() + 12].split())


def _named(text: str, year: str) -> str:
    at = text.find(year)
    return "".join(text[max(0, at - 8) : at + 24].split())
