"""What the index is told of an entity, and the texts by which it is found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from disclosure.search.sounds import heard, is_spelled, spellings, turns
from disclosure.search.text import bare, fold

CUT = "\x1f"  # between several texts in one field


@dataclass(frozen=True)
class Listed:
    """One entity as the search knows it: where its page is, what it is called, what is recorded of it.

    `counts` are records by section, `years` those of its records, `district` the code of its district.
    A label is a text, or `tone:text` with one of the tones that names.TONES lists.
    """

    address: str
    name: str
    former: tuple[str, ...]
    code: str
    numbers: tuple[str, ...]
    counts: tuple[int, ...]
    labels: tuple[str, ...]
    district: str = ""
    years: tuple[int, ...] = ()


def called_texts(entity: Listed) -> list[str]:
    """The folded names; one with brackets also without them."""
    return with_bare(map(fold, (entity.name, *entity.former)))


def named_texts(entity: Listed) -> list[str]:
    """The folded names and code; a name with brackets also without them."""
    return with_bare(map(fold, (entity.name, *entity.former, entity.code)))


def numbered_texts(entity: Listed) -> list[str]:
    """The folded numbers, always without brackets, each once."""
    return list(dict.fromkeys(filter(None, (bare(fold(text)) for text in entity.numbers))))


def spelled_texts(entity: Listed) -> list[str]:
    """The pinyin of the names, each once, with a capital wherever a part of it may begin."""
    return list(dict.fromkeys(spelling for name in (entity.name, *entity.former) for spelling in spellings(name)))


def turned(entity: Listed) -> list[tuple[int, str]]:
    """Where a character is read in another way than alone: its place in all names one after the other, and the syllable."""
    found, before = [], 0
    for name in map(plain, (entity.name, *entity.former)):
        found += [(before + at, syllable) for at, syllable in turns(name)]
        before += len(name)
    return found


def plain(text: str) -> str:
    """The text on one line, without the characters that part fields."""
    return " ".join(text.replace(CUT, " ").split())


def with_bare(folded: Iterable[str]) -> list[str]:
    """The texts and their forms without brackets, each once, none empty."""
    return list(dict.fromkeys(form for text in folded for form in (text, bare(text)) if form))


def rank(entity: Listed) -> tuple[int, int, str]:
    """Sorts entities as results are sorted: most records, then the shorter name, then the address."""
    return -sum(entity.counts), len(entity.name), entity.address


def contains(entity: Listed, word: str) -> bool:
    """Whether any text of the entity has the folded word in it, or its names sound so: what a search must answer."""
    if any(word in text for text in (*named_texts(entity), *numbered_texts(entity))):
        return True
    return is_spelled(word) and heard(word, (entity.name, *entity.former))


def answer(entities: Sequence[Listed], folded: Sequence[str]) -> set[str]:
    """The addresses that a query must find, by looking at every entity: brackets as typed, else ignored."""
    for form in (list(folded), [bare(word) for word in folded]):
        found = {entity.address for entity in entities if all(contains(entity, word) for word in form)}
        if found:
            return found
    return set()
