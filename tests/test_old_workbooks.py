"""Our own workbooks saved in the old format (.xls): what they show is held against the plan as in today's format, and that the rest can't be
read is said once."""

import openpyxl
import pytest
from support.books import book

from xl_jixiao.review.examine import examine
from xl_jixiao.sheet.edition import Edition

SOUND = [
    ("hongjiang-2020-dept", Edition.FINISHED),
    ("yanling-2020-selfeval", Edition.NATIVE),
    ("hongjiang-2020-report", Edition.ADDIN),
]


def told(path):
    return {(one.code, one.place.sheet, one.place.cell) for one in examine(path).findings if one.code != "JX634"}


@pytest.mark.office
@pytest.mark.parametrize(("table", "edition"), SOUND)
def test_a_workbook_saved_as_xls_is_told_what_the_original_is_and_that_less_can_be_read(office, tmp_path, table, edition):
    original = book(table, edition, tmp_path / f"原件{edition.suffix}")
    old = office.convert(original, "xls", tmp_path / "原件.xls")
    assert told(old) == told(original)
    assert [one.code for one in examine(old).findings].count("JX634") == 1


DEEDS = [
    ("a score typed over its formula", "整体支出评分表", "G7", 3, ("JX605", "JX620")),
    ("a criterion reworded", "整体支出评分表", "F5", "①符合即得满分", ("JX608",)),
    ("a weight raised", "整体支出评分表", "D6", 12, ("JX608",)),
    ("a total typed over its formula", "自评结论", "B4", "98分", ("JX605", "JX620")),
]


@pytest.mark.office
@pytest.mark.parametrize(("sheet", "cell", "value", "codes"), [deed[1:] for deed in DEEDS], ids=[deed[0] for deed in DEEDS])
def test_what_was_changed_in_a_workbook_saved_as_xls_is_told_at_its_cell(office, tmp_path, sheet, cell, value, codes):
    original = book("hongjiang-2020-dept", Edition.FINISHED, tmp_path / "原件.xlsx")
    changed = openpyxl.load_workbook(original)
    changed[sheet][cell] = value
    changed.save(tmp_path / "改过.xlsx")
    old = office.convert(tmp_path / "改过.xlsx", "xls", tmp_path / "改过.xls")
    new = told(old) - told(original)
    assert {(code, at) for code, _, at in new} & {(code, cell) for code in codes}, new
    assert len(new) <= 3
