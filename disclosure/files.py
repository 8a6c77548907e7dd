"""What is done to files in more than one room."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

T = TypeVar("T")
PROGRAM = Path(__file__).resolve().parent


def share(old: str | Path, new: str | Path) -> bool:
    """Give a file a second place, without a copy where the disk allows; say whether it was there."""
    try:
        os.link(old, new)
    except FileNotFoundError:
        return False
    except OSError:
        shutil.copy2(old, new)
    return True


def share_all(old: Path, new: Path, names: Iterable[str]) -> list[str]:
    """Give the files at some addresses in one folder a place in another, and return those that were not there."""
    made, missing = set[str](), []
    for name in names:
        folder = name.rpartition("/")[0]
        if folder not in made:
            made.add(folder)
            os.makedirs(inside(new, folder), exist_ok=True)
        if not share(f"{old}/{name}", f"{new}/{name}"):
            missing.append(name)
    return missing


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


@cache
def program_print() -> str:
    """Return what changes when any module of the program does; asked once in a process, which runs what it began with."""
    digest = hashlib.blake2b(digest_size=12)
    for path in sorted(PROGRAM.rglob("*.py")):
        digest.update(f"{path.relative_to(PROGRAM).as_posix()} {sha256(path)}\n".encode())
    return digest.hexdigest()


MANY = 500


def to_disk(files: Sequence[Path] | None = None) -> None:
    """Return when these files, or all that was written, are on disk, whatever happens to the power then (not on Windows)."""
    if not hasattr(os, "sync"):
        return
    if files is None or len(files) >= MANY:
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
    """Which file of the disk it is that lies at an address."""

    number: int
    device: int


def walk(folder: Path, prefix: str = "") -> Iterator[tuple[str, Lying]]:
    """Yield every file below a folder by its address there, sorted. No file is asked for more than its folder says of it."""
    device = os.stat(folder / prefix).st_dev
    with os.scandir(folder / prefix) as found:
        entries = [
            (entry.name + "/" * entry.is_dir(follow_symlinks=False), Lying(entry.inode(), device)) for entry in found
        ]
    for name, lying in sorted(entries):
        if name.endswith("/"):
            yield from walk(folder, prefix + name)
        else:
            yield prefix + name, lying


def in_step(pairs: Iterable[tuple[str, T]]) -> Callable[[str], T | None]:
    """Return what gives the value beside a name, None where there is none, while pairs and names go forward in order: none is kept."""
    rest = iter(pairs)
    held = next(rest, None)

    def of(name: str) -> T | None:
        nonlocal held
        while held and held[0] < name:
            held = next(rest, None)
        return held[1] if held and held[0] == name else None

    return of


def size_of(folder: Path, names: Iterable[str]) -> int:
    """Return the bytes of some files below a folder."""
    return sum(os.stat(f"{folder}/{name}").st_size for name in names)


def same_file(one: Lying, other: Lying | None) -> bool:
    """Say whether two addresses are one file on disk."""
    return one == other and one.number != 0
