"""The measure of the entity search: `python -m bench.search --site public --entities 3000 --into docs/search.md`.

So many invented entities are indexed and asked in a headless Chromium; every figure is held against its limit.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser

from bench import marked
from bench.search import asked, made
from bench.search.batch import served
from bench.search.brute import brute_force
from bench.search.corpus import corpus
from bench.search.nginx import behind_nginx
from bench.search.queries import parts, slips
from bench.search.rival import ask, can_answer
from disclosure.search import Listed

BEGIN, END = "<!-- python -m bench.search 量得 {} -->", "<!-- 量得 {} 完 -->"
Row = tuple[str, str, str]


def measure(given: argparse.Namespace) -> Iterator[Row]:
    """What is measured, the figure, its limit; printed as it comes."""
    yield "机器：处理器，开始时的负荷", f"{os.cpu_count()} 个核，{os.getloadavg()[0]:.1f}", ""
    with TemporaryDirectory(prefix="bench-search-") as temporary:
        folder = Path(temporary, "site")
        shutil.copytree(
            given.site, folder, ignore=shutil.ignore_patterns("search", "entity", "list", "pagefind", "*.gz", "*.br")
        )
        everyone = corpus(given.entities)
        yield from _made(everyone, folder / "search", given.brief)
        queries = parts(everyone, given.queries)
        wanted = brute_force(everyone, queries)
        typed = slips(everyone, given.typed)
        with asked.chromium() as browser:
            with served(folder) as address:
                yield from _answers(browser, address, "http", queries, wanted)
                yield from _typed(browser, address, "http", typed)
                yield from _visits(browser, address, queries[: given.visits], typed[: given.visits // 4])
                yield from _warm(browser, address, everyone)
            if given.brief:
                return
            yield from _answers(browser, asked.as_folder(folder), "file://", queries, wanted)
            yield from _typed(browser, asked.as_folder(folder), "file://", typed)
            with behind_nginx(folder) as address:
                yield from _answers(browser, address, "nginx 严格策略", queries, wanted)
                yield from _typed(browser, address, "nginx 严格策略", typed)
            if given.rival:
                asked_alike = [pair for pair in zip(queries, wanted, strict=True) if can_answer(pair[0])][
                    : given.visits
                ]
                yield from _beside(browser, folder, everyone, *zip(*asked_alike, strict=True))


def _made(everyone: Sequence[Listed], folder: Path, brief: bool) -> Iterator[Row]:
    """What the index costs, and once more with one entity changed; unless in brief also that of names alone."""
    with TemporaryDirectory(prefix="bench-search-") as temporary:
        entities = made.keep(everyone, Path(temporary, "entities"))
        cost = made.everything(entities, folder)
        yield "全部（名称、代码、文号、拼音）：时间", _seconds(cost), "十万个 40 秒，百万个 450 秒"
        yield "全部：大小、文件数", f"{cost.bytes / 1e6:.1f} MB，{cost.files:,} 个", "十万个 25 MB，百万个 230 MB"
        yield "全部：内存，所有进程一起", _memory(cost), "百万个 2,000 MB"
        yield "由构造定的上限，页面不算", cost.note, ""
        if brief:
            return
        yield "一个主体改了名再做一遍", _changed(everyone, folder, Path(temporary, "changed")), ""
        alone, sounds = made.names_alone(entities), made.names_and_sounds(entities)
        yield "只有名称：时间、大小", f"{_seconds(alone)}，{alone.bytes / 1e6:.1f} MB", "十万个 15 秒，6 MB"
        yield "只有名称和它的拼音：时间、大小", f"{_seconds(sounds)}，{sounds.bytes / 1e6:.1f} MB", ""


def _changed(everyone: Sequence[Listed], folder: Path, path: Path) -> str:
    """The cost of an index beside the one in the folder when one entity has got another name."""
    middle = len(everyone) // 2
    other = replace(everyone[middle], name=everyone[middle].name.replace("有限公司", "") + "新业有限公司")
    changed = made.keep([*everyone[:middle], other, *everyone[middle + 1 :]], path)
    again = made.again(changed, folder.parent / "again", folder)
    shutil.rmtree(folder.parent / "again")
    fresh = f"{again.files:,} / {int(again.note):,} 个文件是新的，{again.bytes / 1000:,.0f} kB"
    return f"{fresh}；其余的与上一版共用。{_seconds(again)}"


def _memory(cost: made.Cost) -> str:
    """The most memory; of it the part that is no file's, which cannot be taken back where memory is short."""
    return f"{cost.peak.all / 1e6:,.0f} MB（其中不是文件的 {cost.peak.own / 1e6:,.0f} MB）"


def _seconds(cost: made.Cost) -> str:
    """The time by the clock, and that of both processors, which a machine that is not idle does not lengthen as much."""
    return f"{cost.seconds:.1f} 秒（处理器 {cost.cpu:.1f} 秒）"


def _answers(
    browser: Browser, address: str, where: str, queries: Sequence[str], wanted: Sequence[set[str]]
) -> Iterator[Row]:
    with asked.opened(browser, address) as page:
        found = asked.answers(page, queries)
    pairs = [(query, one, _read(one[1], right)) for query, one, right in zip(queries, found, wanted, strict=False)]
    hits = sum(len(links & right) for _, (_, links), right in pairs)
    recall = hits / max(1, sum(len(right) for _, _, right in pairs))
    precision = hits / max(1, sum(len(links) for _, (_, links), _ in pairs))
    told = sum(total == len(right) for (total, _), right in zip(found, wanted, strict=False))
    yield f"{where}：{len(pairs):,} 个查询，查全、查准", f"{recall:.4f}，{precision:.4f}", "1.0000，1.0000"
    yield f"{where}：条数说得准的", f"{told:,} / {len(pairs):,}", ""
    for query, (total, links), right in [one for one in pairs if one[1][1] != one[2]][:5]:
        print(f"  不对：{query}：{total}，{len(links)}，应为 {len(right)}", file=sys.stderr)


def _read(links: set[str], right: set[str]) -> set[str]:
    """What must be read of the right ones: all, of very many any fifty."""
    return right if len(right) <= asked.MANY else right & links if len(right & links) >= 50 else right


def _typed(browser: Browser, address: str, where: str, typed: Sequence[tuple[str, str, str]]) -> Iterator[Row]:
    with asked.opened(browser, address) as page:
        found = asked.first_five(page, [query for _, query, _ in typed])
    of = Counter(sort for sort, _, _ in typed)
    good: Counter[str] = Counter()
    for (sort, _, meant), links in zip(typed, found, strict=True):
        good[sort] += meant in links
    parted = "，".join(f"{sort} {good[sort]}/{of[sort]}" for sort in of)
    yield (
        f"{where}：{len(typed)} 个凭记忆写的，要找的在前五",
        f"{sum(good.values()) / len(typed):.1%}（{parted}）",
        "95%",
    )


def _visits(
    browser: Browser, address: str, queries: Sequence[str], typed: Sequence[tuple[str, str, str]]
) -> Iterator[Row]:
    for what, some in (
        (f"{len(queries)} 个查询", queries),
        (f"{len(typed)} 个凭记忆写的", [query for _, query, _ in typed]),
    ):
        seen = asked.first_visits(browser, address, some)
        figures = f"中位 {seen.median / 1000:.1f} kB，95% 以内 {seen.p95 / 1000:.1f} kB，最多 {seen.worst / 1000:.1f} kB（{seen.worst_query}）"
        yield f"第一次来的字节，{what}", figures, "中位 100 kB，最多 150 kB"
        yield "其中页面、样式、脚本", f"{seen.page / 1000:.1f} kB", ""


def _warm(browser: Browser, address: str, everyone: Sequence[Listed]) -> Iterator[Row]:
    step = max(1, len(everyone) // 60)
    queries = [one.name[:length] for one in everyone[::step] for length in (2, 3, 4, 6)]
    with asked.opened(browser, address) as page:
        times = sorted(asked.warm_times(page, queries, 4))
    yield f"边输边答，分片已读，处理器慢四倍，{len(times)} 次", f"中位 {times[len(times) // 2]:.1f} 毫秒，95% 以内 {times[int(len(times) * 0.95)]:.1f} 毫秒", "50 毫秒"  # fmt: skip


def _beside(
    browser: Browser, folder: Path, everyone: Sequence[Listed], queries: Sequence[str], wanted: Sequence[set[str]]
) -> Iterator[Row]:
    cost = made.pagefind(everyone, folder)
    index = sum(path.stat().st_size for path in (folder / "rival").rglob("*") if path.is_file())
    yield (
        "Pagefind，同样的两字一词：时间、大小、内存",
        f"{_seconds(cost)}，{index / 1e6:.1f} MB，{cost.peak.all / 1e6:.0f} MB",
        "",
    )
    (folder / "rival.html").write_text("<!doctype html><meta charset=utf-8><title>rival</title>", encoding="utf-8")
    with served(folder) as address:
        rival = ask(browser, address, queries, wanted)
    yield (
        f"Pagefind：{rival.asked} 个查询（五十条以内的；拼音、首字母、繁体它不会，不问），查全、查准",
        f"{rival.recall:.4f}，{rival.precision:.4f}",
        "",
    )
    yield (
        "Pagefind：第一次查的字节，页面不算",
        f"中位 {rival.median / 1000:.0f} kB，最多 {rival.worst / 1000:.0f} kB",
        "",
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description="量信用主体检索")
    parser.add_argument("--site", type=Path, default=Path("public"), help="已生成的网站，取它的页面、样式和脚本")
    parser.add_argument("--entities", type=int, default=3000, help="虚构的主体数")
    parser.add_argument("--queries", type=int, default=2000, help="随机查询数")
    parser.add_argument("--typed", type=int, default=500, help="凭记忆写的查询数")
    parser.add_argument("--visits", type=int, default=200, help="其中几个查询在全新的浏览器里问，量字节")
    parser.add_argument("--brief", action="store_true", help="只做全部的索引，只按 http 问：一百万个主体这样量")
    parser.add_argument("--no-rival", dest="rival", action="store_false", help="不与 Pagefind 比")
    parser.add_argument("--into", type=Path, help="把表写进这个文档")
    given = parser.parse_args()
    rows = []
    begun = time.perf_counter()
    for row in measure(given):
        rows.append(row)
        print(f"{time.perf_counter() - begun:6.0f} 秒  {'  '.join(row)}", flush=True)
    if given.into:
        size = f"{given.entities:,}"
        table = marked.rows(["量的是什么", "量得", "上限"], [list(row) for row in rows])
        marked.put(given.into, BEGIN.format(size), END.format(size), table, f"### {size} 个主体")


if __name__ == "__main__":
    main()
