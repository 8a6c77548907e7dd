"""Writes the entity index of a site: entry, tree of parts, long lists, names and numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from disclosure.search.grams import FIRST, SHARE, Row, gather, rows
from disclosure.search.listed import Listed, rank
from disclosure.search.names import group_size, places_line, sections_line, write_names, write_numbers
from disclosure.search.places import places as places_of
from disclosure.search.shards import Shelf, Tree, tree

FORMAT = "2"  # theme/js/find.js reads no other
PROBES = 4  # how many places of one word the page looks up at most
NEAR_PROBES, NEAR = 6, 12  # how many parts it looks up, and how many names it reads, for names that are near


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
    places: Sequence[str] = (),
    share: int = SHARE,
    jobs: int = 1,
) -> IndexReport:
    """Writes the index of all the entities below `folder`; the same entities in any order give the same bytes.

    `places` are names of districts, which say little of a name: the page leaves them out when it looks for near ones.
    """
    ranked = sorted(listed, key=rank)
    numbered = places_of([entity.address for entity in ranked])
    placed = dict(zip(numbered, ranked, strict=True))
    shelf = Shelf(folder)
    parts = tree(shelf, "parts", (_stored(shelf, row) for row in rows(gather(ranked), numbered, share, jobs)))
    shown = write_names(shelf, placed), write_numbers(shelf, placed)
    shelf.put("entry.js", _entry(parts, max(placed, default=0), *shown, sections_line(sections), places_line(places)))
    return _report(shelf, parts, len(ranked), share)


def _stored(shelf: Shelf, row: Row) -> tuple[str, str]:
    return row.key, row.value + (shelf.put_hashed("lists", row.long) if row.long else "")


def _entry(parts: Tree, highest: int, names: Sequence[str], numbers: Sequence[str], *shown: str) -> str:
    """Seven lines of heads, then the root of the tree."""
    heads = [FORMAT, str(parts.depth), str(group_size(highest)), " ".join(names), " ".join(numbers)]
    return "\n".join([*heads, *shown, parts.root])


def _report(shelf: Shelf, parts: Tree, entities: int, share: int) -> IndexReport:
    largest = {kind: _largest(shelf, kind) for kind in ("parts/", "names/", "numbers/", "lists/")}
    names = sorted((size for path, size in shelf.sizes.items() if path.startswith("names/")), reverse=True)
    worst = (
        shelf.sizes["entry.js"]
        + (PROBES + NEAR_PROBES) * parts.depth * largest["parts/"]
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
