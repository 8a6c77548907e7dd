"""Divides the places of all texts, character by character, until few entities share a part: arrays, not loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from disclosure.search.digits import ROW, bits, low_bits, number, rice, sparse
from disclosure.search.disk import OnDisk
from disclosure.search.places import SLOTS, table_size
from disclosure.search.shards import digest
from disclosure.search.texts import BLOCK, Texts

LEAST = 2  # a word has at least two characters
HEARD = 3  # pinyin is found from three letters on
BEST = 8  # how many suggestions a common part has at once
FIRST = 50  # how many of a common part's entities stand in its row in order of rank
INLINE = 200  # up to so many stand in the row itself, more in a list of their own
SETTLED, OF_ALL = 1000, 64  # a part that at most so many share, one in so many of all, may be divided no further
SOUNDS = 2  # of letters alone so many times as many entities may share a rare part: pinyin has few characters
FEW = 3  # a list is put together from those of at most so many parts with one more character before
CROWDED = 400_000  # of more entities from however many: it takes a tenth less room and reads more
SPREAD, OF_SPREAD = 4000, 25  # one longer, and of more than one in so many of all, from FEW that are as long
Ints = NDArray[np.signedinteger[Any]]  # places, owners and groups take 32 bits, what is packed of them 64


class Row(NamedTuple):
    """What the index says of one part: its value, and the whole list where it is too long for the row."""

    key: str
    value: str
    long: str = ""


@dataclass
class Checks:
    """What it costs to hold the entities of one part against their names and numbers: the bytes of each shard of both, and
    the most so far for a part that has no other check.
    """

    names: Ints
    numbers: Ints
    most: int = 0

    def note(self, group: Ints, places: Ints, numbered: NDArray[np.bool_]) -> None:
        """Take in the entities of parts, and whether the numbers of each must be read too."""
        if len(group):
            bytes_ = self.names[places // SLOTS] + self.numbers[places // SLOTS] * numbered
            self.most = max(self.most, int(np.bincount(group - group[0], bytes_).max()))


@dataclass(frozen=True)
class Ground:
    """What is divided: texts, whose they are, and under which number (place) each entity is known."""

    units: OnDisk
    letters: OnDisk  # how many letters a-z stand from each place on, 255 and more alike
    owners: OnDisk  # by BLOCK
    heard: int  # from here to the border the texts are pinyin
    border: int
    places: Ints
    salts: NDArray[np.uint64]  # a random number an entity tells sets of entities apart
    size: int  # so many places are there
    share: int
    settled: int  # where each longer part would be rare, a part of at most so many is not divided further
    checks: Checks

    @classmethod
    def of(cls, texts: Texts, places: Ints, share: int, checks: Checks) -> Ground:
        """The ground of these texts, read where they lie on disk."""
        settled = min(SETTLED, 1 << (len(places) // OF_ALL).bit_length() >> 1)
        salts = np.random.default_rng(2026).integers(0, 1 << 63, len(places) or 1, np.uint64)
        units, letters, owners = (texts.file(name) for name in ("units", "letters", "owners"))
        size = table_size(len(places))
        return cls(units, letters, owners, texts.heard, texts.border, places, salts, size, share, settled, checks)

    def owners_of(self, at: NDArray[Any]) -> NDArray[np.int32]:
        """Whose the texts are in which these places lie, by rank."""
        found: NDArray[np.int32] = self.owners[at // BLOCK]
        return found

    def text(self, begin: int, end: int) -> str:
        """What stands from one place to another, a character a unit."""
        return "".join(map(chr, self.units[begin:end].tolist()))

    @staticmethod
    def gaps(ascending: Ints, starts: Ints) -> Ints:
        """Distances between neighbours, from -1 where a run starts."""
        before = np.empty_like(ascending)
        before[1:] = ascending[:-1]
        before[starts] = -1
        return ascending - before - 1


@dataclass
class Grown:
    """What dividing gave: rows of common parts; places of rare parts, the length of each, where another part starts.

    `settled` are the places of common parts that were not divided further, and the length of those parts.
    """

    rows: list[Row] = field(default_factory=list)
    settled: list[tuple[Ints, int]] = field(default_factory=list)
    rare: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    lengths: NDArray[np.uint16] = field(default_factory=lambda: np.empty(0, np.uint16))
    starts: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))


def run_starts(keys: NDArray[Any]) -> Ints:
    """Where in sorted keys another one begins."""
    return np.flatnonzero(_begins(keys))


def _begins(keys: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of sorted keys are the first of their kind."""
    begins = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=begins[1:])
    return begins


def grow(ground: Ground, at: Ints) -> Grown:
    """All parts that begin at these places."""
    units = ground.units
    packed = np.sort((units[at].astype(np.int64) << 32) | at)
    at = (packed & 0xFFFFFFFF).astype(np.int32)
    group = np.cumsum(_flags(run_starts(packed >> 32), len(at)), dtype=np.int32) - 1
    grown = Grown()
    rare: list[tuple[Ints, NDArray[np.bool_], int]] = []
    seen: dict[tuple[int, int], str] = {}
    bits = len(units).bit_length()
    length = 1
    while len(at):
        following = units[at + length]
        alive = following != 0
        packed = (((group[alive].astype(np.int64) << 16) | following[alive]) << bits) | at[alive]
        packed.sort()
        starts = run_starts(packed >> bits)
        goes_on = packed[starts] >> (bits + 16)  # of which group each of the next ones is a part
        packed &= (1 << bits) - 1
        after = packed.astype(np.int32)
        del alive, packed
        sizes = np.diff(np.append(starts, len(after)))
        is_spelt = ground.letters[after[starts]] > length
        few = _few(ground, after, sizes, ground.share * np.where(is_spelt, SOUNDS, 1))
        if length + 1 < HEARD:  # what is listed of few letters is exact, and so divided where it would be ranked
            few &= ~is_spelt | (sizes <= FIRST)
        settled = np.zeros(int(group[-1]) + 1, np.bool_)
        if length >= LEAST:
            level = _Level(ground, at, group, length)
            settled = _settled(level, goes_on[~few])
            wanted = _branching(group, following)
            del following
            if length < HEARD:
                grown.rows += level.leave_out_pinyin(wanted)
            grown.rows += _common_rows(level, wanted, settled, seen)
            if settled.any():
                grown.settled.append((at[settled[group]], length))
        length += 1
        is_rare = (few & ~settled[goes_on]).repeat(sizes)
        if is_rare.any():
            rare.append((after[is_rare], _flags(starts, len(after))[is_rare], length))
        at, sizes = after[~few.repeat(sizes)], sizes[~few]
        group = np.arange(len(sizes), dtype=np.int32).repeat(sizes)
    if rare:
        grown.rare = np.concatenate([places for places, _, _ in rare]).astype(np.int32)
        grown.starts = np.concatenate([flags for _, flags, _ in rare])
        grown.lengths = np.concatenate([np.full(len(places), size, np.uint16) for places, _, size in rare])
    return grown


def _flags(starts: Ints, length: int) -> NDArray[np.bool_]:
    flags = np.zeros(length, np.bool_)
    flags[starts] = True
    return flags


def _few(ground: Ground, at: Ints, sizes: Ints, share: int | Ints) -> NDArray[np.bool_]:
    """Which groups of so many places each, one after the other, have at most so many different owners."""
    few: NDArray[np.bool_] = sizes <= share
    if not few.all():
        packed = np.flatnonzero(~few).repeat(sizes[~few])
        packed <<= 32
        packed |= ground.owners_of(at[~few.repeat(sizes)])
        packed.sort()
        different = packed[_begins(packed)] >> 32
        few |= np.bincount(different, minlength=len(sizes)) <= share
    return few


def _settled(level: _Level, goes_on: Ints) -> NDArray[np.bool_]:
    """Which groups are not divided further: few enough, no longer part common, and not letters alone.

    Of a longer word the rest is found by other parts of it; of letters only the first may be the beginning of a part.
    """
    sizes = np.bincount(level.group)
    settled = _few(level.ground, level.at, sizes, level.ground.settled)
    settled[goes_on] = False
    settled[level.ground.letters[level.at[run_starts(level.group)]] >= level.length] = False
    return settled


def _branching(group: Ints, following: Ints) -> NDArray[np.bool_]:
    """Which groups go on with different characters, or end somewhere."""
    starts = run_starts(group)
    least, most = np.minimum.reduceat(following, starts), np.maximum.reduceat(following, starts)
    branching: NDArray[np.bool_] = (least != most) | (least == 0)
    return branching


@dataclass
class _Level:
    """All common parts of one length: where they stand, by group."""

    ground: Ground
    at: Ints
    group: Ints
    length: int

    def leave_out_pinyin(self, wanted: NDArray[np.bool_]) -> list[Row]:
        """Parts of letters too short for pinyin have all rows of their own, in which it does not count: the empty ones."""
        ground, heads = self.ground, self.at[run_starts(self.group)]
        is_short = ground.letters[heads] >= self.length
        plain = (self.at < ground.heard) | (self.at >= ground.border)
        self.at, self.group = self.at[plain], self.group[plain]
        is_empty = np.bincount(self.group, minlength=len(heads)) == 0
        wanted |= is_short
        wanted &= ~is_empty
        return [Row(ground.text(at, at + self.length), f"!{number(0)}") for at in heads[is_empty].tolist()]

    def put_together(self, group: int) -> str:
        """A list as those of parts that have one more character after or before, the largest of them: these characters, and the
        list of the entities that are in none; nothing where these are not much fewer than all.
        """
        ground, length = self.ground, self.length
        low, high = np.searchsorted(self.group, [group, group + 1])
        at = self.at[low:high]
        owners = ground.owners_of(at)
        everyone = distinct(owners.copy())
        is_spelt = ground.letters[at[0]] >= length
        least = ground.share * (SOUNDS if is_spelt else 1)
        most, few = (len(at), FEW) if len(ground.places) > CROWDED else (1, 1)
        if len(everyone) > (long := max(SPREAD, len(ground.places) // OF_SPREAD)):
            least, most, few = long, FEW, FEW
        elif is_spelt and len(everyone) <= SETTLED:
            least = 0  # of letters alone each longer part has a row
        after = before = "", everyone
        if length >= HEARD or not is_spelt:
            beside = ground.units[at + length]
            if is_spelt:
                beside = np.where(ground.letters[at] > length, beside, 0)
            after = _without(everyone, owners, beside, least, most)
        if not is_spelt:  # what stands before may be within a syllable
            before = _without(everyone, owners, ground.units[at - 1], least, few)
        signs, rest = min(after, before, key=lambda one: len(one[1]))
        if 2 * len(rest) > len(everyone):
            return ""
        own = long_list(np.sort(ground.places[rest])) if len(rest) else ""
        return "\n".join((signs, own) if rest is after[1] else ("", signs, own))


def _without(
    everyone: NDArray[np.int32], owners: NDArray[np.int32], beside: NDArray[np.uint16], least: int, most: int
) -> tuple[str, NDArray[np.int32]]:
    """Of the characters beside a part those that most have, more than `least`, and who of everyone has none of these."""
    pairs = beside.astype(np.int64)
    pairs <<= 32
    pairs |= owners
    pairs = distinct(pairs)
    starts = run_starts(pairs >> 32)
    sizes = np.diff(np.append(starts, len(pairs)))
    signs = pairs[starts] >> 32
    common = (sizes > least) & (signs != 0)
    chosen = np.zeros(len(starts), np.bool_)
    chosen[np.argsort(-sizes * common, kind="stable")[: min(most, int(common.sum()))]] = True
    rest = np.ones(len(everyone), np.bool_)
    pairs = pairs[chosen.repeat(sizes)]
    pairs &= 0xFFFFFFFF
    rest[np.searchsorted(everyone, pairs)] = False
    return "".join(map(chr, signs[chosen].tolist())), everyone[rest]


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """The different ones of some values, which are put in order: by sorting, which is faster than np.unique with its hashes."""
    values.sort()
    return values[_begins(values)]


def _common_rows(
    level: _Level, wanted: NDArray[np.bool_], settled: NDArray[np.bool_], seen: dict[tuple[int, int], str]
) -> list[Row]:
    """The rows of the wanted groups of a level, marked where they are settled."""
    ground, length = level.ground, level.length
    chosen = wanted[level.group]
    if not chosen.any():
        return []
    at, group = _only(chosen, wanted, level.at, level.group)
    del chosen
    starts = run_starts(group)
    left = _left(ground, at, group, starts, length)
    heads = at[starts].tolist()
    keys = [ground.text(head, head + length) for head in heads]
    marks = ["!!!" if is_settled else "!" for is_settled in settled[wanted].tolist()]
    found = [
        Row(key, f"{mark}~{ground.text(head - more, head)}")
        for key, head, more, mark in zip(keys, heads, left.tolist(), marks, strict=True)
        if more
    ]
    own = left == 0
    mine = own[group]
    if mine.any():
        mine_keys = [key for key, is_own in zip(keys, own.tolist(), strict=True) if is_own]
        mine_marks = [mark for mark, is_own in zip(marks, own.tolist(), strict=True) if is_own]
        names = np.flatnonzero(wanted)[own].tolist()
        lists = _Lists(level, names, seen)
        at, group = _only(mine, own, at, group)
        del mine
        found += own_rows(ground, at, group, length, mine_keys, mine_marks, lists)
    return found


def _only(chosen: NDArray[np.bool_], groups: NDArray[np.bool_], at: Ints, group: Ints) -> tuple[Ints, Ints]:
    """The chosen ones of the places, all of some groups, and these numbered anew; where that is all, they themselves."""
    return (at, group) if groups.all() else (at[chosen], (np.cumsum(groups, dtype=np.int32) - 1)[group[chosen]])


@dataclass
class _Lists:
    """The long lists of a level: whole ones each once, others put together."""

    level: _Level
    names: list[int]
    seen: dict[tuple[int, int], str]

    def of(self, index: int, same: tuple[int, int], owners: Ints) -> tuple[str, str]:
        """The name of the list of the group at `index`, and its body unless that was given before."""
        if same in self.seen:
            return self.seen[same], ""
        if body := self.level.put_together(self.names[index]):
            return digest(body), body
        body = long_list(np.sort(self.level.ground.places[owners]))
        self.seen[same] = digest(body)
        return self.seen[same], body


def _left(ground: Ground, at: Ints, group: Ints, starts: Ints, length: int) -> Ints:
    """How many characters always stand before each group's part, where the longer part has the same row."""
    units = ground.units
    left = np.zeros(len(starts), np.int64)
    active = np.ones(len(starts), np.bool_)
    places, groups = at, group
    while len(places):
        before = units[places - 1 - left[groups]]
        runs = run_starts(groups)
        which = groups[runs]
        least, most = np.minimum.reduceat(before, runs), np.maximum.reduceat(before, runs)
        same = (least == most) & (least != 0)
        left[which[same]] += 1
        active[:] = False
        active[which[same]] = True
        still = active[groups]
        places, groups = places[still], groups[still]
    begin = (units[at - left[group] - 1] == 0) & (at < ground.border)
    some = np.logical_or.reduceat(begin, starts)
    every = np.logical_and.reduceat(begin, starts)
    whole = np.logical_or.reduceat(begin & (units[at + length] == 0), starts)
    left[some & ~(every & ~whole)] = 0
    left[ground.letters[at[starts]] >= length] = 0  # what stands before may be within a syllable
    return left


def own_rows(
    ground: Ground,
    at: Ints,
    group: Ints,
    length: int | Ints,
    keys: Sequence[str],
    marks: Sequence[str],
    lists: _Lists | None = None,
) -> list[Row]:
    """The mark (one more `!`: also in numbers), how many, the BEST by rank, more up to FIRST, and all others or ~ and a list."""
    begin = (ground.units[at - 1] == 0) & (at < ground.border)
    rank = 2 - begin.astype(np.int8) - (begin & (ground.units[at + length] == 0))
    numbered = np.maximum.reduceat(at, run_starts(group)) >= ground.border
    packed = group.astype(np.int64)
    packed <<= 34
    packed |= ground.owners_of(at)
    packed <<= 2
    packed |= rank
    packed.sort()
    packed = packed[_begins(packed >> 2)]  # each entity once, with the best of its ranks
    rank = (packed & 3).astype(np.int8)
    packed >>= 2
    owners = (packed & 0x3FFFFFFFF).astype(np.int32)
    packed >>= 34
    group = packed.astype(np.int32)
    starts = run_starts(group)
    totals = np.diff(np.append(starts, len(group)))
    hashes = np.bitwise_xor.reduceat(ground.salts[owners], starts)
    small = (totals <= max(ground.settled, ground.share))[group]
    ground.checks.note(group[small], ground.places[owners[small]], numbered[group[small]])
    packed = group.astype(np.int64)
    packed <<= 2
    packed |= rank
    packed <<= 34
    packed |= owners
    del rank, small
    packed.sort()
    packed &= 0x3FFFFFFFF
    owners = packed.astype(np.int32)
    del packed
    order = np.arange(len(group), dtype=np.int32) - np.repeat(starts.astype(np.int32), totals)
    segment = (order >= BEST).astype(np.int8) + (order >= FIRST)
    inline = (segment < 2) | (totals <= INLINE)[group]
    del order
    packed = group[inline].astype(np.int64) << 36
    packed |= segment[inline].astype(np.int64) << 34
    packed |= ground.places[owners[inline]]
    packed.sort()
    runs = run_starts(packed >> 34)
    counts = np.diff(np.append(runs, len(packed)))
    low = low_bits(counts, ground.size).repeat(counts)
    text, offsets = rice(ground.gaps(packed & 0x3FFFFFFFF, runs), low, run_starts(packed >> 36))
    del group, segment, inline, packed, low
    text = text.replace("~", ROW)
    found = []
    for index, key in enumerate(keys):
        total = int(totals[index])
        mark = marks[index] + ("!" if numbered[index] else "")
        value = mark + number(total) + text[offsets[index] : offsets[index + 1]]
        if total <= INLINE:
            found.append(Row(key, value))
            continue
        begin_ = int(starts[index])
        assert lists is not None  # rare parts are never so long
        name, body = lists.of(index, (total, int(hashes[index])), owners[begin_ : begin_ + total])
        found.append(Row(key, f"{value}~{name}", body))
    return found


def segment_low(total: int, at: int, size: int) -> int:
    """How many low bits the gap has that stands at such a place in the row of a part of so many entities."""
    count = min(total, BEST) if at < BEST else min(total, FIRST) - BEST if at < FIRST else total - FIRST
    return _low(count, size)


@lru_cache(maxsize=1024)
def _low(count: int, size: int) -> int:
    return int(low_bits(np.array(count), size))


def long_list(ascending: Ints) -> str:
    """A long list as a bitmap, where it is dense, else as gaps."""
    if len(ascending) * 8 > ascending[-1] * 3:
        return "!" + bits(ascending)
    return sparse(ascending)
