"""Who or what is meant by a key, and the words by which it would be found wherever it still stands."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from disclosure.codes import same_name, same_number
from disclosure.effects import rows_fitting
from disclosure.entities import entity_address
from disclosure.erase import numbers_of
from disclosure.events import FOLDER, TAKEN_DOWN, Event
from disclosure.needles import Needles
from disclosure.problems import Place, Problem
from disclosure.registers import Register
from disclosure.site import Departments
from disclosure.takedown.seek import Sought

SHORTEST = 3  # characters: a shorter word stands everywhere
NAMED = 3
COLUMNS = ("事件类型", "名录", "文书号", "机关", "相对人", "统一社会信用代码", "日期", "原因", "经办人")


@dataclass(frozen=True)
class Asked:
    """A key as it was given, and where: on the command line, or a line of a file."""

    text: str
    place: Place


@dataclass(frozen=True)
class Subject:
    """One record, or one entity with all of its records: what finds it, the page that it stands on, and its events."""

    asked: str
    address: str
    keys: tuple[str, ...]
    numbers: tuple[str, ...]
    names: tuple[str, ...]
    codes: tuple[str, ...]
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class _Row:
    register: str
    key: str
    entity: str
    name: str
    same: str
    code: str
    organ: str
    numbers: tuple[str, ...]


def asked_for(keys: Sequence[str], listed: Path | None) -> tuple[list[Asked], list[Problem]]:
    """Return what is to be taken down: the keys given, and one a line of a file, empty lines and # left out."""
    asked = [Asked(key.strip(), Place(key.strip())) for key in keys if key.strip()]
    if listed:
        try:
            lines = listed.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, ValueError):
            mend = "换成一个文本文件（UTF-8），一行一个"
            return [], [Problem("missing-file", Place(str(listed)), "读不到这个文件", "要撤下的写在里面", mend)]
        for number, line in enumerate(lines, 1):
            if line.strip() and not line.startswith("#"):
                asked.append(Asked(line.strip(), Place(str(listed), number)))
    if not asked:
        mend = "写上文书号、统一社会信用代码或名称，或用 --from 给一个文件"
        return [], [Problem("event-unmatched", Place("take-down"), "没有说要撤下什么", "一个也没有写", mend)]
    return list({one.text: one for one in asked}.values()), []


def resolve(
    rows: sqlite3.Connection,
    registers: Mapping[str, Register],
    departments: Departments,
    asked: Sequence[Asked],
    before: Mapping[str, Subject],
    day: str,
    reason: str,
) -> tuple[list[Subject], list[Problem]]:
    """Return what every key means, one record or one entity; one that means nothing, or several, is a fault.

    What was taken down before is known from its receipts, `before`; it has no new event.
    """
    meant = _meant(rows, registers, asked)
    found: list[Subject] = []
    problems: list[Problem] = []
    for one in asked:
        records, entities = meant[one.text]
        together = {(row.register, row.key) for row in records}
        if not together and not entities and one.text in before:
            found.append(before[one.text])
        elif len(together) + len(entities) != 1:
            problems.append(_unclear(one, records, entities))
        else:
            of = records or next(iter(entities.values()))
            found.append(_subject(one.text, of, bool(entities), Place(one.text), day, reason))
    return found, problems or _misfits(rows, registers, departments, found, asked)


def _meant(
    rows: sqlite3.Connection, registers: Mapping[str, Register], asked: Sequence[Asked]
) -> dict[str, tuple[list[_Row], dict[str, list[_Row]]]]:
    """Return, for every key, the rows of which it is the key or number, and the rows of the entities whose it is."""
    by: dict[str, set[str]] = defaultdict(set)
    for one in asked:
        for form in (one.text, one.text.upper(), same_number(one.text), same_name(one.text)):
            by[form].add(one.text)
    records: dict[str, list[_Row]] = defaultdict(list)
    entities: dict[str, set[str]] = defaultdict(set)
    members: dict[str, list[_Row]] = defaultdict(list)
    for row in _rows(rows, registers):
        for text in {text for form in (row.key, *map(same_number, row.numbers)) for text in by.get(form, ())}:
            records[text].append(row)
        for text in {text for form in (row.code, row.same) if form for text in by.get(form, ())}:
            entities[text].add(row.entity)
    wanted = {entity for found in entities.values() for entity in found}
    for row in _rows(rows, registers) if wanted else ():
        if row.entity in wanted:
            members[row.entity].append(row)
    return {
        one.text: (records[one.text], {entity: members[entity] for entity in sorted(entities[one.text])})
        for one in asked
    }


def _rows(rows: sqlite3.Connection, registers: Mapping[str, Register]) -> Iterator[_Row]:
    query = "SELECT register, key, entity, name, same, code, organ, vals FROM row JOIN whose ON whose.row = row.id WHERE hash <> ''"
    for register, key, entity, name, same, code, organ, values in rows.execute(query):
        if register in registers:
            numbers = tuple(numbers_of(registers[register], values))
            yield _Row(register, key, entity, name, same, code, organ, numbers)


def _subject(asked: str, rows: Sequence[_Row], whole: bool, place: Place, day: str, reason: str) -> Subject:
    """Return a subject with its events: an entity's coded rows are meant by the code, those without a code by its name, or one by one."""

    def event(number: str = "", register: str = "", organ: str = "", party: str = "", code: str = "") -> Event:
        return Event(place, TAKEN_DOWN, register, number, organ, party, code, "", day, reason, "", "")

    def of(row: _Row) -> Event:
        number = row.numbers[0] if row.numbers else ""
        return event(number, row.register, row.organ, row.name if row.same else "", row.code)

    coded = sorted({row.code for row in rows if row.code})
    bare = [row for row in rows if not row.code]
    if not whole:
        events = {of(row) for row in rows}
    elif coded:
        events = {event(code=code) for code in coded} | {of(row) for row in bare}
    else:
        events = {event(party=name) for name in {row.same: row.name for row in bare}.values()}
    return Subject(
        asked,
        entity_address(rows[0].entity),
        tuple(sorted({row.key for row in rows})),
        tuple(sorted({number for row in rows for number in row.numbers})),
        tuple(sorted({row.name for row in rows if row.same})),
        tuple(coded),
        tuple(sorted(events, key=lambda one: (one.register, one.number, one.code, one.party))),
    )


def _misfits(
    rows: sqlite3.Connection,
    registers: Mapping[str, Register],
    departments: Departments,
    found: Sequence[Subject],
    asked: Sequence[Asked],
) -> list[Problem]:
    """Return a fault for every subject whose events would take down something else too: a record that has no number of its own."""
    events = [event for subject in found for event in subject.events]
    fitting = rows_fitting(rows, registers, departments, events) if events else {}
    places = {one.text: one.place for one in asked}
    problems = []
    for subject in found:
        fits = {row.key for event in subject.events for row in fitting[event]}
        if subject.events and fits != {*subject.keys}:
            what = f"「{subject.asked}」说不清是哪一条：同样的文书号、机关、相对人有 {len(fits):,} 条"
            mend = "给整个主体写它的代码，或在数据文件里给这条记录补上文书号再生成一次"
            problems.append(Problem("event-several", places[subject.asked], what, "事件凭这几项认记录", mend))
    return problems


def _unclear(one: Asked, records: Sequence[_Row], entities: Mapping[str, Sequence[_Row]]) -> Problem:
    if not records and not entities:
        what = f"「{one.text}」对不上任何记录或主体"
        mend = "核对文书号、代码或名称；还没有生成过的数据，先在文件里删去"
        return Problem("event-unmatched", one.place, what, "在已接受的数据里找，不找 data 里还没有生成的", mend)
    several = {row.key: f"{row.key}（{row.organ}，{row.name}）" for row in records}
    several |= {entity: entity for entity in entities}
    what = f"「{one.text}」对上 {len(several):,} 个记录或主体"
    why = "例如 " + "、".join(list(several.values())[:NAMED])
    return Problem("event-several", one.place, what, why, "写其中一个的编号或代码")


def write_events(root: Path, name: str, events: Iterable[Event], by: str) -> Path | None:
    """Write the events of a take-down as a file of data/events/, beside and then in place; none where there are none."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = [[e.sort, e.register, e.number, e.organ, e.party, e.code, e.day, e.reason, by] for e in events]
    if not rows:
        return None
    writer.writerows(rows)
    path = root / FOLDER / f"take-down-{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".~{path.name}")
    beside.write_text(stream.getvalue(), encoding="utf-8")
    beside.replace(path)
    return path


def sought(
    subjects: Sequence[Subject],
    registers: Mapping[str, Register],
    shown: Iterable[tuple[str, str, str, str]],
    pages: frozenset[str],
) -> tuple[Sought, dict[str, str]]:
    """Return the words that must be gone from a place and, of others, why they are not looked for.

    `shown` are the rows that may stand there (register, name, code, values), `pages` the addresses of entities' pages. A
    word that one of them bears stays; within a longer name or number of theirs, or a tombstone's address, it may stand.
    """
    words: dict[str, str] = {}
    hay: set[str] = set()
    for subject in subjects:
        words |= dict.fromkeys([*subject.keys, *subject.numbers], "")
        if subject.address not in pages:
            words |= dict.fromkeys([*subject.names, *subject.codes], "")
            hay |= {subject.address, *map(entity_address, subject.codes)}
    words |= {word: "太短" for word in words if len(word) < SHORTEST}
    needles = Needles(word for word, why in words.items() if not why)
    for register, name, code, values in shown:
        if not needles.within(f"{name}\n{code}\n{values}"):
            continue
        known = {name, code, *_declared(registers, register, values)} - {""}
        words |= dict.fromkeys(known & words.keys(), "别的记录也有")
        hay |= {text for text in known - words.keys() if needles.within(text)}
    return Sought(tuple(sorted(word for word, why in words.items() if not why)), tuple(sorted(hay))), {
        word: why for word, why in sorted(words.items()) if why
    }


_NAMES = ("credit_code", "document_number", "identifier", "name")


def _declared(registers: Mapping[str, Register], register: str, values: str) -> list[str]:
    cells = json.loads(values)
    fields = registers[register].fields.items() if register in registers else ()
    return [cells[registers[register].position[name]] for name, field in fields if field.kind in _NAMES]
