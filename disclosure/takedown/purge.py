"""What still holds something that was taken down is taken away, and what stands is never broken by it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from pathlib import Path

from disclosure import history, releases
from disclosure.files import remove
from disclosure.problems import Problem, Refused
from disclosure.publish import leave_alone
from disclosure.takedown.sweep import Spot
from disclosure.targets import target_of

# Below the root, and written anew by the program when they are wanted.
MADE_AGAIN = ("reports/", "digests/", ".")


def purge_releases(root: Path, release: Path, past: sqlite3.Connection, spots: Iterable[Spot], keys: Collection[str]) -> list[str]:  # fmt: skip
    """Take away every older release in which something was found, or that is known to have shown it; return what went.

    Where such a release is shown at another place, that place shows the new one first.
    """
    found = {Path(spot.place).name for spot in spots if spot.sort == "older" and spot.searched.hits}
    found |= history.holding(past, keys) - {release.name}
    going = [root / "releases" / name for name in sorted(found) if (root / "releases" / name).exists()]
    for out in history.places(past):
        if out.is_symlink() and out.resolve() in [path.resolve() for path in going]:
            releases.switch(out, release)
    for path in going:
        remove(path)
    releases.expire(root)
    history.drop(past, [path.name for path in going])
    return [f"releases/{path.name}" for path in going]


def purge_files(root: Path, spots: Iterable[Spot]) -> list[str]:
    """Take away files of .cache/ and reports of state/ in which something was found; the store itself was written anew."""
    gone = []
    for spot in spots:
        for name in spot.searched.holding:
            path = Path(spot.place) / name
            again = spot.sort == "cache" and path.suffix != ".sqlite"
            if again or (spot.sort == "state" and name.startswith(MADE_AGAIN)):
                remove(path)
                gone.append(path.relative_to(root).as_posix())
    return gone


def purge_targets(root: Path, release: Path, past: sqlite3.Connection) -> tuple[list[str], list[Problem]]:
    """Show the new release at every target, and leave nothing else there; return what went, and why where it could not."""
    gone: list[str] = []
    problems: list[Problem] = []
    for address in history.targets(past):
        target, _ = target_of(address, root)
        if target is None:
            continue
        try:
            gone += [f"{address}/releases/{name}" for name in leave_alone(past, release, target)]
        except Refused as refused:
            problems += refused.problems
    return gone, problems
