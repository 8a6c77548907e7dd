"""Very many names in twelve bytes each: whether one is among them, and what it stands for; no process needs a copy of its own."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Hashable, Iterable
from functools import partial
from hashlib import blake2b
from tempfile import TemporaryFile
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


def mark(name: str) -> int:
    """Return 64 bits that stand for a name: of ten million names two are alike once in 400,000 sites."""
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest())


class Pile:
    """Very many marks, on disk, gone when it is left; of two piles a part at a time is in memory."""

    PARTS, BLOCK = 16, 1 << 20

    def __enter__(self) -> Self:
        self._file = TemporaryFile().__enter__()
        return self

    def __exit__(self, *raised: object) -> None:
        self._file.close()

    def add(self, marks: array[int]) -> None:
        """Put some marks on it."""
        self._file.write(marks.tobytes())

    def without(self, other: Pile) -> frozenset[int]:
        """Return the marks that are on this one and not on the other."""
        parts = (np.setdiff1d(self._part(part), other._part(part)) for part in range(self.PARTS))
        return frozenset(mark for part in parts for mark in part.tolist())

    def _part(self, part: int) -> NDArray[np.uint64]:
        self._file.seek(0)
        blocks = (np.frombuffer(block, np.uint64) for block in iter(partial(self._file.read, 8 * self.BLOCK), b""))
        chosen = [block[block >> np.uint64(60) == part] for block in blocks]
        return np.concatenate([np.empty(0, np.uint64), *chosen])


class Many:
    """What each of very many names stands for, which is one of few things."""

    def __init__(self, items: Iterable[tuple[str, Hashable]]) -> None:
        meant: dict[Hashable, int] = {}
        marks, which = array("Q"), array("L")
        for name, value in items:
            marks.append(mark(name))
            which.append(meant.setdefault(value, len(meant)))
        unordered = np.frombuffer(marks, np.uint64)
        order = np.argsort(unordered)
        self._marks = array("Q", unordered[order].tobytes())
        self._which = np.frombuffer(which, f"u{which.itemsize}")[order].astype(np.uint32)
        self._meant = list(meant)

    def get(self, name: str, default: Any = None) -> Any:
        """Return what a name stands for."""
        wanted = mark(name)
        at = bisect_left(self._marks, wanted)
        if at < len(self._marks) and self._marks[at] == wanted:
            return self._meant[self._which[at]]
        return default

    def __contains__(self, name: object) -> bool:
        return self.get(str(name), self) is not self
