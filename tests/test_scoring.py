"""The score card: the published 洪江 sheet, adjustments, blanks, exclusion, grades at their borders."""

from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.depth import many

from xl_jixiao.expr import Cell, exact
from xl_jixiao.number import half_up
from xl_jixiao.scoretable import table as rubric
from xl_jixiao.scoretable.compile import score
from xl_jixiao.scoretable.overview import groups
from xl_jixiao.scoretable.trees import grade as grade_tree
from xl_jixiao.scoretable.trees import group_points
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables import catalogue
from xl_jixiao.tables.answers import Adjustment, Answers
from xl_jixiao.words import BLANK, INVALID, NO_BUDGET, NOT_APPLICABLE, NOT_COMPARABLE, OVER_BUDGET, READY, UNFINISHED

TABLE = rubric.load("hongjiang-2020-dept")
EXAMPLE = answer_files.load(catalogue.examples()["hongjiang-2020-dept"], TABLE.asked)
GENERIC = rubric.load("generic-dept")
GENERIC_EXAMPLE = answer_files.load(catalogue.examples()["generic-dept"], GENERIC.asked)

# 附件3 as published (claimed_self_score of the seed): 分值, 自评得分, and what the rules alone give where that differs
PUBLISHED = {
    "绩效目标合理性": ("3", "3", "3"),
    "绩效指标明确性": ("2", "2", "2"),
    "在职人员控制率": ("2", "2", "2"),
    "三公经费变动率": ("3", "3", "3"),
    "重点支出安排率": ("5", "4", "0"),
    "预算完成率": ("3", "3", "0"),
    "预算调整率": ("3", "1.5", "1.5"),
    "支付进度率": ("5", "5", "0"),
    "结转结余率": ("3", "3", "3"),
    "三公经费控制率": ("3", "3", "3"),
    "政府采购执行率": ("3", "3", "0"),
    "预算管理制度健全性": ("6", "5", "4"),
    "资金使用合规性": ("5", "5", "5"),
    "预决算信息公开性": ("2", "2", "2"),
    "基础信息完善性": ("2", "2", "2"),
    "资产管理制度健全性": ("3", "2", "2"),
    "资产管理安全性": ("5", "5", "5"),
    "固定资产利用率": ("2", "2", "2"),
    "实际完成率": ("6", "6", "6"),
    "质量达标率": ("6", "4", "4"),
    "完成及时率": ("8", "6", "6"),
    "履职效益": ("15", "13", "13"),
    "社会公众或服务对象满意度": ("5", "5", "0"),
}


def changed(answers=EXAMPLE, adjustments=None, **values):
    """The filing with some answers changed; None takes one away. `adjustments` replaces all of them."""
    kept = {key: value for key, value in {**answers.values, **values}.items() if value is not None}
    adjusted = answers.adjustments if adjustments is None else adjustments
    return Answers(answers.rubric_id, MappingProxyType(kept), MappingProxyType(dict(adjusted)))


def adjusted(code, points, reason="有依据"):
    points = None if points is None else Decimal(points)
    return changed(adjustments={**EXAMPLE.adjustments, code: Adjustment(points, reason)})


# ---- the published sheet


def test_the_published_sheet():
    card = score(TABLE, EXAMPLE)
    assert [one.code for one in card.scores] == list(PUBLISHED)
    assert {one.code: (one.full, one.points, one.computed) for one in card.scores} == {
        code: tuple(map(Decimal, numbers)) for code, numbers in PUBLISHED.items()
    }
    assert (card.total, card.computed_total, card.grade) == (Decimal("89.50"), Decimal("68.50"), "良好")
    assert card.unfinished == ()


def test_the_total_is_the_sum_of_printed_points():
    for table, given_answers in ((TABLE, EXAMPLE), (GENERIC, changed(GENERIC_EXAMPLE))):
        card = score(table, given_answers)
        if all(isinstance(one.points, Decimal) for one in card.scores):
            assert card.total == sum(one.points for one in card.scores)
            assert all(one.points == half_up(one.points, 2) for one in card.scores)


@pytest.mark.parametrize(
    ("code", "state", "rate", "reason"),
    [
        ("在职人员控制率", READY, "76.74%", "在职人员控制率=66÷86×100%=76.74%，达到目标值（≤0人），计2分"),
        ("三公经费变动率", READY, "-13.23%", "“三公经费”变动率=(65.58-75.58)÷75.58×100%=-13.23%，达到目标值（≤0%），计3分"),
        ("重点支出安排率", NOT_APPLICABLE, "不适用", "重点支出安排率=0÷0，不适用，不计分"),
        ("预算完成率", READY, "122.84%", "不在评分标准所列各档内"),
        ("预算调整率", READY, "22.84%", "在“20%-30%（含）”档，计1.5分"),
        ("支付进度率", NOT_APPLICABLE, "不适用", "不适用，不计分"),
        ("结转结余率", READY, "0.00%", "结转结余率=0÷1010.01×100%=0.00%，达到目标值（≤0%），计3分"),
        ("政府采购执行率", NOT_APPLICABLE, "不适用", "不适用，不计分"),
        ("预算管理制度健全性", READY, "", "第③项不符合，计4分"),
        ("完成及时率", READY, "", "分项计分6，计6分"),
    ],
)
def test_why(code, state, rate, reason):
    found = score(TABLE, EXAMPLE).by_code[code]
    assert (found.state, found.rate_text) == (state, rate)
    assert reason in found.reason


# ---- blank, wrong, not applicable


@pytest.mark.parametrize("key", ["编制数", "年初预算数", "绩效目标合理性_2", "基础信息完善性_1", "实际完成率_2", "所有固定资产总额"])
def test_no_total_while_anything_is_blank(key):
    card = score(TABLE, changed(adjustments={}, **{key: None}))
    assert card.total is None and card.grade is None and card.computed_total is None
    assert card.unfinished and all(one.points is None for one in card.unfinished)


def test_an_adjustment_settles_a_blank_but_not_the_computed_total():
    card = score(TABLE, changed(预算管理制度健全性_3=None))
    assert card.by_code["预算管理制度健全性"].computed is None
    assert (card.total, card.computed_total) == (Decimal("89.50"), None)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"在职人员数": Decimal("87.5")}, ("在职人员数",)),
        ({"满意问卷数": Decimal("9.5"), "公务接待费": Decimal(-1)}, ("满意问卷数", "公务接待费")),
        ({"绩效目标合理性_1": "差不多"}, ("符合国家法律法规、国民经济和社会发展总体规划的",)),
    ],
    ids=["人数带小数", "份数带小数，与得分无关的数为负", "认定项不在可选范围"],
)
def test_no_total_over_a_wrong_answer_even_where_its_points_are_adjusted_or_not_affected(changes, wrong):
    card = score(TABLE, changed(**changes))
    assert card.wrong == wrong
    assert card.total is None and card.computed_total is None and card.grade is None and card.blank == ()
    assert {group_points(inside).value(card.values) for _, inside in groups(TABLE, 0)} == {UNFINISHED}


def test_no_total_over_a_blank_figure_even_where_its_indicator_is_adjusted():
    card = score(TABLE, changed(满意问卷数=None))
    assert card.blank == ("满意问卷数",) and card.unfinished == () and card.total is None
    assert UNFINISHED not in {group_points(inside).value(card.values) for _, inside in groups(TABLE, 0)}


def test_a_blank_figure_that_is_only_for_checking_is_no_gap():
    card = score(TABLE, changed(公务接待费=None))
    assert card.blank == () and card.total == Decimal("89.50")


def test_none_beside_a_blank_is_not_finished():
    card = score(TABLE, changed(编制数="无", 在职人员数=None))
    assert card.by_code["在职人员控制率"].state == NOT_APPLICABLE
    assert card.blank == ("在职人员数",) and card.total is None


def test_nothing_answered():
    card = score(TABLE, Answers(TABLE.id, {}))
    assert card.total is None and card.grade is None
    assert all(one.points is None and one.reason == "" and one.worked == "" for one in card.scores)
    assert {one.state for one in card.scores} == {BLANK, READY}


@pytest.mark.parametrize("cell", ["八十六", "-", -1, "八十六人"])
def test_a_wrong_figure_is_neither_blank_nor_a_low_score(cell):
    card = score(TABLE, changed(编制数=cell))
    found = card.by_code["在职人员控制率"]
    assert found.points == INVALID == found.rate and found.worked == ""
    assert card.total is None and [one.code for one in card.unfinished] == ["在职人员控制率"]


def test_a_wrong_item():
    assert score(TABLE, changed(绩效目标合理性_1="是")).by_code["绩效目标合理性"].points == INVALID


@pytest.mark.parametrize(
    ("changes", "state", "rate", "points"),
    [
        ({"本年度三公经费总额": Decimal(0), "三公经费实际支出数": Decimal(0)}, NO_BUDGET, Decimal("0.0000"), Decimal(3)),
        ({"本年度三公经费总额": Decimal(0)}, OVER_BUDGET, OVER_BUDGET, Decimal(0)),
        ({"本年度三公经费总额": Decimal("20.47")}, READY, Decimal("1.0000"), Decimal(3)),
        ({"本年度三公经费总额": Decimal("20.46")}, READY, Decimal("1.0005"), Decimal(0)),
        ({"本年度三公经费总额": "无"}, NOT_APPLICABLE, NOT_APPLICABLE, Decimal(0)),
    ],
)
def test_spending_without_a_budget(changes, state, rate, points):
    found = score(TABLE, changed(**changes)).by_code["三公经费控制率"]
    assert (found.state, found.rate, found.points) == (state, rate, points)


def test_a_change_from_nothing_is_not_comparable():
    found = score(TABLE, changed(上年度三公经费总额=Decimal(0))).by_code["三公经费变动率"]
    assert (found.rate, found.points) == (NOT_COMPARABLE, 0)
    assert "100%=" not in found.reason and "不可比，不计分" in found.reason


@pytest.mark.parametrize(
    ("count", "late", "points"),
    [(3, 0, 5), (3, 2, 3), (9, 9, 0), (0, None, 0), ("无", None, 0), (3, None, None), (None, 0, None), (-1, 0, INVALID)],
)
def test_an_indicator_that_applies_only_to_units_with_projects(count, late, points):
    changes = {
        "项目个数": count if isinstance(count, str) or count is None else Decimal(count),
        "支付进度率_1": late if late is None else Decimal(late),
    }
    assert score(TABLE, changed(adjustments={}, **changes)).by_code["支付进度率"].points == points


@pytest.mark.parametrize(("staff", "points"), [(86, 2), (87, "1.9"), (105, "0.1"), (106, 0), (200, 0)])
def test_the_measure_counts_people_and_not_percent(staff, points):
    found = score(TABLE, changed(在职人员数=Decimal(staff))).by_code["在职人员控制率"]
    assert found.points == Decimal(points) and isinstance(found.rate, Decimal)


# ---- left out, the rest rescaled


def test_exclusion_rescales_the_rest():
    without = changed(GENERIC_EXAMPLE, adjustments={}, 重点项目支出=Decimal(0), 项目总支出=Decimal(0))
    full = score(GENERIC, changed(GENERIC_EXAMPLE, adjustments={}))
    card = score(GENERIC, without)
    left_out = [one for one in card.scores if one.points == NOT_APPLICABLE]
    kept = [one for one in card.scores if one.points != NOT_APPLICABLE]
    assert "重点支出安排率" in {one.code for one in left_out}
    earned, possible = sum(one.points for one in kept), sum(one.full for one in kept)
    assert card.total == half_up(Fraction(earned) * 100 / Fraction(possible), 2)
    assert possible + sum(one.full for one in left_out) == 100
    assert full.total != card.total


# ---- adjustments


@pytest.mark.parametrize(("points", "reason"), [("0", "有依据"), ("3", "有依据"), ("2.55", "有依据"), ("1.50", "有依据")])
def test_a_valid_adjustment_stands(points, reason):
    found = score(TABLE, adjusted("绩效目标合理性", points, reason)).by_code["绩效目标合理性"]
    assert found.points == Decimal(points) and found.computed == 3


@pytest.mark.parametrize(("points", "reason"), [("3.01", "有依据"), ("-0.01", "有依据"), ("2.555", "有依据"), ("2", "")])
def test_an_invalid_adjustment_leaves_no_score_rather_than_a_guess(points, reason):
    card = score(TABLE, adjusted("绩效目标合理性", points, reason))
    assert card.by_code["绩效目标合理性"].points is None and card.by_code["绩效目标合理性"].computed == 3
    assert card.total is None and card.computed_total == Decimal("68.50")


def test_a_reason_without_points_is_only_a_remark():
    found = score(TABLE, adjusted("绩效目标合理性", None)).by_code["绩效目标合理性"]
    assert found.points == found.computed == 3 and found.adjustment.reason == "有依据"


# ---- grades


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("100", "优秀"),
        ("90", "优秀"),
        ("89.99", "良好"),
        ("80", "良好"),
        ("79.99", "合格"),
        ("60", "合格"),
        ("59.99", "不合格"),
        ("0", "不合格"),
    ],
)
def test_grades_at_their_borders(total, grade):
    assert grade_tree(Cell("总分"), TABLE).value({"总分": exact(Decimal(total))}) == grade


@pytest.mark.parametrize(("points", "total", "grade"), [("13.50", "90.00", "优秀"), ("13.49", "89.99", "良好")])
def test_a_total_at_the_border(points, total, grade):
    card = score(TABLE, adjusted("履职效益", points))
    assert (card.total, card.grade) == (Decimal(total), grade)


def test_no_total_lies_between_two_cents():
    """89.995 can't occur: points are printed to 0.01 before they are added, and an adjustment to 0.001 doesn't count."""
    assert score(TABLE, adjusted("履职效益", "13.495")).total is None


# ---- every answer set


def _random_answers(draw):
    values = {}
    for item in TABLE.inputs:
        if item.numeric:
            values[item.key] = draw(st.one_of(st.none(), st.just("无"), st.integers(0, 200).map(Decimal), st.decimals(0, 2000, places=2)))
    for indicator in TABLE.indicators:
        for item, key in zip(indicator.scorer.items, indicator.item_keys, strict=True):
            if item.kind == "choice":
                values[key] = draw(st.sampled_from([*item.options, *item.options, None]))
            elif item.kind == "text":
                values[key] = draw(st.sampled_from(["内容", None]))
            else:
                values[key] = draw(st.one_of(st.none(), st.integers(0, int(min(item.limit or 9, 20))).map(Decimal)))
    return Answers(TABLE.id, values)


@settings(max_examples=many(40, 400), deadline=None)
@given(st.data())
def test_any_answers_give_a_card_that_adds_up(data):
    card = score(TABLE, _random_answers(data.draw))
    for one in card.scores:
        assert one.points is None or one.points == INVALID or 0 <= one.points <= one.full
        assert (one.reason == "") == (one.points is None)
    settled = [one.points for one in card.scores if isinstance(one.points, Decimal)]
    assert card.total == (sum(settled) if len(settled) == len(card.scores) else None)
    assert (card.grade is None) == (card.total is None)
