"""Review: one returned workbook for each finding code, compared between units, reported, hundreds at a time."""

import gc
import json
import re
import tracemalloc
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from support.depth import many
from support.packages import changed
from support.scoretable import ref, write
from support.tamper import Tampered

from xl_jixiao.cli import COLLECTED, main
from xl_jixiao.finding import Place
from xl_jixiao.jobs import open_job
from xl_jixiao.review.across import compared
from xl_jixiao.review.desk import Desk, verdict
from xl_jixiao.review.examine import Examined, examine, examine_all, files_of
from xl_jixiao.review.held import Packed
from xl_jixiao.review.report import FINDINGS, SUMMARY, write_report
from xl_jixiao.scoretable import table as rubrics
from xl_jixiao.scoretable.keys import score_name
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.sheet.plan import Page
from xl_jixiao.sheet.write import write as write_plan
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.answers import Adjustment, Answers
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.words import CONCLUSION, GRADE, TOTAL

CASE = "hongjiang-2020-dept"
RUBRIC = rubrics.load(CASE)
GOOD = answer_files.load(examples()[CASE], RUBRIC.asked)


def returned(folder, name="某局.xlsx", *, edition=Edition.NATIVE, values=None, adjustments=None, cells=(), properties=None):
    """A workbook as it comes back; `cells` are (key, value shown, whether the formula is kept)."""
    given = Answers(RUBRIC.id, {**GOOD.values, **(values or {})}, {**GOOD.adjustments, **(adjustments or {})})
    path = folder / name
    write(RUBRIC, given, edition, path)
    if cells:
        tampered = Tampered(path)
        for key, shown, kept in cells:
            place = ref(RUBRIC, key)
            tampered.put(place.sheet, place.local, shown, keep_formula=kept)
        tampered.write(path)
    if properties:
        path.write_bytes(changed(path, "docProps/custom.xml", properties))
    return path


def books(folder):
    """The workbooks of a folder."""
    return files_of([folder])[0]


SCORE = score_name("在职人员控制率")
CASES = {
    "JX601": ("单元格得分与填报数复算不符", {"cells": [(SCORE, 1.5, True)]}, "评分底稿!J14"),
    "JX602": ("相差 0.01 是舍入，不是错误", {"cells": [(SCORE, 1.99, True)]}, "评分底稿!J14"),
    "JX603": ("合计与各项得分之和不符", {"cells": [(TOTAL, 91.5, True)]}, "整体支出评分表!G36"),
    "JX604": ("等次与总分不符", {"cells": [(GRADE, "优秀", True)]}, "评分底稿!K86"),
    "JX605": ("公式被改成固定值", {"cells": [(SCORE, 2, False)]}, "评分底稿!J14"),
    "JX606": ("用旧修订的评分标准制作", {"properties": lambda text: text.replace(b"2020.1", b"2019.9")}, ""),
    "JX607": (
        "成品导出后填报数被改动",
        {"edition": Edition.FINISHED, "properties": lambda text: re.sub(rb"[0-9a-f]{64}", b"0" * 64, text)},
        "",
    ),
}


@pytest.mark.parametrize("code", CASES)
def test_each_code_has_a_workbook_that_shows_it_and_it_alone(code, tmp_path):
    _, change, place = CASES[code]
    result = examine(returned(tmp_path, **change))
    found = [finding for finding in result.findings if finding.code.startswith("JX6")]
    assert [finding.code for finding in found] == [code]
    assert str(found[0].place) == f"某局.xlsx{f' ▸ {place}' if place else ''}"


def test_a_good_workbook_has_no_finding_but_its_adjustments(tmp_path):
    for edition in Edition:
        result = examine(returned(tmp_path, f"{edition}{edition.suffix}", edition=edition))
        assert {finding.code for finding in result.findings} == {"JX401"}, edition
        assert (result.claimed_total, result.total, result.computed_total) == (Decimal("89.5"), Decimal("89.50"), Decimal("68.50"))


def test_a_workbook_another_version_laid_out_is_read_by_its_names(tmp_path):
    """Its working sheet had other rows and columns; nothing is compared that stood elsewhere, and it is said that nothing was."""
    job = open_job("hongjiang-2020-dept")
    plan = job.plan(GOOD, Edition.NATIVE)

    def anew(sheet):
        cells = tuple(replace(one, row=one.row + 3, column=one.column + 2) for one in sheet.cells)
        return replace(sheet, cells=cells, widths=(9, 9, *sheet.widths), heights={}, page=Page(), marks=(), typed_areas=())

    sheets = tuple(anew(sheet) if sheet.name == "评分底稿" else sheet for sheet in plan.sheets)
    moved = {"top": 3, "bottom": 3, "left": 2, "right": 2}
    areas = {
        key: replace(span, **{side: getattr(span, side) + by for side, by in moved.items()}) if span.sheet == "评分底稿" else span
        for key, span in plan.areas.items()
    }
    path = tmp_path / "旧版.xlsx"
    write_plan(replace(plan, sheets=sheets, areas=areas, stamp={**plan.stamp, StampName.VERSION: "0.0.9"}), path)
    result = examine(path)
    assert (result.total, result.computed_total) == (Decimal("89.50"), Decimal("68.50"))
    assert {finding.code for finding in result.findings} == {"JX401", "JX624"}


def test_the_message_says_claimed_recomputed_and_difference(tmp_path):
    result = examine(returned(tmp_path, cells=[(TOTAL, 91.5, True)]))
    finding = next(finding for finding in result.findings if finding.code == "JX603")
    assert str(finding) == "JX603 total-mismatch 必改：某局.xlsx ▸ 整体支出评分表!G36：“总分”与各项之和不符：填报91.5，复算89.5，相差2"


def test_an_unreadable_file_is_a_finding_and_the_others_go_on(tmp_path):
    (tmp_path / "坏.xlsx").write_bytes(b"PK")
    returned(tmp_path, "好.xlsx")
    results = [result for _, result in examine_all(books(tmp_path), None, 1)]
    assert [(result.file.name, verdict(result)) for result in results] == [("坏.xlsx", "读不出"), ("好.xlsx", "须说明")]
    assert results[0].findings[0].code == "JX600"


def test_lock_files_and_other_files_are_left_out_and_each_is_read_once(tmp_path):
    for name in ("a.xlsx", "~$a.xlsx", "b.docx", "b.pdf", "子/c.XLSM"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert [[path.name for path in files] for files in files_of([tmp_path, tmp_path / "a.xlsx"])] == [
        ["a.xlsx", "b.docx", "c.XLSM"],
        ["b.pdf"],
    ]


def test_one_line_of_the_conclusion_that_is_stale_is_no_changed_form(tmp_path):
    """A number changed after the export leaves the old sentence on 自评结论: nobody changed what is printed there."""
    path = returned(tmp_path, edition=Edition.FINISHED)
    book = openpyxl.load_workbook(path)
    at = ref(RUBRIC, "编制数")
    book[at.sheet][at.local] = 99
    book.save(path)
    told = {(one.code, one.place.sheet) for one in examine(path).findings if one.place.sheet in (CONCLUSION, at.sheet)}
    assert told == {("JX607", at.sheet), ("JX620", CONCLUSION)}


def test_across_units(tmp_path):
    reason = Adjustment(Decimal(4), "本单位无项目支出，参照丙县水利局做法，按规则不计分后自评四分。")
    units = {"甲县教育局": reason, "乙县林业局": reason, "丙县水利局": Adjustment(Decimal(4), "另有说明")}
    plain = {code: Adjustment(one.points, "") for code, one in GOOD.adjustments.items()}
    for at, (unit, one) in enumerate([*units.items(), ("甲县教育局", Adjustment(Decimal(4), "补交"))]):
        items = {key: f"{unit}的指标内容" for key in ("实际完成率_1", "质量达标率_1", "完成及时率_1", "履职效益_1")}
        returned(tmp_path, f"{at}.xlsx", values={"单位名称": unit, **items}, adjustments={**plain, "重点支出安排率": one})
    results = compared([examine(path) for path in books(tmp_path)])
    codes = [[finding.code for finding in result.findings if finding.code.startswith("JX61")] for result in results]
    assert codes == [["JX613"], ["JX612", "JX613"], [], ["JX611"]]


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        ("2025年度部门项目支出绩效自评表", False),
        ("（二）部门预算绩效目标设定和完成的具体情况", False),
        ("单位负责人（签字）：　　　填表人（签字）：　　　联系电话：", False),
        ("全年举办演出62场，覆盖12个乡镇，观众3.2万人次。", True),
    ],
)
def test_titles_headings_and_labels_of_word_files_are_shared_by_all_units(text, copied):
    def of(unit):
        return Examined(Path(f"{unit}.docx"), unit=unit, texts=((Place(f"{unit}.docx", "第2段"), text),))

    found = [one.code for result in compared([of("甲县文化站"), of("乙县体育中心")]) for one in result.findings]
    assert found == (["JX681", "JX612"] if copied else [])


def rows_of(path, sheet):
    """The rows of a list of the report, by head."""
    cells = openpyxl.load_workbook(path)[sheet]
    heads = [cell.value for cell in cells[2]]
    return [dict(zip(heads, row, strict=True)) for row in cells.iter_rows(min_row=3)]


def test_the_report_lists_every_unit_and_finding(tmp_path):
    (tmp_path / "交回").mkdir()
    returned(tmp_path / "交回", "一.xlsx", cells=[(TOTAL, 91.5, True)])
    returned(tmp_path / "交回", "二.xlsx", values={"单位名称": "=1+1"})
    results = compared([examine(path) for path in books(tmp_path / "交回")])
    write_report(Desk(results, folder=tmp_path), tmp_path / "报告.xlsx")
    rows = rows_of(tmp_path / "报告.xlsx", SUMMARY)
    assert [(row["单位"].value, row["结论"].value) for row in rows] == [("=1+1", "须说明"), ("洪江市人民政府办公室", "必改")]
    assert rows[0]["单位"].data_type == "s", "text from a returned file never becomes a formula"
    found = rows_of(tmp_path / "报告.xlsx", FINDINGS)
    assert sum(len(result.findings) for result in results) == sum(
        int(match[1]) if (match := re.search(r"同类共(\d+)处", row["问题"].value)) else 1 for row in found
    )
    assert [row["级别"].value for row in found] == sorted((row["级别"].value for row in found), key=["必改", "须说明", "提示"].index)
    total = next(row for row in found if row["编号"].value == "JX603")
    assert total["位置"].value == "整体支出评分表!G36"
    assert (total["位置"].hyperlink.target.replace("\\", "/"), total["位置"].hyperlink.location) == ("交回/一.xlsx", "'整体支出评分表'!G36")


def test_the_command_writes_report_and_json_and_exits_with_1_for_what_must_be_mended(tmp_path):
    folder = tmp_path / "交回"
    folder.mkdir()
    for at in range(5):
        returned(folder, f"{at}.xlsx", values={"单位名称": f"某某{at}局"}, cells=[(TOTAL, 91.5, True)] if at == 3 else ())
    command = ["review", str(folder), "-o", str(tmp_path / "报告.xlsx"), "--json", str(tmp_path / "报告.json"), "--jobs", "2"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 1 and re.search("共5份：必改1份、(须说明|通过)4份", result.output)
    listed = json.loads((tmp_path / "报告.json").read_text(encoding="utf-8"))
    assert [one["unit"] for one in listed] == [f"某某{at}局" for at in range(5)]
    assert [finding["expected"] for finding in listed[3]["findings"] if finding["code"] == "JX603"] == ["89.5"]
    again = CliRunner().invoke(main, command)
    assert again.exit_code == 2 and "已存在" in again.output


@pytest.mark.parametrize("paths", [["没有这个文件夹"], ["."]])
def test_nothing_to_review_is_one_clear_line(paths, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["review", *paths, "-o", "报告.xlsx"])
    assert result.exit_code == 2 and len(result.output.strip().splitlines()) == 1


def test_each_unit_gets_a_letter_that_names_the_places(tmp_path):
    from docx import Document

    folder = tmp_path / "交回"
    folder.mkdir()
    returned(folder, "一.xlsx", values={"单位名称": "甲县教育局"}, cells=[(TOTAL, 91.5, True)])
    returned(folder, "二.xlsx", values={"单位名称": "甲县教育局"})
    (folder / "坏.xlsx").write_bytes(b"PK")
    command = ["review", str(folder), "-o", str(tmp_path / "报告.xlsx"), "--letters", str(tmp_path / "意见")]
    assert CliRunner().invoke(main, command).exit_code == 1
    assert {path.name for path in (tmp_path / "意见").iterdir()} == {"甲县教育局-审核意见.docx", "坏-审核意见.docx"}
    letter = Document(tmp_path / "意见" / "甲县教育局-审核意见.docx")
    said = "".join(paragraph.text for paragraph in letter.paragraphs)
    assert "自评总分91.5分，按填报数复算为89.5分" in said and "改正后再定总分和等次" in said
    cells = {cell.text for table in letter.tables for row in table.rows for cell in row.cells}
    assert "①整体支出评分表!G36" in cells


def test_the_statistics_say_how_each_table_fared_and_what_is_most_frequent(tmp_path):
    from xl_jixiao.review.statistics import by_code, by_table

    returned(tmp_path, "一.xlsx")
    returned(tmp_path, "二.xlsx", adjustments={"绩效目标合理性": Adjustment(Decimal("2.99"), "按事实")})
    returned(tmp_path, "三.xlsx", values={"编制数": None})
    (tmp_path / "坏.xlsx").write_bytes(b"PK")
    results = [examine(path) for path in books(tmp_path)]
    tables = {row[0]: row[1:] for row in by_table(results)}
    # (89.50 + 89.49) / 2 = 89.495, rounded half up.
    assert tables[RUBRIC.title] == (3, 1, 2, Decimal("89.50"), Decimal("89.50"), Decimal("89.49"), "良好2")
    assert tables["读不出"][:3] == (1, 1, 0)
    codes = by_code(results)
    assert codes[0][:4] == ("JX401", "须说明", 19, 3) and {"JX101", "JX600"} <= {row[0] for row in codes}
    assert by_table([]) == by_code([]) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_units_that_have_not_filed_are_listed(encoding, tmp_path):
    (tmp_path / "交回").mkdir()
    returned(tmp_path / "交回", "一.xlsx", values={"单位名称": "甲县教育局"})
    (tmp_path / "名单.txt").write_text("甲县教育局\n\n乙县林业局\n乙县林业局\n", encoding=encoding)
    command = ["review", str(tmp_path / "交回"), "-o", str(tmp_path / "报告.xlsx"), "--units", str(tmp_path / "名单.txt")]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0 and "未交1个：乙县林业局" in result.output
    rows = rows_of(tmp_path / "报告.xlsx", SUMMARY)
    assert [(row["单位"].value, row["结论"].value) for row in rows] == [("甲县教育局", "须说明"), ("乙县林业局", "未交")]


MANY = many(40, 80)


def test_a_report_of_many_files_is_never_there_all_at_once(tmp_path):
    gc.set_threshold(*COLLECTED)  # as a command looks for garbage
    one = examine(
        returned(tmp_path, values={"年初预算数": 1}, adjustments={"在职人员控制率": Adjustment(Decimal(1), "编制数有调整，见文件")})
    )
    more = [replace(one, unit=f"第{at}局", file=tmp_path / f"{at}.xlsx") for at in range(MANY)]

    def most(count):
        tracemalloc.start()
        write_report(Desk(tuple(more[:count]), folder=tmp_path), tmp_path / f"{count}份.xlsx")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    most(1)
    few = most(10)
    assert len(rows_of(tmp_path / "10份.xlsx", SUMMARY)) == 10
    assert (most(MANY) - few) / (MANY - 10) < 40_000, "its cells held as a plan's and as the writer's would take ten times as much"


def test_packed_pieces_are_the_same_pieces():
    pieces = [(Place("甲.xlsx", "表", "A1"), "写了什么"), (Place("乙.xlsx"), "")]
    assert tuple(Packed(pieces)) == tuple(pieces) and len(Packed(pieces)) == 2 and pieces[1] in Packed(pieces)
