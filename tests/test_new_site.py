"""Another city: a root that builds at once, takes its own name, colours, seal, districts and departments, and knows none of ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from frontdoor import PROJECT, Outcome, program, visible

# What may be said of our city: its name, and those of its districts, in both scripts.
DISTRICTS = yaml.safe_load((PROJECT / "site.yaml").read_text(encoding="utf-8"))["districts"].values()
OURS = re.compile("|".join(["黑河", "黑龙江", "heihe", *(name[:2] for name in DISTRICTS if "黑河" not in name)]), re.I)


@pytest.fixture
def begun(tmp_path: Path) -> Outcome:
    """A root as the command begins it."""
    root = tmp_path / "jia"
    done = program("new", "site", str(root), "--name", "信用甲市")
    return Outcome(root, root / "public", done.returncode, done.stdout, done.stderr).good()


def test_it_builds_at_once_without_faults_and_knows_no_other_city(begun: Outcome) -> None:
    built = begun.build().good()
    assert "信用甲市" in built.text("index.html")
    assert len([name for name in built.pages() if name.startswith("entity/")]) == 1
    for name in ("list/licence/index.html", "list/penalty/index.html"):
        assert "示例市甲乙商贸有限公司" in built.text(name)
    for path in [*begun.root.rglob("*.*"), *built.out.resolve().rglob("*.html")]:
        if path.is_file() and path.suffix in (".yaml", ".md", ".csv", ".css", ".html") and ".cache" not in path.parts:
            assert not OURS.search(path.read_text(encoding="utf-8")), path


def test_name_colours_seal_districts_and_departments_are_its_own(begun: Outcome) -> None:
    settings = (begun.root / "site.yaml").read_text(encoding="utf-8")
    colours = (begun.root / "theme/css/parts/own.css").read_text(encoding="utf-8")
    departments = (begun.root / "data/departments.yaml").read_text(encoding="utf-8")
    own = {
        "site.yaml": settings.replace("信用甲市", "信用乙市")
        .replace("seal: 信 ", "seal: 乙 ")
        .replace("示例市本级", "乙市本级"),
        "theme/css/parts/own.css": colours.replace("#0a2f5c", "#123456"),
        "data/departments.yaml": departments.replace("short: 甲局", "short: 市甲局"),
    }
    built = begun.build(files=own).good()
    home = built.page("index.html")
    assert "信用乙市" in home
    assert re.search(r'class="seal"[^>]*>(?:<[^>]+>)*乙', home)
    assert "乙市本级" in visible(built.page("list/penalty/index.html"))
    (style,) = (built.out / "assets").glob("site.*.css")
    told = re.findall(r"--deep: ?(#[0-9a-f]{6})", style.read_text(encoding="utf-8"))
    assert "#123456" in told[1:]  # after the program's own, so that it holds


def test_what_is_there_is_never_written_over(begun: Outcome) -> None:
    again = program("new", "site", str(begun.root))
    assert again.returncode == 1
    assert "cannot-draft" in again.stderr


def test_the_program_has_no_word_of_our_city() -> None:
    for folder in ("disclosure", "theme"):
        for path in (PROJECT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert not OURS.search(path.read_text(encoding="utf-8")), path
    assert not OURS.search((PROJECT / "build.py").read_text(encoding="utf-8"))
