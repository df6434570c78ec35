"""workbook_templates/ holds what the code builds today: compared part by part, so that the first part that differs is named."""

import zipfile
from pathlib import Path

import pytest
from support.depth import forms

from xl_jixiao.jobs import open_job
from xl_jixiao.review import workbench
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.catalogue import bundled

FOLDER = Path(__file__).parents[1] / "workbook_templates"
BUILT = [(name, edition) for name in sorted(bundled()) for edition in (Edition.ADDIN, Edition.NATIVE)]
TAKEN = [(name, edition) for name, edition in BUILT if name in forms(bundled())]


def test_there_is_a_template_for_every_table_and_nothing_else():
    expected = {f"{name}-{edition.label}{edition.suffix}" for name, edition in BUILT} | {workbench.NAME}
    assert {path.name for path in FOLDER.glob("*.xls*")} == expected


@pytest.mark.parametrize(("name", "edition"), TAKEN, ids=[f"{name}-{edition}" for name, edition in TAKEN])
def test_the_stored_template_is_what_the_code_builds(name, edition, tmp_path):
    job = open_job(name)
    path = tmp_path / f"built{edition.suffix}"
    job.write(job.blank(), edition, path)
    stored, built = parts(FOLDER / f"{name}-{edition.label}{edition.suffix}"), parts(path)
    assert list(stored) == list(built)
    for part, data in built.items():
        assert stored[part] == data, (
            f"{part} differs {difference(stored[part], data)}; run: xl-jixiao templates -o workbook_templates --overwrite"
        )


def parts(path):
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def difference(stored, built):
    at = next((at for at, (one, other) in enumerate(zip(stored, built, strict=False)) if one != other), min(len(stored), len(built)))
    return f"at byte {at}: stored {stored[max(0, at - 40) : at + 40]!r}, built {built[max(0, at - 40) : at + 40]!r}"
