"""The page of one department: where to write to it, and what it has had published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from disclosure.pages.frame import LISTS, column_tags, department_feed, frame
from disclosure.pages.home import newest
from disclosure.pages.world import Context, Page, World

NEWEST = 20


def plan(world: World) -> Iterator[Page]:
    """Every department that records shown come from."""
    for department in sorted(world.organs):
        yield Page(f"department/{department}.html", "department", department)


def show(world: World, page: Page) -> Context:
    """Return the department's contact, its counts by register and its newest records."""
    name = world.organs[page.about]
    known = world.departments.find(name)
    feed = department_feed(page.about)
    counts: Counter[str] = Counter()
    for tally in world.tallies:
        if tally.department == page.about:
            counts[tally.register] += tally.number
    return {
        **frame(world, page, name, [LISTS], column_tags(world, name, f"{name}报送公示的记录"), feed=feed),
        "department": {
            "name": name,
            "code": known.code if known else "",
            "district": world.site.districts.get(known.district, "") if known else "",
            "phone": known.contact.phone if known else "",
            "address": known.contact.address if known else "",
            "counts": [
                {
                    "label": register.label,
                    "count": counts[key],
                    "address": f"list/{key}/department/{page.about}/index.html",
                }
                for key, register in world.listed.items()
                if counts[key]
            ],
        },
        "newest": newest(world, NEWEST, page.about),
    }
