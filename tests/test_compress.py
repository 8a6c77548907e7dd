"""Compressed copies: what gets one, what is in it, when it is shared, and that the audit reads it too."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from conftest import SiteMaker
from frontdoor import Outcome, credit_code, identity_number, notice, notices, site_bytes, tree

from disclosure import releases
from disclosure.audit import Measure, audit
from disclosure.compress import COPIES, LEAST, TEXTS, compress, plain
from disclosure.render import Before, Drawn

UNPACK = {".gz": gzip.decompress, ".br": brotli.decompress}
ROWS = notices(notice(), notice(名称="黑河丙丁商贸有限公司", 代码=credit_code(2), 文号="黑甲〔2026〕2号"))


def packed(outcome: Outcome, methods: str = "[gzip, brotli]") -> Outcome:
    """Build again with copies."""
    site = (outcome.root / "site.yaml").read_text(encoding="utf-8")
    return outcome.build(files={"site.yaml": f"{site}compress: {methods}\n"}).good()


def copies(files: dict[str, bytes]) -> set[str]:
    """Return the addresses of all copies."""
    return {name for name in files if name.endswith((".gz", ".br"))}


def test_there_are_none_unless_they_are_asked_for(site_maker: SiteMaker) -> None:
    assert copies(tree(site_maker(ROWS).good().out)) == set()


def test_every_text_that_is_long_enough_has_both_and_they_hold_it(site_maker: SiteMaker) -> None:
    outcome = packed(site_maker(ROWS).good())
    files = tree(outcome.out, ["manifest.json", "release.json"])
    long = {name for name, data in files.items() if Path(name).suffix in TEXTS and len(data) >= LEAST}
    assert {"index.html", "statistics.html"} < long
    assert copies(files) == {name + ending for name in long for ending in UNPACK}
    for name in copies(files):
        original, ending = name[:-3], name[-3:]
        assert UNPACK[ending](files[name]) == files[original]
        assert len(files[name]) < len(files[original])
    assert files["index.html.gz"][4:8] == bytes(4), "no time in the file"
    assert copies(files) <= releases.manifest_of(outcome.out.resolve()).keys()
    assert releases.verify(outcome.out.resolve()) == []


def test_one_sort_alone_can_be_asked_for(site_maker: SiteMaker) -> None:
    files = tree(packed(site_maker(ROWS).good(), "[gzip, gzip]").out)
    assert {name[-3:] for name in copies(files)} == {".gz"}


def test_another_word_is_refused(site_maker: SiteMaker) -> None:
    outcome = site_maker(ROWS).good()
    site = (outcome.root / "site.yaml").read_text(encoding="utf-8")
    outcome.build(files={"site.yaml": f"{site}compress: [zip]\n"}).refused("bad-declaration", "gzip", "brotli")


def test_a_release_shares_the_copies_of_what_it_shares(site_maker: SiteMaker) -> None:
    outcome = packed(site_maker(notices(notice())).good())
    one = outcome.out.resolve()
    two = outcome.build(files=ROWS).good().out.resolve()
    before, after = tree(one), tree(two)
    shared = {name for name in before if before[name] == after.get(name)} & copies(before)
    assert {"search.html.gz", "search.html.br"} <= shared
    assert all((one / name).samefile(two / name) for name in shared)
    assert "index.html.gz" not in shared


def test_a_release_made_by_small_changes_is_the_full_one(site_maker: SiteMaker) -> None:
    """Also its copies, when they were not asked for before, when their sorts change, and when they are given up."""
    outcome = site_maker(notices(notice())).good()
    plain_site = (outcome.root / "site.yaml").read_text(encoding="utf-8")
    for methods in ("[gzip]", "[brotli, gzip]", "[brotli]", "[]"):
        changed = outcome.build(files={"site.yaml": f"{plain_site}compress: {methods}\n"}).good()
        changed = changed.build(files=ROWS if methods != "[brotli]" else notices(notice())).good()
        fresh = site_maker({name: (outcome.root / name).read_bytes() for name in ("site.yaml", "data/notice/2026.csv")})
        assert site_bytes(changed) == site_bytes(fresh.good()), methods


def test_copies_made_another_way_are_not_shared(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "a.html").write_text("甲" * LEAST)
    drawn = Drawn()
    assert compress(["gzip"], old, ["a.html"], 1, drawn, None) == ["a.html.gz"]
    os.utime(old / "a.html.gz", (1, 1))
    compress(["gzip"], new, ["a.html"], 1, Drawn(), Before(old, {COPIES: "another"}, frozenset()))
    assert not (new / "a.html.gz").samefile(old / "a.html.gz")
    (new / "a.html.gz").unlink()
    compress(["gzip"], new, ["a.html"], 1, Drawn(), Before(old, drawn.prints, frozenset()))
    assert (new / "a.html.gz").samefile(old / "a.html.gz")


def test_several_processes_write_the_same(tmp_path: Path) -> None:
    names = [f"{number}.html" for number in range(900)]
    for jobs in (1, 2):
        folder = tmp_path / str(jobs)
        folder.mkdir()
        for name in names:
            (folder / name).write_text(name * 200)
        written = compress(["brotli", "gzip"], folder, names, jobs, Drawn(), None)
        assert sorted(written) == sorted(name + ending for name in names for ending in UNPACK)
    assert tree(tmp_path / "1") == tree(tmp_path / "2")


def test_what_packing_does_not_make_smaller_has_no_copy(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(os.urandom(2000))
    assert compress(["brotli", "gzip"], tmp_path, ["a.txt"], 1, Drawn(), None) == []


@pytest.mark.parametrize("ending", [".gz", ".br"])
@pytest.mark.parametrize("beside", [True, False])
def test_the_audit_reads_copies_too(tmp_path: Path, ending: str, beside: bool) -> None:
    number = identity_number(7)
    pack = {".gz": gzip.compress, ".br": brotli.compress}[ending]
    if beside:
        (tmp_path / "a.txt").write_text("nothing here")
    (tmp_path / f"a.txt{ending}").write_bytes(pack(f"号码 {number}".encode()))
    names = [path.name for path in tmp_path.iterdir()]
    problems = audit(tmp_path, names, Measure(), 1)
    assert [(problem.name, problem.place.path) for problem in problems] == [("broken-site", f"a.txt{ending}")]


@pytest.mark.parametrize("ending", [".gz", ".br"])
def test_a_broken_copy_is_found(tmp_path: Path, ending: str) -> None:
    (tmp_path / "a.txt").write_text("甲" * LEAST)
    compress(["brotli", "gzip"], tmp_path, ["a.txt"], 1, Drawn(), None)
    copy = tmp_path / f"a.txt{ending}"
    copy.write_bytes(copy.read_bytes()[:-4])
    names = [path.name for path in tmp_path.iterdir()]
    (problem,) = audit(tmp_path, names, Measure(), 1)
    assert (problem.name, problem.place.path) == ("broken-site", copy.name)
    assert plain(copy) == copy.read_bytes()
