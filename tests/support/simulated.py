"""Simulated returns of a county: sound ones of many sizes with reasons of their own, and planted bad ones of every kind a review is to catch."""

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from support.scoretable import ref, write
from support.tamper import Tampered
from xl_jixiao.scoretable import table as rubrics
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.answers import Adjustment, Answers
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.words import TOTAL, UNIT

CASE = "hongjiang-2020-dept"
BAD = ("总分改大", "公式改成数", "照抄理由", "理由空话", "全部满分", "数对不上", "文字与表不符", "别的单位名称", "读不出", "多调高")


def returns(folder: Path, count: int, share: float, seed: int = 1) -> Iterator[tuple[Path, str]]:
    """So many returned workbooks, each with what is bad about it; empty for a sound one."""
    table = rubrics.load(CASE)
    example = answer_files.load(examples()[CASE], table.asked)
    chance = random.Random(seed)
    bad = set(chance.sample(range(count), round(count * share)))
    for at in range(count):
        kind = chance.choice(BAD) if at in bad else ""
        answers = _spoilt(_sound(example, at, chance), kind, at)
        path = folder / f"{at:04}.xlsx"
        if kind == "读不出":
            path.write_bytes(b"PK\3\4")
        else:
            write(table, answers, Edition.NATIVE, path)
        if kind in ("总分改大", "公式改成数"):
            tampered = Tampered(path)
            place = ref(table, TOTAL)
            tampered.put(place.sheet, place.local, 98.5, keep_formula=kind == "总分改大")
            tampered.write(path)
        yield path, kind


def _sound(example: Answers, at: int, chance: random.Random) -> Answers:
    """Another unit's answers: every amount as many times as large, so that what adds up still does; reasons with facts of their own."""
    times = chance.randint(1, 60)
    amounts = {item.key for item in rubrics.load(CASE).inputs if item.kind == "amount"}
    values = {key: value * times if isinstance(value, Decimal) and key in amounts else value for key, value in example.values.items()}
    values |= {UNIT: f"洪江市第{at}局", "在职人员数": Decimal(20 + at % 40), "编制数": Decimal(60 + at % 30)}
    values = {key: f"第{at}局：{value}" if isinstance(value, str) and len(value) > 12 else value for key, value in values.items()}
    adjustments = {
        code: Adjustment(
            one.points, f"第{at}局按洪财发〔2020〕{at}号文件确认，该项工作于{1 + at % 12}月完成，附证明材料{1 + chance.randint(1, 9)}份"
        )
        for code, one in example.adjustments.items()
    }
    return replace(example, values=MappingProxyType(values), adjustments=MappingProxyType(adjustments))


def _spoilt(answers: Answers, kind: str, at: int) -> Answers:
    values, adjustments = dict(answers.values), dict(answers.adjustments)
    own = Decimal(3)
    if kind == "照抄理由":
        adjustments["预算完成率"] = Adjustment(own, "年中追加了工资和绩效奖金，追加部分没有编入年初预算，执行数因此大于年初预算数")
    elif kind == "理由空话":
        adjustments |= {"预算完成率": Adjustment(own, "情况属实"), "政府采购执行率": Adjustment(own, "同上")}
    elif kind == "全部满分":
        table = rubrics.load(CASE)
        adjustments |= {one.code: Adjustment(one.weight, f"第{at}局自评该项满分，符合评分标准第{at}条") for one in table.indicators}
    elif kind == "数对不上":
        values["基本支出"] = values["基本支出"] + 7
    elif kind == "文字与表不符":
        adjustments["预算完成率"] = Adjustment(own, f"第{at}局年末在职人员{150 + at % 7}人，按人员经费增加数核定，附花名册{at}页")
    elif kind == "别的单位名称":
        adjustments["预算完成率"] = Adjustment(own, f"经核实洪江市第{at - 1 if at else 1}局机关本年度追加人员经费，依据文件{at}号")
    elif kind == "多调高":
        adjustments |= {
            code: Adjustment(Decimal(3), f"第{at}局已完成")
            for code in ("重点支出安排率", "预算完成率", "政府采购执行率", "社会公众或服务对象满意度")
        }
    return replace(answers, values=MappingProxyType(values), adjustments=MappingProxyType(adjustments))
