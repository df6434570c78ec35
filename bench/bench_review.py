"""Review of returned workbooks: against openpyxl, against inflating, by memory, by processes.

    python bench/bench_review.py [--files 300] [--many 2000]

The files are one table filled again and again, every figure and many words another each time. Each is looked at once, as in a review: nothing
is measured on a file that was read before.
"""

import argparse
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from os import getpid
from pathlib import Path
from statistics import median

import openpyxl
from filings import filings
from measures import Measured, command, cpu, show

from xl_jixiao.review.pool import spread
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.package import read

examine = import_module("xl_jixiao.review.examine").examine

_TURNS = 10
_NOT_NEEDED = ("docProps/app.xml", "docProps/core.xml")


def openpyxl_twice(path: Path) -> None:
    """What a script does that wants values and formulas."""
    openpyxl.load_workbook(path, data_only=True)
    openpyxl.load_workbook(path)


def inflated(path: Path) -> None:
    """The least anyone does: the needed parts taken out of the zip file."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name not in _NOT_NEEDED:
                package.read(name)


def each(run: Callable[[Path], object], paths: Sequence[Path]) -> None:
    """Runs over every file."""
    for path in paths:
        run(path)


def parts(paths: Sequence[Path], count: int) -> Iterator[Sequence[Path]]:
    """The files in so many parts, each file in one of them."""
    for at in range(count):
        yield paths[at::count]


def against(ours: Callable[[Path], object], theirs: Callable[[Path], object], paths: Sequence[Path], sample: int) -> float:
    """How many times as long as ours the other takes for a file, in turns; the other sees `sample` files of each part."""
    ratios = []
    for part in parts(paths, _TURNS):
        few = part[:sample]
        theirs_each = cpu(partial(each, theirs, few)) / len(few)
        ratios.append(theirs_each / (cpu(partial(each, ours, part)) / len(part)))
    return median(ratios)


def _timed(path: Path) -> tuple[int, float]:
    examine(path)
    return getpid(), time.process_time()


def busiest(paths: Sequence[Path], workers: int) -> float:
    """The CPU seconds of the busiest worker: how long the review takes where each has a processor of its own."""
    spent: dict[int, float] = {}
    for _, (worker, seconds) in spread(_timed, paths, workers, lambda path, why: (0, 0.0)):
        spent[worker] = max(spent.get(worker, 0.0), seconds)
    return max(spent.values())


def memory(folder: Path) -> float:
    """The most memory a process of a review of a folder has."""
    report = folder.parent / f"{folder.name}.xlsx"
    return command("-m", "xl_jixiao", "review", str(folder), "-o", str(report), "--jobs", "1", "--overwrite").memory


def ratios(files: int, many: int) -> Iterator[Measured]:
    """Every ratio of a review."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for edition in (Edition.NATIVE, Edition.FINISHED):
            paths = filings(folder / edition.value, files, (edition,))
            examine(paths[0])
            name = f"review of {files} returned workbooks, {edition.label}"
            yield Measured(name, "openpyxl twice", against(examine, openpyxl_twice, paths, 1), 40, at_least=True)
            paths = filings(folder / f"{edition.value}-again", files, (edition,), first=files)
            yield Measured(name, "their parts inflated", 1 / against(examine, inflated, paths, len(paths)), 12)
        paths = filings(folder / "read", files, (Edition.NATIVE,), first=2 * files)
        yield Measured("reading alone", "their parts inflated", 1 / against(read, inflated, paths, len(paths)), 4)
        one, two = busiest(paths, 1), busiest(paths, 2)
        yield Measured("two processes", "one, by the CPU seconds of the busiest", one / two, 1.7, at_least=True)
        few = memory(folder / "read")
        filings(folder / "read", many, (Edition.NATIVE,), first=2 * files)
        yield Measured(f"memory for {many} files", f"for {files}", memory(folder / "read") / few, 1.25)


def main() -> int:
    """Prints the ratios; 1 where a bound is missed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", type=int, default=300)
    arguments.add_argument("--many", type=int, default=2000)
    asked = arguments.parse_args()
    return show(list(ratios(asked.files, asked.many)))


if __name__ == "__main__":
    sys.exit(main())
