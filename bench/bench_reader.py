"""Reading returned workbooks: CPU seconds in one process, as ratios to a script that loads each twice with openpyxl and to bare inflating.

    python bench/bench_reader.py [WORKBOOK] [--files 100]

Each file differs from the others as filings do, and more: every number in it, a third of the computed texts, a tenth of the others, where the cursor stands.
"""

import argparse
import random
import re
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl

from xl_jixiao.sheet.package import Way, read

TEMPLATE = Path(__file__).resolve().parent.parent / "workbook_templates" / "hongjiang-2020-dept-免装版.xlsx"
NEEDED = re.compile(r"xl/(?:workbook|sharedStrings|styles|worksheets/sheet\d+)\.xml|docProps/custom\.xml|.*\.rels|xl/drawings/.*")
_TYPED = re.compile(rb'(<c [^>]*?)( t="str")?>(<f>[^<]*</f>)?<v>([^<]*)</v>')
_TEXT = re.compile(rb"<si><t>([^<]{12,})</t></si>")


def variant(source: Path, target: Path, seed: int) -> None:
    """A copy with other numbers, other computed texts, some other shared texts and another place of the cursor."""
    chance = random.Random(seed)

    def cell(found: re.Match[bytes]) -> bytes:
        if b' t="s"' in found[1] or b' t="b"' in found[1] or b' t="e"' in found[1]:
            return found[0]
        if found[2] and chance.random() < 0.7:
            return found[0]
        value = f"{found[4].decode()}{chance.randrange(10**4)}" if found[2] else f"{chance.randrange(10**6) / 100}"
        return b"%s%s>%s<v>%s</v>" % (found[1], found[2] or b"", found[3] or b"", value.encode())

    def text(found: re.Match[bytes]) -> bytes:
        return found[0] if chance.random() < 0.9 else b"<si><t>%s%d</t></si>" % (found[1], chance.randrange(10**4))

    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/"):
                data = _TYPED.sub(cell, data).replace(b'activeCell="', b'activeCell="A%d" x="' % chance.randrange(1, 60))
                data = re.sub(rb'activeCell="(A\d+)" x="[^"]*"', rb'activeCell="\1"', data)
            elif name == "xl/sharedStrings.xml":
                data = _TEXT.sub(text, data)
            new.writestr(name, data)


def seconds(run: Callable[[Path], object], paths: Sequence[Path]) -> float:
    """CPU seconds for one file."""
    started = time.process_time()
    for path in paths:
        run(path)
    return (time.process_time() - started) / len(paths)


def twice(path: Path) -> None:
    """What a script does that wants values and formulas."""
    openpyxl.load_workbook(path, data_only=True)
    openpyxl.load_workbook(path)


def packed(path: Path) -> list[bytes]:
    """The compressed bytes of the parts a reader needs."""
    data = path.read_bytes()
    found = []
    with zipfile.ZipFile(path) as package:
        for part in package.infolist():
            if NEEDED.fullmatch(part.filename):
                at = part.header_offset + 30
                at += int.from_bytes(data[at - 4 : at - 2], "little") + int.from_bytes(data[at - 2 : at], "little")
                found.append(data[at : at + part.compress_size])
    return found


def main() -> None:
    """Prints the ratios."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("workbook", nargs="?", type=Path, default=TEMPLATE)
    arguments.add_argument("--files", type=int, default=100)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.xlsx" for number in range(asked.files)]
        for number, path in enumerate(paths):
            variant(asked.workbook, path, number)
        first = seconds(read, paths[:1])
        fast = seconds(read, paths)
        general = seconds(lambda path: read(path, Way.GENERAL), paths[:20])
        slow = seconds(twice, paths[:5])
        streams = [packed(path) for path in paths]
        started = time.process_time()
        for parts in streams:
            for part in parts:
                zlib.decompress(part, -zlib.MAX_WBITS)
        bare = (time.process_time() - started) / len(streams)
    print(f"{'openpyxl twice':<16}{slow * 1000:9.2f} ms a file")
    print(f"{'the first file':<16}{first * 1000:9.2f} ms")
    print(f"{'the general way':<16}{general * 1000:9.2f} ms   1/{slow / general:.0f} of openpyxl twice")
    print(f"{'the fast way':<16}{fast * 1000:9.2f} ms   1/{slow / fast:.0f} of openpyxl twice   {fast / bare:.1f} times bare inflating")
    print(f"{'bare inflating':<16}{bare * 1000:9.2f} ms")


if __name__ == "__main__":
    main()
