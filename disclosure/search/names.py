"""The shards of names and of numbers: what the page shows of an entity, and against what a hit is checked."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from disclosure.search.credit import short_code, whole_code
from disclosure.search.digits import ALPHABET
from disclosure.search.listed import CUT, Listed, plain
from disclosure.search.numbered import write_numbers
from disclosure.search.places import SLOTS
from disclosure.search.roll import Roll
from disclosure.search.shards import Shelf, digest
from disclosure.search.shorthand import Shorthand
from disclosure.search.text import bare, fold
from disclosure.workers import each

KINDS = ("names", "numbers")
GROUPS = 128  # at most so many folders of shards: their hashes stand in the entry
EPOCH = 2000  # years of records are counted from here
TURNS = 0x100  # where a name is read in another way, and how: characters from here on
TONES = ("plain", "licence", "penalty", "blacklist", "honour")  # a written label begins with the number of its tone


@dataclass(frozen=True)
class Desk:
    """What the lines of entities are written from: the roll, turns by rank, and what stands for what."""

    roll: Roll
    turned: Mapping[int, Sequence[tuple[int, str]]]
    seats: Mapping[str, int]
    syllables: Mapping[str, int]
    words: Shorthand
    numbered: Shorthand
    folder: Path
    before: Path | None = None


@dataclass
class Lines:
    """What was written of entities: the names of the folders of names and of numbers, in order; the bytes of each shard, by
    its number, so many to a folder.
    """

    of_folder: int
    folders: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))
    bytes: tuple[array[int], array[int]] = field(default_factory=lambda: (array("L"), array("L")))

    def sizes(self) -> Iterator[tuple[str, int]]:
        """Yield all files with their bytes: a path for each takes twenty times as much memory as what stands here."""
        for kind, folders, sizes in zip(KINDS, self.folders, self.bytes, strict=True):
            for number, size in enumerate(sizes):
                folder, at = divmod(number, self.of_folder)
                if size:
                    yield f"{kind}/{folders[folder]}/{at}.js", size


def write_lines(desk: Desk, jobs: int = 1) -> Lines:
    """Writes what is shown of each entity, and its numbers."""
    shards, size = desk.roll.highest // SLOTS + 1, group_size(desk.roll.highest)
    groups = [range(start, min(start + size, shards)) for start in range(0, shards, size)]
    lines = Lines(size)
    for folders, sizes in each(_write_group, groups, jobs, _sit_down, (desk,)):
        for kind, (folder, shards_of) in enumerate(zip(folders, sizes, strict=True)):
            lines.folders[kind].append(folder)
            lines.bytes[kind].extend(shards_of)
    return lines


class _Seat:
    """One process's share, set up once."""

    desk: Desk
    ranks: NDArray[np.int32]  # by place who is there, -1 nobody


def _sit_down(desk: Desk) -> None:
    _Seat.desk = desk
    _Seat.ranks = np.full(desk.roll.highest + 1 + SLOTS, -1, np.int32)
    _Seat.ranks[desk.roll.places] = np.arange(len(desk.roll))


def _write_group(group: range) -> tuple[list[str], list[list[int]]]:
    """Writes the shards of one folder of names and of one of numbers: the folders, and the bytes of each shard."""
    bodies: tuple[list[str], list[str]] = ([], [])
    for shard in group:
        ranks = _Seat.ranks[shard * SLOTS : (shard + 1) * SLOTS].tolist()
        present = _Seat.desk.roll.read(rank for rank in ranks if rank >= 0)
        entities = [(rank, next(present)) if rank >= 0 else None for rank in ranks]
        for found, line in zip(bodies, (_name_line, _number_line), strict=True):
            found.append("\n".join(line(*one) if one else "" for one in entities).rstrip("\n"))
    written = [_write_shards(kind, found) for kind, found in zip(KINDS, bodies, strict=True)]
    return [folder for folder, _ in written], [sizes for _, sizes in written]


def _write_shards(kind: str, bodies: Sequence[str]) -> tuple[str, list[int]]:
    shelf = Shelf(_Seat.desk.folder, _Seat.desk.before)
    folder = digest("\f".join(bodies))
    paths = [f"{kind}/{folder}/{at}.js" for at in range(len(bodies))]
    for path, body in zip(paths, bodies, strict=True):
        if body:
            shelf.put_named(path, body)
    return folder, [shelf.sizes.get(path, 0) for path in paths]


def _name_line(rank: int, entity: Listed) -> str:
    desk = _Seat.desk
    return _line(entity, desk.seats, desk.turned.get(rank, ()), desk.syllables, desk.words)


def _number_line(rank: int, entity: Listed) -> str:
    return write_numbers(sorted(set(map(plain, entity.numbers))), _Seat.desk.numbered)


def group_size(highest: int) -> int:
    """How many shards lie in one folder when `highest` is the highest place."""
    return ceil((highest // SLOTS + 1) / GROUPS)


def _line(
    entity: Listed,
    seats: Mapping[str, int],
    turned: Sequence[tuple[int, str]],
    syllables: Mapping[str, int],
    words: Shorthand,
) -> str:
    """Name, code, counts (# before them: has numbers), district and years, address where it does not follow from the code,
    labels, former names, and where a character of a name is read in another way than alone.
    """
    counts = ("#" if entity.numbers else "") + ",".join(str(count or "") for count in entity.counts).rstrip(",")
    others = [counts, _facets(entity, seats), _short(entity), CUT.join(map(_label, entity.labels)),
              CUT.join(map(plain, entity.former)), _turns(turned, syllables)]  # fmt: skip
    fields = [words.write(plain(entity.name)), short_code(plain(entity.code), words), *map(words.write, others)]
    return "\t".join(fields).rstrip("\t")


def read_line(line: str, words: Shorthand) -> list[str]:
    """The eight fields of a line."""
    name, code, *others = line.split("\t") + [""] * (7 - line.count("\t"))
    return [words.read(name), whole_code(code, words), *map(words.read, others)]


def _turns(turned: Sequence[tuple[int, str]], syllables: Mapping[str, int]) -> str:
    """Place and number of the syllable, in turn, each as a character from TURNS on."""
    return "".join(chr(TURNS + at) + chr(TURNS + syllables[syllable]) for at, syllable in turned)


def _facets(entity: Listed, seats: Mapping[str, int]) -> str:
    """The district's place in the list of districts plus one, then each year since 2000, a digit each; nothing unknown."""
    years = "".join(ALPHABET[year - EPOCH] for year in sorted(set(entity.years)) if 0 <= year - EPOCH < len(ALPHABET))
    return (ALPHABET[seats.get(entity.district, -1) + 1] + years) if years or entity.district in seats else ""


def read_facets(written: str, districts: Sequence[str]) -> tuple[str, tuple[int, ...]]:
    """District and years that `_facets` wrote."""
    if not written:
        return "", ()
    seat = ALPHABET.index(written[0]) - 1
    return districts[seat] if seat >= 0 else "", tuple(ALPHABET.index(digit) + EPOCH for digit in written[1:])


def _label(label: str) -> str:
    tone, colon, text = label.partition(":")
    return f"{TONES.index(tone)}{plain(text)}" if colon and tone in TONES else f"0{plain(label)}"


def read_label(written: str) -> str:
    """The label as Listed has it: `tone:text`, or the text alone where it is plain."""
    return written[1:] if written[0] == "0" else f"{TONES[int(written[0])]}:{written[1:]}"


def _short(entity: Listed) -> str:
    if entity.address == f"entity/{entity.code[-2:]}/{entity.code}.html":
        return ""
    if entity.address.startswith("entity/") and entity.address.endswith(".html"):
        return entity.address[len("entity/") : -len(".html")]
    return "/" + entity.address


def sections_line(sections: Sequence[str]) -> str:
    """The names of the sections in site order, as one field."""
    return CUT.join(map(plain, sections))


def districts_line(districts: Mapping[str, str]) -> str:
    """Codes and names of the districts in site order, as one field."""
    return CUT.join(f"{code} {plain(name)}" for code, name in districts.items())


def places_line(places: Iterable[str]) -> str:
    """The names of places as they stand in names, without 市, 区 or 县 at the end, longest first, as one field."""
    stems = {re.sub(r"(?<=..)[市区县旗盟州]$", "", re.sub(r"\W|本级$", "", place)) for place in places}
    return CUT.join(sorted((bare(fold(stem)) for stem in stems if len(stem) > 1), key=lambda stem: (-len(stem), stem)))
