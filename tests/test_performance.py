"""The measure of performance: what it counts, that Hugo's pages are ours, and that it writes what it found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from frontdoor import PROJECT, program, start

import build
from bench.generate import generate
from bench.performance import ours, rival
from bench.performance.__main__ import BEGIN, END
from bench.performance.alike import difference, hold_alike
from bench.performance.watched import watched

HUGO = rival.hugo()
# Memory that a process has before its children begin is theirs too; what a child fills is its own.
FORKING = """
import os, time
own = bytearray(b"x") * 80_000_000
if not os.fork():
    more = bytearray(b"y") * 40_000_000
    time.sleep(3)
    os._exit(0)
os.wait()
"""


def test_memory_is_that_of_all_processes_together_and_what_they_share_counts_once(tmp_path: Path) -> None:
    cost = watched([sys.executable, "-c", FORKING], tmp_path)
    assert 120e6 < cost.memory < 160e6
    assert cost.seconds > 3 > cost.cpu > 0


def test_a_command_that_fails_is_told_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"不行(?s:.*)结束的代码是 3"):
        watched([sys.executable, "-c", "print('不行'); raise SystemExit(3)"], tmp_path)


def test_every_step_that_a_build_says_is_read(tmp_path: Path) -> None:
    root = tmp_path / "site"
    start(root, "small")
    done = program("build", "--root", str(root), "--jobs", "1")
    assert done.returncode == 0, done.stderr
    found = ours.steps(done.stdout)
    assert list(found) == ["读入数据", "画出页面", "写出数据下载", "建立检索索引", "审核成品", "切换发布"]
    assert all(seconds >= 0 for seconds in found.values())


PAGE = (
    '<html><head><meta name="a" content="甲"></head><body><p>文字 <a href="x.html" class="y">链接</a></p></body></html>'
)


def test_pages_are_the_same_where_only_blanks_between_words_differ() -> None:
    assert (
        difference(
            PAGE, PAGE.replace("文字 ", "\n  文字\n").replace('href="x.html" class="y"', 'class=y href="x.html"')
        )
        == ""
    )


@pytest.mark.parametrize(
    ("sign", "other"), [("文字", "文子"), ("x.html", "z.html"), ("甲", "乙"), ('"a"', '"b"'), (' class="y"', "")]
)
def test_any_text_link_and_tag_that_differs_is_named(sign: str, other: str) -> None:
    told = difference(PAGE, PAGE.replace(sign, other))
    assert sign.strip('"').split("=")[-1].strip('"') in told and other.strip('"') in told


def test_a_page_that_ends_early_differs() -> None:
    assert "没有了" in difference(PAGE, PAGE.replace("链接", ""))


@pytest.mark.skipif(not HUGO, reason="Hugo is not installed: bench/requirements.lock")
def test_hugo_draws_the_pages_that_we_draw(tmp_path: Path) -> None:
    root, drawn, site = tmp_path / "root", tmp_path / "drawn", tmp_path / "hugo"
    start(root, "standard")
    generate(root / "data", 300, 3000)
    studio, _ = build.prepare(root, None, 1, [])
    ours.draw_all(studio, drawn, 1)
    rival.write_site(studio, site)
    rival.draw_entities(str(HUGO), site)
    pages = [path.read_text(encoding="utf-8") for path in (drawn / "entity").rglob("*.html")]
    rare = ('class="older"', 'class="follows"', "record-notes", "曾用名", "报送单位未提供", "目前没有公示", "noarchive")
    assert all(any(sign in page for page in pages) for sign in rare)
    assert hold_alike(drawn, site / "public", len(pages)) == len(pages)
    changed = next((site / "public" / "entity").rglob("*.html"))
    changed.write_text(changed.read_text(encoding="utf-8").replace("打印报告", "打印"), encoding="utf-8")
    with pytest.raises(SystemExit, match="打印报告"):
        hold_alike(drawn, site / "public", len(pages))


@pytest.mark.long
def test_the_measure_writes_what_it_found(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"# 前\n\n{BEGIN}\n旧\n{END}\n\n## 后\n", encoding="utf-8")
    rest = [] if HUGO else ["--hugo-up-to", "0"]
    command = [sys.executable, "-m", "bench.performance", "--entities", "200", "--work", str(tmp_path)]
    done = subprocess.run([*command, "--into", str(document), *rest], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    text = document.read_text(encoding="utf-8")
    assert text.startswith("# 前") and text.endswith(f"{END}\n\n## 后\n") and "旧" not in text
    found = ["| 只画主体页面 |", "| 整个构建 |", "| 改一行，再构建 |", "| 改一行，再构建 ÷ 整个构建 |", "| 画出页面 |"]
    assert all(row in text for row in [*found, *(["| Hugo 画同样的页面 |"] if HUGO else [])])
