"""The register of findings: each kind declared once and used as declared."""

import ast
import re
from pathlib import Path

import pytest

from xl_jixiao.finding import REGISTER, Place, found

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "xl_jixiao").rglob("*.py"))
CODE = re.compile(r"JX\d{3}")


def bare_findings(path):
    """Where a file makes a finding with the bare constructor."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
            yield f"{path.relative_to(ROOT)}:{node.lineno}"


def test_codes_and_names_stand_once_and_in_order():
    assert list(REGISTER) == sorted(REGISTER)
    assert all(CODE.fullmatch(code) for code in REGISTER)
    names = [one.name for one in REGISTER.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", name) for name in names)


@pytest.mark.parametrize("code", REGISTER)
def test_a_kind_says_what_it_means_and_what_to_do(code):
    one = REGISTER[code]
    assert one.meaning and one.remedy
    assert not re.search(r"[|\n]", one.meaning + one.remedy)


def test_the_sources_name_every_declared_code_and_no_other():
    named = {code for path in SOURCES if path.stem != "finding" for code in CODE.findall(path.read_text(encoding="utf-8"))}
    assert named == set(REGISTER)


def test_findings_are_made_by_the_register_alone():
    assert [place.partition(":")[0] for path in SOURCES for place in bare_findings(path)] == ["xl_jixiao/finding.py"]


def test_a_finding_takes_name_and_level_from_the_register():
    finding = found("JX201", Place("某局.xlsx", "评分底稿", "K12"), "没有理由", "2", "3")
    assert str(finding) == "JX201 adjustment-without-reason 必改：某局.xlsx ▸ 评分底稿!K12：没有理由"
    assert (finding.reported, finding.expected) == ("2", "3")


def test_a_code_nobody_declared_is_refused():
    with pytest.raises(KeyError):
        found("JX999", Place(), "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("第1行““互联网+政务服务”事项”没有完成值", "第1行“‘互联网+政务服务’事项”没有完成值"),
        ("“甲”与“乙”不符", "“甲”与“乙”不符"),
        ("第2行“由“一网通”截短", "第2行“由‘一网通’截短"),
    ],
)
def test_quotation_marks_within_others_are_single(text, said):
    assert found("JX101", Place(), text).message == said
