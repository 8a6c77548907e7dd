"""What of a register goes out: its columns, typed, and its rows as the site shows them, canonical."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from disclosure.codes import FILLER
from disclosure.pages import World
from disclosure.pages.data import Column, columns, files
from disclosure.pages.entity import anchor, notes_of
from disclosure.registers import Register

_SHOWN = (
    "ends, set_by, rule, notes, entity.address FROM disclosed"
    " JOIN entity ON entity.key = disclosed.entity WHERE register = ? {among} ORDER BY date DESC, disclosed.key"
)


@dataclass(frozen=True)
class Downloaded:
    """One register's table: its columns, and its rows, read anew from the store each time."""

    world: World
    register: Register
    columns: list[Column]
    formats: list[str]

    def rows(self, changed: str = "") -> Iterator[list[str]]:
        """Yield every record shown, or those that the last change `added` or `corrected`, the newest first: canonical texts by
        column, "" where empty."""
        fields = self.register.fields
        rules, home = self.world.rules, self.world.site.address
        among = f"AND row IN (SELECT row FROM changed WHERE what = '{changed}')" if changed else ""
        query = f"SELECT disclosed.key, vals, {_SHOWN.format(among=among)}"
        shown = self.world.store.execute(query, (self.register.name,))
        for key, values, ends, set_by, rule, notes, address in shown:
            read = json.loads(values)
            of_fields = "；".join(f"{name}据{source}" for name, source in notes_of(self.register, read).items())
            tags = "；".join(note["text"] for note in json.loads(notes)) if notes else ""
            by = "" if not ends or set_by == "file" else rules.get(rule, "")
            own = ["" if value == FILLER else value for value in read[: len(fields)]]
            yield [*own, key, ends, by, tags, of_fields, f"{home}{address}#{anchor(self.register.name, key)}"]

    @property
    def count(self) -> int:
        """How many records it holds."""
        return self.world.totals[self.register.name]

    @cached_property
    def print(self) -> str:
        """What changes when a row does."""
        digest = hashlib.blake2b(self.world.site.address.encode(), digest_size=12)
        shown = self.world.store.execute(
            f"SELECT disclosed.key, disclosed.hash, {_SHOWN.format(among='')}", (self.register.name,)
        )
        for row in shown:
            digest.update("\x1f".join(row).encode())
        digest.update(repr(sorted(self.world.rules.items())).encode())
        return digest.hexdigest()


def downloaded(world: World, register: Register) -> Downloaded:
    """Return the table of one register."""
    return Downloaded(world, register, columns(register), files(world, register))


def typed(column: Column, value: str) -> str | float | int | None:
    """Return a canonical text as the value that its column's type says (frictionless Table Schema), None where empty."""
    if not value:
        return None
    if column.type == "number":
        return float(value) if "." in value else int(value)
    return value
