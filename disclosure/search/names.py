"""The shards of names and of numbers: what the page shows of an entity, and against what a hit is checked."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from disclosure.search.digits import ALPHABET
from disclosure.search.listed import CUT, Listed, plain
from disclosure.search.places import SLOTS
from disclosure.search.shards import Shelf, digest
from disclosure.search.shorthand import Shorthand
from disclosure.search.text import bare, fold
from disclosure.workers import each

GROUPS = 128  # at most so many folders of shards: their hashes stand in the entry
EPOCH = 2000  # years of records are counted from here
TURNS = 0x100  # where a name is read in another way, and how: characters from here on
TONES = ("plain", "licence", "penalty", "blacklist", "honour")  # a written label begins with the number of its tone


@dataclass(frozen=True)
class Desk:
    """What the lines of entities are written from: entities and their turns by place, and what stands for what."""

    placed: Mapping[int, Listed]
    turned: Mapping[int, Sequence[tuple[int, str]]]
    seats: Mapping[str, int]
    syllables: Mapping[str, int]
    words: Shorthand
    numbered: Shorthand
    folder: Path


def write_lines(desk: Desk, jobs: int = 1) -> tuple[list[str], list[str], dict[str, int]]:
    """Writes what is shown of each entity, and its numbers; the names of the folders of both in order, and all sizes."""
    highest = max(desk.placed, default=0)
    shards, size = highest // SLOTS + 1, group_size(highest)
    groups = [range(start, min(start + size, shards)) for start in range(0, shards, size)]
    names, numbers, sizes = [], [], {}
    for name, held, more in each(_write_group, groups, jobs, _sit_down, (desk,)):
        names.append(name)
        numbers.append(held)
        sizes.update(more)
    return names, numbers, sizes


class _Seat:
    """One process's share, set up once."""

    desk: Desk


def _sit_down(desk: Desk) -> None:
    _Seat.desk = desk


def _write_group(group: range) -> tuple[str, str, dict[str, int]]:
    """Writes the shards of one folder of names and of one of numbers: their names, and all sizes."""
    shelf = Shelf(_Seat.desk.folder)
    names = _write_shards(shelf, "names", [_shard(shard, _name_line) for shard in group])
    numbers = _write_shards(shelf, "numbers", [_shard(shard, _number_line) for shard in group])
    return names, numbers, shelf.sizes


def _shard(shard: int, line: Callable[[int, Listed], str]) -> str:
    placed = _Seat.desk.placed
    places = range(shard * SLOTS, (shard + 1) * SLOTS)
    return "\n".join(line(place, placed[place]) if place in placed else "" for place in places).rstrip("\n")


def _write_shards(shelf: Shelf, kind: str, bodies: Sequence[str]) -> str:
    folder = digest("\f".join(bodies))
    for at, body in enumerate(bodies):
        if body:
            shelf.put(f"{kind}/{folder}/{at}.js", body)
    return folder


def _name_line(place: int, entity: Listed) -> str:
    desk = _Seat.desk
    return desk.words.write(_line(entity, desk.seats, desk.turned.get(place, ()), desk.syllables))


def _number_line(place: int, entity: Listed) -> str:
    return _Seat.desk.numbered.write(_packed(sorted(set(map(plain, entity.numbers))))) if entity.numbers else ""


def group_size(highest: int) -> int:
    """How many shards lie in one folder when `highest` is the highest place."""
    return ceil((highest // SLOTS + 1) / GROUPS)


def _line(
    entity: Listed, seats: Mapping[str, int], turned: Sequence[tuple[int, str]], syllables: Mapping[str, int]
) -> str:
    """Name, code, counts (# before them: has numbers), district and years, address where it does not follow from the code,
    labels, former names, and where a character of a name is read in another way than alone.
    """
    counts = ("#" if entity.numbers else "") + ",".join(str(count or "") for count in entity.counts).rstrip(",")
    fields = [plain(entity.name), plain(entity.code), counts, _facets(entity, seats), _short(entity),
              CUT.join(map(_label, entity.labels)), CUT.join(map(plain, entity.former)), _turns(turned, syllables)]  # fmt: skip
    return "\t".join(fields).rstrip("\t")


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


def _packed(texts: Iterable[str]) -> str:
    """Sorted texts, each without what it shares with the one before (the first digit says how much)."""
    written = []
    before = ""
    for text in texts:
        shared = 0
        while shared < min(len(before), len(text), len(ALPHABET) - 1) and before[shared] == text[shared]:
            shared += 1
        written.append(ALPHABET[shared] + text[shared:])
        before = text
    return CUT.join(written)


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
