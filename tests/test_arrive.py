"""Forms of other programs: recognised in every layout, read right or said, never wrong in silence; moved over and reviewed like our own."""

import json
import random
from decimal import Decimal

import docx
import openpyxl
import pytest
import xlwt
from click.testing import CliRunner
from support.arrive_check import Tally, arrived, compare, drawn, read_back
from support.arriving import LAYOUTS, bent, cases, save_docx, save_xlsx, scoring
from support.books import book as written
from support.depth import few, many, spread
from support.spending import within

from xl_jixiao.arrive.arrived import known_tables
from xl_jixiao.arrive.datafile import as_toml
from xl_jixiao.arrive.heads import Head
from xl_jixiao.arrive.scorings import ScoreReading
from xl_jixiao.cli import main
from xl_jixiao.finding import Level
from xl_jixiao.jobs import open_job
from xl_jixiao.number import plain
from xl_jixiao.review.examine import examine
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.tables.tablefile import RubricError

CASES = {one.id: one for one in cases()}
SHARE = Decimal("0.95")


# ---- every layout


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("suffix", [".xlsx", ".docx"])
def test_every_case_in_every_layout_reads_right_or_says_so(tmp_path, layout, suffix):
    tally = Tally(wrong=[])
    for case in spread(CASES.values(), len(CASES) // 2 + 1):
        for seed in range(many(1, 8)):
            draft = drawn(case, layout, seed)
            (form,) = read_back([draft], tmp_path, suffix, seed)
            tally.add(compare(form, draft))
    assert tally.wrong == []
    assert tally.right >= SHARE * (tally.right + tally.said)


@pytest.mark.parametrize("table", [table.id for table in known_tables().scoring])
@pytest.mark.parametrize("suffix", [".xlsx", ".docx"])
def test_a_printed_scoring_table_gives_its_points_as_claims(tmp_path, table, suffix):
    rubric = next(one for one in known_tables().scoring if one.id == table)
    for seed in range(many(1, 10)):
        rng = random.Random(f"{table}{seed}")
        points = [plain(min(one.weight, Decimal(rng.randrange(0, 20)) / 2)) for one in rubric.indicators]
        draft = bent(scoring(rubric, points, rng), rng)
        (form,) = read_back([draft], tmp_path, suffix, seed)
        assert isinstance(form.made, ScoreReading) and form.made.table.id == table
        wanted = {one["code"]: Decimal(one["得分"]) for one in draft.expected}
        assert {code: points for code, points in form.answers.scores.items() if code in wanted} == wanted
        assert {one.code for one in form.findings} <= {"JX640", "JX645"}


def test_several_forms_in_one_file_are_read_each_by_itself(tmp_path):
    chosen = [("H04-zhongjiang-shuili-2022", "national"), ("H02-hb-jinbu-2020", "hubei"), ("generic-selfeval", "yunnan")]
    for suffix in (".xlsx", ".docx"):
        for seed in range(many(3, 20)):
            drafts = [drawn(CASES[case], layout, seed) for case, layout in chosen]
            forms = read_back(drafts, tmp_path, suffix, seed)
            assert [form.about.unit for form in forms] == [CASES[case].unit for case, _ in chosen]
            for form, draft in zip(forms, drafts, strict=True):
                assert compare(form, draft).wrong == []


# ---- small forms by hand

HEADS = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析"]
ROW = ["产出指标", "数量指标", "培训人次", "≥100人次", "120人次", 90, 90, ""]


def sheet(path, rows, merges=(), formats=None):
    """A workbook of one sheet with these rows."""
    book = openpyxl.Workbook()
    made = book.active
    made.title = "Sheet1"
    for row in rows:
        made.append(row)
    for area in merges:
        made.merge_cells(area)
    for address, code in (formats or {}).items():
        made[address].number_format = code
    book.save(path)
    return path


def form_of(path):
    """The only form of a file."""
    (form,), _ = arrived(path, known_tables())
    return form


def said(form):
    """What was left out, by place."""
    return {(one.code, str(one.place)) for one in form.unread}


TITLE = ["项目支出绩效自评表"]
FIELDS = ["项目名称", "某项目", "主管部门", "某局", "实施单位", "某中心"]


@pytest.mark.parametrize(
    ("name", "rows", "merges", "formats", "field", "place"),
    [
        ("两格写在一栏里", [TITLE, [*HEADS[:4], "", *HEADS[4:]], [*ROW[:3], "100人次", "90人次", *ROW[4:]]], ["D2:E2"], {}, "target", "D3"),
        ("一格跨着两栏", [TITLE, HEADS, [*ROW[:3], "100人次", None, *ROW[5:]]], ["D3:E3"], {}, "target", "D3"),
        (
            "单位是百分号、值是小数",
            [TITLE, [*HEADS[:4], "度量单位", *HEADS[4:]], [*ROW[:3], 0.9, "%", 0.95, *ROW[5:]]],
            [],
            {},
            "target",
            "D3",
        ),
        ("数字格式显示的是别的数", [TITLE, HEADS, [*ROW[:5], 12345, *ROW[6:]]], [], {"F3": '0!.0,"万"'}, "weight", "F3"),
        ("得分写成了文字", [TITLE, HEADS, [*ROW[:6], "已得满分", ""]], [], {}, "points", "G3"),
        ("得分写成百分数", [TITLE, HEADS, [*ROW[:6], "95%", ""]], [], {}, "points", "G3"),
        ("有两栏得分", [TITLE, [*HEADS, "自评得分"], [*ROW, 80]], [], {}, "points", "G2"),
    ],
)
def test_what_can_be_read_in_two_ways_is_left_out_and_said(tmp_path, name, rows, merges, formats, field, place):
    form = form_of(sheet(tmp_path / "某局.xlsx", [FIELDS, *rows[1:]] if rows[0] == TITLE else rows, merges, formats))
    assert getattr(form.form.rows[0], field) is None
    assert any(where.endswith(f"Sheet1!{place}") and code in ("JX641", "JX642") for code, where in said(form))


def test_a_weight_over_two_rows_is_nobodys(tmp_path):
    rows = [FIELDS, HEADS, ROW, [*ROW[:2], "培训场次", "10场", "10场", None, None, ""]]
    form = form_of(sheet(tmp_path / "a.xlsx", rows, ["F3:F4", "G3:G4"]))
    assert [(row.weight, row.points) for row in form.form.rows] == [(None, None), (None, None)]
    assert {code for code, _ in said(form)} == {"JX642"}


def test_a_column_nobody_knows_is_said_once(tmp_path):
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, [*HEADS, "领导批示"], [*ROW, "同意"], [*ROW, "阅"]]))
    assert [one.text for one in form.unread if "领导批示" in one.why] == ["同意"]


def test_a_class_written_once_counts_for_the_rows_below_unless_another_fits(tmp_path):
    rows = [FIELDS, HEADS, ROW, ["", "", "培训场次", "10场", "10场", 5, 5, ""], ["", "社会效益指标", "受益人数", "9人", "9人", 5, 5, ""]]
    first, second, third = form_of(sheet(tmp_path / "a.xlsx", rows)).form.rows
    assert (second.level1, second.level2) == (first.level1, first.level2) == ("产出指标", "数量指标")
    assert (third.level1, third.torn) == ("", True)


def test_percentages_read_as_they_are_printed(tmp_path):
    rows = [FIELDS, HEADS, [*ROW[:3], 0.95, 1, 10, 10, ""]]
    (row,) = form_of(sheet(tmp_path / "a.xlsx", rows, formats={"D3": "0%", "E3": "0.00%"})).form.rows
    assert (row.target, row.actual) == ("95%", "100%")


@pytest.mark.parametrize(
    ("name", "rows", "read"),
    [
        ("表头上写着百分号", [[*HEADS[:3], "指标值（%）", "完成值（%）", *HEADS[5:]], [*ROW[:3], 95, 96, *ROW[5:]]], ("95%", "96%")),
        (
            "符号、数、单位各在一栏",
            [[*HEADS[:3], "指标性质", "指标值", "度量单位", *HEADS[4:]], [*ROW[:3], "≥", 20, "项", 21, *ROW[5:]]],
            ("≥20项", "21项"),
        ),
        ("全角数字、字间空格", [HEADS, [*ROW[:3], "１００ 人", "１２０人", *ROW[5:]]], ("100人", "120人")),
        ("格内换行的两个数不连成一个", [HEADS, [*ROW[:3], "100\n10", "110\n12", *ROW[5:]]], ("100 10", "110 12")),
        ("多出一栏指标内容", [[*HEADS[:3], "指标内容", *HEADS[3:]], [*ROW[:3], "办班", *ROW[3:]]], ("≥100人次", "120人次")),
    ],
)
def test_values_are_read_as_the_form_means_them(tmp_path, name, rows, read):
    (row,) = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, *rows])).form.rows
    assert (row.name, str(row.target).translate(WIDE), str(row.actual).translate(WIDE)) == ("培训人次", *read)


WIDE = {ord(wide): narrow for wide, narrow in zip("０１２", "012", strict=True)}


@pytest.mark.parametrize(
    ("lines", "unit"),
    [
        ([["单位：万元"], ["单位名称：某局（盖章）　　金额单位：元"]], "某局"),
        ([["项目", "金额"], ["人员", 3], ["填报单位：某局　　填报日期：2022年3月"]], "某局"),
        ([["单位", "万元"], ["部门名称", "某局"]], "某局"),
    ],
)
def test_a_unit_of_money_is_no_unit_and_the_head_of_another_table_no_project(tmp_path, lines, unit):
    form = form_of(sheet(tmp_path / "a.xlsx", [*lines, HEADS, ROW]))
    assert (form.about.unit, form.about.project) == (unit, "")


def test_heads_over_three_rows_and_figures_beside_their_labels(tmp_path):
    rows = [
        ["项目名称：甲", "", "实施单位：乙", "", "自评得分：95分"],
        ["绩效指标", None, None, "指标完成情况", None, "评分情况", None, "偏差原因分析及改进措施"],
        ["指标", None, None, "指标值", None, "评分", None, None],
        ["一级指标", "二级指标", "三级指标", "年初目标值", "全年实际完成值", "分值", "得分", None],
        ["产出指标", "数量指标", "道路", "10项", "10项", 50, 45, "停工"],
        ["满意度指标", "群众满意度", None, "90%", "95%", 50, 50, None],
    ]
    form = form_of(sheet(tmp_path / "a.xlsx", rows, ["A2:C2", "D2:E2", "F2:G2", "H2:H4", "A3:C3", "D3:E3", "F3:G3", "B6:C6"]))
    assert [(row.level1, row.name, row.target, row.points, row.reason) for row in form.form.rows] == [
        ("产出指标", "道路", "10项", Decimal(45), "停工"),
        ("满意度指标", "群众满意度", "90%", Decimal(50), ""),
    ]
    assert (form.about.project, form.about.unit, form.claimed_total, form.unread) == ("甲", "乙", Decimal(95), ())


def test_a_scoring_table_with_what_was_done_beside_is_one_all_the_same(tmp_path):
    rubric = next(one for one in known_tables().scoring if one.id == "hongjiang-2020-dept")
    rows = [["一级指标", "二级指标", "三级指标", "分值", "评分标准", "完成情况", "自评得分"]]
    rows += [[one.path[0], one.path[-1], one.name, float(one.weight), "见表", "已完成", float(one.weight)] for one in rubric.indicators]
    form = form_of(sheet(tmp_path / "a.xlsx", rows))
    assert isinstance(form.made, ScoreReading) and len(form.answers.scores) == len(rubric.indicators)


def test_rows_left_unfilled_are_no_rows(tmp_path):
    rows = [FIELDS, HEADS, ROW, ["", "", "指标2：", *[""] * 5], ["", "", "……", *[""] * 5]]
    assert len(form_of(sheet(tmp_path / "a.xlsx", rows)).form.rows) == 1


WHOLE = [TITLE, FIELDS, HEADS, ROW, ["总分", "", "", "", "", 90, 90, ""]]


def test_forms_side_by_side_are_read_each_by_itself(tmp_path):
    other = [TITLE, ["项目名称", "另一项目", *FIELDS[2:]], *WHOLE[2:]]
    rows = [[*one, *[""] * (9 - len(one)), *another] for one, another in zip(WHOLE, other, strict=True)]
    forms, outside = arrived(sheet(tmp_path / "a.xlsx", rows), known_tables())
    assert [form.about.project for form in forms] == ["某项目", "另一项目"] and outside == ()
    assert [form.form.rows[0].spot(Head.POINTS).place.cell for form in forms] == ["G4", "P4"]
    assert all(form.unread == () for form in forms)


@pytest.mark.parametrize("head", few(["分值", "三级指标"], lambda head: head == "三级指标"))
def test_a_sheet_of_many_blank_columns_takes_no_long_time(head, tmp_path):
    path = sheet(tmp_path / "a.xlsx", [[head, ""] * 200] * 150)
    with within(5):
        assert arrived(path, known_tables())[0] == ()


LAYOUTS_OF_COUNTIES = (
    (
        "“绩效指标”一格跨着分类和指标名称",
        [["绩效指标", "", *HEADS[3:]], ["产出指标", "培训人次", *ROW[3:]]],
        ["A2:B2"],
        ("产出指标", "≥100人次", "120人次"),
    ),
    (
        "目标值、实际值各有单位栏",
        [[*HEADS[:3], "目标值", "单位", "实际值", "单位", *HEADS[5:]], [*ROW[:3], "100", "人次", "120", "人次", *ROW[5:]]],
        [],
        ("产出指标", "100人次", "120人次"),
    ),
    (
        "上年的实际值不是今年的",
        [[*HEADS[:3], "2021年实际值", "2022年目标值", "2022年完成值", *HEADS[5:]], [*ROW[:3], "90人次", *ROW[3:]]],
        [],
        ("产出指标", "≥100人次", "120人次"),
    ),
    (
        "四级指标才是指标名称",
        [[*HEADS[:3], "四级指标", *HEADS[3:]], [*ROW[:2], "培训", "培训人次", *ROW[3:]]],
        [],
        ("产出指标", "≥100人次", "120人次"),
    ),
    (
        "分类和指标写在一栏里",
        [
            ["指标", *HEADS[3:]],
            ["一、产出指标", "", "", 90, 90, ""],
            ["（一）数量指标", "", "", 90, 90, ""],
            ["培训人次", *ROW[3:]],
        ],
        [],
        ("产出指标", "≥100人次", "120人次"),
    ),
    (
        "两个一级指标写在一格，按二级指标归",
        [HEADS, ["产出指标\n效益指标", *ROW[1:]]],
        [],
        ("产出指标", "≥100人次", "120人次"),
    ),
    (
        "年初、调整后两栏指标值，按调整后的",
        [[*HEADS[:3], "年初指标值", "调整后指标值", *HEADS[4:]], [*ROW[:3], "≥80人次", *ROW[3:]]],
        [],
        ("产出指标", "≥100人次", "120人次"),
    ),
    (
        "计量单位在完成值后面，两个数都用",
        [[*HEADS[:5], "计量单位", *HEADS[5:]], [*ROW[:3], "≥100", "120", "人次", *ROW[5:]]],
        [],
        ("产出指标", "≥100人次", "120人次"),
    ),
    ("得分和分值写在一栏里", [[*HEADS[:5], "得分/分值", HEADS[7]], [*ROW[:5], "90/90", ROW[7]]], [], ("产出指标", "≥100人次", "120人次")),
    (
        "得分写在分值后的括号里",
        [[*HEADS[:5], "分值（得分）", HEADS[7]], [*ROW[:5], "90分（90分）", ROW[7]]],
        [],
        ("产出指标", "≥100人次", "120人次"),
    ),
    ("“性质”一栏是符号", [[*HEADS[:3], "性质", *HEADS[3:]], [*ROW[:3], "≥", "100人次", *ROW[4:]]], [], ("产出指标", "≥100人次", "120人次")),
)


@pytest.mark.parametrize(("name", "rows", "merges", "read"), LAYOUTS_OF_COUNTIES, ids=[one[0] for one in LAYOUTS_OF_COUNTIES])
def test_heads_of_counties_are_read_as_they_are_meant(tmp_path, name, rows, merges, read):
    (row,) = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, *rows], merges)).form.rows
    assert (row.name, row.level1, row.target, row.actual, row.weight, row.points) == ("培训人次", *read, 90, 90)


def test_two_classes_in_one_cell_are_asked_about_where_the_row_fits_neither(tmp_path):
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, HEADS, ["产出指标\n效益指标", "其他", *ROW[2:]]]))
    assert form.form.rows[0].level1 == "" and any("看不出" in one.why for one in form.unread)


def test_points_taken_off_are_no_points(tmp_path):
    heads = [*HEADS[:6], "扣分", *HEADS[7:]]
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, heads, [*ROW[:6], 5, ""]]))
    assert form.form.rows[0].points is None and [one.text for one in form.unread if one.code == "JX652"] == ["5"]


def test_each_goal_of_a_form_has_a_table_of_its_own(tmp_path):
    goals = [[f"年度绩效目标{number}（45分）", "", "", "做好培训"] for number in (1, 2)]
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, goals[0], HEADS, ROW, goals[1], HEADS, ROW]))
    assert len(form.form.rows) == 2 and form.unread == () and len(form.form.expected) == 2


def test_a_total_below_a_word_table_is_the_forms(tmp_path):
    document = docx.Document()
    document.add_paragraph("项目支出绩效自评表")
    table = document.add_table(3, 8)
    for row, texts in zip(table.rows, (FIELDS, HEADS, ROW), strict=True):
        for cell, text in zip(row.cells, [*texts, *[""] * 8], strict=False):
            cell.text = str(text)
    for line in ("自评得分：90分", "自评等级：优"):
        document.add_paragraph(line)
    document.save(tmp_path / "a.docx")
    form = form_of(tmp_path / "a.docx")
    assert form.claimed_total == 90 and form.form.total_points.spot.place.sheet == "表1 下面的文字" and form.form.grade.text == "优"


def test_amounts_in_thousands_and_other_funds(tmp_path):
    funds = [
        ["单位：千元"],
        ["资金", "年初预算数", "全年预算数", "全年执行数"],
        ["资金总额", 1250, 1250, 1200],
        ["4.其他资金", 1250, 1250, 1200],
    ]
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, *funds, HEADS, ROW]))
    assert form.form.funds["其他资金", Head.EXECUTED].value == 120 and form.form.funds["", Head.YEAR].value == 125


def test_a_block_of_funds_with_columns_nobody_knows_keeps_those_it_knows(tmp_path):
    heads = ["预算资金（万元）", "", "年初预算数", "年中追加", "全年预算数", "全年执行数", "结余"]
    rows = [heads, ["", "年度资金总额", 222, 16.5, 238.5, 231.3, 7.2], ["", "当年财政拨款", 222, 16.5, 238.5, 231.3, 7.2]]
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, *rows, HEADS, ROW], ["A2:A4"]))
    assert form.form.funds["", Head.YEAR].value == Decimal("238.5") and form.form.funds["当年财政拨款", Head.EXECUTED].value == Decimal(
        "231.3"
    )
    assert {one.why for one in form.unread} == {"不认识“年中追加”这一栏，没有读入", "不认识“结余”这一栏，没有读入"}


def test_funds_with_their_sources_across_and_the_rate_beside(tmp_path):
    heads = ["项目资金（元）", "", "年度资金总额", "当年财政拨款", "其他资金", "分值", "执行率", "得分"]
    rows = [heads, ["", "全年预算数", 2385000, 2265000, 120000], ["", "全年执行数", 2313000, 2193000, 120000, 10, "96.98%", 9.7]]
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, *rows, HEADS, ROW])).form
    assert form.funds["", Head.YEAR].value == Decimal("238.5") and form.funds["其他资金", Head.EXECUTED].value == 12
    assert (form.execution_weight.value, form.execution_points.value) == (10, Decimal("9.7"))


def test_a_note_between_rows_does_not_end_the_table(tmp_path):
    rows = [*WHOLE[:4], ["注：数据来源于验收资料。"], ["", "质量指标", *ROW[2:]], WHOLE[-1]]
    form = form_of(sheet(tmp_path / "a.xlsx", rows))
    assert [row.level1 for row in form.form.rows] == ["产出指标"] * 2 and form.unread == ()


def test_funds_with_their_sources_side_by_side(tmp_path):
    across = [
        ["项目资金（万元）", "", "年度资金总额", "其中：当年财政拨款", "上年结转资金", "其他资金"],
        ["", "年初预算数", 100, 100, 0, 0],
        ["", "全年预算数", 120, 100, 20, 0],
        ["", "全年执行数", 108, 90, 18, 0],
        ["", "执行率", "90%"],
        ["", "分值", 10],
        ["", "得分", 9],
    ]
    form = form_of(sheet(tmp_path / "a.xlsx", [*WHOLE[:2], *across, *WHOLE[2:]]))
    assert form.unread == () and form.answers.funds["上年结转资金", "全年执行数"] == 18
    assert (form.form.execution_weight.value, form.form.execution_points.value) == (10, 9)


@pytest.mark.parametrize("head", ["备注", "原因"])
def test_remarks_are_the_reasons_where_a_form_has_no_other_place_for_them(head, tmp_path):
    row = [*ROW[:4], "80人次", 90, 72, "场地没有落实，2021年补办"]
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, [*HEADS[:7], head], row]))
    assert form.form.rows[0].reason == row[-1] and "JX506" not in {one.code for one in form.findings}


@pytest.mark.parametrize(
    ("target", "sentence", "read"),
    [
        ("≥100人次", "实际培训120人次", "120人次"),
        ("100%", "验收合格率达到100%。", "100%"),
        ("≥九成", "九成五", "95%"),
        ("≥100人次", "未完成100人次", "未完成100人次"),
        ("≥100人次", "培训120人", "培训120人"),
        ("≥100人次", "培训120人次，发放资料300份", "培训120人次，发放资料300份"),
        ("≥100人次", "比上年增加20人次", "比上年增加20人次"),
        ("≥5%", "成本降低5%", "成本降低5%"),
    ],
)
def test_the_only_figure_of_a_sentence_is_read_where_it_can_be_nothing_else(target, sentence, read, tmp_path):
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, HEADS, [*ROW[:3], target, sentence, 10, 10, ""]]))
    assert form.form.rows[0].actual == read
    assert ("JX653" in {one.code for one in form.unread}) is (read != sentence and "成" not in sentence)


@pytest.mark.parametrize("year", ["二〇二四", "二○二四", "二零二四", "2024"])
def test_the_year_of_a_title_may_be_in_characters(year, tmp_path):
    form = form_of(sheet(tmp_path / "a.xlsx", [[f"{year}年度项目支出绩效自评表"], *WHOLE[1:]]))
    assert form.about.year == 2024


def test_the_year_beside_a_units_name_is_no_part_of_it(tmp_path):
    form = form_of(sheet(tmp_path / "a.xlsx", [TITLE, ["填报单位：某县水利局　　2020年度　　单位：万元"], *WHOLE[2:]]))
    assert (form.about.unit, form.about.year) == ("某县水利局", 2020)


def test_a_total_beside_its_grade_is_a_total(tmp_path):
    rows = [*WHOLE[:4], ["总分", "", "", 90, "", "评价等级", "", "优"]]
    form = form_of(sheet(tmp_path / "a.xlsx", rows))
    assert len(form.form.rows) == 1 and form.claimed_total == 90 and form.form.grade.text == "优"


def test_a_few_names_of_a_table_are_not_that_table(tmp_path):
    heads = ["一级指标", "二级指标", "三级指标", "分值", "评分标准", "自评得分"]
    names = ("在职人员控制率", "“三公经费”变动率", "预算完成率", "预算控制率")
    rows = [heads, *(["投入", "预算配置", name, 25, "按标准", 24] for name in names), ["合计", "", "", 100, "", 96]]
    form = form_of(sheet(tmp_path / "a.xlsx", [["部门整体支出评分表"], *rows]))
    assert form.made is None and form.claimed_total == 96


def test_tables_side_by_side_are_left_out_and_said(tmp_path):
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, [*HEADS, "", *HEADS], [*ROW, "", *ROW]]))
    assert form.form.rows == [] and "JX642" in {one.code for one in form.unread}


def test_a_table_that_goes_on_in_another_keeps_its_class(tmp_path):
    made = docx.Document()
    for rows in ([HEADS, ROW], [HEADS, ["", "", *ROW[2:]], ["效益指标", "社会效益指标", *ROW[2:]]]):
        table = made.add_table(len(rows), len(HEADS))
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                table.cell(at, column).text = str(text)
    made.save(tmp_path / "a.docx")
    assert [row.level1 for row in form_of(tmp_path / "a.docx").form.rows] == ["产出指标", "产出指标", "效益指标"]


NEXT = (["", "", *ROW[2:]], ["效益指标", "社会效益指标", *ROW[2:]])


@pytest.mark.parametrize(
    ("name", "between", "columns", "widths", "rows", "read"),
    [
        ("下一页没有表头，各栏相同", "", len(HEADS), None, NEXT, 3),
        ("两页之间只有页码和“续表”", "（续表）", len(HEADS), None, NEXT, 3),
        ("合计在下一页", "", len(HEADS), None, [*NEXT, ["合计", *[""] * 4, 30, 30, ""]], 3),
        ("下一张表的栏宽不同，不接", "", len(HEADS), (1, 1, 1, 1, 1, 1, 1, 9), NEXT, 1),
        ("中间有一段话，是另一张表，不接", "以下为其他项目的情况。", len(HEADS), None, NEXT, 1),
        ("下一张表没有分值得分，不接", "", len(HEADS), None, [["序号", "姓名", "单位", "职务", "电话", "签名", "意见", "日期"]], 1),
    ],
)
def test_a_word_table_that_goes_on_without_heads_is_joined_where_its_columns_agree(tmp_path, name, between, columns, widths, rows, read):
    made = docx.Document()
    for at, part in enumerate(([HEADS, ROW], rows)):
        table = made.add_table(len(part), columns)
        for down, row in enumerate(part):
            for column, text in enumerate(row):
                table.cell(down, column).text = str(text)
        if at == 0:
            made.add_paragraph(between)
        elif widths:
            for column, width in zip(table.columns, widths, strict=True):
                column.width = width * 300000
    made.save(tmp_path / "a.docx")
    form = form_of(tmp_path / "a.docx")
    assert [row.level1 for row in form.form.rows] == ["产出指标", "产出指标", "效益指标"][:read]
    if read > 1:
        assert form.form.rows[1].points == form.form.rows[0].points and form.form.rows[1].spot(Head.POINTS).place.sheet.startswith(
            "表2 第1行"
        )
    else:
        assert form.unread or arrived(tmp_path / "a.docx", known_tables())[1]


@pytest.mark.parametrize(
    ("target", "actual", "asked"),
    [
        ("≥95", 0.97, True),
        ("≥95", "97%", True),
        (0.95, 97, True),
        (0.9, "≥95", True),
        ("≥95%", 0.97, False),
        (0.95, 0.97, False),
        ("≥95", 97, False),
        ("≥5", 0.5, False),
        (1, 96, False),
        ("≥95项", 0.97, False),
        (100, 1, False),
    ],
)
def test_a_share_beside_a_bare_figure_of_which_it_may_be_the_per_cent_is_asked_about(target, actual, asked, tmp_path):
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, HEADS, [*ROW[:3], target, actual, 10, 10, ""]]))
    assert (("JX642", "a.xlsx ▸ Sheet1!E3") in said(form)) is asked
    assert (form.form.rows[0].actual is None) is asked


def test_dates_need_no_degree(tmp_path):
    row = [*ROW[:1], "时效指标", "完成时间", "2020年12月底前", "2020年11月", 90, 90, ""]
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, HEADS, row]))
    assert not any("完成程度" in one.why for one in form.unread)
    assert form.result.card.rows[0].points == 90


FUNDS = ["项目资金（元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]


@pytest.mark.parametrize(
    ("head", "amounts", "expected"),
    [
        ("项目资金（元）", (200000, 150000), ("20", "15")),
        ("项目资金（万元）", (20, 15), ("20", "15")),
        ("项目资金", ("20万元", "150000元"), ("20", "15")),
        ("项目资金（亿元）", (0.002, 0.0015), ("20", "15")),
    ],
)
def test_amounts_come_in_the_unit_our_tables_have(tmp_path, head, amounts, expected):
    funds = [[head, *FUNDS[1:]], ["", "年度资金总额", amounts[0], amounts[0], amounts[1], 10, "75%", 7.5]]
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, *funds, HEADS, ROW]))
    read = {name: value for (_, name), value in form.answers.funds.items()}
    assert (read["全年预算数"], read["全年执行数"]) == tuple(map(Decimal, expected))
    assert form.result.card.execution_points == Decimal("7.5")


def test_a_unit_of_money_nobody_wrote_is_said(tmp_path):
    form = form_of(
        sheet(tmp_path / "a.xlsx", [FIELDS, ["项目资金", *FUNDS[1:]], ["", "年度资金总额", 20, 20, 15, 10, "75%", 7.5], HEADS, ROW])
    )
    assert "JX653" in {one.code for one in form.unread}


def test_a_total_that_is_not_the_sum_of_its_sources_decides_and_is_said(tmp_path):
    funds = [
        ["项目资金（万元）", *FUNDS[1:]],
        ["", "年度资金总额", 20, 20, 15, 10, "75%", 7.5],
        ["", "其中：财政拨款", 20, 20, 14, "", "", ""],
    ]
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, *funds, HEADS, ROW]))
    assert "JX655" in {one.code for one in form.findings}
    assert form.result.card.execution_points == Decimal("7.5")


def test_hidden_rows_are_read_and_said(tmp_path):
    path = sheet(tmp_path / "a.xlsx", [FIELDS, HEADS, ROW, ROW])
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[4].hidden = True
    book.save(path)
    assert ("JX654", "a.xlsx ▸ Sheet1!A4") in said(form_of(path))


def test_heads_repeated_on_the_next_page_are_no_rows(tmp_path):
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, HEADS, ROW, HEADS, ROW]))
    assert len(form.form.rows) == 2


def test_old_workbooks_are_read_with_their_formats(tmp_path):
    book = xlwt.Workbook()
    made = book.add_sheet("自评")
    for at, row in enumerate([FIELDS, HEADS, [*ROW[:3], 0.95, "96%", 100, 100, ""]]):
        for column, value in enumerate(row):
            made.write(at, column, value, *([xlwt.easyxf(num_format_str="0%")] if value == 0.95 else []))
    book.save(str(tmp_path / "a.xls"))
    (row,) = form_of(tmp_path / "a.xls").form.rows
    assert (row.target, row.actual, row.weight) == ("95%", "96%", Decimal(100))


def test_a_grade_that_does_not_fit_the_total_is_found_and_one_that_does_is_not(tmp_path):
    for grade, codes in (("☑优 □良 □中 □差", {"JX649"}), ("良", set()), ("□优 ☑良", set())):
        rows = [FIELDS, ["评价等级", grade], HEADS, [*ROW[:5], 100, 85, ""], ["总分", "", "", "", "", 100, 85, ""]]
        form = form_of(sheet(tmp_path / f"{len(grade)}.xlsx", rows))
        assert {one.code for one in form.findings} & {"JX649"} == codes, grade


def test_a_near_name_of_an_indicator_is_asked_about_and_not_taken(tmp_path):
    rubric = next(one for one in known_tables().scoring if one.id == "hongjiang-2020-dept")
    draft = scoring(rubric, [plain(one.weight) for one in rubric.indicators], random.Random(1))
    cell = next(cell for cell in draft.cells if cell.kind == "name" and cell.text == "预算完成率")
    cell.text = "预算的完成比率"
    (form,) = read_back([draft], tmp_path, ".docx", 0)
    assert "预算完成率" not in form.answers.scores
    asked = [one for one in form.findings if one.code == "JX651"]
    assert len(asked) == 1 and "是不是“预算完成率”" in asked[0].message
    assert "JX650" in {one.code for one in form.findings}


def test_points_and_weights_of_a_printed_table_are_held_against_it(tmp_path):
    rubric = next(one for one in known_tables().scoring if one.id == "hongjiang-2020-dept")
    draft = scoring(rubric, ["99", *(plain(one.weight) for one in rubric.indicators[1:])], random.Random(1))
    next(cell for cell in draft.cells if cell.text == plain(rubric.indicators[1].weight) and cell.row == 4).text = "77"
    (form,) = read_back([draft], tmp_path, ".xlsx", 0)
    assert {"JX646", "JX647"} <= {one.code for one in form.findings}


# ---- the command


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def test_what_was_read_is_scored_and_filled_at_once(tmp_path):
    for case, layout in (
        ("H04-zhongjiang-shuili-2022", "national"),
        ("H02-hb-jinbu-2020", "hubei"),
        ("H09-kexuecheng-rmt-2021", "chongqing"),
    ):
        path, data = tmp_path / f"{layout}.docx", tmp_path / f"{layout}.toml"
        save_docx([LAYOUTS[layout](CASES[case], random.Random(0))], path, random.Random(0))
        done = run("read", path, "-o", data, "--json")
        assert done.exit_code == 0, done.output
        (form,) = json.loads(done.stdout)["forms"]
        reference = form["table"] or form["rubric"]
        scored = run("score", reference, data, "--json")
        assert scored.exit_code in (0, 1) and len(json.loads(scored.stdout)["indicators"]) == len(CASES[case].lines) + 1
        assert run("fill", reference, data, "-o", tmp_path / f"{layout}.xlsx").exit_code == 0


def test_what_was_not_understood_is_a_line_each_and_status_one(tmp_path):
    path = sheet(tmp_path / "某局.xlsx", [FIELDS, HEADS, [*ROW[:6], "满", ""]])
    done = run("read", path, "-o", tmp_path / "d.toml")
    assert done.exit_code == 1 and "某局.xlsx ▸ Sheet1!G3：“满”：不是数字" in done.stderr


def test_several_forms_come_as_a_data_file_each(tmp_path):
    drafts = [LAYOUTS["national"](CASES["generic-selfeval"], random.Random(seed)) for seed in (0, 1)]
    save_xlsx(drafts, tmp_path / "a.xlsx", random.Random(0))
    assert run("read", tmp_path / "a.xlsx", "-o", tmp_path / "d.toml").exit_code == 0
    assert (tmp_path / "d.toml").is_file() and (tmp_path / "d-2.toml").is_file()


@pytest.mark.parametrize("content", ["文件说明", "通知"])
def test_a_file_without_a_form_is_unusable(tmp_path, content):
    path = sheet(tmp_path / "a.xlsx", [[content], ["各单位："]])
    done = run("read", path, "-o", tmp_path / "d.toml")
    assert done.exit_code == 2 and len(done.stderr.splitlines()) == 1 and not (tmp_path / "d.toml").exists()


def test_a_folder_of_the_countys_own_tables_is_looked_through(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    source = (known_tables.__globals__["bundled"]())["hongjiang-2020-dept"].read_text(encoding="utf-8")
    (own / "mine.toml").write_text(
        source.replace('"hongjiang-2020-dept"', '"mine"', 1).replace('"预算完成率"', '"预算完成程度"'), encoding="utf-8"
    )
    rubric = next(one for one in known_tables(own).scoring if one.id == "mine")
    draft = scoring(rubric, [plain(one.weight) for one in rubric.indicators], random.Random(1))
    save_docx([draft], tmp_path / "a.docx", random.Random(0))
    done = run("read", tmp_path / "a.docx", "-o", tmp_path / "d.toml", "--tables", own, "--json")
    assert done.exit_code == 0 and json.loads(done.stdout)["forms"][0]["rubric"] == "mine"
    assert run("read", tmp_path / "a.docx", "-o", tmp_path / "d.toml", "--tables", tmp_path / "nowhere").exit_code == 2
    (own / "bad.toml").write_text('kind = "self_evaluation"\n', encoding="utf-8")
    with pytest.raises(RubricError):
        known_tables(own)


@pytest.mark.parametrize("table", ["yanling-2020-selfeval", "hongjiang-2020-dept", "hongjiang-2020-accounts"])
def test_a_workbook_of_ours_is_read_where_its_plan_has_the_entries(tmp_path, table):
    run("fill", table, examples()[table], "-o", tmp_path / "a.xlsx")
    assert run("read", tmp_path / "a.xlsx", "-o", tmp_path / "d.toml").exit_code == 0
    before, after = (json.loads(run("score", table, data, "--json").stdout) for data in (examples()[table], tmp_path / "d.toml"))
    assert before.get("total") == after.get("total") and len(before) == len(after)


@pytest.mark.parametrize("table", spread([one.id for one in known_tables().self_evaluations if one.id in examples()], 5))
def test_a_printed_form_of_ours_without_its_stamp_reads_as_it_was_filled(tmp_path, table):
    job = open_job(table)
    answers = job.answers(examples()[table])
    book = openpyxl.load_workbook(written(table, Edition.FINISHED, tmp_path / "a.xlsx"), data_only=True)
    for name in set(book.sheetnames) - {job.table.form.sheet}:
        del book[name]
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    book.defined_names.clear()
    book.save(tmp_path / "b.xlsx")
    form = form_of(tmp_path / "b.xlsx")
    read, filled = (
        [
            tuple("".join(str(value or "").split()) for value in (row.name, row.target, row.actual, row.weight, row.reason))
            for row in one.rows
        ]
        for one in (form.answers, answers)
    )
    assert read == filled


def test_texts_survive_the_data_file():
    data = {"a": 'x"\\\n\t中', "表": {"b": Decimal("1.50"), "c": {"d": 1}}, "rows": [{"e": "f"}]}
    import tomllib

    assert tomllib.loads(as_toml(data), parse_float=Decimal) == {**data, "表": {"b": Decimal("1.5"), "c": {"d": 1}}}


# ---- review


def test_a_foreign_form_is_reviewed_like_our_own(tmp_path):
    rows = [FIELDS, HEADS, [*ROW[:4], "80人次", 100, 95, ""], ["总分", "", "", "", "", 100, 99, ""]]
    one = examine(sheet(tmp_path / "某局.xlsx", rows))
    assert one.readable and (one.unit, one.claimed_total, one.total) == ("某中心", Decimal(99), Decimal(80))
    places = {finding.code: str(finding.place) for finding in one.findings}
    assert places["JX506"] == "某局.xlsx ▸ Sheet1!H3" and places["JX518"] == "某局.xlsx ▸ Sheet1!G3"
    assert "JX600" not in places and places["JX640"] == "某局.xlsx ▸ Sheet1"


def test_the_place_in_a_word_table_is_its_row_and_head(tmp_path):
    made = docx.Document()
    table = made.add_table(3, 8)
    for at, row in enumerate([[*FIELDS, "", ""], HEADS, [*ROW[:4], "80人次", 100, 95, ""]]):
        for column, text in enumerate(row):
            table.cell(at, column).text = str(text)
    made.save(tmp_path / "某局.docx")
    places = {finding.code: str(finding.place) for finding in examine(tmp_path / "某局.docx").findings}
    assert places["JX518"] == "某局.docx ▸ 表1 第3行“得分”"


def test_every_form_of_a_file_is_reviewed(tmp_path):
    drafts = [LAYOUTS["national"](CASES[case], random.Random(0)) for case in ("H04-zhongjiang-shuili-2022", "H02-hb-jinbu-2020")]
    save_xlsx(drafts, tmp_path / "a.xlsx", random.Random(1))
    assert [one.unit for one in examine(tmp_path / "a.xlsx").forms] == [
        CASES[case].unit for case in ("H04-zhongjiang-shuili-2022", "H02-hb-jinbu-2020")
    ]


def test_a_clean_foreign_form_has_no_finding_but_what_it_was_taken_for(tmp_path):
    funds = [["项目资金（万元）", *FUNDS[1:]], ["", "年度资金总额", 20, 20, 19.5, 10, "97.5%", 9.75]]
    goals = [["年度总体目标", "预期目标", "实际完成情况"], ["", "培训100人次", "培训120人次"]]
    rows = [
        ["产出指标", "数量指标", "培训人次", "≥100人次", "120人次", 40, 40, ""],
        ["效益指标", "社会效益指标", "持证率", "≥90%", "91%", 30, 30, ""],
        ["产出指标", "质量指标", "合格率", "≥90%", "92%", 20, 20, ""],
    ]
    path = sheet(tmp_path / "a.xlsx", [FIELDS, *funds, *goals, HEADS, *rows, ["总分", "", "", "", "", 100, 99.75, ""]])
    assert {one.code for one in examine(path).findings} == {"JX640"}


def test_no_head_is_known_under_two_names():
    form = {head.value for head in Head}
    assert len(form) == len(list(Head))


# ---- columns that are missing or hold more than one thing


@pytest.mark.parametrize(("column", "name"), [(3, "指标值"), (4, "完成值")])
def test_a_form_without_the_column_of_targets_or_of_what_was_done_does_not_pass(tmp_path, column, name):
    rows = [[cell for at, cell in enumerate(row) if at != column] for row in (HEADS, ROW)]
    (missing,) = [one for one in form_of(sheet(tmp_path / "a.xlsx", [TITLE, FIELDS, *rows])).findings if one.code == "JX656"]
    assert missing.level is Level.MUST_FIX and f"没有“{name}”这一栏" in missing.message


def test_a_rate_of_completion_is_not_what_was_done_and_that_is_said(tmp_path):
    heads = [*HEADS[:4], "完成率", *HEADS[5:]]
    (missing,) = [one for one in form_of(sheet(tmp_path / "a.xlsx", [TITLE, FIELDS, heads, ROW])).findings if one.code == "JX656"]
    assert "“完成率”只是比率，没有读入" in missing.message


@pytest.mark.parametrize(("cell", "read"), [("9.5/10", ("9.5", "10")), ("9.5分／10分", ("9.5", "10")), ("0/5", ("0", "5"))])
def test_points_and_weight_in_one_cell_are_two_figures(tmp_path, cell, read):
    rows = [[*HEADS[:5], "得分/分值", HEADS[7]], [*ROW[:5], cell, ""]]
    (row,) = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, *rows])).form.rows
    assert (plain(row.points), plain(row.weight)) == read


def test_one_figure_where_two_belong_is_said(tmp_path):
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, [*HEADS[:5], "得分/分值", HEADS[7]], [*ROW[:5], 10, ""]]))
    assert form.form.rows[0].points is None and said(form) == {("JX642", "a.xlsx ▸ Sheet1!F3")}


@pytest.mark.parametrize(("head", "name"), [("三级指标及目标值", "改造路灯数量（≥1260盏）"), ("工作内容", "")])
def test_names_under_a_head_nobody_knows_leave_the_levels_where_they_are(tmp_path, head, name):
    rows = [[*HEADS[:2], head, *HEADS[3:]], [*ROW[:2], "改造路灯数量（≥1260盏）", *ROW[3:]]]
    form = form_of(sheet(tmp_path / "a.xlsx", [FIELDS, *rows]))
    (row,) = form.form.rows
    assert (row.level1, row.level2, row.name) == ("产出指标", "数量指标", name)
    assert bool(name) != any(one.code == "JX642" for one in form.unread)


def test_sources_that_miss_their_total_do_not_make_another_form_of_it(tmp_path):
    funds = [
        ["", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["年度资金总额", "", 100, 100, 92, 10, "92%", "9.2"],
        ["其中：当年财政拨款", "", 100, 100, 90, "", "", ""],
    ]
    form = form_of(sheet(tmp_path / "a.xlsx", [TITLE, FIELDS, *funds, HEADS, ROW]))
    assert (form.about.project, form.about.superior, form.about.unit) == ("某项目", "某局", "某中心")
