"""The scorecard: of every record shown in a register that declares it, whether it was shown in time, is complete, was corrected.

What cannot be known is said as such. Rows set aside are counted by department and month, where they name one.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from disclosure.codes import FILLER
from disclosure.disclose import seat
from disclosure.effects import CORRECTION
from disclosure.holidays import Calendar
from disclosure.registers import Register
from disclosure.site import Departments
from disclosure.store import replace

# How a record was in time: by the first day that it was shown, else by the day that it was sent; else it is not known, or
# the year's holidays are not: then NO_CALENDAR with the year.
ON, LATE, SENT_ON, SENT_LATE, UNKNOWN, NO_CALENDAR = "on", "late", "sent on", "sent late", "unknown", "calendar "
IN_TIME, NOT_IN_TIME = (ON, SENT_ON), (LATE, SENT_LATE)


def score(
    history: sqlite3.Connection,
    store: sqlite3.Connection,
    registers: Mapping[str, Register],
    departments: Departments,
    calendar: Calendar,
    day: str,
) -> None:
    """Enter what every record shown on a day is held to be, by the days that `state/` keeps, and what was set aside.

    What was entered before of a record that was not decided anew stands, as long as the days do that it hangs on.
    """
    scored = {name: register for name, register in registers.items() if register.scorecard}
    began = history.execute("SELECT ifnull(min(as_of), '') FROM release").fetchone()[0] or day
    (of,) = (Path(path) for _, name, path in history.execute("PRAGMA database_list") if name == "main")
    store.execute("ATTACH ? AS past", (f"{of.resolve().as_uri()}?mode=ro",))
    store.execute("BEGIN")
    if store.execute("SELECT day FROM began").fetchall() != [(began,)]:
        store.execute("DELETE FROM scored")
    store.execute(_OTHER_DAY, (day,))
    for register in scored.values():
        # Entered as they are found: what is looked up of a record is its own alone.
        anew = _verdicts(store, register, calendar, began, day)
        store.executemany("INSERT INTO scored VALUES (?, ?, ?, ?, ?)", anew)
    refused: Counter[tuple[str, str, str]] = Counter()
    for name, organ, month, count in store.execute(_REFUSED):
        known_as = departments.find(organ)
        if name in scored:
            refused[name, seat(organ, known_as)[0] if known_as else "", month] += count
    replace(store, "refusal", ((*of, count) for of, count in sorted(refused.items())))
    replace(store, "began", [(began,)] if scored else [])
    replace(store, "calendar", ((year.year, year.source, year.confirmed) for year in calendar.years))
    store.execute("COMMIT")
    store.execute("DETACH past")


# What was entered of records whose first day is another one now.
_OTHER_DAY = (
    "DELETE FROM scored WHERE row IN (SELECT scored.row FROM scored JOIN row ON row.id = scored.row"
    " LEFT JOIN past.first AS known USING (register, key) WHERE scored.first <> ifnull(known.day, ?))"
)
# What has faults, and what says otherwise of a decision that was sent before.
_REFUSED = (
    "SELECT file.register, organ, month, sum(count) FROM refused JOIN file ON file.id = refused.file GROUP BY 1, 2, 3"
    " UNION ALL SELECT register, organ, substr(date, 1, 7), count(*) FROM row JOIN fate ON fate.row = row.id"
    " WHERE reason = 'conflict' GROUP BY 1, 2, 3"
)


def _verdicts(
    store: sqlite3.Connection, register: Register, calendar: Calendar, began: str, day: str
) -> Iterator[tuple[int, str, bool, bool, str]]:
    """Yield of every record shown of which nothing stands: its row, how it was in time, whether it is complete, whether it

    was corrected, and when it was first shown.
    """
    card = register.scorecard
    assert card is not None

    @lru_cache(10_000)
    def due(decided: str) -> str:
        last = calendar.after(datetime.date.fromisoformat(decided), card.within)
        return f"{NO_CALENDAR}{last}" if isinstance(last, int) else last.isoformat()

    def value(field: str) -> str:
        return f"json_extract(vals, '$[{register.position[field]}]')"

    filled = " AND ".join(f"{value(field)} NOT IN ('', '{FILLER}')" for field in card.complete)
    query = (
        f"SELECT row, date, ifnull(known.day, ?), {value(card.reported) if card.reported else repr('')}, {filled},"
        " instr(notes, ?) > 0 FROM disclosed LEFT JOIN past.first AS known USING (register, key) WHERE register = ?"
        " AND NOT EXISTS (SELECT 1 FROM scored WHERE scored.row = disclosed.row) ORDER BY row"
    )
    for row, decided, first, sent, complete, corrected in store.execute(query, (day, f'"{CORRECTION}"', register.name)):
        timely = in_time(due(decided), first, began, sent) if decided else UNKNOWN
        yield row, timely, bool(complete), bool(corrected), first


def in_time(due: str, first: str, began: str, sent: str) -> str:
    """Return how a record was in time that was due on a day and first shown on another (YYYY-MM-DD all).

    One shown when history began was shown by then, nobody knows since when: the day that it was sent is asked instead.
    """
    if due.startswith(NO_CALENDAR):
        return due
    if first > began:
        return ON if first <= due else LATE
    if began <= due:
        return ON
    if sent:
        return SENT_ON if sent <= due else SENT_LATE
    return UNKNOWN
