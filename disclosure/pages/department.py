"""The page of one department: where to write to it, and what it has had published."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from disclosure.deadlines import LATE
from disclosure.entities import entity_address
from disclosure.pages.entity import anchor
from disclosure.pages.frame import LISTS, column_tags, department_feed, frame
from disclosure.pages.home import newest
from disclosure.pages.world import Context, Page, World

NEWEST = 20


def plan(world: World) -> Iterator[Page]:
    """Every department that records shown come from."""
    for department in sorted(world.organs):
        yield Page(f"department/{department}.html", "department", department)


def _late(world: World, department: str) -> list[Context]:
    """Return the department's matters whose deadline is over, the oldest first."""
    ledgers = [name for name, register in world.registers.items() if register.deadline]
    query = (
        f"SELECT register, name, key, entity, notes FROM disclosed WHERE register IN ({', '.join('?' * len(ledgers))})"
        " AND +department = ? AND notes LIKE ?"  # few records have a deadline
    )
    found = []
    for register, name, key, entity, notes in world.store.execute(query, (*ledgers, department, f'%"{LATE}":%')):
        note = next(note for note in json.loads(notes) if LATE in note)
        address = f"{entity_address(entity)}#{anchor(register, key)}"
        label = world.registers[register].label
        found.append((note["date"], {"label": name, "said": label, "tag": note["tag"], "address": address}))
    return [said for _, said in sorted(found, key=lambda one: (one[0], one[1]["address"]))]


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
        "late": _late(world, page.about),
        "newest": newest(world, NEWEST, page.about),
    }
