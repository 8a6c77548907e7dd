"""The one seam to other processes: a function over many items, here or in a pool, results in the order of the items."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

A = TypeVar("A")
B = TypeVar("B")


def each(
    function: Callable[[A], B],
    items: Iterable[A],
    jobs: int,
    start: Callable[..., None] | None = None,
    given: tuple[Any, ...] = (),
) -> Iterator[B]:
    """Yield function(item) for every item; `start(*given)` runs once in every process before."""
    todo = list(items)
    if jobs <= 1 or len(todo) <= 1:
        if start:
            start(*given)
        yield from map(function, todo)
        return
    # Where it can be had, a fork spares each process the imports.
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
    with ProcessPoolExecutor(min(jobs, len(todo)), context, start, given) as pool:
        yield from pool.map(function, todo)
