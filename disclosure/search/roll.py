"""The roll: all entities in order of rank, on disk, so that none need stay in memory while the index is made of them."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from disclosure.search.listed import Listed, rank
from disclosure.search.places import places as places_of


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
    """Writes the entities as they come and returns the roll of them."""
    keys = []
    end = 0
    with path.open("wb") as file:
        for one in listed:
            data = marshal.dumps((one.address, one.name, one.former, one.code, one.numbers, one.counts, one.labels, one.district, one.years))  # fmt: skip
            keys.append((*rank(one), end, len(data)))
            end += file.write(data)
    keys.sort()
    places = np.array(places_of([address for _, _, address, _, _ in keys]), np.int64)
    begins, sizes = (np.array([key[at] for key in keys], np.int64) for at in (3, 4))
    return Roll(path, begins, sizes, places)
