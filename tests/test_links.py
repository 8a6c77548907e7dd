"""The audit of links: what a page misses, what it wants of another, and what of the last release must be read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from disclosure.audit import links
from disclosure.audit.desk import Measure, Seen, Written
from disclosure.audit.many import Pile, mark
from disclosure.problems import Place, Problem

HOME = "https://credit.example/site/"
THERE = Measure(frozenset(["a/b.html", "index.html", "a/c.html", "a/文.html", "no"]), HOME)
WHY, MEND = "成品必须与计划一致，每个链接都通", "改正文章里的链接；若是程序自己的页面，请联系维护人员"


def page(text: str, name: str = "a/b.html") -> Written:
    """A page that was written."""
    return Written(Path(), name, text)


def gathered(*files: Written) -> Seen:
    """What reading some pages for their links finds."""
    seen = Seen()
    for file in files:
        links.gather(file, THERE, seen)
    return seen


@pytest.mark.parametrize(
    ("text", "missing", "wanted"),
    [
        ('<a href="c.html">', [], []),
        ('<a href="d.html"><a href="c.html">', ["a/d.html"], []),
        ('<img src="d.png"><a href="../e/">', ["a/d.png", "e"], []),
        ('<a href="../no/?q=1">', [], []),
        (f'<a href="{HOME}a/c.html#x">', [], ["a/c.html#x"]),
        ('<a href="/site/a/c.html#x">', [], ["a/c.html#x"]),
        (f'<a href="{HOME}"><a href="/site/">', [], []),
        ('<a href="//site/no.html"><a href="tel:1"><a href="https://credit.example/no.html">', [], []),
        ('<a href="%E6%96%87.html#%E6%96%87">', [], ["a/文.html#文"]),
        ('<a href="#no"><a href="#x" id="x"><a href="#%E6%96%87">', [], ["a/b.html#no", "a/b.html#文"]),
        ('<a href="#">', [], []),
        ('<a href="d.html#x">', ["a/d.html"], []),
        ('<a href="c.html#x" id="d.html"><a href="c.html#x">', [], ["a/c.html#x"]),
        ("<p title='<a href=\"d.html\">'>", [], []),
        ("<p title='<a href=\"#no\">'>", [], []),
        ('<p title=\'<a href="#no">\'><a href="d.html">', ["a/d.html"], []),
    ],
)
def test_what_a_page_misses_and_what_it_wants_elsewhere(text: str, missing: list[str], wanted: list[str]) -> None:
    seen = gathered(page(text))
    assert seen.missing == {target: ["a/b.html"] for target in missing}
    assert sorted(seen.wanted) == sorted(map(mark, wanted))


def test_who_misses_a_file_is_told_and_how_many_do() -> None:
    text = '<a href="/site/z.html"><a href="/site/d.html"><a href="/site/d.html">'
    seen = gathered(page(text), page(text, "a/c.html"))
    assert seen.missing == {"z.html": ["a/b.html", "a/c.html"], "d.html": ["a/b.html"] * 2 + ["a/c.html"] * 2}
    seen.missing["k.html"] = [f"{number}.html" for number in range(1000)]
    assert list(links.dead_links(seen, Path())) == [
        Problem("broken-site", Place(file), f"链接的 {target} 不存在（共 {count} 个页面链接它）", WHY, MEND)
        for file, target, count in (("a/b.html", "d.html", 2), ("0.html", "k.html", "1,000"), ("a/b.html", "z.html", 2))
    ]


def test_anchors_that_are_wanted_and_on_no_page(tmp_path: Path) -> None:
    b = page('<p id="x"><a href="c.html#y"><a href="c.html#z"><a href="#no"><a href="../index.html#q">')
    c = page('<p id="y"><a href="b.html#x"><a href="c.html#w">', "a/c.html")
    seen = gathered(b, c)
    assert sorted(seen.anchors) == sorted(map(mark, ["a/b.html#x", "a/c.html#y"]))
    with Pile() as wanted, Pile() as there:
        assert wanted.without(there) == frozenset()
        wanted.add(seen.wanted)
        there.add(seen.anchors)
        marks = wanted.without(there)
        assert there.without(wanted) == frozenset()
    assert marks == {mark(name) for name in ("a/c.html#z", "a/b.html#no", "index.html#q", "a/c.html#w")}
    found = sorted([*links.astray(b, THERE, marks), *links.astray(c, THERE, marks)])
    assert found == [
        ("a/b.html", "a/b.html", "no"), ("a/b.html", "a/c.html", "z"), ("a/b.html", "index.html", "q"), ("a/c.html", "a/c.html", "w")
    ]  # fmt: skip
    (tmp_path / "a").mkdir()
    for name, text in {"a/b.html": b.text, "a/c.html": c.text, "index.html": '<p id="q">'}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found.append(("a/a.html", "a/c.html", "y"))  # of two with one mark, this one is there
    assert list(links.dead_anchors(Seen(astray=found[::-1]), tmp_path)) == [
        Problem("broken-site", Place(file), f"链接 {link} 没有这个锚点", WHY, MEND)
        for file, link in (("a/b.html", "a/b.html#no"), ("a/b.html", "a/c.html#z"), ("a/c.html", "a/c.html#w"))
    ]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('<p id="x"><b id="y">', True),
        ('<p id="x"><b id="x">', False),
        ('<p id="x" title=\'<b id="x">\'>', True),
        ('<p id="x" title=\'<b id="x">\' href="x"><i id="x">', False),
        ('<p id="x" href="x" src="x">', True),
        ('<p id="x" href="x" title=\'<b id="x">\'>', True),
        ('<p id="x" href="x">写作 href', True),
    ],
)
def test_two_parts_of_a_page_with_one_id(text: str, same: bool) -> None:
    expected = [] if same else [Problem("broken-site", Place("a/b.html"), "有两个相同的 id", WHY, MEND)]
    assert list(links.ids(page(text), THERE)) == expected


def test_what_of_the_last_release_is_there_no_more(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.html").write_text('<p id="x"><p id="y"><p id="文">', encoding="utf-8")
    lost = links.lost(page('<p id="y"><p id="z">'), tmp_path)
    assert sorted(lost) == ["b.html#x", "b.html#文"]
    assert links.lost(page('<p id="y">', "a/c.html"), tmp_path) == []
    gone = links.needles(["a/c.html", "e.html"], Seen(lost=["b.html#x"]))
    assert gone == ["c.html", "e.html", "b.html#x"]
    pages = [page('<a href="c.html">', "1.html"), page("e.htm", "2.html"), page("b.html#x", "3.html")]
    assert links.naming(pages, gone) == ["1.html", "3.html"]
