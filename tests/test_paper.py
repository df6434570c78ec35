"""Sheets with page breaks: one page wide and broken where it is meant, at a scale the file says."""

import re
import subprocess
import zipfile
from collections import Counter

import pytest
from support.office import PLAIN_PATH

from xl_jixiao.jobs import open_job
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.measure import column_points, page_room, page_size, parts_scale, print_scale
from xl_jixiao.tables.catalogue import bundled, examples

SCALES = [
    ("窄表不放大", [10, 10], False, 100),
    ("将近一页宽，也留出余地", [95], False, 94),
    ("宽表缩到一页", [40] * 5, False, 44),
    ("横向的页宽些", [40] * 5, True, 65),
    ("再宽也不小于一成", [255] * 20, False, 10),
]


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


TOO_LONG = {"generic-dept"}
"""Forms whose parts are several pages each at any scale that can be read."""


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


@pytest.mark.parametrize("edition", [Edition.NATIVE, Edition.FINISHED])
@pytest.mark.parametrize("name", sorted(bundled()))
def test_a_form_prints_one_page_wide_and_breaks_only_where_it_says(name, edition, tmp_path, office):
    job, path = open_job(name), tmp_path / "book.xlsx"
    job.write(job.answers(examples()[name]), edition, path)
    with zipfile.ZipFile(path) as package:
        broken = {sheet: pages for sheet, (xml, pages) in sheets(package).items() if ' scale="' in xml and "<colBreaks" not in xml}
    counted = page_counts(office.to_pdf(named_pages(path, tmp_path / "named.xlsx"), tmp_path))
    assert counted.keys() >= broken.keys()
    if name in TOO_LONG:
        assert all(counted[sheet] <= 2 * pages for sheet, pages in broken.items())
    else:
        assert {sheet: counted[sheet] for sheet in broken} == broken


@pytest.mark.parametrize("edition", [Edition.NATIVE, Edition.FINISHED])
def test_the_working_sheet_prints_on_pairs_of_a4_pages(edition, tmp_path, office):
    job, path = open_job("hongjiang-2020-dept"), tmp_path / "book.xlsx"
    job.write(job.answers(examples()["hongjiang-2020-dept"]), edition, path)
    with zipfile.ZipFile(path) as package:
        xml, _ = sheets(package)["评分底稿"]
    assert 'paperSize="9" scale="8' in xml and '<brk id="10"' in xml and "fitToPage" not in xml
    pdf = office.to_pdf(named_pages(path, tmp_path / "named.xlsx"), tmp_path)
    told = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True, env={"PATH": PLAIN_PATH})
    printed = [page for page in told.stdout.split("\f") if "@评分底稿@" in page]
    left, right = (["认定项目" in page for page in printed], ["评分标准（按参数）" in page for page in printed])
    assert len(printed) > 3 and left == [True, False] * (len(printed) // 2) and right == [not one for one in left]
