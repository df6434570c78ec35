"""A table for next year is one command from this year's."""

import tomllib

import pytest
from click.testing import CliRunner

from xl_jixiao.cli import main
from xl_jixiao.jobs import open_job
from xl_jixiao.tables import catalogue
from xl_jixiao.tables.next_year import moved_on


def test_the_years_in_words_move_on_and_sources_stay():
    text = "\n".join(
        [
            'id = "x-2020-dept"',
            'title = "2020年度评分表"',
            'revision = "2020.3"',
            "year = 2020",
            'basis = "某财〔2020〕5号，2020年4月"',
            "[[inputs]]",
            'name = "2019年末结转"',
            'definition = "2020年部门决算，按2013年的口径"',
            'source = "2020年部门决算"',
            "[[indicators]]",
            'year = "2020年"',
        ]
    )
    made = moved_on(text, {"id": "x-2020-dept", "year": 2020}, 2021)
    assert made.id == "x-2021-dept"
    assert made.text.splitlines()[1:] == [
        'id = "x-2021-dept"',
        'title = "2021年度评分表"',
        'revision = "2021.1"',
        "year = 2021",
        'basis = "某财〔2020〕5号，2020年4月"',
        "[[inputs]]",
        'name = "2020年末结转"',
        'definition = "2021年部门决算，按2013年的口径"',
        'source = "2020年部门决算"',
        "[[indicators]]",
        'year = "2021年"',
    ]
    assert made.unsure == ('basis = "某财〔2020〕5号，2020年4月"', 'source = "2020年部门决算"')


KEPT = [
    ("文件名", "按《2023—2025年行动计划》执行", "按《2023—2025年行动计划》执行", True),
    ("规划期", "“十四五”（2021—2025年）任务", "“十四五”（2021—2025年）任务", True),
    ("上上年", "上年即2023年，上上年即2022年", "上年即2024年，上上年即2022年", True),
    ("文号", "2024年按〔2024〕3号执行", "2025年按〔2024〕3号执行", True),
    ("汉字年份", "二〇二四年度新增", "二〇二四年度新增", True),
    ("两位年份", "24年度", "24年度", True),
    ("早年的口径", "2024年起按2018年修正的口径", "2025年起按2018年修正的口径", False),
]


@pytest.mark.parametrize(("said", "moved", "listed"), [case[1:] for case in KEPT], ids=[case[0] for case in KEPT])
def test_what_is_not_the_year_of_the_table_stays_and_is_listed(said, moved, listed):
    made = moved_on(f'[[inputs]]\ndefinition = "{said}"', {"id": "x-2024", "year": 2024}, 2025)
    assert made.text.splitlines()[-1] == f'definition = "{moved}"'
    assert bool(made.unsure) == listed


def test_an_id_without_a_year_gets_one():
    assert moved_on('id = "generic-dept"', {"id": "generic-dept", "year": 2025}, 2027).id == "generic-dept-2027"


@pytest.mark.parametrize("name", sorted(catalogue.bundled()))
def test_every_bundled_table_has_a_next_year_that_loads(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    year = catalogue.heading(catalogue.bundled()[name])["year"] + 1
    result = CliRunner().invoke(main, ["next", name])
    assert result.exit_code == 0, result.output
    (made,) = tmp_path.iterdir()
    data = tomllib.loads(made.read_text(encoding="utf-8"))
    assert (data["year"], data["revision"], data["id"]) == (year, f"{year}.1", made.stem)
    assert open_job(str(made)).table.year == year
    again = CliRunner().invoke(main, ["next", name])
    assert again.exit_code == 2 and "文件已存在" in again.output
