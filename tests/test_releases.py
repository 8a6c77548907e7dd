"""Releases: named by what they hold, switched in one step, kept for a while, whole at every moment."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from conftest import SiteMaker
from frontdoor import PROJECT, notice, notices, tree

from disclosure import releases


def release(folder: Path, name: str, text: str) -> Path:
    """Write a finished release by hand."""
    made = folder / "releases" / name
    made.mkdir(parents=True)
    (made / "index.html").write_text(text)
    (made / "release.json").write_text(json.dumps({"release": name, "as_of": "2026-11-22"}))
    return made


def test_out_is_a_link_to_a_release_named_by_its_bytes(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    assert outcome.out.is_symlink()
    assert not outcome.out.readlink().is_absolute()
    name = outcome.out.resolve().name
    manifest = (outcome.out / "manifest.json").read_bytes()
    assert hashlib.sha256(manifest).hexdigest()[:16] == name == json.loads(outcome.page("release.json"))["release"]
    written = tree(outcome.out, ("manifest.json", "release.json"))
    assert json.loads(manifest)["files"] == {file: hashlib.sha256(data).hexdigest() for file, data in written.items()}


def test_a_finished_release_never_changes(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    first = outcome.out.resolve()
    before = tree(first)
    outcome.build(files=notices(notice(), notice(文号="2号"))).good()
    assert outcome.out.resolve() != first
    assert tree(first) == before


def test_unchanged_files_are_shared_and_not_written_again(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    first = outcome.out.resolve()
    outcome.build(files=notices(notice(), notice(文号="2号", 日期="2026-07-07"))).good()
    second = outcome.out.resolve()
    assert (first / "404.html").samefile(second / "404.html")
    assert (first / "list/notice/2026-05.html").read_bytes() != (second / "index.html").read_bytes()
    assert not (first / "list/notice/2026.html").samefile(second / "list/notice/2026.html")


def test_the_releases_kept_are_few_and_the_one_in_use_is_among_them(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    for number in range(2, 7):
        outcome.build(files=notices(notice(文号=f"{number}号"))).good()
    kept = [path.name for path in (outcome.root / "releases").iterdir()]
    assert len(kept) <= 5
    assert outcome.out.resolve().name in kept
    # back to what was shown before: the same name, and shown again
    again = outcome.build(files=notices(notice(文号="5号"))).good()
    assert "5号" in again.text(again.entities()[0])


def test_another_place_that_shows_a_release_is_not_left_empty(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    other = outcome.root / "other"
    outcome.run("build", "--out", str(other)).good()
    for number in range(2, 8):
        outcome.build(files=notices(notice(文号=f"{number}号"))).good()
    assert (other / "index.html").is_file()


def test_switching_shows_the_old_or_the_new_and_nothing_between(tmp_path: Path) -> None:
    one, two = release(tmp_path, "1" * 16, "one"), release(tmp_path, "2" * 16, "two")
    out = tmp_path / "public"
    releases.switch(out, one)
    seen: set[str] = set()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            try:
                seen.add((out / "index.html").read_text())
            except OSError as error:
                seen.add(repr(error))

    reader = threading.Thread(target=look)
    reader.start()
    for _ in range(300):
        releases.switch(out, two)
        releases.switch(out, one)
    done.set()
    reader.join()
    assert seen <= {"one", "two"}
    assert out.resolve() == one
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_build_killed_at_any_step_leaves_the_old_release_whole(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    before = tree(outcome.out)
    script = (
        "import os, sys; sys.path.insert(0, {project!r})\n"
        "import build\n"
        "from disclosure import {module}\n"
        "def die(*given, **named): os._exit(9)\n"
        "for holder in (build, {module}):\n"
        "    if hasattr(holder, {name!r}): setattr(holder, {name!r}, die)\n"
        "build.main(['build', '--root', {root!r}, '--jobs', '1'])\n"
    )
    for module, name in (
        ("theme", "write_assets"),
        ("audit", "audit"),
        ("releases", "finish"),
        ("releases", "switch"),
        ("releases", "prune"),
    ):
        outcome.check(files=notices(notice(), notice(文号=f"在{name}死去")))
        text = script.format(project=str(PROJECT), module=module, name=name, root=str(outcome.root))
        done = subprocess.run([sys.executable, "-c", text], capture_output=True, check=False, cwd=outcome.root)
        assert done.returncode == 9, done.stderr
        if name != "prune":
            assert tree(outcome.out) == before, name
    good = outcome.build(files=notices(notice(), notice(文号="最后的"))).good()
    assert "最后的" in good.text(good.entities()[0])
    assert not (outcome.root / "releases" / ".partial").exists()


def test_where_links_are_refused_the_site_is_renamed_into_place(tmp_path: Path) -> None:
    one, two = release(tmp_path, "1" * 16, "one"), release(tmp_path, "2" * 16, "two")
    out = tmp_path / "public"
    for made, text in ((one, "one"), (two, "two"), (one, "one")):
        beside = out.with_name(".public.next")
        assert releases._switch_by_renaming(out, made, beside) == "rename"
        assert (out / "index.html").read_text() == text
        assert releases.usable(out) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["public", "releases"]


def test_what_stands_is_said(tmp_path: Path) -> None:
    out = tmp_path / "public"
    assert releases.standing(out) == f"{out} 还没有发布过。"
    releases.switch(out, release(tmp_path, "1" * 16, "one"))
    assert releases.standing(out) == f"{out} 仍是版本 {'1' * 16}（数据截至 2026-11-22）。"


def test_a_link_that_leads_nowhere_of_ours_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    for target in ("elsewhere", "not-there"):
        link = tmp_path / f"to-{target}"
        link.symlink_to(target)
        assert [problem.name for problem in releases.usable(link)] == ["out-not-ours"]
    assert os.readlink(tmp_path / "to-elsewhere") == "elsewhere"


def test_verify_finds_every_change_of_a_release(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    assert outcome.run("verify", str(outcome.out)).good().stdout.endswith("个文件与清单一致。\n")
