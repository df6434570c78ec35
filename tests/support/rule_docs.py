"""docs/rules.md, made from the rule kinds and their cases: what each rule says, what it leaves open, what it gives and why.

PYTHONPATH=tests python -m support.rule_docs > docs/rules.md
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from xl_jixiao.number import from_cell, plain
from xl_jixiao.rules import RULES, Scorer
from xl_jixiao.words import BLANK, INVALID, NOT_APPLICABLE, NOT_COMPARABLE, OVER_BUDGET, UNCOMPUTABLE

CASES = Path(__file__).parents[1] / "rules"
_WORDS = (NOT_APPLICABLE, NOT_COMPARABLE, OVER_BUDGET, UNCOMPUTABLE, INVALID)
_HEAD = """# 计分规则

每种规则按参数自动写出“评分标准”一句和口径说明；下列各例的得分和说明由程序算出，与 [tests/rules](../tests/rules) 中手工核定的一致。
本文件由程序生成，不要手工修改。参数的写法见 [adding-a-county.md](adding-a-county.md)。
"""


def document() -> str:
    """The whole file."""
    return "\n".join([_HEAD, *(line for kind in sorted(RULES) for line in _kind(kind))])


def _kind(kind: str) -> Iterator[str]:
    summary = (sys.modules[RULES[kind].__module__].__doc__ or "").splitlines()[0]
    yield f"## {kind}\n\n{summary}\n"
    for group in tomllib.loads((CASES / f"{kind}.toml").read_text(encoding="utf-8"), parse_float=Decimal)["groups"]:
        scorer = Scorer(full=group["full"], rule=group["rule"], not_applicable=group.get("not_applicable", "none"))
        yield f"### {group['name']}\n"
        yield f"- 分值：{plain(scorer.full)}分"
        yield f"- 评分标准：{scorer.criterion()}"
        yield from (f"- 口径：{choice}" for choice in scorer.choices())
        yield "\n| 例 | 指标值 | 认定情况 | 得分 | 计分说明 |\n|---|---|---|---|---|"
        yield from (_case(scorer, case) for case in group["cases"])
        yield ""


def _case(scorer: Scorer, case: dict) -> str:
    rate, given = case.get("rate"), tuple(case.get("given", ()))
    points, why = scorer.evaluate(rate if rate in _WORDS else from_cell(rate), given)
    shown = BLANK if points is None else plain(points) if isinstance(points, Decimal) else points
    judged = "、".join("—" if value in (None, "") else str(value) for value in given)
    cells = (case["name"], "—" if rate is None else str(rate), judged or "—", shown, why or "—")
    return f"| {' | '.join(cell.replace('|', '｜').replace(chr(10), ' ') for cell in cells)} |"


if __name__ == "__main__":
    print(document(), end="")
