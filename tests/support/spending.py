"""How much CPU something takes, by itself: what the tests before it left in memory is not looked through for garbage meanwhile."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What is done inside takes no more seconds of CPU than that."""
    gc.disable()
    started = time.process_time()
    try:
        yield
    finally:
        spent = time.process_time() - started
        gc.enable()
    assert spent < seconds, f"{spent:.1f} s"
