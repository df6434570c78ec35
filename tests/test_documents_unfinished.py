"""What a document lacks before it goes out: a sentence left open is 必改, an optional passage is left out of the sheet and of the report."""

import openpyxl
import pytest
from support.depth import forms
from support.office import poison

from xl_jixiao.documents.job import DocumentJob
from xl_jixiao.documents.trees import trees_of
from xl_jixiao.finding import Unfinished
from xl_jixiao.jobs import open_job
from xl_jixiao.review.agree import word_texts
from xl_jixiao.review.examine import examine
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.package import read
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.words import CHECKS, MUST_FIX, PASSED, TO_FILL

DOCUMENTS = [name for name in forms(examples()) if isinstance(open_job(name), DocumentJob)]
OPEN = (
    ("a reason within a sentence", "hongjiang-2020-accounts", "收支变动原因", "主要原因是〔待填〕"),
    ("a passage after a figure", "yanling-2020-report", "资金来源和用途", "项目资金62万元。〔待填〕"),
    ("a part of a figure of a sentence", "hongjiang-2020-report", "本级人员支出", "人员经费支出〔待填〕万元"),
)


def without(name, *keys):
    """The answers of an example without some of them."""
    job = open_job(name)
    answers = job.answers(examples()[name])
    return job, Answers(answers.rubric_id, {key: value for key, value in answers.values.items() if key not in keys})


@pytest.mark.parametrize(("name", "key", "said"), [one[1:] for one in OPEN], ids=[one[0] for one in OPEN])
def test_a_sentence_left_open_keeps_the_document_from_going_out(name, key, said, tmp_path):
    job, answers = without(name, key)
    with pytest.raises(Unfinished) as unfinished:
        job.finish(answers, tmp_path)
    (found,) = [one for one in unfinished.value.findings if one.code == "JX111"]
    ref = job.evaluate(answers).filled.plan.ref(key)
    assert (found.place.sheet, found.place.cell) == (ref.sheet, ref.local)
    assert key in found.message and said in found.message


def test_a_sentence_in_a_cell_of_a_table_left_open_names_all_it_needs():
    planned = ("计划中央财政", "计划省财政", "计划州财政", "计划县财政", "计划自筹", "计划其他")
    job, answers = without("xiangxi-2019-project-report", *planned)
    messages = [one.message for one in job.evaluate(answers).findings if one.code == "JX111"]
    assert messages and all("项目计划投入〔待填〕万元" in one for one in messages)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_examples_have_no_open_sentence(name):
    job, answers = without(name)
    assert [one for one in job.evaluate(answers).findings if one.code == "JX111"] == []


@pytest.mark.parametrize("name", ["hongjiang-2020-accounts", "hongjiang-2020-report", "xiangxi-2019-project-report"])
def test_optional_passages_nobody_filled_are_left_out_of_sheet_and_report(name, tmp_path):
    job = open_job(name)
    job, answers = without(name, *(item.key for item in job.form.inputs if item.long and not item.required))
    files, result = job.finish(answers, tmp_path)
    assert any(one.code == "JX105" for one in result.findings)
    cells = [cell.value for sheet in read(files[0]).sheets.values() for cell in sheet.cells.values()]
    assert [value for value in cells if isinstance(value, str) and TO_FILL in value] == []
    assert [text for _, text in word_texts(files[1]) if TO_FILL in text] == []
    assert examine(files[0]).must_fix is False


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_sheet_says_of_every_sentence_what_export_says(name):
    """Each optional answer taken out alone, and then with all others of its kind: 校验 and the findings name the same answers."""
    job, answers = without(name)
    trees = trees_of(job.form)
    optional = sorted({key for page in trees.open_sentences.values() for key, _ in page})
    for gone in [*([key] for key in optional), optional, list(answers.values)]:
        kept = Answers(answers.rubric_id, {key: value for key, value in answers.values.items() if key not in gone})
        result = job.evaluate(kept)
        place = {str(ref): key for key, (ref, _) in result.filled.plan.entries.items()}
        found = {place[f"{one.place.sheet}!{one.place.cell}"] for one in result.findings if one.code == "JX111"}
        live = {key for page in trees.open_sentences.values() for key, test in page if test.value(result.filled.values)}
        assert live == found, gone


@pytest.mark.parametrize(("name", "key", "said"), [one[1:] for one in OPEN], ids=[one[0] for one in OPEN])
def test_a_sentence_left_open_is_said_by_the_sheet_itself(office, name, key, said, tmp_path):
    job, answers = without(name, key)
    job.write(answers, Edition.NATIVE, tmp_path / "a.xlsx")
    rows = office.recalculate(poison(tmp_path / "a.xlsx", tmp_path / "b.xlsx"))[CHECKS]
    lines = [(rows[f"C{at}"], rows[f"D{at}"]) for at in range(5, 60) if "的句子都写完了" in str(rows.get(f"B{at}", ""))]
    assert any(result == MUST_FIX and f"“{key}”" in detail for result, detail in lines)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_check_that_passes_does_not_speak_of_what_is_missing(name, tmp_path):
    job = open_job(name)
    job.write(job.answers(examples()[name]), Edition.NATIVE, tmp_path / "a.xlsx")
    rows = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)[CHECKS].iter_rows(values_only=True)
    passed = [(row[1], row[3]) for row in rows if row[2] == PASSED]
    assert passed and [one for one in passed if "没有填" in str(one[1])] == []
