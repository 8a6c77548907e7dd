"""Publishing to a folder and to a server: real rsync, cut at every place; what is served there is whole at every moment."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import denied
import pytest
from frontdoor import PROJECT, notice, notices, program, start, tree, write

import build
from disclosure import history, releases
from disclosure.publish import stale
from disclosure.targets import Folder, Server, View, target_of


@dataclass(frozen=True)
class Two:
    """A root with two releases, `old` and `new`; almost all pages differ. `old` is published in `before`."""

    root: Path
    old: str
    new: str
    before: Path


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """The root and a target that shows the old release."""
    folder = tmp_path_factory.mktemp("publish")
    root, before = folder / "root", folder / "before"
    start(root, "small")
    write(root, notices(notice(), notice(文号="黑甲〔2026〕2号", 截止="2026-12-01")))
    old = built(root)
    done = program("publish", "--root", str(root), "--to", str(before))
    assert done.returncode == 0, done.stderr
    site = (root / "site.yaml").read_text(encoding="utf-8").replace("信用示例", "信用新例")
    write(root, {"site.yaml": site} | notices(notice(), notice(文号="黑甲〔2026〕3号")))
    return Two(root, old, built(root), before)


def built(root: Path, *arguments: str) -> str:
    """Build and return the release's name."""
    done = program("build", "--root", str(root), "--jobs", "1", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return (root / "public").resolve().name


def publish(root: Path, to: str | Path, *arguments: str) -> int:
    """Publish as the command line does, in this process."""
    return build.main(["publish", "--root", str(root), "--to", str(to), *arguments])


def shown(target: Path) -> str:
    """Return which release a target serves, and hold that all of it is there."""
    folder = (target / "public").resolve()
    assert releases.verify(folder) == []
    return folder.name


def lying(target: Path) -> list[str]:
    """Return everything that lies at a target beside the files of releases."""
    return sorted(path.relative_to(target).as_posix() for path in (*target.glob("*"), *target.glob("releases/*")))


def finished(target: Path, *names: str) -> None:
    """Hold that a target has these releases, whole, and nothing else."""
    assert lying(target) == sorted(["public", "releases", *(f"releases/{name}" for name in names)])
    assert all(releases.verify(target / "releases" / name) == [] for name in names)


def state(target: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return all that a target is: every file's inode, time and bytes, and where links lead."""
    found = {}
    for path in sorted(target.rglob("*")):
        about = path.lstat()
        content = os.readlink(path).encode() if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        found[str(path)] = (about.st_ino, about.st_mtime_ns, content)
    return found


def copies(two: Two, tmp_path: Path) -> Iterator[Path]:
    """Return one target after the other that shows the old release; the last is taken away for the next."""
    while True:
        target = tmp_path / "目标 one"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(two.before, target, symlinks=True)
        yield target


def test_a_release_is_brought_shown_and_not_brought_again(
    two: Two, tmp_path: Path, far: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "deep 目录" / "www"
    assert publish(two.root, f"{far}{target}") == 0
    said = capsys.readouterr().out
    files = tree(two.root / "public")
    assert f"已发布版本 {two.new} 到 {far}{target}：传送 {len(files)} 个文件，" in said
    assert tree(target / "public") == files
    finished(target, two.new)
    assert os.readlink(target / "public") == f"releases/{two.new}"
    before = state(target)
    assert publish(two.root, f"{far}{target}") == 0
    assert f"已是版本 {two.new}，每个文件都核验过，没有变化。" in capsys.readouterr().out
    assert state(target) == before


def test_only_what_differs_is_sent_and_the_rest_is_shared(
    two: Two, tmp_path: Path, far: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = next(copies(two, tmp_path))
    old, new = (releases.manifest_of(two.root / "releases" / name) for name in (two.old, two.new))
    differing = [name for name in new if new[name] != old.get(name)]
    assert 5 < len(differing) < len(new) - 5
    assert publish(two.root, f"{far}{target}") == 0
    # the manifest and release.json differ too
    assert f"传送 {len(differing) + 2} 个文件" in capsys.readouterr().out
    finished(target, two.old, two.new)
    for name in new:
        one, other = (target / "releases" / release / name for release in (two.old, two.new))
        assert (one.exists() and one.samefile(other)) == (name not in differing), name


def test_what_is_the_same_is_shared_whatever_its_time(two: Two, tmp_path: Path, far: str) -> None:
    """A build from nothing gives every file a new time; two files of one size and time may still differ."""
    target = next(copies(two, tmp_path))
    for path in (target / "releases").rglob("*"):
        os.utime(path, (0, 0))
    wrong = next(path for path in (target / "releases" / two.old).rglob("*.css"))
    name = wrong.relative_to(target / "releases" / two.old)
    good = two.root / "releases" / two.new / name
    wrong.write_bytes(bytes(reversed(good.read_bytes())))
    os.utime(wrong, ns=(good.stat().st_atime_ns, good.stat().st_mtime_ns))
    assert publish(two.root, f"{far}{target}") == 0
    assert shown(target) == two.new
    shared = [path for path in (target / "public").resolve().rglob("*") if path.is_file() and path.stat().st_nlink > 1]
    assert len(shared) > 5
    assert target / "releases" / two.new / name not in shared


def test_files_can_be_read_by_the_web_server(two: Two, tmp_path: Path, far: str) -> None:
    target, umask = tmp_path / "www", os.umask(0o077)
    try:
        assert publish(two.root, f"{far}{target}") == 0
    finally:
        os.umask(umask)
    for path in [target / "releases", *(target / "releases").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644), path


def test_a_rehearsal_says_what_would_be_sent_and_changes_nothing(
    two: Two, tmp_path: Path, far: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = next(copies(two, tmp_path))
    before, known = state(tmp_path / target), remembered(two.root)
    assert publish(two.root, f"{far}{target}", "--dry-run") == 0
    rehearsed = capsys.readouterr().out
    nowhere = tmp_path / "not" / "yet"
    assert publish(two.root, f"{far}{nowhere}", "--dry-run") == 0
    assert f"将传送 {len(tree(two.root / 'public'))} 个文件" in capsys.readouterr().out
    assert not nowhere.parent.exists()
    assert state(tmp_path / target) == before
    assert remembered(two.root) == known
    assert publish(two.root, f"{far}{target}") == 0
    sent = capsys.readouterr().out.split("传送 ")[1].split("，共用")[0]
    assert f"将传送 {sent}，并切换到这一版。没有改动任何内容。" in rehearsed
    assert publish(two.root, f"{far}{target}", "--dry-run") == 0
    assert "将传送 0 个文件，0 kB，那里已是这一版" in capsys.readouterr().out


# Every ninth file each day, every single one in the long run.
@pytest.mark.parametrize("every", [9, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("what", ["rename", "link"])
def test_rsync_cut_at_every_file_leaves_the_old_release_and_a_second_run_completes(
    two: Two, tmp_path: Path, far: str, what: str, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (releases.manifest_of(two.root / "releases" / name) for name in (two.old, two.new))
    same = sum(new[name] == old.get(name) for name in new)
    files = same if what == "link" else len(new) - same + 2
    targets = copies(two, tmp_path)
    for k in range(1, files + 1, every):
        target = next(targets)
        monkeypatch.setenv("KILL", what)
        monkeypatch.setenv("AT", str(k))
        assert publish(two.root, f"{far}{target}") == 1, k
        assert shown(target) == two.old
        assert f"releases/.{two.new}.partial" in lying(target)
        monkeypatch.setenv("KILL", "")
        assert publish(two.root, f"{far}{target}") == 0, k
        assert shown(target) == two.new
        finished(target, two.old, two.new)
    monkeypatch.setenv("KILL", what)
    monkeypatch.setenv("AT", str(files + 1))
    assert publish(two.root, f"{far}{next(targets)}") == 0, "there was one more place to cut"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_connection_lost_at_every_step_leaves_one_whole_release(
    two: Two, tmp_path: Path, tools: Path, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = tmp_path / "calls"
    cut = 0
    for n, target in enumerate(copies(two, tmp_path), 1):
        stray = target / "releases" / ".0123456789abcdef.partial"
        stray.mkdir()
        calls.unlink(missing_ok=True)
        monkeypatch.setenv("CUT", f"{n}:{when}")
        code = publish(two.root, f"server.example:{target}")
        monkeypatch.setenv("CUT", "")
        assert shown(target) in (two.old, two.new)
        if int(calls.read_text()) < n:
            finished(target, two.old, two.new)
            break
        cut += code
        assert publish(two.root, f"server.example:{target}") == 0, n
        assert shown(target) == two.new
        finished(target, two.old, two.new)
    assert cut == 5  # looking, sending, verifying, naming, switching; when tidying is cut, all that matters is done


def test_the_program_killed_at_every_step_leaves_one_whole_release(two: Two, tmp_path: Path, tools: Path) -> None:
    sorts = ("rename", "symlink", "unlink", "unlinkat", "rmdir")
    kept = (two.root / "site.yaml").read_text(encoding="utf-8")
    targets = copies(two, tmp_path)
    ended = set()

    def killed(target: Path, call: denied.Call | None) -> denied.Ended:
        return denied.run(lambda: (publish(two.root, target), ""), sorts, call)

    try:
        write(two.root, {"site.yaml": kept + "keep: 1\n"})
        assert publish(two.root, next(targets)) == 0  # after the first time it is remembered where to
        counted = killed(next(targets), None)
        assert counted.code == 0
        steps = [made.call for made in counted.made if not made.call.helper]
        assert len(steps) > 50  # one release is brought, named and shown, and one goes
        for call in (*steps[:8], *steps[8::30], steps[-1]):
            target = next(targets)
            assert killed(target, call).code == -9, call
            ended.add(shown(target))
            assert publish(two.root, target) == 0, call
            finished(target, two.new)
    finally:
        write(two.root, {"site.yaml": kept})
    assert ended == {two.old, two.new}


def test_a_file_that_is_wrong_at_the_target_is_found_and_mended_in_place(
    two: Two, tmp_path: Path, far: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = next(copies(two, tmp_path))
    assert publish(two.root, f"{far}{target}") == 0
    page = target / "releases" / two.new / "index.html"
    page.write_bytes(page.read_bytes().replace("信用".encode(), "失信".encode()))
    (target / "releases" / two.new / "statistics.html").unlink()
    assert publish(two.root, f"{far}{target}") == 0
    assert "传送 2 个文件" in capsys.readouterr().out
    finished(target, two.old, two.new)
    (target / "public" / "added.html").write_text("")
    assert publish(two.root, f"{far}{target}") == 1
    said = capsys.readouterr().err
    assert "added.html 不是这一版的文件" in said
    assert (target / "public" / "added.html").exists()


def test_an_older_release_can_be_published_and_what_is_stale_goes(two: Two, tmp_path: Path, far: str) -> None:
    target = next(copies(two, tmp_path))
    for name in ("0" * 16, "1" * 16, "2" * 16):
        (target / "releases" / name).mkdir()
    (target / "releases" / "notes").mkdir()
    assert publish(two.root, f"{far}{target}") == 0
    assert publish(two.root, f"{far}{target}", "--release", two.old) == 0
    assert shown(target) == two.old
    kept = [path.name for path in (target / "releases").iterdir()]
    assert {two.old, two.new, "notes"} < set(kept)
    assert len(kept) == 4


def test_what_is_stale() -> None:
    view = View("/www", "b", ("d", "c", "b", "a"), (".x.partial",))
    assert stale(view, 3) == ("a", ".x.partial")
    assert stale(view, 1) == ("d", "c", "a", ".x.partial")


def leads_elsewhere(path: Path) -> None:
    """Make a link that is none of ours."""
    path.symlink_to("/etc")


def test_a_public_that_is_not_ours_is_left_alone(
    two: Two, tmp_path: Path, far: str, capsys: pytest.CaptureFixture[str]
) -> None:
    makers: list[Callable[[Path], None]] = [Path.mkdir, leads_elsewhere, Path.touch]
    for number, make in enumerate(makers):
        target = tmp_path / str(number)
        target.mkdir()
        make(target / "public")
        before = state(target)
        assert publish(two.root, f"{far}{target}") == 1
        assert "错误[out-not-ours]" in capsys.readouterr().err
        assert state(target) == before


def test_the_sites_own_folders_are_no_target(two: Two, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(two.root)
    for path in (two.root, two.root / "releases", two.root / "releases" / two.old, two.root / "public"):
        assert publish(two.root, path) == 1
        assert "错误[out-not-ours]" in capsys.readouterr().err
    assert tree(two.root) == before


def test_a_release_that_holds_what_has_ended_is_refused(
    two: Two, tmp_path: Path, far: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "www"
    assert publish(two.root, f"{far}{target}", "--release", two.old, "--as-of", "2026-12-02") == 1
    assert "错误[no-longer-shown]" in capsys.readouterr().err
    assert not target.exists()
    assert publish(two.root, f"{far}{target}", "--release", two.old, "--as-of", "2026-12-01") == 0


def test_a_release_that_is_not_whole_here_is_refused(
    two: Two, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "root"
    shutil.copytree(two.root, root, symlinks=True)
    (root / "public" / "index.html").write_text("")
    assert publish(root, tmp_path / "www") == 1
    assert "index.html 内容与清单不符" in capsys.readouterr().err
    assert publish(root, tmp_path / "www", "--release", "nothing") == 1
    assert not (tmp_path / "www").exists()


def test_where_approval_is_required_only_what_is_approved_goes_out(
    two: Two, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, target = tmp_path / "root", tmp_path / "www"
    start(root, "small")
    site = (root / "site.yaml").read_text(encoding="utf-8")
    write(root, {"site.yaml": f"{site}approval: required\n"} | notices(notice()))
    name = built(root)
    for arguments in ([], ["--dry-run"]):
        assert publish(root, target, *arguments) == 1
        said = capsys.readouterr().err
        assert "错误[not-approved]" in said
        assert f"  = 改法：python build.py approve {name} --by 姓名" in said
    assert not target.exists()
    assert program("approve", name, "--by", "郗思齐", "--root", str(root)).returncode == 0
    assert publish(root, target) == 0
    assert shown(target) == name


def remembered(root: Path) -> dict[str, str]:
    """Return the targets that a root remembers."""
    return history.targets(history.open_history(root))


def test_targets_are_remembered_also_where_it_was_cut(
    two: Two, tmp_path: Path, tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    shutil.copytree(two.root, root, symlinks=True)
    here, there, blocked = tmp_path / "www", f"server.example:{tmp_path}/far", tmp_path / "file" / "www"
    blocked.parent.touch()
    for target, code in ((here, 0), (there, 0), (blocked, 1), (here, 0)):
        assert publish(root, target) == code
    monkeypatch.setenv("KILL", "rename")
    monkeypatch.setenv("AT", "3")
    assert publish(root, tmp_path / "cut") == 1
    monkeypatch.setenv("KILL", "")
    known = {target: name for target, name in remembered(root).items() if str(tmp_path) in target}
    # nothing was ever sent to the one that could not be reached
    assert known == {str(here): two.new, there: two.new, str(tmp_path / "cut"): ""}
    assert publish(root, os.path.relpath(here)) == 0
    assert str(here) in remembered(root)


def test_a_missing_program_is_said_with_its_mend(
    two: Two, tmp_path: Path, tools: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    message = (PROJECT / "tests" / "faults" / "missing-tool.md").read_text(encoding="utf-8").split("```")[1][5:]
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))
    assert publish(two.root, tmp_path / "www") == 1
    assert message in capsys.readouterr().err
    assert publish(two.root, f"server.example:{tmp_path}/www") == 1
    assert "没有 ssh" in capsys.readouterr().err
    # there, but not at the server
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    (tools / "ssh").write_text('#!/bin/sh\nPATH=; while read -r line; do eval "$line"; break; done\n')
    assert publish(two.root, f"server.example:{tmp_path}/www") == 1
    said = capsys.readouterr().err
    assert "没有 rsync\n  --> server.example:" in said
    assert "没有 sha256sum\n  --> server.example:" in said


def test_a_server_that_does_not_answer_is_said_with_its_mend(
    two: Two, tools: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    message = (PROJECT / "tests" / "faults" / "target-unreachable.md").read_text(encoding="utf-8").split("```")[1][5:]
    (tools / "ssh").write_text(
        "#!/bin/sh\necho 'ssh: connect to host server.example port 22: Connection refused' >&2\nexit 255\n"
    )
    assert publish(two.root, "web@server.example:/srv/www") == 1
    said = capsys.readouterr().err
    assert message in said
    assert said.strip().splitlines()[-1].startswith("共 1 处错误，没有完成到 web@server.example:/srv/www 的发布。")


def test_which_release_still_stands_is_said(
    two: Two, tmp_path: Path, far: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = next(copies(two, tmp_path))
    monkeypatch.setenv("KILL", "rename")
    monkeypatch.setenv("AT", "2")
    assert publish(two.root, f"{far}{target}") == 1
    said = capsys.readouterr()
    assert "错误[target-failed]" in said.err
    assert said.err.strip().endswith(f"没有完成到 {far}{target} 的发布。那里仍是版本 {two.old}。")
    assert "rsync error" not in said.out


@pytest.mark.parametrize(
    ("text", "host", "path"),
    [
        ("web@server:/srv/www", "web@server", "/srv/www"),
        ("server.example:www/信用 黑河/", "server.example", "www/信用 黑河"),
        ("web@server:~/www", "web@server", "www"),
        ("web@server:/", "web@server", "/"),
    ],
)
def test_what_a_server_is(tmp_path: Path, text: str, host: str, path: str) -> None:
    assert target_of(text, tmp_path) == (Server(host, path), [])


@pytest.mark.parametrize("text", ["/srv/www", "www", "./server:www", "/srv/a@b:c", "C:/www", "x"])
def test_what_a_folder_is(tmp_path: Path, text: str) -> None:
    assert target_of(text, tmp_path) == (Folder(Path(text).resolve()), [])


@pytest.mark.parametrize("text", ["-oProxyCommand=x:www", "a b@server:www", "web@:www", "web@server:", "a@b@c:www"])
def test_what_is_neither_is_refused(tmp_path: Path, text: str) -> None:
    target, problems = target_of(text, tmp_path)
    assert target is None
    assert "不是服务器的写法" in problems[0].what


def test_a_path_is_never_read_as_a_command(two: Two, tmp_path: Path, tools: Path) -> None:
    target = tmp_path / "a $(touch x); touch y #'\""
    assert publish(two.root, f"server.example:{target}") == 0
    assert shown(target) == two.new
    assert not list(tmp_path.glob("[xy]"))
