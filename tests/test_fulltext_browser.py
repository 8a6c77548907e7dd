"""The full text in a real browser: fragments of articles and records, what is said where it cannot be, and that it never hangs."""

import gzip
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import SiteMaker, serve
from frontdoor import PROJECT, Outcome, credit_code, penalty, surroundings, table, tree
from playwright.sync_api import Browser, Page, Route, expect
from selectolax.lexbor import LexborHTMLParser

from disclosure.search import pairs, squeezed, token

# Asks one query after the other and takes all hits of a sort: where each leads, and what its excerpt says.
ASK_ALL = """async ([queries, id]) => {
  const found = [];
  for (const query of queries) {
    await window.fullText(query);
    for (let more; (more = document.querySelector(`#${id} .text-more`)) && found.length < 1e6;) {
      const before = document.querySelectorAll(`#${id} li`).length;
      more.click();
      while (more.isConnected && more.disabled) await new Promise((go) => setTimeout(go, 5));
      if (document.querySelectorAll(`#${id} li`).length === before) break;
    }
    found.push([...document.querySelectorAll(`#${id} li`)].map((one) => [one.querySelector("a").getAttribute("href"),
      [...one.querySelectorAll("mark")].map((mark) => mark.textContent).join("")]));
  }
  return found;
}"""


def ask(page: Page, address: str, query: str) -> None:
    """Open the search page with a query and wait for the full text."""
    page.goto(f"{address}search.html?q={quote(query)}")
    expect(page.locator("#fulltext")).to_have_attribute("aria-busy", "false", timeout=30000)
    expect(page.locator("#results")).to_have_attribute("aria-busy", "false", timeout=30000)


def note(page: Page) -> str:
    """What the page says of its full text."""
    return page.text_content(".fulltext-note") or ""


def paragraph_texts(site: Path) -> list[tuple[str, str]]:
    """Every paragraph and item of every article as its page has it, blanks made one: its page, its text."""
    found = []
    for path in sorted(site.rglob("*.html")):
        for node in LexborHTMLParser(path.read_text(encoding="utf-8")).css(".page-article main .prose :is(p, li)"):
            text = " ".join(node.text().split())
            if len(text) > 30 and len(node.css("p, li")) == 1:
                found.append((path.relative_to(site).as_posix(), text))
    return found


def fragments(site: Path, count: int, seed: int) -> list[tuple[str, str]]:
    """Fragments of 4 to 12 characters from the middle of articles, as they stand, signs and blanks in them."""
    dice = random.Random(seed)
    texts = paragraph_texts(site)
    found: list[tuple[str, str]] = []
    while len(found) < count:
        address, text = dice.choice(texts)
        size = dice.randint(4, 12)
        start = dice.randint(len(text) // 4, max(len(text) // 4, 3 * len(text) // 4 - size))
        part = text[start : start + size].strip()
        if len(part) >= 4 and any(len(squeezed(word)) > 1 for word in part.split()):
            found.append((address, part))
    return found


def share_found(page: Page, address: str, wanted: list[tuple[str, str]]) -> tuple[float, list[str]]:
    """The share of fragments whose article is among the hits, and the fragments that were missed."""
    page.goto(f"{address}search.html")
    answers = page.evaluate(ASK_ALL, [[part for _, part in wanted], "articles"])
    missed = [
        part for (where, part), hits in zip(wanted, answers, strict=True) if where not in [href for href, _ in hits]
    ]
    wrong = [part for (_, part), hits in zip(wanted, answers, strict=True) if not all(mark for _, mark in hits)]
    assert wrong == [], "a hit without a mark"
    return 1 - len(missed) / len(wanted), missed


def test_sixty_fragments_of_articles_are_found(page: Page, demo_site: Path, demo_address: str) -> None:
    """At least 99 in a hundred, and each hit has the fragment marked."""
    share, missed = share_found(page, demo_address, fragments(demo_site, 60, 7))
    assert share >= 0.99, missed


@pytest.mark.long
def test_a_thousand_fragments_of_articles_are_found(page: Page, demo_site: Path, demo_address: str) -> None:
    """At least 99 in a hundred."""
    share, missed = share_found(page, demo_address, fragments(demo_site, 1000, 11))
    assert share >= 0.99, missed


def recent_facts(site: Path) -> list[tuple[str, str]]:
    """The facts of every penalty of the newest months: the record's place on its entity's page, and the text."""
    found = []
    for path in sorted(site.glob("entity/**/*.html")):
        html = path.read_text(encoding="utf-8")
        if "违法事实" not in html:
            continue
        for node in LexborHTMLParser(html).css("article.record"):
            day = node.css_first(".record-date")
            if day and re.match(r"2026年(10|11)月", day.text().strip()):
                where = f"{path.relative_to(site).as_posix()}#{node.attributes['id']}"
                found += [
                    (where, fact) for fact in re.findall(r"违法事实\s*([^\n]{20,})", node.text(separator="\n"))[:1]
                ]
    assert len(found) > 20
    return found


def test_records_are_found_by_their_text_and_lead_to_their_place(
    page: Page, demo_site: Path, demo_address: str
) -> None:
    """Fragments of facts of recent penalties: each hit's address is a record on an entity's page that has the fragment."""
    dice = random.Random(3)
    wanted = []
    for where, fact in dice.sample(recent_facts(demo_site), 20):
        size = dice.randint(6, 12)
        start = dice.randrange(len(fact) - size)
        wanted.append((where, fact[start : start + size]))
    wanted = [(where, part) for where, part in wanted if any(len(squeezed(word)) > 1 for word in part.split())]
    page.goto(f"{demo_address}search.html")
    answers = page.evaluate(ASK_ALL, [[part for _, part in wanted], "records"])
    for (where, part), hits in zip(wanted, answers, strict=True):
        links = [href for href, _ in hits]
        assert where in links, part
        for link in links[:10]:
            address, _, anchor = link.partition("#")
            record = LexborHTMLParser((demo_site / address).read_text(encoding="utf-8")).css_first(f"#{anchor}")
            assert record and all(squeezed(word) in squeezed(record.text()) for word in part.split()), (part, link)


def test_a_record_hit_opens_the_record(page: Page, demo_site: Path, demo_address: str) -> None:
    """Following a hit shows the record it speaks of."""
    where, fact = recent_facts(demo_site)[0]
    ask(page, demo_address, fact[:16])
    expect(page.locator("#records mark").first).to_be_visible()
    page.locator(f"#records a[href='{where}']").click()
    page.wait_for_url(f"**/{where}")
    expect(page.locator(f"#{where.partition('#')[2]}")).to_be_visible()
    expect(page.locator(f"#{where.partition('#')[2]}")).to_contain_text(fact[:16])


def test_texts_alone_are_counted_and_come_before_the_tips(page: Page, demo_address: str) -> None:
    """No entity but articles: all numbers are said, and what may help stands below the hits."""
    ask(page, demo_address, "信用修复 条件")
    assert page.locator("#results li").count() == 0
    count = page.locator("#articles a").count()
    assert count
    expect(page.locator("#result-count")).to_contain_text(f"信用主体 0 条；文章 {count} 篇")
    assert page.eval_on_selector(
        ".result-help", "help => document.querySelector('#articles').compareDocumentPosition(help) & 4"
    )


def test_more_hits_are_read_when_they_are_asked_for(page: Page, demo_address: str) -> None:
    """Ten records, then more; the focus goes to the first of them."""
    ask(page, demo_address, "行政处罚法")
    expect(page.locator("#records li")).to_have_count(10)
    assert "至少 10 条" in note(page)
    page.locator("#records .text-more").click()
    expect(page.locator("#records li")).to_have_count(20)
    assert page.evaluate("document.activeElement === document.querySelectorAll('#records li')[10].querySelector('a')")


def test_from_a_disk_full_text_is_said_to_need_the_web(page: Page, demo_site: Path) -> None:
    """Under file:// the page says so in plain words, and entities are found."""
    ask(page, demo_site.as_uri() + "/", "黑河市")
    assert "从硬盘打开" in note(page) and "http" in note(page)
    assert page.locator("#results li").count() > 0
    assert page.locator("#articles li, #records li").count() == 0


@pytest.mark.parametrize("lacking", ["WebAssembly", "Worker"])
def test_an_old_browser_is_told_and_still_finds_entities(page: Page, demo_address: str, lacking: str) -> None:
    """Without WebAssembly or threads the page says so; entities need neither."""
    page.add_init_script(f"delete window.{lacking};")
    ask(page, demo_address, "黑河市")
    assert "浏览器太旧" in note(page)
    assert page.locator("#results li").count() > 0


@pytest.mark.parametrize("lost", ["index/*", "fragment/*", "wasm*", "pagefind-worker.js", "worker.js"])
def test_a_lost_part_is_told_and_tried_again(page: Page, demo_address: str, lost: str) -> None:
    """A part of the bundle that cannot be had is never taken for a text that is not there."""
    page.route(f"**/pagefind/*/{lost}", lambda route: route.fulfill(status=404))
    ask(page, demo_address, "信用修复")
    assert "没有成功" in note(page)
    page.unroute_all()
    page.locator(".fulltext-note button").click()
    expect(page.locator("#articles a").first).to_be_visible(timeout=20000)


@pytest.mark.parametrize("stuck", ["**/pagefind/entry.json", "**/pagefind/*/wasm*", "**/pagefind/*/index/*"])
def test_what_never_answers_is_ended(page: Page, demo_address: str, stuck: str) -> None:
    """A request that is held for ever ends with a message after twenty seconds of the page's clock, and its thread with it."""
    held: list[Route] = []
    page.clock.install()
    page.route(stuck, lambda route: held.append(route))
    page.goto(f"{demo_address}search.html?q={quote('信用修复')}")
    expect(page.locator("#fulltext")).to_have_attribute("aria-busy", "true")
    while not held:
        page.wait_for_timeout(50)
    page.clock.fast_forward(21000)
    page.clock.fast_forward(1000)
    expect(page.locator("#fulltext")).to_have_attribute("aria-busy", "false")
    assert "没有成功" in note(page)
    assert page.workers == []


def test_texts_are_read_anew_when_their_bundle_moved(page: Page, demo_address: str) -> None:
    """A bundle that is gone is looked for once more under the name that its entry has now."""
    gone: list[str] = []

    def once(route: Route) -> None:
        route.fulfill(json={"bundle": "gone"}) if not gone else route.continue_()

    page.on("request", lambda request: gone.append(request.url) if "/pagefind/gone/" in request.url else None)
    page.route("**/pagefind/entry.json", once)
    ask(page, demo_address, "信用修复")
    assert page.locator("#articles a").count() > 0
    assert len(gone) == 1


# Small sites.

SECRET = "在甲街乙号擅自排放荧光色废水"
ROWS = {
    "行政相对人名称": "黑河甲乙商贸有限公司",
    "违法事实": f"当事人{SECRET}，情节轻微",
    "行政处罚决定书文号": "黑甲罚〔2026〕7号",
    "法定代表人": "郗思齐",
}
OTHER = {
    "行政相对人名称": "北安丙丁商贸有限公司",
    "行政相对人代码_1(统一社会信用代码)": credit_code(9),
    "行政处罚决定书文号": "黑甲罚〔2026〕8号",
    "违法事实": "当事人未明码标价",
}


def bundle(outcome: Outcome) -> bytes:
    """All bytes of a site's full text, what is packed unpacked."""
    return b"\n".join(
        gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
        for name, data in tree(outcome.out / "pagefind").items()
    )


def has(outcome: Outcome, text: str) -> bool:
    """Whether a text stands in the full text, as itself or as its pairs."""
    data = bundle(outcome)
    words = {token(pair).encode() for pair in pairs(text)}
    return text.encode() in data or all(word in data for word in words)


def test_records_leave_no_trace_when_they_are_taken_away(site_maker: SiteMaker) -> None:
    """The words of a record are in the bundle while it is shown and not a day longer, neither as text nor as pairs."""
    both = {"data/penalty/a.csv": table([penalty(ROWS), penalty(OTHER)])}
    shown = site_maker(both, base="penalty").good()
    assert has(shown, SECRET)
    assert "记录正文 2 条" in shown.stdout
    gone = shown.build(files={"data/penalty/a.csv": table([penalty(OTHER)])}).good()
    assert not has(gone, "荧光色") and has(gone, "未明码标价")
    ended = gone.build("--as-of", "2027-06-01").good()
    assert not has(ended, "未明码标价")


def test_what_is_withheld_and_who_stands_for_a_firm_is_not_in_the_full_text(site_maker: SiteMaker) -> None:
    """Names of persons, codes and numbers are not among the words, and a natural person's record is not there at all."""
    person = {
        **ROWS,
        "行政相对人名称": "甲某某",
        "行政相对人类别": "自然人",
        "违法事实": "无证摆摊卖冰灯",
        "行政相对人代码_1(统一社会信用代码)": "",
    }
    rows = table([penalty(OTHER), penalty(ROWS), penalty(person, 行政处罚决定书文号="黑甲罚〔2026〕9号")])
    made = site_maker({"data/penalty/a.csv": rows}, base="penalty").good()
    assert has(made, SECRET)
    for text in ("郗思齐", "甲某某", "卖冰灯", credit_code(18, "231100", "11")):
        assert not has(made, text), text


def test_the_newest_records_are_taken_and_the_rest_said(site_maker: SiteMaker, browser: Browser) -> None:
    """fulltext.records is a number of records, newest first; build and page say how many of how many."""
    settings = (PROJECT / "tests/sites/small/site.yaml").read_text(encoding="utf-8") + "fulltext: {records: 1}\n"
    older = penalty(OTHER, 处罚决定日期="2026-01-05")
    files = {"site.yaml": settings, "data/penalty/a.csv": table([older, penalty(ROWS)])}
    made = site_maker(files, base="penalty").good()
    assert has(made, SECRET) and not has(made, "未明码标价")
    assert "记录正文 1 条（共 2 条，收最新的）" in made.stdout
    page = browser.new_page()
    for address in serve(made.out):
        ask(page, address, "荧光色废水")
        expect(page.locator("#records li")).to_have_count(1)
        expect(page.locator("#records .text-excerpt")).to_contain_text("违法事实：当事人在甲街乙号")
        assert "只收最新的 1 条，共 2 条" in note(page)
        break
    page.close()
    none = made.build(files={"site.yaml": settings.replace("records: 1", "records: 0")}).good()
    assert not has(none, SECRET) and "记录正文 0 条" in none.stdout


def test_a_record_past_its_last_day_is_no_hit_even_without_a_new_build(site_maker: SiteMaker, browser: Browser) -> None:
    """The day after its last day the page leaves a record out, as the entity's page does."""
    settings = (PROJECT / "tests/sites/small/site.yaml").read_text(encoding="utf-8").replace("as_of: 2026-11-22\n", "")
    files = {
        "site.yaml": settings,
        "data/penalty/a.csv": table([penalty(ROWS), penalty(OTHER, 公示截止期="2026-12-31")]),
    }
    made = site_maker(files, "--as-of", "2026-11-22", base="penalty").good()
    page = browser.new_page()
    for address in serve(made.out):
        for day, count in (("2026-12-31T12:00:00+08:00", 1), ("2027-01-01T00:30:00+08:00", 0)):
            page.clock.set_fixed_time(day)
            ask(page, address, "未明码标价")
            expect(page.locator("#records li")).to_have_count(count)
        break
    page.close()


def test_an_unchanged_full_text_is_shared(site_maker: SiteMaker) -> None:
    """The bundle of the release before is used again, file by file, until a text in it changes."""
    files = {
        "data/penalty/a.csv": table([penalty(ROWS)]),
        "content/a.md": "---\ntitle: 甲\ndate: 2026-05-01\nsource: 乙\n---\n一段话。\n",
    }
    one = site_maker(files, base="penalty").good()
    before = {
        path.relative_to(one.out.resolve()): path.stat().st_ino
        for path in (one.out.resolve() / "pagefind").rglob("*.*")
    }
    again = one.build(files={"data/penalty/a.csv": table([penalty(ROWS, 备注="另记")])}).good()
    after = {
        path.relative_to(again.out.resolve()): path.stat().st_ino
        for path in (again.out.resolve() / "pagefind").rglob("*.*")
    }
    assert before == after
    changed = again.build(files={"content/a.md": files["content/a.md"] + "又一段话。\n"}).good()
    assert has(changed, "又一段话")


def test_without_pagefind_a_release_still_goes_out_and_says_so(
    site_maker: SiteMaker, tmp_path: Path, browser: Browser
) -> None:
    """A program that dies costs the full text of one release, never a removal; the next build makes it."""
    made = site_maker({"data/penalty/a.csv": table([penalty(ROWS)])}, base="penalty").good()
    stub = tmp_path / "stub" / "pagefind_bin"
    stub.mkdir(parents=True)
    (stub / "pagefind").write_text("#!/bin/sh\necho 坏了 >&2\nexit 3\n", encoding="utf-8")
    (stub / "pagefind").chmod(0o755)
    (stub / "__init__.py").write_text(
        "import pathlib\nget_executable = lambda: pathlib.Path(__file__).with_name('pagefind')\n"
    )
    (made.root / "data/penalty/a.csv").write_text(table([penalty(OTHER)]), encoding="utf-8")
    command = [
        sys.executable,
        str(PROJECT / "build.py"),
        "build",
        "--root",
        str(made.root),
        "--out",
        str(made.out),
        "--jobs",
        "1",
    ]
    environment = {**surroundings(), "PYTHONPATH": os.pathsep.join([str(stub.parent)])}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert "全文索引没有做成：程序以代码 3 结束；坏了" in done.stdout
    assert not has(made, SECRET)
    page = browser.new_page()
    for address in serve(made.out):
        ask(page, address, "明码标价")
        assert "没有全文索引" in note(page)
        break
    page.close()
    assert has(made.build().good(), "未明码标价")
