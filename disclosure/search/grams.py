"""The suffix-gram index: the parts of all texts that many entities share, and the rare parts that single them out.

Three things keep it small without losing a hit. A part that is always followed by the same character has no row of its
own: the first row that begins with it says the same. A part that is always preceded by the same characters points to the
longer one. A rare part within which a shorter rare part ends at the same place is left out: whoever asks for the longer
one finds the shorter one inside it. Parts of letters alone have always a row of their own, since pinyin may begin only
where a syllable does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from disclosure.search.digits import encode
from disclosure.search.grow import ALONE, END, FIRST, Ground, Row, grow, own_rows, run_starts
from disclosure.search.listed import Listed, named_texts, numbered_texts, spelled_texts
from disclosure.workers import each

SHARE = 100  # T: a part that more entities share is divided further
BUCKET = 3_000_000  # places that one process divides at a time: some 300 MB


@dataclass(frozen=True)
class Texts:
    """All texts of all entities in one string of UTF-16 units, and whose each unit is (0 is the entity that ranks first)."""

    blob: str
    owners: NDArray[np.int32]
    border: int  # from here on the texts are numbers
    inner: NDArray[np.bool_]  # where no part begins: within a syllable of pinyin


def gather(ranked: Sequence[Listed]) -> Texts:
    """The texts of entities that come in order of rank: names and codes, pinyin, then numbers."""
    named, spelled, numbered = (_joined(map(of, ranked)) for of in (named_texts, spelled_texts, numbered_texts))
    letters = np.frombuffer(spelled[0].encode("ascii"), np.uint8)
    inner = [np.zeros(len(named[0]), np.bool_), letters[1:] >= ord("a"), np.zeros(len(numbered[0]) - 1, np.bool_)]
    blob = named[0] + spelled[0][1:].lower() + numbered[0][1:]
    owners = [named[1], spelled[1][1:], numbered[1][1:]]
    border = len(named[1]) + len(spelled[1]) - 1
    return Texts(blob, np.concatenate(owners), border, np.concatenate(inner))


def _joined(all_texts: Iterable[Sequence[str]]) -> tuple[str, NDArray[np.int32]]:
    """The texts of entities, every one between two ENDs, and whose each unit is."""
    pieces, owners, lengths = [""], [0], [1]
    for at, texts in enumerate(all_texts):
        for text in texts:
            pieces.append(text)
            owners.append(at)
            lengths.append(len(text) + 1)
    return END.join(pieces) + END, np.repeat(np.array(owners, np.int32), lengths)


def rows(texts: Texts, places: Sequence[int], share: int = SHARE, jobs: int = 1) -> Iterator[Row]:
    """The rows of the index in order of their parts; places[n] is the number of the entity that ranks n-th."""
    ground = Ground.of(texts.blob, texts.owners, texts.border, places, share, texts.inner)
    lengths = np.full(len(texts.owners) + 1, ALONE, np.uint16)
    grown = []
    for part in each(_grow, _buckets(ground.units[~texts.inner]), jobs, _prepare, (ground,)):
        lengths[part.rare] = part.lengths
        grown.append(part)
    kept = (lengths[:-1] <= lengths[1:]) | (ground.letters >= lengths[:-1])
    tasks = []
    for part in grown:
        keep = kept[part.rare]
        tasks.append((part.rare[keep], part.lengths[keep], part.starts[keep]))
    for part, leaves in zip(grown, each(_leaves, tasks, jobs, _prepare, (ground,)), strict=True):
        yield from sorted(part.rows + leaves, key=lambda row: row.key)


class _Desk:
    """One process's share of the texts, set up once."""

    ground: Ground


def _prepare(ground: Ground) -> None:
    _Desk.ground = ground


def _grow(bucket: tuple[int, int]):  # type: ignore[no-untyped-def]
    return grow(_Desk.ground, *bucket)


def _leaves(kept: tuple[NDArray[np.int32], NDArray[np.uint16], NDArray[np.bool_]]) -> list[Row]:
    """The rows of rare parts: the places of entities that have them in names, ~, in numbers; of many in order of rank."""
    rare, lengths, starts = kept
    if not len(rare):
        return []
    ground = _Desk.ground
    group = np.cumsum(starts) - 1
    heads = np.flatnonzero(starts)
    keys = [
        ground.blob[at : at + length] for at, length in zip(rare[heads].tolist(), lengths[heads].tolist(), strict=True)
    ]
    pairs = np.unique((group << 32) | ground.owners[rare])
    many = np.bincount(pairs >> 32, minlength=len(keys)) > FIRST
    ranked = many[group]
    found = []
    if ranked.any():
        names = [key for key, is_many in zip(keys, many.tolist(), strict=True) if is_many]
        at, which = rare[ranked].astype(np.int64), (np.cumsum(many) - 1)[group[ranked]]
        found = own_rows(ground, at, which, lengths[ranked].astype(np.int64), names)
        keys = [key for key, is_many in zip(keys, many.tolist(), strict=True) if not is_many]
        rare, group = rare[~ranked], (np.cumsum(~many) - 1)[group[~ranked]]
    half = (rare >= ground.border).astype(np.int64)
    packed = np.unique((group << 33) | (half << 32) | ground.places[ground.owners[rare]])
    segments = run_starts(packed >> 32)
    text, offsets = encode(ground.gaps(packed & 0xFFFFFFFF, segments))
    values = [""] * len(keys)
    which, halves = (packed[segments] >> 33).tolist(), (packed[segments] >> 32 & 1).tolist()
    ends = offsets[np.append(segments[1:], len(packed))].tolist()
    for one, numbered, begin, end in zip(which, halves, offsets[segments].tolist(), ends, strict=True):
        values[one] += f"~{text[begin:end]}" if numbered else text[begin:end]
    return found + list(map(Row, keys, values))


def _buckets(units: NDArray[np.uint16]) -> list[tuple[int, int]]:
    """Ranges of first characters that have some BUCKET places each."""
    counts = np.bincount(units, minlength=0x10000)
    found, first, size = [], 1, 0
    for character in np.flatnonzero(counts[1:]).tolist():
        if size and size + counts[character + 1] > BUCKET:
            found.append((first, character + 1))
            first, size = character + 1, 0
        size += int(counts[character + 1])
    return [*found, (first, 0x10000)]
