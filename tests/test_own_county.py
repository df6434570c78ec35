"""Adding a county is one TOML file: a made-up one (data/own-county.toml) goes the whole way, and no code knows it.

The expected points are worked out by hand, from the text of the table:

    绩效目标合理性      符合4 + 部分符合2÷2 + 不符合0                       = 5
    在职人员控制率      53÷50 = 106.00%；超3人，5 - 3×0.5                  = 3.5     整数单位
    预算调整率          (1000-880)÷880 = 13.636…% → 13.64%；超3.64点，按4点 = 8-4 = 4   不足一个的按一个
    预算完成率          940÷1000 = 94.00%，[90%,95%)                       = 8
    公用经费控制率      210.7÷200 = 105.35%；8 - 5.35÷3×1 = 8-1.7833…       = 6.22    按比例
    结转结余率          60÷1000 = 6.00% > 5%，计2；单位调整为3.5             = 3.5（复算2）
    政府采购执行率      无，不适用，不计入（分值5）
    支付进度            3个项目，2个未达到；5 - 2×1.5                       = 2
    信息公开及时率      47÷52 = 90.3846…% → 90.38%，[90%,95%)              = 5
    资金使用合规性      基本健全2.5 + (6-1×2) + (3-0)                       = 9.5
    资产管理制度健全性   基本健全                                           = 3
    履职成效            6 + 3.5                                           = 9.5
    服务对象满意度      88.50%，[80%,90%)                                  = 6

    合计 65.22，分值 100-5 = 95；65.22×100÷95 = 68.6526… → 68.65，中（60-80）
    只按规则：65.22 - 3.5 + 2 = 63.72；63.72×100÷95 = 67.0736… → 67.07
"""

import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from support.office import poison
from support.scoretable import Sent, ref, write

from xl_jixiao.cli import main
from xl_jixiao.jobs import open_job
from xl_jixiao.scoretable import keys
from xl_jixiao.scoretable import table as rubrics
from xl_jixiao.scoretable.compile import plan_for, score
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.answers import Answers, digest
from xl_jixiao.words import COMPUTED_TOTAL, DATA, GRADE, PARTLY, TOTAL, WORKING

TABLE = Path(__file__).parent / "data" / "own-county.toml"
FILING = TABLE.with_name("own-county-data.toml")

HAND = {
    "绩效目标合理性": "5",
    "在职人员控制率": "3.5",
    "预算调整率": "4",
    "预算完成率": "8",
    "公用经费控制率": "6.22",
    "结转结余率": "3.5",
    "政府采购执行率": "不适用",
    "支付进度": "2",
    "信息公开及时率": "5",
    "资金使用合规性": "9.5",
    "资产管理制度健全性": "3",
    "履职成效": "9.5",
    "服务对象满意度": "6",
}
RATES = {
    "在职人员控制率": "106.00%",
    "预算调整率": "13.64%",
    "预算完成率": "94.00%",
    "公用经费控制率": "105.35%",
    "结转结余率": "6.00%",
    "政府采购执行率": "不适用",
    "信息公开及时率": "90.38%",
    "服务对象满意度": "88.50%",
}
HAND_TOTAL, HAND_COMPUTED, HAND_GRADE = Decimal("68.65"), Decimal("67.07"), "中"


@pytest.fixture(scope="module")
def table():
    return rubrics.load(str(TABLE))


@pytest.fixture(scope="module")
def filing(table):
    return answer_files.load(FILING, table.asked)


def run(*arguments):
    return CliRunner().invoke(main, [str(part) for part in arguments])


def number_or_word(value):
    return value if value == "不适用" else Decimal(value)


def workbook_points(values, table):
    """The final points on 评分底稿 as a spreadsheet program shows them."""
    return {one.code: values[WORKING].get(ref(table, keys.score_name(one.code)).local, "") for one in table.indicators}


def test_the_trial_uses_what_it_claims_to_try(table):
    rules = [indicator.rule for indicator in table.indicators]
    assert {rule.kind for rule in rules} >= {"bands", "steps", "checklist", "occurrences", "composite", "tiers", "threshold", "itemised"}
    assert {rule.partial for rule in rules if rule.kind == "steps"} == {"whole", "started", "prorata"}
    assert any(rule.kind == "checklist" and rule.partial == "half" for rule in rules)
    assert {indicator.not_applicable for indicator in table.indicators} == {"full", "none", "exclude"}
    own = table.indicator_by_code["信息公开及时率"]
    assert own.formula and own.standard is None, "a county's own rate stands in no catalogue"
    for used in ("measure", "applies", "lines", "bind", "key", "zero", "page_break"):
        assert any(getattr(indicator, used) for indicator in table.indicators), used
    assert {item.kind for item in table.inputs} == {"amount", "count", "percent", "text", "date", "choice"}


def test_the_points_are_the_hand_worked_ones(table, filing):
    card = score(table, filing)
    assert {one.code: one.points for one in card.scores} == {code: number_or_word(value) for code, value in HAND.items()}
    assert {one.code: one.rate_text for one in card.scores if one.rate is not None} == RATES
    assert (card.total, card.computed_total, card.grade) == (HAND_TOTAL, HAND_COMPUTED, HAND_GRADE)
    assert card.by_code["结转结余率"].computed == 2


def test_the_hand_arithmetic_holds():
    points = [Decimal(value) for value in HAND.values() if value != "不适用"]
    assert sum(points) == Decimal("65.22")
    assert abs(Decimal("65.22") * 100 / 95 - HAND_TOTAL) < Decimal("0.005")
    assert abs(Decimal("63.72") * 100 / 95 - HAND_COMPUTED) < Decimal("0.005")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("whole", "5"), ("started", "4"), ("prorata", "4.36")],  # 8 - 3, 8 - 4, 8 - 3.64
)
def test_one_word_of_the_file_chooses_what_a_started_step_costs(kind, expected, tmp_path):
    path = tmp_path / TABLE.name
    path.write_text(TABLE.read_text(encoding="utf-8").replace('partial = "started"', f'partial = "{kind}"'), encoding="utf-8")
    changed = rubrics.load(str(path))
    assert score(changed, answer_files.load(FILING, changed.asked)).by_code["预算调整率"].points == Decimal(expected)


def test_the_command_line_scores_it(table):
    result = run("score", TABLE, FILING, "--json")
    card = json.loads(result.output)
    assert result.exit_code == 0, result.output
    assert (card["total"], card["computed_total"], card["grade"], card["rubric"]) == (68.65, 67.07, HAND_GRADE, table.id)
    assert [finding["code"] for finding in card["findings"]] == ["JX401"]


@pytest.mark.parametrize("suffix", [".xlsx", ".xlsm"])
def test_it_is_built_and_filled_in_both_editions(suffix, table, filing, tmp_path):
    blank, filled = tmp_path / f"空白{suffix}", tmp_path / f"已填{suffix}"
    assert run("build", TABLE, "-o", blank).exit_code == 0
    result = run("fill", TABLE, FILING, "-o", filled)
    assert result.exit_code == 0 and "总分 68.65，等次 中；按规则复算 67.07" in result.output
    assert Sent(blank, str(TABLE)).answers.values == {}
    submission = Sent(filled, str(TABLE))
    assert submission.digest == submission.stamped_digest == digest(filing)
    assert submission.shown(TOTAL) == float(HAND_TOTAL) and submission.shown(GRADE) == HAND_GRADE
    assert {code: submission.shown(keys.score_name(code)) for code in HAND} == {
        code: float(value) if value != "不适用" else value for code, value in HAND.items()
    }
    assert submission.edition is (Edition.ADDIN if suffix == ".xlsm" else Edition.NATIVE)


@pytest.mark.parametrize("edition", [Edition.NATIVE, Edition.FINISHED])
def test_libreoffice_computes_what_was_worked_by_hand(edition, table, filing, tmp_path, office):
    path = tmp_path / "book.xlsx"
    write(table, filing, edition, path)
    fresh = office.recalculate(poison(path, tmp_path / "poisoned.xlsx"))
    plan = plan_for(table, edition)
    found = workbook_points(fresh, table)
    for code, value in HAND.items():
        assert found[code] == (value if value == "不适用" else pytest.approx(float(value), abs=1e-9)), code
    for name, expected in ((TOTAL, HAND_TOTAL), (COMPUTED_TOTAL, HAND_COMPUTED)):
        assert fresh[plan.ref(name).sheet][plan.ref(name).local] == pytest.approx(float(expected), abs=1e-9)
    assert fresh[plan.ref(GRADE).sheet][plan.ref(GRADE).local] == HAND_GRADE


@pytest.mark.parametrize("filled", [True, False], ids=["filled", "blank"])
def test_every_native_formula_gives_its_cached_value(filled, table, filing, tmp_path, office):
    path = tmp_path / "book.xlsx"
    write(table, filing if filled else Answers(table.id, {}), Edition.NATIVE, path)
    fresh = office.recalculate(poison(path, tmp_path / "poisoned.xlsx"))
    written, cached = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    seen = 0
    for sheet in written:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if isinstance(cell.value, str) and cell.value.startswith("="):
                expected, got = cached[sheet.title][cell.coordinate].value, fresh[sheet.title].get(cell.coordinate, "")
                expected = "" if expected is None else expected
                assert got == (pytest.approx(expected, abs=1e-9) if isinstance(expected, (int, float)) else expected), (
                    sheet.title,
                    cell.coordinate,
                )
                seen += 1
    assert seen > 100


# what is changed on the sheet, and the points the hand gives for it
EDITS = {
    "多一个编制，只超2人": ({"编制数": 51}, {"在职人员控制率": 4}),
    "调整率恰好14%，按4个整点": ({"年初预算数": 500, "调整后预算数": 570}, {"预算调整率": 4}),
    "调整率12.00%，按2点": ({"年初预算数": 500, "调整后预算数": 560}, {"预算调整率": 6}),
    "年初与调整后相同，没有调整": ({"年初预算数": 1000}, {"预算调整率": 8}),
    "超支1.005个百分点，按比例扣0.33": ({"公用经费实际支出数": 202}, {"公用经费控制率": 7.67}),
    "决算超过预算，没有规定": ({"支出决算数": 1001}, {"预算完成率": 0}),
    "没有项目，支付进度计满分": ({"项目个数": 0}, {"支付进度": 5}),
    "有了采购预算，不再折算": ({"政府采购预算数": 20, "实际政府采购金额": 18}, {"政府采购执行率": 5}),
    "没有应公开的信息，无法计算": ({"应公开信息条数": 0}, {"信息公开及时率": "数据有误"}),
    "没有测评，不计分": ({"测评满意率": "无"}, {"服务对象满意度": 0}),
    "部分符合改为符合": ({"绩效目标合理性_2": "符合"}, {"绩效目标合理性": 6}),
    "三项都部分符合": ({f"绩效目标合理性_{at}": PARTLY for at in (1, 2, 3)}, {"绩效目标合理性": 4}),
    "笔数再多，只扣本部分": ({"资金使用合规性_2": 9}, {"资金使用合规性": 5.5}),
}


@pytest.mark.parametrize(("changes", "expected"), EDITS.values(), ids=EDITS)
def test_python_agrees_with_the_hand_when_an_answer_changes(changes, expected, table, filing):
    values = {key: Decimal(str(value)) if isinstance(value, (int, float)) else value for key, value in changes.items()}
    card = score(table, Answers(table.id, {**filing.values, **values}, filing.adjustments))
    for code, points in expected.items():
        assert card.by_code[code].computed == (points if isinstance(points, str) else Decimal(str(points)))


def test_the_cells_agree_with_the_hand_when_an_answer_is_typed(table, filing, tmp_path, office):
    path = tmp_path / "book.xlsx"
    write(table, filing, Edition.NATIVE, path)
    with office.open(path) as book:
        before = book.values()
        for name, (changes, expected) in EDITS.items():
            places = {key: ref(table, key) for key in changes}
            assert {place.sheet for place in places.values()} <= {DATA, WORKING}
            for key, place in places.items():
                book.put(place.sheet, place.local, changes[key])
            values = book.values()
            for code, points in expected.items():
                got = values[WORKING].get(ref(table, keys.computed_key(code)).local, "")
                assert got == (points if isinstance(points, str) else pytest.approx(points, abs=1e-9)), (name, code)
            for place in places.values():
                book.put(place.sheet, place.local, before[place.sheet].get(place.local))
        assert book.values() == before


@pytest.mark.parametrize("suffix", [".xlsx", ".xlsm"])
def test_it_is_exported_and_read_back(suffix, table, filing, tmp_path):
    book, out = tmp_path / f"自评{suffix}", tmp_path / "成品"
    assert run("fill", TABLE, FILING, "-o", book).exit_code == 0
    refused = run("export", book, "-o", out)
    assert refused.exit_code == 2 and "--rubric" in refused.output and not out.exists()
    result = run("export", book, "-o", out, "--rubric", TABLE)
    assert result.exit_code == 0, result.output
    assert "总分 68.65，等次 中；按规则复算 67.07" in result.output
    finished = Sent(out / "某县某局（虚构）-2025年度整体支出自评表-成品.xlsx", str(TABLE))
    assert finished.edition is Edition.FINISHED and finished.digest == finished.stamped_digest == digest(filing)
    assert score(table, finished.answers).total == HAND_TOTAL and finished.shown(TOTAL) == float(HAND_TOTAL)


def test_no_code_knows_the_county(table):
    root = TABLE.parents[2]
    for path in [*root.glob("xl_jixiao/**/*.py"), *root.glob("udfs/*")]:
        if path.is_file() and path.suffix in (".py", ".bas", ".cls"):
            text = path.read_text(encoding="utf-8")
            assert table.id not in text and "信息公开及时率" not in text, path


def test_the_set_of_the_manual_is_one_book(tmp_path):
    """Its county's table stands beside it, and a column of its list is the score of the project's own form."""
    job = open_job(str(TABLE.with_name("own-set.toml")))
    answers = job.answers(TABLE.with_name("own-set-data.toml"))
    result = job.evaluate(answers)
    assert result.parts["评分表"].total == Decimal("68.65") and "项目1报告" in result.parts
    assert job.book(1).formulas["项目1自评总分"].names == ("项目1自评表_总分",)
