"""What 填报说明 and 校验 say of the work: nothing green or red before anything is typed; how much is filled; where the next thing to do is."""

import re

import pytest

from xl_jixiao.jobs import open_job
from xl_jixiao.selfeval.model import YEAR_FIELD
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Computed
from xl_jixiao.tables.catalogue import bundled, examples
from xl_jixiao.words import ALL_FILLED, BLANK, CHECKS, DATA, EXPLAIN, GUIDE, INVALID, MUST_FIX, NOT_FILLED, PASSED

NAMES = sorted(bundled())


def blank_plan(name):
    return open_job(name).plan_for(Edition.NATIVE, {})


def filled_plan(name):
    job = open_job(name)
    return job.plan(job.answers(examples()[name]), Edition.NATIVE)


def shown(plan, sheet, entries):
    """What the computed cells of a sheet show: {(row, column): value}."""
    values = plan.values(entries)
    return {(one.row, one.column): values.of(one.content) for one in plan.sheet_by_name[sheet].cells if isinstance(one.content, Computed)}


def target(plan, entries, *, sheet=GUIDE):
    """Where 下一处 leads: the address its formula gives, and what it shows."""
    (link,) = (one.content for one in plan.sheet_by_name[sheet].cells if one.style == "link" and isinstance(one.content, Computed))
    return plan.values(entries).of(link), link


def required(plan):
    """The keys of what must be filled, in the order of sheets and rows."""
    return [key for key, (_, entry) in plan.entries.items() if entry.required]


@pytest.mark.parametrize("name", NAMES)
def test_a_blank_workbook_is_neither_green_nor_red(name):
    plan = blank_plan(name)
    for sheet in (GUIDE, CHECKS):
        words = set(map(str, shown(plan, sheet, plan.own_entries).values()))
        assert not words & {PASSED, ALL_FILLED, MUST_FIX, EXPLAIN, INVALID}, sheet
    results = [value for (row, column), value in shown(plan, CHECKS, plan.own_entries).items() if column == 2]
    assert results and set(results) == {NOT_FILLED}


@pytest.mark.parametrize("name", NAMES)
def test_the_next_thing_to_do_is_the_first_required_blank(name):
    plan = blank_plan(name)
    said, _ = target(plan, plan.own_entries)
    first = next(key for key in required(plan) if key != YEAR_FIELD)  # the year is there from the start
    assert said.startswith(str(plan.ref(first)).replace("!", " "))


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_typed_moves_the_link_on(name):
    plan = blank_plan(name)
    before, _ = target(plan, plan.own_entries)
    place = before.split("\u3000")[0].replace(" ", "!")
    (key,) = (key for key, (ref, _) in plan.entries.items() if str(ref) == place)
    after, _ = target(plan, {**plan.own_entries, key: 1})
    assert after != before
    first = next(iter(shown(plan, GUIDE, {**plan.own_entries, key: 1}).values()))
    assert first != NOT_FILLED


def test_the_link_is_text_every_program_follows():
    """The address is written out, its row found by the program that has the workbook open."""
    plan = blank_plan("hongjiang-2020-dept")
    _, link = target(plan, {})
    text = plan.formula(GUIDE, link)
    assert """HYPERLINK("#'基础数据'!C"&MATCH("空白",'基础数据'!$G$""" in text
    assert re.search(r"""HYPERLINK\("#'校验'!A1","全部填完，请看“校验”"\)""", text)


def test_everything_filled_leads_to_the_checks():
    said, _ = target(plan := filled_plan("hongjiang-2020-dept"), plan.own_entries)
    assert said == f"全部填完，请看“{CHECKS}”"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "已填 3/3 项"),
        ({"其他资金_全年执行数": 5}, "已填 4/6 项，还差 2 项"),
        ({f"当年财政拨款_{amount}": None for amount in ("年初预算数", "全年预算数", "全年执行数")}, "已填 0/3 项，还差 3 项"),
    ],
    ids=["只有一个来源的项目", "动了第二个来源", "一个来源也没有填"],
)
def test_only_the_sources_a_project_has_are_wanted(typed, said):
    plan = filled_plan("generic-selfeval-cost")
    assert said in shown(plan, GUIDE, {**plan.own_entries, **typed}).values()


@pytest.mark.parametrize("name", ["hongjiang-2020-dept", "baojing-2019-dept", "hongjiang-2020-accounts"])
def test_a_wrong_figure_is_led_to_and_said_once(name):
    plan = filled_plan(name)
    numbers = [key for key, value in plan.own_entries.items() if not isinstance(value, str) and value is not None]
    entries = {**plan.own_entries, numbers[0]: -5}
    said, _ = target(plan, entries)
    assert said.startswith(str(plan.ref(numbers[0])).replace("!", " "))
    before, after = (
        [place for place, value in shown(plan, CHECKS, given).items() if value in (MUST_FIX, EXPLAIN)]
        for given in (plan.own_entries, entries)
    )
    assert len(set(after) - set(before)) == 1


@pytest.mark.parametrize(("name", "word"), [("hongjiang-2020-dept", BLANK), ("generic-dept", INVALID)])
def test_a_check_jumps_to_the_first_real_fault(name, word):
    plan = filled_plan(name)
    figures = [key for key, (ref, _) in plan.entries.items() if ref.sheet == "基础数据" and not key.startswith("备注_")]
    last = next(key for key in reversed(figures) if plan.entries[key][1].required and not isinstance(plan.own_entries[key], str))
    entries = {**plan.own_entries, last: None if word == BLANK else -1}
    jumps = [str(value) for (_, column), value in shown(plan, CHECKS, entries).items() if column == 4]
    assert str(plan.ref(last)).replace("!", " ") in jumps


def test_invalid_weights_earn_no_grade():
    plan = filled_plan("yanling-2020-selfeval")
    said = " ".join(map(str, shown(plan, GUIDE, plan.own_entries).values()))
    assert plan.shown["等次"] == "" and plan.shown["总分"] == 109 and "分值合计109，应为100" in said


def test_the_link_into_the_working_sheet_says_the_item_in_words():
    plan = blank_plan("hongjiang-2020-dept")
    figures = {key: 1 for key, (ref, _) in plan.entries.items() if ref.sheet == DATA}
    said, _ = target(plan, {**plan.own_entries, **figures})
    place, _, name = said.partition("\u3000")
    assert place.startswith("评分底稿 ") and name == "符合国家法律法规、国民经济和社会发展总体规划的"
