"""Single tamperings of every kind, at random places of every form and edition: the review has something to say about each.

    python tests/fuzz_forgeries.py 600 [--seed 1] [--kind WORD] [--form ID]

Each tampering says where it ought to be seen. Prints, for each kind, how many were told at their place, told elsewhere, drowned (more than
three findings) and missed, with the seed of each that was (`one(seed)` makes it again); exit status 1 where any was missed.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from support import forging_books, forging_cells, forging_drawn, forging_limits, forging_looks, forging_names, forging_pages, forging_sheets
from support.forging import KINDS, Where, folder, sound
from support.tamper import Tampered

from xl_jixiao.review.examine import examine
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.catalogue import examples

KINDS_BY_DEED = (forging_books, forging_cells, forging_drawn, forging_limits, forging_looks, forging_names, forging_pages, forging_sheets)
"""Each adds its kinds to those known."""

MOST_FINDINGS = 3


def one(seed: int, kinds: Sequence[str], forms: Sequence[str]) -> tuple[str, str, Where, list]:
    """A tampering by its number: its kind, its form and edition, where it ought to be seen, and what is new in the review."""
    chance = random.Random(seed)
    while True:
        name = kinds[seed % len(kinds)]
        form, edition = chance.choice(forms), chance.choice(list(Edition))
        base = sound(form, edition)
        book = Tampered(base.path)
        where = KINDS[name](book, base, chance)
        if where is None:
            if chance.random() < 0.02:
                return name, f"{form}-{edition}", None, []
            continue
        path = book.write(Path(folder(), f"某局{base.path.suffix}"))
        new = [one for one in examine(path).findings if (one.code, one.message) not in base.own]
        return name, f"{form}-{edition} {getattr(book, 'said', '')}", where, new


def outcome(where: tuple[str, str], new: list) -> str:
    """told, elsewhere, drowned or missed."""
    if not new:
        return "missed"
    if len(new) > MOST_FINDINGS:
        return "drowned"
    sheet, cell = where
    there = [one for one in new if not sheet or one.place.sheet == sheet and (not cell or one.place.cell == cell)]
    if not there and any(f"{sheet}" in one.message and cell in one.message for one in new):
        return "told"
    return "told" if there else "elsewhere"


def run(count: int, seed: int, kinds: Sequence[str], forms: Sequence[str], say=print) -> dict[str, Counter]:
    """The outcomes by kind."""
    counts: dict[str, Counter] = {name: Counter() for name in kinds}
    for number in range(seed, seed + count):
        try:
            name, what, where, new = one(number, kinds, forms)
        except Exception as error:
            say(f"seed {number} {kinds[number % len(kinds)]}: {type(error).__name__} {error}")
            continue
        if where is None:
            counts[name]["none"] += 1
            continue
        how = outcome(where, new)
        counts[name][how] += 1
        if how != "told":
            say(f"seed {number} {name}: {how} {what} at {where} {len(new)}: {[str(one)[:130] for one in new[:3]]}")
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", default="")
    parser.add_argument("--form", default="")
    given = parser.parse_args()
    kinds = [name for name in KINDS if given.kind in name]
    forms = [name for name in sorted(examples()) if given.form in name]
    counts = run(given.count, given.seed, kinds, forms)
    for name, found in counts.items():
        print(f"{name}: " + " ".join(f"{how} {number}" for how, number in sorted(found.items())))
    total = sum(counts.values(), Counter())
    print(dict(total))
    return 1 if total["missed"] else 0


if __name__ == "__main__":
    sys.exit(main())
