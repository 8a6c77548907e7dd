"""The theme: a site may replace any part of it, a fault in it names template, line and page, and only what changed is drawn."""

from __future__ import annotations

import gc
import random
import re
import tracemalloc
from pathlib import Path

import pytest
from conftest import SiteMaker
from frontdoor import PROJECT, credit_code, notice, notices, site_bytes, tree

from bench.performance.ours import studio_of
from disclosure.pages import plan
from disclosure.render import Easel

TEMPLATES = PROJECT / "theme" / "templates"


def test_a_sites_own_template_replaces_the_programs(site_maker: SiteMaker) -> None:
    files = {
        "theme/templates/pages/404.html": '{% extends "layout.html" %}{% block main %}<h1>这里什么也没有</h1>{% endblock %}'
    }
    outcome = site_maker({**files, **notices(notice())}).good()
    assert "这里什么也没有" in outcome.text("404.html")
    assert "通知" in outcome.text("index.html")


def test_a_register_may_have_a_template_of_its_name(site_maker: SiteMaker) -> None:
    files = {
        "theme/templates/records/notice.html": '<article class="record" id="{{ record.id }}">自己的样子：{{ record.title }}</article>'
    }
    outcome = site_maker({**files, **notices(notice())}).good()
    assert "自己的样子：黑甲〔2026〕1号" in outcome.text(outcome.entities()[0])


def test_a_changed_template_draws_its_pages_again(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    own = {"theme/templates/records/any.html": '<article class="record" id="{{ record.id }}">换了样子</article>'}
    assert "换了样子" in (again := outcome.build(files=own).good()).text(again.entities()[0])
    back = outcome.build(files={"theme": None}).good()
    assert "换了样子" not in back.text(back.entities()[0])


def test_styles_and_scripts_are_named_by_their_bytes_and_pages_point_at_them(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    assets = [name for name in tree(outcome.out) if name.startswith("assets/")]
    assert all(re.fullmatch(r"assets/\w+\.[0-9a-f]{12}\.(css|js)", name) for name in assets)
    own = outcome.build(files={"theme/css/pages/registers.css": "@layer pages { h1 { color: red } }"}).good()
    changed = [name for name in tree(own.out) if name.startswith("assets/registers.") and name.endswith(".css")]
    assert len(changed) == 1
    assert changed[0] not in assets
    assert f'href="../{changed[0]}"' in own.page("list/index.html")
    assert b"color: red" in (own.out / changed[0]).read_bytes()


def test_what_stands_on_a_page_is_escaped_by_the_environment() -> None:
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert "|safe" not in text.replace(" ", ""), path
        assert "autoescape" not in text, path


def test_only_layout_and_the_article_to_paste_are_whole_html_and_templates_build_no_addresses() -> None:
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert ("<html" in text) is (path.name in ("layout.html", "digest.html")), path
        assert not re.search(r'(href|src)="(?!\{\{|#|data:|mailto:|tel:)', text), path


def test_every_change_of_the_data_reaches_the_pages_as_a_fresh_build_does(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    steps = [
        notices(notice(), notice(文号="2号", 代码=credit_code(2), 名称="黑河丙丁公司")),
        notices(notice(说明="改了"), notice(文号="2号", 代码=credit_code(2), 名称="黑河丙丁公司", 机关="爱辉区乙局")),
        {
            "data/departments.yaml": "- {name: 黑河市甲局, district: '231100'}\n- {name: 爱辉区乙局, district: '231181'}\n"
        },
        {"content/a.md": "---\ntitle: 甲\ndate: 2026-11-20\nsource: 乙\n---\n文\n"},
        {
            "site.yaml": (outcome.root / "site.yaml")
            .read_text(encoding="utf-8")
            .replace("name: 信用示例", "name: 信用改名")
        },
        notices(notice(说明="改了")),
    ]
    said: dict[str, str | bytes | None] = dict(notices(notice()))
    for step in steps:
        said |= step
        grown = outcome.build(files=step).good()
        assert site_bytes(grown) == site_bytes(site_maker(said).good()), list(step)


@pytest.mark.parametrize("sort", ["list", "entity"])
def test_a_page_that_is_drawn_leaves_nothing_behind(demo_site: Path, sort: str) -> None:
    easel = Easel(studio_of(demo_site.parent))
    pages = [*plan(easel.world, [sort])]
    random.Random(2019).shuffle(pages)

    def kept_of(some: slice) -> int:
        before, _ = tracemalloc.get_traced_memory()
        for page in pages[some]:
            assert easel.draw(page)[0]
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before

    tracemalloc.start()
    try:
        kept_of(slice(800))  # what all pages share
        # Names and codes that are remembered take some 300 bytes a page; a navigation that is kept took 2,600.
        assert kept_of(slice(800, 1000)) < 200 * 1000
    finally:
        tracemalloc.stop()
