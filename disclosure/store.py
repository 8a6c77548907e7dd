"""The store: one SQLite file in .cache/ that holds the accepted rows, whom they concern and what may be shown.

Later steps read `disclosed` only: the rows that may be shown on the day, with their entity.
"""

from __future__ import annotations

import pickle
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import repeat
from pathlib import Path
from typing import Any

from disclosure.files import share
from disclosure.problems import Place, Problem
from disclosure.records import Record

VERSION = 20
SCHEMA = """
CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT UNIQUE, sha TEXT, register TEXT, declaration TEXT,
  rows INTEGER, split INTEGER, aside INTEGER, latest TEXT);
CREATE TABLE row (
  id INTEGER PRIMARY KEY, file INTEGER, sheet TEXT, line INTEGER, register TEXT, key TEXT, hash TEXT, name TEXT, same TEXT,
  code TEXT, organ TEXT, date TEXT, ends TEXT, person TEXT, vals TEXT, twin TEXT,
  sent BLOB);
CREATE INDEX row_key ON row (register, key);
CREATE INDEX row_file ON row (file);
CREATE INDEX row_twin ON row (register, twin) WHERE twin <> '';
CREATE TABLE withheld (file INTEGER, row INTEGER, digest BLOB);
CREATE INDEX withheld_row ON withheld (row);
CREATE TABLE aside (file INTEGER, problem TEXT);
CREATE TABLE refused (file INTEGER, organ TEXT, month TEXT, count INTEGER);
CREATE TABLE notice (file INTEGER, problem TEXT);
CREATE TABLE mended (file INTEGER, mend INTEGER, count INTEGER);
CREATE TABLE whose (row INTEGER PRIMARY KEY, entity TEXT);
CREATE TABLE fate (row INTEGER PRIMARY KEY, reason TEXT, ends TEXT, set_by TEXT, rule TEXT, repair TEXT, notes TEXT);
CREATE TABLE entity (
  key TEXT PRIMARY KEY, address TEXT, name TEXT, code TEXT, district TEXT, former TEXT, counts TEXT, marks TEXT, updated TEXT,
  fingerprint TEXT) WITHOUT ROWID;
CREATE TABLE tally (register TEXT, month TEXT, department TEXT, district TEXT, theme TEXT, count INTEGER,
  print TEXT);
CREATE TABLE scored (row INTEGER PRIMARY KEY, timely TEXT, complete INTEGER, corrected INTEGER, first TEXT);
CREATE TABLE refusal (register TEXT, department TEXT, month TEXT, count INTEGER);
CREATE TABLE began (day TEXT);
CREATE TABLE calendar (year INTEGER, source TEXT, confirmed INTEGER);
CREATE TABLE counted (register TEXT, reason TEXT, count INTEGER);
CREATE TABLE planned (address TEXT, sort TEXT, about TEXT, fingerprint TEXT);
CREATE INDEX planned_address ON planned (address);
CREATE TABLE page (address TEXT PRIMARY KEY, shown TEXT) WITHOUT ROWID;
CREATE TABLE part (name TEXT PRIMARY KEY, print TEXT) WITHOUT ROWID;
CREATE TABLE released (name TEXT, house TEXT);
CREATE TABLE declared (pickle BLOB);
CREATE TABLE grounds (mark TEXT);
CREATE TABLE remark (problem TEXT);
CREATE TABLE shown (
  row INTEGER PRIMARY KEY, entity TEXT, register TEXT, date TEXT, organ TEXT, ends TEXT, set_by TEXT, rule TEXT, repair TEXT,
  notes TEXT,  department TEXT, district TEXT, theme TEXT);
CREATE TABLE lost (address TEXT);
CREATE TABLE referred (row INTEGER, field TEXT, target INTEGER);
CREATE INDEX referred_row ON referred (row);
CREATE INDEX referred_target ON referred (target);
CREATE INDEX shown_ends ON shown (ends);
CREATE TABLE fitted (mark TEXT, register TEXT, key TEXT, address TEXT, day TEXT);
CREATE TABLE stone (address TEXT, fate TEXT, day TEXT, document TEXT, reason TEXT);
CREATE TABLE moved (address TEXT PRIMARY KEY, new TEXT) WITHOUT ROWID;
CREATE TABLE entry (number INTEGER, day TEXT, what TEXT, register TEXT, count INTEGER);
CREATE TABLE entry_record (number INTEGER, what TEXT, register TEXT, row INTEGER);
CREATE INDEX entry_record_number ON entry_record (number);
CREATE TABLE changed (what TEXT, register TEXT, row INTEGER PRIMARY KEY);
CREATE TABLE rule (id TEXT PRIMARY KEY, said TEXT, confirmed INTEGER) WITHOUT ROWID;
CREATE INDEX shown_entity ON shown (entity);
CREATE INDEX shown_list ON shown (register, date);
CREATE INDEX shown_department ON shown (department, date);
CREATE VIEW disclosed AS
  SELECT shown.row, shown.entity, shown.register, shown.date, shown.organ, shown.department, shown.district, shown.theme,
    shown.ends, shown.set_by, shown.rule, shown.repair, shown.notes, row.key, row.hash, row.name, row.code, row.vals FROM shown JOIN row ON row.id = shown.row;
"""


def open_store(path: Path, kept: Path | None = None) -> sqlite3.Connection:
    """Open a working copy of the store beside it; it takes the store's place only when `settle` is called.

    A store of another version, or none, is begun empty: it is a cache. Where there is none, `kept` serves, if given.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = working_copy(path)
    beside.unlink(missing_ok=True)
    found = next((file for file in (path, kept) if file and file.exists()), None)
    if found:
        shutil.copyfile(found, beside)
    store = _connect(beside)
    if store.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        store.close()
        beside.unlink()
        store = _connect(beside)
        store.executescript(SCHEMA)
        store.execute(f"PRAGMA user_version = {VERSION}")
    beside.chmod(0o600)
    return store


def follow(path: Path, scratch: Path) -> None:
    """Begin a scratch store as a copy of a store, so that what was accepted there is not read again; one that is there stays."""
    if path.exists() and not scratch.exists():
        shutil.copyfile(path, working_copy(scratch))
        working_copy(scratch).chmod(0o600)
        working_copy(scratch).replace(scratch)


def read_again(scratch: sqlite3.Connection, path: Path) -> None:
    """Let a scratch store read every file again of which more rows were erased there than in the store: what happened to
    these was tried and not released, and may not happen."""
    erased = "SELECT path, count(*) FROM row JOIN file ON file.id = row.file WHERE hash = '' GROUP BY path"
    tried, released = dict(scratch.execute(erased)), dict[str, int]()
    if tried and path.exists():
        with closing(open_for_reading(path)) as store:
            if store.execute("PRAGMA user_version").fetchone()[0] == VERSION:
                released = dict(store.execute(erased))
    more = ((file,) for file, count in tried.items() if count > released.get(file, 0))
    scratch.executemany("UPDATE file SET sha = '' WHERE path = ?", more)


def working_copy(path: Path) -> Path:
    """Return where the working copy of a store lies."""
    return path.with_suffix(".next")


@contextmanager
def at_work(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the working copy of the store to write in it."""
    store = _connect(working_copy(path))
    try:
        yield store
    finally:
        store.close()


def settle(
    path: Path,
    kept: Path,
    release: tuple[str, str],
    pages: dict[str, str],
    prints: dict[str, str],
    erased: int = 0,
) -> None:
    """Enter a release by its name and what its pages stand on, the fingerprints of `pages` that the plan did not know, and
    what its parts are made of; let the working copy be the store, and keep it at `kept` as well:

    the rows last accepted must be at hand for removals even where the cache was deleted. Where rows were erased, the
    file is written anew, so that none of its free space holds them.
    """
    store = _connect(working_copy(path))
    store.execute("BEGIN")
    store.executemany("UPDATE planned SET fingerprint = ? WHERE address = ?", ((of, at) for at, of in pages.items()))
    replace(store, "released", [release])
    replace(store, "page", store.execute("SELECT address, max(fingerprint) FROM planned GROUP BY address"))
    replace(store, "part", prints.items())
    store.execute("COMMIT")
    if erased:
        store.execute("VACUUM")
    store.close()
    working_copy(path).replace(path)
    beside = kept.with_suffix(".next")
    beside.unlink(missing_ok=True)
    share(path, beside)
    beside.replace(kept)


def _connect(path: Path) -> sqlite3.Connection:
    # The name of a store that is attached may say that it is only read.
    store = sqlite3.connect(path, isolation_level=None, uri=True)
    store.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384; PRAGMA temp_store = FILE"
    )
    return store


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open the store for a worker that only reads."""
    store = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    store.execute("PRAGMA cache_size = -4096")
    return store


def unchanged(store: sqlite3.Connection, path: str, sha: str, declaration: str, day: str) -> int | None:
    """Return the number of a file that was accepted with these bytes under this declaration, else None.

    Where the day is before a date in it that must be past, it was not accepted for that day.
    """
    query = "SELECT id FROM file WHERE path = ? AND sha = ? AND declaration = ? AND latest <= ?"
    found = store.execute(query, (path, sha, declaration, day)).fetchone()
    return int(found[0]) if found else None


def forget(store: sqlite3.Connection, path: str) -> None:
    """Take everything that a file gave out of the store."""
    found = store.execute("SELECT id FROM file WHERE path = ?", (path,)).fetchone()
    if found:
        for table in ("row", "withheld", "aside", "refused", "notice", "mended"):
            store.execute(f"DELETE FROM {table} WHERE file = ?", found)
        store.execute("DELETE FROM file WHERE id = ?", found)


def add_file(
    store: sqlite3.Connection,
    path: str,
    sha: str,
    register: str,
    declaration: str,
    counts: tuple[int, int, int],
    latest: str,
) -> int:
    """Enter an accepted file with its rows, what splitting added, and the rows set aside; return its number."""
    made = store.execute(
        "INSERT INTO file (path, sha, register, declaration, rows, split, aside, latest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (path, sha, register, declaration, *counts, latest),
    )
    return int(made.lastrowid or 0)


def add_rows(
    store: sqlite3.Connection,
    file: int,
    sheet: str,
    register: str,
    records: Iterable[Record],
    sent: Iterable[bytes],
    numbers: Iterable[int | None] = repeat(None),
) -> None:
    """Enter the records of one table of a file, each with what its row is known by as it was sent, numbered on where no number is given."""
    store.executemany(
        "INSERT INTO row (id, file, sheet, register, line, key, hash, name, same, code, organ, date, ends, person, vals, twin, sent)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (number, file, sheet, register, *record[:11], record.twin, mark)
            for number, record, mark in zip(numbers, records, sent, strict=False)
        ),
    )


def declare(store: sqlite3.Connection, declared: tuple[Any, ...]) -> None:
    """Keep the declarations that the accepted rows were read by."""
    replace(store, "declared", [(pickle.dumps(declared),)])


def declared(store: sqlite3.Connection) -> tuple[tuple[Any, ...], list[Problem]]:
    """Return the declarations last accepted: settings, registers, departments, articles, law, questionnaire, and events last."""
    found = store.execute("SELECT pickle FROM declared").fetchone()
    if not found:
        why = "只撤不增要用上次构建时接受的数据，.cache 里没有"
        return (), [
            Problem("not-accepted", Place(".cache"), "还没有可用的已接受数据", why, "先完整构建一次：python build.py")
        ]
    return pickle.loads(found[0]), []


def remembered(store: sqlite3.Connection) -> tuple[str, str, dict[str, str]]:
    """Return the name of the last release, what its pages stood on, and what its parts were made of; "" where there is none."""
    if store.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        return "", "", {}
    found = store.execute("SELECT name, house FROM released").fetchone()
    return (*found, dict(store.execute("SELECT name, print FROM part"))) if found else ("", "", {})


def replace(store: sqlite3.Connection, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Replace the contents of a derived table."""
    store.execute(f"DELETE FROM {table}")
    columns = len(store.execute(f"PRAGMA table_info({table})").fetchall())
    marks = ", ".join("?" * columns)
    store.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
