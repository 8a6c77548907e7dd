"""The shards of names and of numbers: what the page shows of an entity, and against what a hit is checked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import ceil

from disclosure.search.digits import ALPHABET, number
from disclosure.search.listed import Listed
from disclosure.search.places import SLOTS
from disclosure.search.shards import Shelf, digest
from disclosure.search.shorthand import Shorthand
from disclosure.search.sounds import turns
from disclosure.search.text import bare, fold

GROUPS = 128  # at most so many folders of shards: their hashes stand in the entry
EPOCH = 2000  # years of records are counted from here
CUT = "\x1f"  # between several texts in one field
TONES = ("plain", "licence", "penalty", "blacklist", "honour")  # a written label begins with the number of its tone


def write_names(
    shelf: Shelf,
    placed: Mapping[int, Listed],
    shorthand: Shorthand,
    districts: Sequence[str] = (),
    syllables: Sequence[str] = (),
) -> list[str]:
    """Writes what is shown of each entity and returns the names of the folders in order."""
    seats = {district: at for at, district in enumerate(districts)}
    numbers = {syllable: at for at, syllable in enumerate(syllables)}
    lines = {place: shorthand.write(_line(entity, seats, numbers)) for place, entity in placed.items()}
    return _write_lines(shelf, "names", lines, max(placed, default=0))


def write_numbers(shelf: Shelf, placed: Mapping[int, Listed], shorthand: Shorthand) -> list[str]:
    """Writes the numbers of each entity that has any and returns the names of the folders in order."""
    lines = {
        place: shorthand.write(_packed(sorted(set(map(_plain, entity.numbers)))))
        for place, entity in placed.items()
        if entity.numbers
    }
    return _write_lines(shelf, "numbers", lines, max(placed, default=0))


def group_size(highest: int) -> int:
    """How many shards lie in one folder when `highest` is the highest place."""
    return ceil((highest // SLOTS + 1) / GROUPS)


def _write_lines(shelf: Shelf, kind: str, lines: Mapping[int, str], highest: int) -> list[str]:
    size = group_size(highest)
    shards = ["\n".join(lines.get(shard * SLOTS + slot, "") for slot in range(SLOTS)).rstrip("\n")
              for shard in range(highest // SLOTS + 1)]  # fmt: skip
    folders = []
    for start in range(0, len(shards), size):
        group = shards[start : start + size]
        folders.append(digest("\f".join(group)))
        for at, body in enumerate(group):
            if body:
                shelf.put(f"{kind}/{folders[-1]}/{at}.js", body)
    return folders


def _line(entity: Listed, seats: Mapping[str, int], syllables: Mapping[str, int]) -> str:
    """Name, code, counts (# before them: has numbers), district and years, address where it does not follow from the code,
    labels, former names, and where a character of a name is read in another way than alone.
    """
    counts = ("#" if entity.numbers else "") + ",".join(str(count or "") for count in entity.counts).rstrip(",")
    fields = [_plain(entity.name), _plain(entity.code), counts, _facets(entity, seats), _short(entity),
              CUT.join(map(_label, entity.labels)), CUT.join(map(_plain, entity.former)), _turns(entity, syllables)]  # fmt: skip
    return "\t".join(fields).rstrip("\t")


def _turns(entity: Listed, syllables: Mapping[str, int]) -> str:
    """Place in all names one after the other and number of the syllable, in turn."""
    written, before = [], 0
    for name in map(_plain, (entity.name, *entity.former)):
        written += [number(before + at) + number(syllables[syllable]) for at, syllable in turns(name)]
        before += len(name)
    return "".join(written)


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
    return f"{TONES.index(tone)}{_plain(text)}" if colon and tone in TONES else f"0{_plain(label)}"


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


def _plain(text: str) -> str:
    """The text on one line, without the characters that part fields."""
    return " ".join(text.replace(CUT, " ").split())


def sections_line(sections: Sequence[str]) -> str:
    """The names of the sections in site order, as one field."""
    return CUT.join(map(_plain, sections))


def districts_line(districts: Mapping[str, str]) -> str:
    """Codes and names of the districts in site order, as one field."""
    return CUT.join(f"{code} {_plain(name)}" for code, name in districts.items())


def places_line(places: Iterable[str]) -> str:
    """The names of places as they stand in names, without 市, 区 or 县 at the end, longest first, as one field."""
    stems = {re.sub(r"(?<=..)[市区县旗盟州]$", "", re.sub(r"\W|本级$", "", place)) for place in places}
    return CUT.join(sorted((bare(fold(stem)) for stem in stems if len(stem) > 1), key=lambda stem: (-len(stem), stem)))
