"""Deadlines that a register declares: a matter that is not settled when its day is over is late, by so many days."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Mapping

from disclosure.registers import Register
from disclosure.rules import day_after

LATE = "late"  # marks the note that says so: the day from which it is late


def with_late(
    notes: Mapping[int, str], store: sqlite3.Connection, registers: Mapping[str, Register], day: str
) -> dict[int, str]:
    """Return what is said beside each row, and beside every row that is late by how many days; the last day is not late."""
    found = dict(notes)
    for row, note in _late(store, registers, day):
        found[row] = json.dumps([note, *json.loads(found.get(row, "[]"))], ensure_ascii=False)
    return found


def _late(store: sqlite3.Connection, registers: Mapping[str, Register], day: str) -> list[tuple[int, dict[str, str]]]:
    late = []
    for register in registers.values():
        if not register.deadline:
            continue
        query = "SELECT id, vals FROM row WHERE register = ? AND hash <> ''"
        for row, text in store.execute(query, (register.name,)).fetchall():
            values = dict(zip(register.fields, json.loads(text), strict=False))
            until, done = values[register.deadline.date], register.deadline.done
            if until and until < day and not register.deadline.settled(values):
                late.append(
                    (row, _note(until, day, "，".join(f"{field}：{values[field]}" for field in done if values[field])))
                )
    return late


def _note(until: str, day: str, state: str) -> dict[str, str]:
    days = (datetime.date.fromisoformat(day) - datetime.date.fromisoformat(until)).days
    said = f"逾期 {days} 天"
    return {"tag": said, "text": f"到期，{said}", "date": until, "reason": state, "due": "", LATE: day_after(until)}
