"""The built workbooks: right cached values, the same bytes every time, nothing typed into the form, round trips, locks."""

import dataclasses
import datetime
import re
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from support.books import formulas_of
from support.depth import few, spread
from support.office import poison
from support.scoretable import Sent, ref, write

from xl_jixiao.finding import Unfinished
from xl_jixiao.outputs import safe_name
from xl_jixiao.scoretable import table as rubrics
from xl_jixiao.scoretable.compile import score
from xl_jixiao.scoretable.findings import check_filing
from xl_jixiao.scoretable.form import form_blocks
from xl_jixiao.scoretable.job import TableJob
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.sheet.looks import INPUT_COLOUR, OPTIONAL_COLOUR
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.answers import Answers, digest
from xl_jixiao.tables.catalogue import bundled, examples, heading
from xl_jixiao.words import ANALYSIS, CHECKS, CONCLUSION, DATA, GUIDE, PUBLISHED, TOTAL, WORKING

CASE = "hongjiang-2020-dept"
TABLES = [name for name, path in bundled().items() if heading(path)["kind"] == "scoring_table"]


def example(name):
    rubric = rubrics.load(name)
    return rubric, answer_files.load(examples()[name], rubric.asked)


def cells_of(path):
    """{(sheet, address): (formula or constant, cached value)} of every cell that holds something."""
    written, cached = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): (cell.value, cached[sheet.title][cell.coordinate].value)
        for sheet in written
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


WRITTEN = [(name, filled, edition) for name in TABLES for filled in (True, False) for edition in (Edition.NATIVE, Edition.FINISHED)]
CHECKED = few(WRITTEN, lambda one: one[0] == CASE or one == ("yanling-2020-common", True, Edition.NATIVE))


@pytest.mark.parametrize(
    ("name", "filled", "edition"), CHECKED, ids=[f"{name}-{'filled' if filled else 'blank'}-{edition}" for name, filled, edition in CHECKED]
)
def test_every_cached_value_is_what_libreoffice_computes(name, filled, edition, tmp_path, office):
    rubric, answers = example(name)
    path = tmp_path / "book.xlsx"
    write(rubric, answers if filled else Answers(rubric.id, {}), edition, path)
    fresh = office.recalculate(poison(path, tmp_path / "poisoned.xlsx"))
    formulas = formulas_of(path)
    assert len(formulas) > 4 * len(rubric.indicators)
    for (sheet, address), cached in formulas.items():
        got = fresh[sheet].get(address, "")
        if isinstance(cached, (int, float)):
            assert got == pytest.approx(cached, abs=1e-9), (sheet, address)
        else:
            assert got == cached, (sheet, address)
            assert not str(got).startswith("#"), (sheet, address)


@pytest.mark.parametrize("edition", list(Edition))
def test_the_same_rubric_and_data_give_the_same_bytes(edition, tmp_path):
    rubric, answers = example(CASE)
    for name in ("a", "b"):
        TableJob(rubric).write(answers, edition, tmp_path / f"{name}{edition.suffix}")
    assert (tmp_path / f"a{edition.suffix}").read_bytes() == (tmp_path / f"b{edition.suffix}").read_bytes()


@pytest.mark.parametrize("edition", list(Edition))
def test_printed_texts_have_the_same_numbers_in_every_file_of_a_table(edition, tmp_path):
    rubric, answers = example(CASE)
    shared = []
    for name, given in (("filled", answers), ("blank", Answers(rubric.id, {}))):
        path = tmp_path / f"{name}{edition.suffix}"
        write(rubric, given, edition, path)
        with zipfile.ZipFile(path) as parts:
            texts = parts.read("xl/sharedStrings.xml").decode()
            used = sum(parts.read(part).count(b't="s"') for part in parts.namelist() if part.startswith("xl/worksheets/sheet"))
        assert int(re.search(r'count="(\d+)"', texts)[1]) == used
        shared.append(re.findall(r"<si>.*?</si>", texts, re.DOTALL))
    alike = next((at for at, (one, other) in enumerate(zip(*shared, strict=False)) if one != other), min(map(len, shared)))
    assert alike > 300 and answers.unit not in "".join(shared[0][:alike])


@pytest.mark.parametrize(("name", "edition"), spread([(name, edition) for name in TABLES for edition in Edition], 10))
def test_what_was_filled_in_is_read_back_with_the_same_scores(name, edition, tmp_path):
    rubric, answers = example(name)
    path = tmp_path / f"book{edition.suffix}"
    card = write(rubric, answers, edition, path)
    submission = Sent(path)
    assert submission.edition is edition and submission.revision == rubric.revision
    assert dict(submission.answers.values) == {key: value for key, value in answers.values.items() if value is not None}
    assert dict(submission.answers.adjustments) == dict(answers.adjustments)
    assert submission.digest == submission.stamped_digest == digest(answers)
    again = score(rubric, submission.answers)
    assert [one.points for one in again.scores] == [one.points for one in card.scores]
    assert submission.shown(TOTAL) == ("未完成" if card.total is None else float(card.total))


@pytest.mark.parametrize("saved_as", ["xlsx", "xlsm"])
def test_a_workbook_saved_again_by_libreoffice_reads_the_same(saved_as, tmp_path, office):
    rubric, answers = example(CASE)
    write(rubric, answers, Edition.NATIVE, tmp_path / "book.xlsx")
    out = office.convert(tmp_path / "book.xlsx", saved_as, tmp_path / f"saved.{saved_as}")
    assert Sent(out).digest == digest(answers)


def test_the_sheets_stand_in_the_order_of_the_work(tmp_path):
    rubric, answers = example(CASE)
    write(rubric, answers, Edition.NATIVE, tmp_path / "a.xlsx")
    visible = [sheet.title for sheet in openpyxl.load_workbook(tmp_path / "a.xlsx") if sheet.sheet_state == "visible"]
    assert visible == [GUIDE, DATA, WORKING, "整体支出评分表", CHECKS, ANALYSIS, PUBLISHED]
    write(rubric, answers, Edition.FINISHED, tmp_path / "b.xlsx")
    visible = [sheet.title for sheet in openpyxl.load_workbook(tmp_path / "b.xlsx") if sheet.sheet_state == "visible"]
    assert visible[:2] == [CONCLUSION, "整体支出评分表"]


def test_the_formulas_read_in_chinese(tmp_path):
    rubric, answers = example(CASE)
    place = (WORKING, ref(rubric, "在职人员控制率").local)
    write(rubric, answers, Edition.NATIVE, tmp_path / "a.xlsx")
    assert "ROUND(在职人员数/编制数,4)" in cells_of(tmp_path / "a.xlsx")[place][0]
    write(rubric, answers, Edition.ADDIN, tmp_path / "a.xlsm")
    assert cells_of(tmp_path / "a.xlsm")[place][0] == "=JX_CONTROL_RATE(在职人员数,编制数)"


def test_nothing_is_typed_into_the_form(tmp_path):
    rubric, answers = example(CASE)
    write(rubric, answers, Edition.NATIVE, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")[rubric.form.sheet]
    assert all(cell.protection.locked for row in sheet.iter_rows() for cell in row)
    points = [sheet.cell(block.top + 1, 7).value for block in form_blocks(rubric)]
    assert all(str(value).startswith("=得分_") for value in points) and len(points) == 23
    assert sheet.protection.sheet and not sheet.protection.password


@pytest.mark.parametrize(("edition", "unlocked"), [(Edition.NATIVE, True), (Edition.FINISHED, False)])
def test_inputs_are_unlocked_in_a_template_and_locked_in_a_finished_sheet(edition, unlocked, tmp_path):
    rubric, answers = example(CASE)
    write(rubric, answers, edition, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    asked = [ref(rubric, key) for key in rubric.asked.keys]
    cells = [book[one.sheet][one.local] for one in asked]
    assert {cell.protection.locked for cell in cells} == {not unlocked}
    colours = {cell.fill.start_color.rgb for cell in cells}
    wanted = {look.lstrip("#") for look in (INPUT_COLOUR, OPTIONAL_COLOUR)}
    assert ({colour[2:] for colour in colours} == wanted) == unlocked
    if unlocked:
        covered = {str(area) for rule in book[DATA].data_validations.dataValidation for area in rule.sqref.ranges}
        assert {one.local for one in asked if one.sheet == DATA} <= covered


def test_the_form_is_the_published_table_row_by_row(tmp_path):
    rubric, answers = example(CASE)
    write(rubric, answers, Edition.NATIVE, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")[rubric.form.sheet]
    assert [sheet.cell(4, column).value.replace("\n", "") for column in range(1, 8)] == [
        "一级指标",
        "二级指标",
        "三级指标",
        "分值",
        "指标解释/绩效目标内容",
        "评分标准",
        "自评得分",
    ]
    names = [sheet.cell(row, 3).value for row in range(5, 36) if sheet.cell(row, 3).value]
    assert names[:3] == ["绩效目标合理性", "绩效指标明确性", "在职人员控制率"] and names[-4:] == [
        "经济效益",
        "社会效益",
        "生态效益",
        "社会公众或服务对象满意度",
    ]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A5:A9", "B5:B6", "B7:B9", "A36:C36"} <= merged
    assert sheet.page_setup.orientation == "portrait" and sheet.page_setup.paperSize == 9
    assert sheet.print_title_rows == "$4:$4" and [mark.id for mark in sheet.row_breaks.brk] == [10, 18]
    assert (sheet["D36"].value, sheet["A1"].value) == ("=SUM(D5:D35)", "附件3")


def test_an_unfinished_filing_is_refused_with_every_place(tmp_path):
    rubric, answers = example(CASE)
    values = {key: value for key, value in answers.values.items() if key not in ("编制数", "绩效目标合理性_2")}
    with pytest.raises(Unfinished) as refused:
        TableJob(rubric).finish(Answers(rubric.id, values, answers.adjustments), tmp_path)
    places = [str(finding.place) for finding in refused.value.findings]
    assert places == [f"{DATA}!{ref(rubric, '编制数').local}", f"{WORKING}!{ref(rubric, '绩效目标合理性_2').local}"]
    assert list(tmp_path.iterdir()) == []


def test_the_finished_sheet_is_macro_free_stamped_and_never_overwritten_silently(tmp_path):
    rubric, answers = example(CASE)
    (path, report), result = TableJob(rubric).finish(answers, tmp_path)
    assert path.name == "洪江市人民政府办公室-2020年度整体支出评分表-成品.xlsx" and result.total == Decimal("89.50")
    with zipfile.ZipFile(path) as package:
        assert not [name for name in package.namelist() if "vba" in name.lower()]
    facts = {item.name: item.value for item in openpyxl.load_workbook(path).custom_doc_props.props}
    assert facts[StampName.RUBRIC] == CASE and facts[StampName.EDITION] == "finished" and facts[StampName.DIGEST] == digest(answers)
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        TableJob(rubric).finish(answers, tmp_path)
    report.unlink()
    with pytest.raises(FileExistsError):
        TableJob(rubric).finish(answers, tmp_path)
    assert path.read_bytes() == before and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("某局/../二科", "某局_.._二科"),
        ("CON", "_CON"),
        ("甲:乙*丙?", "甲_乙_丙_"),
        ("  ", "未填单位"),
        ("长" * 90, "长" * 60),
        ("某局\u202egpj.xlsx", "某局gpj.xlsx"),
        ("\u200b\ufeff\u2066", "未填单位"),
        ("甲\u200d乙\x7f丙\n丁\u2028", "甲乙丙丁"),
    ],
)
def test_a_units_name_never_leaves_the_folder(unit, name):
    rubric, answers = example(CASE)
    given = Answers(rubric.id, {**answers.values, "单位名称": unit})
    assert TableJob(rubric).file_stem(given) == f"{name}-2020年度整体支出评分表"
    assert "/" not in safe_name(unit) and "\\" not in safe_name(unit)


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "{=1}", "http://例.cn", "<b>&</b>\x0b"])
def test_text_from_a_file_never_becomes_a_formula(text, tmp_path):
    rubric, answers = example(CASE)
    given = Answers(rubric.id, {**answers.values, "单位名称": text})
    write(rubric, given, Edition.NATIVE, tmp_path / "a.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx")[DATA][ref(rubric, "单位名称").local]
    assert cell.data_type == "s" and cell.value == text.replace("\x0b", "")
    assert Sent(tmp_path / "a.xlsx").answers.get("单位名称") == cell.value


def test_a_date_stays_a_date(tmp_path):
    rubric, answers = example(CASE)
    write(rubric, answers, Edition.NATIVE, tmp_path / "a.xlsx")
    assert Sent(tmp_path / "a.xlsx").answers.get("填报日期") == datetime.date(2021, 7, 20)


def test_the_example_has_no_finding_that_must_be_mended():
    rubric, answers = example(CASE)
    findings = check_filing(score(rubric, answers), answers)
    assert {finding.code for finding in findings} == {"JX401"} and len(findings) == 6


def test_choices_too_long_for_a_dropdown_stand_on_the_hidden_sheet(tmp_path):
    rubric, _ = example("yanling-2020-common")
    indicator = next(one for one in rubric.indicators if one.rule.kind == "tiers")
    labels = [f"{'长' * 120}{at}" for at in range(3)]
    tiers = tuple(tier.model_copy(update={"label": label}) for tier, label in zip(indicator.rule.tiers, labels, strict=True))
    longer = indicator.model_copy(update={"rule": indicator.rule.model_copy(update={"tiers": tiers}), "criterion": ""})
    changed = rubric.model_copy(update={"indicators": tuple(longer if one is indicator else one for one in rubric.indicators)})
    for cached in ("scorer", "item_keys"):
        longer.__dict__.pop(cached, None)
    write(changed, Answers(rubric.id, {}), Edition.NATIVE, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cell = ref(changed, longer.item_keys[0]).local
    rule = next(rule for rule in book[WORKING].data_validations.dataValidation if cell in rule.sqref)
    assert rule.formula1 == "'规则'!$K$1:$K$3"
    assert [book["规则"].cell(row, 11).value for row in (1, 2, 3)] == labels


def test_two_projects_of_one_unit_are_two_files_that_say_which(tmp_path):
    table, filing = example("yanling-2020-common")
    for project in ("政务大厅改造", "综合窗口运行/二期"):
        filing = dataclasses.replace(filing, values={**filing.values, "项目名称": project})
        (path, _), _ = TableJob(table).finish(filing, tmp_path)
        line = openpyxl.load_workbook(path, data_only=True)[table.form.sheet]["A3"].value
        assert line == f"单位名称：{filing.unit}　　项目名称：{project}"
    names = sorted(path.name for path in tmp_path.glob("*.xlsx"))
    assert len(names) == 2 and "-政务大厅改造-" in names[0] and "-综合窗口运行_二期-" in names[1]
