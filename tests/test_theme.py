"""Styles and scripts are written without what a browser does not need, and say the same."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from disclosure.theme import OWN, gather, lean

STYLES = sorted(path.relative_to(OWN).as_posix() for path in OWN.glob("css/**/*.css"))
SCRIPTS = sorted(path.relative_to(OWN).as_posix() for path in OWN.glob("js/*.js"))


@pytest.mark.parametrize(
    ("suffix", "written", "read"),
    [
        (
            ".js",
            "/* one\n   two */\n\n  // three\n  a(); // four\n\tb(/* five */);\n",
            "a(); // four\nb(/* five */);\n",
        ),
        (".js", "/* one */ a();\nx = '//';\r\n// last", "/* one */ a();\nx = '//';\r\n"),
        (".js", "x = `\n  // in a text\n`;\n", "x = `\n  // in a text\n`;\n"),
        (".js", "x = 'a\\\n  // in a text';\n", "x = 'a\\\n  // in a text';\n"),
        (".css", "/* one */\n@layer a {\n\n  b { c: d; }\n  // e\n}\n", "@layer a{b{c:d}// e}"),
        (".css", 'a > b, c :hover { content: ": { x ; }"; }\n', 'a > b,c :hover{content:": { x ; }"}'),
        (".css", "", ""),
    ],
)
def test_only_whole_lines_of_comment_and_empty_lines_go(suffix: str, written: str, read: str) -> None:
    """Code stays, and a file in which a text may run over the end of a line stays whole."""
    assert lean(written.encode(), suffix) == read.encode()


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
    assert not any(line.startswith((b"//", b"/*", b" ")) or not line for line in data.splitlines())
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
