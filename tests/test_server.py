"""Real nginx with the conf that the build writes: headers, copies, revalidation, maps, and switching under load."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import itertools
import json
import os
import posixpath
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pytest
from frontdoor import PROJECT, Files, Outcome, credit_code, notice, notices, program, start, tree
from playwright.sync_api import Browser, ConsoleMessage, expect

from disclosure import releases
from disclosure.search.shards import script_body
from disclosure.server import FOLDER, HASHED, nginx_conf, write_server
from disclosure.site import Site, load_site

SEARCH_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
MAIN = """
daemon off;
worker_processes 1;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    sendfile on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ADDRESS = "https://credit.example/"  # of the small site: only 404.html uses it for what it loads
ARTICLES = {
    "content/news/index.md": "---\ntitle: 动态\n---\n",
    "content/news/a.md": "---\ntitle: 双公示工作推进\ndate: 2026-05-06\nsource: 示例\n---\n各部门应当自作出决定之日起公示。\n",
}


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    """A running nginx."""

    port: int

    @property
    def address(self) -> str:
        """Its address, a slash at its end."""
        return f"http://127.0.0.1:{self.port}/"

    def get(self, path: str, **headers: str) -> Answer:
        """Ask once; a header's name is written with _ for -."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()})
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read())
        finally:
            connection.close()


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def nginx(conf: Path, folder: Path, port: int) -> Iterator[Server]:
    """Run nginx with the written conf, of which only the two lines that say where it listens are changed."""
    folder.mkdir(exist_ok=True)
    text = conf.read_text(encoding="utf-8")
    assert text.count("    listen 80;\n    listen [::]:80;\n") == 1
    listens = text.replace("    listen 80;\n    listen [::]:80;\n", f"    listen 127.0.0.1:{port};\n")
    (folder / "site.conf").write_text(listens, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "main.conf").write_text(MAIN.format(user=user, folder=folder), encoding="utf-8")
    binary = shutil.which("nginx", path=SEARCH_PATH)
    assert binary, "nginx is missing: sh tests/install-browser.sh"
    command = [binary, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "main.conf")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8") as process:
        try:
            _wait_for(process, port)
            yield Server(port)
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _wait_for(process: subprocess.Popen[str], port: int) -> None:
    for _ in range(400):
        assert process.poll() is None, process.communicate()[0]
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


def begun(root: Path, files: Files, more: str = "") -> Outcome:
    """Build a small site with articles and further settings."""
    start(root, "small")
    site = (root / "site.yaml").read_text(encoding="utf-8") + more
    return Outcome(root, root / "public", 0, "", "").build(files={**ARTICLES, "site.yaml": site, **files})


def addressed(root: Path, port: int) -> str:
    """Return a small site's settings with the address that it is served at."""
    site = (root / "site.yaml").read_text(encoding="utf-8")
    return re.sub(r"(?m)^address: .*$", f"address: http://127.0.0.1:{port}/", site)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A small site with copies made by the build."""
    root = tmp_path_factory.mktemp("served") / "site"
    return begun(root, notices(notice()), "compress: [gzip, brotli]\n").good()


@pytest.fixture(scope="module")
def server(small: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The small site served by nginx."""
    with nginx(small.root / FOLDER / "nginx.conf", tmp_path_factory.mktemp("nginx"), free_port()) as running:
        yield running


def found(small: Outcome, pattern: str) -> str:
    """Return the address of the first file that a pattern finds."""
    return next(f"/{name}" for name in tree(small.out) if re.fullmatch(pattern, name))


# The conf.


def test_the_printed_conf_is_what_the_program_writes_for_the_demonstration() -> None:
    site, _ = load_site(PROJECT)
    assert site
    written = nginx_conf(site, PurePosixPath("/srv/credit"), PurePosixPath("/srv/credit/public"))
    assert written == (PROJECT / "docs" / "nginx.conf").read_text(encoding="utf-8")


def test_the_conf_lies_outside_the_served_folder_and_is_left_alone_while_nothing_changes(small: Outcome) -> None:
    folder = small.root / FOLDER
    assert sorted(path.name for path in folder.iterdir()) == ["dead.txt", "gone.map", "moved.map", "nginx.conf"]
    assert not [name for name in tree(small.out) if name.endswith((".conf", ".map"))]
    before = {path.name: path.stat().st_ino for path in folder.iterdir()}
    again = small.build().good()
    assert {path.name: path.stat().st_ino for path in folder.iterdir()} == before
    assert "nginx" not in again.stdout


def test_a_changed_conf_is_said(tmp_path: Path) -> None:
    first = begun(tmp_path / "site", {}).good()
    assert "nginx" not in first.stdout
    second = first.build(files={"site.yaml": addressed(first.root, 8080)}).good()
    assert "nginx -s reload" in second.stdout


def test_what_those_who_run_the_server_add_is_read_and_left_alone(tmp_path: Path) -> None:
    outcome = begun(tmp_path / "site", {}).good()
    own = outcome.root / FOLDER / "own" / "tls.conf"
    own.parent.mkdir()
    own.write_text('add_header Strict-Transport-Security "max-age=31536000" always;\n')
    outcome.build().good()
    assert own.exists()
    with nginx(outcome.root / FOLDER / "nginx.conf", tmp_path / "nginx", free_port()) as running:
        headers = running.get("/").headers
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert headers["content-security-policy"] == STRICT


@pytest.mark.parametrize(("address", "name"), [("https://a.example/", "a.example"), ("https://a.example:8/", "a.example"), ("https://信用.example/", "xn--vuqs22g.example")])  # fmt: skip
def test_the_server_is_named_by_the_sites_address(address: str, name: str) -> None:
    site = Site(name="甲", formal_name="甲", address=address, description="甲")
    conf = nginx_conf(site, PurePosixPath('/srv/a "b"'), PurePosixPath("/srv/public"))
    assert f"server_name {name};" in conf
    assert 'include "/srv/a \\"b\\"/server/gone.map";' in conf
    assert "注意" not in conf


def test_an_address_with_a_path_is_warned_of() -> None:
    site = Site(name="甲", formal_name="甲", address="https://a.example/credit/", description="甲")
    assert "带有路径 /credit/" in nginx_conf(site, PurePosixPath("/srv"), PurePosixPath("/srv/public"))


def test_names_made_from_content_are_told_from_others(tmp_path: Path) -> None:
    """What is cached for a year has, under one name, the same bytes in every release; nothing else is cached."""
    one = begun(tmp_path / "site", {**notices(notice()), "theme/css/parts/extra.css": "/* 1 */"}).good()
    before = tree(one.out)
    rows = notices(
        notice(说明="改了"), notice(名称="黑河丙丁商贸有限公司", 代码=credit_code(2), 文号="黑甲〔2026〕2号")
    )
    news = {"content/news/a.md": ARTICLES["content/news/a.md"] + "另有新事。\n", "theme/css/parts/extra.css": "/* 2 */"}
    after = tree(one.build(files={**rows, **news}).good().out)
    hashed = {name for name in before.keys() | after.keys() if re.search(HASHED, f"/{name}")}
    assert {name for name in hashed if name in before and name in after and before[name] != after[name]} == set()
    for folder in ("assets/", "search/", "pagefind/"):
        assert {name for name in hashed & before.keys() if name.startswith(folder)} - after.keys(), folder
    others = before.keys() - hashed
    assert {"index.html", "search/entry.js", "pagefind/entry.json", "release.json"} <= others
    scripts = sorted(name for name in others if name.endswith((".js", ".css")))
    assert scripts == ["search/entry.js"]


# What the server says.


def test_every_answer_has_the_strict_headers(small: Outcome, server: Server) -> None:
    wasm = STRICT.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    worker = found(small, r"pagefind/\w+/pagefind-worker\.js")
    policies = dict.fromkeys(
        ["/", "/index.html", "/list/", "/search/entry.js", "/none.html", "/list", "/release.json"], STRICT
    )
    policies |= {found(small, r"entity/.*\.html"): STRICT, found(small, r"assets/.*\.css"): STRICT}
    for path, policy in (policies | {"/search.html": wasm, "/search.html?q=a": wasm, worker: wasm}).items():
        headers = server.get(path).headers
        assert headers["content-security-policy"] == policy, path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin", path
        assert "geolocation=()" in headers["permissions-policy"], path
        assert headers["server"] == "nginx", path
        assert "strict-transport-security" not in headers


def test_files_named_by_content_are_kept_for_a_year_and_others_asked_for_again(small: Outcome, server: Server) -> None:
    for name in tree(small.out):
        wanted = "max-age=31536000, immutable" if re.search(HASHED, f"/{name}") else "no-cache"
        answer = server.get(f"/{name}")
        assert (answer.status, answer.headers["cache-control"]) == (
            200,
            "no-store" if name == "release.json" else wanted,
        )
    assert server.get("/").headers["cache-control"] == "no-cache"


def test_what_is_not_there_is_answered_by_the_sites_own_page_and_not_kept(small: Outcome, server: Server) -> None:
    for path in ("/none.html", "/assets/none.css", "/search/parts/no/ne.js", "/entity/", "/none/"):
        answer = server.get(path)
        assert (answer.status, answer.headers["cache-control"]) == (404, "no-cache"), path
        assert answer.body == (small.out / "404.html").read_bytes()


def test_folders_are_led_to_their_page(server: Server) -> None:
    answer = server.get("/list")
    assert (answer.status, answer.headers["location"]) == (301, "/list/")
    assert server.get("/list/").body == server.get("/list/index.html").body


def test_nothing_for_staff_is_served(small: Outcome, server: Server) -> None:
    for path in ("/../state/history.sqlite", "/%2e%2e/site.yaml", "/server/nginx.conf", "/nginx.conf", "/gone.map"):
        assert server.get(path).status in (400, 404), path


def test_texts_are_served_as_the_build_packed_them(small: Outcome, server: Server) -> None:
    for path in ("/index.html", found(small, r"assets/site\..*\.css"), "/search.html"):
        answer = server.get(path, Accept_Encoding="gzip")
        assert answer.headers["content-encoding"] == "gzip", path
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.body == (small.out / f"{path[1:]}.gz").read_bytes()
        plain = server.get(path)
        assert "content-encoding" not in plain.headers
        assert plain.body == gzip.decompress(answer.body)
        assert "charset=utf-8" in plain.headers["content-type"]


def test_texts_that_the_build_did_not_pack_are_packed_on_the_way(tmp_path: Path) -> None:
    outcome = begun(tmp_path / "site", {}).good()
    with nginx(outcome.root / FOLDER / "nginx.conf", tmp_path / "nginx", free_port()) as running:
        answer = running.get("/index.html", Accept_Encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == (outcome.out / "index.html").read_bytes()


def test_a_page_is_sent_again_only_when_it_changed(tmp_path: Path) -> None:
    """Two releases within one second whose page has as many bytes: the old ETag does not stand for the new page."""
    outcome = begun(tmp_path / "site", notices(notice(说明="甲甲")), "compress: [gzip]\n").good()
    with nginx(outcome.root / FOLDER / "nginx.conf", tmp_path / "nginx", free_port()) as running:
        entity, other = f"/{outcome.entities()[0]}", "/search.html"
        for coding in ({}, {"Accept_Encoding": "gzip"}):
            outcome.build(files=notices(notice(说明="甲甲"))).good()
            first, same = running.get(entity, **coding), running.get(other, **coding)
            again = running.get(entity, If_None_Match=first.headers["etag"], **coding)
            assert (again.status, again.body) == (304, b"")
            outcome.build(files=notices(notice(说明="乙乙"))).good()
            second = running.get(entity, If_None_Match=first.headers["etag"], **coding)
            assert second.status == 200
            assert second.body != first.body
            since = running.get(entity, If_Modified_Since=first.headers["last-modified"], **coding)
            assert since.status == 200
            kept = running.get(other, If_None_Match=same.headers["etag"], **coding)
            assert kept.status == 304


@pytest.mark.parametrize("clock", [[100, 100, 100, 100], [100, 100.9, 100.2, 90], [100, 50, 51, 101]])
def test_no_two_contents_of_an_address_have_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    """Also when the clock stands still or goes back; a file that does not change keeps its time."""
    borne: dict[int, bytes] = {}
    before = None
    for second, text in zip(clock, [b"one", b"two", b"six", b"ten"], strict=True):
        monkeypatch.setattr("time.time", lambda now=second: now)
        partial = releases.begin(tmp_path)
        (partial / "a.html").write_bytes(text)
        (partial / "b.html").write_bytes(b"stays")
        before = releases.finish(partial, {"as_of": ""}, before).release
        moment = (before / "a.html").stat().st_mtime_ns
        assert borne.setdefault(moment, text) == text
        assert (before / "b.html").stat().st_mtime_ns == min(borne)
    assert len(borne) == 4


def test_pages_that_are_gone_or_moved_are_answered_so(tmp_path: Path) -> None:
    outcome = begun(tmp_path / "site", {}).good()
    site, _ = load_site(outcome.root)
    assert site
    assert not write_server(outcome.root, outcome.out, site)
    long = f"entity/{'a' * 150}.html"
    assert write_server(
        outcome.root,
        outcome.out,
        site,
        ["entity/旧.html", long, "gone.html"],
        {"old/甲 乙$uri.html": "new/甲 乙$uri.html"},
    )
    with nginx(outcome.root / FOLDER / "nginx.conf", tmp_path / "nginx", free_port()) as running:
        for path in ("/entity/%E6%97%A7.html", f"/{long}", "/gone.html"):
            answer = running.get(path)
            assert (answer.status, answer.headers["cache-control"]) == (410, "no-cache")
            assert answer.body == (outcome.out / "404.html").read_bytes()
        moved = running.get("/old/%E7%94%B2%20%E4%B9%99$uri.html?q=1")
        assert (moved.status, moved.headers["location"]) == (301, "/new/%E7%94%B2%20%E4%B9%99%24uri.html")
        assert running.get("/index.html").status == 200
        assert running.get("/none.html").status == 404


# The release before.

FIRST = notices(notice())
MORE = notices(notice(), notice(名称="黑河丙丁商贸有限公司", 代码=credit_code(2), 文号="黑甲〔2026〕2号"))
STYLE = {"theme/css/parts/extra.css": "/* 2 */"}


def test_a_page_that_was_opened_before_the_switch_still_loads(tmp_path: Path) -> None:
    outcome = begun(tmp_path / "site", FIRST).good()
    old = outcome.out.resolve()
    hashed = [name for name in tree(outcome.out) if re.search(HASHED, f"/{name}")]
    outcome.build(files={**MORE, **STYLE}).good()
    assert (outcome.root / "previous").resolve() == old
    lost = [name for name in hashed if not (outcome.out / name).exists()]
    assert lost
    (old / "only-before.html").write_text("pages are never served from the release before")
    with nginx(outcome.root / FOLDER / "nginx.conf", tmp_path / "nginx", free_port()) as running:
        for name in lost:
            answer = running.get(f"/{name}")
            assert (answer.status, answer.body) == (200, (old / name).read_bytes())
            assert "immutable" in answer.headers["cache-control"]
        assert running.get("/only-before.html").status == 404
        outcome.build(files=FIRST).good()
        assert not (outcome.root / "previous").is_symlink()
        assert [running.get(f"/{name}").status for name in lost if not (outcome.out / name).exists()][:1] in ([], [404])
        gone = [name for name in tree(old) if name.startswith("search/parts") and not (outcome.out / name).exists()]
        assert [running.get(f"/{name}").status for name in gone] == [404] * len(gone)


def test_a_release_that_takes_away_drops_the_one_before_at_once(tmp_path: Path) -> None:
    link = tmp_path / "site" / "previous"
    outcome = begun(tmp_path / "site", MORE).good()
    assert not link.is_symlink()
    outcome.build(files=STYLE).good()
    assert link.is_symlink()
    outcome.build(files=FIRST).good()
    assert not link.is_symlink()
    outcome.build(files=MORE).good()
    assert link.is_symlink()
    outcome.build("--as-of", "2027-05-07", "--removals-only").good()
    assert not link.is_symlink()


def test_an_article_that_is_taken_away_drops_the_release_before(tmp_path: Path) -> None:
    outcome = begun(tmp_path / "site", FIRST).good()
    outcome.build(files=STYLE).good()
    assert (outcome.root / "previous").is_symlink()
    outcome.build(files={"content/news/a.md": None}).good()
    assert not (outcome.root / "previous").is_symlink()


def test_the_release_before_goes_after_ten_minutes_with_any_command(tmp_path: Path) -> None:
    outcome = begun(tmp_path / "site", FIRST).good()
    outcome.build(files=MORE).good()
    link = outcome.root / "previous"
    outcome.check().good()
    assert link.is_symlink()
    outcome.build().good()
    assert link.is_symlink()
    past = time.time() - releases.LINGERS - 1
    os.utime(link, (past, past), follow_symlinks=False)
    outcome.check().good()
    assert not link.is_symlink()


def test_the_release_before_goes_with_a_rollback_and_when_none_is_kept(tmp_path: Path) -> None:
    outcome = begun(tmp_path / "site", FIRST).good()
    old = outcome.out.resolve().name
    outcome.build(files=MORE).good()
    assert program("rollback", old, "--root", str(outcome.root)).returncode == 0
    assert outcome.out.resolve().name == old
    assert not (outcome.root / "previous").is_symlink()
    # What stands now is not what the next build is compared with: it may hold what that one took away.
    outcome.build(files=STYLE).good()
    assert not (outcome.root / "previous").is_symlink()
    outcome.build(files={"site.yaml": (outcome.root / "site.yaml").read_text(encoding="utf-8") + "keep: 1\n"}).good()
    assert not (outcome.root / "previous").is_symlink()
    assert len([path for path in (outcome.root / "releases").iterdir() if path.is_dir()]) == 1


def test_the_release_before_is_kept_however_old_it_is(tmp_path: Path) -> None:
    """When a release is the same as an older one, its folder is that older one."""
    outcome = begun(tmp_path / "site", FIRST, "keep: 2\n").good()
    first = outcome.out.resolve()
    outcome.build(files=STYLE).good()
    outcome.build(files={"theme/css/parts/extra.css": None}).good()
    assert outcome.out.resolve() == first
    outcome.build(files=MORE).good()
    assert (outcome.root / "previous").resolve() == first
    assert first.is_dir()


# In a browser, under the strict policy.


def test_the_site_works_under_its_policy(demo_site: Path, browser: Browser, tmp_path: Path) -> None:
    """Every sort of page, search for an entity and in articles, large text: no error and nothing against the policy."""
    name, address = _an_entity(demo_site)
    with nginx(demo_site.parent / FOLDER / "nginx.conf", tmp_path / "nginx", free_port()) as running:
        context = browser.new_context()
        against: list[str] = []
        said: list[str] = []

        def listen(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                said.append(f"{message.type}: {message.text}")

        context.expose_function("against", lambda told: against.append(told))
        tell = "against(event.effectiveDirective + ' ' + event.blockedURI)"
        context.add_init_script(f"addEventListener('securitypolicyviolation', (event) => {tell})")
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: said.append(str(error)))
        for one in _every_sort_of_page(demo_site):
            answer = page.goto(running.address + one, wait_until="load")
            assert answer and answer.status == 200, one
        page.goto(running.address)
        html = page.locator("html")
        button = page.locator("[data-choice]").first
        choice = button.get_attribute("data-choice")
        assert html.get_attribute(f"data-{choice}") is None
        button.evaluate("button => button.click()")
        expect(html).to_have_attribute(f"data-{choice}", button.get_attribute("data-value") or "")
        page.reload()
        expect(html).to_have_attribute(f"data-{choice}", button.get_attribute("data-value") or "")
        page.locator("#q").fill(name)
        page.locator("#q").press("Enter")
        page.wait_for_url("**/search.html?q=*")
        expect(page.locator(f"#results a[href='{address}']")).to_have_count(1, timeout=20000)
        page.goto(f"{running.address}search.html?q=%E5%8F%8C%E5%85%AC%E7%A4%BA")
        expect(page.locator("#fulltext")).to_have_attribute("aria-busy", "false", timeout=20000)
        assert page.locator("#articles a").count() > 0
        assert (said, against) == ([], [])
        # The watch itself sees what it should see.
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">a</p>')")
        expect(page.locator("body > p").last).to_be_attached()
        page.wait_for_timeout(200)
        assert against == ["style-src-attr inline"]
        context.close()


def _an_entity(site: Path) -> tuple[str, str]:
    """Return the name and address of the first entity that a list leads to."""
    for path in sorted((site / "entity").rglob("*.html")):
        heading = re.search(r"<h1[^>]*>([^<]{6,})</h1>", path.read_text(encoding="utf-8"))
        if heading:
            return heading[1].strip(), path.relative_to(site).as_posix()
    raise AssertionError("no entity")


def _every_sort_of_page(site: Path) -> list[str]:
    """Return one page of each template, by the class of its body; not 404.html, which loads from its own address."""
    sorts: dict[str, str] = {}
    for path in sorted(site.rglob("*.html")):
        body = re.search(r'<body class="([^"]+)"', path.read_text(encoding="utf-8"))
        if body and path.name != "404.html":
            sorts.setdefault(body[1], path.relative_to(site).as_posix())
    assert len(sorts) > 5
    return list(sorts.values())


# Switching under load.


@dataclass
class Load:
    """Visitors with kept connections that open pages and all that they load, while releases are switched."""

    port: int
    manifests: list[dict[str, str]]
    most: int
    visitors: int = 4
    begun: int = 0  # the number of the release that a switch may be bringing
    done: int = 0  # the number of the release whose switch is over
    asked: int = 0
    over: bool = False
    faults: list[str] = field(default_factory=list)
    since: dict[int, int] = field(default_factory=dict)
    turn: threading.Condition = field(default_factory=threading.Condition)

    def run(self, switches: int, switch: object) -> None:
        """Make all switches, spread over all requests."""
        threads = [threading.Thread(target=self.visit, args=(number,), daemon=True) for number in range(self.visitors)]
        for thread in threads:
            thread.start()
        try:
            for number in range(1, switches + 1):
                self._wait(number * self.most // (switches + 1))
                if self.faults:
                    break
                self.begun = number
                switch(number)  # type: ignore[operator]
                self.done = number
            self._wait(self.most)
        finally:
            self.over = True
            for thread in threads:
                thread.join(60)

    def _wait(self, requests: int) -> None:
        """Return when so many requests were made and nobody still looks at a page from before the last switch."""
        with self.turn:
            ready = self.turn.wait_for(
                lambda: (
                    self.faults
                    or (
                        self.asked >= requests
                        and len(self.since) == self.visitors
                        and min(self.since.values()) >= self.done
                    )
                ),
                timeout=300,
            )
        assert ready, "the load stands still"

    def visit(self, number: int) -> None:
        """Open one page after the other."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Accept-Encoding": "gzip"} if number % 2 else {}
        pages = [
            name for name in self.manifests[0] if name.endswith(".html") and all(name in one for one in self.manifests)
        ]
        for page in itertools.cycle(pages[number:] + pages[:number]):
            if self.over or self.faults:
                break
            with self.turn:
                self.since[number] = self.done
                self.turn.notify_all()
            try:
                self._open(connection, headers, page)
            except Exception as error:
                self.faults.append(f"{page}: {error!r}")
        with self.turn:
            self.turn.notify_all()
        connection.close()

    def _open(self, connection: http.client.HTTPConnection, headers: dict[str, str], page: str) -> None:
        html = self._whole(connection, headers, page).decode()
        for link in re.findall(r'(?:href|src)="([^"]+\.(?:css|js))"', html):
            near = posixpath.normpath(posixpath.join(posixpath.dirname(page), link))
            self._named(connection, headers, near.removeprefix("/"))  # 404.html names them from the root
        entry = script_body(self._whole(connection, headers, "search/entry.js")).split("\n")
        self._named(connection, headers, f"search/names/{entry[2][-8:]}/0.js")
        bundle = json.loads(self._whole(connection, headers, "pagefind/entry.json"))["bundle"]
        self._named(connection, headers, f"pagefind/{bundle}/pagefind-entry.json")

    def _whole(self, connection: http.client.HTTPConnection, headers: dict[str, str], name: str) -> bytes:
        """Ask for what changes under one address: it must be that of a release shown while it was asked for."""
        first = self.done
        body = self._get(connection, headers, name)
        last = self.begun
        of = [self.manifests[number % len(self.manifests)][name] for number in range(first, last + 1)]
        if hashlib.sha256(body).hexdigest() not in of:
            self.faults.append(f"mixed: {name} is of no release from {first} to {last}")
        return body

    def _named(self, connection: http.client.HTTPConnection, headers: dict[str, str], name: str) -> None:
        """Ask for what is named by its content: it must be there, and be what the release that named it has."""
        body = self._get(connection, headers, name)
        if hashlib.sha256(body).hexdigest() not in {one[name] for one in self.manifests if name in one}:
            self.faults.append(f"mixed: {name} has other bytes")

    def _get(self, connection: http.client.HTTPConnection, headers: dict[str, str], name: str) -> bytes:
        connection.request("GET", f"/{name}", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        with self.turn:
            self.asked += 1
        if answer.status != 200:
            raise AssertionError(f"failed: {answer.status} for {name} at {self.done}")
        return gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body


@pytest.fixture(scope="module")
def eight(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, list[Path]]:
    """Eight releases made by the program, each with other pages, assets and indexes than the one before."""
    root = tmp_path_factory.mktemp("load") / "site"
    outcome = begun(root, notices(notice()), "keep: 100\ncompress: [gzip]\n").good()
    rows = [notice()]
    made = []
    for number in range(8):
        rows.append(
            notice(
                名称=f"黑河第{number}商贸有限公司", 代码=credit_code(100 + number), 文号=f"黑甲〔2026〕{100 + number}号"
            )
        )
        news = ARTICLES["content/news/a.md"] + f"这是第{number}次改动。\n"
        outcome.build(
            files={**notices(*rows), "content/news/a.md": news, "theme/css/parts/round.css": f"/* {number} */"}
        ).good()
        made.append(outcome.out.resolve())
    for one, other in itertools.pairwise(map(releases.manifest_of, made)):
        assert one["index.html"] != other["index.html"]
        assert one["search/entry.js"] != other["search/entry.js"]
        assert one["pagefind/entry.json"] != other["pagefind/entry.json"]
        assert {name for name in one if name.startswith("assets/")} != {
            name for name in other if name.startswith("assets/")
        }
    return outcome, made


@pytest.mark.parametrize(("requests", "switches"), [(20_000, 20), pytest.param(200_000, 200, marks=pytest.mark.long)])
def test_nothing_fails_and_nothing_mixes_while_releases_are_switched(
    eight: tuple[Outcome, list[Path]], tmp_path: Path, requests: int, switches: int
) -> None:
    """Of each page opened during the switches all that it loads is there, and all of it is of the release before or after."""
    outcome, made = eight

    def switch(number: int) -> None:
        releases.switch(outcome.out, made[number % len(made)], made[(number - 1) % len(made)])

    releases.switch(outcome.out, made[0])
    with nginx(outcome.root / FOLDER / "nginx.conf", tmp_path / "nginx", free_port()) as running:
        load = Load(running.port, [releases.manifest_of(release) for release in made], requests)
        load.run(switches, switch)
    assert load.faults == []
    assert load.asked >= requests
    assert load.done == switches
    log = (tmp_path / "nginx" / "error.log").read_text(encoding="utf-8")
    assert [line for line in log.splitlines() if "[notice]" not in line] == []
    assert json.loads((outcome.out / "release.json").read_bytes())["release"] == made[switches % len(made)].name
