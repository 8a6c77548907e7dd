"""Buckets: the places of all texts, by the two characters that stand there, so that a process divides some at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from disclosure.search.texts import Texts

BUCKET = 75_000  # places that one process divides at a time: some 8 MB
LARGE = 200_000  # two characters that stand at more places than so many are divided while nothing else is
_CHUNK = 250_000  # units that are looked at at a time
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Bucket:
    """Where the places lie in the file, and how many; in order."""

    number: int
    path: Path
    begin: int
    size: int

    def places(self) -> NDArray[np.int32]:
        """The places of this bucket."""
        return np.fromfile(self.path, np.uint32, self.size, offset=4 * self.begin).astype(np.int32)


def buckets(texts: Texts, folder: Path) -> list[Bucket]:
    """Writes all places where a part may begin into a file of the folder, bucket by bucket."""
    cuts, sizes = _cuts(texts)
    first = (
        np.searchsorted(cuts, np.arange(1 << 16, dtype=np.int64) << 16, "right") - 1
    )  # by character its first bucket
    last = np.searchsorted(cuts, (np.arange(1 << 16, dtype=np.int64) << 16) + 0xFFFF, "right") - 1
    begins = np.cumsum([0, *sizes])
    filled = begins[:-1].copy()
    path = folder / "places"
    with path.open("wb") as file:
        for at, characters, following in _begun(texts):
            which = first[characters]
            split = which != last[characters]
            pairs = (characters[split].astype(np.int64) << 16) | following[split]
            which[split] = np.searchsorted(cuts, pairs, "right") - 1
            order = np.argsort(which.astype(np.uint16), kind="stable")
            at = at[order].astype(np.uint32)
            counts = np.bincount(which, minlength=len(sizes))
            ends = np.cumsum(counts)
            for bucket in np.flatnonzero(counts).tolist():
                file.seek(4 * int(filled[bucket]))
                file.write(at[ends[bucket] - counts[bucket] : ends[bucket]].tobytes())
            filled += counts
    return [Bucket(at, path, int(begin), size) for at, (begin, size) in enumerate(zip(begins[:-1], sizes, strict=True))]


def _cuts(texts: Texts) -> tuple[Ints, list[int]]:
    """At which pairs of characters, each as one number, buckets of some BUCKET places begin, and how many places each has."""
    counts = np.zeros(1 << 16, np.int64)
    for _, characters, _ in _begun(texts):
        counts += np.bincount(characters, minlength=1 << 16)
    many = counts > BUCKET
    pairs, of_pairs = _pairs(texts, many)
    cuts, sizes = [1 << 16], [0]
    for character in np.flatnonzero(counts).tolist():
        found = [(character << 16, int(counts[character]))]
        if many[character]:
            begin, end = np.searchsorted(pairs, [character << 16, (character + 1) << 16])
            found = list(zip(pairs[begin:end].tolist(), of_pairs[begin:end].tolist(), strict=True))
        for pair, count in found:
            if sizes[-1] and sizes[-1] + count > BUCKET:
                cuts.append(pair)
                sizes.append(0)
            sizes[-1] += count
    return np.array(cuts, np.int64), sizes


def _pairs(texts: Texts, many: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Of the characters of which there are many, all pairs that they begin, each as one number in order, and how many of each."""
    pairs, sizes = np.empty(0, np.int64), np.empty(0, np.int64)
    for _, characters, following in _begun(texts) if many.any() else ():
        chosen = many[characters]
        found, each = np.unique((characters[chosen].astype(np.int64) << 16) | following[chosen], return_counts=True)
        pairs, where = np.unique(np.concatenate([pairs, found]), return_inverse=True)
        sizes = np.bincount(where, np.concatenate([sizes, each]), len(pairs)).astype(np.int64)
    return pairs, sizes


def _begun(texts: Texts) -> Iterator[tuple[Ints, NDArray[np.uint16], NDArray[np.uint16]]]:
    """The places where a part may begin, the character there and the one after it, some at a time."""
    units, inner = texts.file("units"), texts.file("inner")
    for begin in range(0, len(units), _CHUNK):
        chunk = units[begin : begin + _CHUNK + 1]
        here = chunk[: min(_CHUNK, len(units) - begin)]
        at = np.flatnonzero((here != 0) & ~inner[begin : begin + len(here)])
        yield at + begin, here[at], chunk[at + 1]  # the last unit is an END
