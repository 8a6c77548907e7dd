"""The desk: what is shown now and for which day. A build at a time runs in a process apart; pages are drawn when they are asked for.

What changed is looked at first: the pages that it concerns are shown so until the build has judged all again.
"""

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

from disclosure.pages import Page
from disclosure.planned import Planned
from disclosure.preview.found import Found, found_in, read_found
from disclosure.preview.ready import Ready, ready_in, take_up
from disclosure.preview.sight import NOTHING, Glance, Sight, clear, look
from disclosure.problems import Problem
from disclosure.render import Easel
from disclosure.theme import gather

T = TypeVar("T")
# How far a page is: as it was last; as a first sight has it; drawn anew, search and downloads being still the last ones; done.
READING, SIGHT, FINISHING, DONE = "reading", "sight", "finishing", "done"
LOOK = 0.05  # seconds between looks at what a build has laid out
NICE = 10  # a build gives way to who looks at pages meanwhile


@dataclass(frozen=True)
class Bench:
    """What a preview works with: the root, the scratch folder that all is written to, the commands that build there and that
    write the reports to departments, what gives a first sight of changed files, the day that is meant where none is asked for,
    and the day asked for, if any."""

    root: Path
    work: Path
    command: tuple[str, ...]
    report: tuple[str, ...]
    glance: Glance
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
        self.sight = NOTHING
        # What draws the pages of the first sight, and their addresses.
        self.near: tuple[Easel, frozenset[str]] | None = None
        self.heard: set[str] = set()  # names of what changed since the last build began
        self.awaited: set[str] = set()  # and before that, where what is shown is older
        self.looked = True  # whether the first sight is of all that
        self.drawer = ThreadPoolExecutor(1)  # the store is read in one thread, which keeps what it counted
        self.changed = asyncio.Event()
        self.tell: Callable[[], None] = lambda: None
        self.running: set[subprocess.Popen[bytes]] = set()

    @property
    def day(self) -> str:
        """The day of the site that is shown, "" where there is none."""
        return self.ready.studio.as_of.isoformat() if self.ready else ""

    @property
    def faults(self) -> list[Problem]:
        """What keeps a release back: as the last build found it, and of files that were looked at since as they are now."""
        found = (fault for fault in self.found.faults if fault.place.path not in self.sight.files)
        return list(dict.fromkeys([*self.sight.faults, *found]))

    @property
    def behind(self) -> bool:
        """Whether what is shown is older than what is on disk, as far as is known."""
        return bool(self.sight.faults) or not self.current

    def mark_of(self, address: str) -> str:
        """Return what changes when the page at an address must be loaded again."""
        return f"{self.mark}{self.sight.name}" if address in self.sight.addresses else self.mark

    def stage_of(self, address: str) -> str:
        """Return how far the page at an address is."""
        return SIGHT if self.stage == READING and address in self.sight.addresses else self.stage

    def store_of(self, address: str) -> Path | None:
        """Return the store that the page at an address is drawn from, None where there is none yet."""
        studio = self.sight.studio if address in self.sight.addresses else self.ready and self.ready.studio
        return studio.store if studio else None

    def hear(self, names: set[str]) -> None:
        """Hear that something changed, by its names below the root."""
        self.heard |= names
        self.looked = False
        self.changed.set()

    def show_day(self, day: datetime.date | None) -> None:
        """Show the site of another day from now on; None is the day it would be released for."""
        self.as_of = day
        self.changed.set()

    async def has(self, address: str) -> bool:
        """Say whether there is a page at an address."""
        return await self._drawing(lambda: self._placed(address) is not None)

    async def draw(self, address: str) -> tuple[bytes, list[Problem]] | None:
        """Return a page, or nothing and the fault of its template; None where there is no such page."""

        def drawn() -> tuple[bytes, list[Problem]] | None:
            placed = self._placed(address)
            return placed[0].draw(placed[1]) if placed else None

        return await self._drawing(drawn)

    def _placed(self, address: str) -> tuple[Easel, Page] | None:
        easel = self.near[0] if self.near and address in self.near[1] else self.easel
        page = Planned(easel.world.store).at(address) if easel else None
        return (easel, page) if easel and page else None

    async def _drawing(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.drawer, function)

    async def look(self) -> None:
        """Show at once what can be seen of all that changed since what is shown, and say so."""
        self.looked, names = True, self.awaited | self.heard
        sight = NOTHING
        if self.ready and names:
            sight = await asyncio.to_thread(look, self.bench.glance, self.bench.work, self.ready, names)
        if sight != self.sight:
            await self._take(sight)
            self._settle(self.stage)

    async def _take(self, sight: Sight) -> None:
        def set_up() -> None:
            if self.near:
                self.near[0].world.store.close()
            easel = Easel(sight.studio, self.easel.templates) if sight.studio and self.easel else None
            self.near = (easel, sight.addresses) if easel else None
            clear(self.bench.work, sight)

        await self._drawing(set_up)
        self.sight = sight

    async def build(self) -> None:
        """Build once; show its pages when they can be drawn. Where something changed since, the rest of it is left."""
        work, seen = self.bench.work, False
        self.awaited, self.heard = self.awaited | self.heard, set()
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
            elif not self.looked:
                await self.look()
            if seen and self.changed.is_set() and not ends.done():
                _end(child)
                await ends
                self.running.discard(child)
                return
        self.running.discard(child)
        self.found = read_found(work)
        if not self.changed.is_set():  # else what changed since will be looked at
            await self._take(NOTHING)
        self._settle(DONE)

    async def _show(self, ready: Ready) -> None:
        def set_up() -> None:
            if self.easel:
                self.easel.world.store.close()
            self.easel = Easel(ready.studio)

        self.found, self.current = read_found(self.bench.work), True
        self.assets = gather(ready.studio.theme).contents
        await self._drawing(set_up)
        self.ready, self.awaited, self.stage = ready, set(), FINISHING
        await self._take(NOTHING)
        if self.heard:
            await self.look()
        self._settle(FINISHING)

    def _settle(self, stage: str) -> None:
        seen = repr((self.ready and self.ready.name, self.faults, self.faults and self.behind, self.found.notices))
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
        if hasattr(os, "setpriority"):
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, child.pid, NICE)
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
        if not desk.looked:
            await desk.look()
        await desk.build()
