"""Mutated files for every command that takes a file somebody else made: each ends in an exit status and in clear lines.

    python tests/fuzz_commands.py 10000 [--seed 1] [--door WORD]

A door is a command with the file it is given: a returned workbook of every dialect and edition, a form of another program (.xlsx .xls .docx), an
earlier review to go on with or to compare with, a list of units, a Word template, an edited report, a table or a set for the next year.
Prints for each door how many came to which exit status, the seeds of those that failed (a traceback, or a line that says the fault is ours) or
took longer than five seconds (`run(1, seed)` shows it again), and the most memory that was used; exit status 1 where there are any.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import docx
import fuzz_package
import fuzz_texts
import openpyxl
import xlwt
from click.testing import CliRunner
from support.fuzzing import tried

from xl_jixiao.cli import main as commands
from xl_jixiao.jobs import open_job
from xl_jixiao.review.examine import examine
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.catalogue import examples, known

OURS = re.compile("内部错误|Traceback")
FORMS = ("hongjiang-2020-dept", "generic-selfeval", "hongjiang-2020-accounts", "yanling-2020-report", "yanling-2020-set", "hubei-selfeval")
FOREIGN = ("generic-selfeval", "hubei-selfeval", "sichuan-2023-selfeval")


@cache
def folder() -> Path:
    """Where files are made; it goes when the program ends."""
    _HOLDERS.append(tempfile.TemporaryDirectory())
    return Path(_HOLDERS[-1].name)


_HOLDERS: list[tempfile.TemporaryDirectory[str]] = []


@cache
def filled(form: str, edition: Edition) -> Path:
    """A sound workbook of an example."""
    job = open_job(form)
    path = folder() / f"{form}-{edition}{edition.suffix}"
    job.write(job.answers(examples()[form]), edition, path)
    return path


@cache
def foreign(form: str, suffix: str) -> Path:
    """The form of an example as another program makes it: no stamp, values alone."""
    edition = Edition.FINISHED
    book = openpyxl.load_workbook(filled(form, edition), data_only=True)
    sheet = next(one for one in book.worksheets if one.sheet_state == "visible" and one.title not in ("填报说明", "基础数据"))
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    path = folder() / f"来表-{form}{suffix}"
    if suffix == ".docx":
        document = docx.Document()
        table = document.add_table(len(rows), len(rows[0]))
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                table.cell(at, column).text = "" if value is None else str(value)
        document.save(str(path))
    elif suffix == ".xls":
        old = xlwt.Workbook()
        made = old.add_sheet("表")
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                made.write(at, column, value)
        old.save(str(path))
    else:
        new = openpyxl.Workbook()
        for row in rows:
            new.active.append(row)
        for area in sheet.merged_cells.ranges:
            new.active.merge_cells(str(area))
        new.save(path)
    return path


@cache
def reviewed(suffix: str) -> Path:
    """A review's report, or its JSON."""
    path, data = folder() / "审核报告.xlsx", folder() / "审核结果.json"
    _done(["review", str(filled("generic-selfeval", Edition.NATIVE)), "-o", str(path), "--json", str(data), "--jobs", "1", "--overwrite"])
    return path if suffix == ".xlsx" else data


@cache
def template() -> Path:
    """A bureau's own Word template."""
    document = docx.Document()
    for text in ("{{ 单位名称 }}", "总分{{ 总分 }}"):
        document.add_paragraph(text)
    path = folder() / "模板.docx"
    document.save(str(path))
    return path


@cache
def exported() -> tuple[Path, Path]:
    """A finished workbook and its report."""
    job = open_job("hongjiang-2020-dept")
    files, _ = job.finish(job.answers(examples()["hongjiang-2020-dept"]), folder() / "成品")
    return next(one for one in files if one.suffix == ".xlsx"), next(one for one in files if one.suffix == ".docx")


def _done(arguments: list[str]) -> int:
    """The exit status of a command that left nothing but clear lines. Raises AssertionError."""
    done = CliRunner().invoke(commands, arguments)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    if OURS.search(done.output):
        raise AssertionError(next(line for line in done.output.splitlines() if OURS.search(line)))
    return done.exit_code


def packed(source: Path, chance: random.Random, target: Path) -> Path:
    """A package with a part, or its container, mutated."""
    target = target.with_suffix(source.suffix)
    target.write_bytes((fuzz_package.in_a_part if chance.random() < 0.85 else fuzz_package.in_the_container)(source, chance))
    return target


def worded(source: Path, chance: random.Random, target: Path) -> Path:
    """A text file mutated."""
    target = target.with_suffix(source.suffix)
    target.write_bytes(fuzz_texts.mutated(source.read_text(encoding="utf-8"), chance).encode("utf-8", "surrogatepass"))
    return target


Door = Callable[[random.Random, Path], int | str]
"""Makes a mutated file beside a path and gives it to its command: the exit status, or a word."""


def _returned(chance: random.Random, target: Path) -> str:
    edition = chance.choice(list(Edition))
    found = examine(packed(filled(chance.choice(FORMS), edition), chance, target))
    ours = [one.message for one in found.findings if one.code == "JX627"]
    assert not ours, ours
    return "read" if found.readable else "refused"


def _arrived(chance: random.Random, target: Path) -> str:
    source = foreign(chance.choice(FOREIGN), chance.choice((".xlsx", ".xls", ".docx")))
    if source.suffix == ".xls":
        path = target.with_suffix(".xls")
        path.write_bytes(fuzz_package.mutated(source.read_bytes(), chance))
    else:
        path = packed(source, chance, target)
    found = examine(path)
    ours = [one.message for one in found.findings if one.code == "JX627"]
    assert not ours, ours
    return "read" if found.readable else "refused"


def _read(chance: random.Random, target: Path) -> int:
    source = foreign(chance.choice(FOREIGN), chance.choice((".xlsx", ".xls", ".docx")))
    path = target.with_suffix(source.suffix)
    if source.suffix == ".xls":
        path.write_bytes(fuzz_package.mutated(source.read_bytes(), chance))
    else:
        packed(source, chance, path)
    return _done(["read", str(path), "-o", str(target.with_suffix(".toml")), "--overwrite"])


def _imported(chance: random.Random, target: Path) -> int:
    into, source = filled("hongjiang-2020-dept", Edition.NATIVE), filled("hongjiang-2020-dept", Edition.FINISHED)
    if chance.random() < 0.3:
        source = foreign(chance.choice(FOREIGN), ".xlsx")
    path = packed(source, chance, target)
    return _done(["import", str(path), "--into", str(into), "-o", str(target.with_name("新表.xlsx")), "--overwrite"])


def _exported(chance: random.Random, target: Path) -> int:
    form = chance.choice(("hongjiang-2020-dept", "generic-selfeval", "yanling-2020-set"))
    path = packed(filled(form, Edition.NATIVE), chance, target)
    return _done(["export", str(path), "-o", str(target.with_name("成品")), "--overwrite"])


def _checked(chance: random.Random, target: Path) -> int:
    book, report = exported()
    return _done(["export", str(book), "--check", str(packed(report, chance, target))])


def _templated(chance: random.Random, target: Path) -> int:
    path = packed(template(), chance, target)
    book = filled("hongjiang-2020-dept", Edition.NATIVE)
    return _done(["export", str(book), "-o", str(target.with_name("成品")), "--template", str(path), "--overwrite"])


def _beside(option: str) -> Door:
    """A review that goes by an earlier one."""

    def door(chance: random.Random, target: Path) -> int:
        source = reviewed(chance.choice((".xlsx", ".json")))
        made = packed if source.suffix == ".xlsx" else worded
        path = made(source, chance, target)
        book = filled("generic-selfeval", Edition.NATIVE)
        given = [str(book), option, str(path), "-o", str(target.with_name("报告.xlsx")), "--jobs", "1", "--overwrite"]
        return _done(["review", *given])

    return door


def _units(chance: random.Random, target: Path) -> int:
    path = target.with_suffix(".txt")
    text = fuzz_texts.mutated("某县农业农村局\t农业局\n某县林业局，林业\n某县水利局\n", chance)
    path.write_bytes(text.encode(chance.choice(("utf-8", "gb18030")), "replace"))
    book = filled("generic-selfeval", Edition.NATIVE)
    return _done(["review", str(book), "--units", str(path), "-o", str(target.with_name("报告.xlsx")), "--jobs", "1", "--overwrite"])


def _next(chance: random.Random, target: Path) -> int:
    path = worded(chance.choice(sorted(known().values())), chance, target)
    return _done(["next", str(path), "-o", str(target.with_name("新年度.toml")), "--overwrite"])


def _built(chance: random.Random, target: Path) -> int:
    path = worded(chance.choice(sorted(known().values())), chance, target)
    return _done(["build", str(path), "-o", str(target.with_suffix(".xlsx")), "--overwrite"])


def _scored(chance: random.Random, target: Path) -> int:
    name = chance.choice(sorted(examples()))
    return _done(["score", name, str(worded(examples()[name], chance, target)), *chance.choice(([], ["--json"]))])


DOORS: dict[str, tuple[int, Door]] = {
    "returned": (50, _returned),
    "arrived": (20, _arrived),
    "read": (8, _read),
    "import": (3, _imported),
    "export": (2, _exported),
    "check": (2, _checked),
    "template": (2, _templated),
    "continue": (2, _beside("--continue")),
    "previous": (2, _beside("--previous")),
    "units": (1, _units),
    "next": (3, _next),
    "build": (2, _built),
    "score": (3, _scored),
}
"""How many of a hundred files go to a door, and the door."""


def run(count: int, seed: int = 1, only: str = "") -> tuple[Counter[str], list[str]]:
    """The outcomes of so many files, and a line for each that failed or was slow."""
    doors = {name: door for name, door in DOORS.items() if only in name}
    inside = Path(tempfile.mkdtemp(dir=folder()))
    found = tried({name: (weight, partial(door, target=inside / "某局")) for name, (weight, door) in doors.items()}, count, seed)
    shutil.rmtree(inside)
    return found


def peak() -> int:
    """The most memory this process has used, in MiB; 0 where the system doesn't say."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--door", default="")
    given = parser.parse_args()
    outcomes, failures = run(given.count, given.seed, given.door)
    print(*(f"{name}: {number}" for name, number in sorted(outcomes.items())), sep="\n")
    print(f"{given.count} files, {len(failures)} failed or slow, {peak()} MiB")
    print(*failures, sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
