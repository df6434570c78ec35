"""One word means one thing in the whole house."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from support.sources import nodes, parsed

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("xl_jixiao", "udfs")
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
LOOSE_FILES = 14


def types_of(path):
    """The classes of a file, and its names for other types; type variables mean nothing outside their file."""
    for node in parsed(path).body:
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


def test_every_module_says_what_it_is():
    said = {path: (ast.get_docstring(parsed(path)) or "").split("\n")[0] for path in SOURCES}
    assert [str(path) for path, line in said.items() if not line.endswith((".", "。", ":"))] == []


def test_names_have_more_than_a_letter():
    """No import, class or constant of one letter."""
    imports = [(path, node) for path in SOURCES for node in nodes(path) if isinstance(node, ast.Import | ast.ImportFrom)]
    aliases = [(path, one.asname) for path, node in imports for one in node.names if one.asname]
    types = [(path, name) for path in SOURCES for name in types_of(path)]
    assert [(str(path), name) for path, name in (*aliases, *types) if len(name) == 1] == []


def test_the_formatters_shape_serves_everywhere():
    own = Path(__file__)
    files = [path for folder in (*PACKAGES, "tests", "bench", ".ci") for path in (ROOT / folder).rglob("*.py") if path != own]
    assert [str(path) for path in files if re.search(r"#\s*fmt:", path.read_text(encoding="utf-8"))] == []


def test_no_choice_stands_inside_a_choice():
    """A conditional expression holds no other."""
    found = [
        f"{path}:{inner.lineno}"
        for path in SOURCES
        for outer in nodes(path)
        if isinstance(outer, ast.IfExp)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.IfExp) and inner is not outer
    ]
    assert found == []
