"""What is watched: the settings, and all below content/, data/ and theme/, also where they are made or replaced later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

SETTINGS, FOLDERS = "site.yaml", ("content", "data", "theme")


class _Kept(DefaultFilter):
    """What editors and desktops leave beside a file is no change."""

    ignore_dirs = ()

    def __call__(self, change: Change, path: str) -> bool:
        return not Path(path).name.startswith((".", "~$")) and super().__call__(change, path)


def _at_the_top(change: Change, path: str) -> bool:
    return Path(path).name in (SETTINGS, *FOLDERS)


async def watch(root: Path, tell: Callable[[], object]) -> None:
    """Call `tell` at the beginning, and after every change; one that falls within a call is told afterwards."""
    again = asyncio.Event()

    async def top() -> None:
        watched = _folders(root)
        async for _ in awatch(root, watch_filter=_at_the_top, recursive=False):
            tell()
            if watched != (watched := _folders(root)):
                again.set()

    async def below() -> None:
        while True:
            again.clear()
            # Runs when the watch below waits for the first time: what changed before that is not told.
            asyncio.get_running_loop().call_soon(tell)
            if folders := _folders(root):
                async for _ in awatch(*folders, watch_filter=_Kept(), stop_event=again):
                    tell()
            else:
                await again.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(top())
        tasks.create_task(below())


def _folders(root: Path) -> dict[Path, int]:
    """Return the folders that are there, and which ones they are on disk: one of the same name may take its place."""
    found = [(root / name).resolve() for name in FOLDERS]
    return {path: path.stat().st_ino for path in found if path.is_dir()}
