"""The manuals say what the code does: every finding code, rule kind and key is there, commands exist, links lead somewhere."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from xl_jixiao.cli import main
from xl_jixiao.finding import REGISTER, register_table
from xl_jixiao.rules import RULES
from xl_jixiao.scoretable.model import Form, Indicator, PrintedLine, Rubric
from xl_jixiao.sheet.addin import BUTTONS
from xl_jixiao.tables.catalogue import bundled, known
from xl_jixiao.tables.inputs import Input
from xl_jixiao.tables.parts import Column, Grade, Identity
from xl_jixiao.tables.tablefile import RubricError

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
COUNTY, CLERK, REVIEWER = DOCS / "adding-a-county.md", DOCS / "clerk-manual.md", DOCS / "reviewer-manual.md"
WRITTEN = [COUNTY, CLERK, REVIEWER, DOCS / "windows-check.md", ROOT / "CHANGELOG.md", ROOT / "README.md"]
documents = pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)

_CODE = re.compile(r"JX\d{3}")
_MADE_UP = "generic-dept"


def test_the_reviewers_manual_has_the_register_of_findings():
    manual = REVIEWER.read_text(encoding="utf-8")
    table = manual.partition("<!-- 以下由程序的问题登记表生成 -->")[2].partition("<!-- 以上由程序的问题登记表生成 -->")[0]
    assert table.strip() == register_table().strip()


def test_codes_mentioned_elsewhere_exist():
    for path in WRITTEN:
        assert set(_CODE.findall(path.read_text(encoding="utf-8"))) <= set(REGISTER), path.name


def county_parts() -> list[str]:
    text = COUNTY.read_text(encoding="utf-8")
    _, english, chinese = re.split(r"^# (?:English|中文)$", text, flags=re.MULTILINE)
    return [english, chinese]


def ticked(text: str) -> set[str]:
    """Words inside back-ticks and in indented examples."""
    code = " ".join([*re.findall(r"`([^`]+)`", text), *re.findall(r"^    .*$", text, re.MULTILINE)])
    return set(re.findall(r"[A-Za-z_]+", code))


def models_of(model: type[BaseModel]) -> set[type[BaseModel]]:
    """A model and every model inside it."""
    found, todo = set(), [model]
    while todo:
        one = todo.pop()
        if one in found:
            continue
        found.add(one)
        for field in one.model_fields.values():
            todo += inside(field.annotation)
    return found


def inside(annotation) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [one for part in getattr(annotation, "__args__", ()) for one in inside(part)]


@pytest.mark.parametrize("part", [0, 1], ids=["English", "中文"])
@pytest.mark.parametrize("model", [Rubric, Indicator, Input, Form, Identity, Grade, Column, PrintedLine], ids=lambda model: model.__name__)
def test_every_key_of_a_table_file_is_explained(model, part):
    missing = set(model.model_fields) - ticked(county_parts()[part])
    assert not missing, f"docs/adding-a-county.md 没有写到 {model.__name__} 的 {sorted(missing)}"


@pytest.mark.parametrize("part", [0, 1], ids=["English", "中文"])
@pytest.mark.parametrize("kind", sorted(RULES))
def test_every_rule_kind_has_its_row_and_every_parameter_is_named(kind, part):
    text = county_parts()[part]
    assert re.search(rf"^\| `{kind}` \|.*kind = \"{kind}\"", text, re.MULTILINE), f"docs/adding-a-county.md 规则表缺少 {kind}"
    keys = {name for model in models_of(RULES[kind]) for name in model.model_fields}
    assert not keys - ticked(text), f"docs/adding-a-county.md 没有写到 {kind} 的 {sorted(keys - ticked(text))}"


def test_no_rule_kind_is_explained_that_does_not_exist():
    for text in county_parts():
        assert set(re.findall(r"^\| `(\w+)` \|[^|]*\| `\{ kind", text, re.MULTILINE)) == set(RULES)


def test_both_languages_have_the_same_sections():
    english, chinese = ([len(re.findall(mark, text, re.MULTILINE)) for mark in (r"^## ", r"^\|", r"^    \S")] for text in county_parts())
    assert english == chinese


def test_the_examples_of_errors_are_what_the_code_says(tmp_path):
    from xl_jixiao.scoretable import table as rubric
    from xl_jixiao.tables import answers

    source = ROOT / "tests" / "data" / "own-county.toml"
    table, text = rubric.load(str(source)), source.read_text(encoding="utf-8")
    path = tmp_path / source.name
    said = []
    for old, new in (
        ('partial = "started"', 'partial = "started", flor = 1'),
        ('partial = "started"', 'partial = "startd"'),
        ("weight = 12", "weight = 13"),
    ):
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(RubricError) as caught:
            rubric.load(str(path))
        said += caught.value.problems
    data = tmp_path / "own-county-data.toml"
    data.write_text('"编制人数" = 50', encoding="utf-8")
    with pytest.raises(answers.AnswersError) as refused:
        answers.load(data, table.asked)
    for line in (*said, *refused.value.problems):
        assert COUNTY.read_text(encoding="utf-8").count(f"    {line}\n") == 2, line


def test_every_option_is_explained_somewhere():
    context = main.make_context("xl-jixiao", ["rubrics"])
    said = "".join(path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))])
    options = {max(one.opts, key=len) for name in main.list_commands(context) for one in main.get_command(context, name).params}
    assert [one for one in sorted(options) if one.startswith("--") and one != "--output" and one not in said] == []


@documents
def test_commands_and_their_options_exist(path):
    context = main.make_context("xl-jixiao", ["rubrics"])
    known = set(main.list_commands(context))
    named = {option for name in known for one in main.get_command(context, name).params for option in (*one.opts, *one.secondary_opts)}
    seen = 0
    for line in re.findall(r"xl-jixiao ([^`\n|]+)", path.read_text(encoding="utf-8")):
        words = line.split()
        if not re.fullmatch(r"[a-z]+", words[0]):
            continue
        assert words[0].rstrip(".,;") in known, f"{path.name}：没有命令 xl-jixiao {words[0]}"
        command = main.get_command(context, words[0])
        allowed = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"-h", "--help"}
        assert {word for word in words if re.fullmatch(r"--?[a-z][a-z-]*", word)} <= allowed, line
        seen += 1
    if path in (COUNTY, REVIEWER):
        assert seen >= 3
        loose = {
            option
            for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", path.read_text(encoding="utf-8"))
            if option not in ("--headless", "--convert-to")
        }
        assert loose <= named


@documents
def test_tables_named_in_commands_are_bundled_or_the_example(path):
    for reference in re.findall(r"xl-jixiao (?:build|score|fill) (\S+)", path.read_text(encoding="utf-8")):
        reference = reference.strip("`")
        if reference in ("RUBRIC",) or reference.startswith("["):
            continue
        assert reference in known() or (ROOT / "tests" / "data" / reference).is_file(), reference
    assert _MADE_UP in bundled()


@documents
def test_relative_links_resolve(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        place, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", place):
            continue
        file = (path.parent / place) if place else path
        assert file.exists(), f"{path.name}：{target} 不存在"
        if anchor:
            heads = [
                re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-")
                for head in re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            ]
            assert anchor.lower() in heads, f"{path.name}：{target} 没有这一节"


@pytest.mark.parametrize("path", WRITTEN[:3], ids=lambda path: path.name)
def test_the_manuals_name_no_person_telephone_or_machine(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\d{7,}|电话：|/tmp/|/work/|/home/|[A-Z]:\\Users", text)


def test_the_clerk_finds_every_button_sheet_and_word():
    from xl_jixiao import words as house
    from xl_jixiao.tables.rates import Zero
    from xl_jixiao.words import (
        BLANK,
        EXPLAIN,
        FILLED,
        INVALID,
        MUST_FIX,
        NO_BUDGET,
        OPTIONAL,
        PASSED,
        READY,
        ROUNDING,
        UNCOMPUTABLE,
        UNFINISHED,
    )

    text = CLERK.read_text(encoding="utf-8")
    words = [BLANK, NO_BUDGET, READY, UNFINISHED, MUST_FIX, ROUNDING, EXPLAIN, FILLED, OPTIONAL, PASSED, INVALID, UNCOMPUTABLE]
    words += [Zero.NOT_APPLICABLE, Zero.NOT_COMPARABLE, "超预算", *(caption for caption, _ in BUTTONS)]
    words += [house.GUIDE, house.DATA, house.WORKING, house.CHECKS, house.ANALYSIS]
    assert [str(word) for word in words if str(word) not in text] == []


def test_sheets_and_stamp_named_to_the_reviewer_exist():
    from xl_jixiao import words as house
    from xl_jixiao.sheet.edition import Edition, StampName

    text = REVIEWER.read_text(encoding="utf-8")
    facts = [StampName.RUBRIC, StampName.REVISION, StampName.EDITION, StampName.DIGEST, StampName.VERSION, *Edition]
    assert [str(word) for word in (*facts, house.CONCLUSION, house.WORKING, house.DATA, house.CHECKS) if str(word) not in text] == []
