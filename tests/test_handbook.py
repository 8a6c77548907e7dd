"""The handbook alone: each task is done in a fresh copy of the program by the commands and files of its page, as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from frontdoor import PROJECT, surroundings, visible
from test_determinism import lay_out
from test_docs import spreadsheet, tables, text

ALONE = ["unshare", "--map-root-user", "--net"]
BLOCK = re.compile(r"^(?P<said>[^\n]*)\n\n```(?P<language>\w+)\n(?P<body>.*?)(?=^```$)", re.S | re.M)


def steps(page: str) -> Iterator[tuple[str, str, str]]:
    """Yield what a page tells to do, in its order: run, or write under a path, or what is then seen."""
    behind = ""
    for block in BLOCK.finditer(page):
        language, body, said = block["language"], block["body"], block["said"]
        named = re.findall(r"`([^`]+/[^`]+)`[^`]*：$", said)
        if language == "sh":
            yield "run", "", body
        elif language in ("csv", "yaml") and named:
            yield "write", named[0], body
        elif language == "text" and said == "```" and behind == "sh":
            yield "seen", "", body
        behind = language


def fresh(into: Path) -> Path:
    """Return a copy of the project as git has it, what is not yet committed too."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (PROJECT / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, into / name)
    return into


def follow(page: str, root: Path, alone_from: str = "") -> Path:
    """Do what a page of the handbook says; return the folder in which it ends. From a heading on there is no network."""
    here, out = root, ""
    python = Path(sys.executable).parent
    env = surroundings() | {"PATH": f"{python}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    before, _, after = text(page).partition(alone_from) if alone_from else (text(page), "", "")
    for part, cut in ((before, []), (after, ALONE)):
        for what, path, body in steps(part):
            if what == "write":
                (here / path).parent.mkdir(parents=True, exist_ok=True)
                (here / path).write_text(body, encoding="utf-8")
            elif what == "seen":
                for line in body.splitlines():
                    assert line in out, (page, line, out)
            else:
                done = subprocess.run(
                    [*cut, "bash", "-ec", f"{body}\npwd > {root}.at"],
                    cwd=here, env=env, capture_output=True, text=True, check=False,
                )  # fmt: skip
                out = done.stdout + done.stderr
                assert done.returncode == 0, (page, body, out)
                here = Path(Path(f"{root}.at").read_text(encoding="utf-8").strip())
    return here


def shown(page: Path) -> str:
    """Return what a page of a site says."""
    return visible(page.read_text(encoding="utf-8"))


def test_another_city_is_set_up(tmp_path: Path) -> None:
    follow("docs/new-site.md", fresh(tmp_path / "clone"))
    assert "信用甲市" in shown(tmp_path / "jia" / "public" / "index.html")


def test_the_file_of_this_month_is_published(tmp_path: Path) -> None:
    """Of the demonstration a part, which is built in seconds."""
    root = fresh(tmp_path / "clone")
    shutil.rmtree(root / "data")
    lay_out(root, False)
    follow("docs/publish.md", root)
    listed = shown(tmp_path / "web" / "public" / "list" / "blacklist" / "index.html")
    assert "黑河示例建材有限公司" in listed


@pytest.mark.long
def test_a_record_is_taken_down(tmp_path: Path) -> None:
    root = fresh(tmp_path / "clone")
    follow("docs/take-down.md", root)
    assert "黑发改失信示〔2026〕0001号" not in shown(root / "public" / "list" / "blacklist" / "index.html")
    assert len(list((root / "state" / "takedown").glob("*.json"))) == 1


@pytest.mark.long
def test_a_register_is_added(tmp_path: Path) -> None:
    """The file that was sent is there, as the page has it."""
    root = fresh(tmp_path / "clone")
    (root / "data" / "finance").mkdir()
    spreadsheet(root / "data" / "finance" / "penalties.xlsx", tables(text("docs/new-register.md"))[0])
    follow("docs/new-register.md", root)
    assert "金融监管处罚" in shown(root / "public" / "list" / "index.html")


@pytest.mark.long
def test_it_is_installed_from_the_bundle_with_the_network_off(tmp_path: Path) -> None:
    if subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode:
        pytest.skip("unshare may not take the network away here")
    end = follow("docs/offline.md", fresh(tmp_path / "clone"), "## 安装")
    assert "信用黑河" in shown(end / "public" / "index.html")


def test_every_page_of_the_handbook_is_followed_and_its_pictures_are_light() -> None:
    handbook = re.findall(r"^- \[[^]]+\]\((docs/[a-z-]+\.md)\)$", text("README.md"), re.M)
    assert len(handbook) == 5
    here = Path(__file__).read_text(encoding="utf-8")
    assert all(f'follow("{page}"' in here for page in handbook)
    pictures = {path.name: path.stat().st_size for path in (PROJECT / "docs" / "screenshots").glob("*.png")}
    named = {name for path in (PROJECT / "README.md", *PROJECT.glob("docs/*.md")) for name in
             re.findall(r"\]\((?:docs/)?screenshots/(\w+\.png)\)", path.read_text(encoding="utf-8"))}  # fmt: skip
    assert set(pictures) == named
    assert max(pictures.values()) < 200_000 and sum(pictures.values()) < 1_000_000
