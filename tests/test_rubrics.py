"""The bundled rubrics and examples: they load, add up, say what the published forms say, and give the published totals."""

import json
import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from support.scoretable import native

from xl_jixiao import jobs
from xl_jixiao.formula import parse
from xl_jixiao.scoretable import compile as scoring
from xl_jixiao.scoretable import table as rubric
from xl_jixiao.tables import answers, catalogue
from xl_jixiao.tables.tablefile import RubricError

DATA = Path(__file__).parent / "data"
PRINTED = json.loads((DATA / "printed_texts.json").read_text(encoding="utf-8"))
MISTAKES = tomllib.loads((DATA / "rubric_mistakes.toml").read_text(encoding="utf-8"))["cases"]

# total (published where there is one), what the rules alone give, grade
TOTALS = {
    "baojing-2019-dept": ("92.00", "91.00", "优"),
    "generic-dept": ("89.84", "89.64", "良"),
    "hongjiang-2020-dept": ("89.50", "68.50", "良好"),
    "hongjiang-2020-project": (None, None, None),
    "yanling-2020-common": ("100.00", "100.00", "优"),
    "yueyang-dept": ("32.00", "32.00", "优"),
}

WORKED = {
    "baojing-2019-dept": {
        "在职人员控制率": "在职人员控制率=(72-14-4)÷71×100%=76.06%",
        "三公经费变动率": "“三公经费”变动率=(90-90)÷90×100%=0.00%",
        "预算完成率": "预算完成率=(84.39+1521.39+9.16-62.29)÷(84.39+1521.39+9.16)×100%=96.14%",
        "预算控制率": "预算控制率=9.16÷1521.39×100%=0.60%",
        "公用经费控制率": "公用经费控制率=234.56÷141.6×100%=165.65%",
        "三公经费控制率": "“三公经费”控制率=15.35÷90×100%=17.06%",
        "政府采购执行率": "政府采购执行率=15.01÷15×100%=100.07%",
    },
    "hongjiang-2020-project": {
        "资金到位率": "资金到位率=548.5÷548.5×100%=100.00%",
        "到位及时率": "到位及时率=548.5÷548.5×100%=100.00%",
    },
    "yanling-2020-common": {"资金到位率": "资金到位率=62÷62×100%=100.00%"},
}

TABLES = {name: path for name, path in catalogue.bundled().items() if catalogue.heading(path)["kind"] == "scoring_table"}
NARRATIVE = "baojing-2019-dept"
"""The table that was made from a narrative report: its texts are about one unit."""

ids = pytest.mark.parametrize("name", sorted(TABLES))


def card(name):
    table = rubric.load(name)
    return scoring.score(table, answers.load(catalogue.examples()[name], table.asked))


def squeezed(text):
    return "".join(text.split())


def test_every_rubric_has_an_example_and_an_expected_total():
    assert set(TABLES) == set(TOTALS) and set(TABLES) <= set(catalogue.examples())


@ids
def test_it_loads_under_its_own_name_and_adds_up(name):
    table = rubric.load(name)
    assert table.id == name == catalogue.heading(TABLES[name])["id"]
    assert sum(indicator.weight for indicator in table.indicators) == table.total
    assert table.total == 100 or "节录" in table.title
    assert str(table.year) in table.revision


@ids
def test_every_number_has_a_source(name):
    table = rubric.load(name)
    assert table.basis and table.grades_basis
    for indicator in table.indicators:
        assert indicator.basis, indicator.name
        assert not indicator.inferred or "公布" in indicator.basis or "倒推" in indicator.basis, indicator.name


@ids
def test_every_indicator_says_how_it_is_scored(name):
    for indicator in rubric.load(name).indicators:
        assert indicator.scorer.criterion().endswith("。"), indicator.name
        assert indicator.printed_criterion


@ids
def test_no_personal_data(name):
    for path in (TABLES[name], catalogue.examples()[name]):
        assert not re.search(r"\d{7,}|姓名|电话|联系人", path.read_text(encoding="utf-8"))


@ids
def test_the_example_gives_the_expected_total(name):
    total, computed, grade = TOTALS[name]
    found = card(name)
    assert found.total == (total and Decimal(total))
    assert found.computed_total == (computed and Decimal(computed))
    assert found.grade == grade
    for score in found.scores:
        assert score.adjustment is None or score.computed != score.points, f"{score.code}：调整没有改变得分"


def test_the_open_example_lacks_exactly_the_judged_points():
    found = card("hongjiang-2020-project")
    assert len(found.unfinished) == len(found.scores) == 20
    assert [score.code for score in found.scores if score.rate is not None] == ["资金到位率", "到位及时率"]


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, lines in WORKED.items() for code in lines])
def test_worked_lines(name, code):
    assert card(name).by_code[code].worked == WORKED[name][code]


@ids
def test_the_example_reconciles(name):
    table = rubric.load(name)
    given = answers.load(catalogue.examples()[name], table.asked)
    off = {}
    for identity in table.identities:
        difference = parse(identity.left).value(given.values) - parse(identity.right).value(given.values)
        assert abs(difference) <= identity.tolerance, identity.name
        if difference:
            off[identity.name] = difference
    assert off == ({"收支平衡": Decimal("-0.01")} if name == "baojing-2019-dept" else {})


@ids
def test_the_example_answers_everything_required_or_is_said_to_be_open(name):
    table = rubric.load(name)
    given = answers.load(catalogue.examples()[name], table.asked)
    assert [item.name for item in table.inputs if item.required and given.get(item.key) is None] == []


@pytest.mark.parametrize("name", sorted(PRINTED))
def test_the_texts_are_the_printed_ones(name):
    table, printed = rubric.load(name), PRINTED[name]
    assert len(table.indicators) == len(printed)
    for indicator, row in zip(table.indicators, printed, strict=True):
        shown = indicator.explanation or (indicator.lines[0].content if indicator.lines else "")
        assert (list(indicator.path), indicator.name, indicator.weight) == (row["path"], row["name"], row["weight"])
        if name == NARRATIVE:  # what the unit said of itself is no part of a blank form
            assert row["explanation"] in squeezed(indicator.note) and row["explanation"] not in squeezed(shown)
        else:
            assert squeezed(shown) == row["explanation"], indicator.name
        assert squeezed(indicator.criterion) == row["criterion"], indicator.name


def test_printed_subtotals():
    """The forms print them in brackets beside the headings: 目标设定（5分）."""
    checked = 0
    for name in TABLES:
        table = rubric.load(name)
        for label, text in table.form.labels.items():
            found = re.search(r"（(\d+)分", text)
            if found:
                path = tuple(label.split("/"))
                assert sum(one.weight for one in table.indicators if one.path[: len(path)] == path) == int(found[1]), (name, label)
                checked += 1
    assert checked == 7 + 9 + 7 + 1


@ids
def test_every_form_label_belongs_to_an_indicator(name):
    table = rubric.load(name)
    known = {indicator.path[0] for indicator in table.indicators} | {"/".join(indicator.path) for indicator in table.indicators}
    assert set(table.form.labels) <= known


def test_baojing_weights_of_the_three_parts():
    table = rubric.load("baojing-2019-dept")
    parts = {}
    for indicator in table.indicators:
        parts[indicator.path[0]] = parts.get(indicator.path[0], 0) + indicator.weight
    assert parts == {"投入": 13, "过程": 61, "产出及效率": 26}
    assert all(indicator.inferred for indicator in table.indicators)


def test_yanling_other_tier_is_printed_as_a_deduction_and_scored_as_points():
    benefit = rubric.load("yanling-2020-common").indicator_by_code["社会效益"]
    assert "其它情形，扣1-15分" in benefit.scorer.criterion()
    assert benefit.scorer.points(None, ["有效", 13]) == 13
    assert benefit.scorer.points(None, ["其它情形", 14]) == 14
    assert benefit.scorer.points(None, ["其它情形", 15]) == 14
    assert benefit.scorer.points(None, ["其它情形", 0]) == 0
    assert "MEDIAN(0,b,14)" in native(benefit.scorer)("r", ["a", "b"])


def broken(tmp_path, change, table="hongjiang-2020-dept"):
    text = (TABLES.get(table) or DATA / f"{table}.toml").read_text(encoding="utf-8")
    for old, new in change:
        assert old in text, f"样例里没有“{old}”"
        text = text.replace(old, new, 1)
    path = tmp_path / "示例.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RubricError) as caught:
        jobs.open_job(str(path))
    return caught.value.problems


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: case["name"])
def test_mistakes(case, tmp_path):
    problems = broken(tmp_path, case["change"], case.get("table", "hongjiang-2020-dept"))
    assert all(problem.startswith("示例.toml") and problem.isprintable() and len(problem) < 600 for problem in problems)
    assert len(problems) == case.get("lines", len(problems))
    for part in case["expected"]:
        assert part in "\n".join(problems)


def test_a_mistake_is_reported_once(tmp_path):
    assert len(broken(tmp_path, [['test = "at_most", target = "0%"', 'test = "most", target = "0%"']])) == 1


def test_a_file_that_is_not_utf_8(tmp_path):
    path = tmp_path / "国标码.toml"
    path.write_bytes('title = "评分表"'.encode("gbk"))
    with pytest.raises(RubricError, match="国标码.toml：不是有效的 UTF-8 TOML 文件"):
        rubric.load(str(path))


def test_a_file_with_a_byte_order_mark_loads(tmp_path):
    path = tmp_path / "带签名.toml"
    path.write_text(TABLES["generic-dept"].read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert rubric.load(str(path)).id == "generic-dept"


def test_an_unknown_rubric_lists_the_known_ones():
    with pytest.raises(FileNotFoundError, match="没有评分标准“hongjiang”.*hongjiang-2020-dept"):
        rubric.load("hongjiang")


def _texts(value):
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value.strip()


@pytest.mark.parametrize("name", sorted(set(catalogue.examples()) & set(catalogue.bundled())))
def test_a_blank_template_carries_no_text_of_the_example(name):
    """Words of the form itself aside (二级指标, choices): passages, and figures with their units."""
    table = tomllib.loads(catalogue.bundled()[name].read_text(encoding="utf-8"))
    sources = ("basis", "note", "notes", "grades_basis", "rows_basis")
    said = json.dumps(_without(table, sources), ensure_ascii=False)
    known = {word for one in table.get("classes", ()) for word in one["subclasses"]}
    filled = tomllib.loads(catalogue.examples()[name].read_text(encoding="utf-8"))
    passages = {text for text in _texts(filled) if len(text) >= 12 and text not in known and text != name}
    assert [text for text in passages if text in said and "如 " + text not in said and f'"{text}"' not in said] == []


def _without(value, keys):
    if isinstance(value, dict):
        return {key: _without(one, keys) for key, one in value.items() if key not in keys}
    return [_without(one, keys) for one in value] if isinstance(value, list) else str(value)
