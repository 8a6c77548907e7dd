"""Which number an entity bears in the index: its place in a hash table, so that a newcomer moves few others."""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

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


def places(addresses: Iterable[str]) -> NDArray[np.int64]:
    """A different number for each address: its hash, or the first free place after it where another was before it."""
    return places_of(np.fromiter(map(hashed, addresses), np.uint64))


def hashed(address: str) -> int:
    """The hash by which an address has its place: 64 bits."""
    return int.from_bytes(blake2b(address.encode(), digest_size=8).digest(), "big")


def places_of(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The places of the addresses that have these hashes."""
    size = table_size(len(hashes))
    homes = (hashes % np.uint64(size)).astype(np.int64)
    order = np.lexsort((hashes, homes))
    is_first = np.diff(homes[order], prepend=-1) != 0
    found = homes.copy()
    taken = bytearray(size + len(hashes))
    np.frombuffer(taken, np.uint8)[homes] = 1
    for at in order[~is_first].tolist():
        found[at] = free = taken.find(0, homes[at])
        taken[free] = 1
    return found
