"""Whatever call to the system fails or is the last: one whole release is shown, the old or the new, and the next run mends all.

Every call of a build and of a publication that changes something on disk is made to fail (disk full, disk broken, too many
open files) or to be the last one (SIGKILL), in the program and in the programs that it uses.
"""

from __future__ import annotations

import csv
import errno
import gzip
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import denied
import pytest
from frontdoor import PROJECT, identity_number, notice, program, start, table, tree, write

from disclosure import releases

FEW, MANY = 20, 2000
NUMBER = identity_number(7)
WITHDRAWN = "黑甲〔2026〕2号"
PARTS = 8
# What is done to which calls: a call that opens, one that writes, one that changes a folder, one that waits for the disk.
KILL = denied.KILL
CALLS = {
    **dict.fromkeys(("openat", "open"), (errno.EMFILE, errno.ENOSPC, errno.EIO, KILL)),
    **dict.fromkeys(("write", "pwrite64", "sendfile", "copy_file_range"), (errno.ENOSPC, errno.EIO, KILL)),
    **dict.fromkeys(("ftruncate", "fsync", "fdatasync"), (errno.EIO, KILL)),
    **dict.fromkeys(("rename", "link", "symlink", "mkdir"), (errno.ENOSPC, errno.EIO, KILL)),
    **dict.fromkeys(("unlink", "unlinkat", "rmdir", "chmod", "fchmod", "utimensat"), (errno.EIO, KILL)),
}
READING = (errno.EMFILE, errno.EIO)


@dataclass(frozen=True)
class Scene:
    """A root in which one command is about to run, and what comes of it where nothing goes wrong."""

    before: Path
    command: tuple[str, ...]
    shown: str  # where what is shown stands, below the root
    old: str
    new: str
    poorer: str  # the new release as it is when the full text could not be made
    lying: frozenset[str]


@dataclass(frozen=True)
class Cut:
    """One fault: a call is denied with an error, or is the last of who makes it."""

    scene: str
    call: denied.Call
    how: int


def rows(*more: dict[str, str]) -> str:
    """Return a file of the small register, each row with a number that must not leave."""
    return table([row | {"证件号码": NUMBER} for row in (notice(), *more)])


BEFORE = {
    "site.yaml": (PROJECT / "tests/sites/small/site.yaml").read_text(encoding="utf-8")
    + "faults: set-aside\ncompress: [gzip]\n",
    "content/about/index.md": "---\ntitle: 关于\ndate: 2026-05-01\nsource: 示例办公室\n---\n正文。\n",
    "data/notice/2026.csv": rows(notice(文号=WITHDRAWN), notice(文号="黑甲〔2026〕3号", 代码="", 名称="北安丙丁中心")),
}
AFTER = {
    "data/notice/2026.csv": rows(notice(文号=WITHDRAWN), notice(文号="黑甲〔2026〕4号", 日期="2026-06-31")),
    "data/notice/more.csv": rows(notice(文号="黑甲〔2026〕5号", 名称="爱辉戊己合作社", 代码="")),
    "data/events/2026.csv": table(
        [
            {
                "事件类型": "撤销",
                "名录": "通知",
                "文书号": WITHDRAWN,
                "机关": "黑河市甲局",
                "相对人": notice()["名称"],
                "决定文书号": "黑甲撤〔2026〕1号",
                "日期": "2026-06-01",
                "原因": "经复核撤销",
            }
        ]
    ),
}


@pytest.fixture(scope="session")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scene]:
    """The first build of a root, one after a change that also withdraws, and a publication of what that made."""
    folder = tmp_path_factory.mktemp("scenes")
    first, changed = folder / "first", folder / "changed"
    start(first, "small")
    write(first, BEFORE)
    shutil.copytree(first, changed)
    run(changed, "build")
    write(changed, AFTER)
    published = folder / "published"
    shutil.copytree(changed, published, symlinks=True)
    run(published, "publish", "--to", "www")
    run(published, "build")
    made = {"first": ("build",), "changed": ("build",), "published": ("publish", "--to", "www")}
    return {name: scene(folder / name, command) for name, command in made.items()}


def scene(before: Path, command: tuple[str, ...]) -> Scene:
    """Run a command on a copy of a root and note what came of it; a build also without the full text."""
    shown = "www/public" if "publish" in command else "public"
    root, bare = (before.with_name(f"{before.name}-{what}") for what in ("after", "bare"))
    shutil.copytree(before, root, symlinks=True)
    run(root, *command)
    old, new = name_of(before / shown), name_of(root / shown)
    poorer = new
    if "build" in command:
        shutil.copytree(before, bare, symlinks=True)
        struck(bare, command, denied.Call("mkdir", 1, helper=True), errno.EIO)
        poorer = name_of(bare / shown)
        assert poorer not in (old, new)
    return Scene(before, command, shown, old, new, poorer, lying(root))


def run(root: Path, *command: str) -> None:
    """Run a command in this process, and hold that all went well."""
    done = program(*words(root, command))
    assert done.returncode == 0, done.stdout + done.stderr


def words(root: Path, command: tuple[str, ...]) -> list[str]:
    """Return the words of the command line."""
    verb, *rest = (str(root / word) if word == "www" else word for word in command)
    return [verb, "--root", str(root), *(("--jobs", "1") if verb == "build" else ()), *rest]


def name_of(shown: Path) -> str:
    """Return the release that is shown, "" where none is."""
    return shown.resolve().name if shown.is_symlink() else ""


def lying(root: Path) -> frozenset[str]:
    """Return every file and link below a root, those of releases by their release alone."""
    found = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_symlink() or path.is_file())
    return frozenset(re.sub(r"(releases/[^/]+)/.*", r"\1", name) for name in found)


def struck(root: Path, command: tuple[str, ...], call: denied.Call | None = None, how: int = 0) -> denied.Ended:
    """Run a command in a process of its own, of which one call is denied."""

    def begin() -> tuple[int, str]:
        done = program(*words(root, command))
        return done.returncode, done.stderr

    return denied.run(begin, [call.name] if call else CALLS, call, how)


def cuts(name: str, scene: Scene, folder: Path) -> tuple[list[Cut], list[Cut]]:
    """Return every fault that can be made of one run: at what changes something, and at what opens a file of the root to read."""
    root = folder / f"counted-{name}"
    shutil.copytree(scene.before, root, symlinks=True)
    done = struck(root, scene.command)
    assert done.code == 0, done.said
    changes, reads = list[Cut](), list[Cut]()
    for made in done.made:
        if made.reads and made.path.startswith(f"{root}/"):
            reads += [Cut(name, made.call, how) for how in READING]
        elif not made.reads and made.path != "/dev/null":
            changes += [Cut(name, made.call, how) for how in CALLS[made.call.name]]
    shutil.rmtree(root)
    return changes, reads


def chosen(scenes: dict[str, Scene], folder: Path, count: int) -> list[Cut]:
    """Return so many faults: a build killed at each of its renames, one in five where it reads, and the rest evenly of all others."""
    found = [cuts(name, scene, folder) for name, scene in scenes.items()]
    changes, reads = ([cut for of_one in sort for cut in of_one] for sort in zip(*found, strict=True))
    first = [cut for cut in changes if (cut.scene, cut.call.name, cut.how) == ("changed", "rename", KILL)]
    rest = [cut for cut in changes if cut not in first]
    return [*first, *evenly(rest, count - len(first) - count // 5), *evenly(reads, count // 5)]


def evenly(cuts: Sequence[Cut], count: int) -> list[Cut]:
    """Return so many of them, all stretches alike."""
    return [cuts[number * len(cuts) // count] for number in range(count)]


def violations(scene: Scene, cut: Cut, root: Path) -> Iterator[str]:
    """Make one fault happen and yield what does not hold after it, and after the next run."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(scene.before, root, symlinks=True)
    done = struck(root, scene.command, cut.call, cut.how)
    shown = name_of(root / scene.shown)
    if not done.struck and not cut.call.helper:
        yield "the fault did not come to be"
    poorer = shown == scene.poorer != scene.new
    yield from (f"{place} at once" for place in wrong(scene, root, shown))
    if done.code not in (0, 1, *((-9,) * (cut.how == KILL))):
        yield f"exit code {done.code}: {done.said}"
    if done.code == 0 and shown != scene.new and not poorer:
        yield f"good, and not the new release: {done.said}"
    if scene.command[0] == "build" and done.code == 1 and ("没有发布任何内容" in done.said) != (shown == scene.old):
        yield f"says what is not so: {done.said}"
    if done.code == 1 and not re.search(r"\n  --> \S", done.said):
        yield f"no place: {done.said}"
    again = program(*words(root, scene.command))
    if again.returncode != 0:
        yield f"the next run failed: {again.stderr}"
        return
    shown = name_of(root / scene.shown)
    yield from (f"{place} after the next run" for place in wrong(scene, root, shown))
    if shown != scene.new:
        yield f"the next run made {shown}, not {scene.new}"
    if WITHDRAWN.encode() in everything(root / scene.shown) and scene.new != scene.old and cut.scene != "first":
        yield "what was withdrawn is there after the next run"
    stays = {releases.PREVIOUS, f"releases/{scene.poorer}"} if poorer else set()
    if (left := lying(root)) | stays != scene.lying | stays:
        yield f"not the same files: {sorted(left ^ scene.lying)}"
    yield from sums(root)


def wrong(scene: Scene, root: Path, shown: str) -> Iterator[str]:
    """Yield what is wrong with what is shown."""
    if shown not in (scene.old, scene.new, scene.poorer):
        yield f"{shown} is neither the old nor the new release"
    if not shown:
        return
    if problems := releases.verify((root / scene.shown).resolve()):
        yield f"not whole: {problems}"
    if NUMBER.encode() in everything(root / scene.shown):
        yield "a personal number is shown"


def everything(site: Path) -> bytes:
    """Return all bytes of a site, those of compressed copies unpacked."""
    files = tree(site).items()
    return b"\n".join(gzip.decompress(data) if name.endswith(".gz") else data for name, data in files)


def sums(root: Path) -> Iterator[str]:
    """Yield the files whose rows are not the sum of what became of them."""
    with (root / "state/intake.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            name, came, split, *became = row.values()
            if int(came) + int(split) != sum(map(int, became)):
                yield f"rows of {name} got lost: {row}"


def hold(scenes: dict[str, Scene], folder: Path, count: int, part: int = 0, parts: int = 1) -> None:
    """Make one part of so many faults happen, and hold that after none of them anything is wrong."""
    found = {}
    for cut in chosen(scenes, folder, count)[part::parts]:
        if broken := list(violations(scenes[cut.scene], cut, folder / "root")):
            found[cut] = broken
    assert found == {}


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a run that is killed leaves in the system's folder for temporary files goes with the test."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))


def test_a_fault_at_a_few_calls_breaks_nothing(scenes: dict[str, Scene], tmp_path: Path) -> None:
    hold(scenes, tmp_path, FEW)


@pytest.mark.parametrize("path", [r"/\.search-[^/]*/lengths$", r"\.xlsx$"])
def test_a_full_disk_is_noticed_at_files_that_libraries_write(
    scenes: dict[str, Scene], tmp_path: Path, path: str
) -> None:
    scene = scenes["first"]
    shutil.copytree(scene.before, tmp_path / "counted")
    made = struck(tmp_path / "counted", scene.command).made
    call = next(one.call for one in made if re.search(path, one.path) and one.call.name == "write")
    assert list(violations(scene, Cut("first", call, errno.ENOSPC), tmp_path / "root")) == []


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_a_fault_at_any_call_breaks_nothing(scenes: dict[str, Scene], tmp_path: Path, part: int) -> None:
    hold(scenes, tmp_path, MANY, part, PARTS)


@pytest.mark.parametrize("generations", [1, 2])
def test_what_a_killed_build_began_ends_with_it(demo_site: Path, tmp_path: Path, generations: int) -> None:
    for name in ("site.yaml", "content", "data"):
        start_from = demo_site.parent / name
        (shutil.copytree if start_from.is_dir() else shutil.copy)(start_from, tmp_path / name)
    command = [sys.executable, str(PROJECT / "build.py"), "--root", str(tmp_path), "--jobs", "2"]
    build = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        family: list[list[int]] = [[]]
        while not family[-1]:
            assert build.poll() is None, "the build ended, and had begun no such process"
            family = [[build.pid]]
            for _ in range(generations):
                family.append([child for process in family[-1] for child in children(process)])
        begun = [process for some in family for process in some]
    finally:
        build.kill()
        build.wait()
    late = time.monotonic() + 20
    while any(map(lives, begun)):
        assert time.monotonic() < late, "a process outlives the build that began it"
        time.sleep(0.05)
    again = program("build", "--root", str(tmp_path))
    assert again.returncode == 0, again.stderr


def children(process: int) -> list[int]:
    """The processes of the program that one has forked."""
    try:
        told = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
        return [child for child in map(int, told.split()) if b"build.py" in Path(f"/proc/{child}/cmdline").read_bytes()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def lives(process: int) -> bool:
    """Say whether a process runs; one that has ended and that nobody asks about does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
