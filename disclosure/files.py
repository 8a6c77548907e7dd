"""What is done to files in more than one room."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


def share(old: Path, new: Path) -> bool:
    """Give a file a second place, without a copy where the disk allows; say whether it was there."""
    try:
        os.link(old, new)
    except FileNotFoundError:
        return False
    except OSError:
        shutil.copy2(old, new)
    return True


def remove(path: Path) -> None:
    """Take away a file, a link or a whole folder, if it is there."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


FEW = 500


def to_disk(files: Sequence[Path] | None = None) -> None:
    """Return when these files, or all that was written, are on disk, whatever happens to the power then (not on Windows)."""
    if not hasattr(os, "sync"):
        return
    if files is None or len(files) > FEW:
        os.sync()
        return
    for path in [*files, *{path.parent for path in files}]:
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def inside(folder: Path, address: str) -> Path:
    """Return where an address lies in a folder; raise where it would lie outside."""
    if address.startswith("/") or "\\" in address or ".." in address.split("/"):
        raise ValueError(f"address {address!r} leads out of the site")
    return folder / address


class Lying(NamedTuple):
    """What the disk knows of a file: its bytes, and which file it is."""

    size: int
    number: int
    device: int


def walk(folder: Path) -> dict[str, Lying]:
    """Return every file below a folder: its address there and what the disk knows of it."""
    found: dict[str, Lying] = {}
    todo = [("", str(folder))]
    while todo:
        prefix, place = todo.pop()
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    todo.append((f"{prefix}{entry.name}/", entry.path))
                else:
                    stat = entry.stat()
                    found[prefix + entry.name] = Lying(stat.st_size, stat.st_ino, stat.st_dev)
    return found


def same_file(one: Lying, other: Lying | None) -> bool:
    """Say whether two addresses are one file on disk."""
    return other is not None and one[1:] == other[1:] and one.number != 0
