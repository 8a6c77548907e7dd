"""Writes the entity index of a site: entry, tree of parts, long lists, names and numbers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from disclosure.search.folding import sounds_body, syllables_of, unlike_line, variants_body, variants_line
from disclosure.search.grams import KINDS, SHARE, SILENT, gather, rows
from disclosure.search.grow import SETTLED, Row
from disclosure.search.listed import Listed, rank
from disclosure.search.names import Desk, districts_line, group_size, places_line, sections_line, write_lines
from disclosure.search.places import places as places_of
from disclosure.search.shards import Shelf, Tree, script_body, tree
from disclosure.search.shorthand import Shorthand, number_words, words_line

FORMAT = "5"  # theme/js/find.js reads no other
PROBES, PIECES = 5, 4  # how many rows the page looks up at most to find one word, and how many parts of it besides
KEPT = ("names/", "numbers/", "lists/")
NEAR_WORDS, NEAR = 15, 48  # how many words theme/js/near.js looks up, and how many names it reads


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
    pinyin: bool = True,
) -> IndexReport:
    """Writes the index of all the entities below `folder`; the same entities in any order give the same bytes.

    `districts` are names by code; they say little of a name: the page leaves them out when it looks for near ones.
    Without `pinyin` names are not found by how they sound.
    """
    ranked = sorted(listed, key=rank)
    numbered = places_of([entity.address for entity in ranked])
    texts = gather(ranked, jobs, KINDS if pinyin else SILENT)
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
    parts = tree(shelf, "parts", (_stored(shelf, row) for row in rows(texts, numbered, share, jobs)))
    tables = [
        shelf.put_hashed("tables", body) for body in (variants_body(), sounds_body(signs, syllables), words_line(said))
    ]
    signs = signs.union(*(number for entity in ranked for number in entity.numbers))
    shown = (
        sections_line(sections), districts_line(seats), places_line(seats.values()), words_line(words.words),
        " ".join(tables), variants_line(), unlike_line(signs),
    )  # fmt: skip
    shelf.put("entry.js", _entry(parts, share, max(numbered, default=0), names, numbers, *shown))
    return _report(shelf, len(ranked))


def _own_words(ranked: Iterable[Listed], districts: Mapping[str, str]) -> list[str]:
    """What the entities of this site often say: districts, how codes begin there, labels."""
    names = [re.sub("本级$", "", name) for name in districts.values()]
    opens = [f"{sort}{code}" for code in districts for sort in ("91", "92", "93")]
    labels = sorted({label.partition(":")[2] or label for entity in ranked for label in entity.labels})[:16]
    return [*labels, *names, *opens]


def _stored(shelf: Shelf, row: Row) -> tuple[str, str]:
    if row.long:
        shelf.put_hashed("lists", row.long)
    return row.key, row.value


def _entry(parts: Tree, share: int, highest: int, names: Sequence[str], numbers: Sequence[str], *shown: str) -> str:
    """Eleven lines of heads, then the root of the tree."""
    sizes = f"{parts.depth} {group_size(highest)} {share}"
    heads = [FORMAT, sizes, " ".join(names), " ".join(numbers)]
    return "\n".join([*heads, *shown, parts.root])


def _report(shelf: Shelf, entities: int) -> IndexReport:
    largest = {kind: _largest(shelf.sizes, kind) for kind in ("parts/", "names/", "numbers/", "lists/")}
    return IndexReport(
        entities=entities,
        paths=tuple(sorted(shelf.sizes)),
        bytes=sum(shelf.sizes.values()),
        largest_shard=max(size for kind, size in largest.items() if kind != "lists/"),
        largest_list=largest["lists/"],
        worst_query=worst_query(shelf.folder, shelf.sizes),
    )


def worst_query(folder: Path, sizes: Mapping[str, int]) -> int:
    """The most bytes of an index that a query of one word may read, to its first results or those that are near.

    The rows that are looked up for the word, for parts of it, and for names that are near; the lists of parts of which the
    index is divided no further; the names of all in such a list, the fifty shown or near ones, and their numbers.
    """
    depth = int(script_body((folder / "entry.js").read_bytes()).split("\n")[1].split(" ")[0])
    rows = PROBES * (1 + NEAR_WORDS + 2 * PIECES)
    held = [sorted((size for path, size in sizes.items() if path.startswith(kind)), reverse=True) for kind in KEPT]
    lists = [size for size in held[2] if size <= SETTLED * 2]  # a gap takes two characters at most there
    return (
        sizes["entry.js"]
        + sum(size for path, size in sizes.items() if path.startswith("tables/"))
        + rows * depth * _largest(sizes, "parts/")
        + sum(lists[: 1 + 2 * PIECES])
        + sum(held[0][: SETTLED + NEAR])
        + sum(held[1][:SETTLED])
    )


def _largest(sizes: Mapping[str, int], kind: str) -> int:
    return max((size for path, size in sizes.items() if path.startswith(kind)), default=0)
