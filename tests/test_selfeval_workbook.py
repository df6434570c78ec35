"""自评表 workbooks: the native twin agrees with Python in LibreOffice, what is filled in is read back, finished forms are whole."""

import dataclasses
import random
import re
import tomllib
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.books import book, formulas_of
from support.depth import few, many, spread
from support.fake_excel import FakeRange
from support.office import poison
from support.selfeval import filled, of_row, read, write
from support.udf import call_udf

from xl_jixiao import review
from xl_jixiao.jobs import open_job, read_workbook
from xl_jixiao.selfeval import cells, model
from xl_jixiao.selfeval.answers import IndicatorRow, SelfAnswers, digest
from xl_jixiao.selfeval.build import compile, plan_of, score
from xl_jixiao.selfeval.checks import check_selfeval
from xl_jixiao.selfeval.judging import WORDS_COPIED
from xl_jixiao.selfeval.layout import SelfLayout
from xl_jixiao.selfeval.overview_sheets import check_lines
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.sheet.plan import Entry
from xl_jixiao.sheet.write import write as write_plan
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.words import ANALYSIS, CHECKS, CONCLUSION, GUIDE, SPACES, TOTAL, WORKING

TABLES = ("generic-selfeval", "yanling-2020-selfeval")
CASES = tomllib.loads((Path(__file__).parent / "data" / "selfeval_cases.toml").read_text(encoding="utf-8"), parse_float=Decimal)["cases"]


def case_row(case):
    def cell(name):
        return Decimal(case[f"{name}_number"]) if f"{name}_number" in case else case[name] or None

    degree = Decimal(case["degree"]) if "degree" in case else None
    return IndicatorRow(
        "产出指标", "数量指标", case["name"], cell("target"), cell("actual"), Decimal(10), case.get("direction", ""), degree
    )


def assert_recalculates(path, office, tmp_path, least=100):
    fresh = office.recalculate(poison(path, tmp_path / f"poisoned{path.suffix}"))
    formulas = formulas_of(path)
    assert len(formulas) > least
    for (sheet, address), cached in formulas.items():
        got = fresh[sheet].get(address, "")
        if isinstance(got, str):
            got = got.replace("\x01", "\t")  # so LibreOffice hands out a tab in a formula's text
        assert not str(got).startswith("#"), (sheet, address, got)
        if isinstance(cached, (int, float)):
            assert got == pytest.approx(cached, abs=1e-9), (sheet, address)
        else:
            assert got == cached, (sheet, address)


def with_rows(rows, name="generic-selfeval", rule=None):
    """The table with room for these rows, and a filing of them."""
    table = model.load(name)
    table = table.model_copy(update={"capacity": len(rows), **({"rows": rule} if rule else {})})
    return table, SelfAnswers(table.id, rows=tuple(rows))


# ---- the native twin


def test_every_case_by_native_formulas(tmp_path, office):
    table, filing = with_rows([case_row(case) for case in spread(CASES, 90)])
    path = tmp_path / "cases.xlsx"
    write(table, filing, Edition.NATIVE, path)
    assert_recalculates(path, office, tmp_path, 10 * len(filing.rows))


_WINDOW = 32 * 1024
"""So far back a packed file looks for what it repeats."""


def test_a_row_of_the_working_sheet_is_so_short_that_the_next_is_packed_as_its_repetition(tmp_path):
    with zipfile.ZipFile(book("generic-selfeval", Edition.NATIVE, tmp_path / "表.xlsx")) as package:
        largest = max((one for one in package.infolist() if one.filename.startswith("xl/worksheets/")), key=lambda one: one.file_size)
        rows = re.findall(r"<row .*?</row>", package.read(largest).decode("utf-8"), re.DOTALL)
    assert len(rows) > 40 and max(len(row.encode("utf-8")) for row in rows) < _WINDOW


NUMBERS = st.one_of(
    st.integers(0, 3000).map(str),
    st.integers(1000, 9_999_999).map(lambda number: f"{number:,}"),
    st.decimals(0, 2000, places=2).map(str),
    st.sampled_from(("0", "05", "1.50", "12.", ".5", "1,23", "1,234,56", "123456789012345", "1.2.3")),
)
BEFORE = st.sampled_from(
    (
        "",
        "",
        "≥",
        "＞=",
        "≤",
        "<",
        "＝",
        "=",
        "不低于",
        "不超过",
        "控制在",
        "达到",
        "约",
        "完成",
        "大于等于",
        "小于",
        "-",
        "+",
        "≥-",
        "近",
        "超",
        "超过了",
        "共计",
        "完成了",
        "已达",
        "不得超过",
        "不得低于",
        "应≥",
        "应",
        "确保",
        "力争达到",
        "应不超过",
        "至多",
        "不到",
        "约≥",
    )
)
UNITS = st.sampled_from(
    (
        "",
        "%",
        "％",
        "项",
        "万元",
        "元",
        "人次",
        "个工作日",
        "月",
        "年",
        "年底前",
        "月份",
        "日",
        "余条",
        "多人",
        "次/年",
        "㎡",
        "KM",
        "km",
        "万余人次",
        "百多户",
        "次/半年",
        "场（次）",
        "个半月",
        "万五千元",
        "年度",
        "月初",
        "天内答复",
        "（含）项",
        "亿元",
        " ％",
    )
)
AFTER = st.sampled_from(
    (
        "",
        "",
        "以上",
        "以内",
        "以下",
        "内",
        "（含）",
        "以上（含）",
        "左右",
        "完成",
        "。",
        " ",
        "1",
        ",",
        "=",
        "；",
        "（含）及以上",
        "（含）之内",
        "及以下（含）",
        "（不含）",
        "或以上",
        "内完成",
        "以上完成",
        "办结",
        "（含1）",
        "（含",
        "以内/年",
    )
)
QUANTITIES = st.tuples(BEFORE, NUMBERS, UNITS, AFTER)
REPEATED = st.tuples(NUMBERS, UNITS, AFTER, st.sampled_from(("（含{}）", "(不含{})", "（含{}", "含{}）"))).map(
    lambda parts: "".join(parts[:3]) + parts[3].format(parts[0] + parts[1])
)
RANGES = st.tuples(
    BEFORE, NUMBERS, st.sampled_from(("-", "—", "~", "至", "％-", "天～")), st.sampled_from(("15", "十", "100", "")), UNITS
).map("".join)
QUANTITY_TEXTS = st.one_of(QUANTITIES.map("".join), QUANTITIES.map("".join), REPEATED, RANGES)
WORDS = st.sampled_from(
    (
        "按期完成",
        "完成",
        "未完成",
        "达成",
        "明显提高",
        "有所提高。",
        "部分达成",
        "12月底前",
        "2020年",
        "5-10天",
        "是",
        "—",
        "每月1次",
        "无",
        "百分之九十五",
        "三至五天",
        "满意度≥95%",
        "进一步提高",
        "12月完成",
        "确保12月",
        "约0起",
        "＞0",
        "100项（含续建20项）",
        "含（不含）",
        "）含",
    )
)
SIGNS_AND_UNITS = "0123456789.,≥≤=%项年月余以上内（含）不应约至半/ 　"
TEXTS = st.one_of(QUANTITY_TEXTS, QUANTITY_TEXTS, WORDS, st.text(SIGNS_AND_UNITS, min_size=1, max_size=8))
NUMBER_CELLS = st.sampled_from([Decimal(text) for text in ("0.95", "0.57", "20", "1", "0", "0.333", "1600")])
VALUES = st.one_of(TEXTS, TEXTS, NUMBER_CELLS)
ROWS = st.builds(
    lambda *given: IndicatorRow("效益指标", "社会效益指标", "指标", *given),
    VALUES,
    VALUES,
    st.sampled_from([Decimal(text) for text in ("10", "7.5", "9", "0", "33.33")]),
    st.sampled_from(("", "", "", "正向", "反向", "等于", "定性")),
    st.sampled_from([None, None, None, Decimal("0.8"), Decimal("0.125"), Decimal(1)]),
    st.sampled_from(("", "无", "暂 无。", "因人员调整少办2项")),
)


def same_unit_pairs():
    """A target and an actual value of one unit, near each other: the edges of every rule."""
    chance = random.Random(20)
    for _ in range(many(25, 80)):
        unit, before = chance.choice(("项", "%", "万元", "")), chance.choice(("", "≥", "≤", "=", "不超过"))
        target = Decimal(chance.choice((1, 3, 7, 20, 57, 95, 100, 1200)))
        actual = target * Decimal(chance.choice(("0.5", "0.95", "0.999", "1", "1.001", "1.2999", "1.3", "2", "3")))
        weight = Decimal(chance.choice((5, 7, 10, 15)))
        yield IndicatorRow("产出指标", "质量指标", "指标", f"{before}{target}{unit}", f"{actual.normalize():f}{unit}", weight)


@given(st.lists(ROWS, min_size=many(40, 60), max_size=60))
@settings(max_examples=many(1, 16), deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))
def test_generated_texts_by_native_formulas(tmp_path_factory, office, rows):
    folder = tmp_path_factory.mktemp("generated")
    table, filing = with_rows(rows)
    write(table, filing, Edition.NATIVE, folder / "book.xlsx")
    assert_recalculates(folder / "book.xlsx", office, folder)


@pytest.mark.parametrize("rule", [{}, {"reverse_mode": "linear", "too_low": "130%", "too_low_deduct": "20%"}], ids=["national", "other"])
def test_edges_by_native_formulas(tmp_path, office, rule):
    rows = list(same_unit_pairs())
    table, filing = with_rows(rows, rule=model.RowRule(**rule))
    write(table, filing, Edition.NATIVE, tmp_path / "book.xlsx")
    assert_recalculates(tmp_path / "book.xlsx", office, tmp_path)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_registered_function_gives_the_same(case):
    row = case_row(case)
    table, filing = with_rows([row])
    rule = table.rows.model_dump_json(exclude_defaults=True)
    values = (row.weight, row.target, row.actual, row.direction or None, row.degree, rule)
    cells = [FakeRange.of(float(value) if isinstance(value, Decimal) else value) for value in values]
    points = score(table, filing).rows[0].points
    shown = "" if points is None else float(points) if isinstance(points, Decimal) else points
    assert call_udf("jx_udfs", "JX_COMPLETION_SCORE", *cells) == shown


# ---- whole workbooks


KINDS = few(
    [(name, kind) for name in TABLES for kind in ("filled", "blank", "finished")],
    lambda one: (one[0] == "generic-selfeval") == (one[1] == "filled"),
)


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_every_cached_value_is_what_libreoffice_computes(name, kind, tmp_path, office):
    table, filing = filled(name)
    path = tmp_path / "book.xlsx"
    edition = Edition.FINISHED if kind == "finished" else Edition.NATIVE
    write(table, filing if kind != "blank" else SelfAnswers(table.id), edition, path)
    assert_recalculates(path, office, tmp_path, 400)


EDITIONS = few(
    [(name, edition) for name in TABLES for edition in Edition], lambda one: (one[0] == "generic-selfeval") == (one[1] is Edition.NATIVE)
)


@pytest.mark.parametrize(("name", "edition"), EDITIONS)
def test_what_was_filled_in_is_read_back(name, edition, tmp_path):
    table, filing = filled(name)
    filing = dataclasses.replace(filing, execution_note="尾款下年支付", fields={**filing.fields, "年度": "2023"})
    path = tmp_path / f"book{edition.suffix}"
    card = write(table, filing, edition, path)
    again = read(path, table)
    finished = dataclasses.replace(filing, rows=tuple(dataclasses.replace(row, claimed=None) for row in filing.rows), claimed={})
    assert again == (finished if edition is Edition.FINISHED else filing)  # what was published has its sheet until a form is finished
    assert digest(again) == digest(filing) == openpyxl.load_workbook(path).custom_doc_props[StampName.DIGEST].value
    assert score(table, again).total == card.total


def test_libreoffice_saves_what_it_read(tmp_path, office):
    table, filing = filled("generic-selfeval")
    write(table, filing, Edition.NATIVE, tmp_path / "book.xlsx")
    office.convert(tmp_path / "book.xlsx", "xlsx", tmp_path / "saved.xlsx")
    returned = read_workbook(tmp_path / "saved.xlsx")
    assert returned.answers == filing and returned.job.evaluate(returned.answers).card.total == Decimal("96.44")


def test_a_blank_form_starts_with_its_classes_and_reads_as_blank(tmp_path):
    job = open_job("yanling-2020-selfeval")
    job.write(job.blank(), Edition.NATIVE, tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["自评表"]
    layout = SelfLayout(job.table, job.table.capacity)
    first = layout.form_rows(1)[0] + 1
    assert [(sheet.cell(first + at, 2).value, sheet.cell(first + at, 3).value) for at in range(9)] == list(job.table.pairs)
    assert layout.rows >= 30
    assert read_workbook(tmp_path / "book.xlsx").answers == job.blank()


def test_typing_moves_the_weights_the_points_and_the_total(tmp_path, office):
    """The published table of 炎陵, corrected by the clerk step by step."""
    table, filing = filled("yanling-2020-selfeval")
    path = tmp_path / "book.xlsx"
    write(table, filing, Edition.NATIVE, path)
    plan = plan_of(table)
    total = plan.ref(TOTAL).local
    panel = [plan.ref(f"分值结果:{name}").local for name in ("效益指标", "满意度指标", "合计")]
    steps = office.edit(
        path,
        [
            ("自评表", of_row(plan, cells.WEIGHT, 9), 10),
            ("自评表", of_row(plan, cells.WEIGHT, 7), 5),
            ("自评表", of_row(plan, cells.WEIGHT, 8), 5),
            ("自评表", of_row(plan, cells.DONE, 9), "90%"),
            ("自评表", of_row(plan, cells.DONE, 9), "90人"),
            ("自评表", of_row(plan, cells.DONE, 9), None),
        ],
    )
    assert steps[0]["自评表", total] == 110 and steps[0]["自评表", panel[1]] == "通过"
    assert steps[2]["自评表", total] == 100 and steps[2]["自评表", panel[0]] == steps[2]["自评表", panel[2]] == "通过"
    assert steps[3]["自评表", total] == 99.09 and steps[3]["自评表", of_row(plan, cells.STATE, 9)] == "须说明"
    assert steps[4]["自评表", of_row(plan, cells.POINTS, 9)] == "单位不一致" and steps[4]["自评表", total] == "未完成"
    assert steps[5]["自评表", of_row(plan, cells.STATE, 9)] == "空白"


def test_a_row_in_reserve_counts_when_it_is_written(tmp_path, office):
    table, filing = filled("generic-selfeval")
    path = tmp_path / "book.xlsx"
    write(table, filing, Edition.NATIVE, path)
    plan = plan_of(table)
    values = ("产出指标", "质量指标", "新增一行", "≥4次", "3次", 4, "少办1次，已补办")
    names = (cells.LEVEL1, cells.LEVEL2, cells.NAME, cells.TARGET, cells.DONE, cells.WEIGHT, cells.REASON)
    edits = [("自评表", of_row(plan, name, 40), value) for name, value in zip(names, values, strict=True)]
    last = office.edit(path, edits)
    assert last[5]["自评表", of_row(plan, cells.POINTS, 40)] == 3
    assert last[5]["自评表", plan.ref(TOTAL).local] == 99.44
    assert last[6]["自评表", of_row(plan, cells.STATE, 40)] == "通过"


def test_the_finished_form_has_its_rows_merged_and_nothing_to_type(tmp_path):
    job = open_job("generic-selfeval")
    (path, _), result = job.finish(job.answers(examples()["generic-selfeval"]), tmp_path)
    book = openpyxl.load_workbook(path)
    assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == [CONCLUSION, "自评表", WORKING, CHECKS, ANALYSIS]
    form = book["自评表"]
    layout = SelfLayout(job.table, len(result.card.rows))
    merged = {str(area) for area in form.merged_cells.ranges}
    assert {"B14:B19", "B20:B22", "C14:C15", "C18:C19"} <= merged
    assert form["B14"].value == "产出\n指标\n（50分）" and form.max_row == layout.total_row + 1
    assert form.print_area == f"'自评表'!$A$1:$I${layout.total_row + 1}"
    for sheet in book:
        assert sheet.protection.sheet and not sheet.protection.password
        assert all(one.protection.locked for line in sheet.iter_rows() for one in line)
    with zipfile.ZipFile(path) as package:
        assert not any("vba" in name.lower() for name in package.namelist())


def test_the_two_editions_differ_in_their_formulas_only(tmp_path):
    table, filing = filled("generic-selfeval")
    found = {}
    for edition in (Edition.ADDIN, Edition.NATIVE):
        path = tmp_path / f"book{edition.suffix}"
        write(table, filing, edition, path)
        form = openpyxl.load_workbook(path)["自评表"]
        plan = plan_of(table)
        found[edition] = form[of_row(plan, cells.POINTS, 1)].value, form[plan.ref("预算执行率").local].value
        for name in cells.ENTERED:
            assert not form[of_row(plan, name, 40)].protection.locked
        assert form[of_row(plan, cells.POINTS, 40)].protection.locked and form.protection.sheet
        assert form.auto_filter.ref and not form.protection.autoFilter
    side = f"IF(J14=\"\",'{WORKING}'!{of_row(plan, cells.COSTING, 1)},J14)"
    points, rate = f"=JX_COMPLETION_SCORE(G14,E14,F14,{side},K14,规则_自评表)", "=JX_BUDGET_EXECUTION_RATE(全年执行数,全年预算数)"
    assert found[Edition.ADDIN] == (points, rate)
    work = of_row(plan, cells.SCORE, 1)
    assert found[Edition.NATIVE][0] == f"='{WORKING}'!{work}" and "ROUND(全年执行数/全年预算数,4)" in found[Edition.NATIVE][1]


def test_dropdowns_limits_and_messages(tmp_path):
    table, filing = filled("generic-selfeval")
    write(table, filing, Edition.NATIVE, tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    rules = book["自评表"].data_validations.dataValidation
    assert all(rule.promptTitle and rule.prompt and rule.errorTitle and rule.error for rule in rules)
    lists = [rule.formula1 for rule in rules if rule.type == "list"]
    assert any("产出指标,效益指标,满意度指标" in text for text in lists) and any("INDIRECT" in text for text in lists)
    assert {"产出指标", "效益指标", "满意度指标", "词_二级指标"} <= set(book.defined_names)
    assert book[GUIDE].sheet_state == "visible"


def test_the_add_in_edition_computes_the_same_in_a_spreadsheet(tmp_path, office):
    """LibreOffice runs the workbook's own VBA wrappers: the functions on the form agree with the native formulas as a clerk types."""
    table, filing = filled("generic-selfeval")
    path = tmp_path / "book.xlsm"
    write(table, filing, Edition.ADDIN, path)
    plan = plan_of(table)
    total, points = plan.ref(TOTAL).local, [of_row(plan, cells.POINTS, number) for number in range(1, len(filing.rows) + 1)]
    edits = [("自评表", of_row(plan, cells.DONE, 1), value) for value in ("30场", "30人")]
    live = office.live(poison(path, tmp_path / "live.xlsm"), edits=edits)
    assert [live.values["自评表"][cell] for cell in points] == [float(one.points) for one in score(table, filing).rows]
    assert live.values["自评表"][total] == 96.44
    assert live.steps[0]["自评表", points[0]] == 5 and live.steps[0]["自评表", total] == 91.44
    assert live.steps[1]["自评表", points[0]] == "单位不一致" and live.steps[1]["自评表", total] == "未完成"
    assert not any(str(value).startswith("#") for sheet in live.values.values() for value in sheet.values())


@pytest.mark.parametrize("edition", few(Edition, lambda edition: edition is Edition.ADDIN))
def test_the_same_data_give_the_same_bytes(edition, tmp_path):
    table, filing = filled("generic-selfeval")
    for name in ("a", "b"):
        write_plan(compile(table, filing, edition), tmp_path / f"{name}{edition.suffix}")
    assert (tmp_path / f"a{edition.suffix}").read_bytes() == (tmp_path / f"b{edition.suffix}").read_bytes()


def test_the_sheet_names_deviations_and_copies_as_python_does(tmp_path, office):
    """Every kind of deviation, one copied target, a text too long for its row: typed live."""
    table, filing = filled("generic-selfeval")
    table = table.model_copy(update={"rows": table.rows.model_copy(update={"too_low": Decimal("1.5"), "too_low_deduct": Decimal("0.2")})})
    write(table, filing, Edition.NATIVE, tmp_path / "book.xlsx")
    plan = plan_of(table)
    typed = (("≥20项", "18项"), ("≤20项", "25项"), ("0起", "1起"), ("等于100%", "99%"), ("≥20项", "30项"), ("长期", "长期"))
    edits = [
        ("自评表", of_row(plan, name, number), value)
        for number, pair in enumerate(typed, 1)
        for name, value in zip((cells.TARGET, cells.DONE), pair, strict=True)
    ]
    shown = {}
    for changes in office.edit(tmp_path / "book.xlsx", [*edits, ("自评表", of_row(plan, cells.NAME, 8), "开展培训" * 40)]):
        shown |= changes
    rows = tuple(dataclasses.replace(filing.rows[at], target=one, actual=two) for at, (one, two) in enumerate(typed))
    card = score(table, dataclasses.replace(filing, rows=(*rows, *filing.rows[6:])))
    for at in range(len(typed)):
        assert shown.get((WORKING, of_row(plan, cells.DEVIATION, at + 1)), "") == card.rows[at].deviation, typed[at]
        assert shown.get(("自评表", of_row(plan, cells.HINT, at + 1))) == card.rows[at].hint, typed[at]
    lines = {cell.value: f"C{cell.row}" for cell in openpyxl.load_workbook(tmp_path / "book.xlsx")[CHECKS]["B"]}
    assert [shown[CHECKS, lines[name]] for name in ("偏差原因已说明，完成值写实际数", "文字打印放得下")] == ["须说明", "须说明"]
    assert card.rows[5].hint == WORDS_COPIED


def test_rows_put_in_or_taken_out_are_said_and_not_misread(tmp_path):
    table, filing = filled("generic-selfeval")
    layout = SelfLayout(table, table.capacity)
    for name, change, left, code in (
        ("插入", "insert_rows", filing.rows, "JX617"),
        ("删除", "delete_rows", (filing.rows[0], *filing.rows[2:]), "JX628"),
    ):
        path = tmp_path / f"{name}.xlsx"
        write(table, filing, Edition.NATIVE, path)
        book = openpyxl.load_workbook(path)
        getattr(book["自评表"], change)(layout.head_row + 3)
        book.save(path)
        assert [(row.name, row.target, row.weight) for row in read(path, table).rows] == [
            (row.name, row.target, row.weight) for row in left
        ]
        assert [one.code for one in review(path).findings].count(code) == 1


# ---- blank is one thing, in the sheet and in Python

WHITE_TEXTS = {"不换行空格": "\u00a0", "全角空格": "\u3000", "制表和换行": "\t\n ", "零宽": "\u200b\ufeff", "各种空白": f" {SPACES}\n"}
"""White space of every kind, as it comes from copied web pages and other programs."""


@pytest.mark.parametrize("white", few(WHITE_TEXTS, lambda name: name == "各种空白"))
def test_white_space_of_any_kind_is_blank_on_both_sides(white, tmp_path, office):
    white = WHITE_TEXTS[white]
    table, filing = filled("generic-selfeval")
    lacking = {"level1": "一级指标", "level2": "二级指标", "name": "三级指标", "target": "指标值", "actual": "完成值", "weight": "分值"}
    good = dataclasses.replace(filing.rows[0], target="≥20项", actual="18项", reason=white, direction=white, degree=white)
    rows = [good, *(dataclasses.replace(good, **{name: white}) for name in lacking)]
    unused = IndicatorRow(good.level1, good.level2, white, white, white, white, white, white, white)
    low = {**filing.funds, ("当年财政拨款", "全年执行数"): Decimal(60), ("其他资金", "年初预算数"): white}
    fields = {**filing.fields, "项目名称": white}
    raw = dataclasses.replace(filing, rows=(*rows, unused), fields=fields, funds=low, execution_note=white)
    card = write(table, raw, Edition.NATIVE, tmp_path / "book.xlsx")
    assert (card.rows[0].state, card.rows[0].points, card.rows[0].side) == ("须说明", Decimal("0.9") * good.weight, "正向")
    assert [one.missing for one in card.rows[1:7]] == [(name,) for name in lacking.values()]
    assert {one.state for one in card.rows[1:7]} == {"空白"} and (card.rows[7].state, card.rows[7].side) == ("", "")
    assert card.values["年初预算数"] == sum(value for (_, amount), value in low.items() if amount == "年初预算数" and value != white)
    plan = compile(table, raw, Edition.NATIVE)
    shown = plan.shown
    results = {
        shown[f"校验:{number}"]
        for number, line in enumerate(check_lines(card, Edition.NATIVE), 1)
        if line.target in ("项目名称", "执行率说明") and not line.name.endswith(("不超过100%", "不超过30%"))
    }
    assert results == {"空白", "须说明"}
    assert_recalculates(tmp_path / "book.xlsx", office, tmp_path, 400)
    again = read(tmp_path / "book.xlsx", table)
    assert len(again.rows) == 7 and "项目名称" not in again.fields and not again.execution_note and not again.rows[0].reason
    codes = {finding.code for finding in check_selfeval(score(table, again))}
    assert {"JX503", "JX504", "JX506", "JX515"} <= codes and "JX507" not in codes


def test_a_reason_of_white_space_does_not_take_the_total_away(tmp_path, office):
    """As in the form a clerk copied together: the total stands on both sides, the row asks for its reason."""
    table, filing = filled("generic-selfeval")
    deviating = next(one.number for one in score(table, filing).rows if one.deviation)
    rows = [dataclasses.replace(row, reason="\u00a0") if at == deviating else row for at, row in enumerate(filing.rows, 1)]
    raw = dataclasses.replace(filing, rows=tuple(rows), fields={**filing.fields, "项目名称": "　 "})
    card = write(table, raw, Edition.NATIVE, tmp_path / "book.xlsx")
    assert card.total == score(table, filing).total == Decimal("96.44")
    assert card.rows[deviating - 1].state == "须说明"
    assert_recalculates(tmp_path / "book.xlsx", office, tmp_path, 400)


@pytest.mark.parametrize("name", ["generic-selfeval", "generic-selfeval-cost", "chongqing-dept-selfeval"])
def test_no_check_is_taller_than_the_longest_thing_it_can_say(name):
    """A check that says one of many sentences needs the room of one."""
    heights = plan_of(open_job(name).form).sheet_by_name[CHECKS].heights
    assert max(heights.values()) < 60


def without_entries(sheet):
    """The cells of a sheet, whatever was entered in them."""
    bare = (dataclasses.replace(one.content, value=None) if isinstance(one.content, Entry) else one.content for one in sheet.cells)
    return [dataclasses.replace(one, content=content) for one, content in zip(sheet.cells, bare, strict=True)]


LONG = "第一，预算下达晚，全年用款计划调整两次，部分合同跨年支付；第二，设备验收推迟到次年一月。" * 12


CHANGES = ("as it is", "a long explanation", "texts in pieces", "another row of cost", "no rows")
SHARED = [(name, change) for name in examples() if name.endswith("selfeval") for change in CHANGES]


@pytest.mark.parametrize(("table", "change"), few(SHARED, lambda one: one[0] == "generic-selfeval" or one[1] == CHANGES[len(one[0]) % 5]))
def test_the_plan_shared_by_filings_of_the_same_classes_is_the_one_a_filing_has_by_itself(table, change):
    job = open_job(table)
    answers = job.answers(examples()[table])
    rows = answers.rows
    if change == "a long explanation":
        answers = dataclasses.replace(answers, execution_note=LONG)
    elif change == "texts in pieces":
        answers = dataclasses.replace(answers, rows=(dataclasses.replace(rows[0], reason=LONG * 4), *rows[1:]))
    elif change == "another row of cost":
        more = [
            IndicatorRow("产出指标", "成本指标", name, "1", "1", Decimal(1)) for name in ("平均成本", "节约成本", "降低能耗", "预算执行率")
        ]
        answers = dataclasses.replace(answers, rows=(*rows, *more))
    elif change == "no rows":
        answers = dataclasses.replace(answers, rows=())
    result = job.evaluate(answers)
    alone, shared = job.plan(answers, Edition.FINISHED, result), job.finished_plan(answers, result)
    assert [sheet.name for sheet in alone.sheets] == [sheet.name for sheet in shared.sheets]
    assert dict(alone.areas) == dict(shared.areas) and dict(alone.names) == dict(shared.names)
    for one, other in zip(alone.sheets, shared.sheets, strict=True):
        assert without_entries(one) == without_entries(other), one.name
        assert (one.widths, one.page, one.charts, one.marks) == (other.widths, other.page, other.charts, other.marks), one.name
        assert [text for *_, text in alone.written[one.name].formulas] == [text for *_, text in shared.written[one.name].formulas]
