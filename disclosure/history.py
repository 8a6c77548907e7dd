"""What each release showed, kept in state/: it is history and not cache, so it is backed up and never deleted by the program.

Each release's records are kept while the release is; what came and went is kept for good, without a word of its content.
"""

from __future__ import annotations

import datetime
import os
import secrets
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from disclosure.disclose import REASONS
from disclosure.files import share
from disclosure.problems import Place, Problem
from disclosure.registers import Register

LOST = "文件中已无"
TAKEN_DOWN = "taken-down"
FILE = "history.sqlite"
SCHEMA = """
CREATE TABLE IF NOT EXISTS release (id INTEGER PRIMARY KEY, name TEXT, as_of TEXT);
CREATE TABLE IF NOT EXISTS shown (release INTEGER, register TEXT, key TEXT, hash TEXT, ends TEXT);
CREATE INDEX IF NOT EXISTS shown_release ON shown (release);
CREATE TABLE IF NOT EXISTS first (register TEXT, key TEXT, day TEXT, PRIMARY KEY (register, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS place (out TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS approval (release TEXT, person TEXT, moment TEXT);
CREATE TABLE IF NOT EXISTS target (address TEXT PRIMARY KEY, release TEXT, moment TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (mark TEXT, register TEXT, key TEXT, address TEXT, PRIMARY KEY (mark, register, key, address)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS address (address TEXT PRIMARY KEY, gone TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS receipt (name TEXT PRIMARY KEY, seal TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS change (release INTEGER, register TEXT, key TEXT, what TEXT);
"""


@dataclass(frozen=True)
class Change:
    """How the records shown differ from the last release's: counts by register, and by reason for what is gone.

    `lost` are those that no file holds any more, `before` and `now` all that were and are shown.
    `records` are all counts, by register and added | corrected | gone and why.
    """

    added: Counter[str] = field(default_factory=Counter)
    corrected: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    now: Counter[str] = field(default_factory=Counter)
    records: Counter[tuple[str, str]] = field(default_factory=Counter)

    def as_text(self, registers: dict[str, Register]) -> str:
        """Return it in one line: +12 许可, 3 更正, 2 公示期已满."""
        parts = [f"+{count:,} {registers[name].badge}" for name, count in self.added.items()]
        if self.corrected:
            parts.append(f"{self.corrected.total():,} 更正")
        parts += [f"-{count:,} {REASONS.get(reason, reason)}" for reason, count in sorted(self.gone.items())]
        return "，".join(parts) or "记录没有变化"


def open_history(root: Path) -> sqlite3.Connection:
    """Open state/history.sqlite, made where it is missing."""
    state = root / "state"
    state.mkdir(mode=0o700, exist_ok=True)
    history = sqlite3.connect(state / FILE, isolation_level=None)
    (state / FILE).chmod(0o600)
    history.executescript(SCHEMA)
    return history


def salt(root: Path) -> bytes:
    """Return what persons' keys are made with, so that nobody can try names: 32 bytes of chance, made once, private."""
    path = root / "state" / "salt"
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(secrets.token_bytes(32))
    return path.read_bytes()


def follow(root: Path, scratch: Path) -> None:
    """Give a scratch folder a copy of a root's history and salt, so that it stands where the root does and changes nothing there."""
    (scratch / "state").mkdir(mode=0o700, parents=True, exist_ok=True)
    (scratch / "state" / FILE).unlink(missing_ok=True)
    with closing(open_history(scratch)) as copy:
        if (root / "state" / FILE).exists():
            with closing(sqlite3.connect(root / "state" / FILE)) as past:
                past.backup(copy)
    if (root / "state" / "salt").exists():
        (scratch / "state" / "salt").unlink(missing_ok=True)
        share(root / "state" / "salt", scratch / "state" / "salt")


@contextmanager
def _beside(history: sqlite3.Connection, store: sqlite3.Connection) -> Iterator[None]:
    """Let the history see the file of a store, as `rows`."""
    _, _, path = store.execute("PRAGMA database_list").fetchone()
    history.execute("ATTACH ? AS rows", (path,))
    try:
        yield
    except BaseException:
        history.rollback()
        raise
    finally:
        history.execute("DETACH rows")


def compare(history: sqlite3.Connection, store: sqlite3.Connection) -> Change:
    """Hold what is to be shown against what the last release showed.

    For `enter`, what is shown stays in the history's temporary table `now`, and which records differ in `differs`.
    """
    with _beside(history, store):
        history.executescript(_BOTH)
    gone = history.execute(_GONE).fetchall()
    reasons = [(register, key, f"gone {why_gone(store, register, key)}") for register, key in gone]
    history.executemany("INSERT INTO differs VALUES (?, ?, ?)", reasons)
    before, now = (
        Counter(dict(history.execute(f"SELECT register, count(*) FROM {table} GROUP BY register")))
        for table in ("was", "now")
    )
    change = Change(before=before, now=now)
    change.records.update(
        {
            (register, what): count
            for register, what, count in history.execute(
                "SELECT register, what, count(*) FROM differs GROUP BY register, what ORDER BY register, min(rowid)"
            )
        }
    )
    for (register, what), count in change.records.items():
        sort, _, reason = what.partition(" ")
        if sort == "gone":
            change.gone[reason] += count
            change.lost[register] += count * (reason == LOST)
        else:
            (change.added if sort == "added" else change.corrected)[register] += count
    return change


_RECORDS = "(register TEXT, key TEXT, hash TEXT, ends TEXT, PRIMARY KEY (register, key)) WITHOUT ROWID"
_BOTH = f"""
DROP TABLE IF EXISTS temp.was;
DROP TABLE IF EXISTS temp.now;
DROP TABLE IF EXISTS temp.differs;
CREATE TEMP TABLE was {_RECORDS};
CREATE TEMP TABLE now {_RECORDS};
CREATE TEMP TABLE differs (register TEXT, key TEXT, what TEXT);
BEGIN;
INSERT OR REPLACE INTO was SELECT register, key, hash, ends FROM shown WHERE release = (SELECT max(id) FROM release);
INSERT OR REPLACE INTO now SELECT register, key, hash, ends FROM rows.disclosed;
INSERT INTO differs SELECT now.register, now.key, CASE WHEN was.hash IS NULL THEN 'added' ELSE 'corrected' END
  FROM now LEFT JOIN was ON was.register = now.register AND was.key = now.key WHERE was.hash IS NOT now.hash
  ORDER BY now.register, now.key;
COMMIT;
"""
_GONE = """
SELECT register, key FROM was
  WHERE NOT EXISTS (SELECT 1 FROM now WHERE now.register = was.register AND now.key = was.key) ORDER BY register, key
"""


def last_day(history: sqlite3.Connection) -> str:
    """Return the day of the last release, "" where there was none."""
    found = history.execute("SELECT as_of FROM release ORDER BY id DESC LIMIT 1").fetchone()
    return str(found[0]) if found else ""


def why_gone(store: sqlite3.Connection, register: str, key: str) -> str:
    """Return why a record that was shown is shown no more: its fate, or that no file holds it now."""
    found = store.execute(
        "SELECT reason FROM row JOIN fate ON fate.row = row.id WHERE register = ? AND key = ? ORDER BY row.id",
        (register, key),
    ).fetchone()
    return str(found[0]) if found else LOST


def shown_before(history: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """Return (register, key, hash) of every record that the last release showed."""
    return set(history.execute("SELECT register, key, hash FROM shown WHERE release = (SELECT max(id) FROM release)"))


def enter(history: sqlite3.Connection, release: str, as_of: str, kept: set[str]) -> None:
    """Enter a release that is now shown and how it differs, as it was compared; forget what releases showed that are no longer kept."""
    history.execute("BEGIN")
    number = history.execute("INSERT INTO release (name, as_of) VALUES (?, ?)", (release, as_of)).lastrowid
    history.execute("INSERT INTO shown SELECT ?, register, key, hash, ends FROM now", (number,))
    history.execute("INSERT OR IGNORE INTO first SELECT register, key, ? FROM now", (as_of,))
    history.execute("INSERT INTO change SELECT ?, register, key, what FROM differs", (number,))
    _no_longer(history, as_of)
    down = history.execute("SELECT register, key FROM differs WHERE what = ?", (f"gone {TAKEN_DOWN}",)).fetchall()
    _forget(history, down)
    marks = ", ".join("?" * len(kept))
    newest = f"SELECT max(id) FROM release WHERE name IN ({marks}) GROUP BY name"
    history.execute(f"DELETE FROM shown WHERE release NOT IN ({newest})", (*kept,))
    history.execute("COMMIT")


def _no_longer(history: sqlite3.Connection, day: str) -> None:
    """Let older releases know what of them may no longer be shown, by law or event, or not as long as they thought."""
    barred = "SELECT register, key FROM differs WHERE what LIKE 'gone %' AND what <> ?"
    yesterday = (datetime.date.fromisoformat(day) - datetime.timedelta(1)).isoformat()
    query = "UPDATE shown SET ends = ? WHERE register = ? AND key = ? AND (ends = '' OR ends > ?)"
    records = history.execute(barred, (f"gone {LOST}",)).fetchall()
    history.executemany(query, ((yesterday, *record, yesterday) for record in records))
    history.executemany(query, history.execute(_SHORTER).fetchall())


# What ends before the day that a release thought it would.
_SHORTER = """
SELECT now.ends, now.register, now.key, now.ends FROM (
    SELECT register, key, max(CASE ends WHEN '' THEN '~' ELSE ends END) AS latest FROM shown GROUP BY register, key
  ) AS was CROSS JOIN now ON now.register = was.register AND now.key = was.key
  WHERE now.ends <> '' AND latest > now.ends
"""


def _forget(history: sqlite3.Connection, taken_down: Sequence[tuple[str, str]]) -> None:
    """Forget the keys of records that were taken down; what is counted stays. `shown` goes with the releases themselves."""
    history.executemany("DELETE FROM first WHERE register = ? AND key = ?", taken_down)
    history.executemany("UPDATE change SET key = '' WHERE register = ? AND key = ?", taken_down)
    history.executemany("UPDATE OR REPLACE event SET key = '' WHERE register = ? AND key = ?", taken_down)


def holding(history: sqlite3.Connection, keys: Collection[str]) -> set[str]:
    """Return the names of the releases of which it is kept that they showed one of these records."""
    shown = history.execute("SELECT DISTINCT name, key FROM shown JOIN release ON release.id = shown.release")
    return {name for name, key in shown if key in keys}


def drop(history: sqlite3.Connection, releases: Collection[str]) -> None:
    """Forget what releases showed that are there no more, and leave no trace of it in the file."""
    history.execute("PRAGMA secure_delete = ON")
    query = "DELETE FROM shown WHERE release IN (SELECT id FROM release WHERE name = ?)"
    history.executemany(query, ((name,) for name in releases))
    history.execute("VACUUM")


def places(history: sqlite3.Connection) -> list[Path]:
    """Return every place where releases were ever shown."""
    return [Path(out) for (out,) in history.execute("SELECT out FROM place ORDER BY out")]


def fitted_before(history: sqlite3.Connection) -> dict[str, list[tuple[str, str, str]]]:
    """Return what every event ever fitted, by its mark: (register, key, address of the entity's page)."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for mark, *match in history.execute("SELECT mark, register, key, address FROM event ORDER BY mark, register, key"):
        found[mark].append((match[0], match[1], match[2]))
    return dict(found)


def remember_events(history: sqlite3.Connection, store: sqlite3.Connection) -> None:
    """Enter what the events of a release fitted: a row that fitted may be taken out of its file afterwards."""
    rows = store.execute("SELECT mark, register, key, address FROM fitted").fetchall()
    history.executemany("INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?)", rows)


def remember_addresses(history: sqlite3.Connection, store: sqlite3.Connection, day: str) -> dict[str, str]:
    """Enter which entities have a page now; return every address that had one and has none, with the day it went."""
    with _beside(history, store):
        history.execute("BEGIN")
        there = "SELECT address FROM rows.planned WHERE sort IN ('entity', 'record')"
        alive = "SELECT address FROM main.address WHERE gone = ''"
        history.execute(
            f"INSERT OR REPLACE INTO main.address SELECT address, '' FROM ({there}) WHERE address NOT IN ({alive})"
        )
        query = f"UPDATE main.address SET gone = ? WHERE gone = '' AND address NOT IN ({there})"
        history.execute(query, (day,))
        history.execute("COMMIT")
    return dict(history.execute("SELECT address, gone FROM address WHERE gone <> '' ORDER BY address"))


def shown_at(history: sqlite3.Connection, out: Path) -> set[str]:
    """Remember a place where releases are shown, and return the names of those shown at any such place."""
    history.execute("INSERT OR IGNORE INTO place VALUES (?)", (str(out.absolute()),))
    return {
        Path(place).resolve().name for (place,) in history.execute("SELECT out FROM place") if Path(place).is_symlink()
    }


def fit_to_show(history: sqlite3.Connection, release: str, day: str) -> list[Problem]:
    """Return why an older release may not be shown again on a day, if so."""
    place = Place(f"releases/{release}")
    number = history.execute("SELECT max(id) FROM release WHERE name = ?", (release,)).fetchone()[0]
    if number is None:
        why = "state/history.sqlite 里没有它公示过什么"
        return [Problem("no-longer-shown", place, "不能确定旧版里的记录今天还能公示", why, "重新构建：python build.py")]
    query = "SELECT count(*), min(ends) FROM shown WHERE release = ? AND ends <> '' AND ends < ?"
    count, first = history.execute(query, (number, day)).fetchone()
    if not count:
        return []
    what = f"旧版里有 {count:,} 条记录的公示期已满（最早到 {first}）"
    return [Problem("no-longer-shown", place, what, "公示期满的记录不得再次公示", "重新构建：python build.py")]


def approve(history: sqlite3.Connection, release: str, by: str, when: str) -> None:
    """Enter who approved a release, and when."""
    history.execute("INSERT INTO approval VALUES (?, ?, ?)", (release, by, when))


def approved(history: sqlite3.Connection, release: str) -> bool:
    """Say whether a release was approved."""
    return history.execute("SELECT 1 FROM approval WHERE release = ?", (release,)).fetchone() is not None


def remember_target(history: sqlite3.Connection, address: str, release: str = "", when: str = "") -> None:
    """Enter where releases are published to, before anything is sent there; with a release, that it is shown there now."""
    history.execute("INSERT OR IGNORE INTO target VALUES (?, '', '')", (address,))
    if release:
        history.execute("UPDATE target SET release = ?, moment = ? WHERE address = ?", (release, when, address))


def targets(history: sqlite3.Connection) -> dict[str, str]:
    """Return every address that was ever published to, and the release last shown there ("" where none was)."""
    return dict(history.execute("SELECT address, release FROM target ORDER BY address"))


def remember_receipt(history: sqlite3.Connection, name: str, seal: str) -> None:
    """Enter the seal of a receipt as it was written."""
    history.execute("INSERT OR REPLACE INTO receipt VALUES (?, ?)", (name, seal))


def seals(history: sqlite3.Connection) -> dict[str, str]:
    """Return the seal of every receipt by its name."""
    return dict(history.execute("SELECT name, seal FROM receipt"))
