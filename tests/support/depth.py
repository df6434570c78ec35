"""How many examples a proof takes: a few in every run, many in the deep profile (JX_DEEP=1). The proof is the same one."""

import os
from collections.abc import Callable, Iterable
from typing import TypeVar

Case = TypeVar("Case")
DEEP = bool(os.environ.get("JX_DEEP"))


def many(few: int, deep: int) -> int:
    """So many examples."""
    return deep if DEEP else few


def few(cases: Iterable[Case], taken: Callable[[Case], bool]) -> list[Case]:
    """Which cases a proof takes: in every run those, in the deep profile all of them."""
    return [case for case in cases if DEEP or taken(case)]


def spread(cases: Iterable[Case], count: int) -> list[Case]:
    """Which cases a proof takes: in every run so many, evenly over all of them; in the deep profile all."""
    listed = list(cases)
    count = len(listed) if DEEP else min(count, len(listed))
    return [listed[at * len(listed) // count] for at in range(count)]


def forms(names: Iterable[str], *more: str) -> list[str]:
    """Which of these tables a proof takes: in every run one of each kind, and `more`; in the deep profile all of them."""
    taken = {"generic-selfeval", "hongjiang-2020-dept", "hongjiang-2020-project-data", *more}
    return sorted(name for name in names if DEEP or name in taken)
