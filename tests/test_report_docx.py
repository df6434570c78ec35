"""The Word files: settings of GB/T 9704-2012, contents from the data alone, the same bytes from the same data."""

import os
import re
import shutil
import subprocess
import zipfile
from decimal import Decimal

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Pt
from support.office import PLAIN_PATH, _fonts

from xl_jixiao.documents.filled import Filled
from xl_jixiao.documents.word import report_of_document
from xl_jixiao.jobs import open_job
from xl_jixiao.report.official import BODY_FONT, FALL_BACKS, HEI, KAI, SONG, STYLES, TITLE_FONT
from xl_jixiao.scoretable.report import report_of_card
from xl_jixiao.tables import catalogue

NUMBERED = "— 1 —"


def card_report(name, path):
    job = open_job(name)
    answers = job.answers(catalogue.examples()[name])
    return docx.Document(str(report_of_card(job.rubric, answers, job.evaluate(answers).card).save(path)))


def form_report(name, path, *, blank=False):
    job = open_job(name)
    answers = job.blank() if blank else job.answers(catalogue.examples()[name])
    return docx.Document(str(report_of_document(Filled(job.form, answers)).save(path)))


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("report") / "report.docx"


@pytest.fixture(scope="module")
def report(file):
    return card_report("hongjiang-2020-dept", file)


def texts(document, style):
    return [one.text for one in document.paragraphs if one.style.name == STYLES[style].name]


def test_the_page(report):
    section = report.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(one.mm) for one in margins] == [37, 35, 28, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert [grid.get(qn(f"w:{name}")) for name in ("type", "linePitch", "charSpace")] == ["linesAndChars", "580", "-848"]


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("title", TITLE_FONT, 22),
        ("body", BODY_FONT, 16),
        ("heading1", HEI, 16),
        ("heading2", KAI, 16),
        ("heading3", BODY_FONT, 16),
        ("mark", HEI, 16),
        ("cell", SONG, 10.5),
        ("table_title", SONG, 12),
        ("page", SONG, 14),
    ],
)
def test_the_fonts(report, style, font, size):
    found = report.styles[STYLES[style].name]
    fonts = found.element.rPr.rFonts
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia")} == {font}
    assert found.font.size == Pt(size) and not found.font.bold


def test_the_body_is_indented_by_two_characters_at_a_pitch_of_28_points(report):
    style = report.styles[STYLES["body"].name]
    assert style.element.pPr.ind.get(qn("w:firstLineChars")) == "200"
    assert style.paragraph_format.line_spacing == Pt(28)
    assert 22 * 28 <= 225 * 72 / 25.4 < 23 * 28
    assert 28 * (16 - 0.25) <= 156 * 72 / 25.4 < 29 * (16 - 0.25)


def test_missing_fonts_have_a_stand_in(report):
    part = next(part for part in report.part.package.iter_parts() if str(part.partname).endswith("fontTable.xml"))
    found = dict(re.findall(r'w:name="([^"]+)"><w:altName w:val="([^"]+)"', part.blob.decode("utf-8")))
    assert found == dict(FALL_BACKS)


def test_page_numbers_stand_right_on_odd_pages_and_left_on_even_ones(report):
    assert report.settings.odd_and_even_pages_header_footer
    section = report.sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert (odd.text, even.text) == (NUMBERED, NUMBERED)
    assert (odd.alignment, even.alignment) == (2, 0)
    assert "PAGE" in odd._p.xml


def test_the_report_of_a_scoring_table(report):
    assert texts(report, "title") == ["2020年度部门（单位）", "整体支出绩效自评报告"]
    assert texts(report, "subtitle") == ["洪江市人民政府办公室"]
    assert texts(report, "heading1") == [
        "一、部门概况",
        "二、预算安排和收支决算情况",
        "三、绩效分析",
        "四、评价结论",
        "五、存在的主要问题",
        "六、其他需要说明的情况",
    ]
    body = texts(report, "body")
    assert body[0] == "编制数86人，在职人员数66人。"
    assert (
        "其中：投入15分，得14分，得分率93.33%；过程45分，得41.5分，得分率92.22%；产出20分，得16分，得分率80.00%；效果20分，得18分，得分率90.00%。"
        in body
    )
    assert next(line for line in body if line.startswith("按《")) == (
        "按《2020年度部门（单位）整体支出绩效评价评分表》自评，总分89.5分（满分100分），等次为“良好”；不作调整、只按评分标准复算为68.5分。"
    )
    assert "3．在职人员控制率（2分）。在职人员控制率=66÷86×100%=76.74%，达到目标值（≤0人），计2分。自评得2分。" in body
    assert any(line.startswith("7．资产管理制度健全性（3分，得2分，失1分）：") and "第③项“" in line and "”不符合" in line for line in body)
    assert any("“三公经费”控制率=20.47÷65.58×100%=31.21%" in line for line in body)
    assert texts(report, "sign") == ["洪江市人民政府办公室", "2021年7月20日"]


def test_its_table_has_every_indicator_and_the_totals(report):
    job = open_job("hongjiang-2020-dept")
    (table,) = report.tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert len(rows) == len(job.rubric.indicators) + 2
    assert rows[0] == ["序号", "指标", "分值", "指标值", "复算得分", "自评得分"]
    assert rows[-1] == ["合计", "合计", "100", "", "68.5", "89.5"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.cell(1, 1).paragraphs[0].style.name == STYLES["cell"].name


def test_an_unfinished_card_says_so(tmp_path):
    job = open_job("hongjiang-2020-dept")
    answers = job.blank()
    path = report_of_card(job.rubric, answers, job.evaluate(answers).card).save(tmp_path / "blank.docx")
    document = docx.Document(str(path))
    assert "自评未完成，还有23项指标没有得分、18项基础数据未填。" in texts(document, "body")
    assert texts(document, "sign") == ["　　年　月　日"] and texts(document, "subtitle") == []


def test_an_indicator_that_does_not_count_is_not_called_unfinished(tmp_path):
    """Its group is told by what counts: 产出 is 16 of its 20 points."""
    job = open_job("generic-dept")
    answers = job.answers(catalogue.examples()["generic-dept"])
    result = job.evaluate(answers)
    path = report_of_card(job.rubric, answers, result.card).save(tmp_path / "a.docx")
    text = "\n".join(one.text for one in docx.Document(str(path)).paragraphs)
    assert result.total is not None and "未完成" not in text
    assert "重点工作办结率=0÷0，不适用，不计入，其余指标按比例折算。" in text
    assert "产出16分，得14.2分，得分率88.75%" in text


def test_it_is_written_beside_the_finished_workbook(tmp_path):
    job = open_job("hongjiang-2020-dept")
    files, _ = job.finish(job.answers(catalogue.examples()["hongjiang-2020-dept"]), tmp_path)
    assert [file.suffix for file in files] == [".xlsx", ".docx"] and files[0].stem == files[1].stem
    with pytest.raises(FileExistsError):
        job.finish(job.answers(catalogue.examples()["hongjiang-2020-dept"]), tmp_path)


def test_the_same_data_give_the_same_bytes_and_name_nobody(tmp_path):
    for name in ("1.docx", "2.docx"):
        found = card_report("hongjiang-2020-dept", tmp_path / name)
    assert (tmp_path / "1.docx").read_bytes() == (tmp_path / "2.docx").read_bytes()
    core = found.core_properties
    assert (core.author, core.last_modified_by, core.comments) == ("", "", "")
    with zipfile.ZipFile(tmp_path / "1.docx") as package:
        assert {info.date_time[0] for info in package.infolist()} == {2026}


def test_a_form_with_a_landscape_table_under_an_attachment_mark(tmp_path):
    document = form_report("hongjiang-2020-project-data", tmp_path / "form.docx")
    (section,) = document.sections
    assert section.orientation == WD_ORIENT.LANDSCAPE and section.page_width > section.page_height
    assert [round(one.mm) for one in (section.top_margin, section.bottom_margin)] == [28, 26]
    assert texts(document, "mark") == ["附件4"]
    _, table = document.tables
    assert len(table.rows) == 2 + 3 and len(table.columns) == 18
    assert sum(row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows) == 2
    assert [table.cell(2 + at, 4).text for at in range(3)] == ["目标1：", "目标2：", "目标3："]
    assert table.cell(2, 4).paragraphs[0].style.name == STYLES["cell_small"].name


def test_a_form_with_tables_has_their_merges_and_numbers(tmp_path):
    document = form_report("hongjiang-2020-report", tmp_path / "form.docx")
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert {"1240.71", "875.14", "365.57", "20.48", "12.97", "1462.22", "89.5", "良好"} <= cells
    income = document.tables[1]
    assert income.cell(2, 0)._tc is income.cell(3, 0)._tc and income.cell(2, 3)._tc is income.cell(2, 12)._tc
    assert document.sections[0].different_first_page_header_footer


def test_a_blank_form_shows_its_headings_and_where_to_fill(tmp_path):
    document = form_report("hongjiang-2020-accounts", tmp_path / "form.docx", blank=True)
    heads = texts(document, "heading1")
    assert [head[: head.index("、")] for head in heads] == [*"一二", *"一二三四五六七八九十", "十一", "十二", "十三"]
    assert "2020年度收、支总计〔待填〕万元。与上年相比〔待填〕。" in texts(document, "body")


def test_dates_have_no_leading_zeros(tmp_path):
    document = form_report("xiangxi-2019-project-report", tmp_path / "form.docx")
    assert "2020年6月20日" in texts(document, "cover")
    assert "2019年1月1日～2019年12月31日" in {cell.text for table in document.tables for row in table.rows for cell in row.cells}


@pytest.mark.office
def test_the_pages_as_printed(tmp_path):
    """Word files through LibreOffice: so many pages, 28 characters a line, 22 lines a page, numbered at the foot."""
    if not shutil.which("soffice", path=PLAIN_PATH) or not shutil.which("pdftotext"):
        pytest.skip("LibreOffice or pdftotext is not installed")
    paths = [tmp_path / f"{name}.docx" for name in ("hongjiang-2020-accounts", "hongjiang-2020-report", "xiangxi-2019-project-report")]
    for path in paths:
        form_report(path.stem, path)
    (tmp_path / "fonts.conf").write_text(_fonts(tmp_path / "cache"), encoding="utf-8")
    profile = (tmp_path / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    env = {"PATH": PLAIN_PATH, "HOME": str(tmp_path), "FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    subprocess.run([*command, *map(str, paths)], env=env, capture_output=True, timeout=120, check=False)
    pages = {path.stem: printed(path.with_suffix(".pdf")) for path in paths}
    assert [len(found) for found in pages.values()] == [12, 13, 5]
    for name, found in pages.items():
        first = 1 if name == "hongjiang-2020-accounts" else 2
        for number, page in enumerate(found, 1):
            assert bool(re.search(rf"—\s*{number}\s*—", page)) == (number >= first), (name, number)
    text = [page for page in pages["hongjiang-2020-accounts"] if "对比（万元）" not in page]  # a chart's own words are no lines
    of_page = [["".join(line.split()) for line in page.splitlines() if line.strip() and "—" not in line] for page in text]
    assert max(map(len, of_page)) in (21, 22)
    lines = [line for page in of_page for line in page]
    assert 26 <= max(sum(Decimal(1) if ord(char) > 0x2000 else Decimal("0.5") for char in line) for line in lines) <= 28


def printed(pdf):
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    return text.stdout.decode("utf-8").split("\f")[:-1]


def test_a_tables_properties_stand_in_the_order_of_the_schema_and_styles_stand_once(report, file):
    order = ["tblStyle", "tblW", "jc", "tblLayout", "tblCellMar", "tblLook"]
    for table in report.tables:
        names = [one.tag.rpartition("}")[2] for one in table._tbl.tblPr]
        assert names == [one for one in order if one in names] and "tblCellMar" in names
    with zipfile.ZipFile(file) as package:
        assert [name for name in package.namelist() if "Effects" in name] == []


def test_a_minus_sign_stays_with_its_number(report):
    """A no-break hyphen before a number, an ordinary one within a date; read back, both are a hyphen."""
    texts_of = [run for paragraph in report.tables[0]._cells for one in paragraph.paragraphs for run in one.runs]
    (rate,) = (run for run in texts_of if run.text == "-13.23%")
    assert rate._r.findall(qn("w:noBreakHyphen")) and not [
        run for run in texts_of if "2020-1" in run.text and run._r.findall(qn("w:noBreakHyphen"))
    ]


def test_an_optional_section_nobody_filled_is_left_out_with_its_heading(tmp_path):
    job = open_job("yanling-2020-report")
    answers = job.answers_from({"answers": {"单位名称": "某中心", "项目资金": 10, "项目概况": "概况。", "后续工作计划": "计划。"}})
    job.report(job.evaluate(answers), answers).save(tmp_path / "报告.docx")
    document = docx.Document(str(tmp_path / "报告.docx"))
    heads = ["一、项目概况", "二、项目资金使用及管理情况", "三、项目绩效情况", "四、其他需要说明的问题"]
    assert texts(document, "heading1") == heads
    assert "（二）当前困难和挑战" not in texts(document, "heading2") and "〔待填〕" not in texts(document, "body")


@pytest.mark.parametrize(("name", "charts"), [("hongjiang-2020-accounts", 2), ("generic-project-report", 1), ("yanling-2020-report", 0)])
def test_a_form_draws_the_charts_its_table_has(name, charts, tmp_path):
    form_report(name, tmp_path / "form.docx")
    with zipfile.ZipFile(tmp_path / "form.docx") as package:
        drawn = [package.read(part).decode("utf-8") for part in package.namelist() if re.fullmatch(r"word/charts/chart\d+\.xml", part)]
    assert len(drawn) == charts
    assert not charts or "公务接待费" in drawn[-1] or "中央财政" in drawn[-1]


def test_a_chart_of_nothing_but_blanks_is_not_drawn(tmp_path):
    job = open_job("generic-project-report")
    path = job.report(job.evaluate(job.blank()), job.blank()).save(tmp_path / "空.docx")
    with zipfile.ZipFile(path) as package:
        assert not [part for part in package.namelist() if "chart" in part]
