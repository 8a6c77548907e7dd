"""The page of one entity: who it is, and all its records in the order of the sections."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from disclosure.kinds import show_date, shown
from disclosure.pages.frame import LISTS, article_tags, column_tags, frame
from disclosure.pages.world import Context, Page, World
from disclosure.registers import Register


def plan(world: World) -> Iterator[Page]:
    """Every entity with a record shown has a page."""
    for address, key, fingerprint in world.store.execute("SELECT address, key, fingerprint FROM entity ORDER BY key"):
        yield Page(address, "entity", key, fingerprint)


def show(world: World, page: Page) -> Context:
    """Return the entity, its head, and its records by section and register, newest first."""
    name, code, district, former, counts, marks, updated = world.store.execute(
        "SELECT name, code, district, former, counts, marks, updated FROM entity WHERE key = ?", (page.about,)
    ).fetchone()
    rows = world.store.execute(
        "SELECT register, key, date, ends, department, vals FROM disclosed WHERE entity = ? ORDER BY date DESC, register, key",
        (page.about,),
    ).fetchall()
    tags = article_tags(column_tags(world, *LISTS[:1], ""), name, updated, world.site.name)
    objection = next(
        ({"text": link.label, "address": link.address} for link in world.site.services if "异议" in link.label), None
    )
    return {
        **frame(world, page, name, [LISTS], tags),
        "entity": {
            "name": name,
            "code": code,
            "former": json.loads(former),
            "labels": json.loads(marks),
            "head": _head(world, rows),
            "updated": show_date(updated) if updated else "",
            "district": world.site.districts.get(district, ""),
        },
        "sections": _sections(world, rows, json.loads(counts)),
        "objection": objection,
    }


def _head(world: World, rows: list[tuple[str, ...]]) -> list[dict[str, str]]:
    for register, _, _, _, _, values in rows:
        declared = world.registers[register]
        if declared.head:
            facts = readable(declared, json.loads(values))
            return [{"title": title, "text": facts[title]} for title in declared.head if facts[title]]
    return []


def _sections(world: World, rows: list[tuple[str, ...]], counts: dict[str, int]) -> list[Context]:
    by_register = defaultdict(list)
    for row in rows:
        by_register[row[0]].append(row)
    sections = []
    for number, label in enumerate(world.site.sections, 1):
        here = {name: r for name, r in world.listed.items() if r.section == label and name in counts}
        groups = [
            {
                "register": name,
                "label": register.label,
                "count": counts[name],
                "note": register.intro,
                "records": [record(world, register, *row[1:]) for row in by_register[name]],
            }
            for name, register in here.items()
        ]
        count = sum(counts[name] for name in here)
        sections.append({"id": f"s{number}", "label": label, "count": count, "groups": groups})
    return sections


def record(world: World, register: Register, key: str, date: str, ends: str, department: str, values: str) -> Context:
    """Return one record as people read it: a summary, all of it, until when and from whom."""
    read = json.loads(values)
    facts, notes = readable(register, read), notes_of(register, read)
    address = f"department/{department}.html" if department else ""
    title = next((facts[name] for name in register.title if facts[name]), register.label)
    return {
        "id": anchor(register.name, key),
        "register": register.name,
        "badge": register.badge,
        "tone": register.tone,
        "title": title,
        "date": show_date(date) if date else "",
        "date_label": notes.get(register.date, register.date_label),
        "summary": [
            {"title": name, "text": facts[name], "address": address if name == register.department else ""}
            for name in register.summary
            if facts[name] and facts[name] != title
        ],
        "all": [{"title": name, "text": text} for name, text in facts.items() if text],
        "until": show_date(ends) if ends else "",
        "rule": "报送单位给出的公示截止期" if ends else "",
        "source": facts.get(register.source or register.department, ""),
        "state": facts.get(register.state, "") if register.state else "",
    }


def readable(register: Register, values: list[Any]) -> dict[str, str]:
    """Return the values of a record as people read them, by field; one read from elsewhere says from where."""
    return dict(zip(register.fields, read_fields(register, values, register.fields), strict=True))


def read_fields(register: Register, values: list[Any], names: Iterable[str]) -> list[str]:
    """Return some values of a record as people read them."""
    notes = notes_of(register, values)
    texts = []
    for name in names:
        field, value = register.fields[name], values[register.position[name]]
        text = shown(field.kind, field.options, value) if value else ""
        texts.append(f"{text}（据{notes[name]}）" if name in notes else text)
    return texts


def notes_of(register: Register, values: list[Any]) -> dict[str, str]:
    """Return, by field, where a value was read from when that was not its first source."""
    return dict(values[len(register.fields)]) if len(values) > len(register.fields) else {}


def anchor(register: str, key: str) -> str:
    """Return the id of a record on the page of its entity."""
    return f"{register}-{key[:12]}"
