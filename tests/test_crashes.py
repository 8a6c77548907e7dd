"""Whatever call to the system fails or is the last: one whole release is shown, the old or the new, and the next run mends all.

Every call of a build and of a publication that changes something on disk is made to fail (disk full, disk broken, too many
open files) or to be the last one (SIGKILL), by strace, in the program as it is started by its users.
"""

from __future__ import annotations

import csv
import gzip
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from frontdoor import PROJECT, identity_number, notice, program, start, surroundings, table, tree, write

from disclosure import releases

FEW, MANY = 20, 2000
NUMBER = identity_number(7)
WITHDRAWN = "黑甲〔2026〕2号"
# What is done to which calls: a call that opens, one that writes, one that changes a folder, one that waits for the disk.
CALLS = {
    "openat": ("error=EMFILE", "error=ENOSPC", "error=EIO", "signal=KILL"),
    **dict.fromkeys(("write", "pwrite64", "sendfile", "copy_file_range"), ("error=ENOSPC", "error=EIO", "signal=KILL")),
    **dict.fromkeys(("ftruncate", "fsync", "fdatasync"), ("error=EIO", "signal=KILL")),
    **dict.fromkeys(("rename", "link", "symlink", "mkdir"), ("error=ENOSPC", "error=EIO", "signal=KILL")),
    **dict.fromkeys(("unlink", "unlinkat", "rmdir", "chmod", "fchmod", "utimensat"), ("error=EIO", "signal=KILL")),
}
WORDS = {"error=EMFILE": "打开的文件", "error=ENOSPC": "磁盘已满", "error=EIO": "磁盘读写出错"}
LINE = re.compile(r"^(?:(\d+) +)?(\w+)\((.*)$")


@dataclass(frozen=True)
class Scene:
    """A root in which one command is about to run, and what comes of it where nothing goes wrong."""

    before: Path
    command: tuple[str, ...]
    shown: str  # where what is shown stands, below the root
    old: str
    new: str
    lying: frozenset[str]


@dataclass(frozen=True)
class Cut:
    """One fault: the n-th call of a sort, in whichever process gets there, is denied or is the last."""

    scene: str
    call: str
    number: int
    how: str


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
    """Run a command on a copy of a root and note what came of it."""
    shown = "www/public" if "publish" in command else "public"
    root = before.with_name(f"{before.name}-after")
    shutil.copytree(before, root, symlinks=True)
    run(root, *command)
    return Scene(before, command, shown, name_of(before / shown), name_of(root / shown), lying(root))


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


def strace(root: Path, command: tuple[str, ...], *options: str) -> subprocess.CompletedProcess[str]:
    """Run a command as its users start it, under strace."""
    line = ["strace", "-f", "-qq", *options, sys.executable, str(PROJECT / "build.py"), *words(root, command)]
    return subprocess.run(line, check=False, capture_output=True, encoding="utf-8", env=surroundings(), timeout=120)


def cuts(name: str, scene: Scene, folder: Path) -> list[Cut]:
    """Return every fault that can be made of one run: which calls it makes, as strace counts them, in each of its processes."""
    root, log = folder / f"counted-{name}", folder / f"{name}.log"
    shutil.copytree(scene.before, root, symlinks=True)
    done = strace(root, scene.command, "-o", str(log), "-e", f"trace={','.join(CALLS)}")
    assert done.returncode == 0, done.stderr
    counted: Counter[tuple[str, str]] = Counter()
    found: dict[Cut, None] = {}
    for process, call, about in (match.groups() for match in map(LINE.match, log.read_text().splitlines()) if match):
        counted[process, call] += 1
        reads = call == "openat" and "O_RDONLY" in about
        if (reads and str(root) not in about) or (call == "write" and re.match(r"[12],", about)):
            continue  # the interpreter's own files; what is said
        hows = ("error=EMFILE", "error=EIO") if reads else CALLS[call]
        found |= {Cut(name, call, counted[process, call], how): None for how in hows}
    shutil.rmtree(root)
    return list(found)


def chosen(scenes: dict[str, Scene], folder: Path, count: int) -> list[Cut]:
    """Return so many faults: a build killed at each of its renames, and of all that can be made evenly."""
    every = [cut for name, scene in scenes.items() for cut in cuts(name, scene, folder)]
    first = [cut for cut in every if (cut.scene, cut.call, cut.how) == ("changed", "rename", "signal=KILL")]
    step = len(every) / (count - len(first))
    return list(dict.fromkeys([*first, *(every[int(number * step)] for number in range(count - len(first)))]))


def violations(scene: Scene, cut: Cut, root: Path) -> Iterator[str]:
    """Make one fault happen and yield what does not hold after it, and after the next run."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(scene.before, root, symlinks=True)
    how = ["-o", "/dev/null", "-e", f"trace={cut.call}", "-e", f"inject={cut.call}:{cut.how}:when={cut.number}"]
    done = strace(root, scene.command, *how)
    shown = name_of(root / scene.shown)
    yield from (f"{place} at once" for place in wrong(scene, root, shown))
    if done.returncode not in (0, 1, -9):
        yield f"exit code {done.returncode}: {done.stderr}"
    if done.returncode == 0 and shown != scene.new:
        yield f"good, and not the new release: {done.stderr}"
    if (
        done.returncode == 1
        and ("没有发布任何内容" in done.stderr) != (shown != scene.new)
        and scene.command[0] == "build"
    ):
        yield f"says what is not so: {done.stderr}"
    begun = "Traceback" not in done.stderr or ", in main\n" in done.stderr  # what fails before is an import
    if done.returncode == 1 and begun and not re.search(r"\n  --> \S", done.stderr):
        yield f"no place: {done.stderr}"
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
    if (left := lying(root)) != scene.lying:
        yield f"not the same files: {sorted(left ^ scene.lying)}"
    yield from sums(root)


def wrong(scene: Scene, root: Path, shown: str) -> Iterator[str]:
    """Yield what is wrong with what is shown."""
    if shown not in (scene.old, scene.new):
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


def hold(scenes: dict[str, Scene], folder: Path, count: int) -> None:
    """Make so many faults happen, and hold that after none of them anything is wrong."""
    found = {}
    for cut in chosen(scenes, folder, count):
        if broken := list(violations(scenes[cut.scene], cut, folder / "root")):
            found[cut] = broken
    assert found == {}


def test_a_fault_at_a_few_calls_breaks_nothing(scenes: dict[str, Scene], tmp_path: Path) -> None:
    hold(scenes, tmp_path, FEW)


@pytest.mark.long
def test_a_fault_at_any_call_breaks_nothing(scenes: dict[str, Scene], tmp_path: Path) -> None:
    hold(scenes, tmp_path, MANY)
