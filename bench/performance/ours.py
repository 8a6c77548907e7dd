"""Our side: the whole build from nothing, and the pages of entities alone, drawn from the store that a build left.

    python -m bench.performance.ours --root <root> --into <folder> --jobs 2

draws them.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.performance.watched import Cost, watched
from disclosure import store
from disclosure.pages import Page, World, entity
from disclosure.planned import Planned
from disclosure.problems import accept
from disclosure.render import Studio, draw, open_world
from disclosure.theme import OWN

PROJECT = Path(__file__).resolve().parent.parent.parent
WRITTEN = (".cache", "releases", "state", "server")


def build(root: Path, jobs: int, fresh: bool) -> Cost:
    """Build a root as staff do; where it is to be fresh, from nothing but what was sent."""
    for name in WRITTEN if fresh else ():
        shutil.rmtree(root / name, ignore_errors=True)
    return watched([sys.executable, str(PROJECT / "build.py"), "--root", str(root), "--jobs", str(jobs)], PROJECT)


def steps(said: str) -> dict[str, float]:
    """Return the seconds of each step of a build as it said them, numbers in its name aside."""
    found = re.findall(r"^(.+?) ……(?:.*[^\d.])?([\d.]+) 秒$", said, re.M)
    return {re.sub(r" [\d,]+ 个", "", label): float(seconds) for label, seconds in found}


def draw_entities(root: Path, into: Path, jobs: int) -> Cost:
    """Draw the pages of entities in processes of their own."""
    shutil.rmtree(into, ignore_errors=True)
    words = ["--root", str(root), "--into", str(into), "--jobs", str(jobs)]
    return watched([sys.executable, "-m", "bench.performance.ours", *words], PROJECT)


@dataclass(frozen=True)
class OfEntities(Planned):
    """The pages of entities, as a plan has them that is laid nowhere."""

    world: World

    def __iter__(self) -> Iterator[Page]:
        return entity.plan(self.world)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def studio_of(root: Path) -> Studio:
    """Return what a root's pages are drawn from, as its last build left it."""
    rows = store.open_for_reading(root / ".cache" / "store.sqlite")
    site, registers, departments, articles, _, asked, _ = accept(store.declared(rows), [])
    return Studio(root / ".cache" / "store.sqlite", site, registers, departments, articles, site.as_of, (OWN,), asked)


def draw_all(studio: Studio, into: Path, jobs: int) -> None:
    """Draw the pages of all entities, as a build does."""
    world = open_world(studio)
    accept((None, draw(studio, OfEntities(world.store, world), into, jobs).problems), [])


def main() -> None:
    """Draw the pages of entities, all anew."""
    parser = argparse.ArgumentParser(description="只画信用主体的页面")
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    draw_all(studio_of(given.root), given.into, given.jobs)


if __name__ == "__main__":
    main()
