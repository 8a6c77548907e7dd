"""The page of one entity: who it is, and all its records in the order of the sections."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from disclosure.codes import nameless
from disclosure.dates import FOREVER
from disclosure.deadlines import LATE
from disclosure.entities import RECORD, entity_address
from disclosure.kinds import show_date
from disclosure.pages.frame import ALL_LISTS, LISTS, article_tags, column_tags, frame, service
from disclosure.pages.linked import organization
from disclosure.pages.world import Context, Page, World
from disclosure.registers import Register

# Of one group, so many records stand open, the older ones folded.
OPEN = 10
# A value of more characters takes a whole line.
LONG = 40


def plan(world: World) -> Iterator[Page]:
    """Every entity with a record shown has a page."""
    for address, key, fingerprint in world.store.execute(
        "SELECT address, key, fingerprint FROM entity WHERE key NOT LIKE ? ORDER BY key", (f"{RECORD}%",)
    ):
        yield Page(address, "entity", key, fingerprint)


_ROWS = (
    "SELECT register, key, date, department, vals, ends, set_by, rule, repair, notes, row, code FROM disclosed"
    " WHERE entity = ? ORDER BY date DESC, register, key"
)


def show(world: World, page: Page) -> Context:
    """Return the entity, its head, and its records by section and register, newest first."""
    name, code, district, former, counts, marks, updated = world.store.execute(
        "SELECT name, code, district, former, counts, marks, updated FROM entity WHERE key = ?", (page.about,)
    ).fetchone()
    rows = [
        (register, key, date, department, json.loads(values), *others)
        for register, key, date, department, values, *others in world.store.execute(_ROWS, (page.about,))
    ]
    title = _title(world, name, code, rows)
    tags = article_tags(column_tags(world, *ALL_LISTS), title, updated, world.site.name)
    numbers: dict[str, int] = json.loads(counts)
    linked = organization(name, code, json.loads(former), world.site.address + page.address)
    sections = _sections(world, rows, numbers)
    return {
        **frame(
            world,
            page,
            title,
            [LISTS],
            tags,
            robots([row[5] for row in rows]),
            linked=linked,
            about=_about(world, title, numbers),
        ),
        "entity": {
            "name": title,
            "code": code,
            "former": json.loads(former),
            "labels": _labels(world, numbers, json.loads(marks)),
            "head": _head(world, code, rows),
            "shape": " ".join(str(section["count"]) for section in sections),
            "count": sum(section["count"] for section in sections),
            "url": world.site.address + page.address,
            "updated": show_date(updated) if updated else "",
            "district": world.site.districts.get(district, ""),
        },
        "sections": sections,
        "objection": service(world, "异议"),
        "periods": service(world, "期限"),
        "repair": service(world, "修复"),
        "forms": world.forms,
    }


def _about(world: World, title: str, counts: dict[str, int]) -> str:
    """Say in a sentence what the page has."""
    listed = [f"{register.label} {counts[name]:,} 条" for name, register in world.listed.items() if counts.get(name)]
    return f"{title}公示中的信用信息：{'、'.join(listed) or '目前没有'}。"


def robots(ends: list[str]) -> str:
    """Return what search engines are told: to keep no copy where a record ends, and to drop the page when the last one has."""
    if not any(end and end != FOREVER for end in ends):
        return ""
    last = max(end or FOREVER for end in ends)
    return "noarchive" if last == FOREVER else f"noarchive, unavailable_after: {last}T23:59:59+08:00"


def _title(world: World, name: str, code: str, rows: list[tuple[Any, ...]]) -> str:
    """Return what an entity is called; one without a name of its own is told from others by its code or document."""
    if not nameless(name):
        return name
    for register, _, _, _, values, *_ in rows if not code else []:
        declared = world.registers[register]
        known = [text for text in read_fields(declared, values, declared.numbers) if text]
        if known:
            return f"{name}（{known[0]}）"
    return f"{name}（{code}）" if code else name


def _labels(world: World, counts: dict[str, int], marks: list[Context]) -> list[Context]:
    """Return the labels of an entity, each with the group of records that it speaks of."""
    marked = (r for name, r in world.registers.items() if r.mark and counts.get(name))
    return [
        {**mark, "address": f"#{_group_id(world, register)}" if register.section else ""}
        for mark, register in zip(marks, marked, strict=True)
    ]


def _group_id(world: World, register: Register) -> str:
    return f"s{world.site.sections.index(register.section) + 1}-{register.name}"


def _head(world: World, code: str, rows: list[tuple[Any, ...]]) -> list[dict[str, str]]:
    """Return the facts of the newest row that has some; a row of its own code goes before what a merger brought."""
    for register, _, _, _, values, *_ in sorted(rows, key=lambda row: row[-1] not in ("", code)):
        declared = world.registers[register]
        if declared.head:
            texts = read_fields(declared, values, declared.head)
            return [{"title": title, "text": text} for title, text in zip(declared.head, texts, strict=True) if text]
    return []


def _sections(world: World, rows: list[tuple[Any, ...]], counts: dict[str, int]) -> list[Context]:
    by_register = defaultdict(list)
    for row in rows:
        by_register[row[0]].append(row)
    sections = []
    for id, label, registers in world.sections:
        here = (register for register in registers if register.name in counts)
        groups = [_group(world, register, counts[register.name], by_register[register.name]) for register in here]
        count = sum(group["count"] for group in groups)
        sections.append({"id": id, "label": label, "count": count, "groups": groups})
    return sections


def _group(world: World, register: Register, count: int, rows: list[tuple[Any, ...]]) -> Context:
    records = [record(world, register, *row[1:-1]) for row in rows]
    return {
        "id": _group_id(world, register),
        "register": register.name,
        "label": register.label,
        "count": count,
        "follows": follows(register, *sorted({_theme(register, row[4]) for row in rows})),
        "records": records[:OPEN],
        "older": records[OPEN:],
    }


def _theme(register: Register, values: list[Any]) -> str:
    """Return the theme of a record as addresses have it, "" where there is none."""
    if not register.theme:
        return ""
    theme = register.themes.get(values[register.position[register.theme]])
    return theme.name if theme else ""


def follows(register: Register, *themes: str) -> Context | None:
    """Return what follows from being on a list under some of its themes, and by which documents."""
    of_themes = [register.themes[register.named[theme]] for theme in themes if theme in register.named]
    found = [*register.measures, *(measure for theme in of_themes for measure in theme.measures)]
    if not found:
        return None
    title = "守信激励措施" if register.tone == "honour" else "一处失信，处处受限"
    items = [{"text": m.text, "units": "、".join(m.units), "basis": m.basis} for m in found]
    return {"title": title, "items": list({item["text"]: item for item in items}.values())}


def record(
    world: World,
    register: Register,
    key: str,
    date: str,
    department: str,
    values: list[Any],
    ends: str,
    set_by: str,
    rule: str,
    repair: str,
    notes: str,
    row: int,
) -> Context:
    """Return one record as people read it: a summary, all of it, until when, from whom and whom to ask."""
    facts, of_fields = readable(register, values), notes_of(register, values)
    looks = world.looks[register.name]
    to = referred(world, row) if register.refers else {}
    for name in register.leading:
        if address := facts[name]:
            facts[name] = world.called(address)
            to |= {name: address} if address not in world.lost else {}
    organ = {register.department: f"department/{department}.html"} if department else {}
    title = register.called(facts)
    said = {
        name: {
            "title": name,
            "text": text,
            "look": "long" if len(text) > LONG else looks[name],
            "address": to.get(name, ""),
        }
        for name, text in facts.items()
        if text
    }
    return {
        "id": anchor(register.name, key),
        "register": register.name,
        "badge": register.badge,
        "tone": register.tone,
        "title": title,
        "date": show_date(date) if date else "",
        "date_label": of_fields.get(register.date, register.date_label),
        "summary": [
            said[name] | {"address": organ[name]} if name in organ and name not in to else said[name]
            for name in register.summary
            if name in said and facts[name] != title
        ],
        "all": [*said.values()],
        "until": show_date(ends) if ends else "",
        "last": ends if ends != FOREVER else "",
        "rule": "以报送单位给出的公示截止期为准" if set_by == "file" else world.rules.get(rule, ""),
        "limited": bool(ends or register.ends),
        "repair": show_date(repair) if repair and ends else "",
        "notes": noted(notes),
        "source": facts.get(register.source or register.department, ""),
        "state": facts.get(register.state, "") if register.state else "",
        "organ": world.organs.get(department, ""),
        "phone": world.phones.get(department, ""),
    }


def referred(world: World, row: int) -> dict[str, str]:
    """Return, by field, the place of the record in another register that a row names there."""
    query = (
        "SELECT field, entity, shown.register, row.key FROM referred JOIN shown ON shown.row = target"
        " JOIN row ON row.id = target WHERE referred.row = ?"
    )
    return {
        field: f"{entity_address(entity)}#{anchor(register, key)}"
        for field, entity, register, key in world.store.execute(query, (row,))
    }


def noted(notes: str) -> list[Context]:
    """Return what events say beside a record: a tag while it stands, in words, since when, and why."""
    said = json.loads(notes) if notes else []
    return [
        {
            "tag": n["tag"],
            "text": n["text"],
            "date": show_date(n["date"]),
            "reason": n["reason"],
            "tone": "blacklist" if LATE in n else "plain",
        }
        for n in said
    ]


def readable(register: Register, values: list[Any]) -> dict[str, str]:
    """Return the values of a record as people read them, by field; one read from elsewhere says from where."""
    return dict(zip(register.fields, read_fields(register, values, register.fields), strict=True))


def read_fields(register: Register, values: list[Any], names: Iterable[str]) -> list[str]:
    """Return some values of a record as people read them."""
    notes, position, shows = notes_of(register, values), register.position, register.shows
    texts = []
    for name in names:
        value = values[position[name]]
        text = shows[name](value) if name in shows else value
        texts.append(f"{text}（据{notes[name]}）" if name in notes else text)
    return texts


def notes_of(register: Register, values: list[Any]) -> dict[str, str]:
    """Return, by field, where a value was read from when that was not its first source."""
    return dict(values[len(register.fields)]) if len(values) > len(register.fields) else {}


def anchor(register: str, key: str) -> str:
    """Return the id of a record on the page of its entity."""
    return f"{register}-{key[:12]}"
