"""What a report says for any place: sections by what their texts are called, sums with shares, changes since last year, charts."""

import zipfile

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH

from xl_jixiao.finding import Unfinished
from xl_jixiao.jobs import open_job
from xl_jixiao.report.sections import report_title
from xl_jixiao.scoretable.budgets import budget_pairs
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.tables.narrative import Section, UnitText, said_once, section_of


def written(name, folder):
    job = open_job(name)
    answers = job.answers(examples()[name])
    path = job.report(job.evaluate(answers), answers).save(folder / "报告.docx")
    return docx.Document(str(path)), path


def texts(document, *styles):
    return [one.text for one in document.paragraphs if one.style.name in styles]


def test_the_report_of_a_whole_unit_has_the_sections_of_the_published_ones(tmp_path):
    document, _ = written("generic-dept", tmp_path)
    assert texts(document, "公文一级标题") == [
        "一、部门概况",
        "二、预算安排和收支决算情况",
        "三、绩效目标完成情况",
        "四、绩效分析",
        "五、评价结论",
        "六、存在的主要问题",
        "七、改进措施和建议",
        "八、其他需要说明的情况",
    ]
    body = "\n".join(texts(document, "公文正文"))
    assert "（上年20万元，减少2万元，下降10.00%）" in body
    assert "本年支出合计1253.4万元，其中：基本支出861.4万元，占68.73%；项目支出392万元，占31.27%。" in body
    assert "第③项“符合部门制定的中长期实施规划”部分符合，计2.5分" in body
    assert "〔待填〕" not in body and "通用" not in body


def test_the_report_of_a_form_of_own_rows_says_funds_goals_and_why_points_were_lost(tmp_path):
    document, _ = written("generic-selfeval", tmp_path)
    assert texts(document, "公文标题") == ["2025年度项目支出绩效自评报告"]
    heads = texts(document, "公文一级标题")
    assert heads[:3] == ["一、项目概况", "二、项目资金情况", "三、项目绩效目标完成情况"]
    assert heads[-1] == "六、存在的问题、偏差原因和改进措施"
    body = texts(document, "公文正文")
    assert "年度资金总额：年初预算数95万元，全年预算数100万元，全年执行数98.6万元。" in body
    assert any(line.startswith("2．群众文化生活丰富程度（10分，得7.5分，失2.5分）") and "乡镇演出场次18场" in line for line in body)
    assert [row.cells[0].text for row in document.tables[0].rows][-2:] == ["预算执行率", "总分"]


@pytest.mark.parametrize("name", ["generic-dept", "generic-selfeval"])
def test_its_charts_are_words_own_with_their_figures_inside(name, tmp_path):
    _, path = written(name, tmp_path)
    with zipfile.ZipFile(path) as package:
        charts = [package.read(one).decode("utf-8") for one in package.namelist() if one.startswith("word/charts/chart")]
        assert len(charts) == len([one for one in package.namelist() if one.startswith("word/embeddings/")]) == 2
    assert ["得分率" in one for one in charts] == [False, True] and all("externalData" in one for one in charts)


def test_budgets_are_held_against_what_was_spent_of_them_and_nothing_else_is():
    found = [one.name for one in budget_pairs(open_job("generic-dept").rubric)]
    assert found == ["部门预算", "公用经费", "三公经费", "政府采购"]


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("部门职能", Section.ABOUT),
        ("项目概况", Section.ABOUT),
        ("项目组织实施情况", Section.MANAGED),
        ("效益分析", Section.GOALS),
        ("三公经费减少原因", Section.MONEY),
        ("存在问题及分析", Section.PROBLEMS),
        ("改进措施和有关建议", Section.MEASURES),
        ("其他事项", Section.OTHER),
    ],
)
def test_a_text_stands_where_its_name_says(name, section):
    assert section_of(name) is section


@pytest.mark.parametrize(
    ("title", "report"),
    [
        ("部门整体支出绩效评价评分表（通用）", "2025年度部门整体支出绩效自评报告"),
        ("项目支出绩效自评表（成本单列）", "2025年度项目支出绩效自评报告"),
        ("某市2025年度项目支出绩效评价共性指标", "某市2025年度项目支出绩效自评报告"),
    ],
)
def test_a_title_is_a_reports_title(title, report):
    assert report_title(title, 2025) == report


def test_a_text_the_set_requires_keeps_the_export_back(tmp_path):
    job = open_job("generic-set")
    with pytest.raises(Unfinished) as refused:
        job.finish(job.answers_from({"基础数据": {"单位名称": "某局", "主要职能": "职能。"}}), tmp_path)
    said = [one.message for one in refused.value.findings if one.code == "JX190"]
    assert len(said) == 3 and said[0].startswith("“绩效目标完成情况”未填")


def test_a_set_finds_the_tables_that_lie_beside_it(tmp_path, monkeypatch):
    from pathlib import Path

    own = Path(__file__).parent / "data" / "own-county.toml"
    (tmp_path / "本县.toml").write_bytes(own.read_bytes())
    (tmp_path / "套表.toml").write_text(
        'id = "own-set"\ntitle = "套表"\nrevision = "1"\nyear = 2025\nregion = "某县"\nkind = "set"\nbasis = "虚构"\n'
        'forms = [{ name = "整体评分表", table = "本县.toml" }]\nfacts = [{ used = ["整体评分表.单位名称"] }]\n',
        encoding="utf-8",
    )
    monkeypatch.chdir("/")
    assert [part.job.id for part in open_job(str(tmp_path / "套表.toml")).book(0).parts] == ["own-county-2025"]


def test_a_text_that_says_the_same_under_another_name_stands_once():
    texts = (
        UnitText("职能职责概述", "主要职责：（一）起草公文。\n（二）值班。"),
        UnitText("部门职责", "（一）起草公文。\n（二）值班"),
        UnitText("机构设置", "3个股室。"),
    )
    assert [one.name for one in said_once(texts)] == ["职能职责概述", "机构设置"]


def test_the_report_of_a_set_says_no_long_text_twice(tmp_path):
    job = open_job("hongjiang-2020-set")
    answers = job.answers(examples()["hongjiang-2020-set"])
    path = job.report(job.evaluate(answers), answers).save(tmp_path / "报告.docx")
    told = [one.text for one in docx.Document(str(path)).paragraphs if len(one.text) > 40]
    assert len(told) == len(set(told))


def test_a_date_at_the_end_of_a_cell_is_never_parted(tmp_path):
    document, _ = written("generic-project-report", tmp_path)
    cells = [one for table in document.tables for row in table.rows for one in row.cells]
    dates = [one for cell in cells for one in cell.paragraphs if one.text.replace(" ", "") == "年月日"]
    assert dates and all(one.alignment == WD_ALIGN_PARAGRAPH.RIGHT for one in dates)
