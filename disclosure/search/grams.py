"""The suffix-gram index: the parts of all texts that many entities share, and the rare parts that single them out.

Three things keep it small without losing a hit. A part that is always followed by the same character has no row of its
own: the first row that begins with it says the same. A part that is always preceded by the same characters points to the
longer one. A rare part within which a shorter rare part ends at the same place is left out: whoever asks for the longer
one finds the shorter one inside it. Parts of letters alone have always a row of their own, since pinyin may begin only
where a syllable does.

What is found in one bucket of places lies on disk until it is its turn.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from disclosure.search.buckets import LARGE, Bucket, buckets
from disclosure.search.digits import DIGITS, ROW, SEVENS, SHORT, encode, low_bits, rice
from disclosure.search.disk import OnDisk
from disclosure.search.grow import FIRST, Checks, Ground, Ints, Row, grow, own_rows, run_starts
from disclosure.search.texts import Texts
from disclosure.workers import each, in_tasks

SHARE = 100  # T: a part that more entities share is divided further
PORTION, ROWS = 50_000, 5_000  # places of rare parts whose rows are made at a time; rows that are read again at a time
ALONE, LONGEST = 255, 254  # the length of a part that is never rare, and what longer ones are counted as: they are kept


def rows(texts: Texts, places: Ints, folder: Path, checks: Checks, share: int = SHARE, jobs: int = 1) -> Iterator[Row]:
    """The rows of the index in order of their parts; places[n] is the number of the entity that ranks n-th. What is not
    needed at once is written to the folder; what the parts cost is noted in `checks`.
    """
    found = buckets(texts, folder)
    (folder / "lengths").write_bytes(bytes([ALONE]) * (len(texts.file("units")) + 1))  # tofile() hides a full disk
    given = (texts, places, share, checks, folder)
    try:
        for large, side_by_side in ((False, jobs), (True, 1)):
            some = [bucket for bucket in found if (bucket.size > LARGE) == large]
            for most in each(_grow, some, side_by_side, _prepare, given, apart=large and jobs > 1):
                checks.most = max(checks.most, most)
        for path, most in each(_leaves, found, jobs, _prepare, given):
            checks.most = max(checks.most, most)
            with path.open("rb") as file:
                while file.peek(1):
                    yield from pickle.load(file)
            path.unlink()
    finally:
        _leave()


class _Desk:
    """One process's share, set up once."""

    folder: Path
    ground: Ground
    lengths: OnDisk  # of the rare part that begins at each place


def _prepare(texts: Texts, places: Ints, share: int, checks: Checks, folder: Path) -> None:
    _Desk.folder, _Desk.ground = folder, Ground.of(texts, places, share, checks)
    _Desk.lengths = OnDisk(folder / "lengths", np.uint8, write=True)


def _leave() -> None:
    """Give back the files that were open, so that they can be removed."""
    for name in ("ground", "lengths"):
        if hasattr(_Desk, name):
            delattr(_Desk, name)


def _grow(bucket: Bucket) -> int:
    """Divides a bucket; what it gives is kept on disk, and how long the rare part of each place is; the most of the checks."""
    grown = grow(_Desk.ground, bucket.places())
    for at, length in grown.settled:
        _Desk.lengths[at] = min(length, LONGEST)
    _Desk.lengths[grown.rare] = np.minimum(grown.lengths, LONGEST)
    with _path(bucket).open("wb") as file:
        pickle.dump((grown.rows, grown.rare, grown.lengths, grown.starts), file, pickle.HIGHEST_PROTOCOL)
    return _Desk.ground.checks.most


def _leaves(bucket: Bucket) -> tuple[Path, int]:
    """Completes the rows of a bucket by those of its rare parts: where they lie on disk, in order; the most of the checks."""
    path = _path(bucket)
    with path.open("rb") as file:
        found, rare, lengths, starts = pickle.load(file)
    shorter = np.minimum(lengths, LONGEST) <= _Desk.lengths[rare.astype(np.int64) + 1]
    kept = shorter | (_Desk.ground.letters[rare] >= lengths)
    for part in _portions(rare[kept], lengths[kept], starts[kept]):
        found += _rare_rows(*part)
    found.sort(key=lambda row: row.key)
    with path.open("wb") as file:
        for some in in_tasks(found, ROWS):
            pickle.dump(some, file, pickle.HIGHEST_PROTOCOL)
    return path, _Desk.ground.checks.most


def _portions(
    rare: NDArray[np.int32], lengths: NDArray[np.uint16], starts: NDArray[np.bool_]
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.uint16], NDArray[np.bool_]]]:
    """Yield rare parts in portions of some PORTION places, no part divided."""
    begins = np.append(np.flatnonzero(starts), len(starts))
    cuts = begins[np.searchsorted(begins, np.arange(PORTION, len(starts), PORTION))]
    for begin, end in pairwise([0, *np.unique(cuts).tolist(), len(starts)]):
        yield rare[begin:end], lengths[begin:end], starts[begin:end]


def _path(bucket: Bucket) -> Path:
    return _Desk.folder / f"bucket{bucket.number}"


def _rare_rows(rare: NDArray[np.int32], lengths: NDArray[np.uint16], starts: NDArray[np.bool_]) -> list[Row]:
    """The rows of rare parts: the places of entities that have them in names, ~, in numbers; of many in order of rank."""
    if not len(rare):
        return []
    ground = _Desk.ground
    group = np.cumsum(starts) - 1
    heads = np.flatnonzero(starts)
    keys = [
        ground.text(at, at + length) for at, length in zip(rare[heads].tolist(), lengths[heads].tolist(), strict=True)
    ]
    pairs = np.unique((group << 32) | ground.owners_of(rare))
    many = np.bincount(pairs >> 32, minlength=len(keys)) > FIRST
    ranked = many[group]
    found = []
    if ranked.any():
        names = [key for key, is_many in zip(keys, many.tolist(), strict=True) if is_many]
        at, which = rare[ranked].astype(np.int64), (np.cumsum(many) - 1)[group[ranked]]
        found = own_rows(ground, at, which, lengths[ranked].astype(np.int64), names, ["!"] * len(names))
        keys = [key for key, is_many in zip(keys, many.tolist(), strict=True) if not is_many]
        rare, group = rare[~ranked], (np.cumsum(~many) - 1)[group[~ranked]]
    if not len(rare):
        return found
    half = (rare >= ground.border).astype(np.int64)
    packed = np.unique((group << 33) | (half << 32) | ground.places[ground.owners_of(rare)])
    ground.checks.note(packed >> 33, packed & 0xFFFFFFFF, (packed >> 32 & 1).astype(np.bool_))
    segments = run_starts(packed >> 32)
    which, halves = (packed[segments] >> 33).tolist(), (packed[segments] >> 32 & 1).tolist()
    values = [""] * len(keys)
    for one, numbered, text in zip(
        which, halves, _few(ground.gaps(packed & 0xFFFFFFFF, segments), segments, ground.size), strict=True
    ):
        values[one] += f"~{text}" if numbered else text
    return found + list(map(Row, keys, values))


def _few(gaps: Ints, starts: Ints, size: int) -> Iterator[str]:
    """Each run of gaps as `from_few` reads it."""
    counts = np.diff(np.append(starts, len(gaps)))
    low = low_bits(counts, size)
    plain, offsets = encode(gaps)
    offsets = offsets[np.append(starts, len(gaps))]
    coded, begins = rice(gaps, low.repeat(counts), starts)
    coded = coded.replace("~", ROW)
    for run, bits in enumerate(low.tolist()):
        text = plain[offsets[run] : offsets[run + 1]]
        if len(text) > SHORT:
            text = (SEVENS[bits] + coded[begins[run] : begins[run + 1]]).ljust(SHORT + 1, DIGITS[0])
        yield text
