"""What the events of the day do: which rows are shown no more, what is said beside a row, which entity became which.

An event means one record. One that fits none, or two, is a fault; one that fitted once and whose row the department has
taken out of its file since is remembered.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from disclosure.codes import same_name, same_number
from disclosure.entities import entity_address, place_of
from disclosure.events import CORRECTED, DECIDED, ENDS, EXPLAINED, MERGED, OBJECTION, RENAMED, TAKEN_DOWN, Event
from disclosure.problems import Problem
from disclosure.registers import Register
from disclosure.site import Departments

CORRECTION = "本条已更正"
Match = tuple[str, str, str]  # register, key and address of the entity's page


@dataclass
class Effects:
    """Of the events up to a day: the fate of rows (with its day), what is said beside them, entities that became others
    (by key) and their names, what stands where something was (address, fate, day, document, reason), addresses that moved
    (to the key of an entity), and what each event (its mark and day) fitted."""

    fates: dict[int, str] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)
    became: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    stones: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    fitted: dict[tuple[str, str], list[Match]] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """An accepted row that an event fits."""

    id: int
    register: str
    key: str
    entity: str


def take_effect(
    store: sqlite3.Connection,
    registers: Mapping[str, Register],
    departments: Departments,
    events: Sequence[Event],
    day: str,
    objection_days: int,
    remembered: Mapping[str, Sequence[Match]],
    severity: str,
) -> tuple[Effects, list[Problem]]:
    """Return what the events do on a day, entities merged in the store, and a problem for every event that fits not one record."""
    done, problems = Effects(), []
    of_entities = [event for event in events if event.sort in (MERGED, RENAMED)]
    fitting = rows_fitting(store, registers, departments, [event for event in events if event not in of_entities])
    problems += _become(store, [event for event in of_entities if not event.known], day, remembered, severity, done)
    said: dict[tuple[str, str], list[Event]] = defaultdict(list)
    rows_of: dict[tuple[str, str], list[int]] = defaultdict(list)
    for event, rows in fitting.items():
        keys = {(row.register, row.key) for row in rows}
        whole = event.sort == TAKEN_DOWN and not event.number
        if not keys and event.mark not in remembered:
            problems.append(_unmatched(event, severity))
        if len(keys) > 1 and not whole:
            problems.append(_several(store, event, rows, severity))
            continue
        # What is taken down is remembered by its address alone: `state/` keeps no key of it.
        named = event.sort != TAKEN_DOWN
        matches = [(row.register, row.key if named else "", entity_address(row.entity)) for row in rows]
        done.fitted[event.mark, event.day] = fitted = sorted({*matches, *remembered.get(event.mark, [])})
        if event.day > day:
            continue
        for row in rows:
            if event.sort in ENDS:
                done.fates.setdefault(row.id, ENDS[event.sort])
            else:
                rows_of[row.register, row.key].append(row.id)
        for place in keys if event.sort not in ENDS else ():
            said[place].append(event)
        if ENDS.get(event.sort) in EXPLAINED:
            addresses = sorted({address for _, _, address in fitted})
            done.stones += [(at, ENDS[event.sort], event.day, event.document, event.reason) for at in addresses]
    for place, about in said.items():
        text = json.dumps(_notes(about, objection_days), ensure_ascii=False)
        done.notes |= dict.fromkeys(rows_of[place], text)
    return done, problems


def _notes(events: Iterable[Event], objection_days: int) -> list[dict[str, str]]:
    """Return what is said beside a record: an objection that waits, or what came of it; that it was corrected."""
    notes: list[dict[str, str]] = []
    for event in events:
        if event.sort == OBJECTION:
            until = datetime.date.fromisoformat(event.day) + datetime.timedelta(objection_days)
            notes.append(
                {"tag": "异议中", "text": "提出异议", "date": event.day, "reason": event.reason, "due": str(until)}
            )
        elif event.sort == DECIDED:
            notes = [note for note in notes if note["tag"] != "异议中"]
            notes.append({"tag": "", "text": "异议已处理", "date": event.day, "reason": event.reason, "due": ""})
        elif event.sort == CORRECTED:
            notes.append({"tag": "", "text": CORRECTION, "date": event.day, "reason": event.reason, "due": ""})
    return notes


def rows_fitting(
    store: sqlite3.Connection, registers: Mapping[str, Register], departments: Departments, events: Sequence[Event]
) -> dict[Event, list[Row]]:
    """Return the rows that each event fits: every field that it gives must be theirs."""
    found: dict[Event, list[Row]] = {event: [] for event in events}
    for name, register in registers.items():
        mine = [event for event in events if event.register in ("", name)]
        by: dict[str, list[Event]] = defaultdict(list)
        for event in mine:
            by[same_number(event.number) or event.code or same_name(event.party)].append(event)
        numbers = [f"json_extract(vals, '$[{register.position[field]}]')" for field in register.numbers] or ["''"]
        query = (
            f"SELECT id, key, entity, same, code, organ, {', '.join(numbers)} FROM row JOIN whose ON whose.row = row.id"
            " WHERE +register = ?"
        )
        for row, key, entity, same, code, organ, *written in store.execute(query, (name,)) if mine else ():
            theirs = {same_number(number) for number in written if number}
            for word in {*theirs, code, same} - {""}:
                for event in by.get(word, ()):
                    if _meant(event, same, code, organ, theirs, departments):
                        found[event].append(Row(row, name, key, entity))
    return {event: sorted(set(rows), key=lambda row: row.id) for event, rows in found.items()}


def _meant(event: Event, same: str, code: str, organ: str, numbers: set[str], departments: Departments) -> bool:
    if event.number and same_number(event.number) not in numbers:
        return False
    if event.party and same_name(event.party) != same:
        return False
    if event.code and code and event.code != code:
        return False
    if event.code and not code and not (event.party and event.number):
        return False
    return not event.organ or _organ(event.organ, departments) == _organ(organ, departments)


def _organ(name: str, departments: Departments) -> str:
    known = departments.find(name)
    return known.name if known else same_name(name)


def _become(
    store: sqlite3.Connection,
    events: Sequence[Event],
    day: str,
    remembered: Mapping[str, Sequence[Match]],
    severity: str,
    done: Effects,
) -> list[Problem]:
    """Let entities become others, in the order of the days; return a problem for every one that is not one entity."""
    problems: list[Problem] = []
    bearing: dict[str, set[str]] = defaultdict(set)
    for same, entity in store.execute("SELECT DISTINCT same, entity FROM row JOIN whose ON whose.row = row.id") if events else ():  # fmt: skip
        bearing[same].add(entity)
    known = {entity for entities in bearing.values() for entity in entities}
    for event in events:
        old = {event.code} & known if event.code else bearing[same_name(event.party)]
        new = ({event.new_code} if event.new_code else bearing[same_name(event.new_name)]) - ({*old} if event.sort == MERGED else set())  # fmt: skip
        if event.sort == RENAMED and not event.new_code:
            new = (new - old) or old
        was = [address for _, _, address in remembered.get(event.mark, ())]
        if len(old) > 1 or len(new) > 1:
            problems.append(_many(event, max(len(old), len(new)), severity))
        elif not new or not (old or was):
            if not was:
                problems.append(_unmatched(event, severity))
        elif event.day <= day or old:
            done.fitted[event.mark, event.day] = sorted({*(("", "", entity_address(key)) for key in old), *remembered.get(event.mark, ())})  # fmt: skip
            if event.day <= day:
                _turn(old, was, next(iter(new)), event, done)
    circle = _flatten(done.became)
    if circle:
        problems += [_circle(event, severity) for event in events if event.code in circle or bearing[same_name(event.party)] & circle]  # fmt: skip
        done.became.clear()
    store.execute("CREATE TEMP TABLE IF NOT EXISTS became (old TEXT PRIMARY KEY, new TEXT) WITHOUT ROWID")
    store.execute("DELETE FROM became")
    store.executemany("INSERT INTO became VALUES (?, ?)", done.became.items())
    if done.became:
        store.execute("UPDATE whose SET entity = (SELECT new FROM became WHERE old = entity) WHERE entity IN (SELECT old FROM became)")  # fmt: skip
    done.moved = {address: done.became.get(key, key) for address, key in done.moved.items()}
    done.names = {done.became.get(key, key): name for key, name in done.names.items()}
    return problems


def _turn(old: set[str], was: Sequence[str], new: str, event: Event, done: Effects) -> None:
    for key in old - {new}:
        done.became[key] = new
    for address in {*was, *(entity_address(key) for key in old)} - {entity_address(new)}:
        done.moved[address] = new
    if event.new_name and event.sort == RENAMED:
        done.names[new] = event.new_name


def _flatten(became: dict[str, str]) -> set[str]:
    """Let every entity become the last of its chain; return those that go in a circle."""
    for first in list(became):
        seen = {first}
        while became[first] in became:
            if became[first] in seen:
                return seen
            seen.add(became[first])
            became[first] = became[became[first]]
    return set()


_WHY = "事件凭文书号、机关、相对人、代码认记录，给出的每一项都要相符"


def _unmatched(event: Event, severity: str) -> Problem:
    about = event.number or event.party or event.code
    what = f"「{event.sort}」说的「{about}」对不上任何记录"
    return Problem("event-unmatched", event.place, what, _WHY, "核对这一行的文书号、名称和代码，或删去这一行", severity)


def _several(store: sqlite3.Connection, event: Event, rows: Sequence[Row], severity: str) -> Problem:
    first = {(row.register, row.key): row.id for row in reversed(rows)}
    places = "、".join(str(place_of(store, row)) for row in sorted(first.values())[:3])
    what = f"「{event.sort}」说的「{event.number or event.party or event.code}」对上 {len(first):,} 条记录"
    return Problem(
        "event-several", event.place, what, f"例如 {places}", "补上文书号、机关和相对人，直到只剩一条", severity
    )


def _many(event: Event, count: int, severity: str) -> Problem:
    what = f"「{event.sort}」的名称对上 {count} 个主体"
    return Problem("event-several", event.place, what, "同名的主体不止一个", "补上统一社会信用代码、新代码", severity)


def _circle(event: Event, severity: str) -> Problem:
    why = "几行合起来又回到了原来的主体"
    return Problem("event-several", event.place, f"「{event.sort}」绕成了一圈", why, "删去写反的一行", severity)
