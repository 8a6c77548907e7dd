"""The one seam to other processes: a function over many items, here or in a pool, results in the order of the items."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from itertools import chain, islice
from operator import call
from typing import Any, TypeVar

_SYSTEM = ctypes.CDLL(None) if os.name == "posix" else None
_TRIM, _CONTROL = (getattr(_SYSTEM, name, None) for name in ("malloc_trim", "prctl"))
_KILLED_WITH = 1  # PR_SET_PDEATHSIG of prctl(2): which signal a process gets when the one that began it ends
A = TypeVar("A")
B = TypeVar("B")


AHEAD = 1  # so many tasks may wait beside those that are being done: enough that no process is idle


def in_tasks(items: Iterable[A], size: int) -> Iterator[list[A]]:
    """Yield items in lists of so many, as they are needed."""
    rest = iter(items)
    while task := list(islice(rest, size)):
        yield task


def give_back() -> None:
    """Let the system have the memory that was freed and that the C library would keep (glibc's does so as it pleases)."""
    if _TRIM:
        _TRIM(0)


def _begin(parent: int, start: Callable[..., None] | None, given: tuple[Any, ...]) -> None:
    """Set up a process, which ends with its parent: one that outlived it would wait for tasks, and hold the parent's locks, for ever."""
    if _CONTROL:
        _CONTROL(_KILLED_WITH, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    if start:
        start(*given)


def _made(function: Callable[[A], B], item: A) -> B:
    made = function(item)
    give_back()
    return made


def apart(function: Callable[..., B], *given: Any, jobs: int) -> B:
    """Return function(*given), done in a process of its own where there may be several: what it took of the memory is gone with it."""
    (made,) = each(call, [partial(function, *given)], 1, apart=jobs > 1)
    return made


def each(
    function: Callable[[A], B],
    items: Iterable[A],
    jobs: int,
    start: Callable[..., None] | None = None,
    given: tuple[Any, ...] = (),
    apart: bool = False,
) -> Iterator[B]:
    """Yield function(item) for every item; `start(*given)` runs once in every process before.

    Items are taken as they are needed, and few results wait: what it takes does not grow with how many there are. What is
    done `apart` is never done in this process: what it took is gone with the other.
    """
    rest = iter(items)
    first = list(islice(rest, 2))
    if not first or (not apart and (jobs <= 1 or len(first) <= 1)):
        if start:
            start(*given)
        yield from map(partial(_made, function), chain(first, rest))
        return
    # Where it can be had, a fork spares each process the imports.
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
    gc.collect()
    give_back()
    gc.freeze()  # what is there now is shared with the processes as long as no collection touches it
    with ProcessPoolExecutor(jobs, context, _begin, (os.getpid(), start, given)) as pool:
        waiting: deque[Future[B]] = deque()
        for item in chain(first, rest):
            waiting.append(pool.submit(_made, function, item))
            if len(waiting) == jobs + AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
