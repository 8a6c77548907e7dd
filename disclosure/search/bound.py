"""The most bytes of an index that one word may read: what theme/js/find.js and near.js do at most, in the largest shards."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from functools import cache

from disclosure.search.grow import SETTLED, Row
from disclosure.search.shards import Tree

FORMS = 2  # a query is asked as typed, and without brackets
PROBES = 5  # rows that are looked up at most to find one word
STEPS = 12  # parts of words by which those that may have them are narrowed
NEAR_WORDS, NEAR = 12, 48  # words that near.js looks up, and names that it reads


class Lists:
    """The long lists of an index: by key of a part what is put together to its list, and its name."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._longer: dict[str, tuple[str, ...]] = {}  # by name: signs after, signs before
        self._same: dict[str, str] = {}

    def put(self, row: Row) -> None:
        """Remember one row of the index."""
        body = row.value.lstrip("!")
        if body.startswith("~"):
            self._same[row.key] = body[1:] + row.key
        elif row.value.startswith("!") and (name := body.split("~")[2:]):
            self.names[row.key] = name[0]
            if row.long and "\n" in row.long:
                self._longer[name[0]] = tuple(row.long.split("\n")[:-1])

    def dearest(self, sizes: Mapping[str, int], parts: Tree) -> int:
        """The most bytes that are read for the whole list of one part, each shard once."""
        keys = sorted([*self.names, *self._same])
        begins = [[begin for begin, _ in level] for level in parts.levels]

        def row(key: str) -> set[str]:
            at = [bisect_right(level, key) - 1 for level in begins]
            return {
                _path("parts", level[place][1]) for level, place in zip(parts.levels, at, strict=True) if place >= 0
            }

        @cache
        def read(key: str) -> frozenset[str]:
            if key in self._same:
                return frozenset(row(key) | read(self._same[key]))
            name = self.names.get(key)
            if name is None:  # it stands in its row, or another part's row says the same
                longer = bisect_left(keys, key)
                found = longer < len(keys) and keys[longer].startswith(key)
                return frozenset(row(key) | (read(keys[longer]) if found else set()))
            return frozenset(row(key) | {_path("lists", name)}).union(*map(read, self._parts(key, name)))

        return max((sum(map(sizes.__getitem__, read(key))) for key in self.names), default=0)

    def _parts(self, key: str, name: str) -> Iterator[str]:
        after, before, *_ = [*self._longer.get(name, ()), "", ""]
        yield from (key + sign for sign in after)
        yield from (sign + key for sign in before)


def _path(kind: str, name: str) -> str:
    return f"{kind}/{name[:1]}/{name[1:]}.js"


def worst(sizes: Mapping[str, int], lists: Lists, parts: Tree) -> int:
    """The most bytes of an index that a query of one word may read, to its first results and, where there are none, to those
    that are near; the entry not counted. Each further word looks up PROBES rows and reads a list more.
    """
    rows = FORMS * PROBES * (1 + STEPS) + PROBES * NEAR_WORDS
    read = FORMS * (1 + STEPS) + NEAR_WORDS
    return (
        sum(size for path, size in sizes.items() if path.startswith("tables/"))
        + rows * parts.depth * largest(sizes, "parts/")
        + read * lists.dearest(sizes, parts)
        + sum(_sorted(sizes, "names/")[: SETTLED + NEAR])
        + sum(_sorted(sizes, "numbers/")[:SETTLED])
    )


def largest(sizes: Mapping[str, int], kind: str) -> int:
    """The bytes of the largest file whose path begins so."""
    return max((size for path, size in sizes.items() if path.startswith(kind)), default=0)


def _sorted(sizes: Mapping[str, int], kind: str) -> list[int]:
    return sorted((size for path, size in sizes.items() if path.startswith(kind)), reverse=True)
