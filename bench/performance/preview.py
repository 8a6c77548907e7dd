"""How soon a changed row is on its page in the preview: at first sight, and when all has been read and judged again:

    python -m bench.performance.preview --entities 2000 20000 100000 [--times 3] [--into docs/performance.md]

From the moment that the file is written until the page says what was changed, asked for as a browser asks, without its drawing.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench import marked
from bench.change import PROJECT, change_a_row, lay_out, told
from bench.performance.told import machine
from disclosure.preview.drawn import STAGES

BEGIN, END = "<!-- python -m bench.performance.preview 量得 -->", "<!-- 量得完 -->"
# Seconds between two questions: a page that is asked for is drawn, and takes from what else is done meanwhile.
EVERY, SELDOM = 0.02, 0.5
STAGE = re.compile(r'id="state"[^>]*>([^<]*)<')
SIGHT, DONE = (STAGES[stage] for stage in ("sight", "done"))


class Seen(NamedTuple):
    """Seconds after a change: its page at first sight, its page when all was judged, all done."""

    sight: float
    page: float
    done: float


def measure(entities: int, times: int, work: Path) -> list[Seen]:
    """Lay out a root of a size, begin its preview, and change one row so many times."""
    lay_out(work, entities)
    command = [sys.executable, str(PROJECT / "build.py"), "preview", "--root", str(work), "--port", "0"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert child.stdout
    found = re.search(r"http://\S+/", child.stdout.readline())
    assert found
    log = (work / "said.txt").open("w")
    copy = subprocess.Popen(["cat"], stdin=child.stdout, stdout=log)  # what it says must be read, or it waits
    try:
        until(found[0], "", {DONE}, SELDOM)
        return [seen(found[0], work, number) for number in range(times)]
    finally:
        child.terminate()
        child.wait()
        copy.wait()
        log.close()


def seen(site: str, root: Path, number: int) -> Seen:
    """Change a row and return when it was seen."""
    code = change_a_row(root, number)
    begun = time.perf_counter()
    page = f"{site}entity/{code[-2:]}/{code}.html"
    sight, of = until(page, told(number), {*STAGES.values()})
    if of != SIGHT:
        raise SystemExit(f"没有先看到，「{of}」时才有：这一行牵涉太多，或先看的没有做成。")
    whole, _ = until(page, told(number), {*STAGES.values()} - {SIGHT}, SELDOM / 5)
    done, _ = until(page, told(number), {DONE}, SELDOM / 5)
    found = Seen(*(moment - begun for moment in (sight, whole, done)))
    print(f"  先看 {found.sight:.2f} 秒，全部核对后 {found.page:.1f} 秒，做完 {found.done:.1f} 秒", flush=True)
    return found


def until(address: str, words: str, stages: set[str], every: float = EVERY) -> tuple[float, str]:
    """Wait until a page has some words and its bar says one of some things; return when that was, and which."""
    while True:
        text = ask(address)
        said = STAGE.search(text)
        if words in text and said and said[1] in stages:
            return time.perf_counter(), said[1]
        time.sleep(every)


def ask(address: str) -> str:
    """Return a page."""
    with urllib.request.urlopen(address) as answer:
        return str(answer.read().decode())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.performance.preview", description="预览里多久看到改的一行")
    parser.add_argument("--entities", type=int, nargs="+", default=[2_000], help="几个主体，可以写几个大小")
    parser.add_argument("--times", type=int, default=3, help="每个大小改几次，取中位")
    parser.add_argument("--work", type=Path, help="在哪里放数据，默认系统的临时文件夹")
    parser.add_argument("--into", type=Path, help="把表写进这个文档")
    given = parser.parse_args()
    about, lines = machine(""), []
    for entities in given.entities:
        print(f"{entities:,} 个主体", flush=True)
        with tempfile.TemporaryDirectory(prefix="bench-preview-", dir=given.work) as work:
            every = measure(entities, given.times, Path(work))
        middle = Seen(*(median(figures) for figures in zip(*every, strict=True)))
        lines.append([f"{entities:,}", f"{middle.sight:.2f} 秒", f"{middle.page:.1f} 秒", f"{middle.done:.1f} 秒"])
    titles = ["主体", "先看到这一页", "全部核对后的这一页", "检索、下载、审核也做完"]
    text = f"{about}\n\n{marked.rows(titles, lines)}"
    print(f"\n{text}")
    if given.into:
        marked.put(given.into, BEGIN, END, f"\n{text}\n")


if __name__ == "__main__":
    main()
