"""The reviewer's desk: the report workbook, letters, names, earlier reviews, the reviewer's own points, samples."""

import csv
import json
import random
import re
import shutil
import zipfile
from decimal import Decimal
from urllib.parse import unquote

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from support.depth import many
from support.scoretable import ref, write
from support.simulated import returns
from support.tamper import Tampered

from xl_jixiao.cli import main
from xl_jixiao.jobs import open_job
from xl_jixiao.review.across import compared
from xl_jixiao.review.desk import Desk
from xl_jixiao.review.examine import examine
from xl_jixiao.review.letters import LetterHead, write_letters
from xl_jixiao.review.names import UnitList, filed, read_list
from xl_jixiao.review.record import read_earlier
from xl_jixiao.review.report import ABSENT_SHEET, DETAIL, EXPLAINED, FINDINGS, GROUPS, OVERVIEW, POINTS, STATISTICS, STRANGERS, SUMMARY
from xl_jixiao.review.sample import SampleBy, draw, how_many
from xl_jixiao.scoretable import table as rubrics
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.answers import Adjustment, Answers
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.words import TOTAL

CASE = "hongjiang-2020-dept"
RUBRIC = rubrics.load(CASE)
GOOD = answer_files.load(examples()[CASE], RUBRIC.asked)


def filing(path, *, values=None, adjustments=None, total=None):
    """A returned workbook, its printed total changed where told."""
    given = Answers(RUBRIC.id, {**GOOD.values, **(values or {})}, GOOD.adjustments if adjustments is None else adjustments)
    path.parent.mkdir(parents=True, exist_ok=True)
    write(RUBRIC, given, Edition.NATIVE, path)
    if total is not None:
        tampered = Tampered(path)
        place = ref(RUBRIC, TOTAL)
        tampered.put(place.sheet, place.local, total, keep_formula=True)
        tampered.write(path)
    return path


def named(name, **values):
    """Answers of a unit."""
    return {"单位名称": name, **values}


def ran(*arguments, code=None):
    """The review command; its output."""
    result = CliRunner().invoke(main, ["review", *map(str, arguments), "--jobs", "1"], catch_exceptions=False)
    assert code is None or result.exit_code == code, result.output
    return result.output


def rows_of(path, sheet):
    """The rows of a list of the report, by head."""
    cells = openpyxl.load_workbook(path, data_only=True)[sheet]
    heads = [cell.value for cell in cells[2]]
    return [dict(zip(heads, row, strict=True)) for row in cells.iter_rows(min_row=3)]


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """Three units: one with a false total, one clean, one under a name that is not on the list."""
    folder = tmp_path_factory.mktemp("批") / "交回"
    filing(folder / "甲.xlsx", values=named("甲县教育局"), total=91.5)
    filing(folder / "乙.xlsx", values=named("甲县林业局"))
    filing(folder / "丙.xlsx", values=named("县农业农村局"))
    (folder.parent / "名单.txt").write_text("甲县教育局\n甲县林业局\n甲县农业农村局\n甲县水利局\t水利局\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def report(batch):
    path = batch.parent / "报告.xlsx"
    ran(batch, "-o", path, "--units", batch.parent / "名单.txt", "--csv", batch.parent / "a.csv", "--json", batch.parent / "a.json", code=1)
    return path


def test_the_overview_says_what_matters_and_has_both_charts(report):
    book = openpyxl.load_workbook(report)
    assert book.sheetnames[:2] == [OVERVIEW, SUMMARY]
    said = {row[0].value: row[1].value for row in book[OVERVIEW].iter_rows(min_row=2, max_row=20)}
    assert (said["单位"], said["有必改的单位"], said["未交的单位"], said["不在名单的单位"]) == ("3个，材料3份", "1", "2", "1")
    assert len(book[OVERVIEW]._charts) == 2


def test_names_that_are_merely_near_are_asked_about_and_never_joined(report):
    absent = {row["单位"].value: row["请核实"].value for row in rows_of(report, ABSENT_SHEET)}
    assert absent["甲县水利局"] is None
    assert absent["甲县农业农村局"] == "“县农业农村局”交的可能就是它，请核实"
    assert [(row["单位（文件里的名称）"].value, row["名单里最近的"].value) for row in rows_of(report, STRANGERS)] == [
        ("县农业农村局", "甲县农业农村局")
    ]
    assert "JX692" in {row["编号"].value for row in rows_of(report, FINDINGS)}


@pytest.mark.parametrize(
    ("filed_as", "listed"),
    [
        ("教育局", "炎陵县教育局"),
        ("炎陵县政府办", "炎陵县人民政府办公室"),
        ("教体局", "炎陵县教育体育局"),
        ("炎陵县农业农村居", "炎陵县农业农村局"),
        ("炎陵县第二中学", ""),
        ("炎陵县审计局", ""),
    ],
)
def test_the_nearest_name_of_the_list(filed_as, listed):
    names = ("炎陵县教育局", "炎陵县人民政府办公室", "炎陵县农业农村局", "炎陵县第一中学")
    expected = UnitList(names if listed != "炎陵县教育体育局" else (*names[1:], listed))
    assert (expected.named(filed_as), expected.nearest(filed_as)) == ("", listed)


def test_who_has_not_filed_which_form():
    status = filed(UnitList(("甲局", "乙局", "丙局")), [("甲局", "评分表"), ("甲 局", "报告"), ("乙局", "评分表"), ("乙局", "")])
    assert (status.absent, status.by_form) == (("丙局",), (("报告", "乙局"),))


def test_other_names_of_the_list_are_the_unit(tmp_path):
    (tmp_path / "名单.txt").write_text("单位名称\n甲县水利局\t水利局、县水利局\n", encoding="utf-8")
    expected = read_list(tmp_path / "名单.txt")
    assert expected.names == ("甲县水利局",)
    assert [expected.named(name) for name in ("水利局", "县 水利局", "水务局")] == ["甲县水利局", "甲县水利局", ""]


def test_every_finding_leads_to_its_cell_and_has_room_for_answers(report):
    rows = rows_of(report, FINDINGS)
    assert {"单位回复", "处理意见", "复核意见"} <= set(rows[0])
    total = next(row for row in rows if row["编号"].value == "JX603")
    assert (total["位置"].hyperlink.target.replace("\\", "/"), total["位置"].hyperlink.location) == ("交回/甲.xlsx", "'整体支出评分表'!G36")
    assert [row["级别"].value for row in rows] == sorted((row["级别"].value for row in rows), key=["必改", "须说明", "提示"].index)


def test_what_lists_and_levels_look_like(report):
    book = openpyxl.load_workbook(report)
    sheet = book[SUMMARY]
    heads = [cell.value for cell in sheet[2]]
    assert {sheet.cell(3, heads.index(head) + 1).alignment.horizontal for head in ("填报总分", "复核总分", "必改")} == {"right"}
    rules = [rule for found in sheet.conditional_formatting for rule in found.rules]
    fills = {rule.formula[0]: rule.dxf.fill.bgColor.rgb for rule in rules}
    assert len({fills[f'"{word}"'] for word in ("必改", "须说明", "提示")}) == 3


def test_the_csv_has_a_line_for_each_finding(report):
    with (report.parent / "a.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    found = json.loads((report.parent / "a.json").read_text(encoding="utf-8"))
    assert len(rows) == sum(max(1, len(one["findings"])) for one in found)
    assert {row["单位"] for row in rows} == {"甲县教育局", "甲县林业局", "县农业农村局"}


LINKED = (("甲 局（终稿）.xlsx", "甲 局（终稿）.xlsx"), ("乙#局.xlsx", ""), ("丙%41局.xlsx", ""), ("丁100%完成.xlsx", "丁100%完成.xlsx"))


@pytest.mark.parametrize(("name", "target"), LINKED, ids=[one[0] for one in LINKED])
def test_links_lead_to_files_of_any_name_or_are_none(name, target, tmp_path):
    filing(tmp_path / "交 回" / name, values=named("甲县教育局"), total=91.5)
    ran(tmp_path / "交 回", "-o", tmp_path / "报告.xlsx")
    with zipfile.ZipFile(tmp_path / "报告.xlsx") as package:
        relations = "".join(package.read(part).decode() for part in package.namelist() if part.endswith(".rels"))
    targets = {unquote(one).replace("\\", "/") for one in re.findall(r'Target="([^"#]*xlsx)[^"]*" TargetMode="External"', relations)}
    assert targets == ({f"交 回/{target}"} if target else set())


# ---- 复核得分


def _enter(report, sheet, wanted, **texts):
    """Writes into the reviewer's cells of the row a predicate finds."""
    book = openpyxl.load_workbook(report)
    cells = book[sheet]
    heads = [cell.value for cell in cells[2]]
    for row in cells.iter_rows(min_row=3):
        if wanted(dict(zip(heads, (cell.value for cell in row), strict=True))):
            for head, text in texts.items():
                row[heads.index(head)].value = text
            break
    else:
        raise AssertionError("no such row")
    book.save(report)


def test_a_review_is_continued_from_its_report(report, tmp_path):
    mine = tmp_path / "报告.xlsx"
    shutil.copy(report, mine)
    _enter(mine, POINTS, lambda row: row["单位"] == "甲县林业局" and row["指标"] == "预算完成率", 复核得分=0, 复核理由="没有调整依据")
    _enter(mine, FINDINGS, lambda row: row["编号"] == "JX603", 单位回复="已更正", 处理意见="退回修改", 复核意见="看附表")
    _enter(mine, EXPLAINED, lambda row: row["单位"] == "甲县林业局", 审核结论="不认可")
    output = ran("--continue", mine, "--letters", tmp_path / "函", code=1)
    continued = tmp_path / "报告-复核.xlsx"
    assert str(continued) in output
    row = next(row for row in rows_of(continued, SUMMARY) if row["单位"].value == "甲县林业局")
    assert (row["复核总分"].value, row["等次"].value) == (86.5, "良好")
    table = next(row for row in rows_of(continued, STATISTICS))
    assert (table["最高分"].value, table["最低分"].value, table["平均分"].value) == (89.5, 86.5, 88.5)
    kept = next(row for row in rows_of(continued, FINDINGS) if row["编号"].value == "JX603")
    assert [kept[head].value for head in ("单位回复", "处理意见", "复核意见")] == ["已更正", "退回修改", "看附表"]
    assert "不认可" in {row["审核结论"].value for row in rows_of(continued, EXPLAINED)}
    letter = docx.Document(tmp_path / "函" / "甲县林业局-审核意见.docx")
    assert "复核总分86.5分，等次“良好”" in "".join(paragraph.text for paragraph in letter.paragraphs)
    assert ["预算完成率", "3", "3", "0", "没有调整依据"] in [
        [cell.text for cell in row.cells] for table in letter.tables for row in table.rows
    ]


def test_the_overview_has_the_reviewers_total(report, tmp_path):
    mine = tmp_path / "报告.xlsx"
    shutil.copy(report, mine)
    _enter(mine, POINTS, lambda row: row["单位"] == "甲县教育局" and row["指标"] == "预算完成率", 复核得分=0, 复核理由="没有调整依据")
    ran("--continue", mine, code=1)
    rows = openpyxl.load_workbook(tmp_path / "报告-复核.xlsx", data_only=True)[OVERVIEW].iter_rows(max_col=4, values_only=True)
    assert [row[3] for row in rows if row[0] == "甲县教育局"] == [86.5]


_ANSWERS = [
    ("甲县林业局", "预算完成率", {"复核得分": 0, "复核理由": "没有调整依据"}),
    ("甲县教育局", "预算完成率", {"复核得分": 1.5}),
    ("甲县水利局", "预算完成率", {"复核得分": 2, "复核理由": "核减"}),
    ("甲县林业局", "在职人员控制率", {"复核得分": 99, "复核理由": "大于分值，不采用"}),
]


def test_points_typed_in_the_report_change_its_totals_grades_ranks_and_counts_at_once(report, office, tmp_path):
    mine = tmp_path / "报告.xlsx"
    shutil.copy(report, mine)
    units = {row["单位"].value for row in rows_of(mine, POINTS)}
    for unit, name, texts in _ANSWERS:
        if unit in units:
            _enter(mine, POINTS, lambda row, unit=unit, name=name: row["单位"] == unit and row["指标"] == name, **texts)
    on_sheet = office.recalculate(mine)
    ran("--continue", mine, code=1)
    continued = tmp_path / "报告-复核.xlsx"
    for sheet, heads, key in (
        (DETAIL, ("复核总分", "等次"), "文件"),
        (SUMMARY, ("复核总分", "相差", "等次", "名次", "计名次"), "单位"),
        (GROUPS, ("复核得分", "得分率"), None),
        (POINTS, ("改动", "核对"), "键"),
    ):
        after = {_key(row, key): row for row in rows_of(continued, sheet)}
        both = [row for row in rows_of(mine, sheet) if _key(row, key) in after]  # not those that stand on the list of units alone
        for row in both:
            for head in heads:
                now, then = on_sheet[sheet].get(row[head].coordinate), after[_key(row, key)][head].value
                assert _alike(now, then), (sheet, _key(row, key), head, now, then)
    counts = [on_sheet[OVERVIEW].get(place) for place in _counted(mine)]
    after = openpyxl.load_workbook(continued, data_only=True)[OVERVIEW]
    assert counts == [after[place].value for place in _counted(continued)] and len(counts) > 8


def _counted(path):
    """The places of the overview's live counts."""
    rows = openpyxl.load_workbook(path)[OVERVIEW].iter_rows(max_col=4)
    return [cell.coordinate for row in rows for cell in row if str(cell.value).startswith("=COUNTIF")]


def _key(row, key):
    return row[key].value if key else tuple(row[head].value for head in ("单位", "表", "项目", "分组"))


def _alike(one, other):
    one, other = (None if value == "" else value for value in (one, other))
    return one == pytest.approx(other) if isinstance(one, (int, float)) and isinstance(other, (int, float)) else one == other


@pytest.mark.parametrize(
    ("typed", "held", "said"),
    [("２．５", 2.5, None), (-1, -1, "不在0至分值之间，或多于两位小数，不采用"), ("三分", "三分", "不是数字，不采用")],
)
def test_the_points_of_a_continued_report_are_the_number_the_review_took(typed, held, said, report, tmp_path):
    mine = tmp_path / "报告.xlsx"
    shutil.copy(report, mine)
    name = ("甲县林业局", "预算完成率")
    _enter(mine, POINTS, lambda row: (row["单位"], row["指标"]) == name, 复核得分=typed, 复核理由="没有调整依据")
    ran("--continue", mine, code=1)
    row = next(row for row in rows_of(tmp_path / "报告-复核.xlsx", POINTS) if (row["单位"].value, row["指标"].value) == name)
    assert (row["复核得分"].value, row["核对"].value or None) == (held, said)


@pytest.mark.parametrize(("points", "why"), [(9, "不在0至3之间"), ("三分", "不是数字"), (1, "没有写理由")])
def test_points_that_can_not_be_are_said(points, why, report, tmp_path):
    mine = tmp_path / "报告.xlsx"
    shutil.copy(report, mine)
    _enter(mine, POINTS, lambda row: row["单位"] == "甲县林业局" and row["指标"] == "预算完成率", 复核得分=points)
    assert why in ran("--continue", mine, code=1)


def test_what_is_no_report_can_not_be_continued(batch, tmp_path):
    output = CliRunner().invoke(main, ["review", "--continue", str(batch / "甲.xlsx")])
    assert output.exit_code == 2 and "不是审核报告" in output.output


# ---- resubmission and last year


@pytest.mark.parametrize("kind", ["xlsx", "json"])
def test_earlier_findings_are_closed_open_or_new_and_changed_figures_are_named(kind, report, batch, tmp_path):
    again = tmp_path / "再交"
    filing(again / "甲.xlsx", values=named("甲县教育局", 在职人员数=Decimal(80), 编制数=Decimal(70)))
    earlier = report if kind == "xlsx" else report.parent / "a.json"
    ran(again, "-o", tmp_path / "二.xlsx", "--previous", earlier)
    rows = [(row["情况"].value, row["编号"].value) for row in rows_of(tmp_path / "二.xlsx", "整改情况")]
    assert ("已改", "JX603") in rows and ("仍在", "JX401") in rows
    figures = {row["数"].value: (row["上次"].value, row["这次"].value) for row in rows_of(tmp_path / "二.xlsx", "改动的数")}
    assert figures["在职人员数"] == ("66", "80") and "年初预算数" not in figures


def test_several_earlier_reviews_say_a_finding_once(report, batch, tmp_path):
    again = tmp_path / "再交"
    filing(again / "甲.xlsx", values=named("甲县教育局", 在职人员数=Decimal(80), 编制数=Decimal(70)))
    lists = []
    for number, earlier in enumerate(([report], [report, report.parent / "a.json"])):
        ran(again, "-o", tmp_path / f"{number}.xlsx", *(part for one in earlier for part in ("--previous", one)))
        book = tmp_path / f"{number}.xlsx"
        lists.append([[row[head].value for head in ("情况", "编号", "位置", "问题")] for row in rows_of(book, "整改情况")])
        assert len(rows_of(book, "改动的数")) == len({row["数"].value for row in rows_of(book, "改动的数")})
    assert sorted(map(str, lists[0])) == sorted(map(str, lists[1]))


def test_a_batch_beside_its_own_review_has_nothing_new_and_nothing_mended(report, batch, tmp_path):
    shutil.copytree(batch, tmp_path / "再交")
    shutil.copy(tmp_path / "再交" / "甲.xlsx", tmp_path / "再交" / "甲（又一份）.xlsx")
    ran(tmp_path / "再交", "-o", tmp_path / "一.xlsx", "--json", tmp_path / "一.json")
    ran(tmp_path / "再交", "-o", tmp_path / "二.xlsx", "--previous", tmp_path / "一.json")
    assert {row["情况"].value for row in rows_of(tmp_path / "二.xlsx", "整改情况")} == {"仍在"}


def test_what_is_found_between_files_is_not_called_mended_where_one_came_alone(tmp_path):
    for name in ("甲", "乙"):
        filing(tmp_path / "一" / f"{name}.xlsx", values=named(f"{name}县林业局"))
    ran(tmp_path / "一", "-o", tmp_path / "一.xlsx", "--json", tmp_path / "一.json")
    filing(tmp_path / "二" / "甲.xlsx", values=named("甲县林业局"))
    ran(tmp_path / "二", "-o", tmp_path / "二.xlsx", "--previous", tmp_path / "一.json")
    across = [row["情况"].value for row in rows_of(tmp_path / "二.xlsx", "整改情况") if row["编号"].value in ("JX611", "JX612", "JX681")]
    assert across and set(across) == {"未再比"}


def test_last_years_filing_beside_this_years(report, tmp_path):
    earlier = json.loads((report.parent / "a.json").read_text(encoding="utf-8"))
    for one in earlier:
        one["year"] -= 1
    (tmp_path / "上年.json").write_text(json.dumps(earlier, ensure_ascii=False), encoding="utf-8")
    changes = named("甲县林业局", 上年度三公经费总额=Decimal("70"), 公务接待费=Decimal("5.6"))
    filing(tmp_path / "本年" / "乙.xlsx", values=changes)
    ran(tmp_path / "本年", "-o", tmp_path / "报告.xlsx", "--previous", tmp_path / "上年.json", "--json", tmp_path / "a.json")
    found = [one for result in json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) for one in result["findings"]]
    assert [(one["reported"], one["expected"]) for one in found if one["code"] == "JX691"] == [("70万元", "65.58万元")]
    assert ("5.6万元", "12.96万元") in [(one["reported"], one["expected"]) for one in found if one["code"] == "JX690"]


# ---- letters


def _letters(folder, results, **head):
    write_letters(Desk(tuple(results)), folder, LetterHead(**head))
    return {path.name: docx.Document(path) for path in sorted(folder.glob("*.docx"))}


def _text(document):
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_a_letter_has_head_table_and_closing(batch, tmp_path):
    results = [examine(batch / "甲.xlsx"), examine(batch / "乙.xlsx")]
    head = {"bureau": "甲县财政局", "number": "甲财绩〔2021〕{n}号", "deadline": "8月15日", "contact": "绩效股", "day": "2021年7月30日"}
    letter = _letters(tmp_path / "函", results, **head)["甲县教育局-审核意见.docx"]
    texts = [paragraph.text for paragraph in letter.paragraphs]
    assert "甲财绩〔2021〕1号" in texts and texts[-1].startswith("2021年7月30日")
    addressee = next(paragraph for paragraph in letter.paragraphs if paragraph.text == "甲县教育局：")
    assert addressee.style.paragraph_format.first_line_indent is None
    assert [cell.text for cell in letter.tables[0].rows[0].cells] == ["编号", "位置", "问题", "填报数", "应为", "单位回复"]
    assert "请于8月15日前改正后重新报送" in _text(letter) and "绩效股" in _text(letter)


def test_an_invalid_total_has_no_grade(batch, tmp_path):
    letter = _letters(tmp_path / "函", [examine(batch / "甲.xlsx")])["甲县教育局-审核意见.docx"]
    assert "良好" not in "".join(paragraph.text for paragraph in letter.paragraphs)


def test_no_other_units_file_or_name_is_told(tmp_path):
    text = "因机构改革合并两个下属单位，人员经费增加，已报县委编委会议研究同意"
    adjusted = {"预算完成率": Adjustment(Decimal(3), text)}
    results = compared(
        [
            examine(filing(tmp_path / "a" / "甲秘密.xlsx", values=named("甲县教育局"), adjustments=adjusted)),
            examine(filing(tmp_path / "a" / "乙.xlsx", values=named("乙县林业局"), adjustments=adjusted)),
        ]
    )
    assert any(one.code == "JX612" for one in results[1].findings)
    letter = _text(_letters(tmp_path / "函", results)["乙县林业局-审核意见.docx"])
    assert "与另一个单位的填报文字相同" in letter and "甲" not in letter


def test_mere_hints_are_no_letter(tmp_path):
    from xl_jixiao.finding import Place, found

    result = examine(filing(tmp_path / "a.xlsx", values=named("甲县教育局")))
    hint = found("JX402", Place("a.xlsx"), "全部满分")
    from dataclasses import replace

    assert _letters(tmp_path / "函", [replace(result, findings=(hint,))]) == {}


# ---- samples


def test_a_random_sample_is_drawn_again_by_its_seed(batch):
    desk = Desk(tuple(examine(path) for path in sorted(batch.glob("*.xlsx"))))
    one, again = (draw(desk, SampleBy.RANDOM, "2", 7) for _ in range(2))
    assert [risk.unit.name for risk in one.chosen] == [risk.unit.name for risk in again.chosen]
    assert len({tuple(risk.unit.name for risk in draw(desk, SampleBy.RANDOM, "2", seed).chosen) for seed in range(20)}) > 1


def test_the_riskiest_come_first_with_their_reasons(batch):
    desk = Desk(tuple(examine(path) for path in sorted(batch.glob("*.xlsx"))))
    first = draw(desk, SampleBy.RISK, "1", 0).chosen[0]
    assert first.unit.name == "甲县教育局" and ("必改问题", 4) in first.parts


def test_a_sample_by_list(batch, tmp_path):
    (tmp_path / "单.txt").write_text("甲县林业局\n", encoding="utf-8")
    output = ran(batch, "-o", tmp_path / "r.xlsx", "--sample-by", "list", "--sample-list", tmp_path / "单.txt")
    assert "抽查1个（按名单" in output and "甲县林业局" in output.split("抽查1个")[1]


def test_a_list_that_is_missing_is_said_before_the_work(batch, tmp_path):
    said = ran(batch, "-o", tmp_path / "r.xlsx", "--sample-by", "list", "--sample-list", tmp_path / "没有.txt", code=2)
    assert said.strip() == f"{tmp_path / '没有.txt'}：找不到文件或文件夹" and not (tmp_path / "r.xlsx").exists()


def test_the_lists_a_review_goes_by_are_not_reviewed(tmp_path):
    filing(tmp_path / "甲.xlsx", values=named("甲县教育局"))
    for name in ("名单.xlsx", "抽查.xlsx"):
        book = openpyxl.Workbook()
        book.active["A1"] = "甲县教育局"
        book.save(tmp_path / name)
    lists = ("--units", tmp_path / "名单.xlsx", "--sample-by", "list", "--sample-list", tmp_path / "抽查.xlsx")
    assert "共1份" in ran(tmp_path, "-o", tmp_path / "r.xlsx", *lists, code=0)


@pytest.mark.parametrize(("size", "count"), [("20%", 2), ("3", 3), ("100%", 10), ("99", 10), ("1%", 1)])
def test_how_many_are_drawn(size, count):
    assert how_many(size, 10) == count


@pytest.mark.parametrize("size", ["0", "-3", "二十", "", "1.5", "500%"])
def test_sizes_that_are_none(size, batch, tmp_path):
    result = CliRunner().invoke(main, ["review", str(batch), "-o", str(tmp_path / "r.xlsx"), "--sample", size])
    assert result.exit_code == 2 and "--sample" in result.output


def test_an_earlier_review_is_read_wherever_its_rows_were_sorted_to(report, tmp_path):
    mine = tmp_path / "报告.xlsx"
    shutil.copy(report, mine)
    _enter(mine, FINDINGS, lambda row: row["编号"] == "JX603", 单位回复="已更正")
    book = openpyxl.load_workbook(mine)
    sheet = book[FINDINGS]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    random.Random(1).shuffle(rows)
    for at, row in enumerate(rows, 3):
        for column, value in enumerate(row, 1):
            sheet.cell(at, column).value = value
    book.save(mine)
    assert "已更正" in {written.get("单位回复") for written in read_earlier(mine).marks.values()}


def test_the_riskiest_fifth_holds_most_of_the_planted_bad_returns(tmp_path):
    made = {path.name: kind for path, kind in returns(tmp_path, many(40, 600), 0.1)}
    results = [examine(path) for path in sorted(tmp_path.glob("*.xlsx"))]
    drawn = draw(Desk(compared(results)), SampleBy.RISK, "20%", 0)
    chosen = {one.file.name for risk in drawn.chosen for one in risk.unit.files}
    planted = (
        {name for name, kind in made.items() if kind and kind != "照抄理由"}
        if len(made) < 100
        else {name for name, kind in made.items() if kind}
    )
    assert len(planted & chosen) >= 0.8 * len(planted)


def test_a_file_nobody_could_read_stands_with_the_unit_its_name_or_folder_tells(tmp_path):
    """In 汇总 there is no line of its own for it; one that tells no unit is named in 总览."""
    folder = tmp_path / "交来"
    filing(folder / "甲.xlsx", values=named("某县教育局"))
    for place in ("某县教育局-项目.xlsx", "某县水利局/附件.xlsx", "不知谁的.xlsx"):
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_bytes(b"broken")
    (tmp_path / "名单.txt").write_text("某县教育局\n某县水利局\n", encoding="utf-8")
    ran(folder, "-o", tmp_path / "报告.xlsx", "--units", tmp_path / "名单.txt", code=1)
    book = openpyxl.load_workbook(tmp_path / "报告.xlsx")
    units = {row[1].value for row in book[SUMMARY].iter_rows() if row[1].value}
    assert {"某县教育局", "某县水利局", "不知谁的"} <= units and "某县教育局-项目" not in units and "附件" not in units
    said = {row[0].value: row[1].value for row in book[OVERVIEW].iter_rows()}
    assert said["读不出的材料"] == "3，其中看不出单位的：不知谁的.xlsx"


def test_the_reviewers_points_count_where_the_rest_is_rescaled(office, tmp_path):
    """重点工作办结率 is not applicable: 85.25 of 96 is 88.80, on the sheet at once and in the review that continues it."""
    table = "generic-dept"
    job = open_job(table)
    answers = job.answers(examples()[table])
    job.write(answers, Edition.NATIVE, tmp_path / "交回.xlsx")
    report = tmp_path / "报告.xlsx"
    ran(tmp_path / "交回.xlsx", "-o", report)
    left_out = next(row for row in rows_of(report, POINTS) if row["自评得分"].value == "不适用")
    before = rows_of(report, SUMMARY)[0]
    assert before["复核总分"].value == 89.84
    _enter(report, POINTS, lambda row: row["指标"] == "预算完成率", 复核得分=3, 复核理由="没有依据")
    on_sheet = office.recalculate(report)
    assert on_sheet[SUMMARY].get(before["复核总分"].coordinate) == 88.8 and on_sheet[SUMMARY].get(before["等次"].coordinate) == "良"
    ran("--continue", report)
    after = rows_of(tmp_path / "报告-复核.xlsx", SUMMARY)[0]
    assert (after["复核总分"].value, after["等次"].value) == (88.8, "良")
    _enter(report, POINTS, lambda row: row["指标"] == left_out["指标"].value, 复核得分=4, 复核理由="应当适用")
    on_sheet = office.recalculate(report)
    ran("--continue", report, "--overwrite")
    both = rows_of(tmp_path / "报告-复核.xlsx", SUMMARY)[0]["复核总分"].value
    assert on_sheet[SUMMARY].get(before["复核总分"].coordinate) == both == 89.25


def test_a_continued_review_keeps_the_list_of_units_and_the_sample(batch, tmp_path):
    first = tmp_path / "报告.xlsx"
    ran(batch, "-o", first, "--units", batch.parent / "名单.txt", "--sample", "2", code=1)
    ran("--continue", first, code=1)
    for sheet in (ABSENT_SHEET, STRANGERS, "抽查"):
        one, other = (
            [[cell.value for cell in row.values()] for row in rows_of(path, sheet)] for path in (first, tmp_path / "报告-复核.xlsx")
        )
        assert one == other and one
    once_more = tmp_path / "报告-复核-复核.xlsx"
    ran("--continue", tmp_path / "报告-复核.xlsx", code=1)
    assert ABSENT_SHEET in openpyxl.load_workbook(once_more).sheetnames


def test_what_two_editions_of_one_filing_share_is_said_once_and_both_units_of_a_text_are_asked(tmp_path):
    text = "年初因上级追加乡村振兴专项资金两次调整预算，经县人民政府常务会议研究同意后执行。"
    adjustments = {"预算完成率": Adjustment(Decimal(3), text)}
    filing(tmp_path / "甲.xlsx", values=named("甲县教育局"), adjustments=adjustments)
    filing(tmp_path / "乙.xlsx", values=named("甲县林业局"), adjustments=adjustments)
    shutil.copy(tmp_path / "乙.xlsx", tmp_path / "乙副本.xlsx")
    results = compared([examine(tmp_path / name) for name in ("甲.xlsx", "乙.xlsx", "乙副本.xlsx")])
    codes = [{one.code for one in result.findings if one.code in ("JX612", "JX681", "JX623")} for result in results]
    assert codes == [{"JX681"}, {"JX612"}, {"JX623"}]
    assert [one.code for one in results[2].findings] == ["JX623"]


@pytest.mark.parametrize(("said", "printed"), [("2026-06-30", "2026年6月30日前"), ("6月30日", "6月30日前"), ("6月底前", "6月底前")])
def test_a_deadline_is_printed_as_letters_print_days(said, printed, batch, tmp_path):
    ran(batch, "-o", tmp_path / "报告.xlsx", "--letters", tmp_path / "函", "--deadline", said, code=1)
    letter = docx.Document(next((tmp_path / "函").glob("甲县教育局*.docx")))
    assert f"请于{printed}" in "".join(paragraph.text for paragraph in letter.paragraphs)


def test_papers_nobody_reviews_are_not_drawn(batch, tmp_path):
    folder = tmp_path / "交回"
    shutil.copytree(batch, folder)
    for number in range(6):
        (folder / f"扫描件{number}.pdf").write_bytes(b"%PDF-1.4")
    output = ran(folder, "-o", tmp_path / "报告.xlsx", "--sample", "100%", "--sample-by", "random", "--seed", "3", code=1)
    assert "抽查3个" in output and "扫描件" not in output.partition("抽查3个")[2].partition("已生成")[0]


def test_letters_of_an_earlier_review_are_named(batch, tmp_path):
    folder = tmp_path / "函"
    folder.mkdir()
    (folder / "某县水利站-审核意见.docx").write_bytes(b"old")
    output = ran(batch, "-o", tmp_path / "报告.xlsx", "--letters", folder, code=1)
    assert "以前写的意见函1份" in output and "某县水利站-审核意见.docx" in output


def test_a_report_is_a_workbook_by_its_name(batch, tmp_path):
    assert "应以 .xlsx 结尾" in ran(batch, "-o", tmp_path / "报告.txt", code=2)
