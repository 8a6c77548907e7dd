"""What a build lays out as soon as its pages can be drawn: the store as it is then, every page, and what the release to come changes.

The build goes on to the whole release beside it; the preview draws pages from this when they are asked for.
"""

from __future__ import annotations

import pickle
import secrets
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from disclosure.files import remove, share
from disclosure.history import Change
from disclosure.render import Studio

FOLDER, LAID = "ready", "ready.pickle"


@dataclass(frozen=True)
class Ready:
    """A site that can be drawn: its studio, the day of the release before ("" where there is none), and how many records of
    which register are (added | corrected | gone and why) against that one."""

    studio: Studio
    since: str
    changes: dict[tuple[str, str], int]

    @property
    def name(self) -> str:
        """What tells it from any other."""
        return self.studio.store.stem


def ready_in(work: Path) -> Path:
    """Return where a build in a scratch folder lays it out; it is there at once and whole."""
    return work / FOLDER / LAID


def lay_out(work: Path, studio: Studio, since: str, change: Change) -> None:
    """Lay out what pages are drawn from; of what was laid out before, the last stays for who still reads it."""
    folder = work / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    before = sorted(folder.glob("*.sqlite"), key=lambda path: path.stat().st_mtime)
    path = folder / f"{secrets.token_hex(6)}.sqlite"
    shutil.copyfile(studio.store, path)
    path.chmod(0o600)
    with closing(sqlite3.connect(path, isolation_level=None)) as rows:
        rows.execute("PRAGMA synchronous = OFF")
        rows.execute("CREATE INDEX IF NOT EXISTS row_same ON row (same)")
        rows.execute("CREATE INDEX IF NOT EXISTS whose_entity ON whose (entity)")
    beside = ready_in(work).with_suffix(".next")
    beside.write_bytes(pickle.dumps(Ready(replace(studio, store=path), since, dict(change.records))))
    beside.replace(ready_in(work))
    for old in before[:-1]:
        with suppress(OSError):
            old.unlink()


def carry_on(work: Path, store: Path) -> None:
    """Let the next build begin from what was laid out last, where the build that did so was left before its end: what it read
    is not read again."""
    laid = max((work / FOLDER).glob("*.sqlite"), key=lambda path: path.stat().st_mtime, default=None)
    if laid and (not store.exists() or laid.stat().st_mtime > store.stat().st_mtime):
        beside = store.with_suffix(".carried")
        remove(beside)
        share(laid, beside)
        beside.replace(store)


def take_up(work: Path) -> Ready:
    """Return what was laid out last."""
    laid = pickle.loads(ready_in(work).read_bytes())
    assert isinstance(laid, Ready)
    return laid
