"""The public record of changes: what each release added, corrected and withdrew. It forgets what may no longer be shown.

`state/` keeps keys and counts, never a word of a record; names are found in what is shown today, or not at all.
"""

from __future__ import annotations

import sqlite3
from operator import itemgetter

from disclosure.history import Change
from disclosure.store import replace

# Of one release and register so many records are named, the rest counted.
NAMED = 50


def tell(history: sqlite3.Connection, store: sqlite3.Connection, change: Change, day: str) -> None:
    """Enter in the store what every release changed, this one last: counts for good, keys while they are shown.

    Of the first release there are counts only: all of it is new. One that changes nothing is none.
    """
    past = "FROM change JOIN release ON release.id = change.release"
    (last,) = history.execute("SELECT ifnull(max(id), 0) FROM release").fetchone()
    (first,) = history.execute(f"SELECT ifnull(min(release), {last + 1}) {past}").fetchone()
    entries = history.execute(f"SELECT release, as_of, what, register, count(*) {past} GROUP BY 1, 3, 4").fetchall()
    entries += [(last + 1, day, what, register, count) for (register, what), count in change.records.items()]
    store.execute("CREATE TEMP TABLE IF NOT EXISTS told (number INTEGER, day TEXT, register TEXT, key TEXT, what TEXT)")
    store.execute("BEGIN")
    store.execute("DELETE FROM told")
    later = history.execute(f"SELECT release, as_of, register, key, what {past} WHERE release > ?", (first,))
    store.executemany("INSERT INTO told VALUES (?, ?, ?, ?, ?)", later)
    this = history.execute("SELECT ?, ?, register, key, what FROM differs WHERE ? <= ?", (last + 1, day, first, last))
    store.executemany("INSERT INTO told VALUES (?, ?, ?, ?, ?)", this)
    replace(store, "entry", sorted(entries, key=itemgetter(0, 2, 3)))
    replace(store, "entry_record", store.execute(_NAMED).fetchall())
    replace(store, "changed", store.execute(_CHANGED).fetchall())
    store.execute("COMMIT")


# All of the last release that changed something; the first one is not told.
_CHANGED = """
SELECT what, told.register, disclosed.row FROM told
  CROSS JOIN row AS one ON one.register = told.register AND one.key = told.key JOIN disclosed ON disclosed.row = one.id
  WHERE what IN ('added', 'corrected') AND number = (SELECT max(number) FROM told)
  ORDER BY told.register, what, disclosed.date DESC, disclosed.key
"""

# Only what is shown.
_NAMED = f"""
SELECT number, what, register, row FROM (
  SELECT number, what, told.register, disclosed.row,
    row_number() OVER (PARTITION BY number, what, told.register ORDER BY disclosed.date DESC, disclosed.key) AS place
  FROM told CROSS JOIN row AS one ON one.register = told.register AND one.key = told.key JOIN disclosed ON disclosed.row = one.id
  WHERE what IN ('added', 'corrected')
) WHERE place <= {NAMED} ORDER BY number, what, register, place
"""
