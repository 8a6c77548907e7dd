"""The page of one record that concerns no entity: all of its fields, and the records that refer to it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from disclosure.entities import RECORD, entity_address
from disclosure.kinds import show_date
from disclosure.pages import entity
from disclosure.pages.frame import LISTS, article_tags, column_tags, frame, service
from disclosure.pages.world import Context, Page, World

# So many of the records that refer to it stand there, the newest.
NEWEST = 50


def plan(world: World) -> Iterator[Page]:
    """Every record shown of a register without parties has a page."""
    query = "SELECT address, key, fingerprint FROM entity WHERE key LIKE ? ORDER BY key"
    for address, key, fingerprint in world.store.execute(query, (f"{RECORD}%",)):
        yield Page(address, "record", key, fingerprint)


def show(world: World, page: Page) -> Context:
    """Return the record, and what refers to it by register, newest first."""
    row = world.store.execute(
        "SELECT register, name, key, date, department, vals, ends, set_by, rule, repair, notes, row FROM disclosed"
        " WHERE entity = ?",
        (page.about,),
    ).fetchone()
    register, name, of_record = world.registers[row[0]], row[1], (*row[2:5], json.loads(row[5]), *row[6:])
    crumbs = [LISTS, (register.label, f"list/{register.name}/index.html")]
    tags = article_tags(column_tags(world, register.label, register.intro), name, row[3], world.site.name)
    return {
        **frame(world, page, name, crumbs, tags, entity.robots([row[6]]), about=f"{register.label}：{name}。"),
        "register": {"label": register.label, "intro": register.intro, "basis": register.basis},
        "record": entity.record(world, register, *of_record),
        "referring": _referring(world, row[-1]),
        "objection": service(world, "异议"),
        "periods": service(world, "期限"),
        "repair": None,
        "forms": world.forms,
    }


def _referring(world: World, row: int) -> list[Context]:
    groups = []
    query = (
        "SELECT register, name, key, date, entity FROM referred JOIN disclosed ON disclosed.row = referred.row"
        " WHERE target = ? AND register = ? ORDER BY date DESC, key"
    )
    for name, register in world.listed.items():
        found = world.store.execute(query, (row, name)).fetchall() if register.refers else []
        if found:
            items = [
                {
                    "label": called,
                    "said": show_date(date) if date else "",
                    "address": f"{entity_address(whose)}#{entity.anchor(register.name, key)}",
                }
                for _, called, key, date, whose in found[:NEWEST]
            ]
            groups.append({"label": register.label, "count": len(found), "items": items})
    return groups
