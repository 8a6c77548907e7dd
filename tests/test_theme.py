"""Styles and scripts are written without what a browser does not need, and say the same."""

import re
from pathlib import Path

import pytest
from conftest import demo_pages
from playwright.sync_api import Browser
from selectolax.lexbor import LexborHTMLParser

from disclosure.templates import Templates
from disclosure.theme import OWN, gather, lean, styles

STYLES = sorted(path.relative_to(OWN).as_posix() for path in OWN.glob("css/**/*.css"))
SCRIPTS = sorted(path.relative_to(OWN).as_posix() for path in OWN.glob("js/*.js"))


@pytest.mark.parametrize("name", STYLES)
def test_our_styles_have_the_same_rules(browser: Browser, name: str) -> None:
    """The browser reads the same rules from the written style."""
    data = (OWN / name).read_bytes()
    page = browser.new_page()
    one, other = page.evaluate(
        "texts => texts.map(text => { const sheet = new CSSStyleSheet(); sheet.replaceSync(text);"
        "return [...sheet.cssRules].map(rule => rule.cssText).join('\\n'); })",
        [data.decode(), lean(data, ".css").decode()],
    )
    page.close()
    assert one.replace(", ", ",") == other.replace(", ", ",") and one


@pytest.mark.parametrize("name", SCRIPTS)
def test_our_scripts_are_made_smaller_and_can_be_read(browser: Browser, name: str) -> None:
    """No comment line is left, and the browser reads what is."""
    data = lean((OWN / name).read_bytes(), ".js")
    assert len(data) < (OWN / name).stat().st_size
    assert not any(line.startswith((b"//", b"/* ", b" ")) or not line for line in data.splitlines())
    page = browser.new_page()
    page.evaluate("text => { new Function(text); }", data.decode())
    page.close()


def test_a_file_of_another_theme_is_written_as_it_is(tmp_path: Path) -> None:
    """What a site puts in place of our files is not touched."""
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "site.js").write_text("// theirs\n  a();\n", encoding="utf-8")
    assets = gather([tmp_path, OWN])
    assert assets.contents[assets.addresses["site.js"]] == b"// theirs\n  a();\n"
    assert not assets.contents[assets.addresses["search.js"]].startswith(b"/*")


def test_every_page_loads_the_styles_of_what_stands_on_it(demo_site: Path) -> None:
    """Where a class of a page is styled in a sheet, the page loads that sheet or another that styles it too."""
    sheets = {name: data.decode() for name, data in styles([OWN]).items()}
    styled = {name: set(re.findall(r"\.([a-z][\w-]*)", text)) for name, text in sheets.items()}
    lacking = set()
    for kind, address in demo_pages(demo_site).items():
        page = LexborHTMLParser((demo_site / address.partition("?")[0]).read_text(encoding="utf-8"))
        loaded = {
            re.sub(r".*/(\w+)\.\w+\.css", r"\1.css", node.attributes["href"] or "")
            for node in page.css("link[rel=stylesheet]")
        }
        assert len(loaded) in (1, 2)
        classes = {name for node in page.css("[class]") for name in (node.attributes["class"] or "").split()}
        there = set().union(*(styled[name] for name in loaded))
        lacking |= {(kind, name) for name in classes - there if any(name in other for other in styled.values())}
    assert lacking == set()


def test_a_part_of_another_theme_is_where_it_is_named(tmp_path: Path) -> None:
    """A part that a page names comes with that page, one that no page names with every page."""
    (tmp_path / "css" / "parts").mkdir(parents=True)
    (tmp_path / "templates" / "pages").mkdir(parents=True)
    for name in ("mine", "nobodys"):
        (tmp_path / "css" / "parts" / f"{name}.css").write_text(f"@layer parts {{ .{name} {{ color: red }} }}")
    (tmp_path / "templates" / "pages" / "404.html").write_text('{% extends "layout.html" %}{# css: mine #}')
    found = styles([tmp_path, OWN])
    assert b".mine" in found["404.css"] and b".mine" not in found["site.css"]
    assert b".nobodys" in found["site.css"]


def test_what_another_theme_says_of_escaping_is_heard(tmp_path: Path) -> None:
    """A value is escaped, but not within {% autoescape false %}."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "mine.html").write_text(
        "{{ text }}{% autoescape false %}{{ text }}{% endautoescape %}{{ text }}"
    )
    assert (
        Templates([tmp_path, OWN]).draw("mine.html", {"page": {"root": ""}, "text": "<b>"}) == "&lt;b&gt;<b>&lt;b&gt;"
    )
