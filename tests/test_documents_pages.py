"""How document forms flow over pages: what stays together in Word and on the sheets, what finished files leave out, and the marks of sentences."""

import re
import tomllib
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from xl_jixiao.documents import model, page_rows, template_text
from xl_jixiao.documents.filled import Filled
from xl_jixiao.documents.plausible import Plausible
from xl_jixiao.documents.template_text import Slot, slots
from xl_jixiao.documents.word import report_of_document
from xl_jixiao.jobs import open_job
from xl_jixiao.scoretable.report import report_of_card
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.page_flow import Unbroken, blocks, breaks
from xl_jixiao.tables import catalogue
from xl_jixiao.tables.answers import from_data
from xl_jixiao.tables.inputs import Input

ROOT = Path(__file__).parents[1]
PROJECTS = tomllib.loads((ROOT / "tests" / "data" / "document_checks.toml").read_text(encoding="utf-8"))["projects"]
FORM = "hongjiang-2020-project-data"


def block(*rows, forced=False):
    return Unbroken(tuple(rows), forced)


BREAKS = [
    ("放得下就不分页", [block((0, 40), (1, 40))], {}, []),
    ("放不下的整组移到下一页", [block((0, 60)), block((1, 30), (2, 30))], {}, [1]),
    ("比一页还高的，只在第一行之后不断开", [block((0, 60)), block((1, 30), (2, 30), (3, 60))], {}, [1, 3]),
    ("要求另起一页的另起一页", [block((0, 10)), block((1, 10), forced=True)], {}, [1]),
    ("第一组要求另起一页，前面没有内容就不空一页", [block((0, 10), forced=True)], {}, []),
    ("每页重复的表头占地方", [block((0, 50)), block((1, 60)), block((2, 30))], {"heads": 20}, [1, 2]),
    ("第一页上方的标题占地方", [block((0, 50))], {"used": 60}, []),
    ("比一页高的一行照常往下排", [block((0, 250)), block((1, 40)), block((2, 40))], {}, [2]),
]


@pytest.mark.parametrize(("found", "options", "expected"), [case[1:] for case in BREAKS], ids=[case[0] for case in BREAKS])
def test_where_a_sheet_breaks(found, options, expected):
    assert list(breaks(found, 100, **options)) == expected


def test_rows_that_hold_on_to_the_next_are_one_block():
    items = [(((0, 1.0),), True, False), (((1, 1.0), (2, 1.0)), False, False), (((3, 1.0),), True, False), (((4, 1.0),), False, True)]
    assert list(blocks(items)) == [block((0, 1.0), (1, 1.0), (2, 1.0)), block((3, 1.0)), block((4, 1.0), forced=True)]


def filled(values):
    job = open_job(FORM)
    return job, from_data({"answers": values}, job.form.asked)


def names_of(job, answers):
    shown = Filled(job.form, answers)
    page = page_rows.visible(job.form.pages[0], shown.trees, shown.values)
    return [cell.value for row in page.rows for cell in row.cells if re.fullmatch("项目.名称", cell.value)]


SHOWN = [
    ("一个项目也没有，留第一个空位", {"单位名称": "某局"}, ["项目1名称"]),
    ("填了两个项目，其余四个空位不印", {**PROJECTS, "项目4名称": "管护"}, ["项目1名称", "项目4名称"]),
]


@pytest.mark.parametrize(("values", "expected"), [case[1:] for case in SHOWN], ids=[case[0] for case in SHOWN])
def test_finished_files_leave_out_unused_projects(values, expected, tmp_path):
    job, answers = filled(values)
    assert names_of(job, answers) == expected
    job.write(answers, Edition.FINISHED, tmp_path / "成品.xlsx")
    job.write(answers, Edition.NATIVE, tmp_path / "填报.xlsx")
    rows = {name: openpyxl.load_workbook(tmp_path / f"{name}.xlsx")["项目基础数据表"].max_row for name in ("成品", "填报")}
    assert rows == {"成品": 5 + 3 * len(expected), "填报": 5 + 3 * 6}


def kept(row):
    """Whether every paragraph of a Word row is kept with the next one."""
    return all(
        paragraph.pPr is not None and paragraph.pPr.find(qn("w:keepNext")) is not None
        for cell in row._tr.tc_lst
        for paragraph in cell.p_lst
    )


def saved(report, tmp_path):
    return docx.Document(str(report.save(tmp_path / "report.docx")))


def document_of(name, tmp_path):
    job = open_job(name)
    return saved(report_of_document(Filled(job.form, job.answers(catalogue.examples()[name]))), tmp_path)


SIGNED = [("hongjiang-2020-report", "四、评价人员", 0), ("xiangxi-2019-project-report", "评价人员", 4)]
"""Of the boxes to sign in, so many are of others than the people listed: they may go on a page of their own."""


@pytest.mark.parametrize(("name", "first", "others"), SIGNED)
def test_the_signatures_keep_company_with_the_people_who_sign(name, first, others, tmp_path):
    rows = document_of(name, tmp_path).tables[-1].rows
    start = next(at for at, row in enumerate(rows) if row.cells[0].text == first)
    assert [kept(row) for row in rows[start:]] == [True] * (len(rows) - start - 1 - others) + [False] * (others + 1)


def test_the_totals_and_the_signature_of_a_score_report_never_stand_alone(tmp_path):
    job = open_job("hongjiang-2020-dept")
    answers = job.answers(catalogue.examples()["hongjiang-2020-dept"])
    found = saved(report_of_card(job.rubric, answers, job.evaluate(answers).card), tmp_path)
    assert [kept(row) for row in found.tables[0].rows[-4:]] == [True, True, True, False]
    (last,) = [at for at, one in enumerate(found.paragraphs) if one.text == "附件"]
    signature = found.paragraphs[last - 7 : last]
    signed = ["评价组组长（签字）：", "单位负责人（签字并盖章）：", ""]
    assert [one.text for one in signature] == ["附件：各项指标得分表", "", *signed, "洪江市人民政府办公室", "2021年7月20日"]
    assert [one.paragraph_format.keep_with_next for one in signature] == [True] * 6 + [None]


def test_the_line_with_unit_and_date_is_printed_once_and_the_heads_on_every_page(tmp_path):
    above, table = document_of(FORM, tmp_path).tables
    assert [cell.text for cell in above.rows[0].cells][:1] == ["填报单位（章）：洪江市人民政府办公室"]
    heads = [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert heads == [True, True, False, False, False]


def test_a_project_stays_on_one_page_in_word(tmp_path):
    job, answers = filled({**PROJECTS, "项目2名称": "管护"})
    rows = saved(report_of_document(Filled(job.form, answers)), tmp_path).tables[1].rows
    assert [kept(row) for row in rows] == [True, True, True, True, False, True, True, False]


def county_parts():
    text = (ROOT / "docs" / "adding-a-county.md").read_text(encoding="utf-8")
    return dict(zip(("English", "中文"), re.split(r"^# (?:English|中文)$", text, flags=re.MULTILINE)[1:], strict=True))


@pytest.mark.parametrize("language", ["English", "中文"])
def test_every_mark_of_a_sentence_is_described_with_an_example(language):
    text = county_parts()[language]
    for mark in template_text.FILTERS:
        row = re.search(rf"^\| `\{{{mark}:\}}`[^|]*\| `([^`|]*)` \| [^|]+ \|$", text, re.MULTILINE)
        assert row, f"docs/adding-a-county.md 没有写标记 {{{mark}:}}"
        assert mark in {slot.filter for slot in slots(row[1]) if isinstance(slot, Slot)}
    assert f"`{{{template_text.END}}}`" in text and "`{名称}`" in text
    described = set(re.findall(r"^\| `\{(\w|√|[\u4e00-\u9fff]+):\}`", text, re.MULTILINE))
    assert described == set(template_text.FILTERS)


MODELS = [model.Document, model.Figure, model.FormPage, model.FormRow, model.FormCell, model.Paragraph, Input, Plausible]


@pytest.mark.parametrize("language", ["English", "中文"])
@pytest.mark.parametrize("part", MODELS, ids=lambda part: part.__name__)
def test_every_key_of_a_document_file_is_described(part, language):
    text = county_parts()[language]
    code = " ".join([*re.findall(r"`([^`]+)`", text), *re.findall(r"^    .*$", text, re.MULTILINE)])
    assert not set(part.model_fields) - set(re.findall(r"[A-Za-z_]+", code))


@pytest.mark.parametrize("language", ["English", "中文"])
def test_the_checks_of_the_manual_are_ones_a_form_may_have(language):
    (block_of_text,) = re.findall(r"^    checks = \[\n(?:    .*\n)+?    \]$", county_parts()[language], re.MULTILINE)
    found = tomllib.loads(re.sub("^    ", "", block_of_text, flags=re.MULTILINE))["checks"]
    assert [Plausible.model_validate({key: value for key, value in one.items() if key != "each"}).name for one in found]


def test_a_label_over_two_pages_stands_at_its_top():
    """项目执行情况 of the 湘西 report goes on over the page: in the middle of its rows it would be lost on the first."""
    job = open_job("xiangxi-2019-project-report")
    plan = job.plan(job.answers(catalogue.examples()["xiangxi-2019-project-report"]), Edition.NATIVE)
    sheet = plan.sheet_by_name["评价报告"]
    labels = [one for one in sheet.cells if one.rows > 1 and one.style.partition("/")[0] in ("doc_label", "doc_head", "doc_group")]
    cut = [one for one in labels if any(one.row < row < one.row + one.rows for row in sheet.page.breaks)]
    assert cut and all(one.style.endswith("/top") for one in cut)
    assert not [one for one in labels if one not in cut and one.style.endswith("/top")]
