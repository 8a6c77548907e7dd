"""Erasing: of a record that was taken down the accepted rows keep that there was one, and not a word of it.

Its row in the department's file is theirs; whenever that file is read again, the event meets it and it is erased again.
"""

from __future__ import annotations

import json
import pickle
import sqlite3
from collections.abc import Mapping, Sequence

from disclosure.effects import rows_fitting
from disclosure.events import MERGED, RENAMED, Event
from disclosure.needles import Needles
from disclosure.registers import Register
from disclosure.site import Departments
from disclosure.store import replace

FATE = "taken-down"


def erase(store: sqlite3.Connection, registers: Mapping[str, Register], departments: Departments, day: str) -> int:
    """Erase every accepted row that was taken down, what was noticed of it, and what events say of it; return how many.

    The row stays as an empty one with its fate, so that all rows of a file are still accounted for.
    """
    query = "SELECT row.id, register, name, code, vals FROM row JOIN fate ON fate.row = row.id WHERE reason = ? AND hash <> ''"
    found = store.execute(query, (FATE,)).fetchall()
    (erased,) = store.execute("SELECT count(*) FROM row WHERE hash = ''").fetchone()
    if not found and not erased:
        return 0
    store.execute("PRAGMA secure_delete = ON")
    store.execute("BEGIN")
    empty = {name: json.dumps([""] * len(register.fields)) for name, register in registers.items()}
    store.executemany(
        "UPDATE row SET key = 'erased ' || id, hash = '', name = '', same = '', code = '', organ = '', date = '', ends = '',"
        " person = ?, twin = '', sent = NULL, vals = ? WHERE id = ?",
        ((FATE, empty.get(register, "[]"), row) for row, register, *_ in found),
    )
    store.executemany("UPDATE whose SET entity = 'erased ' || row WHERE row = ?", ((row,) for row, *_ in found))
    borne = _borne(store, registers)
    telling = Needles(_words(registers, found) - borne)
    for table in ("notice", "aside", "remark"):
        noticed = store.execute(f"SELECT rowid, problem FROM {table}").fetchall() if found else []
        over = [(row,) for row, problem in noticed if telling.within(problem)]
        store.executemany(f"DELETE FROM {table} WHERE rowid = ?", over)
    _forget_events(store, registers, departments, day, borne)
    store.execute("COMMIT")
    return len(found)


def _words(registers: Mapping[str, Register], found: Sequence[tuple[int, str, str, str, str]]) -> set[str]:
    words: set[str] = set()
    for _, register, name, code, values in found:
        words |= {name, code, *numbers_of(registers[register], values)}
    return words - {""}


def _borne(store: sqlite3.Connection, registers: Mapping[str, Register]) -> set[str]:
    """Return the names, codes and document numbers of all rows that are left."""
    words: set[str] = set()
    for register, name, code, values in store.execute("SELECT register, name, code, vals FROM row WHERE hash <> ''"):
        words |= {name, code, *(numbers_of(registers[register], values) if register in registers else ())}
    return words


def numbers_of(register: Register, values: str) -> list[str]:
    """Return the document numbers of a row."""
    cells = json.loads(values)
    return [cells[register.position[field]] for field in register.numbers if cells[register.position[field]]]


def _forget_events(
    store: sqlite3.Connection, registers: Mapping[str, Register], departments: Departments, day: str, borne: set[str]
) -> None:
    """Keep of an event in force whose records are no longer among the accepted rows its mark, day and public reason only."""
    ((declared,),) = store.execute("SELECT pickle FROM declared").fetchall()
    *others, events = pickle.loads(declared)
    past = [event for event in events if event.day <= day]
    of_entities = [event for event in past if event.sort in (MERGED, RENAMED)]
    fitting = rows_fitting(store, registers, departments, [event for event in past if event not in of_entities])
    over = {event.mark for event, rows in fitting.items() if not rows}
    over |= {event.mark for event in of_entities if borne.isdisjoint(said(event))}
    left = [event.forgotten() if event.mark in over else event for event in events]
    replace(store, "declared", [(pickle.dumps((*others, left)),)])


def said(event: Event) -> set[str]:
    """Return the names and codes that an event says."""
    return {event.party, event.code, event.new_name, event.new_code} - {""}
