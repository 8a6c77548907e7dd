"""Asks the written index through the page in a headless Chromium: answers, bytes of first visits, times."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, Response, sync_playwright

from bench.search.batch import CHROMIUM

MANY = 500  # of more hits only the number that is told and the first fifty are read
_ALL = """async ([queries, MANY]) => {
  const told = [];
  for (const query of queries) {
    const { total, found, rest, index } = await siteSearch.find(query, 50);
    const others = total > found.length && total <= MANY ? await rest() : [];
    const all = found.concat(await Promise.all(others.map((one) => typeof one === "number" ? index.entity(one) : one)));
    told.push([total, all.map((one) => one.address)]);
  }
  return told;
}"""
_FIRST = """async (queries) => {
  const told = [];
  for (const query of queries) {
    let { found } = await siteSearch.find(query, 50);
    if (!found.length) found = (await siteSearch.near(query)).found;
    told.push(found.slice(0, 5).map((one) => one.address));
  }
  return told;
}"""
_TIMES = """async (queries) => {
  const told = [];
  for (const query of queries) {
    await siteSearch.find(query, 8);
    const begun = performance.now();
    await siteSearch.find(query, 8);
    told.push(performance.now() - begun);
  }
  return told;
}"""


@dataclass(frozen=True)
class Visits:
    """Bytes of first visits, from the page to the drawn answer; the full text, which comes after it, not among them."""

    median: int
    p95: int
    worst: int
    worst_query: str
    page: int


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[Page]:
    """The search page with what looks for near names."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(0)
    page.goto(f"{address}search.html", wait_until="load")
    page.evaluate(
        "() => new Promise((go, no) => { const made = document.createElement('script'); made.onload = go; made.onerror = no;"
        "made.src = document.getElementById('results').dataset.near; document.head.append(made); })"
    )
    yield page
    context.close()


def answers(page: Page, queries: Sequence[str]) -> list[tuple[int, set[str]]]:
    """The number that is told and the addresses of all hits, a query each."""
    found: list[tuple[int, set[str]]] = []
    for at in range(0, len(queries), 100):
        found += [(total, set(links)) for total, links in page.evaluate(_ALL, [list(queries[at : at + 100]), MANY])]
    return found


def first_five(page: Page, queries: Sequence[str]) -> list[list[str]]:
    """The addresses of the first five, exact ones, else near ones."""
    return [links for at in range(0, len(queries), 50) for links in page.evaluate(_FIRST, list(queries[at : at + 50]))]


def warm_times(page: Page, queries: Sequence[str], slower: int) -> list[float]:
    """Milliseconds that an answer for the suggestions takes when its shards were read before, the processor slowed down."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    found: list[float] = page.evaluate(_TIMES, list(queries))
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return found


def first_visits(browser: Browser, address: str, queries: Sequence[str]) -> Visits:
    """What each query costs somebody who comes with it to the search page and has nothing cached."""
    costs: list[tuple[int, str]] = []
    page_alone = 0
    for query in queries:
        context = browser.new_context()
        page = context.new_page()
        sizes: dict[str, int] = {}

        def heard(response: Response, sizes: dict[str, int] = sizes) -> None:
            sizes[response.url] = int(response.headers.get("content-length", 0))

        page.on("response", heard)
        page.goto(f"{address}search.html?q={quote(query)}", wait_until="commit")
        page.wait_for_function(
            "() => { const list = document.getElementById('results'), told = document.getElementById('result-count');"
            "return list && list.getAttribute('aria-busy') === 'false' && told.textContent; }"
        )
        counted = {
            url: size
            for url, size in sizes.items()
            if "/pagefind/" not in url and "/fulltext." not in url and not url.endswith("release.json")
        }
        page_alone = sum(size for url, size in counted.items() if "/search/" not in url)
        costs.append((sum(counted.values()), query))
        context.close()
    ordered = sorted(costs)
    return Visits(
        int(statistics.median(size for size, _ in costs)),
        ordered[int(len(ordered) * 0.95)][0], ordered[-1][0], ordered[-1][1], page_alone,
    )  # fmt: skip


def as_folder(folder: Path) -> str:
    """The address of a folder on the disk."""
    return folder.resolve().as_uri() + "/"
