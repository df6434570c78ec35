"""Forms of other programs: CPU milliseconds a file from the bytes to answers, beside those of unzipping it, over every case in two layouts.

python bench/bench_arrive.py
"""

import random
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.arrive_check import drawn  # noqa: E402
from support.arriving import cases, save_docx, save_xlsx  # noqa: E402

from xl_jixiao.arrive.arrived import arrived, known_tables  # noqa: E402

BOUND = 10
"""Milliseconds beyond unzipping."""


def files(folder: Path, suffix: str) -> list[Path]:
    """Every case in two layouts."""
    made = []
    for case in cases():
        for layout in ("national", "yunnan"):
            path = folder / f"{case.id}-{layout}{suffix}"
            (save_docx if suffix == ".docx" else save_xlsx)([drawn(case, layout, 1)], path, random.Random(1))
            made.append(path)
    return made


def unzipped(path: Path) -> None:
    """What anyone has to do."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            package.read(name)


def milliseconds(action, paths: list[Path]) -> float:
    """The median over five rounds of the mean of all files, in CPU time: others may be at work on the machine."""
    rounds = []
    for _ in range(5):
        start = time.process_time()
        for path in paths:
            action(path)
        rounds.append((time.process_time() - start) / len(paths) * 1000)
    return median(rounds)


def main() -> int:
    """Prints a line for each kind of file; 1 above the bound."""
    tables = known_tables()
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".xlsx", ".docx"):
            paths = files(Path(folder), suffix)
            arrived(paths[0], tables)
            zipped, whole = milliseconds(unzipped, paths), milliseconds(lambda path: arrived(path, tables), paths)
            print(f"{suffix}：{len(paths)}份，解压 {zipped:.1f} ms，读成答案 {whole:.1f} ms，差 {whole - zipped:.1f} ms")
            worst = max(worst, whole - zipped)
    return int(worst > BOUND)


if __name__ == "__main__":
    sys.exit(main())
