"""What a batch check costs a visitor: a list of names against an index of any size, in a fresh browser.

python -m bench.search.batch --site public --entities 100000 --list 5000
"""

from __future__ import annotations

import argparse
import functools
import random
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Response, sync_playwright

from bench.search.corpus import corpus
from disclosure.search import Listed, write_index
from disclosure.site import SECTIONS

CHROMIUM = "/usr/bin/chromium-headless-shell"


class _Silent(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser that was closed is no error."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port; the address with a slash at its end."""
    with _Server(("127.0.0.1", 0), functools.partial(_Silent, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def measure(address: str, texts: Sequence[str]) -> tuple[float, list[int], str]:
    """Check a list once: seconds, the bytes of each file of the index that was read, and what the page says."""
    sizes: list[int] = []

    def heard(response: Response) -> None:
        if "/search/" in response.url:
            sizes.append(int(response.headers.get("content-length", 0)))

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.on("response", heard)
        page.goto(f"{address}batch.html")
        page.evaluate("text => { document.getElementById('batch-list').value = text; }", "\n".join(texts))
        begun = time.perf_counter()
        page.locator("#batch-start").click()
        page.locator("#batch-result").wait_for(timeout=1_200_000)
        seconds = time.perf_counter() - begun
        said = page.text_content("#batch-summary") or ""
        browser.close()
    return seconds, sizes, said


def names(everyone: Sequence[Listed], count: int, strange: float = 0.0) -> list[str]:
    """A list of names and codes as offices send them; a share of them of nobody."""
    dice = random.Random(5)
    found = [dice.choice((one.name, one.name, one.code or one.name)) for one in dice.sample(everyone, count)]
    return [text if dice.random() >= strange else "无此" + text[2:] for text in found]


def main() -> None:
    """Measure lists of several lengths and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--site", type=Path, default=Path("public"))
    parser.add_argument("--entities", type=int, default=100_000)
    parser.add_argument("--list", type=int, nargs="+", default=[50, 500, 5000])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "site")
        shutil.copytree(given.site, folder, ignore=shutil.ignore_patterns("search", "entity", "list", "pagefind"))
        everyone = list(corpus(given.entities))
        report = write_index(everyone, folder / "search", sections=SECTIONS, jobs=2)
        print(f"{len(everyone):,} 个主体，索引 {report.files:,} 个文件，{report.bytes / 1e6:.1f} MB")
        counted = Counter(one.name for one in everyone)
        print(f"同名的 {sum(number > 1 for number in counted.values()):,} 组")
        with served(folder) as address:
            for count in given.list:
                for strange in (0.0, 0.1):
                    seconds, sizes, said = measure(address, names(everyone, count, strange))
                    print(
                        f"{count:,} 条，一成查不到：{'是' if strange else '否'}；{seconds:.1f} 秒，{len(sizes):,} 个请求，{sum(sizes) / 1e6:.2f} MB；{said}"
                    )


if __name__ == "__main__":
    main()
