"""Mutated texts for everything that reads text: numbers, printed formulas, targets, table files, answer files.

    python tests/fuzz_texts.py 100000 [--seed 1]

Each ends in a value or in the error that its reader declares, within seconds. Prints the counts and the seed of each failure
(`run(1, seed=…)` shows it again); exit status 1 where there are any.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

from support.fuzzing import tried

from xl_jixiao.formula import FormulaError, parse
from xl_jixiao.jobs import open_job
from xl_jixiao.number import NotANumber, from_cell
from xl_jixiao.selfeval.target import read_cell
from xl_jixiao.tables.answers import AnswersError
from xl_jixiao.tables.catalogue import bundled, examples
from xl_jixiao.tables.tablefile import RubricError

SIGNS = "≥≤＞<>=＝+-－−*/×÷（）()[]【】{}%％.,，．。：:；;、“”\"' \t\n\r　\u00a0\u200b\ufeff\x00\x1b[31m\ud83d😀九百亿万元个年月日无0１２3456789eE"
WORDS = (
    "按期完成",
    "不超过5万元",
    "≥95%",
    "100%",
    "2021年7月20日",
    "1,234.56",
    "（上年结转＋年初预算）/编制数×100%",
    "在职人员数/编制数",
    "9" * 400,
    "(" * 300,
    "e999999999",
    "1e9",
    "-",
)

Outcome = str


def mutated(text: str, chance: random.Random) -> str:
    """A text with a few pieces put in, taken out, doubled or changed."""
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(text) + 1)
        kind = chance.randrange(6)
        if kind == 0:
            text = text[:at] + chance.choice(SIGNS) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + chance.randint(1, 5) :]
        elif kind == 2:
            text = text[:at] + chance.choice(WORDS) + text[at:]
        elif kind == 3:
            piece = text[at : at + chance.randint(1, 30)]
            text = text[:at] + piece * chance.choice((2, 3, 50)) + text[at:]
        elif kind == 4:
            text = text[:at] + chr(chance.choice((chance.randrange(1, 0xD800), chance.randrange(0xE000, 0x11000)))) + text[at + 1 :]
        else:
            end = at + chance.randint(1, 40)
            text = text[:at] + text[at:end][::-1] + text[end:]
    return text


def _number(chance: random.Random) -> Outcome:
    try:
        from_cell(mutated(chance.choice(WORDS), chance))
    except NotANumber:
        return "refused"
    return "read"


def _formula(chance: random.Random) -> Outcome:
    try:
        formula = parse(mutated(chance.choice(WORDS[6:8]), chance))
    except FormulaError:
        return "refused"
    formula.sentence()
    formula.cleared.excel()
    return "read"


def _target(chance: random.Random) -> Outcome:
    read_cell(mutated(chance.choice(WORDS), chance))
    return "read"


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _table(chance: random.Random) -> Outcome:
    source = chance.choice(sorted(bundled().values()))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.toml")
        path.write_bytes(mutated(_text(source), chance).encode("utf-8", "surrogatepass"))
        try:
            open_job(str(path))
        except RubricError:
            return "refused"
    return "read"


@cache
def _job(name: str):
    return open_job(name)


def _answers(chance: random.Random) -> Outcome:
    name = chance.choice(sorted(examples()))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "data.toml")
        path.write_bytes(mutated(_text(examples()[name]), chance).encode("utf-8", "surrogatepass"))
        try:
            found = _job(name).answers(path)
        except AnswersError:
            return "refused"
    _job(name).evaluate(found)
    return "read"


KINDS: dict[str, tuple[int, Callable[[random.Random], Outcome]]] = {
    "number": (40, _number),
    "formula": (30, _formula),
    "target": (25, _target),
    "table": (1, _table),
    "answers": (4, _answers),
}
"""How many of a hundred texts are of a kind, and what is done with one."""


def run(count: int, seed: int = 1) -> tuple[Counter[str], list[str]]:
    """The outcomes of so many texts, and a line for each failure."""
    return tried(KINDS, count, seed)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    outcomes, failures = run(given.count, given.seed)
    print(*(f"{name}: {number}" for name, number in sorted(outcomes.items())), sep="\n")
    print(*failures, sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
