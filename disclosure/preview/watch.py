"""What is watched: the settings, and all below content/, data/ and theme/, also where they are made or replaced later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

SETTINGS, FOLDERS = "site.yaml", ("content", "data", "theme")
ANYTHING = ""


class _Kept(DefaultFilter):
    """What editors and desktops leave beside a file is no change."""

    ignore_dirs = ()

    def __call__(self, change: Change, path: str) -> bool:
        return not Path(path).name.startswith((".", "~$")) and super().__call__(change, path)


def _at_the_top(change: Change, path: str) -> bool:
    return Path(path).name in (SETTINGS, *FOLDERS)


async def watch(root: Path, tell: Callable[[set[str]], object]) -> None:
    """Call `tell` at the beginning, and after every change with the names of what changed below the root; one that falls

    within a call is told afterwards. "" says that anything may have changed.
    """
    again = asyncio.Event()

    async def top() -> None:
        watched = _folders(root)
        async for _ in awatch(root, watch_filter=_at_the_top, recursive=False):
            tell({ANYTHING})
            if watched != (watched := _folders(root)):
                again.set()

    async def below() -> None:
        while True:
            again.clear()
            # Runs when the watch below waits for the first time: what changed before that is not told.
            asyncio.get_running_loop().call_soon(tell, {ANYTHING})
            if folders := _folders(root):
                async for changes in awatch(*folders, watch_filter=_Kept(), stop_event=again):
                    tell({_name(Path(path), folders) for _, path in changes})
            else:
                await again.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(top())
        tasks.create_task(below())


def _folders(root: Path) -> dict[Path, tuple[str, int]]:
    """Return the folders that are there, what each is called, and which it is on disk: one of the same name may take its place."""
    found = {(root / name).resolve(): name for name in FOLDERS}
    return {path: (name, path.stat().st_ino) for path, name in found.items() if path.is_dir()}


def _name(path: Path, folders: Mapping[Path, tuple[str, int]]) -> str:
    """Return the name below the root of what lies in one of the folders."""
    found = (
        Path(name, path.relative_to(folder)) for folder, (name, _) in folders.items() if path.is_relative_to(folder)
    )
    return next((name.as_posix() for name in found), ANYTHING)
