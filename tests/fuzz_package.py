"""Mutated workbooks for the reader: each ends in a package or in one clear line, and the fast and the general way agree.

    python tests/fuzz_package.py 100000 [--seed 1] [--alone] [WORKBOOK …]

Prints the counts and the seed of each failure (`run(1, seed=…)` shows it again); exit status 1 where there are any. --alone leaves out the
general way, which takes most of the time.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import string
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from xl_jixiao.sheet.content import OwnFault, Package, UnreadableWorkbook
from xl_jixiao.sheet.package import Way, read
from xl_jixiao.words import one_line

TEMPLATES = Path(__file__).resolve().parent.parent / "workbook_templates"
SLOWEST = 5.0
"""Seconds of CPU one file may take."""

PIECES = (
    *(
        b"<",
        b">",
        b"/",
        b"&",
        b'"',
        b"'",
        b"=",
        b" ",
        b"\0",
        b"\r",
        b"\n",
        b"\t",
        b"]]>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"<?x?>",
        b"<!DOCTYPE a>",
    ),
    *(b"&lt;", b"&#0;", b"&#x1F600;", b"&#99999999;", b"_x000D_", b"_xD800_", b"\xff", b"\xed\xa0\x80", b"\xef\xbf\xbf", b"\xc0\x80"),
    *(
        b"<c/>",
        b"<row>",
        b"</row>",
        b'<c r="A1"/>',
        b"</c>",
        b"<f>",
        b"</f>",
        b"<v>",
        b"</v>",
        b'<f t="shared" si="0"/>',
        b"<is><t>",
        b"</t></is>",
    ),
    *(
        b"<sheetData>",
        b"</sheetData>",
        b"<sheetData/>",
        b"<si>",
        b"</si>",
        b"<t/>",
        b"<rPh>",
        b"</sst>",
        b'<mergeCell ref="A1:B2"/>',
        b"<xf/>",
    ),
    *(
        b' r="A1"',
        b' r="XFD1048576"',
        b' r="1"',
        b' s="4"',
        b' t="s"',
        b' t="b"',
        b' t="d"',
        b' t="e"',
        b' t="inlineStr"',
        b' xml:space="preserve"',
    ),
    *(b"0", b"1", b"-1", b"1e308", b"9" * 40, b"1048577", b"XFE", b"a", b"true", b'" x="', b' xmlns="x"', b"x:", b" hidden=", b' ht="0"'),
)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Bytes with a few places changed, put in, cut out or said twice."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(found) + 1)
        match chance.randrange(9):
            case 0 if at < len(found):
                found[at] = chance.randrange(256)
            case 6 | 7 | 8 if at < len(found):
                found[at] = chance.choice(string.digits.encode() if chr(found[at]).isdigit() else b"ABCab =&")
            case 1:
                del found[at : at + chance.choice((1, 1, 2, 5, 20, 500))]
            case 2:
                found[at:at] = found[at : at + chance.choice((1, 5, 40, 400))]
            case 3:
                other = chance.randrange(len(found) + 1)
                found[at:at] = found[other : other + chance.choice((3, 20, 90))]
            case _:
                found[at : at + chance.choice((0, 0, 1, 3))] = chance.choice(PIECES)
    return bytes(found)


SAID = re.compile(rb'(?<=")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)')
"""What attributes and texts say."""

ELEMENT = re.compile(rb"<[\w:]+(?: [^<>]*)?/>|<(c|t|row|si|xf|w:p|w:t|w:tc|w:tr)(?: [^<>]*)?>.*?</\1>", re.DOTALL)
WORDS = (
    *(b"", b"0", b"1", b"-1", b"1.5", b"1e308", b"-0", b"9" * 400, b"NaN", b"TRUE", b"#REF!", b" 1 2 ", b"2147483648", b"A1", b"$A$1:$B$2"),
    *(
        b"xfd1048576",
        b"A1:XFD1048576",
        b"A0",
        b"'",
        b"#N/A",
        b"inlineStr",
        b"shared",
        b"array",
        b"str",
        b"d",
        b"veryHidden",
        b"http://x.cn/a",
    ),
    *(
        "优".encode(),
        "无".encode(),
        b"100%",
        "２０２１年".encode(),
        "长".encode() * 33_000,
        b"_x0000_",
        b"&#10;",
        b"rId1",
        b"../../x.xml",
    ),
    *(b"SUM(A:A)", b"((((((((1))))))))", b"A1+" * 3000 + b"1", b"[1]x!A1", b"=1", b"&lt;b&gt;"),
)


def reshaped(data: bytes, chance: random.Random) -> bytes:
    """Markup that stays well formed: what is said somewhere is another's or a hostile word, elements are gone, said twice or traded."""
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at = chance.randrange(len(data) + 1)
        if chance.random() < 0.7:
            found = SAID.search(data, at) or SAID.search(data)
            other = SAID.search(data, chance.randrange(len(data) + 1))
            new = other[0] if other and chance.random() < 0.4 else chance.choice(WORDS)
        else:
            found = ELEMENT.search(data, at) or ELEMENT.search(data)
            other = ELEMENT.search(data, chance.randrange(len(data) + 1))
            new = chance.choice((b"", found[0] * chance.choice((2, 2, 300)), other[0] if other else b"")) if found else b""
        if found:
            data = data[: found.start()] + new + data[found.end() :]
    return data


CLOSE = ("xl/worksheets/sheet", "xl/sharedStrings", "xl/workbook", "xl/styles", "word/document.xml", "docProps/custom.xml")


def in_a_part(source: Path, chance: random.Random) -> bytes:
    """A package with one part mutated, mostly one of those that are read closely."""
    with zipfile.ZipFile(source) as package:
        content = {name: package.read(name) for name in package.namelist()}
    close = [name for name in content if name.startswith(CLOSE)]
    part = chance.choice(close if chance.random() < 0.8 else list(content))
    content[part] = (reshaped if chance.random() < 0.5 else mutated)(content[part], chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name, data in content.items():
            package.writestr(name, data)
    return out.getvalue()


def in_the_container(source: Path, chance: random.Random) -> bytes:
    """A workbook with its container mutated, mostly in the directory at its end."""
    data = source.read_bytes()
    if chance.random() < 0.05:
        return data[: chance.randrange(len(data))]
    if chance.random() < 0.6:
        start = data.index(b"PK\1\2")
        return data[:start] + mutated(data[start:], chance)
    return mutated(data, chance)


def outcome(path: Path, way: Way) -> Package | str:
    """The package, or "refused" after the line was seen to be one clear line."""
    try:
        return read(path, way)
    except OwnFault:
        raise
    except UnreadableWorkbook as refused:
        line = str(refused)
        if not line.startswith(path.name) or one_line(line, 600) != line:
            raise AssertionError(f"not a clear line: {line!r}") from None
        return "refused"


def run(count: int, seed: int, sources: Sequence[Path], *, alone: bool = False, say: Callable[[str], object] = print) -> Counter[str]:
    """Reads `count` mutated workbooks: how many were read, refused, failed (anything else), slow, and read differently by the two ways."""
    counts: Counter[str] = Counter({"read": 0, "refused": 0, "failed": 0, "slow": 0, "differed": 0})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "某局.xlsx"
        for number in range(seed, seed + count):
            chance = random.Random(number)
            source = chance.choice(sources)
            path.write_bytes((in_a_part if chance.random() < 0.8 else in_the_container)(source, chance))
            started = time.process_time()
            try:
                found = outcome(path, Way.FAST)
                slow = time.process_time() - started > SLOWEST
                counts["refused" if found == "refused" else "read"] += 1
                if slow:
                    counts["slow"] += 1
                    say(f"seed {number}: slow")
                if not alone and found != outcome(path, Way.GENERAL):
                    counts["differed"] += 1
                    say(f"seed {number}: differed")
            except Exception as error:
                counts["failed"] += 1
                say(f"seed {number}: {error!r}")
    return counts


def main() -> int:
    """Runs the count asked for and prints what came of it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("count", type=int)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--alone", action="store_true")
    arguments.add_argument("workbooks", nargs="*", type=Path)
    asked = arguments.parse_intermixed_args()
    counts = run(asked.count, asked.seed, asked.workbooks or sorted(TEMPLATES.glob("*.xls?")), alone=asked.alone)
    print(" ".join(f"{what} {count}" for what, count in counts.items()))
    return 1 if counts["failed"] or counts["slow"] or counts["differed"] else 0


if __name__ == "__main__":
    sys.exit(main())
