"""加分, 扣分 and 一票否决: data/extras.toml beside own-county.toml, worked out by hand."""

import json
import tomllib
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from support.arrive_check import arrived
from support.office import poison
from support.scoretable import ref, write

from xl_jixiao.arrive.arrived import Tables
from xl_jixiao.cli import main
from xl_jixiao.number import plain
from xl_jixiao.review.desk import line_key, with_reviewed
from xl_jixiao.review.examine import Examined
from xl_jixiao.scoretable import table as tables
from xl_jixiao.scoretable.compile import plan_for, score
from xl_jixiao.scoretable.job import TableJob
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.job import Bounds
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.tablefile import RubricError, read_toml
from xl_jixiao.words import COMPUTED_TOTAL, GRADE, TOTAL, UNFINISHED

DATA = Path(__file__).parent / "data"
GIVEN = tomllib.loads((DATA / "extras.toml").read_text(encoding="utf-8"))
CASES, NAMES = GIVEN["cases"], [one["name"] for one in GIVEN["inputs"]]


def _data():
    data = read_toml(DATA / "own-county.toml")
    return {**data, "highest": 100, "inputs": [*data["inputs"], *GIVEN["inputs"]], "extras": [dict(one) for one in GIVEN["extras"]]}


@pytest.fixture(scope="module")
def table():
    return tables.from_data(_data(), "own-county.toml")


@pytest.fixture(scope="module")
def job(table):
    return TableJob(table)


@pytest.fixture(scope="module")
def filing(job):
    return job.answers(DATA / "own-county-data.toml")


def _filed(filing, case):
    given = {name: _answer(text) for name, text in zip(NAMES, case["figures"], strict=True) if text}
    return Answers(filing.rubric_id, {**filing.values, **given}, filing.adjustments, filing.evidence)


def _answer(text):
    return Decimal(text) if text[-1].isdigit() else text


def _of(case, filing, table):
    return score(table, _filed(filing, case))


def _text(value):
    return plain(value) if isinstance(value, Decimal) else value or ""


@pytest.mark.parametrize("case", CASES, ids=[one["name"] for one in CASES])
def test_points_beside_the_weights_are_the_hand_worked_ones(case, filing, table):
    card = _of(case, filing, table)
    assert [_text(one.points) for one in card.extras] == case["points"]
    assert [_text(card.total), _text(card.computed_total), card.grade or ""] == [case["total"], case["computed"], case["grade"]]
    if "says" in case:
        name, said = case["says"]
        assert [one.worked for one in card.extras if one.extra.name == name] == [said]


def test_the_cells_agree_with_the_hand_in_an_office_program(filing, table, tmp_path, office):
    path = tmp_path / "book.xlsx"
    write(table, _filed(filing, CASES[0]), Edition.NATIVE, path)
    steps = []
    with office.open(poison(path, tmp_path / "poisoned.xlsx")) as book:
        for case in CASES:
            for name, text in zip(NAMES, case["figures"], strict=True):
                place = ref(table, name)
                book.put(place.sheet, place.local, None if not text else float(_answer(text)) if text[-1].isdigit() else text)
            steps.append(book.values())
    keys = [*(one.key for one in table.extras), TOTAL, COMPUTED_TOTAL, GRADE]
    for case, values in zip(CASES, steps, strict=True):
        open_total = [text or UNFINISHED for text in (case["total"], case["computed"])]
        expected = [*case["points"], *open_total, case["grade"]]
        shown = [values[ref(table, key).sheet].get(ref(table, key).local, "") for key in keys]
        assert [one if isinstance(one, str) else f"{round(one, 2):g}" for one in shown] == expected, case["name"]


def test_the_addin_edition_says_the_grade_of_a_veto_itself(filing, table, tmp_path, office):
    case = next(one for one in CASES if one["grade"] == "差" and one["total"] != "0")
    (tmp_path / "毒").mkdir()
    path = tmp_path / "自评.xlsm"
    write(table, _filed(filing, case), Edition.ADDIN, path)
    live = office.live(poison(path, tmp_path / "毒" / path.name))
    assert live.values[ref(table, GRADE).sheet][ref(table, GRADE).local] == "差"


def test_the_form_prints_them_below_the_indicators_and_the_weights_stay_a_hundred(filing, table, tmp_path):
    path = tmp_path / "book.xlsx"
    write(table, _filed(filing, CASES[2]), Edition.FINISHED, path)
    form = openpyxl.load_workbook(path, data_only=True)[table.form.sheet]
    rows = {row[0]: row for row in form.iter_rows(values_only=True) if row[0]}
    assert [(rows[one.name][3], rows[one.name][6]) for one in table.extras] == [
        ("最多加5分", 5),
        ("加分", 0),
        ("最多扣10分", -10),
        ("否决", "未触及"),
        ("否决", "未触及"),
        ("否决", "未触及"),
    ]
    assert (rows["加分项"][5], rows["超收加分"][5]) == (GIVEN["extras"][0]["criterion"], "加分=超收金额×0.015。")
    assert (rows["总分"][3], rows["总分"][6]) == (100, 63.65)


def test_a_filing_is_filled_exported_and_reviewed_without_a_finding_of_its_own(tmp_path):
    table, data = tmp_path / "own-county-2025.toml", tmp_path / "data.toml"
    text = (DATA / "own-county.toml").read_text(encoding="utf-8")
    given = (DATA / "extras.toml").read_text(encoding="utf-8")
    added = "".join("[[inputs]]\n" + "\n".join(f"{k} = {_toml(v)}" for k, v in one.items()) + "\n" for one in GIVEN["inputs"])
    text = text.replace("[[identities]]", f"{added}\n[[identities]]", 1).replace("total = 100", "total = 100\nhighest = 100", 1)
    table.write_text(f"{text}\n{given[given.index('[[extras]]') : given.index('[[cases]]')]}", encoding="utf-8")
    figures = "".join(f'"{name}" = {text}\n' for name, text in zip(NAMES[:5], CASES[2]["figures"], strict=False))
    data.write_text(
        (DATA / "own-county-data.toml").read_text(encoding="utf-8").replace("[answers]\n", f"[answers]\n{figures}", 1), encoding="utf-8"
    )
    for suffix in (".xlsx", ".xlsm"):
        book, out = tmp_path / f"自评{suffix}", tmp_path / f"成品{suffix}"
        for arguments in (["fill", table, data, "-o", book], ["export", book, "-o", out, "--rubric", table]):
            result = CliRunner().invoke(main, list(map(str, arguments)))
            assert result.exit_code == 0 and "总分 63.65，等次 中" in result.output, result.output
        (made,) = out.glob("*.xlsx")
        listed = tmp_path / f"审核{suffix}.json"
        CliRunner().invoke(main, ["review", str(made), "--rubric", str(table), "--json", str(listed), "-o", str(out / "审核.xlsx")])
        (examined,) = json.loads(listed.read_text(encoding="utf-8"))
        assert [one["code"] for one in examined["findings"]] == ["JX401"]  # the adjustment that own-county-data.toml explains
        (report,) = out.glob("*.docx")
        said = "".join(paragraph.text for paragraph in docx.Document(str(report)).paragraphs)
        assert "总分63.65分（满分100分，加5分，扣10分）" in said and "加分项（最多加5分）。2×省级表彰项数" in said


def _toml(value):
    if isinstance(value, list):
        return str(value).replace("'", '"')
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'


@pytest.mark.parametrize("case", GIVEN["mistakes"], ids=[one["says"][:40] for one in GIVEN["mistakes"]])
def test_a_row_beside_the_weights_that_is_written_wrongly_is_refused_with_the_way_out(case):
    at, key, value = case["change"]
    data = _data()
    if at:
        data["extras"][at - 1][key] = value
        if key == "add":
            data["extras"][at - 1].pop("deduct", None)
    else:
        # the second adds without a limit; without it the highest total has one
        data["extras"].pop(1)
        data[key] = value
    with pytest.raises(RubricError) as error:
        tables.from_data(data, "own-county.toml")
    assert any(case["says"] in text for text in error.value.problems), error.value.problems


def test_a_form_of_another_program_says_nothing_of_rows_beside_the_weights_that_are_clear(filing, table, tmp_path):
    path, foreign = tmp_path / "book.xlsx", tmp_path / "来表.xlsx"
    write(table, _filed(filing, CASES[2]), Edition.FINISHED, path)
    form = openpyxl.load_workbook(path, data_only=True)[table.form.sheet]
    book = openpyxl.Workbook()
    for row in form.iter_rows():
        for cell in row:
            if cell.value is not None:
                book.active.cell(cell.row, cell.column, cell.value)
    for merged in form.merged_cells.ranges:
        book.active.merge_cells(str(merged))
    book.save(foreign)
    (read,), _ = arrived(foreign, Tables((), (table,)))
    rows = {cell.row for row in book.active.iter_rows() for cell in row if cell.value in [one.name for one in table.extras]}
    assert len(rows) == len(table.extras) and read.made.table is table
    assert not [one for one in read.findings if one.place.cell.lstrip("ABCDEFG") in map(str, rows)]


BOUNDS = {
    "added and taken off": (Bounds(Decimal(-5)), "60", "55"),
    "never below nothing": (Bounds(Decimal(-5)), "3", "0"),
    "never above the highest": (Bounds(Decimal(5), Decimal(100)), "98", "100"),
    "nothing where a veto is touched": (Bounds(Decimal(5), Decimal(0)), "98", "0"),
}


@pytest.mark.parametrize(("bounds", "points", "total"), BOUNDS.values(), ids=BOUNDS)
def test_a_reviewers_total_keeps_what_stands_beside_the_weights(bounds, points, total):
    assert bounds.settled(Decimal(points)) == Decimal(total)


def test_a_reviewer_who_changes_points_of_such_a_filing_sees_the_total_it_comes_to(filing, job):
    answers = _filed(filing, CASES[2])
    result = job.evaluate(answers)
    examined = Examined(
        Path("甲.xlsx"),
        total=result.total,
        lines=tuple(result.lines()),
        grades=(("优", Decimal(90)), ("差", Decimal(0))),
        bounds=result.bounds,
    )
    line = next(one for one in examined.lines if one.code == "预算调整率")
    changed, wrong = with_reviewed(examined, {line_key(examined, line): {"复核得分": "8", "复核理由": "依据充分"}})
    assert (changed.reviewed_total, wrong) == (Decimal("67.86"), [])  # (65.22+4)×100÷95 = 72.8631…, +5-10


def test_an_untouched_workbook_of_such_a_table_has_no_total(table):
    plan = plan_for(table, Edition.NATIVE)
    values = plan.values({})
    assert values[TOTAL] == UNFINISHED and values[table.extras[0].key] == ""
