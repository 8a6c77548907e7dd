"""Writes the entity index of a site: entry, tree of parts, long lists, names and numbers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from disclosure.search.folding import sounds_body, syllables_of, unlike_line, variants_body, variants_line
from disclosure.search.grams import SHARE, gather, rows
from disclosure.search.grow import FIRST, Row
from disclosure.search.listed import Listed, rank
from disclosure.search.names import districts_line, group_size, places_line, sections_line, write_names, write_numbers
from disclosure.search.places import places as places_of
from disclosure.search.shards import Shelf, Tree, tree
from disclosure.search.shorthand import Shorthand, words_line

FORMAT = "4"  # theme/js/find.js reads no other
PROBES = 4  # how many places of one word the page looks up at most
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
) -> IndexReport:
    """Writes the index of all the entities below `folder`; the same entities in any order give the same bytes.

    `districts` are names by code; they say little of a name: the page leaves them out when it looks for near ones.
    """
    ranked = sorted(listed, key=rank)
    numbered = places_of([entity.address for entity in ranked])
    placed = dict(zip(numbered, ranked, strict=True))
    shelf = Shelf(folder)
    parts = tree(shelf, "parts", (_stored(shelf, row) for row in rows(gather(ranked), numbered, share, jobs)))
    seats = districts or {}
    shorthand = Shorthand(_own_words(ranked, seats))
    names = [name for entity in ranked for name in (entity.name, *entity.former)]
    syllables = syllables_of(names)
    folders = write_names(shelf, placed, shorthand, tuple(seats), syllables), write_numbers(shelf, placed, shorthand)
    tables = [shelf.put_hashed("tables", body) for body in (variants_body(), sounds_body(names, syllables))]
    texts = [*names, *(number for entity in ranked for number in entity.numbers)]
    shown = (
        sections_line(sections), districts_line(seats), places_line(seats.values()), words_line(shorthand.words),
        " ".join(tables), variants_line(), unlike_line(texts),
    )  # fmt: skip
    shelf.put("entry.js", _entry(parts, share, max(placed, default=0), *folders, *shown))
    return _report(shelf, parts, len(ranked), share)


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


def _report(shelf: Shelf, parts: Tree, entities: int, share: int) -> IndexReport:
    largest = {kind: _largest(shelf, kind) for kind in ("parts/", "names/", "numbers/", "lists/")}
    names = sorted((size for path, size in shelf.sizes.items() if path.startswith("names/")), reverse=True)
    worst = (
        shelf.sizes["entry.js"]
        + sum(size for path, size in shelf.sizes.items() if path.startswith("tables/"))
        + PROBES * (1 + NEAR_WORDS) * parts.depth * largest["parts/"]
        + sum(names[: max(share, FIRST) + NEAR])
        + largest["numbers/"]
    )
    return IndexReport(
        entities=entities,
        paths=tuple(sorted(shelf.sizes)),
        bytes=sum(shelf.sizes.values()),
        largest_shard=max(size for kind, size in largest.items() if kind != "lists/"),
        largest_list=largest["lists/"],
        worst_query=worst,
    )


def _largest(shelf: Shelf, kind: str) -> int:
    return max((size for path, size in shelf.sizes.items() if path.startswith(kind)), default=0)
