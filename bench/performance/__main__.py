"""The whole build beside Hugo's pages of entities, pair by pair in one run:

    python -m bench.performance --entities 10000 100000 [--times 3] [--into docs/performance.md]

Every size is laid out by the seeded generator, three records an entity; both sides run on the same two processors.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from bench import marked
from bench.change import change_a_row, lay_out
from bench.performance import ours, rival
from bench.performance.alike import addresses, hold_alike
from bench.performance.told import SIDES, Measured, machine, tables
from bench.performance.watched import Cost

BEGIN, END = "<!-- python -m bench.performance 量得 -->", "<!-- 量得完 -->"
PROCESSORS, SAMPLE = 2, 100


def measure(entities: int, times: int, program: str | None, work: Path) -> Measured:
    """Measure one size: so many times the whole build, the pages alone and Hugo, one after the other; then one changed row."""
    root, drawn, site = work / "root", work / "drawn", work / "hugo"
    root.mkdir()
    lay_out(root, entities)
    measured = Measured(entities)
    for number in range(times):
        _add(measured, "whole", ours.build(root, PROCESSORS, fresh=True))
        _add(measured, "drawn", ours.draw_entities(root, drawn, PROCESSORS))
        if program:
            if not number:
                rival.write_site(ours.studio_of(root), site)
            _add(measured, "hugo", rival.draw_entities(program, site))
        if not number:
            release = (root / "public").resolve()
            measured.left |= {"whole": size(release), "drawn": size(drawn)}
            measured.pages = len(addresses(drawn))
            hold_alike(release, drawn, SAMPLE)
        if program and not number:
            measured.left["hugo"] = size(site / "public")
            measured.alike = hold_alike(drawn, site / "public", SAMPLE)
            print(f"  抽 {measured.alike} 个页面，两边的元素、属性、文字都一样", flush=True)
    for number in range(times):
        change_a_row(root, number)
        _add(measured, "change", ours.build(root, PROCESSORS, fresh=False))
    return measured


def _add(measured: Measured, side: str, cost: Cost) -> None:
    measured.costs.setdefault(side, []).append(cost)
    figures = f"{cost.seconds:.1f} 秒，处理器 {cost.cpu:.1f} 秒，内存最多 {cost.memory / 1e6:,.0f} MB"
    print(f"{measured.entities:>9,} 个主体  {SIDES[side]}：{figures}", flush=True)


def size(folder: Path) -> tuple[int, int]:
    """Return how many files lie below a folder, and their bytes."""
    files = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return len(files), sum(files)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.performance", description="量整个构建，与 Hugo 比")
    parser.add_argument("--entities", type=int, nargs="+", default=[2_000], help="几个主体，可以写几个大小，从小到大")
    parser.add_argument("--times", type=int, default=1, help="每个大小量几遍，取中位")
    parser.add_argument("--hugo", help="Hugo 的程序；不写就用装好的")
    parser.add_argument("--hugo-up-to", type=int, default=10**9, help="更大的不与 Hugo 比，只量一遍；0 是都不比")
    parser.add_argument("--work", type=Path, help="在哪里放要画的和画好的，默认系统的临时文件夹")
    parser.add_argument("--into", type=Path, help="把表写进这个文档")
    given = parser.parse_args()
    program = given.hugo or rival.hugo()
    if not program and given.hugo_up_to:
        raise SystemExit("没有 Hugo：照 docs/performance.md 安装，或者写 --hugo-up-to 0，只量自己。")
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:PROCESSORS])
    about = machine(rival.version(program) if program and given.hugo_up_to else "")
    every = []
    for entities in given.entities:
        with tempfile.TemporaryDirectory(prefix="bench-performance-", dir=given.work) as work:
            beside = entities <= given.hugo_up_to
            times = given.times if beside or not given.hugo_up_to else 1
            every.append(measure(entities, times, program if beside else None, Path(work)))
    text = "\n\n".join([about, *tables(every)])
    print(f"\n{text}")
    if given.into:
        marked.put(given.into, BEGIN, END, f"\n{text}\n")


if __name__ == "__main__":
    main()
