"""Review of 自评表 and documents: what the computed cells of a returned file claim, one tampering and its finding at a time."""

import dataclasses
import re
from decimal import Decimal

import openpyxl
import pytest
from support.books import book
from support.depth import DEEP
from support.packages import changed
from support.tamper import Tampered

from xl_jixiao.jobs import open_job, read_workbook
from xl_jixiao.review.across import compared
from xl_jixiao.review.examine import examine
from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.answers import IndicatorRow
from xl_jixiao.selfeval.funds import EXECUTION_WEIGHT
from xl_jixiao.selfeval.model import EXECUTION_RATE
from xl_jixiao.selfeval.scoring import EXECUTION_POINTS, WEIGHT_TOTAL
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.sheet.package import read
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.words import GRADE, TOTAL, WORKING

JOB = open_job("generic-selfeval")
FILING = JOB.answers(examples()["generic-selfeval"])
ROW = 3
LAST = "last"
editions = pytest.mark.parametrize("edition", list(Edition) if DEEP else [Edition.NATIVE])


def filed(folder, edition=Edition.NATIVE, name="某局", filing=FILING, job=JOB):
    path = folder / f"{name}{edition.suffix}"
    if job is JOB and filing is FILING:
        return book(JOB.id, edition, path)
    job.write(filing, edition, path)
    return path


def plan_of(path):
    """The plan a file follows."""
    return read_workbook(path).fitted.plan


def keyed(plan, name, number):
    """A cell of an indicator row; `LAST` is the last row the form has room for."""
    return plan.ref(cells.at(name, JOB.table.capacity if number == LAST else number))


def tampered(path, ref, change):
    """The file with one cell changed."""
    book = Tampered(path)
    change(book, ref.sheet, ref.local)
    return book.write(path)


def stamped(path, change):
    """The file with its document properties changed."""
    path.write_bytes(changed(path, "docProps/custom.xml", change))
    return path


def value(shown):
    """Another cached value, the formula kept."""
    return lambda book, sheet, cell: book.put(sheet, cell, shown, keep_formula=True)


def constant(shown=None):
    """A number in the formula's place; the number it showed where none is given."""
    return lambda book, sheet, cell: book.put(sheet, cell, float(book.value(sheet, cell)) if shown is None else shown)


def word(text):
    """A text in the cell."""
    return lambda book, sheet, cell: book.put(sheet, cell, text)


def formula(text):
    """Another formula, the value kept."""

    def change(book, sheet, cell):
        next(one for one in book.cell(sheet, cell) if one.tag.endswith("}f")).text = text

    return change


def deleted(book, sheet, cell):
    book.put(sheet, cell)


def claims(path):
    """The findings of the review itself: code and cell."""
    return [(one.code, f"{one.place.sheet}!{one.place.cell}".strip("!")) for one in examine(path).findings if one.code >= "JX600"]


TAMPERINGS = {
    "a row's points": ((cells.POINTS, ROW), value(4), "JX601"),
    "a row's points by 0.01": ((cells.POINTS, ROW), value(7.99), "JX602"),
    "points of 评分底稿": ((cells.SCORE, ROW), value(4), "JX601"),
    "points of a row nobody wrote": ((cells.POINTS, LAST), value(4), "JX601"),
    "执行率": (EXECUTION_RATE, value(0.5), "JX601"),
    "执行率 by 0.01 %": (EXECUTION_RATE, value(0.9861), "JX602"),
    "执行率 of a source": ("执行率:当年财政拨款", value(0.5), "JX601"),
    "points of 预算执行率": (EXECUTION_POINTS, value(7), "JX601"),
    "weight of 预算执行率": (EXECUTION_WEIGHT.key, constant(20), "JX608"),
    "a sum of the funds": ("全年执行数", value(12), "JX603"),
    "分值合计": (WEIGHT_TOTAL, value(90), "JX603"),
    "总分": (TOTAL, value(99.44), "JX603"),
    "等次": (GRADE, value("差"), "JX604"),
    "a row's points typed": ((cells.POINTS, ROW), constant(), "JX605"),
    "总分 typed": (TOTAL, constant(), "JX605"),
    "等次 typed": (GRADE, word("优"), "JX605"),
    "a sum typed": ("年初预算数", constant(), "JX605"),
    "points of 评分底稿 typed": ((cells.SCORE, ROW), constant(), "JX605"),
    "a step of 评分底稿 typed": ((cells.WANTED, ROW), constant(), "JX605"),
    "another formula for a row": ((cells.POINTS, ROW), formula("G16"), "JX605"),
    "another formula for 总分": (TOTAL, formula("SUM(H14:H30)+3"), "JX605"),
    "another formula on 评分底稿": ((cells.SCORE, ROW), formula("D7"), "JX605"),
    "a formula deleted": ((cells.POINTS, ROW), deleted, "JX605"),
}


UNFINISHED_ONLY = {"points of a row nobody wrote"}


@editions
@pytest.mark.parametrize("name", TAMPERINGS)
def test_each_tampering_is_found_at_its_cell_and_nothing_else(name, edition, tmp_path):
    where, change, code = TAMPERINGS[name]
    if name in UNFINISHED_ONLY and edition is Edition.FINISHED:
        return  # a finished form has no such cell
    path = filed(tmp_path, edition)
    plan = plan_of(path)
    ref = plan.ref(where) if isinstance(where, str) else keyed(plan, *where)
    assert claims(tampered(path, ref, change)) == [(code, f"{ref.sheet}!{ref.local}")]


def test_a_typed_score_is_one_finding_that_says_what_it_should_be(tmp_path):
    path = filed(tmp_path)
    ref = keyed(plan_of(path), cells.POINTS, ROW)
    (found,) = [one for one in examine(tampered(path, ref, constant(4))).findings if one.code >= "JX600"]
    assert (found.code, found.place.cell, found.reported) == ("JX605", ref.local, "4")
    assert "公式被改成了固定值：表内4，按填报数复算" in found.message


def test_the_claimed_total_is_in_the_report(tmp_path):
    path = filed(tmp_path)
    assert (examine(path).claimed_total, examine(path).total) == (Decimal("96.44"), Decimal("96.44"))
    changed = examine(tampered(path, plan_of(path).ref(TOTAL), value(99.44)))
    assert changed.as_json()["claimed_total"] == 99.44 and changed.as_json()["total"] == 96.44
    (finding,) = (one for one in changed.findings if one.code == "JX603")
    assert finding.message == "“总分”与各项之和不符：填报99.44，复算96.44，相差3"


def test_a_total_that_only_follows_a_wrong_score_is_not_named_again(tmp_path):
    path = filed(tmp_path)
    plan = plan_of(path)
    row, total = keyed(plan, cells.POINTS, ROW), plan.ref(TOTAL)
    points = JOB.evaluate(FILING).card.rows[ROW - 1].points
    tampered(path, row, value(points - 2))
    tampered(path, total, value(94.44))
    assert claims(path) == [("JX601", f"自评表!{row.local}")]
    tampered(path, total, value(98.44))
    assert claims(path) == [("JX601", f"自评表!{row.local}"), ("JX603", f"自评表!{total.local}")]


@editions
def test_a_form_made_from_another_revision(edition, tmp_path):
    path = filed(tmp_path, edition)
    stamped(path, lambda text: text.replace(b"2025.1", b"2024.1"))
    assert claims(path) == [("JX606", "")]
    place = keyed(plan_of(path), cells.POINTS, ROW)
    tampered(path, place, formula("G16+0"))
    assert claims(path) == [("JX605", f"自评表!{place.local}"), ("JX606", "")]


def test_another_version_of_the_program_may_have_other_formulas_but_no_other_values(tmp_path):
    path = filed(tmp_path)
    plan = plan_of(path)
    stamped(path, lambda text: re.sub(rb"<vt:lpwstr>0\.\d+\.\d+<", b"<vt:lpwstr>0.0.9<", text))
    path.write_bytes(changed(path, "docProps/core.xml", lambda text: re.sub(rb"xl_jixiao 0\.\d+\.\d+", b"xl_jixiao 0.0.9", text)))
    tampered(path, keyed(plan, cells.POINTS, ROW), formula("G16+0"))
    other = ("JX633", f"自评表!{keyed(plan, cells.POINTS, ROW).local}")
    assert claims(path) == [other, ("JX624", "")], "all else is as this version makes it: the one formula is named, as a question"
    first = keyed(plan, cells.POINTS, 1)
    tampered(path, first, constant(3))
    assert claims(path) == [("JX605", f"自评表!{first.local}"), other, ("JX624", "")]


def test_an_answer_changed_after_the_export(tmp_path):
    same = filed(tmp_path, Edition.FINISHED, "甲")
    plan = plan_of(same)
    tampered(same, keyed(plan, cells.NAME, ROW), word("别的指标"))
    assert ("JX607", f"自评表!{keyed(plan, cells.NAME, ROW).local}") in claims(same)
    lower = filed(tmp_path, Edition.FINISHED, "乙")
    tampered(lower, keyed(plan, cells.DONE, ROW), word("95%"))
    assert claims(lower) == [("JX607", f"自评表!{keyed(plan, cells.DONE, ROW).local}")], (
        "what is shown is still the old: that is said there"
    )
    typed = filed(tmp_path, Edition.NATIVE, "丙")
    tampered(typed, keyed(plan_of(typed), cells.NAME, ROW), word("别的指标"))
    assert [code for code, _ in claims(typed) if code == "JX607"] == [], "a form that is filled in is stamped when it is made"


def test_a_whole_sheet_of_values_is_one_finding(tmp_path):
    path = filed(tmp_path)
    shown, book = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    for line in book[WORKING].iter_rows():
        for cell in line:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                cell.value = shown[WORKING][cell.coordinate].value
    book.save(path)
    found = [one for one in examine(path).findings if one.code >= "JX600"]
    assert {(one.code, one.place.sheet) for one in found} == {("JX605", WORKING)} and len(found) <= 2
    assert any("个单元格：公式被改成了固定值（" in one.message for one in found)
    del book[WORKING]
    book.save(path)
    assert claims(path) == [("JX616", WORKING)]


# ---- sound files


def spread(edition):
    """Tall rows, long goals, an explanation, and blank rows between where there are any."""
    long = "因设备采购方案调整，付款节点顺延，已与供应商签订补充协议。" * 60
    rows = [dataclasses.replace(row, reason=long if at == 1 else row.reason) for at, row in enumerate(FILING.rows)]
    if edition is not Edition.FINISHED:
        rows.insert(3, IndicatorRow("产出指标", "数量指标"))
    return dataclasses.replace(
        FILING, rows=tuple(rows), expected=long[:2500], actual=long[:2400] + "全部完成。", execution_note="尾款下年支付"
    )


def sound_files(folder):
    for edition in Edition:
        yield filed(folder, edition, f"spread-{edition}", spread(edition))
        if DEEP:
            yield filed(folder, edition, f"{edition}")
            yield filed(folder, edition, f"blank-{edition}", JOB.blank())


def test_a_sound_file_has_no_finding_nor_has_one_that_was_never_computed(tmp_path):
    for path in sound_files(tmp_path):
        assert claims(path) == [], path.name
        uncached = tmp_path / f"uncached-{path.stem}.xlsx"
        openpyxl.load_workbook(path).save(uncached)
        assert claims(uncached) == [] and examine(uncached).claimed_total is None, path.name


def test_a_sound_file_saved_by_libreoffice_has_none(tmp_path, office):
    for path in list(sound_files(tmp_path)):
        office.convert(path, "xlsx", tmp_path / f"saved-{path.stem}.xlsx")
        assert claims(tmp_path / f"saved-{path.stem}.xlsx") == [], path.name


def test_libreoffice_computes_what_a_tampered_cell_leads_to(tmp_path, office):
    """The total computed from a typed score only follows it: one finding, at the cell that was typed over."""
    path = filed(tmp_path)
    ref = keyed(plan_of(path), cells.SCORE, ROW)
    office.convert(tampered(path, ref, constant(4)), "xlsx", tmp_path / "saved.xlsx")
    assert claims(tmp_path / "saved.xlsx") == [("JX605", f"{WORKING}!{ref.local}")]
    assert examine(tmp_path / "saved.xlsx").claimed_total == Decimal("96.44") - JOB.evaluate(FILING).card.rows[ROW - 1].points + 4


def test_an_excel_without_the_add_in_claims_nothing(tmp_path):
    """A form filled where the functions don't work: results blank or #NAME?, the total not finished."""
    path = filed(tmp_path, Edition.ADDIN)
    plan, book = plan_of(path), Tampered(path)

    def lost(ref):
        book.put(ref.sheet, ref.local, "#NAME?", keep_formula=True)
        book.cell(ref.sheet, ref.local).set("t", "e")

    for number in range(1, JOB.table.capacity + 1):
        points = keyed(plan, cells.POINTS, number)
        if number % 2:
            lost(points)
        else:
            book.put(points.sheet, points.local, "", keep_formula=True)
    for key in (EXECUTION_RATE, GRADE):
        lost(plan.ref(key))
    for key, shown in ((EXECUTION_POINTS, ""), (TOTAL, "未完成")):
        book.put(plan.ref(key).sheet, plan.ref(key).local, shown, keep_formula=True)
    result = examine(book.write(path))
    assert claims(path) == [] and (result.claimed_total, result.total) == (None, Decimal("96.44"))


def test_other_programs_write_formulas_their_own_way(tmp_path):
    """Excel drops the quotation marks of sheet names; shared formulas; a prefix for a function of the workbook's own macros."""
    path = filed(tmp_path)
    plan = plan_of(path)
    first, second = (keyed(plan, cells.POINTS, number) for number in (1, 2))
    work = keyed(plan, cells.SCORE, 1).local
    tampered(path, first, formula(f"评分底稿!{work}"))
    assert claims(path) == []

    def shared(text, **attributes):
        def change(book, sheet, cell):
            found = next(one for one in book.cell(sheet, cell) if one.tag.endswith("}f"))
            found.text = text
            found.attrib.update({"t": "shared", "si": "0", **attributes})

        return change

    tampered(path, first, shared(f"评分底稿!{work}", ref=f"{first.local}:{second.local}"))
    tampered(path, second, shared(None))
    assert claims(path) == []
    addin = filed(tmp_path, Edition.ADDIN)
    text = read(addin).cell(first.sheet, first.row, first.column).formula
    tampered(addin, first, formula(f"[0]!{text.replace(',', ', ')}"))
    assert claims(addin) == []


# ---- across units


def named(unit, project, **changes):
    return dataclasses.replace(FILING, fields={**FILING.fields, "实施单位": unit, "项目名称": project}, **changes)


def across(*paths):
    found = compared([examine(path) for path in paths])
    return [[(one.code, one.place.cell) for one in result.findings if "JX610" < one.code] for result in found]


def test_two_projects_of_one_unit_are_two_forms(tmp_path):
    other = named("甲县文化馆", "艺术培训", execution_note="尾款下年支付")
    filings = [named("甲县文化馆", "惠民演出"), other, named("甲县文化馆", "惠民 演出")]
    assert across(*(filed(tmp_path, name=str(at), filing=one) for at, one in enumerate(filings))) == [[], [], [("JX611", "")]]


@pytest.mark.parametrize("table", ["hongjiang-2020-project", "yanling-2020-common"])
def test_two_projects_of_one_unit_are_two_scoring_tables(table, tmp_path):
    job = open_job(table)
    filing = job.answers(examples()[table])
    projects = ("甲项目", "乙项目", "甲项目")
    filings = [dataclasses.replace(filing, values={**filing.values, "项目名称": project}) for project in projects]
    filings[2] = dataclasses.replace(filings[2], remarks={next(iter(filing.values)): "补交"})
    found = across(*(filed(tmp_path, name=str(at), filing=one, job=job) for at, one in enumerate(filings)))
    assert found == [[], [], [("JX611", "")]]


def test_one_file_name_in_two_folders_is_still_twice(tmp_path):
    (tmp_path / "一").mkdir(), (tmp_path / "二").mkdir()
    assert across(filed(tmp_path / "一"), filed(tmp_path / "二")) == [[], [("JX623", "")]]
    other = dataclasses.replace(FILING, execution_note="尾款下年支付")
    assert across(filed(tmp_path / "一", name="另"), filed(tmp_path / "二", name="另", filing=other)) == [[], [("JX611", "")]]


def test_a_copy_under_another_units_name(tmp_path):
    copy = named("乙县文化馆", "送戏下乡")
    paths = filed(tmp_path, name="甲", filing=named("甲县文化馆", "惠民演出")), filed(tmp_path, name="乙", filing=copy)
    assert across(*paths) == [[("JX681", "")], [("JX612", "")]]


def test_two_projects_of_one_unit_with_the_same_form_but_for_its_name_are_asked_about(tmp_path):
    projects = ("惠民演出", "送戏下乡")
    alike = [filed(tmp_path, name=name, filing=named("甲县文化馆", name)) for name in projects]
    assert across(*alike) == [[], [("JX682", "")]]
    other = filed(tmp_path, name="三", filing=named("甲县文化馆", "图书借阅", execution_note="尾款下年支付"))
    assert across(alike[0], other) == [[], []]


def test_copied_reasons_goals_and_results_but_not_the_words_of_the_form(tmp_path):
    long = "因年中机构改革人员划转，少办两期，已安排在下年补办。"
    goal = "全年完成惠民演出六十场，培训文艺骨干三百人次。"

    def filing(unit, reason, expected, actual="已全部办结，群众反映良好，没有遗留事项。"):
        rows = [
            dataclasses.replace(row, reason=reason if at == 0 else "", weight=row.weight + at % 2) for at, row in enumerate(FILING.rows)
        ]
        own = {"expected": expected, "actual": f"{unit}{actual}"}
        return named(unit, "惠民演出", rows=tuple(rows if unit.startswith("甲") else rows[:-1]), **own)

    one, two = filing("甲县文化馆", long, goal), filing("乙县文化馆", long, goal)
    paths = [filed(tmp_path, name=str(at), filing=each) for at, each in enumerate((one, two))]
    plan = plan_of(paths[1])
    goals, done, reason = plan.ref("预期目标").local, plan.ref("实际完成情况").local, keyed(plan, cells.REASON, 1).local
    found = across(*paths)
    assert set(found[0]) == {("JX681", goals), ("JX681", done), ("JX681", reason)}, "先交的一家也问"
    assert {("JX612", goals), ("JX612", done), ("JX612", reason)} <= set(found[1]), "只换了单位名称的也是照抄"
    own = {keyed(plan, name, number).local for number in range(1, 21) for name in (cells.REASON, cells.DONE)}
    assert {cell for _, cell in found[1]} <= {goals, done, *own}
    short = [filing(unit, "无", "完成全年任务", "已完成。") for unit in ("甲县文化馆", "乙县文化馆")]
    assert [cells for cells in across(*(filed(tmp_path, name=f"短{at}", filing=each) for at, each in enumerate(short)))] == [[], []]


def test_a_long_name_alone_is_no_copied_text(tmp_path):
    units = [f"{county}县住房和城乡建设局房屋征收补偿服务中心" for county in "甲乙"]
    filings = [
        dataclasses.replace(named(unit, f"{unit}项目{at}"), rows=FILING.rows[: 2 + at], expected=f"{unit}完成任务", actual=f"{unit}已办")
        for at, unit in enumerate(units)
    ]
    filings = [dataclasses.replace(one, rows=tuple(dataclasses.replace(row, reason="") for row in one.rows)) for one in filings]
    assert across(*(filed(tmp_path, name=str(at), filing=one) for at, one in enumerate(filings))) == [[], []]


def test_another_units_name_but_not_the_superiors(tmp_path):
    def filing(unit, above, actual):
        fields = {**FILING.fields, "实施单位": unit, "主管部门": above, "项目名称": unit}
        rows = tuple(dataclasses.replace(row, reason="") for row in FILING.rows[:2])
        return dataclasses.replace(FILING, fields=fields, rows=rows, expected=f"{unit}的预期目标", actual=actual)

    one = filing("甲县文化馆", "甲县文旅局", "经甲县文旅局批准，参照乙县文化馆的做法办理。")
    others = [filing("乙县文化馆", "乙县文旅局", "已办"), filing("甲县文旅局", "甲县政府", "已办理完毕")]
    paths = [filed(tmp_path, name=str(at), filing=each) for at, each in enumerate((one, *others))]
    assert across(*paths) == [[("JX613", plan_of(paths[0]).ref("实际完成情况").local)], [], []]


# ---- documents


def test_a_document_with_a_figure_typed_over_and_one_changed_after_the_export(tmp_path):
    job = open_job("hongjiang-2020-accounts")
    filing = job.answers(examples()["hongjiang-2020-accounts"])
    path = filed(tmp_path, Edition.FINISHED, filing=filing, job=job)
    assert claims(path) == []
    plan = plan_of(path)
    figure = plan.ref(job.form.figures[0].key)
    assert claims(tampered(path, figure, constant(1))) == [("JX605", f"{figure.sheet}!{figure.local}")]
    other = filed(tmp_path, Edition.FINISHED, "乙", filing=filing, job=job)
    entry = plan.ref("收支变动原因")
    tampered(other, entry, word("别的内容"))
    assert "JX607" in {code for code, _ in claims(other)}


def test_the_revision_is_read_where_the_properties_were_dropped(tmp_path):
    path = stamped(filed(tmp_path), lambda text: re.sub(rb"<property .*</property>", b"", text, flags=re.DOTALL))
    assert claims(path) == []
    returned = read_workbook(path)
    assert not returned.package.properties and returned.stamp[StampName.REVISION] == JOB.revision


def test_words_replaced_in_the_printed_texts_of_several_sheets_are_one_finding(tmp_path):
    path = book("hongjiang-2020-dept", Edition.NATIVE, tmp_path / "某局.xlsx")
    before = [one for one in examine(path).findings if one.code == "JX608"]
    later = changed(path, "xl/sharedStrings.xml", lambda content: content.replace("2020年度".encode(), "2021年度".encode()))
    path.write_bytes(later)
    found = [one for one in examine(path).findings if one.code == "JX608"]
    assert not before and len(found) == 1
    assert "印好的“2020”都改成了“2021”" in found[0].message and (found[0].reported, found[0].expected) == ("2021", "2020")
