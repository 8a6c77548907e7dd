"""The suffix-gram index: each place in a text is listed under the shortest following part that few entities share."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from heapq import nsmallest
from itertools import chain
from typing import Any

from disclosure.search.digits import bits, gaps, number
from disclosure.search.listed import Listed, named_texts, numbered_texts

LEAST = 2  # a word has at least two characters
SHARE = 50  # T: a part that more entities share is divided further
BEST = 8  # how many suggestions a common part has at once
FIRST = 50  # how many of a common part's entities stand in its row in order of rank
INLINE = 200  # up to so many stand in the row itself, more in a list of their own
END = "\0"


@dataclass(frozen=True)
class Texts:
    """All texts of all entities in one string, and whose each character is (0 is the entity that ranks first)."""

    blob: str
    owners: array[int]
    border: int  # from here on the texts are numbers


@dataclass(frozen=True)
class Row:
    """What the index says of one part: its value, and the whole list where it is too long for the row."""

    key: str
    value: str
    long: str = ""


def gather(ranked: Sequence[Listed]) -> Texts:
    """The texts of entities that come in order of rank: first names and codes, then numbers."""
    pieces = [END]
    owners = array("l", [0])
    border = 1
    for texts_of in (named_texts, numbered_texts):
        border = len(owners)
        for at, entity in enumerate(ranked):
            for text in texts_of(entity):
                pieces.append(text + END)
                owners.extend([at] * (len(text) + 1))
    return Texts("".join(pieces), owners, border)


def rows(texts: Texts, places: Sequence[int], share: int = SHARE, jobs: int = 1) -> Iterator[Row]:
    """The rows of the index in order of their parts; places[n] is the number of the entity that ranks n-th."""
    starts = _starts(texts.blob)
    firsts = sorted(starts)
    if jobs == 1:
        grown = Grown(texts, places, share)
        yield from chain.from_iterable(grown.rows(first, starts.pop(first)) for first in firsts)
        return
    with ProcessPoolExecutor(jobs, initializer=_prepare, initargs=(texts, places, share)) as pool:
        yield from chain.from_iterable(pool.map(_rows_of, firsts, map(starts.pop, firsts)))


@dataclass
class Grown:
    """Divides all places of one first character; remembers the long lists, since many parts have the same entities."""

    texts: Texts
    places: Sequence[int]
    share: int
    long: dict[tuple[int, int], str] = field(default_factory=dict)

    def rows(self, first: str, group: Sequence[int]) -> list[Row]:
        """The rows of all parts that begin with the character, in order."""
        found = []
        owners_of = self.texts.owners.__getitem__
        pile = _branches(self.texts.blob, first, group)
        while pile:
            part, group = pile.pop()
            if len(group) <= self.share or len(owners := set(map(owners_of, group))) <= self.share:
                found.append(Row(part, self._leaf(group)))
                continue
            found.append(self._common(part, group, owners))
            pile.extend(_branches(self.texts.blob, part, group))
        return found

    def _leaf(self, group: Sequence[int]) -> str:
        places, owners, border = self.places, self.texts.owners, self.texts.border
        named = {places[owners[at]] for at in group if at < border}
        numbered = {places[owners[at]] for at in group if at >= border}
        return gaps(sorted(named)) + ("~" + gaps(sorted(numbered)) if numbered else "")

    def _common(self, part: str, group: Sequence[int], owners: set[int]) -> Row:
        places = self.places.__getitem__
        best = _best(self.texts, part, group, owners)
        mark = "!!" if max(group) >= self.texts.border else "!"  # the second says: also in numbers
        ordered = gaps(sorted(map(places, best[:BEST]))) + gaps(sorted(map(places, best[BEST:])))
        value = mark + number(len(owners)) + ordered
        if len(owners) <= INLINE:
            return Row(part, value + "~" + gaps(sorted(map(places, owners.difference(best)))))
        same = len(owners), hash(frozenset(owners))
        if same not in self.long:
            self.long[same] = _long(sorted(map(places, owners)))
        return Row(part, value + "~~", self.long[same])


def _long(everyone: list[int]) -> str:
    return "!" + bits(everyone) if len(everyone) * 6 > everyone[-1] else gaps(everyone)


def _prepare(*given: Any) -> None:
    _rows_of.grown = Grown(*given)  # type: ignore[attr-defined]


def _rows_of(first: str, group: Sequence[int]) -> list[Row]:
    found: list[Row] = _rows_of.grown.rows(first, group)  # type: ignore[attr-defined]
    return found


def _starts(blob: str) -> dict[str, array[int]]:
    found: defaultdict[str, array[int]] = defaultdict(partial(array, "l"))
    for at, character in enumerate(blob):
        found[character].append(at)
    del found[END]
    return dict(found)


def _branches(blob: str, part: str, group: Sequence[int]) -> list[tuple[str, list[int]]]:
    """The group by the character that follows the part, last first; texts that end here need no further row."""
    length = len(part)
    found: defaultdict[str, list[int]] = defaultdict(list)
    for at in group:
        found[blob[at + length]].append(at)
    found.pop(END, None)
    return [(part + character, found[character]) for character in sorted(found, reverse=True)]


def _best(texts: Texts, part: str, group: Sequence[int], owners: set[int]) -> list[int]:
    """The first by rank: called so, then beginning so, then having it inside; numbers count as inside."""
    blob, length = texts.blob, len(part)
    begin = [at for at in group if blob[at - 1] == END and at < texts.border]
    best = sorted({texts.owners[at] for at in begin if blob[at + length] == END})[:FIRST]
    for others in ({texts.owners[at] for at in begin}, owners):
        if len(best) < FIRST:
            best += nsmallest(FIRST - len(best), others.difference(best))
    return best
