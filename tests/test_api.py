"""The package as a stranger's own program uses it: load, score, fill, read, review."""

import inspect
import subprocess
import sys
import typing
from decimal import Decimal
from pathlib import Path

import pytest
from support.depth import forms

import xl_jixiao
from xl_jixiao.finding import Level
from xl_jixiao.sheet.content import UnreadableWorkbook
from xl_jixiao.tables.answers import AnswersError
from xl_jixiao.tables.catalogue import bundled, examples
from xl_jixiao.tables.tablefile import RubricError

CASE = "hongjiang-2020-dept"
DATA = examples()[CASE]


@pytest.mark.parametrize("name", forms(examples()))
def test_every_kind_of_table_goes_round(name, tmp_path):
    """What is filled in is read back and recomputed to the same."""
    table = xl_jixiao.load(name)
    result = xl_jixiao.score(table, examples()[name])
    path = tmp_path / "填报表.xlsx"
    assert xl_jixiao.fill(table, examples()[name], path).headline == result.headline
    returned = xl_jixiao.read(path)
    assert returned.job.id == name
    assert table.digest(returned.answers) == table.digest(table.answers(examples()[name]))
    reviewed = xl_jixiao.review(path)
    assert (reviewed.total, reviewed.computed_total, reviewed.grade) == (result.total, result.computed_total, result.grade or "")


def test_the_numbers_are_exact_and_the_findings_have_their_cells(tmp_path):
    table = xl_jixiao.load(CASE)
    result = xl_jixiao.score(table, DATA)
    assert (result.total, result.computed_total, result.grade) == (Decimal("89.5"), Decimal("68.5"), "良好")
    assert result.as_json()["total"] == 89.5
    assert {len(row) for row in result.rows()} == {len(result.heads)}
    assert all(finding.code.startswith("JX") and finding.level in Level for finding in result.findings)
    assert any(finding.place.cell for finding in result.findings)


def test_a_table_is_an_id_or_a_file_of_ones_own(tmp_path):
    own = tmp_path / "本县.toml"
    own.write_bytes(bundled()[CASE].read_bytes())
    assert xl_jixiao.load(own).title == xl_jixiao.load(str(own)).title == xl_jixiao.load(CASE).title
    path = tmp_path / "填报表.xlsm"
    xl_jixiao.fill(xl_jixiao.load(own), DATA, path)
    assert xl_jixiao.read(path, own).job.id == CASE
    assert xl_jixiao.review(path, own).total == Decimal("89.5")


def test_mistakes_are_said_all_at_once(tmp_path):
    wrong = tmp_path / "数据.toml"
    wrong.write_text('[answers]\n"没有这一项" = 1\n"也没有这一项" = 2\n', encoding="utf-8")
    with pytest.raises(AnswersError) as caught:
        xl_jixiao.score(xl_jixiao.load(CASE), wrong)
    assert len(caught.value.problems) == 2
    table = tmp_path / "表.toml"
    table.write_text('kind = "scoring_table"\n', encoding="utf-8")
    with pytest.raises(RubricError):
        xl_jixiao.load(table)
    with pytest.raises(FileNotFoundError, match="没有评分标准“没有这张表”.*相近的编号"):
        xl_jixiao.load("没有这张表")


def test_nothing_is_overwritten_unless_told(tmp_path):
    table, path = xl_jixiao.load(CASE), tmp_path / "填报表.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        xl_jixiao.fill(table, DATA, path)
    assert path.read_bytes() == b"mine"
    xl_jixiao.fill(table, DATA, path, overwrite=True)
    assert xl_jixiao.review(path).total == Decimal("89.5")


def test_a_bad_file_is_a_finding_of_the_review_and_an_error_of_reading(tmp_path):
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(b"PK\x03\x04")
    with pytest.raises(UnreadableWorkbook, match=r"^坏\.xlsx："):
        xl_jixiao.read(bad)
    for file in (bad, tmp_path / "没有.xlsx"):
        reviewed = xl_jixiao.review(file)
        assert not reviewed.readable and [finding.code for finding in reviewed.findings] == ["JX600"]


def test_it_is_typed_and_explained():
    assert (Path(xl_jixiao.__file__).parent / "py.typed").is_file()
    for name in xl_jixiao.__all__:
        function = getattr(xl_jixiao, name)
        assert inspect.getdoc(function)
        assert "return" in typing.get_type_hints(function, vars(xl_jixiao) | _names_for_types())


def _names_for_types():
    from xl_jixiao.jobs import Returned
    from xl_jixiao.review.examine import Examined
    from xl_jixiao.sheet.job import Job, Result

    return {"Returned": Returned, "Examined": Examined, "Job": Job, "Result": Result}


def test_review_stays_a_function_whatever_was_imported():
    """A package of ours has the same name."""
    code = "import xl_jixiao\nfrom xl_jixiao.review.examine import examine\nfrom xl_jixiao.review import run\nassert callable(xl_jixiao.review)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_importing_it_loads_nothing_heavy():
    code = "import sys, xl_jixiao\nassert not {'pydantic', 'pandas', 'xlsxwriter', 'openpyxl'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
