"""The clock: what must go and when, what may apply for repair, which objections wait too long. For staff, and for cron."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from disclosure.dates import FOREVER
from disclosure.deadlines import LATE
from disclosure.kinds import show_date
from disclosure.questionnaire import Questionnaire
from disclosure.registers import Register
from disclosure.rules import day_after

LISTED = 200
_NOTED = "SELECT register, name, vals, notes FROM disclosed WHERE notes <> '' ORDER BY register, key"


class Due(NamedTuple):
    """One record that something is due for: the day, its register, document number and party, and what is due."""

    day: str
    register: str
    number: str
    party: str
    what: str


def next_removal(store: sqlite3.Connection, day: str) -> str:
    """Return the next day on which a record shown must be gone or an event takes effect, "" where none will ever be."""
    (ends,) = store.execute("SELECT min(ends) FROM shown WHERE ends NOT IN ('', ?)", (FOREVER,)).fetchone()
    (comes,) = store.execute("SELECT min(day) FROM fitted WHERE day > ?", (day,)).fetchone()
    return min(filter(None, (day_after(ends) if ends else "", comes)), default="")


def ending(store: sqlite3.Connection, registers: Mapping[str, Register], day: str, days: int) -> list[Due]:
    """Return the records shown whose last day lies within so many days from today, the first to go first."""
    return list(
        _due(store, registers, "ends BETWEEN ? AND ? ORDER BY ends", (day, _later(day, days)), "ends", "公示期满")
    )


def repairable(store: sqlite3.Connection, registers: Mapping[str, Register], day: str, days: int) -> list[Due]:
    """Return the records shown for which repair may be asked for from a day within so many days from today."""
    where = "repair > ? AND repair <= ? AND ends <> '' ORDER BY repair"
    return list(_due(store, registers, where, (day, _later(day, days)), "repair", "起可申请修复"))


def waiting(store: sqlite3.Connection, registers: Mapping[str, Register], day: str) -> list[Due]:
    """Return the objections that should have been decided before today."""
    found = []
    for name, party, values, notes in store.execute(_NOTED):
        for note in json.loads(notes):
            if note["due"] and note["due"] < day:
                number = _number(registers[name], values)
                found.append(
                    Due(note["due"], registers[name].label, number, party, f"{note['date']} 提出的异议还没有处理")
                )
    return sorted(found)


def unanswered(asked: Questionnaire | None, day: str) -> list[Due]:
    """Return what units have not returned of a questionnaire though the day to do so is over."""
    if not asked or day <= asked.due.isoformat():
        return []
    missing = {unit: asked.missing(unit) for unit in asked.units()}
    return [
        Due(asked.due.isoformat(), asked.title, "、".join(names), unit, "没有反馈或没有签字")
        for unit, names in missing.items()
        if names
    ]


def late(store: sqlite3.Connection, registers: Mapping[str, Register], day: str) -> list[Due]:
    """Return the matters shown whose deadline is over and that are not settled, the oldest first."""
    found = []
    for name, party, values, notes in store.execute(_NOTED):
        register = registers[name]
        for note in json.loads(notes):
            if LATE in note:
                organ = json.loads(values)[register.position[register.department]] if register.department else ""
                number = _number(register, values)
                found.append(
                    Due(note["date"], register.label, number, party, "，".join(filter(None, [note["tag"], organ])))
                )
    return sorted(found)


def gone(
    store: sqlite3.Connection, registers: Mapping[str, Register], reasons: Mapping[str, str], day: str,
    before: set[tuple[str, str, str]],
) -> list[Due]:  # fmt: skip
    """Return what the last release still shows though it may be shown no more: `before` is (register, key, hash) of all of it."""
    allowed = set(store.execute("SELECT register, key FROM disclosed"))
    over = sorted({(register, key) for register, key, _ in before} - allowed)
    found = []
    for name, key in over:
        row = store.execute(
            "SELECT reason, name, vals FROM row JOIN fate ON fate.row = row.id WHERE register = ? AND key = ? ORDER BY row.id",
            (name, key),
        ).fetchone()
        if row and name in registers:
            reason, party, values = row
            found.append(Due(day, registers[name].label, _number(registers[name], values), party, reasons[reason]))
    return found


def _due(
    store: sqlite3.Connection, registers: Mapping[str, Register], where: str, given: Sequence[str], day: str, what: str
) -> Iterator[Due]:
    query = f"SELECT {day}, register, name, vals FROM disclosed WHERE {where}, register, key"
    for when, name, party, values in store.execute(query, given):
        register = registers[name]
        yield Due(when, register.label, _number(register, values), party, what)


def _number(register: Register, values: str) -> str:
    row = json.loads(values)
    return next((row[register.position[field]] for field in register.numbers if row[register.position[field]]), "")


def _later(day: str, days: int) -> str:
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days)).isoformat()


def as_text(title: str, found: Sequence[Due]) -> str:
    """Return a list of what is due, one a line, at most LISTED of them."""
    lines = [f"{title}：{len(found):,} 条"]
    lines += [
        f"  {show_date(due.day)}  {due.register}  {due.number}  {due.party}  {due.what}" for due in found[:LISTED]
    ]
    if len(found) > LISTED:
        lines.append(f"  另有 {len(found) - LISTED:,} 条")
    return "\n".join(lines)
