"""Work spread over processes, one file each at a time: a file that takes too long or kills its worker costs that file alone."""

import gc
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

Task = TypeVar("Task")
Done = TypeVar("Done")

SECONDS = 60.0
"""So long may one file take."""

_RENEWED = 500
"""After so many files a worker is replaced, so that memory stays flat."""


@dataclass
class _Worker(Generic[Task, Done]):
    """A process with the task it has."""

    process: Any
    pipe: Connection
    at: int = -1
    since: float = 0.0
    count: int = 0

    @property
    def busy(self) -> bool:
        """Whether it has a task."""
        return self.at >= 0


def _serve(pipe: Connection, work: Callable[[Any], Any], collected: tuple[int, int, int]) -> None:
    """A worker's life: tasks in, results out, until the pipe is closed. Garbage is looked for as seldom as in the parent; an interrupt is for
    the parent to see."""
    gc.set_threshold(*collected)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        pipe.send(work(task))


def spread(
    work: Callable[[Task], Done],
    tasks: Sequence[Task],
    workers: int,
    lost: Callable[[Task, str], Done],
    *,
    seconds: float = SECONDS,
) -> Iterator[tuple[int, Done]]:
    """Each task's number with its result, as they are done. `lost` makes the result of a task whose worker died or took too long.

    Closing the generator ends the workers.
    """
    crew = [_hired(work) for _ in range(max(1, min(workers, len(tasks))))]
    waiting = iter(range(len(tasks)))
    try:
        for worker in crew:
            _give(worker, tasks, waiting)
        while any(worker.busy for worker in crew):
            ready = set(wait([worker.pipe for worker in crew if worker.busy], timeout=0.2))
            for place, worker in enumerate(crew):
                late = worker.busy and time.monotonic() - worker.since > seconds
                if not worker.busy or not (late or worker.pipe in ready):
                    continue
                at = worker.at
                if worker.pipe in ready:
                    yield at, _received(worker, tasks, lost)
                else:
                    worker.process.kill()
                    yield at, lost(tasks[at], f"超过{seconds:.0f}秒没有审完")
                if late or worker.count >= _RENEWED or not worker.process.is_alive():
                    crew[place] = _renewed(worker, work)
                worker.at = -1
                _give(crew[place], tasks, waiting)
    finally:
        for worker in crew:
            worker.pipe.close()
            worker.process.terminate()
        for worker in crew:
            worker.process.join(5)


def _hired(work: Callable[[Task], Done]) -> "_Worker[Task, Done]":
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(theirs, work, gc.get_threshold()), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _renewed(old: "_Worker[Task, Done]", work: Callable[[Task], Done]) -> "_Worker[Task, Done]":
    old.pipe.close()
    old.process.kill()
    old.process.join(5)
    return _hired(work)


def _give(worker: "_Worker[Task, Done]", tasks: Sequence[Task], waiting: Iterator[int]) -> None:
    at = next(waiting, None)
    if at is None:
        return
    worker.at, worker.since = at, time.monotonic()
    worker.count += 1
    with suppress(OSError):  # a worker that is dead already is seen to be when it is asked for the result
        worker.pipe.send(tasks[at])


def _received(worker: "_Worker[Task, Done]", tasks: Sequence[Task], lost: Callable[[Task, str], Done]) -> Done:
    at = worker.at
    try:
        result: Done = worker.pipe.recv()
    except (EOFError, OSError):
        worker.process.join(5)
        return lost(tasks[at], "审核进程意外中断")
    return result
