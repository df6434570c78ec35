"""Compiled code where the environment keeps none (PYTHONDONTWRITEBYTECODE, as containers like it).

Every worker, and every command that a test starts, would compile all of the house anew: a second or three each time.
"""

import os
import sys
from pathlib import Path

KEPT = Path.home() / ".cache" / "xl-jixiao-tests"


def install() -> None:
    """From now on this process and its children keep what they compile, outside the tree."""
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode, sys.pycache_prefix = False, str(KEPT)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(KEPT)
