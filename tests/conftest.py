"""What tests are given: the demonstration site, small sites of their own, a browser."""

from __future__ import annotations

import fcntl
import functools
import itertools
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from frontdoor import PROJECT, Files, Outcome, program, start
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from disclosure.search import Listed, Reader

settings.register_profile(
    "house", derandomize=True, deadline=None, max_examples=60, suppress_health_check=list(HealthCheck)
)
settings.load_profile("house")

# Small sites and what is written on the way are written and waited for a thousand times: in memory, where there is room, that takes half the time.
MEMORY, ROOM = Path("/dev/shm"), 6 << 30
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("TMPDIR", str(MEMORY))
    tempfile.tempdir = None

CHROMIUM = "/usr/bin/chromium-headless-shell"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
# `ssh` that runs what it is given on this machine, as sshd would: by a login shell that joins the words. CUT=n:before
# and CUT=n:after let the n-th call fail as a lost connection does, before or after its work was done.
SSH = """#!/bin/sh
while [ "$1" = -o ] || [ "$1" = -l ]; do shift 2; done
shift
n=$(cat "$CALLS" 2>/dev/null || echo 0); n=$((n + 1)); echo $n > "$CALLS"
[ "$CUT" = $n:before ] && { echo "Connection reset" >&2; exit 255; }
sh -c "$*"; code=$?
[ "$CUT" = $n:after ] && { echo "Connection reset" >&2; exit 255; }
exit $code
"""
# `rsync` of which a process, here or at the server, is killed at its k-th rename (a file that was sent) or link (one
# that is shared); the one at the server is followed by the same strace.
RSYNC = """#!/bin/sh
if [ -z "$KILL" ] || [ "$1" = --server ]; then exec {rsync} "$@"; fi
exec {strace} -f -qq -o /dev/null -e trace="/^$KILL" -e inject="/^$KILL:signal=KILL:when=$AT" {rsync} "$@"
"""
SiteMaker = Callable[..., Outcome]


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built demonstration site, from a copy of the project's own root; built once, also for several workers."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    root, out = shared / "demonstration", shared / "demonstration" / "public"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not out.exists():
            root.mkdir(exist_ok=True)
            shutil.copy(PROJECT / "site.yaml", root)
            for name in ("content", "data"):
                if (PROJECT / name).is_dir():
                    shutil.copytree(PROJECT / name, root / name, dirs_exist_ok=True)
            done = program("build", "--root", str(root), "--out", str(out))
            assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="session")
def demo_address(demo_site: Path) -> Iterator[str]:
    """The address of the demonstration site on this machine, a slash at its end."""
    yield from serve(demo_site)


def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port until the generator is closed."""
    handler = functools.partial(_Silent, directory=str(folder))
    with _Patient(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


class _Patient(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A browser may go away in the middle of an answer."""


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site_maker(tmp_path: Path) -> SiteMaker:
    """A function that writes a small root and builds it: files by path, arguments of the command line, a base."""
    numbers = itertools.count(1)

    def make(files: Files | None = None, *arguments: str, base: str = "small", verb: str = "build") -> Outcome:
        root = tmp_path / f"site-{next(numbers)}"
        start(root, base)
        empty = Outcome(root, root / "public", 0, "", "")
        return empty.build(*arguments, files=files) if verb == "build" else empty.run(verb, *arguments, files=files)

    return make


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, Debian's."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(params=["http", "file"])
def address(request: pytest.FixtureRequest, demo_site: Path, demo_address: str) -> str:
    """Where the site is looked at: a server, then the folder itself."""
    return demo_address if request.param == "http" else demo_site.as_uri() + "/"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page whose errors fail the test."""
    context = browser.new_context()
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


# Every kind of page of the demonstration: a pattern of addresses, or how many records the page of an entity has.
KINDS: dict[str, str | int] = {
    "home": "index.html",
    "lists": "list/index.html",
    "list": "list/blacklist/index.html",
    "theme": "list/blacklist/theme/tax/index.html",
    "list without parties": "list/inspect-plan/index.html",
    "ledger": "list/gov-promise/index.html",
    "record": "record/gov-promise/*.html",
    "entity without records": 0,
    "entity": 1,
    "entity with many records": 150,
    "withdrawn": "page-withdrawn",
    "department": "department/*.html",
    "statistics": "statistics.html",
    "statistics of a register": "statistics/penalty.html",
    "scorecard": "scorecard/index.html",
    "scorecard of a month": "scorecard/2026-05.html",
    "data": "data/index.html",
    "columns": "data/penalty/columns.html",
    "coverage": "coverage.html",
    "measures": "measures.html",
    "progress": "progress.html",
    "questionnaire": "questionnaire.html",
    "search": "search.html?q=爱辉",
    "search without results": "search.html?q=查无此名甲乙丙",
    "batch": "batch.html",
    "column": "government/index.html",
    "article": "service/repair.html",
    "form": "service/form/objection.html",
    "changes": "changes/index.html",
    "site map": "sitemap.html",
    "404": "404.html",
}


@functools.cache
def demo_pages(site: Path) -> dict[str, str]:
    """Return an address of every kind of page of the demonstration."""
    sought: dict[str, str | int] = {kind: what for kind, what in KINDS.items() if "." not in str(what)}
    found: dict[str, str] = {}
    for path in sorted(site.glob("entity/**/*.html")) if sought else []:
        text = path.read_text(encoding="utf-8")
        count = text.count('<article class="record')
        for kind, what in sought.items():
            fits = f'class="{what}"' in text if isinstance(what, str) else count == what or count >= what >= 100
            if fits and (isinstance(what, str) or 'class="page-entity"' in text):
                found.setdefault(kind, path.relative_to(site).as_posix())
        if len(found) == len(sought):
            break
    for kind, what in KINDS.items():
        if kind not in sought:
            name, _, query = str(what).partition("?")
            found[kind] = min(path.relative_to(site).as_posix() for path in site.glob(name)) + f"?{query}" * bool(query)
    return {kind: found[kind] for kind in KINDS}


def arrive(page: Page, address: str) -> None:
    """Open a page and wait until its scripts have done what they do at once; those of a search ask on."""
    page.goto(address)
    if "search" in address or "batch" in address:
        page.wait_for_load_state("networkidle")


def follow(link: Locator) -> None:
    """Press a link and wait for the page that it leads to; a press alone does not."""
    with link.page.expect_navigation():
        link.click()


@functools.cache
def listed(site: Path) -> tuple[Listed, ...]:
    """All entities of the site, as its index shows them."""
    return tuple(Reader(site / "search").entities())


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder first on PATH with the two wrappers."""
    folder = tmp_path / "bin"
    folder.mkdir()
    found = {tool: shutil.which(tool) for tool in ("rsync", "strace")}
    assert all(found.values()), "sh tests/install-browser.sh installs what is missing"
    for name, text in {"ssh": SSH, "rsync": RSYNC.format(**found)}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    for name in ("CUT", "KILL", "AT"):
        monkeypatch.setenv(name, "")
    return folder


@pytest.fixture(params=["", "中心@server.example:"], ids=["folder", "server"])
def far(request: pytest.FixtureRequest, tools: Path) -> str:
    """What stands before a path in --to."""
    return str(request.param)
