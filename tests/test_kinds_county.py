"""A made-up table with every way of scoring (data/kinds-county.toml) goes the whole way; its points are worked out by hand.

预算执行率    764.3÷950=80.4526…%→80.45%；10×80.45%=8.045→8.05
预算调整率    -50÷(950+50)=-5.00%，不高于10%                          8
结转结余控制  20.5≤30，有结余但不超过上年结转                          4
完工及时性    6月30日到7月25日，25天；每10天扣1，扣2                   6
考核排名      第7名，在6-10名                                        8
办结时限      25天，目标20天；8×20÷25                                6.4
重点工作完成  15÷3=5；5+4+5                                         14
管理规范性    3 + 三公0÷0按0%计7 + (5-2)                              13
满意度        选投诉，一起，8-2                                       6
服务效益      良85，85×10÷100                                        8.5
产出指标      5×1150÷1200=4.79；1.42≤1.5，4；3×70%=2.1                10.89
合计          92.84
"""

from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from support.office import poison
from support.scoretable import ref, write

from xl_jixiao.cli import main
from xl_jixiao.jobs import open_job
from xl_jixiao.scoretable import keys
from xl_jixiao.scoretable import table as tables
from xl_jixiao.scoretable.compile import score
from xl_jixiao.scoretable.findings import check_filing
from xl_jixiao.scoretable.units import completed
from xl_jixiao.sheet import data
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.raw_answers import raw_answers
from xl_jixiao.tables.tablefile import RubricError, read_toml
from xl_jixiao.words import WORKING

TABLE = Path(__file__).parent / "data" / "kinds-county.toml"
FILING = TABLE.with_name("kinds-county-data.toml")
HAND = dict(
    zip(
        (
            "预算执行率",
            "预算调整率",
            "结转结余控制",
            "完工及时性",
            "考核排名",
            "办结时限",
            "重点工作完成",
            "管理规范性",
            "满意度",
            "服务效益",
            "产出指标",
        ),
        map(Decimal, ("8.05", "8", "4", "6", "8", "6.4", "14", "13", "6", "8.5", "10.89")),
        strict=True,
    )
)
# what is changed, and the points the hand gives for it
EDITS = {
    "没有结余": ({"年末结转结余": 0}, {"结转结余控制": 6}),
    "结余超过上年结转": ({"年末结转结余": "30.01"}, {"结转结余控制": 0}),
    "上年没有结转这个数": ({"上年结转": "无"}, {"结转结余控制": 0}),
    "追加250，调整率35.71%，最多扣6分": ({"本年追加": 250}, {"预算调整率": 2}),
    "第5名": ({"考核名次": 5}, {"考核排名": 10}),
    "名次空着": ({"考核名次": None}, {"考核排名": None}),
    "三公没有预算而有支出": ({"三公经费支出数": 1}, {"管理规范性": 6}),
    "三公没有这个数": ({"三公经费支出数": "无"}, {"管理规范性": 6}),
    "改选测评，没有测评": ({"满意度_1": "测评"}, {"满意度": 0}),
    "改选测评，85%": ({"满意度_1": "测评", "满意份数": 85, "有效份数": 100}, {"满意度": 8}),
    "选投诉而没有填次数": ({"满意度_2": None}, {"满意度": None}),
    "重点工作写了第四项，没有填完成程度": ({"重点工作完成_7": "植树"}, {"重点工作完成": None}),
    "第二行成本超了：4×1.5÷1.6": ({"产出指标_9": "1.6万元"}, {"产出指标": Decimal("10.64")}),
    "第二行单位不一致，不能计分": ({"产出指标_9": "1.42亿台"}, {"产出指标": "数据有误"}),
    "第四行写了内容，没有写指标值": ({"产出指标_19": "编印简报"}, {"产出指标": None}),
    "各行分值超过12分，以12分为限": ({"产出指标_4": 9}, {"产出指标": 12}),
    "追减以外的数不能是负数": ({"上年结转": -1}, {"结转结余控制": "数据有误"}),
}


@pytest.fixture(scope="module")
def table():
    return tables.load(str(TABLE))


@pytest.fixture(scope="module")
def filing(table):
    return answer_files.load(FILING, table.asked)


def _changed(filing, changes):
    values = {key: Decimal(str(value)) if isinstance(value, int) or value == "30.01" else value for key, value in changes.items()}
    return Answers(filing.rubric_id, {**filing.values, **values})


def test_the_points_are_the_hand_worked_ones(table, filing):
    card = score(table, filing)
    assert {one.code: one.points for one in card.scores} == HAND
    assert (card.total, card.grade) == (Decimal("92.84"), "优")


def test_what_is_no_rate_is_not_printed_as_one(table, filing):
    card = score(table, filing)
    assert {one.code: one.rate_text for one in card.scores if one.rate is not None} == {
        "预算执行率": "80.45%",
        "预算调整率": "-5.00%",
        "考核排名": "第7名",
        "办结时限": "25天",
    }
    assert "-5.00%" in card.by_code["预算调整率"].worked and "(-50)÷" in card.by_code["预算调整率"].worked
    assert "0÷0（没有预算，也没有支出，按0%）" in card.by_code["管理规范性"].reason


@pytest.mark.parametrize(("changes", "expected"), EDITS.values(), ids=EDITS)
def test_python_agrees_with_the_hand_when_an_answer_changes(changes, expected, table, filing):
    card = score(table, _changed(filing, changes))
    for code, points in expected.items():
        assert card.by_code[code].computed == points


def test_the_cells_agree_with_the_hand(table, filing, tmp_path, office):
    path = tmp_path / "book.xlsx"
    write(table, filing, Edition.NATIVE, path)
    fresh = office.recalculate(poison(path, tmp_path / "poisoned.xlsx"))
    for code, points in HAND.items():
        assert fresh[WORKING][ref(table, keys.computed_key(code)).local] == pytest.approx(float(points), abs=1e-9), code
    steps = []
    with office.open(path) as book:
        unedited = book.values()
        for changes, _ in EDITS.values():
            places = {key: ref(table, key) for key in changes}
            for key, value in changes.items():
                book.put(places[key].sheet, places[key].local, float(value) if value == "30.01" else value)
            steps.append(book.values())
            for place in places.values():
                book.put(place.sheet, place.local, unedited[place.sheet].get(place.local))
    for (name, (_, expected)), values in zip(EDITS.items(), steps, strict=True):
        for code, points in expected.items():
            got = values[WORKING].get(ref(table, keys.computed_key(code)).local, "")
            wanted = "" if points is None else points
            assert got == (wanted if isinstance(wanted, str) else pytest.approx(float(wanted), abs=1e-9)), (name, code)


@pytest.mark.parametrize("suffix", [".xlsx", ".xlsm"])
def test_it_is_filled_and_exported_in_both_editions(suffix, tmp_path):
    book = tmp_path / f"自评{suffix}"
    for arguments in (["fill", TABLE, FILING, "-o", book], ["export", book, "-o", tmp_path / "成品", "--rubric", TABLE]):
        result = CliRunner().invoke(main, list(map(str, arguments)))
        assert result.exit_code == 0 and "总分 92.84，等次 优" in result.output, result.output


def test_the_printed_text_stays_where_the_table_says_what_differs(table):
    indicator = table.indicator_by_code["预算调整率"]
    assert indicator.printed_criterion.startswith("调整率绝对值在一成以内")
    assert any(choice.startswith("原文与计分参数不同之处：原文“一成”") for choice in indicator.choices)
    text = TABLE.read_text(encoding="utf-8")
    with pytest.raises(RubricError, match="没有规则参数10.*在 differs 里写明不同之处和理由"):
        tables.from_data(_toml(text.replace("differs =", "note =")), TABLE.name)


def test_the_number_of_a_list_is_no_number_of_the_rule(table):
    assert "3、执行数以决算为准" in table.indicator_by_code["预算执行率"].printed_criterion


def _toml(text):
    import tomllib

    return tomllib.loads(text, parse_float=Decimal)


def test_the_addin_functions_give_the_same_in_a_live_workbook(table, filing, tmp_path, office):
    """Every JX_ function is called from its cell; what Python wrote is what they answer."""
    path = tmp_path / "自评.xlsm"
    (tmp_path / "毒").mkdir()
    for changes in ({}, {"上年结转": "无", "考核名次": None, "满意度_1": "测评", "满意份数": 85, "有效份数": 100}):
        path.unlink(missing_ok=True)
        card = write(table, _changed(filing, changes), Edition.ADDIN, path)
        live = office.live(poison(path, tmp_path / "毒" / path.name))
        for one in card.scores:
            for key, wanted in ((keys.computed_key(one.code), one.computed), (keys.explanation_key(one.code), one.reason)):
                got = live.values[WORKING].get(ref(table, key).local, "")
                expected = "" if wanted is None else wanted
                assert got == (pytest.approx(float(expected), abs=1e-9) if isinstance(expected, Decimal) else expected), (one.code, key)
        assert {call.function for call in live.calls[0]} >= {"JX_SCORE", "JX_EXPLAIN", "JX_RATE"}


def test_rows_are_printed_on_the_form_and_their_weights_are_held_against_the_indicators(table, filing, tmp_path):
    path = tmp_path / "book.xlsx"
    write(table, filing, Edition.FINISHED, path)
    form = openpyxl.load_workbook(path, data_only=True)[table.form.sheet]
    shown = [str(cell.value) for row in form.iter_rows() for cell in row if cell.value]
    assert any("1.培训干部：指标值≥1200人次，完成值1150余人次，5分，得4.79分" in text for text in shown)
    assert check_filing(score(table, filing), filing) == ()
    heavy = _changed(filing, {"产出指标_4": 9})
    (found,) = [one for one in check_filing(score(table, heavy), heavy) if one.code == "JX140"]
    assert "各行分值9+4+3=16，超过分值12，按12分计" in found.message


def test_the_weight_may_be_split_over_the_rows(filing):
    data = _toml(TABLE.read_text(encoding="utf-8").replace("rows = 4 }", 'rows = 4, split = "equal" }'))
    table = tables.from_data(data, TABLE.name)
    rows = ["甲", "20项", "20项", "", "", "乙", "10项", "9项", "", "", "丙", "5项", "5项"]
    values = {key: value for key, value in filing.values.items() if not key.startswith("产出指标_")}
    values |= {f"产出指标_{at}": text for at, text in enumerate(rows, 1) if text}
    assert score(table, Answers(table.id, values)).by_code["产出指标"].points == Decimal("11.6")  # 4 + 3.6 + 4


def test_the_sheets_own_explanation_says_what_was_compared(table, filing, tmp_path):
    path = tmp_path / "book.xlsx"
    write(table, filing, Edition.NATIVE, path)
    sheet = openpyxl.load_workbook(path, data_only=True)[WORKING]
    said = {code: sheet[ref(table, keys.explanation_key(code)).local].value for code in HAND}
    assert said["结转结余控制"] == "年末结转结余=20.5，上年结转=30，计4分"
    assert said["完工及时性"] == "推迟25天，计6分"
    assert said["管理规范性"] == "三公经费支出数=0，三公经费预算数=0，计13分"
    assert said["考核排名"] == "考核排名=第7名，计8分"
    assert said["产出指标"] == "各行得分4.79+4+2.1，计10.89分"


def test_a_column_of_the_printed_form_beyond_the_seven_stays_empty_for_a_hand(table, filing, tmp_path):
    path = tmp_path / "book.xlsx"
    write(table, filing, Edition.FINISHED, path)
    form = openpyxl.load_workbook(path)[table.form.sheet]
    (head,) = [cell for row in form.iter_rows() for cell in row if cell.value == "复核得分"]
    below = [form.cell(row, head.column) for row in range(head.row + 1, head.row + 1 + len(HAND))]
    assert all(cell.value is None and cell.border.left.style for cell in below)


@pytest.mark.parametrize("held_in", ["parts", "alternatives"])
def test_what_a_formula_says_reaches_the_rules_within_a_rule(held_in):
    of_days = {"formula": "用时", "rule": {"kind": "threshold", "test": "at_most", "target": 20}}
    done = {"formula": "用时", "rule": {"kind": "completion", "direction": "reverse"}}
    within = {"kind": "weighted", "rule": {"kind": "composite", held_in: [of_days, done]}}
    alone = {"name": "办结时限", "formula": "用时", "rule": {"kind": "weighted", "rule": done["rule"]}}
    data = {"inputs": [{"name": "用时", "kind": "count", "unit": "天"}], "indicators": [{"name": "时限", "rule": within}, alone]}
    first, second = (one["rule"]["rule"] for one in completed(data)["indicators"])
    assert [part["rule"].get("unit") for part in first[held_in]] == ["天", "天"]
    assert [rule.get("actual") for rule in (first[held_in][1]["rule"], second)] == ["rate", "rate"] and second["unit"] == "天"


def _with(changes):
    data = read_toml(TABLE)
    rows = [{**one, **changes} if one["name"] == "预算调整率" else one for one in data["indicators"]]
    return tables.from_data({**data, "indicators": rows}, "表.toml")


def test_a_name_of_a_printed_formula_may_stand_for_a_formula_over_several_figures():
    printed = {"explanation": "预算调整率=（预算调整数/基数）×100%。", "formula": "预算调整率=预算调整数/基数×100%"}
    bound = {"预算调整数": "本年追加-上年结转", "基数": "全年预算数"}
    table = _with({**printed, "bind": bound})
    assert any("公式中的“预算调整数”取“本年追加-上年结转”" in said for said in table.indicator_by_code["预算调整率"].choices)
    scored = score(table, answer_files.load(FILING, table.asked)).by_code["预算调整率"]
    assert scored.worked.startswith("预算调整率=((-50)-30)÷950×100%=-8.42%")
    with pytest.raises(RubricError, match="bind：“本年追加-无此数”中的“无此数”不是 inputs 里的数据项"):
        _with({**printed, "bind": {**bound, "预算调整数": "本年追加-无此数"}})


def test_a_scale_of_a_hundred_may_be_said_in_words():
    rule = {"kind": "weighted", "out_of": 100, "rule": {"kind": "tiers", "subject": "效益", "tiers": [{"label": "优", "points": 90}]}}
    data = read_toml(TABLE)
    rows = [{**one, "criterion": "按百分制评分，优90分", "rule": rule} if one["name"] == "服务效益" else one for one in data["indicators"]]
    assert tables.from_data({**data, "indicators": rows}, "表.toml")


def test_the_report_says_which_line_and_which_row_lost_points(tmp_path):
    job = open_job(str(TABLE))
    answers = job.answers(FILING)
    path = job.report(job.evaluate(answers), answers).save(tmp_path / "报告.docx")
    texts = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
    (lost,) = [text for text in texts if "产出指标（" in text and "失" in text and "指标值≥1200人次" in text and "自评得" not in text]
    assert "培训干部：指标值≥1200人次，完成1150余人次，得4.79分（分值5分）" in lost and "平均成本" not in lost
    (lines,) = [text for text in texts if "重点工作完成（" in text and "自评得" not in text]
    assert "修路12公里，完成程度80.00%" in lines and "建成3座桥" not in lines


def test_a_row_that_can_not_be_scored_is_said_and_kept_from_export(table, filing, tmp_path):
    wrong = _changed(filing, {"产出指标_9": "1.42亿台"})
    card = score(table, wrong)
    (found,) = check_filing(card, wrong)
    assert (found.code, found.place.cell) == ("JX186", ref(table, "产出指标_9").local)
    assert "第2行不能计分：单位不一致（指标值“不超过1.5万元”，完成值“1.42亿台”）" in found.message
    assert card.values[data.state("产出指标_9").key] == "数据有误"
    assert "第2行单位不一致" in str(card.values[keys.explanation_key("产出指标")])
    book = tmp_path / "自评.xlsx"
    write(table, wrong, Edition.NATIVE, book)
    result = CliRunner().invoke(main, ["export", str(book), "-o", str(tmp_path / "成品"), "--rubric", str(TABLE)])
    assert result.exit_code == 1 and "JX186" in result.output and not list((tmp_path / "成品").glob("*"))


def test_a_number_cell_in_a_row_is_read_as_the_sheet_reads_it(table, filing):
    asked = raw_answers(table.asked, {"产出指标_2": "≥90%", "产出指标_3": 0.92, "单位名称": 12}.get)
    assert asked.values["产出指标_3"] == Decimal("0.92") and asked.values["单位名称"] == "12"


def test_a_row_that_copies_its_target_is_asked_about(table, filing):
    copied = _changed(filing, {"产出指标_9": "不超过1.4万元"})
    (found,) = check_filing(score(table, copied), copied)
    assert (found.code, found.place.cell) == ("JX508", ref(table, "产出指标_9").local)


def test_the_rows_of_an_indicator_may_be_lists_of_their_own(table):
    rows = [["培训", "≥10期", "9期", 7, "", ""], ["群众满意", "90%以上", "89%", 5, "", ""]]
    written = {"rubric": table.id, "answers": {"产出指标": rows}}
    flat = {"rubric": table.id, "answers": {"产出指标": [*rows[0], *rows[1]]}}
    job = open_job(TABLE)
    assert job.answers_from(written).values == job.answers_from(flat).values


PARTS = {
    "money spent on what has no budget": ({"三公经费支出数": 1}, True),
    "a figure of a part that doesn't exist": ({"三公经费支出数": "无"}, True),
    "nothing budgeted and nothing spent": ({}, False),
}


@pytest.mark.parametrize(("changes", "asked"), PARTS.values(), ids=PARTS)
def test_a_part_without_a_rate_asks_for_a_word_as_an_indicator_does(changes, asked, table, filing):
    answers = _changed(filing, changes)
    said = [one for one in check_filing(score(table, answers), answers) if one.code == "JX203" and "管理规范性" in one.message]
    assert bool(said) is asked
