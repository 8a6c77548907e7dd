"""What stands where an entity's page was: why its records were withdrawn, or where they are now. Nothing else of it."""

from __future__ import annotations

from collections.abc import Iterator

from disclosure.disclose import REASONS
from disclosure.kinds import show_date
from disclosure.pages.frame import ALL_LISTS, LISTS, column_tags, frame, service
from disclosure.pages.world import Context, Page, World


def plan_withdrawn(world: World) -> Iterator[Page]:
    """Every entity that has no page left and of which something was withdrawn."""
    for address in world.stones:
        yield Page(address, "withdrawn", address)


def show_withdrawn(world: World, page: Page) -> Context:
    """Return what was withdrawn when and why, without a word of whose it was."""
    title = "本页原有的信息已撤回"
    tags = column_tags(world, *ALL_LISTS)
    return {
        **frame(world, page, title, [LISTS], tags, robots="noindex, noarchive"),
        "withdrawn": [
            {"what": REASONS[fate], "date": show_date(day), "document": document, "reason": reason}
            for fate, day, document, reason in world.stones[page.about]
        ],
        "objection": service(world, "异议"),
    }


def plan_moved(world: World) -> Iterator[Page]:
    """Every entity that became another one with a page."""
    for address in world.moved:
        yield Page(address, "moved", address)


def show_moved(world: World, page: Page) -> Context:
    """Return where the records are now."""
    new = world.moved[page.about]
    (name,) = world.store.execute("SELECT name FROM entity WHERE address = ?", (new,)).fetchone()
    tags = column_tags(world, *ALL_LISTS)
    return {
        **frame(world, page, "本页已移到新的位置", [LISTS], tags, robots="noindex, noarchive"),
        "moved": {"name": name, "address": new},
    }
