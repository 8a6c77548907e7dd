"""The desk: what is shown now and for which day; a build at a time in a process apart, and another where something changed."""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import json
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from disclosure.preview.found import Found, found_in, read_found
from disclosure.releases import RELEASE


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
        """Where the site is shown: a link to the last good release."""
        return self.work / "public"

    @property
    def store(self) -> Path:
        """The store of the last good release."""
        return self.work / ".cache" / "store.sqlite"


class Desk:
    """What every answer is made from. `mark` changes whenever a page that is open must be loaded again."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.as_of = bench, bench.as_of
        self.found = read_found(bench.work) if found_in(bench.work).exists() else Found()
        self.mark = ""
        self.busy = True
        self.changed = asyncio.Event()
        self.tell: Callable[[], None] = lambda: None
        self.running: set[subprocess.Popen[bytes]] = set()

    @property
    def facts(self) -> dict[str, str]:
        """What the release shown says of itself: its name and day; nothing where none has come of it yet."""
        try:
            return dict(json.loads((self.bench.out / RELEASE).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}

    def show_day(self, day: datetime.date | None) -> None:
        """Show the site of another day from now on; None is the day it would be released for."""
        self.as_of = day
        self.changed.set()

    async def build(self) -> None:
        """Build once, and read what was found."""
        day = ("--as-of", self.as_of.isoformat()) if self.as_of else ()
        found_in(self.bench.work).unlink(missing_ok=True)
        await self.run((*self.bench.command, *day))
        self.found = read_found(self.bench.work)

    async def report(self) -> bool:
        """Write the reports to the departments, as the command does; say whether that was done."""
        return await self.run(self.bench.report) == 0

    async def run(self, command: Sequence[str]) -> int:
        """Run a command to its end; it has its own group of processes, so that what it started ends with it."""
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        self.running.add(child)
        code = await asyncio.to_thread(child.wait)
        self.running.discard(child)
        return code

    def stop(self) -> None:
        """End what still runs, and all that it started."""
        for child in self.running:
            if child.poll() is None and os.name == "posix":
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGTERM)
            elif child.poll() is None:
                child.terminate()
            child.wait()


async def keep_up(desk: Desk) -> None:
    """Build whenever something changed, once for all that changed before it began; then let open pages load again."""
    while True:
        await desk.changed.wait()
        desk.changed.clear()
        desk.busy = True
        desk.tell()
        await desk.build()
        desk.busy = desk.changed.is_set()
        desk.mark = _mark(desk)
        desk.tell()


def _mark(desk: Desk) -> str:
    seen = (desk.facts, desk.as_of, desk.found)
    return hashlib.blake2b(repr(seen).encode("utf-8", "replace"), digest_size=8).hexdigest()
