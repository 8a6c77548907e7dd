"""Every place that can be reached is searched: what is shown, older releases, the store, state/, and publish targets."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from disclosure import history
from disclosure.problems import Problem, Refused
from disclosure.publish import strange
from disclosure.takedown.seek import Hit, Known, Searched, Sought, seek
from disclosure.targets import Folder, Target, target_of

RECEIPTS = "takedown"  # within state/: what was taken down is named there and in data/events/, and nowhere else


@dataclass(frozen=True)
class Reach:
    """What is searched, and for what: a root, the release that is shown, the words that the public and staff may not find."""

    root: Path
    release: Path
    public: Sought
    private: Sought
    jobs: int


@dataclass(frozen=True)
class Spot:
    """One place that was searched, what it is, and what was found; `fault` says why it could not be."""

    sort: str
    place: str
    searched: Searched
    fault: Problem | None = None


def sweep(reach: Reach, past: sqlite3.Connection) -> list[Spot]:
    """Search every place once; a file that two releases share is searched once and counts for both."""
    known: Known = {}
    releases = reach.root / "releases"

    def look(sort: str, folder: Path, sought: Sought, leave_out: tuple[str, ...] = ()) -> Spot:
        reached = known if sought is reach.public else {}
        return Spot(sort, str(folder), seek(folder, sought, reach.jobs, reached, leave_out))

    spots = [look("release", reach.release, reach.public)]
    others = [path for path in sorted(releases.iterdir()) if path.is_dir() and path.name != reach.release.name]
    spots += [look("older", folder, reach.public) for folder in others]
    spots.append(look("server", reach.root / "server", reach.public))
    spots.append(look("cache", reach.root / ".cache", reach.private))
    spots.append(look("state", reach.root / "state", reach.private, (RECEIPTS,)))
    for address in history.targets(past):
        target, _ = target_of(address, reach.root)
        if isinstance(target, Folder):
            spots.append(look("target", target.path, reach.public))
        elif target:
            spots.append(_asked(reach.release, target))
    return spots


def _asked(release: Path, target: Target) -> Spot:
    """Hold a server's files against those that were searched here, by their hashes."""
    try:
        files, others = strange(release, target)
    except Refused as refused:
        return Spot("target", target.address, Searched(), refused.problems[0])
    return Spot("target", target.address, Searched(files, 0, files, [Hit(file, "", 1) for file in others]))
