"""The direction of imports, who may know which library, and what a light command may load."""

import ast
import importlib
import inspect
import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from support.sources import nodes, parsed

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "xl_jixiao"

# Lowest first, as docs/design.md has them. A module may import what stands below its own layer, and inside its own package; nothing
# beside, nothing above. A clerk's PC (desktop) knows nothing of the house and stands lowest.
LAYERS = (
    {"words", "outputs", "desktop"},
    {"number", "finding"},
    {"expr"},
    {"formula", "agree"},
    {"rules"},
    {"tables"},
    {"sheet", "report"},
    {"selfeval"},
    {"scoretable"},
    {"documents"},
    {"unit"},
    {"jobs", "udfs"},
    {"terminal", "open_filing", "arrive"},
    {"review"},
    {"demo"},
    {"cli", "excel"},
    {"__main__"},
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}

# Who may import a library.
LIBRARIES = {
    "xlsxwriter": {"sheet"},
    "openpyxl": {"sheet", "desktop"},  # desktop/templates.py reads the xlwings.conf sheet of our own built templates
    "xlrd": {"sheet"},
    "xlwings": {"udfs", "excel"},
    "docx": {"report", "arrive"},
    "docxtpl": {"report"},
    "jinja2": {"report"},
    "pandas": {"review"},
    "click": {"cli", "terminal", "desktop"},
    "rich": {"terminal", "demo", "desktop", "review"},
    "oletools": set(),
    "win32com": set(),
}

# Who may read a workbook's package, and who may write one.
DOORS = {
    "xl_jixiao.sheet.package": {"arrive", "jobs", "review"},
    "xl_jixiao.sheet.write": {"review"},
}

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FILES = [*sorted(PACKAGE.rglob("*.py")), *sorted((ROOT / "udfs").glob("*.py"))]


def unit(path):
    """The top-level module or package a file belongs to."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return "udfs" if parts[0] == "udfs" else parts[1] if len(parts) > 1 else ""


@cache
def imports(path):
    """Every module a file imports, with the line; each file is read once."""
    return tuple(_imports(path))


def _imports(path):
    """Every module a file imports, inside functions too, and the ones it names as "package.module:object" to load later."""
    package = path.relative_to(ROOT).parent.parts
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield module, node.lineno
            yield from ((f"{module}.{alias.name}", node.lineno) for alias in node.names if module in ("xl_jixiao", "jx_udfs"))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"xl_jixiao(\.\w+)+:\w+", node.value):
            yield node.value.partition(":")[0], node.lineno


def ours(module):
    """The unit of one of our modules, or None."""
    first, *rest = module.split(".")
    if first in ("jx_udfs", "udfs"):
        return "udfs"
    return rest[0] if first == "xl_jixiao" and rest and rest[0] in LEVEL else None


def where(path, line):
    return f"{path.relative_to(ROOT)}:{line}"


def test_every_module_has_its_layer():
    assert {unit(path) for path in FILES} - {"__init__", "examples", "rubrics"} == set(LEVEL)
    assert sum(map(len, LAYERS)) == len(LEVEL)


def test_imports_run_one_way():
    wrong = [
        f"{where(path, line)}: {unit(path)} 不应使用 {module}"
        for path in FILES
        if unit(path) in LEVEL
        for module, line in imports(path)
        if (target := ours(module)) and target != unit(path) and LEVEL[target] >= LEVEL[unit(path)]
    ]
    assert wrong == []


def test_the_layers_are_not_looser_than_the_design():
    """The order that docs/design.md draws, read from the drawing itself."""
    drawing = re.search(r"^    xl_jixiao/\n(?:      .*\n)+", (ROOT / "docs" / "design.md").read_text(encoding="utf-8"), re.MULTILINE)
    order = re.findall(r"(?<=\s)([a-z]+)(?:\.py|/)(?=\s)", drawing[0])
    order = [name for name in order if name in LEVEL and name not in ("desktop", "udfs", "report", "finding", "demo")]
    assert [LEVEL[name] for name in order] == sorted(LEVEL[name] for name in order) and {"words", "tables", "sheet", "cli"} <= set(order)


def test_worksheet_functions_know_the_core_only():
    known = {target for path in (ROOT / "udfs").glob("*.py") for module, _ in imports(path) if (target := ours(module))}
    assert known <= {"udfs", "words", "number", "expr", "formula", "rules", "tables", "selfeval"}
    own = {module for path in (ROOT / "udfs").glob("*.py") for module, _ in imports(path) if ours(module) == "selfeval"}
    assert own <= {"xl_jixiao.selfeval.judging", "xl_jixiao.selfeval.target"}


@pytest.mark.parametrize("door", DOORS)
def test_packages_are_read_and_written_by_few(door):
    users = {unit(path): where(path, line) for path in FILES for module, line in imports(path) if module == door}
    assert {name: place for name, place in users.items() if name not in DOORS[door] | {"sheet"}} == {}


def test_nobody_imports_the_worksheet_functions():
    assert [where(path, line) for path in FILES if unit(path) != "udfs" for module, line in imports(path) if ours(module) == "udfs"] == []


@pytest.mark.parametrize("library", LIBRARIES)
def test_who_knows_a_library(library):
    users = {unit(path): where(path, line) for path in FILES for module, line in imports(path) if module.split(".")[0] == library}
    assert {name: place for name, place in users.items() if name not in LIBRARIES[library]} == {}


def test_what_is_imported_is_a_dependency_and_the_other_way_round():
    named = {re.match("[A-Za-z0-9-]+", one)[0] for one in PROJECT["dependencies"]}
    distributions = {"docx": "python-docx", "markdown_it": "markdown-it-py", "xlsxwriter": "XlsxWriter"}
    imported = {module.split(".")[0] for path in FILES for module, _ in imports(path)}
    found = imported - set(sys.stdlib_module_names) - {"xl_jixiao", "jx_udfs", "udfs", ""}
    assert {distributions.get(name, name) for name in found} == named - {"defusedxml"}  # openpyxl parses with it where it is there


# ---- files and code


def _opens(node):
    """Whether a call opens a text file; a mode with b opens none. Only plain `open` and the methods of a path count."""
    function = node.func
    if isinstance(function, ast.Name) and function.id == "open":
        mode = node.args[1] if len(node.args) > 1 else None
    elif isinstance(function, ast.Attribute) and function.attr in ("read_text", "write_text", "open", "fdopen", "TextIOWrapper"):
        if function.attr == "open" and not _is_path(function.value):
            return False
        mode = (
            node.args[0]
            if node.args and function.attr == "open"
            else node.args[1]
            if len(node.args) > 1 and function.attr == "fdopen"
            else None
        )
    else:
        return False
    mode = next((keyword.value for keyword in node.keywords if keyword.arg == "mode"), mode)
    return not (isinstance(mode, ast.Constant) and isinstance(mode.value, str) and "b" in mode.value)


def _is_path(node):
    """Not an archive's or Excel's own open: zip parts are bytes, `books.open` is Excel's."""
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name not in ("package", "archive", "books", "webbrowser", "os", "zipfile")


def test_text_files_name_their_encoding_and_nothing_is_evaluated():
    calls = [(path, node) for path in FILES for node in nodes(path) if isinstance(node, ast.Call)]
    assert len(calls) > 1000
    opened = [(path, node) for path, node in calls if _opens(node)]
    assert [where(path, node.lineno) for path, node in opened if "encoding" not in {one.arg for one in node.keywords}] == []
    evaluated = ("eval", "exec", "compile", "__import__")
    named = [(path, node) for path, node in calls if isinstance(node.func, ast.Name) and node.func.id in evaluated]
    assert [where(path, node.lineno) for path, node in named if node.func.id not in _own_names(path)] == []


def _own_names(path):
    """The functions a module makes or imports itself."""
    made = {node.name for node in nodes(path) if isinstance(node, ast.FunctionDef)}
    return made | {alias.name for node in nodes(path) if isinstance(node, ast.ImportFrom) for alias in node.names}


@pytest.mark.parametrize(
    "source", ["open(x)", "open(x, 'w')", "p.open()", "p.read_text()", "p.write_text(t)", "os.fdopen(h, 'w')", "open(x, mode='r')"]
)
def test_the_guard_sees_text_files(source):
    assert _opens(ast.parse(source).body[0].value)


@pytest.mark.parametrize(
    "source", ["open(x, 'rb')", "p.open('wb')", "open(x, mode='rb')", "package.open(part)", "app.books.open(f)", "p.read_bytes()"]
)
def test_the_guard_lets_bytes_be(source):
    assert not _opens(ast.parse(source).body[0].value)


def test_data_files_are_utf_8_without_a_mark():
    for path in [*PACKAGE.rglob("*.toml"), *(ROOT / "tests").rglob("*.toml"), *FILES]:
        content = path.read_bytes()
        content.decode("utf-8")
        assert not content.startswith(b"\xef\xbb\xbf") and b"\r" not in content, path


def test_the_core_is_pure():
    """No file, clock, network or randomness below the layers that are for it."""
    pure = {"words", "number", "expr", "formula", "rules", "finding"}
    impure = {"os", "pathlib", "time", "random", "socket", "urllib", "subprocess", "io", "tempfile", "logging"}
    found = [where(path, line) for path in FILES if unit(path) in pure for module, line in imports(path) if module.split(".")[0] in impure]
    assert found == []


# ---- what finds


def finders(tree):
    """The functions of a module that give findings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.returns is not None and "Finding" in ast.unparse(node.returns):
            yield node


def used_names(tree):
    """Every name a module reads, and its attributes; a function's own name within itself is no use of it."""
    own = {id(inside): node.name for node in finders(tree) for inside in ast.walk(node)}
    for node in ast.walk(tree):
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None
        if name is not None and own.get(id(node)) != name:
            yield name


def test_every_function_that_gives_findings_is_asked():
    """A check that no register names, and no function calls, finds nothing and says nothing."""
    trees = {path: parsed(path) for path in FILES}
    used = {name for tree in trees.values() for name in used_names(tree)}
    asked = [(path, node) for path, tree in trees.items() for node in finders(tree)]
    assert len(asked) > 100
    assert [where(path, node.lineno) for path, node in asked if node.name not in used] == []


CHECK_MODULES = (
    *("scoretable.filing_checks", "scoretable.input_checks", "documents.findings"),
    *("selfeval.row_checks", "selfeval.form_checks", "selfeval.funds_checks", "selfeval.published_checks"),
)


@pytest.mark.parametrize("module", CHECK_MODULES)
def test_every_check_is_registered(module):
    """A public function whose docstring begins with a code is in the register of its dialect, once."""
    checks = importlib.import_module(f"xl_jixiao.{module}")
    dialect = importlib.import_module(f"xl_jixiao.{module.split('.')[0]}.{'checks' if module.startswith('selfeval') else 'findings'}")
    documented = [
        one
        for name, one in vars(checks).items()
        if inspect.isfunction(one) and one.__module__ == checks.__name__ and not name.startswith("_")
        if re.match(r"JX\d{3}[:,]", inspect.getdoc(one) or "")
    ]
    assert documented and [one.__name__ for one in documented if dialect.CHECKS.count(one) != 1] == []


# ---- what loads


def loaded(*arguments):
    """The modules a command of ours leaves loaded, told by a process of its own."""
    code = (
        "import json, sys\nfrom xl_jixiao.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "sys.stderr.write(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, encoding="utf-8", cwd=ROOT, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1])), done.stdout


HEAVY = {"pydantic", "pandas", "numpy", "xlsxwriter", "openpyxl", "rich", "xlwings", "docx", "lxml"}


@pytest.mark.parametrize("arguments", [("rubrics",), ("rubrics", "--json"), ("--help",), ("--version",)])
def test_a_light_command_loads_nothing_heavy(arguments):
    modules, said = loaded(*arguments)
    assert said.strip()
    assert {name for name in HEAVY if name in modules} == set()


def test_scoring_loads_no_spreadsheet_library(tmp_path):
    example = PACKAGE / "tables" / "examples" / "hongjiang-2020-dept.toml"
    modules, said = loaded("score", "hongjiang-2020-dept", str(example), "--json")
    assert json.loads(said)["total"] == 89.5
    assert {name for name in HEAVY - {"pydantic"} if name in modules} == set()


def test_every_package_is_in_the_wheel():
    import tomllib

    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "xl_jixiao").rglob("__init__.py")}
    assert found <= set(listed)


def test_the_names_a_rubric_may_not_use_are_those_of_the_workbook():
    from xl_jixiao.scoretable import compile as plans
    from xl_jixiao.scoretable import model_checks, table
    from xl_jixiao.sheet.edition import Edition
    from xl_jixiao.tables.answers import Answers

    scored = table.load("hongjiang-2020-dept")
    codes = {one.code for one in scored.indicators}
    given = {one.key for one in scored.asked.inputs} | {key for one in scored.indicators for key in one.item_keys}
    for edition in Edition:
        plan = plans.compile(scored, Answers(scored.id, {}), edition)
        own = set(plan.names) - given - codes
        assert {name for name in own if not name.startswith(model_checks.OWN_PREFIXES)} <= set(model_checks.OWN_NAMES), edition
        assert set(plan.sheet_by_name) - {scored.form.sheet} <= set(model_checks.OWN_SHEETS), edition
