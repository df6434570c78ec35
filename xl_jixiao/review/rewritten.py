"""What a reviewer is told of a Word report that came back edited: words taken out, put in or put otherwise, and what was done alike, once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from xl_jixiao.agree.edited import tight
from xl_jixiao.agree.reworded import Rewording
from xl_jixiao.finding import Finding, Place, found

_MANY = 3
_MOST_OF_A_KIND = 5


def of_another(file: str, texts: Sequence[str], own: Sequence[str], names: Iterable[str], changed: int) -> Finding | None:
    """JX672: a report in which the unit, or the project, of the workbook beside it isn't named, where its own report names it."""
    said, written = tight("".join(texts)), tight("".join(own))
    missing = [name for name in names if name and tight(name) in written and tight(name) not in said]
    if not missing or changed <= _MANY:
        return None
    named = "、".join(f"“{name}”" for name in missing)
    text = f"同名工作簿里填的{named}在报告里没有出现，有{changed}处数、名称与工作簿不同，像是另一份填报的报告；请核对是不是放错、改错了文件"
    return found("JX672", Place(file), text, "", missing[0])


def alike_once(changed: Sequence[Finding]) -> Iterator[Finding]:
    """The findings of which none stands in the place of the same thing twice; many figures are one."""
    same: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for one in changed:
        same[one.code, one.reported, one.expected].append(one)
    once = [replace(first, message=_and_there(first.message, more)) for first, *more in same.values()]
    for code in dict.fromkeys(one.code for one in once):
        kind = [one for one in once if one.code == code]
        if len(kind) > 2 * _MOST_OF_A_KIND:
            named = "；".join(f"{one.place.sheet}“{one.reported}”应为“{one.expected}”" for one in kind[:_MOST_OF_A_KIND])
            yield found(code, kind[0].place, f"报告里有{len(kind)}处与工作簿不同：{named}等；请用工作簿重新导出报告")
        else:
            yield from kind


def _and_there(message: str, more: Sequence[Finding]) -> str:
    places = list(dict.fromkeys(one.place.sheet for one in more))
    if not places:
        return message
    named = "、".join(places[:_MOST_OF_A_KIND])
    return f"{message}（{named}{'等处' if len(places) > _MOST_OF_A_KIND else ''}也是）"


def reworded(file: str, texts: Sequence[tuple[str, str]], changed: Sequence[Rewording]) -> Iterator[Finding]:
    """JX677: what was taken out or put otherwise; JX678: what was put in as a whole. Many are one."""
    told = [_rewording(file, texts, one) for one in changed]
    for code in ("JX677", "JX678"):
        kind = [one for one in told if one.code == code]
        if len(kind) > _MOST_OF_A_KIND:
            places = "、".join(dict.fromkeys(one.place.sheet for one in kind[: 2 * _MOST_OF_A_KIND]))
            yield replace(kind[0], message=f"报告有{len(kind)}处的文字与工作簿导出的不同（{places}等），如：{kind[0].message}")
        else:
            yield from kind


def _rewording(file: str, texts: Sequence[tuple[str, str]], one: Rewording) -> Finding:
    place, after = texts[max(one.at, 0)][0], "后面" if one.at >= 0 else "前面"
    row = one.lost and "|" in one.lost[0]
    if row and "表" not in place and one.at + 1 < len(texts) and "表" in texts[one.at + 1][0]:
        place, after = texts[one.at + 1][0], "前面"  # the first rows of a table are gone
    lost, gained = ("、".join(f"“{_cut(text.strip('|'))}”" for text in side[:_MANY]) for side in (one.lost, one.gained))
    if one.whole and one.lost:
        text = f"{'这一行' if row else '这一段'}{after}删去了{one.whole}{'行' if row else '段'}：{lost}；请核对删去的是什么"
        return found("JX677", Place(file, place), text)
    if one.adds:
        return found("JX678", Place(file, place), f"加了{'一行' if '表' in place else ''}{gained}")
    verb = "换成" if lost else "加了"
    parts = (f"删去了{lost}" if lost else "", f"{verb}{gained}" if gained else "")
    return found("JX677", Place(file, place), f"报告这一处与工作簿导出的不同：{'，'.join(filter(None, parts))}")


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
