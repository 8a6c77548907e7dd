"""Links between registers: a field whose value is the key of a record in another one leads there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping

from disclosure.entities import place_of
from disclosure.problems import Problem
from disclosure.records import key_of
from disclosure.registers import Register

Link = tuple[int, str, int]


def follow(
    store: sqlite3.Connection, registers: Mapping[str, Register], severity: str
) -> tuple[list[Link], list[Problem]]:
    """Return (row, field, row that it leads to) for every reference between rows shown, and a problem for every reference
    to what no file holds. What is held and not shown is not told: the reference stands without a link.
    """
    links: list[Link] = []
    problems: list[Problem] = []
    for register in registers.values():
        for field, to in register.refers.items():
            target = registers[to]
            held = {key for (key,) in store.execute("SELECT key FROM row WHERE register = ?", (to,))}
            query = "SELECT row.key, row.id FROM row JOIN shown ON shown.row = row.id WHERE row.register = ?"
            there = dict(store.execute(query, (to,)).fetchall())
            for row, shown, value in _values(store, register, field):
                key = key_of(target, {target.key[0]: value})
                if key not in held:
                    problems.append(_astray(store, row, field, value, register, target, severity))
                elif shown and key in there:
                    links.append((row, field, there[key]))
    return links, problems


def _values(store: sqlite3.Connection, register: Register, field: str) -> Iterator[tuple[int, bool, str]]:
    """Yield every row of a register that fills a field, whether it is shown, and its value there."""
    query = (
        "SELECT id, shown.row, vals FROM row LEFT JOIN shown ON shown.row = row.id WHERE row.register = ? ORDER BY id"
    )
    for row, shown, values in store.execute(query, (register.name,)).fetchall():
        value = json.loads(values)[register.position[field]]
        if value:
            yield row, shown is not None, value


def _astray(
    store: sqlite3.Connection, row: int, field: str, value: str, register: Register, target: Register, severity: str
) -> Problem:
    return Problem(
        "missing-target",
        place_of(store, row),
        f"「{field}」写的「{value}」在「{target.label}」里没有",
        f"它指向 data/{target.name}/ 里「{target.key[0]}」相同的记录（{register.declared_at['refers']} 声明）",
        f"核对后改正这一格，或在「{target.label}」里补上这条记录",
        severity,
    )
