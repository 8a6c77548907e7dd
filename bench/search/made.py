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
from disclosure.search import Listed, write_index


@dataclass(frozen=True)
class Cost:
    """Seconds, bytes, files, bytes of memory at the most (of the process and of the largest below it)."""

    seconds: float
    bytes: int
    files: int
    memory: int
    note: str = ""


def everything(everyone: Sequence[Listed], folder: Path) -> Cost:
    """The index as a site has it."""
    return _apart(_everything, everyone, folder)


def names_alone(everyone: Sequence[Listed]) -> Cost:
    """An index of the names and their pinyin: no codes, numbers, former names."""
    with TemporaryDirectory() as folder:
        return _apart(_names, everyone, Path(folder))


def pagefind(everyone: Sequence[Listed], folder: Path) -> Cost:
    """Pagefind with the same texts, cut into the same pairs, as it comes."""
    return _apart(_pagefind, everyone, folder)


def _apart(work: Callable[[Sequence[Listed], Path], Cost], everyone: Sequence[Listed], folder: Path) -> Cost:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, everyone, folder).result()


def _timed(work: Callable[[], str], folder: Path) -> Cost:
    begun = time.perf_counter()
    note = work()
    seconds = time.perf_counter() - begun
    files = [path for path in folder.rglob("*") if path.is_file()]
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) * 1024
    return Cost(seconds, sum(path.stat().st_size for path in files), len(files), memory, note)


def _everything(everyone: Sequence[Listed], folder: Path) -> Cost:
    def run() -> str:
        report = write_index(everyone, folder, sections=SECTIONS, districts=places(), jobs=2)
        return f"最大的分片 {report.largest_shard:,} 字节，最长的名单 {report.largest_list:,} 字节"

    return _timed(run, folder)


def _names(listed: Sequence[Listed], folder: Path) -> Cost:
    everyone = [
        replace(one, code="", former=(), numbers=(), labels=(), counts=(1,), years=(), district="") for one in listed
    ]
    return _timed(lambda: str(write_index(everyone, folder, sections=SECTIONS, jobs=2).entities), folder)


def _pagefind(everyone: Sequence[Listed], folder: Path) -> Cost:
    def run() -> str:
        make(everyone, folder)
        return ""

    return _timed(run, folder)
