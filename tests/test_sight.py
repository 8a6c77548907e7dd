"""A first sight of changed files: each page that it shows is the one that the build then draws, and what it cannot tell it leaves."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Coroutine, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from frontdoor import CODE, PROJECT, Files, credit_code, notice, program, start, table, write
from playwright.sync_api import Page, expect
from test_preview import ENTITY, PATIENCE, settled
from test_refers import FILES, row

import build
from disclosure.preview import Bench
from disclosure.preview.desk import Desk, keep_up
from disclosure.preview.serve import serve
from disclosure.preview.sight import NOTHING, Glance, Sight
from disclosure.preview.watch import watch
from disclosure.reread import ROWS
from disclosure.site import load_site

T = TypeVar("T")
Changes = dict[str, str | bytes | None]
# A build that begins when it may.
HELD = """
import pathlib, subprocess, sys, time
while pathlib.Path(sys.argv[1]).exists():
    time.sleep(0.01)
sys.exit(subprocess.call(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
"""


class Scene:
    """A root and the desk of its preview, in a loop of their own."""

    def __init__(self, root: Path, files: Files, glance: Glance | None = None) -> None:
        self.root, self.held = root, root / "held"
        start(root, "small")
        write(root, files)
        work = root / ".cache" / "preview"
        work.mkdir(parents=True)
        once = (str(PROJECT / "build.py"), "preview", "--once", "--root", str(root), "--jobs", "1")
        command = (sys.executable, "-c", HELD, str(self.held), sys.executable, *once)
        day = build.on_day(load_site(root)[0], None)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.tasks: list[asyncio.Task[None]] = []
        self.desk = self.run(self._begin(Bench(root, work, command, (), glance or partial(build.glance, root), day)))

    async def _begin(self, bench: Bench) -> Desk:
        return Desk(bench)

    async def serve(self) -> str:
        """Keep up with every change from now on, and return the address where it is seen."""
        works = (watch(self.root, self.desk.hear), keep_up(self.desk))
        self.tasks = [asyncio.create_task(work) for work in works]
        return serve(self.desk, 0)[1]

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run something in the loop and return what it gave."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    def build(self) -> None:
        """Build, as the desk does when something changed."""
        self.desk.changed.clear()
        self.run(self.desk.build())

    def release(self) -> None:
        """Release the site: from then on it is known what was taken down."""
        assert program("build", "--root", str(self.root), "--jobs", "1").returncode == 0

    def look(self, files: Files) -> Sight:
        """Change files and return the first sight of them."""
        write(self.root, files)
        self.desk.hear({*files})
        self.run(self.desk.look())
        return self.desk.sight

    def draw(self, address: str) -> str:
        """Return a page as it is shown, "" where there is none."""
        drawn = self.run(self.desk.draw(address))
        assert not drawn or not drawn[1]
        return drawn[0].decode() if drawn else ""

    def end(self) -> None:
        """End it all."""
        self.run(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    async def _end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.desk.stop()


Scenes = list[Scene]


@pytest.fixture
def scenes() -> Iterator[Scenes]:
    """What is put here is ended."""
    running: Scenes = []
    yield running
    for scene in running:
        scene.end()


OTHER = credit_code(7)
AT_OTHER = f"entity/{OTHER[-2:]}/{OTHER}.html"
UNCODED = {"名称": "北安市丙丁农资店", "代码": "", "机关": "黑河市甲局"}
FIRST = notice(文号="黑甲〔2026〕1号")
SECOND = notice(文号="黑甲〔2026〕2号", 说明="第二份")
THIRD = notice(文号="黑甲〔2026〕3号", **UNCODED)
FOURTH = notice(文号="黑甲〔2026〕4号", 名称="黑河戊己科技有限公司", 代码=OTHER)
FIFTH = notice(文号="黑甲〔2026〕5号", 说明="第五份")
ALL = [FIRST, SECOND, THIRD, FOURTH]
EVENTS: Changes = {
    "data/events/2026.csv": "事件类型,名录,文书号,机关,相对人,统一社会信用代码,决定文书号,日期,原因,新名称,新代码\n"
    f"异议提出,通知,黑甲〔2026〕2号,黑河市甲局,,{CODE},,2026-11-20,金额有误,,\n"
    f"撤下,通知,黑甲〔2026〕8号,黑河市甲局,,{CODE},,2026-11-20,不该公开,,\n"
}
TAKEN_DOWN = notice(文号="黑甲〔2026〕8号", 说明="撤下的内容")


def sent(*rows: dict[str, str]) -> Changes:
    """Return the one file, with a row that was taken down."""
    return {"data/notice/2026.csv": table([TAKEN_DOWN, *rows])}


def checks(*items: str) -> Changes:
    """Return the file of checks, each of an item."""
    return {"data/checks/2026.csv": table(row(f"J{at}", item) for at, item in enumerate(items, 1))}


# Each step: what is changed, where it must be seen at once, and words that must be there and not.
STEPS: dict[str, tuple[Changes, str, str, str]] = {
    "a value": (sent(FIRST | {"说明": "改过一次"}, *ALL[1:]), ENTITY, "改过一次", "说明文字"),
    "a row more": (sent(*ALL, FIFTH), ENTITY, "第五份", "改过一次"),
    "one of a new entity": (
        sent(*ALL, notice(文号="黑甲〔2026〕6号", 名称="黑河新来有限公司", 代码=credit_code(9))),
        f"entity/{credit_code(9)[-2:]}/{credit_code(9)}.html",
        "黑河新来有限公司",
        "第五份",
    ),
    "a row less": (sent(*ALL[1:]), ENTITY, "黑甲〔2026〕2号", "黑甲〔2026〕1号"),
    "another order, and nothing else": (sent(*reversed(ALL)), "", "", ""),
    "a day that ends it": (
        sent(FIRST | {"截止": "2026-10-01"}, *ALL[1:]),
        ENTITY,
        "黑甲〔2026〕2号",
        "黑甲〔2026〕1号",
    ),
    "the last of an entity": (sent(*ALL[:3]), AT_OTHER, "", "戊己"),
    "a code where there was none": (
        sent(FIRST, SECOND, THIRD | {"代码": OTHER}, FOURTH),
        AT_OTHER,
        "黑甲〔2026〕3号",
        "黑甲〔2026〕1号",
    ),
    "a name that leads to another": (
        sent(FIRST, SECOND, THIRD | {"名称": FIRST["名称"]}),
        ENTITY,
        "黑甲〔2026〕3号",
        "",
    ),
    "one sent twice": (sent(*ALL, SECOND), ENTITY, "异议中", ""),
    "a second file": (
        {"data/notice/more.csv": table([notice(文号="黑甲〔2026〕7号", 说明="另一个文件")])},
        ENTITY,
        "另一个文件",
        "撤下的内容",
    ),
    "that file taken away": ({"data/notice/more.csv": None}, ENTITY, "黑甲〔2026〕2号", "另一个文件"),
    "another reference": (checks("A2", "A1"), ENTITY, "J1", "J3"),
    "one that is not open to the public": (
        {"data/checks/2026.csv": table([row("J1", "A2", "不可公开", "绝密的结果"), row("J2", "A1")])},
        ENTITY,
        "J2",
        "绝密的结果",
    ),
}


def test_every_page_at_first_sight_is_the_one_that_is_drawn_when_all_was_judged(tmp_path: Path, scenes: Scenes) -> None:
    scene = Scene(tmp_path / "site", {**FILES} | sent(*ALL) | checks("A1", "A1", "A2") | EVENTS)
    scenes.append(scene)
    assert (
        program("build", "--root", str(scene.root), "--jobs", "1").returncode == 0
    )  # from here on it is kept what was taken down
    scene.build()
    assert (scene.desk.stage, scene.desk.found.faults) == ("done", [])
    for step, (files, at, there, gone) in STEPS.items():
        sight = scene.look(files)
        assert not sight.faults, step
        assert not at or at in sight.addresses, step
        seen = {address: scene.draw(address) for address in sorted(sight.addresses)}
        assert there in seen.get(at, ""), step
        assert not gone or gone not in "".join(seen.values()), step
        before = scene.draw("list/notice/index.html")
        scene.build()
        assert scene.desk.found.built, step
        assert scene.desk.sight == NOTHING, step
        assert {address: scene.draw(address) for address in seen} == seen, step
        assert before, step
    assert len(list((scene.root / ".cache/preview/sight").glob("*"))) == 0


def test_a_fault_is_seen_at_once_and_gone_when_it_is_mended(tmp_path: Path, scenes: Scenes) -> None:
    scene = Scene(tmp_path / "site", sent(*ALL))
    scenes.append(scene)
    scene.build()
    good = scene.draw(ENTITY)
    sight = scene.look(sent(FIRST | {"说明": "改过", "日期": "2026-02-30"}, *ALL[1:]))
    assert [fault.name for fault in sight.faults] == ["refused-value"]
    assert scene.draw(ENTITY) == good, "what has a fault is not shown"
    scene.build()
    assert scene.desk.faults == scene.desk.found.faults == list(sight.faults)
    scene.look(sent(FIRST | {"说明": "改过", "日期": "2026-05-07"}, *ALL[1:]))
    assert scene.desk.faults == []
    assert "改过" in scene.draw(ENTITY)
    scene.look(sent(*ALL))
    assert (scene.desk.faults, scene.draw(ENTITY)) == ([], good)


def test_what_only_a_build_can_tell_is_left_to_it(
    tmp_path: Path, scenes: Scenes, capfd: pytest.CaptureFixture[str]
) -> None:
    """A declaration, an event, a file of another sort, too many rows; what goes wrong is said and harms nothing."""
    scene = Scene(tmp_path / "site", sent(*ALL) | EVENTS)
    scenes.append(scene)
    scene.release()
    scene.build()
    page = scene.draw(ENTITY)
    declaration = (scene.root / "data/notice/register.yaml").read_text(encoding="utf-8")
    unseen: list[Changes] = [
        {"data/notice/register.yaml": declaration.replace("badge: 通知", "badge: 告知")},
        {"data/events/2026.csv": str(EVENTS["data/events/2026.csv"]).replace("金额有误", "日期有误")},
        sent(*(notice(文号=f"黑甲〔2026〕{number}号") for number in range(10, 12 + ROWS))),
        sent(FIRST, SECOND | {"文号": "黑甲〔2026〕22号"}, THIRD),  # the event fits no row any more
    ]
    for files in unseen:
        assert scene.look(sent(FIRST | {"说明": "改过"}, SECOND) | files) == NOTHING, [*files]
        assert scene.draw(ENTITY) == page
        scene.look(sent(*ALL) | EVENTS | {"data/notice/register.yaml": declaration})
        scene.build()
        assert scene.desk.found.built, [*files]
        page = scene.draw(ENTITY)
    assert capfd.readouterr().err == ""

    def broken(*given: object) -> Sight:
        raise ValueError("broken")

    failing = Scene(tmp_path / "failing", sent(*ALL), broken)
    scenes.append(failing)
    failing.build()
    assert failing.look(sent(FIRST)) == NOTHING
    assert "broken" in capfd.readouterr().err
    failing.build()
    assert "黑甲〔2026〕2号" not in failing.draw(ENTITY)


def test_an_open_page_says_that_it_is_a_first_sight_and_others_stay(tmp_path: Path, scenes: Scenes, page: Page) -> None:
    """The build is held back: what is seen meanwhile is the first sight."""
    scene = Scene(tmp_path / "site", sent(*ALL))
    scenes.append(scene)

    address = scene.run(scene.serve())
    other = page.context.new_page()
    for each, at in ((page, ENTITY), (other, AT_OTHER)):
        each.goto(address + at)
        expect(each.locator("article.record").first).to_be_visible(timeout=PATIENCE)
        settled(each)
    loads: list[str] = []
    other.on("load", lambda loaded: loads.append(loaded.url))
    scene.held.touch()
    write(scene.root, sent(FIRST | {"说明": "改过一次"}, *ALL[1:]))
    expect(page.locator("article.record", has_text="改过一次")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#state")).to_have_text("这一页先看改动，其余还在核对……")
    expect(other.locator("#state")).to_have_text("正在生成……")
    page.locator("#sources").check()
    expect(page.locator(".preview-from").first).to_contain_text("data/notice/2026.csv")
    write(scene.root, sent(FIRST | {"说明": "改过两次"}, *ALL[1:]))
    expect(page.locator("article.record", has_text="改过两次")).to_be_visible(timeout=PATIENCE)
    assert loads == []
    scene.held.unlink()
    expect(page.locator("#state")).to_have_text("已是最新", timeout=PATIENCE)
    expect(page.locator("article.record", has_text="改过两次")).to_be_visible()
