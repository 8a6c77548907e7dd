"""Around a change: of a store, the few rows that changed rows concern, in a store of their own, to be judged as all rows are.

Who is who hangs on the rows of a name, which of two rows counts on those of a key, a link on what it leads to, a page on
all rows of its entity. What hangs on more than that is too much for it, and left to a judgement of all rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from disclosure.codes import same_name
from disclosure.effects import Match
from disclosure.entities import RECORD, entity_address
from disclosure.events import ENDS, MERGED, RENAMED, TAKEN_DOWN, Event
from disclosure.records import key_of
from disclosure.registers import Register
from disclosure.reread import Reread, TooMuch
from disclosure.store import add_rows, open_store, working_copy

ROWS = 5_000
_NAMES = "SELECT same FROM changed WHERE same <> ''"
# Row by row: asked as a list of pairs, SQLite looks through all rows.
_KEYED = "SELECT row.id FROM {keys} CROSS JOIN {of}.row ON row.register = {keys}.register AND row.key = {keys}.key"


def open_around(whole: Path, path: Path, changes: Sequence[Reread]) -> sqlite3.Connection:
    """Open a store for the rows around some changes, the one with all rows beside it as `whole`, which is only read."""
    rows = open_store(path)
    working_copy(path).replace(path)
    rows.execute("ATTACH ? AS whole", (f"{whole.resolve().as_uri()}?mode=ro",))
    rows.execute("INSERT INTO declared SELECT * FROM whole.declared")
    rows.execute("INSERT INTO file SELECT * FROM whole.file")
    rows.execute("CREATE TEMP TABLE gone (id INTEGER PRIMARY KEY)")
    rows.executemany("INSERT INTO gone VALUES (?)", ((row,) for change in changes for row in change.gone))
    rows.execute("CREATE TEMP TABLE changed AS SELECT register, key, same FROM whole.row WHERE id IN gone")
    rows.execute("CREATE TEMP TABLE wanted (entity TEXT PRIMARY KEY) WITHOUT ROWID")
    rows.execute("CREATE TEMP TABLE named (register TEXT, key TEXT, PRIMARY KEY (register, key)) WITHOUT ROWID")
    for change in changes:
        new = ((change.given.register, record.key, record.same) for _, _, record in change.fresh)
        rows.executemany("INSERT INTO changed VALUES (?, ?, ?)", new)
        if not rows.execute("SELECT 1 FROM file WHERE path = ?", (change.given.name,)).fetchone():
            rows.execute("INSERT INTO file (path, register) VALUES (?, ?)", (change.given.name, change.given.register))
    return rows


def gather(
    rows: sqlite3.Connection,
    changes: Sequence[Reread],
    registers: Mapping[str, Register],
    events: Sequence[Event],
    judge: Callable[[Sequence[Event], Mapping[str, Sequence[Match]]], object],
) -> set[str]:
    """Fill the store and judge it, until it holds every row of all entities that the changes concern; return these.

    `judge` is given the events and what each fitted before.
    """
    found, entities = _concerned(rows, changes), set[str]()
    while not entities or not found <= entities:
        entities |= found
        _fill(rows, changes, registers, entities)
        judge(_of_these(rows, events), _remembered(rows))
        found = _concerned(rows, changes)
    return entities


def _fill(
    rows: sqlite3.Connection, changes: Sequence[Reread], registers: Mapping[str, Register], entities: set[str]
) -> None:
    """Let the store hold the new rows, all rows of some entities, and what these hang on; each with the number and line
    that it would have if its file were read whole."""
    rows.execute("BEGIN")
    for table in ("row", "named", "wanted"):
        rows.execute(f"DELETE FROM {table}")
    for change in changes:
        (file,) = rows.execute("SELECT id FROM file WHERE path = ?", (change.given.name,)).fetchone()
        for number, sheet, record in change.fresh:
            add_rows(rows, file, sheet, change.given.register, [record], [b""], [number])
    rows.executemany("INSERT INTO wanted VALUES (?)", ((entity,) for entity in entities))
    theirs = "SELECT row FROM whole.whose WHERE entity IN wanted"
    _take(rows, f"id IN ({theirs})")
    _take(rows, f"id IN (SELECT row FROM whole.referred WHERE target IN ({theirs} AND entity LIKE '{RECORD}%'))")
    before = -1
    while before != (held := rows.execute("SELECT count(*) FROM row").fetchone()[0]):
        before = held
        if held > ROWS:
            raise TooMuch(f"{held} rows")
        _take(rows, f"same IN (SELECT same FROM main.row WHERE same <> '' UNION {_NAMES})")
        rows.executemany("INSERT OR IGNORE INTO named VALUES (?, ?)", _led_to(rows, registers))
        rows.execute(
            "INSERT OR IGNORE INTO named SELECT register, key FROM main.row UNION SELECT register, key FROM changed"
        )
        _take(rows, f"id IN ({_KEYED.format(keys='named', of='whole')})")
    stays = {row: place for change in changes for row, place in change.stays.items()}
    there = [row for (row,) in rows.execute("SELECT id FROM row") if row in stays]
    rows.executemany("UPDATE row SET id = ?, line = ? WHERE id = ?", ((*stays[row], row) for row in there))
    rows.execute("UPDATE file SET split = 0, aside = 0, rows = (SELECT count(*) FROM row WHERE row.file = file.id)")
    rows.execute("COMMIT")


def _take(rows: sqlite3.Connection, which: str) -> None:
    rows.execute(f"INSERT OR IGNORE INTO row SELECT * FROM whole.row WHERE id NOT IN gone AND {which}")


def _led_to(rows: sqlite3.Connection, registers: Mapping[str, Register]) -> list[tuple[str, str]]:
    """Return the (register, key) that every row held leads to."""
    found = []
    for register in registers.values():
        for field, to in register.refers.items():
            at, target = register.position[field], registers[to]
            for (text,) in rows.execute("SELECT vals FROM row WHERE register = ?", (register.name,)):
                if value := json.loads(text)[at]:
                    found.append((to, key_of(target, {target.key[0]: value})))
    return found


def _concerned(rows: sqlite3.Connection, changes: Sequence[Reread]) -> set[str]:
    """Return the entities that may be others for the changes, by all rows as they were and by those held as they are judged."""
    new = ", ".join(str(number) for change in changes for number, _, _ in change.fresh)
    found = set[str]()
    for of, changed in (("whole", "SELECT id FROM gone"), ("main", new)):
        rows_of = f"SELECT id FROM {of}.row WHERE same IN ({_NAMES}) UNION {_KEYED.format(keys='changed', of=of)}"
        targets = f"SELECT target FROM {of}.referred WHERE row IN ({changed})"
        query = (
            f"SELECT entity FROM {of}.whose WHERE row IN ({changed}) OR row IN ({rows_of})"
            f" UNION SELECT entity FROM {of}.whose WHERE row IN ({targets}) AND entity LIKE '{RECORD}%'"
        )
        found.update(entity for (entity,) in rows.execute(query))
    return found


def _remembered(rows: sqlite3.Connection) -> dict[str, list[Match]]:
    """Return what every event fitted, by its mark, without those that fitted a row that is gone: these must fit anew.

    What was taken down and entities that became others are known by their address alone.
    """
    lost = set[tuple[str, str]]()
    query = (
        "SELECT register, key, reason, entity, code FROM whole.row JOIN whole.whose ON whose.row = row.id"
        " JOIN whole.fate ON fate.row = row.id WHERE row.id IN gone"
    )
    for register, key, reason, entity, code in rows.execute(query):
        at = {entity_address(whose) for whose in (entity, code) if whose}
        lost |= {(register, key), *(("", address) for address in at)}
        lost |= {(register, address) for address in at if reason == ENDS[TAKEN_DOWN]}
    found: dict[str, list[Match]] = defaultdict(list)
    for mark, *match in rows.execute("SELECT mark, register, key, address FROM whole.fitted"):
        found[mark].append((match[0], match[1], match[2]))
    return {
        mark: fits
        for mark, fits in found.items()
        if not any((register, key or address) in lost for register, key, address in fits)
    }


def _of_these(rows: sqlite3.Connection, events: Sequence[Event]) -> list[Event]:
    """Return the events that may mean a row held or its entity: of those of entities, the ones that name one of them."""
    held = {word for both in rows.execute("SELECT DISTINCT same, code FROM row") for word in both} - {""}
    return [
        event
        for event in events
        if event.sort not in (MERGED, RENAMED)
        or held & {event.code, event.new_code, same_name(event.party), same_name(event.new_name)}
    ]


def addresses(rows: sqlite3.Connection, registers: Mapping[str, Register], entities: set[str]) -> set[str]:
    """Return the addresses of some entities; raise TooMuch where a change shows on pages of others, or of what was withdrawn."""
    found = {entity_address(entity) for entity in entities}
    referred = {to for register in registers.values() for to in register.refers.values()}
    before, after = (
        {
            shown
            for shown in rows.execute(
                f"SELECT shown.register, key, entity FROM {of}.shown JOIN {of}.row ON row.id = shown.row"
                f" WHERE row.id IN ({_KEYED.format(keys='changed', of=of)})"
            )
            if shown[0] in referred
        }
        for of in ("whole", "main")
    )
    if before != after:
        raise TooMuch("what others lead to")
    elsewhere = {at for (at,) in rows.execute("SELECT address FROM main.stone UNION SELECT address FROM main.moved")}
    if found & elsewhere:
        raise TooMuch("what stands where something was")
    return found


def hold(rows: sqlite3.Connection, named: Collection[str], gone: Collection[str]) -> None:
    """Raise TooMuch where a page that records name is gone or never was planned."""
    for address in named:
        page = address.partition("#")[0]
        if page in gone or not rows.execute("SELECT 1 FROM whole.planned WHERE address = ?", (page,)).fetchone():
            raise TooMuch(page)
