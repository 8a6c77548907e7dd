"""Reads the written index from its bytes as theme/js/find.js does, to prove that nothing is missed."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from pathlib import Path

import numpy as np

from disclosure.search.digits import from_bits, from_few, from_rice, from_sparse, number, numbers, summed
from disclosure.search.grow import BEST, FIRST, HEARD, SOUNDS, Ints, distinct, segment_low
from disclosure.search.listed import CUT, Listed, contains
from disclosure.search.names import read_facets, read_label, read_line
from disclosure.search.numbered import read_numbers
from disclosure.search.places import SLOTS
from disclosure.search.shards import script_body, unpack
from disclosure.search.shorthand import Shorthand
from disclosure.search.sounds import is_spelled, spellings
from disclosure.search.text import bare, fold, units, words

NAME = 8  # characters of the name of a folder
NUMBER_WORDS = 2  # which of the tables that the entry names has the words of numbers
SETTLED_MARKS = 3  # a row that begins with so many ! is divided no further


@dataclass(frozen=True)
class Part:
    """What the index says of a word: these entities, or at least all that have it must be among them, each once."""

    exact: bool
    total: int
    first: tuple[int, ...]
    every: Ints
    ends: bool = True  # the index is divided no further here


class Reader:
    """An index on disk that answers queries; a shard is read when it is needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._body = lru_cache(maxsize=1024)(self._read)
        self._rows = lru_cache(maxsize=512)(unpack)
        # The long lists of what all names have are made of many, and read once.
        self._part = lru_cache(maxsize=16)(self._read_part)
        self._list = lru_cache(maxsize=1024)(self._read_list)
        _, sizes, names, held, sections, districts, _, said, tables, _, *root = self._body("entry.js").split("\n")
        self.sections = tuple(sections.split(CUT))
        self._districts = tuple(one.partition(" ")[0] for one in districts.split(CUT) if one)
        table = tables.split(" ")[NUMBER_WORDS]
        self._words = Shorthand.of(said.split(CUT))
        self._numbered = Shorthand.of_numbers(self._body(f"tables/{table[:1]}/{table[1:]}.js").split(CUT))
        self._depth, self._size, self._share, self._places, *_ = map(int, sizes.split(" "))
        self._names, self._numbers = (
            [line[at : at + NAME] for at in range(0, len(line), NAME)] for line in (names, held)
        )
        self._root = "\n".join(root)

    def find(self, query: str) -> set[str]:
        """The addresses of all entities that have every word of the query: brackets as typed, else ignored."""
        for form in _forms(query):
            if found := {self.entity(place).address for place in self._all(form)}:
                return found
        return set()

    def place_of(self, entity: Listed) -> int | None:
        """Where the index keeps an entity, found by its name, code or a number; nothing where it is not found."""
        for text in (entity.name, entity.code, *entity.former, *entity.numbers):
            whole = bare(fold(text))
            places = sorted(self._all([whole])) if len(whole) > 1 else []
            for place in places:
                if self.entity(place).address == entity.address:
                    return place
        return None

    def finds(self, query: str, place: int) -> bool:
        """Whether the entity at a place is among the answers to a query; reads no more names than needed."""
        for form in _forms(query):
            parts = [self.part(word) for word in form]
            if all(part is not None and place in part.every for part in parts) and all(
                contains(self.entity(place), word) for word in form
            ):
                return True
        return False

    def part(self, word: str) -> Part | None:
        """What the index says of one folded word of two characters or more; nothing where no entity has it.

        Of a rare word only the shortest rare parts are listed, and one of them lies in every rare word: the last place
        from which the word is still rare has one.
        """
        found = self._part(word)
        low, high = 0, len(word) - 1
        while found is None and high - low > 1:
            middle = (low + high) // 2
            part = self._part(word[middle:])
            if part is None:
                low = middle
            elif part.ends:
                return Part(False, 0, (), part.every)
            else:
                high = middle
        return found

    def entity(self, place: int) -> Listed:
        """The entity at a place as the index shows it, with its numbers."""
        name, code, counts, facets, short, labels, former, _ = read_line(
            self._line("names", self._names, place), self._words
        )
        district, years = read_facets(facets, self._districts)
        held = self._line("numbers", self._numbers, place) if counts.startswith("#") else ""
        return Listed(
            address=_address(short, code),
            name=name,
            former=tuple(filter(None, former.split(CUT))),
            code=code,
            numbers=tuple(read_numbers(held, self._numbered)),
            counts=tuple(int(count or 0) for count in counts.lstrip("#").split(",")),
            labels=tuple(map(read_label, filter(None, labels.split(CUT)))),
            district=district,
            years=years,
        )

    def entities(self) -> Iterator[Listed]:
        """Every entity of the index."""
        for place in range(len(self._names) * self._size * SLOTS):
            try:
                present = self._line("names", self._names, place)
            except (FileNotFoundError, IndexError):
                continue
            if present:
                yield self.entity(place)

    def _all(self, form: list[str]) -> set[int]:
        parts = [self.part(word) for word in form]
        if None in parts:
            return set()
        places = reduce(np.intersect1d, (part.every for part in parts if part)).tolist()
        wanted = [word for word, part in zip(form, parts, strict=True) if part and not part.exact]
        return {place for place in places if all(contains(self.entity(place), word) for word in wanted)}

    def _read_part(self, word: str) -> Part | None:
        """What the one row says that belongs to a word: it begins with the word, or is a rare part the word begins with."""
        row = self._row(word)
        if row is None:
            return None
        key, value = row
        inside, body = key.startswith(word), value.lstrip("!")
        marks = len(value) - len(body)
        if not marks:
            every = distinct(np.concatenate([from_few(half) for half in body.split("~")]))
            return Part(key == word and not _is_short(word), 0, (), every)
        if not inside and marks < SETTLED_MARKS and (body.startswith("~") or next(numbers(body)) > self._most(key)):
            return None
        part = self._part(body[1:] + key) if body.startswith("~") else self._common(key, body, marks)
        if part is None or not inside:
            return part and Part(False, 0, (), part.every)
        return replace(part, ends=part.ends and key == word)

    def _common(self, key: str, value: str, marks: int) -> Part:
        head, _, long = value.partition("~")
        total = next(numbers(head))
        steps = from_rice(head[len(number(total)) :], lambda at: segment_low(total, at, self._places))
        first = summed(steps[:BEST]) + summed(steps[BEST:FIRST])
        every = self._every(key, long) if long else np.array(first + summed(steps[FIRST:]), np.int64)
        return Part(True, total, tuple(first), every, marks >= SETTLED_MARKS or total <= self._most(key))

    def _most(self, key: str) -> int:
        """Up to how many entities a part is divided no further."""
        return self._share * (SOUNDS if is_spelled(key) else 1)

    def _every(self, key: str, name: str) -> Ints:
        """The entities of a long list; those of the parts with the characters of its lines after or before belong to it."""
        own, after, before = self._list(name)
        longer = [self._part(word) for word in (*(key + sign for sign in after), *(sign + key for sign in before))]
        return distinct(np.concatenate([own, *(part.every for part in longer if part)])).astype(np.int32)

    def _read_list(self, name: str) -> tuple[Ints, str, str]:
        """What a long list holds itself, and the characters of its lines after and before."""
        *signs, body = self._body(f"lists/{name[:1]}/{name[1:]}.js").split("\n")
        own = from_bits(body[1:]) if body.startswith("!") else from_sparse(body) if body else np.empty(0, np.int64)
        after, before, *_ = [*map(units, signs), "", ""]
        return own.astype(np.int32), after, before

    def _row(self, word: str) -> tuple[str, str] | None:
        body = self._root
        for level in range(self._depth + 1):
            rows = self._rows(body)
            at = bisect_right(rows, word, key=lambda row: row[0]) - 1
            if level == self._depth:
                return _of(rows, at, word)
            if at < 0:
                return None
            name = rows[at][1]
            body = self._body(f"parts/{name[:1]}/{name[1:]}.js")
        return None

    def _line(self, kind: str, folders: list[str], place: int) -> str:
        shard, slot = divmod(place, SLOTS)
        folder, at = divmod(shard, self._size)
        return self._body(f"{kind}/{folders[folder]}/{at}.js").split("\n")[slot]

    def _read(self, path: str) -> str:
        return units(script_body((self._folder / path).read_bytes())) if path[0] in "pe" else self._text(path)

    def _text(self, path: str) -> str:
        return script_body((self._folder / path).read_bytes())


def _is_short(word: str) -> bool:
    """Whether a word of letters is too short to be pinyin: what is rare with such a beginning may be pinyin all the same."""
    return len(word) < HEARD and word.isascii() and word.isalpha()


def _of(rows: list[tuple[str, str]], at: int, word: str) -> tuple[str, str] | None:
    """The row that begins with the word, else the one with which the word begins."""
    if at >= 0 and rows[at][0] == word:
        return rows[at]
    if at + 1 < len(rows) and rows[at + 1][0].startswith(word):
        return rows[at + 1]
    return rows[at] if at >= 0 and word.startswith(rows[at][0]) else None


def _forms(query: str) -> list[list[str]]:
    """The words of a query as typed, and without brackets where that differs; none where a word is too short."""
    typed = words(query)
    plain = [bare(word) for word in typed]
    return [form for form in ([typed, plain] if plain != typed else [typed]) if form and min(map(len, form)) > 1]


def _address(short: str, code: str) -> str:
    if short.startswith("/"):
        return short[1:]
    return f"entity/{short or code[-2:] + '/' + code}.html"


@dataclass(frozen=True)
class Miss:
    """A query that should have found the entity at an address and did not."""

    query: str
    address: str


def self_check(sample: Iterable[Listed], folder: Path) -> list[Miss]:
    """Asks the written index for each entity by its texts and parts of them; an empty list is what a release needs."""
    reader = Reader(folder)
    return [miss for entity in sample for miss in _misses(reader, entity)]


def _misses(reader: Reader, entity: Listed) -> list[Miss]:
    place = reader.place_of(entity)
    return [Miss(query, entity.address) for query in queries(entity) if place is None or not reader.finds(query, place)]


def queries(entity: Listed) -> list[str]:
    """What an entity must be found by: its texts, the beginning, middle and end of each, two words of its name."""
    texts = [entity.name, *entity.former, entity.code, *entity.numbers[:3]]
    asked = [piece for text in texts for piece in (text, text[:4], text[len(text) // 3 :][:3], text[-4:], text[-8:])]
    asked.append(f"{entity.name[-3:]} {entity.name[:3]}")
    asked += [part.lower() for spelling in spellings(entity.name) for part in (spelling, spelling[:7])]
    return [query for query in dict.fromkeys(asked) if words(query) and all(len(word) > 1 for word in words(query))]
