"""Writes the entity index of a site: entry, tree of parts, long lists, names and numbers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from disclosure.search.bound import Bound, Lists, bound, largest
from disclosure.search.folding import sounds_body, syllables_of, unlike_line, variants_body
from disclosure.search.grams import SHARE, rows
from disclosure.search.grow import Checks, Row
from disclosure.search.listed import Listed
from disclosure.search.names import Desk, districts_line, places_line, sections_line, write_lines
from disclosure.search.places import table_size
from disclosure.search.roll import Roll, enrol
from disclosure.search.shards import Shelf, script_body, tree
from disclosure.search.shorthand import Shorthand, number_words, words_line
from disclosure.search.texts import KINDS, Kinds, gather

FORMAT = "7"  # theme/js/find.js reads no other


@dataclass(frozen=True)
class IndexReport:
    """What the index costs, in bytes; `paths` are all its files, relative to its folder."""

    entities: int
    paths: tuple[str, ...]
    bytes: int
    largest_shard: int
    largest_list: int
    bound: Bound

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
    before: Path | None = None,
) -> IndexReport:
    """Writes the index of all the entities below `folder`; the same entities in any order give the same bytes. Files that
    `before`, an older index, has too are shared with it.

    `districts` are names by code; they say little of a name: the page leaves them out when it looks for near ones.
    `kinds` are the texts by which they are found: names and codes, pinyin, numbers.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".search-", dir=folder.parent, ignore_cleanup_errors=True) as scratch:
        return _write(
            enrol(listed, Path(scratch, "roll")),
            folder,
            before,
            Path(scratch),
            sections,
            districts or {},
            share,
            jobs,
            kinds,
        )


def _write(
    roll: Roll,
    folder: Path,
    before: Path | None,
    scratch: Path,
    sections: Sequence[str],
    seats: Mapping[str, str],
    share: int,
    jobs: int,
    kinds: Kinds,
) -> IndexReport:
    texts, spoken = gather(roll, scratch, jobs, kinds)
    shelf = Shelf(folder, before)
    said = number_words(spoken.stems)
    syllables = syllables_of(spoken.named, {syllable for turns in spoken.turned.values() for _, syllable in turns})
    words = Shorthand(_own_words(spoken.labels, seats))
    desk = Desk(
        roll,
        spoken.turned,
        {district: at for at, district in enumerate(seats)},
        {syllable: at for at, syllable in enumerate(syllables)},
        words,
        Shorthand.of_numbers(said),
        folder,
        before,
    )
    lines, places, everyone = write_lines(desk, jobs), roll.places, len(roll)
    del desk, roll  # each entity has been written
    checks, lists = Checks(np.array(lines.bytes[0], np.int64), np.array(lines.bytes[1], np.int64)), Lists()
    found = rows(texts, places, scratch, checks, share, jobs)
    parts = tree(shelf, "parts", (_stored(shelf, lists, row) for row in found))
    tables = [
        shelf.put_hashed("tables", body)
        for body in (variants_body(), sounds_body(spoken.named, syllables), words_line(said))
    ]
    shown = (
        sections_line(sections), districts_line(seats), places_line(seats.values()), words_line(words.words),
        " ".join(tables), unlike_line(spoken.named | spoken.numbered),
    )  # fmt: skip
    sizes = (
        parts.depth,
        lines.of_folder,
        share,
        table_size(everyone),
        *bound(shelf.sizes, lists, parts, checks),
    )
    heads = (
        FORMAT,
        " ".join(map(str, sizes)),
        *map("".join, lines.folders),
        *shown,
    )  # ten lines, then the root of the tree
    shelf.put("entry.js", "\n".join((*heads, parts.root)))
    shelf.sizes.update(lines.sizes())
    return _report(shelf, everyone)


def _own_words(labels: Iterable[str], districts: Mapping[str, str]) -> list[str]:
    """What the entities of this site often say: districts, how codes begin there, labels."""
    names = [re.sub("本级$", "", name) for name in districts.values()]
    opens = [f"{sort}{code}" for code in districts for sort in ("91", "92", "93")]
    said = sorted({label.partition(":")[2] or label for label in labels})[:16]
    return [*said, *names, *opens]


def _stored(shelf: Shelf, lists: Lists, row: Row) -> tuple[str, str]:
    lists.put(row)
    if row.long and not row.value.endswith(shelf.put_hashed("lists", row.long)):
        raise ValueError(f"two lists of one hash: {row.value}")
    return row.key, row.value


def _report(shelf: Shelf, entities: int) -> IndexReport:
    return IndexReport(
        entities=entities,
        paths=tuple(sorted(shelf.sizes)),
        bytes=sum(shelf.sizes.values()),
        largest_shard=max(largest(shelf.sizes, kind) for kind in ("parts/", "names/", "numbers/")),
        largest_list=largest(shelf.sizes, "lists/"),
        bound=read_bound(shelf.folder),
    )


def read_bound(folder: Path) -> Bound:
    """The most bytes that a query reads of a written index, its entry counted."""
    entry = (folder / "entry.js").read_bytes()
    word, anything = map(int, script_body(entry).split("\n")[1].split(" ")[4:])
    return Bound(len(entry) + word, len(entry) + anything)
