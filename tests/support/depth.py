"""How many examples a proof takes: a few in every run, many in the deep profile (JX_DEEP=1). The proof is the same one."""

import os

DEEP = bool(os.environ.get("JX_DEEP"))


def many(few: int, deep: int) -> int:
    """So many examples."""
    return deep if DEEP else few
