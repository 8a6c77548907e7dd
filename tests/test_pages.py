"""Pages as people meet them: complete without scripts, on any path and from a disk, tagged as 国办发〔2017〕47号 asks."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from conftest import SiteMaker, demo_pages, follow
from frontdoor import Outcome, credit_code, leads_to, links, notice, notices, start, tree
from playwright.sync_api import Browser
from selectolax.lexbor import LexborHTMLParser

ARTICLE = "---\ntitle: {title}\ndate: {date}\nsource: 黑河市甲局\n---\n{body}\n"
CONTENT = {
    "content/news/index.md": "---\ntitle: 信用动态\n---\n",
    "content/news/one.md": ARTICLE.format(
        title="第一篇", date="2026-11-20 09:30", body="见[第二篇](two.md)和[通知](/list/notice/index.html)。"
    ),
    "content/news/two.md": ARTICLE.format(
        title="第二篇", date="2026-11-19", body="正文<script>alert(1)</script>[坏](javascript:alert(1))"
    ),
}


def many(count: int, day: str = "2026-05-06") -> list[dict[str, str]]:
    """Return rows of as many entities."""
    return [notice(文号=f"{n}号", 代码=credit_code(n), 名称=f"黑河第{n}公司", 日期=day) for n in range(1, count + 1)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A small site with articles and records of two years, two departments and one entity without a code. Tests only look at it."""
    root = tmp_path_factory.mktemp("pages") / "site"
    start(root, "small")
    rows = [
        notice(),
        notice(文号="2号", 日期="2025-03-04", 机关="爱辉区乙局"),
        notice(文号="3号", 代码="", 名称="老王面馆", 机关="爱辉区乙局"),
        notice(文号="4号", 代码=credit_code(4), 名称="北安丙丁公司", 机关="不认识的局"),
    ]
    return Outcome(root, root / "public", 0, "", "").build(files={**CONTENT, **notices(*rows)}).good()


def test_every_link_of_every_page_leads_somewhere_from_a_disk(site: Outcome) -> None:
    root = site.out.resolve()
    for address in site.pages():
        html = site.page(address)
        base = LexborHTMLParser(html).css_first("base")
        assert base is None
        for link in links(html):
            if address == "404.html":
                assert not link.startswith("../")
                continue
            assert not link.startswith("/"), (address, link)
            target = leads_to(root, address, link)
            if target is None:
                continue
            assert target.is_file(), (address, link)
            assert root in target.resolve().parents
            fragment = urlsplit(link).fragment
            if fragment:
                ids = {
                    node.attributes["id"] for node in LexborHTMLParser(target.read_text(encoding="utf-8")).css("[id]")
                }
                assert fragment in ids, (address, link)


def test_the_page_of_what_is_missing_holds_at_any_depth(site: Outcome) -> None:
    for link in links(site.page("404.html")):
        assert link.startswith(("/", "#", "data:,"))
        assert not link.startswith("//")


def test_addresses_are_those_of_the_contract(site: Outcome) -> None:
    code = credit_code(1)
    expected = [
        "index.html",
        "search.html",
        "404.html",
        "sitemap.html",
        "statistics.html",
        "list/index.html",
        "list/notice/index.html",
        "list/notice/2026.html",
        "list/notice/2026-05.html",
        "list/notice/2025-03.html",
        "list/notice/department/11231100000000001A/index.html",
        "list/notice/department/11231100000000001A/2026.html",
        "list/notice/district/231102/index.html",
        "department/11231100000000001A.html",
        f"entity/{code[-2:]}/{code}.html",
        "news/index.html",
        "news/one.html",
    ]
    assert [address for address in expected if address not in site.pages()] == []
    for name in ("sitemap.xml", "robots.txt", "release.json"):
        assert (site.out / name).is_file()
    for name in tree(site.out):
        if name.startswith("entity/"):
            assert re.fullmatch(r"entity/([0-9A-Z]{2}/[0-9A-Z]{16}\w\w|name/[0-9a-f]{2}/[0-9a-f]{20})\.html", name)


def test_every_record_has_its_anchor_that_the_lists_lead_to(site: Outcome) -> None:
    listed = {link.rpartition("/")[2] for link in links(site.page("list/notice/2026.html")) if "#notice-" in link}
    assert len(listed) == 3
    for address in site.entities():
        ids = [node.attributes["id"] for node in LexborHTMLParser(site.page(address)).css("article.record")]
        assert ids
        assert len(ids) == len(set(ids))


def test_every_fact_has_its_issuing_body(site: Outcome) -> None:
    said = site.text(f"entity/{credit_code(1)[-2:]}/{credit_code(1)}.html")
    assert said.count("来源：") == 2
    assert "来源：爱辉区乙局" in said
    assert "公示至 2027年5月6日" in said


def test_pages_carry_the_tags_of_government_sites(site: Outcome) -> None:
    for address in site.pages():
        page = LexborHTMLParser(site.page(address))
        tags = {node.attributes["name"]: node.attributes["content"] for node in page.css("meta[name]")}
        assert tags["SiteName"] == "信用示例"
        assert tags["SiteDomain"] == "credit.example"
        assert tags["SiteIDCode"] == "2311000000"
        assert all(content and content != "null" for content in tags.values()), address
        assert tags["Description"], address
        assert tags.get("Url") == (None if address == "404.html" else f"https://credit.example/{address}")
        if address.startswith(("list/", "news/", "entity/")):
            for name in ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"):
                assert tags[name], (address, name)
        if address in ("news/one.html", "news/two.html"):
            assert tags["ArticleTitle"] in ("第一篇", "第二篇")
            assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", tags["PubDate"] or "")
            assert tags["ContentSource"] == "黑河市甲局"
    assert '<meta name="PubDate" content="2026-11-20 09:30">' in site.page("news/one.html")


def test_every_kind_of_page_has_the_tags_of_its_sort(demo_site: Path) -> None:
    """The site's and a description everywhere; its column below the home page; title, date and source where people read one thing."""
    for kind, address in demo_pages(demo_site).items():
        name = address.partition("?")[0]
        page = LexborHTMLParser((demo_site / name).read_text(encoding="utf-8"))
        tags = {node.attributes["name"]: node.attributes["content"] or "" for node in page.css("meta[name]")}
        wanted = ["SiteName", "SiteDomain", "SiteIDCode", "Description"]
        if kind not in ("404", "withdrawn"):
            assert tags["Url"] == f"https://credit.heihe.example/{name}", kind
        if kind not in ("home", "404"):
            wanted += ["ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"]
        if kind.startswith("entity") or kind in ("record", "article", "form"):
            wanted += ["ArticleTitle", "PubDate", "ContentSource"]
            assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", tags["PubDate"]), kind
        assert [tag for tag in wanted if not tags.get(tag)] == [], kind
        titles = [node.text() for node in page.css("h1, title")]
        assert tags["Description"] not in titles, kind


def test_every_page_is_one_document_in_chinese_with_one_heading(site: Outcome) -> None:
    for address in site.pages():
        page = LexborHTMLParser(site.page(address))
        assert site.page(address).startswith("<!DOCTYPE html>")
        assert page.css_first("html").attributes["lang"] == "zh-CN"  # type: ignore[union-attr]
        assert len(page.css("main")) == 1, address
        assert len(page.css("h1")) == 1, address
        assert "信用示例" in page.css_first("title").text()  # type: ignore[union-attr]


def test_articles_are_listed_in_their_column_newest_first_and_made_safe(site: Outcome) -> None:
    said = site.text("news/index.html")
    assert said.index("第一篇") < said.index("第二篇")
    html = site.page("news/two.html")
    assert "alert(1)" not in html
    assert "javascript:" not in html
    assert 'href="two.html"' in site.page("news/one.html")
    assert 'href="../list/notice/index.html"' in site.page("news/one.html")


@pytest.mark.parametrize(
    "secret",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ site }}", "&lt;b&gt;", "']]></script>"],
)
def test_what_a_cell_says_is_said_and_never_done(site_maker: SiteMaker, secret: str) -> None:
    rows = [notice(名称=f"黑河{secret}公司", 说明=secret, 机关=f"局{secret}", 文号=f"号{secret}")]
    outcome = site_maker(notices(*rows)).good()
    for address in outcome.pages():
        page = LexborHTMLParser(outcome.page(address))
        assert page.css("[onerror]") == []
        assert all("alert" not in node.text() for node in page.css('script:not([type="application/ld+json"])')), address
    assert re.sub(r"\s", "", secret) in re.sub(r"\s", "", outcome.text(outcome.entities()[0]))


def test_lists_are_cut_by_month_and_days_where_they_are_long(site_maker: SiteMaker) -> None:
    settings = "name: 信用示例\nformal_name: 信用中国（示例）\naddress: https://credit.example/\ndescription: 测\nas_of: 2026-11-22\nrows: 20\n"
    rows = [*many(45), *({**row, "文号": f"更早{row['文号']}", "日期": "2026-05-01"} for row in many(3))]
    outcome = site_maker({"site.yaml": settings, **notices(*rows)}).good()
    assert {
        "list/notice/2026-05-06.html",
        "list/notice/2026-05-06-1.html",
        "list/notice/2026-05-06-3.html",
        "list/notice/2026-05-01.html",
    } <= set(outcome.pages())
    assert "list/notice/2026-05-06-4.html" not in outcome.pages()
    assert "共 48 条" in outcome.text("list/notice/2026-05.html")
    shown: list[str] = []
    for address in outcome.pages():
        rows_here = LexborHTMLParser(outcome.page(address)).css("table.register tbody tr")
        assert len(rows_here) <= 20
        if re.match(r"list/notice/2026-05-\d\d", address):
            shown += [row.css("td")[0].text().strip() for row in rows_here]
    assert sorted(shown) == sorted(row["文号"] for row in rows)


def test_a_new_record_changes_the_pages_of_its_own_month_alone(site_maker: SiteMaker) -> None:
    rows = [*many(3, "2026-05-06"), *({**row, "文号": f"六月{row['文号']}", "日期": "2026-06-06"} for row in many(3))]
    outcome = site_maker(notices(*rows)).good()
    before = tree(outcome.out)
    new = notice(文号="新的", 代码=credit_code(77), 名称="黑河新来公司", 日期="2026-06-07")
    after = tree(outcome.build(files=notices(*rows, new)).good().out)
    same = [name for name in before if after.get(name) == before[name] and name.startswith(("list/", "entity/"))]
    assert "list/notice/2026-05.html" in before
    changed = set(before) - set(same)
    assert not [name for name in changed if name.startswith("entity/")]
    assert "list/notice/2026-06.html" in changed
    assert {name for name in before if name.endswith(".html")} <= after.keys()


def test_a_record_without_a_date_has_its_list_too(site_maker: SiteMaker) -> None:
    files = {
        "data/plain/register.yaml": "label: 目录\nbadge: 目\nsection: 其他\nparty: 名称\nkey: [名称]\ncolumns: [名称]\nfields: {名称: name}\n",
        "data/plain/a.csv": "名称\n黑河甲公司\n黑河乙公司\n",
    }
    outcome = site_maker(files).good()
    assert "黑河甲公司" in outcome.text("list/plain/undated.html")


def test_numbers_of_the_statistics_are_the_counts_of_the_lists(site: Outcome) -> None:
    page = LexborHTMLParser(site.page("statistics.html"))
    counted = 0
    for node in page.css("td a, th a"):
        link = node.attributes["href"] or ""
        if link.startswith("list/") and node.text().strip().isdigit():
            counted += 1
            assert f"共 {node.text().strip()} 条" in site.text(urlsplit(link).path)
    assert counted >= 3


def test_an_empty_site_is_a_site(site_maker: SiteMaker) -> None:
    outcome = site_maker().good()
    assert outcome.entities() == []
    bare = site_maker({"data/notice": None}).good()
    assert "index.html" in bare.pages()


def test_site_maps_hold_every_page_but_those_for_nobody(site: Outcome) -> None:
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = ElementTree.fromstring(site.page("sitemap.xml")).findall("s:url/s:loc", spaces)
    addresses = {(node.text or "").removeprefix("https://credit.example/") for node in found}
    assert addresses == set(site.pages()) - {"404.html", "search.html"}
    assert "Sitemap: https://credit.example/sitemap.xml" in site.page("robots.txt")


def test_no_page_carries_the_release_or_the_hour(site: Outcome) -> None:
    release = site.out.resolve().name
    for address in site.pages():
        assert release not in site.page(address)
        assert not re.search(r"\b\d\d:\d\d:\d\d\b", site.text(address))


def test_pages_need_no_javascript(site: Outcome, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    home = (site.out.resolve() / "index.html").as_uri()
    page.goto(home)
    follow(page.get_by_role("link", name="通知", exact=False).first)
    follow(page.get_by_role("link", name="北安丙丁公司").first)
    assert page.locator("h1").inner_text() == "北安丙丁公司"
    assert page.locator("article.record").first.is_visible()
    page.locator("article.record summary").first.click()
    assert page.get_by_text("说明文字").last.is_visible()
    assert Path(page.url.removeprefix("file://").partition("#")[0]).is_file()
    assert failed == []
    context.close()


def test_the_demonstration_is_marked_on_every_page(demo_site: Path) -> None:
    pages = sorted(demo_site.resolve().rglob("*.html"))
    assert len(pages) > 1000
    for path in pages[:: len(pages) // 150]:
        assert "示例数据" in path.read_text(encoding="utf-8"), path
    assert "示例数据" in (demo_site / "index.html").read_text(encoding="utf-8")


def test_the_demonstration_has_no_dead_link(demo_site: Path) -> None:
    root = demo_site.resolve()
    pages = sorted(path for path in root.rglob("*.html") if path.name != "404.html")
    some = [path for path in pages if "entity" not in path.parts] + pages[:: len(pages) // 200]
    asked = {(path.parent, link): path for path in some for link in links(path.read_text(encoding="utf-8"))}
    for (_, link), path in asked.items():  # a link that pages of one folder share leads to one place
        address = path.relative_to(root).as_posix()
        target = leads_to(root, address, link)
        assert target is None or target.is_file(), (address, link)
