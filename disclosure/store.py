"""The store: one SQLite file in .cache/ that holds the accepted rows, whom they concern and what may be shown.

Later steps read `disclosed` only: the rows that may be shown on the day, with their entity.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from disclosure.records import Record

VERSION = 5
SCHEMA = """
CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT UNIQUE, sha TEXT, register TEXT, declaration TEXT, rows INTEGER, aside INTEGER);
CREATE TABLE row (
  id INTEGER PRIMARY KEY, file INTEGER, sheet TEXT, line INTEGER, register TEXT, key TEXT, hash TEXT, name TEXT, same TEXT,
  code TEXT, organ TEXT, date TEXT, ends TEXT, person TEXT, vals TEXT);
CREATE INDEX row_key ON row (register, key);
CREATE INDEX row_file ON row (file);
CREATE TABLE withheld (file INTEGER, digest BLOB);
CREATE TABLE aside (file INTEGER, problem TEXT);
CREATE TABLE whose (row INTEGER PRIMARY KEY, entity TEXT);
CREATE TABLE fate (row INTEGER PRIMARY KEY, reason TEXT);
CREATE TABLE entity (
  key TEXT PRIMARY KEY, address TEXT, name TEXT, code TEXT, district TEXT, former TEXT, counts TEXT, marks TEXT, updated TEXT,
  fingerprint TEXT) WITHOUT ROWID;
CREATE TABLE tally (register TEXT, month TEXT, department TEXT, district TEXT, count INTEGER);
CREATE TABLE page (address TEXT PRIMARY KEY, print TEXT) WITHOUT ROWID;
CREATE TABLE released (name TEXT);
CREATE TABLE shown (
  row INTEGER PRIMARY KEY, entity TEXT, register TEXT, date TEXT, organ TEXT, department TEXT, district TEXT);
CREATE INDEX shown_entity ON shown (entity);
CREATE INDEX shown_list ON shown (register, date);
CREATE VIEW disclosed AS
  SELECT shown.row, shown.entity, shown.register, shown.date, shown.organ, shown.department, shown.district,
    row.key, row.hash, row.name, row.code, row.ends, row.vals FROM shown JOIN row ON row.id = shown.row;
"""


def open_store(path: Path) -> sqlite3.Connection:
    """Open the store for writing; one of another version is begun again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    store = _connect(path)
    if store.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        store.close()
        path.unlink(missing_ok=True)
        store = _connect(path)
        store.executescript(SCHEMA)
        store.execute(f"PRAGMA user_version = {VERSION}")
    path.chmod(0o600)
    return store


def _connect(path: Path) -> sqlite3.Connection:
    store = sqlite3.connect(path, isolation_level=None)
    store.executescript(
        "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY"
    )
    return store


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open the store for a worker that only reads."""
    store = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    store.execute("PRAGMA cache_size = -16384")
    return store


def unchanged(store: sqlite3.Connection, path: str, sha: str, declaration: str) -> int | None:
    """Return the number of a file that was accepted with these bytes under this declaration, else None."""
    query = "SELECT id FROM file WHERE path = ? AND sha = ? AND declaration = ?"
    found = store.execute(query, (path, sha, declaration)).fetchone()
    return int(found[0]) if found else None


def forget(store: sqlite3.Connection, path: str) -> None:
    """Take everything that a file gave out of the store."""
    found = store.execute("SELECT id FROM file WHERE path = ?", (path,)).fetchone()
    if found:
        for table in ("row", "withheld", "aside"):
            store.execute(f"DELETE FROM {table} WHERE file = ?", found)
        store.execute("DELETE FROM file WHERE id = ?", found)


def add_file(
    store: sqlite3.Connection, path: str, sha: str, register: str, declaration: str, rows: int, aside: int
) -> int:
    """Enter an accepted file and return its number."""
    made = store.execute(
        "INSERT INTO file (path, sha, register, declaration, rows, aside) VALUES (?, ?, ?, ?, ?, ?)",
        (path, sha, register, declaration, rows, aside),
    )
    return int(made.lastrowid or 0)


def add_rows(store: sqlite3.Connection, file: int, sheet: str, register: str, records: Iterable[Record]) -> None:
    """Enter the records of one table of a file."""
    store.executemany(
        "INSERT INTO row (file, sheet, register, line, key, hash, name, same, code, organ, date, ends, person, vals)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((file, sheet, register, *record[:11]) for record in records),
    )


def remember(store: sqlite3.Connection, release: str, prints: dict[str, str]) -> None:
    """Keep what each page of a release showed."""
    store.execute("BEGIN")
    replace(store, "released", [(release,)])
    replace(store, "page", prints.items())
    store.execute("COMMIT")


def remembered(store: sqlite3.Connection) -> tuple[str, dict[str, str]]:
    """Return the name of the last release and what each of its pages showed; "" where there is none."""
    found = store.execute("SELECT name FROM released").fetchone()
    return (found[0], dict(store.execute("SELECT address, print FROM page"))) if found else ("", {})


def replace(store: sqlite3.Connection, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Replace the contents of a derived table."""
    store.execute(f"DELETE FROM {table}")
    columns = len(store.execute(f"PRAGMA table_info({table})").fetchall())
    marks = ", ".join("?" * columns)
    store.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
