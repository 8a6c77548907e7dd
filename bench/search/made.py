"""What making an index costs: seconds, megabytes, files, and the most memory, each in a process of its own."""

from __future__ import annotations

import marshal
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.search.corpus import SECTIONS, places
from bench.search.memory import Peak, watched
from bench.search.rival import make
from disclosure.search import NAMES, NAMES_AND_SOUNDS, Listed, write_index

JOBS = 2


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and of all processors, bytes, files, and the most memory of all processes together."""

    seconds: float
    cpu: float
    bytes: int
    files: int
    peak: Peak
    note: str = ""


def keep(everyone: Iterable[Listed], path: Path) -> Path:
    """Writes entities to a file, from which an index is made as a site makes it: one read after another."""
    with path.open("wb") as file:
        for one in everyone:
            marshal.dump(tuple(vars(one).values()), file)
    return path


def kept(path: Path) -> Iterator[Listed]:
    """The entities that were kept in a file, one after another."""
    with path.open("rb") as file:
        while file.peek(1):
            yield Listed(*marshal.load(file))


def everything(entities: Path, folder: Path) -> Cost:
    """The index as a site has it."""
    return _apart(_everything, entities, folder)


def again(entities: Path, folder: Path, before: Path) -> Cost:
    """The index once more, beside an older one; of its files and bytes those that are not the older one's."""
    return _apart(_again, entities, folder, before)


def names_alone(entities: Path) -> Cost:
    """An index in which entities are found by their names, former ones too, and nothing else: no pinyin, codes, numbers."""
    with TemporaryDirectory() as folder:
        return _apart(_names, entities, Path(folder))


def names_and_sounds(entities: Path) -> Cost:
    """An index of the names and their pinyin."""
    with TemporaryDirectory() as folder:
        return _apart(_sounds, entities, Path(folder))


def pagefind(everyone: Sequence[Listed], folder: Path) -> Cost:
    """Pagefind with the same texts, cut into the same pairs, as it comes."""
    return _apart(_pagefind, everyone, folder)


def _apart(work: Callable[..., Cost], *given: Any) -> Cost:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def _timed(work: Callable[[], str], folder: Path, is_new: Callable[[Path], bool] = lambda path: True) -> Cost:
    begun, busy = time.perf_counter(), _busy()
    with watched() as peak:
        note = work()
    seconds, cpu = time.perf_counter() - begun, _busy() - busy
    files = [path for path in folder.rglob("*") if path.is_file() and is_new(path)]
    return Cost(seconds, cpu, sum(path.stat().st_size for path in files), len(files), peak, note)


def _busy() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _everything(entities: Path, folder: Path) -> Cost:
    def run() -> str:
        report = write_index(kept(entities), folder, sections=SECTIONS, districts=places(), jobs=JOBS)
        return (
            f"最大的分片 {report.largest_shard:,} 字节，最长的名单 {report.largest_list:,} 字节，"
            f"查到一个词最多读 {report.bound.word / 1000:,.0f} kB，无论查什么最多 {report.bound.anything / 1000:,.0f} kB"
        )

    return _timed(run, folder)


def _again(entities: Path, folder: Path, before: Path) -> Cost:
    def run() -> str:
        report = write_index(kept(entities), folder, sections=SECTIONS, districts=places(), jobs=JOBS, before=before)
        return f"{report.files}"

    return _timed(run, folder, lambda path: path.stat().st_nlink == 1)


def _names(entities: Path, folder: Path) -> Cost:
    return _timed(lambda: _fewer(entities, folder, NAMES), folder)


def _sounds(entities: Path, folder: Path) -> Cost:
    return _timed(lambda: _fewer(entities, folder, NAMES_AND_SOUNDS), folder)


def _fewer(entities: Path, folder: Path, kinds: Any) -> str:
    """The index of entities without their numbers: of the rest the page shows all, found are they by their names."""
    listed = (replace(one, numbers=()) for one in kept(entities))
    return str(write_index(listed, folder, sections=SECTIONS, districts=places(), jobs=JOBS, kinds=kinds).entities)


def _pagefind(everyone: Sequence[Listed], folder: Path) -> Cost:
    def run() -> str:
        make(everyone, folder)
        return ""

    return _timed(run, folder)
