"""Which number an entity bears in the index: its place in a hash table, so that a newcomer moves few others."""

from collections.abc import Sequence
from hashlib import blake2b
from itertools import count

FULL = 0.8  # the most of the table that may be taken
SLOTS = 8  # places in one shard of names: fifty results are fifty shards, so these are the smallest


def table_size(entities: int) -> int:
    """The least of 16, 20, 24, 28, 32, 40, … that leaves a fifth of the table free."""
    step = 4
    while True:
        for quarters in (4, 5, 6, 7):
            if quarters * step * FULL >= entities:
                return quarters * step
        step *= 2


def places(addresses: Sequence[str]) -> list[int]:
    """A different number for each address: its hash, or the first free place after it where another was before it."""
    size = table_size(len(addresses))
    homes = sorted((_home(address, size), address, at) for at, address in enumerate(addresses))
    found = [-1] * len(addresses)
    taken: set[int] = set()
    later = []
    for home, _, at in homes:
        if home in taken:
            later.append((home, at))
        else:
            found[at] = home
            taken.add(home)
    for home, at in later:
        found[at] = next(place for place in count(home) if place not in taken)
        taken.add(found[at])
    return found


def _home(address: str, size: int) -> int:
    return int.from_bytes(blake2b(address.encode(), digest_size=8).digest(), "big") % size
