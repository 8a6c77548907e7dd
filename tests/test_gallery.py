"""The gallery: every part of the theme in every state, none forgotten, drawn by the macros of the pages, judged as pages are, and on no site."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from frontdoor import PROJECT, program, start, write
from playwright.sync_api import Browser
from selectolax.lexbor import LexborHTMLParser
from test_accessibility import OVER, in_looks, looking, violations

THEME = PROJECT / "theme"
TOLD = yaml.safe_load((THEME / "parts.yaml").read_text(encoding="utf-8"))
# What axe asks of a page as a whole: that a part stands on it once. A gallery has each of them several times.
OF_A_WHOLE_PAGE = ("landmark-unique", "landmark-no-duplicate-banner", "heading-order")


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, drawn by its command for the small site."""
    root = tmp_path_factory.mktemp("gallery") / "site"
    start(root, "small")
    done = subprocess.run(
        [sys.executable, "docs/gallery.py", "--root", str(root)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return root / ".cache" / "gallery" / "gallery.html"


def test_no_part_and_no_colour_is_forgotten() -> None:
    """Each macro, style and token of the theme is declared, and each that is declared is there."""
    macros = {path.stem for path in THEME.glob("templates/parts/*.html")}
    records = {f"templates/{part['template']}" for part in TOLD["parts"].values() if "template" in part}
    assert set(TOLD["parts"]) == macros | {path.stem for path in THEME.glob("css/parts/*.css")}
    assert records == {path.relative_to(THEME).as_posix() for path in THEME.glob("templates/records/*.html")}
    for name, part in TOLD["parts"].items():
        assert bool(part.get("states")) == (name in macros or "template" in part), name
        assert "script" not in part or (THEME / "js" / part["script"]).is_file()
        assert set(part.get("within", [])) <= set(TOLD["parts"])
    tokens = (THEME / "css" / "tokens.css").read_text(encoding="utf-8")
    assert set(TOLD["tokens"]) == set(re.findall(r"^\s+--([\w-]+):", tokens, re.M))


def test_every_macro_of_a_part_and_every_icon_is_drawn() -> None:
    called = {state.get("macro", name) for name, part in TOLD["parts"].items() for state in part.get("states", [])}
    macros = {
        name
        for path in THEME.glob("templates/parts/*.html")
        for name in re.findall(r"{% macro (\w+)", path.read_text(encoding="utf-8"))
    }
    assert macros - called == {"facet_items"}  # the items of facets, which calls it
    icons = re.findall(r'^  "(\w+)":', (THEME / "templates/parts/icon.html").read_text(encoding="utf-8"), re.M)
    assert [state["given"]["name"] for state in TOLD["parts"]["icon"]["states"]] == icons


def test_every_state_stands_on_the_page(gallery: Path) -> None:
    page = LexborHTMLParser(gallery.read_text(encoding="utf-8"))
    for name, part in TOLD["parts"].items():
        section = page.css_first(f"#part-{name}")
        assert section is not None, name
        assert len(section.css(".gallery-state")) == len(part.get("states", [])), name
    assert len(page.css("[data-look=focus]")) > 8
    assert len(page.css(".gallery-state [disabled]")) == 1


@in_looks
def test_axe_finds_nothing_at_any_width_in_any_look(
    browser: Browser, gallery: Path, looks: list[tuple[int, str]]
) -> None:
    found, wide = {}, dict[str, str]()
    for width, look in looks:
        context = looking(browser, width, look)
        page = context.new_page()
        page.goto(gallery.as_uri())
        for violation in violations(page, *OF_A_WHOLE_PAGE):
            found[f"{width} {look}: {violation['id']}"] = violation["nodes"][0]["html"][:200]
        wide |= {f"{width} {look}": over for over in page.evaluate(OVER)}
        context.close()
    assert found == {}
    assert wide == {}


def test_what_has_the_focus_is_seen(browser: Browser, gallery: Path) -> None:
    """A look that is asked for is the one that a hand gives."""
    page = browser.new_page()
    page.goto(gallery.as_uri())
    outline = "node => { const style = getComputedStyle(node); return style.outlineStyle + style.outlineWidth; }"
    for node in page.locator("[data-look=focus]").all():
        assert node.evaluate(outline) == "solid3px"
    page.locator(".brand").first.focus()
    page.keyboard.press("Tab")
    assert page.locator(":focus-visible").evaluate(outline) == "solid3px"
    page.close()


def test_a_site_draws_its_own_parts_and_has_no_gallery(tmp_path: Path) -> None:
    """A part that a site replaces is drawn as the site has it; what is published holds nothing of the gallery."""
    root = tmp_path / "site"
    start(root, "small")
    write(root, {"theme/templates/parts/seal.html": "{% macro seal(character) %}<b>自己的印章</b>{% endmacro %}"})
    done = program("build", "--root", str(root), "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    into = tmp_path / "drawn"
    drawn = runpy.run_path(str(PROJECT / "docs" / "gallery.py"))
    site, _ = drawn["load_site"](root)
    text = drawn["write_gallery"](root, site, into).read_text(encoding="utf-8")
    assert text.count("自己的印章") > 5
    assert not list((root / "public").resolve().rglob("*gallery*"))
    styles = "".join(path.read_text(encoding="utf-8") for path in (root / "public" / "assets").glob("*.css"))
    assert "gallery" not in styles
