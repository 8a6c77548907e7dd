"""The public record of changes: what each release added, corrected and withdrew. It forgets what may no longer be shown.

`state/` keeps keys and counts, never a word of a record; names are found in what is shown today, or not at all.
"""

from __future__ import annotations

import sqlite3

from disclosure.history import Change
from disclosure.store import replace

# Of one release and register so many records are named, the rest counted.
NAMED = 50


def tell(history: sqlite3.Connection, store: sqlite3.Connection, change: Change, day: str) -> None:
    """Enter in the store what every release changed, this one last: counts for good, keys while they are shown.

    Of the first release there are counts only: all of it is new. One that changes nothing is none.
    """
    past = "SELECT release, as_of, register, key, what FROM change JOIN release ON release.id = change.release"
    (last,) = history.execute("SELECT ifnull(max(id), 0) FROM release").fetchone()
    store.execute("CREATE TEMP TABLE IF NOT EXISTS told (number INTEGER, day TEXT, register TEXT, key TEXT, what TEXT)")
    store.execute("BEGIN")
    store.execute("DELETE FROM told")
    store.executemany("INSERT INTO told VALUES (?, ?, ?, ?, ?)", history.execute(past))
    store.executemany("INSERT INTO told VALUES (?, ?, ?, ?, ?)", ((last + 1, day, *one) for one in change.records))
    counts = "SELECT number, day, what, register, count(*) FROM told GROUP BY number, what, register ORDER BY number, what, register"
    replace(store, "entry", store.execute(counts).fetchall())
    replace(store, "entry_record", store.execute(_NAMED).fetchall())
    replace(store, "changed", store.execute(_CHANGED).fetchall())
    store.execute("COMMIT")


# All of the last release that changed something, the first one left out.
_CHANGED = """
SELECT what, told.register, disclosed.row FROM told
  JOIN row AS one ON one.register = told.register AND one.key = told.key JOIN disclosed ON disclosed.row = one.id
  WHERE what IN ('added', 'corrected') AND number = (SELECT max(number) FROM told) AND number > (SELECT min(number) FROM told)
  ORDER BY told.register, what, disclosed.date DESC, disclosed.key
"""

# Only what is shown, and not of the first release.
_NAMED = f"""
SELECT number, what, register, row FROM (
  SELECT number, what, told.register, disclosed.row,
    row_number() OVER (PARTITION BY number, what, told.register ORDER BY disclosed.date DESC, disclosed.key) AS place
  FROM told JOIN row AS one ON one.register = told.register AND one.key = told.key JOIN disclosed ON disclosed.row = one.id
  WHERE what IN ('added', 'corrected') AND number > (SELECT min(number) FROM told)
) WHERE place <= {NAMED} ORDER BY number, what, register, place
"""
