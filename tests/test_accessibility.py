"""Every kind of page passes axe, narrow and wide: WCAG and the good practice that a machine can judge."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

PAGES = {
    "home": "index.html",
    "lists": "list/index.html",
    "list": "list/blacklist/index.html",
    "theme": "list/blacklist/theme/tax/index.html",
    "list without parties": "list/inspect-plan/index.html",
    "ledger": "list/gov-promise/index.html",
    "record": "record/gov-promise/*.html",
    "entity": "entity/name/*/*.html",
    "department": "department/*.html",
    "statistics": "statistics.html",
    "statistics of a register": "statistics/penalty.html",
    "scorecard": "scorecard/index.html",
    "scorecard of a month": "scorecard/2026-05.html",
    "data": "data/index.html",
    "columns": "data/penalty/columns.html",
    "coverage": "coverage.html",
    "measures": "measures.html",
    "questionnaire": "questionnaire.html",
    "search": "search.html?q=爱辉",
    "batch": "batch.html",
    "column": "government/index.html",
    "article": "service/repair.html",
    "changes": "changes/index.html",
    "site map": "sitemap.html",
    "404": "404.html",
}


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(demo_site: Path, demo_address: str, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    found = {}
    for kind, pattern in PAGES.items():
        name, _, query = pattern.partition("?")
        address = min(path.relative_to(demo_site).as_posix() for path in demo_site.glob(name))
        page.goto(f"{demo_address}{address}?{query}")
        page.wait_for_load_state("networkidle")
        for violation in Axe().run(page).response["violations"]:
            found[kind, violation["id"]] = violation["nodes"][0]["html"][:200]
    assert found == {}


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.set_content('<html lang="zh-CN"><title>题</title><main><h1>题</h1><img src="data:,"></main></html>')
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == ["image-alt"]
