"""The shelf: marked rows on disk, in the scratch store, from when their file was read until their department's report is written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace

from disclosure.problems import Place, Problem
from disclosure.reports.ledger import Ledger
from disclosure.reports.marks import Again, Mark, Marked

SCHEMA = """
CREATE TABLE marked_in (id INTEGER PRIMARY KEY, path TEXT, sheet TEXT, titles TEXT);
CREATE TABLE marked (department TEXT, source INTEGER, line INTEGER, who TEXT, cells TEXT, marks TEXT);
"""


@dataclass(frozen=True)
class Source:
    """One table of one file that holds marked rows of a department, and how many."""

    number: int
    path: str
    sheet: str
    titles: list[str]
    rows: int


def shelve(store: sqlite3.Connection, read: Iterable[Again]) -> list[Again]:
    """Put the marked rows of every file on the shelf; return the files without them."""
    store.executescript(SCHEMA)
    bare = []
    store.execute("BEGIN")
    for again in read:
        for sheet, titles, rows in again.tables:
            if rows:
                about = (again.given.name, sheet, json.dumps(titles))
                number = store.execute("INSERT INTO marked_in (path, sheet, titles) VALUES (?, ?, ?)", about).lastrowid
                store.executemany(
                    "INSERT INTO marked VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        (row.department, number, row.line, row.who, json.dumps(row.cells), _packed(row.marks))
                        for row in rows
                    ),
                )
        bare.append(replace(again, tables=[]))
    store.execute("COMMIT")
    return bare


def settle(store: sqlite3.Connection, ledger: Ledger) -> None:
    """Give every row that says of no department that it is its to whom the ledger counts it."""
    for number, path in store.execute("SELECT id, path FROM marked_in").fetchall():
        store.execute(
            "UPDATE marked SET department = ? WHERE source = ? AND department = ''", (ledger.rest(path), number)
        )
    store.execute("CREATE INDEX marked_department ON marked (department, source)")


def sources(store: sqlite3.Connection, department: str) -> list[Source]:
    """Return the tables that hold marked rows of a department."""
    query = (
        "SELECT id, path, sheet, titles, count(*) FROM marked JOIN marked_in ON id = source"
        " WHERE department = ? GROUP BY id ORDER BY id"
    )
    return [
        Source(number, path, sheet, json.loads(titles), rows)
        for number, path, sheet, titles, rows in store.execute(query, (department,))
    ]


def rows_of(store: sqlite3.Connection, department: str, source: Source) -> Iterator[Marked]:
    """Yield the marked rows of a department in one table, in the order of the file."""
    query = "SELECT line, who, cells, marks FROM marked WHERE department = ? AND source = ? ORDER BY rowid"
    for line, who, cells, marks in store.execute(query, (department, source.number)):
        yield Marked(department, line, who, json.loads(cells), _unpacked(marks))


def _packed(marks: list[Mark]) -> str:
    return json.dumps([(mark.column, asdict(mark.problem)) for mark in marks])


def _unpacked(text: str) -> list[Mark]:
    return [Mark(column, Problem(**{**said, "place": Place(**said["place"])})) for column, said in json.loads(text)]
