"""Doors tried again and again with what chance gives them, counted by how each ended."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping

SLOWEST = 5.0
"""Seconds of CPU one try may take."""

Door = Callable[[random.Random], object]


def tried(doors: Mapping[str, tuple[int, Door]], count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """The outcomes by door of so many tries, and a line with its seed for each that failed or was slow; a door stands beside its weight."""
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    for at in range(seed, seed + count):
        chance = random.Random(at)
        name = chance.choices(list(doors), [weight for weight, _ in doors.values()])[0]
        start = time.process_time()
        try:
            outcome = str(doors[name][1](chance))
        except Exception as error:  # noqa: BLE001 - whatever comes out undeclared is what is looked for
            outcome = "failed"
            failures.append(f"seed {at} {name}: {type(error).__name__}: {str(error)[:300]!r}")
        if time.process_time() - start > SLOWEST:
            outcome = "slow"
            failures.append(f"seed {at} {name}: {time.process_time() - start:.1f} s")
        outcomes[f"{name} {outcome}"] += 1
    return outcomes, failures
