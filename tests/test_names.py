"""One word means one thing in the whole house."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("xl_jixiao", "udfs")
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
LOOSE_FILES = 14


def types_of(path):
    """The classes of a file, and its names for other types; type variables mean nothing outside their file."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and not is_variable(node.value):
            name = node.targets[0].id
            if name[0].isupper() and (len(name) == 1 or not name.isupper()):
                yield name


def is_variable(value):
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "TypeVar"


def test_no_two_types_share_a_name():
    homes = defaultdict(list)
    for path in SOURCES:
        for name in types_of(path):
            homes[name].append(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


def test_a_person_opening_the_package_sees_the_house():
    """Few files lie loose beside the rooms."""
    loose = [path for path in (ROOT / "xl_jixiao").iterdir() if path.is_file()]
    assert len([path for path in loose if path.suffix == ".py"]) <= LOOSE_FILES
    assert [path.name for path in loose if path.suffix not in (".py", ".typed")] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is(path):
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert said and said.splitlines()[0].endswith((".", "。", ":")), path


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_have_more_than_a_letter(path):
    """No import, class or constant of one letter."""
    text = path.read_text(encoding="utf-8")
    assert not [name for name in types_of(path) if len(name) == 1]
    aliases = [one.asname for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom) for one in node.names]
    assert not [name for name in aliases if name and len(name) == 1]


def test_the_formatters_shape_serves_everywhere():
    own = Path(__file__)
    files = [path for folder in (*PACKAGES, "tests", "bench", ".ci") for path in (ROOT / folder).rglob("*.py") if path != own]
    assert [str(path) for path in files if re.search(r"#\s*fmt:", path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_choice_stands_inside_a_choice(path):
    """A conditional expression holds no other."""
    found = [
        inner.lineno
        for outer in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(outer, ast.IfExp)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.IfExp) and inner is not outer
    ]
    assert found == []
