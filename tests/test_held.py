"""What many results say alike is held once, and says the same."""

import pickle
from dataclasses import replace
from pathlib import Path

from xl_jixiao.review.examine import examine
from xl_jixiao.review.held import SharedPieces
from xl_jixiao.scoretable.job import TableJob
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.catalogue import examples

CASE = "hongjiang-2020-dept"


def test_results_of_other_processes_share_their_pieces_and_stay_equal(tmp_path: Path):
    job, path = TableJob.load(CASE), tmp_path / "某局.xlsx"
    job.write(job.answers(examples()[CASE]), Edition.NATIVE, path)
    one = pickle.dumps(examine(path))
    held = SharedPieces()
    first, second = (held.result(pickle.loads(one)) for _ in range(2))
    assert [replace(each, texts=tuple(each.texts), facts=tuple(each.facts)) for each in (first, second)] == [pickle.loads(one)] * 2
    assert first.lines and all(line is other for line, other in zip(first.lines, second.lines, strict=True))
    assert first.texts and first.facts


def test_a_row_of_a_sound_file_that_is_forged_in_the_next_is_found(tmp_path: Path):
    """The same rows are judged once: three sound files, then one with another word printed in a row the others share."""
    from support.tamper import Tampered

    job = TableJob.load(CASE)
    answers = job.answers(examples()[CASE])
    for number in range(3):
        path = tmp_path / f"第{number}局.xlsx"
        job.write(answers, Edition.NATIVE, path)
        assert not [one for one in examine(path).findings if one.code.startswith("JX61")]
    forged = Tampered(path)
    sheet = next(sheet for sheet in job.plan(answers, Edition.NATIVE).sheets if sheet.name == job.rubric.form.sheet)
    label = next(one for one in sheet.cells if one.row > 3 and isinstance(getattr(one.content, "value", None), str) and not one.content.key)
    forged.put(sheet.name, f"{chr(65 + label.column)}{label.row + 1}", "别的字")
    found = examine(forged.write(tmp_path / "改.xlsx")).findings
    assert [one.place.cell for one in found if one.message.startswith("表内印好的内容被改动")] == [
        f"{chr(65 + label.column)}{label.row + 1}"
    ]
