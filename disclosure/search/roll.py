"""The roll: all entities in order of rank, on disk, so that none need stay in memory while the index is made of them."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from disclosure.search.listed import Listed, rank
from disclosure.search.places import hashed, places_of


@dataclass(frozen=True)
class Roll:
    """Where each entity stands in the file and in how many bytes, by rank (0 ranks first), and its place in the index."""

    path: Path
    begins: NDArray[np.int64]
    sizes: NDArray[np.int64]
    places: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.begins)

    @property
    def highest(self) -> int:
        """The highest place that is taken."""
        return int(self.places.max(initial=0))

    def read(self, ranks: Iterable[int]) -> Iterator[Listed]:
        """The entities of these ranks, in the order asked for."""
        with open(self.path, "rb", buffering=0) as file:
            for at in ranks:
                file.seek(int(self.begins[at]))
                yield Listed(*marshal.loads(file.read(int(self.sizes[at]))))


def enrol(listed: Iterable[Listed], path: Path) -> Roll:
    """Writes the entities as they come and returns the roll of them; what is kept of each meanwhile is 40 bytes."""
    records, lengths, begins, sizes = (array("q") for _ in range(4))
    hashes = array("Q")
    end = 0
    with path.open("wb") as file:
        for one in listed:
            data = marshal.dumps((one.address, one.name, one.former, one.code, one.numbers, one.counts, one.labels, one.district, one.years))  # fmt: skip
            less, length, address = rank(one)
            for noted, value in ((records, less), (lengths, length), (begins, end), (sizes, len(data))):
                noted.append(value)
            hashes.append(hashed(address))
            end += file.write(data)
    nowhere = np.empty(0, np.int64)
    as_written = Roll(path, np.array(begins, np.int64), np.array(sizes, np.int64), nowhere)
    order = _ranked(as_written, np.array(records), np.array(lengths))
    places = places_of(np.array(hashes, np.uint64)[order])
    return Roll(path, as_written.begins[order], as_written.sizes[order], places)


def _ranked(roll: Roll, records: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order of rank; the addresses of those that are alike in all else are read again, so that none is held meanwhile."""
    order = np.lexsort((lengths, records))
    differ = (np.diff(records[order]) != 0) | (np.diff(lengths[order]) != 0)
    for run in np.split(order, np.flatnonzero(differ) + 1):
        addresses = [one.address for one in roll.read(run)]
        run[:] = run[sorted(range(len(run)), key=addresses.__getitem__)]
    return order
