"""The most bytes of an index that a query may read, from the files that were written and the limits of theme/js/find.js and
near.js: a word that is found, and whatever is typed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain
from math import log2
from typing import NamedTuple

from disclosure.search.digits import numbers
from disclosure.search.grow import FIRST, SETTLED, Checks, Row
from disclosure.search.shards import Tree

SIGNS, WORDS = 100, 8  # a query has at most so many characters, and words
FORMS = 2  # it is asked as typed, and without brackets
STEPS, STEP_LISTS = 12, 16  # rows and lists that are read at most to narrow those that may have a word
FAR = 4000  # entities of a list that is read to find what is near
CHECKED, NUMBERED = (
    200,
    24,
)  # entities that are checked where a list is not worth it, and whose numbers are read to rank them
AT_HAND = 2_000  # parts whose files are remembered while others are put together of them
NEAR_LOOKUPS, NEAR_LISTS, NEAR = 32, 4, 48  # rows, lists and names that near.js reads


class Bound(NamedTuple):
    """Bytes: for one word without brackets that is found, and for whatever is typed."""

    word: int
    anything: int


class Lists:
    """The long lists of an index: by key of a part what is put together to its list, its name, and how many it lists."""

    def __init__(self) -> None:
        self.names: dict[str, tuple[str, int]] = {}
        self._longer: dict[str, tuple[str, ...]] = {}  # by name: signs after, signs before
        self._same: dict[str, str] = {}

    def put(self, row: Row) -> None:
        """Remember one row of the index."""
        body = row.value.lstrip("!")
        if body.startswith("~"):
            self._same[row.key] = body[1:] + row.key
        elif row.value.startswith("!") and (name := body.partition("~")[2]):
            self.names[row.key] = name, next(numbers(body))
            if "\n" in row.long:
                self._longer[name] = tuple(row.long.split("\n")[:-1])

    def dearest(self, sizes: Mapping[str, int], parts: Tree, limits: tuple[int, ...]) -> list[int]:
        """The most bytes that are read for the whole list of one part of at most so many entities, each shard once."""
        keys = sorted([*self.names, *self._same])

        @lru_cache(AT_HAND)
        def read(key: str) -> frozenset[str]:
            if key in self._same:
                return frozenset(parts.path(key) | read(self._same[key]))
            if key not in self.names:  # it stands in its row, or another part's row says the same
                longer = bisect_left(keys, key)
                found = longer < len(keys) and keys[longer].startswith(key)
                return frozenset(parts.path(key) | (read(keys[longer]) if found else set()))
            name = self.names[key][0]
            lists = frozenset([f"lists/{name[:1]}/{name[1:]}.js"])
            return frozenset(parts.path(key)).union(lists, *map(read, self._parts(key, name)))

        costs = [(total, sum(map(sizes.__getitem__, read(key)))) for key, (_, total) in self.names.items()]
        return [max((cost for total, cost in costs if total <= limit), default=0) for limit in limits]

    def dearest_row(self, sizes: Mapping[str, int], parts: Tree) -> int:
        """The most bytes that are read to look up one word: a row, and the one to which it points."""
        alone = (parts.path(begin) for level in parts.levels[:1] for begin, _ in level)
        pointed = (parts.path(key) | parts.path(longer) for key, longer in self._same.items())
        return max((sum(map(sizes.__getitem__, path)) for path in chain(alone, pointed)), default=0)

    def _parts(self, key: str, name: str) -> Iterator[str]:
        after, before, *_ = [*self._longer.get(name, ()), "", ""]
        yield from (key + sign for sign in after)
        yield from (sign + key for sign in before)


def bound(sizes: Mapping[str, int], lists: Lists, parts: Tree, checks: Checks) -> Bound:
    """What a query reads at most, the entry not counted: never more than there is. Of names and numbers `checks` has the bytes."""
    names, numbers_ = (sorted(map(int, of), reverse=True) for of in (checks.names, checks.numbers))
    row = lists.dearest_row(sizes, parts)
    settled, far, whole = lists.dearest(sizes, parts, (SETTLED, FAR, 1 << 40))
    tables = sum(size for path, size in sizes.items() if path.startswith("tables/"))
    narrowing = STEPS * row + STEP_LISTS * (row + largest(sizes, "lists/"))  # each part of a list has a row
    first = sum(names[:FIRST]) + sum(numbers_[:NUMBERED])
    checked = sum(names[:CHECKED]) + sum(numbers_[:CHECKED])
    word = _lookups(1) * row + narrowing + settled + max(checks.most, first)
    several = (
        max(map(_lookups, range(1, WORDS + 1))) * row + narrowing + WORDS * whole + max(checks.most, first + checked)
    )
    near = NEAR_LOOKUPS * row + NEAR_LISTS * far + sum(names[:NEAR])
    everything = sum(names) + sum(numbers_) + sum(sizes.values())
    return Bound(min(everything, tables + word), min(everything, tables + FORMS * several + near))


def _lookups(words: int) -> int:
    """How many rows are looked up at most to find so many words of SIGNS characters in all: each and, where it has no row,
    by halves the last place from which it is rare.
    """
    return int(words * (2 + log2(max(1.0, SIGNS / words - 2))))


def largest(sizes: Mapping[str, int], kind: str) -> int:
    """The bytes of the largest file whose path begins so."""
    return max((size for path, size in sizes.items() if path.startswith(kind)), default=0)
