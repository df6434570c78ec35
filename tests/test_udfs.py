"""The worksheet functions as Excel calls them: through xlwings' CallUDF and converters, with arguments shaped as Excel shapes them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import jx_udfs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.depth import many
from support.fake_excel import FakeBook, FakeRange, Formula
from support.udf import call_udf
from support.winstub import MISSING
from support.wrappers import generate_wrappers, import_functions

from xl_jixiao.rules import Scorer
from xl_jixiao.scoretable import table as rubric
from xl_jixiao.tables.functions import FUNCTIONS
from xl_jixiao.tables.rates import CATALOGUE

cell = FakeRange.of
ERROR = "引用的单元格有错误"
TIERS = rubric.load("hongjiang-2020-dept")
RULE = {one.code: one.scorer.model_dump_json(exclude_defaults=True) for one in TIERS.indicators}
CONTROL, JUDGED, TEXTS = RULE["在职人员控制率"], RULE["绩效目标合理性"], RULE["实际完成率"]
GRADES = "90优秀;80良好;60合格;0不合格"


def call(function: str, *args):
    return call_udf("jx_udfs", function, *args)


RATE_CASES = (
    ("两个单元格", (cell(66), cell(86)), 0.7674),
    ("公式里直接写数", (66.0, 86.0), 0.7674),
    ("恰在四舍五入分界上，按十进制进位", (cell(0.00005), cell(1)), 0.0001),
    ("货币格式单元格", (cell(Decimal("84.39")), cell(Decimal("100"))), 0.8439),
    ("文本数字", (cell("66"), cell(" 86 ")), 0.7674),
    ("全角数字", (cell("６６"), cell("８６．０")), 0.7674),
    ("千分位文本", (cell("1,240.71"), cell("1010.01")), 1.2284),
    ("百分数文本", (cell("50%"), cell(1)), 0.5),
    ("公式单元格", (cell(Formula("=A1", 66)), cell(86)), 0.7674),
    ("公式得空文本，为空白", (cell(Formula('=""', "")), cell(86)), ""),
    ("空白单元格，结果空白而不是零", (cell(None), cell(86)), ""),
    ("只给一个参数，结果空白", (cell(66),), ""),
    ("中间的参数省略，结果空白", (MISSING, cell(86)), ""),
    ("横线不是数字", (cell("—"), cell(86)), "数据有误"),
    ("填“无”为不适用", (cell(66), cell("无")), "不适用"),
    ("分母为零", (cell(66), cell(0)), "不适用"),
    ("负数", (cell(-1), cell(86)), "数据有误"),
    ("文字", (cell("六十六"), cell(86)), "数据有误"),
    ("日期", (cell(dt.date(2021, 3, 1)), cell(86)), "数据有误"),
    ("逻辑值", (cell(True), cell(86)), "数据有误"),
    ("错误单元格，不当作空白", (cell("#DIV/0!"), cell(86)), ERROR),
    ("另一参数错误", (cell(66), cell("#N/A")), ERROR),
    ("新式错误值", (cell("#SPILL!"), cell(86)), ERROR),
    ("公式里的错误", (-2146826246, 86.0), ERROR),
    ("另一函数的失败文字", (cell("Could not load xlwings64-0.37.8.dll"), cell(86)), "数据有误"),
    ("多个单元格的区域", (cell([[1, 2]]), cell(86)), "请引用单个单元格"),
    ("整列", (FakeBook({"数": {"A1": 1}}).range("数!A:A"), cell(86)), "请引用单个单元格"),
    ("超大数", (cell(1e200), cell(86)), "数据有误"),
)


@pytest.mark.parametrize(("args", "shown"), [case[1:] for case in RATE_CASES], ids=[case[0] for case in RATE_CASES])
def test_a_rate_shows(args, shown):
    assert call("JX_CONTROL_RATE", *args) == shown


SCORE_CASES = (
    ("比率与规则", "JX_SCORE", (cell(CONTROL), cell(0.7674)), 2.0),
    ("未四舍五入的比率先按0.01%四舍五入", "JX_SCORE", (cell(CONTROL), 66 / 86), 2.0),
    ("空白比率，得分空白", "JX_SCORE", (cell(CONTROL), cell(None)), ""),
    ("不适用", "JX_SCORE", (cell(RULE["重点支出安排率"]), cell("不适用")), 0.0),
    ("认不得的用词", "JX_SCORE", (cell(CONTROL), cell("不知道")), "数据有误"),
    ("比率单元格是失败文字", "JX_SCORE", (cell(CONTROL), cell("Could not load xlwings64-0.37.8.dll")), "数据有误"),
    ("比率单元格有错误", "JX_SCORE", (cell(CONTROL), cell("#VALUE!")), ERROR),
    ("比率是日期", "JX_SCORE", (cell(CONTROL), cell(dt.date(2021, 1, 1))), "数据有误"),
    ("规则单元格空白", "JX_SCORE", (cell(None), cell(1)), "规则单元格无效"),
    ("规则单元格有错误", "JX_SCORE", (cell("#REF!"), cell(1)), ERROR),
    ("规则被改坏", "JX_SCORE", (cell('{"full": 2}'), cell(1)), "规则单元格无效"),
    ("认定项逐个引用", "JX_SCORE", (cell(JUDGED), "", cell("符合"), cell("不符合"), cell("符合")), 2.0),
    ("认定项用区域引用", "JX_SCORE", (cell(JUDGED), "", cell([["符合"], ["不符合"], ["符合"]])), 2.0),
    ("有一项未认定，得分空白", "JX_SCORE", (cell(JUDGED), "", cell([["符合"], [None], ["符合"]])), ""),
    ("认定不在可选范围", "JX_SCORE", (cell(JUDGED), "", cell("符合"), cell("好"), cell("符合")), "数据有误"),
    ("认定项少了", "JX_SCORE", (cell(JUDGED), "", cell("符合")), "应有3个认定情况"),
    ("认定项多了", "JX_SCORE", (cell(JUDGED), "", cell([["符合"] * 4])), "应有3个认定情况"),
    ("认定项是整列", "JX_SCORE", (cell(JUDGED), "", FakeBook({"表": {"A1": "符合"}}).range("表!A:A")), "应有3个认定情况"),
    ("认定项有错误", "JX_SCORE", (cell(JUDGED), "", cell([["符合"], ["#N/A"], ["符合"]])), ERROR),
    ("认定项省略一个，得分空白", "JX_SCORE", (cell(JUDGED), "", cell("符合"), MISSING, cell("符合")), ""),
    ("文字以#开头不是错误", "JX_SCORE", (cell(TEXTS), "", cell("#1楼改造"), cell(6), *[cell(None)] * 4), 6.0),
    ("说明", "JX_EXPLAIN", (cell(JUDGED), "", "", cell([["符合"], [None], ["符合"]])), ""),
    ("说明的用词", "JX_EXPLAIN", (cell(CONTROL), cell("不知道"), ""), "数据有误，请检查基础数据"),
    ("说明时认定项个数不符", "JX_EXPLAIN", (cell(JUDGED), "", ""), "应有3个认定情况"),
    ("本地比率", "JX_RATE", ("(收-支)/收", "不适用", cell(100), cell(25)), 0.75),
    ("本地比率分母为零", "JX_RATE", ("支/收", "预算为零", cell(0), cell(0)), 0.0),
    ("无预算而有支出", "JX_RATE", ("支/收", "预算为零", cell(1), cell(0)), "超预算"),
    ("分母为零的处理留空", "JX_RATE", ("支/收", cell(None), cell(1), cell(0)), "不适用"),
    ("分母为零的处理有错误，不当作留空", "JX_RATE", ("支/收", cell("#N/A"), cell(1), cell(0)), ERROR),
    ("分母为零的处理写错", "JX_RATE", ("支/收", "零", cell(1), cell(0)), "分母为零的处理填写有误"),
    ("数据项个数不符", "JX_RATE", ("支/收", "不适用", cell(1)), "应有2个数据项"),
    ("数据项是区域", "JX_RATE", ("支/收", "不适用", cell([[1], [2]]), cell(1)), "请引用单个单元格"),
    ("公式有误", "JX_RATE", ("支/", "不适用", cell(1)), "公式有误"),
    ("公式单元格有错误", "JX_RATE", (cell("#NAME?"), "不适用", cell(1)), ERROR),
    ("等次", "JX_GRADE", (cell(89.5), GRADES), "良好"),
    ("等次恰在分界上", "JX_GRADE", (cell(90), GRADES), "优秀"),
    ("全角的等次标准", "JX_GRADE", (cell(90), "９０分以上；６０合格"), "分以上"),
    ("总分未完成", "JX_GRADE", (cell("未完成"), GRADES), ""),
    ("总分空白", "JX_GRADE", (cell(None), GRADES), ""),
    ("总分有错误", "JX_GRADE", (cell("#VALUE!"), GRADES), ERROR),
    ("低于最低等次", "JX_GRADE", (cell(10), "90优秀;60合格"), "低于最低等次"),
    ("等次标准空白，不给等次", "JX_GRADE", (cell(90), cell(None)), "等次标准有误"),
    ("等次标准有错误", "JX_GRADE", (cell(90), cell("#REF!")), ERROR),
    ("等次标准没有分数", "JX_GRADE", (cell(90), "优秀;良好"), "等次标准有误"),
    ("等次标准顺序颠倒", "JX_GRADE", (cell(95), "60合格;90优秀"), "等次标准应从高到低"),
    ("完成率得分", "JX_COMPLETION_SCORE", (cell(10), cell("≥95%"), cell("90%")), 9.47),
    ("百分比单元格", "JX_COMPLETION_SCORE", (cell(10), cell("≥95%"), cell(0.9)), 9.47),
    ("方向省略", "JX_COMPLETION_SCORE", (cell(10), cell("20项"), cell("10项"), MISSING), 5.0),
    ("完成值空白", "JX_COMPLETION_SCORE", (cell(10), cell("20项"), cell(None)), ""),
    ("完成值有错误", "JX_COMPLETION_SCORE", (cell(10), cell("20项"), cell("#N/A")), ERROR),
    ("单位不一致", "JX_COMPLETION_SCORE", (cell(10), cell("20项"), cell("10个")), "单位不一致"),
    ("分值不是数字", "JX_COMPLETION_SCORE", (cell("十"), cell("20项"), cell("10项")), "数据有误"),
    ("分值为负", "JX_COMPLETION_SCORE", (cell(-1), cell("20项"), cell("10项")), "分值不能为负数"),
    ("方向写错", "JX_COMPLETION_SCORE", (cell(10), cell("20项"), cell("10项"), cell("向上")), "计分方向应为正向、反向、等于、定性"),
    ("区域", "JX_COMPLETION_SCORE", (cell(10), cell([["20项"], ["30项"]]), cell("10项")), "请引用单个单元格"),
)


@pytest.mark.parametrize(("function", "args", "shown"), [case[1:] for case in SCORE_CASES], ids=[case[0] for case in SCORE_CASES])
def test_a_function_shows(function, args, shown):
    assert call(function, *args) == shown


ODD = st.sampled_from(
    [
        *(None, "", " ", "无", "—", "#DIV/0!", "#SPILL!", "#N/A", True, False, 0, -1, 0.1, 1e-9, 1e15, 1e300),
        *("1e5", "１２％", "1,2,3", "≥", "%"),
        *(Decimal("0.0001"), Decimal("922337203685477.5807"), dt.date(1900, 1, 1), dt.datetime(2021, 6, 30, 12), "{}", CONTROL, GRADES),
        *(Formula('=""', ""), "甲/乙", "((", "=1", "ERR", "x" * 300, "95%以上", "完成", "\n"),
    ]
)
ODD_CELLS = st.one_of(ODD.map(cell), st.lists(ODD, min_size=1, max_size=3).map(lambda row: cell([row])))


@settings(max_examples=many(150, 2000), deadline=None)
@given(st.sampled_from(sorted(FUNCTIONS)), st.lists(ODD_CELLS, max_size=5))
def test_no_function_raises_and_none_gives_anything_but_a_number_or_a_short_text(function, args):
    infos = [info for info in getattr(jx_udfs, function).__xlfunc__["args"] if info["name"] != "caller" and not info["vba"]]
    fixed = [info for info in infos if not info["vararg"]]
    args = args if len(fixed) < len(infos) else args[: len(fixed)]
    args += [MISSING] * (len(fixed) - len(args))
    shown = call(function, *args)
    assert isinstance(shown, float) or (isinstance(shown, str) and len(shown) < 400 and "Error" not in shown)
    assert shown == shown and shown not in (float("inf"), float("-inf"))


# ---- calls without arguments


NAMES = {
    "在职人员数": "基础数据!$B$1",
    "编制数": "基础数据!$B$2",
    "参数_BUDGET_CONTROL_RATE": "函数!$A$1",
    "甲": "基础数据!$B$3",
    "乙": "基础数据!$B$4",
}
DATA = {"B1": 48, "B2": 50, "B3": 1, "B4": 8}


def bare(function: str, caller: FakeRange):
    return call_udf("jx_udfs", function, caller=caller, vba={"bare": True})


def test_a_bare_call_reads_its_own_workbook_whichever_is_active(excel):
    mine = excel.add(FakeBook({"基础数据": DATA, "底稿": {}, "函数": {"A1": "甲,乙"}}, NAMES, name="某局.xlsm"))
    other = excel.add(FakeBook({"基础数据": {**DATA, "B1": 25}, "底稿": {}, "函数": {"A1": "甲,乙"}}, NAMES, name="另一局.xlsm"))
    assert bare("JX_CONTROL_RATE", mine.range("底稿!A1")) == 0.96
    assert bare("JX_CONTROL_RATE", other.range("底稿!A1")) == 0.5
    assert bare("JX_BUDGET_CONTROL_RATE", mine.range("底稿!A1")) == 0.125


def test_a_bare_call_says_what_the_workbook_lacks_or_has_wrong(excel):
    book = excel.add(FakeBook({"基础数据": {"B1": 48, "B2": "#N/A"}}, {name: NAMES[name] for name in ("在职人员数", "编制数")}))
    assert bare("JX_CONTROL_RATE", book.range("A9")) == ERROR
    assert bare("JX_SHARE_RATE", book.range("A9")) == "本工作簿没有“部分金额”"
    book.Names("编制数").RefersTo = "=#REF!"
    assert bare("JX_CONTROL_RATE", book.range("A9")) == "无法读取本工作簿的数据项"


def test_arguments_that_are_all_blank_are_not_a_bare_call(excel):
    book = excel.add(FakeBook({"基础数据": DATA}, {name: NAMES[name] for name in ("在职人员数", "编制数")}))
    shown = call_udf("jx_udfs", "JX_CONTROL_RATE", cell(None), cell(None), caller=book.range("A9"), vba={"bare": False})
    assert shown == ""


# ---- registration


def test_every_function_has_chinese_help_for_itself_and_each_argument():
    options = import_functions("jx_udfs").options
    assert options.keys() == FUNCTIONS.keys()
    assert {f"JX_{code}" for code in CATALOGUE} < options.keys()
    for name, found in options.items():
        visible = [info for info in getattr(jx_udfs, name).__xlfunc__["args"] if info["name"] != "caller" and not info["vba"]]
        texts = [found["Description"], *found["ArgumentDescriptions"]]
        assert texts == [FUNCTIONS[name].help, *(text for _, text in FUNCTIONS[name].arguments)]
        assert [info["name"] for info in visible] == [argument for argument, _ in FUNCTIONS[name].arguments]
        assert all(re.search("[\u4e00-\u9fff]", text) and len(text) <= 255 for text in texts)
        assert found["Category"] == "绩效自评"


def test_no_function_reads_as_a_cell_and_argument_names_are_usable_in_vba():
    for one in FUNCTIONS.values():
        assert re.fullmatch("JX_[A-Z_]+", one.name)
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*", one.name)
        assert all(re.fullmatch("[a-z][a-z_]+", name) and name not in ("date", "string", "next", "loop") for name, _ in one.arguments)


def test_the_checked_in_wrappers_are_what_xlwings_generates():
    checked_in = (Path(jx_udfs.__file__).parent / "xlwings_udfs.bas").read_text(encoding="ascii")
    assert checked_in == generate_wrappers("jx_udfs")


def test_every_rate_passes_on_whether_it_was_called_without_arguments():
    text = generate_wrappers("jx_udfs")
    for rate in CATALOGUE.values():
        names = ", ".join(name for name, _ in rate.arguments)
        assert f"Array({names}, Nothing, JxBare({names}))" in text
        assert len(rate.arguments) <= 4  # as many as JxBare takes


# ---- the same as the Python they stand for


amounts = st.decimals(min_value=0, max_value=10**7, places=2)


@settings(max_examples=many(80, 1000), deadline=None)
@given(st.sampled_from(sorted(CATALOGUE)), st.lists(st.one_of(amounts, st.none(), st.just("无")), min_size=4, max_size=4))
def test_a_rate_in_a_cell_is_the_catalogues_rate(code, values):
    rate = CATALOGUE[code]
    given_cells = values[: len(rate.arguments)]
    expected = rate.ratio.of(dict(zip(rate.formula.names, given_cells, strict=True)))
    shown = call(rate.udf, *(cell(float(value) if isinstance(value, Decimal) else value) for value in given_cells))
    assert shown == ("" if expected is None else float(expected) if isinstance(expected, Decimal) else expected)


@settings(max_examples=many(80, 1000), deadline=None)
@given(st.sampled_from([one for one in TIERS.indicators if one.scorer.rule.needs_rate]), st.integers(0, 30000))
def test_a_score_in_a_cell_is_the_rules_score(indicator, hundredths):
    rate = Decimal(hundredths).scaleb(-4)
    scorer = Scorer.model_validate_json(RULE[indicator.code])
    expected = scorer.points(rate, [None] * len(scorer.items))
    shown = call("JX_SCORE", cell(RULE[indicator.code]), cell(float(rate)), *[cell(None)] * len(scorer.items))
    assert shown == ("" if expected is None else float(expected) if isinstance(expected, Decimal) else expected)
