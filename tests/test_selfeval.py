"""自评表: rows scored from texts, the published table of 炎陵, what a table file may get wrong, findings."""

import dataclasses
import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.selfeval import filled

from xl_jixiao.finding import Level, Unfinished
from xl_jixiao.jobs import open_job
from xl_jixiao.selfeval import answers as answer_files
from xl_jixiao.selfeval import cells, model
from xl_jixiao.selfeval.answers import IndicatorRow, SelfAnswers
from xl_jixiao.selfeval.build import score
from xl_jixiao.selfeval.checks import CHECKS, check_selfeval
from xl_jixiao.selfeval.form_sheet import HEAD_KEY, TOTAL_KEY
from xl_jixiao.selfeval.judging import NO_REASON, NO_REASON_WORDS, SAYS_NOTHING, completion_points, judged
from xl_jixiao.selfeval.reading import answers_of
from xl_jixiao.selfeval.target import (
    COMPARING,
    EQUAL_WORDS,
    LESS_WORDS,
    LEVEL_WORDS,
    MORE_WORDS,
    POSITIVE,
    REVERSE,
    SIGN_WORDS,
    TAILS,
    RowRule,
    has,
    read_cell,
)
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.answers import AnswersError
from xl_jixiao.tables.catalogue import bundled, examples
from xl_jixiao.tables.tablefile import RubricError

TABLES = ("generic-selfeval", "yanling-2020-selfeval")
CASES = tomllib.loads((Path(__file__).parent / "data" / "selfeval_cases.toml").read_text(encoding="utf-8"), parse_float=Decimal)["cases"]
TEN = Decimal(10)


def side_of(target):
    """The direction a target's own words say."""
    return judged(TEN, target, "1")[cells.SIDE]


def cell(case, name):
    return Decimal(case[f"{name}_number"]) if f"{name}_number" in case else case[name]


def expected(case):
    points = case["points"]
    return None if points == "" else Decimal(points) if isinstance(points, int) or re.fullmatch(r"[\d.]+", points) else points


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_row(case):
    degree = Decimal(case["degree"]) if "degree" in case else None
    assert completion_points(TEN, cell(case, "target"), cell(case, "actual"), case.get("direction", ""), degree) == expected(case)


def test_a_reverse_target_may_fall_to_zero_at_twice():
    rule = RowRule(reverse_mode="linear")
    assert [completion_points(TEN, "≤10天", f"{days}天", rule=rule) for days in (10, 15, 20, 25)] == [10, 5, 0, 0]


def test_a_target_set_far_too_low_may_cost_points():
    rule = RowRule(too_low="130%", too_low_deduct="20%")
    assert [completion_points(TEN, "10场", actual, rule=rule) for actual in ("12场", "13场", "30场")] == [10, 8, 8]


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.sampled_from(("", "项", "%", "万元")))
def test_points_are_never_above_the_weight_nor_negative(actual, target, unit):
    points = completion_points(TEN, f"{target}{unit}", f"{actual}{unit}")
    assert 0 <= points <= 10
    assert (points == 10) == (actual * 1000 >= target * 999.5 if actual < target else True) or points < 10


@given(st.text("0123456789.,≥≤<>=%项条万元年月日前底余以上内（含）。 　－+-不超过应约至五半/", max_size=14))
def test_any_text_is_read_without_an_error(text):
    found = read_cell(text)
    assert found.number is None or found.figure
    assert completion_points(TEN, text, text) is None or found.raw


@pytest.mark.parametrize("text", ["", "≥", "约", "不超过", "力争达到"])
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from("-－—–~～至到"), st.sampled_from(("", "%", "天", "万元")))
def test_a_range_is_never_a_number(text, low, high, dash, unit):
    for between in (f"{dash}", f"{unit}{dash}"):
        assert read_cell(f"{text}{low}{between}{high}{unit}").number is None


def test_only_words_that_compare_keep_a_zero_from_being_reverse():
    """Every sign word says a direction or none, by what is in it, as the formulas judge; `=` stays 等于."""
    sides = {word: side_of(f"{word}0起") for word in LEVEL_WORDS}
    assert set(sides.values()) == {REVERSE}
    assert all(has(word, COMPARING) for word in (*MORE_WORDS, *LESS_WORDS, *EQUAL_WORDS))
    assert all(side_of(f"{word}1起") == side for words, side in ((MORE_WORDS, POSITIVE), (LESS_WORDS, REVERSE)) for word in words)
    unscorable = {word for word in SIGN_WORDS if read_cell(f"{word}0起").number is None}
    assert {">", "<", "大于", "小于", "高于", "低于", "多于", "少于", "超过", "超过了", "超", "力争超过"} <= unscorable
    assert not unscorable & {"≥", "≤", "=", ">=", "<=", "等于", "大于等于", "小于或等于", "至少", "至多", "不低于", "不得超过", "控制在"}


@pytest.mark.parametrize("words", [SIGN_WORDS, TAILS], ids=["符号", "后缀"])
def test_no_word_is_listed_twice(words):
    assert len(set(words)) == len(words)


# ---- the published table


def test_yanling_entered_as_published_shows_its_109():
    """Printed: 总分 100 and 99, 效益 30, 满意度 10. Its rows: 109, 40, 9."""
    table, given = filled("yanling-2020-selfeval")
    card = score(table, given)
    assert (card.weight, card.total) == (109, 109)
    assert {one.name: (one.weight, card.weight_of(one)) for one in table.classes} == {
        "产出指标": (50, 50),
        "效益指标": (30, 40),
        "满意度指标": (10, 9),
    }
    assert card.worked == "预算执行率=62÷62×100%=100.00%" and card.execution_points == 10
    assert all(one.points == one.row.claimed for one in card.rows)
    found = [(finding.code, finding.reported, finding.expected) for finding in check_selfeval(card)]
    assert found == [
        ("JX501", "40", "30"),
        ("JX501", "9", "10"),
        ("JX502", "109", "100"),
        ("JX512", "", ""),
        ("JX521", "", ""),
        ("JX519", "100", "109"),
        ("JX519", "99", "109"),
        ("JX523", "109", ""),
    ]


def test_the_published_table_can_not_be_handed_in(tmp_path):
    job = open_job("yanling-2020-selfeval")
    with pytest.raises(Unfinished) as caught:
        job.finish(job.answers(examples()["yanling-2020-selfeval"]), tmp_path)
    assert {finding.code for finding in caught.value.findings} == {"JX501", "JX502", "JX519"}
    assert not list(tmp_path.iterdir())


def test_the_other_example_completes_without_a_finding():
    table, given = filled("generic-selfeval")
    card = score(table, given)
    assert (card.total, card.grade, card.weight) == (Decimal("96.44"), "优", 100)
    assert check_selfeval(card) == ()
    assert "虚构" in given.fields["实施单位"]


@pytest.mark.parametrize("name", TABLES)
def test_no_personal_data_and_a_source_beside_every_number(name):
    table = model.load(name)
    assert table.rows_basis and table.grades_basis and table.execution.basis and all(one.basis for one in table.classes)
    for path in (bundled()[name], examples()[name]):
        assert not re.search(r"\d{7,}|姓名|电话|联系人", path.read_text(encoding="utf-8"))


def test_the_json_has_stable_keys():
    job = open_job("yanling-2020-selfeval")
    found = job.evaluate(job.answers(examples()["yanling-2020-selfeval"])).as_json()
    assert (found["total"], found["weight_total"], found["grade"], found["complete"]) == (109, 109, None, True)
    assert found["claimed"] == {"分值合计": 100, "总分": 99}
    assert {"code", "name", "weight", "points", "reason"} <= set(found["indicators"][0]) & set(found["indicators"][1])
    assert len(found["indicators"]) == 10 and found["findings"][0]["code"] == "JX501"


# ---- blank is not low


def test_a_blank_form_has_no_total():
    table = model.load("generic-selfeval")
    card = score(table, SelfAnswers(table.id))
    assert card.total is None and card.grade is None and card.execution_points is None


@pytest.mark.parametrize("lacking", ["level1", "level2", "name", "target", "actual", "weight"])
def test_a_row_that_lacks_something_keeps_the_total_open(lacking):
    table, given = filled("generic-selfeval")
    row = dataclasses.replace(given.rows[0], **{lacking: None if lacking in ("target", "actual", "weight") else ""})
    card = score(table, dataclasses.replace(given, rows=(row, *given.rows[1:])))
    assert card.total is None and card.rows[0].state == "空白"
    assert "JX504" in {finding.code for finding in check_selfeval(card)}


def test_no_budget_gives_no_score():
    table, given = filled("generic-selfeval")
    card = score(table, dataclasses.replace(given, funds={key: Decimal(0) for key in given.funds}))
    assert card.rate == "无法计算" and card.total is None
    assert "JX516" in {finding.code for finding in check_selfeval(card)}


@pytest.mark.parametrize("name", ["generic-selfeval", "transfer-selfeval", "chongqing-selfeval"])
def test_an_amount_left_blank_in_a_row_that_was_begun_is_no_zero(name):
    """Where the rate is made of it; the cell that lacks it is named, once."""
    job = open_job(name)
    filing = job.answers(examples()[name])
    for source, amount in filing.funds:
        if amount == "年初预算数" or len(job.table.counted) == 1:
            continue
        left = {key: value for key, value in filing.funds.items() if key != (source, amount)}
        blank = dataclasses.replace(filing, funds=left)
        result, plan = job.evaluate(blank), job.plan(blank, Edition.NATIVE)
        told = [(one.place.cell, one.message) for one in result.findings if one.code == "JX516"]
        assert result.total is None and plan.shown[amount] == ""
        assert told == [(plan.ref(f"{source}_{amount}").local, f"预算执行率不能计算：“{source}”{amount}未填，没有的填0")]


def test_execution_above_the_budget_is_capped_and_said():
    table, given = filled("generic-selfeval")
    card = score(table, dataclasses.replace(given, funds={**given.funds, ("当年财政拨款", "全年执行数"): Decimal(120)}))
    assert card.execution_points == 10 and "JX517" in {finding.code for finding in check_selfeval(card)}


def test_the_base_of_the_execution_rate_is_the_tables_choice():
    table, given = filled("generic-selfeval")
    initial = table.model_copy(update={"execution": table.execution.model_copy(update={"base": "年初预算数"})})
    assert [score(one, given).worked for one in (table, initial)] == ["预算执行率=98.6÷100×100%=98.60%", "预算执行率=98.6÷95×100%=103.79%"]


# ---- one filing for each finding


def row(**changes):
    base = {"level1": "产出指标", "level2": "数量指标", "name": "事项办理", "target": "≥20项", "actual": "20项", "weight": TEN}
    return IndicatorRow(**{**base, **changes})


FINDINGS = [
    ("低于指标值没有原因", row(actual="18项"), "JX506"),
    ("达到指标值一点三倍没有原因", row(actual="26项"), "JX506"),
    ("偏差原因只写暂无", row(actual="18项", reason="暂 无。"), "JX507"),
    ("偏差原因只写没有原因", row(actual="18项", reason="没有原因"), "JX507"),
    ("完成值带着应不低于", row(actual="应不低于20项"), "JX508"),
    ("指标值和完成值都只画斜杠", row(level2="质量指标", target="/", actual="/"), "JX508"),
    ("完成值照抄大于等于", row(actual="≥20项"), "JX508"),
    ("定性完成值与指标值一字不差", row(level2="质量指标", target="明显提高", actual="明显提高"), "JX508"),
    ("每月几次，就是几次", row(level2="时效指标", target="每月2次", actual="每月2次", degree=Decimal(1)), ""),
    ("完成值误填分值", row(actual="10"), "JX509"),
    ("指标值填成分值", row(target="10", actual="10"), "JX509"),
    ("完成值是指标值的上百倍，没有原因", row(actual="20000项"), "JX506"),
    ("完成值漏写百分号", row(level2="质量指标", target="≥90%", actual=Decimal(85)), "JX505"),
    ("公布得分只印一位小数", row(actual="19.2项", reason="第四季度停办一期", claimed=Decimal("9.6")), ""),
    ("公布得分舍入到一位小数", row(actual="18.86项", reason="第四季度停办一期", claimed=Decimal("9.4")), "JX526"),
    ("公布得分不是舍入", row(actual="18.86项", reason="第四季度停办一期", claimed=Decimal("9.5")), "JX518"),
    ("成本指标值比全年预算还多", row(level2="成本指标", target="≤500万元", actual="98万元"), "JX532"),
    ("留着模板的提示", row(reason="偏差原因（100字以内）"), "JX625"),
    ("定量指标只写完成", row(actual="已完成"), "JX510"),
    ("单位不一致", row(actual="20万元"), "JX505"),
    ("数量指标没有数量", row(target="稳步推进", actual="完成"), "JX511"),
    ("几件事写在一格", row(name="培训5次、200人", target="100%", actual="100%"), "JX512"),
    ("二级指标不属于一级指标", row(level2="社会效益指标"), "JX513"),
    ("一级指标不在可选范围", row(level1="投入指标"), "JX513"),
    ("一个指标占一半以上分值", row(weight=Decimal(90)), "JX514"),
    ("公布得分与复算不同", row(actual="18项", reason="缺人", claimed=TEN), "JX518"),
    ("部分达成却填百分之九十五", row(level2="质量指标", target="提高", actual="部分达成", degree=Decimal("0.95")), "JX520"),
    ("分值不是数字", row(weight="十分"), "JX522"),
    ("差错率没有写方向，多了", row(name="差错率", level2="质量指标", target="2%", actual="2.5%"), "JX185"),
    ("小于五天，正好五天", row(target="＜5天", actual="5天"), "JX533"),
    ("十月前，十月十五日", row(level2="时效指标", target="2025年10月前", actual="2025年10月15日"), "JX534"),
    ("十月底前，十月十五日", row(level2="时效指标", target="2025年10月底前", actual="2025年10月15日"), ""),
    ("十月前，九月", row(level2="时效指标", target="2025年10月前", actual="2025年9月15日"), ""),
    ("大于八十，正好八十，写明了", row(target="大于20场", actual="20场", reason="合同约定20场即为达到"), ""),
    ("满意度超过百分之百", row(name="群众满意度", target="≥90%", actual="110%"), "JX546"),
    ("满意度提高的幅度超过百分之百", row(name="满意度提高幅度", target="≥90%", actual="110%"), ""),
    ("完成日期是上年的", row(level2="时效指标", target="2025年11月底前", actual="2024年11月18日"), "JX547"),
    ("年初的指标值，上年年底完成", row(level2="时效指标", target="2025年1月底前", actual="2024年12月28日"), ""),
    ("工期没有写方向，短了", row(name="平均工期", level2="时效指标", target="6个月", actual="5个月"), "JX185"),
]


@pytest.mark.parametrize(("name", "changed", "code"), FINDINGS, ids=[name for name, _, _ in FINDINGS])
def test_a_row_shows_its_finding(name, changed, code):
    table, given = filled("generic-selfeval")
    found = check_selfeval(score(table, dataclasses.replace(given, rows=(changed, *given.rows[1:]))), "某表.xlsx")
    assert code in {finding.code for finding in found} or not code and not found
    assert all(str(finding).startswith(f"{finding.code} ") and "某表.xlsx" in str(finding) for finding in found)


@pytest.mark.parametrize(
    ("name", "target", "actual"),
    [
        ("差错率", "≤2%", "1%"),
        ("差错率", "2%", "2%"),
        ("投诉办结率", "95%", "96%"),
        ("能耗下降率", "30%", "31%"),
        ("事故应急演练", "20次", "21次"),
        ("公共服务时间", "8小时", "9小时"),
    ],
)
def test_what_counts_upward_or_says_its_direction_is_not_asked_for_one(name, target, actual):
    table, given = filled("generic-selfeval")
    changed = row(name=name, level2="质量指标", target=target, actual=actual)
    assert check_selfeval(score(table, dataclasses.replace(given, rows=(changed, *given.rows[1:])))) == ()


EQUAL = (row(), row(level2="质量指标", target="≥95%", actual="95%"), row(level2="成本指标", target="≤5万元", actual="5万元"))
OF_TIME = {
    "日期去掉了“底前”": ("2025年11月底前", "2025年11月", True),
    "只写按期完成": ("2025年11月底前", "按期完成", True),
    "写明了日期": ("2025年11月底前", "2025年10月20日", False),
}


@pytest.mark.parametrize(("target", "actual", "said"), OF_TIME.values(), ids=OF_TIME)
def test_a_table_whose_figures_all_equal_their_targets_is_asked_about_though_a_date_is_worded_otherwise(target, actual, said):
    table, given = filled("generic-selfeval")
    rows = (
        *(dataclasses.replace(one, actual=str(one.target).lstrip("≥≤")) for one in EQUAL),
        row(level2="时效指标", target=target, actual=actual),
    )
    found = check_selfeval(score(table, dataclasses.replace(given, rows=rows)))
    assert ("JX529" in {one.code for one in found}) is said


def test_a_row_later_than_its_date_asks_for_the_degree_not_for_a_readable_target():
    table, given = filled("generic-selfeval")
    late = row(level2="时效指标", target="2025年11月底前", actual="2025年12月20日")
    found = check_selfeval(score(table, dataclasses.replace(given, rows=(late, *given.rows[1:]))), "某表.xlsx")
    (said,) = [one.message for one in found if one.code == "JX505"]
    assert "晚于指标值的日期" in said and "填完成程度" in said and "没有读出" not in said


BESIDE_RANGES = (
    ("读不出的范围", "≥3-5座", "六座", "指标值是一个范围，请写一个数，如“≥3座”，或写成“3-5座”"),
    ("完成值是汉字", "3-5座", "六座", "请用阿拉伯数字加单位写"),
    ("在范围以外", "3-5座", "6座", "按完成的情况填完成程度，并写偏差原因"),
)


@pytest.mark.parametrize(("target", "actual", "end"), [case[1:] for case in BESIDE_RANGES], ids=[case[0] for case in BESIDE_RANGES])
def test_what_to_do_beside_a_target_that_is_a_range(target, actual, end):
    table, given = filled("generic-selfeval")
    found = check_selfeval(score(table, dataclasses.replace(given, rows=(row(target=target, actual=actual), *given.rows[1:]))), "某表.xlsx")
    (said,) = [one.message for one in found if one.code == "JX505"]
    assert said.endswith(end)


@pytest.mark.parametrize("target", ["每月2次", "每周一次", "3-5次"])
def test_so_much_every_so_often_is_measured(target):
    table, given = filled("generic-selfeval")
    rows = (row(target=target, actual="4次" if "-" in target else target), *given.rows[1:])
    found = check_selfeval(score(table, dataclasses.replace(given, rows=rows)), "某表.xlsx")
    assert "JX511" not in {one.code for one in found}


DEVIATIONS = (
    ("正向没有达到", row(actual="18项"), "低于指标值"),
    ("反向超过了", row(target="≤20项", actual="25项"), "超过指标值"),
    ("零起而发生了", row(target="0起", actual="1起"), "超过指标值"),
    ("等于的不等", row(target="=100%", actual="99%"), "偏离指标值"),
    ("成本没有写方向，多花了", row(level2="成本指标", target="20万元", actual="25万元"), "超过指标值"),
    ("定性的没有全部做到", row(target="提高", actual="部分达成", degree=Decimal("0.7")), "没有完全达成"),
    ("远超而扣分的，是远超不是低于", row(actual="30项"), "远超指标值"),
    ("达到的没有偏差", row(), ""),
)


@pytest.mark.parametrize(("name", "changed", "word"), DEVIATIONS, ids=[name for name, _, _ in DEVIATIONS])
def test_a_deviation_is_named_by_what_happened(name, changed, word):
    table, given = filled("generic-selfeval")
    strict = table.model_copy(update={"rows": table.rows.model_copy(update={"too_low": Decimal("1.5"), "too_low_deduct": Decimal("0.2")})})
    card = score(strict, dataclasses.replace(given, rows=(changed, *given.rows[1:])))
    assert card.rows[0].deviation == word
    assert [finding.message for finding in check_selfeval(card) if finding.code == "JX506" and word not in finding.message] == []


OF_COST = (
    ("收购价格执行率", "100%", "80%", "正向", "8"),
    ("成本核算率", "100%", "60%", "正向", "6"),
    ("补贴保障率", "100%", "100%", "正向", "10"),
    ("预算执行率", "≤100%", "80%", "反向", "10"),
    ("成本控制率", "100%", "80%", "反向", "10"),
    ("返工材料不合格率", "2%", "1%", "反向", "10"),
    ("设备利用率下降幅度", "10%", "5%", "正向", "5"),
    ("单位成本", "20万元", "18万元", "反向", "10"),
)


@pytest.mark.parametrize(("name", "target", "actual", "side", "points"), OF_COST, ids=[case[0] for case in OF_COST])
def test_a_share_of_what_was_to_be_done_counts_upward_in_the_class_of_cost_too(name, target, actual, side, points):
    table, given = filled("generic-selfeval")
    changed = row(name=name, level2="成本指标", target=target, actual=actual)
    (first, *_) = score(table, dataclasses.replace(given, rows=(changed, *given.rows[1:]))).rows
    assert (first.side, first.points) == (side, Decimal(points))


def test_a_row_without_its_direction_is_asked_that_alone():
    table, given = filled("generic-selfeval")
    changed = row(name="差错率", level2="质量指标", target="2%", actual="1%")
    found = check_selfeval(score(table, dataclasses.replace(given, rows=(changed, *given.rows[1:]))))
    assert [one.code for one in found] == ["JX185"]


def test_a_good_row_shows_none():
    table, given = filled("generic-selfeval")
    assert check_selfeval(score(table, dataclasses.replace(given, rows=(row(), *given.rows[1:])))) == ()


def test_a_filings_own_findings():
    table, given = filled("generic-selfeval")
    low = {**given.funds, ("当年财政拨款", "全年执行数"): Decimal(50)}
    changes = {
        "JX503": {"fields": {}},
        "JX504": {"rows": ()},
        "JX515": {"funds": low},
        "JX516": {"funds": {}},
        "JX521": {"expected": given.actual},
        "JX522": {"funds": {**given.funds, ("其他资金", "全年预算数"): Decimal(-1)}},
        "JX519": {"claimed": {"总分": TEN}},
        "JX303": {"published": {"预算执行率": "98.5%"}},
        "JX304": {"published": {"预算执行率": "98%"}},
        "JX525": {"rows": tuple(one for one in given.rows if one.level1 != "满意度指标")},
        "JX527": {"published": {"等次": "良"}},
        "JX528": {"actual": given.expected.replace("举办", "已完成举办")},
        "JX529": {"rows": tuple(dataclasses.replace(one, actual=one.target) for one in given.rows)},
        "JX530": {"funds": {**given.funds, ("当年财政拨款", "年初预算数"): Decimal(50)}},
        "JX531": {"funds": {key: value * 10000 for key, value in given.funds.items()}},
        "JX625": {"expected": "完成XX项工作（100字以内）"},
    }
    for code, change in changes.items():
        assert code in {finding.code for finding in check_selfeval(score(table, dataclasses.replace(given, **change)))}, code
    for good in ("98.60%", "99%", "98.6%"):
        assert check_selfeval(score(table, dataclasses.replace(given, published={"预算执行率": good, "等次": "优"}))) == ()
    one_in_yuan = {**given.funds, ("当年财政拨款", "全年预算数"): Decimal(950000)}
    asked = [one.message for one in check_selfeval(score(table, dataclasses.replace(given, funds=one_in_yuan))) if one.code == "JX531"]
    assert asked == ["“当年财政拨款”全年预算数是同一行其他数的1000倍以上，是否填成了元？填对了的，在“执行率说明”写明单位已核对"]
    explained = dataclasses.replace(given, funds=low, execution_note="工程跨年，尾款下年支付30万元")
    assert check_selfeval(score(table, explained)) == ()


def test_no_amount_is_told_to_be_typed_as_zero():
    table, given = filled("generic-selfeval")
    wrong = dataclasses.replace(given, funds={**given.funds, ("其他资金", "全年预算数"): "无"})
    (said,) = [one.message for one in check_selfeval(score(table, wrong)) if one.code == "JX522"]
    assert said.endswith("应为不小于0的数字；没有的填0")


def test_amounts_and_weights_are_read_with_their_units():
    table, _ = filled("generic-selfeval")
    data = {"funds": {"当年财政拨款": {"年初预算数": "90万元", "全年预算数": "950000元"}}, "rows": [{"三级指标": "甲", "分值": "10分"}]}
    read = answer_files.from_data(data, table)
    assert list(read.funds.values()) == [90, 95] and read.rows[0].weight == 10
    assert [one.reported for one in check_selfeval(score(table, read)) if one.code == "JX108"] == ["90万元", "950000元", "10分"]


def test_nothing_with_its_unit_is_nothing_in_a_workbook_too():
    table, _ = filled("generic-selfeval")
    key = answer_files.amount_key("当年财政拨款", "年初预算数")
    said = {HEAD_KEY: table.form.headings[0], TOTAL_KEY: table.form.total_label, key: "0万元", cells.at(cells.WEIGHT, 1): "0分"}
    read = answers_of(table, said.get)
    assert read.funds == {("当年财政拨款", "年初预算数"): 0} and read.rows[0].weight == 0
    found = check_selfeval(score(table, read))
    assert [one.reported for one in found if one.code == "JX106"] == ["0万元", "0分"] and "JX522" not in {one.code for one in found}


def test_every_check_says_its_code_and_what_it_is():
    codes = [re.match(r"(JX[12356]\d\d): .+", check.__doc__)[1] for check in CHECKS]
    assert len(set(codes)) == len(codes)
    assert all(one.level in Level for one in check_selfeval(score(*filled("yanling-2020-selfeval"))))


@pytest.mark.parametrize("text", ["", "无", " 暂无 ", "没有。", "/", "—", "不适用", "N/A"])
def test_these_are_no_reasons(text):
    assert SAYS_NOTHING.value({cells.REASON: text, NO_REASON.key: NO_REASON_WORDS})


# ---- mistakes


def broken(tmp_path, old, new):
    path = tmp_path / "示例.toml"
    text = bundled()["generic-selfeval"].read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RubricError) as caught:
        model.load(str(path))
    return "\n".join(caught.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('base = "全年预算数"', 'base = "预算数"', "示例.toml execution.base：应为 '年初预算数'、'全年预算数'，现为 预算数"),
        ("weight = 50", "weight = 60", "示例.toml classes：各一级指标与预算执行率的分值合计110，应等于 total（100）"),
        ('too_low = "130%"', 'too_low = "90%"', "rows.too_low：应大于100%"),
        ("capacity = 40", "capacity = 10", "capacity"),
        ('reverse_mode = "ratio"', 'reverse = "ratio"', "rows：未知项 reverse，可用 reverse_mode、equal_mode、too_low、too_low_deduct"),
        ('"数量指标", "成本指标"]\nbasis', '"产量指标"]\nbasis', "“产量指标”不是它的二级指标，可用 数量指标、质量指标、时效指标、成本指标"),
        ('least = "60%", most = "80%"', 'least = "60%", most = "70%"', "degrees：应从100%起首尾相接，最低一档不小于0%"),
    ],
)
def test_a_mistake_in_a_table_file(tmp_path, old, new, message):
    assert message in broken(tmp_path, old, new)


def test_every_mistake_of_a_data_file_is_named():
    table = model.load("generic-selfeval")
    data = {
        "rubric": "外县自评表",
        "answers": {"项目名": "甲"},
        "funds": {"当年财政拨款": {"全年预算数": "约五"}, "银行贷款": {}},
        "rows": [{"三级指标": "甲", "目标数": 1}, {"分值": "十"}],
        "indicators": [],
    }
    with pytest.raises(AnswersError) as caught:
        answer_files.from_data(data, table)
    text = "\n".join(caught.value.problems)
    for part in (
        "“indicators”：未知项",
        "数据属于“外县自评表”",
        "“项目名”：没有这一项，是否为“项目名称”？",
        "funds“当年财政拨款”全年预算数：“约五”不是数字",
        "“银行贷款”：没有这一项",
        "rows[1]“目标数”：未知项",
        "rows[2]“分值”：“十”不是数字",
    ):
        assert part in text, text


def test_more_rows_than_the_form_has():
    table = model.load("generic-selfeval")
    with pytest.raises(AnswersError, match="有41行，最多40行"):
        answer_files.from_data({"rows": [{"三级指标": "甲"}] * 41}, table)
