"""Slips of the hand: figures in 元, percent signs left out, units written behind figures, cells pasted over. Said at once, never mended."""

import datetime
import re
import tomllib
import zipfile
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from support.books import book as written
from support.books import formulas_of
from support.depth import many, spread
from support.office import poison
from support.slips import slips

from xl_jixiao.expr import Cell, exact
from xl_jixiao.jobs import open_job
from xl_jixiao.number import day_number
from xl_jixiao.review.examine import examine
from xl_jixiao.rules.completion import Completion
from xl_jixiao.rules.typed import Kind, Typed
from xl_jixiao.scoretable.job import TableJob
from xl_jixiao.scoretable.keys import adjusted_name, reason_name, result_key
from xl_jixiao.scoretable.table import from_data
from xl_jixiao.selfeval import cells
from xl_jixiao.sheet.data import hint_key, remark_key, state, unsaid
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Computed, Entry
from xl_jixiao.tables.answers import AnswersError, read_data
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.tables.inputs import Input
from xl_jixiao.tables.reasons import says_nothing
from xl_jixiao.tables.slips import Quotient, is_part, questions
from xl_jixiao.tables.tablefile import read_toml
from xl_jixiao.words import BLANK, CHECKS, EXPLAIN, INVALID, MUST_FIX, PASSED

CHOICE = ("符合", "不符合")

MEANT = [
    ("带着单位", Typed(Kind.COUNT), "人", "86人", Decimal(86)),
    ("带着单位，有空格", Typed(Kind.COUNT), "人", " 86 人", Decimal(86)),
    ("万元", Typed(Kind.AMOUNT), "万元", "1,010.01万元", Decimal("1010.01")),
    ("元换算成万元", Typed(Kind.AMOUNT), "万元", "10100100元", Decimal("1010.01")),
    ("亿元换算成万元", Typed(Kind.AMOUNT), "万元", "1.2亿元", Decimal(12000)),
    ("人民币符号", Typed(Kind.AMOUNT), "万元", "￥1010.01", Decimal("1010.01")),
    ("全角", Typed(Kind.AMOUNT), "万元", "８６．５", Decimal("86.5")),
    ("百分号前有空格", Typed(Kind.PERCENT), "", "95 %", Decimal("0.95")),
    ("打勾", Typed(Kind.CHOICE, options=CHOICE), "", "√", "符合"),
    ("写是", Typed(Kind.CHOICE, options=CHOICE), "", "是", "符合"),
    ("打叉", Typed(Kind.CHOICE, options=CHOICE), "", "×", "不符合"),
    ("写否", Typed(Kind.CHOICE, options=CHOICE), "", " 否", "不符合"),
    ("选项有空格", Typed(Kind.CHOICE, options=CHOICE), "", "符 合 ", "符合"),
    ("别的单位", Typed(Kind.COUNT), "人", "86万元", None),
    ("空格隔开的数字", Typed(Kind.COUNT), "人", "1 2", None),
    ("空格隔开的数字带着单位", Typed(Kind.AMOUNT), "万元", "1 010.01万元", None),
    ("汉字", Typed(Kind.COUNT), "人", "八十六人", None),
    ("约数", Typed(Kind.COUNT), "人", "约86人", None),
    ("三档里的是", Typed(Kind.CHOICE, options=("优", "良", "差")), "", "是", None),
]


@pytest.mark.parametrize(("typed", "unit", "text", "meant"), [case[1:] for case in MEANT], ids=[case[0] for case in MEANT])
def test_what_a_text_plainly_means(typed, unit, text, meant):
    assert typed.meant(text, unit) == meant


INPUTS = (
    Input(name="编制数", kind="count", unit="人"),
    Input(name="在职人员数", kind="count", unit="人"),
    Input(name="年初预算数", unit="万元"),
    Input(name="预算完成数", unit="万元"),
    Input(name="三公经费预算数", unit="万元"),
    Input(name="结转结余总额", unit="万元"),
    Input(name="支付进度", kind="percent"),
    Input(name="办公面积", unit="平方米"),
)
SOUND = {"编制数": 86, "在职人员数": 66, "年初预算数": 850, "预算完成数": 900, "三公经费预算数": 12, "结转结余总额": 40, "支付进度": "0.95"}

ASKED = [
    ("正常的数", {}, {}),
    ("整个县的预算", {"年初预算数": 350000, "预算完成数": 360000}, {}),
    ("很小的三公", {"三公经费预算数": "0.3"}, {}),
    ("零", dict.fromkeys(SOUND, 0), {}),
    ("填无", {"编制数": "无", "预算完成数": "无"}, {}),
    ("年初预算数填成元", {"年初预算数": 8500000}, {"年初预算数": "是“预算完成数”的1000倍以上，是否填成了元？"}),
    ("小单位全部填成元", {"年初预算数": 8500000, "预算完成数": 9000000}, {"年初预算数": "超过100亿元", "预算完成数": "超过100亿元"}),
    ("编制数多了", {"编制数": 8600000}, {"编制数": "超过10万人"}),
    ("编制数是在职人数的百倍", {"编制数": 8600}, {"编制数": "是其他人数的7倍以上"}),
    ("百分数漏写百分号", {"支付进度": 5}, {"支付进度": "超过300%，是否为5%？"}),
    ("在百分数的单元格里写了小数", {"支付进度": "0.0095"}, {"支付进度": "只有0.95%，是否为95%？"}),
]


@pytest.mark.parametrize(("changed", "expected"), [case[1:] for case in ASKED], ids=[case[0] for case in ASKED])
def test_what_is_asked_of_a_figure(changed, expected):
    values = {key: value if value == "无" else Decimal(str(value)) for key, value in {**SOUND, **changed}.items()}
    given = {key: value if isinstance(value, str) else (int(value) if value == int(value) else value) for key, value in values.items()}
    cells = {one.key: None for one in INPUTS} | {key: exact(value) for key, value in given.items()}
    found = {key: text for key, tree in questions(INPUTS).items() if (text := tree.value(cells))}
    assert set(found) == set(expected) and all(found[key].startswith(text) for key, text in expected.items()), found


def test_the_sheet_asks_as_python_does_until_the_remark_answers(office, tmp_path):
    job = open_job("hongjiang-2020-dept")
    answers = job.answers(examples()["hongjiang-2020-dept"])
    values = {**answers.values, "年初预算数": answers.values["年初预算数"] * 10000, "编制数": Decimal(8600000)}
    for remark, word in ({}, "须说明"), ({"编制数": "全州政法系统合并填报"}, "已填"):
        given = type(answers)(answers.rubric_id, values, answers.adjustments, remarks=remark)
        path = tmp_path / f"{word}.xlsx"
        result = job.write(given, Edition.NATIVE, path)
        assert ("编制数" in "".join(one.message for one in result.findings if one.code == "JX109")) == (word == "须说明")
        plan = job.plan(given, Edition.NATIVE, result)
        fresh = office.recalculate(poison(path, tmp_path / "poisoned.xlsx"))
        for (sheet, address), cached in formulas_of(path).items():
            got = fresh[sheet].get(address, "")
            assert got == pytest.approx(cached) if isinstance(cached, (int, float)) else got == (cached or ""), (sheet, address)
        ref = plan.ref(state("编制数").key)
        assert fresh[ref.sheet][ref.local] == word and plan.ref(remark_key("编制数")).row == plan.ref(hint_key("编制数")).row


@pytest.mark.parametrize("name", ["hongjiang-2020-dept", "generic-selfeval", "hongjiang-2020-accounts"])
def test_entries_stay_open_whatever_is_pasted_into_them(name, tmp_path):
    """Areas that may be edited on a protected sheet, whatever a cell's own lock says: each entry is in one, nothing else is."""
    job = open_job(name)
    plan = job.plan_for(Edition.NATIVE, {})
    with zipfile.ZipFile(written(name, Edition.NATIVE, tmp_path / "a.xlsx", filled=False)) as package:
        for number, sheet in enumerate(plan.sheets, 1):
            text = package.read(f"xl/worksheets/sheet{number}.xml").decode()
            areas = re.findall(r'<protectedRange sqref="([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?" name="填报区\d+"/>', text)
            opened = {(column(left), int(top), column(right or left), int(bottom or top)) for left, top, right, bottom in areas}
            cells = {(row, col) for left, top, right, bottom in opened for row in range(top, bottom + 1) for col in range(left, right + 1)}
            entries = {
                (one.row + 1 + down, one.column + 1 + along)
                for one in sheet.cells
                if isinstance(one.content, Entry)
                for down in range(one.rows)
                for along in range(one.columns)
            }
            assert cells == entries, sheet.name


UNKNOWABLE = {
    "全部金额填成元": "小项目的金额全部填成元，而没有一处文字说是多少万元",
    "填成元": "没有别的数可比的一个小数目",
    "人数多了五个零": "没有别的数可比的人次、批次",
    "个数多了五个零": "没有别的数可比的个数",
    "粘贴了文字": "定性指标的完成程度是人填的",
    "抄了分值": "定性指标，或没有分值的表",
    "漏写百分号": "零没有两种读法",
    "写成小数": "零没有两种读法",
}
"""What nothing in a filing can tell, by kind of slip."""


def test_hardly_any_slip_passes_in_silence():
    found = list(slips(1 if many(0, 1) else 7))
    silent = [one for one in found if not one.said]
    assert len(found) > 150 and len(silent) <= len(found) * 0.04, silent
    assert {one.kind for one in silent} <= set(UNKNOWABLE), silent


SLIPS = tomllib.loads((Path(__file__).parent / "data" / "slip_cases.toml").read_text(encoding="utf-8"), parse_float=Decimal)["case"]
QUIET = ("JX108", "JX183", "JX550", "JX565", "JX567")
"""What a data file says otherwise than its cell would hold it, what is worth knowing, and what only shows beside other rows: nothing the
row itself has to say."""


def slipped(case):
    """The data of an example with the slip of a case."""
    data = read_data(examples()[case["table"]])
    data.get("answers", {}).update(case.get("answers", {}))
    for key in case.get("without", ()):
        del data["answers"][key]
    for key, value in case.get("funds", {}).items():
        source, _, amount = key.partition("_")
        data.setdefault("funds", {}).setdefault(source, {})[amount] = value
    if "row" in case:
        row = data["rows"][case["row"] - 1]
        row.pop("偏差原因", None)
        row.update(case["cells"])
    if "note" in case:
        data["funds"]["执行率说明"] = case["note"]
    if "more" in case:
        data["rows"] += case["more"]
    return data


def checks_of(job, answers):
    """Every line of 校验: its name and what it comes to."""
    plan = job.plan(answers, Edition.NATIVE)
    rows = {ref.row: plan.shown[key] for key, (ref, _) in plan.placed.items() if re.fullmatch(r"校验:\d+", key)}
    names = {one.row: one.content.value for one in plan.sheet_by_name[CHECKS].cells if one.column == 1 and one.row in rows}
    return {names[row]: word for row, word in rows.items()}, plan


@cache
def unslipped(table):
    """What an example's review says as it is, the lines of its 校验, and which cell stands where."""
    job = open_job(table)
    answers = job.answers(examples()[table])
    found = {(one.code, one.message) for one in job.evaluate(answers).findings}
    found |= {(code, "") for code, _ in found if code == "JX401"}  # its sentence says the points as they are now
    return found, checks_of(job, answers)[0], {str(ref): key for key, (ref, _) in job.plan_for(Edition.NATIVE, {}).placed.items()}


@pytest.mark.parametrize("case", SLIPS, ids=[case["name"] for case in SLIPS])
def test_a_slip_is_said_once_at_its_own_cell(case):
    job = open_job(case["table"])
    known, _, places = unslipped(case["table"])
    found = job.evaluate(job.answers_from(slipped(case))).findings
    new = [one for one in found if (one.code, one.message) not in known and (one.code, "") not in known]
    assert [[one.code, places[f"{one.place.sheet}!{one.place.cell}"]] for one in new] == case["found"]
    assert case.get("says", "") in "".join(one.message for one in new)


SHOWN = spread(SLIPS, 26)


@pytest.mark.parametrize("case", SHOWN, ids=[case["name"] for case in SHOWN])
def test_a_slip_is_said_in_its_own_row_and_in_checks(case):
    job = open_job(case["table"])
    _, before, _ = unslipped(case["table"])
    after, plan = checks_of(job, job.answers_from(slipped(case)))
    loud = [(code, key) for code, key in case["found"] if code not in QUIET]
    if loud and loud[0][0] == "JX101":
        assert after["基础数据已填全"] == BLANK != before["基础数据已填全"]
    elif loud and loud[0][0] != "JX532":
        words = (BLANK,) if loud[0][0] == "JX516" else (MUST_FIX, EXPLAIN)
        assert [name for name, word in after.items() if word != before.get(name) and word in words], after
    for code, key in loud:
        name, _, number = key.partition(":")
        if number:
            assert plan.shown[cells.at(cells.STATE, int(number))] in (MUST_FIX, EXPLAIN) or code == "JX532"
        elif key in job.plan_for(Edition.NATIVE, {}).entries and state(key).key in plan.placed and code in ("JX103", "JX109", "JX308"):
            own = plan.shown[hint_key(key)] if hint_key(key) in plan.placed else ""
            assert own and (plan.shown[state(key).key] != "已填" or code == "JX308")


def test_a_slip_is_said_by_the_sheet_in_a_second_program_as_by_python(office, tmp_path):
    for number, case in enumerate(SLIPS[:: many(40, 3)]):
        job, path = open_job(case["table"]), tmp_path / f"{number}.xlsx"
        job.write(job.answers_from(slipped(case)), Edition.NATIVE, path)
        fresh = office.recalculate(poison(path, tmp_path / f"{number}-.xlsx"))
        for (sheet, address), cached in formulas_of(path).items():
            got = fresh[sheet].get(address, "")
            same = got == pytest.approx(cached) if isinstance(cached, (int, float)) else got == (cached or "")
            assert same, (case["name"], sheet, address)


def column(letters: str) -> int:
    number = 0
    for one in letters:
        number = 26 * number + ord(one) - 64
    return number


@pytest.mark.parametrize(
    ("part", "whole", "inside"),
    [
        ("满意人数", "调查人数", True),
        ("合格数", "验收数", True),
        ("公开项数", "应公开项数", True),
        ("到期完成数", "项目数", True),
        ("覆盖资金", "资金总额", True),
        ("实际完成数", "计划完成数", False),
        ("支出数", "预算数", False),
        ("本年收入", "上年收入", False),
    ],
)
def test_figures_that_by_their_names_are_a_part_of_others(part, whole, inside):
    assert is_part(part, whole) is inside


def test_several_amounts_of_one_piece_of_work_may_be_in_yuan_together():
    inputs = tuple(Input(name=name, unit="万元") for name in ("计划资金", "到位资金", "实际支出"))
    for given, asked in (((960000, 950000, 90), 2), ((96, 95, 90), 0), ((96000, 95000, 90000), 0), ((350000, 340000, 320000), 0)):
        values = dict(zip(("计划资金", "到位资金", "实际支出"), given, strict=True))
        assert sum(bool(tree.value(values)) for tree in questions(inputs).values()) == asked


@pytest.mark.parametrize(
    ("name", "day", "asked"),
    [
        ("实际完工日期", datetime.date(2042, 9, 21), "晚于2027年"),
        ("批准开工日期", datetime.date(2003, 3, 15), "早于2014年"),
        ("计划竣工日期", datetime.date(2031, 12, 31), ""),
        ("开工日期", datetime.date(2019, 5, 1), ""),
        ("单位成立日期", datetime.date(1998, 1, 1), ""),
        ("填报日期", datetime.date(2023, 4, 20), "早于2024年"),
    ],
)
def test_a_date_years_from_its_table_is_asked_about(name, day, asked):
    inputs = (Input(name=name, kind="date"),)
    tree = questions(inputs, year=2024).get(name)
    assert str(tree.value({name: day_number(day)}) if tree else "").startswith(asked or "~") is bool(asked)


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({"能耗增减额": -31000, "上年能耗": 61}, True),
        ({"能耗增减额": 31000, "上年能耗": 61}, True),
        ({"能耗增减额": -31, "上年能耗": 61}, False),
    ],
)
def test_a_change_is_held_against_its_base_on_both_sides_of_zero(given, asked):
    inputs = (Input(name="能耗增减额", unit="万元", signed=True), Input(name="上年能耗", unit="万元"))
    rate = Quotient("能耗变动率", Cell("能耗增减额"), Cell("上年能耗"), Decimal(3), Decimal(0), "理由")
    found = questions(inputs, quotients=(rate,))["能耗增减额"].value({**given, "理由": None})
    assert bool(found) is asked


@pytest.mark.parametrize(("name", "share", "asked"), [("满意率", "1.2", True), ("满意率", "1", False), ("增长率", "1.2", False)])
def test_a_percentage_that_by_its_name_is_a_part_of_all(name, share, asked):
    found = questions((Input(name=name, kind="percent"),))[name].value({name: exact(Decimal(share))})
    assert bool(found) is asked


def test_a_rank_begins_at_one():
    rank = Input(name="全省考核名次", kind="count", unit="名")
    assert rank.typed.problem(Decimal(0)) == "不能小于1" and not rank.typed.problem(Decimal(1))


def test_a_target_written_as_a_percentage_is_one():
    rule = Completion.model_validate({"kind": "completion", "direction": "positive", "target": "95%"})
    (done,) = rule.items(Decimal(5))
    assert done.show(Decimal("0.932")) == "93.20%" and "指标值95%，完成值93.2%" in rule.explain(Decimal(5), None, [Decimal("0.932")])
    with pytest.raises(ValueError, match="是否为93.2%"):
        done.parse("93.2")


SPOILED = ("结转结余总额", "资金使用合规性_1", "备注_编制数")
"""A figure others are asked about beside, a judged item, a remark."""


def test_an_error_value_is_said_in_its_own_row_and_spoils_no_count(office, tmp_path):
    job = open_job("hongjiang-2020-dept")
    book, plan = written(job.id, Edition.NATIVE, tmp_path / "book.xlsx"), job.plan_for(Edition.NATIVE, {})
    answers = job.answers(examples()[job.id])
    for key in SPOILED:
        spoiled, ref = openpyxl.load_workbook(book), plan.ref(key)
        spoiled[ref.sheet][ref.local] = "#REF!"
        spoiled.save(tmp_path / "spoiled.xlsx")
        fresh = office.recalculate(poison(tmp_path / "spoiled.xlsx", tmp_path / "poisoned.xlsx"))
        wrong = [(name, at) for name, cells in fresh.items() for at, value in cells.items() if str(value).startswith("#ERR")]
        assert wrong == [(ref.sheet, ref.local)], key
        if key.startswith("备注_"):
            continue
        said = plan.ref(state(key).key)
        assert fresh[said.sheet][said.local] == INVALID
        values = plan.values({**job.entries(answers), key: "#REF!"})
        shown = {key: place for key, (place, one) in plan.placed.items() if isinstance(one.content, Computed) and not one.content.varies}
        assert [key for key, at in shown.items() if values[key] != exact(fresh[at.sheet].get(at.local, ""))] == []


def test_an_error_value_saved_by_another_program_is_found_as_a_value_and_no_formula(office, tmp_path):
    job = open_job("hongjiang-2020-dept")
    book = written(job.id, Edition.NATIVE, tmp_path / "book.xlsx")
    spoiled, ref = openpyxl.load_workbook(book), job.plan_for(Edition.NATIVE, {}).ref(SPOILED[0])
    spoiled[ref.sheet][ref.local] = "#N/A"
    spoiled.save(book)
    found = examine(office.convert(book, "xlsx", tmp_path / "saved.xlsx")).findings
    assert [one.code for one in found if one.place.cell == ref.local] == ["JX103"]


def test_an_error_value_in_a_row_of_a_self_evaluation_is_said_there(office, tmp_path):
    """In three rows, each in another cell of it."""
    job = open_job("generic-selfeval")
    book = openpyxl.load_workbook(written(job.id, Edition.NATIVE, tmp_path / "book.xlsx"))
    plan = job.plan(job.answers(examples()[job.id]), Edition.NATIVE)
    rows = dict(enumerate((cells.DONE, cells.REASON, cells.DEGREE), 2))
    for number, entered in rows.items():
        ref = plan.ref(cells.at(entered, number))
        book[ref.sheet][ref.local] = "#DIV/0!"
    book.save(tmp_path / "spoiled.xlsx")
    fresh = office.recalculate(poison(tmp_path / "spoiled.xlsx", tmp_path / "poisoned.xlsx"))
    assert not [at for at, value in fresh[CHECKS].items() if str(value).startswith("#ERR")]
    for number, entered in rows.items():
        word, hint = (plan.ref(cells.at(name, number)) for name in (cells.STATE, cells.HINT))
        assert fresh[word.sheet][word.local] == MUST_FIX and "错误值" in fresh[hint.sheet][hint.local], entered


@pytest.mark.parametrize(
    ("remark", "asked"),
    [("", True), ("无", True), ("同 上", True), ("见附件", True), ("已与决算表核对无误", False)],
)
def test_a_word_that_says_nothing_answers_no_question_in_the_sheet(remark, asked):
    job = open_job("hongjiang-2020-dept")
    entries = dict(job.entries(job.answers(examples()[job.id])))
    values = job.plan_for(Edition.NATIVE, {}).values({**entries, "编制数": 8600000, remark_key("编制数"): remark or None})
    assert (values[state("编制数").key] == EXPLAIN, values[hint_key("编制数")] != "") == (asked, asked)


@pytest.mark.parametrize(("reason", "word"), [("无", EXPLAIN), ("见附件", EXPLAIN), ("跨年度项目，按合同分期验收", PASSED)])
def test_an_adjustment_without_a_real_reason_is_said_in_its_row(reason, word):
    job, code = open_job("hongjiang-2020-dept"), "绩效目标合理性"
    entries = dict(job.entries(job.answers(examples()[job.id])))
    entries |= {adjusted_name(code): 1, reason_name(code): reason}
    assert job.plan_for(Edition.NATIVE, {}).values(entries)[result_key(code)] == word


@pytest.mark.parametrize("text", ["", " ", "无", "同 上", "见附件", "略。", "已核对", "已核对过", "属新设立单位"])
def test_what_the_sheet_takes_for_no_reason_the_program_does_too(text):
    assert not unsaid(Cell("理由")).value({"理由": text}) or not text.strip() or says_nothing(text)


TYPED_AS_TEXT = [
    ("hongjiang-2020-dept", "年初预算数", "1,010.01", "再输入 1010.01"),
    ("hongjiang-2020-dept", "年初预算数", "￥１，０１０．０１ 万元", "再输入 1010.01"),
    ("hongjiang-2020-dept", "编制数", "86人", "再输入 86"),
    ("hongjiang-2020-dept", "编制数", "８６", "再输入 86"),
    ("hongjiang-2020-dept", "编制数", "约86人", "再输入数字"),
    ("hongjiang-2020-dept", "编制数", "人", "再输入数字"),
    ("hongjiang-2020-dept", "编制数", " 86 人", "再输入 86"),
    ("hongjiang-2020-dept", "编制数", "1 2", "再输入数字"),
    ("hongjiang-2020-dept", "预算完成数", "无 ", "再输入“无”"),
    ("hongjiang-2020-project-data", "项目1整体进度", "９５ ％", "再输入 95%"),
    ("hongjiang-2020-project-data", "项目1整体进度", "95", "再输入数字"),
]


@pytest.mark.parametrize(("table", "key", "text", "advice"), TYPED_AS_TEXT)
def test_a_number_typed_as_text_is_said_in_its_row_with_what_to_type_and_computes_nothing(table, key, text, advice):
    job = open_job(table)
    plan = job.plan_for(Edition.NATIVE, {})
    values = plan.values({**job.entries(job.answers(examples()[table])), key: text})
    assert values[state(key).key] == INVALID and values[hint_key(key)].split("；")[0].endswith(advice)
    if "总分" in plan.placed:
        assert values["总分"] == "未完成" and values["等次"] == ""


def test_a_judged_item_that_is_none_of_its_choices_says_what_to_do_beneath():
    job = open_job("hongjiang-2020-dept")
    plan = job.plan_for(Edition.NATIVE, {})
    values = plan.values({**job.entries(job.answers(examples()[job.id])), "资金使用合规性_1": "符合 "})
    assert "再从下拉列表选择" in values["计分说明:资金使用合规性"] and values["总分"] == "未完成"


@pytest.mark.parametrize(
    ("first", "later"),
    [("一季度末支出数", "二季度末支出数"), ("截至第二季度支出数", "截至第三季度支出数"), ("三季度末支出数", "全年支出数")],
)
def test_what_is_reached_at_the_end_of_a_quarter_does_not_fall(first, later):
    asked = questions((Input(name=first, unit="万元"), Input(name=later, unit="万元")))
    assert "累计数只增不减" in asked[first].value({first: 700, later: 600}) and not asked[first].value({first: 600, later: 700})


def test_what_adds_up_over_the_year_does_not_fall():
    names = ("上半年支出数", "前三季度支出数", "全年支出数", "第三季度支出数")
    inputs = tuple(Input(name=name, unit="万元") for name in names)
    asked = questions(inputs)
    for given, said in (((400, 600, 900, 200), ()), ((700, 600, 900, 200), names[:1]), ((400, 950, 900, 999), names[1:2])):
        values = dict(zip(names, given, strict=True))
        assert tuple(name for name in names if name in asked and asked[name].value(values)) == said


OWN = Path(__file__).parent / "data" / "own-county.toml"


def one_line(name, rule):
    """A table of one indicator."""
    line = {"path": ["产出", "质量"], "name": name, "weight": 10, "explanation": name, "criterion": "", "rule": rule}
    return {
        **{
            "id": "one",
            "title": "一行的表",
            "revision": "1",
            "year": 2025,
            "region": "某县（虚构）",
            "kind": "scoring_table",
            "basis": "虚构",
        },
        **{"total": 10, "grades_basis": "虚构", "grades": [{"name": "优", "least": 9}, {"name": "差", "least": 0}]},
        "form": read_toml(OWN)["form"],
        "inputs": [{"name": "单位名称", "kind": "text"}],
        "indicators": [line],
    }


JUDGED = [
    ("社会公众满意度", {"kind": "completion", "direction": "positive", "unit": "%"}, ["90%", "932%"], "JX546"),
    ("社会公众满意度", {"kind": "completion", "direction": "positive", "unit": "%"}, ["90%", "120%"], "JX546"),
    ("社会公众满意度", {"kind": "completion", "direction": "positive", "target": "90%"}, ["93.2%"], ""),
    ("任务完成率", {"kind": "completion", "direction": "positive", "unit": "%"}, ["90%", "120%"], ""),
    ("任务完成率", {"kind": "completion", "direction": "positive", "unit": "%"}, ["90%", "932%"], "JX546"),
    ("重点工作", {"kind": "shared", "subject": "重点工作"}, ["建路", "100%", "建路", "100%"], "JX550"),
    ("重点工作", {"kind": "shared", "subject": "重点工作"}, ["建路", "100%", "修桥", "100%"], ""),
    ("产出", {"kind": "rows", "subject": "产出"}, ["培训", "≥60人", "66人", 5, None, None, "培训", "≥60人", "66人", 5], "JX550"),
    ("产出", {"kind": "rows", "subject": "产出"}, ["培训", "≥60人", "66人", 5, None, None, "培训", "≥2期", "2期", 5], ""),
    ("制度健全性", {"kind": "judgement"}, ["0.08"], "JX564"),
    ("制度健全性", {"kind": "judgement"}, ["0.5"], ""),
    ("制度健全性", {"kind": "judgement"}, [0], ""),
    (
        "工作质量",
        {"kind": "tier_ranges", "tiers": [{"label": "优", "lowest": 8, "highest": 10}, {"label": "差", "lowest": 0, "highest": 7}]},
        ["差", 9],
        "JX548",
    ),
]


@pytest.mark.parametrize(("name", "rule", "given", "code"), JUDGED)
def test_a_judged_value_that_is_hardly_meant_is_asked_about_in_its_own_row_until_a_reason_answers(name, rule, given, code):
    table = from_data(one_line(name, rule), "t.toml")
    job = TableJob(table)
    keys = table.asked.item_keys[name]
    for reason in ("", "县统计局年报第3页，已核对原始记录"):
        answers = job.answers_from(
            {
                "answers": {"单位名称": "某局", **dict(zip(keys, given, strict=False))},
                "adjustments": {name: {"reason": reason}} if reason else {},
            }
        )
        found = [one for one in job.evaluate(answers).findings if one.code in ("JX546", "JX548", "JX550", "JX564")]
        assert [one.code for one in found] == ([code] if code and not reason else [])
        plan = job.plan(answers, Edition.NATIVE)
        marked = [key for key in keys if plan.shown[state(key).key] == EXPLAIN]
        assert bool(marked) is bool(found) and (not found or plan.ref(marked[0]).local == found[0].place.cell)
        assert ("请改正" in plan.shown[f"计分说明:{name}"]) is bool(found)
        assert (plan.shown[result_key(name)] == EXPLAIN) is bool(found)


def test_a_code_typed_as_a_number_into_a_text_is_not_asked_about():
    inputs = (Input(name="预算编码", kind="text", required=False), Input(name="单位名称", kind="text"))
    asked = questions(inputs)
    assert not asked["预算编码"].value({"预算编码": 102}) and not asked["单位名称"].value({"单位名称": "某局"})
    assert asked["单位名称"].value({"单位名称": "××局"}) and asked["预算编码"].value({"预算编码": "见附件"})


GOALS = [
    ("按要求完成", True),
    ("已完成。", True),
    ("本年度各项工作任务\n均已按计划 圆满完成", True),
    ("无", True),
    ("见附件", True),
    ("完成各项培训", False),
    ("完成66场", False),
]


@pytest.mark.parametrize(("text", "empty"), GOALS)
def test_a_goal_that_is_only_said_to_be_reached_says_nothing(text, empty):
    job = open_job("generic-selfeval")
    data = read_data(examples()[job.id])
    data["goals"]["实际完成情况"] = text
    answers = job.answers_from(data)
    assert [one.code for one in job.evaluate(answers).findings] == (["JX521"] if empty else [])
    lines, _ = checks_of(job, answers)
    assert lines["总体目标写明了内容"] == (EXPLAIN if empty else PASSED)


def test_a_passage_about_the_work_that_only_says_it_was_done_is_asked_about():
    inputs = (Input(name="绩效目标完成情况", kind="text", limit=200), Input(name="单位名称", kind="text"))
    asked = questions(inputs)
    assert "等于没有写" in asked["绩效目标完成情况"].value({"绩效目标完成情况": "全部按时完成"})
    assert not asked["绩效目标完成情况"].value({"绩效目标完成情况": "全部按时完成，培训660人"})
    assert not asked["单位名称"].value({"单位名称": "项目工作部"})


SPENT = (
    Input(name="在职人员数", kind="count", unit="人"),
    Input(name="基本支出", unit="万元"),
    Input(name="人员经费", unit="万元"),
    Input(name="公用经费", unit="万元"),
    Input(name="三公经费预算数", unit="万元"),
    Input(name="公务用车运行维护费", unit="万元"),
    Input(name="公务用车保有量", kind="count", unit="辆"),
    Input(name="公务接待费", unit="万元"),
    Input(name="公务接待人次", kind="count", unit="人次"),
)
YEAR_OF_66 = dict(zip((one.name for one in SPENT), map(Decimal, "66 1240.71 875.14 365.57 65.58 7.51 3 12.96 1337".split()), strict=True))
MONEY = tuple(one.name for one in SPENT if one.kind == "amount")


@pytest.mark.parametrize(
    ("times", "heads", "asked"),
    [
        (1, 66, ()),
        (2, 66, ()),
        (10, 66, MONEY),
        (100, 66, MONEY),
        (Decimal("0.0001"), 66, ("基本支出", "人员经费", "公务接待人次")),
        (1, 4, ()),
        (0, 66, ()),
    ],
)
def test_amounts_all_in_another_unit_are_told_by_what_they_come_to_for_each_person_car_and_guest(times, heads, asked):
    given = {name: value * times if name in MONEY else value for name, value in YEAR_OF_66.items()} | {"在职人员数": Decimal(heads)}
    values = {name: exact(value) for name, value in given.items()}
    found = {name for name, tree in questions(SPENT).items() if tree.value(values)}
    assert found == set(asked)


ROWS = [
    ({"三级指标": "群众满意度", "年度指标值": "≤95%", "实际完成值": "95%"}, "JX560"),
    ({"三级指标": "群众满意度", "年度指标值": "≥95%", "实际完成值": "96%"}, ""),
    ({"三级指标": "投诉率", "年度指标值": "≥5%", "实际完成值": "6%"}, "JX560"),
    ({"三级指标": "投诉办结率", "年度指标值": "≥95%", "实际完成值": "96%"}, ""),
    ({"三级指标": "违法行为责停率", "年度指标值": "≥95%", "实际完成值": "95%"}, ""),
    ({"三级指标": "不满意率", "年度指标值": "5%", "实际完成值": "4%"}, "JX185"),
    ({"三级指标": "不合规资金比例", "年度指标值": "2%", "实际完成值": "3%"}, "JX185"),
    ({"三级指标": "不满意率", "年度指标值": "≤5%", "实际完成值": "4%"}, ""),
    ({"三级指标": "不合格产品处置率", "年度指标值": "95%", "实际完成值": "96%"}, ""),
    ({"三级指标": "培训次数", "年度指标值": "≥0次", "实际完成值": "6次"}, "JX561"),
    ({"三级指标": "培训次数", "年度指标值": "≥-6次", "实际完成值": "6次"}, "JX561"),
    ({"三级指标": "利润", "年度指标值": "≥0万元", "实际完成值": "6万元"}, ""),
    ({"三级指标": "收入增长率", "年度指标值": "≥0%", "实际完成值": "6%"}, ""),
    ({"三级指标": "支出比例", "年度指标值": "≤3000%", "实际完成值": "600%"}, "JX561"),
    ({"三级指标": "验收合格率", "年度指标值": "验收合格率", "实际完成值": "100%"}, "JX561"),
    ({"三级指标": "按期完成", "年度指标值": "按期完成", "实际完成值": "按期完成"}, ""),
    ({"三级指标": "5", "年度指标值": "≥95%", "实际完成值": "95%"}, "JX563"),
    ({"三级指标": "≥95%", "年度指标值": "≥95%", "实际完成值": "95%"}, "JX563"),
    ({"三级指标": "见附件", "年度指标值": "≥95%", "实际完成值": "95%"}, "JX551"),
    ({"三级指标": "公用经费控制率", "年度指标值": "≤100%", "实际完成值": "0.97%"}, "JX562"),
    ({"三级指标": "公用经费控制率", "年度指标值": "≤100%", "实际完成值": "97%"}, ""),
    ({"三级指标": "预算调整率", "年度指标值": "≤10%", "实际完成值": "0.5%"}, ""),
    ({"三级指标": "清淤河道", "年度指标值": "30.5公里", "实际完成值": "30500"}, "JX566"),
    ({"三级指标": "清淤河道", "年度指标值": "30.5公里", "实际完成值": "30500米"}, ""),
    ({"三级指标": "清淤河道", "年度指标值": "30.5公里", "实际完成值": "31"}, ""),
    ({"三级指标": "设备购置费", "年度指标值": "不超过1.5万元", "实际完成值": "14200"}, "JX566"),
    ({"三级指标": "受益人次", "年度指标值": "≥3万人次", "实际完成值": "30500"}, ""),
    ({"三级指标": "公用经费控制率", "年度指标值": "#REF!", "实际完成值": "97%"}, "JX505"),
    ({"三级指标": "公用经费控制率", "年度指标值": "≤100%", "实际完成值": "#REF!"}, "JX505"),
]


@pytest.mark.parametrize(("given", "code"), ROWS, ids=["，".join(given.values()) for given, _ in ROWS])
def test_a_row_whose_name_target_or_direction_is_hardly_meant_is_asked_about_there(given, code):
    job = open_job("generic-selfeval")
    data = read_data(examples()[job.id])
    row = data["rows"][0]
    row.pop("偏差原因", None)
    row.update(given, 二级指标="质量指标")
    for reason in ("", "按县里考核办法核对无误"):
        answers = job.answers_from(data)
        found = [one for one in job.evaluate(answers).findings if not (reason and one.code in ("JX506", "JX204"))]
        answered = bool(reason) and (code in ("JX560", "JX562", "JX566") or code == "JX561" and given["年度指标值"] != given["三级指标"])
        assert [one.code for one in found] == ([] if answered or not code else [code])
        plan = job.plan(answers, Edition.NATIVE)
        state = plan.shown[cells.at(cells.STATE, 1)]
        assert state == (PASSED if answered or not code else MUST_FIX if code == "JX505" else EXPLAIN)
        row["偏差原因"] = "按县里考核办法核对无误"


RATES = [
    ({"在职人员数": 0}, "编制数", "不到20%"),
    ({"实际在用固定资产总额": Decimal("88.2")}, "所有固定资产总额", "不到10%"),
    ({"实际在用固定资产总额": 0}, "所有固定资产总额", "不到10%"),
    ({"满意问卷数": 20}, "有效问卷数", "不到20%"),
    ({"计划工作数": 4000}, "计划工作数", "不到10%"),
    ({"政府采购预算数": 6000}, "政府采购预算数", "不到2%"),
    ({"实际政府采购金额": 20}, "政府采购预算数", ""),
    ({"实际政府采购金额": 0}, "政府采购预算数", ""),
    ({"满意问卷数": 150}, "有效问卷数", ""),
]


@pytest.mark.parametrize(
    ("changed", "key", "said"), RATES, ids=["，".join(f"{key}{value}" for key, value in one[0].items()) for one in RATES]
)
def test_a_rate_that_is_hardly_ever_so_low_asks_for_its_figures(changed, key, said):
    job = open_job("generic-dept")
    data = read_data(examples()[job.id])
    data["answers"].update(changed)
    text = "".join(one.message for one in job.evaluate(job.answers_from(data)).findings if one.code == "JX109" and key in one.message)
    assert (said in text) if said else not text


def test_a_date_is_no_number_of_a_data_file():
    job = open_job("generic-dept")
    data = read_data(examples()[job.id])
    data["answers"]["所有固定资产总额"] = datetime.date(2020, 7, 20)
    with pytest.raises(AnswersError, match="“2020-07-20”是日期，应为数字"):
        job.answers_from(data)


@pytest.mark.parametrize(("adjusted", "asked"), [(90, False), (130, False), (Decimal("89.99"), False), (9, True), (0, True), (-90, False)])
def test_no_less_is_adjusted_than_a_budget_changed_by(adjusted, asked):
    inputs = tuple(Input(name=name, unit="万元", signed=True) for name in ("年初预算数", "调整后预算数", "预算调整数"))
    values = {"年初预算数": 1200, "调整后预算数": 1290, "预算调整数": exact(Decimal(adjusted))}
    found = questions(inputs)["预算调整数"].value(values)
    assert ("小于“年初预算数”与“调整后预算数”之差" in found) is asked and not questions(inputs)["预算调整数"].value(
        {**values, "年初预算数": None}
    )
