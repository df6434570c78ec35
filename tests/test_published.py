"""What a unit has published already has its place in the workbook: it comes back from there, and what differs is said at that cell."""

import dataclasses

import openpyxl
import pytest
from support.books import formulas_of
from support.office import poison

from xl_jixiao.jobs import open_job, read_workbook
from xl_jixiao.review.examine import examine
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.measure import text_units
from xl_jixiao.sheet.published import figure_key, points_key
from xl_jixiao.tables.answers import read_data
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.tables.raw_answers import claimed_rate
from xl_jixiao.words import PUBLISHED

CLAIMS = ("JX303", "JX304", "JX305", "JX518", "JX519", "JX526", "JX527")

# table, what was published, points by indicator or row, then the finding at each cell
TABLE = (
    "hongjiang-2020-dept",
    {
        "总分": "90",
        "等次": "优秀",
        "在职人员控制率": "76.57%",
        "三公经费变动率": "-13.23%",
        "预算完成率": "122%",
        "重点支出安排率": "100%",
        "政府采购执行率": "不适用",
    },
    {"绩效目标合理性": 2, "在职人员控制率": 2},
    {
        figure_key("总分"): "JX303",
        figure_key("在职人员控制率"): "JX303",
        figure_key("预算完成率"): "JX304",
        figure_key("重点支出安排率"): "JX305",
        points_key("绩效目标合理性"): "JX401",
    },
)
SELF = (
    "generic-selfeval",
    {"总分": 97, "等次": "良", "预算执行率": "98.4%", "预算执行率得分": "9.8", "分值合计": 100, "年初预算数": 0, "全年预算数": 100},
    {1: 9, 2: "9.6", 3: 8},
    {
        figure_key("总分"): "JX519",
        figure_key("等次"): "JX527",
        figure_key("预算执行率"): "JX303",
        figure_key("年初预算数"): "JX519",
        points_key("预算执行率"): "JX518",
        "公布得分:1": "JX518",
        "公布得分:2": "JX526",
    },
)


def filed(name, claimed, points):
    job, data = open_job(name), read_data(examples()[name])
    data["claimed"] = claimed
    if "rows" in data:
        for number, value in points.items():
            data["rows"][number - 1]["得分"] = value
    else:
        data["scores"] = points
    return job, job.answers_from(data)


@pytest.mark.parametrize(("name", "claimed", "points", "expected"), [TABLE, SELF], ids=["scoring table", "self-evaluation"])
def test_what_was_published_comes_back_and_what_differs_is_said_at_its_cell(office, tmp_path, name, claimed, points, expected):
    job, answers = filed(name, claimed, points)
    path = tmp_path / "a.xlsx"
    result = job.write(answers, Edition.NATIVE, path)
    plan = job.plan(answers, Edition.NATIVE)
    cells = {str(ref): key for key, (ref, _) in plan.entries.items()}
    for found in (result.findings, examine(path).findings):
        said = {cells.get(f"{one.place.sheet}!{one.place.cell}"): one.code for one in found if one.place.sheet == PUBLISHED}
        assert said == expected
    returned = read_workbook(path).answers
    assert returned.claimed == answers.claimed
    assert getattr(returned, "scores", None) == getattr(answers, "scores", None)
    assert getattr(returned, "rows", ()) == getattr(answers, "rows", ())
    fresh = office.recalculate(poison(path, tmp_path / "poisoned.xlsx"))
    for (sheet, address), cached in formulas_of(path).items():
        got = fresh[sheet].get(address, "")
        assert got == pytest.approx(cached) if isinstance(cached, (int, float)) else got == (cached or ""), (sheet, address)
    live = {key: plan.ref(f"核对:{key}") for key in expected}
    words = {key: fresh[ref.sheet][ref.local] for key, ref in live.items()}
    of_code = {"JX304": "末位之差（舍入）", "JX526": "末位之差（舍入）", "JX305": "无复算数"}
    assert words == {key: of_code.get(code, "不一致") for key, code in expected.items()}


@pytest.mark.parametrize("name", ["hongjiang-2020-dept", "generic-selfeval"])
def test_what_was_published_as_it_is_computed_is_no_finding(name, tmp_path):
    job = open_job(name)
    result = job.evaluate(job.answers(examples()[name]))
    total, grade = result.as_json()["total"], result.grade
    job, answers = filed(name, {"总分": str(total) if name == "hongjiang-2020-dept" else total, "等次": grade}, {})
    job.write(answers, Edition.NATIVE, tmp_path / "a.xlsx")
    assert not [one for one in examine(tmp_path / "a.xlsx").findings if one.code in CLAIMS]


@pytest.mark.parametrize(("raw", "said"), [(0.7674, "76.74%"), (-0.132, "-13.2%"), ("76.74 %", "76.74 %"), (76.74, "76.74"), (None, "")])
def test_a_rate_that_a_program_turned_into_a_number_is_read_as_it_was_printed(raw, said):
    assert claimed_rate(raw) == said


# points published of the rows (they earn 86.58 with 9.86 for the execution rate: 96.44), the total published with them, whether a row is unfinished
TOTALS = {
    "与各行公布得分之和一致，复算不同": (-1, "95.44", False, "与各行之和一致", None),
    "与复算一致，各行公布得分不同": (-1, "96.44", False, "一致", None),
    "既不是各行公布得分之和，也不是复算": (-1, "98", False, "不一致", "公布总分98，各行公布得分合计95.44，相差-2.56"),
    "各行公布得分就是复算": (0, "98", False, "不一致", "公布总分98，各行合计96.44，相差-1.56"),
    "有一行没有公布得分": (None, "98", False, "不一致", "公布总分98，复算合计96.44，相差-1.56"),
    "有一行没填完，公布得分齐全": (-1, "98", True, "不一致", "公布总分98，各行公布得分合计95.44，相差-2.56"),
    "有一行没填完，公布总分是各行之和": (-1, "95.44", True, "与各行之和一致", None),
    "有一行没填完，也没有公布得分": (None, "98", True, "", None),
}


@pytest.mark.parametrize(("first", "total", "unfinished", "word", "message"), TOTALS.values(), ids=TOTALS)
def test_a_published_total_is_held_against_the_points_published_with_it(first, total, unfinished, word, message):
    job, answers = filed("generic-selfeval", {"总分": total}, {})
    points = [one.points for one in job.evaluate(answers).card.rows]
    points[0] = None if first is None else points[0] + first
    rows = [dataclasses.replace(row, claimed=said) for row, said in zip(answers.rows, points, strict=True)]
    rows[1] = dataclasses.replace(rows[1], actual=None) if unfinished else rows[1]
    result = job.evaluate(dataclasses.replace(answers, rows=tuple(rows)))
    assert [one.message for one in result.findings if one.code == "JX519"] == ([message] if message else [])
    assert result.card.values[f"核对:{figure_key('总分')}"] == word


@pytest.mark.parametrize("name", ["yanling-2020-selfeval", "hongjiang-2020-dept"])
def test_a_line_of_published_figures_holds_its_name_in_one_row(name, tmp_path):
    job = open_job(name)
    job.write(job.answers(examples()[name]), Edition.NATIVE, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)[PUBLISHED]
    names = [str(row[1]) for row in sheet.iter_rows(min_row=5, values_only=True) if row[1]]
    assert len(names) > 10 and [one for one in names if text_units(one) > sheet.column_dimensions["B"].width - 2] == []
