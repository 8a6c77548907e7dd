"""The desk: what is shown now and for which day. A build at a time runs in a process apart; pages are drawn when they are asked for."""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from disclosure.preview.found import Found, found_in, read_found
from disclosure.preview.ready import Ready, planned, ready_in, take_up
from disclosure.problems import Problem
from disclosure.render import Easel
from disclosure.theme import gather

T = TypeVar("T")
# How far a build is: nothing new to see yet; pages can be drawn, search and downloads are still the last ones; all is done.
READING, FINISHING, DONE = "reading", "finishing", "done"
LOOK = 0.05  # seconds between looks at what a build has laid out


@dataclass(frozen=True)
class Bench:
    """What a preview works with: the root, the scratch folder that all is written to, the commands that build there and that
    write the reports to departments, the day that is meant where none is asked for, and the day asked for, if any."""

    root: Path
    work: Path
    command: tuple[str, ...]
    report: tuple[str, ...]
    today: datetime.date
    as_of: datetime.date | None = None

    @property
    def out(self) -> Path:
        """Where the last whole site is: a link to it."""
        return self.work / "public"


class Desk:
    """What every answer is made from. `mark` changes whenever a page that is open must be loaded again."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.as_of = bench, bench.as_of
        self.found, self.mark, self.stage = Found(), "", READING
        self.ready: Ready | None = None
        self.current = False  # whether what is shown is of the last build
        self.assets: dict[str, bytes] = {}
        self.easel: Easel | None = None
        self.drawer = ThreadPoolExecutor(1)  # the store is read in one thread, which keeps what it counted
        self.changed = asyncio.Event()
        self.tell: Callable[[], None] = lambda: None
        self.running: set[subprocess.Popen[bytes]] = set()

    @property
    def day(self) -> str:
        """The day of the site that is shown, "" where there is none."""
        return self.ready.studio.as_of.isoformat() if self.ready else ""

    def show_day(self, day: datetime.date | None) -> None:
        """Show the site of another day from now on; None is the day it would be released for."""
        self.as_of = day
        self.changed.set()

    async def has(self, address: str) -> bool:
        """Say whether there is a page at an address."""
        return await self._drawing(lambda: bool(self.easel and planned(self.easel.world.store, address)))

    async def draw(self, address: str) -> tuple[bytes, list[Problem]] | None:
        """Return a page, or nothing and the fault of its template; None where there is no such page."""

        def drawn() -> tuple[bytes, list[Problem]] | None:
            page = planned(self.easel.world.store, address) if self.easel else None
            return self.easel.draw(page) if self.easel and page else None

        return await self._drawing(drawn)

    async def _drawing(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.drawer, function)

    async def build(self) -> None:
        """Build once; show its pages when they can be drawn. Where something changed since, the rest of it is left."""
        work, seen = self.bench.work, False
        for left in (found_in(work), ready_in(work)):
            left.unlink(missing_ok=True)
        self.current = False
        day = ("--as-of", self.as_of.isoformat()) if self.as_of else ()
        child = self._begin((*self.bench.command, *day))
        ends = asyncio.ensure_future(asyncio.to_thread(child.wait))
        while not ends.done():
            await asyncio.wait({ends}, timeout=LOOK)
            if not seen and ready_in(work).exists():
                seen = True
                await self._show(take_up(work))
            if seen and self.changed.is_set() and not ends.done():
                _end(child)
                await ends
                self.running.discard(child)
                return
        self.running.discard(child)
        self.found = read_found(work)
        self._settle(DONE)

    async def _show(self, ready: Ready) -> None:
        def set_up() -> None:
            if self.easel:
                self.easel.world.store.close()
            self.easel = Easel(ready.studio)

        self.found, self.current = read_found(self.bench.work), True
        self.assets = gather(ready.studio.theme).contents
        await self._drawing(set_up)
        self.ready = ready
        self._settle(FINISHING)

    def _settle(self, stage: str) -> None:
        seen = repr((self.ready and self.ready.name, self.current, self.found))
        self.mark = hashlib.blake2b(seen.encode("utf-8", "replace"), digest_size=8).hexdigest()
        self.stage = stage
        self.tell()

    async def report(self) -> bool:
        """Write the reports to the departments, as the command does; say whether that was done."""
        child = self._begin(self.bench.report)
        code = await asyncio.to_thread(child.wait)
        self.running.discard(child)
        return code == 0

    def _begin(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Begin a command; it has its own group of processes, so that what it started ends with it."""
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        self.running.add(child)
        return child

    async def stop(self) -> None:
        """End what still runs, and all that it started."""
        for child in self.running:
            _end(child)
            child.wait()
        self.drawer.shutdown()


def _end(child: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
    else:
        child.terminate()


async def keep_up(desk: Desk) -> None:
    """Build whenever something changed, once for all that changed before it began; open pages load again when there is news."""
    while True:
        await desk.changed.wait()
        desk.changed.clear()
        desk.stage = READING
        desk.tell()
        await desk.build()
