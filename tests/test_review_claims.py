"""Review of 自评表 and documents: what the computed cells of a returned file claim, one tampering and its finding at a time."""

import dataclasses
import io
import re
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from xl_jixiao.documents.layout import DocumentLayout
from xl_jixiao.layout import Ref
from xl_jixiao.review.package import Package

from xl_jixiao.jobs import open_job
from xl_jixiao.review.across import compared
from xl_jixiao.review.examine import examine
from xl_jixiao.selfeval.answers import Row
from xl_jixiao.selfeval.layout import EXECUTION_POINTS, WEIGHT_TOTAL, FormColumns, WorkColumns
from xl_jixiao.selfeval.model import EXECUTION_RATE
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.words import GRADE, RULES_SHEET, TOTAL, WORKING

JOB = open_job("generic-selfeval")
FILING = JOB.answers(examples()["generic-selfeval"])
C = FormColumns
ROW = 2
editions = pytest.mark.parametrize("edition", list(Edition))


def filed(folder, edition=Edition.NATIVE, name="某局", filing=FILING, job=JOB):
    path = folder / f"{name}{edition.suffix}"
    job.write(filing, edition, path)
    return path


def layout_of(path):
    return JOB.read(path).origin.layout


def tampered(path, ref, change):
    """The file with one cell's XML changed; `change` takes what stands inside the cell."""
    with Package(path) as package:
        part = package.sheets[ref.sheet] if isinstance(ref, Ref) else ref
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == part and isinstance(ref, Ref):
                pattern = re.compile(rf'<c r="{ref.local}"([^>]*?)(/>|>(.*?)</c>)'.encode())
                assert pattern.search(content), ref
                content = pattern.sub(lambda found: b'<c r="%b"%b' % (ref.local.encode(), change(found[1], found[3] or b"")), content, count=1)
            elif item.filename == part:
                content = change(content)
            new.writestr(item.filename, content)
    path.write_bytes(out.getvalue())
    return path


def value(text):
    """Another cached value, the formula kept."""
    return lambda attributes, inside: attributes + b">" + re.sub(rb"<v>.*?</v>", f"<v>{text}</v>".encode(), inside) + b"</c>"


def constant(text):
    """A number in the formula's place; the number it showed where none is given."""

    def change(attributes, inside):
        shown = f"<v>{text}</v>".encode() if text else re.search(rb"<v>.*?</v>", inside)[0]
        return attributes + b">" + shown + b"</c>"

    return change


def word(text):
    """A text in the cell."""
    return lambda attributes, _: re.sub(rb' t="\w+"', b"", attributes) + f' t="inlineStr"><is><t>{text}</t></is></c>'.encode()


def formula(text):
    """Another formula, the value kept."""
    return lambda attributes, inside: attributes + b">" + re.sub(rb"<f>.*?</f>", f"<f>{text}</f>".encode(), inside) + b"</c>"


def deleted(attributes, _):
    return re.sub(rb' t="\w+"', b"", attributes) + b"/>"


def claims(path):
    """The findings of the review itself: code and cell."""
    return [(one.code, f"{one.place.sheet}!{one.place.cell}".strip("!")) for one in examine(path).findings if one.code >= "JX600"]


TAMPERINGS = {
    "a row's points": (lambda at: at.form(ROW, C.POINTS), value("4"), "JX601"),
    "a row's points by 0.01": (lambda at: at.form(ROW, C.POINTS), value("7.99"), "JX602"),
    "points of 评分底稿": (lambda at: at.work(ROW, WorkColumns.POINTS), value("4"), "JX601"),
    "points of a row nobody wrote": (lambda at: at.form(at.rows - 1, C.POINTS), value("4"), "JX601"),
    "执行率": (lambda at: at.names[EXECUTION_RATE], value("0.5"), "JX601"),
    "执行率 by 0.01 %": (lambda at: at.names[EXECUTION_RATE], value("0.9861"), "JX602"),
    "执行率 of a source": (lambda at: at.funds(1, C.POINTS), value("0.5"), "JX601"),
    "points of 预算执行率": (lambda at: at.names[EXECUTION_POINTS], value("7"), "JX601"),
    "weight of 预算执行率": (lambda at: at.funds(0, C.WEIGHT), constant("20"), "JX601"),
    "a sum of the funds": (lambda at: at.names["全年执行数"], value("12"), "JX603"),
    "分值合计": (lambda at: at.names[WEIGHT_TOTAL], value("90"), "JX603"),
    "总分": (lambda at: at.names[TOTAL], value("99.44"), "JX603"),
    "等次": (lambda at: at.names[GRADE], value("差"), "JX604"),
    "a row's points typed": (lambda at: at.form(ROW, C.POINTS), constant(""), "JX605"),
    "总分 typed": (lambda at: at.names[TOTAL], constant(""), "JX605"),
    "等次 typed": (lambda at: at.names[GRADE], word("优"), "JX605"),
    "a sum typed": (lambda at: at.names["年初预算数"], constant(""), "JX605"),
    "points of 评分底稿 typed": (lambda at: at.work(ROW, WorkColumns.POINTS), constant(""), "JX605"),
    "a step of 评分底稿 typed": (lambda at: at.work(ROW, WorkColumns.WANTED), constant(""), "JX605"),
    "another formula for a row": (lambda at: at.form(ROW, C.POINTS), formula("G16"), "JX605"),
    "another formula for 总分": (lambda at: at.names[TOTAL], formula("SUM(H14:H30)+3"), "JX605"),
    "another formula on 评分底稿": (lambda at: at.work(ROW, WorkColumns.POINTS), formula("D7"), "JX605"),
    "a formula deleted": (lambda at: at.form(ROW, C.POINTS), deleted, "JX605"),
}


@editions
@pytest.mark.parametrize("name", TAMPERINGS)
def test_each_tampering_is_found_at_its_cell_and_nothing_else(name, edition, tmp_path):
    where, change, code = TAMPERINGS[name]
    path = filed(tmp_path, edition)
    layout = layout_of(path)
    if "nobody wrote" in name and edition is Edition.FINISHED:
        return  # a finished form has no such row
    ref = where(layout)
    assert claims(tampered(path, ref, change)) == [(code, f"{ref.sheet}!{ref.local}")]


def test_a_typed_score_is_a_wrong_score_and_a_lost_formula(tmp_path):
    path = filed(tmp_path)
    ref = layout_of(path).form(ROW, C.POINTS)
    found = [one for one in examine(tampered(path, ref, constant("4"))).findings if one.code >= "JX600"]
    assert [(one.code, one.place.cell) for one in found] == [("JX601", ref.local), ("JX605", ref.local)]
    assert [one.reported for one in found] == ["4", "4"]
    assert "第3行" in found[0].message and "表内4，按填报数复算" in found[0].message


def test_the_claimed_total_is_in_the_report(tmp_path):
    path = filed(tmp_path)
    assert (examine(path).claimed_total, examine(path).total) == (Decimal("96.44"), Decimal("96.44"))
    changed = examine(tampered(path, layout_of(path).names[TOTAL], value("99.44")))
    assert changed.as_json()["claimed_total"] == 99.44 and changed.as_json()["total"] == 96.44
    (finding,) = (one for one in changed.findings if one.code == "JX603")
    assert finding.message == "总分与各项得分之和不符：填报99.44，复算96.44，相差3"


def test_a_total_that_only_follows_a_wrong_score_is_not_named_again(tmp_path):
    path = filed(tmp_path)
    layout = layout_of(path)
    row, total = layout.form(ROW, C.POINTS), layout.names[TOTAL]
    points = JOB.evaluate(JOB.read(path)).card.rows[ROW].points
    tampered(path, row, value(str(points - 2)))
    tampered(path, total, value("94.44"))
    assert claims(path) == [("JX601", f"自评表!{row.local}")]
    tampered(path, total, value("98.44"))
    assert claims(path) == [("JX601", f"自评表!{row.local}"), ("JX603", f"自评表!{total.local}")]


@editions
def test_a_form_made_from_another_revision(edition, tmp_path):
    path = filed(tmp_path, edition)
    tampered(path, "docProps/custom.xml", lambda text: text.replace(b"2025.1", b"2024.1"))
    tampered(path, layout_of(path).form(ROW, C.POINTS), formula("G16+0"))  # its formulas may be others
    assert claims(path) == [("JX606", "")]


def test_another_version_of_the_program_may_have_other_formulas_but_no_constants(tmp_path):
    path = filed(tmp_path)
    layout = layout_of(path)
    tampered(path, "docProps/custom.xml", lambda text: re.sub(rb"<vt:lpwstr>0\.\d+\.\d+<", b"<vt:lpwstr>0.0.9<", text))
    tampered(path, layout.form(ROW, C.POINTS), formula("G16+0"))
    assert claims(path) == []
    tampered(path, layout.form(0, C.POINTS), constant(""))
    assert claims(path) == [("JX605", f"自评表!{layout.form(0, C.POINTS).local}")]


def test_an_answer_changed_after_the_export(tmp_path):
    same = filed(tmp_path, Edition.FINISHED, "甲")
    layout = layout_of(same)
    tampered(same, layout.form(ROW, C.NAME), word("别的指标"))
    assert claims(same) == [("JX607", "")]
    lower = filed(tmp_path, Edition.FINISHED, "乙")
    tampered(lower, layout.form(ROW, C.ACTUAL), word("95%"))
    assert [code for code, _ in claims(lower)] == ["JX601", "JX607"], "the points shown are still the old ones"
    typed = filed(tmp_path, Edition.NATIVE, "丙")
    tampered(typed, layout_of(typed).form(ROW, C.NAME), word("别的指标"))
    assert claims(typed) == [], "a form that is filled in is stamped when it is made"


def test_a_whole_sheet_of_values_is_one_finding(tmp_path):
    path = filed(tmp_path)
    shown, book = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    for line in book[WORKING].iter_rows():
        for cell in line:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                cell.value = shown[WORKING][cell.coordinate].value
    book.save(path)
    (finding,) = [one for one in examine(path).findings if one.code >= "JX600"]
    assert finding.code == "JX605" and finding.place.sheet == WORKING and "个单元格的公式被改成了固定值或被删除（" in finding.message
    del book[WORKING]
    book.save(path)
    assert claims(path) == [("JX605", WORKING)]


# ---- sound files


def spread(edition):
    """Tall rows, long goals, an explanation, and blank rows between where there are any."""
    long = "因设备采购方案调整，付款节点顺延，已与供应商签订补充协议。" * 60
    rows = [dataclasses.replace(row, reason=long if at == 1 else row.reason) for at, row in enumerate(FILING.rows)]
    if edition is not Edition.FINISHED:
        rows.insert(3, Row("产出指标", "数量指标"))
    return dataclasses.replace(FILING, rows=tuple(rows), expected=long[:2500], actual=long[:2400] + "全部完成。", execution_note="尾款下年支付")


def sound_files(folder):
    for edition in Edition:
        yield filed(folder, edition, f"{edition}")
        yield filed(folder, edition, f"blank-{edition}", JOB.blank())
        yield filed(folder, edition, f"spread-{edition}", spread(edition))


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
    path = filed(tmp_path)
    layout = layout_of(path)
    ref = layout.work(ROW, WorkColumns.POINTS)
    office.convert(tampered(path, ref, constant("4")), "xlsx", tmp_path / "saved.xlsx")
    found = claims(tmp_path / "saved.xlsx")
    assert ("JX601", f"{WORKING}!{ref.local}") in found and ("JX605", f"{WORKING}!{ref.local}") in found


def test_an_excel_without_the_add_in_claims_nothing(tmp_path):
    """A form filled where the functions don't work: results blank or #NAME?, the total not finished."""
    path = filed(tmp_path, Edition.ADDIN)
    layout = layout_of(path)

    def showing(kind, text):
        def change(attributes, inside):
            untyped = re.sub(rb' t="\w+"', b"", attributes)
            return untyped + f' t="{kind}">'.encode() + re.sub(rb"<v>.*?</v>", f"<v>{text}</v>".encode(), inside) + b"</c>"

        return change

    lost, stale, unfinished = showing("e", "#NAME?"), showing("str", ""), showing("str", "未完成")
    for at in range(layout.rows):
        tampered(path, layout.form(at, C.POINTS), lost if at % 2 else stale)
    for name, change in ((EXECUTION_RATE, lost), (EXECUTION_POINTS, stale), (TOTAL, unfinished), (GRADE, lost)):
        tampered(path, layout.names[name], change)
    result = examine(path)
    assert claims(path) == [] and (result.claimed_total, result.total) == (None, Decimal("96.44"))


def test_other_programs_write_formulas_their_own_way(tmp_path):
    """Excel drops the quotation marks of sheet names; shared formulas; a prefix for a function of the workbook's own macros."""
    path = filed(tmp_path)
    layout = layout_of(path)
    first, second = (layout.form(at, C.POINTS) for at in (0, 1))
    work = layout.work(0, WorkColumns.POINTS).local
    tampered(path, first, formula(f"评分底稿!{work}"))
    assert claims(path) == []
    shared = f'<f t="shared" ref="{first.local}:{second.local}" si="0">评分底稿!{work}</f>'
    tampered(path, first, lambda attributes, inside: attributes + b">" + re.sub(rb"<f>.*?</f>", shared.encode(), inside) + b"</c>")
    child = b'<f t="shared" si="0"/>'
    tampered(path, second, lambda attributes, inside: attributes + b">" + re.sub(rb"<f>.*?</f>", child, inside) + b"</c>")
    assert claims(path) == []
    addin = filed(tmp_path, Edition.ADDIN)
    with Package(addin) as package:
        text = package.cell(first).formula
    tampered(addin, first, formula(f"[0]!{text.replace(',', ', ')}"))
    assert claims(addin) == []


# ---- across units


def named(unit, project, **changes):
    return dataclasses.replace(FILING, fields={**FILING.fields, "实施单位": unit, "项目名称": project}, **changes)


def across(*paths):
    found = compared([examine(path) for path in paths])
    return [[(one.code, one.place.cell) for one in result.findings if "JX610" < one.code] for result in found]


def test_two_projects_of_one_unit_are_two_forms(tmp_path):
    filings = [named("甲县文化馆", "惠民演出"), named("甲县文化馆", "艺术培训"), named("甲县文化馆", "惠民 演出")]
    assert across(*(filed(tmp_path, name=str(at), filing=one) for at, one in enumerate(filings))) == [[], [], [("JX611", "")]]


@pytest.mark.parametrize("table", ["hongjiang-2020-project", "yanling-2020-common"])
def test_two_projects_of_one_unit_are_two_scoring_tables(table, tmp_path):
    job = open_job(table)
    filing = job.answers(examples()[table])
    projects = ("甲项目", "乙项目", "甲项目")
    filings = [dataclasses.replace(filing, values={**filing.values, "项目名称": project}) for project in projects]
    found = across(*(filed(tmp_path, name=str(at), filing=one, job=job) for at, one in enumerate(filings)))
    assert found == [[], [], [("JX611", "")]]


def test_one_file_name_in_two_folders_is_still_twice(tmp_path):
    (tmp_path / "一").mkdir(), (tmp_path / "二").mkdir()
    assert across(filed(tmp_path / "一"), filed(tmp_path / "二")) == [[], [("JX611", "")]]


def test_a_copy_under_another_units_name(tmp_path):
    copy = named("乙县文化馆", "送戏下乡")
    paths = filed(tmp_path, name="甲", filing=named("甲县文化馆", "惠民演出")), filed(tmp_path, name="乙", filing=copy)
    assert across(*paths) == [[], [("JX612", "")]]


def test_copied_reasons_goals_and_results_but_not_the_words_of_the_form(tmp_path):
    long = "因年中机构改革人员划转，少办两期，已安排在下年补办。"
    goal = "全年完成惠民演出六十场，培训文艺骨干三百人次。"

    def filing(unit, reason, expected):
        rows = [dataclasses.replace(row, reason=reason if at == 0 else "", weight=row.weight + at % 2) for at, row in enumerate(FILING.rows)]
        own = {"expected": expected, "actual": f"{unit}已全部办结，群众反映良好，没有遗留事项。"}
        return named(unit, "惠民演出", rows=tuple(rows if unit.startswith("甲") else rows[:-1]), **own)

    one, two = filing("甲县文化馆", long, goal), filing("乙县文化馆", long, goal)
    paths = [filed(tmp_path, name=str(at), filing=each) for at, each in enumerate((one, two))]
    layout = layout_of(paths[1])
    found = across(*paths)
    assert found[0] == [] and {("JX612", layout.names["预期目标"].local), ("JX612", layout.form(0, C.REASON).local)} <= set(found[1])
    assert {cell for _, cell in found[1]} <= {layout.names["预期目标"].local, *(layout.form(at, c).local for at in range(20) for c in (C.REASON, C.ACTUAL))}
    short = [filing("甲县文化馆", "无", "完成全年任务"), filing("乙县文化馆", "无", "完成全年任务")]
    assert [cells for cells in across(*(filed(tmp_path, name=f"短{at}", filing=each) for at, each in enumerate(short)))] == [[], []]


def test_another_units_name_but_not_the_superiors(tmp_path):
    def filing(unit, above, actual):
        fields = {**FILING.fields, "实施单位": unit, "主管部门": above, "项目名称": unit}
        rows = tuple(dataclasses.replace(row, reason="") for row in FILING.rows[:2])
        return dataclasses.replace(FILING, fields=fields, rows=rows, expected=f"{unit}的预期目标", actual=actual)

    one = filing("甲县文化馆", "甲县文旅局", "经甲县文旅局批准，参照乙县文化馆的做法办理。")
    others = [filing("乙县文化馆", "乙县文旅局", "已办"), filing("甲县文旅局", "甲县政府", "已办理完毕")]
    paths = [filed(tmp_path, name=str(at), filing=each) for at, each in enumerate((one, *others))]
    assert across(*paths) == [[("JX613", layout_of(paths[0]).names["实际完成情况"].local)], [], []]


# ---- documents


def test_a_document_with_a_figure_typed_over_and_one_changed_after_the_export(tmp_path):
    job = open_job("hongjiang-2020-accounts")
    filing = job.answers(examples()["hongjiang-2020-accounts"])
    path = filed(tmp_path, Edition.FINISHED, filing=filing, job=job)
    assert claims(path) == []
    layout = DocumentLayout(job.form)
    ref = next(layout.figure(figure.key) for figure in job.form.figures)
    assert claims(tampered(path, ref, constant("1"))) == [("JX605", f"{ref.sheet}!{ref.local}")]
    other = filed(tmp_path, Edition.FINISHED, "乙", filing=filing, job=job)
    tampered(other, next(iter(layout.inputs.values())), word("别的内容"))
    assert [code for code, _ in claims(other)] == ["JX607"]


def test_the_revision_is_read_where_the_properties_were_dropped(tmp_path):
    path = filed(tmp_path)
    tampered(path, "docProps/custom.xml", lambda text: re.sub(rb"<property .*</property>", b"", text, flags=re.DOTALL))
    assert claims(path) == []
    with Package(path) as package:
        assert not package.properties and package.cell(Ref(RULES_SHEET, 0, 0)).value == JOB.table.stamp


def test_a_package_is_read_as_any_program_writes_it(tmp_path):
    """Prefixes of namespaces, cells without addresses, inline and shared texts, a workbook part of another name, a shared formula."""
    main, office = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    related = f'<Relationships><Relationship Id="r1" Type="{office}/%s" Target="%s"/></Relationships>'
    cells = '<x:c t="s"><x:v>0</x:v></x:c><x:c t="inlineStr"><x:is><x:r><x:t>甲</x:t></x:r><x:r><x:t>乙</x:t></x:r></x:is></x:c>'
    formulas = '<x:c r="A3"><x:f t="shared" si="0" ref="A3:A4">B3+$B$1&amp;"B3"</x:f><x:v>2</x:v></x:c>'
    parts = {
        "_rels/.rels": related % ("officeDocument", "/xl/book.xml"),
        "xl/_rels/book.xml.rels": related % ("worksheet", "worksheets/first.xml"),
        "xl/book.xml": f'<x:workbook xmlns:x="{main}" xmlns:r="{office}"><x:sheets><x:sheet name="表" r:id="r1"/></x:sheets><x:definedNames>'
                       "<x:definedName name='总分'>表!$B$1</x:definedName></x:definedNames></x:workbook>",
        "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si><t>丙</t></si></sst>',
        "xl/worksheets/first.xml": f'<x:worksheet xmlns:x="{main}"><x:sheetData><x:row r="1">{cells}</x:row><x:row r="3">{formulas}</x:row>'
                                   '<x:row r="4"><x:c r="A4"><x:f t="shared" si="0"/></x:c></x:row></x:sheetData></x:worksheet>',
    }  # fmt: skip
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    with Package(tmp_path / "book.xlsx") as package:
        assert package.names == {"总分": Ref("表", 0, 1)} and list(package.sheets) == ["表"] and not package.properties
        found = [package.cell(Ref("表", row, column)) for row, column in ((0, 0), (0, 1), (2, 0), (3, 0), (9, 9))]
    assert found == [("", "丙"), ("", "甲乙"), ('B3+$B$1&"B3"', 2.0), ('B4+$B$1&"B3"', None), ("", None)]
