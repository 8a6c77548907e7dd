"""What of a register goes out: its columns, typed, and its rows as the site shows them, canonical."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
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
            own = read[: len(fields)]
            if FILLER in own:
                own = ["" if value == FILLER else value for value in own]
            yield [*own, key, ends, by, tags, of_fields, f"{home}{address}#{anchor(self.register.name, key)}"]

    @cached_property
    def names(self) -> list[str]:
        """What its columns are called."""
        return [column.name for column in self.columns]

    @cached_property
    def numbers(self) -> list[bool]:
        """Which of its columns hold numbers."""
        return [column.type == "number" for column in self.columns]

    @property
    def count(self) -> int:
        """How many records it holds."""
        return self.world.totals[self.register.name]

    @cached_property
    def print(self) -> str:
        """What changes when a row does."""
        mine = [tally for tally in self.world.tallies if tally.register == self.register.name]
        made_of = repr((self.world.site.address, mine, sorted(self.world.rules.items())))
        return hashlib.blake2b(made_of.encode(), digest_size=12).hexdigest()


def downloaded(world: World, register: Register) -> Downloaded:
    """Return the table of one register."""
    return Downloaded(world, register, columns(register), files(world, register))


def typed(table: Downloaded, row: Sequence[str]) -> list[str | float | int | None]:
    """Return canonical texts as the values that the types of their columns say (frictionless Table Schema), None where empty."""
    return [
        (float(value) if "." in value else int(value)) if number and value else value or None
        for value, number in zip(row, table.numbers, strict=True)
    ]
