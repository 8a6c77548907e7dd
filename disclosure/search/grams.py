"""The suffix-gram index: the parts of all texts that many entities share, and the rare parts that single them out.

Three things keep it small without losing a hit. A part that is always followed by the same character has no row of its
own: the first row that begins with it says the same. A part that is always preceded by the same characters points to the
longer one. A rare part within which a shorter rare part ends at the same place is left out: whoever asks for the longer
one finds the shorter one inside it. Parts of letters alone have always a row of their own, since pinyin may begin only
where a syllable does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from disclosure.search.digits import encode
from disclosure.search.grow import ALONE, END, FIRST, Ground, Row, grow, own_rows, run_starts
from disclosure.search.listed import Listed, called_texts, named_texts, numbered_texts, spelled_texts, turned
from disclosure.workers import each

SHARE = 100  # T: a part that more entities share is divided further
BUCKET = 500_000  # places that one process divides at a time: some 50 MB


@dataclass(frozen=True)
class Texts:
    """All texts of all entities as UTF-16 units, and whose each unit is (0 is the entity that ranks first)."""

    units: NDArray[np.uint16]
    owners: NDArray[np.int32]
    heard: int  # from here on the texts are pinyin
    border: int  # from here on the texts are numbers
    inner: NDArray[np.bool_]  # where no part begins: within a syllable of pinyin
    turned: dict[
        int, list[tuple[int, str]]
    ]  # by entity where its names have characters that are read as not when alone


Kinds = tuple[Callable[[Listed], Sequence[str]], ...]
KINDS: Kinds = (named_texts, spelled_texts, numbered_texts)


def _nothing(entity: Listed) -> tuple[str, ...]:
    return ()


NAMES: Kinds = (called_texts, _nothing, _nothing)  # names alone are found
NAMES_AND_SOUNDS: Kinds = (called_texts, spelled_texts, _nothing)


def gather(ranked: Sequence[Listed], jobs: int = 1, kinds: Kinds = KINDS) -> Texts:
    """The texts of entities that come in order of rank: names and codes, pinyin, then numbers, as `kinds` gives them."""
    parts = list(each(_gathered, _stretches(len(ranked)), jobs, _read_from, (ranked, kinds)))
    named, spelled, numbered = ([part.units[kind] for part in parts] for kind in range(len(KINDS)))
    owners = [part.owners[kind] for kind in range(len(KINDS)) for part in parts]
    turned = {at: turns for part in parts for at, turns in part.turned.items()}
    letters = np.concatenate([_NOTHING, *spelled])[1:]
    heard = 1 + sum(map(len, named))
    border = heard + len(letters)
    inner = np.zeros(border + sum(map(len, numbered)), np.bool_)
    inner[heard:border] = letters >= ord("a")
    letters[(letters >= ord("A")) & (letters <= ord("Z"))] += ord("a") - ord("A")
    units = np.concatenate([_NOTHING, *named, letters, *numbered])
    return Texts(units, np.concatenate([_NOTHING.astype(np.int32), *owners]), heard, border, inner, turned)


_NOTHING = np.zeros(1, np.uint16)  # before the first text stands an END, and one after every text
_STRETCH = 5000  # entities


def _stretches(count: int) -> list[range]:
    return [range(begin, min(begin + _STRETCH, count)) for begin in range(0, count, _STRETCH)]


def _read_from(ranked: Sequence[Listed], kinds: Kinds) -> None:
    _Desk.ranked, _Desk.kinds = ranked, kinds


class _Gathered(NamedTuple):
    """Of a stretch of entities, by kind: the units of their texts, and whose each is; and their turns."""

    units: list[NDArray[np.uint16]]
    owners: list[NDArray[np.int32]]
    turned: dict[int, list[tuple[int, str]]]


def _gathered(stretch: range) -> _Gathered:
    texts: list[list[tuple[int, str]]] = [[] for _ in _Desk.kinds]
    turns: dict[int, list[tuple[int, str]]] = {}
    for at in stretch:
        entity = _Desk.ranked[at]
        for found, of in zip(texts, _Desk.kinds, strict=True):
            found += [(at, text) for text in of(entity)]
        if read := turned(entity):
            turns[at] = read
    return _Gathered([_units(found) for found in texts], [_owners(found) for found in texts], turns)


def _units(texts: Sequence[tuple[int, str]]) -> NDArray[np.uint16]:
    joined = "".join([text + END for _, text in texts])
    return np.frombuffer(joined.encode("utf-16-le", "surrogatepass"), np.uint16)


def _owners(texts: Sequence[tuple[int, str]]) -> NDArray[np.int32]:
    lengths = np.array([len(text) + 1 for _, text in texts], np.int64)
    return np.repeat(np.array([at for at, _ in texts], np.int32), lengths)


def rows(texts: Texts, places: Sequence[int], share: int = SHARE, jobs: int = 1) -> Iterator[Row]:
    """The rows of the index in order of their parts; places[n] is the number of the entity that ranks n-th."""
    ground = Ground.of(texts.units, texts.owners, texts.heard, texts.border, places, share, texts.inner)
    lengths = np.full(len(texts.owners) + 1, ALONE, np.uint16)
    grown = []
    for part in each(_grow, _buckets(ground.units, texts.inner), jobs, _prepare, (ground,)):
        lengths[part.rare] = part.lengths
        for settled, length in part.settled:
            lengths[settled] = length
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
    ranked: Sequence[Listed]
    kinds: Kinds


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
        ground.text(at, at + length) for at, length in zip(rare[heads].tolist(), lengths[heads].tolist(), strict=True)
    ]
    pairs = np.unique((group << 32) | ground.owners[rare])
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
    packed = np.unique((group << 33) | (half << 32) | ground.places[ground.owners[rare]])
    segments = run_starts(packed >> 32)
    text, offsets = encode(ground.gaps(packed & 0xFFFFFFFF, segments))
    values = [""] * len(keys)
    which, halves = (packed[segments] >> 33).tolist(), (packed[segments] >> 32 & 1).tolist()
    ends = offsets[np.append(segments[1:], len(packed))].tolist()
    for one, numbered, begin, end in zip(which, halves, offsets[segments].tolist(), ends, strict=True):
        values[one] += f"~{text[begin:end]}" if numbered else text[begin:end]
    return found + list(map(Row, keys, values))


def _buckets(units: NDArray[np.uint16], inner: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Ranges of first pairs of characters, each as one number, that have some BUCKET places each."""
    counts = np.bincount(units[~inner], minlength=0x10000)
    counts[0] = 0
    cuts, size = [1 << 16], 0
    for character in np.flatnonzero(counts).tolist():
        sizes = [(character << 16, int(counts[character]))]
        if counts[character] > BUCKET:
            pairs = np.bincount(units[np.flatnonzero((units == character) & ~inner) + 1])
            sizes = [((character << 16) | second, int(pairs[second])) for second in np.flatnonzero(pairs).tolist()]
        for pair, count in sizes:
            if size and size + count > BUCKET:
                cuts.append(pair)
                size = 0
            size += count
    return list(zip(cuts, [*cuts[1:], 1 << 32], strict=True))
