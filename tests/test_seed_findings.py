"""The 44 failed recomputations of the published cases: each appears in a worked example, or is said to be a matter of reading."""

import json
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from xl_jixiao.jobs import open_job
from xl_jixiao.tables import catalogue

CASES = json.loads((Path(__file__).parent / "data" / "cases_seed.json").read_text(encoding="utf-8"))["cases"]
FAILED = [(case["id"], check) for case in CASES for check in case["checks"] if not check["ok"]]
WORKED = "算式"

# case, words of the check -> example, finding code or 算式, words of it
SHOWN = {
    ("baojing-2019", "年末结转=年初结转+收入-支出"): ("baojing-2019-dept", "JX302", "相差-0.01"),
    ("baojing-2019", "公用经费控制率"): ("baojing-2019-dept", "JX303", "公布161.65%，复算165.65%"),
    ("baojing-2019", "三公经费控制率"): ("baojing-2019-dept", "JX304", "公布17.05%，复算17.06%"),
    ("baojing-2019", "前文称控制率等于100%"): ("baojing-2019-report", "JX303", "“在职人员控制率”公布100%"),
    ("baojing-2019", "编制数：概述10+29+4=43"): ("baojing-2019-report", "JX301", "三定编制合计=43，编办核定编制=71，相差-28"),
    ("baojing-2019", "若在职72/编制71=101.41%"): ("baojing-2019-report", WORKED, "72÷71×100%=101.41%"),
    ("baojing-2019", "“支出总额控制在预算总额以内”"): ("baojing-2019-report", WORKED, "(1568.08-1521.39)÷1521.39×100%=3.07%"),
    ("baojing-2019", "“公用经费支出比年初预算略有增加”"): ("baojing-2019-report", WORKED, "(234.56-141.6)÷141.6×100%=65.65%"),
    ("baojing-2019", "预算完成率96.14%<100%"): ("baojing-2019-dept", WORKED, "÷(84.39+1521.39+9.16)×100%=96.14%"),
    ("baojing-2019", "预算控制率0.6%计满分5分"): ("baojing-2019-dept", "JX401", "“预算控制率”自评5分，按评分标准复算4分"),
    ("yanling-2020", "权责清单发布率"): ("yanling-2020-report", "JX303", "公布89.62%，复算98.49%"),
    ("yanling-2020", "公共服务填报率"): ("yanling-2020-report", "JX303", "公布99.86%，复算99.48%"),
    ("yanling-2020", "公共服务发布率"): ("yanling-2020-report", "JX303", "公布99.12%，复算99.31%"),
    ("yanling-2020", "效益指标标30分，4×10=40"): ("yanling-2020-selfeval", "JX501", "“效益指标”分值合计40，表式标注30"),
    ("yanling-2020", "满意度标10分，分值9"): ("yanling-2020-selfeval", "JX501", "“满意度指标”分值合计9，表式标注10"),
    ("yanling-2020", "分值合计109≠总分100"): ("yanling-2020-selfeval", "JX502", "分值合计109"),
    ("yanling-2020", "同一项目两张表：自评表99分"): ("yanling-2020-selfeval", "JX519", "公布总分99，各行合计109"),
    ("yanling-2020", "文题“预算支出绩效报告”未填年度总体目标"): ("yanling-2020-selfeval", "JX521", "预期目标、实际完成情况未填"),
    ("hongjiang-2020", "一般公共服务占比"): ("hongjiang-2020-accounts", "JX304", "公布95.71%，复算95.70%"),
    ("hongjiang-2020", "行政运行完成年初预算"): ("hongjiang-2020-accounts", "JX304", "公布117.56%，复算117.57%"),
    ("hongjiang-2020", "人员经费=工资福利+个人家庭"): ("hongjiang-2020-accounts", "JX304", "公布875.14，复算875.13"),
    ("hongjiang-2020", "公用经费=商品服务+资本性"): ("hongjiang-2020-accounts", "JX304", "公布365.57，复算365.58"),
    ("hongjiang-2020", "决算说明20.47/12.96 与自评报告表20.48/12.97"): ("hongjiang-2020-report", "JX302", "本级三公经费合计=20.48"),
    ("hongjiang-2020", "预算完成率122.84%"): ("hongjiang-2020-dept", "JX401", "“预算完成率”自评3分"),
    ("hongjiang-2020", "无项目支出，重点支出安排率无意义"): ("hongjiang-2020-dept", "JX401", "“重点支出安排率”自评4分"),
    ("hongjiang-2020", "无项目支出，支付进度率计5分满分"): ("hongjiang-2020-dept", "JX401", "“支付进度率”自评5分"),
    ("hongjiang-2020", "政府采购：实际12.37，无预算数"): ("hongjiang-2020-dept", "JX401", "“政府采购执行率”自评3分"),
    ("hongjiang-2020", "满意度计5分，无实测值"): ("hongjiang-2020-dept", "JX401", "满意度”自评5分"),
    ("hongjiang-2020", "机关运行经费365.57把资本性支出1.76计入"): ("hongjiang-2020-accounts", WORKED, "=365.57-363.82=1.75"),
    ("hongjiang-2020", "预期目标与实际完成逐字相同"): ("hongjiang-2020-report", "JX403", "逐字相同"),
}

# Matters of reading: wording, another unit's text, repealed documents, blank signatures. No figure of a form shows them.
READ = (
    ("xiangxi-2019", "评价结论写“对学院2019年3项工作经费”"),
    ("xiangxi-2019", "等级选项为“优/良/合格/不合格”"),
    ("xiangxi-2019", "项目为工作经费，绩效指标无数量/时效指标"),
    ("xiangxi-2019", "评价组组长、负责人签字盖章及日期栏空白"),
    ("baojing-2019", "预算完成率所用年末结转62.29、上年结转84.39为全口径"),
    ("baojing-2019", "2020-07-08仍引用已被财预〔2020〕10号废止"),
    ("baojing-2019", "“（一）过程”强化管理与“产出及效率”①②③段逐字重复"),
    ("yanling-2020", "满意度年度指标值99%，正文12345满意率98.8%"),
    ("yanling-2020", "效益三级指标“按照项目预算进度"),
    ("yanling-2020", "9月起“公章刻印、邮政送达统一买单”等产出未进指标"),
    ("hongjiang-2020", "会议费0万元，但基本支出说明列支“会议费”"),
    ("hongjiang-2020", "名词解释第九条出现“人大事务/人大常委会办公厅”"),
    ("hongjiang-2020", "机构：正文5个二级事业单位"),
    ("hongjiang-2020", "附件4基础数据表、附件5项目评分表空白"),
)


@lru_cache(maxsize=32)
def shown_by(example):
    """What an example shows: its findings and its worked lines."""
    job = open_job(example)
    result = job.evaluate(job.answers(catalogue.examples()[example]))
    return [(one.code, one.message) for one in result.findings] + [(WORKED, row[-1]) for row in result.rows()]


@pytest.mark.parametrize(("case", "check"), list(SHOWN), ids=[f"{case} {check}" for case, check in SHOWN])
def test_a_failed_recomputation_is_shown(case, check):
    example, code, words = SHOWN[case, check]
    assert [text for found, text in shown_by(example) if found == code and words in text]


def test_nothing_is_dropped():
    keys = [*SHOWN, *READ]
    for case, check in FAILED:
        matched = [key for key in keys if key[0] == case and check["desc"].startswith(key[1])]
        assert len(matched) == 1, check["desc"]
    assert len(keys) == len(FAILED) == 44
    assert (len(SHOWN), len(READ)) == (30, 14)


def test_every_sum_and_percentage_is_shown():
    kinds = Counter(check["kind"] for case, check in FAILED for key in SHOWN if key[0] == case and check["desc"].startswith(key[1]))
    assert kinds == {"percent": 7, "sum": 3, "logic": 20}
    assert all(check["kind"] == "logic" for case, check in FAILED for key in READ if key[0] == case and check["desc"].startswith(key[1]))
