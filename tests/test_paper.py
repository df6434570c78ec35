"""Sheets with page breaks: one page wide and broken where it is meant, at a scale the file says."""

import re
import subprocess
import zipfile
from collections import Counter

import pytest
from support.books import book as written
from support.depth import few, forms
from support.office import PLAIN_PATH

from xl_jixiao.jobs import open_job
from xl_jixiao.scoretable import working
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.measure import column_points, page_room, page_size, parts_scale, print_scale, room_at, whole_pages_scale
from xl_jixiao.sheet.plan import Entry
from xl_jixiao.tables.catalogue import bundled, examples
from xl_jixiao.words import CHECKS, GUIDE

SCALES = [
    ("窄表不放大", [10, 10], False, 100),
    ("将近一页宽，也留出余地", [95], False, 94),
    ("宽表缩到一页", [40] * 5, False, 44),
    ("横向的页宽些", [40] * 5, True, 65),
    ("再宽也不小于一成", [255] * 20, False, 10),
]


@pytest.mark.parametrize(
    ("pages", "drawn"), [(0.9, False), (1.05, True), (1.3, False), (2.1, True), (2.5, False)], ids=lambda value: str(value)
)
def test_a_few_lines_alone_on_the_last_page_are_drawn_onto_the_one_before(pages, drawn):
    widths = (6, 36, 14, 52, 28)
    height = page_room(widths, landscape=True) * pages
    scale = whole_pages_scale(widths, height, 0, landscape=True)
    assert (scale is not None) is drawn
    assert scale is None or (scale >= 75 and room_at(scale, landscape=True) * int(pages) >= height)


@pytest.mark.parametrize(("name", "sheet"), [("hongjiang-2020-dept", CHECKS), ("generic-selfeval", CHECKS), ("generic-selfeval", GUIDE)])
def test_checks_and_guide_that_are_a_little_longer_than_a_page_are_printed_on_one(name, sheet):
    job = open_job(name)
    page = job.plan(job.answers(examples()[name]), Edition.NATIVE).sheet_by_name[sheet].page
    assert page.scale and not page.breaks


@pytest.mark.parametrize(("widths", "landscape", "scale"), [case[1:] for case in SCALES], ids=[case[0] for case in SCALES])
def test_the_scale_that_makes_columns_one_page_wide(widths, landscape, scale):
    assert print_scale(widths, landscape=landscape) == scale
    assert page_room(widths, landscape=landscape) == pytest.approx(page_size(landscape=landscape)[1] * 0.96 / scale * 100)


@pytest.mark.parametrize(("tallest", "scale"), [(700, 97), (900, 79), (940, 75), (960, 97)])
def test_parts_are_one_page_each_where_that_can_be_read(tallest, scale):
    assert parts_scale([91.5], [300, tallest, 200], landscape=False) == scale


@pytest.mark.parametrize(("width", "pixels"), [(8.43, 64), (10, 75), (1, 12)])
def test_a_column_is_as_wide_as_excel_makes_it(width, pixels):
    assert column_points(width) == pixels * 0.75


def sheets(package):
    """{name: (XML, how many pages its breaks make)} of the visible sheets in their order."""
    listed = re.findall(r'<sheet name="([^"]*)" sheetId="(\d+)"([^>]*)/>', package.read("xl/workbook.xml").decode())
    found = {name: package.read(f"xl/worksheets/sheet{at}.xml").decode() for name, at, rest in listed if "state=" not in rest}
    return {name: (xml, xml.count("<brk ") + 1) for name, xml in found.items()}


def named_pages(path, out):
    """A copy of a workbook whose footers say the sheet instead of the page number."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            data = source.read(part)
            if part.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"<oddFooter>[^<]*</oddFooter>", b"<oddFooter>&amp;L@&amp;A@</oddFooter>", data)
            target.writestr(part, data)
    return out


def page_counts(pdf):
    """How many pages each sheet takes."""
    told = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True, env={"PATH": PLAIN_PATH})
    return Counter(re.findall(r"^\s*@(.+)@$", told.stdout, re.MULTILINE))


PRINTED = few(
    [(name, edition) for name in forms(bundled()) for edition in (Edition.NATIVE, Edition.FINISHED)],
    lambda one: (one[0] == "generic-selfeval") == (one[1] is Edition.FINISHED),
)


@pytest.mark.parametrize(("name", "edition"), PRINTED)
def test_a_form_prints_one_page_wide_and_breaks_only_where_it_says(name, edition, tmp_path, office):
    path = written(name, edition, tmp_path / "book.xlsx")
    with zipfile.ZipFile(path) as package:
        broken = {sheet: pages for sheet, (xml, pages) in sheets(package).items() if ' scale="' in xml}
    counted = page_counts(office.to_pdf(named_pages(path, tmp_path / "named.xlsx"), tmp_path))
    assert counted.keys() >= broken.keys()
    assert {sheet: counted[sheet] for sheet in broken} == broken


SCREEN = 1366 - 36 - 20
"""Pixels a screen of 1366 leaves to columns at 100 %: less the row numbers and the scroll bar."""


@pytest.mark.parametrize("name", sorted(bundled()))
def test_nothing_a_clerk_works_with_is_off_the_screen(name):
    plan = open_job(name).plan_for(Edition.NATIVE, {})
    worked = [sheet for sheet in plan.sheets if sheet.name in {*plan.entry_sheets, "填报说明", "评分底稿", "核算底稿", "校验", "得分分析"}]
    wide = {sheet.name: round(sum(map(column_points, sheet.widths)) / 0.75) for sheet in worked}
    assert wide and {sheet: pixels for sheet, pixels in wide.items() if pixels > SCREEN} == {}
    beside = {
        sheet.name: max(one.column for one in sheet.cells if isinstance(one.content, Entry))
        for sheet in worked
        if sheet.name in plan.entry_sheets
    }
    assert all(column < len(plan.sheet_by_name[sheet].widths) for sheet, column in beside.items())


@pytest.mark.parametrize("edition", [Edition.NATIVE, Edition.FINISHED])
def test_an_indicator_of_the_working_sheet_stays_on_one_page(edition):
    job = open_job("hongjiang-2020-dept")
    sheet = job.plan(job.answers(examples()["hongjiang-2020-dept"]), edition).sheet_by_name["评分底稿"]
    tops = {one.row for one in sheet.cells if one.column == working.NAME}
    assert sheet.page.breaks and set(sheet.page.breaks) <= tops


@pytest.mark.parametrize("name", ["hongjiang-2020-dept", "generic-selfeval", "generic-dept", "xiangxi-2019-project-report"])
def test_no_heading_of_the_guide_stands_alone_at_the_end_of_a_page(name):
    job = open_job(name)
    guide = next(one for one in job.plan(job.blank(), Edition.NATIVE).sheets if one.name == GUIDE)
    headings = {one.row for one in guide.cells if one.style == "group"}
    assert headings and not {row - 1 for row in guide.page.breaks} & headings
