"""The built add-in template in a real spreadsheet program: LibreOffice opens it unchanged, only the runtime module is swapped.

Its cells call Python through xlwings' wrapper text and CallUDF; its macros run as the buttons run them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import openpyxl
import pytest
from support.books import book
from support.depth import forms
from support.office import POISON_NUMBER, POISON_TEXT, poison
from support.scoretable import Sent, write

from xl_jixiao.jobs import open_job
from xl_jixiao.scoretable import keys
from xl_jixiao.scoretable import table as rubric
from xl_jixiao.scoretable.compile import plan_of
from xl_jixiao.sheet import data
from xl_jixiao.sheet.addin import BUTTONS
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.package import read
from xl_jixiao.sheet.plan import Ref, column_letter
from xl_jixiao.tables import answers
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.words import DATA, GUIDE, WORKING

ID = "hongjiang-2020-dept"
TABLE = rubric.load(ID)
EXAMPLE = answers.load(examples()[ID], TABLE.asked)
PLAN = plan_of(TABLE)


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    return built(tmp_path_factory.mktemp("模板") / "自评.xlsm")


def built(path: Path, **changed: object) -> Path:
    values = {key: value for key, value in {**EXAMPLE.values, **changed}.items() if value is not None}
    write(TABLE, replace(EXAMPLE, values=values), Edition.ADDIN, path)
    return path


@lru_cache(maxsize=2)
def cells(path: Path) -> dict[tuple[str, str], tuple[object, bool]]:
    """Every cell as Python wrote it: its value, and whether it is a formula."""
    return {
        (sheet.name, Ref(sheet.name, *place).local): (stored.value, bool(stored.formula))
        for sheet in read(path).sheets.values()
        for place, stored in sheet.cells.items()
        if stored.formula or stored.value is not None
    }


def same(left: object, right: object) -> bool:
    if isinstance(left, float | int) and isinstance(right, float | int):
        return abs(left - right) < 1e-9
    return ("" if left is None else left) == ("" if right is None else right)


@pytest.mark.parametrize("name", forms(examples()))
def test_every_formula_recalculates_from_poisoned_caches_to_the_values_python_wrote(office, tmp_path, name):
    path = book(name, Edition.ADDIN, tmp_path / "自评.xlsm")
    (tmp_path / "毒").mkdir()
    live = office.live(poison(path, tmp_path / "毒" / path.name))
    written = cells(path)
    expected = {at: value for at, (value, is_formula) in written.items() if is_formula}
    wrong = {at: (value, live.values[at[0]].get(at[1])) for at, value in expected.items() if not same(value, live.values[at[0]].get(at[1]))}
    assert wrong == {}
    assert not any(POISON_TEXT in str(value) for sheet in live.values.values() for value in sheet.values())
    formulas = (cell.value for sheet in openpyxl.load_workbook(path).worksheets for row in sheet.iter_rows() for cell in row)
    calls = sum(text.count("JX_") for text in formulas if isinstance(text, str) and text.startswith("="))
    assert len(live.calls[0]) <= calls  # one behind an IF that is false is not called
    assert bool(live.calls[0]) == bool(calls)
    assert not [call for call in live.calls[0] if call.failed or call.volatile]


def test_a_book_as_it_is_opened_shows_what_is_stored_and_an_edit_reaches_only_what_depends_on_it(office, tmp_path):
    job = open_job("hongjiang-2020-set")
    given = job.answers(examples()["hongjiang-2020-set"])
    job.write(given, Edition.NATIVE, tmp_path / "套表.xlsx")
    spoiled = poison(tmp_path / "套表.xlsx", tmp_path / "毒.xlsx")
    place = job.plan(given, Edition.NATIVE).ref("政府采购货物支出")
    with office.open(spoiled, calculate=False) as opened:
        before = opened.values()
        opened.seconds(place.sheet, place.local, 12.38)
        after = opened.values()
    formulas = {
        (sheet, at) for sheet, cells in before.items() for at, value in cells.items() if value in (POISON_TEXT, float(POISON_NUMBER))
    }
    reached = {(sheet, at) for sheet, at in formulas if after[sheet][at] != before[sheet][at]}
    assert len(formulas) > 3000 and 0 < len(reached) < len(formulas) / 2
    assert {"整体评分表-评分底稿", "校验"} <= {sheet for sheet, _ in reached}
    assert "名词解释" not in {sheet for sheet, _ in reached}


def test_every_sheet_of_the_template_takes_part(office, template):
    live = office.live(template)
    assert {sheet for (sheet, _), (_, is_formula) in cells(template).items() if is_formula} == {
        *(GUIDE, DATA, WORKING, "整体支出评分表", "校验", "得分分析", "公布数核对", "规则")
    }
    assert Counter(call.function for call in live.calls[0])["JX_SCORE"] == len(TABLE.indicators)


HEADS = {"JX_CONTROL_RATE": 1, "JX_SCORE": 1, "JX_EXPLAIN": 9, "JX_GRADE": 1}
"""A number of people: the amounts are asked about by the head, and what explains a rate looks whether its figures are in doubt.

So it does after any figure that others are compared with: the total of the budget, beside which four more rates' figures may be in 元.
"""

EDITS = (
    ("改一个人数，只有控制率一行重新计分", {"在职人员数": 90}, HEADS),
    (
        "三个比率共用的数，三行重算",
        {"年初预算数": 1000},
        {
            **{f"JX_{rate}": 1 for rate in ("BUDGET_COMPLETION_RATE", "BUDGET_ADJUSTMENT_RATE", "CARRYOVER_RATE", "GRADE")},
            **{"JX_SCORE": 3, "JX_EXPLAIN": 3 + 4},
        },
    ),
    ("改一个认定项，只有该指标重算", {"绩效目标合理性_1": "不符合"}, {"JX_SCORE": 1, "JX_EXPLAIN": 1, "JX_GRADE": 1}),
    ("已调整的指标，总分不变，函数照样重算", {"满意问卷数": 5}, {"JX_SATISFACTION_RATE": 1, "JX_SCORE": 1, "JX_EXPLAIN": 1, "JX_GRADE": 1}),
    ("清空一个数，得分成为空白，总分未完成", {"编制数": None}, HEADS),
    ("不是数字，得分数据有误，总分未完成", {"编制数": "八十六"}, HEADS),
    ("与得分无关的数据项，只有看全部填报数的总分和等次重算", {"人员经费": 820.5}, {"JX_GRADE": 1}),
    ("与得分无关的数据项为负数，总分也不出", {"人员经费": -1}, {"JX_GRADE": 1}),
    ("合计在比率里的一个明细，该比率的说明也看一遍", {"公务接待费": 12.97}, {"JX_EXPLAIN": 1, "JX_GRADE": 1}),
    ("人数带小数，总分和各组得分都不出", {"在职人员数": 66.5}, HEADS),
)


TEXTS = ("８６", "八十六", "86人")


@pytest.fixture(scope="module")
def edited(office, template):
    """What each edit of one cell changes and calls in one open workbook, and the text of a figure: each is taken back before the next."""
    typed = [next(iter(changed.items())) for _, changed, _ in EDITS] + [("编制数", text) for text in TEXTS]
    edits = []
    for key, value in typed:
        ref = PLAN.ref(key)
        own = cells(template)[ref.sheet, ref.local][0]
        edits += [(ref.sheet, ref.local, value), (ref.sheet, ref.local, float(own) if isinstance(own, int) else own)]
    live = office.live(template, [], edits)
    return {one: (live.steps[2 * at], live.calls[2 * at + 1]) for at, one in enumerate(typed)}


@pytest.mark.parametrize(("changed", "called"), [edit[1:] for edit in EDITS], ids=[edit[0] for edit in EDITS])
def test_an_edit_changes_exactly_the_dependent_cells_and_calls_only_their_functions(edited, template, tmp_path, changed, called):
    step, calls = edited[next(iter(changed.items()))]
    before, after = cells(template), cells(built(tmp_path / template.name, **changed))
    expected = {at for at in before.keys() | after.keys() if not same(before.get(at, ("",))[0], after.get(at, ("",))[0])}
    assert set(step) == expected
    assert [at for at in expected if not same(step[at], after.get(at, ("",))[0])] == []
    assert Counter(call.function for call in calls) == called


@pytest.mark.parametrize("text", TEXTS)
def test_a_figure_that_stands_as_text_gives_words_and_no_error_cells(edited, text):
    changed, _ = edited["编制数", text]
    shown = [PLAN.ref(key).local for key in ("状态:在职人员控制率", keys.computed_key("在职人员控制率"), "得分_在职人员控制率")]
    assert {changed.get((WORKING, cell)) for cell in shown} == {"数据有误"}
    assert changed[PLAN.ref("总分").sheet, PLAN.ref("总分").local] == "未完成"
    assert not [at for at, value in changed.items() if isinstance(value, str) and value.startswith(("#", "Err:"))]


def remark(row: int) -> tuple[str, str]:
    """An unlocked cell of the clerk's own."""
    return DATA, f"{column_letter(data.REMARK)}{row}"


def test_a_call_without_arguments_takes_the_named_inputs_and_never_goes_stale(office, template):
    staff, other = PLAN.ref("在职人员数"), PLAN.ref("人员经费")
    edits = [
        (*remark(6), "=JX_CONTROL_RATE()"),
        (staff.sheet, staff.local, 43),
        (*remark(7), "=JX_CONTROL_RATE(43;86)"),
        (other.sheet, other.local, 1),
    ]
    live = office.live(template, [], edits)
    assert live.steps[0] == {remark(6): 0.7674}
    assert live.steps[1][remark(6)] == 0.5
    assert live.steps[2] == {remark(7): 0.5}
    assert [(call.function, call.bare, call.volatile) for call in live.calls[4]] == [
        ("JX_CONTROL_RATE", True, True),
        ("JX_GRADE", False, False),
    ]
    assert remark(7) not in live.steps[3]


def test_a_call_without_arguments_uses_the_inputs_the_table_binds_to_the_rate(office, template):
    """洪江 compares with 年初预算数, the catalogue's own name is 预算数."""
    live = office.live(template, [], [(*remark(6), "=JX_BUDGET_COMPLETION_RATE()"), (*remark(7), "=JX_BUILDING_AREA_RATE()")])
    assert live.steps[0][remark(6)] == 1.2284
    assert live.steps[1][remark(7)] == "本工作簿没有“实际建设面积”"


# ---- the buttons


def test_every_button_is_bound_to_a_macro_that_exists(office, template):
    with office.open(template) as doc:
        bound = [(one["sheet"], one["shape"], one["macro"].split("?")[0].rpartition(".")[2]) for one in doc.macros()]
        assert "jx_macros" in doc.modules()
    buttons = list(BUTTONS)
    assert sorted(bound) == sorted((sheet, *button) for sheet in (GUIDE, "整体支出评分表") for button in buttons)
    source = (Path(__file__).parents[1] / "udfs" / "jx_macros.bas").read_text(encoding="utf-8")
    assert all(f"Public Sub {macro}()" in source for _, macro in buttons)


def test_the_check_button_shows_what_python_answers(office, template):
    shown, calls, before, after = office.press(template, "jx_macros.JxCheck")
    assert shown == [
        "status 正在检查，请稍候……",
        "status False",
        "box 64 预算绩效自评\n检查完毕，没有要改的：必改 0 项，须说明 6 项，提示 0 项。\n总分 89.5，等次 良好；按规则复算 68.5",
    ]
    assert [call.function for call in calls] == ["press"]
    assert before == after


def test_the_check_button_also_reads_the_other_kinds_of_workbooks(office, tmp_path):
    path = book("yanling-2020-selfeval", Edition.ADDIN, tmp_path / "自评表.xlsm", filled=False)
    shown, calls, before, after = office.press(path, "jx_macros.JxCheck")
    assert shown[-1].startswith("box 48 预算绩效自评\n检查完毕：必改 ")
    assert "已转到第 1 项。" in shown[-1]
    assert before == after


def test_the_export_button_writes_the_finished_workbook_from_the_open_cells(office, template, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))  # the open document has no folder of its own
    staff = PLAN.ref("在职人员数")
    with office.buttons(template) as buttons:
        buttons.document.put(staff.sheet, staff.local, 70)
        shown, calls, before, after = buttons.press("jx_macros.JxExport", "7")
        (made,) = (tmp_path / "Documents" / "预算绩效自评").glob("*.xlsx")
        assert shown[0] == "status 正在导出成品，请稍候……"
        assert shown[-1].startswith("box 64 预算绩效自评\n成品已导出到 ")
        assert made.name in shown[-1]
        assert Sent(made).answers.values["在职人员数"] == 70
        assert before == after
        written = made.stat().st_mtime_ns
        buttons.document.put(staff.sheet, staff.local, 66)
        shown, calls, *_ = buttons.press("jx_macros.JxExport", "7")  # 否
        assert [line.split(" ", 1)[0] for line in shown] == ["status", "status", "box"]
        assert "已存在" in shown[-1]
        assert len(calls) == 1
        assert made.stat().st_mtime_ns == written
        shown, calls, *_ = buttons.press("jx_macros.JxExport", "6")  # 是
    assert len(calls) == 2
    assert "成品已导出" in shown[-1]
    assert Sent(made).answers.values["在职人员数"] == 66


def test_the_clear_button_does_nothing_unless_asked_twice(office, template):
    shown, calls, before, after = office.press(template, "jx_macros.JxClear", "7")
    assert "不能撤销" in shown[-1]
    assert len(calls) == 1
    assert before == after


def test_the_button_says_how_to_go_on_when_python_is_missing_or_silent(office, template, monkeypatch):
    with office.buttons(template) as buttons:
        with monkeypatch.context() as patch:
            patch.setattr("xl_jixiao.excel.press", None)
            shown, *_ = buttons.press("jx_macros.JxCheck")
        assert shown[-1].startswith("box 48 预算绩效自评\n没有完成：Python 运行中断。")
        monkeypatch.setattr("support.live.UdfServer._answer", lambda self, link, *_: link.send(result=0))
        shown, *_ = buttons.press("jx_macros.JxCheck")
        assert "没有完成：Python 没有答复" in shown[-1]
        shown, *_ = buttons.press("jx_macros.JxCheck", without_python=True)
    assert "没有完成：Python 没有启动。数据都在表中，没有改动。" in shown[-1]
    assert "开始安装.bat" in shown[-1]
    assert "免装版" in shown[-1]
    assert "Could not load xlwings64.dll" in shown[-1]
    assert shown[-2] == "status False"


def test_opening_registers_the_help_of_every_function(office, template):
    shown, *_ = office.press(template, "jx_macros.JxRegister")
    helped = {line.split("\n")[0].partition("!")[2]: line.split("\n") for line in shown}
    assert len(helped) == len(shown) == 32
    assert helped["JX_CONTROL_RATE"][0] == "help '自评.xlsm'!JX_CONTROL_RATE"
    assert helped["JX_CONTROL_RATE"][1] == "绩效自评"
    assert helped["JX_CONTROL_RATE"][2].startswith("在职人员控制率：")
    assert len(helped["JX_CONTROL_RATE"]) == 5
    assert len(helped["JX_COMPLETION_SCORE"]) == 9


def test_a_failed_function_does_not_lower_the_total(office, template, monkeypatch):
    """xlwings puts the error's text into the cell; the total then says 未完成."""
    from xlwings.com_server import XLPython

    def refuse(*_args, **_options):
        raise RuntimeError("Could not load xlwings64.dll")

    monkeypatch.setattr(XLPython, "CallUDF", refuse)
    live = office.live(template)
    total = PLAN.ref("总分")
    assert live.values[total.sheet][total.local] == "未完成"
    computed = PLAN.ref(keys.computed_key(TABLE.indicators[2].code))
    assert "Could not load" in live.values[WORKING][computed.local]
