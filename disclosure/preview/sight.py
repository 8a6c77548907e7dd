"""A first sight of a change: the pages that it concerns, and the faults that it has, before all the rest is judged again.

It is never more than that: what it cannot tell, or fails at, is left to the build that follows it.
"""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from disclosure.preview.ready import Ready
from disclosure.problems import Problem
from disclosure.render import Studio

FOLDER = "sight"


@dataclass(frozen=True)
class Sight:
    """What is seen of some changed files: the studio that has the pages at some addresses as they are now, those that are no
    more among them, or the faults that keep them from being drawn."""

    studio: Studio | None = None
    addresses: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    faults: tuple[Problem, ...] = ()

    @property
    def name(self) -> str:
        """What tells it from any other, "" where it has no page."""
        return self.studio.store.stem if self.studio else ""


Glance = Callable[[Ready, Collection[str], Path], Sight | None]
NOTHING = Sight()


def look(glance: Glance, work: Path, ready: Ready, names: Collection[str]) -> Sight:
    """Return what can be seen of some changed files, by a store of its own in a scratch folder; where that fails, nothing."""
    into = work / FOLDER / f"{secrets.token_hex(6)}.sqlite"
    if not ready.studio.store.exists():  # what was taken down took all of the preview with it
        return NOTHING
    try:
        into.parent.mkdir(mode=0o700, exist_ok=True)
        return glance(ready, names, into) or NOTHING
    except OSError:  # a file that is being written anew was there and is not
        return NOTHING
    except Exception:
        traceback.print_exc()
        return NOTHING


def clear(work: Path, sight: Sight) -> None:
    """Remove what other sights were drawn from."""
    for path in (work / FOLDER).glob("*"):
        if not sight.name or path.stem != sight.name:
            with suppress(OSError):
                path.unlink()
