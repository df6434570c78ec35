"""Findings: for every code a filing that shows it and nothing else."""

import ast
import datetime
import inspect
import re
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest

import xl_jixiao
from xl_jixiao.finding import REGISTER, Level, Place
from xl_jixiao.jobs import open_job
from xl_jixiao.number import plain
from xl_jixiao.scoretable import table as rubric
from xl_jixiao.scoretable.compile import plan_of, score
from xl_jixiao.scoretable.findings import CHECKS, check_filing
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables import catalogue
from xl_jixiao.tables.answers import Adjustment, Answers

TABLE = rubric.load("hongjiang-2020-dept")
PLAN = plan_of(TABLE)
EXAMPLE = answer_files.load(catalogue.examples()["hongjiang-2020-dept"], TABLE.asked)
PACKAGE = Path(xl_jixiao.__file__).parent

# The 洪江 filing, had it had projects, a procurement budget and a survey: nothing to find.
SOUND = {
    **EXAMPLE.values,
    "项目个数": Decimal(3),
    "重点项目支出": Decimal(90),
    "项目总支出": Decimal(100),
    "政府采购预算数": Decimal("12.37"),
    "满意问卷数": Decimal(92),
    "有效问卷数": Decimal(100),
}
FULL = {
    "实际完成率_2": 6,
    "质量达标率_2": 6,
    "完成及时率_2": 8,
    "履职效益_2": 15,
    "预算管理制度健全性_3": "符合",
    "资产管理制度健全性_3": "符合",
    "预算完成数": Decimal("1010.01"),
    "预算调整数": 0,
    "本年支出合计": None,
    "调整后预算数": None,
}


def findings(values=None, adjustments=None, claimed=None, scores=None, typed=None, meant=None, file="某局.xlsx"):
    kept = {key: value for key, value in {**SOUND, **(values or {})}.items() if value is not None}
    given = Answers(
        TABLE.id,
        MappingProxyType(kept),
        MappingProxyType(adjustments or {}),
        claimed=MappingProxyType(claimed or {}),
        scores=MappingProxyType(scores or {}),
        typed=MappingProxyType(typed or {}),
        meant=MappingProxyType(meant or {}),
    )
    return check_filing(score(TABLE, given), given, file)


def adjusted(points, reason="上级文件要求提前拨付", code="绩效目标合理性"):
    numeric = points is not None and re.fullmatch(r"-?[\d.]+", points, re.ASCII)
    return {"adjustments": {code: Adjustment(Decimal(points) if numeric else points, reason)}}


SOUND_TOTAL = plain(score(TABLE, Answers(TABLE.id, SOUND)).total)
SOUND_GRADE = score(TABLE, Answers(TABLE.id, SOUND)).grade


# code, sentence, what is changed, (level, sheet!cell, part of the message, reported, expected)
BROKEN = [
    (
        "JX101",
        "必填的数没有填",
        {"values": {"编制数": None}},
        (Level.MUST_FIX, PLAN.ref("编制数"), "“编制数”未填；没有这个数的填“无”，为零的填0", "", ""),
    ),
    (
        "JX102",
        "要认定的没有认定",
        {"values": {"绩效目标合理性_2": None}},
        (Level.MUST_FIX, PLAN.ref("绩效目标合理性_2"), "“绩效目标合理性”的“符合部门‘三定’方案确定的职责的”未认定", "", ""),
    ),
    ("JX103", "人数有小数", {"values": {"编制数": Decimal("86.5")}}, (Level.MUST_FIX, PLAN.ref("编制数"), "“编制数”应为整数", "86.5", "")),
    (
        "JX103",
        "金额是负数",
        {"values": {"所有固定资产总额": Decimal(-1)}},
        (Level.MUST_FIX, PLAN.ref("所有固定资产总额"), "“所有固定资产总额”不能为负数", "-1", ""),
    ),
    (
        "JX103",
        "金额写成文字",
        {"values": {"所有固定资产总额": "不详"}},
        (Level.MUST_FIX, PLAN.ref("所有固定资产总额"), "“所有固定资产总额”：“不详”不是数字", "不详", ""),
    ),
    (
        "JX103",
        "数大得不合理，单元格也不让填",
        {"values": {"所有固定资产总额": Decimal(10**12 + 1)}},
        (Level.MUST_FIX, PLAN.ref("所有固定资产总额"), "“所有固定资产总额”不能超过1,000,000,000,000", "1000000000001", ""),
    ),
    (
        "JX103",
        "单元格是错误值",
        {"values": {"编制数": "#DIV/0!"}},
        (Level.MUST_FIX, PLAN.ref("编制数"), "“编制数”单元格是错误值 #DIV/0!", "#DIV/0!", ""),
    ),
    (
        "JX103",
        "文字的单元格是错误值",
        {"values": {"单位名称": "#REF!"}},
        (Level.MUST_FIX, PLAN.ref("单位名称"), "“单位名称”单元格是错误值 #REF!", "#REF!", ""),
    ),
    (
        "JX103",
        "日期填成了文字",
        {"values": {"填报日期": "2021年7月20日"}},
        (Level.MUST_FIX, PLAN.ref("填报日期"), "“填报日期”：“2021年7月20日”是文字，请按日期重新输入", "2021年7月20日", ""),
    ),
    (
        "JX103",
        "不是日期的文字",
        {"values": {"填报日期": "七月"}},
        (Level.MUST_FIX, PLAN.ref("填报日期"), "“填报日期”应为2000年至2099年的日期，如2021-7-20", "七月", ""),
    ),
    (
        "JX104",
        "认定的单元格是错误值",
        {"values": {"绩效目标合理性_1": "#N/A"}},
        (
            Level.MUST_FIX,
            PLAN.ref("绩效目标合理性_1"),
            "“绩效目标合理性”的“符合国家法律法规、国民经济和社会发展总体规划的”单元格是错误值 #N/A",
            "#N/A",
            "",
        ),
    ),
    (
        "JX106",
        "数填成了文字",
        {"typed": {"编制数": "８６"}},
        (Level.EXPLAIN, PLAN.ref("编制数"), "“编制数”是文字“８６”，按86计算；请在单元格里重新输入数字", "８６", "86"),
    ),
    (
        "JX106",
        "认定的数填成了文字",
        {"typed": {"实际完成率_2": " 6"}},
        (Level.EXPLAIN, PLAN.ref("实际完成率_2"), "“实际完成率”的“", " 6", "6"),
    ),
    (
        "JX106",
        "调整填成了文字",
        {**adjusted("3"), "typed": {"调整_绩效目标合理性": "3"}},
        (Level.EXPLAIN, PLAN.ref("调整_绩效目标合理性"), "“绩效目标合理性”调整得分是文字“3”，按3计算", "3", "3"),
    ),
    (
        "JX106",
        "选填的数只填了横线",
        {"values": {"本年收入合计": None}, "typed": {"本年收入合计": "—"}},
        (Level.EXPLAIN, PLAN.ref("本年收入合计"), "“本年收入合计”是文字“—”，按空白处理；请清空单元格，或重新输入数字", "—", ""),
    ),
    (
        "JX106",
        "无的前后有空格",
        {"values": {"本年收入合计": "无"}, "typed": {"本年收入合计": " 无"}},
        (Level.EXPLAIN, PLAN.ref("本年收入合计"), "“本年收入合计”是文字“ 无”，按“无”处理；请在单元格里重新输入“无”", " 无", "无"),
    ),
    (
        "JX107",
        "分项计了分，没有写内容",
        {"values": {"实际完成率_1": "发文", "实际完成率_2": Decimal(2), "实际完成率_3": None, "实际完成率_4": Decimal(3)}},
        (Level.EXPLAIN, PLAN.ref("实际完成率_3"), "“实际完成率”第2行计了3分，没有写指标内容", "3", ""),
    ),
    (
        "JX140",
        "两行各得6分，指标只有6分",
        {"values": {"实际完成率_1": "发文", "实际完成率_2": Decimal(6), "实际完成率_3": "培训", "实际完成率_4": Decimal(6)}},
        (Level.EXPLAIN, PLAN.ref("实际完成率_2"), "“实际完成率”各行得分6+6=12，超过分值6，按6分计", "12", "6"),
    ),
    (
        "JX104",
        "认定写成选项以外的话",
        {"values": {"绩效目标合理性_1": "是"}},
        (Level.MUST_FIX, PLAN.ref("绩效目标合理性_1"), "“是”不在可选范围：符合、不符合", "是", ""),
    ),
    (
        "JX104",
        "例数有小数",
        {"values": {"基础信息完善性_1": Decimal("1.5")}},
        (Level.MUST_FIX, PLAN.ref("基础信息完善性_1"), "应为整数", "1.5", ""),
    ),
    (
        "JX104",
        "分项得分超过分值",
        {"values": {"实际完成率_2": Decimal(7)}},
        (Level.MUST_FIX, PLAN.ref("实际完成率_2"), "不能超过6", "7", ""),
    ),
    (
        "JX108",
        "数据文件里的数带着单位",
        {"meant": {"编制数": "86人"}},
        (Level.NOTE, PLAN.ref("编制数"), "“编制数”写的是“86人”，按“86”读", "86人", "86"),
    ),
    (
        "JX109",
        "一个金额填成了元",
        {"values": {"所有固定资产总额": Decimal(13009600)}},
        (Level.EXPLAIN, PLAN.ref("所有固定资产总额"), "是同一部分其他数的1000倍以上，是否填成了元？填对了的，在备注写明", "13009600", ""),
    ),
    (
        "JX109",
        "小单位的一个金额填成了元，与去年比大了一万倍",
        {"values": {"上年度三公经费总额": Decimal(150000)}},
        (Level.EXPLAIN, PLAN.ref("上年度三公经费总额"), "是“本年度三公经费总额”的100倍以上，是否填成了元？", "150000", ""),
    ),
    (
        "JX109",
        "比率超过300%，问在它的分子那一行",
        {"values": {"实际政府采购金额": Decimal(50)}},
        (Level.EXPLAIN, PLAN.ref("实际政府采购金额"), "“政府采购执行率”超过300%，请核对", "50", ""),
    ),
    (
        "JX109",
        "填成了元，除以一万正好与别的数相符，不再另说合计不符",
        {"values": {"公务接待费": Decimal(129600)}},
        (Level.EXPLAIN, PLAN.ref("公务接待费"), "除以10000后“三公经费构成”正好相符，是否填成了元？", "129600", ""),
    ),
    (
        "JX109",
        "结转比全年的收支还多许多",
        {"values": {"结转结余总额": Decimal(36600)}},
        (Level.EXPLAIN, PLAN.ref("结转结余总额"), "是“年初预算数”等的10倍以上，是否填成了元？", "36600", ""),
    ),
    (
        "JX109",
        "填报日期在这一年度以前",
        {"values": {"填报日期": datetime.date(2012, 7, 20)}},
        (Level.EXPLAIN, PLAN.ref("填报日期"), "“填报日期”填的是2012-07-20，早于2020年，请核对年份", "2012-07-20", ""),
    ),
    (
        "JX110",
        "比率超过300%，说明等于没写",
        {"values": {"实际政府采购金额": Decimal(50)}, **adjusted(None, "同上", "政府采购执行率")},
        (Level.EXPLAIN, PLAN.ref("政府采购执行率"), "超过300%，请核对", "404.20%", ""),
    ),
    (
        "JX625",
        "文字里留着没有填的字样",
        {"values": {"预算编码": "XX"}},
        (Level.MUST_FIX, PLAN.ref("预算编码"), "“预算编码”里留着没有填的“XX”", "XX", ""),
    ),
    (
        "JX201",
        "调整了得分，没有理由",
        adjusted("2", ""),
        (Level.MUST_FIX, PLAN.ref("理由_绩效目标合理性"), "“绩效目标合理性”调整为2分，未写理由", "2", "3"),
    ),
    (
        "JX202",
        "调整超过分值",
        adjusted("3.5"),
        (Level.MUST_FIX, PLAN.ref("调整_绩效目标合理性"), "调整为3.5分，应在0到3分之间，最多两位小数", "3.5", "3"),
    ),
    ("JX202", "调整成负分", adjusted("-1"), (Level.MUST_FIX, PLAN.ref("调整_绩效目标合理性"), "调整为-1分", "-1", "3")),
    (
        "JX202",
        "调整填成了文字",
        adjusted("４分"),
        (Level.MUST_FIX, PLAN.ref("调整_绩效目标合理性"), "“绩效目标合理性”调整得分“４分”不是数字", "４分", "3"),
    ),
    (
        "JX202",
        "调整的单元格是错误值",
        adjusted("#REF!"),
        (Level.MUST_FIX, PLAN.ref("调整_绩效目标合理性"), "“绩效目标合理性”调整得分单元格是错误值 #REF!", "#REF!", "3"),
    ),
    ("JX202", "调整到三位小数", adjusted("2.555"), (Level.MUST_FIX, PLAN.ref("调整_绩效目标合理性"), "最多两位小数", "2.555", "3")),
    (
        "JX203",
        "没有编制，不适用，没有说明",
        {"values": {"编制数": Decimal(0)}},
        (Level.EXPLAIN, PLAN.ref("理由_在职人员控制率"), "“在职人员控制率”不适用，应在“情况说明”写明原因", "不适用", ""),
    ),
    (
        "JX203",
        "没有项目，不适用；不再要求认定例数",
        {"values": {"项目个数": Decimal(0), "支付进度率_1": None}},
        (Level.EXPLAIN, PLAN.ref("理由_支付进度率"), "“支付进度率”不适用", "不适用", ""),
    ),
    (
        "JX203",
        "上年为零，不可比",
        {"values": {"上年度三公经费总额": Decimal(0)}},
        (Level.EXPLAIN, PLAN.ref("理由_三公经费变动率"), "不可比，应在", "不可比", ""),
    ),
    (
        "JX301",
        "收支不平衡",
        {"values": {"上年结转": Decimal("0.02")}},
        (
            Level.MUST_FIX,
            PLAN.ref("上年结转"),
            "收支平衡：上年结转+本年收入合计=1240.73，本年支出合计+结转结余总额=1240.71，相差0.02",
            "1240.73",
            "1240.71",
        ),
    ),
    (
        "JX302",
        "相差0.01，属舍入",
        {"values": {"上年结转": Decimal("0.01")}},
        (Level.NOTE, PLAN.ref("上年结转"), "相差0.01，属舍入", "1240.72", "1240.71"),
    ),
    (
        "JX302",
        "少0.01，也属舍入",
        {"values": {"本年收入合计": Decimal("1240.70")}},
        (Level.NOTE, PLAN.ref("上年结转"), "相差-0.01，属舍入", "1240.7", "1240.71"),
    ),
    (
        "JX303",
        "公布的比率不是自己的数算出来的",
        {"claimed": {"在职人员控制率": "76.57%"}},
        (
            Level.MUST_FIX,
            PLAN.ref("公布_在职人员控制率"),
            "“在职人员控制率”公布76.57%，复算76.74%，不一致：在职人员控制率=66÷86×100%=76.74%",
            "76.57%",
            "76.74%",
        ),
    ),
    (
        "JX303",
        "公布的比率不是数字",
        {"claimed": {"在职人员控制率": "达标"}},
        (Level.MUST_FIX, PLAN.ref("公布_在职人员控制率"), "“在职人员控制率”公布达标，复算76.74%，不一致", "达标", "76.74%"),
    ),
    (
        "JX304",
        "公布的比率末位没有四舍五入",
        {"claimed": {"在职人员控制率": "76.73%"}},
        (Level.NOTE, PLAN.ref("公布_在职人员控制率"), "公布76.73%，复算76.74%，末位之差，属舍入", "76.73%", "76.74%"),
    ),
    (
        "JX303",
        "只印一位小数的，按一位比：不是舍入，也不是截尾",
        {"claimed": {"在职人员控制率": "76.8 %"}},
        (Level.MUST_FIX, PLAN.ref("公布_在职人员控制率"), "复算76.7%，不一致", "76.8 %", "76.7%"),
    ),
    (
        "JX303",
        "公布的总分不是复算的",
        {"claimed": {"总分": "99.5"}},
        (Level.MUST_FIX, PLAN.ref("公布_总分"), "“总分”公布99.5，各项得分合计", "99.5", SOUND_TOTAL),
    ),
    (
        "JX303",
        "公布的等次与总分不符",
        {"claimed": {"等次": "不合格"}},
        (Level.MUST_FIX, PLAN.ref("公布_等次"), "“等次”公布不合格，总分", "不合格", SOUND_GRADE),
    ),
    (
        "JX305",
        "算不出的比率公布了数，写明了原因也要问依据",
        {
            "values": {"编制数": Decimal(0)},
            "claimed": {"在职人员控制率": "50%"},
            **adjusted(None, "机构改革，编制未核定", "在职人员控制率"),
        },
        (Level.EXPLAIN, PLAN.ref("公布_在职人员控制率"), "“在职人员控制率”不适用，却公布了50%", "50%", "不适用"),
    ),
    (
        "JX308",
        "满意的问卷比有效的多",
        {"values": {"满意问卷数": Decimal(200)}},
        (
            Level.MUST_FIX,
            PLAN.ref("满意问卷数"),
            "“社会公众或服务对象满意度”超过100%，部分不能大于全部：社会公众或服务对象满意度=200÷100×100%=200.00%",
            "200.00%",
            "",
        ),
    ),
    ("JX204", "调整的理由等于没写", adjusted("3", "同上"), (Level.EXPLAIN, PLAN.ref("理由_绩效目标合理性"), "同上", "同上", "")),
    (
        "JX401",
        "自评得分和复算的不同，写了理由",
        adjusted("2"),
        (Level.EXPLAIN, PLAN.ref("调整_绩效目标合理性"), "“绩效目标合理性”自评2分，按评分标准复算3分：上级文件要求提前拨付", "2", "3"),
    ),
    (
        "JX401",
        "公布的得分和复算的不同",
        {"scores": {"绩效目标合理性": Decimal(2), "在职人员控制率": Decimal(2)}},
        (Level.EXPLAIN, PLAN.ref("公布得分_绩效目标合理性"), "“绩效目标合理性”公布得分2，按评分标准复算3分", "2", "3"),
    ),
    (
        "JX401",
        "公布的总分和复算的不同",
        {"scores": {"总分": Decimal(99)}},
        (Level.EXPLAIN, PLAN.ref("公布_总分"), "公布总分99，复算", "99", SOUND_TOTAL),
    ),
    ("JX402", "全部满分", {"values": FULL}, (Level.NOTE, None, "全部指标自评满分", "100", "")),
]


def test_the_sound_filing_has_no_findings():
    assert findings() == ()


@pytest.mark.parametrize(("code", "name", "change", "expected"), BROKEN, ids=[f"{code} {name}" for code, name, *_ in BROKEN])
def test_one_broken_filing_shows_its_code_and_nothing_else(code, name, change, expected):
    level, ref, message, reported, wanted = expected
    (finding,) = findings(**change)
    assert (finding.code, finding.level, finding.reported, finding.expected) == (code, level, reported, wanted)
    assert message in finding.message
    place = Place("某局.xlsx", ref.sheet, ref.local) if ref else Place("某局.xlsx", "评分底稿", "")
    assert finding.place == place
    assert str(finding) == f"{code} {finding.name} {level}：{place}：{finding.message}"
    assert str(place).startswith("某局.xlsx ▸ ")


QUIET = {
    "调整与复算相同，不算不同": adjusted("3"),
    "只写说明没有调整": adjusted(None),
    "写明原因的不适用": {"values": {"编制数": Decimal(0)}, **adjusted(None, "机构改革，编制未核定", "在职人员控制率")},
    "公布数与复算一致": {"claimed": {"在职人员控制率": "76.74%", "三公经费变动率": "-13.2%", "预算完成率": "123%"}},
    "算不出的比率公布的就是不适用": {
        "values": {"编制数": Decimal(0)},
        "claimed": {"在职人员控制率": "不适用"},
        **adjusted(None, "机构改革，编制未核定", "在职人员控制率"),
    },
    "算不出的比率公布的是一横": {
        "values": {"编制数": Decimal(0)},
        "claimed": {"在职人员控制率": "—"},
        **adjusted(None, "机构改革，编制未核定", "在职人员控制率"),
    },
    "部分等于全部": {"values": {"重点项目支出": Decimal(100)}},
    "选填的数空着": {"values": {"本年收入合计": None, "单位名称": None}},
    "核对数填无，不核对": {"values": {"本年收入合计": "无"}},
    "得零分的行没有写内容": {"values": {"实际完成率_4": Decimal(0)}},
    "用不到的行空着": {"values": {"实际完成率_3": None, "实际完成率_4": None}},
}


@pytest.mark.parametrize("name", QUIET)
def test_nothing_to_find(name):
    assert findings(**QUIET[name]) == ()


def test_a_blank_text_is_not_told_to_write_a_zero():
    """The advice 没有的填“无”，为零的填0 is for numbers."""
    job = open_job("hongjiang-2020-report")
    said = {one.message for one in job.evaluate(job.blank()).findings if one.code == "JX101"}
    assert "“单位名称”未填" in said and any("“人员编制”未填；" in one for one in said)


def test_a_blank_is_reported_once_and_not_again_as_a_word():
    assert [finding.code for finding in findings({"编制数": None, "所有固定资产总额": None})] == ["JX101", "JX101"]


def test_an_adjustment_settles_a_blank_item():
    codes = [finding.code for finding in findings({"绩效目标合理性_2": None}, **adjusted("2"))]
    assert codes == ["JX401"]
    assert findings({"绩效目标合理性_2": None}, **adjusted("2"))[0].expected == "未得出"


def test_points_of_an_adjusted_line_without_content_are_found_too():
    """The adjustment settles the blank, so that JX102 doesn't say it."""
    codes = [one.code for one in findings({"实际完成率_1": None}, **adjusted("5", code="实际完成率"))]
    assert codes == ["JX107", "JX401"]


def test_an_adjustment_in_words_says_no_internal_number_and_keeps_the_total_open():
    found = findings(**adjusted("四分", ""))
    assert [one.code for one in found] == ["JX201", "JX202"] and not any("-1" in str(one) for one in found)
    given = Answers(TABLE.id, SOUND, adjusted("四分")["adjustments"])
    assert score(TABLE, given).total is None and score(TABLE, given).computed_total is not None


def test_the_published_filing():
    given = check_filing(score(TABLE, EXAMPLE), EXAMPLE)
    assert {finding.code for finding in given} == {"JX401"}
    assert [finding.reported for finding in given] == ["4", "3", "5", "3", "5", "5"]
    assert not any(finding.level is Level.MUST_FIX for finding in given)


def test_as_json_has_stable_keys():
    (finding,) = findings({"编制数": None})
    assert finding.as_json() == {
        "code": "JX101",
        "name": "blank-input",
        "level": "必改",
        "place": f"某局.xlsx ▸ 基础数据!{PLAN.ref('编制数').local}",
        "message": "“编制数”未填；没有这个数的填“无”，为零的填0",
        "reported": "",
        "expected": "",
    }


# ---- conventions


def _documented():
    found = {}
    for check in CHECKS:
        code, _, sentence = (inspect.getdoc(check) or "").partition(": ")
        found[check.__name__] = (code, sentence)
    return found


def test_every_check_is_documented_by_its_code():
    for name, (code, sentence) in _documented().items():
        assert re.fullmatch(r"JX\d{3}", code), name
        assert sentence.endswith(".") and len(sentence) > 15, name


def test_every_code_has_its_check_and_its_broken_filing():
    codes = [code for code, _ in _documented().values()]
    assert len(set(codes)) == len(codes)
    of_rows = {
        "JX186",
        "JX508",
        "JX546",
        "JX548",
        "JX550",
        "JX564",
    }  # rows that the unit writes: test_kinds_county; judged values: test_slips
    assert {code for code, *_ in BROKEN} | of_rows == set(codes) == _codes_in(PACKAGE / "scoretable")


def _codes_in(folder):
    """Every code that stands as a constant of its own: what a finding is made with."""
    constants = {
        node.value
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    return {one for one in constants if isinstance(one, str) and re.fullmatch(r"JX\d{3}", one)}


def test_every_code_of_the_package_is_declared():
    assert _codes_in(PACKAGE) == set(REGISTER)
