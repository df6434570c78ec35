"""What a printed 评分标准 says of started steps and of how far points are taken off, held against the parameters of its rules."""

import re
from collections.abc import Iterator
from decimal import Decimal

from pydantic import BaseModel

from xl_jixiao.number import plain

_STARTED = re.compile(r"不足(?:(\d+(?:\.\d+)?)%?|整|的?部分)[^。；;\n）)]{0,20}")
"""不足5%按5%计, 不足1个百分点的不扣分: what is said of a step that isn't whole; 不足100%的按比例 is about no step."""

_READINGS = (
    ("prorata", re.compile("比例")),
    ("whole", re.compile("不予?[扣计算]|忽略|舍[去掉]")),
    ("started", re.compile("按.{0,10}?[计算扣]")),
)
_NAMED = {"prorata": "按比例", "whole": "不扣", "started": "按一个单位"}

_MOST = re.compile(r"(?:最多|最高|至多|累计|合计|封顶)[^。；;，,\n）)\d]{0,6}扣(?:分|减)?[^。；;，,\n）)\d]{0,4}(\d+(?:\.\d+)?)分")
_LEAST = re.compile(r"(?:最低|至少|保底|底分)(?:得|计|为|不低于)?(\d+(?:\.\d+)?)分")
_TO_NOTHING = re.compile("扣完(?:本项分值|分值|该项分值|本项)?为止|扣完为0分")


def end_problems(rule: BaseModel, full: Decimal, printed: str) -> Iterator[str]:
    """Where the printed text, in half-width digits, says another thing than every rule of an indicator."""
    yield from _started(rule, printed)
    yield from _ends(rule, full, printed)


def _started(rule: BaseModel, printed: str) -> Iterator[str]:
    leaves = [leaf for leaf in _leaves(rule) if getattr(leaf, "partial", "") in _NAMED and "step" in type(leaf).model_fields]
    own = {str(getattr(leaf, "partial", "")) for leaf in leaves}
    steps = {plain(times * step) for leaf in leaves for times in (1, 100) if isinstance(step := getattr(leaf, "step", None), Decimal)}
    for found in _STARTED.finditer(printed) if own else ():
        clause, of = found[0], found[1]
        said = next((name for name, pattern in _READINGS if pattern.search(clause)), "")
        if said and said not in own and (not of or plain(Decimal(of)) in steps):
            now = "、".join(sorted(own))
            yield f"criterion：评分标准原文是“{clause}”（{_NAMED[said]}），rule.partial 应为 {said}，现为 {now}"


def _ends(rule: BaseModel, full: Decimal, printed: str) -> Iterator[str]:
    leaves = _taking_off(rule)
    if not leaves:
        return
    most = {getattr(leaf, "most", None) for leaf in leaves}
    floors = {getattr(leaf, "floor", Decimal(0)) for leaf in leaves}
    for said in map(Decimal, _MOST.findall(printed)):
        if said not in most and full - said not in floors and not (said == full and None in most):
            yield f"criterion：评分标准原文最多扣{plain(said)}分，规则没有写 most = {plain(said)}"
    for said in map(Decimal, _LEAST.findall(printed)):
        if said not in floors and full - said not in most:
            yield f"criterion：评分标准原文最低{plain(said)}分，规则没有写 floor = {plain(said)}"
    whole = {one for one in most if one is None or one >= full}
    if len(_leaves(rule)) == 1 and _TO_NOTHING.search(printed) and not _MOST.search(printed) and not _LEAST.search(printed):
        if not whole or any(floors):
            least = max(*floors, *(full - one for one in most if one is not None), Decimal(0))
            yield f"criterion：评分标准原文“扣完为止”，按规则最低留{plain(least)}分"


def ends_said(rule: BaseModel, printed: str) -> set[str]:
    """The points that a printed text says as ends, where a rule has such: they are looked at here."""
    return {plain(Decimal(said)) for said in (*_MOST.findall(printed), *_LEAST.findall(printed))} if _taking_off(rule) else set()


def _taking_off(rule: BaseModel) -> list[BaseModel]:
    """The rules of it that take points off, up to an end."""
    return [
        leaf for leaf in _leaves(rule) if "most" in type(leaf).model_fields and {"deduct", "conditions"} & type(leaf).model_fields.keys()
    ]


def _leaves(rule: BaseModel) -> list[BaseModel]:
    """The rule, or the rules it is made of."""
    inner = [one.rule for name in ("parts", "alternatives") for one in getattr(rule, name, ())]
    weighed = getattr(rule, "rule", None)
    inner += [weighed] if isinstance(weighed, BaseModel) else []
    return [leaf for one in inner for leaf in _leaves(one)] if inner else [rule]
