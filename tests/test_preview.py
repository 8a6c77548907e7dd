"""The preview by its front door: the command runs, a real browser looks, files are edited; nothing public is touched."""

from __future__ import annotations

import asyncio
import datetime
import http.client
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from frontdoor import CODE, PROJECT, Files, notice, notices, program, start, table, tree, write
from playwright.sync_api import Browser, Page, expect
from test_accessibility import in_looks, looking, violations
from test_payloads import PAYLOADS, RUN, WATCH

from disclosure.preview import Bench
from disclosure.preview.desk import Desk, keep_up
from disclosure.preview.watch import watch

PATIENCE = 120_000  # milliseconds; nothing here is timed, a machine may be busy
ENTITY = f"entity/{CODE[-2:]}/{CODE}.html"


@dataclass
class Preview:
    """A preview that runs: its root, its address with a slash at the end, its process, and what it says."""

    root: Path
    address: str
    process: subprocess.Popen[str]

    @property
    def host(self) -> str:
        """The host and port."""
        return self.address.split("/")[2]

    def change(self, files: Files) -> None:
        """Change some files."""
        write(self.root, files)

    def ask(self, path: str, method: str = "GET", body: str = "", **headers: str) -> tuple[int, bytes]:
        """Ask as no browser would, and return the status and what came."""
        connection = http.client.HTTPConnection(self.host)
        connection.request(method, path, body.encode() or None, {"Host": self.host} | headers)
        answer = connection.getresponse()
        said = answer.status, answer.read()
        connection.close()
        return said


Previewer = Callable[..., Preview]


@pytest.fixture
def previewer(tmp_path: Path) -> Iterator[Previewer]:
    """A function that writes a small root and begins its preview; at the end each is interrupted as by Ctrl+C and ends at once."""
    running: list[Preview] = []

    def begin(files: Files, *arguments: str, base: str = "small") -> Preview:
        root = tmp_path / f"site-{len(running) + 1}"
        start(root, base)
        write(root, files)
        own = [sys.executable, str(PROJECT / "build.py"), "preview", "--root", str(root), "--port", "0", "--jobs", "1"]
        process = subprocess.Popen([*own, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert process.stdout
        said = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
        assert said
        running.append(Preview(root, said[0], process))
        return running[-1]

    yield begin
    for preview in running:
        preview.process.send_signal(signal.SIGINT)
        said, _ = preview.process.communicate(timeout=60)
        assert preview.process.returncode == 0, said
        assert "Traceback" not in said
        assert "预览已结束" in said
        assert not processes(preview.root), "something that was started runs on"


def processes(root: Path) -> list[str]:
    """Return the command lines of all processes that work on a root."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        found += [line] if str(root) in line and path.parent.name != str(os.getpid()) else []
    return found


def settled(page: Page) -> None:
    """Wait until the bar says that nothing is being built."""
    expect(page.locator("#state")).not_to_have_class("busy", timeout=PATIENCE)


# Tells what the bar says when a page that names the new record is there, and whatever it says then.
LISTEN = """addEventListener("load", () => {
  const state = document.getElementById("preview-tools").shadowRoot.getElementById("state");
  if (!document.body.textContent.includes("第1次")) return;
  heard(state.textContent);
  new MutationObserver(() => heard(state.textContent)).observe(state, { childList: true });
});"""


def rows(count: int) -> dict[str, str]:
    """Return a file whose one record says a number."""
    return notices(notice(说明=f"第{count}次"))


def test_every_quick_edit_ends_on_screen(previewer: Previewer, page: Page) -> None:
    """Thirty edits, faster than builds: all of them are seen in the end, and no page is loaded again for nothing."""
    preview = previewer(rows(0))
    page.goto(preview.address + ENTITY)
    records, loads = page.locator("article.record"), list[str]()
    expect(records).to_have_count(1, timeout=PATIENCE)
    settled(page)
    page.on("load", lambda loaded: loads.append(loaded.url))
    for number in range(1, 31):
        preview.change(
            {f"data/notice/{number}.csv": table([notice(文号=f"黑甲〔2026〕{number + 1}号", 说明=f"第{number}次")])}
        )
        page.wait_for_timeout(100)
    expect(records).to_have_count(31, timeout=PATIENCE)
    settled(page)
    said = " ".join(records.all_text_contents())
    assert [number for number in range(31) if f"第{number}次" not in said] == []
    assert 1 <= len(loads) <= 30
    loads.clear()
    preview.change({"data/notice/30.csv": (preview.root / "data/notice/30.csv").read_bytes()})  # built, nothing new
    preview.change({"data/notice/29.csv": None})
    expect(records).to_have_count(30, timeout=PATIENCE)
    settled(page)
    assert 1 <= len(loads) <= 4  # at first sight and when it is drawn anew, by one build or two


BUILD = """
import pathlib, sys, time
root, work = map(pathlib.Path, sys.argv[1:])
with (work / "seen").open("a") as seen:
    seen.write((root / "data/a.txt").read_text())
while not (work / "go").exists():
    time.sleep(0.01)
"""


def test_what_changes_while_a_build_runs_is_built_after_it(tmp_path: Path) -> None:
    """The build has read everything and does not end before the change is known."""
    root, work = tmp_path / "root", tmp_path / "work"
    work.mkdir()
    write(root, {"data/a.txt": "0"})
    command = (sys.executable, "-c", BUILD, str(root), str(work))

    async def scene() -> str:
        desk = Desk(Bench(root, work, command, (), lambda *given: None, datetime.date(2026, 11, 22)))
        tells: list[bool] = []

        def tell(names: set[str]) -> None:
            tells.append(True)
            desk.hear(names)

        tasks = [asyncio.create_task(watch(root, tell)), asyncio.create_task(keep_up(desk))]
        try:
            async with asyncio.timeout(PATIENCE / 4000):
                while not (work / "seen").exists() or (work / "seen").read_text() != "0":
                    await asyncio.sleep(0.01)
                before = len(tells)
                write(root, {"data/a.txt": "1"})
                while len(tells) == before:
                    await asyncio.sleep(0.01)
                (work / "go").touch()
                while not (work / "seen").read_text().endswith("1"):
                    await asyncio.sleep(0.01)
            return (work / "seen").read_text()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await desk.stop()

    with ThreadPoolExecutor(1) as apart:  # this thread may have a loop of its own, a browser's
        assert apart.submit(asyncio.run, scene()).result() == "01"


def test_a_fault_is_shown_over_the_last_good_page_and_gone_when_it_is_mended(previewer: Previewer, page: Page) -> None:
    preview = previewer(rows(0))
    page.goto(preview.address + ENTITY)
    record, overlay = page.locator("article.record").first, page.locator(".overlay")
    expect(record).to_contain_text("第0次", timeout=PATIENCE)
    expect(overlay).to_have_count(0)
    for number in range(1, 3):
        preview.change(
            notices(notice(说明=f"第{number}次", 日期="2026-02-30"), notice(文号="黑甲〔2026〕2号", 金额="一些"))
        )
        expect(overlay).to_be_visible(timeout=PATIENCE)
        expect(record).to_contain_text(f"第{number - 1}次")
        for told in (
            "2 处错误，页面还是上一次好的样子", "「2026-02-30」不是日期", "data/notice/2026.csv:2:", "第 2 行", "第 3 行",
            "data/notice/register.yaml", "写成 年-月-日", "「一些」",
        ):  # fmt: skip
            expect(overlay).to_contain_text(told)
        assert overlay.locator("mark").all_inner_texts() == ["2026-02-30", "一些"]
        preview.change(rows(number))
        expect(record).to_contain_text(f"第{number}次", timeout=PATIENCE)
        expect(overlay).to_have_count(0)
        settled(page)  # a first sight alone is not yet what stands when there is a fault


def test_a_site_that_never_was_good_has_its_faults_on_a_page_of_their_own(previewer: Previewer, page: Page) -> None:
    preview = previewer(notices(notice(日期="昨天")))
    page.goto(preview.address)
    expect(page.locator(".overlay")).to_contain_text("「昨天」", timeout=PATIENCE)
    expect(page.locator("h1")).to_have_text("预览")
    preview.change({"site.yaml": "name: [\n"})
    expect(page.locator(".overlay")).to_contain_text("site.yaml", timeout=PATIENCE)
    preview.change({"site.yaml": (PROJECT / "tests/sites/small/site.yaml").read_text(encoding="utf-8")} | rows(1))
    expect(page.locator("h1")).to_contain_text("查询", timeout=PATIENCE)


def test_what_is_not_there_at_first_is_watched_when_it_comes(previewer: Previewer, page: Page) -> None:
    preview = previewer(rows(0))
    page.goto(preview.address + "news/a.html")
    expect(page.locator("#state")).to_have_text("已是最新", timeout=PATIENCE)
    article = "---\ntitle: 第{}篇\ndate: 2026-11-01\nsource: 示例\n---\n正文\n"
    preview.change({"content/news/index.md": "---\ntitle: 动态\n---\n", "content/news/a.md": article.format("一")})
    expect(page.locator("h1")).to_have_text("第一篇", timeout=PATIENCE)
    (preview.root / "content").rename(preview.root / "content.old")  # as some editors and rsync do
    preview.change({"content/news/index.md": "---\ntitle: 动态\n---\n", "content/news/a.md": article.format("二")})
    expect(page.locator("h1")).to_have_text("第二篇", timeout=PATIENCE)
    preview.change({"content/news/a.md": article.format("三")})
    expect(page.locator("h1")).to_have_text("第三篇", timeout=PATIENCE)
    preview.change({"theme/templates/parts/seal.html": "{{ nothing_of_the_kind }}"})
    expect(page.locator(".overlay")).to_contain_text("theme/templates/parts/seal.html", timeout=PATIENCE)
    page.locator("#sources").check()
    expect(page.locator("#page-source")).to_have_text("content/news/a.md")


def test_the_site_of_another_day(previewer: Previewer, page: Page) -> None:
    """A day is chosen and left again in the bar; the release that is public stands as it stood, in every byte, and so does history."""
    preview = previewer(notices(notice(), notice(文号="黑甲〔2026〕2号", 截止="2026-12-31")))
    assert program("build", "--root", str(preview.root), "--jobs", "1").returncode == 0
    public, kept = tree(preview.root / "public"), tree(preview.root / "state")
    page.goto(preview.address + ENTITY)
    records = page.locator("article.record")
    expect(records).to_have_count(2, timeout=PATIENCE)
    settled(page)
    page.locator("input[type=date]").fill("2027-01-01")
    page.get_by_role("button", name="看这一天").click()
    expect(records).to_have_count(1, timeout=PATIENCE)
    assert page.url == preview.address + ENTITY
    expect(page.locator("input[type=date]")).to_have_value("2027-01-01")
    page.get_by_role("button", name="回到 2026-11-22").click()
    expect(records).to_have_count(2, timeout=PATIENCE)
    assert tree(preview.root / "public") == public
    assert tree(preview.root / "state") == kept


def test_every_fact_says_on_demand_which_row_it_is_from(previewer: Previewer, page: Page) -> None:
    declaration = (PROJECT / "tests/sites/small/data/notice/register.yaml").read_text(encoding="utf-8")
    preview = previewer(
        notices(notice(文号="黑甲〔2026〕7号"), notice())
        | {"data/notice/register.yaml": declaration + "head: [类别]\n"}
    )
    page.goto(preview.address + ENTITY)
    expect(page.locator("article.record")).to_have_count(2, timeout=PATIENCE)
    expect(page.locator(".preview-from")).to_have_count(0)
    page.locator("#sources").check()
    record = page.locator("article.record", has_text="黑甲〔2026〕7号")
    expect(record.locator("header .preview-from")).to_have_text("data/notice/2026.csv 第 2 行")
    facts = record.locator("dl.facts dd")
    froms = [from_ for fact in facts.all() for from_ in fact.locator(".preview-from").all_inner_texts()]
    assert len(froms) == facts.count()
    assert "notice/2026.csv:2「机关」" in froms
    heads = page.locator(".entity-head dl > div", has=page.locator(".preview-from")).locator("dt").all_inner_texts()
    assert heads == ["统一社会信用代码", "类别"]  # the day of the newest record is from no one row
    page.goto(preview.address + "list/notice/index.html")  # it stays on
    expect(page.locator("tbody .preview-from")).to_have_count(2)
    page.locator("#sources").uncheck()
    expect(page.locator(".preview-from")).to_have_count(0)


def test_pages_are_those_of_the_release_to_come(previewer: Previewer, page: Page) -> None:
    """Drawn when it is asked for, each page is the release's in every byte but for what the preview lays over it; other files too,
    and the search finds. Nothing of the preview is in the release."""
    preview = previewer(rows(0) | {"content/news/index.md": "---\ntitle: 动态\n---\n"})
    page.goto(preview.address)
    settled(page)
    assert program("build", "--root", str(preview.root), "--jobs", "1").returncode == 0
    public = tree(preview.root / "public", {"release.json", "manifest.json"})
    told = [name for name in public if name.startswith(("changes/", "data/_all/", "search/entry", "pagefind/"))]
    differ = []
    for name in public.keys() - set(told):
        status, data = preview.ask(f"/{quote(name)}")
        at = data.find(b'<link rel="stylesheet" href="/_preview/page.css">')
        plain = data[:at] + data[data.rfind(b"</body>") :] if name.endswith(".html") else data
        differ += [name] if (status, plain) != (200, public[name]) else []
    assert differ == []
    assert preview.ask("/list/notice")[0] == 302
    assert preview.ask("/nothing.html")[0] == 404
    page.goto(preview.address + "search.html?q=甲乙商贸")
    expect(page.locator("#results a").first).to_contain_text("黑河甲乙商贸有限公司", timeout=PATIENCE)
    for folder in (preview.root / "public", preview.root / ".cache" / "preview" / "public"):
        assert not any(b"preview" in data for name, data in tree(folder).items() if name.endswith(".html"))


def test_a_page_is_drawn_before_the_release_is_whole(previewer: Previewer, page: Page) -> None:
    """It is there while search and audit are still to come; they come after, without the page being loaded again."""
    preview = previewer(rows(0))
    page.goto(preview.address + ENTITY)
    settled(page)
    said: list[str] = []
    page.expose_function("heard", lambda text: said.append(text))
    page.add_init_script(LISTEN)
    preview.change(rows(1))
    expect(page.locator("article.record").first).to_contain_text("第1次", timeout=PATIENCE)
    settled(page)
    assert said[0] != "已是最新", "the page came when all was done"
    assert said[-1] == "已是最新"


def test_only_this_machine_is_answered_and_only_our_own_pages_change_anything(previewer: Previewer) -> None:
    preview = previewer(rows(0))
    port = preview.host.partition(":")[2]
    for path in ("/", "/index.html", "/livereload.js", "/_preview/tools.js", "/livereload"):
        for foreign in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", f"192.0.2.1:{port}"):
            assert preview.ask(path, Host=foreign)[0] == 403, (path, foreign)
    assert preview.ask("/", Host=f"localhost:{port}")[0] == 200
    for origin in ({}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"}):
        assert preview.ask("/_preview/as-of", "POST", "day=2020-01-01", **origin)[0] == 403
    asking = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}  # fmt: skip
    assert preview.ask("/livereload", Origin="http://evil.example", **asking)[0] == 403
    assert preview.ask("/_preview/../../../build.py")[0] == 404
    for path in ("/../../site.yaml", "/..%2f..%2fsite.yaml", "/%00", "/_preview/..%2fdesk.py"):
        assert "示例" not in preview.ask(path)[1].decode(errors="replace").replace("信用示例", ""), path
    addresses = subprocess.run(["ss", "-ltnH"], capture_output=True, text=True, check=False).stdout
    assert [line.split()[3] for line in addresses.splitlines() if f":{port} " in line] in ([preview.host], [])


def test_no_script_of_the_data_runs_in_what_the_preview_draws(previewer: Previewer, page: Page) -> None:
    """Payloads in places that faults quote: in the excerpt, in what is said, in a file's name and a column's title."""
    spoilt = [notice(文号=f"黑甲〔2026〕{at}号", 日期=payload) for at, payload in enumerate(PAYLOADS)]
    files = notices(*spoilt) | {"data/notice/<img src=x onerror=alert(1)>.csv": "名称,<svg onload=alert(1)>\n甲,乙\n"}
    preview = previewer(files)
    page.add_init_script(WATCH)
    page.goto(preview.address)
    expect(page.locator(".overlay li").nth(len(spoilt))).to_be_visible(timeout=PATIENCE)
    assert page.locator(".overlay").inner_text().count(RUN) >= len(PAYLOADS)
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") == []


@in_looks
def test_axe_finds_nothing_in_bar_and_overlay(
    previewer: Previewer, browser: Browser, looks: list[tuple[int, str]]
) -> None:
    preview, found = previewer(rows(0)), dict[str, dict[str, str]]()
    for faulty in (False, True):
        if faulty:
            preview.change(notices(notice(日期="2026-02-30")))
        for width, look in looks:
            context = looking(browser, width, look)
            page = context.new_page()
            page.goto(preview.address + ENTITY)
            if faulty:
                expect(page.locator(".overlay")).to_be_visible(timeout=PATIENCE)
            settled(page)
            if not faulty:
                page.locator("#sources").check()
                expect(page.locator(".preview-from").first).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            found |= {f"{width} {look} {faulty}": wrong} if (wrong := judged(page)) else {}
            context.close()
    assert found == {}


def judged(page: Page) -> dict[str, str]:
    """Return what axe finds: the rule and the first element."""
    return {each["id"]: each["nodes"][0]["html"][:200] for each in violations(page)}


def test_one_preview_at_a_time_and_a_port_that_is_taken(previewer: Previewer) -> None:
    preview = previewer(rows(0))
    again = program("preview", "--root", str(preview.root), "--port", "0")
    assert again.returncode == 1
    assert "这里已经开着一个预览" in again.stderr
    other = preview.root.parent / "other"
    start(other, "small")
    own = [sys.executable, str(PROJECT / "build.py"), "preview", "--root", str(other)]
    port = preview.host.partition(":")[2]
    taken = subprocess.run([*own, "--port", port], capture_output=True, text=True, check=False, timeout=60)
    assert taken.returncode == 1
    assert "端口已被别的程序占用" in taken.stderr
    assert "--port" in taken.stderr


def test_once_builds_as_a_release_would_be_and_publishes_nothing(tmp_path: Path) -> None:
    root = tmp_path / "root"
    start(root, "small")
    write(root, rows(0))
    done = program("preview", "--once", "--root", str(root), "--jobs", "1")
    assert done.returncode == 0, done.stderr
    assert "没有发布任何内容" in done.stdout
    assert {path.name for path in root.iterdir()} == {"site.yaml", "data", ".cache"}
    write(root, notices(notice(日期=str(datetime.date(2026, 5, 6)) + "x")))
    done = program("preview", "--once", "--root", str(root), "--jobs", "1")
    assert done.returncode == 1
    assert "refused-value" in done.stderr


def test_what_was_read_is_not_read_again_after_a_build_that_did_not_end(tmp_path: Path) -> None:
    """Files are numbered as they are read: one that came later has a later number, though it is first by name."""
    root, fault = tmp_path / "root", "theme/templates/parts/seal.html"
    start(root, "small")
    write(root, rows(0) | {"data/notice/b.csv": table([notice(文号="黑甲〔2026〕2号")]), fault: "{{ nothing }}"})
    assert program("preview", "--once", "--root", str(root), "--jobs", "1").returncode == 1
    write(root, {"data/notice/0.csv": table([notice(文号="黑甲〔2026〕3号")]), fault: None})
    done = program("preview", "--once", "--root", str(root), "--jobs", "1")
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(root / ".cache/preview/.cache/store.sqlite")) as read:
        files = [Path(path).name for (path,) in read.execute("SELECT path FROM file ORDER BY id")]
    assert files == ["2026.csv", "b.csv", "0.csv"]


def test_what_is_taken_down_is_in_no_preview(tmp_path: Path) -> None:
    root = tmp_path / "root"
    start(root, "small")
    write(root, notices(notice(), notice(文号="黑甲〔2026〕2号", 说明="留着的")))
    for verb in (("build",), ("preview", "--once")):
        assert program(*verb, "--root", str(root), "--jobs", "1").returncode == 0
    asked = ("黑甲〔2026〕1号", "--reason", "依申请撤下", "--by", "甲")
    done = program("take-down", *asked, "--root", str(root), "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (root / ".cache" / "preview").exists()


def test_what_is_withdrawn_and_not_yet_released_is_gone_in_every_preview(tmp_path: Path) -> None:
    root, events = tmp_path / "root", "data/events/2026.csv"
    start(root, "small")
    write(root, notices(notice(), notice(文号="黑甲〔2026〕2号", 说明="留着的")))
    nothing = "事件类型,文书号,日期,原因\n"
    withdrawn = f"{nothing}撤下,黑甲〔2026〕1号,2026-11-21,依申请撤下\n"

    def shown(text: str, *command: str, work: str = ".cache/preview/") -> bool:
        write(root, {events: text})
        done = program(*command, "--root", str(root), "--jobs", "1")
        assert done.returncode == 0, done.stderr
        with closing(sqlite3.connect(root / work / ".cache" / "store.sqlite")) as store:
            kept = "黑甲〔2026〕1号" in str(store.execute("SELECT vals FROM row").fetchall())
        assert ("黑甲〔2026〕1号" in (root / work / "public" / ENTITY).read_text(encoding="utf-8")) == kept
        return kept

    once = ("preview", "--once")
    assert shown(nothing, "build", work="")
    assert [shown(text, *once) for text in (withdrawn, withdrawn, nothing, withdrawn)] == [False, False, True, False]
    assert not shown(withdrawn, "build", work="")
    assert [shown(withdrawn, *once) for _ in range(2)] == [False, False]
    for path in sorted((root / ".cache" / "preview" / "ready").glob("*.sqlite")):  # once released it is not read again
        with closing(sqlite3.connect(path)) as store:
            assert "黑甲〔2026〕1号" not in str(store.execute("SELECT vals FROM row").fetchall())


OBJECTION = "事件类型,名录,文书号,日期,原因\n异议提出,通知,黑甲〔2026〕1号,2026-10-01,金额有误\n"
COLUMN = {"content/news/index.md": "---\ntitle: 空着的栏目\n---\n"}


def standing(previewer: Previewer, page: Page, **changed: str) -> Preview:
    """Begin a site of which one release is out, and change it; open the staff's start page when that is built."""
    settings = (PROJECT / "tests/sites/small/site.yaml").read_text(encoding="utf-8") + "faults: set-aside\n"
    kept, ending = notice(**changed), notice(文号="黑甲〔2026〕2号", 截止="2026-12-01", **changed)
    files = notices(kept, ending, notice(文号="黑甲〔2026〕3号")) | COLUMN | {"site.yaml": settings}
    files["data/departments.yaml"] = (
        "- {name: 黑河市甲局, district: '231100'}\n- {name: 黑河市乙局, district: '231100'}\n"
    )
    preview = previewer(files)
    assert program("build", "--root", str(preview.root), "--jobs", "1").returncode == 0
    preview.change(
        notices(
            kept, ending, notice(文号="黑甲〔2026〕4号", 机关="黑河市乙局"), notice(文号="黑甲〔2026〕5号", 日期="昨天")
        )
        | {"data/events/2026.csv": OBJECTION}
    )
    page.goto(preview.address + "_start")
    expect(page.locator("#change tfoot")).to_have_text(re.compile(r"合计\s*1\s*0"), timeout=PATIENCE)
    settled(page)
    return preview


def test_the_start_page_tells_how_things_stand(previewer: Previewer, page: Page) -> None:
    preview = standing(previewer, page)
    tiles = [re.sub(r"\s+", " ", text).strip() for text in page.locator(".tiles li").all_text_contents()]
    assert tiles == [
        "0 错误", "2 下一版的变化", "1 30 天内到最后一天", "1 逾期没有处理的异议", "0 逾期没有办结的事项", "0 逾期没有反馈的问卷",
        "2 空白、不更新的栏目",
    ]  # fmt: skip
    expect(page.locator("#change")).to_contain_text("不再公示 1 条：文件中已无 1 条")
    expect(page.locator("#ending tbody")).to_contain_text("2026年12月1日")
    expect(page.locator("#waiting tbody")).to_contain_text("2026-10-01 提出的异议还没有处理")
    expect(page.locator("#columns")).to_contain_text("空着的栏目")
    told = [re.sub(r"\s+", " ", row).strip() for row in page.locator("#received tbody tr").all_text_contents()]
    assert [row.split()[1:] for row in map(str.strip, page.locator("#received tbody tr").all_inner_texts())] == [
        ["3", "2", "0", "1"], ["1", "1", "0", "0"],
    ], told  # fmt: skip
    expect(page.locator("#notices")).to_contain_text("1 处")
    with page.expect_navigation():
        page.locator("#ending a").click()
    assert "/search.html?q=" in page.url
    page.goto(preview.address)
    with page.expect_navigation():
        page.get_by_role("link", name="工作台").click()
    with page.expect_navigation(timeout=PATIENCE):
        page.get_by_role("button", name="写出各部门的答复").click()
    with page.expect_navigation():
        page.get_by_role("link", name="打开各部门的答复").click()
    with page.expect_navigation():
        page.get_by_role("link", name="黑河市甲局").click()
    expect(page.locator("main")).to_contain_text("「昨天」不是日期")
    assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none", "its own style is let through"
    assert preview.ask("/_reports/.written")[0] == 404
    assert preview.ask("/_reports/..%2faccepted.sqlite")[0] == 404
    assert not list((preview.root / "public").rglob("_start*"))


def test_the_start_page_has_the_faults_too(previewer: Previewer, page: Page) -> None:
    preview = previewer(notices(notice(日期="昨天")))
    page.goto(preview.address + "_start")
    expect(page.locator("#faults mark")).to_have_text("昨天", timeout=PATIENCE)
    preview.change(rows(1))
    expect(page.locator("#faults")).to_contain_text("没有错误", timeout=PATIENCE)
    expect(page.locator("#change")).to_contain_text("第一次发布，1 条都是新的")


def test_the_start_page_suits_everyone_and_runs_no_script_of_the_data(previewer: Previewer, page: Page) -> None:
    page.add_init_script(WATCH)
    standing(previewer, page, 名称=f"<img src=x onerror={RUN}>公司", 代码="")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.reload()
        expect(page.locator("#ending tbody")).to_contain_text("<img src=x")
        assert page.evaluate("window.ran") == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert judged(page) == {}
