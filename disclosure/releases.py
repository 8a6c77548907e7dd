"""Releases: built beside, named by what they hold, and shown by one atomic switch of the public link."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from disclosure.files import MANY, in_step, remove, same_file, sha256, share, size_of, to_disk, walk
from disclosure.problems import Place, Problem

MANIFEST = "manifest.json"
RELEASE = "release.json"
PREVIOUS = "previous"
FAILED = {errno.ENOSPC, errno.EDQUOT, errno.EIO}  # a link was not refused, the disk failed
LINGERS = 600  # seconds that the files of the release before are served after a switch


def begin(root: Path) -> Path:
    """Return an empty folder beside the releases; what an interrupted build left there is cleared."""
    partial = root / "releases" / ".partial"
    remove(partial)
    partial.mkdir(parents=True)
    return partial


def usable(out: Path) -> list[Problem]:
    """Say why a site may not be put at `out`: it may be absent, empty, or ours."""
    if out.is_symlink():
        if "releases" in out.readlink().parts or (out / RELEASE).exists():
            return []
    elif not out.exists() or (out.is_dir() and (not any(out.iterdir()) or (out / RELEASE).exists())):
        return []
    mend = "换一个输出位置（--out），或先把里面的内容移走"
    return [
        Problem(
            "out-not-ours", Place(str(out)), f"「{out.name}」里已有别的内容", "程序不覆盖不是自己写出的文件夹", mend
        )
    ]


@dataclass(frozen=True)
class Sealed:
    """A finished release, and what of it is new on disk."""

    release: Path
    files: int
    bytes: int

    def __str__(self) -> str:
        return f"{self.files:,} 个文件，{self.bytes / 1000:,.0f} kB"


def finish(partial: Path, facts: dict[str, object], before: Path | None) -> Sealed:
    """Seal a finished site with its manifest; the release's name is the hash of all its bytes.

    Files that are the last release's are shared with it; all of it is on disk before the release has its name.
    """
    new, digest = _New(_moment(partial.parent)), hashlib.sha256()
    with (partial / MANIFEST).open("wb") as manifest:
        for line in _as_json(_hashes(partial, before, new)):
            digest.update(line)
            manifest.write(line)
    os.utime(partial / MANIFEST, (new.moment, new.moment))
    name = digest.hexdigest()[:16]
    (partial / RELEASE).write_text(json.dumps({"release": name, **facts}, ensure_ascii=False), encoding="utf-8")
    release = partial.parent / name
    if release.exists() and not verify(release):
        remove(partial)
    else:
        to_disk([partial / each for each in (MANIFEST, RELEASE, *new.some)])
        broken = partial.with_name(f".{name}.old")
        remove(broken)
        if release.exists():  # it may be shown at this moment: it is gone for no longer than a rename takes
            release.rename(broken)
        partial.rename(release)
        to_disk([release])
        remove(broken)
    return Sealed(release, new.files, new.bytes)


@dataclass
class _New:
    """What of a release is new on disk, and the second that it gets as its time; of many files only `some` are named."""

    moment: int
    files: int = 0
    bytes: int = 0
    some: list[str] = field(default_factory=list)

    def add(self, folder: Path, name: str) -> None:
        os.utime(folder / name, (self.moment, self.moment))
        self.files += 1
        self.bytes += size_of(folder, [name])
        if len(self.some) < MANY:
            self.some.append(name)


def _hashes(partial: Path, before: Path | None, new: _New) -> Iterator[tuple[str, str]]:
    """Yield the hash of every file by its address, sorted; share with the release before what is in it."""
    known, old = in_step(_listed(before) if before else ()), in_step(walk(before) if before else ())
    for name, lying in walk(partial):
        if name == MANIFEST:
            continue
        was, there, path = known(name), old(name), partial / name
        if was and same_file(lying, there):
            yield name, was
            continue
        found = sha256(path)
        if before and there and found == was:
            path.unlink()
            share(before / name, path)
        else:
            new.add(partial, name)
        yield name, found


def _as_json(hashes: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """Yield a manifest: a JSON object in which every file has a line of its own."""
    between = b'{\n"files": {\n'
    for name, found in hashes:
        yield between + f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(found)}".encode()
        between = b",\n"
    yield b"\n}\n}"


def _listed(release: Path) -> Iterator[tuple[str, str]]:
    """Yield the hash of every file by its address as a manifest has it, line by line."""
    with suppress(OSError, ValueError), (release / MANIFEST).open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith('"') and not line.endswith("{\n"):
                yield from json.loads("{" + line.rstrip(",\n") + "}").items()


def _moment(releases: Path) -> int:
    """Return a second, now or soon, that no file of a release bears: what is new gets it as its time.

    Web servers tell versions of a file by time and size (nginx's ETag, rsync), so no two versions may have the same of both.
    """
    borne = [int(manifest.stat().st_mtime) for manifest in releases.glob(f"*/{MANIFEST}")]
    return max([int(time.time()), *(second + 1 for second in borne)])


def verify(release: Path) -> list[Problem]:
    """Hold every file of a release against its manifest, both ways."""
    hashes = manifest_of(release)
    if not hashes:
        mend = "换成程序写出的发布文件夹"
        return [
            Problem("broken-release", Place(str(release)), "这里没有清单 manifest.json", "没有清单就无法核验", mend)
        ]
    there = {name for name, _ in walk(release)} - {MANIFEST, RELEASE}
    faults = dict.fromkeys(hashes.keys() - there, "清单里有，文件夹里没有")
    faults |= dict.fromkeys(there - hashes.keys(), "文件夹里有，清单里没有")
    faults |= {name: "内容与清单不符" for name in hashes.keys() & there if sha256(release / name) != hashes[name]}
    mend = "重新构建或重新发布这一版"
    return [
        Problem("broken-release", Place(f"{release.name}/{name}"), f"{name} {what}", "这一版不完整或被改动过", mend)
        for name, what in sorted(faults.items())
    ]


def manifest_of(release: Path) -> dict[str, str]:
    """Return the hash of every file of a release by its address, nothing where it has no manifest."""
    try:
        found = json.loads((release / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(found["files"])


def manifest_hash(release: Path) -> str:
    """Return the SHA-256 of a release's manifest, which has the hash of every file."""
    return sha256(release / MANIFEST)


def switch(out: Path, release: Path, before: Path | None = None) -> str:
    """Show a release at `out` in one step; return how: by a link, or by renaming where links are refused (Windows).

    The link `previous` beside releases/ leads to the release shown until now if that is `before`, of which nothing was
    taken away; else it is dropped, before the switch. So what a page that was opened earlier loads is there at any moment.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    _leave(release.parent.parent, before if before and out.resolve() == before.resolve() else None, release)
    beside = out.with_name(f".{out.name}.next")
    remove(beside)
    try:
        beside.symlink_to(os.path.relpath(release, out.parent.resolve()), target_is_directory=True)
    except OSError as error:
        if error.errno in FAILED:
            raise
        return _switch_by_renaming(out, release, beside)
    if out.is_dir() and not out.is_symlink():
        old = out.with_name(f".{out.name}.old")
        remove(old)
        out.rename(old)
        beside.replace(out)
        remove(old)
    else:
        beside.replace(out)
    return "link"


def _leave(root: Path, before: Path | None, release: Path) -> None:
    if before and before.resolve() == release.resolve():
        return
    if not before:
        remove(root / PREVIOUS)
        return
    beside = root / f".{PREVIOUS}.next"
    remove(beside)
    try:
        beside.symlink_to(os.path.relpath(before, root), target_is_directory=True)
        beside.replace(root / PREVIOUS)
    except OSError:
        remove(root / PREVIOUS)


def expire(root: Path) -> None:
    """Drop the link `previous` when it has stood for ten minutes or leads nowhere; every command does so first."""
    link = root / PREVIOUS
    with suppress(OSError):
        if link.is_symlink() and not (link.exists() and 0 <= time.time() - link.lstat().st_mtime < LINGERS):
            link.unlink()


def _switch_by_renaming(out: Path, release: Path, beside: Path) -> str:
    shutil.copytree(release, beside, copy_function=os.link)
    old = out.with_name(f".{out.name}.old")
    remove(old)
    if out.exists():
        out.rename(old)
    beside.rename(out)
    remove(old)
    return "rename"


def standing(out: Path) -> str:
    """Say which release still stands at `out`."""
    facts = _facts(out)
    return f"{out} 仍是版本 {facts['release']}（数据截至 {facts['as_of']}）。" if facts else f"{out} 还没有发布过。"


def name_at(out: Path) -> str:
    """Return the name of the release that is shown at `out`, "" where there is none."""
    return _facts(out).get("release", "")


def _facts(out: Path) -> dict[str, str]:
    try:
        return dict(json.loads((out / RELEASE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def prune(root: Path, shown: set[str], count: int) -> set[str]:
    """Keep the releases shown anywhere, then the one before, then the newest others, `count` in all; return the names kept."""
    releases = [path for path in (root / "releases").iterdir() if path.is_dir() and not path.name.startswith(".")]
    previous = (root / PREVIOUS).resolve()
    others = sorted(
        (path for path in releases if path.name not in shown),
        key=lambda path: (path.resolve() == previous, path.stat().st_mtime),
        reverse=True,
    )
    left = max(count - len(shown), 0)
    for path in others[left:]:
        remove(path)
    expire(root)
    return shown | {path.name for path in others[:left]}
