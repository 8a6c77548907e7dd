"""What making an index costs: seconds, megabytes, files, and the most memory, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.search.corpus import SECTIONS, places
from bench.search.rival import make
from disclosure.search import NAMES, NAMES_AND_SOUNDS, Listed, write_index


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and of both processors, bytes, files, most bytes of memory (of the process or the largest below)."""

    seconds: float
    cpu: float
    bytes: int
    files: int
    memory: int
    note: str = ""


def everything(everyone: Sequence[Listed], folder: Path) -> Cost:
    """The index as a site has it."""
    return _apart(_everything, everyone, folder)


def names_alone(everyone: Sequence[Listed]) -> Cost:
    """An index in which entities are found by their names, former ones too, and nothing else: no pinyin, codes, numbers."""
    with TemporaryDirectory() as folder:
        return _apart(_names, everyone, Path(folder))


def names_and_sounds(everyone: Sequence[Listed]) -> Cost:
    """An index of the names and their pinyin."""
    with TemporaryDirectory() as folder:
        return _apart(_sounds, everyone, Path(folder))


def pagefind(everyone: Sequence[Listed], folder: Path) -> Cost:
    """Pagefind with the same texts, cut into the same pairs, as it comes."""
    return _apart(_pagefind, everyone, folder)


def _apart(work: Callable[[Sequence[Listed], Path], Cost], everyone: Sequence[Listed], folder: Path) -> Cost:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, everyone, folder).result()


def _timed(work: Callable[[], str], folder: Path) -> Cost:
    begun, busy = time.perf_counter(), _busy()
    note = work()
    seconds, cpu = time.perf_counter() - begun, _busy() - busy
    files = [path for path in folder.rglob("*") if path.is_file()]
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) * 1024
    return Cost(seconds, cpu, sum(path.stat().st_size for path in files), len(files), memory, note)


def _busy() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _everything(everyone: Sequence[Listed], folder: Path) -> Cost:
    def run() -> str:
        report = write_index(everyone, folder, sections=SECTIONS, districts=places(), jobs=2)
        worst = f"查一个词最多读 {report.worst_query / 1000:,.0f} kB"
        return f"最大的分片 {report.largest_shard:,} 字节，最长的名单 {report.largest_list:,} 字节，{worst}"

    return _timed(run, folder)


def _names(listed: Sequence[Listed], folder: Path) -> Cost:
    return _timed(
        lambda: str(
            write_index(_bare(listed), folder, sections=SECTIONS, districts=places(), jobs=2, kinds=NAMES).entities
        ),
        folder,
    )


def _sounds(listed: Sequence[Listed], folder: Path) -> Cost:
    return _timed(
        lambda: str(
            write_index(
                _bare(listed), folder, sections=SECTIONS, districts=places(), jobs=2, kinds=NAMES_AND_SOUNDS
            ).entities
        ),
        folder,
    )


def _bare(listed: Sequence[Listed]) -> list[Listed]:
    """The entities without their numbers: of the rest the page shows all, found are they by their names."""
    return [replace(one, numbers=()) for one in listed]


def _pagefind(everyone: Sequence[Listed], folder: Path) -> Cost:
    def run() -> str:
        make(everyone, folder)
        return ""

    return _timed(run, folder)
