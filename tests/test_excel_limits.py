"""Excel's own rules (support/excel_limits.py) over every workbook the house writes, and over planted faults the checker must find."""

import re
import tomllib
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from support.books import book
from support.depth import few, forms
from support.excel_limits import examine, problems

from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.catalogue import bundled

DATA = Path(__file__).parent / "data"
FORMULAS, FAULTS = (
    tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))["cases"] for name in ("excel_formulas", "excel_faults")
)
TAKEN = {
    ("hongjiang-2020-dept", Edition.ADDIN, False),
    ("hongjiang-2020-dept", Edition.FINISHED, True),
    ("generic-selfeval", Edition.NATIVE, True),
    ("generic-selfeval", Edition.FINISHED, True),
    ("hongjiang-2020-project-data", Edition.ADDIN, True),
}
"""In every run: each kind of table, each edition, a blank one."""

WRITTEN = few(
    [
        (name, edition, filled)
        for name in forms(bundled())
        for edition in Edition
        for filled in (False, True)
        if filled or edition is not Edition.FINISHED
    ],
    lambda one: (one[0], one[1], one[2]) in TAKEN,
)

LONG = {"{long}": "长" * 256, "{nested}": "ABS(" * 65 + "1" + ")" * 65}


def written(name, edition, folder, *, filled=True):
    return book(name, edition, folder / f"book{edition.suffix}", filled=filled)


@pytest.mark.parametrize(
    ("name", "edition", "filled"), WRITTEN, ids=[f"{name}-{edition}-{'filled' if filled else 'blank'}" for name, edition, filled in WRITTEN]
)
def test_excel_opens_and_computes_every_workbook_as_it_is_meant(name, edition, filled, tmp_path):
    checked = examine(str(written(name, edition, tmp_path, filled=filled)))
    assert [str(one) for one in checked.found] == []
    assert checked.facts["formulas"] > 20


@pytest.mark.parametrize("edition", list(Edition))
def test_a_formula_without_a_value_stores_an_empty_text(edition, tmp_path):
    path = written("generic-selfeval", edition, tmp_path, filled=edition is Edition.FINISHED)
    with zipfile.ZipFile(path) as package:
        sheets = [package.read(part).decode() for part in package.namelist() if part.startswith("xl/worksheets/sheet")]
    empty = [cell for sheet in sheets for cell in re.findall(r"<c [^>]*><f>[^<]*</f><v></v></c>", sheet)]
    assert len(empty) > 20
    assert [cell for cell in empty if ' t="str"' not in cell] == []


@pytest.mark.parametrize("case", FORMULAS, ids=[case["name"] for case in FORMULAS])
def test_a_formula_is_judged_as_excel_takes_it(case, tmp_path):
    path = tmp_path / "book.xlsx"
    formula = case["formula"]
    for mark, text in LONG.items():
        formula = formula.replace(mark, text)
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("表")
        workbook.define_name("词", "='表'!$A$1:$A$9")
        sheet.write_formula(0, 3, f"={formula}", None, 1)
    found = [one.detail for one in problems(path) if one.rule == "formula"]
    assert any(case["says"] in detail for detail in found) if case["says"] else not found, found


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A workbook without a problem that has a bit of everything: choices, links, page breaks, buttons, macros."""
    path = written("hongjiang-2020-project", Edition.ADDIN, tmp_path_factory.mktemp("sound"), filled=False)
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("case", FAULTS, ids=[case["name"] for case in FAULTS])
def test_a_planted_fault_is_found(case, sound, tmp_path):
    text = sound[case["part"]].decode()
    put = case["put"].replace("{long}", LONG["{long}"])
    changed, count = re.subn(case["find"], put, text, count=1)
    assert count == 1 and changed != text
    path = tmp_path / "book.xlsm"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in sound.items():
            package.writestr(name, changed.encode() if name == case["part"] else data)
    found = [one for one in examine(str(path)).found if one.rule == case["rule"]]
    assert found, case["name"]
    assert len(found) < 60
