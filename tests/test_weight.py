"""A page is light, hardly moves (a shift under 0.1 counts as good) and asks nobody else; on paper the page of an entity is a report."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy
import pytest
import zxingcpp
from conftest import demo_pages
from playwright.sync_api import Browser, Page, Route
from selectolax.lexbor import LexborHTMLParser

LIMIT = 30 * 1024
SHIFTS = """new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifted = (window.shifted || 0) + one.value; })
.observe({ type: "layout-shift", buffered: true });"""

# `void`, since what evaluates to a function is called.
PRINT = "void (window.print = () => { dispatchEvent(new Event('beforeprint')); window.printed = true; })"


def scanned(path: str) -> str:
    """Return what a reader of codes reads in the dark squares of a drawing, eight points each, with the white edge."""
    squares = [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path)]
    wide = max(max(square) for square in squares) + 9
    picture = numpy.full((wide, wide), 255, numpy.uint8)
    for x, y in squares:
        picture[y + 4, x + 4] = 0
    (read,) = zxingcpp.read_barcodes(picture.repeat(8, 0).repeat(8, 1))
    return read.text


def beyond_data(html: str) -> int:
    """Return how many bytes of a page are not its data: what it says of its entity, and the registers' titles that forms ask for."""
    page = LexborHTMLParser(html)
    said = [node.text() for node in page.css("main h1, main dd, .report > p, .crumbs [aria-current]")]
    said += [node.html or "" for node in page.css('title, meta[name], script[type="application/ld+json"]')]
    said += [node.attributes[name] or "" for name in ("data-asked", "data-url") for node in page.css(f"[{name}]")]
    return len(html.encode()) - sum(len(text.encode()) for text in said)


def test_the_page_of_an_entity_is_light(demo_site: Path, demo_address: str, page: Page) -> None:
    """All that a visit loads, uncompressed, is 30 KB at most beyond its data."""
    address = demo_pages(demo_site)["entity without records"]
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.removeprefix(demo_address)))
    page.goto(demo_address + address)
    page.wait_for_load_state("networkidle")
    assert loaded[0] == address
    assets = [name for name in loaded[1:] if not name.startswith("data:")]
    assert {name.partition(".")[0] for name in assets} == {"assets/choices", "assets/site", "assets/entity"}
    weight = sum((demo_site / name).stat().st_size for name in assets)
    assert weight + beyond_data((demo_site / address).read_text(encoding="utf-8")) <= LIMIT


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.long)])
def test_no_page_moves_or_asks_another_host(demo_site: Path, demo_address: str, browser: Browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_init_script(SHIFTS + "localStorage.setItem('text', 'large');")
    page, abroad, moved = context.new_page(), list[str](), dict[str, float]()
    page.on("request", lambda request: abroad.append(request.url))
    for kind, address in demo_pages(demo_site).items():
        page.goto(demo_address + address)
        page.wait_for_load_state("networkidle")
        if (shift := page.evaluate("window.shifted || 0")) > 0.05:
            moved[kind] = shift
    context.close()
    assert [url for url in abroad if not url.startswith((demo_address, "data:"))] == []
    assert moved == {}


@pytest.mark.parametrize("kind", ["entity without records", "entity", "entity with many records"])
def test_the_page_of_an_entity_is_a_report_on_paper(demo_site: Path, address: str, page: Page, kind: str) -> None:
    """Number, hour, release and the code of the address stand on paper alone; the code says the address."""
    name = demo_pages(demo_site)[kind]
    page.goto(address + name)
    assert not page.locator(".report").is_visible()
    page.evaluate(PRINT)
    page.get_by_role("button", name="打印报告").click()
    page.wait_for_function("window.printed")
    page.emulate_media(media="print")
    said = page.locator(".report").inner_text()
    release = json.loads((demo_site / "release.json").read_text(encoding="utf-8"))
    whose = Path(name).stem[:18].upper()
    if address.startswith("http"):
        assert f"{whose}-{release['as_of'].replace('-', '')}-{release['release'][:8].upper()}" in said
        assert release["release"] in said
    else:
        assert re.search(rf"{whose}-\d{{12}}", said)
        assert "离线副本" in said
    assert re.search(r"\d{4}年\d+月\d+日 \d\d:\d\d（北京时间）", said)
    assert f"网址：https://credit.heihe.example/{name}" in said
    assert page.locator(".report-code").is_visible()
    path = page.locator(".report-code path").get_attribute("d") or ""
    assert scanned(path) == f"https://credit.heihe.example/{name}"
    assert not page.locator(".navigation, .entity-actions, .tabs").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_script_that_a_bad_connection_lost_is_asked_for_again(demo_site: Path, demo_address: str, page: Page) -> None:
    lost: list[str] = []

    def once(route: Route) -> None:
        lost.append(route.request.url)
        if lost.count(route.request.url) == 1:
            route.abort()
        else:
            route.continue_()

    page.route(re.compile(r"/(report|qr)\.\w+\.js$"), once)
    page.goto(demo_address + demo_pages(demo_site)["entity without records"])
    page.evaluate(PRINT)
    page.get_by_role("button", name="打印报告").click()
    page.wait_for_function("window.printed")
    assert len(lost) == 4
    page.emulate_media(media="print")
    assert "报告编号" in page.locator(".report").inner_text()


def test_the_code_is_that_of_an_address(page: Page, demo_site: Path) -> None:
    """The squares are those of the QR code of version 4, its finders in three corners; another address has others."""
    page.set_content("<p></p>")
    page.add_script_tag(path=next((demo_site / "assets").glob("qr.*.js")))
    rows = """address => { const code = drawnAsQR(address), rows = [];
      for (let y = 0; y < code.size; y++) { rows.push(""); for (let x = 0; x < code.size; x++) rows[y] += +code.get(x, y); }
      return rows; }"""
    one, other = (page.evaluate(rows, f"https://credit.example/entity/{n}X/9123110000000000{n}X.html") for n in (1, 2))
    assert len(one) == 33
    assert one[0][:8] == one[0][-7:] + "0" == "11111110"
    assert one[-7][:8] == "11111110"
    assert one[-7][-8:] != "01111111"
    assert one != other


def test_three_entities_are_found_and_read_from_a_disk_on_a_phone(demo_site: Path, browser: Browser) -> None:
    """By search, by a list and by the newest records; nothing is asked of the network."""
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page, abroad = context.new_page(), list[str]()
    page.on("request", lambda request: abroad.append(request.url))
    home = demo_site.resolve().as_uri() + "/index.html"
    read = []
    page.goto(home)
    page.locator(".newest a").first.tap()
    read.append(page.locator("h1").inner_text())
    page.goto(home)
    page.locator(".tiles a", has_text="行政处罚").tap()
    page.locator(".facets a").first.tap()
    page.locator(".register th a").last.tap()
    read.append(page.locator("h1").inner_text())
    page.locator(".record summary").first.tap()
    assert page.locator(".record .facts.full").first.is_visible()
    page.goto(home)
    wanted = LexborHTMLParser(
        (demo_site / demo_pages(demo_site)["entity with many records"]).read_text(encoding="utf-8")
    ).css_first("h1")
    assert wanted is not None
    page.locator("#q").tap()
    page.locator("#q").press_sequentially(wanted.text()[2:7])
    page.locator("#q").press("Enter")
    page.locator("#results a", has_text=wanted.text()).first.tap()
    page.locator(".tabs a:not(.none)").first.tap()
    read.append(page.locator("h1").inner_text())
    assert page.locator(".record").first.is_visible()
    assert len(set(read)) == 3
    assert [url for url in abroad if not url.startswith(("file:", "data:"))] == []
    context.close()


def test_the_main_tasks_are_done_by_keyboard_alone(demo_address: str, page: Page) -> None:
    """Skip to the text, search, choose a suggestion, unfold a record, choose large text; what has the focus is seen."""

    def tab_to(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("css => document.activeElement.matches(css)", selector):
                outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline != "none", selector
                return
        raise AssertionError(f"{selector} is not reached by Tab")

    page.goto(demo_address + "index.html")
    tab_to(".skip")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to("#q")
    page.keyboard.type("有限公司")
    page.locator("#q-suggestions [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/entity/**")
    tab_to("[data-choice=text]")
    page.keyboard.press("Space")
    assert page.evaluate("document.documentElement.dataset.text") == "large"
    tab_to("[data-action=print]")
    page.goto(demo_address + "list/penalty/index.html")
    tab_to(".register th a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/entity/**")
    tab_to(".record summary")
    page.keyboard.press("Enter")
    assert page.locator(".record details[open] .facts.full").first.is_visible()
