"""Publish: a release is brought beside the one that is served, held against its manifest there, and shown by one switch."""

from __future__ import annotations

import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from disclosure import history, releases
from disclosure.files import sha256
from disclosure.problems import NOTICE, Place, Problem, Refused
from disclosure.targets import Target, View, failed, lacking, last_line

# By content, never by size and time: a release's files share their disk space with the release before, two of the same
# size may be written within one second, and a wrong guess would link the old bytes into the new release for good. Times
# are left alone (no --times) so that an unchanged file is shared, and keeps its ETag, also after a build from nothing;
# modes are set, so that sharing does not depend on the umask. Never --inplace: it would write into the release that is
# served, by way of the shared file.
RSYNC = ("rsync", "--recursive", "--checksum", "--perms", "--chmod=D755,F644", "--protect-args", "--out-format=%i %l")


@dataclass(frozen=True)
class Sent:
    """What publishing a release did, or in a rehearsal would do: files and bytes sent, the switch, what was dropped."""

    release: str
    files: int = 0
    bytes: int = 0
    switched: bool = False
    dropped: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Say whether anything at the target is not as it was."""
        return bool(self.files or self.switched or self.dropped)

    def __str__(self) -> str:
        return f"{self.files:,} 个文件，{self.bytes / 1000:,.0f} kB"


def may_be_published(past: sqlite3.Connection, release: Path, approval: bool, day: str) -> list[Problem]:
    """Return why a release may not go out on a day: it is not whole, holds what has ended, or lacks its approval."""
    faults = releases.verify(release)
    if faults:
        return faults
    name = release_id(release)
    faults = history.fit_to_show(past, name, day)
    if approval and not history.approved(past, name):
        why, mend = "site.yaml 写明 approval: required（保密审查）", f"python build.py approve {name} --by 姓名"
        faults.append(Problem("not-approved", Place(f"releases/{name}"), f"版本 {name} 还没有批准", why, mend))
    return faults


def release_id(release: Path) -> str:
    """Return the name of a release from its manifest, wherever it lies."""
    return sha256(release / releases.MANIFEST)[:16]


def rehearse(release: Path, target: Target) -> Sent:
    """Return what publishing would send, and change nothing."""
    with _at(target):
        view, name = target.look(), release_id(release)
        files, size = _send(release, target, view, name if name in view.releases else _partial(name), dry=True)
    return Sent(name, files, size, view.shown != name)


def publish(past: sqlite3.Connection, release: Path, target: Target, keep: int) -> tuple[Sent, list[Problem]]:
    """Bring a release to a target and show it there; a second run completes what a cut left, and else changes nothing.

    At every moment the target shows the old release or the new one, whole. Raises Refused with the reason where it fails.
    A target is remembered before the first file is sent there: also what was cut short must be found when it has to go.
    """
    files, size = 0, 0
    with _at(target):
        view, name = target.look(), release_id(release)
        if not view.releases:
            target.begin()
            view = target.look()
        history.remember_target(past, target.address)
        if name not in view.releases or _differing(release, target, name):
            files, size = _bring(release, target, view, name)
        if view.shown != name:
            target.show(name)
    dropped, notices = _tidy(target, keep)
    return Sent(name, files, size, view.shown != name, dropped), notices


def leave_alone(past: sqlite3.Connection, release: Path, target: Target) -> tuple[str, ...]:
    """Show a release at a target and take every other away, and whatever lies in it that is not its own; return what went.

    What is shown there is whole at every moment. Raises Refused with the reason where it cannot be done.
    """
    name = release_id(release)
    with _at(target):
        if target.look().shown == name:
            extra = tuple(sorted(target.hashes(name).keys() - expected(release).keys()))
            target.clear(name, extra)
    publish(past, release, target, 1)
    with _at(target):
        view = target.look()
        others = (*(other for other in view.releases if other != name), *view.partials)
        target.drop(others)
    return others


def strange(release: Path, target: Target) -> tuple[int, list[str]]:
    """Return how many files a target shows, and which of them are not this release's own, or are of another one."""
    with _at(target):
        view, wanted = target.look(), expected(release)
        there = target.hashes(view.shown) if view.shown else {}
        others = [f"releases/{name}" for name in (*view.releases, *view.partials) if name != view.shown]
    found = [f"releases/{view.shown}/{file}" for file, sha in sorted(there.items()) if wanted.get(file) != sha]
    return len(there), others + found


def shown_at(target: Target) -> str:
    """Return which release a target shows now, "" where there is none or it cannot be asked."""
    try:
        with _at(target):
            return target.look().shown
    except Refused:
        return ""


@contextmanager
def _at(target: Target) -> Iterator[None]:
    """See that the programs are there that are needed, and say of an error of the disk which target has it."""
    missing = [tool for tool in ("rsync", *target.shell[:1]) if not shutil.which(tool)]
    if missing:
        raise Refused([lacking(tool, "本机") for tool in missing])
    try:
        yield
    except OSError as error:
        raise Refused([failed(target, f"系统说「{error.strerror}」：{error.filename}")]) from None


def _bring(release: Path, target: Target, view: View, name: str) -> tuple[int, int]:
    """Bring a release that is not there, or not whole: beside and then in place; the one that is shown is mended in place.

    Mending replaces each faulty file by one rename and deletes nothing: what is shown gets no worse at any moment.
    """
    if name == view.shown:
        sent = _send(release, target, view, name)
        _hold(release, target, name)
        return sent
    target.drop(tuple({name} & {*view.releases}))
    sent = _send(release, target, view, _partial(name))
    _hold(release, target, _partial(name))
    target.place(_partial(name), name)
    return sent


def _partial(name: str) -> str:
    return f".{name}.partial"


def _send(release: Path, target: Target, view: View, into: str, dry: bool = False) -> tuple[int, int]:
    """Let rsync bring what is missing in `into`, sharing with the release that is shown; return files and bytes sent.

    Only in a partial is anything deleted: the half file that a cut left there.
    """
    command = [*RSYNC]
    if dry:
        command.append("--dry-run")
    if into == _partial(release_id(release)):
        command.append("--delete")
    if view.shown and view.shown != into:
        command.append(f"--link-dest={view.at}/releases/{view.shown}")
    if target.shell:
        command += ["--compress", f"--rsh={shlex.join(target.shell)}"]
    command += [f"{release.resolve()}/", f"{target.inside(view.at, into)}/"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        reason = f"rsync 没有做完（代码 {done.returncode}），它说「{last_line(done.stderr)}」"
        raise Refused([failed(target, reason)])
    sizes = [int(line.rpartition(" ")[2]) for line in done.stdout.splitlines() if line[:2] in ("<f", ">f")]
    return len(sizes), sum(sizes)


def _hold(release: Path, target: Target, name: str) -> None:
    """Raise Refused unless every file of a release at the target is what the manifest says, and no other is there."""
    faults = _differing(release, target, name)
    if faults:
        raise Refused(faults)


def _differing(release: Path, target: Target, name: str) -> list[Problem]:
    wanted = expected(release)
    found = target.hashes(name)
    faults = dict.fromkeys(wanted.keys() - found.keys(), "没有传到")
    faults |= dict.fromkeys(found.keys() - wanted.keys(), "不是这一版的文件")
    faults |= {at: "内容与清单不符" for at in wanted.keys() & found.keys() if wanted[at] != found[at]}
    mend = "再运行一次；仍有此错时，到目标位置删去这个文件再运行"
    why = "发布目标上的文件不完整或被改动过"
    return [
        Problem("broken-release", Place(f"{target.address}/releases/{name}/{at}"), f"{at} {what}", why, mend)
        for at, what in sorted(faults.items())
    ]


def expected(release: Path) -> dict[str, str]:
    """Return the hash of every file that a copy of a release must hold: its manifest's, and of the two that tell of it."""
    about = {name: sha256(release / name) for name in (releases.MANIFEST, releases.RELEASE)}
    return releases.manifest_of(release) | about


def stale(view: View, keep: int) -> tuple[str, ...]:
    """Return what may go: all but the release that is shown and the newest others, `keep` in all; and every partial."""
    others = [name for name in view.releases if name != view.shown]
    return (*others[max(keep - 1, 0) :], *view.partials)


def _tidy(target: Target, keep: int) -> tuple[tuple[str, ...], list[Problem]]:
    """Drop what is stale; what cannot be dropped is a notice, since the release is shown already."""
    try:
        with _at(target):
            going = stale(target.look(), keep)
            target.drop(going)
    except Refused as refused:
        return (), [
            Problem(p.name, p.place, "新版已经显示，旧版没有清理完", p.why, "再运行一次", NOTICE)
            for p in refused.problems
        ]
    return going, []
