"""What every benchmark shares: two sides measured in turns by their CPU seconds, and the table of ratios with their bounds."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple


@dataclass(frozen=True)
class Measured:
    """How many times one side takes what the other takes; `at_least` where more is better."""

    what: str
    against: str
    value: float
    bound: float
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether it is within its bound."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    @property
    def line(self) -> str:
        """Its line of the table."""
        sign = "≥" if self.at_least else "≤"
        return f"| {self.what} | {self.against} | {self.value:.2f} | {sign} {self.bound:g} | {'' if self.holds else '超出'} |"


def show(ratios: Sequence[Measured]) -> int:
    """Prints the table; 1 where a bound is missed, else 0."""
    print("| what | against | ratio | bound | |\n|---|---|---|---|---|")
    for one in ratios:
        print(one.line)
    return 0 if all(one.holds for one in ratios) else 1


def cpu(run: Callable[[], object]) -> float:
    """The CPU seconds of one call in this process."""
    started = time.process_time()
    run()
    return time.process_time() - started


def in_turns(ours: Callable[[], object], theirs: Callable[[], object], turns: int = 9) -> float:
    """The median of the ratios of so many turns: both sides are slowed alike by whatever else the machine does."""
    return median(cpu(ours) / cpu(theirs) for _ in range(turns))


_APART = """
import resource, subprocess, sys
code = subprocess.call([sys.executable, *sys.argv[1:]], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
"""A small process that starts the measured one: what a process is said to have had at most begins with what the one that starts it has."""


class Ended(NamedTuple):
    """What a command took: CPU seconds of it and its workers, the most memory one of them had, in MiB."""

    seconds: float
    memory: float


def command(*arguments: str) -> Ended:
    """Runs Python with these arguments to its end. Raises CalledProcessError unless it ends with status 0 or 1 (findings)."""
    said = subprocess.run([sys.executable, "-c", _APART, *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    code, seconds, memory = int(said[-3]), float(said[-2]), float(said[-1])
    if code not in (0, 1):
        raise subprocess.CalledProcessError(code, arguments)
    return Ended(seconds, memory / (2**20 if sys.platform == "darwin" else 2**10))
