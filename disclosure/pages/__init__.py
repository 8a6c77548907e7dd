"""PLAN: every page of the site. Opens no file; reads the disclosed store alone."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from disclosure.pages import (
    article,
    changes,
    coverage,
    data,
    department,
    entity,
    form,
    gone,
    home,
    lists,
    measures,
    plain,
    progress,
    questionnaire,
    record,
    scorecard,
    statistics,
)
from disclosure.pages.world import Context, Page, Sort, World
from disclosure.problems import Place, Problem

__all__ = ["SORTS", "Context", "Page", "Sort", "World", "dead_ends", "plan", "show"]

SORTS = {
    "home": Sort(home.plan, home.show),
    "registers": Sort(plain.plan_registers, plain.show_registers),
    "list": Sort(lists.plan, lists.show),
    "department": Sort(department.plan, department.show),
    "coverage": Sort(coverage.plan, coverage.show),
    "progress": Sort(progress.plan, progress.show),
    "measures": Sort(measures.plan, measures.show),
    "statistics": Sort(statistics.plan, statistics.show),
    "scorecard": Sort(scorecard.plan, scorecard.show),
    "changes": Sort(changes.plan, changes.show),
    "data": Sort(data.plan, data.show),
    "questionnaire": Sort(questionnaire.plan, questionnaire.show),
    "column": Sort(article.plan_columns, article.show_column),
    "article": Sort(article.plan, article.show),
    "form": Sort(form.plan, form.show),
    "search": Sort(plain.plan_search, plain.show_search),
    "batch": Sort(plain.plan_batch, plain.show_batch),
    "sitemap": Sort(plain.plan_map, plain.show_map),
    "404": Sort(plain.plan_missing, plain.show_missing),
    "entity": Sort(entity.plan, entity.show),
    "record": Sort(record.plan, record.show),
    "withdrawn": Sort(gone.plan_withdrawn, gone.show_withdrawn),
    "moved": Sort(gone.plan_moved, gone.show_moved),
}


def plan(world: World, sorts: Iterable[str] = SORTS) -> Iterator[Page]:
    """Return every page of the site, or those of some sorts, in a stable order."""
    for sort in sorts:
        yield from SORTS[sort].plan(world)


def dead_ends(world: World, addresses: Container[str]) -> list[Problem]:
    """Return a problem for every link in site.yaml that leads to no page."""
    return [
        Problem(
            "bad-declaration",
            Place(link.at),
            f"「{link.label}」指向的 {link.address} 不存在",
            "导航和服务的链接都要通到本站的页面",
            "改正 address，或删去这一项",
        )
        for link in (*world.site.navigation, *world.site.services, world.site.accessibility)
        if link and link.address.split("#")[0] not in addresses
    ]


def show(world: World, page: Page) -> Context:
    """Return all that a page shows."""
    return SORTS[page.sort].show(world, page)
