"""Every kind of page passes axe, at any width and as any reader chose it: WCAG and the good practice that a machine can judge."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from conftest import arrive, demo_pages
from playwright.sync_api import Browser, BrowserContext, Page

WIDTHS = (390, 768, 1280)
LOOKS = ("normal", "large", "high", "forced")
ALL = list(itertools.product(WIDTHS, LOOKS))
SOME = [ALL[0], ALL[3], ALL[5], ALL[10]]  # every look, every width
in_looks = pytest.mark.parametrize(
    "looks",
    [SOME, pytest.param([one for one in ALL if one not in SOME], marks=pytest.mark.long)],
    ids=["some", "others"],
)
Opener = Callable[[int, str], Page]


def looking(browser: Browser, width: int, look: str) -> BrowserContext:
    """Return a context of a width and a look."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, forced_colors="active" if look == "forced" else "none"
    )
    key, value = {"large": ("text", "large"), "high": ("contrast", "high")}.get(look, ("", ""))
    context.add_init_script(f"localStorage.setItem('{key}', '{value}')" if key else "")
    return context


@pytest.fixture
def opener(browser: Browser) -> Iterator[Opener]:
    """A function that opens an empty page of a width and a look."""
    contexts = []

    def opened(width: int, look: str) -> Page:
        contexts.append(looking(browser, width, look))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


def violations(page: Page, *unasked: str) -> list[dict[str, Any]]:
    """Return what axe finds on a page by all its rules but those unasked; of what passes nothing is told, which takes most of the time."""
    rules = {rule: {"enabled": False} for rule in unasked}
    return list(Axe().run(page, options={"rules": rules, "resultTypes": ["violations"]}).response["violations"])


def judged(opener: Opener, site: Path, address: str, width: int, look: str, kinds: list[str]) -> dict[str, str]:
    """Return what axe finds on some kinds of pages: where and by which rule, and the first element."""
    page, found = opener(width, look), dict[str, str]()
    for kind in kinds:
        arrive(page, address + demo_pages(site)[kind])
        for violation in violations(page):
            found[f"{kind} {width} {look}: {violation['id']}"] = violation["nodes"][0]["html"][:200]
    return found


def test_axe_finds_nothing(demo_site: Path, demo_address: str, opener: Opener) -> None:
    """Every kind of page at one of the twelve, all twelve among them."""
    kinds, found = list(demo_pages(demo_site)), dict[str, str]()
    for at, (width, look) in enumerate(ALL):
        found |= judged(opener, demo_site, demo_address, width, look, kinds[at :: len(ALL)])
    assert found == {}


@pytest.mark.long
@pytest.mark.parametrize(("width", "look"), ALL)
def test_axe_finds_nothing_anywhere(demo_site: Path, demo_address: str, opener: Opener, width: int, look: str) -> None:
    assert judged(opener, demo_site, demo_address, width, look, list(demo_pages(demo_site))) == {}


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.set_content('<html lang="zh-CN"><title>题</title><main><h1>题</h1><img src="data:,"></main></html>')
    assert [violation["id"] for violation in violations(page)] == ["image-alt"]
    assert violations(page, "image-alt") == []


@pytest.mark.parametrize(
    ("width", "look"),
    [(320, "large"), *(pytest.param(width, "normal", marks=pytest.mark.long) for width in (320, 640, 768))],
)
def test_nothing_is_lost_when_pages_are_magnified(
    demo_site: Path, demo_address: str, opener: Opener, width: int, look: str
) -> None:
    """1280 wide at 400 % is 320 wide, at 200 % 640: no page is wider, nothing is cut off, tables scroll in their own frame."""
    page, wide = opener(width, look), {}
    for kind, address in demo_pages(demo_site).items():
        arrive(page, demo_address + address)
        if over := page.evaluate(OVER):
            wide[kind] = over
    assert wide == {}


# What stands over the right edge of the page and is in no frame that scrolls; what readers alone are told is one pixel.
OVER = """() => [...document.querySelectorAll("body *")].filter((node) => {
  const box = node.getBoundingClientRect();
  if (box.width < 2 || box.right < innerWidth + 1 || node.closest(".hero-river, .unseen, svg")) return false;
  for (let up = node; up; up = up.parentElement) if (/auto|scroll/.test(getComputedStyle(up).overflowX) && up.tabIndex >= 0) return false;
  return true;
}).map((node) => node.outerHTML.slice(0, 120)).slice(0, 3)"""


@pytest.mark.parametrize("scripts", [True, False])
def test_what_a_reader_chose_stands_before_the_first_picture(browser: Browser, address: str, scripts: bool) -> None:
    """Large text and high contrast are one press away, kept on the next page, there at its first frame; without scripts not offered."""
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{address}index.html")
    buttons = page.locator("[data-choice]")
    assert [button.is_visible() for button in buttons.all()] == [scripts, scripts]
    if scripts:
        for button in buttons.all():
            assert button.get_attribute("aria-pressed") == "false"
            button.click()
            assert button.get_attribute("aria-pressed") == "true"
        page.add_init_script(
            "requestAnimationFrame(() => { window.first = [{...document.documentElement.dataset}, getComputedStyle(document.documentElement).fontSize]; })"
        )
        page.goto(f"{address}statistics.html")
        data, size = page.evaluate("window.first")
        assert (data["text"], data["contrast"], size) == ("large", "high", "20px")
        assert [button.get_attribute("aria-pressed") for button in page.locator("[data-choice]").all()] == ["true"] * 2
        page.locator("[data-choice=text]").click()
        page.reload()
        assert page.evaluate("document.documentElement.dataset.text") is None
    context.close()
