"""PLAN: every page of the site. Opens no file; reads the disclosed store alone."""

from __future__ import annotations

from collections.abc import Iterator

from disclosure.pages import article, department, entity, home, lists, plain, statistics
from disclosure.pages.world import Context, Page, Sort, World

__all__ = ["SORTS", "Context", "Page", "Sort", "World", "plan", "show"]

SORTS = {
    "home": Sort(home.plan, home.show),
    "registers": Sort(plain.plan_registers, plain.show_registers),
    "list": Sort(lists.plan, lists.show),
    "department": Sort(department.plan, department.show),
    "statistics": Sort(statistics.plan, statistics.show),
    "column": Sort(article.plan_columns, article.show_column),
    "article": Sort(article.plan, article.show),
    "search": Sort(plain.plan_search, plain.show_search),
    "sitemap": Sort(plain.plan_map, plain.show_map),
    "404": Sort(plain.plan_missing, plain.show_missing),
    "entity": Sort(entity.plan, entity.show),
}


def plan(world: World) -> Iterator[Page]:
    """Return every page of the site, in a stable order."""
    for sort in SORTS.values():
        yield from sort.plan(world)


def show(world: World, page: Page) -> Context:
    """Return all that a page shows."""
    return SORTS[page.sort].show(world, page)
