"""Figures in words: read out of sentences, held against arithmetic, against the tables and against each other."""

import re
import shutil
import tomllib
from fractions import Fraction
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from support.depth import forms
from support.spending import within

from xl_jixiao.agree.arithmetic import faults
from xl_jixiao.agree.edited import changes
from xl_jixiao.agree.facts import (
    Fact,
    Figures,
    against_itself,
    against_table,
    another_kind_of_unit,
    changes_of_named,
    claims,
    grade_in_words,
    identities,
    label,
    shares_of_named,
)
from xl_jixiao.agree.mentions import Measure, chinese_number, mentions
from xl_jixiao.cli import main
from xl_jixiao.finding import Place, Unfinished
from xl_jixiao.jobs import open_job
from xl_jixiao.review.across import compared
from xl_jixiao.review.agree import agreement, check_report, reports_of_units, word_texts
from xl_jixiao.review.examine import Examined, examine, files_of
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.catalogue import examples

CASES = tomllib.loads((Path(__file__).parent / "data" / "agree.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_arithmetic_says_of_a_sentence(case):
    found = faults(case["text"])
    assert [one.code for one in found] == case["codes"]
    if "said" in case:
        assert (found[0].reported, found[0].expected) == (case["said"], case["right"])


@pytest.mark.parametrize("piece", ["(", "(1)", "1+(2)", "1+1=2，", "占5%，1万元", "其中1万元，"])
def test_a_cell_full_of_figures_takes_no_long_time(piece):
    with within(5):
        faults(piece * (32767 // len(piece)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“三公”经费支出预算为65.58万元", [(Measure.AMOUNT, "65.58", "万元", "三公经费支出预算为")]),
        ("资金１，２００元", [(Measure.AMOUNT, "1200", "元", "资金")]),
        ("满意率达百分之九十五点五", [(Measure.PERCENT, "95.5", "%", "满意率达")]),
        ("服务4.2万人次", [(Measure.COUNT, "4.2", "万人次", "服务")]),
        ("培训三百二十人次", [(Measure.COUNT, "320", "人次", "培训")]),
        ("得分89.5分", [(Measure.POINTS, "89.5", "分", "得分")]),
        ("2020年度", [(Measure.YEAR, "2020", "年", "")]),
        ("财预〔2011〕285号，3月23日，第33次", []),
    ],
)
def test_mentions_have_value_unit_kind_and_the_words_before(text, expected):
    assert [(one.kind, str(one.value), one.unit, one.before) for one in mentions(text)] == expected


def test_chinese_digits():
    assert [str(chinese_number(text)) for text in ("十二", "二十", "一千零五", "九十五点三")] == ["12", "20", "1005", "95.3"]
    assert [chinese_number(text) for text in ("三五", "一九九八", "三四十")] == [None, None, None]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2019年末实有在职人员", "在职人员数"),
        ("“三公”经费支出决算为", "三公经费实际支出数"),
        ("本年度公用经费支出", "公用经费支出数"),
        ("核定编制", "人员编制"),
        ("总得分", "绩效自评综合得分"),
        ("公务接待费支出决算为", "公务接待费决算"),
    ],
)
def test_one_figure_has_one_label_however_it_is_called(one, other):
    assert label(one) == label(other)


@pytest.mark.parametrize(
    ("one", "other"), [("三公经费预算", "三公经费决算"), ("财政拨款收入", "本年收入"), ("上年公务接待费决算", "公务接待费决算")]
)
def test_other_figures_have_other_labels(one, other):
    assert label(one) != label(other)


FIGURES = Figures(
    [
        Fact("在职人员数", Measure.COUNT, Fraction(66), "基础数据!C11"),
        Fact("三公经费实际支出数", Measure.AMOUNT, Fraction("204700"), "基础数据!C20"),
        Fact("公用经费支出数", Measure.AMOUNT, Fraction("2345600")),
        Fact("公用经费预算数", Measure.AMOUNT, Fraction("1416000")),
        Fact("公用经费控制率", Measure.PERCENT, Fraction("165.65")),
        Fact("预算完成率", Measure.PERCENT, Fraction("97.16")),
        Fact("编制数", Measure.COUNT, Fraction(70)),
        Fact("固定资产利用率", Measure.PERCENT, Fraction(98)),
        Fact("三公经费控制率", Measure.PERCENT, Fraction(70)),
        Fact("本年收入合计", Measure.AMOUNT, Fraction(12600000)),
        Fact("本年支出合计", Measure.AMOUNT, Fraction(12534000)),
    ],
    [("举办惠民演出场次", "≥60场", "66场"), ("每场演出平均成本", "不超过1.5万元", "1.42万元"), ("观众人次", "≥3万人次", "4.2万人次")],
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("年末实有在职人员80人。", ["JX666"]),
        ("年末实有在职人员66人。", []),
        ("2020年“三公”经费支出20.48万元。", ["JX661"]),
        ("2020年“三公”经费支出20.5万元。", []),
        ("2020年“三公”经费支出20.47元。", ["JX663"]),
        ("2018年“三公”经费支出35.2万元。", []),
        ("本年公用经费支出243.56万元。", ["JX666"]),
        ("公用经费141.6万元。", []),
        ("2020年预算完成率为99.03%。", ["JX666"]),
        ("2020年预算完成率为97.16%。", []),
        ("上年预算完成率为99.03%。", []),
        ("预算完成率比上年提高2.5%。", []),
        ("各项目预算完成率均在95%以上。", []),
        ("全年举办惠民演出68场。", ["JX666"]),
        ("全年举办惠民演出66场。", []),
        ("每场演出平均成本1.62万元。", ["JX666"]),
        ("每场演出平均成本1.42万元，场均观众636人。", []),
        ("观众达到5.2万人次。", ["JX666"]),
        ("观众达到4.2万人次。", []),
        ("预算完成率达到97.61%。", ["JX666"]),
        ("固定资产900万元，利用率99%。", ["JX666"]),
        ("固定资产900万元，利用率98%。食堂利用率80%。", []),
        ("单位编制72人，实有在职人员66人。", ["JX666"]),
        ("下属单位3个，编制30人，在职28人。", []),
        ("公用经费支出数为243.56万元。", ["JX666"]),
        ("公用经费支出数为234.56万元。", []),
        ("车辆编制2辆。", []),
        ("收入合计1620万元。", ["JX666"]),
        ("全年公用经费支出数为243.56万元。", ["JX666"]),
        ("上年编制72人，在职66人。", []),
        ("2020年度收入合计1260万元，支出合计1253.4万元。", []),
        ("全年支出1352.4万元。", ["JX666"]),
        ("收入总计1620万元。", []),
        ("财政拨款收入合计1100万元。", []),
        ("项目全年支出392万元。", []),
        ("“三公”经费控制率为70%，实际支出24.7万元。", ["JX666"]),
        ("“三公”经费控制率为70%，实际支出20.47万元。", []),
        ("项目支付率为70%，实际支出24.7万元。", []),
    ],
)
def test_a_text_against_the_table(text, codes):
    assert [one.code for one in against_table(text, FIGURES, 2020)] == codes


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("结转结余36.6万元，比上年减少6.6万元。", ["增加6.6万元"]),
        ("结转结余36.6万元，比上年增加6.6万元，增长22%。", []),
        ("结转结余总额比上年下降22%。", ["增长22%"]),
        ("2018年结转结余总额比上年下降22%。", []),
        ("本年度“三公”经费总额18万元，比上年减少3万元。", ["减少2万元"]),
        ("项目支出18万元，比上年减少3万元。", []),
        ("下属单位结转结余36.6万元，比上年减少6.6万元。", []),
    ],
)
def test_a_change_beside_the_figures_of_both_years(text, due):
    facts = (("结转结余总额", "36.6"), ("上年度结转结余总额", "30"), ("本年度三公经费总额", "18"), ("上年度三公经费总额", "20"))
    figures = Figures(Fact(name, Measure.AMOUNT, Fraction(value) * 10000) for name, value in facts)
    assert [one.expected for one in changes_of_named(text, figures, 2020)] == due


@pytest.mark.parametrize(("year", "count"), [("", 1), ("2020年", 1), ("2018年", 0)])
def test_a_unit_is_held_to_the_figures_of_its_own_year(year, count):
    facts = (("结转结余总额", "36.6"), ("上年度结转结余总额", "30"))
    figures = Figures(Fact(name, Measure.AMOUNT, Fraction(value) * 10000) for name, value in facts)
    written = [(Place("某局.xlsx", "基础数据", "C5"), f"{year}结转结余总额比上年下降22%。")]
    assert len([one for one in agreement(written, figures, "某局", 2020) if one.code == "JX666"]) == count


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("公用经费占公用经费预算的165.65%。", []),
        ("公用经费占公用经费预算的156.65%。", ["JX666"]),
        ("其他经费占公用经费预算的156.65%。", []),
        ("2019年公用经费占公用经费预算的156.65%。", []),
    ],
)
def test_a_share_of_two_figures_of_the_table(text, codes):
    assert [one.code for one in shares_of_named(text, FIGURES, 2020)] == codes


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("各项经费均控制在预算范围内。", 1),
        ("公用经费控制在预算以内。", 1),
        ("“三公经费”控制在预算范围内。", 0),
        ("人员控制在编制以内。", 0),
        ("公用经费支出比年初预算略有增加。", 1),
        ("公用经费支出超出预算较多。", 0),
        ("培训费预算20万元，实际支出25万元，控制在预算范围内。", 1),
        ("培训费预算20万元，实际支出15万元，培训费控制在预算范围内。", 0),
    ],
)
def test_a_claim_beside_a_rate_that_says_otherwise(text, count):
    assert len(list(claims(text, FIGURES))) == count


@pytest.mark.parametrize(
    ("text", "unit", "count"),
    [
        ("通过对学院2019年3项工作经费的评分", "某州人民政府办公室", 1),
        ("我局高度重视绩效管理", "某县人民政府办公室", 1),
        ("我办高度重视绩效管理", "某县人民政府办公室", 0),
        ("我局高度重视绩效管理", "某县教育局", 0),
        ("本级财政安排，本局部地区", "某县人民政府办公室", 0),
        ("临江县水利局2025年度各项工作圆满完成。", "清河县林业局", 1),
        ("清河县林业局2025年度各项工作圆满完成。", "清河县林业局", 0),
        ("怀化市财政局下达资金50万元，已全部支付。", "清河县林业局", 0),
        ("清河县财政局2025年下达资金50万元。", "清河县林业局", 0),
    ],
)
def test_a_text_that_calls_itself_another_kind_of_unit(text, unit, count):
    assert len(list(another_kind_of_unit(text, unit))) == count


def test_one_figure_with_two_values_in_one_document():
    texts = ["财政供养人员控制率为100%。", "经计算，财政供养人员控制率为76.06%。"]
    assert [(at, one.code) for at, one in against_itself(texts)] == [(1, "JX667")]
    goal = "改造水厂3座，水质检测合格率100%，受益群众满意度不低于90%。"
    done, again = "水质检测合格率98.6%，比目标低1.4个百分点。", "执行预算时失0.57分；水质检测合格率98.6%。"
    assert list(against_itself([goal, done, again])) == []
    assert [at for at, _ in against_itself([goal, done, again.replace("98.6", "96.8")])] == [2]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("评价等次为“优秀”。", 1),
        ("自评等次：良好", 0),
        ("等级为“良”。", 0),
        ("等次分优、良、中、差四档。", 0),
        ("评价结论为优。", 1),
        ("等次为中央规定", 0),
    ],
)
def test_a_grade_named_in_a_text(text, count):
    assert len(list(grade_in_words(text, Figures([], grade="良好")))) == count


def test_a_balance_of_one_paragraph():
    texts = [
        "上年结转50万元，本年收入600万元，本年支出620万元，年末结转40万元。",
        "上年结转50万元，本年收入600万元，本年支出620万元，年末结转30万元。",
        "上年结转50万元，加上本年收入600万元，减去本年支出620万元，结余40万元。",
        "上年结转50万元。本年收入600万元，本年支出620万元。结转下年30万元。",
    ]
    assert [(at, one.code, one.expected) for at, one in identities(texts)] == [(0, "JX662", "30万元"), (2, "JX662", "30万元")]


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """Every bundled example, exported where it is finished, filled where it is not."""
    folder = tmp_path_factory.mktemp("exports")
    for name in forms(examples(), "generic-dept"):
        path = examples()[name]
        job = open_job(name)
        answers = job.answers(path)
        try:
            job.finish(answers, folder / name)
        except Unfinished:
            (folder / name).mkdir(exist_ok=True)
            job.write(answers, Edition.NATIVE, folder / name / "填报.xlsx")
    return folder


def _found(folder):
    results = compared(reports_of_units([examine(file) for file in files_of([folder])[0]]))
    return results, [one for result in results for one in result.findings if "JX660" <= one.code <= "JX689"]


@pytest.mark.parametrize("name", forms(examples()))
def test_clean_files_of_ours_have_no_such_finding(name, exports):
    found = {one.code for one in _found(exports / name)[1]}
    assert found == ({"JX668"} if name == "baojing-2019-dept" else set())  # which published 略有增加 beside 165.65 %


def test_an_edited_report_comes_back_beside_its_workbook(exports, tmp_path):
    shutil.copytree(exports / "hongjiang-2020-dept", tmp_path / "交回")
    report = next((tmp_path / "交回").glob("*.docx"))
    edited = docx.Document(report)
    for paragraph in edited.paragraphs:
        for run in paragraph.runs:
            run.text = run.text.replace("总分89.5分", "总分98.5分").replace(
                "在职人员控制率=66÷86×100%=76.74%", "在职人员控制率=80÷86×100%=93.02%"
            )
    edited.add_paragraph("2020年末实有在职人员80人，编制86人，“三公经费”实际支出20.48万元，各项支出均控制在预算范围内。")
    edited.add_paragraph("项目资金200万元，其中中央资金100万元、省级资金60万元、县级资金50万元。")
    edited.save(report)
    _, found = _found(tmp_path / "交回")
    assert {one.code for one in found} == {"JX666", "JX661", "JX662", "JX668"}
    assert {one.place.file for one in found} == {report.name}
    changed = {(one.reported, one.expected) for one in found if one.code == "JX666"}
    assert {("98.5", "89.5"), ("80", "66"), ("93.02%", "76.74%")} <= changed
    assert any(one.reported == "80人" for one in found)


_EDITS = (
    ("a figure", {"总分89.5分": "总分98.5分"}, "JX666", "98.5", "89.5", "总分98.5分"),
    ("a figure in a sentence with other words", {"自评，总分89.5分": "自评，本单位总分为98.5分"}, "JX666", "98.5", "89.5", "总分为98.5分"),
    ("a figure that is only rounded", {"总分89.5分": "总分90分"}, "JX666", "90", "89.5", "总分90分"),
    ("a figure below zero", {"-13.23%": "13.23%"}, "JX666", "13.23%", "-13.23%", "变动率=(65.58-75.58)"),
    ("a year", {"洪江市2020年度": "洪江市2019年度"}, "JX666", "2019", "2020", "洪江市2019年度"),
    ("a unit", {"洪江市人民政府办公室": "洪江市水利局"}, "JX672", "洪江市水利局", "洪江市人民政府办公室", "洪江市水利局"),
    ("a grade", {"良好": "优秀"}, "JX666", "优秀", "良好", "优秀"),
    ("a grade in another table's word", {"等次为“良好”": "等次为“良”"}, "JX666", "良", "良好", "“良”"),
)


def _edit(report, replaced, to):
    """The report with words of it replaced, a paragraph split into runs as an editor leaves them."""
    edited = docx.Document(report)
    cells = [cell for table in edited.tables for row in table.rows for cell in row.cells]
    changed = 0
    for paragraph in (*edited.paragraphs, *(one for cell in cells for one in cell.paragraphs)):
        text = paragraph.text
        for old, new in replaced.items():
            text = text.replace(old, new)
        if text != paragraph.text:
            paragraph.text = text[:7]
            paragraph.add_run(text[7:])
            changed += 1
    assert changed
    edited.save(to)
    return to


def _checked(report, book):
    return CliRunner().invoke(main, ["export", "--check", str(report), str(book)])


@pytest.mark.parametrize("name", forms(examples()))
def test_a_report_nobody_edited_agrees_with_its_workbook(name, exports):
    for report in [one for one in (exports / name).glob("*.docx") if one.with_suffix(".xlsx").exists()]:
        done = _checked(report, report.with_suffix(".xlsx"))
        assert (done.exit_code, done.output.count("\n")) == (0, 1), done.output


@pytest.mark.parametrize(
    ("replaced", "code", "reported", "expected", "sentence"), [one[1:] for one in _EDITS], ids=[one[0] for one in _EDITS]
)
def test_what_was_edited_in_a_report_is_found_with_its_sentence(replaced, code, reported, expected, sentence, exports, tmp_path):
    book = next((exports / "hongjiang-2020-dept").glob("*.xlsx"))
    report = _edit(book.with_suffix(".docx"), replaced, tmp_path / "报告.docx")
    found = check_report(report, book)
    assert (code, reported, expected) in {(one.code, one.reported, one.expected) for one in found}
    assert all(re.fullmatch(r"第\d+段|表\d+第\d+行", one.place.sheet) for one in found)
    done = _checked(report, book)
    assert done.exit_code == 1 and sentence in done.output and f"有{len(found)}处不一致" in done.output


_OWN = (
    "重点支出安排率=340÷400×100%=85.00%，计3分。自评得3分，失1分。",
    "“三公”经费12.6万元，其中公务接待费4.1万元，占32.54%，公务用车运行维护费8.5万元，占67.46%。",
    "满意度调查：有效问卷200份，满意188份，满意度94%。",
    "举办演出场次：指标值≥60场，实际完成66场，完成率110.00%。",
    "观众人次：指标值≥3万人次，实际完成4.2万人次。",
    "预算调整数-60.5万元，支出1700.12万元。",
    "2026年5月18日",
    "结转结余36.6万元（上年30万元，增加6.6万元，增长22.00%），下属单位五个。",
    "自评等次为“良好”，第③项不符合。",
    "优 | √ | 良 |  | 合格 |  | 不合格 | ",
    "教育支出（类）26.34万元，卫生支出（类）26.95万元。",
    "产出指标 | 数量指标 | 教育支出（类） | 10 | 9.5",
)


@pytest.mark.parametrize(
    ("at", "edited", "said"),
    [
        (0, "重点支出安排率=340÷400×100%=85.00%，计3分。自评得2分。", [("2", "3")]),
        (0, "重点支出安排率=340÷400×100%=85.00%，自评得4分。", [("4", "3")]),
        (0, "重点项目支出占项目总支出的85%，计3分。自评得3分，失1分。", []),
        (1, "“三公”经费12.6万元，其中公务用车运行维护费8.5万元，公务接待费4.1万元，没有因公出国（境）费。", []),
        (1, "“三公”经费12.6万元，其中公务用车运行维护费8.6万元，公务接待费4.1万元，没有因公出国（境）费。", [("8.6万元", "8.5万元")]),
        (2, "满意度调查：发放问卷210份，回收有效问卷200份，其中满意188份，满意度94%。", []),
        (3, "举办演出场次：全年演出66场，超目标6场，完成率110.00%。", []),
        (4, "观众人次：指标值≥3万人次，实际完成42000人次。", []),
        (4, "观众人次：指标值≥3万人次，实际完成52000人次。", [("52000", "4.2万")]),
        (5, "预算追减60.5万元，支出约1700万元。", []),
        (5, "预算追加60.5万元，支出1700.1万元。", [("60.5万元", "-60.5万元")]),
        (5, "预算调整数-60.5万元，支出约1900万元。", [("1900万元", "1700.12万元")]),
        (5, "预算调整数-60.5万元，支出1701万元。", [("1701万元", "1700.12万元")]),
        (6, "2026年6月2日", [("2026年6月2日", "2026年5月18日")]),
        (6, "二〇二六年五月十八日", []),
        (1, "“三公”经费12.6万元，其中公务接待费4.1万元，约占33%，公务用车运行维护费8.5万元，占67.46%。", []),
        (6, "2025年5月18日", [("2025", "2026")]),
        (
            7,
            "结转结余36.6万元（上年30万元，减少6.6万元，下降22.00%），下属单位五个。",
            [("减少6.6万元", "增加6.6万元"), ("下降22.00%", "增长22.00%")],
        ),
        (7, "结转结余36.6万元（上年30万元，多6.6万元，提高22.00%），下属单位5个。", []),
        (7, "结转结余36.6万元（上年30万元，增加6.6万元，增长22.00%），下属单位六个。", [("六", "五")]),
        (8, "自评等次为“中等”，第③项不符合。", [("中等", "良好")]),
        (8, "自评等次为“良好”，第②项不符合。", [("②", "③")]),
        (9, "优 |  | 良 | √ | 合格 |  | 不合格 | ", [("良", "优")]),
        (10, "卫生支出（类）26.95万元，教育支出（类）26.34万元。", []),
        (0, "重点支出安排率=340÷400×100%=85.00%，计3分。自评得1分，失3分。", [("1", "3"), ("3", "1")]),
        (5, "预算调整数五个，支出1700.12万元。", [("五", "-60.5万元")]),
        (11, "产出指标 | 数量指标 | 教育支出（类） | 9.5 | 10", [("9.5", "10"), ("10", "9.5")]),
        (11, "产出指标 | 数量指标 | 数量指标 | 10 | 9.5", [("数量指标", "教育支出(类)")]),
        (11, "产出指标 | 数量指标 | 教育支出 | 10 | 9.5", [("教育支出", "教育支出(类)")]),
    ],
)
def test_a_sentence_put_otherwise_has_its_figures_beside_those_of_the_same_name(at, edited, said):
    texts = [edited if number == at else text for number, text in enumerate(_OWN)]
    assert [(one.slip.reported, one.slip.expected) for one in changes(texts, _OWN, ("教育支出（类）", "卫生支出（类）"))] == said


_LIST = (
    "四、评价结论",
    "等次认定为“良”，支出决算大于年初预算，依据《某县自评办法》。",
    "（一）第一季度完成",
    "1．单位：万元 | 10",
    "2．2020年度决算说明",
    "3．某县人民政府办公室出具",
    "五、存在问题",
)


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ({4: "5．2020年度决算说明"}, [("5", "2")]),
        ({6: "四、存在问题"}, [("四", "五")]),
        ({4: "2．佐证材料\n3．2020年度决算说明", 5: "4．某县人民政府办公室出具"}, []),
        ({4: "2．2019年度决算说明"}, [("2019", "2020")]),
        ({1: "等次认定为“优”，支出决算大于年初预算，依据《某县自评办法》。"}, [("优", "良")]),
        ({1: "等次认定为“良”，支出决算小于年初预算，依据《某县自评办法》。"}, [("小于", "大于")]),
        ({1: "等次认定为“良”，支出决算大于年初预算，依据《某市自评办法》。"}, [("某市自评办法", "某县自评办法")]),
        ({2: "（一）第二季度完成"}, [("二", "一")]),
        ({3: "1．单位：元 | 10"}, [("元", "万元")]),
        ({5: "3．某区人民政府办公室出具"}, [("某区", "某县")]),
    ],
)
def test_lists_units_grades_and_places_of_an_edited_report_are_held_to_the_workbook(edits, said):
    texts = "\n".join(edits.get(at, text) for at, text in enumerate(_LIST)).split("\n")
    assert [(one.slip.reported, one.slip.expected) for one in changes(texts, _LIST)] == said


def test_a_list_inside_another_of_its_kind_doesnt_put_the_one_around_it_out_of_order():
    inner = ["（一）起草公文。", "（二）值班。"]
    own = ["一、概况", "（一）机构设置", "（二）部门职责", *inner, "（三）人员编制", "二、收支"]
    edited = ["一、概况", "（一）机构设置", "（二）主要成绩", "（三）部门职责", *inner, "（四）人员编制", "二、收支"]
    assert list(changes(edited, own)) == []
    own = ["（一）投入", *(f"{at}．指标{at}。" for at in range(1, 6)), "（二）过程", "1．预算完成率。", "2．预算调整率。"]
    edited = [*own[:-1], "6．预算调整率。"]
    assert [(one.slip.reported, one.slip.expected) for one in changes(edited, own)] == [("6", "2")]


def test_changes_that_are_tracked_are_read_as_accepted_and_said_to_be_open(exports, tmp_path):
    book = next((exports / "hongjiang-2020-dept").glob("*.xlsx"))
    edited = docx.Document(book.with_suffix(".docx"))
    paragraph = next(one for one in edited.paragraphs if "89.5分" in one.text)
    left, right = paragraph.text.split("89.5", 1)
    for run in list(paragraph.runs):
        run._r.getparent().remove(run._r)
    paragraph.add_run(left)
    for tag, text, inner in (("del", "89.5", "delText"), ("ins", "98.5", "t")):
        mark = OxmlElement(f"w:{tag}")
        mark.set(qn("w:id"), "7")
        run, said = OxmlElement("w:r"), OxmlElement(f"w:{inner}")
        said.text = text
        run.append(said)
        mark.append(run)
        paragraph._p.append(mark)
    paragraph.add_run(right)
    edited.save(tmp_path / "报告.docx")
    done = _checked(tmp_path / "报告.docx", book)
    assert done.exit_code == 1 and "报告里的数是98.5，按工作簿应为89.5" in done.output and "还有没处理的修订" in done.output


def test_a_header_with_another_years_title_is_found(exports, tmp_path):
    book = next((exports / "hongjiang-2020-dept").glob("*.xlsx"))
    for year, count in (("2019", 1), ("2020", 0)):
        edited = docx.Document(book.with_suffix(".docx"))
        edited.sections[0].header.paragraphs[0].text = f"{year}年度部门整体支出绩效自评报告"
        edited.save(tmp_path / f"{year}.docx")
        assert [one.expected for one in check_report(tmp_path / f"{year}.docx", book)] == ["2020"] * count


def test_a_header_with_another_name_and_a_note_with_another_figure_are_found(exports, tmp_path):
    book = next((exports / "hongjiang-2020-dept").glob("*.xlsx"))
    for header, note, said in (
        ("洪江区人民政府办公室", "数据来自决算报表。", [("JX672", "页眉第1段")]),
        ("洪江市人民政府办公室", "2020年末实有在职人员68人。", [("JX666", "脚注第1段")]),
        ("洪江市人民政府办公室", "2020年末实有在职人员66人。", []),
    ):
        edited = docx.Document(book.with_suffix(".docx"))
        edited.sections[0].header.paragraphs[0].text = header
        content = f"<w:footnotes {nsdecls('w')}><w:footnote w:id='2'><w:p><w:r><w:t>{note}</w:t></w:r></w:p></w:footnote></w:footnotes>"
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        part = Part(PackURI("/word/footnotes.xml"), kind, content.encode(), edited.part.package)
        edited.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        edited.save(tmp_path / "报告.docx")
        assert [(one.code, one.place.sheet) for one in check_report(tmp_path / "报告.docx", book)] == said


def test_a_form_of_a_set_is_held_to_its_own_grade_and_figures(tmp_path):
    job = open_job("generic-set")
    rows = [{"一级指标": "产出指标", "三级指标": "演出场次", "年度指标值": "≥60场", "实际完成值": "66场", "分值": 100}]
    told = {"整体评分表": {"answers": {"编制数": 50, "在职人员数": 47}}, "项目1自评表": {"rows": rows}}
    answers = job.answers_from({"answers": {"单位名称": "某县文化局"}, "projects": [{"名称": "惠民演出"}], "forms": told})
    job.write(answers, Edition.NATIVE, tmp_path / "套表.xlsx")
    reports = [one.report for one in job.told(job.evaluate(answers), answers)]
    for at, (text, count) in enumerate([("本单位在职人员80人。", 1), ("本单位在职人员47人。", 0)]):
        report = reports[0].save(tmp_path / f"{at}.docx")
        edited = docx.Document(report)
        edited.add_paragraph(text)
        edited.save(report)
        assert len(check_report(report, tmp_path / "套表.xlsx")) == count


def test_words_a_unit_adds_or_takes_out_are_its_own(exports, tmp_path):
    book = next((exports / "hongjiang-2020-dept").glob("*.xlsx"))
    edited = docx.Document(book.with_suffix(".docx"))
    edited.paragraphs[2].insert_paragraph_before("本次自评由办公室牵头，各股室配合，于规定时间内完成。")
    edited.paragraphs[-1]._p.getparent().remove(edited.paragraphs[-1]._p)
    edited.save(tmp_path / "报告.docx")
    assert check_report(tmp_path / "报告.docx", book) == ()


def test_a_report_that_cannot_be_read_is_said(exports, tmp_path):
    (tmp_path / "坏.docx").write_bytes(b"no")
    done = _checked(tmp_path / "坏.docx", next((exports / "hongjiang-2020-dept").glob("*.xlsx")))
    assert done.exit_code == 2 and "坏.docx" in done.output


def test_a_word_form_beside_a_workbook_that_is_not_ours_is_read_by_itself(exports, tmp_path):
    book = next((exports / "generic-selfeval").glob("*.xlsx"))
    sheet = next(one for one in openpyxl.load_workbook(book, data_only=True).worksheets if one.sheet_state == "visible")
    written, new = docx.Document(), openpyxl.Workbook()
    rows = [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()]
    table = written.add_table(len(rows), len(rows[0]))
    for at, row in enumerate(rows):
        new.active.append(row)
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    written.save(tmp_path / "某局.docx")
    new.save(tmp_path / "某局.xlsx")
    for broken in (False, True):
        result = examine(tmp_path / "某局.docx")
        assert result.readable and result.title == "项目支出绩效自评表", broken
        (tmp_path / "某局.xlsx").write_bytes(b"PK")


def test_a_report_under_another_name_is_the_one_of_the_unit_named_in_it(exports, tmp_path):
    shutil.copytree(exports / "hongjiang-2020-dept", tmp_path / "交回")
    report = next((tmp_path / "交回").glob("*.docx"))
    written = docx.Document()
    written.add_paragraph("洪江市人民政府办公室2020年度自评报告")
    written.add_paragraph("年末实有在职人员80人。")
    report.unlink()
    written.save(report.with_name("报告.docx"))
    results, found = _found(tmp_path / "交回")
    assert [(one.code, one.place.file, one.place.sheet) for one in found] == [("JX666", "报告.docx", "第2段")]
    assert next(result for result in results if result.file.name == "报告.docx").unit == "洪江市人民政府办公室"


def test_a_word_file_of_nobody_and_a_broken_one_are_named(tmp_path):
    written = docx.Document()
    written.add_paragraph("会议通知")
    written.save(tmp_path / "通知.docx")
    (tmp_path / "坏.docx").write_bytes(b"PK\3\4 no")
    results, _ = _found(tmp_path)
    assert [[one.code for one in result.findings] for result in results] == [["JX622"], ["JX622"]]


def test_one_figure_in_two_files_of_a_unit(exports, tmp_path):
    for name in ("hongjiang-2020-dept", "hongjiang-2020-report"):
        job = open_job(name)
        answers = job.answers(examples()[name])
        if name == "hongjiang-2020-report":
            answers = type(answers)(answers.rubric_id, {**answers.values, "实有人数": type(answers.values["实有人数"])(80)})
        job.write(answers, Edition.NATIVE, tmp_path / f"{name}.xlsx")
    _, found = _found(tmp_path)
    assert [(one.code, one.reported, one.expected) for one in found if one.code == "JX671"] == [("JX671", "80", "66")]


BESIDE = (
    (
        "两张评分表的总分",
        Fact("总分", Measure.POINTS, Fraction(93), "评分表!G11"),
        Fact("总分", Measure.POINTS, Fraction(8), "评分表!G11"),
        [],
    ),
    (
        "两张表里的人数",
        Fact("实有人数", Measure.COUNT, Fraction(66), "基础数据!C5"),
        Fact("实有人数", Measure.COUNT, Fraction(80), "基础数据!C9"),
        ["JX671"],
    ),
)


@pytest.mark.parametrize(("one", "other", "codes"), [case[1:] for case in BESIDE], ids=[case[0] for case in BESIDE])
def test_two_tables_of_a_unit_share_its_figures_but_not_their_totals(one, other, codes):
    filed = [
        Examined(Path(f"{table}.xlsx"), unit="某县某局", table=table, year=2022, facts=(fact,))
        for table, fact in (("甲表", one), ("乙表", other))
    ]
    assert [finding.code for result in compared(filed) for finding in result.findings] == codes


def test_deleted_text_and_tables_of_a_word_file_are_read_by_place(tmp_path):
    written = docx.Document()
    written.add_paragraph("第一段")
    table = written.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "实有人数", "66"
    written.save(tmp_path / "a.docx")
    assert word_texts(tmp_path / "a.docx") == [("第1段", "第一段"), ("表1第1行", "实有人数 | 66")]


def test_rows_and_lines_pressed_flat_are_none_of_a_report(tmp_path):
    document = docx.Document()
    for text in ("第一段", "第二段"):
        document.add_paragraph(text)
    table = document.add_table(2, 1)
    for row, text in zip(table.rows, ("实有人数", "车辆"), strict=True):
        row.cells[0].text = text
    for exactly in (None, "least", "exact"):
        if exactly:
            spacing, height = OxmlElement("w:spacing"), OxmlElement("w:trHeight")
            for element, name, rule in ((spacing, "line", "lineRule"), (height, "val", "hRule")):
                element.set(qn(f"w:{name}"), "1")
                element.set(qn(f"w:{rule}"), "atLeast" if exactly == "least" else "exact")
            document.paragraphs[0]._p.get_or_add_pPr().append(spacing)
            table.rows[0]._tr.get_or_add_trPr().append(height)
        document.save(tmp_path / "a.docx")
        seen = ["第一段", "第二段", "实有人数", "车辆"] if exactly != "exact" else ["第二段", "车辆"]
        assert [text for _, text in word_texts(tmp_path / "a.docx")] == seen, exactly


def test_what_a_word_file_prints_elsewhere_is_read_and_what_is_crossed_out_is_not(tmp_path):
    written = docx.Document()
    written.sections[0].header.paragraphs[0].text = "某局2024年度自评报告"
    line = written.add_paragraph()
    line.add_run("第4名").font.strike = True
    line.add_run("第2名")
    squeezed = line.add_run("第1名")
    squeezed._r.get_or_add_rPr().append(parse_xml(f'<w:w {nsdecls("w")} w:val="1"/>'))
    written.element.body.insert(0, parse_xml(f'<w:altChunk {nsdecls("w", "r")} r:id="rId99"/>'))
    line._p.append(parse_xml(f'<w:bdo {nsdecls("w")} w:val="rtl"><w:r><w:t>倒着印的</w:t></w:r></w:bdo>'))
    moved = parse_xml(f'<w:moveFrom {nsdecls("w")} w:id="1" w:author="a"><w:r><w:t>搬走的话</w:t></w:r></w:moveFrom>')
    line._p.append(moved)
    box = f"<w:r {nsdecls('w')}><w:pict><w:txbxContent><w:p><w:r><w:t>框里的话</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    written.add_paragraph("框外的话")._p.append(parse_xml(box))
    written.save(tmp_path / "a.docx")
    texts = [text for _, text in word_texts(tmp_path / "a.docx")]
    assert texts == ["〔从别的文件带进来的内容〕", "第2名", "框外的话", "框里的话", "某局2024年度自评报告"]
    assert word_texts(tmp_path / "a.docx")[-1][0] == "页眉第1段"


def test_the_review_command_takes_reports_and_workbooks_together(exports, tmp_path):
    ran = CliRunner().invoke(main, ["review", str(exports / "generic-dept"), "-o", str(tmp_path / "报告.xlsx")])
    assert ran.exit_code == 0, ran.output


@pytest.mark.parametrize(
    ("text", "code", "due"),
    [
        ("补助6962人，每人780元，共补助543.36万元。", "JX665", "543.036万元"),
        ("支出由2019年的1000万元增加到2020年的1240.71万元，增长34.07%。", "JX664", "24.07%"),
        ("2020年支出1240.71万元，比2019年的1000万元增长34.07%。", "JX664", "24.07%"),
        ("在册人员由120人减少到90人，减少30%。", "JX664", "25%"),
        ("完成投资450万元，占计划500万元的95%。", "JX665", "90%"),
        ("支出由2019年的1000万元增加到2020年的1240.71万元，增长24.07%。", "", ""),
        ("2020年收入500万元，较上年400万元增加100万元，增长25%。", "", ""),
        ("完成投资450万元，占计划500万元的90%。", "", ""),
        ("每人每月补助200元，全年补助120人，共补助28.8万元。", "", ""),
        ("贫困发生率由12.5%下降到0.8%，减少贫困人口3200人。", "", ""),
        ("本年支出1240.71万元，比年初预算1200万元增长3.39%，主要是追加项目。", "", ""),
    ],
)
def test_growth_from_one_figure_to_another_shares_of_a_named_whole_and_standards(text, code, due):
    assert [(one.code, one.expected) for one in faults(text)] == ([(code, due)] if code else [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("综合评为优等。", ["评为优等"]),
        ("自评为优秀等次", ["评为优秀等次"]),
        ("三名同志被评为优秀等次", []),
        ("评为良等", []),
        ("评为优质工程", []),
    ],
)
def test_a_grade_may_be_said_in_other_words(text, said):
    assert [one.passage for one in grade_in_words(text, Figures((), (), "良"))] == said
