"""Releases: named by what they hold, switched in one step, kept for a while, whole at every moment."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import threading
import time
from pathlib import Path

import pytest
from conftest import SiteMaker
from frontdoor import notice, notices, tree, write

from disclosure import releases
from disclosure.problems import Place, Problem


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


def sealed(root: Path, files: dict[str, str], before: Path | None = None) -> releases.Sealed:
    """Write a site by hand and seal it."""
    partial = releases.begin(root)
    write(partial, files)
    return releases.finish(partial, {"as_of": "2026-11-22", "by": "甲局"}, before)


def times(release: Path) -> set[int]:
    """Return the seconds that the files of a release bear."""
    return {int(path.stat().st_mtime) for path in release.rglob("*") if path.is_file() and path.name != "release.json"}


def test_a_sealed_release_is_named_by_what_it_holds_and_shares_what_stayed(tmp_path: Path) -> None:
    (tmp_path / "releases/.partial/left").mkdir(parents=True)  # by a build that was interrupted
    one = sealed(tmp_path, {"index.html": "一", "a/乙.html": "不变", "c.html": "不变"})
    assert (one.files, one.bytes) == (3, len("一不变不变".encode()))
    assert str(releases.Sealed(tmp_path, 1234, 1_234_499)) == "1,234 个文件，1,234 kB"
    told = '{"release": "%s", "as_of": "2026-11-22", "by": "甲局"}'
    assert (one.release / "release.json").read_text("utf-8") == told % one.release.name
    manifest = (one.release / "manifest.json").read_bytes()
    assert one.release == tmp_path / "releases" / hashlib.sha256(manifest).hexdigest()[:16]
    assert releases.manifest_hash(one.release) == hashlib.sha256(manifest).hexdigest()
    assert manifest == ("{\n" + '"files": {\n' + ",\n".join(
        f'"{name}": "{hashlib.sha256(text.encode()).hexdigest()}"'
        for name, text in (("a/乙.html", "不变"), ("c.html", "不变"), ("index.html", "一"))
    ) + "\n}\n}").encode()  # fmt: skip
    two = sealed(tmp_path, {"index.html": "二", "a/乙.html": "不变", "d.html": "不变"}, one.release)
    assert (two.files, two.bytes) == (2, len("二不变".encode()))
    assert (two.release / "a/乙.html").samefile(one.release / "a/乙.html")
    assert releases.verify(two.release) == releases.verify(one.release) == []
    new = {int((two.release / name).stat().st_mtime) for name in ("index.html", "d.html", "manifest.json")}
    assert len(new) == 1 and max(new) > max(times(one.release)), "two versions, one time"
    again = sealed(tmp_path, {"index.html": "一", "a/乙.html": "不变", "c.html": "不变"}, two.release)
    assert again.release == one.release
    assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == sorted(
        {one.release.name, two.release.name}
    )


@pytest.mark.parametrize("list_left", [None, '{\n"files": {\n"a.html": \n}\n}'])
def test_a_release_after_one_that_lost_its_manifest_is_whole(tmp_path: Path, list_left: str | None) -> None:
    one = sealed(tmp_path, {"a.html": "甲"}).release
    write(one, {"manifest.json": list_left})
    two = sealed(tmp_path, {"a.html": "甲", "b.html": "乙"}, one)
    assert two.files == 2 and releases.verify(two.release) == []


def test_a_release_that_is_no_longer_whole_is_made_anew(tmp_path: Path) -> None:
    files = {"index.html": "一", "a.html": "甲"}
    one = sealed(tmp_path, files).release
    (one / "a.html").write_text("别的")
    assert sealed(tmp_path, files).release == one
    assert releases.verify(one) == []
    assert [path.name for path in (tmp_path / "releases").iterdir()] == [one.name]


def test_what_is_wrong_with_a_release_is_told_file_by_file(tmp_path: Path) -> None:
    one = sealed(tmp_path, {"a.html": "甲", "b.html": "乙", "c.html": "丙"}).release
    (one / "a.html").write_text("别的")
    (one / "b.html").unlink()
    (one / "d.html").write_text("丁")
    why, mend = "这一版不完整或被改动过", "重新构建或重新发布这一版"
    assert releases.verify(one) == [
        Problem("broken-release", Place(f"{one.name}/{file}"), f"{file} {what}", why, mend)
        for file, what in (
            ("a.html", "内容与清单不符"),
            ("b.html", "清单里有，文件夹里没有"),
            ("d.html", "文件夹里有，清单里没有"),
        )
    ]
    what, why, mend = "这里没有清单 manifest.json", "没有清单就无法核验", "换成程序写出的发布文件夹"
    assert releases.verify(tmp_path) == [Problem("broken-release", Place(str(tmp_path)), what, why, mend)]


@pytest.mark.parametrize(("what", "ours"), [("absent", 1), ("empty", 1), ("site", 1), ("file", 0), ("full", 0)])
def test_a_site_is_put_where_nothing_is_or_a_site_was(tmp_path: Path, what: str, ours: int) -> None:
    out = tmp_path / "public"
    if what == "file":
        out.write_text("")
    elif what != "absent":
        write(out, {"site": {"release.json": "{}", "a": ""}, "full": {"a": ""}}.get(what, {}))
        out.mkdir(exist_ok=True)
    found = releases.usable(out)
    why, mend = "程序不覆盖不是自己写出的文件夹", "换一个输出位置（--out），或先把里面的内容移走"
    assert found == [Problem("out-not-ours", Place(str(out)), "「public」里已有别的内容", why, mend)] * (not ours)


def test_the_release_before_is_served_for_ten_minutes_where_nothing_was_taken_away(tmp_path: Path) -> None:
    one, two, three = (release(tmp_path, str(number) * 16, "") for number in (1, 2, 3))
    out, previous = tmp_path / "public", tmp_path / "previous"
    assert releases.switch(out, one, two) == "link"
    assert not previous.is_symlink(), "what was not shown is not the one before"
    assert releases.switch(out, two, one) == releases.switch(out, two, two) == "link"
    assert previous.resolve() == one and not previous.readlink().is_absolute()
    releases.switch(out, three, one)
    assert not previous.is_symlink()
    releases.switch(out, one, three)
    for age, stays in ((releases.LINGERS - 100, True), (releases.LINGERS + 100, False), (-100, False)):
        previous.unlink(missing_ok=True)
        previous.symlink_to(three)
        moment = time.time() - age
        os.utime(previous, (moment, moment), follow_symlinks=False)
        releases.expire(tmp_path)
        assert previous.is_symlink() is stays, age
    previous.symlink_to(tmp_path / "gone")
    releases.expire(tmp_path)
    assert not previous.is_symlink()
    releases.switch(out, two, one)
    releases.switch(out, three)
    assert not previous.is_symlink(), "of the release before something was taken away"


def test_a_folder_that_was_shown_gives_way_to_a_link(tmp_path: Path) -> None:
    one, out = release(tmp_path, "1" * 16, "one"), tmp_path / "far" / "below" / "public"
    write(out, {"old.html": "", "release.json": "{}"})
    assert releases.switch(out, one) == "link"
    assert out.is_symlink() and out.resolve() == one
    assert [path.name for path in out.parent.iterdir()] == ["public"]


def test_those_shown_stay_then_the_one_before_then_the_newest(tmp_path: Path) -> None:
    for age in range(6):
        made = release(tmp_path, str(age) * 16, "")
        os.utime(made, (1_000_000 - age, 1_000_000 - age))
    (tmp_path / "releases" / ".partial").mkdir()
    (tmp_path / "releases" / "note.txt").write_text("")
    (tmp_path / "previous").symlink_to(f"releases/{'5' * 16}")
    assert releases.prune(tmp_path, {"4" * 16}, 3) == {number * 16 for number in "405"}
    left = {path.name for path in (tmp_path / "releases").iterdir()}
    assert left == {number * 16 for number in "405"} | {".partial", "note.txt"}
    assert releases.prune(tmp_path, {"4" * 16, "0" * 16}, 1) == {number * 16 for number in "40"}
    assert not (tmp_path / "previous").is_symlink()


def test_all_of_a_release_is_on_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[tuple[set[str], list[str]]] = []

    def noting(files: list[Path]) -> None:
        flushed.append(({path.name for path in files}, names(tmp_path / "releases")))

    monkeypatch.setattr(releases, "to_disk", noting)
    one = sealed(tmp_path, {"a.html": "甲", "b/b.html": "乙"}).release
    assert flushed == [
        ({"manifest.json", "release.json", "a.html", "b.html"}, [".partial"]),
        ({one.name}, [one.name]),
    ]
    flushed.clear()
    sealed(tmp_path, {"a.html": "丙", "b/b.html": "乙"}, one)
    assert flushed[0] == ({"manifest.json", "release.json", "a.html"}, [".partial", one.name])
    flushed.clear()
    sealed(tmp_path, {"a.html": "甲", "b/b.html": "乙"})
    assert flushed == [], "it was there"


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_what_is_new_bears_a_second_that_no_release_bears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1000.9)
    one, two = (sealed(tmp_path, {"a.html": text}).release for text in "一二")
    assert (times(one), times(two)) == ({1000}, {1001})
    monkeypatch.setattr(time, "time", lambda: 5000.9)
    three = sealed(tmp_path, {"a.html": "三", "b.html": "乙"}).release
    assert times(three) == {5000}
    (tmp_path / "releases/.partial").mkdir()
    (tmp_path / "releases/.partial/b.html").write_text("乙", "utf-8")
    four = releases.finish(tmp_path / "releases/.partial", {}, three).release
    assert int((four / "b.html").stat().st_mtime) == 5000, "it is that one's file"
    assert int((four / "manifest.json").stat().st_mtime) == 5001


def test_what_a_broken_release_left_is_gone(tmp_path: Path) -> None:
    files = {"a.html": "甲"}
    one = sealed(tmp_path, files).release
    (one / "b.html").write_text("别的")
    write(tmp_path, {f"releases/.{one.name}.old/left.html": ""})
    assert sealed(tmp_path, files).release == one
    assert names(tmp_path / "releases") == [one.name] and names(one) == ["a.html", "manifest.json", "release.json"]


def test_a_link_is_ours_where_it_leads_among_releases_or_to_one(tmp_path: Path) -> None:
    write(tmp_path, {"copied/release.json": "{}", "other/index.html": "", "releases/1/index.html": ""})
    for target, ours in (("copied", 1), ("releases/1", 1), ("releases/gone", 1), ("other", 0), ("gone", 0)):
        link = tmp_path / "public"
        link.symlink_to(target)
        assert (releases.usable(link) == []) is bool(ours), target
        link.unlink()


def test_what_is_no_manifest_is_none(tmp_path: Path) -> None:
    assert releases.manifest_of(tmp_path) == {}
    (tmp_path / "manifest.json").write_bytes('{"files": {"文.html": "1"}}'.encode())
    assert releases.manifest_of(tmp_path) == {"文.html": "1"}
    for wrong in (b"\xff", b"{"):
        (tmp_path / "manifest.json").write_bytes(wrong)
        (tmp_path / "release.json").write_bytes(wrong)
        assert releases.manifest_of(tmp_path) == {} and releases.name_at(tmp_path) == ""


def test_which_release_is_shown(tmp_path: Path) -> None:
    assert releases.name_at(tmp_path / "public") == ""
    one = sealed(tmp_path, {"a.html": "甲"}).release
    releases.switch(tmp_path / "public", one)
    assert releases.name_at(tmp_path / "public") == one.name


def refusing(monkeypatch: pytest.MonkeyPatch, number: int, name: str = ".public.next") -> None:
    """Let links of this name be refused."""
    linked = Path.symlink_to

    def refused(self: Path, target: Path, target_is_directory: bool = False) -> None:
        if self.name == name:
            raise OSError(number, "refused")
        linked(self, target, target_is_directory)

    monkeypatch.setattr(Path, "symlink_to", refused)


def test_where_the_disk_fails_what_stood_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = release(tmp_path, "1" * 16, "one"), release(tmp_path, "2" * 16, "two")
    out = tmp_path / "public"
    releases.switch(out, one)
    for number in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
        refusing(monkeypatch, number)
        with pytest.raises(OSError, match="refused"):
            releases.switch(out, two)
        assert out.resolve() == one
        monkeypatch.undo()
    refusing(monkeypatch, errno.EPERM)
    left = {".public.next/left.html": "", ".public.old/left.html": ""}
    write(tmp_path, left)
    assert releases.switch(out, two) == "rename"
    assert out.is_dir() and not out.is_symlink() and names(out) == ["index.html", "release.json"]
    assert (out / "index.html").samefile(two / "index.html"), "without a copy"
    write(tmp_path, {".public.old/left.html": ""})
    releases.switch(out, one)
    assert (out / "index.html").read_text() == "one"
    assert names(tmp_path) == ["public", "releases"]


def test_where_the_link_to_the_release_before_is_refused_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = (release(tmp_path, str(number) * 16, "") for number in (1, 2, 3))
    out = tmp_path / "public"
    releases.switch(out, one)
    releases.switch(out, two, one)
    write(tmp_path, {".previous.next/left.html": ""})
    releases.switch(out, one, two)
    assert names(tmp_path) == ["previous", "public", "releases"]
    refusing(monkeypatch, errno.EPERM, ".previous.next")
    assert releases.switch(out, three, one) == "link"
    assert names(tmp_path) == ["public", "releases"] and out.resolve() == three


def test_what_an_earlier_switch_left_is_gone(tmp_path: Path) -> None:
    one, out = release(tmp_path, "1" * 16, "one"), tmp_path / "public"
    write(tmp_path, {"public/old.html": "", ".public.old/left.html": "", ".public.next/left.html": ""})
    assert releases.switch(out, one) == "link"
    assert names(tmp_path) == ["public", "releases"] and out.resolve() == one
    again = release(tmp_path, "2" * 16, "two")
    assert releases.switch(tmp_path / "a" / "b" / "public", again) == "link"
    assert (tmp_path / "a/b/public").resolve() == again


def test_a_file_that_was_shared_when_it_was_drawn_is_the_last_release_s(tmp_path: Path) -> None:
    one = sealed(tmp_path, {"a.html": "甲", "b.html": "乙", "d.html": "丁"}).release
    (one / "a.txt").write_text("不在清单里")
    partial = releases.begin(tmp_path)
    for name in ("a.html", "a.txt", "b.html"):
        os.link(one / name, partial / name)
    (partial / "d.html").write_text("新", "utf-8")
    two = releases.finish(partial, {}, one)
    assert (two.files, two.bytes) == (2, len("不在清单里新".encode())) and releases.verify(two.release) == []
    assert all((two.release / name).samefile(one / name) for name in ("a.html", "a.txt", "b.html"))


def test_a_link_stands_from_its_first_second_to_the_last_of_ten_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = release(tmp_path, "1" * 16, "one"), release(tmp_path, "2" * 16, "two")
    releases.switch(tmp_path / "public", one)
    releases.switch(tmp_path / "public", two, one)
    previous = tmp_path / "previous"
    made = previous.lstat().st_mtime
    for age, stays in ((0, True), (releases.LINGERS, False)):
        monkeypatch.setattr(time, "time", lambda age=age: made + age)
        assert previous.is_symlink()
        releases.expire(tmp_path)
        assert previous.is_symlink() is stays, age
    previous.symlink_to(two)
    monkeypatch.setattr(time, "time", lambda: made + 2 * releases.LINGERS)
    monkeypatch.setattr(Path, "unlink", lambda path: (_ for _ in ()).throw(PermissionError(path)))
    releases.expire(tmp_path)  # a folder that may only be read: no command fails of it
