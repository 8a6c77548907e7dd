"""Pagefind with the same texts cut into the same pairs, as it comes: how it is made, and how it is asked."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pagefind_bin import get_executable  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Response

from disclosure.search import Listed, pairs, token
from disclosure.search.sounds import is_spelled
from disclosure.search.text import bare, words
from disclosure.search.variants import VARIANTS

_ASK = """async (query) => {
  const pagefind = await import("./rival/pagefind.js");
  const { results } = await pagefind.search(query);
  const shown = await Promise.all(results.slice(0, 50).map((one) => one.data()));
  return [results.length, shown.map((one) => one.meta.address)];
}"""


@dataclass(frozen=True)
class Rival:
    """What Pagefind answered: of the wanted, of the answered, and the bytes of a first search with its first hits."""

    recall: float
    precision: float
    median: int
    worst: int
    asked: int


def make(everyone: Sequence[Listed], folder: Path) -> None:
    """Index every entity as a document in a language that Pagefind does not cut."""
    with TemporaryDirectory() as source:
        for at, entity in enumerate(everyone):
            texts = (entity.name, *entity.former, entity.code, *entity.numbers)
            lines = "".join(f"<p>{' '.join(map(token, pairs(text)))}</p>" for text in texts if text)
            page = f'<!doctype html><html lang="und"><body data-pagefind-body><i data-pagefind-meta="address:{entity.address}"></i>{lines}</body></html>'
            Path(source, f"{at:07}.html").write_text(page, encoding="utf-8")
        command = [
            str(get_executable()),
            "--site",
            source,
            "--output-path",
            str(folder / "rival"),
            "--force-language",
            "und",
            "--silent",
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def can_answer(query: str) -> bool:
    """Whether pairs of characters can find what is asked: no pinyin, no traditional character."""
    return not any(map(is_spelled, words(query))) and not any(sign in VARIANTS for sign in query)


def ask(browser: Browser, address: str, queries: Sequence[str], wanted: Sequence[set[str]]) -> Rival:
    """Ask each query in a fresh browser; queries with more than fifty hits are left out, since only fifty are read."""
    hits = answered = right = 0
    costs: list[int] = []
    for query, links in zip(queries, wanted, strict=True):
        if not links or len(links) > 50:
            continue
        context = browser.new_context()
        page = context.new_page()
        sizes: list[int] = []

        def heard(response: Response, sizes: list[int] = sizes) -> None:
            if "/rival/" in response.url:
                sizes.append(int(response.headers.get("content-length", 0)))

        page.on("response", heard)
        page.goto(f"{address}rival.html")
        phrases = [f'"{" ".join(map(token, pairs(bare(word))))}"' for word in words(query)]
        total, shown = page.evaluate(_ASK, " ".join(phrases))
        hits += len(links)
        answered += total
        right += len(links & set(shown))
        costs.append(sum(sizes))
        context.close()
    ordered = sorted(costs)
    return Rival(right / max(1, hits), right / max(1, answered), ordered[len(ordered) // 2], ordered[-1], len(costs))
