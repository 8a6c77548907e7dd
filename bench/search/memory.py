"""The most memory that a process and all below it take together, as Linux counts it: pages that several share once."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.performance.watched import family

EVERY = 0.2  # seconds


@dataclass
class Peak:
    """Bytes, all pages, and those among them that are of no file (the others may be read anew where memory is short)."""

    all: int = 0
    own: int = 0


@contextmanager
def watched() -> Iterator[Peak]:
    """Looks at this process and its children every EVERY seconds; what it found is complete after the block."""
    peak, ended = Peak(), threading.Event()

    def watch() -> None:
        while not ended.wait(EVERY):
            used = [_used(process) for process in family(os.getpid())]
            peak.all = max(peak.all, sum(one for one, _ in used))
            peak.own = max(peak.own, sum(own for _, own in used))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


def _used(process: int) -> tuple[int, int]:
    """The bytes of a process, its share of what several have; those of no file among them."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]
    except OSError:  # it has ended
        return 0, 0
    sizes = {name: int(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in lines)}
    return sizes.get("Pss", 0), sizes.get("Pss_Anon", 0)
