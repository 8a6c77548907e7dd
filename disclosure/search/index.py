"""Writes the entity index of a site: entry, tree of parts, long lists, names and numbers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from disclosure.search.bound import Lists, largest, worst
from disclosure.search.folding import sounds_body, syllables_of, unlike_line, variants_body
from disclosure.search.grams import KINDS, SHARE, Kinds, gather, rows
from disclosure.search.grow import Row
from disclosure.search.listed import Listed, rank
from disclosure.search.names import Desk, districts_line, group_size, places_line, sections_line, write_lines
from disclosure.search.places import places as places_of
from disclosure.search.shards import Shelf, script_body, tree
from disclosure.search.shorthand import Shorthand, number_words, words_line

FORMAT = "6"  # theme/js/find.js reads no other


@dataclass(frozen=True)
class IndexReport:
    """What the index costs, in bytes; `paths` are all its files, relative to its folder."""

    entities: int
    paths: tuple[str, ...]
    bytes: int
    largest_shard: int
    largest_list: int
    worst_query: int

    @property
    def files(self) -> int:
        """How many files the index has."""
        return len(self.paths)


def write_index(
    listed: Iterable[Listed],
    folder: Path,
    *,
    sections: Sequence[str],
    districts: Mapping[str, str] | None = None,
    share: int = SHARE,
    jobs: int = 1,
    kinds: Kinds = KINDS,
) -> IndexReport:
    """Writes the index of all the entities below `folder`; the same entities in any order give the same bytes.

    `districts` are names by code; they say little of a name: the page leaves them out when it looks for near ones.
    `kinds` are the texts by which they are found: names and codes, pinyin, numbers.
    """
    ranked = sorted(listed, key=rank)
    numbered = places_of([entity.address for entity in ranked])
    texts = gather(ranked, jobs, kinds)
    shelf = Shelf(folder)
    seats = districts or {}
    said = number_words(number for entity in ranked for number in entity.numbers)
    signs = set().union(*(part for entity in ranked for part in (entity.name, *entity.former)))
    syllables = syllables_of(signs, {syllable for turns in texts.turned.values() for _, syllable in turns})
    words = Shorthand(_own_words(ranked, seats))
    desk = Desk(
        dict(zip(numbered, ranked, strict=True)),
        {numbered[at]: turns for at, turns in texts.turned.items()},
        {district: at for at, district in enumerate(seats)},
        {syllable: at for at, syllable in enumerate(syllables)},
        words,
        Shorthand.of_numbers(said),
        folder,
    )
    names, numbers, sizes = write_lines(desk, jobs)
    shelf.sizes.update(sizes)
    lists = Lists()
    parts = tree(shelf, "parts", (_stored(shelf, lists, row) for row in rows(texts, numbered, share, jobs)))
    tables = [
        shelf.put_hashed("tables", body) for body in (variants_body(), sounds_body(signs, syllables), words_line(said))
    ]
    signs = signs.union(*(number for entity in ranked for number in entity.numbers))
    shown = (
        sections_line(sections), districts_line(seats), places_line(seats.values()), words_line(words.words),
        " ".join(tables), unlike_line(signs),
    )  # fmt: skip
    sizes_said = f"{parts.depth} {group_size(max(numbered, default=0))} {share} {worst(shelf.sizes, lists, parts)}"
    heads = (FORMAT, sizes_said, "".join(names), "".join(numbers), *shown)  # ten lines, then the root of the tree
    shelf.put("entry.js", "\n".join((*heads, parts.root)))
    return _report(shelf, len(ranked))


def _own_words(ranked: Iterable[Listed], districts: Mapping[str, str]) -> list[str]:
    """What the entities of this site often say: districts, how codes begin there, labels."""
    names = [re.sub("本级$", "", name) for name in districts.values()]
    opens = [f"{sort}{code}" for code in districts for sort in ("91", "92", "93")]
    labels = sorted({label.partition(":")[2] or label for entity in ranked for label in entity.labels})[:16]
    return [*labels, *names, *opens]


def _stored(shelf: Shelf, lists: Lists, row: Row) -> tuple[str, str]:
    lists.put(row)
    if row.long:
        shelf.put_hashed("lists", row.long)
    return row.key, row.value


def _report(shelf: Shelf, entities: int) -> IndexReport:
    return IndexReport(
        entities=entities,
        paths=tuple(sorted(shelf.sizes)),
        bytes=sum(shelf.sizes.values()),
        largest_shard=max(largest(shelf.sizes, kind) for kind in ("parts/", "names/", "numbers/")),
        largest_list=largest(shelf.sizes, "lists/"),
        worst_query=worst_query(shelf.folder),
    )


def worst_query(folder: Path) -> int:
    """The most bytes that a query of one word reads of a written index, as bound.py counts them, and its entry."""
    entry = (folder / "entry.js").read_bytes()
    return len(entry) + int(script_body(entry).split("\n")[1].split(" ")[3])
