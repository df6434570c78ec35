"""Mistakes in table files are said in Chinese: every field of every kind of table is given every kind of value TOML knows."""

import copy
import datetime
import re
import tomllib
import warnings
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from support.depth import DEEP, forms, many, spread
from support.scoretable import write

from xl_jixiao.documents import model as documents
from xl_jixiao.scoretable import table as rubric
from xl_jixiao.selfeval import model as self_tables
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables import catalogue, tablefile
from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.tablefile import RubricError, read_toml, validated

VALUES = {
    "空文字": "",
    "文字": "随便",
    "三百字": "长" * 300,
    "整数": 5,
    "负数": -5,
    "很大的数": 10**40,
    "小数": Decimal("0.5"),
    "无穷": Decimal("inf"),
    "不是数": Decimal("nan"),
    "真": True,
    "日期": datetime.date(2020, 1, 1),
    "时间": datetime.time(8),
    "空数组": [],
    "一项数组": [1],
    "三项数组": ["甲", "乙", "丙"],
    "空表": {},
    "表": {"甲": 1},
}
ENGLISH = re.compile(r"[A-Za-z]{2,}['’]?[a-z]* +[A-Za-z]{2,}")
TABLES = {
    "hongjiang-2020-dept": rubric.Rubric,
    "baojing-2019-dept": rubric.Rubric,
    "hongjiang-2020-project": rubric.Rubric,
    "yanling-2020-common": rubric.Rubric,
    "yanling-2020-selfeval": self_tables.SelfEvaluation,
    "generic-selfeval": self_tables.SelfEvaluation,
    "hongjiang-2020-report": documents.Document,
    "xiangxi-2019-project-report": documents.Document,
}
FULL = """
[[inputs]]
name = "甲"
most = "100%"
options = ["一"]
[[checks]]
name = "一"
left = "甲"
right = "甲"
given = ["甲"]
blanks_as_zero = true
level = "必改"
[[pages]]
sheet = "一"
[[pages.rows]]
keep = true
optional = "甲"
head = true
cells = [{ text = "一", rows = 1, style = "label" }]
"""


def paths(data, at=()) -> Iterator[tuple]:
    """Every place in a file once: of the entries of an array the first, and the first of each kind."""
    items = data.items() if isinstance(data, dict) else enumerate(data)
    seen = set()
    for key, value in items:
        kind = (value.get("kind"), *sorted(value)) if isinstance(value, dict) else type(value)
        if isinstance(data, list) and kind in seen:
            continue
        seen.add(kind)
        yield (*at, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*at, key))


def changed(data, path, value):
    """The data with one value in another's place; without a value, the entry is left out."""
    found = place = copy.copy(data)
    for part in path[:-1]:
        place[part] = copy.copy(place[part])
        place = place[part]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return found


def said(name) -> Iterator[tuple[str, str, str]]:
    """What every mistake in a table says: its place, the kind of value, the sentence."""
    model = TABLES[name]
    data = read_toml(catalogue.bundled()[name])
    if model is documents.Document:
        data |= {key: data[key] + value for key, value in tomllib.loads(FULL).items() if key in data}
        data["pages"] = data["pages"][:2] + tomllib.loads(FULL)["pages"]
    shapes = set()
    for path in paths(data):
        shape = tuple("*" if isinstance(part, int) else part for part in path), *(() if "rule" not in path else (str(path[:2]),))
        if shape in shapes:
            continue
        shapes.add(shape)
        kinds = list({**VALUES, "没有": None}.items())
        for kind, value in kinds[len(shapes) % many(3, 1) :: many(3, 1)]:  # in every run one in three, another third at the next place
            try:
                validated(model, changed(data, path, value), "示例", lambda _: iter(()))
            except RubricError as error:
                for problem in error.problems:
                    yield ".".join(map(str, path)), kind, problem


@pytest.mark.parametrize("name", forms(TABLES, "hongjiang-2020-report"))
def test_every_mistake_of_a_table_file_is_said_in_chinese(name):
    problems = list(said(name))
    assert len(problems) > many(100, 300)
    english = {problem for _, _, problem in problems if ENGLISH.search(problem) or tablefile._OTHERWISE in problem}
    assert sorted(english) == []


UNREADABLE = {
    "文字没有引号": ("id = hongjiang", "第1行第6列写法不对"),
    "同一项两次": ("id = 1\nid = 2", "同一项写了两次"),
    "括号没有闭合": ("id = [", "写法不对"),
    "几千位的数": ("id = " + "9" * 5000, "数字太长"),
    "嵌套几万层": ("id = " + "[" * 50_000, "嵌套太深"),
    "GBK 编码": ("id = '中'".encode("gbk"), "第7个字节不是 UTF-8 编码"),
}


@pytest.mark.parametrize(("content", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_at_all(content, message, tmp_path):
    path = tmp_path / "示例.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    with pytest.raises(RubricError) as caught:
        read_toml(path)
    (problem,) = caught.value.problems
    assert message in problem and not ENGLISH.search(problem.replace("UTF-8 TOML", ""))


# ---- the whole way: what loads can be built

OWN = Path(__file__).parent / "data" / "own-county.toml"
SCORING = {
    "own-county": OWN,
    **{name: path for name, path in catalogue.bundled().items() if catalogue.heading(path)["kind"] == "scoring_table"},
}
WRONG = {
    "空文字": "",
    "文字": "x",
    "很长": "长" * 40_000,
    "控制字符": "甲\x01乙",
    "两行": "甲\n乙",
    "负数": -1,
    "零": 0,
    "很大的数": 10**40,
    "太大的小数": Decimal("1e400"),
    "不是数": Decimal("nan"),
    "真": True,
    "空数组": [],
    "空表": {},
    "没有": None,
}


def places(data) -> list[tuple]:
    """Every place of a table that differs from the others by more than its number in an array."""
    found = {}
    for path in paths(data):
        rule = data["indicators"][path[1]]["rule"]["kind"] if "rule" in path else ""
        found.setdefault((tuple(part for part in path if isinstance(part, str)), rule), path)
    return list(found.values())


def loaded(data):
    """The table, or None where its mistakes are said, each in one Chinese line."""
    try:
        return rubric.from_data(data, "示例")
    except RubricError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.startswith("示例 ") and problem.isprintable() and len(problem) < 2000, problem
            assert not ENGLISH.search(problem) and tablefile._OTHERWISE not in problem, problem
        return None


@pytest.mark.parametrize("kind", WRONG)
def test_whatever_a_table_accepts_can_be_built(kind, tmp_path):
    """One wrong value after another, all those kept that a table accepts together with the ones before."""
    data = read_toml(OWN)
    data["indicators"][0] |= {"criterion_span": 1, "inferred": False, "note": "无"}
    for path in spread(places(data), 50):
        try:
            tried = changed(data, path, WRONG[kind])
        except (LookupError, TypeError):  # gone with what stood around it
            continue
        data = tried if loaded(tried) else data
    table = loaded(data)
    editions = (Edition.NATIVE, Edition.ADDIN)
    for edition in editions if DEEP else editions[len(kind) % 2 :][:1]:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            write(table, Answers(table.id, {}), edition, tmp_path / f"{edition.value}.xlsm")


@pytest.mark.parametrize("name", forms(SCORING))
def test_a_wrong_value_anywhere_is_said_in_chinese_lines(name):
    data = read_toml(SCORING[name])
    tried = [
        changed(data, path, value) for path in spread(places(data), 40) for value in (WRONG["文字"], WRONG["空数组"], WRONG["不是数"], None)
    ]
    assert sum(loaded(one) is None for one in tried) > len(tried) / 2
