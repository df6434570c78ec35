"""Workbooks that lost something on their way: what is read from them all the same, and what is refused in words."""

import re
from dataclasses import replace
from decimal import Decimal
from operator import itemgetter

import openpyxl
import pytest
from support.packages import changed
from support.scoretable import Sent, write

from xl_jixiao.jobs import read_workbook
from xl_jixiao.scoretable import table as tables
from xl_jixiao.scoretable.job import TableJob
from xl_jixiao.sheet.content import UnreadableWorkbook
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.sheet.plan import Plan
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.catalogue import examples

CASE = "hongjiang-2020-dept"
NO_PROPERTIES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"></Properties>'
)


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    table = tables.load(CASE)
    path = tmp_path_factory.mktemp("good") / "good.xlsx"
    write(table, answer_files.load(examples()[CASE], table.asked), Edition.NATIVE, path)
    return path


def test_another_programs_workbook_is_refused_with_one_clear_line(tmp_path):
    path = tmp_path / "某局.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(UnreadableWorkbook) as refused:
        read_workbook(path)
    assert str(refused.value).startswith("某局.xlsx：不是本系统的填报表") and "\n" not in str(refused.value)


def test_a_lost_stamp_is_found_on_the_hidden_sheet(good, tmp_path):
    path = tmp_path / "某局.xlsx"
    path.write_bytes(changed(good, "docProps/custom.xml", lambda _: NO_PROPERTIES))
    returned = read_workbook(path)
    assert not returned.package.properties and returned.job.id == CASE and returned.stamp[StampName.REVISION] == returned.job.revision


def test_dropped_names_leave_the_cells_where_the_plan_has_them(good, tmp_path):
    path = tmp_path / "某局.xlsx"
    path.write_bytes(changed(good, "xl/workbook.xml", lambda data: re.sub(rb"<definedNames>.*</definedNames>", b"", data, flags=re.S)))
    sent = Sent(path)
    assert not sent.returned.package.names and sent.digest == Sent(good).digest


def test_a_conclusion_put_together_of_lines_known_before_is_written_as_its_cells_one_by_one():
    job = TableJob.load(CASE)
    example = job.answers(examples()[CASE])
    for values in ({}, {"在职人员数": Decimal(999)}, {"年初预算数": None}):
        answers = job.given(example, values)
        plan = job.finished_plan(answers, job.evaluate(answers))
        known = plan.sheets[0]
        anew = replace(known)  # of a single block
        alone = Plan(plan.title, plan.subject, plan.edition, (anew, *plan.sheets[1:]), plan.areas)
        assert len(known.blocks) > len(anew.blocks) == 1
        assert known.by_place == anew.by_place and sorted(known.styles) == sorted(anew.styles)
        assert alone.placed == plan.placed and alone.names == plan.names
        for kind in ("labels", "entries", "formulas", "vary"):
            said = [getattr(one.written[known.name], kind) for one in (plan, alone)]
            assert sorted(said[0], key=itemgetter(0)) == sorted(said[1], key=itemgetter(0)), kind
